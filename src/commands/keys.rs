//! `muctieu key create`: the first key of an installation, and any later one.

use super::{open, sentence};
use crate::access::{self, Access, NewApiKey, NewClient, NewGrant, Role};
use crate::config::DatabaseOptions;
use crate::db::{Actor, Db, Tx};
use crate::error::Error;
use crate::values::{ClientId, Scalar, Title, UnitCode};

pub async fn create(
    database: &DatabaseOptions,
    name: &str,
    unit_code: &str,
    roles: &[String],
    days: u16,
) -> Result<(), String> {
    let name = Title::parse(name).map_err(|flaw| format!("the name is refused: {}", flaw.code.name()))?;
    let unit = UnitCode::parse(unit_code).map_err(|_| format!("{unit_code} is no code of a unit"))?;
    let roles = roles
        .iter()
        .map(|role| {
            Role::parse(role).map_err(|_| format!("{role} is no role; use VIEWER, EDITOR, SIGNER, MANAGER or ADMIN"))
        })
        .collect::<Result<Vec<Role>, String>>()?;
    let (db, _) = open(database)?;
    let key = match register(&db, name, unit, &roles, days).await {
        Err(Error::Duplicate(_)) => return Err("a client of that name is registered for the unit already".to_owned()),
        Err(Error::Invalid(_)) => {
            return Err(format!("no unit bears the code {unit_code}; load the reference data first"));
        }
        other => sentence(other)?,
    };
    println!("{key}");
    Ok(())
}

/// A client with grants over one unit, and its key.
pub async fn register(db: &Db, name: Title, unit: UnitCode, roles: &[Role], days: u16) -> Result<String, Error> {
    let roles = roles.to_vec();
    db.write(actor(), move |tx| {
        let new = NewClient {
            unit_id: None,
            unit_code: Some(unit.clone()),
            name: name.clone(),
            description: None,
            may_name_person: None,
            external_id: None,
        };
        let client = access::create_client(tx, None, &new)?;
        for role in &roles {
            let grant = NewGrant {
                client_id: client.id,
                role: *role,
                unit_id: Some(client.unit_id),
                unit_code: None,
                external_id: None,
            };
            access::give_grant(tx, None, &grant)?;
        }
        issue(tx, client.id, days)
    })
    .await
}

/// A new key for a client of that name in place of those it had, where there is one.
pub async fn renew(db: &Db, name: &Title, days: u16) -> Result<Option<String>, Error> {
    let memory = db.memory().await?;
    let clients = memory.part::<Access>().clients.values();
    let Some(id) = clients.filter(|client| client.name == *name).map(|client| client.id).next() else {
        return Ok(None);
    };
    db.write(actor(), move |tx| access::revoke_keys(tx, id)).await?;
    db.write(actor(), move |tx| issue(tx, id, days)).await.map(Some)
}

fn issue(tx: &mut Tx<'_>, client_id: ClientId, days: u16) -> Result<String, Error> {
    let expires_at = tx.now.plus_days(u64::from(days));
    let new = NewApiKey { client_id, label: None, expires_at, external_id: None };
    access::issue_key(tx, None, &new)?.api_key.ok_or_else(|| Error::internal("a new key without its secret"))
}

fn actor() -> Actor {
    Actor { request_id: "key-create".to_owned(), ..Actor::default() }
}
