//! The extractor that says who calls. A handler that compiles has said which permission it needs.

use super::held::{Access, KEY_PREFIX, Persons, Scope};
use super::model::{ApiKey, Client, Grant};
use super::permissions::{AssessmentRead, Permission};
use crate::codes::Code;
use crate::db::{Actor, Db, Snapshot};
use crate::error::{Error, Flaw, Place};
use crate::http::envelope::{CLIENT_ID, RequestId, address_of};
use crate::http::{Format, Guard, Turn, announced};
use crate::units::Territory;
use crate::values::{ApiKeyId, ClientId, LocalDate, PersonId, Scalar, UnitId};
use actix_web::http::header::{self, HeaderName};
use actix_web::{FromRequest, HttpMessage, HttpRequest, dev::Payload, web};
use futures_util::future::LocalBoxFuture;
use sha2::{Digest, Sha256};
use std::marker::PhantomData;
use std::sync::{Arc, OnceLock};
use subtle::ConstantTimeEq;

static X_API_KEY: HeaderName = HeaderName::from_static("x-api-key");
static ACTING_PERSON: HeaderName = HeaderName::from_static("acting-person");

/// An authenticated caller that wants to do `P`. Whether it may is answered by `caller`, when the order of refusals
/// comes to it.
pub struct Permit<P> {
    caller: Caller,
    wanted: PhantomData<P>,
}

/// Who calls, and over which units it may do what it asks.
#[derive(Clone)]
pub struct Caller {
    pub client_id: ClientId,
    pub key_id: ApiKeyId,
    /// Units over which the permission of the operation is held.
    pub scope: Scope,
    readable: OnceLock<Scope>,
    /// The day on which the request began.
    today: LocalDate,
    pub actor: Actor,
    /// Reference data, grants and summaries as of the beginning of the request.
    pub memory: Arc<Snapshot>,
    /// Format to answer in.
    pub format: Format,
}

impl Caller {
    pub fn grants(&self) -> &[Grant] {
        self.memory.part::<Access>().grants.get(&self.client_id).map_or(&[], Vec::as_slice)
    }

    /// Units over which assessments may be read. Most requests never ask.
    pub fn readable(&self) -> &Scope {
        self.readable.get_or_init(|| {
            let granted = Scope::of(self.grants(), AssessmentRead::ROLES);
            granted.reading(self.memory.part::<Territory>(), self.today)
        })
    }

    /// Does the caller hold another permission over a unit, as it was on a day?
    pub fn holds<P: Permission>(&self, today: LocalDate, unit: UnitId, day: LocalDate) -> bool {
        let (territory, granted) = (self.memory.part::<Territory>(), Scope::of(self.grants(), P::ROLES));
        let scope = if P::READS { granted.reading(territory, today) } else { granted.writing(territory, today) };
        scope.covers(territory, unit, day)
    }
}

impl<P: Permission> Permit<P> {
    /// The caller, if it holds the permission over any unit.
    /// Errors: `FORBIDDEN`.
    pub fn caller(self) -> Result<Caller, Error> {
        if P::ROLES.is_empty() || !self.caller.scope.is_empty() {
            Ok(self.caller)
        } else {
            Err(Error::Denied(Code::Forbidden))
        }
    }
}

impl<P: Permission> FromRequest for Permit<P> {
    type Error = Error;
    type Future = LocalBoxFuture<'static, Result<Self, Error>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let request = request.clone();
        let turn = Turn::take(&request);
        Box::pin(async move {
            let caller = authenticate::<P>(&request).await?;
            turn.pass();
            Ok(Permit { caller, wanted: PhantomData })
        })
    }
}

async fn authenticate<P: Permission>(request: &HttpRequest) -> Result<Caller, Error> {
    let guard = request.app_data::<web::Data<Guard>>().expect("the guard is part of every application");
    let db = request.app_data::<web::Data<Db>>().expect("the database is part of every application");
    let presented = presented_key(request).ok_or_else(unauthenticated)?;
    let (key_code, secret) = split_key(presented).ok_or_else(unauthenticated)?;
    let memory = db.memory().await?;
    let access = memory.part::<Access>();
    let known = access.keys.get(key_code);
    if !is_secret_of(secret, known) {
        // Only well-formed keys are counted: a typing error is no attack.
        if let Some(rate) = address_of(request).and_then(|address| guard.count_failure(address))
            && rate.retry_after > 0
        {
            request.extensions_mut().insert(rate);
            return Err(Error::Request(Code::RateLimited, Vec::new()));
        }
        return Err(unauthenticated());
    }
    let (Some(key), now) = (known, db.clock().now()) else { return Err(unauthenticated()) };
    if key.expires_at <= now {
        return Err(Error::Request(Code::TokenExpired, Vec::new()));
    }
    let client = access.clients.get(&key.client_id).ok_or_else(unauthenticated)?;
    tracing::Span::current().record(CLIENT_ID, tracing::field::display(client.id));
    if let Some(rate) = guard.count_client(client.id) {
        request.extensions_mut().insert(rate);
        if rate.retry_after > 0 {
            return Err(Error::Request(Code::RateLimited, Vec::new()));
        }
    }
    let format = Format::chosen(request, P::FORMATS)?;
    announced(request, P::ACCEPTS)?;
    let acting_person_id = acting_person(request, client, memory.part())?;
    let grants = access.grants.get(&client.id).map_or(&[][..], Vec::as_slice);
    let request_id = request.extensions().get::<RequestId>().map(|id| id.0.clone()).unwrap_or_default();
    let (territory, today) = (memory.part::<Territory>(), now.local_date());
    let granted = Scope::of(grants, P::ROLES);
    Ok(Caller {
        client_id: client.id,
        key_id: key.id,
        scope: if P::READS { granted.reading(territory, today) } else { granted.writing(territory, today) },
        readable: OnceLock::new(),
        today,
        actor: Actor { client_id: Some(client.id), acting_person_id, request_id, dry_run: false },
        memory: memory.clone(),
        format,
    })
}

fn unauthenticated() -> Error {
    Error::Request(Code::Unauthenticated, Vec::new())
}

/// The key of a request: `Authorization: Bearer`, or `X-API-Key` where a gateway owns the former.
fn presented_key(request: &HttpRequest) -> Option<&str> {
    let headers = request.headers();
    // Sent only where `Authorization` is not the caller's own, so it goes first: the gateway's token is no key.
    if let Some(key) = headers.get(&X_API_KEY) {
        return key.to_str().ok();
    }
    let (scheme, key) = headers.get(header::AUTHORIZATION)?.to_str().ok()?.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| key.trim())
}

/// `muctieu_<16 hexadecimal digits>_<64 hexadecimal digits>`, as code and secret.
fn split_key(key: &str) -> Option<(&str, &str)> {
    let rest = key.strip_prefix(KEY_PREFIX)?.strip_prefix('_')?;
    let (code, secret) = rest.split_once('_')?;
    let hex = |part: &str, length| part.len() == length && part.bytes().all(|byte| byte.is_ascii_hexdigit());
    (hex(code, 16) && hex(secret, 64)).then_some((code, secret))
}

/// Compares in constant time; an unknown key costs as much as a known one.
fn is_secret_of(secret: &str, known: Option<&ApiKey>) -> bool {
    let hash = Sha256::digest(secret.as_bytes());
    let stored = known.map_or(&[0; 32][..], |key| key.secret_hash.as_slice());
    bool::from(hash.as_slice().ct_eq(stored)) && known.is_some()
}

/// The person on whose behalf the client says to call.
/// Errors: `MALFORMED_REQUEST` at the header; `FORBIDDEN` where the client may not name any.
fn acting_person(request: &HttpRequest, client: &Client, persons: &Persons) -> Result<Option<PersonId>, Error> {
    let Some(value) = request.headers().get(&ACTING_PERSON) else { return Ok(None) };
    let at_header = |code| {
        Error::Request(Code::MalformedRequest, vec![Flaw::new(code).at(Place::Header("Acting-Person".to_owned()))])
    };
    let text = value.to_str().map_err(|_| at_header(Code::InvalidHeader))?;
    let person = PersonId::parse(text).map_err(|flaw| at_header(flaw.code))?;
    if !client.may_name_person {
        return Err(Error::Denied(Code::Forbidden));
    }
    // Whom nobody knows cannot be held to account.
    if persons.has(person) { Ok(Some(person)) } else { Err(at_header(Code::UnknownReference)) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_whole_keys_are_keys() {
        let (code, secret) = ("3f9a0c5b7d21e864", "ab".repeat(32));
        assert_eq!(split_key(&format!("muctieu_{code}_{secret}")), Some((code, secret.as_str())));
        for wrong in
            ["", "muctieu", "muctieu__", &format!("other_{code}_{secret}"), &format!("muctieu_{code}_{secret}0")]
        {
            assert_eq!(split_key(wrong), None, "{wrong}");
        }
    }
}
