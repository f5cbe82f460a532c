//! Starts the real binary with a fresh database and talks to it.

mod app;
mod client;
mod contract;
mod databases;
mod metrics;
mod raw;

pub use app::{App, binary};
pub use client::{Client, Reply};
pub use contract::{Operation, operations, records};
pub use databases::{Engine, connect, files};
pub use metrics::Metrics;
pub use raw::{Raw, RawReply};

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
