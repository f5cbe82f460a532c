//! What was planned beside what a distribution counts, and which communes are recognised.

use super::fold::Days;
use super::model::{PeriodChoice, PlannedResults};
use crate::access::Scope;
use crate::criteria::{CriteriaSets, HeldSet};
use crate::db::Snapshot;
use crate::indicators::{CRITERIA_MET_AVERAGE, DISBURSEMENT_RATE, HeldIndicator, Indicators, NEW_RURAL_COMMUNES};
use crate::observations::Targets;
use crate::statuses::Statuses;
use crate::units::{Territory, TimelineEntry};
use crate::values::{Decimal, LocalDate, Period, UnitId};

/// Does it stand on the day of the results as it stands on the basis day, and is all of it seen?
fn is_same(memory: &Snapshot, scope: &Scope, unit: UnitId, entry: &TimelineEntry, expected: LocalDate) -> bool {
    let territory = memory.part::<Territory>();
    let then = territory.on(unit, expected);
    then.is_some_and(|then| then.territory_number == entry.territory_number) && scope.covers(territory, unit, expected)
}

/// What share of its money of a year a unit is to disburse.
pub fn disbursement_rate(memory: &Snapshot, scope: &Scope, unit: UnitId, year: i32, days: Days) -> Option<Decimal> {
    let entry = memory.part::<Territory>().on(unit, days.basis)?;
    let held = counted(memory, DISBURSEMENT_RATE).filter(|_| is_same(memory, scope, unit, entry, days.expected))?;
    memory.part::<Targets>().of(unit, held.row.id, Period::of_year(year))
}

/// The targets of one period.
pub struct Planned<'a> {
    memory: &'a Snapshot,
    scope: &'a Scope,
    period: PeriodChoice,
    days: Days,
    /// The set counts the criteria that are planned.
    national: bool,
    recognised: Option<&'a HeldIndicator>,
}

fn counted<'a>(memory: &'a Snapshot, code: &str) -> Option<&'a HeldIndicator> {
    let held = memory.part::<Indicators>().all().iter().find(|held| held.row.code.as_str() == code);
    held.filter(|held| held.row.derivation.is_some())
}

impl<'a> Planned<'a> {
    pub fn new(memory: &'a Snapshot, scope: &'a Scope, period: PeriodChoice, days: Days, set: &HeldSet) -> Planned<'a> {
        let sets = memory.part::<CriteriaSets>();
        let national = sets.national_on(days.expected).or_else(|| sets.national_before(days.expected));
        Planned {
            memory,
            scope,
            period,
            days,
            national: national.is_some_and(|national| sets.stands_on(set.row.id, national.row.id)),
            recognised: counted(memory, NEW_RURAL_COMMUNES),
        }
    }

    /// The targets of a unit, if it stood then as it stands on the basis day, and all of it is seen.
    pub fn of(&self, unit: UnitId, entry: &TimelineEntry) -> PlannedResults {
        let PeriodChoice::Of(period) = self.period else { return PlannedResults::default() };
        if !is_same(self.memory, self.scope, unit, entry, self.days.expected) {
            return PlannedResults::default();
        }
        let target = |held: &HeldIndicator| self.memory.part::<Targets>().of(unit, held.row.id, period);
        let average = counted(self.memory, CRITERIA_MET_AVERAGE).filter(|_| self.national);
        PlannedResults {
            criteria_met_average: average.and_then(target),
            recognised_count: self.recognised.and_then(target),
        }
    }

    /// Does a commune bear the status of a recognised one on the day of the results?
    pub fn is_recognised(&self, unit: UnitId) -> bool {
        let day: LocalDate = self.days.expected;
        self.recognised
            .is_some_and(|held| held.counts(self.memory.part::<Statuses>(), self.memory.part::<Territory>(), unit, day))
    }
}
