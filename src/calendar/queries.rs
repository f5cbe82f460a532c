//! SQL of the calendar.

use super::model::CalendarDayRow;
use crate::db::schema::calendar_days;
use crate::db::{Conn, named_by, on_any};
use crate::values::{CalendarDayId, ClientId, ExternalId};
use diesel::prelude::*;

pub fn all(conn: &mut Conn) -> QueryResult<Vec<CalendarDayRow>> {
    on_any!(conn, c => calendar_days::table.select(CalendarDayRow::as_select()).order(calendar_days::date).load(c))
}

/// Days to which this client gave these ids.
pub fn named(conn: &mut Conn, client: ClientId, names: &[ExternalId]) -> QueryResult<Vec<CalendarDayId>> {
    on_any!(conn, c => calendar_days::table
        .filter(named_by!(calendar_days::id, client, "calendar-days", names.to_vec()))
        .select(calendar_days::id)
        .load(c))
}
