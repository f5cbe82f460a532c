//! Answers of reports.

use crate::assessments::Stage;
use crate::observations::Source;
use crate::units::UnitRef;
use crate::values::{
    BandCode, CriteriaSetCode, CriterionCode, Decimal, ListCode, LocalDate, Period, Scalar, Title, UnitCode, UnitId,
    vocabulary,
};
use serde::Serialize;
use std::collections::BTreeMap;
use utoipa::ToSchema;

vocabulary! {
    /// How a report is divided.
    GroupBy {
        Nothing "NONE" "Không phân nhóm" | "Not divided";
        /// The units directly below the one asked for.
        Children "CHILDREN" "Theo cấp dưới trực tiếp" | "By children";
        Province "PROVINCE" "Theo tỉnh" | "By province";
        District "DISTRICT" "Theo huyện" | "By district";
        Commune "COMMUNE" "Theo xã" | "By commune";
    }
}

crate::http::parameter_value!(GroupBy, GroupBy::Nothing);

/// A period, or the newest result of each unit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PeriodChoice {
    Latest,
    Of(Period),
}

impl std::fmt::Display for PeriodChoice {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            PeriodChoice::Latest => f.write_str("LATEST"),
            PeriodChoice::Of(period) => period.fmt(f),
        }
    }
}

impl Scalar for PeriodChoice {
    const NAME: &'static str = "PeriodChoice";
    const DESCRIPTION: &'static str = "A reporting period, or LATEST for the newest result of each unit";
    const PATTERN: &'static str = "^(LATEST|20[0-9]{2}(-(H[12]|9M|Q[1-4]|0[1-9]|1[0-2]))?)$";
    const LENGTH: (usize, usize) = (4, 7);
    const EXAMPLE: &'static str = "2022";

    fn parse(text: &str) -> Result<Self, crate::error::Flaw> {
        if text == "LATEST" { Ok(PeriodChoice::Latest) } else { Period::parse(text).map(PeriodChoice::Of) }
    }

    fn text(&self) -> String {
        self.to_string()
    }
}

crate::values::scalar!(PeriodChoice);

/// Under the units of which day a report counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Basis {
    /// Under the units that were expected to report.
    #[default]
    AsReported,
    /// Under the units of today.
    Current,
    /// Under the units of a day.
    On(LocalDate),
}

impl std::fmt::Display for Basis {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Basis::AsReported => f.write_str("AS_REPORTED"),
            Basis::Current => f.write_str("CURRENT"),
            Basis::On(day) => day.fmt(f),
        }
    }
}

impl Scalar for Basis {
    const NAME: &'static str = "ReportBasis";
    const DESCRIPTION: &'static str =
        "AS_REPORTED: under the units that were expected to report; CURRENT: under those of today; or a date";
    const PATTERN: &'static str = "^(AS_REPORTED|CURRENT|[0-9]{4}-[0-9]{2}-[0-9]{2})$";
    const LENGTH: (usize, usize) = (7, 11);
    const EXAMPLE: &'static str = "CURRENT";

    fn parse(text: &str) -> Result<Self, crate::error::Flaw> {
        match text {
            "AS_REPORTED" => Ok(Basis::AsReported),
            "CURRENT" => Ok(Basis::Current),
            day if day.starts_with(|first: char| first.is_ascii_digit()) => LocalDate::parse(day).map(Basis::On),
            _ => Err(crate::error::Flaw::new(crate::codes::Code::UnknownValue)
                .with("allowed", "AS_REPORTED, CURRENT, YYYY-MM-DD")),
        }
    }

    fn text(&self) -> String {
        self.to_string()
    }
}

crate::values::scalar!(Basis);

/// How units stand in the bands of a criteria set, who is missing, and the average.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Distribution {
    pub scope: ReportScope,
    pub coverage: Coverage,
    pub total: Totals,
    #[schema(max_items = 20000)]
    pub groups: Vec<Group>,
    /// One row for each period, oldest first, where several were asked for; `total` is that of the last.
    #[schema(max_items = 50)]
    pub series: Vec<SeriesRow>,
    /// What was gained and lost since `compare_with`; null where it was not asked for.
    pub comparison: Option<Comparison>,
    /// Where reported results were published.
    #[schema(max_items = 200)]
    pub sources: Vec<Source>,
    /// Labels of the codes in this answer, in its language.
    pub labels: BTreeMap<String, String>,
}

/// What was asked for.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ReportScope {
    pub unit: UnitRef,
    pub period: PeriodChoice,
    pub criteria_set_code: CriteriaSetCode,
    /// Raised by each reform that changed the unit's territory.
    #[schema(minimum = 1, maximum = 1000)]
    pub territory_number: i32,
    /// On the day of the results a unit of the same code and name had another territory: the two are not the same.
    pub territory_changed: bool,
    pub basis: Basis,
    /// The day under whose units the results are counted.
    pub basis_date: LocalDate,
    /// The day whose units were expected to report.
    pub expected_date: LocalDate,
    pub stage: Option<Stage>,
    pub group_by: GroupBy,
    /// The caller may see only some of the units below the one asked for; all figures are of those alone.
    pub partial: bool,
}

/// Who was expected, who reported, who did not.
#[derive(Debug, Clone, Default, Serialize, ToSchema)]
pub struct Coverage {
    #[schema(minimum = 0, maximum = 100000)]
    pub expected_count: i64,
    #[schema(minimum = 0, maximum = 100000)]
    pub reported_count: i64,
    #[schema(minimum = 0, maximum = 100000)]
    pub missing_count: i64,
    #[schema(max_items = 200)]
    pub missing: Vec<UnitRef>,
    /// Units of the level that the set leaves out by their kind (towns, wards).
    #[schema(minimum = 0, maximum = 100000)]
    pub excluded_count: i64,
    #[schema(max_items = 200)]
    pub excluded: Vec<UnitRef>,
    /// Lists of units stop at 200; the counts do not.
    pub units_truncated: bool,
}

/// The count.
#[derive(Debug, Clone, Default, Serialize, ToSchema)]
pub struct Totals {
    /// Highest band first. Bands and `unbanded_count` add up to `reported_count`.
    #[schema(max_items = 20)]
    pub bands: Vec<BandCount>,
    /// Units whose range of criteria met lies across two bands.
    #[schema(minimum = 0, maximum = 100000)]
    pub unbanded_count: i64,
    #[schema(max_items = 200)]
    pub unbanded: Vec<CountedUnit>,
    /// Average of criteria met over the units that reported; a range where results are ranges, null where none reported.
    pub criteria_met_average: Option<AverageRange>,
    /// Units that were expected and bore the status of a recognised commune on `expected_date`, advanced and model ones
    /// included, as far as statuses were recorded.
    #[schema(minimum = 0, maximum = 100000)]
    pub recognised_count: i64,
    /// What was planned of average and recognitions.
    pub target: PlannedResults,
    /// Units by the stage of the result that counts.
    pub stages: BTreeMap<String, i64>,
    /// Units whose result rests on a threshold that is not verified.
    #[schema(minimum = 0, maximum = 100000)]
    pub provisional_count: i64,
    /// Units that were cut: a part of their territory is here, their result is counted in another unit.
    #[schema(minimum = 0, maximum = 100000)]
    pub counted_elsewhere_count: i64,
    #[schema(max_items = 200)]
    pub counted_elsewhere: Vec<CountedElsewhere>,
    /// Lists of units stop at 200; the counts do not.
    pub units_truncated: bool,
}

/// What was planned for the period, beside what the report counts. Null where nobody planned it, which is not zero: also
/// for the newest results, which are of several periods, for a unit whose territory was another then, and of which the
/// caller sees only a part.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, ToSchema)]
pub struct PlannedResults {
    /// Target of `CRITERIA_MET_AVERAGE`; null for a set that does not stand on the national one of the time.
    pub criteria_met_average: Option<Decimal>,
    /// Target of `NEW_RURAL_COMMUNES`.
    pub recognised_count: Option<Decimal>,
}

/// Units in one band.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct BandCount {
    pub code: BandCode,
    #[schema(minimum = 0, maximum = 63)]
    pub min: i32,
    #[schema(minimum = 0, maximum = 63)]
    pub max: i32,
    #[schema(minimum = 0, maximum = 100000)]
    pub count: i64,
    #[schema(max_items = 200)]
    pub units: Vec<CountedUnit>,
}

/// A unit with the result that counts.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct CountedUnit {
    pub id: UnitId,
    pub code: UnitCode,
    pub name: Title,
    pub kind_code: ListCode,
    /// Period of the result.
    pub period: Period,
    pub stage: Stage,
    /// Fewest and most criteria met.
    #[schema(minimum = 0, maximum = 63)]
    pub met_min: i32,
    #[schema(minimum = 0, maximum = 63)]
    pub met_max: i32,
}

/// Lowest and highest possible average.
#[derive(Debug, Clone, Copy, Serialize, ToSchema)]
pub struct AverageRange {
    pub min: Decimal,
    pub max: Decimal,
}

/// One group: its unit, its coverage, its count.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Group {
    /// Null for units that stand under no unit of the level asked for.
    pub unit: Option<UnitRef>,
    /// Raised by each reform that changed the unit's territory; null without a unit.
    #[schema(minimum = 1, maximum = 1000)]
    pub territory_number: Option<i32>,
    /// On the day of the results a unit of the same code and name had another territory: the two are not the same.
    pub territory_changed: bool,
    pub coverage: Coverage,
    /// Highest band first. Bands and `unbanded_count` add up to `reported_count`.
    #[schema(max_items = 20)]
    pub bands: Vec<BandCount>,
    #[schema(minimum = 0, maximum = 100000)]
    pub unbanded_count: i64,
    #[schema(max_items = 200)]
    pub unbanded: Vec<CountedUnit>,
    pub criteria_met_average: Option<AverageRange>,
    /// Units that were expected and bore the status of a recognised commune on `expected_date`, advanced and model ones
    /// included, as far as statuses were recorded.
    #[schema(minimum = 0, maximum = 100000)]
    pub recognised_count: i64,
    /// What was planned of average and recognitions.
    pub target: PlannedResults,
    pub stages: BTreeMap<String, i64>,
    /// Units whose result rests on a threshold that is not verified.
    #[schema(minimum = 0, maximum = 100000)]
    pub provisional_count: i64,
    /// Units that were cut: a part of their territory is here, their result is counted in another unit.
    #[schema(minimum = 0, maximum = 100000)]
    pub counted_elsewhere_count: i64,
    #[schema(max_items = 200)]
    pub counted_elsewhere: Vec<CountedElsewhere>,
    pub units_truncated: bool,
}

/// A unit that was cut, and the unit in which its result is counted.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct CountedElsewhere {
    /// The unit as it was expected to report.
    pub unit: UnitRef,
    /// The unit that counts it: the one with the largest known share of its population, else of its area, else the
    /// first that the act names.
    pub counted_in: UnitRef,
}

/// A unit whose number of criteria met changed.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Movement {
    pub unit: UnitRef,
    #[schema(minimum = 0, maximum = 63)]
    pub from_min: i32,
    #[schema(minimum = 0, maximum = 63)]
    pub from_max: i32,
    #[schema(minimum = 0, maximum = 63)]
    pub to_min: i32,
    #[schema(minimum = 0, maximum = 63)]
    pub to_max: i32,
    /// Criteria that are met now and were known not to be.
    #[schema(max_items = 63)]
    pub gained: Vec<CriterionCode>,
    /// Criteria that were met and are known not to be now.
    #[schema(max_items = 63)]
    pub lost: Vec<CriterionCode>,
}

/// What was gained and lost since another period, unit by unit. A range that meets the other is no change: it may be
/// one and may be none.
#[derive(Debug, Clone, Default, Serialize, ToSchema)]
pub struct Comparison {
    pub period: Option<Period>,
    /// Units that certainly meet more criteria, fewer, as many.
    #[schema(minimum = 0, maximum = 100000)]
    pub gained_count: i64,
    #[schema(minimum = 0, maximum = 100000)]
    pub lost_count: i64,
    #[schema(minimum = 0, maximum = 100000)]
    pub unchanged_count: i64,
    /// Units whose ranges leave it open.
    #[schema(minimum = 0, maximum = 100000)]
    pub unclear_count: i64,
    /// Units without a result in one of the periods, or with another territory then.
    #[schema(minimum = 0, maximum = 100000)]
    pub not_comparable_count: i64,
    #[schema(max_items = 200)]
    pub gained: Vec<Movement>,
    #[schema(max_items = 200)]
    pub lost: Vec<Movement>,
    pub units_truncated: bool,
}

/// One period of several.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct SeriesRow {
    pub period: PeriodChoice,
    /// The unit that bore the code then.
    pub unit: UnitRef,
    #[schema(minimum = 1, maximum = 1000)]
    pub territory_number: i32,
    /// Is it the same unit with the same territory as in the last row? Otherwise the figures are of two territories.
    pub comparable: bool,
    pub basis_date: LocalDate,
    pub expected_date: LocalDate,
    pub coverage: Coverage,
    pub total: Totals,
}
