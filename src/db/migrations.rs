//! The schema: embedded migrations of both databases, the same names in both.

use super::{Conn, on_any, schema};
use crate::error::Error;
use crate::values::Timestamp;
use diesel::migration::MigrationVersion;
use diesel::prelude::*;
use diesel_migrations::{EmbeddedMigrations, MigrationHarness, embed_migrations};

pub const SQLITE: EmbeddedMigrations = embed_migrations!("migrations/sqlite");
pub const POSTGRES: EmbeddedMigrations = embed_migrations!("migrations/postgres");

/// Key of the advisory lock under which PostgreSQL migrates: "muctieu" in letters of a telephone.
const LOCK: i64 = 6_828_438;

/// Bring the schema up to date. Returns the migrations that ran.
/// Errors: a schema newer than this program.
pub fn run(conn: &mut Conn) -> Result<Vec<String>, Error> {
    if let Conn::Pg(_) = conn {
        conn.run(&format!("SELECT pg_advisory_lock({LOCK})"))?;
    }
    let ran = run_locked(conn);
    if let Conn::Pg(_) = conn {
        conn.run(&format!("SELECT pg_advisory_unlock({LOCK})"))?;
    }
    ran
}

fn run_locked(conn: &mut Conn) -> Result<Vec<String>, Error> {
    refuse_newer(conn)?;
    let names = |versions: Vec<MigrationVersion<'_>>| versions.iter().map(ToString::to_string).collect();
    match conn {
        // An upgrade is one transaction, however many steps it has: all of it or nothing.
        Conn::Pg(c) => c.transaction(|c| c.run_pending_migrations(POSTGRES).map(names).map_err(Error::Internal)),
        // Who comes second waits here, and then finds nothing left to do.
        Conn::Sqlite(c) => {
            c.immediate_transaction(|c| c.run_pending_migrations(SQLITE).map(names).map_err(Error::Internal))
        }
    }
}

/// Versions of the applied migrations, oldest first.
fn applied(conn: &mut Conn) -> Result<Vec<String>, Error> {
    let versions = match conn {
        Conn::Pg(c) => c.applied_migrations(),
        Conn::Sqlite(c) => c.applied_migrations(),
    }
    .map_err(Error::Unavailable)?;
    let mut versions: Vec<String> = versions.iter().map(ToString::to_string).collect();
    versions.sort();
    Ok(versions)
}

fn known() -> Result<Vec<String>, Error> {
    use diesel::migration::{Migration, MigrationSource};
    let migrations: Vec<Box<dyn Migration<diesel::sqlite::Sqlite>>> = SQLITE.migrations().map_err(Error::Internal)?;
    let mut versions: Vec<String> = migrations.iter().map(|migration| migration.name().version().to_string()).collect();
    versions.sort();
    Ok(versions)
}

fn refuse_newer(conn: &mut Conn) -> Result<(), Error> {
    let known = known()?;
    match applied(conn)?.into_iter().find(|version| !known.contains(version)) {
        Some(version) => Err(Error::Internal(
            format!("the database has schema {version}, which is newer than this program; use a newer muctieu").into(),
        )),
        None => Ok(()),
    }
}

diesel::table! {
    /// Diesel's own record of what was applied.
    __diesel_schema_migrations (version) {
        version -> Text,
    }
}

/// Is the schema the one this program was built for? Reads only, and is cheap enough for a readiness probe.
pub fn expected(conn: &mut Conn) -> Result<(), Error> {
    use __diesel_schema_migrations as migrations;
    let found: Vec<String> =
        on_any!(conn, c => migrations::table.select(migrations::version).order(migrations::version).load(c))?;
    if found == known()? {
        Ok(())
    } else {
        Err(Error::Unavailable("the schema is not the one this program expects".into()))
    }
}

/// What a database is for.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Insertable)]
#[diesel(table_name = schema::installation)]
pub struct Installation {
    pub id: i32,
    /// `SERVICE`, or `DEMO` for one that the demo may start over.
    pub purpose: String,
    pub cursor_key: Vec<u8>,
    pub created_at: Timestamp,
}

pub fn installation(conn: &mut Conn) -> Result<Option<Installation>, Error> {
    Ok(on_any!(conn, c => schema::installation::table.first(c).optional())?)
}

/// Note what the database is for, unless that was done before.
pub fn install(conn: &mut Conn, purpose: &str, now: Timestamp) -> Result<Installation, Error> {
    // Two version-4 UUIDs hold 244 random bits.
    let cursor_key = [*uuid::Uuid::new_v4().as_bytes(), *uuid::Uuid::new_v4().as_bytes()].concat();
    let new = Installation { id: 1, purpose: purpose.to_owned(), cursor_key, created_at: now };
    on_any!(conn, c => diesel::insert_into(schema::installation::table).values(&new).on_conflict_do_nothing().execute(c))?;
    installation(conn)?.ok_or_else(|| Error::internal("the installation row was just written"))
}

/// Has the database no table of ours, nor of anybody else?
pub fn is_empty(conn: &mut Conn) -> bool {
    use diesel::dsl::sql;
    use diesel::sql_types::BigInt;
    let count: QueryResult<i64> = match conn {
        Conn::Pg(c) => diesel::select(sql::<BigInt>(
            "(SELECT count(*) FROM information_schema.tables WHERE table_schema = current_schema())",
        ))
        .get_result(&mut **c),
        Conn::Sqlite(c) => diesel::select(sql::<BigInt>("(SELECT count(*) FROM sqlite_master WHERE type = 'table')"))
            .get_result(&mut **c),
    };
    count.is_ok_and(|count| count == 0)
}

/// Undo every migration: all data is gone.
pub fn revert_all(conn: &mut Conn) -> Result<(), Error> {
    match conn {
        Conn::Pg(c) => c.revert_all_migrations(POSTGRES).map(|_| ()),
        Conn::Sqlite(c) => c.revert_all_migrations(SQLITE).map(|_| ()),
    }
    .map_err(Error::Internal)
}
