//! Rehearsals: what would come out for figures, sets and years that are not stored. Nothing is written.

use super::comparison::{UnitEvaluation, compare};
use super::judge::{Decision, Decisions, Figures, KnownFigure, figures_of, judge};
use super::model::Stage;
use super::proof::{self, Evaluation, Subject};
use super::sheet::NewPartFigure;
use crate::access::Caller;
use crate::codes::Code;
use crate::criteria::{self, CriteriaSets, HeldSet, SetDocument};
use crate::db::{Conn, Snapshot};
use crate::error::{Error, Fault, Faults, Flaw, Place};
use crate::indicators::{HeldIndicator, Indicators};
use crate::observations::{self, NewFigure, ObservationRow, rules};
use crate::units::{Level, Naming, Territory, UnitChoice, UnitScope};
use crate::values::{
    CriteriaSetCode, CriteriaSetId, CriterionCode, IndicatorCode, IndicatorId, LocalDate, Note, Period, Timestamp,
    UnitCode, UnitId, Whole,
};
use deserr::Deserr;
use serde::Serialize;
use std::borrow::Cow;
use std::collections::HashMap;
use utoipa::ToSchema;

/// A figure to try, for an item or for an indicator.
#[derive(Debug, Clone, PartialEq, Eq, Deserr, ToSchema)]
#[deserr(error = Faults, deny_unknown_fields)]
#[schema(example = json!({ "item_code": "10.1", "figure": { "value": 41 } }))]
pub struct EvaluationValue {
    /// The item; either this or `indicator_code`.
    #[deserr(default)]
    pub item_code: Option<CriterionCode>,
    #[deserr(default)]
    pub indicator_code: Option<IndicatorCode>,
    #[deserr(default)]
    pub figure: Option<NewFigure>,
    /// Figures of the parts of the item.
    #[schema(max_items = 5)]
    #[deserr(default)]
    pub part_figures: Option<Vec<NewPartFigure>>,
    /// Why the item does not apply; only for items that may not.
    #[deserr(default)]
    pub not_applicable_reason: Option<Note>,
}

/// What the outcome is held against.
#[derive(Debug, Clone, PartialEq, Eq, Deserr, ToSchema)]
#[deserr(error = Faults, deny_unknown_fields)]
pub struct EvaluationBaseline {
    /// The set; the national one in force on the day unless given.
    #[deserr(default)]
    pub criteria_set_code: Option<CriteriaSetCode>,
    /// Year whose thresholds apply; that of the period unless given.
    #[schema(value_type = Option<i32>, minimum = 2000, maximum = 2099)]
    #[deserr(default)]
    pub year: Option<Whole<2000, 2099>>,
}

/// A rehearsal.
#[derive(Debug, Clone, Deserr, ToSchema)]
#[deserr(error = Faults, deny_unknown_fields)]
#[schema(example = json!({
    "unit_code": "01984", "period": "2022", "criteria_set_code": "NTM-XA-2021-2025",
    "values": [{ "item_code": "10.1", "figure": { "value": 41 } }, { "item_code": "3.1", "figure": { "value": 79.9 } }]
}))]
pub struct NewEvaluation {
    /// The unit; either this or `unit_code`.
    #[deserr(default)]
    pub unit_id: Option<UnitId>,
    /// Code that the unit bears on the last day of the period (today while it runs).
    #[deserr(default)]
    pub unit_code: Option<UnitCode>,
    /// `SELF` for one unit (the default), `SUBTREE` for every unit below it that the set judges.
    #[schema(value_type = Option<UnitScope>)]
    #[deserr(default)]
    pub unit_scope: Option<UnitScope>,
    pub period: Period,
    /// The set; the national one in force on the day unless this or `document` is given.
    #[deserr(default)]
    pub criteria_set_code: Option<CriteriaSetCode>,
    /// A set that is not stored yet.
    #[deserr(default)]
    pub document: Option<SetDocument>,
    /// Year whose thresholds apply; that of the period unless given.
    #[schema(value_type = Option<i32>, minimum = 2000, maximum = 2099)]
    #[deserr(default)]
    pub year: Option<Whole<2000, 2099>>,
    /// Read the stored figures of this stage. None are read unless it is given.
    #[deserr(default)]
    pub stage: Option<Stage>,
    /// Figures that go before the stored ones; only for one unit.
    #[schema(max_items = 400)]
    #[deserr(default)]
    pub values: Option<Vec<EvaluationValue>>,
    /// What the outcome is held against: the stored figures alone, under this set and year.
    #[deserr(default)]
    pub baseline: Option<EvaluationBaseline>,
}

/// The outcome of a rehearsal.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct EvaluationOutcome {
    pub period: Period,
    /// The set that was tried.
    pub criteria_set_code: CriteriaSetCode,
    #[schema(minimum = 2000, maximum = 2099)]
    pub year: i32,
    pub baseline_criteria_set_code: CriteriaSetCode,
    #[schema(minimum = 2000, maximum = 2099)]
    pub baseline_year: i32,
    /// Units that were tried.
    #[schema(minimum = 0, maximum = 100000)]
    pub unit_count: i64,
    /// Units whose verdicts change.
    #[schema(minimum = 0, maximum = 100000)]
    pub changed_count: i64,
    /// The proof, where one unit was tried.
    pub evaluation: Option<Evaluation>,
    /// Units whose verdicts change, by code; the first 1000 of them. Where one unit was tried it stands here either way.
    #[schema(max_items = 1000)]
    pub units: Vec<UnitEvaluation>,
    pub units_truncated: bool,
}

/// Lists of units stop here.
const MOST_UNITS: usize = 1000;

/// Everything that is asked, found and allowed.
pub struct Rehearsal {
    unit: UnitId,
    below: bool,
    period: Period,
    day: LocalDate,
    set: Tried,
    year: i32,
    baseline_set: CriteriaSetId,
    baseline_year: i32,
    stage: Option<Stage>,
    values: Figures,
    decisions: Decisions,
}

/// The set that is tried.
enum Tried {
    Stored(CriteriaSetId),
    Proposed(Box<HeldSet>),
}

impl Tried {
    fn set<'a>(&'a self, sets: &'a CriteriaSets) -> Result<&'a HeldSet, Error> {
        match self {
            Tried::Stored(id) => stored(sets, *id),
            Tried::Proposed(set) => Ok(set),
        }
    }
}

fn stored(sets: &CriteriaSets, id: CriteriaSetId) -> Result<&HeldSet, Error> {
    sets.by_id(id).ok_or_else(|| Error::internal("a set that was there is gone"))
}

/// Find what a rehearsal names.
/// Errors: every fault of the body; `OutOfScope` where stored figures of a unit are asked for that the caller does not
/// see.
pub fn prepare(caller: &Caller, new: &NewEvaluation, now: Timestamp) -> Result<Rehearsal, Error> {
    let memory = &caller.memory;
    let (territory, sets) = (memory.part::<Territory>(), memory.part::<CriteriaSets>());
    let mut faults = Faults::default();
    let day = new.period.last_day().min(now.local_date());
    let choice = UnitChoice { id: new.unit_id, code: new.unit_code.clone(), name: None };
    let unit = territory.in_body(&choice, Naming::On(day), &mut faults)?;
    let below = new.unit_scope.is_some_and(|scope| scope != UnitScope::OnlyItself);
    if let Some(unit) = unit {
        let seen =
            caller.scope.covers(territory, unit, day) || (below && caller.scope.reaches_below(territory, unit, day));
        if new.stage.is_some() && !seen {
            return Err(Error::OutOfScope(Fault::pointer(choice.pointer(), Code::OutOfScope)));
        }
        if territory.on(unit, day).is_none() {
            faults.push(Fault::pointer(choice.pointer(), Code::UnitNotInPeriod));
        } else if !below && territory.get(unit).is_some_and(|held| held.unit.level != Level::Commune) {
            let flaw = Flaw::new(Code::UnitLevelMismatch).with("allowed", Level::Commune);
            faults.push(flaw.at(Place::pointer(choice.pointer())));
        }
    }
    let named = |code: &Option<CriteriaSetCode>, pointer: &str, faults: &mut Faults| {
        let found = match code {
            Some(code) => sets.by_code(code),
            None => sets.national_on(day).or_else(|| sets.national_before(day)),
        };
        if found.is_none() {
            faults.push(Fault::pointer(pointer, Code::CriteriaSetNotFound));
        }
        found.map(|set| set.row.id)
    };
    let tried = match (&new.document, &new.criteria_set_code) {
        (Some(_), Some(_)) => {
            let flaw = Flaw::new(Code::ExactlyOneRequired).with("allowed", "criteria_set_code, document");
            faults.push(flaw.at(Place::pointer("/document")));
            None
        }
        (Some(document), None) => match criteria::prepare(memory, Some(caller), document, CriteriaSetId::new(), now) {
            Ok(stored) => Some(Tried::Proposed(Box::new(sets.rehearsed(&stored)?))),
            Err(Error::Invalid(found)) => {
                faults.0.extend(found.into_iter().map(below_document));
                None
            }
            Err(other) => return Err(other),
        },
        (None, code) => named(code, "/criteria_set_code", &mut faults).map(Tried::Stored),
    };
    let baseline = new.baseline.as_ref();
    let baseline_code = baseline.and_then(|baseline| baseline.criteria_set_code.clone());
    // Against the set itself unless a set or a document is tried that is not the one in force.
    let baseline_set = named(&baseline_code, "/baseline/criteria_set_code", &mut faults);
    let values = new.values.as_deref().unwrap_or_default();
    if below && !values.is_empty() {
        faults.push(Fault::pointer("/values", Code::UnknownMember));
    }
    let (mut figures, mut decisions) = (Figures::new(), Decisions::default());
    if let Some(tried) = &tried {
        take_values(memory, tried.set(sets)?, values, &mut figures, &mut decisions, &mut faults);
    }
    faults.finish()?;
    let year_of = |year: Option<Whole<2000, 2099>>| year.map_or(new.period.last_day().year(), |year| year.0 as i32);
    let (Some(unit), Some(set), Some(baseline_set)) = (unit, tried, baseline_set) else {
        return Err(Error::internal("a fault was not noted"));
    };
    Ok(Rehearsal {
        unit,
        below,
        period: new.period,
        day,
        year: year_of(new.year),
        baseline_set,
        baseline_year: year_of(baseline.and_then(|baseline| baseline.year)),
        set,
        stage: new.stage,
        values: figures,
        decisions,
    })
}

/// A fault of a document, where the document stands in a body.
fn below_document(mut fault: Fault) -> Fault {
    if let Place::Pointer(pointer) = &mut fault.place {
        pointer.insert_str(0, "/document");
    }
    fault
}

/// The figures that are tried, by indicator, and the items that are said not to apply.
fn take_values(
    memory: &Snapshot,
    set: &HeldSet,
    values: &[EvaluationValue],
    figures: &mut Figures,
    decisions: &mut Decisions,
    faults: &mut Faults,
) {
    let indicators = memory.part::<Indicators>();
    for (at, value) in values.iter().enumerate() {
        let pointer = |name: &str| format!("/values/{at}/{name}");
        let mut take = |indicator: Option<&HeldIndicator>, figure: &NewFigure, name: &str, faults: &mut Faults| {
            let Some(indicator) = indicator else {
                return faults.push(Fault::pointer(&pointer(name), Code::UnknownCode));
            };
            let Some(checked) = rules::check(indicator, figure, &pointer(name), faults) else { return };
            if checked.value.is_some() {
                let known = KnownFigure { figure: checked, observation: None };
                figures.insert(indicator.row.code.clone(), known);
            }
        };
        match (&value.item_code, &value.indicator_code) {
            (Some(code), None) => {
                let conditions = set.conditions.iter().find(|item| item.row.code == *code);
                let Some(item) = set.item(code).or(conditions) else {
                    faults.push(Fault::pointer(&pointer("item_code"), Code::ItemNotInSet));
                    continue;
                };
                if let Some(figure) = &value.figure {
                    take(indicators.by_code(&item.measures[0].indicator_code), figure, "figure", faults);
                }
                for (place, part) in value.part_figures.iter().flatten().enumerate() {
                    let name = format!("part_figures/{place}/figure");
                    match item.measures.get(part.part.0 as usize) {
                        Some(measure) => take(indicators.by_code(&measure.indicator_code), &part.figure, &name, faults),
                        None => faults.push(Fault::pointer(&pointer(&name), Code::ItemNotInSet)),
                    }
                }
                if value.not_applicable_reason.is_some() && !item.row.conditional {
                    faults.push(Fault::pointer(&pointer("not_applicable_reason"), Code::NotApplicableNotAllowed));
                }
                let decision =
                    Decision { not_applicable_reason: value.not_applicable_reason.clone(), overriding: None };
                decisions.items.insert(code.clone(), decision);
            }
            (None, Some(code)) => {
                if let Some(figure) = &value.figure {
                    take(indicators.by_code(code), figure, "figure", faults);
                }
            }
            _ => {
                let flaw = Flaw::new(Code::ExactlyOneRequired).with("allowed", "item_code, indicator_code");
                faults.push(flaw.at(Place::Pointer(pointer("item_code"))));
            }
        }
    }
}

/// Try it.
pub fn rehearse(conn: Option<&mut Conn>, caller: &Caller, asked: &Rehearsal) -> Result<EvaluationOutcome, Error> {
    let memory = &*caller.memory;
    let (territory, sets) = (memory.part::<Territory>(), memory.part::<CriteriaSets>());
    let (set, baseline_set) = (asked.set.set(sets)?, stored(sets, asked.baseline_set)?);
    let units = units_of(territory, caller, asked, set);
    let held = match (conn, asked.stage) {
        (Some(conn), Some(stage)) => stored_figures(conn, caller, asked, &[set, baseline_set], stage)?,
        _ => HashMap::new(),
    };
    let none = Figures::new();
    let no_decisions = Decisions::default();
    let mut outcome = EvaluationOutcome {
        period: asked.period,
        criteria_set_code: set.row.code.clone(),
        year: asked.year,
        baseline_criteria_set_code: baseline_set.row.code.clone(),
        baseline_year: asked.baseline_year,
        unit_count: units.len() as i64,
        changed_count: 0,
        evaluation: None,
        units: Vec::new(),
        units_truncated: false,
    };
    for unit in units {
        let before = held.get(&unit).unwrap_or(&none);
        let baseline = judge(memory, baseline_set, unit, asked.day, asked.baseline_year, before, &no_decisions);
        let mut figures = Cow::Borrowed(before);
        if !asked.values.is_empty() {
            let given = asked.values.iter().map(|(code, known)| (code.clone(), known.clone()));
            figures.to_mut().extend(given);
        }
        let tried = judge(memory, set, unit, asked.day, asked.year, &figures, &asked.decisions);
        let reference = territory.reference(unit, asked.day).ok_or(Error::NotFound)?;
        let compared = compare(memory, &baseline, &tried, reference.clone())?;
        let changed = !compared.items.is_empty() || !compared.criteria.is_empty();
        outcome.changed_count += i64::from(changed);
        if !asked.below {
            let subject = Subject {
                unit: reference,
                period: asked.period,
                as_of: asked.day,
                criteria_met: Some(compared.criteria_met),
                sealed_at: None,
            };
            outcome.evaluation = Some(proof::prove(memory, &tried, &figures, &asked.decisions, subject)?);
        } else if !changed {
            continue;
        }
        if outcome.units.len() < MOST_UNITS {
            outcome.units.push(compared);
        } else {
            outcome.units_truncated = true;
        }
    }
    Ok(outcome)
}

/// The one unit, or those below it that the set judges and the caller sees, by code.
fn units_of(territory: &Territory, caller: &Caller, asked: &Rehearsal, set: &HeldSet) -> Vec<UnitId> {
    if !asked.below {
        return vec![asked.unit];
    }
    let mut below = territory.subtree(asked.unit, asked.day);
    below.retain(|(unit, entry)| {
        unit.level == set.row.level
            && set.kind_codes.contains(&entry.kind_code)
            && caller.scope.covers(territory, unit.id, asked.day)
    });
    below.sort_by(|one, two| (&one.1.code, one.0.id).cmp(&(&two.1.code, two.0.id)));
    below.into_iter().map(|(unit, _)| unit.id).collect()
}

/// The stored figures of all units at once, by unit.
fn stored_figures(
    conn: &mut Conn,
    caller: &Caller,
    asked: &Rehearsal,
    sets: &[&HeldSet],
    stage: Stage,
) -> Result<HashMap<UnitId, Figures>, Error> {
    let indicators = caller.memory.part::<Indicators>();
    let mut wanted: Vec<IndicatorId> = sets
        .iter()
        .flat_map(|set| set.all_items().map(|(_, item)| item).chain(&set.conditions))
        .flat_map(|item| &item.measures)
        .filter_map(|measure| indicators.by_code(&measure.indicator_code).map(|held| held.row.id))
        .collect();
    wanted.sort();
    wanted.dedup();
    let rows =
        observations::holding_within(conn, &caller.scope, asked.unit, &[asked.period], &[stage.into()], &wanted)?;
    let mut by_unit: HashMap<UnitId, Vec<ObservationRow>> = HashMap::new();
    for row in rows {
        by_unit.entry(row.unit_id).or_default().push(row);
    }
    by_unit.into_iter().map(|(unit, rows)| Ok((unit, figures_of(indicators, rows.iter())?))).collect()
}
