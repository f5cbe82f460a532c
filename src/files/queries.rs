//! SQL of files.

use super::model::FileRow;
use super::routes::FileQuery;
use crate::access::{Scope, above_scope, in_scope};
use crate::db::schema::{
    act_files, activities, activity_files, acts, evidence_files, file_contents, files, meeting_files, meetings,
    observations, report_submission_files, report_submissions, task_files, tasks,
};
use crate::db::{Conn, named_by, on_any};
use crate::http::TOTAL_COUNTED;
use crate::values::{ClientId, ContentHash, FileId, ObservationId, Title, UnitId};
use diesel::prelude::*;

/// SQL: the file is one of these units', proves a figure of theirs, belongs to an act that they read, to a meeting, a
/// task, an activity or a report of theirs.
macro_rules! readable_by {
    ($units:expr) => {
        in_scope!(files::unit_id, files::unit_date, $units)
            .or(diesel::dsl::exists(
                evidence_files::table
                    .inner_join(observations::table.on(observations::id.eq(evidence_files::observation_id)))
                    .filter(evidence_files::file_id.eq(files::id))
                    .filter(in_scope!(observations::unit_id, observations::unit_date, $units)),
            ))
            .or(diesel::dsl::exists(
                act_files::table
                    .inner_join(acts::table.on(acts::id.eq(act_files::act_id)))
                    .filter(act_files::file_id.eq(files::id))
                    .filter(in_scope!(acts::unit_id, acts::unit_date, $units).or(above_scope!(
                        acts::unit_id,
                        acts::unit_date,
                        $units
                    ))),
            ))
            .or(diesel::dsl::exists(
                meeting_files::table
                    .inner_join(meetings::table.on(meetings::id.eq(meeting_files::meeting_id)))
                    .filter(meeting_files::file_id.eq(files::id))
                    .filter(in_scope!(meetings::unit_id, meetings::unit_date, $units)),
            ))
            .or(diesel::dsl::exists(
                task_files::table
                    .inner_join(tasks::table.on(tasks::id.eq(task_files::task_id)))
                    .filter(task_files::file_id.eq(files::id))
                    .filter(in_scope!(tasks::unit_id, tasks::unit_date, $units)),
            ))
            .or(diesel::dsl::exists(
                activity_files::table
                    .inner_join(activities::table.on(activities::id.eq(activity_files::activity_id)))
                    .filter(activity_files::file_id.eq(files::id))
                    .filter(in_scope!(activities::unit_id, activities::unit_date, $units)),
            ))
            .or(diesel::dsl::exists(
                report_submission_files::table
                    .inner_join(
                        report_submissions::table.on(report_submissions::id.eq(report_submission_files::submission_id)),
                    )
                    .filter(report_submission_files::file_id.eq(files::id))
                    .filter(in_scope!(report_submissions::unit_id, report_submissions::unit_date, $units)),
            ))
    };
}

/// One page of what the caller may read, newest first, plus one row that tells whether another page follows.
pub fn list(
    conn: &mut Conn,
    scope: &Scope,
    client: ClientId,
    query: &FileQuery,
    unit: Option<UnitId>,
    after: Option<FileId>,
) -> QueryResult<(Vec<FileRow>, Option<i64>)> {
    on_any!(conn, c => {
        let filtered = || {
            let mut rows = files::table.into_boxed().filter(readable_by!(scope.units.clone()));
            if let Some(unit) = unit {
                let depths = query.unit_scope.depths();
                rows = rows.filter(in_scope!(files::unit_id, files::unit_date, vec![unit], depths));
            }
            if !query.content_hash.0.is_empty() { rows = rows.filter(files::content_hash.eq_any(query.content_hash.0.clone())); }
            if !query.external_id.0.is_empty() { rows = rows.filter(named_by!(files::id, client, "files", query.external_id.0.clone())); }
            rows
        };
        let total = match query.with_total.0 {
            true => Some(filtered().select(files::id).limit(TOTAL_COUNTED + 1).load::<FileId>(c)?.len() as i64),
            false => None,
        };
        let mut rows = filtered().select(FileRow::as_select()).limit(query.limit.plus_one());
        if let Some(id) = after { rows = rows.filter(files::id.lt(id)); }
        Ok((rows.order(files::id.desc()).load(c)?, total))
    })
}

/// One file that the caller may read.
pub fn find(conn: &mut Conn, scope: &Scope, id: FileId) -> QueryResult<Option<FileRow>> {
    on_any!(conn, c => files::table
        .filter(files::id.eq(id))
        .filter(readable_by!(scope.units.clone()))
        .select(FileRow::as_select())
        .first(c)
        .optional())
}

/// The file of a unit with these bytes under this name.
pub fn same(conn: &mut Conn, unit: UnitId, hash: &ContentHash, name: &Title) -> QueryResult<Option<FileRow>> {
    on_any!(conn, c => files::table
        .filter(files::unit_id.eq(unit))
        .filter(files::content_hash.eq(hash))
        .filter(files::name.eq(name))
        .select(FileRow::as_select())
        .first(c)
        .optional())
}

/// The bytes with this hash.
pub fn content(conn: &mut Conn, hash: &ContentHash) -> QueryResult<Option<Vec<u8>>> {
    on_any!(conn, c => file_contents::table.find(hash).select(file_contents::bytes).first(c).optional())
}

/// Keep bytes under their hash, once. It is asked first, so that megabytes that are known are not sent to the database.
pub fn keep_content(conn: &mut Conn, hash: &ContentHash, bytes: &[u8]) -> QueryResult<()> {
    let known: bool = on_any!(&mut *conn, c =>
        diesel::select(diesel::dsl::exists(file_contents::table.find(hash))).get_result(c))?;
    if known {
        return Ok(());
    }
    on_any!(conn, c => diesel::insert_into(file_contents::table)
        .values((file_contents::content_hash.eq(hash), file_contents::bytes.eq(bytes)))
        .on_conflict_do_nothing()
        .execute(c))?;
    Ok(())
}

/// Forget bytes that no file has any more.
pub fn forget_content(conn: &mut Conn, hash: &ContentHash) -> QueryResult<()> {
    on_any!(conn, c => {
        let used: bool = diesel::select(diesel::dsl::exists(files::table.filter(files::content_hash.eq(hash))))
            .get_result(c)?;
        if !used {
            diesel::delete(file_contents::table.find(hash)).execute(c)?;
        }
        Ok(())
    })
}

/// Does the file prove any figure, or belong to an act or a meeting?
pub fn is_used(conn: &mut Conn, id: FileId) -> QueryResult<bool> {
    on_any!(conn, c => diesel::select(
        diesel::dsl::exists(evidence_files::table.filter(evidence_files::file_id.eq(id)))
            .or(diesel::dsl::exists(act_files::table.filter(act_files::file_id.eq(id))))
            .or(diesel::dsl::exists(meeting_files::table.filter(meeting_files::file_id.eq(id))))
            .or(diesel::dsl::exists(activity_files::table.filter(activity_files::file_id.eq(id))))
            .or(diesel::dsl::exists(report_submission_files::table.filter(report_submission_files::file_id.eq(id))))
            .or(diesel::dsl::exists(task_files::table.filter(task_files::file_id.eq(id)))),
    )
    .get_result(c))
}

/// Note which files prove a figure.
pub fn cite(conn: &mut Conn, observation: ObservationId, cited: &[FileId]) -> QueryResult<()> {
    let rows: Vec<_> = cited
        .iter()
        .map(|file| (evidence_files::observation_id.eq(observation), evidence_files::file_id.eq(*file)))
        .collect();
    on_any!(conn, c => diesel::insert_into(evidence_files::table).values(&rows).execute(c))?;
    Ok(())
}
