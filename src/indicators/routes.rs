//! `/v1/indicators`

use super::actions;
use super::held::{HeldIndicator, Indicators};
use super::model::{Direction, Indicator, IndicatorPatch, NewIndicator, ValueType};
use super::queries;
use crate::access::{IndicatorManage, Permit, ReferenceRead};
use crate::db::{Db, Tx};
use crate::error::Error;
use crate::http::{
    Answer, AnyOf, Body, Cursor, CursorKey, Document, Flag, Fresh, IfMatch, Limit, NoQuery, Page, PageRequest,
    PatchBody, PatchOf, Query, Write, WriteQuery, parameters, path_id,
};
use crate::units::Territory;
use crate::values::{ExternalId, IndicatorCode, IndicatorId, ListCode, RecordId, SearchText, search};
use actix_web::{get, patch, post, web};
use utoipa_actix_web::service_config::ServiceConfig;

parameters! {
    /// Parameters of `GET /v1/indicators`.
    IndicatorQuery {
        code: AnyOf<IndicatorCode>, "Indicators with these codes";
        topic_code: AnyOf<ListCode>, "Indicators that belong to one of these topics";
        value_type: AnyOf<ValueType>, "Indicators of these types";
        direction: AnyOf<Direction>, "Indicators with these directions";
        standard_code: AnyOf<ListCode>, "Indicators measured by these standards";
        derived: Flag, "Only indicators that the service counts itself";
        q: Option<SearchText>, "Indicators whose name contains this, without regard to case and diacritics";
        external_id: AnyOf<ExternalId>, "Indicators to which the caller gave these ids";
        limit: Limit, "Rows of a page";
        cursor: Option<Cursor>, "Where the page begins";
        with_total: Flag, "Count the rows of all pages";
    }
}

impl PatchBody for IndicatorPatch {
    const READ_ONLY: &'static [&'static str] = &[
        "id",
        "version",
        "code",
        "keeper_unit",
        "value_type",
        "unit_code",
        "time_basis",
        "direction",
        "numerator",
        "denominator",
        "breakdowns",
        "standard_code",
        "derivation",
        "derivation_kind",
        "derivation_values",
        "minimum",
        "maximum",
        "external_id",
        "created_at",
        "updated_at",
    ];
}

fn admits(query: &IndicatorQuery, held: &HeldIndicator) -> bool {
    let row = &held.row;
    let contains =
        |part: &String| [&row.name_vi, &row.name_en].iter().any(|name| search::fold(name.as_str()).contains(part));
    query.code.admits(&row.code)
        && query.value_type.admits(&row.value_type)
        && query.direction.admits(&row.direction)
        && (query.topic_code.0.is_empty() || held.topic_codes.iter().any(|topic| query.topic_code.0.contains(topic)))
        && (query.standard_code.0.is_empty()
            || row.standard_code.as_ref().is_some_and(|code| query.standard_code.0.contains(code)))
        && (!query.derived.0 || row.derivation.is_some())
        && query.q.as_ref().map(|text| search::fold(text.as_str())).as_ref().is_none_or(contains)
}

/// Danh mục chỉ tiêu
///
/// Indicators, by code.
#[utoipa::path(
    tag = "indicators", params(IndicatorQuery),
    extensions(("x-permission" = json!("reference:read"))),
    responses((status = 200, description = "A page of indicators", body = Page<Indicator>))
)]
#[get("/indicators")]
async fn list_indicators(
    permit: Permit<ReferenceRead>,
    db: web::Data<Db>,
    cursors: web::Data<CursorKey>,
    query: Query<IndicatorQuery>,
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
    let rows = caller
        .memory
        .part::<Indicators>()
        .all()
        .iter()
        .filter(|held| named.as_ref().is_none_or(|named| named.contains(&held.row.id)) && admits(&query, held));
    let request =
        PageRequest { key: &cursors, list: "indicators", fingerprint: &query.fingerprint, limit: query.limit };
    let page = request.page_in_memory(
        rows,
        query.cursor.as_ref(),
        query.with_total.0,
        |held| vec![held.row.code.to_string()],
        Ord::cmp,
    )?;
    let territory = caller.memory.part::<Territory>();
    Ok(Fresh::page(&page.try_map(|held| held.describe(territory))?).as_reference())
}

/// Định nghĩa một chỉ tiêu
///
/// Define an indicator. The same code with another meaning is refused.
#[utoipa::path(
    tag = "indicators", params(WriteQuery), request_body = NewIndicator,
    extensions(("x-permission" = json!("indicator:manage"))),
    responses((status = 201, description = "The indicator", body = Indicator), (status = 200, description = "What would have been stored (`validate_only`), or is stored under this `external_id`", body = Indicator))
)]
#[post("/indicators")]
async fn create_indicator(
    permit: Permit<IndicatorManage>,
    db: web::Data<Db>,
    write: Write,
    body: Body<NewIndicator>,
) -> Result<Answer, Error> {
    let caller = permit.caller()?;
    let actor = caller.actor.clone();
    let make = move |tx: &mut Tx<'_>, new: &NewIndicator| {
        actions::define(tx, Some(&caller), new)?.describe(tx.memory.part::<Territory>())
    };
    let find = |tx: &mut Tx<'_>, id: RecordId| {
        actions::find(&tx.memory, IndicatorId(id.0))?.describe(tx.memory.part::<Territory>())
    };
    write.create(&db, actor, body, make, find).await
}

/// Một chỉ tiêu
///
/// One indicator.
#[utoipa::path(
    tag = "indicators", params(("id" = IndicatorId, Path, description = "Indicator")),
    extensions(("x-permission" = json!("reference:read"))),
    responses((status = 200, description = "The indicator", body = Indicator))
)]
#[get("/indicators/{id}")]
async fn get_indicator(
    permit: Permit<ReferenceRead>,
    id: web::Path<String>,
    _query: Query<NoQuery>,
) -> Result<Document<Indicator>, Error> {
    let caller = permit.caller()?;
    actions::find(&caller.memory, path_id(&id)?)?.describe(caller.memory.part::<Territory>()).map(Document)
}

/// Sửa tên gọi và chủ đề của chỉ tiêu
///
/// Change how an indicator is called and which topics it belongs to. What it measures never changes.
#[utoipa::path(
    tag = "indicators", params(("id" = IndicatorId, Path, description = "Indicator"), WriteQuery),
    request_body = IndicatorPatch, extensions(("x-permission" = json!("indicator:manage"))),
    responses((status = 200, description = "The indicator as it is now", body = Indicator))
)]
#[patch("/indicators/{id}")]
async fn change_indicator(
    permit: Permit<IndicatorManage>,
    db: web::Data<Db>,
    id: web::Path<String>,
    version: IfMatch,
    write: Write,
    body: PatchOf<IndicatorPatch>,
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

pub fn routes(config: &mut ServiceConfig<'_>) {
    config.service(list_indicators).service(create_indicator).service(get_indicator).service(change_indicator);
}
