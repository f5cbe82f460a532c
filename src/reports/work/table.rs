//! `work-progress` as a table: one row for each party, or for each group where it is divided.

use super::model::{AgeCount, WorkCount, WorkProgress};
use crate::reports::model::GroupBy;
use crate::tables::{Cell, Table};
use crate::values::Scalar;

const COUNTS: [&str; 13] = [
    "total_count",
    "open_count",
    "not_due_count",
    "overdue_count",
    "no_due_date_count",
    "done_count",
    "confirmed_count",
    "cancelled_count",
    "on_time_count",
    "late_count",
    "original_on_time_count",
    "original_late_count",
    "extended_count",
];

/// Heading and cells of the counts, in one order.
fn heading(count: &WorkCount) -> Vec<String> {
    let ages = count.overdue_ageing.iter().map(|age| format!("overdue_{}", age.code.text().to_lowercase()));
    COUNTS.iter().map(|name| (*name).to_owned()).chain(ages).collect()
}

fn cells(count: &WorkCount) -> Vec<Cell> {
    let counts = [
        count.total_count,
        count.open_count,
        count.not_due_count,
        count.overdue_count,
        count.no_due_date_count,
        count.done_count,
        count.confirmed_count,
        count.cancelled_count,
        count.on_time_count,
        count.late_count,
        count.original_on_time_count,
        count.original_late_count,
        count.extended_count,
    ];
    let ages = count.overdue_ageing.iter().map(|age: &AgeCount| age.count);
    counts.into_iter().chain(ages).map(Cell::from).collect()
}

pub fn table(report: &WorkProgress) -> Table {
    match report.scope.group_by {
        GroupBy::Nothing => parties(report),
        GroupBy::Children | GroupBy::Province | GroupBy::District | GroupBy::Commune => groups(report),
    }
}

fn parties(report: &WorkProgress) -> Table {
    let keys = ["person_id", "agency_id", "unit_code", "unit_name", "committee_id"];
    let mut names: Vec<String> = keys.map(str::to_owned).to_vec();
    names.push("commitments_count".to_owned());
    names.extend(heading(&report.tasks));
    names.extend(["visit_count", "inspection_count", "reminder_count"].map(str::to_owned));
    let row = |line: &super::model::AssigneeWork| {
        let (party, unit) = (&line.party, line.party.unit.as_ref());
        let mut row = vec![
            party.person_id.map(Cell::word).into(),
            party.agency_id.map(Cell::word).into(),
            unit.map(|unit| unit.code.as_str()).into(),
            unit.map(|unit| unit.name.as_str()).into(),
            party.committee_id.map(Cell::word).into(),
            line.commitments_count.into(),
        ];
        row.extend(cells(&line.tasks));
        row.extend([line.visit_count, line.inspection_count, line.reminder_count].map(Cell::from));
        row
    };
    Table {
        name: "Tiến độ theo đầu mối", keys: 5, heading: names, rows: report.by_assignee.iter().map(row).collect()
    }
}

fn groups(report: &WorkProgress) -> Table {
    let mut names: Vec<String> = ["unit_code", "unit_name"].map(str::to_owned).to_vec();
    names.extend(heading(&report.tasks));
    let others = ["obstacles_waiting_count", "obstacles_overdue_count", "activities_held_count"];
    names.extend(others.map(str::to_owned));
    let row = |group: &super::model::WorkGroup| {
        let unit = group.unit.as_ref();
        let mut row = vec![unit.map(|unit| unit.code.as_str()).into(), unit.map(|unit| unit.name.as_str()).into()];
        row.extend(cells(&group.tasks));
        let others = [group.obstacles_waiting_count, group.obstacles_overdue_count, group.activities_held_count];
        row.extend(others.map(Cell::from));
        row
    };
    Table {
        name: "Tiến độ theo đơn vị", keys: 2, heading: names, rows: report.groups.iter().map(row).collect()
    }
}
