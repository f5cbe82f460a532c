//! Rows, bodies and answers of assessments.

use super::distance::StoredDistance;
use super::sheet::NewSheetItem;
use crate::criteria::OpenReason;
use crate::db::schema::{assessment_items, assessment_seals, assessment_verdicts, assessments};
use crate::error::Faults;
use crate::evaluation;
use crate::http::{named, versioned};
use crate::observations::{ObservationStage, Source};
use crate::units::UnitRef;
use crate::values::storage::Json;
use crate::values::{
    AssessmentId, ClientId, CriteriaSetCode, CriteriaSetId, CriterionCode, ExternalId, LocalDate, Note, ObservationId,
    Patch, Period, PersonId, Timestamp, Title, UnitCode, UnitId, Whole, vocabulary,
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

impl From<Stage> for ObservationStage {
    fn from(stage: Stage) -> ObservationStage {
        match stage {
            Stage::Target => ObservationStage::Target,
            Stage::Reported => ObservationStage::Reported,
            Stage::SelfAssessment => ObservationStage::SelfAssessment,
            Stage::Verification => ObservationStage::Verification,
            Stage::Appraisal => ObservationStage::Appraisal,
        }
    }
}

impl From<Verdict> for evaluation::Verdict {
    fn from(verdict: Verdict) -> evaluation::Verdict {
        match verdict {
            Verdict::Met => evaluation::Verdict::Met,
            Verdict::NotMet => evaluation::Verdict::NotMet,
            Verdict::NotApplicable => evaluation::Verdict::NotApplicable,
            Verdict::NotAssessed => evaluation::Verdict::NotAssessed,
        }
    }
}

impl From<evaluation::Verdict> for Verdict {
    fn from(verdict: evaluation::Verdict) -> Verdict {
        match verdict {
            evaluation::Verdict::Met => Verdict::Met,
            evaluation::Verdict::NotMet => Verdict::NotMet,
            evaluation::Verdict::NotApplicable => Verdict::NotApplicable,
            evaluation::Verdict::NotAssessed => Verdict::NotAssessed,
        }
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
    pub based_on_id: Option<AssessmentId>,
    pub unverified_reason: Option<Note>,
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

/// A row of `assessment_items`.
#[derive(Debug, Clone, PartialEq, Queryable, Selectable, Insertable)]
#[diesel(table_name = assessment_items, treat_none_as_default_value = false)]
pub struct ItemRow {
    pub assessment_id: AssessmentId,
    pub item_code: CriterionCode,
    pub observation_ids: Json,
    pub not_applicable_reason: Option<Note>,
    pub override_verdict: Option<Verdict>,
    pub override_reason: Option<Note>,
    pub override_client_id: Option<ClientId>,
    pub computed_verdict: Verdict,
    pub reason: Option<OpenReason>,
    pub verdict: Verdict,
    pub provisional: bool,
    #[diesel(embed)]
    pub distance: StoredDistance,
}

impl ItemRow {
    /// The observations it cites: of the item itself and of each of its parts.
    pub fn cited(&self) -> Vec<Option<ObservationId>> {
        serde_json::from_value(self.observation_ids.0.clone()).unwrap_or_else(|_| Vec::new())
    }
}

/// A row of `assessment_seals`: what was signed, word for word.
#[derive(Debug, Clone, PartialEq, Queryable, Selectable, Insertable)]
#[diesel(table_name = assessment_seals)]
pub struct SealRow {
    pub assessment_id: AssessmentId,
    pub revision: i32,
    pub number: i32,
    pub unit_id: UnitId,
    pub unit_date: LocalDate,
    pub seal_hash: String,
    pub form: String,
    pub proof: Json,
    pub sealed_at: Timestamp,
}

/// How many criteria are met, as a source declared it. A range where the source gave a band.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct DeclaredTotal {
    #[schema(minimum = 0, maximum = 63, example = 10)]
    pub min: i32,
    #[schema(minimum = 0, maximum = 63, example = 14)]
    pub max: i32,
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
    /// Verdicts for criteria as a whole: where a set stops at criteria, or what its items leave open.
    #[schema(max_items = 63)]
    #[deserr(default)]
    pub criteria: Option<Vec<NewVerdict>>,
    /// Items with their figures. Figures that are recorded already at this stage are read either way.
    #[schema(max_items = 400)]
    #[deserr(default)]
    pub items: Option<Vec<NewSheetItem>>,
    /// Earlier assessment of the same unit, set and period: what is not recorded at this stage is taken over from it.
    #[deserr(default)]
    pub based_on_id: Option<AssessmentId>,
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

/// A step of the workflow to take.
#[derive(Debug, Clone, Deserr, ToSchema)]
#[deserr(error = Faults, deny_unknown_fields)]
pub struct NewTransition {
    pub to: Status,
    /// Why; required for returning and for reopening.
    #[deserr(default)]
    pub reason: Option<Note>,
    /// Reasons for single criteria or items.
    #[schema(max_items = 400)]
    #[deserr(default)]
    pub items: Option<Vec<ReturnedItem>>,
}

/// Why one criterion or item was returned.
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
    /// A verdict rests on a threshold that is not verified: it is no law.
    pub provisional: bool,
    /// Earlier assessment whose figures are taken over.
    pub based_on_id: Option<AssessmentId>,
    /// Why it was signed although thresholds are not verified.
    pub unverified_reason: Option<Note>,
    /// Why it was returned or reopened last.
    pub return_reason: Option<Note>,
    #[schema(max_items = 400)]
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

/// What was signed once.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Seal {
    /// Revision that was signed.
    #[schema(minimum = 1, maximum = 10000)]
    pub revision: i32,
    /// How many times that revision was signed by then.
    #[schema(minimum = 1, maximum = 10000)]
    pub number: i32,
    /// SHA-256 of `form`.
    #[schema(
        min_length = 64,
        max_length = 64,
        pattern = "^[0-9a-f]{64}$",
        example = "2c26b46b68ffc68ff99b453c1d30413413422d706483bfa0f98a5e886266e7ae"
    )]
    pub seal_hash: String,
    /// The canonical form that was signed: JSON with its members in alphabetical order and no white space.
    #[schema(max_length = 4000000, example = "{\"criteria\":[]}")]
    pub form: String,
    pub sealed_at: Timestamp,
}

/// What was signed, oldest first.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Seals {
    #[schema(max_items = 10000)]
    pub items: Vec<Seal>,
}
