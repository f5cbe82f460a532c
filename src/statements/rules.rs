//! What each kind of claim needs, and when figures bear it out; pure functions.

use super::model::{ClaimKind, StatementComparison, StatementOutcome};
use crate::values::Decimal;

/// Members that a claim of a kind has: all of them, and no others.
pub fn members(kind: ClaimKind) -> &'static [&'static str] {
    match kind {
        ClaimKind::BandCount => &["criteria_set_code", "band_code", "comparison", "value"],
        ClaimKind::CriteriaMetAverage => &["criteria_set_code", "comparison", "value"],
        ClaimKind::IndicatorValue => &["indicator_code", "comparison", "value"],
        ClaimKind::IndicatorChange => &["indicator_code", "comparison", "since_period"],
        ClaimKind::IndicatorGap => &["indicator_code", "comparison", "compared_with"],
        ClaimKind::BudgetRate => &["programme_code", "comparison", "value"],
        ClaimKind::BudgetRateChange => &["programme_code", "comparison", "since_period"],
        ClaimKind::GapChange => &["indicator_code", "compared_with", "trend", "since_period"],
    }
}

/// Does a number that lies between two stand so to another? `None` where the range leaves it open: a range is not a
/// number.
pub fn holds(comparison: StatementComparison, (min, max): (Decimal, Decimal), against: Decimal) -> Option<bool> {
    let one = |number: Decimal| match comparison {
        StatementComparison::AtLeast => against <= number,
        StatementComparison::AtMost => number <= against,
        StatementComparison::Equal => number == against,
        StatementComparison::MoreThan => against < number,
        StatementComparison::LessThan => number < against,
    };
    let inside = comparison == StatementComparison::Equal && min < against && against < max;
    match (one(min), one(max)) {
        _ if inside => None,
        (low, high) if low == high => Some(low),
        _ => None,
    }
}

/// The outcome of a comparison.
pub fn outcome(holds: Option<bool>) -> StatementOutcome {
    match holds {
        Some(true) => StatementOutcome::Supported,
        Some(false) => StatementOutcome::Contradicted,
        None => StatementOutcome::NoData,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::values::Vocabulary;

    #[test]
    fn a_range_decides_only_what_it_does_not_straddle() {
        use StatementComparison::{AtLeast, AtMost, Equal, LessThan, MoreThan};
        let number = |text: &str| Decimal::parse(text).unwrap();
        for (comparison, min, max, against, expected) in [
            (Equal, "4", "4", "4", Some(true)),
            (Equal, "4", "4", "5", Some(false)),
            (Equal, "3", "5", "4", None),
            (Equal, "3", "4", "4", None),
            (Equal, "4", "5", "4", None),
            (Equal, "5", "6", "4", Some(false)),
            (AtLeast, "4", "9", "4", Some(true)),
            (AtLeast, "3", "9", "4", None),
            (AtLeast, "1", "3", "4", Some(false)),
            (AtMost, "1", "4", "4", Some(true)),
            (AtMost, "4", "5", "4", None),
            (AtMost, "5", "6", "4", Some(false)),
            (MoreThan, "4", "4", "4", Some(false)),
            (MoreThan, "4", "5", "4", None),
            (MoreThan, "4.0001", "5", "4", Some(true)),
            (LessThan, "4", "4", "4", Some(false)),
            (LessThan, "3", "4", "4", None),
            (LessThan, "3", "3.9999", "4", Some(true)),
        ] {
            let found = holds(comparison, (number(min), number(max)), number(against));
            assert_eq!(found, expected, "{min} to {max} {comparison} {against}");
        }
        assert_eq!(outcome(Some(true)), StatementOutcome::Supported);
        assert_eq!(outcome(Some(false)), StatementOutcome::Contradicted);
        assert_eq!(outcome(None), StatementOutcome::NoData);
    }

    #[test]
    fn each_kind_is_told_by_its_own_members() {
        for (kind, _) in ClaimKind::WORDS {
            let told = members(*kind);
            // A number is held against a number that is told, that of another unit or that of another period.
            let against = ["value", "compared_with", "since_period"].iter().filter(|name| told.contains(name)).count();
            assert_eq!(against, if *kind == ClaimKind::GapChange { 2 } else { 1 }, "{kind}");
            let of = ["criteria_set_code", "indicator_code", "programme_code"]
                .iter()
                .filter(|name| told.contains(name))
                .count();
            assert_eq!(of, 1, "{kind}");
            assert_eq!(told.contains(&"trend"), !told.contains(&"comparison"), "{kind}");
        }
    }
}
