//! Figures of a unit: its own, else those of the units below it, each counted once.

use super::indicators::{ComparedFigure, FigureOrigin};
use crate::db::Conn;
use crate::error::Error;
use crate::indicators::{HeldIndicator, ValueType};
use crate::observations::{ObservationStage, ShortFigure, figures_below};
use crate::units::{Level, Territory};
use crate::values::{Decimal, IndicatorId, LocalDate, Period, UnitId};
use std::collections::HashMap;

/// What was reached or what was planned.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Round {
    Actual,
    Target,
}

/// The higher, the more a figure is worth: statistics before reviews, a review before what the unit says of itself.
fn rank(stage: ObservationStage) -> (Round, u8) {
    match stage {
        ObservationStage::Target => (Round::Target, 0),
        ObservationStage::Reported => (Round::Actual, 0),
        ObservationStage::SelfAssessment => (Round::Actual, 1),
        ObservationStage::Verification => (Round::Actual, 2),
        ObservationStage::Appraisal => (Round::Actual, 3),
        ObservationStage::Preliminary => (Round::Actual, 4),
        ObservationStage::Official => (Round::Actual, 5),
    }
}

/// From which units a unit comes: their figures are its own.
pub struct Origins {
    pub units: Vec<UnitId>,
    /// They are not the same territory, or not known to be.
    pub estimated: bool,
}

/// The origins of some units in some periods.
pub struct Territories(HashMap<(UnitId, Period), Origins>);

impl Territories {
    pub fn new(
        territory: &Territory,
        places: &[UnitId],
        basis: LocalDate,
        periods: &[(Period, LocalDate)],
    ) -> Territories {
        let each = places.iter().flat_map(|place| periods.iter().map(move |period| (*place, *period)));
        Territories(
            each.map(|(place, (period, day))| ((place, period), origins(territory, place, basis, day))).collect(),
        )
    }

    pub fn of(&self, place: UnitId, period: Period) -> Option<&Origins> {
        self.0.get(&(place, period))
    }

    fn units(&self) -> Vec<UnitId> {
        let mut units: Vec<UnitId> = self.0.values().flat_map(|origins| origins.units.iter().copied()).collect();
        units.sort();
        units.dedup();
        units
    }
}

fn origins(territory: &Territory, place: UnitId, basis: LocalDate, day: LocalDate) -> Origins {
    let number = |on: LocalDate| territory.on(place, on).map(|entry| entry.territory_number);
    if number(day).is_some() && number(day) == number(basis) {
        return Origins { units: vec![place], estimated: false };
    }
    let back = territory.carried(place, basis, day);
    let mut estimated = false;
    let mut units: Vec<UnitId> = back.to.into_iter().chain(back.elsewhere).collect();
    units.retain(|origin| {
        let forth = territory.carried_or_above(*origin, day, basis);
        estimated |= !forth.elsewhere.is_empty();
        forth.to.is_some_and(|to| territory.is_within(to, place, basis))
    });
    units.sort();
    units.dedup();
    Origins { units, estimated }
}

type Key = (UnitId, IndicatorId, Period, Round);

/// The best figure of each unit.
pub type Figures = HashMap<Key, ShortFigure>;

/// Read the figures of the units themselves; of an indicator that one of them lacks in one of the periods also those
/// of all units below.
pub fn read(
    conn: &mut Conn,
    territories: &Territories,
    indicators: &[HeldIndicator],
    periods: &[(Period, LocalDate)],
) -> Result<Figures, Error> {
    let units = territories.units();
    let all: Vec<IndicatorId> = indicators.iter().map(|held| held.row.id).collect();
    let periods: Vec<Period> = periods.iter().map(|(period, _)| *period).collect();
    let mut figures = Figures::new();
    take(&mut figures, figures_below(conn, &units, &periods, &all, false)?);
    let complete = |unit: UnitId, indicator: IndicatorId, period: Period| {
        [Round::Actual, Round::Target].iter().all(|round| figures.contains_key(&(unit, indicator, period, *round)))
    };
    // Counts add up and quotients come out of their parts; nothing else can be had from below.
    let from_below = indicators.iter().filter(|held| held.per().is_some() || held.row.value_type == ValueType::Count);
    let lacking: Vec<IndicatorId> = from_below
        .filter(|held| held.row.derivation.is_none())
        .map(|held| held.row.id)
        .filter(|id| periods.iter().any(|period| units.iter().any(|unit| !complete(*unit, *id, *period))))
        .collect();
    if !lacking.is_empty() {
        take(&mut figures, figures_below(conn, &units, &periods, &lacking, true)?);
    }
    Ok(figures)
}

fn take(figures: &mut Figures, read: Vec<ShortFigure>) {
    for figure in read {
        let (round, worth) = rank(figure.stage);
        let key = (figure.unit_id, figure.indicator_id, figure.period, round);
        let better = figures.get(&key).is_none_or(|held| rank(held.stage).1 < worth);
        if better {
            figures.insert(key, figure);
        }
    }
}

/// A running sum.
#[derive(Default)]
pub struct Gathered {
    figures: Vec<ShortFigure>,
    covered: i64,
    expected: i64,
}

impl Gathered {
    /// A unit's own figure, else those of the units below it.
    pub fn add(
        &mut self,
        territory: &Territory,
        figures: &Figures,
        held: &HeldIndicator,
        unit: UnitId,
        (period, day): (Period, LocalDate),
        round: Round,
    ) {
        let communes = || {
            let below = territory.subtree(unit, day).into_iter();
            i64::try_from(below.filter(|(unit, _)| unit.level == Level::Commune).count()).unwrap_or(i64::MAX)
        };
        if let Some(own) = figures.get(&(unit, held.row.id, period, round)) {
            let count = communes();
            self.figures.push(own.clone());
            self.covered += count;
            self.expected += count;
            return;
        }
        if territory.get(unit).is_some_and(|held| held.unit.level == Level::Commune) {
            self.expected += 1;
            return;
        }
        for (child, _) in territory.children(unit, day) {
            self.add(territory, figures, held, child.id, (period, day), round);
        }
    }

    /// The figure of a place that comes from these units, unless there is none.
    pub fn figure(&self, held: &HeldIndicator, place: UnitId, origins: &[UnitId]) -> Option<ComparedFigure> {
        let first = self.figures.first()?;
        // The rate of one of the units below is not that of the whole, even where it is the only one known.
        let single = origins == [first.unit_id];
        let stage = self.figures.iter().map(|figure| figure.stage).min_by_key(|stage| rank(*stage).1);
        let (value, numerator, denominator) = match held.per() {
            _ if single => (first.value, first.numerator, first.denominator),
            Some(per) => {
                // All or nothing: a rate without its parts cannot be weighed.
                let numerator = sum(self.figures.iter().map(|figure| figure.numerator))?;
                let denominator = sum(self.figures.iter().map(|figure| figure.denominator))?;
                (Decimal::quotient(numerator, denominator, per)?, Some(numerator), Some(denominator))
            }
            None if held.row.value_type == ValueType::Count => {
                (sum(self.figures.iter().map(|figure| Some(figure.value)))?, None, None)
            }
            None => return None,
        };
        Some(ComparedFigure {
            value,
            numerator,
            denominator,
            origin: if single && first.unit_id == place { FigureOrigin::Observed } else { FigureOrigin::Aggregated },
            stage,
            covered_count: self.covered,
            expected_count: self.expected,
            estimated: false,
        })
    }
}

/// The sum; none where one is unknown, or beyond every measure.
fn sum(mut values: impl Iterator<Item = Option<Decimal>>) -> Option<Decimal> {
    values.try_fold(Decimal::ZERO, |sum, value| sum.checked_add(value?))
}
