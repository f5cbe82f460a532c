//! The paper of a meeting: everything in one call, nothing made up, and each proposed conclusion with what it rests on.

use crate::access::Row;
use crate::parties::Refused;
use crate::support::{Client, on_both};
use serde_json::{Value, json};

const REVIEW: &str = "/v1/reports/steering-review";
const UNKNOWN: &str = "01992f3e-7c1a-7b55-9a0e-4f6f0c1d2e3f";

fn id(record: &Value) -> String {
    record["id"].as_str().expect("an id").to_owned()
}

/// What the walk over the contract asks of the review.
pub fn access_rows() -> Vec<Row> {
    let path = "/v1/reports/steering-review?unit_code=063&period=2022";
    let foreign = Some(("sibling-editor", 404));
    vec![Row { foreign, ..crate::access::read("get_steering_review", path, "district-viewer") }]
}

fn rules(review: &Value) -> Vec<&str> {
    let proposed = review["proposed_conclusions"].as_array().unwrap().iter();
    proposed.map(|conclusion| conclusion["rule"].as_str().unwrap()).collect()
}

fn proposal<'a>(review: &'a Value, rule: &str) -> &'a Value {
    let mut proposed = review["proposed_conclusions"].as_array().unwrap().iter();
    proposed.find(|conclusion| conclusion["rule"] == rule).unwrap_or_else(|| panic!("{rule}: {review}"))
}

fn page(client: &Client, query: &str) -> String {
    let answer = client.call("GET", &format!("{REVIEW}?{query}"), &[("accept", "text/html")], None);
    assert_eq!(
        (answer.status, answer.header("content-type")),
        (200, Some("text/html; charset=utf-8")),
        "{}",
        answer.text
    );
    // The page brings its style along and loads nothing.
    let policy = answer.header("content-security-policy").unwrap();
    assert!(policy.contains("default-src 'none'") && policy.contains("style-src 'unsafe-inline'"), "{policy}");
    assert!(!answer.text.contains("<script") && !answer.text.contains("http"), "{}", answer.text);
    answer.text
}

/// The words of the document, paragraph by paragraph, and the names of its parts.
fn document(client: &Client, query: &str) -> (String, Vec<String>) {
    let kind = "application/vnd.openxmlformats-officedocument.wordprocessingml.document";
    let answer = client.call("GET", &format!("{REVIEW}?{query}"), &[("accept", kind)], None);
    assert_eq!((answer.status, answer.header("content-type")), (200, Some(kind)), "{}", answer.text);
    let mut archive = zip::ZipArchive::new(std::io::Cursor::new(answer.bytes)).expect("an archive");
    let names = archive.file_names().map(|name| name.expect("a name").into_owned()).collect();
    let mut text = String::new();
    std::io::Read::read_to_string(&mut archive.by_name("word/document.xml").expect("a document"), &mut text)
        .expect("UTF-8");
    (text, names)
}

/// Where the links of the page lead, told from its own address.
fn links(page: &str) -> Vec<String> {
    let found = page.split("href=\"").skip(1).map(|rest| rest.split('"').next().unwrap().replace("&amp;", "&"));
    found.map(|link| format!("/v1/{}", link.strip_prefix("../").unwrap_or_else(|| panic!("{link}")))).collect()
}

/// Every call that the answer names as behind a figure.
fn source_paths(value: &Value, found: &mut Vec<String>) {
    match value {
        Value::Object(members) => members.iter().for_each(|(name, member)| match member {
            Value::String(path) if name.ends_with("source_path") => found.push(path.clone()),
            other => source_paths(other, found),
        }),
        Value::Array(items) => items.iter().for_each(|item| source_paths(item, found)),
        _ => {}
    }
}

/// The demo's paper is that of the meeting: four, seven, one; Quang Thuận is missing; what nobody reported is not known.
pub fn demo_reproduces_the_meeting(client: &Client) {
    let meeting = client.get("/v1/meetings?unit_code=063").expect(200)["items"][0]["id"].as_str().unwrap().to_owned();
    let review = client.get(&format!("{REVIEW}?meeting_id={meeting}")).expect(200);
    assert_eq!((&review["scope"]["unit"]["code"], &review["scope"]["period"]), (&json!("063"), &json!("2022")));
    let bands: Vec<(&Value, &Value)> = review["results"]["total"]["bands"]
        .as_array()
        .unwrap()
        .iter()
        .map(|band| (&band["code"], &band["count"]))
        .collect();
    assert_eq!(
        bands,
        [
            (&json!("19"), &json!(4)),
            (&json!("15-18"), &json!(0)),
            (&json!("10-14"), &json!(7)),
            (&json!("5-9"), &json!(1)),
            (&json!("0-4"), &json!(0))
        ]
    );
    assert_eq!(review["results"]["coverage"]["missing"][0]["name"], "Quang Thuận");
    let topics = review["topics"].as_array().unwrap();
    assert_eq!(topics.len(), 14);
    // Of all topics there is no figure of the district for 2021 or 2022; and no amount of money at all.
    assert!(topics.iter().all(|topic| topic["state"] == "NO_DATA" && topic["indicators"] == json!([])), "{topics:?}");
    assert!(review["programmes"].as_array().unwrap().iter().all(|programme| programme["state"] == "NO_DATA"));
    assert_eq!(review["programmes"].as_array().unwrap().len(), 3);
    assert_eq!(review["statements"].as_array().unwrap().len(), 9);
    // No due dates were reported, so nothing is overdue; nobody was reported to be in charge, or to have registered a job.
    assert_eq!(rules(&review), ["RESULT_MISSING", "NOBODY_IN_CHARGE", "NO_COMMITMENT"]);
    assert_eq!(proposal(&review, "RESULT_MISSING")["units"][0]["name"], "Quang Thuận");
    assert_eq!(
        (&proposal(&review, "NO_COMMITMENT")["count"], &proposal(&review, "NOBODY_IN_CHARGE")["count"]),
        (&json!(2), &json!(14))
    );
    for path in ["results_source_path", "matrix_source_path", "work_source_path"] {
        client.get(review[path].as_str().unwrap()).expect(200);
    }
    for topic in topics {
        client.get(topic["source_path"].as_str().unwrap()).expect(200);
    }
    let (document, parts) = document(client, &format!("meeting_id={meeting}"));
    for part in [
        "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM",
        "Độc lập - Tự do - Hạnh phúc",
        "BAN CHỈ ĐẠO CÁC CHƯƠNG TRÌNH MỤC TIÊU QUỐC GIA HUYỆN BẠCH THÔNG",
        "Số: …………/BC-BCĐ",
        "BÁO CÁO",
        "Nơi nhận:",
        "QUYỀN HẠN, CHỨC VỤ",
        "Quang Thuận",
        "12,5833 – 15,25",
        "Đôn Phong (5–9)",
        "chưa có số liệu",
        "Bốn xã đạt 19 tiêu chí",
    ] {
        assert!(document.contains(part), "{part}");
    }
    // Every figure and every conclusion leads to the call behind it: on the page by a link, on paper by its address.
    let links = links(&page(client, &format!("meeting_id={meeting}")));
    for link in &links {
        client.get(link).expect(200);
    }
    let mut sources = Vec::new();
    // A statement leads to its answer, which names the call behind itself.
    let apart = |mut review: Value| {
        review.as_object_mut().unwrap().remove("statements");
        review
    };
    source_paths(&apart(review.clone()), &mut sources);
    assert!(sources.len() > 10, "{sources:?}");
    let statements = review["statements"].as_array().unwrap().iter();
    sources.extend(statements.map(|said| format!("/v1/statements/{}/answer?period=2022", id(&said["statement"]))));
    for source in &sources {
        assert!(links.contains(source), "{source} in {links:?}");
        let of_unknown_topic = topics.iter().any(|topic| topic["source_path"] == source.as_str());
        assert_eq!(document.contains(&source.replace('&', "&amp;")), !of_unknown_topic, "{source}");
    }
    // Nothing in it runs or comes from elsewhere.
    assert!(!parts.iter().any(|part| part.contains("vba") || part.contains("embeddings")), "{parts:?}");
    let text = page(client, &format!("meeting_id={meeting}"));
    for part in [
        "Quang Thuận",
        "<svg",
        "12,5833 – 15,25",
        "Đôn Phong (5–9)",
        "chưa có số liệu",
        "Bốn xã đạt 19 tiêu chí",
        "Phân công thành viên phụ trách 14 xã",
    ] {
        assert!(text.contains(part), "{part}");
    }
}

on_both! {
    /// Whatever is overdue, unmet, missing or in nobody's charge is proposed with what it rests on; what is mended is
    /// proposed no longer.
    fn conclusions_follow_from_what_was_found(app) {
        let (nation, manager, editor) = (app.with_key("nation"), app.with_key("district-manager"), app.with_key("district-editor"));
        let report = |unit: &str| {
            let mut criteria: Vec<Value> = (1..=19).map(|number| json!({ "code": number.to_string(), "verdict": if number == 2 { "NOT_MET" } else { "MET" } })).collect();
            criteria.truncate(19);
            let body = json!({ "unit_code": unit, "criteria_set_code": "NTM-XA-2021-2025", "period": "2022", "stage": "REPORTED", "criteria": criteria });
            nation.post("/v1/assessments", &body).expect(201);
        };
        report("01984");
        report("01990");
        let committee = id(&manager.post("/v1/committees", &json!({ "unit_code": "063", "kind": "COMMITTEE", "name": "Ban Chỉ đạo" })).expect(201));
        let person = id(&manager.post("/v1/people", &json!({ "unit_code": "063", "full_name": "Nguyễn Thị Trưởng" })).expect(201));
        manager.post("/v1/mandates", &json!({ "committee_id": committee, "kind": "MEMBERSHIP", "person_id": person })).expect(201);
        let task = json!({ "committee_id": committee, "kind": "DIRECTIVE", "content": "Làm đường", "assignee": { "unit_code": "01984" }, "assigned_date": "2023-03-01", "due_date": "2023-03-10" });
        let task = id(&editor.post("/v1/tasks", &task).expect(201));
        let obstacle = json!({ "unit_code": "01984", "kind": "OBSTACLE", "title": "Chưa có hướng dẫn", "raised_date": "2023-03-01", "answer_due_date": "2023-03-10" });
        let obstacle = id(&editor.post("/v1/obstacles", &obstacle).expect(201));
        editor.post("/v1/statements", &json!({ "unit_code": "063", "wording": "Đường <script>alert(1)</script> xấu", "period": "2022" })).expect(201);
        let income = json!({ "indicator_code": "INCOME_PER_CAPITA", "unit_code": "063", "period": "2022", "stage": "OFFICIAL", "figure": { "value": 36 } });
        nation.post("/v1/observations", &income).expect(201);
        let review = editor.get(&format!("{REVIEW}?unit_code=063&period=2022")).expect(200);
        assert_eq!(rules(&review), ["RESULT_MISSING", "CRITERION_UNMET", "TASK_OVERDUE", "OBSTACLE_OVERDUE", "REPORT_MISSING", "NOBODY_IN_CHARGE", "NO_COMMITMENT"]);
        assert_eq!((&proposal(&review, "RESULT_MISSING")["count"], &proposal(&review, "CRITERION_UNMET")["criteria"]), (&json!(11), &json!(["2"])));
        assert_eq!((&proposal(&review, "TASK_OVERDUE")["record_ids"], &proposal(&review, "OBSTACLE_OVERDUE")["record_ids"]), (&json!([task]), &json!([obstacle])));
        assert_eq!((&proposal(&review, "NO_COMMITMENT")["record_ids"], &proposal(&review, "NOBODY_IN_CHARGE")["count"]), (&json!([person]), &json!(14)));
        assert_eq!((&proposal(&review, "REPORT_MISSING")["count"], &review["reporting"]["count"]["missing_count"]), (&json!(14), &json!(14)));
        assert_eq!(proposal(&review, "CRITERION_UNMET")["wording"]["en"], "Concentrate on 1 criteria that communes do not meet: 2");
        // The calls behind them list the same.
        let listed = |rule: &str| editor.get(proposal(&review, rule)["source_path"].as_str().unwrap()).expect(200);
        assert_eq!(listed("TASK_OVERDUE")["items"][0]["id"], json!(task));
        assert_eq!(listed("OBSTACLE_OVERDUE")["items"][0]["id"], json!(obstacle));
        assert_eq!(listed("CRITERION_UNMET")["failing_most"], json!(["2"]));
        assert_eq!(listed("NOBODY_IN_CHARGE")["uncharged_count"], 14);
        assert_eq!(listed("REPORT_MISSING")["total"]["missing_count"], 14);
        // One topic is known, and says so.
        let known: Vec<&Value> = review["topics"].as_array().unwrap().iter().filter(|topic| topic["state"] == "KNOWN").collect();
        assert!(!known.is_empty() && known.iter().all(|topic| topic["indicators"][0]["code"] == "INCOME_PER_CAPITA"), "{known:?}");
        assert_eq!(review["statements"][0]["answer"]["reason"], "NO_CLAIM");
        let text = page(&editor, "unit_code=063&period=2022");
        assert!(text.contains("Đường &lt;script&gt;alert(1)&lt;/script&gt; xấu"), "{text}");
        assert!(text.contains("✗") && text.contains("Đôn đốc hoàn thành 1 nhiệm vụ đã quá hạn"), "{text}");
        let (paper, _) = document(&editor, "unit_code=063&period=2022");
        assert!(paper.contains("Đường &lt;script&gt;alert(1)&lt;/script&gt; xấu") && paper.contains("Đôn đốc hoàn thành 1 nhiệm vụ đã quá hạn"), "{paper}");
        assert!(paper.contains("Bạch Thông, ngày 15 tháng 3 năm 2023"), "{paper}");
        let english = editor.call("GET", &format!("{REVIEW}?unit_code=063&period=2022"), &[("accept", "text/html"), ("accept-language", "en")], None);
        assert!(english.text.contains("Press for 1 tasks that are overdue") && english.text.contains("<html lang=\"en\">"), "{}", english.text);
        // Done, answered and given a job: no reason is left for these.
        editor.step(&format!("/v1/tasks/{task}"), 1, &json!({ "to": "DONE" })).expect(200);
        app.with_key("district-signer").step(&format!("/v1/obstacles/{obstacle}"), 1, &json!({ "to": "ANSWERED", "answer": "Đã hướng dẫn" })).expect(200);
        editor.post("/v1/tasks", &json!({ "committee_id": committee, "kind": "COMMITMENT", "content": "Xóa nhà tạm", "assignee": { "person_id": person } })).expect(201);
        let review = editor.get(&format!("{REVIEW}?unit_code=063&period=2022")).expect(200);
        assert_eq!(rules(&review), ["RESULT_MISSING", "CRITERION_UNMET", "REPORT_MISSING", "NOBODY_IN_CHARGE"]);
        // A commune has its own page; where nothing is overdue, unmet or missing there is no conclusion.
        let own = app.with_key("commune-editor").get(&format!("{REVIEW}?unit_code=01984&period=2022")).expect(200);
        assert_eq!(rules(&own), ["CRITERION_UNMET", "REPORT_MISSING"]);
        let before = editor.get(&format!("{REVIEW}?unit_code=01990&period=2022&criteria_set_code=NTM-XA-2021-2025")).expect(200);
        assert_eq!(before["matrix"]["rows"].as_array().unwrap().len(), 1);
    }

    /// A meeting brings its unit and its period; what is not there is refused.
    fn the_meeting_says_what_is_reviewed(app) {
        let (manager, editor) = (app.with_key("district-manager"), app.with_key("district-editor"));
        let committee = id(&manager.post("/v1/committees", &json!({ "unit_code": "063", "kind": "COMMITTEE", "name": "Ban Chỉ đạo" })).expect(201));
        let meeting = id(&editor.post("/v1/meetings", &json!({ "committee_id": committee, "held_date": "2023-03-10", "reviews_period": "2021" })).expect(201));
        let review = editor.get(&format!("{REVIEW}?meeting_id={meeting}")).expect(200);
        let scope = &review["scope"];
        assert_eq!((&scope["unit"]["code"], &scope["period"], &scope["compare_with"], &scope["meeting_id"]), (&json!("063"), &json!("2021"), &json!("2020"), &json!(meeting)));
        let other = editor.get(&format!("{REVIEW}?meeting_id={meeting}&unit_code=01984&period=2022&compare_with=2019")).expect(200);
        assert_eq!((&other["scope"]["unit"]["code"], &other["scope"]["compare_with"]), (&json!("01984"), &json!("2019")));
        let first = app.with_key("nation").get(&format!("{REVIEW}?period=2000&criteria_set_code=NTM-XA-2016-2020")).expect(200);
        assert_eq!(first["scope"]["compare_with"], "2000", "no period can name the year before");
        // Without a period it is the last year that is over.
        assert_eq!(editor.get(&format!("{REVIEW}?unit_code=063")).expect(200)["scope"]["period"], "2022");
        editor.get(&format!("{REVIEW}?meeting_id={UNKNOWN}")).refused(&[("meeting_id", "UNKNOWN_REFERENCE")]);
        app.with_key("sibling-editor").get(&format!("{REVIEW}?meeting_id={meeting}")).refused(&[("meeting_id", "UNKNOWN_REFERENCE")]);
        let refused = editor.call("GET", &format!("{REVIEW}?unit_code=063"), &[("accept", "text/csv")], None);
        assert_eq!(refused.problem(406).0, "NOT_ACCEPTABLE");
        // After the reform the district is no more; its paper of 2022 can still be had.
        let later = crate::reforms::later(app);
        let review = later.as_caller(&editor).get(&format!("{REVIEW}?unit_code=063&period=2022")).expect(200);
        assert_eq!(review["results"]["coverage"]["expected_count"], 13);
    }
}
