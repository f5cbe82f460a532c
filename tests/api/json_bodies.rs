//! Bodies that are not what they should be: syntax, size, media type, numbers, members that nobody knows.

use crate::support::{App, Client, Engine, Raw, RawReply, on_both};
use serde_json::{Value, json};
use std::time::{Duration, Instant};

const ASSESSMENTS: &str = "/v1/assessments";
const DRY_RUN: &str = "/v1/assessments?validate_only=true";

/// A body that the service takes.
fn valid() -> Value {
    json!({
        "unit_code": "01984", "criteria_set_code": "NTM-XA-2021-2025", "period": "2022", "stage": "SELF",
        "declared_total": { "min": 5, "max": 9 },
    })
}

fn send(client: &Client, body: &[u8]) -> crate::support::Reply {
    client.call("POST", DRY_RUN, &[("content-type", "application/json")], Some(body))
}

/// The best time of three calls: what is slow by itself is slow each time, what was slow by chance is not.
fn best_time(mut call: impl FnMut()) -> Duration {
    let times = (0..3).map(|_| {
        let begun = Instant::now();
        call();
        begun.elapsed()
    });
    times.min().expect("three times")
}

#[test]
fn what_is_not_json_is_refused_at_once_and_named() {
    let app = App::start(Engine::Sqlite);
    let editor = app.with_key("commune-editor");
    let deep = |open: &str, close: &str, levels: usize| open.repeat(levels) + &close.repeat(levels);
    let good = valid().to_string();
    let rows: Vec<(&str, Vec<u8>, &str)> = vec![
        ("nothing", b"".to_vec(), "INVALID_JSON"),
        ("blank", b" \n\t".to_vec(), "INVALID_JSON"),
        ("an open brace", b"{".to_vec(), "INVALID_JSON"),
        ("a comma too many", br#"{"period":"2022",}"#.to_vec(), "INVALID_JSON"),
        ("single quotes", b"{'period':'2022'}".to_vec(), "INVALID_JSON"),
        ("a comment", b"/* */ {}".to_vec(), "INVALID_JSON"),
        ("a name without quotes", b"{period:1}".to_vec(), "INVALID_JSON"),
        ("not a number", br#"{"a":NaN}"#.to_vec(), "INVALID_JSON"),
        ("infinity", br#"{"a":-Infinity}"#.to_vec(), "INVALID_JSON"),
        ("a number beyond all numbers", br#"{"a":1e999}"#.to_vec(), "INVALID_JSON"),
        ("a leading zero", br#"{"a":01}"#.to_vec(), "INVALID_JSON"),
        ("a plus", br#"{"a":+1}"#.to_vec(), "INVALID_JSON"),
        ("hexadecimal", br#"{"a":0x10}"#.to_vec(), "INVALID_JSON"),
        ("an unknown escape", br#"{"a":"\x41"}"#.to_vec(), "INVALID_JSON"),
        ("a line break in a string", b"{\"a\":\"one\ntwo\"}".to_vec(), "INVALID_JSON"),
        ("a NUL in a string", b"{\"a\":\"one\0two\"}".to_vec(), "INVALID_JSON"),
        ("trailing text", format!("{good} x").into_bytes(), "INVALID_JSON"),
        ("two documents", format!("{good}{good}").into_bytes(), "INVALID_JSON"),
        ("a byte order mark", [b"\xEF\xBB\xBF", good.as_bytes()].concat(), "INVALID_JSON"),
        ("UTF-16", good.encode_utf16().flat_map(u16::to_le_bytes).collect(), "INVALID_JSON"),
        ("a member twice", br#"{"period":"2022","period":"2023"}"#.to_vec(), "DUPLICATE_MEMBER"),
        ("a member twice, once escaped", br#"{"period":"2022","p\u0065riod":"2023"}"#.to_vec(), "DUPLICATE_MEMBER"),
        ("a member twice below", br#"{"source":{"label":"a","label":"a"}}"#.to_vec(), "DUPLICATE_MEMBER"),
        ("100,000 arrays", deep("[", "]", 100_000).into_bytes(), "NESTING_TOO_DEEP"),
        ("100,000 arrays that never end", "[".repeat(100_000).into_bytes(), "NESTING_TOO_DEEP"),
        ("100,000 objects", deep("{\"a\":", "}", 100_000).into_bytes(), "NESTING_TOO_DEEP"),
        ("33 levels", deep("[", "]", 33).into_bytes(), "NESTING_TOO_DEEP"),
        ("Latin-1", b"{\"note\":\"B\xECnh\"}".to_vec(), "INVALID_ENCODING"),
    ];
    for (what, body, code) in rows {
        let time = best_time(|| send(&editor, &body).faults(400, "MALFORMED_REQUEST", &[("", code)]));
        assert!(time < Duration::from_millis(100), "{what}: {time:?}");
    }
    // What is JSON but no object was parsed, so it is another refusal.
    for body in ["[]", "\"x\"", "1", "true"] {
        send(&editor, body.as_bytes()).faults(422, "VALIDATION_FAILED", &[("", "OBJECT_EXPECTED")]);
    }
    send(&editor, b"null").faults(422, "VALIDATION_FAILED", &[("", "NULL_NOT_ALLOWED")]);
    send(&editor, deep("[", "]", 32).as_bytes()).faults(422, "VALIDATION_FAILED", &[("", "OBJECT_EXPECTED")]);
    send(&editor, format!(" \r\n\t{good}\n").as_bytes()).expect(200);
}

fn head(app: &App, headers: &str) -> String {
    let key = Engine::Sqlite.key("commune-editor");
    format!("POST {DRY_RUN} HTTP/1.1\r\nHost: {}\r\nAuthorization: Bearer {key}\r\n{headers}\r\n", app.address())
}

/// Send a head and a body; what the service does not read any more is lost.
fn exchange(app: &App, headers: &str, body: &[u8]) -> RawReply {
    let mut raw = Raw::open(app);
    raw.send(head(app, headers));
    for part in body.chunks(64 * 1024) {
        if !raw.send(part) {
            break;
        }
    }
    raw.answer().expect("an answer")
}

#[test]
fn a_body_is_taken_up_to_one_mebibyte_and_not_a_byte_further() {
    const LIMIT: usize = 1 << 20;
    let app = App::start(Engine::Sqlite);
    let padded = |length: usize| {
        let mut body = valid().to_string().into_bytes();
        body.resize(length, b' ');
        body
    };
    let declared = |length: usize| format!("Content-Type: application/json\r\nContent-Length: {length}\r\n");
    let chunked = |body: &[u8]| {
        let parts =
            body.chunks(64 * 1024).map(|part| [format!("{:x}\r\n", part.len()).as_bytes(), part, b"\r\n"].concat());
        let mut sent: Vec<u8> = parts.flatten().collect();
        sent.extend_from_slice(b"0\r\n\r\n");
        sent
    };
    const CHUNKED: &str = "Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n";
    assert_eq!(exchange(&app, &declared(LIMIT), &padded(LIMIT)).status, 200);
    assert_eq!(exchange(&app, CHUNKED, &chunked(&padded(LIMIT))).status, 200);
    exchange(&app, CHUNKED, &chunked(&padded(LIMIT + 1))).text().faults(413, "BODY_TOO_LARGE", &[]);
    // A length that is too large is refused before a byte of the body is read.
    for length in [LIMIT + 1, 4 << 20, usize::MAX >> 1] {
        let time = best_time(|| exchange(&app, &declared(length), b"{").text().faults(413, "BODY_TOO_LARGE", &[]));
        assert!(time < Duration::from_millis(100), "{length}: {time:?}");
    }
}

#[test]
fn only_uncompressed_utf_8_json_is_taken() {
    let app = App::start(Engine::Sqlite);
    let editor = app.with_key("commune-editor");
    let body = valid().to_string();
    for accepted in [
        "application/json",
        "application/json; charset=utf-8",
        "application/json;charset=\"UTF-8\"",
        "Application/JSON",
    ] {
        assert_eq!(
            editor.call("POST", DRY_RUN, &[("content-type", accepted)], Some(body.as_bytes())).status,
            200,
            "{accepted}"
        );
    }
    let refused = |headers: &[(&str, &str)]| {
        editor.call("POST", DRY_RUN, headers, Some(body.as_bytes())).faults(415, "UNSUPPORTED_MEDIA_TYPE", &[]);
    };
    refused(&[]);
    for kind in [
        "",
        "json",
        "text/plain",
        "text/json",
        "application/xml",
        "application/jsonp",
        "application/x-www-form-urlencoded",
        "multipart/form-data; boundary=x",
        "application/json; charset=latin1",
        "application/json; charset=utf-16",
        "application/json, text/plain",
    ] {
        refused(&[("content-type", kind)]);
    }
    // A compressed body is not looked into: a mebibyte of zeros in a kilobyte costs nothing.
    for coding in ["gzip", "deflate", "br", "zstd", "gzip, identity"] {
        let time = best_time(|| refused(&[("content-type", "application/json"), ("content-encoding", coding)]));
        assert!(time < Duration::from_millis(50), "{coding}: {time:?}");
    }
    // The same on every kind of write.
    let record = editor.post(ASSESSMENTS, &valid()).expect(201);
    let path = format!("{ASSESSMENTS}/{}", record["id"].as_str().expect("an id"));
    for (method, path) in
        [("PATCH", path.clone()), ("PUT", format!("{path}/sheet")), ("POST", format!("{path}/transitions"))]
    {
        let client = if path.ends_with("transitions") { app.with_key("commune-signer") } else { editor.clone() };
        let headers = [("if-match", "\"1\""), ("content-type", "text/plain")];
        client.call(method, &path, &headers, Some(b"{}")).faults(415, "UNSUPPORTED_MEDIA_TYPE", &[]);
    }
}

#[test]
fn numbers_are_exact_or_refused() {
    let app = App::start(Engine::Sqlite);
    let editor = app.with_key("commune-editor");
    let with_min = |text: &str| {
        let body = valid().to_string();
        assert!(body.contains("\"min\":5"), "{body}");
        send(&editor, body.replace("\"min\":5", &format!("\"min\":{text}")).as_bytes())
    };
    for (text, code) in [
        ("-1", "TOO_SMALL"),
        ("64", "TOO_LARGE"),
        ("9007199254740991", "TOO_LARGE"),
        ("9007199254740992", "TOO_LARGE"),
        ("9007199254740993", "TOO_LARGE"),
        ("9223372036854775807", "TOO_LARGE"),
        ("9223372036854775808", "TOO_LARGE"),
        ("18446744073709551615", "TOO_LARGE"),
        ("-9223372036854775808", "TOO_SMALL"),
        ("18446744073709551616", "INTEGER_EXPECTED"),
        ("-9223372036854775809", "INTEGER_EXPECTED"),
        ("1e3", "INTEGER_EXPECTED"),
        ("5E0", "INTEGER_EXPECTED"),
        ("1.0", "INTEGER_EXPECTED"),
        ("5.5", "INTEGER_EXPECTED"),
        ("-0", "INTEGER_EXPECTED"),
        ("-0.0", "INTEGER_EXPECTED"),
        ("1e-400", "INTEGER_EXPECTED"),
        ("\"1\"", "INTEGER_EXPECTED"),
        ("\"\"", "INTEGER_EXPECTED"),
        ("true", "INTEGER_EXPECTED"),
        ("[1]", "INTEGER_EXPECTED"),
        ("{}", "INTEGER_EXPECTED"),
        ("null", "NULL_NOT_ALLOWED"),
    ] {
        let (actual, faults) = with_min(text).problem(422);
        assert_eq!(
            (actual.as_str(), faults),
            ("VALIDATION_FAILED", vec![("/declared_total/min".to_owned(), code.to_owned())]),
            "{text}"
        );
    }
    // The edges that are meant are taken as they are, and come back so.
    for text in ["0", "5", "9"] {
        assert_eq!(with_min(text).expect(200)["declared_total"]["min"].to_string(), text);
    }
    // Many at once, each in its own place, and the sum of what is stored stays in its bounds.
    let verdicts: Vec<Value> = (1..=19).map(|code| json!({ "code": code.to_string(), "verdict": "MET" })).collect();
    let all = editor.post(
        DRY_RUN,
        &json!({
            "unit_code": "01984", "criteria_set_code": "NTM-XA-2021-2025", "period": "2022", "stage": "SELF",
            "declared_total": { "min": 0, "max": 19 }, "criteria": verdicts,
        }),
    );
    assert_eq!(all.expect(200)["criteria_met"], json!({ "min": 19, "max": 19 }));
}

#[test]
fn every_fault_of_a_body_is_told_at_once_with_its_place() {
    let app = App::start(Engine::Sqlite);
    let editor = app.with_key("commune-editor");
    let reply = editor.post(
        DRY_RUN,
        &json!({
            "unit_code": "1984",
            "criteria_set_code": "ntm",
            "period": "2022-13",
            "stage": "DONE",
            "cut_off_date": "2023-02-30",
            "source": { "label": "  ", "dat": "2023-03-10" },
            "declared_total": { "min": "5", "max": 9.5 },
            "criteria": [{ "code": "1", "verdict": "YES" }, { "verdict": "MET", "note": 7 }, 3],
            "note": ["two", "lines"],
            "typo": 1,
            "a/b~c": 1,
        }),
    );
    let (code, mut found) = reply.problem(422);
    found.sort();
    let found: Vec<(&str, &str)> = found.iter().map(|(place, code)| (place.as_str(), code.as_str())).collect();
    assert_eq!(code, "VALIDATION_FAILED");
    assert_eq!(
        found,
        [
            ("/a~1b~0c", "UNKNOWN_MEMBER"),
            ("/criteria/0/verdict", "UNKNOWN_VALUE"),
            ("/criteria/1/code", "REQUIRED"),
            ("/criteria/1/note", "STRING_EXPECTED"),
            ("/criteria/2", "OBJECT_EXPECTED"),
            ("/criteria_set_code", "INVALID_CODE"),
            ("/cut_off_date", "INVALID_DATE"),
            ("/declared_total/max", "INTEGER_EXPECTED"),
            ("/declared_total/min", "INTEGER_EXPECTED"),
            ("/note", "STRING_EXPECTED"),
            ("/period", "INVALID_PERIOD"),
            ("/source/dat", "UNKNOWN_MEMBER"),
            ("/source/label", "REQUIRED"),
            ("/stage", "UNKNOWN_VALUE"),
            ("/typo", "UNKNOWN_MEMBER"),
            ("/unit_code", "INVALID_CODE"),
        ]
    );
    // What is missing is told as well, and null is the same as absent where a member may be left out.
    let (_, mut found) = editor.post(DRY_RUN, &json!({ "note": null, "source": null })).problem(422);
    found.sort();
    let required = ["/criteria_set_code", "/period", "/stage"].map(|place| (place.to_owned(), "REQUIRED".to_owned()));
    assert_eq!(found, required);
    // Rules of the domain are told together as well.
    let (_, mut found) = editor.post(DRY_RUN, &json!({
        "unit_code": "01984", "criteria_set_code": "NTM-XA-2021-2025", "period": "2030", "stage": "SELF",
        "cut_off_date": "2023-12-31", "declared_total": { "min": 21, "max": 20 },
        "criteria": [{ "code": "99", "verdict": "MET" }, { "code": "1", "verdict": "NOT_APPLICABLE" }, { "code": "1", "verdict": "MET" }],
    })).problem(422);
    found.sort();
    let found: Vec<(&str, &str)> = found.iter().map(|(place, code)| (place.as_str(), code.as_str())).collect();
    assert_eq!(
        found,
        [
            ("/criteria/0/code", "CRITERION_NOT_IN_SET"),
            ("/criteria/1/note", "REASON_REQUIRED"),
            ("/criteria/2/code", "DUPLICATE_ITEM"),
            ("/cut_off_date", "DATE_IN_FUTURE"),
            ("/declared_total/max", "DECLARED_TOTAL_TOO_LARGE"),
            ("/declared_total/min", "DECLARED_TOTAL_REVERSED"),
            ("/declared_total/min", "DECLARED_TOTAL_TOO_LARGE"),
            ("/period", "DATE_IN_FUTURE"),
            ("/period", "PERIOD_OUTSIDE_SET"),
        ]
    );
    assert_eq!(editor.get(ASSESSMENTS).expect(200)["items"], json!([]), "nothing of all this was stored");
}

#[test]
fn a_list_takes_each_item_once() {
    let app = App::start(Engine::Sqlite);
    let (editor, signer) = (app.with_key("commune-editor"), app.with_key("commune-signer"));
    let verdict = json!({ "code": "1", "verdict": "MET" });
    let twice: Vec<&Value> = vec![&verdict; 64];
    let places: Vec<String> = (1..64).map(|at| format!("/criteria/{at}/code")).collect();
    let faults: Vec<(&str, &str)> = places.iter().map(|place| (place.as_str(), "DUPLICATE_ITEM")).collect();
    let mut body = valid();
    body["criteria"] = json!(twice);
    editor.post(DRY_RUN, &body).faults(422, "VALIDATION_FAILED", &faults);
    let record = editor.post(ASSESSMENTS, &valid()).expect(201);
    let path = format!("{ASSESSMENTS}/{}", record["id"].as_str().expect("an id"));
    let sheet = format!("{path}/sheet");
    editor.put(&sheet, 1, &json!({ "criteria": twice })).faults(422, "VALIDATION_FAILED", &faults);
    let item = json!({ "code": "2", "reason": "Thiếu minh chứng" });
    signer.step(&path, 1, &json!({ "to": "SUBMITTED" })).expect(200);
    let reopened = signer.step(&path, 2, &json!({ "to": "DRAFT", "reason": "Nhầm", "items": [item, item] }));
    reopened.faults(422, "VALIDATION_FAILED", &[("/items/1/code", "DUPLICATE_ITEM")]);
    let reopened = signer.step(&path, 2, &json!({ "to": "DRAFT", "reason": "Nhầm", "items": [item] })).expect(200);
    assert_eq!(reopened["return_items"], json!([item]));
}

on_both! {
    /// A client that writes back what it read, with one member changed, is served.
    fn a_patch_may_repeat_what_is_read_only_but_not_change_it(app) {
        let editor = app.with_key("commune-editor");
        let mut record = editor.post(ASSESSMENTS, &valid()).expect(201);
        let path = format!("{ASSESSMENTS}/{}", record["id"].as_str().expect("an id"));
        record["note"] = json!("Đã rà soát");
        let changed = editor.patch(&path, 1, &record).expect(200);
        assert_eq!((&changed["note"], &changed["version"]), (&json!("Đã rà soát"), &json!(2)));

        let members = changed.as_object().expect("a record");
        let writable = ["cut_off_date", "source", "declared_total", "note"];
        let mut refused = 0;
        for (name, value) in members.iter().filter(|(name, _)| !writable.contains(&name.as_str())) {
            let other = match value {
                Value::Null => json!("2023-01-01"),
                Value::Number(number) => json!(number.as_i64().unwrap() + 1),
                Value::String(_) => json!("APPRAISAL"),
                Value::Bool(value) => json!(!value),
                Value::Array(_) => json!(["SUBMITTED", "DRAFT"]),
                Value::Object(_) => json!({}),
            };
            let place = format!("/{name}");
            editor.patch(&path, 2, &json!({ name: other, "note": "mất" })).faults(422, "VALIDATION_FAILED", &[(&place, "READ_ONLY")]);
            editor.patch(&format!("{path}?validate_only=true"), 2, &json!({ name: value })).expect(200);
            refused += 1;
        }
        assert!(refused > 15, "{refused}");
        // Several at once, with the faults of what may be written; and who is late is told that first.
        let wrong = json!({ "id": "x", "status": "SUBMITTED", "note": 7, "typo": true });
        let (_, mut found) = editor.patch(&path, 2, &wrong).problem(422);
        found.sort();
        let expected = [("/id", "READ_ONLY"), ("/note", "STRING_EXPECTED"), ("/status", "READ_ONLY"), ("/typo", "UNKNOWN_MEMBER")];
        assert_eq!(found, expected.map(|(place, code)| (place.to_owned(), code.to_owned())));
        assert_eq!(editor.patch(&path, 99, &wrong).problem(412).0, "VERSION_CONFLICT");
        assert_eq!(editor.send("PATCH", &path, &[], &wrong).problem(428).0, "PRECONDITION_REQUIRED");
        assert_eq!(editor.get(&path).expect(200)["note"], "Đã rà soát");
    }

    /// Null clears what may be empty, and is refused where nothing may be.
    fn null_in_a_patch_clears_or_is_refused(app) {
        let admin = app.with_key("district-admin");
        let new = json!({ "unit_code": "063", "name": "Cổng dữ liệu", "description": "Bản thử" });
        let client = admin.post("/v1/clients", &new).expect(201);
        let path = format!("/v1/clients/{}", client["id"].as_str().expect("an id"));
        for (member, version) in [("name", 1), ("may_name_person", 1)] {
            let place = format!("/{member}");
            admin.patch(&path, version, &json!({ member: null })).faults(422, "VALIDATION_FAILED", &[(&place, "NULL_NOT_ALLOWED")]);
        }
        let cleared = admin.patch(&path, 1, &json!({ "description": null })).expect(200);
        assert_eq!(cleared, json!({
            "id": client["id"], "version": 2, "unit_id": client["unit_id"], "name": "Cổng dữ liệu", "description": null,
            "may_name_person": false, "external_id": null, "created_at": client["created_at"], "updated_at": cleared["updated_at"],
        }));
        // Absent members stay.
        let renamed = admin.patch(&path, 2, &json!({ "name": "Cổng mới" })).expect(200);
        assert_eq!((&renamed["name"], &renamed["may_name_person"]), (&json!("Cổng mới"), &json!(false)));
    }

    /// A body of very many small faults does not become a far larger answer.
    fn a_thousand_faults_are_told_and_no_more(app) {
        let edges: Vec<Value> = (0..1200).map(|_| json!({ "kind": "MERGE" })).collect();
        let body = json!({ "act_number": "1", "effective_date": "2026-12-01", "edges": edges });
        let (code, faults) = app.with_key("nation").post("/v1/unit-successions", &body).problem(422);
        assert_eq!((code.as_str(), faults.len()), ("VALIDATION_FAILED", 1000));
        assert_eq!(faults[999].0, "/edges/499/to_unit_code");
    }
}
