//! Tables as files: the same typed cells as CSV and as a workbook, so that one never says more than the other.

mod separated;
mod workbook;

pub use separated::csv;
pub use workbook::{Styles, workbook, write_number, write_rows};

use crate::error::Error;
use crate::values::Decimal;

/// What stands in a cell.
#[derive(Debug, Clone, PartialEq)]
pub enum Cell {
    /// Nothing is known: never a zero.
    Blank,
    /// Codes too: a leading zero is part of them.
    Text(String),
    Whole(i64),
    Number(Decimal),
}

impl From<&str> for Cell {
    fn from(text: &str) -> Cell {
        Cell::Text(text.to_owned())
    }
}

impl From<i64> for Cell {
    fn from(number: i64) -> Cell {
        Cell::Whole(number)
    }
}

impl From<i32> for Cell {
    fn from(number: i32) -> Cell {
        Cell::Whole(number.into())
    }
}

impl From<Decimal> for Cell {
    fn from(number: Decimal) -> Cell {
        Cell::Number(number)
    }
}

impl<T: Into<Cell>> From<Option<T>> for Cell {
    fn from(value: Option<T>) -> Cell {
        value.map_or(Cell::Blank, Into::into)
    }
}

impl Cell {
    /// A word of the contract: a code, a period, a truth.
    pub fn word(word: impl ToString) -> Cell {
        Cell::Text(word.to_string())
    }
}

/// A table with one heading.
#[derive(Debug, Clone, PartialEq)]
pub struct Table {
    /// Name of its sheet, at most 31 characters.
    pub name: &'static str,
    /// Leading columns that say what a row is about: they stay in sight.
    pub keys: u16,
    pub heading: Vec<String>,
    /// Each as long as the heading.
    pub rows: Vec<Vec<Cell>>,
}

impl Table {
    pub fn csv(&self) -> Result<Vec<u8>, Error> {
        separated::csv([self.heading.iter().map(String::as_str)], &self.rows)
    }

    pub fn xlsx(&self) -> Result<Vec<u8>, Error> {
        workbook::of_table(self)
    }
}
