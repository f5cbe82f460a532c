//! Activities: who went where, what was found, what was recommended.

use crate::access::Row;
use crate::parties::Refused;
use crate::support::{App, on_both};
use serde_json::{Value, json};
use std::collections::BTreeMap;

const ACTIVITIES: &str = "/v1/activities";
const UNKNOWN: &str = "01992f3e-7c1a-7b55-9a0e-4f6f0c1d2e3f";

fn id(record: &Value) -> String {
    record["id"].as_str().expect("an id").to_owned()
}

fn items(list: &Value) -> &Vec<Value> {
    list["items"].as_array().expect("items")
}

fn planned() -> Value {
    json!({ "unit_code": "063", "kind": "VISIT", "title": "Đi cơ sở", "planned_date": "2023-03-14" })
}

/// What the walk over the contract asks of activities.
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
        read("list_activities", ACTIVITIES),
        Row { foreign: Some(("sibling-editor", 404)), ..read("get_activity", "/v1/activities/{activity}") },
        write("create_activity", "POST", ACTIVITIES, |_| planned(), 201, 403),
        write("change_activity", "PATCH", "/v1/activities/{activity}", |_| json!({ "note": "Đi cùng xã" }), 200, 404),
        write(
            "transition_activity",
            "POST",
            "/v1/activities/{activity}/transitions",
            |_| json!({ "to": "HELD" }),
            200,
            404,
        ),
        write("delete_activity", "DELETE", "/v1/activities/{activity}", |_| Value::Null, 204, 404),
    ]
}

pub fn access_records(app: &App) -> BTreeMap<&'static str, String> {
    BTreeMap::from([("activity", id(&app.with_key("district-editor").post(ACTIVITIES, &planned()).expect(201)))])
}

on_both! {
    /// A visit is planned, held, completed by what was found and recommended, and found by member and commune.
    fn following_a_commune_can_be_seen(app) {
        let (manager, editor) = (app.with_key("district-manager"), app.with_key("district-editor"));
        let committee = id(&manager.post("/v1/committees", &json!({ "unit_code": "063", "kind": "COMMITTEE", "name": "Ban Chỉ đạo" })).expect(201));
        let person = id(&manager.post("/v1/people", &json!({ "unit_code": "063", "full_name": "Trần Văn Viên" })).expect(201));
        manager.post("/v1/mandates", &json!({ "committee_id": committee, "kind": "MEMBERSHIP", "person_id": person })).expect(201);
        let agency = id(&manager.post("/v1/agencies", &json!({ "unit_code": "063", "kind": "SPECIALISED", "name": "Phòng Dân tộc" })).expect(201));
        let task = |kind: &str, assignee: Value| {
            let body = json!({ "committee_id": committee, "kind": kind, "content": "Bám nắm địa bàn", "assignee": assignee });
            id(&editor.post("/v1/tasks", &body).expect(201))
        };
        let (followed, recommended) = (task("DIRECTIVE", json!({ "person_id": person })), task("RECOMMENDATION", json!({ "unit_code": "01984" })));
        let mut body = planned();
        body.as_object_mut().unwrap().extend(json!({
            "committee_id": committee, "target_unit_codes": ["01984", "063"], "parties": [{ "person_id": person }, { "agency_id": agency }], "task_id": followed,
        }).as_object().unwrap().clone());
        let visit = editor.post(ACTIVITIES, &body).expect(201);
        assert_eq!((&visit["status"], &visit["held_date"], &visit["allowed_transitions"]), (&json!("PLANNED"), &Value::Null, &json!(["HELD", "CANCELLED"])));
        let path = format!("{ACTIVITIES}/{}", id(&visit));
        editor.step(&path, 1, &json!({ "to": "HELD", "held_date": "2023-03-16", "reason": "x" })).refused(&[("/held_date", "DATE_IN_FUTURE"), ("/reason", "UNKNOWN_MEMBER")]);
        editor.step(&path, 1, &json!({ "to": "CANCELLED", "held_date": "2023-03-14" })).refused(&[("/held_date", "UNKNOWN_MEMBER"), ("/reason", "REASON_REQUIRED")]);
        let held = editor.step(&path, 1, &json!({ "to": "HELD", "held_date": "2023-03-14" })).expect(200);
        assert_eq!((&held["status"], &held["held_date"]), (&json!("HELD"), &json!("2023-03-14")));
        assert_eq!(editor.step(&path, 2, &json!({ "to": "CANCELLED", "reason": "x" })).problem(409).0, "TRANSITION_NOT_ALLOWED");
        let photo = id(&crate::files::send(&editor, "unit_code=063&name=bien-ban.pdf", b"%PDF-1.7 visit").expect(201));
        let more = json!({ "findings": "Đường chưa thi công", "recommendation_task_ids": [recommended], "file_ids": [photo], "cost_vnd": 500_000, "title": "Làm việc với xã" });
        let told = editor.patch(&path, 2, &more).expect(200);
        for (name, value) in more.as_object().unwrap() {
            assert_eq!(&told[name], value, "{name}");
        }
        assert_eq!((&told["parties"][1]["agency_id"], &told["target_units"][0]["name"], &told["task_id"]), (&json!(agency), &json!("Đôn Phong"), &json!(followed)));
        let commune = told["target_units"][0]["id"].as_str().unwrap();
        let found = |query: &str| items(&editor.get(&format!("{ACTIVITIES}?{query}")).expect(200)).len();
        for (query, count) in [
            (format!("person_id={person}&target_unit_id={commune}&kind=VISIT&status=HELD"), 1), (format!("agency_id={agency}"), 1), (format!("task_id={followed}"), 1),
            (format!("committee_id={committee}"), 1), ("q=lam+viec".to_owned(), 1), ("held_date_gte=2023-03-15".to_owned(), 0), ("held_date_lte=2023-03-14".to_owned(), 1),
            ("kind=INSPECTION".to_owned(), 0), (format!("person_id={UNKNOWN}"), 0), ("unit_code=01984".to_owned(), 0),
        ] {
            assert_eq!(found(&query), count, "{query}");
        }
        // What it names stays; who took part may be erased.
        for (in_use, version) in [(format!("/v1/tasks/{followed}"), 1), (format!("/v1/tasks/{recommended}"), 1), (format!("/v1/files/{photo}"), 1)] {
            assert_eq!(editor.delete(&in_use, version).problem(409).0, "IN_USE", "{in_use}");
        }
        for in_use in [format!("/v1/agencies/{agency}"), format!("/v1/committees/{committee}")] {
            assert_eq!(manager.delete(&in_use, 1).problem(409).0, "IN_USE", "{in_use}");
        }
        manager.step(&format!("/v1/people/{person}"), 1, &json!({ "to": "ERASED", "reason": "Theo yêu cầu" })).expect(200);
        editor.patch(&path, 3, &json!({ "parties": [{ "person_id": person }] })).expect(200);
        let versions = editor.get(&format!("{path}/versions")).expect(200);
        assert_eq!(items(&versions)[1]["action"], "activity.held");
        assert_eq!(editor.delete(&path, 4).status, 204);
        assert_eq!(editor.delete(&format!("/v1/files/{photo}"), 1).status, 204);
    }

    /// Every fault at once.
    fn what_no_activity_can_be_is_refused(app) {
        let (manager, editor, nation) = (app.with_key("district-manager"), app.with_key("district-editor"), app.with_key("nation"));
        let beside = id(&nation.post("/v1/committees", &json!({ "unit_code": "064", "kind": "COMMITTEE", "name": "Ban bên cạnh" })).expect(201));
        let committee = id(&manager.post("/v1/committees", &json!({ "unit_code": "063", "kind": "COMMITTEE", "name": "Ban Chỉ đạo" })).expect(201));
        let other = json!({ "committee_id": committee, "kind": "DIRECTIVE", "content": "Rà soát", "assignee": { "unit_code": "01984" } });
        let other = id(&editor.post("/v1/tasks", &other).expect(201));
        nation.post(ACTIVITIES, &json!({
            "unit_code": "063", "kind": "INSPECTION", "title": "x", "held_date": "2023-03-16", "committee_id": beside, "task_id": UNKNOWN, "audience": "Người dân", "language": "Tày", "reach_count": 3,
            "target_unit_codes": ["01984", "01984", "02023", "99999"], "parties": [{}, { "person_id": UNKNOWN }, { "person_id": UNKNOWN }], "recommendation_task_ids": [other, other, UNKNOWN], "file_ids": [UNKNOWN, UNKNOWN],
        })).refused(&[
            ("/held_date", "DATE_IN_FUTURE"), ("/committee_id", "UNIT_OUTSIDE_COMMITTEE"), ("/task_id", "UNKNOWN_REFERENCE"), ("/audience", "UNKNOWN_MEMBER"), ("/language", "UNKNOWN_MEMBER"), ("/reach_count", "UNKNOWN_MEMBER"),
            ("/target_unit_codes/1", "DUPLICATE_ITEM"), ("/target_unit_codes/2", "UNIT_OUTSIDE_COMMITTEE"), ("/target_unit_codes/3", "UNIT_CODE_NOT_HELD"),
            ("/parties/0/person_id", "EXACTLY_ONE_REQUIRED"), ("/parties/1/person_id", "UNKNOWN_REFERENCE"), ("/parties/2/person_id", "DUPLICATE_ITEM"),
            ("/recommendation_task_ids/0", "UNKNOWN_REFERENCE"), ("/recommendation_task_ids/1", "DUPLICATE_ITEM"), ("/recommendation_task_ids/2", "UNKNOWN_REFERENCE"),
            ("/file_ids/0", "UNKNOWN_REFERENCE"), ("/file_ids/1", "DUPLICATE_ITEM"),
        ]);
        editor.post(ACTIVITIES, &json!({ "unit_code": "063", "kind": "VISIT", "title": "x" })).refused(&[("/held_date", "REQUIRED")]);
        let talk = editor.post(ACTIVITIES, &json!({ "unit_code": "063", "kind": "COMMUNICATION", "title": "Phát thanh", "held_date": "2023-03-14", "audience": "Người dân", "language": "Tày", "reach_count": 1200 })).expect(201);
        assert_eq!((&talk["status"], &talk["reach_count"], &talk["language"]), (&json!("HELD"), &json!(1200), &json!("Tày")));
        let path = format!("{ACTIVITIES}/{}", id(&talk));
        assert_eq!(editor.patch(&path, 1, &json!({ "reach_count": null, "cost_vnd": 10 })).expect(200)["reach_count"], Value::Null);
        let visit = editor.post(ACTIVITIES, &planned()).expect(201);
        let path = format!("{ACTIVITIES}/{}", id(&visit));
        editor.patch(&path, 1, &json!({ "planned_date": null, "reach_count": 3 })).refused(&[("/planned_date", "REQUIRED"), ("/reach_count", "UNKNOWN_MEMBER")]);
        let cancelled = editor.step(&path, 1, &json!({ "to": "CANCELLED", "reason": "Mưa lũ" })).expect(200);
        assert_eq!((&cancelled["cancellation_reason"], &cancelled["allowed_transitions"]), (&json!("Mưa lũ"), &json!([])));
    }
}
