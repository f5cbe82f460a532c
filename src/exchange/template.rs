//! A sheet on its way out: what holds for the units of a round, as a table, as CSV, as a workbook.

use super::cells::{MET, NOT_APPLICABLE, NOT_MET, written_date};
use super::columns::{Asked, Column, Figure, Heading, headings};
use super::import::held_figure;
use super::model::Layout;
use super::round::{Known, Round};
use super::workbook::SHEET;
use crate::error::Error;
use crate::units::UnitRef;
use crate::values::{Decimal, UnitId};
use rust_xlsxwriter::{
    Color, DataValidation, DocProperties, ExcelDateTime, Format, FormatAlign, FormatBorder, Workbook, Worksheet,
    XlsxError,
};
use std::collections::HashMap;

/// What is written into a cell.
#[derive(Debug, Clone, PartialEq)]
pub enum Written {
    Blank,
    Text(String),
    Number(Decimal),
}

pub struct Table {
    pub headings: Vec<Heading>,
    /// Whether a column takes yes or no.
    pub truths: Vec<bool>,
    pub layout: Layout,
    pub rows: Vec<Vec<Written>>,
}

/// The table of a round.
pub fn table(round: &Round<'_>, layout: Layout, known: &HashMap<UnitId, Known>) -> Result<Table, Error> {
    let headings = headings(round.memory, &round.asked, layout);
    let truth = |heading: &Heading| matches!(heading.column, Column::Item(at, _) if round.asked[at].is_truth());
    let nothing = Known::default();
    let mut rows = Vec::new();
    for unit in &round.units {
        let known = known.get(&unit.id).unwrap_or(&nothing);
        let mut row = |only: Option<usize>| -> Result<(), Error> {
            let cell = |heading: &Heading| written(round, unit, known, heading.column, only);
            rows.push(headings.iter().map(cell).collect::<Result<_, Error>>()?);
            Ok(())
        };
        match layout {
            Layout::Wide => row(None)?,
            Layout::Long => (0..round.asked.len()).try_for_each(|at| row(Some(at)))?,
        }
    }
    Ok(Table { truths: headings.iter().map(truth).collect(), headings, layout, rows })
}

fn written(
    round: &Round<'_>,
    unit: &UnitRef,
    known: &Known,
    column: Column,
    only: Option<usize>,
) -> Result<Written, Error> {
    let text = |text: &str| Written::Text(text.to_owned());
    let asked = |at: Option<usize>| at.and_then(|at| round.asked.get(at));
    let held = |asked: &Asked<'_>| known.figures.get(&asked.indicator.row.id);
    let of_long = asked(only);
    Ok(match column {
        Column::UnitCode => text(unit.code.as_str()),
        Column::UnitName => text(unit.name.as_str()),
        Column::Item(at, figure) => match asked(Some(at)) {
            Some(asked) => figure_of(asked, known, figure, true)?,
            None => Written::Blank,
        },
        Column::Figure(figure) => match of_long {
            Some(asked) => figure_of(asked, known, figure, false)?,
            None => Written::Blank,
        },
        Column::ItemCode => of_long.map_or(Written::Blank, |asked| text(&asked.label())),
        Column::ItemName => of_long.map_or(Written::Blank, |asked| text(&asked.name(round.memory))),
        Column::NotApplicableReason => {
            let reason = of_long.filter(|asked| asked.part == 0).and_then(|asked| reason_of(asked, known));
            reason.map_or(Written::Blank, |reason| text(&reason))
        }
        Column::CutOffDate => {
            let day = of_long.and_then(held).and_then(|row| row.cut_off_date);
            day.map_or(Written::Blank, |day| text(&written_date(day)))
        }
        Column::Note => {
            let note = of_long.and_then(held).and_then(|row| row.note.as_ref());
            note.map_or(Written::Blank, |note| text(note.as_str()))
        }
    })
}

/// Why an item does not apply.
fn reason_of(asked: &Asked<'_>, known: &Known) -> Option<String> {
    let item = known.record.as_ref()?.item(&asked.item.row.code)?;
    item.not_applicable_reason.as_ref().map(ToString::to_string)
}

fn figure_of(asked: &Asked<'_>, known: &Known, figure: Figure, says_not_applicable: bool) -> Result<Written, Error> {
    if asked.part == 0 && reason_of(asked, known).is_some() {
        let said = says_not_applicable && figure == Figure::Whole;
        return Ok(if said { Written::Text(NOT_APPLICABLE.to_owned()) } else { Written::Blank });
    }
    let Some(held) = known.figures.get(&asked.indicator.row.id) else { return Ok(Written::Blank) };
    let breakdown = held.read().map_err(Error::internal)?.breakdown;
    Ok(match held_figure(held, &breakdown, figure) {
        None => Written::Blank,
        Some(value) if asked.is_truth() => Written::Text(if value == Decimal::ONE { MET } else { NOT_MET }.to_owned()),
        Some(value) => Written::Number(value),
    })
}

/// UTF-8 with a byte-order mark, so that spreadsheets read the diacritics.
const BYTE_ORDER_MARK: &[u8] = b"\xEF\xBB\xBF";

/// The table as CSV.
pub fn csv(table: &Table) -> Result<Vec<u8>, Error> {
    let mut writer = csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(BYTE_ORDER_MARK.to_vec());
    let heading = |text: fn(&Heading) -> &String| table.headings.iter().map(move |heading| safe(text(heading)));
    writer.write_record(heading(|heading| &heading.code)).map_err(Error::internal)?;
    writer.write_record(heading(|heading| &heading.name)).map_err(Error::internal)?;
    for row in &table.rows {
        let cells = row.iter().map(|cell| match cell {
            Written::Blank => String::new(),
            Written::Text(text) => safe(text),
            Written::Number(number) => digits(*number),
        });
        writer.write_record(cells).map_err(Error::internal)?;
    }
    writer.into_inner().map_err(|error| Error::internal(error.to_string()))
}

/// Text that a spreadsheet will not run as a formula.
fn safe(text: &str) -> String {
    if text.starts_with(['=', '+', '-', '@', '\t', '\r']) { format!("'{text}") } else { text.to_owned() }
}

/// A number whose point nobody takes for one of thousands: three decimals are written as four.
fn digits(number: Decimal) -> String {
    let text = number.to_string();
    match text.split_once('.') {
        Some((_, part)) if part.len() == 3 => text + "0",
        _ => text,
    }
}

/// A sheet that is written by the rules of the house: heading, widths, borders.
pub struct Styles {
    pub code: Format,
    pub name: Format,
    pub text: Format,
    pub number: Format,
    pub fault: Format,
}

impl Styles {
    pub fn new() -> Styles {
        let base = Format::new().set_font_name("Times New Roman").set_font_size(12).set_border(FormatBorder::Thin);
        let heading = base.clone().set_bold().set_align(FormatAlign::Center).set_align(FormatAlign::VerticalCenter);
        Styles {
            code: heading.clone().set_num_format("@").set_background_color(Color::RGB(0x00DD_EBF7)),
            name: heading.set_text_wrap().set_font_size(10),
            text: base.clone().set_num_format("@"),
            number: base.clone(),
            fault: base.set_background_color(Color::RGB(0x00FF_C7CE)).set_num_format("@"),
        }
    }
}

/// A number into a cell. The format knows nothing but binary floats; 15 digits go through one and come back.
pub fn write_number(sheet: &mut Worksheet, row: u32, column: u16, digits: &str, format: &Format) -> Result<(), Error> {
    match digits.parse::<f64>() {
        Ok(number) => sheet.write_number_with_format(row, column, number, format),
        Err(_) => sheet.write_string_with_format(row, column, digits, format),
    }
    .map(|_| ())
    .map_err(Error::internal)
}

/// A workbook made of one sheet; made twice of the same it is the same.
pub fn workbook(fill: impl FnOnce(&mut Worksheet) -> Result<(), Error>) -> Result<Vec<u8>, Error> {
    let day = ExcelDateTime::from_ymd(2020, 1, 1).map_err(Error::internal)?;
    let mut workbook = Workbook::new();
    workbook.set_properties(&DocProperties::new().set_title(SHEET).set_creation_datetime(&day));
    fill(workbook.add_worksheet())?;
    workbook.save_to_buffer().map_err(Error::internal)
}

/// The table as a workbook.
pub fn xlsx(table: &Table) -> Result<Vec<u8>, Error> {
    workbook(|sheet| {
        let styles = Styles::new();
        lay_out(sheet, table, &styles).map_err(Error::internal)?;
        for (at, row) in (2..).zip(&table.rows) {
            for (column, cell) in (0..).zip(row) {
                match cell {
                    Written::Blank => {
                        sheet.write_blank(at, column, &styles.number).map(|_| ()).map_err(Error::internal)?
                    }
                    Written::Text(text) => {
                        sheet.write_string_with_format(at, column, text, &styles.text).map_err(Error::internal)?;
                    }
                    Written::Number(number) => {
                        write_number(sheet, at, column, &number.to_string(), &styles.number)?;
                    }
                }
            }
        }
        Ok(())
    })
}

/// Headings, widths, and what stays in sight.
fn lay_out(sheet: &mut Worksheet, table: &Table, styles: &Styles) -> Result<(), XlsxError> {
    let last = u32::try_from(table.rows.len()).unwrap_or(0) + 1;
    sheet.set_name(SHEET)?;
    sheet.set_landscape();
    sheet.set_repeat_rows(0, 1)?;
    sheet.set_row_height(1, 90)?;
    let fixed = match table.layout {
        Layout::Wide => 2,
        Layout::Long => 4,
    };
    sheet.set_freeze_panes(2, fixed)?;
    for (column, (heading, is_truth)) in (0..).zip(table.headings.iter().zip(&table.truths)) {
        sheet.write_string_with_format(0, column, &heading.code, &styles.code)?;
        sheet.write_string_with_format(1, column, &heading.name, &styles.name)?;
        sheet.set_column_width(column, width(heading.column))?;
        if *is_truth && last > 1 {
            let words = DataValidation::new().allow_list_strings(&[MET, NOT_MET, NOT_APPLICABLE])?;
            sheet.add_data_validation(2, column, last, column, &words)?;
        }
    }
    Ok(())
}

fn width(column: Column) -> u32 {
    match column {
        Column::UnitCode | Column::ItemCode => 11,
        Column::UnitName | Column::NotApplicableReason | Column::Note => 24,
        Column::ItemName => 48,
        Column::Item(..) | Column::Figure(_) | Column::CutOffDate => 15,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formulas_are_disarmed_and_numbers_cannot_be_misread() {
        for text in ["=HYPERLINK(\"x\")", "+1", "-1", "@x", "\tx", "\rx"] {
            assert_eq!(safe(text), format!("'{text}"));
        }
        assert_eq!(safe("Đôn Phong"), "Đôn Phong");
        for (scaled, text) in
            [(12_340, "1.2340"), (-12_340, "-1.2340"), (12_300, "1.23"), (10_000, "1"), (12_345, "1.2345")]
        {
            assert_eq!(digits(Decimal::from_scaled(scaled)), text);
        }
    }
}
