//! What an answer costs among many records and among few, when it tells of the same ones: tasks, and entries of money.
//!
//! Committees, tasks and entries go in by the write door. Then the records of all others are copied in the database
//! itself, with the sums that follow from them, until there are a hundred times as many; what is asked is answered from
//! the same records before and after. Processor time is that of the service and of the database together; the empty
//! handler beside it tells whether the machine was the same.

use super::load::{self, Connection, Request, Run};
use super::nation::{self, COMMUNES, actor, in_database, parsed};
use super::places::Place;
use super::processes::{self, Empty, Service};
use super::queries::{self, on_any};
use super::table::median;
use super::{ROUND, cost_of};
use diesel::prelude::*;
use muctieu::committee::NewParty;
use muctieu::committee::tasks::{self, NewTask, TaskKind};
use muctieu::db::{Conn, Db, Tx, schema};
use muctieu::error::Error;
use muctieu::parties::committees::{self, CommitteeKind, NewCommittee};
use muctieu::parties::mandates::{self, MandateKind, NewMandate};
use muctieu::parties::people::{self, NewPerson};
use muctieu::programmes::ledger::{self, EntryKind, NewBudgetEntry};
use muctieu::values::{CommitteeId, LocalDate, PersonId, UnitCode, Whole};
use std::path::Path;
use std::time::Instant;

/// First argument of the bench where it is to load few records.
pub const COMMAND: &str = "--load-few";

/// How much more an answer may cost among many.
const MOST: f64 = 1.5;

const ROUNDS: usize = 3;

/// Requests that tell how many fill a round.
const TRIED: usize = 10;

/// The district of which the answers tell.
const DISTRICT: &str = "350";
const DISTRICTS: usize = 705;
const PAYING_COMMUNE: &str = "01054";

const MONEY: &str = "/v1/reports/budget-execution?unit_code=VN&plan_year=2025";

const FEW_TASKS: usize = 10_000;
/// Tasks of the district, whatever others have.
const OWN_TASKS: usize = 200;
const MEMBERS: usize = 10;
const FEW_ENTRIES: usize = 20_000;
/// Payments of a round, each followed by an answer.
const PAYMENTS: usize = 300;
/// The clock of processor time ticks every ten milliseconds: less for each payment is not told from none.
const LEAST_US: f64 = 200.0;
/// Records of others for each of the few.
const TIMES: usize = 100;

/// Load the few, in a process of its own.
pub fn load_few(url: &str) {
    in_database(url, async |db| {
        load_tasks(&db).await?;
        load_entries(&db).await
    });
}

async fn load_tasks(db: &Db) -> Result<(), Error> {
    let mut committees = Vec::with_capacity(DISTRICTS);
    for number in 1..=DISTRICTS {
        committees.push(db.write(actor(), move |tx| committee(tx, number)).await?);
    }
    let (others, own) = ((FEW_TASKS - OWN_TASKS).div_ceil(DISTRICTS - 1), OWN_TASKS);
    for (at, (committee, members)) in committees.into_iter().enumerate() {
        let number = at + 1;
        let count = if format!("{number:03}") == DISTRICT { own } else { others };
        db.write(actor(), move |tx| (0..count).try_for_each(|nth| task(tx, number, committee, &members, nth))).await?;
    }
    Ok(())
}

fn district(number: usize) -> UnitCode {
    parsed(&format!("{number:03}"))
}

/// The committee of a district, with its members.
fn committee(tx: &mut Tx<'_>, number: usize) -> Result<(CommitteeId, Vec<PersonId>), Error> {
    let new = NewCommittee {
        unit_id: None,
        unit_code: Some(district(number)),
        kind: CommitteeKind::Committee,
        parent_id: None,
        name: parsed("Ban Chỉ đạo"),
        act_number: None,
        valid_from: None,
        valid_to: None,
        external_id: None,
    };
    let committee = committees::create(tx, None, &new)?.id;
    let mut members = Vec::with_capacity(MEMBERS);
    for nth in 0..MEMBERS {
        let new = NewPerson {
            unit_id: None,
            unit_code: Some(district(number)),
            full_name: parsed(&format!("Thành viên {nth}")),
            positions: None,
            phone: None,
            email: None,
            external_id: None,
        };
        let person = people::create(tx, None, &new)?.id;
        let new = NewMandate {
            committee_id: committee,
            kind: MandateKind::Membership,
            person_id: Some(person),
            agency_id: None,
            role: None,
            charge_unit_id: None,
            charge_unit_code: None,
            criteria_set_code: None,
            criterion_code: None,
            act_number: None,
            valid_from: Some(parsed("2021-01-01")),
            valid_to: None,
            note: None,
            external_id: None,
        };
        mandates::create(tx, None, &new)?;
        members.push(person);
    }
    Ok((committee, members))
}

/// A task of a member or of a commune; every other is overdue on the day of the bench.
fn task(tx: &mut Tx<'_>, number: usize, committee: CommitteeId, members: &[PersonId], nth: usize) -> Result<(), Error> {
    // Communes stand under the districts in turn.
    let of_commune = nth.is_multiple_of(2);
    let commune = number - 1 + (1 + nth % 10) * DISTRICTS;
    let assignee = match of_commune {
        true => NewParty { unit_code: Some(parsed(&format!("{commune:05}"))), ..NewParty::default() },
        false => NewParty { person_id: members.get(nth / 2 % members.len()).copied(), ..NewParty::default() },
    };
    let due: LocalDate = parsed(if nth / 2 % 4 < 2 { "2025-11-30" } else { "2026-03-31" });
    let new = NewTask {
        committee_id: Some(committee),
        kind: TaskKind::Directive,
        assignee,
        content: parsed("Rà soát hộ nghèo, hộ cận nghèo"),
        act_id: None,
        item_code: None,
        serves_task_id: None,
        target_unit_id: None,
        target_unit_code: None,
        criteria_set_code: None,
        criterion_code: None,
        quantity: None,
        quantity_unit: None,
        value_vnd: None,
        assigned_date: Some(parsed("2025-10-01")),
        due_date: Some(due),
        due_in_working_days: None,
        note: None,
        external_id: None,
    };
    tasks::create(tx, None, &new).map(|_| ())
}

/// One line for each commune, and payments from most of them.
async fn load_entries(db: &Db) -> Result<(), Error> {
    for communes in (1..=COMMUNES).collect::<Vec<_>>().chunks(500) {
        let communes = communes.to_vec();
        db.write(actor(), move |tx| {
            for commune in &communes {
                entry(tx, *commune, EntryKind::Assign, 1_000_000_000)?;
                if *commune <= FEW_ENTRIES - COMMUNES {
                    entry(tx, *commune, EntryKind::Pay, 1_000)?;
                }
            }
            Ok(())
        })
        .await?;
    }
    Ok(())
}

fn entry(tx: &mut Tx<'_>, commune: usize, kind: EntryKind, amount: i64) -> Result<(), Error> {
    let new = NewBudgetEntry {
        unit_id: None,
        unit_code: Some(parsed(&format!("{commune:05}"))),
        programme_code: parsed("NTM"),
        component_code: None,
        work_id: None,
        funding_source_code: parsed("NSTW"),
        nature_code: Some(parsed("DTPT")),
        plan_year: Whole(2025),
        plan_end_year: None,
        origin_year: None,
        kind,
        amount_vnd: Whole(amount),
        booking_date: parsed("2025-06-30"),
        value_date: None,
        to_unit_id: None,
        to_unit_code: None,
        to_component_code: None,
        to_work_id: None,
        act_id: None,
        pair_id: None,
        override_reason: None,
        note: None,
        external_id: None,
    };
    ledger::record(tx, None, &new).map(|_| ())
}

#[derive(QueryableByName)]
struct Text {
    #[diesel(sql_type = diesel::sql_types::Text)]
    value: String,
}

/// Copy rows of a table that fit a condition so often, each under an id of its own.
fn copied(conn: &mut Conn, table: &str, condition: &str, times: usize) {
    let on_postgres = matches!(conn, Conn::Pg(_));
    let columns = match on_postgres {
        true => {
            format!("SELECT column_name::text AS value FROM information_schema.columns WHERE table_name = '{table}'")
        }
        false => format!("SELECT name AS value FROM pragma_table_info('{table}')"),
    };
    let columns: Vec<Text> = on_any!(&mut *conn, c => diesel::sql_query(columns).load(c)).expect("the table is there");
    let columns: Vec<String> = columns.into_iter().map(|column| column.value).filter(|name| name != "id").collect();
    let (columns, id) = (columns.join(", "), if on_postgres { "gen_random_uuid()" } else { "randomblob(16)" });
    conn.run(&format!(
        "INSERT INTO {table} (id, {columns}) WITH RECURSIVE copies(nth) AS (SELECT 1 UNION ALL SELECT nth + 1 FROM copies \
         WHERE nth < {times}) SELECT {id}, {columns} FROM {table} CROSS JOIN copies WHERE {condition}"
    ))
    .expect("the rows can be copied");
}

fn multiply(url: &str) {
    let mut conn = queries::connect(url);
    let district =
        "SELECT units.id FROM unit_timeline JOIN units ON units.id = unit_timeline.unit_id WHERE unit_timeline.code";
    let below = format!(
        "SELECT descendant_id FROM unit_ancestry WHERE ancestor_id IN ({district} = '{DISTRICT}' AND level = 'DISTRICT')"
    );
    copied(&mut conn, "tasks", &format!("unit_id NOT IN ({below})"), TIMES);
    copied(&mut conn, "budget_entries", "kind = 'PAY'", TIMES * FEW_ENTRIES / (FEW_ENTRIES - COMMUNES));
    let paid = "SELECT sum(amount_vnd) FROM budget_entries WHERE line_id = budget_lines.id AND kind = 'PAY'";
    conn.run("CREATE INDEX copies ON budget_entries (line_id)").expect("an index");
    conn.run(&format!("UPDATE budget_lines SET paid_vnd = coalesce(({paid}), 0)")).expect("the sums of the lines");
    conn.run("DROP INDEX copies").expect("the index is there");
}

/// A question, and what it cost in microseconds among few and among many.
struct Question {
    label: &'static str,
    path: String,
    /// Right after somebody paid, when no answer is kept; what the payment itself costs is taken off.
    is_after_payment: bool,
    costs: Vec<f64>,
}

/// A commune of the district pays, one đồng each time.
struct Payer<'a> {
    service: &'a Service,
    key: &'a str,
    connection: Connection,
    paid: usize,
}

impl<'a> Payer<'a> {
    fn new(service: &'a Service, key: &'a str) -> Payer<'a> {
        Payer { service, key, connection: Connection::open(&service.address), paid: 0 }
    }

    fn pay(&mut self) {
        self.paid += 1;
        let body = format!(
            r#"{{"unit_code": "{PAYING_COMMUNE}", "programme_code": "NTM", "funding_source_code": "NSTW",
            "nature_code": "DTPT", "plan_year": 2025, "kind": "PAY", "amount_vnd": 1, "booking_date": "2025-07-01"}}"#
        );
        let once = format!("bench-payment-{}-{:05}", self.service.pid(), self.paid);
        let post = Request::post(&self.service.address, "/v1/budget-entries", self.key, &body);
        let answer = self.connection.ask(&post.with("Idempotency-Key", &once));
        assert_eq!(answer.status, 201, "{}", String::from_utf8_lossy(&answer.body));
    }

    /// What an answer costs after a payment: the median of some rounds of payments with and without it.
    fn cost_after(&mut self, request: &Request, place: &Place) -> f64 {
        // The service closes a connection that says nothing for some seconds.
        self.connection = Connection::open(&self.service.address);
        let mut series = |asks: bool| {
            let begun = Instant::now();
            let cost = cost_of(self.service.pid(), place, || {
                for _ in 0..PAYMENTS {
                    self.pay();
                    if asks {
                        assert_eq!(self.connection.ask(request).status, 200);
                    }
                }
                Run { requests: PAYMENTS, elapsed: begun.elapsed() }
            });
            cost.processor_us + cost.database_us.unwrap_or(0.0)
        };
        median((0..ROUNDS).map(|_| series(true) - series(false)))
    }
}

pub fn measure(place: &Place, files: &Path) {
    let url = place.url();
    processes::run(&["migrate"], url);
    nation::load_in_child(url, 1);
    nation::in_child(&[COMMAND, url]);
    queries::analyse(url);
    let keyed = |unit: &str| {
        let unit = format!("--unit-code={unit}");
        processes::run(&["key", "create", "--name=bench", &unit, "--role=EDITOR,MANAGER", "--days=365"], url)
    };
    let (nation_key, district_key) = (keyed("VN"), keyed(DISTRICT));
    let member = member_of_district(url);
    let asked = |label, path: &str, is_after_payment| Question {
        label,
        path: path.to_owned(),
        is_after_payment,
        costs: Vec::new(),
    };
    let (ask, after_payment) = (|label, path| asked(label, path, false), |label, path| asked(label, path, true));
    let money_of_district = format!("/v1/reports/budget-execution?unit_code={DISTRICT}&plan_year=2025");
    let by_province = format!("{MONEY}&group_by=PROVINCE");
    let mut questions = [
        ask("overdue tasks of a member", &format!("/v1/tasks?person_id={member}&overdue=true")),
        ask("review of a district", &format!("/v1/reports/steering-review?unit_code={DISTRICT}&period=2021-Q1")),
        ask("work progress of a district", &format!("/v1/reports/work-progress?unit_code={DISTRICT}")),
        ask("money of a district", &money_of_district),
        ask("money of the nation", MONEY),
        ask("… by province", &by_province),
        after_payment("money of a district, after a payment", &money_of_district),
        after_payment("money of the nation, after a payment", MONEY),
        after_payment("… by province, after a payment", &by_province),
    ];
    let (mut counted, mut nothing) = (Vec::new(), Vec::new());
    for many in [false, true] {
        if many {
            multiply(url);
            queries::analyse(url);
        }
        counted.push((queries::count(url, "tasks"), queries::count(url, "budget_entries")));
        let (service, empty) = (Service::start(url, "warn", files), Empty::start());
        let mut payer = Payer::new(&service, nation_key.trim());
        nothing.push(cost(&Request::get(&empty.address, "/", None), empty.pid(), place));
        for question in &mut questions {
            for key in [&nation_key, &district_key] {
                if question.path.contains("=VN") && key == &district_key {
                    continue;
                }
                let request = Request::get(&service.address, &question.path, Some(key.trim()));
                let answer = Connection::open(&service.address).ask(&request);
                assert_eq!(answer.status, 200, "{}", String::from_utf8_lossy(&answer.body));
                let cost = match question.is_after_payment {
                    true => payer.cost_after(&request, place),
                    false => cost(&request, service.pid(), place),
                };
                eprintln!("{}, {}: {cost:.0} µs", if many { "many" } else { "few" }, question.label);
                question.costs.push(cost);
            }
        }
    }
    let (few, all) = (counted[0], counted[1]);
    println!("{}: {} and {} tasks, {} and {} entries of money", place.name(), few.0, all.0, few.1, all.1);
    println!("{:<68} {:>12} {:>12} {:>8}", "processor time of an answer", "among few", "among many", "ratio");
    let (few, many) = (nothing[0], nothing[1]);
    println!("{:<68} {few:>9.0} µs {many:>9.0} µs {:>8.2}", "empty handler", many / few);
    for question in &questions {
        let half = question.costs.len() / 2;
        for (at, whose) in ["", ", asked from the district"].iter().enumerate().take(half) {
            let (few, many) = (question.costs[at], question.costs[half + at]);
            let ratio = many / few;
            let within = if ratio <= MOST { "yes" } else { "NO" };
            let label = format!("{}{whose}", question.label);
            let told = match question.is_after_payment && few < LEAST_US {
                true => "   too little to be told from the payment".to_owned(),
                false => format!("{ratio:>8.2}   at most {MOST}: {within}"),
            };
            println!("{label:<68} {few:>9.0} µs {many:>9.0} µs {told}");
        }
    }
    println!();
}

/// Of the service and the database together, for each request of one caller; the median of some rounds.
fn cost(request: &Request, pid: u32, place: &Place) -> f64 {
    let begun = Instant::now();
    load::run(request, 1, TRIED);
    let each = begun.elapsed().as_secs_f64() / TRIED as f64;
    let requests = (ROUND.as_secs_f64() / each).ceil() as usize;
    median((0..ROUNDS).map(|_| {
        let cost = cost_of(pid, place, || load::run(request, 1, requests));
        cost.processor_us + cost.database_us.unwrap_or(0.0)
    }))
}

/// A member of the committee of the district who has tasks.
fn member_of_district(url: &str) -> PersonId {
    use schema::{tasks, unit_timeline};
    let mut conn = queries::connect(url);
    let found: QueryResult<Option<PersonId>> = on_any!(&mut conn, c => tasks::table
        .inner_join(unit_timeline::table.on(unit_timeline::unit_id.eq(tasks::unit_id)))
        .filter(unit_timeline::code.eq(parsed::<UnitCode>(DISTRICT)))
        .filter(tasks::person_id.is_not_null())
        .select(tasks::person_id)
        .first(c));
    found.expect("the district has tasks").expect("of a member")
}
