//! Observations: one figure of one unit, indicator, period and stage, with its parts, its source and what proves it.
//! A figure is never changed: a correction is an observation of its own, and the old one stays.

mod actions;
mod model;
mod queries;
mod routes;
pub mod rules;

pub use actions::{Place, Taken, record, require, require_scope, require_stage, store_new, take};
pub use model::{
    EvidenceNote, MemberFigure, NewEvidence, NewFigure, NewMemberFigure, NewObservation, ObservationRow,
    ObservationStage, Source,
};
pub use queries::{ShortFigure, figures_below, holding_of, holding_of_units, holding_within, rows_of};
pub use routes::routes;
