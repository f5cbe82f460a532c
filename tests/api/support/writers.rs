//! Callers that write without a pause while a test breaks something, and remember what they were told.

use super::client::{Client, Reply};
use super::databases::count;
use serde_json::json;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

/// What all writers were told.
#[derive(Default)]
pub struct Writers {
    /// Records that were there before.
    before: usize,
    stop: AtomicBool,
    number: AtomicUsize,
    acknowledged: Mutex<Vec<String>>,
    refused: AtomicUsize,
    slowest_refusal: Mutex<Duration>,
}

/// A problem that says: not now, come back.
#[track_caller]
pub fn is_refused(reply: &Reply) -> bool {
    if reply.status != 503 {
        return false;
    }
    let (code, _) = reply.problem(503);
    assert!(["DEPENDENCY_UNAVAILABLE", "OVERLOADED"].contains(&code.as_str()), "{}", reply.text);
    assert_eq!(reply.header("retry-after"), Some("1"));
    true
}

impl Writers {
    pub fn of(client: &Client) -> Writers {
        Writers { before: total(client), ..Writers::default() }
    }

    /// Write once. True where it was acknowledged; anything but 201 and 503 is a fault.
    #[track_caller]
    pub fn write(&self, client: &Client) -> bool {
        let number = self.number.fetch_add(1, Ordering::AcqRel);
        // Long enough that the disk notices.
        let body =
            json!({ "unit_code": "063", "name": format!("Ứng dụng {number}"), "description": "mô tả ".repeat(100) });
        let begun = Instant::now();
        let reply = client.post("/v1/clients", &body);
        if is_refused(&reply) {
            self.refused.fetch_add(1, Ordering::AcqRel);
            let mut slowest = self.slowest_refusal.lock().expect("no thread panics with it");
            *slowest = begun.elapsed().max(*slowest);
            return false;
        }
        let id = reply.expect(201)["id"].as_str().expect("an id").to_owned();
        self.acknowledged.lock().expect("no thread panics with it").push(id);
        true
    }

    /// Write with so many clients at once until this ends.
    pub fn during<T>(&self, clients: usize, client: &(impl Fn() -> Client + Sync), work: impl FnOnce() -> T) -> T {
        self.stop.store(false, Ordering::Release);
        /// Stops the writers even where the work panics, else the scope never ends.
        struct Stop<'a>(&'a AtomicBool);
        impl Drop for Stop<'_> {
            fn drop(&mut self) {
                self.0.store(true, Ordering::Release);
            }
        }
        std::thread::scope(|scope| {
            let _stop = Stop(&self.stop);
            for _ in 0..clients {
                scope.spawn(|| {
                    let client = client();
                    while !self.stop.load(Ordering::Acquire) {
                        if !self.write(&client) {
                            std::thread::sleep(Duration::from_millis(20));
                        }
                    }
                });
            }
            work()
        })
    }

    pub fn acknowledged(&self) -> usize {
        self.acknowledged.lock().expect("no thread panics with it").len()
    }

    pub fn refused(&self) -> usize {
        self.refused.load(Ordering::Acquire)
    }

    pub fn slowest_refusal(&self) -> Duration {
        *self.slowest_refusal.lock().expect("no thread panics with it")
    }

    /// Wait until so many more writes are acknowledged.
    #[track_caller]
    pub fn wait_for(&self, more: usize, limit: Duration) -> Duration {
        let before = self.acknowledged();
        super::within(limit, "writes are acknowledged", || self.acknowledged() >= before + more)
    }

    /// Every acknowledged record is there. Returns how many are there that nobody was told of.
    #[track_caller]
    pub fn all_are_there(&self, client: &Client) -> usize {
        let acknowledged = self.acknowledged.lock().expect("no thread panics with it");
        for id in acknowledged.iter() {
            client.get(&format!("/v1/clients/{id}")).expect(200);
        }
        total(client).checked_sub(self.before + acknowledged.len()).expect("what is there can be counted")
    }
}

fn total(client: &Client) -> usize {
    let page = client.get("/v1/clients?with_total=true&limit=1").expect(200);
    usize::try_from(page["total"].as_u64().expect("a total")).expect("a small number")
}

/// Row and journal are there together or not at all, positions have no gap, and the file is sound.
#[track_caller]
pub fn nothing_is_torn(database: &str) {
    let of = |collection: &str| {
        format!("SELECT count(*) AS value FROM journal WHERE collection = '{collection}' AND version = 1")
    };
    for (table, collection) in [("clients", "clients"), ("assessments", "assessments"), ("grants", "grants")] {
        let deleted = format!(
            "SELECT count(*) AS value FROM journal WHERE collection = '{collection}' AND action LIKE '%.deleted'"
        );
        let rows = count(database, &format!("SELECT count(*) AS value FROM {table}"));
        assert_eq!(rows + count(database, &deleted), count(database, &of(collection)), "{table}");
    }
    assert_eq!(
        count(database, "SELECT count(*) AS value FROM journal"),
        count(database, "SELECT position AS value FROM journal_head"),
    );
    if database.starts_with("sqlite") {
        let sound = "SELECT CASE integrity_check WHEN 'ok' THEN 1 ELSE 0 END AS value FROM pragma_integrity_check";
        assert_eq!(count(database, sound), 1);
    }
}
