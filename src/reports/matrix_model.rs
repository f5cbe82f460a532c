//! The answer of `criteria-matrix`.

use super::model::{Coverage, PlannedResults, ReportScope};
use crate::assessments::{Stage, Verdict};
use crate::units::UnitRef;
use crate::values::{AssessmentId, CriterionCode, Decimal, IndicatorCode, ListCode, Names, Period, vocabulary};
use serde::Serialize;
use utoipa::ToSchema;

vocabulary! {
    /// What the columns are.
    MatrixGrain {
        Criterion "CRITERION" "Theo tiêu chí" | "By criterion";
        Item "ITEM" "Theo chỉ tiêu" | "By item";
    }
}

crate::http::parameter_value!(MatrixGrain, MatrixGrain::Criterion);

/// A column with what became of it over all units.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct MatrixColumn {
    pub code: CriterionCode,
    pub name: Names,
    /// Criterion of an item; null where the columns are criteria.
    pub criterion_code: Option<CriterionCode>,
    /// Units that meet it, or to which it does not apply.
    #[schema(minimum = 0, maximum = 100000)]
    pub met_count: i64,
    #[schema(minimum = 0, maximum = 100000)]
    pub not_met_count: i64,
    /// Units of which nobody decided. A declared total tells single criteria only where it leaves no choice.
    #[schema(minimum = 0, maximum = 100000)]
    pub not_assessed_count: i64,
    /// Units whose stages do not agree, where several were asked for.
    #[schema(minimum = 0, maximum = 100000)]
    pub disagreement_count: i64,
    /// Units of which it is known how far they are from meeting it; 0 where the columns are criteria.
    #[schema(minimum = 0, maximum = 100000)]
    pub distance_count: i64,
    /// The first 20 of them, nearest first by `gap_percent`: where a little help brings it.
    #[schema(max_items = 20)]
    pub nearest: Vec<NearUnit>,
}

/// How far an item is from being met, by what was known when it was judged.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ItemDistance {
    /// The indicator that is farthest from its threshold, where an item has several and where both sexes have to reach
    /// it that of the farther one. What nobody knows has no distance.
    pub indicator_code: IndicatorCode,
    /// Unit of its figures, a code of `measurement-units`.
    pub unit_code: ListCode,
    /// Distance of the figure to the threshold, above zero, whichever way it has to go.
    pub gap: Decimal,
    /// The same as a share of the larger of the two, in percent: 100 for what is not there at all.
    pub gap_percent: Decimal,
    /// How much more of what is counted it takes (households, schools); below zero where it has to fall; null where the
    /// figure has no parts.
    pub numerator_gap: Option<Decimal>,
}

/// A unit that does not meet an item, and how far it is.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct NearUnit {
    pub unit: UnitRef,
    pub distance: ItemDistance,
}

/// What stands between a result and a number of criteria.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
pub struct MatrixTarget {
    #[schema(minimum = 0, maximum = 63)]
    pub criteria_count: i32,
    /// Fewest and most criteria that are missing: they differ where the result is a range.
    #[schema(minimum = 0, maximum = 63)]
    pub needed_min: i32,
    #[schema(minimum = 0, maximum = 63)]
    pub needed_max: i32,
}

/// One result of a unit.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct MatrixResult {
    pub assessment_id: AssessmentId,
    pub stage: Stage,
    pub period: Period,
    #[schema(minimum = 0, maximum = 63)]
    pub met_min: i32,
    #[schema(minimum = 0, maximum = 63)]
    pub met_max: i32,
    /// The result rests on a threshold that is not verified.
    pub provisional: bool,
    /// One verdict for each column, in its order. What does not apply to a criterion as a whole counts as met there.
    #[schema(max_items = 400)]
    pub verdicts: Vec<Verdict>,
    /// One for each column, in its order: how far an item is that is not met. Null where it is met, where nobody knows
    /// and where somebody decided against the figures; empty where the columns are criteria.
    #[schema(max_items = 400)]
    pub distances: Vec<Option<ItemDistance>>,
    /// The lower end of the band above that of the fewest criteria met; null in the highest band.
    pub to_next_band: Option<MatrixTarget>,
    /// All criteria of the set.
    pub to_all: MatrixTarget,
}

/// A unit with its results.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct MatrixRow {
    pub unit: UnitRef,
    /// The result that counts, or one for each stage asked for, the earliest stage first. None where it did not report.
    #[schema(max_items = 5)]
    pub results: Vec<MatrixResult>,
    /// Columns on which its stages do not agree.
    #[schema(max_items = 400)]
    pub disagreements: Vec<CriterionCode>,
    pub target: PlannedResults,
}

/// Units against criteria or items.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Matrix {
    pub scope: ReportScope,
    pub grain: MatrixGrain,
    pub coverage: Coverage,
    /// What was planned of the unit asked for.
    pub target: PlannedResults,
    /// In the order of the set. Counts are over all units, by the result of the highest stage.
    #[schema(max_items = 400)]
    pub columns: Vec<MatrixColumn>,
    /// The columns that fail most, most first; those that nobody fails are left out.
    #[schema(max_items = 400)]
    pub failing_most: Vec<CriterionCode>,
    /// Units by code; the first 200. As CSV all of them.
    #[schema(max_items = 200)]
    pub rows: Vec<MatrixRow>,
    pub rows_truncated: bool,
}
