//! Statements: what a meeting says of its unit, with the question that would prove it, answered by the reports.

mod actions;
mod answer;
mod model;
mod queries;
mod routes;
mod rules;

pub use actions::{create, describe};
pub use answer::{Asked, answer};
pub use model::{
    ClaimKind, ComparedWith, NewStatement, NoDataReason, Statement, StatementAnswer, StatementComparison,
    StatementOutcome,
};
pub use queries::said_of;
pub use routes::routes;
