//! What a body means: its units, its codes, its years, and all that is wrong with it.

use super::actions::Entry;
use super::lines::LineKey;
use super::model::{BudgetFinding, EntryKind, NewBudgetEntry};
use crate::access::Caller;
use crate::acts;
use crate::code_lists::CodeLists;
use crate::codes::Code;
use crate::db::{Snapshot, Tx};
use crate::error::{self, Error, Fault, Faults, Flaw};
use crate::programmes::{HeldProgramme, Programmes, works};
use crate::units::{Naming, Territory, UnitChoice};
use crate::values::{ComponentCode, LocalDate, UnitId, WorkId};

/// The entry that a body means. `None` where something is wrong with it: each fault is noted.
pub fn understand(
    tx: &mut Tx<'_>,
    caller: Option<&Caller>,
    new: &NewBudgetEntry,
    at: &str,
    faults: &mut Faults,
) -> Result<Option<Entry>, Error> {
    let (memory, today) = (tx.memory.clone(), tx.now.local_date());
    let before = faults.0.len();
    let value_date = new.value_date.unwrap_or(new.booking_date);
    check_days(new, value_date, today, at, faults);
    let unit = unit_of(&memory, caller, new, value_date, at, faults)?;
    let to_unit = match unit {
        Some(unit) => receiving_unit(&memory, caller, new, unit, value_date, at, faults)?,
        None => None,
    };
    let mut findings = Vec::new();
    let years = check_codes(&memory, new, at, &mut findings, faults);
    check_members(new, at, faults);
    let work = work_of(tx, caller, new.work_id, unit, value_date, &format!("{at}/work_id"), faults)?;
    let at_work = format!("{at}/to_work_id");
    let to_work = work_of(tx, caller, new.to_work_id, to_unit.or(unit), value_date, &at_work, faults)?;
    let act = match new.act_id {
        Some(act) => {
            acts::require(tx, caller, act, &format!("{at}/act_id"), faults)?.map(|act| (act.id, act.act_number))
        }
        None => None,
    };
    if faults.0.len() > before {
        return Ok(None);
    }
    let (Some(unit), Some(origin_year)) = (unit, years) else { return Ok(None) };
    let territory = memory.part::<Territory>();
    let day_of = |unit: UnitId| territory.get(unit).map_or(value_date, |held| held.nearest_day(value_date));
    let key = LineKey {
        unit_id: unit,
        programme_code: new.programme_code.clone(),
        component_code: new.component_code.clone(),
        funding_source_code: new.funding_source_code.clone(),
        nature_code: new.nature_code.clone(),
        plan_year: year(new.plan_year.0),
        plan_end_year: new.plan_end_year.map(|end| year(end.0)),
        origin_year,
        work_id: work,
    };
    let to = (new.kind == EntryKind::Distribute).then(|| {
        let unit_id = to_unit.unwrap_or(unit);
        let component_code = new.to_component_code.clone().or_else(|| new.component_code.clone());
        (LineKey { unit_id, component_code, work_id: to_work.or(work), ..key.clone() }, day_of(unit_id))
    });
    if to.as_ref().is_some_and(|(to, _)| *to == key) {
        let flaw = Flaw::new(Code::ExactlyOneRequired)
            .with("allowed", "to_unit_id, to_unit_code, to_component_code, to_work_id");
        faults.push(flaw.at(error::Place::Pointer(format!("{at}/to_unit_code"))));
        return Ok(None);
    }
    Ok(Some(Entry {
        at: at.to_owned(),
        unit_date: day_of(unit),
        key,
        to,
        kind: new.kind,
        amount_vnd: new.amount_vnd.0,
        booking_date: new.booking_date,
        value_date,
        act,
        pair_id: new.pair_id.clone(),
        reverses_id: None,
        reason: None,
        override_reason: new.override_reason.clone(),
        note: new.note.clone(),
        external_id: new.external_id.clone(),
        findings,
    }))
}

/// A year of a body: between 2000 and 2099.
fn year(number: i64) -> i32 {
    i32::try_from(number).unwrap_or(i32::MAX)
}

/// The work that is named: one that stands in the unit or below it.
fn work_of(
    tx: &mut Tx<'_>,
    caller: Option<&Caller>,
    work: Option<WorkId>,
    unit: Option<UnitId>,
    day: LocalDate,
    pointer: &str,
    faults: &mut Faults,
) -> Result<Option<WorkId>, Error> {
    let Some(id) = work else { return Ok(None) };
    let Some(row) = works::require(tx, caller, id, pointer, faults)? else { return Ok(None) };
    let territory = tx.memory.part::<Territory>();
    // After a reform the work stands in the successor of its unit.
    let stands = match territory.on(row.unit_id, day) {
        Some(_) => Some(row.unit_id),
        None => territory.carried_or_above(row.unit_id, row.unit_date, day).to,
    };
    let (Some(unit), Some(stands)) = (unit, stands) else { return Ok(Some(id)) };
    let day = territory.get(unit).map_or(day, |held| held.nearest_day(day));
    if !territory.is_within(stands, unit, day) && !territory.is_within(row.unit_id, unit, day) {
        faults.push(Fault::pointer(pointer, Code::WorkOutsideUnit));
    }
    Ok(Some(id))
}

/// What was done is of the past; what is given may count from a day to come.
fn check_days(new: &NewBudgetEntry, value_date: LocalDate, today: LocalDate, at: &str, faults: &mut Faults) {
    use EntryKind::{Adjust, Assign, CarryIn, CarryOut, Distribute, Plan};
    if today < new.booking_date {
        faults.push(Fault::pointer(&format!("{at}/booking_date"), Code::DateInFuture));
    }
    let given = matches!(new.kind, Plan | Assign | Distribute | Adjust | CarryOut | CarryIn);
    if !given && today < value_date {
        faults.push(Fault::pointer(&format!("{at}/value_date"), Code::DateInFuture));
    }
}

/// Kinds that close what a unit has left when it ends.
fn closes(kind: EntryKind) -> bool {
    matches!(kind, EntryKind::Distribute | EntryKind::CarryOut | EntryKind::Lapse | EntryKind::Settle)
}

fn unit_of(
    memory: &Snapshot,
    caller: Option<&Caller>,
    new: &NewBudgetEntry,
    day: LocalDate,
    at: &str,
    faults: &mut Faults,
) -> Result<Option<UnitId>, Error> {
    let territory = memory.part::<Territory>();
    let choice = UnitChoice { id: new.unit_id, code: new.unit_code.clone(), name: None };
    let place = |name: &str| error::Place::Pointer(format!("{at}/{name}"));
    let unit = match territory.choose_one(&choice, Naming::Last(day), place) {
        Ok(unit) => unit,
        Err(Error::Invalid(found)) => {
            faults.0.extend(found);
            return Ok(None);
        }
        Err(other) => return Err(other),
    };
    let pointer = format!("{at}{}", choice.pointer());
    require_scope(memory, caller, unit, day, &pointer)?;
    let left_to_close = territory.has_ended(unit, day) && closes(new.kind);
    if territory.on(unit, day).is_none() && !left_to_close {
        faults.push(Fault::pointer(&pointer, Code::UnitNotInPeriod));
    }
    Ok(Some(unit))
}

fn require_scope(
    memory: &Snapshot,
    caller: Option<&Caller>,
    unit: UnitId,
    day: LocalDate,
    pointer: &str,
) -> Result<(), Error> {
    let territory = memory.part::<Territory>();
    let covers =
        |caller: &Caller| caller.scope.covers(territory, unit, day) || caller.scope.covers_lately(territory, unit, day);
    match caller.is_none_or(covers) {
        true => Ok(()),
        false => Err(Error::OutOfScope(Fault::pointer(pointer, Code::OutOfScope))),
    }
}

/// The unit to which money is distributed: below the one that gives it; of a unit that has ended any other, because an
/// act names who owns what it left.
fn receiving_unit(
    memory: &Snapshot,
    caller: Option<&Caller>,
    new: &NewBudgetEntry,
    from: UnitId,
    day: LocalDate,
    at: &str,
    faults: &mut Faults,
) -> Result<Option<UnitId>, Error> {
    let territory = memory.part::<Territory>();
    let choice = UnitChoice { id: new.to_unit_id, code: new.to_unit_code.clone(), name: None };
    if new.kind != EntryKind::Distribute || choice.is_empty() {
        return Ok(None);
    }
    let place = |name: &str| error::Place::Pointer(format!("{at}/to_{name}"));
    let unit = match territory.choose_one(&choice, Naming::On(day), place) {
        Ok(unit) => unit,
        Err(Error::Invalid(found)) => {
            faults.0.extend(found);
            return Ok(None);
        }
        Err(other) => return Err(other),
    };
    let pointer = format!("{at}/to_{}", choice.pointer().trim_start_matches('/'));
    require_scope(memory, caller, unit, day, &pointer)?;
    let ended = territory.on(from, day).is_none();
    if territory.on(unit, day).is_none() {
        faults.push(Fault::pointer(&pointer, Code::UnitNotInPeriod));
    } else if !ended && !territory.is_within(unit, from, day) {
        faults.push(Fault::pointer(&pointer, Code::DistributionNotBelow));
    }
    Ok(Some(unit))
}

/// The codes and years. The year for which the money was given first, where all of it is known.
fn check_codes(
    memory: &Snapshot,
    new: &NewBudgetEntry,
    at: &str,
    findings: &mut Vec<BudgetFinding>,
    faults: &mut Faults,
) -> Option<i32> {
    let (programmes, lists) = (memory.part::<Programmes>(), memory.part::<CodeLists>());
    let mut fault = |name: &str, code: Code| faults.push(Fault::pointer(&format!("{at}/{name}"), code));
    let programme = programmes.by_code(&new.programme_code).filter(|held| held.is_open());
    if programme.is_none() {
        fault("programme_code", Code::UnknownCode);
    }
    let of_component = |code: &ComponentCode| match programmes.of_component(code) {
        None => Err(Code::UnknownCode),
        Some((held, _)) if held.row.code != new.programme_code => Err(Code::ComponentOfOtherProgramme),
        Some((_, component)) => Ok(component),
    };
    let component = new.component_code.as_ref().map(of_component).transpose();
    if let Err(code) = component {
        fault("component_code", code);
    }
    let to_component = new.to_component_code.as_ref().map(of_component).transpose();
    if let Err(code) = to_component {
        fault("to_component_code", code);
    }
    if let (Some(programme), Some(to)) = (programme, &new.to_component_code)
        && !is_below(programme, to, new.component_code.as_ref())
        && to_component.is_ok()
    {
        fault("to_component_code", Code::DistributionNotBelow);
    }
    let is_known = lists.has("funding-sources", new.funding_source_code.as_str());
    if !is_known {
        fault("funding_source_code", Code::UnknownCode);
    }
    match &new.nature_code {
        Some(code) if !lists.has("capital-natures", code.as_str()) => fault("nature_code", Code::UnknownCode),
        Some(code) => {
            let usual = |component: &crate::programmes::Component| {
                component.nature_codes.is_empty() || component.nature_codes.contains(code)
            };
            if !component.ok().flatten().is_none_or(usual) {
                findings.push(BudgetFinding::NatureUnusual);
            }
        }
        None if is_known && lists.is_state_budget(&new.funding_source_code) => fault("nature_code", Code::Required),
        None => {}
    }
    let plan_year = year(new.plan_year.0);
    let origin_year = new.origin_year.map_or(plan_year, |origin| year(origin.0));
    let years = programme?.years();
    let outside = |name: &str| {
        let flaw = Flaw::new(Code::PlanYearOutsideProgramme).with("min", years.start()).with("max", years.end());
        flaw.at(error::Place::Pointer(format!("{at}/{name}")))
    };
    if !years.contains(&origin_year) {
        faults.push(outside(if new.origin_year.is_some() { "origin_year" } else { "plan_year" }));
    } else if plan_year < origin_year {
        faults.push(outside("plan_year"));
    }
    match new.plan_end_year.map(|end| year(end.0)) {
        Some(end) if end < plan_year || !years.contains(&end) => faults.push(outside("plan_end_year")),
        _ => {}
    }
    Some(origin_year)
}

/// Is a component a part of another? All are parts of the programme.
fn is_below(programme: &HeldProgramme, code: &ComponentCode, above: Option<&ComponentCode>) -> bool {
    above.is_none_or(|above| programme.path(code).contains(above))
}

/// Each kind has its members, its sign and its kind of year.
fn check_members(new: &NewBudgetEntry, at: &str, faults: &mut Faults) {
    use EntryKind::{Adjust, CarryIn, CarryOut, Distribute, Plan};
    let mut fault = |name: &str, code: Code| faults.push(Fault::pointer(&format!("{at}/{name}"), code));
    let amount = new.amount_vnd.0;
    if amount == 0 || (amount < 0 && new.kind != Adjust) {
        fault("amount_vnd", Code::AmountNotPositive);
    }
    let distributes = new.kind == Distribute;
    let carries = matches!(new.kind, CarryIn | CarryOut);
    let of_phase = new.plan_end_year.is_some();
    for (name, given, taken) in [
        ("to_unit_id", new.to_unit_id.is_some(), distributes),
        ("to_unit_code", new.to_unit_code.is_some(), distributes),
        ("to_component_code", new.to_component_code.is_some(), distributes),
        ("to_work_id", new.to_work_id.is_some(), distributes),
        ("pair_id", new.pair_id.is_some(), carries),
        ("plan_end_year", of_phase, matches!(new.kind, Plan | Adjust | Distribute)),
        ("origin_year", of_phase && new.origin_year.is_some(), false),
    ] {
        if given && !taken {
            fault(name, Code::MemberNotOfKind);
        }
    }
    if new.kind == Plan && !of_phase {
        fault("plan_end_year", Code::Required);
    }
}
