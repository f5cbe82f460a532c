//! `/v1/calendar-days`

use super::held::WorkingCalendar;
use super::model::{CalendarDay, CalendarDayRow, NewCalendarDay};
use super::{actions, queries};
use crate::access::{CalendarManage, Permit, ReferenceRead};
use crate::db::{Db, Tx};
use crate::error::Error;
use crate::http::{
    Answer, AnyOf, Body, Cursor, CursorKey, Document, Flag, Fresh, IfMatch, Limit, NoQuery, Page, PageRequest, Query,
    Write, WriteQuery, parameters, path_id,
};
use crate::values::{CalendarDayId, ExternalId, LocalDate, RecordId};
use actix_web::{delete, get, post, web};
use utoipa_actix_web::service_config::ServiceConfig;

parameters! {
    /// Parameters of `GET /v1/calendar-days`.
    CalendarDayQuery {
        date_gte: Option<LocalDate>, "Days from this one on";
        date_lte: Option<LocalDate>, "Days up to this one";
        external_id: AnyOf<ExternalId>, "Days to which the caller gave these ids";
        limit: Limit, "Rows of a page";
        cursor: Option<Cursor>, "Where the page begins";
        with_total: Flag, "Count the rows of all pages";
    }
}

/// Lịch ngày làm việc
///
/// Days that are not what their weekday says, in their order: all others are worked from Monday to Friday. Terms in
/// working days are counted by this calendar; a year without a day off in it is one whose days off are not known.
#[utoipa::path(
    tag = "calendar", params(CalendarDayQuery),
    extensions(("x-permission" = json!("reference:read"))),
    responses((status = 200, description = "A page of days", body = Page<CalendarDay>))
)]
#[get("/calendar-days")]
async fn list_calendar_days(
    permit: Permit<ReferenceRead>,
    db: web::Data<Db>,
    cursors: web::Data<CursorKey>,
    query: Query<CalendarDayQuery>,
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
    let admitted = |row: &&CalendarDayRow| {
        query.date_gte.is_none_or(|day| day <= row.date)
            && query.date_lte.is_none_or(|day| row.date <= day)
            && named.as_ref().is_none_or(|named| named.contains(&row.id))
    };
    let rows = caller.memory.part::<WorkingCalendar>().days.values().filter(admitted).cloned();
    let request =
        PageRequest { key: &cursors, list: "calendar-days", fingerprint: &query.fingerprint, limit: query.limit };
    let key = |row: &CalendarDayRow| vec![row.date.to_string()];
    let page = request.page_in_memory(rows, query.cursor.as_ref(), query.with_total.0, key, Ord::cmp)?;
    Ok(Fresh::page(&page.map(CalendarDay::from)).as_reference())
}

/// Ghi một ngày nghỉ hoặc ngày làm bù
///
/// Record a holiday, or a weekend that is worked in exchange. For whoever keeps the nation.
#[utoipa::path(
    tag = "calendar", params(WriteQuery), request_body = NewCalendarDay,
    extensions(("x-permission" = json!("calendar:manage"))),
    responses((status = 201, description = "The day", body = CalendarDay), (status = 200, description = "What would have been stored (`validate_only`), or is stored under this `external_id`", body = CalendarDay))
)]
#[post("/calendar-days")]
async fn record_calendar_day(
    permit: Permit<CalendarManage>,
    db: web::Data<Db>,
    write: Write,
    body: Body<NewCalendarDay>,
) -> Result<Answer, Error> {
    let caller = permit.caller()?;
    let actor = caller.actor.clone();
    let make =
        move |tx: &mut Tx<'_>, new: &NewCalendarDay| actions::record(tx, Some(&caller), new).map(CalendarDay::from);
    let find = |tx: &mut Tx<'_>, id: RecordId| actions::find(&tx.memory, CalendarDayId(id.0)).map(CalendarDay::from);
    write.create(&db, actor, body, make, find).await
}

/// Một ngày của lịch
///
/// One day of the calendar.
#[utoipa::path(
    tag = "calendar", params(("id" = CalendarDayId, Path, description = "Day of the calendar")),
    extensions(("x-permission" = json!("reference:read"))),
    responses((status = 200, description = "The day", body = CalendarDay))
)]
#[get("/calendar-days/{id}")]
async fn get_calendar_day(
    permit: Permit<ReferenceRead>,
    id: web::Path<String>,
    _query: Query<NoQuery>,
) -> Result<Document<CalendarDay>, Error> {
    let caller = permit.caller()?;
    Ok(Document(actions::find(&caller.memory, path_id(&id)?)?.into()))
}

/// Bỏ một ngày khỏi lịch
///
/// Take a day back that was recorded by mistake: it is again what its weekday says.
#[utoipa::path(
    tag = "calendar", params(("id" = CalendarDayId, Path, description = "Day of the calendar"), WriteQuery),
    extensions(("x-permission" = json!("calendar:manage"))),
    responses((status = 204, description = "It is gone; the history keeps that it was"))
)]
#[delete("/calendar-days/{id}")]
async fn delete_calendar_day(
    permit: Permit<CalendarManage>,
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
        .service(list_calendar_days)
        .service(record_calendar_day)
        .service(get_calendar_day)
        .service(delete_calendar_day);
}
