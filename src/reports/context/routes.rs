//! `/v1/units/{id}/criterion-context`

use super::answer::{self, Question};
use super::model::CriterionContext;
use crate::access::{ContextRead, Permit};
use crate::db::Db;
use crate::error::Error;
use crate::http::{Fresh, Needed, Query, parameters, path_id};
use crate::reports::model::PeriodChoice;
use crate::values::{CriteriaSetCode, CriterionCode, UnitId};
use actix_web::{get, web};

parameters! {
    /// Parameters of `criterion-context`.
    ContextQuery {
        criterion: Needed<CriterionCode>, "The criterion";
        criteria_set_code: Option<CriteriaSetCode>, "The result under this set or one based on it; unless given, under the national set in force, else the newest under whichever set";
        period: Option<PeriodChoice>, "A period, or LATEST (the default): the newest result of the unit";
    }
}

/// Vì sao tiêu chí chưa đạt
///
/// Why a criterion is not met in a unit, in one call: the result that counts, the items that are not met or not decided
/// with figure, threshold and distance, open obstacles, tasks not done, and who is in charge. What the service does not
/// know it says.
#[utoipa::path(
    tag = "reports", params(("id" = UnitId, Path, description = "Unit"), ContextQuery),
    extensions(("x-permission" = json!("report:read"))),
    responses((status = 200, description = "The context", body = CriterionContext))
)]
#[get("/units/{id}/criterion-context")]
pub async fn get_criterion_context(
    permit: Permit<ContextRead>,
    db: web::Data<Db>,
    id: web::Path<String>,
    query: Query<ContextQuery>,
) -> Result<Fresh, Error> {
    let caller = permit.caller()?;
    let (unit, today) = (path_id(&id)?, db.clock().today());
    // A unit out of sight is not there, whatever is asked of it.
    let day = answer::visible(&caller.memory, &caller.scope, unit, today)?;
    let query = query.0.into_inner()?;
    let question = Question {
        unit,
        criterion: query.criterion.0,
        criteria_set_code: query.criteria_set_code,
        period: query.period.unwrap_or(PeriodChoice::Latest),
        today,
    };
    let prepared = answer::prepare(&caller.memory, &caller.scope, question, day)?;
    let memory = caller.memory.clone();
    let context = db.read(move |conn| answer::answer(&memory, conn, prepared)).await?;
    Ok(Fresh::json(&context))
}
