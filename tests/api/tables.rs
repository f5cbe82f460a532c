//! Reports as tables: CSV and XLSX hold the same cells.

use crate::exchange::{CSV, XLSX, lines, part_of};
use crate::reforms::later;
use crate::reports::{MEETING, reported};
use crate::support::{App, Client, Engine, on_both};
use calamine::{Data, Reader, Xlsx};
use serde_json::{Value, json};
use std::io::Cursor;

pub struct Tables {
    pub csv: Vec<Vec<String>>,
    pub sheet: Vec<Vec<Data>>,
    /// The workbook as it came.
    pub bytes: Vec<u8>,
    pub name: String,
}

impl Tables {
    /// Place of a column in both.
    pub fn column(&self, heading: &str) -> usize {
        self.csv[0]
            .iter()
            .position(|known| known == heading)
            .unwrap_or_else(|| panic!("{heading} in {:?}", self.csv[0]))
    }

    /// The row of the sheet that has this text in this column.
    pub fn row(&self, heading: &str, text: &str) -> &[Data] {
        let at = self.column(heading);
        let found = self.sheet.iter().find(|row| row[at] == Data::String(text.to_owned()));
        found.unwrap_or_else(|| panic!("{text} below {heading}"))
    }
}

/// Both tables of a report, held against each other cell by cell.
pub fn tables(client: &Client, path: &str) -> Tables {
    let ask = |kind: &str| {
        let reply = client.call("GET", path, &[("accept", kind)], None);
        assert_eq!(reply.status, 200, "{}", reply.text);
        assert!(reply.header("content-type").is_some_and(|sent| sent.starts_with(kind)), "{:?}", reply.headers);
        reply.bytes
    };
    let (csv, bytes) = (lines(&ask(CSV)), ask(XLSX));
    assert_eq!(bytes, ask(XLSX), "made twice, it is the same");
    let mut workbook: Xlsx<_> = Xlsx::new(Cursor::new(bytes.clone())).expect("a workbook");
    let name = workbook.sheet_names()[0].clone();
    let range = workbook.worksheet_range(&name).expect("a sheet");
    let sheet: Vec<Vec<Data>> = range.rows().map(<[Data]>::to_vec).collect();
    assert_eq!(csv.len(), sheet.len());
    for (line, row) in csv.iter().zip(&sheet) {
        assert_eq!(line.len(), row.len());
        for (text, cell) in line.iter().zip(row) {
            match cell {
                Data::Empty => assert_eq!(text, ""),
                Data::String(own) => {
                    let formula = own.starts_with(['=', '+', '-', '@', '\t', '\r']);
                    assert_eq!(*text, if formula { format!("'{own}") } else { own.clone() });
                }
                // The digits of both, without the zero that keeps three decimals from being thousands.
                Data::Float(number) => {
                    let digits = if text.contains('.') { text.trim_end_matches('0') } else { text };
                    assert_eq!(digits, number.to_string(), "{line:?}");
                }
                other => panic!("{other:?} in {row:?}"),
            }
        }
    }
    let xml = part_of(&bytes, "xl/worksheets/sheet1.xml");
    assert!(xml.contains("ySplit=\"1\"") && xml.contains("state=\"frozen\""), "the heading stays in sight");
    assert!(!xml.contains("<f>"), "no formula");
    Tables { csv, sheet, bytes, name }
}

fn text(text: &str) -> Data {
    Data::String(text.to_owned())
}

/// Communes of today whose names look like formulas.
const ODD: [(&str, &str); 3] =
    [("01969", "=HYPERLINK(\"http://x\")"), ("02008", "+84 Cẩm Giàng"), ("01957", "@SUM(A1)")];

fn rename(nation: &Client) {
    for (code, name) in ODD {
        let unit = json!({ "code": code, "name": name, "kind_code": "XA", "parent_code": "19" });
        let body = json!({
            "act_number": "1/NQ", "effective_date": "2026-01-01", "units": [unit],
            "edges": [{ "kind": "RENAME", "from_unit_code": code, "to_unit_code": code }],
        });
        nation.post("/v1/unit-successions", &body).expect(201);
    }
}

on_both! {
    /// Numbers are numbers, codes and names are text, whatever they look like; a workbook says what CSV says.
    fn each_report_is_the_same_table_in_both_forms(app) {
        let app = later(app);
        let nation = app.with_key("nation");
        rename(&nation);
        for (at, (code, _)) in ODD.iter().enumerate() {
            let total = json!({ "min": 3 + at, "max": 3 + at });
            nation.post("/v1/assessments", &json!({ "unit_code": code, "criteria_set_code": "NTM-XA-2026-2030", "period": "2026",
                "stage": "REPORTED", "declared_total": total, "criteria": [{ "code": "1", "verdict": "NOT_MET" }] })).expect(201);
        }
        let distribution = tables(&nation, "/v1/reports/criteria-distribution?unit_code=19&period=2026&group_by=COMMUNE");
        assert_eq!(distribution.name, "Phân bố theo tiêu chí");
        for (code, name) in ODD {
            let row = distribution.row("unit_code", code);
            assert_eq!((&row[0], &row[1], &row[2], &row[3]), (&text("2026"), &text(code), &text(name), &Data::Float(1.0)));
        }
        let average = distribution.column("criteria_met_average_min");
        assert_eq!(distribution.row("unit_code", "19")[average], Data::Float(4.0));
        assert!(distribution.sheet.iter().any(|row| row[average] == Data::Empty), "no average where nobody reported");
        assert_eq!(distribution.row("unit_code", "19")[distribution.column("territory_changed")], text("false"));

        let matrix = tables(&nation, "/v1/reports/criteria-matrix?unit_code=19&period=2026");
        assert_eq!(matrix.name, "Ma trận tiêu chí");
        for (at, (code, name)) in (3_i32..).zip(ODD) {
            let row = matrix.row("unit_code", code);
            assert_eq!((&row[1], &row[2], &row[3], &row[4]), (&text(name), &text("2026"), &text("REPORTED"), &Data::Float(at.into())));
            assert_eq!(row[matrix.column("1")], text("NOT_MET"));
        }
        assert!(matrix.sheet.iter().any(|row| row[4..].iter().all(|cell| *cell == Data::Empty)), "a unit without a result");

        for (indicator, period, figure) in [
            ("POOR_HOUSEHOLD_RATE_2022_2025", "2026", json!({ "numerator": 1, "denominator": 3 })),
            ("POOR_HOUSEHOLD_RATE_2022_2025", "2025", json!({ "value": 12.345 })),
            ("POOR_HOUSEHOLDS_2022_2025", "2026", json!({ "value": 1234567 })),
        ] {
            nation.post("/v1/observations", &json!({ "indicator_code": indicator, "unit_code": "02008", "period": period, "stage": "OFFICIAL", "figure": figure })).expect(201);
        }
        let comparison = tables(&nation, "/v1/reports/indicator-comparison?unit_code=02008&period=2025,2026&indicator_code=POOR_HOUSEHOLD_RATE_2022_2025,POOR_HOUSEHOLDS_2022_2025&basis=2026-06-01");
        assert_eq!(comparison.name, "So sánh chỉ tiêu");
        let (unit, actual) = (comparison.column("unit_code"), comparison.column("actual"));
        let figures: Vec<&Data> = comparison.sheet.iter().filter(|row| row[unit] == text("02008")).map(|row| &row[actual]).collect();
        assert_eq!(figures, [&Data::Float(12.345), &Data::Float(33.3333), &Data::Empty, &Data::Float(1_234_567.0)]);
        assert_eq!(comparison.row("unit_code", "02008")[comparison.column("unit_name")], text("+84 Cẩm Giàng"));
        let written: Vec<&str> = comparison.csv.iter().map(|line| line[actual].as_str()).collect();
        assert!(written.contains(&"12.3450"), "nobody may take three decimals for thousands: {written:?}");
    }

    /// The figures of the meeting in a workbook: decimals as they are, without what binary numbers add.
    fn the_workbook_has_the_figures_of_the_meeting(app) {
        let writer = app.with_key("nation");
        for (unit, min, max) in MEETING {
            writer.post("/v1/assessments", &reported(unit, min, max)).expect(201);
        }
        let found = tables(&writer, "/v1/reports/criteria-distribution?unit_code=06&period=2022,2021&group_by=DISTRICT");
        let row = found.row("unit_code", "063");
        let figures = |row: &[Data]| row[3..].iter().map(ToString::to_string).collect::<Vec<_>>();
        assert_eq!(figures(row), ["13", "12", "1", "1", "4", "0", "7", "1", "0", "0", "12.5833", "15.25", "", "0", "", "0", "1", "false"]);
        assert!(part_of(&found.bytes, "xl/worksheets/sheet1.xml").contains("<v>12.5833</v>"));
        // Without anything to count there is still a table.
        let empty = tables(&writer, "/v1/reports/criteria-matrix?unit_code=063&period=2021");
        assert_eq!(empty.sheet.len(), 14);
    }
}

/// What a caller of a workbook may see is what a caller of JSON may see; faults stay problems.
#[test]
fn a_workbook_is_refused_as_anything_else_is() {
    let app = App::start(Engine::Sqlite);
    let ask = |key: &str, path: &str| app.with_key(key).call("GET", path, &[("accept", XLSX)], None);
    for report in ["criteria-distribution", "criteria-matrix", "indicator-comparison"] {
        let outside = ask("sibling-editor", &format!("/v1/reports/{report}?unit_code=01984&period=2022"));
        assert_eq!(outside.problem(404).0, "NOT_FOUND");
        let wrong = ask("nation", &format!("/v1/reports/{report}?unit_code=063&period=x"));
        assert_eq!(wrong.problem(422).0, "VALIDATION_FAILED");
        let reply = ask("nation", &format!("/v1/reports/{report}?unit_code=063"));
        let tag = reply.header("etag").expect("an entity tag").to_owned();
        let path = format!("/v1/reports/{report}?unit_code=063");
        let again = app.with_key("nation").call("GET", &path, &[("accept", XLSX), ("if-none-match", &tag)], None);
        assert_eq!((again.status, again.bytes.len()), (304, 0));
        let both =
            app.with_key("nation").call("GET", &path, &[("accept", &format!("{XLSX};q=0.4, {CSV};q=0.5"))], None);
        assert_eq!(both.header("content-type"), Some("text/csv; charset=utf-8"));
    }
    let contract: Value = app.with_key("nation").get("/openapi.json").json();
    let offering = contract["paths"]
        .as_object()
        .expect("paths")
        .iter()
        .filter(|(path, _)| path.contains("/reports/") && !path.ends_with("/steering-review"));
    let mut count = 0;
    for (path, operations) in offering {
        let content = operations["get"]["responses"]["200"]["content"].as_object().expect("content");
        assert!(["application/json", CSV, XLSX].iter().all(|kind| content.contains_key(*kind)), "{path}");
        count += 1;
    }
    assert_eq!(count, 6);
}
