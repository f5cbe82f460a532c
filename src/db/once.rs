//! What makes a write happen once: idempotency keys with the answer that was given, and the ids that clients give to
//! records. Both are stored in the transaction of the effect, so there is never one without the other.

use super::{Tx, on_any, schema};
use crate::codes::Code;
use crate::error::Error;
use crate::values::storage::Json;
use crate::values::{ClientId, ExternalId, RecordId, Timestamp};
use diesel::prelude::*;

/// How long an answer is kept, in days: 72 hours.
const KEPT_DAYS: u64 = 3;

/// The key of a write, with what it is bound to.
#[derive(Debug, Clone)]
pub struct Claim {
    pub method: String,
    pub path: String,
    pub key: String,
    /// SHA-256 of query and body.
    pub request_hash: Vec<u8>,
}

/// An answer that was given.
#[derive(Debug, Clone)]
pub struct Kept {
    pub status: i32,
    /// ETag and Location, by their names.
    pub headers: serde_json::Value,
    pub body: Vec<u8>,
}

/// What a claim came to.
pub enum Claimed {
    /// The key is this request's own.
    New,
    /// The same request was answered before.
    Answered(Kept),
    /// The key belongs to a request with other content.
    OtherRequest,
    /// The same request is still being worked on.
    InProgress,
}

#[derive(Insertable)]
#[diesel(table_name = schema::idempotency_keys)]
struct NewKey<'a> {
    client_id: ClientId,
    method: &'a str,
    path: &'a str,
    idempotency_key: &'a str,
    request_hash: &'a [u8],
    expires_at: Timestamp,
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = schema::idempotency_keys)]
struct StoredKey {
    request_hash: Vec<u8>,
    status: Option<i32>,
    headers: Option<Json>,
    body: Option<Vec<u8>>,
    expires_at: Timestamp,
}

impl Tx<'_> {
    /// Take a key for this request: the first statement of its write, so that of many at once one goes on and the
    /// others wait for it.
    pub fn claim(&mut self, claim: &Claim) -> Result<Claimed, Error> {
        let Some(client_id) = self.actor.client_id else { return Ok(Claimed::New) };
        if self.insert_key(client_id, claim)? {
            // Now and then, whoever writes sweeps out what has expired.
            if claim.request_hash.first().is_some_and(|byte| *byte < 4) {
                self.forget_expired_keys()?;
            }
            return Ok(Claimed::New);
        }
        let stored = self.stored_key(client_id, claim)?;
        let Some(stored) = stored else { return Ok(Claimed::InProgress) };
        if stored.expires_at <= self.now {
            self.forget_expired_keys()?;
            return Ok(if self.insert_key(client_id, claim)? { Claimed::New } else { Claimed::InProgress });
        }
        if stored.request_hash != claim.request_hash {
            return Ok(Claimed::OtherRequest);
        }
        Ok(match (stored.status, stored.headers, stored.body) {
            (Some(status), Some(headers), Some(body)) => Claimed::Answered(Kept { status, headers: headers.0, body }),
            _ => Claimed::InProgress,
        })
    }

    /// Keep the answer beside its key.
    pub fn keep(&mut self, claim: &Claim, kept: &Kept) -> Result<(), Error> {
        use schema::idempotency_keys as keys;
        let Some(client_id) = self.actor.client_id else { return Ok(()) };
        on_any!(&mut *self.conn, c => diesel::update(keys::table)
            .filter(keys::client_id.eq(client_id)).filter(keys::method.eq(&claim.method))
            .filter(keys::path.eq(&claim.path)).filter(keys::idempotency_key.eq(&claim.key))
            .set((keys::status.eq(kept.status), keys::headers.eq(Json(kept.headers.clone())), keys::body.eq(&kept.body)))
            .execute(c))?;
        Ok(())
    }

    fn insert_key(&mut self, client_id: ClientId, claim: &Claim) -> Result<bool, Error> {
        let row = NewKey {
            client_id,
            method: &claim.method,
            path: &claim.path,
            idempotency_key: &claim.key,
            request_hash: &claim.request_hash,
            expires_at: self.now.plus_days(KEPT_DAYS),
        };
        let inserted = on_any!(&mut *self.conn, c => diesel::insert_into(schema::idempotency_keys::table)
            .values(&row).on_conflict_do_nothing().execute(c));
        match inserted {
            // PostgreSQL waits for the transaction that holds the key; where that takes too long, the caller is told.
            Err(diesel::result::Error::DatabaseError(_, information))
                if information.message().contains("lock timeout") =>
            {
                Err(Error::Conflict(Code::RequestInProgress))
            }
            other => Ok(other? > 0),
        }
    }

    fn stored_key(&mut self, client_id: ClientId, claim: &Claim) -> QueryResult<Option<StoredKey>> {
        use schema::idempotency_keys as keys;
        on_any!(&mut *self.conn, c => keys::table
            .filter(keys::client_id.eq(client_id)).filter(keys::method.eq(&claim.method))
            .filter(keys::path.eq(&claim.path)).filter(keys::idempotency_key.eq(&claim.key))
            .select(StoredKey::as_select()).first(c).optional())
    }

    fn forget_expired_keys(&mut self) -> QueryResult<()> {
        use schema::idempotency_keys as keys;
        let now = self.now;
        on_any!(&mut *self.conn, c => diesel::delete(keys::table).filter(keys::expires_at.le(now)).execute(c))?;
        Ok(())
    }

    /// The record to which this client gave the id, and the hash of the content it was made with.
    pub fn named_record(&mut self, collection: &str, id: &ExternalId) -> QueryResult<Option<(RecordId, Vec<u8>)>> {
        use schema::external_ids as ids;
        let Some(client) = self.actor.client_id else { return Ok(None) };
        on_any!(&mut *self.conn, c => ids::table
            .filter(ids::client_id.eq(client)).filter(ids::collection.eq(collection)).filter(ids::external_id.eq(id))
            .select((ids::record_id, ids::content_hash)).first(c).optional())
    }

    /// Note the id that this client gives to a new record. False where another record has it.
    pub fn name_record(
        &mut self,
        collection: &str,
        id: &ExternalId,
        record: RecordId,
        content_hash: &[u8],
    ) -> QueryResult<bool> {
        use schema::external_ids as ids;
        let Some(client) = self.actor.client_id else { return Ok(true) };
        let row = (
            ids::client_id.eq(client),
            ids::collection.eq(collection),
            ids::external_id.eq(id),
            ids::record_id.eq(record),
            ids::content_hash.eq(content_hash),
        );
        let inserted = on_any!(&mut *self.conn, c => diesel::insert_into(ids::table)
            .values(row).on_conflict_do_nothing().execute(c))?;
        Ok(inserted > 0)
    }

    /// A record that is deleted gives its ids free.
    pub(super) fn unname_record(&mut self, collection: &str, record: RecordId) -> QueryResult<()> {
        use schema::external_ids as ids;
        on_any!(&mut *self.conn, c => diesel::delete(ids::table)
            .filter(ids::collection.eq(collection)).filter(ids::record_id.eq(record)).execute(c))?;
        Ok(())
    }
}

/// SQL: the record is one to which this client gave one of these ids.
macro_rules! named_by {
    ($id:expr, $client:expr, $collection:literal, $ids:expr) => {
        $id.eq_any(
            $crate::db::schema::external_ids::table
                .filter($crate::db::schema::external_ids::client_id.eq($client))
                .filter($crate::db::schema::external_ids::collection.eq($collection))
                .filter($crate::db::schema::external_ids::external_id.eq_any($ids))
                .select($crate::db::schema::external_ids::record_id),
        )
    };
}
pub(crate) use named_by;
