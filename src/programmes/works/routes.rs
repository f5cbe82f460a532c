//! `/v1/works`

use super::described::{describe, seats_of};
use super::model::{NewWork, NewWorkProgress, NewWorkTransition, Work, WorkPatch, WorkRecord, WorkState};
use super::{actions, queries};
use crate::access::{Permit, WorkRead, WorkWrite};
use crate::db::{Db, Tx};
use crate::error::{Error, Place};
use crate::http::{
    Answer, AnyOf, Body, Cursor, CursorKey, Document, Flag, IfMatch, Limit, Listing, NoQuery, Page, PageRequest,
    PatchOf, Query, Write, WriteQuery, parameters, path_id,
};
use crate::units::{Naming, Territory, UnitChoice, UnitScope};
use crate::values::{
    AgencyId, ComponentCode, ExternalId, ListCode, LocalDate, RecordId, Scalar, SearchText, UnitCode, UnitId, WorkId,
};
use actix_web::{delete, get, patch, post, web};
use utoipa_actix_web::service_config::ServiceConfig;

parameters! {
    /// Parameters of `GET /v1/works`.
    WorkQuery {
        unit_id: Option<UnitId>, "Works in this unit and, by `unit_scope`, in those below it when each was recorded";
        unit_code: Option<UnitCode>, "The same, by code: its holder today, else its last holder";
        unit_name: Option<SearchText>, "The same, by exact name without diacritics; several hits are refused with candidates";
        unit_scope: UnitScope, "How far below the unit";
        programme_code: AnyOf<ListCode>, "Of these programmes";
        component_code: AnyOf<ComponentCode>, "Of these components";
        state: AnyOf<WorkState>, "That stand here";
        owner_agency_id: AnyOf<AgencyId>, "That these agencies own";
        q: Option<SearchText>, "Part of the name, without case, diacritics and spelling variants";
        planned_end_date_lte: Option<LocalDate>, "To be finished on this day or earlier";
        external_id: AnyOf<ExternalId>, "Works to which the caller gave these ids";
        limit: Limit, "Rows of a page";
        cursor: Option<Cursor>, "Where the page begins";
        with_total: Flag, "Count the rows of all pages";
    }
}

/// Danh sách công trình
///
/// Works of the caller's units with progress and money, those recorded last first.
#[utoipa::path(
    tag = "works", params(WorkQuery),
    extensions(("x-permission" = json!("work:read"))),
    responses((status = 200, description = "A page of works", body = Page<Work>))
)]
#[get("/works")]
async fn list_works(
    permit: Permit<WorkRead>,
    db: web::Data<Db>,
    cursors: web::Data<CursorKey>,
    query: Query<WorkQuery>,
) -> Result<Listing<Page<Work>>, Error> {
    let caller = permit.caller()?;
    let query = query.0.into_inner()?;
    let today = db.clock().today();
    let choice = UnitChoice { id: query.unit_id, code: query.unit_code.clone(), name: query.unit_name.clone() };
    let unit = caller.memory.part::<Territory>().choose(&choice, Naming::Last(today), Place::parameter)?;
    let page = PageRequest { key: &cursors, list: "works", fingerprint: &query.fingerprint, limit: query.limit };
    let after = page.after(query.cursor.as_ref())?.and_then(|values| WorkId::parse(values.first()?).ok());
    let (memory, asked) = (caller.memory.clone(), query.clone());
    let (records, seats, total) = db
        .read(move |conn| {
            let (rows, total) = queries::list(conn, &caller.scope, caller.client_id, &asked, unit, after)?;
            let records = queries::records(conn, rows)?;
            let seats = seats_of(conn, &records, today)?;
            Ok((records, seats, total))
        })
        .await?;
    let page = page.page(records, total, |record| vec![record.row.id.to_string()]);
    Ok(Listing(page.try_map(|record| describe(record, &seats, &memory, today))?))
}

fn shown(tx: &mut Tx<'_>, record: WorkRecord) -> Result<Work, Error> {
    let seats = seats_of(tx.conn, std::slice::from_ref(&record), tx.now.local_date())?;
    describe(record, &seats, &tx.memory, tx.now.local_date())
}

/// Ghi một công trình
///
/// Record a work. Its plan and its payments are entries of the ledger that name it.
#[utoipa::path(
    tag = "works", params(WriteQuery), request_body = NewWork,
    extensions(("x-permission" = json!("work:write"))),
    responses((status = 201, description = "The work", body = Work), (status = 200, description = "What would have been stored (`validate_only`), or is stored under this `external_id`", body = Work))
)]
#[post("/works")]
async fn record_work(
    permit: Permit<WorkWrite>,
    db: web::Data<Db>,
    write: Write,
    body: Body<NewWork>,
) -> Result<Answer, Error> {
    let caller = permit.caller()?;
    let (finder, actor) = (caller.clone(), caller.actor.clone());
    let make = move |tx: &mut Tx<'_>, new: &NewWork| {
        let record = actions::create(tx, &caller, new)?;
        shown(tx, record)
    };
    let find = move |tx: &mut Tx<'_>, id: RecordId| {
        let record = actions::visible(tx.conn, finder.readable(), WorkId(id.0))?;
        shown(tx, record)
    };
    write.create(&db, actor, body, make, find).await
}

/// Một công trình
///
/// One work with its progress and its money.
#[utoipa::path(
    tag = "works", params(("id" = WorkId, Path, description = "Work")),
    extensions(("x-permission" = json!("work:read"))),
    responses((status = 200, description = "The work", body = Work))
)]
#[get("/works/{id}")]
async fn get_work(
    permit: Permit<WorkRead>,
    db: web::Data<Db>,
    id: web::Path<String>,
    _query: Query<NoQuery>,
) -> Result<Document<Work>, Error> {
    let caller = permit.caller()?;
    let (id, scope) = (path_id(&id)?, caller.scope.clone());
    let today = db.clock().today();
    let (record, seats) = db
        .read(move |conn| {
            let record = actions::visible(conn, &scope, id)?;
            let seats = seats_of(conn, std::slice::from_ref(&record), today)?;
            Ok((record, seats))
        })
        .await?;
    describe(record, &seats, &caller.memory, today).map(Document)
}

/// Sửa một công trình
///
/// Change a work; absent members stay. After a reform an act names its owner: send both.
#[utoipa::path(
    tag = "works", params(("id" = WorkId, Path, description = "Work"), WriteQuery),
    request_body = WorkPatch, extensions(("x-permission" = json!("work:write"))),
    responses((status = 200, description = "The work as it is now", body = Work))
)]
#[patch("/works/{id}")]
async fn change_work(
    permit: Permit<WorkWrite>,
    db: web::Data<Db>,
    id: web::Path<String>,
    version: IfMatch,
    write: Write,
    body: PatchOf<WorkPatch>,
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

/// Xóa một công trình
///
/// Delete a work that was recorded by mistake, before there is money for it.
#[utoipa::path(
    tag = "works", params(("id" = WorkId, Path, description = "Work"), WriteQuery),
    extensions(("x-permission" = json!("work:write"))),
    responses((status = 204, description = "It is gone; the history keeps that it was"))
)]
#[delete("/works/{id}")]
async fn delete_work(
    permit: Permit<WorkWrite>,
    db: web::Data<Db>,
    id: web::Path<String>,
    version: IfMatch,
    write: Write,
) -> Result<Answer, Error> {
    let caller = permit.caller()?;
    let id = path_id(&id)?;
    write.delete(&db, caller.actor.clone(), move |tx| actions::delete(tx, &caller, id, &version)).await
}

/// Chuyển bước một công trình
///
/// Begin, suspend, complete, settle or cancel a work.
#[utoipa::path(
    tag = "works", params(("id" = WorkId, Path, description = "Work"), WriteQuery),
    request_body = NewWorkTransition, extensions(("x-permission" = json!("work:write"))),
    responses((status = 200, description = "The work as it is now", body = Work))
)]
#[post("/works/{id}/transitions")]
async fn transition_work(
    permit: Permit<WorkWrite>,
    db: web::Data<Db>,
    id: web::Path<String>,
    version: IfMatch,
    write: Write,
    body: Body<NewWorkTransition>,
) -> Result<Answer, Error> {
    let caller = permit.caller()?;
    let id = path_id(&id)?;
    write
        .step(&db, caller.actor.clone(), body.content, move |tx| {
            let record = actions::step(tx, &caller, id, &version, body.value.get())?;
            shown(tx, record)
        })
        .await
}

/// Báo cáo tiến độ một công trình
///
/// Report physical progress and accepted volume as of a day. Reports are kept; the newest is shown.
#[utoipa::path(
    tag = "works", params(("id" = WorkId, Path, description = "Work"), WriteQuery),
    request_body = NewWorkProgress, extensions(("x-permission" = json!("work:write"))),
    responses((status = 200, description = "The work as it is now", body = Work))
)]
#[post("/works/{id}/progress-reports")]
async fn report_work_progress(
    permit: Permit<WorkWrite>,
    db: web::Data<Db>,
    id: web::Path<String>,
    write: Write,
    body: Body<NewWorkProgress>,
) -> Result<Answer, Error> {
    let caller = permit.caller()?;
    let id = path_id(&id)?;
    write
        .step(&db, caller.actor.clone(), body.content, move |tx| {
            let record = actions::report(tx, &caller, id, body.value.get())?;
            shown(tx, record)
        })
        .await
}

pub fn routes(config: &mut ServiceConfig<'_>) {
    config
        .service(list_works)
        .service(record_work)
        .service(get_work)
        .service(change_work)
        .service(delete_work)
        .service(transition_work)
        .service(report_work_progress);
}
