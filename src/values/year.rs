//! A calendar year.

use super::Scalar;
use crate::codes::Code;
use crate::error::Flaw;

/// A calendar year, to filter by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Year(pub i32);

impl Year {
    pub const RANGE: std::ops::RangeInclusive<i32> = 2000..=2099;
}

impl Scalar for Year {
    const NAME: &'static str = "Year";
    const DESCRIPTION: &'static str = "Calendar year";
    const PATTERN: &'static str = "^20[0-9]{2}$";
    const LENGTH: (usize, usize) = (4, 4);
    const EXAMPLE: &'static str = "2023";

    fn parse(text: &str) -> Result<Self, Flaw> {
        match text.parse::<i32>() {
            Ok(year) if year < *Self::RANGE.start() => Err(Flaw::new(Code::TooSmall).with("min", Self::RANGE.start())),
            Ok(year) if year > *Self::RANGE.end() => Err(Flaw::new(Code::TooLarge).with("max", Self::RANGE.end())),
            Ok(year) => Ok(Year(year)),
            Err(_) => Err(Flaw::new(Code::IntegerExpected)),
        }
    }

    fn text(&self) -> String {
        self.0.to_string()
    }
}

impl utoipa::PartialSchema for Year {
    fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::Schema> {
        use utoipa::openapi::schema::{KnownFormat, ObjectBuilder, SchemaFormat, Type};
        ObjectBuilder::new()
            .schema_type(Type::Integer)
            .format(Some(SchemaFormat::KnownFormat(KnownFormat::Int32)))
            .minimum(Some(*Self::RANGE.start()))
            .maximum(Some(*Self::RANGE.end()))
            .into()
    }
}
