//! How each verdict came about: criterion, item, figure, threshold, act and article, evidence, who decided; and what is
//! missing, nearest first.

use super::distance::percent;
use super::judge::{Decisions, Figures, Judged, KnownFigure, is_provisional};
use super::model::{CriteriaMet, Verdict};
use super::sheet::ItemOverride;
use crate::criteria::{Applied, AppliedThreshold, HeldItem, OpenReason, ThresholdChoice};
use crate::db::Snapshot;
use crate::error::Error;
use crate::evaluation::{self, ItemOutcome, MeasureOutcome};
use crate::indicators::{Indicators, ValueType};
use crate::observations::{EvidenceNote, MemberFigure, ObservationStage, Source};
use crate::units::UnitRef;
use crate::values::{
    ClientId, ContentHash, CriteriaSetCode, CriterionCode, Decimal, FileId, IndicatorCode, ListCode, LocalDate, Names,
    Note, ObservationId, Period, Timestamp,
};
use serde::Serialize;
use utoipa::ToSchema;

/// A figure on which a verdict rests.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ProofFigure {
    pub value: Option<Decimal>,
    pub numerator: Option<Decimal>,
    pub denominator: Option<Decimal>,
    #[schema(max_items = 6)]
    pub breakdown: Vec<MemberFigure>,
    /// The observation that holds it; null for a figure that was only proposed.
    pub observation_id: Option<ObservationId>,
    pub stage: Option<ObservationStage>,
    pub cut_off_date: Option<LocalDate>,
    pub source: Option<Source>,
    #[schema(max_items = 20)]
    pub evidence: Vec<ProofEvidence>,
    pub author_client_id: Option<ClientId>,
    pub recorded_at: Option<Timestamp>,
}

/// What proves a figure.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ProofEvidence {
    pub kind_code: ListCode,
    pub label: crate::values::Title,
    pub date: Option<LocalDate>,
    pub valid_until: Option<LocalDate>,
    /// It no longer proved anything on the day of the evaluation.
    pub expired: bool,
    /// The file, where it is kept here.
    pub file_id: Option<FileId>,
    /// SHA-256 of the file.
    pub content_hash: Option<ContentHash>,
}

/// One indicator of an item.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ProofMeasure {
    pub indicator_code: IndicatorCode,
    pub name: Names,
    pub value_type: ValueType,
    /// Unit of its figures, a code of `measurement-units`.
    pub unit_code: ListCode,
    pub verdict: Verdict,
    pub reason: Option<OpenReason>,
    pub figure: Option<ProofFigure>,
    pub threshold: Option<AppliedThreshold>,
    /// Distance of the worst figure (of men, women or all) to the threshold, in its unit; 0 where it is met.
    pub gap: Option<Decimal>,
    /// The same as a share of the larger of the two, in percent.
    pub gap_percent: Option<Decimal>,
    /// How much more of what is counted above it takes (households, schools); below zero where it has to fall.
    pub numerator_gap: Option<Decimal>,
}

/// An item, with how its verdict came about.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ProofItem {
    pub code: CriterionCode,
    pub name: Names,
    /// What counts.
    pub verdict: Verdict,
    /// What the rules say.
    pub computed_verdict: Verdict,
    pub reason: Option<OpenReason>,
    #[serde(rename = "override")]
    #[schema(rename = "override")]
    pub overriding: Option<ItemOverride>,
    pub not_applicable_reason: Option<Note>,
    pub both_sexes: bool,
    pub conditional: bool,
    pub delegated: bool,
    /// The verdict rests on a threshold that is not verified.
    pub provisional: bool,
    /// Its indicator, then its parts: all have to pass.
    #[schema(max_items = 6)]
    pub measures: Vec<ProofMeasure>,
}

/// A criterion, with how its verdict came about: it is met only if all its items are met or do not apply.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ProofCriterion {
    pub code: CriterionCode,
    pub name: Names,
    pub verdict: Verdict,
    /// What was given for the criterion as a whole; it decides what the items leave open.
    pub given_verdict: Option<Verdict>,
    #[schema(max_items = 50)]
    pub items: Vec<ProofItem>,
}

/// An item that stands in the way.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct OpenItem {
    pub criterion_code: CriterionCode,
    pub item_code: CriterionCode,
    pub verdict: Verdict,
    pub reason: Option<OpenReason>,
    /// Share that is missing, in percent; 100 where nobody knows.
    pub gap_percent: Decimal,
}

/// What stands between the unit and a number of criteria.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct EvaluationTarget {
    /// Number of criteria, the lower end of a band of the set.
    #[schema(minimum = 0, maximum = 63)]
    pub criteria_count: i32,
    /// How many more it takes.
    #[schema(minimum = 0, maximum = 63)]
    pub needed_count: i32,
    /// The criteria that are nearest, as many as it takes: those with the fewest open items, among them those that miss
    /// least.
    #[schema(max_items = 63)]
    pub nearest: Vec<CriterionCode>,
}

/// An evaluation as a tree of proof.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Evaluation {
    pub unit: UnitRef,
    pub criteria_set_code: CriteriaSetCode,
    pub period: Period,
    /// Day whose statuses chose the thresholds.
    pub as_of: LocalDate,
    pub choice: ThresholdChoice,
    /// Null where verdicts and declared total contradict each other.
    pub criteria_met: Option<CriteriaMet>,
    #[schema(minimum = 0, maximum = 63)]
    pub undecided_count: i64,
    /// A verdict rests on a threshold that is not verified: it is no law.
    pub provisional: bool,
    #[schema(max_items = 63)]
    pub criteria: Vec<ProofCriterion>,
    /// Conditions of recognition beside the criteria.
    #[schema(max_items = 20)]
    pub conditions: Vec<ProofItem>,
    /// Items that stand in the way of a criterion, nearest first, what nobody knows last.
    #[schema(max_items = 400)]
    pub open_items: Vec<OpenItem>,
    /// What stands between the unit and the bands above it.
    #[schema(max_items = 20)]
    pub targets: Vec<EvaluationTarget>,
    /// When it was signed; null for what is computed now.
    pub sealed_at: Option<Timestamp>,
}

/// What an evaluation is of.
pub struct Subject {
    pub unit: UnitRef,
    pub period: Period,
    pub as_of: LocalDate,
    pub criteria_met: Option<CriteriaMet>,
    pub sealed_at: Option<Timestamp>,
}

/// The tree of proof of a judgement.
pub fn prove(
    memory: &Snapshot,
    judged: &Judged<'_>,
    figures: &Figures,
    decisions: &Decisions,
    subject: Subject,
) -> Result<Evaluation, Error> {
    let set = judged.set;
    let writer = Writer { memory, judged, figures, decisions, as_of: subject.as_of };
    let mut criteria = Vec::with_capacity(set.criteria.len());
    for (at, (row, outcome)) in set.criteria.iter().zip(&judged.outcomes).enumerate() {
        let items = set.items[at].iter().zip(&outcome.items).zip(&judged.applied[at]);
        let items = items.map(|((item, outcome), applied)| writer.item(item, outcome, applied));
        criteria.push(ProofCriterion {
            code: row.code.clone(),
            name: Names { vi: row.name_vi.clone(), en: row.name_en.clone() },
            verdict: outcome.verdict.into(),
            given_verdict: decisions.criteria.get(&row.code).copied(),
            items: items.collect::<Result<_, _>>()?,
        });
    }
    let conditions = set.conditions.iter().zip(&judged.conditions);
    let conditions: Vec<ProofItem> =
        conditions.map(|(item, (applied, outcome))| writer.item(item, outcome, applied)).collect::<Result<_, _>>()?;
    Ok(Evaluation {
        unit: subject.unit,
        criteria_set_code: set.row.code.clone(),
        period: subject.period,
        as_of: subject.as_of,
        choice: judged.standing.describe(),
        criteria_met: subject.criteria_met,
        undecided_count: undecided(judged),
        provisional: criteria.iter().flat_map(|criterion| &criterion.items).any(|item| item.provisional),
        open_items: open_items(judged),
        targets: targets(judged),
        criteria,
        conditions,
        sealed_at: subject.sealed_at,
    })
}

fn undecided(judged: &Judged<'_>) -> i64 {
    judged.outcomes.iter().filter(|outcome| outcome.verdict == evaluation::Verdict::NotAssessed).count() as i64
}

struct Writer<'a> {
    memory: &'a Snapshot,
    judged: &'a Judged<'a>,
    figures: &'a Figures,
    decisions: &'a Decisions,
    as_of: LocalDate,
}

impl Writer<'_> {
    fn item(&self, item: &HeldItem, outcome: &ItemOutcome, applied: &[Applied<'_>]) -> Result<ProofItem, Error> {
        let decision = self.decisions.items.get(&item.row.code);
        let overriding = decision.and_then(|decision| decision.overriding.as_ref());
        let measures = item.measures.iter().zip(applied).zip(&outcome.measures);
        Ok(ProofItem {
            code: item.row.code.clone(),
            name: item.names(),
            verdict: outcome.verdict.into(),
            computed_verdict: outcome.computed.into(),
            reason: outcome.reason.map(OpenReason::from),
            overriding: overriding.map(|over| ItemOverride {
                verdict: over.verdict,
                reason: over.reason.clone(),
                client_id: over.client_id,
            }),
            not_applicable_reason: decision.and_then(|decision| decision.not_applicable_reason.clone()),
            both_sexes: item.row.both_sexes,
            conditional: item.row.conditional,
            delegated: item.row.delegated,
            provisional: is_provisional(applied, outcome),
            measures: measures
                .map(|((measure, applied), outcome)| self.measure(measure, applied, outcome))
                .collect::<Result<_, _>>()?,
        })
    }

    fn measure(
        &self,
        measure: &crate::criteria::HeldMeasure,
        applied: &Applied<'_>,
        outcome: &MeasureOutcome,
    ) -> Result<ProofMeasure, Error> {
        let indicator = self.memory.part::<Indicators>().by_code(&measure.indicator_code);
        let indicator = indicator.ok_or_else(|| Error::internal("an item without its indicator"))?;
        let figure = self.figures.get(&measure.indicator_code).map(|known| self.figure(known)).transpose()?;
        let set = self.judged.set;
        Ok(ProofMeasure {
            indicator_code: measure.indicator_code.clone(),
            name: measure.name.clone(),
            value_type: indicator.row.value_type,
            unit_code: indicator.row.unit_code.clone(),
            verdict: outcome.verdict.into(),
            reason: outcome.reason.map(OpenReason::from),
            figure,
            threshold: applied.threshold.map(|threshold| set.describe_threshold(self.memory, threshold)),
            gap: outcome.gap.map(Decimal::from_scaled),
            gap_percent: outcome.relative_gap.map(percent),
            numerator_gap: outcome.numerator_gap.map(Decimal::from_scaled),
        })
    }

    fn figure(&self, known: &KnownFigure) -> Result<ProofFigure, Error> {
        let row = known.observation.as_deref();
        let evidence = row.map(|row| row.read().map(|read| read.evidence)).transpose().map_err(Error::internal)?;
        let source = row.and_then(|row| row.source_label.clone().map(|label| Source { label, date: row.source_date }));
        Ok(ProofFigure {
            value: known.figure.value,
            numerator: known.figure.numerator,
            denominator: known.figure.denominator,
            breakdown: known.figure.breakdown.clone(),
            observation_id: row.map(|row| row.id),
            stage: row.map(|row| row.stage),
            cut_off_date: row.and_then(|row| row.cut_off_date),
            source,
            evidence: evidence.into_iter().flatten().map(|note| self.evidence(note)).collect(),
            author_client_id: row.and_then(|row| row.author_client_id),
            recorded_at: row.map(|row| row.created_at),
        })
    }

    fn evidence(&self, note: EvidenceNote) -> ProofEvidence {
        ProofEvidence {
            expired: note.valid_until.is_some_and(|until| until < self.as_of),
            kind_code: note.kind_code,
            label: note.label,
            date: note.date,
            valid_until: note.valid_until,
            file_id: note.file_id,
            content_hash: note.content_hash,
        }
    }
}

fn open_items(judged: &Judged<'_>) -> Vec<OpenItem> {
    let item = |(at, place): (usize, usize)| {
        let outcome = &judged.outcomes[at].items[place];
        OpenItem {
            criterion_code: judged.set.criteria[at].code.clone(),
            item_code: judged.set.items[at][place].row.code.clone(),
            verdict: outcome.verdict.into(),
            reason: outcome.reason.map(OpenReason::from),
            gap_percent: percent(outcome.relative_gap()),
        }
    };
    evaluation::open_items(&judged.outcomes).into_iter().map(item).collect()
}

fn targets(judged: &Judged<'_>) -> Vec<EvaluationTarget> {
    let met = judged.outcomes.iter().filter(|outcome| outcome.verdict.counts_as_met()).count() as i32;
    let nearest = evaluation::nearest_first(&judged.outcomes);
    let mut counts: Vec<i32> = judged.set.bands.iter().map(|band| band.min).filter(|count| *count > met).collect();
    counts.sort_unstable();
    let target = |criteria_count: i32| {
        let needed_count = criteria_count - met;
        let codes = nearest.iter().take(needed_count as usize);
        EvaluationTarget {
            criteria_count,
            needed_count,
            nearest: codes.map(|at| judged.set.criteria[*at].code.clone()).collect(),
        }
    };
    counts.into_iter().map(target).collect()
}
