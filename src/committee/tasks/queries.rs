//! SQL of tasks.

use super::model::{ExtensionRow, ProgressReport, StepRow, TaskFileRow, TaskRecord, TaskRow, TaskStatus, TaskTermRow};
use super::routes::{TaskOrder, TaskQuery};
use crate::access::{Scope, few_below, in_scope};
use crate::db::schema::{
    activities, activity_recommendations, obstacle_tasks, task_progress_reports, task_terms, tasks,
};
use crate::db::{Conn, named_by, on_any, stored_with_parts};
use crate::http::TOTAL_COUNTED;
use crate::parties::any_of;
use crate::values::{ClientId, DirectiveId, LocalDate, TaskId, TaskProgressReportId, UnitId, search};
use diesel::prelude::*;

/// Where a page begins: after this task in the order asked for.
pub struct After {
    pub id: TaskId,
    pub sort_date: LocalDate,
}

const UNFINISHED: [TaskStatus; 2] = [TaskStatus::Open, TaskStatus::InProgress];

/// One page of what the caller may read, plus one row that tells whether another page follows.
pub fn list(
    conn: &mut Conn,
    scope: &Scope,
    client: ClientId,
    query: &TaskQuery,
    units: (Option<UnitId>, Option<UnitId>),
    today: LocalDate,
    after: Option<After>,
) -> QueryResult<(Vec<TaskRow>, Option<i64>)> {
    let (unit, target) = units;
    let few = few_below(conn, scope, unit)?;
    on_any!(conn, c => {
        let filtered = || {
            let mut rows = tasks::table.into_boxed().filter(in_scope!(tasks::unit_id, tasks::unit_date, scope.units.clone()));
            if let Some(unit) = unit {
                let depths = query.unit_scope.depths();
                rows = rows.filter(in_scope!(tasks::unit_id, tasks::unit_date, vec![unit], depths));
            }
            if let Some(few) = &few { rows = rows.filter(tasks::unit_id.eq_any(few.clone())); }
            if let Some(target) = target { rows = rows.filter(tasks::target_unit_id.eq(target)); }
            if !query.committee_id.0.is_empty() { rows = rows.filter(tasks::committee_id.eq_any(query.committee_id.0.clone())); }
            if !query.directive_id.0.is_empty() { rows = rows.filter(tasks::directive_id.eq_any(query.directive_id.0.clone())); }
            if !query.act_id.0.is_empty() { rows = rows.filter(tasks::act_id.eq_any(query.act_id.0.clone())); }
            if !query.serves_task_id.0.is_empty() { rows = rows.filter(tasks::serves_task_id.eq_any(query.serves_task_id.0.clone())); }
            if !query.kind.0.is_empty() { rows = rows.filter(tasks::kind.eq_any(query.kind.0.clone())); }
            if !query.status.0.is_empty() { rows = rows.filter(tasks::status.eq_any(query.status.0.clone())); }
            if !query.person_id.0.is_empty() { rows = rows.filter(tasks::person_id.eq_any(query.person_id.0.clone())); }
            if !query.agency_id.0.is_empty() { rows = rows.filter(tasks::agency_id.eq_any(query.agency_id.0.clone())); }
            if query.overdue.0 { rows = rows.filter(tasks::due_date.lt(today)).filter(tasks::status.eq_any(UNFINISHED)); }
            if let Some(day) = query.due_date_gte { rows = rows.filter(tasks::due_date.ge(day)); }
            if let Some(day) = query.due_date_lte { rows = rows.filter(tasks::due_date.le(day)); }
            if let Some(text) = &query.q { rows = rows.filter(tasks::search_text.like(search::pattern(text)).escape('\\')); }
            if !query.external_id.0.is_empty() { rows = rows.filter(named_by!(tasks::id, client, "tasks", query.external_id.0.clone())); }
            rows
        };
        let total = match query.with_total.0 {
            true => Some(filtered().select(tasks::id).limit(TOTAL_COUNTED + 1).load::<TaskId>(c)?.len() as i64),
            false => None,
        };
        let mut rows = filtered().select(TaskRow::as_select()).limit(query.limit.plus_one());
        rows = match (query.sort.0, after) {
            (TaskOrder::CreatedDown, Some(after)) => rows.filter(tasks::id.lt(after.id)),
            (TaskOrder::Due, Some(After { id, sort_date })) => {
                rows.filter(tasks::sort_date.gt(sort_date).or(tasks::sort_date.eq(sort_date).and(tasks::id.gt(id))))
            }
            (_, None) => rows,
        };
        rows = match query.sort.0 {
            TaskOrder::CreatedDown => rows.order(tasks::id.desc()),
            TaskOrder::Due => rows.order((tasks::sort_date, tasks::id)),
        };
        Ok((rows.load(c)?, total))
    })
}

/// Tasks of a unit and of all below it that are overdue, those that are longest first.
pub fn overdue_within(
    conn: &mut Conn,
    scope: &Scope,
    unit: UnitId,
    today: LocalDate,
    limit: i64,
) -> QueryResult<Vec<TaskId>> {
    let few = few_below(conn, scope, Some(unit))?;
    on_any!(conn, c => {
            let mut rows = tasks::table
                .into_boxed()
            .filter(in_scope!(tasks::unit_id, tasks::unit_date, scope.units.clone()))
            .filter(in_scope!(tasks::unit_id, tasks::unit_date, vec![unit]))
            .filter(tasks::due_date.lt(today))
            .filter(tasks::status.eq_any(UNFINISHED))
            .select(tasks::id)
            .order((tasks::due_date, tasks::id))
            .limit(limit)
    ;
            if let Some(few) = few { rows = rows.filter(tasks::unit_id.eq_any(few)); }
            rows.load(c)
        })
}

/// One task that the scope covers.
pub fn find(conn: &mut Conn, scope: &Scope, id: TaskId) -> QueryResult<Option<TaskRow>> {
    on_any!(conn, c => tasks::table
        .filter(tasks::id.eq(id))
        .filter(in_scope!(tasks::unit_id, tasks::unit_date, scope.units.clone()))
        .select(TaskRow::as_select())
        .first(c)
        .optional())
}

any_of!(tasks, TaskRow, TaskId);

stored_with_parts!(TaskRecord, TaskRow, TaskId, tasks, "tasks", "task", {
    steps: StepRow in task_steps(task_id, number);
    extensions: ExtensionRow in task_extensions(task_id, number);
    files: TaskFileRow in task_files(task_id, position);
    terms: TaskTermRow in task_terms(task_id, in_working_days);
});

/// Tasks that a directive made.
pub fn of_directive(conn: &mut Conn, id: DirectiveId) -> QueryResult<Vec<TaskRow>> {
    on_any!(conn, c => tasks::table
        .filter(tasks::directive_id.eq(id))
        .select(TaskRow::as_select())
        .order(tasks::id)
        .load(c))
}

/// The same with everything that belongs to them.
pub fn records_of_directive(conn: &mut Conn, id: DirectiveId) -> QueryResult<Vec<TaskRecord>> {
    let rows = of_directive(conn, id)?;
    records(conn, rows)
}

/// Open tasks with a term of their own in working days, and what belongs to them.
pub fn with_terms(conn: &mut Conn) -> QueryResult<Vec<TaskRecord>> {
    let rows = on_any!(&mut *conn, c => tasks::table
        .filter(tasks::id.eq_any(task_terms::table.select(task_terms::task_id)))
        .filter(tasks::status.eq_any(UNFINISHED))
        .select(TaskRow::as_select())
        .order(tasks::id)
        .load(c))?;
    records(conn, rows)
}

/// Does another task or an activity serve it, an obstacle stand in its way, did an activity recommend it, does a report
/// tell of it?
pub fn is_used(conn: &mut Conn, id: TaskId) -> QueryResult<bool> {
    on_any!(conn, c => diesel::select(
        diesel::dsl::exists(tasks::table.filter(tasks::serves_task_id.eq(id)))
            .or(diesel::dsl::exists(activities::table.filter(activities::task_id.eq(id))))
            .or(diesel::dsl::exists(activity_recommendations::table.filter(activity_recommendations::task_id.eq(id))))
            .or(diesel::dsl::exists(obstacle_tasks::table.filter(obstacle_tasks::task_id.eq(id))))
            .or(diesel::dsl::exists(task_progress_reports::table.filter(task_progress_reports::task_id.eq(id)))),
    )
    .get_result(c))
}

/// How many tasks of a directive stand where, and how many of them are overdue.
#[derive(Debug, Clone, Copy, Queryable)]
pub struct Counted {
    pub directive_id: Option<DirectiveId>,
    pub status: TaskStatus,
    pub count: i64,
}

/// Tasks of some directives by status, and again those of them that are overdue.
pub fn progress_of(
    conn: &mut Conn,
    ids: &[DirectiveId],
    today: LocalDate,
) -> QueryResult<(Vec<Counted>, Vec<Counted>)> {
    use diesel::dsl::count_star;
    on_any!(conn, c => {
        let of = || tasks::table
            .filter(tasks::directive_id.eq_any(ids.to_vec()))
            .group_by((tasks::directive_id, tasks::status))
            .select((tasks::directive_id, tasks::status, count_star()));
        let all = of().load(c)?;
        let overdue = of().filter(tasks::due_date.lt(today)).filter(tasks::status.eq_any(UNFINISHED)).load(c)?;
        Ok((all, overdue))
    })
}

/// One page of the reports of a task, newest first, plus one row that tells whether another page follows.
pub fn reports(
    conn: &mut Conn,
    task: TaskId,
    after: Option<TaskProgressReportId>,
    limit: i64,
) -> QueryResult<Vec<ProgressReport>> {
    on_any!(conn, c => {
        let mut rows = task_progress_reports::table
            .filter(task_progress_reports::task_id.eq(task))
            .select(ProgressReport::as_select())
            .order(task_progress_reports::id.desc())
            .limit(limit)
            .into_boxed();
        if let Some(id) = after { rows = rows.filter(task_progress_reports::id.lt(id)); }
        rows.load(c)
    })
}

/// One report of a task.
pub fn report(conn: &mut Conn, task: TaskId, id: TaskProgressReportId) -> QueryResult<Option<ProgressReport>> {
    on_any!(conn, c => task_progress_reports::table
        .filter(task_progress_reports::id.eq(id))
        .filter(task_progress_reports::task_id.eq(task))
        .select(ProgressReport::as_select())
        .first(c)
        .optional())
}
