//! `/v1/recognition-dossiers`, `/v1/units-at-risk`

use super::model::{
    DossierStatus, NewRecognitionDossier, NewRecognitionTransition, RecognitionDossier, RecognitionLevel, UnitAtRisk,
};
use super::risk::{self, AtRisk};
use super::{actions, answer, queries};
use crate::access::{Permit, RecognitionRead, RecognitionSign, RecognitionWrite};
use crate::criteria::CriteriaSets;
use crate::db::{Db, Tx};
use crate::error::{Error, Place};
use crate::http::{
    Answer, AnyOf, Body, Cursor, CursorKey, Document, Flag, IfMatch, Limit, Listing, NoQuery, Order, Page, PageRequest,
    Query, SortKey, Write, WriteQuery, parameters, path_id,
};
use crate::units::{Naming, Territory, UnitChoice, UnitScope};
use crate::values::{
    CriteriaSetCode, ExternalId, LocalDate, RecognitionDossierId, RecordId, Scalar, SearchText, StatusValue, UnitCode,
    UnitId, Year,
};
use actix_web::{get, post, web};
use utoipa_actix_web::service_config::ServiceConfig;

/// Orders of the list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DossierOrder {
    Created,
    CreatedDown,
}

impl SortKey for DossierOrder {
    const ORDERS: &'static [(&'static str, Self)] =
        &[("created_at", Self::Created), ("-created_at", Self::CreatedDown)];
}

parameters! {
    /// Parameters of `GET /v1/recognition-dossiers`.
    RecognitionDossierQuery {
        unit_id: Option<UnitId>, "Dossiers of this unit and, by `unit_scope`, of those below it on the day of each dossier";
        unit_code: Option<UnitCode>, "The same, by code: its holder today, else its last holder";
        unit_name: Option<SearchText>, "The same, by exact name without diacritics; several hits are refused with candidates";
        unit_scope: UnitScope, "How far below the unit";
        status: AnyOf<DossierStatus>, "Dossiers in these states";
        year: Option<Year>, "Dossiers for this achievement year";
        level: AnyOf<RecognitionLevel>, "Dossiers that seek these levels";
        criteria_set_code: AnyOf<CriteriaSetCode>, "Dossiers under these sets";
        external_id: AnyOf<ExternalId>, "Dossiers to which the caller gave these ids";
        sort: Order<DossierOrder>, "Order of the list";
        limit: Limit, "Rows of a page";
        cursor: Option<Cursor>, "Where the page begins";
        with_total: Flag, "Count the rows of all pages";
    }
}

parameters! {
    /// Parameters of `GET /v1/units-at-risk`.
    UnitsAtRiskQuery {
        as_of: Option<LocalDate>, "Recognitions in force on this day, with the results whose facts are not later; today unless given";
        unit_id: Option<UnitId>, "This unit and, by `unit_scope`, those below it on that day";
        unit_code: Option<UnitCode>, "The same, by code: its holder on `as_of`; without it its holder today, else its last holder";
        unit_name: Option<SearchText>, "The same, by exact name without diacritics; several hits are refused with candidates";
        unit_scope: UnitScope, "How far below the unit";
        level: AnyOf<StatusValue>, "Units recognised at these levels";
        limit: Limit, "Rows of a page";
        cursor: Option<Cursor>, "Where the page begins";
        with_total: Flag, "Count the rows of all pages";
    }
}

/// Danh sách hồ sơ đề nghị công nhận
///
/// Dossiers that the caller may read, each by the tree of its own day.
#[utoipa::path(
    tag = "recognition", params(RecognitionDossierQuery),
    extensions(("x-permission" = json!("recognition:read"))),
    responses((status = 200, description = "A page of dossiers", body = Page<RecognitionDossier>))
)]
#[get("/recognition-dossiers")]
async fn list_recognition_dossiers(
    permit: Permit<RecognitionRead>,
    db: web::Data<Db>,
    cursors: web::Data<CursorKey>,
    query: Query<RecognitionDossierQuery>,
) -> Result<Listing<Page<RecognitionDossier>>, Error> {
    let caller = permit.caller()?;
    let query = query.0.into_inner()?;
    let choice = UnitChoice { id: query.unit_id, code: query.unit_code.clone(), name: query.unit_name.clone() };
    let naming = Naming::Last(db.clock().today());
    let unit = caller.memory.part::<Territory>().choose(&choice, naming, Place::parameter)?;
    let sets = caller.memory.part::<CriteriaSets>().all().iter();
    let sets: Vec<_> =
        sets.filter(|set| query.criteria_set_code.0.contains(&set.row.code)).map(|set| set.row.id).collect();
    let request = PageRequest {
        key: &cursors,
        list: "recognition-dossiers",
        fingerprint: &query.fingerprint,
        limit: query.limit,
    };
    let after = request.after(query.cursor.as_ref())?;
    let after = after.and_then(|values| RecognitionDossierId::parse(values.first()?).ok());
    let (memory, wanted) = (caller.memory.clone(), query.clone());
    let (records, total) = db
        .read(move |conn| Ok(queries::list(conn, &caller.scope, caller.client_id, &wanted, &sets, unit, after)?))
        .await?;
    let page = request.page(records, total, |record| vec![record.row.id.to_string()]);
    Ok(Listing(page.try_map(|record| answer::describe(&record, &memory))?))
}

/// Đăng ký đề nghị công nhận
///
/// Register a unit for recognition at a level, as of a year, under the set that leads to it.
#[utoipa::path(
    tag = "recognition", params(WriteQuery), request_body = NewRecognitionDossier,
    extensions(("x-permission" = json!("recognition:write"))),
    responses((status = 201, description = "The dossier", body = RecognitionDossier), (status = 200, description = "What would have been stored (`validate_only`), or is stored under this `external_id`", body = RecognitionDossier))
)]
#[post("/recognition-dossiers")]
async fn register_recognition_dossier(
    permit: Permit<RecognitionWrite>,
    db: web::Data<Db>,
    write: Write,
    body: Body<NewRecognitionDossier>,
) -> Result<Answer, Error> {
    let caller = permit.caller()?;
    let (finder, actor) = (caller.clone(), caller.actor.clone());
    let make = move |tx: &mut Tx<'_>, new: &NewRecognitionDossier| {
        answer::describe(&actions::register(tx, &caller, new)?, &tx.memory)
    };
    let find = move |tx: &mut Tx<'_>, id: RecordId| {
        answer::describe(&actions::visible(tx.conn, &finder, RecognitionDossierId(id.0))?, &tx.memory)
    };
    write.create(&db, actor, body, make, find).await
}

/// Một hồ sơ đề nghị công nhận
///
/// One dossier with its steps, its conditions and what follows from its decision.
#[utoipa::path(
    tag = "recognition", params(("id" = RecognitionDossierId, Path, description = "Dossier")),
    extensions(("x-permission" = json!("recognition:read"))),
    responses((status = 200, description = "The dossier", body = RecognitionDossier))
)]
#[get("/recognition-dossiers/{id}")]
async fn get_recognition_dossier(
    permit: Permit<RecognitionRead>,
    db: web::Data<Db>,
    id: web::Path<String>,
    _query: Query<NoQuery>,
) -> Result<Document<RecognitionDossier>, Error> {
    let caller = permit.caller()?;
    let id = path_id(&id)?;
    db.read(move |conn| answer::describe(&actions::visible(conn, &caller, id)?, &caller.memory)).await.map(Document)
}

/// Thẩm tra, thẩm định, quyết định, công bố, trả lại hoặc rút hồ sơ
///
/// Take a step. Verifying and appraising name a submitted assessment of their stage; deciding writes the status
/// `NTM_LEVEL` of the unit and tells what follows; it is refused with each condition that is not met, unless
/// `override_reason` says why it is decided all the same.
#[utoipa::path(
    tag = "recognition", params(("id" = RecognitionDossierId, Path, description = "Dossier"), WriteQuery),
    request_body = NewRecognitionTransition, extensions(("x-permission" = json!("recognition:sign"))),
    responses((status = 200, description = "The dossier as it is now", body = RecognitionDossier))
)]
#[post("/recognition-dossiers/{id}/transitions")]
async fn transition_recognition_dossier(
    permit: Permit<RecognitionSign>,
    db: web::Data<Db>,
    id: web::Path<String>,
    version: IfMatch,
    write: Write,
    body: Body<NewRecognitionTransition>,
) -> Result<Answer, Error> {
    let caller = permit.caller()?;
    let id = path_id(&id)?;
    write
        .step(&db, caller.actor.clone(), body.content, move |tx| {
            answer::describe(&actions::take_step(tx, &caller, id, &version, body.value.get())?, &tx.memory)
        })
        .await
}

/// Danh sách đơn vị có nguy cơ bị thu hồi công nhận
///
/// Recognised units of which the newest result that counts falls under the rule of revocation of QĐ 18/2022/QĐ-TTg, with
/// the clause. Only criteria known not to be met count: what is not assessed is never failed.
#[utoipa::path(
    tag = "recognition", params(UnitsAtRiskQuery),
    extensions(("x-permission" = json!("recognition:read"))),
    responses((status = 200, description = "A page of units at risk", body = Page<UnitAtRisk>))
)]
#[get("/units-at-risk")]
async fn list_units_at_risk(
    permit: Permit<RecognitionRead>,
    db: web::Data<Db>,
    cursors: web::Data<CursorKey>,
    query: Query<UnitsAtRiskQuery>,
) -> Result<Listing<Page<UnitAtRisk>>, Error> {
    let caller = permit.caller()?;
    let query = query.0.into_inner()?;
    let territory = caller.memory.part::<Territory>();
    let day = query.as_of.unwrap_or(db.clock().today());
    let choice = UnitChoice { id: query.unit_id, code: query.unit_code.clone(), name: query.unit_name.clone() };
    let naming = query.as_of.map_or_else(|| Naming::Last(db.clock().today()), Naming::On);
    let unit = territory.choose(&choice, naming, Place::parameter)?;
    let admitted = |found: &AtRisk<'_>| {
        let of = found.status.unit_id;
        let within = |unit: UnitId| match query.unit_scope {
            UnitScope::OnlyItself => of == unit,
            UnitScope::Children => {
                of == unit || territory.on(of, day).is_some_and(|entry| entry.parent_id == Some(unit))
            }
            UnitScope::Subtree => territory.is_within(of, unit, day),
        };
        query.level.admits(&found.status.value_code)
            && unit.is_none_or(within)
            && caller.scope.covers(territory, of, day)
    };
    let request =
        PageRequest { key: &cursors, list: "units-at-risk", fingerprint: &query.fingerprint, limit: query.limit };
    let page = request.page_in_memory(
        risk::at_risk(&caller.memory, day).filter(admitted),
        query.cursor.as_ref(),
        query.with_total.0,
        |found| vec![found.status.valid_from.to_string(), found.status.id.to_string()],
        Ord::cmp,
    )?;
    Ok(Listing(page.try_map(|found| found.describe(&caller.memory, day))?))
}

pub fn routes(config: &mut ServiceConfig<'_>) {
    config
        .service(list_recognition_dossiers)
        .service(register_recognition_dossier)
        .service(get_recognition_dossier)
        .service(transition_recognition_dossier)
        .service(list_units_at_risk);
}
