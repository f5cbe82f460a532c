//! Rows, bodies and answers of verifications: that a loaded threshold was held against the act's own text.

use super::model::{ThresholdOperator, ThresholdRow};
use crate::db::schema::threshold_verifications;
use crate::db::stored;
use crate::error::Faults;
use crate::http::{named, versioned};
use crate::values::storage::Json;
use crate::values::{
    ClientId, Confidence, ContentHash, CriteriaSetCode, CriteriaSetId, CriterionCode, Decimal, ExternalId, ListCode,
    LocalDate, Note, StatusValue, ThresholdVerificationId, Timestamp, Title, vocabulary,
};
use deserr::Deserr;
use diesel::prelude::*;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

vocabulary! {
    /// State of a verification.
    VerificationState {
        InForce "IN_FORCE" "Có giá trị" | "In force";
        /// It is as if it had never been.
        Annulled "ANNULLED" "Đã hủy" | "Annulled";
    }
}

/// For what a threshold of a set is: no set has two for the same place.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct ThresholdPlace {
    pub item_code: CriterionCode,
    pub part: i32,
    pub region_code: ListCode,
    pub commune_group: Option<StatusValue>,
    pub year: Option<i32>,
}

/// A row of `threshold_verifications`.
#[derive(Debug, Clone, PartialEq, Queryable, Selectable, Insertable, AsChangeset, Serialize)]
#[diesel(table_name = threshold_verifications, treat_none_as_default_value = false, treat_none_as_null = true)]
pub struct VerificationRow {
    pub id: ThresholdVerificationId,
    pub version: i64,
    pub criteria_set_id: CriteriaSetId,
    pub thresholds: Json,
    pub document_label: Title,
    pub document_date: Option<LocalDate>,
    pub document_place: Option<Title>,
    pub document_hash: Option<ContentHash>,
    pub verified_date: LocalDate,
    pub note: Option<Note>,
    pub state: VerificationState,
    pub annulment_reason: Option<Note>,
    pub client_id: Option<ClientId>,
    pub external_id: Option<ExternalId>,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
}

stored!(VerificationRow, threshold_verifications, "threshold-verifications", "threshold-verification", |_row| None);

impl VerificationRow {
    /// Its thresholds, as they are stored.
    pub fn read(&self) -> Result<Vec<VerifiedThreshold>, serde_json::Error> {
        serde_json::from_value(self.thresholds.0.clone())
    }
}

/// A threshold as it was read in the act.
#[derive(Debug, Clone, Deserr, ToSchema)]
#[deserr(error = Faults, deny_unknown_fields)]
pub struct NewVerifiedThreshold {
    pub item_code: CriterionCode,
    /// 0 for the item itself, else the number of its part.
    #[schema(required = false, minimum = 0, maximum = 5)]
    #[deserr(default)]
    pub part: i32,
    /// A socio-economic region, `ALL` or `NATIONAL`, as the document of the set has it.
    pub region_code: ListCode,
    #[deserr(default)]
    pub commune_group: Option<StatusValue>,
    #[schema(minimum = 2000, maximum = 2099)]
    #[deserr(default)]
    pub year: Option<i32>,
    /// What the act says, which has to be what was loaded.
    pub operator: ThresholdOperator,
    /// The figure that was read, which has to be the one that was loaded; null where the act gives none.
    #[deserr(default)]
    pub value: Option<Decimal>,
}

impl NewVerifiedThreshold {
    pub fn place(&self) -> ThresholdPlace {
        ThresholdPlace {
            item_code: self.item_code.clone(),
            part: self.part,
            region_code: self.region_code.clone(),
            commune_group: self.commune_group.clone(),
            year: self.year,
        }
    }
}

/// The text that was read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Deserr, ToSchema)]
#[deserr(error = Faults, deny_unknown_fields)]
pub struct ReadDocument {
    /// Number and symbol of the act, or what else was read.
    pub label: Title,
    #[deserr(default)]
    pub date: Option<LocalDate>,
    /// Where in the text: article, annex, page.
    #[deserr(default)]
    pub place: Option<Title>,
    /// SHA-256 of the file that was read.
    #[deserr(default)]
    pub content_hash: Option<ContentHash>,
}

/// Thresholds of a published set that were held against the act, each with what was read. There is no short way to say
/// "all of them": who has read a figure can tell it.
#[derive(Debug, Clone, Deserr, ToSchema)]
#[deserr(error = Faults, deny_unknown_fields)]
#[schema(example = json!({
    "criteria_set_code": "NTM-XA-2021-2025",
    "thresholds": [{ "item_code": "10.1", "region_code": "TDMNPB", "year": 2022, "operator": "AT_LEAST", "value": 39 }],
    "document": { "label": "318/QĐ-TTg", "date": "2022-03-08", "place": "Phụ lục, tiêu chí 10" },
    "verified_date": "2023-03-09"
}))]
pub struct NewThresholdVerification {
    /// The set whose own thresholds they are; what a province's set takes from its base is verified in the base.
    pub criteria_set_code: CriteriaSetCode,
    #[schema(min_items = 1, max_items = 1000)]
    pub thresholds: Vec<NewVerifiedThreshold>,
    pub document: ReadDocument,
    /// Day of the reading.
    pub verified_date: LocalDate,
    #[deserr(default)]
    pub note: Option<Note>,
    #[deserr(default)]
    pub external_id: Option<ExternalId>,
}

named!(NewThresholdVerification);

/// Annul a verification.
#[derive(Debug, Clone, Deserr, ToSchema)]
#[deserr(error = Faults, deny_unknown_fields)]
#[schema(example = json!({ "to": "ANNULLED", "reason": "Đọc nhầm bản dự thảo của quyết định" }))]
pub struct NewThresholdVerificationTransition {
    pub to: VerificationState,
    /// Why it is as if it had never been.
    pub reason: Note,
}

/// A verification (đối chiếu với văn bản gốc): somebody held loaded thresholds of a published set against the act. While
/// it is in force they count as `VERIFIED`; the document of the set and its checksum stay what they were.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ThresholdVerification {
    pub id: ThresholdVerificationId,
    #[schema(minimum = 1, maximum = 9_007_199_254_740_991_i64)]
    pub version: i64,
    pub criteria_set_code: CriteriaSetCode,
    #[schema(max_items = 1000)]
    pub thresholds: Vec<VerifiedThreshold>,
    pub document: VerifiedDocument,
    pub verified_date: LocalDate,
    pub note: Option<Note>,
    pub state: VerificationState,
    pub annulment_reason: Option<Note>,
    /// Client that recorded it; for whom, the journal tells.
    pub author_client_id: Option<ClientId>,
    pub external_id: Option<ExternalId>,
    #[schema(max_items = 1)]
    pub allowed_transitions: Vec<VerificationState>,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
}

versioned!(ThresholdVerification);

/// A threshold that was held against the act.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct VerifiedThreshold {
    pub item_code: CriterionCode,
    /// 0 for the item itself, else the number of its part.
    #[schema(minimum = 0, maximum = 5)]
    pub part: i32,
    pub region_code: ListCode,
    pub commune_group: Option<StatusValue>,
    #[schema(minimum = 2000, maximum = 2099)]
    pub year: Option<i32>,
    pub operator: ThresholdOperator,
    pub value: Option<Decimal>,
    /// The act that sets it.
    pub act_number: Title,
    /// How sure the document of the set is of it.
    pub loaded_confidence: Confidence,
}

impl VerifiedThreshold {
    /// A threshold that was read as it was loaded.
    pub fn of(loaded: &ThresholdRow) -> VerifiedThreshold {
        VerifiedThreshold {
            item_code: loaded.item_code.clone(),
            part: loaded.part,
            region_code: loaded.region_code.clone(),
            commune_group: loaded.commune_group.clone(),
            year: loaded.year,
            operator: loaded.operator,
            value: loaded.value,
            act_number: loaded.act_number.clone(),
            loaded_confidence: loaded.confidence,
        }
    }

    pub fn place(&self) -> ThresholdPlace {
        ThresholdPlace {
            item_code: self.item_code.clone(),
            part: self.part,
            region_code: self.region_code.clone(),
            commune_group: self.commune_group.clone(),
            year: self.year,
        }
    }

    /// Does a threshold say what was read, by the same act?
    pub fn says(&self, row: &ThresholdRow) -> bool {
        (self.operator, self.value, &self.act_number) == (row.operator, row.value, &row.act_number)
    }
}

/// The text that was read.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct VerifiedDocument {
    pub label: Title,
    pub date: Option<LocalDate>,
    /// Where in the text.
    pub place: Option<Title>,
    /// SHA-256 of the file that was read.
    pub content_hash: Option<ContentHash>,
}
