//! Query parameters: one table for each collection, read by extractor, contract and refusals alike.

use super::Checked;
use super::turn::caller_known;
use crate::codes::Code;
use crate::error::{Error, Fault, Flaw, LONGEST_NAME, Place};
use crate::values::Scalar;
use actix_web::{FromRequest, HttpRequest, dev::Payload};
use futures_util::future::LocalBoxFuture;
use std::borrow::Cow;
use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use utoipa::openapi::schema::{ArrayBuilder, ObjectBuilder, Type};
use utoipa::openapi::{RefOr, Schema};

/// One row of a table of parameters.
pub struct ParameterRow {
    pub name: &'static str,
    pub description: &'static str,
    pub required: bool,
    pub schema: fn() -> RefOr<Schema>,
}

/// A struct of query parameters that knows its table.
pub trait Parameters: Sized {
    const TABLE: &'static [ParameterRow];

    /// Read from the parameters of a request; notes each fault.
    fn read(given: &mut Given, faults: &mut Vec<Fault>) -> Option<Self>;
}

/// The parameters of a request as they were sent.
pub struct Given(BTreeMap<String, String>);

impl Given {
    /// Read one parameter, noting what is wrong with it.
    pub fn take<T: Value>(&mut self, name: &'static str, faults: &mut Vec<Fault>) -> Option<T> {
        match T::read(self.0.get(name).map(String::as_str)) {
            Ok(value) => Some(value),
            Err(flaw) => {
                faults.push(flaw.at(Place::parameter(name)));
                None
            }
        }
    }

    /// All parameters but those of the page, as one text: what a cursor is bound to.
    pub fn fingerprint(&self) -> String {
        const OF_THE_PAGE: [&str; 4] = ["cursor", "limit", "with_total", "embed"];
        let kept = self.0.iter().filter(|(name, _)| !OF_THE_PAGE.contains(&name.as_str()));
        let parts: Vec<&str> = kept.flat_map(|(name, value)| [name, "=", value, "\n"]).collect();
        parts.concat()
    }

    fn parse(query: &str) -> Result<Given, Fault> {
        let mut given = BTreeMap::new();
        for pair in query.split('&').filter(|pair| !pair.is_empty()) {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            let (Some(name), Some(value)) = (decode(name), decode(value)) else {
                return Err(Fault::parameter("", Code::InvalidEncoding));
            };
            match given.entry(name) {
                Entry::Vacant(place) => place.insert(value),
                Entry::Occupied(known) => return Err(Fault::parameter(&told(known.key()), Code::RepeatedParameter)),
            };
        }
        Ok(Given(given))
    }
}

/// A name that the caller made up, as an answer repeats it.
fn told(name: &str) -> String {
    name.chars().take(LONGEST_NAME).collect()
}

/// Percent-decoding that refuses what is not UTF-8.
fn decode(text: &str) -> Option<String> {
    if !text.contains(['%', '+']) {
        return Some(text.to_owned());
    }
    let spaced = text.replace('+', " ");
    let mut rest = spaced.as_bytes().iter();
    while let Some(byte) = rest.next() {
        if *byte == b'%' && !(rest.next()?.is_ascii_hexdigit() && rest.next()?.is_ascii_hexdigit()) {
            return None;
        }
    }
    percent_encoding::percent_decode_str(&spaced).decode_utf8().ok().map(Cow::into_owned)
}

/// The type of one parameter.
pub trait Value: Sized {
    const REQUIRED: bool = false;

    fn read(raw: Option<&str>) -> Result<Self, Flaw>;
    fn schema() -> RefOr<Schema>;
}

impl<T: Scalar + utoipa::PartialSchema> Value for Option<T> {
    fn read(raw: Option<&str>) -> Result<Self, Flaw> {
        raw.map(T::parse).transpose()
    }

    fn schema() -> RefOr<Schema> {
        T::schema()
    }
}

/// A parameter that nobody guesses.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Needed<T>(pub T);

impl<T: Scalar + utoipa::PartialSchema> Value for Needed<T> {
    const REQUIRED: bool = true;

    fn read(raw: Option<&str>) -> Result<Self, Flaw> {
        T::parse(raw.ok_or_else(|| Flaw::new(Code::Required))?).map(Needed)
    }

    fn schema() -> RefOr<Schema> {
        T::schema()
    }
}

/// Any of several values, separated by commas. Empty where the parameter is absent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AnyOf<T>(pub Vec<T>);

/// Most values in one list.
const MOST_VALUES: usize = 50;

impl<T: Scalar + utoipa::PartialSchema> Value for AnyOf<T> {
    fn read(raw: Option<&str>) -> Result<Self, Flaw> {
        let Some(raw) = raw else { return Ok(AnyOf(Vec::new())) };
        if raw.split(',').count() > MOST_VALUES {
            return Err(Flaw::new(Code::TooManyItems).with("max", MOST_VALUES));
        }
        raw.split(',').map(T::parse).collect::<Result<_, _>>().map(AnyOf)
    }

    fn schema() -> RefOr<Schema> {
        ArrayBuilder::new().items(T::schema()).min_items(Some(1)).max_items(Some(MOST_VALUES)).into()
    }
}

impl<T: PartialEq> AnyOf<T> {
    /// Does the filter let this value through?
    pub fn admits(&self, value: &T) -> bool {
        self.0.is_empty() || self.0.contains(value)
    }
}

/// `true` or `false`; false where absent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Flag(pub bool);

impl Value for Flag {
    fn read(raw: Option<&str>) -> Result<Self, Flaw> {
        match raw {
            None | Some("false") => Ok(Flag(false)),
            Some("true") => Ok(Flag(true)),
            Some(_) => Err(Flaw::new(Code::InvalidBoolean)),
        }
    }

    fn schema() -> RefOr<Schema> {
        ObjectBuilder::new().schema_type(Type::Boolean).default(Some(false.into())).into()
    }
}

/// The orders a collection can be listed in; the first is the default.
pub trait SortKey: Copy + 'static {
    const ORDERS: &'static [(&'static str, Self)];
}

/// A chosen order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Order<K>(pub K);

impl<K: SortKey> Value for Order<K> {
    fn read(raw: Option<&str>) -> Result<Self, Flaw> {
        let Some(raw) = raw else { return Ok(Order(K::ORDERS[0].1)) };
        match K::ORDERS.iter().find(|(name, _)| *name == raw) {
            Some((_, key)) => Ok(Order(*key)),
            None => Err(Flaw::new(Code::UnknownSort).with("allowed", names::<K>().join(" "))),
        }
    }

    fn schema() -> RefOr<Schema> {
        ObjectBuilder::new()
            .schema_type(Type::String)
            .enum_values(Some(names::<K>()))
            .default(Some(K::ORDERS[0].0.into()))
            .into()
    }
}

fn names<K: SortKey>() -> Vec<&'static str> {
    K::ORDERS.iter().map(|(name, _)| *name).collect()
}

/// Related records to put into the answer, one level deep.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pick<K>(pub Vec<K>);

impl<K: SortKey + PartialEq> Value for Pick<K> {
    fn read(raw: Option<&str>) -> Result<Self, Flaw> {
        let words: Vec<&str> = raw.unwrap_or("").split(',').filter(|word| !word.is_empty()).collect();
        if words.len() > K::ORDERS.len() {
            return Err(Flaw::new(Code::TooManyItems).with("max", K::ORDERS.len()));
        }
        let picked = words.into_iter().map(|word| {
            K::ORDERS
                .iter()
                .find(|(name, _)| *name == word)
                .map(|(_, key)| *key)
                .ok_or_else(|| Flaw::new(Code::UnknownEmbed).with("allowed", names::<K>().join(", ")))
        });
        picked.collect::<Result<_, _>>().map(Pick)
    }

    fn schema() -> RefOr<Schema> {
        let words = ObjectBuilder::new().schema_type(Type::String).enum_values(Some(names::<K>()));
        ArrayBuilder::new().items(words).max_items(Some(K::ORDERS.len())).into()
    }
}

impl<K: PartialEq> Pick<K> {
    pub fn has(&self, key: K) -> bool {
        self.0.contains(&key)
    }
}

/// Make a type of parameter from a scalar with a default.
macro_rules! parameter_value {
    ($name:ty, $default:expr) => {
        impl $crate::http::parameters::Value for $name {
            fn read(raw: Option<&str>) -> Result<Self, $crate::error::Flaw> {
                raw.map_or(Ok($default), <$name as $crate::values::Scalar>::parse)
            }

            fn schema() -> ::utoipa::openapi::RefOr<::utoipa::openapi::Schema> {
                <$name as ::utoipa::PartialSchema>::schema()
            }
        }
    };
}
pub(crate) use parameter_value;

/// A struct of query parameters with its table: name, type and description stand here and nowhere else.
macro_rules! parameters {
    ($(#[$doc:meta])* $name:ident { $($field:ident: $kind:ty, $description:literal;)* }) => {
        $(#[$doc])*
        #[derive(Debug, Clone)]
        pub struct $name {
            $(pub $field: $kind,)*
            /// What a cursor of this request is bound to.
            #[allow(dead_code, reason = "only lists have cursors")]
            pub fingerprint: String,
        }

        impl $crate::http::Parameters for $name {
            const TABLE: &'static [$crate::http::ParameterRow] = &[
                $($crate::http::ParameterRow {
                    name: stringify!($field),
                    description: $description,
                    required: <$kind as $crate::http::parameters::Value>::REQUIRED,
                    schema: <$kind as $crate::http::parameters::Value>::schema,
                }),*
            ];

            fn read(given: &mut $crate::http::parameters::Given, faults: &mut Vec<$crate::error::Fault>) -> Option<Self> {
                let _ = &faults;
                $(let $field = given.take::<$kind>(stringify!($field), faults);)*
                Some($name { $($field: $field?,)* fingerprint: given.fingerprint() })
            }
        }

        impl ::utoipa::IntoParams for $name {
            fn into_params(
                _: impl Fn() -> Option<::utoipa::openapi::path::ParameterIn>,
            ) -> Vec<::utoipa::openapi::path::Parameter> {
                $crate::http::parameters::documented(<$name as $crate::http::Parameters>::TABLE)
            }
        }
    };
}
pub(crate) use parameters;

parameters! {
    /// Parameters of every write.
    WriteQuery {
        validate_only: Flag, "Do everything, store nothing, answer 200 with what would have been stored";
    }
}

parameters! {
    /// For operations without parameters: any that comes along is refused.
    NoQuery {}
}

/// An id from the path; anything else finds nothing.
pub fn path_id<T: Scalar>(text: &str) -> Result<T, Error> {
    T::parse(text).map_err(|_| Error::NotFound)
}

/// The contract's parameters of a table.
pub fn documented(table: &[ParameterRow]) -> Vec<utoipa::openapi::path::Parameter> {
    use utoipa::openapi::Required;
    use utoipa::openapi::path::{ParameterBuilder, ParameterIn, ParameterStyle};
    let parameter = |row: &ParameterRow| {
        let schema = (row.schema)();
        let is_list = matches!(&schema, RefOr::T(Schema::Array(_)));
        ParameterBuilder::new()
            .name(row.name)
            .parameter_in(ParameterIn::Query)
            .required(if row.required { Required::True } else { Required::False })
            .description(Some(row.description))
            .schema(Some(schema))
            .style(is_list.then_some(ParameterStyle::Form))
            .explode(is_list.then_some(false))
            .build()
    };
    table.iter().map(parameter).collect()
}

/// The extractor: unknown and repeated parameters are refused at once, faults of values when they are asked for.
pub struct Query<T>(pub Checked<T>);

impl<T: Parameters> FromRequest for Query<T> {
    type Error = Error;
    type Future = LocalBoxFuture<'static, Result<Self, Error>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let request = request.clone();
        Box::pin(async move {
            caller_known(&request).await;
            read_query(request.query_string())
        })
    }
}

fn read_query<T: Parameters>(query: &str) -> Result<Query<T>, Error> {
    let mut given = Given::parse(query).map_err(|fault| Error::Request(Code::MalformedRequest, vec![fault]))?;
    let unknown: Vec<Fault> = given
        .0
        .keys()
        .filter(|name| !T::TABLE.iter().any(|row| row.name == name.as_str()))
        .map(|name| Fault::parameter(&told(name), Code::UnknownParameter))
        .collect();
    if !unknown.is_empty() {
        return Err(Error::Request(Code::UnknownParameter, unknown));
    }
    let mut faults = Vec::new();
    let read = T::read(&mut given, &mut faults);
    Ok(Query(Checked::new(read.ok_or(faults))))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::values::LocalDate;

    parameters! {
        /// For the tests below.
        Sample {
            day: Option<LocalDate>, "A day";
            days: AnyOf<LocalDate>, "Some days";
            deep: Flag, "A flag";
        }
    }

    fn read(query: &str) -> Result<Sample, Error> {
        read_query::<Sample>(query).and_then(|query| query.0.into_inner())
    }

    fn codes(query: &str) -> Vec<Code> {
        match read(query) {
            Err(Error::Request(_, faults) | Error::Invalid(faults)) => {
                faults.iter().map(|fault| fault.flaw.code).collect()
            }
            _ => Vec::new(),
        }
    }

    #[test]
    fn values_are_typed_and_lists_are_lists() {
        let sample = read("day=2023-03-10&days=2023-01-01,2023-01-02&deep=true").unwrap();
        assert_eq!(sample.day.unwrap().to_string(), "2023-03-10");
        assert_eq!(sample.days.0.len(), 2);
        assert_eq!(sample.deep, Flag(true));
        assert_eq!(read("").unwrap().days.0.len(), 0);
    }

    #[test]
    fn every_fault_is_named() {
        assert_eq!(codes("dya=1&deeep=true"), [Code::UnknownParameter, Code::UnknownParameter]);
        assert_eq!(codes("day=1&deep=yes"), [Code::InvalidDate, Code::InvalidBoolean]);
        assert_eq!(codes("day=2023-03-10&day=2023-03-11"), [Code::RepeatedParameter]);
        let long = "d".repeat(1000);
        for query in [format!("{long}=1&{long}=2"), format!("{long}=1")] {
            let Err(Error::Request(_, faults)) = read(&query) else { panic!("{query} was read") };
            assert_eq!(faults[0].place, Place::parameter(&"d".repeat(LONGEST_NAME)));
        }
        assert_eq!(codes("day=%ff"), [Code::InvalidEncoding]);
        assert_eq!(codes("day=%zz"), [Code::InvalidEncoding]);
    }

    #[test]
    fn the_fingerprint_leaves_out_the_page() {
        assert_eq!(read("deep=true&day=2023-03-10").unwrap().fingerprint, "day=2023-03-10\ndeep=true\n");
    }
}
