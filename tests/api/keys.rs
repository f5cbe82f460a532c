//! The life of clients, keys and grants: what they open, when they stop, and that no secret stays behind.

use crate::access::{id, records};
use crate::support::{App, on_both};
use serde_json::{Value, json};

on_both! {
    /// A grant that is withdrawn or a key that is revoked stops at the next request.
    fn a_withdrawn_grant_and_a_revoked_key_stop_at_once(app) {
        let ids = records(app);
        let admin = app.with_key("district-admin");
        let key = admin.post("/v1/api-keys", &json!({ "client_id": ids["client"], "expires_at": "2023-06-01T00:00:00Z" })).expect(201);
        let caller = app.with_secret(key["api_key"].as_str().unwrap());
        let path = format!("/v1/assessments/{}", ids["assessment"]);
        caller.get(&path).expect(200);
        admin.delete(&format!("/v1/grants/{}", ids["grant"]), 1).expect(204);
        caller.get(&path).faults(403, "FORBIDDEN", &[]);
        caller.get("/v1/me").expect(200);
        admin.delete(&format!("/v1/api-keys/{}", key["id"].as_str().unwrap()), 1).expect(204);
        caller.get("/v1/me").faults(401, "UNAUTHENTICATED", &[]);
        admin.get(&format!("/v1/api-keys/{}", key["id"].as_str().unwrap())).faults(404, "NOT_FOUND", &[]);
        let journal = app.with_key("nation").get("/v1/journal?collection=api-keys&limit=1&embed=record").expect(200);
        assert_eq!(journal["items"][0]["action"], "api-key.deleted");
    }

    /// A caller is told what it may do: what its role may, and what every key may.
    fn a_caller_is_told_what_it_may_do(app) {
        for (key, holds, lacks) in [
            ("district-viewer", ["self:read", "assessment:read"], ["assessment:write", "access:manage"]),
            ("district-editor", ["reference:read", "assessment:write"], ["assessment:sign", "access:manage"]),
            ("district-admin", ["history:read", "access:manage"], ["assessment:write", "assessment:sign"]),
        ] {
            let told = app.with_key(key).get("/v1/me").expect(200)["grants"][0]["permissions"].clone();
            assert!(holds.iter().all(|name| told.as_array().unwrap().contains(&json!(name))), "{key}: {told}");
            assert!(!lacks.iter().any(|name| told.as_array().unwrap().contains(&json!(name))), "{key}: {told}");
        }
    }

    /// A client has at most two live keys, none lives longer than a year and a day, none begins in the past.
    fn keys_expire_and_are_few(app) {
        let ids = records(app);
        let admin = app.with_key("district-admin");
        let issue = |expires: &str| admin.post("/v1/api-keys", &json!({ "client_id": ids["client"], "expires_at": expires }));
        issue("2023-03-15T01:59:59Z").faults(422, "EXPIRY_IN_PAST", &[("/expires_at", "EXPIRY_IN_PAST")]);
        issue("2024-03-20T00:00:00Z").faults(422, "EXPIRY_TOO_FAR", &[("/expires_at", "EXPIRY_TOO_FAR")]);
        let second = issue("2023-03-15T02:00:30Z").expect(201);
        issue("2023-06-01T00:00:00Z").faults(409, "KEY_LIMIT_REACHED", &[]);
        let caller = app.with_secret(second["api_key"].as_str().unwrap());
        caller.get("/v1/me").expect(200);
        // A clock that stands after the expiry refuses the key.
        let later = App::start_on(app.engine, app.database.clone(), &["--clock-start", "2023-03-15T02:00:31Z"]);
        later.with_secret(second["api_key"].as_str().unwrap()).get("/v1/me").faults(401, "TOKEN_EXPIRED", &[]);
    }

    /// A client stays while it has a key or a grant, whichever it is; a list tells the grants that fit all that is asked.
    fn a_client_goes_when_nothing_is_left_of_it(app) {
        let admin = app.with_key("district-admin");
        let client = admin.post("/v1/clients", &json!({ "unit_code": "063", "name": "Hệ thống thử" })).expect(201);
        let path = format!("/v1/clients/{}", client["id"].as_str().unwrap());
        let key = json!({ "client_id": client["id"], "expires_at": "2023-06-01T00:00:00Z" });
        let issue = || admin.send("POST", "/v1/api-keys", &[("idempotency-key", "a-key-that-is-asked-for-once")], &key);
        let (issued, again) = (issue(), issue());
        assert_eq!((again.status, &again.json()["id"], &again.json()["api_key"]), (201, &issued.json()["id"], &Value::Null), "shown once");
        assert!(issued.json()["api_key"].is_string());
        assert!(issued.header("etag").is_some_and(|tag| tag.starts_with("\"1.")), "what was issued is at its first version");
        assert_eq!(admin.get(issued.header("location").unwrap()).expect(200)["id"], issued.json()["id"], "where it is to be found");
        let keys = |query: &str| admin.get(&format!("/v1/api-keys?client_id={}{query}", client["id"].as_str().unwrap())).expect(200)["items"].as_array().unwrap().len();
        assert_eq!((keys(""), keys("&external_id=KHONG-CO")), (1, 0));
        admin.delete(&path, 1).faults(409, "IN_USE", &[]);
        admin.delete(&format!("/v1/api-keys/{}", issued.json()["id"].as_str().unwrap()), 1).expect(204);
        let grant = admin.post("/v1/grants", &json!({ "client_id": client["id"], "role": "VIEWER", "unit_code": "063" })).expect(201);
        admin.delete(&path, 1).faults(409, "IN_USE", &[]);
        let listed = |role: &str| {
            let page = admin.get(&format!("/v1/grants?client_id={}&role={role}", client["id"].as_str().unwrap())).expect(200);
            page["items"].as_array().unwrap().len()
        };
        assert_eq!((listed("VIEWER"), listed("EDITOR")), (1, 0));
        // Who gives it again is told which one is held already.
        let other = admin.post("/v1/grants", &json!({ "client_id": client["id"], "role": "EDITOR", "unit_code": "063" })).expect(201);
        let again = admin.post("/v1/grants", &json!({ "client_id": client["id"], "role": "EDITOR", "unit_code": "063" }));
        assert_eq!((again.problem(409).0, &again.json()["existing_id"]), ("DUPLICATE".to_owned(), &other["id"]));
        admin.delete(&format!("/v1/grants/{}", other["id"].as_str().unwrap()), 1).expect(204);
        admin.delete(&format!("/v1/grants/{}", grant["id"].as_str().unwrap()), 1).expect(204);
        admin.delete(&path, 1).expect(204);
        admin.get(&path).faults(404, "NOT_FOUND", &[]);
    }

    /// One cannot give what one does not administer, nor take away the nation's last administrator.
    fn administration_ends_at_the_edge_of_its_unit(app) {
        let ids = records(app);
        let admin = app.with_key("district-admin");
        let beyond = admin.post("/v1/grants", &json!({ "client_id": ids["client"], "role": "VIEWER", "unit_code": "06" }));
        beyond.faults(403, "OUT_OF_SCOPE", &[("/unit_code", "OUT_OF_SCOPE")]);
        admin.post("/v1/clients", &json!({ "unit_code": "064", "name": "x" })).faults(403, "OUT_OF_SCOPE", &[("/unit_code", "OUT_OF_SCOPE")]);
        let nation = app.with_key("nation");
        let grants = nation.get("/v1/grants?role=ADMIN&limit=200").expect(200);
        let root = id(nation.get("/v1/units?code=VN").expect(200)["items"][0].clone());
        let last = grants["items"].as_array().unwrap().iter().find(|grant| grant["unit_id"] == root.as_str()).expect("the first grant");
        nation.delete(&format!("/v1/grants/{}", last["id"].as_str().unwrap()), 1).faults(409, "IN_USE", &[]);
        // An administrator of less goes, and so does whoever has another role over the nation.
        for (role, unit) in [("ADMIN", "06"), ("VIEWER", "VN")] {
            let given = nation.post("/v1/grants", &json!({ "client_id": ids["client"], "role": role, "unit_code": unit })).expect(201);
            nation.delete(&format!("/v1/grants/{}", given["id"].as_str().unwrap()), 1).expect(204);
        }
    }

    /// Neither the database nor the log holds a secret that was issued.
    fn secrets_are_stored_and_logged_nowhere(app) {
        let ids = records(app);
        let admin = app.with_key("district-admin");
        let key = admin.post("/v1/api-keys", &json!({ "client_id": ids["client"], "expires_at": "2023-06-01T00:00:00Z" })).expect(201);
        let key = key["api_key"].as_str().unwrap().to_owned();
        // Also where every part logs all it can.
        let loud = App::start_on(app.engine, app.database.clone(), &["--log-level", "trace", "--clock-start", "2023-03-15T02:00:00Z"]);
        loud.with_secret(&key).get("/v1/units?q=bach%20thong").expect(200);
        loud.with_secret(&key).post("/v1/assessments", &json!({ "note": "ghi chú kín" })).expect(403);
        let secret = key.rsplit('_').next().unwrap();
        for hidden in [secret, "bach", "ghi chú kín"] {
            assert!(!loud.log_text().contains(hidden), "the log of all levels holds {hidden}");
        }
        assert!(loud.log_text().contains("\"TRACE\""), "the log is that of all levels");
        let dump = dump(&app.database);
        assert!(dump.contains(&key.split('_').nth(1).unwrap().to_owned()), "the public part is there");
        assert!(!dump.contains(secret), "the database holds only the hash");
        assert!(!app.log_text().contains(secret));
        assert!(!app.log_text().contains("bach"), "what people search for is not logged");
    }
}

/// Everything a database holds, as text.
fn dump(url: &str) -> String {
    let mut all = String::new();
    for (table, columns) in [
        ("api_keys", "key_code || coalesce(label, '') || {hex}"),
        ("journal", "action || coalesce(CAST(record AS TEXT), '')"),
        ("clients", "name || coalesce(description, '')"),
    ] {
        let mut conn = crate::support::connect(url);
        let hex =
            if matches!(conn, muctieu::db::Conn::Pg(_)) { "encode(secret_hash, 'hex')" } else { "hex(secret_hash)" };
        let sql = format!("SELECT {} AS value FROM {table}", columns.replace("{hex}", hex));
        let rows = crate::support::texts(&mut conn, &sql).expect("the tables can be read");
        all.extend(rows.into_iter().map(|row| row + "\n"));
    }
    all
}
