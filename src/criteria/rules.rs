//! The life of a set, and what a document must not leave open or say twice. Values in, faults out.

use super::document::{DocumentThreshold, SetDocument};
use super::model::{SetStatus, ThresholdOperator};
use super::verification::VerificationState;
use crate::codes::Code;
use crate::error::{Fault, Faults, Flaw, Place};
use crate::values::{Decimal, ListCode};
use std::collections::{BTreeMap, BTreeSet};

/// From state to state. What is published does not change: a new version is a set of its own.
const TRANSITIONS: [(SetStatus, SetStatus); 2] =
    [(SetStatus::Draft, SetStatus::Published), (SetStatus::Published, SetStatus::Retired)];

pub fn transitions(from: SetStatus) -> Vec<SetStatus> {
    TRANSITIONS.iter().filter(|(before, _)| *before == from).map(|(_, after)| *after).collect()
}

/// A verification is annulled once and for all; who reads the act again records another.
pub fn verification_transitions(from: VerificationState) -> &'static [VerificationState] {
    match from {
        VerificationState::InForce => &[VerificationState::Annulled],
        VerificationState::Annulled => &[],
    }
}

/// Most criteria of a set: their verdicts are bits of one word.
const MOST_CRITERIA: usize = 63;

/// Most items of a set.
const MOST_ITEMS: usize = 400;

/// Check criteria, bands and items of a document against one another.
pub fn check_parts(document: &SetDocument, has_base: bool, faults: &mut Faults) {
    if document.valid_to < document.valid_from {
        faults.push(Fault::pointer("/valid_to", Code::DateOrder));
    }
    if document.criteria.is_empty() && !has_base {
        faults.push(Fault::pointer("/criteria", Code::Required));
    }
    if document.criteria.len() > MOST_CRITERIA {
        faults.push(Flaw::new(Code::TooManyItems).with("max", MOST_CRITERIA).at(Place::pointer("/criteria")));
    }
    if document.items().count() > MOST_ITEMS {
        faults.push(Flaw::new(Code::TooManyItems).with("max", MOST_ITEMS).at(Place::pointer("/criteria")));
    }
    let mut codes = BTreeSet::new();
    for (at, criterion) in document.criteria.iter().enumerate() {
        if !codes.insert(&criterion.code) {
            faults.push(Fault::pointer(&format!("/criteria/{at}/code"), Code::DuplicateItem));
        }
    }
    let mut codes = BTreeSet::new();
    for (pointer, _, item) in document.items() {
        if !codes.insert(&item.code) {
            faults.push(Fault::pointer(&format!("{pointer}/code"), Code::DuplicateItem));
        }
    }
    for (at, band) in document.bands.iter().enumerate() {
        let overlaps = document.bands[..at].iter().any(|other| band.min <= other.max && other.min <= band.max);
        let twice = document.bands[..at].iter().any(|other| band.code == other.code);
        if band.min > band.max || overlaps || twice || band.min < 0 || band.max > MOST_CRITERIA as i32 {
            faults.push(Fault::pointer(&format!("/bands/{at}"), Code::DuplicateItem));
        }
    }
    for (at, key) in document.key_criteria.iter().enumerate() {
        if !has_base && !document.criteria.iter().any(|criterion| criterion.code == *key) {
            faults.push(Fault::pointer(&format!("/key_criteria/{at}"), Code::CriterionNotInSet));
        }
    }
}

/// Check the thresholds of every item: none twice, none left out, none that makes no sense. `regions` are all there are,
/// `years` those in which the set is in force.
pub fn check_thresholds(
    document: &SetDocument,
    regions: &[ListCode],
    years: std::ops::RangeInclusive<i32>,
    faults: &mut Faults,
) {
    for (pointer, _, item) in document.items() {
        let parts = item.parts.iter().enumerate();
        let parts = parts.map(|(at, part)| (format!("{pointer}/parts/{at}/thresholds"), &part.thresholds));
        for (pointer, thresholds) in parts.chain([(format!("{pointer}/thresholds"), &item.thresholds)]) {
            let thresholds: Vec<&DocumentThreshold> = thresholds.iter().collect();
            check_each(&pointer, &thresholds, regions, faults);
            if document.base_set_code.is_none() {
                check_gaps(&pointer, &thresholds, regions, years.clone(), faults);
            }
        }
    }
    // What a province says of items of the base may leave out whatever the base says.
    let own: Vec<&DocumentThreshold> = document.thresholds.iter().map(|one| &one.threshold).collect();
    for (at, threshold) in own.iter().enumerate() {
        check_value(&format!("/thresholds/{at}/threshold"), threshold, regions, faults);
        let twice = document.thresholds[..at].iter().any(|other| {
            (&other.item_code, other.part) == (&document.thresholds[at].item_code, document.thresholds[at].part)
                && key(&other.threshold) == key(threshold)
        });
        if twice {
            faults.push(Fault::pointer(&format!("/thresholds/{at}"), Code::ThresholdOverlap));
        }
    }
}

type Key<'a> = (&'a str, Option<&'a str>, Option<i32>);

fn key(threshold: &DocumentThreshold) -> Key<'_> {
    let group = threshold.commune_group.as_ref().map(|group| group.as_str());
    (threshold.region_code.as_str(), group, threshold.year)
}

fn check_each(pointer: &str, thresholds: &[&DocumentThreshold], regions: &[ListCode], faults: &mut Faults) {
    for (at, threshold) in thresholds.iter().enumerate() {
        check_value(&format!("{pointer}/{at}"), threshold, regions, faults);
        if thresholds[..at].iter().any(|other| key(other) == key(threshold)) {
            faults.push(Fault::pointer(&format!("{pointer}/{at}"), Code::ThresholdOverlap));
        }
    }
}

fn check_value(pointer: &str, threshold: &DocumentThreshold, regions: &[ListCode], faults: &mut Faults) {
    let region = threshold.region_code.as_str();
    if region != ALL && region != NATIONAL && !regions.contains(&threshold.region_code) {
        faults.push(Fault::pointer(&format!("{pointer}/region_code"), Code::UnknownCode));
    }
    if threshold.commune_group.is_some() && region != ALL {
        faults.push(
            Flaw::new(Code::UnknownValue).with("allowed", ALL).at(Place::Pointer(format!("{pointer}/region_code"))),
        );
    }
    if threshold.operator == ThresholdOperator::Yes && threshold.value.is_some_and(|value| value != Decimal::ONE) {
        let flaw = Flaw::new(Code::ValueOutOfRange).with("allowed", 1);
        faults.push(flaw.at(Place::Pointer(format!("{pointer}/value"))));
    }
}

/// The same in every region.
pub const ALL: &str = "ALL";

/// The published average column.
pub const NATIONAL: &str = "NATIONAL";

/// Groups of communes (QĐ 51/2025/QĐ-TTg).
pub const GROUPS: [&str; 3] = ["1", "2", "3"];

/// A unit must not fall between two thresholds: what is said for one region is said for all, for one group for all,
/// for one year for every year of the set, unless a threshold for all stands behind them. A level that is not known is
/// said by a threshold without value.
fn check_gaps(
    pointer: &str,
    thresholds: &[&DocumentThreshold],
    regions: &[ListCode],
    years: std::ops::RangeInclusive<i32>,
    faults: &mut Faults,
) {
    let mut covered: BTreeMap<Option<i32>, BTreeSet<&str>> = BTreeMap::new();
    for threshold in thresholds {
        let (region, group, year) = key(threshold);
        // Groups are told apart from regions by their mark.
        covered.entry(year).or_default().insert(group.unwrap_or(region));
    }
    let holds = |year: Option<i32>, area: &str| covered.get(&year).is_some_and(|areas| areas.contains(area));
    let regions: Vec<&str> = regions.iter().map(ListCode::as_str).collect();
    let complete = |year: Option<i32>| {
        holds(year, ALL)
            || GROUPS.iter().all(|group| holds(year, group))
            || (!regions.is_empty() && regions.iter().all(|region| holds(year, region)))
    };
    if complete(None) {
        return;
    }
    let missing: Vec<String> = match covered.keys().flatten().next() {
        Some(_) => years.filter(|year| !complete(Some(*year))).map(|year| year.to_string()).collect(),
        None => {
            let wanted = if GROUPS.iter().any(|group| holds(None, group)) { &GROUPS[..] } else { &regions[..] };
            wanted.iter().filter(|area| !holds(None, area)).map(|area| (*area).to_owned()).collect()
        }
    };
    if !missing.is_empty() {
        let flaw = Flaw::new(Code::ThresholdGap).with("missing", missing.join(", "));
        faults.push(flaw.at(Place::Pointer(pointer.to_owned())));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value, json};

    fn name() -> Value {
        json!({ "vi": "Một", "en": "One" })
    }

    fn criterion(code: &str, items: Vec<Value>) -> Value {
        json!({ "code": code, "name": name(), "confidence": "HIGH", "items": items })
    }

    fn item(code: &str, thresholds: Vec<Value>) -> Value {
        json!({ "code": code, "indicator_code": "INCOME_PER_CAPITA", "name": name(), "confidence": "HIGH", "thresholds": thresholds })
    }

    fn threshold(region: &str, group: Option<&str>, year: Option<i32>) -> Value {
        json!({ "region_code": region, "commune_group": group, "year": year, "operator": "AT_LEAST", "value": 5,
            "confidence": "HIGH", "act_number": "1" })
    }

    fn document(changes: Value) -> SetDocument {
        let mut whole = json!({ "code": "SET-1", "name": name(), "level": "COMMUNE", "kind_codes": ["XA"],
            "valid_from": "2021-01-01", "valid_to": "2022-12-31", "confidence": "HIGH", "criteria": [criterion("1", vec![])] });
        for (member, value) in changes.as_object().expect("an object") {
            whole[member] = value.clone();
        }
        let read: Result<SetDocument, Faults> = deserr::deserialize(whole);
        read.unwrap_or_else(|faults| panic!("{:?}", faults.0))
    }

    fn told(faults: &Faults) -> Vec<(String, Code)> {
        faults.0.iter().map(|fault| (fault.place.to_string(), fault.flaw.code)).collect()
    }

    fn of_parts(changes: Value, has_base: bool) -> Vec<(String, Code)> {
        let mut faults = Faults::default();
        check_parts(&document(changes), has_base, &mut faults);
        told(&faults)
    }

    fn at(pointer: &str, code: Code) -> Vec<(String, Code)> {
        vec![(pointer.to_owned(), code)]
    }

    #[test]
    fn a_set_is_published_once_and_retired_once() {
        assert_eq!(transitions(SetStatus::Draft), [SetStatus::Published]);
        assert_eq!(transitions(SetStatus::Published), [SetStatus::Retired]);
        assert_eq!(transitions(SetStatus::Retired), []);
        assert_eq!(verification_transitions(VerificationState::InForce), [VerificationState::Annulled]);
        assert_eq!(verification_transitions(VerificationState::Annulled), []);
    }

    #[test]
    fn a_set_is_in_force_for_a_day_at_least() {
        for (last, expected) in
            [("2020-12-31", at("/valid_to", Code::DateOrder)), ("2021-01-01", vec![]), ("2021-01-02", vec![])]
        {
            assert_eq!(of_parts(json!({ "valid_to": last }), false), expected, "{last}");
        }
    }

    #[test]
    fn criteria_are_there_once_each_and_not_too_many() {
        let numbered = |count: usize| (1..=count).map(|code| criterion(&code.to_string(), vec![])).collect::<Vec<_>>();
        assert_eq!(of_parts(json!({ "criteria": [] }), false), at("/criteria", Code::Required));
        assert_eq!(of_parts(json!({ "criteria": [] }), true), []);
        assert_eq!(of_parts(json!({ "criteria": numbered(63) }), false), []);
        assert_eq!(of_parts(json!({ "criteria": numbered(64) }), false), at("/criteria", Code::TooManyItems));
        assert_eq!(of_parts(json!({ "criteria": numbered(65) }), true), at("/criteria", Code::TooManyItems));
        let twice = json!({ "criteria": [criterion("1", vec![]), criterion("2", vec![]), criterion("1", vec![])] });
        assert_eq!(of_parts(twice, false), at("/criteria/2/code", Code::DuplicateItem));
    }

    #[test]
    fn items_are_there_once_each_also_among_conditions_and_not_too_many() {
        let numbered = |count: usize| (1..=count).map(|code| item(&format!("1.{code}"), vec![])).collect::<Vec<_>>();
        let of = |items: Vec<Value>| json!({ "criteria": [criterion("1", items)] });
        assert_eq!(of_parts(of(numbered(400)), false), []);
        assert_eq!(of_parts(of(numbered(401)), false), at("/criteria", Code::TooManyItems));
        assert_eq!(of_parts(of(numbered(402)), false), at("/criteria", Code::TooManyItems));
        let mut twice = of(vec![item("1.1", vec![])]);
        twice["conditions"] = json!([item("1.2", vec![]), item("1.1", vec![])]);
        assert_eq!(of_parts(twice, false), at("/conditions/1/code", Code::DuplicateItem));
    }

    #[test]
    fn bands_stand_side_by_side_within_what_a_set_can_have() {
        let band = |code: &str, min: i32, max: i32| json!({ "code": code, "min": min, "max": max });
        for (bands, wrong) in [
            (vec![band("0-4", 0, 4), band("5-9", 5, 9)], None),
            (vec![band("5-9", 5, 9), band("0-4", 0, 4)], None),
            (vec![band("63", 63, 63)], None),
            (vec![band("0-4", 0, 5), band("5-9", 5, 9)], Some(1)),
            (vec![band("5-9", 5, 9), band("0-4", 0, 5)], Some(1)),
            (vec![band("0-9", 0, 9), band("5", 5, 5)], Some(1)),
            (vec![band("5", 5, 5), band("0-9", 0, 9)], Some(1)),
            (vec![band("0-4", 0, 4), band("0-4", 5, 9)], Some(1)),
            (vec![band("5-4", 5, 4)], Some(0)),
            (vec![band("4", 4, 4)], None),
            (vec![band("0", -1, 0)], Some(0)),
            (vec![band("60-64", 60, 64)], Some(0)),
            (vec![band("60-65", 60, 65)], Some(0)),
        ] {
            let expected = wrong.map_or(vec![], |place: usize| at(&format!("/bands/{place}"), Code::DuplicateItem));
            assert_eq!(of_parts(json!({ "bands": bands }), false), expected, "{bands:?}");
        }
    }

    #[test]
    fn what_weighs_more_is_a_criterion_of_the_set_or_of_its_base() {
        assert_eq!(of_parts(json!({ "key_criteria": ["1"] }), false), []);
        assert_eq!(
            of_parts(json!({ "key_criteria": ["1", "2"] }), false),
            at("/key_criteria/1", Code::CriterionNotInSet)
        );
        assert_eq!(of_parts(json!({ "key_criteria": ["2"] }), true), []);
    }

    fn of_thresholds(changes: Value, regions: &[&str]) -> Vec<(String, Code)> {
        use crate::values::Scalar;
        let regions: Vec<ListCode> = regions.iter().map(|code| ListCode::parse(code).expect("a code")).collect();
        let mut faults = Faults::default();
        check_thresholds(&document(changes), &regions, 2021..=2022, &mut faults);
        told(&faults)
    }

    const PLACE: &str = "/criteria/0/items/0/thresholds";

    fn of_item(thresholds: &[Value], regions: &[&str]) -> Vec<(String, Code)> {
        of_thresholds(json!({ "criteria": [criterion("1", vec![item("1.1", thresholds.to_vec())])] }), regions)
    }

    #[test]
    fn a_threshold_is_for_a_region_that_there_is_and_a_group_for_all_regions() {
        let all = threshold("ALL", None, None);
        let mut yes = all.clone();
        yes["operator"] = json!("YES");
        for (one, expected) in [
            (threshold("NORTH", None, None), vec![]),
            (threshold("NATIONAL", None, None), vec![]),
            (threshold("ALL", Some("1"), None), vec![]),
            (threshold("WEST", None, None), at(&format!("{PLACE}/1/region_code"), Code::UnknownCode)),
            (threshold("NORTH", Some("1"), None), at(&format!("{PLACE}/1/region_code"), Code::UnknownValue)),
            (threshold("NATIONAL", Some("1"), None), at(&format!("{PLACE}/1/region_code"), Code::UnknownValue)),
        ] {
            assert_eq!(of_item(&[all.clone(), one.clone()], &["NORTH"]), expected, "{one}");
        }
        assert_eq!(of_item(&[yes.clone()], &["NORTH"]), at(&format!("{PLACE}/0/value"), Code::ValueOutOfRange));
        for value in [json!(1), Value::Null] {
            yes["value"] = value;
            assert_eq!(of_item(&[yes.clone()], &["NORTH"]), []);
        }
    }

    #[test]
    fn no_threshold_is_there_twice() {
        let twice = [threshold("ALL", None, None), threshold("NORTH", None, None), threshold("NORTH", None, None)];
        assert_eq!(of_item(&twice, &["NORTH"]), at(&format!("{PLACE}/2"), Code::ThresholdOverlap));
        let years = [threshold("ALL", None, Some(2021)), threshold("ALL", None, Some(2022))];
        assert_eq!(of_item(&years, &["NORTH"]), []);
        let groups =
            [threshold("ALL", None, None), threshold("ALL", Some("1"), None), threshold("ALL", Some("2"), None)];
        assert_eq!(of_item(&groups, &["NORTH"]), []);
    }

    /// What a province says of items of the base: another item, another part, another year are another threshold.
    #[test]
    fn a_province_says_each_threshold_once() {
        let own = |code: &str, part: i32, threshold: Value| json!({ "item_code": code, "part": part, "threshold": threshold });
        let of = |second: Value| {
            let first = own("1.1", 0, threshold("ALL", None, None));
            of_thresholds(json!({ "base_set_code": "BASE", "criteria": [], "thresholds": [first, second] }), &["NORTH"])
        };
        assert_eq!(of(own("1.1", 0, threshold("ALL", None, None))), at("/thresholds/1", Code::ThresholdOverlap));
        for other in [
            own("1.2", 0, threshold("ALL", None, None)),
            own("1.1", 1, threshold("ALL", None, None)),
            own("1.1", 0, threshold("ALL", None, Some(2022))),
            own("1.1", 0, threshold("ALL", Some("1"), None)),
        ] {
            assert_eq!(of(other.clone()), [], "{other}");
        }
        let wrong = own("1.2", 0, threshold("WEST", None, None));
        assert_eq!(of(wrong), at("/thresholds/1/threshold/region_code", Code::UnknownCode));
    }

    /// A unit must not fall between two thresholds; each row says which are there and what is missing.
    #[test]
    fn nothing_falls_between_two_thresholds() {
        let (north, south) = (|year| threshold("NORTH", None, year), |year| threshold("SOUTH", None, year));
        let group = |number: &str, year| threshold("ALL", Some(number), year);
        let all = |year| threshold("ALL", None, year);
        for (thresholds, missing) in [
            (vec![all(None)], None),
            (vec![all(None), north(None)], None),
            (vec![north(None), south(None)], None),
            (vec![group("1", None), group("2", None), group("3", None)], None),
            (vec![all(Some(2021)), all(Some(2022))], None),
            (vec![all(Some(2021)), all(None)], None),
            (vec![north(None)], Some("SOUTH")),
            (vec![threshold("NATIONAL", None, None)], Some("NORTH, SOUTH")),
            (vec![], Some("NORTH, SOUTH")),
            (vec![group("1", None)], Some("2, 3")),
            (vec![group("1", None), group("3", None)], Some("2")),
            (vec![all(Some(2021))], Some("2022")),
            (vec![all(Some(2021)), north(Some(2022))], Some("2022")),
            (vec![north(Some(2021)), south(Some(2021)), all(Some(2022))], None),
        ] {
            let mut faults = Faults::default();
            let document = document(json!({ "criteria": [criterion("1", vec![item("1.1", thresholds.clone())])] }));
            use crate::values::Scalar;
            let regions = ["NORTH", "SOUTH"].map(|code| ListCode::parse(code).expect("a code"));
            check_thresholds(&document, &regions, 2021..=2022, &mut faults);
            let expected = missing.map_or(vec![], |_| at(PLACE, Code::ThresholdGap));
            assert_eq!(told(&faults), expected, "{thresholds:?}");
            let detail = faults.0.first().and_then(|fault| fault.flaw.details.first()).map(|(_, text)| text.as_str());
            assert_eq!(detail, missing, "{thresholds:?}");
        }
        // Before any region is known only a threshold for all leaves nobody out.
        assert_eq!(of_item(&[all(None)], &[]), []);
        assert_eq!(of_item(&[all(Some(2021))], &[]), at(PLACE, Code::ThresholdGap));
        // A set that stands on another says only what differs.
        let own =
            json!({ "base_set_code": "BASE", "criteria": [criterion("1", vec![item("1.1", vec![north(None)])])] });
        assert_eq!(of_thresholds(own, &["NORTH", "SOUTH"]), []);
        // Of a part too.
        let mut parts = item("1.1", vec![all(None)]);
        parts["parts"] =
            json!([{ "indicator_code": "INCOME_PER_CAPITA", "name": name(), "thresholds": [north(None)] }]);
        let of_part = of_thresholds(json!({ "criteria": [criterion("1", vec![parts])] }), &["NORTH", "SOUTH"]);
        assert_eq!(of_part, at("/criteria/0/items/0/parts/0/thresholds", Code::ThresholdGap));
    }
}
