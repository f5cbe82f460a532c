//! Parties: the agencies, people and committees that do the work of the programmes, and what they are mandated with.

pub mod agencies;
pub mod committees;
pub mod mandates;
pub mod people;
pub(crate) mod seat;

use utoipa_actix_web::service_config::ServiceConfig;

pub fn routes(config: &mut ServiceConfig<'_>) {
    agencies::routes(config);
    people::routes(config);
    committees::routes(config);
    mandates::routes(config);
}

/// SQL of a collection of parties: a page of what a scope covers, newest first, with one row more that tells whether
/// another page follows; and one record. `$filters` narrows `$rows` by what was asked.
macro_rules! collection {
    ($table:ident, $row:ty, $id:ty, $collection:literal, $query:ty, |$rows:ident, $asked:ident| $filters:block) => {
        pub fn list(
            conn: &mut $crate::db::Conn,
            scope: &$crate::access::Scope,
            client: $crate::values::ClientId,
            $asked: &$query,
            unit: Option<$crate::values::UnitId>,
            after: Option<$id>,
        ) -> ::diesel::QueryResult<(Vec<$row>, Option<i64>)> {
            use $crate::access::in_scope;
            use $crate::http::TOTAL_COUNTED;
            let few = $crate::access::few_below(conn, scope, unit)?;
            $crate::db::on_any!(conn, c => {
                let filtered = || {
                    let mut $rows = $table::table
                        .into_boxed()
                        .filter(in_scope!($table::unit_id, $table::unit_date, scope.units.clone()));
                    if let Some(unit) = unit {
                        let depths = $asked.unit_scope.depths();
                        $rows = $rows.filter(in_scope!($table::unit_id, $table::unit_date, vec![unit], depths));
                    }
                    if let Some(few) = &few {
                        $rows = $rows.filter($table::unit_id.eq_any(few.clone()));
                    }
                    if !$asked.external_id.0.is_empty() {
                        let names = $asked.external_id.0.clone();
                        $rows = $rows.filter($crate::db::named_by!($table::id, client, $collection, names));
                    }
                    $filters
                    $rows
                };
                let total = match $asked.with_total.0 {
                    true => Some(filtered().select($table::id).limit(TOTAL_COUNTED + 1).load::<$id>(c)?.len() as i64),
                    false => None,
                };
                let mut page = filtered().select(<$row>::as_select()).limit($asked.limit.plus_one());
                if let Some(id) = after {
                    page = page.filter($table::id.lt(id));
                }
                Ok((page.order($table::id.desc()).load(c)?, total))
            })
        }

        /// One record that the scope covers.
        pub fn find(
            conn: &mut $crate::db::Conn,
            scope: &$crate::access::Scope,
            id: $id,
        ) -> ::diesel::QueryResult<Option<$row>> {
            use $crate::access::in_scope;
            $crate::db::on_any!(conn, c => $table::table
                .filter($table::id.eq(id))
                .filter(in_scope!($table::unit_id, $table::unit_date, scope.units.clone()))
                .select(<$row>::as_select())
                .first(c)
                .optional())
        }
    };
}
pub(crate) use collection;

/// SQL: one record, for the command line.
macro_rules! any_of {
    ($table:ident, $row:ty, $id:ty) => {
        pub fn any(conn: &mut $crate::db::Conn, id: $id) -> ::diesel::QueryResult<Option<$row>> {
            $crate::db::on_any!(conn, c => $table::table.find(id).select(<$row>::as_select()).first(c).optional())
        }
    };
}
pub(crate) use any_of;
