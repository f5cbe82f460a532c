//! SQL of indicators.

use super::model::IndicatorRow;
use crate::db::schema::indicators;
use crate::db::{Conn, named_by, on_any};
use crate::values::{ClientId, ExternalId, IndicatorId};
use diesel::prelude::*;

pub fn all(conn: &mut Conn) -> QueryResult<Vec<IndicatorRow>> {
    on_any!(conn, c => indicators::table.select(IndicatorRow::as_select()).order(indicators::code).load(c))
}

/// The indicators that the service counts itself.
pub fn counted(conn: &mut Conn) -> QueryResult<Vec<IndicatorId>> {
    on_any!(conn, c => indicators::table
        .filter(indicators::derivation.is_not_null())
        .select(indicators::id)
        .order(indicators::code)
        .load(c))
}

/// Indicators to which this client gave these ids.
pub fn named(conn: &mut Conn, client: ClientId, names: &[ExternalId]) -> QueryResult<Vec<IndicatorId>> {
    on_any!(conn, c => indicators::table
        .filter(named_by!(indicators::id, client, "indicators", names.to_vec()))
        .select(indicators::id)
        .load(c))
}
