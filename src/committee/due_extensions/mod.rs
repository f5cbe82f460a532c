//! Later due dates of reports: of one unit, or of all below one.

mod actions;
mod model;
mod queries;
mod routes;

pub use model::ExtensionRow;
pub use queries::given;
pub use routes::routes;
