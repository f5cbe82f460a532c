//! SQL of agencies.

use super::model::AgencyRow;
use super::routes::AgencyQuery;
use crate::db::schema::{
    activity_parties, acts, agencies, directive_parties, mandates, meeting_attendances, obstacles, tasks,
};
use crate::db::{Conn, on_any};
use crate::parties::{any_of, collection};
use crate::values::{AgencyId, LocalDate, UnitId, search};
use diesel::prelude::*;

collection!(agencies, AgencyRow, AgencyId, "agencies", AgencyQuery, |rows, query| {
    if !query.kind.0.is_empty() {
        rows = rows.filter(agencies::kind.eq_any(query.kind.0.clone()));
    }
    if let Some(text) = &query.q {
        rows = rows.filter(agencies::search_name.like(search::pattern(text)).escape('\\'));
    }
    if let Some(day) = query.as_of {
        rows = rows
            .filter(agencies::valid_from.is_null().or(agencies::valid_from.le(day)))
            .filter(agencies::valid_to.is_null().or(agencies::valid_to.gt(day)));
    }
});

any_of!(agencies, AgencyRow, AgencyId);

/// Another agency that has the name in its unit, or the identifier.
pub fn same(conn: &mut Conn, row: &AgencyRow) -> QueryResult<Option<AgencyId>> {
    on_any!(conn, c => {
        let same_name = agencies::unit_id.eq(row.unit_id).and(agencies::name.eq(&row.name));
        let others = agencies::table.filter(agencies::id.ne(row.id)).select(agencies::id);
        match row.identifier_scheme.zip(row.identifier_value.as_ref()) {
            None => others.filter(same_name).first(c).optional(),
            Some((scheme, value)) => {
                let same_identifier = agencies::identifier_scheme.eq(scheme).and(agencies::identifier_value.eq(value));
                others.filter(same_name.or(same_identifier.assume_not_null())).first(c).optional()
            }
        }
    })
}

/// All agencies of a unit.
pub fn of_unit(conn: &mut Conn, unit: UnitId) -> QueryResult<Vec<AgencyRow>> {
    on_any!(conn, c => agencies::table
        .filter(agencies::unit_id.eq(unit))
        .select(AgencyRow::as_select())
        .order(agencies::id)
        .load(c))
}

/// The units of some agencies that are there on a day.
pub fn seats(conn: &mut Conn, ids: &[AgencyId], day: LocalDate) -> QueryResult<Vec<(AgencyId, UnitId)>> {
    on_any!(conn, c => agencies::table
        .filter(agencies::id.eq_any(ids.to_vec()))
        .filter(agencies::valid_to.is_null().or(agencies::valid_to.gt(day)))
        .select((agencies::id, agencies::unit_id))
        .load(c))
}

/// The units of some agencies.
pub fn units_of(conn: &mut Conn, ids: &[AgencyId]) -> QueryResult<Vec<UnitId>> {
    on_any!(conn, c => agencies::table
        .filter(agencies::id.eq_any(ids.to_vec()))
        .select(agencies::unit_id)
        .distinct()
        .load(c))
}

/// Does it hold, or did it hold, a mandate, did it attend a meeting, did it issue an act, has it work?
pub fn is_used(conn: &mut Conn, id: AgencyId) -> QueryResult<bool> {
    on_any!(conn, c => diesel::select(
        diesel::dsl::exists(mandates::table.filter(mandates::agency_id.eq(id)))
            .or(diesel::dsl::exists(meeting_attendances::table.filter(meeting_attendances::agency_id.eq(id))))
            .or(diesel::dsl::exists(acts::table.filter(acts::agency_id.eq(id))))
            .or(diesel::dsl::exists(activity_parties::table.filter(activity_parties::agency_id.eq(id))))
            .or(diesel::dsl::exists(tasks::table.filter(tasks::agency_id.eq(id))))
            .or(diesel::dsl::exists(
                obstacles::table.filter(obstacles::agency_id.eq(id).or(obstacles::raised_by_agency_id.eq(id))),
            ))
            .or(diesel::dsl::exists(directive_parties::table.filter(directive_parties::agency_id.eq(id)))),
    )
    .get_result(c))
}
