//! A PostgreSQL of the tests' own: in a folder of its own, without network, gone when the tests are.

use super::databases::{connect, files, run};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

/// Fast, and forgets what it acknowledged when it is killed.
pub const FORGETFUL: &str =
    "-c fsync=off -c full_page_writes=off -c synchronous_commit=off -c max_connections=400 -c autovacuum=off";

/// Keeps what it acknowledged, as a real one does. That the machine itself dies is not part of these tests.
const FAITHFUL: &str = "-c fsync=off -c synchronous_commit=on -c max_connections=60 -c autovacuum=off";

pub struct Cluster {
    folder: PathBuf,
    data: PathBuf,
    settings: &'static str,
    /// Ends the server with this process, because its standard input ends.
    keeper: Option<Child>,
}

/// Where `initdb` and `postgres` are.
pub fn programs() -> Option<PathBuf> {
    let mut folders: Vec<PathBuf> = std::fs::read_dir("/usr/lib/postgresql")
        .into_iter()
        .flatten()
        .filter_map(|entry| entry.ok().map(|entry| entry.path().join("bin")))
        .collect();
    folders.sort();
    folders.reverse();
    folders.extend(std::env::split_paths(&std::env::var_os("PATH").unwrap_or_default()));
    folders.into_iter().find(|folder| folder.join("initdb").exists() && folder.join("postgres").exists())
}

fn bin() -> PathBuf {
    programs().expect("asked for only where there is one")
}

fn is_root() -> bool {
    Command::new("id").arg("-u").output().is_ok_and(|output| output.stdout == b"0\n")
}

/// A shell as the user that PostgreSQL runs as: it refuses to run as root.
fn shell(script: &str) -> Command {
    let mut command = Command::new(if is_root() { "runuser" } else { "sh" });
    if is_root() {
        command.args(["-u", "postgres", "--", "sh"]);
    }
    command.args(["-c", script]);
    command
}

fn must(mut command: Command) {
    let output = command.output().expect("it can be started");
    assert!(output.status.success(), "{command:?}: {}", String::from_utf8_lossy(&output.stderr));
}

/// Make a folder and give it to the user that PostgreSQL runs as.
fn own_folder(folder: &Path) {
    std::fs::create_dir_all(folder).expect("a new folder");
    if is_root() {
        let mut command = Command::new("chown");
        command.args(["-R", "postgres"]).arg(folder);
        must(command);
    }
}

/// What every faithful cluster begins with: a stopped one with reference data, and a key for the nation.
struct Original {
    folder: PathBuf,
    key: String,
}

fn original() -> &'static Original {
    static ORIGINAL: OnceLock<Original> = OnceLock::new();
    ORIGINAL.get_or_init(|| {
        let folder = files().join("postgres-original");
        let mut cluster = Cluster::make(&folder, FAITHFUL);
        cluster.start();
        cluster.sql("CREATE DATABASE muctieu");
        let url = cluster.database();
        run(&["migrate", "--database", &url]);
        run(&["import", "reference", "--database", &url]);
        let roles = "ADMIN,MANAGER,EDITOR,SIGNER";
        let key = run(&["key", "create", "--database", &url, "--name", "nation", "--unit-code", "VN", "--role", roles]);
        cluster.stop("fast");
        Original { folder, key: key.trim().to_owned() }
    })
}

impl Cluster {
    /// Can a test have one? Says loudly what is left out where it cannot.
    pub fn is_possible(what: &str) -> bool {
        let possible = programs().is_some();
        if !possible {
            let required = std::env::var("REQUIRE_POSTGRES").is_ok_and(|value| value == "1");
            assert!(!required || std::env::var_os("TEST_POSTGRES_URL").is_some(), "{what}: no initdb found");
            crate::support::say(&format!(
                "NOT TESTED: {what}: this needs a PostgreSQL of its own, and no initdb was found"
            ));
        }
        possible
    }

    /// An empty cluster that does not run yet.
    pub fn make(folder: &Path, settings: &'static str) -> Cluster {
        own_folder(folder);
        let data = folder.join("data");
        must(shell(&format!(
            "cd {0} && {1}/initdb -D {2} -U muctieu -A trust --no-sync -E UTF8 --locale=C --wal-segsize=4 >init.log 2>&1",
            folder.display(),
            bin().display(),
            data.display(),
        )));
        Cluster { folder: folder.to_owned(), data, settings, keeper: None }
    }

    /// A running cluster with a database `muctieu` that holds the reference data. It keeps what it acknowledges.
    pub fn with_reference() -> Cluster {
        Self::copied(None, false)
    }

    /// The same, on this disk; its write-ahead log too, unless that is to stand elsewhere.
    pub fn with_reference_on(disk: &Path, log_elsewhere: bool) -> Cluster {
        Self::copied(Some(disk), log_elsewhere)
    }

    fn copied(disk: Option<&Path>, log_elsewhere: bool) -> Cluster {
        static NUMBER: AtomicUsize = AtomicUsize::new(0);
        let folder = files().join(format!("postgres-{}", NUMBER.fetch_add(1, Ordering::Relaxed)));
        own_folder(&folder);
        let data = disk.unwrap_or(&folder).join("data");
        let mut copy = Command::new("cp");
        copy.arg("-a").arg(original().folder.join("data")).arg(&data);
        must(copy);
        if log_elsewhere {
            let log = folder.join("wal");
            let (inside, log) = (data.join("pg_wal"), log.display().to_string());
            let mut move_log = Command::new("sh");
            let inside = inside.display();
            move_log.args(["-c", &format!("cp -a {inside} {log} && rm -r {inside} && ln -s {log} {inside}")]);
            must(move_log);
        }
        let mut cluster = Cluster { folder, data, settings: FAITHFUL, keeper: None };
        cluster.start();
        cluster
    }

    /// URL of a database by way of its socket.
    pub fn url(&self, database: &str) -> String {
        format!("postgres://muctieu@/{database}?host={}", self.folder.display().to_string().replace('/', "%2F"))
    }

    /// URL of the database with the reference data.
    pub fn database(&self) -> String {
        self.url("muctieu")
    }

    /// Key of the nation in that database.
    pub fn key(&self) -> &'static str {
        &original().key
    }

    /// Where it listens.
    pub fn socket(&self) -> PathBuf {
        self.folder.join(".s.PGSQL.5432")
    }

    pub fn sql(&self, statement: &str) {
        connect(&self.url("postgres")).run(statement).unwrap_or_else(|error| panic!("{statement}: {error}"));
    }

    /// Start, and wait until it takes connections.
    pub fn start(&mut self) {
        let (bin, folder, data) = (bin(), self.folder.display(), self.data.display());
        let script = format!(
            "cd {folder} && {{ {}/postgres -D {data} -k {folder} -c listen_addresses='' {} >>server.log 2>&1 & }}; \
             server=$!; cat >/dev/null; kill -QUIT $server 2>/dev/null; wait $server",
            bin.display(),
            self.settings,
        );
        self.keeper = Some(shell(&script).stdin(Stdio::piped()).spawn().expect("a shell can be started"));
        let url: muctieu::db::DatabaseUrl = self.url("postgres").parse().expect("a URL");
        let begun = Instant::now();
        while url.connect().is_err() {
            assert!(begun.elapsed() < Duration::from_secs(30), "PostgreSQL does not answer; see {folder}/server.log");
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    /// Stop: `fast` ends in good order, `immediate` leaves the recovery to the next start.
    pub fn stop(&mut self, mode: &str) {
        must(shell(&format!("{}/pg_ctl -D {} -w -m {mode} stop", bin().display(), self.data.display())));
        self.end_keeper();
    }

    /// Start once more, whether it still runs or has given up.
    pub fn start_again(&mut self) {
        self.end_keeper();
        self.start();
    }

    /// What the server has said so far.
    pub fn log_text(&self) -> String {
        String::from_utf8_lossy(&std::fs::read(self.folder.join("server.log")).expect("the log is there")).into_owned()
    }

    /// Run one of its programs, such as `pg_amcheck`. None where it is not installed.
    pub fn program(&self, name: &str, arguments: &str) -> Option<std::process::Output> {
        let program = bin().join(name);
        program.exists().then(|| {
            let (program, folder) = (program.display(), self.folder.display());
            let output = shell(&format!("{program} -h {folder} -U muctieu {arguments}")).output();
            output.expect("a shell can be started")
        })
    }

    fn end_keeper(&mut self) {
        if let Some(mut keeper) = self.keeper.take() {
            drop(keeper.stdin.take());
            // It ends the server first, if that still runs.
            let _ = keeper.wait();
        }
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        self.end_keeper();
    }
}
