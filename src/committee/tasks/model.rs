//! Rows, bodies and answers of tasks.

use crate::calendar::WorkingDays;
use crate::committee::party::{NewParty, Party, Who};
use crate::db::schema::{task_extensions, task_files, task_progress_reports, task_steps, task_terms, tasks};
use crate::db::stored;
use crate::error::Faults;
use crate::http::{PatchBody, named, versioned};
use crate::units::UnitRef;
use crate::values::{
    ActId, AgencyId, ClientId, CommitteeId, CriteriaSetCode, CriteriaSetId, CriterionCode, Decimal, DirectiveId,
    ExternalId, FileId, Filled, ItemNumber, LocalDate, Note, Patch, PersonId, TaskId, TaskProgressReportId, Timestamp,
    Title, UnitCode, UnitId, Whole, vocabulary,
};
use deserr::Deserr;
use diesel::prelude::*;
use serde::Serialize;
use utoipa::ToSchema;

vocabulary! {
    /// Why a task is there.
    TaskKind {
        /// An act, or whoever leads the committee, says so (chỉ đạo).
        Directive "DIRECTIVE" "Nhiệm vụ theo kết luận, chỉ đạo" | "Directive";
        /// The programme of the year says so.
        WorkProgramme "WORK_PROGRAMME" "Nhiệm vụ của chương trình công tác" | "Work programme";
        /// One concrete job that a member registers (việc làm cụ thể).
        Commitment "COMMITMENT" "Việc làm cụ thể đã đăng ký" | "Commitment";
        /// An inspection or a supervision recommends it.
        Recommendation "RECOMMENDATION" "Kiến nghị sau kiểm tra, giám sát" | "Recommendation";
    }
}

vocabulary! {
    /// Where a task stands.
    TaskStatus {
        Open "OPEN" "Chưa thực hiện" | "Open";
        InProgress "IN_PROGRESS" "Đang thực hiện" | "In progress";
        /// By whoever has it; the committee has not looked at it yet.
        Done "DONE" "Đã báo cáo hoàn thành" | "Reported done";
        Confirmed "CONFIRMED" "Đã xác nhận hoàn thành" | "Confirmed";
        Cancelled "CANCELLED" "Đã hủy" | "Cancelled";
    }
}

vocabulary! {
    /// How a task stands to a due date, by Vietnam's calendar. A day ends with its last minute.
    Timeliness {
        /// It stands, or nobody said by when.
        NoDueDate "NO_DUE_DATE" "Không có thời hạn" | "No due date";
        NotDue "NOT_DUE" "Trong hạn" | "Not due yet";
        Overdue "OVERDUE" "Quá hạn" | "Overdue";
        OnTime "ON_TIME" "Hoàn thành đúng hạn" | "Done on time";
        Late "LATE" "Hoàn thành quá hạn" | "Done late";
    }
}

/// A row of `tasks`.
#[derive(Debug, Clone, PartialEq, Queryable, Selectable, Insertable, AsChangeset, Serialize)]
#[diesel(table_name = tasks, treat_none_as_default_value = false, treat_none_as_null = true)]
pub struct TaskRow {
    pub id: TaskId,
    pub version: i64,
    pub unit_id: UnitId,
    pub unit_date: LocalDate,
    pub committee_id: CommitteeId,
    pub kind: TaskKind,
    pub directive_id: Option<DirectiveId>,
    pub act_id: Option<ActId>,
    pub item_code: Option<ItemNumber>,
    pub serves_task_id: Option<TaskId>,
    pub content: Note,
    #[serde(skip)]
    pub search_text: String,
    pub person_id: Option<PersonId>,
    pub agency_id: Option<AgencyId>,
    pub party_unit_id: Option<UnitId>,
    pub party_committee_id: Option<CommitteeId>,
    pub target_unit_id: Option<UnitId>,
    pub criteria_set_id: Option<CriteriaSetId>,
    pub criterion_code: Option<CriterionCode>,
    pub quantity: Option<Decimal>,
    pub quantity_unit: Option<Title>,
    pub value_vnd: Option<i64>,
    pub assigned_date: LocalDate,
    pub due_date: Option<LocalDate>,
    #[serde(skip)]
    pub sort_date: LocalDate,
    pub status: TaskStatus,
    pub done_date: Option<LocalDate>,
    pub progress_percent: Option<i32>,
    pub note: Option<Note>,
    pub external_id: Option<ExternalId>,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
}

impl TaskRow {
    pub fn who(&self) -> Who {
        Who {
            person_id: self.person_id,
            agency_id: self.agency_id,
            unit_id: self.party_unit_id,
            committee_id: self.party_committee_id,
        }
    }
}

/// A row of `task_steps`: written once.
#[derive(Debug, Clone, PartialEq, Queryable, Selectable, Insertable, Serialize)]
#[diesel(table_name = task_steps, treat_none_as_default_value = false)]
pub struct StepRow {
    pub task_id: TaskId,
    pub number: i32,
    pub status: TaskStatus,
    pub client_id: Option<ClientId>,
    pub person_id: Option<PersonId>,
    pub taken_at: Timestamp,
    pub done_date: Option<LocalDate>,
    pub result: Option<Note>,
    pub reason: Option<Note>,
}

/// A row of `task_extensions`: written once.
#[derive(Debug, Clone, PartialEq, Queryable, Selectable, Insertable, Serialize)]
#[diesel(table_name = task_extensions, treat_none_as_default_value = false)]
pub struct ExtensionRow {
    pub task_id: TaskId,
    pub number: i32,
    pub old_due_date: LocalDate,
    pub new_due_date: LocalDate,
    pub reason: Note,
    pub act_number: Option<Title>,
    pub client_id: Option<ClientId>,
    pub person_id: Option<PersonId>,
    pub extended_at: Timestamp,
}

/// A row of `task_files`.
#[derive(Debug, Clone, PartialEq, Queryable, Selectable, Insertable, Serialize)]
#[diesel(table_name = task_files, treat_none_as_default_value = false)]
pub struct TaskFileRow {
    pub task_id: TaskId,
    pub file_id: FileId,
    pub position: i32,
}

/// A row of `task_terms`: a task has one at the most.
#[derive(Debug, Clone, PartialEq, Queryable, Selectable, Insertable, Serialize)]
#[diesel(table_name = task_terms, treat_none_as_default_value = false)]
pub struct TaskTermRow {
    pub task_id: TaskId,
    pub in_working_days: i32,
}

/// A task with its steps, extensions, files and term: what is stored and what the journal keeps.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct TaskRecord {
    #[serde(flatten)]
    pub row: TaskRow,
    pub steps: Vec<StepRow>,
    pub extensions: Vec<ExtensionRow>,
    pub files: Vec<TaskFileRow>,
    pub terms: Vec<TaskTermRow>,
}

impl TaskRecord {
    /// Working days after `assigned_date` on which it is due; none where a day was named.
    pub fn in_working_days(&self) -> Option<i32> {
        self.terms.first().map(|term| term.in_working_days)
    }

    /// By when it was to be done at first.
    pub fn original_due_date(&self) -> Option<LocalDate> {
        self.extensions.first().map_or(self.row.due_date, |first| Some(first.old_due_date))
    }
}

/// A row of `task_progress_reports`: written once.
#[derive(Debug, Clone, PartialEq, Queryable, Selectable, Insertable, AsChangeset, Serialize, ToSchema)]
#[diesel(table_name = task_progress_reports, treat_none_as_default_value = false, treat_none_as_null = true)]
pub struct ProgressReport {
    pub id: TaskProgressReportId,
    #[schema(minimum = 1, maximum = 9_007_199_254_740_991_i64)]
    pub version: i64,
    #[schema(ignore)]
    #[serde(skip)]
    pub unit_id: UnitId,
    #[schema(ignore)]
    #[serde(skip)]
    pub unit_date: LocalDate,
    pub task_id: TaskId,
    /// Day as of which it reports.
    pub report_date: LocalDate,
    /// What was done, and what is in the way.
    pub content: Note,
    #[schema(minimum = 0, maximum = 100)]
    pub progress_percent: Option<i32>,
    /// How much is done, in the unit of the task's quantity.
    pub quantity: Option<Decimal>,
    /// Who reported.
    pub client_id: Option<ClientId>,
    pub person_id: Option<PersonId>,
    pub external_id: Option<ExternalId>,
    pub created_at: Timestamp,
}

stored!(ProgressReport, task_progress_reports, "task-progress-reports", "task-progress-report", |report| Some((
    report.unit_id,
    report.unit_date
)));

/// A task to record. One of a directive comes of the directive itself.
#[derive(Debug, Clone, Deserr, ToSchema)]
#[deserr(error = Faults, deny_unknown_fields)]
#[schema(example = json!({
    "committee_id": "01992f3e-7c1a-7b55-9a0e-4f6f0c1d2e3f", "kind": "COMMITMENT",
    "assignee": { "person_id": "01992f3e-7c1a-7b55-9a0e-4f6f0c1d2e40" },
    "content": "Hỗ trợ làm 500 m đường ngõ xóm", "target_unit_code": "01984", "quantity": 500, "quantity_unit": "m", "due_date": "2023-06-30"
}))]
pub struct NewTask {
    /// The committee that follows it; that of the task served unless given.
    #[deserr(default)]
    pub committee_id: Option<CommitteeId>,
    pub kind: TaskKind,
    /// Who has it.
    pub assignee: NewParty,
    /// What is to be done.
    pub content: Note,
    /// The act of which it comes, and the item of it.
    #[deserr(default)]
    pub act_id: Option<ActId>,
    #[deserr(default)]
    pub item_code: Option<ItemNumber>,
    /// The task that it serves: a commitment serves the one that asked for it.
    #[deserr(default)]
    pub serves_task_id: Option<TaskId>,
    /// The unit that it is for, by its id or by `target_unit_code`.
    #[deserr(default)]
    pub target_unit_id: Option<UnitId>,
    /// Code that the unit bears on `assigned_date`.
    #[deserr(default)]
    pub target_unit_code: Option<UnitCode>,
    /// The criterion that it is for, with its set.
    #[deserr(default)]
    pub criteria_set_code: Option<CriteriaSetCode>,
    #[deserr(default)]
    pub criterion_code: Option<CriterionCode>,
    /// How much.
    #[deserr(default)]
    pub quantity: Option<Decimal>,
    /// Of what: needed with a quantity.
    #[deserr(default)]
    pub quantity_unit: Option<Title>,
    /// Worth in whole đồng.
    #[schema(value_type = Option<i64>, minimum = 0, maximum = 9_007_199_254_740_991_i64)]
    #[deserr(default)]
    pub value_vnd: Option<Whole<0, 9_007_199_254_740_991>>,
    /// Day from which it runs; today unless given.
    #[deserr(default)]
    pub assigned_date: Option<LocalDate>,
    /// By when; absent for what stands.
    #[deserr(default)]
    pub due_date: Option<LocalDate>,
    /// In its place: so many working days after `assigned_date`, which itself does not count.
    #[schema(value_type = Option<i32>, minimum = 1, maximum = 1000)]
    #[deserr(default)]
    pub due_in_working_days: Option<WorkingDays>,
    #[deserr(default)]
    pub note: Option<Note>,
    #[deserr(default)]
    pub external_id: Option<ExternalId>,
}

named!(NewTask);

/// What may be changed of a task while it is open. A due date is extended, never changed.
#[derive(Debug, Clone, Deserr, ToSchema)]
#[deserr(error = Faults, deny_unknown_fields)]
#[schema(example = json!({ "quantity": 600, "quantity_unit": "m" }))]
pub struct TaskPatch {
    /// Not that of a directive, whose words stay.
    #[schema(value_type = Note, required = false)]
    #[deserr(default)]
    pub content: Filled<Note>,
    #[schema(value_type = Option<Decimal>)]
    #[deserr(default)]
    pub quantity: Patch<Decimal>,
    #[schema(value_type = Option<Title>)]
    #[deserr(default)]
    pub quantity_unit: Patch<Title>,
    #[schema(value_type = Option<i64>, minimum = 0, maximum = 9_007_199_254_740_991_i64)]
    #[deserr(default)]
    pub value_vnd: Patch<Whole<0, 9_007_199_254_740_991>>,
    #[schema(value_type = Option<Note>)]
    #[deserr(default)]
    pub note: Patch<Note>,
}

impl PatchBody for TaskPatch {
    const READ_ONLY: &'static [&'static str] = &[
        "id",
        "version",
        "unit",
        "committee_id",
        "kind",
        "directive_id",
        "act_id",
        "item_code",
        "serves_task_id",
        "assignee",
        "target_unit",
        "criteria_set_code",
        "criterion_code",
        "assigned_date",
        "due_date",
        "due_in_working_days",
        "due_date_provisional",
        "original_due_date",
        "status",
        "done_date",
        "timeliness",
        "original_timeliness",
        "days_late",
        "progress_percent",
        "extensions",
        "steps",
        "file_ids",
        "allowed_transitions",
        "external_id",
        "created_at",
        "updated_at",
    ];
}

/// A step of a task: `IN_PROGRESS` to begin it, `DONE` by whoever has it; `CONFIRMED`, `IN_PROGRESS` again with a reason,
/// or `CANCELLED` with one by the committee.
#[derive(Debug, Clone, Deserr, ToSchema)]
#[deserr(error = Faults, deny_unknown_fields)]
#[schema(example = json!({ "to": "DONE", "done_date": "2023-06-28", "result": "Đã làm xong 520 m" }))]
pub struct NewTaskTransition {
    pub to: TaskStatus,
    /// For `DONE`: day on which it was done; today unless given.
    #[deserr(default)]
    pub done_date: Option<LocalDate>,
    /// For `DONE`: what came of it.
    #[deserr(default)]
    pub result: Option<Note>,
    /// For `DONE`: files that show it, kept under `/v1/files`.
    #[schema(value_type = Option<Vec<FileId>>, max_items = 50)]
    #[deserr(default)]
    pub file_ids: Option<Vec<FileId>>,
    /// Needed to return a task and to cancel one.
    #[deserr(default)]
    pub reason: Option<Note>,
}

/// An extension to record (gia hạn).
#[derive(Debug, Clone, Deserr, ToSchema)]
#[deserr(error = Faults, deny_unknown_fields)]
#[schema(example = json!({ "new_due_date": "2023-09-30", "reason": "Mưa lũ kéo dài" }))]
pub struct NewTaskExtension {
    /// After the due date so far.
    pub new_due_date: LocalDate,
    pub reason: Note,
    /// Number and symbol of the act that extends, where there is one.
    #[deserr(default)]
    pub act_number: Option<Title>,
}

/// A report of how far a task is. The first one begins the task.
#[derive(Debug, Clone, Deserr, ToSchema)]
#[deserr(error = Faults, deny_unknown_fields)]
#[schema(example = json!({ "content": "Đã đổ bê tông 300 m", "progress_percent": 60, "quantity": 300 }))]
pub struct NewProgressReport {
    /// Day as of which it reports; today unless given.
    #[deserr(default)]
    pub report_date: Option<LocalDate>,
    pub content: Note,
    #[schema(value_type = Option<i32>, minimum = 0, maximum = 100)]
    #[deserr(default)]
    pub progress_percent: Option<Whole<0, 100>>,
    /// How much is done, in the unit of the task's quantity.
    #[deserr(default)]
    pub quantity: Option<Decimal>,
    #[deserr(default)]
    pub external_id: Option<ExternalId>,
}

named!(NewProgressReport);

/// A step that was taken.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct TaskStep {
    #[schema(minimum = 1, maximum = 1000)]
    pub number: i32,
    pub status: TaskStatus,
    pub client_id: Option<ClientId>,
    pub person_id: Option<PersonId>,
    pub taken_at: Timestamp,
    pub done_date: Option<LocalDate>,
    pub result: Option<Note>,
    pub reason: Option<Note>,
}

/// An extension of a due date (gia hạn).
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct TaskExtension {
    #[schema(minimum = 1, maximum = 1000)]
    pub number: i32,
    pub old_due_date: LocalDate,
    pub new_due_date: LocalDate,
    pub reason: Note,
    pub act_number: Option<Title>,
    pub client_id: Option<ClientId>,
    pub person_id: Option<PersonId>,
    pub extended_at: Timestamp,
}

/// A task (nhiệm vụ).
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Task {
    pub id: TaskId,
    #[schema(minimum = 1, maximum = 9_007_199_254_740_991_i64)]
    pub version: i64,
    /// Unit of whoever has it, as it was when it began: of a person that of the committee.
    pub unit: UnitRef,
    pub committee_id: CommitteeId,
    pub kind: TaskKind,
    /// The directive that it comes of.
    pub directive_id: Option<DirectiveId>,
    pub act_id: Option<ActId>,
    pub item_code: Option<ItemNumber>,
    /// The task that it serves.
    pub serves_task_id: Option<TaskId>,
    pub content: Note,
    pub assignee: Party,
    /// The unit that it is for.
    pub target_unit: Option<UnitRef>,
    pub criteria_set_code: Option<CriteriaSetCode>,
    pub criterion_code: Option<CriterionCode>,
    pub quantity: Option<Decimal>,
    pub quantity_unit: Option<Title>,
    #[schema(minimum = 0, maximum = 9_007_199_254_740_991_i64)]
    pub value_vnd: Option<i64>,
    pub assigned_date: LocalDate,
    /// By when, extensions included; null for what stands.
    pub due_date: Option<LocalDate>,
    /// Working days after `assigned_date` from which `due_date` follows, with the calendar, as long as the task is open
    /// and was not extended; null where a day was named.
    #[schema(minimum = 1, maximum = 1000)]
    pub due_in_working_days: Option<i32>,
    /// The days off of a year of that term are not known yet: `due_date` may move.
    pub due_date_provisional: bool,
    /// By when at first.
    pub original_due_date: Option<LocalDate>,
    pub status: TaskStatus,
    pub done_date: Option<LocalDate>,
    /// Against `due_date`; null where it was cancelled.
    pub timeliness: Option<Timeliness>,
    /// The same against `original_due_date`.
    pub original_timeliness: Option<Timeliness>,
    /// Days after `due_date`, for what is overdue or was done late; 0 else.
    #[schema(minimum = 0, maximum = 110_000)]
    pub days_late: i64,
    /// By the newest report that says so.
    #[schema(minimum = 0, maximum = 100)]
    pub progress_percent: Option<i32>,
    #[schema(max_items = 1000)]
    pub extensions: Vec<TaskExtension>,
    #[schema(max_items = 1000)]
    pub steps: Vec<TaskStep>,
    /// Files that show what was done.
    #[schema(max_items = 50)]
    pub file_ids: Vec<FileId>,
    pub note: Option<Note>,
    pub external_id: Option<ExternalId>,
    /// What may follow now; who may take which step is told by the operation.
    #[schema(max_items = 5)]
    pub allowed_transitions: Vec<TaskStatus>,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
}

versioned!(Task, ProgressReport);
