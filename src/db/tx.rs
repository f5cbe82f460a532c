//! The only way to write: a transaction that puts row, version and journal together.

use super::act_links::{self, NamedAct};
use super::{Conn, Snapshot, on_any, schema};
use crate::error::Error;
use crate::values::storage::{Json, Written};
use crate::values::{ClientId, LocalDate, PersonId, RecordId, Timestamp, UnitId};
use diesel::prelude::*;
use serde_json::Value;
use std::sync::Arc;

/// Who writes, on whose behalf, in which request.
#[derive(Debug, Clone, Default)]
pub struct Actor {
    /// Empty for the command line.
    pub client_id: Option<ClientId>,
    pub acting_person_id: Option<PersonId>,
    /// Trace id of the request.
    pub request_id: String,
    /// Do everything, then roll back.
    pub dry_run: bool,
}

impl Actor {
    /// Is it the same hand? Persons are compared where both are named, else the clients.
    pub fn is(&self, client: Option<ClientId>, person: Option<PersonId>) -> bool {
        match (person, self.acting_person_id) {
            (Some(one), Some(other)) => one == other,
            _ => client.is_some() && client == self.client_id,
        }
    }
}

/// A record that the write door can store.
pub trait Stored: serde::Serialize {
    /// Kind of record, as in URLs.
    const COLLECTION: &'static str;
    /// The kind in the singular, the first word of its actions.
    const NOUN: &'static str;

    fn record_id(&self) -> RecordId;
    fn version(&self) -> i64;
    fn set_version(&mut self, version: i64);

    /// Unit the record belongs to, and the day on which the tree tells who may see it.
    fn place(&self) -> Option<(UnitId, LocalDate)> {
        None
    }

    /// The acts that it names.
    fn acts(&self) -> Result<Vec<NamedAct>, Error> {
        Ok(Vec::new())
    }

    /// Names of members that differ and that the journal does not keep.
    fn changed_unseen(&self, _after: &Self) -> Vec<&'static str> {
        Vec::new()
    }

    /// Rows inserted: none where a unique key is taken.
    fn insert(&self, conn: &mut Conn) -> QueryResult<usize>;
    /// The same for several records: in one statement where a record is one row and each statement is a round trip.
    /// SQLite is at hand, and takes longer over one statement of many rows than over many of one.
    fn insert_all(records: &[Self], conn: &mut Conn) -> QueryResult<usize>
    where
        Self: Sized,
    {
        records.iter().try_fold(0, |inserted, record| Ok(inserted + record.insert(conn)?))
    }
    /// Rows updated: none where the stored version is another.
    fn update(&self, conn: &mut Conn, stored_version: i64) -> QueryResult<usize>;
    /// Rows deleted: none where the stored version is another.
    fn delete(&self, conn: &mut Conn) -> QueryResult<usize>;
}

/// Storage of a record that is one row of one table.
macro_rules! stored {
    ($record:ty, $table:ident, $collection:literal, $noun:literal, |$this:ident| $place:expr $(, acts: |$of:ident| $acts:expr)?) => {
        impl $crate::db::Stored for $record {
            const COLLECTION: &'static str = $collection;
            const NOUN: &'static str = $noun;

            fn record_id(&self) -> $crate::values::RecordId {
                $crate::values::RecordId(self.id.0)
            }

            fn version(&self) -> i64 {
                self.version
            }

            fn set_version(&mut self, version: i64) {
                self.version = version;
            }

            fn place(&self) -> Option<($crate::values::UnitId, $crate::values::LocalDate)> {
                let $this = self;
                $place
            }

            $(fn acts(&self) -> Result<Vec<$crate::db::NamedAct>, $crate::error::Error> {
                let $of = self;
                Ok($acts)
            })?

            fn insert(&self, conn: &mut $crate::db::Conn) -> ::diesel::QueryResult<usize> {
                use ::diesel::prelude::*;
                $crate::db::on_any!(conn, c => ::diesel::insert_into($crate::db::schema::$table::table)
                    .values(self).on_conflict_do_nothing().execute(c))
            }

            fn insert_all(records: &[Self], conn: &mut $crate::db::Conn) -> ::diesel::QueryResult<usize> {
                use ::diesel::prelude::*;
                match conn {
                    $crate::db::Conn::Pg(c) => ::diesel::insert_into($crate::db::schema::$table::table)
                        .values(records).on_conflict_do_nothing().execute(&mut **c),
                    $crate::db::Conn::Sqlite(_) => {
                        records.iter().try_fold(0, |inserted, record| Ok(inserted + record.insert(conn)?))
                    }
                }
            }

            fn update(&self, conn: &mut $crate::db::Conn, stored_version: i64) -> ::diesel::QueryResult<usize> {
                use ::diesel::prelude::*;
                use $crate::db::schema::$table;
                $crate::db::on_any!(conn, c => ::diesel::update($table::table)
                    .filter($table::id.eq(self.id)).filter($table::version.eq(stored_version)).set(self).execute(c))
            }

            fn delete(&self, conn: &mut $crate::db::Conn) -> ::diesel::QueryResult<usize> {
                use ::diesel::prelude::*;
                use $crate::db::schema::$table;
                $crate::db::on_any!(conn, c => ::diesel::delete($table::table)
                    .filter($table::id.eq(self.id)).filter($table::version.eq(self.version)).execute(c))
            }
        }
    };
}
pub(crate) use stored;

/// A row of the journal before it has its position.
struct Entry {
    collection: &'static str,
    record_id: RecordId,
    version: i64,
    action: String,
    changed: Vec<String>,
    record: Option<Written>,
    place: Option<(UnitId, LocalDate)>,
}

/// Rows of the journal that are stored at once: of thirteen columns each, within SQLite's and PostgreSQL's bounds of
/// 32,766 and 65,535 parameters.
const JOURNAL_ROWS: usize = 1000;

/// Records of one kind that are stored at once: within the same bounds for sixty columns.
const ROWS_AT_ONCE: usize = 500;

/// One write in progress.
pub struct Tx<'a> {
    pub conn: &'a mut Conn,
    /// The instant of the write, one for all its rows.
    pub now: Timestamp,
    /// Reference data as of the last commit.
    pub memory: Arc<Snapshot>,
    pub actor: Actor,
    entries: Vec<Entry>,
    /// What was written to collections that are followed.
    followed: Vec<(&'static str, RecordId)>,
    /// Head of the journal when this write took its first position in it.
    begun_at: Option<i64>,
}

impl<'a> Tx<'a> {
    pub(super) fn begin(conn: &'a mut Conn, now: Timestamp, memory: Arc<Snapshot>, actor: Actor) -> Tx<'a> {
        Tx { conn, now, memory, actor, entries: Vec::new(), followed: Vec::new(), begun_at: None }
    }

    /// Store a new record. False where a unique key is taken: nothing was written, the caller says by whom.
    pub fn create<R: Stored>(&mut self, record: &R) -> Result<bool, Error> {
        if record.insert(self.conn)? == 0 {
            return Ok(false);
        }
        self.name_acts(record, &[])?;
        self.note("created", record, Vec::new())?;
        Ok(true)
    }

    /// Store new records together. False where a unique key is taken: then the whole write has to be given up.
    pub fn create_all<R: Stored>(&mut self, records: &[R]) -> Result<bool, Error> {
        for records in records.chunks(ROWS_AT_ONCE) {
            if R::insert_all(records, self.conn)? < records.len() {
                return Ok(false);
            }
            for record in records {
                self.name_acts(record, &[])?;
                self.note("created", record, Vec::new())?;
            }
        }
        Ok(true)
    }

    /// Store a changed record as its next version, unless somebody else was first.
    pub fn update<R: Stored>(&mut self, verb: &str, before: &R, after: &mut R) -> Result<(), Error> {
        let changed = changed_names(before, after)?;
        after.set_version(before.version() + 1);
        if after.update(self.conn, before.version())? == 0 {
            return Err(Error::Stale(before.version() + 1));
        }
        self.name_acts(after, &before.acts()?)?;
        self.note(verb, after, changed)
    }

    /// Delete a record; its history stays.
    pub fn delete<R: Stored>(&mut self, record: &R) -> Result<(), Error> {
        if record.delete(self.conn)? == 0 {
            return Err(Error::Stale(record.version() + 1));
        }
        self.unname_record(R::COLLECTION, record.record_id())?;
        if !record.acts()?.is_empty() {
            act_links::keep(self.conn, R::COLLECTION, record.record_id(), None, &[], true)?;
        }
        self.push(Entry {
            collection: R::COLLECTION,
            record_id: record.record_id(),
            version: record.version() + 1,
            action: format!("{}.deleted", R::NOUN),
            changed: Vec::new(),
            record: None,
            place: record.place(),
        })
    }

    /// Keep which acts a record names, where they are others than before.
    fn name_acts<R: Stored>(&mut self, record: &R, before: &[NamedAct]) -> Result<(), Error> {
        let named = record.acts()?;
        if named != before {
            let (id, place) = (record.record_id(), record.place());
            act_links::keep(self.conn, R::COLLECTION, id, place, &named, !before.is_empty())?;
        }
        Ok(())
    }

    fn note<R: Stored>(&mut self, verb: &str, record: &R, changed: Vec<String>) -> Result<(), Error> {
        self.push(Entry {
            collection: R::COLLECTION,
            record_id: record.record_id(),
            version: record.version(),
            action: format!("{}.{verb}", R::NOUN),
            changed,
            record: Some(Written::of(record).map_err(Error::internal)?),
            place: record.place(),
        })
    }

    fn push(&mut self, entry: Entry) -> Result<(), Error> {
        if self.memory.followers.iter().any(|follower| follower.collection == entry.collection) {
            self.followed.push((entry.collection, entry.record_id));
        }
        self.entries.push(entry);
        // A long write does not hold all of its journal in memory where nobody waits for the head of it: the one
        // writer of SQLite has the database for itself until the end anyway.
        if self.entries.len() >= JOURNAL_ROWS && matches!(self.conn, Conn::Sqlite(_)) {
            self.store_entries()?;
        }
        Ok(())
    }

    /// Give the journal rows their positions and store them: the last statements before COMMIT, because the head is
    /// locked from here on. So positions follow the order of commits, and a reader of position n sees all below it.
    ///
    /// Under the same lock it is seen whether a commit since the memory was read has changed what this write decided
    /// by (units, grants, locks): then it is to be done again, so a decision never rests on what no longer holds.
    pub(super) fn finish(mut self) -> Result<Finished, Error> {
        use schema::journal;
        self.follow()?;
        self.store_entries()?;
        let (seen, Some(newest)) = (self.memory.position, self.begun_at) else { return Ok(Finished::Stands) };
        if newest > seen {
            let decisive = self.memory.decisive.to_vec();
            let newer: Option<i64> = on_any!(&mut *self.conn, c => journal::table
                .filter(journal::position.gt(seen)).filter(journal::position.le(newest))
                .filter(journal::collection.eq_any(decisive)).select(journal::position).first(c).optional())?;
            if newer.is_some() {
                return Ok(Finished::Outdated);
            }
        }
        Ok(Finished::Stands)
    }

    /// Do what follows from the records that were written.
    fn follow(&mut self) -> Result<(), Error> {
        let (written, memory) = (std::mem::take(&mut self.followed), self.memory.clone());
        for follower in memory.followers.iter() {
            let of = written.iter().filter(|(collection, _)| *collection == follower.collection);
            let records: Vec<RecordId> = of.map(|(_, id)| *id).collect();
            if !records.is_empty() {
                (follower.follow)(self, &records)?;
            }
        }
        Ok(())
    }

    /// Store the journal rows that wait, at the next positions.
    fn store_entries(&mut self) -> Result<(), Error> {
        use schema::{journal, journal_head};
        let count = self.entries.len() as i64;
        if count == 0 {
            return Ok(());
        }
        let head: i64 = on_any!(&mut *self.conn, c => {
            diesel::update(journal_head::table)
                .set(journal_head::position.eq(journal_head::position + count))
                .returning(journal_head::position)
                .get_result(c)
        })?;
        self.begun_at.get_or_insert(head - count);
        let mut rows =
            std::mem::take(&mut self.entries).into_iter().zip(head - count + 1..).map(|(entry, position)| NewRow {
                position,
                recorded_at: self.now,
                client_id: self.actor.client_id,
                acting_person_id: self.actor.acting_person_id,
                request_id: self.actor.request_id.clone(),
                collection: entry.collection,
                record_id: entry.record_id,
                version: entry.version,
                action: entry.action,
                changed: Json(entry.changed.into()),
                record: entry.record,
                unit_id: entry.place.map(|(unit, _)| unit),
                unit_date: entry.place.map(|(_, day)| day),
            });
        loop {
            let chunk: Vec<NewRow> = rows.by_ref().take(JOURNAL_ROWS).collect();
            if chunk.is_empty() {
                return Ok(());
            }
            on_any!(&mut *self.conn, c => diesel::insert_into(journal::table).values(&chunk).execute(c))?;
        }
    }
}

/// What the end of a write came to.
pub(super) enum Finished {
    Stands,
    /// It decided by a memory that a later commit has made old.
    Outdated,
}

#[derive(Insertable)]
#[diesel(table_name = schema::journal, treat_none_as_default_value = false)]
struct NewRow {
    position: i64,
    recorded_at: Timestamp,
    client_id: Option<ClientId>,
    acting_person_id: Option<PersonId>,
    request_id: String,
    collection: &'static str,
    record_id: RecordId,
    version: i64,
    action: String,
    changed: Json,
    record: Option<Written>,
    unit_id: Option<UnitId>,
    unit_date: Option<LocalDate>,
}

/// Names of the members in which two states of a record differ, but for its version.
fn changed_names<R: Stored>(before: &R, after: &R) -> Result<Vec<String>, Error> {
    let unseen = before.changed_unseen(after);
    let members = |record: &R| match serde_json::to_value(record) {
        Ok(Value::Object(members)) => Ok(members),
        Ok(_) => Err(Error::internal("a record must be written as an object")),
        Err(error) => Err(Error::internal(error)),
    };
    let (before, after) = (members(before)?, members(after)?);
    let seen = after.iter().filter(|(name, value)| name.as_str() != "version" && before.get(*name) != Some(value));
    let seen = seen.map(|(name, _)| name.clone());
    Ok(unseen.into_iter().map(str::to_owned).chain(seen).collect())
}
