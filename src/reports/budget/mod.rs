//! `budget-execution`: what was given, distributed, carried over and disbursed, of any lines of money.

mod answer;
mod cut;
mod model;
mod routes;
mod table;
mod units;

pub use answer::{BudgetQuestion, answer, of_now, reading};
pub use model::{BudgetDenominator, BudgetExecution, BudgetFigures, BudgetGrouping};
pub use routes::get_budget_execution;
