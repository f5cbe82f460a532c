//! Rows, bodies and answers of observations.

use crate::db::schema::observations;
use crate::db::stored;
use crate::error::Faults;
use crate::http::{Batch, named, versioned};
use crate::indicators::Member;
use crate::units::UnitRef;
use crate::values::storage::Json;
use crate::values::{
    ActId, ClientId, ContentHash, Decimal, ExternalId, FileId, IndicatorCode, IndicatorId, ItemNumber, ListCode,
    LocalDate, Note, ObservationId, Period, PersonId, Timestamp, Title, UnitCode, UnitId, vocabulary,
};
use deserr::Deserr;
use diesel::prelude::*;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

vocabulary! {
    /// Stage of a figure. Stages stand side by side and never overwrite one another.
    ObservationStage {
        /// Planned.
        Target "TARGET" "Kế hoạch" | "Target";
        /// Published without its round.
        Reported "REPORTED" "Số công bố" | "Reported";
        SelfAssessment "SELF" "Tự đánh giá" | "Self-assessment";
        Verification "VERIFICATION" "Thẩm tra" | "Verification";
        Appraisal "APPRAISAL" "Thẩm định" | "Appraisal";
        /// Statistics before they are final.
        Preliminary "PRELIMINARY" "Thống kê sơ bộ" | "Preliminary statistics";
        Official "OFFICIAL" "Thống kê chính thức" | "Official statistics";
    }
}

/// A row of `observations`: what is stored and what the journal keeps.
#[derive(Debug, Clone, PartialEq, Queryable, Selectable, Insertable, AsChangeset, Serialize)]
#[diesel(table_name = observations, treat_none_as_default_value = false, treat_none_as_null = true)]
pub struct ObservationRow {
    pub id: ObservationId,
    pub version: i64,
    pub indicator_id: IndicatorId,
    pub unit_id: UnitId,
    pub unit_date: LocalDate,
    pub period: Period,
    pub period_end: LocalDate,
    pub stage: ObservationStage,
    pub value: Option<Decimal>,
    pub numerator: Option<Decimal>,
    pub denominator: Option<Decimal>,
    pub breakdown: Json,
    pub cut_off_date: Option<LocalDate>,
    pub source_label: Option<Title>,
    pub source_date: Option<LocalDate>,
    pub note: Option<Note>,
    pub evidence: Json,
    pub corrects_id: Option<ObservationId>,
    pub corrected_by_id: Option<ObservationId>,
    pub correction_reason: Option<Note>,
    pub author_client_id: Option<ClientId>,
    pub author_person_id: Option<PersonId>,
    pub external_id: Option<ExternalId>,
    pub created_at: Timestamp,
    pub act_id: Option<ActId>,
    pub act_item_code: Option<ItemNumber>,
}

stored!(ObservationRow, observations, "observations", "observation", |observation| Some((
    observation.unit_id,
    observation.unit_date
)));

/// Where a figure or result was published.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserr, ToSchema)]
#[deserr(error = Faults, deny_unknown_fields)]
pub struct Source {
    pub label: Title,
    #[deserr(default)]
    pub date: Option<LocalDate>,
}

/// The figure of one member of a dimension.
#[derive(Debug, Clone, PartialEq, Eq, Deserr, ToSchema)]
#[deserr(error = Faults, deny_unknown_fields)]
#[schema(example = json!({ "member": "FEMALE", "numerator": 312, "denominator": 480 }))]
pub struct NewMemberFigure {
    pub member: Member,
    /// May be left out where both parts are given.
    #[deserr(default)]
    pub value: Option<Decimal>,
    #[deserr(default)]
    pub numerator: Option<Decimal>,
    #[deserr(default)]
    pub denominator: Option<Decimal>,
}

/// The figure of one member of a dimension, as it is stored and shown.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct MemberFigure {
    pub member: Member,
    pub value: Decimal,
    pub numerator: Option<Decimal>,
    pub denominator: Option<Decimal>,
}

/// What proves a figure.
#[derive(Debug, Clone, PartialEq, Eq, Deserr, ToSchema)]
#[deserr(error = Faults, deny_unknown_fields)]
#[schema(example = json!({ "kind_code": "DECISION", "label": "Quyết định công nhận trường đạt chuẩn", "date": "2022-06-10", "valid_until": "2027-06-10" }))]
pub struct NewEvidence {
    /// Kind, a code of `evidence-kinds`.
    pub kind_code: ListCode,
    pub label: Title,
    /// Day of the document.
    #[deserr(default)]
    pub date: Option<LocalDate>,
    /// Last day on which it proves anything; for ever unless given.
    #[deserr(default)]
    pub valid_until: Option<LocalDate>,
    /// A file that is kept here (`/v1/files`).
    #[deserr(default)]
    pub file_id: Option<FileId>,
    /// SHA-256 of the file; that of `file_id` unless given.
    #[deserr(default)]
    pub content_hash: Option<ContentHash>,
}

/// What proves a figure, as it is stored.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EvidenceNote {
    /// Evidence of before files were kept has none.
    #[serde(default)]
    pub file_id: Option<FileId>,
    pub kind_code: ListCode,
    pub label: Title,
    pub date: Option<LocalDate>,
    pub valid_until: Option<LocalDate>,
    pub content_hash: Option<ContentHash>,
}

/// What proves a figure, as it is shown.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Evidence {
    pub kind_code: ListCode,
    pub label: Title,
    pub date: Option<LocalDate>,
    pub valid_until: Option<LocalDate>,
    /// It no longer proves anything today.
    pub expired: bool,
    /// The file, where it is kept here.
    pub file_id: Option<FileId>,
    /// SHA-256 of the file.
    pub content_hash: Option<ContentHash>,
}

/// A figure with its parts.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserr, ToSchema)]
#[deserr(error = Faults, deny_unknown_fields)]
#[schema(example = json!({ "numerator": 655, "denominator": 980, "cut_off_date": "2022-12-31" }))]
pub struct NewFigure {
    /// The figure; 1 and 0 for yes and no. May be left out where both parts are given, or all members of a dimension.
    /// None of them withdraws the figure that held before.
    #[deserr(default)]
    pub value: Option<Decimal>,
    /// What it was divided from, as counted.
    #[deserr(default)]
    pub numerator: Option<Decimal>,
    #[deserr(default)]
    pub denominator: Option<Decimal>,
    #[schema(max_items = 6)]
    #[deserr(default)]
    pub breakdown: Option<Vec<NewMemberFigure>>,
    /// Day up to which the facts were taken; null where it is not known.
    #[deserr(default)]
    pub cut_off_date: Option<LocalDate>,
    #[deserr(default)]
    pub source: Option<Source>,
    #[deserr(default)]
    pub note: Option<Note>,
    #[schema(max_items = 20)]
    #[deserr(default)]
    pub evidence: Option<Vec<NewEvidence>>,
}

/// An observation to record.
#[derive(Debug, Clone, Deserr, ToSchema)]
#[deserr(error = Faults, deny_unknown_fields)]
#[schema(example = json!({
    "indicator_code": "INCOME_PER_CAPITA", "unit_code": "01984", "period": "2022", "stage": "SELF",
    "figure": { "value": 31.2, "cut_off_date": "2022-12-31" }
}))]
pub struct NewObservation {
    pub indicator_code: IndicatorCode,
    /// The unit; either this or `unit_code`.
    #[deserr(default)]
    pub unit_id: Option<UnitId>,
    /// Code that the unit bears on the last day of the period (today while it runs).
    #[deserr(default)]
    pub unit_code: Option<UnitCode>,
    pub period: Period,
    pub stage: ObservationStage,
    pub figure: NewFigure,
    /// The observation that this one replaces; it stays and is marked.
    #[deserr(default)]
    pub corrects_id: Option<ObservationId>,
    /// Why; required with `corrects_id`.
    #[deserr(default)]
    pub correction_reason: Option<Note>,
    #[deserr(default)]
    pub external_id: Option<ExternalId>,
}

named!(NewObservation);

/// Observations to record together, in this order, all or none.
#[derive(Debug, Clone, Deserr, ToSchema)]
#[deserr(error = Faults, deny_unknown_fields)]
#[schema(example = json!({ "items": [
    { "indicator_code": "INCOME_PER_CAPITA", "unit_code": "01984", "period": "2022", "stage": "SELF", "figure": { "value": 31.2 } },
    { "indicator_code": "INCOME_PER_CAPITA", "unit_code": "02017", "period": "2022", "stage": "SELF", "figure": { "value": 41 } }
] }))]
pub struct NewObservations {
    #[schema(value_type = Vec<NewObservation>, min_items = 1, max_items = 1000)]
    pub items: Batch<NewObservation>,
}

/// An observation (số liệu).
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Observation {
    pub id: ObservationId,
    #[schema(minimum = 1, maximum = 9_007_199_254_740_991_i64)]
    pub version: i64,
    pub indicator_code: IndicatorCode,
    /// The indicator, with `embed=indicator`.
    pub indicator: Option<crate::indicators::Indicator>,
    /// The unit as it was on `unit_date`.
    pub unit: UnitRef,
    pub unit_date: LocalDate,
    pub period: Period,
    pub stage: ObservationStage,
    /// The figure; null where it was withdrawn.
    pub value: Option<Decimal>,
    pub numerator: Option<Decimal>,
    pub denominator: Option<Decimal>,
    #[schema(max_items = 6)]
    pub breakdown: Vec<MemberFigure>,
    pub cut_off_date: Option<LocalDate>,
    pub source: Option<Source>,
    pub note: Option<Note>,
    #[schema(max_items = 20)]
    pub evidence: Vec<Evidence>,
    /// Observation that this one replaced.
    pub corrects_id: Option<ObservationId>,
    /// Observation that replaced this one; null for what holds.
    pub corrected_by_id: Option<ObservationId>,
    pub correction_reason: Option<Note>,
    /// Act whose item planned the figure, or withdrew it; null for what nobody planned by an act.
    pub act_id: Option<ActId>,
    pub act_item_code: Option<ItemNumber>,
    pub author_client_id: Option<ClientId>,
    pub external_id: Option<ExternalId>,
    pub created_at: Timestamp,
}

versioned!(Observation);

/// Observations that were recorded together, in the order in which they were sent.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Observations {
    #[schema(max_items = 1000)]
    pub items: Vec<Observation>,
}

/// An observation with its lists read.
#[derive(Debug, Clone, PartialEq)]
pub struct Read {
    pub breakdown: Vec<MemberFigure>,
    pub evidence: Vec<EvidenceNote>,
}

impl ObservationRow {
    /// Its lists, as they are stored.
    pub fn read(&self) -> Result<Read, serde_json::Error> {
        Ok(Read {
            breakdown: serde_json::from_value(self.breakdown.0.clone())?,
            evidence: serde_json::from_value(self.evidence.0.clone())?,
        })
    }
}
