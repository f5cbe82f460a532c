//! The committee's work: meetings, what their conclusions bind whom to, the tasks that come of it,
//! what stands in the way, and what is done about it.

pub mod activities;
pub mod directives;
pub mod meetings;
pub mod obstacles;
pub(crate) mod party;
pub mod tasks;

use utoipa_actix_web::service_config::ServiceConfig;

pub fn routes(config: &mut ServiceConfig<'_>) {
    tasks::routes(config);
    directives::routes(config);
    obstacles::routes(config);
    activities::routes(config);
    meetings::routes(config);
}
