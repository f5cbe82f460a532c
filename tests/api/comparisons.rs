//! `criteria-matrix`, what was gained and lost, and `indicator-comparison`.

use crate::reports::{MEETING, reported};
use crate::support::{Client, on_both};
use serde_json::{Value, json};

fn total(client: &Client, unit: &str, period: &str, min: i64, max: i64) {
    let mut body = reported(unit, min, max);
    body["period"] = json!(period);
    body["criteria_set_code"] = json!("NTM-XA-2021-2025");
    client.post("/v1/assessments", &body).expect(201);
}

fn given(client: &Client, unit: &str, period: &str, stage: &str, verdicts: &[(&str, &str)]) {
    let criteria: Vec<Value> =
        verdicts.iter().map(|(code, verdict)| json!({ "code": code, "verdict": verdict })).collect();
    let body = json!({
        "unit_code": unit, "criteria_set_code": "NTM-XA-2021-2025", "period": period, "stage": stage, "criteria": criteria,
    });
    client.post("/v1/assessments", &body).expect(201);
}

fn codes(list: &Value) -> Vec<&str> {
    list.as_array().expect("a list").iter().map(|code| code.as_str().expect("a code")).collect()
}

fn column(matrix: &Value, code: &str) -> Value {
    let columns = matrix["columns"].as_array().expect("columns");
    columns.iter().find(|column| column["code"] == code).expect("the column").clone()
}

fn row(matrix: &Value, unit: &str) -> Value {
    let rows = matrix["rows"].as_array().expect("rows");
    rows.iter().find(|row| row["unit"]["code"] == unit).expect("the row").clone()
}

on_both! {
    /// Between two periods a commune certainly gained, certainly lost, stayed, or its ranges leave it open; and where
    /// the verdicts are known, through which criteria.
    fn gained_and_lost_since_another_period(app) {
        let editor = app.with_key("district-editor");
        total(&editor, "02008", "2021", 15, 18);
        total(&editor, "02008", "2022", 19, 19);
        total(&editor, "02005", "2021", 12, 12);
        total(&editor, "02005", "2022", 10, 10);
        total(&editor, "02014", "2021", 19, 19);
        total(&editor, "02014", "2022", 19, 19);
        total(&editor, "01990", "2021", 10, 14);
        total(&editor, "01990", "2022", 10, 14);
        total(&editor, "01975", "2022", 10, 14);
        let (met, failed) = ("MET", "NOT_MET");
        given(&editor, "01984", "2021", "REPORTED", &[("1", met), ("2", met), ("3", failed), ("4", failed)]);
        let all: Vec<String> = (1..=19).map(|code| code.to_string()).collect();
        let now: Vec<(&str, &str)> = all.iter().map(|code| (code.as_str(), if code == "2" { failed } else { met })).collect();
        given(&editor, "01984", "2022", "REPORTED", &now);
        let report = editor.get("/v1/reports/criteria-distribution?unit_code=063&period=2022&compare_with=2021").expect(200);
        let comparison = &report["comparison"];
        let counts = ["gained_count", "lost_count", "unchanged_count", "unclear_count", "not_comparable_count"];
        // Đôn Phong: 2 to 17 before, 18 now.
        assert_eq!(counts.map(|count| comparison[count].as_i64().unwrap()), [2, 1, 1, 1, 8], "{comparison}");
        assert_eq!(comparison["period"], "2021");
        let gained = comparison["gained"].as_array().unwrap();
        let of = |code: &str| gained.iter().find(|moved| moved["unit"]["code"] == code).expect("it gained");
        assert_eq!((&of("02008")["from_max"], &of("02008")["to_min"], codes(&of("02008")["gained"])), (&json!(18), &json!(19), vec![]));
        assert_eq!((codes(&of("01984")["gained"]), codes(&of("01984")["lost"])), (vec!["3", "4"], vec!["2"]));
        assert_eq!(comparison["lost"][0]["unit"]["name"], "Quân Hà");
        let without = editor.get("/v1/reports/criteria-distribution?unit_code=063&period=2022").expect(200);
        assert_eq!(without["comparison"], Value::Null);
    }

    /// Communes against criteria: totals, what fails most, who did not report, and where two stages do not agree.
    fn the_matrix_shows_who_meets_what_and_where_stages_disagree(app) {
        let (editor, signer) = (app.with_key("district-editor"), app.with_key("district-signer"));
        for (unit, min, max) in &MEETING[..2] {
            editor.post("/v1/assessments", &reported(unit, *min, *max)).expect(201);
        }
        let (met, failed) = ("MET", "NOT_MET");
        for (stage, verdicts) in [("SELF", [("1", met), ("2", met), ("10", met)]), ("VERIFICATION", [("1", met), ("2", failed), ("10", failed)])] {
            given(&editor, "01984", "2022", stage, &verdicts);
            let path = format!("/v1/assessments?unit_code=01984&period=2022&stage={stage}");
            let id = editor.get(&path).expect(200)["items"][0]["id"].as_str().unwrap().to_owned();
            signer.step(&format!("/v1/assessments/{id}"), 1, &json!({ "to": "SUBMITTED" })).expect(200);
        }
        given(&editor, "01975", "2022", "REPORTED", &[("10", failed)]);
        let path = "/v1/reports/criteria-matrix?unit_code=063&period=2022";
        let matrix = editor.get(path).expect(200);
        assert_eq!((&matrix["coverage"]["expected_count"], &matrix["coverage"]["reported_count"]), (&json!(13), &json!(4)));
        assert_eq!(matrix["columns"].as_array().unwrap().len(), 19);
        let counts = |matrix: &Value, code: &str| {
            let column = column(matrix, code);
            ["met_count", "not_met_count", "not_assessed_count", "disagreement_count"].map(|name| column[name].as_i64().unwrap())
        };
        // A declared 19 of 19 tells every criterion; the highest stage counts.
        assert_eq!((counts(&matrix, "1"), counts(&matrix, "2"), counts(&matrix, "10")), ([3, 0, 1, 0], [2, 1, 1, 0], [2, 2, 0, 0]), "{matrix}");
        assert_eq!(codes(&matrix["failing_most"]), ["10", "2"]);
        assert_eq!(row(&matrix, "01984")["results"].as_array().unwrap().len(), 1);
        assert_eq!(row(&matrix, "02002")["results"], json!([]));
        let stages = editor.get(&format!("{path}&stage=VERIFICATION,SELF")).expect(200);
        let both = row(&stages, "01984");
        assert_eq!(both["results"].as_array().unwrap().iter().map(|result| result["stage"].as_str().unwrap()).collect::<Vec<_>>(), ["SELF", "VERIFICATION"]);
        assert_eq!(codes(&both["disagreements"]), ["2", "10"]);
        assert_eq!((counts(&stages, "1"), counts(&stages, "2")), ([1, 0, 0, 0], [0, 1, 0, 1]));
        let table = editor.call("GET", &format!("{path}&stage=SELF,VERIFICATION"), &[("accept", "text/csv")], None);
        let rows: Vec<Vec<&str>> = table.text.lines().map(|line| line.split(',').collect()).collect();
        assert_eq!((table.status, rows.len(), rows[0].len()), (200, 15, 32), "a heading, two results of one commune, and the other twelve");
        assert!(rows.iter().all(|row| row.len() == rows[0].len()));
        let own = rows.iter().filter(|row| row[0] == "01984").map(|row| (row[3], row[8])).collect::<Vec<_>>();
        assert_eq!(own, [("SELF", "MET"), ("VERIFICATION", "NOT_MET")]);
    }

    /// Communes against items: the verdicts of their sheets.
    fn the_matrix_goes_down_to_items(app) {
        let (editor, signer) = (app.with_key("commune-editor"), app.with_key("commune-signer"));
        let sheet = json!({
            "unit_code": "01984", "criteria_set_code": "NTM-XA-2021-2025", "period": "2022", "stage": "SELF",
            "items": [
                { "code": "10.1", "figure": { "value": 38.9 } }, { "code": "3.2", "figure": { "value": 1 } },
                { "code": "13.4", "not_applicable_reason": "Xã không có làng nghề" },
            ],
        });
        let assessment = editor.post("/v1/assessments", &sheet).expect(201);
        signer.step(&format!("/v1/assessments/{}", assessment["id"].as_str().unwrap()), 1, &json!({ "to": "SUBMITTED" })).expect(200);
        let matrix = app.with_key("district-viewer").get("/v1/reports/criteria-matrix?unit_code=063&period=2022&grain=ITEM").expect(200);
        assert_eq!((matrix["grain"].as_str(), matrix["columns"].as_array().unwrap().len()), (Some("ITEM"), 57));
        let counts = |code: &str| {
            let column = column(&matrix, code);
            ["met_count", "not_met_count", "not_assessed_count"].map(|name| column[name].as_i64().unwrap())
        };
        assert_eq!((counts("10.1"), counts("3.2"), counts("13.4"), counts("1.1")), ([0, 1, 0], [1, 0, 0], [1, 0, 0], [0, 0, 1]));
        assert_eq!(column(&matrix, "10.1")["criterion_code"], "10");
        assert_eq!(codes(&matrix["failing_most"]), ["10.1"]);
        app.with_key("nation").get("/v1/reports/criteria-matrix?unit_code=063&period=2022&grain=NONE").faults(422, "VALIDATION_FAILED", &[("grain", "UNKNOWN_VALUE")]);
    }
}

const RATE: &str = "POOR_HOUSEHOLD_RATE_2022_2025";
const HOUSEHOLDS: &str = "POOR_HOUSEHOLDS_2022_2025";

fn observe(client: &Client, indicator: &str, unit: &str, period: &str, stage: &str, figure: Value) {
    let body =
        json!({ "indicator_code": indicator, "unit_code": unit, "period": period, "stage": stage, "figure": figure });
    client.post("/v1/observations", &body).expect(201);
}

on_both! {
    /// A commune beside its province and the nation: the gap, whether it narrows, target beside actual. Who has no
    /// figure has that of the units below: counts added, rates out of the sums of their parts.
    fn a_unit_stands_beside_its_province_and_the_nation(app) {
        let nation = app.with_key("nation");
        for (period, commune, province, country) in [("2022", 40.0, 24.5, 7.52), ("2023", 33.0, 22.0, 5.71)] {
            observe(&nation, RATE, "01984", period, "OFFICIAL", json!({ "value": commune }));
            observe(&nation, RATE, "06", period, "OFFICIAL", json!({ "value": province }));
            observe(&nation, RATE, "VN", period, "OFFICIAL", json!({ "value": country }));
        }
        // What the unit says of itself does not outdo statistics; the plan stands beside.
        observe(&nation, RATE, "01984", "2023", "SELF", json!({ "value": 30 }));
        observe(&nation, RATE, "01984", "2023", "TARGET", json!({ "value": 34 }));
        observe(&nation, RATE, "01984", "2022", "TARGET", json!({ "value": 35 }));
        observe(&nation, HOUSEHOLDS, "01984", "2022", "SELF", json!({ "value": 210 }));
        observe(&nation, HOUSEHOLDS, "02008", "2022", "SELF", json!({ "value": 45 }));
        let viewer = app.with_key("district-viewer");
        let path = |unit: &str, more: &str| format!("/v1/reports/indicator-comparison?unit_code={unit}&{more}");
        let report = viewer.get(&path("01984", &format!("period=2023,2022&indicator_code={RATE},{HOUSEHOLDS}"))).expect(200);
        assert_eq!((&report["unit"]["name"], &report["province"]["code"], &report["nation"]["code"]), (&json!("Đôn Phong"), &json!("06"), &json!("VN")));
        let rate = &report["indicators"][0];
        let (first, last) = (&rate["periods"][0], &rate["periods"][1]);
        assert_eq!((&first["period"], &last["period"]), (&json!("2022"), &json!("2023")));
        assert_eq!(first["gap_to_province"], json!({ "difference": 15.5, "ahead": false }));
        assert_eq!(last["gap_to_province"], json!({ "difference": 11, "ahead": false }));
        assert_eq!(last["gap_to_nation"]["difference"].to_string(), "27.29");
        assert_eq!((&rate["trend_to_province"], &rate["trend_to_nation"]), (&json!("NARROWS"), &json!("NARROWS")));
        assert_eq!((&last["unit"]["actual"]["value"], &last["unit"]["actual"]["stage"], &last["unit"]["actual"]["origin"]), (&json!(33), &json!("OFFICIAL"), &json!("OBSERVED")));
        // A lower rate is better: 33 against a plan of 34 is reached, 40 against 35 is not.
        assert_eq!((&last["unit"]["target_reached"], &first["unit"]["target_reached"]), (&json!(true), &json!(false)));
        let count = &report["indicators"][1]["periods"][0];
        let province = &count["province"]["actual"];
        assert_eq!((&province["value"], &province["origin"], &province["covered_count"]), (&json!(255), &json!("AGGREGATED"), &json!(2)), "{province}");
        assert!(province["expected_count"].as_i64().unwrap() > 100);
        assert_eq!(count["gap_to_province"], Value::Null, "a province has more of everything");
        assert_eq!(report["indicators"][1]["trend_to_nation"], "NO_DATA");
        assert_eq!(report["indicators"][1]["periods"][1]["unit"]["actual"], Value::Null);
        let table = viewer.call("GET", &path("01984", &format!("period=2023&indicator_code={RATE}")), &[("accept", "text/csv")], None);
        let rows: Vec<&str> = table.text.lines().skip(1).collect();
        assert_eq!(rows.len(), 3, "the commune, its province, the nation: {}", table.text);
        assert!(rows[0].starts_with(&format!("{RATE},2023,01984,Đôn Phong,33,OFFICIAL,OBSERVED,1,1,false,34,true")), "{}", rows[0]);
        // The rate of one unit below is not that of the whole: without its parts it cannot be weighed.
        let alone = viewer.get(&path("063", &format!("period=2021&indicator_code={RATE}"))).expect(200);
        let period = &alone["indicators"][0]["periods"][0];
        assert_eq!((&period["province"]["actual"]["value"], &period["nation"]["actual"]), (&json!(26.93), &Value::Null));
        // By topic, and what is asked wrongly.
        let topic = viewer.get(&path("063", "period=2024&topic_code=GIAM_NGHEO")).expect(200);
        assert!(topic["indicators"].as_array().unwrap().len() >= 8);
        viewer.get(&path("063", "indicator_code=NOBODY_COUNTS_THIS")).faults(422, "VALIDATION_FAILED", &[("indicator_code", "UNKNOWN_CODE")]);
        app.with_key("sibling-editor").get(&path("01984", &format!("period=2022&indicator_code={RATE}"))).faults(404, "NOT_FOUND", &[]);
    }

    /// On the basis of today a merged commune has the figures of those that it came from, rates weighed by their
    /// parts; what the service counts itself is counted on that day.
    fn a_merged_commune_has_the_figures_of_those_it_came_from(app) {
        let nation = app.with_key("nation");
        let successor = nation.get("/v1/units?level=COMMUNE&as_of=2026-01-01&limit=1&q=Phong%20Quang").expect(200)["items"][0].clone();
        let lineage = nation.get(&format!("/v1/units/{}/lineage?as_of=2026-01-01", successor["id"].as_str().unwrap())).expect(200);
        let before = lineage["predecessors"].as_array().unwrap();
        assert!(before.len() > 1, "{lineage}");
        let mut origins: Vec<String> = Vec::new();
        for step in before {
            if step["edge"]["kind"] != "KEEPS" {
                origins.push(step["unit"]["code"].as_str().unwrap().to_owned());
            }
        }
        for (at, origin) in origins.iter().enumerate() {
            let poor = 100 + 50 * at;
            observe(&nation, RATE, origin, "2022", "SELF", json!({ "numerator": poor, "denominator": 500 }));
        }
        let poor: usize = (0..origins.len()).map(|at| 100 + 50 * at).sum();
        let path = format!(
            "/v1/reports/indicator-comparison?unit_id={}&period=2022&basis=2026-01-01&indicator_code={RATE},NEW_RURAL_COMMUNES",
            successor["id"].as_str().unwrap()
        );
        let report = nation.get(&path).expect(200);
        assert_eq!(report["basis"], "2026-01-01");
        let actual = &report["indicators"][0]["periods"][0]["unit"]["actual"];
        assert_eq!((&actual["numerator"], &actual["denominator"], &actual["origin"]), (&json!(poor), &json!(500 * origins.len()), &json!("AGGREGATED")), "{actual}");
        assert_eq!(actual["covered_count"], origins.len());
        let derived = &report["indicators"][1]["periods"][0]["unit"]["actual"];
        assert_eq!((&derived["origin"], &derived["expected_count"]), (&json!("DERIVED"), &json!(origins.len())));
    }
}
