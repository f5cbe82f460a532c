//! The steps of the workflow: submit and seal, return, reopen.

use super::actions::{require_consistent, visible, workable};
use super::judge::figures_of;
use super::model::{AssessmentRow, CriteriaMet, NewTransition, SealRow, Stage, Status};
use super::proof::{self, Subject};
use super::record::AssessmentRecord;
use super::{queries, rules, sheets};
use crate::access::Caller;
use crate::codes::Code;
use crate::criteria::CriteriaSets;
use crate::db::{Conn, Snapshot, Tx};
use crate::error::{Error, Fault, Faults};
use crate::http::{IfMatch, hex};
use crate::indicators::Indicators;
use crate::units::Territory;
use crate::values::AssessmentId;
use crate::values::storage::Json;
use sha2::{Digest, Sha256};

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
    if step.four_eyes && tx.actor.is(before.row.author_client_id, before.row.author_person_id) {
        return Err(Error::Denied(Code::SignerIsAuthor));
    }
    if step.needs_reason && transition.reason.is_none() {
        return Err(Error::invalid(Fault::pointer("/reason", Code::ReasonRequired)));
    }
    check_returned(&before, transition)?;
    let mut after = before.clone();
    after.row.status = step.to;
    after.row.updated_at = tx.now;
    let verb = match step.to {
        Status::Submitted => {
            seal(tx, &before, &mut after, transition)?;
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

/// Reasons name criteria or items of the set, each once.
fn check_returned(record: &AssessmentRecord, transition: &NewTransition) -> Result<(), Error> {
    let mut faults = Faults::default();
    let items = transition.items.as_deref().unwrap_or_default();
    for (at, item) in items.iter().enumerate() {
        let known = record.criteria.iter().any(|shape| shape.code == item.code || shape.items.contains(&item.code));
        if !known {
            faults.push(Fault::pointer(&format!("/items/{at}/code"), Code::CriterionNotInSet));
        } else if items[..at].iter().any(|other| other.code == item.code) {
            faults.push(Fault::pointer(&format!("/items/{at}/code"), Code::DuplicateItem));
        }
    }
    faults.finish()
}

/// Sign what the sheet says: the canonical form and the proof of each verdict are kept for ever.
fn seal(
    tx: &mut Tx<'_>,
    before: &AssessmentRecord,
    after: &mut AssessmentRecord,
    transition: &NewTransition,
) -> Result<(), Error> {
    require_consistent(before)?;
    let memory = tx.memory.clone();
    // Nobody signs what the sheet does not show.
    if !sheets::outdated(tx.conn, &memory, before)?.is_empty() {
        return Err(Error::Conflict(Code::SheetOutdated));
    }
    if before.row.stage == Stage::Appraisal && before.is_provisional() {
        if transition.reason.is_none() {
            return Err(Error::invalid(Fault::pointer("/reason", Code::UnverifiedThresholds)));
        }
        after.row.unverified_reason = transition.reason.clone();
    }
    after.row.signer_client_id = tx.actor.client_id;
    after.row.signer_person_id = tx.actor.acting_person_id;
    after.row.submitted_at = Some(tx.now);
    let form = serde_json::to_string(&after.canonical()).map_err(Error::internal)?;
    let seal_hash = hex(&Sha256::digest(form.as_bytes()));
    let mut proof = evaluation_of(tx.conn, &memory, before)?;
    proof.sealed_at = Some(tx.now);
    let earlier = queries::seals(tx.conn, before.row.id)?;
    let number = earlier.iter().filter(|seal| seal.revision == before.row.revision).count();
    after.seal = Some(SealRow {
        assessment_id: before.row.id,
        revision: before.row.revision,
        number: i32::try_from(number).unwrap_or(i32::MAX).saturating_add(1),
        unit_id: before.row.unit_id,
        unit_date: before.row.unit_date,
        seal_hash: seal_hash.clone(),
        form,
        proof: Json(serde_json::to_value(&proof).map_err(Error::internal)?),
        sealed_at: tx.now,
    });
    after.row.seal_hash = Some(seal_hash);
    Ok(())
}

/// The proof of an assessment, from the figures that its sheet cites.
pub fn evaluation_of(
    conn: &mut Conn,
    memory: &Snapshot,
    record: &AssessmentRecord,
) -> Result<proof::Evaluation, Error> {
    let sets = memory.part::<CriteriaSets>();
    let set = sets.by_id(record.row.criteria_set_id).ok_or_else(|| Error::internal("an assessment without its set"))?;
    let mut figures = figures_of(memory.part::<Indicators>(), record.observations.iter())?;
    if !set.conditions.is_empty() {
        // Conditions of recognition have no row in the sheet: they are read as they stand.
        let rows = sheets::readable_figures(conn, &record.row)?;
        for (code, figure) in figures_of(memory.part::<Indicators>(), rows.iter())? {
            let of_condition = set.conditions.iter().flat_map(|item| &item.measures);
            if of_condition.clone().any(|measure| measure.indicator_code == code) {
                figures.entry(code).or_insert(figure);
            }
        }
    }
    let decisions = sheets::decisions_of(record);
    let judged = sheets::judge_row(memory, set, &record.row, &figures, &decisions);
    proof::prove(memory, &judged, &figures, &decisions, subject_of(memory, record)?)
}

fn subject_of(memory: &Snapshot, record: &AssessmentRecord) -> Result<Subject, Error> {
    let AssessmentRow { unit_id, unit_date, period, cut_off_date, .. } = record.row;
    let unit = memory.part::<Territory>().reference(unit_id, unit_date);
    Ok(Subject {
        unit: unit.ok_or_else(|| Error::internal("an assessment of a unit that is not there"))?,
        period,
        as_of: cut_off_date.unwrap_or(unit_date),
        criteria_met: record.tally().ok().map(|tally| CriteriaMet { min: tally.min, max: tally.max }),
        sealed_at: None,
    })
}
