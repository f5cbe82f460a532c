//! The workflow. What a figure means for a verdict stands in `evaluation`, who works at which stage in `observations`.

use super::model::{Stage, Status};

/// The stage that judges a stage, and so may return it.
pub fn next_stage(stage: Stage) -> Stage {
    match stage {
        Stage::Target | Stage::Reported | Stage::SelfAssessment => Stage::Verification,
        Stage::Verification | Stage::Appraisal => Stage::Appraisal,
    }
}

/// One step of the workflow.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Step {
    pub from: Status,
    pub to: Status,
    /// The next stage takes the step, not the stage itself.
    pub by_next_stage: bool,
    pub needs_reason: bool,
    /// Who wrote the assessment may not take the step.
    pub four_eyes: bool,
}

/// The workflow: every step there is. A published result (`REPORTED`) has none; it counts once it is stored.
pub const WORKFLOW: &[Step] = &[
    Step { from: Status::Draft, to: Status::Submitted, by_next_stage: false, needs_reason: false, four_eyes: true },
    Step { from: Status::Returned, to: Status::Submitted, by_next_stage: false, needs_reason: false, four_eyes: true },
    Step { from: Status::Submitted, to: Status::Returned, by_next_stage: true, needs_reason: true, four_eyes: false },
    Step { from: Status::Submitted, to: Status::Draft, by_next_stage: false, needs_reason: true, four_eyes: false },
];

/// The steps that an assessment may take now.
pub fn steps(stage: Stage, status: Status) -> impl Iterator<Item = &'static Step> {
    WORKFLOW.iter().filter(move |step| stage != Stage::Reported && step.from == status)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_state_has_a_way_on_and_a_published_result_has_none() {
        for status in [Status::Draft, Status::Submitted, Status::Returned] {
            assert!(steps(Stage::SelfAssessment, status).count() > 0, "{status}");
            assert!(steps(Stage::SelfAssessment, status).all(|step| step.from == status), "{status}");
            assert_eq!(steps(Stage::Reported, status).count(), 0);
        }
    }
}
