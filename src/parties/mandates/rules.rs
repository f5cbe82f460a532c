//! Days of mandates.

use super::model::{MandateKind, MandateRow, MandateState};
use crate::values::LocalDate;

/// The states that may follow.
pub fn transitions(state: MandateState) -> &'static [MandateState] {
    match state {
        MandateState::InForce | MandateState::Ended => &[MandateState::Ended, MandateState::Annulled],
        MandateState::Annulled => &[],
    }
}

/// Is the mandate held on the day? A day that is not known reaches as far as it may.
pub fn holds_on(mandate: &MandateRow, day: LocalDate) -> bool {
    mandate.state != MandateState::Annulled
        && mandate.valid_from.is_none_or(|from| from <= day)
        && mandate.valid_to.is_none_or(|to| day < to)
}

/// Do the days of two mandates meet? What was annulled has none.
fn meet(one: &MandateRow, two: &MandateRow) -> bool {
    let ends_before =
        |one: &MandateRow, two: &MandateRow| one.valid_to.zip(two.valid_from).is_some_and(|(end, begin)| end <= begin);
    let annulled = [one, two].iter().any(|mandate| mandate.state == MandateState::Annulled);
    !annulled && !ends_before(one, two) && !ends_before(two, one)
}

fn same_holder(one: &MandateRow, two: &MandateRow) -> bool {
    (one.person_id, one.agency_id) == (two.person_id, two.agency_id)
}

/// Does a mandate say again, on some of the same days, what another of the committee says of its holder?
pub fn repeats(new: &MandateRow, known: &MandateRow) -> bool {
    let same = match new.kind {
        MandateKind::Membership => known.kind == MandateKind::Membership,
        MandateKind::Charge => {
            let of = |row: &MandateRow| (row.charge_unit_id, row.criteria_set_id, row.criterion_code.clone());
            known.kind == MandateKind::Charge && of(new) == of(known)
        }
    };
    new.id != known.id && same && same_holder(new, known) && meet(new, known)
}

/// Does the holder belong to the committee on some day of a charge?
pub fn belongs(charge: &MandateRow, mandates: &[MandateRow]) -> bool {
    let mut memberships = mandates.iter().filter(|known| known.kind == MandateKind::Membership);
    memberships.any(|known| same_holder(charge, known) && meet(charge, known))
}

/// Does a charge count on a day: is it held, by somebody who belongs to the committee on it?
pub fn counts_on(charge: &MandateRow, mandates: &[MandateRow], day: LocalDate) -> bool {
    let mut memberships = mandates.iter().filter(|known| known.kind == MandateKind::Membership);
    charge.kind == MandateKind::Charge
        && holds_on(charge, day)
        && memberships.any(|known| same_holder(charge, known) && holds_on(known, day))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::values::{CommitteeId, CriterionCode, MandateId, PersonId, Scalar, Timestamp, UnitId};

    fn day(text: &str) -> LocalDate {
        LocalDate::parse(text).unwrap()
    }

    fn mandate(kind: MandateKind, person: PersonId, days: (Option<&str>, Option<&str>)) -> MandateRow {
        let instant = Timestamp::parse("2023-03-10T01:30:00.000Z").unwrap();
        MandateRow {
            id: MandateId::new(),
            version: 1,
            unit_id: UnitId::new(),
            unit_date: day("2023-03-10"),
            committee_id: CommitteeId::new(),
            kind,
            person_id: Some(person),
            agency_id: None,
            role: None,
            charge_unit_id: None,
            criteria_set_id: None,
            criterion_code: None,
            act_number: None,
            ending_act_number: None,
            state: MandateState::InForce,
            valid_from: days.0.map(day),
            valid_to: days.1.map(day),
            note: None,
            external_id: None,
            created_at: instant,
            updated_at: instant,
        }
    }

    #[test]
    fn a_mandate_is_held_from_its_first_day_to_the_one_before_its_end() {
        let person = PersonId::new();
        let held = mandate(MandateKind::Membership, person, (Some("2023-03-10"), Some("2025-07-01")));
        for (text, holds) in [("2023-03-09", false), ("2023-03-10", true), ("2025-06-30", true), ("2025-07-01", false)]
        {
            assert_eq!(holds_on(&held, day(text)), holds, "{text}");
        }
        assert!(holds_on(&mandate(MandateKind::Membership, person, (None, None)), day("1999-01-01")));
    }

    #[test]
    fn a_membership_is_not_held_twice_on_the_same_day() {
        let (person, other) = (PersonId::new(), PersonId::new());
        let of = |person, from, to| mandate(MandateKind::Membership, person, (from, to));
        let first = of(person, Some("2021-01-01"), Some("2023-01-01"));
        for (second, repeated) in [
            (of(person, Some("2022-12-31"), None), true),
            (of(person, Some("2023-01-01"), None), false),
            (of(person, None, Some("2021-01-01")), false),
            (of(person, None, Some("2021-01-02")), true),
            (of(person, None, None), true),
            (of(other, None, None), false),
            (mandate(MandateKind::Charge, person, (None, None)), false),
        ] {
            assert_eq!(repeats(&second, &first), repeated, "{second:?}");
        }
        assert!(!repeats(&first, &first.clone()), "a mandate does not repeat itself");
    }

    #[test]
    fn what_was_annulled_never_was() {
        let person = PersonId::new();
        let held = mandate(MandateKind::Membership, person, (None, None));
        let annulled =
            MandateRow { state: MandateState::Annulled, ..mandate(MandateKind::Membership, person, (None, None)) };
        let charge = mandate(MandateKind::Charge, person, (None, None));
        assert!(!holds_on(&annulled, day("2023-03-10")));
        assert!(!repeats(&held, &annulled) && !belongs(&charge, std::slice::from_ref(&annulled)));
        assert!(!counts_on(&charge, &[annulled], day("2023-03-10")));
        assert!(counts_on(&charge, &[held], day("2023-03-10")));
        assert_eq!(transitions(MandateState::Annulled), []);
        for state in [MandateState::InForce, MandateState::Ended] {
            assert_eq!(transitions(state), [MandateState::Ended, MandateState::Annulled], "an end may come earlier");
        }
    }

    #[test]
    fn a_charge_of_something_else_is_another() {
        let person = PersonId::new();
        let of = |unit: Option<UnitId>, criterion: Option<&str>| MandateRow {
            charge_unit_id: unit,
            criterion_code: criterion.map(|code| CriterionCode::parse(code).unwrap()),
            ..mandate(MandateKind::Charge, person, (None, None))
        };
        let (one, two) = (UnitId::new(), UnitId::new());
        assert!(repeats(&of(Some(one), None), &of(Some(one), None)));
        assert!(!repeats(&of(Some(one), None), &of(Some(two), None)));
        assert!(!repeats(&of(Some(one), Some("2")), &of(Some(one), None)));
        assert!(!repeats(&of(None, Some("2")), &of(None, Some("17"))));
    }

    #[test]
    fn a_charge_counts_while_its_holder_belongs_to_the_committee() {
        let (person, other) = (PersonId::new(), PersonId::new());
        let membership = mandate(MandateKind::Membership, person, (Some("2021-01-01"), Some("2023-01-01")));
        let charge = mandate(MandateKind::Charge, person, (Some("2022-01-01"), None));
        let foreign = mandate(MandateKind::Charge, other, (Some("2022-01-01"), None));
        let all = [membership, charge.clone(), foreign.clone()];
        for (text, counts) in [("2021-12-31", false), ("2022-01-01", true), ("2022-12-31", true), ("2023-01-01", false)]
        {
            assert_eq!(counts_on(&charge, &all, day(text)), counts, "{text}");
            assert!(!counts_on(&foreign, &all, day(text)) && !counts_on(&all[0], &all, day(text)), "{text}");
        }
        assert!(belongs(&charge, &all) && !belongs(&foreign, &all));
        let late = mandate(MandateKind::Charge, person, (Some("2023-01-01"), None));
        assert!(!belongs(&late, &all), "the membership had ended");
    }
}
