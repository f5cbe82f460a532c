//! What the proof of an assessment leaves open of a criterion.

use super::model::{Status, Verdict};
use super::{actions, queries, signing};
use crate::access::Scope;
use crate::db::{Conn, Snapshot};
use crate::error::Error;
use crate::values::{AssessmentId, CriterionCode, Vocabulary};
use serde_json::Value;

/// The items of a criterion that are not met or not decided, word for word as the proof of an assessment shows them: of a
/// signed one as it was signed. None where the scope does not reach the assessment.
pub fn open_items_of(
    conn: &mut Conn,
    memory: &Snapshot,
    scope: &Scope,
    id: AssessmentId,
    criterion: &CriterionCode,
) -> Result<Vec<Value>, Error> {
    let Some(row) = queries::find(conn, scope, id)? else { return Ok(Vec::new()) };
    let signed = row.status == Status::Submitted && row.seal_hash.is_some();
    let seal = if signed { queries::seals(conn, id)?.pop() } else { None };
    let mut proof = match seal {
        Some(seal) => seal.proof.0,
        None => {
            let record = actions::whole(conn, memory, row)?;
            serde_json::to_value(signing::evaluation_of(conn, memory, &record)?).map_err(Error::internal)?
        }
    };
    let criteria = proof["criteria"].as_array_mut().into_iter().flatten();
    let asked = criteria.filter(|known| known["code"] == criterion.as_str());
    let mut items = Vec::new();
    for known in asked {
        if let Value::Array(all) = known["items"].take() {
            items.extend(all.into_iter().filter(is_open));
        }
    }
    Ok(items)
}

fn is_open(item: &Value) -> bool {
    [Verdict::NotMet, Verdict::NotAssessed].iter().any(|open| item["verdict"] == open.code())
}
