//! Two doors to the database and the memory that follows it.
//!
//! `read` is a read-only transaction, `write` is one transaction through [`Tx`]; handlers and commands open doors,
//! nothing else does. Which database stands behind them is decided by the scheme of its URL, at run time.

mod act_links;
mod connection;
mod lease;
pub mod memory;
pub mod migrations;
mod once;
mod parts;
mod pieces;
mod postgres;
pub mod schema;
mod sqlite;
mod tx;

pub use act_links::{ActLink, ActRelation, NamedAct};
pub(crate) use connection::on_any;
pub use connection::{Conn, DatabaseUrl};
pub use memory::{Change, Follower, Memory, Part, Snapshot};
pub(crate) use once::named_by;
pub use once::{Claim, Claimed, Kept};
pub(crate) use parts::stored_with_parts;
pub use pieces::Pieces;
pub(crate) use tx::stored;
pub use tx::{Actor, Stored, Tx};

use crate::error::Error;
use crate::values::Clock;
use std::sync::Arc;
use std::time::Duration;

/// How much the service asks of its database at once.
#[derive(Debug, Clone)]
pub struct Lanes {
    /// Reader threads (SQLite) or pooled connections (PostgreSQL).
    pub connections: usize,
    /// Jobs that may wait for a lane before further ones are turned away.
    pub queue: usize,
    /// How long a read may run.
    pub read_timeout: Duration,
}

/// The database with its doors. Cheap to clone.
#[derive(Clone)]
pub struct Db {
    engine: Engine,
    memory: Arc<Memory>,
    clock: Clock,
}

#[derive(Clone)]
enum Engine {
    Sqlite(sqlite::Lanes),
    Postgres(postgres::Lanes),
}

impl Db {
    /// Open a database whose schema is up to date, and read its memory.
    pub fn open(url: &DatabaseUrl, lanes: &Lanes, memory: Memory, clock: Clock) -> Result<Db, Error> {
        let memory = Arc::new(memory);
        let engine = match url {
            DatabaseUrl::Sqlite(_) => Engine::Sqlite(sqlite::Lanes::start(url, lanes, memory.clone(), clock)?),
            DatabaseUrl::Postgres(_) => Engine::Postgres(postgres::Lanes::start(url, lanes, memory.clone(), clock)?),
        };
        Ok(Db { engine, memory, clock })
    }

    /// The same database for one more thread that serves requests: what it asks, it asks for all of them together.
    pub fn of_worker(&self) -> Db {
        let engine = match &self.engine {
            Engine::Sqlite(lanes) => Engine::Sqlite(lanes.clone()),
            Engine::Postgres(lanes) => Engine::Postgres(lanes.of_worker()),
        };
        Db { engine, ..self.clone() }
    }

    pub fn clock(&self) -> Clock {
        self.clock
    }

    /// Read inside one read-only transaction.
    pub async fn read<T, F>(&self, work: F) -> Result<T, Error>
    where
        T: Send + 'static,
        F: FnOnce(&mut Conn) -> Result<T, Error> + Send + 'static,
    {
        match &self.engine {
            Engine::Sqlite(lanes) => lanes.read(work).await,
            Engine::Postgres(lanes) => lanes.read(work).await,
        }
    }

    /// Write inside one transaction: rows, versions and journal together, or nothing. The work may run twice.
    pub async fn write<T, F>(&self, actor: Actor, work: F) -> Result<T, Error>
    where
        T: Send + 'static,
        F: Fn(&mut Tx<'_>) -> Result<T, Error> + Send + 'static,
    {
        match &self.engine {
            Engine::Sqlite(lanes) => lanes.write(actor, work).await,
            Engine::Postgres(lanes) => lanes.write(actor, work).await,
        }
    }

    /// The memory, not older than this call: every write acknowledged before is in it.
    pub async fn memory(&self) -> Result<Arc<Snapshot>, Error> {
        match &self.engine {
            Engine::Sqlite(lanes) => lanes.memory().await,
            Engine::Postgres(lanes) => lanes.memory().await,
        }
    }

    /// The memory as it stands, without asking the database.
    pub fn last_memory(&self) -> Arc<Snapshot> {
        self.memory.snapshot()
    }

    /// Say that this process serves no longer.
    pub async fn leave(&self) {
        match &self.engine {
            Engine::Sqlite(_) => {}
            Engine::Postgres(lanes) => lanes.leave().await,
        }
    }

    /// Does the database answer?
    pub async fn check(&self) -> Result<(), Error> {
        self.read(migrations::expected).await?;
        self.memory().await.map(|_| ())
    }
}
