//! `criteria-distribution`: the real meeting, and the fold against a separate recount.

use crate::support::on_both;
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
