//! What stands in a set's own rows, and the document that is made from them.

use super::document::{DocumentBand, DocumentCriterion, DocumentItem, DocumentPart, ItemThreshold, SetDocument};
use super::model::{BandRow, CriterionRow, ItemRow, OverrideRow, SetRow, StoredPart, ThresholdRow};
use super::replacement::ReplacementRow;
use crate::error::Error;
use crate::values::{CriteriaSetCode, CriterionCode, Names, UnitCode};

/// What stands in a set's own rows, beside the row of the set itself.
#[derive(Debug, Clone)]
pub struct Own {
    pub criteria: Vec<CriterionRow>,
    pub bands: Vec<BandRow>,
    pub items: Vec<ItemRow>,
    pub thresholds: Vec<ThresholdRow>,
    pub overrides: Vec<OverrideRow>,
    pub replacement: Option<ReplacementRow>,
}

impl Own {
    /// The document, made from the rows: whatever is changed in them changes its checksum.
    pub fn document(
        &self,
        row: &SetRow,
        base_set_code: Option<CriteriaSetCode>,
        issuer_unit_code: Option<UnitCode>,
    ) -> Result<SetDocument, Error> {
        let thresholds_of = |item: &CriterionCode, part: i32| {
            let own = self.thresholds.iter().filter(|row| row.item_code == *item && row.part == part);
            own.map(ThresholdRow::document).collect::<Vec<_>>()
        };
        let item_of = |item: &ItemRow| -> Result<DocumentItem, Error> {
            let parts: Vec<StoredPart> = serde_json::from_value(item.parts.0.clone()).map_err(Error::internal)?;
            Ok(DocumentItem {
                code: item.code.clone(),
                indicator_code: item.indicator_code.clone(),
                name: Names { vi: item.name_vi.clone(), en: item.name_en.clone() },
                both_sexes: item.both_sexes,
                conditional: item.conditional,
                delegated: item.delegated,
                confidence: item.confidence,
                note: item.note.clone(),
                parts: parts
                    .into_iter()
                    .zip(1..)
                    .map(|(part, number)| DocumentPart {
                        indicator_code: part.indicator_code,
                        name: part.name,
                        thresholds: thresholds_of(&item.code, number),
                    })
                    .collect(),
                thresholds: thresholds_of(&item.code, 0),
            })
        };
        let items_of = |criterion: Option<&CriterionCode>| {
            let own = self.items.iter().filter(|item| item.criterion_code.as_ref() == criterion);
            own.map(item_of).collect::<Result<Vec<_>, Error>>()
        };
        let criteria = self.criteria.iter().map(|criterion| {
            Ok(DocumentCriterion {
                code: criterion.code.clone(),
                name: Names { vi: criterion.name_vi.clone(), en: criterion.name_en.clone() },
                group_code: criterion.group_code.clone(),
                confidence: criterion.confidence,
                topic_codes: serde_json::from_value(criterion.topic_codes.0.clone()).map_err(Error::internal)?,
                items: items_of(Some(&criterion.code))?,
            })
        });
        let of_the_base = |row: &&ThresholdRow| !self.items.iter().any(|item| item.code == row.item_code);
        let overrides = self.overrides.iter().map(|stated| stated.document().map_err(Error::internal));
        Ok(SetDocument {
            code: row.code.clone(),
            base_set_code,
            name: Names { vi: row.name_vi.clone(), en: row.name_en.clone() },
            status: row.status,
            level: row.level,
            kind_codes: serde_json::from_value(row.kind_codes.0.clone()).map_err(Error::internal)?,
            valid_from: row.valid_from,
            valid_to: row.valid_to,
            issuer_unit_code,
            acts: serde_json::from_value(row.acts.0.clone()).map_err(Error::internal)?,
            text_available: row.text_available,
            confidence: row.confidence,
            bands: self
                .bands
                .iter()
                .map(|band| DocumentBand { code: band.code.clone(), min: band.min_count, max: band.max_count })
                .collect(),
            criteria: criteria.collect::<Result<_, Error>>()?,
            thresholds: self
                .thresholds
                .iter()
                .filter(of_the_base)
                .map(|row| ItemThreshold {
                    item_code: row.item_code.clone(),
                    part: row.part,
                    threshold: row.document(),
                })
                .collect(),
            region_overrides: overrides.collect::<Result<_, Error>>()?,
            conditions: items_of(None)?,
            key_criteria: serde_json::from_value(row.key_criteria.0.clone()).map_err(Error::internal)?,
            required_level: row.required_level.clone(),
            replaces: self.replacement.as_ref().map(ReplacementRow::document).transpose().map_err(Error::internal)?,
        })
    }
}
