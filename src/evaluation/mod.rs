//! The one room of the rules by which figures become verdicts: pure functions over plain values, with the act and
//! article of each. It needs nothing but std and serde, so that it can be read, tested and moved by itself; fetching,
//! storing and naming things is the business of those who call it.

mod counting;
mod figures;
mod revocation;
mod thresholds;
mod verdicts;

pub use counting::{Contradiction, Tally, tally};
pub use figures::{Division, Evidence, Figure, Operator, Requirement, Scaled, close_to};
pub use revocation::{Clause, RISK_CLAUSES, RiskClause, at_risk};
pub use thresholds::{Area, Candidate, Facts, Region, RegionOverride, Resolution, region_of, resolve};
pub use verdicts::{
    CriterionInput, CriterionOutcome, Distance, ItemInput, ItemOutcome, Measure, MeasureOutcome, Reason, Verdict,
    criterion, criterion_of, item, nearest_first, open_items,
};
