//! Days on which clocks are wrong in other programs, and a clock that goes back.

use crate::support::{App, Engine, on_both, run};
use serde_json::{Value, json};
use std::collections::BTreeSet;

const BEFORE: &str = "2023-03-15T02:00:00Z";

fn draft(period: &str, stage: &str) -> Value {
    json!({ "unit_code": "01984", "criteria_set_code": "NTM-XA-2021-2025", "period": period, "stage": stage })
}

/// The service at another time, with a key that is made then: those of the template are long expired.
fn at(engine: Engine, database: &str, instant: &str, name: &str) -> (App, String) {
    let roles = "ADMIN,MANAGER,EDITOR,SIGNER";
    let create = ["key", "create", "--database", database, "--clock-start", instant, "--name", name, "--role", roles];
    let key = run(&create).trim().to_owned();
    (App::start_on(engine, database.to_owned(), &["--clock-start", instant]), key)
}

/// Nothing panicked, nothing was answered 500.
#[track_caller]
fn nothing_broke(app: &App) {
    let log = app.log_text();
    for sign in ["panicked", "\"level\":\"ERROR\"", "\"status\":500"] {
        assert!(!log.contains(sign), "{sign}");
    }
    assert!(log.contains("\"status\":200"), "the log tells of answers");
}

/// All pages of a list, two rows each.
fn pages(app: &App, key: &str, path: &str) -> Vec<Value> {
    let (client, mut found) = (app.with_secret(key), Vec::new());
    let mut cursor = String::new();
    loop {
        let page = client.get(&format!("{path}limit=2{cursor}")).expect(200);
        found.extend(page["items"].as_array().expect("items").clone());
        match page["next_cursor"].as_str() {
            Some(next) => cursor = format!("&cursor={next}"),
            None => return found,
        }
    }
}

on_both! {
    /// 32 bits of seconds end at 03:14:07 on 19 January 2038; the service writes across that instant.
    fn the_second_after_32_bits_of_seconds_is_as_any_other(app) {
        let (app, key) = at(app.engine, &app.database, "2038-01-19T03:14:05Z", "năm 2038");
        let client = app.with_secret(&key);
        let path = format!("/v1/assessments/{}", client.post("/v1/assessments", &draft("2022", "SELF")).expect(201)["id"].as_str().unwrap());
        let (mut version, mut instants) = (1, Vec::new());
        while instants.last().is_none_or(|last: &String| last.as_str() < "2038-01-19T03:14:08") {
            let changed = client.patch(&path, version, &json!({ "note": version.to_string() })).expect(200);
            instants.push(changed["updated_at"].as_str().unwrap().to_owned());
            version += 1;
        }
        assert!(instants.is_sorted(), "time goes on");
        assert!(instants[0].as_str() < "2038-01-19T03:14:08" && instants.len() > 3, "{instants:?}");
        let after = client.get("/v1/journal?recorded_at_gte=2038-01-19T03:14:08Z&limit=200").expect(200);
        let across = instants.iter().filter(|instant| instant.as_str() >= "2038-01-19T03:14:08").count();
        assert_eq!(after["items"].as_array().unwrap().len(), across.min(200));
        // A key that outlives the year is issued and counted right.
        let own = client.get("/v1/me").expect(200);
        assert_eq!((&own["today"], &own["api_key"]["expires_at"].as_str().unwrap()[..10]), (&json!("2038-01-19"), "2038-04-19"));
        client.get(&path).expect(200);
        nothing_broke(&app);
    }

    /// A leap day is a day: as today, as a fact's day, as a filter; the one that does not exist is refused.
    fn a_leap_day_is_a_day(app) {
        let (app, key) = at(app.engine, &app.database, "2028-02-28T16:59:58Z", "ngày nhuận");
        let client = app.with_secret(&key);
        // Vietnam is seven hours ahead: its leap day begins two seconds later.
        crate::support::within(std::time::Duration::from_secs(10), "the day turns", || client.get("/v1/me").expect(200)["today"] == "2028-02-29");
        let body = |day: &str| { let mut body = draft("2022", "SELF"); body["cut_off_date"] = json!(day); body };
        client.post("/v1/assessments", &body("2027-02-29")).faults(422, "VALIDATION_FAILED", &[("/cut_off_date", "INVALID_DATE")]);
        client.post("/v1/assessments", &body("2028-03-01")).faults(422, "DATE_IN_FUTURE", &[("/cut_off_date", "DATE_IN_FUTURE")]);
        let stored = client.post("/v1/assessments", &body("2028-02-29")).expect(201);
        assert_eq!(stored["cut_off_date"], "2028-02-29");
        let found = |filter: &str| client.get(&format!("/v1/assessments?{filter}")).expect(200)["items"].as_array().unwrap().len();
        assert_eq!((found("cut_off_date_gte=2028-02-29"), found("cut_off_date_lte=2028-02-28")), (1, 0));
        client.get("/v1/assessments?cut_off_date_gte=2027-02-29").faults(422, "VALIDATION_FAILED", &[("cut_off_date_gte", "INVALID_DATE")]);
        // A year from the leap day is still within the longest life of a key; a day more is not.
        let holder = client.post("/v1/clients", &json!({ "unit_code": "VN", "name": "Khóa một năm" })).expect(201);
        let expiring = |day: &str| client.post("/v1/api-keys", &json!({ "client_id": holder["id"], "expires_at": format!("{day}T00:00:00Z") })).status;
        assert_eq!((expiring("2029-02-28"), expiring("2029-03-03")), (201, 422));
        client.get("/v1/units?code=01984&as_of=2024-02-29").expect(200);
        nothing_broke(&app);
    }

    /// The machine's clock was wrong by a day and was put right: versions, journal and pages keep their order.
    fn a_clock_that_goes_back_disorders_nothing(app) {
        let (engine, database) = (app.engine, app.database.clone());
        let mut paths = Vec::new();
        let mut write = |app: &App, periods: [&str; 3]| {
            let client = app.with_key("nation");
            for period in periods {
                let stored = client.post("/v1/assessments", &draft(period, "SELF")).expect(201);
                paths.push(format!("/v1/assessments/{}", stored["id"].as_str().unwrap()));
            }
            for path in &paths {
                let version = client.get(path).expect(200)["version"].as_i64().unwrap();
                client.patch(path, version, &json!({ "note": format!("lần {version}") })).expect(200);
            }
        };
        let ahead = App::start_on(engine, database.clone(), &["--clock-start", "2023-03-16T02:00:00Z"]);
        write(&ahead, ["2021-01", "2021-02", "2021-03"]);
        // A page of the time ahead goes on after the clock went back.
        let page = ahead.with_key("nation").get("/v1/journal?limit=2").expect(200);
        let cursor = page["next_cursor"].as_str().unwrap().to_owned();
        drop(ahead);
        let back = App::start_on(engine, database.clone(), &["--clock-start", BEFORE]);
        write(&back, ["2021-04", "2021-05", "2021-06"]);
        let (client, key) = (back.with_key("nation"), engine.key("nation"));
        let following = client.get(&format!("/v1/journal?limit=2&cursor={cursor}")).expect(200);
        let position = |row: &Value| row["position"].as_i64().unwrap();
        assert_eq!(position(&following["items"][0]) + 1, position(&page["items"][1]), "the page goes on where it was");

        // History is in the order of versions, though its times are not.
        let history = client.get(&format!("{}/versions", paths[0])).expect(200);
        let history = history["items"].as_array().unwrap();
        let versions: Vec<i64> = history.iter().map(|row| row["version"].as_i64().unwrap()).collect();
        assert_eq!(versions, [1, 2, 3]);
        let times: Vec<&str> = history.iter().map(|row| row["recorded_at"].as_str().unwrap()).collect();
        assert!(times[1] > times[2], "the clock went back: {times:?}");
        assert_eq!(client.get(&paths[0]).expect(200)["note"], "lần 2", "the newest version counts, not the newest time");

        // The journal is in the order of commits, each row once; so are pages of every other list.
        let journal: Vec<i64> = pages(&back, key, "/v1/journal?collection=assessments&").iter().map(position).collect();
        assert_eq!(journal.len(), 6 + 3 + 6);
        assert!(journal.is_sorted_by(|newer, older| newer > older));
        for order in ["created_at", "-created_at", "period", "-period"] {
            let rows = pages(&back, key, &format!("/v1/assessments?sort={order}&"));
            let ids: BTreeSet<String> = rows.iter().map(|row| row["id"].to_string()).collect();
            assert_eq!((rows.len(), ids.len()), (6, 6), "{order}");
        }
        let until = client.get("/v1/assessments?updated_at_lte=2023-03-15T23:00:00Z&with_total=true").expect(200);
        assert_eq!(until["total"], 6, "what was changed after the clock went back bears the new time");
        nothing_broke(&back);
    }
}
