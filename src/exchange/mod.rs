//! The sheet that officials use, as a file: a template filled with what holds, and its way back.
//!
//! What comes in is judged in three steps that do not mix: is the file safe to open (`package`), what stands in its
//! cells (`workbook`, `separated`), what do the cells mean for these units and items (`understanding`). Only then is
//! anything written.

mod annotated;
mod cells;
mod columns;
mod effect;
mod import;
mod model;
mod money;
mod round;
mod routes;
mod separated;
mod template;
mod understanding;
mod unit_names;
mod workbook;

use utoipa_actix_web::service_config::ServiceConfig;

pub fn routes(config: &mut ServiceConfig<'_>) {
    routes::routes(config);
    money::routes(config);
}
