//! Where money and works lie on another day: the lines and works of a unit, wherever reforms have put them.

use super::ledger::{BudgetLines, HeldLine};
use super::works::{HeldWork, Works};
use crate::access::Scope;
use crate::units::{Direction, Territory, reached};
use crate::values::{LocalDate, UnitId};
use std::collections::HashMap;

/// A line with its place among the units of the basis day.
pub struct PlacedLine<'a> {
    pub line: &'a HeldLine,
    pub home: UnitId,
    /// Its unit was cut: other units have a part of it.
    pub estimated: bool,
}

/// The lines of a unit and of all below it, as far as the scope reaches; each is in one place. Lines of units that a
/// reform ended are found in their successors, and of those without any in the unit above.
pub fn lines<'a>(
    territory: &Territory,
    lines: &'a BudgetLines,
    scope: &Scope,
    unit: UnitId,
    basis: LocalDate,
) -> Vec<PlacedLine<'a>> {
    let mut placed = Vec::new();
    for candidate in candidates(territory, unit, basis) {
        let mut homes: HashMap<LocalDate, Option<(UnitId, bool)>> = HashMap::new();
        for line in lines.of(candidate) {
            let home = homes.entry(line.unit_date).or_insert_with(|| {
                let (home, estimated) = home(territory, candidate, line.unit_date, basis)?;
                let seen = scope.covers(territory, candidate, line.unit_date);
                (seen && territory.is_within(home, unit, basis)).then_some((home, estimated))
            });
            placed.extend(home.map(|(home, estimated)| PlacedLine { line, home, estimated }));
        }
    }
    placed
}

/// Where the money of a unit lies on the basis day.
fn home(territory: &Territory, unit: UnitId, day: LocalDate, basis: LocalDate) -> Option<(UnitId, bool)> {
    if territory.on(unit, basis).is_some() {
        return Some((unit, false));
    }
    let carried = territory.carried_or_above(unit, day, basis);
    carried.to.map(|home| (home, !carried.elsewhere.is_empty()))
}

/// All units whose money may lie there: those that stand there, those of which they came or that came of them, and all
/// that ever stood below these.
fn candidates(territory: &Territory, unit: UnitId, basis: LocalDate) -> Vec<UnitId> {
    let standing = territory.subtree(unit, basis);
    reached(standing.into_iter().map(|(unit, _)| unit.id), |unit| {
        let below = territory.ever_below(unit).map(|(below, _)| below.id);
        let before = territory.edges(unit, Direction::Back).filter_map(|dated| dated.edge.from_unit_id);
        let after = territory.edges(unit, Direction::Forth).filter_map(|dated| dated.edge.to_unit_id);
        below.chain(before).chain(after)
    })
}

/// The works of a unit and of all below it, as far as the scope reaches; without one all of them.
pub fn works<'a>(
    territory: &Territory,
    works: &'a Works,
    scope: Option<&Scope>,
    unit: UnitId,
    basis: LocalDate,
) -> Vec<&'a HeldWork> {
    let all = candidates(territory, unit, basis).into_iter().flat_map(|candidate| works.of(candidate));
    all.filter(|work| {
        let home = home(territory, work.unit_id, work.unit_date, basis);
        home.is_some_and(|(home, _)| territory.is_within(home, unit, basis))
            && scope.is_none_or(|scope| scope.covers(territory, work.unit_id, work.unit_date))
    })
    .collect()
}
