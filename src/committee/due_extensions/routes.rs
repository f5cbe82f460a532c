//! `/v1/reporting-extensions`

use super::actions::{self, describe};
use super::model::{NewReportingExtension, ReportingExtension};
use super::queries;
use crate::access::{Permit, ReportSubmissionRead, ReportingExtensionWrite};
use crate::db::{Db, Tx};
use crate::error::{Error, Place};
use crate::http::{
    Answer, AnyOf, Body, Cursor, CursorKey, Document, Flag, IfMatch, Limit, Listing, NoQuery, Page, PageRequest, Query,
    Write, WriteQuery, parameters, path_id,
};
use crate::units::{Naming, Territory, UnitChoice, UnitScope};
use crate::values::{
    ExternalId, ListCode, Period, RecordId, ReportingExtensionId, Scalar, SearchText, UnitCode, UnitId,
};
use actix_web::{delete, get, post, web};
use utoipa_actix_web::service_config::ServiceConfig;

parameters! {
    /// Parameters of `GET /v1/reporting-extensions`.
    ReportingExtensionQuery {
        unit_id: Option<UnitId>, "Extensions of this unit and, by `unit_scope`, of those below it";
        unit_code: Option<UnitCode>, "The same, by code: its holder today, else its last holder";
        unit_name: Option<SearchText>, "The same, by exact name without diacritics; several hits are refused with candidates";
        unit_scope: UnitScope, "How far below the unit";
        duty_code: AnyOf<ListCode>, "Of these reporting duties";
        period: AnyOf<Period>, "For these periods";
        external_id: AnyOf<ExternalId>, "Extensions to which the caller gave these ids";
        limit: Limit, "Rows of a page";
        cursor: Option<Cursor>, "Where the page begins";
        with_total: Flag, "Count the rows of all pages";
    }
}

/// Danh sách gia hạn báo cáo
///
/// Later due dates that were given to the caller's units, those recorded last first.
#[utoipa::path(
    tag = "reporting", params(ReportingExtensionQuery),
    extensions(("x-permission" = json!("report-submission:read"))),
    responses((status = 200, description = "A page of extensions", body = Page<ReportingExtension>))
)]
#[get("/reporting-extensions")]
async fn list_reporting_extensions(
    permit: Permit<ReportSubmissionRead>,
    db: web::Data<Db>,
    cursors: web::Data<CursorKey>,
    query: Query<ReportingExtensionQuery>,
) -> Result<Listing<Page<ReportingExtension>>, Error> {
    let caller = permit.caller()?;
    let query = query.0.into_inner()?;
    let choice = UnitChoice { id: query.unit_id, code: query.unit_code.clone(), name: query.unit_name.clone() };
    let naming = Naming::Last(db.clock().today());
    let unit = caller.memory.part::<Territory>().choose(&choice, naming, Place::parameter)?;
    let page = PageRequest {
        key: &cursors,
        list: "reporting-extensions",
        fingerprint: &query.fingerprint,
        limit: query.limit,
    };
    let after = page.after(query.cursor.as_ref())?.and_then(|values| ReportingExtensionId::parse(values.first()?).ok());
    let (memory, asked) = (caller.memory.clone(), query.clone());
    let (rows, total) =
        db.read(move |conn| Ok(queries::list(conn, &caller.scope, caller.client_id, &asked, unit, after)?)).await?;
    let page = page.page(rows, total, |row| vec![row.id.to_string()]);
    Ok(Listing(page.try_map(|row| describe(row, &memory))?))
}

/// Gia hạn báo cáo
///
/// Give a unit, or all below one, a later due date for a report. Whoever keeps the unit that receives the report does.
#[utoipa::path(
    tag = "reporting", params(WriteQuery), request_body = NewReportingExtension,
    extensions(("x-permission" = json!("reporting-extension:write"))),
    responses((status = 201, description = "The extension", body = ReportingExtension), (status = 200, description = "What would have been stored (`validate_only`), or is stored under this `external_id`", body = ReportingExtension))
)]
#[post("/reporting-extensions")]
async fn extend_report(
    permit: Permit<ReportingExtensionWrite>,
    db: web::Data<Db>,
    write: Write,
    body: Body<NewReportingExtension>,
) -> Result<Answer, Error> {
    let caller = permit.caller()?;
    let (finder, actor) = (caller.clone(), caller.actor.clone());
    let make =
        move |tx: &mut Tx<'_>, new: &NewReportingExtension| describe(actions::create(tx, &caller, new)?, &tx.memory);
    let find = move |tx: &mut Tx<'_>, id: RecordId| {
        describe(actions::visible(tx.conn, finder.readable(), ReportingExtensionId(id.0))?, &tx.memory)
    };
    write.create(&db, actor, body, make, find).await
}

/// Một lần gia hạn báo cáo
///
/// One extension.
#[utoipa::path(
    tag = "reporting", params(("id" = ReportingExtensionId, Path, description = "Extension of a reporting duty")),
    extensions(("x-permission" = json!("report-submission:read"))),
    responses((status = 200, description = "The extension", body = ReportingExtension))
)]
#[get("/reporting-extensions/{id}")]
async fn get_reporting_extension(
    permit: Permit<ReportSubmissionRead>,
    db: web::Data<Db>,
    id: web::Path<String>,
    _query: Query<NoQuery>,
) -> Result<Document<ReportingExtension>, Error> {
    let caller = permit.caller()?;
    let (id, scope) = (path_id(&id)?, caller.scope.clone());
    let row = db.read(move |conn| actions::visible(conn, &scope, id)).await?;
    describe(row, &caller.memory).map(Document)
}

/// Hủy một lần gia hạn
///
/// Take an extension back that was recorded by mistake.
#[utoipa::path(
    tag = "reporting", params(("id" = ReportingExtensionId, Path, description = "Extension of a reporting duty"), WriteQuery),
    extensions(("x-permission" = json!("reporting-extension:write"))),
    responses((status = 204, description = "It is gone; the history keeps that it was"))
)]
#[delete("/reporting-extensions/{id}")]
async fn delete_reporting_extension(
    permit: Permit<ReportingExtensionWrite>,
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
        .service(list_reporting_extensions)
        .service(extend_report)
        .service(get_reporting_extension)
        .service(delete_reporting_extension);
}
