//! What is read often, held in memory and kept in step with the journal.
//!
//! A [`Snapshot`] is a set of parts (territory, criteria sets, grants, summaries) as of one journal position. Parts
//! know which collections they read; after a commit only those records are read again. Snapshots never change, so a
//! report sees one state from beginning to end.

use super::{Conn, Tx, on_any, schema};
use crate::error::Error;
use crate::values::RecordId;
use diesel::prelude::*;
use parking_lot::{Mutex, RwLock};
use std::any::{Any, TypeId};
use std::sync::Arc;

/// A record that changed: which, and where in the journal.
#[derive(Debug, Clone, Queryable)]
pub struct Change {
    pub collection: String,
    pub record_id: RecordId,
}

/// Something held in memory that is a reading of some collections.
pub trait Part: Any + Send + Sync + Sized {
    /// Collections whose changes concern it.
    const COLLECTIONS: &'static [&'static str];

    /// Do writes decide by what it holds? Then a write whose memory is older than another's commit is done again.
    const DECIDES: bool = true;

    /// Read everything.
    fn load(conn: &mut Conn) -> Result<Self, Error>;

    /// The part after these changes. Reads everything again unless it knows better.
    fn apply(&self, conn: &mut Conn, _changes: &[Change]) -> Result<Self, Error> {
        Self::load(conn)
    }
}

/// What follows from a write in the same transaction: called once before it ends, with the records of the collection
/// that were written. What it writes itself is not followed.
#[derive(Clone, Copy)]
pub struct Follower {
    pub collection: &'static str,
    pub follow: fn(&mut Tx<'_>, &[RecordId]) -> Result<(), Error>,
}

type Held = Arc<dyn Any + Send + Sync>;
type Apply = fn(&Held, &mut Conn, &[Change]) -> Result<Held, Error>;

struct Spec {
    of: TypeId,
    collections: &'static [&'static str],
    decides: bool,
    load: fn(&mut Conn) -> Result<Held, Error>,
    apply: Apply,
}

/// All parts as of one journal position.
pub struct Snapshot {
    pub position: i64,
    /// Collections by which writes decide.
    pub decisive: Arc<[&'static str]>,
    pub followers: Arc<[Follower]>,
    parts: Vec<(TypeId, Held)>,
}

impl Snapshot {
    /// A part. Every part is registered in `app`, so asking for another is a defect.
    pub fn part<P: Part>(&self) -> &P {
        self.parts
            .iter()
            .find(|(of, _)| *of == TypeId::of::<P>())
            .and_then(|(_, held)| held.downcast_ref())
            .expect("each part that is asked for is registered when the application is built")
    }
}

/// The newest snapshot and the way to the next.
pub struct Memory {
    specs: Vec<Spec>,
    followers: Arc<[Follower]>,
    current: RwLock<Arc<Snapshot>>,
    /// One at a time catches up; readers do not wait for it.
    turn: Mutex<()>,
}

impl Memory {
    pub fn new() -> Memory {
        Memory {
            specs: Vec::new(),
            followers: Arc::default(),
            current: RwLock::new(Arc::new(Snapshot {
                position: -1,
                decisive: Arc::default(),
                followers: Arc::default(),
                parts: Vec::new(),
            })),
            turn: Mutex::new(()),
        }
    }

    /// Hold one part more.
    pub fn with<P: Part>(mut self) -> Memory {
        self.specs.push(Spec {
            of: TypeId::of::<P>(),
            collections: P::COLLECTIONS,
            decides: P::DECIDES,
            load: |conn| Ok(Arc::new(P::load(conn)?)),
            apply: |held, conn, changes| {
                let part = held.downcast_ref::<P>().expect("a spec applies to the part it loaded");
                Ok(Arc::new(part.apply(conn, changes)?))
            },
        });
        self
    }

    /// Do these after writes, behind those already known.
    pub fn followed_by(mut self, followers: &[Follower]) -> Memory {
        self.followers = [&self.followers, followers].concat().into();
        self
    }

    pub fn snapshot(&self) -> Arc<Snapshot> {
        self.current.read().clone()
    }

    /// Bring the memory up to the newest commit this connection sees. Opens its own read transaction.
    pub fn catch_up(&self, conn: &mut Conn) -> Result<Arc<Snapshot>, Error> {
        let _turn = self.turn.lock();
        let old = self.snapshot();
        if head(conn)? == old.position {
            return Ok(old);
        }
        conn.run(match conn {
            // One snapshot for all statements, so that position and records belong together.
            Conn::Pg(_) => "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY",
            Conn::Sqlite(_) => "BEGIN DEFERRED",
        })?;
        let read = self.read_changes(conn, &old);
        let closed = conn.run("COMMIT");
        let snapshot = Arc::new(read?);
        closed?;
        *self.current.write() = snapshot.clone();
        Ok(snapshot)
    }

    /// The memory as of the transaction that this connection has open for writing: every commit before it is in it.
    pub fn within(&self, conn: &mut Conn) -> Result<Arc<Snapshot>, Error> {
        let _turn = self.turn.lock();
        let old = self.snapshot();
        if head(conn)? == old.position {
            return Ok(old);
        }
        let snapshot = Arc::new(self.read_changes(conn, &old)?);
        *self.current.write() = snapshot.clone();
        Ok(snapshot)
    }

    fn read_changes(&self, conn: &mut Conn, old: &Snapshot) -> Result<Snapshot, Error> {
        let position = head(conn)?;
        if old.position < 0 || position < old.position {
            let parts = self.specs.iter().map(|spec| Ok((spec.of, (spec.load)(conn)?)));
            let decisive = self.specs.iter().filter(|spec| spec.decides).flat_map(|spec| spec.collections);
            let decisive = decisive.copied().collect();
            let (followers, parts) = (self.followers.clone(), parts.collect::<Result<_, Error>>()?);
            return Ok(Snapshot { position, decisive, followers, parts });
        }
        let changes: Vec<Change> = on_any!(conn, c => {
            schema::journal::table
                .filter(schema::journal::position.gt(old.position))
                .order(schema::journal::position)
                .select((schema::journal::collection, schema::journal::record_id))
                .load(c)
        })?;
        let mut parts = Vec::with_capacity(self.specs.len());
        for (spec, (of, held)) in self.specs.iter().zip(&old.parts) {
            let concerned: Vec<Change> = changes
                .iter()
                .filter(|change| spec.collections.contains(&change.collection.as_str()))
                .cloned()
                .collect();
            let next = if concerned.is_empty() { held.clone() } else { (spec.apply)(held, conn, &concerned)? };
            parts.push((*of, next));
        }
        Ok(Snapshot { position, decisive: old.decisive.clone(), followers: old.followers.clone(), parts })
    }
}

impl Default for Memory {
    fn default() -> Self {
        Self::new()
    }
}

/// Position of the newest committed write.
pub fn head(conn: &mut Conn) -> Result<i64, Error> {
    Ok(on_any!(conn, c => schema::journal_head::table.select(schema::journal_head::position).first(c))?)
}
