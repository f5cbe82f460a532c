//! Record statuses, end and annul them.

use super::memory::Statuses;
use super::model::{NewUnitStatus, NewUnitStatusTransition, UnitStatusRow, UnitStatusState};
use super::rules::{self, Meeting, Words};
use crate::access::Caller;
use crate::code_lists::CodeLists;
use crate::codes::Code;
use crate::db::{Snapshot, Stored, Tx};
use crate::error::{Error, Fault, Faults, Flaw, Place};
use crate::http::{BatchItem, IfMatch};
use crate::units::{Held, Naming, Territory, UnitChoice};
use crate::values::{Confidence, LocalDate, RecordId, Timestamp, UnitId, UnitStatusId};
use std::collections::{HashMap, HashSet};
use std::sync::Arc;

/// A status with all statuses of its unit, as they are after the write.
#[derive(Debug)]
pub struct Written {
    pub row: UnitStatusRow,
    pub all: Vec<UnitStatusRow>,
}

/// Record a status. Without a caller it is the command line that does.
/// Errors: every fault of the body; `STATUS_OVERLAPS`; `OUT_OF_SCOPE`.
pub fn record(tx: &mut Tx<'_>, caller: Option<&Caller>, new: &NewUnitStatus) -> Result<Written, Error> {
    let mut ledger = Ledger::open(tx, caller);
    let mut faults = Faults::default();
    let id = ledger.take(new, "", &mut faults);
    ledger.close(tx, faults)?;
    let id = id.ok_or_else(|| Error::internal("a fault was not noted"))?;
    ledger.written(id)
}

/// Record statuses in their order, all or none.
/// Errors: every fault of every item, each with its place.
pub fn record_all(
    tx: &mut Tx<'_>,
    caller: Option<&Caller>,
    items: &[BatchItem<NewUnitStatus>],
) -> Result<Vec<Written>, Error> {
    let mut ledger = Ledger::open(tx, caller);
    let mut faults = Faults::default();
    let mut taken: Vec<UnitStatusId> = Vec::with_capacity(items.len());
    let mut named = Vec::new();
    let mut names = HashSet::new();
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
            let place = Place::Pointer(format!("{at}/external_id"));
            if !names.insert(name) {
                faults.push(Flaw::new(Code::DuplicateItem).at(place));
                continue;
            }
            // What this client has recorded under the same id is the answer, as it is for a single record.
            match tx.named_record(UnitStatusRow::COLLECTION, name)? {
                Some((known, meaning)) if meaning == item.meaning => {
                    taken.push(UnitStatusId(known.0));
                    continue;
                }
                Some((known, _)) => {
                    faults.push(Flaw::new(Code::Duplicate).with("id", known).at(place));
                    continue;
                }
                None => {}
            }
        }
        if let Some(id) = ledger.take(new, &at, &mut faults) {
            taken.push(id);
            named.extend(new.external_id.as_ref().map(|name| (name, id, item.meaning)));
        }
    }
    ledger.close(tx, faults)?;
    for (name, id, meaning) in named {
        if !tx.name_record(UnitStatusRow::COLLECTION, name, RecordId(id.0), &meaning)? {
            return Err(Error::Duplicate(id.0));
        }
    }
    taken.into_iter().map(|id| ledger.written(id)).collect()
}

/// What is to be written, decided before anything is: the faults of all items are told at once, and an item knows
/// those before it.
struct Ledger<'a> {
    memory: Arc<Snapshot>,
    caller: Option<&'a Caller>,
    now: Timestamp,
    /// Statuses of the units concerned, as they will be.
    rows: HashMap<UnitId, Vec<UnitStatusRow>>,
    changes: Vec<Change>,
    outside: Option<Fault>,
}

enum Change {
    Begin(UnitStatusRow),
    End { before: UnitStatusRow, after: UnitStatusRow },
}

impl<'a> Ledger<'a> {
    fn open(tx: &Tx<'_>, caller: Option<&'a Caller>) -> Ledger<'a> {
        let (rows, changes) = (HashMap::new(), Vec::new());
        Ledger { memory: tx.memory.clone(), caller, now: tx.now, rows, changes, outside: None }
    }

    /// Decide about one status, whose body stands at a place; notes each fault.
    fn take(&mut self, new: &NewUnitStatus, at: &str, faults: &mut Faults) -> Option<UnitStatusId> {
        let memory = self.memory.clone();
        let territory = memory.part::<Territory>();
        let found_before = faults.0.len();
        let unit = self.unit_of(territory, new, at, faults);
        let value_at = format!("{at}/value_code");
        let rule = rules::rule_of(new.kind);
        match rule.words {
            Words::These(words) if !words.contains(&new.value_code.as_str()) => {
                let flaw = Flaw::new(Code::UnknownValue).with("allowed", words.join(", "));
                faults.push(flaw.at(Place::pointer(&value_at)));
            }
            Words::OfList(list) if !memory.part::<CodeLists>().has(list, new.value_code.as_str()) => {
                faults.push(Fault::pointer(&value_at, Code::UnknownCode));
            }
            Words::These(_) | Words::OfList(_) => {}
        }
        if new.valid_to.is_some_and(|end| end <= new.valid_from) {
            faults.push(Fault::pointer(&format!("{at}/valid_to"), Code::DateOrder));
        }
        let unit = unit?;
        if faults.0.len() > found_before {
            return None;
        }
        let row = UnitStatusRow {
            id: UnitStatusId::new(),
            version: 1,
            unit_id: unit,
            kind: new.kind,
            value_code: new.value_code.clone(),
            valid_from: new.valid_from,
            valid_to: new.valid_to,
            act_number: new.act_number.clone(),
            ending_act_number: None,
            state: UnitStatusState::InForce,
            note: new.note.clone(),
            confidence: new.confidence.unwrap_or(Confidence::Verified),
            external_id: new.external_id.clone(),
            created_at: self.now,
            updated_at: self.now,
        };
        self.place(row, territory.get(unit)?, at, faults)
    }

    /// The unit of a status, if it is one that may bear it.
    fn unit_of(&mut self, territory: &Territory, new: &NewUnitStatus, at: &str, faults: &mut Faults) -> Option<UnitId> {
        let choice = UnitChoice { id: new.unit_id, code: new.unit_code.clone(), name: None };
        let place = |name: &str| Place::Pointer(format!("{at}/{name}"));
        let unit = match territory.choose_one(&choice, Naming::On(new.valid_from), place) {
            Ok(unit) => unit,
            Err(Error::Invalid(found)) => {
                faults.0.extend(found);
                return None;
            }
            // Choosing refuses in no other way.
            Err(_) => return None,
        };
        let named = place(if new.unit_id.is_some() { "unit_id" } else { "unit_code" });
        let held = territory.get(unit)?;
        // A unit that is not there on the day is a fault of its own; it is asked for on its nearest day.
        let day = held.nearest_day(new.valid_from);
        if self.caller.is_some_and(|caller| !caller.scope.covers(territory, unit, day)) {
            self.outside.get_or_insert(Flaw::new(Code::OutOfScope).at(named));
            return None;
        }
        if day != new.valid_from {
            faults.push(Flaw::new(Code::UnitNotInPeriod).at(named));
            return None;
        }
        let levels = rules::rule_of(new.kind).levels;
        if !levels.contains(&held.unit.level) {
            let allowed: Vec<String> = levels.iter().map(ToString::to_string).collect();
            faults.push(Flaw::new(Code::UnitLevelMismatch).with("allowed", allowed.join(", ")).at(named));
            return None;
        }
        Some(unit)
    }

    /// Put a status among those of its unit: what is open and older ends, nothing else may be in its way.
    fn place(&mut self, row: UnitStatusRow, held: &Held, at: &str, faults: &mut Faults) -> Option<UnitStatusId> {
        let known = || self.memory.part::<Statuses>().of(row.unit_id).to_vec();
        let rows = self.rows.entry(row.unit_id).or_insert_with(known);
        let mut ends = Vec::new();
        for (number, older) in rows.iter().enumerate().filter(|(_, older)| older.kind == row.kind) {
            match rules::meet(older, &row, held) {
                Meeting::Apart => {}
                Meeting::Ends => ends.push(number),
                Meeting::Overlaps => {
                    let mut flaw = Flaw::new(Code::StatusOverlaps).with("from", older.valid_from);
                    if let Some(end) = older.valid_to {
                        flaw = flaw.with("to", end);
                    }
                    faults.push(flaw.at(Place::Pointer(format!("{at}/valid_from"))));
                    return None;
                }
            }
        }
        for number in ends {
            let before = rows[number].clone();
            let after = UnitStatusRow {
                version: before.version + 1,
                valid_to: Some(row.valid_from),
                ending_act_number: Some(row.act_number.clone()),
                state: UnitStatusState::Ended,
                updated_at: self.now,
                ..before.clone()
            };
            rows[number] = after.clone();
            self.changes.push(Change::End { before, after });
        }
        let id = row.id;
        rows.push(row.clone());
        self.changes.push(Change::Begin(row));
        Some(id)
    }

    /// Write what was decided, unless something was wrong.
    fn close(&mut self, tx: &mut Tx<'_>, faults: Faults) -> Result<(), Error> {
        if let Some(fault) = self.outside.take() {
            return Err(Error::OutOfScope(fault));
        }
        faults.finish()?;
        for change in self.changes.drain(..) {
            match change {
                Change::Begin(row) => {
                    if !tx.create(&row)? {
                        return Err(Error::internal("a new status met an old one"));
                    }
                }
                Change::End { before, mut after } => tx.update("ended", &before, &mut after)?,
            }
        }
        Ok(())
    }

    fn written(&self, id: UnitStatusId) -> Result<Written, Error> {
        let mut among = self.rows.values().filter(|rows| rows.iter().any(|row| row.id == id));
        let statuses = self.memory.part::<Statuses>();
        let stored = || statuses.get(id).map(|row| statuses.of(row.unit_id).to_vec());
        let all = among.next().cloned().or_else(stored).ok_or(Error::NotFound)?;
        let row = all.iter().find(|row| row.id == id).cloned().ok_or(Error::NotFound)?;
        Ok(Written { row, all })
    }
}

/// A status as it is stored, with all of its unit.
pub fn find(tx: &Tx<'_>, id: UnitStatusId) -> Result<Written, Error> {
    let statuses = tx.memory.part::<Statuses>();
    let row = statuses.get(id).cloned().ok_or(Error::NotFound)?;
    Ok(Written { all: statuses.of(row.unit_id).to_vec(), row })
}

/// End a status on a day, or annul it, by an act.
/// Errors: `TRANSITION_NOT_ALLOWED`; `DATE_ORDER` where it would not end before it does anyway.
pub fn transition(
    tx: &mut Tx<'_>,
    caller: &Caller,
    id: UnitStatusId,
    version: &IfMatch,
    step: Result<&NewUnitStatusTransition, Error>,
) -> Result<Written, Error> {
    let Written { row: before, mut all } = find(tx, id)?;
    require_scope(tx, caller, before.unit_id, before.valid_from)?;
    version.require(before.version)?;
    let step = step?;
    if !rules::transitions(before.state).contains(&step.to) {
        return Err(Error::Conflict(Code::TransitionNotAllowed));
    }
    let mut after = before.clone();
    after.state = step.to;
    after.ending_act_number = Some(step.act_number.clone());
    after.note = step.reason.clone().or(after.note);
    after.updated_at = tx.now;
    if step.to == UnitStatusState::Annulled {
        let mut faults = Faults::default();
        if step.valid_to.is_some() {
            faults.push(Fault::pointer("/valid_to", Code::UnknownMember));
        }
        if step.reason.is_none() {
            faults.push(Fault::pointer("/reason", Code::ReasonRequired));
        }
        faults.finish()?;
    } else {
        let end = step.valid_to.ok_or_else(|| Error::invalid(Fault::pointer("/valid_to", Code::Required)))?;
        if end <= before.valid_from || before.valid_to.is_some_and(|known| known < end) {
            return Err(Error::invalid(Fault::pointer("/valid_to", Code::DateOrder)));
        }
        after.valid_to = Some(end);
    }
    let verb = if step.to == UnitStatusState::Annulled { "annulled" } else { "ended" };
    tx.update(verb, &before, &mut after)?;
    all.iter_mut().filter(|row| row.id == id).for_each(|row| *row = after.clone());
    Ok(Written { row: after, all })
}

/// Everybody may see a status; whoever keeps its unit may change it.
fn require_scope(tx: &Tx<'_>, caller: &Caller, unit: UnitId, day: LocalDate) -> Result<(), Error> {
    let territory = tx.memory.part::<Territory>();
    let day = territory.get(unit).map_or(day, |held| held.nearest_day(day));
    if caller.scope.covers(territory, unit, day) { Ok(()) } else { Err(Error::Denied(Code::Forbidden)) }
}
