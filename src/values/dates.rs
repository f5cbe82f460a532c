//! Days of Vietnam's calendar and instants in UTC.

use super::storage::{DbTimestamp, microseconds_from_pg, microseconds_to_pg};
use super::{Scalar, scalar};
use crate::codes::Code;
use crate::error::Flaw;
use chrono::{DateTime, Datelike, Days, FixedOffset, Months, NaiveDate, SubsecRound, Utc, Weekday};
use diesel::pg::Pg;
use diesel::sqlite::Sqlite;
use diesel::{deserialize, serialize};

/// A day of the Vietnamese calendar, `YYYY-MM-DD`.
#[derive(
    Debug,
    Clone,
    Copy,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    diesel::expression::AsExpression,
    diesel::deserialize::FromSqlRow,
)]
#[diesel(sql_type = diesel::sql_types::Date)]
pub struct LocalDate(NaiveDate);

impl LocalDate {
    /// Days outside these years are typing errors, not dates of this field.
    pub const YEARS: std::ops::RangeInclusive<i32> = 1900..=2199;
    /// The first and the last day of these years.
    pub const FIRST: LocalDate = LocalDate(NaiveDate::from_ymd_opt(1900, 1, 1).expect("a day of the calendar"));
    pub const LAST: LocalDate = LocalDate(NaiveDate::from_ymd_opt(2199, 12, 31).expect("a day of the calendar"));

    pub fn new(year: i32, month: u32, day: u32) -> Option<LocalDate> {
        if !Self::YEARS.contains(&year) {
            return None;
        }
        NaiveDate::from_ymd_opt(year, month, day).map(LocalDate)
    }

    pub fn year(self) -> i32 {
        self.0.year()
    }

    pub fn previous(self) -> LocalDate {
        LocalDate(self.0 - Days::new(1))
    }

    /// `None` after the calendar.
    pub fn plus_days(self, days: u32) -> Option<LocalDate> {
        let later = self.0.checked_add_days(Days::new(days.into()));
        later.map(LocalDate).filter(|day| Self::YEARS.contains(&day.year()))
    }

    pub fn is_weekend(self) -> bool {
        matches!(self.0.weekday(), Weekday::Sat | Weekday::Sun)
    }

    /// The day so many days earlier.
    pub fn minus_days(self, days: u64) -> LocalDate {
        LocalDate(self.0 - Days::new(days))
    }

    /// The same day some months later, or the last day of a month that is too short for it. `None` after the calendar.
    pub fn plus_months(self, months: u32) -> Option<LocalDate> {
        self.0.checked_add_months(Months::new(months)).map(LocalDate).filter(|day| Self::YEARS.contains(&day.year()))
    }

    /// The same day some months earlier, or the last day of a month that is too short for it.
    pub fn minus_months(self, months: u32) -> LocalDate {
        LocalDate(self.0 - Months::new(months))
    }

    /// Days from another day to this one.
    pub fn days_since(self, earlier: LocalDate) -> i64 {
        (self.0 - earlier.0).num_days()
    }
}

impl std::fmt::Display for LocalDate {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}", self.0.format("%Y-%m-%d"))
    }
}

impl Scalar for LocalDate {
    const NAME: &'static str = "LocalDate";
    const DESCRIPTION: &'static str = "Day of the Vietnamese calendar (UTC+7)";
    const PATTERN: &'static str = "^(19|20|21)[0-9]{2}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])$";
    const FORMAT: Option<&'static str> = Some("date");
    const LENGTH: (usize, usize) = (10, 10);
    const EXAMPLE: &'static str = "2023-03-10";

    fn parse(text: &str) -> Result<Self, Flaw> {
        let parsed = match text.as_bytes() {
            [_, _, _, _, b'-', _, _, b'-', _, _] if text.bytes().all(|byte| byte == b'-' || byte.is_ascii_digit()) => {
                NaiveDate::parse_from_str(text, "%Y-%m-%d").ok()
            }
            _ => None,
        };
        parsed
            .filter(|date| Self::YEARS.contains(&date.year()))
            .map(LocalDate)
            .ok_or_else(|| Flaw::new(Code::InvalidDate))
    }

    fn text(&self) -> String {
        self.to_string()
    }
}

scalar!(LocalDate);

impl<DB> deserialize::FromSql<diesel::sql_types::Date, DB> for LocalDate
where
    DB: diesel::backend::Backend,
    NaiveDate: deserialize::FromSql<diesel::sql_types::Date, DB>,
{
    fn from_sql(value: DB::RawValue<'_>) -> deserialize::Result<Self> {
        <NaiveDate as deserialize::FromSql<diesel::sql_types::Date, DB>>::from_sql(value).map(LocalDate)
    }
}

impl<DB> serialize::ToSql<diesel::sql_types::Date, DB> for LocalDate
where
    DB: diesel::backend::Backend,
    NaiveDate: serialize::ToSql<diesel::sql_types::Date, DB>,
{
    fn to_sql<'b>(&'b self, out: &mut serialize::Output<'b, '_, DB>) -> serialize::Result {
        self.0.to_sql(out)
    }
}

/// An instant, cut to milliseconds.
#[derive(
    Debug,
    Clone,
    Copy,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    diesel::expression::AsExpression,
    diesel::deserialize::FromSqlRow,
)]
#[diesel(sql_type = DbTimestamp)]
pub struct Timestamp(DateTime<Utc>);

/// Vietnam keeps UTC+7 all year.
const VIETNAM_OFFSET_SECONDS: i32 = 7 * 3600;

impl Timestamp {
    pub fn new(instant: DateTime<Utc>) -> Timestamp {
        Timestamp(instant.trunc_subsecs(3))
    }

    pub fn utc(self) -> DateTime<Utc> {
        self.0
    }

    /// The day in Vietnam at this instant.
    pub fn local_date(self) -> LocalDate {
        let vietnam = FixedOffset::east_opt(VIETNAM_OFFSET_SECONDS).expect("seven hours are within a day");
        LocalDate(self.0.with_timezone(&vietnam).date_naive())
    }

    pub fn plus_days(self, days: u64) -> Timestamp {
        Timestamp(self.0 + Days::new(days))
    }

    fn from_microseconds(microseconds: i64) -> deserialize::Result<Timestamp> {
        DateTime::from_timestamp_micros(microseconds)
            .map(Timestamp)
            .ok_or_else(|| "an instant outside the range of the service".into())
    }
}

impl std::fmt::Display for Timestamp {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}", self.0.format("%Y-%m-%dT%H:%M:%S%.3fZ"))
    }
}

impl Scalar for Timestamp {
    const NAME: &'static str = "Timestamp";
    const DESCRIPTION: &'static str = "Instant, RFC 3339, answered in UTC with milliseconds";
    const PATTERN: &'static str =
        "^(19|20|21)[0-9]{2}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\\.[0-9]{1,9})?(Z|[+-][0-9]{2}:[0-9]{2})$";
    const FORMAT: Option<&'static str> = Some("date-time");
    const LENGTH: (usize, usize) = (20, 35);
    const EXAMPLE: &'static str = "2023-03-10T01:30:00.000Z";

    fn parse(text: &str) -> Result<Self, Flaw> {
        // chrono also takes a space or a lower-case `t` between day and time, and a leap second; we do not.
        let plain = text.as_bytes().get(10) == Some(&b'T') && text.as_bytes().get(17..19) != Some(b"60");
        DateTime::parse_from_rfc3339(text)
            .ok()
            .filter(|instant| plain && LocalDate::YEARS.contains(&instant.year()))
            .map(|instant| Timestamp::new(instant.with_timezone(&Utc)))
            .ok_or_else(|| Flaw::new(Code::InvalidInstant))
    }

    fn text(&self) -> String {
        self.to_string()
    }
}

scalar!(Timestamp);

impl deserialize::FromSql<DbTimestamp, Pg> for Timestamp {
    fn from_sql(value: diesel::pg::PgValue<'_>) -> deserialize::Result<Self> {
        Timestamp::from_microseconds(microseconds_from_pg(value)?)
    }
}

impl deserialize::FromSql<DbTimestamp, Sqlite> for Timestamp {
    fn from_sql(value: <Sqlite as diesel::backend::Backend>::RawValue<'_>) -> deserialize::Result<Self> {
        let microseconds = <i64 as deserialize::FromSql<diesel::sql_types::BigInt, Sqlite>>::from_sql(value)?;
        Timestamp::from_microseconds(microseconds)
    }
}

impl serialize::ToSql<DbTimestamp, Pg> for Timestamp {
    fn to_sql<'b>(&'b self, out: &mut serialize::Output<'b, '_, Pg>) -> serialize::Result {
        microseconds_to_pg(self.0.timestamp_micros(), out)
    }
}

impl serialize::ToSql<DbTimestamp, Sqlite> for Timestamp {
    fn to_sql<'b>(&'b self, out: &mut serialize::Output<'b, '_, Sqlite>) -> serialize::Result {
        out.set_value(self.0.timestamp_micros());
        Ok(serialize::IsNull::No)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_real_days_are_dates() {
        for text in ["2023-03-10", "2024-02-29", "1900-01-01", "2199-12-31"] {
            let date = LocalDate::parse(text).unwrap();
            assert_eq!((date.text(), date.year().to_string()), (text.to_owned(), text[..4].to_owned()));
        }
        for text in [
            "2026-02-30",
            "2023-02-29",
            "0000-01-01",
            "9999-12-31",
            "2023-3-10",
            "10/03/2023",
            "2023-03-10 ",
            "+023-03-10",
            "2023-+3-10",
            "2023- 3-10",
            "1899-12-31",
            "2200-01-01",
            "",
        ] {
            assert_eq!(LocalDate::parse(text).unwrap_err().code, Code::InvalidDate, "{text}");
        }
    }

    #[test]
    fn months_end_on_their_last_day() {
        let first = LocalDate::parse("2024-01-31").unwrap();
        for (months, expected) in [(0, "2024-01-31"), (1, "2024-02-29"), (2, "2024-03-31"), (13, "2025-02-28")] {
            assert_eq!(first.plus_months(months).unwrap().to_string(), expected);
        }
        let last = LocalDate::parse("2199-12-31").unwrap();
        assert_eq!((last.plus_months(1), last.plus_days(1), last.plus_days(0)), (None, None, Some(last)));
        assert_eq!(first.plus_months(1).unwrap().days_since(first), 29);
    }

    #[test]
    fn the_day_turns_at_seventeen_hours_utc() {
        let before = Timestamp::parse("2026-06-30T16:59:59.999Z").unwrap();
        let after = Timestamp::parse("2026-07-01T00:00:00+07:00").unwrap();
        assert_eq!(before.local_date().to_string(), "2026-06-30");
        assert_eq!(after.text(), "2026-06-30T17:00:00.000Z");
        assert_eq!(after.plus_days(366).text(), "2027-07-01T17:00:00.000Z");
        assert_eq!(after.local_date().to_string(), "2026-07-01");
    }

    #[test]
    fn instants_need_a_zone_and_no_leap_second() {
        for text in [
            "2023-03-10T01:30:00",
            "2023-03-10 01:30:00Z",
            "2016-12-31T23:59:60Z",
            "2023-03-10",
            "2300-01-01T00:00:00Z",
        ] {
            assert_eq!(Timestamp::parse(text).unwrap_err().code, Code::InvalidInstant, "{text}");
        }
    }
}
