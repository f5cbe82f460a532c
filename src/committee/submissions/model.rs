//! Rows, bodies and answers of submissions.

use crate::committee::tasks::Timeliness;
use crate::db::schema::{report_submission_files, report_submission_steps, report_submissions};
use crate::error::Faults;
use crate::http::{PatchBody, named, versioned};
use crate::units::UnitRef;
use crate::values::{
    ClientId, ExternalId, FileId, Filled, ListCode, LocalDate, Note, Patch, Period, PersonId, ReportSubmissionId,
    ReportingDutyId, Timestamp, UnitCode, UnitId, vocabulary,
};
use deserr::Deserr;
use diesel::prelude::*;
use serde::Serialize;
use utoipa::ToSchema;

vocabulary! {
    /// Where a submission stands.
    SubmissionStatus {
        Draft "DRAFT" "Đang lập" | "Draft";
        /// Sent; the receiver has not said yet whether it will do.
        Submitted "SUBMITTED" "Đã gửi" | "Submitted";
        /// Sent back with a reason.
        Returned "RETURNED" "Bị trả lại" | "Returned";
        Accepted "ACCEPTED" "Đã tiếp nhận" | "Accepted";
    }
}

/// A row of `report_submissions`.
#[derive(Debug, Clone, PartialEq, Queryable, Selectable, Insertable, AsChangeset, Serialize)]
#[diesel(table_name = report_submissions, treat_none_as_default_value = false, treat_none_as_null = true)]
pub struct SubmissionRow {
    pub id: ReportSubmissionId,
    pub version: i64,
    pub unit_id: UnitId,
    pub unit_date: LocalDate,
    pub duty_id: ReportingDutyId,
    pub period: Period,
    pub status: SubmissionStatus,
    pub cut_off_date: Option<LocalDate>,
    pub note: Option<Note>,
    pub author_client_id: Option<ClientId>,
    pub author_person_id: Option<PersonId>,
    pub first_submitted_date: Option<LocalDate>,
    pub returned_count: i32,
    pub external_id: Option<ExternalId>,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
}

/// A row of `report_submission_steps`: written once.
#[derive(Debug, Clone, PartialEq, Queryable, Selectable, Insertable, Serialize)]
#[diesel(table_name = report_submission_steps, treat_none_as_default_value = false)]
pub struct SubmissionStepRow {
    pub submission_id: ReportSubmissionId,
    pub number: i32,
    pub status: SubmissionStatus,
    pub client_id: Option<ClientId>,
    pub person_id: Option<PersonId>,
    pub taken_at: Timestamp,
    pub reason: Option<Note>,
}

/// A row of `report_submission_files`.
#[derive(Debug, Clone, PartialEq, Queryable, Selectable, Insertable, Serialize)]
#[diesel(table_name = report_submission_files, treat_none_as_default_value = false)]
pub struct SubmissionFileRow {
    pub submission_id: ReportSubmissionId,
    pub file_id: FileId,
    pub position: i32,
}

/// A submission with its steps and files: what is stored and what the journal keeps.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct SubmissionRecord {
    #[serde(flatten)]
    pub row: SubmissionRow,
    pub steps: Vec<SubmissionStepRow>,
    pub files: Vec<SubmissionFileRow>,
}

/// A report to draw up.
#[derive(Debug, Clone, Deserr, ToSchema)]
#[deserr(error = Faults, deny_unknown_fields)]
#[schema(example = json!({ "unit_code": "01984", "duty_code": "TT01-2022-XA-NAM", "period": "2023", "cut_off_date": "2023-08-31" }))]
pub struct NewReportSubmission {
    /// Unit that owes the report; either this or `unit_code`.
    #[deserr(default)]
    pub unit_id: Option<UnitId>,
    /// Code of its holder today, else its last holder.
    #[deserr(default)]
    pub unit_code: Option<UnitCode>,
    /// Code of the reporting duty.
    pub duty_code: ListCode,
    pub period: Period,
    /// Last day of the figures in it.
    #[deserr(default)]
    pub cut_off_date: Option<LocalDate>,
    /// What it explains.
    #[deserr(default)]
    pub note: Option<Note>,
    #[schema(value_type = Option<Vec<FileId>>, max_items = 50)]
    #[deserr(default)]
    pub file_ids: Option<Vec<FileId>>,
    #[deserr(default)]
    pub external_id: Option<ExternalId>,
}

named!(NewReportSubmission);

/// What may be changed of a report while it is a draft or was sent back.
#[derive(Debug, Clone, Deserr, ToSchema)]
#[deserr(error = Faults, deny_unknown_fields)]
#[schema(example = json!({ "note": "Bổ sung số liệu của thôn Nà Pán" }))]
pub struct ReportSubmissionPatch {
    #[schema(value_type = Option<LocalDate>)]
    #[deserr(default)]
    pub cut_off_date: Patch<LocalDate>,
    #[schema(value_type = Option<Note>)]
    #[deserr(default)]
    pub note: Patch<Note>,
    /// All of them.
    #[schema(value_type = Vec<FileId>, required = false, max_items = 50)]
    #[deserr(default)]
    pub file_ids: Filled<Vec<FileId>>,
}

impl PatchBody for ReportSubmissionPatch {
    const READ_ONLY: &'static [&'static str] = &[
        "id",
        "version",
        "unit",
        "duty_code",
        "period",
        "due_date",
        "due_date_provisional",
        "receiver",
        "status",
        "first_submitted_date",
        "timeliness",
        "days_late",
        "returned_count",
        "steps",
        "external_id",
        "allowed_transitions",
        "created_at",
        "updated_at",
    ];
}

/// A step of a report. Whoever keeps the unit sends it, another than its author; whoever keeps the receiver accepts it or
/// sends it back.
#[derive(Debug, Clone, Deserr, ToSchema)]
#[deserr(error = Faults, deny_unknown_fields)]
#[schema(example = json!({ "to": "RETURNED", "reason": "Thiếu biểu số 02" }))]
pub struct NewReportSubmissionTransition {
    pub to: SubmissionStatus,
    /// Needed to send it back.
    #[deserr(default)]
    pub reason: Option<Note>,
}

/// A step that was taken.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ReportSubmissionStep {
    #[schema(minimum = 1, maximum = 1000)]
    pub number: i32,
    pub status: SubmissionStatus,
    pub client_id: Option<ClientId>,
    pub person_id: Option<PersonId>,
    pub taken_at: Timestamp,
    pub reason: Option<Note>,
}

/// A report that a unit sends because a duty asks for it (báo cáo định kỳ).
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ReportSubmission {
    pub id: ReportSubmissionId,
    #[schema(minimum = 1, maximum = 9_007_199_254_740_991_i64)]
    pub version: i64,
    /// The unit that owes it.
    pub unit: UnitRef,
    pub duty_code: ListCode,
    pub period: Period,
    /// Last day on time by the duty, without extensions; null where nobody says by when.
    pub due_date: Option<LocalDate>,
    /// The days off of a year in the term are not known: it may lie later.
    pub due_date_provisional: bool,
    /// The unit that receives it.
    pub receiver: Option<UnitRef>,
    pub status: SubmissionStatus,
    pub cut_off_date: Option<LocalDate>,
    pub note: Option<Note>,
    /// Day on which it was sent first: on time or late is told by it, whatever was sent back.
    pub first_submitted_date: Option<LocalDate>,
    /// Against `due_date`; `/v1/reports/reporting-obligations` also tells it against extensions.
    pub timeliness: Timeliness,
    /// Days after `due_date`, of what is overdue or came late.
    #[schema(minimum = 0, maximum = 110_000)]
    pub days_late: i64,
    /// How often it was sent back.
    #[schema(minimum = 0, maximum = 1000)]
    pub returned_count: i32,
    #[schema(max_items = 50)]
    pub file_ids: Vec<FileId>,
    #[schema(max_items = 1000)]
    pub steps: Vec<ReportSubmissionStep>,
    pub external_id: Option<ExternalId>,
    #[schema(max_items = 4)]
    pub allowed_transitions: Vec<SubmissionStatus>,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
}

versioned!(ReportSubmission);
