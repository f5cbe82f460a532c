//! A migration that is killed leaves a database that the next one completes.

use crate::support::{App, Cluster, Cut, Engine, Proxy, binary, connect, rounds, run};
use diesel::RunQueryDsl;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

#[derive(diesel::QueryableByName)]
struct Line {
    #[diesel(sql_type = diesel::sql_types::Text)]
    line: String,
}

/// Everything the catalogue says, one line for each thing: tables with columns, constraints, indexes, functions,
/// triggers, applied versions.
fn catalogue(url: &str) -> Vec<String> {
    let lines = |sql: &str| -> Vec<String> {
        let lines: diesel::QueryResult<Vec<Line>> = match &mut connect(url) {
            muctieu::db::Conn::Pg(c) => diesel::sql_query(sql).load(&mut **c),
            muctieu::db::Conn::Sqlite(c) => diesel::sql_query(sql).load(&mut **c),
        };
        lines.unwrap_or_else(|error| panic!("{sql}: {error}")).into_iter().map(|line| line.line).collect()
    };
    let queries: &[&str] = if url.starts_with("sqlite") {
        &["SELECT type || ' ' || name || ' ' || tbl_name || ' ' || coalesce(sql, '') AS line FROM sqlite_master"]
    } else {
        &[
            "SELECT concat_ws(' ', table_name, ordinal_position, column_name, data_type, is_nullable, column_default, collation_name) AS line FROM information_schema.columns WHERE table_schema = 'public'",
            "SELECT concat_ws(' ', conrelid::regclass, conname, pg_get_constraintdef(oid)) AS line FROM pg_constraint WHERE connamespace = 'public'::regnamespace",
            "SELECT indexdef AS line FROM pg_indexes WHERE schemaname = 'public'",
            "SELECT pg_get_functiondef(oid) AS line FROM pg_proc WHERE pronamespace = 'public'::regnamespace",
            "SELECT pg_get_triggerdef(oid) AS line FROM pg_trigger WHERE NOT tgisinternal",
        ]
    };
    let mut found: Vec<String> = queries.iter().flat_map(|sql| lines(sql)).collect();
    if found.iter().any(|line| line.contains("__diesel_schema_migrations")) {
        found.extend(lines("SELECT 'applied ' || version AS line FROM __diesel_schema_migrations"));
    }
    found.sort();
    found
}

/// What stands in a database before the first migration: nothing, or the empty list of those that were applied.
fn is_untouched(catalogue: &[String]) -> bool {
    catalogue.iter().all(|line| line.contains("__diesel_schema_migrations") && !line.starts_with("applied"))
}

/// After a migration that was broken off: all or nothing, and the next one makes it whole.
#[track_caller]
fn completes(url: &str, clean: &[String], what: &str) -> bool {
    // Killed before it had made the file.
    let is_there = !url.starts_with("sqlite") || std::path::Path::new(url.trim_start_matches("sqlite://")).exists();
    let found = if is_there { catalogue(url) } else { Vec::new() };
    assert!(is_untouched(&found) || found == clean, "half applied, {what}: {found:#?}");
    run(&["migrate", "--database", url]);
    assert_eq!(catalogue(url), clean, "{what}");
    let one = |table: &str| crate::support::count(url, &format!("SELECT count(*) AS value FROM {table}"));
    assert_eq!((one("installation"), one("journal_head")), (1, 1), "{what}");
    is_untouched(&found)
}

/// What an undisturbed migration makes, and how long it takes.
fn clean(url: &str) -> (Vec<String>, Duration) {
    let begun = Instant::now();
    run(&["migrate", "--database", url]);
    let clean = catalogue(url);
    assert!(clean.len() > 40, "{clean:#?}");
    (clean, begun.elapsed())
}

fn killed_at_any_moment(engine: Engine) {
    let (clean, time) = clean(&engine.empty());
    let short = if engine == Engine::Sqlite { 60 } else { 24 };
    let instants = u32::try_from(rounds(short, 400)).expect("a small number");
    let (mut early, mut late, mut url) = (0, 0, String::new());
    for instant in 0..instants {
        url = engine.empty();
        let mut process = Command::new(binary())
            .args(["migrate", "--database", &url])
            .env_clear()
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("the binary runs");
        // From the first instruction to a little after the end.
        std::thread::sleep(time * instant * 5 / 4 / instants);
        process.kill().expect("the process is ours");
        process.wait().expect("the process is ours");
        if completes(&url, &clean, &format!("killed after {instant} of {instants}")) { early += 1 } else { late += 1 }
    }
    assert!(early > 0 && late > 0, "the kills came before the end and after it: {early}, {late}");
    App::start_on(engine, url, &[]).with_key("").get("/health/ready").expect(200);
}

#[test]
fn a_killed_migration_is_completed_by_the_next_on_sqlite() {
    killed_at_any_moment(Engine::Sqlite);
}

#[test]
fn a_killed_migration_is_completed_by_the_next_on_postgres() {
    if Engine::postgres_is_there() {
        killed_at_any_moment(Engine::Postgres);
    }
}

/// Cut off after its first packet, its second, and so on until it comes through.
#[test]
fn a_migration_that_is_cut_off_at_each_of_its_steps_is_completed_by_the_next() {
    if !Cluster::is_possible("a migration whose connection is cut") {
        return;
    }
    let cluster = Cluster::with_reference();
    let proxy = Proxy::before(&cluster);
    cluster.sql("CREATE DATABASE clean");
    let (clean, _) = clean(&cluster.url("clean"));
    let (mut untouched, mut steps) = (0, 0);
    for packets in 0..200 {
        let name = format!("cut_{packets}");
        cluster.sql(&format!("CREATE DATABASE {name}"));
        proxy.cut(Cut::AfterPackets(packets));
        let output = Command::new(binary()).args(["migrate", "--database", &proxy.url(&name)]).env_clear().output();
        let output = output.expect("the binary runs");
        if !proxy.has_cut() {
            assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
            break;
        }
        // The end of the connection is after the last answer, so the last cuts may do no harm.
        let text = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success() || text.lines().count() == 1, "one sentence: {text}");
        untouched += usize::from(completes(&cluster.url(&name), &clean, &name));
        steps += 1;
    }
    assert!(steps > 5 && untouched > 2 && untouched < steps, "{untouched} of {steps}");
}
