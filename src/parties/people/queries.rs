//! SQL of people and of the readings of their data.

use super::model::{PersonRow, ReadingRow};
use super::routes::PersonQuery;
use crate::db::schema::{mandates, people, person_readings};
use crate::db::{Conn, on_any};
use crate::parties::{any_of, collection};
use crate::values::{PersonId, PersonReadingId};
use diesel::prelude::*;

collection!(people, PersonRow, PersonId, "people", PersonQuery, |rows, query| {
    if !query.id.0.is_empty() {
        rows = rows.filter(people::id.eq_any(query.id.0.clone()));
    }
    if !query.committee_id.0.is_empty() {
        let holders = mandates::table
            .filter(mandates::committee_id.eq_any(query.committee_id.0.clone()))
            .filter(mandates::person_id.is_not_null())
            .select(mandates::person_id.assume_not_null());
        rows = rows.filter(people::id.eq_any(holders));
    }
    if !query.state.0.is_empty() {
        rows = rows.filter(people::state.eq_any(query.state.0.clone()));
    }
});

any_of!(people, PersonRow, PersonId);

pub fn note_readings(conn: &mut Conn, rows: &[ReadingRow]) -> QueryResult<usize> {
    on_any!(conn, c => diesel::insert_into(person_readings::table).values(rows).execute(c))
}

/// A page of the readings of a person, newest first, plus one row.
pub fn readings(
    conn: &mut Conn,
    person: PersonId,
    after: Option<PersonReadingId>,
    limit: i64,
) -> QueryResult<Vec<ReadingRow>> {
    on_any!(conn, c => {
        let mut rows = person_readings::table
            .filter(person_readings::person_id.eq(person))
            .select(ReadingRow::as_select())
            .order(person_readings::id.desc())
            .limit(limit)
            .into_boxed();
        if let Some(id) = after {
            rows = rows.filter(person_readings::id.lt(id));
        }
        rows.load(c)
    })
}
