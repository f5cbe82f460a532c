//! What the rules of the paper find in the reports.

use super::model::ProposalRule;
use super::proposals::{MOST_TOLD, Trigger};
use crate::access::Scope;
use crate::committee::{obstacles, tasks};
use crate::db::{Conn, Snapshot};
use crate::error::Error;
use crate::parties::committees;
use crate::reports::{self, Distribution, Matrix, ObligationQuestion, ObligationState, WorkProgress};
use crate::units::UnitRef;
use crate::values::{CommitteeId, LocalDate, RecordId, UnitId};

/// The reports that the rules look at.
#[derive(Clone, Copy)]
pub struct Found<'a> {
    pub memory: &'a Snapshot,
    pub scope: &'a Scope,
    pub today: LocalDate,
    /// That of the meeting; all steering committees of the unit where none is named.
    pub committee: Option<CommitteeId>,
    pub results: &'a Distribution,
    pub matrix: &'a Matrix,
    pub work: &'a WorkProgress,
}

/// The call that lists the reports that the work tells of.
pub fn reporting_path(unit: UnitId, work: &WorkProgress) -> String {
    let (from, to) = (work.reporting.due_date_gte, work.reporting.due_date_lte);
    format!("/v1/reports/reporting-obligations?unit_id={unit}&due_date_gte={from}&due_date_lte={to}")
}

impl Found<'_> {
    /// What each rule found. Records are looked for only where there are some.
    pub fn triggers(&self, conn: &mut Conn) -> Result<Vec<Trigger>, Error> {
        let Found { memory, scope, today, committee, results, matrix, work } = *self;
        let unit = &results.scope.unit;
        let (period, set) = (results.scope.period, &results.scope.criteria_set_code);
        let of_period =
            |report: &str| format!("/v1/reports/{report}?unit_id={}&period={period}&criteria_set_code={set}", unit.id);
        let most = i64::try_from(MOST_TOLD).unwrap_or(i64::MAX);
        let late_tasks = match work.tasks.overdue_count {
            0 => Vec::new(),
            _ => tasks::overdue_within(conn, scope, unit.id, today, most)?,
        };
        let late_obstacles = match work.obstacles.overdue_count {
            0 => Vec::new(),
            _ => obstacles::overdue_within(conn, scope, unit.id, today, most)?,
        };
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
                record_ids: late_tasks.into_iter().map(|id| RecordId(id.0)).collect(),
                ..Trigger::new(
                    ProposalRule::TaskOverdue,
                    work.tasks.overdue_count,
                    format!("/v1/tasks?unit_id={}&overdue=true&sort=due_date", unit.id),
                )
            },
            Trigger {
                record_ids: late_obstacles.into_iter().map(|id| RecordId(id.0)).collect(),
                ..Trigger::new(
                    ProposalRule::ObstacleOverdue,
                    work.obstacles.overdue_count,
                    format!("/v1/obstacles?unit_id={}&overdue_on={today}", unit.id),
                )
            },
        ];
        found.push(Trigger {
            units: self.late_units(conn)?,
            ..Trigger::new(
                ProposalRule::ReportMissing,
                work.reporting.count.missing_count,
                format!("{}&state=MISSING", reporting_path(unit.id, work)),
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
        let of_member = |member: &reports::UncommittedMember| {
            member.person_id.map(|id| RecordId(id.0)).or(member.agency_id.map(|id| RecordId(id.0)))
        };
        found.push(Trigger {
            record_ids: members.iter().filter_map(of_member).collect(),
            ..Trigger::new(
                ProposalRule::NoCommitment,
                work.without_commitment.count,
                format!("/v1/reports/work-progress?unit_id={}", unit.id),
            )
        });
        Ok(found)
    }

    /// Units that did not send what they owe, each once.
    fn late_units(&self, conn: &mut Conn) -> Result<Vec<UnitRef>, Error> {
        let mut late: Vec<UnitRef> = Vec::new();
        if self.work.reporting.count.missing_count == 0 {
            return Ok(late);
        }
        let question = ObligationQuestion {
            states: vec![ObligationState::Missing],
            ..ObligationQuestion::of(self.results.scope.unit.id, self.today)
        };
        let owed = reports::prepare_obligations(self.memory, self.scope, question)?;
        for obligation in owed.answer(self.memory, conn, MOST_TOLD)?.obligations {
            if late.iter().all(|known| known.id != obligation.unit.id) {
                late.push(obligation.unit);
            }
        }
        Ok(late)
    }
}
