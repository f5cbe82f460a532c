//! Criteria sets: what a unit is judged by, in which bands it is counted, by which act.

mod actions;
mod document;
mod model;
mod queries;
mod routes;
mod sets;

pub use actions::store;
pub use document::SetDocument;
pub use model::{CriteriaSet, CriterionRow, Names, SetStatus};
pub use routes::routes;
pub use sets::{Band, CriteriaSets, HeldSet};
