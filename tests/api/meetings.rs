//! Meetings: who attended, what was handed out, what came of them.

use crate::access::Row;
use crate::parties::Refused;
use crate::support::{App, Client, on_both};
use serde_json::{Value, json};
use std::collections::BTreeMap;

const MEETINGS: &str = "/v1/meetings";

fn id(record: &Value) -> String {
    record["id"].as_str().expect("an id").to_owned()
}

fn items(list: &Value) -> &Vec<Value> {
    list["items"].as_array().expect("items")
}

fn committee(manager: &Client, name: &str) -> String {
    id(&manager.post("/v1/committees", &json!({ "unit_code": "063", "kind": "COMMITTEE", "name": name })).expect(201))
}

fn person(manager: &Client, name: &str) -> String {
    id(&manager.post("/v1/people", &json!({ "unit_code": "063", "full_name": name })).expect(201))
}

/// What the walk over the contract asks of meetings.
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
        read("list_meetings", MEETINGS),
        Row { foreign: Some(("sibling-editor", 404)), ..read("get_meeting", "/v1/meetings/{meeting}") },
        // The committee of another district is none that the caller knows.
        write(
            "create_meeting",
            "POST",
            MEETINGS,
            |ids| json!({ "committee_id": ids["committee"], "held_date": "2023-03-10" }),
            201,
            422,
        ),
        write("change_meeting", "PATCH", "/v1/meetings/{meeting}", |_| json!({ "place": "Hội trường" }), 200, 404),
        write("delete_meeting", "DELETE", "/v1/meetings/{meeting}", |_| Value::Null, 204, 404),
    ]
}

pub fn access_records(app: &App, committee: &str) -> BTreeMap<&'static str, String> {
    let body = json!({ "committee_id": committee, "held_date": "2023-03-01" });
    BTreeMap::from([("meeting", id(&app.with_key("district-editor").post(MEETINGS, &body).expect(201)))])
}

/// The demo holds the meeting with its chairs and conclusions; place, agenda and other members were not reported.
pub fn demo_holds_the_meeting(client: &Client) {
    let found = client.get("/v1/meetings?unit_code=063").expect(200);
    let [meeting] = items(&found).as_slice() else { panic!("{found}") };
    assert_eq!(
        (&meeting["held_date"], &meeting["reviews_period"], &meeting["plans_period"]),
        (&json!("2023-03-10"), &json!("2022"), &json!("2023"))
    );
    assert_eq!((&meeting["place"], &meeting["agenda"], &meeting["files"]), (&Value::Null, &json!([]), &json!([])));
    let attendances = meeting["attendances"].as_array().expect("a list");
    assert_eq!(
        attendances.iter().map(|attendance| &attendance["presence"]).collect::<Vec<_>>(),
        ["CHAIRED", "CHAIRED"]
    );
    let act = client.get(&format!("/v1/acts/{}", meeting["act_ids"][0].as_str().expect("an act"))).expect(200);
    assert_eq!(items(&act).len(), 5);
}

on_both! {
    /// A meeting is announced, held, and completed by its minutes, photos and conclusions.
    fn a_meeting_is_announced_held_and_completed(app) {
        let (manager, editor) = (app.with_key("district-manager"), app.with_key("district-editor"));
        let committee = committee(&manager, "Ban Chỉ đạo");
        let (head, member) = (person(&manager, "Nguyễn Thị Trưởng"), person(&manager, "Trần Văn Viên"));
        let agency = id(&manager.post("/v1/agencies", &json!({ "unit_code": "063", "kind": "SPECIALISED", "name": "Phòng Dân tộc" })).expect(201));
        let announced = editor.post(MEETINGS, &json!({ "committee_id": committee, "held_date": "2023-04-10", "reviews_period": "2023-Q1", "agenda": ["Kết quả quý I", "Vướng mắc"] })).expect(201);
        assert_eq!((&announced["unit"]["code"], &announced["attendances"]), (&json!("063"), &json!([])));
        let path = format!("{MEETINGS}/{}", id(&announced));
        let minutes = id(&crate::files::send(&editor, "unit_code=063&name=bien-ban.pdf", b"%PDF-1.7 minutes").expect(201));
        let act = id(&editor.post("/v1/acts", &json!({ "unit_code": "063", "kind_code": "KET_LUAN", "title": "Kết luận", "committee_id": committee })).expect(201));
        let held = json!({
            "place": "Hội trường UBND huyện", "files": [{ "file_id": minutes, "kind": "MINUTES" }], "act_ids": [act],
            "attendances": [{ "person_id": head, "presence": "CHAIRED" }, { "agency_id": agency, "presence": "PRESENT" }, { "person_id": member, "presence": "EXCUSED" }],
        });
        let completed = editor.patch(&path, 1, &held).expect(200);
        for (name, value) in held.as_object().unwrap().iter().filter(|(name, _)| *name != "attendances") {
            assert_eq!(&completed[name], value, "{name}");
        }
        assert_eq!(completed["attendances"][1], json!({ "person_id": null, "agency_id": agency, "presence": "PRESENT" }));
        assert_eq!(completed["agenda"], json!(["Kết quả quý I", "Vướng mắc"]), "what was not said stays");
        // Found by day, member and act; not by who is in no list.
        let found = |query: &str| items(&editor.get(&format!("{MEETINGS}?{query}")).expect(200)).len();
        assert_eq!((found(&format!("person_id={member}")), found(&format!("act_id={act}")), found(&format!("committee_id={committee}"))), (1, 1, 1));
        assert_eq!((found("held_date_gte=2023-04-10&held_date_lte=2023-04-10"), found("held_date_gte=2023-04-11"), found(&format!("person_id={act}"))), (1, 0, 0));
        // What a meeting needs stays: its file, its act; and a member who was erased stays in the list.
        assert_eq!(editor.delete(&format!("/v1/files/{minutes}"), 1).problem(409).0, "IN_USE");
        assert_eq!(editor.delete(&format!("/v1/acts/{act}"), 1).problem(409).0, "IN_USE");
        manager.step(&format!("/v1/people/{member}"), 1, &json!({ "to": "ERASED", "reason": "Theo yêu cầu" })).expect(200);
        let again = editor.patch(&path, 2, &json!({ "attendances": held["attendances"] })).expect(200);
        assert_eq!(again["attendances"][2]["person_id"], json!(member));
        let versions = editor.get(&format!("{path}/versions")).expect(200);
        assert_eq!(items(&versions).len(), 3);
        assert_eq!(items(&versions)[1]["record"]["attendances"][0]["presence"], "CHAIRED");
        // The file of a meeting is for whoever reads the meeting.
        assert_eq!(app.with_key("province-editor").get(&format!("/v1/files/{minutes}")).status, 200);
        assert_eq!(app.with_key("sibling-editor").get(&path).status, 404);
        assert_eq!(editor.delete(&path, 3).status, 204);
        assert_eq!(editor.delete(&format!("/v1/files/{minutes}"), 1).status, 204);
        assert_eq!(editor.delete(&format!("/v1/acts/{act}"), 1).status, 204);
    }

    /// Every fault at once; a committee meets once on a day.
    fn what_no_meeting_can_say_is_refused(app) {
        let (manager, editor) = (app.with_key("district-manager"), app.with_key("district-editor"));
        let committee = committee(&manager, "Ban Chỉ đạo");
        let member = person(&manager, "Trần Văn Viên");
        let unknown = "01992f3e-7c1a-7b55-9a0e-4f6f0c1d2e3f";
        let refused = |body: Value, faults: &[(&str, &str)]| editor.post(MEETINGS, &body).refused(faults);
        refused(json!({
            "committee_id": unknown, "held_date": "2023-03-10", "agenda": vec!["x"; 101], "act_ids": [unknown, unknown], "files": [{ "file_id": unknown, "kind": "PHOTO" }, { "file_id": unknown, "kind": "PHOTO" }],
            "attendances": [{ "person_id": member, "presence": "PRESENT" }, { "person_id": member, "presence": "ABSENT" }, { "presence": "PRESENT" }, { "agency_id": unknown, "presence": "PRESENT" }],
        }), &[
            ("/committee_id", "UNKNOWN_REFERENCE"), ("/agenda", "TOO_MANY_ITEMS"), ("/act_ids/0", "UNKNOWN_REFERENCE"), ("/act_ids/1", "DUPLICATE_ITEM"), ("/files/0/file_id", "UNKNOWN_REFERENCE"), ("/files/1/file_id", "DUPLICATE_ITEM"),
            ("/attendances/1/person_id", "DUPLICATE_ITEM"), ("/attendances/2/person_id", "EXACTLY_ONE_REQUIRED"), ("/attendances/3/agency_id", "UNKNOWN_REFERENCE"),
        ]);
        let day = |day: &str| json!({ "committee_id": committee, "held_date": day });
        let first = editor.post(MEETINGS, &day("2023-03-10")).expect(201);
        let again = editor.post(MEETINGS, &day("2023-03-10"));
        assert_eq!((again.problem(409).0.as_str(), &again.json()["existing_id"]), ("DUPLICATE", &first["id"]));
        let second = editor.post(MEETINGS, &day("2023-03-11")).expect(201);
        let path = format!("{MEETINGS}/{}", id(&second));
        assert_eq!(editor.patch(&path, 1, &json!({ "held_date": "2023-03-10" })).problem(409).0, "DUPLICATE");
        assert_eq!(editor.patch(&path, 1, &json!({ "held_date": "2023-03-12" })).expect(200)["held_date"], "2023-03-12");
        // Who keeps a commune reads nothing of its district's meetings, and calls none.
        assert!(items(&app.with_key("commune-editor").get(MEETINGS).expect(200)).is_empty());
        app.with_key("commune-editor").post(MEETINGS, &day("2023-03-20")).refused(&[("/committee_id", "UNKNOWN_REFERENCE")]);
        assert_eq!(manager.delete(&format!("/v1/committees/{committee}"), 1).problem(409).0, "IN_USE");
    }
}
