//! SQL of programmes.

use super::model::ProgrammeRow;
use crate::db::schema::programmes;
use crate::db::{Conn, on_any};
use diesel::prelude::*;

pub fn all(conn: &mut Conn) -> QueryResult<Vec<ProgrammeRow>> {
    on_any!(conn, c => programmes::table.select(ProgrammeRow::as_select()).order(programmes::code).load(c))
}
