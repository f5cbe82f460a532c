//! Terms in working days follow the calendar: where a day off becomes known or is taken back, what is still open falls
//! due by the calendar as it is then. What was done, extended or answered stays.

use super::{directives, obstacles, tasks};
use crate::calendar::WorkingCalendar;
use crate::db::{Follower, Part, Tx};
use crate::error::Error;
use crate::values::RecordId;

/// What is done in the same transaction after a write to the calendar.
pub const FOLLOWER: Follower = Follower { collection: "calendar-days", follow: recount };

/// The memory tells of the calendar as it was before this write, so the table is asked.
fn recount(tx: &mut Tx<'_>, _: &[RecordId]) -> Result<(), Error> {
    let calendar = WorkingCalendar::load(tx.conn)?;
    for task in tasks::with_terms(tx.conn)? {
        if let Some(due) = calendar.end_of(task.row.assigned_date, task.in_working_days()) {
            tasks::reschedule(tx, &task, due)?;
        }
    }
    for before in directives::with_terms(tx.conn)? {
        let due = calendar.end_of(before.row.assigned_date, before.row.due_in_working_days);
        let Some(due) = due.filter(|due| before.row.due_date != Some(*due)) else { continue };
        let mut after = before.clone();
        after.row.due_date = Some(due);
        after.row.updated_at = tx.now;
        tx.update("rescheduled", &before, &mut after)?;
        for task in tasks::records_of_directive(tx.conn, before.row.id)? {
            tasks::reschedule(tx, &task, due)?;
        }
    }
    for before in obstacles::with_terms(tx.conn)? {
        let Some(from) = before.row.answer_term_from else { continue };
        let due = calendar.end_of(from, before.row.answer_in_working_days);
        if due.is_some() && due != before.row.answer_due_date {
            let mut after = before.clone();
            after.row.answer_due_date = due;
            after.row.updated_at = tx.now;
            tx.update("rescheduled", &before, &mut after)?;
        }
    }
    Ok(())
}
