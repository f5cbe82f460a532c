//! `budget-execution`: what was given, distributed, carried over and disbursed, of any lines of money.

mod answer;
mod cut;
mod model;
mod placed;
mod routes;
mod table;

pub use answer::{BudgetQuestion, answer};
pub use model::{BudgetDenominator, BudgetExecution, BudgetFigures, BudgetGrouping};
pub use routes::get_budget_execution;
