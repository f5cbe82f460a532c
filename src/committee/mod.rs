//! The committee's work: meetings, and what comes of them.

pub mod meetings;

use utoipa_actix_web::service_config::ServiceConfig;

pub fn routes(config: &mut ServiceConfig<'_>) {
    meetings::routes(config);
}
