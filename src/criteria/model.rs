//! Rows and answers of criteria sets.

use super::applying::{AppliedThreshold, ThresholdChoice};
use super::document::{DocumentOverride, DocumentThreshold};
use super::verification::ThresholdPlace;
use crate::db::schema::{
    criteria, criteria_bands, criteria_items, criteria_region_overrides, criteria_sets, criteria_thresholds,
};
use crate::error::Faults;
use crate::evaluation::{Operator, Reason};
use crate::statuses::UnitStatusKind;
use crate::units::{Level, UnitRef};
use crate::values::storage::Json;
use crate::values::{
    BandCode, Confidence, ContentHash, CriteriaSetCode, CriteriaSetId, CriterionCode, CriterionId, Decimal,
    IndicatorCode, ListCode, LocalDate, Names, Note, Period, StatusValue, Timestamp, Title, UnitId, vocabulary,
};
use deserr::Deserr;
use diesel::prelude::*;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

vocabulary! {
    /// State of a set. A published one does not change.
    SetStatus {
        Draft "DRAFT" "Dự thảo" | "Draft";
        Published "PUBLISHED" "Đã ban hành" | "Published";
        Retired "RETIRED" "Hết hiệu lực" | "Retired";
    }
}

crate::values::vocabulary! {
    /// What an act does to a set.
    ActRole {
        Issues "ISSUES" "Ban hành" | "Issues";
        Amends "AMENDS" "Sửa đổi, bổ sung" | "Amends";
        Procedure "PROCEDURE" "Quy định trình tự, thủ tục" | "Lays down the procedure";
    }
}

vocabulary! {
    /// How a figure is held against a threshold.
    ThresholdOperator {
        AtLeast "AT_LEAST" "Từ mức này trở lên" | "At least";
        AtMost "AT_MOST" "Không quá mức này" | "At most";
        Equal "EQUAL" "Đúng bằng" | "Equal";
        /// The thing is there, or is done.
        Yes "YES" "Đạt" | "Yes";
    }
}

impl From<ThresholdOperator> for Operator {
    fn from(operator: ThresholdOperator) -> Operator {
        match operator {
            ThresholdOperator::AtLeast => Operator::AtLeast,
            ThresholdOperator::AtMost => Operator::AtMost,
            ThresholdOperator::Equal => Operator::Equal,
            ThresholdOperator::Yes => Operator::Yes,
        }
    }
}

vocabulary! {
    /// Whose threshold applies, the most specific first.
    ThresholdLayer {
        ProvinceGroup "PROVINCE_GROUP" "Mức của tỉnh cho nhóm xã" | "The province's, for a group of communes";
        Province "PROVINCE" "Mức của tỉnh" | "The province's";
        NationalGroup "NATIONAL_GROUP" "Mức quốc gia cho nhóm xã" | "National, for a group of communes";
        NationalRegion "NATIONAL_REGION" "Mức quốc gia theo vùng" | "National, for the region";
        National "NATIONAL" "Mức quốc gia chung cho mọi vùng" | "National, the same everywhere";
    }
}

vocabulary! {
    /// Why something was not assessed.
    OpenReason {
        /// The act leaves the level to the province, whose decision is not known, or the figure of the act is not.
        ThresholdMissing "THRESHOLD_MISSING" "Chưa biết mức phải đạt" | "The threshold is not known";
        /// Which threshold applies follows from a status that is not recorded.
        StatusMissing "STATUS_MISSING" "Chưa ghi nhận phân loại để chọn mức" | "The status that chooses the threshold is not recorded";
        ValueMissing "VALUE_MISSING" "Chưa có số liệu" | "There is no figure";
        /// The item asks for men and women.
        SexMissing "SEX_MISSING" "Chưa có số liệu riêng của nam và nữ" | "Men or women are not told";
        NotConditional "NOT_CONDITIONAL" "Chỉ tiêu không được miễn áp dụng" | "The item has to apply";
    }
}

impl From<Reason> for OpenReason {
    fn from(reason: Reason) -> OpenReason {
        match reason {
            Reason::ThresholdMissing => OpenReason::ThresholdMissing,
            Reason::StatusMissing => OpenReason::StatusMissing,
            Reason::ValueMissing => OpenReason::ValueMissing,
            Reason::SexMissing => OpenReason::SexMissing,
            Reason::NotConditional => OpenReason::NotConditional,
        }
    }
}

/// A row of `criteria_sets`.
#[derive(Debug, Clone, Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = criteria_sets, treat_none_as_default_value = false, treat_none_as_null = true)]
pub struct SetRow {
    pub id: CriteriaSetId,
    pub version: i64,
    pub code: CriteriaSetCode,
    pub base_set_id: Option<CriteriaSetId>,
    pub name_vi: Title,
    pub name_en: Title,
    pub status: SetStatus,
    pub level: Level,
    pub kind_codes: Json,
    pub valid_from: LocalDate,
    pub valid_to: LocalDate,
    pub issuer_unit_id: Option<UnitId>,
    pub acts: Json,
    pub text_available: bool,
    pub confidence: Confidence,
    pub created_at: Timestamp,
    pub key_criteria: Json,
    pub required_level: Option<StatusValue>,
}

/// A row of `criteria`.
#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = criteria, treat_none_as_default_value = false)]
pub struct CriterionRow {
    pub id: CriterionId,
    pub criteria_set_id: CriteriaSetId,
    pub code: CriterionCode,
    pub position: i32,
    pub group_code: Option<ListCode>,
    pub name_vi: Title,
    pub name_en: Title,
    pub confidence: Confidence,
    pub topic_codes: Json,
}

/// A row of `criteria_bands`.
#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = criteria_bands)]
pub struct BandRow {
    pub criteria_set_id: CriteriaSetId,
    pub code: BandCode,
    pub position: i32,
    pub min_count: i32,
    pub max_count: i32,
}

/// A row of `criteria_items`.
#[derive(Debug, Clone, PartialEq, Queryable, Selectable, Insertable)]
#[diesel(table_name = criteria_items, treat_none_as_default_value = false)]
pub struct ItemRow {
    pub criteria_set_id: CriteriaSetId,
    pub code: CriterionCode,
    pub criterion_code: Option<CriterionCode>,
    pub position: i32,
    pub indicator_code: IndicatorCode,
    pub name_vi: Title,
    pub name_en: Title,
    pub both_sexes: bool,
    pub conditional: bool,
    pub delegated: bool,
    pub parts: Json,
    pub confidence: Confidence,
    pub note: Option<Note>,
}

/// A further indicator of an item, as it is stored.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct StoredPart {
    pub indicator_code: IndicatorCode,
    pub name: Names,
}

/// A row of `criteria_thresholds`.
#[derive(Debug, Clone, PartialEq, Queryable, Selectable, Insertable)]
#[diesel(table_name = criteria_thresholds, treat_none_as_default_value = false)]
pub struct ThresholdRow {
    pub criteria_set_id: CriteriaSetId,
    pub item_code: CriterionCode,
    pub part: i32,
    pub position: i32,
    pub region_code: ListCode,
    pub commune_group: Option<StatusValue>,
    pub year: Option<i32>,
    pub operator: ThresholdOperator,
    pub value: Option<Decimal>,
    pub confidence: Confidence,
    pub act_number: Title,
    pub article: Option<Title>,
    pub note: Option<Note>,
}

impl ThresholdRow {
    pub fn new(
        set: CriteriaSetId,
        item: &CriterionCode,
        part: i32,
        position: i32,
        threshold: &DocumentThreshold,
    ) -> ThresholdRow {
        ThresholdRow {
            criteria_set_id: set,
            item_code: item.clone(),
            part,
            position,
            region_code: threshold.region_code.clone(),
            commune_group: threshold.commune_group.clone(),
            year: threshold.year,
            operator: threshold.operator,
            value: threshold.value,
            confidence: threshold.confidence,
            act_number: threshold.act_number.clone(),
            article: threshold.article.clone(),
            note: threshold.note.clone(),
        }
    }

    /// For what it is.
    pub fn place(&self) -> ThresholdPlace {
        ThresholdPlace {
            item_code: self.item_code.clone(),
            part: self.part,
            region_code: self.region_code.clone(),
            commune_group: self.commune_group.clone(),
            year: self.year,
        }
    }

    pub fn document(&self) -> DocumentThreshold {
        DocumentThreshold {
            region_code: self.region_code.clone(),
            commune_group: self.commune_group.clone(),
            year: self.year,
            operator: self.operator,
            value: self.value,
            confidence: self.confidence,
            act_number: self.act_number.clone(),
            article: self.article.clone(),
            note: self.note.clone(),
        }
    }
}

/// A row of `criteria_region_overrides`.
#[derive(Debug, Clone, PartialEq, Queryable, Selectable, Insertable)]
#[diesel(table_name = criteria_region_overrides, treat_none_as_default_value = false)]
pub struct OverrideRow {
    pub criteria_set_id: CriteriaSetId,
    pub position: i32,
    pub status_kind: UnitStatusKind,
    pub status_values: Json,
    pub region_code: ListCode,
    pub valid_from: LocalDate,
    pub valid_to: Option<LocalDate>,
    pub also_requires: Option<Note>,
    pub act_number: Title,
    pub article: Option<Title>,
    pub confidence: Confidence,
}

impl OverrideRow {
    pub fn new(set: CriteriaSetId, position: i32, stated: &DocumentOverride) -> serde_json::Result<OverrideRow> {
        Ok(OverrideRow {
            criteria_set_id: set,
            position,
            status_kind: stated.status_kind,
            status_values: Json(serde_json::to_value(&stated.status_values)?),
            region_code: stated.region_code.clone(),
            valid_from: stated.valid_from,
            valid_to: stated.valid_to,
            also_requires: stated.also_requires.clone(),
            act_number: stated.act_number.clone(),
            article: stated.article.clone(),
            confidence: stated.confidence,
        })
    }

    pub fn document(&self) -> serde_json::Result<DocumentOverride> {
        Ok(DocumentOverride {
            status_kind: self.status_kind,
            status_values: serde_json::from_value(self.status_values.0.clone())?,
            region_code: self.region_code.clone(),
            valid_from: self.valid_from,
            valid_to: self.valid_to,
            also_requires: self.also_requires.clone(),
            act_number: self.act_number.clone(),
            article: self.article.clone(),
            confidence: self.confidence,
        })
    }
}

/// A criteria set (bộ tiêu chí), without its criteria.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct CriteriaSet {
    pub id: CriteriaSetId,
    #[schema(minimum = 1, maximum = 9_007_199_254_740_991_i64)]
    pub version: i64,
    pub code: CriteriaSetCode,
    /// Set it stands on; it says only what differs.
    pub base_set_code: Option<CriteriaSetCode>,
    pub name: Names,
    pub status: SetStatus,
    pub level: Level,
    #[schema(max_items = 20)]
    pub kind_codes: Vec<ListCode>,
    pub valid_from: LocalDate,
    /// Last day of validity.
    pub valid_to: LocalDate,
    /// Number of criteria, those of the base included.
    #[schema(minimum = 1, maximum = 63)]
    pub criteria_count: i64,
    /// Number of items; 0 where the set stops at criteria.
    #[schema(minimum = 0, maximum = 2000)]
    pub item_count: i64,
    /// Level of recognition that it presupposes.
    pub required_level: Option<StatusValue>,
    /// Set in whose place it comes; why, its document tells.
    pub replaces_code: Option<CriteriaSetCode>,
    /// Version that has come in its place.
    pub replaced_by_code: Option<CriteriaSetCode>,
    /// SHA-256 of the document.
    pub checksum: ContentHash,
    /// States to which it may go from here.
    #[schema(max_items = 3)]
    pub allowed_transitions: Vec<SetStatus>,
    /// False where the act's own text was not at hand.
    pub text_available: bool,
    pub confidence: Confidence,
}

crate::http::versioned!(CriteriaSet);

/// A step of the life of a set.
#[derive(Debug, Clone, Deserr, ToSchema)]
#[deserr(error = Faults, deny_unknown_fields)]
#[schema(example = json!({ "to": "PUBLISHED" }))]
pub struct NewSetTransition {
    pub to: SetStatus,
}

impl crate::http::Named for super::document::SetDocument {
    /// A set is named by its code.
    fn external_id(&self) -> Option<&crate::values::ExternalId> {
        None
    }
}

/// The thresholds of a set for a unit and a period.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct UnitThresholds {
    pub unit: UnitRef,
    pub criteria_set_code: CriteriaSetCode,
    pub period: Period,
    /// Day whose statuses choose: the last of the period, today while it runs.
    pub as_of: LocalDate,
    pub choice: ThresholdChoice,
    /// Items of the criteria, then conditions of recognition; each part of an item has a row of its own.
    #[schema(max_items = 2000)]
    pub items: Vec<ItemThresholds>,
    /// Items of criteria of which no threshold is known.
    #[schema(minimum = 0, maximum = 2000)]
    pub missing_count: i64,
    /// Items of criteria whose threshold is known but not verified.
    #[schema(minimum = 0, maximum = 2000)]
    pub unverified_count: i64,
}

/// What is required of an item, or of a part of it.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ItemThresholds {
    pub item_code: CriterionCode,
    /// 0 for the item itself, else the number of its part.
    #[schema(minimum = 0, maximum = 5)]
    pub part: i32,
    /// Null for a condition of recognition.
    pub criterion_code: Option<CriterionCode>,
    pub indicator_code: IndicatorCode,
    pub name: Names,
    pub both_sexes: bool,
    pub conditional: bool,
    pub delegated: bool,
    /// The threshold that applies, also where it says only that the level is not known.
    pub threshold: Option<AppliedThreshold>,
    /// Why none applies.
    pub reason: Option<OpenReason>,
}
