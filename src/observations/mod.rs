//! Observations: one figure of one unit, indicator, period and stage, with its parts, its source and what proves it.
//! A figure is never changed: a correction is an observation of its own, and the old one stays.

mod actions;
mod model;
mod planning;
mod queries;
mod routes;
pub mod rules;
mod targets;

pub use actions::{Place, Taken, record, require, require_scope, require_stage, store_new, take};
pub use model::{
    EvidenceNote, MemberFigure, NewEvidence, NewFigure, NewMemberFigure, NewObservation, ObservationRow,
    ObservationStage, Source,
};
pub use planning::{NewPlannedFigure, OfItem, Plan, Planner, plan, store_plan};
pub use queries::{
    ShortFigure, figures_below, has_planned, holding_of, holding_of_units, holding_within, of_acts, rows_of,
};
pub use routes::routes;
pub use targets::Targets;
