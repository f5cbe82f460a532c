//! Define indicators, rename them.

use super::held::{HeldIndicator, Indicators};
use super::model::{Derivation, IndicatorPatch, IndicatorRow, NewIndicator, ValueType};
use crate::access::Caller;
use crate::code_lists::CodeLists;
use crate::codes::Code;
use crate::db::{Snapshot, Tx};
use crate::error::{Error, Fault, Faults, Flaw, Place};
use crate::http::IfMatch;
use crate::units::{Level, Naming, Territory, UnitChoice};
use crate::values::storage::Json;
use crate::values::{Confidence, IndicatorId, ListCode, UnitId};

/// Define an indicator. Without a caller it is the command line that does.
/// Errors: `INDICATOR_REDEFINED` where the code is known with another meaning, `DUPLICATE` with the same.
pub fn define(tx: &mut Tx<'_>, caller: Option<&Caller>, new: &NewIndicator) -> Result<HeldIndicator, Error> {
    let memory = tx.memory.clone();
    let mut faults = Faults::default();
    let keeper = keeper_of(tx, caller, new, &mut faults)?;
    check(&memory, new, &mut faults);
    faults.finish()?;
    let keeper_unit_id = keeper.ok_or_else(|| Error::internal("a fault was not noted"))?;
    let json = |list: serde_json::Result<serde_json::Value>| list.map(Json).map_err(Error::internal);
    let row = IndicatorRow {
        id: IndicatorId::new(),
        version: 1,
        code: new.code.clone(),
        keeper_unit_id,
        name_vi: new.name.vi.clone(),
        name_en: new.name.en.clone(),
        value_type: new.value_type,
        unit_code: new.unit_code.clone(),
        time_basis: new.time_basis,
        direction: new.direction,
        numerator_vi: new.numerator.as_ref().map(|names| names.vi.clone()),
        numerator_en: new.numerator.as_ref().map(|names| names.en.clone()),
        denominator_vi: new.denominator.as_ref().map(|names| names.vi.clone()),
        denominator_en: new.denominator.as_ref().map(|names| names.en.clone()),
        breakdowns: json(serde_json::to_value(new.breakdowns.as_deref().unwrap_or_default()))?,
        standard_code: new.standard_code.clone(),
        derivation: new.derivation,
        derivation_kind: new.derivation_kind,
        derivation_values: json(serde_json::to_value(new.derivation_values.as_deref().unwrap_or_default()))?,
        minimum: new.minimum,
        maximum: new.maximum,
        topic_codes: json(serde_json::to_value(new.topic_codes.as_deref().unwrap_or_default()))?,
        confidence: new.confidence.unwrap_or(Confidence::Verified),
        external_id: new.external_id.clone(),
        created_at: tx.now,
        updated_at: tx.now,
    };
    if tx.create(&row)? {
        return HeldIndicator::new(row);
    }
    match memory.part::<Indicators>().by_code(&new.code) {
        Some(known) if !means_the_same(&known.row, &row) => Err(Error::Conflict(Code::IndicatorRedefined)),
        known => Err(Error::Duplicate(known.map_or(row.id, |known| known.row.id).0)),
    }
}

/// Is it the same measure, whatever it is called?
fn means_the_same(one: &IndicatorRow, other: &IndicatorRow) -> bool {
    let identity = |row: &IndicatorRow| {
        (
            (row.value_type, row.unit_code.clone(), row.time_basis, row.direction),
            (row.numerator_vi.clone(), row.denominator_vi.clone(), row.breakdowns.clone()),
            (row.standard_code.clone(), row.derivation, row.derivation_kind, row.derivation_values.clone()),
            (row.minimum, row.maximum),
        )
    };
    identity(one) == identity(other)
}

/// The unit that keeps the definition: the nation, or a province that the caller keeps.
fn keeper_of(
    tx: &Tx<'_>,
    caller: Option<&Caller>,
    new: &NewIndicator,
    faults: &mut Faults,
) -> Result<Option<UnitId>, Error> {
    let territory = tx.memory.part::<Territory>();
    let today = tx.now.local_date();
    let choice = UnitChoice { id: new.keeper_unit_id, code: new.keeper_unit_code.clone(), name: None };
    let name = |name: &str| Place::Pointer(format!("/keeper_{name}"));
    let pointer = if new.keeper_unit_id.is_some() { "/keeper_unit_id" } else { "/keeper_unit_code" };
    let unit = match territory.choose(&choice, Naming::Last(today), name) {
        Ok(unit) => unit.or_else(|| territory.root()),
        Err(Error::Invalid(found)) => {
            faults.0.extend(found);
            return Ok(None);
        }
        Err(other) => return Err(other),
    };
    let Some(held) = unit.and_then(|unit| territory.get(unit)) else {
        faults.push(Fault::pointer(pointer, Code::UnknownReference));
        return Ok(None);
    };
    require_keeper(territory, caller, held.unit.id, tx)
        .map_err(|_| Error::OutOfScope(Fault::pointer(pointer, Code::OutOfScope)))?;
    if !matches!(held.unit.level, Level::Nation | Level::Province) {
        let flaw = Flaw::new(Code::UnitLevelMismatch).with("allowed", "NATION, PROVINCE");
        faults.push(flaw.at(Place::pointer(pointer)));
    }
    Ok(unit)
}

/// Whoever keeps the unit may change what it defines.
fn require_keeper(territory: &Territory, caller: Option<&Caller>, unit: UnitId, tx: &Tx<'_>) -> Result<(), Error> {
    let covered = |caller: &Caller| caller.scope.covers_lately(territory, unit, tx.now.local_date());
    if caller.is_none_or(covered) { Ok(()) } else { Err(Error::Denied(Code::Forbidden)) }
}

fn check(memory: &Snapshot, new: &NewIndicator, faults: &mut Faults) {
    let lists = memory.part::<CodeLists>();
    if !lists.has("measurement-units", new.unit_code.as_str()) {
        faults.push(Fault::pointer("/unit_code", Code::UnknownCode));
    }
    if new.standard_code.as_ref().is_some_and(|code| !lists.has("indicator-standards", code.as_str())) {
        faults.push(Fault::pointer("/standard_code", Code::UnknownCode));
    }
    check_topics(lists, new.topic_codes.as_deref().unwrap_or_default(), faults);
    let breakdowns = new.breakdowns.as_deref().unwrap_or_default();
    for (at, dimension) in breakdowns.iter().enumerate() {
        if breakdowns[..at].contains(dimension) {
            faults.push(Fault::pointer(&format!("/breakdowns/{at}"), Code::DuplicateItem));
        }
    }
    // A rate is told by both its parts; what is so or not has none.
    if new.numerator.is_some() != new.denominator.is_some() {
        let missing = if new.numerator.is_some() { "/denominator" } else { "/numerator" };
        faults.push(Fault::pointer(missing, Code::Required));
    }
    if matches!(new.value_type, ValueType::Boolean | ValueType::Count) && new.numerator.is_some() {
        faults.push(Fault::pointer("/numerator", Code::UnknownMember));
    }
    if new.minimum.zip(new.maximum).is_some_and(|(minimum, maximum)| maximum < minimum) {
        faults.push(Fault::pointer("/maximum", Code::TooSmall));
    }
    match (new.derivation, new.derivation_kind) {
        (Some(Derivation::UnitsWithStatus), None) => faults.push(Fault::pointer("/derivation_kind", Code::Required)),
        (Some(Derivation::CriteriaMetAverage | Derivation::DisbursementRate), Some(_)) => {
            faults.push(Fault::pointer("/derivation_kind", Code::UnknownMember));
        }
        (None, Some(_)) => faults.push(Fault::pointer("/derivation", Code::Required)),
        (Some(_) | None, _) => {}
    }
}

fn check_topics(lists: &CodeLists, topics: &[ListCode], faults: &mut Faults) {
    for (at, topic) in topics.iter().enumerate() {
        if !lists.has("review-topics", topic.as_str()) {
            faults.push(Fault::pointer(&format!("/topic_codes/{at}"), Code::UnknownCode));
        } else if topics[..at].contains(topic) {
            faults.push(Fault::pointer(&format!("/topic_codes/{at}"), Code::DuplicateItem));
        }
    }
}

/// An indicator as it is held.
pub fn find(memory: &Snapshot, id: IndicatorId) -> Result<HeldIndicator, Error> {
    memory.part::<Indicators>().by_id(id).cloned().ok_or(Error::NotFound)
}

/// Change how an indicator is called and where it is looked for.
pub fn change(
    tx: &mut Tx<'_>,
    caller: &Caller,
    id: IndicatorId,
    version: &IfMatch,
    patch: Result<&IndicatorPatch, Error>,
) -> Result<HeldIndicator, Error> {
    let memory = tx.memory.clone();
    let before = find(&memory, id)?.row;
    require_keeper(memory.part::<Territory>(), Some(caller), before.keeper_unit_id, tx)?;
    version.require(before.version)?;
    let patch = patch?;
    let mut after = IndicatorRow { updated_at: tx.now, ..before.clone() };
    if let Some(name) = &patch.name.0 {
        (after.name_vi, after.name_en) = (name.vi.clone(), name.en.clone());
    }
    if let Some(confidence) = patch.confidence.0 {
        after.confidence = confidence;
    }
    if let Some(topics) = &patch.topic_codes.0 {
        let mut faults = Faults::default();
        check_topics(memory.part::<CodeLists>(), topics, &mut faults);
        faults.finish()?;
        after.topic_codes = Json(serde_json::to_value(topics).map_err(Error::internal)?);
    }
    tx.update("changed", &before, &mut after)?;
    HeldIndicator::new(after)
}
