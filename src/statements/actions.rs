//! Record statements, change and delete them.

use super::model::{NewClaim, NewStatement, Statement, StatementPatch, StatementRow};
use super::{queries, rules};
use crate::access::{Caller, Scope};
use crate::code_lists::CodeLists;
use crate::codes::Code;
use crate::committee::meetings;
use crate::criteria::CriteriaSets;
use crate::db::{Conn, Snapshot, Tx};
use crate::error::{Error, Fault, Faults, Flaw, Place};
use crate::http::IfMatch;
use crate::indicators::Indicators;
use crate::parties::seat::{Seat, seat_of};
use crate::programmes::Programmes;
use crate::reports::GapTrend;
use crate::units::{Territory, UnitChoice};
use crate::values::{BandCode, ListCode, Period, StatementId, search};

/// Record a statement. Without a caller it is the command line that does.
/// Errors: every fault of the body; `OUT_OF_SCOPE`.
pub fn create(tx: &mut Tx<'_>, caller: Option<&Caller>, new: &NewStatement) -> Result<StatementRow, Error> {
    let mut faults = Faults::default();
    let memory = tx.memory.clone();
    let today = tx.now.local_date();
    let stated = new.stated_date.unwrap_or(today);
    let choice = UnitChoice { id: new.unit_id, code: new.unit_code.clone(), name: None };
    let seat = seat_of(tx, caller, &choice, Some(stated), &mut faults)?;
    if today < stated {
        faults.push(Fault::pointer("/stated_date", Code::DateInFuture));
    }
    meetings::require(tx, caller, new.meeting_id, "/meeting_id", &mut faults)?;
    check_topic(&memory, new.topic_code.as_ref(), &mut faults);
    if let Some(claim) = &new.claim {
        check_claim(&memory, claim, new.period, &mut faults);
    }
    faults.finish()?;
    let Some(seat) = seat else { return Err(Error::internal("a fault was not noted")) };
    let mut row = StatementRow {
        id: StatementId::new(),
        version: 1,
        unit_id: seat.unit,
        unit_date: seat.day,
        meeting_id: new.meeting_id,
        topic_code: new.topic_code.clone(),
        wording: new.wording.clone(),
        search_text: search::fold(new.wording.as_str()),
        stated_date: stated,
        period: new.period,
        claim_kind: None,
        criteria_set_code: None,
        band_code: None,
        indicator_code: None,
        programme_code: None,
        comparison: None,
        value: None,
        compared_with: None,
        trend: None,
        since_period: None,
        external_id: new.external_id.clone(),
        created_at: tx.now,
        updated_at: tx.now,
    };
    row.set_claim(new.claim.as_ref());
    tx.create(&row)?;
    Ok(row)
}

fn check_topic(memory: &Snapshot, topic: Option<&ListCode>, faults: &mut Faults) {
    if topic.is_some_and(|topic| !memory.part::<CodeLists>().has("review-topics", topic.as_str())) {
        faults.push(Fault::pointer("/topic_code", Code::UnknownCode));
    }
}

/// Each kind of claim has what it needs and nothing else, and names what there is.
fn check_claim(memory: &Snapshot, claim: &NewClaim, period: Period, faults: &mut Faults) {
    let needed = rules::members(claim.kind);
    for (name, given) in [
        ("criteria_set_code", claim.criteria_set_code.is_some()),
        ("band_code", claim.band_code.is_some()),
        ("indicator_code", claim.indicator_code.is_some()),
        ("programme_code", claim.programme_code.is_some()),
        ("comparison", claim.comparison.is_some()),
        ("value", claim.value.is_some()),
        ("compared_with", claim.compared_with.is_some()),
        ("trend", claim.trend.is_some()),
        ("since_period", claim.since_period.is_some()),
    ] {
        let code = match (needed.contains(&name), given) {
            (true, false) => Code::Required,
            (false, true) => Code::UnknownMember,
            _ => continue,
        };
        faults.push(Fault::pointer(&format!("/claim/{name}"), code));
    }
    if let Some(code) = &claim.criteria_set_code {
        match memory.part::<CriteriaSets>().by_code(code) {
            None => faults.push(Fault::pointer("/claim/criteria_set_code", Code::CriteriaSetNotFound)),
            Some(set) => {
                let known = |band: &BandCode| set.bands.iter().any(|held| held.code == *band);
                if claim.band_code.as_ref().is_some_and(|band| !known(band)) {
                    faults.push(Fault::pointer("/claim/band_code", Code::UnknownCode));
                }
            }
        }
    }
    let unknown = |code| memory.part::<Indicators>().by_code(code).is_none();
    if claim.indicator_code.as_ref().is_some_and(unknown) {
        faults.push(Fault::pointer("/claim/indicator_code", Code::UnknownCode));
    }
    let unknown = |code: &ListCode| memory.part::<Programmes>().by_code(code).is_none();
    if claim.programme_code.as_ref().is_some_and(unknown) {
        faults.push(Fault::pointer("/claim/programme_code", Code::UnknownCode));
    }
    if claim.trend == Some(GapTrend::NoData) {
        let flaw = Flaw::new(Code::UnknownValue).with("allowed", "NARROWS, WIDENS, SAME");
        faults.push(flaw.at(Place::pointer("/claim/trend")));
    }
    if claim.since_period.is_some_and(|since| period.last_day() <= since.last_day()) {
        let flaw = Flaw::new(Code::DateOrder).with("max", period);
        faults.push(flaw.at(Place::pointer("/claim/since_period")));
    }
}

/// A statement that the scope covers.
pub fn visible(conn: &mut Conn, scope: &Scope, id: StatementId) -> Result<StatementRow, Error> {
    queries::find(conn, scope, id)?.ok_or(Error::NotFound)
}

fn kept(tx: &mut Tx<'_>, caller: &Caller, id: StatementId, version: &IfMatch) -> Result<StatementRow, Error> {
    let row = visible(tx.conn, caller.readable(), id)?;
    Seat { unit: row.unit_id, day: row.unit_date }.require(tx, caller)?;
    version.require(row.version)?;
    Ok(row)
}

/// Change what would prove a statement; absent members stay.
pub fn change(
    tx: &mut Tx<'_>,
    caller: &Caller,
    id: StatementId,
    version: &IfMatch,
    patch: Result<&StatementPatch, Error>,
) -> Result<StatementRow, Error> {
    let before = kept(tx, caller, id, version)?;
    let patch = patch?.clone();
    let memory = tx.memory.clone();
    let mut after = StatementRow { updated_at: tx.now, ..before.clone() };
    let mut faults = Faults::default();
    patch.topic_code.apply(&mut after.topic_code);
    check_topic(&memory, after.topic_code.as_ref(), &mut faults);
    if let Some(claim) = &patch.claim.0 {
        check_claim(&memory, claim, after.period, &mut faults);
        after.set_claim(Some(claim));
    }
    faults.finish()?;
    tx.update("changed", &before, &mut after)?;
    Ok(after)
}

/// Delete a statement that was recorded by mistake.
pub fn delete(tx: &mut Tx<'_>, caller: &Caller, id: StatementId, version: &IfMatch) -> Result<(), Error> {
    let row = kept(tx, caller, id, version)?;
    tx.delete(&row)
}

pub fn describe(row: StatementRow, memory: &Snapshot) -> Result<Statement, Error> {
    let unit = Seat { unit: row.unit_id, day: row.unit_date }.reference(memory.part::<Territory>())?;
    let claim = row.claim();
    Ok(Statement {
        id: row.id,
        version: row.version,
        unit,
        wording: row.wording,
        meeting_id: row.meeting_id,
        topic_code: row.topic_code,
        stated_date: row.stated_date,
        period: row.period,
        claim,
        external_id: row.external_id,
        created_at: row.created_at,
        updated_at: row.updated_at,
    })
}
