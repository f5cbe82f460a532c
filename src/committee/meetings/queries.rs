//! SQL of meetings.

use super::model::{AttendanceRow, MeetingActRow, MeetingFileRow, MeetingRecord, MeetingRow};
use super::routes::MeetingQuery;
use crate::db::schema::{meeting_acts, meeting_attendances, meetings, obstacles, statements};
use crate::db::{Conn, on_any, stored_with_parts};
use crate::parties::{any_of, collection};
use crate::values::{CommitteeId, LocalDate, MeetingId};
use diesel::prelude::*;

collection!(meetings, MeetingRow, MeetingId, "meetings", MeetingQuery, |rows, query| {
    if !query.committee_id.0.is_empty() {
        rows = rows.filter(meetings::committee_id.eq_any(query.committee_id.0.clone()));
    }
    if let Some(day) = query.held_date_gte {
        rows = rows.filter(meetings::held_date.ge(day));
    }
    if let Some(day) = query.held_date_lte {
        rows = rows.filter(meetings::held_date.le(day));
    }
    if !query.person_id.0.is_empty() {
        let attended = meeting_attendances::table
            .filter(meeting_attendances::person_id.eq_any(query.person_id.0.clone()))
            .select(meeting_attendances::meeting_id);
        rows = rows.filter(meetings::id.eq_any(attended));
    }
    if !query.act_id.0.is_empty() {
        let of_acts = meeting_acts::table
            .filter(meeting_acts::act_id.eq_any(query.act_id.0.clone()))
            .select(meeting_acts::meeting_id);
        rows = rows.filter(meetings::id.eq_any(of_acts));
    }
});

any_of!(meetings, MeetingRow, MeetingId);

/// Was an obstacle noted at it, or a statement?
pub fn is_used(conn: &mut Conn, id: MeetingId) -> QueryResult<bool> {
    on_any!(conn, c => diesel::select(
        diesel::dsl::exists(obstacles::table.filter(obstacles::meeting_id.eq(id)))
            .or(diesel::dsl::exists(statements::table.filter(statements::meeting_id.eq(id)))),
    )
    .get_result(c))
}

/// Another meeting of the committee on that day.
pub fn same(conn: &mut Conn, row: &MeetingRow) -> QueryResult<Option<MeetingId>> {
    let (id, committee, day): (MeetingId, CommitteeId, LocalDate) = (row.id, row.committee_id, row.held_date);
    on_any!(conn, c => meetings::table
        .filter(meetings::committee_id.eq(committee))
        .filter(meetings::held_date.eq(day))
        .filter(meetings::id.ne(id))
        .select(meetings::id)
        .first(c)
        .optional())
}

stored_with_parts!(MeetingRecord, MeetingRow, MeetingId, meetings, "meetings", "meeting", {
    attendances: AttendanceRow in meeting_attendances(meeting_id, position);
    files: MeetingFileRow in meeting_files(meeting_id, position);
    acts: MeetingActRow in meeting_acts(meeting_id, position);
});
