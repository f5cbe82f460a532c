//! Which thresholds are verified, and by what.

use super::model::ThresholdRow;
use super::verification::{ThresholdPlace, VerificationRow, VerificationState};
use crate::error::Error;
use crate::values::{CriteriaSetId, ThresholdVerificationId};
use std::collections::HashMap;

/// All verifications, and the newest in force of each threshold.
#[derive(Debug, Clone)]
pub struct Verified {
    rows: Vec<VerificationRow>,
    by_set: HashMap<CriteriaSetId, HashMap<ThresholdPlace, ThresholdVerificationId>>,
}

impl Verified {
    /// From rows in the order in which they were recorded.
    pub fn new(rows: Vec<VerificationRow>) -> Result<Verified, Error> {
        let mut by_set: HashMap<CriteriaSetId, HashMap<_, _>> = HashMap::new();
        for row in rows.iter().filter(|row| row.state == VerificationState::InForce) {
            let of_set = by_set.entry(row.criteria_set_id).or_default();
            for threshold in row.read().map_err(Error::internal)? {
                of_set.insert(threshold.place(), row.id);
            }
        }
        Ok(Verified { rows, by_set })
    }

    pub fn rows(&self) -> &[VerificationRow] {
        &self.rows
    }

    pub fn of(&self, threshold: &ThresholdRow) -> Option<ThresholdVerificationId> {
        self.by_set.get(&threshold.criteria_set_id)?.get(&threshold.place()).copied()
    }
}
