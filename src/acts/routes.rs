//! `/v1/acts`

use super::model::{Act, ActEffect, ActPatch, ActRecord, NewAct};
use super::{actions, effects, queries};
use crate::access::{ActRead, ActWrite, Permit, Scope};
use crate::db::{Db, Tx};
use crate::error::{Error, Place};
use crate::http::{
    Answer, AnyOf, Body, Cursor, CursorKey, Document, Flag, IfMatch, Limit, Listing, NoQuery, Page, PageRequest,
    PatchOf, Query, Write, WriteQuery, parameters, path_id,
};
use crate::units::{Naming, Territory, UnitChoice, UnitScope};
use crate::values::{
    ActId, CommitteeId, ExternalId, ListCode, LocalDate, RecordId, Scalar, SearchText, Title, UnitCode, UnitId,
};
use actix_web::{delete, get, patch, post, web};
use utoipa_actix_web::service_config::ServiceConfig;

parameters! {
    /// Parameters of `GET /v1/acts`.
    ActQuery {
        unit_id: Option<UnitId>, "Acts of this unit and, by `unit_scope`, of those below it";
        unit_code: Option<UnitCode>, "The same, by code: its holder today, else its last holder";
        unit_name: Option<SearchText>, "The same, by exact name without diacritics; several hits are refused with candidates";
        unit_scope: UnitScope, "How far below the unit";
        kind_code: AnyOf<ListCode>, "Acts of these kinds, codes of `act-kinds`";
        act_number: AnyOf<Title>, "Acts of these numbers and symbols";
        committee_id: AnyOf<CommitteeId>, "Acts that these committees issued";
        q: Option<SearchText>, "Part of number or title, without case, diacritics and spelling variants";
        issued_date_gte: Option<LocalDate>, "Issued on this day or later";
        issued_date_lte: Option<LocalDate>, "Issued on this day or earlier";
        external_id: AnyOf<ExternalId>, "Acts to which the caller gave these ids";
        limit: Limit, "Rows of a page";
        cursor: Option<Cursor>, "Where the page begins";
        with_total: Flag, "Count the rows of all pages";
    }
}

parameters! {
    /// Parameters of what an act did.
    ActEffectQuery {
        limit: Limit, "Rows of a page";
        cursor: Option<Cursor>, "Where the page begins";
    }
}

/// Danh sách văn bản
///
/// Acts of the caller's units and of those above them, newest first.
#[utoipa::path(
    tag = "acts", params(ActQuery),
    extensions(("x-permission" = json!("act:read"))),
    responses((status = 200, description = "A page of acts", body = Page<Act>))
)]
#[get("/acts")]
async fn list_acts(
    permit: Permit<ActRead>,
    db: web::Data<Db>,
    cursors: web::Data<CursorKey>,
    query: Query<ActQuery>,
) -> Result<Listing<Page<Act>>, Error> {
    let caller = permit.caller()?;
    let query = query.0.into_inner()?;
    let choice = UnitChoice { id: query.unit_id, code: query.unit_code.clone(), name: query.unit_name.clone() };
    let unit = caller.memory.part::<Territory>().choose(&choice, Naming::Last(db.clock().today()), Place::parameter)?;
    let request = PageRequest { key: &cursors, list: "acts", fingerprint: &query.fingerprint, limit: query.limit };
    let after = request.after(query.cursor.as_ref())?.and_then(|values| ActId::parse(values.first()?).ok());
    let asked = query.clone();
    let (rows, total) = db
        .read(move |conn| {
            let (rows, total) = queries::list(conn, &caller.scope, caller.client_id, &asked, unit, after)?;
            let records = queries::records(conn, rows)?;
            Ok((actions::described(conn, &caller.memory, &caller.scope, records)?, total))
        })
        .await?;
    Ok(Listing(request.page(rows, total, |act| vec![act.id.to_string()])))
}

/// The act as the caller reads it after a write.
fn shown(tx: &mut Tx<'_>, scope: &Scope, record: ActRecord) -> Result<Act, Error> {
    let memory = tx.memory.clone();
    let described = actions::described(tx.conn, &memory, scope, vec![record])?.pop();
    described.ok_or_else(|| Error::internal("one record comes to one answer"))
}

/// Thêm một văn bản
///
/// Record an act with its items and files. What the source does not say stays out and may follow: a number, a day, a
/// signer. An item may amend or end one of an earlier act, and plan figures: they are observations at stage `TARGET`.
#[utoipa::path(
    tag = "acts", params(WriteQuery), request_body = NewAct,
    extensions(("x-permission" = json!("act:write"))),
    responses((status = 201, description = "The act", body = Act), (status = 200, description = "What would have been stored (`validate_only`), or is stored under this `external_id`", body = Act))
)]
#[post("/acts")]
async fn create_act(
    permit: Permit<ActWrite>,
    db: web::Data<Db>,
    write: Write,
    body: Body<NewAct>,
) -> Result<Answer, Error> {
    let caller = permit.caller()?;
    let (finder, actor) = (caller.readable().clone(), caller.actor.clone());
    let make = move |tx: &mut Tx<'_>, new: &NewAct| {
        let record = actions::create(tx, Some(&caller), new)?;
        shown(tx, caller.readable(), record)
    };
    let find = move |tx: &mut Tx<'_>, id: RecordId| {
        let record = actions::visible(tx.conn, &finder, ActId(id.0))?;
        shown(tx, &finder, record)
    };
    write.create(&db, actor, body, make, find).await
}

/// Một văn bản
///
/// One act with its items, and which later items amend or end them.
#[utoipa::path(
    tag = "acts", params(("id" = ActId, Path, description = "Act")),
    extensions(("x-permission" = json!("act:read"))),
    responses((status = 200, description = "The act", body = Act))
)]
#[get("/acts/{id}")]
async fn get_act(
    permit: Permit<ActRead>,
    db: web::Data<Db>,
    id: web::Path<String>,
    _query: Query<NoQuery>,
) -> Result<Document<Act>, Error> {
    let caller = permit.caller()?;
    let id = path_id(&id)?;
    let act = db
        .read(move |conn| {
            let record = actions::visible(conn, &caller.scope, id)?;
            actions::described(conn, &caller.memory, &caller.scope, vec![record])
        })
        .await?;
    act.into_iter().next().map(Document).ok_or(Error::NotFound)
}

/// Văn bản đã làm những gì
///
/// Records that name the act: statuses, reforms, criteria sets, locks, recognitions, committees, mandates, movements of
/// money, works whose owner it named, directives by its items, and the targets that these plan. Where acts of the unit share the number, as they do from year to year, a record belongs to the one issued last before it began.
#[utoipa::path(
    tag = "acts", params(("id" = ActId, Path, description = "Act"), ActEffectQuery),
    extensions(("x-permission" = json!("act:read"))),
    responses((status = 200, description = "A page of what the act did", body = Page<ActEffect>))
)]
#[get("/acts/{id}/effects")]
async fn list_act_effects(
    permit: Permit<ActRead>,
    db: web::Data<Db>,
    cursors: web::Data<CursorKey>,
    id: web::Path<String>,
    query: Query<ActEffectQuery>,
) -> Result<Listing<Page<ActEffect>>, Error> {
    let caller = permit.caller()?;
    let id: ActId = path_id(&id)?;
    let query = query.0.into_inner()?;
    let fingerprint = format!("{id} {}", query.fingerprint);
    let request = PageRequest { key: &cursors, list: "act-effects", fingerprint: &fingerprint, limit: query.limit };
    let after = request.after(query.cursor.as_ref())?.and_then(|values| match values.as_slice() {
        [collection, record, relation] => Some((collection.clone(), RecordId::parse(record).ok()?, relation.clone())),
        _ => None,
    });
    let (memory, limit) = (caller.memory.clone(), query.limit.plus_one());
    let links = db
        .read(move |conn| {
            let act = queries::find(conn, &caller.scope, id)?.ok_or(Error::NotFound)?;
            effects::page(conn, caller.memory.part::<Territory>(), caller.readable(), &act, after, limit)
        })
        .await?;
    let key = |link: &crate::db::ActLink| {
        vec![link.collection.clone(), link.record_id.to_string(), link.relation.to_string()]
    };
    let page = request.page(links, None, key);
    Ok(Listing(page.try_map(|link| effects::describe(link, memory.part::<Territory>()))?))
}

/// Sửa một văn bản
///
/// Change an act, or complete it: number, day and signer may follow. Absent members stay; items and files are told as a
/// whole.
#[utoipa::path(
    tag = "acts", params(("id" = ActId, Path, description = "Act"), WriteQuery),
    request_body = ActPatch, extensions(("x-permission" = json!("act:write"))),
    responses((status = 200, description = "The act as it is now", body = Act))
)]
#[patch("/acts/{id}")]
async fn change_act(
    permit: Permit<ActWrite>,
    db: web::Data<Db>,
    id: web::Path<String>,
    version: IfMatch,
    write: Write,
    body: PatchOf<ActPatch>,
) -> Result<Answer, Error> {
    let caller = permit.caller()?;
    let id = path_id(&id)?;
    write
        .change(&db, caller.actor.clone(), move |tx| {
            let current = actions::visible(tx.conn, caller.readable(), id)?;
            let current = shown(tx, caller.readable(), current)?;
            let record = actions::change(tx, &caller, id, &version, body.get(&current))?;
            shown(tx, caller.readable(), record)
        })
        .await
}

/// Xóa một văn bản
///
/// Delete an act that was recorded by mistake. One that a later act changed, or that planned figures, stays.
#[utoipa::path(
    tag = "acts", params(("id" = ActId, Path, description = "Act"), WriteQuery),
    extensions(("x-permission" = json!("act:write"))),
    responses((status = 204, description = "It is gone; the history keeps that it was"))
)]
#[delete("/acts/{id}")]
async fn delete_act(
    permit: Permit<ActWrite>,
    db: web::Data<Db>,
    id: web::Path<String>,
    version: IfMatch,
    write: Write,
) -> Result<Answer, Error> {
    let caller = permit.caller()?;
    let id = path_id(&id)?;
    write.delete(&db, caller.actor.clone(), move |tx| actions::delete(tx, &caller, id, &version)).await
}

pub fn routes(config: &mut ServiceConfig<'_>) {
    config
        .service(list_acts)
        .service(create_act)
        .service(get_act)
        .service(list_act_effects)
        .service(change_act)
        .service(delete_act);
}
