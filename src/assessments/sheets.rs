//! Write sheets: store their figures, judge them, keep the outcome.

use super::actions::{require_consistent, require_open, store_content, visible, workable};
use super::distance::StoredDistance;
use super::judge::{Decision, Decisions, Figures, Judged, Overriding, figures_of, is_provisional, judge};
use super::model::{AssessmentRow, ItemRow, NewVerdict, Stage, Verdict, VerdictRow};
use super::queries;
use super::record::AssessmentRecord;
use super::sheet::{ItemChange, SheetChange};
use crate::access::Caller;
use crate::codes::Code;
use crate::criteria::{CriteriaSets, HeldSet};
use crate::db::{Conn, Snapshot, Tx};
use crate::error::{Error, Fault, Faults, Place};
use crate::http::IfMatch;
use crate::indicators::Indicators;
use crate::observations::{self, ObservationRow, Taken};
use crate::values::storage::Json;
use crate::values::{AssessmentId, ClientId, CriterionCode, ObservationId, Patch};

/// Write a sheet, whole or in part.
pub fn write_sheet(
    tx: &mut Tx<'_>,
    caller: &Caller,
    id: AssessmentId,
    version: &IfMatch,
    change: Result<SheetChange<'_>, Error>,
) -> Result<AssessmentRecord, Error> {
    let before = workable(tx, caller, id, version, None)?;
    require_open(&before)?;
    let change = change?;
    let mut after = before.clone();
    fill(tx, Some(caller), &mut after, &change)?;
    store_content(tx, "sheet-written", &before, after)
}

/// Take what is written into a record: verdicts, decisions, figures; then judge it.
pub fn fill(
    tx: &mut Tx<'_>,
    caller: Option<&Caller>,
    record: &mut AssessmentRecord,
    change: &SheetChange<'_>,
) -> Result<(), Error> {
    let memory = tx.memory.clone();
    let sets = memory.part::<CriteriaSets>();
    let set = sets.by_id(record.row.criteria_set_id).ok_or_else(|| Error::internal("an assessment without its set"))?;
    let mut faults = Faults::default();
    if change.criteria_set_code.is_some_and(|code| *code != record.criteria_set_code) {
        faults.push(Fault::pointer("/criteria_set_code", Code::SheetOfOtherSet));
    }
    check_verdicts(change.criteria, set, "/criteria", &mut faults);
    check_items(&change.items, set, &mut faults);
    faults.finish()?;
    let id = record.row.id;
    if change.whole {
        record.verdicts = rows_of(id, change.criteria);
    } else {
        record.verdicts.retain(|row| !change.criteria.iter().any(|verdict| verdict.code == row.criterion_code));
        record.verdicts.extend(rows_of(id, change.criteria));
        record.verdicts.sort_by(|one, two| one.criterion_code.cmp(&two.criterion_code));
    }
    let client = tx.actor.client_id;
    let decisions = decided(record, change, client);
    take_figures(tx, caller, record, set, &change.items)?;
    refresh(tx.conn, &memory, record, &decisions)
}

pub fn check_verdicts(verdicts: &[NewVerdict], set: &HeldSet, pointer: &str, faults: &mut Faults) {
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

pub fn check_items(items: &[ItemChange<'_>], set: &HeldSet, faults: &mut Faults) {
    for (at, change) in items.iter().enumerate() {
        let pointer = |name: &str| format!("/items/{at}/{name}");
        let Some(item) = set.item(change.code) else {
            faults.push(Fault::pointer(&pointer("code"), Code::ItemNotInSet));
            continue;
        };
        if items[..at].iter().any(|other| other.code == change.code) {
            faults.push(Fault::pointer(&pointer("code"), Code::DuplicateItem));
        }
        if matches!(change.not_applicable_reason, Patch::Set(Some(_))) && !item.row.conditional {
            faults.push(Fault::pointer(&pointer("not_applicable_reason"), Code::NotApplicableNotAllowed));
        }
        if let Patch::Set(Some(over)) = &change.overriding
            && over.verdict == Verdict::NotApplicable
            && !item.row.conditional
        {
            faults.push(Fault::pointer(&pointer("override/verdict"), Code::NotApplicableNotAllowed));
        }
        for (part, _, place) in &change.figures {
            if item.measures.len() <= *part {
                faults.push(Fault::pointer(&pointer(place), Code::ItemNotInSet));
            }
        }
    }
}

pub fn rows_of(id: AssessmentId, verdicts: &[NewVerdict]) -> Vec<VerdictRow> {
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

/// What is decided after the change.
fn decided(record: &AssessmentRecord, change: &SheetChange<'_>, client: Option<ClientId>) -> Decisions {
    let mut decisions = if change.whole { Decisions::default() } else { decisions_of(record) };
    decisions.criteria = record.verdicts.iter().map(|row| (row.criterion_code.clone(), row.verdict)).collect();
    for item in &change.items {
        let decision = decisions.items.entry(item.code.clone()).or_default();
        item.not_applicable_reason.clone().apply(&mut decision.not_applicable_reason);
        if let Patch::Set(over) = &item.overriding {
            let known = decision.overriding.take();
            decision.overriding = over.as_ref().map(|over| {
                let new = Overriding { verdict: over.verdict, reason: over.reason.clone(), client_id: client };
                // Who said the same before is still who said it.
                known.filter(|known| (known.verdict, &known.reason) == (new.verdict, &new.reason)).unwrap_or(new)
            });
        }
    }
    // A whole sheet that repeats an override does not make it somebody else's.
    if change.whole {
        for (code, decision) in &mut decisions.items {
            if let (Some(over), Some(known)) = (&mut decision.overriding, record.item(code))
                && known.override_verdict == Some(over.verdict)
                && known.override_reason.as_ref() == Some(&over.reason)
            {
                over.client_id = known.override_client_id;
            }
        }
    }
    decisions
}

/// What is decided in a record as it is stored.
pub fn decisions_of(record: &AssessmentRecord) -> Decisions {
    let mut decisions = Decisions {
        criteria: record.verdicts.iter().map(|row| (row.criterion_code.clone(), row.verdict)).collect(),
        ..Decisions::default()
    };
    for row in &record.items {
        let overriding = row.override_verdict.zip(row.override_reason.clone());
        let overriding =
            overriding.map(|(verdict, reason)| Overriding { verdict, reason, client_id: row.override_client_id });
        let decision = Decision { not_applicable_reason: row.not_applicable_reason.clone(), overriding };
        decisions.items.insert(row.item_code.clone(), decision);
    }
    decisions
}

/// Store the figures of a sheet as observations of its stage.
fn take_figures(
    tx: &mut Tx<'_>,
    caller: Option<&Caller>,
    record: &AssessmentRecord,
    set: &HeldSet,
    items: &[ItemChange<'_>],
) -> Result<(), Error> {
    let row = &record.row;
    let place = observations::Place {
        unit: row.unit_id,
        unit_date: row.unit_date,
        period: row.period,
        stage: row.stage.into(),
    };
    let memory = tx.memory.clone();
    let indicators = memory.part::<Indicators>();
    let mut held = observations::holding_of(tx.conn, place.unit, place.period, place.stage)?;
    let mut fresh: Vec<ObservationRow> = Vec::new();
    let mut faults = Faults::default();
    for (at, item) in items.iter().enumerate() {
        let Some(known) = set.item(item.code) else { continue };
        for (part, figure, name) in &item.figures {
            let indicator = known.measures.get(*part).and_then(|measure| indicators.by_code(&measure.indicator_code));
            let indicator = indicator.ok_or_else(|| Error::internal("an item without its indicator"))?;
            let pointer = format!("/items/{at}/{name}");
            // An indicator that two items ask for is said twice; what is said last holds.
            let twice = fresh.iter().position(|row| row.indicator_id == indicator.row.id);
            if let Some(twice) = twice {
                let row = fresh.swap_remove(twice);
                observations::store_new(tx, std::slice::from_ref(&row))?;
                held.push(row);
            }
            let before = held.iter().position(|row| row.indicator_id == indicator.row.id);
            let holding = before.map(|before| held[before].clone());
            let said = (*figure, pointer.as_str());
            match observations::take(tx, caller, place, indicator, said, holding.as_ref(), &mut faults)? {
                Some(Taken::Corrected(row)) => match before {
                    Some(before) => held[before] = row,
                    None => held.push(row),
                },
                Some(Taken::New(row)) => fresh.push(row),
                None => {}
            }
        }
    }
    faults.finish()?;
    observations::store_new(tx, &fresh)
}

/// Read the figures that hold now, judge, and write the outcome into the record.
pub fn refresh(
    conn: &mut Conn,
    memory: &Snapshot,
    record: &mut AssessmentRecord,
    decisions: &Decisions,
) -> Result<(), Error> {
    let rows = readable_figures(conn, &record.row)?;
    if rows.is_empty() && decisions.items.is_empty() {
        // A sheet of criteria alone.
        record.items.clear();
        record.observations.clear();
        return Ok(());
    }
    let figures = figures_of(memory.part::<Indicators>(), rows.iter())?;
    let sets = memory.part::<CriteriaSets>();
    let set = sets.by_id(record.row.criteria_set_id).ok_or_else(|| Error::internal("an assessment without its set"))?;
    let judged = judge_row(memory, set, &record.row, &figures, decisions);
    record.items = item_rows(record.row.id, &judged, &figures, decisions)?;
    let cited: Vec<ObservationId> = record.items.iter().flat_map(ItemRow::cited).flatten().collect();
    record.observations = rows.into_iter().filter(|row| cited.contains(&row.id)).collect();
    Ok(())
}

/// The figures that a sheet reads: those of its own stage that hold, else those that the sheet cited on which it
/// stands.
pub fn readable_figures(conn: &mut Conn, row: &AssessmentRow) -> Result<Vec<ObservationRow>, Error> {
    let mut own = observations::holding_of(conn, row.unit_id, row.period, row.stage.into())?;
    if let Some(earlier) = row.based_on_id {
        let cited: Vec<ObservationId> =
            queries::items_of(conn, &[earlier])?.iter().flat_map(ItemRow::cited).flatten().collect();
        let earlier = observations::rows_of(conn, &cited)?;
        // A figure that was withdrawn at the own stage is not taken from the earlier one.
        let missing: Vec<ObservationRow> =
            earlier.into_iter().filter(|row| !own.iter().any(|other| other.indicator_id == row.indicator_id)).collect();
        own.extend(missing);
    }
    Ok(own)
}

/// Judge an assessment: under the statuses of the day of its facts and the thresholds of the year of its period.
pub fn judge_row<'a>(
    memory: &'a Snapshot,
    set: &'a HeldSet,
    row: &AssessmentRow,
    figures: &Figures,
    decisions: &Decisions,
) -> Judged<'a> {
    let day = row.cut_off_date.unwrap_or(row.unit_date);
    judge(memory, set, row.unit_id, day, row.period_end.year(), figures, decisions)
}

/// The rows of a judgement; an item of which nothing is known has none.
fn item_rows(
    id: AssessmentId,
    judged: &Judged<'_>,
    figures: &Figures,
    decisions: &Decisions,
) -> Result<Vec<ItemRow>, Error> {
    let mut rows = Vec::new();
    for (at, items) in judged.set.items.iter().enumerate() {
        for (place, item) in items.iter().enumerate() {
            let code: &CriterionCode = &item.row.code;
            let outcome = &judged.outcomes[at].items[place];
            let cited = item
                .measures
                .iter()
                .map(|measure| figures.get(&measure.indicator_code)?.observation.as_ref().map(|row| row.id));
            let cited: Vec<Option<ObservationId>> = cited.collect();
            let decision = decisions.items.get(code);
            let not_applicable_reason = decision.and_then(|decision| decision.not_applicable_reason.clone());
            let over = decision.and_then(|decision| decision.overriding.as_ref());
            if cited.iter().all(Option::is_none) && not_applicable_reason.is_none() && over.is_none() {
                continue;
            }
            rows.push(ItemRow {
                assessment_id: id,
                item_code: code.clone(),
                observation_ids: Json(serde_json::to_value(&cited).map_err(Error::internal)?),
                not_applicable_reason,
                override_verdict: over.map(|over| over.verdict),
                override_reason: over.map(|over| over.reason.clone()),
                override_client_id: over.and_then(|over| over.client_id),
                computed_verdict: outcome.computed.into(),
                reason: outcome.reason.map(Into::into),
                verdict: outcome.verdict.into(),
                provisional: is_provisional(&judged.applied[at][place], outcome),
                distance: StoredDistance::of(outcome),
            });
        }
    }
    rows.sort_by(|one, two| one.item_code.cmp(&two.item_code));
    Ok(rows)
}

/// Items that would come out otherwise if the sheet were written now.
pub fn outdated(conn: &mut Conn, memory: &Snapshot, record: &AssessmentRecord) -> Result<Vec<CriterionCode>, Error> {
    let mut fresh = record.clone();
    refresh(conn, memory, &mut fresh, &decisions_of(record))?;
    let codes = record.criteria.iter().flat_map(|shape| &shape.items);
    Ok(codes.filter(|code| fresh.item(code) != record.item(code)).cloned().collect())
}

/// The earlier assessment on which a new one stands.
pub fn base_of(
    tx: &mut Tx<'_>,
    caller: Option<&Caller>,
    row: &AssessmentRow,
    faults: &mut Faults,
) -> Result<Option<AssessmentRecord>, Error> {
    let (Some(id), Some(caller)) = (row.based_on_id, caller) else { return Ok(None) };
    let memory = tx.memory.clone();
    let place = Place::pointer("/based_on_id");
    let base = match visible(tx.conn, &memory, caller, id) {
        Ok(base) => base,
        Err(Error::NotFound) => {
            faults.push(Fault { place, flaw: crate::error::Flaw::new(Code::UnknownReference) });
            return Ok(None);
        }
        Err(other) => return Err(other),
    };
    let sets = memory.part::<CriteriaSets>();
    // What was judged by the version before is a beginning for the next.
    let key = |row: &AssessmentRow| (row.unit_id, sets.first_version(row.criteria_set_id), row.period);
    if key(&base.row) != key(row) || row.stage <= base.row.stage || base.row.stage == Stage::Target {
        faults.push(Fault { place, flaw: crate::error::Flaw::new(Code::BaseMismatch) });
    }
    Ok(Some(base))
}

/// A published result counts at once, so it has to leave a number open.
pub fn require_counting(record: &AssessmentRecord) -> Result<(), Error> {
    if record.row.stage == Stage::Reported { require_consistent(record) } else { Ok(()) }
}
