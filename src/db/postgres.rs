//! PostgreSQL: a pool whose connections are checked when taken, and one thread that follows the journal.
//!
//! Every request asks how far the journal has come, so that instances agree. The questions are gathered: all that
//! arrive while one is under way share the next, which begins after they arrived, so nobody gets an older answer.

use super::tx::Finished;
use super::{Actor, Conn, DatabaseUrl, Memory, Snapshot, Tx};
use crate::error::Error;
use crate::values::Clock;
use crossbeam_channel::{Receiver, Sender, bounded};
use diesel::r2d2::{ManageConnection, Pool};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::time::Duration;
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
    clock: Clock,
    /// Callers that hold or wait for a connection.
    places: Arc<Semaphore>,
    questions: Sender<oneshot::Sender<Result<Arc<Snapshot>, Error>>>,
    read_timeout: Duration,
}

impl Lanes {
    pub fn start(url: &DatabaseUrl, lanes: &super::Lanes, memory: Arc<Memory>, clock: Clock) -> Result<Lanes, Error> {
        let mut follower = url.connect()?;
        memory.catch_up(&mut follower)?;
        let size = u32::try_from(lanes.connections.max(1)).unwrap_or(u32::MAX);
        let pool = Pool::builder()
            .max_size(size)
            .min_idle(Some(1))
            .connection_timeout(CHECK_OUT)
            .test_on_check_out(true)
            .build_unchecked(Manager(url.clone()));
        let (questions, asked) = bounded(lanes.queue);
        let (place, followed) = (url.clone(), memory.clone());
        std::thread::Builder::new()
            .name("journal-follower".to_owned())
            .spawn(move || follow(&followed, &place, Some(follower), asked))
            .expect("a thread can be started while the service starts");
        Ok(Lanes {
            pool,
            memory,
            clock,
            places: Arc::new(Semaphore::new(lanes.connections + lanes.queue)),
            questions,
            read_timeout: lanes.read_timeout,
        })
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
        let (clock, memory) = (self.clock, self.memory.clone());
        self.on_connection(move |conn| {
            let mut last = None;
            for number in 0..ATTEMPTS {
                let alone = (number >= ALONE_FROM).then_some(&*memory);
                match attempt(conn, clock, snapshot.clone(), alone, &actor, &work) {
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

    pub async fn memory(&self) -> Result<Arc<Snapshot>, Error> {
        let (reply, answer) = oneshot::channel();
        self.questions.try_send(reply).map_err(|_| Error::Overloaded)?;
        // A server that vanished without a word answers no more; the follower may wait for it, callers do not.
        tokio::time::timeout(CHECK_OUT, answer)
            .await
            .map_err(|_| Error::Unavailable("the journal cannot be followed in time".into()))?
            .map_err(|_| Error::internal("the follower thread ended"))?
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
    conn.run("COMMIT")?;
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

/// Answer questions for the newest memory, many at a time; connect again where the connection is lost.
fn follow(
    memory: &Memory,
    url: &DatabaseUrl,
    mut connection: Option<Conn>,
    asked: Receiver<oneshot::Sender<Result<Arc<Snapshot>, Error>>>,
) {
    while let Ok(first) = asked.recv() {
        let mut waiting = vec![first];
        waiting.extend(asked.try_iter());
        let answer = match &mut connection {
            Some(conn) => memory.catch_up(conn),
            None => Err(Error::Unavailable("not connected".into())),
        };
        let answer = match answer {
            Ok(snapshot) => Ok(snapshot),
            Err(_) => url.connect().and_then(|mut conn| {
                let snapshot = memory.catch_up(&mut conn)?;
                connection = Some(conn);
                Ok(snapshot)
            }),
        };
        if let Err(error) = &answer {
            tracing::warn!(error = %error, "The journal cannot be followed");
            connection = None;
        }
        for reply in waiting {
            // A caller that has gone needs no answer.
            let _ = reply.send(match &answer {
                Ok(snapshot) => Ok(snapshot.clone()),
                Err(error) => Err(Error::Unavailable(error.to_string().into())),
            });
        }
    }
}

struct Manager(DatabaseUrl);

struct Held {
    conn: Conn,
    broken: bool,
}

impl ManageConnection for Manager {
    type Connection = Held;
    type Error = Error;

    fn connect(&self) -> Result<Held, Error> {
        Ok(Held { conn: self.0.connect()?, broken: false })
    }

    fn is_valid(&self, held: &mut Held) -> Result<(), Error> {
        Ok(held.conn.run("SELECT 1")?)
    }

    fn has_broken(&self, held: &mut Held) -> bool {
        held.broken
    }
}
