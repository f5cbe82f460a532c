//! Periods closed for entry.

use crate::reports::reported;
use crate::support::{Client, on_both};
use serde_json::{Value, json};

const LOCKS: &str = "/v1/period-locks";

fn lock(unit: &str) -> Value {
    json!({ "unit_code": unit, "criteria_set_code": "NTM-XA-2021-2025", "period": "2022", "act_number": "12/TB-BCĐ" })
}

fn path(record: &Value) -> String {
    format!("{LOCKS}/{}", record["id"].as_str().expect("an id"))
}

fn listed(client: &Client, query: &str) -> usize {
    client.get(&format!("{LOCKS}?{query}")).expect(200)["items"].as_array().expect("items").len()
}

on_both! {
    /// Nothing of a closed period is begun, changed, decided, submitted or deleted; the sets based on the closed one are
    /// closed with it.
    fn a_closed_period_takes_no_entry_until_it_is_reopened(app) {
        let (editor, manager, signer) = (app.with_key("district-editor"), app.with_key("district-manager"), app.with_key("district-signer"));
        let known = editor.post("/v1/assessments", &reported("01984", 5, 9)).expect(201);
        let mut own = reported("01984", 5, 9);
        own["stage"] = json!("SELF");
        let draft = editor.post("/v1/assessments", &own).expect(201);
        let locked = manager.post(LOCKS, &lock("063")).expect(201);
        assert_eq!((&locked["status"], &locked["unit"]["name"], &locked["unit_date"]), (&json!("LOCKED"), &json!("Bạch Thông"), &json!("2022-12-31")));

        let closed = |reply: crate::support::Reply| reply.faults(409, "PERIOD_LOCKED", &[]);
        let address = format!("/v1/assessments/{}", known["id"].as_str().unwrap());
        let unsigned = format!("/v1/assessments/{}", draft["id"].as_str().unwrap());
        closed(editor.post("/v1/assessments", &reported("01990", 10, 14)));
        closed(editor.post("/v1/assessments?validate_only=true", &reported("01990", 10, 14)));
        closed(editor.patch(&address, 1, &json!({ "note": "muộn" })));
        closed(editor.put(&format!("{address}/sheet"), 1, &json!({ "criteria": [{ "code": "1", "verdict": "MET" }] })));
        closed(signer.step(&unsigned, 1, &json!({ "to": "SUBMITTED" })));
        closed(editor.delete(&unsigned, 1));
        // Another period, another unit and another set are open.
        let mut other = reported("01984", 5, 9);
        other["period"] = json!("2022-H1");
        editor.post("/v1/assessments", &other).expect(201);
        app.with_key("sibling-editor").post("/v1/assessments", &reported("02023", 5, 9)).expect(201);
        // Reading is as before.
        editor.get(&address).expect(200);

        let again = json!({ "to": "LOCKED", "reason": "Đã khóa" });
        manager.step(&path(&locked), 1, &again).faults(409, "TRANSITION_NOT_ALLOWED", &[]);
        manager.step(&path(&locked), 1, &json!({ "to": "REOPENED" })).faults(422, "VALIDATION_FAILED", &[("/reason", "REQUIRED")]);
        let reopened = manager.step(&path(&locked), 1, &json!({ "to": "REOPENED", "reason": "Bổ sung Quang Thuận", "act_number": "15/TB-BCĐ" })).expect(200);
        assert_eq!((&reopened["status"], &reopened["allowed_transitions"]), (&json!("REOPENED"), &json!(["LOCKED"])));
        editor.post("/v1/assessments", &reported("01990", 10, 14)).expect(201);
        manager.step(&path(&locked), 2, &again).expect(200);
        closed(editor.patch(&address, 1, &json!({ "note": "muộn" })));
        let history = manager.get(&format!("{}/versions", path(&locked))).expect(200);
        let actions: Vec<&str> = history["items"].as_array().unwrap().iter().map(|row| row["action"].as_str().unwrap()).collect();
        assert_eq!(actions, ["period-lock.created", "period-lock.reopened", "period-lock.locked"]);
    }

    fn a_period_is_closed_once_by_who_keeps_the_unit(app) {
        let manager = app.with_key("district-manager");
        let locked = manager.post(LOCKS, &lock("063")).expect(201);
        let twice = manager.post(LOCKS, &lock("063"));
        assert_eq!((twice.problem(409).0.as_str(), &twice.json()["existing_id"]), ("DUPLICATE", &locked["id"]));
        manager.post(LOCKS, &lock("01984")).expect(201);
        manager.post(LOCKS, &lock("06")).faults(403, "OUT_OF_SCOPE", &[("/unit_code", "OUT_OF_SCOPE")]);
        app.with_key("sibling-admin").post(LOCKS, &lock("063")).faults(403, "OUT_OF_SCOPE", &[("/unit_code", "OUT_OF_SCOPE")]);
        app.with_key("district-editor").post(LOCKS, &lock("063")).faults(403, "FORBIDDEN", &[]);
        let wrong = json!({ "unit_code": "09999", "criteria_set_code": "KHONG-CO", "period": "2024" });
        manager.post(LOCKS, &wrong).faults(422, "VALIDATION_FAILED", &[
            ("/unit_code", "UNIT_CODE_NOT_HELD"), ("/criteria_set_code", "CRITERIA_SET_NOT_FOUND"), ("/period", "DATE_IN_FUTURE"),
        ]);
        let early = json!({ "unit_code": "063", "criteria_set_code": "NTM-XA-2021-2025", "period": "2020" });
        manager.post(LOCKS, &early).faults(422, "PERIOD_OUTSIDE_SET", &[("/period", "PERIOD_OUTSIDE_SET")]);
        // A dry run closes nothing.
        manager.post(&format!("{LOCKS}?validate_only=true"), &lock("01990")).expect(200);
        assert_eq!(listed(&manager, "with_total=true"), 2);
    }

    /// Who is concerned by a lock sees it, also where a unit above closed the period; a sibling does not.
    fn a_lock_is_seen_by_those_it_concerns(app) {
        let nation = app.with_key("nation");
        let province = nation.post(LOCKS, &lock("06")).expect(201);
        let district = nation.post(LOCKS, &lock("063")).expect(201);
        let editor = app.with_key("commune-editor");
        assert_eq!((listed(&editor, ""), listed(&app.with_key("sibling-editor"), ""), listed(&nation, "")), (2, 1, 2));
        assert_eq!((listed(&nation, "unit_code=01984"), listed(&nation, "unit_code=06"), listed(&nation, "unit_code=064")), (2, 1, 1));
        assert_eq!((listed(&nation, "status=REOPENED"), listed(&nation, "period=2021"), listed(&nation, "criteria_set_code=NTM-XA-2021-2025")), (0, 0, 2));
        editor.get(&path(&district)).expect(200);
        app.with_key("sibling-editor").get(&path(&province)).expect(200);
        assert_eq!(app.with_key("sibling-editor").get(&path(&district)).problem(404).0, "NOT_FOUND");
        let step = json!({ "to": "REOPENED", "reason": "x" });
        app.with_key("district-manager").step(&path(&province), 1, &step).faults(403, "FORBIDDEN", &[]);
        app.with_key("sibling-admin").step(&path(&district), 1, &step).faults(404, "NOT_FOUND", &[]);
    }

    /// A lock and an entry at the same time: what was acknowledged after the lock was not begun before it.
    fn no_entry_slips_in_beside_a_lock(app) {
        let (nation, editor) = (app.with_key("nation"), app.with_key("district-editor"));
        let address = format!("/v1/assessments/{}", editor.post("/v1/assessments", &reported("01984", 5, 9)).expect(201)["id"].as_str().unwrap());
        for round in 0..10 {
            let written = std::sync::Arc::new(std::sync::atomic::AtomicUsize::new(0));
            let writers: Vec<_> = (0..4)
                .map(|_| {
                    let (editor, address, written) = (editor.clone(), address.clone(), written.clone());
                    std::thread::spawn(move || {
                        for _ in 0..10 {
                            let version = editor.get(&address).expect(200)["version"].as_i64().unwrap();
                            let status = editor.patch(&address, version, &json!({ "note": format!("{version}") })).status;
                            assert!([200, 409, 412].contains(&status), "{status}");
                            written.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
                        }
                    })
                })
                .collect();
            // In the middle of it.
            while written.load(std::sync::atomic::Ordering::Relaxed) < 8 {
                std::thread::yield_now();
            }
            let (locked, version) = if round == 0 {
                (nation.post(LOCKS, &lock("063")).expect(201), 1)
            } else {
                let known = nation.get(LOCKS).expect(200)["items"][0].clone();
                let version = known["version"].as_i64().unwrap();
                (nation.step(&path(&known), version, &json!({ "to": "LOCKED", "reason": "x" })).expect(200), version + 1)
            };
            writers.into_iter().for_each(|writer| writer.join().expect("no writer fails otherwise"));
            nation.step(&path(&locked), version, &json!({ "to": "REOPENED", "reason": "x" })).expect(200);
        }
        // In the journal, between a lock and its reopening, there is no change of the result.
        let mut closed = false;
        let mut rows: Vec<Value> = Vec::new();
        let mut next = Some("/v1/journal?limit=200&collection=assessments,period-locks".to_owned());
        while let Some(path) = next {
            let page = nation.get(&path).expect(200);
            rows.extend(page["items"].as_array().unwrap().iter().cloned());
            next = page["next_cursor"].as_str().map(|cursor| format!("/v1/journal?limit=200&collection=assessments,period-locks&cursor={cursor}"));
        }
        rows.reverse();
        let mut seen = 0;
        for row in &rows {
            match row["action"].as_str().unwrap() {
                "period-lock.created" | "period-lock.locked" => closed = true,
                "period-lock.reopened" => closed = false,
                _ => {
                    assert!(!closed, "an entry stands between lock and reopening");
                    seen += 1;
                }
            }
        }
        assert!(seen > 10, "{seen} entries were made");
    }
}
