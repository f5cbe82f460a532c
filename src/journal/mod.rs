//! The one history: versions of a record and the audit are readings of it.

mod model;
mod queries;
mod routes;

pub use routes::routes;
