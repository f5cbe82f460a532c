//! Periods closed for entry: after the figures of a period were reported upwards, nobody changes them unnoticed.

mod actions;
mod held;
mod model;
mod routes;

pub use held::PeriodLocks;
pub use model::LockStatus;
pub use routes::routes;
