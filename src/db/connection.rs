//! One connection type for both databases, and the macro that type-checks a query for both.

use crate::error::Error;
use diesel::{Connection, PgConnection, SqliteConnection, connection::SimpleConnection};
use std::path::{Path, PathBuf};

/// A connection to either database.
pub enum Conn {
    Pg(Box<PgConnection>),
    Sqlite(Box<SqliteConnection>),
}

/// Run one query body on whichever database the connection leads to; it is compiled for both.
macro_rules! on_any {
    ($conn:expr, $c:ident => $body:expr) => {
        match $conn {
            $crate::db::Conn::Pg($c) => {
                let $c = &mut **$c;
                $body
            }
            $crate::db::Conn::Sqlite($c) => {
                let $c = &mut **$c;
                $body
            }
        }
    };
}
pub(crate) use on_any;

impl Conn {
    pub fn run(&mut self, sql: &str) -> diesel::QueryResult<()> {
        on_any!(self, c => c.batch_execute(sql))
    }
}

/// Where the database is. The scheme decides which one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DatabaseUrl {
    Sqlite(PathBuf),
    Postgres(String),
}

impl std::str::FromStr for DatabaseUrl {
    type Err = String;

    fn from_str(text: &str) -> Result<DatabaseUrl, String> {
        match text.split_once("://") {
            Some(("sqlite", path)) if !path.is_empty() && path != "/" => Ok(DatabaseUrl::Sqlite(PathBuf::from(path))),
            Some(("postgres" | "postgresql", rest)) if !rest.is_empty() => Ok(DatabaseUrl::Postgres(text.to_owned())),
            Some(("sqlite" | "postgres" | "postgresql", _)) => Err("the database URL names no database".to_owned()),
            // The text itself may hold a password, so it is not repeated.
            _ => Err("the database URL must begin with sqlite:// or postgres://".to_owned()),
        }
    }
}

impl std::fmt::Display for DatabaseUrl {
    /// Without user, password and parameters.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            DatabaseUrl::Sqlite(path) => write!(f, "sqlite://{}", path.display()),
            DatabaseUrl::Postgres(url) => {
                let rest = url.split_once("://").map_or("", |(_, rest)| rest);
                let place = rest.rsplit_once('@').map_or(rest, |(_, place)| place);
                write!(f, "postgres://{}", place.split('?').next().unwrap_or(place))
            }
        }
    }
}

impl DatabaseUrl {
    /// The file of an embedded database.
    pub fn file(&self) -> Option<&Path> {
        match self {
            DatabaseUrl::Sqlite(path) => Some(path),
            DatabaseUrl::Postgres(_) => None,
        }
    }

    /// Connect. A missing SQLite file is an error here; `create` makes one.
    pub fn connect(&self) -> Result<Conn, Error> {
        match self {
            DatabaseUrl::Sqlite(path) if !path.exists() => {
                Err(Error::Unavailable(format!("there is no database file {}", path.display()).into()))
            }
            DatabaseUrl::Sqlite(path) => open_sqlite(path),
            DatabaseUrl::Postgres(url) => {
                let mut connection = PgConnection::establish(&with_limits(url)).map_err(unavailable)?;
                connection.batch_execute("SET TIME ZONE 'UTC'; SET lock_timeout = '10s'").map_err(unavailable)?;
                Ok(Conn::Pg(Box::new(connection)))
            }
        }
    }

    /// Connect, and make the SQLite file where it is missing.
    pub fn create(&self) -> Result<Conn, Error> {
        match self {
            DatabaseUrl::Sqlite(path) => open_sqlite(path),
            DatabaseUrl::Postgres(_) => self.connect(),
        }
    }
}

/// How long PostgreSQL may keep silent, where its URL does not say: a server that vanished is given up within 25
/// seconds, not after the quarter of an hour that the kernel goes on trying. Seconds, but for the milliseconds of
/// `tcp_user_timeout`.
const LIMITS: [(&str, &str); 5] = [
    ("connect_timeout", "5"),
    ("tcp_user_timeout", "25000"),
    ("keepalives_idle", "10"),
    ("keepalives_interval", "5"),
    ("keepalives_count", "3"),
];

fn with_limits(url: &str) -> String {
    let mut limited = url.to_owned();
    for (name, value) in LIMITS {
        if !url.contains(&format!("{name}=")) {
            limited.push(if limited.contains('?') { '&' } else { '?' });
            limited.push_str(&format!("{name}={value}"));
        }
    }
    limited
}

fn open_sqlite(path: &Path) -> Result<Conn, Error> {
    let path = path.to_str().ok_or_else(|| Error::Unavailable("the path of the database is not UTF-8".into()))?;
    let mut connection = SqliteConnection::establish(path).map_err(unavailable)?;
    connection.batch_execute("PRAGMA busy_timeout = 5000").map_err(unavailable)?;
    write_ahead(&mut connection).map_err(unavailable)?;
    // FULL: an acknowledged write survives a power cut.
    connection
        .batch_execute(
            "PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON; PRAGMA temp_store = MEMORY; \
             PRAGMA cache_size = -16000;",
        )
        .map_err(unavailable)?;
    Ok(Conn::Sqlite(Box::new(connection)))
}

/// Readers never wait for the writer (WAL). Others may be about to say the same of a new file; SQLite does not wait
/// for them by itself here, so this does, for 5 s as `busy_timeout` elsewhere.
fn write_ahead(connection: &mut SqliteConnection) -> diesel::QueryResult<()> {
    for _ in 0..100 {
        match connection.batch_execute("PRAGMA journal_mode = WAL") {
            Err(error) if error.to_string().contains("database is locked") => {
                std::thread::sleep(std::time::Duration::from_millis(50));
            }
            other => return other,
        }
    }
    connection.batch_execute("PRAGMA journal_mode = WAL")
}

fn unavailable(error: impl std::error::Error + Send + Sync + 'static) -> Error {
    Error::Unavailable(Box::new(error))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_scheme_chooses_the_database_and_nothing_else_does() {
        assert_eq!("sqlite://muctieu.db".parse(), Ok(DatabaseUrl::Sqlite("muctieu.db".into())));
        assert!(matches!("postgres://u:p@h/db".parse(), Ok(DatabaseUrl::Postgres(_))));
        for wrong in ["muctieu.db", "mysql://h/db", "sqlite://", "postgres://", "sqlite:muctieu.db", ""] {
            assert!(wrong.parse::<DatabaseUrl>().is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_url_keeps_the_limits_it_sets_and_gets_the_others() {
        let limited = with_limits("postgres://clerk:secret@h/db?sslmode=require&connect_timeout=30");
        assert_eq!(
            limited,
            "postgres://clerk:secret@h/db?sslmode=require&connect_timeout=30&tcp_user_timeout=25000\
             &keepalives_idle=10&keepalives_interval=5&keepalives_count=3"
        );
        assert!(with_limits("postgres://h/db").starts_with("postgres://h/db?connect_timeout=5&tcp_user_timeout="));
        assert_eq!(with_limits(&limited), limited);
    }

    #[test]
    fn a_shown_url_holds_no_password() {
        let url: DatabaseUrl = "postgres://clerk:secret@db.local:5432/muctieu?sslmode=require".parse().unwrap();
        assert_eq!(url.to_string(), "postgres://db.local:5432/muctieu");
    }
}
