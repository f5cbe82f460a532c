//! The same requests on both databases, the answers compared.

use crate::support::{App, Engine, Reply};
use serde_json::{Value, json};
use std::collections::HashMap;

/// Ids, instants and whatever is made of them, replaced by the order in which they first appear.
struct Names(HashMap<String, String>);

impl Names {
    fn plain(&mut self, value: &Value) -> Value {
        match value {
            Value::Object(members) => {
                members.iter().map(|(name, member)| (name.clone(), self.member(name, member))).collect()
            }
            Value::Array(items) => items.iter().map(|item| self.plain(item)).collect(),
            Value::String(text) if is_id(text) => Value::String(self.name(text)),
            other => other.clone(),
        }
    }

    fn member(&mut self, name: &str, member: &Value) -> Value {
        let differs = name.ends_with("_at")
            || matches!(name, "instance" | "next_cursor" | "request_id" | "key_code" | "api_key" | "seal_hash");
        match member {
            Value::String(_) if differs => Value::String(format!("<{name}>")),
            other => self.plain(other),
        }
    }

    fn name(&mut self, id: &str) -> String {
        let next = self.0.len() + 1;
        self.0.entry(id.to_owned()).or_insert_with(|| format!("<id {next}>")).clone()
    }
}

fn is_id(text: &str) -> bool {
    text.len() == 36 && text.bytes().filter(|byte| *byte == b'-').count() == 4
}

/// A story whose answers are kept.
fn tell(app: &App) -> Vec<String> {
    let mut names = Names(HashMap::new());
    let mut told = Vec::new();
    let mut keep = |what: &str, reply: Reply| {
        let body = if reply.text.is_empty() {
            Value::Null
        } else {
            serde_json::from_str(&reply.text).unwrap_or(json!(reply.text))
        };
        told.push(format!("{what}: {} {}", reply.status, names.plain(&body)));
        reply
    };
    let (writer, signer) = (app.with_key("nation"), app.with_key("nation-signer"));
    let mut ids = Vec::new();
    for (unit, min, max) in crate::reports::MEETING {
        let reply = keep("create", writer.post("/v1/assessments", &crate::reports::reported(unit, min, max)));
        ids.push(reply.json()["id"].as_str().unwrap().to_owned());
    }
    let sheet = json!({ "criteria": [{ "code": "10", "verdict": "MET" }, { "code": "2", "verdict": "NOT_APPLICABLE", "note": "không có" }] });
    let own = json!({ "unit_code": "01984", "criteria_set_code": "NTM-XA-2021-2025", "period": "2022", "stage": "SELF", "note": "Dòng 1\nDòng 2" });
    let path = keep("begin", writer.post("/v1/assessments", &own)).json()["id"]
        .as_str()
        .map(|id| format!("/v1/assessments/{id}"))
        .unwrap();
    keep("sheet", writer.put(&format!("{path}/sheet"), 1, &sheet));
    keep("submit", signer.step(&path, 2, &json!({ "to": "SUBMITTED" })));
    keep("stale", writer.patch(&path, 1, &json!({ "note": null })));
    keep("sealed", writer.patch(&path, 3, &json!({ "note": null })));
    keep("delete", writer.delete(&format!("/v1/assessments/{}", ids[0]), 1));
    keep("duplicate", writer.post("/v1/assessments", &crate::reports::reported("02005", 1, 2)));
    let client =
        keep("client", writer.post("/v1/clients", &json!({ "unit_code": "06", "name": "Ứng dụng" }))).json()["id"]
            .as_str()
            .unwrap()
            .to_owned();
    keep("grant", writer.post("/v1/grants", &json!({ "client_id": client, "role": "VIEWER", "unit_code": "063" })));
    keep("again", writer.post("/v1/grants", &json!({ "client_id": client, "role": "VIEWER", "unit_code": "063" })));
    keep("key", writer.post("/v1/api-keys", &json!({ "client_id": client, "expires_at": "2023-05-01T00:00:00Z" })));
    let status = |kind: &str, value: &str| json!({ "unit_code": "01984", "kind": kind, "value_code": value, "valid_from": "2022-03-01", "act_number": "1/QĐ" });
    keep("status", writer.post("/v1/unit-statuses", &status("NTM_LEVEL", "NTM")));
    keep("conflict", writer.post("/v1/unit-statuses", &status("REGION_CLASS", "III")));
    keep("overlap", writer.post("/v1/unit-statuses", &status("REGION_CLASS", "II")));
    for path in [
        "/v1/unit-statuses?unit_code=06&sort=-valid_from&with_total=true",
        "/v1/unit-statuses?conflict=true&as_of=2022-12-31",
        "/v1/assessments?limit=5&sort=-period&with_total=true&embed=criteria_set",
        "/v1/assessments?unit_code=01984&unit_scope=SELF",
        "/v1/assessments?stage=SELF,APPRAISAL&status=SUBMITTED&cut_off_date_gte=2022-01-01",
        "/v1/assessments?period=2022&criteria_set_code=NTM-XA-BK-2022-2025&unit_code=063&limit=200",
        "/v1/reports/criteria-distribution?unit_code=06&period=2022&group_by=DISTRICT",
        "/v1/reports/criteria-distribution?period=2021,2022,LATEST",
        "/v1/units?q=b%E1%BA%AFc&sort=-name&embed=parent&with_total=true",
        "/v1/units?as_of=2019-12-31&level=COMMUNE&kind_code=XA&limit=200&sort=name",
        "/v1/units?as_of=2025-07-01&unit_code=19&limit=200",
        "/v1/units/tree?as_of=2022-12-31",
        "/v1/code-lists",
        "/v1/code-lists/review-topics",
        "/v1/criteria-sets?valid_on=2022-06-01",
        "/v1/journal?limit=40&embed=record",
        "/v1/clients",
        "/v1/grants?client_id=01992f3e-7c1a-7b55-9a0e-4f6f0c1d2e3f",
        "/v1/api-keys?limit=200",
        "/v1/me",
        "/openapi.json",
    ] {
        keep(path, writer.get(path));
    }
    keep("versions", writer.get(&format!("{path}/versions")));
    keep(
        "table",
        writer.call(
            "GET",
            "/v1/reports/criteria-distribution?unit_code=063&period=2022&group_by=COMMUNE",
            &[("accept", "text/csv")],
            None,
        ),
    );
    told
}

#[test]
fn both_databases_answer_the_same() {
    if !Engine::postgres_is_there() {
        return;
    }
    let one = tell(&App::start(Engine::Sqlite));
    let other = tell(&App::start(Engine::Postgres));
    assert_eq!(one.len(), other.len());
    for (one, other) in one.iter().zip(&other) {
        let differs = one.bytes().zip(other.bytes()).position(|(one, other)| one != other);
        assert_eq!(one, other, "they part at byte {differs:?}");
    }
}
