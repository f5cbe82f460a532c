//! Obstacles as they are shown.

use super::model::{
    EscalationRow, Obstacle, ObstacleEscalation, ObstacleRecord, ObstacleStatus, ObstacleStep, ObstacleStepRow,
};
use super::rules;
use crate::calendar::WorkingCalendar;
use crate::committee::party::{Party, Who};
use crate::criteria::CriteriaSets;
use crate::db::Snapshot;
use crate::error::Error;
use crate::parties::seat::Seat;
use crate::units::Territory;
use crate::values::LocalDate;

/// An obstacle as it stands today.
pub fn describe(record: ObstacleRecord, memory: &Snapshot, today: LocalDate) -> Result<Obstacle, Error> {
    let (territory, calendar) = (memory.part::<Territory>(), memory.part::<WorkingCalendar>());
    let row = record.row;
    let set = row.criteria_set_id.map(|id| {
        let set = memory.part::<CriteriaSets>().by_id(id);
        set.map(|set| set.row.code.clone()).ok_or_else(|| Error::internal("an obstacle of a set that is not there"))
    });
    let who = Who {
        person_id: None,
        agency_id: row.agency_id,
        unit_id: row.party_unit_id,
        committee_id: row.party_committee_id,
    };
    let assigned = row.agency_id.is_some() || row.party_unit_id.is_some() || row.party_committee_id.is_some();
    let closed = record.steps.last().filter(|step| step.status == ObstacleStatus::Closed);
    let end = closed.map_or(today, |step| step.taken_at.local_date());
    Ok(Obstacle {
        id: row.id,
        version: row.version,
        unit: Seat { unit: row.unit_id, day: row.unit_date }.reference(territory)?,
        kind: row.kind,
        title: row.title,
        description: row.description,
        proposal: row.proposal,
        raised_date: row.raised_date,
        raised_by_person_id: row.raised_by_person_id,
        raised_by_agency_id: row.raised_by_agency_id,
        meeting_id: row.meeting_id,
        topic_code: row.topic_code,
        criteria_set_code: set.transpose()?,
        criterion_code: row.criterion_code,
        observation_id: row.observation_id,
        task_ids: record.tasks.into_iter().map(|link| link.task_id).collect(),
        work_ids: record.works.into_iter().map(|link| link.work_id).collect(),
        budget_line_ids: record.budget_lines.into_iter().map(|link| link.line_id).collect(),
        level: row.level,
        answer_due_date: row.answer_due_date,
        answer_due_in_working_days: row.answer_in_working_days,
        answer_due_date_provisional: row
            .answer_term_from
            .is_some_and(|from| calendar.is_provisional(from, row.answer_in_working_days)),
        status: row.status,
        assignee: assigned.then(|| Party::of(who, row.unit_date, territory)),
        answer: row.answer,
        answered_date: row.answered_date,
        is_overdue: rules::is_overdue(row.status, row.answer_due_date, today),
        days_open: end.days_since(row.raised_date).max(0),
        reopened_count: row.reopened_count,
        steps: record.steps.into_iter().map(step).collect(),
        escalations: record.escalations.into_iter().map(escalation).collect(),
        external_id: row.external_id,
        allowed_transitions: rules::steps(row.status).map(|step| step.to).collect(),
        created_at: row.created_at,
        updated_at: row.updated_at,
    })
}

fn step(row: ObstacleStepRow) -> ObstacleStep {
    ObstacleStep {
        number: row.number,
        status: row.status,
        client_id: row.client_id,
        person_id: row.person_id,
        taken_at: row.taken_at,
        answer: row.answer,
        reason: row.reason,
    }
}

fn escalation(row: EscalationRow) -> ObstacleEscalation {
    ObstacleEscalation {
        number: row.number,
        from_level: row.from_level,
        to_level: row.to_level,
        reason: row.reason,
        old_answer_due_date: row.old_answer_due_date,
        answer_due_date: row.answer_due_date,
        client_id: row.client_id,
        person_id: row.person_id,
        escalated_at: row.escalated_at,
    }
}
