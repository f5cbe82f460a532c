//! `/v1/unit-successions`

use super::impact::Impact;
use super::model::{
    NewSuccession, NewSuccessionTransition, SuccessionEdge, SuccessionRecord, SuccessionStatus, UnitSuccession,
};
use super::{actions, queries};
use crate::access::{Permit, ReferenceRead, TerritoryManage};
use crate::db::{Db, Snapshot, Tx};
use crate::error::{Error, Place};
use crate::http::{
    Answer, AnyOf, Body, Cursor, CursorKey, Document, Flag, IfMatch, Limit, Listing, NoQuery, Page, PageRequest, Query,
    Write, WriteQuery, parameters, path_id,
};
use crate::units::{Edge, Naming, Territory, UnitChoice, UnitRef};
use crate::values::{ExternalId, LocalDate, RecordId, Scalar, SearchText, UnitCode, UnitId, UnitSuccessionId};
use actix_web::{get, post, web};
use utoipa_actix_web::service_config::ServiceConfig;

parameters! {
    /// Parameters of `GET /v1/unit-successions`.
    SuccessionQuery {
        unit_id: Option<UnitId>, "Reforms that touch this unit";
        unit_code: Option<UnitCode>, "The same, by the code the unit bears today or bore last";
        unit_name: Option<SearchText>, "The same, by its exact name without diacritics; several hits are refused with candidates";
        effective_date_gte: Option<LocalDate>, "Reforms of this day or later";
        effective_date_lte: Option<LocalDate>, "Reforms of this day or earlier";
        status: AnyOf<SuccessionStatus>, "Reforms in these states";
        external_id: AnyOf<ExternalId>, "Reforms to which the caller gave these ids";
        limit: Limit, "Rows of a page";
        cursor: Option<Cursor>, "Where the page begins";
        with_total: Flag, "Count the rows of all pages";
    }
}

/// The answer for a record. `fresh` are units that the territory in memory does not hold yet.
fn describe(record: SuccessionRecord, memory: &Snapshot, fresh: &[UnitRef], impact: Option<Impact>) -> UnitSuccession {
    let territory = memory.part::<Territory>();
    let row = record.row;
    let (day, before) = (row.effective_date, row.effective_date.previous());
    let after = |unit: UnitId| {
        let new = fresh.iter().find(|reference| reference.id == unit).cloned();
        new.or_else(|| territory.reference(unit, day))
    };
    let edge = |edge: Edge| SuccessionEdge {
        position: edge.position,
        group_number: edge.group_number,
        kind: edge.kind,
        act_number: edge.act_number,
        from_unit: edge.from_unit_id.and_then(|unit| territory.reference(unit, before)),
        to_unit: edge.to_unit_id.and_then(after),
        part: edge.part,
        continues: edge.continues,
        implied: edge.implied,
        area_percent: edge.area_percent,
        population_percent: edge.population_percent,
        confidence: edge.confidence,
    };
    UnitSuccession {
        id: row.id,
        version: row.version,
        act_number: row.act_number,
        act_title: row.act_title,
        effective_date: row.effective_date,
        edges: record.edges.into_iter().map(edge).collect(),
        impact,
        annulling_act_number: row.annulling_act_number,
        annulment_reason: row.annulment_reason,
        note: row.note,
        confidence: row.confidence,
        external_id: row.external_id,
        allowed_transitions: match row.status {
            SuccessionStatus::InForce => vec![SuccessionStatus::Annulled],
            SuccessionStatus::Annulled => Vec::new(),
        },
        status: row.status,
        created_at: row.created_at,
    }
}

/// Danh sách sự kiện sắp xếp đơn vị hành chính
///
/// Reforms, newest first, each with all its edges.
#[utoipa::path(
    tag = "unit-successions", params(SuccessionQuery),
    extensions(("x-permission" = json!("reference:read"))),
    responses((status = 200, description = "A page of successions", body = Page<UnitSuccession>))
)]
#[get("/unit-successions")]
async fn list_unit_successions(
    permit: Permit<ReferenceRead>,
    db: web::Data<Db>,
    cursors: web::Data<CursorKey>,
    query: Query<SuccessionQuery>,
) -> Result<Listing<Page<UnitSuccession>>, Error> {
    let caller = permit.caller()?;
    let query = query.0.into_inner()?;
    let choice = UnitChoice { id: query.unit_id, code: query.unit_code.clone(), name: query.unit_name.clone() };
    let today = db.clock().today();
    let unit = caller.memory.part::<Territory>().choose(&choice, Naming::Last(today), Place::parameter)?;
    let request =
        PageRequest { key: &cursors, list: "unit-successions", fingerprint: &query.fingerprint, limit: query.limit };
    let after = request.after(query.cursor.as_ref())?.and_then(|values| after_of(&values));
    let wanted = query.clone();
    let client = caller.client_id;
    let (records, total) = db
        .read(move |conn| {
            let (rows, total) = queries::list(conn, client, &wanted, unit, after)?;
            let ids: Vec<UnitSuccessionId> = rows.iter().map(|row| row.id).collect();
            let edges = queries::edges_of(conn, &ids)?;
            let records = rows.into_iter().map(|row| {
                let own = edges.iter().filter(|edge| edge.succession_id == row.id).cloned().collect();
                SuccessionRecord { row, edges: own }
            });
            Ok((records.collect::<Vec<_>>(), total))
        })
        .await?;
    let page =
        request.page(records, total, |record| vec![record.row.effective_date.to_string(), record.row.id.to_string()]);
    Ok(Listing(page.map(|record| describe(record, &caller.memory, &[], None))))
}

fn after_of(values: &[String]) -> Option<(LocalDate, UnitSuccessionId)> {
    let [day, id] = values else { return None };
    Some((LocalDate::parse(day).ok()?, UnitSuccessionId::parse(id).ok()?))
}

/// Ghi nhận việc sắp xếp đơn vị hành chính
///
/// Record a reform: the act, its day, the units as they are from then on, and which territory they come from.
/// `validate_only` answers with the impact and stores nothing.
#[utoipa::path(
    tag = "unit-successions", params(WriteQuery), request_body = NewSuccession,
    extensions(("x-permission" = json!("territory:manage"))),
    responses((status = 201, description = "The succession with its impact", body = UnitSuccession), (status = 200, description = "What would have been stored (`validate_only`)", body = UnitSuccession))
)]
#[post("/unit-successions")]
async fn record_unit_succession(
    permit: Permit<TerritoryManage>,
    db: web::Data<Db>,
    write: Write,
    body: Body<NewSuccession>,
) -> Result<Answer, Error> {
    let caller = permit.caller()?;
    let actor = caller.actor.clone();
    let make = move |tx: &mut Tx<'_>, new: &NewSuccession| {
        let (record, impact) = actions::record(tx, Some(&caller), new)?;
        let fresh: Vec<UnitRef> = impact.started.iter().chain(&impact.changed).cloned().collect();
        Ok(describe(record, &tx.memory, &fresh, Some(impact)))
    };
    let find = move |tx: &mut Tx<'_>, id: RecordId| {
        let record = queries::find(tx.conn, UnitSuccessionId(id.0))?.ok_or(Error::NotFound)?;
        Ok(describe(record, &tx.memory, &[], None))
    };
    write.create(&db, actor, body, make, find).await
}

/// Một sự kiện sắp xếp đơn vị hành chính
///
/// One reform with all its edges.
#[utoipa::path(
    tag = "unit-successions", params(("id" = UnitSuccessionId, Path, description = "Succession")),
    extensions(("x-permission" = json!("reference:read"))),
    responses((status = 200, description = "The succession", body = UnitSuccession))
)]
#[get("/unit-successions/{id}")]
async fn get_unit_succession(
    permit: Permit<ReferenceRead>,
    db: web::Data<Db>,
    id: web::Path<String>,
    _query: Query<NoQuery>,
) -> Result<Document<UnitSuccession>, Error> {
    let caller = permit.caller()?;
    let id = path_id(&id)?;
    let record = db.read(move |conn| queries::find(conn, id)?.ok_or(Error::NotFound)).await?;
    Ok(Document(describe(record, &caller.memory, &[], None)))
}

/// Hủy bỏ việc sắp xếp đơn vị hành chính
///
/// Annul a reform by a later act. Refused while something rests on the units that it made.
#[utoipa::path(
    tag = "unit-successions", params(("id" = UnitSuccessionId, Path, description = "Succession"), WriteQuery),
    request_body = NewSuccessionTransition, extensions(("x-permission" = json!("territory:manage"))),
    responses((status = 200, description = "The succession as it is now", body = UnitSuccession))
)]
#[post("/unit-successions/{id}/transitions")]
async fn transition_unit_succession(
    permit: Permit<TerritoryManage>,
    db: web::Data<Db>,
    id: web::Path<String>,
    version: IfMatch,
    write: Write,
    body: Body<NewSuccessionTransition>,
) -> Result<Answer, Error> {
    let caller = permit.caller()?;
    let id = path_id(&id)?;
    write
        .step(&db, caller.actor.clone(), body.content, move |tx| {
            let record = actions::annul(tx, &caller, id, &version, body.value.get())?;
            Ok(describe(record, &tx.memory, &[], None))
        })
        .await
}

pub fn routes(config: &mut ServiceConfig<'_>) {
    config
        .service(list_unit_successions)
        .service(record_unit_succession)
        .service(get_unit_succession)
        .service(transition_unit_succession);
}
