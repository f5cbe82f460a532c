//! Assessments: what is refused, the workflow, versions, rehearsals.

use crate::support::{App, on_both};
use serde_json::{Value, json};

fn draft(unit: &str, period: &str, stage: &str) -> Value {
    json!({ "unit_code": unit, "criteria_set_code": "NTM-XA-2021-2025", "period": period, "stage": stage })
}

fn with(mut body: Value, changes: Value) -> Value {
    for (name, value) in changes.as_object().unwrap() {
        body[name] = value.clone();
    }
    body
}

fn id(reply: &Value) -> String {
    reply["id"].as_str().expect("an id").to_owned()
}

on_both! {
    /// Each kind of bad input has its own code and its place, and nothing of it is stored.
    fn bad_input_is_named_and_leaves_nothing_behind(app) {
        let writer = app.with_key("nation");
        let good = with(draft("01984", "2022", "REPORTED"), json!({ "declared_total": { "min": 5, "max": 9 } }));
        let kinds = json!({ "code": "1", "verdict": "NOT_APPLICABLE" });
        type Row = (Value, &'static str, Vec<(&'static str, &'static str)>);
        let rows: Vec<Row> = vec![
            (json!({ "period": "2020" }), "PERIOD_OUTSIDE_SET", vec![("/period", "PERIOD_OUTSIDE_SET")]),
            (json!({ "period": "2026" }), "VALIDATION_FAILED", vec![("/period", "DATE_IN_FUTURE"), ("/period", "PERIOD_OUTSIDE_SET")]),
            (json!({ "period": "22" }), "VALIDATION_FAILED", vec![("/period", "INVALID_PERIOD")]),
            (json!({ "declared_total": { "min": 5, "max": 20 } }), "DECLARED_TOTAL_TOO_LARGE", vec![("/declared_total/max", "DECLARED_TOTAL_TOO_LARGE")]),
            (json!({ "declared_total": { "min": 9, "max": 5 } }), "DECLARED_TOTAL_REVERSED", vec![("/declared_total/min", "DECLARED_TOTAL_REVERSED")]),
            (json!({ "declared_total": { "min": "5", "max": 9 } }), "VALIDATION_FAILED", vec![("/declared_total/min", "INTEGER_EXPECTED")]),
            (json!({ "declared_total": { "min": 5.5, "max": 9 } }), "VALIDATION_FAILED", vec![("/declared_total/min", "INTEGER_EXPECTED")]),
            (json!({ "declared_total": { "min": -1, "max": 9 } }), "VALIDATION_FAILED", vec![("/declared_total/min", "TOO_SMALL")]),
            (json!({ "declared_total": null }), "RESULT_REQUIRED", vec![("/declared_total", "RESULT_REQUIRED")]),
            (json!({ "unit_code": "01969" }), "UNIT_KIND_EXCLUDED", vec![("/unit_code", "UNIT_KIND_EXCLUDED")]),
            (json!({ "unit_code": "063" }), "UNIT_LEVEL_MISMATCH", vec![("/unit_code", "UNIT_LEVEL_MISMATCH")]),
            (json!({ "unit_code": "99999" }), "UNIT_CODE_NOT_HELD", vec![("/unit_code", "UNIT_CODE_NOT_HELD")]),
            (json!({ "unit_code": "01972" }), "UNIT_CODE_NOT_HELD", vec![("/unit_code", "UNIT_CODE_NOT_HELD")]),
            (json!({ "unit_code": "1984" }), "VALIDATION_FAILED", vec![("/unit_code", "INVALID_CODE")]),
            (json!({ "unit_code": null }), "VALIDATION_FAILED", vec![("/unit_code", "EXACTLY_ONE_REQUIRED")]),
            (json!({ "unit_id": "01992f3e-7c1a-7b55-9a0e-4f6f0c1d2e3f" }), "VALIDATION_FAILED", vec![("/unit_id", "EXACTLY_ONE_REQUIRED")]),
            (json!({ "criteria_set_code": "NTM-XA-1999" }), "CRITERIA_SET_NOT_FOUND", vec![("/criteria_set_code", "CRITERIA_SET_NOT_FOUND")]),
            (json!({ "stage": "FINAL" }), "VALIDATION_FAILED", vec![("/stage", "UNKNOWN_VALUE")]),
            (json!({ "note": "một\u{0}hai" }), "VALIDATION_FAILED", vec![("/note", "CONTROL_CHARACTER")]),
            (json!({ "note": "một\u{202E}hai" }), "VALIDATION_FAILED", vec![("/note", "CONTROL_CHARACTER")]),
            (json!({ "source": { "label": "x".repeat(201) } }), "VALIDATION_FAILED", vec![("/source/label", "TOO_LONG")]),
            (json!({ "cut_off_date": "2023-03-16" }), "DATE_IN_FUTURE", vec![("/cut_off_date", "DATE_IN_FUTURE")]),
            (json!({ "cut_off_date": "2023-02-30" }), "VALIDATION_FAILED", vec![("/cut_off_date", "INVALID_DATE")]),
            (json!({ "criteria": [{ "code": "20", "verdict": "MET" }] }), "CRITERION_NOT_IN_SET", vec![("/criteria/0/code", "CRITERION_NOT_IN_SET")]),
            (json!({ "criteria": [{ "code": "1", "verdict": "MET" }, { "code": "1", "verdict": "NOT_MET" }] }), "VALIDATION_FAILED", vec![("/criteria/1/code", "DUPLICATE_ITEM")]),
            (json!({ "criteria": [kinds] }), "REASON_REQUIRED", vec![("/criteria/0/note", "REASON_REQUIRED")]),
            (json!({ "criteria": [{ "code": "1", "verdict": "NOT_MET" }], "declared_total": { "min": 19, "max": 19 } }), "TOTAL_CONTRADICTS_RESULTS", vec![("/declared_total", "TOTAL_CONTRADICTS_RESULTS")]),
            (json!({ "perod": "2022" }), "VALIDATION_FAILED", vec![("/perod", "UNKNOWN_MEMBER")]),
            (json!({ "version": 1 }), "VALIDATION_FAILED", vec![("/version", "UNKNOWN_MEMBER")]),
            (json!({ "period": "x", "stage": "y", "unit_code": "z" }), "VALIDATION_FAILED", vec![("/period", "INVALID_PERIOD"), ("/stage", "UNKNOWN_VALUE"), ("/unit_code", "INVALID_CODE")]),
            (json!({ "period": "2019", "unit_code": "063", "declared_total": { "min": 25, "max": 20 } }), "VALIDATION_FAILED", vec![
                ("/declared_total/max", "DECLARED_TOTAL_TOO_LARGE"), ("/declared_total/min", "DECLARED_TOTAL_REVERSED"), ("/declared_total/min", "DECLARED_TOTAL_TOO_LARGE"),
                ("/period", "PERIOD_OUTSIDE_SET"), ("/unit_code", "UNIT_LEVEL_MISMATCH"),
            ]),
        ];
        let head = journal_length(app);
        for (changes, code, faults) in rows {
            let reply = writer.post("/v1/assessments", &with(good.clone(), changes.clone()));
            let (actual, mut found) = reply.problem(422);
            found.sort();
            let found: Vec<(&str, &str)> = found.iter().map(|(place, code)| (place.as_str(), code.as_str())).collect();
            assert_eq!((actual.as_str(), found), (code, faults), "{changes}");
        }
        assert_eq!(writer.get("/v1/assessments?with_total=true").expect(200)["total"], 0);
        assert_eq!(journal_length(app), head, "nothing was written");
        writer.post("/v1/assessments", &good).expect(201);
        let again = writer.post("/v1/assessments", &good);
        again.faults(409, "DUPLICATE", &[]);
        let first = writer.get("/v1/assessments").expect(200);
        assert_eq!(again.json()["existing_id"], first["items"][0]["id"]);
    }

    /// A name that several units bear is not guessed; whoever bore a code is told.
    fn units_that_may_be_meant_are_offered(app) {
        let reader = app.with_key("nation");
        // Two communes bore the name Tân Lập or Thanh Bình at other times; today's province and city share one.
        let ambiguous = reader.get("/v1/reports/criteria-distribution?unit_name=bac%20kan&period=2022");
        ambiguous.faults(422, "AMBIGUOUS_UNIT", &[("unit_name", "AMBIGUOUS_UNIT")]);
        let candidates = &ambiguous.json()["errors"][0]["candidates"];
        let codes: Vec<&str> = candidates.as_array().unwrap().iter().map(|unit| unit["code"].as_str().unwrap()).collect();
        assert_eq!({ let mut codes = codes.clone(); codes.sort(); codes }, ["058", "06"]);
        assert!(candidates[0]["parent_name"].is_string() && candidates[0]["kind_code"].is_string());
        let unknown = reader.get("/v1/assessments?unit_name=Khong%20Co");
        unknown.faults(422, "UNIT_NAME_NOT_FOUND", &[("unit_name", "UNIT_NAME_NOT_FOUND")]);
        let one = reader.get("/v1/reports/criteria-distribution?unit_name=s%E1%BB%B9%20b%C3%ACnh&period=2022").expect(200);
        assert_eq!(one["scope"]["unit"]["name"], "Sĩ Bình");
        // 02005 was Hà Vị until 31/01/2020 and Quân Hà after it.
        let before = reader.get("/v1/units?code=02005&as_of=2020-01-31").expect(200);
        let after = reader.get("/v1/units?code=02005&as_of=2020-02-01").expect(200);
        assert_eq!((&before["items"][0]["name"], &after["items"][0]["name"]), (&json!("Hà Vị"), &json!("Quân Hà")));
        assert_ne!(before["items"][0]["id"], after["items"][0]["id"]);
        let gone = reader.get("/v1/units?unit_code=02134");
        gone.faults(422, "UNIT_CODE_NOT_HELD", &[("unit_code", "UNIT_CODE_NOT_HELD")]);
        assert_eq!(gone.json()["errors"][0]["candidates"][0]["name"], "Yến Lạc");
        // The town lived on under another code: one unit, two codes, another territory.
        let town = reader.get("/v1/units?code=02155&as_of=2021-01-01").expect(200);
        assert_eq!(town["items"][0]["id"], gone.json()["errors"][0]["candidates"][0]["id"]);
        assert_eq!(town["items"][0]["territory_number"], 2);
    }

    /// From draft to submission and back, by different people, each step with its version and its reason.
    fn the_workflow_needs_two_callers_versions_and_reasons(app) {
        let (editor, signer) = (app.with_key("commune-editor"), app.with_key("commune-signer"));
        let created = editor.post("/v1/assessments", &draft("01984", "2022", "SELF"));
        let body = created.expect(201);
        assert_eq!(created.header("location").unwrap(), format!("/v1/assessments/{}", id(&body)));
        assert_eq!((&body["status"], &body["allowed_transitions"]), (&json!("DRAFT"), &json!(["SUBMITTED"])));
        let path = format!("/v1/assessments/{}", id(&body));

        editor.send("PUT", &format!("{path}/sheet"), &[], &json!({ "criteria": [] })).faults(428, "PRECONDITION_REQUIRED", &[("If-Match", "PRECONDITION_REQUIRED")]);
        let sheet = json!({ "criteria": (1..=19).map(|at| json!({ "code": at.to_string(), "verdict": if at <= 9 { "MET" } else { "NOT_MET" } })).collect::<Vec<_>>() });
        let written = editor.put(&format!("{path}/sheet"), 1, &sheet).expect(200);
        assert_eq!((&written["version"], written["criteria"].as_array().unwrap().len()), (&json!(2), 19));
        let stale = editor.put(&format!("{path}/sheet"), 1, &sheet);
        stale.faults(412, "VERSION_CONFLICT", &[]);
        assert_eq!(stale.header("etag"), Some("\"2\""));

        editor.step(&path, 2, &json!({ "to": "SUBMITTED" })).faults(403, "FORBIDDEN", &[]);
        signer.step(&path, 2, &json!({ "to": "RETURNED", "reason": "x" })).faults(409, "TRANSITION_NOT_ALLOWED", &[]);
        let submitted = signer.step(&path, 2, &json!({ "to": "SUBMITTED" })).expect(200);
        assert_eq!((&submitted["status"], &submitted["criteria_met"]), (&json!("SUBMITTED"), &json!({ "min": 9, "max": 9 })));
        let seal = submitted["seal_hash"].as_str().expect("it is sealed").to_owned();
        editor.put(&format!("{path}/sheet"), 3, &sheet).faults(409, "SEALED", &[]);
        editor.patch(&path, 3, &json!({ "note": "x" })).faults(409, "SEALED", &[]);
        editor.delete(&path, 3).faults(409, "SEALED", &[]);

        // The next stage returns: the commune may not, the district may, with a reason.
        let district = app.with_key("district-signer");
        signer.step(&path, 3, &json!({ "to": "RETURNED", "reason": "x" })).faults(403, "STAGE_NOT_PERMITTED", &[]);
        district.step(&path, 3, &json!({ "to": "RETURNED" })).faults(422, "REASON_REQUIRED", &[("/reason", "REASON_REQUIRED")]);
        let reasons = json!({ "to": "RETURNED", "reason": "Thiếu minh chứng", "items": [{ "code": "9", "reason": "chưa có biên bản" }] });
        let returned = district.step(&path, 3, &reasons).expect(200);
        assert_eq!((&returned["return_reason"], &returned["return_items"]), (&reasons["reason"], &reasons["items"]));

        let again = signer.step(&path, 4, &json!({ "to": "SUBMITTED" })).expect(200);
        assert_eq!(again["seal_hash"], seal.as_str(), "the same content has the same seal");
        let reopened = signer.step(&path, 5, &json!({ "to": "DRAFT", "reason": "sửa tiêu chí 9" })).expect(200);
        assert_eq!((&reopened["revision"], &reopened["seal_hash"]), (&json!(2), &json!(seal)));

        let versions = editor.get(&format!("{path}/versions")).expect(200);
        let actions: Vec<&str> = versions["items"].as_array().unwrap().iter().map(|version| version["action"].as_str().unwrap()).collect();
        assert_eq!(actions, ["assessment.created", "assessment.sheet-written", "assessment.submitted", "assessment.returned", "assessment.submitted", "assessment.reopened"]);
        assert_eq!(versions["items"][2]["record"]["status"], "SUBMITTED", "what was sealed can be read for ever");
        assert_eq!(versions["items"][2]["record"]["criteria"].as_array().unwrap().len(), 19);
        assert_eq!(versions["items"][3]["changed"], json!(["return_items", "return_reason", "status", "updated_at"]));
    }

    /// Who wrote an assessment does not sign it, whatever roles it holds.
    fn an_author_does_not_sign(app) {
        let both = app.with_key("nation");
        let path = format!("/v1/assessments/{}", id(&both.post("/v1/assessments", &draft("01984", "2022", "SELF")).expect(201)));
        let refused = both.step(&path, 1, &json!({ "to": "SUBMITTED" }));
        refused.faults(403, "SIGNER_IS_AUTHOR", &[]);
        crate::audit::refusal_is_logged(app, &refused);
        // Who changed it last is its author.
        app.with_key("commune-editor").patch(&path, 1, &json!({ "note": "đã sửa" })).expect(200);
        both.step(&path, 2, &json!({ "to": "SUBMITTED" })).expect(200);
    }

    /// A stage is the business of its level: the commune assesses itself, the district verifies, the province appraises.
    fn each_stage_belongs_to_its_level(app) {
        let by = |key: &str, stage: &str| app.with_key(key).post("/v1/assessments?validate_only=true", &draft("01984", "2022", stage)).status;
        assert_eq!([by("commune-editor", "SELF"), by("commune-editor", "VERIFICATION"), by("commune-editor", "APPRAISAL")], [200, 403, 403]);
        assert_eq!([by("district-editor", "SELF"), by("district-editor", "VERIFICATION"), by("district-editor", "APPRAISAL")], [200, 200, 403]);
        assert_eq!([by("province-editor", "SELF"), by("province-editor", "VERIFICATION"), by("province-editor", "APPRAISAL")], [200, 200, 200]);
        app.with_key("commune-editor").post("/v1/assessments", &draft("01984", "2022", "APPRAISAL")).faults(403, "STAGE_NOT_PERMITTED", &[]);
        // Since 01/07/2025 there are no districts; what was theirs is the province's.
        let later = App::start_on(app.engine, app.database.clone(), &["--clock-start", "2025-07-02T02:00:00Z"]);
        let refused = later.with_key("district-editor").post("/v1/assessments?validate_only=true", &draft("01984", "2022", "VERIFICATION"));
        refused.faults(403, "STAGE_NOT_PERMITTED", &[]);
        later.with_key("province-editor").post("/v1/assessments?validate_only=true", &draft("01984", "2022", "VERIFICATION")).expect(200);
    }

    /// A rehearsal answers what would be, and leaves nothing: no row, no version, no journal, no figure.
    fn a_rehearsal_stores_nothing(app) {
        let writer = app.with_key("nation");
        let body = with(draft("01984", "2022", "REPORTED"), json!({ "declared_total": { "min": 5, "max": 9 } }));
        let head = journal_length(app);
        let rehearsed = writer.post("/v1/assessments?validate_only=true", &body);
        assert_eq!(rehearsed.expect(200)["criteria_met"], json!({ "min": 5, "max": 9 }));
        assert_eq!(rehearsed.header("location"), None);
        writer.get(&format!("/v1/assessments/{}", id(&rehearsed.json()))).expect(404);
        assert_eq!(journal_length(app), head);
        let stored = writer.post("/v1/assessments", &body).expect(201);
        let path = format!("/v1/assessments/{}", id(&stored));
        writer.patch(&format!("{path}?validate_only=true"), 1, &json!({ "note": "thử" })).expect(200);
        writer.delete(&format!("{path}?validate_only=true"), 1).expect(204);
        let unchanged = writer.get(&path).expect(200);
        assert_eq!((&unchanged["version"], &unchanged["note"]), (&json!(1), &Value::Null));
        assert_eq!(journal_length(app), head + 1);
    }

    /// A merge patch: absent stays, null clears; what a client reads it may send back.
    fn a_patch_changes_what_it_names(app) {
        let writer = app.with_key("nation");
        let body = with(draft("01984", "2022", "REPORTED"), json!({
            "declared_total": { "min": 5, "max": 9 }, "note": "ghi chú", "cut_off_date": "2022-12-31", "source": { "label": "Báo cáo" },
        }));
        let stored = writer.post("/v1/assessments", &body).expect(201);
        let path = format!("/v1/assessments/{}", id(&stored));
        let changed = writer.patch(&path, 1, &json!({ "note": null })).expect(200);
        assert_eq!((&changed["note"], &changed["cut_off_date"], &changed["source"]["label"]), (&Value::Null, &json!("2022-12-31"), &json!("Báo cáo")));
        let echoed = writer.patch(&path, 2, &json!({ "version": 2, "id": stored["id"], "period": "2022", "note": "mới" })).expect(200);
        assert_eq!(echoed["note"], "mới");
        let refused = writer.patch(&path, 3, &json!({ "period": "2021", "status": "DRAFT", "note": "x" }));
        refused.faults(422, "VALIDATION_FAILED", &[("/period", "READ_ONLY"), ("/status", "READ_ONLY")]);
        writer.patch(&path, 3, &json!({ "declared_total": null })).faults(422, "RESULT_REQUIRED", &[("/declared_total", "RESULT_REQUIRED")]);
        assert_eq!(writer.get(&path).expect(200)["version"], 3);
    }

    /// What was deleted is gone from lists and reports, and its history can be read.
    fn a_deletion_keeps_the_history(app) {
        let writer = app.with_key("nation");
        let stored = writer.post("/v1/assessments", &with(draft("01984", "2022", "REPORTED"), json!({ "declared_total": { "min": 5, "max": 9 } }))).expect(201);
        let path = format!("/v1/assessments/{}", id(&stored));
        writer.delete(&path, 1).expect(204);
        writer.get(&path).expect(404);
        let versions = writer.get(&format!("{path}/versions")).expect(200);
        let last = &versions["items"][1];
        assert_eq!((&last["action"], &last["record"], &last["version"]), (&json!("assessment.deleted"), &Value::Null, &json!(2)));
        let report = writer.get("/v1/reports/criteria-distribution?unit_code=01984&period=2022").expect(200);
        assert_eq!(report["coverage"]["reported_count"], 0);
        // The key is free again, and a new record is another record.
        let anew = writer.post("/v1/assessments", &with(draft("01984", "2022", "REPORTED"), json!({ "declared_total": { "min": 5, "max": 9 } }))).expect(201);
        assert_ne!(anew["id"], stored["id"]);
    }

    /// Two editors hold the same version: one wins, the other is told.
    fn of_two_editors_one_is_told(app) {
        let writer = app.with_key("nation");
        let path = format!("/v1/assessments/{}", id(&writer.post("/v1/assessments", &draft("01984", "2022", "SELF")).expect(201)));
        let editors: Vec<u16> = std::thread::scope(|scope| {
            let edit = |note: &'static str| { let (client, path) = (app.with_key("nation"), path.clone()); scope.spawn(move || client.patch(&path, 1, &json!({ "note": note })).status) };
            [edit("một"), edit("hai")].into_iter().map(|editor| editor.join().unwrap()).collect()
        });
        assert_eq!({ let mut statuses = editors; statuses.sort(); statuses }, [200, 412]);
        assert_eq!(writer.get(&path).expect(200)["version"], 2);
    }
}

fn journal_length(app: &App) -> i64 {
    app.with_key("nation").get("/v1/journal?limit=1").expect(200)["items"][0]["position"].as_i64().unwrap_or(0)
}
