//! Criteria sets: what a unit is judged by, from which level on, in which bands it is counted, by which act.

mod actions;
mod applying;
mod document;
mod model;
mod naming;
mod own;
mod queries;
mod replacement;
mod routes;
mod rules;
mod sets;
mod verification;
mod verification_routes;
mod verified;
mod verifying;

pub use actions::{prepare, store};
pub use applying::{Applied, AppliedThreshold, Standing, ThresholdChoice, standing};
pub use document::SetDocument;
pub use model::{CriteriaSet, CriterionRow, OpenReason, SetStatus, ThresholdLayer, ThresholdOperator};
pub use naming::named_criterion;
pub use replacement::ReplacementReason;
pub use routes::routes;
pub use sets::{Band, CriteriaSets, HeldItem, HeldMeasure, HeldSet};
pub use verification::VerificationState;
