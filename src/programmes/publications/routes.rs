//! `/v1/budget-publications`

use super::model::{BudgetPublication, NewBudgetPublication};
use super::{actions, queries};
use crate::access::{BudgetRead, BudgetWrite, Permit};
use crate::db::{Db, Tx};
use crate::error::{Error, Place};
use crate::http::{
    Answer, AnyOf, Body, Cursor, CursorKey, Document, Flag, IfMatch, Limit, Listing, NoQuery, Page, PageRequest, Query,
    Write, WriteQuery, parameters, path_id,
};
use crate::units::{Naming, Territory, UnitChoice, UnitScope};
use crate::values::{BudgetPublicationId, ExternalId, RecordId, Scalar, SearchText, UnitCode, UnitId, Year};
use actix_web::{delete, get, post, web};
use utoipa_actix_web::service_config::ServiceConfig;

parameters! {
    /// Parameters of `GET /v1/budget-publications`.
    PublicationQuery {
        unit_id: Option<UnitId>, "Publications of this unit and, by `unit_scope`, of those below it";
        unit_code: Option<UnitCode>, "The same, by code: its holder today, else its last holder";
        unit_name: Option<SearchText>, "The same, by exact name without diacritics; several hits are refused with candidates";
        unit_scope: UnitScope, "How far below the unit";
        plan_year: Option<Year>, "About money of this year";
        external_id: AnyOf<ExternalId>, "Publications to which the caller gave these ids";
        limit: Limit, "Rows of a page";
        cursor: Option<Cursor>, "Where the page begins";
        with_total: Flag, "Count the rows of all pages";
    }
}

/// Danh sách số công bố về vốn
///
/// What was published of the money of the caller's units, with what does not add up, those recorded last first.
#[utoipa::path(
    tag = "budget", params(PublicationQuery),
    extensions(("x-permission" = json!("budget:read"))),
    responses((status = 200, description = "A page of publications", body = Page<BudgetPublication>))
)]
#[get("/budget-publications")]
async fn list_budget_publications(
    permit: Permit<BudgetRead>,
    db: web::Data<Db>,
    cursors: web::Data<CursorKey>,
    query: Query<PublicationQuery>,
) -> Result<Listing<Page<BudgetPublication>>, Error> {
    let caller = permit.caller()?;
    let query = query.0.into_inner()?;
    let choice = UnitChoice { id: query.unit_id, code: query.unit_code.clone(), name: query.unit_name.clone() };
    let naming = Naming::Last(db.clock().today());
    let unit = caller.memory.part::<Territory>().choose(&choice, naming, Place::parameter)?;
    let page =
        PageRequest { key: &cursors, list: "budget-publications", fingerprint: &query.fingerprint, limit: query.limit };
    let after = page.after(query.cursor.as_ref())?.and_then(|values| BudgetPublicationId::parse(values.first()?).ok());
    let (memory, asked) = (caller.memory.clone(), query.clone());
    let (rows, total) =
        db.read(move |conn| Ok(queries::list(conn, &caller.scope, caller.client_id, &asked, unit, after)?)).await?;
    let page = page.page(rows, total, |row| vec![row.id.to_string()]);
    Ok(Listing(page.try_map(|row| actions::describe(row, &memory))?))
}

/// Ghi số công bố về vốn
///
/// Record a published table as it was printed. What does not add up is stored all the same, and shown: totals that are
/// not the sum of their parts, rates that do not come of their amounts, amounts that look a thousand times too large.
#[utoipa::path(
    tag = "budget", params(WriteQuery), request_body = NewBudgetPublication,
    extensions(("x-permission" = json!("budget:write"))),
    responses((status = 201, description = "The publication", body = BudgetPublication), (status = 200, description = "What would have been stored (`validate_only`), or is stored under this `external_id`", body = BudgetPublication))
)]
#[post("/budget-publications")]
async fn record_budget_publication(
    permit: Permit<BudgetWrite>,
    db: web::Data<Db>,
    write: Write,
    body: Body<NewBudgetPublication>,
) -> Result<Answer, Error> {
    let caller = permit.caller()?;
    let (finder, actor) = (caller.clone(), caller.actor.clone());
    let make = move |tx: &mut Tx<'_>, new: &NewBudgetPublication| {
        actions::describe(actions::create(tx, &caller, new)?, &tx.memory)
    };
    let find = move |tx: &mut Tx<'_>, id: RecordId| {
        let row = actions::visible(tx.conn, finder.readable(), BudgetPublicationId(id.0))?;
        actions::describe(row, &tx.memory)
    };
    write.create(&db, actor, body, make, find).await
}

/// Một số công bố về vốn
///
/// One publication, line by line, with what does not add up.
#[utoipa::path(
    tag = "budget", params(("id" = BudgetPublicationId, Path, description = "Publication")),
    extensions(("x-permission" = json!("budget:read"))),
    responses((status = 200, description = "The publication", body = BudgetPublication))
)]
#[get("/budget-publications/{id}")]
async fn get_budget_publication(
    permit: Permit<BudgetRead>,
    db: web::Data<Db>,
    id: web::Path<String>,
    _query: Query<NoQuery>,
) -> Result<Document<BudgetPublication>, Error> {
    let caller = permit.caller()?;
    let (id, scope) = (path_id(&id)?, caller.scope.clone());
    let row = db.read(move |conn| actions::visible(conn, &scope, id)).await?;
    actions::describe(row, &caller.memory).map(Document)
}

/// Xóa một số công bố về vốn
///
/// Delete a publication that was recorded by mistake. What was printed wrongly stays as it was printed.
#[utoipa::path(
    tag = "budget", params(("id" = BudgetPublicationId, Path, description = "Publication"), WriteQuery),
    extensions(("x-permission" = json!("budget:write"))),
    responses((status = 204, description = "It is gone; the history keeps that it was"))
)]
#[delete("/budget-publications/{id}")]
async fn delete_budget_publication(
    permit: Permit<BudgetWrite>,
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
        .service(list_budget_publications)
        .service(record_budget_publication)
        .service(get_budget_publication)
        .service(delete_budget_publication);
}
