//! Meetings of committees and working groups.

mod actions;
mod model;
mod queries;
mod routes;

pub use actions::{create, require, visible};
pub use model::{MeetingFileKind, NewMeeting, Presence};
pub use routes::routes;
