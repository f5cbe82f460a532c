//! SQL of activities in `work-progress`.

use super::asked::{Asked, GROUPED, Groups, grouped, seen, within};
use super::task_queries::Named;
use crate::access::in_scope;
use crate::committee::activities::{ActivityKind, ActivityStatus};
use crate::db::schema::{activities, activity_parties, activity_units, unit_ancestry};
use crate::db::{Conn, on_any};
use crate::values::{AgencyId, CommitteeId, PersonId, UnitId};
use diesel::dsl::{case_when, count, count_star};
use diesel::prelude::*;
use std::collections::HashSet;

/// What counts as an inspection.
pub const INSPECTING: [ActivityKind; 2] = [ActivityKind::Inspection, ActivityKind::Supervision];

/// SQL: narrows activities to what was asked, by one of their days.
macro_rules! narrowed {
    ($rows:expr, $asked:expr, $day:expr) => {{
        let mut rows = $rows;
        if $asked.committee_id.is_some() {
            rows = rows.filter(activities::committee_id.eq_any($asked.committees.clone()));
        }
        if let Some(day) = $asked.from {
            rows = rows.filter($day.ge(day));
        }
        if let Some(day) = $asked.to {
            rows = rows.filter($day.le(day));
        }
        rows
    }};
}

macro_rules! held {
    ($rows:expr, $asked:expr) => {
        narrowed!(seen!($rows, activities, $asked), $asked, activities::held_date)
            .filter(activities::status.eq(ActivityStatus::Held))
    };
}

/// Activities held, by kind.
pub fn held_by_kind(conn: &mut Conn, asked: &Asked) -> QueryResult<Vec<(ActivityKind, i64)>> {
    on_any!(conn, c => {
        let rows = within!(activities, asked).group_by(activities::kind).select((activities::kind, count_star()));
        held!(rows, asked).load(c)
    })
}

/// Activities planned and not held, by kind, and how many of them are past their day.
pub fn planned_by_kind(conn: &mut Conn, asked: &Asked) -> QueryResult<Vec<(ActivityKind, i64, i64)>> {
    let today = asked.today;
    on_any!(conn, c => {
        let missed = count(case_when(activities::planned_date.lt(today), activities::id));
        let rows = within!(activities, asked)
            .group_by(activities::kind)
            .select((activities::kind, count_star(), missed));
        narrowed!(seen!(rows, activities, asked), asked, activities::planned_date)
            .filter(activities::status.eq(ActivityStatus::Planned))
            .load(c)
    })
}

/// Activities held, by group; those under none come with none.
pub fn by_group(conn: &mut Conn, asked: &Asked, groups: &Groups) -> QueryResult<Vec<(Option<UnitId>, i64)>> {
    on_any!(conn, c => {
        let group = GROUPED.field(unit_ancestry::ancestor_id);
        let rows = grouped!(within!(activities, asked), activities, groups)
            .group_by(group)
            .select((group.nullable(), count_star()));
        held!(rows, asked).load(c)
    })
}

/// What somebody held.
#[derive(Debug, Clone, Copy, Queryable)]
pub struct HeldBy {
    pub visits: i64,
    pub inspections: i64,
    pub reminders: i64,
}

/// SQL: how many of the grouped activities are visits, inspections and reminders.
macro_rules! kinds_held {
    () => {
        (
            count(case_when(activities::kind.eq(ActivityKind::Visit), activities::id)),
            count(case_when(activities::kind.eq_any(INSPECTING), activities::id)),
            count(case_when(activities::kind.eq(ActivityKind::Reminder), activities::id)),
        )
    };
}

/// Whoever took part: a person or an agency.
type Took = (Option<PersonId>, Option<AgencyId>);

/// Activities held, by whoever took part, by the unit and by the committee whose they are.
pub fn by_party(conn: &mut Conn, asked: &Asked) -> QueryResult<Vec<(Named, HeldBy)>> {
    on_any!(conn, c => {
        let who = (activity_parties::person_id, activity_parties::agency_id);
        let rows = within!(activities, asked)
            .inner_join(activity_parties::table.on(activity_parties::activity_id.eq(activities::id)))
            .group_by(who)
            .select((who, kinds_held!()));
        let parties: Vec<(Took, HeldBy)> = held!(rows, asked).load(c)?;
        let rows = within!(activities, asked)
            .group_by(activities::unit_id)
            .select((activities::unit_id, kinds_held!()));
        let units: Vec<(UnitId, HeldBy)> = held!(rows, asked).load(c)?;
        let rows = within!(activities, asked)
            .group_by(activities::committee_id)
            .select((activities::committee_id, kinds_held!()));
        let committees: Vec<(Option<CommitteeId>, HeldBy)> = held!(rows, asked).load(c)?;
        let parties = parties.into_iter().map(|((person, agency), held)| ((person, agency, None, None), held));
        let units = units.into_iter().map(|(unit, held)| ((None, None, Some(unit), None), held));
        let committees = committees.into_iter().map(|(committee, held)| ((None, None, None, committee), held));
        Ok(parties.chain(units).chain(committees).collect())
    })
}

/// The units to which somebody went: whose an activity of these kinds was, and those that it was for, whoever held it.
pub fn covered(conn: &mut Conn, asked: &Asked, kinds: &[ActivityKind]) -> QueryResult<HashSet<UnitId>> {
    on_any!(conn, c => {
        let rows = within!(activities, asked).select(activities::unit_id).distinct();
        let own: Vec<UnitId> = held!(rows, asked).filter(activities::kind.eq_any(kinds.to_vec())).load(c)?;
        let below = unit_ancestry::table
            .filter(unit_ancestry::ancestor_id.eq(asked.unit))
            .select(unit_ancestry::descendant_id);
        let rows = activity_units::table
            .inner_join(activities::table.on(activities::id.eq(activity_units::activity_id)))
            .select(activity_units::target_unit_id)
            .distinct()
            .into_boxed();
        let targets: Vec<UnitId> = narrowed!(rows, asked, activities::held_date)
            .filter(activities::status.eq(ActivityStatus::Held))
            // They may be of any unit: the scope alone says which of them are seen.
            .filter(in_scope!(activities::unit_id, activities::unit_date, asked.scope.units.clone()))
            .filter(activity_units::target_unit_id.eq_any(below))
            .filter(activities::kind.eq_any(kinds.to_vec()))
            .load(c)?;
        Ok(own.into_iter().chain(targets).collect())
    })
}
