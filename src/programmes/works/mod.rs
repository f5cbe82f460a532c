//! Works: what is built with the money, how far it is, who owns it, and what is owed for it.

mod actions;
mod described;
mod held;
mod model;
mod queries;
mod routes;

pub use actions::require;
pub use held::{HeldWork, Works};
pub use model::{WorkRow, WorkState};
pub use routes::routes;
