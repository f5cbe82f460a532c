//! SQL of observations.

use super::model::{ObservationRow, ObservationStage};
use super::routes::{ObservationOrder, ObservationQuery};
use crate::access::{Scope, few_below, few_under, in_scope};
use crate::db::schema::observations;
use crate::db::{Conn, named_by, on_any};
use crate::http::TOTAL_COUNTED;
use crate::values::{ActId, ClientId, Decimal, IndicatorId, ObservationId, Period, UnitId};
use diesel::prelude::*;

/// One page of what the caller may read, plus one row that tells whether another page follows.
pub fn list(
    conn: &mut Conn,
    scope: &Scope,
    client: ClientId,
    query: &ObservationQuery,
    indicators: Option<&[IndicatorId]>,
    unit: Option<UnitId>,
    after: Option<ObservationId>,
) -> QueryResult<(Vec<ObservationRow>, Option<i64>)> {
    let few = few_below(conn, scope, unit)?;
    on_any!(conn, c => {
        let filtered = || {
            let mut rows = observations::table.into_boxed().filter(in_scope!(observations::unit_id, observations::unit_date, scope.units.clone()));
            if let Some(unit) = unit {
                let depths = query.unit_scope.depths();
                rows = rows.filter(in_scope!(observations::unit_id, observations::unit_date, vec![unit], depths));
            }
            if let Some(few) = &few { rows = rows.filter(observations::unit_id.eq_any(few.clone())); }
            if let Some(indicators) = indicators { rows = rows.filter(observations::indicator_id.eq_any(indicators.to_vec())); }
            if !query.period.0.is_empty() { rows = rows.filter(observations::period.eq_any(query.period.0.clone())); }
            if !query.stage.0.is_empty() { rows = rows.filter(observations::stage.eq_any(query.stage.0.clone())); }
            if !query.act_id.0.is_empty() { rows = rows.filter(observations::act_id.eq_any(query.act_id.0.clone())); }
            if !query.with_corrected.0 { rows = rows.filter(observations::corrected_by_id.is_null()); }
            if let Some(day) = query.cut_off_date_gte { rows = rows.filter(observations::cut_off_date.ge(day)); }
            if let Some(day) = query.cut_off_date_lte { rows = rows.filter(observations::cut_off_date.le(day)); }
            if let Some(instant) = query.created_at_gte { rows = rows.filter(observations::created_at.ge(instant)); }
            if let Some(instant) = query.created_at_lte { rows = rows.filter(observations::created_at.le(instant)); }
            if !query.external_id.0.is_empty() { rows = rows.filter(named_by!(observations::id, client, "observations", query.external_id.0.clone())); }
            rows
        };
        let total = match query.with_total.0 {
            true => Some(filtered().select(observations::id).limit(TOTAL_COUNTED + 1).load::<ObservationId>(c)?.len() as i64),
            false => None,
        };
        let mut rows = filtered().select(ObservationRow::as_select()).limit(query.limit.plus_one());
        rows = match (query.sort.0, after) {
            (ObservationOrder::Created, Some(id)) => rows.filter(observations::id.gt(id)),
            (ObservationOrder::CreatedDown, Some(id)) => rows.filter(observations::id.lt(id)),
            (_, None) => rows,
        };
        rows = match query.sort.0 {
            ObservationOrder::Created => rows.order(observations::id.asc()),
            ObservationOrder::CreatedDown => rows.order(observations::id.desc()),
        };
        Ok((rows.load(c)?, total))
    })
}

/// One observation that the caller may read.
pub fn find(conn: &mut Conn, scope: &Scope, id: ObservationId) -> QueryResult<Option<ObservationRow>> {
    on_any!(conn, c => observations::table
        .filter(observations::id.eq(id))
        .filter(in_scope!(observations::unit_id, observations::unit_date, scope.units.clone()))
        .select(ObservationRow::as_select())
        .first(c)
        .optional())
}

/// The figure that holds under a key.
pub fn holding(
    conn: &mut Conn,
    indicator: IndicatorId,
    unit: UnitId,
    period: Period,
    stage: ObservationStage,
) -> QueryResult<Option<ObservationRow>> {
    on_any!(conn, c => observations::table
        .filter(observations::unit_id.eq(unit))
        .filter(observations::period.eq(period))
        .filter(observations::stage.eq(stage))
        .filter(observations::indicator_id.eq(indicator))
        .filter(observations::corrected_by_id.is_null())
        .select(ObservationRow::as_select())
        .first(c)
        .optional())
}

/// All figures of a unit that hold for a period at a stage.
pub fn holding_of(
    conn: &mut Conn,
    unit: UnitId,
    period: Period,
    stage: ObservationStage,
) -> QueryResult<Vec<ObservationRow>> {
    on_any!(conn, c => observations::table
        .filter(observations::unit_id.eq(unit))
        .filter(observations::period.eq(period))
        .filter(observations::stage.eq(stage))
        .filter(observations::corrected_by_id.is_null())
        .select(ObservationRow::as_select())
        .load(c))
}

/// The figures of these indicators that hold for a period at a stage, of the units of a scope.
pub fn holding_within(
    conn: &mut Conn,
    scope: &Scope,
    unit: UnitId,
    periods: &[Period],
    stages: &[ObservationStage],
    indicators: &[IndicatorId],
) -> QueryResult<Vec<ObservationRow>> {
    on_any!(conn, c => observations::table
        .filter(observations::period.eq_any(periods.to_vec()))
        .filter(observations::stage.eq_any(stages.to_vec()))
        .filter(observations::indicator_id.eq_any(indicators.to_vec()))
        .filter(observations::corrected_by_id.is_null())
        .filter(in_scope!(observations::unit_id, observations::unit_date, vec![unit]))
        .filter(in_scope!(observations::unit_id, observations::unit_date, scope.units.clone()))
        .select(ObservationRow::as_select())
        .load(c))
}

/// All figures that some acts planned or withdrew, those that were corrected included.
pub fn of_acts(conn: &mut Conn, acts: &[ActId]) -> QueryResult<Vec<ObservationRow>> {
    on_any!(conn, c => observations::table
        .filter(observations::act_id.eq_any(acts.to_vec()))
        .select(ObservationRow::as_select())
        .order(observations::id)
        .load(c))
}

/// Did an act ever plan a figure?
pub fn has_planned(conn: &mut Conn, act: ActId) -> QueryResult<bool> {
    on_any!(conn, c => diesel::select(diesel::dsl::exists(observations::table.filter(observations::act_id.eq(act))))
        .get_result(c))
}

/// The figures of some indicators that hold at a stage, or those of them that are among these.
pub fn short_at(
    conn: &mut Conn,
    stage: ObservationStage,
    indicators: &[IndicatorId],
    ids: Option<&[ObservationId]>,
) -> QueryResult<Vec<(ObservationId, ShortFigure)>> {
    on_any!(conn, c => {
        let mut rows = observations::table
            .filter(observations::stage.eq(stage))
            .filter(observations::indicator_id.eq_any(indicators.to_vec()))
            .filter(observations::corrected_by_id.is_null())
            .filter(observations::value.is_not_null())
            .select((
                observations::id,
                (
                    observations::unit_id,
                    observations::indicator_id,
                    observations::period,
                    observations::stage,
                    observations::value.assume_not_null(),
                    observations::numerator,
                    observations::denominator,
                ),
            ))
            .into_boxed();
        if let Some(ids) = ids { rows = rows.filter(observations::id.eq_any(ids.to_vec())); }
        rows.load(c)
    })
}

/// What holds at a stage for some units. One index serves it, whatever the database knows of its own contents.
pub fn holding_of_units(
    conn: &mut Conn,
    units: &[UnitId],
    period: Period,
    stage: ObservationStage,
) -> QueryResult<Vec<ObservationRow>> {
    on_any!(conn, c => observations::table
        .filter(observations::unit_id.eq_any(units.to_vec()))
        .filter(observations::period.eq(period))
        .filter(observations::stage.eq(stage))
        .filter(observations::corrected_by_id.is_null())
        .select(ObservationRow::as_select())
        .load(c))
}

pub fn rows_of(conn: &mut Conn, ids: &[ObservationId]) -> QueryResult<Vec<ObservationRow>> {
    let mut found = Vec::with_capacity(ids.len());
    for part in ids.chunks(500) {
        let rows: Vec<ObservationRow> = on_any!(&mut *conn, c => observations::table
            .filter(observations::id.eq_any(part.to_vec()))
            .select(ObservationRow::as_select())
            .load(c))?;
        found.extend(rows);
    }
    Ok(found)
}

/// A figure without what proves it.
#[derive(Debug, Clone, Queryable)]
pub struct ShortFigure {
    pub unit_id: UnitId,
    pub indicator_id: IndicatorId,
    pub period: Period,
    pub stage: ObservationStage,
    pub value: Decimal,
    pub numerator: Option<Decimal>,
    pub denominator: Option<Decimal>,
}

/// The figures that hold of some units, and where it is asked for of all below them.
pub fn figures_below(
    conn: &mut Conn,
    units: &[UnitId],
    periods: &[Period],
    indicators: &[IndicatorId],
    below: bool,
) -> QueryResult<Vec<ShortFigure>> {
    let depths = 0..=if below { i32::MAX } else { 0 };
    let few = if below { few_under(conn, units.to_vec())? } else { Some(units.to_vec()) };
    on_any!(conn, c => {
        let mut rows = observations::table.into_boxed();
        if let Some(few) = few { rows = rows.filter(observations::unit_id.eq_any(few)); }
        rows.filter(observations::period.eq_any(periods.to_vec()))
        .filter(observations::indicator_id.eq_any(indicators.to_vec()))
        .filter(observations::corrected_by_id.is_null())
        .filter(observations::value.is_not_null())
        .filter(in_scope!(observations::unit_id, observations::unit_date, units.to_vec(), depths.clone()))
        .select((
            observations::unit_id,
            observations::indicator_id,
            observations::period,
            observations::stage,
            observations::value.assume_not_null(),
            observations::numerator,
            observations::denominator,
        ))
        .load(c)
    })
}
