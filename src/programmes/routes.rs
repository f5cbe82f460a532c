//! `/v1/programmes`

use super::actions;
use super::held::Programmes;
use super::model::{NewProgrammeTransition, Programme, ProgrammeDocument, ProgrammeStatus};
use crate::access::{Permit, ProgrammeManage, ReferenceRead};
use crate::db::{Db, Tx};
use crate::error::Error;
use crate::http::{
    Answer, AnyOf, Body, Cursor, CursorKey, Flag, Fresh, IfMatch, Limit, NoQuery, Page, PageRequest, Query, Write,
    WriteQuery, parameters, path_id,
};
use crate::values::{ListCode, LocalDate, ProgrammeId, RecordId};
use actix_web::{get, post, put, web};
use utoipa_actix_web::service_config::ServiceConfig;

parameters! {
    /// Parameters of `GET /v1/programmes`.
    ProgrammeQuery {
        code: AnyOf<ListCode>, "Programmes with these codes";
        status: AnyOf<ProgrammeStatus>, "Programmes in these states";
        valid_on: Option<LocalDate>, "Programmes that run on this day";
        limit: Limit, "Rows of a page";
        cursor: Option<Cursor>, "Where the page begins";
        with_total: Flag, "Count the rows of all pages";
    }
}

/// Danh sách chương trình
///
/// National Target Programmes with their components, by code.
#[utoipa::path(
    tag = "programmes", params(ProgrammeQuery),
    extensions(("x-permission" = json!("reference:read"))),
    responses((status = 200, description = "A page of programmes", body = Page<Programme>))
)]
#[get("/programmes")]
async fn list_programmes(
    permit: Permit<ReferenceRead>,
    cursors: web::Data<CursorKey>,
    query: Query<ProgrammeQuery>,
) -> Result<Fresh, Error> {
    let caller = permit.caller()?;
    let query = query.0.into_inner()?;
    let programmes = caller.memory.part::<Programmes>().all().iter().filter(|held| {
        let document = &held.document;
        query.code.admits(&held.row.code)
            && query.status.admits(&held.row.status)
            && query.valid_on.is_none_or(|day| document.valid_from <= day && day <= document.valid_to)
    });
    let request =
        PageRequest { key: &cursors, list: "programmes", fingerprint: &query.fingerprint, limit: query.limit };
    let page = request.page_in_memory(
        programmes,
        query.cursor.as_ref(),
        query.with_total.0,
        |held| vec![held.row.code.to_string()],
        Ord::cmp,
    )?;
    Ok(Fresh::page(&page.map(|held| held.describe())).as_reference())
}

/// Nhập một chương trình
///
/// Store a programme from its document, as a draft. National programmes are kept by whoever keeps the nation.
#[utoipa::path(
    tag = "programmes", params(WriteQuery), request_body = ProgrammeDocument,
    extensions(("x-permission" = json!("programme:manage"))),
    responses((status = 201, description = "The programme", body = Programme), (status = 200, description = "What would have been stored (`validate_only`)", body = Programme))
)]
#[post("/programmes")]
async fn create_programme(
    permit: Permit<ProgrammeManage>,
    db: web::Data<Db>,
    write: Write,
    body: Body<ProgrammeDocument>,
) -> Result<Answer, Error> {
    let caller = permit.caller()?;
    let actor = caller.actor.clone();
    let make = move |tx: &mut Tx<'_>, document: &ProgrammeDocument| {
        actions::store(tx, Some(&caller), document, ProgrammeStatus::Draft).map(|held| held.describe())
    };
    let find = |tx: &mut Tx<'_>, id: RecordId| {
        let held = tx.memory.part::<Programmes>().by_id(ProgrammeId(id.0)).ok_or(Error::NotFound)?;
        Ok(held.describe())
    };
    write.create(&db, actor, body, make, find).await
}

/// Một chương trình
///
/// One programme with its components.
#[utoipa::path(
    tag = "programmes", params(("id" = ProgrammeId, Path, description = "Programme")),
    extensions(("x-permission" = json!("reference:read"))),
    responses((status = 200, description = "The programme", body = Programme))
)]
#[get("/programmes/{id}")]
async fn get_programme(
    permit: Permit<ReferenceRead>,
    id: web::Path<String>,
    _query: Query<NoQuery>,
) -> Result<Fresh, Error> {
    let caller = permit.caller()?;
    let held = caller.memory.part::<Programmes>().by_id(path_id(&id)?).ok_or(Error::NotFound)?;
    Ok(Fresh::json(&held.describe()).as_reference().with_version(held.row.version))
}

/// Thay toàn văn một chương trình dự thảo
///
/// Put another document in the place of a draft. A published programme does not change.
#[utoipa::path(
    tag = "programmes", params(("id" = ProgrammeId, Path, description = "Programme"), WriteQuery),
    request_body = ProgrammeDocument, extensions(("x-permission" = json!("programme:manage"))),
    responses((status = 200, description = "The programme as it is now", body = Programme))
)]
#[put("/programmes/{id}")]
async fn replace_programme(
    permit: Permit<ProgrammeManage>,
    db: web::Data<Db>,
    id: web::Path<String>,
    version: IfMatch,
    write: Write,
    body: Body<ProgrammeDocument>,
) -> Result<Answer, Error> {
    let caller = permit.caller()?;
    let id = path_id(&id)?;
    write
        .change(&db, caller.actor.clone(), move |tx| {
            actions::replace(tx, &caller, id, &version, body.value.get()).map(|held| held.describe())
        })
        .await
}

/// Ban hành hoặc kết thúc một chương trình
///
/// Publish a draft, so that money can be booked to it, or retire what was published.
#[utoipa::path(
    tag = "programmes", params(("id" = ProgrammeId, Path, description = "Programme"), WriteQuery),
    request_body = NewProgrammeTransition, extensions(("x-permission" = json!("programme:manage"))),
    responses((status = 200, description = "The programme as it is now", body = Programme))
)]
#[post("/programmes/{id}/transitions")]
async fn transition_programme(
    permit: Permit<ProgrammeManage>,
    db: web::Data<Db>,
    id: web::Path<String>,
    version: IfMatch,
    write: Write,
    body: Body<NewProgrammeTransition>,
) -> Result<Answer, Error> {
    let caller = permit.caller()?;
    let id = path_id(&id)?;
    write
        .step(&db, caller.actor.clone(), body.content, move |tx| {
            actions::transition(tx, &caller, id, &version, body.value.get()).map(|held| held.describe())
        })
        .await
}

pub fn routes(config: &mut ServiceConfig<'_>) {
    config
        .service(list_programmes)
        .service(create_programme)
        .service(get_programme)
        .service(replace_programme)
        .service(transition_programme);
}
