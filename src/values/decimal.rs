//! Measured values: scaled integers with four decimals, written as JSON numbers.

use serde::ser::Error as _;
use utoipa::openapi::schema::{ObjectBuilder, Type};

/// A number with at most four decimals, exact.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Decimal(i64);

impl Decimal {
    const SCALE: i64 = 10_000;

    /// `sum / count`, rounded half up at the fourth decimal; `None` for an empty count. Both are not negative.
    pub fn average(sum: i64, count: i64) -> Option<Decimal> {
        if count <= 0 || sum < 0 {
            return None;
        }
        let doubled = i128::from(sum) * i128::from(Self::SCALE) * 2 + i128::from(count);
        i64::try_from(doubled / (2 * i128::from(count))).ok().map(Decimal)
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

impl utoipa::PartialSchema for Decimal {
    fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::Schema> {
        ObjectBuilder::new()
            .schema_type(Type::Number)
            .description(Some("Number with at most four decimals, exact"))
            .minimum(Some(0))
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
}
