//! Reporting duties: who owes which report to whom by when.

mod actions;
mod held;
mod model;
mod queries;
mod routes;
pub(crate) mod rules;

pub use actions::record;
pub use held::{Due, ReportingDuties};
pub use model::{DueKind, DutyRow, NewReportingDuty, ReportingPeriodKind};
pub use routes::routes;
