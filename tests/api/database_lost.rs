//! PostgreSQL stops, loses a process, or answers no more: requests are refused in time, and all is well when it is back.

use crate::support::{App, Cluster, Engine, Proxy, Writers, is_refused, nothing_is_torn, rounds, within};
use diesel::RunQueryDsl;
use muctieu::db::{Conn, DatabaseUrl};
use std::time::{Duration, Instant};

const FLAGS: [&str; 2] = ["--clock-start", "2023-03-15T02:00:00Z"];

/// How long a refusal may take.
const REFUSAL: Duration = Duration::from_secs(2);

/// How long the service may take to serve again once the database does.
const HEALING: Duration = Duration::from_secs(5);

/// How long an instance that holds the lease may still answer from memory.
const LEASE: Duration = Duration::from_millis(500);

/// Alive, not ready, and everything that needs the database is refused, each in time.
fn is_refused_in_time(app: &App, key: &str) {
    let (client, nobody) = (app.with_secret(key), app.with_key(""));
    let body = serde_json::json!({ "unit_code": "063", "name": "Trong lúc mất kết nối" });
    let timed = |what: &str, reply: &dyn Fn() -> crate::support::Reply, expected: u16| {
        let begun = Instant::now();
        let reply = reply();
        let elapsed = begun.elapsed();
        assert_eq!(reply.status, expected, "{what}: {}", reply.text);
        assert!(elapsed < REFUSAL, "{what} took {elapsed:?}");
        assert!(expected == 200 || is_refused(&reply), "{what}");
    };
    timed("live", &|| nobody.get("/health/live"), 200);
    timed("ready", &|| nobody.get("/health/ready"), 503);
    timed("a reading from memory", &|| client.get("/v1/units?limit=5"), 503);
    timed("a reading from the database", &|| client.get("/v1/assessments?limit=5"), 503);
    timed("a write", &|| client.post("/v1/clients", &body), 503);
}

#[test]
fn a_database_that_stops_and_comes_back_is_used_again_and_nothing_acknowledged_is_lost() {
    if !Cluster::is_possible("a database that stops and comes back") {
        return;
    }
    let mut cluster = Cluster::with_reference();
    let key = cluster.key();
    let mut app = App::start_on(Engine::Postgres, cluster.database(), &FLAGS);
    let client = app.with_secret(key);
    let writers = Writers::of(&client);
    for round in 0..rounds(2, 6) {
        writers.during(6, &|| app.with_secret(key), || {
            writers.wait_for(10, Duration::from_secs(20));
            cluster.stop("immediate");
            std::thread::sleep(LEASE);
            let begun = Instant::now();
            let down = Duration::from_secs(rounds(2, 20) as u64);
            while begun.elapsed() < down {
                is_refused_in_time(&app, key);
            }
            assert!(writers.slowest_refusal() < REFUSAL, "{:?}", writers.slowest_refusal());
            cluster.start();
            let ready = within(HEALING, "ready again", || app.with_key("").get("/health/ready").status == 200);
            let written = writers.wait_for(1, HEALING);
            assert!(ready + written < HEALING, "healed in {ready:?} and {written:?}");
            writers.wait_for(20, Duration::from_secs(20));
        });
        assert!(app.is_alive(), "round {round}");
    }
    assert!(writers.refused() > 0);
    let untold = writers.all_are_there(&client);
    // The outcome of a write that was under way when the database stopped may be either.
    assert!(untold <= 6 * rounds(2, 6), "{untold}");
    nothing_is_torn(&app.database);
    assert!(!app.log_text().contains("panicked") && !app.log_text().contains("\"status\":500"));
}

#[derive(diesel::QueryableByName)]
struct Backend {
    #[diesel(sql_type = diesel::sql_types::Integer)]
    pid: i32,
}

/// Processes of the server that serve the service; none while it recovers.
fn backends(url: &DatabaseUrl) -> Option<Vec<i32>> {
    let sql = "SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid() ORDER BY backend_start";
    let Conn::Pg(mut conn) = url.connect().ok()? else { panic!("a URL of PostgreSQL") };
    let rows: Vec<Backend> = diesel::sql_query(sql).load(&mut *conn).ok()?;
    Some(rows.into_iter().map(|row| row.pid).collect())
}

#[test]
fn a_killed_process_of_the_database_loses_nothing_acknowledged() {
    if !Cluster::is_possible("a killed process of PostgreSQL") {
        return;
    }
    let cluster = Cluster::with_reference();
    let key = cluster.key();
    let mut app = App::start_on(Engine::Postgres, cluster.database(), &FLAGS);
    let client = app.with_secret(key);
    let writers = Writers::of(&client);
    let url: DatabaseUrl = cluster.database().parse().expect("a URL");
    writers.during(6, &|| app.with_secret(key), || {
        for round in 0..rounds(5, 50) {
            writers.wait_for(8, Duration::from_secs(20));
            let victims = backends(&url).expect("the server runs");
            // The oldest is the one that follows the journal; the others are of the pool.
            let victim = victims[round % victims.len()];
            let killed = std::process::Command::new("kill").args(["-s", "KILL", &victim.to_string()]).status();
            assert!(killed.is_ok_and(|status| status.success()));
            // The server ends all its other processes and recovers: for a while nobody can connect.
            within(Duration::from_secs(20), "the server recovers", || {
                backends(&url).is_some_and(|left| !left.contains(&victim))
            });
            writers.wait_for(1, HEALING);
        }
    });
    assert!(app.is_alive());
    assert!(writers.refused() > 0, "it was noticed");
    writers.all_are_there(&client);
    nothing_is_torn(&app.database);
    assert!(!app.log_text().contains("panicked") && !app.log_text().contains("\"status\":500"));
    match cluster.program("pg_amcheck", "--install-missing --heapallindexed muctieu") {
        Some(checked) => assert!(checked.status.success(), "{}", String::from_utf8_lossy(&checked.stdout)),
        None => crate::support::say("NOT TESTED: pg_amcheck is not installed"),
    }
}

/// Nothing is closed and nothing comes: the worst way in which a database can be gone.
#[test]
fn a_database_that_answers_no_more_holds_nobody_up() {
    if !Cluster::is_possible("a database that answers no more") {
        return;
    }
    let cluster = Cluster::with_reference();
    let proxy = Proxy::before(&cluster);
    let mut app = App::start_on(Engine::Postgres, proxy.database(), &FLAGS);
    let (key, client) = (cluster.key(), app.with_secret(cluster.key()));
    let writers = Writers::of(&client);
    for _ in 0..5 {
        assert!(writers.write(&client));
    }
    proxy.stand_still(true);
    std::thread::sleep(LEASE);
    let begun = Instant::now();
    while begun.elapsed() < Duration::from_secs(rounds(4, 30) as u64) {
        is_refused_in_time(&app, key);
    }
    proxy.stand_still(false);
    within(HEALING, "ready again", || app.with_key("").get("/health/ready").status == 200);
    within(HEALING, "writing again", || writers.write(&client));
    client.get("/v1/assessments?limit=5").expect(200);
    assert!(app.is_alive());
    writers.all_are_there(&client);
    nothing_is_torn(&cluster.database());
}

/// A start that cannot reach its database says so; it does not wait for ever.
#[test]
fn a_start_on_a_database_that_does_not_answer_is_given_up() {
    if !Cluster::is_possible("a start on a database that does not answer") {
        return;
    }
    let cluster = Cluster::with_reference();
    let proxy = Proxy::before(&cluster);
    proxy.stand_still(true);
    let begun = Instant::now();
    let database = proxy.database();
    let start = ["serve", "--port=0", "--database", &database];
    let output = std::process::Command::new(crate::support::binary()).args(start).env_clear().output();
    let output = output.expect("the binary runs");
    let text = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(!output.status.success() && text.contains("the database cannot be used"), "{text}");
    assert_eq!(text.lines().count(), 1, "one sentence: {text}");
    assert!(begun.elapsed() < Duration::from_secs(20), "{:?}", begun.elapsed());
    proxy.stand_still(false);
}

/// A server that only reads, as a standby does after a failover went wrong: reading is served, writing is refused.
#[test]
fn a_database_that_only_reads_is_read() {
    if !Cluster::is_possible("a database that only reads") {
        return;
    }
    let cluster = Cluster::with_reference();
    let mut app = App::start_on(Engine::Postgres, cluster.database(), &FLAGS);
    let client = app.with_secret(cluster.key());
    let writers = Writers::of(&client);
    assert!(writers.write(&client));
    let anew = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = 'muctieu'";
    cluster.sql("ALTER DATABASE muctieu SET default_transaction_read_only = on");
    cluster.sql(anew);
    within(HEALING, "reading again", || client.get("/v1/assessments?limit=5").status == 200);
    for _ in 0..5 {
        assert!(!writers.write(&client), "nothing can be written");
        client.get("/v1/clients?limit=5").expect(200);
    }
    cluster.sql("ALTER DATABASE muctieu RESET default_transaction_read_only");
    within(HEALING, "writing again", || writers.write(&client));
    assert!(app.is_alive());
    assert_eq!(writers.all_are_there(&client), 0);
    nothing_is_torn(&app.database);
}
