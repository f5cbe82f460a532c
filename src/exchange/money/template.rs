//! The file to fill in: a row for each line of money of a unit, its key filled in, its amounts blank.

use super::columns::{COLUMNS, Column};
use crate::db::Snapshot;
use crate::error::Error;
use crate::programmes;
use crate::programmes::ledger::BudgetLines;
use crate::tables::{self, Cell, Styles};
use crate::units::Territory;
use crate::values::{LocalDate, UnitId};

/// Lines of a template at the most.
const MOST_LINES: usize = 20_000;

/// The rows of a unit and of all below it, for a plan year, as far as the caller sees them.
pub fn rows(
    memory: &Snapshot,
    scope: &crate::access::Scope,
    unit: UnitId,
    day: LocalDate,
    year: i32,
) -> Vec<Vec<Cell>> {
    let territory = memory.part::<Territory>();
    let placed = programmes::lines(territory, memory.part::<BudgetLines>(), scope, unit, day);
    let of_year =
        placed.iter().filter(|placed| placed.line.of.plan_year == year && placed.line.of.plan_end_year.is_none());
    let mut rows: Vec<Vec<Cell>> = of_year
        .filter_map(|placed| {
            let (line, home) = (placed.line, territory.reference(placed.home, day)?);
            let text = |text: &str| Cell::Text(text.to_owned());
            let cell = |column: &Column| match column {
                Column::UnitCode => text(home.code.as_str()),
                Column::UnitName => text(home.name.as_str()),
                Column::Member("programme_code") => text(line.of.programme_code.as_str()),
                Column::Member("component_code") => line.of.component_code.as_ref().map(|code| code.as_str()).into(),
                Column::Member("funding_source_code") => text(line.of.funding_source_code.as_str()),
                Column::Member("nature_code") => line.of.nature_code.as_ref().map(|code| code.as_str()).into(),
                Column::Member("plan_year") => Cell::from(line.of.plan_year),
                Column::Member("origin_year") => Cell::from(line.of.origin_year),
                Column::Member("work_id") => {
                    line.work_id.map(|work| Cell::Text(work.to_string())).unwrap_or(Cell::Blank)
                }
                _ => Cell::Blank,
            };
            Some(COLUMNS.iter().map(|(column, ..)| cell(column)).collect())
        })
        .collect();
    rows.sort_by_key(|row: &Vec<Cell>| format!("{row:?}"));
    rows.truncate(MOST_LINES);
    rows
}

pub fn csv(rows: &[Vec<Cell>]) -> Result<Vec<u8>, Error> {
    tables::csv(
        [COLUMNS.iter().map(heading as fn(&Headed) -> &str), COLUMNS.iter().map(name as fn(&Headed) -> &str)],
        rows,
    )
}

type Headed = (Column, &'static str, &'static str);

fn heading(column: &Headed) -> &str {
    column.1
}

fn name(column: &Headed) -> &str {
    column.2
}

pub fn xlsx(rows: &[Vec<Cell>]) -> Result<Vec<u8>, Error> {
    const SHEET: &str = "Bút toán";
    tables::workbook(SHEET, |sheet| {
        let styles = Styles::default();
        sheet.set_name(SHEET).map_err(Error::internal)?;
        sheet.set_freeze_panes(2, 3).map_err(Error::internal)?;
        for (at, (_, code, name)) in (0..).zip(COLUMNS) {
            sheet.write_string_with_format(0, at, code, &styles.code).map_err(Error::internal)?;
            sheet.write_string_with_format(1, at, name, &styles.name).map_err(Error::internal)?;
            sheet.set_column_width(at, 16).map_err(Error::internal)?;
        }
        tables::write_rows(sheet, 2, rows, &styles)
    })
}
