//! `/v1/reports`

use super::distribution::{self, Question};
use super::model::{Basis, Distribution, GroupBy, PeriodChoice};
use super::table;
use crate::access::{Permit, ReportRead};
use crate::assessments::Stage;
use crate::db::Db;
use crate::error::Error;
use crate::http::{AnyOf, Format, Fresh, Language, Query, ResponseCache, parameters};
use crate::units::UnitChoice;
use crate::values::{CriteriaSetCode, LocalDate, SearchText, UnitCode, UnitId};
use actix_web::{HttpRequest, get, web};
use utoipa_actix_web::service_config::ServiceConfig;

parameters! {
    /// Parameters of `criteria-distribution`.
    DistributionQuery {
        unit_id: Option<UnitId>, "The unit whose communes are counted; the nation unless one is named";
        unit_code: Option<UnitCode>, "The same, by the code it bears on the basis day";
        unit_name: Option<SearchText>, "The same, by exact name without diacritics; several hits are refused with candidates";
        period: AnyOf<PeriodChoice>, "One or more periods, or LATEST (the default): the newest result of each unit";
        until_date: Option<LocalDate>, "With LATEST: results whose facts are of this day or earlier; today unless given";
        criteria_set_code: Option<CriteriaSetCode>, "Results under this set and those based on it; the national set in force unless given";
        stage: Option<Stage>, "Results of this stage; of each unit the highest that counts unless given";
        group_by: GroupBy, "How the report is divided";
        basis: Option<Basis>, "Under the units of which day it counts: those that were expected to report (the default), those of today, or those of a date; `unit_code` is resolved on that day";
    }
}

/// Answers of reports, kept while nothing was written.
#[derive(Default)]
pub struct ReportCache(ResponseCache);

/// Phân bố xã theo số tiêu chí đạt
///
/// How the communes of a unit stand in the bands of a criteria set: counts with names, average, who is missing.
#[utoipa::path(
    tag = "reports", params(DistributionQuery),
    extensions(("x-permission" = json!("report:read"))),
    responses((status = 200, description = "The distribution", content((Distribution = "application/json"), (String = "text/csv"))))
)]
#[get("/reports/criteria-distribution")]
async fn get_criteria_distribution(
    request: HttpRequest,
    permit: Permit<ReportRead>,
    db: web::Data<Db>,
    cache: web::Data<ReportCache>,
    language: Language,
    query: Query<DistributionQuery>,
) -> Result<Fresh, Error> {
    let caller = permit.caller()?;
    let query = query.0.into_inner()?;
    let today = db.clock().today();
    // Who may see the same may share an answer.
    let key = format!("{:?} {:?} {:?} {}", caller.scope, caller.format, language, request.query_string());
    cache.0.get_or((caller.memory.position, today), &key, || {
        let question = question_of(query, today, language);
        let report = distribution::answer(&caller.memory, &caller.scope, &question)?;
        match caller.format {
            Format::Json => Ok(Fresh::json(&report)),
            Format::Csv | Format::Xlsx => Ok(Fresh::bytes(table::csv(&report)?, "text/csv; charset=utf-8")),
        }
    })
}

fn question_of(query: DistributionQuery, today: LocalDate, language: Language) -> Question {
    let mut periods = query.period.0;
    if periods.is_empty() {
        periods.push(PeriodChoice::Latest);
    }
    // Oldest first; the newest results come last.
    periods.sort_by_key(|period| match period {
        PeriodChoice::Of(period) => (false, Some(period.last_day()), Some(period.first_day())),
        PeriodChoice::Latest => (true, None, None),
    });
    periods.dedup();
    Question {
        unit: UnitChoice { id: query.unit_id, code: query.unit_code, name: query.unit_name },
        periods,
        criteria_set_code: query.criteria_set_code,
        stage: query.stage,
        group_by: query.group_by,
        basis: query.basis.unwrap_or_default(),
        until_date: query.until_date,
        today,
        language,
    }
}

pub fn routes(config: &mut ServiceConfig<'_>) {
    config.service(get_criteria_distribution);
}
