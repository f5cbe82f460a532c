//! The same results under the units of another day: placed anew, never recounted.

use crate::reforms::later;
use crate::reports::{MEETING, reported};
use crate::support::{App, Client, on_both};
use serde_json::{Value, json};

/// The results that the meeting of 10 March 2023 heard.
fn load_meeting(app: &App) {
    for (unit, min, max) in MEETING {
        app.with_key("nation").post("/v1/assessments", &reported(unit, min, max)).expect(201);
    }
}

fn report(client: &Client, query: &str) -> Value {
    client
        .get(&format!("/v1/reports/criteria-distribution?period=2022&criteria_set_code=NTM-XA-2021-2025&{query}"))
        .expect(200)
}

fn group<'a>(report: &'a Value, name: &str) -> &'a Value {
    let groups = report["groups"].as_array().expect("groups");
    groups.iter().find(|group| group["unit"]["name"] == name).unwrap_or_else(|| panic!("no group {name}"))
}

/// Counts of the bands, highest first.
fn bands(totals: &Value) -> Vec<i64> {
    totals["bands"].as_array().expect("bands").iter().map(|band| band["count"].as_i64().expect("a count")).collect()
}

fn names(units: &Value) -> Vec<&str> {
    let mut names: Vec<&str> =
        units.as_array().expect("units").iter().map(|unit| unit["name"].as_str().expect("a name")).collect();
    names.sort_unstable();
    names
}

/// What adds up: expected, reported, missing, excluded, bands, unbanded.
fn sums(totals: &Value, coverage: &Value) -> Vec<i64> {
    let mut sums: Vec<i64> = ["expected_count", "reported_count", "missing_count", "excluded_count"]
        .map(|name| coverage[name].as_i64().expect("a count"))
        .to_vec();
    sums.extend(bands(totals));
    sums.push(totals["unbanded_count"].as_i64().expect("a count"));
    sums
}

on_both! {
    fn the_results_of_2022_stand_under_the_units_of_today(app) {
        load_meeting(app);
        let app = later(app);
        let nation = app.with_key("nation");
        let today = report(&nation, "unit_code=19&basis=CURRENT&group_by=COMMUNE");
        assert_eq!((&today["scope"]["basis"], &today["scope"]["basis_date"], &today["scope"]["expected_date"]),
            (&json!("CURRENT"), &json!("2026-11-22"), &json!("2022-12-31")));
        for (name, expected) in [
            ("Cẩm Giàng", [2, 0, 2, 0, 0]), ("Phủ Thông", [1, 0, 2, 0, 0]), ("Vĩnh Thông", [0, 0, 3, 0, 0]),
            ("Phong Quang", [0, 0, 0, 1, 0]), ("Bạch Thông", [1, 0, 0, 0, 0]),
        ] {
            assert_eq!(bands(group(&today, name)), expected, "{name}");
        }
        // The town was not assessed, and Quang Thuận is still missing.
        assert_eq!(names(&group(&today, "Phủ Thông")["coverage"]["excluded"]), ["Phủ Thông"]);
        assert!(names(&group(&today, "Bạch Thông")["coverage"]["missing"]).contains(&"Quang Thuận"));
        // The new commune bears code and name of an old one, and says that it is another territory.
        assert_eq!(group(&today, "Cẩm Giàng")["territory_changed"], true);
        assert_eq!(group(&today, "Vĩnh Thông")["territory_changed"], false);
        assert_eq!(today["scope"]["territory_changed"], true, "Thái Nguyên of 2022 was another");
        // One commune alone is asked for by the code it bears today.
        let alone = report(&nation, "unit_code=02008&basis=CURRENT");
        assert_eq!((&alone["scope"]["unit"]["name"], bands(&alone["total"])), (&json!("Cẩm Giàng"), vec![2, 0, 2, 0, 0]));
        assert_eq!(names(&alone["total"]["bands"][0]["units"]), ["Cẩm Giàng", "Quân Hà"]);
        // As reported, the code is that of the commune of 2022.
        let then = report(&nation, "unit_code=02008");
        assert_eq!((bands(&then["total"]), &then["scope"]["territory_changed"]), (vec![1, 0, 0, 0, 0], &json!(false)));
        nation.get("/v1/reports/criteria-distribution?period=2022&unit_code=063&basis=CURRENT")
            .faults(422, "UNIT_CODE_NOT_HELD", &[("unit_code", "UNIT_CODE_NOT_HELD")]);
        for (basis, code) in [("NOW", "UNKNOWN_VALUE"), ("2025-02-30", "INVALID_DATE"), ("", "UNKNOWN_VALUE")] {
            nation.get(&format!("/v1/reports/criteria-distribution?basis={basis}")).faults(422, "VALIDATION_FAILED", &[("basis", code)]);
        }
    }

    /// On every basis the top is the same, and the groups add up to it.
    fn what_adds_up_is_equal_on_every_basis(app) {
        load_meeting(app);
        let app = later(app);
        let nation = app.with_key("nation");
        let reported = report(&nation, "unit_code=VN");
        let expected = sums(&reported["total"], &reported["coverage"]);
        for basis in ["AS_REPORTED", "CURRENT", "2019-12-31", "2020-02-01", "2025-06-30", "2025-07-01"] {
            for group_by in ["COMMUNE", "DISTRICT", "PROVINCE", "CHILDREN", "NONE"] {
                let other = report(&nation, &format!("unit_code=VN&basis={basis}&group_by={group_by}"));
                assert_eq!(sums(&other["total"], &other["coverage"]), expected, "{basis} {group_by}");
                assert_eq!(other["total"]["criteria_met_average"], reported["total"]["criteria_met_average"], "{basis}");
                if group_by == "NONE" {
                    continue;
                }
                let mut added = vec![0; expected.len()];
                for group in other["groups"].as_array().unwrap() {
                    for (sum, part) in added.iter_mut().zip(sums(group, &group["coverage"])) {
                        *sum += part;
                    }
                }
                assert_eq!(added, expected, "{basis} {group_by}");
            }
        }
        // Bạch Thông is gone; on the basis of its last day it is whole.
        let whole = report(&nation, "unit_code=063&basis=2025-06-30");
        assert_eq!(bands(&whole["total"]), [4, 0, 7, 1, 0]);
        assert_eq!(whole["coverage"]["expected_count"], 13);
    }

    /// A commune that was cut is counted once, in the unit with the largest known share of its people, and the others
    /// say where it is.
    fn a_commune_that_was_cut_is_counted_once(app) {
        let app = later(app);
        let nation = app.with_key("nation");
        let result = json!({ "unit_code": "01954", "criteria_set_code": "NTM-XA-2021-2025", "period": "2025", "stage": "REPORTED",
            "source": { "label": "Báo cáo", "date": "2026-01-10" }, "declared_total": { "min": 12, "max": 12 } });
        nation.post("/v1/assessments", &result).expect(201);
        let cut = |to: &str, population: Value, area: Value| json!({ "kind": "SPLIT", "from_unit_code": "01954", "to_unit_code": to, "part": "PART", "population_percent": population, "area_percent": area });
        let body = json!({ "act_number": "3/NQ", "effective_date": "2026-09-01", "edges": [
            cut("01957", json!(30), json!(60)), { "kind": "MERGE", "from_unit_code": "01957", "to_unit_code": "01957", "continues": true },
            cut("01960", json!(45.5), json!(20)), { "kind": "MERGE", "from_unit_code": "01960", "to_unit_code": "01960", "continues": true },
            cut("01942", json!(24.5), json!(20)), { "kind": "MERGE", "from_unit_code": "01942", "to_unit_code": "01942", "continues": true },
        ] });
        nation.post("/v1/unit-successions", &body).expect(201);
        let of = |query: &str| nation.get(&format!("/v1/reports/criteria-distribution?period=2025&criteria_set_code=NTM-XA-2021-2025&{query}")).expect(200);
        let today = of("unit_code=19&basis=CURRENT&group_by=COMMUNE");
        let reported: Vec<&Value> = today["groups"].as_array().unwrap().iter().filter(|group| group["coverage"]["reported_count"] != json!(0)).collect();
        assert_eq!((reported.len(), &reported[0]["unit"]["name"]), (1, &json!("Hiệp Lực")));
        assert_eq!((&today["coverage"]["expected_count"], &today["total"]["counted_elsewhere"]), (&of("unit_code=19")["coverage"]["expected_count"], &json!([])));
        for name in ["Thượng Quan", "Bằng Vân"] {
            let cut = &group(&today, name)["counted_elsewhere"];
            assert_eq!(cut[0]["unit"]["name"], "Ngân Sơn", "{name}");
            assert_eq!(cut[0]["counted_in"]["name"], "Hiệp Lực", "{name}");
            assert_eq!(group(&today, name)["counted_elsewhere_count"], 1, "{name}");
        }
        assert_eq!(group(&today, "Hiệp Lực")["counted_elsewhere"], json!([]));
        let alone = of("unit_code=01957&basis=CURRENT");
        assert_eq!((&alone["coverage"]["reported_count"], &alone["total"]["counted_elsewhere"][0]["counted_in"]["name"]), (&json!(0), &json!("Hiệp Lực")));
        // It lived on with more land: the same unit, another territory.
        assert_eq!(alone["scope"]["territory_changed"], true);
    }

    /// Random reforms, one after the other: merged, split, moved, renamed, changed in kind. After all of them, what was
    /// reported before is, on the basis of every day, counted once and whole.
    fn random_reforms_lose_and_double_nothing(app) {
        let app = later(app);
        let nation = app.with_key("nation");
        let seed = std::env::var("REFORM_SEED").ok().and_then(|seed| seed.parse().ok()).unwrap_or(2026);
        let mut chance = Chance(seed);
        let communes = nation.get("/v1/units?level=COMMUNE&limit=200&unit_code=19&as_of=2025-12-31").expect(200);
        for unit in communes["items"].as_array().unwrap() {
            if unit["kind_code"] != "XA" || chance.below(10) == 0 {
                continue;
            }
            let (min, more) = (chance.below(20), chance.below(2));
            nation.post("/v1/assessments", &json!({ "unit_id": unit["id"], "criteria_set_code": "NTM-XA-2021-2025", "period": "2025", "stage": "REPORTED",
                "declared_total": { "min": min, "max": (min + more).min(19) } })).expect(201);
        }
        // A second province, to which communes may move.
        let second = json!({ "act_number": "0/QH", "effective_date": "2026-01-05",
            "units": [{ "code": "20", "name": "Tỉnh mới", "kind_code": "TINH", "parent_code": "VN" }],
            "edges": [{ "kind": "CREATE", "to_unit_code": "20" }] });
        nation.post("/v1/unit-successions", &second).expect(201);
        let mut days = Vec::new();
        let mut cuts = 0;
        for month in 1..=9 {
            let day = format!("2026-{month:02}-15");
            days.push(day.clone());
            for (body, cut) in reforms_of(&nation, &day, &mut chance) {
                nation.post("/v1/unit-successions", &body).expect(201);
                cuts += usize::from(cut);
            }
        }
        let of = |query: &str| nation.get(&format!("/v1/reports/criteria-distribution?unit_code=VN&period=2025&criteria_set_code=NTM-XA-2021-2025&{query}")).expect(200);
        let reported = of("group_by=NONE");
        let expected = sums(&reported["total"], &reported["coverage"]);
        days.extend(["2025-12-31".to_owned(), "2025-06-30".to_owned(), "2019-12-31".to_owned(), "CURRENT".to_owned()]);
        for basis in &days {
            let other = of(&format!("basis={basis}&group_by=COMMUNE"));
            assert_eq!(sums(&other["total"], &other["coverage"]), expected, "{basis}, seed {seed}");
            let mut added = vec![0; expected.len()];
            let mut units: Vec<String> = Vec::new();
            for group in other["groups"].as_array().unwrap() {
                for (sum, part) in added.iter_mut().zip(sums(group, &group["coverage"])) {
                    *sum += part;
                }
                let bands = group["bands"].as_array().unwrap().iter().flat_map(|band| band["units"].as_array().unwrap());
                let unbanded = group["unbanded"].as_array().unwrap().iter();
                units.extend(bands.chain(unbanded).map(|unit| unit["id"].as_str().unwrap().to_owned()));
            }
            assert_eq!(added, expected, "{basis}, seed {seed}");
            let all = units.len();
            units.sort();
            units.dedup();
            assert_eq!(units.len(), all, "a commune is counted twice on {basis}, seed {seed}");
        }
        // Who bears code and name of a commune of 2025 without its territory says so, and nobody else does.
        let mut said = 0;
        for group in of("basis=CURRENT&group_by=COMMUNE")["groups"].as_array().unwrap() {
            let Some(code) = group["unit"]["code"].as_str() else { continue };
            let then = nation.get(&format!("/v1/units?code={code}&as_of=2025-12-31")).expect(200);
            let same_name = then["items"].as_array().unwrap().iter().find(|unit| unit["name"] == group["unit"]["name"]);
            let same_territory = same_name.is_none_or(|unit| {
                (&unit["id"], &unit["territory_number"]) == (&group["unit"]["id"], &group["territory_number"])
            });
            assert_eq!(group["territory_changed"], json!(!same_territory), "{code}, seed {seed}");
            said += usize::from(!same_territory);
        }
        assert!(said > 0, "seed {seed} changes no territory under its name");
        // Every commune of 2025 that was cut is named by each unit that has a part of it and does not count it.
        let today = of("basis=CURRENT&group_by=COMMUNE");
        let elsewhere = |code: &str| -> i64 {
            let groups = today["groups"].as_array().unwrap().iter().filter(|group| group["unit"].is_object());
            groups.flat_map(|group| group["counted_elsewhere"].as_array().unwrap()).filter(|cut| cut["unit"]["code"] == code).count() as i64
        };
        let lineage = |code: &str| {
            let id = nation.get(&format!("/v1/units?code={code}&as_of=2025-12-31")).expect(200)["items"][0]["id"].as_str().unwrap().to_owned();
            nation.get(&format!("/v1/units/{id}/lineage")).expect(200)
        };
        for unit in communes["items"].as_array().unwrap() {
            let code = unit["code"].as_str().unwrap();
            let living = holders_of(&nation, &lineage(code), unit["id"].as_str().unwrap());
            assert_eq!(elsewhere(code), living as i64 - 1, "{code}, seed {seed}");
        }
        assert!(cuts > 3, "seed {seed} cuts too little");
    }

    /// Several periods of one code are of several units, and each row says of which.
    fn rows_of_a_series_say_whether_they_can_be_compared(app) {
        let app = later(app);
        let nation = app.with_key("nation");
        let series = nation.get("/v1/reports/criteria-distribution?unit_code=02008&period=2021,2022,2025&criteria_set_code=NTM-XA-2021-2025").expect(200);
        let rows: Vec<(&Value, &Value)> = series["series"].as_array().unwrap().iter().map(|row| (&row["period"], &row["comparable"])).collect();
        assert_eq!(rows, [(&json!("2021"), &json!(false)), (&json!("2022"), &json!(false)), (&json!("2025"), &json!(true))]);
        let current = nation.get("/v1/reports/criteria-distribution?unit_code=02008&period=2021,2022,2025&criteria_set_code=NTM-XA-2021-2025&basis=CURRENT").expect(200);
        assert!(current["series"].as_array().unwrap().iter().all(|row| row["comparable"] == true));
    }
}

/// Numbers that follow from a seed alone.
struct Chance(u64);

impl Chance {
    fn below(&mut self, bound: u64) -> u64 {
        // The multiplier of Knuth's MMIX generator; the upper bits are the good ones.
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % bound
    }
}

/// Units of today that hold a part of this one: those at the ends of its lineage, itself where it lives on.
fn holders_of(client: &Client, lineage: &Value, own: &str) -> usize {
    let lives = |id: &str| client.get(&format!("/v1/units/{id}")).expect(200)["valid_to"].is_null();
    let mut ends: Vec<&str> =
        lineage["successors"].as_array().unwrap().iter().map(|step| step["unit"]["id"].as_str().unwrap()).collect();
    ends.push(own);
    ends.sort_unstable();
    ends.dedup();
    ends.into_iter().filter(|id| lives(id)).count()
}

/// A few reforms of one day among communes without villages; true where a commune is cut.
fn reforms_of(client: &Client, day: &str, chance: &mut Chance) -> Vec<(Value, bool)> {
    let listed = client.get(&format!("/v1/units?level=COMMUNE&limit=200&as_of={day}")).expect(200);
    let villages = client.get(&format!("/v1/units?level=VILLAGE&limit=200&as_of={day}")).expect(200);
    let has_village =
        |unit: &Value| villages["items"].as_array().unwrap().iter().any(|village| village["parent_id"] == unit["id"]);
    let mut free: Vec<Value> =
        listed["items"].as_array().unwrap().iter().filter(|unit| !has_village(unit)).cloned().collect();
    let mut reforms = Vec::new();
    for number in 0..3 {
        let mut take = || {
            let at = chance.below(free.len() as u64) as usize;
            free.swap_remove(at)["code"].as_str().unwrap().to_owned()
        };
        let (one, two, three) = (take(), take(), take());
        let state = |code: &str, kind: &str| json!({ "code": code, "name": format!("Xã {code} {day}"), "kind_code": kind, "parent_code": "19" });
        let merge = |from: &str, to: &str, lives_on: bool| json!({ "kind": "MERGE", "from_unit_code": from, "to_unit_code": to, "continues": lives_on });
        let part = |to: &str, share: Option<u64>| {
            json!({ "kind": "SPLIT", "from_unit_code": one, "to_unit_code": to, "part": "PART",
            "continues": to == one, "population_percent": share })
        };
        let (units, edges, cut) = match chance.below(8) {
            // Two become a new one; one takes in another and lives on.
            0 => (json!([state(&one, "XA")]), json!([merge(&one, &one, false), merge(&two, &one, false)]), false),
            1 => (json!([]), json!([merge(&one, &one, true), merge(&two, &one, false)]), false),
            // One falls to two others, with known shares or without.
            2 | 3 => {
                let share = (chance.below(2) == 0).then(|| 1 + chance.below(99));
                let edges = json!([
                    part(&two, share),
                    part(&three, share.map(|share| 100 - share)),
                    merge(&two, &two, true),
                    merge(&three, &three, true)
                ]);
                (json!([]), edges, true)
            }
            // One gives a part away and lives on.
            4 => (json!([]), json!([part(&one, None), part(&two, None), merge(&two, &two, true)]), true),
            5 => (
                json!([{ "code": one, "name": format!("Xã chuyển {day}"), "kind_code": "XA", "parent_code": (if chance.below(2) == 0 { "19" } else { "20" }) }]),
                json!([{ "kind": "MOVE", "from_unit_code": one, "to_unit_code": one }]),
                false,
            ),
            6 => (
                json!([state(&one, "XA")]),
                json!([{ "kind": "RENAME", "from_unit_code": one, "to_unit_code": one }]),
                false,
            ),
            _ => (
                json!([state(&one, "PHUONG")]),
                json!([{ "kind": "CHANGE_OF_TYPE", "from_unit_code": one, "to_unit_code": one }]),
                false,
            ),
        };
        reforms.push((
            json!({ "act_number": format!("{number}/{day}"), "effective_date": day, "units": units, "edges": edges }),
            cut,
        ));
    }
    reforms
}
