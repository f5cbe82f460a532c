//! Evaluation: a second, naive evaluator agrees on every leaf; what one figure is worth; what a reform of the rules would
//! mean.

use crate::support::{Client, on_both};
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};
use serde_json::{Value, json};
use std::collections::BTreeMap;

const NATIONAL: &str = "NTM-XA-2021-2025";

/// The national set with every level filled in: fictitious, and only here.
fn fictitious(client: &Client) -> Value {
    let set = client.get(&format!("/v1/criteria-sets?code={NATIONAL}")).expect(200)["items"][0].clone();
    let mut document = client.get(&format!("/v1/criteria-sets/{}/document", set["id"].as_str().unwrap())).expect(200);
    document["code"] = json!("FICTITIOUS");
    document["status"] = json!("DRAFT");
    let fill = |thresholds: &mut Value| {
        for threshold in thresholds.as_array_mut().expect("thresholds") {
            if threshold["value"].is_null() {
                threshold["value"] = if threshold["operator"] == "YES" { json!(1) } else { json!(50) };
            }
            threshold["confidence"] = json!("VERIFIED");
        }
    };
    for item in items_of(&mut document) {
        fill(&mut item["thresholds"]);
        item["parts"].as_array_mut().unwrap().iter_mut().for_each(|part| fill(&mut part["thresholds"]));
    }
    document
}

fn items_of(document: &mut Value) -> impl Iterator<Item = &mut Value> {
    let criteria = document["criteria"].as_array_mut().expect("criteria");
    criteria.iter_mut().flat_map(|criterion| criterion["items"].as_array_mut().expect("items"))
}

/// Store and publish a document.
fn publish(client: &Client, document: &Value) {
    let set = client.post("/v1/criteria-sets", document).expect(201);
    client
        .step(&format!("/v1/criteria-sets/{}", set["id"].as_str().unwrap()), 1, &json!({ "to": "PUBLISHED" }))
        .expect(200);
}

/// What every item needs to be met in Đôn Phong in 2022.
fn perfect(document: &mut Value) -> Vec<Value> {
    let mut values = Vec::new();
    for item in items_of(document) {
        let at_most = item["thresholds"]
            .as_array()
            .unwrap()
            .iter()
            .any(|row| row["operator"] == "AT_MOST" || row["operator"] == "EQUAL");
        let yes = item["thresholds"][0]["operator"] == "YES";
        let value = if at_most {
            json!(0)
        } else if yes {
            json!(1)
        } else {
            json!(100)
        };
        let figure = if item["both_sexes"] == true {
            json!({ "value": value, "breakdown": [{ "member": "MALE", "value": value }, { "member": "FEMALE", "value": value }] })
        } else {
            json!({ "value": value })
        };
        let mut sent = json!({ "item_code": item["code"], "figure": figure });
        if !item["parts"].as_array().unwrap().is_empty() {
            sent["part_figures"] = json!([{ "part": 1, "figure": { "value": 100 } }]);
        }
        values.push(sent);
    }
    values
}

fn evaluate(client: &Client, body: &Value) -> Value {
    client.post("/v1/evaluations", body).expect(200)
}

fn verdicts(evaluation: &Value) -> BTreeMap<String, String> {
    let mut found = BTreeMap::new();
    for criterion in evaluation["criteria"].as_array().expect("criteria") {
        found.insert(
            format!("criterion {}", criterion["code"].as_str().unwrap()),
            criterion["verdict"].as_str().unwrap().to_owned(),
        );
        for item in criterion["items"].as_array().unwrap() {
            found.insert(item["code"].as_str().unwrap().to_owned(), item["verdict"].as_str().unwrap().to_owned());
        }
    }
    found
}

/// A rate in a body, in ten-thousandths. JSON numbers of the test have at most four decimals.
pub fn scaled(value: &Value) -> i128 {
    let text = value.to_string();
    let (whole, part) = text.split_once('.').unwrap_or((&text, ""));
    format!("{whole}{part:0<4}").parse().expect("a number")
}

/// The naive evaluator: reads the document and the values that were sent, and thinks as an official with a pencil would.
fn naive(document: &Value, values: &[Value]) -> BTreeMap<String, String> {
    let mut found = BTreeMap::new();
    for criterion in document["criteria"].as_array().unwrap() {
        let mut of_items = Vec::new();
        for item in criterion["items"].as_array().unwrap() {
            let sent = values.iter().find(|value| value["item_code"] == item["code"]);
            let verdict = naive_item(item, sent);
            of_items.push(verdict);
            found.insert(item["code"].as_str().unwrap().to_owned(), verdict.to_owned());
        }
        let verdict = if of_items.contains(&"NOT_MET") {
            "NOT_MET"
        } else if of_items.contains(&"NOT_ASSESSED") || of_items.is_empty() {
            "NOT_ASSESSED"
        } else if of_items.iter().all(|verdict| *verdict == "NOT_APPLICABLE") {
            "NOT_APPLICABLE"
        } else {
            "MET"
        };
        found.insert(format!("criterion {}", criterion["code"].as_str().unwrap()), verdict.to_owned());
    }
    found
}

fn naive_item(item: &Value, sent: Option<&Value>) -> &'static str {
    let Some(sent) = sent else { return "NOT_ASSESSED" };
    if item["conditional"] == true && sent["not_applicable_reason"].is_string() {
        return "NOT_APPLICABLE";
    }
    let mut verdicts = vec![naive_measure(&item["thresholds"], &sent["figure"], item["both_sexes"] == true)];
    for (at, part) in item["parts"].as_array().unwrap().iter().enumerate() {
        let figures = sent["part_figures"].as_array();
        let figure = figures.and_then(|figures| figures.iter().find(|figure| figure["part"] == at + 1));
        verdicts.push(naive_measure(
            &part["thresholds"],
            figure.map_or(&Value::Null, |figure| &figure["figure"]),
            false,
        ));
    }
    for verdict in ["NOT_MET", "NOT_ASSESSED"] {
        if verdicts.contains(&verdict) {
            return verdict;
        }
    }
    "MET"
}

fn naive_measure(thresholds: &Value, figure: &Value, both_sexes: bool) -> &'static str {
    // Đôn Phong is in the Northern midlands; the year is 2022.
    let rows = thresholds.as_array().unwrap().iter();
    let fits = |row: &&Value| {
        (row["region_code"] == "TDMNPB" || row["region_code"] == "ALL")
            && (row["year"].is_null() || row["year"] == 2022)
    };
    let Some(row) = rows.filter(fits).max_by_key(|row| (row["region_code"] == "TDMNPB", !row["year"].is_null())) else {
        return "NOT_ASSESSED";
    };
    if row["value"].is_null() {
        return "NOT_ASSESSED";
    }
    let limit = scaled(&row["value"]);
    let passes = |part: &Value| {
        let (numerator, denominator) = (&part["numerator"], &part["denominator"]);
        // Left and right of the comparison, free of division.
        let (left, right) = match denominator.is_null() {
            true => (scaled(&part["value"]), limit),
            false => (scaled(numerator) * 100 * 10_000, limit * scaled(denominator)),
        };
        match row["operator"].as_str().unwrap() {
            "AT_MOST" => left <= right,
            "EQUAL" => left == right,
            _ => left >= right,
        }
    };
    let told = |part: &Value| !part["value"].is_null() || !part["denominator"].is_null();
    let member = |name: &str| {
        figure["breakdown"]
            .as_array()
            .into_iter()
            .flatten()
            .find(|part| part["member"] == name)
            .cloned()
            .unwrap_or(Value::Null)
    };
    let mut parts = vec![figure.clone()];
    if both_sexes {
        parts.extend([member("MALE"), member("FEMALE")]);
        // Two members with their parts make a whole where none is sent.
        if !told(figure) && parts[1..].iter().all(|part| !part["denominator"].is_null()) {
            let sum = |name: &str| scaled(&parts[1][name]) + scaled(&parts[2][name]);
            parts[0] = json!({ "numerator": sum("numerator") / 10_000, "denominator": sum("denominator") / 10_000 });
        }
    }
    if parts.iter().filter(|part| told(part)).any(|part| !passes(part)) {
        return "NOT_MET";
    }
    let needed = if both_sexes { &parts[1..] } else { &parts[..1] };
    if needed.iter().all(told) { "MET" } else { "NOT_ASSESSED" }
}

/// Random values for the items of a document: around the thresholds, at their edges, with and without parts and sexes.
fn random_values(document: &Value) -> impl Strategy<Value = Vec<Value>> {
    let items: Vec<Value> = document["criteria"]
        .as_array()
        .unwrap()
        .iter()
        .flat_map(|criterion| criterion["items"].as_array().unwrap().clone())
        .collect();
    let of_item = |item: Value| {
        let limit = item["thresholds"]
            .as_array()
            .unwrap()
            .iter()
            .find(|row| row["region_code"] == "TDMNPB" || row["region_code"] == "ALL")
            .map_or(50, |row| row["value"].as_i64().unwrap_or(50));
        (0..8_u8, -1..=1_i64, 1..=60_i64, any::<bool>()).prop_map(move |(shape, offset, denominator, second)| {
            let yes = item["thresholds"][0]["operator"] == "YES";
            let count = item["code"] == "9.1";
            let rate = !yes && !count && item["code"] != "10.1" && item["code"] != "17.4";
            let highest = if rate { 100 } else { 1000 };
            let value = if yes { i64::from(offset >= 0) } else { (limit + offset).clamp(0, highest) };
            // A numerator whose rate lies at the limit or next to it.
            let numerator = (limit * denominator / 100 + offset.max(0)).min(denominator);
            let mut sent = json!({ "item_code": item["code"] });
            match shape {
                0 => return None,
                1 if item["conditional"] == true => sent["not_applicable_reason"] = json!("không có"),
                2 | 3 if rate => sent["figure"] = json!({ "numerator": numerator, "denominator": denominator }),
                4 if item["both_sexes"] == true => {
                    sent["figure"] = json!({ "breakdown": [
                        { "member": "MALE", "numerator": numerator, "denominator": denominator }, { "member": "FEMALE", "numerator": denominator.min(numerator + 1), "denominator": denominator },
                    ] });
                }
                5 if item["both_sexes"] == true => sent["figure"] = json!({ "value": value, "breakdown": [{ "member": "FEMALE", "value": value }] }),
                6 if item["both_sexes"] == true => sent["figure"] = json!({ "value": value, "breakdown": [{ "member": "MALE", "value": value }, { "member": "FEMALE", "value": value }] }),
                _ => sent["figure"] = json!({ "value": value }),
            }
            if second && !item["parts"].as_array().unwrap().is_empty() {
                sent["part_figures"] = json!([{ "part": 1, "figure": { "value": 49 + offset } }]);
            }
            Some(sent)
        })
    };
    items.into_iter().map(of_item).collect::<Vec<_>>().prop_map(|values| values.into_iter().flatten().collect())
}

on_both! {
    /// On a set whose levels are all known, a commune can be computed to meet 19 of 19.
    fn nineteen_of_nineteen_can_be_computed(app) {
        let keeper = app.with_key("nation");
        let mut document = fictitious(&keeper);
        publish(&keeper, &document);
        let values = perfect(&mut document);
        let body = json!({ "unit_code": "01984", "period": "2022", "criteria_set_code": "FICTITIOUS", "values": values });
        let outcome = evaluate(&app.with_key("district-viewer"), &body);
        assert_eq!((&outcome["evaluation"]["criteria_met"], &outcome["evaluation"]["provisional"]), (&json!({ "min": 19, "max": 19 }), &json!(false)));
        assert_eq!((&outcome["evaluation"]["open_items"], &outcome["evaluation"]["targets"]), (&json!([]), &json!([])));
        // Under the national set seven levels are open, so the same figures are not enough to know; the part of 17.1 as well.
        let mut national = body.clone();
        national["criteria_set_code"] = json!(NATIONAL);
        let outcome = evaluate(&app.with_key("district-viewer"), &national);
        assert_eq!((&outcome["evaluation"]["criteria_met"], &outcome["evaluation"]["provisional"]), (&json!({ "min": 16, "max": 19 }), &json!(true)));
        let open: Vec<&str> = outcome["evaluation"]["open_items"].as_array().unwrap().iter().map(|item| item["item_code"].as_str().unwrap()).collect();
        assert_eq!(open, ["2.1", "2.2", "2.3", "2.4", "6.1", "6.2", "17.1", "17.5"]);
        assert_eq!(app.with_key("nation").get("/v1/observations?unit_code=063&period=2022&with_total=true").expect(200)["total"], 0, "nothing was written");
    }

    /// Whatever is sent, the naive evaluator comes to the same verdict on every item and every criterion.
    fn a_naive_evaluator_agrees_on_every_leaf(app) {
        let keeper = app.with_key("nation");
        let national = {
            let set = keeper.get(&format!("/v1/criteria-sets?code={NATIONAL}")).expect(200)["items"][0]["id"].as_str().unwrap().to_owned();
            keeper.get(&format!("/v1/criteria-sets/{set}/document")).expect(200)
        };
        let fictitious = fictitious(&keeper);
        publish(&keeper, &fictitious);
        let config = Config { failure_persistence: None, ..Config::default() };
        let mut runner = TestRunner::new_with_rng(config, TestRng::from_seed(RngAlgorithm::ChaCha, &[31; 32]));
        let mut seen = BTreeMap::new();
        for round in 0..crate::support::rounds(40, 2000) {
            let document = if round % 2 == 0 { &fictitious } else { &national };
            let values = random_values(document).new_tree(&mut runner).expect("values").current();
            let body = json!({ "unit_code": "01984", "period": "2022", "criteria_set_code": document["code"], "values": values });
            let outcome = evaluate(&keeper, &body);
            let (own, computed) = (naive(document, &values), verdicts(&outcome["evaluation"]));
            for (code, verdict) in &own {
                assert_eq!(computed.get(code), Some(verdict), "{code} of {body}");
                *seen.entry(verdict.clone()).or_insert(0) += 1;
            }
            assert_eq!(own.len(), computed.len());
        }
        assert!(["MET", "NOT_MET", "NOT_APPLICABLE", "NOT_ASSESSED"].iter().all(|verdict| seen.contains_key(*verdict)), "{seen:?}");
    }

    /// Taking away one figure changes exactly the verdicts that rest on it.
    fn one_figure_carries_exactly_its_verdicts(app) {
        let keeper = app.with_key("nation");
        let mut document = fictitious(&keeper);
        publish(&keeper, &document);
        let values = perfect(&mut document);
        let with = |values: &[Value]| verdicts(&evaluate(&keeper, &json!({ "unit_code": "01984", "period": "2022", "criteria_set_code": "FICTITIOUS", "values": values }))["evaluation"]);
        let all = with(&values);
        for at in 0..values.len() {
            let mut fewer = values.clone();
            let gone = fewer.remove(at)["item_code"].as_str().unwrap().to_owned();
            let left = with(&fewer);
            let changed: Vec<&String> = all.keys().filter(|code| all[*code] != left[*code]).collect();
            let criterion = format!("criterion {}", gone.split('.').next().unwrap());
            let mut expected = [gone.clone(), criterion];
            expected.sort();
            assert_eq!(changed, expected.iter().collect::<Vec<_>>(), "without {gone}");
            assert!(changed.iter().all(|code| left[*code] == "NOT_ASSESSED"), "what is missing is not failed");
        }
    }

    /// What stands between a commune and 15, or 19: the nearest criteria, as many as it takes.
    fn the_way_to_the_next_band_is_told(app) {
        let keeper = app.with_key("nation");
        let mut document = fictitious(&keeper);
        publish(&keeper, &document);
        let mut values = perfect(&mut document);
        // 3.1 needs 80 and has 79.9, 4.2 needs 95 and has 50, two items of criterion 8 are missing, 18.1 is not so.
        for value in &mut values {
            match value["item_code"].as_str().unwrap() {
                "3.1" => value["figure"] = json!({ "value": 79.9 }),
                "4.2" => value["figure"] = json!({ "numerator": 50, "denominator": 100 }),
                "18.1" => value["figure"] = json!({ "value": 0 }),
                _ => {}
            }
        }
        values.retain(|value| value["item_code"] != "8.1" && value["item_code"] != "8.2");
        let proof = evaluate(&keeper, &json!({ "unit_code": "01984", "period": "2022", "criteria_set_code": "FICTITIOUS", "values": values }))["evaluation"].clone();
        assert_eq!(proof["criteria_met"], json!({ "min": 15, "max": 16 }));
        assert_eq!(proof["targets"], json!([{ "criteria_count": 19, "needed_count": 4, "nearest": ["3", "4", "18", "8"] }]));
        let open: Vec<(&str, &Value)> = proof["open_items"].as_array().unwrap().iter().map(|item| (item["item_code"].as_str().unwrap(), &item["gap_percent"])).collect();
        assert_eq!(open, [("3.1", &json!(0.12)), ("4.2", &json!(47.36)), ("18.1", &json!(100)), ("8.1", &json!(100)), ("8.2", &json!(100))]);
        let fourth = proof["criteria"][3]["items"][1]["measures"][0].clone();
        assert_eq!((&fourth["gap"], &fourth["numerator_gap"]), (&json!(45), &json!(45)), "45 households more");
    }

    /// Stored figures of all communes of a district, under another year and under a document that nobody has stored.
    fn a_reform_of_the_rules_is_rehearsed_before_it_is_made(app) {
        let editor = app.with_key("district-editor");
        let communes = editor.get("/v1/units?unit_code=063&kind_code=XA&level=COMMUNE&as_of=2022-12-31").expect(200);
        let items: Vec<Value> = communes["items"].as_array().unwrap().iter().enumerate().map(|(at, unit)| {
            json!({ "indicator_code": "INCOME_PER_CAPITA", "unit_id": unit["id"], "period": "2022", "stage": "SELF", "figure": { "value": 35 + at } })
        }).collect();
        editor.send("POST", "/v1/observations/batch", &[("idempotency-key", "income-of-thirteen")], &json!({ "items": items })).expect(201);
        let ask = |client: &Client, more: Value| {
            let mut body = json!({ "unit_code": "063", "unit_scope": "SUBTREE", "period": "2022", "stage": "SELF" });
            for (name, value) in more.as_object().unwrap() { body[name] = value.clone(); }
            client.post("/v1/evaluations", &body)
        };
        // 39 in 2022, 42 in 2023: incomes of 39, 40 and 41 million no longer reach it.
        let outcome = ask(&editor, json!({ "year": 2023 })).expect(200);
        assert_eq!((&outcome["unit_count"], &outcome["changed_count"], &outcome["baseline_year"]), (&json!(13), &json!(3), &json!(2022)));
        let changed = &outcome["units"][0];
        assert_eq!((&changed["criteria"][0]["criterion_code"], &changed["criteria"][0]["from_verdict"], &changed["criteria"][0]["to_verdict"], &changed["criteria"][0]["item_codes"]),
            (&json!("10"), &json!("MET"), &json!("NOT_MET"), &json!(["10.1"])));
        assert_eq!((&changed["items"][0]["from_threshold"]["value"], &changed["items"][0]["to_threshold"]["value"]), (&json!(39), &json!(42)));
        // A document on top of the national set, which only says what differs.
        let keeper = app.with_key("nation");
        let set = keeper.get("/v1/criteria-sets?code=NTM-XA-BK-2022-2025").expect(200)["items"][0]["id"].as_str().unwrap().to_owned();
        let mut proposed = keeper.get(&format!("/v1/criteria-sets/{set}/document")).expect(200);
        proposed["code"] = json!("PROPOSED");
        proposed["status"] = json!("DRAFT");
        proposed["thresholds"] = json!([{ "item_code": "10.1", "threshold": { "region_code": "ALL", "operator": "AT_LEAST", "value": 45, "confidence": "VERIFIED", "act_number": "dự thảo" } }]);
        let outcome = ask(&editor, json!({ "document": proposed })).expect(200);
        assert_eq!((&outcome["changed_count"], &outcome["criteria_set_code"]), (&json!(6), &json!("PROPOSED")));
        assert_eq!(outcome["units"][0]["items"][0]["to_threshold"]["layer"], "PROVINCE");
        assert!(keeper.get("/v1/criteria-sets?code=PROPOSED").expect(200)["items"].as_array().unwrap().is_empty());
        // A sibling sees nothing of it; a commune only itself.
        ask(&app.with_key("sibling-editor"), json!({ "year": 2023 })).faults(403, "OUT_OF_SCOPE", &[("/unit_code", "OUT_OF_SCOPE")]);
        assert_eq!(ask(&app.with_key("commune-editor"), json!({ "year": 2023 })).expect(200)["unit_count"], 1);
    }

    /// A rehearsal names every fault.
    fn a_rehearsal_that_cannot_be_is_refused(app) {
        let reader = app.with_key("district-viewer");
        let rows = [
            (json!({}), vec![("/period", "REQUIRED")]),
            (json!({ "period": "2022" }), vec![("/unit_code", "EXACTLY_ONE_REQUIRED")]),
            (json!({ "period": "2022", "unit_code": "063" }), vec![("/unit_code", "UNIT_LEVEL_MISMATCH")]),
            (json!({ "period": "2022", "unit_code": "01984", "criteria_set_code": "NONE" }), vec![("/criteria_set_code", "CRITERIA_SET_NOT_FOUND")]),
            (json!({ "period": "2022", "unit_code": "01984", "values": [{ "figure": { "value": 1 } }] }), vec![("/values/0/item_code", "EXACTLY_ONE_REQUIRED")]),
            (json!({ "period": "2022", "unit_code": "01984", "values": [{ "item_code": "3.9", "figure": { "value": 1 } }] }), vec![("/values/0/item_code", "ITEM_NOT_IN_SET")]),
            (json!({ "period": "2022", "unit_code": "01984", "values": [{ "item_code": "3.1", "figure": { "value": 101 } }] }), vec![("/values/0/figure/value", "VALUE_OUT_OF_RANGE")]),
            (json!({ "period": "2022", "unit_code": "01984", "values": [{ "indicator_code": "NONE", "figure": { "value": 1 } }] }), vec![("/values/0/figure", "UNKNOWN_CODE")]),
            (json!({ "period": "2022", "unit_code": "01984", "values": [{ "item_code": "3.1", "not_applicable_reason": "x" }] }), vec![("/values/0/not_applicable_reason", "NOT_APPLICABLE_NOT_ALLOWED")]),
            (json!({ "period": "2022", "unit_code": "063", "unit_scope": "SUBTREE", "values": [{ "item_code": "3.1", "figure": { "value": 1 } }] }), vec![("/values", "UNKNOWN_MEMBER")]),
            (json!({ "period": "2022", "unit_code": "01984", "year": 1999 }), vec![("/year", "TOO_SMALL")]),
        ];
        for (body, faults) in rows {
            let (_, found) = reader.post("/v1/evaluations", &body).problem(422);
            let found: Vec<(&str, &str)> = found.iter().map(|(place, code)| (place.as_str(), code.as_str())).collect();
            assert_eq!(found, faults, "{body}");
        }
    }
}
