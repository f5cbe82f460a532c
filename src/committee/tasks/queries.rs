//! SQL of tasks.

use super::model::{ExtensionRow, ProgressReport, StepRow, TaskFileRow, TaskRecord, TaskRow, TaskStatus};
use super::routes::{TaskOrder, TaskQuery};
use crate::access::{Scope, in_scope};
use crate::db::schema::{
    activities, activity_recommendations, obstacle_tasks, task_extensions, task_files, task_progress_reports,
    task_steps, tasks,
};
use crate::db::{Conn, Stored, named_by, on_any};
use crate::http::TOTAL_COUNTED;
use crate::parties::any_of;
use crate::values::{ClientId, DirectiveId, LocalDate, RecordId, TaskId, TaskProgressReportId, UnitId, search};
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
    on_any!(conn, c => {
        let filtered = || {
            let mut rows = tasks::table.into_boxed().filter(in_scope!(tasks::unit_id, tasks::unit_date, scope.units.clone()));
            if let Some(unit) = unit {
                let depths = query.unit_scope.depths();
                rows = rows.filter(in_scope!(tasks::unit_id, tasks::unit_date, vec![unit], depths));
            }
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

/// Tasks with everything that belongs to them.
pub fn records(conn: &mut Conn, rows: Vec<TaskRow>) -> QueryResult<Vec<TaskRecord>> {
    let ids: Vec<TaskId> = rows.iter().map(|row| row.id).collect();
    let steps: Vec<StepRow> = on_any!(&mut *conn, c => task_steps::table
        .filter(task_steps::task_id.eq_any(ids.clone()))
        .select(StepRow::as_select())
        .order((task_steps::task_id, task_steps::number))
        .load(c))?;
    let extensions: Vec<ExtensionRow> = on_any!(&mut *conn, c => task_extensions::table
        .filter(task_extensions::task_id.eq_any(ids.clone()))
        .select(ExtensionRow::as_select())
        .order((task_extensions::task_id, task_extensions::number))
        .load(c))?;
    let files: Vec<TaskFileRow> = on_any!(&mut *conn, c => task_files::table
        .filter(task_files::task_id.eq_any(ids))
        .select(TaskFileRow::as_select())
        .order((task_files::task_id, task_files::position))
        .load(c))?;
    let record = |row: TaskRow| TaskRecord {
        steps: steps.iter().filter(|part| part.task_id == row.id).cloned().collect(),
        extensions: extensions.iter().filter(|part| part.task_id == row.id).cloned().collect(),
        files: files.iter().filter(|part| part.task_id == row.id).cloned().collect(),
        row,
    };
    Ok(rows.into_iter().map(record).collect())
}

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

impl TaskRecord {
    fn put_parts(&self, conn: &mut Conn) -> QueryResult<()> {
        // An insertion of nothing is no statement.
        if !self.steps.is_empty() {
            on_any!(&mut *conn, c => diesel::insert_into(task_steps::table).values(&self.steps).execute(c))?;
        }
        if !self.extensions.is_empty() {
            on_any!(&mut *conn, c => diesel::insert_into(task_extensions::table).values(&self.extensions).execute(c))?;
        }
        if !self.files.is_empty() {
            on_any!(&mut *conn, c => diesel::insert_into(task_files::table).values(&self.files).execute(c))?;
        }
        Ok(())
    }

    fn drop_parts(&self, conn: &mut Conn) -> QueryResult<()> {
        let id = self.row.id;
        on_any!(&mut *conn, c => diesel::delete(task_steps::table).filter(task_steps::task_id.eq(id)).execute(c))?;
        on_any!(&mut *conn, c => diesel::delete(task_extensions::table).filter(task_extensions::task_id.eq(id)).execute(c))?;
        on_any!(&mut *conn, c => diesel::delete(task_files::table).filter(task_files::task_id.eq(id)).execute(c))?;
        Ok(())
    }
}

impl Stored for TaskRecord {
    const COLLECTION: &'static str = "tasks";
    const NOUN: &'static str = "task";

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
        let inserted = on_any!(&mut *conn, c => diesel::insert_into(tasks::table)
            .values(&self.row).on_conflict_do_nothing().execute(c))?;
        if inserted > 0 {
            self.put_parts(conn)?;
        }
        Ok(inserted)
    }

    fn update(&self, conn: &mut Conn, stored_version: i64) -> QueryResult<usize> {
        let updated = on_any!(&mut *conn, c => diesel::update(tasks::table)
            .filter(tasks::id.eq(self.row.id)).filter(tasks::version.eq(stored_version)).set(&self.row).execute(c))?;
        if updated > 0 {
            self.drop_parts(conn)?;
            self.put_parts(conn)?;
        }
        Ok(updated)
    }

    fn delete(&self, conn: &mut Conn) -> QueryResult<usize> {
        self.drop_parts(conn)?;
        on_any!(conn, c => diesel::delete(tasks::table)
            .filter(tasks::id.eq(self.row.id)).filter(tasks::version.eq(self.row.version)).execute(c))
    }
}
