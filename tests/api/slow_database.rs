//! Between service and PostgreSQL the network is slow, or breaks at the worst moment.

use crate::support::{
    App, Cluster, Cut, Engine, Metrics, Proxy, Writers, connect, is_refused, nothing_is_torn, rounds, within,
};
use serde_json::{Value, json};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

fn draft(period: &str) -> Value {
    json!({
        "unit_code": "01984", "criteria_set_code": "NTM-XA-2021-2025", "period": period, "stage": "REPORTED",
        "declared_total": { "min": 5, "max": 9 },
    })
}

/// Longest time in which any answer comes while each packet takes 200 ms: a full wait for the journal, one for a
/// connection, and the reading itself, some ten packets there and back.
const SLOWEST: Duration = Duration::from_secs(12);

/// Longest time in which one is turned away: both waits, a second and a half each, the packets, and a busy machine.
const SLOWEST_REFUSAL: Duration = Duration::from_secs(6);

#[test]
fn a_slow_database_slows_some_requests_and_turns_the_others_away() {
    if !Cluster::is_possible("a slow network to PostgreSQL") {
        return;
    }
    let cluster = Cluster::with_reference();
    let proxy = Proxy::before(&cluster);
    let address = Metrics::free_address();
    let flags = [
        "--clock-start",
        "2023-03-15T02:00:00Z",
        "--database-connections",
        "2",
        "--database-queue",
        "8",
        "--metrics-address",
        &address,
    ];
    let mut app = App::start_on(Engine::Postgres, proxy.database(), &flags);
    let (key, metrics) = (cluster.key(), Metrics::at(&address));
    let client = app.with_secret(key);
    let writers = Writers::of(&client);
    for _ in 0..4 {
        assert!(writers.write(&client));
    }
    let connections = proxy.connections();

    proxy.delay(Duration::from_millis(200));
    let (served, refused) = (AtomicUsize::new(0), AtomicUsize::new(0));
    let begun = Instant::now();
    let (slowest, slowest_refused) = std::thread::scope(|scope| {
        let callers: Vec<_> = (0..40)
            .map(|_| {
                let (client, served, refused) = (app.with_secret(key), &served, &refused);
                scope.spawn(move || {
                    let (mut slowest, mut slowest_refused) = (Duration::ZERO, Duration::ZERO);
                    while begun.elapsed() < Duration::from_secs(rounds(5, 60) as u64) {
                        let asked = Instant::now();
                        let reply = client.get("/v1/assessments?limit=5");
                        slowest = slowest.max(asked.elapsed());
                        if is_refused(&reply) {
                            slowest_refused = slowest_refused.max(asked.elapsed());
                            refused.fetch_add(1, Ordering::Relaxed);
                            // As the answer asks for, though not for so long.
                            std::thread::sleep(Duration::from_millis(50));
                        } else {
                            reply.expect(200);
                            served.fetch_add(1, Ordering::Relaxed);
                        }
                    }
                    (slowest, slowest_refused)
                })
            })
            .collect();
        // It lives, and takes no more connections than it may: two of the pool, one that follows the journal.
        app.with_key("").get("/health/live").expect(200);
        let times = callers.into_iter().map(|caller| caller.join().expect("each is answered"));
        times.fold((Duration::ZERO, Duration::ZERO), |one, two| (one.0.max(two.0), one.1.max(two.1)))
    });
    let (served, refused) = (served.into_inner(), refused.into_inner());
    assert!(served > 0 && refused > 0, "served {served}, refused {refused}");
    assert!(slowest < SLOWEST && slowest_refused < SLOWEST_REFUSAL, "{slowest:?}, refused {slowest_refused:?}");
    println!("served {served} in {slowest:?}, refused {refused} in {slowest_refused:?}");
    assert!(proxy.connections() <= connections + 4, "no new connection for each request");

    proxy.delay(Duration::ZERO);
    // What was under way ends, nothing is left over, and all is as before.
    metrics.wait_for_in_flight(0);
    within(Duration::from_secs(5), "as before", || client.get("/v1/assessments?limit=5").status == 200);
    for _ in 0..20 {
        client.get("/v1/assessments?limit=5").expect(200);
        assert!(writers.write(&client));
    }
    assert!(app.is_alive());
    assert_eq!(writers.all_are_there(&client), 0);
}

/// A write whose connection breaks, and what is there afterwards.
fn broken(cut: Cut, check: impl FnOnce(&App, &Cluster, &crate::support::Client)) {
    if !Cluster::is_possible("a connection that breaks") {
        return;
    }
    let cluster = Cluster::with_reference();
    let proxy = Proxy::before(&cluster);
    // One connection, so that the broken one is the one the next request would get.
    let flags = ["--clock-start", "2023-03-15T02:00:00Z", "--database-connections", "1"];
    let app = App::start_on(Engine::Postgres, proxy.database(), &flags);
    let client = app.with_secret(cluster.key());
    client.post("/v1/assessments?validate_only=true", &draft("2021")).expect(200);
    proxy.cut(cut);
    let reply = client.post("/v1/assessments", &draft("2022"));
    assert_eq!(reply.problem(503).0, "DEPENDENCY_UNAVAILABLE");
    assert!(proxy.has_cut(), "it was cut where it was to be");
    check(&app, &cluster, &client);
    let assessments = client.get("/v1/assessments?with_total=true").expect(200);
    assert_eq!(assessments["total"], 1, "once, however often it was sent");
    let report = client.get("/v1/reports/criteria-distribution?unit_code=01984&period=2022").expect(200);
    assert_eq!(report["coverage"]["reported_count"], 1);
    nothing_is_torn(&cluster.database());
    assert!(!app.log_text().contains("\"status\":500"));
}

fn journal_of(client: &crate::support::Client) -> Vec<Value> {
    client.get("/v1/journal?collection=assessments&embed=record").expect(200)["items"]
        .as_array()
        .expect("items")
        .clone()
}

#[test]
fn a_connection_that_breaks_before_the_commit_leaves_nothing_and_a_retry_works() {
    broken(Cut::BeforeCommit, |app, cluster, client| {
        assert_eq!(client.get("/v1/assessments?with_total=true").expect(200)["total"], 0);
        assert_eq!(journal_of(client), Vec::<Value>::new());
        for table in ["assessments", "assessment_verdicts", "assessment_summaries"] {
            assert_eq!(
                crate::support::count(&cluster.database(), &format!("SELECT count(*) AS value FROM {table}")),
                0
            );
        }
        let stored = client.post("/v1/assessments", &draft("2022")).expect(201);
        assert_eq!(journal_of(client)[0]["record"]["id"], stored["id"]);
        app.with_key("").get("/health/ready").expect(200);
    });
}

#[test]
fn a_connection_that_breaks_after_the_commit_leaves_the_whole_record_and_a_retry_finds_it() {
    broken(Cut::AfterCommit, |app, _, client| {
        let stored = client.get("/v1/assessments?period=2022").expect(200)["items"][0].clone();
        let journal = journal_of(client);
        assert_eq!(
            (journal.len(), &journal[0]["version"], &journal[0]["action"]),
            (1, &json!(1), &json!("assessment.created"))
        );
        assert_eq!(
            (&journal[0]["record_id"], &journal[0]["record"]["declared_total"]),
            (&stored["id"], &stored["declared_total"])
        );
        let again = client.post("/v1/assessments", &draft("2022"));
        assert_eq!((again.problem(409).0.as_str(), &again.json()["existing_id"]), ("DUPLICATE", &stored["id"]));
        // A change whose outcome is not known is asked for again with the version that was known before.
        let path = format!("/v1/assessments/{}", stored["id"].as_str().expect("an id"));
        client.patch(&path, 1, &json!({ "note": "gửi lại" })).expect(200);
        client.patch(&path, 1, &json!({ "note": "gửi lại" })).problem(412);
        app.with_key("").get("/health/ready").expect(200);
    });
}

/// A record that somebody holds in the database for long: who waits for it is refused, and is told to come back.
#[test]
fn a_write_that_waits_too_long_for_a_lock_is_refused() {
    if !Cluster::is_possible("a lock that is held for long") {
        return;
    }
    let cluster = Cluster::with_reference();
    let app = App::start_on(Engine::Postgres, cluster.database(), &["--clock-start", "2023-03-15T02:00:00Z"]);
    let client = app.with_secret(cluster.key());
    let mut holder = connect(&cluster.database());
    holder.run("BEGIN; UPDATE journal_head SET position = position").expect("it can be locked");
    let begun = Instant::now();
    assert_eq!(client.post("/v1/assessments", &draft("2022")).problem(503).0, "DEPENDENCY_UNAVAILABLE");
    assert!(begun.elapsed() < Duration::from_secs(20), "{:?}", begun.elapsed());
    client.get("/v1/assessments").expect(200);
    holder.run("ROLLBACK").expect("it can be given back");
    client.post("/v1/assessments", &draft("2022")).expect(201);
    nothing_is_torn(&cluster.database());
}
