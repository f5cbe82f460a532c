//! `/v1/people`

use super::model::{
    NewPerson, NewPersonTransition, Person, PersonPatch, PersonReading, PersonRow, PersonState, Position, ReadingRow,
};
use super::{actions, queries};
use crate::access::{Permit, PersonAudit, PersonManage, PersonRead};
use crate::db::{Db, Tx};
use crate::error::{Error, Place};
use crate::http::{
    Answer, AnyOf, Body, Cursor, CursorKey, Document, Flag, IfMatch, Limit, Listing, NoQuery, Page, PageRequest,
    PatchOf, Query, Write, WriteQuery, parameters, path_id,
};
use crate::parties::seat::Seat;
use crate::units::{Naming, Territory, UnitChoice, UnitScope};
use crate::values::{
    CommitteeId, ExternalId, PersonId, PersonReadingId, RecordId, Scalar, SearchText, UnitCode, UnitId,
};
use actix_web::{get, patch, post, web};
use utoipa_actix_web::service_config::ServiceConfig;

parameters! {
    /// Parameters of `GET /v1/people`. None of them is a name: addresses are logged on the way.
    PersonQuery {
        id: AnyOf<PersonId>, "These people";
        unit_id: Option<UnitId>, "People whose records this unit keeps and, by `unit_scope`, those below it";
        unit_code: Option<UnitCode>, "The same, by code: its holder today, else its last holder";
        unit_name: Option<SearchText>, "The same, by exact name without diacritics; several hits are refused with candidates";
        unit_scope: UnitScope, "How far below the unit";
        committee_id: AnyOf<CommitteeId>, "People who hold or held a mandate in these committees";
        state: AnyOf<PersonState>, "People in these states";
        external_id: AnyOf<ExternalId>, "People to whom the caller gave these ids";
        limit: Limit, "Rows of a page";
        cursor: Option<Cursor>, "Where the page begins";
        with_total: Flag, "Count the rows of all pages";
    }
}

parameters! {
    /// Parameters of the readings of a person.
    PersonReadingQuery {
        limit: Limit, "Rows of a page";
        cursor: Option<Cursor>, "Where the page begins";
    }
}

fn describe(row: PersonRow, territory: &Territory) -> Result<Person, Error> {
    let seat = Seat { unit: row.unit_id, day: row.unit_date };
    let positions: Vec<Position> = serde_json::from_value(row.positions.0).map_err(Error::internal)?;
    Ok(Person {
        id: row.id,
        version: row.version,
        unit: seat.reference(territory)?,
        unit_date: row.unit_date,
        full_name: row.full_name,
        positions,
        phone: row.phone,
        email: row.email,
        state: row.state,
        erasure_reason: row.erasure_reason,
        external_id: row.external_id,
        allowed_transitions: match row.state {
            PersonState::Active => vec![PersonState::Erased],
            PersonState::Erased => Vec::new(),
        },
        created_at: row.created_at,
        updated_at: row.updated_at,
    })
}

/// What a dry run shows of a person that was stored before: it leaves no trace, so it tells nothing personal either.
fn described(tx: &Tx<'_>, row: PersonRow) -> Result<Person, Error> {
    let person = describe(row, tx.memory.part::<Territory>())?;
    Ok(if tx.actor.dry_run { person.bare() } else { person })
}

/// Danh sách cán bộ, thành viên
///
/// People of the caller's units, newest first. Each of them is recorded as read.
#[utoipa::path(
    tag = "people", params(PersonQuery),
    extensions(("x-permission" = json!("person:read"))),
    responses((status = 200, description = "A page of people", body = Page<Person>))
)]
#[get("/people")]
async fn list_people(
    permit: Permit<PersonRead>,
    db: web::Data<Db>,
    cursors: web::Data<CursorKey>,
    query: Query<PersonQuery>,
) -> Result<Listing<Page<Person>>, Error> {
    let caller = permit.caller()?;
    let query = query.0.into_inner()?;
    let choice = UnitChoice { id: query.unit_id, code: query.unit_code.clone(), name: query.unit_name.clone() };
    let unit = caller.memory.part::<Territory>().choose(&choice, Naming::Last(db.clock().today()), Place::parameter)?;
    let page = PageRequest { key: &cursors, list: "people", fingerprint: &query.fingerprint, limit: query.limit };
    let after = page.after(query.cursor.as_ref())?.and_then(|values| PersonId::parse(values.first()?).ok());
    let (memory, actor, asked) = (caller.memory.clone(), caller.actor.clone(), query.clone());
    let (rows, total) = db.write(actor, move |tx| actions::read_page(tx, &caller, &asked, unit, after)).await?;
    let page = page.page(rows, total, |row| vec![row.id.to_string()]);
    Ok(Listing(page.try_map(|row| describe(row, memory.part::<Territory>()))?))
}

/// Thêm một cán bộ, thành viên
///
/// Record a person, with no more than the work needs. What is kept of the answer for a repeated request holds no
/// personal data.
#[utoipa::path(
    tag = "people", params(WriteQuery), request_body = NewPerson,
    extensions(("x-permission" = json!("person:manage"))),
    responses((status = 201, description = "The person", body = Person), (status = 200, description = "What would have been stored (`validate_only`), or is stored under this `external_id`", body = Person))
)]
#[post("/people")]
async fn create_person(
    permit: Permit<PersonManage>,
    db: web::Data<Db>,
    write: Write,
    body: Body<NewPerson>,
) -> Result<Answer, Error> {
    let caller = permit.caller()?;
    let (finder, actor) = (caller.clone(), caller.actor.clone());
    let make = move |tx: &mut Tx<'_>, new: &NewPerson| {
        let row = actions::create(tx, Some(&caller), new)?;
        describe(row, tx.memory.part::<Territory>())
    };
    let find = move |tx: &mut Tx<'_>, id: RecordId| {
        let row = actions::read_one(tx, finder.readable(), PersonId(id.0))?;
        described(tx, row)
    };
    write.create(&db, actor, body, make, find).await
}

/// Một cán bộ, thành viên
///
/// One person. The reading is recorded.
#[utoipa::path(
    tag = "people", params(("id" = PersonId, Path, description = "Person")),
    extensions(("x-permission" = json!("person:read"))),
    responses((status = 200, description = "The person", body = Person))
)]
#[get("/people/{id}")]
async fn get_person(
    permit: Permit<PersonRead>,
    db: web::Data<Db>,
    id: web::Path<String>,
    _query: Query<NoQuery>,
) -> Result<Document<Person>, Error> {
    let caller = permit.caller()?;
    let (id, memory) = (path_id(&id)?, caller.memory.clone());
    let row = db.write(caller.actor.clone(), move |tx| actions::read_one(tx, &caller.scope, id)).await?;
    describe(row, memory.part::<Territory>()).map(Document)
}

/// Sửa thông tin cán bộ, thành viên
///
/// Change a person. The history tells which members changed, never what they said.
#[utoipa::path(
    tag = "people", params(("id" = PersonId, Path, description = "Person"), WriteQuery),
    request_body = PersonPatch, extensions(("x-permission" = json!("person:manage"))),
    responses((status = 200, description = "The person as it is now", body = Person))
)]
#[patch("/people/{id}")]
async fn change_person(
    permit: Permit<PersonManage>,
    db: web::Data<Db>,
    id: web::Path<String>,
    version: IfMatch,
    write: Write,
    body: PatchOf<PersonPatch>,
) -> Result<Answer, Error> {
    let caller = permit.caller()?;
    let id = path_id(&id)?;
    write
        .change(&db, caller.actor.clone(), move |tx| {
            let current = describe(actions::visible(tx.conn, caller.readable(), id)?, tx.memory.part::<Territory>())?;
            let row = actions::change(tx, &caller, id, &version, body.get(&current))?;
            described(tx, row)
        })
        .await
}

/// Xóa dữ liệu cá nhân
///
/// Erase the personal data of a person, for a reason. Its id and what it did stay, so that the history reads on.
#[utoipa::path(
    tag = "people", params(("id" = PersonId, Path, description = "Person"), WriteQuery),
    request_body = NewPersonTransition, extensions(("x-permission" = json!("person:manage"))),
    responses((status = 200, description = "What is left of the record", body = Person))
)]
#[post("/people/{id}/transitions")]
async fn transition_person(
    permit: Permit<PersonManage>,
    db: web::Data<Db>,
    id: web::Path<String>,
    version: IfMatch,
    write: Write,
    body: Body<NewPersonTransition>,
) -> Result<Answer, Error> {
    let caller = permit.caller()?;
    let id = path_id(&id)?;
    write
        .step(&db, caller.actor.clone(), body.content, move |tx| {
            let row = actions::transition(tx, &caller, id, &version, body.value.get())?;
            described(tx, row)
        })
        .await
}

/// Nhật ký đọc dữ liệu cá nhân
///
/// Who read the data of a person, newest first. It outlives their erasure.
#[utoipa::path(
    tag = "people", params(("id" = PersonId, Path, description = "Person"), PersonReadingQuery),
    extensions(("x-permission" = json!("person:audit"))),
    responses((status = 200, description = "A page of readings", body = Page<PersonReading>))
)]
#[get("/people/{id}/readings")]
async fn list_person_readings(
    permit: Permit<PersonAudit>,
    db: web::Data<Db>,
    cursors: web::Data<CursorKey>,
    id: web::Path<String>,
    query: Query<PersonReadingQuery>,
) -> Result<Listing<Page<PersonReading>>, Error> {
    let caller = permit.caller()?;
    let id: PersonId = path_id(&id)?;
    let query = query.0.into_inner()?;
    let fingerprint = format!("{id} {}", query.fingerprint);
    let page = PageRequest { key: &cursors, list: "person-readings", fingerprint: &fingerprint, limit: query.limit };
    let after = page.after(query.cursor.as_ref())?.and_then(|values| PersonReadingId::parse(values.first()?).ok());
    let limit = query.limit.plus_one();
    let rows = db
        .read(move |conn| {
            actions::visible(conn, &caller.scope, id)?;
            Ok(queries::readings(conn, id, after, limit)?)
        })
        .await?;
    let reading = |row: ReadingRow| PersonReading {
        id: row.id,
        person_id: row.person_id,
        client_id: row.client_id,
        acting_person_id: row.acting_person_id,
        request_id: row.request_id,
        read_at: row.read_at,
    };
    Ok(Listing(page.page(rows, None, |row| vec![row.id.to_string()]).map(reading)))
}

pub fn routes(config: &mut ServiceConfig<'_>) {
    config
        .service(list_people)
        .service(create_person)
        .service(get_person)
        .service(change_person)
        .service(transition_person)
        .service(list_person_readings);
}
