//! Rows and answers of criteria sets.

use crate::db::schema::{criteria, criteria_bands, criteria_sets};
use crate::units::Level;
use crate::values::storage::Json;
use crate::values::{
    Confidence, CriteriaSetCode, CriteriaSetId, CriterionCode, CriterionId, ListCode, LocalDate, Timestamp, Title,
    UnitId, vocabulary,
};
use diesel::prelude::*;
use serde::Serialize;
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
}

/// A row of `criteria_bands`.
#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = criteria_bands)]
pub struct BandRow {
    pub criteria_set_id: CriteriaSetId,
    pub code: String,
    pub position: i32,
    pub min_count: i32,
    pub max_count: i32,
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
    /// False where the act's own text was not at hand.
    pub text_available: bool,
    pub confidence: Confidence,
}

crate::http::versioned!(CriteriaSet);

/// A name in both languages.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, serde::Deserialize, ToSchema)]
pub struct Names {
    pub vi: Title,
    pub en: Title,
}
