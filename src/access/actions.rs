//! Register clients, issue and revoke keys, give and withdraw grants.

use super::held::{Access, KEY_PREFIX};
use super::model::{ApiKey, Client, ClientPatch, Grant, IssuedKey, NewApiKey, NewClient, NewGrant, Role};
use super::permit::Caller;
use crate::codes::Code;
use crate::db::Tx;
use crate::error::{Error, Fault, Place};
use crate::http::{IfMatch, hex};
use crate::units::{Naming, Territory, UnitChoice};
use crate::values::{ApiKeyId, ClientId, GrantId, UnitId};
use sha2::{Digest, Sha256};

/// Longest life of a key, in days: a year and a day.
const KEY_LIFE_DAYS: u64 = 366;

/// Live keys of one client: the old and the new while they are exchanged.
const LIVE_KEYS: usize = 2;

fn unit_of(tx: &Tx<'_>, id: Option<UnitId>, code: Option<crate::values::UnitCode>) -> Result<UnitId, Error> {
    let territory = tx.memory.part::<Territory>();
    let choice = UnitChoice { id, code, name: None };
    territory.choose_one(&choice, Naming::Last(tx.now.local_date()), |name| Place::Pointer(format!("/{name}")))
}

/// The caller must administer the unit that a body names.
fn require_scope(tx: &Tx<'_>, caller: Option<&Caller>, unit: UnitId, pointer: &str) -> Result<(), Error> {
    let territory = tx.memory.part::<Territory>();
    let covered = caller.is_none_or(|caller| caller.scope.covers_lately(territory, unit, tx.now.local_date()));
    if covered { Ok(()) } else { Err(Error::OutOfScope(Fault::pointer(pointer, Code::OutOfScope))) }
}

/// A client that the caller administers.
/// Errors: `NotFound` where there is none.
pub fn visible_client(tx: &Tx<'_>, caller: Option<&Caller>, id: ClientId) -> Result<Client, Error> {
    let client = tx.memory.part::<Access>().clients.get(&id).cloned().ok_or(Error::NotFound)?;
    match require_scope(tx, caller, client.unit_id, "") {
        Ok(()) => Ok(client),
        Err(_) => Err(Error::NotFound),
    }
}

/// Register a client. Without a caller it is the command line that does.
pub fn create_client(tx: &mut Tx<'_>, caller: Option<&Caller>, new: &NewClient) -> Result<Client, Error> {
    let unit_id = unit_of(tx, new.unit_id, new.unit_code.clone())?;
    require_scope(tx, caller, unit_id, if new.unit_id.is_some() { "/unit_id" } else { "/unit_code" })?;
    let client = Client {
        id: ClientId::new(),
        version: 1,
        unit_id,
        name: new.name.clone(),
        description: new.description.clone(),
        may_name_person: new.may_name_person.unwrap_or(false),
        external_id: new.external_id.clone(),
        created_at: tx.now,
        updated_at: tx.now,
    };
    if tx.create(&client)? {
        return Ok(client);
    }
    let same = |known: &&Client| known.unit_id == unit_id && known.name == client.name;
    let existing = tx.memory.part::<Access>().clients.values().find(same).map_or(client.id, |known| known.id);
    Err(Error::Duplicate(existing.0))
}

pub fn change_client(
    tx: &mut Tx<'_>,
    caller: &Caller,
    id: ClientId,
    version: &IfMatch,
    patch: Result<&ClientPatch, Error>,
) -> Result<Client, Error> {
    let before = visible_client(tx, Some(caller), id)?;
    version.require(before.version)?;
    let patch = patch?;
    let mut after = before.clone();
    after.updated_at = tx.now;
    if let Some(name) = &patch.name.0 {
        after.name = name.clone();
    }
    patch.description.clone().apply(&mut after.description);
    if let Some(may_name_person) = patch.may_name_person.0 {
        after.may_name_person = may_name_person;
    }
    let same = |known: &&Client| known.id != id && known.unit_id == after.unit_id && known.name == after.name;
    if let Some(other) = tx.memory.part::<Access>().clients.values().find(same) {
        return Err(Error::Duplicate(other.id.0));
    }
    tx.update("changed", &before, &mut after)?;
    Ok(after)
}

/// Delete a client that has neither keys nor grants.
pub fn delete_client(tx: &mut Tx<'_>, caller: &Caller, id: ClientId, version: &IfMatch) -> Result<(), Error> {
    let client = visible_client(tx, Some(caller), id)?;
    version.require(client.version)?;
    let access = tx.memory.part::<Access>();
    let used = access.keys.values().any(|key| key.client_id == id)
        || access.grants.get(&id).is_some_and(|held| !held.is_empty());
    if used {
        return Err(Error::Conflict(Code::InUse));
    }
    tx.delete(&client)
}

/// Issue a key. The secret leaves the service here and is not stored.
pub fn issue_key(tx: &mut Tx<'_>, caller: Option<&Caller>, new: &NewApiKey) -> Result<IssuedKey, Error> {
    let unknown = |_| Error::invalid(Fault::pointer("/client_id", Code::UnknownReference));
    let client = match caller {
        Some(_) => visible_client(tx, caller, new.client_id).map_err(unknown)?.id,
        // The command line has registered the client in the same transaction, so the memory does not hold it yet.
        None => new.client_id,
    };
    if new.expires_at <= tx.now {
        return Err(Error::invalid(Fault::pointer("/expires_at", Code::ExpiryInPast)));
    }
    if new.expires_at > tx.now.plus_days(KEY_LIFE_DAYS) {
        return Err(Error::invalid(Fault::pointer("/expires_at", Code::ExpiryTooFar)));
    }
    let live = |key: &&ApiKey| key.client_id == client && key.expires_at > tx.now;
    if tx.memory.part::<Access>().keys.values().filter(live).count() >= LIVE_KEYS {
        return Err(Error::Conflict(Code::KeyLimitReached));
    }
    // Four version-4 UUIDs: 488 random bits, hashed down to the 256 of the secret.
    let random: Vec<u8> = (0..4).flat_map(|_| *uuid::Uuid::new_v4().as_bytes()).collect();
    let secret = hex(&Sha256::digest(&random));
    let key = ApiKey {
        id: ApiKeyId::new(),
        version: 1,
        client_id: client,
        key_code: hex(&uuid::Uuid::new_v4().as_bytes()[..8]),
        secret_hash: Sha256::digest(secret.as_bytes()).to_vec(),
        label: new.label.clone(),
        expires_at: new.expires_at,
        external_id: new.external_id.clone(),
        created_at: tx.now,
    };
    if !tx.create(&key)? {
        return Err(Error::internal("a new key met an old one"));
    }
    let api_key = Some(format!("{KEY_PREFIX}_{}_{secret}", key.key_code));
    Ok(IssuedKey { api_key, ..IssuedKey::known(key) })
}

/// Revoke a key: it stops at once. The journal keeps when it was issued and revoked, and by whom.
pub fn revoke_key(tx: &mut Tx<'_>, caller: &Caller, id: ApiKeyId, version: &IfMatch) -> Result<(), Error> {
    let key = visible_key(tx, Some(caller), id)?;
    version.require(key.version)?;
    tx.delete(&key)
}

/// Revoke all keys of a client.
pub fn revoke_keys(tx: &mut Tx<'_>, client: ClientId) -> Result<(), Error> {
    let memory = tx.memory.clone();
    for key in memory.part::<Access>().keys.values().filter(|key| key.client_id == client) {
        tx.delete(key)?;
    }
    Ok(())
}

/// A key of a client that the caller administers.
pub fn visible_key(tx: &Tx<'_>, caller: Option<&Caller>, id: ApiKeyId) -> Result<ApiKey, Error> {
    let key = tx.memory.part::<Access>().keys.values().find(|key| key.id == id).cloned().ok_or(Error::NotFound)?;
    visible_client(tx, caller, key.client_id)?;
    Ok(key)
}

/// Give a role over a unit. One cannot give over units that one does not administer.
pub fn give_grant(tx: &mut Tx<'_>, caller: Option<&Caller>, new: &NewGrant) -> Result<Grant, Error> {
    if caller.is_some() {
        let unknown = |_| Error::invalid(Fault::pointer("/client_id", Code::UnknownReference));
        visible_client(tx, caller, new.client_id).map_err(unknown)?;
    }
    let unit_id = unit_of(tx, new.unit_id, new.unit_code.clone())?;
    require_scope(tx, caller, unit_id, if new.unit_id.is_some() { "/unit_id" } else { "/unit_code" })?;
    let grant = Grant {
        id: GrantId::new(),
        version: 1,
        client_id: new.client_id,
        role: new.role,
        unit_id,
        external_id: new.external_id.clone(),
        created_at: tx.now,
    };
    if tx.create(&grant)? {
        return Ok(grant);
    }
    let held = tx.memory.part::<Access>().grants.get(&new.client_id);
    let same = held.and_then(|held| held.iter().find(|known| known.role == new.role && known.unit_id == unit_id));
    Err(Error::Duplicate(same.map_or(grant.id, |known| known.id).0))
}

/// A grant of a client that the caller administers.
pub fn visible_grant(tx: &Tx<'_>, caller: Option<&Caller>, id: GrantId) -> Result<Grant, Error> {
    let grants = &tx.memory.part::<Access>().grants;
    let grant = grants.values().flatten().find(|grant| grant.id == id).cloned().ok_or(Error::NotFound)?;
    visible_client(tx, caller, grant.client_id)?;
    Ok(grant)
}

/// Withdraw a grant; the next request of its client is without it.
pub fn withdraw_grant(tx: &mut Tx<'_>, caller: &Caller, id: GrantId, version: &IfMatch) -> Result<(), Error> {
    let grant = visible_grant(tx, Some(caller), id)?;
    let access = tx.memory.part::<Access>();
    version.require(grant.version)?;
    require_scope(tx, Some(caller), grant.unit_id, "").map_err(|_| Error::Denied(Code::Forbidden))?;
    // The last administrator of the nation cannot be removed by mistake.
    let root = tx.memory.part::<Territory>().root();
    let is_last = grant.role == Role::Admin
        && Some(grant.unit_id) == root
        && access
            .grants
            .values()
            .flatten()
            .filter(|other| other.role == Role::Admin && Some(other.unit_id) == root)
            .count()
            == 1;
    if is_last {
        return Err(Error::Conflict(Code::InUse));
    }
    tx.delete(&grant)
}
