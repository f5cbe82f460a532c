//! From figures to the verdict on an item, from items to the verdict on a criterion, and what is still open.

use super::figures::{Evidence, Figure, Requirement, Scaled};
use serde::{Deserialize, Serialize};

/// What was decided. What is missing is never `NotMet`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Verdict {
    Met,
    NotMet,
    NotApplicable,
    NotAssessed,
}

impl Verdict {
    pub fn counts_as_met(self) -> bool {
        matches!(self, Verdict::Met | Verdict::NotApplicable)
    }
}

/// Why something was not assessed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Reason {
    /// The act leaves the level to the province, whose decision is not known, or the figure of the act is not.
    ThresholdMissing,
    /// Which threshold applies follows from a status of the unit that is not recorded.
    StatusMissing,
    /// There is no figure.
    ValueMissing,
    /// The item asks for men and women, and one of them is not told.
    SexMissing,
    /// It was said not to apply, which the item does not admit.
    NotConditional,
}

/// One indicator of an item: what is known and what is required.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Measure {
    /// Men and women have to reach the limit each.
    pub both_sexes: bool,
    pub evidence: Option<Evidence>,
    /// None where no threshold applies, with the reason.
    pub requirement: Result<Requirement, Reason>,
}

/// An item (chỉ tiêu) of a criterion with what is known of it. Most have one measure; all have to pass.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ItemInput {
    /// The act says "nếu có": it may not apply.
    pub conditional: bool,
    pub not_applicable: bool,
    pub measures: Vec<Measure>,
    /// What somebody decided against the computed verdict, with a reason.
    pub overridden: Option<Verdict>,
}

/// What became of a measure.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MeasureOutcome {
    pub verdict: Verdict,
    pub reason: Option<Reason>,
    /// Distance of the worst figure to the limit in its unit; 0 where it is met, none where it is not known.
    pub gap: Option<Scaled>,
    /// The same as a share, in ten-thousandths.
    pub relative_gap: Option<Scaled>,
    /// How much more of what is counted it takes.
    pub numerator_gap: Option<Scaled>,
}

/// What became of an item.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ItemOutcome {
    /// What counts: the overriding verdict where there is one.
    pub verdict: Verdict,
    pub computed: Verdict,
    pub reason: Option<Reason>,
    pub measures: Vec<MeasureOutcome>,
}

/// How far an item is from being met.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Distance {
    /// Which of its measures is farthest from its limit.
    pub measure: usize,
    pub gap: Scaled,
    /// The same as a share, in ten-thousandths.
    pub relative_gap: Scaled,
    /// How much more of what is counted it takes.
    pub numerator_gap: Option<Scaled>,
}

impl ItemOutcome {
    /// The distance of the measure that falls short most, by its share; the first of equals. Nothing is as far as what
    /// nobody knows, so measures without a figure or a limit have none, nor has an item that fails by word alone.
    pub fn distance(&self) -> Option<Distance> {
        if self.verdict != Verdict::NotMet {
            return None;
        }
        let known = self.measures.iter().enumerate().filter_map(|(measure, outcome)| {
            let (gap, relative_gap) = outcome.gap.zip(outcome.relative_gap)?;
            (gap > 0).then_some(Distance { measure, gap, relative_gap, numerator_gap: outcome.numerator_gap })
        });
        known.min_by_key(|distance| (std::cmp::Reverse(distance.relative_gap), distance.measure))
    }

    /// The largest share that is missing, in ten-thousandths; a figure that nobody knows is missing whole.
    pub fn relative_gap(&self) -> Scaled {
        if self.verdict.counts_as_met() {
            return 0;
        }
        self.measures.iter().map(|measure| measure.relative_gap.unwrap_or(10_000)).max().unwrap_or(10_000)
    }
}

/// A criterion (tiêu chí) with its items, and the verdict that was given for it as a whole.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct CriterionInput {
    pub items: Vec<ItemInput>,
    pub given: Option<Verdict>,
}

/// What became of a criterion.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CriterionOutcome {
    pub verdict: Verdict,
    pub items: Vec<ItemOutcome>,
}

/// Judge one measure. Where both sexes are asked for, each has to reach the limit; a whole that does not reach it tells
/// that one of them does not either.
///
/// Source: QĐ 318/QĐ-TTg (8/3/2022), items 12.1, 12.2, 14.2, 15.1 ("áp dụng đạt cho cả nam và nữ"); from practice, not
/// verified against the text.
fn measure(measure: &Measure) -> MeasureOutcome {
    let undecided = |reason| MeasureOutcome {
        verdict: Verdict::NotAssessed,
        reason: Some(reason),
        gap: None,
        relative_gap: None,
        numerator_gap: None,
    };
    let requirement = match measure.requirement {
        Ok(requirement) => requirement,
        Err(reason) => return undecided(reason),
    };
    let Some(evidence) = measure.evidence else { return undecided(Reason::ValueMissing) };
    let known: Vec<Figure> = if measure.both_sexes {
        [evidence.men, evidence.women, evidence.total].into_iter().flatten().collect()
    } else {
        evidence.total.into_iter().collect()
    };
    let worst = known.iter().copied().max_by_key(|figure| requirement.relative_gap(*figure));
    let Some(worst) = worst else { return undecided(Reason::ValueMissing) };
    let decided = |verdict| MeasureOutcome {
        verdict,
        reason: None,
        gap: Some(requirement.gap(worst)),
        relative_gap: Some(requirement.relative_gap(worst)),
        numerator_gap: requirement.numerator_gap(worst),
    };
    if known.iter().any(|figure| !requirement.is_met_by(*figure)) {
        return decided(Verdict::NotMet);
    }
    if measure.both_sexes && (evidence.men.is_none() || evidence.women.is_none()) {
        return undecided(Reason::SexMissing);
    }
    decided(Verdict::Met)
}

/// Judge one item: all its measures have to pass; one that fails decides; what is "nếu có" may not apply.
///
/// Source: QĐ 318/QĐ-TTg (8/3/2022); that what does not exist in the commune counts as met is practice and not verified
/// against the text.
pub fn item(input: &ItemInput) -> ItemOutcome {
    let measures: Vec<MeasureOutcome> = input.measures.iter().map(measure).collect();
    let (computed, reason) = if input.not_applicable && input.conditional {
        (Verdict::NotApplicable, None)
    } else if measures.iter().any(|one| one.verdict == Verdict::NotMet) {
        (Verdict::NotMet, None)
    } else if let Some(open) = measures.iter().find(|one| one.verdict == Verdict::NotAssessed) {
        (Verdict::NotAssessed, if input.not_applicable { Some(Reason::NotConditional) } else { open.reason })
    } else if measures.is_empty() {
        (Verdict::NotAssessed, Some(Reason::ValueMissing))
    } else {
        (Verdict::Met, None)
    };
    ItemOutcome { verdict: input.overridden.unwrap_or(computed), computed, reason, measures }
}

/// Judge one criterion: it is met only if all its items are met or do not apply, and fails with the first that fails.
/// What its items leave open is decided by the verdict given for it as a whole, where there is one.
///
/// Source: QĐ 318/QĐ-TTg (8/3/2022), as practised; not verified against the text.
pub fn criterion(input: &CriterionInput) -> CriterionOutcome {
    let items: Vec<ItemOutcome> = input.items.iter().map(item).collect();
    let verdict = criterion_of(items.iter().map(|item| item.verdict), input.given);
    CriterionOutcome { verdict, items }
}

/// The verdict on a criterion from those on its items.
pub fn criterion_of(items: impl ExactSizeIterator<Item = Verdict> + Clone, given: Option<Verdict>) -> Verdict {
    let all_decided = items.len() > 0 && items.clone().all(Verdict::counts_as_met);
    if items.clone().any(|item| item == Verdict::NotMet) {
        Verdict::NotMet
    } else if all_decided && items.clone().all(|item| item == Verdict::NotApplicable) {
        Verdict::NotApplicable
    } else if all_decided {
        Verdict::Met
    } else {
        given.unwrap_or(Verdict::NotAssessed)
    }
}

/// The items that stand between a unit and its criteria, as (criterion, item), nearest first: by the share that is
/// missing, those that are unknown last.
pub fn open_items(criteria: &[CriterionOutcome]) -> Vec<(usize, usize)> {
    let mut open = Vec::new();
    for (at, criterion) in criteria.iter().enumerate().filter(|(_, criterion)| !criterion.verdict.counts_as_met()) {
        let items = criterion.items.iter().enumerate().filter(|(_, item)| !item.verdict.counts_as_met());
        open.extend(items.map(|(place, item)| (item.verdict == Verdict::NotAssessed, item.relative_gap(), at, place)));
    }
    open.sort_unstable();
    open.into_iter().map(|(_, _, criterion, item)| (criterion, item)).collect()
}

/// The criteria that are not met, nearest first: those with the fewest open items, among them those that miss least.
pub fn nearest_first(criteria: &[CriterionOutcome]) -> Vec<usize> {
    let mut open: Vec<(usize, Scaled, usize)> = Vec::new();
    for (at, criterion) in criteria.iter().enumerate().filter(|(_, criterion)| !criterion.verdict.counts_as_met()) {
        let items = criterion.items.iter().filter(|item| !item.verdict.counts_as_met());
        let (count, gap) = items.fold((0, 0), |(count, gap), item| (count + 1, gap + item.relative_gap()));
        // Without items nothing is known of the way, so it is the longest.
        open.push(if criterion.items.is_empty() { (usize::MAX, 0, at) } else { (count, gap, at) });
    }
    open.sort_unstable();
    open.into_iter().map(|(_, _, at)| at).collect()
}

#[cfg(test)]
mod tests {
    use super::super::figures::Operator;
    use super::*;
    use Verdict::{Met, NotApplicable, NotAssessed, NotMet};

    const AT_LEAST_60: Requirement = Requirement { operator: Operator::AtLeast, limit: 600_000 };

    fn total(value: Scaled) -> Option<Evidence> {
        Some(Evidence { total: Some(Figure::of(value)), ..Evidence::default() })
    }

    fn sexes(total: Option<Scaled>, men: Option<Scaled>, women: Option<Scaled>) -> Option<Evidence> {
        let figure = |value: Option<Scaled>| value.map(Figure::of);
        Some(Evidence { total: figure(total), men: figure(men), women: figure(women) })
    }

    fn one(both_sexes: bool, evidence: Option<Evidence>, requirement: Result<Requirement, Reason>) -> ItemInput {
        let measures = vec![Measure { both_sexes, evidence, requirement }];
        ItemInput { conditional: false, not_applicable: false, measures, overridden: None }
    }

    #[test]
    fn an_item_is_met_at_its_limit_and_open_where_something_is_missing() {
        let missing = Err(Reason::ThresholdMissing);
        for (input, verdict, reason) in [
            (one(false, total(600_000), Ok(AT_LEAST_60)), Met, None),
            (one(false, total(599_999), Ok(AT_LEAST_60)), NotMet, None),
            (one(false, None, Ok(AT_LEAST_60)), NotAssessed, Some(Reason::ValueMissing)),
            (one(false, total(600_000), missing), NotAssessed, Some(Reason::ThresholdMissing)),
            (one(false, None, missing), NotAssessed, Some(Reason::ThresholdMissing)),
            (one(false, total(1), Err(Reason::StatusMissing)), NotAssessed, Some(Reason::StatusMissing)),
            // Both sexes have to reach it; the whole alone tells only that one of them does not.
            (one(true, sexes(Some(600_000), Some(600_000), Some(600_000)), Ok(AT_LEAST_60)), Met, None),
            (one(true, sexes(Some(600_000), Some(600_001), Some(599_999)), Ok(AT_LEAST_60)), NotMet, None),
            (one(true, sexes(None, Some(600_000), Some(600_000)), Ok(AT_LEAST_60)), Met, None),
            (one(true, sexes(Some(900_000), None, None), Ok(AT_LEAST_60)), NotAssessed, Some(Reason::SexMissing)),
            (
                one(true, sexes(Some(900_000), Some(900_000), None), Ok(AT_LEAST_60)),
                NotAssessed,
                Some(Reason::SexMissing),
            ),
            (one(true, sexes(Some(900_000), Some(599_999), None), Ok(AT_LEAST_60)), NotMet, None),
            (one(true, sexes(Some(599_999), None, None), Ok(AT_LEAST_60)), NotMet, None),
            (one(true, sexes(None, None, None), Ok(AT_LEAST_60)), NotAssessed, Some(Reason::ValueMissing)),
        ] {
            let outcome = item(&input);
            assert_eq!((outcome.verdict, outcome.computed, outcome.reason), (verdict, verdict, reason), "{input:?}");
        }
    }

    #[test]
    fn all_parts_have_to_pass_and_one_that_fails_decides() {
        let part = |evidence, requirement| Measure { both_sexes: false, evidence, requirement };
        let parts = |two: [Measure; 2]| ItemInput {
            conditional: false,
            not_applicable: false,
            measures: two.to_vec(),
            overridden: None,
        };
        let (pass, fail) = (part(total(600_000), Ok(AT_LEAST_60)), part(total(0), Ok(AT_LEAST_60)));
        let open = part(total(600_000), Err(Reason::ThresholdMissing));
        for (two, verdict) in [
            ([pass, pass], Met),
            ([pass, fail], NotMet),
            ([pass, open], NotAssessed),
            ([open, fail], NotMet),
            ([open, pass], NotAssessed),
        ] {
            assert_eq!(item(&parts(two)).verdict, verdict);
        }
    }

    #[test]
    fn an_item_is_as_far_as_its_farthest_measure() {
        let part = |value: Option<Scaled>, requirement| Measure {
            both_sexes: false,
            evidence: value.and_then(total),
            requirement,
        };
        let at_most_10 = Requirement { operator: Operator::AtMost, limit: 100_000 };
        let yes = Requirement { operator: Operator::Yes, limit: 10_000 };
        let missing = Err(Reason::ThresholdMissing);
        // measures, measure that is farthest with its gap and share
        for (measures, farthest) in [
            (vec![part(Some(540_000), Ok(AT_LEAST_60))], Some((0, 60_000, 1_000))),
            (vec![part(Some(599_999), Ok(AT_LEAST_60))], Some((0, 1, 1))),
            (vec![part(Some(600_000), Ok(AT_LEAST_60))], None),
            (vec![part(Some(200_000), Ok(at_most_10))], Some((0, 100_000, 5_000))),
            (vec![part(Some(100_000), Ok(at_most_10))], None),
            (vec![part(Some(0), Ok(yes))], Some((0, 10_000, 10_000))),
            (vec![part(None, Ok(AT_LEAST_60))], None),
            (vec![part(Some(0), missing)], None),
            (
                vec![part(Some(540_000), Ok(AT_LEAST_60)), part(Some(200_000), Ok(at_most_10))],
                Some((1, 100_000, 5_000)),
            ),
            (
                vec![part(Some(540_000), Ok(AT_LEAST_60)), part(Some(540_000), Ok(AT_LEAST_60))],
                Some((0, 60_000, 1_000)),
            ),
            (
                vec![part(Some(600_000), Ok(AT_LEAST_60)), part(Some(540_000), Ok(AT_LEAST_60))],
                Some((1, 60_000, 1_000)),
            ),
            (vec![part(Some(540_000), Ok(AT_LEAST_60)), part(Some(0), missing)], Some((0, 60_000, 1_000))),
        ] {
            let input = ItemInput { conditional: true, not_applicable: false, measures, overridden: None };
            let distance =
                |input: &ItemInput| item(input).distance().map(|found| (found.measure, found.gap, found.relative_gap));
            assert_eq!(distance(&input), farthest, "{input:?}");
            // Whoever says that it is met says that nothing is missing; whoever says that it is not adds no figure.
            for (verdict, said) in [(Met, None), (NotAssessed, None), (NotMet, farthest)] {
                assert_eq!(distance(&ItemInput { overridden: Some(verdict), ..input.clone() }), said, "{verdict:?}");
            }
        }
        // Of men and women the farther counts.
        let both = one(true, sexes(Some(570_000), Some(590_000), Some(550_000)), Ok(AT_LEAST_60));
        assert_eq!(item(&both).distance().map(|found| found.gap), Some(50_000));
    }

    #[test]
    fn only_what_may_not_apply_does_not_and_an_override_stands_beside_what_was_computed() {
        let mut conditional = one(false, None, Ok(AT_LEAST_60));
        (conditional.conditional, conditional.not_applicable) = (true, true);
        assert_eq!(item(&conditional).verdict, NotApplicable);
        conditional.conditional = false;
        assert_eq!(item(&conditional).reason, Some(Reason::NotConditional));
        let mut overridden = one(false, total(0), Ok(AT_LEAST_60));
        overridden.overridden = Some(Met);
        let outcome = item(&overridden);
        assert_eq!((outcome.verdict, outcome.computed), (Met, NotMet));
    }

    #[test]
    fn a_criterion_follows_its_items_and_then_what_was_given() {
        for (items, given, verdict) in [
            (vec![Met, Met], None, Met),
            (vec![Met, NotApplicable], None, Met),
            (vec![NotApplicable, NotApplicable], None, NotApplicable),
            (vec![Met, NotMet], Some(Met), NotMet),
            (vec![NotAssessed, NotMet], None, NotMet),
            (vec![Met, NotAssessed], None, NotAssessed),
            (vec![Met, NotAssessed], Some(Met), Met),
            (vec![Met, NotAssessed], Some(NotMet), NotMet),
            (vec![Met, Met], Some(NotMet), Met),
            (vec![], None, NotAssessed),
            (vec![], Some(NotApplicable), NotApplicable),
        ] {
            assert_eq!(criterion_of(items.iter().copied(), given), verdict, "{items:?} {given:?}");
        }
    }

    #[test]
    fn what_is_missing_least_comes_first_and_what_nobody_knows_last() {
        let criterion_with = |items: Vec<ItemInput>| criterion(&CriterionInput { items, given: None });
        let at = |value| one(false, total(value), Ok(AT_LEAST_60));
        let unknown = || one(false, None, Ok(AT_LEAST_60));
        let criteria = [
            criterion_with(vec![at(300_000), at(600_000)]),
            criterion_with(vec![at(600_000)]),
            criterion_with(vec![at(590_000), unknown()]),
            criterion_with(vec![]),
            criterion_with(vec![at(540_000)]),
            // Two items that miss little are farther away than one that misses much.
            criterion_with(vec![at(588_000), at(594_000)]),
        ];
        assert_eq!(open_items(&criteria), [(5, 1), (2, 0), (5, 0), (4, 0), (0, 0), (2, 1)]);
        assert_eq!(nearest_first(&criteria), [4, 0, 5, 2, 3]);
    }
}
