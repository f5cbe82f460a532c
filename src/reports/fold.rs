//! The fold: which units are expected, which result of each counts, into which group it falls.

use super::model::GroupBy;
use crate::access::Scope;
use crate::assessments::Stage;
use crate::assessments::{Summaries, Summary};
use crate::criteria::{CriteriaSets, HeldSet};
use crate::error::{Error, Place};
use crate::units::{Carried, Level, Naming, Territory, TimelineEntry, Unit, UnitChoice};
use crate::values::{CriteriaSetId, LocalDate, Period, UnitId};
use std::cmp::Ordering;
use std::collections::{HashMap, HashSet};

/// A unit as it stood on the basis day.
#[derive(Clone, Copy)]
pub struct Standing<'a> {
    pub unit: &'a Unit,
    pub entry: &'a TimelineEntry,
}

/// The two days of a report. They differ where the report is asked for on another basis than as reported.
#[derive(Debug, Clone, Copy)]
pub struct Days {
    /// The day whose units were expected to report.
    pub expected: LocalDate,
    /// The day under whose units they are counted.
    pub basis: LocalDate,
}

/// The mapping of a report: expected units, each with its group.
pub struct Mapping<'a> {
    pub expected: Vec<(Standing<'a>, Option<usize>)>,
    /// Units of the level that the set leaves out by their kind.
    pub excluded: Vec<(Standing<'a>, Option<usize>)>,
    /// Groups in the order of their codes; the last, without unit, takes those that stand under none.
    pub groups: Vec<Option<Standing<'a>>>,
    /// Units that were cut: a part of them is here, but they are counted elsewhere.
    pub elsewhere: Vec<Elsewhere<'a>>,
    /// The scope covers only a part.
    pub partial: bool,
}

/// A unit that was cut.
pub struct Elsewhere<'a> {
    pub standing: Standing<'a>,
    /// The unit in which it is counted.
    pub counted_in: UnitId,
    /// It is counted outside the whole report.
    pub outside: bool,
    /// Groups that have a part of it.
    pub groups: Vec<usize>,
}

/// A unit of the expected day with its place among the units of the basis day.
struct Leaf<'a> {
    standing: Standing<'a>,
    carried: Carried,
}

/// The unit that was asked for, by the name that it bears today or bore last; the nation unless one was.
pub fn asked_for(territory: &Territory, choice: &UnitChoice, today: LocalDate) -> Result<UnitId, Error> {
    match territory.choose(choice, Naming::Last(today), Place::parameter)? {
        Some(unit) => Ok(unit),
        None => territory.root().ok_or(Error::NotFound),
    }
}

/// Today, or the nearest day on which a unit was there, where the scope covers the unit or something below it.
/// Errors: `NOT_FOUND`.
pub fn seen_on(territory: &Territory, scope: &Scope, unit: UnitId, today: LocalDate) -> Result<LocalDate, Error> {
    let day = territory.get(unit).ok_or(Error::NotFound)?.nearest_day(today);
    let seen = scope.covers(territory, unit, day) || scope.reaches_below(territory, unit, day);
    if seen { Ok(day) } else { Err(Error::NotFound) }
}

/// Map the units below one, as far as the scope reaches. `None` where it reaches nothing.
///
/// Units are expected as they were on the one day, and grouped under those of the other: what was reported is never
/// recounted, only placed.
pub fn map<'a>(
    territory: &'a Territory,
    scope: &Scope,
    unit: UnitId,
    days: Days,
    set: &HeldSet,
    group_by: GroupBy,
) -> Option<Mapping<'a>> {
    let whole = scope.covers(territory, unit, days.basis);
    if !whole && !scope.reaches_below(territory, unit, days.basis) {
        return None;
    }
    let mut below: Vec<Standing<'a>> =
        territory.subtree(unit, days.basis).into_iter().map(|(unit, entry)| Standing { unit, entry }).collect();
    let mut leaves = leaves_of(territory, &below, days, set.row.level);
    // Asked only where the two days differ; before the scope takes away what the caller may not see.
    let here: HashSet<UnitId> = match days.basis == days.expected {
        true => HashSet::new(),
        false => below.iter().map(|standing| standing.unit.id).collect(),
    };
    let all = leaves.len();
    if !whole {
        below.retain(|standing| scope.covers(territory, standing.unit.id, days.basis));
    }
    if !whole || days.basis != days.expected {
        leaves.retain(|leaf| scope.covers(territory, leaf.standing.unit.id, days.expected));
    }
    let partial = !whole || leaves.len() < all;
    below.sort_by(in_order);
    leaves.sort_by(|one, two| in_order(&one.standing, &two.standing));

    let is_group = |standing: &Standing<'_>| match group_by {
        GroupBy::Nothing => false,
        GroupBy::Children => standing.entry.parent_id == Some(unit) && standing.unit.level <= set.row.level,
        GroupBy::Province => standing.unit.level == Level::Province,
        GroupBy::District => standing.unit.level == Level::District,
        GroupBy::Commune => standing.unit.level == Level::Commune,
    };
    let mut groups: Vec<Option<Standing<'a>>> = below.iter().copied().filter(is_group).map(Some).collect();
    let by_unit: HashMap<UnitId, usize> =
        groups.iter().flatten().enumerate().map(|(at, standing)| (standing.unit.id, at)).collect();
    let group_of = |unit: UnitId| territory.ancestors(unit, days.basis).find_map(|above| by_unit.get(&above).copied());
    let (mut expected, mut excluded, mut elsewhere) = (Vec::new(), Vec::new(), Vec::new());
    let mut without = false;
    for Leaf { standing, carried } in leaves {
        let Some(home) = carried.to else { continue };
        let outside = days.basis != days.expected && !here.contains(&home);
        let own = if group_by == GroupBy::Nothing || outside { None } else { group_of(home) };
        let mut parts: Vec<usize> = carried.elsewhere.iter().filter_map(|part| group_of(*part)).collect();
        parts.sort_unstable();
        parts.dedup();
        parts.retain(|part| Some(*part) != own);
        if !parts.is_empty() || (outside && carried.elsewhere.iter().any(|part| here.contains(part))) {
            elsewhere.push(Elsewhere { standing, counted_in: home, outside, groups: parts });
        }
        if outside {
            continue;
        }
        let group = if group_by == GroupBy::Nothing { None } else { Some(own.unwrap_or(groups.len())) };
        without |= group == Some(groups.len());
        let side = if set.kind_codes.contains(&standing.entry.kind_code) { &mut expected } else { &mut excluded };
        side.push((standing, group));
    }
    if without {
        groups.push(None);
    }
    Some(Mapping { expected, excluded, groups, elsewhere, partial })
}

fn in_order(one: &Standing<'_>, two: &Standing<'_>) -> Ordering {
    (&one.entry.code, one.unit.id).cmp(&(&two.entry.code, two.unit.id))
}

/// The units of a level on the expected day that have a part in these units of the basis day.
fn leaves_of<'a>(territory: &'a Territory, below: &[Standing<'a>], days: Days, level: Level) -> Vec<Leaf<'a>> {
    if days.basis == days.expected {
        let own = |standing: &Standing<'a>| Leaf {
            standing: *standing,
            carried: Carried { to: Some(standing.unit.id), elsewhere: Vec::new() },
        };
        return below.iter().filter(|standing| standing.unit.level == level).map(own).collect();
    }
    let mut known: HashSet<UnitId> = HashSet::new();
    let mut leaves = Vec::new();
    for standing in below {
        let origin = territory.carried(standing.unit.id, days.basis, days.expected);
        for origin in origin.to.into_iter().chain(origin.elsewhere) {
            // A unit above was looked through already, and all below it with it.
            if !known.insert(origin) {
                continue;
            }
            for (unit, entry) in territory.subtree(origin, days.expected) {
                if (unit.id == origin || known.insert(unit.id)) && unit.level == level {
                    let carried = territory.carried_or_above(unit.id, days.expected, days.basis);
                    leaves.push(Leaf { standing: Standing { unit, entry }, carried });
                }
            }
        }
    }
    leaves
}

/// Which results may count.
pub struct Wanted {
    /// Results of this period, or the newest up to a day.
    pub when: When,
    /// Sets that count, with how specific each is and which version.
    pub sets: Vec<(CriteriaSetId, (usize, usize))>,
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
        Wanted {
            when,
            sets: on_it.map(|other| (other.row.id, (other.depth, sets.version_number(other)))).collect(),
            stage,
        }
    }

    /// The one result of a unit that counts: the newest period asked for, in it the highest stage, in that the most
    /// specific set, of that the newest version.
    pub fn counted<'a>(&self, summaries: &'a Summaries, unit: UnitId) -> Option<&'a Summary> {
        let rank = |summary: &Summary| {
            self.sets.iter().find(|(set, _)| *set == summary.criteria_set_id).map(|(_, rank)| *rank)
        };
        summaries
            .of(unit)
            .iter()
            .filter(|summary| summary.counts() && self.stage.is_none_or(|stage| stage == summary.stage))
            .filter(|summary| match self.when {
                When::In(period) => summary.period == period,
                When::NewestUntil(day) => summary.facts_of() <= day,
            })
            .filter_map(|summary| Some((summary, rank(summary)?)))
            .max_by_key(|(summary, rank)| {
                let newest = match self.when {
                    When::In(_) => None,
                    When::NewestUntil(_) => Some((summary.period_end, summary.facts_of())),
                };
                (newest, summary.stage, *rank, summary.assessment_id)
            })
            .map(|(summary, _)| summary)
    }
}
