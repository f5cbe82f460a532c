//! The sheet as a file: out, filled in, and back.

use crate::support::{App, Client, Reply, count, on_both};
use calamine::{Data, Reader, Xlsx};
use rust_xlsxwriter::{ExcelDateTime, Format, Formula, Workbook};
use serde_json::{Value, json};
use std::io::{Cursor, Write};
use std::time::{Duration, Instant};
use zip::write::SimpleFileOptions;

pub const XLSX: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
pub const CSV: &str = "text/csv";
const SET: &str = "NTM-XA-2021-2025";
pub const ROUND: &str = "/v1/assessment-sheets?unit_code=063&criteria_set_code=NTM-XA-2021-2025&period=2022&stage=SELF";

pub fn template(client: &Client, more: &str, kind: &str) -> Vec<u8> {
    let reply = client.call("GET", &format!("{ROUND}{more}"), &[("accept", kind)], None);
    assert_eq!(reply.status, 200, "{}", reply.text);
    assert!(reply.header("content-type").is_some_and(|sent| sent.starts_with(kind)), "{kind}");
    reply.bytes
}

fn import(client: &Client, more: &str, kind: &str, file: &[u8]) -> Reply {
    send(client, more, kind, file, &[])
}

fn send(client: &Client, more: &str, kind: &str, file: &[u8], headers: &[(&str, &str)]) -> Reply {
    static NUMBER: std::sync::atomic::AtomicUsize = std::sync::atomic::AtomicUsize::new(0);
    let key = format!("sheet-import-{:08}", NUMBER.fetch_add(1, std::sync::atomic::Ordering::Relaxed));
    let all = [&[("content-type", kind), ("idempotency-key", &*key)], headers].concat();
    client.call("POST", &format!("{ROUND}{more}"), &all, Some(file))
}

/// The cells of the first sheet of a workbook, as text.
fn cells(bytes: &[u8]) -> Vec<Vec<String>> {
    let mut workbook: Xlsx<_> = Xlsx::new(Cursor::new(bytes.to_vec())).expect("a workbook");
    let name = workbook.sheet_names()[0].clone();
    let range = workbook.worksheet_range(&name).expect("a sheet");
    range.rows().map(|row| row.iter().map(ToString::to_string).collect()).collect()
}

/// The cells of CSV.
pub fn lines(bytes: &[u8]) -> Vec<Vec<String>> {
    let text = bytes.strip_prefix(b"\xEF\xBB\xBF").expect("a byte-order mark");
    let mut reader = csv::ReaderBuilder::new().has_headers(false).from_reader(text);
    reader.records().map(|row| row.expect("a row").iter().map(str::to_owned).collect()).collect()
}

fn column(rows: &[Vec<String>], heading: &str) -> usize {
    rows[0].iter().position(|known| known == heading).unwrap_or_else(|| panic!("{heading} in {:?}", rows[0]))
}

fn cell<'a>(rows: &'a [Vec<String>], unit: &str, heading: &str) -> &'a str {
    let row = rows.iter().find(|row| row[0] == unit).expect("the unit has a row");
    &row[column(rows, heading)]
}

/// Row, column and code of each fault.
fn faults(reply: &Reply) -> Vec<(i64, String, String)> {
    let body = reply.expect(422);
    assert_eq!(body["code"], "IMPORT_REJECTED", "{body}");
    let fault = |fault: &Value| {
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        assert!(!text(&fault["cell"]["hint"]).is_empty(), "{fault}");
        (fault["cell"]["row"].as_i64().unwrap_or(0), text(&fault["cell"]["column"]), text(&fault["code"]))
    };
    body["errors"].as_array().expect("errors").iter().map(fault).collect()
}

fn journal(app: &App) -> i64 {
    count(&app.database, "SELECT count(*) AS value FROM journal")
}

/// An assessment with figures of every kind.
fn begin(client: &Client) -> Value {
    let body = json!({ "unit_code": "01984", "criteria_set_code": SET, "period": "2022", "stage": "SELF", "items": [
        { "code": "1.1", "figure": { "value": 1 } },
        { "code": "3.1", "figure": { "numerator": 1, "denominator": 3, "note": "=HYPERLINK(\"http://x\")", "cut_off_date": "2022-12-31" } },
        { "code": "10.1", "figure": { "value": 1.234 } },
        { "code": "12.1", "figure": { "breakdown": [{ "member": "MALE", "numerator": 46, "denominator": 50 }, { "member": "FEMALE", "numerator": 44, "denominator": 50 }] } },
        { "code": "13.4", "not_applicable_reason": "Xã không có làng nghề" },
        { "code": "17.1", "figure": { "value": 90 }, "part_figures": [{ "part": 1, "figure": { "value": 35.5 } }] },
    ] });
    client.post("/v1/assessments", &body).expect(201)
}

on_both! {
    /// What comes out is what holds, in each form, and what goes back as it came changes nothing.
    fn a_template_shows_what_holds_and_goes_back_without_a_change(app) {
        let editor = app.with_key("district-editor");
        let begun = begin(&app.with_key("commune-editor"));
        let before = journal(app);
        for layout in ["&layout=WIDE", "&layout=LONG"] {
            let workbook = template(&editor, layout, XLSX);
            assert_eq!(workbook, template(&editor, layout, XLSX), "made twice, it is the same");
            let separated = template(&editor, layout, CSV);
            let (sheet, lines) = (cells(&workbook), lines(&separated));
            assert_eq!(sheet.len(), lines.len());
            if layout.ends_with("WIDE") {
                assert_eq!(sheet.len(), 2 + 13, "thirteen communes, and not the town");
                assert_eq!(&sheet[0][..3], ["unit_code", "unit_name", "1.1"]);
                assert_eq!(&sheet[1][..2], ["Mã đơn vị", "Tên đơn vị"]);
                for (heading, shown) in [("unit_name", "Đôn Phong"), ("1.1", "Đạt"), ("3.1", "33.3333"), ("10.1", "1.234"), ("12.1", "90"), ("12.1 nam", "92"),
                    ("12.1 nữ", "88"), ("13.4", "KAD"), ("17.1", "90"), ("17.1 (1)", "35.5"), ("17.10", "")] {
                    assert_eq!(cell(&sheet, "01984", heading), shown, "{heading}");
                    // Nobody may take three decimals for thousands.
                    let shown = if shown == "1.234" { "1.2340" } else { shown };
                    assert_eq!(cell(&lines, "01984", heading), shown, "{heading}");
                }
                assert_eq!(cell(&sheet, "01990", "10.1"), "");
            } else {
                let row = |code: &str| lines.iter().find(|row| row[0] == "01984" && row[2] == code).expect("a row").clone();
                assert_eq!(&row("3.1")[4..7], ["33.3333", "1", "3"]);
                assert_eq!(&row("3.1")[10..], ["31/12/2022", "'=HYPERLINK(\"http://x\")"], "no program runs it");
                assert_eq!(&row("12.1")[4..9], ["90", "90", "100", "92", "88"]);
                assert_eq!(row("13.4")[9], "Xã không có làng nghề");
                let note = sheet.iter().find(|row| row[0] == "01984" && row[2] == "3.1").expect("a row")[11].clone();
                assert_eq!(note, "=HYPERLINK(\"http://x\")", "in a workbook it is text");
            }
            for (kind, file) in [(XLSX, &workbook), (CSV, &separated)] {
                for more in ["&validate_only=true", ""] {
                    let reply = import(&editor, &format!("{layout}{more}"), kind, file).expect(if more.is_empty() { 201 } else { 200 });
                    let stats = &reply["stats"];
                    assert_eq!((&stats["created"], &stats["updated"], &stats["unchanged"]), (&json!(0), &json!(0), &json!(13)), "{layout} {kind} {reply}");
                    assert_eq!(reply["units"], json!([]));
                }
            }
        }
        assert_eq!(journal(app), before, "nothing was written");
        assert_eq!(editor.get(&format!("/v1/assessments/{}", begun["id"].as_str().unwrap())).expect(200)["version"], 1);
    }

    /// First what would come of it, then it comes; sent again, in either form, it changes nothing.
    fn a_file_is_tried_then_stored_and_the_second_time_changes_nothing(app) {
        let editor = app.with_key("district-editor");
        begin(&app.with_key("commune-editor"));
        let file = "unit_code;unit_name;10.1;3.1;3.2;13.4\r\n01984;Đôn Phong;41,5;85%;Đạt;\r\n01990;;2.428,5;79,9;Chưa đạt;KAD\r\n02017;;;;;\r\n";
        let before = journal(app);
        let tried = import(&editor, "&validate_only=true", CSV, file.as_bytes()).expect(200);
        assert_eq!(journal(app), before);
        let stored = import(&editor, "", CSV, file.as_bytes()).expect(201);
        assert_eq!(tried, stored);
        assert_eq!(stored["stats"], json!({ "rows": 3, "created": 1, "updated": 1, "unchanged": 1 }));
        let unit = &stored["units"][0];
        assert_eq!((&unit["unit"]["code"], &unit["criteria_met_before"]["min"], &unit["criteria_met_after"]["min"]), (&json!("01984"), &json!(0), &json!(2)));
        let changes: Vec<_> = unit["cells"].as_array().unwrap().iter()
            .map(|cell| (cell["item_code"].as_str().unwrap(), cell["column"].as_str().unwrap(), cell["row"].as_i64().unwrap(), cell["from"].as_str(), cell["to"].as_str().unwrap(), cell["verdict_from"].as_str(), cell["verdict_to"].as_str().unwrap()))
            .collect();
        assert_eq!(changes, [
            ("10.1", "C", 2, Some("1.234"), "41.5", Some("NOT_MET"), "MET"),
            ("3.1", "D", 2, Some("33.3333"), "85", Some("NOT_MET"), "MET"),
            ("3.2", "E", 2, None, "Đạt", Some("NOT_ASSESSED"), "MET"),
        ]);
        let begun = &stored["units"][1];
        assert_eq!((&begun["criteria_met_before"], &begun["cells"][3]["verdict_to"]), (&Value::Null, &json!("NOT_APPLICABLE")));
        assert_eq!(stored["bands"].as_array().map(Vec::len), Some(5));
        let written = journal(app);
        assert!(written > before);
        for _ in 0..2 {
            let again = import(&editor, "", CSV, file.as_bytes()).expect(201);
            assert_eq!(again["stats"], json!({ "rows": 3, "created": 0, "updated": 0, "unchanged": 3 }));
        }
        import(&editor, "", XLSX, &template(&editor, "", XLSX)).expect(201);
        assert_eq!(journal(app), written);
        // The same key and file get the same answer; without a key nothing is taken.
        let keyed = [("content-type", CSV), ("idempotency-key", "one-key-for-one-file-0001")];
        let post = |headers: &[(&str, &str)]| editor.call("POST", ROUND, headers, Some(file.as_bytes()));
        assert_eq!(post(&keyed).text, post(&keyed).text);
        assert_eq!(post(&keyed).header("idempotency-replayed"), Some("true"));
        post(&keyed[..1]).faults(400, "IDEMPOTENCY_KEY_REQUIRED", &[("Idempotency-Key", "IDEMPOTENCY_KEY_REQUIRED")]);
        // A figure says that an item does apply after all.
        let applies = import(&editor, "", CSV, b"unit_code,13.4\n01990,\xC4\x90\xE1\xBA\xA1t\n").expect(201);
        let change = &applies["units"][0]["cells"][0];
        assert_eq!((&change["from"], &change["to"], &change["verdict_to"]), (&json!("KAD"), &json!("Đạt"), &json!("MET")));
    }

    /// One cell at fault, and nothing of the file is stored.
    fn one_fault_refuses_the_whole_file(app) {
        let editor = app.with_key("district-editor");
        let before = journal(app);
        let file = "unit_code,10.1,3.1\n01984,41,85\n01990,42,101\n";
        let refused = import(&editor, "", CSV, file.as_bytes());
        assert_eq!(faults(&refused), [(3, "C".to_owned(), "VALUE_OUT_OF_RANGE".to_owned())]);
        let fault = &refused.json()["errors"][0];
        assert_eq!((&fault["cell"]["heading"], &fault["cell"]["value"], &fault["pointer"]), (&json!("3.1"), &json!("101"), &Value::Null));
        assert_eq!(journal(app), before);
        assert_eq!(editor.get("/v1/assessments?with_total=true&period=2022").expect(200)["total"], 0);
    }

    /// Every kind of bad row, each with its row, column and code, and good ones that look odd.
    fn each_bad_row_is_told_with_its_row_column_and_code(app) {
        let editor = app.with_key("province-editor");
        let refused = |heading: &str, rows: &[(&str, &[(&str, &str)])]| {
            let body: String = rows.iter().map(|(row, _)| format!("{row}\n")).collect();
            let reply = import(&editor, "", CSV, format!("{heading}\n{body}").as_bytes());
            let expected: Vec<(i64, String, String)> = (2..).zip(rows)
                .flat_map(|(number, (_, faults))| faults.iter().map(move |(column, code)| (number, (*column).to_owned(), (*code).to_owned()))).collect();
            let mut found = faults(&reply);
            found.sort();
            let mut sorted = expected.clone();
            sorted.sort();
            assert_eq!(found, sorted, "{}", reply.text);
        };
        refused("unit_code;unit_name;1.1;3.1;10.1;12.1;12.1 nam;12.1 nữ;13.4;17.1 (1)", &[
            ("01984;;;;1.234", &[("E", "AMBIGUOUS_NUMBER")]),
            ("01990;;;;1,234.5", &[("E", "AMBIGUOUS_NUMBER")]),
            ("02017;;gần đạt;x", &[("C", "UNKNOWN_VALUE"), ("D", "NUMBER_EXPECTED")]),
            ("01975;;;=1+1", &[("D", "FORMULA_REFUSED")]),
            ("01978;;;KAD", &[("D", "NOT_APPLICABLE_NOT_ALLOWED")]),
            ("02005;;;;;;;;;KAD", &[("J", "NOT_APPLICABLE_NOT_ALLOWED")]),
            ("9;;1", &[("A", "INVALID_CODE")]),
            ("99999;;1", &[("A", "UNIT_CODE_NOT_HELD")]),
            ("01969;;1", &[("A", "UNIT_NOT_IN_SHEET")]),
            ("02104;;1", &[("A", "UNIT_NOT_IN_SHEET")]),
            ("ABC;;1", &[("A", "INVALID_CODE")]),
            ("02008;Đôn Phong;1", &[("B", "UNIT_CONTRADICTION")]),
            ("02008;Không có xã này;1", &[("B", "UNIT_CONTRADICTION")]),
            (";Không có xã này;1", &[("B", "UNIT_NAME_NOT_FOUND")]),
            (";;1", &[("A", "REQUIRED")]),
            ("01984;;1", &[("A", "DUPLICATE_ITEM")]),
            ("01981;;1;0,00001", &[("D", "TOO_MANY_DIGITS")]),
            ("02011;;1;;;;;;;;9", &[("K", "UNKNOWN_COLUMN")]),
        ]);
        // What only the rules know: a rate for men and women alone, a share above the whole.
        refused("unit_code,12.1,12.1 nam,12.1 nữ,17.1 (1)", &[
            ("01984,,46,44", &[("B", "REQUIRED")]),
            ("01990,99,46,44", &[("C", "BREAKDOWN_MISMATCH")]),
            ("02017,,,,101", &[("E", "VALUE_OUT_OF_RANGE")]),
        ]);
        // What to do about it is told for a spreadsheet, in the caller's language.
        let hint = |language: &str| {
            let reply = send(&editor, "", CSV, b"unit_code,1.1\n01984,x\n", &[("accept-language", language)]);
            reply.expect(422)["errors"][0]["cell"]["hint"].as_str().unwrap().to_owned()
        };
        assert!(hint("vi").starts_with("Ghi Đạt hoặc Chưa đạt") && hint("en").starts_with("Write Đạt or Chưa đạt"));
        let heading = import(&editor, "", CSV, "unit_code,3.1,99.9,Ghi chú,3.1\n01984,1,2,3,4\n".as_bytes());
        assert_eq!(faults(&heading), [("C", "UNKNOWN_COLUMN"), ("D", "UNKNOWN_COLUMN"), ("E", "DUPLICATE_ITEM")].map(|(column, code)| (1, column.to_owned(), code.to_owned())));
        assert_eq!(faults(&import(&editor, "", CSV, b"ma,ten\n1,2\n")), [(1, "A".to_owned(), "UNKNOWN_COLUMN".to_owned())]);
        assert_eq!(faults(&import(&editor, "", CSV, b"")), [(1, "A".to_owned(), "UNKNOWN_COLUMN".to_owned())]);
        let long = |rows: &str| import(&editor, "&layout=LONG", CSV, format!("unit_code,item_code,value,numerator,denominator,male,not_applicable_reason,cut_off_date,note\n{rows}").as_bytes());
        let reply = long("01984,3.1,50,1,3\n01984,99.1,1\n01984,,1\n01984,10.1,41,,,,,31/02/2022\n01984,10.1,42\n01984,13.4,1,,,,không có\n01984,9.1,1,,,7\n01990,3.1,,1,0\n");
        let expected = [(2, "C", "RATE_MISMATCH"), (3, "B", "ITEM_NOT_IN_SET"), (4, "B", "REQUIRED"), (5, "H", "INVALID_DATE"), (6, "B", "DUPLICATE_ITEM"), (7, "C", "EXACTLY_ONE_REQUIRED")];
        assert_eq!(faults(&reply), expected[1..].iter().map(|(row, column, code)| (*row, (*column).to_owned(), (*code).to_owned())).collect::<Vec<_>>());
        let reply = long("01984,3.1,50,1,3\n01984,9.1,1,,,7\n01990,3.1,,1,0\n");
        let expected = [(2, "C", "RATE_MISMATCH"), (3, "F", "BREAKDOWN_NOT_DECLARED"), (4, "E", "DENOMINATOR_ZERO")];
        let mut found = faults(&reply);
        found.sort();
        assert!(found.contains(&(4, "E".to_owned(), "DENOMINATOR_ZERO".to_owned())), "{found:?}");
        assert!(found.iter().all(|fault| expected.iter().any(|(row, column, code)| *fault == (*row, (*column).to_owned(), (*code).to_owned()))), "{found:?}");
        assert_eq!(editor.get("/v1/assessments?with_total=true&period=2022").expect(200)["total"], 0);
    }

    /// Units are found by code, by name in any spelling, and never by a guess.
    fn units_are_found_by_code_and_by_name_in_any_spelling(app) {
        let editor = app.with_key("province-editor");
        for (row, code) in [("01984,", "01984"), ("1984,", "01984"), (",Sỹ Bình", "01978"), (",sĩ bình", "01978"), (",SI BINH", "01978"), (",Si\u{303} Bi\u{300}nh", "01978"),
            (",Xã Sĩ Bình", "01978"), ("01978,Xã Sỹ Bình", "01978"), (",Tân Tú", "01993")] {
            let file = format!("\u{feff}unit_code,unit_name,10.1\r\n{row},41\r\n");
            let reply = import(&editor, "&validate_only=true", CSV, file.as_bytes()).expect(200);
            assert_eq!(reply["units"][0]["unit"]["code"], code, "{row}");
        }
    }

    /// A workbook as somebody typed it: numbers, dates, percentages, formulas; refused, it comes back with notes.
    fn a_refused_workbook_comes_back_with_a_note_in_each_cell_at_fault(app) {
        let editor = app.with_key("district-editor");
        let mut workbook = Workbook::new();
        let sheet = workbook.add_worksheet();
        for (column, heading) in (0..).zip(["unit_code", "unit_name", "10.1", "3.1", "9.1", "2.1"]) {
            sheet.write_string(3, column, heading).unwrap();
        }
        sheet.write_string(0, 0, "PHIẾU ĐÁNH GIÁ").unwrap();
        sheet.write_number(4, 0, 1984).unwrap();
        sheet.write_number(4, 2, 38.9).unwrap();
        sheet.write_number_with_format(4, 3, 0.855, &Format::new().set_num_format("0.0%")).unwrap();
        let good = workbook.save_to_buffer().unwrap();
        let stored = import(&editor, "", XLSX, &good).expect(201);
        let cells_of = |reply: &Value| reply["units"][0]["cells"].as_array().unwrap().iter().map(|cell| cell["to"].as_str().unwrap().to_owned()).collect::<Vec<_>>();
        assert_eq!(cells_of(&stored), ["38.9", "85.5"], "a percentage is what was seen");

        let sheet = workbook.worksheet_from_index(0).unwrap();
        sheet.write_string(5, 0, "01990").unwrap();
        sheet.write_string(5, 2, "1.234").unwrap();
        sheet.write_formula(5, 3, Formula::new("=1+1").set_result("2")).unwrap();
        let day = ExcelDateTime::from_ymd(2022, 12, 31).unwrap();
        sheet.write_datetime_with_format(5, 4, day, &Format::new().set_num_format("dd/mm/yyyy")).unwrap();
        sheet.write_number(6, 0, 7).unwrap();
        sheet.write_number(6, 5, 0.1 + 0.2).unwrap();
        let bad = workbook.save_to_buffer().unwrap();
        let expected = [(6, "C", "AMBIGUOUS_NUMBER"), (6, "D", "FORMULA_REFUSED"), (6, "E", "NUMBER_EXPECTED"), (7, "F", "TOO_MANY_DIGITS"), (7, "A", "INVALID_CODE")];
        let reply = import(&editor, "", XLSX, &bad);
        assert_eq!(faults(&reply), expected.map(|(row, column, code)| (row, column.to_owned(), code.to_owned())));
        assert_eq!(reply.json()["errors"][0]["cell"]["sheet"], "Sheet1");
        let returned = send(&editor, "", XLSX, &bad, &[("accept", XLSX)]);
        assert_eq!((returned.status, returned.header("content-type"), returned.header("cache-control")), (422, Some(XLSX), Some("no-store")), "{}", returned.text);
        let rows = cells(&returned.bytes);
        assert_eq!((rows[5][0].as_str(), rows[5][2].as_str(), rows[4][2].as_str()), ("01990", "1.234", "38.9"));
        let notes = part_of(&returned.bytes, "xl/comments1.xml");
        for (cell, code) in [("C6", "AMBIGUOUS_NUMBER"), ("D6", "FORMULA_REFUSED"), ("E6", "NUMBER_EXPECTED"), ("F7", "TOO_MANY_DIGITS"), ("A7", "INVALID_CODE")] {
            assert!(notes.contains(&format!("ref=\"{cell}\"")) && notes.contains(code), "{cell} {code}: {notes}");
        }
        // What came out well is told as JSON either way.
        let again = send(&editor, "", XLSX, &good, &[("accept", XLSX)]).expect(201);
        assert_eq!(again["stats"]["unchanged"], 1);
    }

    /// Who may not work at the stage, or not in the period, is told so; the file changes nothing.
    fn stages_locks_and_seals_hold_for_files_too(app) {
        let commune = app.with_key("commune-editor");
        let file = "unit_code,10.1\n01984,41\n";
        let at = |client: &Client, query: &str| client.call("POST", query, &[("content-type", CSV), ("idempotency-key", "a-key-for-each-caller-1")], Some(file.as_bytes()));
        at(&commune, &ROUND.replace("SELF", "VERIFICATION")).faults(403, "STAGE_NOT_PERMITTED", &[]);
        at(&commune, "/v1/assessment-sheets").faults(422, "VALIDATION_FAILED", &[("unit_code", "REQUIRED"), ("criteria_set_code", "REQUIRED"), ("period", "REQUIRED"), ("stage", "REQUIRED")]);
        at(&commune, &ROUND.replace("2022", "2020")).problem(422);
        assert_eq!(faults(&import(&commune, "", CSV, b"unit_code,10.1\n01990,41\n")), [(2, "A".to_owned(), "UNIT_NOT_IN_SHEET".to_owned())], "beyond its own scope");
        import(&commune, "", CSV, file.as_bytes()).expect(201);
        let id = commune.get("/v1/assessments?period=2022").expect(200)["items"][0]["id"].as_str().unwrap().to_owned();
        app.with_key("commune-signer").step(&format!("/v1/assessments/{id}"), 1, &json!({ "to": "SUBMITTED" })).expect(200);
        assert_eq!(import(&commune, "", CSV, file.as_bytes()).expect(201)["stats"]["unchanged"], 1, "what says nothing new asks for nothing");
        let other = "unit_code,10.1\n01984,42\n";
        assert_eq!(faults(&import(&commune, "", CSV, other.as_bytes())), [(2, "A".to_owned(), "SEALED".to_owned())]);
        let lock = json!({ "unit_code": "063", "criteria_set_code": SET, "period": "2022" });
        app.with_key("district-manager").post("/v1/period-locks", &lock).expect(201);
        let editor = app.with_key("district-editor");
        assert_eq!(faults(&import(&editor, "", CSV, b"unit_code,10.1\n01990,41\n")), [(2, "A".to_owned(), "PERIOD_LOCKED".to_owned())]);
        // What is published counts at once and is begun with what the file says.
        let published = ROUND.replace("SELF", "REPORTED").replace("period=2022", "period=2021");
        let reply = at(&editor, &published).expect(201);
        assert_eq!(reply["stats"]["created"], 1);
        assert_eq!(editor.get("/v1/assessments?period=2021").expect(200)["items"][0]["status"], "SUBMITTED");
    }

    /// Files that are no sheets, or would be too much of one, are refused at once and for their reason.
    fn dangerous_files_are_refused_within_a_second(app) {
        let editor = app.with_key("district-editor");
        let good = template(&editor, "", XLSX);
        let before = app.peak_memory_bytes();
        let refuse = |what: &str, kind: &str, file: &[u8], code: &str| {
            let begun = Instant::now();
            let reply = import(&editor, "", kind, file);
            let (found, _) = reply.problem(422);
            assert_eq!(found, code, "{what}: {}", reply.text);
            assert!(begun.elapsed() < Duration::from_secs(1), "{what}: {:?}", begun.elapsed());
        };
        let with = |name: &str, content: &[u8]| rebuilt(&good, &[(name, content)]);
        refuse("a CSV as a workbook", XLSX, b"unit_code,10.1\n01984,41\n", "FILE_NOT_READABLE");
        refuse("an old workbook", XLSX, b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1 and more", "FILE_NOT_READABLE");
        refuse("a page", XLSX, b"<html><table></table></html>", "FILE_NOT_READABLE");
        refuse("nothing", XLSX, b"", "FILE_NOT_READABLE");
        refuse("a workbook as CSV", CSV, &good, "FILE_NOT_READABLE");
        refuse("a page as CSV", CSV, b"<html><table></table></html>", "FILE_NOT_READABLE");
        refuse("another encoding", CSV, b"unit_code,10.1\n01984,\xEC\n", "FILE_NOT_READABLE");
        refuse("half a workbook", XLSX, &good[..good.len() / 2], "FILE_NOT_READABLE");
        refuse("an archive of something", XLSX, &archive(&[("a.txt", b"a")]), "FILE_NOT_READABLE");
        refuse("macros", XLSX, &with("xl/vbaProject.bin", b"x"), "MACRO_REFUSED");
        let types = part_of(&good, "[Content_Types].xml").replace("spreadsheetml.sheet.main+xml", "sheet.macroEnabled.main+xml");
        refuse("macros by type", XLSX, &with("[Content_Types].xml", types.as_bytes()), "MACRO_REFUSED");
        refuse("links", XLSX, &with("xl/externalLinks/externalLink1.xml", b"<externalLink/>"), "EXTERNAL_LINK_REFUSED");
        refuse("connections", XLSX, &with("xl/connections.xml", b"<connections/>"), "EXTERNAL_LINK_REFUSED");
        refuse("objects", XLSX, &with("xl/embeddings/oleObject1.bin", b"x"), "EMBEDDED_OBJECT_REFUSED");
        refuse("a way out", XLSX, &with("xl/../../../x.xml", b"<x/>"), "FILE_NOT_READABLE");
        refuse("a way to the root", XLSX, &with("/etc/passwd", b"x"), "FILE_NOT_READABLE");
        let entities = b"<?xml version=\"1.0\"?><!DOCTYPE sst [<!ENTITY a \"aaaaaaaaaa\"><!ENTITY b \"&a;&a;&a;&a;\">]><sst>&b;</sst>";
        refuse("entities", XLSX, &with("xl/sharedStrings.xml", entities), "XML_ENTITY_REFUSED");
        refuse("a document type in a relation", XLSX, &with("xl/_rels/workbook.xml.rels", b"<!DOCTYPE x><x/>"), "XML_ENTITY_REFUSED");
        let zeros = vec![b' '; 150 << 20];
        let bomb = with("xl/worksheets/sheet2.xml", &zeros);
        assert!(bomb.len() < 1 << 20);
        refuse("a bomb", XLSX, &bomb, "FILE_TOO_LARGE_UNPACKED");
        let parts: Vec<(String, &[u8])> = (1..=6).map(|at| (format!("xl/media/{at}.bin"), &zeros[..50 << 20])).collect();
        let parts: Vec<(&str, &[u8])> = parts.iter().map(|(name, content)| (name.as_str(), *content)).collect();
        refuse("many bombs", XLSX, &rebuilt(&good, &parts), "FILE_TOO_LARGE_UNPACKED");
        let strings = format!("<sst>{}</sst>", "<si><t>a</t></si>".repeat(2_000_000));
        refuse("a bomb of strings", XLSX, &with("xl/sharedStrings.xml", strings.as_bytes()), "FILE_TOO_LARGE_UNPACKED");
        let long = format!("<sst><si><t>{}</t></si></sst>", "a".repeat(5 << 20));
        refuse("one long text", XLSX, &with("xl/sharedStrings.xml", long.as_bytes()), "FILE_TOO_LARGE_UNPACKED");
        let sheets: Vec<String> = (2..=60).map(|at| format!("xl/worksheets/sheet{at}.xml")).collect();
        let parts: Vec<(&str, &[u8])> = sheets.iter().map(|name| (name.as_str(), &b"<worksheet/>"[..])).collect();
        refuse("sixty sheets", XLSX, &rebuilt(&good, &parts), "TOO_MANY_SHEETS");
        let sheets: Vec<String> = (2..=10_000).map(|at| format!("xl/worksheets/sheet{at}.xml")).collect();
        let parts: Vec<(&str, &[u8])> = sheets.iter().map(|name| (name.as_str(), &b"<worksheet/>"[..])).collect();
        refuse("ten thousand sheets", XLSX, &rebuilt(&good, &parts), "TOO_MANY_SHEETS");
        // It says less than it holds.
        const HELD: usize = (1 << 20) + 54_321;
        let mut lying = with("xl/worksheets/sheet2.xml", &zeros[..HELD]);
        let size = u32::try_from(HELD).expect("a size").to_le_bytes();
        let mut told = 0;
        while let Some(at) = lying.windows(4).position(|window| window == size) {
            lying[at..at + 4].copy_from_slice(&16_u32.to_le_bytes());
            told += 1;
        }
        assert!(told >= 1, "the archive tells the size");
        let (code, _) = import(&editor, "", XLSX, &lying).problem(422);
        assert!(["FILE_TOO_LARGE_UNPACKED", "FILE_NOT_READABLE"].contains(&code.as_str()), "{code}");
        // The kernel's count is not exact to the page: what did not grow may seem to shrink.
        let peak = app.peak_memory_bytes().saturating_sub(before);
        assert!(peak < 100 << 20, "{} MiB", peak >> 20);
        // A cell far away costs no more than any other.
        let far = part_of(&good, "xl/worksheets/sheet1.xml").replace("</sheetData>", "<row r=\"1048576\"><c r=\"XFD1048576\"><v>1</v></c></row></sheetData>");
        let begun = Instant::now();
        assert_eq!(faults(&import(&editor, "", XLSX, &with("xl/worksheets/sheet1.xml", far.as_bytes()))), [(1_048_576, "XFD".to_owned(), "UNKNOWN_COLUMN".to_owned())]);
        assert!(begun.elapsed() < Duration::from_secs(2));
        let rows: String = (0..100_002).map(|_| "01984,41\n").collect();
        let reply = import(&editor, "", CSV, format!("unit_code,10.1\n{rows}").as_bytes());
        assert_eq!(faults(&reply)[0].2, "TOO_MANY_ITEMS");
        import(&editor, "&validate_only=true", XLSX, &good).expect(200);
    }
}

/// An archive of these parts.
pub fn archive(parts: &[(&str, &[u8])]) -> Vec<u8> {
    let mut writer = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (name, content) in parts {
        writer.start_file(*name, SimpleFileOptions::default()).expect("a part");
        writer.write_all(content).expect("its content");
    }
    writer.finish().expect("an archive").into_inner()
}

/// The archive with some parts put in or replaced.
pub fn rebuilt(bytes: &[u8], put: &[(&str, &[u8])]) -> Vec<u8> {
    let mut old = zip::ZipArchive::new(Cursor::new(bytes)).expect("an archive");
    let mut writer = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for at in 0..old.len() {
        let part = old.by_index_raw(at).expect("a part");
        let name = part.name().expect("a name").into_owned();
        if !put.iter().any(|(known, _)| *known == name) {
            writer.raw_copy_file(part).expect("a copy");
        }
    }
    for (name, content) in put {
        writer.start_file(*name, SimpleFileOptions::default()).expect("a part");
        writer.write_all(content).expect("its content");
    }
    writer.finish().expect("an archive").into_inner()
}

pub fn part_of(bytes: &[u8], name: &str) -> String {
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).expect("an archive");
    let part = archive.by_name(name).expect("the part is there");
    std::io::read_to_string(part).expect("UTF-8")
}

/// Codes are text in the workbook, so that their zeros stay.
#[test]
fn codes_are_text_cells() {
    let app = App::start(crate::support::Engine::Sqlite);
    let bytes = template(&app.with_key("district-editor"), "", XLSX);
    let mut workbook: Xlsx<_> = Xlsx::new(Cursor::new(bytes)).expect("a workbook");
    let range = workbook.worksheet_range("Phiếu đánh giá").expect("the sheet");
    for row in range.rows().skip(2) {
        assert!(matches!(&row[0], Data::String(code) if code.len() == 5), "{:?}", row[0]);
    }
    for heading in range.rows().next().expect("a heading") {
        assert!(matches!(heading, Data::String(_)), "{heading:?}");
    }
}
