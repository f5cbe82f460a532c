//! The real binary, running.

use super::client::Client;
use super::databases::{Engine, files, texts};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

/// A day on which the districts still were, shortly after the meeting of the reference.
pub const SPRING_2023: &str = "2023-03-15T02:00:00Z";

pub fn binary() -> &'static str {
    env!("CARGO_BIN_EXE_muctieu")
}

/// A running service with a database of its own.
pub struct App {
    pub engine: Engine,
    pub database: String,
    pub base_url: String,
    pub log: PathBuf,
    program: PathBuf,
    arguments: Vec<String>,
    process: Child,
}

impl App {
    /// Start with a fresh database; the clock stands in spring 2023, there is no rate limit.
    pub fn start(engine: Engine) -> App {
        Self::start_with(engine, &["--clock-start", SPRING_2023])
    }

    /// Start with a fresh database and these flags.
    pub fn start_with(engine: Engine, flags: &[&str]) -> App {
        Self::start_on(engine, engine.fresh(), flags)
    }

    /// Start on a database that is there.
    pub fn start_on(engine: Engine, database: String, flags: &[&str]) -> App {
        Self::start_by(binary().as_ref(), engine, database, flags)
    }

    /// As `start_on`, by a program of the test's own that becomes the service: see `launcher`.
    pub fn start_by(program: &Path, engine: Engine, database: String, flags: &[&str]) -> App {
        let mut arguments = vec!["serve".to_owned(), "--database".to_owned(), database.clone()];
        for flag in ["--port=0", "--workers=2", "--drain-seconds=1"] {
            let name = flag.split('=').next().unwrap_or_default();
            if !flags.contains(&name) {
                arguments.push(flag.to_owned());
            }
        }
        for (name, value) in [("--rate-limit", "0"), ("--auth-failure-limit", "0")] {
            if !flags.contains(&name) {
                arguments.extend([name.to_owned(), value.to_owned()]);
            }
        }
        if let Some(level) = log_level()
            && !flags.contains(&"--log-level")
        {
            arguments.extend(["--log-level".to_owned(), level]);
        }
        arguments.extend(flags.iter().map(|flag| (*flag).to_owned()));
        let (process, base_url, log) = spawn(program, &arguments);
        App { engine, database, base_url, log, program: program.to_owned(), arguments, process }
    }

    /// A client that calls with one of the keys of the template; none for an empty name.
    pub fn with_key(&self, name: &str) -> Client {
        let key = if name.is_empty() { None } else { Some(self.engine.key(name).to_owned()) };
        Client::new(&self.base_url, key)
    }

    /// A client that calls with this key.
    pub fn with_secret(&self, key: &str) -> Client {
        Client::new(&self.base_url, Some(key.to_owned()))
    }

    /// The same caller, at this service.
    pub fn as_caller(&self, client: &Client) -> Client {
        client.at(&self.base_url)
    }

    pub fn process_id(&self) -> u32 {
        self.process.id()
    }

    /// The most memory that the process had at any time.
    pub fn peak_memory_bytes(&self) -> u64 {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.process.id())).expect("it runs");
        let line = status.lines().find(|line| line.starts_with("VmHWM:")).expect("the kernel keeps count");
        let kilobytes: u64 = line.split_whitespace().nth(1).and_then(|number| number.parse().ok()).expect("a number");
        kilobytes * 1024
    }

    /// Is it the process that was started?
    pub fn is_alive(&mut self) -> bool {
        self.process.try_wait().expect("the process is ours").is_none()
    }

    pub fn address(&self) -> &str {
        self.base_url.trim_start_matches("http://")
    }

    /// Send a signal by its name, `TERM` or `KILL`.
    pub fn signal(&self, name: &str) {
        let sent = Command::new("kill").args(["-s", name, &self.process.id().to_string()]).status();
        assert!(sent.is_ok_and(|status| status.success()), "the process is there");
    }

    /// Wait for the end of the process.
    pub fn wait(&mut self) -> std::process::ExitStatus {
        self.process.wait().expect("the process is ours")
    }

    /// Kill without warning, and start again on the same database.
    pub fn kill_and_restart(&mut self) {
        self.process.kill().expect("the process is ours");
        self.process.wait().expect("the process is ours");
        let (process, base_url, log) = spawn(&self.program, &self.arguments);
        (self.process, self.base_url, self.log) = (process, base_url, log);
    }

    pub fn log_text(&self) -> String {
        String::from_utf8_lossy(&std::fs::read(&self.log).expect("the log is there")).into_owned()
    }
}

/// A program that becomes the service by this line of shell, in which `"$@"` is the service with its arguments.
pub fn launcher(name: &str, line: &str) -> PathBuf {
    let path = files().join(name);
    let text = format!("#!/bin/sh\nset -- '{}' \"$@\"\n{line}\n", binary());
    std::fs::write(&path, text).expect("a new file");
    std::fs::set_permissions(&path, std::os::unix::fs::PermissionsExt::from_mode(0o755)).expect("the file is ours");
    path
}

/// `TEST_LOG_LEVEL=trace` has every service of the run log all it can.
fn log_level() -> Option<String> {
    std::env::var("TEST_LOG_LEVEL").ok()
}

/// What people are called and how they are reached, as far as the database still answers.
fn personal_data(database: &str) -> Vec<String> {
    // What is told of a person only stands in the log where all is told: the many quiet runs are not worth the asking.
    let url = log_level().and_then(|_| database.parse::<muctieu::db::DatabaseUrl>().ok());
    let Some(mut conn) = url.and_then(|url| url.connect().ok()) else { return Vec::new() };
    let sql = "SELECT full_name AS value FROM people UNION SELECT phone FROM people UNION SELECT email FROM people";
    texts(&mut conn, sql).unwrap_or_default()
}

fn spawn(program: &Path, arguments: &[String]) -> (Child, String, PathBuf) {
    static NUMBER: AtomicUsize = AtomicUsize::new(0);
    let number = NUMBER.fetch_add(1, Ordering::Relaxed);
    let (ready, log) = (files().join(format!("ready-{number}.json")), files().join(format!("log-{number}.txt")));
    let output = std::fs::File::create(&log).expect("a new file");
    let mut process = Command::new(program)
        .args(arguments)
        .arg("--ready-file")
        .arg(&ready)
        .env_clear()
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(output)
        .spawn()
        .expect("the binary runs");
    let begun = Instant::now();
    while !ready.exists() {
        let ended = process.try_wait().expect("the process is ours");
        let late = begun.elapsed() > Duration::from_secs(30);
        assert!(ended.is_none() && !late, "not ready: {}", std::fs::read_to_string(&log).unwrap_or_default());
        std::thread::sleep(Duration::from_millis(10));
    }
    let text = std::fs::read_to_string(&ready).expect("the ready file is written whole");
    let content: serde_json::Value = serde_json::from_str(&text).expect("JSON");
    (process, content["base_url"].as_str().expect("an address").to_owned(), log)
}

impl Drop for App {
    fn drop(&mut self) {
        // It may have ended already.
        let _ = self.process.kill();
        let _ = self.process.wait();
        let text = self.log_text();
        if !std::thread::panicking() {
            for hidden in self.engine.secrets().map(str::to_owned).chain(personal_data(&self.database)) {
                assert!(!text.contains(&hidden), "the log of {} holds {hidden}", self.base_url);
            }
        } else {
            let tail: Vec<&str> = text.lines().rev().take(20).collect();
            eprintln!("--- end of the log of {} ---", self.base_url);
            tail.iter().rev().for_each(|line| eprintln!("{line}"));
        }
    }
}
