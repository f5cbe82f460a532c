//! The committee's work: meetings, what their conclusions bind whom to, and the tasks that come of it.

pub mod directives;
pub mod meetings;
pub(crate) mod party;
pub mod tasks;

use utoipa_actix_web::service_config::ServiceConfig;

pub fn routes(config: &mut ServiceConfig<'_>) {
    tasks::routes(config);
    directives::routes(config);
    meetings::routes(config);
}
