//! SQL of clients, keys and grants, and the scope as a condition inside other slices' queries.

use super::held::Scope;
use super::model::{ApiKey, Client, Grant};
use crate::db::schema::{api_keys, clients, grants, people};
use crate::db::{Conn, on_any};
use crate::values::{PersonId, UnitId};
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

/// Units that are few: so many that a statement does better to look for the records of each by an index than to look at
/// all records in the order asked for.
const FEW: i64 = 100;

/// The units that were ever below the one asked for, else below those of the scope, themselves included, where they are
/// few. Who may see what is still for `in_scope` to say: this only leads to the records that may be meant.
pub fn few_below(conn: &mut Conn, scope: &Scope, asked: Option<UnitId>) -> QueryResult<Option<Vec<UnitId>>> {
    few_under(conn, asked.map_or_else(|| scope.units.clone(), |unit| vec![unit]))
}

/// The units that were ever below these, themselves included, where they are few.
pub fn few_under(conn: &mut Conn, above: Vec<UnitId>) -> QueryResult<Option<Vec<UnitId>>> {
    use crate::db::schema::unit_ancestry;
    let found: Vec<UnitId> = on_any!(conn, c => unit_ancestry::table
        .filter(unit_ancestry::ancestor_id.eq_any(above))
        .select(unit_ancestry::descendant_id)
        .distinct()
        .limit(FEW + 1)
        .load(c))?;
    Ok(Some(found).filter(|found| found.len() <= FEW as usize))
}

pub fn all_clients(conn: &mut Conn) -> QueryResult<Vec<Client>> {
    on_any!(conn, c => clients::table.select(Client::as_select()).load(c))
}

pub fn all_keys(conn: &mut Conn) -> QueryResult<Vec<ApiKey>> {
    on_any!(conn, c => api_keys::table.select(ApiKey::as_select()).load(c))
}

/// Who is recorded and not erased (`PersonState` of the parties, which stand above this), of all or of some.
pub fn persons(conn: &mut Conn, of: Option<&[PersonId]>) -> QueryResult<Vec<PersonId>> {
    on_any!(conn, c => {
        let mut query = people::table.filter(people::state.ne("ERASED")).select(people::id).into_boxed();
        if let Some(of) = of {
            query = query.filter(people::id.eq_any(of));
        }
        query.load(c)
    })
}

pub fn all_grants(conn: &mut Conn) -> QueryResult<Vec<Grant>> {
    on_any!(conn, c => grants::table.select(Grant::as_select()).order(grants::id).load(c))
}
