//! Reports that units send because a duty asks for them, and what became of each.

mod actions;
mod model;
mod queries;
mod routes;
mod rules;
mod steps;

pub use actions::owed;
pub use model::{SubmissionRow, SubmissionStatus};
pub use queries::sent;
pub use routes::routes;
