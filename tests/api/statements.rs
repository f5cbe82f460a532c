//! Statements: what a meeting says, and what the figures say to it, at this meeting and at the next.

use crate::access::Row;
use crate::parties::Refused;
use crate::support::{App, Client, on_both};
use serde_json::{Value, json};
use std::collections::BTreeMap;

const STATEMENTS: &str = "/v1/statements";
const UNKNOWN: &str = "01992f3e-7c1a-7b55-9a0e-4f6f0c1d2e3f";

fn id(record: &Value) -> String {
    record["id"].as_str().expect("an id").to_owned()
}

fn items(list: &Value) -> &Vec<Value> {
    list["items"].as_array().expect("items")
}

fn band(code: &str, comparison: &str, value: i64) -> Value {
    json!({ "kind": "BAND_COUNT", "criteria_set_code": "NTM-XA-2021-2025", "band_code": code, "comparison": comparison, "value": value })
}

fn said(claim: Value) -> Value {
    let mut body = json!({ "unit_code": "063", "wording": "Bốn xã đạt 19 tiêu chí", "period": "2022", "stated_date": "2023-03-10" });
    if !claim.is_null() {
        body["claim"] = claim;
    }
    body
}

/// What the walk over the contract asks of statements.
pub fn access_rows() -> Vec<Row> {
    let read = |operation, path| crate::access::read(operation, path, "district-viewer");
    let write = |operation, method, path, body, done, foreign| Row {
        operation,
        method,
        path,
        body,
        own: ("district-editor", done),
        weaker: Some(("district-viewer", 403)),
        foreign: Some(("sibling-editor", foreign)),
    };
    let seen = |row: Row| Row { foreign: Some(("sibling-editor", 404)), ..row };
    vec![
        read("list_statements", STATEMENTS),
        seen(read("get_statement", "/v1/statements/{statement}")),
        seen(read("answer_statement", "/v1/statements/{statement}/answer")),
        write("record_statement", "POST", STATEMENTS, |_| said(band("19", "EQUAL", 4)), 201, 403),
        write(
            "change_statement",
            "PATCH",
            "/v1/statements/{statement}",
            |_| json!({ "topic_code": "KINH_TE" }),
            200,
            404,
        ),
        write("delete_statement", "DELETE", "/v1/statements/{spare_statement}", |_| Value::Null, 204, 404),
    ]
}

pub fn access_records(app: &App) -> BTreeMap<&'static str, String> {
    let editor = app.with_key("district-editor");
    let made = || id(&editor.post(STATEMENTS, &said(Value::Null)).expect(201));
    BTreeMap::from([("statement", made()), ("spare_statement", made())])
}

/// The answer to a statement that is recorded for it.
fn outcome(client: &Client, claim: Value, query: &str) -> (String, Value, Value) {
    let made = client.post(STATEMENTS, &said(claim)).expect(201);
    let answer = client.get(&format!("{STATEMENTS}/{}/answer?{query}", id(&made))).expect(200);
    (answer["outcome"].as_str().unwrap().to_owned(), answer["reason"].clone(), answer)
}

/// Of the nine things that the meeting heard, the distribution stands on figures; of all others there are none for its
/// period. A year later one of them is known, and it is not so.
pub fn demo_holds_the_statements(client: &Client) {
    let listed = client.get(&format!("{STATEMENTS}?unit_code=063&period=2022")).expect(200);
    let answers: Vec<Value> = items(&listed)
        .iter()
        .map(|statement| client.get(&format!("{STATEMENTS}/{}/answer", id(statement))).expect(200))
        .collect();
    let with = |outcome: &str| answers.iter().filter(|answer| answer["outcome"] == outcome).count();
    assert_eq!((with("SUPPORTED"), with("CONTRADICTED"), with("NO_DATA")), (3, 0, 6));
    for answer in answers.iter().filter(|answer| answer["outcome"] == "SUPPORTED") {
        assert_eq!(
            (&answer["figures"][0]["covered_count"], &answer["figures"][0]["expected_count"]),
            (&json!(12), &json!(13))
        );
        // The call behind the figures can be made as it stands.
        let report = client.get(answer["source_path"].as_str().unwrap()).expect(200);
        assert_eq!(report["coverage"]["missing"][0]["name"], "Quang Thuận");
    }
    let poor = items(&listed).iter().find(|statement| statement["wording"] == "Tỷ lệ hộ nghèo còn cao").unwrap();
    let later = client.get(&format!("{STATEMENTS}/{}/answer?period=2024", id(poor))).expect(200);
    assert_eq!(
        (&later["outcome"], &later["figures"][0]["min"], &later["figures"][1]["min"]),
        (&json!("CONTRADICTED"), &json!(9.16), &json!(19.46))
    );
    assert_eq!(later["figures"][1]["unit"]["code"], "06");
}

on_both! {
    /// The distribution of the meeting: a count is borne out or not, and a range that leaves it open is no number.
    fn the_distribution_bears_a_claim_out_or_not(app) {
        let nation = app.with_key("nation");
        let report = |unit: &str, min: i64, max: i64| {
            let total = json!({ "min": min, "max": max });
            let body = json!({ "unit_code": unit, "criteria_set_code": "NTM-XA-2021-2025", "period": "2022", "stage": "REPORTED", "declared_total": total });
            nation.post("/v1/assessments", &body).expect(201);
        };
        let editor = app.with_key("district-editor");
        assert_eq!(outcome(&editor, band("19", "EQUAL", 0), "").1, "NO_FIGURE", "nobody has reported");
        report("01984", 19, 19);
        report("01990", 10, 14);
        report("01999", 14, 16);
        let of = |claim: Value| { let (outcome, reason, _) = outcome(&editor, claim, ""); (outcome, reason) };
        let (yes, no, open) = (("SUPPORTED".to_owned(), Value::Null), ("CONTRADICTED".to_owned(), Value::Null), ("NO_DATA".to_owned(), json!("RANGE_UNDECIDED")));
        assert_eq!(of(band("19", "EQUAL", 1)), yes);
        assert_eq!(of(band("19", "EQUAL", 2)), no);
        // One commune stands in 10-14 or in 15-18.
        assert_eq!(of(band("10-14", "EQUAL", 1)), open);
        assert_eq!(of(band("10-14", "AT_LEAST", 1)), yes);
        assert_eq!(of(band("10-14", "MORE_THAN", 2)), no);
        assert_eq!(of(band("15-18", "AT_MOST", 1)), yes);
        let average = |comparison: &str, value: f64| json!({ "kind": "CRITERIA_MET_AVERAGE", "criteria_set_code": "NTM-XA-2021-2025", "comparison": comparison, "value": value });
        // (19 + 10 + 14) / 3 to (19 + 14 + 16) / 3.
        assert_eq!(of(average("AT_LEAST", 14.3)), yes);
        assert_eq!(of(average("AT_LEAST", 14.4)), open);
        assert_eq!(of(average("LESS_THAN", 14.3)), no);
        let (_, _, answer) = outcome(&editor, band("10-14", "EQUAL", 1), "");
        assert_eq!((&answer["figures"][0]["min"], &answer["figures"][0]["max"], &answer["figures"][0]["covered_count"]), (&json!(1), &json!(2), &json!(3)));
        assert_eq!(editor.get(answer["source_path"].as_str().unwrap()).expect(200)["coverage"]["reported_count"], 3);
        assert_eq!(outcome(&editor, Value::Null, "").1, "NO_CLAIM");
        // The next meeting asks again; before the unit was there, there is nothing to ask.
        assert_eq!(outcome(&editor, band("19", "EQUAL", 1), "period=2021").1, "NO_FIGURE");
        let later = crate::reforms::later(app);
        let made = id(&editor.post(STATEMENTS, &said(band("19", "EQUAL", 1))).expect(201));
        let answer = later.as_caller(&editor).get(&format!("{STATEMENTS}/{made}/answer?period=2026")).expect(200);
        assert_eq!((&answer["outcome"], &answer["reason"]), (&json!("NO_DATA"), &json!("UNIT_NOT_IN_PERIOD")));
    }

    /// Figures against a number, an earlier period, and the province; a gap that narrows.
    fn figures_bear_a_claim_out_or_not(app) {
        let nation = app.with_key("nation");
        let figure = |unit: &str, period: &str, value: i64| {
            let body = json!({ "indicator_code": "INCOME_PER_CAPITA", "unit_code": unit, "period": period, "stage": "OFFICIAL", "figure": { "value": value } });
            nation.post("/v1/observations", &body).expect(201);
        };
        for (unit, period, value) in [("063", "2021", 30), ("063", "2022", 36), ("06", "2021", 40), ("06", "2022", 42)] {
            figure(unit, period, value);
        }
        let editor = app.with_key("district-editor");
        let claim = |kind: &str, more: Value| {
            let mut claim = json!({ "kind": kind, "indicator_code": "INCOME_PER_CAPITA" });
            claim.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
            claim
        };
        let (yes, no) = ("SUPPORTED", "CONTRADICTED");
        for (claim, expected) in [
            (claim("INDICATOR_VALUE", json!({ "comparison": "AT_LEAST", "value": 36 })), yes),
            (claim("INDICATOR_VALUE", json!({ "comparison": "MORE_THAN", "value": 36 })), no),
            (claim("INDICATOR_CHANGE", json!({ "comparison": "MORE_THAN", "since_period": "2021" })), yes),
            (claim("INDICATOR_CHANGE", json!({ "comparison": "EQUAL", "since_period": "2021" })), no),
            (claim("INDICATOR_GAP", json!({ "comparison": "LESS_THAN", "compared_with": "PROVINCE" })), yes),
            (claim("INDICATOR_GAP", json!({ "comparison": "MORE_THAN", "compared_with": "PROVINCE" })), no),
            (claim("GAP_CHANGE", json!({ "compared_with": "PROVINCE", "trend": "NARROWS", "since_period": "2021" })), yes),
            (claim("GAP_CHANGE", json!({ "compared_with": "PROVINCE", "trend": "WIDENS", "since_period": "2021" })), no),
            (claim("INDICATOR_GAP", json!({ "comparison": "LESS_THAN", "compared_with": "NATION" })), "NO_DATA"),
            (claim("INDICATOR_CHANGE", json!({ "comparison": "MORE_THAN", "since_period": "2020" })), "NO_DATA"),
        ] {
            let (found, _, answer) = outcome(&editor, claim.clone(), "");
            assert_eq!(found, expected, "{claim}: {answer}");
        }
        let gap = claim("GAP_CHANGE", json!({ "compared_with": "PROVINCE", "trend": "NARROWS", "since_period": "2021" }));
        let (_, _, answer) = outcome(&editor, gap.clone(), "");
        let numbers: Vec<(&Value, &Value, &Value)> = answer["figures"].as_array().unwrap().iter().map(|one| (&one["unit"]["code"], &one["period"], &one["min"])).collect();
        assert_eq!(numbers, [(&json!("063"), &json!("2022"), &json!(36)), (&json!("06"), &json!("2022"), &json!(42)), (&json!("063"), &json!("2021"), &json!(30)), (&json!("06"), &json!("2021"), &json!(40))]);
        assert_eq!(answer["trend"], "NARROWS");
        assert_eq!(editor.get(answer["source_path"].as_str().unwrap()).expect(200)["indicators"][0]["trend_to_province"], "NARROWS");
        // Asked again with the periods of the next meeting.
        figure("063", "2023", 37);
        figure("06", "2023", 50);
        assert_eq!(outcome(&editor, gap, "period=2023&since_period=2022").0, no);
        // Counts of a part of the communes are no figure of the whole.
        let poor = json!({ "indicator_code": "POOR_HOUSEHOLDS_2022_2025", "unit_code": "01984", "period": "2022", "stage": "OFFICIAL", "figure": { "value": 20 } });
        nation.post("/v1/observations", &poor).expect(201);
        let few = json!({ "kind": "INDICATOR_VALUE", "indicator_code": "POOR_HOUSEHOLDS_2022_2025", "comparison": "AT_LEAST", "value": 20 });
        let (found, reason, answer) = outcome(&editor, few, "");
        assert_eq!((found.as_str(), &reason, &answer["figures"][0]["covered_count"]), ("NO_DATA", &json!("INCOMPLETE"), &json!(1)));
    }

    /// What was said stays; what would prove it may be found later. Every fault at once.
    fn a_statement_keeps_its_words(app) {
        let editor = app.with_key("district-editor");
        let committee = id(&app.with_key("district-manager").post("/v1/committees", &json!({ "unit_code": "063", "kind": "COMMITTEE", "name": "Ban Chỉ đạo" })).expect(201));
        let meeting = id(&editor.post("/v1/meetings", &json!({ "committee_id": committee, "held_date": "2023-03-10" })).expect(201));
        let mut body = said(Value::Null);
        (body["meeting_id"], body["topic_code"]) = (json!(meeting), json!("KINH_TE"));
        let made = editor.post(STATEMENTS, &body).expect(201);
        assert_eq!((&made["claim"], &made["meeting_id"], &made["topic_code"]), (&Value::Null, &json!(meeting), &json!("KINH_TE")));
        assert_eq!(editor.delete(&format!("/v1/meetings/{meeting}"), 1).problem(409).0, "IN_USE");
        let path = format!("{STATEMENTS}/{}", id(&made));
        let changed = editor.patch(&path, 1, &json!({ "claim": band("19", "EQUAL", 4), "topic_code": null })).expect(200);
        assert_eq!((&changed["claim"]["value"], &changed["topic_code"], &changed["wording"]), (&json!(4), &Value::Null, &made["wording"]));
        editor.patch(&path, 2, &json!({ "wording": "Năm xã", "period": "2023" })).refused(&[("/wording", "READ_ONLY"), ("/period", "READ_ONLY")]);
        for (query, count) in [("q=bon+xa", 1), ("q=nam+xa", 0), ("period=2022", 1), ("topic_code=KINH_TE", 0), ("unit_code=064", 0)] {
            assert_eq!(items(&editor.get(&format!("{STATEMENTS}?{query}")).expect(200)).len(), count, "{query}");
        }
        assert_eq!(items(&editor.get(&format!("{STATEMENTS}?meeting_id={meeting}")).expect(200)).len(), 1);
        let refused = |claim: Value, faults: &[(&str, &str)]| editor.post(STATEMENTS, &said(claim)).refused(faults);
        refused(json!({ "kind": "BAND_COUNT", "indicator_code": "INCOME_PER_CAPITA", "band_code": "19" }), &[
            ("/claim/criteria_set_code", "REQUIRED"), ("/claim/indicator_code", "UNKNOWN_MEMBER"), ("/claim/comparison", "REQUIRED"), ("/claim/value", "REQUIRED"),
        ]);
        refused(band("18", "EQUAL", 4), &[("/claim/band_code", "UNKNOWN_CODE")]);
        refused(json!({ "kind": "GAP_CHANGE", "indicator_code": "KHONG_CO", "compared_with": "PROVINCE", "trend": "NO_DATA", "since_period": "2022" }), &[
            ("/claim/indicator_code", "UNKNOWN_CODE"), ("/claim/trend", "UNKNOWN_VALUE"), ("/claim/since_period", "DATE_ORDER"),
        ]);
        let mut body = said(band("19", "EQUAL", 4));
        body["claim"]["criteria_set_code"] = json!("KHONG-CO");
        (body["stated_date"], body["meeting_id"], body["topic_code"]) = (json!("2023-03-16"), json!(UNKNOWN), json!("KHONG_CO"));
        editor.post(STATEMENTS, &body).refused(&[
            ("/stated_date", "DATE_IN_FUTURE"), ("/meeting_id", "UNKNOWN_REFERENCE"), ("/topic_code", "UNKNOWN_CODE"), ("/claim/criteria_set_code", "CRITERIA_SET_NOT_FOUND"),
        ]);
        assert_eq!(editor.delete(&path, 2).status, 204);
        assert_eq!(editor.get(&path).status, 404);
    }
}
