//! Assessments: one unit, one set, one period, one stage; what was decided and why, who signed, and what follows for the
//! count.

mod actions;
mod comparison;
mod distance;
mod evaluations;
mod judge;
mod model;
mod open;
mod proof;
mod queries;
mod record;
mod rehearsal;
mod routes;
mod rules;
mod sheet;
mod sheet_routes;
mod sheets;
mod signed;
mod signing;
mod summaries;

pub use actions::{CreateBy, check_unit, create, rebuild_summaries};
pub use distance::{ItemResult, StoredDistance};
pub use evaluations::routes as evaluation_routes;
pub use model::{CriteriaMet, DeclaredTotal, NewAssessment, NewDeclaredTotal, NewVerdict, Stage, Status, Verdict};
pub use open::open_items_of;
pub use proof::ProofItem;
pub use queries::{item_results, of_round};
pub use record::AssessmentRecord;
pub use routes::routes;
pub use sheet::{NewPartFigure, NewSheetItem, SheetItemPatch, SheetPatch};
pub use sheet_routes::routes as sheet_routes;
pub use sheets::write_sheet;
pub use signed::{SignedCondition, SignedResult, signed_result};
pub use summaries::{Summaries, Summary};
