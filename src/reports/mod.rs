//! What the committee reads. Every report is one fold: leaves (summaries in memory) × a mapping (unit to group) × the
//! caller's scope. Nothing is stored per higher unit.

mod below;
mod comparison;
mod context;
mod distances;
mod distribution;
mod fold;
mod indicators;
mod matrix;
mod matrix_model;
mod model;
mod routes;
mod table;
mod work;

pub use context::KnowledgeState;
pub use distribution::{Question, answer};
pub use indicators::{FigureOrigin, GapTrend};
pub use matrix_model::MatrixGrain;
pub use model::{Basis, Distribution, GroupBy, PeriodChoice};
pub use routes::{ReportCache, routes};
pub use work::AgeBand;
