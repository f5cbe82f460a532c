//! One of several instances answers from memory without asking PostgreSQL, and nobody is ever told what is old.

use crate::support::{App, Client, Cluster, Engine, Proxy, connect, rounds, run, texts, within};
use serde_json::json;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

/// How long the lease may be in coming to somebody who asks all the time: the pause after it was lost, and a busy machine.
const TAKEN: Duration = Duration::from_secs(30);

fn holder(database: &str) -> Option<String> {
    let sql = "SELECT lease_holder::text AS value FROM journal_head";
    texts(&mut connect(database), sql).expect("the holder can be read").pop()
}

/// Ask until the instance holds the lease.
fn ask_until_held(client: &Client, database: &str) -> String {
    within(TAKEN, "it takes the lease", || {
        for _ in 0..20 {
            client.get("/v1/me").expect(200);
        }
        holder(database).is_some()
    });
    // The next question renews it.
    client.get("/v1/me").expect(200);
    holder(database).expect("it has just taken it")
}

/// A key that opens nothing but `/v1/me`: the secret, and the path at which it is revoked.
fn issue(admin: &Client, name: &str) -> (String, String) {
    let client = admin.post("/v1/clients", &json!({ "unit_code": "063", "name": name })).expect(201);
    let key = json!({ "client_id": client["id"], "expires_at": "2023-06-01T00:00:00Z" });
    let issued = admin.post("/v1/api-keys", &key).expect(201);
    let text = |name: &str| issued[name].as_str().expect("a text").to_owned();
    (text("api_key"), format!("/v1/api-keys/{}", text("id")))
}

/// Somebody asks this instance all the time meanwhile, so that its lease is always a fresh one.
fn while_asked<T>(client: &Client, work: impl FnOnce() -> T) -> T {
    let stop = AtomicBool::new(false);
    std::thread::scope(|scope| {
        let asking = scope.spawn(|| {
            while !stop.load(Ordering::Acquire) {
                client.get("/v1/me").expect(200);
            }
        });
        let done = std::panic::catch_unwind(std::panic::AssertUnwindSafe(work));
        stop.store(true, Ordering::Release);
        asking.join().expect("each is answered");
        done.unwrap_or_else(|panic| std::panic::resume_unwind(panic))
    })
}

fn started() -> Option<App> {
    Engine::postgres_is_there().then(|| App::start(Engine::Postgres))
}

/// What an instance writes itself it knows at once, lease or not, however many write at the same time.
#[test]
fn an_instance_knows_what_it_has_written() {
    let Some(app) = started() else { return };
    let (admin, reader) = (app.with_key("nation"), app.with_key("district-viewer"));
    ask_until_held(&reader, &app.database);
    while_asked(&reader, || {
        std::thread::scope(|scope| {
            for writer in 0..3 {
                let (app, admin) = (&app, &admin);
                scope.spawn(move || {
                    for round in 0..rounds(8, 200) {
                        let (secret, path) = issue(admin, &format!("Ứng dụng {writer}.{round}"));
                        let caller = app.with_secret(&secret);
                        caller.get("/v1/me").expect(200);
                        admin.delete(&path, 1).expect(204);
                        caller.get("/v1/me").problem(401);
                    }
                });
            }
        });
    });
    assert!(holder(&app.database).is_some(), "its own writes do not cost it the lease");
}

/// What another instance has acknowledged is known here at the next request, and the lease is nobody's then.
#[test]
fn what_another_instance_writes_is_known_at_once() {
    let Some(app) = started() else { return };
    let reader = app.with_key("district-viewer");
    for round in 0..rounds(2, 10) {
        let (secret, path) = issue(&app.with_key("nation"), &format!("Hệ thống {round}"));
        let caller = app.with_secret(&secret);
        let held = ask_until_held(&reader, &app.database);
        let other = App::start_on(Engine::Postgres, app.database.clone(), &["--clock-start", "2023-03-15T02:00:00Z"]);
        let admin = other.with_key("nation");
        while_asked(&reader, || {
            caller.get("/v1/me").expect(200);
            assert_eq!(holder(&app.database), Some(held), "who only reads takes it from nobody");
            admin.delete(&path, 1).expect(204);
            assert_eq!(caller.get("/v1/me").problem(401).0, "UNAUTHENTICATED");
        });
        assert_eq!(holder(&app.database), None);
    }
}

/// While two are connected neither takes it, or each would wait for the other; both know what either writes.
#[test]
fn two_instances_do_without() {
    let Some(app) = started() else { return };
    let other = App::start_on(Engine::Postgres, app.database.clone(), &["--clock-start", "2023-03-15T02:00:00Z"]);
    for round in 0..rounds(6, 60) {
        for instance in [&app, &other] {
            for _ in 0..50 {
                instance.with_key("district-viewer").get("/v1/me").expect(200);
            }
        }
        assert_eq!(holder(&app.database), None);
        let (secret, path) = issue(&other.with_key("nation"), &format!("Hệ thống {round}"));
        app.with_secret(&secret).get("/v1/me").expect(200);
        app.with_key("nation").delete(&path, 1).expect(204);
        other.with_secret(&secret).get("/v1/me").problem(401);
    }
}

/// The command line is one that writes too.
#[test]
fn what_a_command_writes_is_known_at_once() {
    let Some(app) = started() else { return };
    let reader = app.with_key("district-viewer");
    ask_until_held(&reader, &app.database);
    let secret = while_asked(&reader, || {
        run(&["key", "create", "--database", &app.database, "--name", "mới", "--unit-code", "063", "--role", "VIEWER"])
    });
    app.with_secret(secret.trim()).get("/v1/me").expect(200);
}

/// An instance that was stopped in the middle, as a machine without time to spare does it, goes on with what is new.
#[test]
fn an_instance_that_stood_still_does_not_go_on_with_what_is_old() {
    let Some(app) = started() else { return };
    let (secret, path) = issue(&app.with_key("nation"), "Ngủ quên");
    let caller = app.with_secret(&secret);
    ask_until_held(&caller, &app.database);
    let other = App::start_on(Engine::Postgres, app.database.clone(), &["--clock-start", "2023-03-15T02:00:00Z"]);
    caller.get("/v1/me").expect(200);
    app.signal("STOP");
    let deleted = other.with_key("nation").delete(&path, 1);
    app.signal("CONT");
    deleted.expect(204);
    caller.get("/v1/me").problem(401);
}

/// The lease of an instance that was killed is waited for once, and taken over by the next.
#[test]
fn a_lease_that_was_left_behind_is_taken_over() {
    let Some(mut app) = started() else { return };
    let left = ask_until_held(&app.with_key("district-viewer"), &app.database);
    app.kill_and_restart();
    let (secret, _) = issue(&app.with_key("nation"), "Sau khi khởi động lại");
    let caller = app.with_secret(&secret);
    caller.get("/v1/me").expect(200);
    let taken = ask_until_held(&caller, &app.database);
    assert_ne!(taken, left);
    app.kill_and_restart();
    let caller = app.with_secret(&secret);
    within(TAKEN, "the next takes it from who is gone", || {
        for _ in 0..20 {
            caller.get("/v1/me").expect(200);
        }
        holder(&app.database).is_some_and(|holder| holder != taken)
    });
}

/// An instance that is asked to stop gives it back: the next need not wait.
#[test]
fn who_stops_gives_the_lease_back() {
    let Some(mut app) = started() else { return };
    ask_until_held(&app.with_key("district-viewer"), &app.database);
    app.signal("TERM");
    assert!(app.wait().success());
    assert_eq!(holder(&app.database), None);
}

/// With the lease the database is left alone: that is what it is for.
#[test]
fn who_holds_the_lease_does_not_ask_for_each_request() {
    if !Cluster::is_possible("requests that ask the database for nothing") {
        return;
    }
    let cluster = Cluster::with_reference();
    let proxy = Proxy::before(&cluster);
    let app = App::start_on(Engine::Postgres, proxy.database(), &["--clock-start", "2023-03-15T02:00:00Z"]);
    let client = app.with_secret(cluster.key());
    ask_until_held(&client, &cluster.database());
    let packets = proxy.packets();
    let requests = 500;
    for _ in 0..requests {
        client.get("/v1/units?code=063").expect(200);
    }
    let packets = proxy.packets() - packets;
    assert!(packets < requests / 2, "{packets} packets for {requests} requests");
}
