//! Rows, bodies and answers of recognition.

use crate::assessments::{Stage, Verdict};
use crate::criteria::OpenReason;
use crate::db::schema::{recognition_dossiers, recognition_steps};
use crate::error::Faults;
use crate::evaluation::Clause;
use crate::http::{named, versioned};
use crate::units::UnitRef;
use crate::values::storage::Json;
use crate::values::{
    AssessmentId, ClientId, CriteriaSetCode, CriteriaSetId, CriterionCode, ExternalId, LocalDate, Names, Note, Period,
    PersonId, RecognitionDossierId, StatusValue, Timestamp, Title, UnitCode, UnitId, UnitStatusId, Whole, vocabulary,
};
use deserr::Deserr;
use diesel::prelude::*;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

vocabulary! {
    /// Level of recognition (danh hiệu), from the lowest to the highest.
    RecognitionLevel {
        Ntm "NTM" "Đạt chuẩn nông thôn mới" | "New-rural";
        Advanced "NTM_ADVANCED" "Đạt chuẩn nông thôn mới nâng cao" | "Advanced new-rural";
        Model "NTM_MODEL" "Đạt chuẩn nông thôn mới kiểu mẫu" | "Model new-rural";
    }
}

vocabulary! {
    /// Where a dossier stands.
    DossierStatus {
        Registered "REGISTERED" "Đã đăng ký" | "Registered";
        Verified "VERIFIED" "Đã thẩm tra" | "Verified";
        Appraised "APPRAISED" "Đã thẩm định" | "Appraised";
        /// The unit is recognised.
        Decided "DECIDED" "Đã quyết định công nhận" | "Decided";
        Announced "ANNOUNCED" "Đã công bố" | "Announced";
        /// To be completed and registered again.
        Returned "RETURNED" "Trả lại" | "Returned";
        Withdrawn "WITHDRAWN" "Đã rút" | "Withdrawn";
    }
}

vocabulary! {
    /// Why a condition of recognition is not met, or was not assessed.
    ConditionReason {
        AssessmentMissing "ASSESSMENT_MISSING" "Hồ sơ chưa nêu đánh giá" | "The dossier names no assessment";
        /// The assessment was returned or reopened after the step that names it.
        AssessmentReopened "ASSESSMENT_REOPENED" "Đánh giá đã bị trả lại hoặc mở lại" | "The assessment was returned or reopened";
        CriteriaNotMet "CRITERIA_NOT_MET" "Có tiêu chí chưa đạt" | "A criterion is not met";
        CriteriaUndecided "CRITERIA_UNDECIDED" "Có tiêu chí chưa đánh giá" | "A criterion is not decided";
        /// Another level is recorded than the one that the set presupposes.
        LevelNotHeld "LEVEL_NOT_HELD" "Chưa đạt danh hiệu phải có trước" | "The level presupposed is not held";
        /// More was accepted of a work than was paid for it.
        ConstructionDebt "CONSTRUCTION_DEBT" "Còn nợ đọng xây dựng cơ bản" | "Construction debt is outstanding";
        ThresholdMissing "THRESHOLD_MISSING" "Chưa có mức phải đạt" | "Threshold missing";
        StatusMissing "STATUS_MISSING" "Thiếu phân loại, công nhận của đơn vị" | "Status of the unit missing";
        ValueMissing "VALUE_MISSING" "Chưa có số liệu" | "No figure";
        SexMissing "SEX_MISSING" "Thiếu số liệu của nam hoặc nữ" | "Men or women missing";
        NotConditional "NOT_CONDITIONAL" "Chỉ tiêu phải áp dụng" | "The item has to apply";
    }
}

impl From<OpenReason> for ConditionReason {
    fn from(reason: OpenReason) -> ConditionReason {
        match reason {
            OpenReason::ThresholdMissing => ConditionReason::ThresholdMissing,
            OpenReason::StatusMissing => ConditionReason::StatusMissing,
            OpenReason::ValueMissing => ConditionReason::ValueMissing,
            OpenReason::SexMissing => ConditionReason::SexMissing,
            OpenReason::NotConditional => ConditionReason::NotConditional,
        }
    }
}

vocabulary! {
    /// What follows from a recognition. It is told and never done: an act has to.
    ConsequenceKind {
        /// A commune of region II or III that is recognised becomes region I on the day on which the decision takes
        /// effect, and its policies for II and III end (QĐ 33/2020/QĐ-TTg).
        RegionClassEnds "REGION_CLASS_ENDS" "Chuyển sang khu vực I từ ngày quyết định có hiệu lực" | "Becomes region I from the effective date";
        /// Especially difficult is a commune of region III, which a recognised one is not.
        DbkkConflict "DBKK_CONFLICT" "Đã công nhận nhưng vẫn là xã đặc biệt khó khăn" | "Recognised, yet especially difficult";
        /// A set chooses its thresholds by that class, so others apply once it ends.
        ThresholdsChange "THRESHOLDS_CHANGE" "Mức phải đạt của bộ tiêu chí thay đổi" | "Thresholds of a set change";
    }
}

vocabulary! {
    /// Clause of QĐ 18/2022/QĐ-TTg by which a recognition may be revoked (thu hồi).
    RevocationClause {
        /// From 30 % to under 50 % of the criteria are not met, a key criterion among them.
        ThirtyPercentWithKeyCriterion "THIRTY_PERCENT_WITH_KEY_CRITERION"
            "Từ 30% đến dưới 50% tiêu chí chưa đạt, trong đó có tiêu chí trọng yếu" | "30 % to under 50 % of the criteria not met, a key one among them";
        HalfOrMore "HALF_OR_MORE" "Từ 50% tiêu chí trở lên chưa đạt" | "50 % of the criteria or more not met";
    }
}

impl From<Clause> for RevocationClause {
    fn from(clause: Clause) -> RevocationClause {
        match clause {
            Clause::ThirtyPercentWithKeyCriterion => RevocationClause::ThirtyPercentWithKeyCriterion,
            Clause::HalfOrMore => RevocationClause::HalfOrMore,
        }
    }
}

/// A row of `recognition_dossiers`.
#[derive(Debug, Clone, PartialEq, Queryable, Selectable, Insertable, AsChangeset, Serialize)]
#[diesel(table_name = recognition_dossiers, treat_none_as_default_value = false, treat_none_as_null = true)]
pub struct DossierRow {
    pub id: RecognitionDossierId,
    pub version: i64,
    pub unit_id: UnitId,
    pub unit_date: LocalDate,
    pub criteria_set_id: CriteriaSetId,
    pub level: RecognitionLevel,
    pub year: i32,
    pub status: DossierStatus,
    pub note: Option<Note>,
    pub external_id: Option<ExternalId>,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
}

/// A row of `recognition_steps`: written once.
#[derive(Debug, Clone, PartialEq, Queryable, Selectable, Insertable, Serialize)]
#[diesel(table_name = recognition_steps, treat_none_as_default_value = false)]
pub struct StepRow {
    pub dossier_id: RecognitionDossierId,
    pub number: i32,
    pub status: DossierStatus,
    pub client_id: Option<ClientId>,
    pub person_id: Option<PersonId>,
    pub taken_at: Timestamp,
    pub assessment_id: Option<AssessmentId>,
    pub votes_for: Option<i32>,
    pub votes_total: Option<i32>,
    pub act_number: Option<Title>,
    pub decision_date: Option<LocalDate>,
    pub effective_date: Option<LocalDate>,
    pub announced_date: Option<LocalDate>,
    pub reason: Option<Note>,
    pub override_reason: Option<Note>,
    pub unit_status_id: Option<UnitStatusId>,
    #[serde(serialize_with = "optional_json")]
    pub conditions: Option<Json>,
    #[serde(serialize_with = "json")]
    pub consequences: Json,
}

fn json<S: serde::Serializer>(value: &Json, serializer: S) -> Result<S::Ok, S::Error> {
    value.0.serialize(serializer)
}

fn optional_json<S: serde::Serializer>(value: &Option<Json>, serializer: S) -> Result<S::Ok, S::Error> {
    value.as_ref().map(|value| &value.0).serialize(serializer)
}

/// A dossier with its steps: what is stored and what the journal keeps.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct DossierRecord {
    #[serde(flatten)]
    pub row: DossierRow,
    pub steps: Vec<StepRow>,
}

/// A unit to register for recognition.
#[derive(Debug, Clone, Deserr, ToSchema)]
#[deserr(error = Faults, deny_unknown_fields)]
#[schema(example = json!({ "unit_code": "01984", "criteria_set_code": "NTM-XA-2021-2025", "level": "NTM", "year": 2023 }))]
pub struct NewRecognitionDossier {
    /// Either this or `unit_code`.
    #[deserr(default)]
    pub unit_id: Option<UnitId>,
    /// Code that the unit bears on the last day of the year (today while it runs or is to come).
    #[deserr(default)]
    pub unit_code: Option<UnitCode>,
    pub criteria_set_code: CriteriaSetCode,
    /// The level to which the set leads.
    pub level: RecognitionLevel,
    /// Achievement year: the year as of which the unit is to reach the level.
    #[schema(value_type = i32, minimum = 2000, maximum = 2099, example = 2023)]
    pub year: Whole<2000, 2099>,
    #[deserr(default)]
    pub note: Option<Note>,
    #[deserr(default)]
    pub external_id: Option<ExternalId>,
}

named!(NewRecognitionDossier);

/// A step of a dossier. Each takes its own members: `VERIFIED` an assessment; `APPRAISED` an assessment and the votes;
/// `DECIDED` act and dates; `ANNOUNCED` a date; `RETURNED` and `WITHDRAWN` a reason; `REGISTERED` (again) none.
#[derive(Debug, Clone, Deserr, ToSchema)]
#[deserr(error = Faults, deny_unknown_fields)]
#[schema(example = json!({ "to": "VERIFIED", "assessment_id": "01992f3e-7c1a-7b55-9a0e-4f6f0c1d2e3f" }))]
pub struct NewRecognitionTransition {
    pub to: DossierStatus,
    /// Submitted assessment at the stage of the step: `VERIFICATION` or `APPRAISAL`.
    #[deserr(default)]
    pub assessment_id: Option<AssessmentId>,
    /// Members of the appraisal council in favour.
    #[schema(value_type = Option<i32>, minimum = 0, maximum = 1000)]
    #[deserr(default)]
    pub votes_for: Option<Whole<0, 1000>>,
    /// Members of the appraisal council present.
    #[schema(value_type = Option<i32>, minimum = 1, maximum = 1000)]
    #[deserr(default)]
    pub votes_total: Option<Whole<1, 1000>>,
    /// Number and symbol of the decision.
    #[deserr(default)]
    pub act_number: Option<Title>,
    #[deserr(default)]
    pub decision_date: Option<LocalDate>,
    /// First day of the recognition; not before the decision.
    #[deserr(default)]
    pub effective_date: Option<LocalDate>,
    #[deserr(default)]
    pub announced_date: Option<LocalDate>,
    #[deserr(default)]
    pub reason: Option<Note>,
    /// For `DECIDED`, where a condition is not met: why it is decided all the same.
    #[deserr(default)]
    pub override_reason: Option<Note>,
}

/// A condition of recognition (điều kiện công nhận).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct RecognitionCondition {
    /// `CRITERIA`: all criteria are met; `LEVEL`: the level that the set presupposes; else a condition of the set.
    pub code: CriterionCode,
    pub name: Names,
    pub verdict: Verdict,
    pub reason: Option<ConditionReason>,
    /// For `CRITERIA`: the criteria that are not met or not decided.
    #[schema(max_items = 63)]
    pub open_criteria: Vec<CriterionCode>,
}

impl RecognitionCondition {
    pub fn is_fulfilled(&self) -> bool {
        matches!(self.verdict, Verdict::Met | Verdict::NotApplicable)
    }
}

/// What follows from a decision for the unit.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Consequence {
    pub kind: ConsequenceKind,
    /// From which day.
    pub effective_date: LocalDate,
    /// The status of the unit that it concerns.
    pub status_id: UnitStatusId,
    pub value_code: StatusValue,
    /// The set whose thresholds change.
    pub criteria_set_code: Option<CriteriaSetCode>,
    /// The act that says so.
    pub act_number: Title,
}

/// A step that was taken.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct RecognitionStep {
    #[schema(minimum = 1, maximum = 1000)]
    pub number: i32,
    pub status: DossierStatus,
    pub client_id: Option<ClientId>,
    pub taken_at: Timestamp,
    /// The assessment it rests on.
    pub assessment_id: Option<AssessmentId>,
    #[schema(minimum = 0, maximum = 1000)]
    pub votes_for: Option<i32>,
    #[schema(minimum = 1, maximum = 1000)]
    pub votes_total: Option<i32>,
    pub act_number: Option<Title>,
    pub decision_date: Option<LocalDate>,
    pub effective_date: Option<LocalDate>,
    pub announced_date: Option<LocalDate>,
    pub reason: Option<Note>,
    /// Why it was decided although conditions were not met.
    pub override_reason: Option<Note>,
    /// The status of the unit that the decision wrote.
    pub unit_status_id: Option<UnitStatusId>,
}

/// A dossier of recognition (hồ sơ đề nghị công nhận).
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct RecognitionDossier {
    pub id: RecognitionDossierId,
    #[schema(minimum = 1, maximum = 9_007_199_254_740_991_i64)]
    pub version: i64,
    /// The unit as it was on `unit_date`.
    pub unit: UnitRef,
    /// Last day of the achievement year, or the day of registering before it.
    pub unit_date: LocalDate,
    pub criteria_set_code: CriteriaSetCode,
    pub level: RecognitionLevel,
    /// Achievement year; the date of the decision stands in its step.
    #[schema(minimum = 2000, maximum = 2099)]
    pub year: i32,
    pub status: DossierStatus,
    /// Conditions as the newest step that asks for them found them: what was signed, not what figures became later.
    #[schema(max_items = 22)]
    pub conditions: Vec<RecognitionCondition>,
    /// What follows from the decision; none before it.
    #[schema(max_items = 200)]
    pub consequences: Vec<Consequence>,
    #[schema(max_items = 1000)]
    pub steps: Vec<RecognitionStep>,
    pub note: Option<Note>,
    pub external_id: Option<ExternalId>,
    #[schema(max_items = 7)]
    pub allowed_transitions: Vec<DossierStatus>,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
}

versioned!(RecognitionDossier);

/// A recognised unit of which the newest result that counts falls under a clause of revocation (nguy cơ bị thu hồi).
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct UnitAtRisk {
    /// The unit as it is on the day asked for.
    pub unit: UnitRef,
    /// The recognition that it holds.
    pub unit_status_id: UnitStatusId,
    pub level: StatusValue,
    pub valid_from: LocalDate,
    /// Decision of the recognition.
    pub act_number: Title,
    pub risk: Risk,
}

/// The clause that bites, and the result by which it does.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Risk {
    pub clause: RevocationClause,
    pub act_number: Title,
    /// Criteria that are known not to be met; what is not assessed is not among them.
    #[schema(minimum = 0, maximum = 63)]
    pub not_met_count: i64,
    #[schema(minimum = 0, maximum = 63)]
    pub criteria_count: i64,
    #[schema(max_items = 63)]
    pub key_criteria_not_met: Vec<CriterionCode>,
    pub assessment_id: AssessmentId,
    pub criteria_set_code: CriteriaSetCode,
    pub period: Period,
    pub stage: Stage,
    /// Day of which its facts are.
    pub facts_date: LocalDate,
}
