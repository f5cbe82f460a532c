//! An acknowledged write survives the death of the service.

use crate::support::{App, Client, count, on_both};
use serde_json::json;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;

/// How often the service is killed on each database.
const ROUNDS: u64 = 50;

/// Begin assessments one after the other until the service is gone; the ids of those it acknowledged.
fn write_until_gone(client: Client, next: &AtomicUsize, first: &AtomicBool, stop: &AtomicBool) -> Vec<String> {
    let mut acknowledged = Vec::new();
    while !stop.load(Ordering::Acquire) {
        let number = next.fetch_add(1, Ordering::AcqRel);
        let (unit, rest) = (number % 12, number / 12);
        let (year, month) = (2021 + rest / 12 % 2, rest % 12 + 1);
        let stage = ["SELF", "VERIFICATION", "APPRAISAL", "TARGET"][rest / 24 % 4];
        let body = json!({
            "unit_code": crate::reports::MEETING[unit].0, "criteria_set_code": "NTM-XA-2021-2025",
            "period": format!("{year}-{month:02}"), "stage": stage, "declared_total": { "min": 1, "max": 9 },
        });
        let headers = [("content-type", "application/json")];
        match client.try_call("POST", "/v1/assessments", &headers, Some(body.to_string().as_bytes())) {
            Ok(reply) if reply.status == 201 => {
                acknowledged.push(reply.json()["id"].as_str().unwrap().to_owned());
                first.store(true, Ordering::Release);
            }
            // A write whose answer was lost may be there; it is met again in a later round.
            Ok(reply) if reply.status == 409 => {}
            Ok(reply) => panic!("{}", reply.text),
            Err(_) => break,
        }
    }
    acknowledged
}

fn round(app: &mut App, round: u64, next: &AtomicUsize) -> Vec<String> {
    let (first, stop) = (AtomicBool::new(false), AtomicBool::new(false));
    let acknowledged = std::thread::scope(|scope| {
        let write = || write_until_gone(app.with_key("nation"), next, &first, &stop);
        let writers: Vec<_> = (0..3).map(|_| scope.spawn(write)).collect();
        while !first.load(Ordering::Acquire) && writers.iter().any(|writer| !writer.is_finished()) {
            std::thread::sleep(Duration::from_millis(1));
        }
        // Somewhere in the middle of a write, at another place each time.
        std::thread::sleep(Duration::from_micros(round * 1_733 % 25_000));
        app.signal("KILL");
        stop.store(true, Ordering::Release);
        writers.into_iter().flat_map(|writer| writer.join().expect("a writer ends")).collect()
    });
    app.kill_and_restart();
    acknowledged
}

on_both! {
    fn no_acknowledged_write_is_lost_when_the_service_is_killed(app) {
        let next = AtomicUsize::new(0);
        let mut acknowledged = Vec::new();
        for number in 0..ROUNDS {
            acknowledged.extend(round(app, number, &next));
        }
        assert!(acknowledged.len() > ROUNDS as usize, "the rounds wrote something: {}", acknowledged.len());
        let reader = app.with_key("nation");
        for id in &acknowledged {
            reader.get(&format!("/v1/assessments/{id}")).expect(200);
        }
        // Row, version and journal are there together or not at all, and positions have no gap.
        let count = |sql: &str| count(&app.database, sql);
        let stored = count("SELECT count(*) AS value FROM assessments");
        assert!(stored >= acknowledged.len() as i64);
        assert_eq!(stored, count("SELECT count(*) AS value FROM journal WHERE collection = 'assessments'"));
        assert_eq!(stored, count("SELECT count(*) AS value FROM assessment_summaries"));
        assert_eq!(
            count("SELECT count(*) AS value FROM journal"),
            count("SELECT position AS value FROM journal_head"),
        );
        if app.engine == crate::support::Engine::Sqlite {
            assert_eq!(count("SELECT CASE integrity_check WHEN 'ok' THEN 1 ELSE 0 END AS value FROM pragma_integrity_check"), 1);
        }
    }
}
