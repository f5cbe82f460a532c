//! The few shapes of an answer, with entity tags, conditional reading and links.

use super::compression::Compressed;
use super::guard::Guard;
use super::page::{Page, hex};
use crate::error::Error;
use crate::values::{RecordId, Scalar};
use actix_web::http::{StatusCode, header};
use actix_web::{HttpRequest, HttpResponse, Responder, body::BoxBody, web};
use serde::Serialize;
use sha2::{Digest, Sha256};
use std::sync::Arc;

/// Something with a version, so that it can be changed under `If-Match`.
pub trait Versioned: Serialize {
    fn version(&self) -> i64;
    fn id(&self) -> String;

    fn record_id(&self) -> Result<RecordId, Error> {
        RecordId::parse(&self.id()).map_err(|_| Error::internal("a record whose id is no id"))
    }

    /// What may be kept of it, where it shows a secret that is shown once.
    fn without_secret(&self) -> Option<serde_json::Value> {
        None
    }
}

/// For records whose id and version are members of those names.
macro_rules! versioned {
    ($($record:ty),*) => {$(
        impl $crate::http::Versioned for $record {
            fn version(&self) -> i64 {
                self.version
            }

            fn id(&self) -> String {
                self.id.to_string()
            }
        }
    )*};
}
pub(crate) use versioned;

const JSON: &str = "application/json";
pub const CSV: &str = "text/csv";
pub const XLSX: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

pub const DOCX: &str = "application/vnd.openxmlformats-officedocument.wordprocessingml.document";

/// How long a private cache may use reference data without asking, in seconds.
const REFERENCE_AGE: &str = "private, max-age=300";
pub(super) const ASK_FIRST: &str = "private, no-cache";

/// First 64 bits of the SHA-256 of a body.
pub(super) fn digest(bytes: &[u8]) -> String {
    hex(&Sha256::digest(bytes)[..8])
}

fn to_bytes<T: Serialize>(value: &T) -> Vec<u8> {
    serde_json::to_vec(value).expect("answers are made of maps with text keys and finite numbers")
}

/// One record, read. Its tag is `"<version>.<hash>"`.
pub struct Document<T>(pub T);

impl<T: Serialize + Versioned> Responder for Document<T> {
    type Body = BoxBody;

    fn respond_to(self, request: &HttpRequest) -> HttpResponse {
        let bytes = to_bytes(&self.0);
        let tag = format!("\"{}.{}\"", self.0.version(), digest(&bytes));
        readable(request, bytes.into(), &tag, JSON, ASK_FIRST)
    }
}

/// A list or a report, read. Its tag is a hash.
pub struct Listing<T>(pub T);

impl<T: Serialize> Responder for Listing<Page<T>> {
    type Body = BoxBody;

    fn respond_to(self, request: &HttpRequest) -> HttpResponse {
        Fresh::page(&self.0).respond_to(request)
    }
}

/// The address of the next page, ready to call.
fn next_link(request: &HttpRequest, cursor: &str) -> String {
    let kept = request.query_string().split('&').filter(|pair| !pair.is_empty() && !pair.starts_with("cursor="));
    let query: String = kept.map(|pair| format!("{pair}&")).collect();
    format!("<{}{}?{query}cursor={cursor}>; rel=\"next\"", base_url(request), request.path())
}

/// Prefix of the links we emit.
pub fn base_url(request: &HttpRequest) -> String {
    let guard = request.app_data::<web::Data<Guard>>().expect("the guard is part of every application");
    guard.settings().public_base_url.trim_end_matches('/').to_owned()
}

/// An answer that was serialised before.
#[derive(Debug, Clone)]
pub struct Fresh {
    pub bytes: web::Bytes,
    /// Quoted entity tag.
    pub tag: String,
    pub content_type: &'static str,
    /// Reference data may be kept for some minutes; anything else is asked for each time.
    pub reference: bool,
    /// Cursor of the next page, for the `Link` header.
    pub next_cursor: Option<String>,
    /// Compressed forms, where the answer is kept.
    pub compressed: Option<Arc<Compressed>>,
}

impl Fresh {
    pub fn json<T: Serialize>(value: &T) -> Fresh {
        Fresh::bytes(to_bytes(value), JSON)
    }

    pub fn bytes(bytes: Vec<u8>, content_type: &'static str) -> Fresh {
        let tag = format!("\"{}\"", digest(&bytes));
        Fresh { bytes: bytes.into(), tag, content_type, reference: false, next_cursor: None, compressed: None }
    }

    /// A page of a list.
    pub fn page<T: Serialize>(page: &Page<T>) -> Fresh {
        let next_cursor = page.next_cursor.as_ref().map(ToString::to_string);
        Fresh { next_cursor, ..Fresh::json(page) }
    }

    pub fn as_reference(mut self) -> Fresh {
        self.reference = true;
        self
    }

    /// The tag of a record that is kept in memory as a whole.
    pub fn with_version(mut self, version: i64) -> Fresh {
        self.tag = format!("\"{version}.{}", self.tag.trim_start_matches('"'));
        self
    }
}

impl Responder for Fresh {
    type Body = BoxBody;

    fn respond_to(self, request: &HttpRequest) -> HttpResponse {
        let caching = if self.reference { REFERENCE_AGE } else { ASK_FIRST };
        let chosen = self.compressed.as_ref().and_then(|kept| kept.chosen(request, &self.bytes));
        let (encoding, bytes) = chosen.map_or((None, self.bytes), |(encoding, bytes)| (Some(encoding), bytes));
        let mut response = readable(request, bytes, &self.tag, self.content_type, caching);
        if let Some(encoding) = encoding {
            let value = header::HeaderValue::from_static(encoding.as_str());
            response.headers_mut().insert(header::CONTENT_ENCODING, value);
        }
        let link = self.next_cursor.map(|cursor| next_link(request, &cursor));
        if let Some(link) = link.and_then(|link| header::HeaderValue::from_str(&link).ok()) {
            response.headers_mut().insert(header::LINK, link);
        }
        response
    }
}

pub(super) fn readable(
    request: &HttpRequest,
    bytes: web::Bytes,
    tag: &str,
    content_type: &str,
    caching: &str,
) -> HttpResponse {
    let mut builder = HttpResponse::Ok();
    builder.insert_header((header::ETAG, tag)).insert_header((header::CACHE_CONTROL, caching));
    if is_known(request, tag) {
        return builder.status(StatusCode::NOT_MODIFIED).finish();
    }
    builder.insert_header((header::CONTENT_LANGUAGE, super::Language::of(request.headers()).tag()));
    builder.content_type(content_type).body(bytes)
}

/// Does `If-None-Match` name this tag?
fn is_known(request: &HttpRequest, tag: &str) -> bool {
    let mut sent = request.headers().get_all(header::IF_NONE_MATCH).filter_map(|value| value.to_str().ok());
    sent.any(|line| line.trim() == "*" || line.split(',').any(|one| one.trim().trim_start_matches("W/") == tag))
}

/// The formats an operation can answer in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Format {
    Json,
    Csv,
    Xlsx,
    Html,
    Docx,
}

impl Format {
    fn media_type(self) -> (&'static str, &'static str) {
        match self {
            Format::Json => ("application", "json"),
            Format::Csv => ("text", "csv"),
            Format::Xlsx => ("application", "vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
            Format::Html => ("text", "html"),
            Format::Docx => ("application", "vnd.openxmlformats-officedocument.wordprocessingml.document"),
        }
    }

    /// The offered format that the caller prefers; the first where nothing is said.
    /// Errors: 406 where none is accepted.
    pub fn chosen(request: &HttpRequest, offered: &[Format]) -> Result<Format, Error> {
        // Where none is offered, a file is answered as it was sent, whatever the caller would rather have.
        if offered.is_empty() || !request.headers().contains_key(header::ACCEPT) {
            return Ok(offered.first().copied().unwrap_or(Format::Json));
        }
        let refused = || Error::Request(crate::codes::Code::NotAcceptable, Vec::new());
        // Several lines are one list (RFC 9110, 5.3).
        let lines = request.headers().get_all(header::ACCEPT).filter_map(|value| value.to_str().ok());
        let accept = lines.collect::<Vec<_>>().join(",");
        let mut best: Option<(u32, Format)> = None;
        for format in offered {
            let weight =
                accept.split(',').filter_map(|range| weight_of(range, *format)).max().map_or(0, |found| found.1);
            if weight > best.map_or(0, |(highest, _)| highest) {
                best = Some((weight, *format));
            }
        }
        best.map(|(_, format)| format).ok_or_else(refused)
    }
}

/// How exactly a range names the format, and its weight in thousandths.
fn weight_of(range: &str, format: Format) -> Option<(u8, u32)> {
    let mut parts = range.split(';').map(str::trim);
    let (kind, subtype) = parts.next()?.split_once('/')?;
    let (own_kind, own_subtype) = format.media_type();
    let exactness = match (kind, subtype) {
        ("*", "*") => 0,
        (kind, "*") if kind.eq_ignore_ascii_case(own_kind) => 1,
        (kind, subtype) if kind.eq_ignore_ascii_case(own_kind) && subtype.eq_ignore_ascii_case(own_subtype) => 2,
        _ => return None,
    };
    let weight = parts.find_map(|part| part.strip_prefix("q=")).map_or(1000, |text| {
        let (whole, part) = text.split_once('.').unwrap_or((text, ""));
        let digits: String = part.chars().chain("000".chars()).take(3).collect();
        // No weight is above 1, whatever a caller writes.
        whole.parse::<u32>().unwrap_or(0).min(1) * 1000 + digits.parse::<u32>().unwrap_or(0)
    });
    Some((exactness, weight))
}
