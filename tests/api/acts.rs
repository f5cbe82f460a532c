//! Acts: what was issued, what followed of number, day and signer, what changed what, and all an act did.

use crate::access::Row;
use crate::parties::Refused;
use crate::support::{App, Client, money, on_both};
use serde_json::{Value, json};
use std::collections::BTreeMap;

const ACTS: &str = "/v1/acts";

fn id(record: &Value) -> String {
    record["id"].as_str().expect("an id").to_owned()
}

fn items(list: &Value) -> &Vec<Value> {
    list["items"].as_array().expect("items")
}

fn path_of(act: &Value) -> String {
    format!("{ACTS}/{}", id(act))
}

fn conclusions() -> Value {
    json!({ "unit_code": "063", "kind_code": "KET_LUAN", "title": "Kết luận phiên họp Ban Chỉ đạo ngày 10/3/2023", "items": [
        { "code": "1", "content": "Bám nắm địa bàn được phân công" },
        { "code": "2", "content": "Đăng ký một việc làm cụ thể với tổ giúp việc", "due_date": "2023-03-31" },
    ] })
}

/// What the walk over the contract asks of acts.
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
    vec![
        read("list_acts", ACTS),
        seen("get_act", "/v1/acts/{act}"),
        seen("list_act_effects", "/v1/acts/{act}/effects"),
        write("create_act", "POST", ACTS, |_| conclusions(), 201, 403),
        write("change_act", "PATCH", "/v1/acts/{act}", |_| json!({ "act_number": "45/TB-BCĐ" }), 200, 404),
        write("delete_act", "DELETE", "/v1/acts/{act}", |_| Value::Null, 204, 404),
    ]
}

pub fn access_records(app: &App) -> BTreeMap<&'static str, String> {
    BTreeMap::from([("act", id(&app.with_key("district-editor").post(ACTS, &conclusions()).expect(201)))])
}

/// The demo holds the conclusions of the meeting; number, day and signer were not reported.
pub fn demo_holds_the_conclusions(client: &Client) {
    let found = client.get("/v1/acts?unit_code=063&kind_code=KET_LUAN").expect(200);
    let [act] = items(&found).as_slice() else { panic!("{found}") };
    let unknown = [&act["act_number"], &act["issued_date"], &act["signer_person_id"], &act["effective_date"]];
    assert!(unknown.iter().all(|member| member.is_null()), "{act}");
    assert!(act["committee_id"].is_string());
    let codes: Vec<&Value> = items(act).iter().map(|item| &item["code"]).collect();
    assert_eq!(codes, ["1", "2", "3", "4", "5"]);
    assert!(items(act).iter().all(|item| item["due_date"].is_null() && item["changed_by"] == json!([])));
}

fn effects(client: &Client, act: &Value, query: &str) -> Vec<String> {
    let list = client.get(&format!("{}/effects?limit=200{query}", path_of(act))).expect(200);
    items(&list)
        .iter()
        .map(|effect| {
            format!(
                "{} {} {} {}",
                effect["collection"], effect["relation"], effect["effect_date"], effect["unit"]["code"]
            )
            .replace('"', "")
        })
        .collect()
}

on_both! {
    /// The notice of a meeting has no number yet: what names the act itself is told all the same, each record once, and
    /// what has its number as well.
    fn an_act_without_a_number_tells_what_it_did(app) {
        let committee = crate::tasks::Committee::of(app);
        let (editor, nation) = (app.with_key("district-editor"), app.with_key("nation"));
        let act = json!({ "id": committee.act });
        let bound = editor.post("/v1/directives", &committee.directive("3", json!({ "groups": ["COMMUNES"] }))).expect(201);
        let named = json!({ "act_id": committee.act });
        let first = money::record(&editor, &money::entry("ASSIGN", 5, named.clone())).expect(201);
        editor.post(money::WORKS, &money::work("Đường Nà Pán", json!({ "owner_unit_code": "063", "owner_act_id": committee.act }))).expect(201);
        let before = ["budget-entries GROUNDS 2022-07-01 063", "directives GROUNDS 2023-03-13 063", "works GROUNDS 2023-03-13 01984"];
        assert_eq!(effects(&editor, &act, ""), before);
        editor.patch(&format!("{ACTS}/{}", committee.act), 1, &json!({ "act_number": "46/TB-BCĐ" })).expect(200);
        let second = money::record(&editor, &money::entry("ASSIGN", 6, named)).expect(201);
        let all = ["budget-entries GROUNDS 2022-07-01 063", "budget-entries GROUNDS 2022-07-01 063", "directives GROUNDS 2023-03-13 063", "works GROUNDS 2023-03-13 01984"];
        assert_eq!(effects(&editor, &act, ""), all);
        let (mut seen, mut cursor) = (Vec::new(), String::new());
        loop {
            let page = editor.get(&format!("{}/effects?limit=1{cursor}", path_of(&act))).expect(200);
            seen.extend(items(&page).iter().map(|effect| effect["record_id"].clone()));
            match page["next_cursor"].as_str() {
                Some(next) => cursor = format!("&cursor={next}"),
                None => break,
            }
        }
        assert_eq!(seen[..3], [first["id"].clone(), second["id"].clone(), bound["id"].clone()]);
        assert_eq!(seen.len(), 4);
        let sibling = nation.post(ACTS, &json!({ "unit_code": "06", "kind_code": "QUYET_DINH", "title": "Giao vốn" })).expect(201);
        money::record(&nation, &money::entry("ASSIGN", 5, json!({ "act_id": sibling["id"] }))).expect(201);
        assert_eq!((effects(&editor, &sibling, "").len(), effects(&app.with_key("sibling-editor"), &sibling, "").len()), (1, 0));
    }

    /// Number, day and signer follow later; the history keeps when.
    fn what_was_not_known_may_follow(app) {
        let (editor, manager) = (app.with_key("district-editor"), app.with_key("district-manager"));
        let act = editor.post(ACTS, &conclusions()).expect(201);
        assert_eq!((&act["act_number"], &act["unit_date"]), (&Value::Null, &json!("2023-03-15")));
        let signer = id(&manager.post("/v1/people", &json!({ "unit_code": "063", "full_name": "Nguyễn Thị Ký" })).expect(201));
        let committee = id(&manager.post("/v1/committees", &json!({ "unit_code": "063", "kind": "COMMITTEE", "name": "Ban Chỉ đạo" })).expect(201));
        let changed = editor.patch(&path_of(&act), 1, &json!({ "act_number": "45/TB-BCĐ", "issued_date": "2023-03-13", "signer_person_id": signer, "committee_id": committee })).expect(200);
        assert_eq!((&changed["act_number"], &changed["signer_person_id"], &changed["items"]), (&json!("45/TB-BCĐ"), &json!(signer), &act["items"]));
        // The signer may be erased; the act stays as it was and can still be completed.
        manager.step(&format!("/v1/people/{signer}"), 1, &json!({ "to": "ERASED", "reason": "Theo yêu cầu" })).expect(200);
        let noted = editor.patch(&path_of(&act), 2, &json!({ "note": "Đã gửi các xã" })).expect(200);
        assert_eq!(noted["signer_person_id"], json!(signer));
        let versions = editor.get(&format!("{}/versions", path_of(&act))).expect(200);
        assert_eq!(items(&versions).len(), 3);
        assert_eq!(items(&versions)[0]["record"]["items"][1]["due_date"], "2023-03-31");
        assert_eq!(items(&editor.get("/v1/acts?q=45/tb&issued_date_gte=2023-03-13&issued_date_lte=2023-03-13").expect(200)).len(), 1);
        assert_eq!(items(&editor.get("/v1/acts?q=phien+hop&act_number=45/TB-BC%C4%90").expect(200)).len(), 1);
        assert!(items(&editor.get("/v1/acts?issued_date_gte=2023-03-14").expect(200)).is_empty());
        // Those below read what was issued above them; those beside do not.
        let seen = |key: &str| app.with_key(key).get(&path_of(&act)).status;
        assert_eq!((seen("commune-editor"), seen("province-editor"), seen("sibling-editor")), (200, 200, 404));
        assert_eq!(app.with_key("commune-editor").patch(&path_of(&act), 3, &json!({ "note": "x" })).problem(403).0, "FORBIDDEN");
    }

    /// A later act amends and ends items; both tell of each other, and what is changed cannot go.
    fn a_later_act_amends_and_ends_items(app) {
        let editor = app.with_key("district-editor");
        let first = editor.post(ACTS, &conclusions()).expect(201);
        let change = |kind: &str, item: &str| json!({ "kind": kind, "act_id": first["id"], "item_code": item });
        let second = editor.post(ACTS, &json!({ "unit_code": "063", "kind_code": "THONG_BAO", "title": "Thông báo thay đổi thời hạn", "act_number": "50/TB-BCĐ", "issued_date": "2023-03-14", "items": [
            { "code": "1", "content": "Gia hạn đăng ký đến 15/4", "due_date": "2023-04-15", "changes": change("AMENDS", "2") },
            { "code": "1.a", "content": "Bỏ nội dung 1", "changes": change("ENDS", "1") },
        ] })).expect(201);
        let read = editor.get(&path_of(&first)).expect(200);
        assert_eq!(items(&read)[0]["changed_by"], json!([{ "kind": "ENDS", "act_id": second["id"], "item_code": "1.a" }]));
        assert_eq!(items(&read)[1]["changed_by"], json!([{ "kind": "AMENDS", "act_id": second["id"], "item_code": "1" }]));
        assert_eq!(items(&read)[1]["due_date"], "2023-03-31", "what was said stays said");
        assert_eq!(items(&second)[0]["changes"], change("AMENDS", "2"));
        assert_eq!(editor.delete(&path_of(&first), 1).problem(409).0, "IN_USE");
        assert_eq!(editor.patch(&path_of(&first), 1, &json!({ "items": [{ "code": "1", "content": "x" }] })).problem(409).0, "IN_USE");
        let mut kept = conclusions()["items"].clone();
        kept.as_array_mut().unwrap().push(json!({ "code": "3", "content": "Kiểm tra, giám sát" }));
        assert_eq!(items(&editor.patch(&path_of(&first), 1, &json!({ "items": kept })).expect(200)).len(), 3);
        assert_eq!(editor.delete(&path_of(&second), 1).status, 204);
        assert_eq!(editor.delete(&path_of(&first), 2).status, 204);
        let refused = |body: Value, faults: &[(&str, &str)]| editor.post(ACTS, &body).refused(faults);
        let unknown = "01992f3e-7c1a-7b55-9a0e-4f6f0c1d2e3f";
        refused(json!({ "unit_code": "063", "kind_code": "THO", "title": "x", "committee_id": unknown, "agency_id": unknown, "signer_person_id": unknown, "issued_date": "2023-03-16", "file_ids": [unknown, unknown], "items": [
            { "code": "1", "content": "a", "due_date": "2023-03-01" }, { "code": "1", "content": "b", "changes": { "kind": "ENDS", "act_id": unknown, "item_code": "1" } },
        ] }), &[
            ("/kind_code", "UNKNOWN_CODE"), ("/committee_id", "EXACTLY_ONE_REQUIRED"), ("/committee_id", "UNKNOWN_REFERENCE"), ("/agency_id", "UNKNOWN_REFERENCE"), ("/signer_person_id", "UNKNOWN_REFERENCE"),
            ("/issued_date", "DATE_IN_FUTURE"), ("/file_ids/0", "UNKNOWN_REFERENCE"), ("/file_ids/1", "DUPLICATE_ITEM"), ("/items/0/due_date", "DATE_ORDER"), ("/items/1/code", "DUPLICATE_ITEM"), ("/items/1/changes/act_id", "UNKNOWN_REFERENCE"),
        ]);
        let late = editor.post(ACTS, &json!({ "unit_code": "063", "kind_code": "KET_LUAN", "title": "x", "issued_date": "2023-03-10", "items": [{ "code": "1", "content": "a" }] })).expect(201);
        let changes = |item: &str| json!({ "unit_code": "063", "kind_code": "THONG_BAO", "title": "y", "issued_date": "2023-03-09", "items": [{ "code": "1", "content": "b", "changes": { "kind": "ENDS", "act_id": late["id"], "item_code": item } }] });
        refused(changes("9"), &[("/items/0/changes/item_code", "UNKNOWN_REFERENCE"), ("/items/0/changes/act_id", "DATE_ORDER")]);
    }

    /// The text of an act is kept as a file: whoever reads the act reads it, and it cannot be let go.
    fn whoever_reads_an_act_reads_its_files(app) {
        let editor = app.with_key("district-editor");
        let file = crate::files::send(&editor, "unit_code=063&name=ket-luan.pdf", b"%PDF-1.7 conclusions").expect(201);
        let path = format!("/v1/files/{}", id(&file));
        let commune = app.with_key("commune-editor");
        assert_eq!(commune.get(&path).status, 404, "a file of the district alone");
        let mut body = conclusions();
        body["file_ids"] = json!([file["id"]]);
        let act = editor.post(ACTS, &body).expect(201);
        assert_eq!(act["file_ids"], json!([file["id"]]));
        assert_eq!((commune.get(&path).status, commune.get(&format!("{path}/content")).status), (200, 200));
        assert_eq!(app.with_key("sibling-editor").get(&path).status, 404);
        assert_eq!(editor.delete(&path, 1).problem(409).0, "IN_USE");
        editor.patch(&path_of(&act), 1, &json!({ "file_ids": [] })).expect(200);
        assert_eq!(editor.delete(&path, 1).status, 204);
    }

    /// One call lists all an act did, whichever collection names it, each in the territory of the act; acts of one
    /// number share nothing, and a sibling's records are told to nobody else.
    fn one_call_lists_all_an_act_did(app) {
        let (editor, manager, nation) = (app.with_key("district-editor"), app.with_key("district-manager"), app.with_key("nation"));
        let number = "12/QĐ-UBND";
        let act = |unit: &str, day: &str| nation.post(ACTS, &json!({ "unit_code": unit, "kind_code": "QUYET_DINH", "title": "Quyết định", "act_number": number, "issued_date": day })).expect(201);
        let (old, new, foreign) = (act("063", "2022-01-10"), act("063", "2023-01-10"), act("064", "2023-01-10"));
        assert_eq!(nation.post(ACTS, &json!({ "unit_code": "063", "kind_code": "QUYET_DINH", "title": "Lại", "act_number": number, "issued_date": "2023-01-10" })).problem(409).0, "DUPLICATE");
        assert!(effects(&editor, &new, "").is_empty());
        let status = |unit: &str, from: &str| nation.post("/v1/unit-statuses", &json!({ "unit_code": unit, "kind": "ATK", "value_code": "YES", "valid_from": from, "act_number": number })).expect(201);
        status("01984", "2022-02-01");
        let ended = status("01990", "2023-02-01");
        status("02023", "2023-02-01");
        manager.post("/v1/period-locks", &json!({ "unit_code": "063", "criteria_set_code": "NTM-XA-2021-2025", "period": "2022", "act_number": number })).expect(201);
        let committee = id(&manager.post("/v1/committees", &json!({ "unit_code": "063", "kind": "COMMITTEE", "name": "Ban Chỉ đạo", "act_number": number, "valid_from": "2023-01-10" })).expect(201));
        let person = id(&manager.post("/v1/people", &json!({ "unit_code": "063", "full_name": "Nguyễn Thị Ban" })).expect(201));
        let mandate = manager.post("/v1/mandates", &json!({ "committee_id": committee, "kind": "MEMBERSHIP", "person_id": person, "act_number": number, "valid_from": "2023-01-10" })).expect(201);
        let told = ["committees GROUNDS 2023-01-10 063", "mandates GROUNDS 2023-01-10 063", "period-locks GROUNDS 2023-03-15 063", "unit-statuses GROUNDS 2023-02-01 01990"];
        assert_eq!(effects(&editor, &new, ""), told);
        assert_eq!(effects(&editor, &old, ""), ["unit-statuses GROUNDS 2022-02-01 01984"]);
        assert_eq!(effects(&nation, &foreign, ""), ["unit-statuses GROUNDS 2023-02-01 02023"]);
        // What the act ends is told too; what names another act from now on is not.
        manager.step(&format!("/v1/mandates/{}", id(&mandate)), 1, &json!({ "to": "ENDED", "valid_to": "2023-03-01", "act_number": "99/QĐ-UBND" })).expect(200);
        nation.step(&format!("/v1/unit-statuses/{}", id(&ended)), 1, &json!({ "to": "ENDED", "valid_to": "2023-03-01", "act_number": number })).expect(200);
        assert_eq!(effects(&editor, &new, "").last().map(String::as_str), Some("unit-statuses GROUNDS 2023-02-01 01990"));
        assert!(effects(&editor, &new, "").contains(&"unit-statuses ENDS 2023-03-01 01990".to_owned()));
        let changed = manager.patch(&format!("/v1/committees/{committee}"), 1, &json!({ "act_number": null })).expect(200);
        assert_eq!(changed["act_number"], Value::Null);
        assert!(!effects(&editor, &new, "").iter().any(|effect| effect.starts_with("committees")));
        // Page by page it is the same.
        let mut paged = Vec::new();
        let mut cursor = String::new();
        loop {
            let page = editor.get(&format!("{}/effects?limit=1{cursor}", path_of(&new))).expect(200);
            paged.extend(items(&page).iter().map(|effect| effect["record_id"].clone()));
            match page["next_cursor"].as_str() {
                Some(next) => cursor = format!("&cursor={next}"),
                None => break,
            }
        }
        assert_eq!(paged.len(), 4);
        // A commune reads the decision of its district, and of what it did its own and what is everybody's.
        assert_eq!(effects(&app.with_key("commune-editor"), &new, ""), ["unit-statuses ENDS 2023-03-01 01990", "unit-statuses GROUNDS 2023-02-01 01990"]);
        // A reform is what its resolution did, whichever units it is about.
        let reform = items(&nation.get("/v1/unit-successions?limit=1").expect(200))[0].clone();
        let resolution = nation.post(ACTS, &json!({ "unit_code": "VN", "kind_code": "NGHI_QUYET", "title": "Sắp xếp", "act_number": reform["act_number"] })).expect(201);
        let told = format!("unit-successions GROUNDS {} null", reform["effective_date"]).replace('"', "");
        assert!(effects(&nation, &resolution, "").contains(&told), "{told}");
        // Acts that came with the reference are named by what came with them.
        let decision = nation.post(ACTS, &json!({ "unit_code": "VN", "kind_code": "QUYET_DINH", "title": "Bộ tiêu chí quốc gia", "act_number": "318/QĐ-TTg", "issued_date": "2022-03-08" })).expect(201);
        let regions = ["unit-statuses GROUNDS 2021-01-01 06", "unit-statuses GROUNDS 2021-01-01 19"];
        let sets = ["criteria-sets GROUNDS 2022-03-08 null"; 2];
        assert_eq!(effects(&nation, &decision, ""), [&sets[..], &regions[..]].concat(), "the national set, the one based on it, and who belongs to which region");
    }
}
