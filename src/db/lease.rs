//! The lease under which one instance answers from memory without asking PostgreSQL how far the journal has come.
//!
//! What others write: whoever is not the holder waits before its commit, in the database, longer than a renewal is good
//! for (migration `lease`). So until [`TERM`] after a renewal was asked for, nobody else's write is acknowledged that
//! the memory of the holder lacks. Only durations are compared, never two clocks.
//!
//! What this instance writes: a commit is counted when it is sent and when its end is known. The memory is asked for
//! again until it was brought up after the end of all that were sent. A commit whose end is not known gives the lease
//! back; it is taken again by a statement that waits for that commit.
//!
//! The lease is worth its trouble where many ask, and is not taken while more instances are connected.

use super::{Conn, DatabaseUrl, Memory, Snapshot};
use crate::error::Error;
use diesel::RunQueryDsl;
use diesel::dsl::sql;
use diesel::sql_types::Bool;
use parking_lot::Mutex;
use std::sync::Arc;
use std::time::{Duration, Instant};
use uuid::Uuid;

/// How long a renewal is good for: others wait a fifth longer than that.
const TERM: Duration = Duration::from_millis(500);

/// How long before its end it is renewed, so that nobody waits for it.
const AHEAD: Duration = Duration::from_millis(250);

/// How long after it was lost or not to be had it is asked for again.
const PAUSE: Duration = Duration::from_secs(5);

/// So many have to ask for the journal first: a command on the command line does not take it from nobody.
const WORTH: usize = 100;

/// Key of the advisory lock that each instance shares while it is connected, so that they can be counted.
const CONNECTED: i64 = 6_828_440;

pub struct Lease {
    instance: Uuid,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    holding: Holding,
    /// Changes when the lease is given up: what was under way for it before then no longer counts.
    generation: u64,
    /// When the last renewal is no longer good.
    until: Option<Instant>,
    /// A renewal has been asked for.
    is_being_renewed: bool,
    asked: usize,
    not_before: Option<Instant>,
    commits_sent: u64,
    commits_ended: u64,
    /// So many had ended when the memory was last brought up.
    commits_in_memory: u64,
}

#[derive(Default, PartialEq, Eq)]
enum Holding {
    #[default]
    No,
    Asked,
    Yes,
}

/// What the lease says at one moment.
struct Standing {
    /// The memory read now is the newest if it is still before this instant then.
    good_until: Instant,
    /// It is to be renewed, by this caller and no other.
    is_due: bool,
}

/// What was so before the database was asked.
pub struct Before {
    generation: u64,
    commits_ended: u64,
    at: Instant,
    pub renews: bool,
    /// It is to be taken, off the thread that answers questions: it may have to wait.
    pub takes: bool,
}

impl Lease {
    pub fn new() -> Lease {
        Lease { instance: Uuid::new_v4(), state: Mutex::default() }
    }

    /// Tell the database whose connection it is, so that the instance does not wait for its own lease.
    pub fn name(&self, conn: &mut Conn) -> Result<(), Error> {
        Ok(conn.run(&format!("SET muctieu.instance = '{}'", self.instance))?)
    }

    /// Make a connection the one that follows: this instance counts among those that are connected as long as it is.
    pub fn begin_following(conn: &mut Conn) -> Result<(), Error> {
        // A renewal reads the holder after it has the lock, whatever isolation the database begins with.
        Ok(conn.run(&format!(
            "SET default_transaction_isolation = 'read committed'; SELECT pg_advisory_lock_shared({CONNECTED})"
        ))?)
    }

    /// The memory, where it need not be asked for, and whether the lease is to be renewed.
    pub fn answer(&self, memory: &Memory) -> Option<(Arc<Snapshot>, bool)> {
        let standing = self.standing(Instant::now())?;
        let snapshot = memory.snapshot();
        (Instant::now() < standing.good_until).then_some((snapshot, standing.is_due))
    }

    fn standing(&self, now: Instant) -> Option<Standing> {
        let mut state = self.state.lock();
        let good_until = state.until.filter(|until| now < *until && state.commits_sent == state.commits_in_memory)?;
        let is_due = !state.is_being_renewed && good_until.duration_since(now) < AHEAD;
        state.is_being_renewed |= is_due;
        Some(Standing { good_until, is_due })
    }

    /// Before the database is asked on behalf of so many callers.
    pub fn before(&self, callers: usize, now: Instant) -> Before {
        let mut state = self.state.lock();
        state.asked = state.asked.saturating_add(callers);
        let may = state.not_before.is_none_or(|instant| now >= instant);
        let takes = state.holding == Holding::No && state.asked >= WORTH && may;
        if takes {
            state.holding = Holding::Asked;
        }
        let is_due = state.until.is_none_or(|until| until.saturating_duration_since(now) < AHEAD);
        Before {
            generation: state.generation,
            commits_ended: state.commits_ended,
            at: now,
            renews: state.holding == Holding::Yes && is_due,
            takes,
        }
    }

    /// Ask whether it goes on. To be asked before the memory is brought up.
    pub fn renew(&self, conn: &mut Conn) -> Result<bool, Error> {
        self.ask(conn, "lease_is_renewed")
    }

    fn ask(&self, conn: &mut Conn, function: &str) -> Result<bool, Error> {
        let Conn::Pg(conn) = conn else { return Ok(false) };
        Ok(diesel::select(sql::<Bool>(&format!("{function}('{}')", self.instance))).get_result(&mut **conn)?)
    }

    /// The database was asked and the memory brought up; `renewed` where that was asked too.
    pub fn after(&self, before: &Before, renewed: Option<bool>) {
        let mut state = self.state.lock();
        state.commits_in_memory = before.commits_ended;
        state.is_being_renewed &= !before.renews;
        if state.generation != before.generation {
            return;
        }
        match renewed {
            Some(true) => state.until = Some(before.at + TERM),
            Some(false) => state.give_up(before.at),
            None => {}
        }
    }

    /// The database could not be asked.
    pub fn failed(&self, before: &Before) {
        self.state.lock().is_being_renewed &= !before.renews;
    }

    /// Take it, on a connection of its own.
    pub fn take(&self, url: &DatabaseUrl, before: &Before) {
        let taken = url.connect().and_then(|mut conn| self.ask(&mut conn, "lease_is_taken"));
        let mut state = self.state.lock();
        if state.generation == before.generation && matches!(taken, Ok(true)) {
            state.holding = Holding::Yes;
        } else {
            state.give_up(before.at);
        }
    }

    /// Give it back, so that nobody waits for it when this instance has gone.
    pub fn leave(&self, conn: &mut Conn) -> Result<(), Error> {
        let held = {
            let mut state = self.state.lock();
            let held = state.holding == Holding::Yes;
            state.give_up(Instant::now());
            held
        };
        if held {
            conn.run(&format!(
                "BEGIN; SET LOCAL lock_timeout = '1s'; \
                 UPDATE journal_head SET lease_holder = NULL WHERE lease_holder = '{}'; COMMIT",
                self.instance
            ))?;
        }
        Ok(())
    }

    /// A commit is about to be sent.
    pub fn commit(&self) -> Commit<'_> {
        self.state.lock().commits_sent += 1;
        Commit { lease: self, is_known: false }
    }
}

impl State {
    fn give_up(&mut self, now: Instant) {
        self.holding = Holding::No;
        self.generation += 1;
        self.until = None;
        self.not_before = Some(now + PAUSE);
    }
}

/// A commit on its way. Dropped without a word, it may still happen.
pub struct Commit<'a> {
    lease: &'a Lease,
    is_known: bool,
}

impl Commit<'_> {
    /// What the database said. An error may be that of the way back, after the commit was done.
    pub fn ended(mut self, end: Result<(), Error>) -> Result<(), Error> {
        self.is_known = end.is_ok();
        end
    }
}

impl Drop for Commit<'_> {
    fn drop(&mut self) {
        let mut state = self.lease.state.lock();
        state.commits_ended += 1;
        if !self.is_known {
            state.give_up(Instant::now());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A lease that this instance holds, renewed at an instant.
    fn held(now: Instant) -> Lease {
        let lease = Lease::new();
        lease.before(WORTH, now);
        lease.state.lock().holding = Holding::Yes;
        renew(&lease, now, true);
        lease
    }

    fn renew(lease: &Lease, now: Instant, renewed: bool) {
        let before = lease.before(0, now);
        assert!(before.renews);
        lease.after(&before, Some(renewed));
    }

    fn is_good(lease: &Lease, at: Instant) -> bool {
        lease.standing(at).is_some()
    }

    #[test]
    fn it_is_taken_when_many_have_asked_and_by_one() {
        let (lease, now) = (Lease::new(), Instant::now());
        assert!(!lease.before(WORTH - 1, now).takes);
        assert!(lease.before(1, now).takes);
        assert!(!lease.before(1, now).takes, "it is being taken");
        assert!(!is_good(&lease, now), "it is good only when it was renewed");
    }

    #[test]
    fn it_is_good_for_its_term_and_renewed_ahead_by_one() {
        let now = Instant::now();
        let lease = held(now);
        let due = |at: Duration| lease.standing(now + at).map(|standing| standing.is_due);
        assert_eq!(due(TERM - AHEAD), Some(false));
        let late = TERM - AHEAD + Duration::from_millis(1);
        assert_eq!((due(late), due(late)), (Some(true), Some(false)));
        assert_eq!(due(TERM - Duration::from_nanos(1)), Some(false));
        assert_eq!(due(TERM), None);
        renew(&lease, now + late, true);
        assert_eq!(due(late + TERM - Duration::from_nanos(1)), Some(true), "counted from when it was asked for");
    }

    #[test]
    fn whom_another_displaced_asks_again_after_a_pause() {
        let now = Instant::now();
        let lease = held(now);
        let later = now + TERM;
        renew(&lease, later, false);
        assert!(!is_good(&lease, later));
        assert!(!lease.before(1, later + PAUSE - Duration::from_nanos(1)).takes);
        assert!(lease.before(1, later + PAUSE).takes);
    }

    #[test]
    fn a_commit_of_this_instance_is_in_memory_when_it_was_brought_up_afterwards() {
        let now = Instant::now();
        let lease = held(now);
        let commit = lease.commit();
        assert!(!is_good(&lease, now), "it may be done already");
        let before = lease.before(1, now);
        commit.ended(Ok(())).unwrap();
        lease.after(&before, None);
        assert!(!is_good(&lease, now), "the question was asked before the end");
        let (one, other) = (lease.commit(), lease.commit());
        one.ended(Ok(())).unwrap();
        lease.after(&lease.before(1, now), None);
        assert!(!is_good(&lease, now), "one is on its way");
        other.ended(Ok(())).unwrap();
        lease.after(&lease.before(1, now), None);
        assert!(is_good(&lease, now));
    }

    #[test]
    fn a_commit_whose_end_is_not_known_gives_the_lease_back() {
        let now = Instant::now();
        let lease = held(now);
        let before = lease.before(1, now + TERM);
        assert!(before.renews);
        lease.commit().ended(Err(Error::Unavailable("connection lost".into()))).unwrap_err();
        lease.after(&before, Some(true));
        lease.after(&lease.before(1, now), None);
        assert!(!is_good(&lease, now), "a renewal that was under way does not bring it back");
        assert!(lease.before(1, now + TERM + PAUSE + PAUSE).takes, "it is to be taken anew");
    }
}
