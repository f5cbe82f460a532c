//! Store a set from its document.

use super::document::SetDocument;
use super::model::{BandRow, CriterionRow, SetRow};
use super::sets::{CriteriaSets, StoredSet};
use crate::codes::Code;
use crate::db::Tx;
use crate::error::{Error, Fault, Faults};
use crate::units::{Naming, Territory, UnitChoice};
use crate::values::storage::Json;
use crate::values::{CriteriaSetId, CriterionId};

/// Most criteria of a set: their verdicts are bits of one word.
const MOST_CRITERIA: usize = 63;

/// Store a new set.
/// Errors: a base that does not exist, criteria or bands that contradict one another, a code that is taken.
pub fn store(tx: &mut Tx<'_>, document: &SetDocument) -> Result<CriteriaSetId, Error> {
    let sets = tx.memory.part::<CriteriaSets>();
    let base = document.base_set_code.as_ref().map(|code| {
        let found = sets.by_code(code).map(|set| set.row.id);
        found.ok_or_else(|| Error::invalid(Fault::pointer("/base_set_code", Code::CriteriaSetNotFound)))
    });
    let base_set_id = base.transpose()?;
    let choice = UnitChoice { code: document.issuer_unit_code.clone(), ..UnitChoice::default() };
    let issuer_unit_id = tx
        .memory
        .part::<Territory>()
        .choose(&choice, Naming::On(document.valid_from), |_| crate::error::Place::pointer("/issuer_unit_code"))?;
    check(document, base_set_id.is_some())?;
    let id = CriteriaSetId::new();
    let row = SetRow {
        id,
        version: 1,
        code: document.code.clone(),
        base_set_id,
        name_vi: document.name.vi.clone(),
        name_en: document.name.en.clone(),
        status: document.status,
        level: document.level,
        kind_codes: Json(serde_json::to_value(&document.kind_codes).map_err(Error::internal)?),
        valid_from: document.valid_from,
        valid_to: document.valid_to,
        issuer_unit_id,
        acts: Json(serde_json::to_value(&document.acts).map_err(Error::internal)?),
        text_available: document.text_available,
        confidence: document.confidence,
        created_at: tx.now,
    };
    let bands = document.bands.iter().zip(1..).map(|(band, position)| BandRow {
        criteria_set_id: id,
        code: band.code.clone(),
        position,
        min_count: band.min,
        max_count: band.max,
    });
    let criteria = document.criteria.iter().zip(1..).map(|(criterion, position)| CriterionRow {
        id: CriterionId::new(),
        criteria_set_id: id,
        code: criterion.code.clone(),
        position,
        group_code: criterion.group_code.clone(),
        name_vi: criterion.name.vi.clone(),
        name_en: criterion.name.en.clone(),
        confidence: criterion.confidence,
    });
    let stored = StoredSet { row, bands: bands.collect(), criteria: criteria.collect(), document: document.clone() };
    if tx.create(&stored)? {
        return Ok(id);
    }
    let existing = tx.memory.part::<CriteriaSets>().by_code(&document.code).map_or(id, |set| set.row.id);
    Err(Error::Duplicate(existing.0))
}

fn check(document: &SetDocument, has_base: bool) -> Result<(), Error> {
    let mut faults = Faults::default();
    if document.valid_to < document.valid_from {
        faults.push(Fault::pointer("/valid_to", Code::DateOrder));
    }
    if document.criteria.is_empty() && !has_base {
        faults.push(Fault::pointer("/criteria", Code::Required));
    }
    if document.criteria.len() > MOST_CRITERIA {
        faults.push(Fault::pointer("/criteria", Code::TooManyItems));
    }
    for (at, criterion) in document.criteria.iter().enumerate() {
        if document.criteria[..at].iter().any(|other| other.code == criterion.code) {
            faults.push(Fault::pointer(&format!("/criteria/{at}/code"), Code::DuplicateItem));
        }
    }
    for (at, band) in document.bands.iter().enumerate() {
        let overlaps = document.bands[..at].iter().any(|other| band.min <= other.max && other.min <= band.max);
        if band.min > band.max || overlaps {
            faults.push(Fault::pointer(&format!("/bands/{at}"), Code::DuplicateItem));
        }
    }
    faults.finish()
}
