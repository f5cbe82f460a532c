//! On which periods a report is owed, and by when; pure functions.

use super::model::{DueKind, DueRule, ReportingPeriodKind};
use crate::values::{LocalDate, Period};

/// The periods of a year on which a report of this kind is owed.
pub fn periods_of(kind: ReportingPeriodKind, year: i32) -> Vec<Period> {
    match kind {
        ReportingPeriodKind::Month => Period::months_of(year).collect(),
        ReportingPeriodKind::Quarter => Period::quarters_of(year).collect(),
        ReportingPeriodKind::HalfYear => Period::halves_of(year).collect(),
        ReportingPeriodKind::FirstHalfYear => Period::halves_of(year).take(1).collect(),
        ReportingPeriodKind::NineMonths => vec![Period::nine_months_of(year)],
        ReportingPeriodKind::Year => vec![Period::of_year(year)],
    }
}

/// A day of the year can be the due date of one period in a year, not of several.
pub fn may_be_due(kind: ReportingPeriodKind, due: DueKind) -> bool {
    match due {
        DueKind::DayOfYear => periods_of(kind, 2000).len() == 1,
        DueKind::DaysAfter | DueKind::WorkingDaysAfter => true,
    }
}

/// The last day on which the report of a period is on time; `None` where the rule does not say it. Working days are
/// counted by `after`.
pub fn due_date<T>(
    rule: DueRule,
    period: Period,
    plain: impl FnOnce(LocalDate) -> T,
    after: impl FnOnce(LocalDate, u32) -> Option<T>,
) -> Option<T> {
    let days = rule.days.and_then(|days| u32::try_from(days).ok());
    match rule.kind {
        DueKind::DayOfYear => {
            let (month, day) = (u32::try_from(rule.month?).ok()?, u32::try_from(rule.day?).ok()?);
            let year = period.year() + rule.year_offset.unwrap_or(0);
            // A month may be too short for the day.
            (1..=day).rev().find_map(|day| LocalDate::new(year, month, day)).map(plain)
        }
        DueKind::DaysAfter => period.last_day().plus_days(days?).map(plain),
        DueKind::WorkingDaysAfter => after(period.last_day(), days?),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::values::{Scalar, Vocabulary};

    fn rule(kind: DueKind, month_day: Option<(i32, i32, i32)>, days: Option<i32>) -> DueRule {
        let (month, day, year_offset) = month_day.map_or((None, None, None), |(m, d, y)| (Some(m), Some(d), Some(y)));
        DueRule { kind, month, day, year_offset, days }
    }

    #[test]
    fn each_kind_names_its_periods() {
        for (kind, expected) in [
            (ReportingPeriodKind::Quarter, "2024-Q1 2024-Q2 2024-Q3 2024-Q4"),
            (ReportingPeriodKind::HalfYear, "2024-H1 2024-H2"),
            (ReportingPeriodKind::FirstHalfYear, "2024-H1"),
            (ReportingPeriodKind::NineMonths, "2024-9M"),
            (ReportingPeriodKind::Year, "2024"),
        ] {
            let periods: Vec<String> = periods_of(kind, 2024).iter().map(ToString::to_string).collect();
            assert_eq!(periods.join(" "), expected);
        }
        assert_eq!(periods_of(ReportingPeriodKind::Month, 2024).len(), 12);
        for (kind, _) in ReportingPeriodKind::WORDS {
            assert_eq!(may_be_due(*kind, DueKind::DayOfYear), periods_of(*kind, 2024).len() == 1, "{kind}");
            assert!(may_be_due(*kind, DueKind::WorkingDaysAfter));
        }
    }

    #[test]
    fn the_due_date_follows_from_the_period() {
        let due = |rule, period| {
            let after = |day: LocalDate, days: u32| day.plus_days(days * 10);
            due_date(rule, Period::parse(period).unwrap(), |day| day, after).map(|day| day.to_string())
        };
        for (rule, period, expected) in [
            (rule(DueKind::DayOfYear, Some((9, 14, 0)), None), "2024", Some("2024-09-14")),
            (rule(DueKind::DayOfYear, Some((1, 30, 1)), None), "2024", Some("2025-01-30")),
            (rule(DueKind::DayOfYear, Some((2, 31, 1)), None), "2023", Some("2024-02-29")),
            (rule(DueKind::DayOfYear, Some((2, 31, 1)), None), "2024", Some("2025-02-28")),
            (rule(DueKind::DaysAfter, None, Some(20)), "2024-Q2", Some("2024-07-20")),
            (rule(DueKind::WorkingDaysAfter, None, Some(1)), "2024-Q2", Some("2024-07-10")),
            (rule(DueKind::DaysAfter, None, None), "2024-Q2", None),
            (rule(DueKind::DayOfYear, None, Some(3)), "2024", None),
        ] {
            assert_eq!(due(rule, period).as_deref(), expected, "{rule:?} {period}");
        }
    }
}
