//! Rows, bodies and answers of meetings.

use crate::db::schema::{meeting_acts, meeting_attendances, meeting_files, meetings};
use crate::error::Faults;
use crate::http::{PatchBody, named, versioned};
use crate::units::UnitRef;
use crate::values::storage::Json;
use crate::values::{
    ActId, AgencyId, CommitteeId, ExternalId, FileId, Filled, LocalDate, MeetingId, Note, Patch, Period, PersonId,
    Timestamp, Title, UnitId, vocabulary,
};
use deserr::Deserr;
use diesel::prelude::*;
use serde::Serialize;
use utoipa::ToSchema;

vocabulary! {
    /// How somebody took part in a meeting.
    Presence {
        Chaired "CHAIRED" "Chủ trì" | "Chaired";
        Present "PRESENT" "Có mặt" | "Present";
        Excused "EXCUSED" "Vắng có lý do" | "Excused";
        Absent "ABSENT" "Vắng không lý do" | "Absent";
    }
}

vocabulary! {
    /// What a file of a meeting is.
    MeetingFileKind {
        Minutes "MINUTES" "Biên bản" | "Minutes";
        Photo "PHOTO" "Ảnh" | "Photo";
        Document "DOCUMENT" "Tài liệu họp" | "Document";
    }
}

/// A row of `meetings`.
#[derive(Debug, Clone, PartialEq, Queryable, Selectable, Insertable, AsChangeset, Serialize)]
#[diesel(table_name = meetings, treat_none_as_default_value = false, treat_none_as_null = true)]
pub struct MeetingRow {
    pub id: MeetingId,
    pub version: i64,
    pub unit_id: UnitId,
    pub unit_date: LocalDate,
    pub committee_id: CommitteeId,
    pub held_date: LocalDate,
    pub place: Option<Title>,
    pub reviews_period: Option<Period>,
    pub plans_period: Option<Period>,
    pub agenda: Json,
    pub note: Option<Note>,
    pub external_id: Option<ExternalId>,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
}

/// A row of `meeting_attendances`.
#[derive(Debug, Clone, PartialEq, Queryable, Selectable, Insertable, Serialize)]
#[diesel(table_name = meeting_attendances, treat_none_as_default_value = false)]
pub struct AttendanceRow {
    pub meeting_id: MeetingId,
    pub position: i32,
    pub person_id: Option<PersonId>,
    pub agency_id: Option<AgencyId>,
    pub presence: Presence,
}

/// A row of `meeting_files`.
#[derive(Debug, Clone, PartialEq, Queryable, Selectable, Insertable, Serialize)]
#[diesel(table_name = meeting_files, treat_none_as_default_value = false)]
pub struct MeetingFileRow {
    pub meeting_id: MeetingId,
    pub file_id: FileId,
    pub position: i32,
    pub kind: MeetingFileKind,
}

/// A row of `meeting_acts`.
#[derive(Debug, Clone, PartialEq, Queryable, Selectable, Insertable, Serialize)]
#[diesel(table_name = meeting_acts, treat_none_as_default_value = false)]
pub struct MeetingActRow {
    pub meeting_id: MeetingId,
    pub act_id: ActId,
    pub position: i32,
}

/// A meeting with everything that belongs to it: what is stored and what the journal keeps.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct MeetingRecord {
    #[serde(flatten)]
    pub row: MeetingRow,
    pub attendances: Vec<AttendanceRow>,
    pub files: Vec<MeetingFileRow>,
    pub acts: Vec<MeetingActRow>,
}

/// How somebody took part.
#[derive(Debug, Clone, PartialEq, Eq, Deserr, ToSchema)]
#[deserr(error = Faults, deny_unknown_fields)]
#[schema(example = json!({ "person_id": "01992f3e-7c1a-7b55-9a0e-4f6f0c1d2e40", "presence": "PRESENT" }))]
pub struct NewAttendance {
    /// A person, or else an agency.
    #[deserr(default)]
    pub person_id: Option<PersonId>,
    #[deserr(default)]
    pub agency_id: Option<AgencyId>,
    pub presence: Presence,
}

/// A file of a meeting, kept under `/v1/files`.
#[derive(Debug, Clone, PartialEq, Eq, Deserr, ToSchema)]
#[deserr(error = Faults, deny_unknown_fields)]
#[schema(example = json!({ "file_id": "01992f3e-7c1a-7b55-9a0e-4f6f0c1d2e41", "kind": "MINUTES" }))]
pub struct NewMeetingFile {
    pub file_id: FileId,
    pub kind: MeetingFileKind,
}

/// A meeting to record, held or to come.
#[derive(Debug, Clone, Deserr, ToSchema)]
#[deserr(error = Faults, deny_unknown_fields)]
#[schema(example = json!({
    "committee_id": "01992f3e-7c1a-7b55-9a0e-4f6f0c1d2e3f", "held_date": "2023-03-10", "reviews_period": "2022", "plans_period": "2023",
    "agenda": ["Kết quả thực hiện năm 2022", "Nhiệm vụ năm 2023"]
}))]
pub struct NewMeeting {
    pub committee_id: CommitteeId,
    pub held_date: LocalDate,
    #[deserr(default)]
    pub place: Option<Title>,
    /// The period that it looks back on.
    #[deserr(default)]
    pub reviews_period: Option<Period>,
    /// The period that it looks ahead to.
    #[deserr(default)]
    pub plans_period: Option<Period>,
    #[schema(value_type = Option<Vec<Note>>, max_items = 100)]
    #[deserr(default)]
    pub agenda: Option<Vec<Note>>,
    #[schema(value_type = Option<Vec<NewAttendance>>, max_items = 500)]
    #[deserr(default)]
    pub attendances: Option<Vec<NewAttendance>>,
    #[schema(value_type = Option<Vec<NewMeetingFile>>, max_items = 50)]
    #[deserr(default)]
    pub files: Option<Vec<NewMeetingFile>>,
    /// Acts that came of it (conclusions) or were adopted at it (the annual programme).
    #[schema(value_type = Option<Vec<ActId>>, max_items = 50)]
    #[deserr(default)]
    pub act_ids: Option<Vec<ActId>>,
    #[deserr(default)]
    pub note: Option<Note>,
    #[deserr(default)]
    pub external_id: Option<ExternalId>,
}

named!(NewMeeting);

/// What may be changed of a meeting. Lists are told as a whole.
#[derive(Debug, Clone, Deserr, ToSchema)]
#[deserr(error = Faults, deny_unknown_fields)]
#[schema(example = json!({ "place": "Hội trường UBND huyện" }))]
pub struct MeetingPatch {
    #[schema(value_type = LocalDate, required = false)]
    #[deserr(default)]
    pub held_date: Filled<LocalDate>,
    #[schema(value_type = Option<Title>)]
    #[deserr(default)]
    pub place: Patch<Title>,
    #[schema(value_type = Option<Period>)]
    #[deserr(default)]
    pub reviews_period: Patch<Period>,
    #[schema(value_type = Option<Period>)]
    #[deserr(default)]
    pub plans_period: Patch<Period>,
    #[schema(value_type = Vec<Note>, required = false, max_items = 100)]
    #[deserr(default)]
    pub agenda: Filled<Vec<Note>>,
    #[schema(value_type = Vec<NewAttendance>, required = false, max_items = 500)]
    #[deserr(default)]
    pub attendances: Filled<Vec<NewAttendance>>,
    #[schema(value_type = Vec<NewMeetingFile>, required = false, max_items = 50)]
    #[deserr(default)]
    pub files: Filled<Vec<NewMeetingFile>>,
    #[schema(value_type = Vec<ActId>, required = false, max_items = 50)]
    #[deserr(default)]
    pub act_ids: Filled<Vec<ActId>>,
    #[schema(value_type = Option<Note>)]
    #[deserr(default)]
    pub note: Patch<Note>,
}

impl PatchBody for MeetingPatch {
    const READ_ONLY: &'static [&'static str] =
        &["id", "version", "unit", "committee_id", "external_id", "created_at", "updated_at"];
}

/// How somebody took part in a meeting.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Attendance {
    pub person_id: Option<PersonId>,
    pub agency_id: Option<AgencyId>,
    pub presence: Presence,
}

/// A file of a meeting.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct MeetingFile {
    pub file_id: FileId,
    pub kind: MeetingFileKind,
}

/// A meeting of a committee or a working group (phiên họp).
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Meeting {
    pub id: MeetingId,
    #[schema(minimum = 1, maximum = 9_007_199_254_740_991_i64)]
    pub version: i64,
    /// The unit of the committee, as it was on the day of the meeting.
    pub unit: UnitRef,
    pub committee_id: CommitteeId,
    pub held_date: LocalDate,
    pub place: Option<Title>,
    pub reviews_period: Option<Period>,
    pub plans_period: Option<Period>,
    #[schema(max_items = 100)]
    pub agenda: Vec<Note>,
    #[schema(max_items = 500)]
    pub attendances: Vec<Attendance>,
    #[schema(max_items = 50)]
    pub files: Vec<MeetingFile>,
    #[schema(max_items = 50)]
    pub act_ids: Vec<ActId>,
    pub note: Option<Note>,
    pub external_id: Option<ExternalId>,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
}

versioned!(Meeting);
