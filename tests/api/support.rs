//! Starts the real binary with a fresh database and talks to it.

mod app;
mod client;
mod cluster;
mod contract;
mod databases;
mod disk;
mod metrics;
pub mod money;
mod proxy;
mod raw;
mod writers;

pub use app::{App, binary, launcher};
pub use client::{Client, Reply};
pub use cluster::Cluster;
pub use contract::{Operation, asking, operations, records};
pub use databases::{Engine, connect, count, files, run, texts};
pub use disk::SmallDisk;
pub use metrics::Metrics;
pub use proxy::{Cut, Proxy};
pub use raw::{Raw, RawReply};
pub use writers::{Writers, is_refused, nothing_is_torn};

/// `RELIABILITY=full` asks for longer runs; by default each is as short as it can be and still tell.
pub fn rounds(short: usize, full: usize) -> usize {
    if std::env::var("RELIABILITY").is_ok_and(|value| value == "full") { full } else { short }
}

/// Say what a run does or leaves out, loudly: what tests print is shown only where they fail, this always is.
pub fn say(text: &str) {
    use std::io::Write;
    writeln!(std::io::stderr(), "*** {text} ***").expect("standard error takes a line");
}

/// Wait until this is so, and say how long it took.
#[track_caller]
pub fn within(limit: std::time::Duration, what: &str, mut is_so: impl FnMut() -> bool) -> std::time::Duration {
    let begun = std::time::Instant::now();
    while !is_so() {
        assert!(begun.elapsed() < limit, "not within {limit:?}: {what}");
        std::thread::sleep(std::time::Duration::from_millis(5));
    }
    begun.elapsed()
}

/// A story told on both databases from one source.
macro_rules! on_both {
    ($($(#[$doc:meta])* fn $name:ident($app:ident) $body:block)*) => {$(
        mod $name {
            #[allow(unused_imports)]
            use super::*;

            $(#[$doc])*
            fn story($app: &mut $crate::support::App) $body

            #[test]
            fn sqlite() {
                story(&mut $crate::support::App::start($crate::support::Engine::Sqlite));
            }

            #[test]
            fn postgres() {
                if $crate::support::Engine::postgres_is_there() {
                    story(&mut $crate::support::App::start($crate::support::Engine::Postgres));
                }
            }
        }
    )*};
}
pub(crate) use on_both;
