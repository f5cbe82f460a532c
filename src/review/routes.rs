//! `/v1/reports/steering-review`

use super::answer::{self, Asked};
use super::model::SteeringReview;
use super::{docx, page};
use crate::access::{Permit, ReviewRead};
use crate::db::Db;
use crate::error::Error;
use crate::http::{DOCX, Format, Fresh, Language, Query, parameters};
use crate::units::UnitChoice;
use crate::values::{CriteriaSetCode, MeetingId, Period, SearchText, UnitCode, UnitId};
use actix_web::{get, web};
use utoipa_actix_web::service_config::ServiceConfig;

parameters! {
    /// Parameters of `steering-review`.
    ReviewQuery {
        unit_id: Option<UnitId>, "The unit that is reviewed; that of the meeting, else the nation, unless one is named";
        unit_code: Option<UnitCode>, "The same, by the code it bore in the period";
        unit_name: Option<SearchText>, "The same, by exact name without diacritics; several hits are refused with candidates";
        meeting_id: Option<MeetingId>, "Meeting whose paper it is: its unit and the period that it reviews are taken unless others are named";
        period: Option<Period>, "Period that is reviewed; that of the meeting, else the last year that is over, unless one is named";
        compare_with: Option<Period>, "Period with which results and figures are compared; the year before unless one is named";
        criteria_set_code: Option<CriteriaSetCode>, "Results under this set and those based on it; the national set in force unless given";
    }
}

/// Báo cáo phục vụ phiên họp Ban Chỉ đạo
///
/// The whole paper of a meeting in one call: results by band with names, change and who is missing; every topic; money by
/// programme; work, obstacles and reports; statements with what the figures say to them; and the conclusions that follow
/// from what is overdue, unmet or in nobody's charge, each with its rule and records. What is not known says so, and
/// nothing is made up. As HTML it is ready to be printed, as DOCX to be signed: in the layout of Decree 30/2020, in
/// Vietnamese, with number, recipients and signer left open.
#[utoipa::path(
    tag = "reports", params(ReviewQuery),
    extensions(("x-permission" = json!("report:read"))),
    responses((status = 200, description = "The paper", content((SteeringReview = "application/json"), (String = "text/html"), (String = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"))))
)]
#[get("/reports/steering-review")]
async fn get_steering_review(
    permit: Permit<ReviewRead>,
    db: web::Data<Db>,
    language: Language,
    query: Query<ReviewQuery>,
) -> Result<Fresh, Error> {
    let caller = permit.caller()?;
    let query = query.0.into_inner()?;
    let asked = Asked {
        unit: UnitChoice { id: query.unit_id, code: query.unit_code, name: query.unit_name },
        period: query.period,
        compare_with: query.compare_with,
        criteria_set_code: query.criteria_set_code,
        meeting_id: query.meeting_id,
        today: db.clock().today(),
        language,
    };
    let (memory, scope, format) = (caller.memory.clone(), caller.scope.clone(), caller.format);
    let review: SteeringReview = db.read(move |conn| answer::answer(&memory, conn, &scope, &asked)).await?;
    match format {
        Format::Html => {
            Ok(Fresh::bytes(page::page(&review, language).into_string().into_bytes(), "text/html; charset=utf-8"))
        }
        // A document is packed and compressed: not on a thread that serves everybody.
        Format::Docx => web::block(move || docx::document(&review).map(|bytes| Fresh::bytes(bytes, DOCX)))
            .await
            .map_err(Error::internal)?,
        Format::Json | Format::Csv | Format::Xlsx => Ok(Fresh::json(&review)),
    }
}

pub fn routes(config: &mut ServiceConfig<'_>) {
    config.service(get_steering_review);
}
