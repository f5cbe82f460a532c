//! `criteria-distribution`: units per band with names, average, coverage.

use super::comparison::Compared;
use super::fold::{self, Days, Elsewhere, Mapping, Standing, Wanted, When};
use super::model::{
    AverageRange, BandCount, Basis, Comparison, CountedElsewhere, CountedUnit, Coverage, Distribution, Group, GroupBy,
    PeriodChoice, PlannedResults, ReportScope, SeriesRow, Totals,
};
use super::planned::Planned;
use crate::access::Scope;
use crate::assessments::{Stage, Summaries, Summary};
use crate::code_lists::CodeLists;
use crate::codes::Code;
use crate::criteria::{CriteriaSets, HeldSet};
use crate::db::Snapshot;
use crate::error::{Error, Fault, Place};
use crate::http::Language;
use crate::observations::Source;
use crate::units::{Naming, Territory, UnitChoice, UnitRef};
use crate::values::{CriteriaSetCode, Decimal, LocalDate, Period};
use std::collections::{BTreeMap, BTreeSet};

/// Lists of units stop here.
pub const MOST_UNITS: usize = 200;

/// What a caller asks.
#[derive(Debug, Clone)]
pub struct Question {
    pub unit: UnitChoice,
    /// Oldest first; at least one.
    pub periods: Vec<PeriodChoice>,
    pub criteria_set_code: Option<CriteriaSetCode>,
    pub stage: Option<Stage>,
    pub group_by: GroupBy,
    pub basis: Basis,
    pub until_date: Option<LocalDate>,
    /// A period whose results are held against the last one.
    pub compare_with: Option<Period>,
    pub today: LocalDate,
    pub language: Language,
}

/// Answer from memory alone.
pub fn answer(memory: &Snapshot, scope: &Scope, question: &Question) -> Result<Distribution, Error> {
    let (last, earlier) = question.periods.split_last().ok_or_else(|| Error::internal("a report without a period"))?;
    let last = one_period(memory, scope, question, *last)?;
    let mut series = Vec::new();
    if !earlier.is_empty() {
        for period in earlier {
            series.push(one_period(memory, scope, question, *period)?.into_series(&last));
        }
        series.push(last.clone().into_series(&last));
    }
    let labels = labels(memory, question.language, &last);
    Ok(Distribution {
        scope: last.scope,
        coverage: last.coverage,
        total: last.total,
        groups: last.groups,
        series,
        comparison: last.comparison,
        sources: last.sources,
        labels,
    })
}

#[derive(Clone)]
struct Answered {
    scope: ReportScope,
    coverage: Coverage,
    total: Totals,
    groups: Vec<Group>,
    comparison: Option<Comparison>,
    sources: Vec<Source>,
}

impl Answered {
    /// One row of several; comparable with the last where it is of the same unit with the same territory.
    fn into_series(self, last: &Answered) -> SeriesRow {
        let same = self.scope.unit.id == last.scope.unit.id;
        SeriesRow {
            comparable: same && self.scope.territory_number == last.scope.territory_number,
            unit: self.scope.unit,
            territory_number: self.scope.territory_number,
            period: self.scope.period,
            basis_date: self.scope.basis_date,
            expected_date: self.scope.expected_date,
            coverage: self.coverage,
            total: self.total,
        }
    }
}

fn one_period(memory: &Snapshot, scope: &Scope, question: &Question, period: PeriodChoice) -> Result<Answered, Error> {
    let territory = memory.part::<Territory>();
    let sets = memory.part::<CriteriaSets>();
    // Who was expected to report: the units of the last day of the period, of today while it runs; for the newest
    // results those of the day asked for.
    let until = question.until_date.unwrap_or(question.today);
    let expected = match period {
        PeriodChoice::Of(period) => period.last_day().min(question.today),
        PeriodChoice::Latest => until,
    };
    let asked = match question.basis {
        Basis::AsReported => expected,
        Basis::Current => question.today,
        Basis::On(day) => day,
    };
    let unit = match territory.choose(&question.unit, Naming::On(asked), Place::parameter)? {
        Some(unit) => unit,
        None => territory.root().ok_or(Error::NotFound)?,
    };
    let held = territory.get(unit).ok_or(Error::NotFound)?;
    let days = match (period, question.basis, held.last_day()) {
        // The newest results of a unit that has ended are those it had when it ended.
        (PeriodChoice::Latest, Basis::AsReported, Some(last)) => {
            Days { expected: last.min(expected), basis: last.min(asked) }
        }
        _ => Days { expected, basis: asked },
    };
    let Some(entry) = held.on(days.basis) else {
        return Err(Error::invalid(Fault::parameter("unit_id", Code::UnitNotInPeriod)));
    };
    let set = chosen_set(sets, question.criteria_set_code.as_ref(), days.expected)?;
    let when = match period {
        PeriodChoice::Of(period) => When::In(period),
        PeriodChoice::Latest => When::NewestUntil(until),
    };
    let mapping = fold::map(territory, scope, unit, days, set, question.group_by).ok_or(Error::NotFound)?;
    let wanted = Wanted::new(sets, set, when, question.stage);
    let summaries = memory.part::<Summaries>();
    let planned = Planned::new(memory, scope, period, days, set);
    let folded = fold_up(territory, summaries, &mapping, &wanted, set, (days, &planned));
    let comparison = question.compare_with.map(|earlier| {
        let before = Wanted::new(sets, set, When::In(earlier), question.stage);
        let day = earlier.last_day().min(question.today);
        let compared = Compared { territory, sets, summaries, now: &wanted, before: &before, day };
        Comparison { period: Some(earlier), ..compared.over(&mapping) }
    });
    Ok(Answered {
        scope: ReportScope {
            unit: territory.reference(unit, days.basis).ok_or(Error::NotFound)?,
            territory_number: entry.territory_number,
            territory_changed: changed_territory(territory, &Standing { unit: &held.unit, entry }, days),
            period,
            criteria_set_code: set.row.code.clone(),
            basis: question.basis,
            basis_date: days.basis,
            expected_date: days.expected,
            stage: question.stage,
            group_by: question.group_by,
            partial: mapping.partial,
        },
        sources: folded.sources.iter().take(MOST_UNITS).cloned().map(|(date, label)| Source { label, date }).collect(),
        groups: mapping
            .groups
            .iter()
            .zip(folded.groups)
            .map(|(standing, count)| {
                let changed = standing.as_ref().is_some_and(|standing| changed_territory(territory, standing, days));
                let target = standing.map(|standing| planned.of(standing.unit.id, standing.entry));
                count.into_group(*standing, changed, target.unwrap_or_default())
            })
            .collect(),
        coverage: folded.total.coverage.clone(),
        total: folded.total.totals(planned.of(unit, entry)),
        comparison,
    })
}

/// The set asked for, else the national set in force on the day, else the last one before it.
pub fn chosen_set<'a>(
    sets: &'a CriteriaSets,
    code: Option<&CriteriaSetCode>,
    day: LocalDate,
) -> Result<&'a HeldSet, Error> {
    let unknown = || Error::invalid(Fault::parameter("criteria_set_code", Code::CriteriaSetNotFound));
    match code {
        Some(code) => sets.by_code(code).ok_or_else(unknown),
        None => sets.national_on(day).or_else(|| sets.national_before(day)).ok_or_else(unknown),
    }
}

struct Folded {
    total: Count,
    groups: Vec<Count>,
    sources: BTreeSet<(Option<LocalDate>, crate::values::Title)>,
}

/// Did a unit of this code and name have another territory when the results were reported?
fn changed_territory(territory: &Territory, standing: &Standing<'_>, days: Days) -> bool {
    let then = territory.holders(&standing.entry.code);
    then.iter()
        .filter(|(_, entry)| entry.holds_on(days.expected) && entry.name == standing.entry.name)
        .any(|(unit, entry)| (*unit, entry.territory_number) != (standing.unit.id, standing.entry.territory_number))
}

/// The fold itself: each expected unit once into the total and once into its group.
fn fold_up(
    territory: &Territory,
    summaries: &Summaries,
    mapping: &Mapping<'_>,
    wanted: &Wanted,
    set: &HeldSet,
    (days, planned): (Days, &Planned<'_>),
) -> Folded {
    let mut total = Count::new(set);
    let mut groups: Vec<Count> = mapping.groups.iter().map(|_| Count::new(set)).collect();
    let mut sources = BTreeSet::new();
    for (standing, group) in &mapping.expected {
        let counted = wanted.counted(summaries, standing.unit.id);
        if let Some(source) = counted.and_then(|summary| summary.source.as_ref()) {
            sources.insert((source.1, source.0.clone()));
        }
        let recognised = planned.is_recognised(standing.unit.id);
        total.add(standing, counted, set, recognised);
        if let Some(count) = group.and_then(|group| groups.get_mut(group)) {
            count.add(standing, counted, set, recognised);
        }
    }
    for (standing, group) in &mapping.excluded {
        total.exclude(standing);
        if let Some(count) = group.and_then(|group| groups.get_mut(group)) {
            count.exclude(standing);
        }
    }
    for cut in &mapping.elsewhere {
        let Some(counted_in) = territory.reference(cut.counted_in, days.basis) else { continue };
        if cut.outside {
            total.note_elsewhere(cut, &counted_in);
        }
        for group in &cut.groups {
            if let Some(count) = groups.get_mut(*group) {
                count.note_elsewhere(cut, &counted_in);
            }
        }
    }
    Folded { total, groups, sources }
}

/// A running count.
struct Count {
    coverage: Coverage,
    bands: Vec<BandCount>,
    unbanded_count: i64,
    unbanded: Vec<CountedUnit>,
    sum_min: i64,
    sum_max: i64,
    recognised_count: i64,
    stages: BTreeMap<String, i64>,
    provisional_count: i64,
    elsewhere: Vec<CountedElsewhere>,
    elsewhere_count: i64,
    truncated: bool,
}

pub fn reference(standing: &Standing<'_>) -> UnitRef {
    UnitRef {
        id: standing.unit.id,
        code: standing.entry.code.clone(),
        name: standing.entry.name.clone(),
        kind_code: standing.entry.kind_code.clone(),
    }
}

impl Count {
    fn new(set: &HeldSet) -> Count {
        let band = |band: &crate::criteria::Band| BandCount {
            code: band.code.clone(),
            min: band.min,
            max: band.max,
            count: 0,
            units: Vec::new(),
        };
        Count {
            coverage: Coverage::default(),
            bands: set.bands.iter().map(band).collect(),
            unbanded_count: 0,
            unbanded: Vec::new(),
            sum_min: 0,
            sum_max: 0,
            recognised_count: 0,
            stages: BTreeMap::new(),
            provisional_count: 0,
            elsewhere: Vec::new(),
            elsewhere_count: 0,
            truncated: false,
        }
    }

    fn note_elsewhere(&mut self, cut: &Elsewhere<'_>, counted_in: &UnitRef) {
        self.elsewhere_count += 1;
        let counted_in = counted_in.clone();
        list(&mut self.elsewhere, &mut self.truncated, || CountedElsewhere {
            unit: reference(&cut.standing),
            counted_in,
        });
    }

    fn add(&mut self, standing: &Standing<'_>, counted: Option<&Summary>, set: &HeldSet, recognised: bool) {
        self.coverage.expected_count += 1;
        self.recognised_count += i64::from(recognised);
        let Some(summary) = counted else {
            self.coverage.missing_count += 1;
            return list(&mut self.coverage.missing, &mut self.coverage.units_truncated, || reference(standing));
        };
        self.coverage.reported_count += 1;
        self.sum_min += i64::from(summary.min);
        self.sum_max += i64::from(summary.max);
        *self.stages.entry(summary.stage.to_string()).or_default() += 1;
        self.provisional_count += i64::from(summary.provisional);
        let (count, units) = match set.band_of(summary.min, summary.max).and_then(|band| self.bands.get_mut(band)) {
            Some(band) => (&mut band.count, &mut band.units),
            None => (&mut self.unbanded_count, &mut self.unbanded),
        };
        *count += 1;
        list(units, &mut self.truncated, || CountedUnit {
            id: standing.unit.id,
            code: standing.entry.code.clone(),
            name: standing.entry.name.clone(),
            kind_code: standing.entry.kind_code.clone(),
            period: summary.period,
            stage: summary.stage,
            met_min: summary.min,
            met_max: summary.max,
        });
    }

    fn exclude(&mut self, standing: &Standing<'_>) {
        self.coverage.excluded_count += 1;
        list(&mut self.coverage.excluded, &mut self.coverage.units_truncated, || reference(standing));
    }

    fn average(&self) -> Option<AverageRange> {
        let count = self.coverage.reported_count;
        Decimal::average(self.sum_min, count)
            .zip(Decimal::average(self.sum_max, count))
            .map(|(min, max)| AverageRange { min, max })
    }

    fn totals(self, target: PlannedResults) -> Totals {
        Totals {
            criteria_met_average: self.average(),
            recognised_count: self.recognised_count,
            target,
            bands: self.bands,
            unbanded_count: self.unbanded_count,
            unbanded: self.unbanded,
            stages: self.stages,
            provisional_count: self.provisional_count,
            counted_elsewhere_count: self.elsewhere_count,
            counted_elsewhere: self.elsewhere,
            units_truncated: self.truncated,
        }
    }

    fn into_group(self, standing: Option<Standing<'_>>, territory_changed: bool, target: PlannedResults) -> Group {
        Group {
            unit: standing.as_ref().map(reference),
            territory_number: standing.as_ref().map(|standing| standing.entry.territory_number),
            territory_changed,
            criteria_met_average: self.average(),
            recognised_count: self.recognised_count,
            target,
            coverage: self.coverage,
            bands: self.bands,
            unbanded_count: self.unbanded_count,
            unbanded: self.unbanded,
            stages: self.stages,
            provisional_count: self.provisional_count,
            counted_elsewhere_count: self.elsewhere_count,
            counted_elsewhere: self.elsewhere,
            units_truncated: self.truncated,
        }
    }
}

/// Put a unit on a list, or say that the list stopped.
pub fn list<T>(units: &mut Vec<T>, truncated: &mut bool, unit: impl FnOnce() -> T) {
    if units.len() < MOST_UNITS {
        units.push(unit());
    } else {
        *truncated = true;
    }
}

/// Labels of the codes that the answer contains.
fn labels(memory: &Snapshot, language: Language, answered: &Answered) -> BTreeMap<String, String> {
    let lists = memory.part::<CodeLists>();
    let mut labels = BTreeMap::new();
    let mut put = |list: &str, code: &str| {
        labels.insert(code.to_owned(), lists.label(list, code, language));
    };
    put("unit-kinds", answered.scope.unit.kind_code.as_str());
    for unit in answered.coverage.missing.iter().chain(&answered.coverage.excluded) {
        put("unit-kinds", unit.kind_code.as_str());
    }
    for unit in answered.total.bands.iter().flat_map(|band| &band.units).chain(&answered.total.unbanded) {
        put("unit-kinds", unit.kind_code.as_str());
    }
    for unit in answered.groups.iter().filter_map(|group| group.unit.as_ref()) {
        put("unit-kinds", unit.kind_code.as_str());
    }
    for stage in answered.total.stages.keys() {
        put("assessment-stages", stage);
    }
    if let Some(set) = memory.part::<CriteriaSets>().by_code(&answered.scope.criteria_set_code) {
        let name = language.pick(set.row.name_vi.as_str(), set.row.name_en.as_str());
        labels.insert(set.row.code.to_string(), name.to_owned());
    }
    labels
}
