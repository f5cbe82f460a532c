//! `/v1/reports/budget-execution`

use super::answer::{BudgetQuestion, answer, of_now, reading};
use super::model::{BudgetDenominator, BudgetExecution, BudgetGrouping};
use super::table;
use crate::access::{Permit, ReportRead};
use crate::db::Db;
use crate::error::Error;
use crate::http::{AnyOf, Flag, Format, Fresh, Language, Query, parameters};
use crate::reports::model::Basis;
use crate::reports::routes::{ReportCache, separated, workbook};
use crate::units::UnitChoice;
use crate::values::{ComponentCode, ListCode, LocalDate, SearchText, UnitCode, UnitId, WorkId, Year};
use actix_web::{HttpRequest, get, web};

parameters! {
    /// Parameters of `budget-execution`.
    BudgetExecutionQuery {
        unit_id: Option<UnitId>, "The unit whose money, and that of all below it, is told; the nation unless one is named";
        unit_code: Option<UnitCode>, "The same, by the code it bears on the basis day, as reported also by the one it bore last";
        unit_name: Option<SearchText>, "The same, by exact name without diacritics; several hits are refused with candidates";
        plan_year: AnyOf<Year>, "Money to be spent in these years; this year unless given. Of several, what was carried from one to another is counted once";
        origin_year: AnyOf<Year>, "Money given first for these years";
        programme_code: AnyOf<ListCode>, "Of these programmes";
        component_code: AnyOf<ComponentCode>, "Of these components and their parts";
        funding_source_code: AnyOf<ListCode>, "Of these sources and those that are parts of them";
        nature_code: AnyOf<ListCode>, "Of these natures";
        work_id: AnyOf<WorkId>, "For these works";
        group_by: BudgetGrouping, "How the report is divided";
        denominator: BudgetDenominator, "Of what the rate is a share";
        with_carried: Flag, "Is money that was carried in part of the rate?";
        value_date_lte: Option<LocalDate>, "Only what counts from this day or earlier";
        booking_date_lte: Option<LocalDate>, "Only what was booked on this day or earlier: the report as it was then";
        compare_previous_year: Flag, "Also the years before, up to the same day a year before (`value_date_lte`, else today)";
        basis: Option<Basis>, "Under the units of which day it counts: those of the last day of the newest plan year (the default), those of today, or those of a date";
    }
}

/// Tình hình giao, phân bổ, giải ngân vốn
///
/// What was given, distributed, carried over and disbursed, of the lines of a unit and all below it, by programme,
/// component, source, nature, year or unit. What is distributed inside is counted once; a rate names its denominator and
/// whether carried money is in, and without a plan there is none. Money of sources outside the state budget stands
/// apart, as mobilised. As a table: the total, then one row for each group.
#[utoipa::path(
    tag = "reports", params(BudgetExecutionQuery),
    extensions(("x-permission" = json!("report:read"))),
    responses((status = 200, description = "The execution", content((BudgetExecution = "application/json"), (String = "text/csv"), (String = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"))))
)]
#[get("/reports/budget-execution")]
pub async fn get_budget_execution(
    request: HttpRequest,
    permit: Permit<ReportRead>,
    db: web::Data<Db>,
    cache: web::Data<ReportCache>,
    language: Language,
    query: Query<BudgetExecutionQuery>,
) -> Result<Fresh, Error> {
    let caller = permit.caller()?;
    let query = query.0.into_inner()?;
    let question = question_of(query, db.clock().today(), language);
    let written = |report: &BudgetExecution| match caller.format {
        Format::Json | Format::Html | Format::Docx => Ok(Fresh::json(report)),
        Format::Csv | Format::Xlsx => separated(&table::table(report)),
    };
    let needs_entries =
        question.value_date_lte.is_some() || question.booking_date_lte.is_some() || question.compare_previous_year;
    if needs_entries {
        let (memory, scope) = (caller.memory.clone(), caller.scope.clone());
        let report = db.read(move |conn| answer(&memory, &scope, &question, reading(conn))).await?;
        return match caller.format {
            Format::Xlsx => workbook(table::table(&report)).await,
            _ => written(&report),
        };
    }
    let report = || of_now(&caller.memory, &caller.scope, &question);
    if caller.format == Format::Xlsx {
        return workbook(table::table(&report()?)).await;
    }
    cache.get_or(&request, &caller, question.today, language, || written(&report()?))
}

fn question_of(query: BudgetExecutionQuery, today: LocalDate, language: Language) -> BudgetQuestion {
    let years = |years: AnyOf<Year>| {
        let mut years: Vec<i32> = years.0.into_iter().map(|year| year.0).collect();
        years.sort_unstable();
        years.dedup();
        years
    };
    let mut plan_years = years(query.plan_year);
    if plan_years.is_empty() {
        plan_years.push(today.year());
    }
    BudgetQuestion {
        unit: UnitChoice { id: query.unit_id, code: query.unit_code, name: query.unit_name },
        plan_years,
        origin_years: years(query.origin_year),
        programme_codes: query.programme_code.0,
        component_codes: query.component_code.0,
        funding_source_codes: query.funding_source_code.0,
        nature_codes: query.nature_code.0,
        work_ids: query.work_id.0,
        group_by: query.group_by,
        basis: query.basis.unwrap_or_default(),
        denominator: query.denominator,
        with_carried: query.with_carried.0,
        value_date_lte: query.value_date_lte,
        booking_date_lte: query.booking_date_lte,
        compare_previous_year: query.compare_previous_year.0,
        today,
        language,
    }
}
