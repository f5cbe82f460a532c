//! Steering committees and the groups that serve them.

mod actions;
mod gaps;
mod model;
mod queries;
mod routes;

pub use actions::{create, held, require};
pub use gaps::charge_gaps;
pub use model::{CommitteeKind, CommitteeRow, NewCommittee};
pub use routes::routes;
