//! `criterion-context`: why a criterion is not met, held against the records that say so.

use crate::access::Row;
use crate::reforms::later;
use crate::support::{App, Client, on_both};
use serde_json::{Value, json};

const SET: &str = "NTM-XA-2021-2025";
const DON_PHONG: &str = "01984";

fn id(record: &Value) -> String {
    record["id"].as_str().expect("an id").to_owned()
}

fn list(value: &Value) -> &Vec<Value> {
    value.as_array().expect("a list")
}

fn path(client: &Client, unit: &str, query: &str) -> String {
    let found = client.get(&format!("/v1/units?code={unit}&as_of=2023-03-15")).expect(200);
    format!("/v1/units/{}/criterion-context?{query}", id(&found["items"][0]))
}

fn context(client: &Client, query: &str) -> Value {
    client.get(&path(client, DON_PHONG, query)).expect(200)
}

fn ids(rows: &Value) -> Vec<String> {
    list(rows).iter().map(id).collect()
}

/// What counts of a year: 79.9 % of the land irrigated where 80 are asked, disasters not told of, income too low.
fn assessed(app: &App, period: &str) -> Value {
    let (editor, signer) = (app.with_key("commune-editor"), app.with_key("commune-signer"));
    let figure = |code: &str, value: f64| json!({ "code": code, "figure": { "value": value } });
    let body = json!({
        "unit_code": DON_PHONG, "criteria_set_code": SET, "period": period, "stage": "SELF",
        "items": [figure("3.1", 79.9), figure("10.1", 30.0), figure("7.1", 1.0)],
    });
    let made = editor.post("/v1/assessments", &body).expect(201);
    signer.step(&format!("/v1/assessments/{}", id(&made)), 1, &json!({ "to": "SUBMITTED" })).expect(200)
}

fn committee(app: &App) -> (String, String) {
    let manager = app.with_key("district-manager");
    let made = |path: &str, body: Value| id(&manager.post(path, &body).expect(201));
    let committee = made("/v1/committees", json!({ "unit_code": "063", "kind": "COMMITTEE", "name": "Ban Chỉ đạo" }));
    let person = made("/v1/people", json!({ "unit_code": "063", "full_name": "Trần Văn Viên" }));
    made("/v1/mandates", json!({ "committee_id": committee, "kind": "MEMBERSHIP", "person_id": person }));
    (committee, person)
}

/// What the walk over the contract asks of the context.
pub fn access_rows() -> Vec<Row> {
    let read = crate::access::read(
        "get_criterion_context",
        "/v1/units/{unit}/criterion-context?criterion=2",
        "district-viewer",
    );
    vec![Row { foreign: Some(("sibling-editor", 404)), ..read }]
}

on_both! {
    /// The items that are open, as the signed proof shows them; those that are met are left out.
    fn the_open_items_are_those_of_the_proof(app) {
        let editor = app.with_key("district-editor");
        let nothing = context(&editor, "criterion=3");
        assert_eq!((&nothing["result"], &nothing["items"], &nothing["items_count"]), (&Value::Null, &json!([]), &json!(0)));
        assert_eq!((&nothing["criteria_set_code"], &nothing["criterion"]["name"]["en"]), (&json!(SET), &json!("Irrigation and natural disaster prevention")));
        let assessment = assessed(app, "2022");
        let told = context(&editor, "criterion=3");
        assert_eq!(told["result"], json!({ "assessment_id": assessment["id"], "period": "2022", "stage": "SELF", "verdict": "NOT_MET" }));
        let proof = editor.get(&format!("/v1/assessments/{}/evaluation", id(&assessment))).expect(200);
        let proved = list(&proof["criteria"]).iter().find(|criterion| criterion["code"] == "3").unwrap();
        assert_eq!(told["items"], proved["items"], "neither is met");
        let first = &told["items"][0];
        assert_eq!((&first["code"], &first["verdict"], &first["measures"][0]["figure"]["value"]), (&json!("3.1"), &json!("NOT_MET"), &json!(79.9)));
        assert_eq!((&first["measures"][0]["threshold"]["value"], &first["measures"][0]["gap"]), (&json!(80), &json!(0.1)));
        assert_eq!((&told["items"][1]["code"], &told["items"][1]["verdict"]), (&json!("3.2"), &json!("NOT_ASSESSED")));
        assert_eq!((&told["items_count"], &told["items_truncated"]), (&json!(2), &json!(false)));
        let met = context(&editor, "criterion=7");
        assert_eq!((&met["result"]["verdict"], &met["items"]), (&json!("MET"), &json!([])));
        // What is not known is said to be so.
        assert_eq!((&told["lines_unspent"]["state"], &told["works_unfinished"]["state"]), (&json!("NO_DATA"), &json!("NO_DATA")));
        assert_eq!((&told["unit"]["name"], &told["period"], &told["today"]), (&json!("Đôn Phong"), &json!("LATEST"), &json!("2023-03-15")));
        // A sheet that was returned is computed as it stands, and does not count.
        let back = json!({ "to": "DRAFT", "reason": "Thiếu số liệu" });
        app.with_key("commune-signer").step(&format!("/v1/assessments/{}", id(&assessment)), 2, &back).expect(200);
        assert_eq!(context(&editor, "criterion=3")["result"], Value::Null);
    }

    /// The period asked for, else the newest; the set asked for, else the one of the newest result.
    fn the_result_that_counts_is_chosen_as_in_the_reports(app) {
        let editor = app.with_key("district-editor");
        let older = assessed(app, "2021");
        let newer = assessed(app, "2022");
        let assessment = |query: &str| context(&editor, query)["result"]["assessment_id"].clone();
        assert_eq!(assessment("criterion=3"), newer["id"]);
        assert_eq!(assessment("criterion=3&period=2021"), older["id"]);
        assert_eq!(context(&editor, "criterion=3&period=2021")["period"], "2021");
        assert_eq!(assessment("criterion=3&period=2020"), Value::Null);
        // Of two results of a year the one under the province's own set counts, as it does in the distribution.
        let own = json!({ "unit_code": DON_PHONG, "criteria_set_code": "NTM-XA-BK-2022-2025", "period": "2022", "stage": "REPORTED", "declared_total": { "min": 5, "max": 9 } });
        app.with_key("nation").post("/v1/assessments", &own).expect(201);
        assert_eq!(assessment("criterion=3"), newer["id"], "a stage that was signed goes before one that was reported");
        let bac_kan = context(&editor, "criterion=3&criteria_set_code=NTM-XA-BK-2022-2025");
        assert_eq!((&bac_kan["result"]["stage"], &bac_kan["result"]["verdict"], &bac_kan["criteria_set_code"]), (&json!("REPORTED"), &json!("NOT_ASSESSED"), &json!("NTM-XA-BK-2022-2025")));
        for (query, parameter, code) in [
            ("criterion=99", "criterion", "CRITERION_NOT_IN_SET"), ("criterion=3&criteria_set_code=KHONG-CO", "criteria_set_code", "CRITERIA_SET_NOT_FOUND"), ("period=2022", "criterion", "REQUIRED"),
        ] {
            let (_, faults) = editor.get(&path(&editor, DON_PHONG, query)).problem(422);
            assert_eq!(faults, [(parameter.to_owned(), code.to_owned())], "{query}");
        }
        // Years later another set is in force; the unit's last result is still what there is to explain.
        let later = later(app);
        let nation = later.with_key("nation");
        let told = nation.get(&path(&nation, DON_PHONG, "criterion=3"));
        assert_eq!((&told.expect(200)["result"]["assessment_id"], &told.json()["criteria_set_code"]), (&newer["id"], &json!(SET)));
    }

    /// Obstacles and tasks of this criterion in this unit, overdue ones first, and nothing that is closed or done.
    fn what_stands_in_the_way_is_told(app) {
        let (editor, signer) = (app.with_key("district-editor"), app.with_key("district-signer"));
        let (committee, person) = committee(app);
        let task = |more: Value| {
            let mut body = json!({ "committee_id": committee, "kind": "DIRECTIVE", "content": "Làm đường", "assignee": { "person_id": person }, "assigned_date": "2023-01-10" });
            body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
            id(&editor.post("/v1/tasks", &body).expect(201))
        };
        let criterion = |code: &str| json!({ "criteria_set_code": SET, "criterion_code": code });
        let with = |one: Value, two: Value| {
            let mut all = one.clone();
            all.as_object_mut().unwrap().extend(two.as_object().unwrap().clone());
            all
        };
        let standing = task(with(criterion("3"), json!({ "target_unit_code": DON_PHONG })));
        let due = task(with(criterion("3"), json!({ "assignee": { "unit_code": DON_PHONG }, "due_date": "2023-03-15" })));
        let late = task(with(criterion("3"), json!({ "target_unit_code": DON_PHONG, "due_date": "2023-03-14" })));
        // Of another criterion, of another unit, of no criterion; done.
        task(with(criterion("2"), json!({ "target_unit_code": DON_PHONG })));
        task(with(criterion("3"), json!({ "target_unit_code": "01990" })));
        task(json!({ "target_unit_code": DON_PHONG }));
        let done = task(with(criterion("3"), json!({ "target_unit_code": DON_PHONG })));
        editor.step(&format!("/v1/tasks/{done}"), 1, &json!({ "to": "DONE" })).expect(200);
        let linked = task(json!({ "due_date": "2023-03-01" }));
        let figure = json!({ "indicator_code": "DISASTER_PREPAREDNESS_MET", "unit_code": DON_PHONG, "period": "2022", "stage": "SELF", "figure": { "value": 0 } });
        let figure = id(&app.with_key("nation").post("/v1/observations", &figure).expect(201));
        let raise = |more: Value| {
            let mut body = json!({ "unit_code": DON_PHONG, "kind": "OBSTACLE", "title": "Chưa có vốn" });
            body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
            editor.post("/v1/obstacles", &body).expect(201)
        };
        let open = raise(criterion("3"));
        let waiting = raise(with(criterion("3"), json!({ "raised_date": "2023-03-01", "answer_due_date": "2023-03-14", "level": "DISTRICT", "task_ids": [linked] })));
        let resting = raise(json!({ "observation_id": figure }));
        raise(criterion("2"));
        raise(json!({}));
        raise(with(criterion("3"), json!({ "unit_code": "01990" })));
        let closed = raise(criterion("3"));
        editor.step(&format!("/v1/obstacles/{}", id(&closed)), 1, &json!({ "to": "CLOSED", "reason": "Đã có vốn" })).expect(200);
        let told = context(&editor, "criterion=3");
        assert_eq!(ids(&told["obstacles"]), [id(&waiting), id(&open), id(&resting)]);
        assert_eq!((&told["obstacles_count"], &told["obstacles_truncated"]), (&json!(3), &json!(false)));
        for name in ["kind", "title", "status", "raised_date", "level", "answer_due_date", "is_overdue"] {
            assert_eq!(told["obstacles"][0][name], waiting[name], "{name}");
        }
        assert_eq!(ids(&told["tasks"]), [linked.clone(), late, due, standing]);
        let overdue: Vec<&Value> = list(&told["tasks"]).iter().map(|task| &task["is_overdue"]).collect();
        assert_eq!(overdue, [&json!(true), &json!(true), &json!(false), &json!(false)]);
        assert_eq!((&told["tasks_count"], &told["tasks"][0]["assignee"]["person_id"]), (&json!(4), &json!(person)));
        assert!(!told.to_string().contains("Trần Văn Viên"), "people by their ids alone");
        // Criteria of the province's set are those of the national one.
        let own = context(&editor, "criterion=3&criteria_set_code=NTM-XA-BK-2022-2025");
        assert_eq!(ids(&own["obstacles"]), ids(&told["obstacles"]));
        // An answered one is not closed; what it was in the way of is told with it.
        signer.step(&format!("/v1/obstacles/{}", id(&waiting)), 1, &json!({ "to": "ANSWERED", "answer": "Đã bố trí" })).expect(200);
        let answered = context(&editor, "criterion=3");
        assert_eq!((ids(&answered["obstacles"]).len(), ids(&answered["tasks"]).len()), (3, 4));
        assert!(list(&answered["obstacles"]).iter().all(|one| one["is_overdue"] == false));
        // A long list stops, its count does not.
        for _ in 0..49 {
            raise(criterion("3"));
        }
        let many = context(&editor, "criterion=3");
        assert_eq!((list(&many["obstacles"]).len(), &many["obstacles_count"], &many["obstacles_truncated"]), (50, &json!(52), &json!(true)));
        // The commune sees its own obstacles, and of the tasks those that it has itself.
        let commune = context(&app.with_key("commune-editor"), "criterion=3");
        assert_eq!((&commune["obstacles_count"], ids(&commune["tasks"]).len(), &commune["mandates_count"]), (&json!(52), 1, &json!(0)));
    }

    /// Who is in charge today: of the unit, of what is above it, of the criterion; not who was, nor who left.
    fn whoever_is_in_charge_is_named(app) {
        let (manager, viewer) = (app.with_key("district-manager"), app.with_key("district-viewer"));
        let (committee, person) = committee(app);
        let charge = |more: Value| {
            let mut body = json!({ "committee_id": committee, "kind": "CHARGE", "person_id": person, "valid_from": "2023-01-01" });
            body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
            id(&manager.post("/v1/mandates", &body).expect(201))
        };
        let unit = charge(json!({ "charge_unit_code": DON_PHONG }));
        let everywhere = charge(json!({ "criteria_set_code": SET, "criterion_code": "3" }));
        let here = charge(json!({ "charge_unit_code": DON_PHONG, "criteria_set_code": SET, "criterion_code": "3" }));
        charge(json!({ "charge_unit_code": DON_PHONG, "criteria_set_code": SET, "criterion_code": "2" }));
        charge(json!({ "charge_unit_code": "01990" }));
        charge(json!({ "criteria_set_code": SET, "criterion_code": "2" }));
        let ended = charge(json!({ "charge_unit_code": "063", "valid_to": "2023-03-15" }));
        let told = context(&viewer, "criterion=3");
        let mandates: Vec<&str> = list(&told["mandates"]).iter().map(|one| one["mandate_id"].as_str().unwrap()).collect();
        assert_eq!(mandates, [&unit, &everywhere, &here]);
        assert!(!mandates.contains(&ended.as_str()));
        assert_eq!((&told["mandates"][0]["unit"]["code"], &told["mandates"][0]["criterion_code"], &told["mandates"][0]["person_id"]), (&json!(DON_PHONG), &Value::Null, &json!(person)));
        assert_eq!((&told["mandates"][1]["unit"], &told["mandates"][1]["criterion_code"], &told["mandates"][1]["committee_id"]), (&Value::Null, &json!("3"), &json!(committee)));
        // Whoever leaves the committee is in charge of nothing.
        let membership = manager.get(&format!("/v1/mandates?committee_id={committee}&kind=MEMBERSHIP")).expect(200);
        let membership = format!("/v1/mandates/{}", id(&membership["items"][0]));
        manager.step(&membership, 1, &json!({ "to": "ENDED", "valid_to": "2023-03-15" })).expect(200);
        assert_eq!(context(&viewer, "criterion=3")["mandates"], json!([]));
        let sibling = app.with_key("sibling-editor");
        sibling.get(&path(&viewer, DON_PHONG, "criterion=3")).faults(404, "NOT_FOUND", &[]);
        sibling.get(&path(&viewer, DON_PHONG, "criterion=x")).faults(404, "NOT_FOUND", &[]);
        sibling.get("/v1/units/x/criterion-context?criterion=3").faults(404, "NOT_FOUND", &[]);
    }
}
