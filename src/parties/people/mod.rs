//! People. Personal data stand in this room and nowhere else: the journal, events, logs and errors name a person by its
//! id, every reading is recorded, and one person can be erased without touching the history.

mod actions;
mod model;
mod queries;
mod routes;

pub use actions::{create, require};
pub use model::{NewPerson, NewPosition, PersonRow, PersonState};
pub use routes::routes;
