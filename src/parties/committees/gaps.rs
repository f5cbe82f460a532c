//! What nobody is in charge of.

use super::model::{ChargeGaps, CommitteeRow, FormerCharge, UnchargedCriterion, UnchargedUnit};
use crate::criteria::{CriteriaSets, HeldSet};
use crate::db::Snapshot;
use crate::error::Error;
use crate::parties::mandates::{MandateRow, charges_on};
use crate::units::{Level, Territory};
use crate::values::{CriterionCode, LocalDate, Names, UnitId};
use std::collections::HashSet;

/// Communes that are told one by one.
const MOST_UNITS: usize = 1000;

/// The communes of a committee's territory and the criteria of a set that no member is in charge of on a day.
///
/// A charge of a unit covers what is below it on that day. After a reform a charge of a unit that has ended covers
/// nothing: the units that took over its territory are told with whoever followed it before.
pub fn of(
    memory: &Snapshot,
    committee: &CommitteeRow,
    mandates: &[MandateRow],
    set: Option<&HeldSet>,
    day: LocalDate,
) -> Result<ChargeGaps, Error> {
    let territory = memory.part::<Territory>();
    let charges: Vec<&MandateRow> = charges_on(mandates, day).collect();
    // Whoever follows a criterion follows it everywhere; whoever follows it in one unit does not follow that unit.
    let followed: HashSet<UnitId> = charges
        .iter()
        .filter(|charge| charge.criterion_code.is_none())
        .filter_map(|charge| charge.charge_unit_id)
        .collect();
    let communes: Vec<UnitId> = territory
        .subtree(committee.unit_id, day)
        .into_iter()
        .filter(|(unit, _)| unit.level == Level::Commune && unit.id != committee.unit_id)
        .map(|(unit, _)| unit.id)
        .collect();
    let mut units = Vec::new();
    for unit in &communes {
        if territory.ancestors(*unit, day).any(|above| followed.contains(&above)) {
            continue;
        }
        let reference = territory.reference(*unit, day);
        units.push(UnchargedUnit {
            unit: reference.ok_or_else(|| Error::internal("a unit of the tree that is not there"))?,
            former_charges: former(territory, mandates, *unit, day),
        });
    }
    units.sort_by(|one, two| one.unit.code.cmp(&two.unit.code));
    let sets = memory.part::<CriteriaSets>();
    // A province's set asks the criteria of the one on which it stands.
    let same = |one, two| sets.stands_on(one, two) || sets.stands_on(two, one);
    let criteria = set.map(|set| {
        let is_followed = |code: &CriterionCode| {
            charges.iter().any(|charge| {
                charge.charge_unit_id.is_none()
                    && charge.criterion_code.as_ref() == Some(code)
                    && charge.criteria_set_id.is_some_and(|of| same(of, set.row.id))
            })
        };
        let open = set.criteria.iter().filter(|criterion| !is_followed(&criterion.code));
        open.map(|row| UnchargedCriterion {
            code: row.code.clone(),
            name: Names { vi: row.name_vi.clone(), en: row.name_en.clone() },
        })
        .collect()
    });
    Ok(ChargeGaps {
        committee_id: committee.id,
        as_of: day,
        criteria_set_code: set.map(|set| set.row.code.clone()),
        unit_count: communes.len() as i64,
        uncharged_count: units.len() as i64,
        units: units.into_iter().take(MOST_UNITS).collect(),
        criteria: criteria.unwrap_or_default(),
    })
}

/// Charges of the units out of which this territory came, as they stood on the last day of each.
fn former(territory: &Territory, mandates: &[MandateRow], unit: UnitId, day: LocalDate) -> Vec<FormerCharge> {
    let mut found = Vec::new();
    for before in territory.predecessors(unit, day) {
        let Some(last) = territory.get(before).and_then(|held| held.last_day()) else { continue };
        let charges = charges_on(mandates, last.min(day)).filter(|charge| charge.charge_unit_id == Some(before));
        for charge in charges {
            let Some(unit) = territory.reference(before, last) else { continue };
            found.push(FormerCharge {
                mandate_id: charge.id,
                person_id: charge.person_id,
                agency_id: charge.agency_id,
                unit,
            });
        }
    }
    found.sort_by(|one, two| (&one.unit.code, one.mandate_id).cmp(&(&two.unit.code, two.mandate_id)));
    found
}
