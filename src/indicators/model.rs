//! Rows, bodies and answers of indicators.

use crate::db::schema::indicators;
use crate::db::stored;
use crate::error::Faults;
use crate::http::{named, versioned};
use crate::statuses::UnitStatusKind;
use crate::units::UnitRef;
use crate::values::storage::Json;
use crate::values::{
    Confidence, Decimal, ExternalId, Filled, IndicatorCode, IndicatorId, ListCode, Names, StatusValue, Timestamp,
    Title, UnitCode, UnitId, vocabulary,
};
use deserr::Deserr;
use diesel::prelude::*;
use serde::Serialize;
use utoipa::ToSchema;

vocabulary! {
    /// What a figure of an indicator is.
    ValueType {
        /// 1 is yes, 0 is no.
        Boolean "BOOLEAN" "Có/không" | "Yes or no";
        /// Of a hundred; keeps numerator and denominator where they are known.
        Percent "PERCENT" "Tỷ lệ phần trăm" | "Percentage";
        /// A whole number; figures of units add up.
        Count "COUNT" "Số đếm" | "Count";
        /// A number with up to four decimals.
        Number "NUMBER" "Số đo" | "Number";
    }
}

vocabulary! {
    /// Whether a figure is of a day or of a period. Flows and stocks are different indicators.
    TimeBasis {
        Stock "STOCK" "Thời điểm" | "Stock on a day";
        Flow "FLOW" "Thời kỳ" | "Flow over a period";
    }
}

vocabulary! {
    /// Which way is better.
    Direction {
        HigherIsBetter "HIGHER_IS_BETTER" "Càng cao càng tốt" | "Higher is better";
        LowerIsBetter "LOWER_IS_BETTER" "Càng thấp càng tốt" | "Lower is better";
        Neutral "NEUTRAL" "Không xét" | "Neutral";
    }
}

vocabulary! {
    /// What a figure can be divided by.
    Dimension {
        Sex "SEX" "Giới tính" | "Sex";
        Ethnicity "ETHNICITY" "Dân tộc" | "Ethnicity";
        Area "AREA" "Thành thị, nông thôn" | "Urban or rural";
    }
}

vocabulary! {
    /// A member of a dimension.
    Member {
        Male "MALE" "Nam" | "Men";
        Female "FEMALE" "Nữ" | "Women";
        Kinh "KINH" "Dân tộc Kinh" | "Kinh";
        EthnicMinority "ETHNIC_MINORITY" "Dân tộc thiểu số" | "Ethnic minorities";
        Urban "URBAN" "Thành thị" | "Urban";
        Rural "RURAL" "Nông thôn" | "Rural";
    }
}

impl Member {
    /// The dimension it is a member of.
    pub fn dimension(self) -> Dimension {
        match self {
            Member::Male | Member::Female => Dimension::Sex,
            Member::Kinh | Member::EthnicMinority => Dimension::Ethnicity,
            Member::Urban | Member::Rural => Dimension::Area,
        }
    }
}

vocabulary! {
    /// How the service counts an indicator that nobody reports, so that there is one truth.
    Derivation {
        /// Units below that have a status on the last day of the period.
        UnitsWithStatus "UNITS_WITH_STATUS" "Đếm đơn vị theo phân loại, công nhận" | "Units with a status";
        /// Criteria that the communes below meet on average; of a commune those that it meets.
        CriteriaMetAverage "CRITERIA_MET_AVERAGE" "Bình quân tiêu chí đạt" | "Average of criteria met";
        /// What was disbursed of the plan of a year, as a share of what was assigned for it; nothing that was carried in.
        DisbursementRate "DISBURSEMENT_RATE" "Tỷ lệ giải ngân vốn giao" | "Rate of disbursement";
    }
}

/// A row of `indicators`: what is stored and what the journal keeps.
#[derive(Debug, Clone, PartialEq, Queryable, Selectable, Insertable, AsChangeset, Serialize)]
#[diesel(table_name = indicators, treat_none_as_default_value = false, treat_none_as_null = true)]
pub struct IndicatorRow {
    pub id: IndicatorId,
    pub version: i64,
    pub code: IndicatorCode,
    pub keeper_unit_id: UnitId,
    pub name_vi: Title,
    pub name_en: Title,
    pub value_type: ValueType,
    pub unit_code: ListCode,
    pub time_basis: TimeBasis,
    pub direction: Direction,
    pub numerator_vi: Option<Title>,
    pub numerator_en: Option<Title>,
    pub denominator_vi: Option<Title>,
    pub denominator_en: Option<Title>,
    pub breakdowns: Json,
    pub standard_code: Option<ListCode>,
    pub derivation: Option<Derivation>,
    pub derivation_kind: Option<UnitStatusKind>,
    pub derivation_values: Json,
    pub minimum: Option<Decimal>,
    pub maximum: Option<Decimal>,
    pub topic_codes: Json,
    pub confidence: Confidence,
    pub external_id: Option<ExternalId>,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
}

stored!(IndicatorRow, indicators, "indicators", "indicator", |_indicator| None);

/// An indicator to define. Its code, type, unit, parts and standard are its identity and never change.
#[derive(Debug, Clone, Deserr, ToSchema)]
#[deserr(error = Faults, deny_unknown_fields)]
#[schema(example = json!({
    "code": "HOUSEHOLDS_WITH_CLEAN_WATER_SHARE",
    "name": { "vi": "Tỷ lệ hộ sử dụng nước sạch theo quy chuẩn", "en": "Share of households with clean water" },
    "value_type": "PERCENT", "unit_code": "PERCENT", "time_basis": "STOCK", "direction": "HIGHER_IS_BETTER",
    "numerator": { "vi": "Số hộ dùng nước sạch", "en": "Households with clean water" },
    "denominator": { "vi": "Tổng số hộ", "en": "All households" }, "minimum": 0, "maximum": 100
}))]
pub struct NewIndicator {
    pub code: IndicatorCode,
    /// Unit that keeps the definition, the nation or a province; the nation unless one is named.
    #[deserr(default)]
    pub keeper_unit_id: Option<UnitId>,
    #[deserr(default)]
    pub keeper_unit_code: Option<UnitCode>,
    pub name: Names,
    pub value_type: ValueType,
    /// Unit of its figures, a code of `measurement-units`.
    pub unit_code: ListCode,
    pub time_basis: TimeBasis,
    pub direction: Direction,
    /// What a rate is divided from; with `denominator` or not at all.
    #[deserr(default)]
    pub numerator: Option<Names>,
    #[deserr(default)]
    pub denominator: Option<Names>,
    #[schema(max_items = 3)]
    #[deserr(default)]
    pub breakdowns: Option<Vec<Dimension>>,
    /// Standard by which it is measured, a code of `indicator-standards`: two standards are two indicators.
    #[deserr(default)]
    pub standard_code: Option<ListCode>,
    /// How the service counts it; such an indicator takes no observations.
    #[deserr(default)]
    pub derivation: Option<Derivation>,
    /// Kind of status that is counted.
    #[deserr(default)]
    pub derivation_kind: Option<UnitStatusKind>,
    /// Values of that status that are counted; any unless given.
    #[schema(max_items = 20)]
    #[deserr(default)]
    pub derivation_values: Option<Vec<StatusValue>>,
    /// Lowest figure there can be.
    #[deserr(default)]
    pub minimum: Option<Decimal>,
    /// Highest figure there can be.
    #[deserr(default)]
    pub maximum: Option<Decimal>,
    /// Topics of review it belongs to, codes of `review-topics`.
    #[schema(max_items = 14)]
    #[deserr(default)]
    pub topic_codes: Option<Vec<ListCode>>,
    /// `VERIFIED` unless given.
    #[deserr(default)]
    pub confidence: Option<Confidence>,
    #[deserr(default)]
    pub external_id: Option<ExternalId>,
}

named!(NewIndicator);

/// What may be changed of an indicator: how it is called and where it is looked for.
#[derive(Debug, Clone, Deserr, ToSchema)]
#[deserr(error = Faults, deny_unknown_fields)]
#[schema(example = json!({ "topic_codes": ["HEALTH"] }))]
pub struct IndicatorPatch {
    #[schema(value_type = Option<Names>)]
    #[deserr(default)]
    pub name: Filled<Names>,
    #[schema(value_type = Option<Vec<ListCode>>, max_items = 14)]
    #[deserr(default)]
    pub topic_codes: Filled<Vec<ListCode>>,
    #[schema(value_type = Option<Confidence>)]
    #[deserr(default)]
    pub confidence: Filled<Confidence>,
}

/// An indicator (chỉ tiêu).
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Indicator {
    pub id: IndicatorId,
    #[schema(minimum = 1, maximum = 9_007_199_254_740_991_i64)]
    pub version: i64,
    pub code: IndicatorCode,
    /// Unit that keeps the definition.
    pub keeper_unit: UnitRef,
    pub name: Names,
    pub value_type: ValueType,
    pub unit_code: ListCode,
    pub time_basis: TimeBasis,
    pub direction: Direction,
    pub numerator: Option<Names>,
    pub denominator: Option<Names>,
    #[schema(max_items = 3)]
    pub breakdowns: Vec<Dimension>,
    pub standard_code: Option<ListCode>,
    pub derivation: Option<Derivation>,
    pub derivation_kind: Option<UnitStatusKind>,
    #[schema(max_items = 20)]
    pub derivation_values: Vec<StatusValue>,
    pub minimum: Option<Decimal>,
    pub maximum: Option<Decimal>,
    #[schema(max_items = 14)]
    pub topic_codes: Vec<ListCode>,
    pub confidence: Confidence,
    pub external_id: Option<ExternalId>,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
}

versioned!(Indicator);
