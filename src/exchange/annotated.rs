//! A workbook that was refused, sent back with a note in each cell at fault.

use super::cells::Cell;
use super::workbook::{Grid, SHEET};
use crate::error::{CellPlace, Error, Fault, Place};
use crate::http::{Language, message_of};
use crate::tables::{Styles, workbook, write_number};
use rust_xlsxwriter::Note;
use std::collections::BTreeMap;

/// Width of a column, in characters.
const WIDTH: u32 = 16;

/// The cells of a file with what is wrong with them.
pub fn annotated(grid: &Grid, faults: &[Fault], language: Language) -> Result<Vec<u8>, Error> {
    let mut notes: BTreeMap<(u32, u32), String> = BTreeMap::new();
    for fault in faults {
        let Place::Cell(place) = &fault.place else { continue };
        let CellPlace { row, column, .. } = **place;
        let row = row.unwrap_or(1).saturating_sub(1);
        let note = notes.entry((row, column.unwrap_or(0))).or_default();
        let remedy = fault.flaw.code.remedy_in_a_cell();
        let hint = language.of_text(&remedy);
        *note += &format!("{}: {}\n{hint}\n", fault.flaw.code.name(), message_of(fault, language));
    }
    workbook(SHEET, |sheet| {
        let styles = Styles::default();
        let name = grid.sheet.as_deref().unwrap_or(SHEET);
        sheet.set_name(name).map_err(Error::internal)?;
        for row in &grid.rows {
            for (column, cell) in &row.cells {
                let place = (row.number.saturating_sub(1), *column);
                let at_fault = notes.contains_key(&place);
                let Ok(column) = u16::try_from(*column) else { continue };
                match cell {
                    Cell::Number(digits) => {
                        let format = if at_fault { &styles.fault } else { &styles.number };
                        write_number(sheet, place.0, column, digits, format)?;
                    }
                    other => {
                        let format = if at_fault { &styles.fault } else { &styles.text };
                        let shown: String = other.shown().chars().take(32_000).collect();
                        sheet.write_string_with_format(place.0, column, shown, format).map_err(Error::internal)?;
                    }
                }
            }
        }
        for ((row, column), text) in &notes {
            let Ok(column) = u16::try_from(*column) else { continue };
            let note = Note::new(text.chars().take(8_000).collect::<String>()).set_width(320).set_height(120);
            sheet.insert_note(*row, column, &note).map_err(Error::internal)?;
            let is_blank =
                !grid.rows.iter().any(|known| known.number == row + 1 && known.cell(u32::from(column)).is_some());
            if is_blank {
                sheet.write_blank(*row, column, &styles.fault).map_err(Error::internal)?;
            }
        }
        let widest = grid.rows.iter().flat_map(|row| &row.cells).map(|(column, _)| *column).max().unwrap_or(0);
        for column in 0..=u16::try_from(widest).unwrap_or(0) {
            sheet.set_column_width(column, WIDTH).map_err(Error::internal)?;
        }
        Ok(())
    })
}
