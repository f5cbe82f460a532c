//! Bodies and preconditions of writes.

use super::file::MediaType;
use super::guard::{Guard, GuardSettings};
use super::respond::{CSV, XLSX};
use super::turn::caller_known;
use crate::codes::Code;
use crate::error::{Error, Fault, Faults, Flaw, Place, pointer_of};
use actix_web::http::{Method, header};
use actix_web::{FromRequest, HttpRequest, dev::Payload, web};
use deserr::{Deserr, IntoValue, ValuePointerRef};
use futures_util::StreamExt;
use futures_util::future::LocalBoxFuture;
use serde::de::{DeserializeSeed, Deserializer, Error as _, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Value};
use sha2::{Digest, Sha256};
use tokio::sync::Semaphore;

/// Input that was parsed; whether it breaks a rule is asked when the order of refusals comes to it (404, 403, 428
/// and 412 go before 422).
#[derive(Debug, Clone)]
pub struct Checked<T>(Result<T, Vec<Fault>>);

impl<T> Checked<T> {
    pub fn new(result: Result<T, Vec<Fault>>) -> Checked<T> {
        Checked(result)
    }

    /// The input.
    /// Errors: `Invalid` with every fault found.
    pub fn get(&self) -> Result<&T, Error> {
        self.0.as_ref().map_err(|faults| Error::Invalid(faults.clone()))
    }

    pub fn into_inner(self) -> Result<T, Error> {
        self.0.map_err(Error::Invalid)
    }
}

/// A JSON body.
pub struct Body<T> {
    pub value: Checked<T>,
    pub content: Content,
}

/// What was sent, as SHA-256.
#[derive(Debug, Clone, Copy, Default)]
pub struct Content {
    /// Of the bytes.
    pub form: [u8; 32],
    /// Of the members, whatever their order and the white space between them; null is the same as absent.
    pub meaning: [u8; 32],
}

impl Content {
    fn of(bytes: &[u8], value: &Value) -> Content {
        Content { form: Sha256::digest(bytes).into(), meaning: meaning_of(value) }
    }
}

/// What a value says, whatever the order of its members.
pub fn meaning_of(value: &Value) -> [u8; 32] {
    // Members of an object are kept in the order of their names.
    Sha256::digest(without_nulls(value).to_string()).into()
}

fn without_nulls(value: &Value) -> Value {
    match value {
        Value::Object(members) => {
            let given = members.iter().filter(|(_, member)| !member.is_null());
            Value::Object(given.map(|(name, member)| (name.clone(), without_nulls(member))).collect())
        }
        Value::Array(items) => Value::Array(items.iter().map(without_nulls).collect()),
        other => other.clone(),
    }
}

/// Records to be written together. Each is read by itself, so that the faults of all of them are told at once.
#[derive(Debug, Clone)]
pub struct Batch<T>(pub Vec<BatchItem<T>>);

/// One record of a batch.
#[derive(Debug, Clone)]
pub struct BatchItem<T> {
    pub value: Checked<T>,
    /// SHA-256 of its content, the same as that of a body which says it alone.
    pub meaning: [u8; 32],
}

/// Most records of a batch.
const BATCH: usize = 1000;

impl<T: Deserr<Faults>> Deserr<Faults> for Batch<T> {
    fn deserialize_from_value<V: deserr::IntoValue>(
        value: deserr::Value<V>,
        location: ValuePointerRef<'_>,
    ) -> Result<Self, Faults> {
        let Value::Array(items) = Value::from(value) else {
            return Err(Faults(vec![Flaw::new(Code::ArrayExpected).at(Place::Pointer(pointer_of(location)))]));
        };
        let flaw = match items.len() {
            0 => Some(Flaw::new(Code::Required).with("min", 1)),
            1..=BATCH => None,
            _ => Some(Flaw::new(Code::TooManyItems).with("max", BATCH)),
        };
        if let Some(flaw) = flaw {
            return Err(Faults(vec![flaw.at(Place::Pointer(pointer_of(location)))]));
        }
        let read = |(at, item): (usize, Value)| {
            let meaning = meaning_of(&item);
            let value = T::deserialize_from_value(item.into_value(), location.push_index(at));
            BatchItem { value: Checked(value.map_err(|faults| faults.0)), meaning }
        };
        Ok(Batch(items.into_iter().enumerate().map(read).collect()))
    }
}

/// Levels of nesting that a body may have.
const DEPTH: usize = 32;

impl<T: Deserr<Faults> + 'static> FromRequest for Body<T> {
    type Error = Error;
    type Future = LocalBoxFuture<'static, Result<Self, Error>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let request = request.clone();
        let mut payload = payload.take();
        Box::pin(async move {
            caller_known(&request).await;
            let bytes = read_bytes(&request, &mut payload, Accepts::Json).await?;
            let value = parse(&bytes)?;
            let content = Content::of(&bytes, &value);
            let read: Result<T, Faults> = deserr::deserialize(value);
            Ok(Body { value: Checked(read.map_err(|faults| faults.0)), content })
        })
    }
}

/// A merge patch that knows which members of its record are read-only.
pub trait PatchBody {
    const READ_ONLY: &'static [&'static str];
}

/// A merge patch as a body. Read-only members may come along as long as they say what is so anyway: a client that
/// sends back what it read is not refused for it.
pub struct PatchOf<T> {
    echoed: Map<String, Value>,
    patch: Checked<T>,
}

impl<T> PatchOf<T> {
    /// The patch, for a record that is read as `current`.
    /// Errors: every fault found, read-only members that differ among them.
    pub fn get(&self, current: &impl serde::Serialize) -> Result<&T, Error> {
        let current = serde_json::to_value(current).map_err(Error::internal)?;
        let differs = |(name, value): &(&String, &Value)| current.get(name.as_str()) != Some(value);
        let differing = self.echoed.iter().filter(differs);
        let mut faults: Vec<Fault> =
            differing.map(|(name, _)| Fault::pointer(&format!("/{name}"), Code::ReadOnly)).collect();
        match &self.patch.0 {
            Ok(patch) if faults.is_empty() => Ok(patch),
            Ok(_) => Err(Error::Invalid(faults)),
            Err(found) => {
                faults.extend(found.iter().cloned());
                Err(Error::Invalid(faults))
            }
        }
    }
}

impl<T: Deserr<Faults> + PatchBody + 'static> FromRequest for PatchOf<T> {
    type Error = Error;
    type Future = LocalBoxFuture<'static, Result<Self, Error>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let request = request.clone();
        let mut payload = payload.take();
        Box::pin(async move {
            caller_known(&request).await;
            let bytes = read_bytes(&request, &mut payload, Accepts::Json).await?;
            let mut value = parse(&bytes)?;
            let mut echoed = Map::new();
            if let Value::Object(members) = &mut value {
                for name in T::READ_ONLY {
                    if let Some(member) = members.remove(*name) {
                        echoed.insert((*name).to_owned(), member);
                    }
                }
            }
            let read: Result<T, Faults> = deserr::deserialize(value);
            Ok(PatchOf { echoed, patch: Checked(read.map_err(|faults| faults.0)) })
        })
    }
}

/// What the operations of a permission take as their body.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Accepts {
    Json,
    /// A sheet as CSV or XLSX.
    Sheet,
    /// A file to keep.
    File,
}

/// Largest file that is taken, in bytes: a sheet of every commune of the nation with every item has less than a tenth,
/// a scanned decision of 50 pages some 10 MB.
const FILE_BYTES: usize = 20 * 1024 * 1024;

/// Files that are being received at once: their bytes are held in memory. Further ones are turned away.
static RECEIVING: Semaphore = Semaphore::const_new(16);

impl Accepts {
    fn bytes(self, limits: &GuardSettings) -> usize {
        match self {
            Accepts::Json => limits.body_bytes,
            Accepts::Sheet | Accepts::File => FILE_BYTES,
        }
    }

    fn takes(self, media: &mime::Mime) -> bool {
        let utf8 = media.get_param(mime::CHARSET).is_none_or(|charset| charset == mime::UTF_8);
        let own = match self {
            Accepts::Json => matches!(media.essence_str(), "application/json" | "application/merge-patch+json"),
            Accepts::Sheet => matches!(media.essence_str(), CSV | XLSX),
            Accepts::File => MediaType::of(media.essence_str()).is_some(),
        };
        own && utf8
    }
}

/// What a head says of its body, judged before anything of it is read and before the parameters are: 413 and 415 go
/// before 400.
pub fn announced(request: &HttpRequest, accepts: Accepts) -> Result<(), Error> {
    if !matches!(*request.method(), Method::POST | Method::PUT | Method::PATCH) {
        return Ok(());
    }
    if declared_length(request).is_some_and(|length| length > accepts.bytes(limits(request))) {
        return Err(Error::Request(Code::BodyTooLarge, Vec::new()));
    }
    let known = media_of(request).is_some_and(|media| accepts.takes(&media));
    if request.headers().contains_key(header::CONTENT_ENCODING) || !known {
        return Err(Error::Request(Code::UnsupportedMediaType, Vec::new()));
    }
    Ok(())
}

pub(super) fn media_of(request: &HttpRequest) -> Option<mime::Mime> {
    request.headers().get(header::CONTENT_TYPE)?.to_str().ok()?.parse().ok()
}

fn limits(request: &HttpRequest) -> &GuardSettings {
    request.app_data::<web::Data<Guard>>().expect("the guard is part of every application").settings()
}

fn declared_length(request: &HttpRequest) -> Option<usize> {
    request.headers().get(header::CONTENT_LENGTH)?.to_str().ok()?.parse().ok()
}

pub(super) async fn read_bytes(
    request: &HttpRequest,
    payload: &mut Payload,
    accepts: Accepts,
) -> Result<web::BytesMut, Error> {
    announced(request, accepts)?;
    let _receiving = match accepts {
        Accepts::Json => None,
        Accepts::Sheet | Accepts::File => Some(RECEIVING.try_acquire().map_err(|_| Error::Overloaded)?),
    };
    let (limits, declared) = (limits(request), declared_length(request));
    let most = accepts.bytes(limits);
    let reading = async {
        let mut bytes = web::BytesMut::with_capacity(declared.unwrap_or(0).min(most));
        while let Some(chunk) = payload.next().await {
            let chunk = chunk.map_err(|_| Error::Request(Code::MalformedRequest, Vec::new()))?;
            if bytes.len() + chunk.len() > most {
                return Err(Error::Request(Code::BodyTooLarge, Vec::new()));
            }
            bytes.extend_from_slice(&chunk);
        }
        Ok(bytes)
    };
    tokio::time::timeout(limits.body_timeout, reading)
        .await
        .map_err(|_| Error::Request(Code::RequestTimeout, Vec::new()))?
}

/// JSON text to a value: valid UTF-8, no duplicate member, not nested too deep, nothing after it.
pub fn parse(bytes: &[u8]) -> Result<Value, Error> {
    let malformed = |code| Error::Request(Code::MalformedRequest, vec![Fault::pointer("", code)]);
    if std::str::from_utf8(bytes).is_err() {
        return Err(malformed(Code::InvalidEncoding));
    }
    let mut deserializer = serde_json::Deserializer::from_slice(bytes);
    let parsed = Strict(DEPTH).deserialize(&mut deserializer).and_then(|value| deserializer.end().map(|()| value));
    parsed.map_err(|error| {
        let text = error.to_string();
        malformed(if text.starts_with(DUPLICATE) {
            Code::DuplicateMember
        } else if text.starts_with(TOO_DEEP) || text.starts_with("recursion limit") {
            Code::NestingTooDeep
        } else {
            Code::InvalidJson
        })
    })
}

const DUPLICATE: &str = "duplicate member";
const TOO_DEEP: &str = "nested too deep";

/// Builds a value and refuses what serde_json's own `Value` lets pass.
struct Strict(usize);

impl<'de> DeserializeSeed<'de> for Strict {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Strict {
    type Value = Value;

    fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("JSON")
    }

    fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
        Ok(Value::Bool(value))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Value, E> {
        Ok(Value::Number(value.into()))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Value, E> {
        Ok(Value::Number(value.into()))
    }

    fn visit_f64<E: serde::de::Error>(self, value: f64) -> Result<Value, E> {
        serde_json::Number::from_f64(value).map(Value::Number).ok_or_else(|| E::custom("not a number"))
    }

    fn visit_str<E>(self, value: &str) -> Result<Value, E> {
        Ok(Value::String(value.to_owned()))
    }

    fn visit_string<E>(self, value: String) -> Result<Value, E> {
        Ok(Value::String(value))
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Value, A::Error> {
        let below = self.0.checked_sub(1).ok_or_else(|| A::Error::custom(TOO_DEEP))?;
        let mut values = Vec::new();
        while let Some(value) = items.next_element_seed(Strict(below))? {
            values.push(value);
        }
        Ok(Value::Array(values))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Value, A::Error> {
        let below = self.0.checked_sub(1).ok_or_else(|| A::Error::custom(TOO_DEEP))?;
        let mut map = Map::new();
        while let Some(name) = members.next_key::<String>()? {
            let value = members.next_value_seed(Strict(below))?;
            if map.insert(name, value).is_some() {
                return Err(A::Error::custom(DUPLICATE));
            }
        }
        Ok(Value::Object(map))
    }
}

/// The version a caller holds, from `If-Match`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum IfMatch {
    Missing,
    Version(i64),
    /// Neither a number nor a tag of ours: no record has it.
    Foreign,
}

impl IfMatch {
    /// Compare with the stored version.
    /// Errors: 428 where nothing was sent, `Stale` where it is another.
    pub fn require(&self, stored: i64) -> Result<(), Error> {
        match self {
            IfMatch::Missing => Err(Error::Request(
                Code::PreconditionRequired,
                vec![Flaw::new(Code::PreconditionRequired).at(Place::Header("If-Match".to_owned()))],
            )),
            IfMatch::Version(version) if *version == stored => Ok(()),
            IfMatch::Version(_) | IfMatch::Foreign => Err(Error::Stale(stored)),
        }
    }

    fn read(text: &str) -> IfMatch {
        let text = text.trim();
        if text.is_empty() || text == "*" {
            return IfMatch::Missing;
        }
        let tag = text.strip_prefix("W/").unwrap_or(text);
        let Some(inner) = tag.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')) else {
            return IfMatch::Foreign;
        };
        let version = inner.split_once('.').map_or(inner, |(version, _)| version);
        match version.parse::<i64>() {
            // Zero is the version of what is not there yet and is written whole. No tag of ours begins with a zero more.
            Ok(number) if number >= 0 && version == number.to_string() => IfMatch::Version(number),
            _ => IfMatch::Foreign,
        }
    }
}

impl FromRequest for IfMatch {
    type Error = std::convert::Infallible;
    type Future = std::future::Ready<Result<Self, Self::Error>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let header = request.headers().get(header::IF_MATCH).and_then(|value| value.to_str().ok());
        std::future::ready(Ok(header.map_or(IfMatch::Missing, IfMatch::read)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn json_is_read_strictly() {
        let code = |text: &[u8]| match parse(text) {
            Err(Error::Request(Code::MalformedRequest, faults)) => Some(faults[0].flaw.code),
            _ => None,
        };
        assert_eq!(code(br#"{"a":1,"a":2}"#), Some(Code::DuplicateMember));
        assert_eq!(code(br#"{"a":{"b":1,"b":1}}"#), Some(Code::DuplicateMember));
        assert_eq!(code(b"{} x"), Some(Code::InvalidJson));
        assert_eq!(code(b""), Some(Code::InvalidJson));
        assert_eq!(code(b"\xEF\xBB\xBF{}"), Some(Code::InvalidJson));
        assert_eq!(code(b"{\"a\":\"\xff\"}"), Some(Code::InvalidEncoding));
        assert_eq!(code(br#"{"a":"\ud800"}"#), Some(Code::InvalidJson));
        assert_eq!(code(br#"{"a":1e999}"#), Some(Code::InvalidJson));
        assert_eq!(code("[".repeat(100_000).as_bytes()), Some(Code::NestingTooDeep));
        assert_eq!(code(format!("{}1{}", "[".repeat(32), "]".repeat(32)).as_bytes()), None);
        assert_eq!(code(format!("{}1{}", "[".repeat(33), "]".repeat(33)).as_bytes()), Some(Code::NestingTooDeep));
        assert_eq!(code(br#"{"a":[1,"b",null,true]}"#), None);
    }

    #[test]
    fn only_the_version_of_a_tag_is_compared() {
        for (text, expected) in [
            ("\"7\"", IfMatch::Version(7)),
            ("\"7.9f2c01ab\"", IfMatch::Version(7)),
            ("W/\"7.9f2c01ab\"", IfMatch::Version(7)),
            ("*", IfMatch::Missing),
            ("7", IfMatch::Foreign),
            ("\"x\"", IfMatch::Foreign),
            ("\"07\"", IfMatch::Foreign),
            ("\"+7\"", IfMatch::Foreign),
            ("\"0\"", IfMatch::Version(0)),
            ("\"-1\"", IfMatch::Foreign),
        ] {
            assert_eq!(IfMatch::read(text), expected, "{text}");
        }
    }
}
