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
