//! Who stood under whom, when: derived from the timelines, so that scope and filters are subqueries.

use super::queries;
use crate::db::{Conn, on_any, schema::unit_ancestry};
use crate::error::Error;
use crate::units::TimelineEntry;
use crate::values::{LocalDate, UnitId};
use diesel::prelude::*;
use std::collections::HashMap;

/// A stretch of days, open at its end where `to` is none.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Days {
    pub from: LocalDate,
    pub to: Option<LocalDate>,
}

impl Days {
    pub fn holds(self, day: LocalDate) -> bool {
        self.from <= day && self.to.is_none_or(|end| day < end)
    }

    /// The days of both, if there are any.
    pub fn common(self, other: Days) -> Option<Days> {
        let from = self.from.max(other.from);
        let to = match (self.to, other.to) {
            (Some(one), Some(two)) => Some(one.min(two)),
            (one, two) => one.or(two),
        };
        to.is_none_or(|end| from < end).then_some(Days { from, to })
    }
}

#[derive(Debug, Clone, Insertable)]
#[diesel(table_name = unit_ancestry, treat_none_as_default_value = false)]
struct Row {
    ancestor_id: UnitId,
    descendant_id: UnitId,
    depth: i32,
    valid_from: LocalDate,
    valid_to: Option<LocalDate>,
}

/// Write the table anew from the timelines.
pub fn rebuild(conn: &mut Conn) -> Result<(), Error> {
    let entries = queries::all_entries(conn)?;
    let rows = rows_of(&entries);
    clear(conn)?;
    // Five columns a row: 6,000 rows stay below SQLite's bound of 32,766 parameters.
    for chunk in rows.chunks(6000) {
        on_any!(&mut *conn, c => diesel::insert_into(unit_ancestry::table).values(chunk).execute(c))?;
    }
    Ok(())
}

/// Empty the table, before units are taken away.
pub fn clear(conn: &mut Conn) -> QueryResult<()> {
    on_any!(conn, c => diesel::delete(unit_ancestry::table).execute(c))?;
    Ok(())
}

fn rows_of(entries: &[TimelineEntry]) -> Vec<Row> {
    let mut by_unit: HashMap<UnitId, Vec<&TimelineEntry>> = HashMap::new();
    for entry in entries {
        by_unit.entry(entry.unit_id).or_default().push(entry);
    }
    let mut known = HashMap::new();
    let mut rows = Vec::new();
    for unit in by_unit.keys() {
        for (ancestor, depth, days) in above(*unit, &by_unit, &mut known) {
            rows.push(Row {
                ancestor_id: ancestor,
                descendant_id: *unit,
                depth,
                valid_from: days.from,
                valid_to: days.to,
            });
        }
    }
    rows
}

type Above = Vec<(UnitId, i32, Days)>;

/// The unit itself and all units it ever stood under, with depth and days.
fn above(unit: UnitId, by_unit: &HashMap<UnitId, Vec<&TimelineEntry>>, known: &mut HashMap<UnitId, Above>) -> Above {
    if let Some(found) = known.get(&unit) {
        return found.clone();
    }
    // A unit never stands under itself; a wrong tree ends here instead of turning for ever.
    known.insert(unit, Vec::new());
    let mut found: Above = Vec::new();
    let mut entries: Vec<&TimelineEntry> = by_unit.get(&unit).cloned().unwrap_or_default();
    entries.sort_by_key(|entry| entry.valid_from);
    for entry in entries {
        let days = Days { from: entry.valid_from, to: entry.valid_to };
        add(&mut found, (unit, 0, days));
        if let Some(parent) = entry.parent_id {
            for (ancestor, depth, above_days) in above(parent, by_unit, known) {
                if let Some(common) = days.common(above_days) {
                    add(&mut found, (ancestor, depth + 1, common));
                }
            }
        }
    }
    known.insert(unit, found.clone());
    found
}

/// Add a stretch, prolonging one that ends where it begins.
fn add(found: &mut Above, (ancestor, depth, days): (UnitId, i32, Days)) {
    let before = found.iter_mut().find(|(known, known_depth, known_days)| {
        *known == ancestor && *known_depth == depth && known_days.to == Some(days.from)
    });
    match before {
        Some((_, _, known_days)) => known_days.to = days.to,
        None => found.push((ancestor, depth, days)),
    }
}
