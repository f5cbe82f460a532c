//! Record that thresholds were held against the act, and annul it.

use super::actions::require_keeper;
use super::model::SetStatus;
use super::rules;
use super::sets::{CriteriaSets, HeldSet};
use super::verification::{
    NewThresholdVerification, NewThresholdVerificationTransition, ThresholdVerification, VerificationRow,
    VerificationState, VerifiedDocument, VerifiedThreshold,
};
use crate::access::Caller;
use crate::codes::Code;
use crate::db::{Snapshot, Tx};
use crate::error::{Error, Fault, Faults, Flaw, Place};
use crate::http::IfMatch;
use crate::values::storage::Json;
use crate::values::{LocalDate, ThresholdVerificationId};
use std::collections::HashSet;

/// Most thresholds of one verification; a national set has some five hundred.
const MOST_THRESHOLDS: usize = 1000;

/// Record that thresholds of a set were held against the act. Who keeps the set does so: the nation verifies the
/// nation's, a province its own.
/// Errors: `OUT_OF_SCOPE`; each threshold that the set does not have or has otherwise.
pub fn verify(tx: &mut Tx<'_>, caller: &Caller, new: &NewThresholdVerification) -> Result<VerificationRow, Error> {
    let memory = tx.memory.clone();
    let mut faults = Faults::default();
    let mut thresholds = Vec::new();
    // A draft is corrected in its document.
    let set = memory.part::<CriteriaSets>().by_code(&new.criteria_set_code);
    let set = set.filter(|set| set.row.status != SetStatus::Draft);
    match set {
        None => faults.push(Fault::pointer("/criteria_set_code", Code::CriteriaSetNotFound)),
        Some(set) => {
            require_keeper(tx, Some(caller), set.row.issuer_unit_id)
                .map_err(|_| Error::OutOfScope(Fault::pointer("/criteria_set_code", Code::OutOfScope)))?;
            thresholds = check_thresholds(set, new, &mut faults);
        }
    }
    check_dates(new, tx.now.local_date(), &mut faults);
    faults.finish()?;
    let set = set.ok_or_else(|| Error::internal("a fault was not noted"))?;
    let row = VerificationRow {
        id: ThresholdVerificationId::new(),
        version: 1,
        criteria_set_id: set.row.id,
        thresholds: Json(serde_json::to_value(&thresholds).map_err(Error::internal)?),
        document_label: new.document.label.clone(),
        document_date: new.document.date,
        document_place: new.document.place.clone(),
        document_hash: new.document.content_hash.clone(),
        verified_date: new.verified_date,
        note: new.note.clone(),
        state: VerificationState::InForce,
        annulment_reason: None,
        client_id: tx.actor.client_id,
        external_id: new.external_id.clone(),
        created_at: tx.now,
        updated_at: tx.now,
    };
    if tx.create(&row)? { Ok(row) } else { Err(Error::internal("a new verification met an old one")) }
}

/// What was read has to be what was loaded, threshold by threshold.
fn check_thresholds(set: &HeldSet, new: &NewThresholdVerification, faults: &mut Faults) -> Vec<VerifiedThreshold> {
    if new.thresholds.is_empty() {
        faults.push(Fault::pointer("/thresholds", Code::Required));
    }
    if new.thresholds.len() > MOST_THRESHOLDS {
        faults.push(Flaw::new(Code::TooManyItems).with("max", MOST_THRESHOLDS).at(Place::pointer("/thresholds")));
        return Vec::new();
    }
    let mut verified = Vec::with_capacity(new.thresholds.len());
    let mut places = HashSet::new();
    for (at, read) in new.thresholds.iter().enumerate() {
        let pointer = |name: &str| Place::Pointer(format!("/thresholds/{at}{name}"));
        if !places.insert(read.place()) {
            faults.push(Flaw::new(Code::DuplicateItem).at(pointer("")));
            continue;
        }
        let Some(loaded) = set.own_threshold(&read.place()) else {
            faults.push(Flaw::new(Code::ThresholdNotInSet).at(pointer("")));
            continue;
        };
        if loaded.operator != read.operator {
            faults.push(Flaw::new(Code::ThresholdDiffers).with("loaded", loaded.operator).at(pointer("/operator")));
        }
        if loaded.value != read.value {
            let flaw = Flaw::new(Code::ThresholdDiffers);
            let flaw = match loaded.value {
                Some(value) => flaw.with("loaded", value),
                None => flaw,
            };
            faults.push(flaw.at(pointer("/value")));
        }
        verified.push(VerifiedThreshold::of(loaded));
    }
    verified
}

/// Nobody has read what is not yet issued, nor tomorrow.
fn check_dates(new: &NewThresholdVerification, today: LocalDate, faults: &mut Faults) {
    if today < new.verified_date {
        faults.push(Fault::pointer("/verified_date", Code::DateInFuture));
    }
    if new.document.date.is_some_and(|date| new.verified_date < date) {
        faults.push(Fault::pointer("/verified_date", Code::DateOrder));
    }
}

/// Annul a verification: what it held against the act is as sure as before.
/// Errors: `TRANSITION_NOT_ALLOWED` where it is annulled already.
pub fn take_step(
    tx: &mut Tx<'_>,
    caller: &Caller,
    id: ThresholdVerificationId,
    version: &IfMatch,
    step: Result<&NewThresholdVerificationTransition, Error>,
) -> Result<VerificationRow, Error> {
    let memory = tx.memory.clone();
    let before = find(&memory, id)?;
    let set = memory.part::<CriteriaSets>().by_id(before.criteria_set_id).ok_or(Error::NotFound)?;
    require_keeper(tx, Some(caller), set.row.issuer_unit_id)?;
    version.require(before.version)?;
    let step = step?;
    if !rules::verification_transitions(before.state).contains(&step.to) {
        return Err(Error::Conflict(Code::TransitionNotAllowed));
    }
    let mut after = VerificationRow {
        state: step.to,
        annulment_reason: Some(step.reason.clone()),
        updated_at: tx.now,
        ..before.clone()
    };
    tx.update("annulled", &before, &mut after)?;
    Ok(after)
}

/// A verification as it is stored.
pub fn find(memory: &Snapshot, id: ThresholdVerificationId) -> Result<VerificationRow, Error> {
    let rows = memory.part::<CriteriaSets>().verifications();
    rows.iter().find(|row| row.id == id).cloned().ok_or(Error::NotFound)
}

/// A verification for an answer.
pub fn describe(row: &VerificationRow, memory: &Snapshot) -> Result<ThresholdVerification, Error> {
    let set = memory.part::<CriteriaSets>().by_id(row.criteria_set_id);
    let set = set.ok_or_else(|| Error::internal("a verification without its set"))?;
    Ok(ThresholdVerification {
        id: row.id,
        version: row.version,
        criteria_set_code: set.row.code.clone(),
        thresholds: row.read().map_err(Error::internal)?,
        document: VerifiedDocument {
            label: row.document_label.clone(),
            date: row.document_date,
            place: row.document_place.clone(),
            content_hash: row.document_hash.clone(),
        },
        verified_date: row.verified_date,
        note: row.note.clone(),
        state: row.state,
        annulment_reason: row.annulment_reason.clone(),
        author_client_id: row.client_id,
        external_id: row.external_id.clone(),
        allowed_transitions: rules::verification_transitions(row.state).to_vec(),
        created_at: row.created_at,
        updated_at: row.updated_at,
    })
}
