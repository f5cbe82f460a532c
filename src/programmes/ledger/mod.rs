//! The ledger: lines of money, and the entries that move them. Append-only; an entry is corrected by its reversal.

mod actions;
mod held;
mod limits;
mod lines;
mod model;
mod queries;
mod routes;
pub mod rules;
mod understood;

pub use actions::{Entry, record, record_all, require_line};
pub use held::{BudgetLines, Described, HeldLine, WorkMoney};
pub use lines::{LineKey, LineRow};
pub use model::{BudgetFinding, EntryKind, EntryRow, NewBudgetEntry};
pub use queries::{CutSums, sums_until};
pub use routes::routes;
