//! `muctieu demo`: a fresh embedded database with the reference data, the distribution of a real meeting, two keys.

use super::{keys, open_prepared, prepare, sentence};
use crate::access::{Role, Scope};
use crate::config::{DatabaseOptions, ServerOptions};
use crate::db::{DatabaseUrl, Db, migrations};
use crate::error::Error;
use crate::http::{CursorKey, DOCUMENTATION_PATH, Language};
use crate::reports::{self, Basis, Distribution, GroupBy, Question};
use crate::units::{Territory, UnitChoice};
use crate::values::{Period, Scalar, Title, UnitCode};
use crate::{app, daily, reference, telemetry};
use std::path::Path;

/// A database that the demo may start over.
const DEMO: &str = "DEMO";

pub async fn run(
    database: &DatabaseOptions,
    server: &ServerOptions,
    ready_file: Option<&Path>,
    reset: bool,
) -> Result<(), String> {
    telemetry::start(server.log_format, &server.log_level)?;
    let url = database.url()?;
    let mut settings = server.guard()?;
    // A front-end developer's own page may call the demo.
    settings.origins.push("http://localhost:*".to_owned());

    let (db, installation, fresh) = open_demo(&url, database, reset).await?;
    if fresh {
        sentence(reference::load_meeting(&db).await)?;
    }
    let (api_key, second_api_key) = sentence(issue_keys(&db).await)?;
    let report = sentence(meeting_report(&db).await)?;
    daily::begin(&db).await;

    let running = sentence(app::listen(db, CursorKey::new(installation.cursor_key), server, settings))?;
    let base_url = format!("http://{}:{}", server.address, running.port);
    let docs_url = format!("{base_url}{DOCUMENTATION_PATH}");
    print_table(&report);
    println!();
    println!("Address          {base_url}");
    println!("Documentation    {docs_url}");
    println!("API key          {api_key}");
    println!("Second API key   {second_api_key}  (editor of Bạch Thông district)");
    println!();
    println!("curl -H \"Authorization: Bearer {api_key}\" \\");
    println!("  \"{base_url}/v1/reports/criteria-distribution?unit_code=063&period=2022\"");
    if let Some(path) = ready_file {
        let content = serde_json::json!({
            "base_url": base_url, "api_key": api_key, "second_api_key": second_api_key, "docs_url": docs_url,
        });
        super::serve::write_ready(path, &content)?;
    }
    running.until_stopped().await.map_err(|error| error.to_string())
}

/// Open the demo database: make it, use it again, or start it over. Any other that is not empty is refused.
async fn open_demo(
    url: &DatabaseUrl,
    options: &DatabaseOptions,
    reset: bool,
) -> Result<(Db, migrations::Installation, bool), String> {
    let mut conn = sentence(url.create())?;
    let known = if migrations::is_empty(&mut conn) { None } else { migrations::installation(&mut conn).ok().flatten() };
    let is_demo = known.as_ref().is_some_and(|known| known.purpose == DEMO);
    if !is_demo && !migrations::is_empty(&mut conn) {
        return Err(format!("{url} is not empty and no demo database; the demo leaves it alone"));
    }
    if is_demo && reset {
        sentence(migrations::revert_all(&mut conn))?;
    }
    let fresh = !is_demo || reset;
    prepare(&mut conn, options, DEMO)?;
    let (db, installation) = open_prepared(url, conn, options)?;
    if fresh {
        sentence(reference::load(&db).await)?;
    }
    Ok((db, installation, fresh))
}

/// A key that may do everything over the nation, and one of a district's editor. Each start issues new ones in place
/// of the old, because secrets are not stored.
async fn issue_keys(db: &Db) -> Result<(String, String), Error> {
    const ALL: [Role; 4] = [Role::Admin, Role::Manager, Role::Editor, Role::Signer];
    let first = demo_key(db, "Demo quốc gia", "VN", &ALL).await?;
    let second = demo_key(db, "Demo huyện Bạch Thông", "063", &[Role::Editor]).await?;
    Ok((first, second))
}

async fn demo_key(db: &Db, name: &str, unit_code: &str, roles: &[Role]) -> Result<String, Error> {
    const DAYS: u16 = 30;
    let wrong = |_| Error::internal("the client of the demo");
    let (name, unit) = (Title::parse(name).map_err(wrong)?, UnitCode::parse(unit_code).map_err(wrong)?);
    match keys::renew(db, &name, DAYS).await? {
        Some(key) => Ok(key),
        None => keys::register(db, name, unit, roles, DAYS).await,
    }
}

async fn meeting_report(db: &Db) -> Result<Distribution, Error> {
    let memory = db.memory().await?;
    let root = memory.part::<Territory>().root().ok_or_else(|| Error::internal("the demo has no nation"))?;
    let wrong = |_| Error::internal("the question of the demo");
    let question = Question {
        unit: UnitChoice { code: Some(UnitCode::parse("063").map_err(wrong)?), ..UnitChoice::default() },
        periods: vec![reports::PeriodChoice::Of(Period::parse("2022").map_err(wrong)?)],
        criteria_set_code: None,
        stage: None,
        group_by: GroupBy::Nothing,
        basis: Basis::AsReported,
        until_date: None,
        compare_with: None,
        today: db.clock().today(),
        language: Language::Vietnamese,
    };
    reports::answer(&memory, &Scope { units: vec![root] }, &question)
}

fn print_table(report: &Distribution) {
    let coverage = &report.coverage;
    println!("{} · {} · {}", report.scope.unit.name, report.scope.period, report.scope.criteria_set_code);
    println!(
        "{} xã phải báo cáo, {} đã báo cáo, {} chưa: {}",
        coverage.expected_count,
        coverage.reported_count,
        coverage.missing_count,
        coverage.missing.iter().map(|unit| unit.name.as_str()).collect::<Vec<_>>().join(", "),
    );
    println!();
    println!("{:<8} {:>6}  Xã", "Tiêu chí", "Số xã");
    for band in &report.total.bands {
        let names: Vec<&str> = band.units.iter().map(|unit| unit.name.as_str()).collect();
        println!("{:<8} {:>6}  {}", band.code, band.count, names.join(", "));
    }
    if let Some(average) = report.total.criteria_met_average {
        println!("{:<8} {} – {} tiêu chí/xã", "Bình quân", average.min, average.max);
    }
    for source in &report.sources {
        println!("Nguồn: {}{}", source.label, source.date.map_or(String::new(), |date| format!(" ({date})")));
    }
}
