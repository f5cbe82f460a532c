//! What nobody is in charge of.

use super::model::{ChargeGaps, CommitteeRow, FormerCharge, UnchargedCriterion, UnchargedUnit};
use super::queries;
use crate::access::Scope;
use crate::criteria::{CriteriaSets, HeldSet};
use crate::db::{Conn, Snapshot};
use crate::error::Error;
use crate::parties::mandates::{self, MandateRow, counts_on};
use crate::units::{Level, Territory, UnitRef};
use crate::values::{CommitteeId, CriterionCode, LocalDate, Names, UnitId};
use std::collections::{HashMap, HashSet};

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
) -> ChargeGaps {
    let territory = memory.part::<Territory>();
    let charges: Vec<&MandateRow> = mandates.iter().filter(|charge| counts_on(charge, mandates, day)).collect();
    let mut by_unit: HashMap<UnitId, Vec<&MandateRow>> = HashMap::new();
    for mandate in mandates {
        if let Some(unit) = mandate.charge_unit_id {
            by_unit.entry(unit).or_default().push(mandate);
        }
    }
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
    let is_followed = |unit: &UnitId| territory.ancestors(*unit, day).any(|above| followed.contains(&above));
    let uncharged = communes.iter().filter(|unit| !is_followed(unit));
    let mut uncharged: Vec<UnitRef> = uncharged.filter_map(|unit| territory.reference(*unit, day)).collect();
    uncharged.sort_by(|one, two| one.code.cmp(&two.code));
    let uncharged_count = uncharged.len() as i64;
    let told = uncharged.into_iter().take(MOST_UNITS);
    let units =
        told.map(|unit| UnchargedUnit { former_charges: former(territory, mandates, &by_unit, unit.id, day), unit });
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
    ChargeGaps {
        committee_id: committee.id,
        as_of: day,
        criteria_set_code: set.map(|set| set.row.code.clone()),
        unit_count: communes.len() as i64,
        uncharged_count,
        units: units.collect(),
        criteria: criteria.unwrap_or_default(),
    }
}

/// What nobody is in charge of in the committee that is named, else in each steering committee of a unit that counts on
/// the day.
pub fn charge_gaps(
    conn: &mut Conn,
    memory: &Snapshot,
    scope: &Scope,
    unit: UnitId,
    committee: Option<CommitteeId>,
    today: LocalDate,
) -> Result<Vec<ChargeGaps>, Error> {
    let mut gaps = Vec::new();
    for row in queries::steering(conn, scope, unit, today)? {
        if committee.is_some_and(|committee| committee != row.id) {
            continue;
        }
        let held = memory.part::<Territory>().get(row.unit_id);
        let day = held.map_or(today, |held| held.nearest_day(today));
        let mandates = mandates::of_committee(conn, row.id)?;
        gaps.push(of(memory, &row, &mandates, None, day));
    }
    Ok(gaps)
}

/// Charges of the units out of which this territory came, as they stood on the last day of each.
fn former(
    territory: &Territory,
    mandates: &[MandateRow],
    by_unit: &HashMap<UnitId, Vec<&MandateRow>>,
    unit: UnitId,
    day: LocalDate,
) -> Vec<FormerCharge> {
    let mut found = Vec::new();
    for before in territory.predecessors(unit, day) {
        let Some(charges) = by_unit.get(&before) else { continue };
        let Some(last) = territory.get(before).and_then(|held| held.last_day()) else { continue };
        for charge in charges.iter().filter(|charge| counts_on(charge, mandates, last.min(day))) {
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
