//! `/v1/reports`

use super::distances::{self, ItemResults};
use super::distribution::{self, Question};
use super::indicators::{self, ComparisonQuestion, IndicatorComparison};
use super::matrix::{self, MatrixQuestion};
use super::matrix_model::{Matrix, MatrixGrain};
use super::model::{Basis, Distribution, GroupBy, PeriodChoice};
use super::obligations::{self, ObligationQuestion};
use super::obligations_model::{ObligationState, ReportingObligations};
use super::table;
use crate::access::{Caller, Permit, ReportRead, Scope};
use crate::assessments::Stage;
use crate::committee::tasks::Timeliness;
use crate::db::Db;
use crate::error::Error;
use crate::http::{AnyOf, Format, Fresh, Language, Query, ResponseCache, XLSX, parameters};
use crate::tables::Table;
use crate::units::{Level, UnitChoice};
use crate::values::{CriteriaSetCode, IndicatorCode, ListCode, LocalDate, Period, SearchText, UnitCode, UnitId};
use actix_web::http::uri::PathAndQuery;
use actix_web::{HttpRequest, get, web};
use utoipa_actix_web::service_config::ServiceConfig;

parameters! {
    /// Parameters of `criteria-distribution`.
    DistributionQuery {
        unit_id: Option<UnitId>, "The unit whose communes are counted; the nation unless one is named";
        unit_code: Option<UnitCode>, "The same, by the code it bears on the basis day";
        unit_name: Option<SearchText>, "The same, by exact name without diacritics; several hits are refused with candidates";
        period: AnyOf<PeriodChoice>, "One or more periods, or LATEST (the default): the newest result of each unit";
        until_date: Option<LocalDate>, "With LATEST: results whose facts are of this day or earlier; today unless given";
        criteria_set_code: Option<CriteriaSetCode>, "Results under this set and those based on it; the national set in force unless given";
        stage: Option<Stage>, "Results of this stage; of each unit the highest that counts unless given";
        compare_with: Option<Period>, "A period whose results are held against the last one asked for: what was gained and lost";
        group_by: GroupBy, "How the report is divided";
        basis: Option<Basis>, "Under the units of which day it counts: those that were expected to report (the default), those of today, or those of a date; `unit_code` is resolved on that day";
    }
}

parameters! {
    /// Parameters of `criteria-matrix`.
    MatrixQuery {
        unit_id: Option<UnitId>, "The unit whose communes are shown; the nation unless one is named";
        unit_code: Option<UnitCode>, "The same, by the code it bears on the basis day";
        unit_name: Option<SearchText>, "The same, by exact name without diacritics; several hits are refused with candidates";
        period: Option<PeriodChoice>, "A period, or LATEST (the default): the newest result of each unit";
        criteria_set_code: Option<CriteriaSetCode>, "Results under this set and those based on it; the national set in force unless given";
        stage: AnyOf<Stage>, "Results of these stages side by side, and where they do not agree; of each unit the highest that counts unless given";
        grain: MatrixGrain, "What the columns are";
        basis: Option<Basis>, "Under the units of which day it counts: those that were expected to report (the default), those of today, or those of a date; `unit_code` is resolved on that day";
    }
}

parameters! {
    /// Parameters of `indicator-comparison`.
    ComparisonQuery {
        unit_id: Option<UnitId>, "The unit that is compared; the nation unless one is named";
        unit_code: Option<UnitCode>, "The same, by the code it bears on the basis day";
        unit_name: Option<SearchText>, "The same, by exact name without diacritics; several hits are refused with candidates";
        indicator_code: AnyOf<IndicatorCode>, "Indicators; at most 20 together with those of the topic. Those that the service counts itself unless either is given";
        topic_code: Option<ListCode>, "All indicators of a topic, a code of `topics`";
        period: AnyOf<Period>, "The periods, at most 12; this year and the two before unless given";
        basis: Option<Basis>, "Under the units of which day: those of the last period (the default), those of today, or those of a date; `unit_code` is resolved on that day";
    }
}

parameters! {
    /// Parameters of `reporting-obligations`.
    ObligationQuery {
        unit_id: Option<UnitId>, "The unit whose reports, and those of the units below it, are told; the nation unless one is named";
        unit_code: Option<UnitCode>, "The same, by code: its holder today, else its last holder";
        unit_name: Option<SearchText>, "The same, by exact name without diacritics; several hits are refused with candidates";
        due_date_gte: Option<LocalDate>, "Due on this day or later, extensions left out; the first day of the year unless given. What has no due date counts by the last day of its period";
        due_date_lte: Option<LocalDate>, "Due on this day or earlier; the last day of the year unless given, at most three years after the first";
        duty_code: AnyOf<ListCode>, "Of these reporting duties";
        programme_code: AnyOf<ListCode>, "About these programmes";
        from_level: AnyOf<Level>, "Owed by units of these levels";
        state: AnyOf<ObligationState>, "List only reports that stand here; counts are of all";
        timeliness: AnyOf<Timeliness>, "List only reports that stand so to their due date, extended where it was: LATE and OVERDUE tell who was late";
        group_by: GroupBy, "How the report is divided";
    }
}

/// Answers of reports, kept while nothing was written.
#[derive(Default)]
pub struct ReportCache(ResponseCache<(Scope, Format, Language)>);

impl ReportCache {
    /// The kept answer to this request, or a new one. Who may see the same shares it.
    pub(super) fn get_or(
        &self,
        request: &HttpRequest,
        caller: &Caller,
        today: LocalDate,
        language: Language,
        make: impl FnOnce() -> Result<Fresh, Error>,
    ) -> Result<Fresh, Error> {
        let by = (caller.scope.clone(), caller.format, language);
        let asked = request.uri().path_and_query().map_or("", PathAndQuery::as_str);
        self.0.get_or((caller.memory.position, today), by, asked, make)
    }
}

/// Phân bố xã theo số tiêu chí đạt
///
/// How the communes of a unit stand in the bands of a criteria set: counts with names, average, who is missing.
#[utoipa::path(
    tag = "reports", params(DistributionQuery),
    extensions(("x-permission" = json!("report:read"))),
    responses((status = 200, description = "The distribution", content((Distribution = "application/json"), (String = "text/csv"), (String = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"))))
)]
#[get("/reports/criteria-distribution")]
async fn get_criteria_distribution(
    request: HttpRequest,
    permit: Permit<ReportRead>,
    db: web::Data<Db>,
    cache: web::Data<ReportCache>,
    language: Language,
    query: Query<DistributionQuery>,
) -> Result<Fresh, Error> {
    let caller = permit.caller()?;
    let query = query.0.into_inner()?;
    let today = db.clock().today();
    let report = || {
        let question = question_of(query, today, language);
        distribution::answer(&caller.memory, &caller.scope, &question)
    };
    if caller.format == Format::Xlsx {
        return workbook(table::distribution(&report()?)).await;
    }
    cache.get_or(&request, &caller, today, language, || match caller.format {
        Format::Json | Format::Html | Format::Docx => Ok(Fresh::json(&report()?)),
        Format::Csv | Format::Xlsx => separated(&table::distribution(&report()?)),
    })
}

pub(super) fn separated(table: &Table) -> Result<Fresh, Error> {
    Ok(Fresh::bytes(table.csv()?, "text/csv; charset=utf-8"))
}

/// A workbook of the nation takes a second to write: not on a thread that serves everybody.
pub(super) async fn workbook(table: Table) -> Result<Fresh, Error> {
    web::block(move || Ok(Fresh::bytes(table.xlsx()?, XLSX))).await.map_err(Error::internal)?
}

fn question_of(query: DistributionQuery, today: LocalDate, language: Language) -> Question {
    let mut periods = query.period.0;
    if periods.is_empty() {
        periods.push(PeriodChoice::Latest);
    }
    // Oldest first; the newest results come last.
    periods.sort_by_key(|period| match period {
        PeriodChoice::Of(period) => (false, Some(period.last_day()), Some(period.first_day())),
        PeriodChoice::Latest => (true, None, None),
    });
    periods.dedup();
    Question {
        unit: UnitChoice { id: query.unit_id, code: query.unit_code, name: query.unit_name },
        periods,
        criteria_set_code: query.criteria_set_code,
        stage: query.stage,
        group_by: query.group_by,
        basis: query.basis.unwrap_or_default(),
        until_date: query.until_date,
        compare_with: query.compare_with,
        today,
        language,
    }
}

/// Ma trận xã và tiêu chí
///
/// The communes of a unit against the criteria or items of a set: who meets what, what fails most, and where several
/// stages do not agree.
#[utoipa::path(
    tag = "reports", params(MatrixQuery),
    extensions(("x-permission" = json!("report:read"))),
    responses((status = 200, description = "The matrix", content((Matrix = "application/json"), (String = "text/csv"), (String = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"))))
)]
#[get("/reports/criteria-matrix")]
async fn get_criteria_matrix(
    permit: Permit<ReportRead>,
    db: web::Data<Db>,
    query: Query<MatrixQuery>,
) -> Result<Fresh, Error> {
    let caller = permit.caller()?;
    let query = query.0.into_inner()?;
    let question = MatrixQuestion {
        unit: UnitChoice { id: query.unit_id, code: query.unit_code, name: query.unit_name },
        period: query.period.unwrap_or(PeriodChoice::Latest),
        criteria_set_code: query.criteria_set_code,
        stages: query.stage.0,
        grain: query.grain,
        basis: query.basis.unwrap_or_default(),
        today: db.clock().today(),
    };
    let prepared = matrix::prepare(&caller.memory, &caller.scope, &question)?;
    let (assessments, columns) = (prepared.assessments(), prepared.item_columns());
    let items = match assessments.is_empty() {
        true => ItemResults::new(),
        false => db.read(move |conn| distances::read(conn, &assessments, &columns)).await?,
    };
    match caller.format {
        Format::Json | Format::Html | Format::Docx => {
            Ok(Fresh::json(&prepared.matrix(&items, distribution::MOST_UNITS)))
        }
        Format::Csv => separated(&table::matrix(&prepared.matrix(&items, usize::MAX))),
        Format::Xlsx => workbook(table::matrix(&prepared.matrix(&items, usize::MAX))).await,
    }
}

/// So sánh chỉ tiêu với tỉnh và cả nước
///
/// A unit beside its province and the nation over periods: target beside actual, the gap, and whether it narrows. A
/// unit without a figure of its own has that of the units below it.
#[utoipa::path(
    tag = "reports", params(ComparisonQuery),
    extensions(("x-permission" = json!("report:read"))),
    responses((status = 200, description = "The comparison", content((IndicatorComparison = "application/json"), (String = "text/csv"), (String = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"))))
)]
#[get("/reports/indicator-comparison")]
async fn get_indicator_comparison(
    permit: Permit<ReportRead>,
    db: web::Data<Db>,
    query: Query<ComparisonQuery>,
) -> Result<Fresh, Error> {
    let caller = permit.caller()?;
    let query = query.0.into_inner()?;
    let question = ComparisonQuestion {
        unit: UnitChoice { id: query.unit_id, code: query.unit_code, name: query.unit_name },
        indicator_codes: query.indicator_code.0,
        topic_code: query.topic_code,
        periods: query.period.0,
        basis: query.basis.unwrap_or_default(),
        today: db.clock().today(),
    };
    let asked = indicators::prepare(&caller.memory, &caller.scope, question)?;
    let (memory, format) = (caller.memory.clone(), caller.format);
    let comparison = db.read(move |conn| indicators::answer(&memory, conn, &asked)).await?;
    match format {
        Format::Json | Format::Html | Format::Docx => Ok(Fresh::json(&comparison)),
        Format::Csv => separated(&table::comparison(&comparison)),
        Format::Xlsx => workbook(table::comparison(&comparison)).await,
    }
}

/// Chế độ báo cáo: ai chưa gửi, ai gửi chậm
///
/// Who owes which report to whom by when, and where each stands: missing, late, returned, accepted. What is owed follows
/// from the duties, the working-day calendar and the units of the day on which it is due: each report is owed once, by the
/// unit that is there on that day, to the unit that receives it on that day.
#[utoipa::path(
    tag = "reports", params(ObligationQuery),
    extensions(("x-permission" = json!("report:read"))),
    responses((status = 200, description = "The reports owed; as a table one row for each", content((ReportingObligations = "application/json"), (String = "text/csv"), (String = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"))))
)]
#[get("/reports/reporting-obligations")]
async fn get_reporting_obligations(
    permit: Permit<ReportRead>,
    db: web::Data<Db>,
    query: Query<ObligationQuery>,
) -> Result<Fresh, Error> {
    let caller = permit.caller()?;
    let query = query.0.into_inner()?;
    let question = ObligationQuestion {
        unit: UnitChoice { id: query.unit_id, code: query.unit_code, name: query.unit_name },
        due_date_gte: query.due_date_gte,
        due_date_lte: query.due_date_lte,
        duty_codes: query.duty_code.0,
        programme_codes: query.programme_code.0,
        from_levels: query.from_level.0,
        states: query.state.0,
        timelinesses: query.timeliness.0,
        group_by: query.group_by,
        today: db.clock().today(),
    };
    let prepared = obligations::prepare(&caller.memory, &caller.scope, question)?;
    let (memory, format) = (caller.memory.clone(), caller.format);
    let most = if format == Format::Json { obligations::MOST_OBLIGATIONS } else { usize::MAX };
    let report = db.read(move |conn| prepared.answer(&memory, conn, most)).await?;
    match format {
        Format::Json | Format::Html | Format::Docx => Ok(Fresh::json(&report)),
        Format::Csv => separated(&table::obligations(&report)),
        Format::Xlsx => workbook(table::obligations(&report)).await,
    }
}

pub fn routes(config: &mut ServiceConfig<'_>) {
    config
        .service(get_criteria_distribution)
        .service(get_criteria_matrix)
        .service(get_indicator_comparison)
        .service(get_reporting_obligations)
        .service(super::budget::get_budget_execution)
        .service(super::work::get_work_progress)
        .service(super::context::get_criterion_context);
}
