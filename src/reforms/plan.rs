//! From a reform as it is written to what it does: which timelines close, which open, which units follow their parent.
//! Pure: the territory as it is recorded and the body go in, the plan or every fault comes out.

use super::model::{NewEdge, NewSuccession, NewUnitState};
use crate::codes::Code;
use crate::error::{Error, Fault, Faults, Flaw, Place};
use crate::units::{
    Edge, EdgeKind, Level, NewTimelineEntry, Part, Territory, TimelineEntry, Unit, UnitRecord, level_of,
};
use crate::values::{Confidence, Decimal, LocalDate, Timestamp, UnitCode, UnitId, UnitSuccessionId};
use std::collections::{BTreeMap, HashMap, HashSet};

/// What a reform does.
pub struct Plan {
    pub edges: Vec<Edge>,
    /// Units that begin, above before below.
    pub created: Vec<UnitRecord>,
    /// Units whose timeline changes: as they are, and as they will be.
    pub changed: Vec<(UnitRecord, UnitRecord)>,
}

/// A unit that the reform leads to.
struct Outcome<'a> {
    /// Place in the body's `units`; none where the unit only takes in others.
    at: Option<usize>,
    stated: Option<&'a NewUnitState>,
    edges: Vec<usize>,
    /// The unit that lives on.
    continues: Option<UnitId>,
}

struct Planner<'a> {
    territory: &'a Territory,
    new: &'a NewSuccession,
    day: LocalDate,
    before: LocalDate,
    /// Unit before of each edge.
    from: Vec<Option<UnitId>>,
    outcomes: BTreeMap<&'a UnitCode, Outcome<'a>>,
    faults: Faults,
}

fn edge_at(at: usize, member: &str) -> Place {
    Place::Pointer(format!("/edges/{at}{member}"))
}

/// Plan a reform. `id` names it in timelines and edges.
pub fn plan(territory: &Territory, new: &NewSuccession, id: UnitSuccessionId, now: Timestamp) -> Result<Plan, Error> {
    let mut planner = Planner {
        territory,
        new,
        day: new.effective_date,
        before: new.effective_date.previous(),
        from: Vec::new(),
        outcomes: BTreeMap::new(),
        faults: Faults::default(),
    };
    planner.check_kinds();
    planner.find_units_before();
    planner.gather_outcomes();
    planner.check_territory();
    planner.check_codes();
    std::mem::take(&mut planner.faults).finish()?;
    let plan = planner.build(id, now);
    planner.faults.finish()?;
    Ok(plan)
}

impl<'a> Planner<'a> {
    fn fault(&mut self, at: usize, member: &str, code: Code) {
        self.faults.push(Flaw::new(code).at(edge_at(at, member)));
    }

    /// Each kind has its members.
    fn check_kinds(&mut self) {
        if self.new.edges.is_empty() {
            self.faults.push(Fault::pointer("/edges", Code::Required));
        }
        for (at, edge) in self.new.edges.iter().enumerate() {
            for (member, given, wanted) in [
                ("/from_unit_code", edge.from_unit_code.is_some(), edge.kind != EdgeKind::Create),
                ("/to_unit_code", edge.to_unit_code.is_some(), edge.kind != EdgeKind::Abolish),
            ] {
                match (given, wanted) {
                    (false, true) => self.fault(at, member, Code::Required),
                    (true, false) => self.fault(at, member, Code::EdgeKindMismatch),
                    _ => {}
                }
            }
            let part = edge.part.unwrap_or(Part::Whole);
            let wrong_part = match edge.kind {
                EdgeKind::Split => part == Part::Whole,
                EdgeKind::Merge => false,
                _ => part == Part::Part,
            };
            if wrong_part {
                self.fault(at, "/part", Code::EdgeKindMismatch);
            }
            let wrong_life = match edge.kind {
                EdgeKind::Rename | EdgeKind::ChangeOfType | EdgeKind::Move => edge.continues == Some(false),
                EdgeKind::Create | EdgeKind::Abolish => edge.continues == Some(true),
                EdgeKind::Merge | EdgeKind::Split => false,
            };
            if wrong_life {
                self.fault(at, "/continues", Code::EdgeKindMismatch);
            }
            for (member, share) in
                [("/area_percent", edge.area_percent), ("/population_percent", edge.population_percent)]
            {
                if share.is_some_and(|share| share <= Decimal::ZERO) {
                    self.fault(at, member, Code::TooSmall);
                } else if share.is_some_and(|share| share > Decimal::HUNDRED) {
                    self.fault(at, member, Code::TooLarge);
                }
            }
        }
    }

    /// Who bore each code on the day before, and that nothing later is recorded of it.
    fn find_units_before(&mut self) {
        for (at, edge) in self.new.edges.iter().enumerate() {
            let Some(code) = &edge.from_unit_code else {
                self.from.push(None);
                continue;
            };
            let holders = self.territory.holders(code);
            let found = holders.iter().find(|(_, entry)| entry.holds_on(self.before)).map(|(unit, _)| *unit);
            if found.is_none() {
                let mut flaw = Flaw::new(Code::UnitCodeNotHeld);
                flaw.candidates = holders.iter().map(|(unit, entry)| self.territory.candidate(*unit, entry)).collect();
                self.faults.push(flaw.at(edge_at(at, "/from_unit_code")));
            } else if let Some(unit) = found
                && !self.is_open(unit)
            {
                self.fault(at, "/from_unit_code", Code::SuccessionDateGap);
            }
            self.from.push(found);
        }
    }

    /// Does the last state of the unit hold on the day before and last?
    fn is_open(&self, unit: UnitId) -> bool {
        let last = self.territory.get(unit).and_then(|held| held.timeline.last());
        last.is_some_and(|entry| entry.holds_on(self.before) && entry.valid_to.is_none())
    }

    /// Which units the reform leads to, each with its edges.
    fn gather_outcomes(&mut self) {
        let mut outcomes: BTreeMap<&'a UnitCode, Outcome<'a>> = BTreeMap::new();
        for (at, stated) in self.new.units.iter().flatten().enumerate() {
            let outcome = Outcome { at: Some(at), stated: Some(stated), edges: Vec::new(), continues: None };
            if outcomes.insert(&stated.code, outcome).is_some() {
                self.faults.push(Fault::pointer(&format!("/units/{at}/code"), Code::DuplicateItem));
            }
        }
        let new: &'a NewSuccession = self.new;
        for (at, edge) in new.edges.iter().enumerate() {
            let Some(code) = &edge.to_unit_code else { continue };
            let outcome = outcomes.entry(code).or_insert_with(|| Outcome {
                at: None,
                stated: None,
                edges: Vec::new(),
                continues: None,
            });
            outcome.edges.push(at);
            let lives_on = edge.continues.unwrap_or(edge.kind.keeps_territory());
            let Some(from) = self.from.get(at).copied().flatten() else { continue };
            if lives_on && outcome.continues.replace(from).is_some() {
                self.faults.push(Flaw::new(Code::EdgeKindMismatch).at(edge_at(at, "/continues")));
            }
        }
        let mut living = HashSet::new();
        for (code, outcome) in &outcomes {
            let Some(first) = outcome.edges.first().copied() else {
                if let Some(at) = outcome.at {
                    self.faults.push(Fault::pointer(&format!("/units/{at}"), Code::ResultWithoutOrigin));
                }
                continue;
            };
            // A unit that is neither stated nor lives on is unknown; one that lives on unstated keeps its code.
            if outcome.stated.is_none() {
                let own = outcome.continues.and_then(|unit| self.territory.on(unit, self.before));
                if own.is_none_or(|entry| entry.code != **code) {
                    self.faults.push(Flaw::new(Code::UnknownReference).at(edge_at(first, "/to_unit_code")));
                }
            }
            if let Some(unit) = outcome.continues
                && !living.insert(unit)
            {
                self.faults.push(Flaw::new(Code::EdgeKindMismatch).at(edge_at(first, "/continues")));
            }
            let kinds: Vec<EdgeKind> = outcome.edges.iter().map(|at| self.new.edges[*at].kind).collect();
            if kinds.len() > 1 && kinds.iter().any(|kind| kind.keeps_territory() || *kind == EdgeKind::Create) {
                self.faults.push(Flaw::new(Code::EdgeKindMismatch).at(edge_at(first, "/kind")));
            }
            if let (Some(at), Some(stated), Some(unit)) = (outcome.at, outcome.stated, outcome.continues)
                && self.territory.get(unit).is_some_and(|held| held.unit.level != level_of(&stated.code))
            {
                self.faults.push(Fault::pointer(&format!("/units/{at}/code"), Code::UnitLevelOrder));
            }
        }
        self.outcomes = outcomes;
    }

    /// All territory of every unit goes somewhere, and none of it twice.
    fn check_territory(&mut self) {
        let mut by_unit: BTreeMap<UnitId, Vec<usize>> = BTreeMap::new();
        for (at, unit) in self.from.iter().enumerate() {
            if let Some(unit) = unit {
                by_unit.entry(*unit).or_default().push(at);
            }
        }
        let new: &'a NewSuccession = self.new;
        for edges in by_unit.into_values() {
            let whole = |at: &&usize| new.edges[**at].part.unwrap_or(Part::Whole) == Part::Whole;
            let first = edges[0];
            if edges.iter().any(|at| whole(&at)) {
                for at in &edges[1..] {
                    self.fault(*at, "", Code::TerritoryUsedTwice);
                }
                continue;
            }
            if edges.len() == 1 {
                self.fault(first, "", Code::TerritoryLeftOver);
                continue;
            }
            let mut targets = HashSet::new();
            for at in &edges {
                if !targets.insert(&new.edges[*at].to_unit_code) {
                    self.fault(*at, "", Code::TerritoryUsedTwice);
                }
            }
            self.check_shares(&edges, "/area_percent", |edge| edge.area_percent);
            self.check_shares(&edges, "/population_percent", |edge| edge.population_percent);
        }
    }

    /// Known shares of one unit: all together exactly the whole, some of them less than it.
    fn check_shares(&mut self, edges: &[usize], member: &str, share: impl Fn(&NewEdge) -> Option<Decimal>) {
        let known: Vec<Decimal> = edges.iter().filter_map(|at| share(&self.new.edges[*at])).collect();
        let sum = known.iter().try_fold(Decimal::ZERO, |sum, share| sum.checked_add(*share));
        let Some(sum) = sum.filter(|_| !known.is_empty()) else { return };
        let complete = known.len() == edges.len();
        let last = edges[edges.len() - 1];
        if sum > Decimal::HUNDRED || (!complete && sum == Decimal::HUNDRED) {
            self.fault(last, member, Code::TerritoryUsedTwice);
        } else if complete && sum < Decimal::HUNDRED {
            self.fault(last, member, Code::TerritoryLeftOver);
        }
    }

    /// No code is borne twice from the day on.
    fn check_codes(&mut self) {
        let touched: HashSet<UnitId> = self.from.iter().flatten().copied().collect();
        let mut taken = Vec::new();
        for (code, outcome) in &self.outcomes {
            let holders = self.territory.holders(code);
            let other = holders.iter().find(|(unit, entry)| {
                let lasts = entry.valid_to.is_none_or(|end| self.day < end);
                lasts && !touched.contains(unit)
            });
            if let Some((unit, entry)) = other {
                let mut flaw = Flaw::new(Code::UnitCodeTaken);
                flaw.candidates.push(self.territory.candidate(*unit, entry));
                taken.push(flaw.at(match outcome.at {
                    Some(at) => Place::Pointer(format!("/units/{at}/code")),
                    None => edge_at(outcome.edges.first().copied().unwrap_or_default(), "/to_unit_code"),
                }));
            }
        }
        self.faults.0.extend(taken);
    }

    fn build(&mut self, id: UnitSuccessionId, now: Timestamp) -> Plan {
        let ids: HashMap<&UnitCode, UnitId> = self
            .outcomes
            .iter()
            .map(|(code, outcome)| (*code, outcome.continues.unwrap_or_else(UnitId::new)))
            .collect();
        let mut edges: Vec<Edge> = Vec::with_capacity(self.new.edges.len());
        for (at, edge) in self.new.edges.iter().enumerate() {
            let (from_unit_id, to_unit_id) =
                (self.from[at], edge.to_unit_code.as_ref().and_then(|code| ids.get(code).copied()));
            edges.push(Edge {
                succession_id: id,
                position: 0,
                group_number: 0,
                kind: edge.kind,
                act_number: edge.act_number.clone().unwrap_or_else(|| self.new.act_number.clone()),
                from_unit_id,
                to_unit_id,
                part: edge.part.unwrap_or(Part::Whole),
                continues: from_unit_id.is_some() && from_unit_id == to_unit_id,
                implied: false,
                area_percent: edge.area_percent,
                population_percent: edge.population_percent,
                confidence: edge.confidence.or(self.new.confidence).unwrap_or(Confidence::Verified),
            });
        }
        let living: HashSet<UnitId> = ids.values().copied().collect();
        let ended: HashSet<UnitId> =
            self.from.iter().flatten().copied().filter(|unit| !living.contains(unit)).collect();
        let followers = self.followers(&ended, &edges);
        for (child, _, at) in &followers {
            let cause = edges[*at].clone();
            edges.push(Edge {
                kind: EdgeKind::Move,
                from_unit_id: Some(*child),
                to_unit_id: Some(*child),
                continues: true,
                implied: true,
                ..cause
            });
        }
        number(&mut edges);

        let mut changed: BTreeMap<UnitId, (UnitRecord, UnitRecord)> = BTreeMap::new();
        let mut created: Vec<UnitRecord> = Vec::new();
        let touched: Vec<UnitId> =
            self.from.iter().flatten().copied().chain(followers.iter().map(|(child, _, _)| *child)).collect();
        for unit in touched {
            let Some(held) = self.territory.get(unit) else { continue };
            let before = UnitRecord { unit: held.unit.clone(), timeline: held.timeline.clone() };
            let mut after = before.clone();
            if let Some(last) = after.timeline.last_mut() {
                last.valid_to = Some(self.day);
            }
            changed.insert(unit, (before, after));
        }
        for (child, parent, at) in &followers {
            if let Some((_, after)) = changed.get_mut(child)
                && let Some(last) = after.timeline.last().cloned()
            {
                let entry = NewTimelineEntry {
                    parent_id: Some(*parent),
                    valid_from: self.day,
                    valid_to: None,
                    act_number: Some(edges[*at].act_number.clone()),
                    succession_id: Some(id),
                    ..NewTimelineEntry::from(last)
                };
                after.timeline.push(entry.of(*child));
            }
        }
        let parents = self.parents(&ids, &ended);
        for (code, outcome) in &self.outcomes {
            let unit = ids[*code];
            let act_number = outcome.edges.first().map(|at| edges[*at].act_number.clone());
            let kept = outcome.edges.iter().all(|at| self.new.edges[*at].kind.keeps_territory());
            let last = changed.get(&unit).and_then(|(before, _)| before.timeline.last().cloned());
            let entry = match (outcome.stated, &last) {
                (Some(stated), last) => NewTimelineEntry {
                    code: stated.code.clone(),
                    name: stated.name.clone(),
                    kind_code: stated.kind_code.clone(),
                    parent_id: parents.get(*code).copied(),
                    territory_number: last.as_ref().map_or(1, |last| last.territory_number + i32::from(!kept)),
                    valid_from: self.day,
                    valid_to: None,
                    act_number,
                    succession_id: Some(id),
                    confidence: stated.confidence.or(self.new.confidence).unwrap_or(Confidence::Verified),
                },
                (None, Some(last)) => NewTimelineEntry {
                    territory_number: last.territory_number + 1,
                    valid_from: self.day,
                    valid_to: None,
                    act_number,
                    succession_id: Some(id),
                    ..NewTimelineEntry::from(last.clone())
                },
                (None, None) => continue,
            };
            match changed.get_mut(&unit) {
                Some((_, after)) => after.timeline.push(entry.of(unit)),
                None => {
                    let row = Unit { id: unit, version: 1, level: level_of(code), created_at: now };
                    created.push(UnitRecord { timeline: vec![entry.of(unit)], unit: row });
                }
            }
        }
        created.sort_by_key(|record| record.unit.level);
        Plan { edges, created, changed: changed.into_values().collect() }
    }

    /// Units below one that ends follow it into its successor of the same level; without one they are left alone.
    fn followers(&mut self, ended: &HashSet<UnitId>, edges: &[Edge]) -> Vec<(UnitId, UnitId, usize)> {
        let named: HashSet<UnitId> = self.from.iter().flatten().copied().collect();
        let mut followers = Vec::new();
        let mut parents: Vec<UnitId> = ended.iter().copied().collect();
        parents.sort();
        for parent in parents {
            let Some(at) = edges.iter().position(|edge| edge.from_unit_id == Some(parent)) else { continue };
            let whole = edges[at].part == Part::Whole;
            let heir = edges[at].to_unit_id.filter(|heir| {
                whole && self.level_after(*heir, edges) == self.territory.get(parent).map(|held| held.unit.level)
            });
            let mut children: Vec<(UnitId, TimelineEntry)> = self
                .territory
                .ever_below(parent)
                .filter(|(_, entry)| entry.valid_to.is_none_or(|end| self.day < end))
                .map(|(unit, entry)| (unit.id, entry.clone()))
                .filter(|(child, _)| !named.contains(child))
                .collect();
            children.sort_by(|one, two| one.1.code.cmp(&two.1.code));
            for (child, entry) in children {
                let code = match heir {
                    Some(heir) if self.is_open(child) => {
                        followers.push((child, heir, at));
                        continue;
                    }
                    Some(_) => Code::SuccessionDateGap,
                    None => Code::UnitOrphaned,
                };
                let mut flaw = Flaw::new(code);
                flaw.candidates.push(self.territory.candidate(child, &entry));
                self.faults.push(flaw.at(edge_at(at, "/from_unit_code")));
            }
        }
        followers
    }

    fn level_after(&self, unit: UnitId, edges: &[Edge]) -> Option<Level> {
        let known = self.territory.get(unit).map(|held| held.unit.level);
        known.or_else(|| {
            let at = edges.iter().position(|edge| edge.to_unit_id == Some(unit))?;
            self.new.edges[at].to_unit_code.as_ref().map(level_of)
        })
    }

    /// The unit above each stated unit, as it is from the day on.
    fn parents(&mut self, ids: &HashMap<&UnitCode, UnitId>, ended: &HashSet<UnitId>) -> HashMap<UnitCode, UnitId> {
        let touched: HashSet<UnitId> = self.from.iter().flatten().copied().collect();
        let mut parents = HashMap::new();
        let mut wrong = Vec::new();
        for (at, stated) in self.new.units.iter().flatten().enumerate() {
            let among = ids.get(&stated.parent_code).copied();
            let holders = self.territory.holders(&stated.parent_code);
            let held = holders
                .iter()
                .find(|(unit, entry)| entry.holds_on(self.day) && !ended.contains(unit) && !touched.contains(unit));
            let place = Place::Pointer(format!("/units/{at}/parent_code"));
            match among.or(held.map(|(unit, _)| *unit)) {
                Some(parent) if level_of(&stated.parent_code) < level_of(&stated.code) => {
                    parents.insert(stated.code.clone(), parent);
                }
                Some(_) => wrong.push(Flaw::new(Code::UnitLevelOrder).at(place)),
                None => {
                    let mut flaw = Flaw::new(Code::UnitCodeNotHeld);
                    flaw.candidates =
                        holders.iter().map(|(unit, entry)| self.territory.candidate(*unit, entry)).collect();
                    wrong.push(flaw.at(place));
                }
            }
        }
        self.faults.0.extend(wrong);
        parents
    }
}

/// Give edges their positions, and connected ones a common number.
fn number(edges: &mut [Edge]) {
    let mut group_of: HashMap<UnitId, usize> = HashMap::new();
    let mut joined: Vec<usize> = Vec::new();
    fn root(joined: &mut [usize], mut group: usize) -> usize {
        while joined[group] != group {
            joined[group] = joined[joined[group]];
            group = joined[group];
        }
        group
    }
    let mut own = Vec::with_capacity(edges.len());
    for edge in edges.iter() {
        let group = joined.len();
        joined.push(group);
        for unit in [edge.from_unit_id, edge.to_unit_id].into_iter().flatten() {
            let other = *group_of.entry(unit).or_insert(group);
            let (one, two) = (root(&mut joined, other), root(&mut joined, group));
            joined[one.max(two)] = one.min(two);
        }
        own.push(group);
    }
    let mut numbers: HashMap<usize, i32> = HashMap::new();
    for ((edge, group), position) in edges.iter_mut().zip(own).zip(1..) {
        let next = numbers.len() as i32 + 1;
        edge.position = position;
        edge.group_number = *numbers.entry(root(&mut joined, group)).or_insert(next);
    }
}
