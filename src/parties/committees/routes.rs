//! `/v1/committees`

use super::model::{ChargeGaps, Committee, CommitteeKind, CommitteePatch, CommitteeRow, NewCommittee};
use super::{actions, gaps, queries};
use crate::access::{PartyManage, PartyRead, Permit};
use crate::codes::Code;
use crate::criteria::{CriteriaSets, SetStatus};
use crate::db::{Db, Snapshot, Tx};
use crate::error::{Error, Fault, Place};
use crate::http::{
    Answer, AnyOf, Body, Cursor, CursorKey, Document, Flag, Fresh, IfMatch, Limit, Listing, NoQuery, Page, PageRequest,
    PatchOf, Query, Write, WriteQuery, parameters, path_id,
};
use crate::parties::mandates;
use crate::parties::seat::Seat;
use crate::units::{Naming, Territory, UnitChoice, UnitScope};
use crate::values::{
    CommitteeId, CriteriaSetCode, ExternalId, LocalDate, RecordId, Scalar, SearchText, UnitCode, UnitId,
};
use actix_web::{delete, get, patch, post, web};
use utoipa_actix_web::service_config::ServiceConfig;

parameters! {
    /// Parameters of `GET /v1/committees`.
    CommitteeQuery {
        unit_id: Option<UnitId>, "Committees of this unit and, by `unit_scope`, of those below it";
        unit_code: Option<UnitCode>, "The same, by code: its holder today, else its last holder";
        unit_name: Option<SearchText>, "The same, by exact name without diacritics; several hits are refused with candidates";
        unit_scope: UnitScope, "How far below the unit";
        kind: AnyOf<CommitteeKind>, "Committees, or the groups that serve them";
        parent_id: AnyOf<CommitteeId>, "Groups that serve these committees";
        q: Option<SearchText>, "Part of the name, without case, diacritics and spelling variants";
        as_of: Option<LocalDate>, "Committees that are there on this day, as far as their days are known";
        external_id: AnyOf<ExternalId>, "Committees to which the caller gave these ids";
        limit: Limit, "Rows of a page";
        cursor: Option<Cursor>, "Where the page begins";
        with_total: Flag, "Count the rows of all pages";
    }
}

parameters! {
    /// Parameters of what nobody is in charge of.
    ChargeGapQuery {
        as_of: Option<LocalDate>, "The day; today unless given. Of a committee that is no more, or whose unit has ended, it is the last day";
        criteria_set_code: Option<CriteriaSetCode>, "The set whose criteria are asked for; the national one in force on that day unless given";
    }
}

fn describe(row: CommitteeRow, memory: &Snapshot) -> Result<Committee, Error> {
    let seat = Seat { unit: row.unit_id, day: row.unit_date };
    Ok(Committee {
        id: row.id,
        version: row.version,
        unit: seat.reference(memory.part::<Territory>())?,
        unit_date: row.unit_date,
        kind: row.kind,
        parent_id: row.parent_id,
        name: row.name,
        act_number: row.act_number,
        valid_from: row.valid_from,
        valid_to: row.valid_to,
        external_id: row.external_id,
        created_at: row.created_at,
        updated_at: row.updated_at,
    })
}

/// Danh sách ban chỉ đạo, tổ giúp việc
///
/// Committees of the caller's units, newest first.
#[utoipa::path(
    tag = "parties", params(CommitteeQuery),
    extensions(("x-permission" = json!("party:read"))),
    responses((status = 200, description = "A page of committees", body = Page<Committee>))
)]
#[get("/committees")]
async fn list_committees(
    permit: Permit<PartyRead>,
    db: web::Data<Db>,
    cursors: web::Data<CursorKey>,
    query: Query<CommitteeQuery>,
) -> Result<Listing<Page<Committee>>, Error> {
    let caller = permit.caller()?;
    let query = query.0.into_inner()?;
    let choice = UnitChoice { id: query.unit_id, code: query.unit_code.clone(), name: query.unit_name.clone() };
    let unit = caller.memory.part::<Territory>().choose(&choice, Naming::Last(db.clock().today()), Place::parameter)?;
    let page = PageRequest { key: &cursors, list: "committees", fingerprint: &query.fingerprint, limit: query.limit };
    let after = page.after(query.cursor.as_ref())?.and_then(|values| CommitteeId::parse(values.first()?).ok());
    let (memory, asked) = (caller.memory.clone(), query.clone());
    let (rows, total) =
        db.read(move |conn| Ok(queries::list(conn, &caller.scope, caller.client_id, &asked, unit, after)?)).await?;
    let page = page.page(rows, total, |row| vec![row.id.to_string()]);
    Ok(Listing(page.try_map(|row| describe(row, &memory))?))
}

/// Thêm một ban chỉ đạo, tổ giúp việc
///
/// Record a steering committee of a unit, or a group that serves one.
#[utoipa::path(
    tag = "parties", params(WriteQuery), request_body = NewCommittee,
    extensions(("x-permission" = json!("party:manage"))),
    responses((status = 201, description = "The committee", body = Committee), (status = 200, description = "What would have been stored (`validate_only`), or is stored under this `external_id`", body = Committee))
)]
#[post("/committees")]
async fn create_committee(
    permit: Permit<PartyManage>,
    db: web::Data<Db>,
    write: Write,
    body: Body<NewCommittee>,
) -> Result<Answer, Error> {
    let caller = permit.caller()?;
    let (finder, actor) = (caller.clone(), caller.actor.clone());
    let make =
        move |tx: &mut Tx<'_>, new: &NewCommittee| describe(actions::create(tx, Some(&caller), new)?, &tx.memory);
    let find = move |tx: &mut Tx<'_>, id: RecordId| {
        describe(actions::visible(tx.conn, finder.readable(), CommitteeId(id.0))?, &tx.memory)
    };
    write.create(&db, actor, body, make, find).await
}

/// Một ban chỉ đạo, tổ giúp việc
///
/// One committee.
#[utoipa::path(
    tag = "parties", params(("id" = CommitteeId, Path, description = "Committee")),
    extensions(("x-permission" = json!("party:read"))),
    responses((status = 200, description = "The committee", body = Committee))
)]
#[get("/committees/{id}")]
async fn get_committee(
    permit: Permit<PartyRead>,
    db: web::Data<Db>,
    id: web::Path<String>,
    _query: Query<NoQuery>,
) -> Result<Document<Committee>, Error> {
    let caller = permit.caller()?;
    let (id, scope) = (path_id(&id)?, caller.scope.clone());
    let row = db.read(move |conn| actions::visible(conn, &scope, id)).await?;
    describe(row, &caller.memory).map(Document)
}

/// Địa bàn, tiêu chí chưa có người phụ trách
///
/// Communes and criteria that no member of the committee is in charge of on a day. A commune that came out of a reform
/// is told with whoever followed its predecessors.
#[utoipa::path(
    tag = "parties", params(("id" = CommitteeId, Path, description = "Committee"), ChargeGapQuery),
    extensions(("x-permission" = json!("party:read"))),
    responses((status = 200, description = "What nobody is in charge of", body = ChargeGaps))
)]
#[get("/committees/{id}/charge-gaps")]
async fn get_charge_gaps(
    permit: Permit<PartyRead>,
    db: web::Data<Db>,
    id: web::Path<String>,
    query: Query<ChargeGapQuery>,
) -> Result<Fresh, Error> {
    let caller = permit.caller()?;
    let id = path_id(&id)?;
    let query = query.0.into_inner()?;
    let today = db.clock().today();
    db.read(move |conn| {
        let committee = actions::visible(conn, &caller.scope, id)?;
        let territory = caller.memory.part::<Territory>();
        let last = committee.valid_to.map_or(today, |end| end.previous().min(today));
        let day = match query.as_of {
            Some(day) if territory.on(committee.unit_id, day).is_none() => {
                return Err(Error::invalid(Fault::parameter("as_of", Code::UnitNotInPeriod)));
            }
            Some(day) => day,
            None => territory.get(committee.unit_id).map_or(last, |held| held.nearest_day(last)),
        };
        let sets = caller.memory.part::<CriteriaSets>();
        let set =
            match &query.criteria_set_code {
                None => sets.national_on(day),
                Some(code) => {
                    let set = sets.by_code(code).filter(|set| set.row.status != SetStatus::Draft);
                    Some(set.ok_or_else(|| {
                        Error::invalid(Fault::parameter("criteria_set_code", Code::CriteriaSetNotFound))
                    })?)
                }
            };
        let mandates = mandates::of_committee(conn, id)?;
        Ok(Fresh::json(&gaps::of(&caller.memory, &committee, &mandates, set, day)))
    })
    .await
}

/// Sửa một ban chỉ đạo, tổ giúp việc
///
/// Change a committee: its name, the act that set it up, its days. Absent members stay.
#[utoipa::path(
    tag = "parties", params(("id" = CommitteeId, Path, description = "Committee"), WriteQuery),
    request_body = CommitteePatch, extensions(("x-permission" = json!("party:manage"))),
    responses((status = 200, description = "The committee as it is now", body = Committee))
)]
#[patch("/committees/{id}")]
async fn change_committee(
    permit: Permit<PartyManage>,
    db: web::Data<Db>,
    id: web::Path<String>,
    version: IfMatch,
    write: Write,
    body: PatchOf<CommitteePatch>,
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

/// Xóa một ban chỉ đạo, tổ giúp việc
///
/// Delete a committee that was recorded by mistake; one that is at work stays and is given its last day instead.
#[utoipa::path(
    tag = "parties", params(("id" = CommitteeId, Path, description = "Committee"), WriteQuery),
    extensions(("x-permission" = json!("party:manage"))),
    responses((status = 204, description = "It is gone; the history keeps that it was"))
)]
#[delete("/committees/{id}")]
async fn delete_committee(
    permit: Permit<PartyManage>,
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
        .service(list_committees)
        .service(create_committee)
        .service(get_committee)
        .service(get_charge_gaps)
        .service(change_committee)
        .service(delete_committee);
}
