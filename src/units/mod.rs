//! Administrative units through time: what each was called, where it stood, which territory it had, on any day.

mod ancestry;
mod carry;
mod edges;
mod geometry;
mod lineage;
mod model;
mod queries;
mod resolve;
mod routes;
mod shape;
mod territory;

pub use ancestry::{Days, clear as clear_ancestry, rebuild as rebuild_ancestry};
pub use carry::Carried;
pub use edges::{Edge, EdgeKind, Part};
pub use lineage::{DatedEdge, Direction};
pub use model::{Level, NewTimelineEntry, TimelineEntry, Unit, UnitRecord, UnitRef, UnitScope, level_of};
pub use resolve::{Naming, UnitChoice};
pub use routes::{UnitCache, routes};
pub use territory::{Held, Territory, reached, reference as territory_reference};
