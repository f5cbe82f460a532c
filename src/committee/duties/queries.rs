//! SQL of reporting duties.

use super::model::DutyRow;
use crate::db::schema::{report_submissions, reporting_duties, reporting_extensions};
use crate::db::{Conn, named_by, on_any};
use crate::values::{ClientId, ExternalId, ReportingDutyId};
use diesel::prelude::*;

pub fn all(conn: &mut Conn) -> QueryResult<Vec<DutyRow>> {
    on_any!(conn, c => reporting_duties::table.select(DutyRow::as_select()).order(reporting_duties::code).load(c))
}

/// Duties to which this client gave these ids.
pub fn named(conn: &mut Conn, client: ClientId, names: &[ExternalId]) -> QueryResult<Vec<ReportingDutyId>> {
    on_any!(conn, c => reporting_duties::table
        .filter(named_by!(reporting_duties::id, client, "reporting-duties", names.to_vec()))
        .select(reporting_duties::id)
        .load(c))
}

/// Was a report sent for it, or a due date extended?
pub fn is_used(conn: &mut Conn, id: ReportingDutyId) -> QueryResult<bool> {
    on_any!(conn, c => diesel::select(
        diesel::dsl::exists(report_submissions::table.filter(report_submissions::duty_id.eq(id)))
            .or(diesel::dsl::exists(reporting_extensions::table.filter(reporting_extensions::duty_id.eq(id)))),
    )
    .get_result(c))
}
