//! Directives and tasks: whom an item of an act binds, who joins later, and how a task goes from open to confirmed.

use crate::access::Row;
use crate::parties::Refused;
use crate::support::{App, Client, Reply, on_both, within};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::sync::Barrier;
use std::time::Duration;

const DIRECTIVES: &str = "/v1/directives";
const TASKS: &str = "/v1/tasks";
const UNKNOWN: &str = "01992f3e-7c1a-7b55-9a0e-4f6f0c1d2e3f";
/// Some days after the first due dates of these stories.
const IN_MAY: &str = "2023-05-01T02:00:00Z";

fn id(record: &Value) -> String {
    record["id"].as_str().expect("an id").to_owned()
}

fn items(list: &Value) -> &Vec<Value> {
    list["items"].as_array().expect("items")
}

fn path_of(task: &Value) -> String {
    format!("{TASKS}/{}", id(task))
}

fn tasks(client: &Client, query: &str) -> Vec<Value> {
    items(&client.get(&format!("{TASKS}?limit=200&{query}")).expect(200)).clone()
}

fn extend(client: &Client, task: &Value, version: i64, day: &str) -> Reply {
    let tag = format!("\"{version}\"");
    let body = json!({ "new_due_date": day, "reason": "Mưa lũ", "act_number": "7/CV" });
    client.send("POST", &format!("{}/extensions", path_of(task)), &[("if-match", &tag)], &body)
}

/// The numbers of the progress of a directive: all, open, in progress, done, confirmed, cancelled, overdue.
fn progress(client: &Client, directive: &Value) -> Vec<i64> {
    let progress = &client.get(&format!("{DIRECTIVES}/{}", id(directive))).expect(200)["progress"];
    ["task", "open", "in_progress", "done", "confirmed", "cancelled", "overdue"]
        .map(|name| progress[format!("{name}_count")].as_i64().expect("a number"))
        .to_vec()
}

pub struct Committee {
    pub id: String,
    pub act: String,
    members: Vec<String>,
}

impl Committee {
    /// A committee of Bạch Thông with two members and the conclusions of its meeting.
    pub fn of(app: &App) -> Committee {
        let (manager, editor) = (app.with_key("district-manager"), app.with_key("district-editor"));
        let committee = json!({ "unit_code": "063", "kind": "COMMITTEE", "name": "Ban Chỉ đạo" });
        let committee = id(&manager.post("/v1/committees", &committee).expect(201));
        let members = ["Nguyễn Thị Trưởng", "Trần Văn Phó"].map(|name| member(&manager, &committee, name, json!({})));
        let item = |code: &str, content: &str| json!({ "code": code, "content": content });
        let act = json!({
            "unit_code": "063", "kind_code": "KET_LUAN", "title": "Kết luận phiên họp", "issued_date": "2023-03-13",
            "committee_id": committee, "items": [
                item("1", "Bám nắm địa bàn được phân công"), item("2", "Đăng ký một việc làm cụ thể"),
                item("3", "Đẩy mạnh truyền thông"), item("4", "Kiểm tra, giám sát"),
            ],
        });
        Committee { act: id(&editor.post("/v1/acts", &act).expect(201)), id: committee, members: members.to_vec() }
    }

    /// A directive by an item, with more members.
    pub fn directive(&self, item: &str, more: Value) -> Value {
        let mut body = json!({ "committee_id": self.id, "act_id": self.act, "item_code": item });
        body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        body
    }

    fn task(&self, more: Value) -> Value {
        let mut body = json!({ "committee_id": self.id, "kind": "COMMITMENT", "content": "Làm 500 m đường", "assignee": { "person_id": self.members[0] } });
        body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        body
    }
}

/// A person who belongs to a committee.
fn member(manager: &Client, committee: &str, name: &str, more: Value) -> String {
    let person = id(&manager.post("/v1/people", &json!({ "unit_code": "063", "full_name": name })).expect(201));
    let mut mandate = json!({ "committee_id": committee, "kind": "MEMBERSHIP", "person_id": person });
    mandate.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    manager.post("/v1/mandates", &mandate).expect(201);
    person
}

/// What the walk over the contract asks of directives and tasks.
pub fn access_rows() -> Vec<Row> {
    let read = |operation, path| crate::access::read(operation, path, "district-viewer");
    let seen = |operation, path| Row { foreign: Some(("sibling-editor", 404)), ..read(operation, path) };
    let write = |operation, method, path, body, done, foreign| Row {
        operation,
        method,
        path,
        body,
        own: ("district-editor", done),
        weaker: Some(("district-viewer", 403)),
        foreign: Some(("sibling-editor", foreign)),
    };
    let report = |_: &BTreeMap<&'static str, String>| json!({ "content": "Đã làm 300 m", "progress_percent": 60 });
    vec![
        read("list_directives", DIRECTIVES),
        seen("get_directive", "/v1/directives/{directive}"),
        // The committee of another district is none that the caller knows, and neither is its act.
        write(
            "create_directive",
            "POST",
            DIRECTIVES,
            |ids| json!({ "committee_id": ids["tasking_committee"], "act_id": ids["tasking_act"], "item_code": "4", "groups": ["ALL_MEMBERS"] }),
            201,
            422,
        ),
        write(
            "transition_directive",
            "POST",
            "/v1/directives/{directive}/transitions",
            |_| json!({ "to": "ENDED", "reason": "Đã thay thế" }),
            200,
            404,
        ),
        read("list_tasks", TASKS),
        seen("get_task", "/v1/tasks/{task}"),
        write(
            "create_task",
            "POST",
            TASKS,
            |ids| json!({ "committee_id": ids["tasking_committee"], "kind": "RECOMMENDATION", "content": "Sửa sổ", "assignee": { "unit_code": "01984" } }),
            201,
            422,
        ),
        write("change_task", "PATCH", "/v1/tasks/{task}", |_| json!({ "note": "Đã trao đổi" }), 200, 404),
        Row {
            own: ("district-signer", 200),
            weaker: Some(("district-editor", 403)),
            foreign: Some(("sibling-admin", 404)),
            ..write(
                "extend_task",
                "POST",
                "/v1/tasks/{task}/extensions",
                |_| json!({ "new_due_date": "2023-09-30", "reason": "Mưa lũ" }),
                200,
                404,
            )
        },
        write("transition_task", "POST", "/v1/tasks/{task}/transitions", |_| json!({ "to": "IN_PROGRESS" }), 200, 404),
        seen("list_task_progress_reports", "/v1/tasks/{task}/progress-reports"),
        write("create_task_progress_report", "POST", "/v1/tasks/{task}/progress-reports", report, 201, 404),
        seen("get_task_progress_report", "/v1/tasks/{reported_task}/progress-reports/{progress_report}"),
        write("delete_task", "DELETE", "/v1/tasks/{spare_task}", |_| Value::Null, 204, 404),
    ]
}

pub fn access_records(app: &App) -> BTreeMap<&'static str, String> {
    let committee = Committee::of(app);
    let editor = app.with_key("district-editor");
    let made = |body: Value| id(&editor.post(TASKS, &body).expect(201));
    let directive = committee.directive("1", json!({ "groups": ["ALL_MEMBERS"] }));
    let task = committee.task(json!({ "due_date": "2023-06-30" }));
    let reported = made(task.clone());
    let report = json!({ "content": "Đã khởi công" });
    BTreeMap::from([
        ("directive", id(&editor.post(DIRECTIVES, &directive).expect(201))),
        ("task", made(task.clone())),
        ("spare_task", made(task)),
        ("progress_report", id(&editor.post(&format!("{TASKS}/{reported}/progress-reports"), &report).expect(201))),
        ("reported_task", reported),
        ("tasking_committee", committee.id),
        ("tasking_act", committee.act),
    ])
}

/// The demo holds the five conclusions as directives for those they bind; by when was not reported.
pub fn demo_holds_the_directives(client: &Client) {
    let found = client.get(&format!("{DIRECTIVES}?unit_code=063")).expect(200);
    let told: Vec<(&Value, &Value, &Value)> = items(&found)
        .iter()
        .rev()
        .map(|directive| (&directive["item_code"], &directive["groups"], &directive["progress"]["task_count"]))
        .collect();
    let (members, communes, nobody) = (json!(["ALL_MEMBERS"]), json!(["AGENCIES", "COMMUNES"]), json!([]));
    let counts = [json!(2), json!(14), json!(1)];
    let codes = ["1", "2", "3", "4", "5"].map(|code| json!(code));
    assert_eq!(
        told,
        [
            (&codes[0], &members, &counts[0]),
            (&codes[1], &members, &counts[0]),
            (&codes[2], &communes, &counts[1]),
            (&codes[3], &nobody, &counts[2]),
            (&codes[4], &members, &counts[0]),
        ]
    );
    assert!(items(&found).iter().all(|directive| directive["due_date"].is_null()), "{found}");
    let all = tasks(client, "unit_code=063");
    assert_eq!(all.len(), 21);
    assert!(all.iter().all(|task| task["status"] == "OPEN" && task["timeliness"] == "NO_DUE_DATE"));
}

on_both! {
    /// One task for each whom an item binds, and for each who joins later; an ended directive binds nobody more.
    fn a_directive_binds_whoever_is_in_a_group_and_whoever_joins_it(app) {
        let committee = Committee::of(app);
        let (manager, editor) = (app.with_key("district-manager"), app.with_key("district-editor"));
        let members = editor.post(DIRECTIVES, &committee.directive("1", json!({ "groups": ["ALL_MEMBERS"], "expected_result_kind": "MANDATE" }))).expect(201);
        assert_eq!((&members["kind"], &members["content"], &members["assigned_date"]), (&json!("DIRECTIVE"), &json!("Bám nắm địa bàn được phân công"), &json!("2023-03-13")));
        assert_eq!(progress(&editor, &members), [2, 2, 0, 0, 0, 0, 0]);
        let all = editor.post(DIRECTIVES, &committee.directive("3", json!({ "groups": ["AGENCIES", "COMMUNES"], "due_date": "2023-03-31" }))).expect(201);
        assert_eq!(progress(&editor, &all)[0], 14, "the unit has no agency yet");
        let of_all = format!("directive_id={}", id(&all));
        let task = &tasks(&editor, &of_all)[0];
        assert_eq!((&task["due_date"], &task["act_id"], &task["item_code"], &task["kind"]), (&json!("2023-03-31"), &json!(committee.act), &json!("3"), &json!("DIRECTIVE")));
        assert_eq!(task["assignee"]["unit"], task["unit"]);
        assert_eq!(task["target_unit"], task["unit"]);
        // A member who joins has the task from then on; one who follows a commune only does not join by it.
        let joined = member(&manager, &committee.id, "Lê Thị Mới", json!({ "valid_from": "2023-04-01" }));
        let charge = json!({ "committee_id": committee.id, "kind": "CHARGE", "person_id": joined, "charge_unit_code": "01984", "valid_from": "2023-04-01" });
        manager.post("/v1/mandates", &charge).expect(201);
        assert_eq!(progress(&editor, &members)[0], 3);
        let theirs = tasks(&editor, &format!("person_id={joined}"));
        assert_eq!((theirs.len(), &theirs[0]["assigned_date"]), (1, &json!("2023-04-01")));
        // An agency of the unit joins when it is recorded; not that of another unit, nor one that came too late.
        let agency = |unit: &str, name: &str, from: Value| id(&app.with_key("nation").post("/v1/agencies", &json!({ "unit_code": unit, "kind": "SPECIALISED", "name": name, "valid_from": from })).expect(201));
        let office = agency("063", "Phòng Dân tộc", json!("2020-01-01"));
        agency("06", "Ban Dân tộc", Value::Null);
        agency("063", "Phòng mới", json!("2023-04-01"));
        assert_eq!(progress(&editor, &all)[0], 15);
        assert_eq!(tasks(&editor, &format!("agency_id={office}")).len(), 1);
        // An item binds nobody twice.
        let again = editor.post(DIRECTIVES, &committee.directive("1", json!({ "groups": ["ALL_MEMBERS"] })));
        assert_eq!((again.problem(409).0.as_str(), &again.json()["existing_id"]), ("DUPLICATE", &members["id"]));
        // What is bound stays: the item, the committee, the agency; and nothing of a directive is deleted.
        assert_eq!(editor.patch(&format!("/v1/acts/{}", committee.act), 1, &json!({ "items": [{ "code": "1", "content": "Bám nắm" }] })).problem(409).0, "IN_USE");
        assert_eq!(editor.delete(&format!("/v1/acts/{}", committee.act), 1).problem(409).0, "IN_USE");
        assert_eq!(manager.delete(&format!("/v1/agencies/{office}"), 1).problem(409).0, "IN_USE");
        assert_eq!(editor.delete(&path_of(&theirs[0]), 1).problem(409).0, "IN_USE");
        editor.patch(&path_of(&theirs[0]), 1, &json!({ "content": "Khác" })).refused(&[("/content", "READ_ONLY")]);
        // Ended, it lets go of those who have not done it, says why, and binds nobody who comes after.
        let done = editor.step(&path_of(&theirs[0]), 1, &json!({ "to": "DONE", "done_date": "2023-03-14" }));
        done.refused(&[("/done_date", "DATE_ORDER")]);
        let first = tasks(&editor, &format!("directive_id={}&person_id={}", id(&members), committee.members[0]));
        editor.step(&path_of(&first[0]), 1, &json!({ "to": "DONE" })).expect(200);
        let end = format!("{DIRECTIVES}/{}", id(&members));
        editor.step(&end, 1, &json!({ "to": "ENDED", "ended_date": "2023-03-12" })).refused(&[("/ended_date", "DATE_ORDER"), ("/reason", "REASON_REQUIRED")]);
        editor.step(&end, 1, &json!({ "to": "ENDED", "ended_date": "2023-03-16", "reason": "x" })).refused(&[("/ended_date", "DATE_IN_FUTURE")]);
        let ended = editor.step(&end, 1, &json!({ "to": "ENDED", "reason": "Kết luận số 12 thay thế" })).expect(200);
        assert_eq!((&ended["state"], &ended["ended_date"], &ended["allowed_transitions"]), (&json!("ENDED"), &json!("2023-03-15"), &json!([])));
        assert_eq!(progress(&editor, &members), [1, 0, 0, 1, 0, 2, 0]);
        let cancelled = editor.get(&path_of(&theirs[0])).expect(200);
        assert_eq!((&cancelled["steps"][0]["reason"], &cancelled["timeliness"]), (&json!("Kết luận số 12 thay thế"), &Value::Null));
        member(&manager, &committee.id, "Phạm Văn Sau", json!({}));
        assert_eq!(progress(&editor, &members)[0], 1);
        assert_eq!(editor.step(&end, 2, &json!({ "to": "ENDED", "reason": "x" })).problem(409).0, "TRANSITION_NOT_ALLOWED");
        editor.post(DIRECTIVES, &committee.directive("1", json!({ "groups": ["ALL_MEMBERS"] }))).expect(201);
        let found = |query: &str| items(&editor.get(&format!("{DIRECTIVES}?{query}")).expect(200)).len();
        assert_eq!((found("state=ENDED"), found(&format!("act_id={}&state=IN_FORCE", committee.act)), found("kind=WORK_PROGRAMME"), found("unit_code=062")), (1, 2, 0, 0));
    }

    /// An item that a later act ends binds nobody from its day on, by whoever is above; what is open of it is cancelled.
    fn a_later_act_ends_what_an_item_binds_to(app) {
        let committee = Committee::of(app);
        let (manager, editor) = (app.with_key("district-manager"), app.with_key("district-editor"));
        let bound = editor.post(DIRECTIVES, &committee.directive("1", json!({ "groups": ["ALL_MEMBERS"] }))).expect(201);
        let kept = editor.post(DIRECTIVES, &committee.directive("3", json!({ "groups": ["COMMUNES"] }))).expect(201);
        let state = |directive: &Value| editor.get(&format!("{DIRECTIVES}/{}", id(directive))).expect(200)["state"].clone();
        let act = |unit: &str, day: &str| json!({
            "unit_code": unit, "kind_code": "KET_LUAN", "title": "Kết luận sau", "act_number": "9/TB-BCĐ", "issued_date": "2023-03-14", "effective_date": day,
            "items": [{ "code": "2", "content": "Thôi thực hiện mục 1", "changes": { "act_id": committee.act, "item_code": "1", "kind": "ENDS" } }]
        });
        // Not before it takes effect, and not by a unit below.
        let future = app.with_key("nation").post("/v1/acts", &act("063", "2023-03-16")).expect(201);
        app.with_key("nation").post("/v1/acts", &act("01984", "2023-03-15")).expect(201);
        assert_eq!(state(&bound), "IN_FORCE");
        // On its day, when the act is written again.
        let other = app.with_key("nation").patch(&format!("/v1/acts/{}", id(&future)), 1, &json!({ "effective_date": "2023-03-15" })).expect(200);
        assert_eq!(other["effective_date"], "2023-03-15");
        let ended = editor.get(&format!("{DIRECTIVES}/{}", id(&bound))).expect(200);
        assert_eq!((&ended["state"], &ended["ended_date"], &ended["ending_reason"]), (&json!("ENDED"), &json!("2023-03-15"), &json!("Chấm dứt theo mục 2 của 9/TB-BCĐ")));
        assert!(tasks(&editor, &format!("directive_id={}", id(&bound))).iter().all(|task| task["status"] == "CANCELLED"));
        // Whoever joins later has no task of it; what another item binds to stays.
        let joined = member(&manager, &committee.id, "Lê Thị Mới", json!({ "valid_from": "2023-04-01" }));
        assert_eq!(tasks(&editor, &format!("person_id={joined}")).len(), 0);
        assert_eq!(state(&kept), "IN_FORCE");
        // On its day also where nobody writes anything: within seconds after midnight.
        let mut item = act("063", "2023-03-16");
        (item["items"][0]["changes"]["item_code"], item["act_number"]) = (json!("3"), json!("10/TB-BCĐ"));
        app.with_key("nation").post("/v1/acts", &item).expect(201);
        assert_eq!(state(&kept), "IN_FORCE");
        let night = App::start_on(app.engine, app.database.clone(), &["--clock-start", "2023-03-15T16:59:50Z"]);
        let read = || night.with_key("district-editor").get(&format!("{DIRECTIVES}/{}", id(&kept))).expect(200);
        within(Duration::from_secs(40), "the act ends the item", || read()["state"] == "ENDED");
        assert_eq!((&read()["ended_date"], &read()["ending_reason"]), (&json!("2023-03-16"), &json!("Chấm dứt theo mục 2 của 10/TB-BCĐ")));
        let journal = night.with_key("nation").get("/v1/journal?collection=directives&limit=1").expect(200);
        assert_eq!((&journal["items"][0]["request_id"], &journal["items"][0]["client_id"]), (&json!("daily"), &Value::Null));
    }

    /// A programme of the year binds by name, with partners, and falls due every month; who joins later is not late.
    fn a_programme_falls_due_again_and_again(app) {
        let committee = Committee::of(app);
        let (manager, editor) = (app.with_key("district-manager"), app.with_key("district-editor"));
        let programme = json!({ "unit_code": "063", "kind_code": "CHUONG_TRINH", "title": "Chương trình công tác năm 2023", "issued_date": "2023-01-20", "items": [
            { "code": "I.1", "content": "Báo cáo tiến độ hằng tháng", "due_date": "2023-01-31" }, { "code": "I.2", "content": "Kiểm tra các xã" }] });
        let act = id(&editor.post("/v1/acts", &programme).expect(201));
        let group = json!({ "unit_code": "063", "kind": "WORKING_GROUP", "parent_id": committee.id, "name": "Tổ giúp việc" });
        let group = id(&manager.post("/v1/committees", &group).expect(201));
        let monthly = json!({
            "committee_id": committee.id, "act_id": act, "item_code": "I.1", "groups": ["ALL_MEMBERS"], "parties": [{ "committee_id": group }],
            "partners": [{ "unit_code": "01984" }], "product": "Báo cáo", "recurrence": "MONTHLY", "recurs_until": "2023-06-30",
        });
        let directive = editor.post(DIRECTIVES, &monthly).expect(201);
        assert_eq!((&directive["kind"], &directive["due_date"], &directive["product"]), (&json!("WORK_PROGRAMME"), &json!("2023-01-31"), &json!("Báo cáo")));
        assert_eq!((&directive["parties"][0]["committee_id"], &directive["partners"][0]["unit"]["code"]), (&json!(group), &json!("01984")));
        assert_eq!(progress(&editor, &directive), [18, 18, 0, 0, 0, 0, 6], "three parties, six months, two of them past");
        let days = |query: &str| -> Vec<String> {
            let tasks = tasks(&editor, &format!("directive_id={}&sort=due_date{query}", id(&directive)));
            let mut days: Vec<String> = tasks.iter().map(|task| task["due_date"].as_str().unwrap().to_owned()).collect();
            assert!(days.is_sorted(), "{days:?}");
            days.dedup();
            days
        };
        assert_eq!(days(""), ["2023-01-31", "2023-02-28", "2023-03-31", "2023-04-30", "2023-05-31", "2023-06-30"]);
        assert_eq!(days("&overdue=true"), ["2023-01-31", "2023-02-28"]);
        assert_eq!(days("&due_date_gte=2023-04-30&due_date_lte=2023-05-31"), ["2023-04-30", "2023-05-31"]);
        let joined = member(&manager, &committee.id, "Lê Thị Mới", json!({ "valid_from": "2023-05-01" }));
        assert_eq!(days(&format!("&person_id={joined}")), ["2023-05-31", "2023-06-30"]);
        // Page by page in the order of due dates, each task once.
        let (mut seen, mut cursor) = (Vec::new(), String::new());
        loop {
            let page = editor.get(&format!("{TASKS}?sort=due_date&limit=7&directive_id={}{cursor}", id(&directive))).expect(200);
            seen.extend(items(&page).iter().map(|task| (task["due_date"].to_string(), id(task))));
            match page["next_cursor"].as_str() {
                Some(next) => cursor = format!("&cursor={next}"),
                None => break,
            }
        }
        assert!(seen.is_sorted() && seen.len() == 20, "{seen:?}");
        let refused = |more: Value, faults: &[(&str, &str)]| {
            let mut body = json!({ "committee_id": committee.id, "act_id": act, "item_code": "I.2", "groups": ["ALL_MEMBERS"] });
            body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
            editor.post(DIRECTIVES, &body).refused(faults);
        };
        refused(json!({ "recurrence": "MONTHLY" }), &[("/recurs_until", "REQUIRED")]);
        refused(json!({ "recurs_until": "2023-12-31" }), &[("/recurrence", "REQUIRED")]);
        refused(json!({ "recurrence": "YEARLY", "recurs_until": "2025-12-31" }), &[("/due_date", "REQUIRED")]);
        refused(json!({ "recurrence": "YEARLY", "due_date": "2023-12-31", "recurs_until": "2023-12-30" }), &[("/recurs_until", "DATE_ORDER")]);
        refused(json!({ "recurrence": "MONTHLY", "due_date": "2023-12-31", "recurs_until": "2099-12-30" }), &[("/recurs_until", "TOO_MANY_ITEMS")]);
    }

    /// A commune that a reform begins has the tasks of the committees above it, from the day of the reform.
    fn a_commune_of_a_reform_joins_on_its_day(app) {
        let later = crate::reforms::later(app);
        let nation = later.with_key("nation");
        let committee = id(&nation.post("/v1/committees", &json!({ "unit_code": "19", "kind": "COMMITTEE", "name": "Ban Chỉ đạo tỉnh" })).expect(201));
        let act = json!({ "unit_code": "19", "kind_code": "KET_LUAN", "title": "Kết luận", "items": [{ "code": "1", "content": "Rà soát tiêu chí" }] });
        let act = id(&nation.post("/v1/acts", &act).expect(201));
        let body = |groups: Value| json!({ "committee_id": committee, "act_id": act, "item_code": "1", "groups": groups });
        let directive = nation.post(DIRECTIVES, &body(json!(["COMMUNES"]))).expect(201);
        let before = progress(&nation, &directive)[0];
        assert!(before >= 37, "{before}");
        nation.post("/v1/unit-successions", &crate::reforms::merger("2026-12-15")).expect(201);
        assert_eq!(progress(&nation, &directive)[0], before + 1);
        let newest = &tasks(&nation, &format!("directive_id={}", id(&directive)))[0];
        assert_eq!((&newest["unit"]["name"], &newest["assigned_date"]), (&json!("Phủ Giàng"), &json!("2026-12-15")));
    }

    /// Members join while directives are given: each has a task of each, whichever came first.
    fn nobody_is_forgotten_between_two_writes(app) {
        let (manager, editor) = (app.with_key("district-manager"), app.with_key("district-editor"));
        let committee = Committee::of(app);
        let numbered: Vec<Value> = (1..=12).map(|number| json!({ "code": number.to_string(), "content": "Rà soát" })).collect();
        let act = json!({ "unit_code": "063", "kind_code": "KET_LUAN", "title": "Kết luận", "items": numbered });
        let act = id(&editor.post("/v1/acts", &act).expect(201));
        let person = |number: i32| id(&manager.post("/v1/people", &json!({ "unit_code": "063", "full_name": format!("Thành viên {number}") })).expect(201));
        let people: Vec<String> = (1..=12).map(person).collect();
        let both = Barrier::new(2);
        std::thread::scope(|threads| {
            threads.spawn(|| {
                for person in &people {
                    both.wait();
                    manager.post("/v1/mandates", &json!({ "committee_id": committee.id, "kind": "MEMBERSHIP", "person_id": person })).expect(201);
                }
            });
            for item in 1..=people.len() {
                both.wait();
                let directive = json!({ "committee_id": committee.id, "act_id": act, "item_code": item.to_string(), "groups": ["ALL_MEMBERS"] });
                editor.post(DIRECTIVES, &directive).expect(201);
            }
        });
        let directives = editor.get(&format!("{DIRECTIVES}?act_id={act}")).expect(200);
        let counts: Vec<&Value> = items(&directives).iter().map(|directive| &directive["progress"]["task_count"]).collect();
        assert_eq!(counts, vec![&json!(14); 12], "two members and twelve who joined");
    }

    /// Begun by a report, done with a file, returned with a reason, confirmed by another.
    fn a_task_goes_from_open_to_confirmed(app) {
        let committee = Committee::of(app);
        let (editor, signer) = (app.with_key("district-editor"), app.with_key("district-signer"));
        let (commune, nation) = (app.with_key("commune-editor"), app.with_key("nation"));
        let directive = editor.post(DIRECTIVES, &committee.directive("3", json!({ "parties": [{ "unit_code": "01984" }], "due_date": "2023-03-31" }))).expect(201);
        let task = tasks(&commune, "").remove(0);
        assert_eq!((&task["directive_id"], &task["timeliness"], &task["days_late"]), (&directive["id"], &json!("NOT_DUE"), &json!(0)));
        let path = path_of(&task);
        let reports = format!("{path}/progress-reports");
        let first = commune.post(&reports, &json!({ "content": "Đã phát thanh hai buổi", "progress_percent": 40 })).expect(201);
        assert_eq!(first["report_date"], "2023-03-15");
        let begun = commune.get(&path).expect(200);
        assert_eq!((&begun["status"], &begun["progress_percent"], &begun["steps"][0]["status"]), (&json!("IN_PROGRESS"), &json!(40), &json!("IN_PROGRESS")));
        let second = commune.post(&reports, &json!({ "content": "Chờ kinh phí", "external_id": "bc-2" })).expect(201);
        assert_eq!(commune.post(&reports, &json!({ "content": "Chờ kinh phí", "external_id": "bc-2" })).expect(200), second);
        assert_eq!(commune.get(&path).expect(200)["progress_percent"], 40, "what a report does not say stays");
        let page = commune.get(&format!("{reports}?limit=1")).expect(200);
        assert_eq!(items(&page)[0], second);
        let next = commune.get(&format!("{reports}?limit=1&cursor={}", page["next_cursor"].as_str().unwrap())).expect(200);
        assert_eq!((items(&next)[0]["id"].clone(), &next["next_cursor"]), (first["id"].clone(), &Value::Null));
        commune.post(&reports, &json!({ "content": "x", "report_date": "2023-03-16", "quantity": 3 })).refused(&[("/report_date", "DATE_IN_FUTURE"), ("/quantity", "UNKNOWN_MEMBER")]);
        commune.post(&reports, &json!({ "content": "x", "report_date": "2023-03-12", "progress_percent": 101 })).refused(&[("/progress_percent", "TOO_LARGE")]);
        commune.post(&reports, &json!({ "content": "x", "report_date": "2023-03-12" })).refused(&[("/report_date", "DATE_ORDER")]);
        // Whoever has the task says that it is done; whoever gave it does not, and the other way round.
        let file = id(&crate::files::send(&commune, "unit_code=01984&name=bao-cao.pdf", b"%PDF-1.7 report").expect(201));
        commune.step(&path, 3, &json!({ "to": "DONE", "done_date": "2023-03-16", "file_ids": [file, file, UNKNOWN], "reason": "x" }))
            .refused(&[("/done_date", "DATE_IN_FUTURE"), ("/file_ids/1", "DUPLICATE_ITEM"), ("/file_ids/2", "UNKNOWN_REFERENCE"), ("/reason", "UNKNOWN_MEMBER")]);
        assert_eq!(signer.step(&path, 3, &json!({ "to": "DONE" })).problem(403).0, "FORBIDDEN", "who only signs has no work");
        let done = commune.step(&path, 3, &json!({ "to": "DONE", "result": "Mười buổi", "file_ids": [file] })).expect(200);
        assert_eq!((&done["timeliness"], &done["done_date"], &done["file_ids"]), (&json!("ON_TIME"), &json!("2023-03-15"), &json!([file])));
        assert_eq!(commune.delete(&format!("/v1/files/{file}"), 1).problem(409).0, "IN_USE");
        assert_eq!(app.with_key("commune-signer").step(&path, 4, &json!({ "to": "CONFIRMED" })).problem(403).0, "FORBIDDEN");
        assert_eq!(editor.step(&path, 4, &json!({ "to": "CONFIRMED" })).problem(403).0, "FORBIDDEN");
        assert_eq!(commune.post(&reports, &json!({ "content": "x" })).problem(409).0, "TRANSITION_NOT_ALLOWED");
        assert_eq!(editor.patch(&path, 4, &json!({ "note": "x" })).problem(409).0, "TRANSITION_NOT_ALLOWED");
        signer.step(&path, 4, &json!({ "to": "IN_PROGRESS" })).refused(&[("/reason", "REASON_REQUIRED")]);
        let returned = signer.step(&path, 4, &json!({ "to": "IN_PROGRESS", "reason": "Thiếu số người nghe" })).expect(200);
        assert_eq!((&returned["done_date"], &returned["timeliness"]), (&Value::Null, &json!("NOT_DUE")));
        // Nobody confirms what they reported, whatever their roles.
        nation.step(&path, 5, &json!({ "to": "DONE" })).expect(200);
        let refused = nation.step(&path, 6, &json!({ "to": "CONFIRMED" }));
        assert_eq!(refused.problem(403).0, "CONFIRMER_REPORTED");
        crate::audit::refusal_is_logged(app, &refused);
        let confirmed = signer.step(&path, 6, &json!({ "to": "CONFIRMED" })).expect(200);
        assert_eq!((&confirmed["status"], &confirmed["allowed_transitions"]), (&json!("CONFIRMED"), &json!([])));
        let told: Vec<&Value> = confirmed["steps"].as_array().unwrap().iter().map(|step| &step["status"]).collect();
        assert_eq!(told, ["IN_PROGRESS", "DONE", "IN_PROGRESS", "DONE", "CONFIRMED"]);
        assert_eq!(signer.step(&path, 7, &json!({ "to": "CANCELLED", "reason": "x" })).problem(409).0, "TRANSITION_NOT_ALLOWED");
        assert_eq!(progress(&editor, &directive), [1, 0, 0, 0, 1, 0, 0]);
        let versions = editor.get(&format!("{path}/versions")).expect(200);
        assert_eq!(items(&versions).len(), 7);
        assert_eq!(items(&versions)[6]["action"], "task.confirmed");
    }

    /// A due date is extended and never changed: being on time is told against both. The day ends in Viet Nam.
    fn a_task_is_late_by_both_its_dates(app) {
        let committee = Committee::of(app);
        let (editor, signer) = (app.with_key("district-editor"), app.with_key("district-signer"));
        let made = |due: Value| editor.post(TASKS, &committee.task(json!({ "due_date": due, "assigned_date": "2023-03-01" }))).expect(201);
        let (extended, plain, standing) = (made(json!("2023-03-20")), made(json!("2023-04-20")), made(Value::Null));
        let extend = |task: &Value, version: i64, day: &str| super::extend(&signer, task, version, day);
        extend(&extended, 1, "2023-03-20").refused(&[("/new_due_date", "DATE_ORDER")]);
        extend(&standing, 1, "2023-03-31").refused(&[("/new_due_date", "NO_DUE_DATE")]);
        assert_eq!(extend(&extended, 1, "2023-03-31").expect(200)["extensions"][0]["old_due_date"], "2023-03-20");
        let twice = extend(&extended, 2, "2023-04-30").expect(200);
        assert_eq!((&twice["original_due_date"], &twice["due_date"], &twice["extensions"][1]["number"]), (&json!("2023-03-20"), &json!("2023-04-30"), &json!(2)));
        assert_eq!(tasks(&editor, "overdue=true"), Vec::<Value>::new());
        let later = App::start_on(app.engine, app.database.clone(), &["--clock-start", IN_MAY]);
        let editor = later.as_caller(&editor);
        let of = |task: &Value| editor.get(&path_of(task)).expect(200);
        let told = |task: &Value| ["timeliness", "original_timeliness", "days_late"].map(|name| of(task)[name].clone());
        assert_eq!(told(&extended), [json!("OVERDUE"), json!("OVERDUE"), json!(1)]);
        assert_eq!(told(&plain), [json!("OVERDUE"), json!("OVERDUE"), json!(11)]);
        assert_eq!(told(&standing), [json!("NO_DUE_DATE"), json!("NO_DUE_DATE"), json!(0)]);
        assert_eq!(tasks(&editor, &format!("overdue=true&person_id={}", committee.members[0])).len(), 2);
        let done = |task: &Value, version: i64, day: &str| editor.step(&path_of(task), version, &json!({ "to": "DONE", "done_date": day })).expect(200);
        done(&extended, 3, "2023-04-30");
        assert_eq!(told(&extended), [json!("ON_TIME"), json!("LATE"), json!(0)]);
        done(&plain, 1, "2023-04-21");
        assert_eq!(told(&plain), [json!("LATE"), json!("LATE"), json!(1)]);
        assert_eq!(tasks(&editor, "overdue=true"), Vec::<Value>::new());
        let signer = later.as_caller(&signer);
        let late = super::extend(&signer, &extended, 4, "2023-12-31");
        assert_eq!(late.problem(409).0, "TRANSITION_NOT_ALLOWED");
    }

    /// A commune registers its own commitment to the task that asked for it, without seeing the committee above.
    fn a_commitment_serves_the_task_that_asked_for_it(app) {
        let committee = Committee::of(app);
        let (editor, commune) = (app.with_key("district-editor"), app.with_key("commune-editor"));
        editor.post(DIRECTIVES, &committee.directive("2", json!({ "groups": ["COMMUNES"], "expected_result_kind": "COMMITMENT" }))).expect(201);
        let asked = tasks(&commune, "");
        assert_eq!(asked.len(), 1, "a commune reads its own");
        let commitment = json!({
            "kind": "COMMITMENT", "serves_task_id": asked[0]["id"], "assignee": { "unit_code": "01984" }, "content": "Làm 500 m đường ngõ xóm",
            "target_unit_code": "01984", "criteria_set_code": "NTM-XA-2021-2025", "criterion_code": "2", "quantity": 500, "quantity_unit": "m", "value_vnd": 450_000_000, "due_date": "2023-06-30",
        });
        let made = commune.post(TASKS, &commitment).expect(201);
        for name in ["quantity", "quantity_unit", "value_vnd", "criterion_code", "criteria_set_code", "due_date", "serves_task_id"] {
            assert_eq!(made[name], commitment[name], "{name}");
        }
        assert_eq!((&made["committee_id"], &made["target_unit"]["code"]), (&json!(committee.id), &json!("01984")));
        assert_eq!(tasks(&editor, &format!("serves_task_id={}", id(&asked[0]))).len(), 1);
        assert_eq!((tasks(&editor, "q=duong+ngo").len(), tasks(&editor, "target_unit_code=01984&kind=COMMITMENT").len(), tasks(&editor, "kind=COMMITMENT&status=DONE").len()), (1, 1, 0));
        let changed = commune.patch(&path_of(&made), 1, &json!({ "quantity": 600, "value_vnd": null })).expect(200);
        assert_eq!((&changed["quantity"], &changed["value_vnd"]), (&json!(600), &Value::Null));
        commune.patch(&path_of(&made), 2, &json!({ "quantity_unit": null })).refused(&[("/quantity_unit", "REQUIRED")]);
        // What it promised itself it may take back before it began; what it was told it may not.
        let theirs = |kind: &str| { let mut body = commitment.clone(); body["kind"] = json!(kind); commune.post(TASKS, &body) };
        assert_eq!(theirs("DIRECTIVE").problem(403).0, "OUT_OF_SCOPE");
        assert_eq!(commune.delete(&path_of(&asked[0]), 1).problem(403).0, "FORBIDDEN");
        assert_eq!(editor.delete(&path_of(&asked[0]), 1).problem(409).0, "IN_USE");
        assert_eq!(commune.delete(&path_of(&made), 2).status, 204);
    }

    /// Every fault at once; nobody has work of a committee to which they do not belong.
    fn what_no_task_can_be_is_refused(app) {
        let committee = Committee::of(app);
        let (manager, editor) = (app.with_key("district-manager"), app.with_key("district-editor"));
        let outsider = id(&manager.post("/v1/people", &json!({ "unit_code": "063", "full_name": "Người ngoài" })).expect(201));
        let nation = app.with_key("nation");
        let foreign = id(&nation.post("/v1/agencies", &json!({ "unit_code": "06", "kind": "OTHER", "name": "Cơ quan tỉnh" })).expect(201));
        let above = id(&nation.post("/v1/committees", &json!({ "unit_code": "06", "kind": "COMMITTEE", "name": "Ban tỉnh" })).expect(201));
        let outside = |assignee: Value, pointer: &str| {
            nation.post(TASKS, &committee.task(json!({ "assignee": assignee }))).refused(&[(pointer, "ASSIGNEE_OUTSIDE_COMMITTEE")]);
        };
        outside(json!({ "person_id": outsider }), "/assignee/person_id");
        outside(json!({ "agency_id": foreign }), "/assignee/agency_id");
        outside(json!({ "unit_code": "06" }), "/assignee/unit_code");
        outside(json!({ "committee_id": above }), "/assignee/committee_id");
        let refused = |more: Value, faults: &[(&str, &str)]| editor.post(TASKS, &committee.task(more)).refused(faults);
        refused(json!({ "assignee": {} }), &[("/assignee", "EXACTLY_ONE_REQUIRED")]);
        refused(json!({ "assignee": { "person_id": committee.members[0], "unit_code": "01984" } }), &[("/assignee", "EXACTLY_ONE_REQUIRED")]);
        refused(json!({ "assignee": { "person_id": UNKNOWN }, "serves_task_id": UNKNOWN, "act_id": UNKNOWN, "quantity": 3, "criterion_code": "2" }), &[
            ("/assignee/person_id", "UNKNOWN_REFERENCE"), ("/serves_task_id", "UNKNOWN_REFERENCE"), ("/act_id", "UNKNOWN_REFERENCE"), ("/quantity_unit", "REQUIRED"), ("/criteria_set_code", "REQUIRED"),
        ]);
        refused(json!({ "act_id": committee.act, "item_code": "9", "due_date": "2023-03-12", "target_unit_code": "02023", "criteria_set_code": "NTM-XA-2021-2025" }), &[
            ("/item_code", "UNKNOWN_REFERENCE"), ("/due_date", "DUE_BEFORE_ACT"), ("/target_unit_code", "UNIT_OUTSIDE_COMMITTEE"), ("/criterion_code", "REQUIRED"),
        ]);
        refused(json!({ "item_code": "1", "assigned_date": "2023-03-16", "quantity_unit": "m", "criteria_set_code": "KHONG-CO", "criterion_code": "2" }), &[
            ("/act_id", "REQUIRED"), ("/assigned_date", "DATE_IN_FUTURE"), ("/quantity", "REQUIRED"), ("/criteria_set_code", "CRITERIA_SET_NOT_FOUND"),
        ]);
        refused(json!({ "committee_id": null }), &[("/committee_id", "REQUIRED")]);
        let member_later = member(&manager, &committee.id, "Lê Thị Mới", json!({ "valid_from": "2023-04-01" }));
        refused(json!({ "assignee": { "person_id": member_later } }), &[("/assignee/person_id", "ASSIGNEE_OUTSIDE_COMMITTEE")]);
        // And of directives.
        let directive = |more: Value, faults: &[(&str, &str)]| nation.post(DIRECTIVES, &committee.directive("4", more)).refused(faults);
        directive(json!({}), &[("/groups", "REQUIRED")]);
        directive(json!({ "groups": ["COMMUNES", "COMMUNES"], "due_date": "2023-03-12", "assigned_date": "2023-03-16" }), &[("/groups/1", "DUPLICATE_ITEM"), ("/due_date", "DUE_BEFORE_ACT"), ("/assigned_date", "DATE_IN_FUTURE")]);
        directive(json!({ "item_code": "9", "parties": [{ "unit_code": "01984" }, { "unit_code": "01984" }, { "agency_id": foreign }], "partners": [{}] }), &[
            ("/item_code", "UNKNOWN_REFERENCE"), ("/parties/1", "DUPLICATE_ITEM"), ("/parties/2/agency_id", "ASSIGNEE_OUTSIDE_COMMITTEE"), ("/partners/0", "EXACTLY_ONE_REQUIRED"),
        ]);
        directive(json!({ "committee_id": UNKNOWN, "act_id": UNKNOWN, "groups": ["ALL_MEMBERS"] }), &[("/committee_id", "UNKNOWN_REFERENCE"), ("/act_id", "UNKNOWN_REFERENCE")]);
    }
}
