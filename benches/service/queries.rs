//! The bare queries: what the database alone takes to answer the same question, asked in a loop.

use super::places::Place;
use super::processes::processor_time;
use super::table::{Cost, Table};
use super::{ROUND, nation};
use diesel::dsl::count_star;
use diesel::prelude::*;
use muctieu::assessments::Status;
use muctieu::db::schema::{assessment_summaries, assessments, unit_ancestry, unit_timeline, units};
use muctieu::db::{Conn, DatabaseUrl};
use muctieu::units::{Level, TimelineEntry, Unit};
use muctieu::values::{LocalDate, Period, Scalar, UnitCode, UnitId};
use std::time::Instant;

/// Run one query body on whichever database the connection leads to.
macro_rules! on_any {
    ($conn:expr, $c:ident => $body:expr) => {
        match $conn {
            Conn::Pg($c) => {
                let $c = &mut **$c;
                $body
            }
            Conn::Sqlite($c) => {
                let $c = &mut **$c;
                $body
            }
        }
    };
}

pub(super) use on_any;

pub fn connect(url: &str) -> Conn {
    url.parse::<DatabaseUrl>().expect("a URL").connect().expect("the database answers")
}

/// Let the database look at its tables, as it does by itself in time.
pub fn analyse(url: &str) {
    let mut conn = connect(url);
    let statements: &[&str] =
        if matches!(conn, Conn::Pg(_)) { &["VACUUM ANALYZE", "CHECKPOINT"] } else { &["ANALYZE"] };
    for statement in statements {
        conn.run(statement).expect("the tables are there");
    }
}

#[derive(QueryableByName)]
struct Count {
    #[diesel(sql_type = diesel::sql_types::BigInt)]
    value: i64,
}

/// How many rows a table has.
pub fn count(url: &str, table: &str) -> i64 {
    let sql = format!("SELECT count(*) AS value FROM {table}");
    let found: QueryResult<Count> = on_any!(&mut connect(url), c => diesel::sql_query(sql).get_result(c));
    found.expect("the table is there").value
}

pub fn measure(url: &str, place: &Place, table: &Table) {
    let mut conn = connect(url);
    let code = UnitCode::parse("05000").expect("a code");
    let day = LocalDate::parse("2025-12-15").expect("a day");
    let period = Period::parse("2021-Q2").expect("a period");
    let root = nation_of(&mut conn).expect("the nation is there");
    println!("\nthe bare query, in this process, one caller");
    time(place, table, "unit by code", || {
        assert_eq!(unit_by_code(&mut conn, &code, day).expect("an answer").1.code, code);
    });
    time(place, table, "page of 50 units", || {
        assert_eq!(page_of_units(&mut conn, day).expect("an answer").len(), 50);
    });
    time(place, table, "distribution of the nation, live", || {
        let counts = distribution(&mut conn, root, period).expect("an answer");
        assert_eq!(counts.iter().map(|(_, _, count)| *count).sum::<i64>(), nation::COMMUNES as i64);
    });
}

/// Ask again and again for the time of a round.
fn time(place: &Place, table: &Table, label: &str, mut ask: impl FnMut()) {
    ask();
    let own = std::process::id();
    let before = (processor_time(own), place.processor_time());
    let (begun, mut count) = (Instant::now(), 0.0);
    while begun.elapsed() < ROUND {
        ask();
        count += 1.0;
    }
    let elapsed = begun.elapsed().as_secs_f64();
    let each = |after: std::time::Duration, before| after.saturating_sub(before).as_secs_f64() * 1e6 / count;
    let cost = Cost {
        processor_us: each(processor_time(own), before.0),
        database_us: place.processor_time().zip(before.1).map(|(after, before)| each(after, before)),
        per_second: count / elapsed,
    };
    table.print_single(label, &cost, elapsed / count);
}

fn nation_of(conn: &mut Conn) -> QueryResult<UnitId> {
    on_any!(conn, c => units::table.filter(units::level.eq(Level::Nation)).select(units::id).first(c))
}

/// The unit that bears a code on a day.
fn unit_by_code(conn: &mut Conn, code: &UnitCode, day: LocalDate) -> QueryResult<(Unit, TimelineEntry)> {
    on_any!(conn, c => units::table
        .inner_join(unit_timeline::table.on(unit_timeline::unit_id.eq(units::id)))
        .filter(unit_timeline::code.eq(code))
        .filter(unit_timeline::valid_from.le(day))
        .filter(unit_timeline::valid_to.is_null().or(unit_timeline::valid_to.gt(day)))
        .select((Unit::as_select(), TimelineEntry::as_select()))
        .first(c))
}

/// The first fifty units of a day.
fn page_of_units(conn: &mut Conn, day: LocalDate) -> QueryResult<Vec<(Unit, TimelineEntry)>> {
    on_any!(conn, c => units::table
        .inner_join(unit_timeline::table.on(unit_timeline::unit_id.eq(units::id)))
        .filter(unit_timeline::valid_from.le(day))
        .filter(unit_timeline::valid_to.is_null().or(unit_timeline::valid_to.gt(day)))
        .order(unit_timeline::code)
        .limit(50)
        .select((Unit::as_select(), TimelineEntry::as_select()))
        .load(c))
}

/// How many communes of the nation met how many criteria in a period.
fn distribution(conn: &mut Conn, root: UnitId, period: Period) -> QueryResult<Vec<(i32, i32, i64)>> {
    on_any!(conn, c => assessment_summaries::table
        .inner_join(assessments::table)
        .inner_join(unit_ancestry::table.on(unit_ancestry::descendant_id.eq(assessments::unit_id)))
        .filter(unit_ancestry::ancestor_id.eq(root))
        .filter(unit_ancestry::valid_from.le(assessments::unit_date))
        .filter(unit_ancestry::valid_to.is_null().or(unit_ancestry::valid_to.gt(assessments::unit_date.nullable())))
        .filter(assessments::period_end.eq(period.last_day()))
        .filter(assessments::period.eq(period))
        .filter(assessments::status.eq(Status::Submitted))
        .group_by((assessment_summaries::met_min, assessment_summaries::met_max))
        .select((assessment_summaries::met_min, assessment_summaries::met_max, count_star()))
        .load(c))
}
