//! SQL of `criterion-context`: everything is found from one unit.

use crate::access::{Scope, in_scope};
use crate::committee::obstacles::{ObstacleKind, ObstacleStatus};
use crate::committee::tasks::{TaskRow, TaskStatus};
use crate::db::schema::{mandates, observations, obstacle_tasks, obstacles, tasks};
use crate::db::{Conn, on_any};
use crate::parties::mandates::{MandateKind, MandateRow};
use crate::units::Level;
use crate::values::{
    CommitteeId, CriteriaSetId, CriterionCode, IndicatorId, LocalDate, ObstacleId, TaskId, Title, UnitId,
};
use diesel::prelude::*;

/// A criterion in a unit.
#[derive(Debug, Clone)]
pub struct Place {
    pub scope: Scope,
    pub unit: UnitId,
    /// The unit and those above it.
    pub above: Vec<UnitId>,
    /// The set, those on which it stands and those that stand on it: they ask the same criterion.
    pub sets: Vec<CriteriaSetId>,
    pub criterion: CriterionCode,
    pub indicators: Vec<IndicatorId>,
}

/// What is told of an obstacle.
#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = obstacles)]
pub struct ShortObstacle {
    pub id: ObstacleId,
    pub kind: ObstacleKind,
    pub title: Title,
    pub status: ObstacleStatus,
    pub raised_date: LocalDate,
    pub level: Option<Level>,
    pub answer_due_date: Option<LocalDate>,
}

/// Obstacles of the unit that are not closed: for the criterion, or resting on a figure of one of its indicators.
pub fn obstacles(conn: &mut Conn, place: &Place) -> QueryResult<Vec<ShortObstacle>> {
    on_any!(conn, c => {
        let of_criterion = obstacles::criterion_code
            .eq(&place.criterion)
            .and(obstacles::criteria_set_id.eq_any(place.sets.clone()));
        let figure = observations::table
            .filter(observations::id.nullable().eq(obstacles::observation_id))
            .filter(observations::indicator_id.eq_any(place.indicators.clone()));
        obstacles::table
            .filter(obstacles::unit_id.eq(place.unit))
            .filter(obstacles::status.ne(ObstacleStatus::Closed))
            .filter(in_scope!(obstacles::unit_id, obstacles::unit_date, place.scope.units.clone()))
            .filter(of_criterion.or(diesel::dsl::exists(figure)))
            .select(ShortObstacle::as_select())
            .load(c)
    })
}

/// Tasks of the unit, for it, or of one of these obstacles, that are neither done nor cancelled.
pub fn tasks(conn: &mut Conn, place: &Place, of: &[ObstacleId]) -> QueryResult<Vec<TaskRow>> {
    on_any!(conn, c => {
        let open = || tasks::table
            .filter(tasks::status.eq_any([TaskStatus::Open, TaskStatus::InProgress]))
            .filter(in_scope!(tasks::unit_id, tasks::unit_date, place.scope.units.clone()))
            .select(TaskRow::as_select());
        let for_it = || tasks::criterion_code
            .eq(&place.criterion)
            .and(tasks::criteria_set_id.eq_any(place.sets.clone()));
        // Three questions with an index each; together they would have none.
        let mut found: Vec<TaskRow> = open().filter(tasks::unit_id.eq(place.unit)).filter(for_it()).load(&mut *c)?;
        found.extend(open().filter(tasks::target_unit_id.eq(place.unit)).filter(for_it()).load(&mut *c)?);
        let linked: Vec<TaskId> = obstacle_tasks::table
            .filter(obstacle_tasks::obstacle_id.eq_any(of.to_vec()))
            .select(obstacle_tasks::task_id)
            .distinct()
            .load(&mut *c)?;
        found.extend(open().filter(tasks::id.eq_any(linked)).load(&mut *c)?);
        found.sort_by_key(|task| task.id);
        found.dedup_by_key(|task| task.id);
        Ok(found)
    })
}

/// Charges of the unit or of one above it, as a whole or for the criterion, and charges of the criterion everywhere by
/// committees of these units; with the memberships in their committees.
pub fn charges(conn: &mut Conn, place: &Place) -> QueryResult<(Vec<MandateRow>, Vec<MandateRow>)> {
    on_any!(conn, c => {
        let of_criterion = || mandates::criterion_code
            .eq(&place.criterion)
            .and(mandates::criteria_set_id.eq_any(place.sets.clone()));
        let everywhere = mandates::charge_unit_id.is_null().and(mandates::unit_id.eq_any(place.above.clone())).and(of_criterion());
        let here = mandates::charge_unit_id
            .eq_any(place.above.clone())
            .and(mandates::criterion_code.is_null().or(of_criterion()));
        let charges: Vec<MandateRow> = mandates::table
            .filter(mandates::kind.eq(MandateKind::Charge))
            .filter(here.or(everywhere))
            .filter(in_scope!(mandates::unit_id, mandates::unit_date, place.scope.units.clone()))
            .select(MandateRow::as_select())
            .order(mandates::id)
            .load(&mut *c)?;
        let mut committees: Vec<CommitteeId> = charges.iter().map(|charge| charge.committee_id).collect();
        committees.sort();
        committees.dedup();
        let memberships = mandates::table
            .filter(mandates::committee_id.eq_any(committees))
            .filter(mandates::kind.eq(MandateKind::Membership))
            .select(MandateRow::as_select())
            .load(c)?;
        Ok((charges, memberships))
    })
}
