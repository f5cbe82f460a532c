//! What a file says of the units of a round: headings, rows and cells become figures, each with its place.

use super::cells::{Cell, NOT_APPLICABLE, words};
use super::columns::{Asked, Column, Figure, Heading, by_heading, headings};
use super::model::Layout;
use super::round::Round;
use super::unit_names::UnitNames;
use super::workbook::{Grid, GridRow};
use crate::codes::Code;
use crate::error::{CellPlace, Error, Fault, Flaw, Place};
use crate::units::Territory;
use crate::values::{Decimal, LocalDate, Note, Scalar, UnitId};
use std::collections::{HashMap, HashSet};

/// Something that a cell says.
#[derive(Debug, Clone)]
pub struct Told<T> {
    pub value: T,
    pub column: u32,
}

/// What a row says of one thing that is asked.
#[derive(Debug, Clone, Default)]
pub struct Entry {
    pub row: u32,
    /// Place among what the round asks.
    pub asked: usize,
    pub figures: Vec<(Figure, Told<Decimal>)>,
    pub not_applicable: Option<Told<Note>>,
    pub cut_off_date: Option<Told<LocalDate>>,
    pub note: Option<Told<Note>>,
}

impl Entry {
    pub fn says_nothing(&self) -> bool {
        self.figures.is_empty() && self.not_applicable.is_none() && self.cut_off_date.is_none() && self.note.is_none()
    }

    pub fn figure(&self, figure: Figure) -> Option<&Told<Decimal>> {
        self.figures.iter().find(|(known, _)| *known == figure).map(|(_, told)| told)
    }
}

/// What a file says of one unit.
#[derive(Debug, Clone)]
pub struct UnitSaid {
    pub unit: UnitId,
    /// The first row that names it.
    pub row: u32,
    pub entries: Vec<Entry>,
}

/// What a file says.
pub struct Said {
    /// In the order of the file.
    pub units: Vec<UnitSaid>,
    pub rows: i64,
    pub places: Places,
}

/// Where the cells of a file are.
pub struct Places {
    sheet: Option<String>,
    /// What each column of the file holds.
    columns: HashMap<u32, (Column, String)>,
}

/// Faults told at once; a file of nothing but faults is not read to its end.
const MOST_FAULTS: usize = 1000;

impl Places {
    pub fn of(&self, row: u32, column: Option<u32>, cell: Option<&Cell>) -> Place {
        Place::Cell(Box::new(CellPlace {
            sheet: self.sheet.clone(),
            row: Some(row),
            column,
            heading: column.and_then(|column| self.columns.get(&column)).map(|(_, heading)| heading.clone()),
            value: cell.map(|cell| cell.shown().into_owned()),
        }))
    }

    pub fn column_of(&self, wanted: Column) -> Option<u32> {
        self.columns.iter().find(|(_, (column, _))| *column == wanted).map(|(at, _)| *at)
    }
}

/// Understand a file.
/// Errors: `IMPORT_REJECTED` with every cell at fault.
pub fn understand(round: &Round<'_>, layout: Layout, grid: &Grid) -> Result<Said, Error> {
    let known = headings(round.memory, &round.asked, layout);
    let mut faults = Vec::new();
    let (places, first) = read_headings(grid, &known, layout, &mut faults);
    let Some(first) = first else { return Err(Error::Request(Code::ImportRejected, faults)) };
    let names = UnitNames::new(round.memory.part::<Territory>(), &round.units, round.day);
    let mut reading = Reading {
        round,
        layout,
        places,
        labels: labels(&round.asked),
        faults,
        units: Vec::new(),
        by_unit: HashMap::new(),
        seen: HashSet::new(),
        strange: HashSet::new(),
        rows: 0,
    };
    for row in &grid.rows[first..] {
        reading.row(row, &names);
        if reading.faults.len() >= MOST_FAULTS {
            break;
        }
    }
    if !reading.faults.is_empty() {
        return Err(Error::Request(Code::ImportRejected, reading.faults));
    }
    Ok(Said { units: reading.units, rows: reading.rows, places: reading.places })
}

/// What is asked, by the words of its label.
fn labels(asked: &[Asked<'_>]) -> Vec<String> {
    asked.iter().map(|asked| words(&asked.label())).collect()
}

/// Rows in which a heading is looked for: offices put titles above it.
const HEADING_ROWS: usize = 10;

/// The columns of a file, and which row is the first after the headings.
fn read_headings(grid: &Grid, known: &[Heading], layout: Layout, faults: &mut Vec<Fault>) -> (Places, Option<usize>) {
    let mut places = Places { sheet: grid.sheet.clone(), columns: HashMap::new() };
    let by_words = by_heading(known);
    let fixed = |cell: &Cell| {
        let at = by_words.get(&words(&cell.shown())).copied();
        at.is_some_and(|at| matches!(known[at].column, Column::UnitCode | Column::UnitName))
    };
    let found = grid.rows.iter().take(HEADING_ROWS).position(|row| row.cells.iter().any(|(_, cell)| fixed(cell)));
    let Some(at) = found else {
        let first = grid.rows.first();
        let cell = first.and_then(|row| row.cells.first());
        let number = first.map_or(1, |row| row.number);
        let place = places.of(number, Some(cell.map_or(0, |(column, _)| *column)), cell.map(|(_, cell)| cell));
        faults.push(Flaw::new(Code::UnknownColumn).with("allowed", "unit_code, unit_name").at(place));
        return (places, None);
    };
    let heading = &grid.rows[at];
    let mut taken = HashSet::new();
    for (column, cell) in &heading.cells {
        let found = match cell {
            Cell::Number(digits) => only_number(known.iter().map(|heading| heading.code.as_str()), digits),
            other => by_words.get(&words(&other.shown())).copied(),
        };
        let shown = cell.shown().into_owned();
        let Some(found) = found else {
            faults.push(Flaw::new(Code::UnknownColumn).at(places.of(heading.number, Some(*column), Some(cell))));
            // Known as a column that is at fault, so that its cells are not told one by one.
            places.columns.insert(*column, (Column::ItemName, shown));
            continue;
        };
        if !taken.insert(known[found].column) {
            faults.push(Flaw::new(Code::DuplicateItem).at(places.of(heading.number, Some(*column), Some(cell))));
        }
        places.columns.insert(*column, (known[found].column, shown));
    }
    if layout == Layout::Long && !taken.contains(&Column::ItemCode) {
        let flaw = Flaw::new(Code::Required).with("allowed", "item_code");
        faults.push(flaw.at(places.of(heading.number, None, None)));
    }
    // The second heading says in words what the first says in codes.
    let is_heading = |row: &GridRow| row.cells.iter().any(|(_, cell)| fixed(cell));
    let second = grid.rows.get(at + 1).is_some_and(is_heading);
    (places, Some(at + 1 + usize::from(second)))
}

/// The one code that a program may have taken for this number: 17.1 may have been `17.1` or `17.10`.
fn only_number<'a>(codes: impl Iterator<Item = &'a str>, digits: &str) -> Option<usize> {
    let as_number = |code: &str| match code.split_once('.') {
        Some((whole, part)) => {
            let part = part.trim_end_matches('0');
            if part.is_empty() { whole.to_owned() } else { format!("{whole}.{part}") }
        }
        None => code.to_owned(),
    };
    let mut found = codes.enumerate().filter(|(_, code)| as_number(code) == digits).map(|(at, _)| at);
    let first = found.next()?;
    found.next().is_none().then_some(first)
}

struct Reading<'a> {
    round: &'a Round<'a>,
    layout: Layout,
    places: Places,
    labels: Vec<String>,
    faults: Vec<Fault>,
    units: Vec<UnitSaid>,
    by_unit: HashMap<UnitId, usize>,
    /// Units, in a long sheet with what is asked, that a row was about.
    seen: HashSet<(UnitId, usize)>,
    /// Columns without heading that were told.
    strange: HashSet<u32>,
    rows: i64,
}

impl Reading<'_> {
    fn fault(&mut self, flaw: Flaw, row: u32, column: Option<u32>, cell: Option<&Cell>) {
        let place = self.places.of(row, column, cell);
        self.faults.push(flaw.at(place));
    }

    fn row(&mut self, row: &GridRow, names: &UnitNames<'_>) {
        let (mut by_column, mut rest) = (HashMap::new(), Vec::new());
        for (at, cell) in &row.cells {
            match self.places.columns.get(at).map(|(column, _)| *column) {
                Some(column @ (Column::UnitCode | Column::UnitName | Column::ItemCode)) => {
                    by_column.insert(column, (*at, cell));
                }
                Some(Column::ItemName) => {}
                Some(column) => rest.push((column, *at, cell)),
                None if self.strange.insert(*at) => {
                    self.fault(Flaw::new(Code::UnknownColumn), row.number, Some(*at), Some(cell));
                }
                None => {}
            }
        }
        if by_column.is_empty() && rest.is_empty() {
            return;
        }
        self.rows += 1;
        let cell = |column: Column| by_column.get(&column).map(|(_, cell)| *cell);
        let found = names.find(cell(Column::UnitCode), cell(Column::UnitName));
        let entries = self.entries(row.number, by_column.get(&Column::ItemCode).copied(), rest);
        let unit = match found {
            Ok(unit) => unit,
            Err(misnamed) => {
                let column = if misnamed.by_name { Column::UnitName } else { Column::UnitCode };
                let at = by_column.get(&column);
                let place = at.map(|(at, _)| *at).or_else(|| self.places.column_of(column));
                return self.fault(misnamed.flaw, row.number, place, at.map(|(_, cell)| *cell));
            }
        };
        let repeated = match self.layout {
            Layout::Wide => !self.seen.insert((unit, 0)),
            Layout::Long => entries.iter().any(|entry| !self.seen.insert((unit, entry.asked))),
        };
        if repeated {
            let at = by_column.get(&Column::ItemCode).or(by_column.get(&Column::UnitCode));
            let at = at.or(by_column.get(&Column::UnitName)).copied();
            return self.fault(Flaw::new(Code::DuplicateItem), row.number, at.map(|at| at.0), at.map(|at| at.1));
        }
        let place = *self.by_unit.entry(unit).or_insert_with(|| {
            self.units.push(UnitSaid { unit, row: row.number, entries: Vec::new() });
            self.units.len() - 1
        });
        self.units[place].entries.extend(entries.into_iter().filter(|entry| !entry.says_nothing()));
    }

    /// What the cells of a row say; of a long sheet one entry, even where it says nothing.
    fn entries(&mut self, row: u32, item: Option<(u32, &Cell)>, cells: Vec<(Column, u32, &Cell)>) -> Vec<Entry> {
        let mut entries: Vec<Entry> = Vec::new();
        let of_row = match (self.layout, item) {
            (Layout::Wide, _) => None,
            (Layout::Long, None) => {
                if !cells.is_empty() {
                    self.fault(Flaw::new(Code::Required), row, self.places.column_of(Column::ItemCode), None);
                }
                return entries;
            }
            (Layout::Long, Some((column, cell))) => {
                let round = self.round;
                let found = match cell {
                    Cell::Number(digits) => {
                        let codes: Vec<String> = round.asked.iter().map(Asked::label).collect();
                        only_number(codes.iter().map(String::as_str), digits)
                    }
                    other => self.labels.iter().position(|label| *label == words(&other.shown())),
                };
                let Some(asked) = found else {
                    let code = if *cell == Cell::Formula { Code::FormulaRefused } else { Code::ItemNotInSet };
                    self.fault(Flaw::new(code), row, Some(column), Some(cell));
                    return entries;
                };
                entries.push(Entry { row, asked, ..Entry::default() });
                Some(asked)
            }
        };
        for (column, at, cell) in cells {
            let (asked, figure) = match column {
                Column::Item(asked, figure) => (Some(asked), Some(figure)),
                Column::Figure(figure) => (of_row, Some(figure)),
                _ => (of_row, None),
            };
            // Only a long sheet has columns that are of no item, and its rows name one.
            let Some(asked) = asked else { continue };
            let place = entries.iter().position(|entry| entry.asked == asked).unwrap_or_else(|| {
                entries.push(Entry { row, asked, ..Entry::default() });
                entries.len() - 1
            });
            let read = self.take(&mut entries[place], column, figure, at, cell);
            if let Err(flaw) = read {
                self.fault(flaw, row, Some(at), Some(cell));
            }
        }
        for entry in &entries {
            if let (Some(reason), [(_, figure), ..]) = (&entry.not_applicable, entry.figures.as_slice()) {
                let flaw = Flaw::new(Code::ExactlyOneRequired).with("allowed", format!("{NOT_APPLICABLE}, value"));
                let (column, value) = (figure.column, Cell::Text(reason.value.to_string()));
                self.fault(flaw, row, Some(column), Some(&value));
            }
        }
        entries
    }

    fn take(
        &self,
        entry: &mut Entry,
        column: Column,
        figure: Option<Figure>,
        at: u32,
        cell: &Cell,
    ) -> Result<(), Flaw> {
        let asked = &self.round.asked[entry.asked];
        let says_so = figure == Some(Figure::Whole) && cell.says_not_applicable();
        if says_so || column == Column::NotApplicableReason {
            if asked.part > 0 || !asked.item.row.conditional {
                return Err(Flaw::new(Code::NotApplicableNotAllowed));
            }
            let text = if says_so { NOT_APPLICABLE.into() } else { cell.text()? };
            // A reason says more than that there is one.
            if !says_so || entry.not_applicable.is_none() {
                entry.not_applicable = Some(Told { value: Note::parse(&text)?, column: at });
            }
            return Ok(());
        }
        match (column, figure) {
            (_, Some(figure)) => {
                let value = if asked.is_truth() { cell.truth()? } else { cell.number(asked.is_percentage())? };
                entry.figures.push((figure, Told { value, column: at }));
            }
            (Column::CutOffDate, _) => entry.cut_off_date = Some(Told { value: cell.date()?, column: at }),
            (Column::Note, _) => entry.note = Some(Told { value: Note::parse(&cell.text()?)?, column: at }),
            _ => {}
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_stands_for_a_code_only_where_no_other_could_be_meant() {
        let codes = ["3.1", "17.1", "17.10", "10"];
        let found = |digits: &str| only_number(codes.iter().copied(), digits).map(|at| codes[at]);
        assert_eq!((found("3.1"), found("10"), found("17.1"), found("9")), (Some("3.1"), Some("10"), None, None));
    }
}
