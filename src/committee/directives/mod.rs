//! Directives: what the items of acts bind parties to, one task for each, also for those who join later.

mod actions;
mod ending;
mod joining;
mod model;
mod queries;
mod routes;
mod rules;

pub use actions::create;
pub use ending::end_what_took_effect;
pub use joining::{FOLLOWERS, Standing};
pub use model::{DirectiveState, ExpectedResultKind, NewDirective, PartyGroup, PartyRole, Recurrence};
pub use queries::with_terms;
pub use routes::routes;
