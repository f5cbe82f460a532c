//! SQL of activities.

use super::model::{
    ActivityFileRow, ActivityPartyRow, ActivityRecord, ActivityRow, ActivityUnitRow, RecommendationRow,
};
use super::routes::ActivityQuery;
use crate::db::schema::{activities, activity_files, activity_parties, activity_recommendations, activity_units};
use crate::db::{Conn, Stored, on_any};
use crate::parties::collection;
use crate::values::{ActivityId, LocalDate, RecordId, UnitId, search};
use diesel::prelude::*;

collection!(activities, ActivityRow, ActivityId, "activities", ActivityQuery, |rows, query| {
    if !query.committee_id.0.is_empty() {
        rows = rows.filter(activities::committee_id.eq_any(query.committee_id.0.clone()));
    }
    if !query.kind.0.is_empty() {
        rows = rows.filter(activities::kind.eq_any(query.kind.0.clone()));
    }
    if !query.status.0.is_empty() {
        rows = rows.filter(activities::status.eq_any(query.status.0.clone()));
    }
    if !query.task_id.0.is_empty() {
        rows = rows.filter(activities::task_id.eq_any(query.task_id.0.clone()));
    }
    if !query.target_unit_id.0.is_empty() {
        let of_units = activity_units::table
            .filter(activity_units::target_unit_id.eq_any(query.target_unit_id.0.clone()))
            .select(activity_units::activity_id);
        rows = rows.filter(activities::id.eq_any(of_units));
    }
    if !query.person_id.0.is_empty() {
        let of_people = activity_parties::table
            .filter(activity_parties::person_id.eq_any(query.person_id.0.clone()))
            .select(activity_parties::activity_id);
        rows = rows.filter(activities::id.eq_any(of_people));
    }
    if !query.agency_id.0.is_empty() {
        let of_agencies = activity_parties::table
            .filter(activity_parties::agency_id.eq_any(query.agency_id.0.clone()))
            .select(activity_parties::activity_id);
        rows = rows.filter(activities::id.eq_any(of_agencies));
    }
    if let Some(text) = &query.q {
        rows = rows.filter(activities::search_text.like(search::pattern(text)).escape('\\'));
    }
    if let Some(day) = query.held_date_gte {
        rows = rows.filter(activities::held_date.ge(day));
    }
    if let Some(day) = query.held_date_lte {
        rows = rows.filter(activities::held_date.le(day));
    }
});

/// Activities with everything that belongs to them.
pub fn records(conn: &mut Conn, rows: Vec<ActivityRow>) -> QueryResult<Vec<ActivityRecord>> {
    let ids: Vec<ActivityId> = rows.iter().map(|row| row.id).collect();
    let units: Vec<ActivityUnitRow> = on_any!(&mut *conn, c => activity_units::table
        .filter(activity_units::activity_id.eq_any(ids.clone()))
        .select(ActivityUnitRow::as_select())
        .order((activity_units::activity_id, activity_units::position))
        .load(c))?;
    let parties: Vec<ActivityPartyRow> = on_any!(&mut *conn, c => activity_parties::table
        .filter(activity_parties::activity_id.eq_any(ids.clone()))
        .select(ActivityPartyRow::as_select())
        .order((activity_parties::activity_id, activity_parties::position))
        .load(c))?;
    let recommendations: Vec<RecommendationRow> = on_any!(&mut *conn, c => activity_recommendations::table
        .filter(activity_recommendations::activity_id.eq_any(ids.clone()))
        .select(RecommendationRow::as_select())
        .order((activity_recommendations::activity_id, activity_recommendations::position))
        .load(c))?;
    let files: Vec<ActivityFileRow> = on_any!(&mut *conn, c => activity_files::table
        .filter(activity_files::activity_id.eq_any(ids))
        .select(ActivityFileRow::as_select())
        .order((activity_files::activity_id, activity_files::position))
        .load(c))?;
    let record = |row: ActivityRow| ActivityRecord {
        units: units.iter().filter(|part| part.activity_id == row.id).cloned().collect(),
        parties: parties.iter().filter(|part| part.activity_id == row.id).cloned().collect(),
        recommendations: recommendations.iter().filter(|part| part.activity_id == row.id).cloned().collect(),
        files: files.iter().filter(|part| part.activity_id == row.id).cloned().collect(),
        row,
    };
    Ok(rows.into_iter().map(record).collect())
}

impl ActivityRecord {
    fn put_parts(&self, conn: &mut Conn) -> QueryResult<()> {
        // An insertion of nothing is no statement.
        if !self.units.is_empty() {
            on_any!(&mut *conn, c => diesel::insert_into(activity_units::table).values(&self.units).execute(c))?;
        }
        if !self.parties.is_empty() {
            on_any!(&mut *conn, c => diesel::insert_into(activity_parties::table).values(&self.parties).execute(c))?;
        }
        if !self.recommendations.is_empty() {
            on_any!(&mut *conn, c => diesel::insert_into(activity_recommendations::table).values(&self.recommendations).execute(c))?;
        }
        if !self.files.is_empty() {
            on_any!(&mut *conn, c => diesel::insert_into(activity_files::table).values(&self.files).execute(c))?;
        }
        Ok(())
    }

    fn drop_parts(&self, conn: &mut Conn) -> QueryResult<()> {
        let id = self.row.id;
        on_any!(&mut *conn, c => diesel::delete(activity_units::table).filter(activity_units::activity_id.eq(id)).execute(c))?;
        on_any!(&mut *conn, c => diesel::delete(activity_parties::table).filter(activity_parties::activity_id.eq(id)).execute(c))?;
        on_any!(&mut *conn, c => diesel::delete(activity_recommendations::table).filter(activity_recommendations::activity_id.eq(id)).execute(c))?;
        on_any!(&mut *conn, c => diesel::delete(activity_files::table).filter(activity_files::activity_id.eq(id)).execute(c))?;
        Ok(())
    }
}

impl Stored for ActivityRecord {
    const COLLECTION: &'static str = "activities";
    const NOUN: &'static str = "activity";

    fn record_id(&self) -> RecordId {
        RecordId(self.row.id.0)
    }

    fn version(&self) -> i64 {
        self.row.version
    }

    fn set_version(&mut self, version: i64) {
        self.row.version = version;
    }

    fn place(&self) -> Option<(UnitId, LocalDate)> {
        Some((self.row.unit_id, self.row.unit_date))
    }

    fn insert(&self, conn: &mut Conn) -> QueryResult<usize> {
        let inserted = on_any!(&mut *conn, c => diesel::insert_into(activities::table)
            .values(&self.row).on_conflict_do_nothing().execute(c))?;
        if inserted > 0 {
            self.put_parts(conn)?;
        }
        Ok(inserted)
    }

    fn update(&self, conn: &mut Conn, stored_version: i64) -> QueryResult<usize> {
        let updated = on_any!(&mut *conn, c => diesel::update(activities::table)
            .filter(activities::id.eq(self.row.id)).filter(activities::version.eq(stored_version)).set(&self.row).execute(c))?;
        if updated > 0 {
            self.drop_parts(conn)?;
            self.put_parts(conn)?;
        }
        Ok(updated)
    }

    fn delete(&self, conn: &mut Conn) -> QueryResult<usize> {
        self.drop_parts(conn)?;
        on_any!(conn, c => diesel::delete(activities::table)
            .filter(activities::id.eq(self.row.id)).filter(activities::version.eq(self.row.version)).execute(c))
    }
}
