//! Activities: visits, reminders, inspections, supervision and communication, planned and held.

mod actions;
mod model;
mod queries;
mod routes;
mod rules;

pub use model::{ActivityKind, ActivityStatus};
pub use routes::routes;
