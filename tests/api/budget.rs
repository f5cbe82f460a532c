//! Money: lines and the entries that move them, and what they come to.

use crate::reforms::later;
use crate::support::money::{
    ENTRIES, MILLION, PLAN, REPORT, assign_the_plan, batch, code_of, entry, groups_come_to_the_total, id, items, key,
    record, report, reverse, with,
};
use crate::support::{count, on_both};
use serde_json::{Value, json};

on_both! {
    /// 830,140 given to a province and distributed to its eight districts is 830,140, on any level and under any units.
    fn what_is_distributed_is_counted_once(app) {
        let nation = app.with_key("nation");
        assign_the_plan(&nation);
        let query = "unit_code=06&plan_year=2023";
        let before = groups_come_to_the_total(&nation, query);
        assert_eq!(before["total"]["assigned_vnd"], 830_140 * MILLION);
        assert_eq!((&before["total"]["distributed_vnd"], &before["total"]["rate_percent"]), (&json!(0), &json!(0)));
        let divided = report(&nation, &format!("{query}&group_by=DISTRICT"));
        let districts: Vec<&str> = divided["groups"].as_array().unwrap().iter().filter_map(|group| group["unit"]["code"].as_str()).collect();
        assert_eq!(districts.len(), 8);
        for (programme, central, own) in PLAN {
            for (source, amount) in [("NSTW", central), ("NST", own)] {
                let share = amount * MILLION / 8;
                let to = |(at, district): (usize, &&str)| {
                    let amount = if at == 0 { amount * MILLION - 7 * share } else { share };
                    entry("DISTRIBUTE", amount, json!({ "unit_code": "06", "to_unit_code": district, "programme_code": programme, "funding_source_code": source, "plan_year": 2023, "booking_date": "2023-02-01" }))
                };
                batch(&nation, &districts.iter().enumerate().map(to).collect::<Vec<_>>()).expect(201);
            }
        }
        let after = groups_come_to_the_total(&nation, query);
        assert_eq!((&after["total"]["assigned_vnd"], &after["total"]["distributed_vnd"]), (&json!(830_140 * MILLION), &json!(830_140 * MILLION)));
        let by_programme = report(&nation, &format!("{query}&group_by=PROGRAMME"));
        let of: Vec<i64> = by_programme["groups"].as_array().unwrap().iter().map(|group| group["figures"]["assigned_vnd"].as_i64().unwrap()).collect();
        assert_eq!(of, [532_033 * MILLION, 185_334 * MILLION, 112_773 * MILLION]);
        // Of the nation and of one of the districts it is what they were given.
        assert_eq!(groups_come_to_the_total(&nation, "plan_year=2023")["total"]["assigned_vnd"], 830_140 * MILLION);
        let district = groups_come_to_the_total(&nation, "unit_code=063&plan_year=2023");
        assert!(district["total"]["assigned_vnd"].as_i64().unwrap() > 100_000 * MILLION);
        assert_eq!(district["total"]["distributed_vnd"], 0);
        // The districts are gone, and the province is another one: the money is not.
        let app = later(app);
        let today = app.with_key("nation");
        let merged = groups_come_to_the_total(&today, "unit_code=19&plan_year=2023&basis=CURRENT");
        assert_eq!(merged["total"]["assigned_vnd"], 830_140 * MILLION);
        assert_eq!(groups_come_to_the_total(&today, query)["total"]["assigned_vnd"], 830_140 * MILLION);
        assert_eq!(report(&today, "unit_code=19&plan_year=2023")["total"]["assigned_vnd"], 0, "as reported it was another province's");
    }

    /// Nobody spends more than was given: the finest plan at or above a line decides, and a reason stays visible.
    fn a_payment_stops_at_the_plan(app) {
        let editor = app.with_key("district-editor");
        let pay = |amount: i64, changes: Value| record(&editor, &entry("PAY", amount, changes));
        let exceeded = [("/amount_vnd", "LINE_EXCEEDED")];
        pay(1, json!({})).faults(422, "LINE_EXCEEDED", &exceeded);
        record(&editor, &entry("ASSIGN", 100, json!({}))).expect(201);
        // A commune spends of the plan of its district, and a component of that of its programme.
        pay(60, json!({ "unit_code": "01984", "component_code": "DTTS.4.1" })).expect(201);
        pay(41, json!({})).faults(422, "LINE_EXCEEDED", &exceeded);
        pay(40, json!({})).expect(201);
        pay(1, json!({ "unit_code": "01990" })).faults(422, "LINE_EXCEEDED", &exceeded);
        let refused = editor.get(&format!("{ENTRIES}?unit_code=063&kind=PAY")).expect(200);
        assert_eq!(items(&refused).len(), 2, "what is refused leaves nothing");
        // What is given on is no longer the district's, and what the commune spent before is charged to its own plan.
        let give = |amount: i64, changes: Value| record(&editor, &entry("DISTRIBUTE", amount, with(json!({ "to_unit_code": "01984", "to_component_code": "DTTS.4.1" }), changes)));
        give(50, json!({})).faults(422, "LINE_EXCEEDED", &exceeded);
        give(60, json!({})).expect(201);
        pay(1, json!({ "unit_code": "01984", "component_code": "DTTS.4.1" })).faults(422, "LINE_EXCEEDED", &exceeded);
        // Another component of the commune still stands on the district's plan, which is used up.
        pay(1, json!({ "unit_code": "01984", "component_code": "DTTS.6" })).faults(422, "LINE_EXCEEDED", &exceeded);
        let why = "Khối lượng đã nghiệm thu, chờ điều chỉnh kế hoạch";
        let over = pay(5, json!({ "unit_code": "01984", "component_code": "DTTS.4.1", "override_reason": why })).expect(201);
        assert_eq!((&over["findings"], &over["override_reason"]), (&json!(["LINE_EXCEEDED"]), &json!(why)));
        let overridden = editor.get(&format!("{ENTRIES}?overridden=true")).expect(200);
        assert_eq!(items(&overridden).iter().map(id).collect::<Vec<_>>(), [id(&over)]);
        // Over the plan already, a refund is no fault although it does not make good all of it.
        record(&editor, &entry("REFUND", 2, json!({ "unit_code": "01984", "component_code": "DTTS.4.1" }))).expect(201);
        let told = groups_come_to_the_total(&editor, "unit_code=063&plan_year=2022");
        let total = &told["total"];
        assert_eq!((&total["assigned_vnd"], &total["distributed_vnd"], &total["disbursed_vnd"]), (&json!(100), &json!(60), &json!(103)));
        assert_eq!((&total["rate_percent"], &total["denominator_vnd"], &total["numerator_vnd"]), (&json!(103), &json!(100), &json!(103)));
        assert_eq!(report(&editor, "unit_code=063&plan_year=2022&denominator=DISTRIBUTED")["total"]["rate_percent"], json!(171.67));
        assert_eq!(report(&editor, "unit_code=063&plan_year=2021")["total"]["rate_percent"], Value::Null, "no plan, no rate");
        // Another nature, source or year has no plan.
        for other in [json!({ "nature_code": "SN" }), json!({ "funding_source_code": "NST" }), json!({ "plan_year": 2023, "booking_date": "2023-02-01" }), json!({ "programme_code": "NTM" })] {
            pay(1, other).faults(422, "LINE_EXCEEDED", &exceeded);
        }
        // A part of the source stands on the plan of the source as a whole.
        record(&editor, &entry("ASSIGN", 7, json!({ "programme_code": "NTM" }))).expect(201);
        pay(7, json!({ "programme_code": "NTM", "funding_source_code": "NSTW-TN" })).expect(201);
    }

    /// Advances, refunds, commitments, lapses: each has its bound, and its reversal takes it back.
    fn each_kind_has_its_bound(app) {
        let editor = app.with_key("district-editor");
        let made = |kind: &str, amount: i64| record(&editor, &entry(kind, amount, json!({})));
        let refused = |kind: &str, amount: i64, code: &str| made(kind, amount).faults(422, code, &[("/amount_vnd", code)]);
        let plan = id(&made("ASSIGN", 100).expect(201));
        refused("RECOVER", 1, "ADVANCE_NOT_OUTSTANDING");
        refused("REFUND", 1, "REFUND_EXCEEDS_DISBURSED");
        refused("DECOMMIT", 1, "COMMITMENT_NOT_OPEN");
        refused("LAPSE", 101, "REMAINDER_EXCEEDED");
        refused("ADJUST", -101, "REMAINDER_EXCEEDED");
        refused("PAY", 0, "AMOUNT_NOT_POSITIVE");
        refused("PAY", -1, "AMOUNT_NOT_POSITIVE");
        refused("ADJUST", 0, "AMOUNT_NOT_POSITIVE");
        made("ADJUST", -10).expect(201);
        made("COMMIT", 80).expect(201);
        made("DECOMMIT", 30).expect(201);
        let advance = made("ADVANCE", 40).expect(201);
        refused("RECOVER", 41, "ADVANCE_NOT_OUTSTANDING");
        // The full accepted volume, of which a part was advanced: looked at once both stand.
        batch(&editor, &[entry("PAY", 60, json!({})), entry("RECOVER", 30, json!({}))]).expect(201);
        let line = editor.get(&format!("/v1/budget-lines/{}", advance["line_id"].as_str().unwrap())).expect(200);
        let of = |name: &str| line[name].as_i64().unwrap();
        assert_eq!((of("disbursed_vnd"), of("advances_outstanding_vnd"), of("committed_vnd"), of("remaining_vnd")), (70, 10, 50, 20));
        refused("LAPSE", 21, "REMAINDER_EXCEEDED");
        made("LAPSE", 20).expect(201);
        made("SETTLE", 65).expect(201);
        // The plan cannot be taken back from under what was spent of it.
        let fault = [("/amount_vnd", "REMAINDER_EXCEEDED")];
        reverse(&editor, &plan, json!({})).faults(422, "REMAINDER_EXCEEDED", &fault);
        let stands = reverse(&editor, &plan, json!({ "override_reason": "Quyết định bị bãi bỏ" })).expect(200);
        let reversal = editor.get(&format!("{ENTRIES}/{}", stands["reversed_by_id"].as_str().unwrap())).expect(200);
        assert_eq!((&reversal["amount_vnd"], &reversal["kind"], &reversal["reverses_id"], &reversal["findings"]), (&json!(-100), &json!("ASSIGN"), &json!(plan), &json!(["REMAINDER_EXCEEDED"])));
        assert_eq!(reversal["value_date"], "2022-07-01", "as if it had not been");
        assert_eq!(reverse(&editor, &plan, json!({})).problem(409).0, "ALREADY_REVERSED");
        assert_eq!(reverse(&editor, &id(&reversal), json!({})).problem(409).0, "REVERSAL_OF_REVERSAL");
        let versions = editor.get(&format!("{ENTRIES}/{plan}/versions")).expect(200);
        assert_eq!(items(&versions).iter().map(|version| version["action"].as_str().unwrap()).collect::<Vec<_>>(), ["budget-entry.created", "budget-entry.reversed"]);
    }

    /// What is left of a year goes into the next one with its origin, and is never in two years.
    fn carried_money_is_in_one_year(app) {
        let editor = app.with_key("district-editor");
        record(&editor, &entry("ASSIGN", 1000, json!({}))).expect(201);
        record(&editor, &entry("PAY", 600, json!({}))).expect(201);
        record(&editor, &entry("ASSIGN", 2000, json!({ "plan_year": 2023, "booking_date": "2023-01-02" }))).expect(201);
        let out = |amount: i64| entry("CARRY_OUT", amount, json!({ "pair_id": "KD-1", "booking_date": "2023-01-31" }));
        let into = |amount: i64| entry("CARRY_IN", amount, json!({ "pair_id": "KD-1", "booking_date": "2023-01-31", "plan_year": 2023, "origin_year": 2022 }));
        let alone = "CARRY_WITHOUT_COUNTERPART";
        record(&editor, &out(400)).faults(422, alone, &[("/pair_id", alone)]);
        let both = [("/items/0/pair_id", alone), ("/items/1/pair_id", alone)];
        batch(&editor, &[out(400), into(399)]).faults(422, "BATCH_REJECTED", &both);
        batch(&editor, &[out(400), with(into(400), json!({ "plan_year": 2022, "origin_year": 2022 }))]).faults(422, "BATCH_REJECTED", &both);
        batch(&editor, &[out(400), with(into(400), json!({ "nature_code": "SN" }))]).faults(422, "BATCH_REJECTED", &both);
        batch(&editor, &[out(400), with(into(400), json!({ "unit_code": "01984" }))]).faults(422, "BATCH_REJECTED", &both);
        batch(&editor, &[out(401), into(401)]).faults(422, "BATCH_REJECTED", &[("/items/0/amount_vnd", "REMAINDER_EXCEEDED")]);
        let carried = batch(&editor, &[out(400), into(400)]).expect(201);
        record(&editor, &entry("PAY", 1, json!({}))).faults(422, "LINE_EXCEEDED", &[("/amount_vnd", "LINE_EXCEEDED")]);
        record(&editor, &entry("PAY", 300, json!({ "plan_year": 2023, "origin_year": 2022, "booking_date": "2023-02-10" }))).expect(201);
        record(&editor, &entry("PAY", 500, json!({ "plan_year": 2023, "booking_date": "2023-02-10" }))).expect(201);
        let figures = |query: &str| {
            let total = groups_come_to_the_total(&editor, &format!("unit_code=063&{query}"))["total"].clone();
            let of = |name: &str| total[name].as_i64().unwrap();
            (of("assigned_vnd"), of("carried_in_vnd"), of("carried_out_vnd"), of("disbursed_vnd"), of("numerator_vnd"), of("denominator_vnd"))
        };
        assert_eq!(figures("plan_year=2022"), (1000, 0, 400, 600, 600, 1000));
        assert_eq!(figures("plan_year=2023"), (2000, 400, 0, 800, 500, 2000), "of the plan of the year alone");
        assert_eq!(figures("plan_year=2023&with_carried=true"), (2000, 400, 0, 800, 800, 2400));
        // Over both years it is the plan of the first, once.
        assert_eq!(figures("plan_year=2022,2023"), (3000, 0, 0, 1400, 1400, 3000));
        assert_eq!(figures("plan_year=2022,2023&with_carried=true"), (3000, 0, 0, 1400, 1400, 3000));
        assert_eq!(figures("plan_year=2023&origin_year=2022"), (0, 400, 0, 300, 0, 0));
        // Taking one half back takes both.
        let half = items(&carried)[0]["id"].as_str().unwrap();
        reverse(&editor, half, json!({})).faults(422, "REMAINDER_EXCEEDED", &[("/amount_vnd", "REMAINDER_EXCEEDED")]);
        reverse(&editor, half, json!({ "override_reason": "Sai quyết định" })).expect(200);
        assert_eq!(figures("plan_year=2022"), (1000, 0, 0, 600, 600, 1000));
        assert_eq!(figures("plan_year=2023"), (2000, 0, 0, 800, 500, 2000));
        let other = editor.get(&format!("{ENTRIES}/{}", items(&carried)[1]["id"].as_str().unwrap())).expect(200);
        assert!(other["reversed_by_id"].is_string());
    }

    /// A report as of a day, as it was booked by a day, and beside the same day a year before.
    fn a_report_is_cut_by_two_days(app) {
        let editor = app.with_key("district-editor");
        let made = |kind: &str, amount: i64, value: &str, booked: &str, year: i32| {
            record(&editor, &entry(kind, amount, json!({ "value_date": value, "booking_date": booked, "plan_year": year }))).expect(201);
        };
        made("ASSIGN", 100, "2022-01-01", "2022-01-10", 2022);
        made("PAY", 10, "2022-03-01", "2022-03-01", 2022);
        made("PAY", 20, "2022-06-30", "2022-08-15", 2022);
        made("ASSIGN", 200, "2023-01-01", "2023-01-10", 2023);
        made("PAY", 50, "2023-03-01", "2023-03-02", 2023);
        let give = entry("DISTRIBUTE", 40, json!({ "to_unit_code": "01984", "value_date": "2022-05-01", "booking_date": "2022-05-01" }));
        record(&editor, &give).expect(201);
        let of = |query: &str| report(&editor, &format!("unit_code=063&{query}"))["total"]["disbursed_vnd"].as_i64().unwrap();
        assert_eq!(of("plan_year=2022"), 30);
        assert_eq!(of("plan_year=2022&value_date_lte=2022-06-30"), 30);
        assert_eq!(of("plan_year=2022&value_date_lte=2022-06-29"), 10);
        assert_eq!(of("plan_year=2022&value_date_lte=2022-06-30&booking_date_lte=2022-07-31"), 10, "as it was told then");
        assert_eq!(of("plan_year=2022&booking_date_lte=2022-02-28"), 0);
        let commune = |day: &str| report(&editor, &format!("unit_code=01984&plan_year=2022&value_date_lte={day}"))["total"]["assigned_vnd"].as_i64().unwrap();
        assert_eq!((commune("2022-04-30"), commune("2022-05-01")), (0, 40));
        let beside = report(&editor, "unit_code=063&plan_year=2023&compare_previous_year=true&group_by=PROGRAMME&value_date_lte=2023-03-01");
        assert_eq!((&beside["total"]["disbursed_vnd"], &beside["total"]["rate_percent"]), (&json!(50), &json!(25)));
        assert_eq!((&beside["previous"]["disbursed_vnd"], &beside["previous"]["rate_percent"]), (&json!(10), &json!(10)));
        assert_eq!(beside["scope"]["previous_value_date_lte"], "2022-03-01");
        assert_eq!(beside["groups"][0]["previous"]["disbursed_vnd"], 10);
        let tables = crate::tables::tables(&editor, &format!("{REPORT}?unit_code=063&plan_year=2023&compare_previous_year=true&group_by=PROGRAMME&value_date_lte=2023-03-01"));
        assert_eq!(tables.csv[1][tables.column("previous_rate_percent")], "10");
        assert_eq!(tables.csv[2][tables.column("programme_code")], "DTTS");
    }

    /// Medium-term plans stand apart from years; money outside the state budget stays out of every rate.
    fn a_phase_and_other_sources_stand_apart(app) {
        let editor = app.with_key("district-editor");
        record(&editor, &entry("PLAN", 5000, json!({ "plan_year": 2021, "plan_end_year": 2025 }))).expect(201);
        record(&editor, &entry("ASSIGN", 1000, json!({}))).expect(201);
        record(&editor, &entry("PAY", 500, json!({}))).expect(201);
        // People's labour knows neither plan nor nature.
        let labour = json!({ "unit_code": "063", "programme_code": "NTM", "funding_source_code": "DAN", "plan_year": 2022, "kind": "PAY", "amount_vnd": 77, "booking_date": "2022-07-01" });
        record(&editor, &labour).expect(201);
        let told = groups_come_to_the_total(&editor, "unit_code=063&plan_year=2022&denominator=MEDIUM_TERM");
        let total = &told["total"];
        assert_eq!((&total["assigned_vnd"], &total["medium_term_vnd"], &total["mobilised_vnd"], &total["disbursed_vnd"]), (&json!(1000), &json!(5000), &json!(77), &json!(500)));
        assert_eq!(total["rate_percent"], json!(10));
        let missing = [("/nature_code", "REQUIRED")];
        record(&editor, &with(labour, json!({ "funding_source_code": "NSTW" }))).faults(422, "VALIDATION_FAILED", &missing);
        let of_kind = |body: Value, place: &str, code: &str| record(&editor, &body).faults(422, code_of(code), &[(place, code)]);
        of_kind(entry("PLAN", 1, json!({})), "/plan_end_year", "REQUIRED");
        of_kind(entry("PAY", 1, json!({ "plan_end_year": 2025 })), "/plan_end_year", "MEMBER_NOT_OF_KIND");
        of_kind(entry("PAY", 1, json!({ "pair_id": "X" })), "/pair_id", "MEMBER_NOT_OF_KIND");
        of_kind(entry("ASSIGN", 1, json!({ "to_unit_code": "01984" })), "/to_unit_code", "MEMBER_NOT_OF_KIND");
        of_kind(entry("PLAN", 1, json!({ "plan_year": 2021, "plan_end_year": 2026 })), "/plan_end_year", "PLAN_YEAR_OUTSIDE_PROGRAMME");
    }

    /// Bad input names every fault, and nothing is stored.
    fn bad_entries_name_their_faults(app) {
        let editor = app.with_key("district-editor");
        let before = count(&app.database, "SELECT count(*) AS value FROM budget_entries");
        for (changes, place, code) in [
            (json!({ "amount_vnd": 1.5 }), "/amount_vnd", "INTEGER_EXPECTED"),
            (json!({ "amount_vnd": "100" }), "/amount_vnd", "INTEGER_EXPECTED"),
            (json!({ "amount_vnd": 9_007_199_254_740_992_i64 }), "/amount_vnd", "TOO_LARGE"),
            (json!({ "programme_code": "KHONG-CO" }), "/programme_code", "UNKNOWN_CODE"),
            (json!({ "component_code": "GNBV.1" }), "/component_code", "COMPONENT_OF_OTHER_PROGRAMME"),
            (json!({ "component_code": "DTTS.99" }), "/component_code", "UNKNOWN_CODE"),
            (json!({ "component_code": "4" }), "/component_code", "INVALID_CODE"),
            (json!({ "funding_source_code": "NSTG" }), "/funding_source_code", "UNKNOWN_CODE"),
            (json!({ "nature_code": "XX" }), "/nature_code", "UNKNOWN_CODE"),
            (json!({ "plan_year": 2020 }), "/plan_year", "PLAN_YEAR_OUTSIDE_PROGRAMME"),
            (json!({ "plan_year": 2026 }), "/plan_year", "PLAN_YEAR_OUTSIDE_PROGRAMME"),
            (json!({ "plan_year": 2023, "origin_year": 2020 }), "/origin_year", "PLAN_YEAR_OUTSIDE_PROGRAMME"),
            (json!({ "origin_year": 2023 }), "/plan_year", "PLAN_YEAR_OUTSIDE_PROGRAMME"),
            (json!({ "booking_date": "2023-03-16" }), "/booking_date", "DATE_IN_FUTURE"),
            (json!({ "unit_code": "999" }), "/unit_code", "UNIT_CODE_NOT_HELD"),
            (json!({ "act_id": "01992f3e-7c1a-7b55-9a0e-4f6f0c1d2e3f" }), "/act_id", "UNKNOWN_REFERENCE"),
            (json!({ "kind": "DISTRIBUTE" }), "/to_unit_code", "EXACTLY_ONE_REQUIRED"),
            (json!({ "kind": "DISTRIBUTE", "to_component_code": "NTM.01" }), "/to_component_code", "COMPONENT_OF_OTHER_PROGRAMME"),
            (json!({ "kind": "DISTRIBUTE", "component_code": "DTTS.4", "to_component_code": "DTTS.5" }), "/to_component_code", "DISTRIBUTION_NOT_BELOW"),
            (json!({ "kind": "PAY", "value_date": "2023-03-16" }), "/value_date", "DATE_IN_FUTURE"),
        ] {
            record(&editor, &entry("ASSIGN", 100, changes.clone())).faults(422, code_of(code), &[(place, code)]);
        }
        // All at once.
        let many = entry("ASSIGN", 0, json!({ "programme_code": "KHONG-CO", "funding_source_code": "KHONG-CO" }));
        let (code, mut faults) = record(&editor, &many).problem(422);
        faults.sort();
        let places: Vec<&str> = faults.iter().map(|(place, _)| place.as_str()).collect();
        assert_eq!((code.as_str(), places), ("VALIDATION_FAILED", vec!["/amount_vnd", "/funding_source_code", "/programme_code"]));
        // Upwards, and to a sibling, nobody distributes.
        let nation = app.with_key("nation");
        for to in ["06", "064"] {
            let fault = [("/to_unit_code", "DISTRIBUTION_NOT_BELOW")];
            record(&nation, &entry("DISTRIBUTE", 1, json!({ "to_unit_code": to }))).faults(422, "DISTRIBUTION_NOT_BELOW", &fault);
        }
        assert_eq!(record(&editor, &entry("ASSIGN", 1, json!({ "unit_code": "064" }))).problem(403).0, "OUT_OF_SCOPE");
        assert_eq!(editor.post(ENTRIES, &entry("ASSIGN", 1, json!({}))).problem(400).0, "IDEMPOTENCY_KEY_REQUIRED");
        // Of a batch each fault has its place, and its ids are needed.
        let items = json!([entry("ASSIGN", 1, json!({})), entry("PAY", -1, json!({ "external_id": "A" })), entry("PAY", 1, json!({ "external_id": "A" }))]);
        editor.send("POST", "/v1/budget-entries/batch", &[("idempotency-key", &key())], &json!({ "items": items }))
            .faults(422, "BATCH_REJECTED", &[("/items/0/external_id", "REQUIRED"), ("/items/1/amount_vnd", "AMOUNT_NOT_POSITIVE"), ("/items/2/external_id", "DUPLICATE_ITEM")]);
        assert_eq!(count(&app.database, "SELECT count(*) AS value FROM budget_entries"), before);
        assert_eq!(count(&app.database, "SELECT count(*) AS value FROM budget_lines"), 0);
        // What is unusual is told, and stored.
        let unusual = record(&editor, &entry("ASSIGN", 5, json!({ "component_code": "DTTS.7" }))).expect(201);
        assert_eq!(unusual["findings"], json!(["NATURE_UNUSUAL"]));
        let more = record(&editor, &entry("DISTRIBUTE", 9, json!({ "component_code": "DTTS.7", "to_unit_code": "01984" }))).expect(201);
        assert_eq!(more["findings"], json!(["NATURE_UNUSUAL", "DISTRIBUTED_OVER_ASSIGNED"]));
    }

    /// Sums at the edge of what is exact in every client are exact, or refused.
    fn sums_are_exact_or_refused(app) {
        let nation = app.with_key("nation");
        const MOST: i64 = 9_007_199_254_740_991;
        record(&nation, &entry("ASSIGN", MOST, json!({}))).expect(201);
        record(&nation, &entry("ASSIGN", 1, json!({}))).faults(422, "SUM_TOO_LARGE", &[("/amount_vnd", "SUM_TOO_LARGE")]);
        record(&nation, &entry("PAY", MOST, json!({ "unit_code": "01984" }))).expect(201);
        let told = report(&nation, "unit_code=063&plan_year=2022");
        assert_eq!((&told["total"]["assigned_vnd"], &told["total"]["disbursed_vnd"], &told["total"]["rate_percent"]), (&json!(MOST), &json!(MOST), &json!(100)));
        record(&nation, &entry("ASSIGN", 1, json!({ "unit_code": "064" }))).expect(201);
        nation.get(&format!("{REPORT}?unit_code=06&plan_year=2022")).faults(422, "SUM_TOO_LARGE", &[("unit_id", "SUM_TOO_LARGE")]);
        assert_eq!(report(&nation, "unit_code=064&plan_year=2022")["total"]["assigned_vnd"], 1);
    }

    /// A batch sent again changes nothing; with other content under a known id it is refused.
    fn a_batch_is_one_write(app) {
        let editor = app.with_key("district-editor");
        let named = |name: &str, amount: i64| entry("ASSIGN", amount, json!({ "external_id": name }));
        let send = |items: Value| editor.send("POST", "/v1/budget-entries/batch", &[("idempotency-key", &key())], &json!({ "items": items }));
        let first = send(json!([named("A", 1), named("B", 2)])).expect(201);
        let again = send(json!([named("A", 1), named("B", 2), named("C", 4)])).expect(201);
        assert_eq!(items(&again)[..2], items(&first)[..]);
        assert_eq!(report(&editor, "unit_code=063&plan_year=2022")["total"]["assigned_vnd"], 7);
        send(json!([named("A", 9)])).faults(422, "BATCH_REJECTED", &[("/items/0/external_id", "DUPLICATE")]);
        let found = editor.get(&format!("{ENTRIES}?external_id=B&with_total=true")).expect(200);
        assert_eq!((&found["total"], &items(&found)[0]["amount_vnd"]), (&json!(1), &json!(2)));
        // Alone it is the same: known content is answered, and nothing more is done.
        assert_eq!(record(&editor, &named("A", 1)).expect(200)["id"], items(&first)[0]["id"]);
        assert_eq!(record(&editor, &named("A", 2)).problem(409).0, "DUPLICATE");
    }

    /// Each sees its own: of a province a district sees its part, and says that it is one.
    fn everybody_sees_their_own_money(app) {
        let nation = app.with_key("nation");
        assign_the_plan(&nation);
        let give = |to: &str, amount: i64| {
            let changes = json!({ "unit_code": "06", "to_unit_code": to, "plan_year": 2023, "booking_date": "2023-02-01" });
            record(&nation, &entry("DISTRIBUTE", amount, changes)).expect(201)
        };
        give("063", 100);
        give("064", 900);
        let editor = app.with_key("district-editor");
        let told = report(&editor, "unit_code=06&plan_year=2023&group_by=DISTRICT");
        assert_eq!((&told["scope"]["partial"], &told["total"]["assigned_vnd"]), (&json!(true), &json!(100)));
        assert_eq!(told["groups"].as_array().unwrap().len(), 1, "{told}");
        assert_eq!(editor.get(&format!("{REPORT}?unit_code=064")).problem(404).0, "NOT_FOUND");
        assert_eq!(items(&editor.get(&format!("{ENTRIES}?programme_code=DTTS")).expect(200)).len(), 0, "the entry is the province's");
        let lines = editor.get("/v1/budget-lines?unit_code=063").expect(200);
        assert_eq!((items(&lines).len(), &items(&lines)[0]["received_vnd"]), (1, &json!(100)));
        // To a unit that is not theirs nobody gives.
        let refused = record(&editor, &entry("DISTRIBUTE", 1, json!({ "to_unit_code": "064", "plan_year": 2023, "booking_date": "2023-02-01" })));
        assert_eq!(refused.problem(403).0, "OUT_OF_SCOPE");
    }

    /// When a district ends, what it left appears until an act names its owner.
    fn what_an_ended_unit_left_appears_until_it_has_an_owner(app) {
        let nation = app.with_key("nation");
        record(&nation, &entry("ASSIGN", 100, json!({}))).expect(201);
        record(&nation, &entry("PAY", 30, json!({}))).expect(201);
        let left = "/v1/budget-lines?unit_code=063&unit_ended=true&open=true";
        assert_eq!(items(&nation.get(left).expect(200)).len(), 0, "it is still there");
        let app = later(app);
        let nation = app.with_key("nation");
        let lines = nation.get(left).expect(200);
        assert_eq!((items(&lines).len(), &items(&lines)[0]["remaining_vnd"], &items(&lines)[0]["unit_ended"]), (1, &json!(70), &json!(true)));
        let today = json!({ "booking_date": "2026-11-01" });
        record(&nation, &entry("PAY", 1, today.clone())).faults(422, "UNIT_NOT_IN_PERIOD", &[("/unit_code", "UNIT_NOT_IN_PERIOD")]);
        let act = json!({ "unit_code": "19", "kind_code": "QUYET_DINH", "title": "Giao chủ đầu tư", "act_number": "10/QĐ-UBND", "issued_date": "2025-07-15" });
        let act = nation.post("/v1/acts", &act).expect(201);
        let owner = record(&nation, &entry("DISTRIBUTE", 70, with(today.clone(), json!({ "to_unit_code": "01957", "act_id": act["id"] })))).expect(201);
        assert_eq!(owner["to_unit"]["code"], "01957");
        assert_eq!(items(&nation.get(left).expect(200)).len(), 0);
        record(&nation, &entry("PAY", 70, with(today, json!({ "unit_code": "01957" })))).expect(201);
        let told = groups_come_to_the_total(&nation, "unit_code=19&plan_year=2022&basis=CURRENT");
        assert_eq!((&told["total"]["assigned_vnd"], &told["total"]["disbursed_vnd"]), (&json!(100), &json!(100)));
        // One call lists all an act did.
        let did = nation.get(&format!("/v1/acts/{}/effects", id(&act))).expect(200);
        assert_eq!(items(&did).iter().filter(|effect| effect["collection"] == "budget-entries" && effect["record_id"] == owner["id"]).count(), 1);
    }

    /// What a part of a plan gives on, carries over or lapses is gone from the plan, whether or not the part has one itself.
    fn nothing_leaves_a_plan_twice(app) {
        let editor = app.with_key("district-editor");
        record(&editor, &entry("ASSIGN", 100, json!({}))).expect(201);
        let part = |kind: &str, amount: i64, changes: Value| entry(kind, amount, with(json!({ "component_code": "DTTS.4" }), changes));
        record(&editor, &part("DISTRIBUTE", 40, json!({ "to_unit_code": "01984" }))).expect(201);
        record(&editor, &part("LAPSE", 30, json!({}))).expect(201);
        let pair = json!({ "pair_id": "KD-2", "booking_date": "2023-01-31" });
        let into = with(part("CARRY_IN", 20, pair.clone()), json!({ "plan_year": 2023, "origin_year": 2022 }));
        batch(&editor, &[part("CARRY_OUT", 20, pair), into]).expect(201);
        record(&editor, &part("LAPSE", 11, json!({}))).faults(422, "REMAINDER_EXCEEDED", &[("/amount_vnd", "REMAINDER_EXCEEDED")]);
        record(&editor, &entry("PAY", 11, json!({}))).faults(422, "LINE_EXCEEDED", &[("/amount_vnd", "LINE_EXCEEDED")]);
        record(&editor, &entry("PAY", 9, json!({}))).expect(201);
        record(&editor, &part("DISTRIBUTE", 2, json!({ "to_unit_code": "01984" }))).faults(422, "REMAINDER_EXCEEDED", &[("/amount_vnd", "REMAINDER_EXCEEDED")]);
        record(&editor, &part("DISTRIBUTE", 1, json!({ "to_unit_code": "01984" }))).expect(201);
        // While nothing is spent, more may be distributed than was assigned: it is noted, as on the plan itself.
        let other = |kind: &str, amount: i64, changes: Value| entry(kind, amount, with(json!({ "programme_code": "GNBV" }), changes));
        record(&editor, &other("ASSIGN", 100, json!({}))).expect(201);
        let noted = record(&editor, &other("DISTRIBUTE", 101, json!({ "component_code": "GNBV.1", "to_unit_code": "01984" }))).expect(201);
        assert_eq!(noted["findings"], json!(["DISTRIBUTED_OVER_ASSIGNED"]));
    }

    /// Two writers that race for the last đồng of a line cannot both win.
    fn the_last_dong_is_spent_once(app) {
        let editor = app.with_key("district-editor");
        record(&editor, &entry("ASSIGN", 10, json!({}))).expect(201);
        let paid = std::thread::scope(|scope| {
            let writers: Vec<_> = (0..64)
                .map(|number| {
                    let editor = editor.clone();
                    let commune = ["063", "01984", "01990", "01999"][number % 4];
                    scope.spawn(move || loop {
                        let reply = record(&editor, &entry("PAY", 1, json!({ "unit_code": commune })));
                        match reply.status {
                            201 => return 1,
                            422 => {
                                reply.faults(422, "LINE_EXCEEDED", &[("/amount_vnd", "LINE_EXCEEDED")]);
                                return 0;
                            }
                            // Turned away for now.
                            503 | 429 => std::thread::sleep(std::time::Duration::from_millis(50)),
                            other => panic!("{other}: {}", reply.text),
                        }
                    })
                })
                .collect();
            writers.into_iter().map(|writer| writer.join().expect("a writer")).sum::<i64>()
        });
        assert_eq!(paid, 10);
        assert_eq!(report(&editor, "unit_code=063&plan_year=2022")["total"]["disbursed_vnd"], 10);
        assert_eq!(count(&app.database, "SELECT count(*) AS value FROM budget_entries"), 11);
    }
}
