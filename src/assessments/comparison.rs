//! What comes out otherwise when a unit is judged in two ways.

use super::judge::{Judged, is_provisional};
use super::model::{CriteriaMet, Verdict};
use crate::criteria::{AppliedThreshold, HeldSet};
use crate::db::Snapshot;
use crate::error::Error;
use crate::evaluation;
use crate::units::UnitRef;
use crate::values::{CriterionCode, IndicatorCode};
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};
use utoipa::ToSchema;

/// An item that comes out otherwise. Items of different sets are joined by their indicator, never by their number.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ItemChange {
    pub indicator_code: IndicatorCode,
    /// Its code in the set of the baseline; null where that set has no item for the indicator.
    pub from_item_code: Option<CriterionCode>,
    /// Its code in the set that was tried; null where that set has no item for the indicator.
    pub to_item_code: Option<CriterionCode>,
    pub from_verdict: Option<Verdict>,
    pub to_verdict: Option<Verdict>,
    pub from_threshold: Option<AppliedThreshold>,
    pub to_threshold: Option<AppliedThreshold>,
}

/// A criterion that comes out otherwise, with the items through which it does.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct CriterionChange {
    pub criterion_code: CriterionCode,
    pub from_verdict: Verdict,
    pub to_verdict: Verdict,
    /// Items of the criterion that come out otherwise.
    #[schema(max_items = 50)]
    pub item_codes: Vec<CriterionCode>,
}

/// The outcome for one unit.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct UnitEvaluation {
    pub unit: UnitRef,
    pub criteria_met: CriteriaMet,
    pub baseline_criteria_met: CriteriaMet,
    /// Verdicts rest on thresholds that are not verified.
    pub provisional: bool,
    /// Criteria that come out otherwise; only where both sets stand on the same criteria.
    #[schema(max_items = 63)]
    pub criteria: Vec<CriterionChange>,
    #[schema(max_items = 400)]
    pub items: Vec<ItemChange>,
}

fn met_of(judged: &Judged<'_>) -> Result<CriteriaMet, Error> {
    let verdicts: Vec<evaluation::Verdict> = judged.outcomes.iter().map(|outcome| outcome.verdict).collect();
    let tally = evaluation::tally(&verdicts, None).map_err(|_| Error::internal("a tally without declared total"))?;
    Ok(CriteriaMet { min: tally.min, max: tally.max })
}

/// What comes out otherwise.
pub fn compare(
    memory: &Snapshot,
    baseline: &Judged<'_>,
    tried: &Judged<'_>,
    unit: UnitRef,
) -> Result<UnitEvaluation, Error> {
    let (before, after) = (by_indicator(baseline), by_indicator(tried));
    let codes: BTreeSet<&IndicatorCode> = before.keys().chain(after.keys()).copied().collect();
    let mut items = Vec::new();
    for code in codes {
        let (one, two) = (before.get(code), after.get(code));
        let verdict = |at: Option<&(usize, usize)>, judged: &Judged<'_>| {
            at.map(|(at, place)| Verdict::from(judged.outcomes[*at].items[*place].verdict))
        };
        let (from_verdict, to_verdict) = (verdict(one, baseline), verdict(two, tried));
        if from_verdict == to_verdict {
            continue;
        }
        let threshold = |at: Option<&(usize, usize)>, judged: &Judged<'_>| {
            let (at, place) = at?;
            let applied = judged.applied[*at][*place].first()?;
            applied.threshold.map(|threshold| judged.set.describe_threshold(memory, threshold))
        };
        let item_code = |at: Option<&(usize, usize)>, judged: &Judged<'_>| {
            at.map(|(at, place)| judged.set.items[*at][*place].row.code.clone())
        };
        items.push(ItemChange {
            indicator_code: code.clone(),
            from_item_code: item_code(one, baseline),
            to_item_code: item_code(two, tried),
            from_verdict,
            to_verdict,
            from_threshold: threshold(one, baseline),
            to_threshold: threshold(two, tried),
        });
    }
    let provisional = tried.applied.iter().zip(&tried.outcomes).any(|(applied, outcome)| {
        let items = applied.iter().zip(&outcome.items);
        items.into_iter().any(|(applied, outcome)| is_provisional(applied, outcome))
    });
    Ok(UnitEvaluation {
        unit,
        criteria_met: met_of(tried)?,
        baseline_criteria_met: met_of(baseline)?,
        provisional,
        criteria: if same_criteria(baseline.set, tried.set) { criteria_changed(baseline, tried) } else { Vec::new() },
        items,
    })
}

/// Where each indicator is judged, as (criterion, item).
fn by_indicator<'a>(judged: &Judged<'a>) -> BTreeMap<&'a IndicatorCode, (usize, usize)> {
    let set: &'a HeldSet = judged.set;
    let mut places = BTreeMap::new();
    for (at, items) in set.items.iter().enumerate() {
        for (place, item) in items.iter().enumerate() {
            places.insert(&item.row.indicator_code, (at, place));
        }
    }
    places
}

/// Are the criteria of both sets the same, as those of a set and of one that stands on it?
fn same_criteria(one: &HeldSet, two: &HeldSet) -> bool {
    let ids = |set: &HeldSet| set.criteria.iter().map(|criterion| criterion.id).collect::<Vec<_>>();
    ids(one) == ids(two)
}

fn criteria_changed(baseline: &Judged<'_>, tried: &Judged<'_>) -> Vec<CriterionChange> {
    let mut changes = Vec::new();
    for (at, (before, after)) in baseline.outcomes.iter().zip(&tried.outcomes).enumerate() {
        if before.verdict == after.verdict {
            continue;
        }
        let items = before.items.iter().zip(&after.items).enumerate();
        let changed = items.filter(|(_, (before, after))| before.verdict != after.verdict);
        changes.push(CriterionChange {
            criterion_code: tried.set.criteria[at].code.clone(),
            from_verdict: before.verdict.into(),
            to_verdict: after.verdict.into(),
            item_codes: changed.map(|(place, _)| tried.set.items[at][place].row.code.clone()).collect(),
        });
    }
    changes
}
