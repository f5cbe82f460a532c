//! All units in memory: by id, code and name, on any day.

use super::ancestry::Days;
use super::edges::{Edge, all_edges};
use super::lineage::DatedEdge;
use super::model::{Level, Timeline, TimelineEntry, Tree, TreeNode, Unit, UnitOnDay, UnitRef};
use super::queries;
use crate::db::{Conn, Part};
use crate::error::{Candidate, Error};
use crate::values::{LocalDate, UnitCode, UnitId};
use parking_lot::Mutex;
use std::collections::{HashMap, HashSet};
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

/// A unit with its states, oldest first.
pub struct Held {
    pub unit: Unit,
    pub timeline: Vec<TimelineEntry>,
}

impl Held {
    /// The state on a day.
    pub fn on(&self, day: LocalDate) -> Option<&TimelineEntry> {
        self.timeline.iter().find(|entry| entry.holds_on(day))
    }

    /// The state on a day, or the nearest before it, or the first.
    pub fn near(&self, day: LocalDate) -> &TimelineEntry {
        self.timeline.iter().rev().find(|entry| entry.valid_from <= day).unwrap_or_else(|| &self.timeline[0])
    }

    /// The day, if the unit exists on it, else the last day of its life before it, else its first.
    pub fn nearest_day(&self, day: LocalDate) -> LocalDate {
        let entry = self.near(day);
        match entry.valid_to {
            _ if day < entry.valid_from => entry.valid_from,
            Some(end) if end <= day => end.previous(),
            _ => day,
        }
    }

    /// From when to when the unit has the territory that it has on a day, under whatever names and parents.
    pub fn territory_on(&self, day: LocalDate) -> Option<Days> {
        let at = self.timeline.iter().position(|entry| entry.holds_on(day))?;
        let number = self.timeline[at].territory_number;
        let mut days = Days { from: self.timeline[at].valid_from, to: self.timeline[at].valid_to };
        for entry in self.timeline[..at].iter().rev() {
            if entry.territory_number != number || entry.valid_to != Some(days.from) {
                break;
            }
            days.from = entry.valid_from;
        }
        for entry in &self.timeline[at + 1..] {
            if entry.territory_number != number || days.to != Some(entry.valid_from) {
                break;
            }
            days.to = entry.valid_to;
        }
        Some(days)
    }

    /// The last day on which the unit existed, if it has ended.
    pub fn last_day(&self) -> Option<LocalDate> {
        self.timeline.last().and_then(|entry| entry.valid_to).map(LocalDate::previous)
    }
}

/// The state of one unit: place in `units`, place in its timeline.
type At = (usize, usize);

/// Some units and all that steps from them lead to, each once.
pub fn reached<I: Iterator<Item = UnitId>>(
    from: impl IntoIterator<Item = UnitId>,
    step: impl Fn(UnitId) -> I,
) -> Vec<UnitId> {
    let mut known: HashSet<UnitId> = HashSet::new();
    let mut found: Vec<UnitId> = from.into_iter().filter(|unit| known.insert(*unit)).collect();
    let mut at = 0;
    while let Some(unit) = found.get(at).copied() {
        found.extend(step(unit).filter(|next| known.insert(*next)));
        at += 1;
    }
    found
}

/// The territory as far as it is recorded.
pub struct Territory {
    units: Vec<Held>,
    by_id: HashMap<UnitId, usize>,
    by_code: HashMap<UnitCode, Vec<At>>,
    by_name: HashMap<String, Vec<At>>,
    by_parent: HashMap<UnitId, Vec<At>>,
    /// Edges of all reforms, oldest first, and their places by unit.
    pub(super) edges: Vec<DatedEdge>,
    pub(super) edges_from: HashMap<UnitId, Vec<usize>>,
    pub(super) edges_to: HashMap<UnitId, Vec<usize>>,
    /// Differs between any two territories of this process.
    generation: i64,
    /// Lists of some days, made when first asked for.
    days: Mutex<HashMap<LocalDate, Arc<Day>>>,
}

static GENERATION: AtomicI64 = AtomicI64::new(1);

/// The units of one day in their orders.
pub struct Day {
    pub by_code: Vec<At>,
    pub by_name: Vec<At>,
}

/// Days whose lists are kept.
const DAYS_KEPT: usize = 64;

impl Part for Territory {
    const COLLECTIONS: &'static [&'static str] = &["units", "unit-successions"];

    fn load(conn: &mut Conn) -> Result<Self, Error> {
        let (units, entries) = (queries::all_units(conn)?, queries::all_entries(conn)?);
        Ok(Territory::new(units, entries, all_edges(conn)?))
    }
}

impl Territory {
    pub fn new(units: Vec<Unit>, entries: Vec<TimelineEntry>, edges: Vec<(LocalDate, Edge)>) -> Territory {
        let by_id: HashMap<UnitId, usize> = units.iter().enumerate().map(|(at, unit)| (unit.id, at)).collect();
        let mut held: Vec<Held> = units.into_iter().map(|unit| Held { unit, timeline: Vec::new() }).collect();
        for entry in entries {
            if let Some(at) = by_id.get(&entry.unit_id) {
                held[*at].timeline.push(entry);
            }
        }
        let mut by_code: HashMap<UnitCode, Vec<At>> = HashMap::new();
        let mut by_name: HashMap<String, Vec<At>> = HashMap::new();
        let mut by_parent: HashMap<UnitId, Vec<At>> = HashMap::new();
        for (at, unit) in held.iter_mut().enumerate() {
            unit.timeline.sort_by_key(|entry| entry.valid_from);
            for (place, entry) in unit.timeline.iter().enumerate() {
                by_code.entry(entry.code.clone()).or_default().push((at, place));
                by_name.entry(entry.name_folded.clone()).or_default().push((at, place));
                if let Some(parent) = entry.parent_id {
                    by_parent.entry(parent).or_default().push((at, place));
                }
            }
        }
        let edges: Vec<DatedEdge> =
            edges.into_iter().map(|(effective_date, edge)| DatedEdge { effective_date, edge }).collect();
        let by_end = |end: fn(&Edge) -> Option<UnitId>| {
            let mut places: HashMap<UnitId, Vec<usize>> = HashMap::new();
            for (at, dated) in edges.iter().enumerate() {
                if let Some(unit) = end(&dated.edge) {
                    places.entry(unit).or_default().push(at);
                }
            }
            places
        };
        let (edges_from, edges_to) = (by_end(|edge| edge.from_unit_id), by_end(|edge| edge.to_unit_id));
        Territory {
            units: held,
            by_id,
            by_code,
            by_name,
            by_parent,
            edges,
            edges_from,
            edges_to,
            generation: GENERATION.fetch_add(1, Ordering::Relaxed),
            days: Mutex::new(HashMap::new()),
        }
    }

    pub fn generation(&self) -> i64 {
        self.generation
    }

    pub fn get(&self, id: UnitId) -> Option<&Held> {
        self.by_id.get(&id).map(|at| &self.units[*at])
    }

    pub fn entry(&self, (unit, place): At) -> (&Unit, &TimelineEntry) {
        (&self.units[unit].unit, &self.units[unit].timeline[place])
    }

    /// The state of a unit on a day.
    pub fn on(&self, id: UnitId, day: LocalDate) -> Option<&TimelineEntry> {
        self.get(id)?.on(day)
    }

    /// The nation, on which national figures and the first grant stand.
    pub fn root(&self) -> Option<UnitId> {
        self.units.iter().find(|held| held.unit.level == Level::Nation).map(|held| held.unit.id)
    }

    /// Who bore a code, at any time, oldest first.
    pub fn holders(&self, code: &UnitCode) -> Vec<(UnitId, &TimelineEntry)> {
        self.states(self.by_code.get(code))
    }

    /// Who bore a name (folded), at any time, oldest first.
    pub fn namesakes(&self, folded: &str) -> Vec<(UnitId, &TimelineEntry)> {
        self.states(self.by_name.get(folded))
    }

    fn states(&self, found: Option<&Vec<At>>) -> Vec<(UnitId, &TimelineEntry)> {
        let mut states: Vec<(UnitId, &TimelineEntry)> = found
            .into_iter()
            .flatten()
            .map(|at| {
                let (unit, entry) = self.entry(*at);
                (unit.id, entry)
            })
            .collect();
        states.sort_by_key(|(id, entry)| (entry.valid_from, *id));
        states
    }

    /// The units directly below one on a day.
    pub fn children(&self, id: UnitId, day: LocalDate) -> impl Iterator<Item = (&Unit, &TimelineEntry)> {
        let below = self.by_parent.get(&id).into_iter().flatten();
        below.map(|at| self.entry(*at)).filter(move |(_, entry)| entry.holds_on(day))
    }

    /// All states of units directly below one, at any time.
    pub fn ever_below(&self, id: UnitId) -> impl Iterator<Item = (&Unit, &TimelineEntry)> {
        self.by_parent.get(&id).into_iter().flatten().map(|at| self.entry(*at))
    }

    /// The unit and all that ever stood below it, each once.
    pub fn ever_under(&self, id: UnitId) -> Vec<UnitId> {
        reached([id], |unit| self.ever_below(unit).map(|(below, _)| below.id))
    }

    /// Was the unit ended before a day?
    pub fn has_ended(&self, id: UnitId, day: LocalDate) -> bool {
        self.get(id).and_then(Held::last_day).is_some_and(|last| last < day)
    }

    /// The unit and everything below it on a day, in no particular order.
    pub fn subtree(&self, id: UnitId, day: LocalDate) -> Vec<(&Unit, &TimelineEntry)> {
        let mut found: Vec<(&Unit, &TimelineEntry)> = Vec::new();
        if let Some(held) = self.get(id) {
            found.extend(held.on(day).map(|entry| (&held.unit, entry)));
        }
        let mut next = 0;
        while next < found.len() {
            let unit = found[next].0.id;
            found.extend(self.children(unit, day));
            next += 1;
        }
        found
    }

    /// The unit itself and those above it on a day, nearest first.
    pub fn ancestors(&self, id: UnitId, day: LocalDate) -> impl Iterator<Item = UnitId> {
        std::iter::successors(Some(id), move |unit| self.on(*unit, day)?.parent_id)
    }

    /// Does the unit stand under the other, or is it the other, on that day?
    pub fn is_within(&self, unit: UnitId, other: UnitId, day: LocalDate) -> bool {
        self.on(unit, day).is_some() && self.ancestors(unit, day).any(|above| above == other)
    }

    pub fn reference(&self, id: UnitId, day: LocalDate) -> Option<UnitRef> {
        self.get(id).map(|held| reference(id, held.near(day)))
    }

    pub fn candidate(&self, id: UnitId, entry: &TimelineEntry) -> Candidate {
        let parent = entry.parent_id.and_then(|parent| self.get(parent));
        Candidate {
            id,
            code: entry.code.clone(),
            name: entry.name.clone(),
            kind_code: entry.kind_code.clone(),
            parent_name: parent.map(|held| held.near(entry.valid_from).name.clone()),
            valid_from: entry.valid_from,
            valid_to: entry.valid_to,
        }
    }

    /// A unit as it was on a day, or nearest to it.
    pub fn unit_on(&self, id: UnitId, day: LocalDate, with_parent: bool) -> Option<UnitOnDay> {
        let held = self.get(id)?;
        Some(self.describe(&held.unit, held.near(day), with_parent))
    }

    pub fn describe(&self, unit: &Unit, entry: &TimelineEntry, with_parent: bool) -> UnitOnDay {
        let parent = entry.parent_id.and_then(|parent| self.reference(parent, entry.valid_from));
        UnitOnDay {
            id: unit.id,
            version: unit.version,
            level: unit.level,
            code: entry.code.clone(),
            name: entry.name.clone(),
            kind_code: entry.kind_code.clone(),
            parent_id: entry.parent_id,
            parent_code: parent.as_ref().map(|parent| parent.code.clone()),
            parent: parent.filter(|_| with_parent),
            territory_number: entry.territory_number,
            valid_from: entry.valid_from,
            valid_to: entry.valid_to,
            confidence: entry.confidence,
        }
    }

    pub fn timeline(&self, id: UnitId) -> Option<Timeline> {
        let held = self.get(id)?;
        Some(Timeline { unit_id: id, level: held.unit.level, items: held.timeline.clone() })
    }

    /// All units there ever were, each as it is or was last.
    pub fn ever(&self) -> Day {
        self.ordered((0..self.units.len()).map(|at| (at, self.units[at].timeline.len().saturating_sub(1))).collect())
    }

    fn ordered(&self, states: Vec<At>) -> Day {
        let (mut by_code, mut by_name) = (states.clone(), states);
        by_code.sort_by_key(|at| (&self.entry(*at).1.code, self.entry(*at).0.id));
        by_name.sort_by_key(|at| (&self.entry(*at).1.name_sort, self.entry(*at).0.id));
        Day { by_code, by_name }
    }

    /// The units of a day in their orders; made once for each day.
    pub fn day(&self, day: LocalDate) -> Arc<Day> {
        let mut days = self.days.lock();
        if let Some(found) = days.get(&day) {
            return found.clone();
        }
        let valid = |at: &usize| {
            self.units[*at].timeline.iter().position(|entry| entry.holds_on(day)).map(|place| (*at, place))
        };
        let made = Arc::new(self.ordered((0..self.units.len()).filter_map(|at| valid(&at)).collect()));
        if days.len() >= DAYS_KEPT {
            days.clear();
        }
        days.insert(day, made.clone());
        made
    }

    /// All units of a day below the nation.
    pub fn tree(&self, day: LocalDate) -> Option<Tree> {
        let root = self.get(self.root()?)?;
        Some(Tree { as_of: day, root: self.node(&root.unit, root.on(day)?, day) })
    }

    fn node(&self, unit: &Unit, entry: &TimelineEntry, day: LocalDate) -> TreeNode {
        let mut below: Vec<(&Unit, &TimelineEntry)> = self.children(unit.id, day).collect();
        below.sort_by_key(|(unit, entry)| (&entry.code, unit.id));
        TreeNode {
            id: unit.id,
            code: entry.code.clone(),
            name: entry.name.clone(),
            kind_code: entry.kind_code.clone(),
            level: unit.level,
            children: below.into_iter().map(|(unit, entry)| self.node(unit, entry, day)).collect(),
        }
    }
}

pub fn reference(id: UnitId, entry: &TimelineEntry) -> UnitRef {
    UnitRef { id, code: entry.code.clone(), name: entry.name.clone(), kind_code: entry.kind_code.clone() }
}
