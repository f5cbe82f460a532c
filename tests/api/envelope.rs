//! What surrounds every answer: headers, request id, caching, compression, languages, refusals before any handler.

use crate::support::{App, Client, Engine, Metrics, Operation, Raw, Reply, asking, on_both, operations, records};
use serde_json::{Value, json};

const TRACE: &str = "4bf92f3577b34da6a3ce929d0e0e4736";

/// What every answer carries, whatever it says.
#[track_caller]
fn is_protected(reply: &Reply, what: &str) {
    let expected = [
        ("x-content-type-options", "nosniff"),
        ("referrer-policy", "no-referrer"),
        ("cross-origin-resource-policy", "same-origin"),
        ("vary", "Authorization, X-API-Key, Accept, Accept-Language, Accept-Encoding, Origin"),
        ("content-security-policy", "default-src 'none'; frame-ancestors 'none'"),
        ("strict-transport-security", "max-age=31536000"),
    ];
    for (name, value) in expected {
        assert_eq!(reply.header(name), Some(value), "{what}: {name}");
    }
    for name in ["server", "x-powered-by", "access-control-allow-origin", "set-cookie"] {
        assert_eq!(reply.header(name), None, "{what}");
    }
    assert!(reply.headers.iter().all(|(_, value)| value != "*"), "{what}: {:?}", reply.headers);
    for name in ["x-request-id", "vary", "etag", "cache-control", "content-type", "content-language"] {
        assert!(reply.headers.iter().filter(|(known, _)| known == name).count() <= 1, "{what}: {name} twice");
    }
    let id = reply.header("x-request-id").unwrap_or_default();
    assert!(id.len() == 32 && id.bytes().all(|byte| byte.is_ascii_hexdigit()), "{what}: {id}");
    let caching = reply.header("cache-control").unwrap_or_default();
    if reply.status >= 400 {
        assert_eq!(caching, "no-store", "{what}");
        assert_eq!(reply.header("content-type"), Some("application/problem+json"), "{what}");
        assert_eq!(reply.header("etag").is_some(), reply.status == 412, "{what}");
        if !reply.text.is_empty() {
            assert_eq!(reply.json()["instance"], format!("urn:request:{id}"), "{what}");
            assert_eq!(reply.json()["status"], reply.status, "{what}");
        }
    } else {
        assert!(["private, no-cache", "private, max-age=300", "no-store"].contains(&caching), "{what}: {caching}");
    }
}

#[test]
fn every_answer_of_every_route_is_protected() {
    let app = App::start_with(
        Engine::Sqlite,
        &["--clock-start", "2023-03-15T02:00:00Z", "--public-base-url", "https://lgsp.tinh.gov.vn/muctieu"],
    );
    let made = records(&app);
    let (nation, nobody, viewer) = (app.with_key("nation"), app.with_key(""), app.with_key("district-viewer"));
    let mut seen = std::collections::BTreeSet::new();
    let mut check = |reply: Reply, what: &str| {
        is_protected(&reply, what);
        seen.insert(reply.status);
        reply
    };
    for operation in operations(&app) {
        let (address, what) = (made.address(&operation.path), format!("{} {}", operation.method, operation.path));
        if operation.reads() {
            check(nation.get(&address), &what).expect(200);
            let tag = nation.get(&address).header("etag").expect("a tag").to_owned();
            assert_eq!(check(nation.call("GET", &address, &[("if-none-match", &tag)], None), &what).status, 304);
        }
        assert_eq!(check(operation.call(&nobody, &address, &[]), &what).status, 401);
        assert_eq!(check(operation.call(&nation, &asking(&address, "x=1"), &[]), &what).status, 400);
        let other = check(operation.call(&nation, &address, &[("accept", "image/png")]), &what).status;
        assert_eq!(other, if operation.answers_as_sent() { 200 } else { 406 });
        assert_eq!(check(nation.call("TRACE", &address, &[], None), &what).status, 405);
        check(operation.call(&viewer, &address, &[]), &what);
        if operation.has_body {
            let version: &[(&str, &str)] = match (operation.needs_version(), operation.needs_key()) {
                (true, _) => &[("if-match", "\"1\"")],
                (false, true) => &[("idempotency-key", "8e03978e-40d5-43e8-bc93-6894a57f9324")],
                (false, false) => &[],
            };
            let send = |headers: &[(&str, &str)], body: &[u8]| {
                nation.call(&operation.method, &address, &[version, headers].concat(), Some(body))
            };
            let json = ("content-type", "application/json");
            assert_eq!(check(send(&[], b"{}"), &what).status, 415);
            if operation.takes_json() {
                assert_eq!(check(send(&[json], b"{"), &what).status, 400);
                assert_eq!(check(send(&[json], b"{\"x\":1}"), &what).status, 422);
            } else {
                let (kind, body) = operation.empty_body();
                assert_eq!(check(send(&[json], b"{}"), &what).status, 415);
                assert_eq!(check(send(&[("content-type", kind)], body), &what).status, 422);
            }
        }
        if operation.needs_version() {
            let headers: &[(&str, &str)] =
                if operation.has_body { &[("content-type", "application/json")] } else { &[] };
            let body = operation.has_body.then_some(&b"{}"[..]);
            assert_eq!(
                check(nation.call(&operation.method, &format!("{address}?validate_only=true"), headers, body), &what)
                    .status,
                428
            );
            let stale = [headers, &[("if-match", "\"99\"")]].concat();
            assert_eq!(check(nation.call(&operation.method, &address, &stale, body), &what).status, 412);
        }
    }
    let new = json!({ "unit_code": "063", "name": "Ứng dụng thử" });
    check(nation.post("/v1/clients?validate_only=true", &new), "a dry run").expect(200);
    let client = check(nation.post("/v1/clients", &new), "a new record").expect(201);
    check(nation.post("/v1/clients", &new), "a known record").expect(409);
    let path = format!("/v1/clients/{}", client["id"].as_str().expect("an id"));
    check(nation.delete(&path, 1), "a deletion").expect(204);
    check(nation.get(&path), "a deleted record").expect(404);
    check(nation.get("/v1/nothing"), "no route").expect(404);
    check(nobody.get(&format!("/v1/units?q={}", "a".repeat(9000))), "a long address").expect(414);
    check(nobody.call("GET", "/v1/me", &[("x-long", &"a".repeat(17_000))], None), "long headers").expect(431);
    check(nobody.get("/openapi.json"), "the contract").expect(200);
    check(nobody.get("/health/live"), "health").expect(200);
    check(nobody.get("/health/ready"), "health").expect(200);
    let mut raw = Raw::open(&app);
    let key = Engine::Sqlite.key("nation");
    raw.send(format!("POST /v1/clients HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {key}\r\nContent-Type: application/json\r\nContent-Length: 9000000\r\n\r\n{{"));
    check(raw.answer().expect("an answer").text(), "a large body").expect(413);
    let expected = [200, 201, 204, 304, 400, 401, 403, 404, 405, 406, 409, 412, 413, 414, 415, 422, 428, 431];
    assert_eq!(seen.into_iter().collect::<Vec<_>>(), expected);
}

#[test]
fn pages_for_people_load_nothing_from_elsewhere() {
    let app = App::start(Engine::Sqlite);
    let nobody = app.with_key("");
    let documentation = "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; connect-src 'self'; frame-ancestors 'none'";
    for (path, policy) in [
        ("/docs/", documentation),
        ("/docs/swagger-ui-bundle.js", documentation),
        ("/problems/not-found", "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'"),
    ] {
        let reply = nobody.get(path);
        assert_eq!((reply.status, reply.header("content-security-policy")), (200, Some(policy)), "{path}");
        assert_eq!(reply.header("x-content-type-options"), Some("nosniff"));
        assert_eq!(reply.header("strict-transport-security"), None, "no promise of TLS where none was configured");
        let kind = reply.header("content-type").unwrap_or_default();
        assert!(kind.starts_with("text/html") || kind.ends_with("javascript"), "{kind}");
    }
    for (path, word) in [("/docs/", "src=\""), ("/docs/", "href=\""), ("/problems/not-found", "src=\"")] {
        let text = nobody.get(path).text;
        for part in text.split(word).skip(1) {
            assert!(
                !part.starts_with("http") && !part.starts_with("//"),
                "{path} loads {}",
                &part[..40.min(part.len())]
            );
        }
    }
}

#[test]
fn only_configured_origins_are_let_in_and_never_all() {
    let app = App::start_with(Engine::Sqlite, &["--cors-origins", "https://portal.example.vn,http://localhost:5173"]);
    let nation = app.with_key("nation");
    let from = |origin: &str, path: &str| nation.call("GET", path, &[("origin", origin)], None);
    let exposed = "ETag, Link, Location, RateLimit, RateLimit-Policy, Retry-After, X-Request-Id, Idempotency-Replayed, Deprecation, Sunset, Content-Language";
    for origin in ["https://portal.example.vn", "http://localhost:5173"] {
        for (path, status) in [("/v1/me", 200), ("/v1/units?x=1", 400), ("/v1/nothing", 404), ("/health/live", 200)] {
            let reply = from(origin, path);
            assert_eq!(reply.status, status);
            assert_eq!(reply.header("access-control-allow-origin"), Some(origin), "{path}");
            assert_eq!(reply.header("access-control-expose-headers"), Some(exposed), "{path}");
            assert_eq!(reply.header("access-control-allow-credentials"), None);
            assert!(reply.header("vary").is_some_and(|vary| vary.contains("Origin")));
        }
        let unknown = Client::new(&app.base_url, None).call("GET", "/v1/me", &[("origin", origin)], None);
        assert_eq!((unknown.status, unknown.header("access-control-allow-origin")), (401, Some(origin)));
        let asks = [
            ("origin", origin),
            ("access-control-request-method", "PATCH"),
            ("access-control-request-headers", "authorization,if-match"),
        ];
        // A browser asks before it sends the key.
        let preflight = app.with_key("").call("OPTIONS", "/v1/clients", &asks, None);
        assert_eq!((preflight.status, preflight.text.as_str()), (204, ""));
        assert_eq!(preflight.header("access-control-allow-origin"), Some(origin));
        assert_eq!(preflight.header("access-control-allow-methods"), Some("GET, POST, PUT, PATCH, DELETE"));
        let allowed = preflight.header("access-control-allow-headers").unwrap_or_default().to_lowercase();
        for header in [
            "authorization",
            "x-api-key",
            "content-type",
            "if-match",
            "if-none-match",
            "traceparent",
            "accept-language",
        ] {
            assert!(allowed.split(", ").any(|known| known == header), "{allowed}");
        }
    }
    for foreign in [
        "https://portal.example.vn.evil.example",
        "https://evil.example",
        "http://portal.example.vn",
        "https://portal.example.vn:8443",
        "https://PORTAL.example.vn",
        "https://portal.example.vn/",
        "http://localhost:5174",
        "http://localhost",
        "null",
        "*",
        "",
    ] {
        let asks = [("origin", foreign), ("access-control-request-method", "DELETE")];
        for reply in
            [from(foreign, "/v1/me"), from(foreign, "/v1/nothing"), nation.call("OPTIONS", "/v1/clients", &asks, None)]
        {
            let let_in = reply.headers.iter().find(|(name, _)| name.starts_with("access-control-"));
            assert_eq!(let_in, None, "{foreign}");
            assert_eq!(reply.header("cross-origin-resource-policy"), Some("same-origin"), "{foreign}");
        }
    }
}

on_both! {
    /// One id from the caller's trace through answer, log and journal.
    fn a_trace_is_followed_from_the_request_to_the_journal(app) {
        let nation = app.with_key("nation");
        let parent = format!("00-{TRACE}-00f067aa0ba902b7-01");
        let new = json!({ "unit_code": "063", "name": "Dấu vết" });
        let made = nation.send("POST", "/v1/clients", &[("traceparent", &parent)], &new);
        let id = made.expect(201)["id"].clone();
        assert_eq!(made.header("x-request-id"), Some(TRACE));
        let journal = nation.get(&format!("/v1/journal?record_id={}", id.as_str().expect("an id"))).expect(200);
        assert_eq!(journal["items"][0]["request_id"], TRACE);
        let refused = nation.send("POST", "/v1/clients", &[("traceparent", &parent)], &new);
        assert_eq!(refused.expect(409)["instance"], format!("urn:request:{TRACE}"));
        let log = app.log_text();
        let lines: Vec<Value> = log.lines().map(|line| serde_json::from_str(line).expect("each line of the log is JSON")).collect();
        let statuses: Vec<&Value> = lines
            .iter()
            .filter(|line| line["span"]["request_id"] == TRACE && line["message"] == "Answered")
            .map(|line| &line["status"])
            .collect();
        assert_eq!(statuses, [201, 409]);
        // What is not a trace is replaced by a new one, each time another.
        for wrong in [
            String::new(),
            TRACE.to_owned(),
            format!("00-{}-00f067aa0ba902b7-01", "0".repeat(32)),
            format!("00-{TRACE}-0000000000000000-01"),
            format!("00-{}-00f067aa0ba902b7-01", TRACE.to_uppercase()),
            format!("00-{TRACE}-00f067aa0ba902b7"),
            format!("ff-{TRACE}-00f067aa0ba902b7-01"),
            format!("00-{TRACE}-00f067aa0ba902b7-01-more"),
            format!("00-{}\"}},{{\"-00f067aa0ba902b7-01", &TRACE[..27]),
            "a".repeat(4000),
        ] {
            let ids = [0, 1].map(|_| nation.call("GET", "/v1/me", &[("traceparent", &wrong)], None).header("x-request-id").expect("an id").to_owned());
            assert!(ids[0] != ids[1] && ids.iter().all(|id| id.len() == 32 && id != TRACE), "{wrong}: {ids:?}");
        }
        let foreign = nation.call("GET", "/v1/me", &[("x-request-id", "chosen-by-the-caller")], None);
        assert_ne!(foreign.header("x-request-id"), Some("chosen-by-the-caller"));
    }

    /// Who calls is answered before what is wrong with the call, whichever database has to be asked first.
    fn a_parameter_that_nobody_knows_is_refused_by_every_operation_after_the_caller_is_known(app) {
        let made = records(app);
        let nation = app.with_key("nation");
        let key = app.engine.key("nation");
        let wrong = app.with_secret(&format!("{}{}", &key[..key.len() - 64], "0".repeat(64)));
        for operation in operations(app) {
            let (address, what) = (made.address(&operation.path), format!("{} {}", operation.method, operation.path));
            let refused = operation.call(&nation, &asking(&address, "stauts=DONE&x=1"), &[]);
            let (code, faults) = refused.problem(400);
            assert_eq!(code, "UNKNOWN_PARAMETER", "{what}");
            let expected = ["stauts", "x"].map(|name| (name.to_owned(), "UNKNOWN_PARAMETER".to_owned()));
            assert_eq!(faults, expected, "{what}");
            for name in &operation.query {
                let twice = operation.call(&nation, &asking(&address, &format!("{name}=1&{name}=1")), &[]);
                twice.faults(400, "MALFORMED_REQUEST", &[(name, "REPEATED_PARAMETER")]);
                let upper = operation.call(&nation, &asking(&address, &format!("{}=1", name.to_uppercase())), &[]);
                assert_eq!(upper.problem(400).0, "UNKNOWN_PARAMETER", "{what}");
            }
            for unknown in [&app.with_key(""), &wrong] {
                let refused = operation.call(unknown, &asking(&address, "stauts=DONE"), &[("accept", "image/png")]);
                assert_eq!(refused.problem(401).0, "UNAUTHENTICATED", "{what}");
                assert_eq!(refused.header("www-authenticate"), Some("Bearer"), "{what}");
            }
            if operation.has_body {
                let refused = wrong.call(&operation.method, &address, &[("content-encoding", "gzip")], Some(b"{"));
                assert_eq!(refused.problem(401).0, "UNAUTHENTICATED", "{what}");
            }
        }
    }
}

#[test]
fn what_a_caller_holds_is_not_sent_again() {
    let app = App::start(Engine::Sqlite);
    let made = records(&app);
    let nation = app.with_key("nation");
    let under = |address: &str, tags: &str| nation.call("GET", address, &[("if-none-match", tags)], None);
    let reads: Vec<Operation> = operations(&app).into_iter().filter(Operation::reads).collect();
    assert!(reads.len() > 15);
    for operation in &reads {
        let address = made.address(&operation.path);
        let first = nation.get(&address);
        let tag = first.header("etag").unwrap_or_else(|| panic!("{address} has no tag")).to_owned();
        assert_eq!(first.status, 200, "{address}");
        assert!(
            tag.trim_matches('"').bytes().all(|byte| byte.is_ascii_hexdigit() || byte == b'.') && tag.starts_with('"'),
            "{tag}"
        );
        for held in [
            tag.clone(),
            format!("W/{tag}"),
            format!("\"other\", {tag}"),
            format!("\"a\",W/{tag} ,\"b\""),
            "*".to_owned(),
        ] {
            let again = under(&address, &held);
            assert_eq!((again.status, again.text.as_str()), (304, ""), "{address} {held}");
            assert_eq!(again.header("etag"), Some(tag.as_str()), "{address}");
            assert_eq!(again.header("cache-control"), first.header("cache-control"), "{address}");
            assert_eq!(again.header("content-type"), None, "{address}");
        }
        for other in ["\"other\"", &tag[1..tag.len() - 1], "\"\"", "", "W/*"] {
            let again = under(&address, other);
            assert_eq!((again.status, &again.text), (200, &first.text), "{address} {other}");
        }
    }
    // The tag of a write is the tag of the next reading, and it changes with the record.
    let path = made.address("/v1/clients/{id}");
    let tag = nation.get(&path).header("etag").expect("a tag").to_owned();
    let lines = [("if-none-match", "\"other\""), ("if-none-match", tag.as_str())];
    assert_eq!(nation.call("GET", &path, &lines, None).status, 304, "several lines are one list");
    let changed = nation.send("PATCH", &path, &[("if-match", &tag)], &json!({ "description": "Đã đổi" }));
    assert_eq!(changed.status, 200, "the whole tag serves as If-Match");
    let newer = changed.header("etag").expect("a tag").to_owned();
    assert!(newer != tag && newer.starts_with("\"2."), "{newer}");
    assert_eq!(under(&path, &tag).status, 200);
    assert_eq!(under(&path, &newer).status, 304);
    let weak = nation.send("PATCH", &path, &[("if-match", &format!("W/{newer}"))], &json!({ "description": null }));
    assert_eq!(weak.status, 200, "a proxy that compressed may have weakened the tag");
    assert_eq!(nation.send("PATCH", &path, &[("if-match", &newer)], &json!({})).header("etag"), Some("\"3\""));
    // The same record in another form has another tag.
    let assessment = made.address("/v1/assessments/{id}");
    let (plain, embedded) = (nation.get(&assessment), nation.get(&format!("{assessment}?embed=criteria_set")));
    assert_ne!(plain.header("etag"), embedded.header("etag"));
}

#[test]
fn an_answer_comes_in_a_form_that_the_caller_accepts() {
    let app = App::start(Engine::Sqlite);
    let made = records(&app);
    let nation = app.with_key("nation");
    for operation in operations(&app).into_iter().filter(|operation| !operation.answers_as_sent()) {
        let (address, what) = (made.address(&operation.path), format!("{} {}", operation.method, operation.path));
        for accept in [
            "image/png",
            "text/html",
            "application/xml",
            "application/json;q=0",
            "text/html, image/*;q=0.8",
            "json",
            "*",
        ] {
            // A page is HTML to whoever asks for it.
            if accept.contains("html") && operation.answers.iter().any(|kind| kind == "text/html") {
                let page = operation.call(&nation, &address, &[("accept", accept)]);
                assert_eq!(
                    (page.status, page.header("content-type")),
                    (200, Some("text/html; charset=utf-8")),
                    "{what}"
                );
                continue;
            }
            let refused = operation.call(&nation, &address, &[("accept", accept)]);
            assert_eq!(refused.problem(406).0, "NOT_ACCEPTABLE", "{what} {accept}");
        }
        if operation.reads() && !operation.answers_json() {
            for kind in &operation.answers {
                let reply = nation.call("GET", &address, &[("accept", kind)], None);
                assert_eq!(reply.status, 200, "{what} {kind}");
                assert!(
                    reply.header("content-type").is_some_and(|sent| sent.starts_with(kind.as_str())),
                    "{what} {kind}"
                );
            }
            let refused = nation.call("GET", &address, &[("accept", "application/json")], None);
            assert_eq!(refused.problem(406).0, "NOT_ACCEPTABLE", "{what}");
        } else if operation.reads() {
            for accept in [
                "application/json",
                "application/*",
                "*/*",
                "image/png, */*;q=0.1",
                "application/problem+json, application/json;q=0.9",
                "APPLICATION/JSON;charset=utf-8",
            ] {
                let reply = nation.call("GET", &address, &[("accept", accept)], None);
                assert_eq!(
                    (reply.status, reply.header("content-type")),
                    (200, Some("application/json")),
                    "{what} {accept}"
                );
            }
        }
    }
    for odd in ["application/json;q=4294967295", "application/json;q=1.999999999", ",,*/*,;", "application/json;q=.1"] {
        nation.call("GET", "/v1/me", &[("accept", odd)], None).expect(200);
    }
    let lines = [("accept", "text/html"), ("accept", "application/json;q=0.9")];
    nation.call("GET", "/v1/me", &lines, None).expect(200);
    let report = "/v1/reports/criteria-distribution?unit_code=063&period=2022";
    for (accept, kind) in [
        ("text/csv", "text/csv; charset=utf-8"),
        ("text/*", "text/csv; charset=utf-8"),
        ("application/json;q=0.5, text/csv", "text/csv; charset=utf-8"),
        ("*/*", "application/json"),
        ("text/csv;q=0, */*", "application/json"),
    ] {
        let reply = nation.call("GET", report, &[("accept", accept)], None);
        assert_eq!((reply.status, reply.header("content-type")), (200, Some(kind)), "{accept}");
    }
}

#[test]
fn answers_above_a_kibibyte_are_compressed_and_smaller_ones_are_not() {
    let app = App::start(Engine::Sqlite);
    let ask = |path: &str, coding: &str| {
        let mut raw = Raw::open(&app);
        let key = Engine::Sqlite.key("nation");
        raw.send(format!(
            "GET {path} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {key}\r\nAccept-Encoding: {coding}\r\n\r\n"
        ));
        raw.answer().expect("an answer")
    };
    let plain = ask("/v1/units/tree", "identity");
    assert_eq!(plain.header("content-encoding"), None);
    assert!(plain.body.len() > 10_000);
    for (coding, used) in [("gzip", "gzip"), ("br", "br"), ("gzip, br", "br"), ("gzip;q=1, br;q=0.5", "gzip")] {
        let packed = ask("/v1/units/tree", coding);
        assert_eq!((packed.status, packed.header("content-encoding")), (200, Some(used)), "{coding}");
        assert!(packed.body.len() * 3 < plain.body.len(), "{coding}: {}", packed.body.len());
        assert_eq!(packed.header("etag"), plain.header("etag"));
        assert!(packed.header("vary").is_some_and(|vary| vary.contains("Accept-Encoding")));
        if used == "gzip" {
            assert_eq!(packed.body[..2], [0x1F, 0x8B]);
        }
    }
    // What no coding of ours satisfies is sent as it is, inside the envelope.
    for coding in ["zstd, *;q=0", "*;q=0", "identity;q=0", "gzip;q=0", "", "gzip;q=x", "%"] {
        let reply = ask("/v1/units/tree", coding);
        assert_eq!((reply.status, reply.header("content-encoding")), (200, None), "{coding}");
        assert!(reply.header("x-request-id").is_some(), "{coding}");
        assert_eq!(reply.body, plain.body, "{coding}");
    }
    for path in ["/health/live", "/v1/nothing", "/v1/units?code=063", "/v1/units?x=1"] {
        let small = ask(path, "gzip, br");
        assert!(small.body.len() < 1024, "{path}: {}", small.body.len());
        assert_eq!(small.header("content-encoding"), None, "{path}");
    }
}

#[test]
fn methods_that_a_path_does_not_know_get_a_problem_and_the_list_of_those_it_knows() {
    let app = App::start(Engine::Sqlite);
    let made = records(&app);
    let nation = app.with_key("nation");
    let all = operations(&app);
    let paths: std::collections::BTreeSet<&str> = all.iter().map(|operation| operation.path.as_str()).collect();
    for path in paths {
        let mut known: Vec<&str> =
            all.iter().filter(|operation| operation.path == path).map(|operation| operation.method.as_str()).collect();
        if known.contains(&"GET") {
            known.push("HEAD");
        }
        known.sort_unstable();
        for method in ["HEAD", "OPTIONS", "TRACE", "GET", "POST", "PUT", "PATCH", "DELETE"] {
            if known.contains(&method) {
                continue;
            }
            let reply = nation.call(method, &made.address(path), &[], None);
            assert_eq!(
                (reply.status, reply.header("allow")),
                (405, Some(known.join(", ").as_str())),
                "{method} {path}"
            );
            if method == "HEAD" {
                assert_eq!((reply.text.as_str(), reply.header("content-type")), ("", Some("application/problem+json")));
            } else {
                assert_eq!(reply.problem(405).0, "METHOD_NOT_ALLOWED", "{method} {path}");
            }
        }
    }
    for path in ["/health/live", "/health/ready", "/openapi.json", "/problems/not-found"] {
        let reply = nation.call("DELETE", path, &[], None);
        assert_eq!(
            (reply.problem(405).0.as_str(), reply.header("allow")),
            ("METHOD_NOT_ALLOWED", Some("GET, HEAD")),
            "{path}"
        );
    }
    for path in ["/v1/me", "/v1/units?limit=2", "/openapi.json", "/health/live", "/v1/nothing"] {
        let (read, head) = (nation.get(path), nation.call("HEAD", path, &[], None));
        assert_eq!((head.status, head.text.as_str()), (read.status, ""), "{path}");
        for name in ["etag", "content-type", "link", "content-length"] {
            assert_eq!(head.header(name), read.header(name), "{path} {name}");
        }
    }
    // 405 and 404 come before 401.
    assert_eq!(app.with_key("").call("TRACE", "/v1/me", &[], None).status, 405);
    assert_eq!(app.with_key("").get("/v1/nothing").status, 404);
}

#[test]
fn addresses_and_headers_have_a_longest_length() {
    let app = App::start(Engine::Sqlite);
    let nation = app.with_key("nation");
    let address = |length: usize| format!("/v1/units?q={}", "a".repeat(length - "/v1/units?q=".len()));
    assert_eq!(nation.get(&address(8192)).problem(422).1, [("q".to_owned(), "TOO_LONG".to_owned())]);
    for length in [8193, 9000, 60_000] {
        assert_eq!(nation.get(&address(length)).problem(414).0, "URI_TOO_LONG", "{length}");
    }
    let padded = |length: usize| nation.call("GET", "/v1/me", &[("x-padding", &"a".repeat(length))], None);
    padded(15_000).expect(200);
    for length in [16_400, 60_000] {
        assert_eq!(padded(length).problem(431).0, "HEADERS_TOO_LARGE", "{length}");
    }
    let many: Vec<(String, String)> = (0..60).map(|at| (format!("x-{at}"), "a".repeat(300))).collect();
    let many: Vec<(&str, &str)> = many.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    assert_eq!(nation.call("GET", "/v1/me", &many, None).problem(431).0, "HEADERS_TOO_LARGE");
}

#[test]
fn the_size_of_a_page_is_a_number_from_1_to_200() {
    let app = App::start(Engine::Sqlite);
    let nation = app.with_key("nation");
    let paged: Vec<Operation> = operations(&app).into_iter().filter(Operation::is_paged).collect();
    let made = records(&app);
    assert!(paged.len() >= 8, "{}", paged.len());
    for operation in &paged {
        let address = made.address(&operation.path);
        for (limit, code) in [
            ("0", "TOO_SMALL"),
            ("-1", "TOO_SMALL"),
            ("-99999999999999999999999", "TOO_SMALL"),
            ("201", "TOO_LARGE"),
            ("9223372036854775807", "TOO_LARGE"),
            ("99999999999999999999999", "TOO_LARGE"),
            ("abc", "INTEGER_EXPECTED"),
            ("1e2", "INTEGER_EXPECTED"),
            ("1.0", "INTEGER_EXPECTED"),
            ("%2B5", "INTEGER_EXPECTED"),
            ("+5", "INTEGER_EXPECTED"),
            ("0x10", "INTEGER_EXPECTED"),
            ("1,2", "INTEGER_EXPECTED"),
            ("%D9%A3", "INTEGER_EXPECTED"),
            ("-", "INTEGER_EXPECTED"),
            ("", "INTEGER_EXPECTED"),
        ] {
            nation.get(&format!("{address}?limit={limit}")).faults(422, "VALIDATION_FAILED", &[("limit", code)]);
        }
        for limit in ["1", "200"] {
            nation.get(&format!("{address}?limit={limit}")).expect(200);
        }
    }
}

#[test]
fn health_says_one_word_and_metrics_have_a_door_of_their_own() {
    let metrics = Metrics::free_address();
    let app = App::start_with(Engine::Sqlite, &["--metrics-address", &metrics]);
    let nobody = app.with_key("");
    for path in ["/health/live", "/health/ready"] {
        let reply = nobody.get(path);
        assert_eq!((reply.status, reply.text.as_str()), (200, "{\"status\":\"ok\"}"));
        assert_eq!(
            (reply.header("content-type"), reply.header("cache-control")),
            (Some("application/json"), Some("no-store"))
        );
    }
    app.with_key("nation").get("/v1/units").expect(200);
    app.with_key("nation").get("/v1/units/019b0000-0000-7000-8000-000000000000").expect(404);
    nobody.get("/v1/nothing/of/the/kind").expect(404);
    let mut raw = Raw::open(&app);
    raw.send("BREW /health/live HTTP/1.1\r\nHost: x\r\n\r\n");
    assert_eq!(raw.answer().map(|answer| answer.status), Some(405));
    assert_eq!(nobody.get("/metrics").problem(404).0, "NOT_FOUND", "the public door does not show them");
    let reply = Client::new(&format!("http://{metrics}"), None).get("/metrics");
    assert_eq!((reply.status, reply.header("content-type")), (200, Some("text/plain; version=0.0.4")));
    assert_eq!(reply.header("server"), None);
    for line in [
        "muctieu_requests_total{method=\"GET\",route=\"/v1/units\",status=\"200\"} 1",
        // The id is no label: each would be a time series of its own.
        "muctieu_requests_total{method=\"GET\",route=\"/v1/units/{id}\",status=\"404\"} 1",
        "muctieu_requests_in_flight 0",
    ] {
        assert!(reply.text.lines().any(|known| known == line), "{line}\n{}", reply.text);
    }
    for invented in ["of/the/kind", "BREW"] {
        assert!(!reply.text.contains(invented), "what nobody serves is one series: {}", reply.text);
    }
    for path in ["/", "/v1/me", "/health/live", "/openapi.json"] {
        assert_eq!(Client::new(&format!("http://{metrics}"), None).get(path).status, 404, "{path}");
    }
}

#[test]
fn texts_come_in_the_language_that_the_caller_prefers() {
    let app = App::start(Engine::Sqlite);
    let nobody = app.with_key("");
    for (accepted, language, title) in [
        ("", "vi", "Chưa xác thực"),
        ("vi", "vi", "Chưa xác thực"),
        ("en", "en", "Authentication required"),
        ("en-GB, en;q=0.9, vi;q=0.8", "en", "Authentication required"),
        ("vi;q=0.3, en; q=0.2", "vi", "Chưa xác thực"),
        ("fr, de;q=0.9", "vi", "Chưa xác thực"),
        ("fr, en;q=0.1", "en", "Authentication required"),
        ("en;q=0", "vi", "Chưa xác thực"),
        ("*", "vi", "Chưa xác thực"),
        ("€€€;;;q=,,", "vi", "Chưa xác thực"),
        ("en;q=4294967296, vi", "vi", "Chưa xác thực"),
        ("en;q=4294967295.999", "en", "Authentication required"),
        ("en;q=-1", "vi", "Chưa xác thực"),
    ] {
        let reply = nobody.call("GET", "/v1/me", &[("accept-language", accepted)], None);
        assert_eq!(
            (reply.header("content-language"), &reply.expect(401)["title"]),
            (Some(language), &json!(title)),
            "{accepted}"
        );
    }
}

#[test]
fn a_key_in_its_own_header_goes_before_what_a_gateway_put_into_authorization() {
    let app = App::start(Engine::Sqlite);
    let key = Engine::Sqlite.key("district-viewer");
    let nobody = app.with_key("");
    for authorization in ["Bearer the-token-of-the-gateway", "Basic dXNlcjpwYXNz", "", "Bearer"] {
        let headers = [("authorization", authorization), ("x-api-key", key)];
        let me = nobody.call("GET", "/v1/me", &headers, None).expect(200);
        assert_eq!(me["client"]["name"], "district-viewer", "{authorization}");
    }
    // A key that is wrong is not made good by another that stands beside it.
    let wrong = app.with_key("nation").call("GET", "/v1/me", &[("x-api-key", "muctieu_x")], None);
    assert_eq!(wrong.problem(401).0, "UNAUTHENTICATED");
}
