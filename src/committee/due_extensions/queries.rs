//! SQL of extensions.

use super::model::ExtensionRow;
use super::routes::ReportingExtensionQuery;
use crate::db::schema::{reporting_duties, reporting_extensions};
use crate::db::{Conn, on_any};
use crate::parties::collection;
use crate::values::{LocalDate, Period, ReportingDutyId, ReportingExtensionId, UnitId};
use diesel::prelude::*;

collection!(
    reporting_extensions,
    ExtensionRow,
    ReportingExtensionId,
    "reporting-extensions",
    ReportingExtensionQuery,
    |rows, query| {
        if !query.duty_code.0.is_empty() {
            let duties = reporting_duties::table.filter(reporting_duties::code.eq_any(query.duty_code.0.clone()));
            rows = rows.filter(reporting_extensions::duty_id.eq_any(duties.select(reporting_duties::id)));
        }
        if !query.period.0.is_empty() {
            rows = rows.filter(reporting_extensions::period.eq_any(query.period.0.clone()));
        }
    }
);

/// Later due dates of some duties and periods, for whichever units.
pub fn given(conn: &mut Conn, duties: &[ReportingDutyId], periods: &[Period]) -> QueryResult<Vec<ExtensionRow>> {
    on_any!(conn, c => reporting_extensions::table
        .filter(reporting_extensions::duty_id.eq_any(duties.to_vec()))
        .filter(reporting_extensions::period.eq_any(periods.to_vec()))
        .select(ExtensionRow::as_select())
        .load(c))
}

/// The same extension, if it is there.
pub fn same(
    conn: &mut Conn,
    duty: ReportingDutyId,
    period: Period,
    unit: UnitId,
    date: LocalDate,
) -> QueryResult<Option<ReportingExtensionId>> {
    on_any!(conn, c => reporting_extensions::table
        .filter(reporting_extensions::duty_id.eq(duty))
        .filter(reporting_extensions::period.eq(period))
        .filter(reporting_extensions::unit_id.eq(unit))
        .filter(reporting_extensions::new_due_date.eq(date))
        .select(reporting_extensions::id)
        .first(c)
        .optional())
}
