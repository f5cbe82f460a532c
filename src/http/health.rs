//! Is the process alive, and can it serve? The bodies say nothing else.

use super::guard::Guard;
use crate::db::Db;
use crate::error::Error;
use actix_web::{HttpResponse, get, web};

#[get("/health/live")]
async fn live() -> HttpResponse {
    HttpResponse::Ok().json(serde_json::json!({ "status": "ok" }))
}

/// Database reachable, schema as expected, not draining.
#[get("/health/ready")]
async fn ready(db: web::Data<Db>, guard: web::Data<Guard>) -> Result<HttpResponse, Error> {
    if guard.draining() {
        return Err(Error::Unavailable("the service is stopping".into()));
    }
    const PATIENCE: std::time::Duration = std::time::Duration::from_millis(1800);
    tokio::time::timeout(PATIENCE, db.check())
        .await
        .map_err(|_| Error::Unavailable("the database does not answer in time".into()))??;
    Ok(HttpResponse::Ok().json(serde_json::json!({ "status": "ok" })))
}

pub fn routes(config: &mut web::ServiceConfig) {
    config.service(live).service(ready);
}
