//! Reporting duties: who owes which report to whom by when, what was sent, and the calendar by which terms are counted.

use crate::access::Row;
use crate::parties::Refused;
use crate::support::{App, Client, on_both};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};

const DUTIES: &str = "/v1/reporting-duties";
const SUBMISSIONS: &str = "/v1/report-submissions";
const EXTENSIONS: &str = "/v1/reporting-extensions";
const DAYS: &str = "/v1/calendar-days";
const OBLIGATIONS: &str = "/v1/reports/reporting-obligations";
const UNKNOWN: &str = "01992f3e-7c1a-7b55-9a0e-4f6f0c1d2e3f";
/// Of the law: communes report to the district before 15 September, and once more before 31 January.
const YEARLY: &str = "TT01-2022-XA-NAM";
const UPDATE: &str = "TT01-2022-XA-CAP-NHAT";

fn id(record: &Value) -> String {
    record["id"].as_str().expect("an id").to_owned()
}

fn items(list: &Value) -> &Vec<Value> {
    list["items"].as_array().expect("items")
}

fn duty(unit: &str, code: &str) -> Value {
    json!({
        "code": code, "unit_code": unit, "name": { "vi": "Báo cáo tiến độ quý", "en": "Quarterly progress" }, "from_level": "COMMUNE", "to_level": "DISTRICT",
        "period_kind": "QUARTER", "due_rule": { "kind": "WORKING_DAYS_AFTER", "days": 5 }, "valid_from": "2022-12-01",
    })
}

fn holiday(date: &str) -> Value {
    json!({ "date": date, "is_working": false, "name": { "vi": "Nghỉ", "en": "Off" } })
}

/// What the walk over the contract asks of duties, reports, extensions and the calendar.
pub fn access_rows() -> Vec<Row> {
    let read = |operation, path| crate::access::read(operation, path, "district-viewer");
    let row = |operation, method, path, body, own, weaker, foreign| Row {
        operation,
        method,
        path,
        body,
        own,
        weaker: Some(weaker),
        foreign: Some(foreign),
    };
    let (viewer, editor, signer) = (("district-viewer", 403), ("sibling-editor", 404), ("sibling-editor", 403));
    vec![
        read("list_calendar_days", DAYS),
        read("get_calendar_day", "/v1/calendar-days/{calendar_day}"),
        row(
            "record_calendar_day",
            "POST",
            DAYS,
            |_| holiday("2031-03-05"),
            ("nation", 201),
            viewer,
            ("sibling-admin", 403),
        ),
        row(
            "delete_calendar_day",
            "DELETE",
            "/v1/calendar-days/{calendar_day}",
            |_| Value::Null,
            ("nation", 204),
            viewer,
            ("sibling-admin", 403),
        ),
        read("list_reporting_duties", DUTIES),
        read("get_reporting_duty", "/v1/reporting-duties/{reporting_duty}"),
        row(
            "record_reporting_duty",
            "POST",
            DUTIES,
            |_| duty("063", "BT-1"),
            ("district-manager", 201),
            viewer,
            ("sibling-admin", 403),
        ),
        row(
            "change_reporting_duty",
            "PATCH",
            "/v1/reporting-duties/{reporting_duty}",
            |_| json!({ "recipient": "Tổ giúp việc" }),
            ("district-manager", 200),
            viewer,
            ("sibling-admin", 403),
        ),
        row(
            "delete_reporting_duty",
            "DELETE",
            "/v1/reporting-duties/{spare_duty}",
            |_| Value::Null,
            ("district-manager", 204),
            viewer,
            ("sibling-admin", 403),
        ),
        read("list_report_submissions", SUBMISSIONS),
        Row { foreign: Some(editor), ..read("get_report_submission", "/v1/report-submissions/{report_submission}") },
        row(
            "draw_up_report",
            "POST",
            SUBMISSIONS,
            |_| json!({ "unit_code": "01969", "duty_code": YEARLY, "period": "2023" }),
            ("district-editor", 201),
            viewer,
            signer,
        ),
        row(
            "change_report_submission",
            "PATCH",
            "/v1/report-submissions/{report_submission}",
            |_| json!({ "note": "Bổ sung" }),
            ("district-editor", 200),
            viewer,
            editor,
        ),
        row(
            "transition_report_submission",
            "POST",
            "/v1/report-submissions/{report_submission}/transitions",
            |_| json!({ "to": "SUBMITTED" }),
            ("district-signer", 200),
            viewer,
            editor,
        ),
        row(
            "delete_report_submission",
            "DELETE",
            "/v1/report-submissions/{spare_submission}",
            |_| Value::Null,
            ("district-editor", 204),
            viewer,
            editor,
        ),
        read("list_reporting_extensions", EXTENSIONS),
        Row {
            foreign: Some(editor),
            ..read("get_reporting_extension", "/v1/reporting-extensions/{reporting_extension}")
        },
        row(
            "extend_report",
            "POST",
            EXTENSIONS,
            |_| extension("01984", "2023-09-30"),
            ("district-signer", 201),
            ("commune-signer", 403),
            ("sibling-admin", 403),
        ),
        row(
            "delete_reporting_extension",
            "DELETE",
            "/v1/reporting-extensions/{reporting_extension}",
            |_| Value::Null,
            ("district-signer", 204),
            viewer,
            ("sibling-admin", 404),
        ),
        Row {
            foreign: Some(("sibling-editor", 404)),
            ..read("get_reporting_obligations", "/v1/reports/reporting-obligations?unit_code=063")
        },
    ]
}

pub fn access_records(app: &App) -> BTreeMap<&'static str, String> {
    let made = |key: &str, path: &str, body: Value| id(&app.with_key(key).post(path, &body).expect(201));
    let report = |unit: &str| {
        made("commune-editor", SUBMISSIONS, json!({ "unit_code": unit, "duty_code": YEARLY, "period": "2023" }))
    };
    let other = json!({ "unit_code": "01990", "duty_code": YEARLY, "period": "2023" });
    BTreeMap::from([
        ("calendar_day", made("nation", DAYS, holiday("2031-03-04"))),
        ("reporting_duty", made("district-manager", DUTIES, duty("063", "BT-2"))),
        ("spare_duty", made("district-manager", DUTIES, duty("063", "BT-3"))),
        ("report_submission", report("01984")),
        ("spare_submission", made("district-editor", SUBMISSIONS, other)),
        ("reporting_extension", made("district-signer", EXTENSIONS, extension("063", "2023-09-20"))),
    ])
}

fn extension(unit: &str, date: &str) -> Value {
    json!({ "unit_code": unit, "duty_code": YEARLY, "period": "2023", "new_due_date": date, "reason": "Mưa lũ" })
}

/// The demo holds what the law asks for, and the days off by which terms are counted.
pub fn demo_holds_the_duties(client: &Client) {
    let duties = client.get(&format!("{DUTIES}?unit_code=063&as_of=2023-03-10&limit=200")).expect(200);
    let sure: Vec<&str> = items(&duties)
        .iter()
        .filter(|duty| duty["confidence"] == "VERIFIED" && !duty["due_rule"].is_null())
        .map(|duty| duty["code"].as_str().unwrap())
        .collect();
    assert_eq!(sure, [UPDATE, YEARLY, "TT10-2022-TINH-6T", "TT10-2022-TINH-NAM"]);
    // What no source says is not said: no day is made up.
    let unsure = items(&duties).iter().filter(|duty| duty["confidence"] != "VERIFIED");
    assert!(unsure.map(|duty| &duty["due_rule"]).all(Value::is_null));
    let days = client.get(&format!("{DAYS}?date_gte=2025-04-01&date_lte=2025-05-31")).expect(200);
    let dates: Vec<&str> = items(&days).iter().map(|day| day["date"].as_str().unwrap()).collect();
    assert_eq!(dates, ["2025-04-07", "2025-04-26", "2025-04-30", "2025-05-01", "2025-05-02"]);
}

/// The service on the same database on another day.
fn on(app: &App, day: &str) -> App {
    App::start_on(app.engine, app.database.clone(), &["--clock-start", &format!("{day}T03:00:00Z")])
}

fn numbers<'a>(count: &'a Value, names: &[&str]) -> Vec<&'a Value> {
    names.iter().map(|name| &count[format!("{name}_count")]).collect()
}

on_both! {
    /// The year of a commune: drawn up by one, sent by another, sent back by the district, sent again and accepted. On
    /// time is told by the day on which it was sent first.
    fn a_report_goes_up_comes_back_and_is_accepted(app) {
        let editor = app.with_key("commune-editor");
        let file = id(&crate::files::send(&editor, "unit_code=01984&name=bieu.pdf", b"%PDF-1.7 bieu").expect(201));
        let body = json!({ "unit_code": "01984", "duty_code": YEARLY, "period": "2022", "cut_off_date": "2022-12-31", "note": "Lần đầu", "file_ids": [file] });
        let drawn = editor.post(SUBMISSIONS, &body).expect(201);
        assert_eq!((&drawn["status"], &drawn["due_date"], &drawn["receiver"]["code"]), (&json!("DRAFT"), &json!("2022-09-14"), &json!("063")));
        assert_eq!((&drawn["timeliness"], &drawn["days_late"], &drawn["file_ids"]), (&json!("OVERDUE"), &json!(182), &json!([file])));
        let again = editor.post(SUBMISSIONS, &json!({ "unit_code": "01984", "duty_code": YEARLY, "period": "2022" }));
        assert_eq!(again.problem(409).0, "DUPLICATE");
        let path = format!("{SUBMISSIONS}/{}", id(&drawn));
        let changed = editor.patch(&path, 1, &json!({ "note": "Bổ sung thôn Nà Pán" })).expect(200);
        assert_eq!(changed["note"], "Bổ sung thôn Nà Pán");
        // Its author does not sign it, and whoever sent it does not accept it.
        let (nation, nation_signer) = (app.with_key("nation"), app.with_key("nation-signer"));
        nation.patch(&path, 2, &json!({ "note": "Sửa" })).expect(200);
        let refused = nation.step(&path, 3, &json!({ "to": "SUBMITTED" }));
        assert_eq!(refused.problem(403).0, "SIGNER_IS_AUTHOR");
        crate::audit::refusal_is_logged(app, &refused);
        let sent = app.with_key("commune-signer").step(&path, 3, &json!({ "to": "SUBMITTED" })).expect(200);
        assert_eq!((&sent["first_submitted_date"], &sent["timeliness"], &sent["days_late"]), (&json!("2023-03-15"), &json!("LATE"), &json!(182)));
        assert_eq!(app.with_key("commune-signer").step(&path, 4, &json!({ "to": "ACCEPTED" })).problem(403).0, "FORBIDDEN", "the district receives it");
        assert_eq!(editor.patch(&path, 4, &json!({ "note": "x" })).problem(409).0, "TRANSITION_NOT_ALLOWED");
        let district = app.with_key("district-signer");
        district.step(&path, 4, &json!({ "to": "RETURNED" })).refused(&[("/reason", "REASON_REQUIRED")]);
        district.step(&path, 4, &json!({ "to": "ACCEPTED", "reason": "x" })).refused(&[("/reason", "UNKNOWN_MEMBER")]);
        let back = district.step(&path, 4, &json!({ "to": "RETURNED", "reason": "Thiếu biểu số 02" })).expect(200);
        assert_eq!((&back["returned_count"], &back["steps"][1]["reason"], &back["allowed_transitions"]), (&json!(1), &json!("Thiếu biểu số 02"), &json!(["SUBMITTED"])));
        // The nation's signer sends it again from there, and may not accept what it sent.
        let later = on(app, "2023-03-20");
        later.as_caller(&nation_signer).step(&path, 5, &json!({ "to": "SUBMITTED" })).expect(200);
        let refused = later.as_caller(&nation_signer).step(&path, 6, &json!({ "to": "ACCEPTED" }));
        assert_eq!(refused.problem(403).0, "CONFIRMER_REPORTED");
        crate::audit::refusal_is_logged(&later, &refused);
        let accepted = later.as_caller(&district).step(&path, 6, &json!({ "to": "ACCEPTED" })).expect(200);
        assert_eq!((&accepted["first_submitted_date"], &accepted["days_late"]), (&json!("2023-03-15"), &json!(182)), "what was sent back came on its first day");
        assert_eq!(editor.delete(&path, 7).problem(409).0, "IN_USE");
        assert_eq!(editor.delete(&format!("/v1/files/{file}"), 1).problem(409).0, "IN_USE");
        let versions = editor.get(&format!("{path}/versions")).expect(200);
        let told: Vec<&str> = items(&versions).iter().map(|version| version["action"].as_str().unwrap()).collect();
        assert_eq!(told, ["created", "changed", "changed", "submitted", "returned", "submitted", "accepted"].map(|verb| format!("report-submission.{verb}")));
        let mistaken = district.step(&path, 7, &json!({ "to": "RETURNED", "reason": "Sai biểu 03" })).expect(200);
        assert_eq!(mistaken["returned_count"], 2);
        for (query, count) in [(format!("duty_code={YEARLY}&period=2022"), 1), ("status=DRAFT".to_owned(), 0), ("unit_code=063&status=RETURNED".to_owned(), 1), (format!("duty_code={UPDATE}"), 0)] {
            assert_eq!(items(&district.get(&format!("{SUBMISSIONS}?{query}")).expect(200)).len(), count, "{query}");
        }
    }

    /// In spring 2023 every commune of the district lacks its update of 2022; nothing else is overdue, and what nobody
    /// says by when is never late.
    fn what_is_owed_is_counted_without_being_stored(app) {
        let viewer = app.with_key("district-viewer");
        let report = viewer.get(&format!("{OBLIGATIONS}?unit_code=063&group_by=CHILDREN")).expect(200);
        let names = ["owed", "not_due", "no_due_date", "missing", "submitted", "returned", "accepted", "late"];
        // 14 communes with two dated and four undated reports, five undated ones of the district.
        assert_eq!(numbers(&report["total"], &names), [&json!(89), &json!(14), &json!(61), &json!(14), &json!(0), &json!(0), &json!(0), &json!(0)]);
        // The work of the unit tells the same.
        let work = viewer.get("/v1/reports/work-progress?unit_code=063").expect(200);
        assert_eq!((&work["reporting"]["count"], &work["reporting"]["due_date_lte"]), (&report["total"], &json!("2023-12-31")));
        let long = viewer.get("/v1/reports/work-progress?unit_code=063&due_date_gte=2010-01-01&due_date_lte=2023-12-31").expect(200);
        assert_eq!(long["reporting"]["due_date_gte"], "2020-12-30", "three years at the most");
        let groups = report["groups"].as_array().unwrap();
        assert_eq!((groups.len(), &groups[0]["count"]["owed_count"]), (15, &json!(6)));
        assert_eq!((&groups[14]["unit"]["code"], &groups[14]["count"]["owed_count"]), (&Value::Null, &json!(5)));
        let first = &report["obligations"][0];
        assert_eq!((&first["duty_code"], &first["period"], &first["state"], &first["days_late"]), (&json!(UPDATE), &json!("2022"), &json!("MISSING"), &json!(44)));
        assert_eq!((&first["due_date"], &first["receiver"]["code"]), (&json!("2023-01-30"), &json!("063")));
        let dated: Vec<&Value> = report["duties"].as_array().unwrap().iter().filter(|row| !row["due_date"].is_null()).map(|row| &row["due_date"]).collect();
        assert_eq!(dated, ["2023-01-30", "2023-09-14"]);
        // Drawn up is not sent.
        let editor = app.with_key("commune-editor");
        let drawn = id(&editor.post(SUBMISSIONS, &json!({ "unit_code": "01984", "duty_code": UPDATE, "period": "2022" })).expect(201));
        let missing = |query: &str| viewer.get(&format!("{OBLIGATIONS}?unit_code=063&{query}")).expect(200);
        assert_eq!(missing("")["total"]["missing_count"], 14);
        app.with_key("commune-signer").step(&format!("{SUBMISSIONS}/{drawn}"), 1, &json!({ "to": "SUBMITTED" })).expect(200);
        let report = missing("timeliness=LATE");
        assert_eq!(numbers(&report["total"], &["missing", "submitted", "late"]), [&json!(13), &json!(1), &json!(1)]);
        assert_eq!((&report["obligations"][0]["submission_id"], report["obligations"].as_array().unwrap().len()), (&json!(drawn), 1));
        for (query, count) in [
            ("state=MISSING", 13), ("from_level=DISTRICT", 5), ("programme_code=DTTS", 29), ("duty_code=TT01-2022-XA-NAM", 14),
            ("due_date_gte=2023-02-01", 75), ("due_date_lte=2023-01-31", 14), ("state=SUBMITTED,MISSING", 14), ("due_date_gte=2022-12-31&due_date_lte=2022-12-31", 31),
        ] {
            assert_eq!(missing(query)["obligations"].as_array().unwrap().len(), count, "{query}");
        }
        // A commune sees its own alone, and that it is not all.
        let own = editor.get(&format!("{OBLIGATIONS}?unit_code=063")).expect(200);
        assert_eq!((&own["scope"]["partial"], &own["total"]["owed_count"]), (&json!(true), &json!(6)));
        let table = viewer.call("GET", &format!("{OBLIGATIONS}?unit_code=063&state=SUBMITTED"), &[("accept", "text/csv")], None);
        assert_eq!(table.text.lines().count(), 2, "{}", table.text);
        let sheet = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
        assert!(viewer.call("GET", &format!("{OBLIGATIONS}?unit_code=063"), &[("accept", sheet)], None).bytes.starts_with(b"PK"));
        for (query, code) in [("due_date_gte=2023-02-01&due_date_lte=2023-01-01", "DATE_ORDER"), ("due_date_gte=2023-01-01&due_date_lte=2026-01-02", "TOO_LARGE")] {
            viewer.get(&format!("{OBLIGATIONS}?unit_code=063&{query}")).refused(&[("due_date_lte", code)]);
        }
        viewer.get(&format!("{OBLIGATIONS}?unit_code=063&due_date_gte=2023-01-01&due_date_lte=2026-01-01")).expect(200);
        assert_eq!(app.with_key("sibling-editor").get(&format!("{OBLIGATIONS}?unit_code=063")).problem(404).0, "NOT_FOUND");
    }

    /// A later due date for one commune or for all; whoever receives the report gives it, and both dates are told.
    fn a_later_due_date_is_told_beside_the_first(app) {
        let (district, commune) = (app.with_key("district-signer"), app.with_key("commune-signer"));
        assert_eq!(commune.post(EXTENSIONS, &extension("01984", "2023-09-30")).problem(403).0, "OUT_OF_SCOPE", "nobody extends a term of his own");
        let all = district.post(EXTENSIONS, &extension("063", "2023-09-20")).expect(201);
        assert_eq!((&all["due_date"], &all["new_due_date"], &all["unit"]["code"]), (&json!("2023-09-14"), &json!("2023-09-20"), &json!("063")));
        assert_eq!(district.post(EXTENSIONS, &extension("063", "2023-09-20")).problem(409).0, "DUPLICATE");
        district.post(EXTENSIONS, &extension("01984", "2023-09-30")).expect(201);
        district.post(EXTENSIONS, &extension("01984", "2023-09-14")).refused(&[("/new_due_date", "DATE_ORDER")]);
        let editor = app.with_key("district-editor");
        for unit in ["01984", "01990"] {
            let drawn = id(&editor.post(SUBMISSIONS, &json!({ "unit_code": unit, "duty_code": YEARLY, "period": "2023" })).expect(201));
            let day = on(app, "2023-09-25");
            day.as_caller(&district).step(&format!("{SUBMISSIONS}/{drawn}"), 1, &json!({ "to": "SUBMITTED" })).expect(200);
        }
        let day = on(app, "2023-09-26");
        let report = day.as_caller(&district).get(&format!("{OBLIGATIONS}?unit_code=063&duty_code={YEARLY}")).expect(200);
        let names = ["owed", "missing", "submitted", "on_time", "late", "original_late", "extended"];
        assert_eq!(numbers(&report["total"], &names), [&json!(14), &json!(12), &json!(2), &json!(1), &json!(1), &json!(2), &json!(14)]);
        let of = |unit: &str| report["obligations"].as_array().unwrap().iter().find(|row| row["unit"]["code"] == unit).unwrap().clone();
        let (far, near) = (of("01984"), of("01990"));
        assert_eq!((&far["extended_due_date"], &far["timeliness"], &far["original_timeliness"], &far["days_late"]), (&json!("2023-09-30"), &json!("ON_TIME"), &json!("LATE"), &json!(0)));
        assert_eq!((&near["extended_due_date"], &near["timeliness"], &near["days_late"]), (&json!("2023-09-20"), &json!("LATE"), &json!(5)));
        // Taken back, the first date holds again.
        let path = format!("{EXTENSIONS}/{}", id(&all));
        assert_eq!(commune.delete(&path, 1).status, 404);
        assert_eq!(district.delete(&path, 1).status, 204);
        let report = day.as_caller(&district).get(&format!("{OBLIGATIONS}?unit_code=063&duty_code={YEARLY}")).expect(200);
        assert_eq!(report["total"]["extended_count"], 1);
        let listed = district.get(&format!("{EXTENSIONS}?unit_code=063&duty_code={YEARLY}&period=2023")).expect(200);
        assert_eq!(items(&listed).len(), 1);
    }

    /// Terms in working days pass over what is off and count what is worked in exchange; a year whose days off nobody
    /// recorded is told.
    fn terms_in_working_days_follow_the_calendar(app) {
        let (nation, manager) = (app.with_key("nation"), app.with_key("district-manager"));
        let mut quarterly = duty("063", "BT-QUY");
        quarterly["valid_from"] = json!("2022-01-01");
        manager.post(DUTIES, &quarterly).expect(201);
        let due = |year: i32| {
            let path = format!("{OBLIGATIONS}?unit_code=063&duty_code=BT-QUY&due_date_gte={year}-01-01&due_date_lte={year}-12-31");
            let report = manager.get(&path).expect(200);
            let rows = report["duties"].as_array().unwrap().iter();
            rows.map(|row| (row["due_date"].as_str().unwrap().to_owned(), row["due_date_provisional"] == true)).collect::<Vec<_>>()
        };
        let dates = |days: &[&str], open: bool| days.iter().map(|day| ((*day).to_owned(), open)).collect::<Vec<_>>();
        // The second of January 2023 was off in lieu of a Sunday.
        assert_eq!(due(2023), dates(&["2023-01-09", "2023-04-07", "2023-07-07", "2023-10-06"], false));
        assert_eq!(due(2022), dates(&["2022-04-07", "2022-07-07", "2022-10-07"], true));
        let off = nation.post(DAYS, &holiday("2022-04-01")).expect(201);
        nation.post(DAYS, &json!({ "date": "2022-04-02", "is_working": true, "name": { "vi": "Làm bù", "en": "Worked" } })).expect(201);
        assert_eq!(due(2022), dates(&["2022-04-07", "2022-07-07", "2022-10-07"], false), "one day off, one Saturday worked");
        assert_eq!(nation.post(DAYS, &holiday("2022-04-01")).problem(409).0, "DUPLICATE");
        nation.post(DAYS, &holiday("2022-04-02")).refused(&[("/is_working", "CALENDAR_DAY_UNCHANGED")]);
        nation.post(DAYS, &json!({ "date": "2022-04-05", "is_working": true, "name": { "vi": "x", "en": "x" } })).refused(&[("/is_working", "CALENDAR_DAY_UNCHANGED")]);
        assert_eq!(manager.post(DAYS, &holiday("2022-04-05")).problem(403).0, "FORBIDDEN", "the calendar is that of the country");
        assert_eq!(manager.delete(&format!("{DAYS}/{}", id(&off)), 1).problem(403).0, "FORBIDDEN");
        assert_eq!(nation.delete(&format!("{DAYS}/{}", id(&off)), 1).status, 204);
        assert_eq!(due(2022)[0], ("2022-04-06".to_owned(), true));
    }

    /// Every fault at once; and nobody reports what he does not owe.
    fn what_no_duty_and_no_report_can_be_is_refused(app) {
        let (manager, editor, nation) = (app.with_key("district-manager"), app.with_key("district-editor"), app.with_key("nation"));
        let mut wrong = duty("063", "BT-SAI");
        for (name, value) in [
            ("programme_code", json!("KHONG_CO")), ("to_level", json!("VILLAGE")), ("valid_to", json!("2022-11-30")),
            ("due_rule", json!({ "kind": "DAY_OF_YEAR", "days": 3, "day": 10 })),
        ] {
            wrong[name] = value;
        }
        manager.post(DUTIES, &wrong).refused(&[
            ("/programme_code", "UNKNOWN_CODE"), ("/to_level", "RECIPIENT_BELOW"), ("/due_rule/month", "REQUIRED"), ("/due_rule/days", "UNKNOWN_MEMBER"),
            ("/due_rule/kind", "UNKNOWN_VALUE"), ("/valid_to", "DATE_ORDER"),
        ]);
        wrong["due_rule"] = json!({ "kind": "DAYS_AFTER", "month": 3, "year_offset": 1 });
        (wrong["programme_code"], wrong["to_level"], wrong["valid_to"]) = (Value::Null, json!("COMMUNE"), Value::Null);
        wrong.as_object_mut().unwrap().retain(|_, value| !value.is_null());
        manager.post(DUTIES, &wrong).refused(&[("/due_rule/month", "UNKNOWN_MEMBER"), ("/due_rule/year_offset", "UNKNOWN_MEMBER"), ("/due_rule/days", "REQUIRED")]);
        assert_eq!(manager.post(DUTIES, &duty("VN", "QG-1")).problem(403).0, "OUT_OF_SCOPE");
        let made = manager.post(DUTIES, &duty("063", "BT-QUY")).expect(201);
        assert_eq!(manager.post(DUTIES, &duty("063", "BT-QUY")).problem(409).0, "DUPLICATE");
        let path = format!("{DUTIES}/{}", id(&made));
        manager.patch(&path, 1, &json!({ "period_kind": "YEAR", "valid_from": "2020-01-01" })).refused(&[("/period_kind", "READ_ONLY"), ("/valid_from", "READ_ONLY")]);
        manager.patch(&path, 1, &json!({ "valid_to": "2022-12-01" })).refused(&[("/valid_to", "DATE_ORDER")]);
        let refused = |body: Value, faults: &[(&str, &str)]| editor.post(SUBMISSIONS, &body).refused(faults);
        refused(json!({ "unit_code": "01984", "duty_code": "KHONG-CO", "period": "2022", "cut_off_date": "2023-03-16", "file_ids": [UNKNOWN] }), &[("/duty_code", "UNKNOWN_CODE"), ("/cut_off_date", "DATE_IN_FUTURE"), ("/file_ids/0", "UNKNOWN_REFERENCE")]);
        refused(json!({ "unit_code": "01984", "duty_code": YEARLY, "period": "2022-Q1" }), &[("/period", "REPORT_NOT_OWED")]);
        refused(json!({ "unit_code": "01984", "duty_code": YEARLY, "period": "2021" }), &[("/period", "REPORT_NOT_OWED")]);
        refused(json!({ "unit_code": "01984", "duty_code": YEARLY, "period": "2026" }), &[("/period", "REPORT_NOT_OWED")]);
        refused(json!({ "unit_code": "063", "duty_code": YEARLY, "period": "2022" }), &[("/unit_code", "REPORT_NOT_OWED")]);
        editor.post(SUBMISSIONS, &json!({ "unit_code": "01984", "duty_code": "BT-QUY", "period": "2023-Q1" })).expect(201);
        assert_eq!(manager.delete(&path, 1).problem(409).0, "IN_USE");
        // Another district does not owe what this one asks for.
        let foreign = json!({ "unit_code": "02023", "duty_code": "BT-QUY", "period": "2023-Q1" });
        nation.post(SUBMISSIONS, &foreign).refused(&[("/unit_code", "REPORT_NOT_OWED")]);
        let standing = json!({ "unit_code": "063", "duty_code": "TT05-2022-XA-NAM", "period": "2023", "new_due_date": "2024-01-01", "reason": "x" });
        nation.post(EXTENSIONS, &standing).refused(&[("/new_due_date", "NO_DUE_DATE")]);
        // Periods are those of this century, however old a duty is and however far somebody looks.
        let mut old = duty("063", "BT-CU");
        old["valid_from"] = json!("1950-01-01");
        manager.post(DUTIES, &old).expect(201);
        for (year, is_owed) in [(1999, false), (2006, true), (2101, false)] {
            let report = manager.get(&format!("{OBLIGATIONS}?unit_code=063&duty_code=BT-CU&due_date_gte={year}-01-01&due_date_lte={year}-12-31")).expect(200);
            let periods: Vec<&str> = report["duties"].as_array().unwrap().iter().map(|row| row["period"].as_str().unwrap()).collect();
            assert!(periods.iter().all(|period| period.starts_with("20")), "{periods:?}");
            assert_eq!(!periods.is_empty(), is_owed, "{year}");
        }
        // Ended, it is owed no longer; what was owed before stays.
        let ended = manager.patch(&path, 1, &json!({ "valid_to": "2023-06-30", "form_code": "Mẫu 03" })).expect(200);
        assert_eq!((&ended["valid_to"], &ended["form_code"]), (&json!("2023-06-30"), &json!("Mẫu 03")));
        let report = manager.get(&format!("{OBLIGATIONS}?unit_code=063&duty_code=BT-QUY")).expect(200);
        let periods: BTreeSet<&str> = report["duties"].as_array().unwrap().iter().map(|row| row["period"].as_str().unwrap()).collect();
        assert_eq!(periods, BTreeSet::from(["2022-Q4", "2023-Q1"]));
        let found = |query: &str| items(&manager.get(&format!("{DUTIES}?limit=200&{query}")).expect(200)).len();
        for (query, count) in [
            ("code=BT-QUY", 1), ("unit_code=064&code=BT-QUY", 0), ("unit_code=01984&code=BT-QUY", 1), ("programme_code=DTTS", 4), ("from_level=DISTRICT", 5),
            ("to_level=NATION", 5), ("period_kind=QUARTER", 2), ("q=giam+ngheo", 6), ("as_of=2022-06-01&programme_code=NTM", 0), ("as_of=2023-06-30&code=BT-QUY", 0),
        ] {
            assert_eq!(found(query), count, "{query}");
        }
    }

    /// Two years across the reform of 1 July 2025: communes report each quarter, to their districts while there are any
    /// and to the province after. What came late, or never, is told once, on its day, at its level.
    fn two_years_across_the_reform_tell_every_late_report_once(app) {
        // Five working days after each quarter, counted by hand with the holidays of these years.
        const DUE: [(&str, &str); 7] = [
            ("2024-Q3", "2024-10-07"), ("2024-Q4", "2025-01-08"), ("2025-Q1", "2025-04-08"), ("2025-Q2", "2025-07-07"), ("2025-Q3", "2025-10-07"),
            ("2025-Q4", "2026-01-09"), ("2026-Q1", "2026-04-07"),
        ];
        let nation = app.with_key("nation");
        let mut quarterly = duty("VN", "QG-QUY");
        quarterly["valid_from"] = json!("2024-07-01");
        nation.post(DUTIES, &quarterly).expect(201);
        // Each commune of that day with the unit above it.
        let communes = |day: &str| -> Vec<(String, String)> {
            let list = |query: &str| items(&nation.get(&format!("/v1/units?level=COMMUNE&as_of={day}&limit=200&{query}")).expect(200)).clone();
            list("").iter().map(|unit| (unit["code"].as_str().unwrap().to_owned(), unit["parent_code"].as_str().unwrap().to_owned())).collect()
        };
        let day_of = |day: &str| muctieu::values::LocalDate::new(day[..4].parse().unwrap(), day[5..7].parse().unwrap(), day[8..].parse().unwrap()).unwrap();
        let mut expected: BTreeSet<Vec<String>> = BTreeSet::new();
        let mut owed = 0;
        for (period, due) in DUE {
            let (late, later) = (day_of(due).plus_days(3).unwrap().to_string(), day_of(due).plus_days(9).unwrap().to_string());
            let units = communes(due);
            owed += units.len();
            let mut drawn: BTreeMap<&str, String> = BTreeMap::new();
            for day in [due, late.as_str(), later.as_str()] {
                let service = on(app, day);
                let (author, signer) = (service.with_key("nation"), service.with_key("nation-signer"));
                let key = |unit: &str| json!({ "unit_code": unit, "duty_code": "QG-QUY", "period": period });
                let draw_up = |unit: &str| format!("{SUBMISSIONS}/{}", id(&author.post(SUBMISSIONS, &key(unit)).expect(201)));
                let send = |path: &str, version: i64| signer.step(path, version, &json!({ "to": "SUBMITTED" })).expect(200);
                // Most never send; the others each in one of these ways.
                for (number, (unit, above)) in units.iter().enumerate() {
                    let mut row = |extended: &str, state: &str, days_late: i64, sent: &str| {
                        let days_late = days_late.to_string();
                        let told = [unit, "QG-QUY", period, due, extended, above.as_str(), state, &days_late, sent];
                        expected.insert(told.map(str::to_owned).to_vec());
                    };
                    match number % 12 {
                        0 if day == due => {
                            send(&draw_up(unit), 1);
                        }
                        3 if day == late => {
                            send(&draw_up(unit), 1);
                            row("", "SUBMITTED", 3, &late);
                        }
                        // Sent on time, sent back, sent again after the day: not late.
                        5 if day == due => {
                            let path = draw_up(unit);
                            send(&path, 1);
                            author.step(&path, 2, &json!({ "to": "RETURNED", "reason": "Thiếu biểu" })).expect(200);
                            drawn.insert(unit, path);
                        }
                        5 if day == later => {
                            send(&drawn[unit.as_str()], 3);
                        }
                        // A later date, and sent later still.
                        7 if day == due => {
                            let mut new = key(unit);
                            (new["new_due_date"], new["reason"]) = (json!(late), json!("Mưa lũ"));
                            author.post(EXTENSIONS, &new).expect(201);
                        }
                        7 if day == later => {
                            let path = draw_up(unit);
                            send(&path, 1);
                            author.step(&path, 2, &json!({ "to": "ACCEPTED" })).expect(200);
                            row(&late, "ACCEPTED", 6, &later);
                        }
                        0 | 3 | 5 | 7 => {}
                        _ => row("", "MISSING", day_of("2026-06-30").days_since(day_of(due)), ""),
                    }
                }
            }
        }
        assert_eq!(owed, 3 * 108 + 4 * 37);
        let end = on(app, "2026-06-30");
        let nation = end.with_key("nation");
        let window = "duty_code=QG-QUY&due_date_gte=2024-07-01&due_date_lte=2026-06-30&timeliness=LATE,OVERDUE";
        let told = |unit: &str| -> Vec<Vec<String>> {
            let table = nation.call("GET", &format!("{OBLIGATIONS}?unit_code={unit}&{window}"), &[("accept", "text/csv")], None);
            let mut lines = table.text.trim_start_matches('\u{feff}').lines().map(|line| line.split(',').map(str::to_owned).collect::<Vec<_>>());
            let heading = lines.next().expect("a heading");
            let columns = ["unit_code", "duty_code", "period", "due_date", "extended_due_date", "receiver_code", "state", "days_late", "submitted_date"];
            let places = columns.map(|column| heading.iter().position(|name| name == column).unwrap());
            lines.map(|line| places.iter().map(|place| line[*place].clone()).collect()).collect()
        };
        let all = told("VN");
        assert_eq!(all.len(), expected.len(), "each once");
        assert_eq!(all.iter().cloned().collect::<BTreeSet<_>>(), expected);
        // By level: the district and the province that are gone have what was due before, the province of today the rest.
        let before = |row: &&Vec<String>| row[3].as_str() < "2025-07-01";
        let (past, present): (Vec<_>, Vec<_>) = expected.iter().partition(before);
        assert_eq!(told("06").len(), past.len());
        assert_eq!(told("063").len(), past.iter().filter(|row| row[5] == "063").count());
        assert_eq!(told("19").len(), present.len());
        assert!(present.iter().all(|row| row[5] == "19"));
    }
}
