//! Movements of money as a file: a table of lines to fill in, and its way into the ledger. What is safe to open and what
//! stands in its cells is decided as for every file; a row becomes the body that would be sent alone, so that nothing is
//! understood twice.

mod columns;
mod import;
mod model;
mod routes;
mod rows;
mod template;

pub use routes::routes;
