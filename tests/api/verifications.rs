//! Thresholds of published sets that were held against the act: who may, what it changes, what it leaves as it was.

use crate::support::{App, Client, on_both};
use serde_json::{Value, json};

const VERIFICATIONS: &str = "/v1/threshold-verifications";
const NATIONAL: &str = "NTM-XA-2021-2025";

fn read(item: &str, region: &str, year: Value, value: Value) -> Value {
    json!({ "item_code": item, "region_code": region, "year": year, "operator": "AT_LEAST", "value": value })
}

/// Income in the northern midlands and mountains, as loaded with little confidence.
fn income(value: i64) -> Value {
    read("10.1", "TDMNPB", json!(2022), json!(value))
}

fn verification(set: &str, thresholds: &Value) -> Value {
    json!({
        "criteria_set_code": set, "thresholds": thresholds, "verified_date": "2023-03-09",
        "document": { "label": "318/QĐ-TTg", "date": "2022-03-08", "place": "Phụ lục, tiêu chí 10", "content_hash": "ab".repeat(32) }
    })
}

fn path_of(verification: &Value) -> String {
    format!("{VERIFICATIONS}/{}", verification["id"].as_str().expect("an id"))
}

/// What applies to the commune Lục Bình in 2022.
fn applied(client: &Client, set: &str, item: &str) -> Value {
    let all = client.get(&format!("/v1/thresholds?criteria_set_code={set}&unit_code=01984&period=2022")).expect(200);
    all["items"].as_array().unwrap().iter().find(|row| row["item_code"] == item).expect("the item")["threshold"].clone()
}

fn listed(client: &Client, code: &str) -> Value {
    client.get(&format!("/v1/criteria-sets?code={code}")).expect(200)["items"][0].clone()
}

fn document(client: &Client, code: &str) -> String {
    let id = listed(client, code)["id"].as_str().expect("a set").to_owned();
    client.get(&format!("/v1/criteria-sets/{id}/document")).text
}

/// A sheet with an income, begun.
fn begin(client: &Client, stage: &str) -> String {
    let items = json!([{ "code": "10.1", "figure": { "value": 41 } }]);
    let body = json!({ "unit_code": "01984", "criteria_set_code": NATIONAL, "period": "2022", "stage": stage, "items": items });
    format!("/v1/assessments/{}", client.post("/v1/assessments", &body).expect(201)["id"].as_str().expect("an id"))
}

fn provisional(client: &Client, path: &str) -> (Value, Value) {
    let proof = client.get(&format!("{path}/evaluation")).expect(200);
    (client.get(path).expect(200)["provisional"].clone(), proof["provisional"].clone())
}

fn provisional_count(app: &App) -> Value {
    let report = "/v1/reports/criteria-distribution?unit_code=01984&period=2022&stage=APPRAISAL";
    app.with_key("nation").get(report).expect(200)["total"]["provisional_count"].clone()
}

on_both! {
    /// A verification says who read what where and when; while it is in force the threshold counts as verified, and the
    /// set stays what it was. Annulled, it is as if it had never been.
    fn a_verification_raises_the_confidence_and_leaves_the_set_alone(app) {
        let nation = app.with_key("nation");
        let (set, text) = (listed(&nation, NATIONAL), document(&nation, NATIONAL));
        let before = applied(&nation, NATIONAL, "10.1");
        assert_eq!((&before["value"], &before["confidence"], &before["verification_id"]), (&json!(39), &json!("MEDIUM"), &Value::Null));
        let unverified = |client: &Client| client.get("/v1/thresholds?unit_code=01984&period=2022").expect(200)["unverified_count"].as_i64().unwrap();
        let count = unverified(&nation);
        let mut body = verification(NATIONAL, &json!([income(39)]));
        (body["note"], body["external_id"]) = (json!("Đọc bản công báo"), json!("DC-1"));
        nation.post(&format!("{VERIFICATIONS}?validate_only=true"), &body).expect(200);
        assert_eq!(nation.get(VERIFICATIONS).expect(200)["items"], json!([]), "a dry run stores nothing");
        let made = nation.post(VERIFICATIONS, &body).expect(201);
        let me = nation.get("/v1/me").expect(200)["client"]["id"].clone();
        assert_eq!((&made["state"], &made["version"], &made["author_client_id"], &made["document"]["place"]), (&json!("IN_FORCE"), &json!(1), &me, &json!("Phụ lục, tiêu chí 10")));
        assert_eq!((&made["thresholds"][0]["value"], &made["thresholds"][0]["part"], &made["thresholds"][0]["loaded_confidence"]), (&json!(39), &json!(0), &json!("MEDIUM")));
        // Sent again under the same id it is the same; with other content it is refused.
        assert_eq!(nation.post(VERIFICATIONS, &body).expect(200)["id"], made["id"]);
        body["note"] = json!("Khác");
        nation.post(VERIFICATIONS, &body).faults(409, "DUPLICATE", &[]);

        let reader = app.with_key("district-viewer");
        assert_eq!(reader.get(&path_of(&made)).expect(200), made);
        for (query, found) in [("", 1), ("?criteria_set_code=NTM-XA-2021-2025&state=IN_FORCE", 1), ("?external_id=DC-1", 1), ("?external_id=DC-2", 0), ("?state=ANNULLED", 0), ("?criteria_set_code=NTM-XA-2016-2020", 0)] {
            assert_eq!(reader.get(&format!("{VERIFICATIONS}{query}")).expect(200)["items"].as_array().unwrap().len(), found, "{query}");
        }
        // For the nation's set and for what stands on it.
        for code in [NATIONAL, "NTM-XA-BK-2022-2025"] {
            let after = applied(&reader, code, "10.1");
            assert_eq!((&after["confidence"], &after["verification_id"], &after["value"]), (&json!("VERIFIED"), &made["id"], &json!(39)), "{code}");
        }
        assert_eq!(unverified(&reader), count - 1);
        assert_eq!(listed(&nation, NATIONAL), set, "checksum and version are what they were");
        assert_eq!(document(&nation, NATIONAL), text);

        nation.step(&path_of(&made), 9, &json!({ "to": "ANNULLED", "reason": "Nhầm" })).faults(412, "VERSION_CONFLICT", &[]);
        nation.step(&path_of(&made), 1, &json!({ "to": "ANNULLED" })).faults(422, "VALIDATION_FAILED", &[("/reason", "REQUIRED")]);
        nation.step(&path_of(&made), 1, &json!({ "to": "IN_FORCE", "reason": "Nhầm" })).faults(409, "TRANSITION_NOT_ALLOWED", &[]);
        let annulled = nation.step(&path_of(&made), 1, &json!({ "to": "ANNULLED", "reason": "Đọc nhầm bản dự thảo" })).expect(200);
        assert_eq!((&annulled["state"], &annulled["annulment_reason"], &annulled["note"], &annulled["allowed_transitions"]), (&json!("ANNULLED"), &json!("Đọc nhầm bản dự thảo"), &json!("Đọc bản công báo"), &json!([])));
        nation.step(&path_of(&made), 2, &json!({ "to": "ANNULLED", "reason": "Nhầm" })).faults(409, "TRANSITION_NOT_ALLOWED", &[]);
        assert_eq!(applied(&reader, NATIONAL, "10.1"), before);
        let history = reader.get(&format!("{}/versions", path_of(&made))).expect(200);
        let actions: Vec<&Value> = history["items"].as_array().unwrap().iter().map(|row| &row["action"]).collect();
        assert_eq!(actions, ["threshold-verification.created", "threshold-verification.annulled"]);
        assert_eq!(history["items"][0]["client_id"], me);
    }

    /// The newest that is in force is named; annulling it lets the one before it stand.
    fn two_readers_are_two_verifications(app) {
        let mut nation = app.with_key("nation");
        let made: Vec<Value> = (0..2).map(|_| nation.post(VERIFICATIONS, &verification(NATIONAL, &json!([income(39)]))).expect(201)).collect();
        assert_eq!(applied(&nation, NATIONAL, "10.1")["verification_id"], made[1]["id"]);
        nation.step(&path_of(&made[1]), 1, &json!({ "to": "ANNULLED", "reason": "Nhầm" })).expect(200);
        assert_eq!(applied(&nation, NATIONAL, "10.1")["verification_id"], made[0]["id"]);
        app.kill_and_restart();
        nation = app.with_key("nation");
        let after = applied(&nation, NATIONAL, "10.1");
        assert_eq!((&after["verification_id"], &after["confidence"]), (&made[0]["id"], &json!("VERIFIED")));
    }

    /// What was read has to be what was loaded; every fault is told at once and nothing is stored.
    fn what_was_read_otherwise_is_refused(app) {
        let nation = app.with_key("nation");
        let mut lower = income(39);
        lower["operator"] = json!("AT_MOST");
        let mut unread = income(39);
        unread["value"] = Value::Null;
        let mut part = income(39);
        part["part"] = json!(1);
        let rows = [
            (json!([income(40)]), vec![("/thresholds/0/value", "THRESHOLD_DIFFERS")]),
            (json!([unread, lower]), vec![("/thresholds/0/value", "THRESHOLD_DIFFERS"), ("/thresholds/1", "DUPLICATE_ITEM")]),
            (json!([lower]), vec![("/thresholds/0/operator", "THRESHOLD_DIFFERS")]),
            (json!([income(39), read("3.1", "TN", Value::Null, json!(80)), read("99.1", "ALL", Value::Null, json!(80)), part]),
                vec![("/thresholds/1", "THRESHOLD_NOT_IN_SET"), ("/thresholds/2", "THRESHOLD_NOT_IN_SET"), ("/thresholds/3", "THRESHOLD_NOT_IN_SET")]),
            (json!([]), vec![("/thresholds", "REQUIRED")]),
        ];
        for (thresholds, faults) in rows {
            let (_, found) = nation.post(VERIFICATIONS, &verification(NATIONAL, &thresholds)).problem(422);
            let found: Vec<(&str, &str)> = found.iter().map(|(place, code)| (place.as_str(), code.as_str())).collect();
            assert_eq!(found, faults, "{thresholds}");
        }
        // The level that a province has to set is read as such: the act gives none.
        nation.post(&format!("{VERIFICATIONS}?validate_only=true"), &verification(NATIONAL, &json!([read("2.1", "ALL", Value::Null, Value::Null)]))).expect(200);
        let refusal = nation.post(VERIFICATIONS, &verification(NATIONAL, &json!([income(40)])));
        assert!(refusal.text.contains("39") && refusal.text.contains("TRANSCRIPTION"), "{}", refusal.text);
        let mut early = verification(NATIONAL, &json!([income(39)]));
        early["verified_date"] = json!("2022-03-07");
        nation.post(VERIFICATIONS, &early).faults(422, "DATE_ORDER", &[("/verified_date", "DATE_ORDER")]);
        early["verified_date"] = json!("2023-03-16");
        nation.post(VERIFICATIONS, &early).faults(422, "DATE_IN_FUTURE", &[("/verified_date", "DATE_IN_FUTURE")]);
        nation.post(VERIFICATIONS, &verification("NO-SUCH-SET", &json!([income(39)]))).faults(422, "CRITERIA_SET_NOT_FOUND", &[("/criteria_set_code", "CRITERIA_SET_NOT_FOUND")]);
        assert_eq!(nation.get(VERIFICATIONS).expect(200)["items"], json!([]));
    }

    /// Who keeps a set verifies it: a province its own figures, and never the nation's.
    fn a_province_verifies_its_own_set_alone(app) {
        let (nation, province) = (app.with_key("nation"), app.with_key("province-manager"));
        province.post(VERIFICATIONS, &verification(NATIONAL, &json!([income(39)]))).faults(403, "OUT_OF_SCOPE", &[("/criteria_set_code", "OUT_OF_SCOPE")]);
        let made = nation.post(VERIFICATIONS, &verification(NATIONAL, &json!([income(39)]))).expect(201);
        province.step(&path_of(&made), 1, &json!({ "to": "ANNULLED", "reason": "Nhầm" })).faults(403, "FORBIDDEN", &[]);
        let mut own: Value = serde_json::from_str(&document(&nation, "NTM-XA-BK-2022-2025")).unwrap();
        own["code"] = json!("TEST-BK");
        own["thresholds"] = json!([{ "item_code": "2.1", "threshold": { "region_code": "ALL", "operator": "AT_LEAST", "value": 70, "confidence": "LOW", "act_number": "9/QĐ-UBND" } }]);
        let set = province.post("/v1/criteria-sets", &own).expect(201);
        let body = |thresholds: Value| verification("TEST-BK", &thresholds);
        let paved = || read("2.1", "ALL", Value::Null, json!(70));
        // A draft is corrected in its document.
        province.post(VERIFICATIONS, &body(json!([paved()]))).faults(422, "CRITERIA_SET_NOT_FOUND", &[("/criteria_set_code", "CRITERIA_SET_NOT_FOUND")]);
        province.step(&format!("/v1/criteria-sets/{}", set["id"].as_str().unwrap()), 1, &json!({ "to": "PUBLISHED" })).expect(200);
        // What it takes from its base is the nation's to verify.
        province.post(VERIFICATIONS, &body(json!([paved(), income(39)]))).faults(422, "THRESHOLD_NOT_IN_SET", &[("/thresholds/1", "THRESHOLD_NOT_IN_SET")]);
        assert_eq!(applied(&province, "TEST-BK", "2.1")["confidence"], "LOW");
        province.post(VERIFICATIONS, &body(json!([paved()]))).expect(201);
        assert_eq!(applied(&province, "TEST-BK", "2.1")["confidence"], "VERIFIED");
        app.with_key("sibling-admin").post(VERIFICATIONS, &body(json!([paved()]))).faults(403, "OUT_OF_SCOPE", &[("/criteria_set_code", "OUT_OF_SCOPE")]);
    }

    /// A verdict stops being provisional when every threshold it rests on is verified: in the sheet at its next writing,
    /// never in what was sealed.
    fn a_verdict_stops_being_provisional_when_its_threshold_is_verified(app) {
        let (nation, editor, signer) = (app.with_key("nation"), app.with_key("province-editor"), app.with_key("province-signer"));
        let sealed = begin(&app.with_key("commune-editor"), "SELF");
        app.with_key("commune-signer").step(&sealed, 1, &json!({ "to": "SUBMITTED" })).expect(200);
        let draft = begin(&editor, "APPRAISAL");
        assert_eq!((provisional(&editor, &sealed), provisional(&editor, &draft)), ((json!(true), json!(true)), (json!(true), json!(true))));
        signer.step(&draft, 1, &json!({ "to": "SUBMITTED" })).faults(422, "UNVERIFIED_THRESHOLDS", &[("/reason", "UNVERIFIED_THRESHOLDS")]);
        let seals = nation.get(&format!("{sealed}/seals")).text;

        let made = nation.post(VERIFICATIONS, &verification(NATIONAL, &json!([income(39)]))).expect(201);
        // Nobody signs what the sheet does not show: it is written again first, without a change.
        assert_eq!(editor.get(&format!("{draft}/sheet")).expect(200)["outdated_count"], 1);
        signer.step(&draft, 1, &json!({ "to": "SUBMITTED" })).faults(409, "SHEET_OUTDATED", &[]);
        editor.patch(&format!("{draft}/sheet"), 1, &json!({})).expect(200);
        assert_eq!(provisional(&editor, &draft), (json!(false), json!(false)));
        let threshold = |path: &str| editor.get(&format!("{path}/evaluation")).expect(200)["criteria"][9]["items"][0]["measures"][0]["threshold"].clone();
        assert_eq!((&threshold(&draft)["confidence"], &threshold(&draft)["verification_id"]), (&json!("VERIFIED"), &made["id"]));
        signer.step(&draft, 2, &json!({ "to": "SUBMITTED" })).expect(200);
        assert_eq!(provisional_count(app), 0);
        // What was sealed says what was known when it was.
        assert_eq!(provisional(&editor, &sealed), (json!(true), json!(true)));
        assert_eq!(threshold(&sealed)["confidence"], "MEDIUM");
        assert_eq!(nation.get(&format!("{sealed}/seals")).text, seals);

        // Annulled, the next writing is provisional again; what was sealed in between is not.
        nation.step(&path_of(&made), 1, &json!({ "to": "ANNULLED", "reason": "Nhầm" })).expect(200);
        assert_eq!(provisional(&editor, &draft), (json!(false), json!(false)));
        signer.step(&draft, 3, &json!({ "to": "DRAFT", "reason": "Đối chiếu lại" })).expect(200);
        editor.patch(&format!("{draft}/sheet"), 4, &json!({})).expect(200);
        assert_eq!(provisional(&editor, &draft), (json!(true), json!(true)));
        signer.step(&draft, 5, &json!({ "to": "SUBMITTED", "reason": "Chưa đối chiếu được" })).expect(200);
        assert_eq!(provisional_count(app), 1);
    }

    /// A verdict on an item with parts rests on all of them.
    fn each_threshold_of_an_item_has_to_be_verified(app) {
        let nation = app.with_key("nation");
        let threshold = |value: i64| json!([{ "region_code": "ALL", "operator": "AT_LEAST", "value": value, "confidence": "LOW", "act_number": "1/QĐ" }]);
        let set = nation.post("/v1/criteria-sets", &json!({
            "code": "TEST-PARTS", "name": { "vi": "Bộ thử", "en": "A test" }, "level": "COMMUNE", "kind_codes": ["XA"],
            "valid_from": "2021-01-01", "valid_to": "2022-12-31", "confidence": "LOW",
            "criteria": [{ "code": "1", "name": { "vi": "Một", "en": "One" }, "confidence": "LOW", "items": [{
                "code": "1.1", "indicator_code": "INCOME_PER_CAPITA", "name": { "vi": "Thu nhập", "en": "Income" }, "confidence": "LOW", "thresholds": threshold(30),
                "parts": [{ "indicator_code": "HEALTH_INSURANCE_COVERAGE_RATE", "name": { "vi": "Bảo hiểm", "en": "Insurance" }, "thresholds": threshold(90) }]
            }] }]
        })).expect(201);
        nation.step(&format!("/v1/criteria-sets/{}", set["id"].as_str().unwrap()), 1, &json!({ "to": "PUBLISHED" })).expect(200);
        let evaluated = || nation.post("/v1/evaluations", &json!({ "unit_code": "01984", "period": "2022", "criteria_set_code": "TEST-PARTS", "values": [
            { "item_code": "1.1", "figure": { "value": 41 }, "part_figures": [{ "part": 1, "figure": { "value": 95 } }] }] })).expect(200)["evaluation"].clone();
        assert_eq!((&evaluated()["criteria"][0]["verdict"], &evaluated()["provisional"]), (&json!("MET"), &json!(true)));
        let mut own = read("1.1", "ALL", Value::Null, json!(30));
        nation.post(VERIFICATIONS, &verification("TEST-PARTS", &json!([own]))).expect(201);
        assert_eq!(evaluated()["provisional"], true, "the part is not verified");
        (own["part"], own["value"]) = (json!(1), json!(90));
        nation.post(VERIFICATIONS, &verification("TEST-PARTS", &json!([own]))).expect(201);
        assert_eq!(evaluated()["provisional"], false);
    }
}
