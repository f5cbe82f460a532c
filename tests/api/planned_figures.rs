//! What a work programme plans: its figures are targets that name it, and reports show them beside what was reached.

use crate::parties::Refused;
use crate::reports::{MEETING, reported};
use crate::support::money::{REPORT, entry, record};
use crate::support::{App, Client, on_both};
use serde_json::{Value, json};

const ACTS: &str = "/v1/acts";
const RATE: &str = "POOR_HOUSEHOLD_RATE_2022_2025";
const RECOGNISED: &str = "NEW_RURAL_COMMUNES";
const AVERAGE: &str = "CRITERIA_MET_AVERAGE";
const DISBURSED: &str = "DISBURSEMENT_RATE";

fn figure(indicator: &str, period: &str, value: f64) -> Value {
    json!({ "indicator_code": indicator, "period": period, "value": value })
}

fn at(unit: &str, mut figure: Value) -> Value {
    figure["unit_code"] = json!(unit);
    figure
}

fn programme(first: Vec<Value>, second: Vec<Value>) -> Value {
    json!({ "unit_code": "063", "kind_code": "CHUONG_TRINH", "title": "Chương trình công tác năm 2023", "items": [
        { "code": "1", "content": "Xây dựng nông thôn mới", "figures": first },
        { "code": "2", "content": "Giảm nghèo", "due_date": "2023-12-15", "figures": second },
    ] })
}

fn path_of(act: &Value) -> String {
    format!("{ACTS}/{}", act["id"].as_str().expect("an id"))
}

fn values(item: &Value) -> Vec<Value> {
    item["figures"].as_array().expect("figures").iter().map(|figure| figure["value"].clone()).collect()
}

fn target_of(client: &Client, unit: &str, indicator: &str, period: &str) -> Value {
    let path = format!(
        "/v1/observations?unit_code={unit}&unit_scope=SELF&stage=TARGET&indicator_code={indicator}&period={period}"
    );
    client.get(&path).expect(200)["items"][0].clone()
}

fn report(app: &App, key: &str, query: &str) -> Value {
    app.with_key(key).get(&format!("/v1/reports/criteria-distribution?unit_code=063&{query}")).expect(200)
}

on_both! {
    /// A target that comes with many other figures is shown as one that comes alone, and one that is taken back among
    /// many is gone.
    fn targets_among_many_figures_are_shown(app) {
        let editor = app.with_key("district-editor");
        let figures = |stage: &str, years: std::ops::Range<i32>| -> Vec<Value> {
            let days = years.flat_map(|year| (1..=12).map(move |month| format!("{year}-{month:02}")));
            let of = |(unit, period)| json!({ "unit_code": unit, "indicator_code": "INCOME_PER_CAPITA", "period": period, "stage": stage, "figure": { "value": 12 } });
            let units = MEETING.map(|(unit, ..)| unit);
            days.flat_map(|period| units.map(|unit| (unit, period.clone()))).map(of).collect()
        };
        let send = |key: &str, mut items: Vec<Value>, last: Value| {
            items.push(last);
            assert!(items.len() > 500, "{} figures are not many", items.len());
            let sent = json!({ "items": items });
            editor.send("POST", "/v1/observations/batch", &[("idempotency-key", key)], &sent).expect(201)["items"].as_array().unwrap().last().unwrap().clone()
        };
        let target = |value: Value| json!({ "unit_code": "063", "indicator_code": RECOGNISED, "period": "2022", "stage": "TARGET", "figure": { "value": value } });
        let planned = || report(app, "district-editor", "period=2022")["total"]["target"]["recognised_count"].clone();
        assert_eq!(planned(), Value::Null);
        let first = send("targets-among-many-figures", figures("TARGET", 2018..2022), target(json!(5)));
        assert_eq!(planned(), 5);
        let mut back = target(Value::Null);
        back["corrects_id"] = first["id"].clone();
        back["correction_reason"] = json!("Ghi nhầm huyện");
        send("targets-taken-back-among-many", figures("SELF", 2018..2022), back);
        assert_eq!(planned(), Value::Null);
    }

    /// Figures of items are observations that name their act; the act tells them, and the reports show target beside
    /// result. What nobody planned is null.
    fn figures_of_a_programme_are_targets_beside_results(app) {
        let editor = app.with_key("district-editor");
        for (unit, min, max) in MEETING {
            editor.post("/v1/assessments", &reported(unit, min, max)).expect(201);
        }
        let status = json!({ "unit_code": "02008", "kind": "NTM_LEVEL", "value_code": "NTM", "valid_from": "2022-05-04", "act_number": "12/QĐ-UBND" });
        app.with_key("nation").post("/v1/unit-statuses", &status).expect(201);
        let before = report(app, "district-editor", "period=2022");
        assert_eq!((&before["total"]["recognised_count"], &before["total"]["target"]), (&json!(1), &json!({ "criteria_met_average": null, "recognised_count": null })));

        let first = vec![figure(RECOGNISED, "2022", 5.0), figure(AVERAGE, "2022", 16.5), at("02008", figure(AVERAGE, "2022", 18.0))];
        let act = editor.post(ACTS, &programme(first, vec![at("01984", figure(RATE, "2023", 34.0))])).expect(201);
        assert_eq!((values(&act["items"][0]), values(&act["items"][1])), (vec![json!(5), json!(16.5), json!(18)], vec![json!(34)]));
        assert_eq!((&act["items"][0]["figures"][0]["unit"]["code"], &act["items"][1]["figures"][0]["unit"]["code"]), (&json!("063"), &json!("01984")));

        // The figure is an observation like all others, and names its act; the act names it back, with no number as well.
        let target = target_of(&editor, "063", RECOGNISED, "2022");
        assert_eq!((&target["stage"], &target["value"], &target["act_id"], &target["act_item_code"]), (&json!("TARGET"), &json!(5), &act["id"], &json!("1")));
        assert_eq!((&target["source"]["label"], &target["id"]), (&act["title"], &act["items"][0]["figures"][0]["observation_id"]));
        let planned = editor.get(&format!("/v1/observations?act_id={}", act["id"].as_str().unwrap())).expect(200);
        assert_eq!(planned["items"].as_array().unwrap().len(), 4);
        let effects = |query: &str| editor.get(&format!("{}/effects?{query}", path_of(&act))).expect(200);
        let all = effects("limit=200");
        assert_eq!(all["items"].as_array().unwrap().len(), 4, "{all}");
        assert!(all["items"].as_array().unwrap().iter().all(|effect| effect["collection"] == "observations" && effect["relation"] == "GROUNDS"));
        let page = effects("limit=3");
        let rest = effects(&format!("limit=3&cursor={}", page["next_cursor"].as_str().expect("a next page")));
        assert_eq!((&rest["items"][0]["record_id"], rest["items"].as_array().unwrap().len()), (&all["items"][3]["record_id"], 1));

        let shown = report(app, "district-editor", "period=2022&group_by=COMMUNE");
        assert_eq!(shown["total"]["target"], json!({ "criteria_met_average": 16.5, "recognised_count": 5 }));
        let group = |code: &str| shown["groups"].as_array().unwrap().iter().find(|group| group["unit"]["code"] == code).expect("a group").clone();
        assert_eq!((&group("02008")["target"]["criteria_met_average"], &group("02008")["recognised_count"]), (&json!(18), &json!(1)));
        assert_eq!((&group("01984")["target"]["criteria_met_average"], &group("01984")["recognised_count"]), (&Value::Null, &json!(0)));
        // Of another period, of the newest results of several, by a set of other criteria, and of a part, nothing was planned.
        for (key, query) in [("district-editor", "period=2021"), ("district-editor", "period=LATEST"), ("commune-editor", "period=2022")] {
            assert_eq!(report(app, key, query)["total"]["target"], before["total"]["target"], "{key} {query}");
        }
        let advanced = report(app, "district-editor", "period=2022&criteria_set_code=NTM-XA-NC-2021-2025");
        assert_eq!(advanced["total"]["target"], json!({ "criteria_met_average": null, "recognised_count": 5 }));
        let own = report(app, "district-editor", "period=2022&criteria_set_code=NTM-XA-BK-2022-2025");
        assert_eq!(own["total"]["target"]["criteria_met_average"], 16.5);
        let csv = editor.call("GET", "/v1/reports/criteria-distribution?unit_code=063&period=2022", &[("accept", "text/csv")], None).text;
        let lines: Vec<Vec<&str>> = csv.trim_start_matches('\u{feff}').lines().map(|line| line.split(',').collect()).collect();
        let cell = |name: &str| lines[1][lines[0].iter().position(|known| *known == name).unwrap_or_else(|| panic!("{name} in {csv}"))];
        assert_eq!((cell("criteria_met_average_target"), cell("recognised_count"), cell("recognised_target")), ("16.5", "1", "5"), "{csv}");

        let matrix = editor.get("/v1/reports/criteria-matrix?unit_code=063&period=2022").expect(200);
        assert_eq!(matrix["target"], json!({ "criteria_met_average": 16.5, "recognised_count": 5 }));
        let row = |code: &str| matrix["rows"].as_array().unwrap().iter().find(|row| row["unit"]["code"] == code).expect("a row").clone();
        assert_eq!((&row("02008")["target"]["criteria_met_average"], &row("02008")["results"][0]["met_max"]), (&json!(18), &json!(19)));
        assert_eq!(row("01984")["target"]["criteria_met_average"], Value::Null);
        let tables = crate::tables::tables(&editor, "/v1/reports/criteria-matrix?unit_code=063&period=2022");
        let of_commune = tables.csv.iter().find(|row| row[0] == "02008").expect("a row");
        assert_eq!((of_commune[tables.column("met_max")].as_str(), of_commune[tables.column("criteria_met_target")].as_str()), ("19", "18"));

        let compared = |unit: &str, indicator: &str| {
            let path = format!("/v1/reports/indicator-comparison?unit_code={unit}&period=2022&indicator_code={indicator}");
            editor.get(&path).expect(200)["indicators"][0]["periods"][0]["unit"].clone()
        };
        let recognised = compared("063", RECOGNISED);
        assert_eq!((&recognised["actual"]["value"], &recognised["target"]["value"], &recognised["target_reached"]), (&json!(1), &json!(5), &json!(false)));
        let commune = compared("02008", AVERAGE);
        assert_eq!((&commune["actual"]["value"], &commune["actual"]["origin"], &commune["target"]["value"], &commune["target_reached"]), (&json!(19), &json!("DERIVED"), &json!(18), &json!(true)));
        let district = compared("063", AVERAGE);
        assert_eq!((&district["actual"], &district["target"]["value"], &district["target_reached"]), (&Value::Null, &json!(16.5), &Value::Null), "ranges have no one average");

        // The paper of the meeting says both, and says where nothing was planned.
        let paper = |period: &str| editor.call("GET", &format!("/v1/reports/steering-review?unit_code=063&period={period}"), &[("accept", "text/html")], None).text;
        assert!(paper("2022").contains("kế hoạch: 16,5.") && paper("2022").contains("Số xã được công nhận đạt chuẩn: 1; kế hoạch: 5."));
        assert!(paper("2021").contains("kế hoạch: chưa giao."));
        // Where no status was recorded, a plan does not make a zero of the result.
        editor.post(ACTS, &programme(vec![figure(RECOGNISED, "2021", 4.0)], vec![])).expect(201);
        let planned = paper("2021");
        assert!(planned.contains("Số xã được công nhận đạt chuẩn: chưa có số liệu; kế hoạch: 4."));
        assert!(planned.contains("<td class=\"n\">–</td><td class=\"n\">4</td>") && !planned.contains("<td class=\"n\">0</td><td class=\"n\">4</td>"));
    }

    /// How much of a year's money is to be disbursed is planned like any figure, and every report of money shows it beside
    /// the rate that it is about, and beside no other.
    fn a_rate_of_disbursement_is_planned(app) {
        let editor = app.with_key("district-editor");
        record(&editor, &entry("ASSIGN", 1000, json!({}))).expect(201);
        record(&editor, &entry("DISTRIBUTE", 100, json!({ "to_unit_code": "01984" }))).expect(201);
        record(&editor, &entry("PAY", 500, json!({}))).expect(201);
        record(&editor, &entry("PAY", 90, json!({ "unit_code": "01984" }))).expect(201);
        let of = |key: &str, query: &str| app.with_key(key).get(&format!("{REPORT}?unit_code=063&{query}")).expect(200);
        assert_eq!(of("district-editor", "plan_year=2022")["target_rate_percent"], Value::Null);
        let planned = vec![figure(DISBURSED, "2022", 95.0), at("01984", figure(DISBURSED, "2022", 80.5))];
        editor.post(ACTS, &programme(planned, vec![])).expect(201);

        let told = of("district-editor", "plan_year=2022&group_by=COMMUNE&value_date_lte=2022-12-31");
        assert_eq!((&told["total"]["rate_percent"], &told["target_rate_percent"]), (&json!(59), &json!(95)));
        let group = |code: &str| told["groups"].as_array().unwrap().iter().find(|group| group["unit"]["code"] == code).expect("a group").clone();
        assert_eq!((&group("01984")["figures"]["rate_percent"], &group("01984")["target_rate_percent"]), (&json!(90), &json!(80.5)));
        assert_eq!(group("02008")["target_rate_percent"], Value::Null);
        let parts = ["programme_code=GNBV", "component_code=GNBV.1", "funding_source_code=NSTW", "nature_code=DTPT", "origin_year=2022"];
        let others = ["with_carried=true", "denominator=DISTRIBUTED"];
        for query in parts.iter().chain(&others).map(|query| format!("plan_year=2022&{query}")).chain(["plan_year=2021,2022".to_owned(), "plan_year=2021".to_owned()]) {
            assert_eq!(of("district-editor", &query)["target_rate_percent"], Value::Null, "{query}");
        }
        assert_eq!(of("commune-editor", "plan_year=2022")["target_rate_percent"], Value::Null, "who sees a part sees no target of the whole");
        let tables = crate::tables::tables(&editor, &format!("{REPORT}?unit_code=063&plan_year=2022&group_by=COMMUNE"));
        let cell = |row: &[String]| row[tables.column("target_rate_percent")].clone();
        assert_eq!(cell(&tables.csv[1]), "95");
        assert_eq!(cell(tables.csv.iter().find(|row| row[0] == "01984").expect("a row")), "80.5");

        let compared = |unit: &str, period: &str| {
            let path = format!("/v1/reports/indicator-comparison?unit_code={unit}&period={period}&indicator_code={DISBURSED}");
            editor.get(&path).expect(200)["indicators"][0]["periods"][0]["unit"].clone()
        };
        let (district, commune) = (compared("063", "2022"), compared("01984", "2022"));
        assert_eq!((&district["actual"]["value"], &district["actual"]["origin"], &district["target"]["value"], &district["target_reached"]), (&json!(59), &json!("DERIVED"), &json!(95), &json!(false)));
        assert_eq!((&commune["actual"]["value"], &commune["target_reached"], &commune["actual"]["expected_count"]), (&json!(90), &json!(true), &json!(1)));
        assert_eq!((&compared("063", "2022-H1")["actual"], &compared("063", "2021")["actual"]), (&Value::Null, &Value::Null));

        let paper = |period: &str, accept: &str| editor.call("GET", &format!("/v1/reports/steering-review?unit_code=063&period={period}"), &[("accept", accept)], None);
        let told = paper("2022", "application/json").json()["disbursement"].clone();
        assert_eq!((&told["state"], &told["rate_percent"], &told["target_rate_percent"]), (&json!("KNOWN"), &json!(59), &json!(95)));
        let behind = editor.get(told["source_path"].as_str().expect("a path")).expect(200);
        assert_eq!((&behind["total"]["rate_percent"], &behind["target_rate_percent"]), (&json!(59), &json!(95)));
        assert!(paper("2022", "text/html").text.contains("Tỷ lệ giải ngân vốn giao trong năm: 59%; kế hoạch: 95%."));
        let nothing = paper("2021", "application/json").json()["disbursement"].clone();
        assert_eq!((&nothing["state"], &nothing["rate_percent"]), (&json!("NO_DATA"), &Value::Null));
        assert!(paper("2021", "text/html").text.contains("Tỷ lệ giải ngân vốn giao trong năm: chưa có số liệu; kế hoạch: chưa giao."));
    }

    /// Items told again change, keep and withdraw what the act planned; a later act names the target in whose place its
    /// own comes; an act that planned stays.
    fn an_act_changes_what_it_planned(app) {
        let editor = app.with_key("district-editor");
        let body = programme(vec![figure(RECOGNISED, "2023", 5.0), figure(AVERAGE, "2023", 16.0)], vec![at("01984", figure(RATE, "2023", 34.0))]);
        let act = editor.post(ACTS, &body).expect(201);
        let kept = target_of(&editor, "01984", RATE, "2023");
        editor.patch(&path_of(&act), 1, &json!({ "act_number": "7/CTr-BCĐ" })).expect(200);
        assert_eq!(target_of(&editor, "063", RECOGNISED, "2023")["value"], 5, "items that are not told stay");
        // One changes, one goes, one stays.
        let again = programme(vec![figure(RECOGNISED, "2023", 6.0)], vec![at("01984", figure(RATE, "2023", 34.0))]);
        let changed = editor.patch(&path_of(&act), 2, &json!({ "items": again["items"] })).expect(200);
        assert_eq!((values(&changed["items"][0]), values(&changed["items"][1])), (vec![json!(6)], vec![json!(34)]));
        let now = target_of(&editor, "063", RECOGNISED, "2023");
        assert_eq!((&now["value"], &now["source"]["label"]), (&json!(6), &json!("7/CTr-BCĐ")));
        assert!(now["corrects_id"].is_string() && now["correction_reason"].is_string(), "{now}");
        let gone = target_of(&editor, "063", AVERAGE, "2023");
        assert_eq!((&gone["value"], &gone["act_id"]), (&Value::Null, &act["id"]));
        assert_eq!(target_of(&editor, "01984", RATE, "2023"), kept);
        assert_eq!(report(app, "district-editor", "period=2023")["total"]["target"], json!({ "criteria_met_average": null, "recognised_count": 6 }));
        // Told again as it is, nothing of it is recorded anew.
        let again = editor.patch(&path_of(&act), 3, &json!({ "items": again["items"], "note": "Đã gửi" })).expect(200);
        assert_eq!(again["items"], changed["items"]);
        assert_eq!(target_of(&editor, "063", RECOGNISED, "2023")["id"], now["id"]);
        assert_eq!(editor.delete(&path_of(&act), 4).problem(409).0, "IN_USE");

        let later = |figures: Vec<Value>| json!({ "unit_code": "063", "kind_code": "KE_HOACH", "title": "Kế hoạch điều chỉnh", "items": [{ "code": "1", "content": "Điều chỉnh", "figures": figures }] });
        let held = editor.post(ACTS, &later(vec![figure(RECOGNISED, "2023", 4.0)]));
        held.refused(&[("/items/0/figures/0", "DUPLICATE")]);
        let mut replacing = figure(RECOGNISED, "2023", 4.0);
        replacing["corrects_id"] = gone["id"].clone();
        editor.post(ACTS, &later(vec![replacing.clone()])).refused(&[("/items/0/figures/0/corrects_id", "CORRECTION_MISMATCH")]);
        replacing["corrects_id"] = now["id"].clone();
        let second = editor.post(ACTS, &later(vec![replacing, figure(AVERAGE, "2023", 15.0)])).expect(201);
        assert_eq!(values(&second["items"][0]), [json!(4), json!(15)], "what was withdrawn holds nothing back");
        let first = editor.get(&path_of(&act)).expect(200);
        assert_eq!(values(&first["items"][0]), [json!(6)], "what was said stays said");
        assert_eq!(first["items"][0]["figures"][0]["corrected_by_id"], second["items"][0]["figures"][0]["observation_id"]);
        assert_eq!(report(app, "district-editor", "period=2023")["total"]["target"], json!({ "criteria_met_average": 15, "recognised_count": 4 }));
    }

    /// Whoever may not record figures plans none; each fault is told at its figure, and nothing is stored.
    fn what_an_act_plans_is_held_to_the_rules_of_figures(app) {
        let editor = app.with_key("district-editor");
        let refused = |figures: Vec<Value>, faults: &[(&str, &str)]| editor.post(ACTS, &programme(figures, vec![])).refused(faults);
        refused(vec![figure("NOBODY_COUNTS_THIS", "2023", 1.0)], &[("/items/0/figures/0/indicator_code", "UNKNOWN_CODE")]);
        refused(vec![json!({ "indicator_code": RATE, "period": "2023" })], &[("/items/0/figures/0/value", "REQUIRED")]);
        refused(vec![figure(RATE, "2023", 134.0), figure(RECOGNISED, "2023", 1.5)], &[("/items/0/figures/0/value", "VALUE_OUT_OF_RANGE"), ("/items/0/figures/1/value", "INTEGER_EXPECTED")]);
        refused(vec![figure(RATE, "2023", 3.0), at("063", figure(RATE, "2023", 4.0))], &[("/items/0/figures/1", "DUPLICATE_ITEM")]);
        let months = (0..101).map(|month| figure(RATE, &format!("20{}-{:02}", 20 + month / 12, 1 + month % 12), 3.0));
        refused(months.collect(), &[("/items/0/figures", "TOO_MANY_ITEMS")]);
        let outside = editor.post(ACTS, &programme(vec![at("06", figure(RATE, "2023", 3.0))], vec![]));
        assert_eq!(outside.problem(403).0, "OUT_OF_SCOPE");
        // The one who keeps the acts may not record figures.
        let manager = app.with_key("district-manager");
        assert_eq!(manager.post(ACTS, &programme(vec![figure(RATE, "2023", 3.0)], vec![])).problem(403).0, "FORBIDDEN");
        manager.post(ACTS, &programme(vec![], vec![])).expect(201);
        assert_eq!(target_of(&editor, "063", RATE, "2023"), Value::Null);
    }
}
