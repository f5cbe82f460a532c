//! What was published of money: kept as it was printed, and shown with what does not add up.

mod actions;
mod model;
mod queries;
mod routes;
mod rules;

pub use model::{PublicationFinding, PublicationRow};
pub use routes::routes;
pub use rules::{is_rate_of, is_thousandfold, median_size};
