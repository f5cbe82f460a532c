//! The working-day calendar: which days are not what their weekday says.

mod actions;
mod held;
mod model;
mod queries;
mod routes;
pub mod term;

pub use actions::record;
pub use held::WorkingCalendar;
pub use model::NewCalendarDay;
pub use routes::routes;
pub use term::WorkingDays;
