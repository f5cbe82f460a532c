//! What the committee reads. Every report is one fold: leaves (summaries in memory) × a mapping (unit to group) × the
//! caller's scope. Nothing is stored per higher unit.

mod below;
mod budget;
mod comparison;
mod context;
mod distances;
mod distribution;
mod fold;
mod indicators;
mod matrix;
mod matrix_model;
mod model;
mod obligations;
mod obligations_model;
mod planned;
mod routes;
mod table;
mod work;

pub use budget::{
    BudgetDenominator, BudgetExecution, BudgetFigures, BudgetGrouping, BudgetQuestion, answer as budget_execution,
    of_now as budget_execution_now, reading as reading_budget,
};
pub use context::KnowledgeState;
pub use distribution::{Question, answer};
pub use indicators::{
    ComparedFigure, ComparedIndicator, ComparedPeriod, ComparisonQuestion, FigureOrigin, GapTrend, MOST_INDICATORS,
    answer as compare, prepare as prepare_comparison,
};
pub use matrix::{MatrixQuestion, prepare as prepare_matrix};
pub use matrix_model::{Matrix, MatrixGrain};
pub use model::{AverageRange, BandCount, Basis, Distribution, GroupBy, PeriodChoice, PlannedResults, Totals};
pub use obligations::{ObligationQuestion, prepare as prepare_obligations};
pub use obligations_model::{ObligationCount, ObligationState, ReportingObligations};
pub use routes::{ReportCache, routes};
pub use work::{AgeBand, AgeCount, UncommittedMember, WorkProgress, of_unit as work_of_unit};
