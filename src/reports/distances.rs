//! What is known of items over many units: verdicts with their distances, and the units that are nearest.

use super::fold::Standing;
use crate::assessments::{StoredDistance, Verdict, item_results};
use crate::criteria::HeldItem;
use crate::db::Conn;
use crate::error::Error;
use crate::values::{AssessmentId, CriterionCode, Decimal};
use std::collections::HashMap;

/// Units that a column names, at the most.
pub const MOST_NEAR: usize = 20;

/// What is known of the items of one assessment, by the column in which each stands.
#[derive(Debug, Default)]
pub struct ItemsOf {
    pub verdicts: Vec<(usize, Verdict)>,
    pub distances: Vec<(usize, StoredDistance)>,
}

/// The items of some assessments.
pub type ItemResults = HashMap<AssessmentId, ItemsOf>;

/// Read the items of some assessments, as far as they have a column.
pub fn read(
    conn: &mut Conn,
    ids: &[AssessmentId],
    columns: &HashMap<CriterionCode, usize>,
) -> Result<ItemResults, Error> {
    let mut found = ItemResults::new();
    for part in ids.chunks(500) {
        for result in item_results(conn, part)? {
            let Some(column) = columns.get(&result.item_code) else { continue };
            let items = found.entry(result.assessment_id).or_default();
            items.verdicts.push((*column, result.verdict));
            if result.distance.gap.is_some() {
                items.distances.push((*column, result.distance));
            }
        }
    }
    Ok(found)
}

/// A unit that falls short, with the item as its own set has it.
#[derive(Clone, Copy)]
pub struct Near<'a> {
    pub standing: Standing<'a>,
    pub item: Option<&'a HeldItem>,
    pub distance: StoredDistance,
}

impl Near<'_> {
    fn share(&self) -> Option<Decimal> {
        self.distance.gap_percent
    }
}

/// The nearest of the units that fall short in a column.
#[derive(Clone, Default)]
pub struct Nearest<'a> {
    pub count: i64,
    /// Nearest first; of equals the one that was taken first.
    pub units: Vec<Near<'a>>,
}

impl<'a> Nearest<'a> {
    pub fn take(&mut self, near: Near<'a>) {
        self.count += 1;
        let place = self.units.partition_point(|known| known.share() <= near.share());
        if place < MOST_NEAR {
            self.units.insert(place, near);
            self.units.truncate(MOST_NEAR);
        }
    }
}
