//! Terms: what is due on a day that somebody named, or so many working days after one.

use super::held::WorkingCalendar;
use crate::codes::Code;
use crate::error::{Faults, Flaw, Place};
use crate::values::{LocalDate, Whole};

/// A term in working days.
pub type WorkingDays = Whole<1, 1000>;

/// A term as it is stored.
pub fn stored(in_working_days: Option<WorkingDays>) -> Option<i32> {
    in_working_days.map(|days| days.0 as i32)
}

impl WorkingCalendar {
    /// The day on which something is due that a body gives in one of two ways: by the day, or by working days after
    /// `from`. Both together, and an end after the calendar, are noted at the member of the working days.
    pub fn due(
        &self,
        day: Option<LocalDate>,
        in_working_days: Option<WorkingDays>,
        from: LocalDate,
        (day_member, days_member): (&str, &str),
        faults: &mut Faults,
    ) -> Option<LocalDate> {
        let Some(days) = in_working_days else { return day };
        let place = Place::Pointer(format!("/{days_member}"));
        if day.is_some() {
            let allowed = format!("{day_member}, {days_member}");
            faults.push(Flaw::new(Code::ExactlyOneRequired).with("allowed", allowed).at(place));
            return day;
        }
        let end = self.end_of(from, stored(Some(days)));
        if end.is_none() {
            faults.push(Flaw::new(Code::TooLarge).at(place));
        }
        end
    }

    /// The last day of a stored term, by the calendar as it is now.
    pub fn end_of(&self, from: LocalDate, in_working_days: Option<i32>) -> Option<LocalDate> {
        let days = u32::try_from(in_working_days?).ok()?;
        self.after(from, days).map(|end| end.date)
    }

    /// May the end of a stored term lie later, because the days off of one of its years are not known?
    pub fn is_provisional(&self, from: LocalDate, in_working_days: Option<i32>) -> bool {
        let days = in_working_days.and_then(|days| u32::try_from(days).ok());
        days.and_then(|days| self.after(from, days)).is_some_and(|end| end.provisional)
    }
}
