//! `criteria-matrix`: units against criteria or items: who meets what, what fails most, where stages disagree.

use super::distances::{ItemResults, Near, Nearest};
use super::distribution::{chosen_set, list, reference};
use super::fold::{self, Days, Mapping, Standing, Wanted, When};
use super::matrix_model::{
    ItemDistance, Matrix, MatrixColumn, MatrixGrain, MatrixResult, MatrixRow, MatrixTarget, NearUnit,
};
use super::model::{Basis, Coverage, GroupBy, PeriodChoice, PlannedResults, ReportScope};
use super::planned::Planned;
use crate::access::Scope;
use crate::assessments::{Stage, StoredDistance, Summaries, Summary, Verdict};
use crate::codes::Code;
use crate::criteria::{CriteriaSets, CriterionRow, HeldItem, HeldSet};
use crate::db::Snapshot;
use crate::error::{Error, Fault, Place};
use crate::indicators::Indicators;
use crate::units::{Naming, Territory, UnitChoice};
use crate::values::{AssessmentId, CriteriaSetCode, CriteriaSetId, CriterionCode, LocalDate, Names};
use std::collections::HashMap;

/// What a caller asks.
#[derive(Debug, Clone)]
pub struct MatrixQuestion {
    pub unit: UnitChoice,
    pub period: PeriodChoice,
    pub criteria_set_code: Option<CriteriaSetCode>,
    pub stages: Vec<Stage>,
    pub grain: MatrixGrain,
    pub basis: Basis,
    pub today: LocalDate,
}

/// Everything of a matrix that is in memory; verdicts on items are read after it.
pub struct Prepared<'a> {
    scope: ReportScope,
    sets: &'a CriteriaSets,
    indicators: &'a Indicators,
    set: &'a HeldSet,
    mapping: Mapping<'a>,
    /// Results of each expected unit, the earliest stage first; the last one counts.
    results: Vec<Vec<&'a Summary>>,
    grain: MatrixGrain,
    planned: Planned<'a>,
    /// What was planned of the unit asked for.
    target: PlannedResults,
}

/// Find the units and their results.
pub fn prepare<'a>(memory: &'a Snapshot, scope: &'a Scope, question: &MatrixQuestion) -> Result<Prepared<'a>, Error> {
    let (territory, sets) = (memory.part::<Territory>(), memory.part::<CriteriaSets>());
    let expected = match question.period {
        PeriodChoice::Of(period) => period.last_day().min(question.today),
        PeriodChoice::Latest => question.today,
    };
    let basis = match question.basis {
        Basis::AsReported => expected,
        Basis::Current => question.today,
        Basis::On(day) => day,
    };
    let unit = match territory.choose(&question.unit, Naming::On(basis), Place::parameter)? {
        Some(unit) => unit,
        None => territory.root().ok_or(Error::NotFound)?,
    };
    let days = Days { expected, basis };
    let Some(entry) = territory.on(unit, basis) else {
        return Err(Error::invalid(Fault::parameter("unit_id", Code::UnitNotInPeriod)));
    };
    let set = chosen_set(sets, question.criteria_set_code.as_ref(), expected)?;
    let mapping = fold::map(territory, scope, unit, days, set, GroupBy::Nothing).ok_or(Error::NotFound)?;
    let when = match question.period {
        PeriodChoice::Of(period) => When::In(period),
        PeriodChoice::Latest => When::NewestUntil(question.today),
    };
    let mut stages: Vec<Option<Stage>> = question.stages.iter().copied().map(Some).collect();
    stages.sort();
    stages.dedup();
    if stages.is_empty() {
        stages.push(None);
    }
    let wanted: Vec<Wanted> = stages.iter().map(|stage| Wanted::new(sets, set, when, *stage)).collect();
    let summaries = memory.part::<Summaries>();
    let of_unit = |standing: &Standing<'_>| {
        wanted.iter().filter_map(|wanted| wanted.counted(summaries, standing.unit.id)).collect::<Vec<_>>()
    };
    let results = mapping.expected.iter().map(|(standing, _)| of_unit(standing)).collect();
    let planned = Planned::new(memory, scope, question.period, days, set);
    let target = planned.of(unit, entry);
    let scope = ReportScope {
        unit: territory.reference(unit, basis).ok_or(Error::NotFound)?,
        territory_number: entry.territory_number,
        territory_changed: false,
        period: question.period,
        criteria_set_code: set.row.code.clone(),
        basis: question.basis,
        basis_date: basis,
        expected_date: expected,
        stage: if let [stage] = question.stages[..] { Some(stage) } else { None },
        group_by: GroupBy::Nothing,
        partial: mapping.partial,
    };
    let indicators = memory.part::<Indicators>();
    Ok(Prepared { scope, sets, indicators, set, mapping, results, grain: question.grain, planned, target })
}

impl<'a> Prepared<'a> {
    /// Assessments whose items have to be read.
    pub fn assessments(&self) -> Vec<AssessmentId> {
        match self.grain {
            MatrixGrain::Criterion => Vec::new(),
            MatrixGrain::Item => self.results.iter().flatten().map(|summary| summary.assessment_id).collect(),
        }
    }

    /// Where each item has its column.
    pub fn item_columns(&self) -> HashMap<CriterionCode, usize> {
        self.set.all_items().enumerate().map(|(at, (_, item))| (item.row.code.clone(), at)).collect()
    }

    /// The matrix, from what is known of items where the columns are items.
    pub fn matrix(self, items: &ItemResults, most_rows: usize) -> Matrix {
        let mut columns = self.columns();
        let mut nearest = vec![Nearest::default(); columns.len()];
        let own_sets = self.own_sets(&columns);
        let mut coverage = Coverage::default();
        let (mut rows, mut rows_truncated) = (Vec::new(), false);
        for ((standing, _), results) in self.mapping.expected.iter().zip(&self.results) {
            coverage.expected_count += 1;
            if results.is_empty() {
                coverage.missing_count += 1;
                list(&mut coverage.missing, &mut coverage.units_truncated, || reference(standing));
            } else {
                coverage.reported_count += 1;
            }
            let readings: Vec<Reading<'_>> =
                results.iter().filter_map(|summary| self.read(summary, &own_sets, items)).collect();
            let disagreements = disagreements(&readings, columns.len());
            count(&mut columns, readings.last(), &disagreements);
            for (column, distance) in readings.last().into_iter().flat_map(|reading| reading.distances) {
                let item = readings.last().and_then(|reading| reading.own_set.items[*column]);
                nearest[*column].take(Near { standing: *standing, item, distance: *distance });
            }
            if rows.len() < most_rows {
                rows.push(MatrixRow {
                    unit: reference(standing),
                    results: readings.into_iter().map(|reading| self.result(reading)).collect(),
                    disagreements: disagreements.iter().map(|at| columns[*at].code.clone()).collect(),
                    target: self.planned.of(standing.unit.id, standing.entry),
                });
            } else {
                rows_truncated = true;
            }
        }
        for (standing, _) in &self.mapping.excluded {
            coverage.excluded_count += 1;
            list(&mut coverage.excluded, &mut coverage.units_truncated, || reference(standing));
        }
        for (column, nearest) in columns.iter_mut().zip(nearest) {
            column.distance_count = nearest.count;
            let near = |near: Near<'_>| {
                let distance = self.distance(near.item, &near.distance)?;
                Some(NearUnit { unit: reference(&near.standing), distance })
            };
            column.nearest = nearest.units.into_iter().filter_map(near).collect();
        }
        let mut failing: Vec<&MatrixColumn> = columns.iter().filter(|column| column.not_met_count > 0).collect();
        failing.sort_by_key(|column| std::cmp::Reverse(column.not_met_count));
        let failing_most = failing.into_iter().map(|column| column.code.clone()).collect();
        let (scope, grain, target) = (self.scope, self.grain, self.target);
        Matrix { scope, grain, coverage, target, columns, failing_most, rows, rows_truncated }
    }

    fn columns(&self) -> Vec<MatrixColumn> {
        let column = |code: &CriterionCode, name: Names, criterion_code: Option<CriterionCode>| MatrixColumn {
            code: code.clone(),
            name,
            criterion_code,
            met_count: 0,
            not_met_count: 0,
            not_assessed_count: 0,
            disagreement_count: 0,
            distance_count: 0,
            nearest: Vec::new(),
        };
        match self.grain {
            MatrixGrain::Criterion => {
                let criteria = self.set.criteria.iter();
                let names = |row: &CriterionRow| Names { vi: row.name_vi.clone(), en: row.name_en.clone() };
                criteria.map(|row| column(&row.code, names(row), None)).collect()
            }
            MatrixGrain::Item => {
                let items = self.set.all_items();
                let of = |at: usize| Some(self.set.criteria[at].code.clone());
                items.map(|(at, item)| column(&item.row.code, item.names(), of(at))).collect()
            }
        }
    }

    /// The sets of the results, each laid under the columns once.
    fn own_sets(&self, columns: &[MatrixColumn]) -> HashMap<CriteriaSetId, OwnSet<'a>> {
        let mut found = HashMap::new();
        for summary in self.results.iter().flatten() {
            let id = summary.criteria_set_id;
            if !found.contains_key(&id)
                && let Some(set) = self.sets.by_id(id)
            {
                found.insert(id, OwnSet::new(set, columns));
            }
        }
        found
    }

    fn read<'r>(
        &self,
        summary: &'r Summary,
        own_sets: &'r HashMap<CriteriaSetId, OwnSet<'a>>,
        items: &'r ItemResults,
    ) -> Option<Reading<'r>>
    where
        'a: 'r,
    {
        let own_set = own_sets.get(&summary.criteria_set_id)?;
        let known = items.get(&summary.assessment_id);
        let verdicts = match self.grain {
            MatrixGrain::Criterion => {
                let verdict = |place: &Option<usize>| place.map_or(Verdict::NotAssessed, |at| summary.verdict(at));
                own_set.criteria.iter().map(verdict).collect()
            }
            MatrixGrain::Item => {
                let mut verdicts = vec![Verdict::NotAssessed; own_set.items.len()];
                for (column, verdict) in known.into_iter().flat_map(|known| &known.verdicts) {
                    verdicts[*column] = *verdict;
                }
                verdicts
            }
        };
        Some(Reading { summary, own_set, verdicts, distances: known.map_or(&[], |known| &known.distances) })
    }

    fn result(&self, reading: Reading<'_>) -> MatrixResult {
        let summary = reading.summary;
        let mut distances = match self.grain {
            MatrixGrain::Criterion => Vec::new(),
            MatrixGrain::Item => vec![None; reading.verdicts.len()],
        };
        for (column, distance) in reading.distances {
            distances[*column] = self.distance(reading.own_set.items[*column], distance);
        }
        let target = |criteria_count: i32| MatrixTarget {
            criteria_count,
            needed_min: (criteria_count - summary.max).max(0),
            needed_max: (criteria_count - summary.min).max(0),
        };
        let above = self.set.bands.iter().map(|band| band.min).filter(|count| *count > summary.min);
        MatrixResult {
            assessment_id: summary.assessment_id,
            stage: summary.stage,
            period: summary.period,
            met_min: summary.min,
            met_max: summary.max,
            provisional: summary.provisional,
            verdicts: reading.verdicts,
            distances,
            to_next_band: above.min().map(target),
            // A set has at most 63 criteria.
            to_all: target(self.set.criteria.len() as i32),
        }
    }

    /// A distance in the words of the contract.
    fn distance(&self, item: Option<&HeldItem>, stored: &StoredDistance) -> Option<ItemDistance> {
        let measure = item?.measures.get(usize::try_from(stored.gap_part?).ok()?)?;
        Some(ItemDistance {
            indicator_code: measure.indicator_code.clone(),
            unit_code: self.indicators.by_code(&measure.indicator_code)?.row.unit_code.clone(),
            gap: stored.gap?,
            gap_percent: stored.gap_percent?,
            numerator_gap: stored.numerator_gap,
        })
    }
}

/// A set of results, laid under the columns: one that stands on another may order its criteria otherwise, and its items
/// may ask for other indicators.
struct OwnSet<'a> {
    criteria: Vec<Option<usize>>,
    items: Vec<Option<&'a HeldItem>>,
}

impl<'a> OwnSet<'a> {
    fn new(set: &'a HeldSet, columns: &[MatrixColumn]) -> OwnSet<'a> {
        let criteria: HashMap<&CriterionCode, usize> =
            set.criteria.iter().enumerate().map(|(at, row)| (&row.code, at)).collect();
        let items: HashMap<&CriterionCode, &HeldItem> =
            set.all_items().map(|(_, item)| (&item.row.code, item)).collect();
        OwnSet {
            criteria: columns.iter().map(|column| criteria.get(&column.code).copied()).collect(),
            items: columns.iter().map(|column| items.get(&column.code).copied()).collect(),
        }
    }
}

/// One result, laid under the columns.
struct Reading<'r> {
    summary: &'r Summary,
    own_set: &'r OwnSet<'r>,
    verdicts: Vec<Verdict>,
    distances: &'r [(usize, StoredDistance)],
}

/// Columns on which two decided stages say different things: what one of them left open is no disagreement.
fn disagreements(readings: &[Reading<'_>], columns: usize) -> Vec<usize> {
    let differ = |at: &usize| {
        let decided =
            readings.iter().map(|reading| reading.verdicts[*at]).filter(|verdict| *verdict != Verdict::NotAssessed);
        let mut said = decided.map(|verdict| verdict == Verdict::NotMet);
        said.next().is_some_and(|first| said.any(|other| other != first))
    };
    if readings.len() < 2 { Vec::new() } else { (0..columns).filter(differ).collect() }
}

fn count(columns: &mut [MatrixColumn], counted: Option<&Reading<'_>>, disagreements: &[usize]) {
    for (column, verdict) in columns.iter_mut().zip(counted.into_iter().flat_map(|counted| &counted.verdicts)) {
        match verdict {
            Verdict::Met | Verdict::NotApplicable => column.met_count += 1,
            Verdict::NotMet => column.not_met_count += 1,
            Verdict::NotAssessed => column.not_assessed_count += 1,
        }
    }
    for at in disagreements {
        columns[*at].disagreement_count += 1;
    }
}
