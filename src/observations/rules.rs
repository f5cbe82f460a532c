//! What a figure may be, and who works at which stage. Values in, faults out.

use super::model::{MemberFigure, NewFigure, ObservationStage};
use crate::codes::Code;
use crate::error::{Fault, Faults, Flaw, Place};
use crate::evaluation::{self, Division};
use crate::indicators::{HeldIndicator, Member, ValueType};
use crate::units::Level;
use crate::values::{Decimal, LocalDate, Vocabulary};

/// Last day on which districts verified (Luật 72/2025/QH15 ended the level on 01/07/2025).
fn districts_verify(today: LocalDate) -> bool {
    LocalDate::new(2025, 7, 1).is_some_and(|end| today < end)
}

/// The level at which, or above which, one must hold a grant to work at a stage.
///
/// Source: QĐ 18/2022/QĐ-TTg (2/8/2022): the commune assesses itself, the district verifies, the province appraises.
/// That the province verifies since 01/07/2025 is our reading of the two-tier model, not verified against a text.
pub fn level_of(stage: ObservationStage, today: LocalDate) -> Level {
    match stage {
        ObservationStage::Verification if districts_verify(today) => Level::District,
        ObservationStage::Verification | ObservationStage::Appraisal => Level::Province,
        ObservationStage::Target
        | ObservationStage::Reported
        | ObservationStage::SelfAssessment
        | ObservationStage::Preliminary
        | ObservationStage::Official => Level::Commune,
    }
}

/// A figure that keeps the rules of its indicator.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CheckedFigure {
    /// None where a figure is withdrawn.
    pub value: Option<Decimal>,
    pub numerator: Option<Decimal>,
    pub denominator: Option<Decimal>,
    pub breakdown: Vec<MemberFigure>,
}

/// One value with its parts, as it was sent.
#[derive(Clone, Copy)]
struct Sent {
    value: Option<Decimal>,
    numerator: Option<Decimal>,
    denominator: Option<Decimal>,
}

/// The figure, if it is one of this indicator; notes each fault at its place below `at`.
pub fn check(indicator: &HeldIndicator, figure: &NewFigure, at: &str, faults: &mut Faults) -> Option<CheckedFigure> {
    let before = faults.0.len();
    let mut breakdown = Vec::new();
    let sent = figure.breakdown.as_deref().unwrap_or_default();
    for (place, member) in sent.iter().enumerate() {
        let at = format!("{at}/breakdown/{place}");
        if !indicator.breakdowns.contains(&member.member.dimension()) {
            let declared: Vec<&str> = indicator.breakdowns.iter().map(|dimension| dimension.code()).collect();
            let flaw = Flaw::new(Code::BreakdownNotDeclared).with("allowed", declared.join(", "));
            faults.push(flaw.at(Place::Pointer(format!("{at}/member"))));
        } else if sent[..place].iter().any(|other| other.member == member.member) {
            faults.push(Fault::pointer(&format!("{at}/member"), Code::DuplicateItem));
        }
        let parts = Sent { value: member.value, numerator: member.numerator, denominator: member.denominator };
        if let Some(sent) = check_one(indicator, parts, &at, faults)
            && let Some(value) = sent.value
        {
            let (numerator, denominator) = (sent.numerator, sent.denominator);
            breakdown.push(MemberFigure { member: member.member, value, numerator, denominator });
        } else if faults.0.len() == before {
            faults.push(Fault::pointer(&format!("{at}/value"), Code::Required));
        }
    }
    if faults.0.len() > before {
        return None;
    }
    let own = Sent { value: figure.value, numerator: figure.numerator, denominator: figure.denominator };
    let own = if own.value.is_none() && own.numerator.is_none() && own.denominator.is_none() {
        sum_of(indicator, &breakdown).unwrap_or(own)
    } else {
        own
    };
    let own = check_one(indicator, own, at, faults)?;
    check_sums(indicator, own, &breakdown, at, faults);
    (faults.0.len() == before).then_some(CheckedFigure {
        value: own.value,
        numerator: own.numerator,
        denominator: own.denominator,
        breakdown,
    })
}

/// Check one value: its parts, its range, and that they belong together.
fn check_one(indicator: &HeldIndicator, sent: Sent, at: &str, faults: &mut Faults) -> Option<Sent> {
    let pointer = |name: &str| Place::Pointer(format!("{at}/{name}"));
    let before = faults.0.len();
    let division = match (sent.numerator, sent.denominator, indicator.per()) {
        (None, None, _) => None,
        (_, _, None) => {
            let name = if sent.numerator.is_some() { "numerator" } else { "denominator" };
            faults.push(Flaw::new(Code::UnknownMember).at(pointer(name)));
            return None;
        }
        (Some(_), None, _) => {
            faults.push(Flaw::new(Code::Required).at(pointer("denominator")));
            return None;
        }
        (None, Some(_), _) => {
            faults.push(Flaw::new(Code::Required).at(pointer("numerator")));
            return None;
        }
        (Some(numerator), Some(denominator), Some(per)) => {
            if numerator < Decimal::ZERO {
                faults.push(Flaw::new(Code::TooSmall).with("min", 0).at(pointer("numerator")));
            }
            if denominator == Decimal::ZERO {
                faults.push(Flaw::new(Code::DenominatorZero).at(pointer("denominator")));
            } else if denominator < Decimal::ZERO {
                faults.push(Flaw::new(Code::TooSmall).with("min", 0).at(pointer("denominator")));
            }
            Some((numerator, denominator, per))
        }
    };
    if faults.0.len() > before {
        return None;
    }
    let quotient = division.map(|(numerator, denominator, per)| Decimal::quotient(numerator, denominator, per));
    let value = match (sent.value, quotient) {
        (value, None) => value,
        (_, Some(None)) => {
            faults.push(Flaw::new(Code::TooManyDigits).with("max", "15, 4").at(pointer("numerator")));
            return None;
        }
        (None, Some(quotient)) => quotient,
        (Some(value), Some(Some(quotient))) => {
            let close = division.is_none_or(|(numerator, denominator, per)| {
                let (numerator, denominator) = (numerator.scaled(), denominator.scaled());
                evaluation::close_to(value.scaled(), Division { numerator, denominator, per })
            });
            if !close {
                faults.push(Flaw::new(Code::RateMismatch).with("expected", quotient).at(pointer("value")));
                return None;
            }
            Some(value)
        }
    };
    if let Some(value) = value {
        check_range(indicator, value, pointer("value"), faults);
    }
    (faults.0.len() == before).then_some(Sent { value, ..sent })
}

fn check_range(indicator: &HeldIndicator, value: Decimal, place: Place, faults: &mut Faults) {
    let (lowest, highest) = match indicator.row.value_type {
        ValueType::Boolean if value != Decimal::ZERO && value != Decimal::ONE => {
            return faults.push(Flaw::new(Code::ValueOutOfRange).with("allowed", "0, 1").at(place));
        }
        ValueType::Count if !value.is_whole() => return faults.push(Flaw::new(Code::IntegerExpected).at(place)),
        ValueType::Boolean | ValueType::Count | ValueType::Percent | ValueType::Number => {
            (indicator.row.minimum, indicator.row.maximum)
        }
    };
    if lowest.is_some_and(|lowest| value < lowest) || highest.is_some_and(|highest| highest < value) {
        let mut flaw = Flaw::new(Code::ValueOutOfRange);
        if let Some(lowest) = lowest {
            flaw = flaw.with("min", lowest);
        }
        if let Some(highest) = highest {
            flaw = flaw.with("max", highest);
        }
        faults.push(flaw.at(place));
    }
}

/// The whole of a dimension whose members are all told: counts and parts add up, rates do not.
fn sum_of(indicator: &HeldIndicator, breakdown: &[MemberFigure]) -> Option<Sent> {
    let members = members_of_first(breakdown)?;
    let sum = |part: fn(&MemberFigure) -> Option<Decimal>| {
        members.iter().try_fold(Decimal::ZERO, |sum, member| sum.checked_add(part(member)?))
    };
    if indicator.row.value_type == ValueType::Count {
        return Some(Sent { value: sum(|member| Some(member.value)), numerator: None, denominator: None });
    }
    let (numerator, denominator) = (sum(|member| member.numerator)?, sum(|member| member.denominator)?);
    Some(Sent { value: None, numerator: Some(numerator), denominator: Some(denominator) })
}

/// The figures of the first dimension of which every member is told.
fn members_of_first(breakdown: &[MemberFigure]) -> Option<Vec<&MemberFigure>> {
    breakdown.iter().find_map(|first| {
        let dimension = first.member.dimension();
        let told: Vec<&MemberFigure> =
            breakdown.iter().filter(|member| member.member.dimension() == dimension).collect();
        (told.len() == members_of(dimension)).then_some(told)
    })
}

fn members_of(dimension: crate::indicators::Dimension) -> usize {
    Member::WORDS.iter().filter(|(member, _)| member.dimension() == dimension).count()
}

/// Men and women, and the members of every other dimension, have to fit the whole.
fn check_sums(indicator: &HeldIndicator, own: Sent, breakdown: &[MemberFigure], at: &str, faults: &mut Faults) {
    for dimension in &indicator.breakdowns {
        let told: Vec<&MemberFigure> =
            breakdown.iter().filter(|member| member.member.dimension() == *dimension).collect();
        if told.is_empty() {
            continue;
        }
        let complete = told.len() == members_of(*dimension);
        let fits = |whole: Option<Decimal>, part: fn(&MemberFigure) -> Option<Decimal>| {
            let sum = told.iter().try_fold(Decimal::ZERO, |sum, member| sum.checked_add(part(member)?));
            match (whole, sum) {
                (Some(whole), Some(sum)) => {
                    if complete {
                        sum == whole
                    } else {
                        sum <= whole
                    }
                }
                _ => true,
            }
        };
        let between = || match own.value {
            // The whole of a rate lies between the lowest and the highest of its parts.
            Some(value) if complete && indicator.row.value_type != ValueType::Count => {
                told.iter().any(|member| member.value <= value) && told.iter().any(|member| value <= member.value)
            }
            _ => true,
        };
        let counts = indicator.row.value_type != ValueType::Count || fits(own.value, |member| Some(member.value));
        let parts =
            fits(own.numerator, |member| member.numerator) && fits(own.denominator, |member| member.denominator);
        if !(counts && parts && between()) {
            let flaw = Flaw::new(Code::BreakdownMismatch).with("dimension", dimension);
            faults.push(flaw.at(Place::Pointer(format!("{at}/breakdown"))));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn verification_moved_to_the_province_with_the_end_of_the_districts() {
        let day = |year, month, day| LocalDate::new(year, month, day).unwrap();
        assert_eq!(level_of(ObservationStage::Verification, day(2025, 6, 30)), Level::District);
        assert_eq!(level_of(ObservationStage::Verification, day(2025, 7, 1)), Level::Province);
        assert_eq!(level_of(ObservationStage::SelfAssessment, day(2026, 1, 1)), Level::Commune);
        assert_eq!(level_of(ObservationStage::Appraisal, day(2023, 1, 1)), Level::Province);
    }
}
