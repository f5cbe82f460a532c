//! Reference data that comes with the service: units of Bắc Kạn with their history and their successors in Thái
//! Nguyên, code lists, criteria sets, and the results of one real meeting. Every fact keeps its confidence.

mod statuses;
mod units;

use crate::acts;
use crate::assessments::{self, NewAssessment};
use crate::calendar::{self, NewCalendarDay, WorkingCalendar};
use crate::code_lists::{CodeListEntry, CodeLists};
use crate::committee::duties::{self, NewReportingDuty, ReportingDuties};
use crate::committee::{directives, meetings, obstacles};
use crate::criteria::{self, CriteriaSets, SetDocument};
use crate::db::{Actor, Db, Tx};
use crate::error::{Error, Faults};
use crate::indicators::{self, Indicators, NewIndicator};
use crate::observations::{self, NewObservation};
use crate::parties::{committees, mandates, people};
use crate::programmes::ledger::{self, BudgetLines, NewBudgetEntry};
use crate::programmes::{self, ProgrammeDocument, ProgrammeStatus, Programmes};
use crate::statements;
use crate::units::Territory;
use crate::values::{CodeListEntryId, CollectionName, ListCode, LocalDate, Scalar, Title};
use deserr::Deserr;
use serde::Deserialize;
use std::collections::BTreeMap;

const CODE_LISTS: &str = include_str!("data/code-lists.json");
const INDICATORS: &str = include_str!("data/indicators.json");
const CALENDAR_DAYS: &str = include_str!("data/calendar-days.json");
const REPORTING_DUTIES: &str = include_str!("data/reporting-duties.json");
const OBSERVATIONS: &str = include_str!("data/observations.json");
const PROGRAMMES: &str = include_str!("data/programmes.json");
const BUDGET_ENTRIES: &str = include_str!("data/budget-entries.json");
const SETS: [&str; 5] = [
    include_str!("data/ntm-xa-2016-2020.json"),
    include_str!("data/ntm-xa-nc-2021-2025.json"),
    include_str!("data/ntm-xa-2026-2030.json"),
    include_str!("data/ntm-xa-2021-2025.json"),
    // Stands on the one before it.
    include_str!("data/ntm-xa-bk-2022-2025.json"),
];
const MEETING: &str = include_str!("data/meeting-2023-03-10.json");

fn actor(request_id: &str) -> Actor {
    Actor { request_id: request_id.to_owned(), ..Actor::default() }
}

fn read<T: serde::de::DeserializeOwned>(text: &str) -> Result<Vec<T>, Error> {
    csv::Reader::from_reader(text.as_bytes()).into_deserialize().collect::<Result<_, _>>().map_err(Error::internal)
}

/// Load units with their statuses, code lists, the calendar, reporting duties, indicators, criteria sets and published figures. What is there already is
/// left as it is.
pub async fn load(db: &Db) -> Result<(), Error> {
    let load = || actor("import-reference");
    db.write(load(), load_code_lists).await?;
    units::load(db).await?;
    statuses::load(db).await?;
    db.write(load(), load_calendar).await?;
    db.write(load(), load_indicators).await?;
    for text in SETS {
        let document: SetDocument = document(text)?;
        let known = db.memory().await?;
        if known.part::<CriteriaSets>().by_code(&document.code).is_none() {
            db.write(load(), move |tx| criteria::store(tx, None, &document)).await?;
        }
    }
    // Each names those that it replaces.
    let programmes: Vec<ProgrammeDocument> = document(PROGRAMMES)?;
    for document in programmes {
        let known = db.memory().await?;
        if known.part::<Programmes>().by_code(&document.code).is_none() {
            let stored = move |tx: &mut Tx<'_>| programmes::store(tx, None, &document, ProgrammeStatus::Published);
            db.write(load(), stored).await?;
        }
    }
    db.write(load(), load_observations).await
}

/// A document of ours, read as one that is sent.
fn document<T: Deserr<Faults>>(text: &str) -> Result<T, Error> {
    let value: serde_json::Value = serde_json::from_str(text).map_err(Error::internal)?;
    deserr::deserialize(value).map_err(|faults: Faults| Error::Invalid(faults.0))
}

/// The days that are not what their weekday says, and the reports that the law asks for.
fn load_calendar(tx: &mut Tx<'_>) -> Result<(), Error> {
    let memory = tx.memory.clone();
    let known = &memory.part::<WorkingCalendar>().days;
    let days: Vec<NewCalendarDay> = document(CALENDAR_DAYS)?;
    for new in days.iter().filter(|new| !known.contains_key(&new.date)) {
        calendar::record(tx, None, new)?;
    }
    let known = memory.part::<ReportingDuties>();
    let duties: Vec<NewReportingDuty> = document(REPORTING_DUTIES)?;
    for new in duties.iter().filter(|new| known.by_code(&new.code).is_none()) {
        duties::record(tx, None, new)?;
    }
    Ok(())
}

fn load_indicators(tx: &mut Tx<'_>) -> Result<(), Error> {
    let memory = tx.memory.clone();
    let known = memory.part::<Indicators>();
    let new: Vec<NewIndicator> = document(INDICATORS)?;
    for new in new.iter().filter(|new| known.by_code(&new.code).is_none()) {
        indicators::define(tx, None, new)?;
    }
    Ok(())
}

/// Published figures. What holds already under a key is left as it is, and a database with other units under these
/// codes is left alone.
fn load_observations(tx: &mut Tx<'_>) -> Result<(), Error> {
    let today = tx.now.local_date();
    let memory = tx.memory.clone();
    let new: Vec<NewObservation> = document(OBSERVATIONS)?;
    // A clock that stands in a rehearsal may not have come so far.
    for new in new.iter().filter(|new| new.period.first_day() <= today) {
        let day = new.period.last_day().min(today);
        let holders = new.unit_code.iter().flat_map(|code| memory.part::<Territory>().holders(code));
        if !holders.into_iter().any(|(_, entry)| entry.holds_on(day)) {
            continue;
        }
        match observations::record(tx, None, new) {
            Ok(_) | Err(Error::Duplicate(_)) => {}
            Err(other) => return Err(other),
        }
    }
    Ok(())
}

/// Published plans of money. A unit that has lines already, and a database with another unit under its code, are left
/// alone.
fn load_budget(tx: &mut Tx<'_>) -> Result<(), Error> {
    let today = tx.now.local_date();
    let memory = tx.memory.clone();
    let new: Vec<NewBudgetEntry> = document(BUDGET_ENTRIES)?;
    let territory = memory.part::<Territory>();
    for new in new.iter().filter(|new| new.booking_date <= today) {
        let holders = new.unit_code.iter().flat_map(|code| territory.holders(code));
        let holder = holders.filter(|(_, entry)| entry.holds_on(new.booking_date)).map(|(unit, _)| unit).next();
        if holder.is_some_and(|unit| memory.part::<BudgetLines>().of(unit).is_empty()) {
            ledger::record(tx, None, new)?;
        }
    }
    Ok(())
}

#[derive(Deserialize)]
struct Entry {
    code: ListCode,
    vi: Title,
    en: Title,
    parent_code: Option<ListCode>,
    valid_from: Option<LocalDate>,
    valid_to: Option<LocalDate>,
    state_budget: Option<bool>,
}

fn load_code_lists(tx: &mut Tx<'_>) -> Result<(), Error> {
    let lists: BTreeMap<String, Vec<Entry>> = serde_json::from_str(CODE_LISTS).map_err(Error::internal)?;
    let memory = tx.memory.clone();
    for (name, entries) in lists {
        let list = CollectionName::parse(&name).map_err(|_| Error::internal(format!("{name} is no name of a list")))?;
        if memory.part::<CodeLists>().0.contains_key(&name) {
            continue;
        }
        for (entry, position) in entries.into_iter().zip(1..) {
            tx.create(&CodeListEntry {
                id: CodeListEntryId::new(),
                version: 1,
                list: list.clone(),
                code: entry.code,
                position,
                label_vi: entry.vi,
                label_en: entry.en,
                parent_code: entry.parent_code,
                valid_from: entry.valid_from,
                valid_to: entry.valid_to,
                state_budget: entry.state_budget,
            })?;
        }
    }
    Ok(())
}

/// What the steering committee of Bạch Thông district heard on 10 March 2023: the results of 12 of its 13 communes.
#[derive(Deserialize)]
struct Meeting {
    meeting_date: LocalDate,
    plans_period: String,
    unit_code: String,
    committee: String,
    chairs: Vec<Chair>,
    conclusions: Conclusions,
    difficulties: Vec<Difficulty>,
    statements: Vec<Said>,
    criteria_set_code: String,
    period: String,
    source_label: String,
    reported: Vec<Reported>,
}

/// What the meeting concluded. Number, day and signer of the notice were not reported.
#[derive(Deserialize)]
struct Conclusions {
    title: String,
    items: Vec<Conclusion>,
}

/// One conclusion: whom it binds, and what it should bring. By when was not reported.
#[derive(Deserialize)]
struct Conclusion {
    content: String,
    groups: Vec<String>,
    /// It binds the committee itself.
    #[serde(default)]
    committee: bool,
    expected_result_kind: String,
}

/// A difficulty that was told. Where, by whom raised and who is to solve it was not reported.
#[derive(Deserialize)]
struct Difficulty {
    kind: String,
    title: String,
    topic_code: Option<String>,
}

/// What was said of the district. What would prove it was not reported: where a figure of ours would, we name it.
#[derive(Deserialize)]
struct Said {
    wording: String,
    topic_code: Option<String>,
    claim: Option<serde_json::Value>,
}

/// Who chaired; a role that was not reported stays unknown.
#[derive(Deserialize)]
struct Chair {
    full_name: String,
    positions: Vec<String>,
    role: Option<String>,
}

#[derive(Deserialize)]
struct Reported {
    communes: Vec<String>,
    min: i32,
    max: i32,
}

/// Store the meeting as it would be recorded: the committee with its chairs and conclusions, and the results as any
/// reported result; and the money that its province was given for that year.
pub async fn load_meeting(db: &Db) -> Result<(), Error> {
    let meeting: Meeting = serde_json::from_str(MEETING).map_err(Error::internal)?;
    db.write(actor("demo-budget"), load_budget).await?;
    db.write(actor("demo-meeting"), move |tx| {
        load_committee(tx, &meeting)?;
        for reported in &meeting.reported {
            for commune in &reported.communes {
                let new: NewAssessment = body(serde_json::json!({
                    "unit_code": commune,
                    "criteria_set_code": meeting.criteria_set_code,
                    "period": meeting.period,
                    "stage": "REPORTED",
                    "source": { "label": meeting.source_label, "date": meeting.meeting_date },
                    "declared_total": { "min": reported.min, "max": reported.max },
                }))?;
                assessments::create(tx, None, &new)?;
            }
        }
        Ok(())
    })
    .await
}

fn load_committee(tx: &mut Tx<'_>, meeting: &Meeting) -> Result<(), Error> {
    let unit = &meeting.unit_code;
    let new = serde_json::json!({ "unit_code": unit, "kind": "COMMITTEE", "name": meeting.committee });
    let committee = committees::create(tx, None, &body(new)?)?;
    let mut attendances = Vec::new();
    for chair in &meeting.chairs {
        let positions: Vec<_> = chair.positions.iter().map(|title| serde_json::json!({ "title": title })).collect();
        let new = serde_json::json!({ "unit_code": unit, "full_name": chair.full_name, "positions": positions });
        let person = people::create(tx, None, &body(new)?)?;
        let mut mandate =
            serde_json::json!({ "committee_id": committee.id, "kind": "MEMBERSHIP", "person_id": person.id });
        if let Some(role) = &chair.role {
            mandate["role"] = serde_json::json!(role);
        }
        mandates::create(tx, None, &body(mandate)?)?;
        attendances.push(serde_json::json!({ "person_id": person.id, "presence": "CHAIRED" }));
    }
    let items: Vec<_> = (1..)
        .zip(&meeting.conclusions.items)
        .map(|(number, item)| serde_json::json!({ "code": number.to_string(), "content": item.content }))
        .collect();
    let conclusions = serde_json::json!({
        "unit_code": unit, "kind_code": "KET_LUAN", "title": meeting.conclusions.title, "committee_id": committee.id,
        "items": items,
    });
    let conclusions = acts::create(tx, None, &body(conclusions)?)?;
    // Who else attended, where, and by which agenda was not reported.
    let held = serde_json::json!({
        "committee_id": committee.id, "held_date": meeting.meeting_date, "reviews_period": meeting.period,
        "plans_period": meeting.plans_period, "attendances": attendances, "act_ids": [conclusions.row.id],
    });
    let held = meetings::create(tx, None, &body(held)?)?;
    for (number, item) in (1..).zip(&meeting.conclusions.items) {
        let parties =
            if item.committee { vec![serde_json::json!({ "committee_id": committee.id })] } else { Vec::new() };
        let directive = serde_json::json!({
            "committee_id": committee.id, "act_id": conclusions.row.id, "item_code": number.to_string(),
            "groups": item.groups, "parties": parties, "expected_result_kind": item.expected_result_kind,
            "assigned_date": meeting.meeting_date,
        });
        directives::create(tx, None, &body(directive)?)?;
    }
    for difficulty in &meeting.difficulties {
        let mut told = serde_json::json!({
            "unit_code": unit, "kind": difficulty.kind, "title": difficulty.title, "raised_date": meeting.meeting_date,
            "meeting_id": held.row.id,
        });
        if let Some(topic) = &difficulty.topic_code {
            told["topic_code"] = serde_json::json!(topic);
        }
        obstacles::create(tx, None, &body(told)?)?;
    }
    for said in &meeting.statements {
        let mut told = serde_json::json!({
            "unit_code": unit, "wording": said.wording, "stated_date": meeting.meeting_date, "period": meeting.period,
            "meeting_id": held.row.id,
        });
        if let Some(topic) = &said.topic_code {
            told["topic_code"] = serde_json::json!(topic);
        }
        if let Some(claim) = &said.claim {
            told["claim"] = claim.clone();
        }
        statements::create(tx, None, &body(told)?)?;
    }
    Ok(())
}

/// A body as a caller would send it.
fn body<T: Deserr<Faults>>(value: serde_json::Value) -> Result<T, Error> {
    deserr::deserialize(value).map_err(|faults: Faults| Error::Invalid(faults.0))
}
