//! `criteria-distribution`: the real meeting, and the fold against a separate recount.

use crate::distances;
use crate::support::{App, binary, connect, on_both};
use serde_json::{Value, json};

/// The results that the committee of Bạch Thông heard on 10 March 2023.
pub const MEETING: [(&str, i64, i64); 12] = [
    ("02008", 19, 19),
    ("02005", 19, 19),
    ("02014", 19, 19),
    ("01993", 19, 19),
    ("01990", 10, 14),
    ("01975", 10, 14),
    ("01981", 10, 14),
    ("01978", 10, 14),
    ("02011", 10, 14),
    ("02002", 10, 14),
    ("01999", 10, 14),
    ("01984", 5, 9),
];

pub fn reported(unit: &str, min: i64, max: i64) -> Value {
    json!({
        "unit_code": unit, "criteria_set_code": "NTM-XA-BK-2022-2025", "period": "2022", "stage": "REPORTED",
        "source": { "label": "Họp Ban Chỉ đạo", "date": "2023-03-10" }, "declared_total": { "min": min, "max": max },
    })
}

fn band_counts(totals: &Value) -> Vec<(String, i64)> {
    let bands = totals["bands"].as_array().expect("bands");
    bands.iter().map(|band| (band["code"].as_str().unwrap().to_owned(), band["count"].as_i64().unwrap())).collect()
}

fn names(units: &Value) -> Vec<&str> {
    units.as_array().expect("units").iter().map(|unit| unit["name"].as_str().unwrap()).collect()
}

on_both! {
    /// Every figure of the meeting, and who is missing.
    fn the_meeting_of_10_march_2023_is_reproduced(app) {
        let editor = app.with_key("district-editor");
        for (unit, min, max) in MEETING {
            editor.post("/v1/assessments", &reported(unit, min, max)).expect(201);
        }
        let report = editor.get("/v1/reports/criteria-distribution?unit_code=063&period=2022").expect(200);
        assert_eq!(report["scope"]["unit"]["name"], "Bạch Thông");
        assert_eq!(report["scope"]["criteria_set_code"], "NTM-XA-2021-2025");
        assert_eq!(report["coverage"]["expected_count"], 13);
        assert_eq!(report["coverage"]["reported_count"], 12);
        assert_eq!(names(&report["coverage"]["missing"]), ["Quang Thuận"]);
        assert_eq!(names(&report["coverage"]["excluded"]), ["Phủ Thông"]);
        let expected = [("19", 4), ("15-18", 0), ("10-14", 7), ("5-9", 1), ("0-4", 0)].map(|(band, count)| (band.to_owned(), count));
        assert_eq!(band_counts(&report["total"]), expected);
        assert_eq!(names(&report["total"]["bands"][0]["units"]), ["Tân Tú", "Quân Hà", "Cẩm Giàng", "Dương Phong"]);
        assert_eq!(names(&report["total"]["bands"][3]["units"]), ["Đôn Phong"]);
        assert_eq!(report["total"]["unbanded_count"], 0);
        assert_eq!(report["total"]["criteria_met_average"].to_string(), r#"{"max":15.25,"min":12.5833}"#);
        assert_eq!(report["total"]["stages"], json!({ "REPORTED": 12 }));
        assert_eq!(report["sources"], json!([{ "label": "Họp Ban Chỉ đạo", "date": "2023-03-10" }]));
        assert_eq!(report["labels"]["XA"], "Xã");
    }
}

/// Figures of a district's report, from the answer of the service.
#[derive(Debug, PartialEq)]
struct Figures {
    reported: i64,
    bands: Vec<i64>,
    unbanded: i64,
    sum_min: i64,
    sum_max: i64,
}

fn figures_of(report: &Value) -> Figures {
    let reported = report["coverage"]["reported_count"].as_i64().unwrap();
    let sum = |side: &str| {
        let average = &report["total"]["criteria_met_average"][side];
        // The average has four decimals and the counts are small, so the sum comes back exactly.
        (average.as_f64().unwrap_or(0.0) * reported as f64).round() as i64
    };
    Figures {
        reported,
        bands: band_counts(&report["total"]).into_iter().map(|(_, count)| count).collect(),
        unbanded: report["total"]["unbanded_count"].as_i64().unwrap(),
        sum_min: sum("min"),
        sum_max: sum("max"),
    }
}

/// The same figures by separate SQL over the stored assessments and verdicts, without the summaries.
const RECOUNT: &str = "
    WITH tally AS (
        SELECT a.unit_id, a.declared_min, a.declared_max,
               CASE a.stage WHEN 'REPORTED' THEN 1 WHEN 'SELF' THEN 2 WHEN 'VERIFICATION' THEN 3 ELSE 4 END AS rank,
               CASE WHEN s.base_set_id IS NULL THEN 0 ELSE 1 END AS depth,
               (SELECT count(*) FROM assessment_verdicts v
                 WHERE v.assessment_id = a.id AND v.verdict IN ('MET', 'NOT_APPLICABLE')) AS met,
               (SELECT count(*) FROM assessment_verdicts v
                 WHERE v.assessment_id = a.id AND v.verdict = 'NOT_MET') AS failed
          FROM assessments a JOIN criteria_sets s ON s.id = a.criteria_set_id
         WHERE a.status = 'SUBMITTED' AND a.stage <> 'TARGET' AND a.period = '{period}'
    ), ranked AS (
        SELECT *, row_number() OVER (PARTITION BY unit_id ORDER BY rank DESC, depth DESC) AS place FROM tally
    ), ranges AS (
        SELECT CASE WHEN declared_min > met THEN declared_min ELSE met END AS lo,
               CASE WHEN declared_max < 19 - failed THEN declared_max ELSE 19 - failed END AS hi
          FROM ranked WHERE place = 1
    )
    SELECT CAST(count(*) AS BIGINT) AS reported,
           CAST(coalesce(sum(lo), 0) AS BIGINT) AS sum_min, CAST(coalesce(sum(hi), 0) AS BIGINT) AS sum_max,
           CAST(count(CASE WHEN lo = 19 THEN 1 END) AS BIGINT) AS band_19,
           CAST(count(CASE WHEN lo >= 15 AND hi <= 18 THEN 1 END) AS BIGINT) AS band_15,
           CAST(count(CASE WHEN lo >= 10 AND hi <= 14 THEN 1 END) AS BIGINT) AS band_10,
           CAST(count(CASE WHEN lo >= 5 AND hi <= 9 THEN 1 END) AS BIGINT) AS band_5,
           CAST(count(CASE WHEN hi <= 4 THEN 1 END) AS BIGINT) AS band_0
      FROM ranges";

#[derive(diesel::QueryableByName)]
struct Recount {
    #[diesel(sql_type = diesel::sql_types::BigInt)]
    reported: i64,
    #[diesel(sql_type = diesel::sql_types::BigInt)]
    sum_min: i64,
    #[diesel(sql_type = diesel::sql_types::BigInt)]
    sum_max: i64,
    #[diesel(sql_type = diesel::sql_types::BigInt)]
    band_19: i64,
    #[diesel(sql_type = diesel::sql_types::BigInt)]
    band_15: i64,
    #[diesel(sql_type = diesel::sql_types::BigInt)]
    band_10: i64,
    #[diesel(sql_type = diesel::sql_types::BigInt)]
    band_5: i64,
    #[diesel(sql_type = diesel::sql_types::BigInt)]
    band_0: i64,
}

fn recount(database: &str, period: &str) -> Figures {
    use diesel::RunQueryDsl;
    let query = || diesel::sql_query(RECOUNT.replace("{period}", period));
    let row: Recount = match &mut connect(database) {
        muctieu::db::Conn::Pg(c) => query().get_result(&mut **c),
        muctieu::db::Conn::Sqlite(c) => query().get_result(&mut **c),
    }
    .expect("the recount runs");
    let bands = vec![row.band_19, row.band_15, row.band_10, row.band_5, row.band_0];
    Figures {
        reported: row.reported,
        unbanded: row.reported - bands.iter().sum::<i64>(),
        bands,
        sum_min: row.sum_min,
        sum_max: row.sum_max,
    }
}

/// One thing that somebody does.
#[derive(Debug, Clone)]
pub enum Act {
    Create { unit: usize, stage: usize, province_set: bool, declared: Option<(i64, i64)>, verdicts: u64 },
    Submit(usize),
    Return(usize),
    Reopen(usize),
    Declare(usize, Option<(i64, i64)>),
    WriteSheet(usize, u64),
    WriteItems(usize, u64),
    Delete(usize),
    Rehearse(usize),
}

/// Histories of verdicts on criteria, or of figures beneath them.
pub fn acts(figures: bool) -> impl proptest::strategy::Strategy<Value = Vec<Act>> {
    use proptest::prelude::*;
    let declared = || proptest::option::of((0_i64..=19, 0_i64..=19));
    let act = prop_oneof![
        5 => (0..12_usize, 0..4_usize, any::<bool>(), declared(), any::<u64>())
            .prop_map(|(unit, stage, province_set, declared, verdicts)| Act::Create { unit, stage, province_set, declared, verdicts }),
        4 => any::<usize>().prop_map(Act::Submit),
        2 => any::<usize>().prop_map(Act::Return),
        1 => any::<usize>().prop_map(Act::Reopen),
        2 => (any::<usize>(), declared()).prop_map(|(which, declared)| Act::Declare(which, declared)),
        4 => (any::<usize>(), any::<u64>()).prop_map(move |(which, bits)| match figures {
            true => Act::WriteItems(which, bits),
            false => Act::WriteSheet(which, bits),
        }),
        2 => any::<usize>().prop_map(Act::Delete),
        1 => any::<usize>().prop_map(Act::Rehearse),
    ];
    proptest::collection::vec(act, 20..45)
}

/// Verdicts from bits, two for each criterion; some criteria are left out.
fn verdicts(bits: u64) -> Value {
    let verdict = |at: u32| match bits >> (at * 2 % 64) & 3 {
        0 => None,
        1 => Some(json!({ "code": (at + 1).to_string(), "verdict": "MET" })),
        2 => Some(json!({ "code": (at + 1).to_string(), "verdict": "NOT_MET" })),
        _ => Some(json!({ "code": (at + 1).to_string(), "verdict": "NOT_APPLICABLE", "note": "không có" })),
    };
    (0..19).filter_map(verdict).collect()
}

fn total(declared: &Option<(i64, i64)>) -> Value {
    declared.map_or(Value::Null, |(min, max)| json!({ "min": min, "max": max }))
}

/// Play the acts on what was begun before and on what they begin. What the rules forbid is refused with a problem; anything else is a defect.
pub fn play(app: &App, period: &str, begun: Vec<String>, acts: &[Act]) {
    let (writer, signer) = (app.with_key("nation"), app.with_key("nation-signer"));
    let mut known = begun;
    for act in acts {
        let pick = |which: &usize| known.get(which % known.len().max(1)).cloned();
        let version = |id: &str| writer.get(&format!("/v1/assessments/{id}")).json()["version"].as_i64();
        let reply = match act {
            Act::Create { unit, stage, province_set, declared, verdicts: bits } => {
                let set = if *province_set { "NTM-XA-BK-2022-2025" } else { "NTM-XA-2021-2025" };
                let stage = ["REPORTED", "SELF", "VERIFICATION", "APPRAISAL"][*stage];
                Some(writer.post(
                    "/v1/assessments",
                    &json!({
                        "unit_code": MEETING[*unit].0, "criteria_set_code": set, "period": period, "stage": stage,
                        "declared_total": total(declared), "criteria": verdicts(*bits),
                    }),
                ))
            }
            Act::Submit(which) | Act::Return(which) | Act::Reopen(which) => pick(which).and_then(|id| {
                let to = match act {
                    Act::Submit(_) => "SUBMITTED",
                    Act::Return(_) => "RETURNED",
                    _ => "DRAFT",
                };
                let body = json!({ "to": to, "reason": "kiểm tra lại" });
                Some(signer.step(&format!("/v1/assessments/{id}"), version(&id)?, &body))
            }),
            Act::Declare(which, declared) => pick(which).and_then(|id| {
                Some(writer.patch(
                    &format!("/v1/assessments/{id}"),
                    version(&id)?,
                    &json!({ "declared_total": total(declared) }),
                ))
            }),
            Act::WriteSheet(which, bits) => pick(which).and_then(|id| {
                Some(writer.put(
                    &format!("/v1/assessments/{id}/sheet"),
                    version(&id)?,
                    &json!({ "criteria": verdicts(*bits) }),
                ))
            }),
            Act::WriteItems(which, bits) => pick(which).and_then(|id| {
                let body = json!({ "items": distances::figures(*bits) });
                Some(writer.patch(&format!("/v1/assessments/{id}/sheet"), version(&id)?, &body))
            }),
            Act::Delete(which) => pick(which).and_then(|id| {
                let reply = writer.delete(&format!("/v1/assessments/{id}"), version(&id)?);
                Some(reply)
            }),
            Act::Rehearse(which) => pick(which).and_then(|id| {
                let path = format!("/v1/assessments/{id}?validate_only=true");
                Some(writer.delete(&path, version(&id)?))
            }),
        };
        let Some(reply) = reply else { continue };
        match reply.status {
            201 => known.push(reply.json()["id"].as_str().unwrap().to_owned()),
            200 | 204 => {}
            409 | 422 => {
                reply.problem(reply.status);
            }
            other => panic!("{act:?}: {other} {}", reply.text),
        }
    }
}

on_both! {
    /// Whatever is written, submitted, returned, reopened, rehearsed or deleted: right after it, the report is what a
    /// separate count over the stored verdicts gives, also after a crash and after the summaries are computed anew.
    fn the_report_equals_a_recount_after_any_history(app) {
        use proptest::strategy::{Strategy, ValueTree};
        let mut runner = proptest::test_runner::TestRunner::deterministic();
        let strategy = acts(false);
        // Each history has a period of its own, so that one database serves them all.
        let periods = ["2022", "2022-H1", "2022-H2", "2022-Q1", "2022-Q2", "2022-Q3", "2022-07", "2022-08"];
        let path = |period: &str| format!("/v1/reports/criteria-distribution?unit_code=063&period={period}");
        for period in periods {
            let history = strategy.new_tree(&mut runner).expect("a history").current();
            play(app, period, Vec::new(), &history);
            let report = app.with_key("nation").get(&path(period)).expect(200);
            let recounted = recount(&app.database, period);
            assert_eq!(figures_of(&report), recounted, "{period}: {history:#?}");
            let matrix = app.with_key("nation").get(&format!("/v1/reports/criteria-matrix?unit_code=063&period={period}")).expect(200);
            let results: Vec<&Value> = matrix["rows"].as_array().unwrap().iter().filter_map(|row| row["results"].get(0)).collect();
            let sum = |side: &str| results.iter().map(|result| result[side].as_i64().unwrap()).sum::<i64>();
            assert_eq!((results.len() as i64, sum("met_min"), sum("met_max")), (recounted.reported, recounted.sum_min, recounted.sum_max));
            for (at, column) in matrix["columns"].as_array().unwrap().iter().enumerate() {
                let count = |verdict: &str| results.iter().filter(|result| result["verdicts"][at] == verdict).count();
                assert_eq!([count("MET"), count("NOT_MET"), count("NOT_ASSESSED")].map(|count| json!(count)), ["met_count", "not_met_count", "not_assessed_count"].map(|name| column[name].clone()));
            }
            for result in results {
                let met = result["verdicts"].as_array().unwrap().iter().filter(|verdict| **verdict == "MET").count() as i64;
                let open = result["verdicts"].as_array().unwrap().iter().filter(|verdict| **verdict == "NOT_ASSESSED").count() as i64;
                assert!(met <= result["met_min"].as_i64().unwrap() && result["met_max"].as_i64().unwrap() <= met + open, "{result}");
            }
        }
        let before: Vec<String> = periods.iter().map(|period| app.with_key("nation").get(&path(period)).text).collect();
        app.kill_and_restart();
        let after: Vec<String> = periods.iter().map(|period| app.with_key("nation").get(&path(period)).text).collect();
        assert_eq!(before, after);
        let rebuilt = std::process::Command::new(binary()).args(["rebuild", "--database", &app.database]).output().expect("it runs");
        assert!(rebuilt.status.success(), "{}", String::from_utf8_lossy(&rebuilt.stderr));
        app.kill_and_restart();
        let rebuilt: Vec<String> = periods.iter().map(|period| app.with_key("nation").get(&path(period)).text).collect();
        assert_eq!(before, rebuilt);
    }

    /// One code for the commune and the nation: groups add up to the total on every level.
    fn groups_add_up_to_the_total_from_the_commune_to_the_nation(app) {
        let writer = app.with_key("nation");
        for (unit, min, max) in MEETING {
            writer.post("/v1/assessments", &reported(unit, min, max)).expect(201);
        }
        writer.post("/v1/assessments", &json!({
            "unit_code": "02041", "criteria_set_code": "NTM-XA-2021-2025", "period": "2022", "stage": "REPORTED",
            "declared_total": { "min": 13, "max": 16 },
        })).expect(201);
        for (unit, group_by, groups) in [("VN", "PROVINCE", 2), ("VN", "DISTRICT", 9), ("06", "DISTRICT", 8), ("06", "CHILDREN", 8), ("063", "COMMUNE", 14), ("063", "CHILDREN", 14), ("01984", "COMMUNE", 1)] {
            let report = writer.get(&format!("/v1/reports/criteria-distribution?unit_code={unit}&period=2022&group_by={group_by}")).expect(200);
            let listed = report["groups"].as_array().unwrap();
            assert!(listed.len() >= groups.min(listed.len()) && !listed.is_empty(), "{unit} {group_by}");
            for figure in ["expected_count", "reported_count", "missing_count", "excluded_count"] {
                let sum: i64 = listed.iter().map(|group| group["coverage"][figure].as_i64().unwrap()).sum();
                assert_eq!(sum, report["coverage"][figure].as_i64().unwrap(), "{unit} {group_by} {figure}");
            }
            for (at, band) in report["total"]["bands"].as_array().unwrap().iter().enumerate() {
                let sum: i64 = listed.iter().map(|group| group["bands"][at]["count"].as_i64().unwrap()).sum();
                assert_eq!(sum, band["count"].as_i64().unwrap(), "{unit} {group_by} {at}");
            }
            let unbanded: i64 = listed.iter().map(|group| group["unbanded_count"].as_i64().unwrap()).sum();
            assert_eq!(unbanded, report["total"]["unbanded_count"].as_i64().unwrap());
        }
        // A range across two bands is in none.
        let dong_don = writer.get("/v1/reports/criteria-distribution?unit_code=064&period=2022").expect(200);
        assert_eq!(names(&dong_don["total"]["unbanded"]), ["Bằng Phúc"]);
        assert_eq!(dong_don["total"]["unbanded_count"], 1);
    }

    /// LATEST takes the newest result of each unit up to a day; a list of periods gives one row for each.
    fn the_newest_result_counts_up_to_a_day_and_periods_stand_side_by_side(app) {
        let writer = app.with_key("nation");
        let report_of = |unit: &str, period: &str, min: i64, cut_off: &str| json!({
            "unit_code": unit, "criteria_set_code": "NTM-XA-2021-2025", "period": period, "stage": "REPORTED",
            "cut_off_date": cut_off, "declared_total": { "min": min, "max": min },
        });
        writer.post("/v1/assessments", &report_of("01984", "2021", 5, "2021-12-15")).expect(201);
        writer.post("/v1/assessments", &report_of("01984", "2022", 9, "2022-12-20")).expect(201);
        writer.post("/v1/assessments", &report_of("02008", "2021", 19, "2021-12-15")).expect(201);
        let met = |report: &Value, name: &str| -> Option<(String, i64)> {
            let units = report["total"]["bands"].as_array().unwrap().iter().flat_map(|band| band["units"].as_array().unwrap());
            let unit = units.into_iter().find(|unit| unit["name"] == name)?;
            Some((unit["period"].as_str().unwrap().to_owned(), unit["met_min"].as_i64().unwrap()))
        };
        let latest = writer.get("/v1/reports/criteria-distribution?unit_code=063").expect(200);
        assert_eq!(latest["scope"]["period"], "LATEST");
        assert_eq!(met(&latest, "Đôn Phong"), Some(("2022".to_owned(), 9)));
        assert_eq!(met(&latest, "Cẩm Giàng"), Some(("2021".to_owned(), 19)));
        let earlier = writer.get("/v1/reports/criteria-distribution?unit_code=063&until_date=2022-12-19").expect(200);
        assert_eq!(met(&earlier, "Đôn Phong"), Some(("2021".to_owned(), 5)));
        let series = writer.get("/v1/reports/criteria-distribution?unit_code=063&period=2022,2021").expect(200);
        let rows = series["series"].as_array().unwrap();
        assert_eq!(rows.iter().map(|row| row["period"].as_str().unwrap()).collect::<Vec<_>>(), ["2021", "2022"]);
        assert_eq!(rows[0]["coverage"]["reported_count"], 2);
        assert_eq!(rows[1]["coverage"]["reported_count"], 1);
        assert_eq!(series["scope"]["period"], "2022");
    }

    /// The highest stage that is submitted counts, in it the province's own set; what is returned stops counting.
    fn exactly_one_result_counts_per_unit(app) {
        let (writer, signer) = (app.with_key("nation"), app.with_key("nation-signer"));
        let path = "/v1/reports/criteria-distribution?unit_code=01984&period=2022";
        let counted = || {
            let report = writer.get(path).expect(200);
            assert_eq!(report["coverage"]["expected_count"], 1);
            let total = &report["total"]["criteria_met_average"];
            (report["total"]["stages"].to_string(), total["min"].as_i64())
        };
        let begin = |set: &str, stage: &str, min: i64| writer.post("/v1/assessments", &json!({
            "unit_code": "01984", "criteria_set_code": set, "period": "2022", "stage": stage, "declared_total": { "min": min, "max": min },
        })).expect(201)["id"].as_str().unwrap().to_owned();
        begin("NTM-XA-2021-2025", "REPORTED", 5);
        assert_eq!(counted(), (r#"{"REPORTED":1}"#.to_owned(), Some(5)));
        begin("NTM-XA-BK-2022-2025", "REPORTED", 6);
        assert_eq!(counted(), (r#"{"REPORTED":1}"#.to_owned(), Some(6)), "the province's own set goes first");
        let own = begin("NTM-XA-2021-2025", "SELF", 7);
        assert_eq!(counted().1, Some(6), "a draft does not count");
        signer.step(&format!("/v1/assessments/{own}"), 1, &json!({ "to": "SUBMITTED" })).expect(200);
        assert_eq!(counted(), (r#"{"SELF":1}"#.to_owned(), Some(7)), "a higher stage goes first, whatever its set");
        begin("NTM-XA-2021-2025", "TARGET", 19);
        assert_eq!(counted().1, Some(7), "a plan is no result");
        signer.step(&format!("/v1/assessments/{own}"), 2, &json!({ "to": "RETURNED", "reason": "thiếu minh chứng" })).expect(200);
        assert_eq!(counted(), (r#"{"REPORTED":1}"#.to_owned(), Some(6)));
        let stage = writer.get(&format!("{path}&stage=SELF")).expect(200);
        assert_eq!(stage["coverage"]["missing_count"], 1);
        assert_eq!(stage["total"]["criteria_met_average"], Value::Null);
    }

    /// The table of a report is the report, and a spreadsheet reads it.
    fn the_table_says_the_same_as_the_answer(app) {
        let writer = app.with_key("nation");
        for (unit, min, max) in MEETING {
            writer.post("/v1/assessments", &reported(unit, min, max)).expect(201);
        }
        let path = "/v1/reports/criteria-distribution?unit_code=06&period=2022&group_by=DISTRICT";
        let table = writer.call("GET", path, &[("accept", "text/csv")], None);
        assert_eq!(table.status, 200);
        assert_eq!(table.header("content-type"), Some("text/csv; charset=utf-8"));
        let text = table.text.strip_prefix('\u{feff}').expect("a byte-order mark");
        let rows: Vec<Vec<&str>> = text.lines().map(|line| line.split(',').collect()).collect();
        assert_eq!(rows.len(), 10);
        assert!(rows.iter().all(|row| row.len() == rows[0].len()));
        let row = rows.iter().find(|row| row[1] == "063").expect("the district");
        assert_eq!(row[2..], ["Bạch Thông", "13", "12", "1", "1", "4", "0", "7", "1", "0", "0", "12.5833", "15.25", "", "0", "", "0", "1", "false"]);
        let other = rows.iter().find(|row| row[1] == "064").expect("another district");
        assert_eq!(other[13..15], ["", ""], "no average where nobody reported");
        assert_eq!(writer.call("GET", path, &[("accept", "image/png")], None).problem(406).0, "NOT_ACCEPTABLE");
    }
}
