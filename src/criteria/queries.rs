//! SQL of criteria sets.

use super::document::SetAct;
use super::model::{BandRow, CriterionRow, ItemRow, OverrideRow, SetRow, ThresholdRow};
use super::replacement::ReplacementRow;
use super::sets::StoredSet;
use super::verification::VerificationRow;
use crate::db::schema::{
    criteria, criteria_bands, criteria_items, criteria_region_overrides, criteria_set_replacements, criteria_sets,
    criteria_thresholds, threshold_verifications,
};
use crate::db::{ActRelation, Conn, NamedAct, Stored, on_any};
use crate::error::Error;
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

pub fn all_items(conn: &mut Conn) -> QueryResult<Vec<ItemRow>> {
    on_any!(conn, c => criteria_items::table.select(ItemRow::as_select()).order(criteria_items::position).load(c))
}

pub fn all_thresholds(conn: &mut Conn) -> QueryResult<Vec<ThresholdRow>> {
    on_any!(conn, c => criteria_thresholds::table
        .select(ThresholdRow::as_select()).order(criteria_thresholds::position).load(c))
}

pub fn all_overrides(conn: &mut Conn) -> QueryResult<Vec<OverrideRow>> {
    on_any!(conn, c => criteria_region_overrides::table
        .select(OverrideRow::as_select()).order(criteria_region_overrides::position).load(c))
}

pub fn all_replacements(conn: &mut Conn) -> QueryResult<Vec<ReplacementRow>> {
    on_any!(conn, c => criteria_set_replacements::table.select(ReplacementRow::as_select()).load(c))
}

pub fn all_verifications(conn: &mut Conn) -> QueryResult<Vec<VerificationRow>> {
    on_any!(conn, c => threshold_verifications::table
        .select(VerificationRow::as_select()).order(threshold_verifications::id).load(c))
}

impl StoredSet {
    fn put_parts(&self, conn: &mut Conn) -> QueryResult<()> {
        for band in &self.own.bands {
            on_any!(&mut *conn, c => diesel::insert_into(criteria_bands::table).values(band).execute(c))?;
        }
        for criterion in &self.own.criteria {
            on_any!(&mut *conn, c => diesel::insert_into(criteria::table).values(criterion).execute(c))?;
        }
        for item in &self.own.items {
            on_any!(&mut *conn, c => diesel::insert_into(criteria_items::table).values(item).execute(c))?;
        }
        for part in self.own.thresholds.chunks(500) {
            on_any!(&mut *conn, c => diesel::insert_into(criteria_thresholds::table).values(part).execute(c))?;
        }
        for stated in &self.own.overrides {
            on_any!(&mut *conn, c => diesel::insert_into(criteria_region_overrides::table).values(stated).execute(c))?;
        }
        if let Some(stated) = &self.own.replacement {
            on_any!(&mut *conn, c => diesel::insert_into(criteria_set_replacements::table).values(stated).execute(c))?;
        }
        Ok(())
    }

    fn clear_parts(&self, conn: &mut Conn) -> QueryResult<()> {
        let id = self.row.id;
        on_any!(&mut *conn, c => diesel::delete(criteria_set_replacements::table)
            .filter(criteria_set_replacements::criteria_set_id.eq(id)).execute(c))?;
        on_any!(&mut *conn, c => diesel::delete(criteria_region_overrides::table)
            .filter(criteria_region_overrides::criteria_set_id.eq(id)).execute(c))?;
        on_any!(&mut *conn, c => diesel::delete(criteria_thresholds::table)
            .filter(criteria_thresholds::criteria_set_id.eq(id)).execute(c))?;
        on_any!(&mut *conn, c => diesel::delete(criteria_items::table)
            .filter(criteria_items::criteria_set_id.eq(id)).execute(c))?;
        on_any!(&mut *conn, c => diesel::delete(criteria::table).filter(criteria::criteria_set_id.eq(id)).execute(c))?;
        on_any!(conn, c => diesel::delete(criteria_bands::table)
            .filter(criteria_bands::criteria_set_id.eq(id)).execute(c))?;
        Ok(())
    }
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

    fn acts(&self) -> Result<Vec<NamedAct>, Error> {
        let acts: Vec<SetAct> = serde_json::from_value(self.row.acts.0.clone()).map_err(Error::internal)?;
        let named = |act: SetAct| NamedAct { relation: ActRelation::Grounds, number: act.number, day: act.issued_date };
        Ok(acts.into_iter().map(named).collect())
    }

    fn insert(&self, conn: &mut Conn) -> QueryResult<usize> {
        let inserted = on_any!(&mut *conn, c => diesel::insert_into(criteria_sets::table)
            .values(&self.row).on_conflict_do_nothing().execute(c))?;
        if inserted > 0 {
            self.put_parts(conn)?;
        }
        Ok(inserted)
    }

    fn update(&self, conn: &mut Conn, stored_version: i64) -> QueryResult<usize> {
        let updated = on_any!(&mut *conn, c => diesel::update(criteria_sets::table)
            .filter(criteria_sets::id.eq(self.row.id)).filter(criteria_sets::version.eq(stored_version))
            .set(&self.row).execute(c))?;
        if updated > 0 {
            self.clear_parts(conn)?;
            self.put_parts(conn)?;
        }
        Ok(updated)
    }

    fn delete(&self, conn: &mut Conn) -> QueryResult<usize> {
        self.clear_parts(conn)?;
        on_any!(conn, c => diesel::delete(criteria_sets::table)
            .filter(criteria_sets::id.eq(self.row.id)).filter(criteria_sets::version.eq(self.row.version)).execute(c))
    }
}
