//! Administrative units through time: what each was called, where it stood, which territory it had, on any day.

mod ancestry;
mod model;
mod queries;
mod resolve;
mod routes;
mod territory;

pub use ancestry::rebuild as rebuild_ancestry;
pub use model::{Level, NewTimelineEntry, TimelineEntry, Unit, UnitRecord, UnitRef, UnitScope};
pub use resolve::{Naming, UnitChoice};
pub use routes::{UnitCache, routes};
pub use territory::Territory;
