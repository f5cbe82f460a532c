//! Code lists: the open ones that a province may extend, and the closed vocabularies with their labels.

mod model;
mod queries;
mod routes;

pub use model::{CodeListEntry, CodeLists};
pub use routes::routes;
