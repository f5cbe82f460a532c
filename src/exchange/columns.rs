//! The columns that a sheet of a set has: what is asked of a unit, and under which heading.

use super::cells::words;
use super::model::Layout;
use crate::code_lists::CodeLists;
use crate::criteria::{HeldItem, HeldSet};
use crate::db::Snapshot;
use crate::http::Language;
use crate::indicators::{Dimension, HeldIndicator, Indicators, Member, ValueType};
use std::collections::HashMap;

/// One figure that a sheet asks for: an item, or a part of it.
pub struct Asked<'a> {
    pub item: &'a HeldItem,
    /// 0 for the item itself.
    pub part: usize,
    pub indicator: &'a HeldIndicator,
}

impl Asked<'_> {
    /// The code of the item; of a part with its number, `17.1 (1)`.
    pub fn label(&self) -> String {
        match self.part {
            0 => self.item.row.code.to_string(),
            part => format!("{} ({part})", self.item.row.code),
        }
    }

    /// Is it asked for men and women as well?
    pub fn by_sex(&self) -> bool {
        self.part == 0 && self.item.row.both_sexes && self.indicator.breakdowns.contains(&Dimension::Sex)
    }

    pub fn is_truth(&self) -> bool {
        self.indicator.row.value_type == ValueType::Boolean
    }

    pub fn is_percentage(&self) -> bool {
        self.indicator.row.value_type == ValueType::Percent
    }

    /// The Vietnamese name with the unit of the figure.
    pub fn name(&self, memory: &Snapshot) -> String {
        let name = &self.item.measures[self.part].name.vi;
        if self.is_truth() {
            return name.to_string();
        }
        let unit = self.indicator.row.unit_code.as_str();
        let unit = memory.part::<CodeLists>().label("measurement-units", unit, Language::Vietnamese);
        format!("{name} ({})", unit.to_lowercase())
    }
}

/// Everything that a set asks for, in its order. What the service counts itself is not asked.
pub fn asked_of<'a>(memory: &'a Snapshot, set: &'a HeldSet) -> Vec<Asked<'a>> {
    let indicators = memory.part::<Indicators>();
    let items = set.all_items().map(|(_, item)| item);
    let measures =
        items.flat_map(|item| item.measures.iter().enumerate().map(move |(part, measure)| (item, part, measure)));
    measures
        .filter_map(|(item, part, measure)| {
            let indicator = indicators.by_code(&measure.indicator_code)?;
            indicator.row.derivation.is_none().then_some(Asked { item, part, indicator })
        })
        .collect()
}

/// One figure of an item.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Figure {
    Whole,
    Of(Member),
    Numerator,
    Denominator,
}

/// What a column holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Column {
    UnitCode,
    UnitName,
    /// Of what is asked at this place.
    Item(usize, Figure),
    ItemCode,
    ItemName,
    Figure(Figure),
    NotApplicableReason,
    CutOffDate,
    Note,
}

/// A column with its two headings.
pub struct Heading {
    pub column: Column,
    pub code: String,
    pub name: String,
}

/// The columns of a sheet in their order.
pub fn headings(memory: &Snapshot, asked: &[Asked<'_>], layout: Layout) -> Vec<Heading> {
    let fixed = |column, code: &str, name: &str| Heading { column, code: code.to_owned(), name: name.to_owned() };
    let mut all =
        vec![fixed(Column::UnitCode, "unit_code", "Mã đơn vị"), fixed(Column::UnitName, "unit_name", "Tên đơn vị")];
    if layout == Layout::Long {
        let (male, female) = (Figure::Of(Member::Male), Figure::Of(Member::Female));
        all.extend([
            fixed(Column::ItemCode, "item_code", "Mã chỉ tiêu"),
            fixed(Column::ItemName, "item_name", "Tên chỉ tiêu"),
            fixed(Column::Figure(Figure::Whole), "value", "Giá trị"),
            fixed(Column::Figure(Figure::Numerator), "numerator", "Tử số"),
            fixed(Column::Figure(Figure::Denominator), "denominator", "Mẫu số"),
            fixed(Column::Figure(male), "male", "Nam"),
            fixed(Column::Figure(female), "female", "Nữ"),
            fixed(Column::NotApplicableReason, "not_applicable_reason", "Lý do không áp dụng"),
            fixed(Column::CutOffDate, "cut_off_date", "Ngày chốt số liệu"),
            fixed(Column::Note, "note", "Ghi chú"),
        ]);
        return all;
    }
    for (at, asked) in asked.iter().enumerate() {
        let (code, name) = (asked.label(), asked.name(memory));
        if asked.by_sex() {
            for (member, word) in [(Member::Male, "nam"), (Member::Female, "nữ")] {
                all.push(Heading {
                    column: Column::Item(at, Figure::Of(member)),
                    code: format!("{code} {word}"),
                    name: format!("{name}, {word}"),
                });
            }
            let place = all.len() - 2;
            all.insert(place, Heading { column: Column::Item(at, Figure::Whole), code, name });
        } else {
            all.push(Heading { column: Column::Item(at, Figure::Whole), code, name });
        }
    }
    all
}

/// Headings by what people write in them; none where two columns would answer to one.
pub fn by_heading(headings: &[Heading]) -> HashMap<String, usize> {
    let mut found: HashMap<String, usize> = HashMap::new();
    for (at, heading) in headings.iter().enumerate() {
        found.insert(words(&heading.code), at);
        if matches!(heading.column, Column::UnitCode | Column::UnitName) {
            found.insert(words(&heading.name), at);
        }
    }
    found
}
