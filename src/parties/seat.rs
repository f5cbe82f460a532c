//! The unit to which a record of a party belongs.

use crate::access::{Caller, Scope};
use crate::codes::Code;
use crate::db::Tx;
use crate::error::{Error, Fault, Faults};
use crate::units::{Naming, Territory, UnitChoice, UnitRef};
use crate::values::{LocalDate, UnitId};

/// A unit, and the day on which the tree tells who may see what belongs to it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Seat {
    pub unit: UnitId,
    pub day: LocalDate,
}

/// Where a new record belongs: to the unit that the body names, as it is on the day on which the party begins, today
/// unless that is known. A unit that has ended still takes what belongs to its past.
/// Errors: `OUT_OF_SCOPE` where the caller does not keep the unit; other faults are noted.
pub fn seat_of(
    tx: &Tx<'_>,
    caller: Option<&Caller>,
    choice: &UnitChoice,
    begins: Option<LocalDate>,
    faults: &mut Faults,
) -> Result<Option<Seat>, Error> {
    let territory = tx.memory.part::<Territory>();
    let today = tx.now.local_date();
    let Some(unit) = territory.in_body(choice, Naming::Last(today), faults)? else { return Ok(None) };
    let day = begins.unwrap_or(today).min(today);
    let seat = Seat { unit, day: territory.get(unit).map_or(day, |held| held.nearest_day(day)) };
    if caller.is_some_and(|caller| !seat.is_within(territory, &caller.scope)) {
        return Err(Error::OutOfScope(Fault::pointer(choice.pointer(), Code::OutOfScope)));
    }
    Ok(Some(seat))
}

impl Seat {
    fn is_within(self, territory: &Territory, scope: &Scope) -> bool {
        scope.covers(territory, self.unit, self.day)
    }

    /// Whoever reads a record may change it only where it keeps the unit.
    pub fn require(self, tx: &Tx<'_>, caller: &Caller) -> Result<(), Error> {
        let kept = self.is_within(tx.memory.part::<Territory>(), &caller.scope);
        if kept { Ok(()) } else { Err(Error::Denied(Code::Forbidden)) }
    }

    pub fn reference(self, territory: &Territory) -> Result<UnitRef, Error> {
        let unit = territory.reference(self.unit, self.day);
        unit.ok_or_else(|| Error::internal("a party of a unit that is not there"))
    }
}

/// A last day may not come before the first.
pub fn check_days(from: Option<LocalDate>, to: Option<LocalDate>, faults: &mut Faults) {
    if from.zip(to).is_some_and(|(from, to)| to <= from) {
        faults.push(Fault::pointer("/valid_to", Code::DateOrder));
    }
}
