//! Lists in pages: every row once, in the same order, whatever happens meanwhile.

use crate::support::{App, Client, Engine, Operation, on_both, operations, records};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};

/// Communes of Bạch Thông in spring 2023.
const COMMUNES: [&str; 13] = [
    "02008", "02005", "02014", "01993", "01990", "01975", "01981", "01978", "02011", "02002", "01999", "01984", "02017",
];

/// Begin a plan for each commune and period: periods that end on the same day are ties.
fn make_assessments(editor: &Client, periods: &[&str]) -> Vec<String> {
    let mut made = Vec::new();
    for period in periods {
        for unit in COMMUNES {
            let body = json!({ "unit_code": unit, "criteria_set_code": "NTM-XA-2021-2025", "period": period, "stage": "TARGET" });
            let reply = editor.post("/v1/assessments", &body);
            // One of the communes has become a town.
            if reply.status == 201 {
                made.push(reply.json()["id"].as_str().expect("an id").to_owned());
            }
        }
    }
    assert!(made.len() >= 12 * periods.len(), "{}", made.len());
    made
}

/// Read all pages by their links; calls `between` after each page.
fn walk(client: &Client, first: &str, mut between: impl FnMut(usize)) -> Vec<Vec<Value>> {
    let mut pages = Vec::new();
    let mut path = first.to_owned();
    loop {
        let reply = client.get(&path);
        let page = reply.expect(200);
        pages.push(page["items"].as_array().expect("items").clone());
        between(pages.len());
        assert!(pages.len() < 1000, "{first} never ends");
        match (page["next_cursor"].as_str(), reply.header("link")) {
            (Some(cursor), Some(link)) => {
                let (target, rest) = link.strip_prefix('<').and_then(|link| link.split_once('>')).expect("a link");
                assert_eq!(rest, "; rel=\"next\"");
                assert!(target.ends_with(&format!("cursor={cursor}")), "{target}");
                path = target.to_owned();
            }
            (None, None) => return pages,
            (cursor, link) => panic!("{path}: cursor {cursor:?} and link {link:?} do not agree"),
        }
    }
}

fn keys(pages: &[Vec<Value>], key: &str) -> Vec<String> {
    pages.iter().flatten().map(|item| item[key].as_str().expect("a text").to_owned()).collect()
}

#[track_caller]
fn each_once(ids: &[String]) {
    let mut seen = BTreeSet::new();
    for id in ids {
        assert!(seen.insert(id), "{id} twice");
    }
}

/// Last days of the periods used here, by which `period` sorts.
fn period_end(period: &str) -> String {
    match period.split_once('-') {
        None => format!("{period}-12"),
        Some((year, "H1" | "Q2")) => format!("{year}-06"),
        Some((year, "9M" | "Q3")) => format!("{year}-09"),
        Some((year, "Q4" | "H2")) => format!("{year}-12"),
        Some((year, month)) => format!("{year}-{month}"),
    }
}

on_both! {
    /// Ties, a full last page, one row a page, all in one page: the same rows in the same order each time.
    fn assessments_come_once_each_in_every_order(app) {
        let editor = app.with_key("district-editor");
        let made = make_assessments(&editor, &["2022", "2022-Q4", "2022-12", "2022-H1", "2022-06"]);
        for sort in ["created_at", "-created_at", "period", "-period"] {
            let whole = walk(&editor, &format!("/v1/assessments?sort={sort}&limit=200"), |_| {});
            assert_eq!(whole.len(), 1);
            let expected = keys(&whole, "id");
            assert_eq!(expected.iter().collect::<BTreeSet<_>>(), made.iter().collect(), "{sort}");
            let values: Vec<(String, String)> = whole[0]
                .iter()
                .map(|row| match sort.trim_start_matches('-') {
                    "period" => (period_end(row["period"].as_str().expect("a period")), row["id"].to_string()),
                    _ => (row["created_at"].to_string(), row["id"].to_string()),
                })
                .collect();
            let sorted = if sort.starts_with('-') { values.is_sorted_by(|one, two| one > two) } else { values.is_sorted_by(|one, two| one < two) };
            assert!(sorted, "{sort}: {values:?}");
            let count = made.len();
            for limit in [1, 7, count / 2, count / 3, count - 1, count, count + 1] {
                let pages = walk(&editor, &format!("/v1/assessments?sort={sort}&limit={limit}"), |_| {});
                assert_eq!(keys(&pages, "id"), expected, "{sort} {limit}");
                assert!(pages.iter().rev().skip(1).all(|page| page.len() == limit), "{sort} {limit}: a page before the last is full");
                assert_eq!(pages.len(), count.div_ceil(limit), "{sort} {limit}: no empty page after a full last one");
            }
        }
        // Filters and totals hold over all pages.
        let filtered = walk(&editor, "/v1/assessments?period=2022-Q4,2022-06&with_total=true&limit=5&sort=-period", |_| {});
        let rows: Vec<&Value> = filtered.iter().flatten().collect();
        assert_eq!(rows.len(), made.len() / 5 * 2);
        assert!(rows.iter().all(|row| row["period"] == "2022-Q4" || row["period"] == "2022-06"));
        for (query, total) in [("limit=3", json!(null)), ("limit=3&with_total=true", json!(made.len())), ("limit=3&with_total=true&period=2022", json!(made.len() / 5)), ("with_total=true&period=2019", json!(0))] {
            let page = editor.get(&format!("/v1/assessments?{query}")).expect(200);
            assert_eq!((&page["total"], page["total_exact"].is_null()), (&total, total.is_null()), "{query}");
        }
        let empty = editor.get("/v1/assessments?period=2019").expect(200);
        assert_eq!((&empty["items"], &empty["next_cursor"]), (&json!([]), &Value::Null));
    }

    /// Rows come and go while a client reads: what was there throughout is read once, what is read is never read twice.
    fn rows_written_and_deleted_meanwhile_make_neither_gaps_nor_doubles(app) {
        let editor = app.with_key("district-editor");
        for (at, sort) in ["created_at", "-created_at", "period", "-period"].into_iter().enumerate() {
            let year = 2021 + at;
            let periods = [format!("{year}"), format!("{year}-06"), format!("{year}-H1")];
            let periods: Vec<&str> = periods.iter().map(String::as_str).collect();
            let made = make_assessments(&editor, &periods);
            let list = format!("/v1/assessments?sort={sort}&limit=5&period={year},{year}-06,{year}-H1,{year}-01,{year}-09,{year}-Q4,{year}-11");
            // Deleted while the pages are read: some that were read, some that were not, the last of a page.
            let mut deleted = BTreeSet::new();
            let mut added = 0;
            let later = [format!("{year}-01"), format!("{year}-09"), format!("{year}-Q4"), format!("{year}-11")];
            let pages = walk(&editor, &list, |number| {
                let place = match number { 1 => 4, 2 => 30, 3 => 0, 4 => 17, _ => return };
                let order = keys(&walk(&editor, &format!("/v1/assessments?sort={sort}&limit=200&period={}", periods.join(",")), |_| {}), "id");
                let victim = order[place.min(order.len() - 1)].clone();
                editor.delete(&format!("/v1/assessments/{victim}"), 1).expect(204);
                deleted.insert(victim);
                added += make_assessments(&editor, &[&later[number - 1]]).len();
            });
            let read = keys(&pages, "id");
            each_once(&read);
            let read: BTreeSet<&String> = read.iter().collect();
            assert!(deleted.len() == 4 && added >= 48, "{sort}: {deleted:?} {added}");
            for id in made.iter().filter(|id| !deleted.contains(*id)) {
                assert!(read.contains(id), "{sort}: {id} was there throughout and was not read");
            }
        }
    }
}

#[test]
fn units_come_once_each_in_every_order() {
    let app = App::start(Engine::Sqlite);
    let nation = app.with_key("nation");
    for query in [
        "",
        "&as_of=2026-01-01",
        "&q=a",
        "&q=thanh",
        "&q=b%E1%BA%A1ch",
        "&level=COMMUNE,VILLAGE&unit_code=06",
        "&level=VILLAGE&as_of=2026-01-01",
    ] {
        for sort in ["code", "-code", "name", "-name"] {
            let whole = walk(&nation, &format!("/v1/units?sort={sort}&limit=200{query}&with_total=true"), |_| {});
            let expected = keys(&whole, "id");
            each_once(&expected);
            let count = expected.len();
            assert!(count > 2, "{query} {count}");
            for limit in [1, 7, count / 2, count - 1, count, count + 1].into_iter().filter(|limit| *limit <= 200) {
                if limit == 1 && sort != "-name" {
                    continue;
                }
                let pages = walk(&nation, &format!("/v1/units?sort={sort}&limit={limit}{query}"), |_| {});
                assert_eq!(keys(&pages, "id"), expected, "{sort} {limit} {query}");
                assert_eq!(pages.len(), count.div_ceil(limit), "{sort} {limit} {query}");
            }
            if !query.contains("q=") {
                let codes = keys(&whole, "code");
                match sort {
                    "code" => assert!(codes.is_sorted(), "{codes:?}"),
                    "-code" => assert!(codes.iter().rev().is_sorted(), "{codes:?}"),
                    _ => {}
                }
                let total = nation.get(&format!("/v1/units?sort={sort}&limit=1{query}&with_total=true")).expect(200);
                assert_eq!((&total["total"], &total["total_exact"]), (&json!(count), &json!(true)));
            }
        }
    }
    // Names of communes in the order of a Vietnamese dictionary.
    let names =
        keys(&walk(&nation, "/v1/units?unit_code=063&unit_scope=CHILDREN&level=COMMUNE&sort=name", |_| {}), "name");
    let place =
        |name: &str| names.iter().position(|known| known == name).unwrap_or_else(|| panic!("{name} in {names:?}"));
    for pair in [
        "Cao Sơn",
        "Cẩm Giàng",
        "Dương Phong",
        "Đôn Phong",
        "Lục Bình",
        "Mỹ Thanh",
        "Nguyên Phúc",
        "Quang Thuận",
        "Quân Hà",
        "Sĩ Bình",
        "Tân Tú",
        "Vi Hương",
        "Vũ Muộn",
    ]
    .windows(2)
    {
        assert!(place(pair[0]) < place(pair[1]), "{} before {}: {names:?}", pair[0], pair[1]);
    }
}

#[test]
fn every_list_of_the_contract_can_be_walked_row_by_row() {
    let app = App::start(Engine::Sqlite);
    let made = records(&app);
    let nation = app.with_key("nation");
    nation.patch(&made.address("/v1/assessments/{id}"), 1, &json!({ "note": "Lần hai" })).expect(200);
    let mut walked = BTreeMap::new();
    for operation in operations(&app).iter().filter(|operation| operation.is_paged()) {
        let address = made.address(&operation.path);
        let whole: Vec<Value> = walk(&nation, &format!("{address}?limit=200"), |_| {}).into_iter().flatten().collect();
        let limit = if whole.len() > 50 { 9 } else { 1 };
        let pages = walk(&nation, &format!("{address}?limit={limit}"), |_| {});
        assert_eq!(pages.concat(), whole, "{address}");
        assert_eq!(pages.len(), whole.len().div_ceil(limit).max(1), "{address}");
        let distinct: BTreeSet<String> = whole.iter().map(Value::to_string).collect();
        assert_eq!(distinct.len(), whole.len(), "{address}");
        walked.insert(operation.path.clone(), whole.len());
    }
    for (path, least) in [
        ("/v1/units", 100),
        ("/v1/assessments", 1),
        ("/v1/clients", 14),
        ("/v1/grants", 15),
        ("/v1/api-keys", 14),
        ("/v1/criteria-sets", 3),
        ("/v1/journal", 50),
        ("/v1/unit-statuses", 2),
        ("/v1/{collection}/{id}/versions", 2),
    ] {
        assert!(walked[path] >= least, "{path}: {walked:?}");
    }
}

/// Other hexadecimal digits in the same number.
fn altered(cursor: &str, at: usize) -> String {
    let mut digits: Vec<u8> = cursor.bytes().collect();
    digits[at] = if digits[at] == b'0' { b'1' } else { b'0' };
    String::from_utf8(digits).expect("hexadecimal digits")
}

#[test]
fn a_cursor_opens_only_the_list_it_was_made_for() {
    let app = App::start(Engine::Sqlite);
    let made = records(&app);
    let nation = app.with_key("nation");
    make_assessments(&nation, &["2022", "2022-H1"]);
    let refused = |path: &str| nation.get(path).faults(400, "INVALID_CURSOR", &[("cursor", "INVALID_CURSOR")]);
    let paged: Vec<Operation> = operations(&app).into_iter().filter(Operation::is_paged).collect();
    for operation in &paged {
        let address = made.address(&operation.path);
        for wrong in [
            "",
            "0",
            "00",
            "zz",
            "%27",
            "5b5d",
            "%E1%BA%A1",
            &"0".repeat(34),
            &"f".repeat(2000),
            "null",
            "eyJhIjoxfQ==",
        ] {
            refused(&format!("{address}?cursor={wrong}"));
        }
        let Some(cursor) =
            nation.get(&format!("{address}?limit=1")).expect(200)["next_cursor"].as_str().map(str::to_owned)
        else {
            continue;
        };
        nation.get(&format!("{address}?limit=7&cursor={cursor}")).expect(200);
        for at in [0, 1, cursor.len() / 2, cursor.len() - 33, cursor.len() - 32, cursor.len() - 1] {
            refused(&format!("{address}?cursor={}", altered(&cursor, at)));
        }
        refused(&format!("{address}?cursor={}", &cursor[2..]));
        refused(&format!("{address}?cursor={}", &cursor[..cursor.len() - 2]));
        refused(&format!("{address}?cursor={cursor}00"));
        for other in paged.iter().filter(|other| other.path != operation.path) {
            refused(&format!("{}?cursor={cursor}", made.address(&other.path)));
        }
    }
    // Bound to filters and order, not to the size of the page or what is put into it.
    let first = nation.get("/v1/assessments?limit=2&period=2022&sort=period").expect(200);
    let cursor = first["next_cursor"].as_str().expect("more pages");
    for (query, status) in [
        ("period=2022&sort=period", 200),
        ("sort=period&period=2022&limit=200&with_total=true&embed=criteria_set", 200),
        ("period=2022&sort=-period", 400),
        ("period=2022", 400),
        ("period=2022,2022-H1&sort=period", 400),
        ("period=2022-H1&sort=period", 400),
        ("sort=period", 400),
        ("period=2022&sort=period&unit_code=063", 400),
        ("period=2022&sort=period&stage=TARGET", 400),
    ] {
        let reply = nation.get(&format!("/v1/assessments?{query}&cursor={cursor}"));
        assert_eq!(reply.status, status, "{query}: {}", reply.text);
        if status == 400 {
            reply.faults(400, "INVALID_CURSOR", &[("cursor", "INVALID_CURSOR")]);
        }
    }
    // A cursor opens no more than its bearer may see.
    let sibling = app.with_key("sibling-editor");
    assert_eq!(
        sibling.get(&format!("/v1/assessments?period=2022&sort=period&cursor={cursor}")).expect(200)["items"],
        json!([])
    );
    // It survives a restart: the key that signs it is kept in the database.
    let mut app = app;
    app.kill_and_restart();
    let again =
        app.with_key("nation").get(&format!("/v1/assessments?period=2022&sort=period&cursor={cursor}")).expect(200);
    assert_eq!(again["items"].as_array().map(Vec::len), Some(12), "{again}");
}

#[test]
fn links_carry_the_address_under_which_callers_see_the_service() {
    let prefix = "https://lgsp.tinh.gov.vn/muctieu";
    let app = App::start_with(
        Engine::Sqlite,
        &["--clock-start", "2023-03-15T02:00:00Z", "--public-base-url", "https://lgsp.tinh.gov.vn/muctieu/"],
    );
    let nation = app.with_key("nation");
    let forged = [("host", "evil.example"), ("x-forwarded-host", "evil.example"), ("forwarded", "host=evil.example")];
    // Filters stand in the link as they were sent, and lead on.
    let mut path = "/v1/units?q=b%E1%BA%A1ch%20th%C3%B4ng,&cursor=&limit=1".replace("&cursor=", "").replace(',', "");
    path.push_str("&sort=-name");
    let mut ids = Vec::new();
    loop {
        let reply = nation.call("GET", &path, &forged, None);
        ids.extend(
            reply.expect(200)["items"]
                .as_array()
                .expect("items")
                .iter()
                .map(|unit| unit["id"].as_str().expect("an id").to_owned()),
        );
        let Some(link) = reply.header("link") else { break };
        let target = link.trim_start_matches('<').split('>').next().expect("an address");
        path = target.strip_prefix(prefix).unwrap_or_else(|| panic!("{target}")).to_owned();
        assert!(path.starts_with("/v1/units?q=b%E1%BA%A1ch%20th%C3%B4ng&limit=1&sort=-name&cursor="), "{path}");
    }
    each_once(&ids);
    assert!(ids.len() > 1, "{ids:?}");
    let body = json!({ "unit_code": "063", "name": "Ứng dụng sau trục" }).to_string();
    let headers = [&forged[..], &[("content-type", "application/json")]].concat();
    let made = nation.call("POST", "/v1/clients", &headers, Some(body.as_bytes()));
    let id = made.expect(201)["id"].as_str().expect("an id").to_owned();
    assert_eq!(made.header("location"), Some(format!("{prefix}/v1/clients/{id}").as_str()));
    let next = nation.get("/v1/clients?limit=1&with_total=true");
    assert!(
        next.header("link")
            .is_some_and(|link| link.starts_with(&format!("<{prefix}/v1/clients?limit=1&with_total=true&cursor="))),
        "{:?}",
        next.headers
    );
}
