//! Rows, bodies and answers of activities.

use crate::db::schema::{activities, activity_files, activity_parties, activity_recommendations, activity_units};
use crate::error::Faults;
use crate::http::{PatchBody, named, versioned};
use crate::units::UnitRef;
use crate::values::{
    ActivityId, AgencyId, CommitteeId, ExternalId, FileId, Filled, LocalDate, Note, Patch, PersonId, TaskId, Timestamp,
    Title, UnitCode, UnitId, Whole, vocabulary,
};
use deserr::Deserr;
use diesel::prelude::*;
use serde::Serialize;
use utoipa::ToSchema;

vocabulary! {
    /// What an activity is.
    ActivityKind {
        /// A member goes to a commune that it follows (đi cơ sở).
        Visit "VISIT" "Đi cơ sở" | "Visit";
        Reminder "REMINDER" "Đôn đốc" | "Reminder";
        Inspection "INSPECTION" "Kiểm tra" | "Inspection";
        Supervision "SUPERVISION" "Giám sát" | "Supervision";
        Communication "COMMUNICATION" "Tuyên truyền, truyền thông" | "Communication";
    }
}

vocabulary! {
    /// Where an activity stands.
    ActivityStatus {
        Planned "PLANNED" "Dự kiến" | "Planned";
        Held "HELD" "Đã thực hiện" | "Held";
        Cancelled "CANCELLED" "Đã hủy" | "Cancelled";
    }
}

/// A row of `activities`.
#[derive(Debug, Clone, PartialEq, Queryable, Selectable, Insertable, AsChangeset, Serialize)]
#[diesel(table_name = activities, treat_none_as_default_value = false, treat_none_as_null = true)]
pub struct ActivityRow {
    pub id: ActivityId,
    pub version: i64,
    pub unit_id: UnitId,
    pub unit_date: LocalDate,
    pub committee_id: Option<CommitteeId>,
    pub kind: ActivityKind,
    pub status: ActivityStatus,
    pub title: Title,
    #[serde(skip)]
    pub search_text: String,
    pub planned_date: Option<LocalDate>,
    pub held_date: Option<LocalDate>,
    pub task_id: Option<TaskId>,
    pub findings: Option<Note>,
    pub audience: Option<Title>,
    pub language: Option<Title>,
    pub reach_count: Option<i64>,
    pub cost_vnd: Option<i64>,
    pub cancellation_reason: Option<Note>,
    pub note: Option<Note>,
    pub external_id: Option<ExternalId>,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
}

/// A row of `activity_units`.
#[derive(Debug, Clone, PartialEq, Queryable, Selectable, Insertable, Serialize)]
#[diesel(table_name = activity_units, treat_none_as_default_value = false)]
pub struct ActivityUnitRow {
    pub activity_id: ActivityId,
    pub target_unit_id: UnitId,
    pub position: i32,
}

/// A row of `activity_parties`.
#[derive(Debug, Clone, PartialEq, Queryable, Selectable, Insertable, Serialize)]
#[diesel(table_name = activity_parties, treat_none_as_default_value = false)]
pub struct ActivityPartyRow {
    pub activity_id: ActivityId,
    pub position: i32,
    pub person_id: Option<PersonId>,
    pub agency_id: Option<AgencyId>,
}

/// A row of `activity_recommendations`.
#[derive(Debug, Clone, PartialEq, Queryable, Selectable, Insertable, Serialize)]
#[diesel(table_name = activity_recommendations, treat_none_as_default_value = false)]
pub struct RecommendationRow {
    pub activity_id: ActivityId,
    pub task_id: TaskId,
    pub position: i32,
}

/// A row of `activity_files`.
#[derive(Debug, Clone, PartialEq, Queryable, Selectable, Insertable, Serialize)]
#[diesel(table_name = activity_files, treat_none_as_default_value = false)]
pub struct ActivityFileRow {
    pub activity_id: ActivityId,
    pub file_id: FileId,
    pub position: i32,
}

/// An activity with everything that belongs to it: what is stored and what the journal keeps.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ActivityRecord {
    #[serde(flatten)]
    pub row: ActivityRow,
    pub units: Vec<ActivityUnitRow>,
    pub parties: Vec<ActivityPartyRow>,
    pub recommendations: Vec<RecommendationRow>,
    pub files: Vec<ActivityFileRow>,
}

/// Who took part: a person, or else an agency.
#[derive(Debug, Clone, PartialEq, Eq, Deserr, ToSchema)]
#[deserr(error = Faults, deny_unknown_fields)]
#[schema(example = json!({ "person_id": "01992f3e-7c1a-7b55-9a0e-4f6f0c1d2e40" }))]
pub struct NewActivityParty {
    #[deserr(default)]
    pub person_id: Option<PersonId>,
    #[deserr(default)]
    pub agency_id: Option<AgencyId>,
}

/// An activity to record, held or to come: at least one of its two days is told.
#[derive(Debug, Clone, Deserr, ToSchema)]
#[deserr(error = Faults, deny_unknown_fields)]
#[schema(example = json!({
    "unit_code": "063", "kind": "VISIT", "title": "Làm việc với xã Đôn Phong", "held_date": "2023-03-14", "target_unit_codes": ["01984"],
    "parties": [{ "person_id": "01992f3e-7c1a-7b55-9a0e-4f6f0c1d2e40" }], "findings": "Đường thôn Nặm Tốc chưa thi công"
}))]
pub struct NewActivity {
    /// Unit whose activity it is; either this or `unit_code`.
    #[deserr(default)]
    pub unit_id: Option<UnitId>,
    /// Code of its holder today, else its last holder.
    #[deserr(default)]
    pub unit_code: Option<UnitCode>,
    /// Committee of the unit whose activity it is.
    #[deserr(default)]
    pub committee_id: Option<CommitteeId>,
    pub kind: ActivityKind,
    pub title: Title,
    #[deserr(default)]
    pub planned_date: Option<LocalDate>,
    /// Day on which it was held; absent for what is to come.
    #[deserr(default)]
    pub held_date: Option<LocalDate>,
    /// Codes of the units visited, inspected or reached: of the unit itself or below it.
    #[schema(value_type = Option<Vec<UnitCode>>, max_items = 200)]
    #[deserr(default)]
    pub target_unit_codes: Option<Vec<UnitCode>>,
    /// Who takes part.
    #[schema(value_type = Option<Vec<NewActivityParty>>, max_items = 200)]
    #[deserr(default)]
    pub parties: Option<Vec<NewActivityParty>>,
    /// Task that it serves.
    #[deserr(default)]
    pub task_id: Option<TaskId>,
    #[deserr(default)]
    pub findings: Option<Note>,
    /// Tasks that it recommends, of kind `RECOMMENDATION`.
    #[schema(value_type = Option<Vec<TaskId>>, max_items = 50)]
    #[deserr(default)]
    pub recommendation_task_ids: Option<Vec<TaskId>>,
    /// For a communication: whom it is for.
    #[deserr(default)]
    pub audience: Option<Title>,
    /// For a communication: in which language.
    #[deserr(default)]
    pub language: Option<Title>,
    /// For a communication: people reached.
    #[schema(value_type = Option<i64>, minimum = 0, maximum = 1_000_000_000)]
    #[deserr(default)]
    pub reach_count: Option<Whole<0, 1_000_000_000>>,
    /// Cost in whole đồng.
    #[schema(value_type = Option<i64>, minimum = 0, maximum = 9_007_199_254_740_991_i64)]
    #[deserr(default)]
    pub cost_vnd: Option<Whole<0, 9_007_199_254_740_991>>,
    /// Photos, minutes, reports, kept under `/v1/files`.
    #[schema(value_type = Option<Vec<FileId>>, max_items = 50)]
    #[deserr(default)]
    pub file_ids: Option<Vec<FileId>>,
    #[deserr(default)]
    pub note: Option<Note>,
    #[deserr(default)]
    pub external_id: Option<ExternalId>,
}

named!(NewActivity);

/// What may be changed of an activity. Lists are told as a whole.
#[derive(Debug, Clone, Deserr, ToSchema)]
#[deserr(error = Faults, deny_unknown_fields)]
#[schema(example = json!({ "findings": "Đường thôn Nặm Tốc chưa thi công" }))]
pub struct ActivityPatch {
    #[schema(value_type = Title, required = false)]
    #[deserr(default)]
    pub title: Filled<Title>,
    #[schema(value_type = Option<LocalDate>)]
    #[deserr(default)]
    pub planned_date: Patch<LocalDate>,
    #[schema(value_type = Vec<UnitCode>, required = false, max_items = 200)]
    #[deserr(default)]
    pub target_unit_codes: Filled<Vec<UnitCode>>,
    #[schema(value_type = Vec<NewActivityParty>, required = false, max_items = 200)]
    #[deserr(default)]
    pub parties: Filled<Vec<NewActivityParty>>,
    #[schema(value_type = Option<Note>)]
    #[deserr(default)]
    pub findings: Patch<Note>,
    #[schema(value_type = Vec<TaskId>, required = false, max_items = 50)]
    #[deserr(default)]
    pub recommendation_task_ids: Filled<Vec<TaskId>>,
    #[schema(value_type = Option<i64>, minimum = 0, maximum = 1_000_000_000)]
    #[deserr(default)]
    pub reach_count: Patch<Whole<0, 1_000_000_000>>,
    #[schema(value_type = Option<i64>, minimum = 0, maximum = 9_007_199_254_740_991_i64)]
    #[deserr(default)]
    pub cost_vnd: Patch<Whole<0, 9_007_199_254_740_991>>,
    #[schema(value_type = Vec<FileId>, required = false, max_items = 50)]
    #[deserr(default)]
    pub file_ids: Filled<Vec<FileId>>,
    #[schema(value_type = Option<Note>)]
    #[deserr(default)]
    pub note: Patch<Note>,
}

impl PatchBody for ActivityPatch {
    const READ_ONLY: &'static [&'static str] = &[
        "id",
        "version",
        "unit",
        "committee_id",
        "kind",
        "status",
        "held_date",
        "target_units",
        "task_id",
        "audience",
        "language",
        "cancellation_reason",
        "external_id",
        "allowed_transitions",
        "created_at",
        "updated_at",
    ];
}

/// A step of an activity: `HELD` on a day, or `CANCELLED` for a reason.
#[derive(Debug, Clone, Deserr, ToSchema)]
#[deserr(error = Faults, deny_unknown_fields)]
#[schema(example = json!({ "to": "HELD", "held_date": "2023-03-14" }))]
pub struct NewActivityTransition {
    pub to: ActivityStatus,
    /// For `HELD`; today unless given.
    #[deserr(default)]
    pub held_date: Option<LocalDate>,
    /// Needed for `CANCELLED`.
    #[deserr(default)]
    pub reason: Option<Note>,
}

/// Who took part in an activity.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ActivityParty {
    pub person_id: Option<PersonId>,
    pub agency_id: Option<AgencyId>,
}

/// An activity of a committee, an agency or a unit (hoạt động).
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Activity {
    pub id: ActivityId,
    #[schema(minimum = 1, maximum = 9_007_199_254_740_991_i64)]
    pub version: i64,
    /// The unit whose activity it is, as it was on the day held or planned.
    pub unit: UnitRef,
    pub committee_id: Option<CommitteeId>,
    pub kind: ActivityKind,
    pub status: ActivityStatus,
    pub title: Title,
    pub planned_date: Option<LocalDate>,
    pub held_date: Option<LocalDate>,
    /// Units visited, inspected or reached, as they were on that day.
    #[schema(max_items = 200)]
    pub target_units: Vec<UnitRef>,
    #[schema(max_items = 200)]
    pub parties: Vec<ActivityParty>,
    /// Task that it serves.
    pub task_id: Option<TaskId>,
    pub findings: Option<Note>,
    /// Tasks that it recommends.
    #[schema(max_items = 50)]
    pub recommendation_task_ids: Vec<TaskId>,
    pub audience: Option<Title>,
    pub language: Option<Title>,
    #[schema(minimum = 0, maximum = 1_000_000_000)]
    pub reach_count: Option<i64>,
    #[schema(minimum = 0, maximum = 9_007_199_254_740_991_i64)]
    pub cost_vnd: Option<i64>,
    #[schema(max_items = 50)]
    pub file_ids: Vec<FileId>,
    pub cancellation_reason: Option<Note>,
    pub note: Option<Note>,
    pub external_id: Option<ExternalId>,
    #[schema(max_items = 2)]
    pub allowed_transitions: Vec<ActivityStatus>,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
}

versioned!(Activity);
