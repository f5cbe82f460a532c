//! A file of 100,000 rows: how long it takes, how much it holds, and what others wait meanwhile.

use super::evaluations::items_of;
use super::load::{Connection, Request};
use super::nation::SET;
use super::processes::{Busy, Service};
use muctieu::threads::answer_promptly;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

/// Rows of a file at the most.
const ROWS: usize = 100_000;

/// What a file may take: seconds, megabytes beside what the service held before, and how much longer others wait than
/// beside a process that has nothing to do with the service.
const MOST_SECONDS: f64 = 120.0;
const MOST_MEGABYTES: u64 = 300;
const MOST_LONGER: f64 = 2.0;

/// How long the service is asked before anything counts.
const WARM: Duration = Duration::from_secs(3);

/// How long others are watched while nothing is taken in.
const QUIET: Duration = Duration::from_secs(5);

/// Take in a file, then the same once more, while somebody else reads.
pub fn measure(service: &Service, key: &str) {
    println!("\nimport, one row for each commune and item");
    let items = items_of(&mut Connection::open(&service.address), &service.address, key);
    let mut table = "unit_code,item_code,value\r\n".to_owned();
    let mut rows = 0_u64;
    for (unit, (code, is_yes)) in (1..).flat_map(|unit| items.iter().map(move |item| (unit, item))).take(ROWS) {
        table.push_str(&format!("{unit:05},{code},{}\r\n", if *is_yes { "Đạt" } else { "50" }));
        rows += 1;
    }
    // Until what is read first is at hand.
    watched(service, key, || std::thread::sleep(WARM));
    let quiet = watched(service, key, || std::thread::sleep(QUIET));
    let beside = {
        let _busy = Busy::start();
        watched(service, key, || std::thread::sleep(QUIET))
    };
    println!(
        "a unit by code at the 99th percentile: {:.2} ms while nothing else runs, {:.2} ms while another process, none of \
         ours, keeps one processor busy",
        quiet * 1e3,
        beside * 1e3,
    );
    let held = service.peak_megabytes();
    for (number, once) in ["bench-import-0001", "bench-import-0002"].into_iter().enumerate() {
        let path =
            format!("/v1/assessment-sheets?unit_code=VN&criteria_set_code={SET}&period=2023&stage=SELF&layout=LONG");
        let request = Request::table(&service.address, &path, key, once, &table);
        let mut seconds = 0.0;
        let busy = watched(service, key, || {
            // The service closes a connection that says nothing for some seconds.
            let mut connection = Connection::open(&service.address);
            let begun = Instant::now();
            let answer = connection.ask(&request);
            seconds = begun.elapsed().as_secs_f64();
            let text = String::from_utf8_lossy(&answer.body);
            assert_eq!(answer.status, 201, "{}", &text[..text.len().min(2000)]);
            let answer: serde_json::Value = serde_json::from_slice(&answer.body).expect("JSON");
            let stats = &answer["stats"];
            let told = if number == 0 { &stats["created"] } else { &stats["unchanged"] };
            assert_eq!((stats["rows"].as_u64(), told.as_u64()), (Some(rows), Some(rows.div_ceil(items.len() as u64))));
        });
        let more = service.peak_megabytes() - held;
        let label = if number == 0 { "new" } else { "the same again" };
        println!(
            "{label}: {rows} rows in {seconds:.1} s, {more} MB more than before; a unit by code at the 99th percentile \
             {:.2} ms, {:.1} times the first and {:.1} times the second",
            busy * 1e3,
            busy / quiet,
            busy / beside,
        );
        // An import is busy, whatever it is made of: more than that it is not to cost.
        let within = seconds < MOST_SECONDS && more < MOST_MEGABYTES && busy < beside * MOST_LONGER;
        let aims = format!(
            "below {MOST_SECONDS:.0} s, {MOST_MEGABYTES} MB and {MOST_LONGER} times the wait beside that process"
        );
        println!("{aims}: {}", if within { "yes" } else { "NO" });
    }
}

/// What another caller waits at the 99th percentile, in seconds, while something is done: it asks every five
/// milliseconds.
fn watched(service: &Service, key: &str, work: impl FnOnce()) -> f64 {
    let stop = AtomicBool::new(false);
    std::thread::scope(|scope| {
        let watcher = scope.spawn(|| {
            // It stands for somebody elsewhere, who waits for no processor of this machine.
            answer_promptly();
            let request = Request::get(&service.address, "/v1/units?code=05000", Some(key));
            let mut connection = Connection::open(&service.address);
            let mut waits = Vec::new();
            while !stop.load(Ordering::Acquire) {
                let begun = Instant::now();
                assert_eq!(connection.ask(&request).status, 200);
                waits.push(begun.elapsed().as_secs_f64());
                std::thread::sleep(Duration::from_millis(5));
            }
            waits
        });
        work();
        stop.store(true, Ordering::Release);
        let mut waits = watcher.join().expect("a reader");
        waits.sort_by(f64::total_cmp);
        waits[(waits.len() - 1) * 99 / 100]
    })
}
