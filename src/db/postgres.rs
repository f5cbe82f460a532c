//! PostgreSQL: a pool whose connections are checked when taken, and one thread that follows the journal.
//!
//! A request asks how far the journal has come, so that instances agree, unless this one holds the [lease](super::lease)
//! and knows. The questions are gathered twice: a worker asks once for all requests that it has taken up in one turn, and
//! all that is asked while a question is under way shares the next. Each begins after the requests arrived, so nobody
//! gets an older answer.

use super::lease::{Before, Lease};
use super::tx::Finished;
use super::{Actor, Conn, DatabaseUrl, Memory, Snapshot, Tx};
use crate::error::Error;
use crate::threads::answer_promptly;
use crate::values::Clock;
use diesel::r2d2::{ManageConnection, Pool};
use parking_lot::Mutex;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use tokio::sync::{Semaphore, oneshot};

/// How long a caller waits for a free connection, or to learn how far the journal has come, before 503.
const CHECK_OUT: Duration = Duration::from_millis(1500);

/// Attempts of a write that lost against another (serialisation failure, deadlock, a decision grown old).
const ATTEMPTS: usize = 6;

/// From this attempt on a write decides while nobody else can commit, so that many writers at once do not make each
/// other's decisions old for ever.
const ALONE_FROM: usize = 2;

#[derive(Clone)]
pub struct Lanes {
    pool: Pool<Manager>,
    memory: Arc<Memory>,
    lease: Arc<Lease>,
    clock: Clock,
    /// Callers that hold or wait for a connection.
    places: Arc<Semaphore>,
    questions: UnboundedSender<Question>,
    /// Callers whose question has not begun, and how many there may be.
    asking: Arc<AtomicUsize>,
    most_asking: usize,
    /// Callers of this worker for whom the next question is asked.
    gathered: Arc<Mutex<Vec<Caller>>>,
    read_timeout: Duration,
}

type Caller = oneshot::Sender<Result<Arc<Snapshot>, Error>>;

/// How far has the journal come?
struct Question {
    callers: usize,
    /// Nobody waits where only the lease is to be renewed.
    reply: Option<oneshot::Sender<Result<Arc<Snapshot>, Arc<str>>>>,
}

impl Lanes {
    pub fn start(url: &DatabaseUrl, lanes: &super::Lanes, memory: Arc<Memory>, clock: Clock) -> Result<Lanes, Error> {
        let mut follower = connected(url)?;
        memory.catch_up(&mut follower)?;
        let lease = Arc::new(Lease::new());
        let size = u32::try_from(lanes.connections.max(1)).unwrap_or(u32::MAX);
        let pool = Pool::builder()
            .max_size(size)
            .min_idle(Some(1))
            .connection_timeout(CHECK_OUT)
            .test_on_check_out(true)
            .build_unchecked(Manager { url: url.clone(), lease: lease.clone() });
        let (questions, asked) = unbounded_channel();
        let (place, followed, leased) = (url.clone(), memory.clone(), lease.clone());
        let asking = Arc::new(AtomicUsize::new(0));
        let begun = asking.clone();
        std::thread::Builder::new()
            .name("journal-follower".to_owned())
            .spawn(move || follow(&followed, &leased, &place, Some(follower), asked, &begun))
            .expect("a thread can be started while the service starts");
        Ok(Lanes {
            pool,
            memory,
            lease,
            clock,
            places: Arc::new(Semaphore::new(lanes.connections + lanes.queue)),
            questions,
            asking,
            most_asking: lanes.queue,
            gathered: Arc::default(),
            read_timeout: lanes.read_timeout,
        })
    }

    pub fn of_worker(&self) -> Lanes {
        Lanes { gathered: Arc::default(), ..self.clone() }
    }

    pub async fn read<T, F>(&self, work: F) -> Result<T, Error>
    where
        T: Send + 'static,
        F: FnOnce(&mut Conn) -> Result<T, Error> + Send + 'static,
    {
        let timeout = self.read_timeout.as_millis();
        self.on_connection(move |conn| {
            conn.run(&format!(
                "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY; SET LOCAL statement_timeout = {timeout}"
            ))?;
            let result = work(conn);
            conn.run("ROLLBACK")?;
            result
        })
        .await
    }

    pub async fn write<T, F>(&self, actor: Actor, work: F) -> Result<T, Error>
    where
        T: Send + 'static,
        F: Fn(&mut Tx<'_>) -> Result<T, Error> + Send + 'static,
    {
        // Reference data as of now: other instances may have changed it.
        let mut snapshot = self.memory().await?;
        let (clock, memory, lease) = (self.clock, self.memory.clone(), self.lease.clone());
        self.on_connection(move |conn| {
            let mut last = None;
            for number in 0..ATTEMPTS {
                let alone = (number >= ALONE_FROM).then_some(&*memory);
                match attempt(conn, &lease, clock, snapshot.clone(), alone, &actor, &work) {
                    Ok(Some(value)) => return Ok(value),
                    Ok(None) => snapshot = memory.catch_up(conn)?,
                    Err(error) if lost_a_race(&error) => last = Some(error),
                    Err(error) => return Err(error),
                }
            }
            Err(last.map_or(Error::Overloaded, |error| Error::Unavailable(Box::new(error))))
        })
        .await
    }

    /// The end: nothing is served any more.
    pub async fn leave(&self) {
        let lease = self.lease.clone();
        if let Err(error) = self.on_connection(move |conn| lease.leave(conn)).await {
            tracing::warn!(error = %error, "The lease is left behind: whoever writes next waits for it");
        }
    }

    pub async fn memory(&self) -> Result<Arc<Snapshot>, Error> {
        if let Some((snapshot, is_due)) = self.lease.answer(&self.memory) {
            if is_due {
                // Where the follower has ended, the next question says so.
                let _ = self.questions.send(Question { callers: 0, reply: None });
            }
            return Ok(snapshot);
        }
        if self.asking.fetch_add(1, Ordering::AcqRel) >= self.most_asking {
            self.asking.fetch_sub(1, Ordering::AcqRel);
            return Err(Error::Overloaded);
        }
        let (reply, answer) = oneshot::channel();
        let first = {
            let mut gathered = self.gathered.lock();
            gathered.push(reply);
            gathered.len() == 1
        };
        if first {
            // It runs when the worker has nothing else to do: until then others join.
            tokio::spawn(self.clone().ask_for_all());
        }
        answer.await.map_err(|_| Error::internal("nobody asked for the journal"))?
    }

    /// Ask once for all that are gathered, and tell each: the follower wakes this worker once, however many wait here.
    async fn ask_for_all(self) {
        // One turn more, in which the worker takes up what has come in meanwhile: a question costs more than a turn.
        tokio::task::yield_now().await;
        let waiting = std::mem::take(&mut *self.gathered.lock());
        let (reply, answer) = oneshot::channel();
        let asked = self.questions.send(Question { callers: waiting.len(), reply: Some(reply) });
        // A server that vanished without a word answers no more; the follower may wait for it, callers do not.
        let answer = tokio::time::timeout(CHECK_OUT, answer).await;
        for caller in waiting {
            // A caller that has gone needs no answer.
            let _ = caller.send(match (&asked, &answer) {
                (Ok(()), Ok(Ok(Ok(snapshot)))) => Ok(snapshot.clone()),
                (Ok(()), Ok(Ok(Err(reason)))) => Err(Error::Unavailable(reason.to_string().into())),
                (Ok(()), Err(_)) => Err(Error::Unavailable("the journal cannot be followed in time".into())),
                _ => Err(Error::internal("the follower thread ended")),
            });
        }
    }

    async fn on_connection<T, F>(&self, work: F) -> Result<T, Error>
    where
        T: Send + 'static,
        F: FnOnce(&mut Conn) -> Result<T, Error> + Send + 'static,
    {
        let place = self.places.clone().try_acquire_owned().map_err(|_| Error::Overloaded)?;
        let pool = self.pool.clone();
        tokio::task::spawn_blocking(move || {
            let _place = place;
            let mut held = pool.get().map_err(|error| Error::Unavailable(Box::new(error)))?;
            let done = catch_unwind(AssertUnwindSafe(|| work(&mut held.conn)));
            // A connection that saw a panic or lost its server is not given to anybody else.
            held.broken = matches!(done, Err(_) | Ok(Err(Error::Unavailable(_))));
            done.unwrap_or_else(|_| Err(Error::internal("a panic in a database task")))
        })
        .await
        .map_err(Error::internal)?
    }
}

/// One attempt. Nothing where it decided by a memory that is no longer so; `alone` it reads the memory when nobody else
/// can commit any more.
fn attempt<T>(
    conn: &mut Conn,
    lease: &Lease,
    clock: Clock,
    snapshot: Arc<Snapshot>,
    alone: Option<&Memory>,
    actor: &Actor,
    work: &impl Fn(&mut Tx<'_>) -> Result<T, Error>,
) -> Result<Option<T>, Error> {
    conn.run("BEGIN ISOLATION LEVEL READ COMMITTED")?;
    let decided_by = match alone {
        None => Ok(snapshot),
        Some(memory) => conn
            .run("SELECT position FROM journal_head FOR UPDATE")
            .map_err(Error::from)
            .and_then(|()| memory.within(conn)),
    };
    let result = decided_by.and_then(|snapshot| {
        let mut tx = Tx::begin(conn, clock.now(), snapshot, actor.clone());
        let value = work(&mut tx)?;
        Ok(match tx.finish()? {
            Finished::Stands => Some(value),
            Finished::Outdated => None,
        })
    });
    if actor.dry_run || !matches!(result, Ok(Some(_))) {
        conn.run("ROLLBACK")?;
        return result;
    }
    let commit = lease.commit();
    commit.ended(conn.run("COMMIT").map_err(Error::from))?;
    result
}

/// Another transaction was first; the same work may succeed now.
fn lost_a_race(error: &Error) -> bool {
    use diesel::result::{DatabaseErrorKind, Error as Diesel};
    let Error::Internal(source) = error else { return false };
    match source.downcast_ref::<Diesel>() {
        Some(Diesel::DatabaseError(DatabaseErrorKind::SerializationFailure, _)) => true,
        Some(Diesel::DatabaseError(_, information)) => information.message().contains("deadlock detected"),
        _ => false,
    }
}

/// A connection on which the journal is followed.
fn connected(url: &DatabaseUrl) -> Result<Conn, Error> {
    let mut conn = url.connect()?;
    Lease::begin_following(&mut conn)?;
    Ok(conn)
}

/// Answer questions for the newest memory, many at a time; connect again where the connection is lost.
fn follow(
    memory: &Memory,
    lease: &Arc<Lease>,
    url: &DatabaseUrl,
    mut connection: Option<Conn>,
    mut asked: UnboundedReceiver<Question>,
    asking: &AtomicUsize,
) {
    answer_promptly();
    while let Some(first) = asked.blocking_recv() {
        let mut waiting = vec![first];
        waiting.extend(std::iter::from_fn(|| asked.try_recv().ok()));
        let callers = waiting.iter().map(|question| question.callers).sum();
        asking.fetch_sub(callers, Ordering::AcqRel);
        let before = lease.before(callers, Instant::now());
        let answer = match &mut connection {
            Some(conn) => brought_up(memory, lease, &before, conn),
            None => Err(Error::Unavailable("not connected".into())),
        };
        let answer = answer.or_else(|_| {
            let conn = connection.insert(connected(url)?);
            brought_up(memory, lease, &before, conn)
        });
        if let Err(error) = &answer {
            tracing::warn!(error = %error, "The journal cannot be followed");
            connection = None;
            lease.failed(&before);
        }
        let answer = answer.map_err(|error| Arc::<str>::from(error.to_string()));
        for reply in waiting.into_iter().filter_map(|question| question.reply) {
            // Who asked may have given up.
            let _ = reply.send(answer.clone());
        }
        if before.takes {
            let (lease, url) = (lease.clone(), url.clone());
            let thread = std::thread::Builder::new().name("lease".to_owned());
            // Where no thread is to be had, this instance goes on asking.
            let _ = thread.spawn(move || lease.take(&url, &before));
        }
    }
}

/// Renew the lease where that is due, then bring the memory up.
fn brought_up(memory: &Memory, lease: &Lease, before: &Before, conn: &mut Conn) -> Result<Arc<Snapshot>, Error> {
    let renewed = before.renews.then(|| lease.renew(conn)).transpose()?;
    let snapshot = memory.catch_up(conn)?;
    lease.after(before, renewed);
    Ok(snapshot)
}

struct Manager {
    url: DatabaseUrl,
    lease: Arc<Lease>,
}

struct Held {
    conn: Conn,
    broken: bool,
}

impl ManageConnection for Manager {
    type Connection = Held;
    type Error = Error;

    fn connect(&self) -> Result<Held, Error> {
        let mut conn = self.url.connect()?;
        self.lease.name(&mut conn)?;
        Ok(Held { conn, broken: false })
    }

    fn is_valid(&self, held: &mut Held) -> Result<(), Error> {
        Ok(held.conn.run("SELECT 1")?)
    }

    fn has_broken(&self, held: &mut Held) -> bool {
        held.broken
    }
}
