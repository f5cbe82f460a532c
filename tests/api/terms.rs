//! Terms in working days: counted by the calendar, late from the first minute after their last day, and moved with the
//! calendar while they run.

use crate::parties::Refused;
use crate::support::{App, Client, on_both};
use crate::tasks::Committee;
use serde_json::{Value, json};

fn id(record: &Value) -> &str {
    record["id"].as_str().expect("an id")
}

fn read(client: &Client, collection: &str, record: &Value) -> Value {
    client.get(&format!("/v1/{collection}/{}", id(record))).expect(200)
}

fn off(date: &str) -> Value {
    json!({ "date": date, "is_working": false, "name": { "vi": "Nghỉ bù", "en": "Day off in lieu" } })
}

/// A task of the committee for Đôn Phong, unless the changes say otherwise.
fn task(committee: &Committee, more: Value) -> Value {
    let body = json!({ "committee_id": committee.id, "kind": "DIRECTIVE", "content": "Rà soát hộ nghèo", "assignee": { "unit_code": "01984" } });
    crate::support::money::with(body, more)
}

on_both! {
    /// A task, a directive with its tasks, and an answer: each ends on its last working day, and where a day off becomes
    /// known it ends later, but for what was extended, done or answered before.
    fn what_is_due_in_working_days_follows_the_calendar(app) {
        let committee = Committee::of(app);
        let (editor, nation, signer) = (app.with_key("district-editor"), app.with_key("nation"), app.with_key("district-signer"));
        let given = |more: Value| editor.post("/v1/tasks", &task(&committee, more)).expect(201);
        let (open, extended, done) = (given(json!({ "due_in_working_days": 10 })), given(json!({ "due_in_working_days": 10 })), given(json!({ "due_in_working_days": 10 })));
        assert_eq!((&open["due_date"], &open["due_in_working_days"], &open["due_date_provisional"]), (&json!("2023-03-29"), &json!(10), &json!(false)), "from Wednesday to Wednesday in two weeks");
        let extension = json!({ "new_due_date": "2023-04-15", "reason": "Mưa lũ" });
        signer.send("POST", &format!("/v1/tasks/{}/extensions", id(&extended)), &[("if-match", "\"1\"")], &extension).expect(200);
        app.with_key("commune-editor").step(&format!("/v1/tasks/{}", id(&done)), 1, &json!({ "to": "DONE" })).expect(200);
        let directive = editor.post("/v1/directives", &committee.directive("3", json!({ "groups": ["COMMUNES"], "due_in_working_days": 10 }))).expect(201);
        assert_eq!((&directive["assigned_date"], &directive["due_date"], &directive["due_in_working_days"]), (&json!("2023-03-13"), &json!("2023-03-27"), &json!(10)));
        let of_directive = || editor.get(&format!("/v1/tasks?directive_id={}&limit=50", id(&directive))).expect(200)["items"].as_array().unwrap().clone();
        let don_phong = of_directive().into_iter().find(|task| task["unit"]["code"] == "01984").expect("a commune of the district");
        app.with_key("commune-editor").step(&format!("/v1/tasks/{}", id(&don_phong)), 1, &json!({ "to": "DONE" })).expect(200);
        let raised = json!({ "unit_code": "063", "kind": "OBSTACLE", "title": "Thiếu hướng dẫn", "raised_date": "2023-03-10", "answer_due_in_working_days": 8 });
        let (first, second) = (editor.post("/v1/obstacles", &raised).expect(201), editor.post("/v1/obstacles", &raised).expect(201));
        assert_eq!((&first["answer_due_date"], &first["answer_due_in_working_days"]), (&json!("2023-03-22"), &json!(8)));
        let assign = json!({ "to": "ASSIGNED", "assignee": { "unit_code": "063" }, "answer_due_in_working_days": 3 });
        let assigned = signer.step(&format!("/v1/obstacles/{}", id(&second)), 1, &assign).expect(200);
        assert_eq!((&assigned["answer_due_date"], &assigned["answer_due_in_working_days"]), (&json!("2023-03-20"), &json!(3)), "the clock starts when it is assigned");

        let due = || {
            let of = |collection: &str, record: &Value, member: &str| read(&editor, collection, record)[member].as_str().unwrap().to_owned();
            let left: Vec<Value> = of_directive().into_iter().filter(|task| task["status"] == "OPEN").collect();
            let mut days: Vec<String> = left.iter().map(|task| task["due_date"].as_str().unwrap().to_owned()).collect();
            assert_eq!(days.len(), 13);
            days.dedup();
            [
                of("tasks", &open, "due_date"), of("tasks", &extended, "due_date"), of("tasks", &done, "due_date"), of("tasks", &don_phong, "due_date"), of("directives", &directive, "due_date"),
                days.join(" "), of("obstacles", &first, "answer_due_date"), of("obstacles", &second, "answer_due_date"),
            ]
        };
        let before = ["2023-03-29", "2023-04-15", "2023-03-29", "2023-03-27", "2023-03-27", "2023-03-27", "2023-03-22", "2023-03-20"];
        assert_eq!(due(), before);
        let day = nation.post("/v1/calendar-days", &off("2023-03-20")).expect(201);
        assert_eq!(due(), ["2023-03-30", "2023-04-15", "2023-03-29", "2023-03-27", "2023-03-28", "2023-03-28", "2023-03-23", "2023-03-21"]);
        let versions = editor.get(&format!("/v1/tasks/{}/versions", id(&open))).expect(200);
        assert_eq!((&versions["items"][1]["action"], &versions["items"][1]["changed"]), (&json!("task.rescheduled"), &json!(["due_date", "updated_at"])));
        assert_eq!(read(&editor, "tasks", &extended)["original_due_date"], "2023-03-29");
        // A day off after their ends moves nothing; taken back, the first moves all of it back.
        nation.post("/v1/calendar-days", &off("2023-04-03")).expect(201);
        assert_eq!(nation.delete(&format!("/v1/calendar-days/{}", id(&day)), 1).status, 204);
        assert_eq!(due(), before);
        // A day that is named in its place moves with nothing.
        let named = editor.patch(&format!("/v1/obstacles/{}", id(&first)), 3, &json!({ "answer_due_date": "2023-03-31" })).expect(200);
        assert_eq!((&named["answer_due_date"], &named["answer_due_in_working_days"]), (&json!("2023-03-31"), &Value::Null));
        nation.post("/v1/calendar-days", &off("2023-03-31")).expect(201);
        assert_eq!(read(&editor, "obstacles", &first)["answer_due_date"], "2023-03-31");

        for (instant, expected) in [("2023-03-29T16:50:00Z", "NOT_DUE"), ("2023-03-29T17:00:00Z", "OVERDUE")] {
            let then = App::start_on(app.engine, app.database.clone(), &["--clock-start", instant]);
            assert_eq!(read(&then.with_key("district-editor"), "tasks", &open)["timeliness"], expected, "{instant}");
        }
    }

    /// Either a day or a term; a term that reaches into years whose days off nobody knows says so.
    fn a_term_is_one_of_two_ways_to_say_when(app) {
        let committee = Committee::of(app);
        let (editor, signer) = (app.with_key("district-editor"), app.with_key("district-signer"));
        let far = editor.post("/v1/tasks", &task(&committee, json!({ "due_in_working_days": 1000 }))).expect(201);
        assert_eq!((&far["due_date_provisional"], &far["due_in_working_days"]), (&json!(true), &json!(1000)));
        let refused = |more: Value, faults: &[(&str, &str)]| editor.post("/v1/tasks", &task(&committee, more)).refused(faults);
        refused(json!({ "due_in_working_days": 5, "due_date": "2023-03-31" }), &[("/due_in_working_days", "EXACTLY_ONE_REQUIRED")]);
        for (days, code) in [(json!(0), "TOO_SMALL"), (json!(1001), "TOO_LARGE"), (json!("5"), "INTEGER_EXPECTED"), (json!(1.5), "INTEGER_EXPECTED")] {
            refused(json!({ "due_in_working_days": days }), &[("/due_in_working_days", code)]);
        }
        let body = committee.directive("3", json!({ "groups": ["COMMUNES"], "due_in_working_days": 5, "due_date": "2023-03-31", "recurrence": "MONTHLY", "recurs_until": "2023-12-31" }));
        editor.post("/v1/directives", &body).refused(&[("/due_in_working_days", "EXACTLY_ONE_REQUIRED"), ("/recurrence", "EXACTLY_ONE_REQUIRED")]);
        let raise = |more: Value| editor.post("/v1/obstacles", &crate::support::money::with(json!({ "unit_code": "063", "kind": "OBSTACLE", "title": "Thiếu hướng dẫn" }), more));
        raise(json!({ "answer_due_date": "2023-03-31", "answer_due_in_working_days": 3 })).refused(&[("/answer_due_in_working_days", "EXACTLY_ONE_REQUIRED")]);
        let raised = raise(json!({})).expect(201);
        let path = format!("/v1/obstacles/{}", id(&raised));
        signer.step(&path, 1, &json!({ "to": "ANSWERED", "answer": "x", "answer_due_in_working_days": 3 })).refused(&[("/answer_due_in_working_days", "UNKNOWN_MEMBER")]);
        let up = json!({ "to_level": "PROVINCE", "reason": "Vượt thẩm quyền", "answer_due_in_working_days": 5 });
        let up = editor.send("POST", &format!("{path}/escalations"), &[("if-match", "\"1\"")], &up).expect(200);
        assert_eq!((&up["answer_due_date"], &up["escalations"][0]["answer_due_date"], &up["answer_due_in_working_days"]), (&json!("2023-03-22"), &json!("2023-03-22"), &json!(5)));
    }
}
