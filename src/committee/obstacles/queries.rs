//! SQL of obstacles.

use super::model::{
    EscalationRow, ObstacleLineRow, ObstacleRecord, ObstacleRow, ObstacleStatus, ObstacleStepRow, ObstacleTaskRow,
    ObstacleWorkRow,
};
use super::routes::ObstacleQuery;
use crate::access::{Scope, few_below, in_scope};
use crate::db::schema::{obstacle_budget_lines, obstacle_tasks, obstacle_works, obstacles};
use crate::db::{Conn, on_any, stored_with_parts};
use crate::parties::collection;
use crate::values::{LocalDate, ObstacleId, UnitId, search};
use diesel::prelude::*;

/// Nobody has answered yet.
pub const WAITING: [ObstacleStatus; 2] = [ObstacleStatus::Open, ObstacleStatus::Assigned];

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
    if !query.work_id.0.is_empty() {
        let of_works = obstacle_works::table
            .filter(obstacle_works::work_id.eq_any(query.work_id.0.clone()))
            .select(obstacle_works::obstacle_id);
        rows = rows.filter(obstacles::id.eq_any(of_works));
    }
    if !query.budget_line_id.0.is_empty() {
        let of_lines = obstacle_budget_lines::table
            .filter(obstacle_budget_lines::line_id.eq_any(query.budget_line_id.0.clone()))
            .select(obstacle_budget_lines::obstacle_id);
        rows = rows.filter(obstacles::id.eq_any(of_lines));
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

/// Obstacles of a unit and of all below it of which an answer is overdue, those that wait longest first.
pub fn overdue_within(
    conn: &mut Conn,
    scope: &Scope,
    unit: UnitId,
    today: LocalDate,
    limit: i64,
) -> QueryResult<Vec<ObstacleId>> {
    let few = few_below(conn, scope, Some(unit))?;
    on_any!(conn, c => {
            let mut rows = obstacles::table
                .into_boxed()
            .filter(in_scope!(obstacles::unit_id, obstacles::unit_date, scope.units.clone()))
            .filter(in_scope!(obstacles::unit_id, obstacles::unit_date, vec![unit]))
            .filter(obstacles::answer_due_date.lt(today))
            .filter(obstacles::status.eq_any(WAITING))
            .select(obstacles::id)
            .order((obstacles::answer_due_date, obstacles::id))
            .limit(limit)
    ;
            if let Some(few) = few { rows = rows.filter(obstacles::unit_id.eq_any(few)); }
            rows.load(c)
        })
}

stored_with_parts!(ObstacleRecord, ObstacleRow, ObstacleId, obstacles, "obstacles", "obstacle", {
    steps: ObstacleStepRow in obstacle_steps(obstacle_id, number);
    escalations: EscalationRow in obstacle_escalations(obstacle_id, number);
    tasks: ObstacleTaskRow in obstacle_tasks(obstacle_id, position);
    works: ObstacleWorkRow in obstacle_works(obstacle_id, position);
    budget_lines: ObstacleLineRow in obstacle_budget_lines(obstacle_id, position);
});

/// What waits for an answer by a term in working days.
pub fn with_terms(conn: &mut Conn) -> QueryResult<Vec<ObstacleRecord>> {
    let rows = on_any!(&mut *conn, c => obstacles::table
        .filter(obstacles::answer_in_working_days.is_not_null())
        .filter(obstacles::status.eq_any(WAITING))
        .select(ObstacleRow::as_select())
        .order(obstacles::id)
        .load(c))?;
    records(conn, rows)
}
