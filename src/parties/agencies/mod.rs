//! Agencies of units.

mod actions;
mod model;
mod queries;
mod routes;

pub use actions::{create, require};
pub use model::{AgencyKind, AgencyRow, IdentifierScheme, NewAgency};
pub use queries::{of_unit, seats, units_of};
pub use routes::routes;
