//! Texts as people and files bring them, days at their edges, and the search that finds a name however it is spelled.

use crate::support::{App, Client, Engine, on_both};
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::time::{Duration, Instant};
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

const ASSESSMENTS: &str = "/v1/assessments";

fn with_note(period: &str, note: &Value) -> Value {
    json!({ "unit_code": "01984", "criteria_set_code": "NTM-XA-2021-2025", "period": period, "stage": "TARGET", "note": note })
}

/// A text as one part of a query.
fn encoded(text: &str) -> String {
    text.bytes().map(|byte| format!("%{byte:02X}")).collect()
}

on_both! {
    /// What hides or breaks is refused with its place; on neither database is it a failure of the service.
    fn texts_that_hide_or_break_something_are_refused(app) {
        let editor = app.with_key("commune-editor");
        let post = |body: &[u8]| editor.call("POST", ASSESSMENTS, &[("content-type", "application/json")], Some(body));
        let raw = |note: &[u8]| {
            let body = with_note("2022", &json!("@")).to_string();
            let (head, tail) = body.split_once('@').expect("one place");
            post(&[head.as_bytes(), note, tail.as_bytes()].concat())
        };
        // Not UTF-8: a lone byte, an overlong form, a surrogate, beyond the last character, cut in the middle.
        for bytes in [&b"\xFF"[..], b"\xC0\xAF", b"\xED\xA0\x80", b"\xF4\x90\x80\x80", b"\xE1\xBA"] {
            raw(bytes).faults(400, "MALFORMED_REQUEST", &[("", "INVALID_ENCODING")]);
        }
        // Escapes that name half a character.
        for escape in [r"\ud83d", r"\ude00", r"\ude00\ud83d", r"\ud83dx", r"\ud83d\u0041"] {
            raw(escape.as_bytes()).faults(400, "MALFORMED_REQUEST", &[("", "INVALID_JSON")]);
        }
        for hidden in ["\u{0}", "\u{1}", "\u{8}", "\u{1B}[31m", "\u{7F}", "\u{85}", "\u{9F}", "\u{202A}", "\u{202E}", "\u{2066}", "\u{2069}", "\u{200E}", "\u{200F}", "\u{61C}"] {
            let text = format!("Bình{hidden}Trung");
            let note = editor.post(ASSESSMENTS, &with_note("2022", &json!(text)));
            note.faults(422, "VALIDATION_FAILED", &[("/note", "CONTROL_CHARACTER")]);
            let mut body = with_note("2022", &Value::Null);
            body["source"] = json!({ "label": text });
            editor.post(ASSESSMENTS, &body).faults(422, "VALIDATION_FAILED", &[("/source/label", "CONTROL_CHARACTER")]);
            let q = editor.get(&format!("/v1/units?q={}", encoded(&text)));
            q.faults(422, "VALIDATION_FAILED", &[("q", "CONTROL_CHARACTER")]);
        }
        for wrong in ["q=%FF", "q=%C0%AF", "q=%ED%A0%80", "q=%", "q=%2", "q=%GG", "%FF=1"] {
            editor.get(&format!("/v1/units?{wrong}")).faults(400, "MALFORMED_REQUEST", &[("", "INVALID_ENCODING")]);
        }
        // Marks count as characters: what nobody can read does not fit into a heading.
        let mut body = with_note("2022", &Value::Null);
        body["source"] = json!({ "label": format!("Z{}", "\u{35F}".repeat(200)) });
        editor.post(ASSESSMENTS, &body).faults(422, "VALIDATION_FAILED", &[("/source/label", "TOO_LONG")]);
        let q = editor.get(&format!("/v1/units?q={}", encoded(&format!("Z{}", "\u{35F}".repeat(200)))));
        q.faults(422, "VALIDATION_FAILED", &[("q", "TOO_LONG")]);
        // Lines are for long texts.
        body["source"] = json!({ "label": "một\nhai" });
        editor.post(ASSESSMENTS, &body).faults(422, "VALIDATION_FAILED", &[("/source/label", "CONTROL_CHARACTER")]);
        assert_eq!(editor.get(ASSESSMENTS).expect(200)["items"], json!([]));
    }

    /// Whatever text is taken comes back composed and trimmed, and character for character.
    fn texts_come_back_composed_and_trimmed(app) {
        let editor = app.with_key("commune-editor");
        let decomposed: String = "Rà soát hộ nghèo ở xã Đôn Phong".nfd().collect();
        assert_ne!(decomposed, "Rà soát hộ nghèo ở xã Đôn Phong");
        let texts = [
            decomposed,
            "  \u{A0}Quân Hà\u{3000} ".to_owned(),
            "dòng một\n\tdòng hai".to_owned(),
            "'; DROP TABLE units; -- \\ \" % _ $1 ?1 :a {{x}} <b>".to_owned(),
            "\u{1F33E} lúa \u{1F468}\u{200D}\u{1F33E} \u{10FFFF} \u{FFFF} \u{2028} \u{AD}".to_owned(),
            "漢字 한국어 ไทย ខ្មែរ עברית العربية".to_owned(),
            format!("Z{}", "\u{35F}".repeat(150)),
            "ế".repeat(4000),
        ];
        for (at, text) in texts.iter().enumerate() {
            let stored: String = text.trim().nfc().collect();
            let period = format!("2022-{:02}", at + 1);
            let record = editor.post(ASSESSMENTS, &with_note(&period, &json!(text))).expect(201);
            assert_eq!(record["note"], json!(stored));
            let path = format!("{ASSESSMENTS}/{}", record["id"].as_str().expect("an id"));
            assert_eq!(editor.get(&path).expect(200)["note"], json!(stored));
            let versions = editor.get(&format!("{path}/versions")).expect(200);
            assert_eq!(versions["items"][0]["record"]["note"], json!(stored));
        }
        editor.post(ASSESSMENTS, &with_note("2022", &json!("ế".repeat(4001)))).faults(422, "VALIDATION_FAILED", &[("/note", "TOO_LONG")]);
        editor.post(ASSESSMENTS, &with_note("2022", &json!(" \u{A0}\n"))).faults(422, "VALIDATION_FAILED", &[("/note", "REQUIRED")]);
        // The longest text, decomposed to three times its length, still fits.
        let long: String = "ế".repeat(4000).nfd().collect();
        let record = editor.post(ASSESSMENTS, &with_note("2022", &json!(long))).expect(201);
        assert_eq!(record["note"].as_str().map(|note| note.chars().count()), Some(4000));
    }

    /// Days and instants that are not, and those that are, in bodies and in queries.
    fn only_days_of_the_calendar_are_days(app) {
        let editor = app.with_key("district-editor");
        let dry = format!("{ASSESSMENTS}?validate_only=true");
        let with_day = |day: &str| {
            let mut body = with_note("2022", &Value::Null);
            body["cut_off_date"] = json!(day);
            editor.post(&dry, &body)
        };
        for day in [
            "2022-02-30", "2022-02-29", "2022-04-31", "2022-13-01", "2022-00-10", "2022-01-00", "0000-01-01", "9999-12-31", "1899-12-31",
            "2200-01-01", "2022-1-1", "20220101", "31/12/2022", "2022-12-31T00:00:00Z", "2022-12-31 ", "-2022-12-31", "２０２２-12-31", "",
        ] {
            with_day(day).faults(422, "VALIDATION_FAILED", &[("/cut_off_date", "INVALID_DATE")]);
            let query = editor.get(&format!("{ASSESSMENTS}?cut_off_date_gte={}", encoded(day)));
            query.faults(422, "VALIDATION_FAILED", &[("cut_off_date_gte", "INVALID_DATE")]);
        }
        for day in ["2020-02-29", "2022-12-31", "1900-01-01"] {
            assert_eq!(with_day(day).expect(200)["cut_off_date"], json!(day));
            editor.get(&format!("{ASSESSMENTS}?cut_off_date_gte={day}&cut_off_date_lte={day}")).expect(200);
        }
        for instant in [
            "2022-12-31", "2022-12-31T10:00:00", "2022-12-31 10:00:00Z", "2022-12-31t10:00:00Z", "2022-12-31T23:59:60Z", "2022-12-31T24:00:00Z",
            "2022-02-30T00:00:00Z", "2022-12-31T10:00:00+25:00", "2022-12-31T10:00:00+7", "0000-01-01T00:00:00Z", "9999-12-31T23:59:59Z", "1672531200", "",
        ] {
            let query = editor.get(&format!("{ASSESSMENTS}?updated_at_gte={}", encoded(instant)));
            query.faults(422, "VALIDATION_FAILED", &[("updated_at_gte", "INVALID_INSTANT")]);
        }
        // Offsets are converted, fractions cut to milliseconds.
        let admin = app.with_key("district-admin");
        let client = admin.post("/v1/clients", &json!({ "unit_code": "063", "name": "Đồng hồ" })).expect(201);
        let issued = |expires_at: &str| admin.post("/v1/api-keys?validate_only=true", &json!({ "client_id": client["id"], "expires_at": expires_at }));
        for (sent, answered) in [
            ("2023-06-30T23:59:59.9999+07:00", "2023-06-30T16:59:59.999Z"),
            ("2023-07-01T00:00:00+07:00", "2023-06-30T17:00:00.000Z"),
            ("2023-06-30T00:30:00.5-11:30", "2023-06-30T12:00:00.500Z"),
            ("2024-02-29T00:00:00Z", "2024-02-29T00:00:00.000Z"),
        ] {
            assert_eq!(issued(sent).expect(200)["expires_at"], json!(answered), "{sent}");
        }
        issued("2023-03-01T00:00:00Z").faults(422, "EXPIRY_IN_PAST", &[("/expires_at", "EXPIRY_IN_PAST")]);
        issued("2199-12-31T23:59:59-23:59").faults(422, "EXPIRY_TOO_FAR", &[("/expires_at", "EXPIRY_TOO_FAR")]);
        issued("2023-06-30T23:59:60+07:00").faults(422, "VALIDATION_FAILED", &[("/expires_at", "INVALID_INSTANT")]);
    }
}

#[test]
fn the_day_turns_at_seventeen_hours_utc() {
    let at = |instant: &str| App::start_with(Engine::Sqlite, &["--clock-start", instant]);
    let with_day = |app: &App, day: &str| {
        let mut body = with_note("2025", &Value::Null);
        body["cut_off_date"] = json!(day);
        app.with_key("district-editor").post("/v1/assessments?validate_only=true", &body)
    };
    let before = at("2025-06-30T16:59:00Z");
    assert_eq!(before.with_key("nation").get("/v1/me").expect(200)["today"], "2025-06-30");
    with_day(&before, "2025-06-30").expect(200);
    with_day(&before, "2025-07-01").faults(422, "DATE_IN_FUTURE", &[("/cut_off_date", "DATE_IN_FUTURE")]);
    // On the last day of the districts they are there; the next day begins in Viet Nam, not in Greenwich.
    assert_eq!(
        before.with_key("nation").get("/v1/units?code=063").expect(200)["items"].as_array().map(Vec::len),
        Some(1)
    );
    let after = at("2025-06-30T17:00:00Z");
    assert_eq!(after.with_key("nation").get("/v1/me").expect(200)["today"], "2025-07-01");
    assert_eq!(after.with_key("nation").get("/v1/units?code=063").expect(200)["items"], json!([]));
    let leap = at("2024-02-28T17:00:00Z");
    assert_eq!(leap.with_key("nation").get("/v1/me").expect(200)["today"], "2024-02-29");
}

/// The reference: case, marks, đ with its doubles and the spelling of i do not count. Written anew, from the
/// description.
fn reference_fold(name: &str) -> String {
    let mut folded = String::new();
    for character in name.chars() {
        for lower in character.to_lowercase() {
            for part in std::iter::once(lower).nfd() {
                match part {
                    'đ' | '\u{F0}' | '\u{256}' => folded.push('d'),
                    'y' => folded.push('i'),
                    mark if is_combining_mark(mark) => {}
                    other => folded.push(other),
                }
            }
        }
    }
    folded
}

/// All units there ever were, with the name under which a search finds them.
fn all_names(client: &Client) -> Vec<(String, String)> {
    let mut found = Vec::new();
    // A search without a day finds what has ended too; every name has one of these letters.
    for letter in ["a", "e", "i", "o", "u"] {
        let mut path = format!("/v1/units?q={letter}&limit=200");
        loop {
            let page = client.get(&path).expect(200);
            for unit in page["items"].as_array().expect("items") {
                let text = |name: &str| unit[name].as_str().expect("a text").to_owned();
                found.push((text("id"), text("name")));
            }
            match page["next_cursor"].as_str() {
                Some(cursor) => path = format!("/v1/units?q={letter}&limit=200&cursor={cursor}"),
                None => break,
            }
        }
    }
    found.sort();
    found.dedup();
    found
}

/// The old and the new place of a tone: `hòa` and `hoà`.
fn tone_moved(name: &str) -> String {
    let mut moved = name.to_owned();
    for (old, new) in
        [("òa", "oà"), ("óa", "oá"), ("ọa", "oạ"), ("ỏa", "oả"), ("ủy", "uỷ"), ("úy", "uý"), ("ụy", "uỵ"), ("ùy", "uỳ")]
    {
        moved = if moved.contains(old) { moved.replace(old, new) } else { moved.replace(new, old) };
    }
    moved
}

/// How people write a name: as it is, in capitals, decomposed, without marks, with i for y, in parts.
fn spellings(name: &str) -> BTreeSet<String> {
    let words: Vec<&str> = name.split(' ').collect();
    let inner: String = name.chars().skip(1).take(4).collect();
    let swapped: String = name
        .chars()
        .map(|c| match c {
            'i' => 'y',
            'y' => 'i',
            'ĩ' => 'ỹ',
            'ỳ' => 'ì',
            other => other,
        })
        .collect();
    BTreeSet::from([
        name.to_owned(),
        name.to_uppercase(),
        name.to_lowercase(),
        name.nfd().collect(),
        name.to_uppercase().nfd().collect(),
        reference_fold(name),
        reference_fold(name).to_uppercase(),
        tone_moved(name),
        swapped,
        name.replace('đ', "d").replace('Đ', "D"),
        name.replace('đ', "\u{F0}").replace('Đ', "\u{D0}"),
        name.replace('Đ', "\u{189}"),
        words[0].to_owned(),
        words[words.len() - 1].to_owned(),
        inner.trim().to_owned(),
        format!("  {name} "),
        format!("{name}x"),
        name.replace(' ', ""),
        name.replace(' ', "%"),
    ])
}

fn compare_with_reference(client: &Client, names: &[(String, String)], every: usize) -> usize {
    let folded: Vec<(&str, String)> = names.iter().map(|(id, name)| (id.as_str(), reference_fold(name))).collect();
    let sought: BTreeSet<String> =
        names.iter().flat_map(|(_, name)| spellings(name)).filter(|text| !text.trim().is_empty()).collect();
    let mut asked = 0;
    for text in sought.iter().step_by(every) {
        let part = reference_fold(text.trim());
        let expected: BTreeSet<&str> =
            folded.iter().filter(|(_, name)| name.contains(&part)).map(|(id, _)| *id).collect();
        if expected.len() > 200 {
            continue;
        }
        let page = client.get(&format!("/v1/units?limit=200&q={}", encoded(text))).expect(200);
        let items = page["items"].as_array().expect("items");
        let found: BTreeSet<&str> = items.iter().filter_map(|unit| unit["id"].as_str()).collect();
        assert_eq!(found, expected, "{text:?}");
        // Names that carry the marks of the search come before those that do not.
        let composed: String = text.trim().nfc().collect::<String>().to_lowercase();
        let exact =
            items.iter().map(|unit| unit["name"].as_str().unwrap_or_default().to_lowercase().contains(&composed));
        let order: Vec<bool> = exact.collect();
        assert!(order.is_sorted_by(|one, two| one >= two), "{text:?}: {order:?}");
        asked += 1;
    }
    asked
}

#[test]
fn a_name_is_found_however_it_is_spelled() {
    let app = App::start(Engine::Sqlite);
    let nation = app.with_key("nation");
    let names = all_names(&nation);
    assert!(names.len() > 150, "{}", names.len());
    let asked = compare_with_reference(&nation, &names, 1);
    assert!(asked > 1000, "{asked}");
    // Letters that look alike and are not.
    for (text, name) in [
        ("ĐÔN PHONG", "Đôn Phong"),
        ("\u{D0}ôn Phong", "Đôn Phong"),
        ("sỹ bình", "Sĩ Bình"),
        ("si binh", "Sĩ Bình"),
        ("QUÂN HÀ", "Quân Hà"),
    ] {
        let found = nation.get(&format!("/v1/units?q={}", encoded(text))).expect(200);
        assert!(found["items"].as_array().expect("items").iter().any(|unit| unit["name"] == name), "{text}");
    }
}

#[test]
fn the_other_database_finds_the_same_names() {
    if Engine::postgres_is_there() {
        let app = App::start(Engine::Postgres);
        let nation = app.with_key("nation");
        let asked = compare_with_reference(&nation, &all_names(&nation), 7);
        assert!(asked > 150, "{asked}");
    }
}

#[test]
fn no_pattern_of_a_hundred_characters_makes_the_search_slow() {
    let app = App::start(Engine::Sqlite);
    let nation = app.with_key("nation");
    for text in [
        "a".repeat(100),
        "%".repeat(100),
        "_".repeat(100),
        "%a".repeat(50),
        "%_".repeat(50),
        "(a+)+$".repeat(16),
        "(.*)*".repeat(20),
        "\\".repeat(100),
        "n".repeat(99) + "!",
        "ế".repeat(100),
        "ế".repeat(33).nfd().collect(),
        format!("a{}", "\u{301}".repeat(99)),
        "\u{1D160}".repeat(100),
        "\u{FDFA}".repeat(100),
        "ấ, ".repeat(33),
    ] {
        for query in ["", "&sort=-name", "&with_total=true", "&unit_code=06&sort=name"] {
            let mut best = Duration::MAX;
            for _ in 0..2 {
                let begun = Instant::now();
                let reply = nation.get(&format!("/v1/units?q={}{query}", encoded(&text)));
                best = best.min(begun.elapsed());
                assert!(matches!(reply.status, 200 | 422), "{text}: {}", reply.text);
            }
            assert!(best < Duration::from_millis(200), "{text}: {best:?}");
        }
        let reply = nation.get(&format!("{ASSESSMENTS}?unit_name={}", encoded(&text)));
        assert_eq!(reply.status, 422, "{}", reply.text);
    }
}
