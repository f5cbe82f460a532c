//! Tasks: what committees have done by whom and by when, and how far it is.

mod actions;
mod described;
mod model;
mod progress;
mod queries;
mod routes;
mod rules;
mod steps;

pub use actions::{create, due_before_act, record_of, require};
pub use model::{NewTask, TaskKind, TaskRecord, TaskRow, TaskStatus, Timeliness};
pub use queries::{Counted, of_directive, overdue_within, progress_of, records_of_directive, with_terms};
pub use routes::routes;
pub use rules::{against, days_after, timeliness};
pub use steps::{cancel, reschedule};
