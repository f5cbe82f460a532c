//! `criteria-matrix`: what stands between a unit and a criterion, and who is nearest.

use crate::evaluations::scaled;
use crate::reports::{MEETING, acts, play};
use crate::support::{App, Client, connect, on_both};
use crate::tables::tables;
use calamine::Data;
use serde_json::{Value, json};
use std::collections::BTreeMap;

const SET: &str = "NTM-XA-2021-2025";

/// What the national set asks of a commune of Bắc Kạn in 2022: item, indicator, how it is held, limit in ten-thousandths,
/// both sexes. A part of 17.1 has no known limit.
const ASKED: [(&str, &str, &str, i128, bool); 9] = [
    ("3.1", "AGRICULTURAL_LAND_IRRIGATED_AND_DRAINED_SHARE", ">=", 800_000, false),
    ("3.2", "DISASTER_PREPAREDNESS_MET", "yes", 10_000, false),
    ("7.1", "RURAL_MARKET_OR_TRADING_PLACE_AVAILABLE", "yes", 10_000, false),
    ("9.1", "MAKESHIFT_HOUSES", "=", 0, false),
    ("10.1", "INCOME_PER_CAPITA", ">=", 390_000, false),
    ("11.1", "MULTIDIMENSIONAL_POVERTY_RATE_2022_2025", "<=", 130_000, false),
    ("12.1", "TRAINED_WORKERS_SHARE", ">=", 600_000, true),
    ("15.1", "HEALTH_INSURANCE_COVERAGE_RATE", ">=", 900_000, true),
    ("17.1", "HOUSEHOLDS_WITH_CLEAN_WATER_SHARE", ">=", 250_000, false),
];

fn of_sexes(men: i64, women: i64) -> Value {
    json!({ "breakdown": [
        { "member": "MALE", "numerator": men, "denominator": 97 }, { "member": "FEMALE", "numerator": women, "denominator": 103 },
    ] })
}

/// Items of a sheet from bits, three for each item; some are left out, some figures are withdrawn.
pub fn figures(bits: u64) -> Value {
    let mut items = Vec::new();
    for (at, (code, _, operator, limit, both)) in ASKED.iter().enumerate() {
        let choice = bits >> (at * 3) & 7;
        let limit = *limit as f64 / 10_000.0;
        let figure = match (*operator, choice) {
            (_, 0) => continue,
            (_, 1) => json!({}),
            ("yes" | "=", more) => json!({ "value": more % 2 }),
            (_, more) if *both => of_sexes(50 + 6 * more as i64, (bits >> 40 & 63) as i64 + 40),
            // Exactly at the limit, one step beside it, far from it on either side, and out of parts.
            (_, 2) => json!({ "value": limit }),
            (_, 3) => json!({ "value": limit - 0.0001 }),
            (_, 4) => json!({ "value": limit + 0.0001 }),
            (_, 5) => json!({ "value": limit / 2.0 }),
            ("<=", 6) => json!({ "numerator": bits >> 50 & 127, "denominator": 331 }),
            (">=", 6) if *code != "10.1" => json!({ "numerator": bits >> 50 & 127, "denominator": 149 }),
            _ => json!({ "value": limit + 7.25 }),
        };
        let mut item = json!({ "code": code, "figure": figure });
        match (*code, bits >> 58 & 7) {
            ("7.1", 0) => item["not_applicable_reason"] = json!("Xã không quy hoạch chợ"),
            ("3.1", 1) => item["override"] = json!({ "verdict": "MET", "reason": "Đã bàn giao" }),
            ("3.1", 2) => item["override"] = json!({ "verdict": "NOT_MET", "reason": "Chưa nghiệm thu" }),
            _ => {}
        }
        items.push(item);
    }
    Value::Array(items)
}

#[derive(diesel::QueryableByName)]
struct StoredItem {
    #[diesel(sql_type = diesel::sql_types::Text)]
    assessment: String,
    #[diesel(sql_type = diesel::sql_types::Text)]
    code: String,
    #[diesel(sql_type = diesel::sql_types::Text)]
    verdict: String,
    #[diesel(sql_type = diesel::sql_types::Text)]
    cited: String,
}

#[derive(diesel::QueryableByName)]
struct StoredFigure {
    #[diesel(sql_type = diesel::sql_types::Text)]
    id: String,
    #[diesel(sql_type = diesel::sql_types::Nullable<diesel::sql_types::BigInt>)]
    value: Option<i64>,
    #[diesel(sql_type = diesel::sql_types::Nullable<diesel::sql_types::BigInt>)]
    numerator: Option<i64>,
    #[diesel(sql_type = diesel::sql_types::Nullable<diesel::sql_types::BigInt>)]
    denominator: Option<i64>,
    #[diesel(sql_type = diesel::sql_types::Text)]
    breakdown: String,
}

#[derive(diesel::QueryableByName)]
struct StoredVerdict {
    #[diesel(sql_type = diesel::sql_types::Text)]
    assessment: String,
    #[diesel(sql_type = diesel::sql_types::Text)]
    code: String,
    #[diesel(sql_type = diesel::sql_types::Text)]
    verdict: String,
    #[diesel(sql_type = diesel::sql_types::Nullable<diesel::sql_types::Integer>)]
    declared_min: Option<i32>,
    #[diesel(sql_type = diesel::sql_types::Nullable<diesel::sql_types::Integer>)]
    declared_max: Option<i32>,
}

/// Rows of separate SQL. `{id:…}` is a column of ids, as 32 digits on either database.
fn rows<T>(app: &App, sql: &str) -> Vec<T>
where
    T: diesel::QueryableByName<diesel::sqlite::Sqlite> + diesel::QueryableByName<diesel::pg::Pg> + 'static,
{
    use diesel::RunQueryDsl;
    let ids = |before: &str, after: &str| sql.replace("{id:", before).replace(":id}", after);
    match &mut connect(&app.database) {
        muctieu::db::Conn::Pg(c) => diesel::sql_query(ids("replace(CAST(", " AS text), '-', '')")).load(&mut **c),
        muctieu::db::Conn::Sqlite(c) => diesel::sql_query(ids("lower(hex(", "))")).load(&mut **c),
    }
    .expect("the recount runs")
}

/// A figure of the whole, of men or of women, in ten-thousandths.
#[derive(Debug, Clone, Copy)]
struct Known {
    value: i128,
    parts: Option<(i128, i128)>,
}

fn known(value: i128, numerator: Option<i128>, denominator: Option<i128>) -> Known {
    Known { value, parts: numerator.zip(denominator) }
}

/// Does it reach the limit? Rates are held by their parts: nothing is rounded into reach.
fn reaches(operator: &str, limit: i128, figure: Known) -> bool {
    let (own, limit) = match figure.parts {
        Some((numerator, denominator)) => (numerator * 100 * 10_000, limit * denominator),
        None => (figure.value, limit),
    };
    match operator {
        "<=" => own <= limit,
        "=" => own == limit,
        _ => own >= limit,
    }
}

/// Distance, share and figure of the worst that falls short.
fn farthest(operator: &str, limit: i128, figures: &[Known]) -> Option<(i128, i128, Known)> {
    let mut worst: Option<(i128, i128, Known)> = None;
    for figure in figures.iter().filter(|figure| !reaches(operator, limit, **figure)) {
        let gap = (limit - figure.value).abs().max(1);
        let share = (gap * 10_000 / limit.max(figure.value)).clamp(1, 10_000);
        if worst.is_none_or(|(other, ..)| gap > other) {
            worst = Some((gap, share, *figure));
        }
    }
    worst
}

fn id_of(value: &Value) -> String {
    value.as_str().expect("an id").replace('-', "")
}

fn list(value: &Value) -> &[Value] {
    value.as_array().expect("a list")
}

/// Hold the matrix of items of a period against what is stored. Returns how many distances there were.
fn equal_a_recount(app: &App, period: &str) -> usize {
    let client = app.with_key("nation");
    let path = format!("/v1/reports/criteria-matrix?unit_code=063&period={period}&grain=ITEM");
    let matrix = client.get(&path).expect(200);
    let items: Vec<StoredItem> = rows(
        app,
        "SELECT {id:assessment_id:id} AS assessment, item_code AS code, verdict, CAST(observation_ids AS text) AS cited FROM assessment_items",
    );
    let items: BTreeMap<(&str, &str), &StoredItem> =
        items.iter().map(|item| ((item.assessment.as_str(), item.code.as_str()), item)).collect();
    let stored: Vec<StoredFigure> = rows(
        app,
        "SELECT {id:id:id} AS id, value, numerator, denominator, CAST(breakdown AS text) AS breakdown FROM observations",
    );
    let stored: BTreeMap<&str, &StoredFigure> = stored.iter().map(|figure| (figure.id.as_str(), figure)).collect();
    let columns = list(&matrix["columns"]);
    let mut count = 0;
    let mut near: BTreeMap<&str, Vec<(i128, String)>> = BTreeMap::new();
    for row in list(&matrix["rows"]) {
        for result in list(&row["results"]) {
            let id = id_of(&result["assessment_id"]);
            for ((column, verdict), distance) in
                columns.iter().zip(list(&result["verdicts"])).zip(list(&result["distances"]))
            {
                let code = column["code"].as_str().unwrap();
                let item = items.get(&(id.as_str(), code));
                assert_eq!(*verdict, *item.map_or("NOT_ASSESSED", |item| item.verdict.as_str()), "{code} of {row}");
                let asked = ASKED.iter().find(|asked| asked.0 == code);
                let expected =
                    asked.zip(item).filter(|(_, item)| item.verdict == "NOT_MET").and_then(|(asked, item)| {
                        let cited: Value = serde_json::from_str(&item.cited).expect("JSON");
                        let figure = stored[id_of(&cited[0]).as_str()];
                        let wide = |number: Option<i64>| number.map(i128::from);
                        let whole = figure
                            .value
                            .map(|value| known(value.into(), wide(figure.numerator), wide(figure.denominator)));
                        let mut figures: Vec<Known> = whole.into_iter().collect();
                        let members: Value = serde_json::from_str(&figure.breakdown).expect("JSON");
                        for member in list(&members).iter().filter(|_| asked.4) {
                            let part = |name: &str| member[name].is_number().then(|| scaled(&member[name]));
                            figures.push(known(scaled(&member["value"]), part("numerator"), part("denominator")));
                        }
                        Some((asked, farthest(asked.2, asked.3, &figures)?))
                    });
                let Some((asked, (gap, share, figure))) = expected else {
                    assert_eq!(*distance, Value::Null, "{code} of {row}");
                    continue;
                };
                count += 1;
                assert_eq!(
                    (scaled(&distance["gap"]), scaled(&distance["gap_percent"])),
                    (gap, share * 100),
                    "{code} of {row}"
                );
                assert_eq!(distance["indicator_code"], asked.1);
                match figure.parts {
                    None => assert_eq!(distance["numerator_gap"], Value::Null),
                    // So many more of what is counted reach it, and not one step fewer.
                    Some((numerator, denominator)) => {
                        let more = scaled(&distance["numerator_gap"]);
                        let with = |more: i128| Known { parts: Some((numerator + more, denominator)), ..figure };
                        assert!(reaches(asked.2, asked.3, with(more)), "{distance}");
                        assert!(!reaches(asked.2, asked.3, with(more - more.signum())), "{distance}");
                    }
                }
                let unit = row["unit"]["code"].as_str().unwrap().to_owned();
                near.entry(column["code"].as_str().unwrap()).or_default().push((share, unit));
            }
            proof_says_the_same(&client, result, columns);
        }
    }
    for column in columns {
        let mut expected = near.remove(column["code"].as_str().unwrap()).unwrap_or_default();
        expected.sort();
        assert_eq!(column["distance_count"], expected.len());
        expected.truncate(20);
        let told: Vec<(i128, String)> = list(&column["nearest"])
            .iter()
            .map(|near| {
                (scaled(&near["distance"]["gap_percent"]) / 100, near["unit"]["code"].as_str().unwrap().to_owned())
            })
            .collect();
        assert_eq!(told, expected, "{}", column["code"]);
    }
    totals_equal_a_recount(app, &matrix, &items);
    count
}

/// The distance in the matrix is that of the proof, which for what is signed was written at the signature.
fn proof_says_the_same(client: &Client, result: &Value, columns: &[Value]) {
    let path = format!("/v1/assessments/{}/evaluation", result["assessment_id"].as_str().unwrap());
    let proof = client.get(&path).expect(200);
    let items: Vec<&Value> = list(&proof["criteria"]).iter().flat_map(|criterion| list(&criterion["items"])).collect();
    for (column, distance) in
        columns.iter().zip(list(&result["distances"])).filter(|(_, distance)| distance.is_object())
    {
        let item = items.iter().find(|item| item["code"] == column["code"]).expect("the item");
        let mut measures = list(&item["measures"]).iter();
        let measure = measures.find(|measure| measure["indicator_code"] == distance["indicator_code"]);
        let measure = measure.expect("the measure");
        for name in ["unit_code", "gap", "gap_percent", "numerator_gap"] {
            assert_eq!(measure[name], distance[name], "{name} of {}", column["code"]);
        }
    }
}

/// Criteria met and missing, from the stored verdicts on items and criteria.
fn totals_equal_a_recount(app: &App, matrix: &Value, items: &BTreeMap<(&str, &str), &StoredItem>) {
    let given: Vec<StoredVerdict> = rows(
        app,
        "SELECT {id:a.id:id} AS assessment, coalesce(v.criterion_code, '') AS code, coalesce(v.verdict, '') AS verdict,
                a.declared_min, a.declared_max FROM assessments a LEFT JOIN assessment_verdicts v ON v.assessment_id = a.id",
    );
    let mut criteria: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for column in list(&matrix["columns"]) {
        let code = column["criterion_code"].as_str().unwrap();
        criteria.entry(code).or_default().push(column["code"].as_str().unwrap());
    }
    assert_eq!(criteria.len(), 19);
    for result in list(&matrix["rows"]).iter().flat_map(|row| list(&row["results"])) {
        let id = id_of(&result["assessment_id"]);
        let own: Vec<&StoredVerdict> = given.iter().filter(|row| row.assessment == id).collect();
        let (mut met, mut failed) = (0, 0);
        for (code, of_items) in &criteria {
            let verdicts: Vec<&str> = of_items
                .iter()
                .map(|item| items.get(&(id.as_str(), *item)).map_or("NOT_ASSESSED", |item| item.verdict.as_str()))
                .collect();
            let said = own.iter().find(|row| row.code == *code).map_or("NOT_ASSESSED", |row| row.verdict.as_str());
            match (verdicts.contains(&"NOT_MET"), verdicts.contains(&"NOT_ASSESSED"), said) {
                (true, ..) | (false, true, "NOT_MET") => failed += 1,
                (false, true, "NOT_ASSESSED") => {}
                _ => met += 1,
            }
        }
        let min = own[0].declared_min.map_or(met, |declared| declared.max(met));
        let max = own[0].declared_max.map_or(19 - failed, |declared| declared.min(19 - failed));
        assert_eq!((&result["met_min"], &result["met_max"]), (&json!(min), &json!(max)), "{result}");
        let target = |count: i32| json!({ "criteria_count": count, "needed_min": (count - max).max(0), "needed_max": (count - min).max(0) });
        let above = [5, 10, 15, 19].into_iter().find(|count| *count > min);
        assert_eq!(result["to_next_band"], above.map_or(Value::Null, target));
        assert_eq!(result["to_all"], target(19));
    }
}

/// Every commune of the meeting reports or begins a sheet, so that a history has something to change.
fn begin(app: &App, period: &str, runner: &mut proptest::test_runner::TestRunner) -> Vec<String> {
    use proptest::strategy::{Strategy, ValueTree};
    let mut begun = Vec::new();
    for (at, (unit, ..)) in MEETING.iter().enumerate() {
        let bits = proptest::num::u64::ANY.new_tree(runner).expect("bits").current();
        let stage = ["REPORTED", "SELF", "REPORTED"][at % 3];
        let body = json!({ "unit_code": unit, "criteria_set_code": SET, "period": period, "stage": stage, "items": figures(bits) });
        let reply = app.with_key("nation").post("/v1/assessments", &body);
        begun.push(reply.expect(201)["id"].as_str().expect("an id").to_owned());
    }
    begun
}

/// What one commune says of its items.
fn report(client: &Client, unit: &str, items: &Value) {
    let body =
        json!({ "unit_code": unit, "criteria_set_code": SET, "period": "2022", "stage": "REPORTED", "items": items });
    client.post("/v1/assessments", &body).expect(201);
}

fn column<'a>(matrix: &'a Value, code: &str) -> (usize, &'a Value) {
    list(&matrix["columns"]).iter().enumerate().find(|(_, column)| column["code"] == code).expect("the column")
}

/// Gap, share and what is counted, of one commune in one column; `None` where there is no distance.
fn told(matrix: &Value, unit: &str, code: &str) -> Option<(String, String, String)> {
    let row = list(&matrix["rows"]).iter().find(|row| row["unit"]["code"] == unit).expect("the row");
    let distance = &row["results"][0]["distances"][column(matrix, code).0];
    let text = |name: &str| distance[name].to_string();
    distance.is_object().then(|| (text("gap"), text("gap_percent"), text("numerator_gap")))
}

const MATRIX: &str = "/v1/reports/criteria-matrix?unit_code=063&period=2022";

on_both! {
    /// Whatever is written, signed, returned or deleted: distances, totals and the nearest are those of a naive count over
    /// the stored figures, and those of each proof.
    fn distances_equal_a_recount_after_any_history(app) {
        use proptest::strategy::{Strategy, ValueTree};
        let mut runner = proptest::test_runner::TestRunner::deterministic();
        let strategy = acts(true);
        let mut count = 0;
        for period in ["2022", "2022-H1", "2022-H2", "2022-Q1", "2022-Q2", "2022-Q3"] {
            let history = strategy.new_tree(&mut runner).expect("a history").current();
            play(app, period, begin(app, period, &mut runner), &history);
            count += equal_a_recount(app, period);
        }
        assert!(count > 50, "only {count} distances were recounted");
        tables(&app.with_key("nation"), &format!("{MATRIX}&grain=ITEM"));
    }

    /// At the threshold nothing is missing, one step beside it one step is; what nobody knows has no distance.
    fn a_distance_is_exact_and_never_a_guess(app) {
        let editor = app.with_key("district-editor");
        let figure = |code: &str, figure: Value| json!({ "code": code, "figure": figure });
        report(&editor, "01984", &json!([
            figure("10.1", json!({ "value": 38.9 })),
            figure("3.1", json!({ "value": 80 })),
            figure("3.2", json!({ "value": 0 })),
            figure("9.1", json!({ "value": 3 })),
            figure("11.1", json!({ "numerator": 20, "denominator": 100 })),
            // Together nine of ten, but the women at 88 %: theirs is the farther one.
            figure("15.1", json!({ "breakdown": [{ "member": "MALE", "numerator": 46, "denominator": 50 }, { "member": "FEMALE", "numerator": 44, "denominator": 50 }] })),
            figure("12.1", json!({ "value": 55, "breakdown": [{ "member": "MALE", "value": 48.5 }, { "member": "FEMALE", "value": 59.9999 }] })),
            // Its own level is known, that of its part is not.
            { "code": "17.1", "figure": { "value": 20 }, "part_figures": [{ "part": 1, "figure": { "value": 1 } }] },
        ]));
        report(&editor, "02008", &json!([
            figure("10.1", json!({ "value": 38.9999 })), figure("11.1", json!({ "value": 13 })), figure("3.2", json!({ "value": 1 })),
            { "code": "3.1", "figure": { "value": 80 }, "override": { "verdict": "NOT_MET", "reason": "Chưa nghiệm thu" } },
            { "code": "9.1", "figure": { "value": 4 }, "override": { "verdict": "MET", "reason": "Đã xóa sau khi chốt số liệu" } },
        ]));
        report(&editor, "01990", &json!([figure("10.1", json!({ "value": 19.5 })), figure("11.1", json!({ "value": 13.0001 }))]));
        let matrix = editor.get(&format!("{MATRIX}&grain=ITEM")).expect(200);
        let gap = |unit: &str, code: &str| told(&matrix, unit, code);
        let said = |gap: &str, share: &str, counted: &str| Some((gap.to_owned(), share.to_owned(), counted.to_owned()));
        assert_eq!(gap("01984", "10.1"), said("0.1", "0.25", "null"));
        assert_eq!(gap("01984", "3.1"), None, "exactly at the threshold");
        assert_eq!(gap("01984", "3.2"), said("1", "100", "null"), "what is not there is missing whole");
        assert_eq!(gap("01984", "9.1"), said("3", "100", "null"));
        assert_eq!(gap("01984", "11.1"), said("7", "35", "-7"), "seven households too many");
        assert_eq!(gap("01984", "15.1"), said("2", "2.22", "1"), "one more woman");
        assert_eq!(gap("01984", "12.1"), said("11.5", "19.16", "null"), "the men are farther");
        assert_eq!(gap("01984", "17.1"), said("5", "20", "null"), "its part has no known level");
        assert_eq!(gap("01984", "1.1"), None, "nobody told a figure");
        assert_eq!((gap("02008", "10.1"), gap("02008", "11.1")), (said("0.0001", "0.01", "null"), None));
        assert_eq!((gap("02008", "3.1"), gap("02008", "9.1")), (None, None), "decided against the figures");
        assert_eq!(gap("01990", "11.1"), said("0.0001", "0.01", "null"));
        let income = column(&matrix, "10.1").1;
        let nearest: Vec<&str> = list(&income["nearest"]).iter().map(|near| near["unit"]["code"].as_str().unwrap()).collect();
        assert_eq!((&income["distance_count"], nearest), (&json!(3), vec!["02008", "01984", "01990"]));
        assert_eq!(income["nearest"][1]["distance"], json!({ "indicator_code": "INCOME_PER_CAPITA", "unit_code": "MILLION_VND_PER_PERSON_YEAR", "gap": 0.1, "gap_percent": 0.25, "numerator_gap": null }));
        let land = column(&matrix, "3.1").1;
        assert_eq!((&land["not_met_count"], &land["distance_count"], &land["nearest"]), (&json!(1), &json!(0), &json!([])));

        // The same in a table, after the columns that were there before.
        let table = tables(&editor, &format!("{MATRIX}&grain=ITEM"));
        let (row, first) = (table.row("unit_code", "01984"), table.column("gap_1.1"));
        assert_eq!((first, table.csv[0].len()), (7 + 57 + 5, 7 + 57 + 5 + 57 + 1));
        assert_eq!(table.csv[0][7 + 57..first].join(","), "next_band_criteria_count,next_band_needed_min,next_band_needed_max,all_needed_min,all_needed_max");
        let cell = |code: &str| &row[table.column(&format!("gap_{code}"))];
        assert_eq!([cell("10.1"), cell("11.1"), cell("3.1"), cell("1.1")], [&Data::Float(0.1), &Data::Float(7.0), &Data::Empty, &Data::Empty]);
        assert!(list(&matrix["columns"]).iter().all(|column| row[table.column(column["code"].as_str().unwrap())].to_string().chars().all(|letter| letter.is_ascii_uppercase() || letter == '_')));
    }

    /// How many criteria are missing to the next band and to all: a range where the result is one.
    fn a_row_tells_what_is_missing_to_the_next_band_and_to_all(app) {
        let editor = app.with_key("district-editor");
        for (unit, min, max) in [("01984", 5, 9), ("02008", 19, 19), ("01990", 14, 16), ("01975", 0, 19)] {
            editor.post("/v1/assessments", &json!({ "unit_code": unit, "criteria_set_code": SET, "period": "2022", "stage": "REPORTED", "declared_total": { "min": min, "max": max } })).expect(201);
        }
        let target = |count: i64, min: i64, max: i64| json!({ "criteria_count": count, "needed_min": min, "needed_max": max });
        for grain in ["CRITERION", "ITEM"] {
            let matrix = editor.get(&format!("{MATRIX}&grain={grain}")).expect(200);
            for (unit, next, all) in [
                ("01984", target(10, 1, 5), target(19, 10, 14)),
                ("02008", Value::Null, target(19, 0, 0)),
                ("01990", target(15, 0, 1), target(19, 3, 5)),
                ("01975", target(5, 0, 5), target(19, 0, 19)),
            ] {
                let row = list(&matrix["rows"]).iter().find(|row| row["unit"]["code"] == unit).expect("the row");
                assert_eq!((&row["results"][0]["to_next_band"], &row["results"][0]["to_all"]), (&next, &all), "{unit}");
            }
            let result = &list(&matrix["rows"]).iter().find(|row| row["results"][0].is_object()).expect("a result")["results"][0];
            assert_eq!(list(&result["distances"]).len(), if grain == "ITEM" { 57 } else { 0 });
            assert!(list(&matrix["columns"]).iter().all(|column| column["distance_count"] == 0 && column["nearest"] == json!([])));
        }
        let table = tables(&editor, MATRIX);
        let row = table.row("unit_code", "01984");
        let cells: Vec<String> = row[7 + 19..7 + 19 + 5].iter().map(ToString::to_string).collect();
        assert_eq!(cells, ["10", "1", "5", "10", "14"]);
        assert_eq!(table.row("unit_code", "02008")[7 + 19], Data::Empty, "there is no band above the highest");
    }
}
