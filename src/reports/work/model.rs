//! Answers of `work-progress`.

use crate::committee::activities::ActivityKind;
use crate::committee::obstacles::{ObstacleKind, ObstacleStatus};
use crate::committee::party::Party;
use crate::committee::tasks::TaskKind;
use crate::reports::model::GroupBy;
use crate::reports::obligations_model::ObligationCount;
use crate::units::{Level, UnitRef};
use crate::values::{AgencyId, CommitteeId, Decimal, LocalDate, PersonId, vocabulary};
use serde::Serialize;
use utoipa::ToSchema;

vocabulary! {
    /// For how long something has been late or has waited.
    AgeBand {
        UpTo30 "UP_TO_30" "Đến 30 ngày" | "Up to 30 days";
        UpTo90 "UP_TO_90" "Từ 31 đến 90 ngày" | "31 to 90 days";
        UpTo180 "UP_TO_180" "Từ 91 đến 180 ngày" | "91 to 180 days";
        Over180 "OVER_180" "Trên 180 ngày" | "More than 180 days";
    }
}

/// How much is of an age.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct AgeCount {
    pub code: AgeBand,
    #[schema(minimum = 0, maximum = 181)]
    pub min_days: i64,
    /// Null where there is no end.
    #[schema(minimum = 30, maximum = 180)]
    pub max_days: Option<i64>,
    #[schema(minimum = 0, maximum = 1_000_000_000)]
    pub count: i64,
}

/// What a unit's work has come to. A task is in `total_count` and in exactly one of `open_count`, `done_count`,
/// `confirmed_count` and `cancelled_count`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct WorkCount {
    #[schema(minimum = 0, maximum = 1_000_000_000)]
    pub total_count: i64,
    /// Not yet reported done: `not_due_count`, `overdue_count` and `no_due_date_count` together.
    #[schema(minimum = 0, maximum = 1_000_000_000)]
    pub open_count: i64,
    #[schema(minimum = 0, maximum = 1_000_000_000)]
    pub not_due_count: i64,
    #[schema(minimum = 0, maximum = 1_000_000_000)]
    pub overdue_count: i64,
    /// Open, and nobody said by when.
    #[schema(minimum = 0, maximum = 1_000_000_000)]
    pub no_due_date_count: i64,
    /// Reported done, not yet confirmed.
    #[schema(minimum = 0, maximum = 1_000_000_000)]
    pub done_count: i64,
    #[schema(minimum = 0, maximum = 1_000_000_000)]
    pub confirmed_count: i64,
    #[schema(minimum = 0, maximum = 1_000_000_000)]
    pub cancelled_count: i64,
    /// Done or confirmed by the due date as it is, extensions included.
    #[schema(minimum = 0, maximum = 1_000_000_000)]
    pub on_time_count: i64,
    #[schema(minimum = 0, maximum = 1_000_000_000)]
    pub late_count: i64,
    /// The same by the first due date.
    #[schema(minimum = 0, maximum = 1_000_000_000)]
    pub original_on_time_count: i64,
    #[schema(minimum = 0, maximum = 1_000_000_000)]
    pub original_late_count: i64,
    /// Given another due date at least once.
    #[schema(minimum = 0, maximum = 1_000_000_000)]
    pub extended_count: i64,
    /// The overdue ones by days after the due date.
    #[schema(min_items = 4, max_items = 4)]
    pub overdue_ageing: Vec<AgeCount>,
}

/// What was asked for.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct WorkProgressScope {
    pub unit: UnitRef,
    /// Day by which it is told what is overdue.
    pub today: LocalDate,
    /// Day whose members, agencies and communes are meant: today, or the last day of a unit that has ended.
    pub basis_date: LocalDate,
    pub due_date_gte: Option<LocalDate>,
    pub due_date_lte: Option<LocalDate>,
    pub committee_id: Option<CommitteeId>,
    pub group_by: GroupBy,
    /// The caller may see only some of the units below the one asked for; all figures are of those alone.
    pub partial: bool,
}

/// Tasks of one kind.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct WorkOfKind {
    pub kind: TaskKind,
    pub tasks: WorkCount,
}

/// What one party has to do and did. Of a person or an agency those activities count in which it took part, of a unit or
/// a committee its own.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct AssigneeWork {
    pub party: Party,
    /// Tasks of kind `COMMITMENT` that are not cancelled.
    #[schema(minimum = 0, maximum = 1_000_000_000)]
    pub commitments_count: i64,
    pub tasks: WorkCount,
    /// Visits held.
    #[schema(minimum = 0, maximum = 1_000_000_000)]
    pub visit_count: i64,
    /// Inspections and supervisions held.
    #[schema(minimum = 0, maximum = 1_000_000_000)]
    pub inspection_count: i64,
    /// Reminders held.
    #[schema(minimum = 0, maximum = 1_000_000_000)]
    pub reminder_count: i64,
}

/// A member of a committee: a person, or else an agency.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct UncommittedMember {
    pub committee_id: CommitteeId,
    pub person_id: Option<PersonId>,
    pub agency_id: Option<AgencyId>,
}

/// Members that have registered no concrete job with their committee or a group that serves it.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct WithoutCommitment {
    #[schema(minimum = 0, maximum = 1_000_000_000)]
    pub count: i64,
    #[schema(max_items = 200)]
    pub members: Vec<UncommittedMember>,
    /// The list stops at 200; the count does not.
    pub members_truncated: bool,
}

/// Obstacles of one kind in one status.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ObstacleCount {
    pub kind: ObstacleKind,
    pub status: ObstacleStatus,
    #[schema(minimum = 0, maximum = 1_000_000_000)]
    pub count: i64,
}

/// Obstacles that wait for a level.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ObstacleLevelCount {
    /// Level able to solve them; null where it is not known.
    pub level: Option<Level>,
    #[schema(minimum = 0, maximum = 1_000_000_000)]
    pub waiting_count: i64,
    #[schema(minimum = 0, maximum = 1_000_000_000)]
    pub overdue_count: i64,
}

/// How what stands in the way is dealt with. An obstacle waits until somebody has answered.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ObstacleProgress {
    #[schema(minimum = 0, maximum = 1_000_000_000)]
    pub total_count: i64,
    /// Every kind in every status.
    #[schema(min_items = 8, max_items = 8)]
    pub by_kind_and_status: Vec<ObstacleCount>,
    #[schema(minimum = 0, maximum = 1_000_000_000)]
    pub waiting_count: i64,
    /// Waiting after the day on which an answer was due.
    #[schema(minimum = 0, maximum = 1_000_000_000)]
    pub overdue_count: i64,
    /// Opened again at least once.
    #[schema(minimum = 0, maximum = 1_000_000_000)]
    pub reopened_count: i64,
    /// Those that wait, by the level able to solve them, from the nation down; unknown last.
    #[schema(max_items = 6)]
    pub by_level: Vec<ObstacleLevelCount>,
    /// Those that wait, by days since they were raised.
    #[schema(min_items = 4, max_items = 4)]
    pub waiting_ageing: Vec<AgeCount>,
    /// Obstacles that were ever answered.
    #[schema(minimum = 0, maximum = 1_000_000_000)]
    pub answered_count: i64,
    /// Days from raising to the first answer; null where none was ever answered.
    pub first_answer_days_average: Option<Decimal>,
}

/// Activities of one kind. Those that were cancelled are in none of the counts.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ActivityCount {
    pub kind: ActivityKind,
    /// Planned and not yet held.
    #[schema(minimum = 0, maximum = 1_000_000_000)]
    pub planned_count: i64,
    /// Those of them whose planned day is past.
    #[schema(minimum = 0, maximum = 1_000_000_000)]
    pub missed_count: i64,
    #[schema(minimum = 0, maximum = 1_000_000_000)]
    pub held_count: i64,
}

/// Which communes somebody went to.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ActivityCoverage {
    /// Communes of the unit on `basis_date`.
    #[schema(minimum = 0, maximum = 100_000)]
    pub expected_count: i64,
    #[schema(minimum = 0, maximum = 100_000)]
    pub covered_count: i64,
    #[schema(minimum = 0, maximum = 100_000)]
    pub not_covered_count: i64,
    /// By code.
    #[schema(max_items = 200)]
    pub not_covered: Vec<UnitRef>,
    /// The list stops at 200; the counts do not.
    pub units_truncated: bool,
}

/// What was done on the spot. Held ones count by the day on which they were held, planned ones by the day planned.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ActivityProgress {
    #[schema(min_items = 5, max_items = 5)]
    pub by_kind: Vec<ActivityCount>,
    pub visit_coverage: ActivityCoverage,
    /// By inspections and supervisions.
    pub inspection_coverage: ActivityCoverage,
}

/// Reports that were owed, whatever committee is asked for: due in the days asked for (the last
/// three years of them), else in the year of today.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ReportingProgress {
    pub due_date_gte: LocalDate,
    pub due_date_lte: LocalDate,
    pub count: ObligationCount,
}

/// The work of a part of the unit.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct WorkGroup {
    /// Null for what stands under none of the groups, as what the unit itself has to do: all groups add up to the whole.
    pub unit: Option<UnitRef>,
    pub tasks: WorkCount,
    #[schema(minimum = 0, maximum = 1_000_000_000)]
    pub obstacles_waiting_count: i64,
    #[schema(minimum = 0, maximum = 1_000_000_000)]
    pub obstacles_overdue_count: i64,
    #[schema(minimum = 0, maximum = 1_000_000_000)]
    pub activities_held_count: i64,
}

/// How far the work of a unit and of all below it is (tiến độ thực hiện nhiệm vụ).
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct WorkProgress {
    pub scope: WorkProgressScope,
    pub tasks: WorkCount,
    #[schema(min_items = 4, max_items = 4)]
    pub by_kind: Vec<WorkOfKind>,
    /// Lines of `by_assignee` without its end.
    #[schema(minimum = 0, maximum = 1_000_000_000)]
    pub assignees_count: i64,
    /// Whoever has tasks, and members, agencies and communes of the unit's own committee without any: most overdue first,
    /// then most open.
    #[schema(max_items = 200)]
    pub by_assignee: Vec<AssigneeWork>,
    /// The list stops at 200; the count does not.
    pub assignees_truncated: bool,
    pub without_commitment: WithoutCommitment,
    pub obstacles: ObstacleProgress,
    pub activities: ActivityProgress,
    pub reporting: ReportingProgress,
    /// In the order of codes; empty unless `group_by` is given.
    #[schema(max_items = 20000)]
    pub groups: Vec<WorkGroup>,
}
