//! Begin, change, decide, submit, return and delete assessments.

use super::model::{
    AssessmentPatch, AssessmentRecord, AssessmentRow, NewAssessment, NewDeclaredTotal, NewSheet, NewTransition,
    NewVerdict, Stage, Status, Verdict, VerdictRow,
};
use super::{queries, rules};
use crate::access::Caller;
use crate::codes::Code;
use crate::criteria::{CriteriaSets, HeldSet, SetStatus};
use crate::db::{Conn, Snapshot, Tx};
use crate::error::{Error, Fault, Faults, Flaw, Place};
use crate::http::{IfMatch, hex};
use crate::period_locks::PeriodLocks;
use crate::units::{Naming, Territory, UnitChoice};
use crate::values::storage::Json;
use crate::values::{AssessmentId, CriteriaSetId, LocalDate, Period, UnitId};
use sha2::{Digest, Sha256};

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
        if !set.admits_period(new.period) {
            let flaw = Flaw::new(Code::PeriodOutsideSet).with("from", set.row.valid_from).with("to", set.row.valid_to);
            faults.push(flaw.at(Place::pointer("/period")));
        }
        if let Some(unit) = unit {
            check_unit(territory, set, unit, unit_date, at_unit, &mut faults);
        }
        check_declared(new.declared_total, set, "/declared_total", &mut faults);
        check_verdicts(new.criteria.as_deref().unwrap_or_default(), set, "/criteria", &mut faults);
    }
    if let (Some(unit), Some(set)) = (unit, set) {
        require_unlocked(&memory, unit, unit_date, set.row.id, new.period)?;
    }
    let empty = new.criteria.as_ref().is_none_or(Vec::is_empty) && new.declared_total.is_none();
    if new.stage == Stage::Reported && empty {
        faults.push(Fault::pointer("/declared_total", Code::ResultRequired));
    }
    faults.finish()?;
    let (Some(unit), Some(set)) = (unit, set) else { return Err(Error::internal("a fault was not noted")) };
    if let Some(caller) = caller {
        require_stage(territory, caller, unit, unit_date, new.stage, today)?;
    }

    let id = AssessmentId::new();
    let counts_at_once = new.stage == Stage::Reported;
    let row = AssessmentRow {
        id,
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
    };
    let verdicts = rows_of(id, new.criteria.as_deref().unwrap_or_default());
    let record = AssessmentRecord::new(row, verdicts, sets).ok_or_else(|| Error::internal("the set was just found"))?;
    if counts_at_once {
        require_consistent(&record)?;
    }
    if tx.create(&record)? {
        return Ok(record);
    }
    let existing = queries::find_key(tx.conn, unit, set.row.id, new.period, new.stage)?;
    Err(Error::Duplicate(existing.unwrap_or(id).0))
}

/// The unit must be in the caller's scope on the day of the record.
fn require_scope(
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
fn require_stage(
    territory: &Territory,
    caller: &Caller,
    unit: UnitId,
    day: LocalDate,
    stage: Stage,
    today: LocalDate,
) -> Result<(), Error> {
    let needed = rules::level_of(stage, today);
    let held = territory.ancestors(unit, day).any(|above| {
        caller.scope.units.contains(&above) && territory.get(above).is_some_and(|held| held.unit.level <= needed)
    });
    if held { Ok(()) } else { Err(Error::Denied(Code::StageNotPermitted)) }
}

fn check_unit(territory: &Territory, set: &HeldSet, unit: UnitId, day: LocalDate, pointer: &str, faults: &mut Faults) {
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

fn check_verdicts(verdicts: &[NewVerdict], set: &HeldSet, pointer: &str, faults: &mut Faults) {
    for (at, verdict) in verdicts.iter().enumerate() {
        if set.position(&verdict.code).is_none() {
            faults.push(Fault::pointer(&format!("{pointer}/{at}/code"), Code::CriterionNotInSet));
        } else if verdicts[..at].iter().any(|other| other.code == verdict.code) {
            faults.push(Fault::pointer(&format!("{pointer}/{at}/code"), Code::DuplicateItem));
        }
        if verdict.verdict == Verdict::NotApplicable && verdict.note.is_none() {
            faults.push(Fault::pointer(&format!("{pointer}/{at}/note"), Code::ReasonRequired));
        }
    }
}

fn rows_of(id: AssessmentId, verdicts: &[NewVerdict]) -> Vec<VerdictRow> {
    let row = |verdict: &NewVerdict| VerdictRow {
        assessment_id: id,
        criterion_code: verdict.code.clone(),
        verdict: verdict.verdict,
        note: verdict.note.clone(),
    };
    let mut rows: Vec<VerdictRow> = verdicts.iter().map(row).collect();
    rows.sort_by(|one, two| one.criterion_code.cmp(&two.criterion_code));
    rows
}

/// What counts must leave a number open.
fn require_consistent(record: &AssessmentRecord) -> Result<(), Error> {
    match record.tally() {
        Ok(_) => Ok(()),
        Err(rules::Contradiction) => {
            Err(Error::invalid(Fault::pointer("/declared_total", Code::TotalContradictsResults)))
        }
    }
}

/// An assessment that the caller may read, with its verdicts.
pub fn visible(
    conn: &mut Conn,
    memory: &Snapshot,
    caller: &Caller,
    id: AssessmentId,
) -> Result<AssessmentRecord, Error> {
    let row = queries::find(conn, &caller.readable, id)?.ok_or(Error::NotFound)?;
    let verdicts = queries::verdicts(conn, id)?;
    AssessmentRecord::new(row, verdicts, memory.part::<CriteriaSets>())
        .ok_or_else(|| Error::internal("an assessment without its set"))
}

/// An assessment that the caller may work on at its stage, at the version it holds.
fn workable(
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
    require_stage(territory, caller, unit, day, stage.unwrap_or(record.row.stage), tx.now.local_date())?;
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
fn require_open(record: &AssessmentRecord) -> Result<(), Error> {
    if record.row.status == Status::Submitted && record.row.stage != Stage::Reported {
        return Err(Error::Conflict(Code::Sealed));
    }
    Ok(())
}

/// Store changed content: its author is who changed it last.
fn store_content(
    tx: &mut Tx<'_>,
    verb: &str,
    before: &AssessmentRecord,
    mut after: AssessmentRecord,
) -> Result<AssessmentRecord, Error> {
    after.row.author_client_id = tx.actor.client_id;
    after.row.author_person_id = tx.actor.acting_person_id;
    after.row.updated_at = tx.now;
    if after.row.stage == Stage::Reported {
        if after.row.declared().is_none() && after.verdicts.is_empty() {
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
    if let crate::values::Patch::Set(total) = patch.declared_total {
        let memory = tx.memory.clone();
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
    store_content(tx, "changed", &before, after)
}

/// Write the sheet: all verdicts at once.
pub fn write_sheet(
    tx: &mut Tx<'_>,
    caller: &Caller,
    id: AssessmentId,
    version: &IfMatch,
    sheet: Result<&NewSheet, Error>,
) -> Result<AssessmentRecord, Error> {
    let before = workable(tx, caller, id, version, None)?;
    require_open(&before)?;
    let sheet = sheet?;
    let memory = tx.memory.clone();
    let mut faults = Faults::default();
    if let Some(set) = memory.part::<CriteriaSets>().by_id(before.row.criteria_set_id) {
        check_verdicts(&sheet.criteria, set, "/criteria", &mut faults);
    }
    faults.finish()?;
    let mut after = before.clone();
    after.verdicts = rows_of(id, &sheet.criteria);
    store_content(tx, "sheet-written", &before, after)
}

/// Take a step of the workflow.
pub fn take_step(
    tx: &mut Tx<'_>,
    caller: &Caller,
    id: AssessmentId,
    version: &IfMatch,
    transition: Result<&NewTransition, Error>,
) -> Result<AssessmentRecord, Error> {
    let wanted = transition.as_ref().ok().map(|transition| transition.to);
    let memory = tx.memory.clone();
    let seen = visible(tx.conn, &memory, caller, id)?;
    let step = rules::steps(seen.row.stage, seen.row.status).find(|step| Some(step.to) == wanted);
    let stage = step.filter(|step| step.by_next_stage).map(|_| rules::next_stage(seen.row.stage));
    let before = workable(tx, caller, id, version, stage)?;
    let transition = transition?;
    let Some(step) = step else { return Err(Error::Conflict(Code::TransitionNotAllowed)) };
    if step.four_eyes && is_author(tx, &before) {
        return Err(Error::Denied(Code::SignerIsAuthor));
    }
    if step.needs_reason && transition.reason.is_none() {
        return Err(Error::invalid(Fault::pointer("/reason", Code::ReasonRequired)));
    }
    let mut faults = Faults::default();
    let items = transition.items.as_deref().unwrap_or_default();
    for (at, item) in items.iter().enumerate() {
        if !before.criteria.contains(&item.code) {
            faults.push(Fault::pointer(&format!("/items/{at}/code"), Code::CriterionNotInSet));
        } else if items[..at].iter().any(|other| other.code == item.code) {
            faults.push(Fault::pointer(&format!("/items/{at}/code"), Code::DuplicateItem));
        }
    }
    faults.finish()?;
    let mut after = before.clone();
    after.row.status = step.to;
    after.row.updated_at = tx.now;
    let verb = match step.to {
        Status::Submitted => {
            require_consistent(&before)?;
            after.row.signer_client_id = tx.actor.client_id;
            after.row.signer_person_id = tx.actor.acting_person_id;
            after.row.submitted_at = Some(tx.now);
            let form = serde_json::to_vec(&after.canonical()).map_err(Error::internal)?;
            after.row.seal_hash = Some(hex(&Sha256::digest(&form)));
            "submitted"
        }
        Status::Returned | Status::Draft => {
            after.row.return_reason = transition.reason.clone();
            let items = transition.items.as_ref().map(serde_json::to_value).transpose().map_err(Error::internal)?;
            after.row.return_items = items.map(Json);
            if step.to == Status::Draft {
                after.row.revision += 1;
                "reopened"
            } else {
                "returned"
            }
        }
    };
    tx.update(verb, &before, &mut after)?;
    Ok(after)
}

/// Persons are compared where both are named, else the clients.
fn is_author(tx: &Tx<'_>, record: &AssessmentRecord) -> bool {
    match (record.row.author_person_id, tx.actor.acting_person_id) {
        (Some(author), Some(signer)) => author == signer,
        _ => record.row.author_client_id.is_some() && record.row.author_client_id == tx.actor.client_id,
    }
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
        let mut verdicts = queries::verdicts_of(tx.conn, part)?;
        for row in queries::rows_of(tx.conn, part)? {
            let (own, others) = verdicts.into_iter().partition(|verdict: &VerdictRow| verdict.assessment_id == row.id);
            verdicts = others;
            let record = AssessmentRecord::new(row, own, sets)
                .ok_or_else(|| Error::internal("an assessment without its set"))?;
            record.put_summary(tx.conn)?;
        }
    }
    Ok(ids.len())
}
