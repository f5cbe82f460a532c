//! SQL of meetings.

use super::model::{AttendanceRow, MeetingActRow, MeetingFileRow, MeetingRecord, MeetingRow};
use super::routes::MeetingQuery;
use crate::db::schema::{meeting_acts, meeting_attendances, meeting_files, meetings, obstacles};
use crate::db::{Conn, Stored, on_any};
use crate::parties::{any_of, collection};
use crate::values::{CommitteeId, LocalDate, MeetingId, RecordId, UnitId};
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

/// Was an obstacle noted at it?
pub fn is_used(conn: &mut Conn, id: MeetingId) -> QueryResult<bool> {
    on_any!(conn, c => diesel::select(diesel::dsl::exists(obstacles::table.filter(obstacles::meeting_id.eq(id))))
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

/// Meetings with everything that belongs to them.
pub fn records(conn: &mut Conn, rows: Vec<MeetingRow>) -> QueryResult<Vec<MeetingRecord>> {
    let ids: Vec<MeetingId> = rows.iter().map(|row| row.id).collect();
    let attendances: Vec<AttendanceRow> = on_any!(&mut *conn, c => meeting_attendances::table
        .filter(meeting_attendances::meeting_id.eq_any(ids.clone()))
        .select(AttendanceRow::as_select())
        .order((meeting_attendances::meeting_id, meeting_attendances::position))
        .load(c))?;
    let files: Vec<MeetingFileRow> = on_any!(&mut *conn, c => meeting_files::table
        .filter(meeting_files::meeting_id.eq_any(ids.clone()))
        .select(MeetingFileRow::as_select())
        .order((meeting_files::meeting_id, meeting_files::position))
        .load(c))?;
    let acts: Vec<MeetingActRow> = on_any!(&mut *conn, c => meeting_acts::table
        .filter(meeting_acts::meeting_id.eq_any(ids))
        .select(MeetingActRow::as_select())
        .order((meeting_acts::meeting_id, meeting_acts::position))
        .load(c))?;
    let record = |row: MeetingRow| MeetingRecord {
        attendances: attendances.iter().filter(|part| part.meeting_id == row.id).cloned().collect(),
        files: files.iter().filter(|part| part.meeting_id == row.id).cloned().collect(),
        acts: acts.iter().filter(|part| part.meeting_id == row.id).cloned().collect(),
        row,
    };
    Ok(rows.into_iter().map(record).collect())
}

impl MeetingRecord {
    fn put_parts(&self, conn: &mut Conn) -> QueryResult<()> {
        // An insertion of nothing is no statement.
        if !self.attendances.is_empty() {
            on_any!(&mut *conn, c => diesel::insert_into(meeting_attendances::table).values(&self.attendances).execute(c))?;
        }
        if !self.files.is_empty() {
            on_any!(&mut *conn, c => diesel::insert_into(meeting_files::table).values(&self.files).execute(c))?;
        }
        if !self.acts.is_empty() {
            on_any!(&mut *conn, c => diesel::insert_into(meeting_acts::table).values(&self.acts).execute(c))?;
        }
        Ok(())
    }

    fn drop_parts(&self, conn: &mut Conn) -> QueryResult<()> {
        let id = self.row.id;
        on_any!(&mut *conn, c => diesel::delete(meeting_attendances::table).filter(meeting_attendances::meeting_id.eq(id)).execute(c))?;
        on_any!(&mut *conn, c => diesel::delete(meeting_files::table).filter(meeting_files::meeting_id.eq(id)).execute(c))?;
        on_any!(&mut *conn, c => diesel::delete(meeting_acts::table).filter(meeting_acts::meeting_id.eq(id)).execute(c))?;
        Ok(())
    }
}

impl Stored for MeetingRecord {
    const COLLECTION: &'static str = "meetings";
    const NOUN: &'static str = "meeting";

    fn record_id(&self) -> RecordId {
        RecordId(self.row.id.0)
    }

    fn version(&self) -> i64 {
        self.row.version
    }

    fn set_version(&mut self, version: i64) {
        self.row.version = version;
    }

    fn place(&self) -> Option<(UnitId, LocalDate)> {
        Some((self.row.unit_id, self.row.unit_date))
    }

    fn insert(&self, conn: &mut Conn) -> QueryResult<usize> {
        let inserted = on_any!(&mut *conn, c => diesel::insert_into(meetings::table)
            .values(&self.row).on_conflict_do_nothing().execute(c))?;
        if inserted > 0 {
            self.put_parts(conn)?;
        }
        Ok(inserted)
    }

    fn update(&self, conn: &mut Conn, stored_version: i64) -> QueryResult<usize> {
        let updated = on_any!(&mut *conn, c => diesel::update(meetings::table)
            .filter(meetings::id.eq(self.row.id)).filter(meetings::version.eq(stored_version)).set(&self.row).execute(c))?;
        if updated > 0 {
            self.drop_parts(conn)?;
            self.put_parts(conn)?;
        }
        Ok(updated)
    }

    fn delete(&self, conn: &mut Conn) -> QueryResult<usize> {
        self.drop_parts(conn)?;
        on_any!(conn, c => diesel::delete(meetings::table)
            .filter(meetings::id.eq(self.row.id)).filter(meetings::version.eq(self.row.version)).execute(c))
    }
}
