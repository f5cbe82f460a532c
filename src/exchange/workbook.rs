//! What stands in the cells of a workbook: cell by cell, so that a cell far away costs no more than any other.

use super::cells::Cell;
use crate::codes::Code;
use crate::error::{CellPlace, Error, Flaw, Place};
use crate::files::package::{inspect, too_large, unreadable};
use crate::values::LocalDate;
use calamine::{DataRef, Reader, Xlsx};
use std::collections::HashMap;
use std::io::Cursor;

/// Name of the sheet that a template has; of another workbook the first is read.
pub const SHEET: &str = "Phiếu đánh giá";

/// Most rows of a file, headings left out of account.
pub const MOST_ROWS: u32 = 100_000;
/// Filled cells that are kept in memory at once.
const MOST_CELLS: usize = 2_000_000;
/// Bytes of text of all cells together.
const MOST_TEXT: usize = 64 * 1024 * 1024;
/// Longest text of one cell that is kept: more than any text that is stored.
const LONGEST: usize = 32 * 1024;

/// A row with its filled cells.
#[derive(Debug, Clone, Default)]
pub struct GridRow {
    /// As a spreadsheet program counts it, from 1.
    pub number: u32,
    /// By column, from 0.
    pub cells: Vec<(u32, Cell)>,
}

impl GridRow {
    pub fn cell(&self, column: u32) -> Option<&Cell> {
        self.cells.iter().find(|(at, _)| *at == column).map(|(_, cell)| cell)
    }
}

/// The filled cells of a file.
#[derive(Debug, Clone, Default)]
pub struct Grid {
    /// None in CSV.
    pub sheet: Option<String>,
    pub rows: Vec<GridRow>,
}

/// Gathers cells and keeps count of them.
pub struct Gathered {
    grid: Grid,
    cells: usize,
    text: usize,
}

impl Gathered {
    pub fn new(sheet: Option<String>) -> Gathered {
        Gathered { grid: Grid { sheet, rows: Vec::new() }, cells: 0, text: 0 }
    }

    /// Take a cell, in the order of rows.
    pub fn take(&mut self, number: u32, column: u32, cell: Cell) -> Result<(), Error> {
        self.cells += 1;
        if let Cell::Text(text) = &cell {
            self.text += text.len();
        }
        if self.cells > MOST_CELLS || self.text > MOST_TEXT {
            return Err(too_large());
        }
        match self.grid.rows.last_mut() {
            Some(row) if row.number == number => row.cells.push((column, cell)),
            Some(row) if row.number > number => return Err(unreadable()),
            _ => {
                // Two headings stand before the first of them.
                if self.grid.rows.len() > MOST_ROWS as usize + 1 {
                    let place = CellPlace { sheet: self.grid.sheet.clone(), row: Some(number), ..CellPlace::default() };
                    let flaw = Flaw::new(Code::TooManyItems).with("max", MOST_ROWS);
                    return Err(Error::Request(Code::ImportRejected, vec![flaw.at(Place::Cell(Box::new(place)))]));
                }
                self.grid.rows.push(GridRow { number, cells: vec![(column, cell)] });
            }
        }
        Ok(())
    }

    pub fn grid(self) -> Grid {
        self.grid
    }
}

/// Text of a cell, unless it is blank.
pub fn text_cell(text: &str) -> Option<Cell> {
    let end = text.char_indices().map(|(at, _)| at).find(|at| *at >= LONGEST).unwrap_or(text.len());
    (!text.trim().is_empty()).then(|| Cell::Text(text[..end].to_owned()))
}

/// Read a workbook.
/// Errors: what makes it unsafe or unreadable, under its code.
pub fn read(bytes: &[u8]) -> Result<Grid, Error> {
    inspect(bytes)?;
    let damaged = |_| unreadable();
    let mut workbook: Xlsx<_> = Xlsx::new(Cursor::new(bytes)).map_err(damaged)?;
    let names = workbook.sheet_names();
    let name = names.iter().find(|name| *name == SHEET).or(names.first()).ok_or_else(unreadable)?.clone();
    // Which cells show a percentage: a pass of its own, because a reader tells either formulas or formats.
    let mut shares: HashMap<(u32, u32), ()> = HashMap::new();
    let mut reader = workbook.worksheet_cells_reader(&name).map_err(damaged)?;
    let shows_share: Vec<bool> = reader
        .styles()
        .iter()
        .map(|style| style.number_format.as_ref().is_some_and(|format| format.format_code.contains('%')))
        .collect();
    if shows_share.contains(&true) {
        while let Some((cell, style)) = reader.next_cell_with_style_id().map_err(damaged)? {
            let is_number = matches!(cell.get_value(), DataRef::Float(_) | DataRef::Int(_));
            if is_number && shows_share.get(style).copied().unwrap_or(false) {
                shares.insert(cell.get_position(), ());
            }
            if shares.len() > MOST_CELLS {
                return Err(too_large());
            }
        }
    }
    drop(reader);
    let mut reader = workbook.worksheet_cells_reader(&name).map_err(damaged)?;
    let mut gathered = Gathered::new(Some(name.clone()));
    while let Some(record) = reader.next_cell_with_formula_metadata().map_err(damaged)? {
        let (row, column) = record.pos;
        let cell = if record.formula.is_some() {
            Some(Cell::Formula)
        } else {
            cell_of(record.value, shares.contains_key(&record.pos))
        };
        if let Some(cell) = cell {
            gathered.take(row.saturating_add(1), column, cell)?;
        }
    }
    Ok(gathered.grid())
}

/// The door through which the floats of the file format come: each leaves it as its shortest digits.
fn cell_of(value: DataRef<'_>, shows_share: bool) -> Option<Cell> {
    let number = |digits: String| if shows_share { Cell::Share(digits) } else { Cell::Number(digits) };
    match value {
        DataRef::Empty => None,
        DataRef::String(text) => text_cell(&text),
        DataRef::SharedString(text) => text_cell(text),
        DataRef::Int(whole) => Some(number(whole.to_string())),
        DataRef::Float(typed) => Some(number(typed.to_string())),
        DataRef::Bool(truth) => Some(Cell::Truth(truth)),
        DataRef::DateTime(typed) => {
            let (year, month, day, ..) = typed.to_ymd_hms_milli();
            let day = LocalDate::new(i32::from(year), u32::from(month), u32::from(day));
            Some(day.map_or_else(|| Cell::Text(typed.as_f64().to_string()), Cell::Date))
        }
        DataRef::DateTimeIso(text) => {
            let day = text.get(..10).and_then(|day| crate::values::Scalar::parse(day).ok());
            Some(day.map_or(Cell::Text(text), Cell::Date))
        }
        DataRef::DurationIso(text) => text_cell(&text),
        DataRef::Error(_) => Some(Cell::Formula),
    }
}
