//! What a verdict costs: of one commune while somebody types, and of a whole country before the rules change.

use super::load::{self, Connection, Request};
use super::nation::{COMMUNES_WITH_FIGURES, PERIOD_WITH_FIGURES, SET};
use super::places::Place;
use super::processes::Service;
use super::table::{Table, median};
use super::{CONNECTIONS, cost_of};
use serde_json::{Value, json};
use std::time::Instant;

/// Evaluations of one commune that are measured.
const EVALUATIONS: usize = 4_000;

/// The processor time of one commune in microseconds, the wait for a country in seconds.
const MOST_ONE_US: f64 = 1_000.0;
const MOST_COUNTRY_SECONDS: f64 = 2.0;

/// `POST /v1/evaluations` of all values of one commune, and of the stored figures of every commune under another year.
pub fn measure(service: &Service, place: &Place, key: &str, times: usize, table: &Table) {
    println!("\nevaluation");
    let mut connection = Connection::open(&service.address);
    let ask = |connection: &mut Connection, request: &Request| -> Value {
        let answer = connection.ask(request);
        assert_eq!(answer.status, 200, "{}", String::from_utf8_lossy(&answer.body));
        serde_json::from_slice(&answer.body).expect("JSON")
    };
    let post = |body: &Value| Request::post(&service.address, "/v1/evaluations", key, &body.to_string());

    let values = values_of(&mut connection, &service.address, key);
    let one = post(
        &json!({ "unit_code": "05000", "period": PERIOD_WITH_FIGURES, "criteria_set_code": SET, "values": values }),
    );
    let outcome = ask(&mut connection, &one);
    assert_eq!(outcome["evaluation"]["criteria"].as_array().map(Vec::len), Some(19));
    let mut waits = Vec::new();
    for _ in 0..200 {
        let begun = Instant::now();
        ask(&mut connection, &one);
        waits.push(begun.elapsed().as_secs_f64());
    }
    let cost = cost_of(service.pid(), place, || load::run(&one, CONNECTIONS, EVALUATIONS));
    table.print_single(&format!("one commune, {} values given", values.len()), &cost, median(waits.into_iter()));
    let within = if cost.processor_us < MOST_ONE_US { "yes" } else { "NO" };
    println!("below {MOST_ONE_US:.0} µs of processor time: {within}");

    let country = post(&json!({
        "unit_code": "VN", "unit_scope": "SUBTREE", "period": PERIOD_WITH_FIGURES, "stage": "SELF",
        "criteria_set_code": SET, "year": 2025, "baseline": { "year": 2022 },
    }));
    let outcome = ask(&mut connection, &country);
    assert!(outcome["changed_count"].as_i64().is_some_and(|count| count > 0), "the income threshold rises each year");
    let mut waits = Vec::new();
    let cost = cost_of(service.pid(), place, || {
        let begun = Instant::now();
        for _ in 0..times {
            let asked = Instant::now();
            ask(&mut connection, &country);
            waits.push(asked.elapsed().as_secs_f64());
        }
        load::Run { requests: times, elapsed: begun.elapsed() }
    });
    let wait = median(waits.into_iter());
    let label = format!("{COMMUNES_WITH_FIGURES} with figures of {} communes", outcome["unit_count"]);
    table.print_single(&label, &cost, wait);
    println!("below {MOST_COUNTRY_SECONDS:.0} s: {}", if wait < MOST_COUNTRY_SECONDS { "yes" } else { "NO" });
}

/// A value for each item of the set, as a form would send them.
fn values_of(connection: &mut Connection, address: &str, key: &str) -> Vec<Value> {
    let items = items_of(connection, address, key);
    items
        .iter()
        .map(|(code, is_yes)| json!({ "item_code": code, "figure": { "value": if *is_yes { 1 } else { 50 } } }))
        .collect()
}

/// The items of the set by code; of which is it only asked whether they are so?
pub fn items_of(connection: &mut Connection, address: &str, key: &str) -> Vec<(String, bool)> {
    let mut get = |path: &str| -> Value {
        let answer = connection.ask(&Request::get(address, path, Some(key)));
        serde_json::from_slice(&answer.body).expect("JSON")
    };
    let sets = get(&format!("/v1/criteria-sets?code={SET}"));
    let document = get(&format!("/v1/criteria-sets/{}/document", sets["items"][0]["id"].as_str().expect("an id")));
    let criteria = document["criteria"].as_array().expect("criteria").iter();
    let items = criteria.flat_map(|criterion| criterion["items"].as_array().expect("items"));
    items
        .map(|item| {
            let code = item["code"].as_str().expect("a code").to_owned();
            (code, item["thresholds"][0]["operator"] == "YES")
        })
        .collect()
}
