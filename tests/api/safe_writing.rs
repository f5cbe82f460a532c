//! What is sent twice happens once: idempotency keys and the ids that callers give.

use crate::reports::reported;
use crate::support::{App, Client, Reply, on_both};
use serde_json::{Value, json};

const KEY: &str = "8e03978e-40d5-43e8-bc93-6894a57f9324";
const ASSESSMENTS: &str = "/v1/assessments";

fn keyed(client: &Client, path: &str, key: &str, body: &Value) -> Reply {
    client.send("POST", path, &[("idempotency-key", key)], body)
}

fn stored(app: &App, query: &str) -> usize {
    let list = app.with_key("nation").get(&format!("/v1/assessments?with_total=true&{query}")).expect(200);
    usize::try_from(list["total"].as_u64().expect("a total")).expect("a small number")
}

on_both! {
    /// The second answer is the first, byte for byte, with its tag and its address.
    fn a_request_sent_twice_with_a_key_happens_once(app) {
        let nation = app.with_key("nation");
        let first = keyed(&nation, ASSESSMENTS, KEY, &reported("01984", 5, 9));
        first.expect(201);
        assert_eq!(first.header("idempotency-replayed"), None);
        // Quotes around the key say nothing.
        for key in [KEY.to_owned(), format!("\"{KEY}\"")] {
            let again = keyed(&nation, ASSESSMENTS, &key, &reported("01984", 5, 9));
            again.expect(201);
            assert_eq!(again.text, first.text);
            assert_eq!(again.header("idempotency-replayed"), Some("true"));
            for name in ["etag", "location", "content-type", "cache-control"] {
                assert_eq!(again.header(name), first.header(name), "{name}");
            }
        }
        assert_eq!(stored(app, "unit_code=01984"), 1);
        // A key belongs to one path.
        let client = json!({ "unit_code": "063", "name": "Phần mềm của huyện" });
        let made = keyed(&nation, "/v1/clients", KEY, &client).expect(201);
        assert_eq!(keyed(&nation, "/v1/clients", KEY, &client).expect(201), made);
    }

    fn a_key_is_good_for_one_content(app) {
        let nation = app.with_key("nation");
        keyed(&nation, ASSESSMENTS, KEY, &reported("01984", 5, 9)).expect(201);
        keyed(&nation, ASSESSMENTS, KEY, &reported("01984", 5, 8)).faults(422, "IDEMPOTENCY_KEY_REUSED", &[]);
        let other = nation.get("/v1/assessments?unit_code=01984").expect(200);
        assert_eq!(other["items"][0]["declared_total"], json!({ "min": 5, "max": 9 }));
        assert_eq!(stored(app, "unit_code=01984"), 1);
        for key in ["short", &"k".repeat(65), "key with spaces 1234", "khóa-chống-gửi-trùng", "\"8e03978e-40d5-43e8-bc93"] {
            let refused = keyed(&nation, ASSESSMENTS, key, &reported("01990", 5, 9));
            refused.faults(400, "MALFORMED_REQUEST", &[("Idempotency-Key", "INVALID_HEADER")]);
        }
    }

    /// What was refused did nothing, so its key is free; a dry run leaves no trace.
    fn only_what_happened_is_kept(app) {
        let nation = app.with_key("nation");
        keyed(&nation, ASSESSMENTS, KEY, &reported("01984", 9, 5)).problem(422);
        keyed(&nation, "/v1/assessments?validate_only=true", KEY, &reported("01984", 5, 9)).expect(200);
        keyed(&nation, ASSESSMENTS, KEY, &reported("01984", 5, 9)).expect(201);
        assert_eq!(stored(app, "unit_code=01984"), 1);
    }

    fn a_key_of_another_client_is_new_and_shows_nothing(app) {
        let (editor, nation) = (app.with_key("commune-editor"), app.with_key("nation"));
        let own = keyed(&editor, ASSESSMENTS, KEY, &reported("01984", 5, 9)).expect(201);
        let foreign = keyed(&nation, ASSESSMENTS, KEY, &reported("01984", 5, 9));
        assert_eq!(foreign.problem(409).0, "DUPLICATE");
        let sibling = keyed(&app.with_key("sibling-editor"), ASSESSMENTS, KEY, &reported("01984", 5, 9));
        assert_eq!(sibling.problem(403).0, "OUT_OF_SCOPE");
        assert!(!sibling.text.contains(own["id"].as_str().unwrap()));
    }

    fn of_fifty_with_one_key_at_once_one_writes(app) {
        let nation = app.with_key("nation");
        let threads: Vec<_> = (0..50)
            .map(|_| {
                let nation = nation.clone();
                std::thread::spawn(move || keyed(&nation, ASSESSMENTS, KEY, &reported("01984", 5, 9)))
            })
            .collect();
        let replies: Vec<Reply> = threads.into_iter().map(|thread| thread.join().expect("an answer")).collect();
        let made: Vec<&Reply> = replies.iter().filter(|reply| reply.status == 201).collect();
        assert_eq!(made.iter().filter(|reply| reply.header("idempotency-replayed").is_none()).count(), 1);
        assert!(made.iter().all(|reply| reply.text == made[0].text));
        for other in replies.iter().filter(|reply| reply.status != 201) {
            let code = other.problem(other.status).0;
            assert!(["REQUEST_IN_PROGRESS", "OVERLOADED", "DEPENDENCY_UNAVAILABLE"].contains(&code.as_str()), "{code}");
            assert!(other.header("retry-after").is_some());
        }
        assert_eq!(stored(app, "unit_code=01984"), 1);
    }

    fn a_step_of_a_workflow_is_taken_once(app) {
        let (nation, signer) = (app.with_key("nation"), app.with_key("nation-signer"));
        let mut body = reported("01984", 5, 9);
        body["stage"] = json!("SELF");
        let path = format!("{ASSESSMENTS}/{}/transitions", nation.post(ASSESSMENTS, &body).expect(201)["id"].as_str().unwrap());
        let step = || signer.send("POST", &path, &[("idempotency-key", KEY), ("if-match", "\"1\"")], &json!({ "to": "SUBMITTED" }));
        let first = step().expect(200);
        // The version has moved on; the answer is still that of the step that was taken.
        let again = step();
        assert_eq!(again.expect(200), first);
        assert_eq!(again.header("idempotency-replayed"), Some("true"));
        assert_eq!(signer.send("POST", &path, &[("if-match", "\"1\"")], &json!({ "to": "SUBMITTED" })).status, 412);
    }

    /// A secret is shown once: the answer that is kept is without it, in the database too.
    fn a_replayed_key_shows_no_secret(app) {
        let nation = app.with_key("nation");
        let client = nation.post("/v1/clients", &json!({ "unit_code": "063", "name": "Phần mềm của huyện" })).expect(201);
        let body = json!({ "client_id": client["id"], "expires_at": "2023-06-01T00:00:00Z", "external_id": "khoa:1" });
        let first = keyed(&nation, "/v1/api-keys", KEY, &body).expect(201);
        let again = keyed(&nation, "/v1/api-keys", KEY, &body).expect(201);
        assert_eq!((first["api_key"].is_string(), &again["api_key"]), (true, &Value::Null));
        assert_eq!(first["key_code"], again["key_code"]);
        app.with_secret(first["api_key"].as_str().unwrap()).get("/v1/me").expect(200);
        let known = nation.post("/v1/api-keys", &body).expect(200);
        assert_eq!((&known["id"], &known["api_key"]), (&first["id"], &Value::Null));
    }

    /// The caller's own id: the same content again is the same record, other content is refused.
    fn a_callers_own_id_names_one_record(app) {
        let nation = app.with_key("nation");
        let mut body = reported("01984", 5, 9);
        body["external_id"] = json!("QLNV-2026-114");
        let first = nation.post(ASSESSMENTS, &body).expect(201);
        assert_eq!(first["external_id"], "QLNV-2026-114");
        // Another order of members, and nulls, are the same content.
        let mut turned = body.as_object().unwrap().clone();
        turned.insert("note".to_owned(), Value::Null);
        assert_eq!(nation.post(ASSESSMENTS, &Value::Object(turned)).expect(200)["id"], first["id"]);
        let mut other = reported("01990", 5, 9);
        other["external_id"] = json!("QLNV-2026-114");
        let refused = nation.post(ASSESSMENTS, &other);
        assert_eq!(refused.problem(409).0, "DUPLICATE");
        assert_eq!(refused.json()["existing_id"], first["id"]);
        let found = nation.get("/v1/assessments?external_id=QLNV-2026-114").expect(200);
        assert_eq!(found["items"][0]["id"], first["id"]);
        assert_eq!(found["items"].as_array().unwrap().len(), 1);
        // It is this client's: another may give the same id, and does not find by it.
        let editor = app.with_key("district-editor");
        assert_eq!(editor.get("/v1/assessments?external_id=QLNV-2026-114").expect(200)["items"], json!([]));
        assert_eq!(editor.post(ASSESSMENTS, &other).expect(201)["external_id"], "QLNV-2026-114");
        // What is deleted gives its id free.
        nation.delete(&format!("{ASSESSMENTS}/{}", first["id"].as_str().unwrap()), 1).expect(204);
        assert_ne!(nation.post(ASSESSMENTS, &body).expect(201)["id"], first["id"]);
        assert_eq!(nation.get("/v1/clients?external_id=none").expect(200)["items"], json!([]));
        for wrong in ["", "có dấu", "-x", &"x".repeat(101)] {
            body["external_id"] = json!(wrong);
            assert_eq!(nation.post(ASSESSMENTS, &body).problem(422).1[0].0, "/external_id", "{wrong}");
        }
    }
}
