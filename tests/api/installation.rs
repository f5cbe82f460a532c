//! Setting up: migrations of both databases, settings that are refused, the demo, what the README says of it.

use crate::support::{App, Engine, binary, connect, files, on_both};
use clap::CommandFactory;
use diesel::RunQueryDsl;
use std::collections::{BTreeMap, BTreeSet};
use std::process::{Command, Output};

fn run(arguments: &[&str]) -> Output {
    Command::new(binary()).args(arguments).env_clear().output().expect("the binary runs")
}

/// The one sentence that a refused start says.
#[track_caller]
fn refusal(arguments: &[&str]) -> String {
    let output = run(arguments);
    assert!(!output.status.success(), "{arguments:?} was taken");
    let text = String::from_utf8(output.stderr).unwrap();
    let lines: Vec<&str> = text.lines().collect();
    assert_eq!(lines.len(), 1, "one sentence: {text}");
    lines[0].to_owned()
}

#[derive(diesel::QueryableByName, Debug)]
struct Column {
    #[diesel(sql_type = diesel::sql_types::Text)]
    table_name: String,
    #[diesel(sql_type = diesel::sql_types::Text)]
    column_name: String,
    #[diesel(sql_type = diesel::sql_types::Text)]
    kind: String,
    #[diesel(sql_type = diesel::sql_types::Bool)]
    nullable: bool,
}

/// Tables with their columns, each as `(native type, nullable)`.
type Tables = BTreeMap<String, BTreeMap<String, (String, bool)>>;

fn tables_of(url: &str) -> Tables {
    let columns: Vec<Column> = match &mut connect(url) {
        muctieu::db::Conn::Pg(c) => diesel::sql_query(
            "SELECT table_name::text, column_name::text, data_type::text AS kind, is_nullable = 'YES' AS nullable
               FROM information_schema.columns WHERE table_schema = 'public'",
        )
        .load(&mut **c),
        muctieu::db::Conn::Sqlite(c) => diesel::sql_query(
            "SELECT m.name AS table_name, p.name AS column_name, p.type AS kind, p.\"notnull\" = 0 AS nullable
               FROM sqlite_master m JOIN pragma_table_info(m.name) p WHERE m.type = 'table'",
        )
        .load(&mut **c),
    }
    .expect("the catalogue can be read");
    let mut tables = Tables::new();
    for column in columns.into_iter().filter(|column| column.table_name != "__diesel_schema_migrations") {
        tables
            .entry(column.table_name)
            .or_default()
            .insert(column.column_name, (column.kind.to_lowercase(), column.nullable));
    }
    tables
}

/// What `schema.rs` says, with native types of one database.
fn tables_of_schema(engine: Engine) -> Tables {
    let source = include_str!("../../src/db/schema.rs");
    let mut tables = Tables::new();
    let mut table = String::new();
    for line in source.lines().map(str::trim) {
        if let Some((name, _)) = line.split_once(" (").filter(|_| line.ends_with('{')) {
            table = name.to_owned();
        } else if let Some((name, kind)) =
            line.trim_end_matches(',').split_once(" -> ").filter(|_| !line.contains("joinable"))
        {
            let nullable = kind.starts_with("Nullable<");
            let logical = kind.trim_start_matches("Nullable<").trim_end_matches('>');
            let (postgres, sqlite) = match logical {
                "DbUuid" => ("uuid", "blob"),
                "DbTimestamp" => ("timestamp with time zone", "integer"),
                "DbJson" => ("jsonb", "text"),
                "Text" => ("text", "text"),
                "Date" => ("date", "text"),
                "BigInt" => ("bigint", "integer"),
                "Integer" => ("integer", "integer"),
                "Bool" => ("boolean", "boolean"),
                "Binary" => ("bytea", "blob"),
                other => panic!("{other} has no native type here"),
            };
            let native = if engine == Engine::Postgres { postgres } else { sqlite };
            tables.entry(table.clone()).or_default().insert(name.to_owned(), (native.to_owned(), nullable));
        }
    }
    tables
}

on_both! {
    /// The migrations make exactly the tables that the queries are checked against.
    fn the_schema_is_what_the_migrations_make(app) {
        let expected = tables_of_schema(app.engine);
        assert!(expected.len() > 10);
        assert_eq!(tables_of(&app.database), expected);
    }

    /// A service that is older than its database does not touch it.
    fn a_newer_schema_is_refused(app) {
        connect(&app.database)
            .run("INSERT INTO __diesel_schema_migrations (version, run_on) VALUES ('99991231000000', CURRENT_TIMESTAMP)")
            .unwrap();
        for command in [&["serve", "--port=0"][..], &["migrate"], &["rebuild"], &["import", "reference"]] {
            let sentence = refusal(&[command, &["--database", &app.database]].concat());
            assert!(sentence.contains("99991231000000") && sentence.contains("newer"), "{command:?}: {sentence}");
        }
    }
}

/// Migrations run up, down and up again, and twice is as good as once.
fn migrations_run_up_down_and_up(engine: Engine) {
    use muctieu::db::migrations;
    let url: muctieu::db::DatabaseUrl = engine.empty().parse().unwrap();
    let mut conn = url.create().unwrap();
    assert!(migrations::is_empty(&mut conn));
    assert!(!migrations::run(&mut conn).unwrap().is_empty());
    assert!(migrations::run(&mut conn).unwrap().is_empty(), "twice is as good as once");
    migrations::revert_all(&mut conn).unwrap();
    assert_eq!(tables_of(&url_text(&url)), Tables::new());
    assert!(!migrations::run(&mut conn).unwrap().is_empty());
    assert_eq!(tables_of(&url_text(&url)), tables_of_schema(engine));
}

fn url_text(url: &muctieu::db::DatabaseUrl) -> String {
    match url {
        muctieu::db::DatabaseUrl::Sqlite(path) => format!("sqlite://{}", path.display()),
        muctieu::db::DatabaseUrl::Postgres(text) => text.clone(),
    }
}

#[test]
fn migrations_run_up_down_and_up_on_sqlite() {
    migrations_run_up_down_and_up(Engine::Sqlite);
}

#[test]
fn migrations_run_up_down_and_up_on_postgres() {
    if Engine::postgres_is_there() {
        migrations_run_up_down_and_up(Engine::Postgres);
    }
}

/// Many instances that start at once migrate once.
fn instances_that_start_together_migrate_once(engine: Engine, rounds: usize) {
    for _ in 0..rounds {
        let url = engine.empty();
        let outputs: Vec<Output> = std::thread::scope(|scope| {
            let starts: Vec<_> = (0..4).map(|_| scope.spawn(|| run(&["migrate", "--database", &url]))).collect();
            starts.into_iter().map(|start| start.join().unwrap()).collect()
        });
        for output in &outputs {
            assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        }
        let first = outputs.iter().filter(|output| !output.stdout.starts_with(b"0 migrations ran")).count();
        assert_eq!(first, 1);
    }
}

#[test]
fn instances_that_start_together_migrate_once_on_sqlite() {
    instances_that_start_together_migrate_once(Engine::Sqlite, 10);
}

#[test]
fn instances_that_start_together_migrate_once_on_postgres() {
    if Engine::postgres_is_there() {
        instances_that_start_together_migrate_once(Engine::Postgres, 1);
    }
}

#[test]
fn wrong_settings_are_refused_in_one_sentence_without_secrets() {
    let rows: [(&[&str], &str); 12] = [
        (&["serve", "--database", "muctieu.db"], "sqlite:// or postgres://"),
        (&["serve", "--database", "postgress://clerk:secret@h/db"], "sqlite:// or postgres://"),
        (&["serve", "--database", "sqlite:///nowhere/at/all.db"], "there is no database file"),
        (&["serve", "--database", "postgres://clerk:secret@127.0.0.1:1/db"], "the database cannot be used"),
        (&["serve", "--port", "70000"], "--port"),
        (&["serve", "--rate-limit", "many"], "--rate-limit"),
        (&["serve", "--address", "localhost"], "--address"),
        (&["serve", "--max-in-flight", "0"], "--max-in-flight"),
        (&["serve", "--cors-origins", "*"], "CORS_ORIGINS"),
        (&["serve", "--public-base-url", "lgsp.tinh.gov.vn"], "PUBLIC_BASE_URL"),
        (&["serve", "--log-format", "xml"], "--log-format"),
        (&["migrate", "--clock-start", "yesterday"], "CLOCK_START"),
    ];
    for (arguments, part) in rows {
        let sentence = refusal(arguments);
        assert!(sentence.contains(part), "{arguments:?}: {sentence}");
        assert!(!sentence.contains("secret"), "{sentence}");
    }
}

/// Every setting stands in one table of the README: variable, flag, default, meaning, as the program says them.
#[test]
fn the_readme_lists_every_setting() {
    let readme = include_str!("../../README.md");
    let mut settings = BTreeSet::new();
    let command = muctieu::commands::CommandLine::command();
    for argument in command.find_subcommand("serve").expect("a command").get_arguments() {
        let (Some(variable), Some(flag)) = (argument.get_env(), argument.get_long()) else { continue };
        let defaults: Vec<String> =
            argument.get_default_values().iter().map(|value| value.to_string_lossy().into_owned()).collect();
        let default = if defaults.concat().is_empty() { "–".to_owned() } else { format!("`{}`", defaults.join(",")) };
        let help = argument.get_help().expect("every setting says what it means").to_string();
        settings.insert(format!("| `{}` | `--{flag}` | {default} | {help} |", variable.to_string_lossy()));
    }
    assert!(settings.len() > 15);
    let listed: BTreeSet<String> = readme.lines().filter(|line| line.contains("| `--")).map(str::to_owned).collect();
    assert_eq!(listed, settings);
}

/// The contract that is committed is the one that the handlers make.
#[test]
fn the_committed_contract_is_the_one_that_is_served() {
    let committed = include_str!("../../openapi/openapi.json");
    assert!(committed == muctieu::app::contract().text(), "run: cargo run -- openapi > openapi/openapi.json");
}

#[test]
fn the_demo_shows_the_meeting_and_leaves_other_databases_alone() {
    let path = files().join("demo.db");
    let database = format!("sqlite://{}", path.display());
    let started = Demo::start(&database, &[]);
    assert!(started.output.contains("12.5833 – 15.25"), "{}", started.output);
    assert!(started.output.contains("Quang Thuận"));
    let client = crate::support::Client::new(&started.base_url, Some(started.key.clone()));
    let path = "/v1/reports/criteria-distribution?unit_code=063&period=2022";
    assert_eq!(client.get(path).expect(200)["coverage"]["reported_count"], 12);
    crate::parties::demo_holds_the_committee(&client);
    crate::acts::demo_holds_the_conclusions(&client);
    crate::meetings::demo_holds_the_meeting(&client);
    crate::tasks::demo_holds_the_directives(&client);
    crate::obstacles::demo_holds_the_difficulties(&client);
    crate::reporting::demo_holds_the_duties(&client);
    crate::statements::demo_holds_the_statements(&client);
    crate::support::money::demo_holds_the_plan(&client);
    crate::review::demo_reproduces_the_meeting(&client);
    let local = client.call("GET", path, &[("origin", "http://localhost:5173")], None);
    assert_eq!(local.header("access-control-allow-origin"), Some("http://localhost:5173"));
    let foreign = client.call("GET", path, &[("origin", "http://localhost.evil.example")], None);
    assert_eq!(foreign.header("access-control-allow-origin"), None);
    // What was written is there after the next start, and gone after a reset.
    let body = serde_json::json!({
        "unit_code": "02017", "criteria_set_code": "NTM-XA-2021-2025", "period": "2022", "stage": "REPORTED",
        "declared_total": { "min": 19, "max": 19 },
    });
    client.post("/v1/assessments", &body).expect(201);
    let first = started.key.clone();
    drop(started);
    let again = Demo::start(&database, &[]);
    // The key that it prints takes the place of the one before.
    crate::support::Client::new(&again.base_url, Some(first)).get("/v1/me").faults(401, "UNAUTHENTICATED", &[]);
    let client = crate::support::Client::new(&again.base_url, Some(again.key.clone()));
    assert_eq!(client.get(path).expect(200)["coverage"]["reported_count"], 13);
    drop(again);
    let anew = Demo::start(&database, &["--reset"]);
    let client = crate::support::Client::new(&anew.base_url, Some(anew.key.clone()));
    assert_eq!(client.get(path).expect(200)["coverage"]["reported_count"], 12);
    drop(anew);
    let service = Engine::Sqlite.fresh();
    for flags in [&[][..], &["--reset"][..]] {
        let mut arguments = vec!["demo", "--port=0", "--database", &service];
        arguments.extend(flags);
        assert!(refusal(&arguments).contains("leaves it alone"));
    }
    App::start_on(Engine::Sqlite, service, &[]).with_key("nation").get("/v1/me").expect(200);
}

/// A running demo.
struct Demo {
    process: std::process::Child,
    base_url: String,
    key: String,
    output: String,
}

impl Demo {
    fn start(database: &str, flags: &[&str]) -> Demo {
        static NUMBER: std::sync::atomic::AtomicUsize = std::sync::atomic::AtomicUsize::new(0);
        let number = NUMBER.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
        let (ready, out) = (files().join(format!("demo-{number}.json")), files().join(format!("demo-{number}.txt")));
        let process = Command::new(binary())
            .args(["demo", "--port=0", "--drain-seconds=0", "--database", database, "--ready-file"])
            .arg(&ready)
            .args(flags)
            .env_clear()
            .stdout(std::fs::File::create(&out).unwrap())
            .stderr(std::process::Stdio::null())
            .spawn()
            .unwrap();
        for _ in 0..3000 {
            if ready.exists() {
                break;
            }
            std::thread::sleep(std::time::Duration::from_millis(10));
        }
        let text = std::fs::read_to_string(&ready).expect("the demo is ready within half a minute");
        let content: serde_json::Value = serde_json::from_str(&text).unwrap();
        let member = |name: &str| content[name].as_str().unwrap_or_else(|| panic!("{name} in {text}")).to_owned();
        assert!(member("docs_url").ends_with("/docs/") && member("second_api_key") != member("api_key"));
        Demo {
            process,
            base_url: member("base_url"),
            key: member("api_key"),
            output: std::fs::read_to_string(&out).unwrap(),
        }
    }
}

impl Drop for Demo {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

on_both! {
    /// Alive and ready, as a load balancer asks.
    fn the_service_says_that_it_is_ready(app) {
        let anybody = app.with_key("");
        assert_eq!(anybody.get("/health/live").expect(200), serde_json::json!({ "status": "ok" }));
        assert_eq!(anybody.get("/health/ready").expect(200), serde_json::json!({ "status": "ok" }));
    }
}
