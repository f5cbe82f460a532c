//! How every write is asked for and answered: dry run, idempotency key, the caller's own ids, tags and addresses.

use super::body::{Body, Checked, Content};
use super::parameters::{Parameters, Query, WriteQuery};
use super::respond::{Versioned, base_url, digest};
use crate::codes::Code;
use crate::db::{Actor, Claim, Claimed, Db, Kept, Tx};
use crate::error::{Error, Flaw, Place};
use crate::values::{ExternalId, RecordId};
use actix_web::body::BoxBody;
use actix_web::http::{Method, StatusCode, header};
use actix_web::{FromRequest, HttpRequest, HttpResponse, Responder, dev::Payload};
use futures_util::future::LocalBoxFuture;
use serde_json::json;
use sha2::{Digest, Sha256};

/// A write as it is asked for.
pub struct Write {
    dry_run: bool,
    key: Option<String>,
    method: String,
    path: String,
    query: String,
    base_url: String,
}

/// A body that may carry the caller's own id of the record.
pub trait Named {
    fn external_id(&self) -> Option<&ExternalId>;
}

macro_rules! named {
    ($($body:ty),*) => {$(
        impl $crate::http::Named for $body {
            fn external_id(&self) -> Option<&$crate::values::ExternalId> {
                self.external_id.as_ref()
            }
        }
    )*};
}
pub(crate) use named;

/// Shortest and longest idempotency key.
const KEY_LENGTH: std::ops::RangeInclusive<usize> = 16..=64;

/// Parameters of a write.
pub trait MayBeDry: Parameters {
    fn validate_only(&self) -> bool;
}

impl MayBeDry for WriteQuery {
    fn validate_only(&self) -> bool {
        self.validate_only.0
    }
}

/// A write that takes parameters of its own.
pub struct WriteWith<Q> {
    pub write: Write,
    pub query: Checked<Q>,
}

impl FromRequest for Write {
    type Error = Error;
    type Future = LocalBoxFuture<'static, Result<Self, Error>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let asked = WriteWith::<WriteQuery>::from_request(request, payload);
        Box::pin(async move {
            let WriteWith { write, query } = asked.await?;
            query.into_inner().map(|_| write)
        })
    }
}

impl<Q: MayBeDry + 'static> FromRequest for WriteWith<Q> {
    type Error = Error;
    type Future = LocalBoxFuture<'static, Result<Self, Error>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let query = Query::<Q>::from_request(request, payload);
        let request = request.clone();
        Box::pin(async move {
            let query = query.await?.0;
            let key = if *request.method() == Method::POST { idempotency_key(&request)? } else { None };
            let write = Write {
                // What is wrong with a parameter is told before anything is written.
                dry_run: query.get().is_ok_and(Q::validate_only),
                key,
                method: request.method().to_string(),
                path: request.path().to_owned(),
                query: request.query_string().to_owned(),
                base_url: base_url(&request),
            };
            Ok(WriteWith { write, query })
        })
    }
}

/// 16 to 64 of `[A-Za-z0-9_-]`, with or without quotes.
fn idempotency_key(request: &HttpRequest) -> Result<Option<String>, Error> {
    let Some(value) = request.headers().get("idempotency-key") else { return Ok(None) };
    let text = value.to_str().unwrap_or_default().trim();
    let key = text.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')).unwrap_or(text);
    let allowed = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'-';
    if KEY_LENGTH.contains(&key.len()) && key.bytes().all(allowed) {
        return Ok(Some(key.to_owned()));
    }
    let flaw = Flaw::new(Code::InvalidHeader).with("pattern", "^[A-Za-z0-9_-]{16,64}$");
    Err(Error::Request(Code::MalformedRequest, vec![flaw.at(Place::Header("Idempotency-Key".to_owned()))]))
}

impl Write {
    /// Make a record: 201 with its address; 200 for a dry run, and for an id of the caller's that names the same
    /// content already.
    pub async fn create<N, T>(
        self,
        db: &Db,
        actor: Actor,
        body: Body<N>,
        make: impl Fn(&mut Tx<'_>, &N) -> Result<T, Error> + Send + 'static,
        find: impl Fn(&mut Tx<'_>, RecordId) -> Result<T, Error> + Send + 'static,
    ) -> Result<Answer, Error>
    where
        N: Named + Send + 'static,
        T: Versioned + Send + 'static,
    {
        let content = body.content;
        let new = body.value.into_inner()?;
        let collection = self.path.rsplit('/').next().unwrap_or_default().to_owned();
        let address = format!("{}{}", self.base_url, self.path);
        self.once(db, actor, content, move |tx| {
            if let Some(id) = new.external_id()
                && let Some((record, hash)) = tx.named_record(&collection, id)?
            {
                return if hash == content.meaning {
                    Answer::of(StatusCode::OK, &find(tx, record)?, None)
                } else {
                    Err(Error::Duplicate(record.0))
                };
            }
            let record = make(tx, &new)?;
            if let Some(id) = new.external_id()
                && !tx.name_record(&collection, id, record.record_id()?, &content.meaning)?
            {
                return Err(Error::Duplicate(record.record_id()?.0));
            }
            if tx.actor.dry_run {
                return Answer::of(StatusCode::OK, &record, None);
            }
            Answer::of(StatusCode::CREATED, &record, Some(format!("{address}/{}", record.id())))
        })
        .await
    }

    /// A write of many records at once carries a key, so that it can be sent again.
    /// Errors: `IDEMPOTENCY_KEY_REQUIRED`.
    pub fn require_key(&self) -> Result<(), Error> {
        if self.key.is_some() {
            return Ok(());
        }
        let fault = Flaw::new(Code::IdempotencyKeyRequired).at(Place::Header("Idempotency-Key".to_owned()));
        Err(Error::Request(Code::IdempotencyKeyRequired, vec![fault]))
    }

    /// Store many records at once, all or none: 201, or 200 for a dry run.
    pub async fn create_many<N, T>(
        self,
        db: &Db,
        actor: Actor,
        body: Body<N>,
        make: impl Fn(&mut Tx<'_>, &N) -> Result<T, Error> + Send + 'static,
    ) -> Result<Answer, Error>
    where
        N: Send + 'static,
        T: serde::Serialize + Send + 'static,
    {
        self.require_key()?;
        let content = body.content;
        let new = body.value.into_inner().map_err(rejected)?;
        self.store_many(db, actor, content, move |tx| make(tx, &new).map_err(rejected)).await
    }

    /// Store what a file says, all or nothing: 201, or 200 for a dry run. The caller has asked for the key.
    pub async fn store_many<T: serde::Serialize + Send + 'static>(
        self,
        db: &Db,
        actor: Actor,
        content: Content,
        make: impl Fn(&mut Tx<'_>) -> Result<T, Error> + Send + 'static,
    ) -> Result<Answer, Error> {
        self.once(db, actor, content, move |tx| {
            let stored = make(tx)?;
            let status = if tx.actor.dry_run { StatusCode::OK } else { StatusCode::CREATED };
            Answer::plain(status, serde_json::to_vec(&stored).map_err(Error::internal)?)
        })
        .await
    }

    /// Take a step of a workflow: 200 with the record as it is now.
    pub async fn step<T: Versioned + Send + 'static>(
        self,
        db: &Db,
        actor: Actor,
        content: Content,
        take: impl Fn(&mut Tx<'_>) -> Result<T, Error> + Send + 'static,
    ) -> Result<Answer, Error> {
        self.once(db, actor, content, move |tx| Answer::of(StatusCode::OK, &take(tx)?, None)).await
    }

    /// Change a record: 200 with the record as it is now. What comes twice is told by its version.
    pub async fn change<T: Versioned + Send + 'static>(
        self,
        db: &Db,
        actor: Actor,
        change: impl Fn(&mut Tx<'_>) -> Result<T, Error> + Send + 'static,
    ) -> Result<Answer, Error> {
        self.once(db, actor, Content::default(), move |tx| Answer::of(StatusCode::OK, &change(tx)?, None)).await
    }

    /// Delete a record: 204.
    pub async fn delete(
        self,
        db: &Db,
        actor: Actor,
        delete: impl Fn(&mut Tx<'_>) -> Result<(), Error> + Send + 'static,
    ) -> Result<Answer, Error> {
        self.once(db, actor, Content::default(), move |tx| {
            delete(tx)?;
            Answer::plain(StatusCode::NO_CONTENT, Vec::new())
        })
        .await
    }

    /// Do it in one transaction with its key and its answer. A dry run leaves no trace, its key neither.
    async fn once(
        self,
        db: &Db,
        actor: Actor,
        content: Content,
        work: impl Fn(&mut Tx<'_>) -> Result<Answer, Error> + Send + 'static,
    ) -> Result<Answer, Error> {
        let actor = Actor { dry_run: self.dry_run, ..actor };
        let claim = self.key.filter(|_| !self.dry_run).map(|key| Claim {
            method: self.method,
            path: self.path,
            key,
            request_hash: Sha256::new()
                .chain_update(self.query)
                .chain_update([0])
                .chain_update(content.form)
                .finalize()
                .to_vec(),
        });
        db.write(actor, move |tx| {
            let Some(claim) = &claim else { return work(tx) };
            match tx.claim(claim)? {
                Claimed::New => {}
                Claimed::Answered(kept) => return Answer::again(kept),
                Claimed::OtherRequest => return Err(Error::Request(Code::IdempotencyKeyReused, Vec::new())),
                Claimed::InProgress => return Err(Error::Conflict(Code::RequestInProgress)),
            }
            let answer = work(tx)?;
            tx.keep(claim, &answer.kept())?;
            Ok(answer)
        })
        .await
    }
}

/// A batch is refused as a whole, each fault with its place.
fn rejected(error: Error) -> Error {
    match error {
        Error::Invalid(faults) => Error::Request(Code::BatchRejected, faults),
        other => other,
    }
}

/// The answer to a write, as bytes: what is kept beside a key is what was sent.
#[derive(Debug, Clone)]
pub struct Answer {
    status: StatusCode,
    tag: Option<String>,
    location: Option<String>,
    body: Vec<u8>,
    /// What is kept in the body's place, where the body holds a secret.
    kept_body: Option<Vec<u8>>,
    replayed: bool,
}

impl Answer {
    fn plain(status: StatusCode, body: Vec<u8>) -> Result<Answer, Error> {
        Ok(Answer { status, tag: None, location: None, body, kept_body: None, replayed: false })
    }

    fn of<T: Versioned>(status: StatusCode, record: &T, location: Option<String>) -> Result<Answer, Error> {
        let body = serde_json::to_vec(record).map_err(Error::internal)?;
        let kept_body = record.without_secret().map(|record| serde_json::to_vec(&record)).transpose();
        Ok(Answer {
            status,
            tag: Some(format!("\"{}.{}\"", record.version(), digest(&body))),
            location,
            kept_body: kept_body.map_err(Error::internal)?,
            body,
            replayed: false,
        })
    }

    fn kept(&self) -> Kept {
        Kept {
            status: i32::from(self.status.as_u16()),
            headers: json!({ "etag": self.tag, "location": self.location }),
            body: self.kept_body.as_ref().unwrap_or(&self.body).clone(),
        }
    }

    fn again(kept: Kept) -> Result<Answer, Error> {
        let header = |name: &str| kept.headers[name].as_str().map(str::to_owned);
        let status = u16::try_from(kept.status).ok().and_then(|status| StatusCode::from_u16(status).ok());
        Ok(Answer {
            status: status.ok_or_else(|| Error::internal("an answer was kept with a status that there is not"))?,
            tag: header("etag"),
            location: header("location"),
            body: kept.body,
            kept_body: None,
            replayed: true,
        })
    }
}

impl Responder for Answer {
    type Body = BoxBody;

    fn respond_to(self, _: &HttpRequest) -> HttpResponse {
        let mut builder = HttpResponse::build(self.status);
        builder.insert_header((header::CACHE_CONTROL, "no-store"));
        if let Some(tag) = self.tag {
            builder.insert_header((header::ETAG, tag));
        }
        if let Some(location) = self.location {
            builder.insert_header((header::LOCATION, location));
        }
        if self.replayed {
            builder.insert_header(("Idempotency-Replayed", "true"));
        }
        if self.body.is_empty() {
            return builder.finish();
        }
        builder.content_type("application/json").body(self.body)
    }
}
