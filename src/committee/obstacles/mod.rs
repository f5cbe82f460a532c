//! Obstacles: what stands in the way, who is to solve it, and what became of it.

mod actions;
mod described;
mod model;
mod queries;
mod routes;
mod rules;
mod steps;

pub use actions::create;
pub use model::{NewObstacle, ObstacleKind, ObstacleStatus};
pub use queries::{WAITING, overdue_within, with_terms};
pub use routes::routes;
pub use rules::is_overdue;
