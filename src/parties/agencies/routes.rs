//! `/v1/agencies`

use super::actions;
use super::model::{Agency, AgencyIdentifier, AgencyKind, AgencyPatch, AgencyRow, NewAgency};
use super::queries;
use crate::access::{PartyManage, PartyRead, Permit};
use crate::db::{Db, Snapshot, Tx};
use crate::error::{Error, Place};
use crate::http::{
    Answer, AnyOf, Body, Cursor, CursorKey, Document, Flag, IfMatch, Limit, Listing, NoQuery, Page, PageRequest,
    PatchOf, Query, Write, WriteQuery, parameters, path_id,
};
use crate::parties::seat::Seat;
use crate::units::{Naming, Territory, UnitChoice, UnitScope};
use crate::values::{AgencyId, ExternalId, LocalDate, RecordId, Scalar, SearchText, UnitCode, UnitId};
use actix_web::{delete, get, patch, post, web};
use utoipa_actix_web::service_config::ServiceConfig;

parameters! {
    /// Parameters of `GET /v1/agencies`.
    AgencyQuery {
        unit_id: Option<UnitId>, "Agencies of this unit and, by `unit_scope`, of those below it";
        unit_code: Option<UnitCode>, "The same, by code: its holder today, else its last holder";
        unit_name: Option<SearchText>, "The same, by exact name without diacritics; several hits are refused with candidates";
        unit_scope: UnitScope, "How far below the unit";
        kind: AnyOf<AgencyKind>, "Agencies of these kinds";
        q: Option<SearchText>, "Part of the name, without case, diacritics and spelling variants";
        as_of: Option<LocalDate>, "Agencies that are there on this day, as far as their days are known";
        external_id: AnyOf<ExternalId>, "Agencies to which the caller gave these ids";
        limit: Limit, "Rows of a page";
        cursor: Option<Cursor>, "Where the page begins";
        with_total: Flag, "Count the rows of all pages";
    }
}

fn describe(row: AgencyRow, memory: &Snapshot) -> Result<Agency, Error> {
    let seat = Seat { unit: row.unit_id, day: row.unit_date };
    Ok(Agency {
        id: row.id,
        version: row.version,
        unit: seat.reference(memory.part::<Territory>())?,
        unit_date: row.unit_date,
        kind: row.kind,
        name: row.name,
        identifier: row
            .identifier_scheme
            .zip(row.identifier_value)
            .map(|(scheme, value)| AgencyIdentifier { scheme, value }),
        valid_from: row.valid_from,
        valid_to: row.valid_to,
        external_id: row.external_id,
        created_at: row.created_at,
        updated_at: row.updated_at,
    })
}

/// Danh sách cơ quan, đơn vị
///
/// Agencies of the caller's units, newest first.
#[utoipa::path(
    tag = "parties", params(AgencyQuery),
    extensions(("x-permission" = json!("party:read"))),
    responses((status = 200, description = "A page of agencies", body = Page<Agency>))
)]
#[get("/agencies")]
async fn list_agencies(
    permit: Permit<PartyRead>,
    db: web::Data<Db>,
    cursors: web::Data<CursorKey>,
    query: Query<AgencyQuery>,
) -> Result<Listing<Page<Agency>>, Error> {
    let caller = permit.caller()?;
    let query = query.0.into_inner()?;
    let choice = UnitChoice { id: query.unit_id, code: query.unit_code.clone(), name: query.unit_name.clone() };
    let unit = caller.memory.part::<Territory>().choose(&choice, Naming::Last(db.clock().today()), Place::parameter)?;
    let page = PageRequest { key: &cursors, list: "agencies", fingerprint: &query.fingerprint, limit: query.limit };
    let after = page.after(query.cursor.as_ref())?.and_then(|values| AgencyId::parse(values.first()?).ok());
    let (memory, asked) = (caller.memory.clone(), query.clone());
    let (rows, total) =
        db.read(move |conn| Ok(queries::list(conn, &caller.scope, caller.client_id, &asked, unit, after)?)).await?;
    let page = page.page(rows, total, |row| vec![row.id.to_string()]);
    Ok(Listing(page.try_map(|row| describe(row, &memory))?))
}

/// Thêm một cơ quan, đơn vị
///
/// Record an agency of a unit.
#[utoipa::path(
    tag = "parties", params(WriteQuery), request_body = NewAgency,
    extensions(("x-permission" = json!("party:manage"))),
    responses((status = 201, description = "The agency", body = Agency), (status = 200, description = "What would have been stored (`validate_only`), or is stored under this `external_id`", body = Agency))
)]
#[post("/agencies")]
async fn create_agency(
    permit: Permit<PartyManage>,
    db: web::Data<Db>,
    write: Write,
    body: Body<NewAgency>,
) -> Result<Answer, Error> {
    let caller = permit.caller()?;
    let (finder, actor) = (caller.clone(), caller.actor.clone());
    let make = move |tx: &mut Tx<'_>, new: &NewAgency| describe(actions::create(tx, Some(&caller), new)?, &tx.memory);
    let find = move |tx: &mut Tx<'_>, id: RecordId| {
        describe(actions::visible(tx.conn, finder.readable(), AgencyId(id.0))?, &tx.memory)
    };
    write.create(&db, actor, body, make, find).await
}

/// Một cơ quan, đơn vị
///
/// One agency.
#[utoipa::path(
    tag = "parties", params(("id" = AgencyId, Path, description = "Agency")),
    extensions(("x-permission" = json!("party:read"))),
    responses((status = 200, description = "The agency", body = Agency))
)]
#[get("/agencies/{id}")]
async fn get_agency(
    permit: Permit<PartyRead>,
    db: web::Data<Db>,
    id: web::Path<String>,
    _query: Query<NoQuery>,
) -> Result<Document<Agency>, Error> {
    let caller = permit.caller()?;
    let (id, scope) = (path_id(&id)?, caller.scope.clone());
    let row = db.read(move |conn| actions::visible(conn, &scope, id)).await?;
    describe(row, &caller.memory).map(Document)
}

/// Sửa một cơ quan, đơn vị
///
/// Change an agency: its name, its kind, its identifier, its days. Absent members stay.
#[utoipa::path(
    tag = "parties", params(("id" = AgencyId, Path, description = "Agency"), WriteQuery),
    request_body = AgencyPatch, extensions(("x-permission" = json!("party:manage"))),
    responses((status = 200, description = "The agency as it is now", body = Agency))
)]
#[patch("/agencies/{id}")]
async fn change_agency(
    permit: Permit<PartyManage>,
    db: web::Data<Db>,
    id: web::Path<String>,
    version: IfMatch,
    write: Write,
    body: PatchOf<AgencyPatch>,
) -> Result<Answer, Error> {
    let caller = permit.caller()?;
    let id = path_id(&id)?;
    write
        .change(&db, caller.actor.clone(), move |tx| {
            let current = describe(actions::visible(tx.conn, caller.readable(), id)?, &tx.memory)?;
            describe(actions::change(tx, &caller, id, &version, body.get(&current))?, &tx.memory)
        })
        .await
}

/// Xóa một cơ quan, đơn vị
///
/// Delete an agency that was recorded by mistake; one that is at work stays and is given its last day instead.
#[utoipa::path(
    tag = "parties", params(("id" = AgencyId, Path, description = "Agency"), WriteQuery),
    extensions(("x-permission" = json!("party:manage"))),
    responses((status = 204, description = "It is gone; the history keeps that it was"))
)]
#[delete("/agencies/{id}")]
async fn delete_agency(
    permit: Permit<PartyManage>,
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
        .service(list_agencies)
        .service(create_agency)
        .service(get_agency)
        .service(change_agency)
        .service(delete_agency);
}
