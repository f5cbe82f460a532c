//! `work-progress`: what the committee asks of its tasks, obstacles and activities, held against the records themselves.

use crate::access::Row;
use crate::reforms::later;
use crate::support::{App, Client, Reply, on_both};
use crate::tables::tables;
use serde_json::{Value, json};
use std::collections::BTreeMap;

const REPORT: &str = "/v1/reports/work-progress";
const UNKNOWN: &str = "01992f3e-7c1a-7b55-9a0e-4f6f0c1d2e3f";
/// Communes and the town of Bạch Thông.
const COMMUNES: usize = 14;

fn id(record: &Value) -> String {
    record["id"].as_str().expect("an id").to_owned()
}

fn list(value: &Value) -> &Vec<Value> {
    value.as_array().expect("a list")
}

fn report(client: &Client, query: &str) -> Value {
    client.get(&format!("{REPORT}?{query}")).expect(200)
}

/// Some counts by their names, without `_count`.
fn counts<const N: usize>(of: &Value, names: [&str; N]) -> [i64; N] {
    names.map(|name| of[format!("{name}_count")].as_i64().unwrap_or_else(|| panic!("{name}_count in {of}")))
}

fn ages(rows: &Value) -> Vec<i64> {
    list(rows).iter().map(|row| row["count"].as_i64().unwrap()).collect()
}

/// The line of somebody: member of the party and its id, or the code of a unit.
fn line<'a>(report: &'a Value, member: &str, who: &str) -> &'a Value {
    let of = |party: &Value| party[member] == who || party[member]["code"] == who;
    let found = list(&report["by_assignee"]).iter().find(|line| of(&line["party"]));
    found.unwrap_or_else(|| panic!("{member} {who} in {report}"))
}

struct Committee {
    id: String,
    group: String,
    /// Two members, then one of the working group alone.
    people: Vec<String>,
    agency: String,
}

impl Committee {
    /// A committee of Bạch Thông with its working group, two people and an agency that is a member too.
    fn of(app: &App) -> Committee {
        let manager = app.with_key("district-manager");
        let made = |path: &str, body: Value| id(&manager.post(path, &body).expect(201));
        let committee =
            made("/v1/committees", json!({ "unit_code": "063", "kind": "COMMITTEE", "name": "Ban Chỉ đạo" }));
        let group = made(
            "/v1/committees",
            json!({ "unit_code": "063", "kind": "WORKING_GROUP", "parent_id": committee, "name": "Tổ giúp việc" }),
        );
        let person = |of: &str, name: &str| {
            let person = made("/v1/people", json!({ "unit_code": "063", "full_name": name }));
            made("/v1/mandates", json!({ "committee_id": of, "kind": "MEMBERSHIP", "person_id": person }));
            person
        };
        let people = vec![
            person(&committee, "Nguyễn Thị Trưởng"),
            person(&committee, "Trần Văn Phó"),
            person(&group, "Lê Văn Tổ"),
        ];
        let agency =
            made("/v1/agencies", json!({ "unit_code": "063", "kind": "SPECIALISED", "name": "Phòng Nông nghiệp" }));
        made("/v1/mandates", json!({ "committee_id": committee, "kind": "MEMBERSHIP", "agency_id": agency }));
        Committee { id: committee, group, people, agency }
    }

    /// A task of the committee for somebody, from 2022 on.
    fn task(&self, editor: &Client, kind: &str, assignee: Value, more: Value) -> Value {
        let mut body = json!({ "committee_id": self.id, "kind": kind, "content": "Việc được giao", "assignee": assignee, "assigned_date": "2022-01-10" });
        body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        editor.post("/v1/tasks", &body).expect(201)
    }
}

fn done(editor: &Client, task: &Value, version: i64, day: &str) {
    let step = json!({ "to": "DONE", "done_date": day });
    editor.step(&format!("/v1/tasks/{}", id(task)), version, &step).expect(200);
}

fn extend(signer: &Client, task: &Value, version: i64, day: &str) -> Reply {
    let (path, tag) = (format!("/v1/tasks/{}/extensions", id(task)), format!("\"{version}\""));
    signer.send("POST", &path, &[("if-match", &tag)], &json!({ "new_due_date": day, "reason": "Mưa lũ" }))
}

/// Counts of tasks as the tasks themselves tell them.
fn recount(tasks: &[&Value]) -> Value {
    let that = |is: &dyn Fn(&Value) -> bool| tasks.iter().filter(|task| is(task)).count();
    let is_open = |task: &Value| task["status"] == "OPEN" || task["status"] == "IN_PROGRESS";
    let open_and = |name: &str| that(&|task| is_open(task) && task["timeliness"] == name);
    let late = |task: &Value, from: i64, to: i64| {
        task["timeliness"] == "OVERDUE" && (from..=to).contains(&task["days_late"].as_i64().unwrap())
    };
    let age = |code: &str, from: i64, to: Option<i64>| {
        let count = that(&|task| late(task, from, to.unwrap_or(i64::MAX)));
        json!({ "code": code, "min_days": from, "max_days": to, "count": count })
    };
    json!({
        "total_count": tasks.len(),
        "open_count": that(&is_open),
        "not_due_count": open_and("NOT_DUE"),
        "overdue_count": open_and("OVERDUE"),
        "no_due_date_count": open_and("NO_DUE_DATE"),
        "done_count": that(&|task| task["status"] == "DONE"),
        "confirmed_count": that(&|task| task["status"] == "CONFIRMED"),
        "cancelled_count": that(&|task| task["status"] == "CANCELLED"),
        "on_time_count": that(&|task| task["timeliness"] == "ON_TIME"),
        "late_count": that(&|task| task["timeliness"] == "LATE"),
        "original_on_time_count": that(&|task| task["original_timeliness"] == "ON_TIME"),
        "original_late_count": that(&|task| task["original_timeliness"] == "LATE"),
        "extended_count": that(&|task| !list(&task["extensions"]).is_empty()),
        "overdue_ageing": [age("UP_TO_30", 1, Some(30)), age("UP_TO_90", 31, Some(90)), age("UP_TO_180", 91, Some(180)), age("OVER_180", 181, None)],
    })
}

/// Tasks on both sides of every border that the report draws; seventeen of them.
fn tasks_of_every_sort(app: &App, committee: &Committee) {
    let (editor, signer) = (app.with_key("district-editor"), app.with_key("district-signer"));
    let person = json!({ "person_id": committee.people[0] });
    let due = |day: &str| committee.task(&editor, "DIRECTIVE", person.clone(), json!({ "due_date": day }));
    // Open: due today and tomorrow, then late by 1, 30, 31, 90, 91, 180 and 181 days.
    for day in [
        "2023-03-15",
        "2023-03-16",
        "2023-03-14",
        "2023-02-13",
        "2023-02-12",
        "2022-12-15",
        "2022-12-14",
        "2022-09-16",
        "2022-09-15",
    ] {
        due(day);
    }
    committee.task(&editor, "WORK_PROGRAMME", json!({ "unit_code": "01984" }), json!({}));
    done(
        &editor,
        &committee.task(&editor, "RECOMMENDATION", json!({ "unit_code": "01984" }), json!({})),
        1,
        "2023-03-01",
    );
    // Done on the day, a day late, and late by the first date but not by the second; extended and still open.
    done(&editor, &due("2023-03-01"), 1, "2023-03-01");
    let confirmed = due("2023-03-01");
    done(&editor, &confirmed, 1, "2023-03-02");
    signer.step(&format!("/v1/tasks/{}", id(&confirmed)), 2, &json!({ "to": "CONFIRMED" })).expect(200);
    let twice = due("2023-02-01");
    extend(&signer, &twice, 1, "2023-02-10").expect(200);
    extend(&signer, &twice, 2, "2023-02-20").expect(200);
    done(&editor, &twice, 3, "2023-02-20");
    extend(&signer, &due("2022-12-01"), 1, "2023-03-31").expect(200);
    // Cancelled ones are neither late nor on time.
    let cancelled = committee.task(&editor, "COMMITMENT", person.clone(), json!({ "due_date": "2023-01-01" }));
    signer
        .step(&format!("/v1/tasks/{}", id(&cancelled)), 1, &json!({ "to": "CANCELLED", "reason": "Trùng" }))
        .expect(200);
    let begun = committee.task(
        &editor,
        "COMMITMENT",
        json!({ "agency_id": committee.agency }),
        json!({ "due_date": "2023-01-02" }),
    );
    editor.step(&format!("/v1/tasks/{}", id(&begun)), 1, &json!({ "to": "IN_PROGRESS" })).expect(200);
}

fn activity(editor: &Client, kind: &str, more: Value) -> Value {
    let mut body = json!({ "unit_code": "063", "kind": kind, "title": "Đi cơ sở" });
    body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    editor.post("/v1/activities", &body).expect(201)
}

/// What the walk over the contract asks of the report.
pub fn access_rows() -> Vec<Row> {
    let read = crate::access::read("get_work_progress", "/v1/reports/work-progress?unit_code=063", "district-viewer");
    vec![Row { foreign: Some(("sibling-editor", 404)), ..read }]
}

on_both! {
    /// Every count is that of the tasks as they are listed: as a whole, by kind, by party, and in a window of due dates.
    fn the_counts_are_those_of_the_tasks_themselves(app) {
        let committee = Committee::of(app);
        tasks_of_every_sort(app, &committee);
        let editor = app.with_key("district-editor");
        let all = |query: &str| list(&editor.get(&format!("/v1/tasks?unit_code=063&limit=200{query}")).expect(200)["items"]).clone();
        let told = report(&editor, "unit_code=063");
        let tasks = all("");
        assert_eq!(told["tasks"], recount(&tasks.iter().collect::<Vec<_>>()));
        // The figures that were meant.
        let names = ["total", "open", "not_due", "overdue", "no_due_date", "done", "confirmed", "cancelled"];
        assert_eq!(counts(&told["tasks"], names), [17, 12, 3, 8, 1, 3, 1, 1]);
        let names = ["on_time", "late", "original_on_time", "original_late", "extended"];
        assert_eq!(counts(&told["tasks"], names), [2, 1, 1, 2, 2]);
        assert_eq!(ages(&told["tasks"]["overdue_ageing"]), [2, 3, 2, 1]);
        let kinds: Vec<&Value> = list(&told["by_kind"]).iter().map(|row| &row["kind"]).collect();
        assert_eq!(kinds, ["DIRECTIVE", "WORK_PROGRAMME", "COMMITMENT", "RECOMMENDATION"]);
        for row in list(&told["by_kind"]) {
            let of_kind: Vec<&Value> = tasks.iter().filter(|task| task["kind"] == row["kind"]).collect();
            assert_eq!(row["tasks"], recount(&of_kind), "{}", row["kind"]);
        }
        for told in list(&told["by_assignee"]) {
            let theirs: Vec<&Value> = tasks.iter().filter(|task| task["assignee"] == told["party"]).collect();
            assert_eq!(told["tasks"], recount(&theirs), "{}", told["party"]);
        }
        for query in [
            "&due_date_gte=2022-12-15", "&due_date_lte=2022-12-15", "&due_date_gte=2023-03-01&due_date_lte=2023-03-15", "&kind=COMMITMENT,RECOMMENDATION",
            "&kind=DIRECTIVE&due_date_lte=2023-02-20",
        ] {
            let (told, tasks) = (report(&editor, &format!("unit_code=063{query}")), all(query));
            assert!(!tasks.is_empty() && tasks.len() < 17, "{query}");
            assert_eq!(told["tasks"], recount(&tasks.iter().collect::<Vec<_>>()), "{query}");
        }
        let scope = &report(&editor, "unit_code=063&due_date_gte=2022-12-15&due_date_lte=2022-12-31")["scope"];
        assert_eq!((&scope["today"], &scope["due_date_gte"], &scope["due_date_lte"]), (&json!("2023-03-15"), &json!("2022-12-15"), &json!("2022-12-31")));
        assert_eq!((&scope["partial"], &scope["group_by"], &scope["unit"]["name"]), (&json!(false), &json!("NONE"), &json!("Bạch Thông")));
        // The day turns in Viet Nam.
        let tomorrow = App::start_on(app.engine, app.database.clone(), &["--clock-start", "2023-03-15T17:00:00Z"]);
        assert_eq!(counts(&report(&tomorrow.as_caller(&editor), "unit_code=063")["tasks"], ["overdue", "not_due"]), [9, 2]);
    }

    /// By whom, worst first; members, agencies and communes are told without work too; who registered none is named.
    fn whoever_has_work_and_whoever_has_none_is_told(app) {
        let committee = Committee::of(app);
        let (editor, signer) = (app.with_key("district-editor"), app.with_key("district-signer"));
        let [first, second, helper] = [0, 1, 2].map(|at| committee.people[at].clone());
        let none = |query: &str| {
            let told = report(&editor, query);
            let without = &told["without_commitment"];
            assert_eq!((without["count"].as_u64(), &without["members_truncated"]), (Some(list(&without["members"]).len() as u64), &json!(false)));
            let members = list(&without["members"]).iter().map(|one| {
                assert_eq!(one["committee_id"], committee.id);
                one["person_id"].as_str().or(one["agency_id"].as_str()).unwrap().to_owned()
            });
            members.collect::<Vec<String>>()
        };
        // The working group serves: its own member is asked for nothing.
        assert_eq!(none("unit_code=063"), [first.clone(), second.clone(), committee.agency.clone()]);
        let empty = report(&editor, "unit_code=063");
        assert_eq!((&empty["assignees_count"], list(&empty["by_assignee"]).len()), (&json!(4 + COMMUNES), 4 + COMMUNES));
        assert_eq!(counts(&line(&empty, "person_id", &helper)["tasks"], ["total"]), [0]);
        assert_eq!(counts(&line(&empty, "unit", "01984")["tasks"], ["total"]), [0]);
        // A task of another kind is no commitment, a cancelled one neither; one to the working group is.
        committee.task(&editor, "DIRECTIVE", json!({ "person_id": first }), json!({ "due_date": "2023-03-01" }));
        let cancelled = committee.task(&editor, "COMMITMENT", json!({ "person_id": first }), json!({}));
        signer.step(&format!("/v1/tasks/{}", id(&cancelled)), 1, &json!({ "to": "CANCELLED", "reason": "Trùng" })).expect(200);
        let mandate = json!({ "committee_id": committee.group, "kind": "MEMBERSHIP", "person_id": second });
        app.with_key("district-manager").post("/v1/mandates", &mandate).expect(201);
        let to_group = json!({ "committee_id": committee.group, "kind": "COMMITMENT", "content": "Một việc cụ thể", "assignee": { "person_id": second } });
        editor.post("/v1/tasks", &to_group).expect(201);
        assert_eq!(none("unit_code=063"), [first.clone(), committee.agency.clone()]);
        committee.task(&editor, "COMMITMENT", json!({ "agency_id": committee.agency }), json!({ "due_date": "2023-12-31" }));
        assert_eq!(none("unit_code=063&kind=DIRECTIVE&due_date_gte=2023-01-01"), std::slice::from_ref(&first), "whatever is asked of the tasks");
        assert_eq!(none(&format!("committee_id={}", committee.id)), std::slice::from_ref(&first));
        // A commune has more that is open, nobody has more that is late.
        for _ in 0..3 {
            committee.task(&editor, "DIRECTIVE", json!({ "unit_code": "01984" }), json!({}));
        }
        activity(&editor, "VISIT", json!({ "held_date": "2023-03-10", "committee_id": committee.id, "parties": [{ "person_id": first }, { "agency_id": committee.agency }] }));
        activity(&editor, "SUPERVISION", json!({ "held_date": "2023-03-11", "parties": [{ "person_id": first }] }));
        activity(&editor, "INSPECTION", json!({ "held_date": "2023-02-11", "parties": [{ "person_id": first }] }));
        activity(&editor, "REMINDER", json!({ "held_date": "2023-03-12", "parties": [{ "person_id": first }] }));
        activity(&editor, "VISIT", json!({ "planned_date": "2023-03-30", "parties": [{ "person_id": first }] }));
        activity(&editor, "VISIT", json!({ "unit_code": "01984", "held_date": "2023-03-12" }));
        committee.task(&editor, "DIRECTIVE", json!({ "committee_id": committee.id }), json!({}));
        let told = report(&editor, "unit_code=063");
        let on_the_spot = |told: &Value, member: &str, who: &str| counts(line(told, member, who), ["visit", "inspection", "reminder"]);
        assert_eq!(on_the_spot(&told, "person_id", &first), [1, 2, 1]);
        assert_eq!(on_the_spot(&told, "agency_id", &committee.agency), [1, 0, 0]);
        assert_eq!(on_the_spot(&told, "committee_id", &committee.id), [1, 0, 0]);
        assert_eq!(on_the_spot(&told, "unit", "01984"), [1, 0, 0]);
        assert_eq!(on_the_spot(&told, "person_id", &second), [0, 0, 0]);
        let march = report(&editor, "unit_code=063&due_date_gte=2023-03-01");
        assert_eq!(on_the_spot(&march, "person_id", &first), [1, 1, 1]);
        assert_eq!(list(&told["by_assignee"])[0]["party"]["person_id"], first.as_str());
        assert_eq!(list(&told["by_assignee"])[1]["party"]["unit"]["code"], "01984");
        let commitments = |member: &str, who: &str| line(&told, member, who)["commitments_count"].clone();
        assert_eq!((commitments("person_id", &first), commitments("person_id", &second), commitments("agency_id", &committee.agency)), (json!(0), json!(1), json!(1)));
        assert!(!told.to_string().contains("Nguyễn Thị Trưởng"), "people by their ids alone");
        // A member who left registered none and owes none.
        let held = editor.get(&format!("/v1/mandates?committee_id={}&person_id={first}", committee.id)).expect(200);
        let path = format!("/v1/mandates/{}", id(&held["items"][0]));
        app.with_key("district-manager").step(&path, 1, &json!({ "to": "ENDED", "valid_to": "2023-03-15" })).expect(200);
        assert_eq!(none("unit_code=063"), Vec::<String>::new());
    }

    /// The work of one committee alone.
    fn one_committee_is_asked_for(app) {
        let committee = Committee::of(app);
        let (manager, editor) = (app.with_key("district-manager"), app.with_key("district-editor"));
        let other = id(&manager.post("/v1/committees", &json!({ "unit_code": "063", "kind": "COMMITTEE", "name": "Ban khác" })).expect(201));
        committee.task(&editor, "DIRECTIVE", json!({ "unit_code": "01984" }), json!({}));
        let of = |committee: &str| json!({ "committee_id": committee, "kind": "DIRECTIVE", "content": "Việc", "assignee": { "unit_code": "01984" } });
        editor.post("/v1/tasks", &of(&committee.group)).expect(201);
        editor.post("/v1/tasks", &of(&other)).expect(201);
        activity(&editor, "VISIT", json!({ "held_date": "2023-03-10", "committee_id": committee.id }));
        activity(&editor, "VISIT", json!({ "held_date": "2023-03-10", "committee_id": other }));
        activity(&editor, "VISIT", json!({ "held_date": "2023-03-10" }));
        let meeting = id(&editor.post("/v1/meetings", &json!({ "committee_id": committee.id, "held_date": "2023-03-10" })).expect(201));
        let raise = |more: Value| {
            let mut body = json!({ "unit_code": "01984", "kind": "OBSTACLE", "title": "Thiếu hướng dẫn" });
            body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
            editor.post("/v1/obstacles", &body).expect(201)
        };
        raise(json!({ "meeting_id": meeting }));
        raise(json!({}));
        let assigned = raise(json!({ "level": "DISTRICT" }));
        let step = json!({ "to": "ASSIGNED", "assignee": { "committee_id": committee.id } });
        app.with_key("district-signer").step(&format!("/v1/obstacles/{}", id(&assigned)), 1, &step).expect(200);
        let told = |query: &str| {
            let told = report(&editor, query);
            let visits = list(&told["activities"]["by_kind"])[0]["held_count"].as_i64().unwrap();
            (counts(&told["tasks"], ["total"])[0], counts(&told["obstacles"], ["waiting"])[0], visits)
        };
        assert_eq!(told("unit_code=063"), (3, 3, 3));
        assert_eq!(told(&format!("committee_id={}", committee.id)), (2, 2, 1));
        assert_eq!(told(&format!("unit_code=063&committee_id={other}")), (1, 0, 1));
        assert_eq!(report(&editor, &format!("committee_id={other}"))["scope"]["committee_id"], json!(other));
        // A committee out of sight is none.
        for (client, unknown) in [(&editor, UNKNOWN), (&app.with_key("sibling-editor"), &committee.id)] {
            client.get(&format!("{REPORT}?committee_id={unknown}")).faults(422, "VALIDATION_FAILED", &[("committee_id", "UNKNOWN_REFERENCE")]);
        }
        editor.get(&format!("{REPORT}?due_date_gte=2023-03-02&due_date_lte=2023-03-01")).faults(422, "DATE_ORDER", &[("due_date_lte", "DATE_ORDER")]);
        editor.get(&format!("{REPORT}?kind=WISH")).faults(422, "VALIDATION_FAILED", &[("kind", "UNKNOWN_VALUE")]);
    }

    /// What waits, for whom and how long; how long the first answer took.
    fn obstacles_are_told_by_level_and_age(app) {
        let (editor, signer) = (app.with_key("district-editor"), app.with_key("district-signer"));
        let raise = |kind: &str, more: Value| {
            let mut body = json!({ "unit_code": "01984", "kind": kind, "title": "Thiếu hướng dẫn" });
            body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
            editor.post("/v1/obstacles", &body).expect(201)
        };
        // On both sides of every border: 0, 30, 31, 90, 91, 180 and 181 days.
        for (day, level, due) in [("2023-03-15", "COMMUNE", 15), ("2023-02-13", "DISTRICT", 15), ("2023-02-12", "PROVINCE", 15), ("2022-12-15", "PROVINCE", 15), ("2022-12-14", "NATION", 14), ("2022-09-16", "NATION", 15)] {
            raise("OBSTACLE", json!({ "raised_date": day, "level": level, "answer_due_date": format!("2023-03-{due}") }));
        }
        raise("SHORTCOMING", json!({ "raised_date": "2022-09-15", "answer_due_date": "2023-03-14" }));
        let path = |one: &Value| format!("/v1/obstacles/{}", id(one));
        let answer = json!({ "to": "ANSWERED", "answer": "Đã có hướng dẫn" });
        // Answered today after 5, 2 and 3 days; the second came back, and its second answer is not its first.
        let answered: Vec<Value> = ["2023-03-10", "2023-03-13", "2023-03-12"].iter()
            .map(|day| raise("OBSTACLE", json!({ "raised_date": day, "level": "DISTRICT", "answer_due_date": "2023-03-14" })))
            .collect();
        for one in &answered {
            signer.step(&path(one), 1, &answer).expect(200);
        }
        editor.step(&path(&answered[1]), 2, &json!({ "to": "OPEN", "reason": "Chưa rõ" })).expect(200);
        editor.step(&path(&answered[2]), 2, &json!({ "to": "CLOSED" })).expect(200);
        let told = report(&editor, "unit_code=063")["obstacles"].clone();
        assert_eq!(counts(&told, ["total", "waiting", "overdue", "reopened", "answered"]), [10, 8, 2, 1, 3]);
        assert_eq!(told["first_answer_days_average"].to_string(), "3.3333");
        assert_eq!(ages(&told["waiting_ageing"]), [3, 2, 2, 1]);
        let first = &list(&told["waiting_ageing"])[0];
        assert_eq!((&first["code"], &first["min_days"], &first["max_days"]), (&json!("UP_TO_30"), &json!(0), &json!(30)));
        let cells: Vec<(&str, &str, i64)> = list(&told["by_kind_and_status"]).iter()
            .map(|cell| (cell["kind"].as_str().unwrap(), cell["status"].as_str().unwrap(), cell["count"].as_i64().unwrap()))
            .collect();
        assert_eq!(cells, [
            ("SHORTCOMING", "OPEN", 1), ("SHORTCOMING", "ASSIGNED", 0), ("SHORTCOMING", "ANSWERED", 0), ("SHORTCOMING", "CLOSED", 0),
            ("OBSTACLE", "OPEN", 7), ("OBSTACLE", "ASSIGNED", 0), ("OBSTACLE", "ANSWERED", 1), ("OBSTACLE", "CLOSED", 1),
        ]);
        let levels: Vec<(&Value, [i64; 2])> = list(&told["by_level"]).iter().map(|row| (&row["level"], counts(row, ["waiting", "overdue"]))).collect();
        let words = ["NATION", "PROVINCE", "DISTRICT", "COMMUNE"].map(|word| json!(word));
        assert_eq!(levels, [(&words[0], [2, 1]), (&words[1], [2, 0]), (&words[2], [2, 0]), (&words[3], [1, 0]), (&Value::Null, [1, 1])]);
        let nothing = report(&editor, "unit_code=01990")["obstacles"].clone();
        assert_eq!((&nothing["first_answer_days_average"], &nothing["by_level"], &nothing["total_count"]), (&Value::Null, &json!([]), &json!(0)));
    }

    /// What was planned, missed and held, and the communes that nobody went to.
    fn the_communes_that_nobody_went_to_are_named(app) {
        let (editor, commune) = (app.with_key("district-editor"), app.with_key("commune-editor"));
        activity(&editor, "VISIT", json!({ "held_date": "2023-03-10", "target_unit_codes": ["01984", "01990"] }));
        activity(&editor, "VISIT", json!({ "held_date": "2023-03-11", "target_unit_codes": ["01984"] }));
        activity(&editor, "VISIT", json!({ "held_date": "2022-03-11", "target_unit_codes": ["02008"] }));
        activity(&editor, "VISIT", json!({ "planned_date": "2023-03-14", "target_unit_codes": ["01993"] }));
        activity(&editor, "VISIT", json!({ "planned_date": "2023-03-15" }));
        activity(&commune, "INSPECTION", json!({ "unit_code": "01984", "held_date": "2023-03-01" }));
        activity(&editor, "SUPERVISION", json!({ "held_date": "2023-03-01", "target_unit_codes": ["01990"] }));
        let cancelled = activity(&editor, "REMINDER", json!({ "planned_date": "2023-03-01", "target_unit_codes": ["02005"] }));
        editor.step(&format!("/v1/activities/{}", id(&cancelled)), 1, &json!({ "to": "CANCELLED", "reason": "Mưa lũ" })).expect(200);
        // One of the province, for a commune of the district: whoever may see it sees the commune covered.
        activity(&app.with_key("nation"), "VISIT", json!({ "unit_code": "06", "held_date": "2023-03-09", "target_unit_codes": ["02014"] }));
        let told = |client: &Client, query: &str| report(client, query)["activities"].clone();
        let district = told(&editor, "unit_code=063");
        let by_kind: Vec<(&str, [i64; 3])> = list(&district["by_kind"]).iter().map(|row| (row["kind"].as_str().unwrap(), counts(row, ["planned", "missed", "held"]))).collect();
        assert_eq!(by_kind, [("VISIT", [2, 1, 3]), ("REMINDER", [0, 0, 0]), ("INSPECTION", [0, 0, 1]), ("SUPERVISION", [0, 0, 1]), ("COMMUNICATION", [0, 0, 0])]);
        let covered = |coverage: &Value| counts(coverage, ["expected", "covered", "not_covered"]);
        assert_eq!(covered(&district["visit_coverage"]), [14, 3, 11]);
        assert_eq!(covered(&district["inspection_coverage"]), [14, 2, 12]);
        let names = |coverage: &Value| list(&coverage["not_covered"]).iter().map(|unit| unit["code"].as_str().unwrap().to_owned()).collect::<Vec<_>>();
        let missing = names(&district["visit_coverage"]);
        assert!(missing.is_sorted() && missing.contains(&"01993".to_owned()) && missing.contains(&"02014".to_owned()), "{missing:?}");
        assert!(["01984", "01990", "02008"].iter().all(|code| !missing.contains(&(*code).to_owned())), "{missing:?}");
        assert_eq!(covered(&told(&app.with_key("nation"), "unit_code=063")["visit_coverage"]), [14, 4, 10]);
        let window = told(&editor, "unit_code=063&due_date_gte=2023-03-11&due_date_lte=2023-03-14");
        assert_eq!(covered(&window["visit_coverage"]), [14, 1, 13]);
        assert_eq!(counts(&list(&window["by_kind"])[0], ["planned", "missed", "held"]), [1, 1, 1]);
        assert_eq!(covered(&told(&commune, "unit_code=01984")["inspection_coverage"]), [1, 1, 0]);
    }

    /// However the report is divided, its groups add up to the whole.
    fn groups_add_up_to_the_whole(app) {
        let committee = Committee::of(app);
        tasks_of_every_sort(app, &committee);
        let (editor, nation) = (app.with_key("district-editor"), app.with_key("nation"));
        let sibling = id(&nation.post("/v1/committees", &json!({ "unit_code": "064", "kind": "COMMITTEE", "name": "Ban huyện bên" })).expect(201));
        let task = json!({ "committee_id": sibling, "kind": "DIRECTIVE", "content": "Việc", "assignee": { "unit_code": "064" }, "due_date": "2023-03-31" });
        nation.post("/v1/tasks", &task).expect(201);
        for (unit, due) in [("01984", "2023-03-14"), ("01990", "2023-03-15"), ("063", "2023-03-01"), ("06", "2023-03-01")] {
            nation.post("/v1/obstacles", &json!({ "unit_code": unit, "kind": "OBSTACLE", "title": "Thiếu hướng dẫn", "raised_date": "2023-02-01", "answer_due_date": due })).expect(201);
        }
        activity(&editor, "VISIT", json!({ "held_date": "2023-03-10" }));
        activity(&editor, "VISIT", json!({ "unit_code": "01984", "held_date": "2023-03-10" }));
        activity(&editor, "VISIT", json!({ "unit_code": "01984", "planned_date": "2023-03-10" }));
        let sums = |told: &Value| {
            let mut sums: BTreeMap<String, i64> = BTreeMap::new();
            for group in list(&told["groups"]) {
                let mut add = |name: &str, count: &Value| *sums.entry(name.to_owned()).or_default() += count.as_i64().unwrap();
                group["tasks"].as_object().unwrap().iter().filter(|(_, count)| count.is_i64()).for_each(|(name, count)| add(name, count));
                list(&group["tasks"]["overdue_ageing"]).iter().for_each(|age| add(age["code"].as_str().unwrap(), &age["count"]));
                ["obstacles_waiting_count", "obstacles_overdue_count", "activities_held_count"].iter().for_each(|name| add(name, &group[*name]));
            }
            sums
        };
        let whole = |told: &Value| {
            let mut whole: BTreeMap<String, i64> = BTreeMap::new();
            let mut put = |name: &str, count: i64| { whole.insert(name.to_owned(), count); };
            told["tasks"].as_object().unwrap().iter().filter_map(|(name, count)| Some((name, count.as_i64()?))).for_each(|(name, count)| put(name, count));
            list(&told["tasks"]["overdue_ageing"]).iter().for_each(|age| put(age["code"].as_str().unwrap(), age["count"].as_i64().unwrap()));
            let [waiting, overdue] = counts(&told["obstacles"], ["waiting", "overdue"]);
            put("obstacles_waiting_count", waiting);
            put("obstacles_overdue_count", overdue);
            put("activities_held_count", list(&told["activities"]["by_kind"]).iter().map(|row| row["held_count"].as_i64().unwrap()).sum());
            whole
        };
        for unit in ["VN", "06", "063", "01984"] {
            for group_by in ["CHILDREN", "PROVINCE", "DISTRICT", "COMMUNE"] {
                let told = report(&nation, &format!("unit_code={unit}&group_by={group_by}"));
                assert!(counts(&told["tasks"], ["total"])[0] > 0);
                assert_eq!(sums(&told), whole(&told), "{unit} {group_by}");
            }
        }
        let group = |told: &Value, code: &str| {
            let found = list(&told["groups"]).iter().find(|group| group["unit"]["code"] == code).cloned();
            found.unwrap_or_else(|| panic!("{code} in {told}"))
        };
        let district = report(&editor, "unit_code=063&group_by=CHILDREN");
        let codes: Vec<&Value> = list(&district["groups"]).iter().map(|group| &group["unit"]["code"]).collect();
        assert_eq!((codes.len(), codes.last().unwrap()), (COMMUNES + 1, &&Value::Null), "every commune, with work or without, and the district's own");
        assert_eq!(counts(&group(&district, "01984")["tasks"], ["total", "no_due_date", "done"]), [2, 1, 1]);
        assert_eq!(counts(&group(&district, "01984"), ["obstacles_waiting", "obstacles_overdue", "activities_held"]), [1, 1, 1]);
        assert_eq!(counts(&group(&district, "01990"), ["obstacles_waiting", "obstacles_overdue", "activities_held"]), [1, 0, 0]);
        let own = list(&district["groups"]).last().unwrap();
        assert_eq!((counts(&own["tasks"], ["total"]), counts(own, ["obstacles_waiting", "activities_held"])), ([15], [1, 1]));
        let province = report(&nation, "unit_code=06&group_by=DISTRICT");
        assert_eq!((counts(&group(&province, "063")["tasks"], ["total"]), counts(&group(&province, "064")["tasks"], ["total"])), ([17], [1]));
        assert_eq!(counts(&group(&report(&nation, "group_by=PROVINCE"), "06")["tasks"], ["total"]), [18]);
        // As a table it is the groups.
        let table = tables(&editor, &format!("{REPORT}?unit_code=063&group_by=CHILDREN"));
        assert_eq!((table.name.as_str(), table.csv.len()), ("Tiến độ theo đơn vị", COMMUNES + 2));
        assert_eq!(table.row("unit_code", "01984")[table.column("no_due_date_count")].to_string(), "1");
    }

    /// Nothing of others comes through: neither their records nor that there are any.
    fn nobody_counts_what_they_may_not_see(app) {
        let committee = Committee::of(app);
        tasks_of_every_sort(app, &committee);
        let sibling = app.with_key("sibling-editor");
        sibling.get(&format!("{REPORT}?unit_code=063")).faults(404, "NOT_FOUND", &[]);
        let province = sibling.get(&format!("{REPORT}?unit_code=06&group_by=DISTRICT"));
        let told = province.expect(200);
        assert_eq!((&told["scope"]["partial"], &told["tasks"]["total_count"]), (&json!(true), &json!(0)));
        assert_eq!((&told["activities"]["visit_coverage"]["expected_count"], &told["assignees_count"]), (&json!(20), &json!(0)), "its own communes and no others");
        assert_eq!((&told["without_commitment"]["count"], list(&told["groups"]).len()), (&json!(0), 1));
        assert!(!province.text.contains(&committee.people[0]) && !province.text.contains("01984"));
        // A commune sees its own work, and that the nation's is not all it sees.
        let commune = report(&app.with_key("commune-editor"), "");
        assert_eq!((&commune["scope"]["partial"], &commune["scope"]["unit"]["code"], &commune["tasks"]["total_count"]), (&json!(true), &json!("VN"), &json!(2)));
        let own = report(&app.with_key("commune-editor"), "unit_code=01984");
        assert_eq!((&own["scope"]["partial"], &own["tasks"]["total_count"], list(&own["by_assignee"]).len()), (&json!(false), &json!(2), 1));
    }

    /// After the reform the district is no more: its work is what it was, under the tree of its days.
    fn work_stays_with_the_units_of_its_days(app) {
        let committee = Committee::of(app);
        tasks_of_every_sort(app, &committee);
        let editor = app.with_key("district-editor");
        activity(&editor, "VISIT", json!({ "held_date": "2023-03-10", "target_unit_codes": ["01984"] }));
        let before = report(&editor, "unit_code=063");
        let later = later(app);
        let nation = later.with_key("nation");
        let after = report(&nation, "unit_code=063");
        assert_eq!((&after["scope"]["basis_date"], &after["scope"]["unit"]["name"]), (&json!("2025-06-30"), &json!("Bạch Thông")));
        let told = ["total", "open", "done", "confirmed", "late", "on_time", "extended"];
        assert_eq!(counts(&after["tasks"], told), counts(&before["tasks"], told));
        assert_eq!(counts(&after["tasks"], ["overdue"]), [11], "what was open then is late by now");
        assert_eq!(after["activities"]["visit_coverage"], before["activities"]["visit_coverage"]);
        assert_eq!(after["without_commitment"], before["without_commitment"]);
        let groups = report(&nation, "group_by=PROVINCE");
        let of = |code: &str| {
            let found = list(&groups["groups"]).iter().find(|group| group["unit"]["code"] == code).expect("a province");
            counts(&found["tasks"], ["total"])[0]
        };
        assert_eq!((of("06"), of("19")), (17, 0), "the province of 2023 is not the one of today");
    }

    /// Lists stop at 200 and say so; counts, and files, do not.
    fn long_lists_stop_and_say_so(app) {
        let manager = app.with_key("district-manager");
        let made = |path: &str, body: Value| id(&manager.post(path, &body).expect(201));
        let committee = made("/v1/committees", json!({ "unit_code": "063", "kind": "COMMITTEE", "name": "Ban Chỉ đạo" }));
        let told = || {
            let report = report(&manager, "unit_code=063");
            let without = &report["without_commitment"];
            assert_eq!(list(&report["by_assignee"]).len() as i64, report["assignees_count"].as_i64().unwrap().min(200));
            assert_eq!(list(&without["members"]).len() as i64, without["count"].as_i64().unwrap().min(200));
            (report["assignees_count"].clone(), report["assignees_truncated"].clone(), without["count"].clone(), without["members_truncated"].clone())
        };
        let join = |number: usize| {
            let agency = made("/v1/agencies", json!({ "unit_code": "063", "kind": "OTHER", "name": format!("Đơn vị {number}") }));
            made("/v1/mandates", json!({ "committee_id": committee, "kind": "MEMBERSHIP", "agency_id": agency }));
        };
        (1..=200 - COMMUNES).for_each(join);
        assert_eq!(told(), (json!(200), json!(false), json!(200 - COMMUNES), json!(false)));
        (201 - COMMUNES..=200).for_each(join);
        assert_eq!(told(), (json!(200 + COMMUNES), json!(true), json!(200), json!(false)));
        join(201);
        assert_eq!(told(), (json!(201 + COMMUNES), json!(true), json!(201), json!(true)));
        assert_eq!(tables(&manager, &format!("{REPORT}?unit_code=063")).csv.len(), 1 + 201 + COMMUNES);
    }

    /// The same lines as a file, without an end.
    fn the_lines_of_parties_are_a_table(app) {
        let committee = Committee::of(app);
        tasks_of_every_sort(app, &committee);
        let viewer = app.with_key("district-viewer");
        let table = tables(&viewer, &format!("{REPORT}?unit_code=063"));
        assert_eq!((table.name.as_str(), table.csv.len()), ("Tiến độ theo đầu mối", 1 + 4 + COMMUNES));
        let json = report(&viewer, "unit_code=063");
        let told = line(&json, "person_id", &committee.people[0]);
        let row = table.row("person_id", &committee.people[0]);
        for name in ["total_count", "overdue_count", "original_late_count", "extended_count"] {
            assert_eq!(row[table.column(name)].to_string(), told["tasks"][name].to_string(), "{name}");
        }
        assert_eq!(row[table.column("overdue_over_180")].to_string(), "1");
        assert_eq!(table.row("unit_code", "01984")[table.column("unit_name")].to_string(), "Đôn Phong");
    }
}
