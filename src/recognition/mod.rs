//! Recognition: dossiers from registering to announcing, what a decision writes and what follows from it.

mod actions;
mod answer;
mod conditions;
mod consequences;
mod model;
mod queries;
mod routes;
mod rules;

pub use model::{ConditionReason, ConsequenceKind, DossierStatus, RecognitionLevel};
pub use routes::routes;
