//! SQL of units.

use super::model::{TimelineEntry, Unit, UnitRecord};
use crate::db::schema::{unit_timeline, units};
use crate::db::{Conn, Stored, on_any};
use crate::values::{LocalDate, RecordId, UnitId};
use diesel::prelude::*;

pub fn all_units(conn: &mut Conn) -> QueryResult<Vec<Unit>> {
    on_any!(conn, c => units::table.select(Unit::as_select()).load(c))
}

pub fn all_entries(conn: &mut Conn) -> QueryResult<Vec<TimelineEntry>> {
    on_any!(conn, c => unit_timeline::table
        .select(TimelineEntry::as_select())
        .order((unit_timeline::unit_id, unit_timeline::valid_from))
        .load(c))
}

impl Stored for UnitRecord {
    const COLLECTION: &'static str = "units";
    const NOUN: &'static str = "unit";

    fn record_id(&self) -> RecordId {
        RecordId(self.unit.id.0)
    }

    fn version(&self) -> i64 {
        self.unit.version
    }

    fn set_version(&mut self, version: i64) {
        self.unit.version = version;
    }

    fn place(&self) -> Option<(UnitId, LocalDate)> {
        self.timeline.last().map(|entry| (self.unit.id, entry.valid_from))
    }

    fn insert(&self, conn: &mut Conn) -> QueryResult<usize> {
        let inserted = on_any!(&mut *conn, c => diesel::insert_into(units::table).values(&self.unit).execute(c))?;
        insert_entries(conn, &self.timeline)?;
        Ok(inserted)
    }

    fn update(&self, conn: &mut Conn, stored_version: i64) -> QueryResult<usize> {
        let updated = on_any!(&mut *conn, c => diesel::update(units::table)
            .filter(units::id.eq(self.unit.id)).filter(units::version.eq(stored_version)).set(&self.unit).execute(c))?;
        if updated > 0 {
            on_any!(&mut *conn, c => diesel::delete(unit_timeline::table)
                .filter(unit_timeline::unit_id.eq(self.unit.id)).execute(c))?;
            insert_entries(conn, &self.timeline)?;
        }
        Ok(updated)
    }

    fn delete(&self, conn: &mut Conn) -> QueryResult<usize> {
        on_any!(&mut *conn, c => diesel::delete(unit_timeline::table)
            .filter(unit_timeline::unit_id.eq(self.unit.id)).execute(c))?;
        on_any!(conn, c => diesel::delete(units::table)
            .filter(units::id.eq(self.unit.id)).filter(units::version.eq(self.unit.version)).execute(c))
    }
}

fn insert_entries(conn: &mut Conn, entries: &[TimelineEntry]) -> QueryResult<()> {
    for entry in entries {
        on_any!(&mut *conn, c => diesel::insert_into(unit_timeline::table).values(entry).execute(c))?;
    }
    Ok(())
}
