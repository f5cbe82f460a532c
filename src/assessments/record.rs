//! An assessment with everything that belongs to it, as it is stored, sealed and kept by the journal.

use super::model::{AssessmentRow, DeclaredTotal, ItemRow, NewVerdict, SealRow, Verdict, VerdictRow};
use crate::criteria::{CriteriaSets, HeldSet};
use crate::evaluation::{self, Contradiction, Tally};
use crate::observations::{ObservationRow, Source};
use crate::values::{CriteriaSetCode, CriterionCode};
use serde::Serialize;
use serde_json::{Value, json};
use std::sync::Arc;

/// A criterion with the codes of its items.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shape {
    pub code: CriterionCode,
    pub items: Vec<CriterionCode>,
}

/// The shape of a set: its criteria in their order.
pub fn shape_of(set: &HeldSet) -> Vec<Shape> {
    let shape = |(criterion, items): (&crate::criteria::CriterionRow, &Vec<crate::criteria::HeldItem>)| Shape {
        code: criterion.code.clone(),
        items: items.iter().map(|item| item.row.code.clone()).collect(),
    };
    set.criteria.iter().zip(&set.items).map(shape).collect()
}

/// An assessment with its verdicts, as it is stored and as the journal keeps it.
#[derive(Debug, Clone, PartialEq)]
pub struct AssessmentRecord {
    pub row: AssessmentRow,
    /// Verdicts given for criteria as a whole.
    pub verdicts: Vec<VerdictRow>,
    pub items: Vec<ItemRow>,
    /// The observations that the items cite; lists leave them out.
    pub observations: Vec<ObservationRow>,
    /// What is signed in this write.
    pub seal: Option<SealRow>,
    /// Names the set in the journal.
    pub criteria_set_code: CriteriaSetCode,
    pub criteria: Arc<Vec<Shape>>,
}

impl AssessmentRecord {
    pub fn new(
        row: AssessmentRow,
        verdicts: Vec<VerdictRow>,
        items: Vec<ItemRow>,
        sets: &CriteriaSets,
    ) -> Option<AssessmentRecord> {
        let set = sets.by_id(row.criteria_set_id)?;
        Some(AssessmentRecord {
            criteria_set_code: set.row.code.clone(),
            criteria: Arc::new(shape_of(set)),
            row,
            verdicts,
            items,
            observations: Vec::new(),
            seal: None,
        })
    }

    pub fn item(&self, code: &CriterionCode) -> Option<&ItemRow> {
        self.items.iter().find(|item| item.item_code == *code)
    }

    /// The verdict given for a criterion as a whole.
    pub fn given(&self, code: &CriterionCode) -> Option<&VerdictRow> {
        self.verdicts.iter().find(|verdict| verdict.criterion_code == *code)
    }

    /// The verdict on each criterion: what its items say, else what was given.
    pub fn criterion_verdicts(&self) -> Vec<evaluation::Verdict> {
        let verdict = |shape: &Shape| {
            let items = shape.items.iter().map(|code| {
                let known = self.item(code).map_or(Verdict::NotAssessed, |item| item.verdict);
                evaluation::Verdict::from(known)
            });
            let items: Vec<evaluation::Verdict> = items.collect();
            let given = self.given(&shape.code).map(|given| given.verdict.into());
            evaluation::criterion_of(items.iter().copied(), given)
        };
        self.criteria.iter().map(verdict).collect()
    }

    /// What the verdicts and the declared total come to.
    pub fn tally(&self) -> Result<Tally, Contradiction> {
        evaluation::tally(&self.criterion_verdicts(), self.row.declared())
    }

    /// Does a verdict that counts rest on a threshold that is not verified?
    pub fn is_provisional(&self) -> bool {
        self.items.iter().any(|item| item.provisional)
    }

    /// The content that a signature covers, in canonical form: members in alphabetical order, no white space.
    pub fn canonical(&self) -> Value {
        let row = &self.row;
        let verdict = |verdict: &VerdictRow| NewVerdict {
            code: verdict.criterion_code.clone(),
            verdict: verdict.verdict,
            note: verdict.note.clone(),
        };
        json!({
            "unit_id": row.unit_id,
            "unit_date": row.unit_date,
            "criteria_set_code": self.criteria_set_code,
            "period": row.period,
            "stage": row.stage,
            "revision": row.revision,
            "cut_off_date": row.cut_off_date,
            "source": row.source_label.as_ref().map(|label| Source { label: label.clone(), date: row.source_date }),
            "declared_total": row.declared().map(|(min, max)| DeclaredTotal { min, max }),
            "note": row.note,
            "based_on_id": row.based_on_id,
            "criteria": self.verdicts.iter().map(verdict).collect::<Vec<_>>(),
            "items": self.items.iter().map(|item| self.canonical_item(item)).collect::<Vec<_>>(),
        })
    }

    fn canonical_item(&self, item: &ItemRow) -> Value {
        let figure = |id: &Option<crate::values::ObservationId>| {
            let row = id.and_then(|id| self.observations.iter().find(|row| row.id == id));
            row.map(|row| {
                json!({
                    "observation_id": row.id,
                    "stage": row.stage,
                    "value": row.value,
                    "numerator": row.numerator,
                    "denominator": row.denominator,
                    "breakdown": row.breakdown.0,
                    "cut_off_date": row.cut_off_date,
                    "source": row.source_label.as_ref().map(|label| {
                        Source { label: label.clone(), date: row.source_date }
                    }),
                    "evidence": row.evidence.0,
                })
            })
        };
        json!({
            "code": item.item_code,
            "verdict": item.verdict,
            "computed_verdict": item.computed_verdict,
            "reason": item.reason,
            "not_applicable_reason": item.not_applicable_reason,
            "override_verdict": item.override_verdict,
            "override_reason": item.override_reason,
            "override_client_id": item.override_client_id,
            "provisional": item.provisional,
            "figures": item.cited().iter().map(figure).collect::<Vec<_>>(),
        })
    }
}

impl Serialize for AssessmentRecord {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let row = &self.row;
        let mut document = self.canonical();
        if let Some(members) = document.as_object_mut() {
            let rest = json!({
                "id": row.id,
                "version": row.version,
                "status": row.status,
                "return_reason": row.return_reason,
                "return_items": row.return_items.as_ref().map(|items| items.0.clone()),
                "unverified_reason": row.unverified_reason,
                "author_client_id": row.author_client_id,
                "author_person_id": row.author_person_id,
                "signer_client_id": row.signer_client_id,
                "signer_person_id": row.signer_person_id,
                "submitted_at": row.submitted_at,
                "seal_hash": row.seal_hash,
                "external_id": row.external_id,
                "created_at": row.created_at,
                "updated_at": row.updated_at,
            });
            if let Value::Object(rest) = rest {
                members.extend(rest);
            }
        }
        document.serialize(serializer)
    }
}
