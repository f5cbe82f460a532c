//! The units of the reference with the identity that the law gives them: they begin as the oldest list has them, and
//! every reform since is recorded through the same door as any other.

use super::{actor, read};
use crate::db::{Db, Tx};
use crate::error::Error;
use crate::reforms::{self, NewEdge, NewSuccession, NewUnitState};
use crate::units::{EdgeKind, Level, NewTimelineEntry, Part, Territory, Unit, UnitRecord, rebuild_ancestry};
use crate::values::{Confidence, ListCode, LocalDate, Title, UnitCode, UnitId};
use serde::Deserialize;
use std::collections::BTreeSet;

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
    confidence: Confidence,
}

/// One edge of a reform.
#[derive(Debug, Clone, Deserialize)]
struct Row {
    effective_date: LocalDate,
    act_number: Title,
    kind: EdgeKind,
    from_code: UnitCode,
    to_code: Option<UnitCode>,
    part: Part,
    /// The unit keeps its identity through the reform.
    continues: bool,
    confidence: Confidence,
}

/// Store the units day by day: first the reform of the day, then what begins on it without one. What is there already
/// is left, so that a load that was interrupted goes on where it ended.
pub async fn load(db: &Db) -> Result<(), Error> {
    let states: Vec<State> = read(UNITS)?;
    let rows: Vec<Row> = read(SUCCESSIONS)?;
    if !is_ours(db.memory().await?.part::<Territory>(), &states) {
        return Ok(());
    }
    let by_reform = |state: &State| {
        rows.iter().any(|row| row.to_code.as_ref() == Some(&state.code) && row.effective_date == state.valid_from)
    };
    let days: BTreeSet<LocalDate> =
        states.iter().map(|state| state.valid_from).chain(rows.iter().map(|row| row.effective_date)).collect();
    for day in days {
        let of_day: Vec<Row> = rows.iter().filter(|row| row.effective_date == day).cloned().collect();
        let (reformed, begun): (Vec<State>, Vec<State>) =
            states.iter().filter(|state| state.valid_from == day).cloned().partition(by_reform);
        if let Some(new) = reform(day, of_day, reformed) {
            let known = db.memory().await?.part::<Territory>().dated_edges().any(|edge| edge.effective_date == day);
            if !known {
                db.write(actor("import-reference"), move |tx| reforms::record(tx, None, &new)).await?;
            }
        }
        if !begun.is_empty() {
            db.write(actor("import-reference"), move |tx| begin(tx, &begun)).await?;
        }
    }
    Ok(())
}

/// Is there no territory yet, or this one? A database with another nation keeps its own.
fn is_ours(territory: &Territory, states: &[State]) -> bool {
    let first = states.iter().find(|state| state.level == Level::Province);
    let known = |state: &State| territory.holders(&state.code).iter().any(|(_, entry)| entry.name == state.name);
    territory.root().is_none() || first.is_some_and(known)
}

/// All edges of a day as one reform: the acts of 2025 hang together.
fn reform(day: LocalDate, rows: Vec<Row>, states: Vec<State>) -> Option<NewSuccession> {
    // The act behind most edges names the reform; each edge names its own.
    let edges_of = |act: &Title| rows.iter().filter(|row| row.act_number == *act).count();
    let act_number = rows.iter().map(|row| &row.act_number).max_by_key(|act| edges_of(act))?.clone();
    let unit = |state: State| {
        Some(NewUnitState {
            code: state.code,
            name: state.name,
            kind_code: state.kind_code,
            parent_code: state.parent_code?,
            confidence: Some(state.confidence),
        })
    };
    Some(NewSuccession {
        act_number,
        act_title: None,
        effective_date: day,
        units: Some(states.into_iter().filter_map(unit).collect()),
        edges: rows
            .into_iter()
            .map(|row| NewEdge {
                kind: row.kind,
                from_unit_code: Some(row.from_code),
                to_unit_code: row.to_code,
                part: Some(row.part),
                continues: Some(row.continues),
                area_percent: None,
                population_percent: None,
                act_number: Some(row.act_number),
                confidence: Some(row.confidence),
            })
            .collect(),
        note: None,
        confidence: None,
        external_id: None,
    })
}

/// Units that begin where the history of the list begins, or that come from no unit of the list.
fn begin(tx: &mut Tx<'_>, states: &[State]) -> Result<(), Error> {
    let memory = tx.memory.clone();
    let territory = memory.part::<Territory>();
    let mut begun: Vec<(UnitCode, UnitId)> = Vec::new();
    // A parent is stored before what stands under it.
    let mut states: Vec<&State> = states.iter().collect();
    states.sort_by_key(|state| state.level);
    for state in states {
        let holder = |code: &UnitCode| {
            let new = begun.iter().find(|(known, _)| known == code).map(|(_, id)| *id);
            let held = territory.holders(code);
            new.or_else(|| held.iter().find(|(_, entry)| entry.holds_on(state.valid_from)).map(|(id, _)| *id))
        };
        if holder(&state.code).is_some() {
            continue;
        }
        let unknown =
            |code: &UnitCode| Error::internal(format!("{} stands under {code}, which nobody held", state.code));
        let parent = state.parent_code.as_ref();
        let parent_id = parent.map(|code| holder(code).ok_or_else(|| unknown(code))).transpose()?;
        let id = UnitId::new();
        let entry = NewTimelineEntry {
            code: state.code.clone(),
            name: state.name.clone(),
            kind_code: state.kind_code.clone(),
            parent_id,
            territory_number: 1,
            valid_from: state.valid_from,
            valid_to: None,
            act_number: None,
            confidence: state.confidence,
            succession_id: None,
        };
        let unit = Unit { id, version: 1, level: state.level, created_at: tx.now };
        tx.create(&UnitRecord { unit, timeline: vec![entry.of(id)] })?;
        begun.push((state.code.clone(), id));
    }
    rebuild_ancestry(tx.conn)
}
