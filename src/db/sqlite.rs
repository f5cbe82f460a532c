//! SQLite: one writer thread with group commit, a few reader threads, each fed by a bounded channel.
//!
//! A write is answered after the COMMIT that holds it. Jobs that wait while a commit runs share the next one, each in
//! its own savepoint, so one that fails takes no other with it.

use super::tx::Finished;
use super::{Actor, Conn, DatabaseUrl, Memory, Snapshot, Tx, memory};
use crate::error::Error;
use crate::values::Clock;
use crossbeam_channel::{Receiver, Sender, TrySendError, bounded};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;
use tokio::sync::oneshot;

/// Writes that share one COMMIT at the most.
const GROUP: usize = 64;

/// How often writes of another process (the command line) are looked for.
const OTHER_PROCESS_POLL: Duration = Duration::from_millis(500);

type ReadJob = Box<dyn FnOnce(&mut Conn) + Send>;

#[derive(Clone)]
pub struct Lanes {
    readers: Sender<ReadJob>,
    writer: Sender<Box<dyn WriteJob>>,
    memory: Arc<Memory>,
    /// Position of the newest commit known here; the memory may still be on its way to it.
    committed: Arc<AtomicI64>,
    read_timeout: Duration,
}

impl Lanes {
    pub fn start(url: &DatabaseUrl, lanes: &super::Lanes, memory: Arc<Memory>, clock: Clock) -> Result<Lanes, Error> {
        let mut writer_connection = url.connect()?;
        let position = memory.catch_up(&mut writer_connection)?.position;
        let committed = Arc::new(AtomicI64::new(position));

        let (writer, write_jobs) = bounded::<Box<dyn WriteJob>>(lanes.queue);
        let writer_state = Writer { memory: memory.clone(), committed: committed.clone(), clock };
        spawn("sqlite-writer", move || writer_state.run(writer_connection, write_jobs));

        let (readers, read_jobs) = bounded::<ReadJob>(lanes.queue);
        for _ in 0..lanes.connections.max(1) {
            let mut connection = url.connect()?;
            connection.run("PRAGMA query_only = ON")?;
            let jobs = read_jobs.clone();
            spawn("sqlite-reader", move || {
                for job in jobs {
                    job(&mut connection);
                }
            });
        }
        let lanes = Lanes { readers, writer, memory, committed, read_timeout: lanes.read_timeout };
        let mut watcher = url.connect()?;
        let watched = lanes.clone();
        spawn("sqlite-watcher", move || watched.watch_other_processes(&mut watcher));
        Ok(lanes)
    }

    pub async fn read<T, F>(&self, work: F) -> Result<T, Error>
    where
        T: Send + 'static,
        F: FnOnce(&mut Conn) -> Result<T, Error> + Send + 'static,
    {
        let (reply, answer) = oneshot::channel();
        let job: ReadJob = Box::new(move |conn| {
            let result = catch_unwind(AssertUnwindSafe(|| in_read_transaction(conn, work)));
            // The caller may have gone; then nobody waits for the answer.
            let _ = reply.send(result.unwrap_or_else(|_| {
                let _ = conn.run("ROLLBACK");
                Err(Error::internal("a panic while reading"))
            }));
        });
        self.readers.try_send(job).map_err(refused)?;
        // SQLite goes on reading; the caller is told in time, and the other lanes serve meanwhile.
        tokio::time::timeout(self.read_timeout, answer)
            .await
            .map_err(|_| Error::Unavailable("the read took too long".into()))?
            .map_err(|_| Error::internal("a reader thread ended"))?
    }

    pub async fn write<T, F>(&self, actor: Actor, work: F) -> Result<T, Error>
    where
        T: Send + 'static,
        F: Fn(&mut Tx<'_>) -> Result<T, Error> + Send + 'static,
    {
        let (reply, answer) = oneshot::channel();
        let job = Work { actor, work, result: None, reply };
        self.writer.try_send(Box::new(job)).map_err(refused)?;
        answer.await.map_err(|_| Error::internal("the writer thread ended"))?
    }

    pub async fn memory(&self) -> Result<Arc<Snapshot>, Error> {
        let snapshot = self.memory.snapshot();
        if snapshot.position >= self.committed.load(Ordering::Acquire) {
            return Ok(snapshot);
        }
        // Reached only where catching up after a commit failed: try again here, or say that it cannot be told now.
        let memory = self.memory.clone();
        let (reply, answer) = oneshot::channel();
        let job: ReadJob = Box::new(move |conn| {
            let _ = reply.send(memory.catch_up(conn));
        });
        self.readers.try_send(job).map_err(refused)?;
        answer.await.map_err(|_| Error::internal("a reader thread ended"))?
    }

    fn watch_other_processes(&self, conn: &mut Conn) {
        loop {
            std::thread::sleep(OTHER_PROCESS_POLL);
            match memory::head(conn) {
                Ok(head) if head > self.memory.snapshot().position => {
                    if let Err(error) = self.memory.catch_up(conn) {
                        tracing::warn!(error = %error, "The memory could not follow the database");
                    }
                }
                Ok(_) => {}
                Err(error) => tracing::warn!(error = %error, "The database does not answer"),
            }
        }
    }
}

fn spawn(name: &str, work: impl FnOnce() + Send + 'static) {
    std::thread::Builder::new()
        .name(name.to_owned())
        .spawn(work)
        .expect("a thread can be started while the service starts");
}

fn refused<J>(error: TrySendError<J>) -> Error {
    match error {
        TrySendError::Full(_) => Error::Overloaded,
        TrySendError::Disconnected(_) => Error::internal("a database thread ended"),
    }
}

fn in_read_transaction<T>(conn: &mut Conn, work: impl FnOnce(&mut Conn) -> Result<T, Error>) -> Result<T, Error> {
    conn.run("BEGIN DEFERRED")?;
    let result = work(conn);
    let ended = conn.run("ROLLBACK");
    // After an I/O error SQLite has ended the transaction by itself: the reason is that of the reading.
    let value = result?;
    ended?;
    Ok(value)
}

/// What is to become of a job that ran.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Outcome {
    Keep,
    Undo,
    /// It decided by a memory that a job before it in the group has made old: undo it, and run it in the next group.
    Again,
}

/// One write, as the writer thread sees it.
trait WriteJob: Send {
    /// Do the work inside a savepoint.
    fn run(&mut self, conn: &mut Conn, clock: Clock, memory: Arc<Snapshot>) -> Outcome;
    /// Answer the caller; an error is that of the COMMIT.
    fn reply(self: Box<Self>, committed: Option<Error>);
}

struct Work<T, F> {
    actor: Actor,
    work: F,
    result: Option<Result<T, Error>>,
    reply: oneshot::Sender<Result<T, Error>>,
}

impl<T, F> WriteJob for Work<T, F>
where
    T: Send,
    F: Fn(&mut Tx<'_>) -> Result<T, Error> + Send,
{
    fn run(&mut self, conn: &mut Conn, clock: Clock, memory: Arc<Snapshot>) -> Outcome {
        let done = catch_unwind(AssertUnwindSafe(|| {
            let mut tx = Tx::begin(conn, clock.now(), memory, self.actor.clone());
            let value = (self.work)(&mut tx)?;
            Ok((value, tx.finish()?))
        }));
        let (result, outcome) = match done {
            Ok(Ok((_, Finished::Outdated))) => return Outcome::Again,
            Ok(Ok((value, Finished::Stands))) if self.actor.dry_run => (Ok(value), Outcome::Undo),
            Ok(Ok((value, Finished::Stands))) => (Ok(value), Outcome::Keep),
            Ok(Err(error)) => (Err(error), Outcome::Undo),
            Err(_) => (Err(Error::internal("a panic while writing")), Outcome::Undo),
        };
        self.result = Some(result);
        outcome
    }

    fn reply(self: Box<Self>, committed: Option<Error>) {
        let answer = match (self.result, committed) {
            (Some(Ok(_)) | None, Some(error)) => Err(error),
            (Some(result), _) => result,
            (None, None) => Err(Error::internal("a write was answered before it ran")),
        };
        // The caller may have gone; the write stands all the same.
        let _ = self.reply.send(answer);
    }
}

struct Writer {
    memory: Arc<Memory>,
    committed: Arc<AtomicI64>,
    clock: Clock,
}

impl Writer {
    fn run(self, mut conn: Conn, jobs: Receiver<Box<dyn WriteJob>>) {
        let mut again: Vec<Box<dyn WriteJob>> = Vec::new();
        loop {
            let mut group = again;
            if group.is_empty() {
                let Ok(first) = jobs.recv() else { return };
                group.push(first);
            }
            let places = GROUP.saturating_sub(group.len());
            group.extend(jobs.try_iter().take(places));
            again = self.answer_group(&mut conn, group);
        }
    }

    /// Run a group, commit, answer. Returns the jobs that are to be run once more.
    fn answer_group(&self, conn: &mut Conn, mut group: Vec<Box<dyn WriteJob>>) -> Vec<Box<dyn WriteJob>> {
        // This thread is the only one that writes: it outlives whatever goes wrong in it.
        let done = catch_unwind(AssertUnwindSafe(|| self.commit_group(conn, &mut group))).unwrap_or_else(|_| {
            let _ = conn.run("ROLLBACK");
            Err(Error::internal("a panic around a commit"))
        });
        let (failure, outcomes) = match done {
            Ok(outcomes) => (None, outcomes),
            Err(error) => (Some(Failure::from(error)), Vec::new()),
        };
        let mut again = Vec::new();
        for (at, job) in group.into_iter().enumerate() {
            if outcomes.get(at) == Some(&Outcome::Again) {
                again.push(job);
            } else {
                job.reply(failure.as_ref().map(Failure::error));
            }
        }
        again
    }

    /// Run a group of jobs and commit what they want kept.
    fn commit_group(&self, conn: &mut Conn, group: &mut [Box<dyn WriteJob>]) -> Result<Vec<Outcome>, Error> {
        conn.run("BEGIN IMMEDIATE")?;
        // Before the first job the memory is that of the last commit, another process' among them.
        let outcomes = self.memory.within(conn).and_then(|memory| self.run_group(conn, group, &memory));
        if !outcomes.as_ref().is_ok_and(|outcomes| outcomes.contains(&Outcome::Keep)) {
            // After a full disk SQLite has rolled back by itself, and this says so: nothing to add.
            let _ = conn.run("ROLLBACK");
            return outcomes;
        }
        if let Err(error) = conn.run("COMMIT") {
            let _ = conn.run("ROLLBACK");
            return Err(error.into());
        }
        // From here on the writes stand. If the memory cannot follow now, readers bring it up or say 503.
        match memory::head(conn) {
            Ok(head) => self.committed.store(head, Ordering::Release),
            Err(_) => self.committed.store(i64::MAX, Ordering::Release),
        }
        if let Err(error) = self.memory.catch_up(conn) {
            tracing::error!(error = %error, "The memory could not follow a commit");
        }
        outcomes
    }

    fn run_group(
        &self,
        conn: &mut Conn,
        group: &mut [Box<dyn WriteJob>],
        memory: &Arc<Snapshot>,
    ) -> Result<Vec<Outcome>, Error> {
        let mut outcomes = Vec::with_capacity(group.len());
        for job in group {
            conn.run("SAVEPOINT job")?;
            let outcome = job.run(conn, self.clock, memory.clone());
            if outcome != Outcome::Keep
                && let Err(error) = conn.run("ROLLBACK TO job")
            {
                // The savepoint is gone because SQLite has rolled back everything by itself, as it does on a full disk
                // or an I/O error: nobody's work is kept, and everybody may come back.
                return Err(Error::Unavailable(Box::new(error)));
            }
            conn.run("RELEASE job")?;
            outcomes.push(outcome);
        }
        Ok(outcomes)
    }
}

/// A failed commit is told to each job of its group.
struct Failure(String, bool);

impl From<Error> for Failure {
    fn from(error: Error) -> Failure {
        Failure(error.to_string(), matches!(error, Error::Unavailable(_)))
    }
}

impl Failure {
    fn error(&self) -> Error {
        if self.1 { Error::Unavailable(self.0.clone().into()) } else { Error::Internal(self.0.clone().into()) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::db::migrations;

    fn database(folder: &tempfile::TempDir) -> (Writer, Conn) {
        let url = DatabaseUrl::Sqlite(folder.path().join("writer.db"));
        let mut conn = url.create().unwrap();
        migrations::run(&mut conn).unwrap();
        conn.run("CREATE TABLE filled (content BLOB NOT NULL)").unwrap();
        let memory = Arc::new(Memory::new());
        memory.catch_up(&mut conn).unwrap();
        (Writer { memory, committed: Arc::new(AtomicI64::new(0)), clock: Clock::system() }, conn)
    }

    type Answer = oneshot::Receiver<Result<(), Error>>;

    /// A job that writes so many bytes.
    fn job(bytes: usize) -> (Box<dyn WriteJob>, Answer) {
        let (reply, answer) = oneshot::channel();
        let work = move |tx: &mut Tx<'_>| {
            Ok(tx.conn.run(&format!("INSERT INTO filled (content) VALUES (zeroblob({bytes}))"))?)
        };
        (Box::new(Work { actor: Actor::default(), work, result: None, reply }), answer)
    }

    fn rows(conn: &mut Conn) -> i64 {
        use diesel::RunQueryDsl;
        use diesel::dsl::sql;
        let Conn::Sqlite(conn) = conn else { panic!("this is SQLite") };
        diesel::select(sql::<diesel::sql_types::BigInt>("(SELECT count(*) FROM filled)"))
            .get_result(&mut **conn)
            .unwrap()
    }

    /// SQLite undoes the whole transaction when a statement meets the end of the disk: nobody's work is kept, and
    /// everybody is told to come back, those before it and those after it too.
    #[test]
    fn a_full_disk_refuses_everybody_who_shares_the_commit() {
        let folder = tempfile::tempdir().unwrap();
        let (writer, mut conn) = database(&folder);
        conn.run("PRAGMA max_page_count = 200").unwrap();
        let commit = |conn: &mut Conn, sizes: &[usize]| -> Vec<Result<(), Error>> {
            let (group, answers): (Vec<_>, Vec<_>) = sizes.iter().map(|size| job(*size)).unzip();
            writer.answer_group(conn, group);
            answers.into_iter().map(|answer| answer.blocking_recv().unwrap()).collect()
        };
        assert!(commit(&mut conn, &[10, 10]).iter().all(Result::is_ok));
        let answers = commit(&mut conn, &[10, 10_000_000, 10]);
        assert!(answers.iter().all(|answer| matches!(answer, Err(Error::Unavailable(_)))), "{answers:?}");
        assert_eq!(rows(&mut conn), 2);
        assert!(commit(&mut conn, &[10]).iter().all(Result::is_ok), "the next one is as before");
        assert_eq!(rows(&mut conn), 3);
    }

    /// A reading that failed has its own reason, though SQLite has ended the transaction already.
    #[test]
    fn a_failed_reading_keeps_its_reason() {
        let folder = tempfile::tempdir().unwrap();
        let (_, mut conn) = database(&folder);
        let failed = in_read_transaction(&mut conn, |conn| {
            conn.run("ROLLBACK")?;
            Err::<(), _>(Error::Unavailable("disk I/O error".into()))
        });
        assert!(matches!(failed, Err(Error::Unavailable(_))), "{failed:?}");
    }
}
