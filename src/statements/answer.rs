//! What the figures say to a statement: the reports are asked, and their numbers decide.

use super::model::{Claim, ClaimKind, ComparedWith, NoDataReason, StatementAnswer, StatementFigure, StatementRow};
use super::rules;
use crate::access::Scope;
use crate::codes::Code;
use crate::db::{Conn, Snapshot};
use crate::error::Error;
use crate::http::Language;
use crate::reports::{
    self, Basis, BudgetQuestion, ComparedFigure, ComparedIndicator, ComparisonQuestion, GapTrend, GroupBy,
    PeriodChoice, Question,
};
use crate::units::{UnitChoice, UnitRef};
use crate::values::{Decimal, LocalDate, Period};

/// Of which periods a statement is asked: its own, unless later ones are named.
#[derive(Debug, Clone, Copy)]
pub struct Asked {
    pub period: Period,
    pub since_period: Option<Period>,
    pub today: LocalDate,
}

/// Numbers that were found, and what they are held against.
struct Found {
    figures: Vec<StatementFigure>,
    trend: Option<GapTrend>,
    outcome: Result<bool, NoDataReason>,
}

impl Found {
    fn nothing(reason: NoDataReason) -> Found {
        Found { figures: Vec::new(), trend: None, outcome: Err(reason) }
    }
}

/// Ask the reports.
pub fn answer(
    memory: &Snapshot,
    conn: &mut Conn,
    scope: &Scope,
    row: &StatementRow,
    asked: Asked,
) -> Result<StatementAnswer, Error> {
    let claim = row.claim();
    let found = match &claim {
        None => Found::nothing(NoDataReason::NoClaim),
        Some(claim) => {
            let found = match claim.kind {
                ClaimKind::BandCount | ClaimKind::CriteriaMetAverage => of_criteria(memory, scope, row, claim, asked),
                ClaimKind::BudgetRate | ClaimKind::BudgetRateChange => of_money(memory, conn, scope, row, claim, asked),
                ClaimKind::IndicatorValue
                | ClaimKind::IndicatorChange
                | ClaimKind::IndicatorGap
                | ClaimKind::GapChange => of_indicator(memory, conn, scope, row, claim, asked),
            };
            match found {
                Err(Error::Invalid(faults)) if faults.iter().all(|fault| fault.flaw.code == Code::UnitNotInPeriod) => {
                    Found::nothing(NoDataReason::UnitNotInPeriod)
                }
                other => other?,
            }
        }
    };
    Ok(StatementAnswer {
        statement_id: row.id,
        wording: row.wording.clone(),
        period: asked.period,
        outcome: rules::outcome(found.outcome.ok()),
        reason: found.outcome.err(),
        figures: found.figures,
        trend: found.trend,
        source_path: claim.map(|claim| source_path(row, &claim, asked)),
    })
}

/// What is compared holds, does not hold, or is left open by a range.
fn decided(holds: Option<bool>) -> Result<bool, NoDataReason> {
    holds.ok_or(NoDataReason::RangeUndecided)
}

/// A claim that was stored whole has the member that its kind needs.
fn needed<T>(member: Option<T>) -> Result<T, Error> {
    member.ok_or_else(|| Error::internal("a claim without a member that its kind needs"))
}

/// From the distribution of the communes that reported: whoever is missing is told by coverage, and counted by nobody.
fn of_criteria(
    memory: &Snapshot,
    scope: &Scope,
    row: &StatementRow,
    claim: &Claim,
    asked: Asked,
) -> Result<Found, Error> {
    let question = Question {
        unit: UnitChoice { id: Some(row.unit_id), ..UnitChoice::default() },
        periods: vec![PeriodChoice::Of(asked.period)],
        criteria_set_code: claim.criteria_set_code.clone(),
        stage: None,
        group_by: GroupBy::Nothing,
        basis: Basis::AsReported,
        until_date: None,
        compare_with: None,
        today: asked.today,
        language: Language::Vietnamese,
    };
    let report = reports::answer(memory, scope, &question)?;
    if report.coverage.reported_count == 0 {
        return Ok(Found::nothing(NoDataReason::NoFigure));
    }
    let range = match claim.kind {
        ClaimKind::CriteriaMetAverage => report.total.criteria_met_average.map(|average| (average.min, average.max)),
        _ => {
            let code = needed(claim.band_code.as_ref())?;
            let band = report.total.bands.iter().find(|band| band.code == *code);
            // A unit whose range lies across two bands may stand in this one.
            let meets = |band: &&reports::BandCount| {
                let across = report.total.unbanded.iter();
                let may = across.filter(|unit| unit.met_min <= band.max && band.min <= unit.met_max).count();
                if report.total.units_truncated { report.total.unbanded_count } else { may as i64 }
            };
            let whole = |count: i64| Decimal::average(count, 1);
            band.and_then(|band| whole(band.count).zip(whole(band.count + meets(&band))))
        }
    };
    let Some((min, max)) = range else { return Ok(Found::nothing(NoDataReason::NoFigure)) };
    let (comparison, value) = (needed(claim.comparison)?, needed(claim.value)?);
    let figure = StatementFigure {
        unit: report.scope.unit,
        period: asked.period,
        min,
        max,
        covered_count: report.coverage.reported_count,
        expected_count: report.coverage.expected_count,
    };
    let outcome = decided(rules::holds(comparison, (min, max), value));
    Ok(Found { figures: vec![figure], trend: None, outcome })
}

/// From the comparison of the unit with those above it.
fn of_indicator(
    memory: &Snapshot,
    conn: &mut Conn,
    scope: &Scope,
    row: &StatementRow,
    claim: &Claim,
    asked: Asked,
) -> Result<Found, Error> {
    let since = asked.since_period.or(claim.since_period);
    let question = ComparisonQuestion {
        unit: UnitChoice { id: Some(row.unit_id), ..UnitChoice::default() },
        indicator_codes: vec![needed(claim.indicator_code.clone())?],
        topic_code: None,
        periods: since.filter(|_| claim.since_period.is_some()).into_iter().chain([asked.period]).collect(),
        basis: Basis::AsReported,
        today: asked.today,
    };
    let prepared = reports::prepare_comparison(memory, scope, question)?;
    let report = reports::compare(memory, conn, &prepared)?;
    let indicator = report.indicators.first().ok_or_else(|| Error::internal("a comparison without its indicator"))?;
    let places = Places {
        own: report.unit,
        above: match claim.compared_with {
            Some(ComparedWith::Province) => report.province,
            Some(ComparedWith::Nation) => report.nation,
            None => None,
        },
    };
    places.found(indicator, claim, since, asked.period)
}

/// From the execution of the budget: the rate of the programme for the year, as of the end of the period. Money of a year
/// is paid into the next one, so that of a whole year is all that was disbursed of it.
fn of_money(
    memory: &Snapshot,
    conn: &mut Conn,
    scope: &Scope,
    row: &StatementRow,
    claim: &Claim,
    asked: Asked,
) -> Result<Found, Error> {
    let programme = needed(claim.programme_code.clone())?;
    let mut rate = |period: Period| -> Result<Option<StatementFigure>, Error> {
        let question = BudgetQuestion {
            programme_codes: vec![programme.clone()],
            value_date_lte: cut_of(period),
            ..BudgetQuestion::of_year(row.unit_id, period.year(), asked.today)
        };
        let report = reports::budget_execution(memory, scope, &question, reports::reading_budget(conn))?;
        let unit = report.scope.unit;
        Ok(report.total.rate_percent.map(|rate| StatementFigure {
            unit,
            period,
            min: rate,
            max: rate,
            covered_count: 1,
            expected_count: 1,
        }))
    };
    let since = asked.since_period.or(claim.since_period).filter(|_| claim.since_period.is_some());
    let figures: Vec<Option<StatementFigure>> =
        [Some(asked.period), since].into_iter().flatten().map(&mut rate).collect::<Result<_, _>>()?;
    if figures.iter().any(Option::is_none) {
        return Ok(Found::nothing(NoDataReason::NoFigure));
    }
    let figures: Vec<StatementFigure> = figures.into_iter().flatten().collect();
    let against = match figures.get(1) {
        Some(before) => before.min,
        None => needed(claim.value)?,
    };
    let outcome = decided(rules::holds(needed(claim.comparison)?, (figures[0].min, figures[0].max), against));
    Ok(Found { figures, trend: None, outcome })
}

/// The day up to which money is told for a part of a year; of a whole year all of it.
fn cut_of(period: Period) -> Option<LocalDate> {
    (period != Period::of_year(period.year())).then(|| period.last_day())
}

/// The unit, and the one above it that it is held against.
struct Places {
    own: UnitRef,
    above: Option<UnitRef>,
}

impl Places {
    fn found(
        &self,
        indicator: &ComparedIndicator,
        claim: &Claim,
        since: Option<Period>,
        period: Period,
    ) -> Result<Found, Error> {
        let own = |period: Period| self.figure(indicator, period, &self.own, None);
        let above = |period: Period| self.figure(indicator, period, self.above.as_ref()?, claim.compared_with);
        let since = since.filter(|_| claim.since_period.is_some());
        let wanted: Vec<Option<StatementFigure>> = match claim.kind {
            ClaimKind::IndicatorChange => vec![own(period), own(needed(since)?)],
            ClaimKind::IndicatorGap => vec![own(period), above(period)],
            ClaimKind::GapChange => {
                let before = needed(since)?;
                vec![own(period), above(period), own(before), above(before)]
            }
            _ => vec![own(period)],
        };
        let complete = wanted.iter().all(Option::is_some);
        let figures: Vec<StatementFigure> = wanted.into_iter().flatten().collect();
        if !complete {
            return Ok(Found { figures, trend: None, outcome: Err(NoDataReason::NoFigure) });
        }
        if figures.iter().any(|figure| figure.covered_count < figure.expected_count) {
            return Ok(Found { figures, trend: None, outcome: Err(NoDataReason::Incomplete) });
        }
        if claim.kind == ClaimKind::GapChange {
            let found = match claim.compared_with {
                Some(ComparedWith::Nation) => indicator.trend_to_nation,
                _ => indicator.trend_to_province,
            };
            let outcome = match found {
                GapTrend::NoData => Err(NoDataReason::NoFigure),
                found => Ok(Some(found) == claim.trend),
            };
            return Ok(Found { figures, trend: Some(found), outcome });
        }
        let against = match figures.get(1) {
            Some(other) => other.min,
            None => needed(claim.value)?,
        };
        let outcome = decided(rules::holds(needed(claim.comparison)?, (figures[0].min, figures[0].max), against));
        Ok(Found { figures, trend: None, outcome })
    }

    fn figure(
        &self,
        indicator: &ComparedIndicator,
        period: Period,
        unit: &UnitRef,
        above: Option<ComparedWith>,
    ) -> Option<StatementFigure> {
        let row = indicator.periods.iter().find(|row| row.period == period)?;
        let figure: &ComparedFigure = match above {
            None => row.unit.actual.as_ref()?,
            Some(ComparedWith::Province) => row.province.as_ref()?.actual.as_ref()?,
            Some(ComparedWith::Nation) => row.nation.as_ref()?.actual.as_ref()?,
        };
        Some(StatementFigure {
            unit: unit.clone(),
            period,
            min: figure.value,
            max: figure.value,
            covered_count: figure.covered_count,
            expected_count: figure.expected_count,
        })
    }
}

/// The call that lists what is behind the figures.
fn source_path(row: &StatementRow, claim: &Claim, asked: Asked) -> String {
    let (unit, period) = (row.unit_id, asked.period);
    if let Some(programme) = &claim.programme_code {
        let cut = cut_of(period).map(|day| format!("&value_date_lte={day}")).unwrap_or_default();
        let year = period.year();
        return format!("/v1/reports/budget-execution?unit_id={unit}&plan_year={year}&programme_code={programme}{cut}");
    }
    match (&claim.criteria_set_code, &claim.indicator_code) {
        (Some(set), _) => {
            format!("/v1/reports/criteria-distribution?unit_id={unit}&period={period}&criteria_set_code={set}")
        }
        (None, indicator) => {
            let since = asked.since_period.or(claim.since_period).filter(|_| claim.since_period.is_some());
            let periods = since.map_or_else(|| period.to_string(), |since| format!("{since},{period}"));
            let code = indicator.as_ref().map(ToString::to_string).unwrap_or_default();
            format!("/v1/reports/indicator-comparison?unit_id={unit}&period={periods}&indicator_code={code}")
        }
    }
}
