//! What a figure may be, and who works at which stage. Values in, faults out.

use super::model::{MemberFigure, NewFigure, ObservationStage};
use crate::codes::Code;
use crate::error::{Fault, Faults, Flaw, Place};
use crate::evaluation::{self, Division};
use crate::indicators::{HeldIndicator, Member, ValueType};
use crate::units::Level;
use crate::values::{Decimal, LocalDate, Vocabulary};
use std::cmp::Ordering;

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
            match denominator.cmp(&Decimal::ZERO) {
                Ordering::Greater => {}
                Ordering::Equal => faults.push(Flaw::new(Code::DenominatorZero).at(pointer("denominator"))),
                Ordering::Less => faults.push(Flaw::new(Code::TooSmall).with("min", 0).at(pointer("denominator"))),
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
    use crate::indicators::{Direction, IndicatorRow, TimeBasis};
    use crate::values::storage::Json;
    use crate::values::{Confidence, IndicatorCode, IndicatorId, ListCode, Scalar, Timestamp, Title, UnitId};

    #[test]
    fn verification_moved_to_the_province_with_the_end_of_the_districts() {
        let day = |year, month, day| LocalDate::new(year, month, day).unwrap();
        assert_eq!(level_of(ObservationStage::Verification, day(2025, 6, 30)), Level::District);
        assert_eq!(level_of(ObservationStage::Verification, day(2025, 7, 1)), Level::Province);
        assert_eq!(level_of(ObservationStage::SelfAssessment, day(2026, 1, 1)), Level::Commune);
        assert_eq!(level_of(ObservationStage::Appraisal, day(2023, 1, 1)), Level::Province);
    }

    /// An indicator from 0 to `highest`, told by sex and by area.
    fn indicator(value_type: ValueType, is_quotient: bool, highest: Option<&str>) -> HeldIndicator {
        let title = |text: &str| Title::parse(text).unwrap();
        let part = is_quotient.then(|| title("phần"));
        let now = Timestamp::parse("2023-03-15T02:00:00Z").unwrap();
        let row = IndicatorRow {
            id: IndicatorId::new(),
            version: 1,
            code: IndicatorCode::parse("TRIED").unwrap(),
            keeper_unit_id: UnitId::new(),
            name_vi: title("Thử"),
            name_en: title("Tried"),
            value_type,
            unit_code: ListCode::parse("PERCENT").unwrap(),
            time_basis: TimeBasis::Stock,
            direction: Direction::Neutral,
            numerator_vi: part.clone(),
            numerator_en: part.clone(),
            denominator_vi: part.clone(),
            denominator_en: part,
            breakdowns: Json(serde_json::json!(["SEX", "AREA"])),
            standard_code: None,
            derivation: None,
            derivation_kind: None,
            derivation_values: Json(serde_json::json!([])),
            minimum: Some(Decimal::ZERO),
            maximum: highest.map(|text| Decimal::parse(text).unwrap()),
            topic_codes: Json(serde_json::json!([])),
            confidence: Confidence::High,
            external_id: None,
            created_at: now,
            updated_at: now,
        };
        HeldIndicator::new(row).unwrap()
    }

    /// What is said of a figure, and what comes of it: its value with its parts, or the faults.
    fn tried(indicator: &HeldIndicator, figure: serde_json::Value) -> Result<Vec<String>, Vec<(String, Code)>> {
        let read: Result<NewFigure, Faults> = deserr::deserialize(figure.clone());
        let figure = read.unwrap_or_else(|faults| panic!("{figure}: {:?}", faults.0));
        let mut faults = Faults::default();
        let checked = check(indicator, &figure, "", &mut faults);
        let Some(checked) = checked else {
            assert!(!faults.0.is_empty(), "a figure is refused with its faults");
            return Err(faults.0.iter().map(|fault| (fault.place.to_string(), fault.flaw.code)).collect());
        };
        assert!(faults.0.is_empty(), "{:?}", faults.0);
        let shown = |value: Option<Decimal>| value.map_or("-".to_owned(), |value| value.to_string());
        let own = [checked.value, checked.numerator, checked.denominator].map(shown);
        let member = |known: &MemberFigure| {
            format!("{} {} {} {}", known.member, known.value, shown(known.numerator), shown(known.denominator))
        };
        Ok(own.into_iter().chain(checked.breakdown.iter().map(member)).collect())
    }

    fn fault(place: &str, code: Code) -> Result<Vec<String>, Vec<(String, Code)>> {
        Err(vec![(place.to_owned(), code)])
    }

    fn comes_to(told: &[&str]) -> Result<Vec<String>, Vec<(String, Code)>> {
        Ok(told.iter().map(|text| (*text).to_owned()).collect())
    }

    #[test]
    fn a_value_lies_in_its_range_and_is_of_its_kind() {
        let percent = indicator(ValueType::Percent, true, Some("100"));
        let count = indicator(ValueType::Count, false, None);
        let yes = indicator(ValueType::Boolean, false, None);
        let number = indicator(ValueType::Number, false, Some("10.5"));
        let open = indicator(ValueType::Number, false, None);
        for (indicator, value, expected) in [
            (&percent, "0", Ok(())),
            (&percent, "100", Ok(())),
            (&percent, "99.9999", Ok(())),
            (&percent, "-0.0001", Err(Code::ValueOutOfRange)),
            (&percent, "100.0001", Err(Code::ValueOutOfRange)),
            (&percent, "101", Err(Code::ValueOutOfRange)),
            (&number, "10.5", Ok(())),
            (&number, "10.6", Err(Code::ValueOutOfRange)),
            (&open, "100000", Ok(())),
            (&open, "-1", Err(Code::ValueOutOfRange)),
            (&count, "7", Ok(())),
            (&count, "7.5", Err(Code::IntegerExpected)),
            (&count, "-1", Err(Code::ValueOutOfRange)),
            (&yes, "0", Ok(())),
            (&yes, "1", Ok(())),
            (&yes, "2", Err(Code::ValueOutOfRange)),
            (&yes, "0.5", Err(Code::ValueOutOfRange)),
        ] {
            let json: serde_json::Value = serde_json::from_str(&format!("{{\"value\":{value}}}")).unwrap();
            let kind = indicator.row.value_type;
            match expected {
                Ok(()) => assert_eq!(tried(indicator, json).unwrap()[1..], ["-", "-"], "{kind} {value}"),
                Err(code) => assert_eq!(tried(indicator, json), fault("/value", code), "{kind} {value}"),
            }
        }
        assert_eq!(tried(&percent, serde_json::json!({})), comes_to(&["-", "-", "-"]), "a figure that is withdrawn");
    }

    #[test]
    fn a_rate_is_what_its_parts_come_to() {
        let percent = indicator(ValueType::Percent, true, Some("100"));
        let ratio = indicator(ValueType::Number, true, None);
        let count = indicator(ValueType::Count, false, None);
        let json = |text: &str| serde_json::from_str::<serde_json::Value>(text).unwrap();
        for (indicator, figure, expected) in [
            (&percent, r#"{"numerator":1,"denominator":3}"#, comes_to(&["33.3333", "1", "3"])),
            (&ratio, r#"{"numerator":6,"denominator":4}"#, comes_to(&["1.5", "6", "4"])),
            (&percent, r#"{"numerator":0,"denominator":3}"#, comes_to(&["0", "0", "3"])),
            (&percent, r#"{"value":33.3,"numerator":1,"denominator":3}"#, comes_to(&["33.3", "1", "3"])),
            (&percent, r#"{"value":40,"numerator":1,"denominator":3}"#, fault("/value", Code::RateMismatch)),
            (&percent, r#"{"numerator":4,"denominator":3}"#, fault("/value", Code::ValueOutOfRange)),
            (&percent, r#"{"numerator":-1,"denominator":3}"#, fault("/numerator", Code::TooSmall)),
            (&percent, r#"{"numerator":1,"denominator":0}"#, fault("/denominator", Code::DenominatorZero)),
            (&percent, r#"{"numerator":1,"denominator":-3}"#, fault("/denominator", Code::TooSmall)),
            (&percent, r#"{"numerator":1}"#, fault("/denominator", Code::Required)),
            (&percent, r#"{"denominator":3}"#, fault("/numerator", Code::Required)),
            (&percent, r#"{"numerator":99999999999,"denominator":0.0001}"#, fault("/numerator", Code::TooManyDigits)),
            (&count, r#"{"value":3,"numerator":1,"denominator":3}"#, fault("/numerator", Code::UnknownMember)),
            (&count, r#"{"value":3,"denominator":3}"#, fault("/denominator", Code::UnknownMember)),
        ] {
            assert_eq!(tried(indicator, json(figure)), expected, "{figure}");
        }
        let both = tried(&percent, json(r#"{"numerator":-1,"denominator":0}"#));
        assert_eq!(both.unwrap_err().len(), 2, "every fault is told");
    }

    #[test]
    fn men_and_women_make_the_whole_where_it_is_not_told() {
        let percent = indicator(ValueType::Percent, true, Some("100"));
        let count = indicator(ValueType::Count, false, None);
        let json = |members: &str| serde_json::from_str::<serde_json::Value>(members).unwrap();
        let sexes = |men: &str, women: &str| {
            format!(r#""breakdown":[{{"member":"MALE",{men}}},{{"member":"FEMALE",{women}}}]"#)
        };
        let parts =
            |numerator: i32, denominator: i32| format!(r#""numerator":{numerator},"denominator":{denominator}"#);
        let value = |value: i32| format!(r#""value":{value}"#);
        for (indicator, figure, expected) in [
            (&count, format!("{{{}}}", sexes(&value(3), &value(4))), comes_to(&["7", "-", "-", "MALE 3 - -", "FEMALE 4 - -"])),
            (
                &percent,
                format!("{{{}}}", sexes(&parts(1, 4), &parts(2, 4))),
                comes_to(&["37.5", "3", "8", "MALE 25 1 4", "FEMALE 50 2 4"]),
            ),
            // Rates do not add up.
            (&percent, format!("{{{}}}", sexes(&value(25), &value(50))), comes_to(&["-", "-", "-", "MALE 25 - -", "FEMALE 50 - -"])),
            // One of two is not the whole.
            (
                &count,
                r#"{"breakdown":[{"member":"MALE","value":3}]}"#.to_owned(),
                comes_to(&["-", "-", "-", "MALE 3 - -"]),
            ),
            // The first dimension that is told whole.
            (
                &count,
                r#"{"breakdown":[{"member":"MALE","value":3},{"member":"URBAN","value":1},{"member":"RURAL","value":5}]}"#.to_owned(),
                comes_to(&["6", "-", "-", "MALE 3 - -", "URBAN 1 - -", "RURAL 5 - -"]),
            ),
        ] {
            assert_eq!(tried(indicator, json(&figure)), expected, "{figure}");
        }
    }

    #[test]
    fn what_is_told_of_members_fits_the_whole() {
        let percent = indicator(ValueType::Percent, true, Some("100"));
        let count = indicator(ValueType::Count, false, None);
        let mismatch = || Err(Code::BreakdownMismatch);
        for (indicator, whole, members, expected) in [
            (&count, r#""value":7"#, r#"{"member":"MALE","value":3},{"member":"FEMALE","value":4}"#, Ok(())),
            (&count, r#""value":8"#, r#"{"member":"MALE","value":3},{"member":"FEMALE","value":4}"#, mismatch()),
            (&count, r#""value":6"#, r#"{"member":"MALE","value":3},{"member":"FEMALE","value":4}"#, mismatch()),
            (&count, r#""value":3"#, r#"{"member":"MALE","value":3}"#, Ok(())),
            (&count, r#""value":4"#, r#"{"member":"MALE","value":3}"#, Ok(())),
            (&count, r#""value":2"#, r#"{"member":"MALE","value":3}"#, mismatch()),
            (&count, r#""value":2"#, r#"{"member":"URBAN","value":3}"#, mismatch()),
            (&percent, r#""value":30"#, r#"{"member":"MALE","value":25},{"member":"FEMALE","value":50}"#, Ok(())),
            (&percent, r#""value":25"#, r#"{"member":"MALE","value":25},{"member":"FEMALE","value":50}"#, Ok(())),
            (&percent, r#""value":50"#, r#"{"member":"MALE","value":25},{"member":"FEMALE","value":50}"#, Ok(())),
            (&percent, r#""value":24"#, r#"{"member":"MALE","value":25},{"member":"FEMALE","value":50}"#, mismatch()),
            (&percent, r#""value":51"#, r#"{"member":"MALE","value":25},{"member":"FEMALE","value":50}"#, mismatch()),
            (&percent, r#""value":24"#, r#"{"member":"MALE","value":25}"#, Ok(())),
            (
                &percent,
                r#""numerator":3,"denominator":8"#,
                r#"{"member":"MALE","numerator":1,"denominator":4},{"member":"FEMALE","numerator":2,"denominator":4}"#,
                Ok(()),
            ),
            (
                &percent,
                r#""numerator":4,"denominator":8"#,
                r#"{"member":"MALE","numerator":1,"denominator":4},{"member":"FEMALE","numerator":2,"denominator":4}"#,
                mismatch(),
            ),
            (
                &percent,
                r#""numerator":3,"denominator":9"#,
                r#"{"member":"MALE","numerator":1,"denominator":4},{"member":"FEMALE","numerator":2,"denominator":4}"#,
                mismatch(),
            ),
        ] {
            let figure = format!("{{{whole},\"breakdown\":[{members}]}}");
            let outcome = tried(indicator, serde_json::from_str(&figure).unwrap());
            match expected {
                Ok(()) => assert!(outcome.is_ok(), "{figure}: {outcome:?}"),
                Err(code) => assert_eq!(outcome, fault("/breakdown", code), "{figure}"),
            }
        }
    }

    #[test]
    fn the_dimension_that_does_not_fit_is_named() {
        let count = indicator(ValueType::Count, false, None);
        let members = r#"{"member":"MALE","value":3},{"member":"FEMALE","value":4},{"member":"URBAN","value":8}"#;
        let read: Result<NewFigure, Faults> = deserr::deserialize(
            serde_json::from_str::<serde_json::Value>(&format!("{{\"value\":7,\"breakdown\":[{members}]}}")).unwrap(),
        );
        let mut faults = Faults::default();
        assert!(check(&count, &read.unwrap_or_else(|_| panic!("a figure")), "", &mut faults).is_none());
        let expected = Flaw::new(Code::BreakdownMismatch).with("dimension", crate::indicators::Dimension::Area);
        assert_eq!(faults.0.iter().map(|fault| fault.flaw.clone()).collect::<Vec<_>>(), [expected]);
    }

    #[test]
    fn members_are_those_of_declared_dimensions_once_each_with_a_value() {
        let count = indicator(ValueType::Count, false, None);
        for (members, place, code) in [
            (r#"{"member":"KINH","value":3}"#, "/breakdown/0/member", Code::BreakdownNotDeclared),
            (r#"{"member":"MALE","value":3},{"member":"MALE","value":3}"#, "/breakdown/1/member", Code::DuplicateItem),
            (r#"{"member":"MALE"}"#, "/breakdown/0/value", Code::Required),
            (r#"{"member":"MALE","value":0.5}"#, "/breakdown/0/value", Code::IntegerExpected),
        ] {
            let figure = format!("{{\"value\":9,\"breakdown\":[{members}]}}");
            assert_eq!(tried(&count, serde_json::from_str(&figure).unwrap()), fault(place, code), "{figure}");
        }
    }
}
