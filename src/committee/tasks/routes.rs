//! `/v1/tasks`

use super::described::describe;
use super::model::{
    NewProgressReport, NewTask, NewTaskExtension, NewTaskTransition, ProgressReport, Task, TaskKind, TaskPatch,
    TaskRecord, TaskStatus,
};
use super::queries::After;
use super::{actions, progress, queries, steps};
use crate::access::{Permit, TaskConfirm, TaskRead, TaskStep, TaskWrite};
use crate::db::{Db, Tx};
use crate::error::{Error, Place};
use crate::http::{
    Answer, AnyOf, Body, Cursor, CursorKey, Document, Flag, IfMatch, Limit, Listing, NoQuery, Order, Page, PageRequest,
    PatchOf, Query, SortKey, Write, WriteQuery, parameters, path_id,
};
use crate::units::{Naming, Territory, UnitChoice, UnitScope};
use crate::values::{
    ActId, AgencyId, CommitteeId, DirectiveId, ExternalId, LocalDate, PersonId, RecordId, Scalar, SearchText, TaskId,
    TaskProgressReportId, UnitCode, UnitId,
};
use actix_web::{delete, get, patch, post, web};
use utoipa_actix_web::service_config::ServiceConfig;

/// Orders of the list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TaskOrder {
    CreatedDown,
    /// What stands comes last.
    Due,
}

impl SortKey for TaskOrder {
    const ORDERS: &'static [(&'static str, Self)] = &[("-created_at", Self::CreatedDown), ("due_date", Self::Due)];
}

parameters! {
    /// Parameters of `GET /v1/tasks`.
    TaskQuery {
        unit_id: Option<UnitId>, "Tasks of parties of this unit and, by `unit_scope`, of those below it";
        unit_code: Option<UnitCode>, "The same, by code: its holder today, else its last holder";
        unit_name: Option<SearchText>, "The same, by exact name without diacritics; several hits are refused with candidates";
        unit_scope: UnitScope, "How far below the unit";
        target_unit_code: Option<UnitCode>, "Tasks for this unit, by code: its holder today, else its last holder";
        committee_id: AnyOf<CommitteeId>, "Tasks that these committees follow";
        directive_id: AnyOf<DirectiveId>, "Tasks of these directives";
        act_id: AnyOf<ActId>, "Tasks that come of these acts";
        serves_task_id: AnyOf<TaskId>, "Tasks that serve these";
        kind: AnyOf<TaskKind>, "Tasks of these kinds";
        status: AnyOf<TaskStatus>, "Tasks that stand here";
        person_id: AnyOf<PersonId>, "Tasks of these people";
        agency_id: AnyOf<AgencyId>, "Tasks of these agencies";
        overdue: Flag, "Only what is open after its due date";
        due_date_gte: Option<LocalDate>, "Due on this day or later";
        due_date_lte: Option<LocalDate>, "Due on this day or earlier";
        q: Option<SearchText>, "Part of the content, without case, diacritics and spelling variants";
        external_id: AnyOf<ExternalId>, "Tasks to which the caller gave these ids";
        sort: Order<TaskOrder>, "Order: `due_date` puts what stands last";
        limit: Limit, "Rows of a page";
        cursor: Option<Cursor>, "Where the page begins";
        with_total: Flag, "Count the rows of all pages";
    }
}

parameters! {
    /// Parameters of the progress reports of a task.
    TaskProgressReportQuery {
        limit: Limit, "Rows of a page";
        cursor: Option<Cursor>, "Where the page begins";
    }
}

/// Danh sách nhiệm vụ
///
/// Tasks of parties of the caller's units: whose, of what kind, by when, how far.
#[utoipa::path(
    tag = "tasks", params(TaskQuery),
    extensions(("x-permission" = json!("task:read"))),
    responses((status = 200, description = "A page of tasks", body = Page<Task>))
)]
#[get("/tasks")]
async fn list_tasks(
    permit: Permit<TaskRead>,
    db: web::Data<Db>,
    cursors: web::Data<CursorKey>,
    query: Query<TaskQuery>,
) -> Result<Listing<Page<Task>>, Error> {
    let caller = permit.caller()?;
    let query = query.0.into_inner()?;
    let (territory, today) = (caller.memory.part::<Territory>(), db.clock().today());
    let choice = UnitChoice { id: query.unit_id, code: query.unit_code.clone(), name: query.unit_name.clone() };
    let unit = territory.choose(&choice, Naming::Last(today), Place::parameter)?;
    let target = UnitChoice { code: query.target_unit_code.clone(), ..UnitChoice::default() };
    let target = territory.choose(&target, Naming::Last(today), |name| Place::Parameter(format!("target_{name}")))?;
    let page = PageRequest { key: &cursors, list: "tasks", fingerprint: &query.fingerprint, limit: query.limit };
    let after = page.after(query.cursor.as_ref())?.and_then(|values| match values.as_slice() {
        [day, id] => Some(After { sort_date: LocalDate::parse(day).ok()?, id: TaskId::parse(id).ok()? }),
        _ => None,
    });
    let (memory, asked) = (caller.memory.clone(), query.clone());
    let (records, total) = db
        .read(move |conn| {
            let units = (unit, target);
            let (rows, total) = queries::list(conn, &caller.scope, caller.client_id, &asked, units, today, after)?;
            Ok((queries::records(conn, rows)?, total))
        })
        .await?;
    let key = |record: &TaskRecord| vec![record.row.sort_date.to_string(), record.row.id.to_string()];
    let page = page.page(records, total, key);
    Ok(Listing(page.try_map(|record| describe(record, &memory, today))?))
}

fn shown(tx: &Tx<'_>, record: TaskRecord) -> Result<Task, Error> {
    describe(record, &tx.memory, tx.now.local_date())
}

/// Thêm một nhiệm vụ
///
/// Record a task that comes of no directive: a commitment that a member registers, a recommendation, a single
/// directive. Whoever keeps a unit registers commitments of its own.
#[utoipa::path(
    tag = "tasks", params(WriteQuery), request_body = NewTask,
    extensions(("x-permission" = json!("task:write"))),
    responses((status = 201, description = "The task", body = Task), (status = 200, description = "What would have been stored (`validate_only`), or is stored under this `external_id`", body = Task))
)]
#[post("/tasks")]
async fn create_task(
    permit: Permit<TaskWrite>,
    db: web::Data<Db>,
    write: Write,
    body: Body<NewTask>,
) -> Result<Answer, Error> {
    let caller = permit.caller()?;
    let (finder, actor) = (caller.clone(), caller.actor.clone());
    let make = move |tx: &mut Tx<'_>, new: &NewTask| {
        let record = actions::create(tx, Some(&caller), new)?;
        shown(tx, record)
    };
    let find = move |tx: &mut Tx<'_>, id: RecordId| {
        let record = actions::visible(tx.conn, finder.readable(), TaskId(id.0))?;
        shown(tx, record)
    };
    write.create(&db, actor, body, make, find).await
}

/// Một nhiệm vụ
///
/// One task with its steps and extensions; whether it is on time is told against the due date and the first one.
#[utoipa::path(
    tag = "tasks", params(("id" = TaskId, Path, description = "Task")),
    extensions(("x-permission" = json!("task:read"))),
    responses((status = 200, description = "The task", body = Task))
)]
#[get("/tasks/{id}")]
async fn get_task(
    permit: Permit<TaskRead>,
    db: web::Data<Db>,
    id: web::Path<String>,
    _query: Query<NoQuery>,
) -> Result<Document<Task>, Error> {
    let caller = permit.caller()?;
    let (id, scope) = (path_id(&id)?, caller.scope.clone());
    let record = db.read(move |conn| actions::visible(conn, &scope, id)).await?;
    describe(record, &caller.memory, db.clock().today()).map(Document)
}

/// Sửa một nhiệm vụ
///
/// Change a task while it is open. Absent members stay; a due date is extended, never changed.
#[utoipa::path(
    tag = "tasks", params(("id" = TaskId, Path, description = "Task"), WriteQuery),
    request_body = TaskPatch, extensions(("x-permission" = json!("task:write"))),
    responses((status = 200, description = "The task as it is now", body = Task))
)]
#[patch("/tasks/{id}")]
async fn change_task(
    permit: Permit<TaskWrite>,
    db: web::Data<Db>,
    id: web::Path<String>,
    version: IfMatch,
    write: Write,
    body: PatchOf<TaskPatch>,
) -> Result<Answer, Error> {
    let caller = permit.caller()?;
    let id = path_id(&id)?;
    write
        .change(&db, caller.actor.clone(), move |tx| {
            let current = actions::visible(tx.conn, caller.readable(), id)?;
            let current = shown(tx, current)?;
            let record = actions::change(tx, &caller, id, &version, body.get(&current))?;
            shown(tx, record)
        })
        .await
}

/// Xóa một nhiệm vụ
///
/// Delete a task that was recorded by mistake, before anything came of it. One of a directive is cancelled instead.
#[utoipa::path(
    tag = "tasks", params(("id" = TaskId, Path, description = "Task"), WriteQuery),
    extensions(("x-permission" = json!("task:write"))),
    responses((status = 204, description = "It is gone; the history keeps that it was"))
)]
#[delete("/tasks/{id}")]
async fn delete_task(
    permit: Permit<TaskWrite>,
    db: web::Data<Db>,
    id: web::Path<String>,
    version: IfMatch,
    write: Write,
) -> Result<Answer, Error> {
    let caller = permit.caller()?;
    let id = path_id(&id)?;
    write.delete(&db, caller.actor.clone(), move |tx| actions::delete(tx, &caller, id, &version)).await
}

/// Chuyển bước một nhiệm vụ
///
/// Take a step. Whoever keeps the unit of the one who has the task begins it and reports it done (`task:write`); whoever
/// keeps that of the committee confirms, returns and cancels (`task:confirm`), and nobody confirms what they reported.
#[utoipa::path(
    tag = "tasks", params(("id" = TaskId, Path, description = "Task"), WriteQuery),
    request_body = NewTaskTransition, extensions(("x-permission" = json!("task:step"))),
    responses((status = 200, description = "The task as it is now", body = Task))
)]
#[post("/tasks/{id}/transitions")]
async fn transition_task(
    permit: Permit<TaskStep>,
    db: web::Data<Db>,
    id: web::Path<String>,
    version: IfMatch,
    write: Write,
    body: Body<NewTaskTransition>,
) -> Result<Answer, Error> {
    let caller = permit.caller()?;
    let id = path_id(&id)?;
    write
        .step(&db, caller.actor.clone(), body.content, move |tx| {
            let record = steps::take(tx, &caller, id, &version, body.value.get())?;
            shown(tx, record)
        })
        .await
}

/// Gia hạn một nhiệm vụ
///
/// Extend the due date. The old one stays: being on time is told against both.
#[utoipa::path(
    tag = "tasks", params(("id" = TaskId, Path, description = "Task"), WriteQuery),
    request_body = NewTaskExtension, extensions(("x-permission" = json!("task:confirm"))),
    responses((status = 200, description = "The task as it is now", body = Task))
)]
#[post("/tasks/{id}/extensions")]
async fn extend_task(
    permit: Permit<TaskConfirm>,
    db: web::Data<Db>,
    id: web::Path<String>,
    version: IfMatch,
    write: Write,
    body: Body<NewTaskExtension>,
) -> Result<Answer, Error> {
    let caller = permit.caller()?;
    let id = path_id(&id)?;
    write
        .step(&db, caller.actor.clone(), body.content, move |tx| {
            let record = steps::extend(tx, &caller, id, &version, body.value.get())?;
            shown(tx, record)
        })
        .await
}

/// Báo cáo tiến độ của một nhiệm vụ
///
/// Reports of how far a task is, newest first.
#[utoipa::path(
    tag = "tasks", params(("id" = TaskId, Path, description = "Task"), TaskProgressReportQuery),
    extensions(("x-permission" = json!("task:read"))),
    responses((status = 200, description = "A page of progress reports", body = Page<ProgressReport>))
)]
#[get("/tasks/{id}/progress-reports")]
async fn list_task_progress_reports(
    permit: Permit<TaskRead>,
    db: web::Data<Db>,
    cursors: web::Data<CursorKey>,
    id: web::Path<String>,
    query: Query<TaskProgressReportQuery>,
) -> Result<Listing<Page<ProgressReport>>, Error> {
    let caller = permit.caller()?;
    let id: TaskId = path_id(&id)?;
    let query = query.0.into_inner()?;
    let fingerprint = format!("{id} {}", query.fingerprint);
    let list = "task-progress-reports";
    let page = PageRequest { key: &cursors, list, fingerprint: &fingerprint, limit: query.limit };
    let after = page.after(query.cursor.as_ref())?.and_then(|values| TaskProgressReportId::parse(values.first()?).ok());
    let limit = query.limit.plus_one();
    let reports = db
        .read(move |conn| {
            actions::visible(conn, &caller.scope, id)?;
            Ok(queries::reports(conn, id, after, limit)?)
        })
        .await?;
    Ok(Listing(page.page(reports, None, |report| vec![report.id.to_string()])))
}

/// Thêm một báo cáo tiến độ
///
/// Report how far a task is. The first report begins the task; its share stands in the task.
#[utoipa::path(
    tag = "tasks", params(("id" = TaskId, Path, description = "Task"), WriteQuery),
    request_body = NewProgressReport, extensions(("x-permission" = json!("task:write"))),
    responses((status = 201, description = "The report", body = ProgressReport), (status = 200, description = "What would have been stored (`validate_only`), or is stored under this `external_id`", body = ProgressReport))
)]
#[post("/tasks/{id}/progress-reports")]
async fn create_task_progress_report(
    permit: Permit<TaskWrite>,
    db: web::Data<Db>,
    id: web::Path<String>,
    write: Write,
    body: Body<NewProgressReport>,
) -> Result<Answer, Error> {
    let caller = permit.caller()?;
    let id: TaskId = path_id(&id)?;
    // What is not there, and what is not the caller's, is told before what is wrong with the body.
    let asking = caller.clone();
    db.read(move |conn| progress::require(conn, &asking, id).map(|_| ())).await?;
    let (finder, actor) = (caller.clone(), caller.actor.clone());
    let make = move |tx: &mut Tx<'_>, new: &NewProgressReport| progress::report(tx, &caller, id, new);
    let find = move |tx: &mut Tx<'_>, report: RecordId| {
        actions::visible(tx.conn, finder.readable(), id)?;
        // The caller's id may name a report of another task.
        let found = queries::report(tx.conn, id, TaskProgressReportId(report.0))?;
        found.ok_or(Error::Duplicate(report.0))
    };
    write.create(&db, actor, body, make, find).await
}

/// Một báo cáo tiến độ
///
/// One report of how far a task is.
#[utoipa::path(
    tag = "tasks",
    params(("id" = TaskId, Path, description = "Task"), ("report_id" = TaskProgressReportId, Path, description = "Report")),
    extensions(("x-permission" = json!("task:read"))),
    responses((status = 200, description = "The report", body = ProgressReport))
)]
#[get("/tasks/{id}/progress-reports/{report_id}")]
async fn get_task_progress_report(
    permit: Permit<TaskRead>,
    db: web::Data<Db>,
    path: web::Path<(String, String)>,
    _query: Query<NoQuery>,
) -> Result<Document<ProgressReport>, Error> {
    let caller = permit.caller()?;
    let (id, report) = (path_id(&path.0)?, path_id(&path.1)?);
    let report = db
        .read(move |conn| {
            actions::visible(conn, &caller.scope, id)?;
            Ok(queries::report(conn, id, report)?)
        })
        .await?;
    report.map(Document).ok_or(Error::NotFound)
}

pub fn routes(config: &mut ServiceConfig<'_>) {
    config
        .service(list_tasks)
        .service(create_task)
        .service(get_task)
        .service(change_task)
        .service(delete_task)
        .service(transition_task)
        .service(extend_task)
        .service(list_task_progress_reports)
        .service(create_task_progress_report)
        .service(get_task_progress_report);
}
