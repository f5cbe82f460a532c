//! The committee's work: meetings, what their conclusions bind whom to, the tasks that come of it,
//! what stands in the way, what is done about it, and the reports that are owed.

pub mod activities;
pub mod directives;
pub mod due_extensions;
pub mod duties;
pub mod meetings;
pub mod obstacles;
pub(crate) mod party;
pub mod submissions;
pub mod tasks;
pub mod terms;

pub use party::NewParty;

use utoipa_actix_web::service_config::ServiceConfig;

pub fn routes(config: &mut ServiceConfig<'_>) {
    tasks::routes(config);
    directives::routes(config);
    obstacles::routes(config);
    activities::routes(config);
    meetings::routes(config);
    submissions::routes(config);
    due_extensions::routes(config);
    duties::routes(config);
}
