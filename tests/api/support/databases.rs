//! A fresh database for each test, copied from one that holds the reference data and a set of keys.

use super::app::binary;
use super::cluster::{Cluster, FORGETFUL, programs};
use std::collections::BTreeMap;
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
const KEYS: [(&str, &str, &str); 14] = [
    ("nation", "VN", "ADMIN,MANAGER,EDITOR,SIGNER"),
    ("nation-signer", "VN", "SIGNER"),
    ("province-manager", "06", "MANAGER"),
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

/// Run a command to its good end. Returns what it printed.
pub fn run(arguments: &[&str]) -> String {
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
                super::say("NOT TESTED ON POSTGRESQL: no initdb found and TEST_POSTGRES_URL is not set");
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

    /// What of the keys nobody may ever read again.
    pub fn secrets(self) -> impl Iterator<Item = &'static str> {
        self.template().keys.values().filter_map(|key| key.rsplit('_').next())
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

#[derive(diesel::QueryableByName)]
struct Text {
    #[diesel(sql_type = diesel::sql_types::Nullable<diesel::sql_types::Text>)]
    value: Option<String>,
}

/// The texts, named `value`, that a statement gives.
pub fn texts(conn: &mut muctieu::db::Conn, sql: &str) -> diesel::QueryResult<Vec<String>> {
    use diesel::RunQueryDsl;
    let rows: Vec<Text> = match conn {
        muctieu::db::Conn::Pg(c) => diesel::sql_query(sql).load(&mut **c),
        muctieu::db::Conn::Sqlite(c) => diesel::sql_query(sql).load(&mut **c),
    }?;
    Ok(rows.into_iter().filter_map(|row| row.value).collect())
}

#[derive(diesel::QueryableByName)]
struct Count {
    #[diesel(sql_type = diesel::sql_types::BigInt)]
    value: i64,
}

/// The one number, named `value`, that a statement gives.
#[track_caller]
pub fn count(database: &str, sql: &str) -> i64 {
    use diesel::RunQueryDsl;
    let row: diesel::QueryResult<Count> = match &mut connect(database) {
        muctieu::db::Conn::Pg(c) => diesel::sql_query(sql).get_result(&mut **c),
        muctieu::db::Conn::Sqlite(c) => diesel::sql_query(sql).get_result(&mut **c),
    };
    row.unwrap_or_else(|error| panic!("{sql}: {error}")).value
}

/// The PostgreSQL of this run: a private cluster, or the one that `TEST_POSTGRES_URL` names.
struct Server {
    /// URL with `{}` for the name of the database.
    pattern: String,
    /// Ends with this process.
    _cluster: Option<Cluster>,
}

fn server() -> &'static Server {
    static SERVER: OnceLock<Server> = OnceLock::new();
    SERVER.get_or_init(|| match std::env::var("TEST_POSTGRES_URL") {
        Ok(url) => {
            let (head, _) = url.rsplit_once('/').expect("TEST_POSTGRES_URL ends with the name of a database");
            Server { pattern: format!("{head}/{{}}"), _cluster: None }
        }
        Err(_) => {
            let mut cluster = Cluster::make(&files().join("postgres"), FORGETFUL);
            cluster.start();
            Server { pattern: cluster.url("{}"), _cluster: Some(cluster) }
        }
    })
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
