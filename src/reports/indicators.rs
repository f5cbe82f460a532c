//! `indicator-comparison`: a unit beside its province and the nation over periods, target beside actual, the gap and
//! whether it narrows.

use super::below::{self, Figures, Gathered, Round, Territories};
use super::budget::{self, BudgetQuestion};
use super::distribution::{self, Question};
use super::model::{Basis, GroupBy, PeriodChoice};
use crate::access::Scope;
use crate::codes::Code;
use crate::db::{Conn, Snapshot};
use crate::error::{Error, Fault, Faults, Flaw, Place};
use crate::http::Language;
use crate::indicators::{Derivation, Direction, HeldIndicator, Indicators, ValueType};
use crate::observations::ObservationStage;
use crate::statuses::Statuses;
use crate::units::{Level, Naming, Territory, UnitChoice, UnitRef};
use crate::values::{
    Decimal, IndicatorCode, IndicatorId, ListCode, LocalDate, Names, Period, Scalar, UnitId, vocabulary,
};
use serde::Serialize;
use std::cmp::Ordering;
use utoipa::ToSchema;

/// Of each question: more would read the figures of the whole country for each.
pub const MOST_INDICATORS: usize = 20;
pub const MOST_PERIODS: usize = 12;
/// Years that are compared unless periods are named.
const RECENT_YEARS: i32 = 3;

vocabulary! {
    /// Where a figure of a comparison comes from.
    FigureOrigin {
        /// Somebody reported it for this unit.
        Observed "OBSERVED" "Số liệu của đơn vị" | "Figure of the unit";
        /// Summed over the units below, or divided out of the sums of their parts.
        Aggregated "AGGREGATED" "Tổng hợp từ cấp dưới" | "Summed from below";
        /// Counted by the service.
        Derived "DERIVED" "Hệ thống tự đếm" | "Counted by the service";
    }
}

vocabulary! {
    /// What became of a gap from the first period that has one to the last.
    GapTrend {
        Narrows "NARROWS" "Thu hẹp" | "Narrows";
        Widens "WIDENS" "Nới rộng" | "Widens";
        Same "SAME" "Không đổi" | "Unchanged";
        /// Fewer than two periods have a gap.
        NoData "NO_DATA" "Không đủ số liệu" | "No data";
    }
}

/// A figure of one of the compared units.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ComparedFigure {
    /// In the unit of the indicator.
    pub value: Decimal,
    pub numerator: Option<Decimal>,
    pub denominator: Option<Decimal>,
    pub origin: FigureOrigin,
    /// Stage of the figure; of a sum the lowest stage in it; null where the service counted.
    pub stage: Option<ObservationStage>,
    /// Communes that the figure covers.
    #[schema(minimum = 0, maximum = 100000)]
    pub covered_count: i64,
    /// Communes that it should cover: where it covers fewer, it is a part of the whole.
    #[schema(minimum = 0, maximum = 100000)]
    pub expected_count: i64,
    /// The unit had another territory then: the figure is that of the units which it came from, one that was cut
    /// counted whole where the largest part of it went.
    pub estimated: bool,
}

/// What was reached, beside what was planned.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ActualAndTarget {
    pub actual: Option<ComparedFigure>,
    pub target: Option<ComparedFigure>,
    /// Null without either, or where neither way is better.
    pub target_reached: Option<bool>,
}

/// The unit beside one of those above it.
#[derive(Debug, Clone, Copy, Serialize, ToSchema)]
pub struct IndicatorGap {
    /// Figure of the unit less that of the other, in the unit of the indicator.
    pub difference: Decimal,
    /// The unit does better; null where they are equal or neither way is better.
    pub ahead: Option<bool>,
}

/// One period.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ComparedPeriod {
    pub period: Period,
    /// The day whose units reported.
    pub expected_date: LocalDate,
    pub unit: ActualAndTarget,
    /// Null where the unit is a province, or above.
    pub province: Option<ActualAndTarget>,
    /// Null where the unit is the nation.
    pub nation: Option<ActualAndTarget>,
    /// Null where one of both figures is missing, and for counts: larger units have more of everything.
    pub gap_to_province: Option<IndicatorGap>,
    pub gap_to_nation: Option<IndicatorGap>,
}

/// An indicator over the periods.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ComparedIndicator {
    pub id: IndicatorId,
    pub code: IndicatorCode,
    pub name: Names,
    pub value_type: ValueType,
    pub unit_code: ListCode,
    pub direction: Direction,
    /// Oldest first.
    #[schema(max_items = 12)]
    pub periods: Vec<ComparedPeriod>,
    /// By the size of the gap, whoever is ahead.
    pub trend_to_province: GapTrend,
    pub trend_to_nation: GapTrend,
}

/// A unit beside its province and the nation.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct IndicatorComparison {
    pub unit: UnitRef,
    /// Its province on the basis day.
    pub province: Option<UnitRef>,
    pub nation: Option<UnitRef>,
    pub basis: Basis,
    /// The day under whose units all figures are given.
    pub basis_date: LocalDate,
    /// In the order asked for, or by code.
    #[schema(max_items = 20)]
    pub indicators: Vec<ComparedIndicator>,
}

/// What a caller asks.
#[derive(Debug, Clone)]
pub struct ComparisonQuestion {
    pub unit: UnitChoice,
    pub indicator_codes: Vec<IndicatorCode>,
    pub topic_code: Option<ListCode>,
    pub periods: Vec<Period>,
    pub basis: Basis,
    pub today: LocalDate,
}

/// What is compared, found in memory: figures are read after it.
#[derive(Clone)]
pub struct Asked {
    unit: UnitId,
    province: Option<UnitId>,
    nation: Option<UnitId>,
    basis: Basis,
    basis_date: LocalDate,
    indicators: Vec<HeldIndicator>,
    periods: Vec<(Period, LocalDate)>,
}

impl Asked {
    /// The same unit beside nobody: its own figures without those of the whole country.
    pub fn alone(&self) -> Asked {
        Asked { province: None, nation: None, ..self.clone() }
    }

    /// The same by these indicators alone.
    pub fn only(mut self, told: &[IndicatorId]) -> Asked {
        self.indicators.retain(|held| told.contains(&held.row.id));
        self
    }
}

/// Who is compared, by what. A caller that may read a unit may read the figures of the units above it as well: they
/// are what it is measured by.
pub fn prepare(memory: &Snapshot, scope: &Scope, question: ComparisonQuestion) -> Result<Asked, Error> {
    let territory = memory.part::<Territory>();
    let mut faults = Faults::default();
    let mut periods = question.periods;
    periods.sort_by_key(|period| (period.last_day(), period.first_day()));
    periods.dedup();
    if periods.is_empty() {
        periods = recent_years(question.today)?;
    }
    let too_many =
        |name: &str, most: usize| Flaw::new(Code::TooManyItems).with("max", most).at(Place::Parameter(name.to_owned()));
    if periods.len() > MOST_PERIODS {
        faults.push(too_many("period", MOST_PERIODS));
    }
    let indicators =
        chosen(memory.part::<Indicators>(), &question.indicator_codes, question.topic_code.as_ref(), &mut faults);
    if indicators.len() > MOST_INDICATORS {
        faults.push(too_many("indicator_code", MOST_INDICATORS));
    }
    faults.finish()?;
    let newest = periods.last().map_or(question.today, |period| period.last_day().min(question.today));
    let basis_date = match question.basis {
        Basis::AsReported => newest,
        Basis::Current => question.today,
        Basis::On(day) => day,
    };
    let unit = match territory.choose(&question.unit, Naming::On(basis_date), Place::parameter)? {
        Some(unit) => unit,
        None => territory.root().ok_or(Error::NotFound)?,
    };
    if territory.on(unit, basis_date).is_none() {
        return Err(Error::invalid(Fault::parameter("unit_id", Code::UnitNotInPeriod)));
    }
    if !scope.covers(territory, unit, basis_date) {
        return Err(Error::NotFound);
    }
    let above: Vec<UnitId> = territory.ancestors(unit, basis_date).skip(1).collect();
    let at =
        |level: Level| above.iter().copied().find(|id| territory.get(*id).is_some_and(|held| held.unit.level == level));
    Ok(Asked {
        unit,
        province: at(Level::Province),
        nation: at(Level::Nation),
        basis: question.basis,
        basis_date,
        indicators,
        periods: periods.into_iter().map(|period| (period, period.last_day().min(question.today))).collect(),
    })
}

fn chosen(
    all: &Indicators,
    codes: &[IndicatorCode],
    topic: Option<&ListCode>,
    faults: &mut Faults,
) -> Vec<HeldIndicator> {
    let mut found: Vec<HeldIndicator> = Vec::new();
    for code in codes {
        match all.by_code(code) {
            Some(held) if found.iter().any(|other| other.row.id == held.row.id) => {}
            Some(held) => found.push(held.clone()),
            None => faults.push(Fault::parameter("indicator_code", Code::UnknownCode)),
        }
    }
    if let Some(topic) = topic {
        let of_topic = all.all().iter().filter(|held| held.topic_codes.contains(topic));
        let more: Vec<HeldIndicator> =
            of_topic.filter(|held| found.iter().all(|other| other.row.id != held.row.id)).cloned().collect();
        found.extend(more);
    }
    if codes.is_empty() && topic.is_none() {
        found.extend(all.all().iter().filter(|held| held.row.derivation.is_some()).cloned());
    }
    found
}

/// This year and those before it.
fn recent_years(today: LocalDate) -> Result<Vec<Period>, Error> {
    let year = |back: i32| Period::parse(&(today.year() - back).to_string());
    let years: Result<Vec<Period>, Flaw> = (0..RECENT_YEARS).rev().map(year).collect();
    years.map_err(|flaw| Error::internal(flaw.code.name()))
}

/// The comparison. Reads the figures of the units themselves, then those below where a unit has none of its own.
pub fn answer(memory: &Snapshot, conn: &mut Conn, asked: &Asked) -> Result<IndicatorComparison, Error> {
    let territory = memory.part::<Territory>();
    let places: Vec<UnitId> = [Some(asked.unit), asked.province, asked.nation].into_iter().flatten().collect();
    let territories = Territories::new(territory, &places, asked.basis_date, &asked.periods);
    let figures = below::read(conn, &territories, &asked.indicators, &asked.periods)?;
    let view = View { memory, asked, territories, figures };
    let reference = |unit: UnitId| territory.reference(unit, asked.basis_date);
    Ok(IndicatorComparison {
        unit: reference(asked.unit).ok_or(Error::NotFound)?,
        province: asked.province.and_then(reference),
        nation: asked.nation.and_then(reference),
        basis: asked.basis,
        basis_date: asked.basis_date,
        indicators: asked.indicators.iter().map(|held| view.of_indicator(held)).collect(),
    })
}

struct View<'a> {
    memory: &'a Snapshot,
    asked: &'a Asked,
    territories: Territories,
    figures: Figures,
}

impl View<'_> {
    fn of_indicator(&self, held: &HeldIndicator) -> ComparedIndicator {
        let row = &held.row;
        let periods: Vec<ComparedPeriod> =
            self.asked.periods.iter().map(|(period, day)| self.of_period(held, *period, *day)).collect();
        let province = trend(periods.iter().map(|period| period.gap_to_province));
        let nation = trend(periods.iter().map(|period| period.gap_to_nation));
        ComparedIndicator {
            id: row.id,
            code: row.code.clone(),
            name: held.names(),
            value_type: row.value_type,
            unit_code: row.unit_code.clone(),
            direction: row.direction,
            periods,
            trend_to_province: province,
            trend_to_nation: nation,
        }
    }

    fn of_period(&self, held: &HeldIndicator, period: Period, day: LocalDate) -> ComparedPeriod {
        let both = |place: UnitId| self.actual_and_target(held, place, period, day);
        let unit = both(self.asked.unit);
        let (province, nation) = (self.asked.province.map(both), self.asked.nation.map(both));
        let gap = |other: &Option<ActualAndTarget>| gap(held, unit.actual.as_ref()?, other.as_ref()?.actual.as_ref()?);
        ComparedPeriod {
            period,
            expected_date: day,
            gap_to_province: gap(&province),
            gap_to_nation: gap(&nation),
            unit,
            province,
            nation,
        }
    }

    fn actual_and_target(
        &self,
        held: &HeldIndicator,
        place: UnitId,
        period: Period,
        day: LocalDate,
    ) -> ActualAndTarget {
        let actual = match held.row.derivation {
            Some(Derivation::UnitsWithStatus) => self.counted(held, place, period, day),
            Some(Derivation::CriteriaMetAverage) => self.criteria_met(place, period, day),
            Some(Derivation::DisbursementRate) => self.disbursed(place, period, day),
            None => self.figure(held, place, period, day, Round::Actual),
        };
        let target = self.figure(held, place, period, day, Round::Target);
        let reached = match (&actual, &target) {
            (Some(actual), Some(target)) => better_or_equal(held.row.direction, actual.value.cmp(&target.value)),
            _ => None,
        };
        ActualAndTarget { actual, target, target_reached: reached }
    }

    fn figure(
        &self,
        held: &HeldIndicator,
        place: UnitId,
        period: Period,
        day: LocalDate,
        round: Round,
    ) -> Option<ComparedFigure> {
        let origins = self.territories.of(place, period)?;
        let mut gathered = Gathered::default();
        let territory = self.memory.part::<Territory>();
        for unit in &origins.units {
            gathered.add(territory, &self.figures, held, *unit, (period, day), round);
        }
        gathered
            .figure(held, place, &origins.units)
            .map(|figure| ComparedFigure { estimated: origins.estimated, ..figure })
    }

    /// Communes of a place on the day.
    fn communes(&self, place: UnitId, period: Period, day: LocalDate) -> Option<Vec<UnitId>> {
        let territory = self.memory.part::<Territory>();
        let mut communes: Vec<UnitId> = Vec::new();
        for origin in &self.territories.of(place, period)?.units {
            let below = territory.subtree(*origin, day).into_iter();
            communes.extend(below.filter(|(unit, _)| unit.level == Level::Commune).map(|(unit, _)| unit.id));
        }
        communes.sort();
        communes.dedup();
        Some(communes)
    }

    /// Communes that had the status on the day.
    fn counted(&self, held: &HeldIndicator, place: UnitId, period: Period, day: LocalDate) -> Option<ComparedFigure> {
        let (territory, statuses) = (self.memory.part::<Territory>(), self.memory.part::<Statuses>());
        let communes = self.communes(place, period, day)?;
        let counts = |unit: &&UnitId| held.counts(statuses, territory, **unit, day);
        let expected = i64::try_from(communes.len()).ok()?;
        let count = i64::try_from(communes.iter().filter(counts).count()).ok()?;
        Some(ComparedFigure {
            value: Decimal::average(count, 1)?,
            numerator: None,
            denominator: None,
            origin: FigureOrigin::Derived,
            stage: None,
            covered_count: expected,
            expected_count: expected,
            estimated: self.territories.of(place, period)?.estimated,
        })
    }
}

impl View<'_> {
    /// What `criteria-distribution` counts of the period, where its results leave no range.
    fn criteria_met(&self, place: UnitId, period: Period, day: LocalDate) -> Option<ComparedFigure> {
        let origins = self.territories.of(place, period)?;
        let question = Question {
            unit: UnitChoice { id: Some(place), ..UnitChoice::default() },
            periods: vec![PeriodChoice::Of(period)],
            criteria_set_code: None,
            stage: None,
            group_by: GroupBy::Nothing,
            basis: Basis::On(self.asked.basis_date),
            until_date: None,
            compare_with: None,
            today: day,
            language: Language::Vietnamese,
        };
        let all = Scope { units: self.memory.part::<Territory>().root().into_iter().collect() };
        // No set was in force in that period, or no commune was there: nothing was counted.
        let report = distribution::answer(self.memory, &all, &question).ok()?;
        let average = report.total.criteria_met_average.filter(|average| average.min == average.max)?;
        Some(ComparedFigure {
            value: average.min,
            numerator: None,
            denominator: None,
            origin: FigureOrigin::Derived,
            stage: None,
            covered_count: report.coverage.reported_count,
            expected_count: report.coverage.expected_count,
            estimated: origins.estimated,
        })
    }
}

impl View<'_> {
    /// What `budget-execution` tells of a whole year; of no shorter period, for a plan is one of a year.
    fn disbursed(&self, place: UnitId, period: Period, day: LocalDate) -> Option<ComparedFigure> {
        let (year, basis) = (period.year(), self.asked.basis_date);
        if period != Period::of_year(year) {
            return None;
        }
        let question = BudgetQuestion { basis: Basis::On(basis), ..BudgetQuestion::of_year(place, year, basis) };
        let all = Scope { units: self.memory.part::<Territory>().root().into_iter().collect() };
        // Sums beyond what is told exactly have no rate.
        let total = budget::of_now(self.memory, &all, &question).ok()?.total;
        let communes = i64::try_from(self.communes(place, period, day)?.len()).ok()?;
        Some(ComparedFigure {
            value: total.rate_percent?,
            numerator: None,
            denominator: None,
            origin: FigureOrigin::Derived,
            stage: None,
            covered_count: communes,
            expected_count: communes,
            estimated: total.estimated_line_count > 0,
        })
    }
}

/// Is what compares so with another as good or better? None where neither way is better.
fn better_or_equal(direction: Direction, compared: Ordering) -> Option<bool> {
    match direction {
        Direction::HigherIsBetter => Some(compared.is_ge()),
        Direction::LowerIsBetter => Some(compared.is_le()),
        Direction::Neutral => None,
    }
}

fn gap(held: &HeldIndicator, own: &ComparedFigure, other: &ComparedFigure) -> Option<IndicatorGap> {
    match held.row.value_type {
        ValueType::Count | ValueType::Boolean => None,
        ValueType::Percent | ValueType::Number => {
            let difference = own.value.scaled().checked_sub(other.value.scaled())?;
            let compared = own.value.cmp(&other.value);
            let ahead = if compared.is_eq() { None } else { better_or_equal(held.row.direction, compared) };
            Some(IndicatorGap { difference: Decimal::from_scaled(difference), ahead })
        }
    }
}

/// From the first gap to the last.
fn trend(gaps: impl DoubleEndedIterator<Item = Option<IndicatorGap>>) -> GapTrend {
    let mut sizes = gaps.flatten().map(|gap| gap.difference.scaled().unsigned_abs());
    let (Some(first), Some(last)) = (sizes.next(), sizes.next_back()) else { return GapTrend::NoData };
    match last.cmp(&first) {
        Ordering::Less => GapTrend::Narrows,
        Ordering::Greater => GapTrend::Widens,
        Ordering::Equal => GapTrend::Same,
    }
}
