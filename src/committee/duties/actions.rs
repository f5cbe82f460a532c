//! Record reporting duties, end and delete them.

use super::held::ReportingDuties;
use super::model::{DueKind, DutyRow, NewDueRule, NewReportingDuty, ReportingDutyPatch, ReportingPeriodKind};
use super::{queries, rules};
use crate::access::Caller;
use crate::code_lists::CodeLists;
use crate::codes::Code;
use crate::db::{Snapshot, Tx};
use crate::error::{Error, Fault, Faults, Flaw, Place};
use crate::http::IfMatch;
use crate::parties::seat::check_days;
use crate::units::{Naming, Territory, UnitChoice};
use crate::values::{Confidence, ListCode, ReportingDutyId, UnitId};

/// Record a duty. Without a caller it is the command line that does.
/// Errors: every fault of the body; `OUT_OF_SCOPE`; `DUPLICATE` where the code is taken.
pub fn record(tx: &mut Tx<'_>, caller: Option<&Caller>, new: &NewReportingDuty) -> Result<DutyRow, Error> {
    let mut faults = Faults::default();
    let memory = tx.memory.clone();
    let choice = UnitChoice { id: new.unit_id, code: new.unit_code.clone(), name: None };
    let territory = memory.part::<Territory>();
    let unit = territory.in_body(&choice, Naming::Last(tx.now.local_date()), &mut faults)?;
    if let Some(unit) = unit
        && !keeps(tx, caller, unit)
    {
        return Err(Error::OutOfScope(Fault::pointer(choice.pointer(), Code::OutOfScope)));
    }
    let unknown = |code: &ListCode| !memory.part::<CodeLists>().has("programmes", code.as_str());
    if new.programme_code.as_ref().is_some_and(unknown) {
        faults.push(Fault::pointer("/programme_code", Code::UnknownCode));
    }
    if new.from_level < new.to_level {
        faults.push(Flaw::new(Code::RecipientBelow).with("max", new.from_level).at(Place::pointer("/to_level")));
    }
    if let Some(rule) = &new.due_rule {
        check_due_rule(rule, new.period_kind, &mut faults);
    }
    check_days(Some(new.valid_from), new.valid_to, &mut faults);
    faults.finish()?;
    let Some(unit_id) = unit else { return Err(Error::internal("a fault was not noted")) };
    let rule = new.due_rule.as_ref();
    let offset = rule.filter(|rule| rule.kind == DueKind::DayOfYear);
    let row = DutyRow {
        id: ReportingDutyId::new(),
        version: 1,
        code: new.code.clone(),
        unit_id,
        name_vi: new.name.vi.clone(),
        name_en: new.name.en.clone(),
        programme_code: new.programme_code.clone(),
        form_code: new.form_code.clone(),
        from_level: new.from_level,
        to_level: new.to_level,
        recipient: new.recipient.clone(),
        period_kind: new.period_kind,
        due_kind: rule.map(|rule| rule.kind),
        due_month: rule.and_then(|rule| rule.month).map(|month| month.0 as i32),
        due_day: rule.and_then(|rule| rule.day).map(|day| day.0 as i32),
        due_year_offset: offset.map(|rule| rule.year_offset.map_or(0, |offset| offset.0 as i32)),
        due_days: rule.and_then(|rule| rule.days).map(|days| days.0 as i32),
        citation: new.citation.clone(),
        confidence: new.confidence.unwrap_or(Confidence::Verified),
        valid_from: new.valid_from,
        valid_to: new.valid_to,
        external_id: new.external_id.clone(),
        created_at: tx.now,
        updated_at: tx.now,
    };
    if tx.create(&row)? {
        return Ok(row);
    }
    let known = memory.part::<ReportingDuties>().by_code(&new.code);
    Err(Error::Duplicate(known.map_or(row.id, |known| known.id).0))
}

/// A day of the year is told by month and day, a term by its length; each has what it needs and nothing else.
fn check_due_rule(rule: &NewDueRule, kind: ReportingPeriodKind, faults: &mut Faults) {
    let by_day = rule.kind == DueKind::DayOfYear;
    for (pointer, given, needed, taken) in [
        ("/due_rule/month", rule.month.is_some(), by_day, by_day),
        ("/due_rule/day", rule.day.is_some(), by_day, by_day),
        ("/due_rule/year_offset", rule.year_offset.is_some(), false, by_day),
        ("/due_rule/days", rule.days.is_some(), !by_day, !by_day),
    ] {
        if needed && !given {
            faults.push(Fault::pointer(pointer, Code::Required));
        } else if given && !taken {
            faults.push(Fault::pointer(pointer, Code::UnknownMember));
        }
    }
    if !rules::may_be_due(kind, rule.kind) {
        let flaw = Flaw::new(Code::UnknownValue).with("allowed", "DAYS_AFTER, WORKING_DAYS_AFTER");
        faults.push(flaw.at(Place::pointer("/due_rule/kind")));
    }
}

/// Whoever keeps the unit keeps its duties.
fn keeps(tx: &Tx<'_>, caller: Option<&Caller>, unit: UnitId) -> bool {
    let (territory, today) = (tx.memory.part::<Territory>(), tx.now.local_date());
    caller.is_none_or(|caller| caller.scope.covers_lately(territory, unit, today))
}

pub fn find(memory: &Snapshot, id: ReportingDutyId) -> Result<DutyRow, Error> {
    memory.part::<ReportingDuties>().by_id(id).cloned().ok_or(Error::NotFound)
}

fn kept(tx: &Tx<'_>, caller: &Caller, id: ReportingDutyId, version: &IfMatch) -> Result<DutyRow, Error> {
    let row = find(&tx.memory, id)?;
    if !keeps(tx, Some(caller), row.unit_id) {
        return Err(Error::Denied(Code::Forbidden));
    }
    version.require(row.version)?;
    Ok(row)
}

/// Change how a duty is called, and until when it holds.
pub fn change(
    tx: &mut Tx<'_>,
    caller: &Caller,
    id: ReportingDutyId,
    version: &IfMatch,
    patch: Result<&ReportingDutyPatch, Error>,
) -> Result<DutyRow, Error> {
    let before = kept(tx, caller, id, version)?;
    let patch = patch?;
    let mut after = DutyRow { updated_at: tx.now, ..before.clone() };
    if let Some(name) = &patch.name.0 {
        (after.name_vi, after.name_en) = (name.vi.clone(), name.en.clone());
    }
    patch.form_code.clone().apply(&mut after.form_code);
    patch.recipient.clone().apply(&mut after.recipient);
    patch.citation.clone().apply(&mut after.citation);
    if let Some(confidence) = patch.confidence.0 {
        after.confidence = confidence;
    }
    patch.valid_to.apply(&mut after.valid_to);
    let mut faults = Faults::default();
    check_days(Some(after.valid_from), after.valid_to, &mut faults);
    faults.finish()?;
    tx.update("changed", &before, &mut after)?;
    Ok(after)
}

/// Delete a duty that was recorded by mistake.
/// Errors: `IN_USE` once a report was sent for it, or a due date extended.
pub fn delete(tx: &mut Tx<'_>, caller: &Caller, id: ReportingDutyId, version: &IfMatch) -> Result<(), Error> {
    let row = kept(tx, caller, id, version)?;
    if queries::is_used(tx.conn, id)? {
        return Err(Error::Conflict(Code::InUse));
    }
    tx.delete(&row)
}
