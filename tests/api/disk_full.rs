//! A full disk: writing is refused, reading goes on, what was acknowledged stays, and it heals when space returns.

use crate::support::{App, Cluster, Engine, SmallDisk, Writers, launcher, nothing_is_torn, rounds, within};
use muctieu::db::DatabaseUrl;
use serde_json::json;
use std::process::Command;
use std::time::Duration;

/// What stands between the database and more space.
enum Bound {
    Disk(SmallDisk),
    /// Where mounting is not permitted: no file of the service may grow beyond a size.
    FileSize {
        process_id: u32,
        log: std::path::PathBuf,
    },
}

impl Bound {
    /// Leave so many pages of 4096 bytes.
    fn fill_but(&self, pages: u64) {
        match self {
            Bound::Disk(disk) => disk.fill_but(pages),
            Bound::FileSize { process_id, log } => {
                let written = std::fs::metadata(log).map_or(0, |log| log.len());
                limit(*process_id, &(written + pages * 4096).to_string());
            }
        }
    }

    fn free(&self) {
        match self {
            Bound::Disk(disk) => disk.free(),
            Bound::FileSize { process_id, .. } => limit(*process_id, "unlimited"),
        }
    }
}

fn limit(process_id: u32, bytes: &str) {
    let arguments = ["--pid".to_owned(), process_id.to_string(), format!("--fsize={bytes}:")];
    let done = Command::new("prlimit").args(&arguments).status();
    assert!(done.is_ok_and(|status| status.success()), "prlimit {arguments:?}");
}

/// A service on SQLite whose disk can be filled, by the best way there is here; the run says which.
fn bounded() -> (App, Bound) {
    let original = Engine::Sqlite.fresh();
    let flags = ["--clock-start", "2023-03-15T02:00:00Z"];
    if let Some(disk) = SmallDisk::mount(128 << 20) {
        crate::support::say("disk full, SQLite: a disk of 128 MB in memory is filled");
        let path = disk.folder().join("muctieu.db");
        std::fs::copy(original.trim_start_matches("sqlite://"), &path).expect("it fits");
        let app = App::start_on(Engine::Sqlite, format!("sqlite://{}", path.display()), &flags);
        return (app, Bound::Disk(disk));
    }
    crate::support::say("disk full, SQLite: mounting is not permitted here; the service's files may not grow instead");
    // The signal that comes with the limit must not end the process, as a full disk does not.
    let program = launcher("without-xfsz", "trap '' XFSZ; exec \"$@\"");
    let app = App::start_by(&program, Engine::Sqlite, original.clone(), &flags);
    let log = format!("{}-wal", original.trim_start_matches("sqlite://")).into();
    let bound = Bound::FileSize { process_id: app.process_id(), log };
    (app, bound)
}

/// What can be asked while nothing can be written.
fn reading_goes_on(app: &App, key: &str) {
    let (client, nobody) = (app.with_secret(key), app.with_key(""));
    nobody.get("/health/live").expect(200);
    nobody.get("/health/ready").expect(200);
    for path in ["/v1/me", "/v1/units?limit=5", "/v1/assessments?limit=5", "/v1/clients?limit=5", "/v1/journal?limit=5"]
    {
        client.get(path).expect(200);
    }
    client.get("/v1/reports/criteria-distribution?unit_code=063&period=2022").expect(200);
}

/// Fill, write against the wall, free, and write again; some pages are left at first, so that it is met at any place.
fn story(app: &mut App, bound: &Bound, key: &str, fill: &[u64]) {
    let client = app.with_secret(key);
    let writers = Writers::of(&client);
    for pages in fill {
        let refused = writers.refused();
        writers.during(4, &|| app.with_secret(key), || {
            writers.wait_for(4, Duration::from_secs(10));
            bound.fill_but(*pages);
            within(Duration::from_secs(20), "the disk is full", || writers.refused() >= refused + 8);
            reading_goes_on(app, key);
        });
        assert!(app.is_alive());
        bound.free();
        within(Duration::from_secs(5), "writing goes on", || writers.write(&client));
    }
    let log = app.log_text();
    assert!(!log.contains("panicked") && !log.contains("\"status\":500"));
    assert_eq!(writers.all_are_there(&client), 0, "a write that was refused for want of space is not there");
    nothing_is_torn(&app.database);
    app.kill_and_restart();
    writers.all_are_there(&app.with_secret(key));
}

#[test]
fn on_a_full_disk_sqlite_refuses_writes_and_heals() {
    let (mut app, bound) = bounded();
    let fill: Vec<u64> = (0..rounds(6, 16) as u64).collect();
    story(&mut app, &bound, Engine::Sqlite.key("nation"), &fill);
}

#[test]
fn on_a_full_disk_postgres_refuses_writes_and_heals() {
    if !Cluster::is_possible("disk full, PostgreSQL") {
        return;
    }
    let Some(disk) = SmallDisk::mount(128 << 20) else {
        crate::support::say("NOT TESTED: disk full, PostgreSQL: mounting is not permitted here");
        return;
    };
    crate::support::say("disk full, PostgreSQL: its data is on a disk of 128 MB in memory that is filled");
    let cluster = Cluster::with_reference_on(disk.folder(), true);
    let flags = ["--clock-start", "2023-03-15T02:00:00Z"];
    let mut app = App::start_on(Engine::Postgres, cluster.database(), &flags);
    let fill: Vec<u64> = (0..rounds(4, 16) as u64).collect();
    story(&mut app, &Bound::Disk(disk), cluster.key(), &fill);
}

/// Where its write-ahead log has no space either, PostgreSQL itself gives up: somebody makes space and starts it.
#[test]
fn a_postgres_that_gives_up_on_a_full_disk_is_used_again_when_it_is_started() {
    if !Cluster::is_possible("disk full under the log of PostgreSQL") {
        return;
    }
    let Some(disk) = SmallDisk::mount(160 << 20) else {
        return crate::support::say(
            "NOT TESTED: disk full under the log of PostgreSQL: mounting is not permitted here",
        );
    };
    let mut cluster = Cluster::with_reference_on(disk.folder(), false);
    let key = cluster.key();
    let flags = ["--clock-start", "2023-03-15T02:00:00Z"];
    let mut app = App::start_on(Engine::Postgres, cluster.database(), &flags);
    let client = app.with_secret(key);
    let writers = Writers::of(&client);
    let url: DatabaseUrl = app.database.parse().expect("a URL");
    let given_up = |cluster: &Cluster| cluster.log_text().matches("PANIC").count();
    for _ in 0..rounds(2, 10) {
        let before = given_up(&cluster);
        writers.during(4, &|| app.with_secret(key), || {
            writers.wait_for(4, Duration::from_secs(10));
            disk.fill_but(0);
            // What the log holds in advance is used up by somebody else.
            within(Duration::from_secs(20), "PostgreSQL gives up", || {
                let fill = "SELECT pg_logical_emit_message(true, 'fill', repeat('x', 1000000))";
                let _ = url.connect().map(|mut conn| conn.run(fill));
                given_up(&cluster) > before
            });
            let refused = writers.refused();
            within(Duration::from_secs(20), "writes are refused", || writers.refused() >= refused + 10);
            app.with_key("").get("/health/live").expect(200);
            disk.free();
            cluster.start_again();
            writers.wait_for(1, Duration::from_secs(5));
        });
        assert!(app.is_alive());
    }
    let log = app.log_text();
    assert!(!log.contains("panicked") && !log.contains("\"status\":500"));
    writers.all_are_there(&client);
    nothing_is_torn(&app.database);
}

/// Log lines that cannot be written are lost; requests are not.
#[test]
fn a_log_that_cannot_be_written_fails_no_request() {
    let program = launcher("log-on-a-full-disk", "exec \"$@\" 2>/dev/full");
    let mut app = App::start_by(&program, Engine::Sqlite, Engine::Sqlite.fresh(), &["--log-level", "debug"]);
    let client = app.with_key("nation");
    for number in 0..20 {
        client.get("/v1/units?limit=5").expect(200);
        client.get("/v1/units/x").expect(404);
        client.post("/v1/clients", &json!({ "unit_code": "VN", "name": format!("Ứng dụng {number}") })).expect(201);
    }
    app.with_key("").get("/health/ready").expect(200);
    assert!(app.is_alive());
    app.signal("TERM");
    assert!(app.wait().success());
}
