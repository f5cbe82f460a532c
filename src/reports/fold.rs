//! The fold: which units are expected, which result of each counts, into which group it falls.

use super::model::GroupBy;
use crate::access::Scope;
use crate::assessments::Stage;
use crate::assessments::{Summaries, Summary};
use crate::criteria::{CriteriaSets, HeldSet};
use crate::units::{Level, Territory, TimelineEntry, Unit};
use crate::values::{CriteriaSetId, LocalDate, Period, UnitId};
use std::collections::HashMap;

/// A unit as it stood on the basis day.
#[derive(Clone, Copy)]
pub struct Standing<'a> {
    pub unit: &'a Unit,
    pub entry: &'a TimelineEntry,
}

/// The mapping of a report: expected units, each with its group.
pub struct Mapping<'a> {
    pub expected: Vec<(Standing<'a>, Option<usize>)>,
    /// Units of the level that the set leaves out by their kind.
    pub excluded: Vec<(Standing<'a>, Option<usize>)>,
    /// Groups in the order of their codes; the last, without unit, takes those that stand under none.
    pub groups: Vec<Option<Standing<'a>>>,
    /// The scope covers only a part.
    pub partial: bool,
}

/// Map the units below one, as they stood on a day, as far as the scope reaches. `None` where it reaches nothing.
pub fn map<'a>(
    territory: &'a Territory,
    scope: &Scope,
    unit: UnitId,
    day: LocalDate,
    set: &HeldSet,
    group_by: GroupBy,
) -> Option<Mapping<'a>> {
    let whole = scope.covers(territory, unit, day);
    if !whole && !scope.reaches_below(territory, unit, day) {
        return None;
    }
    let mut standings: Vec<Standing<'a>> =
        territory.subtree(unit, day).into_iter().map(|(unit, entry)| Standing { unit, entry }).collect();
    if !whole {
        standings.retain(|standing| scope.covers(territory, standing.unit.id, day));
    }
    standings.sort_by(|one, two| (&one.entry.code, one.unit.id).cmp(&(&two.entry.code, two.unit.id)));

    let is_group = |standing: &Standing<'_>| match group_by {
        GroupBy::Nothing => false,
        GroupBy::Children => standing.entry.parent_id == Some(unit) && standing.unit.level <= set.row.level,
        GroupBy::Province => standing.unit.level == Level::Province,
        GroupBy::District => standing.unit.level == Level::District,
        GroupBy::Commune => standing.unit.level == Level::Commune,
    };
    let mut groups: Vec<Option<Standing<'a>>> = standings.iter().copied().filter(is_group).map(Some).collect();
    let by_unit: HashMap<UnitId, usize> =
        groups.iter().flatten().enumerate().map(|(at, standing)| (standing.unit.id, at)).collect();
    let group_of = |standing: &Standing<'_>| {
        territory.ancestors(standing.unit.id, day).find_map(|above| by_unit.get(&above).copied())
    };
    let (mut expected, mut excluded) = (Vec::new(), Vec::new());
    let mut without = false;
    for standing in standings.iter().filter(|standing| standing.unit.level == set.row.level) {
        let group = if group_by == GroupBy::Nothing { None } else { Some(group_of(standing).unwrap_or(groups.len())) };
        without |= group == Some(groups.len());
        let side = if set.kind_codes.contains(&standing.entry.kind_code) { &mut expected } else { &mut excluded };
        side.push((*standing, group));
    }
    if without {
        groups.push(None);
    }
    Some(Mapping { expected, excluded, groups, partial: !whole })
}

/// Which results may count.
pub struct Wanted {
    /// Results of this period, or the newest up to a day.
    pub when: When,
    /// Sets that count, with how specific each is.
    pub sets: Vec<(CriteriaSetId, usize)>,
    pub stage: Option<Stage>,
}

#[derive(Debug, Clone, Copy)]
pub enum When {
    In(Period),
    NewestUntil(LocalDate),
}

impl Wanted {
    pub fn new(sets: &CriteriaSets, set: &HeldSet, when: When, stage: Option<Stage>) -> Wanted {
        let on_it = sets.all().iter().filter(|other| sets.stands_on(other.row.id, set.row.id));
        Wanted { when, sets: on_it.map(|other| (other.row.id, other.depth)).collect(), stage }
    }

    /// The one result of a unit that counts: the newest period asked for, in it the highest stage, in that the most
    /// specific set.
    pub fn counted<'a>(&self, summaries: &'a Summaries, unit: UnitId) -> Option<&'a Summary> {
        let depth = |summary: &Summary| {
            self.sets.iter().find(|(set, _)| *set == summary.criteria_set_id).map(|(_, depth)| *depth)
        };
        summaries
            .of(unit)
            .iter()
            .filter(|summary| summary.counts() && self.stage.is_none_or(|stage| stage == summary.stage))
            .filter(|summary| match self.when {
                When::In(period) => summary.period == period,
                When::NewestUntil(day) => summary.facts_of() <= day,
            })
            .filter_map(|summary| Some((summary, depth(summary)?)))
            .max_by_key(|(summary, depth)| {
                let newest = match self.when {
                    When::In(_) => None,
                    When::NewestUntil(_) => Some((summary.period_end, summary.facts_of())),
                };
                (newest, summary.stage, *depth, summary.assessment_id)
            })
            .map(|(summary, _)| summary)
    }
}
