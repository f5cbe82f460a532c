//! Keyset pages: a signed cursor holds the sort values and the id of the last row.

use super::parameters::Value as ParameterValue;
use crate::codes::Code;
use crate::error::{Error, Fault, Flaw};
use crate::values::Scalar;
use hmac::{Hmac, Mac};
use serde::Serialize;
use sha2::Sha256;
use std::cmp::Ordering;
use utoipa::openapi::schema::{KnownFormat, ObjectBuilder, SchemaFormat, Type};

/// Rows of a page: 1 to 200.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limit(pub usize);

const DEFAULT_LIMIT: usize = 50;
const HIGHEST_LIMIT: usize = 200;

impl Limit {
    /// One row more, which tells whether another page follows.
    pub fn plus_one(self) -> i64 {
        self.0 as i64 + 1
    }
}

impl ParameterValue for Limit {
    fn read(raw: Option<&str>) -> Result<Self, Flaw> {
        let Some(raw) = raw else { return Ok(Limit(DEFAULT_LIMIT)) };
        let digits = raw.strip_prefix('-').unwrap_or(raw);
        if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(Flaw::new(Code::IntegerExpected));
        }
        match raw.parse::<usize>() {
            Ok(limit @ 1..=HIGHEST_LIMIT) => Ok(Limit(limit)),
            Ok(0) => Err(Flaw::new(Code::TooSmall).with("min", 1)),
            Err(_) if raw.starts_with('-') => Err(Flaw::new(Code::TooSmall).with("min", 1)),
            // Too large even for the number, where it is an error.
            Ok(_) | Err(_) => Err(Flaw::new(Code::TooLarge).with("max", HIGHEST_LIMIT)),
        }
    }

    fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::Schema> {
        ObjectBuilder::new()
            .schema_type(Type::Integer)
            .format(Some(SchemaFormat::KnownFormat(KnownFormat::Int32)))
            .minimum(Some(1_i64))
            .maximum(Some(HIGHEST_LIMIT as i64))
            .default(Some(DEFAULT_LIMIT.into()))
            .into()
    }
}

/// An opaque position in a list, as it was handed out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cursor(String);

impl std::fmt::Display for Cursor {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

impl Scalar for Cursor {
    const NAME: &'static str = "Cursor";
    const DESCRIPTION: &'static str = "Position in a list, from `next_cursor` of the page before; opaque";
    const PATTERN: &'static str = "^[0-9a-f]+$";
    const LENGTH: (usize, usize) = (34, 2000);
    const EXAMPLE: &'static str = "5b2230363322c2a0d6b1f0e49a73c15d8e2f4b6a901";

    /// Anything passes here: a cursor that we did not make is 400 `INVALID_CURSOR` when it is opened.
    fn parse(text: &str) -> Result<Self, Flaw> {
        Ok(Cursor(text.to_owned()))
    }

    fn text(&self) -> String {
        self.0.clone()
    }
}

crate::values::scalar!(Cursor);

/// Signs cursors; kept in the database, so that all instances agree.
#[derive(Clone)]
pub struct CursorKey(Vec<u8>);

/// Bytes of the signature that are kept: 128 bits.
const SIGNATURE: usize = 16;

impl CursorKey {
    pub fn new(key: Vec<u8>) -> CursorKey {
        CursorKey(key)
    }

    /// A cursor over these sort values, bound to the list and its filters.
    pub fn seal(&self, list: &str, fingerprint: &str, values: &[String]) -> String {
        let body = serde_json::to_vec(values).unwrap_or_default();
        let signature = self.sign(list, fingerprint, &body);
        hex(&body) + &hex(&signature)
    }

    /// The sort values of a cursor.
    /// Errors: `INVALID_CURSOR` where it was not made by us for this list and these filters.
    pub fn open(&self, cursor: &Cursor, list: &str, fingerprint: &str) -> Result<Vec<String>, Error> {
        let invalid = || Error::Request(Code::InvalidCursor, vec![Fault::parameter("cursor", Code::InvalidCursor)]);
        let bytes = unhex(&cursor.0).ok_or_else(invalid)?;
        let split = bytes.len().checked_sub(SIGNATURE).ok_or_else(invalid)?;
        let (body, signature) = bytes.split_at(split);
        let expected = self.sign(list, fingerprint, body);
        if !bool::from(subtle::ConstantTimeEq::ct_eq(signature, expected.as_slice())) {
            return Err(invalid());
        }
        serde_json::from_slice(body).map_err(|_| invalid())
    }

    fn sign(&self, list: &str, fingerprint: &str, body: &[u8]) -> [u8; SIGNATURE] {
        let mut mac = Hmac::<Sha256>::new_from_slice(&self.0).expect("HMAC takes keys of any length");
        for part in [list.as_bytes(), b"\0", fingerprint.as_bytes(), b"\0", body] {
            mac.update(part);
        }
        let full = mac.finalize().into_bytes();
        let mut kept = [0; SIGNATURE];
        kept.copy_from_slice(&full[..SIGNATURE]);
        kept
    }
}

pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn unhex(text: &str) -> Option<Vec<u8>> {
    if !text.len().is_multiple_of(2) || !text.is_ascii() {
        return None;
    }
    (0..text.len()).step_by(2).map(|at| u8::from_str_radix(text.get(at..at + 2)?, 16).ok()).collect()
}

/// A page of a list.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct Page<T> {
    #[schema(max_items = 200)]
    pub items: Vec<T>,
    /// Where the next page begins; null on the last.
    pub next_cursor: Option<Cursor>,
    /// Rows of all pages, where `with_total=true` asked for them.
    #[schema(minimum = 0, maximum = 10000)]
    pub total: Option<i64>,
    /// Whether `total` is exact: counting stops at 10,000.
    pub total_exact: Option<bool>,
}

impl<T> Page<T> {
    /// The same page of other items, unless one of them cannot be made.
    pub fn try_map<U, E>(self, each: impl FnMut(T) -> Result<U, E>) -> Result<Page<U>, E> {
        Ok(Page {
            items: self.items.into_iter().map(each).collect::<Result<_, E>>()?,
            next_cursor: self.next_cursor,
            total: self.total,
            total_exact: self.total_exact,
        })
    }

    /// The same page of other items.
    pub fn map<U>(self, each: impl FnMut(T) -> U) -> Page<U> {
        Page {
            items: self.items.into_iter().map(each).collect(),
            next_cursor: self.next_cursor,
            total: self.total,
            total_exact: self.total_exact,
        }
    }
}

/// Counting stops here.
pub const TOTAL_COUNTED: i64 = 10_000;

/// What a list needs to make a page.
pub struct PageRequest<'a> {
    pub key: &'a CursorKey,
    pub list: &'static str,
    pub fingerprint: &'a str,
    pub limit: Limit,
}

impl PageRequest<'_> {
    /// The sort values after which the page begins.
    pub fn after(&self, cursor: Option<&Cursor>) -> Result<Option<Vec<String>>, Error> {
        cursor.map(|cursor| self.key.open(cursor, self.list, self.fingerprint)).transpose()
    }

    /// A page of rows that are held in memory, in the order that `compare` tells of their keys.
    pub fn page_in_memory<T>(
        &self,
        rows: impl Iterator<Item = T>,
        cursor: Option<&Cursor>,
        with_total: bool,
        key: impl Fn(&T) -> Vec<String>,
        compare: impl Fn(&[String], &[String]) -> Ordering,
    ) -> Result<Page<T>, Error> {
        let after = self.after(cursor)?;
        let mut total = 0;
        let mut kept = Vec::new();
        for row in rows {
            total += 1;
            if kept.len() > self.limit.0 {
                if !with_total {
                    break;
                }
            } else if after.as_ref().is_none_or(|after| compare(&key(&row), after) == Ordering::Greater) {
                kept.push(row);
            }
        }
        Ok(self.page(kept, with_total.then_some(total), key))
    }

    /// The page from `limit + 1` rows: the last tells that another page follows, and is dropped.
    pub fn page<T>(&self, mut rows: Vec<T>, total: Option<i64>, sort_values: impl Fn(&T) -> Vec<String>) -> Page<T> {
        let more = rows.len() > self.limit.0;
        rows.truncate(self.limit.0);
        let next_cursor = rows
            .last()
            .filter(|_| more)
            .map(|last| Cursor(self.key.seal(self.list, self.fingerprint, &sort_values(last))));
        Page {
            items: rows,
            next_cursor,
            total: total.map(|count| count.min(TOTAL_COUNTED)),
            total_exact: total.map(|count| count <= TOTAL_COUNTED),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_opens_only_where_it_was_made() {
        let key = CursorKey::new(vec![7; 32]);
        let values = vec!["Bạch Thông".to_owned(), "01992f3e".to_owned()];
        let cursor = Cursor(key.seal("units", "level=COMMUNE\n", &values));
        assert_eq!(key.open(&cursor, "units", "level=COMMUNE\n").unwrap(), values);
        assert!(key.open(&cursor, "units", "level=DISTRICT\n").is_err());
        assert!(key.open(&cursor, "assessments", "level=COMMUNE\n").is_err());
        assert!(CursorKey::new(vec![8; 32]).open(&cursor, "units", "level=COMMUNE\n").is_err());
        for wrong in ["", "zz", "00", &cursor.0[2..], "' OR 1=1"] {
            assert!(key.open(&Cursor(wrong.to_owned()), "units", "level=COMMUNE\n").is_err(), "{wrong}");
        }
    }
}
