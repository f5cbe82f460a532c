//! What follows from a recognition for the unit's other statuses. It is told; an act has to do it.

use super::model::{Consequence, ConsequenceKind};
use crate::criteria::{CriteriaSets, HeldSet, SetStatus};
use crate::db::Snapshot;
use crate::error::Error;
use crate::statuses::{Statuses, UnitStatusKind, UnitStatusRow};
use crate::units::Territory;
use crate::values::{LocalDate, Scalar, Title, UnitId};

/// Source: QĐ 33/2020/QĐ-TTg: a commune of region II or III that is recognised as new-rural is region I from the day on
/// which the decision takes effect, and its policies for II and III end; reported by ministries, text not seen whole.
const REGION_ACT: &str = "33/2020/QĐ-TTg";

/// What follows for a unit that is recognised from a day on.
pub fn of_recognition(memory: &Snapshot, unit: UnitId, day: LocalDate) -> Result<Vec<Consequence>, Error> {
    let (territory, statuses) = (memory.part::<Territory>(), memory.part::<Statuses>());
    let act = Title::parse(REGION_ACT).map_err(|_| Error::internal("an act without number"))?;
    let held = |kind| statuses.held(territory, unit, kind, day);
    let class = held(UnitStatusKind::RegionClass).filter(|row| row.value_code.as_str() != "I");
    let difficult = held(UnitStatusKind::Dbkk);
    let kinds = [(class, ConsequenceKind::RegionClassEnds), (difficult, ConsequenceKind::DbkkConflict)];
    let mut found = Vec::new();
    let tell = |kind, row: &UnitStatusRow, set: Option<&HeldSet>| Consequence {
        kind,
        effective_date: day,
        status_id: row.id,
        value_code: row.value_code.clone(),
        criteria_set_code: set.map(|set| set.row.code.clone()),
        act_number: act.clone(),
    };
    found.extend(kinds.iter().filter_map(|(row, kind)| row.map(|row| tell(*kind, row, None))));
    let level = territory.get(unit).map(|held| held.unit.level);
    let in_use = |set: &&HeldSet| {
        set.row.status == SetStatus::Published && Some(set.row.level) == level && day <= set.row.valid_to
    };
    for set in memory.part::<CriteriaSets>().all().iter().filter(in_use) {
        for row in [class, difficult].into_iter().flatten().filter(|row| chooses(set, row, day)) {
            found.push(tell(ConsequenceKind::ThresholdsChange, row, Some(set)));
        }
    }
    Ok(found)
}

/// Do thresholds of the set follow from this status: by an override of the region, or by the group of communes, of which
/// the third is that of regions II and III?
fn chooses(set: &HeldSet, status: &UnitStatusRow, day: LocalDate) -> bool {
    let named = set.overrides.iter().any(|stated| {
        stated.row.status_kind == status.kind
            && stated.values.contains(&status.value_code)
            && stated.row.valid_to.is_none_or(|end| day < end)
    });
    let mut measures = set.all_items().flat_map(|(_, item)| &item.measures);
    let by_group = status.kind == UnitStatusKind::RegionClass
        && measures.any(|measure| measure.thresholds.iter().any(|held| held.row.commune_group.is_some()));
    named || by_group
}
