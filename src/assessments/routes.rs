//! `/v1/assessments`

use super::model::{
    Assessment, AssessmentPatch, CriteriaMet, DeclaredTotal, NewAssessment, NewTransition, ReturnedItem, Stage, Status,
};
use super::record::AssessmentRecord;
use super::{actions, queries, rules, signing};
use crate::access::{AssessmentRead, AssessmentSign, AssessmentWrite, Permit};
use crate::criteria::CriteriaSets;
use crate::db::{Db, Snapshot, Tx};
use crate::error::{Error, Place};
use crate::http::{
    Answer, AnyOf, Body, Cursor, CursorKey, Document, Flag, IfMatch, Limit, Listing, Order, Page, PageRequest,
    PatchBody, PatchOf, Pick, Query, SortKey, Write, WriteQuery, parameters, path_id,
};
use crate::observations::Source;
use crate::units::{Naming, Territory, UnitChoice, UnitScope};
use crate::values::{
    AssessmentId, CriteriaSetCode, ExternalId, LocalDate, Period, RecordId, Scalar, SearchText, Timestamp, UnitCode,
    UnitId,
};
use actix_web::{delete, get, patch, post, web};
use utoipa_actix_web::service_config::ServiceConfig;

/// Orders of the list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AssessmentOrder {
    Created,
    CreatedDown,
    Period,
    PeriodDown,
}

impl SortKey for AssessmentOrder {
    const ORDERS: &'static [(&'static str, Self)] = &[
        ("created_at", Self::Created),
        ("-created_at", Self::CreatedDown),
        ("period", Self::Period),
        ("-period", Self::PeriodDown),
    ];
}

/// What can be put into an assessment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AssessmentEmbed {
    CriteriaSet,
}

impl SortKey for AssessmentEmbed {
    const ORDERS: &'static [(&'static str, Self)] = &[("criteria_set", Self::CriteriaSet)];
}

parameters! {
    /// Parameters of `GET /v1/assessments`.
    AssessmentQuery {
        unit_id: Option<UnitId>, "Assessments of this unit and, by `unit_scope`, of those below it on the day of each assessment";
        unit_code: Option<UnitCode>, "The same, by code: its holder today, else its last holder";
        unit_name: Option<SearchText>, "The same, by exact name without diacritics; several hits are refused with candidates";
        unit_scope: UnitScope, "How far below the unit";
        criteria_set_code: AnyOf<CriteriaSetCode>, "Assessments under these sets";
        period: AnyOf<Period>, "Assessments of these periods";
        stage: AnyOf<Stage>, "Assessments at these stages";
        status: AnyOf<Status>, "Assessments in these states";
        cut_off_date_gte: Option<LocalDate>, "Facts taken on this day or later";
        cut_off_date_lte: Option<LocalDate>, "Facts taken on this day or earlier";
        updated_at_gte: Option<Timestamp>, "Changed at this instant or later";
        updated_at_lte: Option<Timestamp>, "Changed at this instant or earlier";
        external_id: AnyOf<ExternalId>, "Assessments to which the caller gave these ids";
        sort: Order<AssessmentOrder>, "Order of the list";
        embed: Pick<AssessmentEmbed>, "Related records to put into each assessment";
        limit: Limit, "Rows of a page";
        cursor: Option<Cursor>, "Where the page begins";
        with_total: Flag, "Count the rows of all pages";
    }
}

parameters! {
    /// Parameters of a single assessment.
    AssessmentEmbedQuery {
        embed: Pick<AssessmentEmbed>, "Related records to put into the assessment";
    }
}

impl PatchBody for AssessmentPatch {
    const READ_ONLY: &'static [&'static str] = &[
        "id",
        "version",
        "unit",
        "unit_date",
        "criteria_set_code",
        "criteria_set",
        "period",
        "stage",
        "status",
        "revision",
        "criteria_met",
        "undecided_count",
        "provisional",
        "based_on_id",
        "unverified_reason",
        "return_reason",
        "return_items",
        "author_client_id",
        "signer_client_id",
        "submitted_at",
        "seal_hash",
        "allowed_transitions",
        "external_id",
        "created_at",
        "updated_at",
    ];
}

/// The answer for a record.
fn describe(record: &AssessmentRecord, memory: &Snapshot, embed: &Pick<AssessmentEmbed>) -> Result<Assessment, Error> {
    let row = &record.row;
    let territory = memory.part::<Territory>();
    let unit = territory.reference(row.unit_id, row.unit_date);
    let set = memory.part::<CriteriaSets>().by_id(row.criteria_set_id);
    let tally = record.tally().ok();
    let items: Option<Vec<ReturnedItem>> = row
        .return_items
        .as_ref()
        .map(|items| serde_json::from_value(items.0.clone()))
        .transpose()
        .map_err(Error::internal)?;
    Ok(Assessment {
        id: row.id,
        version: row.version,
        unit: unit.ok_or_else(|| Error::internal("an assessment of a unit that is not there"))?,
        unit_date: row.unit_date,
        criteria_set_code: record.criteria_set_code.clone(),
        criteria_set: set
            .filter(|_| embed.has(AssessmentEmbed::CriteriaSet))
            .map(|set| set.describe(memory))
            .transpose()?,
        period: row.period,
        stage: row.stage,
        status: row.status,
        revision: row.revision,
        cut_off_date: row.cut_off_date,
        source: row.source_label.clone().map(|label| Source { label, date: row.source_date }),
        declared_total: row.declared().map(|(min, max)| DeclaredTotal { min, max }),
        criteria_met: tally.map(|tally| CriteriaMet { min: tally.min, max: tally.max }),
        undecided_count: tally.map_or(0, |tally| i64::from(tally.undecided_bits.count_ones())),
        provisional: record.is_provisional(),
        based_on_id: row.based_on_id,
        unverified_reason: row.unverified_reason.clone(),
        note: row.note.clone(),
        return_reason: row.return_reason.clone(),
        return_items: items.unwrap_or_default(),
        author_client_id: row.author_client_id,
        signer_client_id: row.signer_client_id,
        submitted_at: row.submitted_at,
        seal_hash: row.seal_hash.clone(),
        allowed_transitions: rules::steps(row.stage, row.status).map(|step| step.to).collect(),
        external_id: row.external_id.clone(),
        created_at: row.created_at,
        updated_at: row.updated_at,
    })
}

const PLAIN: Pick<AssessmentEmbed> = Pick(Vec::new());

/// Danh sách đánh giá
///
/// Assessments that the caller may read, each by the tree of its own day.
#[utoipa::path(
    tag = "assessments", params(AssessmentQuery),
    extensions(("x-permission" = json!("assessment:read"))),
    responses((status = 200, description = "A page of assessments", body = Page<Assessment>))
)]
#[get("/assessments")]
async fn list_assessments(
    permit: Permit<AssessmentRead>,
    db: web::Data<Db>,
    cursors: web::Data<CursorKey>,
    query: Query<AssessmentQuery>,
) -> Result<Listing<Page<Assessment>>, Error> {
    let caller = permit.caller()?;
    let query = query.0.into_inner()?;
    let today = db.clock().today();
    let choice = UnitChoice { id: query.unit_id, code: query.unit_code.clone(), name: query.unit_name.clone() };
    let unit = caller.memory.part::<Territory>().choose(&choice, Naming::Last(today), Place::parameter)?;
    let sets = caller.memory.part::<CriteriaSets>().all().iter();
    let sets: Vec<_> =
        sets.filter(|set| query.criteria_set_code.0.contains(&set.row.code)).map(|set| set.row.id).collect();
    let request =
        PageRequest { key: &cursors, list: "assessments", fingerprint: &query.fingerprint, limit: query.limit };
    let after = request.after(query.cursor.as_ref())?.and_then(|values| after_of(&values));
    let memory = caller.memory.clone();
    let wanted = query.clone();
    let (records, total) = db
        .read(move |conn| {
            let (rows, total) =
                queries::list(conn, &caller.scope, caller.client_id, &wanted, &sets, unit, after.as_ref())?;
            Ok((queries::records(conn, rows, caller.memory.part::<CriteriaSets>())?, total))
        })
        .await?;
    let page =
        request.page(records, total, |record| vec![record.row.period_end.to_string(), record.row.id.to_string()]);
    Ok(Listing(page.try_map(|record| describe(&record, &memory, &query.embed))?))
}

fn after_of(values: &[String]) -> Option<queries::After> {
    let [end, id] = values else { return None };
    Some(queries::After { period_end: LocalDate::parse(end).ok(), id: AssessmentId::parse(id).ok()? })
}

/// Tạo đánh giá
///
/// Begin an assessment, with verdicts by criterion or a declared total. At stage `REPORTED` it counts at once.
#[utoipa::path(
    tag = "assessments", params(WriteQuery), request_body = NewAssessment,
    extensions(("x-permission" = json!("assessment:write"))),
    responses((status = 201, description = "The assessment", body = Assessment), (status = 200, description = "What would have been stored (`validate_only`)", body = Assessment))
)]
#[post("/assessments")]
async fn create_assessment(
    permit: Permit<AssessmentWrite>,
    db: web::Data<Db>,
    write: Write,
    body: Body<NewAssessment>,
) -> Result<Answer, Error> {
    let caller = permit.caller()?;
    let (finder, actor) = (caller.clone(), caller.actor.clone());
    let make = move |tx: &mut Tx<'_>, new: &NewAssessment| {
        describe(&actions::create(tx, Some(&caller), new)?, &tx.memory, &PLAIN)
    };
    let find = move |tx: &mut Tx<'_>, id: RecordId| {
        let memory = tx.memory.clone();
        describe(&actions::visible(tx.conn, &memory, &finder, AssessmentId(id.0))?, &memory, &PLAIN)
    };
    write.create(&db, actor, body, make, find).await
}

/// Một đánh giá
///
/// One assessment.
#[utoipa::path(
    tag = "assessments", params(("id" = AssessmentId, Path, description = "Assessment"), AssessmentEmbedQuery),
    extensions(("x-permission" = json!("assessment:read"))),
    responses((status = 200, description = "The assessment", body = Assessment))
)]
#[get("/assessments/{id}")]
async fn get_assessment(
    permit: Permit<AssessmentRead>,
    db: web::Data<Db>,
    id: web::Path<String>,
    query: Query<AssessmentEmbedQuery>,
) -> Result<Document<Assessment>, Error> {
    let caller = permit.caller()?;
    let id = path_id(&id)?;
    let embed = query.0.into_inner()?.embed;
    db.read(move |conn| describe(&actions::visible(conn, &caller.memory, &caller, id)?, &caller.memory, &embed))
        .await
        .map(Document)
}

/// Sửa đánh giá
///
/// Change cut-off date, source, declared total or note of an assessment that is not sealed. Absent members stay.
#[utoipa::path(
    tag = "assessments", params(("id" = AssessmentId, Path, description = "Assessment"), WriteQuery),
    request_body = AssessmentPatch, extensions(("x-permission" = json!("assessment:write"))),
    responses((status = 200, description = "The assessment as it is now", body = Assessment))
)]
#[patch("/assessments/{id}")]
async fn change_assessment(
    permit: Permit<AssessmentWrite>,
    db: web::Data<Db>,
    id: web::Path<String>,
    version: IfMatch,
    write: Write,
    body: PatchOf<AssessmentPatch>,
) -> Result<Answer, Error> {
    let caller = permit.caller()?;
    let id = path_id(&id)?;
    write
        .change(&db, caller.actor.clone(), move |tx| {
            let memory = tx.memory.clone();
            let before = actions::visible(tx.conn, &memory, &caller, id)?;
            let patch = body.get(&describe(&before, &memory, &PLAIN)?);
            describe(&actions::change(tx, &caller, id, &version, patch)?, &memory, &PLAIN)
        })
        .await
}

/// Xóa đánh giá
///
/// Delete an assessment that is not sealed. Its history stays readable.
#[utoipa::path(
    tag = "assessments", params(("id" = AssessmentId, Path, description = "Assessment"), WriteQuery),
    extensions(("x-permission" = json!("assessment:write"))),
    responses((status = 204, description = "Deleted"))
)]
#[delete("/assessments/{id}")]
async fn delete_assessment(
    permit: Permit<AssessmentWrite>,
    db: web::Data<Db>,
    id: web::Path<String>,
    version: IfMatch,
    write: Write,
) -> Result<Answer, Error> {
    let caller = permit.caller()?;
    let id = path_id(&id)?;
    write.delete(&db, caller.actor.clone(), move |tx| actions::delete(tx, &caller, id, &version)).await
}

/// Trình, trả lại hoặc mở lại đánh giá
///
/// Submit, return or reopen an assessment. Who wrote it does not submit it; returning and reopening need a reason.
#[utoipa::path(
    tag = "assessments", params(("id" = AssessmentId, Path, description = "Assessment"), WriteQuery),
    request_body = NewTransition, extensions(("x-permission" = json!("assessment:sign"))),
    responses((status = 200, description = "The assessment as it is now", body = Assessment))
)]
#[post("/assessments/{id}/transitions")]
async fn transition_assessment(
    permit: Permit<AssessmentSign>,
    db: web::Data<Db>,
    id: web::Path<String>,
    version: IfMatch,
    write: Write,
    body: Body<NewTransition>,
) -> Result<Answer, Error> {
    let caller = permit.caller()?;
    let id = path_id(&id)?;
    write
        .step(&db, caller.actor.clone(), body.content, move |tx| {
            describe(&signing::take_step(tx, &caller, id, &version, body.value.get())?, &tx.memory, &PLAIN)
        })
        .await
}

pub fn routes(config: &mut ServiceConfig<'_>) {
    config
        .service(list_assessments)
        .service(create_assessment)
        .service(get_assessment)
        .service(change_assessment)
        .service(delete_assessment)
        .service(transition_assessment);
}
