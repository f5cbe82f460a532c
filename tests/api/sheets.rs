//! Sheets: figures, decisions and verdicts of an assessment, signed and kept.

use crate::support::{Client, Reply, on_both};
use serde_json::{Value, json};

const SET: &str = "NTM-XA-2021-2025";

fn begin(client: &Client, stage: &str, more: Value) -> Value {
    let mut body = json!({ "unit_code": "01984", "criteria_set_code": SET, "period": "2022", "stage": stage });
    for (name, value) in more.as_object().expect("members") {
        body[name] = value.clone();
    }
    client.post("/v1/assessments", &body).expect(201)
}

fn address(assessment: &Value) -> String {
    format!("/v1/assessments/{}", assessment["id"].as_str().expect("an id"))
}

fn patch_sheet(client: &Client, path: &str, version: i64, body: &Value) -> Reply {
    client.patch(&format!("{path}/sheet"), version, body)
}

/// An item of a sheet or of a proof.
fn item(document: &Value, code: &str) -> Value {
    let criteria = document["criteria"].as_array().expect("criteria");
    let mut items = criteria.iter().flat_map(|criterion| criterion["items"].as_array().expect("items"));
    items.find(|item| item["code"] == code).unwrap_or_else(|| panic!("{code} is in {document}")).clone()
}

fn criterion(document: &Value, code: &str) -> Value {
    let criteria = document["criteria"].as_array().expect("criteria");
    criteria.iter().find(|criterion| criterion["code"] == code).expect("the criterion").clone()
}

fn figure(code: &str, value: f64) -> Value {
    json!({ "code": code, "figure": { "value": value } })
}

on_both! {
    /// A sheet holds each item with its figure and verdict; items decide their criterion, and what they leave open is
    /// decided by what was given for it.
    fn items_decide_and_the_given_verdict_fills_the_rest(app) {
        let editor = app.with_key("commune-editor");
        let assessment = begin(&editor, "SELF", json!({ "items": [
            figure("3.1", 85.0), figure("3.2", 1.0), figure("10.1", 38.9),
            { "code": "13.4", "not_applicable_reason": "Xã không có làng nghề" },
            { "code": "15.1", "figure": { "breakdown": [{ "member": "MALE", "numerator": 46, "denominator": 50 }, { "member": "FEMALE", "numerator": 44, "denominator": 50 }] } },
        ] }));
        let path = address(&assessment);
        let sheet = editor.get(&format!("{path}/sheet")).expect(200);
        let verdict = |code: &str| criterion(&sheet, code)["verdict"].clone();
        assert_eq!((verdict("3"), verdict("10"), verdict("13")), (json!("MET"), json!("NOT_MET"), json!("NOT_ASSESSED")));
        assert_eq!((&item(&sheet, "13.4")["verdict"], &item(&sheet, "1.1")["reason"]), (&json!("NOT_APPLICABLE"), &json!("VALUE_MISSING")));
        // Together 90 %, but the women are at 88 %: both have to reach it.
        assert_eq!((&item(&sheet, "15.1")["figures"][0]["value"], &item(&sheet, "15.1")["verdict"]), (&json!(90), &json!("NOT_MET")));
        assert_eq!((&assessment["criteria_met"], &assessment["undecided_count"]), (&json!({ "min": 1, "max": 17 }), &json!(16)));
        let given = patch_sheet(&editor, &path, 1, &json!({ "criteria": [{ "code": "1", "verdict": "MET" }, { "code": "10", "verdict": "MET" }] })).expect(200);
        assert_eq!((&criterion(&given, "1")["verdict"], &criterion(&given, "10")["verdict"]), (&json!("MET"), &json!("NOT_MET")), "items go before");
        assert_eq!(given["version"], 2);
        // A whole sheet takes back what it does not name, but no figure.
        let whole = editor.put(&format!("{path}/sheet"), 2, &json!({ "items": [figure("10.1", 39.0)] })).expect(200);
        assert_eq!((&criterion(&whole, "1")["verdict"], &criterion(&whole, "10")["verdict"], &criterion(&whole, "3")["verdict"]), (&json!("NOT_ASSESSED"), &json!("MET"), &json!("MET")));
        assert_eq!(item(&whole, "13.4")["verdict"], "NOT_ASSESSED");
        let history = editor.get("/v1/observations?unit_code=01984&indicator_code=INCOME_PER_CAPITA&with_corrected=true").expect(200);
        let values: Vec<&Value> = history["items"].as_array().unwrap().iter().map(|row| &row["value"]).collect();
        assert_eq!(values, [&json!(38.9), &json!(39)]);
        // Sent again, the same figure is the same observation.
        let again = patch_sheet(&editor, &path, 3, &json!({ "items": [figure("10.1", 39.0)] })).expect(200);
        assert_eq!(item(&again, "10.1")["figures"], item(&whole, "10.1")["figures"]);
        // A figure is withdrawn by one without value.
        let withdrawn = patch_sheet(&editor, &path, 4, &json!({ "items": [{ "code": "10.1", "figure": {} }] })).expect(200);
        assert_eq!((&item(&withdrawn, "10.1")["verdict"], &item(&withdrawn, "10.1")["figures"]), (&json!("NOT_ASSESSED"), &json!([])));
    }

    /// Every fault of a sheet at once, each with its code and place; nothing of it is stored.
    fn a_sheet_that_cannot_be_is_refused(app) {
        let editor = app.with_key("commune-editor");
        let path = address(&begin(&editor, "SELF", json!({})));
        let rows = [
            (json!({ "criteria_set_code": "NTM-XA-2016-2020" }), vec![("/criteria_set_code", "SHEET_OF_OTHER_SET")]),
            (json!({ "items": [{ "code": "3.9" }] }), vec![("/items/0/code", "ITEM_NOT_IN_SET")]),
            (json!({ "items": [figure("17.1", 30.0), figure("17.10", 30.0), figure("17.1", 30.0)] }), vec![("/items/2/code", "DUPLICATE_ITEM")]),
            (json!({ "items": [{ "code": "3.1", "not_applicable_reason": "x" }] }), vec![("/items/0/not_applicable_reason", "NOT_APPLICABLE_NOT_ALLOWED")]),
            (json!({ "items": [{ "code": "3.1", "override": { "verdict": "NOT_APPLICABLE", "reason": "x" } }] }), vec![("/items/0/override/verdict", "NOT_APPLICABLE_NOT_ALLOWED")]),
            (json!({ "items": [{ "code": "3.1", "override": { "verdict": "MET" } }] }), vec![("/items/0/override/reason", "REQUIRED")]),
            (json!({ "items": [{ "code": "3.1", "part_figures": [{ "part": 1, "figure": { "value": 1 } }] }] }), vec![("/items/0/part_figures/0/figure", "ITEM_NOT_IN_SET")]),
            (json!({ "items": [figure("3.1", 101.0), figure("10.1", -1.0)] }), vec![("/items/0/figure/value", "VALUE_OUT_OF_RANGE"), ("/items/1/figure/value", "VALUE_OUT_OF_RANGE")]),
            (json!({ "items": [{ "code": "17.1", "part_figures": [{ "part": 1, "figure": { "numerator": 5, "denominator": 0 } }] }] }), vec![("/items/0/part_figures/0/figure/denominator", "DENOMINATOR_ZERO")]),
            (json!({ "criteria": [{ "code": "20", "verdict": "MET" }] }), vec![("/criteria/0/code", "CRITERION_NOT_IN_SET")]),
            (json!({ "itms": [] }), vec![("/itms", "UNKNOWN_MEMBER")]),
        ];
        for (body, faults) in rows {
            for reply in [patch_sheet(&editor, &path, 1, &body), editor.put(&format!("{path}/sheet"), 1, &body)] {
                let (_, found) = reply.problem(422);
                let found: Vec<(&str, &str)> = found.iter().map(|(place, code)| (place.as_str(), code.as_str())).collect();
                assert_eq!(found, faults, "{body}");
            }
        }
        assert_eq!(editor.get("/v1/observations?unit_code=01984&period=2022&with_total=true").expect(200)["total"], 0);
        assert_eq!(editor.get(&path).expect(200)["version"], 1);
    }

    /// Who decides against the rules says why, and both verdicts stay to be seen.
    fn an_override_stands_beside_the_computed_verdict(app) {
        let editor = app.with_key("commune-editor");
        let path = address(&begin(&editor, "SELF", json!({ "items": [figure("3.1", 79.9), figure("3.2", 1.0)] })));
        let over = json!({ "items": [{ "code": "3.1", "override": { "verdict": "MET", "reason": "Công trình mới nghiệm thu" } }] });
        let sheet = patch_sheet(&editor, &path, 1, &over).expect(200);
        let row = item(&sheet, "3.1");
        assert_eq!((&row["verdict"], &row["computed_verdict"], &row["override"]["reason"]), (&json!("MET"), &json!("NOT_MET"), &json!("Công trình mới nghiệm thu")));
        assert_eq!(criterion(&sheet, "3")["verdict"], "MET");
        let me = editor.get("/v1/me").expect(200)["client"]["id"].clone();
        assert_eq!(row["override"]["client_id"], me);
        // Somebody who only repeats it does not make it his own; taken away, the rules count again.
        let other = app.with_key("district-editor");
        assert_eq!(item(&patch_sheet(&other, &path, 2, &over).expect(200), "3.1")["override"]["client_id"], me);
        let cleared = patch_sheet(&other, &path, 3, &json!({ "items": [{ "code": "3.1", "override": null }] })).expect(200);
        assert_eq!((&item(&cleared, "3.1")["verdict"], &item(&cleared, "3.1")["override"]), (&json!("NOT_MET"), &Value::Null));
        let proof = editor.get(&format!("{path}/evaluation")).expect(200);
        let measure = item(&proof, "3.1")["measures"][0].clone();
        assert_eq!((&measure["gap"], &measure["gap_percent"], &measure["threshold"]["value"]), (&json!(0.1), &json!(0.12), &json!(80)));
    }

    /// What is signed is what the sheet showed, is kept word for word, and does not follow later figures.
    fn a_seal_keeps_what_was_signed(app) {
        use sha2::{Digest, Sha256};
        let (editor, signer) = (app.with_key("commune-editor"), app.with_key("commune-signer"));
        let path = address(&begin(&editor, "SELF", json!({ "cut_off_date": "2022-12-31", "items": [figure("10.1", 41.0)] })));
        // Somebody corrects the figure behind the sheet: nobody signs what the sheet does not show.
        let first = editor.get("/v1/observations?unit_code=01984&indicator_code=INCOME_PER_CAPITA").expect(200)["items"][0].clone();
        let correct = |id: &Value, value: f64| editor.post("/v1/observations", &json!({ "indicator_code": "INCOME_PER_CAPITA", "unit_code": "01984", "period": "2022",
            "stage": "SELF", "figure": { "value": value }, "corrects_id": id, "correction_reason": "Tính lại" })).expect(201);
        let second = correct(&first["id"], 42.0);
        assert_eq!(editor.get(&format!("{path}/sheet")).expect(200)["outdated_count"], 1);
        signer.step(&path, 1, &json!({ "to": "SUBMITTED" })).faults(409, "SHEET_OUTDATED", &[]);
        let read = patch_sheet(&editor, &path, 1, &json!({})).expect(200);
        assert_eq!((&read["outdated_count"], &item(&read, "10.1")["figures"][0]["value"]), (&json!(0), &json!(42)));
        let signed = signer.step(&path, 2, &json!({ "to": "SUBMITTED" })).expect(200);
        let proof = editor.get(&format!("{path}/evaluation"));
        let sealed = proof.expect(200);
        assert!(sealed["sealed_at"].is_string());
        assert_eq!(item(&sealed, "10.1")["measures"][0]["figure"]["observation_id"], second["id"]);
        // Later figures and statuses change nothing of it.
        correct(&second["id"], 10.0);
        let status = json!({ "unit_code": "01984", "kind": "SOCIO_ECONOMIC_REGION", "value_code": "DNB", "valid_from": "2021-01-01", "act_number": "1/QĐ" });
        app.with_key("district-manager").post("/v1/unit-statuses", &status).expect(201);
        assert_eq!(editor.get(&format!("{path}/evaluation")).text, proof.text);
        let sheet = editor.get(&format!("{path}/sheet")).expect(200);
        assert_eq!((&item(&sheet, "10.1")["figures"][0]["value"], &criterion(&sheet, "10")["verdict"]), (&json!(42), &json!("MET")));
        patch_sheet(&editor, &path, 3, &json!({})).faults(409, "SEALED", &[]);
        let seals = editor.get(&format!("{path}/seals")).expect(200);
        let seal = &seals["items"][0];
        let form = seal["form"].as_str().unwrap();
        let hash: String = Sha256::digest(form.as_bytes()).iter().map(|byte| format!("{byte:02x}")).collect();
        assert_eq!((seal["seal_hash"].as_str().unwrap(), &signed["seal_hash"]), (hash.as_str(), &json!(hash)));
        let content: Value = serde_json::from_str(form).unwrap();
        assert_eq!(content["items"][0]["figures"][0]["value"], 42);
        // Reopened with a reason, it is read anew; the old seal stays beside the new one.
        signer.step(&path, 3, &json!({ "to": "DRAFT" })).faults(422, "REASON_REQUIRED", &[("/reason", "REASON_REQUIRED")]);
        signer.step(&path, 3, &json!({ "to": "DRAFT", "reason": "Sai thu nhập" })).expect(200);
        let again = patch_sheet(&editor, &path, 4, &json!({})).expect(200);
        assert_eq!(criterion(&again, "10")["verdict"], "NOT_MET");
        signer.step(&path, 5, &json!({ "to": "SUBMITTED" })).expect(200);
        let seals = editor.get(&format!("{path}/seals")).expect(200);
        let numbers: Vec<(i64, i64)> = seals["items"].as_array().unwrap().iter().map(|seal| (seal["revision"].as_i64().unwrap(), seal["number"].as_i64().unwrap())).collect();
        assert_eq!(numbers, [(1, 1), (2, 1)]);
        assert_eq!(seals["items"][0]["form"].as_str().unwrap(), form);
        app.with_key("sibling-editor").get(&format!("{path}/seals")).faults(404, "NOT_FOUND", &[]);
    }

    /// A later stage starts from the earlier sheet and says so; its own figures go before those.
    fn a_later_stage_starts_from_the_earlier_sheet(app) {
        let (commune, district) = (app.with_key("commune-editor"), app.with_key("district-editor"));
        let own = begin(&commune, "SELF", json!({ "items": [figure("10.1", 41.0), figure("3.1", 85.0), figure("3.2", 1.0), { "code": "13.4", "not_applicable_reason": "Không có làng nghề" }],
            "criteria": [{ "code": "1", "verdict": "MET" }] }));
        let verified = begin(&district, "VERIFICATION", json!({ "based_on_id": own["id"], "items": [figure("10.1", 38.0)] }));
        let sheet = district.get(&format!("{}/sheet", address(&verified))).expect(200);
        assert_eq!(sheet["based_on_id"], own["id"]);
        let stage = |code: &str| item(&sheet, code)["figures"][0]["stage"].clone();
        assert_eq!((stage("10.1"), stage("3.1")), (json!("VERIFICATION"), json!("SELF")));
        assert_eq!((&criterion(&sheet, "10")["verdict"], &criterion(&sheet, "3")["verdict"], &criterion(&sheet, "1")["verdict"]), (&json!("NOT_MET"), &json!("MET"), &json!("MET")));
        assert_eq!(item(&sheet, "13.4")["verdict"], "NOT_APPLICABLE");
        // The commune's own figure is untouched.
        let first = commune.get(&format!("{}/sheet", address(&own))).expect(200);
        assert_eq!((&item(&first, "10.1")["figures"][0]["value"], &criterion(&first, "10")["verdict"]), (&json!(41), &json!("MET")));
        let begin_on = |unit: &str, stage: &str, base: &Value| district.post("/v1/assessments", &json!({ "unit_code": unit, "criteria_set_code": SET, "period": "2022", "stage": stage, "based_on_id": base }));
        begin_on("02017", "VERIFICATION", &own["id"]).faults(422, "BASE_MISMATCH", &[("/based_on_id", "BASE_MISMATCH")]);
        begin_on("02017", "VERIFICATION", &json!("01992f3e-7c1a-7b55-9a0e-4f6f0c1d2e3f")).faults(422, "VALIDATION_FAILED", &[("/based_on_id", "UNKNOWN_REFERENCE")]);
        begin_on("01984", "REPORTED", &verified["id"]).problem(422);
    }

    /// The next stage returns a sheet with a reason for each item; it is signed again as another seal of its revision.
    fn a_sheet_is_returned_with_a_reason_for_each_item(app) {
        let (editor, signer, district) = (app.with_key("commune-editor"), app.with_key("commune-signer"), app.with_key("district-signer"));
        let path = address(&begin(&editor, "SELF", json!({ "items": [figure("10.1", 41.0)] })));
        signer.step(&path, 1, &json!({ "to": "SUBMITTED" })).expect(200);
        let reasons = |codes: [&str; 2]| json!({ "to": "RETURNED", "reason": "Cần rà soát", "items": codes.map(|code| json!({ "code": code, "reason": "Thiếu phiếu điều tra" })) });
        district.step(&path, 2, &reasons(["10.1", "99"])).faults(422, "CRITERION_NOT_IN_SET", &[("/items/1/code", "CRITERION_NOT_IN_SET")]);
        let returned = district.step(&path, 2, &reasons(["10.1", "10"])).expect(200);
        assert_eq!((&returned["status"], &returned["return_items"][0]["code"]), (&json!("RETURNED"), &json!("10.1")));
        patch_sheet(&editor, &path, 3, &json!({ "items": [figure("10.1", 40.0)] })).expect(200);
        signer.step(&path, 4, &json!({ "to": "SUBMITTED" })).expect(200);
        let seals = editor.get(&format!("{path}/seals")).expect(200);
        assert_eq!((seals["items"].as_array().unwrap().len(), &seals["items"][1]["number"]), (2, &json!(2)));
    }

    /// An appraisal that rests on thresholds nobody verified is signed with a reason or not at all.
    fn unverified_thresholds_are_signed_with_a_reason(app) {
        let (editor, signer) = (app.with_key("province-editor"), app.with_key("province-signer"));
        let path = address(&begin(&editor, "APPRAISAL", json!({ "items": [figure("3.1", 85.0)] })));
        // 3.1 is verified law.
        assert_eq!(editor.get(&path).expect(200)["provisional"], false);
        patch_sheet(&editor, &path, 1, &json!({ "items": [figure("10.1", 41.0)] })).expect(200);
        assert_eq!(editor.get(&path).expect(200)["provisional"], true);
        signer.step(&path, 2, &json!({ "to": "SUBMITTED" })).faults(422, "UNVERIFIED_THRESHOLDS", &[("/reason", "UNVERIFIED_THRESHOLDS")]);
        let signed = signer.step(&path, 2, &json!({ "to": "SUBMITTED", "reason": "Đã đối chiếu bản giấy" })).expect(200);
        assert_eq!(signed["unverified_reason"], "Đã đối chiếu bản giấy");
    }

    /// A published sheet counts at once and in the report, whose ranges follow its items.
    fn a_published_sheet_counts_in_the_report(app) {
        let editor = app.with_key("district-editor");
        let items: Vec<Value> = [("3.1", 85.0), ("3.2", 1.0), ("10.1", 41.0), ("14.1", 1.0)].map(|(code, value)| figure(code, value)).to_vec();
        let body = json!({ "unit_code": "01984", "criteria_set_code": SET, "period": "2022", "stage": "REPORTED", "items": items, "declared_total": { "min": 5, "max": 9 } });
        let made = editor.post("/v1/assessments", &body).expect(201);
        assert_eq!(made["criteria_met"], json!({ "min": 5, "max": 9 }));
        let report = editor.get("/v1/reports/criteria-distribution?unit_code=063&period=2022").expect(200);
        let band = report["total"]["bands"].as_array().unwrap().iter().find(|band| band["count"] == 1).unwrap();
        assert_eq!(band["code"], "5-9");
        // 17 items that fail leave no room for five.
        let mut failing = body.clone();
        failing["unit_code"] = json!("02017");
        let criteria: Vec<Value> = (1..=19).map(|at| json!({ "code": at.to_string(), "verdict": "NOT_MET" })).collect();
        failing["criteria"] = json!(criteria);
        editor.post("/v1/assessments", &failing).faults(422, "TOTAL_CONTRADICTS_RESULTS", &[("/declared_total", "TOTAL_CONTRADICTS_RESULTS")]);
    }
}
