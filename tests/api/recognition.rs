//! From registering to announcing, what a decision writes and tells, and recognised units that drop.

use crate::support::{App, Client, on_both};
use serde_json::{Value, json};

const DOSSIERS: &str = "/v1/recognition-dossiers";
const RISK: &str = "/v1/units-at-risk";
const SET: &str = "NTM-XA-2021-2025";
/// After all reforms of the reference.
const LATER: &str = "2026-11-22T02:00:00Z";

fn new(unit: &str) -> Value {
    json!({ "unit_code": unit, "criteria_set_code": SET, "level": "NTM", "year": 2022 })
}

fn register(client: &Client, unit: &str) -> String {
    path_of(&client.post(DOSSIERS, &new(unit)).expect(201))
}

fn path_of(dossier: &Value) -> String {
    format!("{DOSSIERS}/{}", dossier["id"].as_str().expect("an id"))
}

/// The verdicts on all 19 criteria: met but for these.
fn criteria(not_met: &[&str], open: &[&str]) -> Value {
    let verdict = |code: &str| if not_met.contains(&code) { "NOT_MET" } else { "MET" };
    let codes = (1..=19).map(|code| code.to_string()).filter(|code| !open.contains(&code.as_str()));
    codes.map(|code| json!({ "code": code, "verdict": verdict(&code) })).collect()
}

/// Who works at a stage: the keys of editor and signer.
fn keys_of(stage: &str) -> (&'static str, &'static str) {
    match stage {
        "APPRAISAL" => ("province-editor", "province-signer"),
        _ => ("district-editor", "district-signer"),
    }
}

/// An assessment that is submitted.
fn assess(app: &App, unit: &str, period: &str, stage: &str, criteria: &Value) -> Value {
    let (editor, signer) = keys_of(stage);
    let body =
        json!({ "unit_code": unit, "criteria_set_code": SET, "period": period, "stage": stage, "criteria": criteria });
    let begun = app.with_key(editor).post("/v1/assessments", &body).expect(201)["id"].clone();
    let path = format!("/v1/assessments/{}", begun.as_str().unwrap());
    app.with_key(signer).step(&path, 1, &json!({ "to": "SUBMITTED" })).expect(200);
    begun
}

/// The figures behind the conditions of the set, as the appraisal finds them.
fn conditions(app: &App, unit: &str, figures: &[(&str, i64)]) {
    for (indicator, value) in figures {
        let figure = json!({ "indicator_code": indicator, "unit_code": unit, "period": "2022", "stage": "APPRAISAL", "figure": { "value": value } });
        app.with_key("province-editor").post("/v1/observations", &figure).expect(201);
    }
}

const GOOD: [(&str, i64); 4] = [
    ("RESIDENT_SATISFACTION_RATE", 95),
    ("LOWEST_CONTENT_SATISFACTION_RATE", 85),
    ("LOWEST_VILLAGE_HOUSEHOLDS_ASKED_SHARE", 75),
    ("OUTSTANDING_CONSTRUCTION_DEBT", 0),
];

fn verified(assessment: &Value) -> Value {
    json!({ "to": "VERIFIED", "assessment_id": assessment })
}

fn appraised(assessment: &Value) -> Value {
    json!({ "to": "APPRAISED", "assessment_id": assessment, "votes_for": 9, "votes_total": 10 })
}

fn decided(effective: &str) -> Value {
    json!({ "to": "DECIDED", "act_number": "567/QĐ-UBND", "decision_date": "2023-03-01", "effective_date": effective })
}

/// A dossier that was appraised, at version 3.
fn appraise(app: &App, unit: &str, verdicts: &Value) -> String {
    let path = register(&app.with_key("district-editor"), unit);
    let verification = assess(app, unit, "2022", "VERIFICATION", &criteria(&[], &[]));
    app.with_key("district-signer").step(&path, 1, &verified(&verification)).expect(200);
    let appraisal = assess(app, unit, "2022", "APPRAISAL", verdicts);
    app.with_key("province-signer").step(&path, 2, &appraised(&appraisal)).expect(200);
    path
}

/// `code verdict reason` of each condition.
fn told(dossier: &Value) -> Vec<String> {
    let rows = dossier["conditions"].as_array().expect("conditions").iter();
    rows.map(|row| format!("{} {} {}", row["code"], row["verdict"], row["reason"]).replace('"', "")).collect()
}

/// Record that a unit is recognised.
fn recognise(app: &App, unit: &str, level: &str, from: &str) -> Value {
    let status = json!({ "unit_code": unit, "kind": "NTM_LEVEL", "value_code": level, "valid_from": from, "act_number": "12/QĐ-UBND" });
    app.with_key("district-manager").post("/v1/unit-statuses", &status).expect(201)
}

/// `name clause not_met keys` of each unit at risk.
fn at_risk(client: &Client, query: &str) -> Vec<String> {
    let list = client.get(&format!("{RISK}?{query}")).expect(200);
    let row = |row: &Value| {
        let risk = &row["risk"];
        format!("{} {} {} {}", row["unit"]["name"], risk["clause"], risk["not_met_count"], risk["key_criteria_not_met"])
            .replace('"', "")
    };
    list["items"].as_array().expect("items").iter().map(row).collect()
}

on_both! {
    /// Each step is a row: who, when, on which assessment, by which act; the decision writes the status.
    fn a_commune_goes_the_whole_way(app) {
        let (commune, district, province) = (app.with_key("commune-signer"), app.with_key("district-signer"), app.with_key("province-signer"));
        let mut body = new("01984");
        (body["note"], body["external_id"]) = (json!("Đợt 1"), json!("HS-1"));
        let editor = app.with_key("commune-editor");
        let planned = editor.post(&format!("{DOSSIERS}?validate_only=true"), &body).expect(200);
        assert_eq!(planned["status"], "REGISTERED");
        assert_eq!(editor.get(DOSSIERS).expect(200)["items"], json!([]), "a dry run stores nothing");
        let registered = editor.post(DOSSIERS, &body).expect(201);
        assert_eq!(editor.post(DOSSIERS, &body).expect(200), registered, "the caller's own id names it already");
        assert_eq!((&registered["unit"]["name"], &registered["unit_date"], &registered["year"]), (&json!("Đôn Phong"), &json!("2022-12-31"), &json!(2022)));
        assert_eq!(registered["allowed_transitions"], json!(["VERIFIED", "WITHDRAWN"]));
        assert_eq!(told(&registered), ["CRITERIA", "DK1", "DK2", "DK3", "DK4"].map(|code| format!("{code} NOT_ASSESSED ASSESSMENT_MISSING")));
        let path = path_of(&registered);
        assert_eq!(editor.post(DOSSIERS, &new("01984")).expect(409)["existing_id"], registered["id"], "one dossier of a unit, set and year");

        conditions(app, "01984", &GOOD);
        let verification = assess(app, "01984", "2022", "VERIFICATION", &criteria(&[], &[]));
        let after = district.step(&path, 1, &verified(&verification)).expect(200);
        // The figures were recorded at the later stage: the verification signed none of them.
        assert_eq!((&told(&after)[0], &told(&after)[1]), (&"CRITERIA MET null".to_owned(), &"DK1 NOT_ASSESSED VALUE_MISSING".to_owned()));
        let appraisal = assess(app, "01984", "2022", "APPRAISAL", &criteria(&[], &[]));
        let after = province.step(&path, 2, &appraised(&appraisal)).expect(200);
        assert_eq!(told(&after), ["CRITERIA", "DK1", "DK2", "DK3", "DK4"].map(|code| format!("{code} MET null")));
        assert_eq!(after["allowed_transitions"], json!(["DECIDED", "RETURNED", "WITHDRAWN"]));
        let rehearsed = province.send("POST", &format!("{path}/transitions?validate_only=true"), &[("if-match", "\"3\"")], &decided("2023-04-01")).expect(200);
        assert_eq!(rehearsed["status"], "DECIDED");
        let listed = |query: &str| commune.get(&format!("/v1/unit-statuses?unit_code=01984&kind=NTM_LEVEL{query}")).expect(200)["items"].clone();
        assert_eq!(listed(""), json!([]), "a dry run writes no status");
        let decision = province.step(&path, 3, &decided("2023-04-01")).expect(200);
        assert_eq!((&decision["status"], &decision["consequences"]), (&json!("DECIDED"), &json!([])));
        let status = listed("")[0].clone();
        assert_eq!((&status["value_code"], &status["valid_from"], &status["act_number"]), (&json!("NTM"), &json!("2023-04-01"), &json!("567/QĐ-UBND")));
        assert!(status["note"].as_str().unwrap().contains(registered["id"].as_str().unwrap()), "{status}");
        let step = &decision["steps"][3];
        assert_eq!((&step["unit_status_id"], &step["decision_date"], &step["assessment_id"]), (&status["id"], &json!("2023-03-01"), &appraisal));
        assert_eq!((&decision["steps"][2]["votes_for"], &decision["steps"][1]["assessment_id"]), (&json!(9), &verification));
        province.step(&path, 4, &json!({ "to": "ANNOUNCED", "announced_date": "2023-02-28" })).faults(422, "DATE_ORDER", &[("/announced_date", "DATE_ORDER")]);
        let done = province.step(&path, 4, &json!({ "to": "ANNOUNCED", "announced_date": "2023-03-14" })).expect(200);
        assert_eq!((&done["status"], &done["allowed_transitions"], &done["steps"][4]["announced_date"]), (&json!("ANNOUNCED"), &json!([]), &json!("2023-03-14")));
        assert_eq!(editor.get(&path).expect(200), done);
        let versions = editor.get(&format!("{path}/versions")).expect(200);
        let actions: Vec<&Value> = versions["items"].as_array().unwrap().iter().map(|row| &row["action"]).collect();
        assert_eq!(actions, ["created", "verified", "appraised", "decided", "announced"].map(|verb| json!(format!("recognition-dossier.{verb}"))).iter().collect::<Vec<_>>());
        assert_eq!(versions["items"][4]["record"]["steps"].as_array().unwrap().len(), 5);
        let count = |client: &Client, query: &str| client.get(&format!("{DOSSIERS}?with_total=true&{query}")).expect(200)["total"].clone();
        for (query, expected) in [("unit_code=063", 1), ("unit_code=063&unit_scope=SELF", 0), ("status=ANNOUNCED&year=2022&level=NTM", 1), ("status=DECIDED", 0), ("year=2023", 0),
            ("external_id=HS-1", 1), ("criteria_set_code=NTM-XA-2021-2025", 1), ("criteria_set_code=NTM-XA-2016-2020", 0), ("sort=-created_at", 1)] {
            assert_eq!(count(&editor, query), expected, "{query}");
        }
        assert_eq!(count(&app.with_key("sibling-editor"), ""), 0);
        assert_eq!(count(&province, "external_id=HS-1"), 0, "ids belong to their client");
    }

    /// Every step has its level, its role and its place in the order.
    fn a_step_is_refused_to_the_wrong_level_and_out_of_turn(app) {
        let path = register(&app.with_key("commune-editor"), "01984");
        let verification = assess(app, "01984", "2022", "VERIFICATION", &criteria(&[], &[]));
        let appraisal = assess(app, "01984", "2022", "APPRAISAL", &criteria(&[], &[]));
        let (commune, district, province) = (app.with_key("commune-signer"), app.with_key("district-signer"), app.with_key("province-signer"));
        commune.step(&path, 1, &verified(&verification)).faults(403, "STAGE_NOT_PERMITTED", &[]);
        app.with_key("district-editor").step(&path, 1, &verified(&verification)).faults(403, "FORBIDDEN", &[]);
        app.with_key("sibling-editor").step(&path, 1, &verified(&verification)).faults(404, "NOT_FOUND", &[]);
        app.with_key("commune-signer").post(DOSSIERS, &new("01984")).faults(403, "FORBIDDEN", &[]);
        app.with_key("sibling-editor").post(DOSSIERS, &new("01984")).faults(403, "OUT_OF_SCOPE", &[("/unit_code", "OUT_OF_SCOPE")]);
        province.step(&path, 1, &appraised(&appraisal)).faults(409, "TRANSITION_NOT_ALLOWED", &[]);
        province.step(&path, 1, &decided("2023-03-01")).faults(409, "TRANSITION_NOT_ALLOWED", &[]);
        assert_eq!(district.send("POST", &format!("{path}/transitions"), &[], &verified(&verification)).problem(428).0, "PRECONDITION_REQUIRED");
        assert_eq!(district.step(&path, 7, &verified(&verification)).problem(412).0, "VERSION_CONFLICT");
        district.step(&path, 1, &verified(&verification)).expect(200);
        district.step(&path, 2, &appraised(&appraisal)).faults(403, "STAGE_NOT_PERMITTED", &[]);
        district.step(&path, 2, &json!({ "to": "RETURNED", "reason": "x" })).faults(403, "STAGE_NOT_PERMITTED", &[]);
        province.step(&path, 2, &json!({ "to": "RETURNED" })).faults(422, "REASON_REQUIRED", &[("/reason", "REASON_REQUIRED")]);
        let returned = province.step(&path, 2, &json!({ "to": "RETURNED", "reason": "Thiếu ý kiến người dân" })).expect(200);
        assert_eq!((&returned["status"], &returned["steps"][2]["reason"]), (&json!("RETURNED"), &json!("Thiếu ý kiến người dân")));
        assert_eq!(returned["allowed_transitions"], json!(["REGISTERED", "WITHDRAWN"]));
        let again = commune.step(&path, 3, &json!({ "to": "REGISTERED" })).expect(200);
        assert_eq!((&again["status"], &told(&again)[0]), (&json!("REGISTERED"), &"CRITERIA NOT_ASSESSED ASSESSMENT_MISSING".to_owned()));
        district.step(&path, 4, &verified(&verification)).expect(200);
        let withdrawn = commune.step(&path, 5, &json!({ "to": "WITHDRAWN", "reason": "Chuyển sang năm sau" })).expect(200);
        assert_eq!((withdrawn["steps"].as_array().unwrap().len(), &withdrawn["allowed_transitions"]), (6, &json!([])));
        // What was withdrawn stands in nobody's way, and what was decided is not withdrawn.
        register(&app.with_key("commune-editor"), "01984");
    }

    /// What a step needs, every fault at once; and what a registration has to say.
    fn a_step_without_what_it_needs_is_refused(app) {
        let (editor, district, province) = (app.with_key("district-editor"), app.with_key("district-signer"), app.with_key("province-signer"));
        let wrong = |name: &str, value: Value| { let mut body = new("01984"); body[name] = value; body };
        for (body, code, place) in [
            (wrong("level", json!("NTM_ADVANCED")), "LEVEL_NOT_OF_SET", "/level"),
            (wrong("criteria_set_code", json!("NTM-XA-NC-2021-2025")), "LEVEL_NOT_OF_SET", "/level"),
            (wrong("criteria_set_code", json!("NTM-XA-1999")), "CRITERIA_SET_NOT_FOUND", "/criteria_set_code"),
            (wrong("year", json!(2020)), "PERIOD_OUTSIDE_SET", "/year"),
            (wrong("unit_code", json!("01969")), "UNIT_KIND_EXCLUDED", "/unit_code"),
            (wrong("unit_code", json!("063")), "UNIT_LEVEL_MISMATCH", "/unit_code"),
        ] {
            editor.post(DOSSIERS, &body).faults(422, code, &[(place, code)]);
        }
        editor.post(DOSSIERS, &json!({ "unit_code": "01984", "criteria_set_code": SET, "level": "NTM", "year": 1999, "status": "DECIDED" }))
            .faults(422, "VALIDATION_FAILED", &[("/status", "UNKNOWN_MEMBER"), ("/year", "TOO_SMALL")]);
        let path = register(&editor, "01984");
        let mismatch = |assessment: &Value, version: i64, body: fn(&Value) -> Value, client: &Client| {
            client.step(&path, version, &body(assessment)).faults(422, "ASSESSMENT_MISMATCH", &[("/assessment_id", "ASSESSMENT_MISMATCH")]);
        };
        district.step(&path, 1, &json!({ "to": "VERIFIED", "votes_for": 1, "reason": "x" }))
            .faults(422, "VALIDATION_FAILED", &[("/assessment_id", "REQUIRED"), ("/votes_for", "UNKNOWN_MEMBER"), ("/reason", "UNKNOWN_MEMBER")]);
        // Of another unit, another year, another stage, and one that nobody signed.
        for (unit, period, stage) in [("01990", "2022", "VERIFICATION"), ("01984", "2021", "VERIFICATION"), ("01984", "2022", "SELF")] {
            mismatch(&assess(app, unit, period, stage, &criteria(&[], &[])), 1, verified, &district);
        }
        let draft = json!({ "unit_code": "01984", "criteria_set_code": SET, "period": "2022-H1", "stage": "VERIFICATION" });
        mismatch(&editor.post("/v1/assessments", &draft).expect(201)["id"], 1, verified, &district);
        district.step(&path, 1, &verified(&json!("01992f3e-7c1a-7b55-9a0e-4f6f0c1d2e3f"))).faults(422, "VALIDATION_FAILED", &[("/assessment_id", "UNKNOWN_REFERENCE")]);
        let verification = assess(app, "01984", "2022", "VERIFICATION", &criteria(&[], &[]));
        district.step(&path, 1, &verified(&verification)).expect(200);
        mismatch(&verification, 2, appraised, &province);
        let appraisal = assess(app, "01984", "2022", "APPRAISAL", &criteria(&[], &[]));
        let votes = |votes_for: i64, votes_total: i64| json!({ "to": "APPRAISED", "assessment_id": appraisal, "votes_for": votes_for, "votes_total": votes_total });
        province.step(&path, 2, &votes(8, 9)).faults(422, "VOTES_BELOW_SHARE", &[("/votes_for", "VOTES_BELOW_SHARE")]);
        province.step(&path, 2, &votes(11, 10)).faults(422, "VALIDATION_FAILED", &[("/votes_for", "TOO_LARGE")]);
        province.step(&path, 2, &votes(0, 0)).faults(422, "VALIDATION_FAILED", &[("/votes_total", "TOO_SMALL")]);
        province.step(&path, 2, &votes(10, 10)).expect(200);
        let decide = |body: Value| province.step(&path, 3, &body);
        let why = json!("Theo kết luận của Ban Chỉ đạo");
        decide(json!({ "to": "DECIDED", "override_reason": why })).faults(422, "VALIDATION_FAILED",
            &[("/act_number", "REQUIRED"), ("/decision_date", "REQUIRED"), ("/effective_date", "REQUIRED")]);
        let dated = |decision: &str, effective: &str| json!({ "to": "DECIDED", "act_number": "1", "decision_date": decision, "effective_date": effective, "override_reason": why });
        decide(dated("2023-03-16", "2023-03-16")).faults(422, "DATE_IN_FUTURE", &[("/decision_date", "DATE_IN_FUTURE")]);
        decide(dated("2021-12-31", "2022-01-01")).faults(422, "DATE_ORDER", &[("/decision_date", "DATE_ORDER")]);
        decide(dated("2023-03-15", "2023-03-14")).faults(422, "DATE_ORDER", &[("/effective_date", "DATE_ORDER")]);
        // What is recorded for a later day is in the way of the decision.
        recognise(app, "01984", "NTM", "2024-01-01");
        decide(dated("2023-03-15", "2023-03-15")).faults(422, "STATUS_OVERLAPS", &[("/effective_date", "STATUS_OVERLAPS")]);
        assert_eq!(province.get(&path).expect(200)["version"], 3);
    }

    /// Each condition that is not met is told; who decides all the same says why, and it stays to be seen.
    fn conditions_are_met_or_overridden_with_a_reason(app) {
        conditions(app, "01984", &[("RESIDENT_SATISFACTION_RATE", 95), ("OUTSTANDING_CONSTRUCTION_DEBT", 1)]);
        let path = appraise(app, "01984", &criteria(&["10"], &["17"]));
        let province = app.with_key("province-signer");
        let dossier = province.get(&path).expect(200);
        assert_eq!(told(&dossier), ["CRITERIA NOT_MET CRITERIA_NOT_MET", "DK1 MET null", "DK2 NOT_ASSESSED VALUE_MISSING", "DK3 NOT_ASSESSED VALUE_MISSING", "DK4 NOT_MET null"]);
        assert_eq!(dossier["conditions"][0]["open_criteria"], json!(["10"]));
        province.step(&path, 3, &decided("2023-03-01")).faults(422, "CONDITIONS_NOT_MET", &[("/override_reason", "CONDITIONS_NOT_MET"); 4]);
        let refused = province.step(&path, 3, &decided("2023-03-01")).json();
        assert!(refused["errors"][3]["message"].as_str().unwrap().contains("DK4"), "{refused}");
        let mut body = decided("2023-03-01");
        body["override_reason"] = json!("Theo kết luận của Thường trực Tỉnh ủy");
        let decision = province.step(&path, 3, &body).expect(200);
        assert_eq!(decision["steps"][3]["override_reason"], "Theo kết luận của Thường trực Tỉnh ủy");
        // Recognition hides no criterion that fails.
        assert_eq!((told(&decision), &decision["conditions"][0]["open_criteria"]), (told(&dossier), &json!(["10"])));
    }

    /// What was signed counts: an assessment that was reopened since is no ground for a decision.
    fn an_assessment_that_was_reopened_is_no_ground(app) {
        conditions(app, "01984", &GOOD);
        let path = appraise(app, "01984", &criteria(&[], &[]));
        let province = app.with_key("province-signer");
        let appraisal = province.get(&path).expect(200)["steps"][2]["assessment_id"].clone();
        province.step(&format!("/v1/assessments/{}", appraisal.as_str().unwrap()), 2, &json!({ "to": "DRAFT", "reason": "Sai số liệu" })).expect(200);
        province.step(&path, 3, &decided("2023-03-01")).faults(422, "CONDITIONS_NOT_MET", &[("/override_reason", "CONDITIONS_NOT_MET"); 5]);
    }

    /// What is owed for works on record stands among the conditions, until it is paid.
    fn debt_for_works_is_a_condition(app) {
        use crate::support::money::{entry, record, work};
        conditions(app, "01984", &GOOD);
        let editor = app.with_key("district-editor");
        let path = register(&editor, "01984");
        let works = |dossier: &Value| told(dossier).into_iter().find(|row| row.starts_with("WORKS"));
        let made = editor.post("/v1/works", &work("Đường Nà Lồm", json!({}))).expect(201);
        let report = json!({ "reported_date": "2023-01-31", "physical_percent": 100, "accepted_vnd": 500 });
        let reported = format!("/v1/works/{}/progress-reports", made["id"].as_str().unwrap());
        let verification = assess(app, "01984", "2022", "VERIFICATION", &criteria(&[], &[]));
        editor.post(&reported, &report).expect(200);
        app.with_key("district-signer").step(&path, 1, &verified(&verification)).expect(200);
        let appraisal = assess(app, "01984", "2022", "APPRAISAL", &criteria(&[], &[]));
        let province = app.with_key("province-signer");
        let judged = province.step(&path, 2, &appraised(&appraisal)).expect(200);
        assert_eq!(works(&judged).as_deref(), Some("WORKS NOT_MET CONSTRUCTION_DEBT"));
        province.step(&path, 3, &decided("2023-03-01")).faults(422, "CONDITIONS_NOT_MET", &[("/override_reason", "CONDITIONS_NOT_MET")]);
        let money = |kind: &str| json!({ "unit_code": "01984", "programme_code": "NTM", "component_code": "NTM.02", "work_id": made["id"], "kind": kind, "amount_vnd": 500 });
        for kind in ["ASSIGN", "PAY"] {
            let body = entry(kind, 500, money(kind));
            record(&editor, &body).expect(201);
        }
        let decision = province.step(&path, 3, &decided("2023-03-01")).expect(200);
        assert_eq!(works(&decision).as_deref(), Some("WORKS MET null"));
    }

    /// A level presupposes the one below it, which a status has to say.
    fn a_higher_level_presupposes_the_lower(app) {
        let editor = app.with_key("commune-editor");
        let mut body = new("01984");
        (body["criteria_set_code"], body["level"]) = (json!("NTM-XA-NC-2021-2025"), json!("NTM_ADVANCED"));
        let level = |dossier: &Value| told(dossier).into_iter().find(|row| row.starts_with("LEVEL")).expect("the level");
        let dry = format!("{DOSSIERS}?validate_only=true");
        assert_eq!(level(&editor.post(&dry, &body).expect(200)), "LEVEL NOT_ASSESSED STATUS_MISSING");
        recognise(app, "01984", "NTM", "2022-06-01");
        assert_eq!(level(&editor.post(&dry, &body).expect(200)), "LEVEL MET null");
    }

    /// What follows from the decision is told and not done.
    fn what_follows_from_a_decision_is_told(app) {
        let manager = app.with_key("district-manager");
        for (kind, value) in [("REGION_CLASS", "III"), ("DBKK", "YES")] {
            manager.post("/v1/unit-statuses", &json!({ "unit_code": "01984", "kind": kind, "value_code": value, "valid_from": "2021-06-04", "act_number": "861/QĐ-TTg" })).expect(201);
        }
        conditions(app, "01984", &GOOD);
        let path = appraise(app, "01984", &criteria(&[], &[]));
        let decision = app.with_key("province-signer").step(&path, 3, &decided("2023-04-01")).expect(200);
        let rows = decision["consequences"].as_array().unwrap();
        let told: Vec<String> = rows.iter().map(|row| format!("{} {} {}", row["kind"], row["value_code"], row["criteria_set_code"]).replace('"', "")).collect();
        for expected in ["REGION_CLASS_ENDS III null", "DBKK_CONFLICT YES null", "THRESHOLDS_CHANGE III NTM-XA-2021-2025", "THRESHOLDS_CHANGE YES NTM-XA-2021-2025"] {
            assert!(told.contains(&expected.to_owned()), "{expected}: {told:?}");
        }
        assert!(rows.iter().all(|row| row["effective_date"] == "2023-04-01" && row["act_number"] == "33/2020/QĐ-TTg"), "{rows:?}");
        let classes = manager.get("/v1/unit-statuses?unit_code=01984&kind=REGION_CLASS,DBKK").expect(200);
        assert!(classes["items"].as_array().unwrap().iter().all(|row| row["state"] == "IN_FORCE" && row["valid_to"].is_null()), "nothing is repaired silently");
        let conflicts = manager.get("/v1/unit-statuses?unit_code=01984&conflict=true&kind=NTM_LEVEL").expect(200);
        assert_eq!(conflicts["items"][0]["conflicts"].as_array().unwrap().len(), 2);
        // One that is region I already has nothing to fear.
        manager.post("/v1/unit-statuses", &json!({ "unit_code": "01990", "kind": "REGION_CLASS", "value_code": "I", "valid_from": "2021-06-04", "act_number": "861/QĐ-TTg" })).expect(201);
        conditions(app, "01990", &GOOD);
        let path = appraise(app, "01990", &criteria(&[], &[]));
        assert_eq!(app.with_key("province-signer").step(&path, 3, &decided("2023-04-01")).expect(200)["consequences"], json!([]));
    }

    /// The clause of QĐ 18/2022 that bites; what nobody assessed is not failed.
    fn a_recognised_commune_that_drops_is_at_risk(app) {
        recognise(app, "01984", "NTM", "2021-01-01");
        recognise(app, "02017", "NTM", "2021-01-01");
        let viewer = app.with_key("district-viewer");
        assert_eq!(at_risk(&viewer, ""), [""; 0], "without a result nothing is known");
        let all: Vec<String> = (1..=19).map(|code| code.to_string()).collect();
        let first = |count: usize| all[..count].iter().map(String::as_str).collect::<Vec<_>>();
        // Period, not met, not decided, who is at risk then.
        type Row<'a> = (&'a str, Vec<&'a str>, Vec<&'a str>, &'a [&'a str]);
        let rows: [Row<'_>; 6] = [
            ("2022-01", vec!["1", "2", "3", "4", "10"], vec![], &[]),
            ("2022-02", vec!["1", "2", "3", "4", "5", "6"], vec![], &[]),
            ("2022-03", vec!["1", "2", "3", "4", "5", "10"], vec![], &["Đôn Phong THIRTY_PERCENT_WITH_KEY_CRITERION 6 [10]"]),
            ("2022-04", vec!["10"], vec!["1", "2", "3", "4", "5", "6", "7", "8", "9"], &[]),
            ("2022-05", first(9), vec![], &[]),
            ("2022-06", first(10), vec![], &["Đôn Phong HALF_OR_MORE 10 [10]"]),
        ];
        for (period, not_met, open, expected) in rows {
            assess(app, "01984", period, "SELF", &criteria(&not_met, &open));
            assert_eq!(at_risk(&viewer, ""), expected.to_vec(), "{period}");
        }
        // The higher stage of the same period goes before; as of an earlier day an earlier result does.
        assess(app, "01984", "2022-06", "VERIFICATION", &criteria(&first(5), &[]));
        assert_eq!(at_risk(&viewer, ""), [""; 0]);
        assert_eq!(at_risk(&viewer, "as_of=2022-03-31"), ["Đôn Phong THIRTY_PERCENT_WITH_KEY_CRITERION 6 [10]"]);
        assert_eq!(at_risk(&viewer, "as_of=2020-12-31"), [""; 0], "not recognised yet");
        // A total that was only declared tells how many fail, not which.
        let reported = |min: i32, max: i32| json!({ "unit_code": "02017", "criteria_set_code": SET, "period": "2022", "stage": "REPORTED", "declared_total": { "min": min, "max": max }, "source": { "label": "Báo cáo", "date": "2023-03-10" } });
        app.with_key("district-editor").post("/v1/assessments", &reported(5, 9)).expect(201);
        assert_eq!(at_risk(&viewer, "unit_code=063"), ["Quang Thuận HALF_OR_MORE 10 []"]);
        let found = viewer.get(&format!("{RISK}?unit_code=02017&unit_scope=SELF&level=NTM&with_total=true")).expect(200);
        let risk = &found["items"][0]["risk"];
        assert_eq!((&found["total"], &risk["act_number"], &risk["criteria_count"], &risk["period"]), (&json!(1), &json!("18/2022/QĐ-TTg"), &json!(19), &json!("2022")));
        assert_eq!((&risk["stage"], &risk["criteria_set_code"], &risk["facts_date"]), (&json!("REPORTED"), &json!(SET), &json!("2022-12-31")));
        assert_eq!(at_risk(&viewer, "unit_code=01984"), [""; 0]);
        assert_eq!(at_risk(&viewer, "level=NTM_ADVANCED"), [""; 0]);
        assert_eq!(at_risk(&app.with_key("sibling-editor"), ""), [""; 0], "a sibling's results are not seen");
        assert_eq!(at_risk(&app.with_key("nation"), ""), ["Quang Thuận HALF_OR_MORE 10 []"]);
    }

    /// A recognition is of a territory: it ends with it, and is not decided for one that was not assessed.
    fn nothing_passes_through_a_merger(app) {
        conditions(app, "01984", &GOOD);
        let path = appraise(app, "01984", &criteria(&[], &[]));
        let open = register(&app.with_key("district-editor"), "01990");
        let verification = assess(app, "01990", "2022", "VERIFICATION", &criteria(&[], &[]));
        recognise(app, "02017", "NTM", "2021-01-01");
        assess(app, "02017", "2022", "SELF", &criteria(&["1", "2", "3", "4", "5", "6", "7", "8", "9", "10"], &[]));
        let later = App::start_on(app.engine, app.database.clone(), &["--clock-start", LATER]);
        let province = later.with_key("province-signer");
        let refused = province.step(&path, 3, &decided("2025-08-01"));
        refused.faults(422, "UNIT_NOT_IN_PERIOD", &[("/effective_date", "UNIT_NOT_IN_PERIOD")]);
        let decision = province.step(&path, 3, &decided("2023-04-01")).expect(200);
        let status = province.get(&format!("/v1/unit-statuses/{}", decision["steps"][3]["unit_status_id"].as_str().unwrap())).expect(200);
        assert_eq!((&status["valid_to"], &status["lapsed_date"]), (&Value::Null, &json!("2025-07-01")));
        // The district verified until its last day; now the province does.
        later.with_key("district-signer").step(&open, 1, &verified(&verification)).faults(403, "STAGE_NOT_PERMITTED", &[]);
        province.step(&open, 1, &verified(&verification)).expect(200);
        assert_eq!(at_risk(&province, "as_of=2025-06-30"), ["Quang Thuận HALF_OR_MORE 10 [10]"]);
        assert_eq!(at_risk(&province, ""), [""; 0], "what lapsed cannot be revoked");
    }
}
