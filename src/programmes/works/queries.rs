//! SQL of works.

use super::model::{ProgressRow, WorkRecord, WorkRow};
use super::routes::WorkQuery;
use crate::db::schema::{budget_lines, obstacle_works, works};
use crate::db::{Conn, on_any, stored_with_parts};
use crate::parties::collection;
use crate::values::{WorkId, search};
use diesel::prelude::*;

collection!(works, WorkRow, WorkId, "works", WorkQuery, |rows, query| {
    if !query.programme_code.0.is_empty() {
        rows = rows.filter(works::programme_code.eq_any(query.programme_code.0.clone()));
    }
    if !query.component_code.0.is_empty() {
        rows = rows.filter(works::component_code.eq_any(query.component_code.0.clone()));
    }
    if !query.state.0.is_empty() {
        rows = rows.filter(works::state.eq_any(query.state.0.clone()));
    }
    if !query.owner_agency_id.0.is_empty() {
        rows = rows.filter(works::owner_agency_id.eq_any(query.owner_agency_id.0.clone()));
    }
    if let Some(text) = &query.q {
        rows = rows.filter(works::search_text.like(search::pattern(text)).escape('\\'));
    }
    if let Some(day) = query.planned_end_date_lte {
        rows = rows.filter(works::planned_end_date.le(day));
    }
});

stored_with_parts!(WorkRecord, WorkRow, WorkId, works, "works", "work", {
    progress: ProgressRow in work_progress(work_id, number);
});

/// All works, or some.
pub fn all(conn: &mut Conn, ids: Option<&[WorkId]>) -> QueryResult<Vec<WorkRecord>> {
    let rows: Vec<WorkRow> = match ids {
        Some(ids) => on_any!(&mut *conn, c => works::table
            .filter(works::id.eq_any(ids.to_vec())).select(WorkRow::as_select()).load(c))?,
        None => on_any!(&mut *conn, c => works::table.select(WorkRow::as_select()).load(c))?,
    };
    let mut found = Vec::with_capacity(rows.len());
    let mut rows = rows.into_iter();
    loop {
        let part: Vec<WorkRow> = rows.by_ref().take(500).collect();
        if part.is_empty() {
            return Ok(found);
        }
        found.extend(records(conn, part)?);
    }
}

/// Is there money for it, or does an obstacle stand in its way?
pub fn is_used(conn: &mut Conn, id: WorkId) -> QueryResult<bool> {
    on_any!(conn, c => diesel::select(
        diesel::dsl::exists(budget_lines::table.filter(budget_lines::work_id.eq(id)))
            .or(diesel::dsl::exists(obstacle_works::table.filter(obstacle_works::work_id.eq(id)))),
    )
    .get_result(c))
}
