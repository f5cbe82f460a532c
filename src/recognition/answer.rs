//! The answer for a dossier.

use super::model::{Consequence, DossierRecord, RecognitionCondition, RecognitionDossier, RecognitionStep, StepRow};
use super::rules;
use crate::criteria::CriteriaSets;
use crate::db::Snapshot;
use crate::error::Error;
use crate::units::Territory;

/// Conditions are those that the newest step found which asks for them; consequences those of its decision.
pub fn describe(record: &DossierRecord, memory: &Snapshot) -> Result<RecognitionDossier, Error> {
    let row = &record.row;
    let unit = memory.part::<Territory>().reference(row.unit_id, row.unit_date);
    let set = memory.part::<CriteriaSets>().by_id(row.criteria_set_id);
    let judged = record.steps.iter().rev().find_map(|step| step.conditions.as_ref());
    let conditions: Option<Vec<RecognitionCondition>> =
        judged.map(|judged| serde_json::from_value(judged.0.clone())).transpose().map_err(Error::internal)?;
    let mut consequences: Vec<Consequence> = Vec::new();
    for step in &record.steps {
        let of_step: Vec<Consequence> = serde_json::from_value(step.consequences.0.clone()).map_err(Error::internal)?;
        consequences.extend(of_step);
    }
    Ok(RecognitionDossier {
        id: row.id,
        version: row.version,
        unit: unit.ok_or_else(|| Error::internal("a dossier of a unit that is not there"))?,
        unit_date: row.unit_date,
        criteria_set_code: set.ok_or_else(|| Error::internal("a dossier without its set"))?.row.code.clone(),
        level: row.level,
        year: row.year,
        status: row.status,
        conditions: conditions.unwrap_or_default(),
        consequences,
        steps: record.steps.iter().map(describe_step).collect(),
        note: row.note.clone(),
        external_id: row.external_id.clone(),
        allowed_transitions: rules::steps(row.status).map(|step| step.to).collect(),
        created_at: row.created_at,
        updated_at: row.updated_at,
    })
}

fn describe_step(step: &StepRow) -> RecognitionStep {
    RecognitionStep {
        number: step.number,
        status: step.status,
        client_id: step.client_id,
        taken_at: step.taken_at,
        assessment_id: step.assessment_id,
        votes_for: step.votes_for,
        votes_total: step.votes_total,
        act_number: step.act_number.clone(),
        decision_date: step.decision_date,
        effective_date: step.effective_date,
        announced_date: step.announced_date,
        reason: step.reason.clone(),
        override_reason: step.override_reason.clone(),
        unit_status_id: step.unit_status_id,
    }
}
