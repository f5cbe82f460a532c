//! The paper of a committee's meeting in one call: results, topics, money, work, reports, statements, and the
//! conclusions that follow from what is overdue, unmet or in nobody's charge.

mod answer;
mod charts;
mod docx;
mod model;
mod page;
mod proposals;
mod routes;
mod topics;
mod triggers;
mod wording;

pub use model::ProposalRule;
pub use routes::routes;
