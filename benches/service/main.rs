//! `cargo bench`: what a request costs, against an empty handler of the same run, on both databases.
//!
//! The nation is made up: 63 provinces, 705 districts, 10,599 communes, twenty quarters, every commune assessed in
//! each. Processor time is that of the server's process (user and system, from `/proc`), divided by the requests; it
//! says more on a busy machine than requests per second do. Every round measures each row once, the empty handler
//! first, and compares within the round; the table shows the median round.
//!
//! PostgreSQL is a private cluster from the installed programs with its usual settings (fsync on), or the empty
//! database that `BENCH_POSTGRES_URL` names. `cargo bench -- --quick` tries everything once with two quarters;
//! `cargo bench -- --imports` measures nothing but imports, `cargo bench -- --crowd` what an answer costs among a hundred
//! times as many records of others.

mod crowd;
mod empty;
mod evaluations;
mod imports;
mod lineage;
mod load;
mod nation;
mod places;
mod processes;
mod queries;
mod table;

use load::{Connection, Request, Run};
use places::Place;
use processes::Service;
use std::path::Path;
use std::time::{Duration, Instant};
use table::{Cost, Row, Table};

/// Connections that ask at the same time.
const CONNECTIONS: usize = 16;

/// How long one row takes in one round; the number of requests follows from it and stays for all rounds.
const ROUND: Duration = Duration::from_millis(1500);

/// What is measured how often.
#[derive(Clone, Copy)]
struct Plan {
    quarters: usize,
    rounds: usize,
    /// Writes, each followed by a report.
    writes: usize,
    /// Nothing but imports.
    imports: bool,
}

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let word = |at: usize| arguments.get(at).map(String::as_str);
    match word(0) {
        Some(empty::COMMAND) => return empty::serve(),
        Some(nation::COMMAND) => {
            let quarters = word(2).and_then(|text| text.parse().ok()).expect("a number of quarters");
            return nation::load(word(1).expect("a database"), quarters);
        }
        Some(crowd::COMMAND) => return crowd::load_few(word(1).expect("a database")),
        _ => {}
    }
    if !arguments.iter().any(|argument| argument == "--bench") {
        // `cargo test --all-targets` starts this too.
        return println!("nothing is measured without `cargo bench`");
    }
    let asked = |flag: &str| arguments.iter().any(|argument| argument == flag);
    let imports = asked("--imports");
    let plan = if imports || asked("--quick") {
        Plan { quarters: 2, rounds: 1, writes: 5, imports }
    } else {
        Plan { quarters: 20, rounds: 7, writes: 40, imports }
    };
    let files = places::files();
    println!("{}", processes::machine());
    if asked("--crowd") {
        return places::all(files.path()).iter().for_each(|place| crowd::measure(place, files.path()));
    }
    println!("{}, {CONNECTIONS} connections, one worker, {} rounds\n", nation::described(plan.quarters), plan.rounds);
    if !imports {
        lineage::measure();
    }
    for place in places::all(files.path()) {
        measure(&place, files.path(), plan);
    }
}

/// What the service is asked while nothing is written: label, path, what the processor time may come to against the
/// empty handler.
const QUESTIONS: [(&str, &str, Option<f64>); 7] = [
    ("GET /health/live", "/health/live", None),
    ("unit by code", "/v1/units?code=05000", Some(3.0)),
    ("page of 50 units", "/v1/units?limit=50", None),
    ("distribution of a district", "/v1/reports/criteria-distribution?unit_code=350&period=2021-Q2", None),
    ("distribution of the nation", NATION, Some(5.0)),
    ("matrix of the nation by criterion", "/v1/reports/criteria-matrix?unit_code=VN&period=2021-Q2", None),
    ("matrix of a district by item", "/v1/reports/criteria-matrix?unit_code=350&period=2021-Q2&grain=ITEM", None),
];

const NATION: &str = "/v1/reports/criteria-distribution?unit_code=VN&period=2021-Q2";

fn measure(place: &Place, files: &Path, plan: Plan) {
    let url = place.url();
    processes::run(&["migrate"], url);
    let begun = Instant::now();
    nation::load_in_child(url, plan.quarters);
    let loaded = begun.elapsed();
    queries::analyse(url);
    let key = processes::run(&["key", "create", "--name=bench", "--role=ADMIN,EDITOR", "--days=365"], url);
    let key = key.trim();

    println!("{}: {} in {:.0} s", place.name(), nation::described(plan.quarters), loaded.as_secs_f64());
    let begun = Instant::now();
    let service = Service::start(url, "warn", files);
    println!("started in {:.1} s, {} MB resident", begun.elapsed().as_secs_f64(), service.resident_megabytes());
    if plan.imports {
        return imports::measure(&service, key);
    }
    let empty = processes::Empty::start();
    let row = |label: &'static str, most, request, service: &Service| Row::new(label, most, request, service.pid());
    let asked = |path: &str| Request::get(&service.address, path, path.starts_with("/v1").then_some(key));
    let nothing = || Row::new("empty handler", None, Request::get(&empty.address, "/", None), empty.pid());

    let mut rows = vec![nothing()];
    rows.extend(QUESTIONS.map(|(label, path, most)| row(label, most, asked(path), &service)));
    let compressed = asked(NATION).with("Accept-Encoding", "gzip, br");
    rows.push(row("distribution of the nation, compressed", None, compressed, &service));
    let table = measured("nothing is written", rows, place, plan);

    // The other one writes a log line for each request. On PostgreSQL it asks how far the journal has come: the first
    // keeps the lease.
    let other = Service::start(url, "info", files);
    let by_code = Request::get(&other.address, QUESTIONS[1].1, Some(key));
    let rows = vec![
        nothing(),
        row("unit by code", None, asked(QUESTIONS[1].1), &service),
        row("distribution of the nation", None, asked(NATION), &service),
        row("unit by code, LOG_LEVEL=info", None, by_code, &other),
    ];
    measured("beside a second instance", rows, place, plan);
    drop(other);

    after_writes(&service, place, key, plan, &table);
    evaluations::measure(&service, place, key, plan.writes.div_ceil(8), &table);
    queries::measure(url, place, &table);
    drop(service);
    imports::measure(&Service::start(url, "warn", files), key);
    println!();
}

/// Ask each row in each round, and print what it cost.
fn measured(title: &str, mut rows: Vec<Row>, place: &Place, plan: Plan) -> Table {
    for row in &mut rows {
        row.requests = calibrated(&row.request);
    }
    for round in 1..=plan.rounds {
        eprint!("\r{} round {round} of {} ", place.name(), plan.rounds);
        for row in &mut rows {
            let cost = cost_of(row.pid, place, || load::run(&row.request, CONNECTIONS, row.requests));
            row.costs.push(cost);
        }
    }
    eprintln!();
    let table = Table::new(rows);
    table.print(title);
    table
}

/// How many requests fill a round.
fn calibrated(request: &Request) -> usize {
    let mut count = CONNECTIONS * 10;
    loop {
        let run = load::run(request, CONNECTIONS, count);
        if run.elapsed * 8 > ROUND {
            return (count as f64 * ROUND.as_secs_f64() / run.elapsed.as_secs_f64()) as usize;
        }
        count *= 4;
    }
}

/// What a run cost the server and its database, for each request.
pub fn cost_of(pid: u32, place: &Place, run: impl FnOnce() -> Run) -> Cost {
    let before = (processes::processor_time(pid), place.processor_time());
    let run = run();
    let after = (processes::processor_time(pid), place.processor_time());
    let each = |time: Duration| time.as_secs_f64() * 1e6 / run.requests as f64;
    Cost {
        processor_us: each(after.0.saturating_sub(before.0)),
        database_us: before.1.zip(after.1).map(|(before, after)| each(after.saturating_sub(before))),
        per_second: run.requests as f64 / run.elapsed.as_secs_f64(),
    }
}

/// Reports right after a write, when no answer is kept: each write changes the note of one assessment.
fn after_writes(service: &Service, place: &Place, key: &str, plan: Plan, table: &Table) {
    let mut connection = Connection::open(&service.address);
    let list = Request::get(&service.address, "/v1/assessments?unit_code=05000&unit_scope=SELF&limit=1", Some(key));
    let found: serde_json::Value = serde_json::from_slice(&connection.ask(&list).body).expect("JSON");
    let id = found["items"][0]["id"].as_str().expect("an assessment");
    let mut version = found["items"][0]["version"].as_i64().expect("a version");
    let mut write = |connection: &mut Connection| {
        let body = format!("{{\"note\":\"version {version}\"}}");
        let patch = Request::send(&service.address, "PATCH", &format!("/v1/assessments/{id}"), key, version, &body);
        let answer = connection.ask(&patch);
        assert_eq!(answer.status, 200, "{}", String::from_utf8_lossy(&answer.body));
        version += 1;
    };

    println!("\nright after a write, one caller");
    let mut series = |label: &str, path: Option<&str>, without: Option<&Cost>| {
        let mut waits = Vec::new();
        let cost = cost_of(service.pid(), place, || {
            let begun = Instant::now();
            for _ in 0..plan.writes {
                let asked = Instant::now();
                write(&mut connection);
                let Some(path) = path else {
                    waits.push(asked.elapsed());
                    continue;
                };
                let asked = Instant::now();
                assert_eq!(connection.ask(&Request::get(&service.address, path, Some(key))).status, 200);
                waits.push(asked.elapsed());
            }
            Run { requests: plan.writes, elapsed: begun.elapsed() }
        });
        let own = Cost { processor_us: cost.processor_us - without.map_or(0.0, |cost| cost.processor_us), ..cost };
        table.print_single(label, &own, table::median(waits.iter().map(Duration::as_secs_f64)));
        cost
    };
    let alone = series("the write itself", None, None);
    series("distribution of a district", Some(QUESTIONS[3].1), Some(&alone));
    series("distribution of the nation", Some(NATION), Some(&alone));
    series("… by province", Some(&format!("{NATION}&group_by=PROVINCE")), Some(&alone));
    series("… newest results", Some("/v1/reports/criteria-distribution?unit_code=VN"), Some(&alone));
}
