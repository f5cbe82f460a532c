//! All sets in memory, each with its criteria, bands, items and thresholds, those of its base included.

use super::document::{SetAct, SetDocument};
use super::model::{
    BandRow, CriteriaSet, CriterionRow, ItemRow, OverrideRow, SetRow, SetStatus, StoredPart, ThresholdRow,
};
use super::own::Own;
use super::replacement::{ReplacementReason, ReplacementRow};
use super::verification::{ThresholdPlace, VerificationRow};
use super::verified::Verified;
use super::{queries, rules};
use crate::db::{Conn, Part, Snapshot};
use crate::error::Error;
use crate::http::hex;
use crate::units::Territory;
use crate::values::{
    BandCode, Confidence, ContentHash, CriteriaSetCode, CriteriaSetId, CriterionCode, IndicatorCode, ListCode,
    LocalDate, Names, Period, Scalar, StatusValue, ThresholdVerificationId,
};
use serde::Serialize;
use sha2::{Digest, Sha256};
use std::collections::HashMap;
use std::sync::OnceLock;

/// A set as it is stored, with the rows that belong to it.
#[derive(Debug, Clone)]
pub struct StoredSet {
    pub row: SetRow,
    pub own: Own,
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
    pub code: BandCode,
    pub min: i32,
    pub max: i32,
}

/// A threshold with the set that says it: 0 for the set itself, 1 for the one it stands on.
#[derive(Debug, Clone)]
pub struct HeldThreshold {
    pub layer: usize,
    pub row: ThresholdRow,
    /// The verification that holds it against the act, the newest if there are several.
    pub verification_id: Option<ThresholdVerificationId>,
}

impl HeldThreshold {
    /// How sure the figure is now: what the document says of it, unless somebody has held it against the act since.
    pub fn confidence(&self) -> Confidence {
        if self.verification_id.is_some() { Confidence::Verified } else { self.row.confidence }
    }
}

/// One indicator of an item with what is required of it.
#[derive(Debug, Clone)]
pub struct HeldMeasure {
    pub indicator_code: IndicatorCode,
    pub name: Names,
    pub thresholds: Vec<HeldThreshold>,
}

/// An item with its measures: the first is its own indicator, the others its parts.
#[derive(Debug, Clone)]
pub struct HeldItem {
    pub row: ItemRow,
    pub measures: Vec<HeldMeasure>,
}

impl HeldItem {
    pub fn names(&self) -> Names {
        Names { vi: self.row.name_vi.clone(), en: self.row.name_en.clone() }
    }
}

/// An override with the set that says it.
#[derive(Debug, Clone)]
pub struct HeldOverride {
    pub row: OverrideRow,
    pub values: Vec<StatusValue>,
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
    /// Items of each criterion, in the order of `criteria`.
    pub items: Vec<Vec<HeldItem>>,
    pub conditions: Vec<HeldItem>,
    pub overrides: Vec<HeldOverride>,
    pub key_criteria: Vec<CriterionCode>,
    pub bands: Vec<Band>,
    /// The set itself and those it stands on are of provinces and of the nation: is the layer a province's?
    pub provincial_layers: Vec<bool>,
    own: Own,
    /// Made when it is first asked for.
    checksum: OnceLock<ContentHash>,
}

impl HeldSet {
    /// May a result of this period be judged by the set?
    pub fn admits_period(&self, period: Period) -> bool {
        self.row.valid_from <= period.last_day() && period.last_day() <= self.row.valid_to
    }

    /// The set in whose place it comes.
    pub fn replaces(&self) -> Option<&CriteriaSetCode> {
        self.own.replacement.as_ref().map(|stated| &stated.replaced_set_code)
    }

    /// Does it mend what was loaded wrongly?
    pub fn mends(&self) -> bool {
        let reason = self.own.replacement.as_ref().map(|stated| stated.reason);
        reason == Some(ReplacementReason::Transcription)
    }

    pub fn criterion_codes(&self) -> impl Iterator<Item = &CriterionCode> {
        self.criteria.iter().map(|criterion| &criterion.code)
    }

    pub fn position(&self, code: &CriterionCode) -> Option<usize> {
        self.criteria.iter().position(|criterion| criterion.code == *code)
    }

    /// The one band in which a range of criteria met lies, if it lies in one.
    pub fn band_of(&self, min: i32, max: i32) -> Option<usize> {
        self.bands.iter().position(|band| band.min <= min && max <= band.max)
    }

    /// All items of all criteria, with the position of their criterion.
    pub fn all_items(&self) -> impl Iterator<Item = (usize, &HeldItem)> {
        self.items.iter().enumerate().flat_map(|(at, items)| items.iter().map(move |item| (at, item)))
    }

    pub fn item(&self, code: &CriterionCode) -> Option<&HeldItem> {
        self.all_items().map(|(_, item)| item).find(|item| item.row.code == *code)
    }

    /// What the set itself says for a place, not what the sets say on which it stands.
    pub fn own_threshold(&self, place: &ThresholdPlace) -> Option<&ThresholdRow> {
        self.own.thresholds.iter().find(|row| row.place() == *place)
    }

    /// Does an item or a condition name the indicator?
    pub fn judges(&self, indicator: &IndicatorCode) -> bool {
        let items = self.all_items().map(|(_, item)| item).chain(&self.conditions);
        items.flat_map(|item| &item.measures).any(|measure| measure.indicator_code == *indicator)
    }

    /// SHA-256 of the document as it is served.
    fn checksum(&self, territory: &Territory) -> Result<ContentHash, Error> {
        if let Some(known) = self.checksum.get() {
            return Ok(known.clone());
        }
        let bytes = serde_json::to_vec(&self.document(territory)?).map_err(Error::internal)?;
        let made = ContentHash::parse(&hex(&Sha256::digest(&bytes)));
        let made = made.map_err(|_| Error::internal("a checksum that is none"))?;
        Ok(self.checksum.get_or_init(|| made).clone())
    }

    pub fn describe(&self, memory: &Snapshot) -> Result<CriteriaSet, Error> {
        let (sets, territory) = (memory.part::<CriteriaSets>(), memory.part::<Territory>());
        Ok(CriteriaSet {
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
            item_count: self.items.iter().map(Vec::len).sum::<usize>() as i64,
            required_level: self.row.required_level.clone(),
            replaces_code: self.replaces().cloned(),
            replaced_by_code: sets.replacement_of(self).map(|newer| newer.row.code.clone()),
            checksum: self.checksum(territory)?,
            allowed_transitions: rules::transitions(self.row.status),
            text_available: self.row.text_available,
            confidence: self.row.confidence,
        })
    }

    /// The document, made from its own rows.
    pub fn document(&self, territory: &Territory) -> Result<SetDocument, Error> {
        let issuer = self.row.issuer_unit_id.and_then(|unit| territory.reference(unit, self.row.valid_from));
        self.own.document(&self.row, self.base_code.clone(), issuer.map(|unit| unit.code))
    }

    /// Its rows as they are stored, for a change.
    pub fn stored(&self, territory: &Territory) -> Result<StoredSet, Error> {
        Ok(StoredSet { row: self.row.clone(), own: self.own.clone(), document: self.document(territory)? })
    }
}

/// All rows of all sets.
struct Rows {
    sets: Vec<SetRow>,
    criteria: Vec<CriterionRow>,
    bands: Vec<BandRow>,
    items: Vec<ItemRow>,
    thresholds: Vec<ThresholdRow>,
    overrides: Vec<OverrideRow>,
    replacements: Vec<ReplacementRow>,
}

impl Rows {
    fn own(&self, id: CriteriaSetId) -> Own {
        Own {
            criteria: self.criteria.iter().filter(|row| row.criteria_set_id == id).cloned().collect(),
            bands: self.bands.iter().filter(|row| row.criteria_set_id == id).cloned().collect(),
            items: self.items.iter().filter(|row| row.criteria_set_id == id).cloned().collect(),
            thresholds: self.thresholds.iter().filter(|row| row.criteria_set_id == id).cloned().collect(),
            overrides: self.overrides.iter().filter(|row| row.criteria_set_id == id).cloned().collect(),
            replacement: self.replacements.iter().find(|row| row.criteria_set_id == id).cloned(),
        }
    }

    /// Sets that replace another, with that other.
    fn replaced(&self) -> HashMap<CriteriaSetId, CriteriaSetId> {
        let replaced = |row: &ReplacementRow| {
            let set = self.sets.iter().find(|set| set.code == row.replaced_set_code)?;
            Some((row.criteria_set_id, set.id))
        };
        self.replacements.iter().filter_map(replaced).collect()
    }

    /// A set and those it stands on, itself first.
    fn line<'a>(&'a self, row: &'a SetRow) -> Result<Vec<&'a SetRow>, Error> {
        let mut line = vec![row];
        while let Some(base) = line.last().and_then(|set| set.base_set_id) {
            let base = self.sets.iter().find(|other| other.id == base && line.len() <= self.sets.len());
            line.push(base.ok_or_else(|| Error::internal("a criteria set stands on itself"))?);
        }
        Ok(line)
    }
}

/// A set ready for use, from its own rows and those of the sets it stands on, itself first.
fn held(line: &[(&SetRow, Own)], verified: &Verified) -> Result<HeldSet, Error> {
    let (row, own) = line.first().ok_or_else(|| Error::internal("a set without rows"))?;
    let with_criteria = line.iter().find(|(_, own)| !own.criteria.is_empty());
    let with_bands = line.iter().find(|(_, own)| !own.bands.is_empty());
    let with_conditions = line.iter().find(|(_, own)| own.items.iter().any(|item| item.criterion_code.is_none()));
    let criteria = with_criteria.map(|(_, own)| own.criteria.clone()).unwrap_or_default();
    let items_of = |place: Option<&(&SetRow, Own)>, criterion: Option<&CriterionCode>| {
        let own = place.iter().flat_map(|(_, own)| &own.items);
        own.filter(|item| item.criterion_code.as_ref() == criterion)
            .map(|item| held_item(item, line, verified))
            .collect::<Result<Vec<_>, Error>>()
    };
    let items =
        criteria.iter().map(|criterion| items_of(with_criteria, Some(&criterion.code))).collect::<Result<_, _>>()?;
    let conditions = items_of(with_conditions, None)?;
    let mut overrides = Vec::new();
    for stated in line.iter().flat_map(|(_, own)| &own.overrides) {
        let values = serde_json::from_value(stated.status_values.0.clone()).map_err(Error::internal)?;
        overrides.push(HeldOverride { row: stated.clone(), values });
    }
    let own_keys = |row: &SetRow| -> Result<Vec<CriterionCode>, Error> {
        serde_json::from_value(row.key_criteria.0.clone()).map_err(Error::internal)
    };
    let keys = line.iter().map(|(row, _)| own_keys(row)).collect::<Result<Vec<_>, Error>>()?;
    let base_code = line.get(1).map(|(base, _)| base.code.clone());
    Ok(HeldSet {
        kind_codes: serde_json::from_value(row.kind_codes.0.clone()).map_err(Error::internal)?,
        acts: serde_json::from_value(row.acts.0.clone()).map_err(Error::internal)?,
        base_code,
        depth: line.len() - 1,
        criteria,
        items,
        conditions,
        overrides,
        key_criteria: keys.into_iter().find(|keys| !keys.is_empty()).unwrap_or_default(),
        bands: with_bands
            .iter()
            .flat_map(|(_, own)| &own.bands)
            .map(|band| Band { code: band.code.clone(), min: band.min_count, max: band.max_count })
            .collect(),
        // Who stands on another set is a province; the nation stands on none.
        provincial_layers: line.iter().map(|(row, _)| row.base_set_id.is_some()).collect(),
        own: own.clone(),
        checksum: OnceLock::new(),
        row: (*row).clone(),
    })
}

/// An item with the thresholds that any set of the line gives for it.
fn held_item(item: &ItemRow, line: &[(&SetRow, Own)], verified: &Verified) -> Result<HeldItem, Error> {
    let thresholds_of = |part: i32| {
        let of_layer = line.iter().enumerate().flat_map(|(layer, (_, own))| {
            let own = own.thresholds.iter().filter(|row| row.item_code == item.code && row.part == part);
            own.map(move |row| HeldThreshold { layer, verification_id: verified.of(row), row: row.clone() })
        });
        of_layer.collect::<Vec<_>>()
    };
    let parts: Vec<StoredPart> = serde_json::from_value(item.parts.0.clone()).map_err(Error::internal)?;
    let mut measures = vec![HeldMeasure {
        indicator_code: item.indicator_code.clone(),
        name: Names { vi: item.name_vi.clone(), en: item.name_en.clone() },
        thresholds: thresholds_of(0),
    }];
    measures.extend(parts.into_iter().zip(1..).map(|(part, number)| HeldMeasure {
        indicator_code: part.indicator_code,
        name: part.name,
        thresholds: thresholds_of(number),
    }));
    Ok(HeldItem { row: item.clone(), measures })
}

/// All sets, by code.
pub struct CriteriaSets {
    sets: Vec<HeldSet>,
    verified: Verified,
}

impl Part for CriteriaSets {
    const COLLECTIONS: &'static [&'static str] = &["criteria-sets", "threshold-verifications"];

    fn load(conn: &mut Conn) -> Result<Self, Error> {
        let rows = Rows {
            sets: queries::all_sets(conn)?,
            criteria: queries::all_criteria(conn)?,
            bands: queries::all_bands(conn)?,
            items: queries::all_items(conn)?,
            thresholds: queries::all_thresholds(conn)?,
            overrides: queries::all_overrides(conn)?,
            replacements: queries::all_replacements(conn)?,
        };
        let verified = Verified::new(queries::all_verifications(conn)?, rows.replaced())?;
        let mut sets = Vec::with_capacity(rows.sets.len());
        for row in &rows.sets {
            let line: Vec<(&SetRow, Own)> = rows.line(row)?.into_iter().map(|row| (row, rows.own(row.id))).collect();
            sets.push(held(&line, &verified)?);
        }
        Ok(CriteriaSets { sets, verified })
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

    /// Is the set this one, or does it stand on it? Versions of a set are one.
    pub fn stands_on(&self, set: CriteriaSetId, base: CriteriaSetId) -> bool {
        let base = self.first_version(base);
        let mut line = std::iter::successors(Some(set), |id| self.by_id(*id)?.row.base_set_id);
        line.any(|id| self.first_version(id) == base)
    }

    /// A set that is not stored, as it would stand on those that are.
    pub fn rehearsed(&self, proposed: &StoredSet) -> Result<HeldSet, Error> {
        let mut line = vec![(&proposed.row, proposed.own.clone())];
        let mut base = proposed.row.base_set_id;
        while let Some(set) = base.and_then(|id| self.by_id(id)) {
            line.push((&set.row, set.own.clone()));
            base = set.row.base_set_id;
        }
        held(&line, &self.verified)
    }

    /// Verifications of thresholds, in the order in which they were recorded.
    pub fn verifications(&self) -> &[VerificationRow] {
        self.verified.rows()
    }

    /// The national set in force on a day: published, without base, the one that presupposes no other.
    pub fn national_on(&self, day: LocalDate) -> Option<&HeldSet> {
        let national = |set: &&HeldSet| is_first_national(set) && set.row.status == SetStatus::Published;
        self.sets.iter().filter(national).find(|set| set.row.valid_from <= day && day <= set.row.valid_to)
    }

    /// The national set that ended last before a day.
    pub fn national_before(&self, day: LocalDate) -> Option<&HeldSet> {
        let national = self.sets.iter().filter(|set| is_first_national(set) && set.row.status != SetStatus::Draft);
        national.filter(|set| set.row.valid_from <= day).max_by_key(|set| (set.row.valid_to, self.version_number(set)))
    }
}

fn is_first_national(set: &HeldSet) -> bool {
    set.row.base_set_id.is_none() && set.row.required_level.is_none()
}
