//! Mandates: who belongs to a committee in which role, and who is in charge of which units and criteria.

mod actions;
mod model;
mod queries;
mod routes;
mod rules;

pub use actions::create;
pub use model::{MandateKind, MandateRole, MandateRow, MandateState, NewMandate};
pub use queries::of_committee;
pub use routes::routes;
pub use rules::counts_on;
