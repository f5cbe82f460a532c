//! Record acts, change and delete them.

use super::model::{
    Act, ActChange, ActFileRow, ActItem, ActItemRow, ActPatch, ActRecord, ActRow, NewAct, NewActItem, PlannedFigure,
};
use super::queries;
use crate::access::{Caller, Scope};
use crate::code_lists::CodeLists;
use crate::codes::Code;
use crate::db::{Conn, Snapshot, Tx};
use crate::error::{Error, Fault, Faults, Flaw, Place};
use crate::files;
use crate::http::IfMatch;
use crate::indicators::Indicators;
use crate::observations::{self, OfItem, Plan, Planner, Source};
use crate::parties::seat::{Seat, seat_of};
use crate::parties::{agencies, committees, people};
use crate::units::{Territory, UnitChoice};
use crate::values::{ActId, FileId, ItemNumber, ObservationId, search};
use std::collections::{HashMap, HashSet};

/// Most items and files of an act.
const MOST_ITEMS: usize = 200;
const MOST_FILES: usize = 50;
/// Most figures of an item.
const MOST_FIGURES: usize = 100;

/// Record an act. Without a caller it is the command line that does.
/// Errors: every fault of the body; `DUPLICATE` where the unit has one of this number and day.
pub fn create(tx: &mut Tx<'_>, caller: Option<&Caller>, new: &NewAct) -> Result<ActRecord, Error> {
    let mut faults = Faults::default();
    let choice = UnitChoice { id: new.unit_id, code: new.unit_code.clone(), name: None };
    let seat = seat_of(tx, caller, &choice, new.issued_date, &mut faults)?;
    let row = ActRow {
        id: ActId::new(),
        version: 1,
        // Without a seat its fault is noted: the row is only checked, so that all other faults are told beside it.
        unit_id: seat.map_or_else(crate::values::UnitId::new, |seat| seat.unit),
        unit_date: seat.map_or(tx.now.local_date(), |seat| seat.day),
        kind_code: new.kind_code.clone(),
        act_number: new.act_number.clone(),
        title: new.title.clone(),
        search_text: String::new(),
        committee_id: new.committee_id,
        agency_id: new.agency_id,
        signer_person_id: new.signer_person_id,
        issued_date: new.issued_date,
        effective_date: new.effective_date,
        note: new.note.clone(),
        external_id: new.external_id.clone(),
        created_at: tx.now,
        updated_at: tx.now,
    };
    check_row(tx, caller, &row, None, &mut faults)?;
    let items = items_of(tx, caller, &row, new.items.as_deref().unwrap_or_default(), &mut faults)?;
    let files = files_of(tx, caller, row.id, new.file_ids.as_deref().unwrap_or_default(), &mut faults)?;
    let plan = plan_of(tx, caller, &row, new.items.as_deref().unwrap_or_default(), &mut faults)?;
    faults.finish()?;
    let record = ActRecord { row: searchable(row), items, files };
    require_alone(tx, &record.row)?;
    tx.create(&record)?;
    observations::store_plan(tx, plan)?;
    Ok(record)
}

fn searchable(mut row: ActRow) -> ActRow {
    let number = row.act_number.as_ref().map(|number| number.as_str()).unwrap_or_default();
    row.search_text = search::fold(&format!("{number} {}", row.title));
    row
}

/// What an act says of itself. A reference that it had before is not asked for again: a signer may have been erased
/// since.
fn check_row(
    tx: &mut Tx<'_>,
    caller: Option<&Caller>,
    row: &ActRow,
    before: Option<&ActRow>,
    faults: &mut Faults,
) -> Result<(), Error> {
    if !tx.memory.part::<CodeLists>().has("act-kinds", row.kind_code.as_str()) {
        faults.push(Fault::pointer("/kind_code", Code::UnknownCode));
    }
    if row.committee_id.is_some() && row.agency_id.is_some() {
        let flaw = Flaw::new(Code::ExactlyOneRequired).with("allowed", "committee_id, agency_id");
        faults.push(flaw.at(Place::pointer("/committee_id")));
    }
    let committee = row.committee_id.filter(|id| before.and_then(|before| before.committee_id) != Some(*id));
    let agency = row.agency_id.filter(|id| before.and_then(|before| before.agency_id) != Some(*id));
    let signer = row.signer_person_id.filter(|id| before.and_then(|before| before.signer_person_id) != Some(*id));
    committees::require(tx, caller, committee, "/committee_id", faults)?;
    agencies::require(tx, caller, agency, "/agency_id", faults)?;
    people::require(tx, caller, signer, "/signer_person_id", faults)?;
    if row.issued_date.is_some_and(|day| tx.now.local_date() < day) {
        faults.push(Fault::pointer("/issued_date", Code::DateInFuture));
    }
    Ok(())
}

fn items_of(
    tx: &mut Tx<'_>,
    caller: Option<&Caller>,
    act: &ActRow,
    items: &[NewActItem],
    faults: &mut Faults,
) -> Result<Vec<ActItemRow>, Error> {
    faults.check_length(items.len(), MOST_ITEMS, "/items");
    let mut seen = HashSet::new();
    let mut rows = Vec::new();
    for (at, item) in items.iter().take(MOST_ITEMS).enumerate() {
        let pointer = |name: &str| format!("/items/{at}/{name}");
        if !seen.insert(&item.code) {
            faults.push(Fault::pointer(&pointer("code"), Code::DuplicateItem));
        }
        if item.due_date.zip(act.issued_date).is_some_and(|(due, issued)| due < issued) {
            faults.push(Fault::pointer(&pointer("due_date"), Code::DateOrder));
        }
        if let Some(change) = &item.changes {
            let earlier = require(tx, caller, change.act_id, &pointer("changes/act_id"), faults)?;
            match earlier {
                None => {}
                Some(earlier) if earlier.id == act.id => {
                    faults.push(Fault::pointer(&pointer("changes/act_id"), Code::UnknownReference));
                }
                Some(earlier) => {
                    let known = queries::items_of(tx.conn, &[earlier.id])?;
                    if !known.iter().any(|known| known.code == change.item_code) {
                        faults.push(Fault::pointer(&pointer("changes/item_code"), Code::UnknownReference));
                    }
                    if act.issued_date.zip(earlier.issued_date).is_some_and(|(own, earlier)| own < earlier) {
                        faults.push(Fault::pointer(&pointer("changes/act_id"), Code::DateOrder));
                    }
                }
            }
        }
        rows.push(ActItemRow {
            act_id: act.id,
            code: item.code.clone(),
            position: at as i32,
            content: item.content.clone(),
            due_date: item.due_date,
            changed_act_id: item.changes.as_ref().map(|change| change.act_id),
            changed_item_code: item.changes.as_ref().map(|change| change.item_code.clone()),
            change_kind: item.changes.as_ref().map(|change| change.kind),
        });
    }
    Ok(rows)
}

/// The targets that the items tell.
fn plan_of(
    tx: &mut Tx<'_>,
    caller: Option<&Caller>,
    act: &ActRow,
    items: &[NewActItem],
    faults: &mut Faults,
) -> Result<Plan, Error> {
    let label = act.act_number.clone().unwrap_or_else(|| act.title.clone());
    let source = Source { label, date: act.issued_date };
    let planner = Planner { act: act.id, unit: act.unit_id, source };
    let mut told = Vec::new();
    for (at, item) in items.iter().take(MOST_ITEMS).enumerate() {
        let (figures, pointer) = (item.figures.as_deref().unwrap_or_default(), format!("/items/{at}/figures"));
        faults.check_length(figures.len(), MOST_FIGURES, &pointer);
        told.push(OfItem { code: &item.code, figures: &figures[..figures.len().min(MOST_FIGURES)], pointer });
    }
    observations::plan(tx, caller, &planner, &told, faults)
}

fn files_of(
    tx: &mut Tx<'_>,
    caller: Option<&Caller>,
    act: ActId,
    ids: &[FileId],
    faults: &mut Faults,
) -> Result<Vec<ActFileRow>, Error> {
    files::named(tx, caller, ids, MOST_FILES, |file_id, position| ActFileRow { act_id: act, file_id, position }, faults)
}

/// A unit has one act of a number and a day.
fn require_alone(tx: &mut Tx<'_>, row: &ActRow) -> Result<(), Error> {
    let Some(number) = &row.act_number else { return Ok(()) };
    let numbered = queries::numbered(tx.conn, row.unit_id, number)?;
    match numbered.into_iter().find(|(id, day)| *id != row.id && *day == row.issued_date) {
        Some((id, _)) => Err(Error::Duplicate(id.0)),
        None => Ok(()),
    }
}

/// An act that the caller may read.
pub fn visible(conn: &mut Conn, scope: &Scope, id: ActId) -> Result<ActRecord, Error> {
    let row = queries::find(conn, scope, id)?.ok_or(Error::NotFound)?;
    queries::records(conn, vec![row])?.pop().ok_or(Error::NotFound)
}

/// Acts as they are shown to whoever reads with this scope.
pub fn described(
    conn: &mut Conn,
    memory: &Snapshot,
    scope: &Scope,
    records: Vec<ActRecord>,
) -> Result<Vec<Act>, Error> {
    let ids: Vec<ActId> = records.iter().map(|record| record.row.id).collect();
    let later = queries::changing(conn, Some(scope), &ids)?;
    let planned = planned(conn, memory, scope, &ids)?;
    let territory = memory.part::<Territory>();
    records.into_iter().map(|record| describe(record, &later, &planned, territory)).collect()
}

/// A figure with the act and the item that plan it.
type Planned = (ActId, ItemNumber, PlannedFigure);

/// What the acts plan. A figure that the act itself corrected or withdrew is no longer said by it; of one that another
/// act replaced it is told.
fn planned(conn: &mut Conn, memory: &Snapshot, scope: &Scope, ids: &[ActId]) -> Result<Vec<Planned>, Error> {
    let rows = observations::of_acts(conn, ids)?;
    let act_of: HashMap<ObservationId, Option<ActId>> = rows.iter().map(|row| (row.id, row.act_id)).collect();
    let (territory, indicators) = (memory.part::<Territory>(), memory.part::<Indicators>());
    let mut planned = Vec::new();
    for row in &rows {
        let by_itself = row.corrected_by_id.is_some_and(|other| act_of.get(&other) == Some(&row.act_id));
        let (Some(value), Some(act), Some(item), false) = (row.value, row.act_id, &row.act_item_code, by_itself) else {
            continue;
        };
        let seen = scope.covers(territory, row.unit_id, row.unit_date)
            || scope.reaches_below(territory, row.unit_id, row.unit_date);
        if !seen {
            continue;
        }
        let indicator = indicators.by_id(row.indicator_id);
        let figure = PlannedFigure {
            observation_id: row.id,
            indicator_code: indicator.ok_or_else(|| Error::internal("a figure of no indicator"))?.row.code.clone(),
            unit: Seat { unit: row.unit_id, day: row.unit_date }.reference(territory)?,
            period: row.period,
            value,
            numerator: row.numerator,
            denominator: row.denominator,
            corrected_by_id: row.corrected_by_id,
        };
        planned.push((act, item.clone(), figure));
    }
    Ok(planned)
}

fn describe(record: ActRecord, later: &[ActItemRow], planned: &[Planned], territory: &Territory) -> Result<Act, Error> {
    let row = record.row;
    let seat = Seat { unit: row.unit_id, day: row.unit_date };
    let item = |item: ActItemRow| {
        let changed_by = later
            .iter()
            .filter(|later| {
                later.changed_act_id == Some(item.act_id) && later.changed_item_code.as_ref() == Some(&item.code)
            })
            .filter_map(|later| {
                Some(ActChange { kind: later.change_kind?, act_id: later.act_id, item_code: later.code.clone() })
            });
        let figures = planned.iter().filter(|(act, code, _)| (*act, code) == (item.act_id, &item.code));
        ActItem {
            figures: figures.map(|(_, _, figure)| figure.clone()).collect(),
            changed_by: changed_by.collect(),
            changes: item
                .change_kind
                .zip(item.changed_act_id)
                .zip(item.changed_item_code)
                .map(|((kind, act_id), item_code)| ActChange { kind, act_id, item_code }),
            code: item.code,
            content: item.content,
            due_date: item.due_date,
        }
    };
    Ok(Act {
        id: row.id,
        version: row.version,
        unit: seat.reference(territory)?,
        unit_date: row.unit_date,
        kind_code: row.kind_code,
        act_number: row.act_number,
        title: row.title,
        committee_id: row.committee_id,
        agency_id: row.agency_id,
        signer_person_id: row.signer_person_id,
        issued_date: row.issued_date,
        effective_date: row.effective_date,
        items: record.items.into_iter().map(item).collect(),
        file_ids: record.files.into_iter().map(|file| file.file_id).collect(),
        note: row.note,
        external_id: row.external_id,
        created_at: row.created_at,
        updated_at: row.updated_at,
    })
}

/// An act that a body names at `pointer`; noted where the caller reads none.
pub fn require(
    tx: &mut Tx<'_>,
    caller: Option<&Caller>,
    id: ActId,
    pointer: &str,
    faults: &mut Faults,
) -> Result<Option<ActRow>, Error> {
    let found = match caller {
        Some(caller) => queries::find(tx.conn, caller.readable(), id)?,
        None => queries::any(tx.conn, id)?,
    };
    if found.is_none() {
        faults.push(Fault::pointer(pointer, Code::UnknownReference));
    }
    Ok(found)
}

/// An act that the caller may change.
fn kept(tx: &mut Tx<'_>, caller: &Caller, id: ActId, version: &IfMatch) -> Result<ActRecord, Error> {
    let record = visible(tx.conn, caller.readable(), id)?;
    Seat { unit: record.row.unit_id, day: record.row.unit_date }.require(tx, caller)?;
    version.require(record.row.version)?;
    Ok(record)
}

/// Change an act; absent members stay.
/// Errors: `IN_USE` where an item would go that a later act changed, or by which somebody has work.
pub fn change(
    tx: &mut Tx<'_>,
    caller: &Caller,
    id: ActId,
    version: &IfMatch,
    patch: Result<&ActPatch, Error>,
) -> Result<ActRecord, Error> {
    let before = kept(tx, caller, id, version)?;
    let patch = patch?.clone();
    let mut after = before.clone();
    let row = &mut after.row;
    row.updated_at = tx.now;
    if let Some(kind) = patch.kind_code.0 {
        row.kind_code = kind;
    }
    if let Some(title) = patch.title.0 {
        row.title = title;
    }
    patch.act_number.apply(&mut row.act_number);
    patch.committee_id.apply(&mut row.committee_id);
    patch.agency_id.apply(&mut row.agency_id);
    patch.signer_person_id.apply(&mut row.signer_person_id);
    patch.issued_date.apply(&mut row.issued_date);
    patch.effective_date.apply(&mut row.effective_date);
    patch.note.apply(&mut row.note);
    let mut faults = Faults::default();
    check_row(tx, Some(caller), &after.row, Some(&before.row), &mut faults)?;
    if let Some(items) = &patch.items.0 {
        after.items = items_of(tx, Some(caller), &after.row, items, &mut faults)?;
    }
    if let Some(ids) = &patch.file_ids.0 {
        after.files = files_of(tx, Some(caller), id, ids, &mut faults)?;
    }
    let plan = match &patch.items.0 {
        Some(items) => Some(plan_of(tx, Some(caller), &after.row, items, &mut faults)?),
        None => None,
    };
    faults.finish()?;
    let changed = queries::changing(tx.conn, None, &[id])?;
    let is_there = |code| after.items.iter().any(|item| Some(&item.code) == code);
    let at_work = queries::at_work(tx.conn, id)?;
    if changed.iter().any(|later| !is_there(later.changed_item_code.as_ref()))
        || at_work.iter().flatten().any(|code| !is_there(Some(code)))
    {
        return Err(Error::Conflict(Code::InUse));
    }
    after.row = searchable(after.row);
    require_alone(tx, &after.row)?;
    tx.update("changed", &before, &mut after)?;
    if let Some(plan) = plan {
        observations::store_plan(tx, plan)?;
    }
    Ok(after)
}

/// Delete an act that no later one changed, that came of no meeting, that planned no figure, and by which nobody has
/// work.
/// Errors: `IN_USE`.
pub fn delete(tx: &mut Tx<'_>, caller: &Caller, id: ActId, version: &IfMatch) -> Result<(), Error> {
    let record = kept(tx, caller, id, version)?;
    let stays = !queries::changing(tx.conn, None, &[id])?.is_empty()
        || queries::came_of_a_meeting(tx.conn, id)?
        || observations::has_planned(tx.conn, id)?
        || !queries::at_work(tx.conn, id)?.is_empty();
    if stays {
        return Err(Error::Conflict(Code::InUse));
    }
    tx.delete(&record)
}
