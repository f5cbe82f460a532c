//! What holds for every write of the contract: dry runs, versions, keys against sending twice, read-only members.

use crate::support::{App, Client, Operation, count, on_both, operations, records};
use serde_json::{Value, json};

/// Rows of every table that a write could touch.
fn rows(app: &App) -> Vec<i64> {
    let tables = [
        "journal",
        "assessments",
        "assessment_verdicts",
        "clients",
        "api_keys",
        "grants",
        "units",
        "unit_timeline",
        "unit_successions",
        "unit_succession_edges",
        "period_locks",
        "indicators",
        "observations",
        "criteria_sets",
        "criteria_items",
        "criteria_thresholds",
        "assessment_items",
        "assessment_seals",
        "unit_statuses",
        "recognition_dossiers",
        "recognition_steps",
        "file_contents",
        "files",
        "evidence_files",
        "threshold_verifications",
        "criteria_set_replacements",
        "acts",
        "meetings",
        "meeting_attendances",
        "meeting_files",
        "meeting_acts",
        "act_items",
        "act_files",
        "act_links",
        "agencies",
        "people",
        "person_readings",
        "committees",
        "mandates",
        "directives",
        "directive_parties",
        "tasks",
        "task_steps",
        "task_extensions",
        "task_files",
        "task_progress_reports",
        "obstacles",
        "obstacle_steps",
        "obstacle_escalations",
        "obstacle_tasks",
        "activities",
        "activity_units",
        "activity_parties",
        "activity_recommendations",
        "activity_files",
        "calendar_days",
        "reporting_duties",
        "report_submissions",
        "report_submission_steps",
        "report_submission_files",
        "reporting_extensions",
        "statements",
        "programmes",
        "budget_lines",
        "budget_entries",
        "works",
        "work_progress",
        "budget_publications",
        "idempotency_keys",
        "external_ids",
    ];
    tables.map(|table| count(&app.database, &format!("SELECT count(*) AS value FROM {table}"))).to_vec()
}

/// The example that the contract gives for a body, as it is sent, with its media type.
fn example(app: &App, operation: &Operation) -> (&'static str, Vec<u8>) {
    let document = app.with_key("").get("/openapi.json").expect(200);
    let content = &document["paths"][&operation.path][operation.method.to_lowercase()]["requestBody"]["content"];
    let (kind, _) = operation.empty_body();
    match &content[kind]["example"] {
        Value::String(text) if !operation.takes_json() => (kind, text.as_bytes().to_vec()),
        example => (kind, example.to_string().into_bytes()),
    }
}

on_both! {
    /// Whatever a dry run answers, it leaves no trace: no row, no version, no key.
    fn a_dry_run_of_any_write_leaves_no_trace(app) {
        let made = records(app);
        let nation = app.with_key("nation");
        let before = rows(app);
        let mut done = 0;
        for operation in operations(app).iter().filter(|operation| operation.writes()) {
            assert!(operation.query.iter().any(|name| name == "validate_only"), "{} {}", operation.method, operation.path);
            let address = format!("{}?validate_only=true", made.address(&operation.path));
            let headers = [("if-match", "\"1\""), ("idempotency-key", "dry-run-leaves-nothing-1")];
            let reply = if operation.has_body {
                let (kind, body) = example(app, operation);
                nation.call(&operation.method, &address, &[&headers[..], &[("content-type", kind)]].concat(), Some(&body))
            } else {
                nation.call(&operation.method, &address, &headers, None)
            };
            assert!(reply.status < 500 && reply.status != 201, "{} {}: {}", operation.method, operation.path, reply.text);
            done += usize::from(reply.status < 300);
            assert_eq!(rows(app), before, "{} {}", operation.method, operation.path);
        }
        assert!(done >= 6, "{done} dry runs went through");
    }

    /// Members that the service sets itself are refused in a new record; the record is not made.
    fn no_member_of_a_new_record_is_set_from_outside(app) {
        let made = records(app);
        let nation = app.with_key("nation");
        let before = rows(app);
        let mut tried = 0;
        for operation in operations(app).iter().filter(|operation| operation.method == "POST" && operation.takes_json()) {
            for (member, value) in [
                ("id", json!("01992f3e-7c1a-7b55-9a0e-4f6f0c1d2e3f")), ("version", json!(7)), ("status", json!("SUBMITTED")), ("created_at", json!("2023-01-01T00:00:00Z")),
                ("author_client_id", json!(made.client)), ("seal_hash", json!("0".repeat(64))), ("criteria_met", json!({ "min": 19, "max": 19 })), ("secret_hash", json!("00")),
            ] {
                let mut body: Value = serde_json::from_slice(&example(app, operation).1).expect("JSON");
                // A document of a set says its status; as whatever it comes, it is stored as a draft.
                if member == "status" && operation.path.ends_with("/criteria-sets") {
                    continue;
                }
                body[member] = value;
                let key = format!("set-from-outside-{tried:04}");
                let headers = [("if-match", "\"1\""), ("idempotency-key", &*key)];
                let reply = nation.send("POST", &made.address(&operation.path), &headers, &body);
                let faults = if reply.status == 422 { reply.problem(422).1 } else { Vec::new() };
                let named = faults.contains(&(format!("/{member}"), "UNKNOWN_MEMBER".to_owned()));
                assert!(named, "{} {member}: {}", operation.path, reply.text);
                tried += 1;
            }
        }
        assert!(tried > 40, "{tried}");
        assert_eq!(rows(app), before);
    }

    /// Every way of making something takes a key, and says so.
    fn every_post_takes_a_key(app) {
        let document = app.with_key("").get("/openapi.json").expect(200);
        for (path, item) in document["paths"].as_object().unwrap() {
            for (method, operation) in item.as_object().unwrap() {
                let takes = |name: &str| {
                    let reference = format!("#/components/parameters/{name}");
                    operation["parameters"].as_array().unwrap().iter().any(|parameter| parameter["$ref"] == json!(reference))
                };
                // A batch and a file do not go without one.
                let is_file = operation["requestBody"]["content"].get("text/csv").is_some();
                let is_money = path.ends_with("/budget-entries");
                let kind = if path.ends_with("/batch") || is_file || is_money { "RequiredIdempotencyKey" } else { "IdempotencyKey" };
                // A rehearsal writes nothing.
                assert_eq!(takes(kind), method == "post" && !path.ends_with("/evaluations"), "{method} {path}");
                let is_step = ["/transitions", "/extensions", "/escalations"].iter().any(|part| path.ends_with(part));
                let changes = ["put", "patch", "delete"].contains(&method.as_str()) || is_step;
                assert_eq!(takes("IfMatch"), changes, "{method} {path}");
            }
        }
    }
}

/// Callers whose grants stand in every relation to the district: all roles, so that only the unit decides.
const RELATIONS: [(&str, &str, bool); 6] = [
    ("own", "063", true),
    ("parent", "06", true),
    ("nation", "VN", true),
    ("child", "01984", false),
    ("sibling", "064", false),
    ("other province", "19", false),
];

fn callers(app: &App) -> Vec<(&'static str, Client, bool)> {
    let nation = app.with_key("nation");
    let mut callers = Vec::new();
    for (relation, unit, sees) in RELATIONS {
        let client = nation
            .post("/v1/clients", &json!({ "unit_code": "VN", "name": format!("người gọi: {relation}") }))
            .expect(201);
        for role in ["VIEWER", "EDITOR", "SIGNER", "MANAGER", "ADMIN"] {
            nation
                .post("/v1/grants", &json!({ "client_id": client["id"], "role": role, "unit_code": unit }))
                .expect(201);
        }
        let key = nation
            .post("/v1/api-keys", &json!({ "client_id": client["id"], "expires_at": "2023-06-01T00:00:00Z" }))
            .expect(201);
        callers.push((relation, app.with_secret(key["api_key"].as_str().unwrap()), sees));
    }
    callers
}

on_both! {
    /// Every address of one record, for a caller over the unit itself, above it, below it, beside it and far away.
    fn every_record_is_there_for_its_unit_and_those_above_and_for_nobody_else(app) {
        let nation = app.with_key("nation");
        let made = records(app);
        // A record of another commune of the district, so that the child is no relation of it.
        let body = json!({ "unit_code": "01990", "criteria_set_code": "NTM-XA-2021-2025", "period": "2022", "stage": "SELF" });
        let assessment = nation.post("/v1/assessments", &body).expect(201)["id"].as_str().unwrap().to_owned();
        let callers = callers(app);
        let mut walked = 0;
        for operation in operations(app).iter().filter(|operation| operation.path.contains("{id}")) {
            // Reference data is for all; only who writes it is asked, elsewhere.
            let shared = ["/v1/units/", "/v1/criteria-sets/", "/v1/unit-successions/", "/v1/unit-statuses/", "/v1/indicators/", "/v1/threshold-verifications/", "/v1/calendar-days/", "/v1/reporting-duties/", "/v1/programmes/"].iter().any(|prefix| operation.path.starts_with(prefix));
            if shared {
                continue;
            }
            let address = operation.path
                .replace("/{collection}/{id}/", &format!("/assessments/{assessment}/"))
                .replace("/assessments/{id}", &format!("/assessments/{assessment}"));
            let address = made.address(&address);
            for (relation, caller, sees) in &callers {
                // A dry run, so that all callers meet the same record.
                let address = if operation.reads() { address.clone() } else { format!("{address}?validate_only=true") };
                let headers = [("if-match", "\"1\"")];
                let reply = if operation.has_body {
                    caller.send(&operation.method, &address, &headers, &json!({}))
                } else {
                    caller.call(&operation.method, &address, &headers, None)
                };
                // A lock over a unit concerns those below it: they see it, and cannot move it.
                let below_a_lock = operation.path.starts_with("/v1/period-locks/") && *relation == "child";
                let expected = if below_a_lock { if operation.reads() { reply.status == 200 } else { reply.status == 403 } }
                    else { (reply.status != 404) == *sees };
                assert!(expected, "{} {} as {relation}: {} {}", operation.method, operation.path, reply.status, reply.text);
                if *sees {
                    assert!(reply.status != 403, "{} {} as {relation}: {}", operation.method, operation.path, reply.text);
                }
                walked += 1;
            }
        }
        assert!(walked >= 60, "{walked}");
        // Without any grant nothing is there to be asked for.
        let client = nation.post("/v1/clients", &json!({ "unit_code": "VN", "name": "không có quyền" })).expect(201);
        let key = nation.post("/v1/api-keys", &json!({ "client_id": client["id"], "expires_at": "2023-06-01T00:00:00Z" })).expect(201);
        let nobody = app.with_secret(key["api_key"].as_str().unwrap());
        assert_eq!(nobody.get(&format!("/v1/assessments/{assessment}")).problem(403).0, "FORBIDDEN");
    }
}
