//! A write that was cut short is sent again with its key, and stands once.

use crate::reports::{MEETING, reported};
use crate::support::{App, Raw, count, on_both};
use serde_json::{Value, json};
use std::time::Duration;

/// How often the service is killed on each database: as often as there are keys of assessments where
/// `RELIABILITY=full`.
fn rounds() -> u64 {
    if std::env::var("RELIABILITY").is_ok_and(|value| value == "full") { 4 * 96 } else { 25 }
}

/// The units of a round: half of those of the meeting.
fn units(round: u64) -> impl Iterator<Item = &'static str> {
    MEETING.iter().skip((round / 96 % 2) as usize * 6).take(6).map(|(unit, _, _)| *unit)
}

fn body(round: u64, unit: &str) -> Value {
    let mut body = reported(unit, 5, 9);
    // Months of two years at each stage, under either set.
    body["period"] = json!(format!("{}-{:02}", 2022 + round / 12 % 2, round % 12 + 1));
    body["stage"] = json!(["TARGET", "SELF", "VERIFICATION", "APPRAISAL"][(round / 24 % 4) as usize]);
    body["criteria_set_code"] = json!(["NTM-XA-2021-2025", "NTM-XA-BK-2022-2025"][(round / 192 % 2) as usize]);
    body
}

fn key(round: u64, unit: &str) -> String {
    format!("{unit}-round-{round:08}")
}

on_both! {
    /// Killed at any instant, there is never an effect without its key, nor a key without its effect.
    fn effect_and_key_die_or_live_together(app) {
        // Every period has begun.
        let mut app = App::start_on(app.engine, app.database.clone(), &["--clock-start", "2024-03-15T02:00:00Z"]);
        for round in 0..rounds() {
            let nation = app.with_key("nation");
            let writers: Vec<_> = units(round)
                .map(|unit| {
                    let nation = nation.clone();
                    std::thread::spawn(move || {
                        let headers = [("content-type", "application/json"), ("idempotency-key", &*key(round, unit))];
                        let sent = body(round, unit).to_string();
                        let _ = nation.try_call("POST", "/v1/assessments", &headers, Some(sent.as_bytes()));
                    })
                })
                .collect();
            std::thread::sleep(Duration::from_micros(round * 997 % 12_000));
            app.signal("KILL");
            writers.into_iter().for_each(|writer| writer.join().expect("a writer ends"));
            app.kill_and_restart();
            let stored = count(&app.database, "SELECT count(*) AS value FROM assessments");
            let keys = count(&app.database, "SELECT count(*) AS value FROM idempotency_keys WHERE body IS NOT NULL");
            assert_eq!((stored, count(&app.database, "SELECT count(*) AS value FROM idempotency_keys")), (keys, keys));
            // Sent again, all are there, each once.
            for unit in units(round) {
                let headers = [("idempotency-key", &*key(round, unit))];
                app.with_key("nation").send("POST", "/v1/assessments", &headers, &body(round, unit)).expect(201);
            }
            let stored = count(&app.database, "SELECT count(*) AS value FROM assessments");
            assert_eq!(stored, 6 * (round as i64 + 1));
        }
    }

    /// The caller never saw the answer; the same request gives it.
    fn a_lost_answer_is_given_again(app) {
        let nation = app.with_key("nation");
        let content = reported("01984", 5, 9);
        let text = content.to_string();
        let key = "lost-answer-0001";
        {
            let mut raw = Raw::open(app);
            raw.send(format!(
                "POST /v1/assessments HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {}\r\nContent-Type: application/json\r\nIdempotency-Key: {key}\r\nContent-Length: {}\r\n\r\n{text}",
                app.engine.key("nation"), text.len(),
            ));
            // The connection is dropped once the write stands, with its answer unread.
            wait_for_one(app);
        }
        let again = nation.send("POST", "/v1/assessments", &[("idempotency-key", key)], &content);
        let made = again.expect(201);
        assert_eq!(again.header("idempotency-replayed"), Some("true"));
        nation.get(&format!("/v1/assessments/{}", made["id"].as_str().unwrap())).expect(200);
        assert_eq!(count(&app.database, "SELECT count(*) AS value FROM assessments"), 1);
    }
}

fn wait_for_one(app: &App) {
    for _ in 0..1000 {
        if count(&app.database, "SELECT count(*) AS value FROM assessments") == 1 {
            return;
        }
        std::thread::sleep(Duration::from_millis(5));
    }
    panic!("the write does not come");
}
