//! Shapes of units: GeoJSON in, the same digits out, one for each entry of a timeline.

use crate::support::{App, Client, on_both};
use serde_json::{Value, json};

const COORDINATES: &str = "[[[105.8234567,22.1],[105.9,22.1],[105.9,22.2000001],[105.8234567,22.1]],[[105.88,22.12],[105.89,22.12],[105.89,22.13],[105.88,22.12]]]";

fn shape(coordinates: &str) -> Value {
    let coordinates: Value = serde_json::from_str(coordinates).expect("JSON");
    json!({ "geometry": { "type": "Polygon", "coordinates": coordinates }, "source_label": "Bản đồ 1:10.000", "confidence": "HIGH" })
}

fn path(client: &Client, code: &str, day: &str) -> String {
    let found = client.get(&format!("/v1/units?code={code}&as_of={day}")).expect(200);
    format!("/v1/units/{}/geometry", found["items"][0]["id"].as_str().expect("a unit"))
}

on_both! {
    fn a_shape_comes_back_with_its_own_digits(app) {
        let manager = app.with_key("district-manager");
        let path = path(&manager, "01984", "2023-03-15");
        let none = manager.get(&path);
        assert!(none.header("etag").unwrap().starts_with("\"0."), "{:?}", none.header("etag"));
        let none = none.expect(200);
        assert_eq!((&none["type"], &none["geometry"], &none["properties"]["version"]), (&json!("Feature"), &Value::Null, &json!(0)));
        assert_eq!((&none["properties"]["unit"]["name"], &none["id"]), (&json!("Đôn Phong"), &none["properties"]["timeline_entry_id"]));
        let written = manager.put(&path, 0, &shape(COORDINATES));
        let read = manager.get(&path);
        assert_eq!(written.expect(200), read.expect(200));
        assert_eq!(written.header("etag"), read.header("etag"));
        assert!(read.text.contains(&format!("\"geometry\":{{\"type\":\"Polygon\",\"coordinates\":{COORDINATES}}}")), "{}", read.text);
        let properties = &read.json()["properties"];
        assert_eq!(
            (&properties["version"], &properties["source_label"], &properties["confidence"], &properties["territory_number"], &properties["valid_to"]),
            (&json!(1), &json!("Bản đồ 1:10.000"), &json!("HIGH"), &json!(1), &json!("2025-07-01"))
        );
        // The whole tag of the reading serves for the next writing.
        let many = json!({ "geometry": { "type": "MultiPolygon", "coordinates": [[[[1, 2], [3, 2], [3, 4.5], [1, 2]]]] } });
        let tag = read.header("etag").unwrap().to_owned();
        assert_eq!(manager.send("PUT", &path, &[("if-match", &tag)], &many).expect(200)["properties"]["version"], 2);
        assert!(app.with_key("sibling-editor").get(&path).text.contains("[[[[1,2],[3,2],[3,4.5],[1,2]]]]"), "anybody may read it");
    }

    fn a_shape_is_written_under_the_version_read_and_kept_in_the_journal(app) {
        let manager = app.with_key("district-manager");
        let path = path(&manager, "01984", "2023-03-15");
        assert_eq!(manager.send("PUT", &path, &[], &shape(COORDINATES)).problem(428).0, "PRECONDITION_REQUIRED");
        let stale = manager.put(&path, 1, &shape(COORDINATES));
        assert_eq!((stale.problem(412).0.as_str(), stale.header("etag")), ("VERSION_CONFLICT", Some("\"0\"")));
        let dry = manager.put(&format!("{path}?validate_only=true"), 0, &shape(COORDINATES)).expect(200);
        assert_eq!(dry["properties"]["version"], 1);
        assert_eq!(manager.get(&path).expect(200)["properties"]["version"], 0, "a dry run stores nothing");
        let written = manager.put(&path, 0, &shape(COORDINATES)).expect(200);
        assert_eq!(manager.put(&path, 0, &shape(COORDINATES)).header("etag"), Some("\"1\""));
        manager.put(&path, 1, &shape("[[[0,0],[1,0],[1,1],[0,0]]]")).expect(200);
        let entry = written["id"].as_str().unwrap();
        let versions = manager.get(&format!("/v1/unit-geometries/{entry}/versions")).expect(200);
        let told: Vec<(&Value, &Value)> = versions["items"].as_array().unwrap().iter().map(|row| (&row["action"], &row["changed"])).collect();
        assert_eq!(told, [(&json!("unit-geometry.created"), &json!([])), (&json!("unit-geometry.changed"), &json!(["geometry", "updated_at"]))]);
        let kept = manager.get(&format!("/v1/journal?collection=unit-geometries&record_id={entry}&embed=record"));
        assert!(kept.text.contains(COORDINATES), "{}", kept.text);
    }

    fn whoever_keeps_the_unit_writes_its_shape(app) {
        let nation = app.with_key("nation");
        let path = path(&nation, "01984", "2023-03-15");
        app.with_key("district-editor").put(&path, 0, &shape(COORDINATES)).faults(403, "FORBIDDEN", &[]);
        app.with_key("sibling-admin").put(&path, 0, &shape(COORDINATES)).faults(403, "FORBIDDEN", &[]);
        app.with_key("sibling-admin").put(&path, 9, &json!({})).faults(403, "FORBIDDEN", &[]);
        app.with_key("district-manager").put(&path, 0, &shape(COORDINATES)).expect(200);
        let absent = "/v1/units/019b0000-0000-7000-8000-000000000000/geometry";
        nation.get(absent).faults(404, "NOT_FOUND", &[]);
        nation.put(absent, 0, &shape(COORDINATES)).faults(404, "NOT_FOUND", &[]);
    }

    fn what_is_no_polygon_is_refused_with_its_place(app) {
        let manager = app.with_key("district-manager");
        let path = path(&manager, "01984", "2023-03-15");
        for (coordinates, places) in [
            ("[]", vec!["/geometry/coordinates"]),
            ("[[[0,0],[1,0],[0,0]]]", vec!["/geometry/coordinates/0"]),
            ("[[[0,0],[1,0],[1,1],[0,1]]]", vec!["/geometry/coordinates/0"]),
            ("[[[0,0],[181,0],[1,91],[0,0]]]", vec!["/geometry/coordinates/0/1/0", "/geometry/coordinates/0/2/1"]),
            ("[[[0,0],[1.00000001,0],[1,1],[0,0]]]", vec!["/geometry/coordinates/0/1/0"]),
            ("[[[0,0],[1,0,9],[1,1],[0,0]]]", vec!["/geometry/coordinates/0/1"]),
        ] {
            let faults: Vec<(&str, &str)> = places.into_iter().map(|place| (place, "GEOMETRY_INVALID")).collect();
            manager.put(&path, 0, &shape(coordinates)).faults(422, "GEOMETRY_INVALID", &faults);
        }
        let point = json!({ "geometry": { "type": "Point", "coordinates": [105.8, 22.1] } });
        manager.put(&path, 0, &point).faults(422, "GEOMETRY_INVALID", &[("/geometry/type", "GEOMETRY_INVALID")]);
        manager.put(&path, 0, &json!({ "geometry": null })).faults(422, "VALIDATION_FAILED", &[("/geometry", "NULL_NOT_ALLOWED")]);
        manager.put(&path, 0, &json!({})).faults(422, "VALIDATION_FAILED", &[("/geometry", "REQUIRED")]);
        let more = json!({ "geometry": { "type": "Polygon", "coordinates": [], "bbox": [] }, "crs": "VN-2000" });
        let (_, faults) = manager.put(&path, 0, &more).problem(422);
        assert_eq!(faults, [("/crs", "UNKNOWN_MEMBER"), ("/geometry/bbox", "UNKNOWN_MEMBER")].map(|(place, code)| (place.to_owned(), code.to_owned())));
        manager.put(&format!("{path}?as_of=2023-02-30"), 0, &shape(COORDINATES)).faults(422, "VALIDATION_FAILED", &[("as_of", "INVALID_DATE")]);
        // As many positions as are taken, and one more.
        let many = |count: usize| {
            let ring = "[0,0],".repeat(count - 2);
            shape(&format!("[[[0,0],{ring}[0,0]]]"))
        };
        manager.put(&path, 0, &many(100_001)).faults(422, "GEOMETRY_INVALID", &[("/geometry/coordinates", "GEOMETRY_INVALID")]);
        manager.put(&path, 0, &many(100_000)).expect(200);
    }

    /// The territory after a reform is another: it has no shape until one is given, and the one before keeps its own.
    fn a_shape_belongs_to_one_entry_of_the_timeline(app) {
        let nation = app.with_key("nation");
        let path = path(&nation, "01969", "2019-12-31");
        let write = |day: &str, coordinates: &str| nation.put(&format!("{path}?as_of={day}"), 0, &shape(coordinates)).expect(200);
        let before = write("2019-01-01", "[[[1,1],[2,1],[2,2],[1,1]]]");
        assert_eq!((&before["properties"]["territory_number"], &before["properties"]["valid_to"]), (&json!(1), &json!("2020-02-01")));
        let read = |day: &str| nation.get(&format!("{path}?as_of={day}")).expect(200);
        assert_eq!(read("2020-01-31"), before);
        let new = read("2020-02-01");
        assert_eq!((&new["geometry"], &new["properties"]["version"], &new["properties"]["territory_number"]), (&Value::Null, &json!(0), &json!(2)));
        let after = write("2021-01-01", "[[[1,1],[3,1],[3,3],[1,1]]]");
        assert_ne!(after["id"], before["id"]);
        assert_eq!((read("2020-01-31"), read("2025-06-30")), (before, after.clone()));
        // A unit that has ended is answered as it was last.
        assert_eq!(read("2026-11-22"), after);
        let later = App::start_on(app.engine, app.database.clone(), &["--clock-start", "2026-11-22T02:00:00Z"]);
        assert_eq!(later.with_key("nation").get(&path).expect(200), after);
    }
}
