//! `work-progress`: tasks, commitments, obstacles and activities of a unit and all below it: due, on time, late, open; by
//! whom, of which age, and who registered none.

mod activity_queries;
mod answer;
mod asked;
mod model;
mod obstacle_queries;
mod party_queries;
mod routes;
mod rules;
mod table;
mod task_queries;

pub use answer::of_unit;
pub use model::{AgeBand, AgeCount, UncommittedMember, WorkProgress};
pub use routes::get_work_progress;
