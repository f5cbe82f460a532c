//! What surrounds every request: its id, its limits, panics contained, errors as problems, headers, one log line.

use super::compression::WORTH_COMPRESSING;
use super::guard::{Guard, Rate};
use super::respond::XLSX;
use super::straight::straight;
use super::{Language, problem};
use crate::error::Error;
use actix_web::body::{BodySize, BoxBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::header::{self, HeaderMap, HeaderName, HeaderValue};
use actix_web::http::{ConnectionType, Method, StatusCode, Uri};
use actix_web::middleware::Next;
use actix_web::{HttpMessage, HttpResponse, web};
use futures_util::FutureExt;
use std::net::IpAddr;
use std::panic::AssertUnwindSafe;
use std::time::{Duration, Instant};
use tracing::Instrument;

/// The id of a request: the trace id of its `traceparent`, or a new one.
#[derive(Debug, Clone)]
pub struct RequestId(pub String);

/// What an answer's `Content-Security-Policy` says unless the page has its own.
const NOTHING: &str = "default-src 'none'; frame-ancestors 'none'";
/// Policy of the documentation page, whose script and style come from the binary.
const DOCUMENTATION: &str = "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; \
     img-src 'self' data:; connect-src 'self'; frame-ancestors 'none'";
/// Policy of pages that are only read.
const PRINTED: &str = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'";

const EXPOSED: &str = "ETag, Link, Location, RateLimit, RateLimit-Policy, Retry-After, X-Request-Id, \
     Idempotency-Replayed, Deprecation, Sunset, Content-Language";
const REQUESTED: &str = "Authorization, X-API-Key, Content-Type, Accept, Accept-Language, If-Match, If-None-Match, \
     Idempotency-Key, Acting-Person, traceparent";
const VARY: &str = "Authorization, X-API-Key, Accept, Accept-Language, Accept-Encoding, Origin";

static TRACEPARENT: HeaderName = HeaderName::from_static("traceparent");

/// Field of a request's log lines that names the client, once it is known.
pub const CLIENT_ID: &str = "client_id";

/// Longest URL, in bytes.
const URL_BYTES: usize = 8 * 1024;

/// Longest head of a request, names and values of its headers together, in bytes.
const HEADER_BYTES: usize = 16 * 1024;

/// The envelope, as actix middleware: outermost, so that nothing leaves the service without it.
pub async fn envelope(
    mut request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, actix_web::Error> {
    let begun = Instant::now();
    let guard = request.app_data::<web::Data<Guard>>().expect("the guard is part of every application").clone();
    let id = request_id(request.headers());
    request.extensions_mut().insert(RequestId(id.clone()));
    let language = Language::of(request.headers());
    let origin = allowed_origin(request.headers(), &guard);
    let (method, policy) = (request.method().clone(), policy_of(request.path()));
    let span = tracing::info_span!("request", request_id = %id, { CLIENT_ID } = tracing::field::Empty);
    // HEAD is GET whose body the framework leaves out when it writes the answer.
    if method == Method::HEAD {
        request.head_mut().method = Method::GET;
    }

    let answered = serve(request, next, &guard, origin.is_some()).instrument(span.clone()).await;
    let _entered = span.enter();
    let (http_request, mut response) = match answered {
        Ok(response) => {
            let (http_request, response) = response.into_parts();
            (Some(http_request), rendered(response, language, &id))
        }
        Err(Failed { request, error }) => {
            let problem = problem::render(&error, language, &id, &mut HttpResponse::build(StatusCode::OK));
            (request.map(|request| request.into_parts().0), with_status(problem, &error))
        }
    };
    let route = http_request.as_ref().and_then(|request| request.match_pattern());
    let rate = http_request.as_ref().and_then(|request| request.extensions().get::<Rate>().copied());
    decorate(response.headers_mut(), policy, &id, origin.as_ref(), rate, &guard);
    // Where a body did not come in time, what comes later is the rest of it and no request.
    if guard.draining() || response.status() == StatusCode::REQUEST_TIMEOUT {
        // A `Connection` header among the others would be left out: the framework writes its own.
        response.head_mut().set_connection_type(ConnectionType::Close);
    }
    let status = response.status().as_u16();
    let micros = u64::try_from(begun.elapsed().as_micros()).unwrap_or(u64::MAX);
    let route = route.as_deref().unwrap_or("none");
    crate::telemetry::count_request(method.as_str(), route, status, begun.elapsed());
    tracing::info!(method = %method, route, status, micros, "Answered");
    match http_request {
        Some(http_request) => Ok(ServiceResponse::new(http_request, response)),
        None => Err(actix_web::error::InternalError::from_response("the request is gone", response).into()),
    }
}

/// A request that was not answered. While a handler runs the request is its own, so after a panic or a time-out it is
/// gone.
struct Failed {
    request: Option<ServiceRequest>,
    error: Error,
}

/// Run the request within its limits.
async fn serve(
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
    guard: &Guard,
    known_origin: bool,
) -> Result<ServiceResponse<BoxBody>, Failed> {
    if length(request.uri()) > URL_BYTES {
        let error = Error::Request(crate::codes::Code::UriTooLong, Vec::new());
        return Err(Failed { request: Some(request), error });
    }
    let head: usize = request.headers().iter().map(|(name, value)| name.as_str().len() + value.len()).sum();
    if head > HEADER_BYTES {
        let error = Error::Request(crate::codes::Code::HeadersTooLarge, Vec::new());
        return Err(Failed { request: Some(request), error });
    }
    if is_preflight(&request) {
        let mut response = HttpResponse::NoContent();
        if known_origin {
            response.insert_header((header::ACCESS_CONTROL_ALLOW_METHODS, "GET, POST, PUT, PATCH, DELETE"));
            response.insert_header((header::ACCESS_CONTROL_ALLOW_HEADERS, REQUESTED));
            response.insert_header((header::ACCESS_CONTROL_MAX_AGE, "600"));
        }
        return Ok(request.into_response(response.finish()));
    }
    // Health answers even when there is no place left.
    let exempt = request.path().starts_with("/health/");
    let entered = guard.enter();
    if entered.is_none() && !exempt {
        return Err(Failed { request: Some(request), error: Error::Overloaded });
    }
    let gone = |error| Err(Failed { request: None, error });
    let running = AssertUnwindSafe(next.call(request)).catch_unwind();
    match tokio::time::timeout(guard.settings().request_timeout, running).await {
        Err(_) => gone(Error::Unavailable("the request took too long".into())),
        Ok(Err(_)) => gone(Error::internal("a panic in a handler")),
        Ok(Ok(Ok(response))) => Ok(response.map_into_boxed_body()),
        Ok(Ok(Err(error))) => gone(problem::of_status(error.as_response_error().status_code())),
    }
}

/// Length of a URL as it was sent.
fn length(url: &Uri) -> usize {
    let scheme = url.scheme_str().map_or(0, |scheme| scheme.len() + "://".len());
    let authority = url.authority().map_or(0, |authority| authority.as_str().len());
    let query = url.query().map_or(0, |query| "?".len() + query.len());
    scheme + authority + url.path().len() + query
}

/// Turn whatever says 4xx or 5xx into a problem.
fn rendered(response: HttpResponse, language: Language, id: &str) -> HttpResponse {
    if response.status().as_u16() < 400 {
        return response;
    }
    // A workbook with the faults in its cells is a problem in another form.
    let told = response.headers().get(header::CONTENT_TYPE).is_some_and(|value| {
        value.as_bytes().starts_with(problem::MEDIA_TYPE.as_bytes()) || value.as_bytes() == XLSX.as_bytes()
    });
    if told {
        return response;
    }
    let framework = problem::of_status(response.status());
    let error = response.error().and_then(|error| error.as_error::<Error>());
    let mut builder = HttpResponse::build(StatusCode::OK);
    for (name, value) in response.headers() {
        if *name != header::CONTENT_TYPE && *name != header::CONTENT_LENGTH {
            builder.append_header((name.clone(), value.clone()));
        }
    }
    let error = error.unwrap_or(&framework);
    let problem = problem::render(error, language, id, &mut builder);
    with_status(problem, error)
}

fn with_status(mut response: HttpResponse, error: &Error) -> HttpResponse {
    *response.status_mut() = StatusCode::from_u16(error.code().status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    response
}

/// The answer to what never became a request. Nothing is known of the caller, its language among it.
pub fn refuse(status: StatusCode, guard: &Guard) -> HttpResponse {
    let (id, error) = (new_id(), problem::of_status(status));
    let _entered = tracing::info_span!("request", request_id = %id).entered();
    let problem = problem::render(&error, Language::Vietnamese, &id, &mut HttpResponse::build(StatusCode::OK));
    let mut response = with_status(problem, &error);
    decorate(response.headers_mut(), NOTHING, &id, None, None, guard);
    let status = response.status().as_u16();
    crate::telemetry::count_request("none", "none", status, Duration::ZERO);
    tracing::info!(status, "Refused before it was a request");
    response
}

fn policy_of(path: &str) -> &'static str {
    match path {
        page if page.starts_with("/docs") => DOCUMENTATION,
        page if page.starts_with("/problems/") => PRINTED,
        _ => NOTHING,
    }
}

fn is_preflight(request: &ServiceRequest) -> bool {
    request.method() == Method::OPTIONS && request.headers().contains_key(header::ACCESS_CONTROL_REQUEST_METHOD)
}

fn decorate(
    headers: &mut HeaderMap,
    policy: &'static str,
    id: &str,
    origin: Option<&HeaderValue>,
    rate: Option<Rate>,
    guard: &Guard,
) {
    // Whatever can also be had as a page brings its style along.
    let is_page = headers.get(header::CONTENT_TYPE).is_some_and(|kind| kind.as_bytes().starts_with(b"text/html"));
    let policy = if is_page && policy == NOTHING { PRINTED } else { policy };
    let fixed = [
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::REFERRER_POLICY, "no-referrer"),
        (header::CROSS_ORIGIN_RESOURCE_POLICY, "same-origin"),
        (header::VARY, VARY),
        (header::CONTENT_SECURITY_POLICY, policy),
    ];
    for (name, value) in fixed {
        headers.insert(name, HeaderValue::from_static(value));
    }
    let mut put = |name: &'static str, value: &str| {
        if let Ok(value) = HeaderValue::from_str(value) {
            headers.insert(HeaderName::from_static(name), value);
        }
    };
    put("x-request-id", id);
    if guard.settings().public_base_url.starts_with("https://") {
        put("strict-transport-security", "max-age=31536000");
    }
    if let Some(rate) = rate {
        put("ratelimit-policy", &format!("\"client\";q={};w=60", rate.quota));
        put("ratelimit", &format!("\"client\";r={};t={}", rate.remaining, rate.reset_after));
        if rate.retry_after > 0 {
            put("retry-after", &rate.retry_after.to_string());
        }
    }
    if let Some(origin) = origin {
        headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, origin.clone());
        headers.insert(header::ACCESS_CONTROL_EXPOSE_HEADERS, HeaderValue::from_static(EXPOSED));
        headers.insert(header::CROSS_ORIGIN_RESOURCE_POLICY, HeaderValue::from_static("cross-origin"));
    }
    if !headers.contains_key(header::CACHE_CONTROL) {
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    }
}

/// The origin of the request, if it is one of those configured: exact, never `*`.
fn allowed_origin(headers: &HeaderMap, guard: &Guard) -> Option<HeaderValue> {
    let origin = headers.get(header::ORIGIN)?;
    let text = origin.to_str().ok()?;
    guard
        .settings()
        .origins
        .iter()
        .any(|allowed| allowed == text || matches_local(allowed, text))
        .then(|| origin.clone())
}

/// `http://localhost:*` allows any port of this machine (the demo).
fn matches_local(allowed: &str, origin: &str) -> bool {
    allowed.strip_suffix('*').is_some_and(|prefix| {
        prefix.starts_with("http://localhost:")
            && origin.strip_prefix(prefix).is_some_and(|port| port.parse::<u16>().is_ok())
    })
}

fn request_id(headers: &HeaderMap) -> String {
    headers.get(&TRACEPARENT).and_then(|value| trace_id(value.to_str().ok()?)).unwrap_or_else(new_id)
}

fn new_id() -> String {
    uuid::Uuid::new_v4().simple().to_string()
}

/// Trace id of a valid W3C `traceparent`.
fn trace_id(text: &str) -> Option<String> {
    let mut parts = text.split('-');
    let (version, trace, parent, flags) = (parts.next()?, parts.next()?, parts.next()?, parts.next()?);
    let hex = |part: &str, length: usize| {
        part.len() == length && part.bytes().all(|byte| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte))
    };
    let valid = hex(version, 2)
        && version != "ff"
        && hex(trace, 32)
        && hex(parent, 16)
        && hex(flags, 2)
        && trace.bytes().any(|byte| byte != b'0')
        && parent.bytes().any(|byte| byte != b'0')
        && (version != "00" || parts.next().is_none());
    valid.then(|| trace.to_owned())
}

/// The address a request came from; a forwarded one counts only behind a configured proxy.
pub fn address_of(request: &actix_web::HttpRequest) -> Option<IpAddr> {
    let peer = request.peer_addr()?.ip();
    let guard = request.app_data::<web::Data<Guard>>()?;
    if !guard.settings().proxies.contains(&peer) {
        return Some(peer);
    }
    // The proxy adds at the end, in the same line or in one of its own; what stands before, the caller may have written.
    let forwarded = request.headers().get_all("x-forwarded-for").last().and_then(|value| value.to_str().ok());
    let last = forwarded.and_then(|list| list.rsplit(',').next()).and_then(|text| text.trim().parse().ok());
    Some(last.unwrap_or(peer))
}

/// Small answers are sent as they are: compressing them costs more than it saves.
pub async fn plain_when_small(
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, actix_web::Error> {
    let mut response = next.call(request).await?.map_into_boxed_body();
    let small = matches!(response.response().body().size(), BodySize::Sized(size) if size < WORTH_COMPRESSING as u64);
    if small && !response.headers().contains_key(header::CONTENT_ENCODING) {
        response.headers_mut().insert(header::CONTENT_ENCODING, HeaderValue::from_static("identity"));
    }
    Ok(response)
}

/// `identity` is said by saying nothing. Who accepts no coding of ours gets the answer as it is: a refusal here would
/// come from outside the envelope.
pub async fn without_identity(
    mut request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, actix_web::Error> {
    let ours = [header::Encoding::identity(), header::Encoding::brotli(), header::Encoding::gzip()];
    let accepted = request.get_header::<header::AcceptEncoding>();
    if accepted.is_some_and(|accepted| accepted.negotiate(ours.iter()).is_none()) {
        request.headers_mut().remove(header::ACCEPT_ENCODING);
    }
    let has_body = request.method() != Method::HEAD;
    let mut response = next.call(request).await?;
    if response.headers().get(header::CONTENT_ENCODING).is_some_and(|value| value == "identity") {
        response.headers_mut().remove(header::CONTENT_ENCODING);
    }
    Ok(if has_body { straight(response) } else { response.map_into_boxed_body() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_valid_trace_parents_are_followed() {
        let trace = "4bf92f3577b34da6a3ce929d0e0e4736";
        assert_eq!(trace_id(&format!("00-{trace}-00f067aa0ba902b7-01")).as_deref(), Some(trace));
        assert_eq!(trace_id(&format!("01-{trace}-00f067aa0ba902b7-01-more")).as_deref(), Some(trace));
        for wrong in [
            "".to_owned(),
            format!("ff-{trace}-00f067aa0ba902b7-01"),
            format!("00-{}-00f067aa0ba902b7-01", "0".repeat(32)),
            format!("00-{trace}-0000000000000000-01"),
            format!("00-{}-00f067aa0ba902b7-01", trace.to_uppercase()),
            format!("00-{trace}-00f067aa0ba902b7-01-more"),
        ] {
            assert_eq!(trace_id(&wrong), None, "{wrong}");
        }
    }
}
