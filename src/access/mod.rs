//! Who may do what: clients, their keys, their grants, and the permit without which no handler has anything to work on.

mod actions;
mod held;
mod model;
mod permissions;
mod permit;
mod queries;
mod routes;

pub use actions::{create_client, give_grant, issue_key, revoke_keys};
pub use held::{Access, KEY_PREFIX, Persons, Scope};
pub use model::{ApiKey, Client, Grant, IssuedKey, NewApiKey, NewClient, NewGrant, Role};
pub use permissions::*;
pub use permit::{Caller, Permit};
pub(crate) use queries::{above_scope, few_below, few_under, in_scope};
pub use routes::routes;
