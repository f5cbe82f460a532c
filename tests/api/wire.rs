//! What is no request is refused by a problem; what is one passes, however its bytes come.

use crate::support::{App, Engine, Raw};
use serde_json::{Value, json};
use std::io::{Read, Write};
use std::net::TcpStream;
use std::thread::sleep;
use std::time::{Duration, Instant};

const PAUSE: Duration = Duration::from_millis(2);

fn own(app: &App) -> String {
    let key = app.engine.key("nation");
    format!("Host: {}\r\nAuthorization: Bearer {key}\r\nContent-Type: application/json\r\n", app.address())
}

/// What a caller may send by mistake or on purpose, and the meaning of its refusal.
fn broken(app: &App) -> Vec<(&'static str, Vec<u8>, u16)> {
    let own = own(app);
    let get = |more: String| format!("GET /v1/me HTTP/1.1\r\n{own}{more}\r\n").into_bytes();
    vec![
        ("no text", vec![0x16, 3, 1, 2, 0, 1, 0, 1, 0xfc, 3, 3], 400),
        ("another protocol", b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".to_vec(), 400),
        ("no version", b"GET /v1/me\r\n\r\n".to_vec(), 400),
        ("no host", b"GET /v1/me HTTP/1.1\r\n\r\n".to_vec(), 400),
        ("a header without a colon", get("X\r\n".to_owned()), 400),
        ("an address beyond all addresses", format!("GET /{} HTTP/1.1\r\n{own}\r\n", "a".repeat(70_000)).into(), 400),
        ("too many headers", get("X: a\r\n".repeat(97)), 431),
        ("a head beyond the parser's limit", get(format!("X: {}\r\n", "a".repeat(300_000))), 431),
        ("a head that is far beyond it", get(format!("X: {}\r\n", "a".repeat(2_000_000))), 431),
        ("a line that does not end", vec![b'a'; 300_000], 431),
    ]
}

#[test]
fn what_the_parser_refuses_is_answered_by_a_problem() {
    let app = App::start(Engine::Sqlite);
    let get = format!("GET /v1/me HTTP/1.1\r\n{}\r\n", own(&app));
    let post = format!("POST /v1/clients?validate_only=true HTTP/1.1\r\n{}Content-Length: 9\r\n\r\n", own(&app));
    let body = "{\n\"a\": 1}";
    for (what, bytes, status) in broken(&app) {
        println!("{what}");
        let code = if status == 431 { "HEADERS_TOO_LARGE" } else { "MALFORMED_REQUEST" };
        let mut alone = Raw::open(&app);
        // Who sends more than is read finds the connection closed, and the answer on it.
        alone.send(&bytes);
        alone.refused(status, code);
        // The answers to the requests before it come first.
        let mut last = Raw::open(&app);
        last.send([post.as_bytes(), body.as_bytes(), get.as_bytes(), &bytes].concat());
        assert_eq!(last.answer().expect("an answer").text().problem(422).0, "VALIDATION_FAILED");
        assert_eq!(last.answer().map(|answer| answer.status), Some(200));
        last.refused(status, code);
        // Nor does it matter when they were.
        let mut later = Raw::open(&app);
        later.send(&get);
        assert_eq!(later.answer().map(|answer| answer.status), Some(200));
        later.send(&bytes);
        later.refused(status, code);
    }
    let log = app.log_text();
    let id = log.lines().find(|line| line.contains("Refused before it was a request")).expect("a line for each");
    assert!(id.contains("\"request_id\":\"") && id.contains("\"status\":400"), "{id}");
    assert!(!log.contains("panicked"), "{log}");
    app.with_key("nation").get("/v1/me").expect(200);
}

#[test]
fn whoever_was_refused_and_stays_is_left() {
    let app = App::start(Engine::Sqlite);
    let mut raw = Raw::open(&app);
    raw.send("no request\r\n\r\n");
    raw.refused(400, "MALFORMED_REQUEST");
    let begun = Instant::now();
    while raw.send("more") {
        assert!(begun.elapsed() < Duration::from_secs(6), "the service still listens");
        sleep(Duration::from_millis(50));
    }
    assert!(begun.elapsed() > Duration::from_secs(1), "there was time to read the answer");
}

#[test]
fn requests_are_served_however_their_bytes_come() {
    let app = App::start_with(Engine::Sqlite, &["--header-timeout-seconds", "60"]);
    let own = own(&app);
    // Line feeds within a body are its own affair, even where they look like the end of a head.
    let note = "a\n\nGET / HTTP/1.1\nHTTP/1.1 400 Bad Request\ncontent-length: 0";
    let record = json!({ "unit_code": "063", "name": "Từng mảnh", "description": note });
    let body = serde_json::to_string_pretty(&record).expect("JSON");
    let (first, second) = body.as_bytes().split_at(20);
    let chunked = [
        format!("POST /v1/clients?validate_only=true HTTP/1.1\r\n{own}Transfer-Encoding: chunked\r\n\r\n").as_bytes(),
        format!("{:X};a=b\r\n", first.len()).as_bytes(),
        first,
        format!("\r\n{:x}\r\n", second.len()).as_bytes(),
        second,
        b"\r\n0\r\nX-Trailer: a\r\n\r\n",
    ]
    .concat();
    let counted = format!(
        "\r\nPOST /v1/clients?validate_only=true HTTP/1.1\r\ncontent-length: {}\r\n{own}\r\n{body}",
        body.len()
    )
    .into_bytes();
    let stream = [
        format!("GET /v1/me HTTP/1.1\r\n{own}\r\n").into_bytes(),
        chunked,
        counted,
        format!("GET /v1/me HTTP/1.1\r\n{own}Content-Length: 0\r\n\r\n").into_bytes(),
        format!("DELETE /v1/clients HTTP/1.1\r\n{own}\r\n").into_bytes(),
    ]
    .concat();
    for size in [stream.len(), 1, 7, 64, 500] {
        let mut raw = Raw::open(&app);
        for part in stream.chunks(size) {
            assert!(raw.send(part));
            // Now and then, so that the parts arrive as parts.
            if size > 1 {
                sleep(PAUSE);
            }
        }
        let mut next = || raw.answer().expect("an answer");
        assert_eq!(next().status, 200, "{size}");
        assert_eq!(next().text().expect(200)["description"], json!(note));
        assert_eq!(next().text().expect(200)["description"], json!(note));
        assert_eq!(next().status, 200);
        assert_eq!(next().text().problem(405).0, "METHOD_NOT_ALLOWED");
        assert!(!raw.closes_within(PAUSE), "the connection is kept");
        raw.send(&stream[..stream.len() / 2]);
        assert_eq!(raw.answer().map(|answer| answer.status), Some(200));
    }
}

#[test]
fn who_waits_to_be_asked_for_a_body_is_asked() {
    let app = App::start(Engine::Sqlite);
    let body = "{\n\"unit_code\": \"063\", \"name\": \"Chờ hỏi\"\n}";
    let mut raw = Raw::open(&app);
    for _ in 0..2 {
        let framing = format!("Content-Length: {}\r\nExpect: 100-continue\r\n", body.len());
        raw.send(format!("POST /v1/clients?validate_only=true HTTP/1.1\r\n{}{framing}\r\n", own(&app)));
        assert_eq!(raw.answer().map(|answer| answer.status), Some(100));
        raw.send(body);
        assert_eq!(raw.answer().map(|answer| answer.status), Some(200));
    }
    raw.send("no request\r\n\r\n");
    raw.refused(400, "MALFORMED_REQUEST");
}

/// Large answers go past the framework's buffer: whole and in their turn among the others, also where the caller reads
/// later than the kernel can hold them, and not at all where only the head is asked for.
#[test]
fn large_answers_come_whole_and_in_their_turn() {
    const MANY: usize = 60;
    let app = App::start(Engine::Sqlite);
    let large = format!("GET /openapi.json HTTP/1.1\r\nHost: {}\r\n\r\n", app.address());
    let small = large.replace("/openapi.json", "/health/live");
    let mut raw = Raw::open(&app);
    raw.send(&large);
    let whole = raw.answer().expect("an answer").body;
    assert!(whole.len() > 100_000 && serde_json::from_slice::<Value>(&whole).is_ok(), "{}", whole.len());
    raw.send([large.as_str(), &small].concat().repeat(MANY));
    sleep(100 * PAUSE);
    for _ in 0..MANY {
        let answer = raw.answer().expect("an answer");
        assert!(answer.status == 200 && answer.body == whole, "{} {}", answer.status, answer.body.len());
        assert!(answer.headers.iter().all(|(name, _)| name != "transfer-encoding"));
        let answer = raw.answer().expect("an answer");
        assert!(answer.status == 200 && answer.body.len() < 100, "{} {}", answer.status, answer.body.len());
    }
    let mut stream = TcpStream::connect(app.address()).expect("the service listens");
    let head = large.replace("GET", "HEAD").replace("Host", "Connection: close\r\nHost");
    stream.write_all(head.as_bytes()).expect("it reads");
    let mut answer = String::new();
    stream.read_to_string(&mut answer).expect("a head is text");
    assert!(answer.contains(&format!("content-length: {}\r\n", whole.len())), "{answer}");
    assert!(answer.ends_with("\r\n\r\n"), "{answer}");
}
