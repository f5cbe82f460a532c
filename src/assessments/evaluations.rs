//! `/v1/evaluations`

use super::rehearsal::{self, EvaluationOutcome, NewEvaluation};
use crate::access::{EvaluationRun, Permit};
use crate::db::Db;
use crate::error::Error;
use crate::http::{Body, NoQuery, Query};
use actix_web::{post, web};
use utoipa_actix_web::service_config::ServiceConfig;

/// Thử đánh giá
///
/// What would come out: for figures given here, or the stored figures of one unit or of all units below one, under any
/// set, year or document that is not stored yet; whose verdict changes, from what to what, through which item. Nothing is
/// written.
#[utoipa::path(
    tag = "evaluations", request_body = NewEvaluation,
    extensions(("x-permission" = json!("evaluation:run"))),
    responses((status = 200, description = "The outcome", body = EvaluationOutcome))
)]
#[post("/evaluations")]
async fn rehearse_evaluation(
    permit: Permit<EvaluationRun>,
    db: web::Data<Db>,
    _query: Query<NoQuery>,
    body: Body<NewEvaluation>,
) -> Result<web::Json<EvaluationOutcome>, Error> {
    let caller = permit.caller()?;
    let new = body.value.into_inner()?;
    let asked = rehearsal::prepare(&caller, &new, db.clock().now())?;
    // Figures that are given need no database: a form can show the verdict while somebody types.
    if new.stage.is_none() {
        return rehearsal::rehearse(None, &caller, &asked).map(web::Json);
    }
    db.read(move |conn| rehearsal::rehearse(Some(conn), &caller, &asked)).await.map(web::Json)
}

pub fn routes(config: &mut ServiceConfig<'_>) {
    config.service(rehearse_evaluation);
}
