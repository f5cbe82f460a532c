//! The only source of "now".

use super::{LocalDate, Timestamp};
use chrono::{DateTime, TimeDelta, Utc};

/// The system clock, or one that started at another instant (rehearsals and tests); both run.
#[derive(Debug, Clone, Copy)]
pub struct Clock {
    shift: TimeDelta,
}

impl Clock {
    pub fn system() -> Clock {
        Clock { shift: TimeDelta::zero() }
    }

    /// A clock that shows `start` now and runs on from there.
    pub fn starting_at(start: DateTime<Utc>) -> Clock {
        Clock { shift: start - Utc::now() }
    }

    pub fn now(&self) -> Timestamp {
        Timestamp::new(Utc::now() + self.shift)
    }

    /// Today in Vietnam.
    pub fn today(&self) -> LocalDate {
        self.now().local_date()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_clock_that_was_set_shows_its_own_time() {
        for start in ["2031-06-30T16:59:00Z", "2019-01-01T00:00:00Z"] {
            let start: DateTime<Utc> = start.parse().unwrap();
            let shown = Clock::starting_at(start).now().utc() - start;
            assert!(shown.num_seconds().abs() < 3600, "{shown}");
        }
    }
}
