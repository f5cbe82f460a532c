//! SQL of statements.

use super::model::StatementRow;
use super::routes::StatementQuery;
use crate::db::schema::statements;
use crate::parties::collection;
use crate::values::{StatementId, search};
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
