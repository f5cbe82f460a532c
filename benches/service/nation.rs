//! A nation that is made up, the same in every run: as many units as Viet Nam had in October 2022, each commune
//! assessed every quarter. It goes in by the write door, as everything does.

use muctieu::assessments::{self, NewAssessment, NewDeclaredTotal, Stage};
use muctieu::code_lists::CodeLists;
use muctieu::criteria::CriteriaSets;
use muctieu::db::{Actor, DatabaseUrl, Db, Lanes, Tx};
use muctieu::error::Error;
use muctieu::indicators::{Indicators, ValueType};
use muctieu::observations::{self, NewFigure, NewObservation, ObservationStage, Source};
use muctieu::statuses::{self, NewUnitStatus, UnitStatusKind};
use muctieu::units::{Level, NewTimelineEntry, Unit, UnitRecord, rebuild_ancestry};
use muctieu::values::{Clock, Confidence, Decimal, LocalDate, Period, Scalar, Timestamp, UnitId, Whole};
use muctieu::{app, reference};
use std::process::Command;
use std::time::{Duration, Instant};

/// First argument of the bench where it is to load the nation.
pub const COMMAND: &str = "--load-nation";

/// The day on which the nation is looked at: all its quarters have begun, the districts are gone from no reference.
pub const NOW: &str = "2025-12-15T02:00:00Z";

const PROVINCES: usize = 63;
const DISTRICTS: usize = 705;
pub const COMMUNES: usize = 10_599;
/// Communes with a figure for every item of the national set: as many as Viet Nam has since July 2025.
pub const COMMUNES_WITH_FIGURES: usize = 3_321;
/// The period of those figures.
pub const PERIOD_WITH_FIGURES: &str = "2024";
pub const SET: &str = "NTM-XA-2021-2025";
const FIRST_YEAR: usize = 2021;

pub fn described(quarters: usize) -> String {
    format!("{PROVINCES} provinces, {DISTRICTS} districts, {COMMUNES} communes, {} assessments", COMMUNES * quarters)
}

/// Load in a process of its own, so that nothing of it is left while requests are measured.
pub fn load_in_child(url: &str, quarters: usize) {
    in_child(&[COMMAND, url, &quarters.to_string()]);
}

/// Run this program with these arguments to its good end.
pub fn in_child(arguments: &[&str]) {
    let own = std::env::current_exe().expect("this program has a path");
    let status = Command::new(own).args(arguments).status().expect("it starts again");
    assert!(status.success(), "{arguments:?} did not end well");
}

/// Work with a database on the day of the nation.
pub fn in_database(url: &str, work: impl AsyncFnOnce(Db) -> Result<(), Error>) {
    let done = actix_web::rt::System::new().block_on(async {
        let url: DatabaseUrl = url.parse().map_err(Error::internal)?;
        let lanes = Lanes { connections: 1, queue: 16, read_timeout: Duration::from_secs(60) };
        let clock = Clock::starting_at(parsed::<Timestamp>(NOW).utc());
        work(Db::open(&url, &lanes, app::memory(), clock)?).await
    });
    done.expect("the database takes it");
}

pub fn load(url: &str, quarters: usize) {
    in_database(url, async |db| {
        let communes = db.write(actor(), store_units).await?;
        // The nation is there, so that of the reference data only code lists and criteria sets are loaded.
        reference::load(&db).await?;
        db.write(actor(), classify).await?;
        for quarter in 0..quarters {
            let begun = Instant::now();
            let period = format!("{}-Q{}", FIRST_YEAR + quarter / 4, quarter % 4 + 1);
            let (units, named) = (communes.clone(), parsed::<Period>(&period));
            db.write(actor(), move |tx| assess(tx, &units, named, quarter)).await?;
            eprint!("\rloading: {period} in {:.1} s   ", begun.elapsed().as_secs_f64());
        }
        for units in communes[..COMMUNES_WITH_FIGURES].chunks(100) {
            let units = units.to_vec();
            db.write(actor(), move |tx| observe(tx, &units)).await?;
        }
        eprintln!();
        Ok(())
    });
}

pub fn actor() -> Actor {
    Actor { request_id: "bench".to_owned(), ..Actor::default() }
}

pub fn parsed<T: Scalar>(text: &str) -> T {
    T::parse(text).unwrap_or_else(|_| panic!("{text} is no {}", T::NAME))
}

/// Store the units. Returns the communes in the order of their codes.
fn store_units(tx: &mut Tx<'_>) -> Result<Vec<UnitId>, Error> {
    let nation = store_unit(tx, Level::Nation, "VN", "QUOC_GIA", None)?;
    let mut above = vec![nation];
    for (level, kind, count, digits) in [
        (Level::Province, "TINH", PROVINCES, 2),
        (Level::District, "HUYEN", DISTRICTS, 3),
        (Level::Commune, "XA", COMMUNES, 5),
    ] {
        let mut stored = Vec::with_capacity(count);
        for number in 1..=count {
            let parent = above[number % above.len()];
            stored.push(store_unit(tx, level, &format!("{number:0digits$}"), kind, Some(parent))?);
        }
        above = stored;
    }
    rebuild_ancestry(tx.conn)?;
    Ok(above)
}

fn store_unit(tx: &mut Tx<'_>, level: Level, code: &str, kind: &str, parent: Option<UnitId>) -> Result<UnitId, Error> {
    let unit = Unit { id: UnitId::new(), version: 1, level, created_at: tx.now };
    let entry = NewTimelineEntry {
        code: parsed(code),
        name: parsed(&format!("Bình Thuận {code}")),
        kind_code: parsed(kind),
        parent_id: parent,
        territory_number: 1,
        valid_from: parsed("2004-01-01"),
        valid_to: None,
        act_number: None,
        succession_id: None,
        confidence: Confidence::Low,
    };
    let record = UnitRecord { timeline: vec![entry.of(unit.id)], unit };
    tx.create(&record)?;
    Ok(record.unit.id)
}

/// Assess every commune in one period. What it declares follows from commune and quarter alone.
fn assess(tx: &mut Tx<'_>, communes: &[UnitId], period: Period, quarter: usize) -> Result<(), Error> {
    let label = parsed("Báo cáo quý");
    let date: LocalDate = period.last_day().min(tx.now.local_date());
    for (at, unit) in communes.iter().enumerate() {
        // From 0 to 19 criteria, some more each year; one declaration in five is a range.
        let min = ((at * 7 + quarter / 4) % 20) as i64;
        let max = if at % 5 == 0 { (min + 2).min(19) } else { min };
        let new = NewAssessment {
            unit_id: Some(*unit),
            unit_code: None,
            criteria_set_code: parsed(SET),
            period,
            stage: Stage::Reported,
            cut_off_date: None,
            source: Some(Source { label: Clone::clone(&label), date: Some(date) }),
            declared_total: Some(NewDeclaredTotal { min: Whole(min), max: Whole(max) }),
            criteria: None,
            note: None,
            external_id: None,
            items: None,
            based_on_id: None,
        };
        assessments::create(tx, None, &new)?;
    }
    Ok(())
}

/// Every province lies in a region, so that thresholds by region apply.
fn classify(tx: &mut Tx<'_>) -> Result<(), Error> {
    let memory = tx.memory.clone();
    let regions: Vec<_> = memory.part::<CodeLists>().codes("socio-economic-regions").collect();
    for number in 1..=PROVINCES {
        let new = NewUnitStatus {
            unit_id: None,
            unit_code: Some(parsed(&format!("{number:02}"))),
            kind: UnitStatusKind::SocioEconomicRegion,
            value_code: parsed(regions[number % regions.len()].as_str()),
            valid_from: parsed("2021-01-01"),
            valid_to: None,
            act_number: parsed("Quy hoạch vùng"),
            note: None,
            confidence: None,
            external_id: None,
        };
        statuses::record(tx, None, &new)?;
    }
    Ok(())
}

/// A figure for every item of the national set. What it is follows from commune and item alone.
fn observe(tx: &mut Tx<'_>, communes: &[UnitId]) -> Result<(), Error> {
    let memory = tx.memory.clone();
    let set = memory.part::<CriteriaSets>().by_code(&parsed(SET)).expect("the national set is loaded");
    let indicators = memory.part::<Indicators>();
    let measures: Vec<_> = set.all_items().flat_map(|(_, item)| item.measures.clone()).collect();
    for unit in communes {
        let seed = unit.0.as_u128() as usize;
        for (at, measure) in measures.iter().enumerate() {
            let held = indicators.by_code(&measure.indicator_code).expect("the indicator is loaded");
            let value = match held.row.value_type {
                ValueType::Boolean => i64::from(!(seed + at).is_multiple_of(7)),
                _ => (seed / 64 + at * 13) as i64 % 101,
            };
            let figure = NewFigure {
                value: Decimal::average(value, 1),
                numerator: None,
                denominator: None,
                breakdown: None,
                cut_off_date: None,
                source: None,
                note: None,
                evidence: None,
            };
            let new = NewObservation {
                indicator_code: measure.indicator_code.clone(),
                unit_id: Some(*unit),
                unit_code: None,
                period: parsed(PERIOD_WITH_FIGURES),
                stage: ObservationStage::SelfAssessment,
                figure,
                corrects_id: None,
                correction_reason: None,
                external_id: None,
            };
            match observations::record(tx, None, &new) {
                // Two items may ask for one indicator.
                Err(Error::Duplicate(_)) => {}
                other => drop(other?),
            }
        }
    }
    Ok(())
}
