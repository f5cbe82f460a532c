//! `/v1/threshold-verifications`

use super::sets::CriteriaSets;
use super::verification::{
    NewThresholdVerification, NewThresholdVerificationTransition, ThresholdVerification, VerificationRow,
    VerificationState,
};
use super::verifying::{self, describe};
use crate::access::{CriteriaSetManage, Permit, ReferenceRead};
use crate::db::{Db, Tx};
use crate::error::Error;
use crate::http::{
    Answer, AnyOf, Body, Cursor, CursorKey, Document, Flag, IfMatch, Limit, Listing, NoQuery, Page, PageRequest, Query,
    Write, WriteQuery, parameters, path_id,
};
use crate::values::{CriteriaSetCode, ExternalId, RecordId, ThresholdVerificationId};
use actix_web::{get, post, web};
use utoipa_actix_web::service_config::ServiceConfig;

parameters! {
    /// Parameters of `GET /v1/threshold-verifications`.
    VerificationQuery {
        criteria_set_code: AnyOf<CriteriaSetCode>, "Verifications of thresholds of these sets";
        state: AnyOf<VerificationState>, "Verifications in these states";
        external_id: AnyOf<ExternalId>, "Verifications to which these ids were given";
        limit: Limit, "Rows of a page";
        cursor: Option<Cursor>, "Where the page begins";
        with_total: Flag, "Count the rows of all pages";
    }
}

/// Danh sách đối chiếu mức phải đạt với văn bản
///
/// Who held which loaded thresholds against the act, when, in which text; in the order in which it was recorded.
#[utoipa::path(
    tag = "criteria-sets", params(VerificationQuery),
    extensions(("x-permission" = json!("reference:read"))),
    responses((status = 200, description = "A page of verifications", body = Page<ThresholdVerification>))
)]
#[get("/threshold-verifications")]
async fn list_threshold_verifications(
    permit: Permit<ReferenceRead>,
    cursors: web::Data<CursorKey>,
    query: Query<VerificationQuery>,
) -> Result<Listing<Page<ThresholdVerification>>, Error> {
    let caller = permit.caller()?;
    let query = query.0.into_inner()?;
    let sets = caller.memory.part::<CriteriaSets>();
    let admitted = |row: &&VerificationRow| {
        let set = sets.by_id(row.criteria_set_id);
        set.is_some_and(|set| query.criteria_set_code.admits(&set.row.code))
            && query.state.admits(&row.state)
            && (query.external_id.0.is_empty()
                || row.external_id.as_ref().is_some_and(|id| query.external_id.0.contains(id)))
    };
    let rows = sets.verifications().iter().filter(admitted);
    let request = PageRequest {
        key: &cursors,
        list: "threshold-verifications",
        fingerprint: &query.fingerprint,
        limit: query.limit,
    };
    let key = |row: &&VerificationRow| vec![row.id.to_string()];
    let page = request.page_in_memory(rows, query.cursor.as_ref(), query.with_total.0, key, Ord::cmp)?;
    Ok(Listing(page.try_map(|row| describe(row, &caller.memory))?))
}

/// Ghi nhận việc đối chiếu mức phải đạt với văn bản
///
/// Record that loaded thresholds of a published set were held against the act. From then on they count as `VERIFIED`;
/// the document of the set and its checksum stay what they were. What was sealed stays as it was; a sheet that is still
/// open is judged anew when it is written next. A threshold that was read otherwise is refused: a wrong one is mended by
/// a new version of the set.
#[utoipa::path(
    tag = "criteria-sets", params(WriteQuery), request_body = NewThresholdVerification,
    extensions(("x-permission" = json!("criteria-set:manage"))),
    responses((status = 201, description = "The verification", body = ThresholdVerification), (status = 200, description = "What would have been stored (`validate_only`), or is stored under this `external_id`", body = ThresholdVerification))
)]
#[post("/threshold-verifications")]
async fn verify_thresholds(
    permit: Permit<CriteriaSetManage>,
    db: web::Data<Db>,
    write: Write,
    body: Body<NewThresholdVerification>,
) -> Result<Answer, Error> {
    let caller = permit.caller()?;
    let actor = caller.actor.clone();
    let make = move |tx: &mut Tx<'_>, new: &NewThresholdVerification| {
        describe(&verifying::verify(tx, &caller, new)?, &tx.memory)
    };
    let find = |tx: &mut Tx<'_>, id: RecordId| {
        describe(&verifying::find(&tx.memory, ThresholdVerificationId(id.0))?, &tx.memory)
    };
    write.create(&db, actor, body, make, find).await
}

/// Một lần đối chiếu mức phải đạt
///
/// One verification.
#[utoipa::path(
    tag = "criteria-sets", params(("id" = ThresholdVerificationId, Path, description = "Verification")),
    extensions(("x-permission" = json!("reference:read"))),
    responses((status = 200, description = "The verification", body = ThresholdVerification))
)]
#[get("/threshold-verifications/{id}")]
async fn get_threshold_verification(
    permit: Permit<ReferenceRead>,
    id: web::Path<String>,
    _query: Query<NoQuery>,
) -> Result<Document<ThresholdVerification>, Error> {
    let caller = permit.caller()?;
    describe(&verifying::find(&caller.memory, path_id(&id)?)?, &caller.memory).map(Document)
}

/// Hủy một lần đối chiếu mức phải đạt
///
/// Annul a verification for a reason, as if it had never been.
#[utoipa::path(
    tag = "criteria-sets", params(("id" = ThresholdVerificationId, Path, description = "Verification"), WriteQuery),
    request_body = NewThresholdVerificationTransition, extensions(("x-permission" = json!("criteria-set:manage"))),
    responses((status = 200, description = "The verification as it is now", body = ThresholdVerification))
)]
#[post("/threshold-verifications/{id}/transitions")]
async fn transition_threshold_verification(
    permit: Permit<CriteriaSetManage>,
    db: web::Data<Db>,
    id: web::Path<String>,
    version: IfMatch,
    write: Write,
    body: Body<NewThresholdVerificationTransition>,
) -> Result<Answer, Error> {
    let caller = permit.caller()?;
    let id = path_id(&id)?;
    write
        .step(&db, caller.actor.clone(), body.content, move |tx| {
            describe(&verifying::take_step(tx, &caller, id, &version, body.value.get())?, &tx.memory)
        })
        .await
}

pub fn routes(config: &mut ServiceConfig<'_>) {
    config
        .service(list_threshold_verifications)
        .service(verify_thresholds)
        .service(get_threshold_verification)
        .service(transition_threshold_verification);
}
