//! The second listener of a service, to see from outside how busy it is.

use super::client::Client;
use std::thread::sleep;
use std::time::{Duration, Instant};

pub struct Metrics(Client);

impl Metrics {
    /// An address that is free, for `--metrics-address`.
    pub fn free_address() -> String {
        let free = std::net::TcpListener::bind("127.0.0.1:0").expect("a free port");
        free.local_addr().expect("an address").to_string()
    }

    pub fn at(address: &str) -> Metrics {
        Metrics(Client::new(&format!("http://{address}"), None))
    }

    /// Wait until so many requests are in progress. Asking takes no place among them.
    #[track_caller]
    pub fn wait_for_in_flight(&self, count: usize) {
        let line = format!("muctieu_requests_in_flight {count}");
        let begun = Instant::now();
        while !self.0.get("/metrics").text.lines().any(|known| known == line) {
            assert!(begun.elapsed() < Duration::from_secs(10), "never: {line}");
            sleep(Duration::from_millis(5));
        }
    }
}
