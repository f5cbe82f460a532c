//! Statements: what a meeting says of its unit, with the question that would prove it, answered by the reports.

mod actions;
mod answer;
mod model;
mod queries;
mod routes;
mod rules;

pub use actions::create;
pub use model::{ClaimKind, ComparedWith, NewStatement, NoDataReason, StatementComparison, StatementOutcome};
pub use routes::routes;
