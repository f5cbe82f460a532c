//! Dated facts of units by acts: how they begin, end and clash, and what becomes of them when territory changes hands.

use crate::support::{App, Client, Reply, on_both};
use serde_json::{Value, json};

const STATUSES: &str = "/v1/unit-statuses";
const BATCH: &str = "/v1/unit-statuses/batch";
const KEY: &str = "8e03978e-40d5-43e8-bc93-6894a57f9324";
/// After all reforms of the reference.
const TODAY: &str = "2026-11-22T02:00:00Z";

fn later(app: &App) -> App {
    App::start_on(app.engine, app.database.clone(), &["--clock-start", TODAY])
}

/// A commune of Bạch Thông, whose manager the tests have.
const COMMUNE: &str = "01984";

fn status(unit: &str, kind: &str, value: &str, from: &str) -> Value {
    json!({ "unit_code": unit, "kind": kind, "value_code": value, "valid_from": from, "act_number": "861/QĐ-TTg" })
}

fn until(mut status: Value, to: &str) -> Value {
    status["valid_to"] = json!(to);
    status
}

fn with(mut status: Value, name: &str, value: Value) -> Value {
    status[name] = value;
    status
}

fn batch(client: &Client, key: &str, items: &Value) -> Reply {
    client.send("POST", BATCH, &[("idempotency-key", key)], &json!({ "items": items }))
}

fn path_of(status: &Value) -> String {
    format!("{STATUSES}/{}", status["id"].as_str().expect("an id"))
}

fn unit_id(client: &Client, code: &str, day: &str) -> String {
    let found = client.get(&format!("/v1/units?code={code}&as_of={day}")).expect(200);
    found["items"][0]["id"].as_str().unwrap_or_else(|| panic!("nobody held {code} on {day}")).to_owned()
}

/// What the list shows, as `unit kind value`.
fn listed(client: &Client, query: &str) -> Vec<String> {
    let list = client.get(&format!("{STATUSES}?limit=200&{query}")).expect(200);
    let items = list["items"].as_array().expect("items").iter();
    items.map(|row| format!("{} {} {}", row["unit"]["name"], row["kind"], row["value_code"]).replace('"', "")).collect()
}

/// The row of a kind among the statuses of a unit.
fn of_kind(client: &Client, unit: &str, kind: &str, day: &str) -> Value {
    let overview = client.get(&format!("/v1/units/{unit}/statuses?as_of={day}")).expect(200);
    let rows = overview["items"].as_array().expect("rows");
    assert_eq!(rows.len(), 7);
    rows.iter().find(|row| row["kind"] == kind).expect("one row for each kind").clone()
}

on_both! {
    fn a_status_is_recorded_by_its_act_and_read_by_anybody(app) {
        let manager = app.with_key("district-manager");
        let new = with(with(status(COMMUNE, "REGION_CLASS", "III", "2021-06-04"), "note", json!("Phụ lục I")), "external_id", json!("KV-1"));
        let planned = manager.post(&format!("{STATUSES}?validate_only=true"), &new).expect(200);
        assert_eq!((&planned["unit"]["name"], &planned["state"]), (&json!("Đôn Phong"), &json!("IN_FORCE")));
        assert_eq!(listed(&manager, "unit_code=063"), [""; 0], "a dry run stores nothing");
        let recorded = manager.post(STATUSES, &new);
        assert!(recorded.header("location").unwrap().ends_with(recorded.json()["id"].as_str().unwrap()));
        let recorded = recorded.expect(201);
        assert_eq!(
            (&recorded["version"], &recorded["valid_to"], &recorded["lapsed_date"], &recorded["confidence"], &recorded["conflicts"]),
            (&json!(1), &Value::Null, &json!("2025-07-01"), &json!("VERIFIED"), &json!([]))
        );
        assert_eq!(recorded["allowed_transitions"], json!(["ENDED", "ANNULLED"]));
        assert_eq!(manager.post(STATUSES, &new).expect(200), recorded, "the caller's own id names it already");
        manager.post(STATUSES, &with(new.clone(), "value_code", json!("II"))).problem(409);
        let viewer = app.with_key("sibling-editor");
        assert_eq!(viewer.get(&path_of(&recorded)).expect(200), recorded);
        assert_eq!(listed(&manager, "external_id=KV-1"), ["Đôn Phong REGION_CLASS III"]);
        assert_eq!(listed(&viewer, "external_id=KV-1"), [""; 0], "ids belong to their client");
        let versions = viewer.get(&format!("{}/versions", path_of(&recorded))).expect(200);
        assert_eq!((&versions["items"][0]["action"], &versions["items"][0]["record"]["value_code"]), (&json!("unit-status.created"), &json!("III")));
        let act = viewer.get("/v1/unit-successions?limit=1").expect(200)["items"][0]["id"].as_str().unwrap().to_owned();
        assert_eq!(viewer.get(&format!("/v1/unit-successions/{act}/versions")).expect(200)["items"][0]["action"], "unit-succession.created");
    }

    fn whoever_keeps_the_unit_records_its_statuses(app) {
        let new = status(COMMUNE, "ATK", "YES", "2022-01-01");
        let (manager, sibling) = (app.with_key("district-manager"), app.with_key("sibling-admin"));
        sibling.post(STATUSES, &new).faults(403, "OUT_OF_SCOPE", &[("/unit_code", "OUT_OF_SCOPE")]);
        let items = json!([status("01900", "ATK", "YES", "2022-01-01"), new]);
        assert_eq!(batch(&sibling, KEY, &items).problem(403).0, "OUT_OF_SCOPE");
        app.with_key("district-editor").post(STATUSES, &new).faults(403, "FORBIDDEN", &[]);
        let recorded = manager.post(STATUSES, &new).expect(201);
        let end = json!({ "to": "ENDED", "valid_to": "2023-01-01", "act_number": "2" });
        sibling.step(&path_of(&recorded), 1, &end).faults(403, "FORBIDDEN", &[]);
        manager.step(&path_of(&recorded), 1, &end).expect(200);
    }

    /// Every fault of a body, each with its place.
    fn what_a_kind_does_not_admit_is_refused(app) {
        let nation = app.with_key("nation");
        let base = status(COMMUNE, "REGION_CLASS", "III", "2021-06-04");
        let refused = |body: &Value, code: &str, faults: &[(&str, &str)]| nation.post(STATUSES, body).faults(422, code, faults);
        for (kind, value) in [("REGION_CLASS", "IV"), ("DBKK", "NO"), ("ATK", "1"), ("COMMUNE_GROUP", "4"), ("NTM_LEVEL", "NTM_BEST")] {
            refused(&status(COMMUNE, kind, value, "2021-06-04"), "VALIDATION_FAILED", &[("/value_code", "UNKNOWN_VALUE")]);
        }
        refused(&status(COMMUNE, "SOCIO_ECONOMIC_REGION", "TDBB", "2021-06-04"), "VALIDATION_FAILED", &[("/value_code", "UNKNOWN_CODE")]);
        refused(&status(COMMUNE, "REGION_CLASS", "iii", "2021-06-04"), "VALIDATION_FAILED", &[("/value_code", "INVALID_CODE")]);
        refused(&status(COMMUNE, "CLASS", "III", "2021-06-04"), "VALIDATION_FAILED", &[("/kind", "UNKNOWN_VALUE")]);
        refused(&until(base.clone(), "2021-06-04"), "DATE_ORDER", &[("/valid_to", "DATE_ORDER")]);
        refused(&status("063", "REGION_CLASS", "III", "2021-06-04"), "UNIT_LEVEL_MISMATCH", &[("/unit_code", "UNIT_LEVEL_MISMATCH")]);
        refused(&status("VN", "SOCIO_ECONOMIC_REGION", "TDMNPB", "2021-06-04"), "UNIT_LEVEL_MISMATCH", &[("/unit_code", "UNIT_LEVEL_MISMATCH")]);
        refused(&status("01972", "REGION_CLASS", "III", "2021-06-04"), "UNIT_CODE_NOT_HELD", &[("/unit_code", "UNIT_CODE_NOT_HELD")]);
        let gone = unit_id(&nation, "01972", "2019-12-31");
        let mut by_id = with(base.clone(), "unit_id", json!(gone));
        by_id["unit_code"] = Value::Null;
        refused(&by_id, "UNIT_NOT_IN_PERIOD", &[("/unit_id", "UNIT_NOT_IN_PERIOD")]);
        refused(&with(base.clone(), "unit_id", json!(gone)), "VALIDATION_FAILED", &[("/unit_id", "EXACTLY_ONE_REQUIRED")]);
        refused(&with(base.clone(), "state", json!("ENDED")), "VALIDATION_FAILED", &[("/state", "UNKNOWN_MEMBER")]);
        let many = json!({ "unit_code": "063", "kind": "NTM_LEVEL", "value_code": "X", "valid_from": "2021-06-04", "valid_to": "2021-01-01", "act_number": "1" });
        refused(&many, "VALIDATION_FAILED", &[("/value_code", "UNKNOWN_VALUE"), ("/valid_to", "DATE_ORDER")]);
        nation.post(STATUSES, &status("063", "NTM_LEVEL", "NTM", "2021-06-04")).expect(201);
    }

    /// The new act ends what was open; what is closed, or begins no earlier, is in its way.
    fn a_new_status_ends_the_open_one_before_it(app) {
        let manager = app.with_key("district-manager");
        let class = |value: &str, from: &str| status(COMMUNE, "REGION_CLASS", value, from);
        let first = manager.post(STATUSES, &class("III", "2021-06-04")).expect(201);
        let second = manager.post(STATUSES, &with(class("I", "2022-09-01"), "act_number", json!("698/QĐ-TTg"))).expect(201);
        let ended = manager.get(&path_of(&first)).expect(200);
        assert_eq!(
            (&ended["version"], &ended["state"], &ended["valid_to"], &ended["ending_act_number"], &ended["lapsed_date"]),
            (&json!(2), &json!("ENDED"), &json!("2022-09-01"), &json!("698/QĐ-TTg"), &Value::Null)
        );
        let versions = manager.get(&format!("{}/versions", path_of(&first))).expect(200);
        assert_eq!((&versions["items"][1]["action"], &versions["items"][1]["changed"]), (&json!("unit-status.ended"), &json!(["ending_act_number", "state", "updated_at", "valid_to"])));
        let overlaps = [("/valid_from", "STATUS_OVERLAPS")];
        for from in ["2022-09-01", "2022-08-31", "2021-06-04", "2020-06-01"] {
            manager.post(STATUSES, &class("II", from)).faults(422, "STATUS_OVERLAPS", &overlaps);
        }
        manager.post(STATUSES, &until(class("II", "2020-06-01"), "2021-06-05")).faults(422, "STATUS_OVERLAPS", &overlaps);
        // What ended before is no obstacle, nor is another kind.
        manager.post(STATUSES, &until(class("II", "2020-06-01"), "2021-06-04")).expect(201);
        manager.post(STATUSES, &status(COMMUNE, "DBKK", "YES", "2021-06-04")).expect(201);
        manager.step(&path_of(&second), 1, &json!({ "to": "ANNULLED", "act_number": "9", "reason": "Ghi nhầm" })).expect(200);
        manager.post(STATUSES, &class("II", "2022-09-01")).expect(201);
    }

    fn a_status_is_ended_or_annulled_by_an_act(app) {
        let manager = app.with_key("district-manager");
        let open = manager.post(STATUSES, &status(COMMUNE, "REGION_CLASS", "III", "2021-06-04")).expect(201);
        let path = path_of(&open);
        let end = |to: &str| json!({ "to": "ENDED", "valid_to": to, "act_number": "12/QĐ-UBND" });
        let refused = |body: Value, faults: &[(&str, &str)]| {
            let (_, found) = manager.step(&path, 1, &body).problem(422);
            assert_eq!(found, faults.iter().map(|(place, code)| ((*place).to_owned(), (*code).to_owned())).collect::<Vec<_>>());
        };
        refused(json!({ "to": "ENDED", "act_number": "1" }), &[("/valid_to", "REQUIRED")]);
        refused(end("2021-06-04"), &[("/valid_to", "DATE_ORDER")]);
        refused(json!({ "to": "ANNULLED", "act_number": "1", "valid_to": "2022-01-01" }), &[("/valid_to", "UNKNOWN_MEMBER"), ("/reason", "REASON_REQUIRED")]);
        refused(json!({ "to": "ENDED", "valid_to": "2022-01-01" }), &[("/act_number", "REQUIRED")]);
        manager.step(&path, 1, &json!({ "to": "IN_FORCE", "act_number": "1" })).faults(409, "TRANSITION_NOT_ALLOWED", &[]);
        assert_eq!(manager.send("POST", &format!("{path}/transitions"), &[], &end("2022-01-01")).problem(428).0, "PRECONDITION_REQUIRED");
        assert_eq!(manager.step(&path, 7, &end("2022-01-01")).problem(412).0, "VERSION_CONFLICT");
        let ended = manager.step(&path, 1, &end("2022-01-01")).expect(200);
        assert_eq!((&ended["state"], &ended["valid_to"], &ended["allowed_transitions"]), (&json!("ENDED"), &json!("2022-01-01"), &json!(["ANNULLED"])));
        manager.step(&path, 2, &end("2021-12-01")).faults(409, "TRANSITION_NOT_ALLOWED", &[]);
        assert_eq!(listed(&manager, "unit_code=01984&as_of=2021-12-31"), ["Đôn Phong REGION_CLASS III"]);
        assert_eq!(listed(&manager, "unit_code=01984&as_of=2022-01-01"), [""; 0]);
        let annulled = manager.step(&path, 2, &json!({ "to": "ANNULLED", "act_number": "13/QĐ-UBND", "reason": "Trái thẩm quyền" })).expect(200);
        assert_eq!((&annulled["state"], &annulled["note"], &annulled["ending_act_number"]), (&json!("ANNULLED"), &json!("Trái thẩm quyền"), &json!("13/QĐ-UBND")));
        assert_eq!(listed(&manager, "unit_code=01984&as_of=2021-12-31"), [""; 0]);
        assert_eq!(listed(&manager, "unit_code=01984&state=ANNULLED"), ["Đôn Phong REGION_CLASS III"]);
        // One whose act gave it a last day can end before it, not after.
        let closed = manager.post(STATUSES, &until(status(COMMUNE, "ATK", "YES", "2021-01-01"), "2026-01-01")).expect(201);
        assert_eq!(closed["state"], "IN_FORCE");
        manager.step(&path_of(&closed), 1, &end("2026-01-02")).faults(422, "DATE_ORDER", &[("/valid_to", "DATE_ORDER")]);
        manager.step(&path_of(&closed), 1, &end("2024-01-01")).expect(200);
    }

    /// One decision, many communes: all or nothing, every fault of every item, once.
    fn a_batch_is_stored_whole_or_not_at_all(app) {
        let manager = app.with_key("district-manager");
        let class = |unit: &str, value: &str, from: &str| status(unit, "REGION_CLASS", value, from);
        let good = json!([class("01984", "III", "2021-06-04"), class("02017", "I", "2021-06-04"), class("01984", "II", "2022-09-01")]);
        manager.post(BATCH, &json!({ "items": good })).faults(400, "IDEMPOTENCY_KEY_REQUIRED", &[("Idempotency-Key", "IDEMPOTENCY_KEY_REQUIRED")]);
        let bad = json!([
            class("01984", "IV", "2021-06-04"), { "unit_code": 1, "kind": "DBKK", "extra": true }, class("02017", "I", "2021-06-04"), class("02017", "III", "2021-06-04"),
            until(class("09999", "I", "2021-06-04"), "2021-01-01"),
        ]);
        batch(&manager, KEY, &bad).faults(422, "BATCH_REJECTED", &[
            ("/items/0/value_code", "UNKNOWN_VALUE"),
            ("/items/1/extra", "UNKNOWN_MEMBER"), ("/items/1/unit_code", "STRING_EXPECTED"),
            ("/items/1/value_code", "REQUIRED"), ("/items/1/valid_from", "REQUIRED"), ("/items/1/act_number", "REQUIRED"),
            ("/items/3/valid_from", "STATUS_OVERLAPS"),
            ("/items/4/unit_code", "UNIT_CODE_NOT_HELD"), ("/items/4/valid_to", "DATE_ORDER"),
        ]);
        for (items, code) in [(json!([]), "REQUIRED"), (json!(1), "ARRAY_EXPECTED"), (json!(vec![json!({}); 1001]), "TOO_MANY_ITEMS")] {
            batch(&manager, KEY, &items).faults(422, "BATCH_REJECTED", &[("/items", code)]);
        }
        assert_eq!(listed(&manager, "unit_code=063"), [""; 0], "nothing was stored");
        let dry = manager.send("POST", &format!("{BATCH}?validate_only=true"), &[("idempotency-key", KEY)], &json!({ "items": good })).expect(200);
        assert_eq!(dry["items"].as_array().unwrap().len(), 3);
        let stored = batch(&manager, KEY, &good);
        let answer = stored.expect(201);
        let told: Vec<(&Value, &Value, &Value)> = answer["items"].as_array().unwrap().iter().map(|item| (&item["unit"]["code"], &item["state"], &item["version"])).collect();
        let expected = [(json!("01984"), json!("ENDED"), json!(2)), (json!("02017"), json!("IN_FORCE"), json!(1)), (json!("01984"), json!("IN_FORCE"), json!(1))];
        assert_eq!(told, expected.iter().map(|(unit, state, version)| (unit, state, version)).collect::<Vec<_>>(), "an item knows those before it");
        let again = batch(&manager, KEY, &good);
        assert_eq!((again.status, &again.text, again.header("idempotency-replayed")), (201, &stored.text, Some("true")));
        batch(&manager, KEY, &bad).faults(422, "IDEMPOTENCY_KEY_REUSED", &[]);
        assert_eq!(listed(&manager, "unit_code=063").len(), 3);
        assert_eq!(manager.get(&path_of(&answer["items"][0])).expect(200), answer["items"][0]);
    }

    /// The caller's own ids mean the same in a batch as alone.
    fn ids_of_the_caller_are_kept_in_a_batch(app) {
        let manager = app.with_key("district-manager");
        let named = |name: &str, value: &str| with(status(COMMUNE, "REGION_CLASS", value, "2021-06-04"), "external_id", json!(name));
        let alone = manager.post(STATUSES, &named("KV-1", "III")).expect(201);
        let other = with(status("02017", "REGION_CLASS", "I", "2021-06-04"), "external_id", json!("KV-2"));
        let stored = batch(&manager, KEY, &json!([named("KV-1", "III"), other])).expect(201);
        assert_eq!(stored["items"][0], alone);
        assert_eq!(manager.post(STATUSES, &other).expect(200), stored["items"][1]);
        batch(&manager, "9e03978e-40d5-43e8-bc93-6894a57f9324", &json!([named("KV-1", "II"), named("KV-3", "II"), named("KV-3", "II")])).faults(422, "BATCH_REJECTED", &[
            ("/items/0/external_id", "DUPLICATE"), ("/items/1/valid_from", "STATUS_OVERLAPS"), ("/items/2/external_id", "DUPLICATE_ITEM"),
        ]);
    }

    fn the_list_is_filtered_and_paged(app) {
        let nation = app.with_key("nation");
        let communes = ["01984", "02017", "01975", "01978", "01981"];
        let classes: Vec<Value> = communes.iter().map(|unit| until(status(unit, "REGION_CLASS", "III", "2021-06-04"), "2023-06-04")).collect();
        batch(&nation, KEY, &json!(classes)).expect(201);
        nation.post(STATUSES, &status("02017", "NTM_LEVEL", "NTM", "2022-12-30")).expect(201);
        nation.post(STATUSES, &status("063", "NTM_LEVEL", "NTM", "2022-12-31")).expect(201);
        for (query, count) in [
            ("unit_code=063", 7), ("unit_code=063&unit_scope=SELF", 1), ("unit_code=063&unit_scope=CHILDREN", 7), ("unit_code=06&unit_scope=CHILDREN", 2),
            ("unit_code=064", 0), ("unit_name=%C4%91on%20phong", 1), ("kind=NTM_LEVEL", 2), ("kind=NTM_LEVEL,DBKK&value_code=NTM", 2), ("value_code=III", 5),
            ("state=ENDED", 0), ("as_of=2023-06-03&kind=REGION_CLASS", 5), ("as_of=2023-06-04&kind=REGION_CLASS", 0), ("as_of=2021-06-03&kind=REGION_CLASS", 0),
            ("conflict=true", 2), ("conflict=true&kind=NTM_LEVEL", 1), ("conflict=true&as_of=2023-06-04", 1), ("conflict=false&kind=NTM_LEVEL", 2),
        ] {
            assert_eq!(listed(&nation, query).len(), count, "{query}");
        }
        for sort in ["valid_from", "-valid_from"] {
            let whole = nation.get(&format!("{STATUSES}?limit=200&sort={sort}&with_total=true")).expect(200);
            let whole_rows = whole["items"].as_array().unwrap();
            assert_eq!(whole["total"], json!(whole_rows.len()));
            let days: Vec<&str> = whole_rows.iter().map(|row| row["valid_from"].as_str().unwrap()).collect();
            assert!(if sort == "valid_from" { days.is_sorted() } else { days.iter().rev().is_sorted() }, "{days:?}");
            let mut read: Vec<Value> = Vec::new();
            let mut query = format!("limit=2&sort={sort}");
            loop {
                let page = nation.get(&format!("{STATUSES}?{query}")).expect(200);
                read.extend(page["items"].as_array().unwrap().iter().cloned());
                match page["next_cursor"].as_str() {
                    Some(cursor) => query = format!("limit=2&sort={sort}&cursor={cursor}"),
                    None => break,
                }
            }
            assert_eq!(&read, whole_rows, "ties and full pages");
        }
        for (query, faults) in [
            ("unit_code=99999", ("unit_code", "UNIT_CODE_NOT_HELD")), ("unit_code=01900&as_of=1990-01-01", ("unit_code", "UNIT_CODE_NOT_HELD")),
            ("kind=CLASS", ("kind", "UNKNOWN_VALUE")), ("conflict=1", ("conflict", "INVALID_BOOLEAN")), ("sort=kind", ("sort", "UNKNOWN_SORT")), ("value_code=iii", ("value_code", "INVALID_CODE")),
        ] {
            let (_, found) = nation.get(&format!("{STATUSES}?{query}")).problem(422);
            assert_eq!(found, [(faults.0.to_owned(), faults.1.to_owned())], "{query}");
        }
    }

    /// Both sides show what does not go together, as long as both hold; nothing is repaired.
    fn a_clash_is_shown_on_both_sides_and_left_as_it_is(app) {
        let manager = app.with_key("district-manager");
        let class = manager.post(STATUSES, &status(COMMUNE, "REGION_CLASS", "III", "2021-06-04")).expect(201);
        let hard = manager.post(STATUSES, &until(status(COMMUNE, "DBKK", "YES", "2021-06-04"), "2022-12-31")).expect(201);
        let level = manager.post(STATUSES, &status(COMMUNE, "NTM_LEVEL", "NTM", "2022-12-30")).expect(201);
        let rule = |rule: &str, other: &Value| json!({ "rule": rule, "status_id": other["id"] });
        let (third, difficult) = ("RECOGNISED_YET_CLASS_III", "RECOGNISED_YET_ESPECIALLY_DIFFICULT");
        assert_eq!(level["conflicts"], json!([rule(third, &class), rule(difficult, &hard)]));
        let conflicts = |status: &Value| manager.get(&path_of(status)).expect(200)["conflicts"].clone();
        assert_eq!((conflicts(&class), conflicts(&hard)), (json!([rule(third, &level)]), json!([rule(difficult, &level)])));
        manager.post(STATUSES, &status(COMMUNE, "REGION_CLASS", "I", "2022-12-30")).expect(201);
        manager.step(&path_of(&hard), 1, &json!({ "to": "ENDED", "valid_to": "2022-12-30", "act_number": "1" })).expect(200);
        assert_eq!(conflicts(&level), json!([]));
        assert_eq!(listed(&manager, "conflict=true"), [""; 0]);
    }

    /// A new territory has none of what the old one was, not even where the unit lives on; other names do not matter.
    fn statuses_do_not_pass_through_a_merger(app) {
        let nation = app.with_key("nation");
        // The town took a commune in and lived on.
        let town = nation.post(STATUSES, &status("01969", "REGION_CLASS", "I", "2019-01-01")).expect(201);
        assert_eq!((&town["state"], &town["lapsed_date"]), (&json!("IN_FORCE"), &json!("2020-02-01")));
        assert_eq!(listed(&nation, "unit_code=01969&as_of=2020-01-31"), ["Phủ Thông REGION_CLASS I"]);
        assert_eq!(listed(&nation, "unit_code=01969&as_of=2020-02-01"), [""; 0]);
        let id = unit_id(&nation, "01969", "2020-02-01");
        let row = of_kind(&nation, &id, "REGION_CLASS", "2020-02-01");
        assert_eq!((&row["status"], &row["gap"], &row["proposal"]), (&Value::Null, &json!(true), &Value::Null));
        let told: Vec<(&str, bool)> = row["predecessors"].as_array().unwrap().iter().map(|before| (before["unit"]["name"].as_str().unwrap(), before["status"].is_null())).collect();
        assert_eq!(told, [("Phủ Thông", false), ("Phương Linh", true)]);
        assert_eq!(row["predecessors"][0]["status"]["id"], town["id"]);
        let earlier = of_kind(&nation, &id, "REGION_CLASS", "2020-01-31");
        assert_eq!((&earlier["status"]["id"], &earlier["gap"], &earlier["predecessors"]), (&town["id"], &json!(false), &json!([])));
        // The old status is not in the way of a new one, which leaves it as it was.
        let new = nation.post(STATUSES, &status("01969", "REGION_CLASS", "II", "2021-06-04")).expect(201);
        assert_eq!(nation.get(&path_of(&town)).expect(200)["version"], 1);
        let filled = of_kind(&nation, &id, "REGION_CLASS", "2021-06-04");
        assert_eq!((&filled["status"]["id"], &filled["gap"]), (&new["id"], &json!(false)));
        // A ward that was a commune is the same territory.
        let kept = nation.post(STATUSES, &status("01846", "REGION_CLASS", "I", "2012-01-01")).expect(201);
        assert_eq!(kept["lapsed_date"], "2025-07-01");
        assert_eq!(listed(&nation, "kind=REGION_CLASS&unit_code=01846&as_of=2016-01-01").len(), 1);
    }

    /// Recognition needs a decision; what the predecessors had only proposes one.
    fn recognition_is_proposed_and_never_inherited(app) {
        let app = later(app);
        let nation = app.with_key("nation");
        let level = |unit: &str, value: &str| status(unit, "NTM_LEVEL", value, "2022-01-01");
        // Cẩm Giàng of today came from four communes.
        let unit = unit_id(&nation, "02008", "2026-01-01");
        let asked = || {
            let row = of_kind(&nation, &unit, "NTM_LEVEL", "2026-01-01");
            (row["gap"].clone(), row["proposal"].clone(), row["proposed_value_code"].clone())
        };
        assert_eq!(asked(), (json!(false), Value::Null, Value::Null));
        for commune in ["01999", "02005", "02008"] {
            nation.post(STATUSES, &level(commune, "NTM")).expect(201);
        }
        assert_eq!(asked(), (json!(true), json!("REVIEW"), json!("NTM")));
        let last = nation.post(STATUSES, &level("02011", "NTM_ADVANCED")).expect(201);
        assert_eq!(asked(), (json!(true), json!("ELIGIBLE"), json!("NTM")), "the level that all had at least");
        // It must have held on the last day.
        nation.step(&path_of(&last), 1, &json!({ "to": "ENDED", "valid_to": "2025-06-30", "act_number": "1" })).expect(200);
        assert_eq!(asked(), (json!(true), json!("REVIEW"), json!("NTM")));
        nation.post(STATUSES, &status("02008", "NTM_LEVEL", "NTM", "2025-12-01")).expect(201);
        assert_eq!(asked(), (json!(false), Value::Null, Value::Null));
        // The unit of before is answered as it was last.
        let ended = unit_id(&nation, "02005", "2025-01-01");
        let overview = nation.get(&format!("/v1/units/{ended}/statuses")).expect(200);
        assert_eq!((&overview["as_of"], &overview["unit"]["name"]), (&json!("2025-06-30"), &json!("Quân Hà")));
        nation.get("/v1/units/019b0000-0000-7000-8000-000000000000/statuses").faults(404, "NOT_FOUND", &[]);
    }

    /// The region of a province is that of all below it, also after provinces of one region became one.
    fn a_region_comes_from_above_and_passes_where_all_predecessors_share_it(app) {
        let app = later(app);
        let nation = app.with_key("nation");
        let row = |code: &str, day: &str| of_kind(&nation, &unit_id(&nation, code, day), "SOCIO_ECONOMIC_REGION", day);
        let told = |row: Value| (row["status"]["value_code"].clone(), row["status"]["unit"]["name"].clone(), row["inherited_from"]["name"].clone(), row["gap"].clone());
        // As far as the reference goes.
        assert_eq!(told(row("06", "2024-01-01")), (json!("TDMNPB"), json!("Bắc Kạn"), Value::Null, json!(false)));
        assert_eq!(told(row("01984", "2024-01-01")), (json!("TDMNPB"), json!("Bắc Kạn"), json!("Bắc Kạn"), json!(false)));
        assert_eq!(told(row("06", "2020-12-31")), (Value::Null, Value::Null, Value::Null, json!(false)));
        let province = row("19", "2026-01-01");
        assert_eq!(province["predecessors"].as_array().unwrap().len(), 2);
        assert_eq!(told(province), (json!("TDMNPB"), json!("Bắc Kạn"), Value::Null, json!(false)));
        assert_eq!(told(row("02008", "2026-01-01")).2, "Thái Nguyên");
        let confidence = nation.get(&format!("{STATUSES}?kind=SOCIO_ECONOMIC_REGION&unit_code=06&as_of=2024-01-01&unit_scope=SELF")).expect(200);
        assert_eq!(confidence["items"][0]["confidence"], "MEDIUM", "the reference says how sure it is");
        // What is nearer goes first; what predecessors do not share leaves a gap.
        nation.post(STATUSES, &status("063", "SOCIO_ECONOMIC_REGION", "DBSH", "2022-01-01")).expect(201);
        assert_eq!(told(row("01984", "2024-01-01")).2, "Bạch Thông");
        let foreign = nation.get(&format!("{STATUSES}?kind=SOCIO_ECONOMIC_REGION&unit_code=19&as_of=2024-01-01")).expect(200);
        nation.step(&path_of(&foreign["items"][0]), 1, &json!({ "to": "ANNULLED", "act_number": "1", "reason": "Thử" })).expect(200);
        assert_eq!(told(row("19", "2026-01-01")), (Value::Null, Value::Null, Value::Null, json!(true)));
    }

    /// Two who classify the same commune at once: one does, the other is told.
    fn of_two_at_once_one_records(app) {
        let threads: Vec<_> = [app.with_key("nation"), app.with_key("district-manager")]
            .into_iter()
            .map(|client| std::thread::spawn(move || client.post(STATUSES, &status(COMMUNE, "ISLAND", "YES", "2021-01-01")).status))
            .collect();
        let mut answers: Vec<u16> = threads.into_iter().map(|thread| thread.join().expect("an answer")).collect();
        answers.sort_unstable();
        assert_eq!(answers, [201, 422]);
        assert_eq!(listed(&app.with_key("nation"), "kind=ISLAND").len(), 1);
    }
}
