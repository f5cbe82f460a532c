//! Everything that the paper says, gathered from the reports. Nothing of it is stored.

use super::model::{
    ProposalRule, ReviewProgramme, ReviewReporting, ReviewScope, ReviewStatement, SteeringReview, UNDIVIDED,
};
use super::proposals::{self, MOST_TOLD, Trigger};
use super::topics;
use crate::access::Scope;
use crate::code_lists::CodeLists;
use crate::committee::{meetings, obstacles, tasks};
use crate::db::{Conn, Snapshot};
use crate::error::{Error, Place};
use crate::http::Language;
use crate::parties::committees;
use crate::reports::{
    self, Basis, Distribution, KnowledgeState, Matrix, MatrixGrain, MatrixQuestion, ObligationQuestion,
    ObligationState, PeriodChoice, Question, ReportingObligations, WorkProgress,
};
use crate::statements;
use crate::units::{Naming, Territory, UnitChoice, UnitRef};
use crate::values::{CommitteeId, CriteriaSetCode, LocalDate, MeetingId, Names, Period, RecordId, UnitId};
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
    let compare_with = asked.compare_with.unwrap_or_else(|| Period::of_year(period.year() - 1));
    let choice = match &meeting {
        Some(meeting) if asked.unit.is_empty() => UnitChoice { id: Some(meeting.row.unit_id), ..UnitChoice::default() },
        _ => asked.unit.clone(),
    };
    let results = distribution(memory, scope, asked, choice, period, compare_with)?;
    let unit = results.scope.unit.clone();
    let set = results.scope.criteria_set_code.clone();
    let matrix = matrix(memory, scope, asked, unit.id, period, &set)?;
    let work = reports::work_of_unit(memory, conn, scope, unit.id, asked.today)?;
    let owed = obligations(memory, conn, scope, unit.id, asked.today)?;
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
    let triggers = triggers(memory, conn, scope, asked.today, committee, &results, &matrix, &work, &owed)?;
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
        programmes: programmes(memory, period),
        work_source_path: of_unit("/v1/reports/work-progress"),
        reporting: ReviewReporting {
            due_date_gte: owed.scope.due_date_gte,
            due_date_lte: owed.scope.due_date_lte,
            count: owed.total,
            source_path: reporting_path(unit.id, &owed),
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
        Error::NotFound => Error::invalid(
            crate::error::Flaw::new(crate::codes::Code::UnknownReference).at(Place::parameter(parameter)),
        ),
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
        group_by: UNDIVIDED,
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

/// What is owed in the year of today.
fn obligations(
    memory: &Snapshot,
    conn: &mut Conn,
    scope: &Scope,
    unit: UnitId,
    today: LocalDate,
) -> Result<ReportingObligations, Error> {
    let question = ObligationQuestion { states: vec![ObligationState::Missing], ..ObligationQuestion::of(unit, today) };
    reports::prepare_obligations(memory, scope, question)?.answer(memory, conn, MOST_TOLD)
}

fn reporting_path(unit: UnitId, owed: &ReportingObligations) -> String {
    let (from, to) = (owed.scope.due_date_gte, owed.scope.due_date_lte);
    format!("/v1/reports/reporting-obligations?unit_id={unit}&due_date_gte={from}&due_date_lte={to}")
}

/// The programmes of the period; the service holds no amounts yet, and says so.
fn programmes(memory: &Snapshot, period: Period) -> Vec<ReviewProgramme> {
    let list = memory.part::<CodeLists>().0.get("programmes");
    let entries = list.map(|list| list.items.clone()).unwrap_or_default();
    let (first, last) = (period.first_day(), period.last_day());
    let of_period = entries.into_iter().filter(|entry| {
        entry.valid_from.is_none_or(|from| from <= last) && entry.valid_to.is_none_or(|end| first < end)
    });
    of_period
        .map(|entry| ReviewProgramme {
            code: entry.code,
            name: Names { vi: entry.label_vi, en: entry.label_en },
            state: KnowledgeState::NoData,
        })
        .collect()
}

/// What each rule found.
#[allow(clippy::too_many_arguments, reason = "each is a report of its own, and is read once here")]
fn triggers(
    memory: &Snapshot,
    conn: &mut Conn,
    scope: &Scope,
    today: LocalDate,
    committee: Option<CommitteeId>,
    results: &Distribution,
    matrix: &Matrix,
    work: &WorkProgress,
    owed: &ReportingObligations,
) -> Result<Vec<Trigger>, Error> {
    let unit = &results.scope.unit;
    let (period, set) = (results.scope.period, &results.scope.criteria_set_code);
    let of_period =
        |report: &str| format!("/v1/reports/{report}?unit_id={}&period={period}&criteria_set_code={set}", unit.id);
    let most = i64::try_from(MOST_TOLD).unwrap_or(i64::MAX);
    let mut found = vec![
        Trigger {
            units: results.coverage.missing.clone(),
            ..Trigger::new(
                ProposalRule::ResultMissing,
                results.coverage.missing_count,
                of_period("criteria-distribution"),
            )
        },
        Trigger {
            criteria: matrix.failing_most.clone(),
            ..Trigger::new(
                ProposalRule::CriterionUnmet,
                i64::try_from(matrix.failing_most.len()).unwrap_or(i64::MAX),
                of_period("criteria-matrix"),
            )
        },
        Trigger {
            record_ids: record_ids(tasks::overdue_within(conn, scope, unit.id, today, most)?.iter().map(|id| id.0)),
            ..Trigger::new(
                ProposalRule::TaskOverdue,
                work.tasks.overdue_count,
                format!("/v1/tasks?unit_id={}&overdue=true&sort=due_date", unit.id),
            )
        },
        Trigger {
            record_ids: record_ids(obstacles::overdue_within(conn, scope, unit.id, today, most)?.iter().map(|id| id.0)),
            ..Trigger::new(
                ProposalRule::ObstacleOverdue,
                work.obstacles.overdue_count,
                format!("/v1/obstacles?unit_id={}&overdue_on={today}", unit.id),
            )
        },
    ];
    let mut late: Vec<UnitRef> = Vec::new();
    for obligation in &owed.obligations {
        if late.iter().all(|known| known.id != obligation.unit.id) {
            late.push(obligation.unit.clone());
        }
    }
    found.push(Trigger {
        units: late,
        ..Trigger::new(
            ProposalRule::ReportMissing,
            owed.total.missing_count,
            format!("{}&state=MISSING", reporting_path(unit.id, owed)),
        )
    });
    for gaps in committees::charge_gaps(conn, memory, scope, unit.id, committee, today)? {
        found.push(Trigger {
            units: gaps.units.iter().map(|gap| gap.unit.clone()).collect(),
            ..Trigger::new(
                ProposalRule::NobodyInCharge,
                gaps.uncharged_count,
                format!("/v1/committees/{}/charge-gaps?as_of={}", gaps.committee_id, gaps.as_of),
            )
        });
    }
    let members = &work.without_commitment.members;
    let of_member =
        |member: &reports::UncommittedMember| member.person_id.map(|id| id.0).or(member.agency_id.map(|id| id.0));
    found.push(Trigger {
        record_ids: record_ids(members.iter().filter_map(of_member)),
        ..Trigger::new(
            ProposalRule::NoCommitment,
            work.without_commitment.count,
            format!("/v1/reports/work-progress?unit_id={}", unit.id),
        )
    });
    Ok(found)
}

fn record_ids(ids: impl Iterator<Item = uuid::Uuid>) -> Vec<RecordId> {
    ids.map(RecordId).collect()
}
