//! Tasks as they are shown.

use super::model::{ExtensionRow, StepRow, Task, TaskExtension, TaskRecord, TaskStep};
use super::rules;
use crate::calendar::WorkingCalendar;
use crate::committee::party::Party;
use crate::criteria::CriteriaSets;
use crate::db::Snapshot;
use crate::error::Error;
use crate::parties::seat::Seat;
use crate::units::Territory;
use crate::values::LocalDate;

/// A task as it stands today.
pub fn describe(record: TaskRecord, memory: &Snapshot, today: LocalDate) -> Result<Task, Error> {
    let territory = memory.part::<Territory>();
    let (original, in_working_days) = (record.original_due_date(), record.in_working_days());
    let row = record.row;
    let set = row.criteria_set_id.map(|id| {
        let set = memory.part::<CriteriaSets>().by_id(id);
        set.map(|set| set.row.code.clone()).ok_or_else(|| Error::internal("a task of a set that is not there"))
    });
    let target_unit = row.target_unit_id.and_then(|id| {
        let day = territory.get(id)?.nearest_day(row.assigned_date);
        territory.reference(id, day)
    });
    Ok(Task {
        id: row.id,
        version: row.version,
        unit: Seat { unit: row.unit_id, day: row.unit_date }.reference(territory)?,
        committee_id: row.committee_id,
        kind: row.kind,
        directive_id: row.directive_id,
        act_id: row.act_id,
        item_code: row.item_code.clone(),
        serves_task_id: row.serves_task_id,
        assignee: Party::of(row.who(), row.unit_date, territory),
        target_unit,
        criteria_set_code: set.transpose()?,
        criterion_code: row.criterion_code,
        quantity: row.quantity,
        quantity_unit: row.quantity_unit,
        value_vnd: row.value_vnd,
        assigned_date: row.assigned_date,
        due_date: row.due_date,
        due_in_working_days: in_working_days,
        due_date_provisional: record.extensions.is_empty()
            && memory.part::<WorkingCalendar>().is_provisional(row.assigned_date, in_working_days),
        original_due_date: original,
        status: row.status,
        done_date: row.done_date,
        timeliness: rules::timeliness(row.status, row.due_date, row.done_date, today),
        original_timeliness: rules::timeliness(row.status, original, row.done_date, today),
        days_late: rules::days_late(row.status, row.due_date, row.done_date, today),
        progress_percent: row.progress_percent,
        extensions: record.extensions.into_iter().map(extension).collect(),
        steps: record.steps.into_iter().map(step).collect(),
        file_ids: record.files.into_iter().map(|file| file.file_id).collect(),
        content: row.content,
        note: row.note,
        external_id: row.external_id,
        allowed_transitions: rules::steps(row.status).map(|step| step.to).collect(),
        created_at: row.created_at,
        updated_at: row.updated_at,
    })
}

fn step(row: StepRow) -> TaskStep {
    TaskStep {
        number: row.number,
        status: row.status,
        client_id: row.client_id,
        person_id: row.person_id,
        taken_at: row.taken_at,
        done_date: row.done_date,
        result: row.result,
        reason: row.reason,
    }
}

fn extension(row: ExtensionRow) -> TaskExtension {
    TaskExtension {
        number: row.number,
        old_due_date: row.old_due_date,
        new_due_date: row.new_due_date,
        reason: row.reason,
        act_number: row.act_number,
        client_id: row.client_id,
        person_id: row.person_id,
        extended_at: row.extended_at,
    }
}
