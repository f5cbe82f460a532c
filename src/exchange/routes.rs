//! `/v1/assessment-sheets`

use super::annotated::annotated;
use super::model::{Layout, SheetImport};
use super::round::{Question, Round};
use super::workbook::Grid;
use super::{import, separated, template, workbook};
use crate::access::{Permit, SheetRead, SheetWrite};
use crate::assessments::Stage;
use crate::codes::Code;
use crate::db::Db;
use crate::error::{Error, Fault};
use crate::files::package::unreadable;
use crate::http::{
    FileKind, Flag, Format, Fresh, Language, MayBeDry, Needed, Query, SheetFile, WriteWith, XLSX, parameters,
};
use crate::values::{CriteriaSetCode, Period, UnitCode, UnitId};
use actix_web::http::{StatusCode, header};
use actix_web::{Either, HttpResponse, Responder, get, post, web};
use std::sync::Arc;
use tokio::sync::Semaphore;
use utoipa_actix_web::service_config::ServiceConfig;

parameters! {
    /// Parameters of `GET /v1/assessment-sheets`.
    SheetQuery {
        unit_code: Option<UnitCode>, "The unit whose communes have a row each, by the code it bears on the last day of the period (today while it runs); the nation unless one is named";
        criteria_set_code: Option<CriteriaSetCode>, "The set whose items are asked; the national one in force on that day unless given";
        period: Option<Period>, "The period assessed; this year unless given";
        stage: Option<Stage>, "Stage whose figures are shown; SELF unless given";
        layout: Layout, "One row for each unit (WIDE) or for each unit and item (LONG)";
    }
}

parameters! {
    /// Parameters of `POST /v1/assessment-sheets`. What a file is to be taken for is never guessed.
    SheetImportQuery {
        unit_code: Needed<UnitCode>, "The unit whose communes the file is about, by the code it bears on the last day of the period (today while it runs)";
        criteria_set_code: Needed<CriteriaSetCode>, "The set whose items the file answers";
        period: Needed<Period>, "The period assessed";
        stage: Needed<Stage>, "Stage at which the figures are stored";
        layout: Layout, "One row for each unit (WIDE) or for each unit and item (LONG)";
        validate_only: Flag, "Do everything, store nothing, answer 200 with what would have been stored";
    }
}

impl MayBeDry for SheetImportQuery {
    fn validate_only(&self) -> bool {
        self.validate_only.0
    }
}

/// Files that are read at once: each may unpack to much more than it weighs. Further ones are turned away.
static READING: Semaphore = Semaphore::const_new(2);

/// Phiếu đánh giá dạng bảng tính
///
/// The assessment sheet as a file to fill in: one row for each commune that the set judges, one column for each item,
/// filled with the figures that hold at the stage. Items that do not apply hold `KAD`.
#[utoipa::path(
    tag = "assessment-sheets", params(SheetQuery),
    extensions(("x-permission" = json!("assessment-sheet:read"))),
    responses((status = 200, description = "The sheet", content((String = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"), (String = "text/csv"))))
)]
#[get("/assessment-sheets")]
async fn get_assessment_sheets(
    permit: Permit<SheetRead>,
    db: web::Data<Db>,
    query: Query<SheetQuery>,
) -> Result<Fresh, Error> {
    let caller = permit.caller()?;
    let query = query.0.into_inner()?;
    let today = db.clock().today();
    let question = Question {
        unit_code: query.unit_code,
        criteria_set_code: query.criteria_set_code,
        period: query.period.unwrap_or(Period::of_year(today.year())),
        stage: query.stage.unwrap_or(Stage::SelfAssessment),
        today,
    };
    let format = caller.format;
    let table = db
        .read(move |conn| {
            let round = Round::of(&caller.memory, &caller.scope, &question)?;
            let units: Vec<UnitId> = round.units.iter().map(|unit| unit.id).collect();
            let known = round.known(conn, &caller.scope, &units)?;
            template::table(&round, query.layout, &known)
        })
        .await?;
    off_the_loop(move || match format {
        Format::Csv | Format::Html | Format::Docx => {
            Ok(Fresh::bytes(template::csv(&table)?, "text/csv; charset=utf-8"))
        }
        Format::Json | Format::Xlsx => Ok(Fresh::bytes(template::xlsx(&table)?, XLSX)),
    })
    .await
}

/// Nhập phiếu đánh giá từ bảng tính
///
/// Take a filled sheet in, all or nothing: assessments that are missing are begun, and what the file says anew is
/// written; blank cells leave what holds. The answer tells each cell that changed with its effect on verdicts and bands.
/// A refusal tells every cell at fault; with `Accept` of the XLSX type a refused workbook comes back with a note in each
/// of them. What was taken in is told as JSON either way.
#[utoipa::path(
    tag = "assessment-sheets", params(SheetImportQuery),
    request_body(description = "The file, as it is; at most 20 MiB and 100000 rows", content(
        (String = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"), (String = "text/csv")
    )),
    extensions(("x-permission" = json!("assessment-sheet:write"))),
    responses(
        (status = 201, description = "What was stored", body = SheetImport),
        (status = 200, description = "What would have been stored (`validate_only`)", body = SheetImport)
    )
)]
#[post("/assessment-sheets")]
async fn import_assessment_sheets(
    permit: Permit<SheetWrite>,
    db: web::Data<Db>,
    language: Language,
    asked: WriteWith<SheetImportQuery>,
    file: SheetFile,
) -> Result<impl Responder, Error> {
    let caller = permit.caller()?;
    asked.write.require_key()?;
    let query = asked.query.into_inner()?;
    let question = Question {
        unit_code: Some(query.unit_code.0),
        criteria_set_code: Some(query.criteria_set_code.0),
        period: query.period.0,
        stage: query.stage.0,
        today: db.clock().today(),
    };
    let in_workbooks = file.kind == FileKind::Xlsx && caller.format == Format::Xlsx;
    let grid = Arc::new(read_file(file.kind, file.bytes).await?);
    let (layout, actor) = (query.layout, caller.actor.clone());
    let said = grid.clone();
    let stored = asked
        .write
        .store_many(&db, actor, file.content, move |tx| import::import(tx, &caller, &question, layout, &said))
        .await;
    match stored {
        Err(Error::Request(Code::ImportRejected, faults)) if in_workbooks => {
            annotated_answer(grid, faults, language).await.map(Either::Right)
        }
        stored => stored.map(Either::Left),
    }
}

/// What stands in the cells of a file.
/// Errors: `OVERLOADED` while enough others are read.
pub(super) async fn read_file(kind: FileKind, bytes: web::Bytes) -> Result<Grid, Error> {
    let _reading = READING.try_acquire().map_err(|_| Error::Overloaded)?;
    off_the_loop(move || match kind {
        FileKind::Xlsx => workbook::read(&bytes),
        FileKind::Csv => separated::read(&bytes),
    })
    .await
}

/// A refused workbook, with a note in each cell at fault.
pub(super) async fn annotated_answer(
    grid: Arc<Grid>,
    faults: Vec<Fault>,
    language: Language,
) -> Result<HttpResponse, Error> {
    let bytes = off_the_loop(move || annotated(&grid, &faults, language)).await?;
    let mut answer = HttpResponse::build(StatusCode::UNPROCESSABLE_ENTITY);
    answer.insert_header((header::CONTENT_LANGUAGE, language.tag()));
    answer.insert_header((header::CACHE_CONTROL, "no-store"));
    Ok(answer.content_type(XLSX).body(bytes))
}

/// Work that would hold up everybody else's requests.
pub(super) async fn off_the_loop<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, Error> + Send + 'static,
) -> Result<T, Error> {
    // A reader that panics has met a file that it cannot read.
    web::block(work).await.unwrap_or_else(|_| Err(unreadable()))
}

pub fn routes(config: &mut ServiceConfig<'_>) {
    config.service(get_assessment_sheets).service(import_assessment_sheets);
}
