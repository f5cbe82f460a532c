//! The units of the reference with the identity that the law gives them: which lived on through a reform, which ended.

use crate::db::Tx;
use crate::error::Error;
use crate::units::{Level, NewTimelineEntry, Unit, UnitRecord, rebuild_ancestry};
use crate::values::{Confidence, ListCode, LocalDate, Title, UnitCode, UnitId};
use serde::Deserialize;
use std::collections::BTreeMap;

const UNITS: &str = include_str!("data/units.csv");
const SUCCESSIONS: &str = include_str!("data/unit-successions.csv");

/// One state of a unit, as the reference lists it.
#[derive(Debug, Clone, Deserialize)]
struct State {
    code: UnitCode,
    name: Title,
    level: Level,
    kind_code: ListCode,
    parent_code: Option<UnitCode>,
    valid_from: LocalDate,
    valid_to: Option<LocalDate>,
    confidence: Confidence,
}

/// One edge of a reform.
#[derive(Debug, Clone, Deserialize)]
struct Edge {
    effective_date: LocalDate,
    act_number: Title,
    kind: String,
    from_code: UnitCode,
    to_code: Option<UnitCode>,
    /// The unit keeps its identity through the reform.
    continues: bool,
}

fn read<T: serde::de::DeserializeOwned>(text: &str) -> Result<Vec<T>, Error> {
    csv::Reader::from_reader(text.as_bytes()).into_deserialize().collect::<Result<_, _>>().map_err(Error::internal)
}

/// Store all units and their ancestry.
pub fn load(tx: &mut Tx<'_>) -> Result<(), Error> {
    let edges: Vec<Edge> = read(SUCCESSIONS)?;
    let states = split_at_reforms(read(UNITS)?, &edges);
    let identities = identify(&states, &edges);
    let holder = |code: &UnitCode, day: LocalDate| {
        let at = states.iter().position(|state| {
            state.code == *code && state.valid_from <= day && state.valid_to.is_none_or(|end| day < end)
        });
        at.map(|at| identities[at].0)
    };
    let mut records: BTreeMap<UnitId, UnitRecord> = BTreeMap::new();
    for (state, (id, territory_number)) in states.iter().zip(&identities) {
        let parent_id = match &state.parent_code {
            Some(code) => Some(
                holder(code, state.valid_from)
                    .ok_or_else(|| Error::internal(format!("{} stands under {code}, which nobody held", state.code)))?,
            ),
            None => None,
        };
        let act = edges
            .iter()
            .find(|edge| edge.to_code.as_ref() == Some(&state.code) && edge.effective_date == state.valid_from);
        let entry = NewTimelineEntry {
            code: state.code.clone(),
            name: state.name.clone(),
            kind_code: state.kind_code.clone(),
            parent_id,
            territory_number: *territory_number,
            valid_from: state.valid_from,
            valid_to: state.valid_to,
            act_number: act.map(|edge| edge.act_number.clone()),
            confidence: state.confidence,
        };
        let unit = Unit { id: *id, version: 1, level: state.level, created_at: tx.now };
        let record = records.entry(*id).or_insert_with(|| UnitRecord { unit, timeline: Vec::new() });
        record.timeline.push(entry.of(*id));
    }
    // A parent is stored before what stands under it: the levels are in that order.
    let mut records: Vec<UnitRecord> = records.into_values().collect();
    records.sort_by_key(|record| record.unit.level);
    for record in &records {
        tx.create(record)?;
    }
    rebuild_ancestry(tx.conn)
}

/// A unit that took in another and lived on is listed as one state; its territory changed on the day all the same.
fn split_at_reforms(states: Vec<State>, edges: &[Edge]) -> Vec<State> {
    let mut split = Vec::new();
    for state in states {
        let mut rest = state;
        let mut days: Vec<LocalDate> = edges
            .iter()
            .filter(|edge| edge.continues && edge.kind == "MERGE" && edge.to_code.as_ref() == Some(&rest.code))
            .map(|edge| edge.effective_date)
            .filter(|day| rest.valid_from < *day && rest.valid_to.is_none_or(|end| *day < end))
            .collect();
        days.sort();
        for day in days {
            split.push(State { valid_to: Some(day), ..rest.clone() });
            rest.valid_from = day;
        }
        split.push(rest);
    }
    split.sort_by(|one, two| (one.valid_from, &one.code).cmp(&(two.valid_from, &two.code)));
    split
}

/// Unit and territory number of each state. States are in the order of their beginnings.
fn identify(states: &[State], edges: &[Edge]) -> Vec<(UnitId, i32)> {
    let mut identities: Vec<(UnitId, i32)> = Vec::with_capacity(states.len());
    for state in states {
        let edge = edges.iter().find(|edge| {
            edge.continues && edge.effective_date == state.valid_from && edge.to_code.as_ref() == Some(&state.code)
        });
        let before = edge.and_then(|edge| {
            let at = states
                .iter()
                .position(|before| before.code == edge.from_code && before.valid_to == Some(state.valid_from));
            at.and_then(|at| identities.get(at)).map(|(id, number)| (*id, number + i32::from(edge.kind == "MERGE")))
        });
        identities.push(before.unwrap_or_else(|| (UnitId::new(), 1)));
    }
    identities
}
