//! How far items are from being met: told by the rules when an item is judged, kept beside its verdict, so that many
//! communes can be read without judging any of them again.

use super::model::Verdict;
use crate::db::schema::assessment_items;
use crate::evaluation;
use crate::values::{AssessmentId, CriterionCode, Decimal};
use diesel::prelude::*;

/// A distance beside a verdict; nothing where the item is met, where nobody knows, and where it fails by word alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Queryable, Selectable, Insertable)]
#[diesel(table_name = assessment_items, treat_none_as_default_value = false)]
pub struct StoredDistance {
    /// Which of its measures is farthest from its threshold.
    pub gap_part: Option<i32>,
    /// In the unit of the indicator of that measure.
    pub gap: Option<Decimal>,
    pub gap_percent: Option<Decimal>,
    pub numerator_gap: Option<Decimal>,
}

/// What became of an item, without how.
#[derive(Debug, Clone, PartialEq, Queryable, Selectable)]
#[diesel(table_name = assessment_items)]
pub struct ItemResult {
    pub assessment_id: AssessmentId,
    pub item_code: CriterionCode,
    pub verdict: Verdict,
    #[diesel(embed)]
    pub distance: StoredDistance,
}

impl StoredDistance {
    pub fn of(outcome: &evaluation::ItemOutcome) -> StoredDistance {
        let Some(distance) = outcome.distance() else { return StoredDistance::default() };
        StoredDistance {
            gap_part: i32::try_from(distance.measure).ok(),
            gap: Some(Decimal::from_scaled(distance.gap)),
            gap_percent: Some(percent(distance.relative_gap)),
            numerator_gap: distance.numerator_gap.map(Decimal::from_scaled),
        }
    }
}

/// A share in ten-thousandths as a percentage.
pub fn percent(share: evaluation::Scaled) -> Decimal {
    Decimal::from_scaled(share * 100)
}
