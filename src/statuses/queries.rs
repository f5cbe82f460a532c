//! SQL of statuses.

use super::model::UnitStatusRow;
use crate::db::schema::unit_statuses;
use crate::db::{Conn, named_by, on_any};
use crate::values::{ClientId, ExternalId, UnitStatusId};
use diesel::prelude::*;

pub fn all(conn: &mut Conn) -> QueryResult<Vec<UnitStatusRow>> {
    on_any!(conn, c => unit_statuses::table.select(UnitStatusRow::as_select()).order(unit_statuses::id).load(c))
}

pub fn rows_of(conn: &mut Conn, ids: &[UnitStatusId]) -> QueryResult<Vec<UnitStatusRow>> {
    on_any!(conn, c => unit_statuses::table
        .filter(unit_statuses::id.eq_any(ids.to_vec()))
        .select(UnitStatusRow::as_select())
        .order(unit_statuses::id)
        .load(c))
}

/// Statuses to which this client gave these ids.
pub fn named(conn: &mut Conn, client: ClientId, names: &[ExternalId]) -> QueryResult<Vec<UnitStatusId>> {
    on_any!(conn, c => unit_statuses::table
        .filter(named_by!(unit_statuses::id, client, "unit-statuses", names.to_vec()))
        .select(unit_statuses::id)
        .load(c))
}
