//! Money: what holds whatever is recorded.

use crate::support::money::{batch, entry, groups_come_to_the_total, id, items, key, record, report, reverse, with};
use crate::support::{App, Client, count, on_both};
use serde_json::{Value, json};

/// Numbers that look random and are the same in every run.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, below: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % below
    }
}

on_both! {
    /// Random entries, accepted or refused: what stands always keeps the invariants, and every report equals a recount
    /// of its entries by a separate statement.
    fn random_entries_keep_the_invariants(app) {
        let nation = app.with_key("nation");
        let mut dice = Dice(20_230_310);
        let units = ["06", "063", "01984", "01990", "064"];
        let kinds = ["ASSIGN", "ASSIGN", "ADJUST", "DISTRIBUTE", "DISTRIBUTE", "PAY", "PAY", "ADVANCE", "RECOVER", "REFUND", "LAPSE", "CARRY_OUT"];
        let mut made: Vec<String> = Vec::new();
        let (mut accepted, mut carried) = (0, 0);
        for round in 0..200 {
            if round % 13 == 12 && !made.is_empty() {
                let at = dice.roll(made.len() as u64) as usize;
                let status = reverse(&nation, &made.swap_remove(at), json!({})).status;
                assert!([200, 409, 422].contains(&status), "{status}");
                continue;
            }
            let unit = units[dice.roll(5) as usize];
            let kind = kinds[dice.roll(12) as usize];
            let amount = 1 + dice.roll(100) as i64;
            let amount = if kind == "ADJUST" && dice.roll(2) == 0 { -amount } else { amount };
            let component = [json!({}), json!({ "component_code": "DTTS.4" }), json!({ "component_code": "DTTS.4.1" })][dice.roll(3) as usize].clone();
            let mut body = entry(kind, amount, with(component, json!({ "unit_code": unit })));
            if kind == "DISTRIBUTE" {
                let to = match unit { "06" => ["063", "064"][dice.roll(2) as usize], "063" => ["01984", "01990"][dice.roll(2) as usize], _ => continue };
                body["to_unit_code"] = json!(to);
            }
            // Money of the year that was carried over is spent in the next.
            if matches!(kind, "PAY" | "ADVANCE") && dice.roll(3) == 0 {
                body = with(body, next_year());
            }
            let reply = match kind {
                "CARRY_OUT" => {
                    let pair = json!({ "pair_id": key() });
                    let into = with(with(body.clone(), pair.clone()), with(next_year(), json!({ "kind": "CARRY_IN" })));
                    batch(&nation, &[with(body, pair), into])
                }
                _ => record(&nation, &body),
            };
            match reply.status {
                201 if kind == "CARRY_OUT" => { made.push(id(&items(&reply.json())[0])); carried += 1; }
                201 => { made.push(id(&reply.json())); accepted += 1; }
                422 => {}
                other => panic!("{other}: {}", reply.text),
            }
            if round % 20 == 19 {
                holds(app, &nation);
            }
        }
        assert!(accepted > 40 && carried > 3, "{accepted} {carried}");
        holds(app, &nation);
    }
}

/// What makes an entry of 2022 one of 2023 with money of 2022.
fn next_year() -> Value {
    json!({ "plan_year": 2023, "origin_year": 2022, "booking_date": "2023-02-01" })
}

/// No plan is exceeded: each line's money is charged to the finest plan at or above it, found here the slow way.
fn plans_hold(nation: &Client, year: i32) {
    let lines = nation.get(&format!("/v1/budget-lines?unit_code=06&plan_year={year}&limit=200")).expect(200);
    let above = |unit: &str| match unit {
        "06" => vec!["06"],
        "063" => vec!["063", "06"],
        "064" => vec!["064", "06"],
        own => vec![if own == "01984" { "01984" } else { "01990" }, "063", "06"],
    };
    let parts = |line: &Value| match line["component_code"].as_str() {
        Some("DTTS.4.1") => vec!["DTTS.4.1", "DTTS.4", ""],
        Some("DTTS.4") => vec!["DTTS.4", ""],
        _ => vec![""],
    };
    let of = |line: &Value, name: &str| line[name].as_i64().unwrap();
    let planned = |line: &Value| {
        ["assigned_vnd", "adjusted_vnd", "received_vnd", "carried_in_vnd"].iter().any(|name| of(line, name) != 0)
    };
    let finest = |line: &Value| {
        let places = above(line["unit"]["code"].as_str().unwrap())
            .into_iter()
            .flat_map(|unit| parts(line).into_iter().map(move |part| (unit, part)));
        let at = |(unit, part): (&str, &str)| {
            items(&lines).iter().position(|plan| {
                planned(plan)
                    && plan["unit"]["code"] == unit
                    && plan["component_code"].as_str().unwrap_or_default() == part
            })
        };
        places.into_iter().find_map(at)
    };
    // What a line without a plan gives on, carries over or lapses is the plan's as well.
    let mut charged = vec![(0, 0); items(&lines).len()];
    for line in items(&lines) {
        let sum = |names: &[&str]| names.iter().map(|name| of(line, name)).sum::<i64>();
        let drawn = of(line, "disbursed_vnd");
        let left = sum(&["assigned_vnd", "adjusted_vnd", "received_vnd", "carried_in_vnd"])
            - sum(&["given_vnd", "carried_out_vnd", "lapsed_vnd"])
            - drawn;
        assert_eq!(of(line, "remaining_vnd"), left, "{line}");
        match finest(line) {
            Some(at) => charged[at] = (charged[at].0 + left, charged[at].1 + drawn),
            None => assert!(0 <= left, "{line}"),
        }
    }
    // More than a plan is only distributed, and only while nothing of it is spent.
    for (line, (left, drawn)) in items(&lines).iter().zip(charged) {
        assert!(0 <= left || drawn <= 0, "{left} and {drawn} of {line}");
    }
}

/// The invariants of what stands.
fn holds(app: &App, nation: &Client) {
    let value = |sql: &str| count(&app.database, sql);
    let sum = |kinds: &str, below: &str| {
        let lines = format!("SELECT l.id FROM budget_lines l JOIN units u ON u.id = l.unit_id WHERE {below}");
        value(&format!(
            "SELECT CAST(COALESCE(SUM(amount_vnd), 0) AS BIGINT) AS value FROM budget_entries WHERE kind IN ({kinds}) AND line_id IN ({lines})"
        ))
    };
    let carried = sum("'CARRY_OUT'", "l.plan_year = 2022");
    assert_eq!(carried, sum("'CARRY_IN'", "l.plan_year = 2023"));
    // Carried money is in one year: it leaves the first, enters the second, and over both it is given once.
    for (years, lines, out, into) in [
        ("2022", "l.plan_year = 2022", carried, 0),
        ("2023", "l.plan_year = 2023", 0, carried),
        ("2022,2023", "1 = 1", 0, 0),
    ] {
        let told = groups_come_to_the_total(nation, &format!("unit_code=06&plan_year={years}"));
        let spent = sum("'PAY', 'ADVANCE'", lines) - sum("'RECOVER', 'REFUND'", lines);
        assert_eq!(told["total"]["assigned_vnd"], sum("'ASSIGN', 'ADJUST'", lines), "{years}");
        assert_eq!(told["total"]["disbursed_vnd"], spent, "{years}");
        assert_eq!(
            (&told["total"]["carried_out_vnd"], &told["total"]["carried_in_vnd"]),
            (&json!(out), &json!(into)),
            "{years}"
        );
        let cut = report(nation, &format!("unit_code=06&plan_year={years}&value_date_lte=2030-01-01"));
        assert_eq!(cut["total"], told["total"], "{years}: from the entries it is the same as from memory");
    }
    plans_hold(nation, 2022);
    plans_hold(nation, 2023);
    // Every line is what its entries come to, and advances are never below zero.
    assert_eq!(value("SELECT count(*) AS value FROM budget_lines WHERE advanced_vnd < recovered_vnd"), 0);
    for (column, kinds, line) in [
        ("assigned_vnd", "'ASSIGN', 'PLAN'", "line_id"),
        ("adjusted_vnd", "'ADJUST'", "line_id"),
        ("given_vnd", "'DISTRIBUTE'", "line_id"),
        ("received_vnd", "'DISTRIBUTE'", "to_line_id"),
        ("paid_vnd", "'PAY'", "line_id"),
        ("advanced_vnd", "'ADVANCE'", "line_id"),
        ("recovered_vnd", "'RECOVER'", "line_id"),
        ("refunded_vnd", "'REFUND'", "line_id"),
        ("lapsed_vnd", "'LAPSE'", "line_id"),
        ("carried_out_vnd", "'CARRY_OUT'", "line_id"),
        ("carried_in_vnd", "'CARRY_IN'", "line_id"),
    ] {
        let of_entries = format!(
            "SELECT COALESCE(SUM(e.amount_vnd), 0) FROM budget_entries e WHERE e.{line} = l.id AND e.kind IN ({kinds})"
        );
        let wrong = value(&format!("SELECT count(*) AS value FROM budget_lines l WHERE l.{column} <> ({of_entries})"));
        assert_eq!(wrong, 0, "{column}");
    }
}
