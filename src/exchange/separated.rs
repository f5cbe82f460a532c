//! What stands in the cells of a CSV file, whichever program wrote it.

use super::cells::Cell;
use super::workbook::{Gathered, Grid, text_cell};
use crate::error::Error;
use crate::files::package::unreadable;

/// What spreadsheet programs put between cells: the comma, the semicolon where the comma is the decimal sign, the tab.
const SEPARATORS: [u8; 3] = [b',', b';', b'\t'];

/// Read a CSV file.
/// Errors: `FILE_NOT_READABLE` for what is no text in UTF-8, or another kind of file.
pub fn read(bytes: &[u8]) -> Result<Grid, Error> {
    let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
    let text = std::str::from_utf8(bytes).map_err(|_| unreadable())?;
    if text.contains('\0') || text.trim_start().starts_with('<') || text.starts_with("PK\x03\x04") {
        return Err(unreadable());
    }
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .delimiter(separator_of(text))
        .from_reader(text.as_bytes());
    let mut gathered = Gathered::new(None);
    let mut record = csv::StringRecord::new();
    let mut number = 0_u32;
    while reader.read_record(&mut record).map_err(|_| unreadable())? {
        // Blank lines are no records, but a spreadsheet program counts them.
        let begin = record.position().map_or(0, |position| position.byte() as usize);
        let (read, rest) = text.split_at_checked(begin).unwrap_or((text, ""));
        // A record ends with its CR; the LF that belongs to it stands before the next.
        let rest = if read.ends_with('\r') { rest.strip_prefix('\n').unwrap_or(rest) } else { rest };
        number += 1 + blank_lines(rest);
        for (column, cell) in (0..).zip(&record) {
            if let Some(cell) = cell_of(cell) {
                gathered.take(number, column, cell)?;
            }
        }
    }
    Ok(gathered.grid())
}

/// A cell that a program would run is a formula; one that was disarmed on its way out is what it was.
fn cell_of(text: &str) -> Option<Cell> {
    let disarmed = text.strip_prefix('\'').filter(|rest| rest.starts_with(['=', '+', '-', '@', '\t', '\r']));
    match disarmed {
        Some(rest) => text_cell(rest),
        None if text.starts_with(['=', '@']) => Some(Cell::Formula),
        None => text_cell(text),
    }
}

/// The separator of the heading: the one that stands in it most often, outside of quotes.
fn separator_of(text: &str) -> u8 {
    // Offices put titles above the heading: it is the first line that has several of one.
    let several = |line: &&str| {
        let count = |separator: &u8| line.bytes().filter(|byte| byte == separator).count();
        SEPARATORS.iter().any(|separator| 2 <= count(separator))
    };
    let mut lines = text.lines().filter(|line| !line.trim().is_empty());
    let first = lines.clone().next().unwrap_or_default();
    let heading = lines.by_ref().take(10).find(several).unwrap_or(first);
    let mut quoted = false;
    let mut counts = [0_usize; SEPARATORS.len()];
    for byte in heading.bytes() {
        quoted ^= byte == b'"';
        if let Some(at) = SEPARATORS.iter().position(|known| *known == byte && !quoted) {
            counts[at] += 1;
        }
    }
    // The first of those that stand there equally often.
    let best = (0..SEPARATORS.len()).rev().max_by_key(|at| counts[*at]).unwrap_or(0);
    SEPARATORS[best]
}

/// Line ends before the first character that is none.
fn blank_lines(text: &str) -> u32 {
    let blank = text.find(|character| !matches!(character, '\r' | '\n')).unwrap_or(text.len());
    let ends = text[..blank].replace("\r\n", "\n");
    ends.len() as u32
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cells(text: &str) -> Vec<(u32, u32, String)> {
        let grid = read(text.as_bytes()).unwrap();
        let rows = grid.rows.iter();
        rows.flat_map(|row| row.cells.iter().map(|(column, cell)| (row.number, *column, cell.shown().into_owned())))
            .collect()
    }

    #[test]
    fn cells_keep_their_places_whatever_wrote_them() {
        let expected =
            vec![(1, 0, "a".to_owned()), (1, 1, "b".to_owned()), (2, 0, "1".to_owned()), (2, 1, "x".to_owned())];
        for text in
            ["a,b\n1,x\n", "a,b\r\n1,x\r\n", "\u{feff}a,b\r\n1,x", "a;b\r\n1;x\r\n", "a\tb\n1\tx", "\"a\";\"b\"\n1;x"]
        {
            assert_eq!(cells(text), expected, "{text:?}");
        }
        assert_eq!(cells("a;b\n1,5;x")[2], (2, 0, "1,5".to_owned()));
        // Blank lines and line breaks in quotes.
        assert_eq!(
            cells("a,b\n\n\n1,\"x\ny\"\n\nz,w"),
            [
                (1, 0, "a".to_owned()),
                (1, 1, "b".to_owned()),
                (4, 0, "1".to_owned()),
                (4, 1, "x\ny".to_owned()),
                (6, 0, "z".to_owned()),
                (6, 1, "w".to_owned()),
            ]
        );
    }

    #[test]
    fn formulas_are_known_and_disarmed_text_is_what_it_was() {
        let grid = read(b"a\n=1+1\n@SUM(1)\n'=HYPERLINK\n'ba\n-5\n").unwrap();
        let cells: Vec<&Cell> = grid.rows.iter().map(|row| &row.cells[0].1).collect();
        let text = |text: &str| Cell::Text(text.to_owned());
        assert_eq!(cells, [&text("a"), &Cell::Formula, &Cell::Formula, &text("=HYPERLINK"), &text("'ba"), &text("-5")]);
    }

    #[test]
    fn what_is_no_csv_is_refused() {
        for bytes in [&b"PK\x03\x04"[..], b"a\0b", b"\xFF\xFEa\0", b"<html><table>", b"  <?xml?>", b"Ph\xecng"] {
            assert!(read(bytes).is_err(), "{bytes:?}");
        }
    }
}
