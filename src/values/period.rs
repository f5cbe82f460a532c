//! Reporting periods: `2022`, `2022-H1`, `2022-9M`, `2022-Q3`, `2022-07`.

use super::storage::stored_as_text;
use super::{LocalDate, Scalar, scalar};
use crate::codes::Code;
use crate::error::Flaw;

/// A reporting period (kỳ báo cáo). The derived order is by year, then by kind; `last_day` orders in time.
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
#[diesel(sql_type = diesel::sql_types::Text)]
pub struct Period {
    year: i32,
    part: Part,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
enum Part {
    Month(u32),
    Quarter(u32),
    Half(u32),
    NineMonths,
    Year,
}

impl Period {
    /// Years that a period can name.
    pub const YEARS: std::ops::RangeInclusive<i32> = 2000..=2099;

    pub fn of_year(year: i32) -> Period {
        Period { year, part: Part::Year }
    }

    pub fn months_of(year: i32) -> impl Iterator<Item = Period> {
        (1..=12).map(move |month| Period { year, part: Part::Month(month) })
    }

    pub fn quarters_of(year: i32) -> impl Iterator<Item = Period> {
        (1..=4).map(move |quarter| Period { year, part: Part::Quarter(quarter) })
    }

    pub fn halves_of(year: i32) -> impl Iterator<Item = Period> {
        (1..=2).map(move |half| Period { year, part: Part::Half(half) })
    }

    pub fn nine_months_of(year: i32) -> Period {
        Period { year, part: Part::NineMonths }
    }

    pub fn year(self) -> i32 {
        self.year
    }

    /// Months the period covers, first and last.
    fn months(self) -> (u32, u32) {
        match self.part {
            Part::Month(month) => (month, month),
            Part::Quarter(quarter) => (quarter * 3 - 2, quarter * 3),
            Part::Half(half) => (half * 6 - 5, half * 6),
            Part::NineMonths => (1, 9),
            Part::Year => (1, 12),
        }
    }

    pub fn first_day(self) -> LocalDate {
        LocalDate::new(self.year, self.months().0, 1).expect("a period's year and month are checked when it is parsed")
    }

    pub fn last_day(self) -> LocalDate {
        let (year, month) = match self.months().1 {
            12 => (self.year + 1, 1),
            month => (self.year, month + 1),
        };
        LocalDate::new(year, month, 1).expect("a period's year and month are checked when it is parsed").previous()
    }
}

impl std::fmt::Display for Period {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:04}", self.year)?;
        match self.part {
            Part::Month(month) => write!(f, "-{month:02}"),
            Part::Quarter(quarter) => write!(f, "-Q{quarter}"),
            Part::Half(half) => write!(f, "-H{half}"),
            Part::NineMonths => f.write_str("-9M"),
            Part::Year => Ok(()),
        }
    }
}

impl Scalar for Period {
    const NAME: &'static str = "Period";
    const DESCRIPTION: &'static str = "Reporting period: year, half, nine months, quarter or month";
    const PATTERN: &'static str = "^20[0-9]{2}(-(H[12]|9M|Q[1-4]|0[1-9]|1[0-2]))?$";
    const LENGTH: (usize, usize) = (4, 7);
    const EXAMPLE: &'static str = "2022";

    fn parse(text: &str) -> Result<Self, Flaw> {
        let invalid = || Flaw::new(Code::InvalidPeriod);
        let (year, part) = text.split_at_checked(4).ok_or_else(invalid)?;
        if !year.starts_with("20") || !year.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(invalid());
        }
        let part = match part.as_bytes() {
            [] => Part::Year,
            b"-9M" => Part::NineMonths,
            [b'-', b'H', half @ b'1'..=b'2'] => Part::Half(u32::from(half - b'0')),
            [b'-', b'Q', quarter @ b'1'..=b'4'] => Part::Quarter(u32::from(quarter - b'0')),
            [b'-', b'0', month @ b'1'..=b'9'] => Part::Month(u32::from(month - b'0')),
            [b'-', b'1', month @ b'0'..=b'2'] => Part::Month(10 + u32::from(month - b'0')),
            _ => return Err(invalid()),
        };
        Ok(Period { year: year.parse().map_err(|_| invalid())?, part })
    }

    fn text(&self) -> String {
        self.to_string()
    }
}

scalar!(Period);
stored_as_text!(Period);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_kind_of_period_knows_its_days() {
        for (text, first, last) in [
            ("2022", "2022-01-01", "2022-12-31"),
            ("2022-H1", "2022-01-01", "2022-06-30"),
            ("2022-H2", "2022-07-01", "2022-12-31"),
            ("2022-9M", "2022-01-01", "2022-09-30"),
            ("2022-Q3", "2022-07-01", "2022-09-30"),
            ("2024-02", "2024-02-01", "2024-02-29"),
            ("2099-12", "2099-12-01", "2099-12-31"),
        ] {
            let period = Period::parse(text).unwrap();
            assert_eq!(period.text(), text);
            assert_eq!((period.first_day().to_string(), period.last_day().to_string()), (first.into(), last.into()));
        }
    }

    #[test]
    fn anything_else_is_refused() {
        for text in [
            "",
            "22",
            "2022-",
            "2022-13",
            "2022-00",
            "2022-Q5",
            "2022-H3",
            "2022-9m",
            "1999",
            "2100",
            "2022-1",
            "2022-Q3 ",
            "２０２２",
        ] {
            assert_eq!(Period::parse(text).unwrap_err().code, Code::InvalidPeriod, "{text}");
        }
    }
}
