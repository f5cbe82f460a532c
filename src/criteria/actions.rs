//! Store a set from its document, replace a draft, publish and retire.

use super::document::{DocumentItem, SetDocument};
use super::model::{
    BandRow, CriterionRow, ItemRow, NewSetTransition, OverrideRow, SetRow, SetStatus, StoredPart, ThresholdRow,
};
use super::own::Own;
use super::replacement::{Proposed, ReplacementRow, replaced_by};
use super::rules;
use super::sets::{CriteriaSets, HeldSet, StoredSet};
use crate::access::Caller;
use crate::code_lists::CodeLists;
use crate::codes::Code;
use crate::db::{Snapshot, Tx};
use crate::error::{Error, Fault, Faults, Place};
use crate::http::IfMatch;
use crate::indicators::{Dimension, Indicators};
use crate::units::{Naming, Territory, UnitChoice};
use crate::values::storage::Json;
use crate::values::{CriteriaSetId, CriterionId, IndicatorCode, ListCode, Timestamp, UnitId};

/// Store a new set. Without a caller it is the command line that does, which may store published ones.
/// Errors: a base that does not exist, criteria, bands or thresholds that contradict one another, a code that is taken.
pub fn store(tx: &mut Tx<'_>, caller: Option<&Caller>, document: &SetDocument) -> Result<StoredSet, Error> {
    let stored = prepare(&tx.memory.clone(), caller, document, CriteriaSetId::new(), tx.now)?;
    require_keeper(tx, caller, stored.row.issuer_unit_id)
        .map_err(|_| Error::OutOfScope(Fault::pointer("/issuer_unit_code", Code::OutOfScope)))?;
    if tx.create(&stored)? {
        return Ok(stored);
    }
    let existing = tx.memory.part::<CriteriaSets>().by_code(&document.code).map_or(stored.row.id, |set| set.row.id);
    Err(Error::Duplicate(existing.0))
}

/// The rows of a document, if it contradicts neither itself nor what is stored.
pub fn prepare(
    memory: &Snapshot,
    caller: Option<&Caller>,
    document: &SetDocument,
    id: CriteriaSetId,
    now: Timestamp,
) -> Result<StoredSet, Error> {
    let mut faults = Faults::default();
    let sets = memory.part::<CriteriaSets>();
    let base = document.base_set_code.as_ref().and_then(|code| sets.by_code(code));
    if document.base_set_code.is_some() && base.is_none() {
        faults.push(Fault::pointer("/base_set_code", Code::CriteriaSetNotFound));
    }
    let choice = UnitChoice { code: document.issuer_unit_code.clone(), ..UnitChoice::default() };
    let naming = Naming::On(document.valid_from);
    let issuer = match memory.part::<Territory>().choose(&choice, naming, |_| Place::pointer("/issuer_unit_code")) {
        Ok(issuer) => issuer,
        Err(Error::Invalid(found)) => {
            faults.0.extend(found);
            None
        }
        Err(other) => return Err(other),
    };
    if caller.is_some() && document.status == SetStatus::Retired {
        faults.push(Fault::pointer("/status", Code::ReadOnly));
    }
    Proposed { document, base, issuer, by_caller: caller.is_some() }.check(
        sets,
        memory.part::<Territory>(),
        &mut faults,
    );
    rules::check_parts(document, base.is_some(), &mut faults);
    let lists = memory.part::<CodeLists>();
    let regions: Vec<ListCode> = lists.codes("socio-economic-regions").cloned().collect();
    let years = document.valid_from.year()..=document.valid_to.year();
    rules::check_thresholds(document, &regions, years, &mut faults);
    check_names(memory, document, base.map(|base| base.row.id), &mut faults);
    faults.finish()?;
    rows_of(document, base.map(|base| base.row.id), issuer, id, caller.is_some(), now)
}

/// What a document names has to be there: indicators, topics, items of the base.
fn check_names(memory: &Snapshot, document: &SetDocument, base: Option<CriteriaSetId>, faults: &mut Faults) {
    let (lists, indicators) = (memory.part::<CodeLists>(), memory.part::<Indicators>());
    for (at, criterion) in document.criteria.iter().enumerate() {
        for (place, topic) in criterion.topic_codes.iter().enumerate() {
            if !lists.has("review-topics", topic.as_str()) {
                faults.push(Fault::pointer(&format!("/criteria/{at}/topic_codes/{place}"), Code::UnknownCode));
            }
        }
    }
    let mut check_indicator = |pointer: &str, code: &IndicatorCode, both_sexes: bool| match indicators.by_code(code) {
        None => faults.push(Fault::pointer(&format!("{pointer}/indicator_code"), Code::UnknownCode)),
        Some(held) if both_sexes && !held.breakdowns.contains(&Dimension::Sex) => {
            faults.push(Fault::pointer(&format!("{pointer}/both_sexes"), Code::BreakdownNotDeclared));
        }
        Some(_) => {}
    };
    for (pointer, _, item) in document.items() {
        check_indicator(&pointer, &item.indicator_code, item.both_sexes);
        for (at, part) in item.parts.iter().enumerate() {
            check_indicator(&format!("{pointer}/parts/{at}"), &part.indicator_code, false);
        }
    }
    let base = base.and_then(|base| memory.part::<CriteriaSets>().by_id(base));
    for (at, threshold) in document.thresholds.iter().enumerate() {
        let known = base.and_then(|base| base.item(&threshold.item_code));
        let part = usize::try_from(threshold.part).unwrap_or(usize::MAX);
        if known.is_none_or(|item| item.measures.len() <= part) {
            faults.push(Fault::pointer(&format!("/thresholds/{at}/item_code"), Code::ItemNotInSet));
        }
    }
}

fn rows_of(
    document: &SetDocument,
    base_set_id: Option<CriteriaSetId>,
    issuer_unit_id: Option<UnitId>,
    id: CriteriaSetId,
    as_draft: bool,
    now: Timestamp,
) -> Result<StoredSet, Error> {
    let json = |value: serde_json::Result<serde_json::Value>| value.map(Json).map_err(Error::internal);
    let status = if as_draft { SetStatus::Draft } else { document.status };
    let row = SetRow {
        id,
        version: 1,
        code: document.code.clone(),
        base_set_id,
        name_vi: document.name.vi.clone(),
        name_en: document.name.en.clone(),
        status,
        level: document.level,
        kind_codes: json(serde_json::to_value(&document.kind_codes))?,
        valid_from: document.valid_from,
        valid_to: document.valid_to,
        issuer_unit_id,
        acts: json(serde_json::to_value(&document.acts))?,
        text_available: document.text_available,
        confidence: document.confidence,
        created_at: now,
        key_criteria: json(serde_json::to_value(&document.key_criteria))?,
        required_level: document.required_level.clone(),
    };
    let bands = document.bands.iter().zip(1..).map(|(band, position)| BandRow {
        criteria_set_id: id,
        code: band.code.clone(),
        position,
        min_count: band.min,
        max_count: band.max,
    });
    let criteria = document.criteria.iter().zip(1..).map(|(criterion, position)| {
        Ok(CriterionRow {
            id: CriterionId::new(),
            criteria_set_id: id,
            code: criterion.code.clone(),
            position,
            group_code: criterion.group_code.clone(),
            name_vi: criterion.name.vi.clone(),
            name_en: criterion.name.en.clone(),
            confidence: criterion.confidence,
            topic_codes: json(serde_json::to_value(&criterion.topic_codes))?,
        })
    });
    let (mut items, mut thresholds) = (Vec::new(), Vec::new());
    for ((_, criterion, item), position) in document.items().zip(1..) {
        items.push(ItemRow {
            criteria_set_id: id,
            code: item.code.clone(),
            criterion_code: criterion.cloned(),
            position,
            indicator_code: item.indicator_code.clone(),
            name_vi: item.name.vi.clone(),
            name_en: item.name.en.clone(),
            both_sexes: item.both_sexes,
            conditional: item.conditional,
            delegated: item.delegated,
            parts: json(serde_json::to_value(parts_of(item)))?,
            confidence: item.confidence,
            note: item.note.clone(),
        });
        let of_item = item.thresholds.iter().zip(1..).map(|(threshold, place)| (0, place, threshold));
        let of_parts = item.parts.iter().zip(1..).flat_map(|(part, number)| {
            part.thresholds.iter().zip(1..).map(move |(threshold, place)| (number, place, threshold))
        });
        let rows = of_item.chain(of_parts);
        thresholds.extend(rows.map(|(part, place, row)| ThresholdRow::new(id, &item.code, part, place, row)));
    }
    let of_base = document.thresholds.iter().zip(1..);
    thresholds
        .extend(of_base.map(|(own, place)| ThresholdRow::new(id, &own.item_code, own.part, place, &own.threshold)));
    let overrides = document.region_overrides.iter().zip(1..);
    let overrides = overrides.map(|(stated, position)| OverrideRow::new(id, position, stated));
    let replacement = document.replaces.as_ref().map(|stated| ReplacementRow::new(id, stated));
    Ok(StoredSet {
        row,
        own: Own {
            bands: bands.collect(),
            criteria: criteria.collect::<Result<_, Error>>()?,
            items,
            thresholds,
            overrides: overrides.collect::<Result<_, _>>().map_err(Error::internal)?,
            replacement: replacement.transpose().map_err(Error::internal)?,
        },
        document: SetDocument { status, ..document.clone() },
    })
}

fn parts_of(item: &DocumentItem) -> Vec<StoredPart> {
    let part = |part: &super::document::DocumentPart| StoredPart {
        indicator_code: part.indicator_code.clone(),
        name: part.name.clone(),
    };
    item.parts.iter().map(part).collect()
}

/// Whoever keeps the unit that issues a set may write it; one without issuer is the nation's.
pub fn require_keeper(tx: &Tx<'_>, caller: Option<&Caller>, issuer: Option<UnitId>) -> Result<(), Error> {
    let territory = tx.memory.part::<Territory>();
    let unit = issuer.or_else(|| territory.root());
    let covered =
        |caller: &Caller| unit.is_some_and(|unit| caller.scope.covers_lately(territory, unit, tx.now.local_date()));
    if caller.is_none_or(covered) { Ok(()) } else { Err(Error::Denied(Code::Forbidden)) }
}

/// Put another document in the place of a draft.
/// Errors: `SEALED` where it is published; a code that is not its own.
pub fn replace(
    tx: &mut Tx<'_>,
    caller: &Caller,
    id: CriteriaSetId,
    version: &IfMatch,
    document: Result<&SetDocument, Error>,
) -> Result<StoredSet, Error> {
    let memory = tx.memory.clone();
    let held = memory.part::<CriteriaSets>().by_id(id).ok_or(Error::NotFound)?;
    require_keeper(tx, Some(caller), held.row.issuer_unit_id)?;
    version.require(held.row.version)?;
    if held.row.status != SetStatus::Draft {
        return Err(Error::Conflict(Code::SetPublished));
    }
    let document = document?;
    if document.code != held.row.code {
        return Err(Error::invalid(Fault::pointer("/code", Code::ReadOnly)));
    }
    let before = held.stored(memory.part::<Territory>())?;
    let mut after = prepare(&memory, Some(caller), document, id, held.row.created_at)?;
    require_keeper(tx, Some(caller), after.row.issuer_unit_id)
        .map_err(|_| Error::OutOfScope(Fault::pointer("/issuer_unit_code", Code::OutOfScope)))?;
    after.row.version = before.row.version;
    tx.update("replaced", &before, &mut after)?;
    Ok(after)
}

/// Publish a draft or retire what was published. A draft that replaces a set retires it.
/// Errors: `TRANSITION_NOT_ALLOWED`, also where the set that it replaces is not published any more.
pub fn transition(
    tx: &mut Tx<'_>,
    caller: &Caller,
    id: CriteriaSetId,
    version: &IfMatch,
    step: Result<&NewSetTransition, Error>,
) -> Result<StoredSet, Error> {
    let memory = tx.memory.clone();
    let held = memory.part::<CriteriaSets>().by_id(id).ok_or(Error::NotFound)?;
    require_keeper(tx, Some(caller), held.row.issuer_unit_id)?;
    version.require(held.row.version)?;
    let to = step?.to;
    if !rules::transitions(held.row.status).contains(&to) {
        return Err(Error::Conflict(Code::TransitionNotAllowed));
    }
    if to == SetStatus::Published
        && let Some(replaced) = replaced_by(memory.part::<CriteriaSets>(), held)?
    {
        require_keeper(tx, Some(caller), replaced.row.issuer_unit_id)?;
        set_status(tx, replaced, SetStatus::Retired)?;
    }
    set_status(tx, held, to)
}

fn set_status(tx: &mut Tx<'_>, held: &HeldSet, to: SetStatus) -> Result<StoredSet, Error> {
    let before = held.stored(tx.memory.part::<Territory>())?;
    let mut after = before.clone();
    after.row.status = to;
    after.document.status = to;
    tx.update(if to == SetStatus::Published { "published" } else { "retired" }, &before, &mut after)?;
    Ok(after)
}
