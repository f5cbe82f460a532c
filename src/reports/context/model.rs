//! The answer of `criterion-context`.

use crate::assessments::{ProofItem, Stage, Verdict};
use crate::committee::obstacles::{ObstacleKind, ObstacleStatus};
use crate::committee::party::Party;
use crate::committee::tasks::{TaskKind, TaskStatus};
use crate::programmes::works::WorkState;
use crate::reports::model::PeriodChoice;
use crate::units::{Level, UnitRef};
use crate::values::{
    AgencyId, AssessmentId, BudgetLineId, CommitteeId, ComponentCode, CriteriaSetCode, CriterionCode, Decimal,
    ListCode, LocalDate, MandateId, Names, Note, ObstacleId, Period, PersonId, TaskId, Title, WorkId, vocabulary,
};
use serde::Serialize;
use utoipa::ToSchema;

vocabulary! {
    /// Whether the service knows of something at all.
    KnowledgeState {
        Known "KNOWN" "Có số liệu" | "Known";
        NoData "NO_DATA" "Chưa có số liệu" | "No data";
    }
}

/// The criterion that was asked for.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ContextCriterion {
    pub code: CriterionCode,
    pub name: Names,
}

/// The result that counts.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ContextResult {
    pub assessment_id: AssessmentId,
    pub period: Period,
    pub stage: Stage,
    /// The verdict on the criterion.
    pub verdict: Verdict,
}

/// An obstacle that is not closed.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ContextObstacle {
    pub id: ObstacleId,
    pub kind: ObstacleKind,
    pub title: Title,
    pub status: ObstacleStatus,
    pub raised_date: LocalDate,
    /// Level able to solve it; null where it is not known.
    pub level: Option<Level>,
    pub answer_due_date: Option<LocalDate>,
    /// Nobody has answered after `answer_due_date`.
    pub is_overdue: bool,
}

/// A task that is not done.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ContextTask {
    pub id: TaskId,
    pub kind: TaskKind,
    pub content: Note,
    pub status: TaskStatus,
    pub assignee: Party,
    pub due_date: Option<LocalDate>,
    pub is_overdue: bool,
}

/// Who follows the unit or the criterion for a committee (phụ trách).
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ContextCharge {
    pub mandate_id: MandateId,
    pub committee_id: CommitteeId,
    pub person_id: Option<PersonId>,
    pub agency_id: Option<AgencyId>,
    /// The unit followed; null where the criterion is followed everywhere.
    pub unit: Option<UnitRef>,
    /// The criterion followed; null where the unit is followed as a whole.
    pub criterion_code: Option<CriterionCode>,
}

/// A line of money that is not spent.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ContextLine {
    pub id: BudgetLineId,
    pub programme_code: ListCode,
    pub component_code: Option<ComponentCode>,
    #[schema(minimum = 2000, maximum = 2099)]
    pub plan_year: i32,
    #[schema(minimum = 1, maximum = 9_007_199_254_740_991_i64)]
    pub remaining_vnd: i64,
}

/// Money of the components that serve the criterion.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ContextMoney {
    /// `NO_DATA` where no line of such a component is known.
    pub state: KnowledgeState,
    #[schema(minimum = 0, maximum = 1_000_000)]
    pub lines_count: i64,
    /// Largest remainders first.
    #[schema(max_items = 50)]
    pub lines: Vec<ContextLine>,
    /// The list stops at 50; the count does not.
    pub lines_truncated: bool,
}

/// A work that is not finished.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ContextWork {
    pub id: WorkId,
    pub name: Title,
    pub state: WorkState,
    pub component_code: Option<ComponentCode>,
    /// As reported last; null where nobody has.
    pub physical_percent: Option<Decimal>,
    pub planned_end_date: Option<LocalDate>,
    /// It was to be finished before today.
    pub is_late: bool,
}

/// Works of the components that serve the criterion.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ContextWorks {
    /// `NO_DATA` where no work of such a component is known.
    pub state: KnowledgeState,
    #[schema(minimum = 0, maximum = 1_000_000)]
    pub works_count: i64,
    /// Late ones first.
    #[schema(max_items = 50)]
    pub works: Vec<ContextWork>,
    /// The list stops at 50; the count does not.
    pub works_truncated: bool,
}

/// Why a criterion is not met in a unit.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct CriterionContext {
    pub unit: UnitRef,
    pub today: LocalDate,
    pub period: PeriodChoice,
    /// The set of the result, else the one asked for.
    pub criteria_set_code: CriteriaSetCode,
    pub criterion: ContextCriterion,
    /// Null where nothing was reported.
    pub result: Option<ContextResult>,
    #[schema(minimum = 0, maximum = 50)]
    pub items_count: i64,
    /// Items of the criterion that are not met or not decided, as the proof of the result shows them.
    #[schema(value_type = Vec<ProofItem>, max_items = 50)]
    pub items: Vec<serde_json::Value>,
    /// The list stops at 50; the count does not.
    pub items_truncated: bool,
    #[schema(minimum = 0, maximum = 1_000_000)]
    pub obstacles_count: i64,
    /// Obstacles of the unit for this criterion, or resting on a figure of one of its indicators; overdue ones first.
    #[schema(max_items = 50)]
    pub obstacles: Vec<ContextObstacle>,
    /// The list stops at 50; the count does not.
    pub obstacles_truncated: bool,
    #[schema(minimum = 0, maximum = 1_000_000)]
    pub tasks_count: i64,
    /// Tasks of these obstacles, and those of the unit or for it that are for this criterion; overdue ones first.
    #[schema(max_items = 50)]
    pub tasks: Vec<ContextTask>,
    /// The list stops at 50; the count does not.
    pub tasks_truncated: bool,
    #[schema(minimum = 0, maximum = 1_000_000)]
    pub mandates_count: i64,
    /// Who is in charge of the unit, of one above it, or of the criterion, as far as the caller may see them.
    #[schema(max_items = 50)]
    pub mandates: Vec<ContextCharge>,
    /// The list stops at 50; the count does not.
    pub mandates_truncated: bool,
    /// Lines that are not spent, of the unit and of works in it.
    pub lines_unspent: ContextMoney,
    /// Works of the unit that are not finished.
    pub works_unfinished: ContextWorks,
}
