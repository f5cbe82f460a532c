//! `/v1/me`, `/v1/clients`, `/v1/api-keys`, `/v1/grants`

use super::actions;
use super::held::Access;
use super::model::{
    ApiKey, Client, ClientPatch, Grant, IssuedKey, Me, MyClient, MyGrant, MyKey, NewApiKey, NewClient, NewGrant,
    PermissionName,
};
use super::permissions::{AccessManage, PERMISSIONS, SelfRead};
use super::permit::{Caller, Permit};
use crate::db::{Db, Tx};
use crate::error::Error;
use crate::http::{
    Answer, AnyOf, Body, Cursor, CursorKey, Document, Flag, Fresh, IfMatch, Limit, Listing, NoQuery, Page, PageRequest,
    PatchBody, PatchOf, Query, Write, WriteQuery, parameters, path_id,
};
use crate::units::Territory;
use crate::values::{ApiKeyId, ClientId, ExternalId, GrantId, LocalDate, RecordId};
use actix_web::{delete, get, patch, post, web};
use utoipa_actix_web::service_config::ServiceConfig;

parameters! {
    /// Parameters of `GET /v1/clients`.
    ClientQuery {
        external_id: AnyOf<ExternalId>, "Clients to which these ids were given";
        limit: Limit, "Rows of a page";
        cursor: Option<Cursor>, "Where the page begins";
        with_total: Flag, "Count the rows of all pages";
    }
}

parameters! {
    /// Parameters of `GET /v1/api-keys`.
    KeyQuery {
        client_id: AnyOf<ClientId>, "Keys of these clients";
        external_id: AnyOf<ExternalId>, "Keys to which these ids were given";
        limit: Limit, "Rows of a page";
        cursor: Option<Cursor>, "Where the page begins";
        with_total: Flag, "Count the rows of all pages";
    }
}

parameters! {
    /// Parameters of `GET /v1/grants`.
    GrantQuery {
        client_id: AnyOf<ClientId>, "Grants of these clients";
        role: AnyOf<super::model::Role>, "Grants of these roles";
        external_id: AnyOf<ExternalId>, "Grants to which these ids were given";
        limit: Limit, "Rows of a page";
        cursor: Option<Cursor>, "Where the page begins";
        with_total: Flag, "Count the rows of all pages";
    }
}

impl PatchBody for ClientPatch {
    const READ_ONLY: &'static [&'static str] = &["id", "version", "unit_id", "external_id", "created_at", "updated_at"];
}

/// Is the id one of those sought?
fn admits(sought: &AnyOf<ExternalId>, id: &Option<ExternalId>) -> bool {
    sought.0.is_empty() || id.as_ref().is_some_and(|id| sought.0.contains(id))
}

impl Caller {
    fn sees(&self, client: ClientId, today: LocalDate) -> bool {
        let territory = self.memory.part::<Territory>();
        let known = self.memory.part::<Access>().clients.get(&client);
        known.is_some_and(|client| self.scope.covers_lately(territory, client.unit_id, today))
    }
}

/// Thông tin và quyền của ứng dụng gọi
///
/// Who the caller is: its client, key and grants, with what each allows.
#[utoipa::path(
    tag = "access",
    extensions(("x-permission" = json!("self:read"))),
    responses((status = 200, description = "The caller", body = Me))
)]
#[get("/me")]
async fn get_me(permit: Permit<SelfRead>, db: web::Data<Db>, _query: Query<NoQuery>) -> Result<Fresh, Error> {
    let caller = permit.caller()?;
    let today = db.clock().today();
    let (access, territory) = (caller.memory.part::<Access>(), caller.memory.part::<Territory>());
    let client = access.clients.get(&caller.client_id).ok_or(Error::NotFound)?;
    let key = access.keys.values().find(|key| key.id == caller.key_id).ok_or(Error::NotFound)?;
    let grants = caller.grants().iter().filter_map(|grant| {
        let held = PERMISSIONS.iter().filter(|(_, roles)| roles.is_empty() || roles.contains(&grant.role));
        Some(MyGrant {
            id: grant.id,
            role: grant.role,
            unit: territory.reference(grant.unit_id, today)?,
            permissions: held.map(|(name, _)| PermissionName((*name).to_owned())).collect(),
        })
    });
    Ok(Fresh::json(&Me {
        grants: grants.collect(),
        client: MyClient { id: client.id, name: client.name.clone(), may_name_person: client.may_name_person },
        acting_person_id: caller.actor.acting_person_id,
        api_key: MyKey { id: key.id, key_code: key.key_code.clone(), expires_at: key.expires_at },
        today,
    }))
}

/// Danh sách ứng dụng kết nối
///
/// Clients of the units that the caller administers.
#[utoipa::path(
    tag = "access", params(ClientQuery),
    extensions(("x-permission" = json!("access:manage"))),
    responses((status = 200, description = "A page of clients", body = Page<Client>))
)]
#[get("/clients")]
async fn list_clients(
    permit: Permit<AccessManage>,
    db: web::Data<Db>,
    cursors: web::Data<CursorKey>,
    query: Query<ClientQuery>,
) -> Result<Listing<Page<Client>>, Error> {
    let caller = permit.caller()?;
    let query = query.0.into_inner()?;
    let today = db.clock().today();
    let clients = caller.memory.part::<Access>().clients.values();
    let wanted = clients.filter(|client| admits(&query.external_id, &client.external_id));
    let mut seen: Vec<&Client> = wanted.filter(|client| caller.sees(client.id, today)).collect();
    seen.sort_by_key(|client| client.id);
    let page = PageRequest { key: &cursors, list: "clients", fingerprint: &query.fingerprint, limit: query.limit };
    let rows = seen.into_iter().cloned();
    Ok(Listing(page.page_in_memory(
        rows,
        query.cursor.as_ref(),
        query.with_total.0,
        |client| vec![client.id.to_string()],
        Ord::cmp,
    )?))
}

/// Đăng ký ứng dụng kết nối
///
/// Register a program that may call the service. It can do nothing until it has a key and a grant.
#[utoipa::path(
    tag = "access", params(WriteQuery), request_body = NewClient,
    extensions(("x-permission" = json!("access:manage"))),
    responses((status = 201, description = "The client", body = Client), (status = 200, description = "What would have been stored (`validate_only`)", body = Client))
)]
#[post("/clients")]
async fn create_client(
    permit: Permit<AccessManage>,
    db: web::Data<Db>,
    write: Write,
    body: Body<NewClient>,
) -> Result<Answer, Error> {
    let caller = permit.caller()?;
    let finder = caller.clone();
    let find = move |tx: &mut Tx<'_>, id: RecordId| actions::visible_client(tx, Some(&finder), ClientId(id.0));
    write
        .create(&db, caller.actor.clone(), body, move |tx, new| actions::create_client(tx, Some(&caller), new), find)
        .await
}

/// Một ứng dụng kết nối
///
/// One client.
#[utoipa::path(
    tag = "access", params(("id" = ClientId, Path, description = "Client")),
    extensions(("x-permission" = json!("access:manage"))),
    responses((status = 200, description = "The client", body = Client))
)]
#[get("/clients/{id}")]
async fn get_client(
    permit: Permit<AccessManage>,
    db: web::Data<Db>,
    id: web::Path<String>,
    _query: Query<NoQuery>,
) -> Result<Document<Client>, Error> {
    let caller = permit.caller()?;
    let id = path_id(&id)?;
    let client = caller.memory.part::<Access>().clients.get(&id).filter(|_| caller.sees(id, db.clock().today()));
    client.cloned().map(Document).ok_or(Error::NotFound)
}

/// Sửa ứng dụng kết nối
///
/// Change name, description or rights of a client. Members that are absent stay as they are.
#[utoipa::path(
    tag = "access", params(("id" = ClientId, Path, description = "Client"), WriteQuery),
    request_body = ClientPatch, extensions(("x-permission" = json!("access:manage"))),
    responses((status = 200, description = "The client as it is now", body = Client))
)]
#[patch("/clients/{id}")]
async fn change_client(
    permit: Permit<AccessManage>,
    db: web::Data<Db>,
    id: web::Path<String>,
    version: IfMatch,
    write: Write,
    body: PatchOf<ClientPatch>,
) -> Result<Answer, Error> {
    let caller = permit.caller()?;
    let id = path_id(&id)?;
    write
        .change(&db, caller.actor.clone(), move |tx| {
            let patch = body.get(&actions::visible_client(tx, Some(&caller), id)?);
            actions::change_client(tx, &caller, id, &version, patch)
        })
        .await
}

/// Xóa ứng dụng kết nối
///
/// Delete a client that has no keys and no grants. Its history stays readable.
#[utoipa::path(
    tag = "access", params(("id" = ClientId, Path, description = "Client"), WriteQuery),
    extensions(("x-permission" = json!("access:manage"))),
    responses((status = 204, description = "Deleted"))
)]
#[delete("/clients/{id}")]
async fn delete_client(
    permit: Permit<AccessManage>,
    db: web::Data<Db>,
    id: web::Path<String>,
    version: IfMatch,
    write: Write,
) -> Result<Answer, Error> {
    let caller = permit.caller()?;
    let id = path_id(&id)?;
    write.delete(&db, caller.actor.clone(), move |tx| actions::delete_client(tx, &caller, id, &version)).await
}

/// Danh sách khóa API
///
/// Keys of the clients that the caller administers, without their secrets.
#[utoipa::path(
    tag = "access", params(KeyQuery),
    extensions(("x-permission" = json!("access:manage"))),
    responses((status = 200, description = "A page of keys", body = Page<ApiKey>))
)]
#[get("/api-keys")]
async fn list_api_keys(
    permit: Permit<AccessManage>,
    db: web::Data<Db>,
    cursors: web::Data<CursorKey>,
    query: Query<KeyQuery>,
) -> Result<Listing<Page<ApiKey>>, Error> {
    let caller = permit.caller()?;
    let query = query.0.into_inner()?;
    let today = db.clock().today();
    let keys = caller.memory.part::<Access>().keys.values();
    let wanted =
        keys.filter(|key| query.client_id.admits(&key.client_id) && admits(&query.external_id, &key.external_id));
    let mut seen: Vec<&ApiKey> = wanted.filter(|key| caller.sees(key.client_id, today)).collect();
    seen.sort_by_key(|key| key.id);
    let page = PageRequest { key: &cursors, list: "api-keys", fingerprint: &query.fingerprint, limit: query.limit };
    let rows = seen.into_iter().cloned();
    Ok(Listing(page.page_in_memory(
        rows,
        query.cursor.as_ref(),
        query.with_total.0,
        |key| vec![key.id.to_string()],
        Ord::cmp,
    )?))
}

/// Cấp khóa API
///
/// Issue a key. The answer is the only place where the whole key is ever shown.
#[utoipa::path(
    tag = "access", params(WriteQuery), request_body = NewApiKey,
    extensions(("x-permission" = json!("access:manage"))),
    responses((status = 201, description = "The key with its secret", body = IssuedKey), (status = 200, description = "What would have been stored (`validate_only`); the key does not work", body = IssuedKey))
)]
#[post("/api-keys")]
async fn issue_api_key(
    permit: Permit<AccessManage>,
    db: web::Data<Db>,
    write: Write,
    body: Body<NewApiKey>,
) -> Result<Answer, Error> {
    let caller = permit.caller()?;
    let finder = caller.clone();
    let find = move |tx: &mut Tx<'_>, id: RecordId| {
        actions::visible_key(tx, Some(&finder), ApiKeyId(id.0)).map(IssuedKey::known)
    };
    write.create(&db, caller.actor.clone(), body, move |tx, new| actions::issue_key(tx, Some(&caller), new), find).await
}

/// Một khóa API
///
/// One key, without its secret.
#[utoipa::path(
    tag = "access", params(("id" = ApiKeyId, Path, description = "Key")),
    extensions(("x-permission" = json!("access:manage"))),
    responses((status = 200, description = "The key", body = ApiKey))
)]
#[get("/api-keys/{id}")]
async fn get_api_key(
    permit: Permit<AccessManage>,
    db: web::Data<Db>,
    id: web::Path<String>,
    _query: Query<NoQuery>,
) -> Result<Document<ApiKey>, Error> {
    let caller = permit.caller()?;
    let id: ApiKeyId = path_id(&id)?;
    let key = caller.memory.part::<Access>().keys.values().find(|key| key.id == id);
    key.filter(|key| caller.sees(key.client_id, db.clock().today())).cloned().map(Document).ok_or(Error::NotFound)
}

/// Thu hồi khóa API
///
/// Revoke a key: it is refused from the next request on. The journal keeps that it was.
#[utoipa::path(
    tag = "access", params(("id" = ApiKeyId, Path, description = "Key"), WriteQuery),
    extensions(("x-permission" = json!("access:manage"))),
    responses((status = 204, description = "Revoked"))
)]
#[delete("/api-keys/{id}")]
async fn revoke_api_key(
    permit: Permit<AccessManage>,
    db: web::Data<Db>,
    id: web::Path<String>,
    version: IfMatch,
    write: Write,
) -> Result<Answer, Error> {
    let caller = permit.caller()?;
    let id = path_id(&id)?;
    write.delete(&db, caller.actor.clone(), move |tx| actions::revoke_key(tx, &caller, id, &version)).await
}

/// Danh sách phân quyền
///
/// Grants of the clients that the caller administers.
#[utoipa::path(
    tag = "access", params(GrantQuery),
    extensions(("x-permission" = json!("access:manage"))),
    responses((status = 200, description = "A page of grants", body = Page<Grant>))
)]
#[get("/grants")]
async fn list_grants(
    permit: Permit<AccessManage>,
    db: web::Data<Db>,
    cursors: web::Data<CursorKey>,
    query: Query<GrantQuery>,
) -> Result<Listing<Page<Grant>>, Error> {
    let caller = permit.caller()?;
    let query = query.0.into_inner()?;
    let today = db.clock().today();
    let grants = caller.memory.part::<Access>().grants.values().flatten();
    let wanted = grants
        .filter(|grant| query.client_id.admits(&grant.client_id) && query.role.admits(&grant.role))
        .filter(|grant| admits(&query.external_id, &grant.external_id));
    let mut seen: Vec<&Grant> = wanted.filter(|grant| caller.sees(grant.client_id, today)).collect();
    seen.sort_by_key(|grant| grant.id);
    let page = PageRequest { key: &cursors, list: "grants", fingerprint: &query.fingerprint, limit: query.limit };
    let rows = seen.into_iter().cloned();
    Ok(Listing(page.page_in_memory(
        rows,
        query.cursor.as_ref(),
        query.with_total.0,
        |grant| vec![grant.id.to_string()],
        Ord::cmp,
    )?))
}

/// Phân quyền cho ứng dụng
///
/// Give a client a role over a unit and everything below it.
#[utoipa::path(
    tag = "access", params(WriteQuery), request_body = NewGrant,
    extensions(("x-permission" = json!("access:manage"))),
    responses((status = 201, description = "The grant", body = Grant), (status = 200, description = "What would have been stored (`validate_only`)", body = Grant))
)]
#[post("/grants")]
async fn give_grant(
    permit: Permit<AccessManage>,
    db: web::Data<Db>,
    write: Write,
    body: Body<NewGrant>,
) -> Result<Answer, Error> {
    let caller = permit.caller()?;
    let finder = caller.clone();
    let find = move |tx: &mut Tx<'_>, id: RecordId| actions::visible_grant(tx, Some(&finder), GrantId(id.0));
    write
        .create(&db, caller.actor.clone(), body, move |tx, new| actions::give_grant(tx, Some(&caller), new), find)
        .await
}

/// Một phân quyền
///
/// One grant.
#[utoipa::path(
    tag = "access", params(("id" = GrantId, Path, description = "Grant")),
    extensions(("x-permission" = json!("access:manage"))),
    responses((status = 200, description = "The grant", body = Grant))
)]
#[get("/grants/{id}")]
async fn get_grant(
    permit: Permit<AccessManage>,
    db: web::Data<Db>,
    id: web::Path<String>,
    _query: Query<NoQuery>,
) -> Result<Document<Grant>, Error> {
    let caller = permit.caller()?;
    let id: GrantId = path_id(&id)?;
    let grant = caller.memory.part::<Access>().grants.values().flatten().find(|grant| grant.id == id);
    grant.filter(|grant| caller.sees(grant.client_id, db.clock().today())).cloned().map(Document).ok_or(Error::NotFound)
}

/// Thu hồi phân quyền
///
/// Withdraw a grant: the next request of its client is without it.
#[utoipa::path(
    tag = "access", params(("id" = GrantId, Path, description = "Grant"), WriteQuery),
    extensions(("x-permission" = json!("access:manage"))),
    responses((status = 204, description = "Withdrawn"))
)]
#[delete("/grants/{id}")]
async fn withdraw_grant(
    permit: Permit<AccessManage>,
    db: web::Data<Db>,
    id: web::Path<String>,
    version: IfMatch,
    write: Write,
) -> Result<Answer, Error> {
    let caller = permit.caller()?;
    let id = path_id(&id)?;
    write.delete(&db, caller.actor.clone(), move |tx| actions::withdraw_grant(tx, &caller, id, &version)).await
}

pub fn routes(config: &mut ServiceConfig<'_>) {
    config
        .service(get_me)
        .service(list_clients)
        .service(create_client)
        .service(get_client)
        .service(change_client)
        .service(delete_client)
        .service(list_api_keys)
        .service(issue_api_key)
        .service(get_api_key)
        .service(revoke_api_key)
        .service(list_grants)
        .service(give_grant)
        .service(get_grant)
        .service(withdraw_grant);
}
