//! `/v1/budget-sheets`

use super::import;
use super::model::BudgetImport;
use super::rows::Asked;
use super::template;
use crate::access::{BudgetSheetRead, BudgetSheetWrite, Permit};
use crate::codes::Code;
use crate::db::Db;
use crate::error::{Error, Place};
use crate::exchange::routes::{annotated_answer, off_the_loop, read_file};
use crate::http::{
    FileKind, Flag, Format, Fresh, Language, MayBeDry, Needed, Query, SheetFile, WriteWith, XLSX, parameters,
};
use crate::units::{Naming, Territory, UnitChoice};
use crate::values::{AmountUnit, LocalDate, UnitCode, Year};
use actix_web::{Either, Responder, get, post, web};
use std::sync::Arc;
use utoipa_actix_web::service_config::ServiceConfig;

parameters! {
    /// Parameters of `GET /v1/budget-sheets`.
    BudgetSheetQuery {
        unit_code: Option<UnitCode>, "The unit whose lines, and those of all below it, have a row each: its holder today, else its last holder; the nation unless one is named";
        plan_year: Option<Year>, "Lines of this plan year; this year unless given";
    }
}

parameters! {
    /// Parameters of `POST /v1/budget-sheets`. What a file is to be taken for is never guessed.
    BudgetSheetImportQuery {
        unit_code: Needed<UnitCode>, "The unit whose money, and that of all below it, the file is about: its holder today, else its last holder";
        amount_unit: Needed<AmountUnit>, "In what the amounts of the file are written";
        booking_date: Option<LocalDate>, "Day on which they are booked, where a row says no other";
        confirm_outliers: Flag, "Amounts that are a thousand times their neighbours are meant so";
        validate_only: Flag, "Do everything, store nothing, answer 200 with what would have been stored";
    }
}

impl MayBeDry for BudgetSheetImportQuery {
    fn validate_only(&self) -> bool {
        self.validate_only.0
    }
}

/// Bút toán dạng bảng tính
///
/// A file to fill in: one row for each line of money of the unit and of all below it, with its key.
#[utoipa::path(
    tag = "budget", params(BudgetSheetQuery),
    extensions(("x-permission" = json!("budget:read"))),
    responses((status = 200, description = "The file", content((String = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"), (String = "text/csv"))))
)]
#[get("/budget-sheets")]
async fn get_budget_sheet(
    permit: Permit<BudgetSheetRead>,
    db: web::Data<Db>,
    query: Query<BudgetSheetQuery>,
) -> Result<Fresh, Error> {
    let caller = permit.caller()?;
    let query = query.0.into_inner()?;
    let (memory, today) = (caller.memory.clone(), db.clock().today());
    let territory = memory.part::<Territory>();
    let choice = UnitChoice { code: query.unit_code, ..UnitChoice::default() };
    let unit = territory.choose(&choice, Naming::Last(today), Place::parameter)?;
    let unit = unit.or_else(|| territory.root()).ok_or(Error::NotFound)?;
    let day = territory.get(unit).map_or(today, |held| held.nearest_day(today));
    if !caller.scope.covers(territory, unit, day) && !caller.scope.reaches_below(territory, unit, day) {
        return Err(Error::NotFound);
    }
    let year = query.plan_year.map_or(today.year(), |year| year.0);
    let rows = template::rows(&memory, &caller.scope, unit, day, year);
    let format = caller.format;
    off_the_loop(move || match format {
        Format::Csv | Format::Html | Format::Docx => Ok(Fresh::bytes(template::csv(&rows)?, "text/csv; charset=utf-8")),
        Format::Json | Format::Xlsx => Ok(Fresh::bytes(template::xlsx(&rows)?, XLSX)),
    })
    .await
}

/// Nhập bút toán từ bảng tính
///
/// Take a filled file in, all or nothing. A row says one entry by kind and amount, or what was given and disbursed, each
/// an entry of its own with the id of the row and `.GIAO` or `.CHI`. Rows of totals (`Tổng số`) and printed rates are held
/// against the rows; an amount a thousand times its neighbours has to be confirmed. The same file sent twice changes
/// nothing. A refusal tells every cell at fault; with `Accept` of the XLSX type a refused workbook comes back with a note
/// in each of them. What was taken in is told as JSON either way.
#[utoipa::path(
    tag = "budget", params(BudgetSheetImportQuery),
    request_body(description = "The file, as it is; at most 20 MiB and 100000 rows", content(
        (String = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"), (String = "text/csv")
    )),
    extensions(("x-permission" = json!("budget:write"))),
    responses(
        (status = 201, description = "What was stored", body = BudgetImport),
        (status = 200, description = "What would have been stored (`validate_only`)", body = BudgetImport)
    )
)]
#[post("/budget-sheets")]
async fn import_budget_sheet(
    permit: Permit<BudgetSheetWrite>,
    db: web::Data<Db>,
    language: Language,
    asked: WriteWith<BudgetSheetImportQuery>,
    file: SheetFile,
) -> Result<impl Responder, Error> {
    let caller = permit.caller()?;
    asked.write.require_key()?;
    let query = asked.query.into_inner()?;
    let taken = Asked {
        amount_unit: query.amount_unit.0,
        booking_date: query.booking_date,
        confirm_outliers: query.confirm_outliers.0,
    };
    let in_workbooks = file.kind == FileKind::Xlsx && caller.format == Format::Xlsx;
    let grid = Arc::new(read_file(file.kind, file.bytes).await?);
    let (actor, unit) = (caller.actor.clone(), query.unit_code.0);
    let said = grid.clone();
    let stored = asked
        .write
        .store_many(&db, actor, file.content, move |tx| import::import(tx, &caller, &unit, &taken, &said))
        .await;
    match stored {
        Err(Error::Request(Code::ImportRejected, faults)) if in_workbooks => {
            annotated_answer(grid, faults, language).await.map(Either::Right)
        }
        stored => stored.map(Either::Left),
    }
}

pub fn routes(config: &mut ServiceConfig<'_>) {
    config.service(get_budget_sheet).service(import_budget_sheet);
}
