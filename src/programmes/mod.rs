//! The National Target Programmes: what they consist of, and the money that runs through them.

mod actions;
mod held;
pub mod ledger;
mod model;
mod placed;
pub mod publications;
mod queries;
mod routes;
pub mod works;

pub use actions::store;
pub use held::{HeldProgramme, Programmes};
pub use model::{
    Component, ComponentKind, CriterionServed, FundingPart, FundingPlan, LeadAgency, LegalBasis, MOST_VND,
    ProgrammeDocument, ProgrammeStatus, TreasuryCode,
};

pub use placed::{PlacedLine, lines, works as works_of};

use utoipa_actix_web::service_config::ServiceConfig;

pub fn routes(config: &mut ServiceConfig<'_>) {
    routes::routes(config);
    ledger::routes(config);
    works::routes(config);
    publications::routes(config);
}
