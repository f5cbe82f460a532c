//! Figures and what is required of them, compared exactly.

use serde::{Deserialize, Serialize};
use std::cmp::Ordering;

/// A number in ten-thousandths: 42.5 is 425,000.
pub type Scaled = i64;

const ONE: i128 = 10_000;

/// What a figure was divided from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Division {
    pub numerator: Scaled,
    /// Above zero.
    pub denominator: Scaled,
    /// 100 for percentages, else 1.
    pub per: i64,
}

/// A measured figure. Where it is known what it was divided from, that is compared, not the rounded result: 69.996 %
/// printed as 70 % does not reach 70 %.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Figure {
    pub value: Scaled,
    pub division: Option<Division>,
}

impl Figure {
    pub fn of(value: Scaled) -> Figure {
        Figure { value, division: None }
    }

    /// How the figure stands to a limit.
    pub fn compare(self, limit: Scaled) -> Ordering {
        match self.division {
            None => self.value.cmp(&limit),
            Some(Division { numerator, denominator, per }) => {
                let own = i128::from(numerator) * i128::from(per) * ONE;
                own.cmp(&(i128::from(limit) * i128::from(denominator)))
            }
        }
    }
}

/// Is a printed figure the quotient of its parts, rounded half up at the last decimal that it shows?
pub fn close_to(value: Scaled, division: Division) -> bool {
    let Division { numerator, denominator, per } = division;
    // The coarsest step that the printed figure admits: 17.02 has two decimals, so it may be off by half a hundredth.
    let step = [10_000, 1_000, 100, 10, 1].into_iter().find(|step| value % step == 0).unwrap_or(1);
    let exact = i128::from(numerator) * i128::from(per) * ONE * 2;
    let (value, step, denominator) = (i128::from(value) * 2, i128::from(step), i128::from(denominator));
    (value - step) * denominator <= exact && exact <= (value + step) * denominator
}

/// How a figure is held against a limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Operator {
    AtLeast,
    AtMost,
    Equal,
    /// The thing is there, or is done.
    Yes,
}

/// What is required.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Requirement {
    pub operator: Operator,
    pub limit: Scaled,
}

impl Requirement {
    pub fn is_met_by(self, figure: Figure) -> bool {
        let order = figure.compare(self.limit);
        match self.operator {
            Operator::AtLeast | Operator::Yes => order != Ordering::Less,
            Operator::AtMost => order != Ordering::Greater,
            Operator::Equal => order == Ordering::Equal,
        }
    }

    /// How far the figure is from the limit, in its own unit; at least the smallest step there is.
    pub fn gap(self, figure: Figure) -> Scaled {
        if self.is_met_by(figure) {
            return 0;
        }
        (self.limit.saturating_sub(figure.value)).saturating_abs().max(1)
    }

    /// The same as a share of the larger of the two, in ten-thousandths: what lets a gap in đồng stand beside one in
    /// percent. A thing that is not there is missing whole.
    pub fn relative_gap(self, figure: Figure) -> Scaled {
        let gap = self.gap(figure);
        let largest = self.limit.saturating_abs().max(figure.value.saturating_abs()).max(1);
        i64::try_from((i128::from(gap) * ONE / i128::from(largest)).clamp(i128::from(gap != 0), ONE)).unwrap_or(10_000)
    }

    /// How much more of the numerator it takes with the denominator as it is (more households, fewer houses): below
    /// zero where it has to fall.
    pub fn numerator_gap(self, figure: Figure) -> Option<Scaled> {
        let Division { numerator, denominator, per } = figure.division?;
        if self.is_met_by(figure) {
            return Some(0);
        }
        let wanted = i128::from(self.limit) * i128::from(denominator);
        let unit = i128::from(per) * ONE;
        // Upwards to the next, or downwards: never to a numerator that still falls short.
        let needed = if self.operator == Operator::AtMost {
            wanted.div_euclid(unit)
        } else {
            wanted.div_euclid(unit) + i128::from(wanted.rem_euclid(unit) != 0)
        };
        i64::try_from(needed - i128::from(numerator)).ok()
    }
}

/// What is known of one indicator of one unit: the whole, and men and women where they are told apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Evidence {
    pub total: Option<Figure>,
    pub men: Option<Figure>,
    pub women: Option<Figure>,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ratio(numerator: i64, denominator: i64) -> Figure {
        let division = Division { numerator: numerator * 10_000, denominator: denominator * 10_000, per: 100 };
        let value = numerator * 1_000_000 / denominator;
        Figure { value, division: Some(division) }
    }

    #[test]
    fn a_limit_is_reached_exactly_or_not_at_all() {
        let at_least = |limit| Requirement { operator: Operator::AtLeast, limit };
        let at_most = |limit| Requirement { operator: Operator::AtMost, limit };
        let equal = |limit| Requirement { operator: Operator::Equal, limit };
        let yes = Requirement { operator: Operator::Yes, limit: 10_000 };
        for (requirement, figure, met) in [
            (at_least(800_000), Figure::of(800_000), true),
            (at_least(800_000), Figure::of(799_999), false),
            (at_most(130_000), Figure::of(130_000), true),
            (at_most(130_000), Figure::of(130_001), false),
            (equal(0), Figure::of(0), true),
            (equal(0), Figure::of(1), false),
            (yes, Figure::of(10_000), true),
            (yes, Figure::of(0), false),
            // Seven of ten households are 70 %; 6,999 of 9,999 are 69.9969 %, also where 70 is printed.
            (at_least(700_000), ratio(7, 10), true),
            (at_least(700_000), Figure { value: 700_000, ..ratio(6_999, 9_999) }, false),
            (at_least(333_333), ratio(1, 3), true),
            (at_least(333_334), ratio(1, 3), false),
        ] {
            assert_eq!(requirement.is_met_by(figure), met, "{requirement:?} {figure:?}");
        }
    }

    #[test]
    fn a_gap_is_told_in_its_unit_as_a_share_and_in_what_is_counted() {
        let at_least = Requirement { operator: Operator::AtLeast, limit: 700_000 };
        assert_eq!(at_least.gap(ratio(65, 100)), 50_000);
        assert_eq!(at_least.relative_gap(ratio(65, 100)), 714);
        assert_eq!(at_least.numerator_gap(ratio(65, 100)), Some(50_000));
        // 70 % of 3 households are 2.1: what that is in whole households is for those to say who count them.
        assert_eq!(at_least.numerator_gap(ratio(2, 3)), Some(1_000));
        assert_eq!(at_least.gap(ratio(7, 10)), 0);
        let at_most = Requirement { operator: Operator::AtMost, limit: 130_000 };
        assert_eq!(at_most.numerator_gap(ratio(20, 100)), Some(-70_000));
        assert_eq!(at_most.relative_gap(ratio(26, 100)), 5_000);
        // A third of one is no ten-thousandth: upwards where it has to rise, downwards where it has to fall.
        for (operator, numerator, limit, gap) in [
            (Operator::AtLeast, 0, 333_333, 3_334),
            (Operator::AtLeast, 0, 330_000, 3_300),
            (Operator::AtMost, 1, 333_333, -6_667),
            (Operator::AtMost, 1, 330_000, -6_700),
        ] {
            let requirement = Requirement { operator, limit };
            assert_eq!(requirement.numerator_gap(ratio(numerator, 1)), Some(gap), "{requirement:?}");
        }
        // What falls short by less than anything printed still falls short.
        let short = Figure { value: 700_000, ..ratio(6_999, 9_999) };
        assert_eq!((at_least.gap(short), at_least.relative_gap(short)), (1, 1));
        let yes = Requirement { operator: Operator::Yes, limit: 10_000 };
        assert_eq!(yes.relative_gap(Figure::of(0)), 10_000);
    }

    #[test]
    fn a_printed_rate_is_held_against_its_parts_at_its_own_precision() {
        let parts = |numerator: i64, denominator: i64| Division {
            numerator: numerator * 10_000,
            denominator: denominator * 10_000,
            per: 100,
        };
        for (value, division, close) in [
            (199_300, parts(16_003, 80_276), true),
            (199_400, parts(16_003, 80_276), false),
            (199_349, parts(16_003, 80_276), false),
            (199_350, parts(16_003, 80_276), true),
            (200_000, parts(16_003, 80_276), true),
            (190_000, parts(16_003, 80_276), false),
            (1_000_000, parts(7, 7), true),
        ] {
            assert_eq!(close_to(value, division), close, "{value}");
        }
    }
}
