//! The calendar in memory: terms in working days are counted by it.

use super::model::CalendarDayRow;
use super::queries;
use crate::db::{Conn, Part};
use crate::error::Error;
use crate::values::LocalDate;
use std::collections::{BTreeMap, BTreeSet};

/// The days that are not what their weekday says.
pub struct WorkingCalendar {
    pub days: BTreeMap<LocalDate, CalendarDayRow>,
    /// Years of which at least one day off is known.
    known_years: BTreeSet<i32>,
}

/// The end of a term in working days.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TermEnd {
    pub date: LocalDate,
    /// The days off of a year in the term are not known: the end may lie later.
    pub provisional: bool,
}

impl Part for WorkingCalendar {
    const COLLECTIONS: &'static [&'static str] = &["calendar-days"];

    fn load(conn: &mut Conn) -> Result<Self, Error> {
        Ok(WorkingCalendar::new(queries::all(conn)?))
    }
}

impl WorkingCalendar {
    fn new(rows: Vec<CalendarDayRow>) -> WorkingCalendar {
        let known_years = rows.iter().filter(|row| !row.is_working).map(|row| row.date.year()).collect();
        WorkingCalendar { days: rows.into_iter().map(|row| (row.date, row)).collect(), known_years }
    }

    /// Weekdays are worked, weekends are not, unless the calendar says otherwise.
    pub fn is_working_day(&self, day: LocalDate) -> bool {
        self.days.get(&day).map_or(!day.is_weekend(), |known| known.is_working)
    }

    /// The last of so many working days after a day, which itself does not count. `None` after the calendar.
    ///
    /// Source: Bộ luật Dân sự 2015, Điều 147 khoản 2 and Điều 148: a term in days begins on the day after, and ends with
    /// its last day.
    pub fn after(&self, day: LocalDate, working_days: u32) -> Option<TermEnd> {
        let mut end = TermEnd { date: day, provisional: false };
        let mut left = working_days;
        while left > 0 {
            end.date = end.date.plus_days(1)?;
            end.provisional |= !self.known_years.contains(&end.date.year());
            if self.is_working_day(end.date) {
                left -= 1;
            }
        }
        Some(end)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::values::{CalendarDayId, Confidence, Scalar, Timestamp, Title};

    fn day(text: &str) -> LocalDate {
        LocalDate::parse(text).unwrap()
    }

    fn calendar(days: &[(&str, bool)]) -> WorkingCalendar {
        let now = Timestamp::parse("2025-01-01T00:00:00Z").unwrap();
        let name = Title::parse("x").unwrap();
        let row = |(date, is_working): &(&str, bool)| CalendarDayRow {
            id: CalendarDayId::new(),
            version: 1,
            date: day(date),
            is_working: *is_working,
            name_vi: name.clone(),
            name_en: name.clone(),
            source: None,
            confidence: Confidence::Verified,
            external_id: None,
            created_at: now,
            updated_at: now,
        };
        WorkingCalendar::new(days.iter().map(row).collect())
    }

    #[test]
    fn terms_pass_over_weekends_and_holidays_and_count_days_worked_in_exchange() {
        // Spring 2025: Wednesday to Friday off, the Saturday before worked in exchange.
        let spring = [("2025-04-26", true), ("2025-04-30", false), ("2025-05-01", false), ("2025-05-02", false)];
        let calendar = calendar(&spring);
        for (from, days, expected) in [
            ("2025-04-24", 0, "2025-04-24"),
            ("2025-04-24", 1, "2025-04-25"),
            ("2025-04-24", 2, "2025-04-26"),
            ("2025-04-24", 3, "2025-04-28"),
            ("2025-04-29", 1, "2025-05-05"),
            ("2025-06-30", 15, "2025-07-21"),
        ] {
            let end = calendar.after(day(from), days).unwrap();
            assert_eq!((end.date, end.provisional), (day(expected), false), "{from} + {days}");
        }
    }

    #[test]
    fn a_year_without_known_days_off_is_told() {
        let calendar = calendar(&[("2025-01-01", false), ("2026-01-10", true)]);
        let end = |days| calendar.after(day("2025-12-30"), days).unwrap();
        assert_eq!(end(1), TermEnd { date: day("2025-12-31"), provisional: false });
        assert_eq!(end(2), TermEnd { date: day("2026-01-01"), provisional: true });
        assert_eq!(calendar.after(LocalDate::LAST, 1), None);
    }
}
