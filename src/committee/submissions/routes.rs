//! `/v1/report-submissions`

use super::actions::{self, describe};
use super::model::{
    NewReportSubmission, NewReportSubmissionTransition, ReportSubmission, ReportSubmissionPatch, SubmissionRecord,
    SubmissionStatus,
};
use super::{queries, steps};
use crate::access::{Permit, ReportSubmissionRead, ReportSubmissionSign, ReportSubmissionWrite};
use crate::db::{Db, Tx};
use crate::error::{Error, Place};
use crate::http::{
    Answer, AnyOf, Body, Cursor, CursorKey, Document, Flag, IfMatch, Limit, Listing, NoQuery, Page, PageRequest,
    PatchOf, Query, Write, WriteQuery, parameters, path_id,
};
use crate::units::{Naming, Territory, UnitChoice, UnitScope};
use crate::values::{ExternalId, ListCode, Period, RecordId, ReportSubmissionId, Scalar, SearchText, UnitCode, UnitId};
use actix_web::{delete, get, patch, post, web};
use utoipa_actix_web::service_config::ServiceConfig;

parameters! {
    /// Parameters of `GET /v1/report-submissions`.
    ReportSubmissionQuery {
        unit_id: Option<UnitId>, "Reports of this unit and, by `unit_scope`, of those below it";
        unit_code: Option<UnitCode>, "The same, by code: its holder today, else its last holder";
        unit_name: Option<SearchText>, "The same, by exact name without diacritics; several hits are refused with candidates";
        unit_scope: UnitScope, "How far below the unit";
        duty_code: AnyOf<ListCode>, "For these reporting duties";
        period: AnyOf<Period>, "On these periods";
        status: AnyOf<SubmissionStatus>, "That stand here";
        external_id: AnyOf<ExternalId>, "Reports to which the caller gave these ids";
        limit: Limit, "Rows of a page";
        cursor: Option<Cursor>, "Where the page begins";
        with_total: Flag, "Count the rows of all pages";
    }
}

/// Danh sách báo cáo đã lập
///
/// Reports of the caller's units, those drawn up last first. What is owed and not there yet is told by
/// `/v1/reports/reporting-obligations`.
#[utoipa::path(
    tag = "reporting", params(ReportSubmissionQuery),
    extensions(("x-permission" = json!("report-submission:read"))),
    responses((status = 200, description = "A page of reports", body = Page<ReportSubmission>))
)]
#[get("/report-submissions")]
async fn list_report_submissions(
    permit: Permit<ReportSubmissionRead>,
    db: web::Data<Db>,
    cursors: web::Data<CursorKey>,
    query: Query<ReportSubmissionQuery>,
) -> Result<Listing<Page<ReportSubmission>>, Error> {
    let caller = permit.caller()?;
    let query = query.0.into_inner()?;
    let today = db.clock().today();
    let choice = UnitChoice { id: query.unit_id, code: query.unit_code.clone(), name: query.unit_name.clone() };
    let unit = caller.memory.part::<Territory>().choose(&choice, Naming::Last(today), Place::parameter)?;
    let page =
        PageRequest { key: &cursors, list: "report-submissions", fingerprint: &query.fingerprint, limit: query.limit };
    let after = page.after(query.cursor.as_ref())?.and_then(|values| ReportSubmissionId::parse(values.first()?).ok());
    let (memory, asked) = (caller.memory.clone(), query.clone());
    let (records, total) = db
        .read(move |conn| {
            let (rows, total) = queries::list(conn, &caller.scope, caller.client_id, &asked, unit, after)?;
            Ok((queries::records(conn, rows)?, total))
        })
        .await?;
    let page = page.page(records, total, |record| vec![record.row.id.to_string()]);
    Ok(Listing(page.try_map(|record| describe(record, &memory, today))?))
}

fn shown(tx: &Tx<'_>, record: SubmissionRecord) -> Result<ReportSubmission, Error> {
    describe(record, &tx.memory, tx.now.local_date())
}

/// Lập một báo cáo
///
/// Draw up the report of a unit for a duty and a period. It is a draft until it is sent.
#[utoipa::path(
    tag = "reporting", params(WriteQuery), request_body = NewReportSubmission,
    extensions(("x-permission" = json!("report-submission:write"))),
    responses((status = 201, description = "The report", body = ReportSubmission), (status = 200, description = "What would have been stored (`validate_only`), or is stored under this `external_id`", body = ReportSubmission))
)]
#[post("/report-submissions")]
async fn draw_up_report(
    permit: Permit<ReportSubmissionWrite>,
    db: web::Data<Db>,
    write: Write,
    body: Body<NewReportSubmission>,
) -> Result<Answer, Error> {
    let caller = permit.caller()?;
    let (finder, actor) = (caller.clone(), caller.actor.clone());
    let make = move |tx: &mut Tx<'_>, new: &NewReportSubmission| {
        let record = actions::create(tx, &caller, new)?;
        shown(tx, record)
    };
    let find = move |tx: &mut Tx<'_>, id: RecordId| {
        let record = actions::visible(tx.conn, finder.readable(), ReportSubmissionId(id.0))?;
        shown(tx, record)
    };
    write.create(&db, actor, body, make, find).await
}

/// Một báo cáo
///
/// One report with its steps.
#[utoipa::path(
    tag = "reporting", params(("id" = ReportSubmissionId, Path, description = "Submission of a report")),
    extensions(("x-permission" = json!("report-submission:read"))),
    responses((status = 200, description = "The report", body = ReportSubmission))
)]
#[get("/report-submissions/{id}")]
async fn get_report_submission(
    permit: Permit<ReportSubmissionRead>,
    db: web::Data<Db>,
    id: web::Path<String>,
    _query: Query<NoQuery>,
) -> Result<Document<ReportSubmission>, Error> {
    let caller = permit.caller()?;
    let (id, scope) = (path_id(&id)?, caller.scope.clone());
    let record = db.read(move |conn| actions::visible(conn, &scope, id)).await?;
    describe(record, &caller.memory, db.clock().today()).map(Document)
}

/// Sửa một báo cáo
///
/// Change a report while it is a draft or was sent back. Absent members stay.
#[utoipa::path(
    tag = "reporting", params(("id" = ReportSubmissionId, Path, description = "Submission of a report"), WriteQuery),
    request_body = ReportSubmissionPatch, extensions(("x-permission" = json!("report-submission:write"))),
    responses((status = 200, description = "The report as it is now", body = ReportSubmission))
)]
#[patch("/report-submissions/{id}")]
async fn change_report_submission(
    permit: Permit<ReportSubmissionWrite>,
    db: web::Data<Db>,
    id: web::Path<String>,
    version: IfMatch,
    write: Write,
    body: PatchOf<ReportSubmissionPatch>,
) -> Result<Answer, Error> {
    let caller = permit.caller()?;
    let id = path_id(&id)?;
    write
        .change(&db, caller.actor.clone(), move |tx| {
            let current = actions::visible(tx.conn, caller.readable(), id)?;
            let current = shown(tx, current)?;
            let record = actions::change(tx, &caller, id, &version, body.get(&current))?;
            shown(tx, record)
        })
        .await
}

/// Xóa một báo cáo chưa gửi
///
/// Delete a draft that was never sent.
#[utoipa::path(
    tag = "reporting", params(("id" = ReportSubmissionId, Path, description = "Submission of a report"), WriteQuery),
    extensions(("x-permission" = json!("report-submission:write"))),
    responses((status = 204, description = "It is gone; the history keeps that it was"))
)]
#[delete("/report-submissions/{id}")]
async fn delete_report_submission(
    permit: Permit<ReportSubmissionWrite>,
    db: web::Data<Db>,
    id: web::Path<String>,
    version: IfMatch,
    write: Write,
) -> Result<Answer, Error> {
    let caller = permit.caller()?;
    let id = path_id(&id)?;
    write.delete(&db, caller.actor.clone(), move |tx| actions::delete(tx, &caller, id, &version)).await
}

/// Gửi, tiếp nhận hoặc trả lại một báo cáo
///
/// Take a step. Whoever keeps the unit sends the report, another than its author; whoever keeps the unit that receives it
/// accepts it or sends it back with a reason.
#[utoipa::path(
    tag = "reporting", params(("id" = ReportSubmissionId, Path, description = "Submission of a report"), WriteQuery),
    request_body = NewReportSubmissionTransition, extensions(("x-permission" = json!("report-submission:sign"))),
    responses((status = 200, description = "The report as it is now", body = ReportSubmission))
)]
#[post("/report-submissions/{id}/transitions")]
async fn transition_report_submission(
    permit: Permit<ReportSubmissionSign>,
    db: web::Data<Db>,
    id: web::Path<String>,
    version: IfMatch,
    write: Write,
    body: Body<NewReportSubmissionTransition>,
) -> Result<Answer, Error> {
    let caller = permit.caller()?;
    let id = path_id(&id)?;
    write
        .step(&db, caller.actor.clone(), body.content, move |tx| {
            let record = steps::take(tx, &caller, id, &version, body.value.get())?;
            shown(tx, record)
        })
        .await
}

pub fn routes(config: &mut ServiceConfig<'_>) {
    config
        .service(list_report_submissions)
        .service(draw_up_report)
        .service(get_report_submission)
        .service(change_report_submission)
        .service(delete_report_submission)
        .service(transition_report_submission);
}
