//! `/v1/code-lists`

use super::model::{CodeList, CodeListName, CodeListNames, CodeLists};
use crate::access::{Permit, ReferenceRead};
use crate::db::Db;
use crate::error::Error;
use crate::http::{Fresh, NoQuery, Query};
use actix_web::{get, web};
use utoipa_actix_web::service_config::ServiceConfig;

/// Danh sách các danh mục mã
///
/// Names of all code lists, with the number of their entries.
#[utoipa::path(
    tag = "code-lists",
    extensions(("x-permission" = json!("reference:read"))),
    responses((status = 200, description = "The lists", body = CodeListNames))
)]
#[get("/code-lists")]
async fn list_code_lists(
    permit: Permit<ReferenceRead>,
    db: web::Data<Db>,
    _query: Query<NoQuery>,
) -> Result<Fresh, Error> {
    permit.caller()?;
    let memory = db.memory().await?;
    let lists = memory.part::<CodeLists>().0.values();
    let items =
        lists.map(|list| CodeListName { name: list.name.clone(), open: list.open, count: list.items.len() as i64 });
    Ok(Fresh::json(&CodeListNames { items: items.collect() }).as_reference())
}

/// Một danh mục mã
///
/// One code list with its entries in both languages.
#[utoipa::path(
    tag = "code-lists",
    extensions(("x-permission" = json!("reference:read"))),
    params(("name" = crate::values::CollectionName, Path, description = "Name of the list", example = "unit-kinds")),
    responses((status = 200, description = "The list", body = CodeList))
)]
#[get("/code-lists/{name}")]
async fn get_code_list(
    permit: Permit<ReferenceRead>,
    db: web::Data<Db>,
    name: web::Path<String>,
    _query: Query<NoQuery>,
) -> Result<Fresh, Error> {
    permit.caller()?;
    let memory = db.memory().await?;
    let list = memory.part::<CodeLists>().0.get(name.as_str()).ok_or(Error::NotFound)?;
    Ok(Fresh::json(list).as_reference())
}

pub fn routes(config: &mut ServiceConfig<'_>) {
    config.service(list_code_lists).service(get_code_list);
}
