//! From what is known of a unit to verdicts: brings thresholds, figures and decisions to the room of the rules and
//! takes the outcome back.

use super::model::Verdict;
use crate::criteria::{Applied, HeldItem, HeldSet, Standing, standing};
use crate::db::Snapshot;
use crate::error::Error;
use crate::evaluation::{self, CriterionInput, CriterionOutcome, Division, Evidence, Figure, ItemInput, Measure};
use crate::indicators::{HeldIndicator, Indicators, Member};
use crate::observations::ObservationRow;
use crate::observations::rules::CheckedFigure;
use crate::values::{ClientId, Confidence, CriterionCode, Decimal, IndicatorCode, LocalDate, Note, UnitId};
use std::collections::HashMap;
use std::sync::Arc;

/// A figure with the observation that holds it; one that was only proposed has none.
#[derive(Debug, Clone)]
pub struct KnownFigure {
    pub figure: CheckedFigure,
    pub observation: Option<Arc<ObservationRow>>,
}

impl KnownFigure {
    pub fn of(row: &ObservationRow) -> Result<KnownFigure, Error> {
        let breakdown = row.read().map_err(Error::internal)?.breakdown;
        let figure =
            CheckedFigure { value: row.value, numerator: row.numerator, denominator: row.denominator, breakdown };
        Ok(KnownFigure { figure, observation: Some(Arc::new(row.clone())) })
    }
}

/// What is known of one unit, by indicator.
pub type Figures = HashMap<IndicatorCode, KnownFigure>;

/// The figures of some observations, by indicator. What was withdrawn is no figure.
pub fn figures_of<'a>(
    indicators: &Indicators,
    rows: impl Iterator<Item = &'a ObservationRow>,
) -> Result<Figures, Error> {
    let mut figures = Figures::new();
    for row in rows.filter(|row| row.value.is_some()) {
        if let Some(indicator) = indicators.by_id(row.indicator_id) {
            figures.insert(indicator.row.code.clone(), KnownFigure::of(row)?);
        }
    }
    Ok(figures)
}

/// A verdict that somebody put in the place of the computed one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Overriding {
    pub verdict: Verdict,
    pub reason: Note,
    pub client_id: Option<ClientId>,
}

/// What somebody decided about an item.
#[derive(Debug, Clone, Default)]
pub struct Decision {
    pub not_applicable_reason: Option<Note>,
    pub overriding: Option<Overriding>,
}

/// What was decided, beside the figures.
#[derive(Debug, Clone, Default)]
pub struct Decisions {
    pub items: HashMap<CriterionCode, Decision>,
    /// Verdicts given for criteria as a whole.
    pub criteria: HashMap<CriterionCode, Verdict>,
}

/// The whole of a judgement.
pub struct Judged<'a> {
    pub set: &'a HeldSet,
    pub standing: Standing<'a>,
    /// What applied to each measure of each item of each criterion.
    pub applied: Vec<Vec<Vec<Applied<'a>>>>,
    pub outcomes: Vec<CriterionOutcome>,
    /// Conditions of recognition, judged in the same way.
    pub conditions: Vec<(Vec<Applied<'a>>, evaluation::ItemOutcome)>,
}

/// Judge a unit by a set: under the statuses of a day and the thresholds of a year.
pub fn judge<'a>(
    memory: &'a Snapshot,
    set: &'a HeldSet,
    unit: UnitId,
    day: LocalDate,
    year: i32,
    figures: &Figures,
    decisions: &Decisions,
) -> Judged<'a> {
    let standing = standing(memory, set, unit, day, year);
    let indicators = memory.part::<Indicators>();
    let mut applied = Vec::with_capacity(set.criteria.len());
    let mut outcomes = Vec::with_capacity(set.criteria.len());
    for (criterion, items) in set.criteria.iter().zip(&set.items) {
        let (mut of_items, mut inputs) = (Vec::with_capacity(items.len()), Vec::with_capacity(items.len()));
        for item in items {
            let (of_measures, input) = input_of(indicators, item, &standing, figures, decisions);
            of_items.push(of_measures);
            inputs.push(input);
        }
        let given = decisions.criteria.get(&criterion.code).map(|verdict| (*verdict).into());
        outcomes.push(evaluation::criterion(&CriterionInput { items: inputs, given }));
        applied.push(of_items);
    }
    let conditions = set.conditions.iter().map(|item| {
        let (of_measures, input) = input_of(indicators, item, &standing, figures, decisions);
        (of_measures, evaluation::item(&input))
    });
    let conditions = conditions.collect();
    Judged { set, standing, applied, outcomes, conditions }
}

fn input_of<'a>(
    indicators: &Indicators,
    item: &'a HeldItem,
    standing: &Standing<'_>,
    figures: &Figures,
    decisions: &Decisions,
) -> (Vec<Applied<'a>>, ItemInput) {
    let decision = decisions.items.get(&item.row.code);
    let applied: Vec<Applied<'a>> = item.measures.iter().map(|measure| standing.apply(measure)).collect();
    let measures = item.measures.iter().zip(&applied).enumerate().map(|(part, (measure, applied))| {
        let known = figures.get(&measure.indicator_code);
        let indicator = indicators.by_code(&measure.indicator_code);
        Measure {
            both_sexes: item.row.both_sexes && part == 0,
            evidence: known.zip(indicator).map(|(known, indicator)| evidence_of(indicator, &known.figure)),
            requirement: applied.requirement,
        }
    });
    let input = ItemInput {
        conditional: item.row.conditional,
        not_applicable: decision.is_some_and(|decision| decision.not_applicable_reason.is_some()),
        measures: measures.collect(),
        overridden: decision.and_then(|decision| decision.overriding.as_ref()).map(|over| over.verdict.into()),
    };
    (applied, input)
}

/// A figure in the words of the rules.
fn evidence_of(indicator: &HeldIndicator, checked: &CheckedFigure) -> Evidence {
    let per = indicator.per();
    let figure = |value: Option<Decimal>, numerator: Option<Decimal>, denominator: Option<Decimal>| {
        let division = numerator.zip(denominator).zip(per).map(|((numerator, denominator), per)| Division {
            numerator: numerator.scaled(),
            denominator: denominator.scaled(),
            per,
        });
        value.map(|value| Figure { value: value.scaled(), division })
    };
    let member = |member: Member| {
        let found = checked.breakdown.iter().find(|known| known.member == member)?;
        figure(Some(found.value), found.numerator, found.denominator)
    };
    Evidence {
        total: figure(checked.value, checked.numerator, checked.denominator),
        men: member(Member::Male),
        women: member(Member::Female),
    }
}

/// Does a verdict on an item rest on a threshold that is not verified?
pub fn is_provisional(applied: &[Applied<'_>], outcome: &evaluation::ItemOutcome) -> bool {
    let decided = matches!(outcome.computed, evaluation::Verdict::Met | evaluation::Verdict::NotMet);
    let unverified = |applied: &Applied<'_>| {
        applied.threshold.is_some_and(|threshold| threshold.confidence() != Confidence::Verified)
    };
    decided && outcome.verdict == outcome.computed && applied.iter().any(unverified)
}
