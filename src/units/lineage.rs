//! Where a territory came from and where it went, to any depth, from memory.

use super::edges::{Edge, EdgeKind, Part};
use super::model::UnitRef;
use super::territory::Territory;
use crate::values::{Decimal, LocalDate, Title, UnitId, UnitSuccessionId};
use serde::Serialize;
use std::collections::{HashSet, VecDeque};
use utoipa::ToSchema;

/// One unit before or after another.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct LineageStep {
    /// The unit as it was on the last day before, or on the first day after the reform.
    pub unit: UnitRef,
    /// The territory it had then.
    #[schema(minimum = 1, maximum = 1000)]
    pub territory_number: i32,
    /// Reforms between it and the unit asked for.
    #[schema(minimum = 1, maximum = 1000)]
    pub depth: i32,
    pub kind: EdgeKind,
    /// How much of the unit before went to the unit after.
    pub part: Part,
    pub area_percent: Option<Decimal>,
    pub population_percent: Option<Decimal>,
    /// The unit on the other side of this step.
    pub neighbour_id: UnitId,
    /// The succession.
    pub event_id: UnitSuccessionId,
    pub effective_date: LocalDate,
    pub act_number: Title,
}

/// The lineage of a unit.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Lineage {
    pub unit: UnitRef,
    /// Nearest first.
    #[schema(max_items = 20000)]
    pub predecessors: Vec<LineageStep>,
    /// Nearest first.
    #[schema(max_items = 20000)]
    pub successors: Vec<LineageStep>,
}

/// An edge that is in force, with the day from which it works.
#[derive(Debug, Clone)]
pub struct DatedEdge {
    pub effective_date: LocalDate,
    pub edge: Edge,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Direction {
    Back,
    Forth,
}

impl Territory {
    /// The lineage of a unit, as far as `depth` reforms.
    pub fn lineage(&self, id: UnitId, day: LocalDate, depth: i32) -> Option<Lineage> {
        Some(Lineage {
            unit: self.reference(id, day)?,
            predecessors: self.steps(id, Direction::Back, depth),
            successors: self.steps(id, Direction::Forth, depth),
        })
    }

    /// Edges that lead from the unit to others, or from others to it. A unit that lives on is no other.
    pub fn edges(&self, id: UnitId, direction: Direction) -> impl Iterator<Item = &DatedEdge> {
        self.all_edges_of(id, direction).filter(|dated| !dated.edge.continues)
    }

    /// All edges of the unit in one direction, those of its own life among them.
    pub(super) fn all_edges_of(&self, id: UnitId, direction: Direction) -> impl Iterator<Item = &DatedEdge> {
        let places = match direction {
            Direction::Back => self.edges_to.get(&id),
            Direction::Forth => self.edges_from.get(&id),
        };
        places.into_iter().flatten().map(|at| &self.edges[*at])
    }

    /// Edges by which the territory came together that the unit has on a day, with the day on which it did. A unit
    /// that lives on is among those it came from.
    pub fn origins(&self, id: UnitId, day: LocalDate) -> Vec<(UnitId, &DatedEdge)> {
        let Some(days) = self.get(id).and_then(|held| held.territory_on(day)) else { return Vec::new() };
        let edges = self.edges_to.get(&id).into_iter().flatten().map(|at| &self.edges[*at]);
        let begun = edges.filter(|dated| dated.effective_date == days.from && !dated.edge.kind.keeps_territory());
        begun.filter_map(|dated| Some((dated.edge.from_unit_id?, dated))).collect()
    }

    /// All edges, oldest first.
    pub fn dated_edges(&self) -> impl Iterator<Item = &DatedEdge> {
        self.edges.iter()
    }

    fn steps(&self, id: UnitId, direction: Direction, depth: i32) -> Vec<LineageStep> {
        let mut found = Vec::new();
        let mut seen: HashSet<(UnitSuccessionId, i32)> = HashSet::new();
        let mut open: VecDeque<(UnitId, i32, Option<LocalDate>)> = VecDeque::from([(id, 0, None)]);
        while let Some((unit, steps, day)) = open.pop_front() {
            if steps >= depth {
                continue;
            }
            for DatedEdge { effective_date, edge } in self.edges(unit, direction) {
                let in_time = in_line(direction, *effective_date, day);
                let (other, asked) = match direction {
                    Direction::Back => (edge.from_unit_id, effective_date.previous()),
                    Direction::Forth => (edge.to_unit_id, *effective_date),
                };
                let Some(other) = other.filter(|_| in_time) else { continue };
                if !seen.insert((edge.succession_id, edge.position)) {
                    continue;
                }
                let (Some(reference), Some(held)) = (self.reference(other, asked), self.get(other)) else { continue };
                found.push(LineageStep {
                    unit: reference,
                    territory_number: held.near(asked).territory_number,
                    depth: steps + 1,
                    kind: edge.kind,
                    part: edge.part,
                    area_percent: edge.area_percent,
                    population_percent: edge.population_percent,
                    neighbour_id: unit,
                    event_id: edge.succession_id,
                    effective_date: *effective_date,
                    act_number: edge.act_number.clone(),
                });
                open.push_back((other, steps + 1, Some(*effective_date)));
            }
        }
        found
    }

    /// Units that this one's territory came from by that day, however long ago.
    pub fn predecessors(&self, id: UnitId, until: LocalDate) -> Vec<UnitId> {
        self.reached(id, Direction::Back, until, |_| true)
    }

    /// Units that took over all of this one by that day, however often.
    pub fn heirs(&self, id: UnitId, until: LocalDate) -> Vec<UnitId> {
        self.reached(id, Direction::Forth, until, |edge| edge.part == Part::Whole)
    }

    /// Units that took over all or a part of this one by that day.
    pub fn successors(&self, id: UnitId, until: LocalDate) -> Vec<UnitId> {
        self.reached(id, Direction::Forth, until, |_| true)
    }

    fn reached(
        &self,
        id: UnitId,
        direction: Direction,
        until: LocalDate,
        follow: impl Fn(&Edge) -> bool,
    ) -> Vec<UnitId> {
        let mut found: Vec<UnitId> = Vec::new();
        let mut open: Vec<(UnitId, Option<LocalDate>)> = vec![(id, None)];
        while let Some((unit, day)) = open.pop() {
            let edges = self.edges(unit, direction);
            for DatedEdge { effective_date, edge } in edges.filter(|dated| follow(&dated.edge)) {
                let other = if direction == Direction::Back { edge.from_unit_id } else { edge.to_unit_id };
                let in_time = *effective_date <= until && in_line(direction, *effective_date, day);
                if let Some(other) = other.filter(|other| in_time && *other != id && !found.contains(other)) {
                    found.push(other);
                    open.push((other, Some(*effective_date)));
                }
            }
        }
        found
    }
}

/// What a unit gave away or took in before it took part in this line is not of this line.
fn in_line(direction: Direction, effective_date: LocalDate, day: Option<LocalDate>) -> bool {
    day.is_none_or(|day| match direction {
        Direction::Back => effective_date < day,
        Direction::Forth => effective_date > day,
    })
}
