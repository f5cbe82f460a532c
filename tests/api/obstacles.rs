//! Obstacles: raised where they stand, answered where they can be solved, and escalated with their words kept.

use crate::access::Row;
use crate::parties::Refused;
use crate::support::{App, Client, Reply, money, on_both};
use serde_json::{Value, json};
use std::collections::BTreeMap;

const OBSTACLES: &str = "/v1/obstacles";
const UNKNOWN: &str = "01992f3e-7c1a-7b55-9a0e-4f6f0c1d2e3f";

fn id(record: &Value) -> String {
    record["id"].as_str().expect("an id").to_owned()
}

fn items(list: &Value) -> &Vec<Value> {
    list["items"].as_array().expect("items")
}

fn path_of(obstacle: &Value) -> String {
    format!("{OBSTACLES}/{}", id(obstacle))
}

fn escalate(client: &Client, obstacle: &Value, version: i64, body: &Value) -> Reply {
    let tag = format!("\"{version}\"");
    client.send("POST", &format!("{}/escalations", path_of(obstacle)), &[("if-match", &tag)], body)
}

/// What the walk over the contract asks of obstacles.
pub fn access_rows() -> Vec<Row> {
    let read = |operation, path| crate::access::read(operation, path, "district-viewer");
    let write = |operation, method, path, body, done, foreign| Row {
        operation,
        method,
        path,
        body,
        own: ("district-editor", done),
        weaker: Some(("district-viewer", 403)),
        foreign: Some(("sibling-editor", foreign)),
    };
    vec![
        read("list_obstacles", OBSTACLES),
        Row { foreign: Some(("sibling-editor", 404)), ..read("get_obstacle", "/v1/obstacles/{obstacle}") },
        write(
            "raise_obstacle",
            "POST",
            OBSTACLES,
            |_| json!({ "unit_code": "063", "kind": "OBSTACLE", "title": "Thiếu hướng dẫn" }),
            201,
            403,
        ),
        write(
            "change_obstacle",
            "PATCH",
            "/v1/obstacles/{obstacle}",
            |_| json!({ "proposal": "Sớm ban hành" }),
            200,
            404,
        ),
        write(
            "escalate_obstacle",
            "POST",
            "/v1/obstacles/{obstacle}/escalations",
            |_| json!({ "to_level": "PROVINCE", "reason": "Vượt thẩm quyền" }),
            200,
            404,
        ),
        write(
            "transition_obstacle",
            "POST",
            "/v1/obstacles/{obstacle}/transitions",
            |_| json!({ "to": "CLOSED", "reason": "Đã tự giải quyết" }),
            200,
            404,
        ),
        write("delete_obstacle", "DELETE", "/v1/obstacles/{spare_obstacle}", |_| Value::Null, 204, 404),
    ]
}

pub fn access_records(app: &App) -> BTreeMap<&'static str, String> {
    let editor = app.with_key("district-editor");
    let body = json!({ "unit_code": "063", "kind": "OBSTACLE", "title": "Thiếu hướng dẫn" });
    let made = || id(&editor.post(OBSTACLES, &body).expect(201));
    BTreeMap::from([("obstacle", made()), ("spare_obstacle", made())])
}

/// The demo holds the six difficulties that the meeting heard of; who is to solve them was not reported.
pub fn demo_holds_the_difficulties(client: &Client) {
    let found = client.get(&format!("{OBSTACLES}?unit_code=063")).expect(200);
    let kinds: Vec<&Value> = items(&found).iter().rev().map(|one| &one["kind"]).collect();
    let (shortcoming, obstacle) = (json!("SHORTCOMING"), json!("OBSTACLE"));
    assert_eq!(kinds, [&shortcoming, &obstacle, &shortcoming, &shortcoming, &shortcoming, &shortcoming]);
    let meeting = &client.get("/v1/meetings?unit_code=063").expect(200)["items"][0]["id"];
    for difficulty in items(&found) {
        assert_eq!((&difficulty["raised_date"], &difficulty["meeting_id"]), (&json!("2023-03-10"), meeting));
        let unknown = ["level", "answer_due_date", "assignee", "raised_by_person_id", "proposal"];
        assert!(unknown.iter().all(|name| difficulty[*name].is_null()), "{difficulty}");
    }
}

on_both! {
    /// A commune raises it, the district hands it up, the province assigns and answers, the commune says whether that
    /// was enough; and it comes back.
    fn an_obstacle_goes_up_is_answered_and_comes_back(app) {
        let (commune, district, province) = (app.with_key("commune-editor"), app.with_key("district-signer"), app.with_key("province-signer"));
        let nation = app.with_key("nation");
        let raised = commune.post(OBSTACLES, &json!({
            "unit_code": "01984", "kind": "OBSTACLE", "title": "Chưa có hướng dẫn định mức", "description": "Hỗ trợ nhà ở", "proposal": "Sớm ban hành", "raised_date": "2023-03-10",
            "level": "DISTRICT", "answer_due_date": "2023-03-14", "topic_code": "AN_SINH", "criteria_set_code": "NTM-XA-2021-2025", "criterion_code": "9",
        })).expect(201);
        assert_eq!((&raised["status"], &raised["is_overdue"], &raised["days_open"]), (&json!("OPEN"), &json!(true), &json!(5)));
        let path = path_of(&raised);
        // The commune does not answer itself, and who answers does not close.
        let answer = json!({ "to": "ANSWERED", "answer": "Tự giải quyết" });
        assert_eq!(app.with_key("commune-signer").step(&path, 1, &answer).problem(403).0, "FORBIDDEN");
        assert_eq!(district.step(&path, 1, &json!({ "to": "CLOSED", "reason": "x" })).problem(403).0, "FORBIDDEN");
        let changed = commune.patch(&path, 1, &json!({ "proposal": "Sớm ban hành hướng dẫn" })).expect(200);
        assert_eq!(changed["proposal"], "Sớm ban hành hướng dẫn");
        let assigned = district.step(&path, 2, &json!({ "to": "ASSIGNED", "assignee": { "unit_code": "063" }, "answer_due_date": "2023-03-20" })).expect(200);
        assert_eq!((&assigned["assignee"]["unit"]["code"], &assigned["is_overdue"]), (&json!("063"), &json!(false)));
        // Above the district: nobody is to answer any more, a new clock starts, the words stay.
        let up = escalate(&commune, &raised, 3, &json!({ "to_level": "PROVINCE", "reason": "Vượt thẩm quyền của huyện", "answer_due_date": "2023-04-30" })).expect(200);
        assert_eq!((&up["level"], &up["status"], &up["assignee"], &up["answer_due_date"]), (&json!("PROVINCE"), &json!("OPEN"), &Value::Null, &json!("2023-04-30")));
        assert_eq!((&up["escalations"][0]["from_level"], &up["escalations"][0]["old_answer_due_date"], &up["title"]), (&json!("DISTRICT"), &json!("2023-03-20"), &raised["title"]));
        commune.patch(&path, 4, &json!({ "title": "Khác", "description": null, "proposal": "x" })).refused(&[("/title", "READ_ONLY"), ("/description", "READ_ONLY"), ("/proposal", "READ_ONLY")]);
        assert_eq!(district.step(&path, 4, &answer).problem(403).0, "FORBIDDEN", "it is no longer the district's");
        let agency = id(&nation.post("/v1/agencies", &json!({ "unit_code": "06", "kind": "SPECIALISED", "name": "Sở Xây dựng" })).expect(201));
        province.step(&path, 4, &json!({ "to": "ASSIGNED", "assignee": { "agency_id": agency } })).expect(200);
        assert_eq!(nation.delete(&format!("/v1/agencies/{agency}"), 1).problem(409).0, "IN_USE");
        let answered = province.step(&path, 5, &json!({ "to": "ANSWERED", "answer": "Hướng dẫn số 12/HD-SXD" })).expect(200);
        assert_eq!((&answered["answered_date"], &answered["allowed_transitions"]), (&json!("2023-03-15"), &json!(["CLOSED", "OPEN"])));
        commune.step(&path, 6, &json!({ "to": "OPEN" })).refused(&[("/reason", "REASON_REQUIRED")]);
        let back = commune.step(&path, 6, &json!({ "to": "OPEN", "reason": "Hướng dẫn chưa nêu mức" })).expect(200);
        assert_eq!((&back["reopened_count"], &back["answer"], &back["steps"][1]["answer"]), (&json!(1), &Value::Null, &Value::Null));
        assert_eq!(back["steps"][2]["answer"], "Hướng dẫn số 12/HD-SXD", "what was answered stays in its step");
        province.step(&path, 7, &json!({ "to": "ANSWERED", "answer": "Hướng dẫn số 15/HD-SXD" })).expect(200);
        let closed = commune.step(&path, 8, &json!({ "to": "CLOSED" })).expect(200);
        assert_eq!((&closed["status"], &closed["answer"], &closed["days_open"]), (&json!("CLOSED"), &json!("Hướng dẫn số 15/HD-SXD"), &json!(5)));
        assert_eq!(escalate(&commune, &raised, 9, &json!({ "to_level": "NATION", "reason": "x" })).problem(409).0, "TRANSITION_NOT_ALLOWED");
        assert_eq!(commune.patch(&path, 9, &json!({ "proposal": "x" })).problem(409).0, "TRANSITION_NOT_ALLOWED");
        assert_eq!(commune.delete(&path, 9).problem(409).0, "IN_USE");
        let versions = commune.get(&format!("{path}/versions")).expect(200);
        let told: Vec<&str> = items(&versions).iter().map(|version| version["action"].as_str().unwrap()).collect();
        assert_eq!(told, ["created", "changed", "assigned", "escalated", "assigned", "answered", "reopened", "answered", "closed"].map(|verb| format!("obstacle.{verb}")));
        // After the reform its district is no more; the record is read as it was.
        let later = crate::reforms::later(app);
        assert_eq!(later.with_key("nation").get(&path).expect(200)["unit"]["name"], "Đôn Phong");
    }

    /// Found by what a committee asks for; noted at a meeting, resting on a figure, in the way of a task.
    fn obstacles_are_found_by_what_they_touch(app) {
        let (manager, editor) = (app.with_key("district-manager"), app.with_key("district-editor"));
        let committee = id(&manager.post("/v1/committees", &json!({ "unit_code": "063", "kind": "COMMITTEE", "name": "Ban Chỉ đạo" })).expect(201));
        let person = id(&manager.post("/v1/people", &json!({ "unit_code": "063", "full_name": "Nguyễn Thị Trưởng" })).expect(201));
        let meeting = id(&editor.post("/v1/meetings", &json!({ "committee_id": committee, "held_date": "2023-03-10" })).expect(201));
        let figure = json!({ "indicator_code": "INCOME_PER_CAPITA", "unit_code": "01984", "period": "2022", "stage": "SELF", "figure": { "value": 31 } });
        let figure = id(&app.with_key("nation").post("/v1/observations", &figure).expect(201));
        let task = json!({ "committee_id": committee, "kind": "DIRECTIVE", "content": "Làm đường", "assignee": { "unit_code": "01984" } });
        let task = editor.post("/v1/tasks", &task).expect(201);
        let work = editor.post(money::WORKS, &money::work("Đường Nà Pán", json!({}))).expect(201);
        let line = money::record(&editor, &money::entry("ASSIGN", 500, json!({}))).expect(201)["line_id"].clone();
        let body = json!({
            "unit_code": "01984", "kind": "OBSTACLE", "title": "Thu nhập thấp", "meeting_id": meeting, "raised_by_person_id": person, "observation_id": figure,
            "task_ids": [task["id"]], "work_ids": [work["id"]], "budget_line_ids": [line], "level": "DISTRICT", "answer_due_date": "2023-03-20", "topic_code": "KINH_TE",
        });
        let raised = editor.post(OBSTACLES, &body).expect(201);
        for (name, value) in body.as_object().unwrap().iter().filter(|(name, _)| *name != "unit_code") {
            assert_eq!(&raised[name], value, "{name}");
        }
        editor.post(OBSTACLES, &json!({ "unit_code": "063", "kind": "SHORTCOMING", "title": "Triển khai chậm", "raised_date": "2023-03-01" })).expect(201);
        let found = |query: &str| items(&editor.get(&format!("{OBSTACLES}?{query}")).expect(200)).len();
        for (query, count) in [
            ("unit_code=063".to_owned(), 2), ("unit_code=063&unit_scope=SELF".to_owned(), 1), ("kind=SHORTCOMING".to_owned(), 1), ("status=OPEN,ASSIGNED".to_owned(), 2),
            ("level=DISTRICT".to_owned(), 1), ("topic_code=KINH_TE".to_owned(), 1), (format!("meeting_id={meeting}"), 1), (format!("person_id={person}"), 1),
            (format!("task_id={}", id(&task)), 1), (format!("work_id={}", id(&work)), 1), (format!("budget_line_id={}", line.as_str().unwrap()), 1), (format!("work_id={UNKNOWN}"), 0), (format!("budget_line_id={UNKNOWN}"), 0), (format!("agency_id={UNKNOWN}"), 0), ("overdue_on=2023-03-20".to_owned(), 0), ("overdue_on=2023-03-21".to_owned(), 1),
            ("q=trien+khai".to_owned(), 1), ("raised_date_gte=2023-03-02".to_owned(), 1), ("raised_date_lte=2023-03-01".to_owned(), 1), ("unit_code=064".to_owned(), 0),
        ] {
            assert_eq!(found(&query), count, "{query}");
        }
        assert_eq!(editor.delete(&format!("/v1/meetings/{meeting}"), 1).problem(409).0, "IN_USE");
        assert_eq!(editor.delete(&format!("/v1/tasks/{}", id(&task)), 1).problem(409).0, "IN_USE");
        assert_eq!(editor.delete(&format!("{}/{}", money::WORKS, id(&work)), 1).problem(409).0, "IN_USE");
        let without = editor.patch(&path_of(&raised), 1, &json!({ "task_ids": [], "work_ids": [], "budget_line_ids": [], "answer_due_date": null })).expect(200);
        for links in ["task_ids", "work_ids", "budget_line_ids"] {
            assert_eq!(without[links], json!([]), "{links}");
        }
        assert_eq!(without["answer_due_date"], Value::Null);
        assert_eq!(editor.delete(&format!("{}/{}", money::WORKS, id(&work)), 1).status, 204);
        assert_eq!(editor.delete(&format!("/v1/tasks/{}", id(&task)), 1).status, 204);
        assert_eq!(editor.delete(&path_of(&raised), 2).status, 204);
    }

    /// Every fault at once; a shortcoming stays, and nothing goes down.
    fn what_no_obstacle_can_be_is_refused(app) {
        let (editor, signer, nation) = (app.with_key("district-editor"), app.with_key("district-signer"), app.with_key("nation"));
        let refused = |body: Value, faults: &[(&str, &str)]| editor.post(OBSTACLES, &body).refused(faults);
        refused(json!({
            "unit_code": "01984", "kind": "OBSTACLE", "title": "x", "raised_date": "2023-03-16", "answer_due_date": "2023-03-10", "raised_by_person_id": UNKNOWN, "raised_by_agency_id": UNKNOWN,
            "meeting_id": UNKNOWN, "observation_id": UNKNOWN, "task_ids": [UNKNOWN, UNKNOWN], "work_ids": [UNKNOWN, UNKNOWN], "budget_line_ids": [UNKNOWN], "topic_code": "KHONG_CO", "criterion_code": "9", "level": "VILLAGE",
        }), &[
            ("/raised_date", "DATE_IN_FUTURE"), ("/answer_due_date", "DATE_ORDER"), ("/raised_by_person_id", "EXACTLY_ONE_REQUIRED"), ("/raised_by_person_id", "UNKNOWN_REFERENCE"),
            ("/raised_by_agency_id", "UNKNOWN_REFERENCE"), ("/meeting_id", "UNKNOWN_REFERENCE"), ("/observation_id", "UNKNOWN_REFERENCE"), ("/task_ids/0", "UNKNOWN_REFERENCE"),
            ("/task_ids/1", "DUPLICATE_ITEM"), ("/work_ids/0", "UNKNOWN_REFERENCE"), ("/work_ids/1", "DUPLICATE_ITEM"), ("/budget_line_ids/0", "UNKNOWN_REFERENCE"),
            ("/topic_code", "UNKNOWN_CODE"), ("/criteria_set_code", "REQUIRED"), ("/level", "ESCALATION_NOT_UPWARD"),
        ]);
        let raise = |unit: &str, kind: &str| editor.post(OBSTACLES, &json!({ "unit_code": unit, "kind": kind, "title": "Thiếu hướng dẫn" })).expect(201);
        let shortcoming = raise("01984", "SHORTCOMING");
        assert_eq!(escalate(&editor, &shortcoming, 1, &json!({ "to_level": "DISTRICT", "reason": "x" })).problem(409).0, "NOT_AN_OBSTACLE");
        let obstacle = raise("063", "OBSTACLE");
        for (level, version) in [("COMMUNE", 1), ("DISTRICT", 1)] {
            escalate(&editor, &obstacle, version, &json!({ "to_level": level, "reason": "x", "answer_due_date": "2023-03-14" })).refused(&[("/to_level", "ESCALATION_NOT_UPWARD"), ("/answer_due_date", "DATE_ORDER")]);
        }
        escalate(&editor, &obstacle, 1, &json!({ "to_level": "PROVINCE", "reason": "x" })).expect(200);
        escalate(&editor, &obstacle, 2, &json!({ "to_level": "PROVINCE", "reason": "x" })).refused(&[("/to_level", "ESCALATION_NOT_UPWARD")]);
        // Whose level is not known is assigned by whoever keeps its unit; to somebody of it or above it.
        let own = raise("01984", "OBSTACLE");
        let assign = |assignee: Value, faults: &[(&str, &str)]| nation.step(&path_of(&own), 1, &json!({ "to": "ASSIGNED", "assignee": assignee })).refused(faults);
        assign(json!({}), &[("/assignee", "EXACTLY_ONE_REQUIRED")]);
        assign(json!({ "unit_code": "01990" }), &[("/assignee/unit_code", "SOLVER_NOT_ABOVE")]);
        assign(json!({ "unit_code": "99999" }), &[("/assignee/unit_code", "UNIT_CODE_NOT_HELD")]);
        let beside = id(&nation.post("/v1/committees", &json!({ "unit_code": "064", "kind": "COMMITTEE", "name": "Ban bên cạnh" })).expect(201));
        assign(json!({ "committee_id": beside }), &[("/assignee/committee_id", "SOLVER_NOT_ABOVE")]);
        assign(json!({ "agency_id": UNKNOWN }), &[("/assignee/agency_id", "UNKNOWN_REFERENCE")]);
        nation.step(&path_of(&own), 1, &json!({ "to": "ASSIGNED", "answer": "x", "reason": "x", "answer_due_date": "2023-03-14" })).refused(&[
            ("/assignee", "REQUIRED"), ("/answer", "UNKNOWN_MEMBER"), ("/reason", "UNKNOWN_MEMBER"), ("/answer_due_date", "DATE_ORDER"),
        ]);
        signer.step(&path_of(&own), 1, &json!({ "to": "ANSWERED" })).refused(&[("/answer", "REQUIRED")]);
        editor.step(&path_of(&own), 1, &json!({ "to": "CLOSED" })).refused(&[("/reason", "REASON_REQUIRED")]);
        editor.step(&path_of(&own), 1, &json!({ "to": "CLOSED", "reason": "Đã tự giải quyết" })).expect(200);
        assert_eq!(editor.step(&path_of(&own), 2, &json!({ "to": "CLOSED", "reason": "x" })).problem(409).0, "TRANSITION_NOT_ALLOWED");
    }
}
