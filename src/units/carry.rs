//! From the units of one day to those of another: where a unit is to be found, and who else has a part of it.
//!
//! Results of a commune that was cut are not divided: they are found in one of its successors, the one with the
//! largest known share of its population, else of its area, else the first that the act names.

use super::edges::{Edge, Part};
use super::lineage::{DatedEdge, Direction};
use super::territory::Territory;
use crate::values::{Decimal, LocalDate, UnitId};

/// Where a unit of one day is to be found on another.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Carried {
    /// The unit that stands for it; none where it ended without a successor or came from none.
    pub to: Option<UnitId>,
    /// Units that have another part of it.
    pub elsewhere: Vec<UnitId>,
}

impl Territory {
    /// Find a unit of the day `from` among the units of the day `to`, before or after.
    pub fn carried(&self, unit: UnitId, from: LocalDate, to: LocalDate) -> Carried {
        let mut carried = Carried::default();
        self.carry(unit, from, to, true, &mut carried);
        let counted = carried.to;
        carried.elsewhere.retain(|other| Some(*other) != counted);
        carried.elsewhere.sort();
        carried.elsewhere.dedup();
        carried
    }

    /// As `carried`, and where nothing of its level took the unit's place, the unit above that did.
    pub fn carried_or_above(&self, unit: UnitId, from: LocalDate, to: LocalDate) -> Carried {
        let own = self.carried(unit, from, to);
        if own.to.is_some() {
            return own;
        }
        let above = self.ancestors(unit, from).skip(1).find_map(|above| self.carried(above, from, to).to);
        Carried { to: above, ..own }
    }

    fn carry(&self, unit: UnitId, from: LocalDate, to: LocalDate, counts: bool, carried: &mut Carried) {
        let direction = if from <= to { Direction::Forth } else { Direction::Back };
        let step = self.next_step(unit, from, to, direction);
        if step.is_empty() {
            if self.on(unit, to).is_some() {
                if counts && carried.to.is_none() {
                    carried.to = Some(unit);
                } else {
                    carried.elsewhere.push(unit);
                }
            }
            return;
        }
        for (at, DatedEdge { effective_date, edge }) in step.iter().enumerate() {
            let (next, day) = match direction {
                Direction::Forth => (edge.to_unit_id, *effective_date),
                Direction::Back => (edge.from_unit_id, effective_date.previous()),
            };
            if let Some(next) = next {
                self.carry(next, day, to, counts && at == 0, carried);
            }
        }
    }

    /// The edges of the next reform of the unit on the way, the one that counts first.
    fn next_step(&self, unit: UnitId, from: LocalDate, to: LocalDate, direction: Direction) -> Vec<&DatedEdge> {
        let on_the_way = |dated: &&DatedEdge| match direction {
            Direction::Forth => from < dated.effective_date && dated.effective_date <= to,
            Direction::Back => to < dated.effective_date && dated.effective_date <= from,
        };
        let mut edges: Vec<&DatedEdge> = self.all_edges_of(unit, direction).filter(on_the_way).collect();
        let days = edges.iter().map(|dated| dated.effective_date);
        let next = if direction == Direction::Forth { days.min() } else { days.max() };
        edges.retain(|dated| Some(dated.effective_date) == next);
        edges.sort_by(|one, two| weight(&two.edge).cmp(&weight(&one.edge)).then(place(one).cmp(&place(two))));
        edges
    }
}

/// The largest share goes first: all of a unit before a part, a known share of the population before any of the area,
/// a known one before an unknown.
fn weight(edge: &Edge) -> (bool, Option<Decimal>, Option<Decimal>) {
    (edge.part == Part::Whole, edge.population_percent, edge.area_percent)
}

fn place(dated: &DatedEdge) -> i32 {
    dated.edge.position
}
