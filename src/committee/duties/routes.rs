//! `/v1/reporting-duties`

use super::held::ReportingDuties;
use super::model::{DutyRow, NewReportingDuty, ReportingDuty, ReportingDutyPatch, ReportingPeriodKind};
use super::{actions, queries};
use crate::access::{Permit, ReferenceRead, ReportingDutyManage};
use crate::db::{Db, Tx};
use crate::error::{Error, Place};
use crate::http::{
    Answer, AnyOf, Body, Cursor, CursorKey, Document, Flag, Fresh, IfMatch, Limit, NoQuery, Page, PageRequest, PatchOf,
    Query, Write, WriteQuery, parameters, path_id,
};
use crate::units::{Level, Naming, Territory, UnitChoice};
use crate::values::{ExternalId, ListCode, LocalDate, RecordId, ReportingDutyId, SearchText, UnitCode, UnitId, search};
use actix_web::{delete, get, patch, post, web};
use utoipa_actix_web::service_config::ServiceConfig;

parameters! {
    /// Parameters of `GET /v1/reporting-duties`.
    ReportingDutyQuery {
        unit_id: Option<UnitId>, "Duties that hold for this unit: its own and those of the units above it";
        unit_code: Option<UnitCode>, "The same, by the code the unit bears today or bore last";
        unit_name: Option<SearchText>, "The same, by its exact name without diacritics; several hits are refused with candidates";
        code: AnyOf<ListCode>, "Duties with these codes";
        programme_code: AnyOf<ListCode>, "About these programmes";
        from_level: AnyOf<Level>, "Owed by units of these levels";
        to_level: AnyOf<Level>, "Received by units of these levels";
        period_kind: AnyOf<ReportingPeriodKind>, "On such periods";
        as_of: Option<LocalDate>, "That hold on this day";
        q: Option<SearchText>, "Duties whose name or citation contains this, without regard to case and diacritics";
        external_id: AnyOf<ExternalId>, "Duties to which the caller gave these ids";
        limit: Limit, "Rows of a page";
        cursor: Option<Cursor>, "Where the page begins";
        with_total: Flag, "Count the rows of all pages";
    }
}

fn admits(query: &ReportingDutyQuery, row: &DutyRow) -> bool {
    let texts = [Some(&row.name_vi), Some(&row.name_en), row.citation.as_ref()];
    let contains = |part: &String| texts.iter().flatten().any(|text| search::fold(text.as_str()).contains(part));
    query.code.admits(&row.code)
        && (query.programme_code.0.is_empty()
            || row.programme_code.as_ref().is_some_and(|code| query.programme_code.0.contains(code)))
        && query.from_level.admits(&row.from_level)
        && query.to_level.admits(&row.to_level)
        && query.period_kind.admits(&row.period_kind)
        && query.as_of.is_none_or(|day| row.valid_from <= day && row.valid_to.is_none_or(|end| day < end))
        && query.q.as_ref().map(|text| search::fold(text.as_str())).as_ref().is_none_or(contains)
}

/// Danh mục chế độ báo cáo
///
/// Reporting duties, by code: who owes which report to whom by when, and which act says so.
#[utoipa::path(
    tag = "reporting", params(ReportingDutyQuery),
    extensions(("x-permission" = json!("reference:read"))),
    responses((status = 200, description = "A page of duties", body = Page<ReportingDuty>))
)]
#[get("/reporting-duties")]
async fn list_reporting_duties(
    permit: Permit<ReferenceRead>,
    db: web::Data<Db>,
    cursors: web::Data<CursorKey>,
    query: Query<ReportingDutyQuery>,
) -> Result<Fresh, Error> {
    let caller = permit.caller()?;
    let query = query.0.into_inner()?;
    let named = match query.external_id.0.clone() {
        names if names.is_empty() => None,
        names => {
            let client = caller.client_id;
            Some(db.read(move |conn| Ok(queries::named(conn, client, &names)?)).await?)
        }
    };
    let (territory, today) = (caller.memory.part::<Territory>(), db.clock().today());
    let choice = UnitChoice { id: query.unit_id, code: query.unit_code.clone(), name: query.unit_name.clone() };
    let unit = territory.choose(&choice, Naming::Last(today), Place::parameter)?;
    let day = unit.and_then(|unit| territory.get(unit)).map_or(today, |held| held.nearest_day(today));
    let rows = caller.memory.part::<ReportingDuties>().all().iter().filter(|row| {
        unit.is_none_or(|unit| territory.is_within(unit, row.unit_id, day))
            && named.as_ref().is_none_or(|named| named.contains(&row.id))
            && admits(&query, row)
    });
    let request =
        PageRequest { key: &cursors, list: "reporting-duties", fingerprint: &query.fingerprint, limit: query.limit };
    let key = |row: &&DutyRow| vec![row.code.to_string()];
    let page = request.page_in_memory(rows, query.cursor.as_ref(), query.with_total.0, key, Ord::cmp)?;
    Ok(Fresh::page(&page.try_map(|row| row.describe(territory))?).as_reference())
}

/// Ghi một chế độ báo cáo
///
/// Record a duty of the units in a territory: from law for whoever keeps the nation, of its own for a province or a
/// district.
#[utoipa::path(
    tag = "reporting", params(WriteQuery), request_body = NewReportingDuty,
    extensions(("x-permission" = json!("reporting-duty:manage"))),
    responses((status = 201, description = "The duty", body = ReportingDuty), (status = 200, description = "What would have been stored (`validate_only`), or is stored under this `external_id`", body = ReportingDuty))
)]
#[post("/reporting-duties")]
async fn record_reporting_duty(
    permit: Permit<ReportingDutyManage>,
    db: web::Data<Db>,
    write: Write,
    body: Body<NewReportingDuty>,
) -> Result<Answer, Error> {
    let caller = permit.caller()?;
    let actor = caller.actor.clone();
    let make = move |tx: &mut Tx<'_>, new: &NewReportingDuty| {
        actions::record(tx, Some(&caller), new)?.describe(tx.memory.part::<Territory>())
    };
    let find = |tx: &mut Tx<'_>, id: RecordId| {
        actions::find(&tx.memory, ReportingDutyId(id.0))?.describe(tx.memory.part::<Territory>())
    };
    write.create(&db, actor, body, make, find).await
}

/// Một chế độ báo cáo
///
/// One reporting duty.
#[utoipa::path(
    tag = "reporting", params(("id" = ReportingDutyId, Path, description = "Reporting duty")),
    extensions(("x-permission" = json!("reference:read"))),
    responses((status = 200, description = "The duty", body = ReportingDuty))
)]
#[get("/reporting-duties/{id}")]
async fn get_reporting_duty(
    permit: Permit<ReferenceRead>,
    id: web::Path<String>,
    _query: Query<NoQuery>,
) -> Result<Document<ReportingDuty>, Error> {
    let caller = permit.caller()?;
    actions::find(&caller.memory, path_id(&id)?)?.describe(caller.memory.part::<Territory>()).map(Document)
}

/// Sửa hoặc chấm dứt một chế độ báo cáo
///
/// Change how a duty is called and until when it holds. Who owes what by when never changes: end the duty, and record
/// another.
#[utoipa::path(
    tag = "reporting", params(("id" = ReportingDutyId, Path, description = "Reporting duty"), WriteQuery),
    request_body = ReportingDutyPatch, extensions(("x-permission" = json!("reporting-duty:manage"))),
    responses((status = 200, description = "The duty as it is now", body = ReportingDuty))
)]
#[patch("/reporting-duties/{id}")]
async fn change_reporting_duty(
    permit: Permit<ReportingDutyManage>,
    db: web::Data<Db>,
    id: web::Path<String>,
    version: IfMatch,
    write: Write,
    body: PatchOf<ReportingDutyPatch>,
) -> Result<Answer, Error> {
    let caller = permit.caller()?;
    let id = path_id(&id)?;
    write
        .change(&db, caller.actor.clone(), move |tx| {
            let memory = tx.memory.clone();
            let territory = memory.part::<Territory>();
            let patch = body.get(&actions::find(&memory, id)?.describe(territory)?);
            actions::change(tx, &caller, id, &version, patch)?.describe(territory)
        })
        .await
}

/// Xóa một chế độ báo cáo
///
/// Delete a duty that was recorded by mistake, before any report was sent for it.
#[utoipa::path(
    tag = "reporting", params(("id" = ReportingDutyId, Path, description = "Reporting duty"), WriteQuery),
    extensions(("x-permission" = json!("reporting-duty:manage"))),
    responses((status = 204, description = "It is gone; the history keeps that it was"))
)]
#[delete("/reporting-duties/{id}")]
async fn delete_reporting_duty(
    permit: Permit<ReportingDutyManage>,
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
        .service(list_reporting_duties)
        .service(record_reporting_duty)
        .service(get_reporting_duty)
        .service(change_reporting_duty)
        .service(delete_reporting_duty);
}
