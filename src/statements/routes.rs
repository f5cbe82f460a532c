//! `/v1/statements`

use super::actions::{self, describe};
use super::answer::{self, Asked};
use super::model::{NewStatement, Statement, StatementAnswer, StatementPatch, StatementRow};
use super::queries;
use crate::access::{Permit, StatementRead, StatementWrite};
use crate::db::{Db, Tx};
use crate::error::{Error, Place};
use crate::http::{
    Answer, AnyOf, Body, Cursor, CursorKey, Document, Flag, Fresh, IfMatch, Limit, Listing, NoQuery, Page, PageRequest,
    PatchOf, Query, Write, WriteQuery, parameters, path_id,
};
use crate::units::{Naming, Territory, UnitChoice, UnitScope};
use crate::values::{
    ExternalId, ListCode, MeetingId, Period, RecordId, Scalar, SearchText, StatementId, UnitCode, UnitId,
};
use actix_web::{delete, get, patch, post, web};
use utoipa_actix_web::service_config::ServiceConfig;

parameters! {
    /// Parameters of `GET /v1/statements`.
    StatementQuery {
        unit_id: Option<UnitId>, "Statements of this unit and, by `unit_scope`, of those below it";
        unit_code: Option<UnitCode>, "The same, by code: its holder today, else its last holder";
        unit_name: Option<SearchText>, "The same, by exact name without diacritics; several hits are refused with candidates";
        unit_scope: UnitScope, "How far below the unit";
        meeting_id: AnyOf<MeetingId>, "Said at these meetings";
        topic_code: AnyOf<ListCode>, "Of these topics, codes of `review-topics`";
        period: AnyOf<Period>, "Said of these periods";
        q: Option<SearchText>, "Part of what was said, without case, diacritics and spelling variants";
        external_id: AnyOf<ExternalId>, "Statements to which the caller gave these ids";
        limit: Limit, "Rows of a page";
        cursor: Option<Cursor>, "Where the page begins";
        with_total: Flag, "Count the rows of all pages";
    }
}

parameters! {
    /// Parameters of the answer to a statement.
    StatementAnswerQuery {
        period: Option<Period>, "The period to ask of; that of the statement unless given: the next meeting asks again with its own";
        since_period: Option<Period>, "The earlier period that is compared; that of the claim unless given";
    }
}

/// Danh sách nhận định
///
/// What was said of the caller's units, those recorded last first.
#[utoipa::path(
    tag = "statements", params(StatementQuery),
    extensions(("x-permission" = json!("statement:read"))),
    responses((status = 200, description = "A page of statements", body = Page<Statement>))
)]
#[get("/statements")]
async fn list_statements(
    permit: Permit<StatementRead>,
    db: web::Data<Db>,
    cursors: web::Data<CursorKey>,
    query: Query<StatementQuery>,
) -> Result<Listing<Page<Statement>>, Error> {
    let caller = permit.caller()?;
    let query = query.0.into_inner()?;
    let choice = UnitChoice { id: query.unit_id, code: query.unit_code.clone(), name: query.unit_name.clone() };
    let naming = Naming::Last(db.clock().today());
    let unit = caller.memory.part::<Territory>().choose(&choice, naming, Place::parameter)?;
    let page = PageRequest { key: &cursors, list: "statements", fingerprint: &query.fingerprint, limit: query.limit };
    let after = page.after(query.cursor.as_ref())?.and_then(|values| StatementId::parse(values.first()?).ok());
    let (memory, asked) = (caller.memory.clone(), query.clone());
    let (rows, total) =
        db.read(move |conn| Ok(queries::list(conn, &caller.scope, caller.client_id, &asked, unit, after)?)).await?;
    let page = page.page(rows, total, |row| vec![row.id.to_string()]);
    Ok(Listing(page.try_map(|row| describe(row, &memory))?))
}

/// Ghi một nhận định
///
/// Record what was said of a unit, with the question that would prove it.
#[utoipa::path(
    tag = "statements", params(WriteQuery), request_body = NewStatement,
    extensions(("x-permission" = json!("statement:write"))),
    responses((status = 201, description = "The statement", body = Statement), (status = 200, description = "What would have been stored (`validate_only`), or is stored under this `external_id`", body = Statement))
)]
#[post("/statements")]
async fn record_statement(
    permit: Permit<StatementWrite>,
    db: web::Data<Db>,
    write: Write,
    body: Body<NewStatement>,
) -> Result<Answer, Error> {
    let caller = permit.caller()?;
    let (finder, actor) = (caller.clone(), caller.actor.clone());
    let make =
        move |tx: &mut Tx<'_>, new: &NewStatement| describe(actions::create(tx, Some(&caller), new)?, &tx.memory);
    let find = move |tx: &mut Tx<'_>, id: RecordId| {
        describe(actions::visible(tx.conn, finder.readable(), StatementId(id.0))?, &tx.memory)
    };
    write.create(&db, actor, body, make, find).await
}

/// Một nhận định
///
/// One statement.
#[utoipa::path(
    tag = "statements", params(("id" = StatementId, Path, description = "Statement")),
    extensions(("x-permission" = json!("statement:read"))),
    responses((status = 200, description = "The statement", body = Statement))
)]
#[get("/statements/{id}")]
async fn get_statement(
    permit: Permit<StatementRead>,
    db: web::Data<Db>,
    id: web::Path<String>,
    _query: Query<NoQuery>,
) -> Result<Document<Statement>, Error> {
    let caller = permit.caller()?;
    let (id, scope) = (path_id(&id)?, caller.scope.clone());
    let row = db.read(move |conn| actions::visible(conn, &scope, id)).await?;
    describe(row, &caller.memory).map(Document)
}

/// Số liệu nói gì về một nhận định
///
/// What the figures say to a statement: `SUPPORTED`, `CONTRADICTED` or `NO_DATA` with the reason, and the numbers that
/// decide. Nothing of it is stored: it is asked anew each time, of its own period or of a later one.
#[utoipa::path(
    tag = "statements", params(("id" = StatementId, Path, description = "Statement"), StatementAnswerQuery),
    extensions(("x-permission" = json!("statement:read"))),
    responses((status = 200, description = "The answer", body = StatementAnswer))
)]
#[get("/statements/{id}/answer")]
async fn answer_statement(
    permit: Permit<StatementRead>,
    db: web::Data<Db>,
    id: web::Path<String>,
    query: Query<StatementAnswerQuery>,
) -> Result<Fresh, Error> {
    let caller = permit.caller()?;
    let (id, today) = (path_id(&id)?, db.clock().today());
    let query = query.0.into_inner()?;
    let (scope, memory) = (caller.scope.clone(), caller.memory.clone());
    let answer = db
        .read(move |conn| {
            let row: StatementRow = actions::visible(conn, &scope, id)?;
            let period = query.period.unwrap_or(row.period);
            answer::answer(&memory, conn, &scope, &row, Asked { period, since_period: query.since_period, today })
        })
        .await?;
    Ok(Fresh::json(&answer))
}

/// Sửa một nhận định
///
/// Change which topic a statement belongs to, and what would prove it. What was said stays.
#[utoipa::path(
    tag = "statements", params(("id" = StatementId, Path, description = "Statement"), WriteQuery),
    request_body = StatementPatch, extensions(("x-permission" = json!("statement:write"))),
    responses((status = 200, description = "The statement as it is now", body = Statement))
)]
#[patch("/statements/{id}")]
async fn change_statement(
    permit: Permit<StatementWrite>,
    db: web::Data<Db>,
    id: web::Path<String>,
    version: IfMatch,
    write: Write,
    body: PatchOf<StatementPatch>,
) -> Result<Answer, Error> {
    let caller = permit.caller()?;
    let id = path_id(&id)?;
    write
        .change(&db, caller.actor.clone(), move |tx| {
            let current = describe(actions::visible(tx.conn, caller.readable(), id)?, &tx.memory)?;
            let row = actions::change(tx, &caller, id, &version, body.get(&current))?;
            describe(row, &tx.memory)
        })
        .await
}

/// Xóa một nhận định
///
/// Delete a statement that was recorded by mistake.
#[utoipa::path(
    tag = "statements", params(("id" = StatementId, Path, description = "Statement"), WriteQuery),
    extensions(("x-permission" = json!("statement:write"))),
    responses((status = 204, description = "It is gone; the history keeps that it was"))
)]
#[delete("/statements/{id}")]
async fn delete_statement(
    permit: Permit<StatementWrite>,
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
        .service(list_statements)
        .service(record_statement)
        .service(get_statement)
        .service(answer_statement)
        .service(change_statement)
        .service(delete_statement);
}
