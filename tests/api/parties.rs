//! Agencies, people, committees and mandates: who does the work, and what nobody is in charge of.

use crate::access::Row;
use crate::support::{App, Client, Reply, count, on_both};
use serde_json::{Value, json};
use std::collections::BTreeMap;

const COMMITTEE: &str = "Ban Chỉ đạo các chương trình mục tiêu quốc gia huyện Bạch Thông";
/// A commune of the district beside.
const OF_A_SIBLING: &str = "02023";
/// After the reform of 01/07/2025.
const AFTER: &str = "2025-07-15T02:00:00Z";

pub trait Refused {
    fn refused(&self, faults: &[(&str, &str)]);
}

impl Refused for Reply {
    /// Refused with these faults and no others; the code of a single one is that of the problem.
    #[track_caller]
    fn refused(&self, faults: &[(&str, &str)]) {
        let told = self.problem(422).1;
        let mut told: Vec<(&str, &str)> = told.iter().map(|(place, code)| (place.as_str(), code.as_str())).collect();
        let mut expected = faults.to_vec();
        told.sort_unstable();
        expected.sort_unstable();
        assert_eq!(told, expected, "{}", self.text);
    }
}

fn id(record: &Value) -> String {
    record["id"].as_str().expect("an id").to_owned()
}

fn items(list: &Value) -> &Vec<Value> {
    list["items"].as_array().expect("items")
}

/// The committee of Bạch Thông with two members, whose roles are known and not known.
fn committee(manager: &Client) -> String {
    let new = json!({ "unit_code": "063", "kind": "COMMITTEE", "name": COMMITTEE });
    let committee = id(&manager.post("/v1/committees", &new).expect(201));
    for (name, role) in [("Nguyễn Thị Trưởng", json!("HEAD")), ("Trần Văn Phó", Value::Null)] {
        let person = id(&manager.post("/v1/people", &json!({ "unit_code": "063", "full_name": name })).expect(201));
        let mut mandate = json!({ "committee_id": committee, "kind": "MEMBERSHIP", "person_id": person });
        if !role.is_null() {
            mandate["role"] = role;
        }
        manager.post("/v1/mandates", &mandate).expect(201);
    }
    committee
}

/// The demo holds the committee of the meeting with its two chairs: the role of one is reported, that of the other is
/// not, and nobody invents it.
pub fn demo_holds_the_committee(client: &Client) {
    let found = client.get("/v1/committees?unit_code=063&unit_scope=SELF").expect(200);
    let [committee] = items(&found).as_slice() else { panic!("{found}") };
    assert_eq!(committee["name"], COMMITTEE);
    assert_eq!((&committee["kind"], &committee["act_number"]), (&json!("COMMITTEE"), &Value::Null));
    let of_committee = format!("committee_id={}", id(committee));
    let mandates = client.get(&format!("/v1/mandates?{of_committee}")).expect(200);
    let roles: Vec<&Value> = items(&mandates).iter().map(|mandate| &mandate["role"]).collect();
    assert_eq!(roles, [&Value::Null, &json!("HEAD")], "newest first");
    let people = client.get(&format!("/v1/people?{of_committee}")).expect(200);
    let names: Vec<&Value> = items(&people).iter().map(|person| &person["full_name"]).collect();
    assert_eq!(names, ["Hà Kim Oanh", "Đỗ Thị Hiền"]);
    let positions = items(&people)[1]["positions"].as_array().expect("positions");
    let titles: Vec<&Value> = positions.iter().map(|position| &position["title"]).collect();
    assert_eq!(titles, ["Tỉnh ủy viên", "Bí thư Huyện ủy"]);
    // Nothing was reported of who follows which commune.
    let gaps = client.get(&format!("/v1/committees/{}/charge-gaps?as_of=2023-03-10", id(committee))).expect(200);
    assert_eq!((&gaps["unit_count"], &gaps["uncharged_count"]), (&json!(14), &json!(14)));
}

fn person(unit: &str, name: &str) -> Value {
    json!({ "unit_code": unit, "full_name": name, "positions": [{ "title": "Trưởng phòng Dân tộc" }], "phone": "0209 3850 123", "email": "dantoc@bachthong.example" })
}

fn membership(committee: &str, person: &str) -> Value {
    json!({ "committee_id": committee, "kind": "MEMBERSHIP", "person_id": person, "role": "MEMBER" })
}

fn charge(committee: &str, person: &str, unit: &str) -> Value {
    json!({ "committee_id": committee, "kind": "CHARGE", "person_id": person, "charge_unit_code": unit })
}

/// What the walk over the contract asks of parties. Its records are those of `access_records`.
pub fn access_rows() -> Vec<Row> {
    fn read(operation: &'static str, path: &'static str) -> Row {
        crate::access::read(operation, path, "district-viewer")
    }
    fn seen(operation: &'static str, path: &'static str) -> Row {
        Row { foreign: Some(("sibling-editor", 404)), ..read(operation, path) }
    }
    fn kept(
        operation: &'static str,
        method: &'static str,
        path: &'static str,
        body: crate::access::Body,
        done: u16,
    ) -> Row {
        let foreign = if method == "POST" && !path.contains('{') { 403 } else { 404 };
        Row {
            operation,
            method,
            path,
            body,
            own: ("district-manager", done),
            weaker: Some(("district-editor", 403)),
            foreign: Some(("sibling-admin", foreign)),
        }
    }
    vec![
        read("list_agencies", "/v1/agencies"),
        seen("get_agency", "/v1/agencies/{agency}"),
        kept(
            "create_agency",
            "POST",
            "/v1/agencies",
            |_| json!({ "unit_code": "063", "kind": "BANK", "name": "Ngân hàng Chính sách xã hội" }),
            201,
        ),
        kept("change_agency", "PATCH", "/v1/agencies/{agency}", |_| json!({ "kind": "OTHER" }), 200),
        read("list_committees", "/v1/committees"),
        seen("get_committee", "/v1/committees/{committee}"),
        seen("get_charge_gaps", "/v1/committees/{committee}/charge-gaps"),
        kept(
            "create_committee",
            "POST",
            "/v1/committees",
            |_| json!({ "unit_code": "063", "kind": "COMMITTEE", "name": "Ban Chỉ đạo giảm nghèo" }),
            201,
        ),
        kept("change_committee", "PATCH", "/v1/committees/{committee}", |_| json!({ "act_number": "45/QĐ-HU" }), 200),
        read("list_mandates", "/v1/mandates"),
        seen("get_mandate", "/v1/mandates/{mandate}"),
        Row {
            foreign: Some(("sibling-admin", 422)),
            ..kept(
                "create_mandate",
                "POST",
                "/v1/mandates",
                |ids| charge(&ids["committee"], &ids["person"], "01984"),
                201,
            )
        },
        kept(
            "transition_mandate",
            "POST",
            "/v1/mandates/{spare_mandate}/transitions",
            |_| json!({ "to": "ENDED", "valid_to": "2023-03-20" }),
            200,
        ),
        Row {
            weaker: Some(("district-viewer", 403)),
            own: ("district-editor", 200),
            ..read("list_people", "/v1/people")
        },
        Row {
            weaker: Some(("district-viewer", 403)),
            own: ("district-editor", 200),
            ..seen("get_person", "/v1/people/{person}")
        },
        Row {
            weaker: Some(("district-manager", 403)),
            own: ("district-admin", 200),
            foreign: Some(("sibling-admin", 404)),
            ..read("list_person_readings", "/v1/people/{person}/readings")
        },
        kept("create_person", "POST", "/v1/people", |_| person("063", "Nguyễn Thị Mới"), 201),
        kept("change_person", "PATCH", "/v1/people/{person}", |_| json!({ "phone": null }), 200),
        kept(
            "transition_person",
            "POST",
            "/v1/people/{person}/transitions",
            |_| json!({ "to": "ERASED", "reason": "Thôi việc" }),
            200,
        ),
        kept("delete_agency", "DELETE", "/v1/agencies/{agency}", |_| Value::Null, 204),
        kept("delete_committee", "DELETE", "/v1/committees/{spare_committee}", |_| Value::Null, 204),
    ]
}

pub fn access_records(app: &App) -> BTreeMap<&'static str, String> {
    let manager = app.with_key("district-manager");
    let make = |path: &str, body: Value| id(&manager.post(path, &body).expect(201));
    let committee = committee(&manager);
    let person_id = make("/v1/people", person("063", "Nguyễn Văn Cũ"));
    let mandate = make("/v1/mandates", membership(&committee, &person_id));
    BTreeMap::from([
        ("agency", make("/v1/agencies", json!({ "unit_code": "063", "kind": "SPECIALISED", "name": "Phòng Dân tộc" }))),
        (
            "spare_committee",
            make(
                "/v1/committees",
                json!({ "unit_code": "063", "kind": "WORKING_GROUP", "parent_id": committee, "name": "Tổ giúp việc" }),
            ),
        ),
        ("spare_mandate", make("/v1/mandates", charge(&committee, &person_id, "01990"))),
        ("mandate", mandate),
        ("person", person_id),
        ("committee", committee),
    ])
}

on_both! {
    /// Whoever works above a unit sees its parties, whoever works beside it does not; a search is no pattern.
    fn parties_are_seen_from_their_unit_and_above(app) {
        let manager = app.with_key("district-manager");
        let committee = committee(&manager);
        let record = app.with_key("district-viewer").get(&format!("/v1/committees/{committee}")).expect(200);
        assert_eq!((&record["unit"]["code"], &record["act_number"], &record["valid_from"]), (&json!("063"), &Value::Null, &Value::Null));
        let seen = |key: &str, query: &str| items(&app.with_key(key).get(&format!("/v1/committees?{query}")).expect(200)).len();
        assert_eq!((seen("sibling-editor", ""), seen("commune-editor", ""), seen("province-editor", "")), (0, 0, 1));
        assert_eq!((seen("province-editor", "q=bach+thong"), seen("province-editor", "q=b_ch"), seen("province-editor", "q=%25")), (1, 0, 0));
        assert_eq!((seen("province-editor", "unit_code=06&unit_scope=SELF"), seen("province-editor", "unit_code=06&unit_scope=CHILDREN"), seen("province-editor", "kind=WORKING_GROUP")), (0, 1, 0));
        let roles = |query: &str| items(&manager.get(&format!("/v1/mandates?committee_id={committee}&{query}")).expect(200)).iter().map(|mandate| mandate["role"].clone()).collect::<Vec<_>>();
        assert_eq!(roles(""), [Value::Null, json!("HEAD")], "newest first");
        assert_eq!(roles("role=HEAD"), [json!("HEAD")]);
        assert!(roles("kind=CHARGE").is_empty());
    }

    /// Communes and criteria that nobody follows are named; each charge takes one away, and the end of a membership
    /// gives all of its charges back.
    fn what_nobody_is_in_charge_of_is_listed(app) {
        let manager = app.with_key("district-manager");
        let committee = committee(&manager);
        let gaps = |query: &str| manager.get(&format!("/v1/committees/{committee}/charge-gaps{query}")).expect(200);
        let codes = |gaps: &Value| gaps["units"].as_array().unwrap().iter().map(|unit| unit["unit"]["code"].as_str().unwrap().to_owned()).collect::<Vec<_>>();
        let all = gaps("");
        assert_eq!((&all["unit_count"], &all["uncharged_count"]), (&json!(14), &json!(14)), "13 communes and a town");
        assert_eq!(all["criteria"].as_array().unwrap().len(), 19);
        assert_eq!(all["criteria_set_code"], "NTM-XA-2021-2025");

        let member = id(&manager.post("/v1/people", &person("063", "Triệu Thị Thu")).expect(201));
        // Nobody is in charge of anything without belonging to the committee.
        manager.post("/v1/mandates", &charge(&committee, &member, "01984")).refused(&[("/person_id", "NOT_A_MEMBER")]);
        let joined = manager.post("/v1/mandates", &json!({ "committee_id": committee, "kind": "MEMBERSHIP", "person_id": member, "valid_from": "2023-01-01" })).expect(201);
        let followed = manager.post("/v1/mandates", &charge(&committee, &member, "01984")).expect(201);
        assert_eq!((&followed["charge_unit"]["code"], &followed["role"]), (&json!("01984"), &Value::Null));
        manager.post("/v1/mandates", &json!({ "committee_id": committee, "kind": "CHARGE", "person_id": member, "criteria_set_code": "NTM-XA-BK-2022-2025", "criterion_code": "17" })).expect(201);
        // One criterion in one commune: neither all of the criterion nor all of the commune.
        manager.post("/v1/mandates", &json!({ "committee_id": committee, "kind": "CHARGE", "person_id": member, "charge_unit_code": "01990", "criteria_set_code": "NTM-XA-2021-2025", "criterion_code": "2" })).expect(201);
        let rest = gaps("");
        assert_eq!(rest["uncharged_count"], 13);
        assert!(!codes(&rest).contains(&"01984".to_owned()) && codes(&rest).contains(&"01990".to_owned()));
        let open: Vec<&str> = rest["criteria"].as_array().unwrap().iter().map(|criterion| criterion["code"].as_str().unwrap()).collect();
        assert!(!open.contains(&"17") && open.contains(&"2") && open.len() == 18, "{open:?}");
        assert_eq!(gaps("?as_of=2022-12-31")["uncharged_count"], 14, "before the membership");
        assert_eq!(gaps("?criteria_set_code=NTM-XA-2016-2020")["criteria"].as_array().unwrap().len(), 19, "other criteria");
        manager.step(&format!("/v1/mandates/{}", id(&joined)), 1, &json!({ "to": "ENDED", "valid_to": "2023-03-01" })).expect(200);
        assert_eq!(gaps("")["uncharged_count"], 14, "whoever left follows nothing");
        assert_eq!(gaps("?as_of=2023-02-28")["uncharged_count"], 13);
        manager.get(&format!("/v1/committees/{committee}/charge-gaps?criteria_set_code=NTM-XA-1999")).refused(&[("criteria_set_code", "CRITERIA_SET_NOT_FOUND")]);
    }

    /// A charge does not pass through a reform: the commune that took the territory over is named, with who followed
    /// its predecessors.
    fn a_reform_leaves_new_communes_in_nobodys_charge(app) {
        let nation = app.with_key("nation");
        let make = |path: &str, body: Value| id(&nation.post(path, &body).expect(201));
        let committee = make("/v1/committees", json!({ "unit_code": "06", "kind": "COMMITTEE", "name": "Ban Chỉ đạo tỉnh Bắc Kạn" }));
        let of_nation = make("/v1/committees", json!({ "unit_code": "VN", "kind": "COMMITTEE", "name": "Ban Chỉ đạo Trung ương" }));
        let member = make("/v1/people", person("06", "Hoàng Văn Sơn"));
        for committee in [&committee, &of_nation] {
            make("/v1/mandates", membership(committee, &member));
            for unit in ["01984", "02014"] {
                make("/v1/mandates", charge(committee, &member, unit));
            }
        }
        let later = App::start_on(app.engine, app.database.clone(), &["--clock-start", AFTER]);
        let nation = later.with_key("nation");
        let successors = nation.get("/v1/units?code=02008").expect(200);
        let successor = items(&successors).iter().find(|unit| unit["code"] == "02008").map(|unit| unit["name"].clone());
        let gaps = nation.get(&format!("/v1/committees/{of_nation}/charge-gaps?as_of=2025-07-01")).expect(200);
        let with_history: Vec<(String, Vec<String>)> = gaps["units"].as_array().unwrap().iter()
            .filter(|unit| !unit["former_charges"].as_array().unwrap().is_empty())
            .map(|unit| (unit["unit"]["code"].as_str().unwrap().to_owned(), unit["former_charges"].as_array().unwrap().iter().map(|charge| charge["unit"]["code"].as_str().unwrap().to_owned()).collect()))
            .collect();
        let former: Vec<&String> = with_history.iter().flat_map(|(_, former)| former).collect();
        assert!(former.contains(&&"01984".to_owned()) && former.contains(&&"02014".to_owned()), "{with_history:?} {successor:?}");
        for unit in gaps["units"].as_array().unwrap() {
            for charge in unit["former_charges"].as_array().unwrap() {
                assert_eq!(charge["person_id"], json!(member));
            }
        }
        // A committee whose province has ended is asked as it was last.
        let last = nation.get(&format!("/v1/committees/{committee}/charge-gaps")).expect(200);
        assert_eq!((&last["as_of"], last["units"].as_array().unwrap().iter().any(|unit| unit["unit"]["code"] == "01984")), (&json!("2025-06-30"), false));
        nation.get(&format!("/v1/committees/{committee}/charge-gaps?as_of=2025-07-01")).refused(&[("as_of", "UNIT_NOT_IN_PERIOD")]);
    }

    /// Bad mandates, each with its own code, all faults at once.
    fn what_no_mandate_can_say_is_refused(app) {
        let manager = app.with_key("district-manager");
        let committee = committee(&manager);
        let member = id(&manager.post("/v1/people", &person("063", "Lý Thị Mai")).expect(201));
        let agency = id(&manager.post("/v1/agencies", &json!({ "unit_code": "063", "kind": "SPECIALISED", "name": "Phòng Tài chính - Kế hoạch" })).expect(201));
        let refused = |body: Value, faults: &[(&str, &str)]| manager.post("/v1/mandates", &body).refused(faults);
        let unknown = "01992f3e-7c1a-7b55-9a0e-4f6f0c1d2e3f";
        refused(json!({ "committee_id": unknown, "kind": "MEMBERSHIP", "person_id": unknown, "agency_id": unknown, "valid_from": "2023-01-02", "valid_to": "2023-01-02" }), &[
            ("/committee_id", "UNKNOWN_REFERENCE"), ("/person_id", "EXACTLY_ONE_REQUIRED"), ("/person_id", "UNKNOWN_REFERENCE"), ("/agency_id", "UNKNOWN_REFERENCE"), ("/valid_to", "DATE_ORDER"),
        ]);
        refused(json!({ "committee_id": committee, "kind": "MEMBERSHIP", "person_id": member, "charge_unit_code": "01984" }), &[("/charge_unit_code", "UNKNOWN_MEMBER")]);
        refused(json!({ "committee_id": committee, "kind": "CHARGE", "person_id": member, "role": "HEAD" }), &[("/role", "UNKNOWN_MEMBER"), ("/charge_unit_code", "REQUIRED")]);
        refused(json!({ "committee_id": committee, "kind": "CHARGE", "person_id": member, "criterion_code": "17" }), &[("/criteria_set_code", "REQUIRED")]);
        refused(json!({ "committee_id": committee, "kind": "CHARGE", "person_id": member, "criteria_set_code": "NTM-XA-2021-2025", "criterion_code": "77" }), &[("/criterion_code", "CRITERION_NOT_IN_SET")]);
        refused(charge(&committee, &member, OF_A_SIBLING), &[("/charge_unit_code", "UNIT_OUTSIDE_COMMITTEE")]);
        let joined = manager.post("/v1/mandates", &membership(&committee, &member)).expect(201);
        refused(membership(&committee, &member), &[("/valid_from", "MANDATE_OVERLAPS")]);
        // An agency is a member as a person is; a charge takes no role afterwards either.
        manager.post("/v1/mandates", &json!({ "committee_id": committee, "kind": "MEMBERSHIP", "agency_id": agency })).expect(201);
        let followed = manager.post("/v1/mandates", &json!({ "committee_id": committee, "kind": "CHARGE", "agency_id": agency, "charge_unit_code": "01984" })).expect(201);
        let path = format!("/v1/mandates/{}", id(&followed));
        manager.step(&path, 1, &json!({ "to": "ANNULLED", "valid_to": "2023-03-10" })).refused(&[("/valid_to", "UNKNOWN_MEMBER"), ("/reason", "REASON_REQUIRED")]);
        manager.step(&path, 1, &json!({ "to": "ENDED" })).refused(&[("/valid_to", "REQUIRED")]);
        let annulled = manager.step(&path, 1, &json!({ "to": "ANNULLED", "reason": "Ghi nhầm" })).expect(200);
        assert_eq!((&annulled["state"], &annulled["note"], &annulled["allowed_transitions"]), (&json!("ANNULLED"), &json!("Ghi nhầm"), &json!([])));
        assert_eq!(manager.step(&path, 2, &json!({ "to": "ENDED", "valid_to": "2023-03-10" })).problem(409).0, "TRANSITION_NOT_ALLOWED");
        assert!(items(&manager.get(&format!("/v1/mandates?agency_id={agency}&kind=CHARGE&as_of=2023-03-10")).expect(200)).is_empty());
        assert_eq!(manager.delete(&format!("/v1/agencies/{agency}"), 1).problem(409).0, "IN_USE");
        assert_eq!(manager.delete(&format!("/v1/committees/{committee}"), 1).problem(409).0, "IN_USE");
        // What was ended can be given again from that day.
        let path = format!("/v1/mandates/{}", id(&joined));
        manager.step(&path, 1, &json!({ "to": "ENDED", "valid_to": "2023-03-12" })).expect(200);
        // An end may come earlier than was said, and no later.
        manager.step(&path, 2, &json!({ "to": "ENDED", "valid_to": "2023-03-13" })).refused(&[("/valid_to", "DATE_ORDER")]);
        let ended = manager.step(&path, 2, &json!({ "to": "ENDED", "valid_to": "2023-03-10", "act_number": "46/QĐ-HU" })).expect(200);
        assert_eq!((&ended["state"], &ended["ending_act_number"]), (&json!("ENDED"), &json!("46/QĐ-HU")));
        let again = json!({ "committee_id": committee, "kind": "MEMBERSHIP", "person_id": member, "valid_from": "2023-03-10" });
        manager.post("/v1/mandates", &again).expect(201);
        let history = manager.get(&format!("/v1/mandates/{}/versions", id(&joined))).expect(200);
        assert_eq!(items(&history)[1]["changed"], json!(["state", "updated_at", "valid_to"]));
        let held = manager.get(&format!("/v1/mandates?committee_id={committee}&person_id={member}&as_of=2023-03-10")).expect(200);
        assert_eq!(items(&held).len(), 1);
    }

    /// Working groups serve committees; names are once in a unit; days are in order.
    fn committees_and_agencies_are_checked(app) {
        let manager = app.with_key("district-manager");
        let committee = committee(&manager);
        let group = json!({ "unit_code": "063", "kind": "WORKING_GROUP", "parent_id": committee, "name": "Tổ giúp việc Ban Chỉ đạo" });
        let made = manager.post("/v1/committees", &group).expect(201);
        assert_eq!(made["parent_id"], json!(committee));
        let refused = |body: Value, faults: &[(&str, &str)]| manager.post("/v1/committees", &body).refused(faults);
        refused(json!({ "unit_code": "063", "kind": "WORKING_GROUP", "name": "Tổ khác" }), &[("/parent_id", "REQUIRED")]);
        refused(json!({ "unit_code": "063", "kind": "WORKING_GROUP", "parent_id": made["id"], "name": "Tổ khác" }), &[("/parent_id", "PARENT_NOT_ALLOWED")]);
        refused(json!({ "unit_code": "063", "kind": "COMMITTEE", "parent_id": committee, "name": "Ban khác" }), &[("/parent_id", "PARENT_NOT_ALLOWED")]);
        refused(json!({ "unit_code": "063", "kind": "COMMITTEE", "name": "Ban khác", "valid_from": "2023-02-01", "valid_to": "2023-01-01" }), &[("/valid_to", "DATE_ORDER")]);
        assert_eq!(manager.post("/v1/committees", &group).problem(409).0, "DUPLICATE");
        let other = manager.post("/v1/committees", &json!({ "unit_code": "063", "kind": "COMMITTEE", "name": "Ban Chỉ đạo giảm nghèo" })).expect(201);
        let path = format!("/v1/committees/{}", id(&other));
        assert_eq!(manager.patch(&path, 1, &json!({ "name": "Tổ giúp việc Ban Chỉ đạo" })).problem(409).0, "DUPLICATE");
        let changed = manager.patch(&path, 1, &json!({ "name": "Ban Chỉ đạo giảm nghèo huyện", "valid_to": "2023-03-01" })).expect(200);
        assert_eq!((&changed["version"], &changed["valid_to"]), (&json!(2), &json!("2023-03-01")));
        assert!(items(&manager.get("/v1/committees?q=giam+ngheo&as_of=2023-03-01").expect(200)).is_empty());
        assert_eq!(items(&manager.get("/v1/committees?q=giam+ngheo&as_of=2023-02-28").expect(200)).len(), 1);
        assert_eq!(manager.delete(&path, 2).status, 204);
        assert_eq!(manager.get(&path).problem(404).0, "NOT_FOUND");
        let agency = manager.post("/v1/agencies", &json!({ "unit_code": "063", "kind": "SPECIALISED", "name": "Phòng Y tế" })).expect(201);
        let path = format!("/v1/agencies/{}", id(&agency));
        manager.patch(&path, 1, &json!({ "valid_from": "2023-02-01", "valid_to": "2023-01-01" })).refused(&[("/valid_to", "DATE_ORDER")]);
        let identifier = json!({ "scheme": "QD20_2020", "value": "H03.12.4" });
        let changed = manager.patch(&path, 1, &json!({ "name": "Phòng Y tế huyện", "identifier": identifier })).expect(200);
        assert_eq!((&changed["name"], &changed["identifier"]), (&json!("Phòng Y tế huyện"), &identifier));
        let mut other = json!({ "unit_code": "063", "kind": "SPECIALISED", "name": "Phòng khác", "identifier": identifier });
        let refused = manager.post("/v1/agencies", &other);
        assert_eq!((refused.problem(409).0.as_str(), &refused.json()["existing_id"]), ("DUPLICATE", &agency["id"]));
        other["identifier"]["value"] = json!("h03");
        manager.post("/v1/agencies", &other).refused(&[("/identifier/value", "INVALID_CODE")]);
        assert_eq!(manager.patch(&path, 2, &json!({ "identifier": null })).expect(200)["identifier"], Value::Null);
        assert_eq!(items(&manager.get("/v1/agencies?q=y+te&kind=SPECIALISED").expect(200)).len(), 1);
        assert_eq!(app.with_key("sibling-admin").post("/v1/agencies", &json!({ "unit_code": "063", "kind": "BANK", "name": "x" })).problem(403).0, "OUT_OF_SCOPE");
    }

    /// Personal data stand in the people alone: the journal and the versions say which members changed, never what they
    /// said, and neither the log of all levels nor an answer that is kept holds them.
    fn personal_data_stand_nowhere_else(app) {
        let loud = App::start_on(app.engine, app.database.clone(), &["--log-level", "trace", "--clock-start", "2023-03-15T02:00:00Z"]);
        let manager = loud.with_key("district-manager");
        let key = [("idempotency-key", "person-once-000000001")];
        let body = person("063", "Nông Văn Bí Mật");
        let made = manager.send("POST", "/v1/people", &key, &body).expect(201);
        assert_eq!(made["full_name"], "Nông Văn Bí Mật");
        let again = manager.send("POST", "/v1/people", &key, &body).expect(201);
        assert_eq!((&again["id"], &again["full_name"], &again["positions"]), (&made["id"], &Value::Null, &json!([])), "what is kept is bare");
        let path = format!("/v1/people/{}", id(&made));
        let changed = manager.patch(&path, 1, &json!({ "phone": "0977 000 111", "positions": [{ "title": "Trưởng ban Kín" }] })).expect(200);
        assert_eq!(changed["phone"], "0977 000 111");
        // A dry run leaves no trace, so it shows nothing that was not sent.
        let dry = manager.send("PATCH", &format!("{path}?validate_only=true"), &[("if-match", "\"2\"")], &json!({ "email": "moi@bachthong.example" })).expect(200);
        assert_eq!((&dry["full_name"], &dry["phone"], &dry["email"]), (&Value::Null, &Value::Null, &Value::Null));
        let bad = manager.send("POST", "/v1/people", &[], &json!({ "unit_code": "063", "full_name": "Nông Văn Bí Mật", "phone": "bí mật", "email": "bí mật" }));
        bad.refused(&[("/phone", "INVALID_CODE"), ("/email", "INVALID_CODE")]);
        let refused = bad.text;
        let versions = manager.get(&format!("{path}/versions")).expect(200);
        assert_eq!(items(&versions)[1]["changed"], json!(["phone", "positions", "updated_at"]));
        let journal = manager.get("/v1/journal?collection=people&embed=record").expect(200);
        assert_eq!(items(&journal).len(), 2, "one person, made and changed");
        for hidden in ["Bí Mật", "0209 3850 123", "0977 000 111", "dantoc@bachthong", "Trưởng ban Kín", "Trưởng phòng Dân tộc"] {
            for (place, text) in [("the journal", journal.to_string()), ("the versions", versions.to_string()), ("a refusal", refused.clone()), ("the log", loud.log_text())] {
                assert!(!text.contains(hidden), "{place} holds {hidden}");
            }
        }
        assert!(loud.log_text().contains("\"TRACE\""), "the log is that of all levels");
    }

    /// Every reading of a person is recorded, by list or one by one, and by whoever changes it; who may know them reads
    /// them back, also after the erasure.
    fn every_reading_is_recorded_and_outlives_the_erasure(app) {
        let (manager, editor, admin) = (app.with_key("district-manager"), app.with_key("district-editor"), app.with_key("district-admin"));
        let readings = || count(&app.database, "SELECT count(*) AS value FROM person_readings");
        let committee = committee(&manager);
        let made = manager.post("/v1/people", &person("063", "Đinh Thị Lan")).expect(201);
        let path = format!("/v1/people/{}", id(&made));
        assert_eq!(readings(), 0, "who writes knows what is written");
        let one = editor.get(&path);
        assert_eq!((one.json()["full_name"].clone(), readings()), (json!("Đinh Thị Lan"), 1));
        let page = editor.get("/v1/people?unit_code=063&limit=2").expect(200);
        assert_eq!((items(&page).len(), readings()), (2, 3), "each that is shown, and not the one that tells of a next page");
        let rest = editor.get(&format!("/v1/people?unit_code=063&limit=2&cursor={}", page["next_cursor"].as_str().unwrap())).expect(200);
        assert_eq!((items(&rest).len(), readings()), (1, 4));
        manager.patch(&path, 1, &json!({ "phone": null })).expect(200);
        assert_eq!(readings(), 5);
        assert_eq!((app.with_key("district-viewer").get(&path).problem(403).0.as_str(), readings()), ("FORBIDDEN", 5));
        assert_eq!((app.with_key("sibling-editor").get(&path).problem(404).0.as_str(), readings()), ("NOT_FOUND", 5));
        let told = admin.get(&format!("{path}/readings")).expect(200);
        let told = items(&told);
        assert_eq!(told.len(), 3, "the change, the list, the single reading");
        assert_eq!(told[2]["request_id"], json!(one.header("x-request-id").expect("an id")));
        assert!(told.windows(2).all(|two| two[0]["read_at"].as_str() >= two[1]["read_at"].as_str()));
        assert_ne!(told[0]["client_id"], told[2]["client_id"]);

        let erased = manager.step(&path, 2, &json!({ "to": "ERASED", "reason": "Theo yêu cầu" })).expect(200);
        assert_eq!((&erased["full_name"], &erased["positions"], &erased["state"]), (&Value::Null, &json!([]), &json!("ERASED")));
        assert_eq!(count(&app.database, "SELECT count(*) AS value FROM people WHERE full_name IS NOT NULL OR phone IS NOT NULL OR email IS NOT NULL"), 2, "the two others");
        assert_eq!(editor.get(&path).expect(200)["full_name"], Value::Null);
        assert_eq!(readings(), 5, "there is nothing left to read");
        assert_eq!(items(&admin.get(&format!("{path}/readings")).expect(200)).len(), 3);
        assert_eq!(manager.patch(&path, 3, &json!({ "phone": "0209 3850 123" })).problem(409).0, "PERSON_ERASED");
        assert_eq!(manager.step(&path, 3, &json!({ "to": "ERASED", "reason": "lại" })).problem(409).0, "TRANSITION_NOT_ALLOWED");
        manager.post("/v1/mandates", &membership(&committee, &id(&made))).refused(&[("/person_id", "PERSON_ERASED")]);
        let versions = manager.get(&format!("{path}/versions")).expect(200);
        assert_eq!(items(&versions).iter().map(|version| version["action"].as_str().unwrap()).collect::<Vec<_>>(), ["person.created", "person.changed", "person.erased"]);
    }
}
