//! Rights through reforms: what the staff of a commune see and do before and after it was merged.

use crate::reforms::registered;
use crate::support::{App, Client, on_both};
use serde_json::{Value, json};

const BEFORE: &str = "2025-06-20T02:00:00Z";
const AFTER: &str = "2025-07-10T02:00:00Z";

/// Units over which the callers of these stories hold grants, by the code they bore on the eve of the reform. Quân Hà
/// and Nguyên Phúc become part of Cẩm Giàng, Đôn Phong becomes Phong Quang with others, Ba Bể is far away.
const UNITS: [(&str, &str); 7] = [
    ("Quân Hà", "02005"),
    ("Nguyên Phúc", "01999"),
    ("Đôn Phong", "01984"),
    ("Bạch Thông", "063"),
    ("Ba Bể", "061"),
    ("Bắc Kạn", "06"),
    ("Thái Nguyên", "19"),
];

struct Stage {
    app: App,
    keys: Vec<(&'static str, Client)>,
    /// A result of 2022 for each of three communes.
    records: Vec<(&'static str, String)>,
}

fn restarted(app: &App, clock: &str) -> App {
    App::start_on(app.engine, app.database.clone(), &["--clock-start", clock])
}

fn result(period: &str, unit: &str) -> Value {
    json!({ "unit_code": unit, "criteria_set_code": "NTM-XA-2021-2025", "period": period, "stage": "SELF" })
}

/// Grants and records are made before the reform.
fn stage(app: &App) -> Stage {
    let app = restarted(app, BEFORE);
    let nation = app.with_key("nation");
    let keys = UNITS.map(|(name, code)| (name, registered(&nation, &app, code, "EDITOR"))).to_vec();
    let records = [("Quân Hà", "02005"), ("Nguyên Phúc", "01999"), ("Đôn Phong", "01984")]
        .map(|(name, code)| {
            let made = nation.post("/v1/assessments", &result("2022", code)).expect(201);
            (name, made["id"].as_str().unwrap().to_owned())
        })
        .to_vec();
    Stage { app, keys, records }
}

impl Stage {
    fn key(&self, name: &str) -> &Client {
        &self.keys.iter().find(|(known, _)| *known == name).expect("a caller").1
    }

    fn after(&self) -> (App, Vec<(&'static str, Client)>) {
        let app = restarted(&self.app, AFTER);
        let keys = self.keys.iter().map(|(name, client)| (*name, app.as_caller(client))).collect();
        (app, keys)
    }

    /// Which of the three records each caller can read.
    fn readable(&self, keys: &[(&'static str, Client)]) -> Vec<(&'static str, Vec<&'static str>)> {
        let reads = |client: &Client, id: &str| {
            let status = client.get(&format!("/v1/assessments/{id}")).status;
            assert!(status == 200 || status == 404, "{status}");
            status == 200
        };
        let seen = |client: &Client| {
            let one_by_one: Vec<&str> =
                self.records.iter().filter(|(_, id)| reads(client, id)).map(|(name, _)| *name).collect();
            let listed = client.get("/v1/assessments?period=2022&limit=200").expect(200);
            assert_eq!(listed["items"].as_array().unwrap().len(), one_by_one.len(), "the list shows what can be read");
            one_by_one
        };
        keys.iter().map(|(name, client)| (*name, seen(client))).collect()
    }
}

on_both! {
    /// Until the day of the reform nobody sees more than before, though the act is recorded.
    fn before_the_reform_each_sees_its_own(app) {
        let stage = stage(app);
        assert_eq!(stage.readable(&stage.keys), [
            ("Quân Hà", vec!["Quân Hà"]), ("Nguyên Phúc", vec!["Nguyên Phúc"]), ("Đôn Phong", vec!["Đôn Phong"]),
            ("Bạch Thông", vec!["Quân Hà", "Nguyên Phúc", "Đôn Phong"]), ("Ba Bể", vec![]),
            ("Bắc Kạn", vec!["Quân Hà", "Nguyên Phúc", "Đôn Phong"]), ("Thái Nguyên", vec![]),
        ]);
        let writes = |name: &str, unit: &str| stage.key(name).post("/v1/assessments?validate_only=true", &result("2025-Q2", unit)).status;
        assert_eq!((writes("Quân Hà", "02005"), writes("Quân Hà", "01999"), writes("Bạch Thông", "02005")), (200, 403, 200));
        assert_eq!((writes("Thái Nguyên", "02005"), writes("Bắc Kạn", "02005")), (403, 200));
    }

    /// From the day on a grant holds over what took its unit over, and reads what that came from.
    fn after_the_reform_grants_follow_it(app) {
        let stage = stage(app);
        let (app, keys) = stage.after();
        assert_eq!(stage.readable(&keys), [
            // Both stand in Cẩm Giàng now, so each sees what Cẩm Giàng came from.
            ("Quân Hà", vec!["Quân Hà", "Nguyên Phúc"]), ("Nguyên Phúc", vec!["Quân Hà", "Nguyên Phúc"]), ("Đôn Phong", vec!["Đôn Phong"]),
            // The district has no successor: its past stays readable, nothing is added.
            ("Bạch Thông", vec!["Quân Hà", "Nguyên Phúc", "Đôn Phong"]), ("Ba Bể", vec![]),
            // Both provinces became one.
            ("Bắc Kạn", vec!["Quân Hà", "Nguyên Phúc", "Đôn Phong"]), ("Thái Nguyên", vec!["Quân Hà", "Nguyên Phúc", "Đôn Phong"]),
        ]);
        let key = |name: &str| &keys.iter().find(|(known, _)| *known == name).unwrap().1;
        let writes = |name: &str, unit: &str, period: &str| key(name).post("/v1/assessments?validate_only=true", &result(period, unit)).status;
        // Cẩm Giàng of today is written by those whose whole unit it took over, and by the province.
        for (name, expected) in [("Quân Hà", 200), ("Nguyên Phúc", 200), ("Đôn Phong", 403), ("Bạch Thông", 403), ("Ba Bể", 403), ("Bắc Kạn", 200), ("Thái Nguyên", 200)] {
            assert_eq!(writes(name, "02008", "2025-07"), expected, "{name}");
        }
        // The past of a unit is written by its own staff, not by those who only came to the same commune.
        assert_eq!((writes("Quân Hà", "02005", "2024"), writes("Nguyên Phúc", "02005", "2024"), writes("Thái Nguyên", "02005", "2024")), (200, 403, 403));
        let (_, id) = &stage.records[0];
        let note = json!({ "note": "đã rà soát" });
        assert_eq!(key("Nguyên Phúc").patch(&format!("/v1/assessments/{id}"), 1, &note).problem(403).0, "FORBIDDEN");
        assert_eq!(key("Đôn Phong").patch(&format!("/v1/assessments/{id}"), 1, &note).problem(404).0, "NOT_FOUND");
        key("Quân Hà").patch(&format!("/v1/assessments/{id}"), 1, &note).expect(200);
        // A grant over the new commune reads its past and writes none of it.
        let nation = app.with_key("nation");
        let new = registered(&nation, &app, "02008", "EDITOR");
        new.get(&format!("/v1/assessments/{id}")).expect(200);
        assert_eq!(new.patch(&format!("/v1/assessments/{id}"), 2, &note).problem(403).0, "FORBIDDEN");
        assert_eq!(new.post("/v1/assessments?validate_only=true", &result("2025-07", "02008")).status, 200);
        // The history follows the same rule.
        new.get(&format!("/v1/assessments/{id}/versions")).expect(200);
        assert_eq!(key("Đôn Phong").get(&format!("/v1/assessments/{id}/versions")).status, 404);
    }

    /// Reports count what the caller may see, on every basis.
    fn reports_follow_the_same_rights(app) {
        let stage = stage(app);
        let (_after, keys) = stage.after();
        let ask = |name: &str, query: &str| {
            let client = &keys.iter().find(|(known, _)| *known == name).unwrap().1;
            client.get(&format!("/v1/reports/criteria-distribution?period=2022&criteria_set_code=NTM-XA-2021-2025&{query}"))
        };
        let expected = |name: &str, query: &str| {
            let report = ask(name, query).expect(200);
            (report["coverage"]["expected_count"].as_i64().unwrap(), report["scope"]["partial"].as_bool().unwrap())
        };
        assert_eq!(expected("Quân Hà", "unit_code=02008&basis=CURRENT"), (4, false));
        assert_eq!(expected("Quân Hà", "unit_code=19&basis=CURRENT"), (4, true));
        assert_eq!(expected("Quân Hà", "unit_code=063"), (4, true), "the four of the new commune");
        assert_eq!(expected("Bạch Thông", "unit_code=063"), (13, false));
        assert_eq!(ask("Ba Bể", "unit_code=02008&basis=CURRENT").status, 404);
        assert_eq!(ask("Đôn Phong", "unit_code=02008&basis=CURRENT").status, 404);
        assert!(!expected("Thái Nguyên", "unit_code=19&basis=CURRENT").1);
    }

    /// Who took over only a part reads the whole that was, and writes to it only where the act gave all of its own.
    fn a_part_is_read_and_not_written(app) {
        let app = crate::reforms::later(app);
        let nation = app.with_key("nation");
        let old = registered(&nation, &app, "01954", "EDITOR");
        let taker = registered(&nation, &app, "01957", "EDITOR");
        let record = nation.post("/v1/assessments", &result("2025", "01954")).expect(201);
        let path = format!("/v1/assessments/{}", record["id"].as_str().unwrap());
        assert_eq!(taker.get(&path).status, 404);
        let part = |to: &str| json!({ "kind": "SPLIT", "from_unit_code": "01954", "to_unit_code": to, "part": "PART" });
        let keep = |code: &str| json!({ "kind": "MERGE", "from_unit_code": code, "to_unit_code": code, "continues": true });
        let body = json!({ "act_number": "3/NQ", "effective_date": "2026-09-01", "edges": [part("01957"), part("01960"), keep("01957"), keep("01960")] });
        nation.post("/v1/unit-successions", &body).expect(201);
        taker.get(&path).expect(200);
        assert_eq!(taker.patch(&path, 1, &json!({ "note": "x" })).problem(403).0, "FORBIDDEN");
        old.patch(&path, 1, &json!({ "note": "x" })).expect(200);
        let newer = nation.post("/v1/assessments", &result("2025-Q4", "01957")).expect(201);
        old.get(&format!("/v1/assessments/{}", newer["id"].as_str().unwrap())).expect(200);
        assert_eq!(old.post("/v1/assessments?validate_only=true", &result("2025-Q3", "01957")).problem(403).0, "OUT_OF_SCOPE");
    }
}
