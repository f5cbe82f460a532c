//! SQL of agencies.

use super::model::AgencyRow;
use super::routes::AgencyQuery;
use crate::db::schema::{agencies, mandates};
use crate::db::{Conn, on_any};
use crate::parties::{any_of, collection};
use crate::values::{AgencyId, Title, UnitId, search};
use diesel::prelude::*;

collection!(agencies, AgencyRow, AgencyId, "agencies", AgencyQuery, |rows, query| {
    if !query.kind.0.is_empty() {
        rows = rows.filter(agencies::kind.eq_any(query.kind.0.clone()));
    }
    if let Some(text) = &query.search {
        rows = rows.filter(agencies::search_name.like(search::pattern(text)).escape('\\'));
    }
    if let Some(day) = query.as_of {
        rows = rows
            .filter(agencies::valid_from.is_null().or(agencies::valid_from.le(day)))
            .filter(agencies::valid_to.is_null().or(agencies::valid_to.gt(day)));
    }
});

any_of!(agencies, AgencyRow, AgencyId);

/// Another agency of the unit under this name.
pub fn same(conn: &mut Conn, id: AgencyId, unit: UnitId, name: &Title) -> QueryResult<Option<AgencyId>> {
    on_any!(conn, c => agencies::table
        .filter(agencies::unit_id.eq(unit))
        .filter(agencies::name.eq(name))
        .filter(agencies::id.ne(id))
        .select(agencies::id)
        .first(c)
        .optional())
}

/// Does it hold, or did it hold, a mandate?
pub fn is_used(conn: &mut Conn, id: AgencyId) -> QueryResult<bool> {
    on_any!(conn, c => diesel::select(diesel::dsl::exists(mandates::table.filter(mandates::agency_id.eq(id))))
        .get_result(c))
}
