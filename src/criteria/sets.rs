//! All sets in memory, each with its criteria and bands, those of its base included.

use super::document::{DocumentBand, DocumentCriterion, SetAct, SetDocument};
use super::model::{BandRow, CriteriaSet, CriterionRow, Names, SetRow, SetStatus};
use super::queries;
use crate::db::{Conn, Part};
use crate::error::Error;
use crate::units::Territory;
use crate::values::{CriteriaSetCode, CriteriaSetId, CriterionCode, ListCode, LocalDate, Period};
use serde::Serialize;

/// A set as it is stored, with the rows that belong to it.
#[derive(Debug, Clone)]
pub struct StoredSet {
    pub row: SetRow,
    pub bands: Vec<BandRow>,
    pub criteria: Vec<CriterionRow>,
    /// What the journal keeps.
    pub document: SetDocument,
}

impl Serialize for StoredSet {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.document.serialize(serializer)
    }
}

/// A band of criteria met.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Band {
    pub code: String,
    pub min: i32,
    pub max: i32,
}

/// A set ready for use.
#[derive(Debug, Clone)]
pub struct HeldSet {
    pub row: SetRow,
    pub kind_codes: Vec<ListCode>,
    pub acts: Vec<SetAct>,
    pub base_code: Option<CriteriaSetCode>,
    /// How many sets it stands on: the more, the more specific.
    pub depth: usize,
    /// Criteria in force, those of the base where it has none of its own.
    pub criteria: Vec<CriterionRow>,
    pub bands: Vec<Band>,
    own_criteria: Vec<CriterionRow>,
    own_bands: Vec<Band>,
}

impl HeldSet {
    /// May a result of this period be judged by the set?
    pub fn admits_period(&self, period: Period) -> bool {
        self.row.valid_from <= period.last_day() && period.last_day() <= self.row.valid_to
    }

    pub fn position(&self, code: &CriterionCode) -> Option<usize> {
        self.criteria.iter().position(|criterion| criterion.code == *code)
    }

    /// The one band in which a range of criteria met lies, if it lies in one.
    pub fn band_of(&self, min: i32, max: i32) -> Option<usize> {
        self.bands.iter().position(|band| band.min <= min && max <= band.max)
    }

    pub fn describe(&self) -> CriteriaSet {
        CriteriaSet {
            id: self.row.id,
            version: self.row.version,
            code: self.row.code.clone(),
            base_set_code: self.base_code.clone(),
            name: Names { vi: self.row.name_vi.clone(), en: self.row.name_en.clone() },
            status: self.row.status,
            level: self.row.level,
            kind_codes: self.kind_codes.clone(),
            valid_from: self.row.valid_from,
            valid_to: self.row.valid_to,
            criteria_count: self.criteria.len() as i64,
            text_available: self.row.text_available,
            confidence: self.row.confidence,
        }
    }

    /// The document, made from the rows: whatever is changed in them changes its checksum.
    pub fn document(&self, territory: &Territory) -> SetDocument {
        let issuer = self.row.issuer_unit_id.and_then(|unit| territory.reference(unit, self.row.valid_from));
        SetDocument {
            code: self.row.code.clone(),
            base_set_code: self.base_code.clone(),
            name: Names { vi: self.row.name_vi.clone(), en: self.row.name_en.clone() },
            status: self.row.status,
            level: self.row.level,
            kind_codes: self.kind_codes.clone(),
            valid_from: self.row.valid_from,
            valid_to: self.row.valid_to,
            issuer_unit_code: issuer.map(|unit| unit.code),
            acts: self.acts.clone(),
            text_available: self.row.text_available,
            confidence: self.row.confidence,
            bands: self
                .own_bands
                .iter()
                .map(|band| DocumentBand { code: band.code.clone(), min: band.min, max: band.max })
                .collect(),
            criteria: self
                .own_criteria
                .iter()
                .map(|criterion| DocumentCriterion {
                    code: criterion.code.clone(),
                    name: Names { vi: criterion.name_vi.clone(), en: criterion.name_en.clone() },
                    group_code: criterion.group_code.clone(),
                    confidence: criterion.confidence,
                })
                .collect(),
        }
    }
}

/// All sets, by code.
pub struct CriteriaSets {
    sets: Vec<HeldSet>,
}

impl Part for CriteriaSets {
    const COLLECTIONS: &'static [&'static str] = &["criteria-sets"];

    fn load(conn: &mut Conn) -> Result<Self, Error> {
        let (rows, criteria, bands) =
            (queries::all_sets(conn)?, queries::all_criteria(conn)?, queries::all_bands(conn)?);
        let mut sets = Vec::with_capacity(rows.len());
        for row in &rows {
            let mut line = vec![row];
            while let Some(base) = line.last().and_then(|set| set.base_set_id) {
                let base = rows.iter().find(|other| other.id == base && line.len() < rows.len());
                line.push(base.ok_or_else(|| Error::internal("a criteria set stands on itself"))?);
            }
            let criteria_of = |id: CriteriaSetId| -> Vec<CriterionRow> {
                criteria.iter().filter(|criterion| criterion.criteria_set_id == id).cloned().collect()
            };
            let bands_of = |id: CriteriaSetId| -> Vec<Band> {
                let own = bands.iter().filter(|band| band.criteria_set_id == id);
                own.map(|band| Band { code: band.code.clone(), min: band.min_count, max: band.max_count }).collect()
            };
            let nearest_criteria = line.iter().map(|set| criteria_of(set.id)).find(|found| !found.is_empty());
            let nearest_bands = line.iter().map(|set| bands_of(set.id)).find(|found| !found.is_empty());
            sets.push(HeldSet {
                row: row.clone(),
                kind_codes: serde_json::from_value(row.kind_codes.0.clone()).map_err(Error::internal)?,
                acts: serde_json::from_value(row.acts.0.clone()).map_err(Error::internal)?,
                base_code: line.get(1).map(|base| base.code.clone()),
                depth: line.len() - 1,
                criteria: nearest_criteria.unwrap_or_default(),
                bands: nearest_bands.unwrap_or_default(),
                own_criteria: criteria_of(row.id),
                own_bands: bands_of(row.id),
            });
        }
        Ok(CriteriaSets { sets })
    }
}

impl CriteriaSets {
    pub fn all(&self) -> &[HeldSet] {
        &self.sets
    }

    pub fn by_code(&self, code: &CriteriaSetCode) -> Option<&HeldSet> {
        self.sets.iter().find(|set| set.row.code == *code)
    }

    pub fn by_id(&self, id: CriteriaSetId) -> Option<&HeldSet> {
        self.sets.iter().find(|set| set.row.id == id)
    }

    /// Is the set this one, or does it stand on it?
    pub fn stands_on(&self, set: CriteriaSetId, base: CriteriaSetId) -> bool {
        std::iter::successors(Some(set), |id| self.by_id(*id)?.row.base_set_id).any(|id| id == base)
    }

    /// The national set in force on a day: published, without base.
    pub fn national_on(&self, day: LocalDate) -> Option<&HeldSet> {
        self.sets.iter().find(|set| {
            set.row.status == SetStatus::Published
                && set.row.base_set_id.is_none()
                && set.row.valid_from <= day
                && day <= set.row.valid_to
        })
    }

    /// The national set that ended last before a day.
    pub fn national_before(&self, day: LocalDate) -> Option<&HeldSet> {
        let national =
            self.sets.iter().filter(|set| set.row.status != SetStatus::Draft && set.row.base_set_id.is_none());
        national.filter(|set| set.row.valid_from <= day).max_by_key(|set| set.row.valid_to)
    }
}
