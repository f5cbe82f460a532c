//! SQL of committees.

use super::model::{CommitteeKind, CommitteeRow};
use super::routes::CommitteeQuery;
use crate::access::{Scope, in_scope};
use crate::db::schema::{
    activities, acts, committees, directive_parties, directives, mandates, meetings, obstacles, tasks,
};
use crate::db::{Conn, on_any};
use crate::parties::{any_of, collection};
use crate::values::{CommitteeId, LocalDate, Title, UnitId, search};
use diesel::prelude::*;

collection!(committees, CommitteeRow, CommitteeId, "committees", CommitteeQuery, |rows, query| {
    if !query.kind.0.is_empty() {
        rows = rows.filter(committees::kind.eq_any(query.kind.0.clone()));
    }
    if !query.parent_id.0.is_empty() {
        rows = rows.filter(committees::parent_id.eq_any(query.parent_id.0.clone()));
    }
    if let Some(text) = &query.q {
        rows = rows.filter(committees::search_name.like(search::pattern(text)).escape('\\'));
    }
    if let Some(day) = query.as_of {
        rows = rows
            .filter(committees::valid_from.is_null().or(committees::valid_from.le(day)))
            .filter(committees::valid_to.is_null().or(committees::valid_to.gt(day)));
    }
});

any_of!(committees, CommitteeRow, CommitteeId);

/// Steering committees of a unit that count on a day, those recorded first first.
pub fn steering(conn: &mut Conn, scope: &Scope, unit: UnitId, day: LocalDate) -> QueryResult<Vec<CommitteeRow>> {
    on_any!(conn, c => committees::table
        .filter(in_scope!(committees::unit_id, committees::unit_date, scope.units.clone()))
        .filter(committees::unit_id.eq(unit))
        .filter(committees::kind.eq(CommitteeKind::Committee))
        .filter(committees::valid_from.is_null().or(committees::valid_from.le(day)))
        .filter(committees::valid_to.is_null().or(committees::valid_to.gt(day)))
        .select(CommitteeRow::as_select())
        .order(committees::id)
        .load(c))
}

/// Another committee of the unit under this name.
pub fn same(conn: &mut Conn, id: CommitteeId, unit: UnitId, name: &Title) -> QueryResult<Option<CommitteeId>> {
    on_any!(conn, c => committees::table
        .filter(committees::unit_id.eq(unit))
        .filter(committees::name.eq(name))
        .filter(committees::id.ne(id))
        .select(committees::id)
        .first(c)
        .optional())
}

/// Is, or was, a mandate held in it, does a group serve it, did it meet, did it issue an act, is there work of it or for it?
pub fn is_used(conn: &mut Conn, id: CommitteeId) -> QueryResult<bool> {
    on_any!(conn, c => diesel::select(
        diesel::dsl::exists(mandates::table.filter(mandates::committee_id.eq(id)))
            .or(diesel::dsl::exists(committees::table.filter(committees::parent_id.eq(id))))
            .or(diesel::dsl::exists(meetings::table.filter(meetings::committee_id.eq(id))))
            .or(diesel::dsl::exists(acts::table.filter(acts::committee_id.eq(id))))
            .or(diesel::dsl::exists(activities::table.filter(activities::committee_id.eq(id))))
            .or(diesel::dsl::exists(obstacles::table.filter(obstacles::party_committee_id.eq(id))))
            .or(diesel::dsl::exists(directives::table.filter(directives::committee_id.eq(id))))
            .or(diesel::dsl::exists(directive_parties::table.filter(directive_parties::party_committee_id.eq(id))))
            .or(diesel::dsl::exists(
                tasks::table.filter(tasks::committee_id.eq(id).or(tasks::party_committee_id.eq(id))),
            )),
    )
    .get_result(c))
}
