//! `/v1/obstacles`

use super::described::describe;
use super::model::{
    NewObstacle, NewObstacleEscalation, NewObstacleTransition, Obstacle, ObstacleKind, ObstaclePatch, ObstacleRecord,
    ObstacleStatus,
};
use super::{actions, queries, steps};
use crate::access::{ObstacleRead, ObstacleStep, ObstacleWrite, Permit};
use crate::db::{Db, Tx};
use crate::error::{Error, Place};
use crate::http::{
    Answer, AnyOf, Body, Cursor, CursorKey, Document, Flag, IfMatch, Limit, Listing, NoQuery, Page, PageRequest,
    PatchOf, Query, Write, WriteQuery, parameters, path_id,
};
use crate::units::{Level, Naming, Territory, UnitChoice, UnitScope};
use crate::values::{
    AgencyId, BudgetLineId, ExternalId, ListCode, LocalDate, MeetingId, ObstacleId, PersonId, RecordId, Scalar,
    SearchText, TaskId, UnitCode, UnitId, WorkId,
};
use actix_web::{delete, get, patch, post, web};
use utoipa_actix_web::service_config::ServiceConfig;

parameters! {
    /// Parameters of `GET /v1/obstacles`.
    ObstacleQuery {
        unit_id: Option<UnitId>, "Obstacles in this unit and, by `unit_scope`, in those below it";
        unit_code: Option<UnitCode>, "The same, by code: its holder today, else its last holder";
        unit_name: Option<SearchText>, "The same, by exact name without diacritics; several hits are refused with candidates";
        unit_scope: UnitScope, "How far below the unit";
        kind: AnyOf<ObstacleKind>, "Of these kinds";
        status: AnyOf<ObstacleStatus>, "That stand here";
        level: AnyOf<Level>, "That these levels are to solve";
        topic_code: AnyOf<ListCode>, "Of these topics, codes of `review-topics`";
        meeting_id: AnyOf<MeetingId>, "Noted at these meetings";
        person_id: AnyOf<PersonId>, "Raised by these people";
        agency_id: AnyOf<AgencyId>, "That these agencies are to answer";
        task_id: AnyOf<TaskId>, "In the way of these tasks, or removed by them";
        work_id: AnyOf<WorkId>, "In the way of these works";
        budget_line_id: AnyOf<BudgetLineId>, "That hold up the money of these lines";
        overdue_on: Option<LocalDate>, "Of which an answer was overdue on this day and is waited for still";
        q: Option<SearchText>, "Part of title or description, without case, diacritics and spelling variants";
        raised_date_gte: Option<LocalDate>, "Raised on this day or later";
        raised_date_lte: Option<LocalDate>, "Raised on this day or earlier";
        external_id: AnyOf<ExternalId>, "Obstacles to which the caller gave these ids";
        limit: Limit, "Rows of a page";
        cursor: Option<Cursor>, "Where the page begins";
        with_total: Flag, "Count the rows of all pages";
    }
}

/// Danh sách tồn tại, vướng mắc
///
/// Shortcomings and obstacles of the caller's units, those recorded last first.
#[utoipa::path(
    tag = "obstacles", params(ObstacleQuery),
    extensions(("x-permission" = json!("obstacle:read"))),
    responses((status = 200, description = "A page of obstacles", body = Page<Obstacle>))
)]
#[get("/obstacles")]
async fn list_obstacles(
    permit: Permit<ObstacleRead>,
    db: web::Data<Db>,
    cursors: web::Data<CursorKey>,
    query: Query<ObstacleQuery>,
) -> Result<Listing<Page<Obstacle>>, Error> {
    let caller = permit.caller()?;
    let query = query.0.into_inner()?;
    let today = db.clock().today();
    let choice = UnitChoice { id: query.unit_id, code: query.unit_code.clone(), name: query.unit_name.clone() };
    let unit = caller.memory.part::<Territory>().choose(&choice, Naming::Last(today), Place::parameter)?;
    let page = PageRequest { key: &cursors, list: "obstacles", fingerprint: &query.fingerprint, limit: query.limit };
    let after = page.after(query.cursor.as_ref())?.and_then(|values| ObstacleId::parse(values.first()?).ok());
    let (memory, asked) = (caller.memory.clone(), query.clone());
    let (records, total) = db
        .read(move |conn| {
            let (rows, total) = queries::list(conn, &caller.scope, caller.client_id, &asked, unit, after)?;
            Ok((queries::records(conn, rows)?, total))
        })
        .await?;
    let page = page.page(records, total, |record| vec![record.row.id.to_string()]);
    Ok(Listing(page.try_map(|record| describe(record, &memory, today))?))
}

fn shown(tx: &Tx<'_>, record: ObstacleRecord) -> Result<Obstacle, Error> {
    describe(record, &tx.memory, tx.now.local_date())
}

/// Nêu một tồn tại, vướng mắc
///
/// Raise what stands in the way: a shortcoming, to be mended where it is, or an obstacle, which somebody above has to
/// remove.
#[utoipa::path(
    tag = "obstacles", params(WriteQuery), request_body = NewObstacle,
    extensions(("x-permission" = json!("obstacle:write"))),
    responses((status = 201, description = "The obstacle", body = Obstacle), (status = 200, description = "What would have been stored (`validate_only`), or is stored under this `external_id`", body = Obstacle))
)]
#[post("/obstacles")]
async fn raise_obstacle(
    permit: Permit<ObstacleWrite>,
    db: web::Data<Db>,
    write: Write,
    body: Body<NewObstacle>,
) -> Result<Answer, Error> {
    let caller = permit.caller()?;
    let (finder, actor) = (caller.clone(), caller.actor.clone());
    let make = move |tx: &mut Tx<'_>, new: &NewObstacle| {
        let record = actions::create(tx, Some(&caller), new)?;
        shown(tx, record)
    };
    let find = move |tx: &mut Tx<'_>, id: RecordId| {
        let record = actions::visible(tx.conn, finder.readable(), ObstacleId(id.0))?;
        shown(tx, record)
    };
    write.create(&db, actor, body, make, find).await
}

/// Một tồn tại, vướng mắc
///
/// One obstacle with its steps and escalations.
#[utoipa::path(
    tag = "obstacles", params(("id" = ObstacleId, Path, description = "Obstacle")),
    extensions(("x-permission" = json!("obstacle:read"))),
    responses((status = 200, description = "The obstacle", body = Obstacle))
)]
#[get("/obstacles/{id}")]
async fn get_obstacle(
    permit: Permit<ObstacleRead>,
    db: web::Data<Db>,
    id: web::Path<String>,
    _query: Query<NoQuery>,
) -> Result<Document<Obstacle>, Error> {
    let caller = permit.caller()?;
    let (id, scope) = (path_id(&id)?, caller.scope.clone());
    let record = db.read(move |conn| actions::visible(conn, &scope, id)).await?;
    describe(record, &caller.memory, db.clock().today()).map(Document)
}

/// Sửa một tồn tại, vướng mắc
///
/// Change an obstacle while nobody has answered. Absent members stay; the words of one that was escalated stay.
#[utoipa::path(
    tag = "obstacles", params(("id" = ObstacleId, Path, description = "Obstacle"), WriteQuery),
    request_body = ObstaclePatch, extensions(("x-permission" = json!("obstacle:write"))),
    responses((status = 200, description = "The obstacle as it is now", body = Obstacle))
)]
#[patch("/obstacles/{id}")]
async fn change_obstacle(
    permit: Permit<ObstacleWrite>,
    db: web::Data<Db>,
    id: web::Path<String>,
    version: IfMatch,
    write: Write,
    body: PatchOf<ObstaclePatch>,
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

/// Xóa một tồn tại, vướng mắc
///
/// Delete an obstacle that was raised by mistake, before anything came of it.
#[utoipa::path(
    tag = "obstacles", params(("id" = ObstacleId, Path, description = "Obstacle"), WriteQuery),
    extensions(("x-permission" = json!("obstacle:write"))),
    responses((status = 204, description = "It is gone; the history keeps that it was"))
)]
#[delete("/obstacles/{id}")]
async fn delete_obstacle(
    permit: Permit<ObstacleWrite>,
    db: web::Data<Db>,
    id: web::Path<String>,
    version: IfMatch,
    write: Write,
) -> Result<Answer, Error> {
    let caller = permit.caller()?;
    let id = path_id(&id)?;
    write.delete(&db, caller.actor.clone(), move |tx| actions::delete(tx, &caller, id, &version)).await
}

/// Chuyển bước một tồn tại, vướng mắc
///
/// Take a step. Whoever keeps the unit of the level that is to solve it assigns and answers (`obstacle:answer`, held by
/// signers and managers); whoever keeps the unit in which it stands closes it and opens it again (`obstacle:write`).
#[utoipa::path(
    tag = "obstacles", params(("id" = ObstacleId, Path, description = "Obstacle"), WriteQuery),
    request_body = NewObstacleTransition, extensions(("x-permission" = json!("obstacle:step"))),
    responses((status = 200, description = "The obstacle as it is now", body = Obstacle))
)]
#[post("/obstacles/{id}/transitions")]
async fn transition_obstacle(
    permit: Permit<ObstacleStep>,
    db: web::Data<Db>,
    id: web::Path<String>,
    version: IfMatch,
    write: Write,
    body: Body<NewObstacleTransition>,
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

/// Chuyển một vướng mắc lên cấp trên
///
/// Escalate an obstacle: the words stay, who was to answer no longer is, and a new clock starts. A shortcoming is mended
/// where it is.
#[utoipa::path(
    tag = "obstacles", params(("id" = ObstacleId, Path, description = "Obstacle"), WriteQuery),
    request_body = NewObstacleEscalation, extensions(("x-permission" = json!("obstacle:write"))),
    responses((status = 200, description = "The obstacle as it is now", body = Obstacle))
)]
#[post("/obstacles/{id}/escalations")]
async fn escalate_obstacle(
    permit: Permit<ObstacleWrite>,
    db: web::Data<Db>,
    id: web::Path<String>,
    version: IfMatch,
    write: Write,
    body: Body<NewObstacleEscalation>,
) -> Result<Answer, Error> {
    let caller = permit.caller()?;
    let id = path_id(&id)?;
    write
        .step(&db, caller.actor.clone(), body.content, move |tx| {
            let record = steps::escalate(tx, &caller, id, &version, body.value.get())?;
            shown(tx, record)
        })
        .await
}

pub fn routes(config: &mut ServiceConfig<'_>) {
    config
        .service(list_obstacles)
        .service(raise_obstacle)
        .service(get_obstacle)
        .service(change_obstacle)
        .service(delete_obstacle)
        .service(transition_obstacle)
        .service(escalate_obstacle);
}
