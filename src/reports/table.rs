//! A report as a table.

use super::indicators::{ActualAndTarget, IndicatorComparison};
use super::matrix_model::{Matrix, MatrixGrain};
use super::model::{AverageRange, BandCount, Coverage, Distribution, PlannedResults};
use super::obligations_model::ReportingObligations;
use crate::tables::{Cell, Table};
use crate::units::UnitRef;

fn words<const N: usize>(words: [&str; N]) -> impl Iterator<Item = String> {
    words.into_iter().map(str::to_owned)
}

/// One row for each period and, for the last, one for each group.
pub fn distribution(report: &Distribution) -> Table {
    let mut heading: Vec<String> = words(["period", "unit_code", "unit_name"]).collect();
    heading.extend(words(["expected_count", "reported_count", "missing_count", "excluded_count"]));
    heading.extend(report.total.bands.iter().map(|band| format!("band_{}", band.code.as_str().replace('-', "_"))));
    heading.extend(words(["unbanded_count", "criteria_met_average_min", "criteria_met_average_max"]));
    heading.extend(words(["criteria_met_average_target", "recognised_count", "recognised_target"]));
    // What keeps a reader from comparing two territories, or from missing a commune that was cut.
    heading.extend(words(["counted_elsewhere_count", "territory_number", "territory_changed"]));
    let period = report.scope.period.to_string();
    let mut rows = Vec::new();
    if report.series.is_empty() {
        let counted = Counted {
            unit: Some(&report.scope.unit),
            coverage: &report.coverage,
            bands: &report.total.bands,
            unbanded_count: report.total.unbanded_count,
            average: report.total.criteria_met_average,
            recognised_count: report.total.recognised_count,
            target: report.total.target,
            counted_elsewhere_count: report.total.counted_elsewhere_count,
            territory_number: Some(report.scope.territory_number),
            territory_changed: report.scope.territory_changed,
        };
        rows.push(counted.row(&period));
    }
    for row in &report.series {
        let counted = Counted {
            unit: Some(&row.unit),
            coverage: &row.coverage,
            bands: &row.total.bands,
            unbanded_count: row.total.unbanded_count,
            average: row.total.criteria_met_average,
            recognised_count: row.total.recognised_count,
            target: row.total.target,
            counted_elsewhere_count: row.total.counted_elsewhere_count,
            territory_number: Some(row.territory_number),
            territory_changed: !row.comparable,
        };
        rows.push(counted.row(&row.period.to_string()));
    }
    for group in &report.groups {
        let counted = Counted {
            unit: group.unit.as_ref(),
            coverage: &group.coverage,
            bands: &group.bands,
            unbanded_count: group.unbanded_count,
            average: group.criteria_met_average,
            recognised_count: group.recognised_count,
            target: group.target,
            counted_elsewhere_count: group.counted_elsewhere_count,
            territory_number: group.territory_number,
            territory_changed: group.territory_changed,
        };
        rows.push(counted.row(&period));
    }
    Table { name: "Phân bố theo tiêu chí", keys: 3, heading, rows }
}

/// A row of the distribution, whatever it is of.
struct Counted<'a> {
    unit: Option<&'a UnitRef>,
    coverage: &'a Coverage,
    bands: &'a [BandCount],
    unbanded_count: i64,
    average: Option<AverageRange>,
    recognised_count: i64,
    target: PlannedResults,
    counted_elsewhere_count: i64,
    territory_number: Option<i32>,
    territory_changed: bool,
}

impl Counted<'_> {
    fn row(&self, period: &str) -> Vec<Cell> {
        let Coverage { expected_count, reported_count, missing_count, excluded_count, .. } = *self.coverage;
        let mut row = vec![period.into()];
        row.extend([self.unit.map(|unit| unit.code.as_str()).into(), self.unit.map(|unit| unit.name.as_str()).into()]);
        row.extend([expected_count, reported_count, missing_count, excluded_count].map(Cell::from));
        row.extend(self.bands.iter().map(|band| Cell::from(band.count)));
        row.push(self.unbanded_count.into());
        row.push(self.average.map(|average| average.min).into());
        row.push(self.average.map(|average| average.max).into());
        row.extend([
            self.target.criteria_met_average.into(),
            self.recognised_count.into(),
            self.target.recognised_count.into(),
        ]);
        row.push(self.counted_elsewhere_count.into());
        row.push(self.territory_number.into());
        row.push(Cell::word(self.territory_changed));
        row
    }
}

/// One row for each unit and result, one column for each criterion or item, then what stands between it and the next
/// band and all criteria, then for each item its distance in its own unit, then what was planned; a unit without a result
/// has no more than that.
pub fn matrix(report: &Matrix) -> Table {
    let mut heading: Vec<String> = words(["unit_code", "unit_name", "period", "stage"]).collect();
    heading.extend(words(["met_min", "met_max", "provisional"]));
    heading.extend(report.columns.iter().map(|column| column.code.to_string()));
    heading.extend(words(["next_band_criteria_count", "next_band_needed_min", "next_band_needed_max"]));
    heading.extend(words(["all_needed_min", "all_needed_max"]));
    if report.grain == MatrixGrain::Item {
        heading.extend(report.columns.iter().map(|column| format!("gap_{}", column.code)));
    }
    heading.push("criteria_met_target".to_owned());
    let mut rows = Vec::new();
    for row in &report.rows {
        let unit = || vec![row.unit.code.as_str().into(), row.unit.name.as_str().into()];
        for result in &row.results {
            let mut cells = unit();
            cells.extend([Cell::word(result.period), Cell::word(result.stage)]);
            cells.extend([result.met_min.into(), result.met_max.into(), Cell::word(result.provisional)]);
            cells.extend(result.verdicts.iter().map(Cell::word));
            let next = result.to_next_band;
            cells.push(next.map(|target| target.criteria_count).into());
            cells.push(next.map(|target| target.needed_min).into());
            cells.push(next.map(|target| target.needed_max).into());
            cells.extend([result.to_all.needed_min.into(), result.to_all.needed_max.into()]);
            cells.extend(result.distances.iter().map(|distance| distance.as_ref().map(|distance| distance.gap).into()));
            cells.push(row.target.criteria_met_average.into());
            rows.push(cells);
        }
        if row.results.is_empty() {
            let mut cells = unit();
            cells.resize(heading.len() - 1, Cell::Blank);
            cells.push(row.target.criteria_met_average.into());
            rows.push(cells);
        }
    }
    Table { name: "Ma trận tiêu chí", keys: 2, heading, rows }
}

/// One row for each indicator, period and compared unit: the unit itself, its province, the nation.
pub fn comparison(report: &IndicatorComparison) -> Table {
    let mut heading: Vec<String> = words(["indicator_code", "period", "unit_code", "unit_name"]).collect();
    heading.extend(words(["actual", "stage", "origin", "covered_count", "expected_count", "estimated"]));
    heading.extend(words(["target", "target_reached"]));
    let mut rows = Vec::new();
    for indicator in &report.indicators {
        for period in &indicator.periods {
            let compared: [(Option<&UnitRef>, Option<&ActualAndTarget>); 3] = [
                (Some(&report.unit), Some(&period.unit)),
                (report.province.as_ref(), period.province.as_ref()),
                (report.nation.as_ref(), period.nation.as_ref()),
            ];
            for (unit, figures) in compared.into_iter().filter_map(|(unit, figures)| unit.zip(figures)) {
                let actual = figures.actual.as_ref();
                rows.push(vec![
                    indicator.code.as_str().into(),
                    Cell::word(period.period),
                    unit.code.as_str().into(),
                    unit.name.as_str().into(),
                    actual.map(|figure| figure.value).into(),
                    actual.and_then(|figure| figure.stage).map(Cell::word).into(),
                    actual.map(|figure| Cell::word(figure.origin)).into(),
                    actual.map(|figure| figure.covered_count).into(),
                    actual.map(|figure| figure.expected_count).into(),
                    actual.map(|figure| Cell::word(figure.estimated)).into(),
                    figures.target.as_ref().map(|figure| figure.value).into(),
                    figures.target_reached.map(Cell::word).into(),
                ]);
            }
        }
    }
    Table { name: "So sánh chỉ tiêu", keys: 4, heading, rows }
}

/// One row for each report that is owed.
pub fn obligations(report: &ReportingObligations) -> Table {
    let mut heading: Vec<String> = words(["unit_code", "unit_name", "duty_code", "period"]).collect();
    heading.extend(words(["due_date", "due_date_provisional", "extended_due_date", "receiver_code", "receiver_name"]));
    heading.extend(words(["state", "timeliness", "original_timeliness", "days_late", "submitted_date"]));
    heading.extend(words(["returned_count", "submission_id"]));
    let row = |owed: &super::obligations_model::Obligation| {
        let receiver = owed.receiver.as_ref();
        vec![
            owed.unit.code.as_str().into(),
            owed.unit.name.as_str().into(),
            owed.duty_code.as_str().into(),
            Cell::word(owed.period),
            owed.due_date.map(Cell::word).into(),
            Cell::word(owed.due_date_provisional),
            owed.extended_due_date.map(Cell::word).into(),
            receiver.map(|unit| unit.code.as_str()).into(),
            receiver.map(|unit| unit.name.as_str()).into(),
            Cell::word(owed.state),
            Cell::word(owed.timeliness),
            Cell::word(owed.original_timeliness),
            owed.days_late.into(),
            owed.submitted_date.map(Cell::word).into(),
            owed.returned_count.into(),
            owed.submission_id.map(Cell::word).into(),
        ]
    };
    let rows = report.obligations.iter().map(row).collect();
    Table { name: "Chế độ báo cáo", keys: 4, heading, rows }
}
