//! SQL of clients, keys and grants, and the scope as a condition inside other slices' queries.

use super::model::{ApiKey, Client, Grant};
use crate::db::schema::{api_keys, clients, grants};
use crate::db::{Conn, on_any};
use diesel::prelude::*;

/// True for rows whose unit stood, on the row's day, under a unit of the scope (or another list of units): a
/// subquery over the ancestry, for every list, count and single record alike.
macro_rules! in_scope {
    ($unit:expr, $day:expr, $units:expr) => {
        $crate::access::in_scope!($unit, $day, $units, 0..=i32::MAX)
    };
    ($unit:expr, $day:expr, $units:expr, $depths:expr) => {{
        use $crate::db::schema::unit_ancestry;
        let depths: std::ops::RangeInclusive<i32> = $depths;
        ::diesel::dsl::exists(
            unit_ancestry::table
                .filter(unit_ancestry::descendant_id.eq($unit))
                .filter(unit_ancestry::ancestor_id.eq_any($units))
                .filter(unit_ancestry::depth.between(*depths.start(), *depths.end()))
                .filter(unit_ancestry::valid_from.le($day))
                .filter(unit_ancestry::valid_to.is_null().or(unit_ancestry::valid_to.gt($day.nullable()))),
        )
    }};
}
pub(crate) use in_scope;

/// SQL: one of these units stands below that one on that day.
macro_rules! above_scope {
    ($unit:expr, $day:expr, $units:expr) => {{
        use $crate::db::schema::unit_ancestry;
        ::diesel::dsl::exists(
            unit_ancestry::table
                .filter(unit_ancestry::ancestor_id.eq($unit))
                .filter(unit_ancestry::descendant_id.eq_any($units))
                .filter(unit_ancestry::valid_from.le($day))
                .filter(unit_ancestry::valid_to.is_null().or(unit_ancestry::valid_to.gt($day.nullable()))),
        )
    }};
}
pub(crate) use above_scope;

pub fn all_clients(conn: &mut Conn) -> QueryResult<Vec<Client>> {
    on_any!(conn, c => clients::table.select(Client::as_select()).load(c))
}

pub fn all_keys(conn: &mut Conn) -> QueryResult<Vec<ApiKey>> {
    on_any!(conn, c => api_keys::table.select(ApiKey::as_select()).load(c))
}

pub fn all_grants(conn: &mut Conn) -> QueryResult<Vec<Grant>> {
    on_any!(conn, c => grants::table.select(Grant::as_select()).order(grants::id).load(c))
}
