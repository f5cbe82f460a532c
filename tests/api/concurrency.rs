//! Many editors at once: nobody overwrites what they have not seen.

use crate::support::{App, Client, Reply, is_refused, on_both, operations, records};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::sync::Barrier;

fn begin(app: &App, note: &str) -> String {
    let body = json!({
        "unit_code": "01984", "criteria_set_code": "NTM-XA-2021-2025", "period": "2022", "stage": "SELF", "note": note,
    });
    let stored = app.with_key("nation").post("/v1/assessments", &body).expect(201);
    format!("/v1/assessments/{}", stored["id"].as_str().expect("an id"))
}

/// The version that an answer names in its `ETag`: all of it, or what stands before the digest of the content.
#[track_caller]
fn version_of(reply: &Reply) -> i64 {
    reply
        .header("etag")
        .and_then(|tag| tag.trim_matches('"').split('.').next()?.parse().ok())
        .expect("the version stands in ETag")
}

/// Add 1 to the number in the note, and try again where somebody else was first. Returns how many were first.
fn add_one(client: &Client, path: &str) -> usize {
    for before in 0.. {
        let read = client.get(path);
        if is_refused(&read) {
            continue;
        }
        let (version, record) = (version_of(&read), read.expect(200));
        assert_eq!(record["version"], version);
        let number: i64 = record["note"].as_str().and_then(|note| note.parse().ok()).expect("a number");
        let reply = client.patch(path, version, &json!({ "note": (number + 1).to_string() }));
        match reply.status {
            200 => {
                assert_eq!(
                    (version_of(&reply), &reply.json()["note"]),
                    (version + 1, &json!((number + 1).to_string()))
                );
                return before;
            }
            412 => {
                assert_eq!(reply.problem(412).0, "VERSION_CONFLICT");
                assert!(version_of(&reply) > version, "the tag is newer than the one that was refused");
            }
            _ => assert!(is_refused(&reply), "{}", reply.text),
        }
    }
    unreachable!("it goes on until the number is counted")
}

on_both! {
    /// The second editor changes nothing, learns the version that is stored, and goes on from there.
    fn the_second_of_two_editors_is_told_the_version_that_is_stored(app) {
        let path = begin(app, "chưa ai sửa");
        let (first, second) = (app.with_key("nation"), app.with_key("commune-editor"));
        let (seen, seen_too) = (version_of(&first.get(&path)), version_of(&second.get(&path)));
        assert_eq!(seen, seen_too);
        first.patch(&path, seen, &json!({ "note": "người thứ nhất" })).expect(200);
        let refused = second.patch(&path, seen_too, &json!({ "note": "người thứ hai" }));
        assert_eq!(refused.problem(412).0, "VERSION_CONFLICT");
        let stored = first.get(&path);
        assert_eq!(stored.expect(200)["note"], "người thứ nhất");
        assert_eq!(version_of(&refused), version_of(&stored));
        second.patch(&path, version_of(&refused), &json!({ "note": "người thứ hai" })).expect(200);
        assert_eq!(first.get(&path).expect(200)["version"], 3);
        assert_eq!(first.get(&format!("{path}/versions")).expect(200)["items"].as_array().map(Vec::len), Some(3));
    }

    /// Whatever could overwrite asks for the version: without it, and with `*`, which would overwrite anything.
    fn no_operation_overwrites_without_a_version(app) {
        let places = records(app);
        let nation = app.with_key("nation");
        let before = state(&nation);
        let mut asked = 0;
        for operation in operations(app).iter().filter(|operation| operation.needs_version()) {
            let address = places.address(&operation.path);
            let mut headers = Vec::new();
            if operation.has_body {
                headers.push(("content-type", "application/json"));
            }
            for body in ["{}", "{\"note\":\"x\"}"] {
                let body = operation.has_body.then_some(body.as_bytes());
                let without = nation.call(&operation.method, &address, &headers, body);
                without.faults(428, "PRECONDITION_REQUIRED", &[("If-Match", "PRECONDITION_REQUIRED")]);
                for any in ["*", " * "] {
                    let headers = [headers.clone(), vec![("if-match", any)]].concat();
                    let reply = nation.call(&operation.method, &address, &headers, body);
                    assert_eq!(reply.problem(428).0, "PRECONDITION_REQUIRED", "{} {address} {any:?}", operation.method);
                }
            }
            asked += 1;
        }
        assert!(asked >= 8, "the contract changes records in {asked} places");
        assert_eq!(state(&nation), before, "nothing was changed");
    }

    /// Writes by which others decide (clients, grants) come many at once, and each is done.
    fn many_writes_that_others_decide_by_are_all_done(app) {
        let nation = app.with_key("nation");
        let threads: Vec<_> = (0..24)
            .map(|number| {
                let nation = nation.clone();
                std::thread::spawn(move || {
                    let body = json!({ "unit_code": "063", "name": format!("Phần mềm {number}") });
                    nation.post("/v1/clients", &body).status
                })
            })
            .collect();
        let statuses: Vec<u16> = threads.into_iter().map(|thread| thread.join().expect("an answer")).collect();
        assert_eq!(statuses, [201; 24]);
    }

    /// A number that a hundred callers raise by one each is a hundred in the end: no addition is lost, none counts twice.
    fn a_hundred_callers_that_add_one_come_to_a_hundred(app) {
        const CALLERS: usize = 100;
        let path = begin(app, "0");
        let together = Barrier::new(CALLERS);
        let lost: usize = std::thread::scope(|scope| {
            let callers: Vec<_> = (0..CALLERS)
                .map(|_| {
                    let (client, path, together) = (app.with_key("nation"), &path, &together);
                    scope.spawn(move || {
                        together.wait();
                        add_one(&client, path)
                    })
                })
                .collect();
            callers.into_iter().map(|caller| caller.join().expect("each comes to an end")).sum()
        });
        assert!(lost > 0, "they were in each other's way");
        let end = app.with_key("nation").get(&path).expect(200);
        assert_eq!((&end["note"], &end["version"]), (&json!(CALLERS.to_string()), &json!(CALLERS + 1)));
    }
}

/// Each list of the service as it stands, and how far the journal is.
fn state(nation: &Client) -> BTreeMap<String, String> {
    let lists = ["assessments", "clients", "grants", "api-keys", "criteria-sets", "journal"];
    let read = |list: &str| {
        let reply: Value = nation.get(&format!("/v1/{list}?limit=50")).expect(200);
        (list.to_owned(), reply["items"].to_string())
    };
    lists.iter().map(|list| read(list)).collect()
}
