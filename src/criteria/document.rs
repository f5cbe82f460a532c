//! A set as one JSON document: what is imported, exported and checked by its checksum.

use super::model::{ActRole, SetStatus, ThresholdOperator};
use super::replacement::DocumentReplacement;
use crate::error::Faults;
use crate::statuses::UnitStatusKind;
use crate::units::Level;
use crate::values::{
    BandCode, Confidence, CriteriaSetCode, CriterionCode, Decimal, IndicatorCode, ListCode, LocalDate, Names, Note,
    StatusValue, Title, UnitCode,
};
use deserr::Deserr;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// The whole of a set.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserr, ToSchema)]
#[deserr(error = Faults, deny_unknown_fields)]
pub struct SetDocument {
    pub code: CriteriaSetCode,
    /// Set it stands on; it says only what differs.
    #[deserr(default)]
    pub base_set_code: Option<CriteriaSetCode>,
    pub name: Names,
    /// A document that is sent is a draft, whatever it was exported as.
    #[deserr(default = SetStatus::Published)]
    pub status: SetStatus,
    pub level: Level,
    #[schema(max_items = 20)]
    pub kind_codes: Vec<ListCode>,
    pub valid_from: LocalDate,
    /// Last day of validity.
    pub valid_to: LocalDate,
    /// Unit whose act issues it: the nation or a province.
    #[deserr(default)]
    pub issuer_unit_code: Option<UnitCode>,
    #[schema(max_items = 50)]
    #[deserr(default)]
    pub acts: Vec<SetAct>,
    /// False where the act's own text was not at hand.
    #[deserr(default)]
    pub text_available: bool,
    pub confidence: Confidence,
    /// Bands of its own; those of the base where there are none.
    #[schema(max_items = 20)]
    #[deserr(default)]
    pub bands: Vec<DocumentBand>,
    /// Criteria of its own; those of the base where there are none.
    #[schema(max_items = 63)]
    #[deserr(default)]
    pub criteria: Vec<DocumentCriterion>,
    /// What it requires of items of the base: a province's own levels.
    #[schema(max_items = 1000)]
    #[deserr(default)]
    pub thresholds: Vec<ItemThreshold>,
    /// Statuses that let a unit use another region's thresholds.
    #[schema(max_items = 50)]
    #[deserr(default)]
    pub region_overrides: Vec<DocumentOverride>,
    /// Conditions of recognition beside the criteria.
    #[schema(max_items = 20)]
    #[deserr(default)]
    pub conditions: Vec<DocumentItem>,
    /// Criteria whose failing weighs more on recognition.
    #[schema(max_items = 63)]
    #[deserr(default)]
    pub key_criteria: Vec<CriterionCode>,
    /// Level of recognition that it presupposes, a value of `NTM_LEVEL`.
    #[deserr(default)]
    pub required_level: Option<StatusValue>,
    /// The published set in whose place it comes; that one is retired when this one is published.
    #[deserr(default)]
    pub replaces: Option<DocumentReplacement>,
}

/// An act (văn bản) behind a set.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Deserr, ToSchema)]
#[deserr(error = Faults, deny_unknown_fields)]
pub struct SetAct {
    /// Number and symbol, as printed.
    pub number: Title,
    pub issued_date: LocalDate,
    pub issuer: Title,
    pub role: ActRole,
}

/// A band of criteria met, both ends included.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserr, ToSchema)]
#[deserr(error = Faults, deny_unknown_fields)]
pub struct DocumentBand {
    /// As printed in reports.
    pub code: BandCode,
    #[schema(minimum = 0, maximum = 63)]
    pub min: i32,
    #[schema(minimum = 0, maximum = 63)]
    pub max: i32,
}

/// A criterion (tiêu chí) with its items.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserr, ToSchema)]
#[deserr(error = Faults, deny_unknown_fields)]
pub struct DocumentCriterion {
    pub code: CriterionCode,
    pub name: Names,
    /// Code of `criteria-groups`.
    #[deserr(default)]
    pub group_code: Option<ListCode>,
    pub confidence: Confidence,
    /// Topics of review it belongs to, codes of `review-topics`.
    #[schema(max_items = 14)]
    #[deserr(default)]
    pub topic_codes: Vec<ListCode>,
    /// A set may stop at criteria.
    #[schema(max_items = 50)]
    #[deserr(default)]
    pub items: Vec<DocumentItem>,
}

/// An item (chỉ tiêu) of a criterion: it names one indicator and adds what the law adds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserr, ToSchema)]
#[deserr(error = Faults, deny_unknown_fields)]
pub struct DocumentItem {
    /// Unique in the set; text: `17.10` is not `17.1`.
    pub code: CriterionCode,
    pub indicator_code: IndicatorCode,
    pub name: Names,
    /// Men and women have to reach the threshold each.
    #[deserr(default)]
    pub both_sexes: bool,
    /// It may not apply (nếu có).
    #[deserr(default)]
    pub conditional: bool,
    /// The act leaves its level to the province.
    #[deserr(default)]
    pub delegated: bool,
    pub confidence: Confidence,
    #[deserr(default)]
    pub note: Option<Note>,
    /// Further indicators that have to pass.
    #[schema(max_items = 5)]
    #[deserr(default)]
    pub parts: Vec<DocumentPart>,
    #[schema(max_items = 200)]
    #[deserr(default)]
    pub thresholds: Vec<DocumentThreshold>,
}

/// A further indicator of an item.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserr, ToSchema)]
#[deserr(error = Faults, deny_unknown_fields)]
pub struct DocumentPart {
    pub indicator_code: IndicatorCode,
    pub name: Names,
    #[schema(max_items = 200)]
    #[deserr(default)]
    pub thresholds: Vec<DocumentThreshold>,
}

/// What an act requires, for whom and in which year.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserr, ToSchema)]
#[deserr(error = Faults, deny_unknown_fields)]
pub struct DocumentThreshold {
    /// A socio-economic region; `ALL`; or `NATIONAL`, the published average, which is never applied to a commune.
    pub region_code: ListCode,
    /// Group of communes, where the threshold is for one; `region_code` is `ALL` then.
    #[deserr(default)]
    pub commune_group: Option<StatusValue>,
    /// Year, where the act gives years.
    #[schema(minimum = 2000, maximum = 2099)]
    #[deserr(default)]
    pub year: Option<i32>,
    pub operator: ThresholdOperator,
    /// The limit, 1 for `YES`; null where the act leaves it to the province or its figure is not known.
    #[deserr(default)]
    pub value: Option<Decimal>,
    /// How sure the value is. Only what is `VERIFIED` is law.
    pub confidence: Confidence,
    /// Number and symbol of the act that sets it.
    pub act_number: Title,
    /// Where in the act.
    #[deserr(default)]
    pub article: Option<Title>,
    #[deserr(default)]
    pub note: Option<Note>,
}

/// What a set requires of an item of the set it stands on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserr, ToSchema)]
#[deserr(error = Faults, deny_unknown_fields)]
pub struct ItemThreshold {
    pub item_code: CriterionCode,
    /// 0 for the item itself, else the number of its part.
    #[schema(minimum = 0, maximum = 5)]
    #[deserr(default)]
    pub part: i32,
    pub threshold: DocumentThreshold,
}

/// A status that lets a unit use the thresholds of another region.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserr, ToSchema)]
#[deserr(error = Faults, deny_unknown_fields)]
pub struct DocumentOverride {
    pub status_kind: UnitStatusKind,
    #[schema(max_items = 20)]
    pub status_values: Vec<StatusValue>,
    /// Region whose thresholds are used.
    pub region_code: ListCode,
    pub valid_from: LocalDate,
    /// First day on which the act no longer says so.
    #[deserr(default)]
    pub valid_to: Option<LocalDate>,
    /// What the act asks for besides, of which no status is recorded: then both regions' thresholds come into question.
    #[deserr(default)]
    pub also_requires: Option<Note>,
    pub act_number: Title,
    #[deserr(default)]
    pub article: Option<Title>,
    pub confidence: Confidence,
}

impl SetDocument {
    /// Items of criteria and conditions alike, with the pointer to each.
    pub fn items(&self) -> impl Iterator<Item = (String, Option<&CriterionCode>, &DocumentItem)> {
        let of_criteria = self.criteria.iter().enumerate().flat_map(|(at, criterion)| {
            let items = criterion.items.iter().enumerate();
            items.map(move |(place, item)| (format!("/criteria/{at}/items/{place}"), Some(&criterion.code), item))
        });
        let conditions = self.conditions.iter().enumerate();
        of_criteria.chain(conditions.map(|(at, item)| (format!("/conditions/{at}"), None, item)))
    }
}
