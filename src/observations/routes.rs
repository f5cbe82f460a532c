//! `/v1/observations`

use super::actions;
use super::model::{
    Evidence, EvidenceNote, NewObservation, NewObservations, Observation, ObservationRow, ObservationStage,
    Observations, Source,
};
use super::queries;
use crate::access::{ObservationRead, ObservationWrite, Permit};
use crate::db::{Db, Snapshot, Tx};
use crate::error::{Error, Place};
use crate::http::openapi::not_found;
use crate::http::{
    Answer, AnyOf, Body, Cursor, CursorKey, Document, Flag, Limit, Listing, Order, Page, PageRequest, Pick, Query,
    SortKey, Write, WriteQuery, parameters, path_id,
};
use crate::indicators::Indicators;
use crate::units::{Naming, Territory, UnitChoice, UnitScope};
use crate::values::{
    ActId, ExternalId, IndicatorCode, IndicatorId, ListCode, LocalDate, ObservationId, Period, RecordId, Scalar,
    SearchText, Timestamp, UnitCode, UnitId,
};
use actix_web::{get, post, web};
use utoipa_actix_web::service_config::ServiceConfig;

/// Orders of the list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ObservationOrder {
    Created,
    CreatedDown,
}

impl SortKey for ObservationOrder {
    const ORDERS: &'static [(&'static str, Self)] =
        &[("created_at", Self::Created), ("-created_at", Self::CreatedDown)];
}

/// What can be put into an observation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ObservationEmbed {
    Indicator,
}

impl SortKey for ObservationEmbed {
    const ORDERS: &'static [(&'static str, Self)] = &[("indicator", Self::Indicator)];
}

parameters! {
    /// Parameters of `GET /v1/observations`.
    ObservationQuery {
        unit_id: Option<UnitId>, "Figures of this unit and, by `unit_scope`, of those below it on the day of each figure";
        unit_code: Option<UnitCode>, "The same, by code: its holder today, else its last holder";
        unit_name: Option<SearchText>, "The same, by exact name without diacritics; several hits are refused with candidates";
        unit_scope: UnitScope, "How far below the unit";
        indicator_code: AnyOf<IndicatorCode>, "Figures of these indicators";
        topic_code: AnyOf<ListCode>, "Figures of indicators that belong to one of these topics";
        period: AnyOf<Period>, "Figures of these periods";
        stage: AnyOf<ObservationStage>, "Figures at these stages";
        act_id: AnyOf<ActId>, "Figures that these acts planned or withdrew";
        with_corrected: Flag, "Also figures that were corrected";
        cut_off_date_gte: Option<LocalDate>, "Facts taken on this day or later";
        cut_off_date_lte: Option<LocalDate>, "Facts taken on this day or earlier";
        created_at_gte: Option<Timestamp>, "Recorded at this instant or later";
        created_at_lte: Option<Timestamp>, "Recorded at this instant or earlier";
        external_id: AnyOf<ExternalId>, "Figures to which the caller gave these ids";
        sort: Order<ObservationOrder>, "Order of the list";
        embed: Pick<ObservationEmbed>, "Related records to put into each observation";
        limit: Limit, "Rows of a page";
        cursor: Option<Cursor>, "Where the page begins";
        with_total: Flag, "Count the rows of all pages";
    }
}

parameters! {
    /// Parameters of a single observation.
    ObservationEmbedQuery {
        embed: Pick<ObservationEmbed>, "Related records to put into the observation";
    }
}

/// The answer for a row.
fn describe(
    row: &ObservationRow,
    memory: &Snapshot,
    today: LocalDate,
    embed: &Pick<ObservationEmbed>,
) -> Result<Observation, Error> {
    let territory = memory.part::<Territory>();
    let unit = territory.reference(row.unit_id, row.unit_date);
    let indicator = memory.part::<Indicators>().by_id(row.indicator_id);
    let indicator = indicator.ok_or_else(|| Error::internal("an observation without its indicator"))?;
    let read = row.read().map_err(Error::internal)?;
    let embedded = embed.has(ObservationEmbed::Indicator).then(|| indicator.describe(territory)).transpose()?;
    Ok(Observation {
        id: row.id,
        version: row.version,
        indicator_code: indicator.row.code.clone(),
        indicator: embedded,
        unit: unit.ok_or_else(|| Error::internal("an observation of a unit that is not there"))?,
        unit_date: row.unit_date,
        period: row.period,
        stage: row.stage,
        value: row.value,
        numerator: row.numerator,
        denominator: row.denominator,
        breakdown: read.breakdown,
        cut_off_date: row.cut_off_date,
        source: row.source_label.clone().map(|label| Source { label, date: row.source_date }),
        note: row.note.clone(),
        evidence: read.evidence.into_iter().map(|note| shown(note, today)).collect(),
        corrects_id: row.corrects_id,
        corrected_by_id: row.corrected_by_id,
        correction_reason: row.correction_reason.clone(),
        act_id: row.act_id,
        act_item_code: row.act_item_code.clone(),
        author_client_id: row.author_client_id,
        external_id: row.external_id.clone(),
        created_at: row.created_at,
    })
}

fn shown(note: EvidenceNote, today: LocalDate) -> Evidence {
    Evidence {
        expired: note.valid_until.is_some_and(|until| until < today),
        kind_code: note.kind_code,
        label: note.label,
        date: note.date,
        valid_until: note.valid_until,
        file_id: note.file_id,
        content_hash: note.content_hash,
    }
}

const PLAIN: Pick<ObservationEmbed> = Pick(Vec::new());

/// Danh sách số liệu
///
/// Figures that the caller may read, each by the tree of its own day.
#[utoipa::path(
    tag = "observations", params(ObservationQuery),
    extensions(("x-permission" = json!("observation:read"))),
    responses((status = 200, description = "A page of observations", body = Page<Observation>))
)]
#[get("/observations")]
async fn list_observations(
    permit: Permit<ObservationRead>,
    db: web::Data<Db>,
    cursors: web::Data<CursorKey>,
    query: Query<ObservationQuery>,
) -> Result<Listing<Page<Observation>>, Error> {
    let caller = permit.caller()?;
    let query = query.0.into_inner()?;
    let today = db.clock().today();
    let choice = UnitChoice { id: query.unit_id, code: query.unit_code.clone(), name: query.unit_name.clone() };
    let unit = caller.memory.part::<Territory>().choose(&choice, Naming::Last(today), Place::parameter)?;
    let indicators = (!query.indicator_code.0.is_empty() || !query.topic_code.0.is_empty()).then(|| {
        let all = caller.memory.part::<Indicators>().all().iter();
        let topics = &query.topic_code.0;
        let wanted = all.filter(|held| {
            query.indicator_code.admits(&held.row.code)
                && (topics.is_empty() || held.topic_codes.iter().any(|topic| topics.contains(topic)))
        });
        wanted.map(|held| held.row.id).collect::<Vec<IndicatorId>>()
    });
    let request =
        PageRequest { key: &cursors, list: "observations", fingerprint: &query.fingerprint, limit: query.limit };
    let after = request.after(query.cursor.as_ref())?.and_then(|values| ObservationId::parse(values.first()?).ok());
    let (memory, wanted) = (caller.memory.clone(), query.clone());
    let (rows, total) = db
        .read(move |conn| {
            let client = caller.client_id;
            Ok(queries::list(conn, &caller.scope, client, &wanted, indicators.as_deref(), unit, after)?)
        })
        .await?;
    let page = request.page(rows, total, |row| vec![row.id.to_string()]);
    Ok(Listing(page.try_map(|row| describe(&row, &memory, today, &query.embed))?))
}

/// Ghi một số liệu
///
/// Record a figure of a unit. A figure that holds already is corrected by naming it in `corrects_id`; it stays.
#[utoipa::path(
    tag = "observations", params(WriteQuery), request_body = NewObservation,
    extensions(("x-permission" = json!("observation:write"))),
    responses((status = 201, description = "The observation", body = Observation), (status = 200, description = "What would have been stored (`validate_only`), or is stored under this `external_id`", body = Observation))
)]
#[post("/observations")]
async fn record_observation(
    permit: Permit<ObservationWrite>,
    db: web::Data<Db>,
    write: Write,
    body: Body<NewObservation>,
) -> Result<Answer, Error> {
    let caller = permit.caller()?;
    let (finder, actor) = (caller.clone(), caller.actor.clone());
    let make = move |tx: &mut Tx<'_>, new: &NewObservation| {
        describe(&actions::record(tx, Some(&caller), new)?, &tx.memory, tx.now.local_date(), &PLAIN)
    };
    let find = move |tx: &mut Tx<'_>, id: RecordId| {
        let row = actions::visible(tx.conn, &finder, ObservationId(id.0))?;
        describe(&row, &tx.memory, tx.now.local_date(), &PLAIN)
    };
    write.create(&db, actor, body, make, find).await
}

/// Ghi nhiều số liệu cùng lúc
///
/// Record up to 1000 figures in the order in which they are sent, all or none. What is known already with the same
/// content is left as it is; the faults of all items are told at once, each with its place.
#[utoipa::path(
    tag = "observations", params(WriteQuery), request_body = NewObservations,
    extensions(("x-permission" = json!("observation:write"))),
    responses((status = 201, description = "The observations", body = Observations), (status = 200, description = "What would have been stored (`validate_only`)", body = Observations))
)]
#[post("/observations/batch")]
async fn record_observations(
    permit: Permit<ObservationWrite>,
    db: web::Data<Db>,
    write: Write,
    body: Body<NewObservations>,
) -> Result<Answer, Error> {
    let caller = permit.caller()?;
    let actor = caller.actor.clone();
    let make = move |tx: &mut Tx<'_>, new: &NewObservations| {
        let rows = actions::record_all(tx, &caller, &new.items.0)?;
        let items = rows.iter().map(|row| describe(row, &tx.memory, tx.now.local_date(), &PLAIN));
        Ok(Observations { items: items.collect::<Result<_, Error>>()? })
    };
    write.create_many(&db, actor, body, make).await
}

/// Một số liệu
///
/// One figure, whether it holds or was corrected.
#[utoipa::path(
    tag = "observations", params(("id" = ObservationId, Path, description = "Observation"), ObservationEmbedQuery),
    extensions(("x-permission" = json!("observation:read"))),
    responses((status = 200, description = "The observation", body = Observation))
)]
#[get("/observations/{id}")]
async fn get_observation(
    permit: Permit<ObservationRead>,
    db: web::Data<Db>,
    id: web::Path<String>,
    query: Query<ObservationEmbedQuery>,
) -> Result<Document<Observation>, Error> {
    let caller = permit.caller()?;
    let id = path_id(&id)?;
    let embed = query.0.into_inner()?.embed;
    let (memory, today) = (caller.memory.clone(), db.clock().today());
    let row = db.read(move |conn| actions::visible(conn, &caller, id)).await?;
    describe(&row, &memory, today, &embed).map(Document)
}

pub fn routes(config: &mut ServiceConfig<'_>) {
    config
        .service(list_observations)
        .service(record_observation)
        .service(record_observations)
        // `batch` is no id: what is not POST is not known here.
        .map(|config| config.service(web::resource("/observations/batch").default_service(web::to(not_found))))
        .service(get_observation);
}
