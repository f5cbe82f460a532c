//! `/v1/mandates`

use super::model::{Mandate, MandateKind, MandateRole, MandateRow, MandateState, NewMandate, NewMandateTransition};
use super::{actions, queries, rules};
use crate::access::{PartyManage, PartyRead, Permit};
use crate::criteria::CriteriaSets;
use crate::db::{Db, Snapshot, Tx};
use crate::error::{Error, Place};
use crate::http::{
    Answer, AnyOf, Body, Cursor, CursorKey, Document, Flag, IfMatch, Limit, Listing, NoQuery, Page, PageRequest, Query,
    Write, WriteQuery, parameters, path_id,
};
use crate::units::{Naming, Territory, UnitChoice, UnitScope};
use crate::values::{
    AgencyId, CommitteeId, ExternalId, LocalDate, MandateId, PersonId, RecordId, Scalar, SearchText, UnitCode, UnitId,
};
use actix_web::{get, post, web};
use utoipa_actix_web::service_config::ServiceConfig;

parameters! {
    /// Parameters of `GET /v1/mandates`.
    MandateQuery {
        unit_id: Option<UnitId>, "Mandates in committees of this unit and, by `unit_scope`, of those below it";
        unit_code: Option<UnitCode>, "The same, by code: its holder today, else its last holder";
        unit_name: Option<SearchText>, "The same, by exact name without diacritics; several hits are refused with candidates";
        unit_scope: UnitScope, "How far below the unit";
        committee_id: AnyOf<CommitteeId>, "Mandates in these committees";
        kind: AnyOf<MandateKind>, "Mandates of these kinds";
        role: AnyOf<MandateRole>, "Memberships in these roles";
        person_id: AnyOf<PersonId>, "Mandates of these people";
        agency_id: AnyOf<AgencyId>, "Mandates of these agencies";
        charge_unit_id: AnyOf<UnitId>, "Charges of these units";
        state: AnyOf<MandateState>, "Mandates in these states";
        as_of: Option<LocalDate>, "Mandates that are held on this day, as far as their days are known; none that was annulled";
        external_id: AnyOf<ExternalId>, "Mandates to which the caller gave these ids";
        limit: Limit, "Rows of a page";
        cursor: Option<Cursor>, "Where the page begins";
        with_total: Flag, "Count the rows of all pages";
    }
}

fn describe(row: MandateRow, memory: &Snapshot) -> Result<Mandate, Error> {
    let territory = memory.part::<Territory>();
    let set = row.criteria_set_id.and_then(|id| memory.part::<CriteriaSets>().by_id(id));
    let first = row.valid_from.unwrap_or(row.created_at.local_date());
    let charge_unit = row.charge_unit_id.and_then(|unit| {
        let day = territory.get(unit)?.nearest_day(first);
        territory.reference(unit, day)
    });
    Ok(Mandate {
        id: row.id,
        version: row.version,
        committee_id: row.committee_id,
        kind: row.kind,
        person_id: row.person_id,
        agency_id: row.agency_id,
        role: row.role,
        charge_unit,
        criteria_set_code: set.map(|set| set.row.code.clone()),
        criterion_code: row.criterion_code,
        act_number: row.act_number,
        ending_act_number: row.ending_act_number,
        allowed_transitions: rules::transitions(row.state).to_vec(),
        state: row.state,
        valid_from: row.valid_from,
        valid_to: row.valid_to,
        note: row.note,
        external_id: row.external_id,
        created_at: row.created_at,
        updated_at: row.updated_at,
    })
}

/// Danh sách phân công
///
/// Mandates in committees of the caller's units, newest first, those that have ended among them.
#[utoipa::path(
    tag = "parties", params(MandateQuery),
    extensions(("x-permission" = json!("party:read"))),
    responses((status = 200, description = "A page of mandates", body = Page<Mandate>))
)]
#[get("/mandates")]
async fn list_mandates(
    permit: Permit<PartyRead>,
    db: web::Data<Db>,
    cursors: web::Data<CursorKey>,
    query: Query<MandateQuery>,
) -> Result<Listing<Page<Mandate>>, Error> {
    let caller = permit.caller()?;
    let query = query.0.into_inner()?;
    let choice = UnitChoice { id: query.unit_id, code: query.unit_code.clone(), name: query.unit_name.clone() };
    let unit = caller.memory.part::<Territory>().choose(&choice, Naming::Last(db.clock().today()), Place::parameter)?;
    let page = PageRequest { key: &cursors, list: "mandates", fingerprint: &query.fingerprint, limit: query.limit };
    let after = page.after(query.cursor.as_ref())?.and_then(|values| MandateId::parse(values.first()?).ok());
    let (memory, asked) = (caller.memory.clone(), query.clone());
    let (rows, total) =
        db.read(move |conn| Ok(queries::list(conn, &caller.scope, caller.client_id, &asked, unit, after)?)).await?;
    let page = page.page(rows, total, |row| vec![row.id.to_string()]);
    Ok(Listing(page.try_map(|row| describe(row, &memory))?))
}

/// Phân công
///
/// Give a mandate in a committee: a membership, or the charge of a unit, of a criterion, or of both together.
#[utoipa::path(
    tag = "parties", params(WriteQuery), request_body = NewMandate,
    extensions(("x-permission" = json!("party:manage"))),
    responses((status = 201, description = "The mandate", body = Mandate), (status = 200, description = "What would have been stored (`validate_only`), or is stored under this `external_id`", body = Mandate))
)]
#[post("/mandates")]
async fn create_mandate(
    permit: Permit<PartyManage>,
    db: web::Data<Db>,
    write: Write,
    body: Body<NewMandate>,
) -> Result<Answer, Error> {
    let caller = permit.caller()?;
    let (finder, actor) = (caller.clone(), caller.actor.clone());
    let make = move |tx: &mut Tx<'_>, new: &NewMandate| describe(actions::create(tx, Some(&caller), new)?, &tx.memory);
    let find = move |tx: &mut Tx<'_>, id: RecordId| {
        describe(actions::visible(tx.conn, finder.readable(), MandateId(id.0))?, &tx.memory)
    };
    write.create(&db, actor, body, make, find).await
}

/// Một phân công
///
/// One mandate.
#[utoipa::path(
    tag = "parties", params(("id" = MandateId, Path, description = "Mandate")),
    extensions(("x-permission" = json!("party:read"))),
    responses((status = 200, description = "The mandate", body = Mandate))
)]
#[get("/mandates/{id}")]
async fn get_mandate(
    permit: Permit<PartyRead>,
    db: web::Data<Db>,
    id: web::Path<String>,
    _query: Query<NoQuery>,
) -> Result<Document<Mandate>, Error> {
    let caller = permit.caller()?;
    let (id, scope) = (path_id(&id)?, caller.scope.clone());
    let row = db.read(move |conn| actions::visible(conn, &scope, id)).await?;
    describe(row, &caller.memory).map(Document)
}

/// Kết thúc hoặc hủy bỏ phân công
///
/// End a mandate on a day, or annul it as if it had never been.
#[utoipa::path(
    tag = "parties", params(("id" = MandateId, Path, description = "Mandate"), WriteQuery),
    request_body = NewMandateTransition, extensions(("x-permission" = json!("party:manage"))),
    responses((status = 200, description = "The mandate as it is now", body = Mandate))
)]
#[post("/mandates/{id}/transitions")]
async fn transition_mandate(
    permit: Permit<PartyManage>,
    db: web::Data<Db>,
    id: web::Path<String>,
    version: IfMatch,
    write: Write,
    body: Body<NewMandateTransition>,
) -> Result<Answer, Error> {
    let caller = permit.caller()?;
    let id = path_id(&id)?;
    write
        .step(&db, caller.actor.clone(), body.content, move |tx| {
            describe(actions::transition(tx, &caller, id, &version, body.value.get())?, &tx.memory)
        })
        .await
}

pub fn routes(config: &mut ServiceConfig<'_>) {
    config.service(list_mandates).service(create_mandate).service(get_mandate).service(transition_mandate);
}
