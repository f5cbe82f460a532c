//! Acts: what authorities issued, item by item, with their files; what each changed of earlier ones, and all it did.

mod actions;
mod effects;
mod model;
mod queries;
mod routes;

pub use actions::{create, require};
pub use model::{ActChangeKind, ActItemRow, ActRow, NewAct};
pub use queries::{Ending, endings, items_of};
pub use routes::routes;
