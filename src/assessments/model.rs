//! Rows, bodies and answers of assessments.

use crate::criteria::CriteriaSets;
use crate::db::schema::{assessment_verdicts, assessments};
use crate::error::Faults;
use crate::http::{named, versioned};
use crate::units::UnitRef;
use crate::values::storage::Json;
use crate::values::{
    AssessmentId, ClientId, CriteriaSetCode, CriteriaSetId, CriterionCode, ExternalId, LocalDate, Note, Patch, Period,
    PersonId, Timestamp, Title, UnitCode, UnitId, Whole, vocabulary,
};
use deserr::Deserr;
use diesel::prelude::*;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

vocabulary! {
    /// Stage of an assessment. Stages stand side by side; of those that count, a later one goes before an earlier one.
    Stage {
        /// Planned; never counted as a result.
        Target "TARGET" "Kế hoạch" | "Target";
        /// Published without its round.
        Reported "REPORTED" "Số công bố" | "Reported";
        SelfAssessment "SELF" "Tự đánh giá" | "Self-assessment";
        Verification "VERIFICATION" "Thẩm tra" | "Verification";
        Appraisal "APPRAISAL" "Thẩm định" | "Appraisal";
    }
}

vocabulary! {
    /// State of an assessment.
    Status {
        Draft "DRAFT" "Đang nhập" | "Draft";
        /// Counts from here on.
        Submitted "SUBMITTED" "Đã trình" | "Submitted";
        Returned "RETURNED" "Trả lại" | "Returned";
    }
}

vocabulary! {
    /// What was decided on a criterion. What is missing is never `NOT_MET`.
    Verdict {
        Met "MET" "Đạt" | "Met";
        NotMet "NOT_MET" "Chưa đạt" | "Not met";
        NotApplicable "NOT_APPLICABLE" "Không áp dụng" | "Not applicable";
        NotAssessed "NOT_ASSESSED" "Chưa đánh giá" | "Not assessed";
    }
}

/// A row of `assessments`.
#[derive(Debug, Clone, PartialEq, Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = assessments, treat_none_as_default_value = false, treat_none_as_null = true)]
pub struct AssessmentRow {
    pub id: AssessmentId,
    pub version: i64,
    pub unit_id: UnitId,
    pub unit_date: LocalDate,
    pub criteria_set_id: CriteriaSetId,
    pub period: Period,
    pub period_end: LocalDate,
    pub stage: Stage,
    pub status: Status,
    pub revision: i32,
    pub cut_off_date: Option<LocalDate>,
    pub source_label: Option<Title>,
    pub source_date: Option<LocalDate>,
    pub declared_min: Option<i32>,
    pub declared_max: Option<i32>,
    pub note: Option<Note>,
    pub return_reason: Option<Note>,
    pub return_items: Option<Json>,
    pub author_client_id: Option<ClientId>,
    pub author_person_id: Option<PersonId>,
    pub signer_client_id: Option<ClientId>,
    pub signer_person_id: Option<PersonId>,
    pub submitted_at: Option<Timestamp>,
    pub seal_hash: Option<String>,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
    pub external_id: Option<ExternalId>,
}

impl AssessmentRow {
    pub fn declared(&self) -> Option<(i32, i32)> {
        self.declared_min.zip(self.declared_max)
    }
}

/// A row of `assessment_verdicts`.
#[derive(Debug, Clone, PartialEq, Queryable, Selectable, Insertable)]
#[diesel(table_name = assessment_verdicts, treat_none_as_default_value = false)]
pub struct VerdictRow {
    pub assessment_id: AssessmentId,
    pub criterion_code: CriterionCode,
    pub verdict: Verdict,
    pub note: Option<Note>,
}

/// How many criteria are met, as a source declared it. A range where the source gave a band.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct DeclaredTotal {
    #[schema(minimum = 0, maximum = 63, example = 10)]
    pub min: i32,
    #[schema(minimum = 0, maximum = 63, example = 14)]
    pub max: i32,
}

/// Where a published result stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserr, ToSchema)]
#[deserr(error = Faults, deny_unknown_fields)]
pub struct Source {
    pub label: Title,
    #[deserr(default)]
    pub date: Option<LocalDate>,
}

/// A declared total in a body.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserr, ToSchema)]
#[deserr(error = Faults, deny_unknown_fields)]
pub struct NewDeclaredTotal {
    #[schema(value_type = i32, minimum = 0, maximum = 63, example = 10)]
    pub min: Whole<0, 63>,
    #[schema(value_type = i32, minimum = 0, maximum = 63, example = 14)]
    pub max: Whole<0, 63>,
}

impl NewDeclaredTotal {
    pub fn range(self) -> (i32, i32) {
        (self.min.0 as i32, self.max.0 as i32)
    }
}

/// The verdict on one criterion.
#[derive(Debug, Clone, PartialEq, Deserr, Serialize, ToSchema)]
#[deserr(error = Faults, deny_unknown_fields)]
pub struct NewVerdict {
    pub code: CriterionCode,
    pub verdict: Verdict,
    /// Why; required for `NOT_APPLICABLE`.
    #[deserr(default)]
    pub note: Option<Note>,
}

/// An assessment to begin. At stage `REPORTED` it counts once it is stored.
#[derive(Debug, Clone, Deserr, ToSchema)]
#[deserr(error = Faults, deny_unknown_fields)]
#[schema(example = json!({
    "unit_code": "01984", "criteria_set_code": "NTM-XA-2021-2025", "period": "2022", "stage": "REPORTED",
    "source": { "label": "Báo cáo của Ban Chỉ đạo huyện", "date": "2023-03-10" }, "declared_total": { "min": 5, "max": 9 }
}))]
pub struct NewAssessment {
    /// The unit; either this or `unit_code`.
    #[deserr(default)]
    pub unit_id: Option<UnitId>,
    /// Code that the unit bears on the last day of the period (today while it runs).
    #[deserr(default)]
    pub unit_code: Option<UnitCode>,
    pub criteria_set_code: CriteriaSetCode,
    pub period: Period,
    pub stage: Stage,
    /// Day up to which the facts were taken; null where it is not known.
    #[deserr(default)]
    pub cut_off_date: Option<LocalDate>,
    #[deserr(default)]
    pub source: Option<Source>,
    #[deserr(default)]
    pub declared_total: Option<NewDeclaredTotal>,
    #[schema(max_items = 63)]
    #[deserr(default)]
    pub criteria: Option<Vec<NewVerdict>>,
    #[deserr(default)]
    pub note: Option<Note>,
    /// The caller's own id of the assessment.
    #[deserr(default)]
    pub external_id: Option<ExternalId>,
}

named!(NewAssessment);

/// What may be changed of an assessment that is not sealed.
#[derive(Debug, Clone, Deserr, ToSchema)]
#[deserr(error = Faults, deny_unknown_fields)]
pub struct AssessmentPatch {
    #[schema(value_type = Option<LocalDate>)]
    #[deserr(default)]
    pub cut_off_date: Patch<LocalDate>,
    #[schema(value_type = Option<Source>)]
    #[deserr(default)]
    pub source: Patch<Source>,
    #[schema(value_type = Option<NewDeclaredTotal>)]
    #[deserr(default)]
    pub declared_total: Patch<NewDeclaredTotal>,
    #[schema(value_type = Option<Note>)]
    #[deserr(default)]
    pub note: Patch<Note>,
}

/// The sheet as it is written: all verdicts; a criterion left out is not assessed.
#[derive(Debug, Clone, Deserr, ToSchema)]
#[deserr(error = Faults, deny_unknown_fields)]
pub struct NewSheet {
    #[schema(max_items = 63)]
    pub criteria: Vec<NewVerdict>,
}

/// A step of the workflow to take.
#[derive(Debug, Clone, Deserr, ToSchema)]
#[deserr(error = Faults, deny_unknown_fields)]
pub struct NewTransition {
    pub to: Status,
    /// Why; required for returning and for reopening.
    #[deserr(default)]
    pub reason: Option<Note>,
    /// Reasons for single criteria.
    #[schema(max_items = 63)]
    #[deserr(default)]
    pub items: Option<Vec<ReturnedItem>>,
}

/// Why one criterion was returned.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Deserr, ToSchema)]
#[deserr(error = Faults, deny_unknown_fields)]
pub struct ReturnedItem {
    pub code: CriterionCode,
    pub reason: Note,
}

/// A range of criteria met; both ends are equal where all are decided.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
pub struct CriteriaMet {
    #[schema(minimum = 0, maximum = 63)]
    pub min: i32,
    #[schema(minimum = 0, maximum = 63)]
    pub max: i32,
}

/// An assessment (đánh giá).
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Assessment {
    pub id: AssessmentId,
    #[schema(minimum = 1, maximum = 9_007_199_254_740_991_i64)]
    pub version: i64,
    /// The unit as it was on `unit_date`.
    pub unit: UnitRef,
    /// Last day of the period, or the day of writing while the period ran.
    pub unit_date: LocalDate,
    pub criteria_set_code: CriteriaSetCode,
    /// The set, with `embed=criteria_set`.
    pub criteria_set: Option<crate::criteria::CriteriaSet>,
    pub period: Period,
    pub stage: Stage,
    pub status: Status,
    /// Raised when a submitted assessment is reopened.
    #[schema(minimum = 1, maximum = 10000)]
    pub revision: i32,
    pub cut_off_date: Option<LocalDate>,
    pub source: Option<Source>,
    pub declared_total: Option<DeclaredTotal>,
    /// What the verdicts and the declared total come to; null where they contradict each other.
    pub criteria_met: Option<CriteriaMet>,
    #[schema(minimum = 0, maximum = 63)]
    pub undecided_count: i64,
    pub note: Option<Note>,
    /// Why it was returned or reopened last.
    pub return_reason: Option<Note>,
    #[schema(max_items = 63)]
    pub return_items: Vec<ReturnedItem>,
    pub author_client_id: Option<ClientId>,
    pub signer_client_id: Option<ClientId>,
    pub submitted_at: Option<Timestamp>,
    /// SHA-256 of the canonical form that was submitted.
    #[schema(
        min_length = 64,
        max_length = 64,
        pattern = "^[0-9a-f]{64}$",
        example = "2c26b46b68ffc68ff99b453c1d30413413422d706483bfa0f98a5e886266e7ae"
    )]
    pub seal_hash: Option<String>,
    /// States to which it may go from here.
    #[schema(max_items = 5)]
    pub allowed_transitions: Vec<Status>,
    /// The id that the client which began it gave.
    pub external_id: Option<ExternalId>,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
}

versioned!(Assessment);

/// The verdict on one criterion, with its name.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct SheetCriterion {
    pub code: CriterionCode,
    pub name: crate::criteria::Names,
    pub verdict: Verdict,
    pub note: Option<Note>,
}

/// The sheet of an assessment: every criterion of its set.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Sheet {
    pub assessment_id: AssessmentId,
    /// Version of the assessment, for `If-Match`.
    #[schema(minimum = 1, maximum = 9_007_199_254_740_991_i64)]
    pub version: i64,
    #[schema(max_items = 63)]
    pub criteria: Vec<SheetCriterion>,
}

impl crate::http::Versioned for Sheet {
    fn version(&self) -> i64 {
        self.version
    }

    fn id(&self) -> String {
        self.assessment_id.to_string()
    }
}

/// An assessment with its verdicts, as it is stored and as the journal keeps it.
#[derive(Debug, Clone, PartialEq)]
pub struct AssessmentRecord {
    pub row: AssessmentRow,
    pub verdicts: Vec<VerdictRow>,
    /// Names the set in the journal.
    pub criteria_set_code: CriteriaSetCode,
    /// Criteria of the set in their order.
    pub criteria: std::sync::Arc<Vec<CriterionCode>>,
}

impl AssessmentRecord {
    pub fn new(row: AssessmentRow, verdicts: Vec<VerdictRow>, sets: &CriteriaSets) -> Option<AssessmentRecord> {
        let set = sets.by_id(row.criteria_set_id)?;
        Some(AssessmentRecord {
            criteria_set_code: set.row.code.clone(),
            criteria: std::sync::Arc::new(set.criteria.iter().map(|criterion| criterion.code.clone()).collect()),
            row,
            verdicts,
        })
    }

    /// The content that a signature covers, in canonical form: members in alphabetical order, no white space.
    pub fn canonical(&self) -> serde_json::Value {
        let row = &self.row;
        serde_json::json!({
            "unit_id": row.unit_id,
            "unit_date": row.unit_date,
            "criteria_set_code": self.criteria_set_code,
            "period": row.period,
            "stage": row.stage,
            "revision": row.revision,
            "cut_off_date": row.cut_off_date,
            "source": row.source_label.as_ref().map(|label| Source { label: label.clone(), date: row.source_date }),
            "declared_total": row.declared().map(|(min, max)| DeclaredTotal { min, max }),
            "note": row.note,
            "criteria": self.verdicts.iter().map(|verdict| NewVerdict {
                code: verdict.criterion_code.clone(), verdict: verdict.verdict, note: verdict.note.clone(),
            }).collect::<Vec<_>>(),
        })
    }
}

impl Serialize for AssessmentRecord {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let row = &self.row;
        let mut document = self.canonical();
        if let Some(members) = document.as_object_mut() {
            let rest = serde_json::json!({
                "id": row.id,
                "version": row.version,
                "status": row.status,
                "return_reason": row.return_reason,
                "return_items": row.return_items.as_ref().map(|items| items.0.clone()),
                "author_client_id": row.author_client_id,
                "author_person_id": row.author_person_id,
                "signer_client_id": row.signer_client_id,
                "signer_person_id": row.signer_person_id,
                "submitted_at": row.submitted_at,
                "seal_hash": row.seal_hash,
                "external_id": row.external_id,
                "created_at": row.created_at,
                "updated_at": row.updated_at,
            });
            if let serde_json::Value::Object(rest) = rest {
                members.extend(rest);
            }
        }
        document.serialize(serializer)
    }
}
