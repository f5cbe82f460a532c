//! What the rows of a file say: bodies of entries, each with the cells from which its members come.

use super::columns::{COLUMNS, Column, by_words};
use crate::codes::Code;
use crate::error::{CellPlace, Error, Fault, Flaw, Place};
use crate::exchange::cells::{Cell, words};
use crate::exchange::unit_names::UnitNames;
use crate::exchange::workbook::{Grid, GridRow};
use crate::programmes::ledger::EntryKind;
use crate::programmes::publications::{is_rate_of, is_thousandfold, median_size};
use crate::values::{AmountUnit, Decimal, LocalDate, Vocabulary};
use serde_json::{Map, Value, json};
use std::collections::HashMap;

/// A body with the row and, for its amount, the column from which it comes.
pub struct Said {
    pub body: Value,
    pub row: u32,
    pub amount: Column,
}

/// What a file says.
pub struct Read {
    pub said: Vec<Said>,
    pub rows: i64,
    pub totals: i64,
    pub places: Places,
}

/// How a file is to be taken.
pub struct Asked {
    pub amount_unit: AmountUnit,
    /// Where a row says no other.
    pub booking_date: Option<LocalDate>,
    /// Amounts that look a thousand times too large are meant so.
    pub confirm_outliers: bool,
}

/// Where the cells of a file are.
pub struct Places {
    sheet: Option<String>,
    columns: HashMap<u32, (Column, String)>,
}

impl Places {
    pub fn of(&self, row: u32, column: Option<Column>, cell: Option<(u32, &Cell)>) -> Place {
        let found = column.and_then(|wanted| self.columns.iter().find(|(_, (column, _))| *column == wanted));
        let at = cell.map(|(at, _)| at).or(found.map(|(at, _)| *at));
        Place::Cell(Box::new(CellPlace {
            sheet: self.sheet.clone(),
            row: Some(row),
            column: at,
            heading: at.and_then(|at| self.columns.get(&at)).map(|(_, heading)| heading.clone()),
            value: cell.map(|(_, cell)| cell.shown().into_owned()),
        }))
    }
}

/// Rows in which a heading is looked for: offices put titles above it.
const HEADING_ROWS: usize = 10;
/// Faults told at once.
const MOST_FAULTS: usize = 1000;

/// Read a file.
/// Errors: `IMPORT_REJECTED` with every cell at fault.
pub fn read(grid: &Grid, asked: &Asked, names: &UnitNames<'_>) -> Result<Read, Error> {
    let mut faults = Vec::new();
    let (places, first) = headings(grid, &mut faults);
    let Some(first) = first else { return Err(Error::Request(Code::ImportRejected, faults)) };
    let mut reading = Reading {
        asked,
        names,
        places,
        faults,
        said: Vec::new(),
        amounts: Vec::new(),
        sums: HashMap::new(),
        rows: 0,
        totals: 0,
    };
    for row in &grid.rows[first..] {
        reading.row(row);
        if MOST_FAULTS <= reading.faults.len() {
            break;
        }
    }
    if !asked.confirm_outliers {
        reading.question_outliers();
    }
    if !reading.faults.is_empty() {
        return Err(Error::Request(Code::ImportRejected, reading.faults));
    }
    Ok(Read { said: reading.said, rows: reading.rows, totals: reading.totals, places: reading.places })
}

/// The columns of a file, and which row is the first after the headings.
fn headings(grid: &Grid, faults: &mut Vec<Fault>) -> (Places, Option<usize>) {
    let mut places = Places { sheet: grid.sheet.clone(), columns: HashMap::new() };
    let known = by_words();
    let column_of = |cell: &Cell| known.get(&words(&cell.shown())).copied();
    let is_heading = |row: &GridRow| row.cells.iter().any(|(_, cell)| column_of(cell) == Some(Column::ExternalId));
    let Some(at) = grid.rows.iter().take(HEADING_ROWS).position(is_heading) else {
        let row = grid.rows.first();
        let cell = row.and_then(|row| row.cells.first()).map(|(at, cell)| (*at, cell));
        let place = places.of(row.map_or(1, |row| row.number), None, cell);
        faults.push(Flaw::new(Code::UnknownColumn).with("allowed", "external_id").at(place));
        return (places, None);
    };
    let heading = &grid.rows[at];
    for (column, cell) in &heading.cells {
        match column_of(cell) {
            None => {
                let allowed = COLUMNS.map(|(_, code, _)| code).join(", ");
                let place = places.of(heading.number, None, Some((*column, cell)));
                faults.push(Flaw::new(Code::UnknownColumn).with("allowed", allowed).at(place));
            }
            Some(found) if places.columns.values().any(|(known, _)| *known == found) => {
                faults.push(Flaw::new(Code::DuplicateItem).at(places.of(heading.number, None, Some((*column, cell)))));
            }
            Some(found) => {
                places.columns.insert(*column, (found, cell.shown().into_owned()));
            }
        }
    }
    // The second heading says in words what the first says in codes.
    let second = grid.rows.get(at + 1).is_some_and(is_heading);
    (places, Some(at + 1 + usize::from(second)))
}

struct Reading<'a> {
    asked: &'a Asked,
    names: &'a UnitNames<'a>,
    places: Places,
    faults: Vec<Fault>,
    said: Vec<Said>,
    /// Each amount with its place, for the neighbours.
    amounts: Vec<(u32, Column, i64)>,
    /// What the rows above come to, by column.
    sums: HashMap<Column, i64>,
    rows: i64,
    totals: i64,
}

/// Words that begin the row of a total.
const TOTALS: [&str; 5] = ["tong", "tong so", "tong cong", "cong", "total"];

impl Reading<'_> {
    fn fault(&mut self, flaw: Flaw, row: u32, column: Column, cell: Option<(u32, &Cell)>) {
        let place = self.places.of(row, Some(column), cell);
        self.faults.push(flaw.at(place));
    }

    fn row(&mut self, row: &GridRow) {
        let mut cells: HashMap<Column, (u32, &Cell)> = HashMap::new();
        for (at, cell) in &row.cells {
            match self.places.columns.get(at) {
                Some((column, _)) => {
                    cells.insert(*column, (*at, cell));
                }
                None => {
                    let place = self.places.of(row.number, None, Some((*at, cell)));
                    self.faults.push(Flaw::new(Code::UnknownColumn).at(place));
                }
            }
        }
        if cells.is_empty() {
            return;
        }
        self.rows += 1;
        let amounts: Vec<(Column, Option<i64>)> = [Column::Amount, Column::Assigned, Column::Disbursed]
            .into_iter()
            .filter_map(|column| Some((column, self.amount(row.number, column, *cells.get(&column)?))))
            .collect();
        self.check_rate(row.number, &cells, &amounts);
        let says_total = |column: Column| {
            cells.get(&column).is_some_and(|(_, cell)| TOTALS.contains(&words(&cell.shown()).as_str()))
        };
        if says_total(Column::ExternalId) || says_total(Column::UnitName) || says_total(Column::UnitCode) {
            return self.total(row.number, &cells, &amounts);
        }
        let Some(base) = self.base(row.number, &cells) else { return };
        if amounts.is_empty() {
            return self.fault(Flaw::new(Code::Required), row.number, Column::Amount, None);
        }
        for (column, amount) in amounts {
            let Some(amount) = amount else { continue };
            let sum = self.sums.entry(column).or_default();
            *sum = sum.saturating_add(amount);
            self.amounts.push((row.number, column, amount));
            let mut body = base.clone();
            body.insert("amount_vnd".to_owned(), json!(amount));
            let name = body.get("external_id").and_then(Value::as_str).unwrap_or_default().to_owned();
            let own = match column {
                Column::Assigned => Some((EntryKind::Assign, ".GIAO")),
                Column::Disbursed => Some((EntryKind::Pay, ".CHI")),
                _ => None,
            };
            if let Some((kind, suffix)) = own {
                body.insert("kind".to_owned(), json!(kind.code()));
                if !name.is_empty() {
                    body.insert("external_id".to_owned(), json!(format!("{name}{suffix}")));
                }
            }
            self.said.push(Said { body: Value::Object(body), row: row.number, amount: column });
        }
    }

    /// An amount in đồng; `None` where the cell is at fault.
    fn amount(&mut self, row: u32, column: Column, cell: (u32, &Cell)) -> Option<i64> {
        let read = cell.1.number(false).and_then(|number| vnd(number, self.asked.amount_unit));
        match read {
            Ok(amount) => Some(amount),
            Err(flaw) => {
                self.fault(flaw, row, column, Some(cell));
                None
            }
        }
    }

    /// The members that all entries of a row share.
    fn base(&mut self, row: u32, cells: &HashMap<Column, (u32, &Cell)>) -> Option<Map<String, Value>> {
        let before = self.faults.len();
        let mut body = Map::new();
        let cell = |column: Column| cells.get(&column).map(|(_, cell)| *cell);
        match self.names.find(cell(Column::UnitCode), cell(Column::UnitName)) {
            Ok(unit) => {
                body.insert("unit_id".to_owned(), json!(unit.to_string()));
            }
            Err(misnamed) => {
                let column = if misnamed.by_name { Column::UnitName } else { Column::UnitCode };
                self.fault(misnamed.flaw, row, column, cells.get(&column).copied());
            }
        }
        for (column, name, _) in COLUMNS {
            let Some(cell) = cells.get(&column).copied() else { continue };
            let read = match column {
                Column::ExternalId => cell.1.text().map(|text| json!(text.trim())),
                Column::Kind => cell.1.text().map(|text| json!(kind_of(&text))),
                Column::Member("booking_date" | "value_date") => cell.1.date().map(|day| json!(day.to_string())),
                Column::Member("plan_year" | "plan_end_year" | "origin_year") => {
                    cell.1.number(false).and_then(|number| {
                        let whole = number.is_whole().then(|| number.scaled() / Decimal::ONE.scaled());
                        whole.map(|year| json!(year)).ok_or_else(|| Flaw::new(Code::IntegerExpected))
                    })
                }
                Column::Member(_) => cell.1.text().map(|text| json!(text.trim())),
                _ => continue,
            };
            match read {
                Ok(value) => {
                    body.insert(name.to_owned(), value);
                }
                Err(flaw) => self.fault(flaw, row, column, Some(cell)),
            }
        }
        if let (None, Some(day)) = (body.get("booking_date"), self.asked.booking_date) {
            body.insert("booking_date".to_owned(), json!(day.to_string()));
        }
        (self.faults.len() == before).then_some(body)
    }

    /// A total is what the rows above it come to, in each of its columns.
    fn total(&mut self, row: u32, cells: &HashMap<Column, (u32, &Cell)>, amounts: &[(Column, Option<i64>)]) {
        self.totals += 1;
        for (column, amount) in amounts {
            let sum = self.sums.get(column).copied().unwrap_or_default();
            if let Some(amount) = amount.filter(|amount| *amount != sum) {
                let flaw = Flaw::new(Code::TotalMismatch).with("sum_vnd", sum).with("difference_vnd", amount - sum);
                self.fault(flaw, row, *column, cells.get(column).copied());
            }
        }
    }

    /// A printed rate comes of the two amounts beside it.
    fn check_rate(&mut self, row: u32, cells: &HashMap<Column, (u32, &Cell)>, amounts: &[(Column, Option<i64>)]) {
        let Some(cell) = cells.get(&Column::Rate).copied() else { return };
        let of = |wanted: Column| amounts.iter().find(|(column, _)| *column == wanted).and_then(|(_, amount)| *amount);
        let rate = match cell.1.number(true) {
            Ok(rate) => rate,
            Err(flaw) => return self.fault(flaw, row, Column::Rate, Some(cell)),
        };
        if let (Some(whole), Some(share)) = (of(Column::Assigned), of(Column::Disbursed))
            && !is_rate_of(rate, share, whole)
        {
            let computed = Decimal::percent(share, whole).map(|computed| computed.to_string()).unwrap_or_default();
            self.fault(Flaw::new(Code::RateMismatch).with("value", computed), row, Column::Rate, Some(cell));
        }
    }

    /// An amount that is some thousand times its neighbours, or a thousandth: another unit may have been meant.
    fn question_outliers(&mut self) {
        for column in [Column::Amount, Column::Assigned, Column::Disbursed] {
            let of_column: Vec<(u32, i64)> = self
                .amounts
                .iter()
                .filter(|(_, known, _)| *known == column)
                .map(|(row, _, amount)| (*row, *amount))
                .collect();
            let Some(median) = median_size(of_column.iter().map(|(_, amount)| *amount)) else { continue };
            for (row, amount) in of_column.into_iter().filter(|(_, amount)| is_thousandfold(*amount, median)) {
                let flaw =
                    Flaw::new(Code::ThousandfoldNeighbours).with("amount_vnd", amount).with("median_vnd", median);
                self.fault(flaw, row, column, None);
            }
        }
    }
}

/// A number of the file in whole đồng.
fn vnd(number: Decimal, unit: AmountUnit) -> Result<i64, Flaw> {
    let scaled = i128::from(number.scaled()) * i128::from(unit.factor());
    let scale = i128::from(Decimal::ONE.scaled());
    if scaled % scale != 0 {
        return Err(Flaw::new(Code::IntegerExpected));
    }
    let most = i128::from(crate::programmes::MOST_VND);
    let amount = scaled / scale;
    if most < amount.abs() {
        return Err(Flaw::new(Code::TooLarge).with("max", most));
    }
    i64::try_from(amount).map_err(|_| Flaw::new(Code::TooLarge).with("max", most))
}

/// A kind by its code or its Vietnamese label; what is neither is refused where the body is read.
fn kind_of(text: &str) -> String {
    let said = words(text);
    let found = EntryKind::WORDS.iter().find(|(_, label)| words(label.code) == said || words(label.label.vi) == said);
    found.map_or_else(|| text.trim().to_owned(), |(kind, _)| kind.code().to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_are_whole_dong_or_refused() {
        let number = |text: &str| Decimal::parse(text).unwrap();
        assert_eq!(vnd(number("2428748.5"), AmountUnit::MillionVnd), Ok(2_428_748_500_000));
        assert_eq!(vnd(number("14468.011"), AmountUnit::BillionVnd), Ok(14_468_011_000_000));
        assert_eq!(vnd(number("0.5"), AmountUnit::Vnd).unwrap_err().code, Code::IntegerExpected);
        assert_eq!(vnd(number("9007200"), AmountUnit::BillionVnd).unwrap_err().code, Code::TooLarge);
    }

    #[test]
    fn a_kind_is_known_by_code_and_label() {
        for text in ["PAY", "pay", "Thanh toán khối lượng hoàn thành", " thanh toan khoi luong hoan thanh "] {
            assert_eq!(kind_of(text), "PAY", "{text}");
        }
        assert_eq!(kind_of("Chi"), "Chi");
    }
}
