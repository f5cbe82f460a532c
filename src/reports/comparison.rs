//! What was gained and lost between two periods.

use super::distribution::{list, reference};
use super::fold::{Mapping, Standing, Wanted};
use super::model::{Comparison, Movement};
use crate::assessments::{Summaries, Summary, Verdict};
use crate::criteria::CriteriaSets;
use crate::units::Territory;
use crate::values::{CriterionCode, LocalDate};
use std::collections::BTreeSet;

/// Two readings of the results of the same units.
pub struct Compared<'a> {
    pub territory: &'a Territory,
    pub sets: &'a CriteriaSets,
    pub summaries: &'a Summaries,
    pub now: &'a Wanted,
    pub before: &'a Wanted,
    /// Last day of the earlier period: a unit that had another territory then is no unit to compare.
    pub day: LocalDate,
}

impl Compared<'_> {
    pub fn over(&self, mapping: &Mapping<'_>) -> Comparison {
        let mut comparison = Comparison::default();
        for (standing, _) in &mapping.expected {
            match self.of(standing) {
                None => comparison.not_comparable_count += 1,
                Some((before, now)) if before.max < now.min => {
                    comparison.gained_count += 1;
                    list(&mut comparison.gained, &mut comparison.units_truncated, || {
                        self.movement(standing, before, now)
                    });
                }
                Some((before, now)) if now.max < before.min => {
                    comparison.lost_count += 1;
                    list(&mut comparison.lost, &mut comparison.units_truncated, || {
                        self.movement(standing, before, now)
                    });
                }
                Some((before, now)) if before.min == before.max && (before.min, before.max) == (now.min, now.max) => {
                    comparison.unchanged_count += 1;
                }
                Some(_) => comparison.unclear_count += 1,
            }
        }
        comparison
    }

    /// Both results of a unit, if it had the same territory.
    fn of(&self, standing: &Standing<'_>) -> Option<(&Summary, &Summary)> {
        let then = self.territory.on(standing.unit.id, self.day)?;
        let same = then.territory_number == standing.entry.territory_number;
        let before = self.before.counted(self.summaries, standing.unit.id)?;
        same.then_some((before, self.now.counted(self.summaries, standing.unit.id)?))
    }

    fn movement(&self, standing: &Standing<'_>, before: &Summary, now: &Summary) -> Movement {
        let (met_before, failed_before) = self.decided(before);
        let (met_now, failed_now) = self.decided(now);
        Movement {
            unit: reference(standing),
            from_min: before.min,
            from_max: before.max,
            to_min: now.min,
            to_max: now.max,
            gained: met_now.intersection(&failed_before).map(|code| (*code).clone()).collect(),
            lost: failed_now.intersection(&met_before).map(|code| (*code).clone()).collect(),
        }
    }

    /// The criteria that are met and those that are not, by their codes: what nobody decided is neither.
    fn decided(&self, summary: &Summary) -> (BTreeSet<&CriterionCode>, BTreeSet<&CriterionCode>) {
        let set = self.sets.by_id(summary.criteria_set_id);
        let criteria = set.into_iter().flat_map(|set| &set.criteria).enumerate();
        let (mut met, mut failed) = (BTreeSet::new(), BTreeSet::new());
        for (at, criterion) in criteria {
            match summary.verdict(at) {
                Verdict::Met | Verdict::NotApplicable => met.insert(&criterion.code),
                Verdict::NotMet => failed.insert(&criterion.code),
                Verdict::NotAssessed => false,
            };
        }
        (met, failed)
    }
}
