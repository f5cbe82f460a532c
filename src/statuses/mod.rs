//! Statuses of units: dated facts by acts that choose thresholds, with what is left open where territory changed hands.

mod actions;
mod memory;
mod model;
mod overview;
mod queries;
mod routes;
mod rules;

pub use actions::record;
pub use memory::Statuses;
pub use model::{NewUnitStatus, StatusConflictRule, StatusProposal, UnitStatusKind, UnitStatusRow, UnitStatusState};
pub use routes::routes;
pub use rules::holds_on;
