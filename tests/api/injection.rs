//! Texts that want to be more than texts: in every parameter, path and header; and requests that want to be two.

use crate::support::{App, Client, Engine, Raw, Reply, asking, on_both, operations, records};
use serde_json::{Value, json};

const PAYLOADS: [&str; 14] = [
    "' OR 1=1",
    "' OR '1'='1' --",
    "1) OR (1=1",
    "'; DROP TABLE assessments; --",
    "' UNION SELECT secret_hash FROM api_keys --",
    "%",
    "_",
    "%' --",
    "\\",
    "\\'; SELECT pg_sleep(5); --",
    "$1",
    "{{7*7}}${7*7}",
    "\"><script>alert(1)</script>",
    "../../../etc/passwd",
];

/// Words that only a database, a driver or a library would say.
const INSIDE: [&str; 14] = [
    "sqlite",
    "postgres",
    "diesel",
    "serde",
    "deserr",
    "syntax error",
    "unterminated",
    "SELECT",
    "panicked",
    "src/",
    ".rs",
    "no such table",
    "invalid input",
    "line 1",
];

fn encoded(text: &str) -> String {
    text.bytes().map(|byte| format!("%{byte:02X}")).collect()
}

#[track_caller]
fn says_nothing_of_the_inside(reply: &Reply, what: &str) {
    for word in INSIDE {
        assert!(!reply.text.to_lowercase().contains(&word.to_lowercase()), "{what} says {word}: {}", reply.text);
    }
}

/// How much there is of everything.
fn counts(client: &Client) -> Vec<Value> {
    [
        "units?limit=1&with_total=true",
        "assessments?limit=1&with_total=true",
        "clients?limit=1&with_total=true",
        "api-keys?limit=1&with_total=true",
        "grants?limit=1&with_total=true",
        "unit-statuses?limit=1&with_total=true",
        "recognition-dossiers?limit=1&with_total=true",
        "threshold-verifications?limit=1&with_total=true",
        "acts?limit=1&with_total=true",
        "meetings?limit=1&with_total=true",
        "agencies?limit=1&with_total=true",
        "people?limit=1&with_total=true",
        "committees?limit=1&with_total=true",
        "mandates?limit=1&with_total=true",
        "directives?limit=1&with_total=true",
        "tasks?limit=1&with_total=true",
        "obstacles?limit=1&with_total=true",
        "activities?limit=1&with_total=true",
    ]
    .map(|list| client.get(&format!("/v1/{list}")).expect(200)["total"].clone())
    .to_vec()
}

on_both! {
    /// A payload is a value like any other: it finds what bears it as a name, which is nothing, or is refused.
    fn no_parameter_of_any_reading_becomes_sql(app) {
        let made = records(app);
        let nation = app.with_key("nation");
        let before = counts(&nation);
        let mut asked = 0;
        for operation in operations(app).iter().filter(|operation| operation.reads()) {
            let address = made.address(&operation.path);
            for name in &operation.query {
                for payload in PAYLOADS {
                    let reply = nation.get(&asking(&address, &format!("{name}={}", encoded(payload))));
                    let what = format!("{} {name}={payload}", operation.path);
                    match (name.as_str(), reply.status) {
                        // A free text is looked for as it is written, and no unit is called so.
                        ("q" | "act_number", 200) => assert_eq!(reply.json()["items"], json!([]), "{what}"),
                        ("q", status) => panic!("{what}: {status}"),
                        ("unit_name", status) => assert_eq!((status, reply.problem(422).0.as_str()), (422, "UNIT_NAME_NOT_FOUND"), "{what}"),
                        ("cursor", _) => reply.faults(400, "INVALID_CURSOR", &[("cursor", "INVALID_CURSOR")]),
                        (_, 422) => {
                            let (_, faults) = reply.problem(422);
                            assert!(faults.iter().all(|(place, _)| place == name), "{what}: {faults:?}");
                        }
                        (_, status) => panic!("{what}: {status} {}", reply.text),
                    }
                    if reply.status != 200 {
                        says_nothing_of_the_inside(&reply, &what);
                    }
                    asked += 1;
                }
            }
        }
        assert!(asked > 500, "{asked}");
        assert_eq!(counts(&nation), before);
    }

    /// In a path, a payload names nothing; in a header it is a value that is not understood.
    fn no_path_and_no_header_becomes_sql(app) {
        let made = records(app);
        let nation = app.with_key("nation");
        let before = counts(&nation);
        for operation in operations(app) {
            let Some((head, tail)) = operation.path.split_once("{id}").or(operation.path.split_once("{name}")) else { continue };
            for payload in PAYLOADS {
                let head = head.replace("{collection}", "assessments");
                let reply = operation.call(&nation, &format!("{head}{}{tail}", encoded(payload)), &[]);
                let what = format!("{} {} {payload}", operation.method, operation.path);
                assert_eq!(reply.problem(404).0, "NOT_FOUND", "{what}");
                says_nothing_of_the_inside(&reply, &what);
            }
        }
        for payload in PAYLOADS {
            let versions = nation.get(&format!("/v1/{}/{}/versions", encoded(payload), made.assessment));
            assert_eq!(versions.problem(404).0, "NOT_FOUND", "{payload}");
            let assessment = made.address("/v1/assessments/{id}");
            for name in ["accept-language", "if-none-match", "traceparent", "x-forwarded-for", "origin", "user-agent", "cookie", "x-request-id"] {
                nation.call("GET", &assessment, &[(name, payload)], None).expect(200);
            }
            nation.call("GET", &assessment, &[("acting-person", payload)], None).faults(400, "MALFORMED_REQUEST", &[("Acting-Person", "INVALID_ID")]);
            assert_eq!(nation.call("GET", &assessment, &[("accept", payload)], None).problem(406).0, "NOT_ACCEPTABLE");
            let patched = nation.send("PATCH", &assessment, &[("if-match", payload)], &json!({ "note": "x" }));
            assert_eq!(patched.problem(412).0, "VERSION_CONFLICT", "{payload}");
            let stranger = Client::new(&app.base_url, Some(payload.to_owned())).get(&assessment);
            assert_eq!(stranger.problem(401).0, "UNAUTHENTICATED", "{payload}");
        }
        assert_eq!(counts(&nation), before);
    }

    /// In a body, a payload is stored and comes back, letter for letter.
    fn no_text_of_a_body_becomes_sql(app) {
        let nation = app.with_key("nation");
        for (at, payload) in PAYLOADS.iter().enumerate() {
            let record = nation.post("/v1/assessments", &json!({
                "unit_code": "01984", "criteria_set_code": "NTM-XA-2021-2025", "period": format!("{}-{:02}", 2021 + at / 12, at % 12 + 1), "stage": "TARGET",
                "source": { "label": payload }, "note": payload, "criteria": [{ "code": "1", "verdict": "NOT_APPLICABLE", "note": payload }],
            })).expect(201);
            let path = format!("/v1/assessments/{}", record["id"].as_str().expect("an id"));
            let read = nation.get(&path).expect(200);
            assert_eq!((&read["note"], &read["source"]["label"]), (&json!(payload), &json!(payload)));
            assert_eq!(nation.get(&format!("{path}/sheet")).expect(200)["criteria"][0]["note"], json!(payload));
            let client = nation.post("/v1/clients", &json!({ "unit_code": "063", "name": payload, "description": payload })).expect(201);
            assert_eq!((&client["name"], &client["description"]), (&json!(payload), &json!(payload)));
            let key = json!({ "client_id": client["id"], "label": payload, "expires_at": "2023-06-01T00:00:00Z" });
            assert_eq!(nation.post("/v1/api-keys", &key).expect(201)["label"], json!(payload));
        }
        for payload in PAYLOADS {
            for (member, body) in [
                ("/unit_code", json!({ "unit_code": payload, "name": "x" })),
                ("/unit_id", json!({ "unit_id": payload, "name": "x" })),
            ] {
                let (_, faults) = nation.post("/v1/clients", &body).problem(422);
                assert_eq!(faults.len(), 1, "{payload}");
                assert_eq!(faults[0].0, member, "{payload}");
            }
        }
    }
}

#[test]
fn no_path_leads_out_of_the_service() {
    let app = App::start(Engine::Sqlite);
    let key = Engine::Sqlite.key("nation");
    let ask = |path: &str| {
        let mut raw = Raw::open(&app);
        raw.send(format!("GET {path} HTTP/1.1\r\nHost: {}\r\nAuthorization: Bearer {key}\r\n\r\n", app.address()));
        raw.answer().expect("an answer").text()
    };
    assert_eq!(ask("/v1/m%65").status, 200, "an ordinary letter may be encoded");
    for path in [
        "/../../etc/passwd",
        "/v1/../../etc/passwd",
        "/v1/units/../me",
        "/v1/units/%2e%2e/me",
        "/v1/units/%2E%2E%2Fme",
        "/v1/units%2ftree",
        "/v1/units%2Ftree",
        "/v1%2fme",
        "/v1/units/..%2f..%2f..%2fetc%2fpasswd",
        "/v1/units/..%252f..%252fetc%252fpasswd",
        "/v1/units/%252e%252e/me",
        "/v1/units/..%c0%af..%c0%afetc/passwd",
        "/v1/units/..%5c..%5cwindows",
        "/v1/units/..\\..\\etc",
        "/v1/units/%00",
        "/v1/me%00.json",
        "/v1/units/%ff%fe",
        "/v1/%zz",
        "/v1/me%3fx=1",
        "/v1/me%23",
        "/v1/me;x=1",
        "/v1/me/",
        "/v1//me",
        "//v1/me",
        "/V1/ME",
        "/v1/code-lists/..%2fme",
        "/v1/code-lists/%2e%2e%2f%2e%2e%2fCargo.toml",
        "/problems/..%2f..%2fCargo.toml",
        "/problems/%2e%2e",
        "/docs/../Cargo.toml",
        "/docs/..%2f..%2fCargo.toml",
        "/docs/%2e%2e/%2e%2e/etc/passwd",
        "/docs//etc/passwd",
        "/health/../v1/me",
        "/.env",
        "/metrics",
    ] {
        let reply = ask(path);
        assert_eq!(reply.problem(404).0, "NOT_FOUND", "{path}");
        says_nothing_of_the_inside(&reply, path);
    }
}

#[test]
fn a_request_is_one_request_or_none() {
    let app = App::start(Engine::Sqlite);
    let key = Engine::Sqlite.key("nation");
    let host = format!("Host: {}\r\n", app.address());
    let own = format!("{host}Authorization: Bearer {key}\r\nContent-Type: application/json\r\n");
    let hidden = format!("GET /v1/me HTTP/1.1\r\n{own}\r\n");
    let post = |framing: &str, body: &str| format!("POST /v1/clients HTTP/1.1\r\n{own}{framing}\r\n{body}");
    for (what, bytes) in [
        (
            "a length and chunks",
            post("Content-Length: 5\r\nTransfer-Encoding: chunked\r\n", &format!("0\r\n\r\n{hidden}")),
        ),
        (
            "chunks and a length",
            post("Transfer-Encoding: chunked\r\nContent-Length: 5\r\n", &format!("0\r\n\r\n{hidden}")),
        ),
        ("two lengths", post("Content-Length: 2\r\nContent-Length: 40\r\n", &format!("{{}}{hidden}"))),
        ("the same length twice", post("Content-Length: 2\r\nContent-Length: 2\r\n", "{}")),
        ("a list of lengths", post("Content-Length: 2, 2\r\n", "{}")),
        ("a length with a sign", post("Content-Length: +2\r\n", "{}")),
        ("a negative length", post("Content-Length: -2\r\n", "{}")),
        ("a hexadecimal length", post("Content-Length: 0x2\r\n", "{}")),
        ("an unknown coding", post("Transfer-Encoding: xchunked\r\n", "0\r\n\r\n")),
        (
            "chunks and another coding",
            post("Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n", "0\r\n\r\n"),
        ),
        ("chunks not last", post("Transfer-Encoding: chunked, identity\r\n", "0\r\n\r\n")),
        ("a blank before the colon", post("Transfer-Encoding : chunked\r\n", "0\r\n\r\n")),
        ("a vertical tab in the coding", post("Transfer-Encoding: \u{b}chunked\r\n", "0\r\n\r\n")),
        (
            "chunks in HTTP/1.0",
            format!("POST /v1/clients HTTP/1.0\r\n{own}Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n"),
        ),
        ("a folded header", post("X-Folded: a\r\n Content-Length: 5\r\n", "")),
        ("a bare CR in a header", post("X-Bare: a\rContent-Length: 5\r\n", "")),
        ("a NUL in a header", post("X-Nul: a\0b\r\n", "")),
        ("a header without a name", post(": a\r\n", "")),
        ("a header without a colon", post("Content-Length 5\r\n", "")),
        ("no host", format!("GET /v1/me HTTP/1.1\r\nAuthorization: Bearer {key}\r\n\r\n")),
        ("two hosts", format!("GET /v1/me HTTP/1.1\r\n{host}{host}Authorization: Bearer {key}\r\n\r\n")),
        ("an unknown version", format!("GET /v1/me HTTP/9.9\r\n{own}\r\n")),
        ("no version", "GET /v1/me\r\n\r\n".to_owned()),
        ("a blank in the address", format!("GET /v1/me x HTTP/1.1\r\n{own}\r\n")),
        ("a chunk size that ends with a bare LF", post("Transfer-Encoding: chunked\r\n", "2\n{}\r\n0\r\n\r\n")),
        ("a chunk that ends with a bare LF", post("Transfer-Encoding: chunked\r\n", "2\r\n{}\n0\r\n\r\n")),
        ("a bare LF in a chunk extension", post("Transfer-Encoding: chunked\r\n", "2;a=\n\r\n{}\r\n0\r\n\r\n")),
        (
            "a bare LF in a trailer",
            post("Transfer-Encoding: chunked\r\n", &format!("2\r\n{{}}\r\n0\r\nX: a\n{hidden}")),
        ),
        ("a trailer that ends with a bare LF", post("Transfer-Encoding: chunked\r\n", "2\r\n{}\r\n0\r\n\n")),
        ("a bare LF before a request", format!("\n{hidden}")),
        ("bare LFs alone", format!("GET /v1/me HTTP/1.1\n{}\n", own.replace("\r\n", "\n"))),
        ("a chunk longer than it says", post("Transfer-Encoding: chunked\r\n", "1\r\n{}\r\n0\r\n\r\n")),
        ("a chunk size with a prefix", post("Transfer-Encoding: chunked\r\n", "0x2\r\n{}\r\n0\r\n\r\n")),
        ("a negative chunk size", post("Transfer-Encoding: chunked\r\n", "-2\r\n{}\r\n0\r\n\r\n")),
        (
            "a chunk size beyond all sizes",
            post("Transfer-Encoding: chunked\r\n", "ffffffffffffffff1\r\n{}\r\n0\r\n\r\n"),
        ),
    ] {
        println!("{what}");
        let mut raw = Raw::open(&app);
        raw.send(bytes);
        raw.refused(400, "MALFORMED_REQUEST");
    }
    // Whoever stands before the service may take a bare LF for no end of a line.
    let lines = format!("GET /v1/me HTTP/1.1\r\n{own}X-Last: a\r\n\r\n");
    for (at, _) in lines.match_indices("\r\n") {
        for before in ["", &hidden] {
            let mut raw = Raw::open(&app);
            raw.send(format!("{before}{}{}{hidden}", &lines[..at], &lines[at + 1..]));
            if !before.is_empty() {
                assert_eq!(raw.answer().map(|answer| answer.status), Some(200));
            }
            raw.refused(400, "MALFORMED_REQUEST");
        }
    }
    let served = lines.matches("\r\n").count();
    // Nothing of what was hidden was done.
    let total = app.with_key("nation").get("/v1/clients?with_total=true&limit=1").expect(200);
    assert_eq!(total["total"], json!(14));
    let lines = app.log_text().lines().filter(|line| line.contains("\"route\":\"/v1/me\"")).count();
    assert_eq!(lines, served, "the hidden requests were never served");
}
