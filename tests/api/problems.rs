//! Every error code: raised by a request where a request can raise it, told in both languages, described on its page.

use crate::support::{App, Client, Engine, Metrics, Raw, Reply};
use muctieu::codes::{Code, TABLE};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::time::{Duration, Instant};

const SPRING: &str = "2023-03-15T02:00:00Z";
const ASSESSMENTS: &str = "/v1/assessments";
const DRY_RUN: &str = "/v1/assessments?validate_only=true";

/// Codes that no request from outside can raise today, with the reason.
const NOT_FROM_OUTSIDE: &[(&str, &str)] = &[
    ("INTERNAL", "a defect of the service; the tests of panics raise it"),
    ("TOO_SHORT", "no text has a minimum above one character, and an empty one is REQUIRED"),
    ("REQUEST_IN_PROGRESS", "a request would have to hold its key on PostgreSQL for ten seconds"),
    ("UNIT_OUTSIDE_SET", "the reference holds no commune outside the province whose set it holds"),
];

/// What was raised: the answer in Vietnamese and the same in English.
#[derive(Default)]
struct Raised(BTreeMap<String, (Reply, Reply)>);

impl Raised {
    /// Call twice, once in each language, and keep what came back.
    fn by(&mut self, mut call: impl FnMut(&[(&str, &str)]) -> Reply) {
        let vietnamese = call(&[]);
        let english = call(&[("accept-language", "en")]);
        let codes = |reply: &Reply| {
            let (code, faults) = reply.problem(reply.status);
            let mut codes: Vec<String> = faults.into_iter().map(|(_, code)| code).collect();
            codes.push(code);
            codes
        };
        assert_eq!(codes(&vietnamese), codes(&english));
        for code in codes(&vietnamese) {
            self.0.insert(code, (vietnamese.clone(), english.clone()));
        }
    }

    fn get(&mut self, client: &Client, path: &str) {
        self.by(|language| client.call("GET", path, language, None));
    }

    fn post(&mut self, client: &Client, path: &str, body: &Value) {
        self.by(|language| client.send("POST", path, language, body));
    }

    fn under(&mut self, client: &Client, method: &str, path: &str, version: &str, body: &Value) {
        self.by(|language| client.send(method, path, &[language, &[("if-match", version)]].concat(), body));
    }
}

fn assessment(unit: &str, changes: Value) -> Value {
    let mut body =
        json!({ "unit_code": unit, "criteria_set_code": "NTM-XA-2021-2025", "period": "2022", "stage": "SELF" });
    for (name, value) in changes.as_object().expect("an object") {
        body[name] = value.clone();
    }
    body
}

fn id(value: &Value) -> String {
    value["id"].as_str().expect("an id").to_owned()
}

/// Syntax, size, media type, credentials.
fn raise_refusals_of_requests(raised: &mut Raised, app: &App) {
    let (nation, nobody) = (app.with_key("nation"), app.with_key(""));
    let json = ("content-type", "application/json");
    let text = |body: &'static [u8]| {
        let nation = nation.clone();
        move |language: &[(&str, &str)]| nation.call("POST", DRY_RUN, &[language, &[json]].concat(), Some(body))
    };
    raised.by(text(b"{"));
    raised.by(text(b"{\"a\":\"\xFF\"}"));
    raised.by(text(b"{\"a\":1,\"a\":1}"));
    raised.by(text(&[b'['; 40]));
    raised.by(|language| nation.call("POST", DRY_RUN, language, Some(b"{}")));
    let raw = |line: &str, headers: &str, language: &[(&str, &str)]| {
        let mut raw = Raw::open(app);
        let key = app.engine.key("nation");
        let language: String = language.iter().map(|(name, value)| format!("{name}: {value}\r\n")).collect();
        raw.send(format!("{line} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {key}\r\n{headers}\r\n{language}\r\n{{"));
        raw.answer().expect("an answer").text()
    };
    let post = format!("POST {DRY_RUN}");
    raised.by(|language| raw(&post, "Content-Type: application/json\r\nContent-Length: 2000000", language));
    // The rest of the body never comes.
    raised.by(|language| raw(&post, "Content-Type: application/json\r\nContent-Length: 9", language));
    raised.by(|language| raw("GET /v1/me", "Acting-Person: \u{111}", language));
    raised.get(&nation, "/v1/units?x=1");
    raised.get(&nation, "/v1/units?limit=1&limit=1");
    raised.get(&nation, "/v1/units?cursor=00");
    raised.get(&nation, "/v1/nothing");
    raised.get(&nobody, "/v1/me");
    raised.get(&nobody, &format!("/v1/units?q={}", "a".repeat(9000)));
    raised.by(|language| nobody.call("GET", "/v1/me", &[language, &[("x-long", &"a".repeat(20_000))]].concat(), None));
    raised.by(|language| nation.call("GET", "/v1/me", &[language, &[("accept", "image/png")]].concat(), None));
    raised.by(|language| nation.call("TRACE", "/v1/me", language, None));
    raised.get(&app.with_key("district-editor"), "/v1/journal");
}

/// Reforms and keys against sending twice.
fn raise_refusals_of_reforms(raised: &mut Raised, app: &App) {
    const REFORMS: &str = "/v1/unit-successions?validate_only=true";
    let nation = app.with_key("nation");
    let key = "8e03978e-40d5-43e8-bc93-6894a57f9324";
    let closed = json!({ "unit_code": "063", "criteria_set_code": "NTM-XA-2021-2025", "period": "2021" });
    nation.post("/v1/period-locks", &closed).expect(201);
    raised.post(&nation, DRY_RUN, &assessment("01984", json!({ "period": "2021" })));
    let client = |name: &str| json!({ "unit_code": "063", "name": name });
    nation.send("POST", "/v1/clients", &[("idempotency-key", key)], &client("Một")).expect(201);
    raised.by(|language| {
        nation.send("POST", "/v1/clients", &[language, &[("idempotency-key", key)]].concat(), &client("Hai"))
    });
    let mut reform = |day: &str, units: Value, edges: Value| {
        let body = json!({ "act_number": "1", "effective_date": day, "units": units, "edges": edges });
        raised.post(&nation, REFORMS, &body);
    };
    let state = |code: &str, kind: &str, parent: &str| json!([{ "code": code, "name": "Phủ Giàng", "kind_code": kind, "parent_code": parent }]);
    let merge = |from: &str, to: &str| json!({ "kind": "MERGE", "from_unit_code": from, "to_unit_code": to });
    let part = |from: &str, share: Value| json!({ "kind": "SPLIT", "from_unit_code": from, "to_unit_code": "02008", "part": "PART", "area_percent": share });
    let day = "2026-09-01";
    let good = state("02008", "XA", "19");
    reform(day, good.clone(), json!([part("01969", json!(40)), merge("02008", "02008")]));
    reform(day, good.clone(), json!([part("01969", json!(40.00001)), part("01969", json!("40"))]));
    reform(day, good.clone(), json!([merge("02008", "02008"), merge("02008", "02008")]));
    reform(day, good.clone(), json!([merge("01969", "02008")]));
    reform(day, good.clone(), json!([{ "kind": "ABOLISH", "from_unit_code": "02008" }]));
    reform(day, Value::Null, json!([{ "kind": "ABOLISH", "from_unit_code": "19" }]));
    reform(day, good.clone(), json!([{ "kind": "CREATE", "from_unit_code": "02008", "to_unit_code": "02008" }]));
    reform(day, state("02008", "LANG", "19"), json!([merge("02008", "02008")]));
    reform(day, state("02008", "XA", "01957"), json!([merge("02008", "02008")]));
    reform("2024-06-01", state("01984", "XA", "063"), json!([merge("01984", "01984")]));
}

/// Statuses of units.
fn raise_refusals_of_statuses(raised: &mut Raised, app: &App) {
    const STATUSES: &str = "/v1/unit-statuses?validate_only=true";
    let nation = app.with_key("nation");
    let status = |from: &str, to: Value| json!({ "unit_code": "01984", "kind": "ISLAND", "value_code": "YES", "valid_from": from, "valid_to": to, "act_number": "1" });
    nation.post("/v1/unit-statuses", &status("2022-01-01", Value::Null)).expect(201);
    raised.post(&nation, STATUSES, &status("2021-01-01", Value::Null));
    raised.post(&nation, STATUSES, &status("2021-01-01", json!("2021-01-01")));
    raised.post(&nation, "/v1/unit-statuses/batch", &json!({ "items": [status("2023-01-01", Value::Null)] }));
    let key = ("idempotency-key", "8e03978e-40d5-43e8-bc93-6894a57f9324");
    let many = json!({ "items": [status("2021-01-01", Value::Null)] });
    raised.by(|language| nation.send("POST", "/v1/unit-statuses/batch", &[language, &[key]].concat(), &many));
    let unit = id(&nation.get("/v1/units?code=01984").expect(200)["items"][0]);
    let point = json!({ "geometry": { "type": "Point", "coordinates": [105.8, 22.1] } });
    raised.under(&nation, "PUT", &format!("/v1/units/{unit}/geometry"), "\"0\"", &point);
}

/// Dossiers of recognition, of a commune that nothing else here assesses.
fn raise_refusals_of_recognition(raised: &mut Raised, app: &App) {
    const DOSSIERS: &str = "/v1/recognition-dossiers";
    let (nation, signer) = (app.with_key("nation"), app.with_key("nation-signer"));
    let dossier = |level: &str| json!({ "unit_code": "02017", "criteria_set_code": "NTM-XA-2021-2025", "level": level, "year": 2022 });
    raised.post(&nation, DOSSIERS, &dossier("NTM_MODEL"));
    let steps = format!("{DOSSIERS}/{}/transitions", id(&nation.post(DOSSIERS, &dossier("NTM")).expect(201)));
    let assess = |stage: &str| {
        let begun = nation.post(ASSESSMENTS, &assessment("02017", json!({ "stage": stage }))).expect(201);
        signer.step(&format!("{ASSESSMENTS}/{}", id(&begun)), 1, &json!({ "to": "SUBMITTED" })).expect(200);
        begun["id"].clone()
    };
    let (verification, appraisal) = (assess("VERIFICATION"), assess("APPRAISAL"));
    let verified = |assessment: &Value| json!({ "to": "VERIFIED", "assessment_id": assessment });
    raised.under(&nation, "POST", &steps, "\"1\"", &verified(&appraisal));
    let take = |version: &str, body: &Value| nation.send("POST", &steps, &[("if-match", version)], body).expect(200);
    take("\"1\"", &verified(&verification));
    let votes = |votes_for: i32| json!({ "to": "APPRAISED", "assessment_id": appraisal, "votes_for": votes_for, "votes_total": 10 });
    raised.under(&nation, "POST", &steps, "\"2\"", &votes(8));
    take("\"2\"", &votes(9));
    let decision = json!({ "to": "DECIDED", "act_number": "1/QĐ-UBND", "decision_date": "2023-03-01", "effective_date": "2023-03-01" });
    raised.under(&nation, "POST", &steps, "\"3\"", &decision);
}

fn raise_refusals_of_figures(raised: &mut Raised, app: &App) {
    const OBSERVATIONS: &str = "/v1/observations?validate_only=true";
    const SETS: &str = "/v1/criteria-sets?validate_only=true";
    let nation = app.with_key("nation");
    let figure = |indicator: &str, figure: Value| json!({ "indicator_code": indicator, "unit_code": "01984", "period": "2022", "stage": "SELF", "figure": figure });
    let insured = "HEALTH_INSURANCE_COVERAGE_RATE";
    for sent in [
        json!({ "value": 101 }),
        json!({ "numerator": 1, "denominator": 0 }),
        json!({ "value": 50, "numerator": 1, "denominator": 3 }),
        json!({ "value": 50, "breakdown": [{ "member": "URBAN", "value": 50 }] }),
        json!({ "value": 50, "breakdown": [{ "member": "MALE", "value": 60 }, { "member": "FEMALE", "value": 70 }] }),
    ] {
        raised.post(&nation, OBSERVATIONS, &figure(insured, sent));
    }
    raised.post(&nation, OBSERVATIONS, &figure("ESPECIALLY_DIFFICULT_COMMUNES", json!({ "value": 1 })));
    let known = nation.post("/v1/observations", &figure("INCOME_PER_CAPITA", json!({ "value": 41 }))).expect(201);
    let mut other = figure(insured, json!({ "value": 90 }));
    (other["corrects_id"], other["correction_reason"]) = (known["id"].clone(), json!("nhầm"));
    raised.post(&nation, OBSERVATIONS, &other);
    let indicator = nation.get("/v1/indicators?code=INCOME_PER_CAPITA").expect(200)["items"][0].clone();
    let mut again = json!({ "direction": "NEUTRAL" });
    for name in ["code", "name", "value_type", "unit_code", "time_basis"] {
        again[name] = indicator[name].clone();
    }
    raised.post(&nation, "/v1/indicators?validate_only=true", &again);
    // Sets.
    let set = id(&nation.get("/v1/criteria-sets?code=NTM-XA-2021-2025").expect(200)["items"][0]);
    let path = format!("/v1/criteria-sets/{set}/document");
    let mut document = nation.get(&path).expect(200);
    raised.under(&nation, "PUT", &path, "\"1\"", &document);
    document["code"] = json!("ANOTHER");
    let first = document["criteria"][0]["items"][0]["thresholds"][0].clone();
    document["criteria"][0]["items"][0]["thresholds"] = json!([first, first]);
    document["criteria"][0]["items"][1]["thresholds"] = json!([]);
    raised.post(&nation, SETS, &document);
    for (item, value) in [("3.1", 81), ("99.1", 80)] {
        let read = json!([{ "item_code": item, "region_code": "ALL", "operator": "AT_LEAST", "value": value }]);
        let verification = json!({ "criteria_set_code": "NTM-XA-2021-2025", "thresholds": read, "document": { "label": "318/QĐ-TTg" }, "verified_date": "2023-03-09" });
        raised.post(&nation, "/v1/threshold-verifications", &verification);
    }
    let first = |code: &str, replaces: Value| {
        json!({
            "code": code, "name": { "vi": "Bộ thử", "en": "A test" }, "level": "COMMUNE", "kind_codes": ["XA"], "confidence": "LOW",
            "valid_from": "2021-01-01", "valid_to": "2022-12-31", "replaces": replaces,
            "criteria": [{ "code": "1", "name": { "vi": "Một", "en": "One" }, "confidence": "LOW" }]
        })
    };
    let mending = json!({ "set_code": "TEST-1", "reason": "TRANSCRIPTION", "note": "Nhập nhầm", "document": { "label": "1/QĐ" } });
    let mut mended = first("TEST-2", mending);
    for body in [first("TEST-1", Value::Null), mended.clone()] {
        let made = nation.post("/v1/criteria-sets", &body).expect(201);
        nation.step(&format!("/v1/criteria-sets/{}", id(&made)), 1, &json!({ "to": "PUBLISHED" })).expect(200);
    }
    mended["code"] = json!("TEST-3");
    raised.post(&nation, SETS, &mended);
    raised.post(&nation, DRY_RUN, &assessment("01984", json!({ "criteria_set_code": "TEST-1" })));
    // Sheets.
    let begun = nation.post(ASSESSMENTS, &assessment("01984", json!({}))).expect(201);
    let sheet = format!("/v1/assessments/{}/sheet", id(&begun));
    for body in [
        json!({ "criteria_set_code": "NTM-XA-2016-2020" }),
        json!({ "items": [{ "code": "99.9" }] }),
        json!({ "items": [{ "code": "3.1", "not_applicable_reason": "không có" }] }),
    ] {
        raised.under(&nation, "PATCH", &sheet, "\"1\"", &body);
    }
    raised.post(&nation, DRY_RUN, &assessment("01990", json!({ "stage": "VERIFICATION", "based_on_id": begun["id"] })));
    let mut corrected = figure("INCOME_PER_CAPITA", json!({ "value": 42 }));
    (corrected["corrects_id"], corrected["correction_reason"]) = (known["id"].clone(), json!("tính lại"));
    nation.post("/v1/observations", &corrected).expect(201);
    let signer = app.with_key("nation-signer");
    let transitions = format!("/v1/assessments/{}/transitions", id(&begun));
    raised.under(&signer, "POST", &transitions, "\"1\"", &json!({ "to": "SUBMITTED" }));
    let income = json!([{ "code": "10.1", "figure": { "value": 41 } }]);
    let appraisal =
        nation.post(ASSESSMENTS, &assessment("01984", json!({ "stage": "APPRAISAL", "items": income }))).expect(201);
    let transitions = format!("/v1/assessments/{}/transitions", id(&appraisal));
    raised.under(&signer, "POST", &transitions, "\"1\"", &json!({ "to": "SUBMITTED" }));
    for begun in [begun, appraisal] {
        nation.delete(&format!("/v1/assessments/{}", id(&begun)), 1).expect(204);
    }
}

/// Sheets as files: what is in their cells, and what must not be in a workbook.
fn raise_refusals_of_files(raised: &mut Raised, app: &App) {
    use crate::exchange::{CSV, ROUND, XLSX, rebuilt, template};
    let nation = app.with_key("nation");
    let good = template(&nation, "", XLSX);
    let path = format!("{ROUND}&validate_only=true");
    let key = ("idempotency-key", "8e03978e-40d5-43e8-bc93-6894a57f9324");
    let cells =
        "unit_code,unit_name,10.1,3.1,x\n01984,Lục Bình,1.234,=1,1\n02104,,1,1,1\n".replace("x\n", "không có\n");
    let sheets: Vec<String> = (2..=60).map(|at| format!("xl/worksheets/sheet{at}.xml")).collect();
    let sheets: Vec<(&str, &[u8])> = sheets.iter().map(|name| (name.as_str(), &b"<worksheet/>"[..])).collect();
    let with = |name: &str, content: &[u8]| rebuilt(&good, &[(name, content)]);
    for (kind, file) in [
        (CSV, cells.into_bytes()),
        (CSV, b"unit_code,10.1\n01984,1.234\n02104,1\n01990,=1\n".to_vec()),
        (CSV, "unit_code,unit_name,10.1\n01984,Lục Bình,1\n".as_bytes().to_vec()),
        (CSV, b"\xFF".to_vec()),
        (XLSX, with("xl/vbaProject.bin", b"x")),
        (XLSX, with("xl/externalLinks/externalLink1.xml", b"<x/>")),
        (XLSX, with("xl/embeddings/oleObject1.bin", b"x")),
        (XLSX, with("xl/sharedStrings.xml", b"<!DOCTYPE x><x/>")),
        (XLSX, with("xl/worksheets/sheet2.xml", &vec![b' '; 30 << 20])),
        (XLSX, rebuilt(&good, &sheets)),
    ] {
        raised.by(|language| {
            nation.call("POST", &path, &[language, &[("content-type", kind), key]].concat(), Some(&file))
        });
    }
    raised.by(|language| {
        let headers = [language, &[("content-type", "application/pdf")]].concat();
        nation.call("POST", "/v1/files?unit_code=01984&name=..%2Fx.pdf", &headers, Some(b"%PDF-1.7"))
    });
    let file = crate::files::send(&nation, "unit_code=01984&name=x.pdf", b"%PDF-1.7").expect(201);
    let evidence =
        json!({ "kind_code": "DECISION", "label": "x", "file_id": file["id"], "content_hash": "0".repeat(64) });
    raised.post(
        &nation,
        "/v1/observations",
        &json!({
            "indicator_code": "INCOME_PER_CAPITA", "unit_code": "01984", "period": "2022-Q3", "stage": "SELF",
            "figure": { "value": 40, "evidence": [evidence] }
        }),
    );
}

/// Types and forms of single values.
fn raise_faults_of_fields(raised: &mut Raised, app: &App) {
    let nation = app.with_key("nation");
    for query in [
        "limit=0",
        "limit=201",
        "limit=x",
        "with_total=yes",
        "sort=size",
        "embed=children",
        "level=TOWN",
        "as_of=2023-02-30",
        "q=%00",
        "code=1",
        "unit_id=1",
        "unit_id=019b0000-0000-7000-8000-000000000000",
    ] {
        raised.get(&nation, &format!("/v1/units?{query}"));
    }
    raised.get(&nation, &format!("/v1/units?code={}", ["063"; 51].join(",")));
    raised.get(&nation, &format!("{ASSESSMENTS}?updated_at_gte=today"));
    raised.get(&nation, &format!("{ASSESSMENTS}?period=2022-Q5"));
    raised.post(&nation, DRY_RUN, &json!([]));
    raised.post(&nation, DRY_RUN, &json!({ "x": 1 }));
    raised.post(
        &nation,
        DRY_RUN,
        &assessment("01984", json!({ "note": 1, "criteria": {}, "source": { "label": null } })),
    );
    raised.post(&nation, DRY_RUN, &assessment("01984", json!({ "note": "a".repeat(4001) })));
    raised.post(&nation, "/v1/clients", &json!({ "unit_code": "063", "name": "x", "may_name_person": "yes" }));
    raised.post(&nation, "/v1/clients", &json!({ "name": "x" }));
    let verdict = json!({ "code": "1", "verdict": "MET" });
    raised.post(&nation, DRY_RUN, &assessment("01984", json!({ "criteria": [verdict, verdict] })));
}

/// Rules of units, sets and assessments.
fn raise_rules_of_assessments(raised: &mut Raised, app: &App) {
    let (nation, commune) = (app.with_key("nation"), app.with_key("commune-editor"));
    raised.get(&nation, "/v1/units?unit_code=99999");
    raised.get(&nation, "/v1/units?unit_name=Atlantis");
    raised.get(&nation, "/v1/units?unit_name=bac%20kan");
    let ended = nation.get("/v1/units?q=T%C3%BA%20Tr%C4%A9").expect(200)["items"][0]["id"].clone();
    for (unit, changes) in [
        ("063", json!({})),
        ("01969", json!({})),
        ("01984", json!({ "criteria_set_code": "NTM-XA-1999" })),
        ("01984", json!({ "period": "2020" })),
        ("01984", json!({ "cut_off_date": "2023-03-16" })),
        ("01984", json!({ "stage": "REPORTED" })),
        ("01984", json!({ "criteria": [{ "code": "99", "verdict": "MET" }] })),
        ("01984", json!({ "criteria": [{ "code": "1", "verdict": "NOT_APPLICABLE" }] })),
        ("01984", json!({ "declared_total": { "min": 9, "max": 5 } })),
        ("01984", json!({ "declared_total": { "min": 5, "max": 20 } })),
        (
            "01984",
            json!({ "stage": "REPORTED", "declared_total": { "min": 0, "max": 0 }, "criteria": [{ "code": "1", "verdict": "MET" }] }),
        ),
    ] {
        raised.post(&nation, DRY_RUN, &assessment(unit, changes));
    }
    let mut of_ended = assessment("", json!({ "unit_id": ended }));
    of_ended.as_object_mut().expect("an object").remove("unit_code");
    raised.post(&nation, DRY_RUN, &of_ended);
    raised.post(&commune, DRY_RUN, &assessment("01990", json!({})));
    raised.post(&commune, DRY_RUN, &assessment("01984", json!({ "stage": "APPRAISAL" })));

    let draft = nation.post(ASSESSMENTS, &assessment("01984", json!({}))).expect(201);
    let path = format!("{ASSESSMENTS}/{}", id(&draft));
    raised.post(&nation, ASSESSMENTS, &assessment("01984", json!({})));
    raised.by(|language| nation.send("PATCH", &path, language, &json!({})));
    raised.under(&nation, "PATCH", &path, "\"9\"", &json!({}));
    raised.under(&nation, "PATCH", &path, "\"1\"", &json!({ "version": 2 }));
    let steps = format!("{path}/transitions");
    raised.under(&nation, "POST", &steps, "\"1\"", &json!({ "to": "RETURNED" }));
    raised.under(&nation, "POST", &steps, "\"1\"", &json!({ "to": "SUBMITTED" }));
    app.with_key("commune-signer").step(&path, 1, &json!({ "to": "SUBMITTED" })).expect(200);
    raised.under(&nation, "PATCH", &path, "\"2\"", &json!({ "note": "x" }));
}

/// Clients, keys and grants.
fn raise_rules_of_access(raised: &mut Raised, app: &App) {
    let nation = app.with_key("nation");
    let client = nation.post("/v1/clients", &json!({ "unit_code": "063", "name": "Ứng dụng thử" })).expect(201);
    let key = |expires_at: &str| json!({ "client_id": client["id"], "expires_at": expires_at });
    raised.post(&nation, "/v1/api-keys", &key("2023-03-15T00:00:00Z"));
    raised.post(&nation, "/v1/api-keys", &key("2024-06-01T00:00:00Z"));
    for _ in 0..2 {
        nation.post("/v1/api-keys", &key("2023-06-01T00:00:00Z")).expect(201);
    }
    raised.post(&nation, "/v1/api-keys", &key("2023-06-01T00:00:00Z"));
    raised.under(&nation, "DELETE", &format!("/v1/clients/{}", id(&client)), "\"1\"", &json!({}));
}

/// Committees and mandates.
fn raise_refusals_of_parties(raised: &mut Raised, app: &App) {
    let nation = app.with_key("nation");
    let make = |path: &str, body: Value| id(&nation.post(path, &body).expect(201));
    let committee = |name: &str| json!({ "unit_code": "01984", "kind": "COMMITTEE", "name": name });
    let first = make("/v1/committees", committee("Ban Chỉ đạo xã"));
    let mut parented = committee("Ban khác");
    parented["parent_id"] = json!(first);
    raised.post(&nation, "/v1/committees", &parented);
    let person = make("/v1/people", json!({ "unit_code": "01984", "full_name": "Nguyễn Văn Thử" }));
    let mandate = |kind: &str, unit: Value| {
        let mut body = json!({ "committee_id": first, "kind": kind, "person_id": person });
        if !unit.is_null() {
            body["charge_unit_code"] = unit;
        }
        body
    };
    raised.post(&nation, "/v1/mandates", &mandate("CHARGE", json!("01984")));
    nation.post("/v1/mandates", &mandate("MEMBERSHIP", Value::Null)).expect(201);
    raised.post(&nation, "/v1/mandates", &mandate("MEMBERSHIP", Value::Null));
    raised.post(&nation, "/v1/mandates", &mandate("CHARGE", json!("01990")));
    // Work: of nobody who belongs to the committee, due before it was given, extended without a due date, confirmed by
    // whoever reported it.
    let task = |unit: &str, due: Value| json!({ "committee_id": first, "kind": "DIRECTIVE", "content": "Rà soát", "assignee": { "unit_code": unit }, "due_date": due });
    raised.post(&nation, "/v1/tasks", &task("01990", Value::Null));
    raised.post(&nation, "/v1/tasks", &task("01984", json!("2023-01-01")));
    let standing = format!("/v1/tasks/{}", make("/v1/tasks", task("01984", Value::Null)));
    let extension = json!({ "new_due_date": "2023-12-31", "reason": "Mưa lũ" });
    raised.under(&nation, "POST", &format!("{standing}/extensions"), "\"1\"", &extension);
    nation.step(&standing, 1, &json!({ "to": "DONE" })).expect(200);
    raised.under(&nation, "POST", &format!("{standing}/transitions"), "\"2\"", &json!({ "to": "CONFIRMED" }));
    // Obstacles: a shortcoming that escalates, an escalation to where it is, an answer asked of a neighbour.
    let obstacle = |kind: &str| {
        format!(
            "/v1/obstacles/{}",
            make("/v1/obstacles", json!({ "unit_code": "01984", "kind": kind, "title": "Thiếu hướng dẫn" }))
        )
    };
    let (shortcoming, obstacle) = (obstacle("SHORTCOMING"), obstacle("OBSTACLE"));
    let up = |level: &str| json!({ "to_level": level, "reason": "Vượt thẩm quyền" });
    raised.under(&nation, "POST", &format!("{shortcoming}/escalations"), "\"1\"", &up("DISTRICT"));
    raised.under(&nation, "POST", &format!("{obstacle}/escalations"), "\"1\"", &up("COMMUNE"));
    let neighbour = json!({ "to": "ASSIGNED", "assignee": { "unit_code": "01990" } });
    raised.under(&nation, "POST", &format!("{obstacle}/transitions"), "\"1\"", &neighbour);
    // Reports: a duty that goes down, one that the district does not owe, a day that is so already.
    let mut down = json!({ "code": "BT-SAI", "unit_code": "063", "name": { "vi": "x", "en": "x" }, "from_level": "DISTRICT", "period_kind": "YEAR", "valid_from": "2023-01-01" });
    down["to_level"] = json!("COMMUNE");
    raised.post(&nation, "/v1/reporting-duties", &down);
    raised.post(
        &nation,
        "/v1/report-submissions",
        &json!({ "unit_code": "063", "duty_code": "TT01-2022-XA-NAM", "period": "2023" }),
    );
    raised.post(
        &nation,
        "/v1/calendar-days",
        &json!({ "date": "2023-03-15", "is_working": true, "name": { "vi": "x", "en": "x" } }),
    );
    let path = format!("/v1/people/{person}");
    nation.step(&path, 1, &json!({ "to": "ERASED", "reason": "Thôi việc" })).expect(200);
    raised.under(&nation, "PATCH", &path, "\"2\"", &json!({ "phone": null }));
}

/// Too often, too much at once, too late, while stopping: each needs a service of its own.
fn raise_refusals_of_a_busy_service(raised: &mut Raised, database: &str) {
    let start = |flags: &[&str]| {
        App::start_on(Engine::Sqlite, database.to_owned(), &[&["--clock-start", SPRING], flags].concat())
    };
    let limited = start(&["--rate-limit", "1"]);
    limited.with_key("nation").get("/v1/me").expect(200);
    raised.get(&limited.with_key("nation"), "/v1/me");

    let address = Metrics::free_address();
    let narrow = start(&["--max-in-flight", "1", "--drain-seconds", "2", "--metrics-address", &address]);
    let mut slow = Raw::open(&narrow);
    let key = Engine::Sqlite.key("nation");
    slow.send(format!("POST {DRY_RUN} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {key}\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{{"));
    Metrics::at(&address).wait_for_in_flight(1);
    raised.get(&narrow.with_key("nation"), "/v1/me");
    narrow.signal("TERM");
    let begun = Instant::now();
    while narrow.with_key("").get("/health/ready").status == 200 {
        assert!(begun.elapsed() < Duration::from_secs(5), "it does not stop");
        std::thread::sleep(Duration::from_millis(5));
    }
    raised.get(&narrow.with_key(""), "/health/ready");

    // The keys were made today; the service believes it is half a century later.
    let late = App::start_on(Engine::Sqlite, database.to_owned(), &["--clock-start", "2076-01-01T00:00:00Z"]);
    raised.get(&late.with_key("nation"), "/v1/me");
}

/// Money: what passes a line, what cannot be taken back, what is of another programme.
fn raise_refusals_of_money(raised: &mut Raised, app: &App) {
    use crate::support::money::{entry, key, programme, record};
    let nation = app.with_key("nation");
    let mut refuse = |kind: &str, amount: i64, changes: Value| {
        let (body, key) = (entry(kind, amount, changes), key());
        raised.by(|language| {
            let headers = [language, &[("idempotency-key", key.as_str())]].concat();
            nation.send("POST", "/v1/budget-entries", &headers, &body)
        });
    };
    let made = id(&record(&nation, &entry("ASSIGN", 10, json!({}))).expect(201));
    refuse("PAY", 11, json!({}));
    refuse("LAPSE", 11, json!({}));
    refuse("RECOVER", 1, json!({}));
    refuse("REFUND", 1, json!({}));
    refuse("DECOMMIT", 1, json!({}));
    refuse("PAY", -1, json!({}));
    refuse("ASSIGN", 9_007_199_254_740_991, json!({}));
    refuse("PAY", 1, json!({ "pair_id": "X" }));
    refuse("CARRY_OUT", 1, json!({}));
    refuse("ASSIGN", 1, json!({ "component_code": "GNBV.1" }));
    refuse("ASSIGN", 1, json!({ "plan_year": 2030 }));
    refuse("DISTRIBUTE", 1, json!({ "to_unit_code": "064" }));
    let work = nation.post("/v1/works", &crate::support::money::work("Cầu", json!({}))).expect(201);
    refuse("PAY", 1, json!({ "unit_code": "01990", "work_id": work["id"] }));
    let mut files = |path: &str, rows: &str| {
        let (file, key) = (crate::support::money::sheet(rows), key());
        raised.by(|language| {
            let headers = [language, &[("idempotency-key", key.as_str()), ("content-type", "text/csv")]].concat();
            nation.call(
                "POST",
                &format!("/v1/budget-sheets?unit_code=06&amount_unit={path}"),
                &headers,
                Some(file.as_bytes()),
            )
        });
    };
    files("VND", "A,063,DTTS,NSTW,DTPT,2022,ASSIGN,5,01/07/2022\r\nTổng số,,,,,,,6,");
    let outlier: Vec<String> = [1, 1, 1000]
        .iter()
        .enumerate()
        .map(|(at, amount)| format!("{at},063,DTTS,NSTW,DTPT,2022,ASSIGN,{amount},01/07/2022"))
        .collect();
    files("VND", &outlier.join("\r\n"));
    let back = |entry: &str| format!("/v1/budget-entries/{entry}/reversals");
    let body = json!({ "booking_date": "2023-03-01", "reason": "Ghi nhầm" });
    let reversal = nation.post(&back(&made), &body).expect(200)["reversed_by_id"].as_str().unwrap().to_owned();
    raised.post(&nation, &back(&made), &body);
    raised.post(&nation, &back(&reversal), &body);
    let mut around = programme("VONG-2021");
    around["components"][0]["parent_code"] = json!("VONG-2021.1.1");
    raised.post(&nation, "/v1/programmes", &around);
    let stored = nation.post("/v1/programmes", &programme("LOI-2021")).expect(201);
    let path = format!("/v1/programmes/{}", id(&stored));
    nation.step(&path, 1, &json!({ "to": "PUBLISHED" })).expect(200);
    raised.under(&nation, "PUT", &path, "\"2\"", &programme("LOI-2021"));
}

#[test]
fn every_code_is_raised_by_a_request_or_cannot_be() {
    let database = Engine::Sqlite.fresh();
    let app =
        App::start_on(Engine::Sqlite, database.clone(), &["--clock-start", SPRING, "--body-timeout-seconds", "1"]);
    let mut raised = Raised::default();
    raise_refusals_of_requests(&mut raised, &app);
    raise_refusals_of_reforms(&mut raised, &app);
    raise_refusals_of_statuses(&mut raised, &app);
    raise_refusals_of_recognition(&mut raised, &app);
    raise_refusals_of_figures(&mut raised, &app);
    raise_faults_of_fields(&mut raised, &app);
    raise_rules_of_assessments(&mut raised, &app);
    raise_rules_of_access(&mut raised, &app);
    raise_refusals_of_files(&mut raised, &app);
    raise_refusals_of_parties(&mut raised, &app);
    raise_refusals_of_money(&mut raised, &app);
    raise_refusals_of_a_busy_service(&mut raised, &database);
    let mut missing = Vec::new();
    for entry in TABLE {
        let reason = NOT_FROM_OUTSIDE.iter().find(|(code, _)| *code == entry.name);
        match (raised.0.get(entry.name), reason) {
            (None, None) => missing.push(entry.name),
            (Some(_), Some(_)) => panic!("{} can be raised after all", entry.name),
            (Some((vietnamese, english)), None) => {
                tells(entry.code, vietnamese, "vi");
                tells(entry.code, english, "en");
            }
            (None, Some((_, reason))) => assert!(!reason.is_empty()),
        }
    }
    assert!(missing.is_empty(), "{missing:?}");
    assert!(raised.0.keys().all(|code| TABLE.iter().any(|entry| entry.name == code)), "a code outside the table");
}

/// The problem, or the fault in it, says what the table says, in this language, and nothing of the inside.
#[track_caller]
fn tells(code: Code, reply: &Reply, language: &str) {
    let entry = code.entry();
    let text = |text: &muctieu::codes::Text| if language == "vi" { text.vi } else { text.en };
    let body = reply.json();
    let id = reply.header("x-request-id").expect("an id");
    assert_eq!(reply.header("content-language"), Some(language), "{}", entry.name);
    assert_eq!(body["instance"], format!("urn:request:{id}"));
    let main = TABLE.iter().find(|entry| body["code"] == entry.name).expect("a known code");
    assert_eq!((&body["status"], reply.status), (&json!(main.status), main.status), "{}", entry.name);
    assert_eq!(body["type"], format!("/problems/{}", main.code.slug()));
    assert_eq!(body["title"], text(&main.title));
    assert_eq!(body["detail"], format!("{} {}", text(&main.cause), text(&main.remedy)));
    for (name, value) in [
        ("content-type", "application/problem+json"),
        ("cache-control", "no-store"),
        ("x-content-type-options", "nosniff"),
        ("referrer-policy", "no-referrer"),
        ("cross-origin-resource-policy", "same-origin"),
        ("content-security-policy", "default-src 'none'; frame-ancestors 'none'"),
        ("vary", "Authorization, X-API-Key, Accept, Accept-Language, Accept-Encoding, Origin"),
    ] {
        assert_eq!(reply.header(name), Some(value), "{}: {name}", entry.name);
    }
    assert_eq!(reply.header("server"), None);
    let members: Vec<&String> = body.as_object().expect("an object").keys().collect();
    assert_eq!(members, ["code", "detail", "errors", "existing_id", "instance", "status", "title", "type"]);
    if main.code != code {
        let faults = body["errors"].as_array().expect("a list");
        let fault = faults.iter().find(|fault| fault["code"] == entry.name).expect("the fault that was raised");
        let cause = text(&entry.cause).trim_end_matches('.');
        assert!(fault["message"].as_str().is_some_and(|message| message.starts_with(cause)), "{fault}");
        let places = [fault["pointer"].is_string(), fault["parameter"].is_string(), fault["cell"].is_object()];
        assert_eq!(places.iter().filter(|there| **there).count(), 1, "one place: {fault}");
    }
    match main.status {
        401 => assert_eq!(reply.header("www-authenticate"), Some("Bearer")),
        405 => assert_eq!(reply.header("allow"), Some("GET, HEAD")),
        412 => assert_eq!(reply.header("etag"), Some("\"1\"")),
        429 | 503 => {
            let seconds = reply.header("retry-after").and_then(|value| value.parse::<u32>().ok());
            assert!(seconds.is_some_and(|seconds| seconds > 0), "{}: {:?}", entry.name, reply.headers);
        }
        _ => {}
    }
    for word in [
        "sqlite",
        "postgres",
        "diesel",
        "serde",
        "deserr",
        "sql",
        "panick",
        "src/",
        ".rs",
        "rust",
        "actix",
        "expected value",
        "at line",
        "0x",
    ] {
        assert!(!reply.text.to_lowercase().contains(word), "{} says {word}: {}", entry.name, reply.text);
    }
}

#[test]
fn every_code_has_its_page_in_both_languages() {
    let app = App::start(Engine::Sqlite);
    let nobody = app.with_key("");
    let plain =
        |text: &str| text.replace("&quot;", "\"").replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&");
    for entry in TABLE {
        let path = format!("/problems/{}", entry.code.slug());
        for (language, own, other) in [("vi", "Nguyên nhân", "Cause"), ("en", "Cause", "Nguyên nhân")] {
            let page = nobody.call("GET", &path, &[("accept-language", language)], None);
            assert_eq!((page.status, page.header("content-type")), (200, Some("text/html; charset=utf-8")), "{path}");
            assert_eq!(page.header("content-language"), Some(language));
            let text = plain(&page.text);
            assert!(text.starts_with(&format!("<!doctype html><html lang=\"{language}\">")), "{path}");
            for part in [
                entry.title.vi,
                entry.title.en,
                entry.cause.vi,
                entry.cause.en,
                entry.remedy.vi,
                entry.remedy.en,
                entry.name,
                "Cách xử lý",
                "Remedy",
                "Ví dụ",
                "Example",
            ] {
                assert!(text.contains(part), "{path} in {language} lacks {part}");
            }
            for part in [
                format!("<h2>Nguyên nhân</h2><p>{}</p><h2>Cách xử lý</h2><p>{}</p>", entry.cause.vi, entry.remedy.vi),
                format!("<h2>Cause</h2><p>{}</p><h2>Remedy</h2><p>{}</p>", entry.cause.en, entry.remedy.en),
            ] {
                assert!(text.contains(&part), "{path} in {language} lacks {part}");
            }
            assert!(text.find(own) < text.find(other), "{path}: the caller's language comes first");
            // The example is a problem that a program could read.
            let example = text.split("<pre>").nth(1).and_then(|rest| rest.split("</pre>").next()).expect("an example");
            let example: Value = serde_json::from_str(example).expect("JSON");
            let title = if language == "vi" { entry.title.vi } else { entry.title.en };
            assert_eq!(
                (&example["code"], &example["title"], &example["type"]),
                (&json!(entry.name), &json!(title), &json!(path))
            );
        }
    }
    assert_eq!(nobody.get("/problems/no-such-code").problem(404).0, "NOT_FOUND");
    assert_eq!(nobody.get("/problems/").problem(404).0, "NOT_FOUND");
    assert_eq!(nobody.get("/problems/NOT-FOUND").problem(404).0, "NOT_FOUND");
}
