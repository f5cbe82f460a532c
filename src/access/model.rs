//! Clients, keys, grants.

use crate::db::schema::{api_keys, clients, grants};
use crate::db::stored;
use crate::error::Faults;
use crate::http::{Versioned, named, versioned};
use crate::values::{
    ApiKeyId, ClientId, ExternalId, Filled, GrantId, LocalDate, Note, Patch, PersonId, Timestamp, Title, UnitCode,
    UnitId, vocabulary,
};
use deserr::Deserr;
use diesel::prelude::*;
use serde::Serialize;
use utoipa::ToSchema;

vocabulary! {
    /// Role that a grant gives over a unit and its subtree.
    Role {
        /// Reads.
        Viewer "VIEWER" "Xem" | "Viewer";
        /// Reads and writes.
        Editor "EDITOR" "Nhập liệu" | "Editor";
        /// Reads, submits and returns.
        Signer "SIGNER" "Ký duyệt" | "Signer";
        /// Reads and keeps the reference data of its unit.
        Manager "MANAGER" "Quản lý danh mục" | "Manager";
        /// Reads and manages clients, keys and grants.
        Admin "ADMIN" "Quản trị" | "Administrator";
    }
}

/// A program that calls the service (ứng dụng kết nối).
#[derive(Debug, Clone, Queryable, Selectable, Insertable, AsChangeset, Serialize, ToSchema)]
#[diesel(table_name = clients, treat_none_as_default_value = false, treat_none_as_null = true)]
pub struct Client {
    pub id: ClientId,
    #[schema(minimum = 1, maximum = 9_007_199_254_740_991_i64)]
    pub version: i64,
    /// Unit whose administration answers for the client.
    pub unit_id: UnitId,
    pub name: Title,
    pub description: Option<Note>,
    /// Whether it may name the person it acts for (`Acting-Person`).
    pub may_name_person: bool,
    /// The id that the client which registered it gave.
    pub external_id: Option<ExternalId>,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
}

stored!(Client, clients, "clients", "client", |client| Some((client.unit_id, client.updated_at.local_date())));

/// A key of a client. The secret is shown once, when it is issued; only its hash is stored.
#[derive(Debug, Clone, Queryable, Selectable, Insertable, AsChangeset, Serialize, ToSchema)]
#[diesel(table_name = api_keys, treat_none_as_default_value = false, treat_none_as_null = true)]
pub struct ApiKey {
    pub id: ApiKeyId,
    #[schema(minimum = 1, maximum = 9_007_199_254_740_991_i64)]
    pub version: i64,
    pub client_id: ClientId,
    /// The part of the key that may be seen: `muctieu_<key_code>_…`.
    #[schema(min_length = 16, max_length = 16, pattern = "^[0-9a-f]{16}$", example = "3f9a0c5b7d21e864")]
    pub key_code: String,
    #[schema(ignore)]
    #[serde(skip)]
    pub secret_hash: Vec<u8>,
    pub label: Option<Title>,
    pub expires_at: Timestamp,
    pub external_id: Option<ExternalId>,
    pub created_at: Timestamp,
}

stored!(ApiKey, api_keys, "api-keys", "api-key", |_key| None);

/// A role of a client over a unit and everything below it.
#[derive(Debug, Clone, Queryable, Selectable, Insertable, AsChangeset, Serialize, ToSchema)]
#[diesel(table_name = grants, treat_none_as_default_value = false, treat_none_as_null = true)]
pub struct Grant {
    pub id: GrantId,
    #[schema(minimum = 1, maximum = 9_007_199_254_740_991_i64)]
    pub version: i64,
    pub client_id: ClientId,
    pub role: Role,
    pub unit_id: UnitId,
    pub external_id: Option<ExternalId>,
    pub created_at: Timestamp,
}

stored!(Grant, grants, "grants", "grant", |grant| Some((grant.unit_id, grant.created_at.local_date())));

versioned!(Client, ApiKey, Grant);

/// A client to register.
#[derive(Debug, Clone, Deserr, ToSchema)]
#[deserr(error = Faults, deny_unknown_fields)]
pub struct NewClient {
    /// Unit whose administration answers for it; either this or `unit_code`.
    #[deserr(default)]
    pub unit_id: Option<UnitId>,
    #[deserr(default)]
    pub unit_code: Option<UnitCode>,
    pub name: Title,
    #[deserr(default)]
    pub description: Option<Note>,
    #[deserr(default)]
    pub may_name_person: Option<bool>,
    #[deserr(default)]
    pub external_id: Option<ExternalId>,
}

/// What may be changed of a client.
#[derive(Debug, Clone, Deserr, ToSchema)]
#[deserr(error = Faults, deny_unknown_fields)]
pub struct ClientPatch {
    #[schema(value_type = Title, required = false)]
    #[deserr(default)]
    pub name: Filled<Title>,
    #[schema(value_type = Option<Note>)]
    #[deserr(default)]
    pub description: Patch<Note>,
    #[schema(value_type = bool, required = false)]
    #[deserr(default)]
    pub may_name_person: Filled<bool>,
}

/// A key to issue.
#[derive(Debug, Clone, Deserr, ToSchema)]
#[deserr(error = Faults, deny_unknown_fields)]
pub struct NewApiKey {
    pub client_id: ClientId,
    #[deserr(default)]
    pub label: Option<Title>,
    /// From then on the key is refused; at most 366 days ahead.
    pub expires_at: Timestamp,
    #[deserr(default)]
    pub external_id: Option<ExternalId>,
}

/// A key with its secret: shown once.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct IssuedKey {
    pub id: ApiKeyId,
    #[schema(minimum = 1, maximum = 9_007_199_254_740_991_i64)]
    pub version: i64,
    pub client_id: ClientId,
    #[schema(min_length = 16, max_length = 16, pattern = "^[0-9a-f]{16}$", example = "3f9a0c5b7d21e864")]
    pub key_code: String,
    /// The whole key. It cannot be read again: null where the same request is answered once more.
    #[schema(
        min_length = 89,
        max_length = 89,
        pattern = "^muctieu_[0-9a-f]{16}_[0-9a-f]{64}$",
        example = "muctieu_3f9a0c5b7d21e864_0000000000000000000000000000000000000000000000000000000000000000"
    )]
    pub api_key: Option<String>,
    pub label: Option<Title>,
    pub external_id: Option<ExternalId>,
    pub expires_at: Timestamp,
    pub created_at: Timestamp,
}

impl IssuedKey {
    /// A key that was issued before.
    pub fn known(key: ApiKey) -> IssuedKey {
        IssuedKey {
            id: key.id,
            version: key.version,
            client_id: key.client_id,
            key_code: key.key_code,
            api_key: None,
            label: key.label,
            external_id: key.external_id,
            expires_at: key.expires_at,
            created_at: key.created_at,
        }
    }
}

impl Versioned for IssuedKey {
    fn version(&self) -> i64 {
        self.version
    }

    fn id(&self) -> String {
        self.id.to_string()
    }

    fn without_secret(&self) -> Option<serde_json::Value> {
        serde_json::to_value(IssuedKey { api_key: None, ..self.clone() }).ok()
    }
}

/// A grant to give.
#[derive(Debug, Clone, Deserr, ToSchema)]
#[deserr(error = Faults, deny_unknown_fields)]
pub struct NewGrant {
    pub client_id: ClientId,
    pub role: Role,
    /// Over this unit and everything below it; either this or `unit_code`.
    #[deserr(default)]
    pub unit_id: Option<UnitId>,
    #[deserr(default)]
    pub unit_code: Option<UnitCode>,
    #[deserr(default)]
    pub external_id: Option<ExternalId>,
}

named!(NewClient, NewApiKey, NewGrant);

/// Who the caller is and what it may do.
#[derive(Debug, Serialize, ToSchema)]
pub struct Me {
    pub client: MyClient,
    /// Person the client acts for in this request.
    pub acting_person_id: Option<PersonId>,
    /// Key of this request.
    pub api_key: MyKey,
    #[schema(max_items = 1000)]
    pub grants: Vec<MyGrant>,
    pub today: LocalDate,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct MyClient {
    pub id: ClientId,
    pub name: Title,
    pub may_name_person: bool,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct MyKey {
    pub id: ApiKeyId,
    #[schema(min_length = 16, max_length = 16, pattern = "^[0-9a-f]{16}$", example = "3f9a0c5b7d21e864")]
    pub key_code: String,
    pub expires_at: Timestamp,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct MyGrant {
    pub id: GrantId,
    pub role: Role,
    pub unit: crate::units::UnitRef,
    /// What the role allows.
    #[schema(max_items = 100)]
    pub permissions: Vec<PermissionName>,
}

/// Name of a permission.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(min_length = 3, max_length = 60, pattern = "^[a-z-]+:[a-z-]+$", example = "assessment:read")]
pub struct PermissionName(pub String);
