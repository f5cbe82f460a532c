//! Record entries, one or many, and reverse them.

use super::limits::{Breach, Checked, Touched};
use super::lines::{LineKey, LineRow};
use super::model::{BudgetFinding, EntryKind, EntryRow, NewBudgetEntry, NewReversal};
use super::queries;
use super::rules::Side;
use super::understood::understand;
use crate::access::{Caller, Scope};
use crate::codes::Code;
use crate::db::{Conn, Stored, Tx};
use crate::error::{self, Error, Fault, Faults, Flaw};
use crate::http::BatchItem;
use crate::units::Territory;
use crate::values::storage::Json;
use crate::values::{ActId, BudgetEntryId, BudgetLineId, ExternalId, LocalDate, Note, RecordId, Title};
use std::collections::{HashMap, HashSet};

/// An entry that is understood, before it is stored.
#[derive(Debug, Clone)]
pub struct Entry {
    /// Where it stands in the body.
    pub at: String,
    pub key: LineKey,
    pub unit_date: LocalDate,
    /// Line to which it distributes.
    pub to: Option<(LineKey, LocalDate)>,
    pub kind: EntryKind,
    pub amount_vnd: i64,
    pub booking_date: LocalDate,
    pub value_date: LocalDate,
    pub act: Option<(ActId, Option<Title>)>,
    pub pair_id: Option<ExternalId>,
    pub reverses_id: Option<BudgetEntryId>,
    pub reason: Option<Note>,
    pub override_reason: Option<Note>,
    pub note: Option<Note>,
    pub external_id: Option<ExternalId>,
    pub findings: Vec<BudgetFinding>,
}

/// Record one entry. Without a caller it is the command line that does.
/// Errors: every fault of the body; `CARRY_WITHOUT_COUNTERPART`; the limits that it passes.
pub fn record(tx: &mut Tx<'_>, caller: Option<&Caller>, new: &NewBudgetEntry) -> Result<EntryRow, Error> {
    let mut faults = Faults::default();
    let entry = understand(tx, caller, new, "", &mut faults)?;
    let entries: Vec<Entry> = entry.into_iter().collect();
    check_pairs(tx, &entries, &mut faults);
    faults.finish()?;
    post(tx, entries)?.pop().ok_or_else(|| Error::internal("an entry was not stored"))
}

/// Record entries in their order, all or none. What is known already with the same content is left as it is.
/// Errors: every fault of every item, each with its place.
pub fn record_all(
    tx: &mut Tx<'_>,
    caller: &Caller,
    items: &[BatchItem<NewBudgetEntry>],
) -> Result<Vec<EntryRow>, Error> {
    let mut faults = Faults::default();
    let mut names: HashSet<&ExternalId> = HashSet::new();
    let mut known: HashMap<usize, EntryRow> = HashMap::new();
    let mut entries = Vec::with_capacity(items.len());
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
        let place = || error::Place::Pointer(format!("{at}/external_id"));
        let Some(name) = &new.external_id else {
            faults.push(Flaw::new(Code::Required).at(place()));
            continue;
        };
        if !names.insert(name) {
            faults.push(Flaw::new(Code::DuplicateItem).at(place()));
            continue;
        }
        match tx.named_record(EntryRow::COLLECTION, name)? {
            Some((record, meaning)) if meaning == item.meaning => {
                known.insert(number, visible(tx.conn, caller.readable(), BudgetEntryId(record.0))?);
                continue;
            }
            Some((record, _)) => {
                faults.push(Flaw::new(Code::Duplicate).with("id", record).at(place()));
                continue;
            }
            None => {}
        }
        entries.extend(understand(tx, Some(caller), new, &at, &mut faults)?);
    }
    check_pairs(tx, &entries, &mut faults);
    faults.finish()?;
    let mut stored = post(tx, entries)?.into_iter();
    let mut rows = Vec::with_capacity(items.len());
    for (number, item) in items.iter().enumerate() {
        if let Some(row) = known.remove(&number) {
            rows.push(row);
            continue;
        }
        let row = stored.next().ok_or_else(|| Error::internal("an entry was not stored"))?;
        if let Some(name) = &row.external_id {
            tx.name_record(EntryRow::COLLECTION, name, RecordId(row.id.0), &item.meaning)?;
        }
        rows.push(row);
    }
    Ok(rows)
}

/// Take an entry back; of a carry-over both halves. The entry as it is then.
/// Errors: `REVERSAL_OF_REVERSAL`, `ALREADY_REVERSED`; the limits that it passes.
pub fn reverse(
    tx: &mut Tx<'_>,
    caller: &Caller,
    id: BudgetEntryId,
    new: Result<&NewReversal, Error>,
) -> Result<EntryRow, Error> {
    let original = visible(tx.conn, caller.readable(), id)?;
    let territory = tx.memory.clone();
    let territory = territory.part::<Territory>();
    if !caller.scope.covers_lately(territory, original.unit_id, tx.now.local_date()) {
        return Err(Error::Denied(Code::Forbidden));
    }
    let new = new?;
    if original.reverses_id.is_some() {
        return Err(Error::Conflict(Code::ReversalOfReversal));
    }
    if new.booking_date > tx.now.local_date() {
        return Err(Error::invalid(Fault::pointer("/booking_date", Code::DateInFuture)));
    }
    let halves: Vec<EntryRow> =
        std::iter::once(original.clone()).chain(queries::other_half(tx.conn, &original)?).collect();
    let mut entries = Vec::with_capacity(halves.len());
    for row in &halves {
        if row.reversed_by_id.is_some() {
            return Err(Error::Conflict(Code::AlreadyReversed));
        }
        let line = line(tx.conn, row.line_id)?;
        let to = row.to_line_id.map(|to| self::line(tx.conn, to)).transpose()?;
        entries.push(Entry {
            at: String::new(),
            key: line.key(),
            unit_date: row.unit_date,
            to: to.map(|to| (to.key(), to.unit_date)),
            kind: row.kind,
            amount_vnd: -row.amount_vnd,
            booking_date: new.booking_date,
            value_date: new.value_date.unwrap_or(row.value_date),
            act: None,
            pair_id: row.pair_id.clone(),
            reverses_id: Some(row.id),
            reason: Some(new.reason.clone()),
            override_reason: new.override_reason.clone(),
            note: None,
            external_id: None,
            findings: Vec::new(),
        });
    }
    let rows = post(tx, entries)?;
    let mut reversed = None;
    for (before, reversal) in halves.iter().zip(&rows) {
        let mut after = EntryRow { reversed_by_id: Some(reversal.id), ..before.clone() };
        tx.update("reversed", before, &mut after)?;
        reversed = reversed.or(Some(after));
    }
    reversed.ok_or_else(|| Error::internal("a reversal was not stored"))
}

fn line(conn: &mut Conn, id: BudgetLineId) -> Result<LineRow, Error> {
    queries::line(conn, id)?.ok_or_else(|| Error::internal("an entry of a line that is not there"))
}

/// A line that a body names at `pointer`; noted where the caller reads none.
pub fn require_line(
    tx: &mut Tx<'_>,
    caller: Option<&Caller>,
    id: BudgetLineId,
    pointer: &str,
    faults: &mut Faults,
) -> Result<(), Error> {
    let found = match caller {
        Some(caller) => queries::find_line(tx.conn, caller.readable(), id)?,
        None => queries::line(tx.conn, id)?,
    };
    if found.is_none() {
        faults.push(Fault::pointer(pointer, Code::UnknownReference));
    }
    Ok(())
}

pub fn visible(conn: &mut Conn, scope: &Scope, id: BudgetEntryId) -> Result<EntryRow, Error> {
    queries::find(conn, scope, id)?.ok_or(Error::NotFound)
}

/// What is carried out of a year is carried into the next one, in the same write: of the same amount, for the same line
/// but for its year. A unit that a reform ended hands it to one of its successors.
fn check_pairs(tx: &Tx<'_>, entries: &[Entry], faults: &mut Faults) {
    let territory = tx.memory.part::<Territory>();
    let mut pairs: HashMap<&ExternalId, Vec<&Entry>> = HashMap::new();
    for entry in entries.iter().filter(|entry| matches!(entry.kind, EntryKind::CarryIn | EntryKind::CarryOut)) {
        match &entry.pair_id {
            Some(pair) => pairs.entry(pair).or_default().push(entry),
            None => faults.push(Fault::pointer(&format!("{}/pair_id", entry.at), Code::CarryWithoutCounterpart)),
        }
    }
    for halves in pairs.values() {
        let fits = match halves.as_slice() {
            [one, other] => {
                let (out, into) = if one.kind == EntryKind::CarryOut { (one, other) } else { (other, one) };
                let next = LineKey { plan_year: out.key.plan_year + 1, unit_id: into.key.unit_id, ..out.key.clone() };
                let heir = || territory.successors(out.key.unit_id, into.value_date).contains(&into.key.unit_id);
                out.kind == EntryKind::CarryOut
                    && into.kind == EntryKind::CarryIn
                    && out.amount_vnd == into.amount_vnd
                    && into.key == next
                    && (out.key.unit_id == into.key.unit_id || heir())
            }
            _ => false,
        };
        if !fits {
            let at = |entry: &&Entry| Fault::pointer(&format!("{}/pair_id", entry.at), Code::CarryWithoutCounterpart);
            halves.iter().for_each(|entry| faults.push(at(entry)));
        }
    }
}

/// Store entries with what they do to their lines, unless they pass a limit.
fn post(tx: &mut Tx<'_>, mut entries: Vec<Entry>) -> Result<Vec<EntryRow>, Error> {
    let keys = entries
        .iter()
        .flat_map(|entry| std::iter::once(&entry.key).chain(entry.to.as_ref().map(|(key, _)| key)))
        .map(|key| (key.programme_code.clone(), key.plan_year))
        .collect();
    queries::hold(tx.conn, keys)?;
    let mut faults = Faults::default();
    let mut ids: HashMap<LineKey, BudgetLineId> = HashMap::new();
    let mut made: HashSet<BudgetLineId> = HashSet::new();
    let mut touched = Touched::default();
    let mut moved: Vec<(BudgetLineId, Option<BudgetLineId>)> = Vec::with_capacity(entries.len());
    for entry in &entries {
        let mut side = |key: &LineKey, day: LocalDate, side: Side| -> Result<BudgetLineId, Error> {
            let id = match ids.get(key) {
                Some(id) => *id,
                None => {
                    let row = match queries::line_of(tx.conn, key)? {
                        Some(row) => row,
                        None => {
                            let row = LineRow::new(key, day);
                            made.insert(row.id);
                            row
                        }
                    };
                    let id = row.id;
                    touched.lines.insert(id, (row.sums(), row));
                    ids.insert(key.clone(), id);
                    id
                }
            };
            if let Some((_, row)) = touched.lines.get_mut(&id) {
                match row.sums().after(entry.kind, side, entry.amount_vnd) {
                    Some(sums) => row.set(sums),
                    None => faults.push(Fault::pointer(&format!("{}/amount_vnd", entry.at), Code::SumTooLarge)),
                }
            }
            Ok(id)
        };
        let own = side(&entry.key, entry.unit_date, Side::Own)?;
        let to = entry.to.as_ref().map(|(key, day)| side(key, *day, Side::Receiving)).transpose()?;
        moved.push((own, to));
    }
    faults.finish()?;
    check_limits(tx, &mut entries, &moved, &touched)?;
    for (_, row) in touched.lines.values() {
        if made.contains(&row.id) {
            queries::put_line(tx.conn, row)?;
        } else {
            queries::keep_line(tx.conn, row)?;
        }
    }
    let rows = entries.into_iter().zip(moved).map(|(entry, lines)| row_of(tx, entry, lines));
    let rows: Vec<EntryRow> = rows.collect::<Result<_, _>>()?;
    if !tx.create_all(&rows)? {
        // The one key besides their own ids: somebody else has reversed the same entry just now.
        return Err(Error::Conflict(Code::AlreadyReversed));
    }
    Ok(rows)
}

/// Refuse what passes a limit, unless whoever sends it gives a reason; note what was let pass.
fn check_limits(
    tx: &mut Tx<'_>,
    entries: &mut [Entry],
    moved: &[(BudgetLineId, Option<BudgetLineId>)],
    touched: &Touched,
) -> Result<(), Error> {
    let memory = tx.memory.clone();
    let Some(day) = entries.iter().map(|entry| entry.value_date).max() else { return Ok(()) };
    let breaches = Checked { memory: &memory, day, touched }.breaches(tx.conn)?;
    let mut faults = Faults::default();
    for Breach { finding, lines, available, used } in breaches {
        // The last entry that touches one of them is the one that passes it.
        let last = moved.iter().rposition(|(own, to)| lines.contains(own) || to.is_some_and(|to| lines.contains(&to)));
        let Some(entry) = last.and_then(|at| entries.get_mut(at)) else { continue };
        if finding == BudgetFinding::DistributedOverAssigned || entry.override_reason.is_some() {
            entry.findings.push(finding);
            continue;
        }
        let pointer = error::Place::Pointer(format!("{}/amount_vnd", entry.at));
        let flaw = Flaw::new(code_of(finding)).with("available_vnd", available).with("used_vnd", used);
        faults.push(flaw.at(pointer));
    }
    faults.finish()
}

fn code_of(finding: BudgetFinding) -> Code {
    match finding {
        BudgetFinding::AdvanceNotOutstanding => Code::AdvanceNotOutstanding,
        BudgetFinding::RefundExceedsDisbursed => Code::RefundExceedsDisbursed,
        BudgetFinding::CommitmentNotOpen => Code::CommitmentNotOpen,
        BudgetFinding::RemainderExceeded => Code::RemainderExceeded,
        // Let pass before anybody asks for their code.
        BudgetFinding::LineExceeded | BudgetFinding::DistributedOverAssigned | BudgetFinding::NatureUnusual => {
            Code::LineExceeded
        }
    }
}

fn row_of(
    tx: &Tx<'_>,
    entry: Entry,
    (line_id, to_line_id): (BudgetLineId, Option<BudgetLineId>),
) -> Result<EntryRow, Error> {
    let (act_id, act_number) = entry.act.unzip();
    Ok(EntryRow {
        id: BudgetEntryId::new(),
        version: 1,
        line_id,
        to_line_id,
        unit_id: entry.key.unit_id,
        unit_date: entry.unit_date,
        kind: entry.kind,
        amount_vnd: entry.amount_vnd,
        booking_date: entry.booking_date,
        value_date: entry.value_date,
        act_id,
        act_number: act_number.flatten(),
        pair_id: entry.pair_id,
        reverses_id: entry.reverses_id,
        reversed_by_id: None,
        override_reason: entry.override_reason,
        findings: serde_json::to_value(&entry.findings).map(Json).map_err(Error::internal)?,
        reason: entry.reason,
        note: entry.note,
        author_client_id: tx.actor.client_id,
        author_person_id: tx.actor.acting_person_id,
        external_id: entry.external_id,
        created_at: tx.now,
    })
}
