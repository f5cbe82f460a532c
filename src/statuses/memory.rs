//! All statuses in memory. Whether one holds on a day follows from the timeline of its unit, which is there too: so
//! lists, thresholds and reports ask the same rule, and no database has to know it.

use super::model::{UnitStatusKind, UnitStatusRow};
use super::{queries, rules};
use crate::db::{Change, Conn, Part};
use crate::error::Error;
use crate::units::Territory;
use crate::values::{LocalDate, UnitId, UnitStatusId};
use std::collections::HashMap;
use std::sync::Arc;

/// All statuses, by unit and by day.
#[derive(Clone)]
pub struct Statuses {
    by_unit: HashMap<UnitId, Arc<Vec<UnitStatusRow>>>,
    units: HashMap<UnitStatusId, UnitId>,
    /// In the order of their first days.
    order: Vec<(LocalDate, UnitStatusId)>,
}

impl Part for Statuses {
    const COLLECTIONS: &'static [&'static str] = &["unit-statuses"];

    fn load(conn: &mut Conn) -> Result<Self, Error> {
        let mut statuses = Statuses { by_unit: HashMap::new(), units: HashMap::new(), order: Vec::new() };
        statuses.put(queries::all(conn)?);
        Ok(statuses)
    }

    fn apply(&self, conn: &mut Conn, changes: &[Change]) -> Result<Self, Error> {
        let mut ids: Vec<UnitStatusId> = changes.iter().map(|change| UnitStatusId(change.record_id.0)).collect();
        ids.sort();
        ids.dedup();
        let mut next = self.clone();
        for part in ids.chunks(500) {
            next.put(queries::rows_of(conn, part)?);
        }
        Ok(next)
    }
}

impl Statuses {
    /// Add rows, or put them in the place of what they were. None is ever taken away.
    fn put(&mut self, rows: Vec<UnitStatusRow>) {
        for row in rows {
            let known = self.units.insert(row.id, row.unit_id).is_some();
            let of_unit = Arc::make_mut(self.by_unit.entry(row.unit_id).or_default());
            match of_unit.iter_mut().find(|other| known && other.id == row.id) {
                Some(place) => *place = row,
                None => {
                    self.order.push((row.valid_from, row.id));
                    of_unit.push(row);
                }
            }
        }
        self.order.sort_unstable();
    }

    /// All statuses of a unit, whatever their kind and state.
    pub fn of(&self, unit: UnitId) -> &[UnitStatusRow] {
        self.by_unit.get(&unit).map_or(&[], |rows| rows.as_slice())
    }

    pub fn get(&self, id: UnitStatusId) -> Option<&UnitStatusRow> {
        self.of(*self.units.get(&id)?).iter().find(|row| row.id == id)
    }

    /// All statuses in the order of their first days; those of one day in the order in which they were recorded.
    pub fn ordered(&self) -> impl DoubleEndedIterator<Item = &UnitStatusRow> {
        self.order.iter().filter_map(|(_, id)| self.get(*id))
    }

    /// The status of a kind that holds of the unit itself on a day.
    pub fn held(
        &self,
        territory: &Territory,
        unit: UnitId,
        kind: UnitStatusKind,
        day: LocalDate,
    ) -> Option<&UnitStatusRow> {
        let held = territory.get(unit)?;
        self.of(unit).iter().find(|row| row.kind == kind && rules::holds_on(row, held, day))
    }

    /// The socio-economic region of a unit on a day, with the unit above from which it comes: its own, else that of
    /// the nearest unit above that has one, else the one that all its predecessors share.
    pub fn region(
        &self,
        territory: &Territory,
        unit: UnitId,
        day: LocalDate,
    ) -> Option<(&UnitStatusRow, Option<UnitId>)> {
        if let Some(own) = self.held(territory, unit, UnitStatusKind::SocioEconomicRegion, day) {
            return Some((own, None));
        }
        if let Some(above) = territory.on(unit, day)?.parent_id
            && let Some((row, from)) = self.region(territory, above, day)
        {
            return Some((row, from.or(Some(above))));
        }
        self.shared_region(territory, unit, day).map(|row| (row, None))
    }

    /// Each step goes to an earlier day, so it ends.
    fn shared_region(&self, territory: &Territory, unit: UnitId, day: LocalDate) -> Option<&UnitStatusRow> {
        let mut shared: Option<&UnitStatusRow> = None;
        for (from, dated) in territory.origins(unit, day) {
            let (row, _) = self.region(territory, from, dated.effective_date.previous())?;
            if shared.is_some_and(|other| other.value_code != row.value_code) {
                return None;
            }
            shared = shared.or(Some(row));
        }
        shared
    }
}
