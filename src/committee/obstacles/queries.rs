//! SQL of obstacles.

use super::model::{EscalationRow, ObstacleRecord, ObstacleRow, ObstacleStatus, ObstacleStepRow, ObstacleTaskRow};
use super::routes::ObstacleQuery;
use crate::db::schema::{obstacle_escalations, obstacle_steps, obstacle_tasks, obstacles};
use crate::db::{Conn, Stored, on_any};
use crate::parties::collection;
use crate::values::{LocalDate, ObstacleId, RecordId, UnitId, search};
use diesel::prelude::*;

const WAITING: [ObstacleStatus; 2] = [ObstacleStatus::Open, ObstacleStatus::Assigned];

collection!(obstacles, ObstacleRow, ObstacleId, "obstacles", ObstacleQuery, |rows, query| {
    if !query.kind.0.is_empty() {
        rows = rows.filter(obstacles::kind.eq_any(query.kind.0.clone()));
    }
    if !query.status.0.is_empty() {
        rows = rows.filter(obstacles::status.eq_any(query.status.0.clone()));
    }
    if !query.level.0.is_empty() {
        rows = rows.filter(obstacles::level.eq_any(query.level.0.clone()));
    }
    if !query.topic_code.0.is_empty() {
        rows = rows.filter(obstacles::topic_code.eq_any(query.topic_code.0.clone()));
    }
    if !query.meeting_id.0.is_empty() {
        rows = rows.filter(obstacles::meeting_id.eq_any(query.meeting_id.0.clone()));
    }
    if !query.person_id.0.is_empty() {
        rows = rows.filter(obstacles::raised_by_person_id.eq_any(query.person_id.0.clone()));
    }
    if !query.agency_id.0.is_empty() {
        rows = rows.filter(obstacles::agency_id.eq_any(query.agency_id.0.clone()));
    }
    if !query.task_id.0.is_empty() {
        let of_tasks = obstacle_tasks::table
            .filter(obstacle_tasks::task_id.eq_any(query.task_id.0.clone()))
            .select(obstacle_tasks::obstacle_id);
        rows = rows.filter(obstacles::id.eq_any(of_tasks));
    }
    if let Some(day) = query.overdue_on {
        rows = rows.filter(obstacles::answer_due_date.lt(day)).filter(obstacles::status.eq_any(WAITING));
    }
    if let Some(text) = &query.q {
        rows = rows.filter(obstacles::search_text.like(search::pattern(text)).escape('\\'));
    }
    if let Some(day) = query.raised_date_gte {
        rows = rows.filter(obstacles::raised_date.ge(day));
    }
    if let Some(day) = query.raised_date_lte {
        rows = rows.filter(obstacles::raised_date.le(day));
    }
});

/// Obstacles with everything that belongs to them.
pub fn records(conn: &mut Conn, rows: Vec<ObstacleRow>) -> QueryResult<Vec<ObstacleRecord>> {
    let ids: Vec<ObstacleId> = rows.iter().map(|row| row.id).collect();
    let steps: Vec<ObstacleStepRow> = on_any!(&mut *conn, c => obstacle_steps::table
        .filter(obstacle_steps::obstacle_id.eq_any(ids.clone()))
        .select(ObstacleStepRow::as_select())
        .order((obstacle_steps::obstacle_id, obstacle_steps::number))
        .load(c))?;
    let escalations: Vec<EscalationRow> = on_any!(&mut *conn, c => obstacle_escalations::table
        .filter(obstacle_escalations::obstacle_id.eq_any(ids.clone()))
        .select(EscalationRow::as_select())
        .order((obstacle_escalations::obstacle_id, obstacle_escalations::number))
        .load(c))?;
    let tasks: Vec<ObstacleTaskRow> = on_any!(&mut *conn, c => obstacle_tasks::table
        .filter(obstacle_tasks::obstacle_id.eq_any(ids))
        .select(ObstacleTaskRow::as_select())
        .order((obstacle_tasks::obstacle_id, obstacle_tasks::position))
        .load(c))?;
    let record = |row: ObstacleRow| ObstacleRecord {
        steps: steps.iter().filter(|part| part.obstacle_id == row.id).cloned().collect(),
        escalations: escalations.iter().filter(|part| part.obstacle_id == row.id).cloned().collect(),
        tasks: tasks.iter().filter(|part| part.obstacle_id == row.id).cloned().collect(),
        row,
    };
    Ok(rows.into_iter().map(record).collect())
}

impl ObstacleRecord {
    fn put_parts(&self, conn: &mut Conn) -> QueryResult<()> {
        // An insertion of nothing is no statement.
        if !self.steps.is_empty() {
            on_any!(&mut *conn, c => diesel::insert_into(obstacle_steps::table).values(&self.steps).execute(c))?;
        }
        if !self.escalations.is_empty() {
            on_any!(&mut *conn, c => diesel::insert_into(obstacle_escalations::table).values(&self.escalations).execute(c))?;
        }
        if !self.tasks.is_empty() {
            on_any!(&mut *conn, c => diesel::insert_into(obstacle_tasks::table).values(&self.tasks).execute(c))?;
        }
        Ok(())
    }

    fn drop_parts(&self, conn: &mut Conn) -> QueryResult<()> {
        let id = self.row.id;
        on_any!(&mut *conn, c => diesel::delete(obstacle_steps::table).filter(obstacle_steps::obstacle_id.eq(id)).execute(c))?;
        on_any!(&mut *conn, c => diesel::delete(obstacle_escalations::table).filter(obstacle_escalations::obstacle_id.eq(id)).execute(c))?;
        on_any!(&mut *conn, c => diesel::delete(obstacle_tasks::table).filter(obstacle_tasks::obstacle_id.eq(id)).execute(c))?;
        Ok(())
    }
}

impl Stored for ObstacleRecord {
    const COLLECTION: &'static str = "obstacles";
    const NOUN: &'static str = "obstacle";

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
        let inserted = on_any!(&mut *conn, c => diesel::insert_into(obstacles::table)
            .values(&self.row).on_conflict_do_nothing().execute(c))?;
        if inserted > 0 {
            self.put_parts(conn)?;
        }
        Ok(inserted)
    }

    fn update(&self, conn: &mut Conn, stored_version: i64) -> QueryResult<usize> {
        let updated = on_any!(&mut *conn, c => diesel::update(obstacles::table)
            .filter(obstacles::id.eq(self.row.id)).filter(obstacles::version.eq(stored_version)).set(&self.row).execute(c))?;
        if updated > 0 {
            self.drop_parts(conn)?;
            self.put_parts(conn)?;
        }
        Ok(updated)
    }

    fn delete(&self, conn: &mut Conn) -> QueryResult<usize> {
        self.drop_parts(conn)?;
        on_any!(conn, c => diesel::delete(obstacles::table)
            .filter(obstacles::id.eq(self.row.id)).filter(obstacles::version.eq(self.row.version)).execute(c))
    }
}
