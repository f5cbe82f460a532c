//! What is planned of the indicators that the service counts, held in memory: reports show it beside what they count.

use super::model::ObservationStage;
use super::queries::{self, ShortFigure};
use crate::db::{Change, Conn, Part};
use crate::error::Error;
use crate::indicators;
use crate::values::{Decimal, IndicatorId, ObservationId, Period, UnitId};
use std::collections::HashMap;
use std::sync::Arc;

/// The targets that hold: some for each unit and period, for a few indicators.
pub struct Targets {
    counted: Vec<IndicatorId>,
    held: Arc<HashMap<ObservationId, ShortFigure>>,
    by_key: Arc<HashMap<(UnitId, IndicatorId, Period), Decimal>>,
}

/// From so many figures on it is less to read all targets of what the service counts: an index leads to them, and a file
/// of 100,000 figures may hold none.
const MANY: usize = 500;

impl Part for Targets {
    const COLLECTIONS: &'static [&'static str] = &["observations", "indicators"];
    const DECIDES: bool = false;

    fn load(conn: &mut Conn) -> Result<Self, Error> {
        let counted = indicators::counted(conn)?;
        let held = queries::short_at(conn, ObservationStage::Target, &counted, None)?.into_iter().collect();
        Ok(Targets::new(counted, held))
    }

    fn apply(&self, conn: &mut Conn, changes: &[Change]) -> Result<Self, Error> {
        if changes.len() > MANY || changes.iter().any(|change| change.collection == "indicators") {
            return Self::load(conn);
        }
        let ids: Vec<ObservationId> = changes.iter().map(|change| ObservationId(change.record_id.0)).collect();
        let now = queries::short_at(conn, ObservationStage::Target, &self.counted, Some(&ids))?;
        if now.is_empty() && !ids.iter().any(|id| self.held.contains_key(id)) {
            // Nearly all figures are of what nobody counts: nothing is copied for them.
            return Ok(Targets { counted: self.counted.clone(), held: self.held.clone(), by_key: self.by_key.clone() });
        }
        let mut held = HashMap::clone(&self.held);
        for id in &ids {
            held.remove(id);
        }
        held.extend(now);
        Ok(Targets::new(self.counted.clone(), held))
    }
}

impl Targets {
    fn new(counted: Vec<IndicatorId>, held: HashMap<ObservationId, ShortFigure>) -> Targets {
        let by_key = held.values().map(|figure| ((figure.unit_id, figure.indicator_id, figure.period), figure.value));
        Targets { counted, by_key: Arc::new(by_key.collect()), held: Arc::new(held) }
    }

    /// What was planned of a unit for a period; none where nobody planned it.
    pub fn of(&self, unit: UnitId, indicator: IndicatorId, period: Period) -> Option<Decimal> {
        self.by_key.get(&(unit, indicator, period)).copied()
    }
}
