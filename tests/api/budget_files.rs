//! Money as a file: understood or refused with the reason, never guessed.

use crate::exchange::{CSV, XLSX, lines};
use crate::support::money::{key, sheet};
use crate::support::{Client, Reply, count, on_both};
use rust_xlsxwriter::Workbook;
use serde_json::{Value, json};

const SHEETS: &str = "/v1/budget-sheets?unit_code=063&amount_unit=MILLION_VND";

fn send(client: &Client, path: &str, kind: &str, bytes: &[u8]) -> Reply {
    client.call("POST", path, &[("idempotency-key", &key()), ("content-type", kind)], Some(bytes))
}

fn text(client: &Client, path: &str, text: &str) -> Reply {
    send(client, path, CSV, text.as_bytes())
}

/// `row column code` of each fault.
fn faults(reply: &Reply) -> Vec<String> {
    let body = reply.expect(422);
    assert_eq!(body["code"], "IMPORT_REJECTED", "{body}");
    let told = body["errors"].as_array().expect("errors").iter();
    let word = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    told.map(|fault| format!("{} {} {}", fault["cell"]["row"], word(&fault["cell"]["heading"]), word(&fault["code"])))
        .collect()
}

/// A report as a province wrote it: what was given and disbursed, rates and a total.
const REPORT: &str = "\
BÁO CÁO GIẢI NGÂN ĐẾN 19/5/2025
Mã bút toán;Tên đơn vị;Chương trình;Nguồn vốn;Loại vốn;Năm kế hoạch;Vốn giao;Giải ngân;Tỷ lệ giải ngân;Ngày ghi sổ
BC-1;Huyện Bạch Thông;NTM;NSTW;DTPT;2022;320197,0;55882,0;17,45;31/12/2022
BC-2;Bach Thong;GNBV;NSTW;DTPT;2022;67172,0;4369,0;6,45;31/12/2022
BC-3;Bạch Thông;DTTS;NSTW;DTPT;2022;226385,0;24248,0;10,71;31/12/2022
Tổng số;;;;;;614294,0;84499,0;13,76;
";

on_both! {
    /// Rows become entries, all or none; the same file sent twice changes nothing.
    fn a_file_is_taken_in_whole_and_once(app) {
        let editor = app.with_key("district-editor");
        let file = sheet("KB-1,063,DTTS,NSTW,DTPT,2022,ASSIGN,\"2.428.748,5\",01/07/2022\r\nKB-2,063,DTTS,NSTW,DTPT,2022,Thanh toán khối lượng hoàn thành,\"1.000.000,25\",02/07/2022");
        let rows = || count(&app.database, "SELECT count(*) AS value FROM budget_entries");
        let dry = text(&editor, &format!("{SHEETS}&validate_only=true"), &file).expect(200);
        assert_eq!((&dry["stats"]["created"], rows()), (&json!(2), 0));
        let done = text(&editor, SHEETS, &file).expect(201);
        assert_eq!(done["stats"], json!({ "rows": 2, "totals": 0, "created": 2, "unchanged": 0 }));
        assert_eq!(done["sums"], json!([{ "kind": "ASSIGN", "count": 1, "amount_vnd": 2_428_748_500_000_i64 }, { "kind": "PAY", "count": 1, "amount_vnd": 1_000_000_250_000_i64 }]));
        assert_eq!((&done["entries"][1]["row"], &done["entries"][1]["external_id"]), (&json!(3), &json!("KB-2")));
        let again = text(&editor, SHEETS, &file).expect(201);
        assert_eq!(again["stats"], json!({ "rows": 2, "totals": 0, "created": 0, "unchanged": 2 }));
        assert_eq!(rows(), 2);
        // Sent alone with the same content it is the same entry.
        let body = json!({ "unit_id": editor.get("/v1/units?code=063").expect(200)["items"][0]["id"], "programme_code": "DTTS", "funding_source_code": "NSTW",
            "nature_code": "DTPT", "plan_year": 2022, "kind": "ASSIGN", "amount_vnd": 2_428_748_500_000_i64, "booking_date": "2022-07-01", "external_id": "KB-1" });
        assert_eq!(crate::support::money::record(&editor, &body).expect(200)["id"], done["entries"][0]["id"]);
        let told = editor.get("/v1/reports/budget-execution?unit_code=063&plan_year=2022").expect(200);
        assert_eq!(told["total"]["disbursed_vnd"], 1_000_000_250_000_i64);
        // Another amount under a known id is another entry, and told with its cell.
        let other = sheet("KB-1,063,DTTS,NSTW,DTPT,2022,ASSIGN,7,01/07/2022");
        assert_eq!(faults(&text(&editor, SHEETS, &other)), ["2 external_id DUPLICATE"]);
    }

    /// Two digits that changed places are found by the rate beside them and by the total below.
    fn rates_and_totals_are_held_against_the_rows(app) {
        let editor = app.with_key("district-editor");
        assert_eq!(faults(&text(&editor, SHEETS, REPORT)), ["4 Tỷ lệ giải ngân RATE_MISMATCH", "6 Vốn giao TOTAL_MISMATCH"]);
        let mended = REPORT.replace("67172", "67712");
        let done = text(&editor, SHEETS, &mended).expect(201);
        assert_eq!(done["stats"], json!({ "rows": 4, "totals": 1, "created": 6, "unchanged": 0 }));
        let told = editor.get("/v1/reports/budget-execution?unit_code=063&plan_year=2022&group_by=PROGRAMME").expect(200);
        assert_eq!((&told["total"]["assigned_vnd"], &told["total"]["disbursed_vnd"], &told["total"]["rate_percent"]), (&json!(614_294_000_000_i64), &json!(84_499_000_000_i64), &json!(13.76)));
    }

    /// A file names works, acts and parts as a body does; the template keeps the work of a line.
    fn a_file_knows_works_and_acts(app) {
        use crate::support::money;
        let editor = app.with_key("district-editor");
        let work = money::id(&editor.post(money::WORKS, &money::work("Đường Nà Pán", json!({}))).expect(201));
        let act = json!({ "unit_code": "063", "kind_code": "QUYET_DINH", "title": "Giao vốn", "act_number": "12/QĐ-UBND", "issued_date": "2022-07-01" });
        let act = money::id(&editor.post("/v1/acts", &act).expect(201));
        let heading = "external_id,unit_code,programme_code,component_code,funding_source_code,nature_code,plan_year,plan_end_year,kind,amount,booking_date,to_component_code,to_work_id,work_id,act_id,override_reason";
        let file = |to: &str, act: &str| format!(
            "{heading}\r\nKB-0,063,NTM,,NSTW,DTPT,2021,2025,PLAN,9,01/07/2022,,,,{act},\r\nKB-1,063,NTM,,NSTW,DTPT,2022,,ASSIGN,5,01/07/2022,,,,{act},\r\n\
             KB-2,063,NTM,,NSTW,DTPT,2022,,DISTRIBUTE,3,01/07/2022,NTM.02,{to},,{act},\r\nKB-3,063,NTM,NTM.02,NSTW,DTPT,2022,,PAY,4,02/07/2022,,,{to},,Tạm ứng trước\r\n"
        );
        let unknown = "01992f3e-7c1a-7b55-9a0e-4f6f0c1d2e3f";
        let told = faults(&text(&editor, SHEETS, &file(unknown, &act)));
        assert_eq!(told, ["4 to_work_id UNKNOWN_REFERENCE", "5 work_id UNKNOWN_REFERENCE"]);
        assert_eq!(faults(&text(&editor, SHEETS, &file(&work, "12/QĐ-UBND"))), ["2 act_id INVALID_ID", "3 act_id INVALID_ID", "4 act_id INVALID_ID"]);
        text(&editor, SHEETS, &file(&work, &act)).expect(201);
        let entry = |name: &str| editor.get(&format!("/v1/budget-entries?external_id={name}")).expect(200)["items"][0].clone();
        assert_eq!((&entry("KB-2")["to_work_id"], &entry("KB-2")["act_id"], &entry("KB-2")["to_component_code"]), (&json!(work), &json!(act), &json!("NTM.02")));
        assert_eq!((&entry("KB-3")["work_id"], &entry("KB-3")["findings"], &entry("KB-3")["override_reason"]), (&json!(work), &json!(["LINE_EXCEEDED"]), &json!("Tạm ứng trước")));
        assert_eq!(entry("KB-0")["plan_end_year"], 2025);
        let template = editor.call("GET", "/v1/budget-sheets?unit_code=063&plan_year=2022", &[("accept", CSV)], None);
        let rows = lines(&template.bytes);
        let at = rows[0].iter().position(|heading| heading == "work_id").expect("a column");
        assert_eq!(rows[2..].iter().filter(|row| row[at] == work).count(), 1);
    }

    /// Every cell at fault is told with its row and column, and nothing is stored.
    fn every_cell_at_fault_is_told(app) {
        let editor = app.with_key("district-editor");
        let row = |rest: &str| sheet(&format!("KB-1,{rest}"));
        for (file, expected) in [
            (row("063,DTTS,NSTW,DTPT,2022,ASSIGN,1.234,01/07/2022"), "2 amount AMBIGUOUS_NUMBER"),
            (row("063,DTTS,NSTW,DTPT,2022,ASSIGN,=1+1,01/07/2022"), "2 amount FORMULA_REFUSED"),
            (row("063,DTTS,NSTW,DTPT,2022,ASSIGN,nhiều,01/07/2022"), "2 amount NUMBER_EXPECTED"),
            (row("063,DTTS,NSTW,DTPT,2022,ASSIGN,5,31/02/2022"), "2 booking_date INVALID_DATE"),
            (row("063,DTTS,NSTW,DTPT,2022,CHI,5,01/07/2022"), "2 kind UNKNOWN_VALUE"),
            (row("063,KHONG-CO,NSTW,DTPT,2022,ASSIGN,5,01/07/2022"), "2 programme_code UNKNOWN_CODE"),
            (row("063,DTTS,NSTW,DTPT,2020,ASSIGN,5,01/07/2022"), "2 plan_year PLAN_YEAR_OUTSIDE_PROGRAMME"),
            (row("064,DTTS,NSTW,DTPT,2022,ASSIGN,5,01/07/2022"), "2 unit_code UNIT_NOT_IN_SHEET"),
            (row("063,DTTS,NSTW,DTPT,2022,PAY,5,01/07/2022"), "2 amount LINE_EXCEEDED"),
            (row("063,DTTS,NSTW,DTPT,2022,ASSIGN,-5,01/07/2022"), "2 amount AMOUNT_NOT_POSITIVE"),
            (row("063,DTTS,NSTW,DTPT,2022,ASSIGN,,01/07/2022"), "2 amount REQUIRED"),
            (sheet(",063,DTTS,NSTW,DTPT,2022,ASSIGN,5,01/07/2022"), "2 external_id REQUIRED"),
            ("a,b\r\n1,2\r\n".to_owned(), "1 null UNKNOWN_COLUMN"),
        ] {
            assert_eq!(faults(&text(&editor, SHEETS, &file)), [expected], "{file}");
        }
        // The unit of the amounts is stated, never guessed.
        let file = row("063,DTTS,NSTW,DTPT,2022,ASSIGN,5,01/07/2022");
        text(&editor, "/v1/budget-sheets?unit_code=063", &file).faults(422, "VALIDATION_FAILED", &[("amount_unit", "REQUIRED")]);
        text(&editor, "/v1/budget-sheets?unit_code=063&amount_unit=TRIEU", &file).faults(422, "VALIDATION_FAILED", &[("amount_unit", "UNKNOWN_VALUE")]);
        // In đồng there are no parts.
        let file = row("063,DTTS,NSTW,DTPT,2022,ASSIGN,\"5,5\",01/07/2022");
        assert_eq!(faults(&text(&editor, "/v1/budget-sheets?unit_code=063&amount_unit=VND", &file)), ["2 amount INTEGER_EXPECTED"]);
        // One row in another unit is questioned, and taken where it is confirmed.
        let four = |amount: &str| sheet(&["120", amount, "130", "99"].iter().enumerate().map(|(at, amount)| format!("KB-{at},063,DTTS,NSTW,DTPT,2022,ASSIGN,{amount},01/07/2022")).collect::<Vec<_>>().join("\r\n"));
        assert_eq!(faults(&text(&editor, SHEETS, &four("95000"))), ["3 amount THOUSANDFOLD_NEIGHBOURS"]);
        assert_eq!(count(&app.database, "SELECT count(*) AS value FROM budget_entries"), 0);
        let confirmed = text(&editor, &format!("{SHEETS}&confirm_outliers=true"), &four("95000")).expect(201);
        assert_eq!(confirmed["stats"]["created"], 4);
    }

    /// The template holds the lines as they are; filled in it comes back, and a refused workbook with a note.
    fn a_template_is_filled_in_and_comes_back(app) {
        let editor = app.with_key("district-editor");
        crate::support::money::record(&editor, &crate::support::money::entry("ASSIGN", 5_000_000, json!({ "component_code": "DTTS.4.1" }))).expect(201);
        let ask = |kind: &str| {
            let reply = editor.call("GET", "/v1/budget-sheets?unit_code=063&plan_year=2022", &[("accept", kind)], None);
            assert_eq!(reply.status, 200, "{}", reply.text);
            reply.bytes
        };
        let template = lines(&ask(CSV));
        assert_eq!((template.len(), template[0][0].as_str(), template[1][0].as_str()), (3, "external_id", "Mã bút toán"));
        assert_eq!(&template[2][1..8], ["063", "Bạch Thông", "DTTS", "DTTS.4.1", "NSTW", "DTPT", "2022"]);
        assert!(ask(XLSX).starts_with(b"PK"));
        let workbook = |amount: f64| {
            let mut book = Workbook::new();
            let page = book.add_worksheet();
            for (row, line) in (0..).zip(&template) {
                for (column, cell) in (0..).zip(line) {
                    page.write_string(row, column, cell).unwrap();
                }
            }
            let at = |heading: &str| u16::try_from(template[0].iter().position(|known| known == heading).unwrap()).unwrap();
            page.write_string(2, at("external_id"), "KB-9").unwrap();
            page.write_string(2, at("kind"), "PAY").unwrap();
            page.write_number(2, at("amount"), amount).unwrap();
            book.save_to_buffer().unwrap()
        };
        let path = format!("{SHEETS}&booking_date=2022-08-01");
        let headers = [("idempotency-key", "money-as-a-workbook-1"), ("content-type", XLSX), ("accept", XLSX)];
        let refused = editor.call("POST", &path, &headers, Some(&workbook(6.0)));
        assert_eq!((refused.status, refused.header("content-type")), (422, Some(XLSX)));
        let notes = crate::exchange::part_of(&refused.bytes, "xl/comments1.xml");
        assert!(notes.contains("LINE_EXCEEDED"), "{notes}");
        let done = send(&editor, &path, XLSX, &workbook(2.5)).expect(201);
        assert_eq!(done["sums"][0]["amount_vnd"], 2_500_000);
        let entry = editor.get("/v1/budget-entries?external_id=KB-9").expect(200)["items"][0].clone();
        assert_eq!((&entry["booking_date"], &entry["component_code"]), (&json!("2022-08-01"), &json!("DTTS.4.1")));
    }
}
