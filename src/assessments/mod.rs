//! Assessments: one unit, one set, one period, one stage; what was decided, who signed, and what follows for the count.

mod actions;
mod model;
mod queries;
mod routes;
mod rules;
mod summaries;

pub use actions::{CreateBy, create, rebuild_summaries};
pub use model::{DeclaredTotal, NewAssessment, NewDeclaredTotal, NewVerdict, Source, Stage, Status, Verdict};
pub use routes::routes;
pub use rules::Tally;
pub use summaries::{Summaries, Summary};
