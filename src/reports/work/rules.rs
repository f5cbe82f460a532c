//! Ages, sums and orders of `work-progress`; pure functions.

use super::model::{ActivityCoverage, AgeBand, AgeCount, AssigneeWork, WorkCount};
use crate::units::UnitRef;
use crate::values::{LocalDate, UnitId};
use std::cmp::Reverse;
use std::collections::HashSet;

/// Lists stop here.
pub const MOST_LINES: usize = 200;

/// The last day of each age but the last one.
const ENDS: [(AgeBand, Option<u64>); 4] =
    [(AgeBand::UpTo30, Some(30)), (AgeBand::UpTo90, Some(90)), (AgeBand::UpTo180, Some(180)), (AgeBand::Over180, None)];

/// Counts by age, whose first age begins with `first` days.
pub fn ages(first: i64, counts: [i64; 4]) -> Vec<AgeCount> {
    let mut begin = first;
    let mut ages = Vec::with_capacity(ENDS.len());
    for ((code, end), count) in ENDS.into_iter().zip(counts) {
        let max_days = end.and_then(|end| i64::try_from(end).ok());
        ages.push(AgeCount { code, min_days: begin, max_days, count });
        begin = max_days.map_or(begin, |end| end + 1);
    }
    ages
}

/// The days that part the ages: what is of the first of them or later is of the first age, and so on.
pub fn age_limits(today: LocalDate) -> [LocalDate; 3] {
    [30, 90, 180].map(|days| today.minus_days(days))
}

impl WorkCount {
    pub fn none() -> WorkCount {
        WorkCount {
            total_count: 0,
            open_count: 0,
            not_due_count: 0,
            overdue_count: 0,
            no_due_date_count: 0,
            done_count: 0,
            confirmed_count: 0,
            cancelled_count: 0,
            on_time_count: 0,
            late_count: 0,
            original_on_time_count: 0,
            original_late_count: 0,
            extended_count: 0,
            overdue_ageing: ages(1, [0; 4]),
        }
    }

    pub fn add(&mut self, other: &WorkCount) {
        self.total_count += other.total_count;
        self.open_count += other.open_count;
        self.not_due_count += other.not_due_count;
        self.overdue_count += other.overdue_count;
        self.no_due_date_count += other.no_due_date_count;
        self.done_count += other.done_count;
        self.confirmed_count += other.confirmed_count;
        self.cancelled_count += other.cancelled_count;
        self.on_time_count += other.on_time_count;
        self.late_count += other.late_count;
        self.original_on_time_count += other.original_on_time_count;
        self.original_late_count += other.original_late_count;
        self.extended_count += other.extended_count;
        for (age, more) in self.overdue_ageing.iter_mut().zip(&other.overdue_ageing) {
            age.count += more.count;
        }
    }
}

/// Most overdue first, then most open; whoever has the same keeps an order of its own, so that pages compare.
pub fn worst_first(lines: &mut [AssigneeWork]) {
    lines.sort_by_key(|line| {
        let party = &line.party;
        let unit = party.unit.as_ref().map(|unit| (unit.code.clone(), unit.id));
        let order = (party.person_id, party.agency_id, unit, party.committee_id);
        (Reverse(line.tasks.overdue_count), Reverse(line.tasks.open_count), Reverse(line.tasks.total_count), order)
    });
}

/// Which of the units expected are among those covered.
pub fn coverage(expected: &[UnitRef], covered: &HashSet<UnitId>) -> ActivityCoverage {
    let mut missing: Vec<&UnitRef> = expected.iter().filter(|unit| !covered.contains(&unit.id)).collect();
    missing.sort_by(|one, two| (&one.code, one.id).cmp(&(&two.code, two.id)));
    let count = |of: usize| i64::try_from(of).unwrap_or(i64::MAX);
    ActivityCoverage {
        expected_count: count(expected.len()),
        covered_count: count(expected.len() - missing.len()),
        not_covered_count: count(missing.len()),
        units_truncated: missing.len() > MOST_LINES,
        not_covered: missing.into_iter().take(MOST_LINES).cloned().collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::committee::party::Party;
    use crate::values::{ListCode, PersonId, Scalar, Title, UnitCode};

    fn day(text: &str) -> LocalDate {
        LocalDate::parse(text).unwrap()
    }

    #[test]
    fn ages_follow_each_other_without_a_gap() {
        let told = |first| {
            let ages = ages(first, [4, 3, 2, 1]);
            ages.into_iter().map(|age| (age.code, age.min_days, age.max_days, age.count)).collect::<Vec<_>>()
        };
        let rest = [
            (AgeBand::UpTo90, 31, Some(90), 3),
            (AgeBand::UpTo180, 91, Some(180), 2),
            (AgeBand::Over180, 181, None, 1),
        ];
        for first in [0, 1] {
            assert_eq!(told(first)[0], (AgeBand::UpTo30, first, Some(30), 4));
            assert_eq!(told(first)[1..], rest);
        }
    }

    #[test]
    fn the_days_between_the_ages_are_the_last_ones_of_each() {
        let today = day("2023-03-15");
        let limits = age_limits(today);
        assert_eq!(limits, [day("2023-02-13"), day("2022-12-15"), day("2022-09-16")]);
        assert_eq!(limits.map(|limit| today.days_since(limit)), [30, 90, 180]);
    }

    #[test]
    fn counts_add_up_in_every_member() {
        let mut one = serde_json::to_value(WorkCount::none()).unwrap();
        for (at, (_, count)) in one.as_object_mut().unwrap().iter_mut().filter(|(_, count)| count.is_i64()).enumerate()
        {
            *count = serde_json::json!(at + 1);
        }
        let read = |name: &str| one[name].as_i64().unwrap();
        let counted = WorkCount {
            total_count: read("total_count"),
            open_count: read("open_count"),
            not_due_count: read("not_due_count"),
            overdue_count: read("overdue_count"),
            no_due_date_count: read("no_due_date_count"),
            done_count: read("done_count"),
            confirmed_count: read("confirmed_count"),
            cancelled_count: read("cancelled_count"),
            on_time_count: read("on_time_count"),
            late_count: read("late_count"),
            original_on_time_count: read("original_on_time_count"),
            original_late_count: read("original_late_count"),
            extended_count: read("extended_count"),
            overdue_ageing: ages(1, [1, 2, 3, 4]),
        };
        let mut sum = WorkCount::none();
        sum.add(&counted);
        assert_eq!(sum, counted);
        sum.add(&counted);
        let doubled = serde_json::to_value(&sum).unwrap();
        for (name, count) in one.as_object().unwrap().iter().filter(|(_, count)| count.is_i64()) {
            assert_eq!(doubled[name].as_i64(), count.as_i64().map(|count| 2 * count), "{name}");
        }
        assert_eq!(sum.overdue_ageing, ages(1, [2, 4, 6, 8]));
    }

    fn line(overdue: i64, open: i64) -> AssigneeWork {
        AssigneeWork {
            party: Party { person_id: Some(PersonId::new()), agency_id: None, unit: None, committee_id: None },
            commitments_count: 0,
            tasks: WorkCount { overdue_count: overdue, open_count: open, ..WorkCount::none() },
            visit_count: 0,
            inspection_count: 0,
            reminder_count: 0,
        }
    }

    #[test]
    fn whoever_is_latest_comes_first() {
        let mut lines = [line(0, 0), line(1, 2), line(0, 9), line(2, 2), line(1, 5)];
        worst_first(&mut lines);
        let told = lines.iter().map(|line| (line.tasks.overdue_count, line.tasks.open_count)).collect::<Vec<_>>();
        assert_eq!(told, [(2, 2), (1, 5), (1, 2), (0, 9), (0, 0)]);
        let people: Vec<_> = lines.iter().map(|line| line.party.person_id).collect();
        lines.reverse();
        worst_first(&mut lines);
        assert_eq!(lines.iter().map(|line| line.party.person_id).collect::<Vec<_>>(), people);
    }

    #[test]
    fn a_list_of_units_stops_and_its_counts_do_not() {
        let unit = |number: usize| UnitRef {
            id: UnitId::new(),
            code: UnitCode::parse(&format!("{number:05}")).unwrap(),
            name: Title::parse("Xã").unwrap(),
            kind_code: ListCode::parse("XA").unwrap(),
        };
        let units: Vec<UnitRef> = (1..=203).rev().map(unit).collect();
        let covered = HashSet::from([units[0].id, units[1].id, UnitId::new()]);
        let found = coverage(&units, &covered);
        assert_eq!((found.expected_count, found.covered_count, found.not_covered_count), (203, 2, 201));
        assert_eq!((found.not_covered.len(), found.units_truncated), (200, true));
        assert_eq!((found.not_covered[0].code.as_str(), found.not_covered[199].code.as_str()), ("00001", "00200"));
        let exact = coverage(&units[..200], &HashSet::new());
        assert_eq!((exact.not_covered.len(), exact.units_truncated), (200, false));
    }
}
