//! On whose behalf a client calls: who may say so, what is kept of it, and the rules that compare persons.

use crate::access::id;
use crate::support::{App, Client, Reply, on_both};
use serde_json::{Value, json};

/// A client of the commune that is filled in and signed by many, and whether it may say by whom.
fn portal(app: &App, may_name_person: bool) -> (String, Client) {
    let admin = app.with_key("nation");
    let body =
        json!({ "unit_code": "063", "name": format!("Cổng {may_name_person}"), "may_name_person": may_name_person });
    let client = id(admin.post("/v1/clients", &body).expect(201));
    for role in ["EDITOR", "SIGNER"] {
        let grant = json!({ "client_id": client, "role": role, "unit_code": "063" });
        admin.post("/v1/grants", &grant).expect(201);
    }
    let key = json!({ "client_id": client, "expires_at": "2023-06-01T00:00:00Z" });
    let issued = admin.post("/v1/api-keys", &key).expect(201);
    (client, app.with_secret(issued["api_key"].as_str().expect("a key")))
}

fn person(app: &App, name: &str) -> String {
    id(app.with_key("nation").post("/v1/people", &json!({ "unit_code": "063", "full_name": name })).expect(201))
}

fn draft() -> Value {
    json!({
        "unit_code": "01984", "criteria_set_code": "NTM-XA-2021-2025", "period": "2022", "stage": "SELF",
        "declared_total": { "min": 9, "max": 9 },
    })
}

fn sign(client: &Client, path: &str, version: i64, person: Option<&str>) -> Reply {
    let tag = format!("\"{version}\"");
    let mut headers = vec![("if-match", tag.as_str())];
    headers.extend(person.map(|person| ("acting-person", person)));
    client.send("POST", &format!("{path}/transitions"), &headers, &json!({ "to": "SUBMITTED" }))
}

on_both! {
    /// The person stands in the record and in the journal; persons are compared, not the client they share.
    fn two_persons_share_a_client_and_one_signs_what_the_other_wrote(app) {
        let (client, portal) = portal(app, true);
        let (author, signer) = (person(app, "Người lập"), person(app, "Người ký"));
        let me = portal.call("GET", "/v1/me", &[("acting-person", &signer)], None).expect(200);
        assert_eq!((&me["client"]["id"], &me["acting_person_id"]), (&json!(client), &json!(signer)));
        let written = portal.send("POST", "/v1/assessments", &[("acting-person", &author)], &draft()).expect(201);
        let path = format!("/v1/assessments/{}", id(written));
        sign(&portal, &path, 1, Some(&author)).faults(403, "SIGNER_IS_AUTHOR", &[]);
        // Who does not say whose hand it is may be the author.
        sign(&portal, &path, 1, None).faults(403, "SIGNER_IS_AUTHOR", &[]);
        sign(&portal, &path, 1, Some(&signer)).expect(200);
        let journal = app.with_key("nation").get("/v1/journal?collection=assessments").expect(200);
        let told: Vec<_> = journal["items"].as_array().unwrap().iter()
            .map(|entry| (entry["action"].as_str().unwrap(), entry["client_id"].clone(), entry["acting_person_id"].clone()))
            .collect();
        assert_eq!(told, [
            ("assessment.submitted", json!(client), json!(signer)),
            ("assessment.created", json!(client), json!(author)),
        ]);
        let versions = portal.get(&format!("{path}/versions")).expect(200);
        assert_eq!(versions["items"][1]["acting_person_id"], json!(signer));
    }

    /// Only a client that may names a person, and only one who is recorded; whoever is erased acts no more.
    fn a_person_is_named_by_who_may_and_is_known(app) {
        let known = person(app, "Cán bộ xã");
        let named = |client: &Client, person: &str| client.call("GET", "/v1/me", &[("acting-person", person)], None);
        let (_, may_not) = portal(app, false);
        named(&may_not, &known).faults(403, "FORBIDDEN", &[]);
        let (_, portal) = portal(app, true);
        named(&portal, &known).expect(200);
        let unknown = "018f8a4e-0000-7000-8000-000000000000";
        named(&portal, unknown).faults(400, "MALFORMED_REQUEST", &[("Acting-Person", "UNKNOWN_REFERENCE")]);
        let refused = portal.send("POST", "/v1/assessments", &[("acting-person", unknown)], &draft());
        refused.faults(400, "MALFORMED_REQUEST", &[("Acting-Person", "UNKNOWN_REFERENCE")]);
        let changed = app.with_key("nation").patch(&format!("/v1/people/{known}"), 1, &json!({ "phone": "0209 3850 123" }));
        changed.expect(200);
        named(&portal, &known).expect(200);
        let erased = json!({ "to": "ERASED", "reason": "Theo yêu cầu" });
        app.with_key("nation").step(&format!("/v1/people/{known}"), 2, &erased).expect(200);
        named(&portal, &known).faults(400, "MALFORMED_REQUEST", &[("Acting-Person", "UNKNOWN_REFERENCE")]);
        // After a start the memory is what it was before.
        let other = person(app, "Cán bộ khác");
        let again = App::start_on(app.engine, app.database.clone(), &["--clock-start", "2023-03-15T02:00:00Z"]);
        named(&again.as_caller(&portal), &known).problem(400);
        named(&again.as_caller(&portal), &other).expect(200);
    }
}
