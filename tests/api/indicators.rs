//! Indicators and their figures: each defined once, stages side by side, corrections that keep the old.

use crate::support::{Client, on_both};
use serde_json::{Value, json};

fn with(mut body: Value, changes: Value) -> Value {
    for (name, value) in changes.as_object().expect("changes") {
        body[name] = value.clone();
    }
    body
}

/// Send a body to an address and compare the faults, in any order.
#[track_caller]
fn refused(client: &Client, path: &str, body: &Value, status: u16, faults: &[(&str, &str)]) {
    let reply = client.post(path, body);
    let (_, mut found) = reply.problem(status);
    found.sort();
    let found: Vec<(&str, &str)> = found.iter().map(|(place, code)| (place.as_str(), code.as_str())).collect();
    let mut faults = faults.to_vec();
    faults.sort_unstable();
    assert_eq!(found, faults, "{body}: {}", reply.text);
}

fn water() -> Value {
    json!({
        "code": "HOUSEHOLDS_WITH_PIPED_WATER_SHARE", "name": { "vi": "Tỷ lệ hộ có nước máy", "en": "Share of households with piped water" },
        "value_type": "PERCENT", "unit_code": "PERCENT", "time_basis": "STOCK", "direction": "HIGHER_IS_BETTER",
        "numerator": { "vi": "Số hộ có nước máy", "en": "Households with piped water" },
        "denominator": { "vi": "Tổng số hộ", "en": "All households" }, "breakdowns": ["SEX"], "minimum": 0, "maximum": 100
    })
}

/// A figure of Đôn Phong for 2022, by its own stage.
fn figure(indicator: &str, figure: Value) -> Value {
    json!({ "indicator_code": indicator, "unit_code": "01984", "period": "2022", "stage": "SELF", "figure": figure })
}

const INSURANCE: &str = "HEALTH_INSURANCE_COVERAGE_RATE";

on_both! {
    /// The 57 of the national set and at least one for every topic that the meeting reviewed.
    fn every_item_and_every_topic_has_its_indicator(app) {
        let reader = app.with_key("district-viewer");
        let mut codes = Vec::new();
        let mut path = "/v1/indicators?limit=30&with_total=true".to_owned();
        let mut pages = 0;
        while !path.is_empty() {
            let page = reader.get(&path).expect(200);
            codes.extend(page["items"].as_array().unwrap().iter().map(|item| item["code"].as_str().unwrap().to_owned()));
            path = page["next_cursor"].as_str().map_or(String::new(), |cursor| format!("/v1/indicators?limit=30&with_total=true&cursor={cursor}"));
            pages += 1;
            assert_eq!(page["total"], 82);
        }
        assert_eq!((pages, codes.len()), (3, 82));
        let set = reader.get("/v1/criteria-sets?code=NTM-XA-2021-2025").expect(200);
        let document = reader.get(&format!("/v1/criteria-sets/{}/document", set["items"][0]["id"].as_str().unwrap())).expect(200);
        let criteria = document["criteria"].as_array().unwrap();
        let items: Vec<&Value> = criteria.iter().flat_map(|criterion| criterion["items"].as_array().unwrap()).collect();
        let mut named: Vec<&str> = items.iter().map(|item| item["indicator_code"].as_str().unwrap()).collect();
        named.sort_unstable();
        named.dedup();
        assert_eq!((items.len(), named.len()), (57, 57), "each item has an indicator of its own");
        assert!(named.iter().all(|code| codes.contains(&(*code).to_owned())));
        let topics = reader.get("/v1/code-lists/review-topics").expect(200);
        let topics = topics["items"].as_array().unwrap();
        assert_eq!(topics.len(), 14);
        for topic in topics {
            let code = topic["code"].as_str().unwrap();
            let found = reader.get(&format!("/v1/indicators?topic_code={code}")).expect(200);
            assert!(!found["items"].as_array().unwrap().is_empty(), "{code}");
        }
        let derived = reader.get("/v1/indicators?derived=true").expect(200);
        assert!(derived["items"].as_array().unwrap().iter().any(|item| item["code"] == "ESPECIALLY_DIFFICULT_COMMUNES"));
        let found = reader.get("/v1/indicators?q=thu%20nhap").expect(200);
        assert!(found["items"].as_array().unwrap().iter().any(|item| item["code"] == "INCOME_PER_CAPITA"));
    }

    /// What an indicator measures is its identity: the same code with another meaning is refused, its name may change.
    fn an_indicator_is_defined_once(app) {
        let (keeper, other) = (app.with_key("nation"), app.with_key("district-manager"));
        let made = keeper.post("/v1/indicators", &water());
        let body = made.expect(201);
        assert_eq!((&body["keeper_unit"]["code"], &body["confidence"]), (&json!("VN"), &json!("VERIFIED")));
        let path = format!("/v1/indicators/{}", body["id"].as_str().unwrap());
        assert_eq!(keeper.get(&path).expect(200), body);
        keeper.post("/v1/indicators", &water()).faults(409, "DUPLICATE", &[]);
        for change in [
            json!({ "unit_code": "HOUSEHOLD" }), json!({ "direction": "NEUTRAL" }), json!({ "breakdowns": [] }),
            json!({ "standard_code": "POVERTY-2022-2025" }), json!({ "maximum": 200 }),
            json!({ "denominator": { "vi": "Số hộ thường trú", "en": "Resident households" } }),
        ] {
            keeper.post("/v1/indicators", &with(water(), change)).faults(409, "INDICATOR_REDEFINED", &[]);
        }
        other.post("/v1/indicators", &with(water(), json!({ "code": "OTHER" }))).faults(403, "OUT_OF_SCOPE", &[("/keeper_unit_code", "OUT_OF_SCOPE")]);
        other.patch(&path, 1, &json!({ "topic_codes": [] })).faults(403, "FORBIDDEN", &[]);
        let renamed = keeper.patch(&path, 1, &json!({ "name": { "vi": "Tỷ lệ hộ dùng nước máy", "en": "Piped water" }, "code": body["code"] })).expect(200);
        assert_eq!((&renamed["name"]["vi"], &renamed["version"]), (&json!("Tỷ lệ hộ dùng nước máy"), &json!(2)));
        keeper.patch(&path, 2, &json!({ "value_type": "COUNT" })).faults(422, "VALIDATION_FAILED", &[("/value_type", "READ_ONLY")]);
        let versions = keeper.get(&format!("{path}/versions")).expect(200);
        assert_eq!(versions["items"].as_array().unwrap().len(), 2);
        let faults = [
            (json!({ "code": "x" }), vec![("/code", "INVALID_CODE")]),
            (json!({ "unit_code": "FATHOM" }), vec![("/unit_code", "UNKNOWN_CODE")]),
            (json!({ "standard_code": "POVERTY-1" }), vec![("/standard_code", "UNKNOWN_CODE")]),
            (json!({ "topic_codes": ["Y_TE", "MUSIC", "Y_TE"] }), vec![("/topic_codes/1", "UNKNOWN_CODE"), ("/topic_codes/2", "DUPLICATE_ITEM")]),
            (json!({ "numerator": null }), vec![("/numerator", "REQUIRED")]),
            (json!({ "value_type": "BOOLEAN" }), vec![("/numerator", "UNKNOWN_MEMBER")]),
            (json!({ "minimum": 1, "maximum": 0 }), vec![("/maximum", "TOO_SMALL")]),
            (json!({ "breakdowns": ["SEX", "SEX"] }), vec![("/breakdowns/1", "DUPLICATE_ITEM")]),
            (json!({ "derivation_kind": "DBKK" }), vec![("/derivation", "REQUIRED")]),
            (json!({ "derivation": "UNITS_WITH_STATUS" }), vec![("/derivation_kind", "REQUIRED")]),
            (json!({ "derivation": "CRITERIA_MET_AVERAGE", "derivation_kind": "DBKK" }), vec![("/derivation_kind", "UNKNOWN_MEMBER")]),
            (json!({ "derivation": "DISBURSEMENT_RATE", "derivation_kind": "DBKK" }), vec![("/derivation_kind", "UNKNOWN_MEMBER")]),
            (json!({ "keeper_unit_code": "063" }), vec![("/keeper_unit_code", "UNIT_LEVEL_MISMATCH")]),
        ];
        for (change, faults) in faults {
            refused(&keeper, "/v1/indicators", &with(with(water(), json!({ "code": "NEW_ONE" })), change), 422, &faults);
        }
    }

    /// Poverty of Bắc Kạn in 2021 stands under two standards: the same households, two indicators, both true.
    fn poverty_stands_under_its_standard(app) {
        let reader = app.with_key("nation");
        let read = |indicator: &str| {
            let page = reader.get(&format!("/v1/observations?unit_code=06&unit_scope=SELF&period=2021&indicator_code={indicator}&embed=indicator")).expect(200);
            let items = page["items"].as_array().unwrap();
            assert_eq!(items.len(), 1, "{indicator}");
            let standard = items[0]["indicator"]["standard_code"].as_str().unwrap().to_owned();
            (items[0]["value"].clone(), items[0]["stage"].as_str().unwrap().to_owned(), standard)
        };
        let official = |value: Value, standard: &str| (value, "OFFICIAL".to_owned(), standard.to_owned());
        assert_eq!(read("POOR_HOUSEHOLDS_2016_2020"), official(json!(13867), "POVERTY-2016-2020"));
        assert_eq!(read("POOR_HOUSEHOLD_RATE_2016_2020"), official(json!(17.02), "POVERTY-2016-2020"));
        assert_eq!(read("POOR_HOUSEHOLDS_2022_2025"), official(json!(21946), "POVERTY-2022-2025"));
        assert_eq!(read("POOR_HOUSEHOLD_RATE_2022_2025"), official(json!(26.93), "POVERTY-2022-2025"));
        let divided = reader.get("/v1/observations?unit_code=06&unit_scope=SELF&period=2019&indicator_code=POOR_HOUSEHOLD_RATE_2016_2020").expect(200);
        assert_eq!((&divided["items"][0]["numerator"], &divided["items"][0]["value"]), (&json!(16003), &json!(19.935)), "16,003 of 80,276");
    }

    /// Stages stand side by side; a figure that holds is corrected by a new one, with a reason, and stays to be read.
    fn a_correction_keeps_the_old(app) {
        let editor = app.with_key("district-editor");
        let body = figure("INCOME_PER_CAPITA", json!({ "value": 31.2, "cut_off_date": "2022-12-31", "source": { "label": "Chi cục Thống kê" },
            "evidence": [{ "kind_code": "SURVEY", "label": "Phiếu điều tra", "date": "2022-12-20", "valid_until": "2023-03-01" }] }));
        let first = editor.post("/v1/observations", &body).expect(201);
        assert_eq!(first["evidence"][0]["expired"], true, "it proved something until 1 March");
        let again = editor.post("/v1/observations", &body);
        again.faults(409, "DUPLICATE", &[]);
        assert_eq!(again.json()["existing_id"], first["id"]);
        // Another stage does not meet it.
        editor.post("/v1/observations", &with(body.clone(), json!({ "stage": "VERIFICATION" }))).expect(201);
        let correction = with(figure("INCOME_PER_CAPITA", json!({ "value": 32 })), json!({ "corrects_id": first["id"] }));
        refused(&editor, "/v1/observations", &correction, 422, &[("/correction_reason", "REASON_REQUIRED")]);
        let correction = with(correction, json!({ "correction_reason": "Cộng sót hai thôn" }));
        let second = editor.post("/v1/observations", &correction).expect(201);
        assert_eq!((&second["corrects_id"], &second["corrected_by_id"]), (&first["id"], &Value::Null));
        let old = editor.get(&format!("/v1/observations/{}", first["id"].as_str().unwrap())).expect(200);
        assert_eq!((&old["value"], &old["corrected_by_id"], &old["version"]), (&json!(31.2), &second["id"], &json!(2)));
        // What no longer holds cannot be corrected again; another figure is not corrected by this one.
        refused(&editor, "/v1/observations", &correction, 422, &[("/corrects_id", "CORRECTION_MISMATCH")]);
        let holding = editor.get("/v1/observations?unit_code=01984&stage=SELF").expect(200);
        assert_eq!(holding["items"].as_array().unwrap().len(), 1);
        let all = editor.get("/v1/observations?unit_code=01984&stage=SELF&with_corrected=true&sort=-created_at").expect(200);
        assert_eq!(all["items"].as_array().unwrap().len(), 2);
        // A figure can be withdrawn; nothing holds in its place but that it was.
        let withdrawal = with(figure("INCOME_PER_CAPITA", json!({})), json!({ "corrects_id": second["id"], "correction_reason": "Chưa điều tra" }));
        let gone = editor.post("/v1/observations", &withdrawal).expect(201);
        assert_eq!(gone["value"], Value::Null);
        refused(&editor, "/v1/observations", &figure("MAKESHIFT_HOUSES", json!({})), 422, &[("/figure/value", "REQUIRED")]);
        let journal = app.with_key("nation").get(&format!("/v1/observations/{}/versions", first["id"].as_str().unwrap())).expect(200);
        assert_eq!(journal["items"][1]["action"], "observation.corrected");
    }

    /// Each thing that a figure cannot be has its own code; nothing of it is stored.
    fn figures_that_cannot_be_are_refused(app) {
        let editor = app.with_key("district-editor");
        let sexes = |men: (i64, i64), women: (i64, i64)| json!([
            { "member": "MALE", "numerator": men.0, "denominator": men.1 }, { "member": "FEMALE", "numerator": women.0, "denominator": women.1 },
        ]);
        let rows = [
            (INSURANCE, json!({ "value": 100.01 }), vec![("/figure/value", "VALUE_OUT_OF_RANGE")]),
            (INSURANCE, json!({ "value": -1 }), vec![("/figure/value", "VALUE_OUT_OF_RANGE")]),
            (INSURANCE, json!({ "numerator": 1, "denominator": 0 }), vec![("/figure/denominator", "DENOMINATOR_ZERO")]),
            (INSURANCE, json!({ "numerator": 101, "denominator": 100 }), vec![("/figure/value", "VALUE_OUT_OF_RANGE")]),
            (INSURANCE, json!({ "numerator": 1 }), vec![("/figure/denominator", "REQUIRED")]),
            (INSURANCE, json!({ "denominator": 1 }), vec![("/figure/numerator", "REQUIRED")]),
            (INSURANCE, json!({ "numerator": -1, "denominator": 10 }), vec![("/figure/numerator", "TOO_SMALL")]),
            (INSURANCE, json!({ "value": 67.172, "numerator": 67712, "denominator": 100000 }), vec![("/figure/value", "RATE_MISMATCH")]),
            (INSURANCE, json!({ "numerator": 90, "denominator": 100, "breakdown": sexes((40, 50), (40, 50)) }), vec![("/figure/breakdown", "BREAKDOWN_MISMATCH")]),
            (INSURANCE, json!({ "value": 90, "breakdown": [{ "member": "MALE", "value": 80 }, { "member": "FEMALE", "value": 85 }] }), vec![("/figure/breakdown", "BREAKDOWN_MISMATCH")]),
            (INSURANCE, json!({ "value": 90, "breakdown": [{ "member": "URBAN", "value": 90 }] }), vec![("/figure/breakdown/0/member", "BREAKDOWN_NOT_DECLARED")]),
            (INSURANCE, json!({ "value": 90, "breakdown": [{ "member": "MALE", "value": 90 }, { "member": "MALE", "value": 90 }] }), vec![("/figure/breakdown/1/member", "DUPLICATE_ITEM")]),
            (INSURANCE, json!({ "breakdown": [{ "member": "MALE" }] }), vec![("/figure/breakdown/0/value", "REQUIRED")]),
            ("MAKESHIFT_HOUSES", json!({ "value": 1.5 }), vec![("/figure/value", "INTEGER_EXPECTED")]),
            ("MAKESHIFT_HOUSES", json!({ "value": -1 }), vec![("/figure/value", "VALUE_OUT_OF_RANGE")]),
            ("MAKESHIFT_HOUSES", json!({ "numerator": 1, "denominator": 2 }), vec![("/figure/numerator", "UNKNOWN_MEMBER")]),
            ("DISASTER_PREPAREDNESS_MET", json!({ "value": 2 }), vec![("/figure/value", "VALUE_OUT_OF_RANGE")]),
            ("ESPECIALLY_DIFFICULT_COMMUNES", json!({ "value": 2 }), vec![("/indicator_code", "INDICATOR_DERIVED")]),
            ("NO_SUCH_THING", json!({ "value": 2 }), vec![("/indicator_code", "UNKNOWN_CODE")]),
            (INSURANCE, json!({ "value": "90" }), vec![("/figure/value", "NUMBER_EXPECTED")]),
            (INSURANCE, json!({ "value": 90.12345 }), vec![("/figure/value", "TOO_MANY_DIGITS")]),
            (INSURANCE, json!({ "value": 90, "cut_off_date": "2023-03-16" }), vec![("/figure/cut_off_date", "DATE_IN_FUTURE")]),
            (INSURANCE, json!({ "value": 90, "evidence": [{ "kind_code": "RUMOUR", "label": "x", "date": "2022-02-01", "valid_until": "2022-01-01" }] }),
                vec![("/figure/evidence/0/kind_code", "UNKNOWN_CODE"), ("/figure/evidence/0/valid_until", "DATE_ORDER")]),
        ];
        let before = editor.get("/v1/observations?with_corrected=true&with_total=true").expect(200)["total"].clone();
        for (indicator, sent, faults) in rows {
            refused(&editor, "/v1/observations", &figure(indicator, sent), 422, &faults);
        }
        let later = with(figure(INSURANCE, json!({ "value": 90 })), json!({ "period": "2024" }));
        refused(&editor, "/v1/observations", &later, 422, &[("/period", "DATE_IN_FUTURE")]);
        assert_eq!(editor.get("/v1/observations?with_corrected=true&with_total=true").expect(200)["total"], before);
        // What is planned may be of a year to come; men and women make the whole.
        editor.post("/v1/observations", &with(later, json!({ "stage": "TARGET" }))).expect(201);
        let whole = editor.post("/v1/observations", &figure(INSURANCE, json!({ "breakdown": sexes((45, 50), (46, 50)) }))).expect(201);
        assert_eq!((&whole["value"], &whole["numerator"], &whole["breakdown"][0]["value"]), (&json!(91), &json!(91), &json!(90)));
        // A printed rate is taken at its own precision.
        editor.post("/v1/observations", &figure("HOUSEHOLDS_WITH_CLEAN_WATER_SHARE", json!({ "value": 19.93, "numerator": 16003, "denominator": 80276 }))).expect(201);
    }

    /// A batch is all or nothing, names every fault with its place, and sent again changes nothing.
    fn a_batch_of_figures_is_one_write(app) {
        let editor = app.with_key("district-editor");
        let units = ["01960", "01963", "01966"];
        let communes = editor.get("/v1/units?unit_code=063&kind_code=XA&level=COMMUNE&as_of=2022-12-31").expect(200);
        let codes: Vec<String> = communes["items"].as_array().unwrap().iter().map(|unit| unit["code"].as_str().unwrap().to_owned()).collect();
        assert!(codes.len() == 13 && units.len() < codes.len());
        let item = |code: &String, value: f64| json!({ "indicator_code": "INCOME_PER_CAPITA", "unit_code": code, "period": "2022", "stage": "SELF",
            "figure": { "value": value }, "external_id": format!("thu-nhap-{code}") });
        let items: Vec<Value> = codes.iter().map(|code| item(code, 31.5)).collect();
        let send = |key: &str, items: &[Value]| editor.send("POST", "/v1/observations/batch", &[("idempotency-key", key)], &json!({ "items": items }));
        let mut wrong = items.clone();
        wrong[1]["figure"]["value"] = json!(-1);
        wrong[2]["unit_code"] = json!("02134");
        wrong[3]["external_id"] = wrong[0]["external_id"].clone();
        let reply = send("figures-of-2022-wrong", &wrong);
        reply.faults(422, "BATCH_REJECTED", &[("/items/1/figure/value", "VALUE_OUT_OF_RANGE"), ("/items/2/unit_code", "UNIT_CODE_NOT_HELD"), ("/items/3/external_id", "DUPLICATE_ITEM")]);
        editor.post("/v1/observations/batch", &json!({ "items": items })).problem(400);
        let stored = send("figures-of-2022-first", &items).expect(201);
        assert_eq!(stored["items"].as_array().unwrap().len(), 13);
        let position = app.with_key("nation").get("/v1/journal?limit=1").expect(200)["items"][0]["position"].clone();
        let replayed = send("figures-of-2022-first", &items);
        assert_eq!(replayed.header("idempotency-replayed"), Some("true"));
        assert_eq!(send("figures-of-2022-again", &items).expect(201), stored, "under another key it says the same");
        let mut without: Vec<Value> = items.clone();
        without.iter_mut().for_each(|item| { item.as_object_mut().unwrap().remove("external_id"); });
        send("figures-of-2022-third", &without).expect(201);
        assert_eq!(app.with_key("nation").get("/v1/journal?limit=1").expect(200)["items"][0]["position"], position, "nothing was written");
        without[0]["figure"]["value"] = json!(40);
        send("figures-of-2022-other", &without).faults(422, "BATCH_REJECTED", &[("/items/0", "DUPLICATE")]);
    }

    /// Figures follow stage, scope and period lock.
    fn figures_are_written_by_those_whose_stage_it_is(app) {
        let body = figure("INCOME_PER_CAPITA", json!({ "value": 31 }));
        let at = |stage: &str| with(body.clone(), json!({ "stage": stage }));
        let commune = app.with_key("commune-editor");
        commune.post("/v1/observations", &at("VERIFICATION")).faults(403, "STAGE_NOT_PERMITTED", &[]);
        commune.post("/v1/observations", &at("SELF")).expect(201);
        app.with_key("district-editor").post("/v1/observations", &at("APPRAISAL")).faults(403, "STAGE_NOT_PERMITTED", &[]);
        app.with_key("district-editor").post("/v1/observations", &at("VERIFICATION")).expect(201);
        app.with_key("sibling-editor").post("/v1/observations", &at("SELF")).faults(403, "OUT_OF_SCOPE", &[("/unit_code", "OUT_OF_SCOPE")]);
        assert_eq!(app.with_key("sibling-editor").get("/v1/observations?unit_code=063&with_total=true").expect(200)["total"], 0);
        let lock = json!({ "unit_code": "063", "criteria_set_code": "NTM-XA-2021-2025", "period": "2021" });
        app.with_key("district-manager").post("/v1/period-locks", &lock).expect(201);
        let closed = with(at("SELF"), json!({ "period": "2021" }));
        commune.post("/v1/observations", &closed).faults(409, "PERIOD_LOCKED", &[]);
        // What no set judges is not closed with one.
        let other = with(closed, json!({ "indicator_code": "VILLAGES_WITH_TRADITIONAL_ARTS_GROUP", "figure": { "value": 3 } }));
        commune.post("/v1/observations", &other).expect(201);
    }
}
