//! `/v1/period-locks`

use super::actions;
use super::held::PeriodLocks;
use super::model::{LockRow, LockStatus, NewPeriodLock, NewPeriodLockTransition, PeriodLock};
use crate::access::{PeriodLockManage, PeriodLockRead, Permit};
use crate::criteria::CriteriaSets;
use crate::db::{Db, Snapshot, Tx};
use crate::error::{Error, Place};
use crate::http::{
    Answer, AnyOf, Body, Cursor, CursorKey, Document, Flag, IfMatch, Limit, Listing, NoQuery, Page, PageRequest, Query,
    Write, WriteQuery, parameters, path_id,
};
use crate::units::{Naming, Territory, UnitChoice};
use crate::values::{CriteriaSetCode, ExternalId, Period, PeriodLockId, RecordId, SearchText, UnitCode, UnitId};
use actix_web::{get, post, web};
use utoipa_actix_web::service_config::ServiceConfig;

parameters! {
    /// Parameters of `GET /v1/period-locks`.
    PeriodLockQuery {
        unit_id: Option<UnitId>, "Locks that hold for this unit: its own and those of the units above it";
        unit_code: Option<UnitCode>, "The same, by the code the unit bears today or bore last";
        unit_name: Option<SearchText>, "The same, by its exact name without diacritics; several hits are refused with candidates";
        criteria_set_code: AnyOf<CriteriaSetCode>, "Locks of these sets";
        period: AnyOf<Period>, "Locks of these periods";
        status: AnyOf<LockStatus>, "Locks in these states";
        external_id: AnyOf<ExternalId>, "Locks to which these ids were given";
        limit: Limit, "Rows of a page";
        cursor: Option<Cursor>, "Where the page begins";
        with_total: Flag, "Count the rows of all pages";
    }
}

fn describe(row: LockRow, memory: &Snapshot) -> Result<PeriodLock, Error> {
    let unit = memory.part::<Territory>().reference(row.unit_id, row.unit_date);
    let set = memory.part::<CriteriaSets>().by_id(row.criteria_set_id);
    Ok(PeriodLock {
        id: row.id,
        version: row.version,
        unit: unit.ok_or_else(|| Error::internal("a lock of a unit that is not there"))?,
        unit_date: row.unit_date,
        criteria_set_code: set.ok_or_else(|| Error::internal("a lock without its set"))?.row.code.clone(),
        period: row.period,
        status: row.status,
        act_number: row.act_number,
        reason: row.reason,
        external_id: row.external_id,
        allowed_transitions: match row.status {
            LockStatus::Locked => vec![LockStatus::Reopened],
            LockStatus::Reopened => vec![LockStatus::Locked],
        },
        created_at: row.created_at,
        updated_at: row.updated_at,
    })
}

/// Danh sách khóa kỳ báo cáo
///
/// Periods that were closed for the caller's units, by themselves or by a unit above them.
#[utoipa::path(
    tag = "period-locks", params(PeriodLockQuery),
    extensions(("x-permission" = json!("period-lock:read"))),
    responses((status = 200, description = "A page of locks", body = Page<PeriodLock>))
)]
#[get("/period-locks")]
async fn list_period_locks(
    permit: Permit<PeriodLockRead>,
    db: web::Data<Db>,
    cursors: web::Data<CursorKey>,
    query: Query<PeriodLockQuery>,
) -> Result<Listing<Page<PeriodLock>>, Error> {
    let caller = permit.caller()?;
    let query = query.0.into_inner()?;
    let (territory, sets) = (caller.memory.part::<Territory>(), caller.memory.part::<CriteriaSets>());
    let choice = UnitChoice { id: query.unit_id, code: query.unit_code.clone(), name: query.unit_name.clone() };
    let unit = territory.choose(&choice, Naming::Last(db.clock().today()), Place::parameter)?;
    let admitted = |lock: &&LockRow| {
        let set = sets.by_id(lock.criteria_set_id);
        unit.is_none_or(|unit| territory.is_within(unit, lock.unit_id, lock.unit_date))
            && set.is_some_and(|set| query.criteria_set_code.admits(&set.row.code))
            && query.period.admits(&lock.period)
            && query.status.admits(&lock.status)
            && (query.external_id.0.is_empty()
                || lock.external_id.as_ref().is_some_and(|id| query.external_id.0.contains(id)))
            && actions::concerns(&caller.memory, &caller.scope, lock)
    };
    let rows = caller.memory.part::<PeriodLocks>().rows.iter().filter(admitted).cloned();
    let request =
        PageRequest { key: &cursors, list: "period-locks", fingerprint: &query.fingerprint, limit: query.limit };
    let key = |lock: &LockRow| vec![lock.id.to_string()];
    let page = request.page_in_memory(rows, query.cursor.as_ref(), query.with_total.0, key, Ord::cmp)?;
    Ok(Listing(page.try_map(|lock| describe(lock, &caller.memory))?))
}

/// Khóa kỳ báo cáo
///
/// Close a period for entry: for a unit and everything below it, under one criteria set and those based on it.
#[utoipa::path(
    tag = "period-locks", params(WriteQuery), request_body = NewPeriodLock,
    extensions(("x-permission" = json!("period-lock:manage"))),
    responses((status = 201, description = "The lock", body = PeriodLock), (status = 200, description = "What would have been stored (`validate_only`)", body = PeriodLock))
)]
#[post("/period-locks")]
async fn lock_period(
    permit: Permit<PeriodLockManage>,
    db: web::Data<Db>,
    write: Write,
    body: Body<NewPeriodLock>,
) -> Result<Answer, Error> {
    let caller = permit.caller()?;
    let (finder, actor) = (caller.clone(), caller.actor.clone());
    let make = move |tx: &mut Tx<'_>, new: &NewPeriodLock| describe(actions::lock(tx, &caller, new)?, &tx.memory);
    let find = move |tx: &mut Tx<'_>, id: RecordId| {
        describe(actions::visible(&tx.memory, finder.readable(), PeriodLockId(id.0))?, &tx.memory)
    };
    write.create(&db, actor, body, make, find).await
}

/// Một khóa kỳ báo cáo
///
/// One lock.
#[utoipa::path(
    tag = "period-locks", params(("id" = PeriodLockId, Path, description = "Period lock")),
    extensions(("x-permission" = json!("period-lock:read"))),
    responses((status = 200, description = "The lock", body = PeriodLock))
)]
#[get("/period-locks/{id}")]
async fn get_period_lock(
    permit: Permit<PeriodLockRead>,
    id: web::Path<String>,
    _query: Query<NoQuery>,
) -> Result<Document<PeriodLock>, Error> {
    let caller = permit.caller()?;
    describe(actions::visible(&caller.memory, &caller.scope, path_id(&id)?)?, &caller.memory).map(Document)
}

/// Mở lại hoặc khóa lại kỳ báo cáo
///
/// Reopen a period, or close it again, with a reason.
#[utoipa::path(
    tag = "period-locks", params(("id" = PeriodLockId, Path, description = "Period lock"), WriteQuery),
    request_body = NewPeriodLockTransition, extensions(("x-permission" = json!("period-lock:manage"))),
    responses((status = 200, description = "The lock as it is now", body = PeriodLock))
)]
#[post("/period-locks/{id}/transitions")]
async fn transition_period_lock(
    permit: Permit<PeriodLockManage>,
    db: web::Data<Db>,
    id: web::Path<String>,
    version: IfMatch,
    write: Write,
    body: Body<NewPeriodLockTransition>,
) -> Result<Answer, Error> {
    let caller = permit.caller()?;
    let id = path_id(&id)?;
    write
        .step(&db, caller.actor.clone(), body.content, move |tx| {
            describe(actions::take_step(tx, &caller, id, &version, body.value.get())?, &tx.memory)
        })
        .await
}

pub fn routes(config: &mut ServiceConfig<'_>) {
    config.service(list_period_locks).service(lock_period).service(get_period_lock).service(transition_period_lock);
}
