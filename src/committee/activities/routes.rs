//! `/v1/activities`

use super::model::{Activity, ActivityKind, ActivityPatch, ActivityStatus, NewActivity, NewActivityTransition};
use super::{actions, queries};
use crate::access::{ActivityRead, ActivityWrite, Permit};
use crate::db::{Db, Tx};
use crate::error::{Error, Place};
use crate::http::{
    Answer, AnyOf, Body, Cursor, CursorKey, Document, Flag, IfMatch, Limit, Listing, NoQuery, Page, PageRequest,
    PatchOf, Query, Write, WriteQuery, parameters, path_id,
};
use crate::units::{Naming, Territory, UnitChoice, UnitScope};
use crate::values::{
    ActivityId, AgencyId, CommitteeId, ExternalId, LocalDate, PersonId, RecordId, Scalar, SearchText, TaskId, UnitCode,
    UnitId,
};
use actix_web::{delete, get, patch, post, web};
use utoipa_actix_web::service_config::ServiceConfig;

parameters! {
    /// Parameters of `GET /v1/activities`.
    ActivityQuery {
        unit_id: Option<UnitId>, "Activities of this unit and, by `unit_scope`, of those below it";
        unit_code: Option<UnitCode>, "The same, by code: its holder today, else its last holder";
        unit_name: Option<SearchText>, "The same, by exact name without diacritics; several hits are refused with candidates";
        unit_scope: UnitScope, "How far below the unit";
        committee_id: AnyOf<CommitteeId>, "Activities of these committees";
        kind: AnyOf<ActivityKind>, "Of these kinds";
        status: AnyOf<ActivityStatus>, "That stand here";
        target_unit_id: AnyOf<UnitId>, "In these units";
        person_id: AnyOf<PersonId>, "In which these people took part";
        agency_id: AnyOf<AgencyId>, "In which these agencies took part";
        task_id: AnyOf<TaskId>, "That serve these tasks";
        q: Option<SearchText>, "Part of the title, without case, diacritics and spelling variants";
        held_date_gte: Option<LocalDate>, "Held on this day or later";
        held_date_lte: Option<LocalDate>, "Held on this day or earlier";
        external_id: AnyOf<ExternalId>, "Activities to which the caller gave these ids";
        limit: Limit, "Rows of a page";
        cursor: Option<Cursor>, "Where the page begins";
        with_total: Flag, "Count the rows of all pages";
    }
}

/// Danh sách hoạt động
///
/// Activities of the caller's units, those recorded last first.
#[utoipa::path(
    tag = "activities", params(ActivityQuery),
    extensions(("x-permission" = json!("activity:read"))),
    responses((status = 200, description = "A page of activities", body = Page<Activity>))
)]
#[get("/activities")]
async fn list_activities(
    permit: Permit<ActivityRead>,
    db: web::Data<Db>,
    cursors: web::Data<CursorKey>,
    query: Query<ActivityQuery>,
) -> Result<Listing<Page<Activity>>, Error> {
    let caller = permit.caller()?;
    let query = query.0.into_inner()?;
    let choice = UnitChoice { id: query.unit_id, code: query.unit_code.clone(), name: query.unit_name.clone() };
    let unit = caller.memory.part::<Territory>().choose(&choice, Naming::Last(db.clock().today()), Place::parameter)?;
    let page = PageRequest { key: &cursors, list: "activities", fingerprint: &query.fingerprint, limit: query.limit };
    let after = page.after(query.cursor.as_ref())?.and_then(|values| ActivityId::parse(values.first()?).ok());
    let (memory, asked) = (caller.memory.clone(), query.clone());
    let (records, total) = db
        .read(move |conn| {
            let (rows, total) = queries::list(conn, &caller.scope, caller.client_id, &asked, unit, after)?;
            Ok((queries::records(conn, rows)?, total))
        })
        .await?;
    let page = page.page(records, total, |record| vec![record.row.id.to_string()]);
    Ok(Listing(page.try_map(|record| actions::describe(record, &memory))?))
}

/// Thêm một hoạt động
///
/// Record a visit, a reminder, an inspection, a supervision or a communication, held or to come.
#[utoipa::path(
    tag = "activities", params(WriteQuery), request_body = NewActivity,
    extensions(("x-permission" = json!("activity:write"))),
    responses((status = 201, description = "The activity", body = Activity), (status = 200, description = "What would have been stored (`validate_only`), or is stored under this `external_id`", body = Activity))
)]
#[post("/activities")]
async fn create_activity(
    permit: Permit<ActivityWrite>,
    db: web::Data<Db>,
    write: Write,
    body: Body<NewActivity>,
) -> Result<Answer, Error> {
    let caller = permit.caller()?;
    let (finder, actor) = (caller.clone(), caller.actor.clone());
    let make =
        move |tx: &mut Tx<'_>, new: &NewActivity| actions::describe(actions::create(tx, &caller, new)?, &tx.memory);
    let find = move |tx: &mut Tx<'_>, id: RecordId| {
        actions::describe(actions::visible(tx.conn, finder.readable(), ActivityId(id.0))?, &tx.memory)
    };
    write.create(&db, actor, body, make, find).await
}

/// Một hoạt động
///
/// One activity.
#[utoipa::path(
    tag = "activities", params(("id" = ActivityId, Path, description = "Activity")),
    extensions(("x-permission" = json!("activity:read"))),
    responses((status = 200, description = "The activity", body = Activity))
)]
#[get("/activities/{id}")]
async fn get_activity(
    permit: Permit<ActivityRead>,
    db: web::Data<Db>,
    id: web::Path<String>,
    _query: Query<NoQuery>,
) -> Result<Document<Activity>, Error> {
    let caller = permit.caller()?;
    let (id, scope) = (path_id(&id)?, caller.scope.clone());
    let row = db.read(move |conn| actions::visible(conn, &scope, id)).await?;
    actions::describe(row, &caller.memory).map(Document)
}

/// Sửa một hoạt động
///
/// Change an activity, or complete it after it was held. Absent members stay; lists are told as a whole.
#[utoipa::path(
    tag = "activities", params(("id" = ActivityId, Path, description = "Activity"), WriteQuery),
    request_body = ActivityPatch, extensions(("x-permission" = json!("activity:write"))),
    responses((status = 200, description = "The activity as it is now", body = Activity))
)]
#[patch("/activities/{id}")]
async fn change_activity(
    permit: Permit<ActivityWrite>,
    db: web::Data<Db>,
    id: web::Path<String>,
    version: IfMatch,
    write: Write,
    body: PatchOf<ActivityPatch>,
) -> Result<Answer, Error> {
    let caller = permit.caller()?;
    let id = path_id(&id)?;
    write
        .change(&db, caller.actor.clone(), move |tx| {
            let current = actions::describe(actions::visible(tx.conn, caller.readable(), id)?, &tx.memory)?;
            actions::describe(actions::change(tx, &caller, id, &version, body.get(&current))?, &tx.memory)
        })
        .await
}

/// Xóa một hoạt động
///
/// Delete an activity that was recorded by mistake. One that was not held is cancelled.
#[utoipa::path(
    tag = "activities", params(("id" = ActivityId, Path, description = "Activity"), WriteQuery),
    extensions(("x-permission" = json!("activity:write"))),
    responses((status = 204, description = "It is gone; the history keeps that it was"))
)]
#[delete("/activities/{id}")]
async fn delete_activity(
    permit: Permit<ActivityWrite>,
    db: web::Data<Db>,
    id: web::Path<String>,
    version: IfMatch,
    write: Write,
) -> Result<Answer, Error> {
    let caller = permit.caller()?;
    let id = path_id(&id)?;
    write.delete(&db, caller.actor.clone(), move |tx| actions::delete(tx, &caller, id, &version)).await
}

/// Chuyển bước một hoạt động
///
/// Hold an activity on a day, or cancel it for a reason.
#[utoipa::path(
    tag = "activities", params(("id" = ActivityId, Path, description = "Activity"), WriteQuery),
    request_body = NewActivityTransition, extensions(("x-permission" = json!("activity:write"))),
    responses((status = 200, description = "The activity as it is now", body = Activity))
)]
#[post("/activities/{id}/transitions")]
async fn transition_activity(
    permit: Permit<ActivityWrite>,
    db: web::Data<Db>,
    id: web::Path<String>,
    version: IfMatch,
    write: Write,
    body: Body<NewActivityTransition>,
) -> Result<Answer, Error> {
    let caller = permit.caller()?;
    let id = path_id(&id)?;
    write
        .step(&db, caller.actor.clone(), body.content, move |tx| {
            actions::describe(actions::transition(tx, &caller, id, &version, body.value.get())?, &tx.memory)
        })
        .await
}

pub fn routes(config: &mut ServiceConfig<'_>) {
    config
        .service(list_activities)
        .service(create_activity)
        .service(get_activity)
        .service(change_activity)
        .service(transition_activity)
        .service(delete_activity);
}
