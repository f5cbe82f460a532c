//! Begin, change and delete assessments.

use super::model::{
    AssessmentPatch, AssessmentRow, ItemRow, NewAssessment, NewDeclaredTotal, Stage, Status, VerdictRow,
};
use super::record::AssessmentRecord;
use super::sheet::{NewSheetItem, SheetChange};
use super::{queries, sheets};
use crate::access::Caller;
use crate::codes::Code;
use crate::criteria::{CriteriaSets, HeldSet, SetStatus};
use crate::db::{Conn, Snapshot, Tx};
use crate::error::{Error, Fault, Faults, Flaw, Place};
use crate::evaluation::Contradiction;
use crate::http::IfMatch;
use crate::observations::{self, require_scope, require_stage};
use crate::period_locks::PeriodLocks;
use crate::units::{Naming, Territory, UnitChoice};
use crate::values::{AssessmentId, CriteriaSetId, LocalDate, ObservationId, Period, UnitId};

/// Who begins an assessment: a caller, or the command line.
pub type CreateBy<'a> = Option<&'a Caller>;

/// Begin an assessment. At stage `REPORTED` it counts at once.
pub fn create(tx: &mut Tx<'_>, caller: CreateBy<'_>, new: &NewAssessment) -> Result<AssessmentRecord, Error> {
    let today = tx.now.local_date();
    let memory = tx.memory.clone();
    let (territory, sets) = (memory.part::<Territory>(), memory.part::<CriteriaSets>());
    let mut faults = Faults::default();

    let unit_date = new.period.last_day().min(today);
    let choice = UnitChoice { id: new.unit_id, code: new.unit_code.clone(), name: None };
    let unit = territory.in_body(&choice, Naming::On(unit_date), &mut faults)?;
    let at_unit = choice.pointer();
    if let (Some(unit), Some(caller)) = (unit, caller) {
        require_scope(territory, caller, unit, unit_date, today, at_unit)?;
    }
    let set = sets.by_code(&new.criteria_set_code).filter(|set| set.row.status != SetStatus::Draft);
    if set.is_none() {
        faults.push(Fault::pointer("/criteria_set_code", Code::CriteriaSetNotFound));
    }
    if new.stage != Stage::Target && today < new.period.first_day() {
        faults.push(Fault::pointer("/period", Code::DateInFuture));
    }
    if new.cut_off_date.is_some_and(|day| today < day) {
        faults.push(Fault::pointer("/cut_off_date", Code::DateInFuture));
    }
    if let Some(set) = set {
        let day = new.cut_off_date.unwrap_or(new.period.last_day());
        if let Some(newer) = sets.newer_version(set, day) {
            let flaw = Flaw::new(Code::SetReplaced).with("by", &newer.row.code);
            faults.push(flaw.at(Place::pointer("/criteria_set_code")));
        }
        if !set.admits_period(new.period) {
            let flaw = Flaw::new(Code::PeriodOutsideSet).with("from", set.row.valid_from).with("to", set.row.valid_to);
            faults.push(flaw.at(Place::pointer("/period")));
        }
        if let Some(unit) = unit {
            check_unit(territory, set, unit, unit_date, at_unit, &mut faults);
        }
        check_declared(new.declared_total, set, "/declared_total", &mut faults);
        sheets::check_verdicts(new.criteria.as_deref().unwrap_or_default(), set, "/criteria", &mut faults);
        let items: Vec<_> = new.items.iter().flatten().map(NewSheetItem::change).collect();
        sheets::check_items(&items, set, &mut faults);
    }
    if let (Some(unit), Some(set)) = (unit, set) {
        require_unlocked(&memory, unit, unit_date, set.row.id, new.period)?;
    }
    let empty = new.criteria.as_ref().is_none_or(Vec::is_empty)
        && new.items.as_ref().is_none_or(Vec::is_empty)
        && new.declared_total.is_none();
    if new.stage == Stage::Reported && empty {
        faults.push(Fault::pointer("/declared_total", Code::ResultRequired));
    }
    faults.finish()?;
    let (Some(unit), Some(set)) = (unit, set) else { return Err(Error::internal("a fault was not noted")) };
    if let Some(caller) = caller {
        require_stage(territory, caller, unit, unit_date, new.stage.into(), today)?;
    }
    let row = row_of(tx, new, unit, unit_date, set);
    let id = row.id;
    if let Some(existing) = queries::find_key(tx.conn, unit, set.row.id, new.period, new.stage)? {
        return Err(Error::Duplicate(existing.0));
    }
    let mut faults = Faults::default();
    let base = sheets::base_of(tx, caller, &row, &mut faults)?;
    faults.finish()?;
    let mut record = AssessmentRecord::new(row, Vec::new(), Vec::new(), sets)
        .ok_or_else(|| Error::internal("the set was just found"))?;
    if let Some(base) = base {
        // What was decided there stands here until somebody decides otherwise; overrides are made anew.
        record.verdicts = base.verdicts.into_iter().map(|row| VerdictRow { assessment_id: id, ..row }).collect();
        let undone = |row: ItemRow| ItemRow {
            assessment_id: id,
            override_verdict: None,
            override_reason: None,
            override_client_id: None,
            ..row
        };
        record.items = base.items.into_iter().map(undone).collect();
    }
    let change = SheetChange {
        whole: false,
        criteria_set_code: None,
        criteria: new.criteria.as_deref().unwrap_or_default(),
        items: new.items.iter().flatten().map(NewSheetItem::change).collect(),
    };
    sheets::fill(tx, caller, &mut record, &change)?;
    sheets::require_counting(&record)?;
    if tx.create(&record)? {
        return Ok(record);
    }
    let existing = queries::find_key(tx.conn, unit, set.row.id, new.period, new.stage)?;
    Err(Error::Duplicate(existing.unwrap_or(id).0))
}

fn row_of(tx: &Tx<'_>, new: &NewAssessment, unit: UnitId, unit_date: LocalDate, set: &HeldSet) -> AssessmentRow {
    let counts_at_once = new.stage == Stage::Reported;
    AssessmentRow {
        id: AssessmentId::new(),
        version: 1,
        unit_id: unit,
        unit_date,
        criteria_set_id: set.row.id,
        period: new.period,
        period_end: new.period.last_day(),
        stage: new.stage,
        status: if counts_at_once { Status::Submitted } else { Status::Draft },
        revision: 1,
        cut_off_date: new.cut_off_date,
        source_label: new.source.as_ref().map(|source| source.label.clone()),
        source_date: new.source.as_ref().and_then(|source| source.date),
        declared_min: new.declared_total.map(|total| total.range().0),
        declared_max: new.declared_total.map(|total| total.range().1),
        note: new.note.clone(),
        return_reason: None,
        return_items: None,
        author_client_id: tx.actor.client_id,
        author_person_id: tx.actor.acting_person_id,
        signer_client_id: None,
        signer_person_id: None,
        submitted_at: counts_at_once.then_some(tx.now),
        seal_hash: None,
        created_at: tx.now,
        updated_at: tx.now,
        external_id: new.external_id.clone(),
        based_on_id: new.based_on_id,
        unverified_reason: None,
    }
}

/// Is the unit one that the set is for, on that day? Notes what is against it.
pub fn check_unit(
    territory: &Territory,
    set: &HeldSet,
    unit: UnitId,
    day: LocalDate,
    pointer: &str,
    faults: &mut Faults,
) {
    let Some(held) = territory.get(unit) else { return };
    let Some(entry) = held.on(day) else {
        return faults.push(Fault::pointer(pointer, Code::UnitNotInPeriod));
    };
    if held.unit.level != set.row.level {
        return faults
            .push(Flaw::new(Code::UnitLevelMismatch).with("allowed", set.row.level).at(Place::pointer(pointer)));
    }
    if !set.kind_codes.contains(&entry.kind_code) {
        let kinds: Vec<String> = set.kind_codes.iter().map(ToString::to_string).collect();
        let flaw = Flaw::new(Code::UnitKindExcluded).with("allowed", kinds.join(", ")).with("actual", &entry.kind_code);
        faults.push(flaw.at(Place::pointer(pointer)));
    }
    // A province's set is for its own units, as long as the province exists.
    let foreign = set
        .row
        .issuer_unit_id
        .is_some_and(|issuer| territory.on(issuer, day).is_some() && !territory.is_within(unit, issuer, day));
    if foreign {
        faults.push(Fault::pointer(pointer, Code::UnitOutsideSet));
    }
}

fn check_declared(declared: Option<NewDeclaredTotal>, set: &HeldSet, pointer: &str, faults: &mut Faults) {
    let Some((min, max)) = declared.map(NewDeclaredTotal::range) else { return };
    let highest = i32::try_from(set.criteria.len()).unwrap_or(i32::MAX);
    for (name, value) in [("min", min), ("max", max)] {
        if value > highest {
            let flaw = Flaw::new(Code::DeclaredTotalTooLarge).with("max", highest);
            faults.push(flaw.at(Place::Pointer(format!("{pointer}/{name}"))));
        }
    }
    if min > max {
        faults.push(Fault::pointer(&format!("{pointer}/min"), Code::DeclaredTotalReversed));
    }
}

/// What counts must leave a number open.
pub fn require_consistent(record: &AssessmentRecord) -> Result<(), Error> {
    match record.tally() {
        Ok(_) => Ok(()),
        Err(Contradiction) => Err(Error::invalid(Fault::pointer("/declared_total", Code::TotalContradictsResults))),
    }
}

/// An assessment that the caller may read, with its verdicts.
pub fn visible(
    conn: &mut Conn,
    memory: &Snapshot,
    caller: &Caller,
    id: AssessmentId,
) -> Result<AssessmentRecord, Error> {
    let row = queries::find(conn, caller.readable(), id)?.ok_or(Error::NotFound)?;
    whole(conn, memory, row)
}

/// An assessment with everything that belongs to it.
pub fn whole(conn: &mut Conn, memory: &Snapshot, row: AssessmentRow) -> Result<AssessmentRecord, Error> {
    let verdicts = queries::verdicts(conn, row.id)?;
    let items = queries::items_of(conn, &[row.id])?;
    let cited: Vec<ObservationId> = items.iter().flat_map(ItemRow::cited).flatten().collect();
    let observations = observations::rows_of(conn, &cited)?;
    let record = AssessmentRecord::new(row, verdicts, items, memory.part::<CriteriaSets>())
        .ok_or_else(|| Error::internal("an assessment without its set"))?;
    Ok(AssessmentRecord { observations, ..record })
}

/// An assessment that the caller may work on at its stage, at the version it holds.
pub fn workable(
    tx: &mut Tx<'_>,
    caller: &Caller,
    id: AssessmentId,
    version: &IfMatch,
    stage: Option<Stage>,
) -> Result<AssessmentRecord, Error> {
    let memory = tx.memory.clone();
    let record = visible(tx.conn, &memory, caller, id)?;
    let territory = memory.part::<Territory>();
    let (unit, day) = (record.row.unit_id, record.row.unit_date);
    if !caller.scope.covers(territory, unit, day) {
        return Err(Error::Denied(Code::Forbidden));
    }
    let stage = stage.unwrap_or(record.row.stage);
    require_stage(territory, caller, unit, day, stage.into(), tx.now.local_date())?;
    version.require(record.row.version)?;
    require_unlocked(&memory, unit, day, record.row.criteria_set_id, record.row.period)?;
    Ok(record)
}

/// A period that is closed takes no entry, whatever its stage.
fn require_unlocked(
    memory: &Snapshot,
    unit: UnitId,
    day: LocalDate,
    set: CriteriaSetId,
    period: Period,
) -> Result<(), Error> {
    let (territory, sets) = (memory.part::<Territory>(), memory.part::<CriteriaSets>());
    if memory.part::<PeriodLocks>().close(territory, sets, unit, day, set, period) {
        return Err(Error::Conflict(Code::PeriodLocked));
    }
    Ok(())
}

/// What is submitted is sealed; a published result is not, it is corrected in place and its history kept.
pub fn require_open(record: &AssessmentRecord) -> Result<(), Error> {
    if record.row.status == Status::Submitted && record.row.stage != Stage::Reported {
        return Err(Error::Conflict(Code::Sealed));
    }
    Ok(())
}

/// Store changed content: its author is who changed it last.
pub fn store_content(
    tx: &mut Tx<'_>,
    verb: &str,
    before: &AssessmentRecord,
    mut after: AssessmentRecord,
) -> Result<AssessmentRecord, Error> {
    after.row.author_client_id = tx.actor.client_id;
    after.row.author_person_id = tx.actor.acting_person_id;
    after.row.updated_at = tx.now;
    if after.row.stage == Stage::Reported {
        if after.row.declared().is_none() && after.verdicts.is_empty() && after.items.is_empty() {
            return Err(Error::invalid(Fault::pointer("/declared_total", Code::ResultRequired)));
        }
        require_consistent(&after)?;
    }
    tx.update(verb, before, &mut after)?;
    Ok(after)
}

/// Change an assessment's own members; absent ones stay.
pub fn change(
    tx: &mut Tx<'_>,
    caller: &Caller,
    id: AssessmentId,
    version: &IfMatch,
    patch: Result<&AssessmentPatch, Error>,
) -> Result<AssessmentRecord, Error> {
    let before = workable(tx, caller, id, version, None)?;
    require_open(&before)?;
    let patch = patch?.clone();
    let mut faults = Faults::default();
    let mut after = before.clone();
    patch.cut_off_date.apply(&mut after.row.cut_off_date);
    patch.note.apply(&mut after.row.note);
    if let crate::values::Patch::Set(source) = patch.source {
        after.row.source_date = source.as_ref().and_then(|source| source.date);
        after.row.source_label = source.map(|source| source.label);
    }
    let memory = tx.memory.clone();
    if let crate::values::Patch::Set(total) = patch.declared_total {
        let set = memory.part::<CriteriaSets>().by_id(after.row.criteria_set_id);
        if let Some(set) = set {
            check_declared(total, set, "/declared_total", &mut faults);
        }
        after.row.declared_min = total.map(|total| total.range().0);
        after.row.declared_max = total.map(|total| total.range().1);
    }
    if after.row.cut_off_date.is_some_and(|day| tx.now.local_date() < day) {
        faults.push(Fault::pointer("/cut_off_date", Code::DateInFuture));
    }
    faults.finish()?;
    if after.row.cut_off_date != before.row.cut_off_date {
        // The day of the facts chooses the statuses, and those the thresholds.
        let decisions = sheets::decisions_of(&after);
        sheets::refresh(tx.conn, &memory, &mut after, &decisions)?;
    }
    store_content(tx, "changed", &before, after)
}

/// Delete an assessment that is not sealed; its history stays.
pub fn delete(tx: &mut Tx<'_>, caller: &Caller, id: AssessmentId, version: &IfMatch) -> Result<(), Error> {
    let record = workable(tx, caller, id, version, None)?;
    require_open(&record)?;
    tx.delete(&record)
}

/// Compute every summary anew from the stored verdicts. Returns how many assessments there are.
pub fn rebuild_summaries(tx: &mut Tx<'_>) -> Result<usize, Error> {
    let memory = tx.memory.clone();
    let sets = memory.part::<CriteriaSets>();
    let ids = queries::all_ids(tx.conn)?;
    for part in ids.chunks(500) {
        let rows = queries::rows_of(tx.conn, part)?;
        for record in queries::records(tx.conn, rows, sets)? {
            record.put_summary(tx.conn)?;
        }
    }
    Ok(ids.len())
}
