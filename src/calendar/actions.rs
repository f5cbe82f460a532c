//! Record days of the calendar, and take them back.

use super::held::WorkingCalendar;
use super::model::{CalendarDayRow, NewCalendarDay};
use crate::access::Caller;
use crate::codes::Code;
use crate::db::{Snapshot, Tx};
use crate::error::{Error, Fault};
use crate::http::IfMatch;
use crate::units::Territory;
use crate::values::{CalendarDayId, Confidence};

/// Record a day. Without a caller it is the command line that does.
/// Errors: `CALENDAR_DAY_UNCHANGED` for what the weekday says already; `DUPLICATE`.
pub fn record(tx: &mut Tx<'_>, caller: Option<&Caller>, new: &NewCalendarDay) -> Result<CalendarDayRow, Error> {
    require_nation(tx, caller)?;
    if new.is_working != new.date.is_weekend() {
        return Err(Error::invalid(Fault::pointer("/is_working", Code::CalendarDayUnchanged)));
    }
    let row = CalendarDayRow {
        id: CalendarDayId::new(),
        version: 1,
        date: new.date,
        is_working: new.is_working,
        name_vi: new.name.vi.clone(),
        name_en: new.name.en.clone(),
        source: new.source.clone(),
        confidence: new.confidence.unwrap_or(Confidence::Verified),
        external_id: new.external_id.clone(),
        created_at: tx.now,
        updated_at: tx.now,
    };
    if tx.create(&row)? {
        return Ok(row);
    }
    let known = tx.memory.part::<WorkingCalendar>().days.get(&new.date);
    Err(Error::Duplicate(known.map_or(row.id, |known| known.id).0))
}

/// The calendar is that of the whole country.
fn require_nation(tx: &Tx<'_>, caller: Option<&Caller>) -> Result<(), Error> {
    let root = tx.memory.part::<Territory>().root();
    let kept = |caller: &Caller| root.is_some_and(|root| caller.scope.units.contains(&root));
    if caller.is_none_or(kept) { Ok(()) } else { Err(Error::Denied(Code::Forbidden)) }
}

pub fn find(memory: &Snapshot, id: CalendarDayId) -> Result<CalendarDayRow, Error> {
    let mut days = memory.part::<WorkingCalendar>().days.values();
    days.find(|day| day.id == id).cloned().ok_or(Error::NotFound)
}

/// Take a day back: it is again what its weekday says.
pub fn delete(tx: &mut Tx<'_>, caller: &Caller, id: CalendarDayId, version: &IfMatch) -> Result<(), Error> {
    let row = find(&tx.memory, id)?;
    require_nation(tx, Some(caller))?;
    version.require(row.version)?;
    tx.delete(&row)
}
