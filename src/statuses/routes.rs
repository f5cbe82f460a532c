//! `/v1/unit-statuses`, `/v1/units/{id}/statuses`

use super::actions::{self, Written};
use super::memory::Statuses;
use super::model::{
    NewUnitStatus, NewUnitStatusTransition, NewUnitStatuses, UnitStatus, UnitStatusKind, UnitStatusOverview,
    UnitStatusRow, UnitStatusState, UnitStatuses,
};
use super::{overview, queries, rules};
use crate::access::{Permit, ReferenceRead, StatusManage};
use crate::db::{Db, Snapshot, Tx};
use crate::error::{Error, Place};
use crate::http::openapi::not_found;
use crate::http::{
    Answer, AnyOf, Body, Cursor, CursorKey, Document, Flag, Fresh, IfMatch, Limit, Listing, NoQuery, Order, Page,
    PageRequest, Query, SortKey, Write, WriteQuery, parameters, path_id,
};
use crate::units::{Naming, Territory, UnitChoice, UnitScope};
use crate::values::{ExternalId, LocalDate, RecordId, SearchText, StatusValue, UnitCode, UnitId, UnitStatusId};
use actix_web::{get, post, web};
use std::collections::HashSet;
use utoipa_actix_web::service_config::ServiceConfig;

/// Orders of the list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum UnitStatusOrder {
    ValidFrom,
    ValidFromDown,
}

impl SortKey for UnitStatusOrder {
    const ORDERS: &'static [(&'static str, Self)] =
        &[("valid_from", Self::ValidFrom), ("-valid_from", Self::ValidFromDown)];
}

parameters! {
    /// Parameters of `GET /v1/unit-statuses`.
    UnitStatusQuery {
        as_of: Option<LocalDate>, "Statuses that hold on this day: within their dates, not annulled, of a unit that has the territory it had on their first day";
        unit_id: Option<UnitId>, "Statuses of this unit and, by `unit_scope`, of those below it on `as_of`, else on the first day of each";
        unit_code: Option<UnitCode>, "The same, by code: its holder on `as_of`; without it its holder today, else its last holder";
        unit_name: Option<SearchText>, "The same, by its exact name without diacritics; several hits are refused with candidates";
        unit_scope: UnitScope, "How far below the unit";
        kind: AnyOf<UnitStatusKind>, "Statuses of these kinds";
        value_code: AnyOf<StatusValue>, "Statuses with these values";
        state: AnyOf<UnitStatusState>, "Statuses in these states";
        conflict: Flag, "Only statuses that do not go together with another of the same unit";
        external_id: AnyOf<ExternalId>, "Statuses to which the caller gave these ids";
        sort: Order<UnitStatusOrder>, "Order of the list";
        limit: Limit, "Rows of a page";
        cursor: Option<Cursor>, "Where the page begins";
        with_total: Flag, "Count the rows of all pages";
    }
}

parameters! {
    /// Parameters of the statuses of a unit.
    UnitStatusDayQuery {
        as_of: Option<LocalDate>, "The day; today unless given. A unit that has ended is answered as it was last";
    }
}

/// Danh sách phân loại, công nhận của các đơn vị
///
/// Statuses of units, each with its act and what does not go together with it.
#[utoipa::path(
    tag = "unit-statuses", params(UnitStatusQuery),
    extensions(("x-permission" = json!("reference:read"))),
    responses((status = 200, description = "A page of statuses", body = Page<UnitStatus>))
)]
#[get("/unit-statuses")]
async fn list_unit_statuses(
    permit: Permit<ReferenceRead>,
    db: web::Data<Db>,
    cursors: web::Data<CursorKey>,
    query: Query<UnitStatusQuery>,
) -> Result<Listing<Page<UnitStatus>>, Error> {
    let caller = permit.caller()?;
    let query = query.0.into_inner()?;
    let territory = caller.memory.part::<Territory>();
    let choice = UnitChoice { id: query.unit_id, code: query.unit_code.clone(), name: query.unit_name.clone() };
    let naming = query.as_of.map_or_else(|| Naming::Last(db.clock().today()), Naming::On);
    let unit = territory.choose(&choice, naming, Place::parameter)?;
    let named: Option<HashSet<UnitStatusId>> = match query.external_id.0.clone() {
        names if names.is_empty() => None,
        names => {
            let client = caller.client_id;
            Some(db.read(move |conn| Ok(queries::named(conn, client, &names)?)).await?.into_iter().collect())
        }
    };
    let statuses = caller.memory.part::<Statuses>();
    let admitted = |row: &&UnitStatusRow| {
        named.as_ref().is_none_or(|named| named.contains(&row.id)) && admits(&query, unit, row, territory, statuses)
    };
    let down = query.sort.0 == UnitStatusOrder::ValidFromDown;
    let rows: Box<dyn Iterator<Item = &UnitStatusRow>> =
        if down { Box::new(statuses.ordered().rev()) } else { Box::new(statuses.ordered()) };
    let request =
        PageRequest { key: &cursors, list: "unit-statuses", fingerprint: &query.fingerprint, limit: query.limit };
    let page = request.page_in_memory(
        rows.filter(admitted),
        query.cursor.as_ref(),
        query.with_total.0,
        |row| vec![row.valid_from.to_string(), row.id.to_string()],
        |one, two| if down { two.cmp(one) } else { one.cmp(two) },
    )?;
    let described = page.try_map(|row| overview::describe(row, statuses.of(row.unit_id), territory))?;
    Ok(Listing(described))
}

/// Does the list show this status? What costs least is asked first.
fn admits(
    query: &UnitStatusQuery,
    unit: Option<UnitId>,
    row: &UnitStatusRow,
    territory: &Territory,
    statuses: &Statuses,
) -> bool {
    let Some(held) = territory.get(row.unit_id) else { return false };
    let tree_day = query.as_of.unwrap_or(row.valid_from);
    let within = |unit: UnitId| match query.unit_scope {
        UnitScope::OnlyItself => row.unit_id == unit,
        UnitScope::Children => {
            row.unit_id == unit || held.on(tree_day).is_some_and(|entry| entry.parent_id == Some(unit))
        }
        UnitScope::Subtree => territory.is_within(row.unit_id, unit, tree_day),
    };
    query.kind.admits(&row.kind)
        && query.value_code.admits(&row.value_code)
        && query.state.admits(&row.state)
        && unit.is_none_or(within)
        && query.as_of.is_none_or(|day| rules::holds_on(row, held, day))
        && (!query.conflict.0 || !rules::conflicts(row, statuses.of(row.unit_id), held).is_empty())
}

fn described(written: &Written, memory: &Snapshot) -> Result<UnitStatus, Error> {
    overview::describe(&written.row, &written.all, memory.part::<Territory>())
}

/// Ghi nhận một phân loại hoặc công nhận
///
/// Record a status by its act. An open one of the same kind that began earlier ends on its first day.
#[utoipa::path(
    tag = "unit-statuses", params(WriteQuery), request_body = NewUnitStatus,
    extensions(("x-permission" = json!("status:manage"))),
    responses((status = 201, description = "The status", body = UnitStatus), (status = 200, description = "What would have been stored (`validate_only`), or is stored under this `external_id`", body = UnitStatus))
)]
#[post("/unit-statuses")]
async fn record_unit_status(
    permit: Permit<StatusManage>,
    db: web::Data<Db>,
    write: Write,
    body: Body<NewUnitStatus>,
) -> Result<Answer, Error> {
    let caller = permit.caller()?;
    let actor = caller.actor.clone();
    let make = move |tx: &mut Tx<'_>, new: &NewUnitStatus| {
        let written = actions::record(tx, Some(&caller), new)?;
        described(&written, &tx.memory)
    };
    let find = move |tx: &mut Tx<'_>, id: RecordId| described(&actions::find(tx, UnitStatusId(id.0))?, &tx.memory);
    write.create(&db, actor, body, make, find).await
}

/// Ghi nhận nhiều phân loại cùng lúc theo một quyết định
///
/// Record up to 1000 statuses in the order in which they are sent, all or none. The faults of all items are told at
/// once, each with its place.
#[utoipa::path(
    tag = "unit-statuses", params(WriteQuery), request_body = NewUnitStatuses,
    extensions(("x-permission" = json!("status:manage"))),
    responses((status = 201, description = "The statuses", body = UnitStatuses), (status = 200, description = "What would have been stored (`validate_only`)", body = UnitStatuses))
)]
#[post("/unit-statuses/batch")]
async fn record_unit_statuses(
    permit: Permit<StatusManage>,
    db: web::Data<Db>,
    write: Write,
    body: Body<NewUnitStatuses>,
) -> Result<Answer, Error> {
    let caller = permit.caller()?;
    let make = {
        let caller = caller.clone();
        move |tx: &mut Tx<'_>, new: &NewUnitStatuses| {
            let written = actions::record_all(tx, Some(&caller), &new.items.0)?;
            let items = written.iter().map(|written| described(written, &tx.memory));
            Ok(UnitStatuses { items: items.collect::<Result<_, Error>>()? })
        }
    };
    write.create_many(&db, caller.actor.clone(), body, make).await
}

/// Một phân loại hoặc công nhận
///
/// One status.
#[utoipa::path(
    tag = "unit-statuses", params(("id" = UnitStatusId, Path, description = "Status")),
    extensions(("x-permission" = json!("reference:read"))),
    responses((status = 200, description = "The status", body = UnitStatus))
)]
#[get("/unit-statuses/{id}")]
async fn get_unit_status(
    permit: Permit<ReferenceRead>,
    id: web::Path<String>,
    _query: Query<NoQuery>,
) -> Result<Document<UnitStatus>, Error> {
    let caller = permit.caller()?;
    let statuses = caller.memory.part::<Statuses>();
    let row = statuses.get(path_id(&id)?).ok_or(Error::NotFound)?;
    overview::describe(row, statuses.of(row.unit_id), caller.memory.part::<Territory>()).map(Document)
}

/// Chấm dứt hoặc hủy bỏ một phân loại, công nhận
///
/// End a status on a day, or annul it as if it had never been, by an act.
#[utoipa::path(
    tag = "unit-statuses", params(("id" = UnitStatusId, Path, description = "Status"), WriteQuery),
    request_body = NewUnitStatusTransition, extensions(("x-permission" = json!("status:manage"))),
    responses((status = 200, description = "The status as it is now", body = UnitStatus))
)]
#[post("/unit-statuses/{id}/transitions")]
async fn transition_unit_status(
    permit: Permit<StatusManage>,
    db: web::Data<Db>,
    id: web::Path<String>,
    version: IfMatch,
    write: Write,
    body: Body<NewUnitStatusTransition>,
) -> Result<Answer, Error> {
    let caller = permit.caller()?;
    let id = path_id(&id)?;
    write
        .step(&db, caller.actor.clone(), body.content, move |tx| {
            let written = actions::transition(tx, &caller, id, &version, body.value.get())?;
            described(&written, &tx.memory)
        })
        .await
}

/// Phân loại, công nhận của một đơn vị vào một ngày
///
/// What holds of a unit on a day, one row for each kind; where a reform left a gap, what its predecessors had and what
/// that proposes.
#[utoipa::path(
    tag = "unit-statuses", params(("id" = UnitId, Path, description = "Unit"), UnitStatusDayQuery),
    extensions(("x-permission" = json!("reference:read"))),
    responses((status = 200, description = "The statuses", body = UnitStatusOverview))
)]
#[get("/units/{id}/statuses")]
async fn get_unit_statuses(
    permit: Permit<ReferenceRead>,
    db: web::Data<Db>,
    id: web::Path<String>,
    query: Query<UnitStatusDayQuery>,
) -> Result<Fresh, Error> {
    let caller = permit.caller()?;
    let id = path_id(&id)?;
    caller.memory.part::<Territory>().get(id).ok_or(Error::NotFound)?;
    let day = query.0.into_inner()?.as_of.unwrap_or(db.clock().today());
    Ok(Fresh::json(&overview::of_unit(&caller.memory, id, day)?))
}

pub fn routes(config: &mut ServiceConfig<'_>) {
    config
        .service(list_unit_statuses)
        .service(record_unit_status)
        .service(record_unit_statuses)
        // `batch` is no id: what is not POST is not known here.
        .map(|config| config.service(web::resource("/unit-statuses/batch").default_service(web::to(not_found))))
        .service(get_unit_status)
        .service(transition_unit_status)
        .service(get_unit_statuses);
}
