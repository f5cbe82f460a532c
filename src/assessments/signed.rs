//! What a signed assessment says to those who decide by it.

use super::model::{Stage, Status, Verdict};
use super::queries;
use crate::access::Scope;
use crate::criteria::{CriteriaSets, OpenReason};
use crate::db::{Conn, Snapshot};
use crate::error::Error;
use crate::evaluation;
use crate::values::{AssessmentId, CriteriaSetId, CriterionCode, LocalDate, Period, UnitId};
use serde::Deserialize;

/// A condition of recognition as the seal holds it.
#[derive(Debug, Clone, Deserialize)]
pub struct SignedCondition {
    pub code: CriterionCode,
    pub verdict: Verdict,
    pub reason: Option<OpenReason>,
}

/// An assessment with what its newest seal says of the conditions of recognition.
#[derive(Debug, Clone)]
pub struct SignedResult {
    pub assessment_id: AssessmentId,
    pub unit_id: UnitId,
    pub unit_date: LocalDate,
    pub criteria_set_id: CriteriaSetId,
    pub period: Period,
    pub stage: Stage,
    pub status: Status,
    /// The verdict on each criterion of its set, in order.
    pub verdicts: Vec<evaluation::Verdict>,
    /// Fewest and most criteria that may be met; none where verdicts and declared total contradict each other.
    pub range: Option<(i32, i32)>,
    pub conditions: Vec<SignedCondition>,
}

/// An assessment that the scope reaches. What was signed counts, not what the figures behind it have become since.
pub fn signed_result(
    conn: &mut Conn,
    memory: &Snapshot,
    scope: &Scope,
    id: AssessmentId,
) -> Result<Option<SignedResult>, Error> {
    let Some(row) = queries::find(conn, scope, id)? else { return Ok(None) };
    let Some(record) = queries::records(conn, vec![row], memory.part::<CriteriaSets>())?.pop() else { return Ok(None) };
    let conditions = match queries::seals(conn, id)?.pop() {
        Some(mut seal) => serde_json::from_value(seal.proof.0["conditions"].take()).map_err(Error::internal)?,
        None => Vec::new(),
    };
    Ok(Some(SignedResult {
        assessment_id: id,
        unit_id: record.row.unit_id,
        unit_date: record.row.unit_date,
        criteria_set_id: record.row.criteria_set_id,
        period: record.row.period,
        stage: record.row.stage,
        status: record.row.status,
        range: record.tally().ok().map(|tally| (tally.min, tally.max)),
        verdicts: record.criterion_verdicts(),
        conditions,
    }))
}
