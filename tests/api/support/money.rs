//! Bodies and calls of money that several stories make.

use super::{App, Client, Reply};
use crate::access::Row;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering};

pub const ENTRIES: &str = "/v1/budget-entries";
pub const WORKS: &str = "/v1/works";
pub const PUBLICATIONS: &str = "/v1/budget-publications";
pub const REPORT: &str = "/v1/reports/budget-execution";

pub fn id(record: &Value) -> String {
    record["id"].as_str().expect("an id").to_owned()
}

pub fn items(list: &Value) -> &Vec<Value> {
    list["items"].as_array().expect("items")
}

/// A key that nobody sent before.
pub fn key() -> String {
    static NEXT: AtomicU64 = AtomicU64::new(1);
    format!("budget-entry-{:06}", NEXT.fetch_add(1, Ordering::Relaxed))
}

/// Members over those of another body.
pub fn with(mut body: Value, changes: Value) -> Value {
    for (name, value) in changes.as_object().expect("an object") {
        body[name] = value.clone();
    }
    body
}

/// An entry for Bạch Thông of 2022, unless the changes say otherwise.
pub fn entry(kind: &str, amount: i64, changes: Value) -> Value {
    let body = json!({
        "unit_code": "063", "programme_code": "DTTS", "funding_source_code": "NSTW", "nature_code": "DTPT",
        "plan_year": 2022, "kind": kind, "amount_vnd": amount, "booking_date": "2022-07-01"
    });
    with(body, changes)
}

pub fn record(client: &Client, body: &Value) -> Reply {
    client.send("POST", ENTRIES, &[("idempotency-key", &key())], body)
}

pub fn batch(client: &Client, entries: &[Value]) -> Reply {
    let named = entries.iter().map(|entry| with(entry.clone(), json!({ "external_id": key() })));
    let body = json!({ "items": named.collect::<Vec<_>>() });
    client.send("POST", "/v1/budget-entries/batch", &[("idempotency-key", &key())], &body)
}

pub fn reverse(client: &Client, entry: &str, changes: Value) -> Reply {
    let body = with(json!({ "booking_date": "2023-03-01", "reason": "Ghi nhầm" }), changes);
    client.post(&format!("{ENTRIES}/{entry}/reversals"), &body)
}

pub fn report(client: &Client, query: &str) -> Value {
    client.get(&format!("{REPORT}?{query}")).expect(200)
}

/// A file of entries with these rows.
pub fn sheet(rows: &str) -> String {
    format!(
        "external_id,unit_code,programme_code,funding_source_code,nature_code,plan_year,kind,amount,booking_date\r\n{rows}\r\n"
    )
}

/// A table as a province published it on 19/5/2025, in which two digits changed places.
pub fn published(unit: &str) -> Value {
    let line = |label: &str, programme: Value, assigned: &str, disbursed: &str, rate: f64| {
        let mut line = json!({ "label": label, "assigned": assigned, "disbursed": disbursed, "rate_percent": rate });
        if !programme.is_null() {
            line["programme_code"] = programme;
        }
        line
    };
    let total = with(line("Tổng số", Value::Null, "614.294", "84.499", 13.76), json!({ "is_total": true }));
    json!({
        "unit_code": unit, "title": "Giải ngân vốn ba chương trình", "source_label": "Báo cáo của tỉnh", "amount_unit": "MILLION_VND",
        "lines": [
            line("Nông thôn mới", json!("NTM"), "320.197", "55.882", 17.45), line("Giảm nghèo", json!("GNBV"), "67.172", "4.369", 6.45),
            line("Dân tộc thiểu số", json!("DTTS"), "226.385", "24.248", 10.71), total,
        ]
    })
}

/// A work in Đôn Phong that serves criterion 2, unless the changes say otherwise.
pub fn work(name: &str, changes: Value) -> Value {
    with(json!({ "unit_code": "01984", "name": name, "programme_code": "NTM", "component_code": "NTM.02" }), changes)
}

/// What the walk over the contract asks of money.
pub fn access_rows() -> Vec<Row> {
    let read = |operation, path| crate::access::read(operation, path, "district-viewer");
    let seen = |row: Row| Row { foreign: Some(("sibling-editor", 404)), ..row };
    let write = |operation, path, body, done, foreign| Row {
        operation,
        method: "POST",
        path,
        body,
        own: ("district-editor", done),
        weaker: Some(("district-viewer", 403)),
        foreign: Some(("sibling-editor", foreign)),
    };
    let manage = |operation, method, path, body, done| Row {
        operation,
        method,
        path,
        body,
        own: ("nation", done),
        weaker: Some(("district-editor", 403)),
        foreign: Some(("district-manager", 403)),
    };
    vec![
        read("list_programmes", "/v1/programmes"),
        read("get_programme", "/v1/programmes/{programme}"),
        manage("create_programme", "POST", "/v1/programmes", |_| programme("MOI-2024"), 201),
        manage("replace_programme", "PUT", "/v1/programmes/{programme}", |_| programme("NHAP-2024"), 200),
        manage(
            "transition_programme",
            "POST",
            "/v1/programmes/{programme}/transitions",
            |_| json!({ "to": "PUBLISHED" }),
            200,
        ),
        read("list_budget_entries", ENTRIES),
        seen(read("get_budget_entry", "/v1/budget-entries/{budget_entry}")),
        read("list_budget_lines", "/v1/budget-lines"),
        seen(read("get_budget_line", "/v1/budget-lines/{budget_line}")),
        seen(read("get_budget_execution", "/v1/reports/budget-execution?unit_code=063")),
        read("list_works", WORKS),
        seen(read("get_work", "/v1/works/{work}")),
        write("record_work", WORKS, |_| work("Đập Nà Kẹn", json!({})), 201, 403),
        Row {
            method: "PATCH",
            ..write("change_work", "/v1/works/{work}", |_| json!({ "note": "Đã bàn giao mặt bằng" }), 200, 404)
        },
        write("transition_work", "/v1/works/{work}/transitions", |_| json!({ "to": "UNDER_CONSTRUCTION" }), 200, 404),
        write(
            "report_work_progress",
            "/v1/works/{work}/progress-reports",
            |_| json!({ "reported_date": "2023-03-10", "physical_percent": 40 }),
            200,
            404,
        ),
        Row { method: "DELETE", ..write("delete_work", "/v1/works/{spare_work}", |_| Value::Null, 204, 404) },
        read("list_budget_publications", PUBLICATIONS),
        seen(read("get_budget_publication", "/v1/budget-publications/{budget_publication}")),
        seen(read("get_budget_sheet", "/v1/budget-sheets?unit_code=063&plan_year=2022")),
        write(
            "import_budget_sheet",
            "/v1/budget-sheets?unit_code=063&amount_unit=MILLION_VND",
            |_| json!(sheet("KB-1,063,DTTS,NSTW,DTPT,2022,ASSIGN,5,01/07/2022")),
            201,
            403,
        ),
        write("record_budget_publication", PUBLICATIONS, |_| published("063"), 201, 403),
        Row {
            method: "DELETE",
            ..write(
                "delete_budget_publication",
                "/v1/budget-publications/{spare_publication}",
                |_| Value::Null,
                204,
                404,
            )
        },
        write("record_budget_entry", ENTRIES, |_| entry("ASSIGN", 5, json!({})), 201, 403),
        write(
            "record_budget_entries",
            "/v1/budget-entries/batch",
            |_| json!({ "items": [entry("ASSIGN", 5, json!({ "external_id": "WALK-1" }))] }),
            201,
            403,
        ),
        write(
            "reverse_budget_entry",
            "/v1/budget-entries/{budget_entry}/reversals",
            |_| json!({ "booking_date": "2023-03-01", "reason": "Ghi nhầm" }),
            200,
            404,
        ),
    ]
}

pub fn access_records(app: &App) -> BTreeMap<&'static str, String> {
    let made = record(&app.with_key("district-editor"), &entry("ASSIGN", 1000, json!({}))).expect(201);
    let draft = app.with_key("nation").post("/v1/programmes", &programme("NHAP-2024")).expect(201);
    let made_publication = || id(&app.with_key("district-editor").post(PUBLICATIONS, &published("063")).expect(201));
    let made_work = || id(&app.with_key("district-editor").post(WORKS, &work("Cầu Nặm Tốc", json!({}))).expect(201));
    BTreeMap::from([
        ("budget_publication", made_publication()),
        ("spare_publication", made_publication()),
        ("work", made_work()),
        ("spare_work", made_work()),
        ("budget_entry", id(&made)),
        ("budget_line", made["line_id"].as_str().unwrap().to_owned()),
        ("programme", id(&draft)),
    ])
}

/// A programme of a province's own making.
pub fn programme(code: &str) -> Value {
    let part = |number: &str, parent: Value| {
        let name = json!({ "vi": "Dự án", "en": "Project" });
        let mut part = json!({ "code": format!("{code}.{number}"), "kind": "PROJECT", "name": name, "nature_codes": ["SN"], "confidence": "HIGH" });
        if !parent.is_null() {
            part["parent_code"] = parent;
        }
        part
    };
    json!({
        "code": code, "name": { "vi": "Chương trình thử", "en": "A programme" }, "short_names": [], "valid_from": "2021-01-01",
        "valid_to": "2025-12-31", "replaces": [], "legal_basis": [], "lead_agencies": [], "confidence": "HIGH",
        "components": [part("1", Value::Null), part("1.1", json!(format!("{code}.1")))]
    })
}

/// The demo holds the plan of the province as it was published, from its parts.
pub fn demo_holds_the_plan(client: &Client) {
    let told = report(client, "unit_code=06&plan_year=2023&group_by=PROGRAMME");
    assert_eq!(told["total"]["assigned_vnd"], 830_140_000_000_i64);
    let parts: Vec<(&str, i64)> = told["groups"]
        .as_array()
        .unwrap()
        .iter()
        .map(|group| (group["programme_code"].as_str().unwrap(), group["figures"]["assigned_vnd"].as_i64().unwrap()))
        .collect();
    assert_eq!(parts, [("DTTS", 532_033_000_000), ("GNBV", 185_334_000_000), ("NTM", 112_773_000_000)]);
    let sources = report(client, "unit_code=06&plan_year=2023&group_by=FUNDING_SOURCE");
    let of = |at: usize| sources["groups"][at]["figures"]["assigned_vnd"].as_i64().unwrap();
    assert_eq!((of(0), of(1)), (50_140_000_000, 780_000_000_000));
}

/// The plan of Bắc Kạn for 2023, from its parts.
pub const PLAN: [(&str, i64, i64); 3] = [("GNBV", 180_000, 5_334), ("DTTS", 500_000, 32_033), ("NTM", 100_000, 12_773)];

pub const MILLION: i64 = 1_000_000;

pub fn assign_the_plan(nation: &Client) {
    for (programme, central, own) in PLAN {
        for (source, amount) in [("NSTW", central), ("NST", own)] {
            let body = entry(
                "ASSIGN",
                amount * MILLION,
                json!({ "unit_code": "06", "programme_code": programme, "funding_source_code": source, "plan_year": 2023, "booking_date": "2023-01-05" }),
            );
            record(nation, &body).expect(201);
        }
    }
}

pub fn sum_of(groups: &Value, name: &str) -> i64 {
    groups.as_array().unwrap().iter().map(|group| group["figures"][name].as_i64().unwrap()).sum()
}

/// Sums that add up over groups.
const SUMS: [&str; 10] = [
    "assigned_vnd",
    "distributed_vnd",
    "medium_term_vnd",
    "carried_in_vnd",
    "carried_out_vnd",
    "disbursed_vnd",
    "disbursed_from_carried_vnd",
    "advances_outstanding_vnd",
    "mobilised_vnd",
    "line_count",
];

/// Whatever it is divided by, the groups come to the total.
pub fn groups_come_to_the_total(client: &Client, query: &str) -> Value {
    let plain = report(client, query);
    for by in [
        "PROGRAMME",
        "COMPONENT",
        "FUNDING_SOURCE",
        "NATURE",
        "PLAN_YEAR",
        "ORIGIN_YEAR",
        "CHILDREN",
        "PROVINCE",
        "DISTRICT",
        "COMMUNE",
    ] {
        let told = report(client, &format!("{query}&group_by={by}"));
        assert_eq!(told["total"], plain["total"], "{by}");
        for name in SUMS {
            assert_eq!(
                sum_of(&told["groups"], name),
                plain["total"][name].as_i64().unwrap(),
                "{name} by {by}: {query}"
            );
        }
    }
    plain
}

/// The code of a problem with a single fault: its own where it is a rule of money or of units, else the general one.
pub fn code_of(fault: &str) -> &str {
    let general = [
        "REQUIRED",
        "INTEGER_EXPECTED",
        "NUMBER_EXPECTED",
        "NULL_NOT_ALLOWED",
        "TOO_LARGE",
        "UNKNOWN_CODE",
        "UNKNOWN_VALUE",
        "INVALID_CODE",
        "UNKNOWN_REFERENCE",
        "EXACTLY_ONE_REQUIRED",
        "READ_ONLY",
        "DUPLICATE_ITEM",
    ];
    if general.contains(&fault) { "VALIDATION_FAILED" } else { fault }
}
