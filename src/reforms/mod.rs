//! Reforms: acts that end, start and reshape units on one day, with what follows for all that is recorded about them.

mod actions;
mod impact;
mod model;
mod plan;
mod queries;
mod routes;

pub use actions::record;
pub use model::{NewEdge, NewSuccession, NewUnitState, SuccessionStatus};
pub use routes::routes;
