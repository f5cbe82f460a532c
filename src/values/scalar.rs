//! What every value written as one JSON string or one query parameter has in common, said once:
//! how it is checked, how it is read from a body, how the contract describes it.

use crate::codes::Code;
use crate::error::{Faults, Flaw, Place, pointer_of};
use deserr::{Deserr, Value, ValuePointerRef};

/// A value that is written as text and checked once, where it enters.
pub trait Scalar: Sized {
    /// Name of the schema in the contract.
    const NAME: &'static str;
    const DESCRIPTION: &'static str;
    /// Regular expression that the contract shows; `parse` accepts nothing else.
    const PATTERN: &'static str;
    const FORMAT: Option<&'static str> = None;
    /// Shortest and longest accepted text, in characters.
    const LENGTH: (usize, usize);
    const EXAMPLE: &'static str;

    fn parse(text: &str) -> Result<Self, Flaw>;

    fn text(&self) -> String;
}

/// Read a scalar from a body.
pub fn from_body<T: Scalar, V: deserr::IntoValue>(value: Value<V>, location: ValuePointerRef<'_>) -> Result<T, Faults> {
    let flaw = match value {
        Value::String(text) => match T::parse(&text) {
            Ok(scalar) => return Ok(scalar),
            Err(flaw) => flaw,
        },
        Value::Null => Flaw::new(Code::NullNotAllowed),
        _ => Flaw::new(Code::StringExpected),
    };
    Err(Faults(vec![flaw.at(Place::Pointer(pointer_of(location)))]))
}

/// The contract's description of a scalar.
pub fn schema_of<T: Scalar>() -> utoipa::openapi::RefOr<utoipa::openapi::Schema> {
    use utoipa::openapi::schema::{ObjectBuilder, SchemaFormat, Type};
    ObjectBuilder::new()
        .schema_type(Type::String)
        .format(T::FORMAT.map(|format| SchemaFormat::Custom(format.to_owned())))
        .description(Some(T::DESCRIPTION))
        .pattern(Some(T::PATTERN))
        .min_length(Some(T::LENGTH.0))
        .max_length(Some(T::LENGTH.1))
        .examples([T::EXAMPLE])
        .into()
}

/// Everything a type needs beyond `Scalar` itself: reading, writing, contract.
macro_rules! scalar {
    ($name:ty) => {
        impl ::deserr::Deserr<$crate::error::Faults> for $name {
            fn deserialize_from_value<V: ::deserr::IntoValue>(
                value: ::deserr::Value<V>,
                location: ::deserr::ValuePointerRef<'_>,
            ) -> Result<Self, $crate::error::Faults> {
                $crate::values::scalar::from_body(value, location)
            }
        }

        impl ::serde::Serialize for $name {
            fn serialize<S: ::serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(self)
            }
        }

        impl<'de> ::serde::Deserialize<'de> for $name {
            fn deserialize<D: ::serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let text = <std::borrow::Cow<'de, str>>::deserialize(deserializer)?;
                <Self as $crate::values::Scalar>::parse(&text)
                    .map_err(|flaw| ::serde::de::Error::custom(flaw.code.name()))
            }
        }

        impl ::utoipa::PartialSchema for $name {
            fn schema() -> ::utoipa::openapi::RefOr<::utoipa::openapi::Schema> {
                $crate::values::scalar::schema_of::<$name>()
            }
        }

        impl ::utoipa::ToSchema for $name {
            fn name() -> std::borrow::Cow<'static, str> {
                <$name as $crate::values::Scalar>::NAME.into()
            }
        }
    };
}
pub(crate) use scalar;

/// A member of a merge patch (RFC 7396): absent leaves the value, null clears it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Patch<T> {
    #[default]
    Keep,
    Set(Option<T>),
}

impl<T> Patch<T> {
    /// Apply to a value that may be empty.
    pub fn apply(self, target: &mut Option<T>) {
        if let Patch::Set(value) = self {
            *target = value;
        }
    }
}

impl<T: Deserr<Faults>> Deserr<Faults> for Patch<T> {
    fn deserialize_from_value<V: deserr::IntoValue>(
        value: Value<V>,
        location: ValuePointerRef<'_>,
    ) -> Result<Self, Faults> {
        Option::<T>::deserialize_from_value(value, location).map(Patch::Set)
    }
}

/// A member of a merge patch that always has a value: absent leaves it, null is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Filled<T>(pub Option<T>);

impl<T> Default for Filled<T> {
    fn default() -> Self {
        Filled(None)
    }
}

impl<T: Deserr<Faults>> Deserr<Faults> for Filled<T> {
    fn deserialize_from_value<V: deserr::IntoValue>(
        value: Value<V>,
        location: ValuePointerRef<'_>,
    ) -> Result<Self, Faults> {
        T::deserialize_from_value(value, location).map(|value| Filled(Some(value)))
    }
}

/// A whole number of a body, between two bounds. Fractions, exponents and strings are refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
#[serde(transparent)]
pub struct Whole<const MIN: i64, const MAX: i64>(pub i64);

impl<const MIN: i64, const MAX: i64> Whole<MIN, MAX> {
    fn check(number: i64) -> Result<Self, Flaw> {
        if number < MIN {
            Err(Flaw::new(Code::TooSmall).with("min", MIN))
        } else if number > MAX {
            Err(Flaw::new(Code::TooLarge).with("max", MAX))
        } else {
            Ok(Whole(number))
        }
    }
}

impl<const MIN: i64, const MAX: i64> Deserr<Faults> for Whole<MIN, MAX> {
    fn deserialize_from_value<V: deserr::IntoValue>(
        value: Value<V>,
        location: ValuePointerRef<'_>,
    ) -> Result<Self, Faults> {
        let checked = match value {
            Value::Integer(number) => Self::check(i64::try_from(number).unwrap_or(i64::MAX)),
            Value::NegativeInteger(number) => Self::check(number),
            Value::Null => Err(Flaw::new(Code::NullNotAllowed)),
            _ => Err(Flaw::new(Code::IntegerExpected)),
        };
        checked.map_err(|flaw| Faults(vec![flaw.at(Place::Pointer(pointer_of(location)))]))
    }
}

impl<const MIN: i64, const MAX: i64> utoipa::PartialSchema for Whole<MIN, MAX> {
    fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::Schema> {
        use utoipa::openapi::schema::{KnownFormat, ObjectBuilder, SchemaFormat, Type};
        ObjectBuilder::new()
            .schema_type(Type::Integer)
            .format(Some(SchemaFormat::KnownFormat(KnownFormat::Int64)))
            .minimum(Some(MIN))
            .maximum(Some(MAX))
            .into()
    }
}

impl<const MIN: i64, const MAX: i64> utoipa::ToSchema for Whole<MIN, MAX> {}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::values::{ListCode, Period};
    use serde_json::{Value as Json, json};

    fn read<T: Deserr<Faults>>(value: Json) -> Result<T, Code> {
        deserr::deserialize::<T, _, Faults>(value).map_err(|faults| faults.0[0].flaw.code)
    }

    #[test]
    fn a_text_is_read_from_a_string_alone() {
        assert_eq!(read::<Period>(json!("2022-Q3")), Ok(Period::parse("2022-Q3").unwrap()));
        for (value, code) in [
            (json!("2022-Q5"), Code::InvalidPeriod),
            (json!(null), Code::NullNotAllowed),
            (json!(2022), Code::StringExpected),
            (json!(["2022"]), Code::StringExpected),
        ] {
            assert_eq!(read::<Period>(value.clone()), Err(code), "{value}");
        }
    }

    #[test]
    fn a_patch_sets_and_clears_and_what_is_always_filled_takes_no_null() {
        let code = |text: &str| ListCode::parse(text).unwrap();
        for (patch, applied) in [
            (Ok(Patch::default()), Some(code("OLD"))),
            (read::<Patch<ListCode>>(json!("NEW")), Some(code("NEW"))),
            (read::<Patch<ListCode>>(json!(null)), None),
        ] {
            let mut target = Some(code("OLD"));
            patch.unwrap().apply(&mut target);
            assert_eq!(target, applied);
        }
        assert_eq!(read::<Patch<ListCode>>(json!(1)), Err(Code::StringExpected));
        assert_eq!(read::<Filled<ListCode>>(json!("NEW")), Ok(Filled(Some(code("NEW")))));
        assert_eq!(read::<Filled<ListCode>>(json!(null)), Err(Code::NullNotAllowed));
    }

    #[test]
    fn a_whole_number_is_read_between_its_bounds() {
        for (value, expected) in [
            (json!(-2), Ok(-2)),
            (json!(0), Ok(0)),
            (json!(3), Ok(3)),
            (json!(-3), Err(Code::TooSmall)),
            (json!(4), Err(Code::TooLarge)),
            (json!(u64::MAX), Err(Code::TooLarge)),
            (json!(1.5), Err(Code::IntegerExpected)),
            (json!("1"), Err(Code::IntegerExpected)),
            (json!(null), Err(Code::NullNotAllowed)),
        ] {
            assert_eq!(read::<Whole<-2, 3>>(value.clone()).map(|whole| whole.0), expected, "{value}");
        }
    }
}
