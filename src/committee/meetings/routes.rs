//! `/v1/meetings`

use super::model::{Attendance, AttendanceRow, Meeting, MeetingFile, MeetingPatch, MeetingRecord, NewMeeting};
use super::{actions, queries};
use crate::access::{MeetingRead, MeetingWrite, Permit};
use crate::db::{Db, Snapshot, Tx};
use crate::error::{Error, Place};
use crate::http::{
    Answer, AnyOf, Body, Cursor, CursorKey, Document, Flag, IfMatch, Limit, Listing, NoQuery, Page, PageRequest,
    PatchOf, Query, Write, WriteQuery, parameters, path_id,
};
use crate::parties::seat::Seat;
use crate::units::{Naming, Territory, UnitChoice, UnitScope};
use crate::values::{
    ActId, CommitteeId, ExternalId, LocalDate, MeetingId, Note, PersonId, RecordId, Scalar, SearchText, UnitCode,
    UnitId,
};
use actix_web::{delete, get, patch, post, web};
use utoipa_actix_web::service_config::ServiceConfig;

parameters! {
    /// Parameters of `GET /v1/meetings`.
    MeetingQuery {
        unit_id: Option<UnitId>, "Meetings of committees of this unit and, by `unit_scope`, of those below it";
        unit_code: Option<UnitCode>, "The same, by code: its holder today, else its last holder";
        unit_name: Option<SearchText>, "The same, by exact name without diacritics; several hits are refused with candidates";
        unit_scope: UnitScope, "How far below the unit";
        committee_id: AnyOf<CommitteeId>, "Meetings of these committees";
        person_id: AnyOf<PersonId>, "Meetings in whose lists these people stand";
        act_id: AnyOf<ActId>, "Meetings of which these acts came";
        held_date_gte: Option<LocalDate>, "Held on this day or later";
        held_date_lte: Option<LocalDate>, "Held on this day or earlier";
        external_id: AnyOf<ExternalId>, "Meetings to which the caller gave these ids";
        limit: Limit, "Rows of a page";
        cursor: Option<Cursor>, "Where the page begins";
        with_total: Flag, "Count the rows of all pages";
    }
}

fn describe(record: MeetingRecord, memory: &Snapshot) -> Result<Meeting, Error> {
    let row = record.row;
    let seat = Seat { unit: row.unit_id, day: row.unit_date };
    let agenda: Vec<Note> = serde_json::from_value(row.agenda.0).map_err(Error::internal)?;
    let attendance = |part: AttendanceRow| Attendance {
        person_id: part.person_id,
        agency_id: part.agency_id,
        presence: part.presence,
    };
    Ok(Meeting {
        id: row.id,
        version: row.version,
        unit: seat.reference(memory.part::<Territory>())?,
        committee_id: row.committee_id,
        held_date: row.held_date,
        place: row.place,
        reviews_period: row.reviews_period,
        plans_period: row.plans_period,
        agenda,
        attendances: record.attendances.into_iter().map(attendance).collect(),
        files: record.files.into_iter().map(|file| MeetingFile { file_id: file.file_id, kind: file.kind }).collect(),
        act_ids: record.acts.into_iter().map(|act| act.act_id).collect(),
        note: row.note,
        external_id: row.external_id,
        created_at: row.created_at,
        updated_at: row.updated_at,
    })
}

/// Danh sách phiên họp
///
/// Meetings of committees of the caller's units, those recorded last first.
#[utoipa::path(
    tag = "meetings", params(MeetingQuery),
    extensions(("x-permission" = json!("meeting:read"))),
    responses((status = 200, description = "A page of meetings", body = Page<Meeting>))
)]
#[get("/meetings")]
async fn list_meetings(
    permit: Permit<MeetingRead>,
    db: web::Data<Db>,
    cursors: web::Data<CursorKey>,
    query: Query<MeetingQuery>,
) -> Result<Listing<Page<Meeting>>, Error> {
    let caller = permit.caller()?;
    let query = query.0.into_inner()?;
    let choice = UnitChoice { id: query.unit_id, code: query.unit_code.clone(), name: query.unit_name.clone() };
    let unit = caller.memory.part::<Territory>().choose(&choice, Naming::Last(db.clock().today()), Place::parameter)?;
    let page = PageRequest { key: &cursors, list: "meetings", fingerprint: &query.fingerprint, limit: query.limit };
    let after = page.after(query.cursor.as_ref())?.and_then(|values| MeetingId::parse(values.first()?).ok());
    let (memory, asked) = (caller.memory.clone(), query.clone());
    let (records, total) = db
        .read(move |conn| {
            let (rows, total) = queries::list(conn, &caller.scope, caller.client_id, &asked, unit, after)?;
            Ok((queries::records(conn, rows)?, total))
        })
        .await?;
    let page = page.page(records, total, |record| vec![record.row.id.to_string()]);
    Ok(Listing(page.try_map(|record| describe(record, &memory))?))
}

/// Thêm một phiên họp
///
/// Record a meeting of a committee, held or to come.
#[utoipa::path(
    tag = "meetings", params(WriteQuery), request_body = NewMeeting,
    extensions(("x-permission" = json!("meeting:write"))),
    responses((status = 201, description = "The meeting", body = Meeting), (status = 200, description = "What would have been stored (`validate_only`), or is stored under this `external_id`", body = Meeting))
)]
#[post("/meetings")]
async fn create_meeting(
    permit: Permit<MeetingWrite>,
    db: web::Data<Db>,
    write: Write,
    body: Body<NewMeeting>,
) -> Result<Answer, Error> {
    let caller = permit.caller()?;
    let (finder, actor) = (caller.clone(), caller.actor.clone());
    let make = move |tx: &mut Tx<'_>, new: &NewMeeting| describe(actions::create(tx, Some(&caller), new)?, &tx.memory);
    let find = move |tx: &mut Tx<'_>, id: RecordId| {
        describe(actions::visible(tx.conn, finder.readable(), MeetingId(id.0))?, &tx.memory)
    };
    write.create(&db, actor, body, make, find).await
}

/// Một phiên họp
///
/// One meeting.
#[utoipa::path(
    tag = "meetings", params(("id" = MeetingId, Path, description = "Meeting")),
    extensions(("x-permission" = json!("meeting:read"))),
    responses((status = 200, description = "The meeting", body = Meeting))
)]
#[get("/meetings/{id}")]
async fn get_meeting(
    permit: Permit<MeetingRead>,
    db: web::Data<Db>,
    id: web::Path<String>,
    _query: Query<NoQuery>,
) -> Result<Document<Meeting>, Error> {
    let caller = permit.caller()?;
    let (id, scope) = (path_id(&id)?, caller.scope.clone());
    let row = db.read(move |conn| actions::visible(conn, &scope, id)).await?;
    describe(row, &caller.memory).map(Document)
}

/// Sửa một phiên họp
///
/// Change a meeting, or complete it after it was held. Absent members stay; lists are told as a whole.
#[utoipa::path(
    tag = "meetings", params(("id" = MeetingId, Path, description = "Meeting"), WriteQuery),
    request_body = MeetingPatch, extensions(("x-permission" = json!("meeting:write"))),
    responses((status = 200, description = "The meeting as it is now", body = Meeting))
)]
#[patch("/meetings/{id}")]
async fn change_meeting(
    permit: Permit<MeetingWrite>,
    db: web::Data<Db>,
    id: web::Path<String>,
    version: IfMatch,
    write: Write,
    body: PatchOf<MeetingPatch>,
) -> Result<Answer, Error> {
    let caller = permit.caller()?;
    let id = path_id(&id)?;
    write
        .change(&db, caller.actor.clone(), move |tx| {
            let current = describe(actions::visible(tx.conn, caller.readable(), id)?, &tx.memory)?;
            describe(actions::change(tx, &caller, id, &version, body.get(&current))?, &tx.memory)
        })
        .await
}

/// Xóa một phiên họp
///
/// Delete a meeting that was recorded by mistake or not held.
#[utoipa::path(
    tag = "meetings", params(("id" = MeetingId, Path, description = "Meeting"), WriteQuery),
    extensions(("x-permission" = json!("meeting:write"))),
    responses((status = 204, description = "It is gone; the history keeps that it was"))
)]
#[delete("/meetings/{id}")]
async fn delete_meeting(
    permit: Permit<MeetingWrite>,
    db: web::Data<Db>,
    id: web::Path<String>,
    version: IfMatch,
    write: Write,
) -> Result<Answer, Error> {
    let caller = permit.caller()?;
    let id = path_id(&id)?;
    write.delete(&db, caller.actor.clone(), move |tx| actions::delete(tx, &caller, id, &version)).await
}

pub fn routes(config: &mut ServiceConfig<'_>) {
    config
        .service(list_meetings)
        .service(create_meeting)
        .service(get_meeting)
        .service(change_meeting)
        .service(delete_meeting);
}
