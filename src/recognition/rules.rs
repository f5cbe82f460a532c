//! The steps of a dossier, who takes them, what each needs; pure functions.

use super::model::{ConditionReason, DossierStatus, RecognitionLevel};
use crate::assessments::{Stage, Verdict};
use crate::evaluation;
use crate::observations::ObservationStage;
use crate::observations::rules::level_of;
use crate::units::Level;
use crate::values::{Confidence, LocalDate, Vocabulary};

/// A member of the body of a step.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Member {
    AssessmentId,
    VotesFor,
    VotesTotal,
    ActNumber,
    DecisionDate,
    EffectiveDate,
    AnnouncedDate,
    Reason,
    OverrideReason,
}

impl Member {
    pub fn pointer(self) -> &'static str {
        match self {
            Member::AssessmentId => "/assessment_id",
            Member::VotesFor => "/votes_for",
            Member::VotesTotal => "/votes_total",
            Member::ActNumber => "/act_number",
            Member::DecisionDate => "/decision_date",
            Member::EffectiveDate => "/effective_date",
            Member::AnnouncedDate => "/announced_date",
            Member::Reason => "/reason",
            Member::OverrideReason => "/override_reason",
        }
    }
}

/// One step of the workflow.
pub struct Step {
    /// None for registering.
    pub from: Option<DossierStatus>,
    pub to: DossierStatus,
    /// Taken by whoever works at this stage of assessment.
    pub by: ObservationStage,
    /// Permission that the operation asks for.
    pub permission: &'static str,
    /// Members without which it is not taken.
    pub needs: &'static [Member],
    /// Members that it may carry besides.
    pub takes: &'static [Member],
    /// Stage of the assessment that it names.
    pub rests_on: Option<Stage>,
}

const SIGN: &str = "recognition:sign";
const COMMUNE: ObservationStage = ObservationStage::SelfAssessment;
const VERIFIER: ObservationStage = ObservationStage::Verification;
const APPRAISER: ObservationStage = ObservationStage::Appraisal;

const fn plain(from: DossierStatus, to: DossierStatus, by: ObservationStage, needs: &'static [Member]) -> Step {
    Step { from: Some(from), to, by, permission: SIGN, needs, takes: &[], rests_on: None }
}

/// Every step there is.
///
/// Source: QĐ 18/2022/QĐ-TTg (2/8/2022): the commune registers, the district verifies, the province appraises, decides
/// and announces. Who returns a dossier, and until when it may be withdrawn, is our reading.
pub const STEPS: &[Step] = &[
    Step {
        from: None,
        to: DossierStatus::Registered,
        by: COMMUNE,
        permission: "recognition:write",
        needs: &[],
        takes: &[],
        rests_on: None,
    },
    Step {
        rests_on: Some(Stage::Verification),
        ..plain(DossierStatus::Registered, DossierStatus::Verified, VERIFIER, &[Member::AssessmentId])
    },
    plain(DossierStatus::Registered, DossierStatus::Withdrawn, COMMUNE, &[Member::Reason]),
    Step {
        rests_on: Some(Stage::Appraisal),
        ..plain(
            DossierStatus::Verified,
            DossierStatus::Appraised,
            APPRAISER,
            &[Member::AssessmentId, Member::VotesFor, Member::VotesTotal],
        )
    },
    plain(DossierStatus::Verified, DossierStatus::Returned, APPRAISER, &[Member::Reason]),
    plain(DossierStatus::Verified, DossierStatus::Withdrawn, COMMUNE, &[Member::Reason]),
    Step {
        takes: &[Member::OverrideReason],
        ..plain(
            DossierStatus::Appraised,
            DossierStatus::Decided,
            APPRAISER,
            &[Member::ActNumber, Member::DecisionDate, Member::EffectiveDate],
        )
    },
    plain(DossierStatus::Appraised, DossierStatus::Returned, APPRAISER, &[Member::Reason]),
    plain(DossierStatus::Appraised, DossierStatus::Withdrawn, COMMUNE, &[Member::Reason]),
    plain(DossierStatus::Decided, DossierStatus::Announced, APPRAISER, &[Member::AnnouncedDate]),
    plain(DossierStatus::Returned, DossierStatus::Registered, COMMUNE, &[]),
    plain(DossierStatus::Returned, DossierStatus::Withdrawn, COMMUNE, &[Member::Reason]),
];

/// The steps that a dossier may take now.
pub fn steps(from: DossierStatus) -> impl Iterator<Item = &'static Step> {
    STEPS.iter().filter(move |step| step.from == Some(from))
}

/// The step by which a dossier begins.
pub fn beginning() -> Option<&'static Step> {
    STEPS.iter().find(|step| step.from.is_none())
}

/// The level at which, or above which, one must hold a grant to take a step for a unit of a level.
///
/// Source: QĐ 18/2022/QĐ-TTg for communes. A district or province is registered by itself, verified by the province and
/// decided by the Prime Minister; from practice (QĐ 567/QĐ-TTg of 25/5/2023 for a district), not verified.
pub fn level_needed(by: ObservationStage, unit: Level, today: LocalDate) -> Level {
    match by {
        _ if unit >= Level::Commune => level_of(by, today),
        ObservationStage::Verification => Level::Province.min(unit),
        ObservationStage::Appraisal => Level::Nation,
        _ => unit,
    }
}

/// How many of those present have to be in favour.
pub struct VoteRule {
    pub percent: i32,
    pub act_number: &'static str,
    pub confidence: Confidence,
}

/// Source: appraisal councils under QĐ 18/2022/QĐ-TTg pass at 90 % of the members present; from memory, not verified
/// against the text.
pub const VOTE_RULE: VoteRule = VoteRule { percent: 90, act_number: "18/2022/QĐ-TTg", confidence: Confidence::Medium };

impl VoteRule {
    pub fn is_passed(&self, votes_for: i64, votes_total: i64) -> bool {
        votes_for * 100 >= i64::from(self.percent) * votes_total
    }
}

/// The level to which a set leads that presupposes this one.
///
/// Source: QĐ 318/QĐ-TTg and QĐ 319/QĐ-TTg (8/3/2022): nâng cao presupposes NTM, kiểu mẫu presupposes nâng cao.
pub fn level_after(required: Option<&str>) -> RecognitionLevel {
    match required.and_then(RecognitionLevel::from_code) {
        None => RecognitionLevel::Ntm,
        Some(RecognitionLevel::Ntm) => RecognitionLevel::Advanced,
        Some(RecognitionLevel::Advanced | RecognitionLevel::Model) => RecognitionLevel::Model,
    }
}

/// Are all criteria met? With the positions of those that are not met, else of those that are not decided.
pub fn all_criteria(
    verdicts: &[evaluation::Verdict],
    range: Option<(i32, i32)>,
) -> (Verdict, Option<ConditionReason>, Vec<usize>) {
    let which = |wanted: evaluation::Verdict| -> Vec<usize> {
        (0..verdicts.len()).filter(|at| verdicts[*at] == wanted).collect()
    };
    let (not_met, undecided) = (which(evaluation::Verdict::NotMet), which(evaluation::Verdict::NotAssessed));
    let (min, max) = range.unwrap_or((0, i32::MAX));
    let count = i32::try_from(verdicts.len()).unwrap_or(i32::MAX);
    if !not_met.is_empty() || max < count {
        let open = if not_met.is_empty() { undecided } else { not_met };
        (Verdict::NotMet, Some(ConditionReason::CriteriaNotMet), open)
    } else if min >= count && count > 0 {
        (Verdict::Met, None, Vec::new())
    } else {
        (Verdict::NotAssessed, Some(ConditionReason::CriteriaUndecided), undecided)
    }
}

/// Is the level held that is presupposed? A recognition that nobody recorded is not one that there never was.
pub fn level_held(required: &str, held: Option<&str>) -> (Verdict, Option<ConditionReason>) {
    let level = |code: &str| RecognitionLevel::from_code(code);
    match held.and_then(level) {
        None => (Verdict::NotAssessed, Some(ConditionReason::StatusMissing)),
        Some(held) if level(required).is_some_and(|required| required <= held) => (Verdict::Met, None),
        Some(_) => (Verdict::NotMet, Some(ConditionReason::LevelNotHeld)),
    }
}

/// Is nothing owed for works? Each is told by what is owed for it, unknown where nobody reported what was accepted.
pub fn no_debt(debts: impl Iterator<Item = Option<i64>>) -> (Verdict, Option<ConditionReason>) {
    let debts: Vec<Option<i64>> = debts.collect();
    if debts.iter().flatten().any(|debt| 0 < *debt) {
        (Verdict::NotMet, Some(ConditionReason::ConstructionDebt))
    } else if debts.iter().any(Option::is_none) {
        (Verdict::NotAssessed, Some(ConditionReason::ValueMissing))
    } else {
        (Verdict::Met, None)
    }
}

/// What is known of each criterion from a summary: its bits, and a highest number that a declared total leaves. Which of
/// the undecided ones a total leaves unmet is not known, so those that weigh least are taken: no key criterion fails by
/// a guess.
pub fn known_verdicts(
    count: usize,
    met_bits: u64,
    undecided_bits: u64,
    max: i32,
    is_key: impl Fn(usize) -> bool,
) -> Vec<evaluation::Verdict> {
    let bit = |bits: u64, at: usize| bits & (1 << at) != 0;
    let mut verdicts: Vec<evaluation::Verdict> = (0..count)
        .map(|at| match (bit(met_bits, at), bit(undecided_bits, at)) {
            (true, _) => evaluation::Verdict::Met,
            (false, true) => evaluation::Verdict::NotAssessed,
            (false, false) => evaluation::Verdict::NotMet,
        })
        .collect();
    let failing = verdicts.iter().filter(|verdict| **verdict == evaluation::Verdict::NotMet).count();
    let most = usize::try_from(max).unwrap_or(0);
    let unnamed = count.saturating_sub(most).saturating_sub(failing);
    let mut open: Vec<usize> = (0..count).filter(|at| verdicts[*at] == evaluation::Verdict::NotAssessed).collect();
    open.sort_by_key(|at| is_key(*at));
    for at in open.into_iter().take(unnamed) {
        verdicts[at] = evaluation::Verdict::NotMet;
    }
    verdicts
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::values::Scalar;
    use evaluation::Verdict::{Met, NotApplicable, NotAssessed, NotMet};

    #[test]
    fn debt_is_owed_known_or_unknown() {
        for (debts, expected) in [
            (vec![Some(0), Some(-5)], (Verdict::Met, None)),
            (vec![Some(0), Some(1)], (Verdict::NotMet, Some(ConditionReason::ConstructionDebt))),
            (vec![None, Some(1)], (Verdict::NotMet, Some(ConditionReason::ConstructionDebt))),
            (vec![None, Some(0)], (Verdict::NotAssessed, Some(ConditionReason::ValueMissing))),
        ] {
            assert_eq!(no_debt(debts.clone().into_iter()), expected, "{debts:?}");
        }
    }

    #[test]
    fn every_state_but_the_last_has_a_way_on_and_every_step_its_permission() {
        for (status, _) in DossierStatus::WORDS {
            let last = matches!(status, DossierStatus::Announced | DossierStatus::Withdrawn);
            assert_eq!(steps(*status).count() == 0, last, "{status}");
        }
        for step in STEPS {
            let known = crate::access::PERMISSIONS;
            assert!(known.iter().any(|(name, _)| *name == step.permission), "{}", step.permission);
            assert_eq!(step.rests_on.is_some(), step.needs.contains(&Member::AssessmentId));
        }
        assert!(beginning().is_some());
    }

    #[test]
    fn a_decision_alone_may_go_over_conditions_that_are_not_met() {
        for step in STEPS {
            let decides = step.to == DossierStatus::Decided;
            assert_eq!(step.takes.contains(&Member::OverrideReason), decides, "{}", step.to);
        }
    }

    #[test]
    fn a_member_is_told_by_its_place_in_the_body() {
        let members = [
            Member::AssessmentId,
            Member::VotesFor,
            Member::VotesTotal,
            Member::ActNumber,
            Member::DecisionDate,
            Member::EffectiveDate,
            Member::AnnouncedDate,
            Member::Reason,
            Member::OverrideReason,
        ];
        let places = members.map(Member::pointer).join(" ");
        assert_eq!(
            places,
            "/assessment_id /votes_for /votes_total /act_number /decision_date /effective_date /announced_date /reason \
             /override_reason"
        );
    }

    #[test]
    fn the_province_verifies_after_the_districts_and_the_nation_decides_on_districts() {
        let day = |text: &str| LocalDate::parse(text).unwrap();
        for (by, unit, today, needed) in [
            (VERIFIER, Level::Commune, "2025-06-30", Level::District),
            (VERIFIER, Level::Commune, "2025-07-01", Level::Province),
            (APPRAISER, Level::Commune, "2023-01-01", Level::Province),
            (COMMUNE, Level::Commune, "2023-01-01", Level::Commune),
            (COMMUNE, Level::District, "2023-01-01", Level::District),
            (VERIFIER, Level::District, "2023-01-01", Level::Province),
            (APPRAISER, Level::District, "2023-01-01", Level::Nation),
            (APPRAISER, Level::Province, "2023-01-01", Level::Nation),
        ] {
            assert_eq!(level_needed(by, unit, day(today)), needed, "{by} {unit}");
        }
    }

    #[test]
    fn nine_of_ten_pass() {
        for (votes_for, votes_total, passed) in
            [(9, 10, true), (8, 9, false), (17, 19, false), (18, 20, true), (1, 1, true), (0, 1, false)]
        {
            assert_eq!(VOTE_RULE.is_passed(votes_for, votes_total), passed, "{votes_for}/{votes_total}");
        }
    }

    #[test]
    fn a_set_leads_one_level_above_what_it_presupposes() {
        assert_eq!(level_after(None), RecognitionLevel::Ntm);
        assert_eq!(level_after(Some("NTM")), RecognitionLevel::Advanced);
        assert_eq!(level_after(Some("NTM_ADVANCED")), RecognitionLevel::Model);
        for (held, verdict) in [
            (None, Verdict::NotAssessed),
            (Some("NTM"), Verdict::NotMet),
            (Some("NTM_ADVANCED"), Verdict::Met),
            (Some("NTM_MODEL"), Verdict::Met),
        ] {
            assert_eq!(level_held("NTM_ADVANCED", held).0, verdict, "{held:?}");
        }
    }

    #[test]
    fn all_criteria_are_met_only_where_each_is_known_to_be() {
        for (verdicts, range, verdict, open) in [
            (vec![Met, NotApplicable], Some((2, 2)), Verdict::Met, vec![]),
            (vec![Met, NotMet, NotAssessed], Some((1, 2)), Verdict::NotMet, vec![1]),
            (vec![Met, NotAssessed], Some((1, 2)), Verdict::NotAssessed, vec![1]),
            (vec![NotAssessed, NotAssessed], Some((2, 2)), Verdict::Met, vec![]),
            (vec![NotAssessed, NotAssessed], Some((0, 1)), Verdict::NotMet, vec![0, 1]),
            (vec![], None, Verdict::NotAssessed, vec![]),
        ] {
            let found = all_criteria(&verdicts, range);
            assert_eq!((found.0, found.2), (verdict, open), "{verdicts:?}");
        }
    }

    #[test]
    fn a_total_tells_how_many_fail_but_not_which() {
        let failing = |met, undecided, max| -> Vec<usize> {
            let verdicts = known_verdicts(4, met, undecided, max, |at| at == 1);
            (0..4).filter(|at| verdicts[*at] == NotMet).collect()
        };
        assert_eq!(failing(0b1100, 0b0001, 4), [1]);
        assert_eq!(failing(0, 0b1111, 4), [0; 0]);
        assert_eq!(failing(0, 0b1111, 1), [0, 2, 3]);
        assert_eq!(failing(0b0001, 0b1100, 1), [1, 2, 3]);
        assert_eq!(failing(0b0001, 0b1110, 1), [1, 2, 3]);
    }
}
