//! Record figures, and correct them by new ones.

use super::model::{EvidenceNote, NewFigure, NewObservation, ObservationRow, ObservationStage};
use super::{queries, rules};
use crate::access::Caller;
use crate::code_lists::CodeLists;
use crate::codes::Code;
use crate::criteria::CriteriaSets;
use crate::db::{Conn, Snapshot, Stored, Tx};
use crate::error::{self, Error, Fault, Faults, Flaw};
use crate::files;
use crate::http::BatchItem;
use crate::indicators::{HeldIndicator, Indicators};
use crate::period_locks::PeriodLocks;
use crate::units::{Naming, Territory, UnitChoice};
use crate::values::storage::Json;
use crate::values::{ExternalId, FileId, LocalDate, Note, ObservationId, Period, RecordId, Scalar, UnitId};
use std::collections::HashSet;

/// Where a figure stands: everything but what was measured.
#[derive(Debug, Clone, Copy)]
pub struct Place {
    pub unit: UnitId,
    pub unit_date: LocalDate,
    pub period: Period,
    pub stage: ObservationStage,
}

/// Record one observation. Without a caller it is the command line that does.
/// Errors: every fault of the body; `DUPLICATE` where another figure holds under its key.
pub fn record(tx: &mut Tx<'_>, caller: Option<&Caller>, new: &NewObservation) -> Result<ObservationRow, Error> {
    let mut faults = Faults::default();
    let Some((place, indicator)) = place(tx, caller, new, "", &mut faults)? else {
        return Err(Error::Invalid(faults.0));
    };
    match put(tx, caller, new, place, &indicator, "", &mut faults)? {
        Put::Stored(row) => Ok(*row),
        Put::Held(row) => Err(Error::Duplicate(row.id.0)),
        Put::Refused => Err(Error::Invalid(faults.0)),
    }
}

/// Record observations in their order, all or none. What is known already with the same content is left as it is.
/// Errors: every fault of every item, each with its place.
pub fn record_all(
    tx: &mut Tx<'_>,
    caller: &Caller,
    items: &[BatchItem<NewObservation>],
) -> Result<Vec<ObservationRow>, Error> {
    let mut faults = Faults::default();
    let mut rows = Vec::with_capacity(items.len());
    let mut names: HashSet<&ExternalId> = HashSet::new();
    for (number, item) in items.iter().enumerate() {
        let at = format!("/items/{number}");
        let new = match item.value.get() {
            Ok(new) => new,
            Err(Error::Invalid(found)) => {
                faults.0.extend(found);
                continue;
            }
            Err(other) => return Err(other),
        };
        if let Some(name) = &new.external_id {
            let place = error::Place::Pointer(format!("{at}/external_id"));
            if !names.insert(name) {
                faults.push(Flaw::new(Code::DuplicateItem).at(place));
                continue;
            }
            match tx.named_record(ObservationRow::COLLECTION, name)? {
                Some((known, meaning)) if meaning == item.meaning => {
                    rows.push(visible(tx.conn, caller, ObservationId(known.0))?);
                    continue;
                }
                Some((known, _)) => {
                    faults.push(Flaw::new(Code::Duplicate).with("id", known).at(place));
                    continue;
                }
                None => {}
            }
        }
        let Some((placed, indicator)) = place(tx, Some(caller), new, &at, &mut faults)? else { continue };
        match put(tx, Some(caller), new, placed, &indicator, &at, &mut faults)? {
            Put::Stored(row) => {
                if let Some(name) = &new.external_id {
                    tx.name_record(ObservationRow::COLLECTION, name, RecordId(row.id.0), &item.meaning)?;
                }
                rows.push(*row);
            }
            Put::Held(row) if says_the_same(&row, new, &indicator) => rows.push(*row),
            Put::Held(row) => {
                faults.push(Flaw::new(Code::Duplicate).with("id", row.id).at(error::Place::Pointer(at)));
            }
            Put::Refused => {}
        }
    }
    faults.finish()?;
    Ok(rows)
}

/// Does the row say what the body says?
fn says_the_same(row: &ObservationRow, new: &NewObservation, indicator: &HeldIndicator) -> bool {
    let checked = rules::check(indicator, &new.figure, "", &mut Faults::default());
    checked.is_some_and(|checked| same_figure(row, &checked)) && new.corrects_id.is_none()
}

pub(super) fn same_figure(row: &ObservationRow, checked: &rules::CheckedFigure) -> bool {
    (row.value, row.numerator, row.denominator) == (checked.value, checked.numerator, checked.denominator)
        && row.read().is_ok_and(|read| read.breakdown == checked.breakdown)
}

/// What came of an attempt to store.
enum Put {
    Stored(Box<ObservationRow>),
    /// Another figure holds under the key.
    Held(Box<ObservationRow>),
    /// The faults were noted.
    Refused,
}

/// The unit, the day and the indicator of an observation; notes each fault of its body.
pub(super) fn place(
    tx: &Tx<'_>,
    caller: Option<&Caller>,
    new: &NewObservation,
    at: &str,
    faults: &mut Faults,
) -> Result<Option<(Place, HeldIndicator)>, Error> {
    let today = tx.now.local_date();
    let memory = tx.memory.clone();
    let territory = memory.part::<Territory>();
    let before = faults.0.len();
    let unit_date = new.period.last_day().min(today);
    let choice = UnitChoice { id: new.unit_id, code: new.unit_code.clone(), name: None };
    let at_unit = format!("{at}{}", choice.pointer());
    let pointer = |name: &str| error::Place::Pointer(format!("{at}/{name}"));
    let unit = match territory.choose_one(&choice, Naming::On(unit_date), pointer) {
        Ok(unit) => Some(unit),
        Err(Error::Invalid(found)) => {
            faults.0.extend(found);
            None
        }
        Err(other) => return Err(other),
    };
    if let (Some(unit), Some(caller)) = (unit, caller) {
        require_scope(territory, caller, unit, unit_date, today, &at_unit)?;
    }
    if unit.is_some_and(|unit| territory.on(unit, unit_date).is_none()) {
        faults.push(Fault::pointer(&at_unit, Code::UnitNotInPeriod));
    }
    let indicator = memory.part::<Indicators>().by_code(&new.indicator_code);
    match indicator {
        None => faults.push(Flaw::new(Code::UnknownCode).at(pointer("indicator_code"))),
        // What the service counts may be planned.
        Some(held) if held.row.derivation.is_some() && new.stage != ObservationStage::Target => {
            faults.push(Flaw::new(Code::IndicatorDerived).at(pointer("indicator_code")));
        }
        Some(_) => {}
    }
    if new.stage != ObservationStage::Target && today < new.period.first_day() {
        faults.push(Flaw::new(Code::DateInFuture).at(pointer("period")));
    }
    if new.corrects_id.is_some() && new.correction_reason.is_none() {
        faults.push(Flaw::new(Code::ReasonRequired).at(pointer("correction_reason")));
    }
    if faults.0.len() > before {
        return Ok(None);
    }
    let (Some(unit), Some(indicator)) = (unit, indicator) else { return Ok(None) };
    let place = Place { unit, unit_date, period: new.period, stage: new.stage };
    if let Some(caller) = caller {
        require_stage(territory, caller, unit, unit_date, new.stage, today)?;
    }
    require_unlocked(&memory, &place, indicator)?;
    Ok(Some((place, indicator.clone())))
}

fn put(
    tx: &mut Tx<'_>,
    caller: Option<&Caller>,
    new: &NewObservation,
    place: Place,
    indicator: &HeldIndicator,
    at: &str,
    faults: &mut Faults,
) -> Result<Put, Error> {
    let at_figure = format!("{at}/figure");
    let before = faults.0.len();
    let checked = rules::check(indicator, &new.figure, &at_figure, faults);
    let evidence = check_around(tx, caller, &new.figure, &at_figure, faults)?;
    let held = queries::holding(tx.conn, indicator.row.id, place.unit, place.period, place.stage)?;
    if let Some(wanted) = new.corrects_id {
        // It must be one that the caller may read, under this key, and hold still.
        let known = match caller {
            Some(caller) => queries::find(tx.conn, caller.readable(), wanted)?,
            None => held.clone().filter(|held| held.id == wanted),
        };
        match known {
            None => faults.push(Fault::pointer(&format!("{at}/corrects_id"), Code::UnknownReference)),
            Some(_) if held.as_ref().is_none_or(|held| held.id != wanted) => {
                faults.push(Fault::pointer(&format!("{at}/corrects_id"), Code::CorrectionMismatch));
            }
            Some(_) => {}
        }
    } else if checked.as_ref().is_some_and(|checked| checked.value.is_none()) {
        // Only a correction may take a figure away.
        faults.push(Fault::pointer(&format!("{at_figure}/value"), Code::Required));
    }
    let (Some(checked), true) = (checked, faults.0.len() == before) else { return Ok(Put::Refused) };
    if let (Some(held), None) = (&held, new.corrects_id) {
        return Ok(Put::Held(Box::new(held.clone())));
    }
    let reason = new.correction_reason.clone();
    let row = row_of(tx, place, indicator, &new.figure, (checked, evidence), new.external_id.clone())?;
    store(tx, row, held, reason).map(|row| Put::Stored(Box::new(row)))
}

pub(super) fn row_of(
    tx: &Tx<'_>,
    place: Place,
    indicator: &HeldIndicator,
    figure: &NewFigure,
    (checked, evidence): (rules::CheckedFigure, Vec<EvidenceNote>),
    external_id: Option<ExternalId>,
) -> Result<ObservationRow, Error> {
    Ok(ObservationRow {
        id: ObservationId::new(),
        version: 1,
        indicator_id: indicator.row.id,
        unit_id: place.unit,
        unit_date: place.unit_date,
        period: place.period,
        period_end: place.period.last_day(),
        stage: place.stage,
        value: checked.value,
        numerator: checked.numerator,
        denominator: checked.denominator,
        breakdown: Json(serde_json::to_value(&checked.breakdown).map_err(Error::internal)?),
        cut_off_date: figure.cut_off_date,
        source_label: figure.source.as_ref().map(|source| source.label.clone()),
        source_date: figure.source.as_ref().and_then(|source| source.date),
        note: figure.note.clone(),
        evidence: Json(serde_json::to_value(&evidence).map_err(Error::internal)?),
        corrects_id: None,
        corrected_by_id: None,
        correction_reason: None,
        author_client_id: tx.actor.client_id,
        author_person_id: tx.actor.acting_person_id,
        external_id,
        created_at: tx.now,
        act_id: None,
        act_item_code: None,
    })
}

/// Store a row in the place of the one that held.
pub(super) fn store(
    tx: &mut Tx<'_>,
    mut row: ObservationRow,
    held: Option<ObservationRow>,
    reason: Option<Note>,
) -> Result<ObservationRow, Error> {
    if let Some(held) = held {
        let mut corrected = ObservationRow { corrected_by_id: Some(row.id), ..held.clone() };
        tx.update("corrected", &held, &mut corrected)?;
        row.corrects_id = Some(held.id);
        row.correction_reason = reason;
    }
    if tx.create(&row)? {
        cite(tx, &row)?;
        return Ok(row);
    }
    let other = queries::holding(tx.conn, row.indicator_id, row.unit_id, row.period, row.stage)?;
    Err(Error::Duplicate(other.map_or(row.id, |other| other.id).0))
}

/// Note which files prove a figure.
fn cite(tx: &mut Tx<'_>, row: &ObservationRow) -> Result<(), Error> {
    let evidence = row.read().map_err(Error::internal)?.evidence;
    let cited: Vec<FileId> = evidence.iter().filter_map(|note| note.file_id).collect();
    files::cited(tx.conn, row.id, &cited)
}

/// Why a sheet corrects a figure.
const WRITTEN_AGAIN: &str = "Ghi lại phiếu đánh giá";

/// Take a figure from a sheet where it says something else than what holds: what it corrects is corrected, what is new
/// is left to `store_new`, together with the rest of the sheet. `at` is where the figure stands in the body.
pub fn take(
    tx: &mut Tx<'_>,
    caller: Option<&Caller>,
    place: Place,
    indicator: &HeldIndicator,
    (figure, at): (&NewFigure, &str),
    held: Option<&ObservationRow>,
    faults: &mut Faults,
) -> Result<Option<Taken>, Error> {
    let before = faults.0.len();
    let checked = rules::check(indicator, figure, at, faults);
    let evidence = check_around(tx, caller, figure, at, faults)?;
    let (Some(checked), true) = (checked, faults.0.len() == before) else { return Ok(None) };
    let row = row_of(tx, place, indicator, figure, (checked.clone(), evidence), None)?;
    match held {
        Some(held) if same_figure(held, &checked) && says_nothing_new(held, &row) => Ok(None),
        Some(held) => {
            let reason = Note::parse(WRITTEN_AGAIN).map_err(|_| Error::internal("the reason of a sheet"))?;
            store(tx, row, Some(held.clone()), Some(reason)).map(|row| Some(Taken::Corrected(row)))
        }
        None if checked.value.is_none() => Ok(None),
        None => Ok(Some(Taken::New(row))),
    }
}

/// A figure that a sheet says anew.
pub enum Taken {
    /// Stored in the place of the one that held.
    Corrected(ObservationRow),
    /// To be stored.
    New(ObservationRow),
}

/// Store the figures of a sheet that are new.
pub fn store_new(tx: &mut Tx<'_>, rows: &[ObservationRow]) -> Result<(), Error> {
    if !tx.create_all(rows)? {
        for row in rows {
            // Somebody else has stored one of them since this write read what holds.
            let other = queries::holding(tx.conn, row.indicator_id, row.unit_id, row.period, row.stage)?;
            if let Some(other) = other.filter(|other| other.id != row.id) {
                return Err(Error::Duplicate(other.id.0));
            }
        }
        return Err(Error::internal("a figure was not stored, and none is in its place"));
    }
    rows.iter().try_for_each(|row| cite(tx, row))
}

/// A figure sent again without its surroundings does not take them away.
fn says_nothing_new(held: &ObservationRow, row: &ObservationRow) -> bool {
    let no_evidence = row.evidence.0.as_array().is_none_or(Vec::is_empty);
    (row.cut_off_date.is_none() || row.cut_off_date == held.cut_off_date)
        && (row.source_label.is_none()
            || (row.source_label == held.source_label && row.source_date == held.source_date))
        && (row.note.is_none() || row.note == held.note)
        && (no_evidence || row.evidence == held.evidence)
}

/// What surrounds a figure: dates, evidence. The evidence as it is stored, with the hashes of its files.
fn check_around(
    tx: &mut Tx<'_>,
    caller: Option<&Caller>,
    figure: &NewFigure,
    at: &str,
    faults: &mut Faults,
) -> Result<Vec<EvidenceNote>, Error> {
    if figure.cut_off_date.is_some_and(|day| tx.now.local_date() < day) {
        faults.push(Fault::pointer(&format!("{at}/cut_off_date"), Code::DateInFuture));
    }
    let memory = tx.memory.clone();
    let mut notes = Vec::new();
    for (place, evidence) in figure.evidence.iter().flatten().enumerate() {
        let at = format!("{at}/evidence/{place}");
        if !memory.part::<CodeLists>().has("evidence-kinds", evidence.kind_code.as_str()) {
            faults.push(Fault::pointer(&format!("{at}/kind_code"), Code::UnknownCode));
        }
        if evidence.date.zip(evidence.valid_until).is_some_and(|(date, until)| until < date) {
            faults.push(Fault::pointer(&format!("{at}/valid_until"), Code::DateOrder));
        }
        let mut content_hash = evidence.content_hash.clone();
        if let (Some(file), Some(caller)) = (evidence.file_id, caller) {
            match files::visible(tx.conn, caller.readable(), file) {
                Ok(file) if content_hash.as_ref().is_none_or(|told| *told == file.content_hash) => {
                    content_hash = Some(file.content_hash);
                }
                Ok(_) => faults.push(Fault::pointer(&format!("{at}/content_hash"), Code::ContentHashMismatch)),
                Err(Error::NotFound) => {
                    faults.push(Fault::pointer(&format!("{at}/file_id"), Code::UnknownReference));
                }
                Err(other) => return Err(other),
            }
        }
        notes.push(EvidenceNote {
            file_id: evidence.file_id,
            kind_code: evidence.kind_code.clone(),
            label: evidence.label.clone(),
            date: evidence.date,
            valid_until: evidence.valid_until,
            content_hash,
        });
    }
    Ok(notes)
}

/// The unit must be in the caller's scope on the day of the record.
pub fn require_scope(
    territory: &Territory,
    caller: &Caller,
    unit: UnitId,
    day: LocalDate,
    today: LocalDate,
    pointer: &str,
) -> Result<(), Error> {
    // A unit that is not there on the day is a fault of its own; it is asked for as it was last.
    let covered =
        caller.scope.covers(territory, unit, day) || caller.scope.covers_lately(territory, unit, today.min(day));
    if covered { Ok(()) } else { Err(Error::OutOfScope(Fault::pointer(pointer, Code::OutOfScope))) }
}

/// The stage must be the business of one of the caller's units.
pub fn require_stage(
    territory: &Territory,
    caller: &Caller,
    unit: UnitId,
    day: LocalDate,
    stage: ObservationStage,
    today: LocalDate,
) -> Result<(), Error> {
    let needed = rules::level_of(stage, today);
    let held = territory.ancestors(unit, day).any(|above| {
        caller.scope.units.contains(&above) && territory.get(above).is_some_and(|held| held.unit.level <= needed)
    });
    // Figures of units above the commune are kept by whoever keeps the unit.
    let above = territory.get(unit).is_some_and(|held| held.unit.level < needed);
    if held || above { Ok(()) } else { Err(Error::Denied(Code::StageNotPermitted)) }
}

/// A period that is closed for a set takes no figure that the set judges.
fn require_unlocked(memory: &Snapshot, place: &Place, indicator: &HeldIndicator) -> Result<(), Error> {
    let (territory, sets, locks) =
        (memory.part::<Territory>(), memory.part::<CriteriaSets>(), memory.part::<PeriodLocks>());
    let closed = sets
        .all()
        .iter()
        .filter(|set| set.judges(&indicator.row.code))
        .any(|set| locks.close(territory, sets, place.unit, place.unit_date, set.row.id, place.period));
    if closed { Err(Error::Conflict(Code::PeriodLocked)) } else { Ok(()) }
}

/// An observation that a body names at `pointer`; noted where the caller reads none.
pub fn require(
    tx: &mut Tx<'_>,
    caller: &Caller,
    id: ObservationId,
    pointer: &str,
    faults: &mut Faults,
) -> Result<(), Error> {
    if queries::find(tx.conn, caller.readable(), id)?.is_none() {
        faults.push(Fault::pointer(pointer, Code::UnknownReference));
    }
    Ok(())
}

/// An observation that the caller may read.
pub fn visible(conn: &mut Conn, caller: &Caller, id: ObservationId) -> Result<ObservationRow, Error> {
    queries::find(conn, caller.readable(), id)?.ok_or(Error::NotFound)
}
