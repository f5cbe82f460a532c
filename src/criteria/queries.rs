//! SQL of criteria sets.

use super::model::{BandRow, CriterionRow, SetRow};
use super::sets::StoredSet;
use crate::db::schema::{criteria, criteria_bands, criteria_sets};
use crate::db::{Conn, Stored, on_any};
use crate::values::RecordId;
use diesel::prelude::*;

pub fn all_sets(conn: &mut Conn) -> QueryResult<Vec<SetRow>> {
    on_any!(conn, c => criteria_sets::table.select(SetRow::as_select()).order(criteria_sets::code).load(c))
}

pub fn all_criteria(conn: &mut Conn) -> QueryResult<Vec<CriterionRow>> {
    on_any!(conn, c => criteria::table.select(CriterionRow::as_select()).order(criteria::position).load(c))
}

pub fn all_bands(conn: &mut Conn) -> QueryResult<Vec<BandRow>> {
    on_any!(conn, c => criteria_bands::table.select(BandRow::as_select()).order(criteria_bands::position).load(c))
}

impl Stored for StoredSet {
    const COLLECTION: &'static str = "criteria-sets";
    const NOUN: &'static str = "criteria-set";

    fn record_id(&self) -> RecordId {
        RecordId(self.row.id.0)
    }

    fn version(&self) -> i64 {
        self.row.version
    }

    fn set_version(&mut self, version: i64) {
        self.row.version = version;
    }

    fn insert(&self, conn: &mut Conn) -> QueryResult<usize> {
        let inserted = on_any!(&mut *conn, c => diesel::insert_into(criteria_sets::table)
            .values(&self.row).on_conflict_do_nothing().execute(c))?;
        if inserted > 0 {
            for band in &self.bands {
                on_any!(&mut *conn, c => diesel::insert_into(criteria_bands::table).values(band).execute(c))?;
            }
            for criterion in &self.criteria {
                on_any!(&mut *conn, c => diesel::insert_into(criteria::table).values(criterion).execute(c))?;
            }
        }
        Ok(inserted)
    }

    fn update(&self, conn: &mut Conn, stored_version: i64) -> QueryResult<usize> {
        on_any!(conn, c => diesel::update(criteria_sets::table)
            .filter(criteria_sets::id.eq(self.row.id)).filter(criteria_sets::version.eq(stored_version))
            .set(&self.row).execute(c))
    }

    fn delete(&self, conn: &mut Conn) -> QueryResult<usize> {
        let id = self.row.id;
        on_any!(&mut *conn, c => diesel::delete(criteria::table).filter(criteria::criteria_set_id.eq(id)).execute(c))?;
        on_any!(&mut *conn, c => diesel::delete(criteria_bands::table)
            .filter(criteria_bands::criteria_set_id.eq(id)).execute(c))?;
        on_any!(conn, c => diesel::delete(criteria_sets::table)
            .filter(criteria_sets::id.eq(id)).filter(criteria_sets::version.eq(self.row.version)).execute(c))
    }
}
