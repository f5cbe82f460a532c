//! SQL of the journal.

use super::model::JournalRow;
use super::routes::JournalQuery;
use crate::access::{Scope, in_scope};
use crate::db::schema::journal;
use crate::db::{Conn, on_any};
use crate::values::{CollectionName, RecordId};
use diesel::prelude::*;

/// Who may see which rows.
pub enum Sight {
    Everything,
    /// Rows of units that stood under these on the row's day.
    Within(Scope),
}

/// A page of the history of one record, oldest first, plus one row.
pub fn versions(
    conn: &mut Conn,
    sight: &Sight,
    collection: &CollectionName,
    id: RecordId,
    after: i64,
    limit: i64,
) -> QueryResult<Vec<JournalRow>> {
    on_any!(conn, c => {
        let mut rows = journal::table
            .filter(journal::collection.eq(collection))
            .filter(journal::record_id.eq(id))
            .filter(journal::version.gt(after))
            .select(JournalRow::as_select())
            .order(journal::version)
            .limit(limit)
            .into_boxed();
        if let Sight::Within(scope) = sight {
            rows = rows.filter(in_scope!(journal::unit_id.assume_not_null(), journal::unit_date.assume_not_null(), scope.units.clone()));
        }
        rows.load(c)
    })
}

/// A page of the journal, newest first, plus one row.
pub fn list(conn: &mut Conn, sight: &Sight, query: &JournalQuery, before: Option<i64>) -> QueryResult<Vec<JournalRow>> {
    on_any!(conn, c => {
        let mut rows = journal::table
            .select(JournalRow::as_select())
            .order(journal::position.desc())
            .limit(query.limit.plus_one())
            .into_boxed();
        if let Sight::Within(scope) = sight {
            rows = rows.filter(in_scope!(journal::unit_id.assume_not_null(), journal::unit_date.assume_not_null(), scope.units.clone()));
        }
        if !query.collection.0.is_empty() { rows = rows.filter(journal::collection.eq_any(query.collection.0.clone())); }
        if let Some(id) = query.record_id { rows = rows.filter(journal::record_id.eq(id)); }
        if let Some(id) = query.client_id { rows = rows.filter(journal::client_id.eq(id)); }
        if let Some(instant) = query.recorded_at_gte { rows = rows.filter(journal::recorded_at.ge(instant)); }
        if let Some(instant) = query.recorded_at_lte { rows = rows.filter(journal::recorded_at.le(instant)); }
        if let Some(position) = before { rows = rows.filter(journal::position.lt(position)); }
        rows.load(c)
    })
}
