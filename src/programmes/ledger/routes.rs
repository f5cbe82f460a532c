//! `/v1/budget-entries`, `/v1/budget-lines`

use super::held::BudgetLines;
use super::lines::LineRow;
use super::model::{
    BudgetEntries, BudgetEntry, BudgetLine, EntryKind, EntryRow, NewBudgetEntries, NewBudgetEntry, NewReversal,
};
use super::{actions, queries};
use crate::access::{BudgetRead, BudgetWrite, Permit};
use crate::db::{Conn, Db, Snapshot, Tx};
use crate::error::{Error, Place};
use crate::http::openapi::not_found;
use crate::http::{
    Answer, AnyOf, Body, Cursor, CursorKey, Document, Flag, Fresh, Limit, Listing, NoQuery, Order, Page, PageRequest,
    Query, SortKey, Write, WriteQuery, parameters, path_id,
};
use crate::programmes::Programmes;
use crate::units::{Naming, Territory, UnitChoice, UnitScope};
use crate::values::{
    ActId, BudgetEntryId, BudgetLineId, ComponentCode, ExternalId, ListCode, LocalDate, RecordId, Scalar, SearchText,
    UnitCode, UnitId, Year,
};
use actix_web::{get, post, web};
use std::collections::HashMap;
use utoipa_actix_web::service_config::ServiceConfig;

/// Orders of the list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EntryOrder {
    Created,
    CreatedDown,
}

impl SortKey for EntryOrder {
    const ORDERS: &'static [(&'static str, Self)] =
        &[("created_at", Self::Created), ("-created_at", Self::CreatedDown)];
}

parameters! {
    /// Parameters of `GET /v1/budget-entries`.
    EntryQuery {
        unit_id: Option<UnitId>, "Entries of this unit and, by `unit_scope`, of those below it on the day of each entry";
        unit_code: Option<UnitCode>, "The same, by code: its holder today, else its last holder";
        unit_name: Option<SearchText>, "The same, by exact name without diacritics; several hits are refused with candidates";
        unit_scope: UnitScope, "How far below the unit";
        line_id: AnyOf<BudgetLineId>, "Entries of these lines, and those that distribute to them";
        programme_code: AnyOf<ListCode>, "Of these programmes";
        component_code: AnyOf<ComponentCode>, "Of these components and their parts";
        funding_source_code: AnyOf<ListCode>, "Of these sources";
        nature_code: AnyOf<ListCode>, "Of these natures";
        plan_year: Option<Year>, "To be spent in this year";
        origin_year: Option<Year>, "Given first for this year";
        kind: AnyOf<EntryKind>, "That do this";
        act_id: AnyOf<ActId>, "By these acts";
        overridden: Flag, "Only those that stand although a limit was passed";
        value_date_gte: Option<LocalDate>, "That count from this day or later";
        value_date_lte: Option<LocalDate>, "That count from this day or earlier";
        booking_date_gte: Option<LocalDate>, "Booked on this day or later";
        booking_date_lte: Option<LocalDate>, "Booked on this day or earlier";
        external_id: AnyOf<ExternalId>, "Entries to which the caller gave these ids";
        sort: Order<EntryOrder>, "Order of the list";
        limit: Limit, "Rows of a page";
        cursor: Option<Cursor>, "Where the page begins";
        with_total: Flag, "Count the rows of all pages";
    }
}

parameters! {
    /// Parameters of `GET /v1/budget-lines`.
    LineQuery {
        unit_id: Option<UnitId>, "Lines of this unit and, by `unit_scope`, of those below it when each line began";
        unit_code: Option<UnitCode>, "The same, by code: its holder today, else its last holder";
        unit_name: Option<SearchText>, "The same, by exact name without diacritics; several hits are refused with candidates";
        unit_scope: UnitScope, "How far below the unit";
        programme_code: AnyOf<ListCode>, "Of these programmes";
        component_code: AnyOf<ComponentCode>, "Of these components and their parts";
        funding_source_code: AnyOf<ListCode>, "Of these sources";
        nature_code: AnyOf<ListCode>, "Of these natures";
        plan_year: Option<Year>, "To be spent in this year";
        origin_year: Option<Year>, "Given first for this year";
        open: Flag, "Only lines with something left, or with advances that were not recovered";
        unit_ended: Flag, "Only lines of units that are there no more: with `open` those that need an owner";
        limit: Limit, "Rows of a page";
        cursor: Option<Cursor>, "Where the page begins";
        with_total: Flag, "Count the rows of all pages";
    }
}

/// Components with all their parts. `None` where none was asked for.
fn with_parts(memory: &Snapshot, asked: &AnyOf<ComponentCode>) -> Option<Vec<ComponentCode>> {
    if asked.0.is_empty() {
        return None;
    }
    let mut found = Vec::new();
    for held in memory.part::<Programmes>().all() {
        let all = held.document.components.iter().map(|component| component.code.clone());
        found.extend(all.filter(|code| held.path(code).iter().any(|above| asked.0.contains(above))));
    }
    Some(found)
}

type Lines = HashMap<BudgetLineId, LineRow>;

/// The lines of some entries.
fn lines_of(conn: &mut Conn, rows: &[EntryRow]) -> Result<Lines, Error> {
    let mut ids: Vec<BudgetLineId> =
        rows.iter().flat_map(|row| std::iter::once(row.line_id).chain(row.to_line_id)).collect();
    ids.sort();
    ids.dedup();
    Ok(queries::lines(conn, &ids)?.into_iter().map(|line| (line.id, line)).collect())
}

fn describe(row: &EntryRow, lines: &Lines, memory: &Snapshot) -> Result<BudgetEntry, Error> {
    let territory = memory.part::<Territory>();
    let no_line = || Error::internal("an entry of a line that is not there");
    let line = lines.get(&row.line_id).ok_or_else(no_line)?;
    let to = row.to_line_id.map(|to| lines.get(&to).ok_or_else(no_line)).transpose()?;
    let no_unit = || Error::internal("an entry of a unit that is not there");
    let unit = territory.reference(row.unit_id, row.unit_date).ok_or_else(no_unit)?;
    let to_unit = to.map(|to| territory.reference(to.unit_id, to.unit_date).ok_or_else(no_unit)).transpose()?;
    Ok(BudgetEntry {
        id: row.id,
        version: row.version,
        line_id: row.line_id,
        to_line_id: row.to_line_id,
        unit,
        programme_code: line.programme_code.clone(),
        component_code: line.component_code.clone(),
        funding_source_code: line.funding_source_code.clone(),
        nature_code: line.nature_code.clone(),
        plan_year: line.plan_year,
        plan_end_year: line.plan_end_year,
        origin_year: line.origin_year,
        work_id: line.work_id,
        kind: row.kind,
        amount_vnd: row.amount_vnd,
        booking_date: row.booking_date,
        value_date: row.value_date,
        to_unit,
        to_component_code: to.and_then(|to| to.component_code.clone()),
        to_work_id: to.and_then(|to| to.work_id),
        act_id: row.act_id,
        pair_id: row.pair_id.clone(),
        reverses_id: row.reverses_id,
        reversed_by_id: row.reversed_by_id,
        override_reason: row.override_reason.clone(),
        findings: serde_json::from_value(row.findings.0.clone()).map_err(Error::internal)?,
        reason: row.reason.clone(),
        note: row.note.clone(),
        author_client_id: row.author_client_id,
        external_id: row.external_id.clone(),
        created_at: row.created_at,
    })
}

fn shown(tx: &mut Tx<'_>, row: &EntryRow) -> Result<BudgetEntry, Error> {
    let lines = lines_of(tx.conn, std::slice::from_ref(row))?;
    describe(row, &lines, &tx.memory)
}

/// Danh sách bút toán
///
/// Movements of money of the caller's units, those recorded last first.
#[utoipa::path(
    tag = "budget", params(EntryQuery),
    extensions(("x-permission" = json!("budget:read"))),
    responses((status = 200, description = "A page of entries", body = Page<BudgetEntry>))
)]
#[get("/budget-entries")]
async fn list_budget_entries(
    permit: Permit<BudgetRead>,
    db: web::Data<Db>,
    cursors: web::Data<CursorKey>,
    query: Query<EntryQuery>,
) -> Result<Listing<Page<BudgetEntry>>, Error> {
    let caller = permit.caller()?;
    let query = query.0.into_inner()?;
    let choice = UnitChoice { id: query.unit_id, code: query.unit_code.clone(), name: query.unit_name.clone() };
    let naming = Naming::Last(db.clock().today());
    let unit = caller.memory.part::<Territory>().choose(&choice, naming, Place::parameter)?;
    let components = with_parts(&caller.memory, &query.component_code);
    let page =
        PageRequest { key: &cursors, list: "budget-entries", fingerprint: &query.fingerprint, limit: query.limit };
    let after = page.after(query.cursor.as_ref())?.and_then(|values| BudgetEntryId::parse(values.first()?).ok());
    let (memory, asked) = (caller.memory.clone(), query.clone());
    let (rows, lines, total) = db
        .read(move |conn| {
            let (client, components) = (caller.client_id, components.as_deref());
            let (rows, total) = queries::list_entries(conn, &caller.scope, client, &asked, components, unit, after)?;
            let lines = lines_of(conn, &rows)?;
            Ok((rows, lines, total))
        })
        .await?;
    let page = page.page(rows, total, |row| vec![row.id.to_string()]);
    Ok(Listing(page.try_map(|row| describe(&row, &lines, &memory))?))
}

/// Ghi một bút toán
///
/// Record a movement of money. What passes the plan of its line is refused, unless the caller says why it is to stand.
#[utoipa::path(
    tag = "budget", params(WriteQuery), request_body = NewBudgetEntry,
    extensions(("x-permission" = json!("budget:write"))),
    responses((status = 201, description = "The entry", body = BudgetEntry), (status = 200, description = "What would have been stored (`validate_only`), or is stored under this `external_id`", body = BudgetEntry))
)]
#[post("/budget-entries")]
async fn record_budget_entry(
    permit: Permit<BudgetWrite>,
    db: web::Data<Db>,
    write: Write,
    body: Body<NewBudgetEntry>,
) -> Result<Answer, Error> {
    let caller = permit.caller()?;
    write.require_key()?;
    let (finder, actor) = (caller.clone(), caller.actor.clone());
    let make = move |tx: &mut Tx<'_>, new: &NewBudgetEntry| {
        let row = actions::record(tx, Some(&caller), new)?;
        shown(tx, &row)
    };
    let find = move |tx: &mut Tx<'_>, id: RecordId| {
        let row = actions::visible(tx.conn, finder.readable(), BudgetEntryId(id.0))?;
        shown(tx, &row)
    };
    write.create(&db, actor, body, make, find).await
}

/// Ghi nhiều bút toán cùng lúc
///
/// Record up to 1000 entries in the order in which they are sent, all or none; limits are looked at once all of them
/// stand. The two halves of a carry-over come in one batch.
#[utoipa::path(
    tag = "budget", params(WriteQuery), request_body = NewBudgetEntries,
    extensions(("x-permission" = json!("budget:write"))),
    responses((status = 201, description = "The entries", body = BudgetEntries), (status = 200, description = "What would have been stored (`validate_only`)", body = BudgetEntries))
)]
#[post("/budget-entries/batch")]
async fn record_budget_entries(
    permit: Permit<BudgetWrite>,
    db: web::Data<Db>,
    write: Write,
    body: Body<NewBudgetEntries>,
) -> Result<Answer, Error> {
    let caller = permit.caller()?;
    let actor = caller.actor.clone();
    let make = move |tx: &mut Tx<'_>, new: &NewBudgetEntries| {
        let rows = actions::record_all(tx, &caller, &new.items.0)?;
        let lines = lines_of(tx.conn, &rows)?;
        let items = rows.iter().map(|row| describe(row, &lines, &tx.memory));
        Ok(BudgetEntries { items: items.collect::<Result<_, Error>>()? })
    };
    write.create_many(&db, actor, body, make).await
}

/// Một bút toán
///
/// One entry, whether it holds or was reversed.
#[utoipa::path(
    tag = "budget", params(("id" = BudgetEntryId, Path, description = "Entry")),
    extensions(("x-permission" = json!("budget:read"))),
    responses((status = 200, description = "The entry", body = BudgetEntry))
)]
#[get("/budget-entries/{id}")]
async fn get_budget_entry(
    permit: Permit<BudgetRead>,
    db: web::Data<Db>,
    id: web::Path<String>,
    _query: Query<NoQuery>,
) -> Result<Document<BudgetEntry>, Error> {
    let caller = permit.caller()?;
    let (id, scope) = (path_id(&id)?, caller.scope.clone());
    let (row, lines) = db
        .read(move |conn| {
            let row = actions::visible(conn, &scope, id)?;
            let lines = lines_of(conn, std::slice::from_ref(&row))?;
            Ok((row, lines))
        })
        .await?;
    describe(&row, &lines, &caller.memory).map(Document)
}

/// Đảo một bút toán
///
/// Take an entry back by an entry of the opposite amount; of a carry-over both halves. The entry stays, and says by which
/// it was taken back.
#[utoipa::path(
    tag = "budget", params(("id" = BudgetEntryId, Path, description = "Entry"), WriteQuery), request_body = NewReversal,
    extensions(("x-permission" = json!("budget:write"))),
    responses((status = 200, description = "The entry as it is now", body = BudgetEntry))
)]
#[post("/budget-entries/{id}/reversals")]
async fn reverse_budget_entry(
    permit: Permit<BudgetWrite>,
    db: web::Data<Db>,
    id: web::Path<String>,
    write: Write,
    body: Body<NewReversal>,
) -> Result<Answer, Error> {
    let caller = permit.caller()?;
    let id = path_id(&id)?;
    write
        .step(&db, caller.actor.clone(), body.content, move |tx| {
            let row = actions::reverse(tx, &caller, id, body.value.get())?;
            shown(tx, &row)
        })
        .await
}

/// A line as it is shown.
fn line_shown(row: &LineRow, territory: &Territory, today: LocalDate) -> Result<BudgetLine, Error> {
    let unit = territory.reference(row.unit_id, row.unit_date);
    let unit = unit.ok_or_else(|| Error::internal("a line of a unit that is not there"))?;
    let ended = territory.has_ended(row.unit_id, today);
    Ok(BudgetLine::of(row, unit, ended))
}

/// Danh sách dòng vốn
///
/// Lines of money of the caller's units with what their entries come to, in the order in which they began. With `open`
/// and `unit_ended` what units left behind that are there no more, until an act names its owner and a distribution
/// records it.
#[utoipa::path(
    tag = "budget", params(LineQuery),
    extensions(("x-permission" = json!("budget:read"))),
    responses((status = 200, description = "A page of lines", body = Page<BudgetLine>))
)]
#[get("/budget-lines")]
async fn list_budget_lines(
    permit: Permit<BudgetRead>,
    db: web::Data<Db>,
    cursors: web::Data<CursorKey>,
    query: Query<LineQuery>,
) -> Result<Listing<Page<BudgetLine>>, Error> {
    let caller = permit.caller()?;
    let query = query.0.into_inner()?;
    let today = db.clock().today();
    let memory = caller.memory.clone();
    let territory = memory.part::<Territory>();
    let choice = UnitChoice { id: query.unit_id, code: query.unit_code.clone(), name: query.unit_name.clone() };
    let unit = territory.choose(&choice, Naming::Last(today), Place::parameter)?;
    let components = with_parts(&caller.memory, &query.component_code);
    let ended: Option<Vec<UnitId>> = query
        .unit_ended
        .0
        .then(|| memory.part::<BudgetLines>().units().filter(|unit| territory.has_ended(*unit, today)).collect());
    let page = PageRequest { key: &cursors, list: "budget-lines", fingerprint: &query.fingerprint, limit: query.limit };
    let after = page.after(query.cursor.as_ref())?.and_then(|values| BudgetLineId::parse(values.first()?).ok());
    let (scope, asked) = (caller.scope.clone(), query.clone());
    let (rows, total) = db
        .read(move |conn| {
            let (components, ended) = (components.as_deref(), ended.as_deref());
            Ok(queries::list_lines(conn, &scope, &asked, components, unit, ended, after)?)
        })
        .await?;
    let page = page.page(rows, total, |row| vec![row.id.to_string()]);
    Ok(Listing(page.try_map(|row| line_shown(&row, territory, today))?))
}

/// Một dòng vốn
///
/// One line of money with what its entries come to.
#[utoipa::path(
    tag = "budget", params(("id" = BudgetLineId, Path, description = "Line")),
    extensions(("x-permission" = json!("budget:read"))),
    responses((status = 200, description = "The line", body = BudgetLine))
)]
#[get("/budget-lines/{id}")]
async fn get_budget_line(
    permit: Permit<BudgetRead>,
    db: web::Data<Db>,
    id: web::Path<String>,
    _query: Query<NoQuery>,
) -> Result<Fresh, Error> {
    let caller = permit.caller()?;
    let (id, scope) = (path_id(&id)?, caller.scope.clone());
    let row = db.read(move |conn| queries::find_line(conn, &scope, id)?.ok_or(Error::NotFound)).await?;
    let line = line_shown(&row, caller.memory.part::<Territory>(), db.clock().today())?;
    Ok(Fresh::json(&line))
}

pub fn routes(config: &mut ServiceConfig<'_>) {
    config
        .service(list_budget_entries)
        .service(record_budget_entry)
        .service(record_budget_entries)
        // `batch` is no id: what is not POST is not known here.
        .map(|config| config.service(web::resource("/budget-entries/batch").default_service(web::to(not_found))))
        .service(get_budget_entry)
        .service(reverse_budget_entry)
        .service(list_budget_lines)
        .service(get_budget_line);
}
