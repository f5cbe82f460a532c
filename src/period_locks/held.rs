//! All locks in memory: every write of a result asks them.

use super::model::{LockRow, LockStatus};
use crate::criteria::CriteriaSets;
use crate::db::schema::period_locks;
use crate::db::{Conn, Part, on_any};
use crate::error::Error;
use crate::units::Territory;
use crate::values::{CriteriaSetId, LocalDate, Period, UnitId};
use diesel::prelude::*;

/// All locks, oldest first.
pub struct PeriodLocks {
    pub rows: Vec<LockRow>,
}

impl Part for PeriodLocks {
    const COLLECTIONS: &'static [&'static str] = &["period-locks"];

    fn load(conn: &mut Conn) -> Result<Self, Error> {
        let rows = on_any!(conn, c => period_locks::table
            .select(LockRow::as_select()).order(period_locks::id).load(c))?;
        Ok(PeriodLocks { rows })
    }
}

impl PeriodLocks {
    /// Is the period closed for this unit, which stood under others on that day, and this set or one it is based on?
    pub fn close(
        &self,
        territory: &Territory,
        sets: &CriteriaSets,
        unit: UnitId,
        day: LocalDate,
        set: CriteriaSetId,
        period: Period,
    ) -> bool {
        let concerns = |lock: &&LockRow| {
            lock.status == LockStatus::Locked && lock.period == period && sets.stands_on(set, lock.criteria_set_id)
        };
        self.rows.iter().filter(concerns).any(|lock| territory.is_within(unit, lock.unit_id, day))
    }
}
