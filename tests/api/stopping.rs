//! SIGTERM under load: not ready first, then nobody's request fails, then the end.

use crate::support::{App, Engine, Raw};
use serde_json::json;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread::{scope, sleep};
use std::time::{Duration, Instant};

const SPRING: &str = "2023-03-15T02:00:00Z";

#[derive(Default)]
struct Counts {
    served: AtomicUsize,
    /// Of these, how many wrote a record.
    written: AtomicUsize,
}

/// A client that keeps its connection, as a gateway does: where an answer says that the connection closes, it asks
/// whether the service is ready, and goes elsewhere when it is not.
fn keep_calling(app: &App, at: usize, counts: &Counts) {
    let key = app.engine.key("nation");
    let host = app.address();
    let mut connection = Raw::open(app);
    for number in 0.. {
        let name = format!("Ứng dụng {at}-{number}");
        let body = json!({ "unit_code": "063", "name": name }).to_string();
        let request = match number % 3 {
            0 => format!(
                "POST /v1/clients HTTP/1.1\r\nHost: {host}\r\nAuthorization: Bearer {key}\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}",
                body.len()
            ),
            1 => format!("GET /v1/units?limit=20 HTTP/1.1\r\nHost: {host}\r\nAuthorization: Bearer {key}\r\n\r\n"),
            _ => format!("GET /v1/me HTTP/1.1\r\nHost: {host}\r\nAuthorization: Bearer {key}\r\n\r\n"),
        };
        assert!(connection.send(&request), "client {at}: request {number} could not be sent");
        let answer = connection.answer().unwrap_or_else(|| panic!("client {at}: request {number} was not answered"));
        assert_eq!(answer.status, if number % 3 == 0 { 201 } else { 200 }, "client {at}: request {number}");
        counts.served.fetch_add(1, Ordering::Relaxed);
        if number % 3 == 0 {
            counts.written.fetch_add(1, Ordering::Relaxed);
        }
        if answer.header("connection") == Some("close") {
            assert!(connection.closes_within(Duration::from_secs(1)), "what is announced is done");
            assert_eq!(app.with_key("").get("/health/ready").problem(503).0, "DEPENDENCY_UNAVAILABLE");
            return;
        }
    }
}

/// Clients at work, one of them in the middle of a body, and one that has nothing to say.
fn story(engine: Engine) {
    let mut app = App::start_with(engine, &["--clock-start", SPRING, "--drain-seconds", "2"]);
    let counts = Counts::default();
    let before = clients_of(&app);
    let key = app.engine.key("nation").to_owned();
    let body = json!({ "unit_code": "063", "name": "Gửi dở dang" }).to_string();
    let mut half_way = Raw::open(&app);
    half_way.send(format!(
        "POST /v1/clients HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {key}\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n{}",
        body.len(), &body[..9]
    ));
    let mut idle = Raw::open(&app);
    idle.send(format!("GET /v1/me HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {key}\r\n\r\n"));
    assert_eq!(idle.answer().map(|answer| answer.status), Some(200));

    let service: &App = &app;
    let begun = scope(|scope| {
        let clients: Vec<_> = (0..8)
            .map(|at| {
                let counts = &counts;
                scope.spawn(move || keep_calling(service, at, counts))
            })
            .collect();
        let begun = Instant::now();
        while counts.served.load(Ordering::Relaxed) < 40 && begun.elapsed() < Duration::from_secs(20) {
            sleep(Duration::from_millis(5));
        }
        let begun = Instant::now();
        service.signal("TERM");
        for client in clients {
            client.join().expect("no request fails");
        }
        // While it drains it says that it is not ready, and it lives.
        let nobody = service.with_key("");
        assert_eq!(nobody.get("/health/ready").status, 503);
        let live = nobody.get("/health/live");
        assert_eq!((live.status, live.header("connection")), (200, Some("close")));
        begun
    });
    // The listener is closed by now, but what was begun is finished.
    while std::net::TcpStream::connect(app.address()).is_ok() {
        assert!(begun.elapsed() < Duration::from_secs(5), "the listener closes");
        sleep(Duration::from_millis(20));
    }
    half_way.send(&body[9..]);
    let answer = half_way.answer().expect("what was begun before the end is answered").text();
    answer.expect(201);
    assert_eq!(answer.header("connection"), Some("close"));
    assert!(idle.closes_within(Duration::from_secs(5)), "a connection without a request is closed");
    assert!(app.wait().success());
    assert!(begun.elapsed() < Duration::from_secs(10), "{:?}", begun.elapsed());

    // Everything that was answered is there, and nothing else.
    let again = App::start_on(engine, app.database.clone(), &["--clock-start", SPRING]);
    assert_eq!(clients_of(&again), before + counts.written.load(Ordering::Relaxed) as u64 + 1);
}

fn clients_of(app: &App) -> u64 {
    app.with_key("nation").get("/v1/clients?with_total=true&limit=1").expect(200)["total"].as_u64().expect("a total")
}

#[test]
fn a_stopping_service_fails_nobody() {
    story(Engine::Sqlite);
}

#[test]
fn a_stopping_service_fails_nobody_on_the_other_database() {
    if Engine::postgres_is_there() {
        story(Engine::Postgres);
    }
}

#[test]
fn an_interrupt_stops_as_well_and_a_second_signal_does_no_harm() {
    let mut app = App::start_with(Engine::Sqlite, &["--drain-seconds", "0"]);
    app.with_key("nation").get("/v1/me").expect(200);
    app.signal("INT");
    app.signal("TERM");
    assert!(app.wait().success());
}
