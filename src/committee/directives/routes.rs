//! `/v1/directives`

use super::model::{Directive, DirectiveRecord, DirectiveState, NewDirective, NewDirectiveTransition};
use super::{actions, queries};
use crate::access::{Permit, TaskRead, TaskWrite};
use crate::committee::tasks::TaskKind;
use crate::db::{Db, Tx};
use crate::error::{Error, Place};
use crate::http::{
    Answer, AnyOf, Body, Cursor, CursorKey, Document, Flag, IfMatch, Limit, Listing, NoQuery, Page, PageRequest, Query,
    Write, WriteQuery, parameters, path_id,
};
use crate::units::{Naming, Territory, UnitChoice, UnitScope};
use crate::values::{ActId, CommitteeId, DirectiveId, ExternalId, RecordId, Scalar, SearchText, UnitCode, UnitId};
use actix_web::{get, post, web};
use utoipa_actix_web::service_config::ServiceConfig;

parameters! {
    /// Parameters of `GET /v1/directives`.
    DirectiveQuery {
        unit_id: Option<UnitId>, "Directives of committees of this unit and, by `unit_scope`, of those below it";
        unit_code: Option<UnitCode>, "The same, by code: its holder today, else its last holder";
        unit_name: Option<SearchText>, "The same, by exact name without diacritics; several hits are refused with candidates";
        unit_scope: UnitScope, "How far below the unit";
        committee_id: AnyOf<CommitteeId>, "Directives of these committees";
        act_id: AnyOf<ActId>, "Directives by these acts";
        kind: AnyOf<TaskKind>, "Directives of these kinds";
        state: AnyOf<DirectiveState>, "Directives in these states";
        external_id: AnyOf<ExternalId>, "Directives to which the caller gave these ids";
        limit: Limit, "Rows of a page";
        cursor: Option<Cursor>, "Where the page begins";
        with_total: Flag, "Count the rows of all pages";
    }
}

/// Danh sách chỉ đạo
///
/// What committees of the caller's units bind whom to, newest first, each with how far it is.
#[utoipa::path(
    tag = "tasks", params(DirectiveQuery),
    extensions(("x-permission" = json!("task:read"))),
    responses((status = 200, description = "A page of directives", body = Page<Directive>))
)]
#[get("/directives")]
async fn list_directives(
    permit: Permit<TaskRead>,
    db: web::Data<Db>,
    cursors: web::Data<CursorKey>,
    query: Query<DirectiveQuery>,
) -> Result<Listing<Page<Directive>>, Error> {
    let caller = permit.caller()?;
    let query = query.0.into_inner()?;
    let today = db.clock().today();
    let choice = UnitChoice { id: query.unit_id, code: query.unit_code.clone(), name: query.unit_name.clone() };
    let unit = caller.memory.part::<Territory>().choose(&choice, Naming::Last(today), Place::parameter)?;
    let page = PageRequest { key: &cursors, list: "directives", fingerprint: &query.fingerprint, limit: query.limit };
    let after = page.after(query.cursor.as_ref())?.and_then(|values| DirectiveId::parse(values.first()?).ok());
    let asked = query.clone();
    let (directives, total) = db
        .read(move |conn| {
            let (rows, total) = queries::list(conn, &caller.scope, caller.client_id, &asked, unit, after)?;
            let records = queries::records(conn, rows)?;
            Ok((actions::described(conn, &caller.memory, records, today)?, total))
        })
        .await?;
    Ok(Listing(page.page(directives, total, |directive| vec![directive.id.to_string()])))
}

/// The directive as it is after a write.
fn shown(tx: &mut Tx<'_>, record: DirectiveRecord) -> Result<Directive, Error> {
    let (memory, today) = (tx.memory.clone(), tx.now.local_date());
    let described = actions::described(tx.conn, &memory, vec![record], today)?.pop();
    described.ok_or_else(|| Error::internal("one record comes to one answer"))
}

/// Giao việc theo một mục của văn bản
///
/// Bind parties to what an item of an act says. Each has a task of it; who joins a group later gets one in that moment.
#[utoipa::path(
    tag = "tasks", params(WriteQuery), request_body = NewDirective,
    extensions(("x-permission" = json!("task:write"))),
    responses((status = 201, description = "The directive", body = Directive), (status = 200, description = "What would have been stored (`validate_only`), or is stored under this `external_id`", body = Directive))
)]
#[post("/directives")]
async fn create_directive(
    permit: Permit<TaskWrite>,
    db: web::Data<Db>,
    write: Write,
    body: Body<NewDirective>,
) -> Result<Answer, Error> {
    let caller = permit.caller()?;
    let (finder, actor) = (caller.clone(), caller.actor.clone());
    let make = move |tx: &mut Tx<'_>, new: &NewDirective| {
        let record = actions::create(tx, Some(&caller), new)?;
        shown(tx, record)
    };
    let find = move |tx: &mut Tx<'_>, id: RecordId| {
        let record = actions::visible(tx.conn, finder.readable(), DirectiveId(id.0))?;
        shown(tx, record)
    };
    write.create(&db, actor, body, make, find).await
}

/// Một chỉ đạo
///
/// One directive, and how many of its tasks stand where.
#[utoipa::path(
    tag = "tasks", params(("id" = DirectiveId, Path, description = "Directive")),
    extensions(("x-permission" = json!("task:read"))),
    responses((status = 200, description = "The directive", body = Directive))
)]
#[get("/directives/{id}")]
async fn get_directive(
    permit: Permit<TaskRead>,
    db: web::Data<Db>,
    id: web::Path<String>,
    _query: Query<NoQuery>,
) -> Result<Document<Directive>, Error> {
    let caller = permit.caller()?;
    let (id, today) = (path_id(&id)?, db.clock().today());
    let directive = db
        .read(move |conn| {
            let record = actions::visible(conn, &caller.scope, id)?;
            actions::described(conn, &caller.memory, vec![record], today)
        })
        .await?;
    directive.into_iter().next().map(Document).ok_or(Error::NotFound)
}

/// Chấm dứt một chỉ đạo
///
/// End a directive: it binds nobody any more, and its open tasks are cancelled for the same reason.
#[utoipa::path(
    tag = "tasks", params(("id" = DirectiveId, Path, description = "Directive"), WriteQuery),
    request_body = NewDirectiveTransition, extensions(("x-permission" = json!("task:write"))),
    responses((status = 200, description = "The directive as it is now", body = Directive))
)]
#[post("/directives/{id}/transitions")]
async fn transition_directive(
    permit: Permit<TaskWrite>,
    db: web::Data<Db>,
    id: web::Path<String>,
    version: IfMatch,
    write: Write,
    body: Body<NewDirectiveTransition>,
) -> Result<Answer, Error> {
    let caller = permit.caller()?;
    let id = path_id(&id)?;
    write
        .step(&db, caller.actor.clone(), body.content, move |tx| {
            let record = actions::transition(tx, &caller, id, &version, body.value.get())?;
            shown(tx, record)
        })
        .await
}

pub fn routes(config: &mut ServiceConfig<'_>) {
    config.service(list_directives).service(create_directive).service(get_directive).service(transition_directive);
}
