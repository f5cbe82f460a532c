//! The limits every request meets: how many at once, how large, how long, how often.

use crate::values::ClientId;
use governor::clock::{Clock as _, DefaultClock};
use governor::middleware::StateInformationMiddleware;
use governor::state::keyed::DefaultKeyedStateStore;
use governor::{Quota, RateLimiter};
use std::net::IpAddr;
use std::num::NonZeroU32;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;

#[derive(Debug, Clone)]
pub struct GuardSettings {
    /// Largest JSON body, in bytes.
    pub body_bytes: usize,
    /// How long a body may take to arrive.
    pub body_timeout: Duration,
    /// How long a request may take altogether.
    pub request_timeout: Duration,
    /// Requests in progress at once; further ones are turned away.
    pub in_flight: usize,
    /// Requests of one client in a minute; 0 for no limit.
    pub client_rate: u32,
    /// Wrong credentials of one address in a minute; 0 for no limit.
    pub failure_rate: u32,
    /// Origins a browser may call from.
    pub origins: Vec<String>,
    /// Addresses whose `X-Forwarded-For` counts.
    pub proxies: Vec<IpAddr>,
    /// Prefix of the links the service emits; never taken from `Host`.
    pub public_base_url: String,
}

type Limiter<K> = RateLimiter<K, DefaultKeyedStateStore<K>, DefaultClock, StateInformationMiddleware>;

pub struct Guard {
    settings: GuardSettings,
    in_flight: AtomicUsize,
    draining: AtomicBool,
    clients: Option<Limiter<ClientId>>,
    failures: Option<Limiter<IpAddr>>,
    clock: DefaultClock,
}

/// What is left of a caller's rate.
#[derive(Debug, Clone, Copy)]
pub struct Rate {
    pub quota: u32,
    pub remaining: u32,
    /// Seconds until the whole quota is there again.
    pub reset_after: u32,
    /// Seconds until the next request is taken; 0 where this one was.
    pub retry_after: u64,
}

impl Guard {
    pub fn new(settings: GuardSettings) -> Guard {
        fn limiter<K: std::hash::Hash + Eq + Clone>(rate: u32) -> Option<Limiter<K>> {
            let quota = Quota::per_minute(NonZeroU32::new(rate)?);
            Some(RateLimiter::dashmap(quota).with_middleware::<StateInformationMiddleware>())
        }
        Guard {
            in_flight: AtomicUsize::new(0),
            draining: AtomicBool::new(false),
            clients: limiter(settings.client_rate),
            failures: limiter(settings.failure_rate),
            clock: DefaultClock::default(),
            settings,
        }
    }

    pub fn settings(&self) -> &GuardSettings {
        &self.settings
    }

    /// A place among the requests in progress, given back when it is dropped.
    pub fn enter(&self) -> Option<Entered<'_>> {
        let before = self.in_flight.fetch_add(1, Ordering::AcqRel);
        let entered = Entered(&self.in_flight);
        (before < self.settings.in_flight).then_some(entered)
    }

    pub fn in_flight(&self) -> usize {
        self.in_flight.load(Ordering::Acquire)
    }

    /// From now on `ready` says no and connections are closed after their answer.
    pub fn drain(&self) {
        self.draining.store(true, Ordering::Release);
    }

    pub fn draining(&self) -> bool {
        self.draining.load(Ordering::Acquire)
    }

    /// Count a request of a client. `None` where there is no limit.
    pub fn count_client(&self, client: ClientId) -> Option<Rate> {
        self.count(self.clients.as_ref()?, &client, self.settings.client_rate)
    }

    /// Count a failed authentication of an address. True where there were too many.
    pub fn count_failure(&self, address: IpAddr) -> Option<Rate> {
        self.count(self.failures.as_ref()?, &address, self.settings.failure_rate)
    }

    fn count<K: std::hash::Hash + Eq + Clone>(&self, limiter: &Limiter<K>, key: &K, quota: u32) -> Option<Rate> {
        // Forget keys that are at rest, now and then.
        if limiter.len() > 10_000 {
            limiter.retain_recent();
        }
        let rate = |remaining: u32, retry_after| Rate {
            quota,
            remaining,
            // What was used comes back evenly over the minute.
            reset_after: (u64::from(quota - remaining) * 60).div_ceil(u64::from(quota)) as u32,
            retry_after,
        };
        Some(match limiter.check_key(key) {
            Ok(state) => rate(state.remaining_burst_capacity().min(quota), 0),
            Err(refused) => rate(0, refused.wait_time_from(self.clock.now()).as_secs() + 1),
        })
    }
}

/// A request in progress.
pub struct Entered<'a>(&'a AtomicUsize);

impl Drop for Entered<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::AcqRel);
    }
}
