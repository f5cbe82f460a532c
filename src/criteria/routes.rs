//! `/v1/criteria-sets`

use super::document::SetDocument;
use super::model::{CriteriaSet, SetStatus};
use super::sets::CriteriaSets;
use crate::access::{Permit, ReferenceRead};
use crate::error::Error;
use crate::http::{
    AnyOf, Cursor, CursorKey, Flag, Fresh, Limit, NoQuery, Page, PageRequest, Query, parameters, path_id,
};
use crate::units::Territory;
use crate::values::{CriteriaSetCode, CriteriaSetId, LocalDate};
use actix_web::{get, web};
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
    let rows = sets.map(|set| set.describe());
    let page = request.page_in_memory(
        rows,
        query.cursor.as_ref(),
        query.with_total.0,
        |set| vec![set.code.to_string()],
        Ord::cmp,
    )?;
    Ok(Fresh::page(&page).as_reference())
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
    Ok(Fresh::json(&set.describe()).as_reference().with_version(set.row.version))
}

/// Toàn văn bộ tiêu chí
///
/// The whole set as one document: acts, bands, criteria.
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
    let document = set.document(caller.memory.part::<Territory>());
    Ok(Fresh::json(&document).as_reference().with_version(set.row.version))
}

pub fn routes(config: &mut ServiceConfig<'_>) {
    config.service(list_criteria_sets).service(get_criteria_set).service(get_criteria_set_document);
}
