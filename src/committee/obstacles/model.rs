//! Rows, bodies and answers of obstacles.

use crate::calendar::WorkingDays;
use crate::committee::party::Party;
use crate::db::schema::{
    obstacle_budget_lines, obstacle_escalations, obstacle_steps, obstacle_tasks, obstacle_works, obstacles,
};
use crate::error::Faults;
use crate::http::{PatchBody, named, versioned};
use crate::units::{Level, UnitRef};
use crate::values::{
    AgencyId, BudgetLineId, ClientId, CommitteeId, CriteriaSetCode, CriteriaSetId, CriterionCode, ExternalId, Filled,
    ListCode, LocalDate, MeetingId, Note, ObservationId, ObstacleId, Patch, PersonId, TaskId, Timestamp, Title,
    UnitCode, UnitId, WorkId, vocabulary,
};
use deserr::Deserr;
use diesel::prelude::*;
use serde::Serialize;
use utoipa::ToSchema;

vocabulary! {
    /// What stands in the way.
    ObstacleKind {
        /// Something that is not as it should be, to be mended where it is (tồn tại, hạn chế).
        Shortcoming "SHORTCOMING" "Tồn tại, hạn chế" | "Shortcoming";
        /// Something that the unit cannot remove alone (khó khăn, vướng mắc).
        Obstacle "OBSTACLE" "Khó khăn, vướng mắc" | "Obstacle";
    }
}

vocabulary! {
    /// Where an obstacle stands.
    ObstacleStatus {
        Open "OPEN" "Mới nêu" | "Open";
        /// Somebody is to answer.
        Assigned "ASSIGNED" "Đã giao giải quyết" | "Assigned";
        Answered "ANSWERED" "Đã trả lời" | "Answered";
        Closed "CLOSED" "Đã khép lại" | "Closed";
    }
}

/// A row of `obstacles`.
#[derive(Debug, Clone, PartialEq, Queryable, Selectable, Insertable, AsChangeset, Serialize)]
#[diesel(table_name = obstacles, treat_none_as_default_value = false, treat_none_as_null = true)]
pub struct ObstacleRow {
    pub id: ObstacleId,
    pub version: i64,
    pub unit_id: UnitId,
    pub unit_date: LocalDate,
    pub kind: ObstacleKind,
    pub title: Title,
    #[serde(skip)]
    pub search_text: String,
    pub description: Option<Note>,
    pub proposal: Option<Note>,
    pub raised_date: LocalDate,
    pub raised_by_person_id: Option<PersonId>,
    pub raised_by_agency_id: Option<AgencyId>,
    pub meeting_id: Option<MeetingId>,
    pub topic_code: Option<ListCode>,
    pub criteria_set_id: Option<CriteriaSetId>,
    pub criterion_code: Option<CriterionCode>,
    pub observation_id: Option<ObservationId>,
    pub level: Option<Level>,
    pub answer_due_date: Option<LocalDate>,
    pub status: ObstacleStatus,
    pub agency_id: Option<AgencyId>,
    pub party_unit_id: Option<UnitId>,
    pub party_committee_id: Option<CommitteeId>,
    pub answer: Option<Note>,
    pub answered_date: Option<LocalDate>,
    pub reopened_count: i32,
    pub external_id: Option<ExternalId>,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
    pub answer_term_from: Option<LocalDate>,
    pub answer_in_working_days: Option<i32>,
}

/// A row of `obstacle_steps`: written once.
#[derive(Debug, Clone, PartialEq, Queryable, Selectable, Insertable, Serialize)]
#[diesel(table_name = obstacle_steps, treat_none_as_default_value = false)]
pub struct ObstacleStepRow {
    pub obstacle_id: ObstacleId,
    pub number: i32,
    pub status: ObstacleStatus,
    pub client_id: Option<ClientId>,
    pub person_id: Option<PersonId>,
    pub taken_at: Timestamp,
    pub answer: Option<Note>,
    pub reason: Option<Note>,
}

/// A row of `obstacle_escalations`: written once.
#[derive(Debug, Clone, PartialEq, Queryable, Selectable, Insertable, Serialize)]
#[diesel(table_name = obstacle_escalations, treat_none_as_default_value = false)]
pub struct EscalationRow {
    pub obstacle_id: ObstacleId,
    pub number: i32,
    pub from_level: Option<Level>,
    pub to_level: Level,
    pub reason: Note,
    pub old_answer_due_date: Option<LocalDate>,
    pub answer_due_date: Option<LocalDate>,
    pub client_id: Option<ClientId>,
    pub person_id: Option<PersonId>,
    pub escalated_at: Timestamp,
}

/// A row of `obstacle_tasks`.
#[derive(Debug, Clone, PartialEq, Queryable, Selectable, Insertable, Serialize)]
#[diesel(table_name = obstacle_tasks, treat_none_as_default_value = false)]
pub struct ObstacleTaskRow {
    pub obstacle_id: ObstacleId,
    pub task_id: TaskId,
    pub position: i32,
}

/// A row of `obstacle_works`.
#[derive(Debug, Clone, PartialEq, Queryable, Selectable, Insertable, Serialize)]
#[diesel(table_name = obstacle_works, treat_none_as_default_value = false)]
pub struct ObstacleWorkRow {
    pub obstacle_id: ObstacleId,
    pub work_id: WorkId,
    pub position: i32,
}

/// A row of `obstacle_budget_lines`.
#[derive(Debug, Clone, PartialEq, Queryable, Selectable, Insertable, Serialize)]
#[diesel(table_name = obstacle_budget_lines, treat_none_as_default_value = false)]
pub struct ObstacleLineRow {
    pub obstacle_id: ObstacleId,
    pub line_id: BudgetLineId,
    pub position: i32,
}

/// An obstacle with its steps, its escalations and what it stands in the way of: what is stored and what the journal keeps.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ObstacleRecord {
    #[serde(flatten)]
    pub row: ObstacleRow,
    pub steps: Vec<ObstacleStepRow>,
    pub escalations: Vec<EscalationRow>,
    pub tasks: Vec<ObstacleTaskRow>,
    pub works: Vec<ObstacleWorkRow>,
    pub budget_lines: Vec<ObstacleLineRow>,
}

/// An obstacle to raise.
#[derive(Debug, Clone, Deserr, ToSchema)]
#[deserr(error = Faults, deny_unknown_fields)]
#[schema(example = json!({
    "unit_code": "01984", "kind": "OBSTACLE", "title": "Chưa có hướng dẫn định mức hỗ trợ nhà ở", "level": "PROVINCE",
    "proposal": "Đề nghị tỉnh ban hành hướng dẫn trước 30/6", "answer_due_date": "2023-04-15"
}))]
pub struct NewObstacle {
    /// Unit in which it stands; either this or `unit_code`.
    #[deserr(default)]
    pub unit_id: Option<UnitId>,
    /// Code of its holder today, else its last holder.
    #[deserr(default)]
    pub unit_code: Option<UnitCode>,
    pub kind: ObstacleKind,
    pub title: Title,
    #[deserr(default)]
    pub description: Option<Note>,
    /// What whoever raises it proposes.
    #[deserr(default)]
    pub proposal: Option<Note>,
    /// Day on which it was raised; today unless given.
    #[deserr(default)]
    pub raised_date: Option<LocalDate>,
    /// Who raises it: a person, or else an agency; neither where the unit itself does.
    #[deserr(default)]
    pub raised_by_person_id: Option<PersonId>,
    #[deserr(default)]
    pub raised_by_agency_id: Option<AgencyId>,
    /// Meeting at which it was noted.
    #[deserr(default)]
    pub meeting_id: Option<MeetingId>,
    /// Code of `review-topics`.
    #[deserr(default)]
    pub topic_code: Option<ListCode>,
    /// The criterion that it concerns, with its set.
    #[deserr(default)]
    pub criteria_set_code: Option<CriteriaSetCode>,
    #[deserr(default)]
    pub criterion_code: Option<CriterionCode>,
    /// The figure on which it rests.
    #[deserr(default)]
    pub observation_id: Option<ObservationId>,
    /// Tasks that it is in the way of, or that are to remove it.
    #[schema(value_type = Option<Vec<TaskId>>, max_items = 50)]
    #[deserr(default)]
    pub task_ids: Option<Vec<TaskId>>,
    /// Works that it is in the way of.
    #[schema(value_type = Option<Vec<WorkId>>, max_items = 50)]
    #[deserr(default)]
    pub work_ids: Option<Vec<WorkId>>,
    /// Lines of money that it holds up.
    #[schema(value_type = Option<Vec<BudgetLineId>>, max_items = 50)]
    #[deserr(default)]
    pub budget_line_ids: Option<Vec<BudgetLineId>>,
    /// Level able to solve it, of the unit or above it; absent where it is not known.
    #[deserr(default)]
    pub level: Option<Level>,
    /// By when an answer is due.
    #[deserr(default)]
    pub answer_due_date: Option<LocalDate>,
    /// In its place: so many working days after `raised_date`, which itself does not count.
    #[schema(value_type = Option<i32>, minimum = 1, maximum = 1000)]
    #[deserr(default)]
    pub answer_due_in_working_days: Option<WorkingDays>,
    #[deserr(default)]
    pub external_id: Option<ExternalId>,
}

named!(NewObstacle);

/// What may be changed of an obstacle while nobody has answered. The words of one that was escalated stay.
#[derive(Debug, Clone, Deserr, ToSchema)]
#[deserr(error = Faults, deny_unknown_fields)]
#[schema(example = json!({ "proposal": "Đề nghị tỉnh ban hành hướng dẫn trước 30/6" }))]
pub struct ObstaclePatch {
    #[schema(value_type = Title, required = false)]
    #[deserr(default)]
    pub title: Filled<Title>,
    #[schema(value_type = Option<Note>)]
    #[deserr(default)]
    pub description: Patch<Note>,
    #[schema(value_type = Option<Note>)]
    #[deserr(default)]
    pub proposal: Patch<Note>,
    #[schema(value_type = Option<LocalDate>)]
    #[deserr(default)]
    pub answer_due_date: Patch<LocalDate>,
    /// All of them.
    #[schema(value_type = Vec<TaskId>, required = false, max_items = 50)]
    #[deserr(default)]
    pub task_ids: Filled<Vec<TaskId>>,
    /// All of them.
    #[schema(value_type = Vec<WorkId>, required = false, max_items = 50)]
    #[deserr(default)]
    pub work_ids: Filled<Vec<WorkId>>,
    /// All of them.
    #[schema(value_type = Vec<BudgetLineId>, required = false, max_items = 50)]
    #[deserr(default)]
    pub budget_line_ids: Filled<Vec<BudgetLineId>>,
}

impl PatchBody for ObstaclePatch {
    const READ_ONLY: &'static [&'static str] = &[
        "id",
        "version",
        "unit",
        "kind",
        "raised_date",
        "raised_by_person_id",
        "raised_by_agency_id",
        "meeting_id",
        "topic_code",
        "criteria_set_code",
        "criterion_code",
        "observation_id",
        "level",
        "answer_due_in_working_days",
        "answer_due_date_provisional",
        "status",
        "assignee",
        "answer",
        "answered_date",
        "is_overdue",
        "days_open",
        "reopened_count",
        "steps",
        "escalations",
        "allowed_transitions",
        "external_id",
        "created_at",
        "updated_at",
    ];
}

/// Who is to answer: one of the three, of the unit or above it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserr, ToSchema)]
#[deserr(error = Faults, deny_unknown_fields)]
#[schema(example = json!({ "unit_code": "063" }))]
pub struct NewSolver {
    #[deserr(default)]
    pub agency_id: Option<AgencyId>,
    #[deserr(default)]
    pub unit_code: Option<UnitCode>,
    #[deserr(default)]
    pub committee_id: Option<CommitteeId>,
}

/// A step of an obstacle. `ASSIGNED` names who is to answer, `ANSWERED` carries the answer; whoever raised it closes it,
/// and opens it again with a reason.
#[derive(Debug, Clone, Deserr, ToSchema)]
#[deserr(error = Faults, deny_unknown_fields)]
#[schema(example = json!({ "to": "ANSWERED", "answer": "Đã có hướng dẫn số 12/HD-SXD" }))]
pub struct NewObstacleTransition {
    pub to: ObstacleStatus,
    /// For `ASSIGNED`.
    #[deserr(default)]
    pub assignee: Option<NewSolver>,
    /// For `ASSIGNED`: by when an answer is due; as it was unless given.
    #[deserr(default)]
    pub answer_due_date: Option<LocalDate>,
    /// In its place: so many working days after today.
    #[schema(value_type = Option<i32>, minimum = 1, maximum = 1000)]
    #[deserr(default)]
    pub answer_due_in_working_days: Option<WorkingDays>,
    /// For `ANSWERED`.
    #[deserr(default)]
    pub answer: Option<Note>,
    /// Needed to reopen, and to close without an answer.
    #[deserr(default)]
    pub reason: Option<Note>,
}

/// An escalation to record: the words stay, a new clock starts.
#[derive(Debug, Clone, Deserr, ToSchema)]
#[deserr(error = Faults, deny_unknown_fields)]
#[schema(example = json!({ "to_level": "PROVINCE", "reason": "Vượt thẩm quyền của huyện", "answer_due_date": "2023-05-31" }))]
pub struct NewObstacleEscalation {
    /// Above the level that was to solve it so far.
    pub to_level: Level,
    pub reason: Note,
    /// By when an answer is due from there.
    #[deserr(default)]
    pub answer_due_date: Option<LocalDate>,
    /// In its place: so many working days after today.
    #[schema(value_type = Option<i32>, minimum = 1, maximum = 1000)]
    #[deserr(default)]
    pub answer_due_in_working_days: Option<WorkingDays>,
}

/// A step that was taken.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ObstacleStep {
    #[schema(minimum = 1, maximum = 1000)]
    pub number: i32,
    pub status: ObstacleStatus,
    pub client_id: Option<ClientId>,
    pub person_id: Option<PersonId>,
    pub taken_at: Timestamp,
    pub answer: Option<Note>,
    pub reason: Option<Note>,
}

/// An escalation to a higher level (chuyển cấp trên).
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ObstacleEscalation {
    #[schema(minimum = 1, maximum = 1000)]
    pub number: i32,
    pub from_level: Option<Level>,
    pub to_level: Level,
    pub reason: Note,
    pub old_answer_due_date: Option<LocalDate>,
    pub answer_due_date: Option<LocalDate>,
    pub client_id: Option<ClientId>,
    pub person_id: Option<PersonId>,
    pub escalated_at: Timestamp,
}

/// What stands in the way of the programmes in a unit (tồn tại, vướng mắc).
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Obstacle {
    pub id: ObstacleId,
    #[schema(minimum = 1, maximum = 9_007_199_254_740_991_i64)]
    pub version: i64,
    /// The unit in which it stands, as it was on `raised_date`.
    pub unit: UnitRef,
    pub kind: ObstacleKind,
    pub title: Title,
    pub description: Option<Note>,
    pub proposal: Option<Note>,
    pub raised_date: LocalDate,
    pub raised_by_person_id: Option<PersonId>,
    pub raised_by_agency_id: Option<AgencyId>,
    pub meeting_id: Option<MeetingId>,
    pub topic_code: Option<ListCode>,
    pub criteria_set_code: Option<CriteriaSetCode>,
    pub criterion_code: Option<CriterionCode>,
    pub observation_id: Option<ObservationId>,
    #[schema(max_items = 50)]
    pub task_ids: Vec<TaskId>,
    #[schema(max_items = 50)]
    pub work_ids: Vec<WorkId>,
    #[schema(max_items = 50)]
    pub budget_line_ids: Vec<BudgetLineId>,
    /// Level able to solve it; null where it is not known.
    pub level: Option<Level>,
    pub answer_due_date: Option<LocalDate>,
    /// Working days in which an answer is due, from which `answer_due_date` follows, with the calendar, until there is
    /// one; null where a day was named.
    #[schema(minimum = 1, maximum = 1000)]
    pub answer_due_in_working_days: Option<i32>,
    /// The days off of a year of that term are not known yet: `answer_due_date` may move.
    pub answer_due_date_provisional: bool,
    pub status: ObstacleStatus,
    /// Who is to answer; null while nobody is.
    pub assignee: Option<Party>,
    /// The newest answer.
    pub answer: Option<Note>,
    pub answered_date: Option<LocalDate>,
    /// Nobody has answered after `answer_due_date`.
    pub is_overdue: bool,
    /// Days from `raised_date` to today, or to the day on which it was closed.
    #[schema(minimum = 0, maximum = 110_000)]
    pub days_open: i64,
    /// How often it came back.
    #[schema(minimum = 0, maximum = 1000)]
    pub reopened_count: i32,
    #[schema(max_items = 1000)]
    pub steps: Vec<ObstacleStep>,
    #[schema(max_items = 10)]
    pub escalations: Vec<ObstacleEscalation>,
    pub external_id: Option<ExternalId>,
    #[schema(max_items = 4)]
    pub allowed_transitions: Vec<ObstacleStatus>,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
}

versioned!(Obstacle);
