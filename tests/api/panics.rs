//! A defect in a handler: its caller gets a problem, everybody else notices nothing.

use crate::support::{Client, Engine};
use actix_web::middleware::{Compress, from_fn};
use actix_web::{App, HttpServer, rt, web};
use muctieu::db::{Actor, DatabaseUrl, Db, Lanes};
use muctieu::error::Error;
use muctieu::http::envelope::{envelope, plain_when_small, without_identity};
use muctieu::http::{Guard, GuardSettings, health};
use muctieu::values::Clock;
use std::time::Duration;

const PLACES: usize = 4;

fn settings() -> GuardSettings {
    GuardSettings {
        body_bytes: 1024,
        body_timeout: Duration::from_secs(1),
        request_timeout: Duration::from_secs(1),
        in_flight: PLACES,
        client_rate: 0,
        failure_rate: 0,
        origins: vec!["https://portal.example.vn".to_owned()],
        proxies: Vec::new(),
        public_base_url: String::new(),
    }
}

async fn fine() -> &'static str {
    "fine"
}

async fn broken() -> &'static str {
    panic!("a secret of the house: {}", 42)
}

async fn later_broken() -> &'static str {
    rt::time::sleep(Duration::from_millis(5)).await;
    panic!("a secret of the house: {}", 43)
}

async fn endless() -> &'static str {
    std::future::pending().await
}

async fn broken_reading(db: web::Data<Db>) -> Result<String, Error> {
    db.read(|_| -> Result<String, Error> { panic!("a secret of the house: {}", 44) }).await
}

async fn broken_writing(db: web::Data<Db>) -> Result<String, Error> {
    db.write(Actor::default(), |_| -> Result<String, Error> { panic!("a secret of the house: {}", 45) }).await
}

async fn reading(db: web::Data<Db>) -> Result<String, Error> {
    db.read(|conn| conn.run("SELECT 1").map_err(Error::internal)).await.map(|()| "read".to_owned())
}

async fn writing(db: web::Data<Db>) -> Result<String, Error> {
    db.write(Actor::default(), |tx| tx.conn.run("SELECT 1").map_err(Error::internal))
        .await
        .map(|()| "written".to_owned())
}

/// A service of one worker with the envelope of the real one and handlers that are defect.
fn start(engine: Engine) -> String {
    let url: DatabaseUrl = engine.fresh().parse().expect("a URL");
    let (told, address) = std::sync::mpsc::channel();
    std::thread::spawn(move || {
        rt::System::new().block_on(async move {
            let lanes = Lanes { connections: 2, queue: 8, read_timeout: Duration::from_secs(5) };
            let db = Db::open(&url, &lanes, muctieu::app::memory(), Clock::system()).expect("the database opens");
            let (guard, db) = (web::Data::new(Guard::new(settings())), web::Data::new(db));
            let server = HttpServer::new(move || {
                App::new()
                    .app_data(guard.clone())
                    .app_data(db.clone())
                    .configure(health::routes)
                    .route("/fine", web::get().to(fine))
                    .route("/broken", web::get().to(broken))
                    .route("/later-broken", web::get().to(later_broken))
                    .route("/endless", web::get().to(endless))
                    .route("/broken-reading", web::get().to(broken_reading))
                    .route("/broken-writing", web::get().to(broken_writing))
                    .route("/reading", web::get().to(reading))
                    .route("/writing", web::get().to(writing))
                    .wrap(from_fn(envelope))
                    .wrap(from_fn(plain_when_small))
                    .wrap(Compress::default())
                    .wrap(from_fn(without_identity))
            })
            .workers(1)
            .disable_signals()
            .bind("127.0.0.1:0")
            .expect("a free port");
            told.send(server.addrs()[0].to_string()).expect("somebody waits for it");
            server.run().await.expect("it runs until the test ends");
        });
    });
    format!("http://{}", address.recv().expect("the service starts"))
}

#[track_caller]
fn is_a_problem(client: &Client, path: &str, status: u16, code: &str) {
    let reply = client.call(
        "GET",
        path,
        &[("accept-language", "en"), ("origin", "https://portal.example.vn"), ("accept-encoding", "gzip")],
        None,
    );
    let body = reply.expect(status);
    assert_eq!(
        (body["code"].as_str(), reply.header("content-type")),
        (Some(code), Some("application/problem+json")),
        "{path}"
    );
    assert_eq!(body["instance"], format!("urn:request:{}", reply.header("x-request-id").expect("an id")));
    assert_eq!(reply.header("content-language"), Some("en"));
    assert_eq!(reply.header("cache-control"), Some("no-store"));
    assert_eq!(reply.header("x-content-type-options"), Some("nosniff"));
    assert_eq!(reply.header("access-control-allow-origin"), Some("https://portal.example.vn"), "a browser may read it");
    assert!(!reply.text.contains("secret") && !reply.text.contains("panic"), "{}", reply.text);
}

fn story(engine: Engine) {
    let client = Client::new(&start(engine), None);
    // More often than there are places, workers, readers and connections, so that a lost one would be missed.
    for _ in 0..3 * PLACES {
        for path in ["/broken", "/later-broken", "/broken-reading", "/broken-writing"] {
            is_a_problem(&client, path, 500, "INTERNAL");
        }
        assert_eq!(client.get("/fine").text, "fine");
    }
    for _ in 0..PLACES {
        assert_eq!(client.get("/reading").text, "read");
        assert_eq!(client.get("/writing").text, "written");
    }
    client.get("/health/ready").expect(200);
}

#[test]
fn a_panic_harms_only_its_own_request() {
    story(Engine::Sqlite);
}

#[test]
fn a_panic_harms_only_its_own_request_on_the_other_database() {
    if Engine::postgres_is_there() {
        story(Engine::Postgres);
    }
}

#[test]
fn a_handler_that_never_ends_is_given_up_and_its_place_is_free_again() {
    let client = Client::new(&start(Engine::Sqlite), None);
    std::thread::scope(|scope| {
        for _ in 0..PLACES {
            scope.spawn(|| is_a_problem(&client, "/endless", 503, "DEPENDENCY_UNAVAILABLE"));
        }
    });
    for _ in 0..2 * PLACES {
        assert_eq!(client.get("/fine").text, "fine");
    }
}
