//! Directives whose item a later act ends: they bind nobody from that day on, and what is open of them is cancelled.

use super::model::{DirectiveRecord, DirectiveState};
use super::queries;
use crate::acts;
use crate::committee::tasks;
use crate::db::Tx;
use crate::error::Error;
use crate::units::Territory;
use crate::values::{ActId, LocalDate, Note, RecordId, Scalar};

/// End the directives of the items that these acts end. An act that takes effect on a day to come ends them on that day:
/// see `end_what_took_effect`. An act of a unit below ends nothing of one above.
pub fn item_ended(tx: &mut Tx<'_>, written: &[RecordId]) -> Result<(), Error> {
    let written: Vec<ActId> = written.iter().map(|id| ActId(id.0)).collect();
    let (memory, today) = (tx.memory.clone(), tx.now.local_date());
    let territory = memory.part::<Territory>();
    for ending in acts::endings(tx.conn, &written)? {
        let day = ending.day.unwrap_or(today);
        if today < day {
            continue;
        }
        let rows = queries::of_ended_item(tx.conn, ending.act_id, &ending.item_code)?;
        for before in queries::records(tx.conn, rows)? {
            let on = territory.get(before.row.unit_id).map_or(today, |held| held.nearest_day(today));
            if territory.is_within(before.row.unit_id, ending.by_unit, on) {
                let words = format!("Chấm dứt theo mục {} của {}", ending.by_item, ending.by_label);
                let reason = Note::parse(&words).map_err(|flaw| Error::internal(flaw.code.name()))?;
                end(tx, &before, day.max(before.row.assigned_date), &reason)?;
            }
        }
    }
    Ok(())
}

/// End what acts that took effect since they were written end.
pub fn end_what_took_effect(tx: &mut Tx<'_>) -> Result<(), Error> {
    let acts: Vec<RecordId> = queries::acts_to_end(tx.conn)?.into_iter().map(|act| RecordId(act.0)).collect();
    item_ended(tx, &acts)
}

/// End a directive for a reason, and what is open of it for the same.
pub fn end(tx: &mut Tx<'_>, before: &DirectiveRecord, day: LocalDate, reason: &Note) -> Result<DirectiveRecord, Error> {
    let mut after = before.clone();
    after.row.state = DirectiveState::Ended;
    after.row.ended_date = Some(day);
    after.row.ending_reason = Some(reason.clone());
    after.row.updated_at = tx.now;
    tx.update("ended", before, &mut after)?;
    for task in tasks::records_of_directive(tx.conn, before.row.id)? {
        tasks::cancel(tx, &task, reason)?;
    }
    Ok(after)
}
