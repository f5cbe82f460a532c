//! The columns that a file of money has.

use crate::exchange::cells::words;
use std::collections::HashMap;

/// What a column holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Column {
    ExternalId,
    UnitCode,
    UnitName,
    Kind,
    /// The amount of the kind.
    Amount,
    /// What was given: an entry of its own.
    Assigned,
    /// What was disbursed: an entry of its own.
    Disbursed,
    /// The printed rate, held against both.
    Rate,
    /// Any other member of an entry, by its name.
    Member(&'static str),
}

/// A column with its code and its Vietnamese heading.
pub const COLUMNS: [(Column, &str, &str); 25] = [
    (Column::ExternalId, "external_id", "Mã bút toán"),
    (Column::UnitCode, "unit_code", "Mã đơn vị"),
    (Column::UnitName, "unit_name", "Tên đơn vị"),
    (Column::Member("programme_code"), "programme_code", "Chương trình"),
    (Column::Member("component_code"), "component_code", "Hợp phần"),
    (Column::Member("funding_source_code"), "funding_source_code", "Nguồn vốn"),
    (Column::Member("nature_code"), "nature_code", "Loại vốn"),
    (Column::Member("plan_year"), "plan_year", "Năm kế hoạch"),
    (Column::Member("origin_year"), "origin_year", "Năm giao vốn"),
    (Column::Member("plan_end_year"), "plan_end_year", "Năm cuối giai đoạn"),
    (Column::Member("work_id"), "work_id", "Mã công trình"),
    (Column::Kind, "kind", "Loại bút toán"),
    (Column::Amount, "amount", "Số tiền"),
    (Column::Assigned, "assigned", "Vốn giao"),
    (Column::Disbursed, "disbursed", "Giải ngân"),
    (Column::Rate, "rate_percent", "Tỷ lệ giải ngân"),
    (Column::Member("booking_date"), "booking_date", "Ngày ghi sổ"),
    (Column::Member("value_date"), "value_date", "Ngày hiệu lực"),
    (Column::Member("to_unit_code"), "to_unit_code", "Mã đơn vị nhận"),
    (Column::Member("to_component_code"), "to_component_code", "Hợp phần nhận"),
    (Column::Member("to_work_id"), "to_work_id", "Mã công trình nhận"),
    (Column::Member("act_id"), "act_id", "Mã văn bản"),
    (Column::Member("pair_id"), "pair_id", "Mã cặp chuyển nguồn"),
    (Column::Member("override_reason"), "override_reason", "Lý do vượt"),
    (Column::Member("note"), "note", "Ghi chú"),
];

/// Columns by the words of their codes and headings.
pub fn by_words() -> HashMap<String, Column> {
    COLUMNS.iter().flat_map(|(column, code, name)| [(words(code), *column), (words(name), *column)]).collect()
}

/// The column from which a member of an entry comes.
pub fn of_member(name: &str) -> Option<Column> {
    match name {
        "external_id" => Some(Column::ExternalId),
        "unit_id" | "unit_code" => Some(Column::UnitCode),
        "kind" => Some(Column::Kind),
        "amount_vnd" => Some(Column::Amount),
        other => COLUMNS
            .iter()
            .map(|(column, ..)| *column)
            .find(|column| matches!(column, Column::Member(known) if *known == other)),
    }
}
