//! What reports and recognition need of every work, in memory.

use super::model::{WorkRecord, WorkState};
use super::queries;
use crate::db::{Change, Conn, Part, Pieces};
use crate::error::Error;
use crate::values::{AgencyId, ComponentCode, Decimal, ListCode, LocalDate, Title, UnitId, WorkId};

/// One work.
#[derive(Debug, Clone, PartialEq)]
pub struct HeldWork {
    pub id: WorkId,
    pub unit_id: UnitId,
    pub unit_date: LocalDate,
    pub name: Title,
    pub programme_code: ListCode,
    pub component_code: Option<ComponentCode>,
    pub owner_unit_id: Option<UnitId>,
    pub owner_agency_id: Option<AgencyId>,
    pub state: WorkState,
    pub planned_end_date: Option<LocalDate>,
    pub physical_percent: Option<Decimal>,
    pub accepted_vnd: Option<i64>,
}

/// All works, by unit.
#[derive(Clone)]
pub struct Works {
    by_unit: Pieces<UnitId, Vec<HeldWork>>,
    unit_of: Pieces<WorkId, UnitId>,
}

impl Part for Works {
    const COLLECTIONS: &'static [&'static str] = &["works"];
    const DECIDES: bool = false;

    fn load(conn: &mut Conn) -> Result<Self, Error> {
        let mut works = Works { by_unit: Pieces::new(), unit_of: Pieces::new() };
        for record in queries::all(conn, None)? {
            works.put(record);
        }
        Ok(works)
    }

    fn apply(&self, conn: &mut Conn, changes: &[Change]) -> Result<Self, Error> {
        let mut ids: Vec<WorkId> = changes.iter().map(|change| WorkId(change.record_id.0)).collect();
        ids.sort();
        ids.dedup();
        let mut next = self.clone();
        for id in &ids {
            next.remove(*id);
        }
        for record in queries::all(conn, Some(&ids))? {
            next.put(record);
        }
        Ok(next)
    }
}

impl Works {
    /// The works that were recorded for a unit.
    pub fn of(&self, unit: UnitId) -> &[HeldWork] {
        self.by_unit.get(&unit).map_or(&[], Vec::as_slice)
    }

    pub fn get(&self, id: WorkId) -> Option<&HeldWork> {
        self.of(*self.unit_of.get(&id)?).iter().find(|work| work.id == id)
    }

    fn put(&mut self, record: WorkRecord) {
        let (physical_percent, accepted_vnd) =
            (record.newest().map(|report| report.physical_percent), record.accepted_vnd());
        let row = record.row;
        let work = HeldWork {
            id: row.id,
            unit_id: row.unit_id,
            unit_date: row.unit_date,
            name: row.name,
            programme_code: row.programme_code,
            component_code: row.component_code,
            owner_unit_id: row.owner_unit_id,
            owner_agency_id: row.owner_agency_id,
            state: row.state,
            planned_end_date: row.planned_end_date,
            physical_percent,
            accepted_vnd,
        };
        self.unit_of.change(&row.id).insert(row.id, row.unit_id);
        self.by_unit.change(&row.unit_id).entry(row.unit_id).or_default().push(work);
    }

    fn remove(&mut self, id: WorkId) {
        if let Some(unit) = self.unit_of.change(&id).remove(&id)
            && let Some(held) = self.by_unit.change(&unit).get_mut(&unit)
        {
            held.retain(|work| work.id != id);
        }
    }
}
