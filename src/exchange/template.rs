//! A sheet on its way out: what holds for the units of a round, as a table, as CSV, as a workbook.

use super::cells::{MET, NOT_APPLICABLE, NOT_MET, written_date};
use super::columns::{Asked, Column, Figure, Heading, headings};
use super::import::held_figure;
use super::model::Layout;
use super::round::{Known, Round};
use super::workbook::SHEET;
use crate::error::Error;
use crate::tables::{self, Cell, Styles};
use crate::units::UnitRef;
use crate::values::{Decimal, UnitId};
use rust_xlsxwriter::{DataValidation, Worksheet, XlsxError};
use std::collections::HashMap;

pub struct Table {
    pub headings: Vec<Heading>,
    /// Whether a column takes yes or no.
    pub truths: Vec<bool>,
    pub layout: Layout,
    pub rows: Vec<Vec<Cell>>,
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
) -> Result<Cell, Error> {
    let text = |text: &str| Cell::Text(text.to_owned());
    let asked = |at: Option<usize>| at.and_then(|at| round.asked.get(at));
    let held = |asked: &Asked<'_>| known.figures.get(&asked.indicator.row.id);
    let of_long = asked(only);
    Ok(match column {
        Column::UnitCode => text(unit.code.as_str()),
        Column::UnitName => text(unit.name.as_str()),
        Column::Item(at, figure) => match asked(Some(at)) {
            Some(asked) => figure_of(asked, known, figure, true)?,
            None => Cell::Blank,
        },
        Column::Figure(figure) => match of_long {
            Some(asked) => figure_of(asked, known, figure, false)?,
            None => Cell::Blank,
        },
        Column::ItemCode => of_long.map_or(Cell::Blank, |asked| text(&asked.label())),
        Column::ItemName => of_long.map_or(Cell::Blank, |asked| text(&asked.name(round.memory))),
        Column::NotApplicableReason => {
            let reason = of_long.filter(|asked| asked.part == 0).and_then(|asked| reason_of(asked, known));
            reason.map_or(Cell::Blank, |reason| text(&reason))
        }
        Column::CutOffDate => {
            let day = of_long.and_then(held).and_then(|row| row.cut_off_date);
            day.map_or(Cell::Blank, |day| text(&written_date(day)))
        }
        Column::Note => {
            let note = of_long.and_then(held).and_then(|row| row.note.as_ref());
            note.map_or(Cell::Blank, |note| text(note.as_str()))
        }
    })
}

/// Why an item does not apply.
fn reason_of(asked: &Asked<'_>, known: &Known) -> Option<String> {
    let item = known.record.as_ref()?.item(&asked.item.row.code)?;
    item.not_applicable_reason.as_ref().map(ToString::to_string)
}

fn figure_of(asked: &Asked<'_>, known: &Known, figure: Figure, says_not_applicable: bool) -> Result<Cell, Error> {
    if asked.part == 0 && reason_of(asked, known).is_some() {
        let said = says_not_applicable && figure == Figure::Whole;
        return Ok(if said { Cell::Text(NOT_APPLICABLE.to_owned()) } else { Cell::Blank });
    }
    let Some(held) = known.figures.get(&asked.indicator.row.id) else { return Ok(Cell::Blank) };
    let breakdown = held.read().map_err(Error::internal)?.breakdown;
    Ok(match held_figure(held, &breakdown, figure) {
        None => Cell::Blank,
        Some(value) if asked.is_truth() => Cell::Text(if value == Decimal::ONE { MET } else { NOT_MET }.to_owned()),
        Some(value) => Cell::Number(value),
    })
}

/// The table as CSV.
pub fn csv(table: &Table) -> Result<Vec<u8>, Error> {
    let heading = |text: fn(&Heading) -> &String| table.headings.iter().map(move |heading| text(heading).as_str());
    tables::csv([heading(|heading| &heading.code), heading(|heading| &heading.name)], &table.rows)
}

/// The table as a workbook.
pub fn xlsx(table: &Table) -> Result<Vec<u8>, Error> {
    tables::workbook(SHEET, |sheet| {
        let styles = Styles::default();
        lay_out(sheet, table, &styles).map_err(Error::internal)?;
        tables::write_rows(sheet, 2, &table.rows, &styles)
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
