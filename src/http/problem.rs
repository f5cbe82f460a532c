//! The only place with status codes: meanings become `application/problem+json` (RFC 9457), in the caller's language.

use super::Language;
use crate::codes::Code;
use crate::error::{Candidate, Error, Fault, Place};
use actix_web::http::{StatusCode, header};
use actix_web::{HttpResponse, HttpResponseBuilder, ResponseError};
use serde::Serialize;

pub const MEDIA_TYPE: &str = "application/problem+json";

/// An error answer.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct Problem {
    /// Address of the page that describes the code.
    #[schema(max_length = 200, pattern = "^/problems/[a-z-]+$", example = "/problems/validation-failed")]
    #[serde(rename = "type")]
    pub page: String,
    /// Heading in the language of the answer.
    #[schema(max_length = 200, pattern = "^.+$", example = "Dữ liệu không hợp lệ")]
    pub title: &'static str,
    #[schema(minimum = 400, maximum = 599, example = 422)]
    pub status: u16,
    /// What programs branch on.
    #[schema(max_length = 60, pattern = "^[A-Z_]+$", example = "VALIDATION_FAILED")]
    pub code: &'static str,
    /// What went wrong and what to do, for people.
    #[schema(max_length = 1000, pattern = "^.+$", example = "Sửa các lỗi nêu trong errors rồi gửi lại.")]
    pub detail: String,
    /// The request, as in the log and in `X-Request-Id`.
    #[schema(
        max_length = 60,
        pattern = "^urn:request:[0-9a-f]{32}$",
        example = "urn:request:4bf92f3577b34da6a3ce929d0e0e4736"
    )]
    pub instance: String,
    /// Every fault found, not the first alone.
    #[schema(max_items = 1000)]
    pub errors: Vec<ProblemFault>,
    /// The record that holds the business key already (`DUPLICATE`).
    pub existing_id: Option<crate::values::RecordId>,
}

/// One fault: its place, its code, its message.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct ProblemFault {
    /// RFC 6901 pointer into the body.
    #[schema(max_length = 400, pattern = "^(/.*)?$", example = "/period")]
    pub pointer: Option<String>,
    /// Name of the query parameter, path parameter or header.
    #[schema(max_length = 200, pattern = "^[\\s\\S]*$")]
    pub parameter: Option<String>,
    #[schema(max_length = 60, pattern = "^[A-Z_]+$", example = "INVALID_PERIOD")]
    pub code: &'static str,
    #[schema(max_length = 1000, pattern = "^.+$", example = "Kỳ báo cáo không đúng dạng.")]
    pub message: String,
    /// Units the caller may have meant.
    #[schema(max_items = 200)]
    pub candidates: Vec<Candidate>,
    /// The cell, where a file was sent.
    pub cell: Option<ProblemCell>,
}

/// A cell at fault, as a spreadsheet program shows it.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct ProblemCell {
    /// Name of the sheet; null in CSV.
    #[schema(max_length = 100, pattern = "^[^\\u0000]*$", example = "Phiếu đánh giá")]
    pub sheet: Option<String>,
    #[schema(minimum = 1, maximum = 1048576, example = 7)]
    pub row: Option<u32>,
    /// Letters of the column.
    #[schema(max_length = 3, pattern = "^[A-Z]{1,3}$", example = "C")]
    pub column: Option<String>,
    /// Heading of the column.
    #[schema(max_length = 200, pattern = "^[\\s\\S]*$", example = "10.1")]
    pub heading: Option<String>,
    /// What stands in the cell, shortened to 200 characters.
    #[schema(max_length = 200, pattern = "^[\\s\\S]*$", example = "1.234")]
    pub value: Option<String>,
    /// What to do about it.
    #[schema(max_length = 1000, pattern = "^.+$", example = "Viết 1234 cho một nghìn hai trăm ba mươi tư.")]
    pub hint: String,
}

/// Headings and values of a file are told up to this many characters.
const TOLD: usize = 200;

impl Error {
    /// The code a program branches on.
    pub fn code(&self) -> Code {
        match self {
            Error::NotFound => Code::NotFound,
            Error::Denied(code) | Error::Conflict(code) | Error::Request(code, _) => *code,
            Error::OutOfScope(_) => Code::OutOfScope,
            Error::Duplicate(_) => Code::Duplicate,
            Error::Stale(_) => Code::VersionConflict,
            Error::Invalid(faults) => of_faults(faults),
            Error::Overloaded => Code::Overloaded,
            Error::Unavailable(_) => Code::DependencyUnavailable,
            Error::Internal(_) => Code::Internal,
        }
    }

    fn faults(&self) -> &[Fault] {
        match self {
            Error::Invalid(faults) | Error::Request(_, faults) => faults,
            Error::OutOfScope(fault) => std::slice::from_ref(fault),
            _ => &[],
        }
    }
}

/// A request that breaks one rule of the domain is answered under that rule's own code; anything else, and any
/// mixture, under `VALIDATION_FAILED`. The codes of all faults stand in `errors` either way.
fn of_faults(faults: &[Fault]) -> Code {
    let first = faults.first().map(|fault| fault.flaw.code);
    match first {
        Some(code) if is_rule(code) && faults.iter().all(|fault| fault.flaw.code == code) => code,
        _ => Code::ValidationFailed,
    }
}

/// Rules of the domain stand between `VALIDATION_FAILED` and the faults of single fields.
fn is_rule(code: Code) -> bool {
    (Code::UnitCodeNotHeld..Code::Required).contains(&code)
}

impl ResponseError for Error {
    fn status_code(&self) -> StatusCode {
        StatusCode::from_u16(self.code().status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
    }

    /// Empty but for its headers: the envelope writes the body, because it knows language and request.
    fn error_response(&self) -> HttpResponse {
        let mut response = HttpResponse::build(self.status_code());
        if let Error::Stale(version) = self {
            response.insert_header((header::ETAG, format!("\"{version}\"")));
        }
        response.finish()
    }
}

/// Most faults in one answer: a body of many small faults must not become a far larger answer.
const MOST_FAULTS: usize = 1000;

/// The answer to an error, in full.
pub fn render(error: &Error, language: Language, request_id: &str, builder: &mut HttpResponseBuilder) -> HttpResponse {
    match error {
        Error::Internal(source) => tracing::error!(error = %source, "Request failed"),
        Error::Unavailable(source) => tracing::warn!(error = %source, "Request refused: a dependency is unavailable"),
        // With the caller's client in the span: whoever tried what it may not can be found.
        _ => tracing::info!(code = error.code().name(), "Refused"),
    }
    let code = error.code();
    let entry = code.entry();
    match code {
        // Without a fault that can be named it is the framing that is broken, and what follows is no request.
        Code::MalformedRequest if error.faults().is_empty() => {
            builder.force_close();
        }
        Code::Unauthenticated | Code::TokenExpired => {
            builder.insert_header((header::WWW_AUTHENTICATE, "Bearer"));
        }
        Code::Overloaded | Code::DependencyUnavailable | Code::RequestInProgress => {
            builder.insert_header((header::RETRY_AFTER, "1"));
        }
        _ => {}
    }
    let problem = Problem {
        page: format!("/problems/{}", code.slug()),
        title: language.of_text(&entry.title),
        status: entry.status,
        code: entry.name,
        detail: format!("{} {}", language.of_text(&entry.cause), language.of_text(&entry.remedy)),
        instance: format!("urn:request:{request_id}"),
        errors: error.faults().iter().take(MOST_FAULTS).map(|fault| fault_of(fault, language)).collect(),
        existing_id: match error {
            Error::Duplicate(id) => Some(crate::values::RecordId(*id)),
            _ => None,
        },
    };
    builder
        .insert_header((header::CONTENT_LANGUAGE, language.tag()))
        .insert_header((header::CACHE_CONTROL, "no-store"))
        .content_type(MEDIA_TYPE)
        .body(serde_json::to_vec(&problem).unwrap_or_else(|_| b"{}".to_vec()))
}

/// What is wrong, in words.
pub fn message_of(fault: &Fault, language: Language) -> String {
    let flaw = &fault.flaw;
    let mut message = language.of_text(&flaw.code.entry().cause).to_owned();
    if !flaw.details.is_empty() {
        let details: Vec<String> =
            flaw.details.iter().map(|(name, value)| format!("{}: {value}", detail_name(name, language))).collect();
        message = format!("{} ({}).", message.trim_end_matches('.'), details.join("; "));
    }
    message
}

fn fault_of(fault: &Fault, language: Language) -> ProblemFault {
    let flaw = &fault.flaw;
    let told = |text: &String| text.chars().take(TOLD).collect::<String>();
    let (pointer, parameter, cell) = match &fault.place {
        Place::Pointer(pointer) => (Some(pointer.clone()), None, None),
        Place::Parameter(name) | Place::Header(name) => (None, Some(name.clone()), None),
        Place::Cell(place) => {
            let cell = ProblemCell {
                sheet: place.sheet.as_ref().map(told),
                row: place.row,
                column: place.letters(),
                heading: place.heading.as_ref().map(told),
                value: place.value.as_ref().map(told),
                hint: language.of_text(&flaw.code.remedy_in_a_cell()).to_owned(),
            };
            (None, None, Some(cell))
        }
    };
    ProblemFault {
        pointer,
        parameter,
        code: flaw.code.name(),
        message: message_of(fault, language),
        candidates: flaw.candidates.clone(),
        cell,
    }
}

fn detail_name(name: &'static str, language: Language) -> &'static str {
    match name {
        "min" => language.pick("ít nhất", "min"),
        "max" => language.pick("nhiều nhất", "max"),
        "allowed" => language.pick("được phép", "allowed"),
        "pattern" => language.pick("dạng", "form"),
        "from" => language.pick("từ ngày", "from"),
        "to" => language.pick("đến ngày", "to"),
        "actual" => language.pick("đã gửi", "sent"),
        other => other,
    }
}

/// The meaning of an error that the framework made, by its status.
pub fn of_status(status: StatusCode) -> Error {
    Error::Request(
        match status.as_u16() {
            401 => Code::Unauthenticated,
            403 => Code::Forbidden,
            404 => return Error::NotFound,
            405 => Code::MethodNotAllowed,
            406 => Code::NotAcceptable,
            408 => Code::RequestTimeout,
            413 => Code::BodyTooLarge,
            414 => Code::UriTooLong,
            415 => Code::UnsupportedMediaType,
            431 => Code::HeadersTooLarge,
            503 => return Error::Overloaded,
            status if status >= 500 => return Error::internal("the framework answered 5xx"),
            _ => Code::MalformedRequest,
        },
        Vec::new(),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_broken_rule_is_answered_under_its_own_code_and_a_mixture_is_not() {
        let rule = Fault::pointer("/period", Code::PeriodOutsideSet);
        let field = Fault::pointer("/stage", Code::UnknownValue);
        assert_eq!(Error::Invalid(vec![rule.clone()]).code(), Code::PeriodOutsideSet);
        assert_eq!(Error::Invalid(vec![field.clone()]).code(), Code::ValidationFailed);
        assert_eq!(Error::Invalid(vec![rule, field]).code(), Code::ValidationFailed);
        assert_eq!(Error::invalid(Fault::pointer("/a", Code::DateOrder)).code(), Code::DateOrder);
    }
}
