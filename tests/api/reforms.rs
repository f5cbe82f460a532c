//! Territory through reforms: acts that end, start and reshape units, and what can be asked of them.

use crate::support::{App, Client, Engine, on_both};
use serde_json::{Value, json};

/// After all reforms of the reference.
const TODAY: &str = "2026-11-22T02:00:00Z";

const SUCCESSIONS: &str = "/v1/unit-successions";

pub fn later(app: &App) -> App {
    App::start_on(app.engine, app.database.clone(), &["--clock-start", TODAY])
}

fn id_of(client: &Client, code: &str, day: &str) -> String {
    let found = client.get(&format!("/v1/units?code={code}&as_of={day}")).expect(200);
    found["items"][0]["id"].as_str().unwrap_or_else(|| panic!("nobody held {code} on {day}")).to_owned()
}

fn count(client: &Client, query: &str) -> i64 {
    client.get(&format!("/v1/units?with_total=true&limit=1&{query}")).expect(200)["total"].as_i64().expect("a total")
}

/// Names with depth, as the lineage gives them.
fn steps(lineage: &Value, side: &str) -> Vec<(String, i64)> {
    let steps = lineage[side].as_array().expect("steps").iter();
    let mut steps: Vec<(String, i64)> = steps
        .map(|step| (step["unit"]["name"].as_str().unwrap().to_owned(), step["depth"].as_i64().unwrap()))
        .collect();
    steps.sort_by(|one, two| (one.1, &one.0).cmp(&(two.1, &two.0)));
    steps
}

/// Two communes of today become one on the day.
pub fn merger(day: &str) -> Value {
    json!({
        "act_number": "1/NQ-UBTVQH16", "effective_date": day,
        "units": [{ "code": "02008", "name": "Phủ Giàng", "kind_code": "XA", "parent_code": "19" }],
        "edges": [
            { "kind": "MERGE", "from_unit_code": "01969", "to_unit_code": "02008" },
            { "kind": "MERGE", "from_unit_code": "02008", "to_unit_code": "02008" },
        ],
    })
}

fn edges(edges: Value) -> Value {
    let mut body = merger(DAY);
    body["edges"] = edges;
    body
}

/// The day of the reform that the stories record.
const DAY: &str = "2026-09-01";

/// A caller with one role over one unit.
pub fn registered(nation: &Client, app: &App, unit: &str, role: &str) -> Client {
    let name = format!("{role} {unit}");
    let client = nation.post("/v1/clients", &json!({ "unit_code": "VN", "name": name })).expect(201);
    nation.post("/v1/grants", &json!({ "client_id": client["id"], "role": role, "unit_code": unit })).expect(201);
    let today = nation.get("/v1/me").expect(200)["today"].as_str().expect("a day").to_owned();
    let next_year = today[..4].parse::<u32>().expect("a year") + 1;
    let key = json!({ "client_id": client["id"], "expires_at": format!("{next_year}-01-01T00:00:00Z") });
    app.with_secret(nation.post("/v1/api-keys", &key).expect(201)["api_key"].as_str().unwrap())
}

on_both! {
    fn the_reference_is_what_the_law_made_of_it(app) {
        let nation = app.with_key("nation");
        for (query, expected) in [
            ("as_of=2019-12-31&level=DISTRICT", 8),
            ("as_of=2019-12-31&level=COMMUNE", 122),
            ("as_of=2019-12-31&level=COMMUNE&kind_code=XA", 110),
            ("as_of=2019-12-31&level=COMMUNE&unit_code=063", 17),
            ("as_of=2020-02-01&level=COMMUNE", 108),
            ("as_of=2020-02-01&level=COMMUNE&unit_code=063", 14),
            ("as_of=2025-06-30&level=COMMUNE", 108),
            ("as_of=2025-07-01&level=COMMUNE", 37),
            ("as_of=2025-07-01&level=COMMUNE&unit_code=19", 37),
            ("as_of=2025-07-01&level=DISTRICT", 0),
        ] {
            assert_eq!(count(&nation, query), expected, "{query}");
        }
        let acts = nation.get(&format!("{SUCCESSIONS}?limit=50")).expect(200);
        let days: Vec<&str> = acts["items"].as_array().unwrap().iter().map(|act| act["effective_date"].as_str().unwrap()).collect();
        assert_eq!(days, ["2025-07-01", "2023-04-10", "2020-02-01", "2015-03-11"]);
        // A town that took a commune in lives on, with another territory; a commune made of two is a new unit.
        let (town, commune) = (id_of(&nation, "01969", "2019-12-31"), id_of(&nation, "02005", "2019-12-31"));
        assert_eq!(id_of(&nation, "01969", "2020-02-01"), town);
        assert_ne!(id_of(&nation, "02005", "2020-02-01"), commune);
        let states = nation.get(&format!("/v1/units/{town}/timeline")).expect(200);
        let numbers: Vec<i64> = states["items"].as_array().unwrap().iter().map(|state| state["territory_number"].as_i64().unwrap()).collect();
        assert_eq!(numbers, [1, 2]);
        let of_town = nation.get(&format!("{SUCCESSIONS}?unit_id={town}")).expect(200);
        assert_eq!(of_town["items"].as_array().unwrap().len(), 2);
        let act = of_town["items"][1].clone();
        assert_eq!(states["items"][1]["succession_id"], act["id"]);
        assert_eq!(nation.get(&format!("{SUCCESSIONS}/{}", act["id"].as_str().unwrap())).expect(200), act);
        // Edges that hang together share a number; those of other communes do not.
        let groups: std::collections::BTreeSet<i64> = act["edges"].as_array().unwrap().iter().map(|edge| edge["group_number"].as_i64().unwrap()).collect();
        assert!(groups.len() > 5 && groups.contains(&1), "{groups:?}");
    }

    fn lineage_leads_to_any_depth_in_both_directions(app) {
        let app = later(app);
        let nation = app.with_key("nation");
        let today = id_of(&nation, "02008", "2026-11-22");
        let lineage = nation.get(&format!("/v1/units/{today}/lineage")).expect(200);
        assert_eq!(lineage["unit"]["name"], "Cẩm Giàng");
        let expected: Vec<(String, i64)> = [("Cẩm Giàng", 1), ("Mỹ Thanh", 1), ("Nguyên Phúc", 1), ("Quân Hà", 1), ("Hà Vị", 2), ("Quân Bình", 2)]
            .map(|(name, depth)| (name.to_owned(), depth)).to_vec();
        let mut found = steps(&lineage, "predecessors");
        found.sort_by(|one, two| (one.1, &one.0).cmp(&(two.1, &two.0)));
        assert_eq!(found, expected);
        assert_eq!(lineage["successors"], json!([]));
        let first = &lineage["predecessors"][0];
        assert_eq!((&first["effective_date"], &first["act_number"], &first["part"]), (&json!("2025-07-01"), &json!("1683/NQ-UBTVQH15"), &json!("WHOLE")));
        let near = nation.get(&format!("/v1/units/{today}/lineage?depth=1")).expect(200);
        assert_eq!(steps(&near, "predecessors").len(), 4);
        // From the other end.
        let oldest = id_of(&nation, "02005", "2019-12-31");
        let forth = nation.get(&format!("/v1/units/{oldest}/lineage?as_of=2019-12-31")).expect(200);
        assert_eq!(forth["unit"]["name"], "Hà Vị");
        assert_eq!(steps(&forth, "successors"), [("Quân Hà".to_owned(), 1), ("Cẩm Giàng".to_owned(), 2)]);
        for (query, code) in [("depth=0", "TOO_SMALL"), ("depth=101", "TOO_LARGE"), ("depth=x", "INTEGER_EXPECTED")] {
            nation.get(&format!("/v1/units/{today}/lineage?{query}")).faults(422, "VALIDATION_FAILED", &[("depth", code)]);
        }
    }

    /// One act closes and opens units, timelines and what follows from them, at once and for every reader.
    fn recording_a_reform_closes_and_opens_units_in_one_step(app) {
        let app = later(app);
        let nation = app.with_key("nation");
        let (old, taker) = (id_of(&nation, "01969", "2026-08-31"), id_of(&nation, "02008", "2026-08-31"));
        let manager = registered(&nation, &app, "19", "MANAGER");
        registered(&nation, &app, "01969", "EDITOR");
        let draft = json!({ "unit_code": "01969", "criteria_set_code": "NTM-XA-2021-2025", "period": "2025", "stage": "SELF" });
        nation.post("/v1/assessments", &draft).expect(201);
        let planned = manager.post(&format!("{SUCCESSIONS}?validate_only=true"), &merger(DAY)).expect(200);
        let impact = &planned["impact"];
        assert_eq!((&impact["ended_count"], &impact["started_count"], &impact["changed_count"]), (&json!(2), &json!(1), &json!(10)), "ten villages follow");
        assert_eq!((&impact["open_assessments_count"], &impact["open_assessments"][0]["unit"]["name"]), (&json!(1), &json!("Phủ Thông")));
        let grants = impact["grants"].as_array().unwrap();
        assert_eq!((grants.len(), &grants[0]["role"], &grants[0]["follows_to"][0]["name"]), (1, &json!("EDITOR"), &json!("Phủ Giàng")));
        assert_eq!((&impact["statuses_to_redo"], &impact["statuses_to_redo_count"]), (&json!([]), &json!(0)), "the region passes by itself");
        assert_eq!(count(&nation, "level=COMMUNE&unit_code=19"), 37, "a dry run changes nothing");

        let recorded = manager.post(SUCCESSIONS, &merger(DAY));
        assert!(recorded.header("location").unwrap().ends_with(recorded.json()["id"].as_str().unwrap()));
        let recorded = recorded.expect(201);
        assert_eq!(recorded["edges"].as_array().unwrap().len(), 12);
        assert_eq!(recorded["edges"][0]["from_unit"]["name"], "Phủ Thông");
        assert_eq!(recorded["edges"][0]["to_unit"]["name"], "Phủ Giàng");
        assert_eq!(count(&nation, "level=COMMUNE&unit_code=19"), 36);
        assert_eq!(count(&nation, "level=COMMUNE&unit_code=19&as_of=2026-08-31"), 37);
        let new = id_of(&nation, "02008", DAY);
        assert!(new != taker && new != old);
        let ended = nation.get(&format!("/v1/units/{old}")).expect(200);
        assert_eq!((&ended["valid_to"], &ended["version"]), (&json!(DAY), &json!(2)));
        nation.get("/v1/units?unit_code=01969").faults(422, "UNIT_CODE_NOT_HELD", &[("unit_code", "UNIT_CODE_NOT_HELD")]);
        // The report of a year follows the tree of its last day; the newest results follow the tree of today.
        let expected = |period: &str| {
            let report = nation.get(&format!("/v1/reports/criteria-distribution?unit_code=19&criteria_set_code=NTM-XA-2021-2025&period={period}")).expect(200);
            report["coverage"]["expected_count"].as_i64().unwrap()
        };
        assert_eq!(expected("2025"), expected("LATEST") + 1);
        let journal = nation.get("/v1/journal?collection=unit-successions,units&limit=20").expect(200);
        let actions: Vec<&str> = journal["items"].as_array().unwrap().iter().map(|row| row["action"].as_str().unwrap()).skip(11).take(3).collect();
        assert_eq!(actions, ["unit.reformed", "unit.created", "unit-succession.created"]);
    }

    /// What held on the day before of a unit that ends or takes others in has to be decided anew.
    fn the_impact_names_the_statuses_that_do_not_pass(app) {
        let app = later(app);
        let nation = app.with_key("nation");
        for (unit, kind, value, from, to) in [
            ("01969", "NTM_LEVEL", "NTM", "2025-08-01", Value::Null),
            ("01969", "REGION_CLASS", "I", "2026-01-01", Value::Null),
            ("01969", "ATK", "YES", "2025-08-01", json!("2026-08-31")),
            ("02008", "REGION_CLASS", "II", "2026-01-01", json!("2026-09-01")),
        ] {
            let status = json!({ "unit_code": unit, "kind": kind, "value_code": value, "valid_from": from, "valid_to": to, "act_number": "1" });
            nation.post("/v1/unit-statuses", &status).expect(201);
        }
        let told = |body: &Value| {
            let impact = nation.post(&format!("{SUCCESSIONS}?validate_only=true"), body).expect(200)["impact"].clone();
            let rows = impact["statuses_to_redo"].as_array().unwrap().iter();
            let rows: Vec<String> = rows.map(|row| format!("{} {} {} {}", row["unit"]["name"], row["kind"], row["value_code"], row["predecessor"]["name"]).replace('"', "")).collect();
            assert_eq!(impact["statuses_to_redo_count"], json!(rows.len()));
            rows
        };
        let both = ["Phủ Giàng NTM_LEVEL NTM Phủ Thông", "Phủ Giàng REGION_CLASS I Phủ Thông", "Phủ Giàng REGION_CLASS II Cẩm Giàng"];
        assert_eq!(told(&merger(DAY)), both);
        // The one that lives on is its own successor; a new name alone changes nothing.
        let absorbed = edges(json!([
            { "kind": "MERGE", "from_unit_code": "01969", "to_unit_code": "02008" },
            { "kind": "MERGE", "from_unit_code": "02008", "to_unit_code": "02008", "continues": true },
        ]));
        assert_eq!(told(&absorbed), both);
        assert_eq!(told(&edges(json!([{ "kind": "RENAME", "from_unit_code": "02008", "to_unit_code": "02008" }]))), [""; 0]);
        // A region that all predecessors share passes; one that only some have does not.
        let region = |unit: &str, value: &str| json!({ "unit_code": unit, "kind": "SOCIO_ECONOMIC_REGION", "value_code": value, "valid_from": "2025-08-01", "act_number": "1" });
        nation.post("/v1/unit-statuses", &region("01969", "TDMNPB")).expect(201);
        assert_eq!(told(&merger(DAY)), both);
        nation.post("/v1/unit-statuses", &region("02008", "DBSH")).expect(201);
        assert_eq!(told(&merger(DAY)).len(), 5);
    }

    fn what_loses_or_doubles_territory_or_skips_a_day_is_refused_with_its_edge(app) {
        let app = later(app);
        let nation = app.with_key("nation");
        let to = "02008";
        for (what, body, code, faults) in [
            ("one part alone", json!([
                { "kind": "SPLIT", "from_unit_code": "01969", "to_unit_code": to, "part": "PART" }, { "kind": "MERGE", "from_unit_code": to, "to_unit_code": to },
            ]), "TERRITORY_LEFT_OVER", vec![("/edges/0", "TERRITORY_LEFT_OVER")]),
            ("the whole twice", json!([
                { "kind": "MERGE", "from_unit_code": "02008", "to_unit_code": to },
                { "kind": "MERGE", "from_unit_code": "02008", "to_unit_code": to, "part": "PART" },
            ]), "TERRITORY_USED_TWICE", vec![("/edges/1", "TERRITORY_USED_TWICE")]),
            ("parts of too little", json!([
                { "kind": "SPLIT", "from_unit_code": "02008", "to_unit_code": to, "part": "PART", "continues": true, "area_percent": 40.5 },
                { "kind": "SPLIT", "from_unit_code": "02008", "to_unit_code": "01969", "part": "PART", "area_percent": 59.4999 },
                { "kind": "MERGE", "from_unit_code": "01969", "to_unit_code": "01969", "continues": true },
            ]), "TERRITORY_LEFT_OVER", vec![("/edges/1/area_percent", "TERRITORY_LEFT_OVER")]),
            ("parts of too much", json!([
                { "kind": "SPLIT", "from_unit_code": "02008", "to_unit_code": to, "part": "PART", "continues": true, "population_percent": 40.5001 },
                { "kind": "SPLIT", "from_unit_code": "02008", "to_unit_code": "01969", "part": "PART", "population_percent": 59.5 },
                { "kind": "MERGE", "from_unit_code": "01969", "to_unit_code": "01969", "continues": true },
            ]), "TERRITORY_USED_TWICE", vec![("/edges/1/population_percent", "TERRITORY_USED_TWICE")]),
            ("a result from nowhere", json!([{ "kind": "ABOLISH", "from_unit_code": "02008" }]),
                "RESULT_WITHOUT_ORIGIN", vec![("/units/0", "RESULT_WITHOUT_ORIGIN")]),
            ("a code that another bears", json!([{ "kind": "MERGE", "from_unit_code": "01969", "to_unit_code": to }]),
                "UNIT_CODE_TAKEN", vec![("/units/0/code", "UNIT_CODE_TAKEN")]),
            ("nobody of that code", json!([
                { "kind": "MERGE", "from_unit_code": "09999", "to_unit_code": to }, { "kind": "MERGE", "from_unit_code": to, "to_unit_code": to },
            ]), "UNIT_CODE_NOT_HELD", vec![("/edges/0/from_unit_code", "UNIT_CODE_NOT_HELD")]),
            ("a result that nobody describes", json!([
                { "kind": "MERGE", "from_unit_code": "01969", "to_unit_code": "01970" }, { "kind": "MERGE", "from_unit_code": to, "to_unit_code": to },
            ]), "VALIDATION_FAILED", vec![("/edges/0/to_unit_code", "UNKNOWN_REFERENCE")]),
            ("two that live on in one", json!([
                { "kind": "MERGE", "from_unit_code": "01969", "to_unit_code": to, "continues": true }, { "kind": "MERGE", "from_unit_code": to, "to_unit_code": to, "continues": true },
            ]), "EDGE_KIND_MISMATCH", vec![("/edges/1/continues", "EDGE_KIND_MISMATCH")]),
            ("members that do not fit the kind", json!([
                { "kind": "ABOLISH", "from_unit_code": "01969", "to_unit_code": to, "part": "PART" },
                { "kind": "CREATE", "from_unit_code": "02008", "to_unit_code": to, "continues": true },
            ]), "VALIDATION_FAILED", vec![
                ("/edges/0/to_unit_code", "EDGE_KIND_MISMATCH"), ("/edges/0/part", "EDGE_KIND_MISMATCH"),
                ("/edges/1/from_unit_code", "EDGE_KIND_MISMATCH"), ("/edges/1/continues", "EDGE_KIND_MISMATCH"),
                ("/edges/0/kind", "EDGE_KIND_MISMATCH"), ("/edges/0", "TERRITORY_LEFT_OVER"),
            ]),
        ] {
            let reply = nation.post(SUCCESSIONS, &edges(body));
            let faults: Vec<(String, String)> = faults.into_iter().map(|(place, code)| (place.to_owned(), code.to_owned())).collect();
            assert_eq!(reply.problem(422), (code.to_owned(), faults), "{what}: {}", reply.text);
        }
        let province = json!({ "act_number": "1", "effective_date": DAY, "edges": [{ "kind": "ABOLISH", "from_unit_code": "19" }] });
        nation.post(SUCCESSIONS, &province).faults(422, "UNIT_ORPHANED", &[("/edges/0/from_unit_code", "UNIT_ORPHANED"); 37]);
        let mut foreign = merger(DAY);
        foreign["units"][0] = json!({ "code": "02008", "name": "x", "kind_code": "LANG", "parent_code": "01957" });
        nation.post(SUCCESSIONS, &foreign).faults(422, "VALIDATION_FAILED", &[("/units/0/kind_code", "UNKNOWN_CODE")]);
        foreign["units"][0]["kind_code"] = json!("XA");
        nation.post(SUCCESSIONS, &foreign).faults(422, "UNIT_LEVEL_ORDER", &[("/units/0/parent_code", "UNIT_LEVEL_ORDER")]);
        foreign["units"][0]["parent_code"] = json!("06");
        nation.post(SUCCESSIONS, &foreign).faults(422, "UNIT_CODE_NOT_HELD", &[("/units/0/parent_code", "UNIT_CODE_NOT_HELD")]);
        assert_eq!(nation.get(SUCCESSIONS).expect(200)["items"].as_array().unwrap().len(), 4, "nothing was stored");
        // A day that is passed already, for both units.
        nation.post(SUCCESSIONS, &merger(DAY)).expect(201);
        let gap = ("/edges/0/from_unit_code", "SUCCESSION_DATE_GAP");
        nation.post(SUCCESSIONS, &json!({ "act_number": "2", "effective_date": "2026-06-01", "units": [{ "code": "01969", "name": "Phủ", "kind_code": "XA", "parent_code": "19" }],
            "edges": [{ "kind": "RENAME", "from_unit_code": "01969", "to_unit_code": "01969" }] })).faults(422, "SUCCESSION_DATE_GAP", &[gap]);
    }

    fn a_unit_below_one_that_ends_follows_it(app) {
        let app = later(app);
        let nation = app.with_key("nation");
        let body = json!({
            "act_number": "9/QH", "effective_date": DAY,
            "units": [{ "code": "20", "name": "Thái Bắc", "kind_code": "TINH", "parent_code": "VN" }],
            "edges": [{ "kind": "MERGE", "from_unit_code": "19", "to_unit_code": "20" }],
        });
        let recorded = nation.post(SUCCESSIONS, &body).expect(201);
        let implied = recorded["edges"].as_array().unwrap().iter().filter(|edge| edge["implied"] == true).count();
        assert_eq!((implied, count(&nation, "level=COMMUNE&unit_code=20")), (37, 37));
        let moved = nation.get("/v1/units?code=02008").expect(200)["items"][0].clone();
        assert_eq!((&moved["parent_code"], &moved["territory_number"]), (&json!("20"), &json!(1)));
        assert_eq!(count(&nation, "level=COMMUNE&unit_code=19&as_of=2026-08-31"), 37);
        assert_eq!(count(&nation, "level=VILLAGE&unit_code=20"), count(&nation, "level=VILLAGE&unit_code=19&as_of=2026-08-31"));
    }

    fn an_act_that_was_wrong_is_annulled_by_a_later_one(app) {
        let app = later(app);
        let nation = app.with_key("nation");
        let before = nation.get("/v1/units?level=COMMUNE&limit=200").expect(200);
        let recorded = nation.post(SUCCESSIONS, &merger(DAY)).expect(201);
        let path = format!("{SUCCESSIONS}/{}", recorded["id"].as_str().unwrap());
        let annul = json!({ "to": "ANNULLED", "act_number": "2/NQ-UBTVQH16", "reason": "Ghi nhầm đơn vị" });
        // Something rests on the new unit.
        let held = nation.post("/v1/clients", &json!({ "unit_code": "02008", "name": "Phần mềm của xã" })).expect(201);
        nation.step(&path, 1, &annul).faults(409, "IN_USE", &[]);
        nation.delete(&format!("/v1/clients/{}", held["id"].as_str().unwrap()), 1).expect(204);
        assert_eq!(nation.send("POST", &format!("{path}/transitions"), &[], &annul).problem(428).0, "PRECONDITION_REQUIRED");
        let annulled = nation.step(&path, 1, &annul).expect(200);
        assert_eq!((&annulled["status"], &annulled["allowed_transitions"]), (&json!("ANNULLED"), &json!([])));
        let after = nation.get("/v1/units?level=COMMUNE&limit=200").expect(200);
        let named = |list: &Value| list["items"].as_array().unwrap().iter().map(|unit| (unit["id"].clone(), unit["name"].clone(), unit["valid_to"].clone())).collect::<Vec<_>>();
        assert_eq!(named(&before), named(&after));
        nation.step(&path, 2, &annul).faults(409, "TRANSITION_NOT_ALLOWED", &[]);
        // It can be recorded anew, and lineage knows the one in force alone.
        nation.post(SUCCESSIONS, &merger(DAY)).expect(201);
        let new = id_of(&nation, "02008", DAY);
        assert_eq!(steps(&nation.get(&format!("/v1/units/{new}/lineage?depth=1")).expect(200), "predecessors").len(), 2);
        // What came later has to be annulled first.
        let old = nation.get(&format!("{SUCCESSIONS}?effective_date_lte=2025-07-01")).expect(200);
        nation.step(&format!("{SUCCESSIONS}/{}", old["items"][0]["id"].as_str().unwrap()), 1, &annul).faults(409, "IN_USE", &[]);
    }

    /// Whoever keeps a unit's reference data records what becomes of those below it, and no more.
    fn a_reform_is_recorded_by_who_keeps_the_units_above(app) {
        let app = later(app);
        let nation = app.with_key("nation");
        let outside = [("/edges/0", "OUT_OF_SCOPE")];
        registered(&nation, &app, "02008", "ADMIN").post(SUCCESSIONS, &merger(DAY)).faults(403, "OUT_OF_SCOPE", &outside);
        registered(&nation, &app, "19", "EDITOR").post(SUCCESSIONS, &merger(DAY)).faults(403, "FORBIDDEN", &[]);
        let manager = registered(&nation, &app, "19", "MANAGER");
        let own = json!({ "act_number": "1", "effective_date": DAY, "units": [{ "code": "19", "name": "Thái Nguyên Mới", "kind_code": "TINH", "parent_code": "VN" }],
            "edges": [{ "kind": "RENAME", "from_unit_code": "19", "to_unit_code": "19" }] });
        manager.post(SUCCESSIONS, &own).faults(403, "OUT_OF_SCOPE", &outside);
        let recorded = manager.post(SUCCESSIONS, &merger(DAY)).expect(201);
        let path = format!("{SUCCESSIONS}/{}", recorded["id"].as_str().unwrap());
        let annul = json!({ "to": "ANNULLED", "act_number": "2", "reason": "Ghi nhầm" });
        registered(&nation, &app, "01957", "MANAGER").step(&path, 1, &annul).faults(403, "FORBIDDEN", &[]);
        manager.step(&path, 1, &annul).expect(200);
        nation.post(SUCCESSIONS, &own).expect(201);
    }
}

#[test]
fn a_load_of_the_reference_that_was_interrupted_goes_on() {
    let app = App::start(Engine::Sqlite);
    let before = app.with_key("nation").get("/v1/units?as_of=2026-01-01&limit=200&with_total=true").expect(200);
    let database = app.database.clone();
    let run = std::process::Command::new(crate::support::binary())
        .args(["import", "reference", "--database", &database])
        .output()
        .expect("the command runs");
    assert!(run.status.success(), "{}", String::from_utf8_lossy(&run.stderr));
    let after = app.with_key("nation").get("/v1/units?as_of=2026-01-01&limit=200&with_total=true").expect(200);
    assert_eq!(before, after);
}
