//! A criterion that a body names beside its set.

use super::sets::CriteriaSets;
use crate::codes::Code;
use crate::db::Snapshot;
use crate::error::{Fault, Faults};
use crate::values::{CriteriaSetCode, CriteriaSetId, CriterionCode};

/// The set of the criterion that `criteria_set_code` and `criterion_code` name together, if they do; notes what is wrong.
pub fn named_criterion(
    memory: &Snapshot,
    set: Option<&CriteriaSetCode>,
    criterion: Option<&CriterionCode>,
    faults: &mut Faults,
) -> Option<CriteriaSetId> {
    match (set, criterion) {
        (None, None) => None,
        (Some(_), None) => {
            faults.push(Fault::pointer("/criterion_code", Code::Required));
            None
        }
        (None, Some(_)) => {
            faults.push(Fault::pointer("/criteria_set_code", Code::Required));
            None
        }
        (Some(code), Some(criterion)) => {
            let Some(set) = memory.part::<CriteriaSets>().by_code(code) else {
                faults.push(Fault::pointer("/criteria_set_code", Code::CriteriaSetNotFound));
                return None;
            };
            if set.position(criterion).is_none() {
                faults.push(Fault::pointer("/criterion_code", Code::CriterionNotInSet));
            }
            Some(set.row.id)
        }
    }
}
