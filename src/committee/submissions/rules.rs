//! The steps of a submission, and who takes them; pure functions.

use super::model::SubmissionStatus;

/// On which side a step is taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Side {
    /// By whoever keeps the unit that owes the report.
    Sender,
    /// By whoever keeps the unit that receives it.
    Receiver,
}

/// One step of the workflow.
#[derive(Debug)]
pub struct Step {
    pub from: SubmissionStatus,
    pub to: SubmissionStatus,
    pub by: Side,
    pub needs_reason: bool,
    pub verb: &'static str,
}

const fn step(from: SubmissionStatus, to: SubmissionStatus, by: Side, needs_reason: bool, verb: &'static str) -> Step {
    Step { from, to, by, needs_reason, verb }
}

/// Every step there is. What was accepted can still turn out wrong.
pub const STEPS: &[Step] = &[
    step(SubmissionStatus::Draft, SubmissionStatus::Submitted, Side::Sender, false, "submitted"),
    step(SubmissionStatus::Returned, SubmissionStatus::Submitted, Side::Sender, false, "submitted"),
    step(SubmissionStatus::Submitted, SubmissionStatus::Accepted, Side::Receiver, false, "accepted"),
    step(SubmissionStatus::Submitted, SubmissionStatus::Returned, Side::Receiver, true, "returned"),
    step(SubmissionStatus::Accepted, SubmissionStatus::Returned, Side::Receiver, true, "returned"),
];

/// The steps that a submission may take now.
pub fn steps(from: SubmissionStatus) -> impl Iterator<Item = &'static Step> {
    STEPS.iter().filter(move |step| step.from == from)
}

/// May its content be changed?
pub fn is_open(status: SubmissionStatus) -> bool {
    match status {
        SubmissionStatus::Draft | SubmissionStatus::Returned => true,
        SubmissionStatus::Submitted | SubmissionStatus::Accepted => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::values::Vocabulary;

    #[test]
    fn the_table_of_steps_is_the_workflow() {
        use SubmissionStatus::{Accepted, Draft, Returned, Submitted};
        for (from, expected) in [
            (Draft, vec![Submitted]),
            (Submitted, vec![Accepted, Returned]),
            (Returned, vec![Submitted]),
            (Accepted, vec![Returned]),
        ] {
            assert_eq!(steps(from).map(|step| step.to).collect::<Vec<_>>(), expected, "{from}");
        }
        for step in STEPS {
            assert_eq!(step.by == Side::Sender, step.to == Submitted, "{step:?}");
            assert_eq!(step.needs_reason, step.to == Returned, "{step:?}");
            assert_eq!(is_open(step.from), step.by == Side::Sender, "{step:?}");
        }
        assert_eq!(SubmissionStatus::WORDS.iter().filter(|(status, _)| is_open(*status)).count(), 2);
    }
}
