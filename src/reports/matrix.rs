//! `criteria-matrix`: units against criteria or items: who meets what, what fails most, where stages disagree.

use super::distribution::{chosen_set, list, reference};
use super::fold::{self, Days, Mapping, Standing, Wanted, When};
use super::model::{Basis, Coverage, GroupBy, PeriodChoice, ReportScope};
use crate::access::Scope;
use crate::assessments::{Stage, Summaries, Summary, Verdict, item_verdicts};
use crate::codes::Code;
use crate::criteria::{CriteriaSets, HeldSet};
use crate::db::{Conn, Snapshot};
use crate::error::{Error, Fault, Place};
use crate::units::{Naming, Territory, UnitChoice, UnitRef};
use crate::values::{AssessmentId, CriteriaSetCode, CriterionCode, LocalDate, Names, Period, vocabulary};
use serde::Serialize;
use std::collections::{BTreeMap, HashMap};
use utoipa::ToSchema;

vocabulary! {
    /// What the columns are.
    MatrixGrain {
        Criterion "CRITERION" "Theo tiêu chí" | "By criterion";
        Item "ITEM" "Theo chỉ tiêu" | "By item";
    }
}

crate::http::parameter_value!(MatrixGrain, MatrixGrain::Criterion);

/// A column with what became of it over all units.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct MatrixColumn {
    pub code: CriterionCode,
    pub name: Names,
    /// Criterion of an item; null where the columns are criteria.
    pub criterion_code: Option<CriterionCode>,
    /// Units that meet it, or to which it does not apply.
    #[schema(minimum = 0, maximum = 100000)]
    pub met_count: i64,
    #[schema(minimum = 0, maximum = 100000)]
    pub not_met_count: i64,
    /// Units of which nobody decided. A declared total tells single criteria only where it leaves no choice.
    #[schema(minimum = 0, maximum = 100000)]
    pub not_assessed_count: i64,
    /// Units whose stages do not agree, where several were asked for.
    #[schema(minimum = 0, maximum = 100000)]
    pub disagreement_count: i64,
}

/// One result of a unit.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct MatrixResult {
    pub assessment_id: AssessmentId,
    pub stage: Stage,
    pub period: Period,
    #[schema(minimum = 0, maximum = 63)]
    pub met_min: i32,
    #[schema(minimum = 0, maximum = 63)]
    pub met_max: i32,
    /// The result rests on a threshold that is not verified.
    pub provisional: bool,
    /// One verdict for each column, in its order. What does not apply to a criterion as a whole counts as met there.
    #[schema(max_items = 400)]
    pub verdicts: Vec<Verdict>,
}

/// A unit with its results.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct MatrixRow {
    pub unit: UnitRef,
    /// The result that counts, or one for each stage asked for, the earliest stage first. None where it did not report.
    #[schema(max_items = 5)]
    pub results: Vec<MatrixResult>,
    /// Columns on which its stages do not agree.
    #[schema(max_items = 400)]
    pub disagreements: Vec<CriterionCode>,
}

/// Units against criteria or items.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Matrix {
    pub scope: ReportScope,
    pub grain: MatrixGrain,
    pub coverage: Coverage,
    /// In the order of the set. Counts are over all units, by the result of the highest stage.
    #[schema(max_items = 400)]
    pub columns: Vec<MatrixColumn>,
    /// The columns that fail most, most first; those that nobody fails are left out.
    #[schema(max_items = 400)]
    pub failing_most: Vec<CriterionCode>,
    /// Units by code; the first 200. As CSV all of them.
    #[schema(max_items = 200)]
    pub rows: Vec<MatrixRow>,
    pub rows_truncated: bool,
}

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
    set: &'a HeldSet,
    mapping: Mapping<'a>,
    /// Results of each expected unit, the earliest stage first; the last one counts.
    results: Vec<Vec<&'a Summary>>,
    grain: MatrixGrain,
}

/// Find the units and their results.
pub fn prepare<'a>(memory: &'a Snapshot, scope: &Scope, question: &MatrixQuestion) -> Result<Prepared<'a>, Error> {
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
    Ok(Prepared { scope, sets, set, mapping, results, grain: question.grain })
}

impl Prepared<'_> {
    /// Assessments whose items have to be read.
    pub fn assessments(&self) -> Vec<AssessmentId> {
        match self.grain {
            MatrixGrain::Criterion => Vec::new(),
            MatrixGrain::Item => self.results.iter().flatten().map(|summary| summary.assessment_id).collect(),
        }
    }

    /// The matrix, from the verdicts on items where the columns are items.
    pub fn matrix(self, items: &ItemVerdicts, most_rows: usize) -> Matrix {
        let mut columns = self.columns();
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
            let results: Vec<MatrixResult> =
                results.iter().map(|summary| self.result(summary, &columns, items)).collect();
            let disagreements = disagreements(&results, &columns);
            count(&mut columns, results.last(), &disagreements);
            if rows.len() < most_rows {
                rows.push(MatrixRow {
                    unit: reference(standing),
                    results,
                    disagreements: disagreements.iter().map(|at| columns[*at].code.clone()).collect(),
                });
            } else {
                rows_truncated = true;
            }
        }
        for (standing, _) in &self.mapping.excluded {
            coverage.excluded_count += 1;
            list(&mut coverage.excluded, &mut coverage.units_truncated, || reference(standing));
        }
        let mut failing: Vec<&MatrixColumn> = columns.iter().filter(|column| column.not_met_count > 0).collect();
        failing.sort_by_key(|column| std::cmp::Reverse(column.not_met_count));
        let failing_most = failing.into_iter().map(|column| column.code.clone()).collect();
        Matrix { scope: self.scope, grain: self.grain, coverage, columns, failing_most, rows, rows_truncated }
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
        };
        match self.grain {
            MatrixGrain::Criterion => {
                let criteria = self.set.criteria.iter();
                let names =
                    |row: &crate::criteria::CriterionRow| Names { vi: row.name_vi.clone(), en: row.name_en.clone() };
                criteria.map(|row| column(&row.code, names(row), None)).collect()
            }
            MatrixGrain::Item => {
                let items = self.set.all_items();
                let of = |at: usize| Some(self.set.criteria[at].code.clone());
                items.map(|(at, item)| column(&item.row.code, item.names(), of(at))).collect()
            }
        }
    }

    fn result(&self, summary: &Summary, columns: &[MatrixColumn], items: &ItemVerdicts) -> MatrixResult {
        // A set that stands on another may order its criteria otherwise.
        let own_set = self.sets.by_id(summary.criteria_set_id);
        let place = |code: &CriterionCode| own_set?.criteria.iter().position(|criterion| criterion.code == *code);
        let own = items.get(&summary.assessment_id);
        let verdict = |column: &MatrixColumn| match self.grain {
            MatrixGrain::Criterion => place(&column.code).map_or(Verdict::NotAssessed, |at| summary.verdict(at)),
            MatrixGrain::Item => own.and_then(|own| own.get(&column.code)).copied().unwrap_or(Verdict::NotAssessed),
        };
        MatrixResult {
            assessment_id: summary.assessment_id,
            stage: summary.stage,
            period: summary.period,
            met_min: summary.min,
            met_max: summary.max,
            provisional: summary.provisional,
            verdicts: columns.iter().map(verdict).collect(),
        }
    }
}

/// Verdicts on items, by assessment.
pub type ItemVerdicts = HashMap<AssessmentId, BTreeMap<CriterionCode, Verdict>>;

/// Read the verdicts on the items of some assessments.
pub fn read_items(conn: &mut Conn, ids: &[AssessmentId]) -> Result<ItemVerdicts, Error> {
    let mut found = ItemVerdicts::new();
    for part in ids.chunks(500) {
        for (id, code, verdict) in item_verdicts(conn, part)? {
            found.entry(id).or_default().insert(code, verdict);
        }
    }
    Ok(found)
}

/// Columns on which two decided stages say different things: what one of them left open is no disagreement.
fn disagreements(results: &[MatrixResult], columns: &[MatrixColumn]) -> Vec<usize> {
    let differ = |at: &usize| {
        let decided =
            results.iter().map(|result| result.verdicts[*at]).filter(|verdict| *verdict != Verdict::NotAssessed);
        let mut said = decided.map(|verdict| verdict == Verdict::NotMet);
        said.next().is_some_and(|first| said.any(|other| other != first))
    };
    (0..columns.len()).filter(differ).collect()
}

fn count(columns: &mut [MatrixColumn], counted: Option<&MatrixResult>, disagreements: &[usize]) {
    for (at, column) in columns.iter_mut().enumerate() {
        let Some(counted) = counted else { continue };
        match counted.verdicts[at] {
            Verdict::Met | Verdict::NotApplicable => column.met_count += 1,
            Verdict::NotMet => column.not_met_count += 1,
            Verdict::NotAssessed => column.not_assessed_count += 1,
        }
        column.disagreement_count += i64::from(disagreements.contains(&at));
    }
}
