//! Workbooks (XLSX) as an office expects them.

use super::{Cell, Table};
use crate::error::Error;
use rust_xlsxwriter::{
    Color, DocProperties, ExcelDateTime, Format, FormatAlign, FormatBorder, Workbook, Worksheet, XlsxError,
};

/// Narrowest and widest column, in characters.
const WIDTHS: (usize, usize) = (9, 40);

/// The formats of a sheet: heading, texts, numbers, what is at fault.
pub struct Styles {
    pub code: Format,
    pub name: Format,
    pub text: Format,
    pub number: Format,
    pub fault: Format,
}

impl Default for Styles {
    fn default() -> Styles {
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

/// A workbook made of one sheet; made twice of the same it is the same.
pub fn workbook(title: &str, fill: impl FnOnce(&mut Worksheet) -> Result<(), Error>) -> Result<Vec<u8>, Error> {
    let day = ExcelDateTime::from_ymd(2020, 1, 1).map_err(Error::internal)?;
    let mut workbook = Workbook::new();
    workbook.set_properties(&DocProperties::new().set_title(title).set_creation_datetime(&day));
    fill(workbook.add_worksheet())?;
    workbook.save_to_buffer().map_err(Error::internal)
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

/// Rows of cells, from a row of the sheet on. Text is written as text: no program runs it.
pub fn write_rows(sheet: &mut Worksheet, first: u32, rows: &[Vec<Cell>], styles: &Styles) -> Result<(), Error> {
    for (at, row) in (first..).zip(rows) {
        for (column, cell) in (0..).zip(row) {
            let number = match cell {
                Cell::Blank => {
                    sheet.write_blank(at, column, &styles.number).map_err(Error::internal)?;
                    continue;
                }
                Cell::Text(text) => {
                    sheet.write_string_with_format(at, column, text, &styles.text).map_err(Error::internal)?;
                    continue;
                }
                Cell::Whole(number) => number.to_string(),
                Cell::Number(number) => number.to_string(),
            };
            write_number(sheet, at, column, &number, &styles.number)?;
        }
    }
    Ok(())
}

/// A table with its heading in sight.
pub fn of_table(table: &Table) -> Result<Vec<u8>, Error> {
    workbook(table.name, |sheet| {
        let styles = Styles::default();
        lay_out(sheet, table, &styles).map_err(Error::internal)?;
        write_rows(sheet, 1, &table.rows, &styles)
    })
}

fn lay_out(sheet: &mut Worksheet, table: &Table, styles: &Styles) -> Result<(), XlsxError> {
    sheet.set_name(table.name)?;
    sheet.set_landscape();
    sheet.set_repeat_rows(0, 0)?;
    sheet.set_freeze_panes(1, table.keys)?;
    let mut widths: Vec<usize> = table.heading.iter().map(|text| text.chars().count()).collect();
    for row in &table.rows {
        for (width, cell) in widths.iter_mut().zip(row) {
            if let Cell::Text(text) = cell {
                *width = (*width).max(text.chars().count());
            }
        }
    }
    for (column, (text, width)) in (0..).zip(table.heading.iter().zip(widths)) {
        sheet.write_string_with_format(0, column, text, &styles.code)?;
        // Bold letters and the border need some room.
        let width = (width + 2).clamp(WIDTHS.0, WIDTHS.1);
        sheet.set_column_width(column, u32::try_from(width).unwrap_or(WIDTHS.1 as u32))?;
    }
    Ok(())
}
