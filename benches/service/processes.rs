//! The processes that are measured, and what the kernel says of them.

use super::{empty, nation};
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

const BINARY: &str = env!("CARGO_BIN_EXE_muctieu");

/// `/proc` counts processor time in hundredths of a second, whatever the kernel's own tick is.
const TICKS_PER_SECOND: f64 = 100.0;

/// Run a command of the service on a database; what it prints.
pub fn run(arguments: &[&str], url: &str) -> String {
    let mut command = Command::new(BINARY);
    command.args(arguments).env_clear().env("DATABASE_URL", url).env("CLOCK_START", nation::NOW);
    let output = command.output().expect("the service's binary runs");
    assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).expect("UTF-8")
}

/// The service, running.
pub struct Service {
    process: Child,
    pub address: String,
}

impl Service {
    /// Start with one worker and no rate limit; its log goes to a file.
    pub fn start(url: &str, log_level: &str, files: &Path) -> Service {
        static NUMBER: AtomicUsize = AtomicUsize::new(0);
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        let (ready, log) = (files.join(format!("ready-{number}.json")), files.join(format!("log-{number}.txt")));
        let mut process = Command::new(BINARY)
            .args(["serve", "--workers=1", "--port=0", "--ready-file"])
            .arg(&ready)
            .env_clear()
            .envs([("DATABASE_URL", url), ("CLOCK_START", nation::NOW), ("RATE_LIMIT", "0"), ("LOG_LEVEL", log_level)])
            .stdin(Stdio::null())
            .stderr(std::fs::File::create(&log).expect("a new file"))
            .spawn()
            .expect("the service's binary runs");
        let begun = Instant::now();
        while !ready.exists() {
            let ended = process.try_wait().expect("the process is ours").is_some();
            let log = std::fs::read_to_string(&log).unwrap_or_default();
            assert!(!ended && begun.elapsed() < Duration::from_secs(120), "the service is not ready: {log}");
            std::thread::sleep(Duration::from_millis(5));
        }
        let text = std::fs::read_to_string(&ready).expect("the ready file is written whole");
        let content: serde_json::Value = serde_json::from_str(&text).expect("JSON");
        let address = content["base_url"].as_str().expect("an address").trim_start_matches("http://").to_owned();
        Service { process, address }
    }

    pub fn pid(&self) -> u32 {
        self.process.id()
    }

    pub fn resident_megabytes(&self) -> u64 {
        self.megabytes("VmRSS:")
    }

    /// The most that it held at any time.
    pub fn peak_megabytes(&self) -> u64 {
        self.megabytes("VmHWM:")
    }

    fn megabytes(&self, name: &str) -> u64 {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.pid())).expect("the process runs");
        let line = status.lines().find_map(|line| line.strip_prefix(name)).expect("its memory is told");
        line.trim().trim_end_matches(" kB").parse::<u64>().expect("a number") / 1024
    }
}

impl Drop for Service {
    fn drop(&mut self) {
        end(&mut self.process);
    }
}

/// The empty handler, running.
pub struct Empty {
    process: Child,
    pub address: String,
}

impl Empty {
    pub fn start() -> Empty {
        let own = std::env::current_exe().expect("this program has a path");
        let mut process =
            Command::new(own).arg(empty::COMMAND).stdout(Stdio::piped()).spawn().expect("it starts again");
        let mut address = String::new();
        let output = process.stdout.take().expect("its output is ours");
        BufReader::new(output).read_line(&mut address).expect("it says where it listens");
        Empty { process, address: address.trim().to_owned() }
    }

    pub fn pid(&self) -> u32 {
        self.process.id()
    }
}

impl Drop for Empty {
    fn drop(&mut self) {
        end(&mut self.process);
    }
}

/// A process that keeps one processor busy with nothing of ours.
pub struct Busy(Child);

impl Busy {
    pub fn start() -> Busy {
        // It ends with this program, should that not end it.
        let script = "while kill -0 $PPID; do :; done";
        Busy(Command::new("sh").args(["-c", script]).stderr(Stdio::null()).spawn().expect("a shell starts"))
    }
}

impl Drop for Busy {
    fn drop(&mut self) {
        end(&mut self.0);
    }
}

fn end(process: &mut Child) {
    // It may have ended by itself.
    let _ = process.kill();
    let _ = process.wait();
}

/// Fields of `/proc/<pid>/stat` behind the name of the program, which may hold anything.
fn stat(pid: u32) -> Option<Vec<String>> {
    let text = std::fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    let (_, fields) = text.rsplit_once(')')?;
    Some(fields.split_whitespace().map(str::to_owned).collect())
}

/// Time that a process has used, user and system together.
pub fn processor_time(pid: u32) -> Duration {
    let fields = stat(pid).expect("the process runs");
    ticks(&fields[11..13])
}

/// Time of a process, of its children that run, and of those that have ended.
pub fn processor_time_of_family(pid: u32) -> Duration {
    let own = ticks(&stat(pid).expect("the process runs")[11..15]);
    let others = std::fs::read_dir("/proc").expect("the kernel tells of its processes").flatten();
    let children = others.filter_map(|entry| {
        let fields = stat(entry.file_name().to_str()?.parse().ok()?)?;
        (fields[1] == pid.to_string()).then(|| ticks(&fields[11..13]))
    });
    own + children.sum::<Duration>()
}

fn ticks(fields: &[String]) -> Duration {
    let ticks: u64 = fields.iter().map(|field| field.parse::<u64>().expect("a number of ticks")).sum();
    Duration::from_secs_f64(ticks as f64 / TICKS_PER_SECOND)
}

/// What the figures were measured on.
pub fn machine() -> String {
    let cpu = std::fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let model =
        cpu.lines().find_map(|line| line.strip_prefix("model name")?.split_once(": ")).map_or("", |pair| pair.1);
    let load = std::fs::read_to_string("/proc/loadavg").unwrap_or_default();
    let cores = std::thread::available_parallelism().map_or(0, usize::from);
    let load = load.split(' ').next().unwrap_or_default();
    format!("muctieu {} on {model}, {cores} cores, load {load} at the start", env!("CARGO_PKG_VERSION"))
}
