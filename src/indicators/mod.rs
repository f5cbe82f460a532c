//! Indicators: what is measured, each defined once, outside every set of criteria. The same income of the same commune
//! is one indicator, whichever set, plan or report asks for it; to name the same indicator is the only bridge between
//! sets.

mod actions;
mod held;
mod model;
mod queries;
mod routes;

pub use actions::{define, find};
pub use held::{HeldIndicator, Indicators};
pub use model::{
    Derivation, Dimension, Direction, Indicator, IndicatorRow, Member, NewIndicator, TimeBasis, ValueType,
};
pub use queries::counted;
pub use routes::routes;

/// Codes of what the service counts and reports show with its target.
pub const NEW_RURAL_COMMUNES: &str = "NEW_RURAL_COMMUNES";
pub const CRITERIA_MET_AVERAGE: &str = "CRITERIA_MET_AVERAGE";
pub const DISBURSEMENT_RATE: &str = "DISBURSEMENT_RATE";
