//! Everything that the paper says, gathered from the reports. Nothing of it is stored.

use super::model::{
    ReviewDisbursement, ReviewProgramme, ReviewReporting, ReviewScope, ReviewStatement, SteeringReview,
};
use super::triggers::{Found, reporting_path};
use super::{proposals, topics};
use crate::access::Scope;
use crate::codes::Code;
use crate::committee::meetings;
use crate::db::{Conn, Snapshot};
use crate::error::{Error, Flaw, Place};
use crate::http::Language;
use crate::parties::committees;
use crate::programmes::Programmes;
use crate::reports::{
    self, Basis, BudgetQuestion, Distribution, GroupBy, KnowledgeState, Matrix, MatrixGrain, MatrixQuestion,
    PeriodChoice, Question,
};
use crate::statements;
use crate::units::{Naming, Territory, UnitChoice};
use crate::values::{CriteriaSetCode, LocalDate, MeetingId, Period, UnitId};
use std::collections::HashMap;

/// What a caller asks.
#[derive(Debug, Clone)]
pub struct Asked {
    pub unit: UnitChoice,
    pub period: Option<Period>,
    pub compare_with: Option<Period>,
    pub criteria_set_code: Option<CriteriaSetCode>,
    pub meeting_id: Option<MeetingId>,
    pub today: LocalDate,
    pub language: Language,
}

/// Statements that are told; rows of the matrix are as many.
const MOST: usize = 200;

/// Gather the paper. Only what stands in the database is read there: results come from memory.
pub fn answer(memory: &Snapshot, conn: &mut Conn, scope: &Scope, asked: &Asked) -> Result<SteeringReview, Error> {
    let meeting = match asked.meeting_id {
        Some(id) => Some(meetings::visible(conn, scope, id).map_err(|error| unknown(error, "meeting_id"))?),
        None => None,
    };
    // A meeting reviews a period; without one it is the last year that is over.
    let reviewed = meeting.as_ref().and_then(|meeting| meeting.row.reviews_period);
    let period = asked.period.or(reviewed).unwrap_or_else(|| Period::of_year(asked.today.year() - 1));
    // The first year that a period can name has none before it.
    let before = (period.year() - 1).max(*Period::YEARS.start());
    let compare_with = asked.compare_with.unwrap_or_else(|| Period::of_year(before));
    let choice = match &meeting {
        Some(meeting) if asked.unit.is_empty() => UnitChoice { id: Some(meeting.row.unit_id), ..UnitChoice::default() },
        _ => asked.unit.clone(),
    };
    let results = distribution(memory, scope, asked, choice, period, compare_with)?;
    let unit = results.scope.unit.clone();
    let set = results.scope.criteria_set_code.clone();
    let matrix = matrix(memory, scope, asked, unit.id, period, &set)?;
    let work = reports::work_of_unit(memory, conn, scope, unit.id, asked.today)?;
    let said = statements::said_of(conn, scope, unit.id, period, MOST + 1)?;
    let statements_truncated = MOST < said.len();
    let mut statements = Vec::new();
    for row in said.into_iter().take(MOST) {
        let of = statements::Asked { period, since_period: None, today: asked.today };
        let answer = statements::answer(memory, conn, scope, &row, of)?;
        statements.push(ReviewStatement { statement: statements::describe(row, memory)?, answer });
    }
    let committee = meeting.as_ref().map(|meeting| meeting.row.committee_id);
    let held = committee.map(|id| committees::held(conn, id)).transpose()?;
    let found = Found { memory, scope, today: asked.today, committee, results: &results, matrix: &matrix, work: &work };
    let triggers = found.triggers(conn)?;
    let proposed = proposals::proposed(triggers).map_err(|flaw| Error::internal(flaw.code.name()))?;
    let of_unit = |path: &str| format!("{path}?unit_id={}", unit.id);
    let of_period =
        |report: &str| format!("/v1/reports/{report}?unit_id={}&period={period}&criteria_set_code={set}", unit.id);
    Ok(SteeringReview {
        scope: ReviewScope {
            unit: unit.clone(),
            period,
            compare_with,
            criteria_set_code: set.clone(),
            meeting_id: asked.meeting_id,
            committee_name: held.map(|held| held.name),
            today: asked.today,
            partial: results.scope.partial,
        },
        results_source_path: format!("{}&compare_with={compare_with}", of_period("criteria-distribution")),
        matrix_source_path: of_period("criteria-matrix"),
        topics: topics::all(memory, conn, scope, unit.id, [compare_with, period], asked.today)?,
        programmes: programmes(memory, scope, unit.id, period, asked)?,
        disbursement: disbursement(memory, scope, unit.id, period, asked)?,
        work_source_path: of_unit("/v1/reports/work-progress"),
        reporting: ReviewReporting {
            due_date_gte: work.reporting.due_date_gte,
            due_date_lte: work.reporting.due_date_lte,
            count: work.reporting.count,
            source_path: reporting_path(unit.id, &work),
        },
        results,
        matrix,
        work,
        statements,
        statements_truncated,
        proposed_conclusions: proposed,
    })
}

/// What a parameter names and is not there is a fault of the parameter.
fn unknown(error: Error, parameter: &str) -> Error {
    match error {
        Error::NotFound => Error::invalid(Flaw::new(Code::UnknownReference).at(Place::parameter(parameter))),
        other => other,
    }
}

fn distribution(
    memory: &Snapshot,
    scope: &Scope,
    asked: &Asked,
    unit: UnitChoice,
    period: Period,
    compare_with: Period,
) -> Result<Distribution, Error> {
    // By the code that it bore in the period, else as collections find it: a paper of today asks for a unit that ended.
    let (territory, last) = (memory.part::<Territory>(), period.last_day().min(asked.today));
    let unit = territory.choose(&unit, Naming::Last(last), Place::parameter)?;
    let question = Question {
        unit: UnitChoice { id: unit, ..UnitChoice::default() },
        periods: vec![PeriodChoice::Of(period)],
        criteria_set_code: asked.criteria_set_code.clone(),
        stage: None,
        group_by: GroupBy::Nothing,
        basis: Basis::AsReported,
        until_date: None,
        compare_with: Some(compare_with),
        today: asked.today,
        language: asked.language,
    };
    reports::answer(memory, scope, &question)
}

fn matrix(
    memory: &Snapshot,
    scope: &Scope,
    asked: &Asked,
    unit: UnitId,
    period: Period,
    set: &CriteriaSetCode,
) -> Result<Matrix, Error> {
    let question = MatrixQuestion {
        unit: UnitChoice { id: Some(unit), ..UnitChoice::default() },
        period: PeriodChoice::Of(period),
        criteria_set_code: Some(set.clone()),
        stages: Vec::new(),
        grain: MatrixGrain::Criterion,
        basis: Basis::AsReported,
        today: asked.today,
    };
    Ok(reports::prepare_matrix(memory, scope, &question)?.matrix(&HashMap::new(), MOST))
}

fn disbursement(
    memory: &Snapshot,
    scope: &Scope,
    unit: UnitId,
    period: Period,
    asked: &Asked,
) -> Result<ReviewDisbursement, Error> {
    let question = BudgetQuestion::of_year(unit, period.year(), asked.today);
    let told = reports::budget_execution_now(memory, scope, &question)?;
    Ok(ReviewDisbursement {
        state: if told.total.line_count == 0 { KnowledgeState::NoData } else { KnowledgeState::Known },
        rate_percent: told.total.rate_percent,
        target_rate_percent: told.target_rate_percent,
        source_path: format!("/v1/reports/budget-execution?unit_id={unit}&plan_year={}", period.year()),
    })
}

/// The programmes that run in the period, each with its money of that year.
fn programmes(
    memory: &Snapshot,
    scope: &Scope,
    unit: UnitId,
    period: Period,
    asked: &Asked,
) -> Result<Vec<ReviewProgramme>, Error> {
    let (first, last) = (period.first_day(), period.last_day());
    let of_period = memory
        .part::<Programmes>()
        .all()
        .iter()
        .filter(|held| held.is_open() && held.document.valid_from <= last && first <= held.document.valid_to);
    of_period
        .map(|held| {
            let code = held.row.code.clone();
            let question = BudgetQuestion {
                programme_codes: vec![code.clone()],
                with_carried: true,
                ..BudgetQuestion::of_year(unit, period.year(), asked.today)
            };
            let told = reports::budget_execution_now(memory, scope, &question)?.total;
            let known = 0 < told.line_count;
            Ok(ReviewProgramme {
                source_path: format!(
                    "/v1/reports/budget-execution?unit_id={unit}&plan_year={}&programme_code={code}&with_carried=true",
                    period.year()
                ),
                code,
                name: held.document.name.clone(),
                state: if known { KnowledgeState::Known } else { KnowledgeState::NoData },
                figures: known.then_some(told),
            })
        })
        .collect()
}
