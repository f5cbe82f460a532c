//! The steps of a report.

use super::actions::{seat, visible};
use super::model::{NewReportSubmissionTransition, SubmissionRecord, SubmissionStatus, SubmissionStepRow};
use super::rules::{self, Side, Step};
use crate::access::{Caller, ReportSubmissionSign};
use crate::codes::Code;
use crate::committee::duties::ReportingDuties;
use crate::db::Tx;
use crate::error::{Error, Fault, Faults};
use crate::http::IfMatch;
use crate::units::Territory;
use crate::values::{LocalDate, ReportSubmissionId, UnitId};

/// Take a step.
/// Errors: `FORBIDDEN` for whoever is not on its side; `TRANSITION_NOT_ALLOWED`; `SIGNER_IS_AUTHOR`;
/// `CONFIRMER_REPORTED`.
pub fn take(
    tx: &mut Tx<'_>,
    caller: &Caller,
    id: ReportSubmissionId,
    version: &IfMatch,
    transition: Result<&NewReportSubmissionTransition, Error>,
) -> Result<SubmissionRecord, Error> {
    let wanted = transition.as_ref().ok().map(|transition| transition.to);
    let before = visible(tx.conn, caller.readable(), id)?;
    let step = rules::steps(before.row.status).find(|step| Some(step.to) == wanted);
    require_side(tx, caller, &before, step)?;
    version.require(before.row.version)?;
    let transition = transition?;
    let Some(step) = step else { return Err(Error::Conflict(Code::TransitionNotAllowed)) };
    require_other_hand(tx, &before, step)?;
    let mut faults = Faults::default();
    if step.needs_reason && transition.reason.is_none() {
        faults.push(Fault::pointer("/reason", Code::ReasonRequired));
    } else if !step.needs_reason && transition.reason.is_some() {
        faults.push(Fault::pointer("/reason", Code::UnknownMember));
    }
    faults.finish()?;
    let mut after = before.clone();
    match step.to {
        SubmissionStatus::Submitted => {
            after.row.first_submitted_date = before.row.first_submitted_date.or(Some(tx.now.local_date()));
        }
        SubmissionStatus::Returned => after.row.returned_count += 1,
        SubmissionStatus::Draft | SubmissionStatus::Accepted => {}
    }
    after.row.status = step.to;
    after.row.updated_at = tx.now;
    after.steps.push(SubmissionStepRow {
        submission_id: id,
        number: i32::try_from(before.steps.len()).unwrap_or(i32::MAX).saturating_add(1),
        status: step.to,
        client_id: tx.actor.client_id,
        person_id: tx.actor.acting_person_id,
        taken_at: tx.now,
        reason: transition.reason.clone(),
    });
    tx.update(step.verb, &before, &mut after)?;
    Ok(after)
}

/// Nobody signs what he wrote, and nobody accepts what he sent.
fn require_other_hand(tx: &Tx<'_>, record: &SubmissionRecord, step: &Step) -> Result<(), Error> {
    let sent = record.steps.iter().rev().find(|step| step.status == SubmissionStatus::Submitted);
    match step.to {
        SubmissionStatus::Submitted if tx.actor.is(record.row.author_client_id, record.row.author_person_id) => {
            Err(Error::Denied(Code::SignerIsAuthor))
        }
        SubmissionStatus::Accepted if sent.is_some_and(|sent| tx.actor.is(sent.client_id, sent.person_id)) => {
            Err(Error::Denied(Code::ConfirmerReported))
        }
        _ => Ok(()),
    }
}

/// A step is taken on its side; one that there is not, by whoever is on either. A report that waits when its district
/// ends goes to whoever is above the unit today.
fn require_side(tx: &Tx<'_>, caller: &Caller, record: &SubmissionRecord, step: Option<&Step>) -> Result<(), Error> {
    let (at, today) = (seat(record), tx.now.local_date());
    let territory = tx.memory.part::<Territory>();
    let last = territory.get(at.unit).map_or(at.day, |held| held.nearest_day(today));
    let holds = |unit: UnitId, day: LocalDate| caller.holds::<ReportSubmissionSign>(today, unit, day);
    let sender = holds(at.unit, at.day);
    let duty = tx.memory.part::<ReportingDuties>().by_id(record.row.duty_id);
    let receives = |day: LocalDate| {
        let receiver = duty.and_then(|duty| duty.receiver(territory, at.unit, day));
        receiver.is_some_and(|receiver| holds(receiver, day))
    };
    let receiver = receives(at.day) || receives(last);
    let allowed = match step.map(|step| step.by) {
        Some(Side::Sender) => sender,
        Some(Side::Receiver) => receiver,
        None => sender || receiver,
    };
    if allowed { Ok(()) } else { Err(Error::Denied(Code::Forbidden)) }
}
