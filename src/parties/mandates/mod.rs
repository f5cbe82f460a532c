//! Mandates: who belongs to a committee in which role, and who is in charge of which units and criteria.

mod actions;
mod model;
mod queries;
mod routes;
mod rules;

pub use actions::create;
pub use model::{MandateKind, MandateRole, MandateRow, MandateState, NewMandate};
pub use queries::{committees_of, of_committee, of_committee_and_groups};
pub use routes::routes;
pub use rules::{counts_on, holds_on};
