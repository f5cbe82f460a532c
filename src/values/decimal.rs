//! Measured values: scaled integers with four decimals, read and written as JSON numbers.

use crate::codes::Code;
use crate::error::{Faults, Flaw, Place, pointer_of};
use deserr::{Deserr, Value, ValuePointerRef};
use serde::ser::Error as _;
use utoipa::openapi::schema::{ObjectBuilder, Type};

/// A number with at most four decimals, exact.
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
#[diesel(sql_type = diesel::sql_types::BigInt)]
pub struct Decimal(i64);

impl Decimal {
    const SCALE: i64 = 10_000;

    pub const ZERO: Decimal = Decimal(0);
    pub const ONE: Decimal = Decimal(Self::SCALE);
    pub const HUNDRED: Decimal = Decimal(100 * Self::SCALE);

    pub const fn is_whole(self) -> bool {
        self.0 % Self::SCALE == 0
    }

    /// The number in ten-thousandths.
    pub const fn scaled(self) -> i64 {
        self.0
    }

    pub const fn from_scaled(scaled: i64) -> Decimal {
        Decimal(scaled)
    }

    /// `numerator / denominator`, times `per`, rounded half up at the fourth decimal, away from zero; `None` for a
    /// denominator that is not above zero and for what no number of ours can hold.
    pub fn quotient(numerator: Decimal, denominator: Decimal, per: i64) -> Option<Decimal> {
        if denominator.0 <= 0 {
            return None;
        }
        let doubled = i128::from(numerator.0.unsigned_abs()) * i128::from(per) * i128::from(Self::SCALE) * 2;
        let rounded = (doubled + i128::from(denominator.0)) / (2 * i128::from(denominator.0));
        i64::try_from(rounded).ok().map(|scaled| Decimal(numerator.0.signum() * scaled))
    }

    /// A share of a whole in percent, rounded half up at the second decimal, away from zero; `None` for a whole that is
    /// not above zero. Shares above 100 and below 0 exist.
    pub fn percent(share: i64, whole: i64) -> Option<Decimal> {
        if whole <= 0 {
            return None;
        }
        let doubled = i128::from(share.unsigned_abs()) * 10_000 * 2;
        let hundredths = (doubled + i128::from(whole)) / (2 * i128::from(whole));
        let scaled = i64::try_from(hundredths).ok()?.checked_mul(Self::SCALE / 100)?;
        Some(Decimal(share.signum() * scaled))
    }

    /// The sum, unless it is beyond every measure.
    pub fn checked_add(self, other: Decimal) -> Option<Decimal> {
        self.0.checked_add(other.0).map(Decimal)
    }

    /// A number as JSON writes it, without exponent: at most 15 digits, four of them decimals.
    pub fn parse(text: &str) -> Result<Decimal, Flaw> {
        let (sign, digits) = text.strip_prefix('-').map_or((1, text), |rest| (-1, rest));
        let (whole, part) = digits.split_once('.').unwrap_or((digits, ""));
        let part = part.trim_end_matches('0');
        if whole.len() + part.len() > 15 || part.len() > 4 {
            return Err(Flaw::new(Code::TooManyDigits).with("max", "15, 4"));
        }
        let too_many = |_| Flaw::new(Code::TooManyDigits).with("max", "15, 4");
        let scaled = format!("{whole}{part:0<4}").parse::<i64>().map_err(too_many)?;
        Ok(Decimal(sign * scaled))
    }

    /// `sum / count`, rounded half up at the fourth decimal; `None` for an empty count. Both are not negative.
    pub fn average(sum: i64, count: i64) -> Option<Decimal> {
        if count <= 0 || sum < 0 {
            return None;
        }
        let doubled = i128::from(sum) * i128::from(Self::SCALE) * 2 + i128::from(count);
        i64::try_from(doubled / (2 * i128::from(count))).ok().map(Decimal)
    }
}

impl Deserr<Faults> for Decimal {
    fn deserialize_from_value<V: deserr::IntoValue>(
        value: Value<V>,
        location: ValuePointerRef<'_>,
    ) -> Result<Self, Faults> {
        let read = match value {
            Value::Integer(number) => Decimal::parse(&number.to_string()),
            Value::NegativeInteger(number) => Decimal::parse(&number.to_string()),
            // The shortest text that means this number is what was sent, as long as it has at most 15 digits.
            Value::Float(number) => Decimal::parse(&number.to_string()),
            Value::Null => Err(Flaw::new(Code::NullNotAllowed)),
            _ => Err(Flaw::new(Code::NumberExpected)),
        };
        read.map_err(|flaw| Faults(vec![flaw.at(Place::Pointer(pointer_of(location)))]))
    }
}

impl<DB> diesel::serialize::ToSql<diesel::sql_types::BigInt, DB> for Decimal
where
    DB: diesel::backend::Backend,
    i64: diesel::serialize::ToSql<diesel::sql_types::BigInt, DB>,
{
    fn to_sql<'b>(&'b self, out: &mut diesel::serialize::Output<'b, '_, DB>) -> diesel::serialize::Result {
        self.0.to_sql(out)
    }
}

impl<DB> diesel::deserialize::FromSql<diesel::sql_types::BigInt, DB> for Decimal
where
    DB: diesel::backend::Backend,
    i64: diesel::deserialize::FromSql<diesel::sql_types::BigInt, DB>,
{
    fn from_sql(value: DB::RawValue<'_>) -> diesel::deserialize::Result<Self> {
        i64::from_sql(value).map(Decimal)
    }
}

impl std::fmt::Display for Decimal {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let sign = if self.0 < 0 { "-" } else { "" };
        let (whole, part) = (self.0.unsigned_abs() / 10_000, self.0.unsigned_abs() % 10_000);
        if part == 0 {
            return write!(f, "{sign}{whole}");
        }
        let digits = format!("{part:04}");
        write!(f, "{sign}{whole}.{}", digits.trim_end_matches('0'))
    }
}

impl serde::Serialize for Decimal {
    /// As a JSON number with its own digits, never through a binary float.
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serde_json::value::RawValue::from_string(self.to_string()).map_err(S::Error::custom)?.serialize(serializer)
    }
}

impl<'de> serde::Deserialize<'de> for Decimal {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        // What is read here was written by us: the digits of the number are its text.
        let number = serde_json::Number::deserialize(deserializer)?;
        Decimal::parse(&number.to_string()).map_err(|flaw| serde::de::Error::custom(flaw.code.name()))
    }
}

impl utoipa::PartialSchema for Decimal {
    fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::Schema> {
        ObjectBuilder::new()
            .schema_type(Type::Number)
            .description(Some("Number with at most four decimals, exact"))
            .minimum(Some(-9_007_199_254_740_991_i64))
            .maximum(Some(9_007_199_254_740_991_i64))
            .examples([serde_json::json!(12.5833)])
            .into()
    }
}

impl utoipa::ToSchema for Decimal {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_percentage_is_rounded_half_up_and_may_pass_a_hundred() {
        let percent = |share, whole| Decimal::percent(share, whole).map(|percent| percent.to_string());
        // 42.464 of 130.621 billion: Tủa Chùa, 2023.
        assert_eq!(percent(42_464_000_000, 130_621_000_000).as_deref(), Some("32.51"));
        assert_eq!(percent(1, 8).as_deref(), Some("12.5"));
        assert_eq!(percent(1, 20_000).as_deref(), Some("0.01"));
        assert_eq!(percent(1, 20_001).as_deref(), Some("0"));
        assert_eq!(percent(3, 2).as_deref(), Some("150"));
        assert_eq!(percent(-1, 8).as_deref(), Some("-12.5"));
        assert_eq!(percent(9_007_199_254_740_991, 9_007_199_254_740_991).as_deref(), Some("100"));
        assert_eq!((percent(1, 0), percent(1, -5)), (None, None));
    }

    #[test]
    fn averages_are_rounded_half_up_and_written_without_noise() {
        for (sum, count, text) in [
            (151, 12, "12.5833"),
            (183, 12, "15.25"),
            (0, 7, "0"),
            (1, 3, "0.3333"),
            (2, 3, "0.6667"),
            (1, 20_000, "0.0001"),
            (1, 20_001, "0"),
            (19, 1, "19"),
        ] {
            assert_eq!(Decimal::average(sum, count).unwrap().to_string(), text);
            assert_eq!(serde_json::to_string(&Decimal::average(sum, count)).unwrap(), text);
        }
        assert_eq!(Decimal::average(1, 0), None);
    }

    #[test]
    fn quotients_are_rounded_half_up_away_from_zero() {
        // Numerator and denominator in ten-thousandths.
        for (numerator, denominator, per, text) in [
            (10_000, 30_000, 1, Some("0.3333")),
            (20_000, 30_000, 1, Some("0.6667")),
            (-20_000, 30_000, 1, Some("-0.6667")),
            (20_000, 30_000, 100, Some("66.6667")),
            (10_000, 200_000_000, 1, Some("0.0001")),
            (-10_000, 200_000_000, 1, Some("-0.0001")),
            (10_000, 200_010_000, 1, Some("0")),
            (0, 70_000, 100, Some("0")),
            (1, 1, 100, Some("100")),
            (10_000, 0, 1, None),
            (10_000, -1, 1, None),
            (i64::MAX, 10_000, 1, Some("922337203685477.5807")),
            (i64::MAX, 9_999, 1, None),
            (i64::MIN, 1, 100, None),
        ] {
            let quotient = Decimal::quotient(Decimal(numerator), Decimal(denominator), per);
            assert_eq!(quotient.map(|found| found.to_string()).as_deref(), text, "{numerator} / {denominator} × {per}");
        }
    }

    #[test]
    fn ten_thousandths_are_counted_and_added() {
        for (number, scaled, is_whole) in [
            (Decimal::ZERO, 0, true),
            (Decimal::ONE, 10_000, true),
            (Decimal::HUNDRED, 1_000_000, true),
            (Decimal::from_scaled(-20_000), -20_000, true),
            (Decimal::from_scaled(10_001), 10_001, false),
            (Decimal::from_scaled(9_999), 9_999, false),
        ] {
            assert_eq!((number.scaled(), number.is_whole()), (scaled, is_whole), "{number}");
        }
        assert_eq!(Decimal::ONE.checked_add(Decimal(-2)), Some(Decimal(9_998)));
        assert_eq!(Decimal(i64::MAX).checked_add(Decimal(1)), None);
    }

    #[test]
    fn the_contract_bounds_numbers_by_what_every_client_reads_exactly() {
        let schema = serde_json::to_value(<Decimal as utoipa::PartialSchema>::schema()).unwrap();
        let bound = (1_i64 << 53) - 1;
        assert_eq!((schema["minimum"].as_i64(), schema["maximum"].as_i64()), (Some(-bound), Some(bound)));
    }

    #[test]
    fn what_is_read_is_what_was_sent() {
        let read = |text: &str| {
            let value: serde_json::Value = serde_json::from_str(text).unwrap();
            deserr::deserialize::<Decimal, _, Faults>(value).map(|decimal| decimal.to_string())
        };
        for text in ["0", "12.5833", "-1.5", "-3", "33.3333", "100", "99999999999.9999", "922337203685477", "0.0001"] {
            assert_eq!(read(text).as_deref(), Ok(text));
        }
        for (text, code) in [
            ("0.00001", Code::TooManyDigits),
            ("33.33333", Code::TooManyDigits),
            ("922337203685478", Code::TooManyDigits),
            ("1000000000000000", Code::TooManyDigits),
            ("1e300", Code::TooManyDigits),
            ("\"1\"", Code::NumberExpected),
            ("true", Code::NumberExpected),
            ("null", Code::NullNotAllowed),
        ] {
            assert_eq!(read(text).unwrap_err().0[0].flaw.code, code, "{text}");
        }
    }
}
