//! The rules of counting and of the workflow. Values in, verdict out.

use super::model::{Stage, Status, Verdict};
use crate::units::Level;
use crate::values::LocalDate;

/// What an assessment comes to: criteria met, criteria undecided, and the range that follows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Tally {
    /// Bit n is set where the criterion at position n is met or does not apply.
    pub met_bits: u64,
    /// Bit n is set where the criterion at position n is not decided.
    pub undecided_bits: u64,
    /// Fewest and most criteria that may be met.
    pub min: i32,
    pub max: i32,
}

/// The declared total and the verdicts leave no number open.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Contradiction;

/// Count verdicts by position: min is what is met, max is that and what is undecided; a declared total narrows it.
/// A criterion that does not apply counts as met, one that nobody decided counts as open: missing is never failed.
///
/// Source: QĐ 318/QĐ-TTg (8/3/2022) for the criteria; the counting of what does not apply follows the practice of
/// its "nếu có" items and is not verified against the text.
pub fn tally(
    criteria: usize,
    verdicts: &[(usize, Verdict)],
    declared: Option<(i32, i32)>,
) -> Result<Tally, Contradiction> {
    let (mut met_bits, mut decided_bits) = (0_u64, 0_u64);
    for (position, verdict) in verdicts {
        let bit = 1 << position;
        match verdict {
            Verdict::Met | Verdict::NotApplicable => {
                met_bits |= bit;
                decided_bits |= bit;
            }
            Verdict::NotMet => decided_bits |= bit,
            Verdict::NotAssessed => {}
        }
    }
    let all = if criteria >= 64 { u64::MAX } else { (1 << criteria) - 1 };
    let undecided_bits = all & !decided_bits;
    let counted = |bits: u64| bits.count_ones() as i32;
    let (mut min, mut max) = (counted(met_bits), counted(met_bits | undecided_bits));
    if let Some((declared_min, declared_max)) = declared {
        min = min.max(declared_min);
        max = max.min(declared_max);
    }
    if min > max { Err(Contradiction) } else { Ok(Tally { met_bits, undecided_bits, min, max }) }
}

/// Last day on which districts verified (Luật 72/2025/QH15 ended the level on 01/07/2025).
fn districts_verify(today: LocalDate) -> bool {
    LocalDate::new(2025, 7, 1).is_some_and(|end| today < end)
}

/// The level at which, or above which, one must hold a grant to work at a stage.
///
/// Source: QĐ 18/2022/QĐ-TTg (2/8/2022): the commune assesses itself, the district verifies, the province appraises.
/// That the province verifies since 01/07/2025 is our reading of the two-tier model, not verified against a text.
pub fn level_of(stage: Stage, today: LocalDate) -> Level {
    match stage {
        Stage::Target | Stage::Reported | Stage::SelfAssessment => Level::Commune,
        Stage::Verification if districts_verify(today) => Level::District,
        Stage::Verification | Stage::Appraisal => Level::Province,
    }
}

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
    use Verdict::*;

    #[test]
    fn the_range_follows_verdicts_and_declared_total() {
        // criteria, verdicts, declared, expected range
        type Row = (usize, &'static [(usize, Verdict)], Option<(i32, i32)>, Result<(i32, i32), Contradiction>);
        let rows: &[Row] = &[
            (19, &[], None, Ok((0, 19))),
            (19, &[], Some((10, 14)), Ok((10, 14))),
            (19, &[(0, Met), (1, NotMet), (2, NotApplicable), (3, NotAssessed)], None, Ok((2, 18))),
            (3, &[(0, Met), (1, Met), (2, Met)], None, Ok((3, 3))),
            (3, &[(0, Met), (1, Met), (2, NotMet)], Some((2, 2)), Ok((2, 2))),
            (3, &[(0, Met), (1, Met), (2, NotMet)], Some((3, 3)), Err(Contradiction)),
            (3, &[(0, NotMet)], Some((3, 3)), Err(Contradiction)),
            (3, &[(0, NotMet)], Some((2, 3)), Ok((2, 2))),
            (3, &[(0, Met)], Some((0, 0)), Err(Contradiction)),
            (63, &[(62, Met)], None, Ok((1, 63))),
        ];
        for (criteria, verdicts, declared, expected) in rows {
            let range = tally(*criteria, verdicts, *declared).map(|tally| (tally.min, tally.max));
            assert_eq!(range, *expected, "{criteria} {verdicts:?} {declared:?}");
        }
    }

    #[test]
    fn verification_moved_to_the_province_with_the_end_of_the_districts() {
        let day = |year, month, day| LocalDate::new(year, month, day).unwrap();
        assert_eq!(level_of(Stage::Verification, day(2025, 6, 30)), Level::District);
        assert_eq!(level_of(Stage::Verification, day(2025, 7, 1)), Level::Province);
        assert_eq!(level_of(Stage::SelfAssessment, day(2026, 1, 1)), Level::Commune);
        assert_eq!(level_of(Stage::Appraisal, day(2023, 1, 1)), Level::Province);
    }

    #[test]
    fn every_state_has_a_way_on_and_a_published_result_has_none() {
        for status in [Status::Draft, Status::Submitted, Status::Returned] {
            assert!(steps(Stage::SelfAssessment, status).count() > 0, "{status}");
            assert_eq!(steps(Stage::Reported, status).count(), 0);
        }
    }
}
