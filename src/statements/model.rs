//! Rows, bodies and answers of statements.

use crate::db::schema::statements;
use crate::db::stored;
use crate::error::Faults;
use crate::http::{PatchBody, named, versioned};
use crate::reports::GapTrend;
use crate::units::UnitRef;
use crate::values::{
    BandCode, CriteriaSetCode, Decimal, ExternalId, Filled, IndicatorCode, ListCode, LocalDate, MeetingId, Note, Patch,
    Period, StatementId, Timestamp, UnitCode, UnitId, vocabulary,
};
use deserr::Deserr;
use diesel::prelude::*;
use serde::Serialize;
use utoipa::ToSchema;

vocabulary! {
    /// What would prove a statement.
    ClaimKind {
        /// How many units stand in a band of a criteria set.
        BandCount "BAND_COUNT" "Số xã trong một nhóm tiêu chí" | "Units in a band";
        /// How many criteria they meet on average.
        CriteriaMetAverage "CRITERIA_MET_AVERAGE" "Số tiêu chí bình quân" | "Average of criteria met";
        /// A figure of the unit.
        IndicatorValue "INDICATOR_VALUE" "Giá trị chỉ tiêu" | "Value of an indicator";
        /// A figure of the unit beside that of an earlier period.
        IndicatorChange "INDICATOR_CHANGE" "Biến động so với kỳ trước" | "Change since an earlier period";
        /// A figure of the unit beside that of its province or the nation.
        IndicatorGap "INDICATOR_GAP" "So với tỉnh hoặc cả nước" | "Beside the province or the nation";
        /// What became of that gap since an earlier period.
        GapChange "GAP_CHANGE" "Khoảng cách thu hẹp hay nới rộng" | "Change of that gap";
        /// What share of the money of a programme for the year was disbursed by the end of the period; of a whole year
        /// all that was disbursed of it, in percent.
        BudgetRate "BUDGET_RATE" "Tỷ lệ giải ngân" | "Rate of disbursement";
        /// That share beside the one of an earlier period.
        BudgetRateChange "BUDGET_RATE_CHANGE" "Tỷ lệ giải ngân so với kỳ trước" | "Change of that rate";
    }
}

vocabulary! {
    /// How two numbers stand to each other.
    StatementComparison {
        AtLeast "AT_LEAST" "Từ mức này trở lên" | "At least";
        AtMost "AT_MOST" "Không quá mức này" | "At most";
        Equal "EQUAL" "Đúng bằng" | "Equal";
        MoreThan "MORE_THAN" "Cao hơn" | "More than";
        LessThan "LESS_THAN" "Thấp hơn" | "Less than";
    }
}

vocabulary! {
    /// Whose figure stands beside that of the unit.
    ComparedWith {
        Province "PROVINCE" "Tỉnh" | "Its province";
        Nation "NATION" "Cả nước" | "The nation";
    }
}

vocabulary! {
    /// Whether the figures bear a statement out.
    StatementOutcome {
        Supported "SUPPORTED" "Số liệu xác nhận" | "Supported";
        Contradicted "CONTRADICTED" "Số liệu trái ngược" | "Contradicted";
        NoData "NO_DATA" "Chưa đủ số liệu" | "No data";
    }
}

vocabulary! {
    /// Why the figures do not tell.
    NoDataReason {
        /// Nobody said which figure would prove it.
        NoClaim "NO_CLAIM" "Chưa nêu số liệu chứng minh" | "No claim";
        /// A figure is not there.
        NoFigure "NO_FIGURE" "Chưa có số liệu" | "No figure";
        /// A figure is that of a part of the communes.
        Incomplete "INCOMPLETE" "Số liệu chưa đủ các xã" | "Some communes are missing";
        /// The figure is a range, and the claim lies inside it.
        RangeUndecided "RANGE_UNDECIDED" "Số liệu là khoảng, chưa kết luận được" | "The range leaves it open";
        /// The unit was not there in that period.
        UnitNotInPeriod "UNIT_NOT_IN_PERIOD" "Đơn vị không tồn tại trong kỳ" | "The unit was not there";
    }
}

/// A row of `statements`.
#[derive(Debug, Clone, PartialEq, Queryable, Selectable, Insertable, AsChangeset, Serialize)]
#[diesel(table_name = statements, treat_none_as_default_value = false, treat_none_as_null = true)]
pub struct StatementRow {
    pub id: StatementId,
    pub version: i64,
    pub unit_id: UnitId,
    pub unit_date: LocalDate,
    pub meeting_id: Option<MeetingId>,
    pub topic_code: Option<ListCode>,
    pub wording: Note,
    #[serde(skip)]
    pub search_text: String,
    pub stated_date: LocalDate,
    pub period: Period,
    pub claim_kind: Option<ClaimKind>,
    pub criteria_set_code: Option<CriteriaSetCode>,
    pub band_code: Option<BandCode>,
    pub indicator_code: Option<IndicatorCode>,
    pub comparison: Option<StatementComparison>,
    pub value: Option<Decimal>,
    pub compared_with: Option<ComparedWith>,
    pub trend: Option<GapTrend>,
    pub since_period: Option<Period>,
    pub external_id: Option<ExternalId>,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
    pub programme_code: Option<ListCode>,
}

stored!(StatementRow, statements, "statements", "statement", |row| Some((row.unit_id, row.unit_date)));

/// What would prove a statement, as it is sent: each kind has the members that it needs and no others.
#[derive(Debug, Clone, Deserr, ToSchema)]
#[deserr(error = Faults, deny_unknown_fields)]
#[schema(example = json!({ "kind": "BAND_COUNT", "criteria_set_code": "NTM-XA-2021-2025", "band_code": "19", "comparison": "EQUAL", "value": 4 }))]
pub struct NewClaim {
    pub kind: ClaimKind,
    /// For `BAND_COUNT` and `CRITERIA_MET_AVERAGE`.
    #[deserr(default)]
    pub criteria_set_code: Option<CriteriaSetCode>,
    /// For `BAND_COUNT`.
    #[deserr(default)]
    pub band_code: Option<BandCode>,
    /// For the kinds of indicators.
    #[deserr(default)]
    pub indicator_code: Option<IndicatorCode>,
    /// For `BUDGET_RATE` and `BUDGET_RATE_CHANGE`: the programme.
    #[deserr(default)]
    pub programme_code: Option<ListCode>,
    /// For all kinds but `GAP_CHANGE`: how what is found stands to what is claimed, to the earlier period or to the other
    /// unit.
    #[deserr(default)]
    pub comparison: Option<StatementComparison>,
    /// For `BAND_COUNT`, `CRITERIA_MET_AVERAGE`, `INDICATOR_VALUE` and `BUDGET_RATE`.
    #[deserr(default)]
    pub value: Option<Decimal>,
    /// For `INDICATOR_GAP` and `GAP_CHANGE`.
    #[deserr(default)]
    pub compared_with: Option<ComparedWith>,
    /// For `GAP_CHANGE`: `NARROWS`, `WIDENS` or `SAME`.
    #[deserr(default)]
    pub trend: Option<GapTrend>,
    /// For `INDICATOR_CHANGE` and `GAP_CHANGE`.
    #[deserr(default)]
    pub since_period: Option<Period>,
}

/// A statement to record.
#[derive(Debug, Clone, Deserr, ToSchema)]
#[deserr(error = Faults, deny_unknown_fields)]
#[schema(example = json!({
    "unit_code": "063", "wording": "Bốn xã đạt 19 tiêu chí", "period": "2022", "stated_date": "2023-03-10",
    "claim": { "kind": "BAND_COUNT", "criteria_set_code": "NTM-XA-2021-2025", "band_code": "19", "comparison": "EQUAL", "value": 4 }
}))]
pub struct NewStatement {
    /// Unit of which it is said; either this or `unit_code`.
    #[deserr(default)]
    pub unit_id: Option<UnitId>,
    /// Code of its holder today, else its last holder.
    #[deserr(default)]
    pub unit_code: Option<UnitCode>,
    /// What was said.
    pub wording: Note,
    /// Meeting at which it was said.
    #[deserr(default)]
    pub meeting_id: Option<MeetingId>,
    /// Code of `review-topics`.
    #[deserr(default)]
    pub topic_code: Option<ListCode>,
    /// Day on which it was said; today unless given.
    #[deserr(default)]
    pub stated_date: Option<LocalDate>,
    /// Period of which it was said.
    pub period: Period,
    /// What would prove it; absent where nobody said.
    #[deserr(default)]
    pub claim: Option<NewClaim>,
    #[deserr(default)]
    pub external_id: Option<ExternalId>,
}

named!(NewStatement);

/// What may be changed of a statement. What was said, and of which period, stays.
#[derive(Debug, Clone, Deserr, ToSchema)]
#[deserr(error = Faults, deny_unknown_fields)]
#[schema(example = json!({ "topic_code": "KINH_TE" }))]
pub struct StatementPatch {
    #[schema(value_type = Option<ListCode>)]
    #[deserr(default)]
    pub topic_code: Patch<ListCode>,
    /// All of it.
    #[schema(value_type = NewClaim, required = false)]
    #[deserr(default)]
    pub claim: Filled<NewClaim>,
}

impl PatchBody for StatementPatch {
    const READ_ONLY: &'static [&'static str] = &[
        "id",
        "version",
        "unit",
        "wording",
        "meeting_id",
        "stated_date",
        "period",
        "external_id",
        "created_at",
        "updated_at",
    ];
}

/// What would prove a statement.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct Claim {
    pub kind: ClaimKind,
    pub criteria_set_code: Option<CriteriaSetCode>,
    pub band_code: Option<BandCode>,
    pub indicator_code: Option<IndicatorCode>,
    pub programme_code: Option<ListCode>,
    pub comparison: Option<StatementComparison>,
    pub value: Option<Decimal>,
    pub compared_with: Option<ComparedWith>,
    pub trend: Option<GapTrend>,
    pub since_period: Option<Period>,
}

/// What a meeting says of its unit (nhận định): words, and the question that would prove them.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Statement {
    pub id: StatementId,
    #[schema(minimum = 1, maximum = 9_007_199_254_740_991_i64)]
    pub version: i64,
    pub unit: UnitRef,
    pub wording: Note,
    pub meeting_id: Option<MeetingId>,
    pub topic_code: Option<ListCode>,
    pub stated_date: LocalDate,
    pub period: Period,
    /// Null where nobody said what would prove it: the answer is `NO_DATA`.
    pub claim: Option<Claim>,
    pub external_id: Option<ExternalId>,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
}

versioned!(Statement);

/// A number that decides.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct StatementFigure {
    /// Whose number it is.
    pub unit: UnitRef,
    pub period: Period,
    /// Lowest and highest it may be: the same where it is one number.
    pub min: Decimal,
    pub max: Decimal,
    /// Units that the number covers, and that it should cover.
    #[schema(minimum = 0, maximum = 100000)]
    pub covered_count: i64,
    #[schema(minimum = 0, maximum = 100000)]
    pub expected_count: i64,
}

/// What the figures say to a statement.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct StatementAnswer {
    pub statement_id: StatementId,
    pub wording: Note,
    /// Period that was asked for: that of the statement, or a later one.
    pub period: Period,
    pub outcome: StatementOutcome,
    /// Null where the figures tell.
    pub reason: Option<NoDataReason>,
    /// The unit's own number first, then that which it is held against, where that is a number of ours.
    #[schema(max_items = 4)]
    pub figures: Vec<StatementFigure>,
    /// For `GAP_CHANGE`: what became of the gap.
    pub trend: Option<GapTrend>,
    /// The call that lists what is behind the figures; null without a claim.
    #[schema(max_length = 500, pattern = "^/v1/", example = "/v1/reports/criteria-distribution?period=2022")]
    pub source_path: Option<String>,
}

impl StatementRow {
    pub fn claim(&self) -> Option<Claim> {
        self.claim_kind.map(|kind| Claim {
            kind,
            criteria_set_code: self.criteria_set_code.clone(),
            band_code: self.band_code.clone(),
            indicator_code: self.indicator_code.clone(),
            programme_code: self.programme_code.clone(),
            comparison: self.comparison,
            value: self.value,
            compared_with: self.compared_with,
            trend: self.trend,
            since_period: self.since_period,
        })
    }

    pub fn set_claim(&mut self, new: Option<&NewClaim>) {
        self.claim_kind = new.map(|claim| claim.kind);
        self.criteria_set_code = new.and_then(|claim| claim.criteria_set_code.clone());
        self.band_code = new.and_then(|claim| claim.band_code.clone());
        self.indicator_code = new.and_then(|claim| claim.indicator_code.clone());
        self.programme_code = new.and_then(|claim| claim.programme_code.clone());
        self.comparison = new.and_then(|claim| claim.comparison);
        self.value = new.and_then(|claim| claim.value);
        self.compared_with = new.and_then(|claim| claim.compared_with);
        self.trend = new.and_then(|claim| claim.trend);
        self.since_period = new.and_then(|claim| claim.since_period);
    }
}
