//! On which days a directive falls due, and for whom; pure functions.

use super::model::{DirectiveState, Recurrence};
use crate::values::LocalDate;

/// Days on which a directive may fall due: five years of months.
pub const MOST_OCCURRENCES: usize = 60;

/// The states that may follow.
pub fn transitions(state: DirectiveState) -> &'static [DirectiveState] {
    match state {
        DirectiveState::InForce => &[DirectiveState::Ended],
        DirectiveState::Ended => &[],
    }
}

fn months(recurrence: Recurrence) -> u32 {
    match recurrence {
        Recurrence::Monthly => 1,
        Recurrence::Quarterly => 3,
        Recurrence::HalfYearly => 6,
        Recurrence::Yearly => 12,
    }
}

/// The days on which it falls due: none where it stands (one task without a due date), one where it does not recur; one
/// more than may be where there are too many.
pub fn due_dates(due: Option<LocalDate>, recurs: Option<(Recurrence, LocalDate)>) -> Vec<Option<LocalDate>> {
    let (Some(first), Some((recurrence, until))) = (due, recurs) else { return vec![due] };
    // Counted from the first day, so that a short month does not shorten those after it.
    (0..=MOST_OCCURRENCES as u32)
        .map_while(|times| first.plus_months(times * months(recurrence)))
        .take_while(|day| *day <= until)
        .map(Some)
        .collect()
}

/// The days that concern somebody since a day: nobody is late with what was due before.
pub fn due_since(dates: &[Option<LocalDate>], since: LocalDate) -> impl Iterator<Item = Option<LocalDate>> {
    dates.iter().copied().filter(move |due| due.is_none_or(|due| since <= due))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::values::Scalar;

    fn day(text: &str) -> LocalDate {
        LocalDate::parse(text).unwrap()
    }

    fn told(dates: &[Option<LocalDate>]) -> Vec<String> {
        dates.iter().map(|day| day.map_or("stands".to_owned(), |day| day.to_string())).collect()
    }

    #[test]
    fn a_directive_falls_due_on_the_same_day_of_each_period() {
        assert_eq!(told(&due_dates(None, None)), ["stands"]);
        assert_eq!(told(&due_dates(Some(day("2023-03-31")), None)), ["2023-03-31"]);
        let dates = |first, recurrence, until| told(&due_dates(Some(day(first)), Some((recurrence, day(until)))));
        let months = dates("2023-01-31", Recurrence::Monthly, "2023-04-30");
        assert_eq!(months, ["2023-01-31", "2023-02-28", "2023-03-31", "2023-04-30"]);
        assert_eq!(dates("2023-01-31", Recurrence::Monthly, "2023-04-29").len(), 3);
        assert_eq!(dates("2023-03-15", Recurrence::Quarterly, "2023-12-15").len(), 4);
        assert_eq!(dates("2023-06-15", Recurrence::HalfYearly, "2024-06-15").len(), 3);
        assert_eq!(dates("2023-12-15", Recurrence::Yearly, "2025-12-15"), ["2023-12-15", "2024-12-15", "2025-12-15"]);
        assert_eq!(dates("2023-01-31", Recurrence::Monthly, "2027-12-31").len(), MOST_OCCURRENCES);
        assert_eq!(dates("2023-01-31", Recurrence::Monthly, "2099-12-31").len(), MOST_OCCURRENCES + 1);
    }

    #[test]
    fn whoever_joins_later_is_not_late_with_what_was_due_before() {
        let dates = due_dates(Some(day("2023-03-31")), Some((Recurrence::Monthly, day("2023-06-30"))));
        let since = |text| due_since(&dates, day(text)).collect::<Vec<_>>();
        assert_eq!(since("2023-03-31").len(), 4);
        assert_eq!(told(&since("2023-05-31")), ["2023-05-31", "2023-06-30"]);
        assert_eq!(since("2023-07-01"), []);
        assert_eq!(due_since(&[None], day("2023-07-01")).collect::<Vec<_>>(), [None], "what stands binds everybody");
    }

    #[test]
    fn what_has_ended_stays_ended() {
        assert_eq!(transitions(DirectiveState::InForce), [DirectiveState::Ended]);
        assert_eq!(transitions(DirectiveState::Ended), []);
    }
}
