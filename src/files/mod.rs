//! Files that prove something: kept as they were sent, under the hash of their bytes; and what makes a file unsafe to
//! open.

mod actions;
mod model;
pub mod package;
mod queries;
mod routes;
mod rules;

pub use actions::{cited, named, require, visible};
pub use model::{FileFormat, FileRow};
pub use queries::{content, keep_content};
pub use routes::routes;
