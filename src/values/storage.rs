//! Logical column types with native storage on both databases, written once.
//!
//! `DbUuid` is `uuid` on PostgreSQL and a 16-byte BLOB on SQLite; `DbTimestamp` is `timestamptz` and an INTEGER of
//! microseconds since 1970; `DbJson` is `jsonb` and TEXT.

use diesel::pg::Pg;
use diesel::sqlite::Sqlite;
use diesel::{deserialize, serialize};

#[derive(Debug, Clone, Copy, diesel::sql_types::SqlType, diesel::query_builder::QueryId)]
#[diesel(postgres_type(oid = 2950, array_oid = 2951), sqlite_type(name = "Binary"))]
pub struct DbUuid;

#[derive(Debug, Clone, Copy, diesel::sql_types::SqlType, diesel::query_builder::QueryId)]
#[diesel(postgres_type(oid = 1184, array_oid = 1185), sqlite_type(name = "Long"))]
pub struct DbTimestamp;

#[derive(Debug, Clone, Copy, diesel::sql_types::SqlType, diesel::query_builder::QueryId)]
#[diesel(postgres_type(oid = 3802, array_oid = 3807), sqlite_type(name = "Text"))]
pub struct DbJson;

/// Microseconds between 1970-01-01 (Unix, SQLite columns) and 2000-01-01 (PostgreSQL's wire format).
const PG_EPOCH_MICROSECONDS: i64 = 946_684_800_000_000;

/// First byte of PostgreSQL's binary jsonb: the version of the format.
const JSONB_VERSION: u8 = 1;

pub fn uuid_from_pg(value: diesel::pg::PgValue<'_>) -> deserialize::Result<uuid::Uuid> {
    Ok(uuid::Uuid::from_slice(value.as_bytes())?)
}

pub fn uuid_from_sqlite(value: <Sqlite as diesel::backend::Backend>::RawValue<'_>) -> deserialize::Result<uuid::Uuid> {
    let bytes = <*const [u8] as deserialize::FromSql<diesel::sql_types::Binary, Sqlite>>::from_sql(value)?;
    // SAFETY: diesel hands out a pointer to SQLite's buffer, valid until the row is left; it is copied at once.
    Ok(uuid::Uuid::from_slice(unsafe { &*bytes })?)
}

pub fn uuid_to_pg(id: &uuid::Uuid, out: &mut serialize::Output<'_, '_, Pg>) -> serialize::Result {
    std::io::Write::write_all(out, id.as_bytes())?;
    Ok(serialize::IsNull::No)
}

pub fn microseconds_from_pg(value: diesel::pg::PgValue<'_>) -> deserialize::Result<i64> {
    let since_2000 = <i64 as deserialize::FromSql<diesel::sql_types::BigInt, Pg>>::from_sql(value)?;
    since_2000.checked_add(PG_EPOCH_MICROSECONDS).ok_or_else(|| "an instant outside the range of the service".into())
}

pub fn microseconds_to_pg(microseconds: i64, out: &mut serialize::Output<'_, '_, Pg>) -> serialize::Result {
    std::io::Write::write_all(out, &(microseconds - PG_EPOCH_MICROSECONDS).to_be_bytes())?;
    Ok(serialize::IsNull::No)
}

/// A JSON column.
#[derive(
    Debug, Clone, PartialEq, diesel::expression::AsExpression, diesel::deserialize::FromSqlRow, serde::Serialize,
)]
#[diesel(sql_type = DbJson)]
pub struct Json(pub serde_json::Value);

impl deserialize::FromSql<DbJson, Pg> for Json {
    fn from_sql(value: diesel::pg::PgValue<'_>) -> deserialize::Result<Self> {
        match value.as_bytes() {
            [JSONB_VERSION, text @ ..] => Ok(Json(serde_json::from_slice(text)?)),
            _ => Err("an unknown version of jsonb".into()),
        }
    }
}

impl serialize::ToSql<DbJson, Pg> for Json {
    fn to_sql<'b>(&'b self, out: &mut serialize::Output<'b, '_, Pg>) -> serialize::Result {
        std::io::Write::write_all(out, &[JSONB_VERSION])?;
        serde_json::to_writer(out, &self.0)?;
        Ok(serialize::IsNull::No)
    }
}

impl deserialize::FromSql<DbJson, Sqlite> for Json {
    fn from_sql(value: <Sqlite as diesel::backend::Backend>::RawValue<'_>) -> deserialize::Result<Self> {
        let text = <String as deserialize::FromSql<diesel::sql_types::Text, Sqlite>>::from_sql(value)?;
        Ok(Json(serde_json::from_str(&text)?))
    }
}

impl serialize::ToSql<DbJson, Sqlite> for Json {
    fn to_sql<'b>(&'b self, out: &mut serialize::Output<'b, '_, Sqlite>) -> serialize::Result {
        out.set_value(serde_json::to_string(&self.0)?);
        Ok(serialize::IsNull::No)
    }
}

/// A JSON value that is only written: its text, a fraction of what the value takes in memory.
#[derive(Debug, Clone, diesel::expression::AsExpression)]
#[diesel(sql_type = DbJson)]
pub struct Written(String);

impl Written {
    pub fn of(value: &impl serde::Serialize) -> serde_json::Result<Written> {
        serde_json::to_string(value).map(Written)
    }
}

impl serialize::ToSql<DbJson, Pg> for Written {
    fn to_sql<'b>(&'b self, out: &mut serialize::Output<'b, '_, Pg>) -> serialize::Result {
        std::io::Write::write_all(out, &[JSONB_VERSION])?;
        std::io::Write::write_all(out, self.0.as_bytes())?;
        Ok(serialize::IsNull::No)
    }
}

impl serialize::ToSql<DbJson, Sqlite> for Written {
    fn to_sql<'b>(&'b self, out: &mut serialize::Output<'b, '_, Sqlite>) -> serialize::Result {
        out.set_value(self.0.as_str());
        Ok(serialize::IsNull::No)
    }
}

/// Storage of a type that is written as text: what `Scalar` prints goes in, what it parses comes out.
macro_rules! stored_as_text {
    ($name:ty) => {
        impl ::diesel::serialize::ToSql<::diesel::sql_types::Text, ::diesel::pg::Pg> for $name {
            fn to_sql<'b>(
                &'b self,
                out: &mut ::diesel::serialize::Output<'b, '_, ::diesel::pg::Pg>,
            ) -> ::diesel::serialize::Result {
                std::io::Write::write_all(out, <Self as $crate::values::Scalar>::text(self).as_bytes())?;
                Ok(::diesel::serialize::IsNull::No)
            }
        }

        impl ::diesel::serialize::ToSql<::diesel::sql_types::Text, ::diesel::sqlite::Sqlite> for $name {
            fn to_sql<'b>(
                &'b self,
                out: &mut ::diesel::serialize::Output<'b, '_, ::diesel::sqlite::Sqlite>,
            ) -> ::diesel::serialize::Result {
                out.set_value(<Self as $crate::values::Scalar>::text(self));
                Ok(::diesel::serialize::IsNull::No)
            }
        }

        impl<DB> ::diesel::deserialize::FromSql<::diesel::sql_types::Text, DB> for $name
        where
            DB: ::diesel::backend::Backend,
            String: ::diesel::deserialize::FromSql<::diesel::sql_types::Text, DB>,
        {
            fn from_sql(value: DB::RawValue<'_>) -> ::diesel::deserialize::Result<Self> {
                let text = <String as ::diesel::deserialize::FromSql<::diesel::sql_types::Text, DB>>::from_sql(value)?;
                <Self as $crate::values::Scalar>::parse(&text).map_err(|flaw| {
                    format!("a stored {} breaks its rule: {}", stringify!($name), flaw.code.name()).into()
                })
            }
        }
    };
}
pub(crate) use stored_as_text;
