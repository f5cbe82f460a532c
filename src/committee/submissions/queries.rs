//! SQL of submissions.

use super::model::{SubmissionFileRow, SubmissionRecord, SubmissionRow, SubmissionStepRow};
use super::routes::ReportSubmissionQuery;
use crate::db::schema::{report_submissions, reporting_duties};
use crate::db::{Conn, on_any, stored_with_parts};
use crate::parties::collection;
use crate::values::{Period, ReportSubmissionId, ReportingDutyId, UnitId};
use diesel::prelude::*;

collection!(
    report_submissions,
    SubmissionRow,
    ReportSubmissionId,
    "report-submissions",
    ReportSubmissionQuery,
    |rows, query| {
        if !query.duty_code.0.is_empty() {
            let duties = reporting_duties::table.filter(reporting_duties::code.eq_any(query.duty_code.0.clone()));
            rows = rows.filter(report_submissions::duty_id.eq_any(duties.select(reporting_duties::id)));
        }
        if !query.period.0.is_empty() {
            rows = rows.filter(report_submissions::period.eq_any(query.period.0.clone()));
        }
        if !query.status.0.is_empty() {
            rows = rows.filter(report_submissions::status.eq_any(query.status.0.clone()));
        }
    }
);

stored_with_parts!(SubmissionRecord, SubmissionRow, ReportSubmissionId, report_submissions, "report-submissions", "report-submission", {
    steps: SubmissionStepRow in report_submission_steps(submission_id, number);
    files: SubmissionFileRow in report_submission_files(submission_id, position);
});

/// The submission of a unit for a duty and a period.
pub fn of_unit(
    conn: &mut Conn,
    duty: ReportingDutyId,
    period: Period,
    unit: UnitId,
) -> QueryResult<Option<ReportSubmissionId>> {
    on_any!(conn, c => report_submissions::table
        .filter(report_submissions::duty_id.eq(duty))
        .filter(report_submissions::period.eq(period))
        .filter(report_submissions::unit_id.eq(unit))
        .select(report_submissions::id)
        .first(c)
        .optional())
}

/// Units that one statement names.
const UNITS_NAMED: usize = 1000;

/// What some units sent, or are drawing up, for some duties and periods.
pub fn sent(
    conn: &mut Conn,
    duties: &[ReportingDutyId],
    periods: &[Period],
    units: &[UnitId],
) -> QueryResult<Vec<SubmissionRow>> {
    let mut found = Vec::new();
    for units in units.chunks(UNITS_NAMED) {
        let rows: Vec<SubmissionRow> = on_any!(&mut *conn, c => report_submissions::table
            .filter(report_submissions::duty_id.eq_any(duties.to_vec()))
            .filter(report_submissions::period.eq_any(periods.to_vec()))
            .filter(report_submissions::unit_id.eq_any(units.to_vec()))
            .select(SubmissionRow::as_select())
            .load(c))?;
        found.extend(rows);
    }
    Ok(found)
}
