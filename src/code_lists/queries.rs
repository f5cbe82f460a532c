//! SQL of code lists.

use super::model::CodeListEntry;
use crate::db::{Conn, on_any, schema::code_list_entries};
use diesel::prelude::*;

pub fn all(conn: &mut Conn) -> QueryResult<Vec<CodeListEntry>> {
    on_any!(conn, c => code_list_entries::table
        .select(CodeListEntry::as_select())
        .order((code_list_entries::list, code_list_entries::position, code_list_entries::code))
        .load(c))
}
