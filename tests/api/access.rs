//! Who may do what: a walk over the contract, and the side ways around it.

use crate::reports::{MEETING, reported};
use crate::support::{App, Client, on_both};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};

/// What an operation is sent, for the ids of the records.
pub type Body = fn(&BTreeMap<&'static str, String>) -> Value;

/// One operation with what each kind of caller gets.
pub struct Row {
    pub operation: &'static str,
    pub method: &'static str,
    /// With `{name}` for ids of records that belong to the commune Đôn Phong or its district.
    pub path: &'static str,
    pub body: Body,
    /// A caller with the right, and its answer.
    pub own: (&'static str, u16),
    /// A weaker role over the same unit.
    pub weaker: Option<(&'static str, u16)>,
    /// The same role over a sibling unit.
    pub foreign: Option<(&'static str, u16)>,
}

fn nothing(_: &BTreeMap<&'static str, String>) -> Value {
    Value::Null
}

pub const fn read(operation: &'static str, path: &'static str, own: &'static str) -> Row {
    Row { operation, method: "GET", path, body: nothing, own: (own, 200), weaker: None, foreign: None }
}

/// Every operation of the contract. Deletions come last, because they take away what the others read.
fn rows() -> Vec<Row> {
    vec![
        read("get_me", "/v1/me", "district-viewer"),
        read("list_units", "/v1/units", "district-viewer"),
        read("get_unit_tree", "/v1/units/tree", "district-viewer"),
        read("get_unit", "/v1/units/{unit}", "district-viewer"),
        read("get_unit_timeline", "/v1/units/{unit}/timeline", "district-viewer"),
        read("get_unit_lineage", "/v1/units/{unit}/lineage", "district-viewer"),
        read("get_unit_geometry", "/v1/units/{unit}/geometry", "district-viewer"),
        Row {
            operation: "put_unit_geometry",
            method: "PUT",
            path: "/v1/units/{unit}/geometry",
            body: |_| json!({ "geometry": { "type": "Polygon", "coordinates": [[[105.8, 22.1], [105.9, 22.1], [105.9, 22.2], [105.8, 22.1]]] } }),
            own: ("district-manager", 200),
            weaker: Some(("district-editor", 403)),
            foreign: Some(("sibling-admin", 403)),
        },
        read("get_unit_statuses", "/v1/units/{unit}/statuses", "district-viewer"),
        read("list_unit_statuses", "/v1/unit-statuses", "district-viewer"),
        read("get_unit_status", "/v1/unit-statuses/{unit_status}", "district-viewer"),
        Row {
            operation: "record_unit_status",
            method: "POST",
            path: "/v1/unit-statuses",
            body: |_| json!({ "unit_code": "01984", "kind": "ATK", "value_code": "YES", "valid_from": "2022-01-01", "act_number": "1" }),
            own: ("district-manager", 201),
            weaker: Some(("district-editor", 403)),
            foreign: Some(("sibling-admin", 403)),
        },
        Row {
            operation: "record_unit_statuses",
            method: "POST",
            path: "/v1/unit-statuses/batch",
            body: |_| json!({ "items": [{ "unit_code": "01984", "kind": "DBKK", "value_code": "YES", "valid_from": "2022-01-01", "act_number": "1" }] }),
            own: ("district-manager", 201),
            weaker: Some(("district-editor", 403)),
            foreign: Some(("sibling-admin", 403)),
        },
        Row {
            operation: "transition_unit_status",
            method: "POST",
            path: "/v1/unit-statuses/{unit_status}/transitions",
            body: |_| json!({ "to": "ENDED", "valid_to": "2023-01-01", "act_number": "2" }),
            own: ("district-manager", 200),
            weaker: Some(("district-editor", 403)),
            foreign: Some(("sibling-admin", 403)),
        },
        read("list_unit_successions", "/v1/unit-successions", "district-viewer"),
        read("get_unit_succession", "/v1/unit-successions/{unit_succession}", "district-viewer"),
        // The reference knows later reforms, so what is refused here is the content; who may record is told before.
        Row {
            operation: "record_unit_succession",
            method: "POST",
            path: "/v1/unit-successions",
            body: |_| json!({ "act_number": "1", "effective_date": "2026-12-01", "edges": [{ "kind": "RENAME", "from_unit_code": "19", "to_unit_code": "19" }], "units": [{ "code": "19", "name": "Thái Nguyên Mới", "kind_code": "TINH", "parent_code": "VN" }] }),
            own: ("nation", 201),
            weaker: Some(("district-editor", 403)),
            foreign: Some(("district-manager", 403)),
        },
        Row {
            operation: "transition_unit_succession",
            method: "POST",
            path: "/v1/unit-successions/{unit_succession}/transitions",
            body: |_| json!({ "to": "ANNULLED", "act_number": "2", "reason": "Ghi nhầm" }),
            own: ("nation", 409),
            weaker: Some(("district-editor", 403)),
            foreign: Some(("district-manager", 403)),
        },
        read("list_period_locks", "/v1/period-locks", "district-viewer"),
        Row {
            foreign: Some(("sibling-editor", 404)),
            ..read("get_period_lock", "/v1/period-locks/{period_lock}", "district-viewer")
        },
        Row {
            operation: "lock_period",
            method: "POST",
            path: "/v1/period-locks",
            body: |_| json!({ "unit_code": "063", "criteria_set_code": "NTM-XA-2021-2025", "period": "2021-H1" }),
            own: ("district-manager", 201),
            weaker: Some(("district-editor", 403)),
            foreign: Some(("sibling-admin", 403)),
        },
        Row {
            operation: "transition_period_lock",
            method: "POST",
            path: "/v1/period-locks/{period_lock}/transitions",
            body: |_| json!({ "to": "REOPENED", "reason": "Bổ sung số liệu" }),
            own: ("district-manager", 200),
            weaker: Some(("district-editor", 403)),
            foreign: Some(("sibling-admin", 404)),
        },
        read("list_code_lists", "/v1/code-lists", "district-viewer"),
        read("get_code_list", "/v1/code-lists/unit-kinds", "district-viewer"),
        read("list_criteria_sets", "/v1/criteria-sets", "district-viewer"),
        read("get_criteria_set", "/v1/criteria-sets/{set}", "district-viewer"),
        read("get_criteria_set_document", "/v1/criteria-sets/{set}/document", "district-viewer"),
        read("get_thresholds", "/v1/thresholds?unit_code=01984&period=2022", "district-viewer"),
        Row {
            operation: "create_criteria_set",
            method: "POST",
            path: "/v1/criteria-sets",
            body: |_| set_document("OTHER-2021"),
            own: ("nation", 201),
            weaker: Some(("district-editor", 403)),
            foreign: Some(("district-manager", 403)),
        },
        Row {
            operation: "replace_criteria_set_document",
            method: "PUT",
            path: "/v1/criteria-sets/{draft_set}/document",
            body: |_| set_document("DRAFT-2021"),
            own: ("nation", 200),
            weaker: Some(("district-editor", 403)),
            foreign: Some(("district-manager", 403)),
        },
        Row {
            operation: "transition_criteria_set",
            method: "POST",
            path: "/v1/criteria-sets/{draft_set}/transitions",
            body: |_| json!({ "to": "PUBLISHED" }),
            own: ("nation", 200),
            weaker: Some(("district-editor", 403)),
            foreign: Some(("district-manager", 403)),
        },
        read("list_threshold_verifications", "/v1/threshold-verifications", "district-viewer"),
        read("get_threshold_verification", "/v1/threshold-verifications/{verification}", "district-viewer"),
        Row {
            operation: "verify_thresholds",
            method: "POST",
            path: "/v1/threshold-verifications",
            body: |_| verification("10.1", "TDMNPB", json!(2022), json!(39)),
            own: ("nation", 201),
            weaker: Some(("district-editor", 403)),
            // The nation's figures are not a province's to verify.
            foreign: Some(("province-manager", 403)),
        },
        Row {
            operation: "transition_threshold_verification",
            method: "POST",
            path: "/v1/threshold-verifications/{verification}/transitions",
            body: |_| json!({ "to": "ANNULLED", "reason": "Đọc nhầm bản dự thảo" }),
            own: ("nation", 200),
            weaker: Some(("district-editor", 403)),
            foreign: Some(("province-manager", 403)),
        },
        read("list_indicators", "/v1/indicators", "district-viewer"),
        read("get_indicator", "/v1/indicators/{indicator}", "district-viewer"),
        Row {
            operation: "create_indicator",
            method: "POST",
            path: "/v1/indicators",
            body: |_| json!({ "code": "BEEHIVES", "name": { "vi": "Số đàn ong", "en": "Beehives" }, "value_type": "COUNT", "unit_code": "HOUSEHOLD", "time_basis": "STOCK", "direction": "NEUTRAL" }),
            own: ("nation", 201),
            weaker: Some(("district-editor", 403)),
            foreign: Some(("district-manager", 403)),
        },
        Row {
            operation: "change_indicator",
            method: "PATCH",
            path: "/v1/indicators/{indicator}",
            body: |_| json!({ "topic_codes": [] }),
            own: ("nation", 200),
            weaker: Some(("district-editor", 403)),
            foreign: Some(("district-manager", 403)),
        },
        read("list_observations", "/v1/observations", "district-viewer"),
        Row {
            foreign: Some(("sibling-editor", 404)),
            ..read("get_observation", "/v1/observations/{observation}", "district-viewer")
        },
        Row {
            operation: "record_observation",
            method: "POST",
            path: "/v1/observations",
            body: |_| figure("MAKESHIFT_HOUSES"),
            own: ("commune-editor", 201),
            weaker: Some(("district-viewer", 403)),
            foreign: Some(("sibling-editor", 403)),
        },
        Row {
            operation: "record_observations",
            method: "POST",
            path: "/v1/observations/batch",
            body: |_| json!({ "items": [figure("POOR_HOUSEHOLDS_2022_2025")] }),
            own: ("commune-editor", 201),
            weaker: Some(("district-viewer", 403)),
            foreign: Some(("sibling-editor", 403)),
        },
        Row {
            operation: "rehearse_evaluation",
            method: "POST",
            path: "/v1/evaluations",
            body: |_| json!({ "unit_code": "01984", "period": "2022", "stage": "SELF" }),
            own: ("district-viewer", 200),
            weaker: None,
            foreign: Some(("sibling-editor", 403)),
        },
        read("list_files", "/v1/files", "district-viewer"),
        Row { foreign: Some(("sibling-editor", 404)), ..read("get_file", "/v1/files/{file}", "district-viewer") },
        Row {
            foreign: Some(("sibling-editor", 404)),
            ..read("get_file_content", "/v1/files/{file}/content", "district-viewer")
        },
        Row {
            operation: "upload_file",
            method: "POST",
            path: "/v1/files?unit_code=01984&name=b.pdf",
            body: |_| json!("%PDF-1.7 b"),
            own: ("commune-editor", 201),
            weaker: Some(("commune-signer", 403)),
            foreign: Some(("sibling-editor", 403)),
        },
        Row {
            operation: "delete_file",
            method: "DELETE",
            path: "/v1/files/{file}",
            body: |_| Value::Null,
            own: ("commune-editor", 204),
            weaker: Some(("commune-signer", 403)),
            foreign: Some(("sibling-editor", 404)),
        },
        read("list_recognition_dossiers", "/v1/recognition-dossiers", "district-viewer"),
        read("list_units_at_risk", "/v1/units-at-risk", "district-viewer"),
        Row {
            foreign: Some(("sibling-editor", 404)),
            ..read("get_recognition_dossier", "/v1/recognition-dossiers/{dossier}", "district-viewer")
        },
        Row {
            operation: "register_recognition_dossier",
            method: "POST",
            path: "/v1/recognition-dossiers",
            body: |_| dossier(2023),
            own: ("commune-editor", 201),
            weaker: Some(("commune-signer", 403)),
            foreign: Some(("sibling-editor", 403)),
        },
        Row {
            operation: "transition_recognition_dossier",
            method: "POST",
            path: "/v1/recognition-dossiers/{dossier}/transitions",
            body: |_| json!({ "to": "WITHDRAWN", "reason": "Chưa đủ điều kiện" }),
            own: ("commune-signer", 200),
            weaker: Some(("commune-editor", 403)),
            foreign: Some(("sibling-editor", 404)),
        },
        Row {
            foreign: Some(("sibling-editor", 404)),
            ..read(
                "get_assessment_sheets",
                "/v1/assessment-sheets?unit_code=063&criteria_set_code=NTM-XA-2021-2025&period=2022",
                "district-viewer",
            )
        },
        Row {
            operation: "import_assessment_sheets",
            method: "POST",
            path: "/v1/assessment-sheets?unit_code=063&criteria_set_code=NTM-XA-2021-2025&period=2022&stage=SELF",
            body: |_| json!("unit_code,10.1\r\n01984,41\r\n"),
            own: ("commune-editor", 201),
            weaker: Some(("district-viewer", 403)),
            foreign: Some(("sibling-editor", 403)),
        },
        // Lists answer anybody who may ask; what a sibling sees in them is asked below.
        read("list_assessments", "/v1/assessments", "district-viewer"),
        Row {
            foreign: Some(("sibling-editor", 404)),
            ..read("get_assessment", "/v1/assessments/{assessment}", "district-viewer")
        },
        Row {
            foreign: Some(("sibling-editor", 404)),
            ..read("get_assessment_sheet", "/v1/assessments/{assessment}/sheet", "district-viewer")
        },
        Row {
            foreign: Some(("sibling-editor", 404)),
            ..read("get_assessment_evaluation", "/v1/assessments/{assessment}/evaluation", "district-viewer")
        },
        Row {
            foreign: Some(("sibling-editor", 404)),
            ..read("list_assessment_seals", "/v1/assessments/{assessment}/seals", "district-viewer")
        },
        Row {
            foreign: Some(("sibling-editor", 404)),
            ..read("list_versions", "/v1/assessments/{assessment}/versions", "district-viewer")
        },
        Row {
            foreign: Some(("sibling-editor", 404)),
            ..read(
                "get_criteria_distribution",
                "/v1/reports/criteria-distribution?unit_id={unit}&period=2022",
                "district-viewer",
            )
        },
        Row {
            foreign: Some(("sibling-editor", 404)),
            ..read("get_criteria_matrix", "/v1/reports/criteria-matrix?unit_id={unit}&period=2022", "district-viewer")
        },
        Row {
            foreign: Some(("sibling-editor", 404)),
            ..read(
                "get_indicator_comparison",
                "/v1/reports/indicator-comparison?unit_id={unit}&period=2022&indicator_code=POOR_HOUSEHOLDS_2016_2020",
                "district-viewer",
            )
        },
        Row { weaker: Some(("district-viewer", 403)), ..read("list_journal", "/v1/journal", "district-manager") },
        Row { weaker: Some(("district-manager", 403)), ..read("list_clients", "/v1/clients", "district-admin") },
        Row {
            weaker: Some(("district-manager", 403)),
            foreign: Some(("sibling-admin", 404)),
            ..read("get_client", "/v1/clients/{client}", "district-admin")
        },
        Row { weaker: Some(("district-manager", 403)), ..read("list_api_keys", "/v1/api-keys", "district-admin") },
        Row {
            weaker: Some(("district-manager", 403)),
            foreign: Some(("sibling-admin", 404)),
            ..read("get_api_key", "/v1/api-keys/{api_key}", "district-admin")
        },
        Row { weaker: Some(("district-manager", 403)), ..read("list_grants", "/v1/grants", "district-admin") },
        Row {
            weaker: Some(("district-manager", 403)),
            foreign: Some(("sibling-admin", 404)),
            ..read("get_grant", "/v1/grants/{grant}", "district-admin")
        },
        Row {
            operation: "create_assessment",
            method: "POST",
            path: "/v1/assessments",
            body: |_| reported("01984", 5, 9),
            own: ("commune-editor", 201),
            weaker: Some(("district-viewer", 403)),
            foreign: Some(("sibling-editor", 403)),
        },
        Row {
            operation: "change_assessment",
            method: "PATCH",
            path: "/v1/assessments/{assessment}",
            body: |_| json!({ "note": "đã rà soát" }),
            own: ("commune-editor", 200),
            weaker: Some(("district-viewer", 403)),
            foreign: Some(("sibling-editor", 404)),
        },
        Row {
            operation: "write_assessment_sheet",
            method: "PUT",
            path: "/v1/assessments/{assessment}/sheet",
            body: |_| json!({ "criteria": [{ "code": "1", "verdict": "MET" }] }),
            own: ("commune-editor", 200),
            weaker: Some(("district-viewer", 403)),
            foreign: Some(("sibling-editor", 404)),
        },
        Row {
            operation: "change_assessment_sheet",
            method: "PATCH",
            path: "/v1/assessments/{assessment}/sheet",
            body: |_| json!({ "items": [{ "code": "3.1", "figure": { "value": 85 } }] }),
            own: ("commune-editor", 200),
            weaker: Some(("district-viewer", 403)),
            foreign: Some(("sibling-editor", 404)),
        },
        Row {
            operation: "transition_assessment",
            method: "POST",
            path: "/v1/assessments/{assessment}/transitions",
            body: |_| json!({ "to": "SUBMITTED" }),
            own: ("commune-signer", 200),
            weaker: Some(("commune-editor", 403)),
            foreign: Some(("sibling-editor", 404)),
        },
        Row {
            operation: "create_client",
            method: "POST",
            path: "/v1/clients",
            body: |_| json!({ "unit_code": "01984", "name": "Phần mềm của xã" }),
            own: ("district-admin", 201),
            weaker: Some(("district-manager", 403)),
            foreign: Some(("sibling-admin", 403)),
        },
        Row {
            operation: "change_client",
            method: "PATCH",
            path: "/v1/clients/{client}",
            body: |_| json!({ "description": "kết nối một chiều" }),
            own: ("district-admin", 200),
            weaker: Some(("district-manager", 403)),
            foreign: Some(("sibling-admin", 404)),
        },
        Row {
            operation: "issue_api_key",
            method: "POST",
            path: "/v1/api-keys",
            body: |ids| json!({ "client_id": ids["client"], "expires_at": "2023-06-01T00:00:00Z" }),
            own: ("district-admin", 201),
            weaker: Some(("district-manager", 403)),
            foreign: Some(("sibling-admin", 422)),
        },
        Row {
            operation: "give_grant",
            method: "POST",
            path: "/v1/grants",
            body: |ids| json!({ "client_id": ids["client"], "role": "EDITOR", "unit_code": "01984" }),
            own: ("district-admin", 201),
            weaker: Some(("district-manager", 403)),
            foreign: Some(("sibling-admin", 422)),
        },
        Row {
            operation: "withdraw_grant",
            method: "DELETE",
            path: "/v1/grants/{grant}",
            body: nothing,
            own: ("district-admin", 204),
            weaker: Some(("district-manager", 403)),
            foreign: Some(("sibling-admin", 404)),
        },
        Row {
            operation: "revoke_api_key",
            method: "DELETE",
            path: "/v1/api-keys/{api_key}",
            body: nothing,
            own: ("district-admin", 204),
            weaker: Some(("district-manager", 403)),
            foreign: Some(("sibling-admin", 404)),
        },
        Row {
            operation: "delete_assessment",
            method: "DELETE",
            path: "/v1/assessments/{draft}",
            body: nothing,
            own: ("commune-editor", 204),
            weaker: Some(("district-viewer", 403)),
            foreign: Some(("sibling-editor", 404)),
        },
        Row {
            operation: "delete_client",
            method: "DELETE",
            path: "/v1/clients/{unused_client}",
            body: nothing,
            own: ("district-admin", 204),
            weaker: Some(("district-manager", 403)),
            foreign: Some(("sibling-admin", 404)),
        },
    ]
}

fn set_document(code: &str) -> Value {
    json!({
        "code": code, "name": { "vi": "Dự thảo", "en": "Draft" }, "level": "COMMUNE", "kind_codes": ["XA"],
        "valid_from": "2021-01-01", "valid_to": "2021-12-31", "confidence": "VERIFIED",
        "criteria": [{ "code": "1", "name": { "vi": "Một", "en": "One" }, "confidence": "VERIFIED" }]
    })
}

fn dossier(year: i32) -> Value {
    json!({ "unit_code": "01984", "criteria_set_code": "NTM-XA-2021-2025", "level": "NTM", "year": year })
}

fn verification(item: &str, region: &str, year: Value, value: Value) -> Value {
    json!({
        "criteria_set_code": "NTM-XA-2021-2025", "document": { "label": "318/QĐ-TTg" }, "verified_date": "2023-03-09",
        "thresholds": [{ "item_code": item, "region_code": region, "year": year, "operator": "AT_LEAST", "value": value }]
    })
}

fn figure(indicator: &str) -> Value {
    json!({ "indicator_code": indicator, "unit_code": "01984", "period": "2022", "stage": "SELF", "figure": { "value": 3 } })
}

pub fn id(reply: Value) -> String {
    reply["id"].as_str().expect("an id").to_owned()
}

/// Records that belong to Đôn Phong and its district.
pub fn records(app: &App) -> BTreeMap<&'static str, String> {
    let (editor, admin) = (app.with_key("commune-editor"), app.with_key("district-admin"));
    let draft = |period: &str| {
        let body =
            json!({ "unit_code": "01984", "criteria_set_code": "NTM-XA-2021-2025", "period": period, "stage": "SELF" });
        id(editor.post("/v1/assessments", &body).expect(201))
    };
    let client = |name: &str| id(admin.post("/v1/clients", &json!({ "unit_code": "063", "name": name })).expect(201));
    let client_id = client("Phần mềm báo cáo");
    let key = json!({ "client_id": client_id, "expires_at": "2023-06-01T00:00:00Z" });
    let grant = json!({ "client_id": client_id, "role": "VIEWER", "unit_code": "01984" });
    let status = json!({ "unit_code": "01984", "kind": "REGION_CLASS", "value_code": "III", "valid_from": "2021-06-04", "act_number": "861/QĐ-TTg" });
    BTreeMap::from([
        ("unit", id(editor.get("/v1/units?code=01984").expect(200)["items"][0].clone())),
        ("set", id(editor.get("/v1/criteria-sets?code=NTM-XA-2021-2025").expect(200)["items"][0].clone())),
        ("draft_set", id(app.with_key("nation").post("/v1/criteria-sets", &set_document("DRAFT-2021")).expect(201))),
        ("indicator", id(editor.get("/v1/indicators").expect(200)["items"][0].clone())),
        ("observation", id(editor.post("/v1/observations", &figure("NEAR_POOR_HOUSEHOLDS_2022_2025")).expect(201))),
        ("assessment", draft("2022")),
        ("draft", draft("2022-H1")),
        ("api_key", id(admin.post("/v1/api-keys", &key).expect(201))),
        ("grant", id(admin.post("/v1/grants", &grant).expect(201))),
        (
            "period_lock",
            id(app
                .with_key("district-manager")
                .post(
                    "/v1/period-locks",
                    &json!({ "unit_code": "063", "criteria_set_code": "NTM-XA-2021-2025", "period": "2021" }),
                )
                .expect(201)),
        ),
        ("unit_succession", id(editor.get("/v1/unit-successions").expect(200)["items"][0].clone())),
        ("unit_status", id(app.with_key("district-manager").post("/v1/unit-statuses", &status).expect(201))),
        ("file", id(crate::files::send(&editor, "unit_code=01984&name=a.pdf", b"%PDF-1.7 a").expect(201))),
        (
            "verification",
            id(app
                .with_key("nation")
                .post("/v1/threshold-verifications", &verification("3.1", "ALL", Value::Null, json!(80)))
                .expect(201)),
        ),
        ("dossier", id(editor.post("/v1/recognition-dossiers", &dossier(2022)).expect(201))),
        ("unused_client", client("Phần mềm thử")),
        ("client", client_id),
    ])
}

fn fill(path: &str, ids: &BTreeMap<&'static str, String>) -> String {
    ids.iter().fold(path.to_owned(), |path, (name, id)| path.replace(&format!("{{{name}}}"), id))
}

fn call(
    client: &Client,
    row: &Row,
    path: &str,
    version: i64,
    ids: &BTreeMap<&'static str, String>,
) -> crate::support::Reply {
    let tag = format!("\"{version}\"");
    let headers = [("if-match", tag.as_str()), ("idempotency-key", "8e03978e-40d5-43e8-bc93-6894a57f9324")];
    let headers = match row.path {
        _ if row.method == "GET" => &headers[..0],
        path if path.ends_with("/assessments") || path.contains("/files?") => &headers[..0],
        path if path.ends_with("/batch") || path.ends_with("/budget-entries") || path.contains("-sheets") => {
            &headers[1..]
        }
        _ => &headers[..1],
    };
    match (row.body)(ids) {
        Value::Null => client.call(row.method, path, headers, None),
        // A file, as it is.
        Value::String(text) => {
            let kind = if row.path.contains("/files") { "application/pdf" } else { "text/csv" };
            let headers = [headers, &[("content-type", kind)]].concat();
            client.call(row.method, path, &headers, Some(text.as_bytes()))
        }
        body => client.send(row.method, path, headers, &body),
    }
}

/// The version that a caller would have read.
fn version_of(app: &App, path: &str) -> i64 {
    let parts = ["/sheet", "/transitions", "/document", "/extensions", "/escalations"];
    let record = parts.iter().fold(path, |path, part| path.trim_end_matches(part));
    let reply = app.with_key("nation").get(record);
    // A file has no version.
    let read = if reply.header("content-type") == Some("application/json") { reply.json() } else { Value::Null };
    // A feature says its version among its properties.
    read["version"].as_i64().or(read["properties"]["version"].as_i64()).unwrap_or(1)
}

on_both! {
    /// No key, a wrong key, a weaker role, another unit's key: each operation answers as the table says. An operation
    /// of the contract without a row fails. Whatever is done is recorded, and whatever is refused writes nothing.
    fn every_operation_is_closed_to_whoever_has_no_right(app) {
        let contract = app.with_key("").get("/openapi.json").expect(200);
        let operations = contract["paths"].as_object().unwrap().values().flat_map(|item| item.as_object().unwrap().values());
        let declared: BTreeSet<&str> = operations.map(|operation| operation["operationId"].as_str().unwrap()).collect();
        let rows: Vec<Row> = rows()
            .into_iter()
            .chain(crate::parties::access_rows())
            .chain(crate::acts::access_rows())
            .chain(crate::meetings::access_rows())
            .chain(crate::tasks::access_rows())
            .chain(crate::obstacles::access_rows())
            .chain(crate::activities::access_rows())
            .chain(crate::reporting::access_rows())
            .chain(crate::statements::access_rows())
            .chain(crate::support::money::access_rows())
            .chain(crate::review::access_rows())
            .chain(crate::work_progress::access_rows())
            .chain(crate::criterion_context::access_rows())
            .collect();
        let walked: BTreeSet<&str> = rows.iter().map(|row| row.operation).collect();
        assert_eq!(declared, walked, "every operation has a row here");
        let personal = crate::audit::operations_with_personal_data(&contract);
        let known = ["change_person", "create_person", "get_person", "list_people", "transition_person"];
        assert_eq!(personal, known.map(str::to_owned).into(), "and the audit knows which tell personal data");

        let mut ids = records(app);
        ids.extend(crate::parties::access_records(app));
        ids.extend(crate::acts::access_records(app));
        let committee = ids["committee"].clone();
        ids.extend(crate::meetings::access_records(app, &committee));
        ids.extend(crate::tasks::access_records(app));
        ids.extend(crate::obstacles::access_records(app));
        ids.extend(crate::activities::access_records(app));
        ids.extend(crate::reporting::access_records(app));
        ids.extend(crate::statements::access_records(app));
        ids.extend(crate::support::money::access_records(app));
        let nobody = app.with_key("");
        let wrong = app.with_secret(&format!("muctieu_{}_{}", "0".repeat(16), "0".repeat(64)));
        let broken = app.with_secret("muctieu_x");
        for row in &rows {
            let path = fill(row.path, &ids);
            let version = version_of(app, &path);
            let head = crate::audit::journal_head(app);
            for client in [&nobody, &wrong, &broken] {
                let refused = call(client, row, &path, version, &ids);
                assert_eq!(refused.problem(401).0, "UNAUTHENTICATED", "{}", row.operation);
                assert_eq!(refused.header("www-authenticate"), Some("Bearer"));
            }
            for (key, status) in row.weaker.iter().chain(&row.foreign) {
                let refused = call(&app.with_key(key), row, &path, version, &ids);
                assert_eq!(refused.status, *status, "{} with {key}: {}", row.operation, refused.text);
            }
            assert_eq!(crate::audit::journal_head(app), head, "{}: what is refused writes nothing", row.operation);
            let (key, status) = row.own;
            let done = call(&app.with_key(key), row, &path, version, &ids);
            assert_eq!(done.status, status, "{} with {key}: {}", row.operation, done.text);
            crate::audit::is_recorded(app, (row.operation, row.method, key), &done, head);
        }
    }

    /// A client bears its name once in its unit; which one does is told, and neither its namesake elsewhere nor its
    /// neighbour is meant.
    fn a_client_bears_its_name_once_in_its_unit(app) {
        let nation = app.with_key("nation");
        let client = |unit: &str, name: &str| json!({ "unit_code": unit, "name": name });
        let made: Vec<String> = [("064", "Phần mềm A"), ("063", "Phần mềm B"), ("063", "Phần mềm A"), ("063", "Phần mềm C")]
            .map(|(unit, name)| id(nation.post("/v1/clients", &client(unit, name)).expect(201)))
            .to_vec();
        let refused = nation.post("/v1/clients", &client("063", "Phần mềm A"));
        assert_eq!((refused.problem(409).0.as_str(), &refused.json()["existing_id"]), ("DUPLICATE", &json!(made[2])));
        let path = format!("/v1/clients/{}", made[3]);
        let refused = nation.patch(&path, 1, &json!({ "name": "Phần mềm A" }));
        assert_eq!((refused.problem(409).0.as_str(), &refused.json()["existing_id"]), ("DUPLICATE", &json!(made[2])));
        let named = nation.patch(&path, 1, &json!({ "name": "Phần mềm C", "description": "như cũ" })).expect(200);
        assert_eq!(named["name"], "Phần mềm C", "its own name is no other's");
        assert_eq!(nation.patch(&format!("/v1/clients/{}", made[0]), 1, &json!({ "name": "Phần mềm B" })).expect(200)["name"], "Phần mềm B");
    }

    /// Each role, alone, over the nation: what its permissions allow is not refused, anything else is.
    fn each_role_may_do_what_the_table_of_permissions_says(app) {
        let admin = app.with_key("nation");
        let contract = admin.get("/openapi.json").expect(200);
        for role in ["VIEWER", "EDITOR", "SIGNER", "MANAGER", "ADMIN"] {
            let client = id(admin.post("/v1/clients", &json!({ "unit_code": "VN", "name": role })).expect(201));
            admin.post("/v1/grants", &json!({ "client_id": client, "role": role, "unit_code": "VN" })).expect(201);
            let key = admin.post("/v1/api-keys", &json!({ "client_id": client, "expires_at": "2023-06-01T00:00:00Z" })).expect(201);
            let caller = app.with_secret(key["api_key"].as_str().unwrap());
            for (path, item) in contract["paths"].as_object().unwrap() {
                for (method, operation) in item.as_object().unwrap() {
                    let permission = operation["x-permission"].as_str().expect("every operation declares its permission");
                    let (_, roles) = muctieu::access::PERMISSIONS.iter().find(|(name, _)| *name == permission).expect("a known permission");
                    let allowed = roles.is_empty() || roles.iter().any(|held| held.to_string() == role);
                    let path = path.replace("{id}", "01992f3e-7c1a-7b55-9a0e-4f6f0c1d2e3f").replace("{name}", "roles").replace("{collection}", "units");
                    let takes = |kind: &str| operation["requestBody"]["content"].get(kind).is_some();
                    let reply = match method.as_str() {
                        "get" | "delete" => caller.call(&method.to_uppercase(), &path, &[], None),
                        "post" if takes("application/pdf") => caller.call("POST", &path, &[("content-type", "application/pdf")], Some(b"x")),
                        "post" if takes("text/csv") => caller.call("POST", &path, &[("content-type", "text/csv")], Some(b"unit_code")),
                        _ => caller.send(&method.to_uppercase(), &path, &[], &json!({})),
                    };
                    assert_eq!(reply.status == 403, !allowed, "{role} {method} {path}: {} {}", reply.status, reply.text);
                }
            }
        }
    }

    /// A sibling's figures are in no total, list, count, history or error that a caller can ask for.
    fn nothing_of_a_sibling_comes_through_a_side_door(app) {
        let ids = records(app);
        let editor = app.with_key("district-editor");
        for (unit, min, max) in MEETING {
            editor.post("/v1/assessments", &reported(unit, min, max)).expect(201);
        }
        let sibling = app.with_key("sibling-editor");
        let list = sibling.get("/v1/assessments?with_total=true").expect(200);
        assert_eq!((list["items"].as_array().unwrap().len(), &list["total"]), (0, &json!(0)));
        let named = sibling.get("/v1/assessments?unit_code=063&with_total=true").expect(200);
        assert_eq!(named["total"], 0);
        let province = sibling.get("/v1/reports/criteria-distribution?unit_code=06&period=2022&group_by=DISTRICT");
        let figures = province.expect(200);
        assert_eq!(figures["scope"]["partial"], true);
        assert_eq!(figures["coverage"]["reported_count"], 0);
        assert_eq!(figures["coverage"]["expected_count"], 19, "its own communes and no others");
        assert!(!province.text.contains("Đôn Phong") && !province.text.contains("01984"));
        sibling.get("/v1/reports/criteria-distribution?unit_code=063&period=2022").faults(404, "NOT_FOUND", &[]);
        let absent = sibling.get("/v1/assessments/01992f3e-7c1a-7b55-9a0e-4f6f0c1d2e3f").expect(404);
        let hidden = sibling.get(&format!("/v1/assessments/{}", ids["assessment"])).expect(404);
        let same = |mut problem: Value| { problem["instance"] = Value::Null; problem };
        assert_eq!(same(absent), same(hidden), "hidden and absent look the same");
        let known = app.with_key("nation").get(&format!("/v1/assessments/{}", ids["assessment"]));
        let tag = known.header("etag").unwrap().to_owned();
        let conditional = sibling.call("GET", &format!("/v1/assessments/{}", ids["assessment"]), &[("if-none-match", &tag)], None);
        assert_eq!(conditional.status, 404, "a known tag opens nothing");
        let journal = app.with_key("sibling-admin").get("/v1/journal?embed=record&limit=200").expect(200);
        assert!(!journal.to_string().contains(&ids["assessment"]), "the journal shows the writes to one's own units");
        let whole = app.with_key("district-manager").get("/v1/journal?embed=record&limit=200").expect(200);
        assert!(whole.to_string().contains(&ids["assessment"]));
        // Whoever may not see a unit's business key is not told that it is taken either.
        let guessed = sibling.post("/v1/assessments", &reported("01984", 5, 9));
        guessed.faults(403, "OUT_OF_SCOPE", &[("/unit_code", "OUT_OF_SCOPE")]);
    }
}
