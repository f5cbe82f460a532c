//! SQL of statements.

use super::model::StatementRow;
use super::routes::StatementQuery;
use crate::access::{Scope, in_scope};
use crate::db::schema::statements;
use crate::db::{Conn, on_any};
use crate::parties::collection;
use crate::values::{Period, StatementId, UnitId, search};
use diesel::prelude::*;

collection!(statements, StatementRow, StatementId, "statements", StatementQuery, |rows, query| {
    if !query.meeting_id.0.is_empty() {
        rows = rows.filter(statements::meeting_id.eq_any(query.meeting_id.0.clone()));
    }
    if !query.topic_code.0.is_empty() {
        rows = rows.filter(statements::topic_code.eq_any(query.topic_code.0.clone()));
    }
    if !query.period.0.is_empty() {
        rows = rows.filter(statements::period.eq_any(query.period.0.clone()));
    }
    if let Some(text) = &query.q {
        rows = rows.filter(statements::search_text.like(search::pattern(text)).escape('\\'));
    }
});

/// What was said of a unit for a period, in the order in which it was recorded.
pub fn said_of(
    conn: &mut Conn,
    scope: &Scope,
    unit: UnitId,
    period: Period,
    limit: usize,
) -> QueryResult<Vec<StatementRow>> {
    on_any!(conn, c => statements::table
        .filter(in_scope!(statements::unit_id, statements::unit_date, scope.units.clone()))
        .filter(statements::unit_id.eq(unit))
        .filter(statements::period.eq(period))
        .select(StatementRow::as_select())
        .order(statements::id)
        .limit(i64::try_from(limit).unwrap_or(i64::MAX))
        .load(c))
}
