//! Records that are one row with rows of other tables that belong to it.

/// Storage of such a record, and how several are read: the parts of each kind in one statement for all of them. They go
/// in, change and go away with their row.
///
/// Each part is told as `member: Row in table(column of the owner, order)`.
macro_rules! stored_with_parts {
    ($record:ident, $row:ty, $id:ty, $table:ident, $collection:literal, $noun:literal, {
        $($part:ident: $part_row:ident in $part_table:ident($owner:ident, $order:ident);)+
    }) => {
        /// Rows with everything that belongs to them.
        pub fn records(conn: &mut $crate::db::Conn, rows: Vec<$row>) -> ::diesel::QueryResult<Vec<$record>> {
            use $crate::db::schema::{$($part_table),+};
            let ids: Vec<$id> = rows.iter().map(|row| row.id).collect();
            $(
                let loaded: Vec<$part_row> = $crate::db::on_any!(&mut *conn, c => $part_table::table
                    .filter($part_table::$owner.eq_any(ids.clone()))
                    .select($part_row::as_select())
                    .order(($part_table::$owner, $part_table::$order))
                    .load(c))?;
                let mut $part: ::std::collections::HashMap<$id, Vec<$part_row>> = Default::default();
                for part in loaded {
                    $part.entry(part.$owner).or_default().push(part);
                }
            )+
            let record = |row: $row| $record { $($part: $part.remove(&row.id).unwrap_or_default(),)+ row };
            Ok(rows.into_iter().map(record).collect())
        }

        impl $record {
            fn put_parts(&self, conn: &mut $crate::db::Conn) -> ::diesel::QueryResult<()> {
                use $crate::db::schema::{$($part_table),+};
                $(
                    // An insertion of nothing is no statement.
                    if !self.$part.is_empty() {
                        $crate::db::on_any!(&mut *conn, c => ::diesel::insert_into($part_table::table)
                            .values(&self.$part).execute(c))?;
                    }
                )+
                Ok(())
            }

            fn drop_parts(&self, conn: &mut $crate::db::Conn) -> ::diesel::QueryResult<()> {
                use $crate::db::schema::{$($part_table),+};
                $(
                    $crate::db::on_any!(&mut *conn, c => ::diesel::delete($part_table::table)
                        .filter($part_table::$owner.eq(self.row.id)).execute(c))?;
                )+
                Ok(())
            }
        }

        impl $crate::db::Stored for $record {
            const COLLECTION: &'static str = $collection;
            const NOUN: &'static str = $noun;

            fn record_id(&self) -> $crate::values::RecordId {
                $crate::values::RecordId(self.row.id.0)
            }

            fn version(&self) -> i64 {
                self.row.version
            }

            fn set_version(&mut self, version: i64) {
                self.row.version = version;
            }

            fn place(&self) -> Option<($crate::values::UnitId, $crate::values::LocalDate)> {
                Some((self.row.unit_id, self.row.unit_date))
            }

            fn insert(&self, conn: &mut $crate::db::Conn) -> ::diesel::QueryResult<usize> {
                use $crate::db::schema::$table;
                let inserted = $crate::db::on_any!(&mut *conn, c => ::diesel::insert_into($table::table)
                    .values(&self.row).on_conflict_do_nothing().execute(c))?;
                if inserted > 0 {
                    self.put_parts(conn)?;
                }
                Ok(inserted)
            }

            fn update(&self, conn: &mut $crate::db::Conn, stored_version: i64) -> ::diesel::QueryResult<usize> {
                use $crate::db::schema::$table;
                let updated = $crate::db::on_any!(&mut *conn, c => ::diesel::update($table::table)
                    .filter($table::id.eq(self.row.id)).filter($table::version.eq(stored_version))
                    .set(&self.row).execute(c))?;
                if updated > 0 {
                    self.drop_parts(conn)?;
                    self.put_parts(conn)?;
                }
                Ok(updated)
            }

            fn delete(&self, conn: &mut $crate::db::Conn) -> ::diesel::QueryResult<usize> {
                use $crate::db::schema::$table;
                self.drop_parts(conn)?;
                $crate::db::on_any!(conn, c => ::diesel::delete($table::table)
                    .filter($table::id.eq(self.row.id)).filter($table::version.eq(self.row.version)).execute(c))
            }
        }
    };
}
pub(crate) use stored_with_parts;
