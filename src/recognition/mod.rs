//! Recognition: dossiers from registering to announcing, what a decision writes and what follows from it, and
//! recognised units that may lose what they have.

mod actions;
mod answer;
mod conditions;
mod consequences;
mod model;
mod queries;
mod risk;
mod routes;
mod rules;

pub use model::{ConditionReason, ConsequenceKind, DossierStatus, RecognitionLevel, RevocationClause};
pub use routes::routes;
