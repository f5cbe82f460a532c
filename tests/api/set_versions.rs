//! Versions of published sets: a figure that was loaded wrongly is mended by one, an act that amends comes as one.

use crate::support::{Client, on_both};
use serde_json::{Value, json};

const SETS: &str = "/v1/criteria-sets";
const NATIONAL: &str = "NTM-XA-2021-2025";
/// In the order of codes it stands before the one it replaces.
const MENDED: &str = "MENDED-2021-2025";

fn listed(client: &Client, code: &str) -> Value {
    client.get(&format!("{SETS}?code={code}")).expect(200)["items"][0].clone()
}

fn path_of(client: &Client, code: &str) -> String {
    format!("{SETS}/{}", listed(client, code)["id"].as_str().expect("a set"))
}

/// A copy of a set under another code.
fn copy(client: &Client, code: &str, new_code: &str) -> Value {
    let mut document = client.get(&format!("{}/document", path_of(client, code))).expect(200);
    (document["code"], document["status"]) = (json!(new_code), json!("DRAFT"));
    document
}

fn mends(code: &str) -> Value {
    json!({
        "set_code": code, "reason": "TRANSCRIPTION", "act_number": null, "note": "Thu nhập năm 2022 nhập là 39, văn bản ghi 40",
        "document": { "label": "318/QĐ-TTg", "date": "2022-03-08", "place": "Phụ lục, tiêu chí 10", "content_hash": null }
    })
}

/// The national set with another income for the northern midlands in 2022.
fn mended(client: &Client) -> Value {
    let mut document = copy(client, NATIONAL, MENDED);
    let thresholds = document["criteria"][9]["items"][0]["thresholds"].as_array_mut().expect("thresholds");
    let wrong = thresholds.iter_mut().find(|row| row["region_code"] == "TDMNPB" && row["year"] == 2022);
    wrong.expect("the income of 2022")["value"] = json!(40);
    document["replaces"] = mends(NATIONAL);
    document
}

fn publish(client: &Client, document: &Value) -> Value {
    let set = client.post(SETS, document).expect(201);
    let path = format!("{SETS}/{}", set["id"].as_str().expect("an id"));
    client.step(&path, 1, &json!({ "to": "PUBLISHED" })).expect(200)
}

fn sheet(set: &str, stage: &str, more: Value) -> Value {
    let income = json!([{ "code": "10.1", "figure": { "value": 39.5 } }]);
    let mut body =
        json!({ "unit_code": "01984", "criteria_set_code": set, "period": "2022", "stage": stage, "items": income });
    body.as_object_mut().unwrap().extend(more.as_object().expect("members").clone());
    body
}

fn address(assessment: &Value) -> String {
    format!("/v1/assessments/{}", assessment["id"].as_str().expect("an id"))
}

/// Criteria met by the commune, in a report: of how many results.
fn counted(client: &Client, set: &str, stage: &str) -> (Value, Value) {
    let query = format!("unit_code=01984&period=2022&stage={stage}{set}");
    let report = client.get(&format!("/v1/reports/criteria-matrix?{query}")).expect(200);
    let row = &report["rows"][0]["results"];
    (json!(row.as_array().map_or(0, Vec::len)), row[0]["met_min"].clone())
}

on_both! {
    /// The version takes the place of what was loaded wrongly; what was judged by that stays as it was, and both are read
    /// together.
    fn a_wrong_figure_is_mended_by_a_version(app) {
        let (nation, editor, signer) = (app.with_key("nation"), app.with_key("commune-editor"), app.with_key("commune-signer"));
        let old = address(&editor.post("/v1/assessments", &sheet(NATIONAL, "SELF", json!({}))).expect(201));
        signer.step(&old, 1, &json!({ "to": "SUBMITTED" })).expect(200);
        let open = address(&app.with_key("district-editor").post("/v1/assessments", &sheet(NATIONAL, "VERIFICATION", json!({}))).expect(201));
        let proof = editor.get(&format!("{old}/evaluation")).text;
        assert_eq!(counted(&nation, "", "SELF"), (json!(1), json!(1)));

        let document = mended(&nation);
        let draft = nation.post(SETS, &document).expect(201);
        assert_eq!((&draft["replaces_code"], &listed(&nation, NATIONAL)["replaced_by_code"]), (&json!(NATIONAL), &Value::Null), "a draft replaces nothing yet");
        let path = format!("{SETS}/{}", draft["id"].as_str().unwrap());
        assert_eq!(nation.get(&format!("{path}/document")).expect(200), document, "said again to the letter");
        nation.step(&path, 9, &json!({ "to": "PUBLISHED" })).faults(412, "VERSION_CONFLICT", &[]);
        let tried = nation.send("POST", &format!("{path}/transitions?validate_only=true"), &[("if-match", "\"1\"")], &json!({ "to": "PUBLISHED" })).expect(200);
        assert_eq!((&tried["status"], &listed(&nation, NATIONAL)["status"]), (&json!("PUBLISHED"), &json!("PUBLISHED")), "a dry run retires nothing");
        nation.step(&path, 1, &json!({ "to": "PUBLISHED" })).expect(200);
        let before = listed(&nation, NATIONAL);
        assert_eq!((&before["status"], &before["replaced_by_code"], &before["allowed_transitions"]), (&json!("RETIRED"), &json!(MENDED), &json!([])));
        let history = nation.get(&format!("{}/versions", path_of(&nation, NATIONAL))).expect(200);
        assert_eq!(history["items"].as_array().unwrap().last().unwrap()["action"], "criteria-set.retired");

        // The national set in force is the new one, and nothing new is judged by the old one.
        let thresholds = nation.get("/v1/thresholds?unit_code=01984&period=2022").expect(200);
        let income = thresholds["items"].as_array().unwrap().iter().find(|row| row["item_code"] == "10.1").unwrap()["threshold"].clone();
        assert_eq!((&thresholds["criteria_set_code"], &income["value"]), (&json!(MENDED), &json!(40)));
        let late = app.with_key("province-editor").post("/v1/assessments", &sheet(NATIONAL, "APPRAISAL", json!({})));
        late.faults(422, "SET_REPLACED", &[("/criteria_set_code", "SET_REPLACED")]);
        assert!(late.text.contains(MENDED), "{}", late.text);
        // What was begun by it is ended by it; what was sealed says what it said.
        app.with_key("district-editor").patch(&format!("{open}/sheet"), 1, &json!({})).expect(200);
        assert_eq!(nation.get(&open).expect(200)["criteria_set_code"], NATIONAL);
        assert_eq!(editor.get(&format!("{old}/evaluation")).text, proof);

        // A report on either version counts what was judged by both, each unit once and by the newest.
        let (by_old, by_new) = (format!("&criteria_set_code={NATIONAL}"), format!("&criteria_set_code={MENDED}"));
        for set in ["", &by_old, &by_new] {
            assert_eq!(counted(&nation, set, "SELF"), (json!(1), json!(1)), "{set}");
        }
        let new = address(&editor.post("/v1/assessments", &sheet(MENDED, "SELF", json!({}))).expect(201));
        signer.step(&new, 1, &json!({ "to": "SUBMITTED" })).expect(200);
        for set in ["", &by_old, &by_new] {
            assert_eq!(counted(&nation, set, "SELF"), (json!(1), json!(0)), "{set}");
        }
        let distribution = nation.get("/v1/reports/criteria-distribution?unit_code=01984&period=2022&stage=SELF").expect(200);
        assert_eq!((&distribution["scope"]["criteria_set_code"], &distribution["coverage"]["reported_count"]), (&json!(MENDED), &json!(1)));
        // The next stage begins with what was found under the version before.
        let based = json!({ "based_on_id": old.rsplit('/').next(), "items": [] });
        let verification = app.with_key("district-editor").post("/v1/assessments", &sheet(MENDED, "VERIFICATION", based)).expect(201);
        assert_eq!(verification["criteria_met"], json!({ "min": 0, "max": 18 }), "judged anew by the figure that is right");
        // Where no set is in force any more, the last is the newest version.
        nation.step(&path, 2, &json!({ "to": "RETIRED" })).expect(200);
        assert_eq!(nation.get("/v1/thresholds?unit_code=01984&period=2022").expect(200)["criteria_set_code"], MENDED);
    }

    /// A period that was closed under one version is closed under the next.
    fn a_lock_holds_for_all_versions(app) {
        let nation = app.with_key("nation");
        nation.post("/v1/period-locks", &json!({ "unit_code": "063", "criteria_set_code": NATIONAL, "period": "2022" })).expect(201);
        publish(&nation, &mended(&nation));
        app.with_key("commune-editor").post("/v1/assessments", &sheet(MENDED, "SELF", json!({}))).faults(409, "PERIOD_LOCKED", &[]);
    }

    /// What is verified stays verified where the version says the same by the same act; the mended figure is read anew.
    fn a_version_keeps_the_verifications_of_what_it_does_not_mend(app) {
        let nation = app.with_key("nation");
        let read = |year: i64, value: i64| json!({ "item_code": "10.1", "region_code": "TDMNPB", "year": year, "operator": "AT_LEAST", "value": value });
        let verify = |set: &str, thresholds: Value| nation.post("/v1/threshold-verifications", &json!({
            "criteria_set_code": set, "thresholds": thresholds, "document": { "label": "318/QĐ-TTg" }, "verified_date": "2023-03-09" })).expect(201);
        let first = verify(NATIONAL, json!([read(2021, 36), read(2022, 39)]));
        publish(&nation, &mended(&nation));
        let income = |set: &str, year: i64| {
            let all = nation.get(&format!("/v1/thresholds?criteria_set_code={set}&unit_code=01984&period={year}")).expect(200);
            let row = all["items"].as_array().unwrap().iter().find(|row| row["item_code"] == "10.1").unwrap()["threshold"].clone();
            (row["value"].clone(), row["confidence"].clone(), row["verification_id"].clone())
        };
        assert_eq!(income(MENDED, 2021), (json!(36), json!("VERIFIED"), first["id"].clone()));
        assert_eq!(income(MENDED, 2022), (json!(40), json!("MEDIUM"), Value::Null));
        assert_eq!(income(NATIONAL, 2022), (json!(39), json!("VERIFIED"), first["id"].clone()));
        let second = verify(MENDED, json!([read(2022, 40)]));
        assert_eq!(income(MENDED, 2022), (json!(40), json!("VERIFIED"), second["id"].clone()));
        assert_eq!(income(NATIONAL, 2022).2, first["id"], "nothing goes back to the version before");
    }

    /// A version says why it comes and what it was held against; it changes neither issuer nor level nor base, and mending
    /// adds and drops no criterion.
    fn a_version_that_is_none_is_refused(app) {
        let nation = app.with_key("nation");
        let good = mended(&nation);
        let refused = |document: &Value, faults: &[(&str, &str)]| {
            let reply = nation.post(&format!("{SETS}?validate_only=true"), document);
            let (_, found) = reply.problem(422);
            let found: Vec<(&str, &str)> = found.iter().map(|(place, code)| (place.as_str(), code.as_str())).collect();
            assert_eq!(found, faults, "{}", document["replaces"]);
            reply.text
        };
        nation.post(&format!("{SETS}?validate_only=true"), &good).expect(200);
        let with = |replaces: Value| { let mut document = good.clone(); document["replaces"] = replaces; document };
        refused(&with(json!({ "set_code": NATIONAL, "reason": "TRANSCRIPTION" })), &[("/replaces/note", "REQUIRED"), ("/replaces/document", "REQUIRED")]);
        let mut named = mends(NATIONAL);
        named["act_number"] = json!("318/QĐ-TTg");
        refused(&with(named), &[("/replaces/act_number", "UNKNOWN_MEMBER")]);
        refused(&with(mends("NO-SUCH-SET")), &[("/replaces/set_code", "CRITERIA_SET_NOT_FOUND")]);
        refused(&with(mends(MENDED)), &[("/replaces/set_code", "CRITERIA_SET_NOT_FOUND")]);
        refused(&with(json!({ "set_code": NATIONAL, "reason": "AMENDMENT" })), &[("/replaces/act_number", "REQUIRED")]);
        refused(&with(json!({ "set_code": NATIONAL, "reason": "AMENDMENT", "act_number": "9/QĐ-TTg" })), &[("/replaces/act_number", "UNKNOWN_REFERENCE")]);
        let mut shorter = good.clone();
        shorter["criteria"].as_array_mut().unwrap().pop();
        shorter["key_criteria"] = json!([]);
        assert!(refused(&shorter, &[("/replaces/set_code", "REPLACEMENT_MISMATCH")]).contains("criteria"));
        let mut provincial = good.clone();
        provincial["issuer_unit_code"] = json!("06");
        assert!(refused(&provincial, &[("/replaces/set_code", "REPLACEMENT_MISMATCH")]).contains("issuer_unit_code"));
        // A province does not mend the nation's set.
        app.with_key("province-manager").post(SETS, &good).faults(403, "OUT_OF_SCOPE", &[("/issuer_unit_code", "OUT_OF_SCOPE")]);
        let refusal = app.with_key("province-manager").post(SETS, &provincial);
        assert_eq!(refusal.problem(422).0, "REPLACEMENT_MISMATCH");

        // Of two drafts that replace the same set, the first that is published does.
        let mut other = good.clone();
        other["code"] = json!("NTM-XA-2021-2025-V3");
        let draft = nation.post(SETS, &other).expect(201);
        publish(&nation, &good);
        nation.step(&format!("{SETS}/{}", draft["id"].as_str().unwrap()), 1, &json!({ "to": "PUBLISHED" })).faults(409, "TRANSITION_NOT_ALLOWED", &[]);
        assert!(refused(&other, &[("/replaces/set_code", "REPLACEMENT_MISMATCH")]).contains("status"));
        // The version is mended by the next one.
        other["code"] = json!("NTM-XA-2021-2025-V4");
        other["replaces"] = mends(MENDED);
        publish(&nation, &other);
        assert_eq!(listed(&nation, NATIONAL)["replaced_by_code"], MENDED);
        let late = app.with_key("commune-editor").post("/v1/assessments", &sheet(NATIONAL, "SELF", json!({})));
        late.faults(422, "SET_REPLACED", &[("/criteria_set_code", "SET_REPLACED")]);
        assert!(late.text.contains("V4"), "the newest is named: {}", late.text);
    }

    /// A province's set stands on the version it was published on until it has a version of its own; it is counted with
    /// both.
    fn a_provinces_set_stays_on_the_version_it_was_published_on(app) {
        let (nation, province, editor) = (app.with_key("nation"), app.with_key("province-manager"), app.with_key("commune-editor"));
        let begun = editor.post("/v1/assessments", &sheet("NTM-XA-BK-2022-2025", "SELF", json!({}))).expect(201);
        app.with_key("commune-signer").step(&address(&begun), 1, &json!({ "to": "SUBMITTED" })).expect(200);
        publish(&nation, &mended(&nation));
        let income = |set: &str| {
            let all = nation.get(&format!("/v1/thresholds?criteria_set_code={set}&unit_code=01984&period=2022")).expect(200);
            all["items"].as_array().unwrap().iter().find(|row| row["item_code"] == "10.1").unwrap()["threshold"]["value"].clone()
        };
        assert_eq!(income("NTM-XA-BK-2022-2025"), 39);
        assert_eq!(counted(&nation, &format!("&criteria_set_code={MENDED}"), "SELF"), (json!(1), json!(1)));
        let mut own = copy(&province, "NTM-XA-BK-2022-2025", "NTM-XA-BK-2022-2025-V2");
        own["base_set_code"] = json!(MENDED);
        own["replaces"] = mends("NTM-XA-BK-2022-2025");
        publish(&province, &own);
        assert_eq!(income("NTM-XA-BK-2022-2025-V2"), 40);
        for set in [NATIONAL, MENDED, "NTM-XA-BK-2022-2025", "NTM-XA-BK-2022-2025-V2"] {
            assert_eq!(counted(&nation, &format!("&criteria_set_code={set}"), "SELF"), (json!(1), json!(1)), "{set}");
        }
    }

    /// An act that amends holds from its first day: what lies before is judged by what was law then.
    fn an_amendment_names_its_act_and_holds_from_its_day(app) {
        let (nation, editor) = (app.with_key("nation"), app.with_key("district-editor"));
        let mut document = copy(&nation, NATIONAL, "NTM-XA-2021-2025-S1");
        document["valid_from"] = json!("2023-03-01");
        document["acts"].as_array_mut().unwrap().push(json!({ "number": "211/QĐ-TTg", "issued_date": "2023-03-01", "issuer": "Thủ tướng Chính phủ", "role": "AMENDS" }));
        document["replaces"] = json!({ "set_code": NATIONAL, "reason": "AMENDMENT", "act_number": "211/QĐ-TTg" });
        let published = publish(&nation, &document);
        assert_eq!((&published["status"], &listed(&nation, NATIONAL)["status"]), (&json!("PUBLISHED"), &json!("RETIRED")));
        let chosen = |period: &str| nation.get(&format!("/v1/thresholds?unit_code=01984&period={period}")).expect(200)["criteria_set_code"].clone();
        assert_eq!((chosen("2022"), chosen("2023")), (json!(NATIONAL), json!("NTM-XA-2021-2025-S1")));
        editor.post("/v1/assessments", &sheet(NATIONAL, "SELF", json!({}))).expect(201);
        editor.post("/v1/assessments", &sheet("NTM-XA-2021-2025-S1", "SELF", json!({ "period": "2022" }))).faults(422, "PERIOD_OUTSIDE_SET", &[("/period", "PERIOD_OUTSIDE_SET")]);
        let now = |set: &str, more: Value| editor.post("/v1/assessments?validate_only=true", &{ let mut body = sheet(set, "SELF", more); body["period"] = json!("2023"); body });
        now(NATIONAL, json!({})).faults(422, "SET_REPLACED", &[("/criteria_set_code", "SET_REPLACED")]);
        // On its cut-off date the act was not in force.
        now(NATIONAL, json!({ "cut_off_date": "2023-02-28" })).expect(200);
        now("NTM-XA-2021-2025-S1", json!({})).expect(200);
        // Of two results of one stage the one by the newest version counts, whichever was written last.
        for (set, total, cut_off) in [("NTM-XA-2021-2025-S1", 5, "2023-03-10"), (NATIONAL, 4, "2023-02-28")] {
            editor.post("/v1/assessments", &json!({ "unit_code": "01984", "criteria_set_code": set, "period": "2023", "stage": "REPORTED",
                "cut_off_date": cut_off, "declared_total": { "min": total, "max": total } })).expect(201);
        }
        for set in ["", "&criteria_set_code=NTM-XA-2021-2025", "&criteria_set_code=NTM-XA-2021-2025-S1"] {
            let average = nation.get(&format!("/v1/reports/criteria-distribution?unit_code=01984&period=2023{set}")).expect(200)["total"]["criteria_met_average"].clone();
            assert_eq!(average, json!({ "min": 5, "max": 5 }), "{set}");
        }
    }
}
