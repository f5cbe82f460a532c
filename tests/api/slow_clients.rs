//! Callers that are slow on purpose or by a bad line: cut off in time, while everybody else is served.

use crate::support::{App, Engine, Raw};
use socket2::{Domain, Socket, Type};
use std::net::SocketAddr;
use std::thread::sleep;
use std::time::{Duration, Instant};

const SECOND: Duration = Duration::from_secs(1);

/// Others are served, and at once, for as long as `work` runs.
fn while_others_are_served<T>(app: &App, work: impl FnOnce() -> T + Send) -> T
where
    T: Send,
{
    let nation = app.with_key("nation");
    std::thread::scope(|scope| {
        let worker = scope.spawn(work);
        let mut served = 0;
        while !worker.is_finished() {
            let begun = Instant::now();
            nation.get("/v1/me").expect(200);
            nation.get("/health/ready").expect(200);
            assert!(begun.elapsed() < SECOND, "others wait {:?}", begun.elapsed());
            served += 1;
            sleep(Duration::from_millis(20));
        }
        assert!(served > 5, "{served}");
        worker.join().expect("the slow callers are told")
    })
}

#[test]
fn a_head_that_does_not_end_is_cut_off() {
    let app = App::start_with(Engine::Sqlite, &["--header-timeout-seconds", "1"]);
    let head = format!("GET /v1/me HTTP/1.1\r\nHost: {}\r\n", app.address());
    let mut callers: Vec<Raw> = (0..50).map(|_| Raw::open(&app)).collect();
    let begun = Instant::now();
    while_others_are_served(&app, move || {
        for (at, caller) in callers.iter_mut().enumerate() {
            // A third says nothing at all.
            if at % 3 != 0 {
                caller.send(&head);
            }
        }
        // Each byte more is no reason to wait longer.
        for _ in 0..6 {
            sleep(SECOND / 4);
            for (at, caller) in callers.iter_mut().enumerate().filter(|(at, _)| at % 3 == 1) {
                caller.send(format!("X-{at}: a\r\n"));
            }
        }
        for caller in &mut callers {
            caller.refused(408, "REQUEST_TIMEOUT");
        }
    });
    assert!(begun.elapsed() < 5 * SECOND, "{:?}", begun.elapsed());
}

#[test]
fn a_body_that_does_not_end_is_answered_408() {
    let app = App::start_with(Engine::Sqlite, &["--body-timeout-seconds", "1"]);
    let key = Engine::Sqlite.key("nation");
    let head = |framing: &str| {
        format!(
            "POST /v1/clients HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {key}\r\nContent-Type: application/json\r\n{framing}\r\n\r\n"
        )
    };
    let mut callers: Vec<(Raw, &str)> = Vec::new();
    for (framing, start, more) in [
        ("Content-Length: 50", "{\"unit_code\":", ""),
        ("Content-Length: 50000", "{", " "),
        ("Transfer-Encoding: chunked", "1\r\n{\r\n", ""),
        ("Transfer-Encoding: chunked", "1\r\n{\r\n", "1\r\n \r\n"),
        ("Content-Length: 50\r\nExpect: 100-continue", "", ""),
    ] {
        for _ in 0..6 {
            let mut caller = Raw::open(&app);
            caller.send(head(framing) + start);
            callers.push((caller, more));
        }
    }
    while_others_are_served(&app, move || {
        let begun = Instant::now();
        // Drops that keep coming do not count as a body.
        for _ in 0..7 {
            sleep(SECOND / 10);
            callers.iter_mut().filter(|(_, more)| !more.is_empty()).for_each(|(caller, more)| {
                caller.send(*more);
            });
        }
        for (caller, _) in &mut callers {
            let mut answer = caller.answer().expect("an answer");
            if answer.status == 100 {
                answer = caller.answer().expect("another answer");
            }
            assert_eq!(answer.header("connection"), Some("close"));
            answer.text().faults(408, "REQUEST_TIMEOUT", &[]);
        }
        let elapsed = begun.elapsed();
        assert!(elapsed > SECOND / 2 && elapsed < 4 * SECOND, "{elapsed:?}");
    });
    // A body that comes slowly, but in time, is a body.
    let body = "{\"unit_code\":\"063\",\"name\":\"Đường truyền chậm\"}";
    let mut caller = Raw::open(&app);
    caller.send(head(&format!("Content-Length: {}", body.len())));
    for part in body.as_bytes().chunks(10) {
        sleep(SECOND / 20);
        caller.send(part);
    }
    assert_eq!(caller.answer().map(|answer| answer.status), Some(201));
    let log = app.log_text();
    assert!(!log.contains("panicked") && !log.contains("\"level\":\"ERROR\""), "{log}");
}

/// A connection whose caller takes in a few kilobytes at a time.
fn narrow(app: &App) -> Raw {
    let socket = Socket::new(Domain::IPV4, Type::STREAM, None).expect("a socket");
    socket.set_recv_buffer_size(4096).expect("a small buffer");
    let address: SocketAddr = app.address().parse().expect("an address");
    socket.connect(&address.into()).expect("the service listens");
    Raw::over(socket.into())
}

#[test]
fn an_answer_that_nobody_reads_is_given_up() {
    let app = App::start_with(Engine::Sqlite, &["--write-timeout-seconds", "1"]);
    const LARGE: &str = "/docs/swagger-ui-bundle.js";
    let ask = format!("GET {LARGE} HTTP/1.1\r\nHost: {}\r\n\r\n", app.address());
    let whole = app.with_key("").get(LARGE).text.len();
    assert!(whole > 1 << 20, "larger than what the kernel keeps for a caller: {whole}");
    let mut callers: Vec<Raw> = (0..20).map(|_| narrow(&app)).collect();
    // Who reads slowly is served to the end, however long it takes.
    let mut patient = narrow(&app);
    let read = while_others_are_served(&app, move || {
        for caller in &mut callers {
            caller.send(ask.repeat(3));
        }
        patient.send(&ask);
        let begun = Instant::now();
        let mut read = 0;
        while begun.elapsed() < 5 * SECOND / 2 {
            read += patient.read_some(16 * 1024);
            sleep(SECOND / 4);
        }
        for caller in &mut callers {
            assert!(caller.answer().is_none(), "the answer was cut off");
        }
        read + patient.read_rest()
    });
    assert!(read > whole, "{read} of {whole} bytes and the head");
}
