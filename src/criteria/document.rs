//! A set as one JSON document: what is imported, exported and checked by its checksum.

use super::model::{ActRole, Names, SetStatus};
use crate::units::Level;
use crate::values::{Confidence, CriteriaSetCode, CriterionCode, ListCode, LocalDate, Title, UnitCode};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// The whole of a set.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SetDocument {
    pub code: CriteriaSetCode,
    pub base_set_code: Option<CriteriaSetCode>,
    pub name: Names,
    #[serde(default = "published")]
    pub status: SetStatus,
    pub level: Level,
    #[schema(max_items = 20)]
    pub kind_codes: Vec<ListCode>,
    pub valid_from: LocalDate,
    pub valid_to: LocalDate,
    /// Unit whose act issues it: the nation or a province.
    pub issuer_unit_code: Option<UnitCode>,
    #[schema(max_items = 50)]
    pub acts: Vec<SetAct>,
    pub text_available: bool,
    pub confidence: Confidence,
    /// Bands of its own; those of the base where there are none.
    #[schema(max_items = 20)]
    pub bands: Vec<DocumentBand>,
    /// Criteria of its own; those of the base where there are none.
    #[schema(max_items = 63)]
    pub criteria: Vec<DocumentCriterion>,
}

fn published() -> SetStatus {
    SetStatus::Published
}

/// An act (văn bản) behind a set.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SetAct {
    /// Number and symbol, as printed.
    pub number: Title,
    pub issued_date: LocalDate,
    pub issuer: Title,
    pub role: ActRole,
}

/// A band of criteria met, both ends included.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct DocumentBand {
    /// As printed in reports.
    #[schema(min_length = 1, max_length = 10, pattern = "^[0-9]+(-[0-9]+)?$", example = "15-18")]
    pub code: String,
    #[schema(minimum = 0, maximum = 63)]
    pub min: i32,
    #[schema(minimum = 0, maximum = 63)]
    pub max: i32,
}

/// A criterion (tiêu chí).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct DocumentCriterion {
    pub code: CriterionCode,
    pub name: Names,
    /// Code of `criteria-groups`.
    pub group_code: Option<ListCode>,
    pub confidence: Confidence,
}
