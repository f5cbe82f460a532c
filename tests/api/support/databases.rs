//! A fresh database for each test, copied from one that holds the reference data and a set of keys.

use super::app::binary;
use std::collections::BTreeMap;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{LazyLock, OnceLock};

/// Which database a test runs on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Engine {
    Sqlite,
    Postgres,
}

/// Keys that every fresh database holds: name, unit, roles.
const KEYS: [(&str, &str, &str); 13] = [
    ("nation", "VN", "ADMIN,MANAGER,EDITOR,SIGNER"),
    ("nation-signer", "VN", "SIGNER"),
    ("province-editor", "06", "EDITOR"),
    ("province-signer", "06", "SIGNER"),
    ("district-admin", "063", "ADMIN"),
    ("district-manager", "063", "MANAGER"),
    ("district-editor", "063", "EDITOR"),
    ("district-signer", "063", "SIGNER"),
    ("district-viewer", "063", "VIEWER"),
    ("sibling-editor", "064", "EDITOR,SIGNER"),
    ("sibling-admin", "064", "ADMIN,MANAGER"),
    ("commune-editor", "01984", "EDITOR"),
    ("commune-signer", "01984", "SIGNER"),
];

/// A database with everything that tests start from, made once for a run.
pub struct Template {
    url: String,
    keys: BTreeMap<&'static str, String>,
}

static NUMBER: AtomicUsize = AtomicUsize::new(0);

/// Files of this run. A shell waits for the end of this process, however it ends, and then removes them.
static FILES: LazyLock<(PathBuf, Child)> = LazyLock::new(|| {
    let folder = tempfile::Builder::new().prefix("muctieu-test-").tempdir().expect("a temporary folder").keep();
    // The server of PostgreSQL runs as another user and must reach its own folder in it.
    let permissions = std::os::unix::fs::PermissionsExt::from_mode(0o755);
    std::fs::set_permissions(&folder, permissions).expect("the folder is ours");
    let keeper = Command::new("sh")
        .args(["-c", "cat >/dev/null; sleep 3; rm -rf \"$0\""])
        .arg(&folder)
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .expect("a shell can be started");
    (folder, keeper)
});

pub fn files() -> &'static Path {
    &FILES.0
}

fn run(arguments: &[&str]) -> String {
    let output = Command::new(binary()).args(arguments).env_clear().output().expect("the binary runs");
    assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).expect("UTF-8")
}

fn make(url: String) -> Template {
    run(&["migrate", "--database", &url]);
    run(&["import", "reference", "--database", &url]);
    let keys = KEYS.map(|(name, unit, roles)| {
        let key = run(&["key", "create", "--database", &url, "--name", name, "--unit-code", unit, "--role", roles]);
        (name, key.trim().to_owned())
    });
    if url.starts_with("sqlite") {
        // What still stands in the write-ahead log belongs to the file that is copied.
        connect(&url).run("PRAGMA wal_checkpoint(TRUNCATE)").expect("nobody else uses the template");
    }
    Template { url, keys: BTreeMap::from(keys) }
}

impl Engine {
    /// Is there a PostgreSQL to test on? Says loudly what is left out where there is none.
    pub fn postgres_is_there() -> bool {
        static SAID: OnceLock<bool> = OnceLock::new();
        *SAID.get_or_init(|| {
            let there = std::env::var_os("TEST_POSTGRES_URL").is_some() || programs().is_some();
            if !there {
                let required = std::env::var("REQUIRE_POSTGRES").is_ok_and(|value| value == "1");
                assert!(!required, "REQUIRE_POSTGRES=1, but there is neither initdb nor TEST_POSTGRES_URL");
                eprintln!("\n*** NOT TESTED ON POSTGRESQL: no initdb found and TEST_POSTGRES_URL is not set ***\n");
            }
            there
        })
    }

    pub fn template(self) -> &'static Template {
        static SQLITE: OnceLock<Template> = OnceLock::new();
        static POSTGRES: OnceLock<Template> = OnceLock::new();
        match self {
            Engine::Sqlite => {
                SQLITE.get_or_init(|| make(format!("sqlite://{}", files().join("template.db").display())))
            }
            Engine::Postgres => POSTGRES.get_or_init(|| {
                let url = server().database("template_muctieu");
                server().sql("CREATE DATABASE template_muctieu");
                make(url)
            }),
        }
    }

    pub fn key(self, name: &str) -> &'static str {
        self.template().keys.get(name).unwrap_or_else(|| panic!("there is no key {name}"))
    }

    /// URL of a new database like the template.
    pub fn fresh(self) -> String {
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        match self {
            Engine::Sqlite => {
                let path = files().join(format!("{number}.db"));
                let template = self.template().url.trim_start_matches("sqlite://").to_owned();
                std::fs::copy(template, &path).expect("the template can be copied");
                format!("sqlite://{}", path.display())
            }
            Engine::Postgres => {
                self.template();
                server().sql(&format!("CREATE DATABASE test_{number} TEMPLATE template_muctieu"));
                server().database(&format!("test_{number}"))
            }
        }
    }

    /// URL of a database that holds nothing.
    pub fn empty(self) -> String {
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        match self {
            Engine::Sqlite => format!("sqlite://{}", files().join(format!("empty-{number}.db")).display()),
            Engine::Postgres => {
                server().sql(&format!("CREATE DATABASE empty_{number}"));
                server().database(&format!("empty_{number}"))
            }
        }
    }
}

/// A connection of the test's own, for recounts and for looking at what is stored.
pub fn connect(url: &str) -> muctieu::db::Conn {
    url.parse::<muctieu::db::DatabaseUrl>().expect("a URL").connect().expect("the database answers")
}

/// Where `initdb` and `postgres` are.
fn programs() -> Option<PathBuf> {
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

/// The PostgreSQL of this run: a private cluster, or the one that `TEST_POSTGRES_URL` names.
struct Server {
    /// URL with `{}` for the name of the database.
    pattern: String,
    /// Ends with this process, because its standard input does.
    _keeper: Option<Child>,
}

fn server() -> &'static Server {
    static SERVER: OnceLock<Server> = OnceLock::new();
    SERVER.get_or_init(|| match std::env::var("TEST_POSTGRES_URL") {
        Ok(url) => {
            let (head, _) = url.rsplit_once('/').expect("TEST_POSTGRES_URL ends with the name of a database");
            Server { pattern: format!("{head}/{{}}"), _keeper: None }
        }
        Err(_) => private_cluster(&programs().expect("asked for only where there is one")),
    })
}

/// A cluster in a folder of its own, without network and without fsync, that goes when the tests go.
fn private_cluster(programs: &Path) -> Server {
    let folder = files().join("postgres");
    std::fs::create_dir(&folder).expect("a new folder");
    let root = Command::new("id").arg("-u").output().is_ok_and(|output| output.stdout == b"0\n");
    // PostgreSQL refuses to run as root.
    let mut shell = if root {
        assert!(
            Command::new("chown").args(["-R", "postgres"]).arg(&folder).status().is_ok_and(|status| status.success())
        );
        let mut command = Command::new("runuser");
        command.args(["-u", "postgres", "--", "sh", "-c"]);
        command
    } else {
        let mut command = Command::new("sh");
        command.arg("-c");
        command
    };
    let (bin, dir) = (programs.display(), folder.display());
    let script = format!(
        "cd {dir} && {bin}/initdb -D data -U muctieu -A trust --no-sync -E UTF8 --locale=C >init.log 2>&1 && \
         {bin}/postgres -D data -k {dir} -c listen_addresses='' -c fsync=off -c full_page_writes=off \
         -c synchronous_commit=off -c max_connections=400 -c autovacuum=off >server.log 2>&1 & \
         server=$!; for i in $(seq 300); do [ -S {dir}/.s.PGSQL.5432 ] && break; sleep 0.1; done; \
         echo ready; cat >/dev/null; kill -INT $server; wait $server"
    );
    let mut keeper =
        shell.arg(script).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().expect("a shell can be started");
    let mut line = String::new();
    let output = keeper.stdout.take().expect("its output is ours");
    BufReader::new(output).read_line(&mut line).expect("the server says when it is ready");
    assert_eq!(line, "ready\n");
    let pattern = format!("postgres://muctieu@/{{}}?host={}", dir.to_string().replace('/', "%2F"));
    let server = Server { pattern, _keeper: Some(keeper) };
    // The socket is there a moment before the server takes connections.
    for _ in 0..100 {
        let url: muctieu::db::DatabaseUrl = server.database("postgres").parse().expect("a URL");
        if url.connect().is_ok() {
            return server;
        }
        std::thread::sleep(std::time::Duration::from_millis(100));
    }
    panic!("the private PostgreSQL does not answer; see {dir}/server.log");
}

impl Server {
    fn database(&self, name: &str) -> String {
        self.pattern.replace("{}", name)
    }

    /// Run a statement in the maintenance database. One at a time: copying a template allows no other session in it.
    fn sql(&self, statement: &str) {
        static TURN: std::sync::Mutex<()> = std::sync::Mutex::new(());
        let _turn = TURN.lock();
        connect(&self.database("postgres")).run(statement).unwrap_or_else(|error| panic!("{statement}: {error}"));
    }
}
