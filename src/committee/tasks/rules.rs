//! The steps of a task, who takes them, and what being late means; pure functions.

use super::model::{TaskStatus, Timeliness};
use crate::values::LocalDate;

/// On which side of a task a step is taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Side {
    /// By whoever keeps the unit of the one who has the task, with `task:write`.
    Doer,
    /// By whoever keeps the unit of the committee, with `task:confirm`.
    Giver,
}

/// One step of the workflow.
#[derive(Debug)]
pub struct Step {
    pub from: TaskStatus,
    pub to: TaskStatus,
    pub by: Side,
    pub needs_reason: bool,
    /// Not by whoever reported the task done.
    pub four_eyes: bool,
    pub verb: &'static str,
}

const fn step(from: TaskStatus, to: TaskStatus, by: Side, needs_reason: bool, verb: &'static str) -> Step {
    Step { from, to, by, needs_reason, four_eyes: false, verb }
}

/// Every step there is. A task that was returned is in progress again, and may be reported done again.
pub const STEPS: &[Step] = &[
    step(TaskStatus::Open, TaskStatus::InProgress, Side::Doer, false, "begun"),
    step(TaskStatus::Open, TaskStatus::Done, Side::Doer, false, "done"),
    step(TaskStatus::InProgress, TaskStatus::Done, Side::Doer, false, "done"),
    Step { four_eyes: true, ..step(TaskStatus::Done, TaskStatus::Confirmed, Side::Giver, false, "confirmed") },
    step(TaskStatus::Done, TaskStatus::InProgress, Side::Giver, true, "returned"),
    step(TaskStatus::Open, TaskStatus::Cancelled, Side::Giver, true, "cancelled"),
    step(TaskStatus::InProgress, TaskStatus::Cancelled, Side::Giver, true, "cancelled"),
];

/// The steps that a task may take now.
pub fn steps(from: TaskStatus) -> impl Iterator<Item = &'static Step> {
    STEPS.iter().filter(move |step| step.from == from)
}

/// Is there still work to do?
pub fn is_open(status: TaskStatus) -> bool {
    match status {
        TaskStatus::Open | TaskStatus::InProgress => true,
        TaskStatus::Done | TaskStatus::Confirmed | TaskStatus::Cancelled => false,
    }
}

/// How a task stands to a due date today; none for what was cancelled.
pub fn timeliness(
    status: TaskStatus,
    due: Option<LocalDate>,
    done: Option<LocalDate>,
    today: LocalDate,
) -> Option<Timeliness> {
    (status != TaskStatus::Cancelled).then(|| against(due, done.filter(|_| !is_open(status)), today))
}

/// How what was done on a day, or is not done yet, stands to a due date. The due date is the last day on time.
pub fn against(due: Option<LocalDate>, done: Option<LocalDate>, today: LocalDate) -> Timeliness {
    match (due, done) {
        (None, _) => Timeliness::NoDueDate,
        (Some(due), Some(done)) if due < done => Timeliness::Late,
        (Some(_), Some(_)) => Timeliness::OnTime,
        (Some(due), None) if due < today => Timeliness::Overdue,
        (Some(_), None) => Timeliness::NotDue,
    }
}

/// Days after the due date, of what is overdue or was done late.
pub fn days_late(status: TaskStatus, due: Option<LocalDate>, done: Option<LocalDate>, today: LocalDate) -> i64 {
    match status {
        TaskStatus::Cancelled => 0,
        _ => days_after(due, done.filter(|_| !is_open(status)), today),
    }
}

/// Days after a due date, of what was done on a day or is not done yet.
pub fn days_after(due: Option<LocalDate>, done: Option<LocalDate>, today: LocalDate) -> i64 {
    due.map_or(0, |due| done.unwrap_or(today).days_since(due).max(0))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::values::{Scalar, Timestamp, Vocabulary};

    fn day(text: &str) -> LocalDate {
        LocalDate::parse(text).unwrap()
    }

    #[test]
    fn the_table_of_steps_is_the_workflow() {
        use TaskStatus::{Cancelled, Confirmed, Done, InProgress, Open};
        for (from, expected) in [
            (Open, vec![InProgress, Done, Cancelled]),
            (InProgress, vec![Done, Cancelled]),
            (Done, vec![Confirmed, InProgress]),
            (Confirmed, vec![]),
            (Cancelled, vec![]),
        ] {
            assert_eq!(steps(from).map(|step| step.to).collect::<Vec<_>>(), expected, "{from}");
        }
        // Whoever has the work begins and reports it; the committee judges it, and says why where it does not agree.
        for step in STEPS {
            let judged = step.from == Done || step.to == Cancelled;
            assert_eq!(step.by == Side::Giver, judged, "{step:?}");
            assert_eq!(step.needs_reason, judged && step.to != Confirmed, "{step:?}");
            assert_eq!(step.four_eyes, step.to == Confirmed, "{step:?}");
        }
        assert_eq!(TaskStatus::WORDS.iter().filter(|(status, _)| is_open(*status)).count(), 2);
    }

    #[test]
    fn a_task_is_late_from_the_first_minute_after_its_day() {
        let due = Some(day("2023-03-31"));
        for (instant, expected, late) in [
            ("2023-03-31T16:59:59.999Z", Timeliness::NotDue, 0),
            ("2023-03-31T17:00:00.000Z", Timeliness::Overdue, 1),
            ("2023-04-09T17:00:00.000Z", Timeliness::Overdue, 10),
        ] {
            let today = Timestamp::parse(instant).unwrap().local_date();
            for status in [TaskStatus::Open, TaskStatus::InProgress] {
                assert_eq!(timeliness(status, due, None, today), Some(expected), "{instant}");
                assert_eq!(days_late(status, due, None, today), late, "{instant}");
            }
        }
    }

    #[test]
    fn what_is_done_is_measured_by_the_day_on_which_it_was() {
        let (due, today) = (Some(day("2023-03-31")), day("2024-01-01"));
        for status in [TaskStatus::Done, TaskStatus::Confirmed] {
            for (done, expected, late) in [
                ("2023-03-30", Timeliness::OnTime, 0),
                ("2023-03-31", Timeliness::OnTime, 0),
                ("2023-04-02", Timeliness::Late, 2),
            ] {
                let done = Some(day(done));
                assert_eq!(timeliness(status, due, done, today), Some(expected));
                assert_eq!(days_late(status, due, done, today), late);
            }
        }
    }

    #[test]
    fn what_stands_is_never_late_and_what_was_cancelled_is_neither() {
        let (due, today) = (Some(day("2023-03-31")), day("2024-01-01"));
        for (status, _) in TaskStatus::WORDS.iter().filter(|(status, _)| *status != TaskStatus::Cancelled) {
            assert_eq!(timeliness(*status, None, Some(today), today), Some(Timeliness::NoDueDate), "{status}");
            assert_eq!(days_late(*status, None, Some(today), today), 0);
        }
        for due in [None, due] {
            assert_eq!(timeliness(TaskStatus::Cancelled, due, Some(today), today), None);
            assert_eq!(days_late(TaskStatus::Cancelled, due, Some(today), today), 0);
        }
    }
}
