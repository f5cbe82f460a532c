//! Answers of `budget-execution`.

use crate::reports::model::Basis;
use crate::units::UnitRef;
use crate::values::{ComponentCode, Decimal, ListCode, LocalDate, Title, WorkId, vocabulary};
use serde::Serialize;
use std::collections::BTreeMap;
use utoipa::ToSchema;

vocabulary! {
    /// How money is divided.
    BudgetGrouping {
        Nothing "NONE" "Không phân nhóm" | "Not divided";
        Programme "PROGRAMME" "Theo chương trình" | "By programme";
        /// By the component that a line names, not by those above it.
        Component "COMPONENT" "Theo hợp phần" | "By component";
        FundingSource "FUNDING_SOURCE" "Theo nguồn vốn" | "By funding source";
        Nature "NATURE" "Theo loại vốn" | "By nature";
        PlanYear "PLAN_YEAR" "Theo năm kế hoạch" | "By plan year";
        OriginYear "ORIGIN_YEAR" "Theo năm giao vốn" | "By year of origin";
        /// By work; what is for none comes last.
        Work "WORK" "Theo công trình" | "By work";
        /// The units directly below the one asked for.
        Children "CHILDREN" "Theo cấp dưới trực tiếp" | "By children";
        Province "PROVINCE" "Theo tỉnh" | "By province";
        District "DISTRICT" "Theo huyện" | "By district";
        Commune "COMMUNE" "Theo xã" | "By commune";
    }
}

crate::http::parameter_value!(BudgetGrouping, BudgetGrouping::Nothing);

vocabulary! {
    /// Of what a rate of disbursement is a share.
    BudgetDenominator {
        /// What was given for the years, after all adjustments.
        Assigned "ASSIGNED" "Vốn được giao" | "Assigned";
        /// What was given on to units below or to works.
        Distributed "DISTRIBUTED" "Vốn đã phân bổ chi tiết" | "Distributed";
        /// The medium-term plans of the phases in which the years lie.
        MediumTerm "MEDIUM_TERM" "Kế hoạch trung hạn" | "Medium term";
    }
}

crate::http::parameter_value!(BudgetDenominator, BudgetDenominator::Assigned);

/// What lines of money come to, in whole đồng. Every sum is exact; the sums of all groups are those of the total.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct BudgetFigures {
    /// Given from outside for the years asked for, after adjustments: what is distributed inside is counted once.
    #[schema(minimum = -9_007_199_254_740_991_i64, maximum = 9_007_199_254_740_991_i64)]
    pub assigned_vnd: i64,
    /// Of it, what no longer lies with the unit asked for itself: given on to units below or to works.
    #[schema(minimum = -9_007_199_254_740_991_i64, maximum = 9_007_199_254_740_991_i64)]
    pub distributed_vnd: i64,
    /// Medium-term plans of the phases in which the years lie.
    #[schema(minimum = -9_007_199_254_740_991_i64, maximum = 9_007_199_254_740_991_i64)]
    pub medium_term_vnd: i64,
    /// Carried in from years that were not asked for. What was carried between years asked for is in `assigned_vnd`
    /// already.
    #[schema(minimum = -9_007_199_254_740_991_i64, maximum = 9_007_199_254_740_991_i64)]
    pub carried_in_vnd: i64,
    /// Carried out to years that were not asked for.
    #[schema(minimum = -9_007_199_254_740_991_i64, maximum = 9_007_199_254_740_991_i64)]
    pub carried_out_vnd: i64,
    #[schema(minimum = -9_007_199_254_740_991_i64, maximum = 9_007_199_254_740_991_i64)]
    pub lapsed_vnd: i64,
    /// Reserved for contracts; not disbursed.
    #[schema(minimum = -9_007_199_254_740_991_i64, maximum = 9_007_199_254_740_991_i64)]
    pub committed_vnd: i64,
    /// Outstanding advances and payments, less refunds.
    #[schema(minimum = -9_007_199_254_740_991_i64, maximum = 9_007_199_254_740_991_i64)]
    pub disbursed_vnd: i64,
    /// Of it, from money that was carried in.
    #[schema(minimum = -9_007_199_254_740_991_i64, maximum = 9_007_199_254_740_991_i64)]
    pub disbursed_from_carried_vnd: i64,
    #[schema(minimum = -9_007_199_254_740_991_i64, maximum = 9_007_199_254_740_991_i64)]
    pub advances_outstanding_vnd: i64,
    #[schema(minimum = -9_007_199_254_740_991_i64, maximum = 9_007_199_254_740_991_i64)]
    pub settled_vnd: i64,
    /// What `rate_percent` is a share of: the denominator that was asked for, with `carried_in_vnd` where that was.
    #[schema(minimum = -9_007_199_254_740_991_i64, maximum = 9_007_199_254_740_991_i64)]
    pub denominator_vnd: i64,
    /// The share: what was disbursed, that from carried money only where it is in the denominator.
    #[schema(minimum = -9_007_199_254_740_991_i64, maximum = 9_007_199_254_740_991_i64)]
    pub numerator_vnd: i64,
    /// Rounded half up at the second decimal; null without a plan. More than 100 exists.
    pub rate_percent: Option<Decimal>,
    /// Money of sources outside the state budget: mobilised, in none of the figures above.
    #[schema(minimum = -9_007_199_254_740_991_i64, maximum = 9_007_199_254_740_991_i64)]
    pub mobilised_vnd: i64,
    #[schema(minimum = 0, maximum = 100_000_000)]
    pub line_count: i64,
    /// Lines of units that were cut: counted whole in the successor with the largest known part.
    #[schema(minimum = 0, maximum = 100_000_000)]
    pub estimated_line_count: i64,
}

/// A group of the report.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct BudgetGroup {
    /// The unit, where the report is divided by units; null for what lies with none of them.
    pub unit: Option<UnitRef>,
    pub programme_code: Option<ListCode>,
    /// Null also for what names no component.
    pub component_code: Option<ComponentCode>,
    pub funding_source_code: Option<ListCode>,
    pub nature_code: Option<ListCode>,
    /// Null also for medium-term plans.
    #[schema(minimum = 2000, maximum = 2099)]
    pub plan_year: Option<i32>,
    #[schema(minimum = 2000, maximum = 2099)]
    pub origin_year: Option<i32>,
    /// Null also for what is for no work.
    pub work: Option<BudgetWork>,
    pub figures: BudgetFigures,
    /// The same, for the years before up to the same day a year before; with `compare_previous_year`.
    pub previous: Option<BudgetFigures>,
    /// Of a unit: as in the total.
    pub target_rate_percent: Option<Decimal>,
}

/// A work, where the report is divided by works.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct BudgetWork {
    pub id: WorkId,
    pub name: Title,
}

/// What was asked.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct BudgetScope {
    /// The unit as it was on the basis day.
    pub unit: UnitRef,
    #[schema(value_type = String)]
    pub basis: Basis,
    pub basis_date: LocalDate,
    #[schema(min_items = 1, max_items = 50)]
    pub plan_years: Vec<i32>,
    pub group_by: BudgetGrouping,
    pub denominator: BudgetDenominator,
    /// Is carried money in the rate?
    pub with_carried: bool,
    pub value_date_lte: Option<LocalDate>,
    pub booking_date_lte: Option<LocalDate>,
    /// The day up to which `previous` is told.
    pub previous_value_date_lte: Option<LocalDate>,
    /// The caller may see only a part of the unit.
    pub partial: bool,
}

/// What was given, distributed, carried over and disbursed (tình hình thực hiện vốn).
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct BudgetExecution {
    pub scope: BudgetScope,
    pub total: BudgetFigures,
    /// The same, for the years before up to the same day a year before; with `compare_previous_year`.
    pub previous: Option<BudgetFigures>,
    /// Target of `DISBURSEMENT_RATE` for the year, however far it went; null where nobody planned one, for several years
    /// and for a part of the money, for a rate of something else than `ASSIGNED` without carried money, for a unit whose
    /// territory was another then, and of which the caller sees only a part.
    pub target_rate_percent: Option<Decimal>,
    #[schema(max_items = 20_000)]
    pub groups: Vec<BudgetGroup>,
    /// Labels of the codes that the answer contains.
    pub labels: BTreeMap<String, String>,
}
