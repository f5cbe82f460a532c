//! Register a unit for recognition and take its dossier from step to step.

use super::model::{
    DossierRecord, DossierRow, DossierStatus, NewRecognitionDossier, NewRecognitionTransition, RecognitionCondition,
    StepRow,
};
use super::rules::{self, Member, Step, VOTE_RULE};
use super::{conditions, consequences, queries};
use crate::access::{Caller, Permission, RecognitionSign};
use crate::assessments::{SignedResult, Status, check_unit, signed_result};
use crate::codes::Code;
use crate::criteria::{CriteriaSets, SetStatus};
use crate::db::{Conn, Tx};
use crate::error::{Error, Fault, Faults, Flaw, Place};
use crate::http::IfMatch;
use crate::observations::{ObservationStage, require_scope};
use crate::statuses::{self, NewUnitStatus, UnitStatusKind};
use crate::units::{Naming, Territory, UnitChoice};
use crate::values::storage::Json;
use crate::values::{
    AssessmentId, LocalDate, Note, Period, RecognitionDossierId, Scalar, StatusValue, UnitId, UnitStatusId,
};

/// Register a unit.
/// Errors: every fault of the body; `OUT_OF_SCOPE`; `DUPLICATE` where the unit is registered for the set and year.
pub fn register(tx: &mut Tx<'_>, caller: &Caller, new: &NewRecognitionDossier) -> Result<DossierRecord, Error> {
    let today = tx.now.local_date();
    let memory = tx.memory.clone();
    let (territory, sets) = (memory.part::<Territory>(), memory.part::<CriteriaSets>());
    let year = i32::try_from(new.year.0).map_err(Error::internal)?;
    let period = Period::of_year(year);
    let unit_date = period.last_day().min(today);
    let mut faults = Faults::default();
    let choice = UnitChoice { id: new.unit_id, code: new.unit_code.clone(), name: None };
    let unit = territory.in_body(&choice, Naming::On(unit_date), &mut faults)?;
    let at_unit = choice.pointer();
    if let Some(unit) = unit {
        require_scope(territory, caller, unit, unit_date, today, at_unit)?;
    }
    let set = sets.by_code(&new.criteria_set_code).filter(|set| set.row.status != SetStatus::Draft);
    match set {
        None => faults.push(Fault::pointer("/criteria_set_code", Code::CriteriaSetNotFound)),
        Some(set) => {
            if !set.admits_period(period) {
                let flaw = Flaw::new(Code::PeriodOutsideSet).with("from", set.row.valid_from);
                faults.push(flaw.with("to", set.row.valid_to).at(Place::pointer("/year")));
            }
            let required = conditions::required_level(sets, set.row.id).map(StatusValue::as_str);
            let level = rules::level_after(required);
            if level != new.level {
                faults.push(Flaw::new(Code::LevelNotOfSet).with("allowed", level).at(Place::pointer("/level")));
            }
            if let Some(unit) = unit {
                check_unit(territory, set, unit, unit_date, at_unit, &mut faults);
            }
        }
    }
    faults.finish()?;
    let (Some(unit), Some(set)) = (unit, set) else { return Err(Error::internal("a fault was not noted")) };
    let by = rules::beginning().map_or(ObservationStage::SelfAssessment, |step| step.by);
    require_level(territory, caller, unit, unit_date, by, today)?;
    let row = DossierRow {
        id: RecognitionDossierId::new(),
        version: 1,
        unit_id: unit,
        unit_date,
        criteria_set_id: set.row.id,
        level: new.level,
        year,
        status: DossierStatus::Registered,
        note: new.note.clone(),
        external_id: new.external_id.clone(),
        created_at: tx.now,
        updated_at: tx.now,
    };
    let found = conditions::judge(&memory, &row, None, today)?;
    let mut record = DossierRecord { row, steps: Vec::new() };
    let step = StepRow { conditions: Some(kept(&found)?), ..blank(tx, &record, DossierStatus::Registered) };
    record.steps.push(step);
    if tx.create(&record)? {
        return Ok(record);
    }
    let known = queries::find_key(tx.conn, unit, set.row.id, year)?;
    Err(Error::Duplicate(known.unwrap_or(record.row.id).0))
}

/// A dossier that the caller may read.
pub fn visible(conn: &mut Conn, caller: &Caller, id: RecognitionDossierId) -> Result<DossierRecord, Error> {
    queries::find(conn, caller.readable(), id)?.ok_or(Error::NotFound)
}

/// One of the units granted must stand at the level of the step, or above it.
fn require_level(
    territory: &Territory,
    caller: &Caller,
    unit: UnitId,
    day: LocalDate,
    by: ObservationStage,
    today: LocalDate,
) -> Result<(), Error> {
    let Some(held) = territory.get(unit) else { return Err(Error::NotFound) };
    let needed = rules::level_needed(by, held.unit.level, today);
    let level_of = |above| territory.get(above).map(|held| held.unit.level);
    let mut above = territory.ancestors(unit, day).filter(|above| caller.scope.units.contains(above));
    let permitted = above.any(|above| level_of(above).is_some_and(|level| level <= needed));
    if permitted { Ok(()) } else { Err(Error::Denied(Code::StageNotPermitted)) }
}

/// Take a step.
/// Errors: `FORBIDDEN`, `STAGE_NOT_PERMITTED`; `TRANSITION_NOT_ALLOWED`; every fault of the body at once.
pub fn take_step(
    tx: &mut Tx<'_>,
    caller: &Caller,
    id: RecognitionDossierId,
    version: &IfMatch,
    transition: Result<&NewRecognitionTransition, Error>,
) -> Result<DossierRecord, Error> {
    let memory = tx.memory.clone();
    let territory = memory.part::<Territory>();
    let before = visible(tx.conn, caller, id)?;
    let (unit, day, today) = (before.row.unit_id, before.row.unit_date, tx.now.local_date());
    if !caller.scope.covers(territory, unit, day) {
        return Err(Error::Denied(Code::Forbidden));
    }
    let wanted = transition.as_ref().ok().map(|transition| transition.to);
    // The operation holds one permission; a step that asks for another is none of its own.
    let own = |step: &&'static Step| step.permission == RecognitionSign::NAME && Some(step.to) == wanted;
    let step = rules::steps(before.row.status).find(own);
    if let Some(step) = step {
        require_level(territory, caller, unit, day, step.by, today)?;
    }
    version.require(before.row.version)?;
    let transition = transition?;
    let Some(step) = step else { return Err(Error::Conflict(Code::TransitionNotAllowed)) };
    let mut faults = Faults::default();
    check_members(step, transition, &mut faults);
    check_votes(transition, &mut faults);
    check_dates(&before, transition, today, &mut faults);
    let mut after = before.clone();
    let mut taken = StepRow {
        assessment_id: transition.assessment_id,
        votes_for: transition.votes_for.map(|votes| votes.0 as i32),
        votes_total: transition.votes_total.map(|votes| votes.0 as i32),
        act_number: transition.act_number.clone(),
        decision_date: transition.decision_date,
        effective_date: transition.effective_date,
        announced_date: transition.announced_date,
        reason: transition.reason.clone(),
        override_reason: transition.override_reason.clone(),
        ..blank(tx, &before, step.to)
    };
    let found = match step.to {
        DossierStatus::Verified | DossierStatus::Appraised => {
            let result = named(tx, caller, &before, step, transition.assessment_id, &mut faults)?;
            Some(conditions::judge(&memory, &before.row, result.as_ref(), today)?)
        }
        DossierStatus::Decided => {
            let newest = before.steps.iter().rev().find(|taken| taken.status == DossierStatus::Appraised);
            taken.assessment_id = newest.and_then(|taken| taken.assessment_id);
            let result = match taken.assessment_id {
                Some(id) => signed_result(tx.conn, &memory, caller.readable(), id)?,
                None => None,
            };
            let day = transition.effective_date.unwrap_or(today);
            let found = conditions::judge(&memory, &before.row, result.as_ref(), day)?;
            check_conditions(&found, transition, &mut faults);
            // Another territory is not the one that was assessed.
            let assessed = territory.get(unit).and_then(|held| held.territory_on(before.row.unit_date));
            let elsewhere = |day| !assessed.is_some_and(|days| days.holds(day));
            if transition.effective_date.is_some_and(elsewhere) {
                faults.push(Fault::pointer(Member::EffectiveDate.pointer(), Code::UnitNotInPeriod));
            }
            Some(found)
        }
        DossierStatus::Registered => Some(conditions::judge(&memory, &before.row, None, today)?),
        DossierStatus::Announced | DossierStatus::Returned | DossierStatus::Withdrawn => None,
    };
    faults.finish()?;
    if step.to == DossierStatus::Decided {
        let day = transition.effective_date.ok_or_else(|| Error::internal("a fault was not noted"))?;
        taken.consequences = kept(&consequences::of_recognition(&memory, unit, day)?)?;
        taken.unit_status_id = Some(recognise(tx, &before.row, transition, day)?);
    }
    taken.conditions = found.as_ref().map(kept).transpose()?;
    after.row.status = step.to;
    after.row.updated_at = tx.now;
    after.steps.push(taken);
    tx.update(verb(step.to), &before, &mut after)?;
    Ok(after)
}

fn verb(to: DossierStatus) -> &'static str {
    match to {
        DossierStatus::Registered => "registered",
        DossierStatus::Verified => "verified",
        DossierStatus::Appraised => "appraised",
        DossierStatus::Decided => "decided",
        DossierStatus::Announced => "announced",
        DossierStatus::Returned => "returned",
        DossierStatus::Withdrawn => "withdrawn",
    }
}

/// The next step of a dossier, with nothing in it.
fn blank(tx: &Tx<'_>, record: &DossierRecord, status: DossierStatus) -> StepRow {
    StepRow {
        dossier_id: record.row.id,
        number: record.steps.last().map_or(1, |last| last.number + 1),
        status,
        client_id: tx.actor.client_id,
        person_id: tx.actor.acting_person_id,
        taken_at: tx.now,
        assessment_id: None,
        votes_for: None,
        votes_total: None,
        act_number: None,
        decision_date: None,
        effective_date: None,
        announced_date: None,
        reason: None,
        override_reason: None,
        unit_status_id: None,
        conditions: None,
        consequences: Json(serde_json::json!([])),
    }
}

fn kept<T: serde::Serialize>(value: &T) -> Result<Json, Error> {
    serde_json::to_value(value).map(Json).map_err(Error::internal)
}

/// What the step needs is there, and nothing that it does not take.
fn check_members(step: &Step, body: &NewRecognitionTransition, faults: &mut Faults) {
    for (member, given) in [
        (Member::AssessmentId, body.assessment_id.is_some()),
        (Member::VotesFor, body.votes_for.is_some()),
        (Member::VotesTotal, body.votes_total.is_some()),
        (Member::ActNumber, body.act_number.is_some()),
        (Member::DecisionDate, body.decision_date.is_some()),
        (Member::EffectiveDate, body.effective_date.is_some()),
        (Member::AnnouncedDate, body.announced_date.is_some()),
        (Member::Reason, body.reason.is_some()),
        (Member::OverrideReason, body.override_reason.is_some()),
    ] {
        let needed = step.needs.contains(&member);
        if needed && !given {
            let code = if member == Member::Reason { Code::ReasonRequired } else { Code::Required };
            faults.push(Fault::pointer(member.pointer(), code));
        } else if given && !needed && !step.takes.contains(&member) {
            faults.push(Fault::pointer(member.pointer(), Code::UnknownMember));
        }
    }
}

fn check_votes(body: &NewRecognitionTransition, faults: &mut Faults) {
    let Some((votes_for, votes_total)) = body.votes_for.zip(body.votes_total) else { return };
    if votes_for.0 > votes_total.0 {
        faults.push(Flaw::new(Code::TooLarge).with("max", votes_total.0).at(Place::pointer("/votes_for")));
    } else if !VOTE_RULE.is_passed(votes_for.0, votes_total.0) {
        let flaw = Flaw::new(Code::VotesBelowShare).with("min", format!("{} %", VOTE_RULE.percent));
        let flaw = flaw.with("act_number", VOTE_RULE.act_number).with("confidence", VOTE_RULE.confidence);
        faults.push(flaw.at(Place::pointer("/votes_for")));
    }
}

/// Nothing is decided or announced before it is, nor takes effect before it was decided, nor is announced before.
fn check_dates(before: &DossierRecord, body: &NewRecognitionTransition, today: LocalDate, faults: &mut Faults) {
    for (pointer, day) in [("/decision_date", body.decision_date), ("/announced_date", body.announced_date)] {
        if day.is_some_and(|day| today < day) {
            faults.push(Fault::pointer(pointer, Code::DateInFuture));
        }
    }
    if body.decision_date.is_some_and(|day| day < Period::of_year(before.row.year).first_day()) {
        faults.push(Fault::pointer("/decision_date", Code::DateOrder));
    }
    if body.effective_date.zip(body.decision_date).is_some_and(|(effective, decided)| effective < decided) {
        faults.push(Fault::pointer("/effective_date", Code::DateOrder));
    }
    let decided = before.steps.iter().rev().find_map(|taken| taken.decision_date);
    if body.announced_date.zip(decided).is_some_and(|(announced, decided)| announced < decided) {
        faults.push(Fault::pointer("/announced_date", Code::DateOrder));
    }
}

/// The assessment that a step names, if it is one that fits; notes what does not.
fn named(
    tx: &mut Tx<'_>,
    caller: &Caller,
    dossier: &DossierRecord,
    step: &Step,
    id: Option<AssessmentId>,
    faults: &mut Faults,
) -> Result<Option<SignedResult>, Error> {
    let Some(id) = id else { return Ok(None) };
    let memory = tx.memory.clone();
    let place = Place::pointer(Member::AssessmentId.pointer());
    let Some(result) = signed_result(tx.conn, &memory, caller.readable(), id)? else {
        faults.push(Flaw::new(Code::UnknownReference).at(place));
        return Ok(None);
    };
    let row = &dossier.row;
    let territory_of = |day| memory.part::<Territory>().get(row.unit_id).and_then(|held| held.territory_on(day));
    // A unit that lives on through a merger is another afterwards.
    let same_unit = result.unit_id == row.unit_id && territory_of(result.unit_date) == territory_of(row.unit_date);
    let differs = [
        ("unit", !same_unit),
        ("criteria_set_code", !memory.part::<CriteriaSets>().stands_on(result.criteria_set_id, row.criteria_set_id)),
        ("year", result.period.last_day().year() != row.year),
        ("stage", Some(result.stage) != step.rests_on),
        ("status", result.status != Status::Submitted),
    ];
    let differs: Vec<&str> = differs.iter().filter(|(_, differs)| *differs).map(|(name, _)| *name).collect();
    if differs.is_empty() {
        return Ok(Some(result));
    }
    faults.push(Flaw::new(Code::AssessmentMismatch).with("differs", differs.join(", ")).at(place));
    Ok(None)
}

/// Each condition that is not met, unless the decision says why it is taken all the same.
fn check_conditions(found: &[RecognitionCondition], body: &NewRecognitionTransition, faults: &mut Faults) {
    if body.override_reason.is_some() {
        return;
    }
    for condition in found.iter().filter(|condition| !condition.is_fulfilled()) {
        let flaw = Flaw::new(Code::ConditionsNotMet)
            .with("condition", &condition.code)
            .with("verdict", condition.verdict)
            .with("name", &condition.name.vi);
        faults.push(flaw.at(Place::pointer(Member::OverrideReason.pointer())));
    }
}

/// Write the status of the unit. Its first day is that of the decision's effect.
fn recognise(
    tx: &mut Tx<'_>,
    dossier: &DossierRow,
    body: &NewRecognitionTransition,
    day: LocalDate,
) -> Result<UnitStatusId, Error> {
    let act_number = body.act_number.clone().ok_or_else(|| Error::internal("a fault was not noted"))?;
    let note = format!("Hồ sơ công nhận {}, năm {}", dossier.id, dossier.year);
    let new = NewUnitStatus {
        unit_id: Some(dossier.unit_id),
        unit_code: None,
        kind: UnitStatusKind::NtmLevel,
        value_code: StatusValue::parse(&dossier.level.text()).map_err(|_| Error::internal("a level that is none"))?,
        valid_from: day,
        valid_to: None,
        act_number,
        note: Some(Note::parse(&note).map_err(|_| Error::internal("a note that is none"))?),
        confidence: None,
        external_id: None,
    };
    // Whoever may decide on the dossier may write what it decides; a fault of the status is one of its first day.
    let written = statuses::record(tx, None, &new).map_err(|error| match error {
        Error::Invalid(found) => {
            let here = |fault: Fault| fault.flaw.at(Place::pointer(Member::EffectiveDate.pointer()));
            Error::Invalid(found.into_iter().map(here).collect())
        }
        other => other,
    })?;
    Ok(written.row.id)
}
