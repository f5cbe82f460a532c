//! Which thresholds are verified, and by what.

use super::model::ThresholdRow;
use super::verification::{ThresholdPlace, VerificationRow, VerificationState, VerifiedThreshold};
use crate::error::Error;
use crate::values::{CriteriaSetId, ThresholdVerificationId};
use std::collections::HashMap;

/// All verifications, and the newest in force of each threshold.
#[derive(Debug, Clone)]
pub struct Verified {
    rows: Vec<VerificationRow>,
    by_set: HashMap<CriteriaSetId, HashMap<ThresholdPlace, (VerifiedThreshold, ThresholdVerificationId)>>,
    /// Sets that replace another, with that other.
    replaced: HashMap<CriteriaSetId, CriteriaSetId>,
}

impl Verified {
    /// From rows in the order in which they were recorded.
    pub fn new(rows: Vec<VerificationRow>, replaced: HashMap<CriteriaSetId, CriteriaSetId>) -> Result<Verified, Error> {
        let mut by_set: HashMap<CriteriaSetId, HashMap<_, _>> = HashMap::new();
        for row in rows.iter().filter(|row| row.state == VerificationState::InForce) {
            let of_set = by_set.entry(row.criteria_set_id).or_default();
            for threshold in row.read().map_err(Error::internal)? {
                of_set.insert(threshold.place(), (threshold, row.id));
            }
        }
        Ok(Verified { rows, by_set, replaced })
    }

    pub fn rows(&self) -> &[VerificationRow] {
        &self.rows
    }

    /// The verification of a threshold. What was read for the version before holds for a figure that is still the same,
    /// by the same act: to mend one figure is no reason to read the other five hundred again.
    pub fn of(&self, threshold: &ThresholdRow) -> Option<ThresholdVerificationId> {
        let place = threshold.place();
        let mut versions = std::iter::successors(Some(&threshold.criteria_set_id), |set| self.replaced.get(set))
            .take(self.replaced.len() + 1);
        versions.find_map(|set| {
            let (read, id) = self.by_set.get(set)?.get(&place)?;
            read.says(threshold).then_some(*id)
        })
    }
}
