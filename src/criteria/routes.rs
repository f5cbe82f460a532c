//! `/v1/criteria-sets`, `/v1/thresholds`

use super::applying::standing;
use super::document::SetDocument;
use super::model::{CriteriaSet, ItemThresholds, NewSetTransition, OpenReason, SetStatus, UnitThresholds};
use super::sets::{CriteriaSets, HeldSet, StoredSet};
use super::{actions, verification_routes};
use crate::access::{CriteriaSetManage, Permit, ReferenceRead};
use crate::codes::Code;
use crate::db::{Db, Snapshot, Tx};
use crate::error::{Error, Fault, Place};
use crate::http::{
    Answer, AnyOf, Body, Cursor, CursorKey, Flag, Fresh, IfMatch, Limit, NoQuery, Page, PageRequest, Query, Write,
    WriteQuery, parameters, path_id,
};
use crate::units::{Naming, Territory, UnitChoice};
use crate::values::{
    Confidence, CriteriaSetCode, CriteriaSetId, LocalDate, Period, RecordId, SearchText, UnitCode, UnitId,
};
use actix_web::{get, post, put, web};
use utoipa_actix_web::service_config::ServiceConfig;

parameters! {
    /// Parameters of `GET /v1/criteria-sets`.
    SetQuery {
        code: AnyOf<CriteriaSetCode>, "Sets with these codes";
        status: AnyOf<SetStatus>, "Sets in these states";
        valid_on: Option<LocalDate>, "Sets that are valid on this day";
        limit: Limit, "Rows of a page";
        cursor: Option<Cursor>, "Where the page begins";
        with_total: Flag, "Count the rows of all pages";
    }
}

/// Danh sách bộ tiêu chí
///
/// Criteria sets, by code.
#[utoipa::path(
    tag = "criteria-sets", params(SetQuery),
    extensions(("x-permission" = json!("reference:read"))),
    responses((status = 200, description = "A page of criteria sets", body = Page<CriteriaSet>))
)]
#[get("/criteria-sets")]
async fn list_criteria_sets(
    permit: Permit<ReferenceRead>,
    cursors: web::Data<CursorKey>,
    query: Query<SetQuery>,
) -> Result<Fresh, Error> {
    let caller = permit.caller()?;
    let query = query.0.into_inner()?;
    let sets = caller.memory.part::<CriteriaSets>().all().iter().filter(|set| {
        query.code.admits(&set.row.code)
            && query.status.admits(&set.row.status)
            && query.valid_on.is_none_or(|day| set.row.valid_from <= day && day <= set.row.valid_to)
    });
    let request =
        PageRequest { key: &cursors, list: "criteria-sets", fingerprint: &query.fingerprint, limit: query.limit };
    let page = request.page_in_memory(
        sets,
        query.cursor.as_ref(),
        query.with_total.0,
        |set| vec![set.row.code.to_string()],
        Ord::cmp,
    )?;
    Ok(Fresh::page(&page.try_map(|set| set.describe(&caller.memory))?).as_reference())
}

/// Một bộ tiêu chí
///
/// One criteria set.
#[utoipa::path(
    tag = "criteria-sets", params(("id" = CriteriaSetId, Path, description = "Criteria set")),
    extensions(("x-permission" = json!("reference:read"))),
    responses((status = 200, description = "The set", body = CriteriaSet))
)]
#[get("/criteria-sets/{id}")]
async fn get_criteria_set(
    permit: Permit<ReferenceRead>,
    id: web::Path<String>,
    _query: Query<NoQuery>,
) -> Result<Fresh, Error> {
    let caller = permit.caller()?;
    let set = caller.memory.part::<CriteriaSets>().by_id(path_id(&id)?).ok_or(Error::NotFound)?;
    let described = set.describe(&caller.memory)?;
    Ok(Fresh::json(&described).as_reference().with_version(set.row.version))
}

/// Toàn văn bộ tiêu chí
///
/// The whole set as one document: acts, bands, criteria, items, thresholds, conditions of recognition.
#[utoipa::path(
    tag = "criteria-sets", params(("id" = CriteriaSetId, Path, description = "Criteria set")),
    extensions(("x-permission" = json!("reference:read"))),
    responses((status = 200, description = "The document", body = SetDocument))
)]
#[get("/criteria-sets/{id}/document")]
async fn get_criteria_set_document(
    permit: Permit<ReferenceRead>,
    id: web::Path<String>,
    _query: Query<NoQuery>,
) -> Result<Fresh, Error> {
    let caller = permit.caller()?;
    let set = caller.memory.part::<CriteriaSets>().by_id(path_id(&id)?).ok_or(Error::NotFound)?;
    let document = set.document(caller.memory.part::<Territory>())?;
    Ok(Fresh::json(&document).as_reference().with_version(set.row.version))
}

/// The answer for a set as it is stored now.
fn described(stored: &StoredSet, memory: &Snapshot) -> Result<CriteriaSet, Error> {
    memory.part::<CriteriaSets>().rehearsed(stored)?.describe(memory)
}

/// Nhập một bộ tiêu chí
///
/// Store a set from its document, as a draft.
#[utoipa::path(
    tag = "criteria-sets", params(WriteQuery), request_body = SetDocument,
    extensions(("x-permission" = json!("criteria-set:manage"))),
    responses((status = 201, description = "The set", body = CriteriaSet), (status = 200, description = "What would have been stored (`validate_only`)", body = CriteriaSet))
)]
#[post("/criteria-sets")]
async fn create_criteria_set(
    permit: Permit<CriteriaSetManage>,
    db: web::Data<Db>,
    write: Write,
    body: Body<SetDocument>,
) -> Result<Answer, Error> {
    let caller = permit.caller()?;
    let actor = caller.actor.clone();
    let make = move |tx: &mut Tx<'_>, document: &SetDocument| {
        described(&actions::store(tx, Some(&caller), document)?, &tx.memory)
    };
    let find = |tx: &mut Tx<'_>, id: RecordId| {
        let set = tx.memory.part::<CriteriaSets>().by_id(CriteriaSetId(id.0)).ok_or(Error::NotFound)?;
        set.describe(&tx.memory)
    };
    write.create(&db, actor, body, make, find).await
}

/// Thay toàn văn một bộ tiêu chí dự thảo
///
/// Put another document in the place of a draft. A published set does not change; a new version is a set of its own that
/// says in `replaces` what it replaces and why: an act amends it, or it was loaded wrongly.
#[utoipa::path(
    tag = "criteria-sets", params(("id" = CriteriaSetId, Path, description = "Criteria set"), WriteQuery),
    request_body = SetDocument, extensions(("x-permission" = json!("criteria-set:manage"))),
    responses((status = 200, description = "The set as it is now", body = CriteriaSet))
)]
#[put("/criteria-sets/{id}/document")]
async fn replace_criteria_set_document(
    permit: Permit<CriteriaSetManage>,
    db: web::Data<Db>,
    id: web::Path<String>,
    version: IfMatch,
    write: Write,
    body: Body<SetDocument>,
) -> Result<Answer, Error> {
    let caller = permit.caller()?;
    let id = path_id(&id)?;
    write
        .change(&db, caller.actor.clone(), move |tx| {
            described(&actions::replace(tx, &caller, id, &version, body.value.get())?, &tx.memory)
        })
        .await
}

/// Ban hành hoặc bãi bỏ một bộ tiêu chí
///
/// Publish a draft, or retire a published set. From then on its document does not change. A draft that replaces a set
/// retires that one when it is published: nothing new is judged by it, what was judged keeps its version.
#[utoipa::path(
    tag = "criteria-sets", params(("id" = CriteriaSetId, Path, description = "Criteria set"), WriteQuery),
    request_body = NewSetTransition, extensions(("x-permission" = json!("criteria-set:manage"))),
    responses((status = 200, description = "The set as it is now", body = CriteriaSet))
)]
#[post("/criteria-sets/{id}/transitions")]
async fn transition_criteria_set(
    permit: Permit<CriteriaSetManage>,
    db: web::Data<Db>,
    id: web::Path<String>,
    version: IfMatch,
    write: Write,
    body: Body<NewSetTransition>,
) -> Result<Answer, Error> {
    let caller = permit.caller()?;
    let id = path_id(&id)?;
    write
        .step(&db, caller.actor.clone(), body.content, move |tx| {
            described(&actions::transition(tx, &caller, id, &version, body.value.get())?, &tx.memory)
        })
        .await
}

parameters! {
    /// Parameters of `GET /v1/thresholds`.
    ThresholdQuery {
        criteria_set_code: Option<CriteriaSetCode>, "The set; the national one in force on the day unless given";
        unit_id: Option<UnitId>, "The unit; the nation unless one is named, of which only what is the same everywhere can be told";
        unit_code: Option<UnitCode>, "The same, by the code it bears on the day";
        unit_name: Option<SearchText>, "The same, by exact name without diacritics; several hits are refused with candidates";
        period: Option<Period>, "The period assessed, this year unless given: its year chooses where an act gives years, its last day (today while it runs) which statuses hold";
        as_of: Option<LocalDate>, "Another day whose statuses choose";
    }
}

/// Mức phải đạt của một đơn vị
///
/// What a set requires of a unit in a period, item by item, with layer, act, article, confidence and what chose it.
#[utoipa::path(
    tag = "criteria-sets", params(ThresholdQuery),
    extensions(("x-permission" = json!("reference:read"))),
    responses((status = 200, description = "The thresholds", body = UnitThresholds))
)]
#[get("/thresholds")]
async fn get_thresholds(
    permit: Permit<ReferenceRead>,
    db: web::Data<Db>,
    query: Query<ThresholdQuery>,
) -> Result<Fresh, Error> {
    let caller = permit.caller()?;
    let query = query.0.into_inner()?;
    let memory = &caller.memory;
    let today = db.clock().today();
    let period = query.period.unwrap_or(Period::of_year(today.year()));
    let day = query.as_of.unwrap_or(period.last_day().min(today));
    let territory = memory.part::<Territory>();
    let choice = UnitChoice { id: query.unit_id, code: query.unit_code, name: query.unit_name };
    let unit = territory.choose(&choice, Naming::On(day), Place::parameter)?;
    let unit = unit.or_else(|| territory.root()).ok_or(Error::NotFound)?;
    if territory.on(unit, day).is_none() {
        return Err(Error::invalid(Fault::parameter("unit_id", Code::UnitNotInPeriod)));
    }
    let sets = memory.part::<CriteriaSets>();
    let set = match &query.criteria_set_code {
        Some(code) => sets.by_code(code),
        None => sets.national_on(day).or_else(|| sets.national_before(day)),
    };
    let set = set.ok_or_else(|| Error::invalid(Fault::parameter("criteria_set_code", Code::CriteriaSetNotFound)))?;
    Ok(Fresh::json(&thresholds_of(memory, set, unit, period, day)?))
}

fn thresholds_of(
    memory: &Snapshot,
    set: &HeldSet,
    unit: UnitId,
    period: Period,
    as_of: LocalDate,
) -> Result<UnitThresholds, Error> {
    let unit_ref = memory.part::<Territory>().reference(unit, as_of).ok_or(Error::NotFound)?;
    let standing = standing(memory, set, unit, as_of, period.last_day().year());
    let of_criteria = set.all_items().map(|(at, item)| (Some(set.criteria[at].code.clone()), item));
    let conditions = set.conditions.iter().map(|item| (None, item));
    let mut items = Vec::new();
    for (criterion_code, item) in of_criteria.chain(conditions) {
        for (measure, part) in item.measures.iter().zip(0..) {
            let applied = standing.apply(measure);
            items.push(ItemThresholds {
                item_code: item.row.code.clone(),
                part,
                criterion_code: criterion_code.clone(),
                indicator_code: measure.indicator_code.clone(),
                name: measure.name.clone(),
                both_sexes: item.row.both_sexes && part == 0,
                conditional: item.row.conditional,
                delegated: item.row.delegated,
                threshold: applied.threshold.map(|threshold| set.describe_threshold(memory, threshold)),
                reason: applied.requirement.err().map(OpenReason::from),
            });
        }
    }
    let of_items = || items.iter().filter(|row| row.criterion_code.is_some() && row.part == 0);
    let known = |row: &&ItemThresholds| row.reason.is_none();
    let verified = |row: &ItemThresholds| {
        row.threshold.as_ref().is_some_and(|threshold| threshold.confidence == Confidence::Verified)
    };
    Ok(UnitThresholds {
        unit: unit_ref,
        criteria_set_code: set.row.code.clone(),
        period,
        as_of,
        choice: standing.describe(),
        missing_count: of_items().filter(|row| !known(row)).count() as i64,
        unverified_count: of_items().filter(|row| known(row) && !verified(row)).count() as i64,
        items,
    })
}

pub fn routes(config: &mut ServiceConfig<'_>) {
    config
        .service(list_criteria_sets)
        .service(create_criteria_set)
        .service(get_criteria_set)
        .service(get_criteria_set_document)
        .service(replace_criteria_set_document)
        .service(transition_criteria_set)
        .service(get_thresholds)
        .configure(verification_routes::routes);
}
