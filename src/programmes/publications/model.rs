//! Rows, bodies and answers of publications.

use crate::db::schema::budget_publications;
use crate::db::stored;
use crate::error::Faults;
use crate::http::{named, versioned};
use crate::units::UnitRef;
use crate::values::storage::Json;
use crate::values::{
    AmountUnit, BudgetPublicationId, Decimal, ExternalId, ListCode, LocalDate, Note, PrintedAmount, Timestamp, Title,
    UnitCode, UnitId, Whole, vocabulary,
};
use deserr::Deserr;
use diesel::prelude::*;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

vocabulary! {
    /// What does not add up in a publication.
    PublicationFinding {
        /// A total is not the sum of its parts.
        TotalDiffers "TOTAL_DIFFERS" "Tổng khác tổng các phần" | "Total differs from its parts";
        /// A printed rate is not what its amounts come to, at the digits that it has.
        RateDiffers "RATE_DIFFERS" "Tỷ lệ khác số tính được" | "Rate differs from its amounts";
        /// An amount is about a thousand times its neighbours, or a thousandth: another unit may have been meant.
        ThousandfoldNeighbours "THOUSANDFOLD_NEIGHBOURS" "Lệch khoảng nghìn lần so với các dòng khác" | "A thousand times its neighbours";
    }
}

/// A row of `budget_publications`.
#[derive(Debug, Clone, PartialEq, Queryable, Selectable, Insertable, AsChangeset, Serialize)]
#[diesel(table_name = budget_publications, treat_none_as_default_value = false, treat_none_as_null = true)]
pub struct PublicationRow {
    pub id: BudgetPublicationId,
    pub version: i64,
    pub unit_id: UnitId,
    pub unit_date: LocalDate,
    pub title: Title,
    pub source_label: Title,
    pub published_date: Option<LocalDate>,
    pub as_of_date: Option<LocalDate>,
    pub plan_year: Option<i32>,
    pub amount_unit: AmountUnit,
    pub rows: Json,
    pub note: Option<Note>,
    pub external_id: Option<ExternalId>,
    pub created_at: Timestamp,
}

stored!(PublicationRow, budget_publications, "budget-publications", "budget-publication", |row| Some((
    row.unit_id,
    row.unit_date
)));

/// A line of a published table, as it is printed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Deserr, ToSchema)]
#[deserr(error = Faults, deny_unknown_fields)]
#[schema(example = json!({ "label": "Giảm nghèo bền vững", "programme_code": "GNBV", "assigned": "67.172", "disbursed": "4.369", "rate_percent": 6.45 }))]
pub struct PublishedLine {
    pub label: Title,
    /// It claims to be the sum of all lines that are none.
    #[serde(default)]
    #[deserr(default)]
    pub is_total: bool,
    #[serde(default)]
    #[deserr(default)]
    pub programme_code: Option<ListCode>,
    /// Code of `funding-sources`.
    #[serde(default)]
    #[deserr(default)]
    pub funding_source_code: Option<ListCode>,
    /// Code of `capital-natures`.
    #[serde(default)]
    #[deserr(default)]
    pub nature_code: Option<ListCode>,
    #[serde(default)]
    #[deserr(default)]
    pub assigned: Option<PrintedAmount>,
    #[serde(default)]
    #[deserr(default)]
    pub disbursed: Option<PrintedAmount>,
    /// Rate of disbursement.
    #[serde(default)]
    #[deserr(default)]
    pub rate_percent: Option<Decimal>,
}

/// A publication to record.
#[derive(Debug, Clone, Deserr, ToSchema)]
#[deserr(error = Faults, deny_unknown_fields)]
#[schema(example = json!({
    "unit_code": "VN", "title": "Giải ngân vốn năm 2022", "source_label": "Báo cáo của Bộ Kế hoạch và Đầu tư",
    "as_of_date": "2023-01-31", "plan_year": 2022, "amount_unit": "BILLION_VND",
    "lines": [
        { "label": "Vốn đầu tư phát triển", "nature_code": "DTPT", "disbursed": "12.933,106" },
        { "label": "Kinh phí sự nghiệp", "nature_code": "SN", "disbursed": "1.534,35" },
        { "label": "Tổng số", "is_total": true, "disbursed": "14.468,011" }
    ]
}))]
pub struct NewBudgetPublication {
    /// Unit of which it tells; either this or `unit_code`.
    #[deserr(default)]
    pub unit_id: Option<UnitId>,
    /// Code of its holder today, else its last holder.
    #[deserr(default)]
    pub unit_code: Option<UnitCode>,
    pub title: Title,
    /// Where it was published.
    pub source_label: Title,
    #[deserr(default)]
    pub published_date: Option<LocalDate>,
    /// Day up to which it tells.
    #[deserr(default)]
    pub as_of_date: Option<LocalDate>,
    #[deserr(default)]
    #[schema(value_type = Option<i64>, minimum = 2000, maximum = 2099)]
    pub plan_year: Option<Whole<2000, 2099>>,
    /// In what its amounts are printed.
    pub amount_unit: AmountUnit,
    #[schema(min_items = 1, max_items = 500)]
    pub lines: Vec<PublishedLine>,
    #[deserr(default)]
    pub note: Option<Note>,
    #[deserr(default)]
    pub external_id: Option<ExternalId>,
}

named!(NewBudgetPublication);

/// A line as it was printed, in đồng, with what does not add up.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct PublishedFigures {
    pub label: Title,
    pub is_total: bool,
    pub programme_code: Option<ListCode>,
    pub funding_source_code: Option<ListCode>,
    pub nature_code: Option<ListCode>,
    pub assigned: Option<PrintedAmount>,
    pub disbursed: Option<PrintedAmount>,
    pub rate_percent: Option<Decimal>,
    #[schema(minimum = -9_007_199_254_740_991_i64, maximum = 9_007_199_254_740_991_i64)]
    pub assigned_vnd: Option<i64>,
    #[schema(minimum = -9_007_199_254_740_991_i64, maximum = 9_007_199_254_740_991_i64)]
    pub disbursed_vnd: Option<i64>,
    /// What the amounts come to; null where one is not printed.
    pub computed_rate_percent: Option<Decimal>,
    /// Of a total: the printed amount less the sum of the parts; null where a part does not print it.
    #[schema(minimum = -9_007_199_254_740_991_i64, maximum = 9_007_199_254_740_991_i64)]
    pub assigned_difference_vnd: Option<i64>,
    #[schema(minimum = -9_007_199_254_740_991_i64, maximum = 9_007_199_254_740_991_i64)]
    pub disbursed_difference_vnd: Option<i64>,
    #[schema(max_items = 3)]
    pub findings: Vec<PublicationFinding>,
}

/// What was published of money (số công bố), as it was printed.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct BudgetPublication {
    pub id: BudgetPublicationId,
    #[schema(minimum = 1, maximum = 9_007_199_254_740_991_i64)]
    pub version: i64,
    pub unit: UnitRef,
    pub title: Title,
    pub source_label: Title,
    pub published_date: Option<LocalDate>,
    pub as_of_date: Option<LocalDate>,
    #[schema(minimum = 2000, maximum = 2099)]
    pub plan_year: Option<i32>,
    pub amount_unit: AmountUnit,
    #[schema(min_items = 1, max_items = 500)]
    pub lines: Vec<PublishedFigures>,
    pub note: Option<Note>,
    pub external_id: Option<ExternalId>,
    pub created_at: Timestamp,
}

versioned!(BudgetPublication);
