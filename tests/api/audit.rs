//! The audit: every write and every reading of personal data is recorded, and every refusal stands in the log with the
//! client that was refused.

use crate::support::{App, Reply, count};
use serde_json::Value;
use std::collections::BTreeSet;

/// An operation that is sent and writes nothing.
const SENT_TO_BE_ANSWERED: [&str; 1] = ["rehearse_evaluation"];

/// Position of the newest line of the journal.
pub fn journal_head(app: &App) -> i64 {
    count(&app.database, "SELECT position AS value FROM journal_head")
}

/// A call that was answered left what it must: a write its lines in the journal, each under its client and with the
/// record, a reading of personal data its line among the readings, anything else nothing.
#[track_caller]
pub fn is_recorded(app: &App, (operation, method, key): (&str, &str, &str), reply: &Reply, head_before: i64) {
    let request = reply.header("x-request-id").expect("every answer has an id");
    let journal = app.with_key("nation").get("/v1/journal?limit=200&embed=record").expect(200);
    let lines: Vec<&Value> =
        journal["items"].as_array().unwrap().iter().filter(|line| line["request_id"] == request).collect();
    let writes = method != "GET" && reply.status < 300 && !SENT_TO_BE_ANSWERED.contains(&operation);
    assert_eq!(!lines.is_empty(), writes, "{operation} in the journal");
    assert_eq!(journal_head(app) - head_before, lines.len() as i64, "{operation}: lines of this call and no others");
    let me = app.with_key(key).get("/v1/me").expect(200);
    for line in lines {
        assert_eq!(line["client_id"], me["client"]["id"], "{operation}: {line}");
        let gone = line["action"].as_str().unwrap().ends_with(".deleted");
        assert_eq!(line["record"].is_null(), gone, "{operation}: {line}");
    }
    let read = format!("SELECT count(*) AS value FROM person_readings WHERE request_id = '{request}'");
    // Who records a person, or has one erased, is told nothing that the caller did not say.
    let shows = reply.status < 300 && matches!(operation, "list_people" | "get_person" | "change_person");
    assert_eq!(count(&app.database, &read) > 0, shows, "{operation} among the readings of personal data");
}

/// Operations whose answers show personal data, by the marks of the contract.
pub fn operations_with_personal_data(contract: &Value) -> BTreeSet<String> {
    let operations =
        contract["paths"].as_object().unwrap().values().flat_map(|item| item.as_object().unwrap().values());
    let of_people = operations.filter(|operation| {
        let answers = operation["responses"].as_object().unwrap().iter().filter(|(status, _)| status.starts_with('2'));
        answers.into_iter().any(|(_, answer)| marks(contract, answer, &mut BTreeSet::new()))
    });
    of_people.map(|operation| operation["operationId"].as_str().unwrap().to_owned()).collect()
}

/// Is there a mark of personal data in a part of the contract, or in what it refers to?
fn marks(contract: &Value, part: &Value, seen: &mut BTreeSet<String>) -> bool {
    match part {
        Value::Object(members) => members.iter().any(|(name, value)| match (name.as_str(), value) {
            ("x-personal-data", Value::Bool(true)) => true,
            ("$ref", Value::String(to)) => {
                seen.insert(to.clone()) && marks(contract, contract.pointer(to.trim_start_matches('#')).unwrap(), seen)
            }
            _ => marks(contract, value, seen),
        }),
        Value::Array(parts) => parts.iter().any(|part| marks(contract, part, seen)),
        _ => false,
    }
}

/// A refusal stands in the log with its code and its client, and wrote nothing.
#[track_caller]
pub fn refusal_is_logged(app: &App, reply: &Reply) {
    let request = reply.header("x-request-id").expect("every answer has an id");
    let log = app.log_text();
    let line = log
        .lines()
        .filter_map(|line| serde_json::from_str::<Value>(line).ok())
        .find(|line| line["message"] == "Refused" && line["span"]["request_id"] == request);
    let line = line.unwrap_or_else(|| panic!("no line tells of the refusal {request}: {log}"));
    assert_eq!(line["code"], reply.json()["code"]);
    assert!(line["span"]["client_id"].is_string(), "{line}");
    let written = format!("SELECT count(*) AS value FROM journal WHERE request_id = '{request}'");
    assert_eq!(count(&app.database, &written), 0, "what is refused is not written");
}
