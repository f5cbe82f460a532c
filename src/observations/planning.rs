//! What acts plan: the figures of an item are observations at stage `TARGET` that name the act and the item. They are
//! recorded, corrected and withdrawn like all others.

use super::actions::{place, same_figure, store};
use super::model::{NewFigure, NewObservation, ObservationRow, ObservationStage, Source};
use super::{actions, queries, rules};
use crate::access::{Caller, ObservationWrite};
use crate::codes::Code;
use crate::db::Tx;
use crate::error::{self, Error, Fault, Faults, Flaw};
use crate::indicators::{HeldIndicator, Indicators};
use crate::units::{Naming, Territory, UnitChoice};
use crate::values::{
    ActId, Decimal, IndicatorCode, IndicatorId, ItemNumber, Note, ObservationId, Period, Scalar, UnitCode, UnitId,
};
use deserr::Deserr;
use std::collections::HashSet;
use utoipa::ToSchema;

/// A figure that an item of an act plans (chỉ tiêu được giao).
#[derive(Debug, Clone, PartialEq, Eq, Deserr, ToSchema)]
#[deserr(error = Faults, deny_unknown_fields)]
#[schema(example = json!({ "indicator_code": "NEW_RURAL_COMMUNES", "unit_code": "063", "period": "2023", "value": 5 }))]
pub struct NewPlannedFigure {
    /// What is counted; also what the service counts itself.
    pub indicator_code: IndicatorCode,
    /// Unit that is to reach it; that of the act unless given, by id or code.
    #[deserr(default)]
    pub unit_id: Option<UnitId>,
    /// Code that the unit bears on the last day of the period (today while it runs).
    #[deserr(default)]
    pub unit_code: Option<UnitCode>,
    /// By the end of which period.
    pub period: Period,
    /// May be left out where both parts are given.
    #[deserr(default)]
    pub value: Option<Decimal>,
    #[deserr(default)]
    pub numerator: Option<Decimal>,
    #[deserr(default)]
    pub denominator: Option<Decimal>,
    /// The target in whose place it comes, where the act changes what was planned before by others.
    #[deserr(default)]
    pub corrects_id: Option<ObservationId>,
}

/// The act that plans.
pub struct Planner {
    pub act: ActId,
    pub unit: UnitId,
    pub source: Source,
}

/// The figures of an item, and where they stand in the body.
pub struct OfItem<'a> {
    pub code: &'a ItemNumber,
    pub figures: &'a [NewPlannedFigure],
    pub pointer: String,
}

/// Figures to be stored once their act is.
pub struct Plan(Vec<(ObservationRow, Option<ObservationRow>, &'static str)>);

const REPLACED: &str = "Thay bằng chỉ tiêu của văn bản này";
const WITHDRAWN: &str = "Văn bản không còn giao chỉ tiêu này";

type Key = (IndicatorId, UnitId, Period);

fn key(row: &ObservationRow) -> Key {
    (row.indicator_id, row.unit_id, row.period)
}

/// What an act plans by its items as they are told now: what is new, what differs from what it planned before, and what
/// it plans no longer. Notes each fault.
/// Errors: `FORBIDDEN` where the caller may not record figures of the unit.
pub fn plan(
    tx: &mut Tx<'_>,
    caller: Option<&Caller>,
    planner: &Planner,
    items: &[OfItem<'_>],
    faults: &mut Faults,
) -> Result<Plan, Error> {
    let before = queries::of_acts(tx.conn, &[planner.act])?;
    let before: Vec<ObservationRow> = before.into_iter().filter(|row| row.corrected_by_id.is_none()).collect();
    let (mut seen, mut plan): (HashSet<Key>, _) = (HashSet::new(), Plan(Vec::new()));
    for item in items {
        for (at, figure) in item.figures.iter().enumerate() {
            let at = format!("{}/{at}", item.pointer);
            let new = observation(planner, figure);
            if let Some(kept) = unchanged(tx, &new, item.code, &before)
                && seen.insert(kept)
            {
                continue;
            }
            let Some((place, indicator)) = placed(tx, caller, &new, &at, faults)? else { continue };
            if !seen.insert((indicator.row.id, place.unit, place.period)) {
                faults.push(Fault::pointer(&at, Code::DuplicateItem));
                continue;
            }
            let Some(checked) = rules::check(&indicator, &new.figure, &at, faults) else { continue };
            if checked.value.is_none() {
                faults.push(Fault::pointer(&format!("{at}/value"), Code::Required));
                continue;
            }
            let held = queries::holding(tx.conn, indicator.row.id, place.unit, place.period, place.stage)?;
            if let Err(flaw) = may_replace(held.as_ref(), planner.act, figure.corrects_id) {
                let at = if figure.corrects_id.is_some() { format!("{at}/corrects_id") } else { at };
                faults.push(flaw.at(error::Place::Pointer(at)));
                continue;
            }
            let mut row = actions::row_of(tx, place, &indicator, &new.figure, (checked, Vec::new()), None)?;
            row.act_id = Some(planner.act);
            row.act_item_code = Some(item.code.clone());
            plan.0.push((row, held, REPLACED));
        }
    }
    let gone = before.into_iter().filter(|row| row.value.is_some() && !seen.contains(&key(row)));
    for held in gone.collect::<Vec<_>>() {
        if let Some(row) = withdrawal(tx, caller, planner, &held, faults)? {
            plan.0.push((row, Some(held), WITHDRAWN));
        }
    }
    Ok(plan)
}

/// Store what was planned. The act is stored by now.
pub fn store_plan(tx: &mut Tx<'_>, plan: Plan) -> Result<(), Error> {
    for (row, held, reason) in plan.0 {
        let reason = Note::parse(reason).map_err(|_| Error::internal("the reason of a plan"))?;
        store(tx, row, held, Some(reason))?;
    }
    Ok(())
}

fn observation(planner: &Planner, figure: &NewPlannedFigure) -> NewObservation {
    let named = figure.unit_id.is_some() || figure.unit_code.is_some();
    NewObservation {
        indicator_code: figure.indicator_code.clone(),
        unit_id: if named { figure.unit_id } else { Some(planner.unit) },
        unit_code: figure.unit_code.clone(),
        period: figure.period,
        stage: ObservationStage::Target,
        figure: NewFigure {
            value: figure.value,
            numerator: figure.numerator,
            denominator: figure.denominator,
            source: Some(planner.source.clone()),
            ..NewFigure::default()
        },
        corrects_id: None,
        correction_reason: None,
        external_id: None,
    }
}

/// The place of a figure that the act has planned so before: nothing is asked of it again, for its period may be closed
/// by now.
fn unchanged(tx: &Tx<'_>, new: &NewObservation, item: &ItemNumber, before: &[ObservationRow]) -> Option<Key> {
    let indicator = tx.memory.part::<Indicators>().by_code(&new.indicator_code)?;
    let checked = rules::check(indicator, &new.figure, "", &mut Faults::default())?;
    let choice = UnitChoice { id: new.unit_id, code: new.unit_code.clone(), name: None };
    let day = new.period.last_day().min(tx.now.local_date());
    let pointer = |name: &str| error::Place::pointer(name);
    let unit = tx.memory.part::<Territory>().choose_one(&choice, Naming::On(day), pointer).ok()?;
    let found = before.iter().find(|row| key(row) == (indicator.row.id, unit, new.period))?;
    (found.act_item_code.as_ref() == Some(item) && same_figure(found, &checked)).then(|| key(found))
}

/// The place of a figure, where the caller may record it.
fn placed(
    tx: &Tx<'_>,
    caller: Option<&Caller>,
    new: &NewObservation,
    at: &str,
    faults: &mut Faults,
) -> Result<Option<(actions::Place, HeldIndicator)>, Error> {
    let Some((place, indicator)) = place(tx, caller, new, at, faults)? else { return Ok(None) };
    let today = tx.now.local_date();
    // An act may be recorded by whoever keeps the reference data; figures may not.
    if caller.is_some_and(|caller| !caller.holds::<ObservationWrite>(today, place.unit, place.unit_date)) {
        return Err(Error::Denied(Code::Forbidden));
    }
    Ok(Some((place, indicator)))
}

/// What holds under the key goes only where the act planned it itself, where it says nothing, or where it is named.
fn may_replace(held: Option<&ObservationRow>, act: ActId, corrects: Option<ObservationId>) -> Result<(), Flaw> {
    match (held, corrects) {
        (Some(held), _) if held.act_id == Some(act) || corrects == Some(held.id) => Ok(()),
        (_, Some(_)) => Err(Flaw::new(Code::CorrectionMismatch)),
        (Some(held), None) if held.value.is_some() => Err(Flaw::new(Code::Duplicate).with("id", held.id)),
        (_, None) => Ok(()),
    }
}

/// The row that takes a figure away.
fn withdrawal(
    tx: &Tx<'_>,
    caller: Option<&Caller>,
    planner: &Planner,
    held: &ObservationRow,
    faults: &mut Faults,
) -> Result<Option<ObservationRow>, Error> {
    let indicator = tx.memory.part::<Indicators>().by_id(held.indicator_id);
    let indicator = indicator.ok_or_else(|| Error::internal("an observation without its indicator"))?;
    let none = NewPlannedFigure {
        indicator_code: indicator.row.code.clone(),
        unit_id: Some(held.unit_id),
        unit_code: None,
        period: held.period,
        value: None,
        numerator: None,
        denominator: None,
        corrects_id: None,
    };
    let new = observation(planner, &none);
    let Some((place, indicator)) = placed(tx, caller, &new, "/items", faults)? else { return Ok(None) };
    let Some(checked) = rules::check(&indicator, &new.figure, "/items", faults) else { return Ok(None) };
    let mut row = actions::row_of(tx, place, &indicator, &new.figure, (checked, Vec::new()), None)?;
    row.act_id = Some(planner.act);
    row.act_item_code = held.act_item_code.clone();
    Ok(Some(row))
}
