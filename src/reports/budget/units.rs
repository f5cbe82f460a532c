//! The units into which a report is divided.

use crate::access::Scope;
use crate::units::{Level, Territory};
use crate::values::{LocalDate, UnitId};

/// How a report is divided by units.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ByUnit {
    Children,
    Level(Level),
}

/// The units into which a report is divided, in the order of their codes.
pub fn groups(territory: &Territory, scope: &Scope, unit: UnitId, basis: LocalDate, by: ByUnit) -> Vec<UnitId> {
    let below = territory.subtree(unit, basis).into_iter();
    let wanted = below.filter(|(below, entry)| match by {
        ByUnit::Children => entry.parent_id == Some(unit),
        ByUnit::Level(level) => below.level == level,
    });
    let mut groups: Vec<_> = wanted
        .filter(|(below, _)| scope.covers(territory, below.id, basis))
        .map(|(below, entry)| (entry.code.clone(), below.id))
        .collect();
    groups.sort();
    groups.into_iter().map(|(_, unit)| unit).collect()
}
