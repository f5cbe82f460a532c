//! Why a criterion is not met in a unit: its open items with what stands in the way, in one answer.

mod answer;
mod model;
mod money;
mod queries;
mod routes;

pub use model::KnowledgeState;
pub use routes::get_criterion_context;
