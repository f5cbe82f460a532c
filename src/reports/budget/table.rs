//! The report as a table: the total, then one row for each group.

use super::model::{BudgetExecution, BudgetFigures, BudgetGroup};
use crate::tables::{Cell, Table};

pub fn table(report: &BudgetExecution) -> Table {
    let keys = ["unit_code", "unit_name", "programme_code", "component_code", "funding_source_code", "nature_code"];
    let years = ["plan_year", "origin_year", "work_id", "work_name"];
    let sums = [
        "assigned_vnd",
        "distributed_vnd",
        "medium_term_vnd",
        "carried_in_vnd",
        "carried_out_vnd",
        "lapsed_vnd",
        "committed_vnd",
        "disbursed_vnd",
        "disbursed_from_carried_vnd",
        "advances_outstanding_vnd",
        "settled_vnd",
        "numerator_vnd",
        "denominator_vnd",
        "rate_percent",
        "mobilised_vnd",
    ];
    let heading = keys.iter().chain(&years).chain(&sums).map(|word| (*word).to_owned());
    let mut heading: Vec<String> = heading.collect();
    heading.extend(["previous_disbursed_vnd", "previous_rate_percent", "target_rate_percent"].map(str::to_owned));
    let unit = &report.scope.unit;
    let mut total = vec![Cell::from(unit.code.as_str()), Cell::from(unit.name.as_str())];
    total.resize(keys.len() + years.len(), Cell::Blank);
    total.extend(figures(&report.total, report.previous.as_ref()));
    total.push(report.target_rate_percent.into());
    let mut rows = vec![total];
    rows.extend(report.groups.iter().map(row));
    Table { name: "Tình hình thực hiện vốn", keys: 6, heading, rows }
}

fn row(group: &BudgetGroup) -> Vec<Cell> {
    let mut row: Vec<Cell> = vec![
        group.unit.as_ref().map(|unit| unit.code.as_str()).into(),
        group.unit.as_ref().map(|unit| unit.name.as_str()).into(),
        group.programme_code.as_ref().map(|code| code.as_str()).into(),
        group.component_code.as_ref().map(|code| code.as_str()).into(),
        group.funding_source_code.as_ref().map(|code| code.as_str()).into(),
        group.nature_code.as_ref().map(|code| code.as_str()).into(),
        group.plan_year.into(),
        group.origin_year.into(),
        group.work.as_ref().map(|work| work.id.to_string().as_str().into()).unwrap_or(Cell::Blank),
        group.work.as_ref().map(|work| work.name.as_str()).into(),
    ];
    row.extend(figures(&group.figures, group.previous.as_ref()));
    row.push(group.target_rate_percent.into());
    row
}

fn figures(of: &BudgetFigures, previous: Option<&BudgetFigures>) -> Vec<Cell> {
    let mut cells: Vec<Cell> = [
        of.assigned_vnd,
        of.distributed_vnd,
        of.medium_term_vnd,
        of.carried_in_vnd,
        of.carried_out_vnd,
        of.lapsed_vnd,
        of.committed_vnd,
        of.disbursed_vnd,
        of.disbursed_from_carried_vnd,
        of.advances_outstanding_vnd,
        of.settled_vnd,
        of.numerator_vnd,
        of.denominator_vnd,
    ]
    .map(Cell::from)
    .into();
    cells.push(of.rate_percent.into());
    cells.push(of.mobilised_vnd.into());
    cells.push(previous.map(|previous| previous.disbursed_vnd).into());
    cells.push(previous.and_then(|previous| previous.rate_percent).into());
    cells
}
