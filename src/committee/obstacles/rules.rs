//! The steps of an obstacle, who takes them, and which way it escalates; pure functions.

use super::model::{ObstacleKind, ObstacleStatus};
use crate::units::Level;
use crate::values::LocalDate;

/// On which side of an obstacle a step is taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Side {
    /// By whoever keeps the unit in which it stands, with `obstacle:write`.
    Raiser,
    /// By whoever keeps the unit of the level that is to solve it, with `obstacle:answer`.
    Solver,
}

/// One step of the workflow.
#[derive(Debug)]
pub struct Step {
    pub from: ObstacleStatus,
    pub to: ObstacleStatus,
    pub by: Side,
    pub needs_reason: bool,
    pub verb: &'static str,
}

const fn step(from: ObstacleStatus, to: ObstacleStatus, by: Side, needs_reason: bool, verb: &'static str) -> Step {
    Step { from, to, by, needs_reason, verb }
}

/// Every step there is. What comes back is open again, whoever was to answer before.
pub const STEPS: &[Step] = &[
    step(ObstacleStatus::Open, ObstacleStatus::Assigned, Side::Solver, false, "assigned"),
    step(ObstacleStatus::Open, ObstacleStatus::Answered, Side::Solver, false, "answered"),
    step(ObstacleStatus::Open, ObstacleStatus::Closed, Side::Raiser, true, "closed"),
    step(ObstacleStatus::Assigned, ObstacleStatus::Assigned, Side::Solver, false, "assigned"),
    step(ObstacleStatus::Assigned, ObstacleStatus::Answered, Side::Solver, false, "answered"),
    step(ObstacleStatus::Answered, ObstacleStatus::Closed, Side::Raiser, false, "closed"),
    step(ObstacleStatus::Answered, ObstacleStatus::Open, Side::Raiser, true, "reopened"),
    step(ObstacleStatus::Closed, ObstacleStatus::Open, Side::Raiser, true, "reopened"),
];

/// The steps that an obstacle may take now.
pub fn steps(from: ObstacleStatus) -> impl Iterator<Item = &'static Step> {
    STEPS.iter().filter(move |step| step.from == from)
}

/// Does it wait for an answer?
pub fn is_waiting(status: ObstacleStatus) -> bool {
    match status {
        ObstacleStatus::Open | ObstacleStatus::Assigned => true,
        ObstacleStatus::Answered | ObstacleStatus::Closed => false,
    }
}

/// The due date is the last day on time.
pub fn is_overdue(status: ObstacleStatus, due: Option<LocalDate>, today: LocalDate) -> bool {
    is_waiting(status) && due.is_some_and(|due| due < today)
}

/// A shortcoming is mended where it is; only an obstacle goes to a higher level, while it waits or was answered in vain.
pub fn may_escalate(kind: ObstacleKind, status: ObstacleStatus) -> bool {
    kind == ObstacleKind::Obstacle && status != ObstacleStatus::Closed
}

/// Does an escalation go up: from the level that was to solve it, else from that of the unit?
pub fn is_upward(unit: Level, from: Option<Level>, to: Level) -> bool {
    to < from.unwrap_or(unit)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::values::{Scalar, Vocabulary};

    #[test]
    fn the_table_of_steps_is_the_workflow() {
        use ObstacleStatus::{Answered, Assigned, Closed, Open};
        for (from, expected) in [
            (Open, vec![Assigned, Answered, Closed]),
            (Assigned, vec![Assigned, Answered]),
            (Answered, vec![Closed, Open]),
            (Closed, vec![Open]),
        ] {
            assert_eq!(steps(from).map(|step| step.to).collect::<Vec<_>>(), expected, "{from}");
        }
        // Who is to solve it assigns and answers; who raised it says whether it is solved.
        for step in STEPS {
            assert_eq!(step.by == Side::Solver, matches!(step.to, Assigned | Answered), "{step:?}");
            assert_eq!(step.needs_reason, step.to == Open || (step.from, step.to) == (Open, Closed), "{step:?}");
        }
    }

    #[test]
    fn an_answer_is_overdue_after_its_day_while_it_is_waited_for() {
        let day = |text| LocalDate::parse(text).unwrap();
        for (status, _) in ObstacleStatus::WORDS {
            let waiting = matches!(status, ObstacleStatus::Open | ObstacleStatus::Assigned);
            assert_eq!(is_waiting(*status), waiting);
            assert_eq!(is_overdue(*status, Some(day("2023-03-31")), day("2023-04-01")), waiting, "{status}");
            assert!(!is_overdue(*status, Some(day("2023-03-31")), day("2023-03-31")), "{status}");
            assert!(!is_overdue(*status, None, day("2023-04-01")), "{status}");
        }
    }

    #[test]
    fn only_an_obstacle_escalates_and_only_upward() {
        for (status, _) in ObstacleStatus::WORDS {
            assert!(!may_escalate(ObstacleKind::Shortcoming, *status));
            assert_eq!(may_escalate(ObstacleKind::Obstacle, *status), *status != ObstacleStatus::Closed);
        }
        for (from, to, upward) in [
            (None, Level::District, true),
            (None, Level::Commune, false),
            (None, Level::Village, false),
            (Some(Level::District), Level::Province, true),
            (Some(Level::District), Level::Nation, true),
            (Some(Level::District), Level::District, false),
            (Some(Level::Province), Level::District, false),
        ] {
            assert_eq!(is_upward(Level::Commune, from, to), upward, "{from:?} {to}");
        }
    }
}
