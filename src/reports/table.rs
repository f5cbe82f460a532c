//! A report as a table: CSV that a spreadsheet opens as it is meant.

use super::indicators::{ActualAndTarget, IndicatorComparison};
use super::matrix::Matrix;
use super::model::{BandCount, Coverage, Distribution, Totals};
use crate::error::Error;
use crate::units::UnitRef;

/// UTF-8 with a byte-order mark, so that spreadsheets read the diacritics.
const BYTE_ORDER_MARK: &[u8] = b"\xEF\xBB\xBF";

/// One row for each period and, for the last, one for each group.
pub fn csv(report: &Distribution) -> Result<Vec<u8>, Error> {
    let mut writer = csv::Writer::from_writer(BYTE_ORDER_MARK.to_vec());
    let mut heading: Vec<String> =
        ["period", "unit_code", "unit_name", "expected_count", "reported_count", "missing_count", "excluded_count"]
            .map(str::to_owned)
            .to_vec();
    heading.extend(report.total.bands.iter().map(|band| format!("band_{}", band.code.as_str().replace('-', "_"))));
    heading.extend(["unbanded_count", "criteria_met_average_min", "criteria_met_average_max"].map(str::to_owned));
    // What keeps a reader from comparing two territories, or from missing a commune that was cut.
    heading.extend(["counted_elsewhere_count", "territory_number", "territory_changed"].map(str::to_owned));
    writer.write_record(&heading).map_err(Error::internal)?;
    let period = report.scope.period.to_string();
    if report.series.is_empty() {
        let territory = (Some(report.scope.territory_number), report.scope.territory_changed);
        write(&mut writer, &period, Some(&report.scope.unit), &report.coverage, &report.total, territory)?;
    }
    for row in &report.series {
        let territory = (Some(row.territory_number), !row.comparable);
        write(&mut writer, &row.period.to_string(), Some(&row.unit), &row.coverage, &row.total, territory)?;
    }
    for group in &report.groups {
        let totals = Totals {
            bands: group.bands.iter().map(|band| BandCount { units: Vec::new(), ..band.clone() }).collect(),
            unbanded_count: group.unbanded_count,
            criteria_met_average: group.criteria_met_average,
            counted_elsewhere_count: group.counted_elsewhere_count,
            ..Totals::default()
        };
        let territory = (group.territory_number, group.territory_changed);
        write(&mut writer, &period, group.unit.as_ref(), &group.coverage, &totals, territory)?;
    }
    writer.into_inner().map_err(|error| Error::internal(error.to_string()))
}

/// One row for each unit and result, one column for each criterion or item; a unit without a result has an empty row.
pub fn matrix(report: &Matrix) -> Result<Vec<u8>, Error> {
    let mut writer = csv::Writer::from_writer(BYTE_ORDER_MARK.to_vec());
    let fixed = ["unit_code", "unit_name", "period", "stage", "met_min", "met_max", "provisional"];
    let columns = report.columns.iter().map(|column| column.code.as_str());
    writer.write_record(fixed.into_iter().chain(columns)).map_err(Error::internal)?;
    for row in &report.rows {
        let unit = [safe(row.unit.code.as_str()), safe(row.unit.name.as_str())];
        for result in &row.results {
            let of_result = [
                result.period.to_string(),
                result.stage.to_string(),
                result.met_min.to_string(),
                result.met_max.to_string(),
                result.provisional.to_string(),
            ];
            let verdicts = result.verdicts.iter().map(ToString::to_string);
            let cells = unit.iter().cloned().chain(of_result).chain(verdicts);
            writer.write_record(cells).map_err(Error::internal)?;
        }
        if row.results.is_empty() {
            let blank = std::iter::repeat_n(String::new(), fixed.len() - unit.len() + report.columns.len());
            writer.write_record(unit.into_iter().chain(blank)).map_err(Error::internal)?;
        }
    }
    writer.into_inner().map_err(|error| Error::internal(error.to_string()))
}

/// One row for each indicator, period and compared unit: the unit itself, its province, the nation.
pub fn comparison(report: &IndicatorComparison) -> Result<Vec<u8>, Error> {
    let mut writer = csv::Writer::from_writer(BYTE_ORDER_MARK.to_vec());
    let heading = [
        "indicator_code",
        "period",
        "unit_code",
        "unit_name",
        "actual",
        "stage",
        "origin",
        "covered_count",
        "expected_count",
        "estimated",
        "target",
        "target_reached",
    ];
    writer.write_record(heading).map_err(Error::internal)?;
    for indicator in &report.indicators {
        for period in &indicator.periods {
            let compared: [(Option<&UnitRef>, Option<&ActualAndTarget>); 3] = [
                (Some(&report.unit), Some(&period.unit)),
                (report.province.as_ref(), period.province.as_ref()),
                (report.nation.as_ref(), period.nation.as_ref()),
            ];
            for (unit, figures) in compared.into_iter().filter_map(|(unit, figures)| unit.zip(figures)) {
                let actual = figures.actual.as_ref();
                let mut row = vec![safe(indicator.code.as_str()), period.period.to_string()];
                row.extend([safe(unit.code.as_str()), safe(unit.name.as_str())]);
                row.push(shown(actual.map(|figure| figure.value)));
                row.push(shown(actual.and_then(|figure| figure.stage)));
                row.push(shown(actual.map(|figure| figure.origin)));
                row.push(shown(actual.map(|figure| figure.covered_count)));
                row.push(shown(actual.map(|figure| figure.expected_count)));
                row.push(shown(actual.map(|figure| figure.estimated)));
                row.push(shown(figures.target.as_ref().map(|figure| figure.value)));
                row.push(shown(figures.target_reached));
                writer.write_record(row).map_err(Error::internal)?;
            }
        }
    }
    writer.into_inner().map_err(|error| Error::internal(error.to_string()))
}

/// What is known, in its contract form; nothing where it is not.
fn shown(value: Option<impl ToString>) -> String {
    value.map_or(String::new(), |value| value.to_string())
}

fn write(
    writer: &mut csv::Writer<Vec<u8>>,
    period: &str,
    unit: Option<&UnitRef>,
    coverage: &Coverage,
    totals: &Totals,
    (territory_number, territory_changed): (Option<i32>, bool),
) -> Result<(), Error> {
    let mut row = vec![
        safe(period),
        safe(unit.map_or("", |unit| unit.code.as_str())),
        safe(unit.map_or("", |unit| unit.name.as_str())),
        coverage.expected_count.to_string(),
        coverage.reported_count.to_string(),
        coverage.missing_count.to_string(),
        coverage.excluded_count.to_string(),
    ];
    row.extend(totals.bands.iter().map(|band| band.count.to_string()));
    row.push(totals.unbanded_count.to_string());
    row.push(totals.criteria_met_average.map_or(String::new(), |average| average.min.to_string()));
    row.push(totals.criteria_met_average.map_or(String::new(), |average| average.max.to_string()));
    row.push(totals.counted_elsewhere_count.to_string());
    row.push(territory_number.map_or(String::new(), |number| number.to_string()));
    row.push(territory_changed.to_string());
    writer.write_record(&row).map_err(Error::internal)
}

/// Text that a spreadsheet will not run as a formula.
fn safe(text: &str) -> String {
    if text.starts_with(['=', '+', '-', '@', '\t', '\r']) { format!("'{text}") } else { text.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formulas_are_disarmed() {
        for text in ["=HYPERLINK(\"x\")", "+1", "-1", "@x", "\tx", "\rx"] {
            assert_eq!(safe(text), format!("'{text}"));
        }
        assert_eq!(safe("Đôn Phong"), "Đôn Phong");
    }
}
