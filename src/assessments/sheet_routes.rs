//! `/v1/assessments/{id}/sheet`, its proof and its seals

use super::model::{Seal, Seals, Stage, Status, Verdict};
use super::proof::Evaluation;
use super::record::AssessmentRecord;
use super::sheet::{ItemOverride, NewSheet, Sheet, SheetCriterion, SheetFigure, SheetItem, SheetPatch};
use super::{actions, queries, sheets, signing};
use crate::access::{AssessmentRead, AssessmentWrite, Permit};
use crate::criteria::{CriteriaSets, HeldItem, OpenReason};
use crate::db::{Conn, Db, Snapshot};
use crate::error::Error;
use crate::http::{Answer, Body, Document, Fresh, IfMatch, NoQuery, Query, Write, WriteQuery, path_id};
use crate::values::{AssessmentId, Names};
use actix_web::{get, patch, put, web};
use utoipa_actix_web::service_config::ServiceConfig;

fn sheet_of(conn: &mut Conn, record: &AssessmentRecord, memory: &Snapshot) -> Result<Sheet, Error> {
    let set = memory.part::<CriteriaSets>().by_id(record.row.criteria_set_id);
    let set = set.ok_or_else(|| Error::internal("an assessment without its set"))?;
    let verdicts = record.criterion_verdicts();
    let mut criteria = Vec::with_capacity(set.criteria.len());
    for ((criterion, items), verdict) in set.criteria.iter().zip(&set.items).zip(verdicts) {
        let given = record.given(&criterion.code);
        criteria.push(SheetCriterion {
            code: criterion.code.clone(),
            name: Names { vi: criterion.name_vi.clone(), en: criterion.name_en.clone() },
            verdict: verdict.into(),
            given_verdict: given.map(|given| given.verdict),
            note: given.and_then(|given| given.note.clone()),
            items: items.iter().map(|item| sheet_item(record, item)).collect::<Result<_, _>>()?,
        });
    }
    // What is signed or published is no longer read anew.
    let outdated = match record.row.status {
        Status::Submitted if record.row.stage != Stage::Reported => 0,
        _ => sheets::outdated(conn, memory, record)?.len(),
    };
    Ok(Sheet {
        assessment_id: record.row.id,
        version: record.row.version,
        criteria_set_code: record.criteria_set_code.clone(),
        based_on_id: record.row.based_on_id,
        criteria,
        outdated_count: outdated as i64,
    })
}

fn sheet_item(record: &AssessmentRecord, item: &HeldItem) -> Result<SheetItem, Error> {
    let row = record.item(&item.row.code);
    let cited = row.map(|row| row.cited()).unwrap_or_default();
    let mut figures = Vec::new();
    for ((id, measure), part) in cited.iter().zip(&item.measures).zip(0..) {
        let Some(observation) = id.and_then(|id| record.observations.iter().find(|row| row.id == id)) else { continue };
        figures.push(SheetFigure {
            part,
            indicator_code: measure.indicator_code.clone(),
            observation_id: observation.id,
            stage: observation.stage,
            value: observation.value,
            numerator: observation.numerator,
            denominator: observation.denominator,
            breakdown: observation.read().map_err(Error::internal)?.breakdown,
            cut_off_date: observation.cut_off_date,
        });
    }
    let over = row.and_then(|row| Some((row.override_verdict?, row.override_reason.clone()?, row.override_client_id)));
    Ok(SheetItem {
        code: item.row.code.clone(),
        name: item.names(),
        indicator_code: item.row.indicator_code.clone(),
        conditional: item.row.conditional,
        verdict: row.map_or(Verdict::NotAssessed, |row| row.verdict),
        computed_verdict: row.map_or(Verdict::NotAssessed, |row| row.computed_verdict),
        reason: match row {
            Some(row) => row.reason,
            None => Some(OpenReason::ValueMissing),
        },
        overriding: over.map(|(verdict, reason, client_id)| ItemOverride { verdict, reason, client_id }),
        not_applicable_reason: row.and_then(|row| row.not_applicable_reason.clone()),
        figures,
        provisional: row.is_some_and(|row| row.provisional),
    })
}

/// Phiếu đánh giá
///
/// The sheet: every criterion of the set with its items, their figures and verdicts.
#[utoipa::path(
    tag = "assessments", params(("id" = AssessmentId, Path, description = "Assessment")),
    extensions(("x-permission" = json!("assessment:read"))),
    responses((status = 200, description = "The sheet", body = Sheet))
)]
#[get("/assessments/{id}/sheet")]
async fn get_assessment_sheet(
    permit: Permit<AssessmentRead>,
    db: web::Data<Db>,
    id: web::Path<String>,
    _query: Query<NoQuery>,
) -> Result<Document<Sheet>, Error> {
    let caller = permit.caller()?;
    let id = path_id(&id)?;
    db.read(move |conn| {
        let record = actions::visible(conn, &caller.memory, &caller, id)?;
        sheet_of(conn, &record, &caller.memory)
    })
    .await
    .map(Document)
}

/// Ghi phiếu đánh giá
///
/// Write the whole sheet: figures, reasons, overrides and verdicts for criteria. What is left out is given no verdict and
/// no reason; figures that are recorded stay and are read.
#[utoipa::path(
    tag = "assessments", params(("id" = AssessmentId, Path, description = "Assessment"), WriteQuery),
    request_body = NewSheet, extensions(("x-permission" = json!("assessment:write"))),
    responses((status = 200, description = "The sheet as it is now", body = Sheet))
)]
#[put("/assessments/{id}/sheet")]
async fn write_assessment_sheet(
    permit: Permit<AssessmentWrite>,
    db: web::Data<Db>,
    id: web::Path<String>,
    version: IfMatch,
    write: Write,
    body: Body<NewSheet>,
) -> Result<Answer, Error> {
    let caller = permit.caller()?;
    let id = path_id(&id)?;
    write
        .change(&db, caller.actor.clone(), move |tx| {
            let change = body.value.get().map(NewSheet::change);
            let record = sheets::write_sheet(tx, &caller, id, &version, change)?;
            sheet_of(tx.conn, &record, &tx.memory)
        })
        .await
}

/// Sửa từng chỉ tiêu của phiếu đánh giá
///
/// Change single criteria and items of the sheet. What is not named stays; every item reads the figure that holds now.
#[utoipa::path(
    tag = "assessments", params(("id" = AssessmentId, Path, description = "Assessment"), WriteQuery),
    request_body = SheetPatch, extensions(("x-permission" = json!("assessment:write"))),
    responses((status = 200, description = "The sheet as it is now", body = Sheet))
)]
#[patch("/assessments/{id}/sheet")]
async fn change_assessment_sheet(
    permit: Permit<AssessmentWrite>,
    db: web::Data<Db>,
    id: web::Path<String>,
    version: IfMatch,
    write: Write,
    body: Body<SheetPatch>,
) -> Result<Answer, Error> {
    let caller = permit.caller()?;
    let id = path_id(&id)?;
    write
        .change(&db, caller.actor.clone(), move |tx| {
            let change = body.value.get().map(SheetPatch::change);
            let record = sheets::write_sheet(tx, &caller, id, &version, change)?;
            sheet_of(tx.conn, &record, &tx.memory)
        })
        .await
}

/// Căn cứ của từng kết luận
///
/// The tree of proof: criterion, item, figure, threshold with act and article, evidence, who decided; what is missing,
/// nearest first; and what stands between the unit and the next bands. Of a signed assessment as it was signed.
#[utoipa::path(
    tag = "assessments", params(("id" = AssessmentId, Path, description = "Assessment")),
    extensions(("x-permission" = json!("assessment:read"))),
    responses((status = 200, description = "The proof", body = Evaluation))
)]
#[get("/assessments/{id}/evaluation")]
async fn get_assessment_evaluation(
    permit: Permit<AssessmentRead>,
    db: web::Data<Db>,
    id: web::Path<String>,
    _query: Query<NoQuery>,
) -> Result<Fresh, Error> {
    let caller = permit.caller()?;
    let id = path_id(&id)?;
    db.read(move |conn| {
        let record = actions::visible(conn, &caller.memory, &caller, id)?;
        let signed = record.row.status == Status::Submitted && record.row.seal_hash.is_some();
        let seal = if signed { queries::seals(conn, id)?.pop() } else { None };
        Ok(match seal {
            Some(seal) => Fresh::json(&seal.proof.0),
            None => Fresh::json(&signing::evaluation_of(conn, &caller.memory, &record)?),
        })
    })
    .await
}

/// Các bản đã ký
///
/// What was signed, word for word, oldest first. The hash is that of the form.
#[utoipa::path(
    tag = "assessments", params(("id" = AssessmentId, Path, description = "Assessment")),
    extensions(("x-permission" = json!("assessment:read"))),
    responses((status = 200, description = "The seals", body = Seals))
)]
#[get("/assessments/{id}/seals")]
async fn list_assessment_seals(
    permit: Permit<AssessmentRead>,
    db: web::Data<Db>,
    id: web::Path<String>,
    _query: Query<NoQuery>,
) -> Result<Fresh, Error> {
    let caller = permit.caller()?;
    let id = path_id(&id)?;
    db.read(move |conn| {
        queries::find(conn, caller.readable(), id)?.ok_or(Error::NotFound)?;
        let items = queries::seals(conn, id)?.into_iter().map(|seal| Seal {
            revision: seal.revision,
            number: seal.number,
            seal_hash: seal.seal_hash,
            form: seal.form,
            sealed_at: seal.sealed_at,
        });
        Ok(Fresh::json(&Seals { items: items.collect() }))
    })
    .await
}

pub fn routes(config: &mut ServiceConfig<'_>) {
    config
        .service(get_assessment_sheet)
        .service(write_assessment_sheet)
        .service(change_assessment_sheet)
        .service(get_assessment_evaluation)
        .service(list_assessment_seals);
}
