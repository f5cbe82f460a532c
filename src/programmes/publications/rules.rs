//! What does not add up in a printed table. Nothing is corrected: it is told.

use super::model::{PublicationFinding, PublishedFigures, PublishedLine};
use crate::error::Flaw;
use crate::values::{AmountUnit, Decimal, PrintedAmount};

/// All lines with their amounts in đồng and what does not add up.
pub fn figures(lines: &[PublishedLine], unit: AmountUnit) -> Result<Vec<PublishedFigures>, Flaw> {
    let amount = |printed: &Option<PrintedAmount>| printed.as_ref().map(|printed| printed.vnd(unit)).transpose();
    let mut figures = Vec::with_capacity(lines.len());
    for line in lines {
        let (assigned_vnd, disbursed_vnd) = (amount(&line.assigned)?, amount(&line.disbursed)?);
        let computed = disbursed_vnd.zip(assigned_vnd).and_then(|(share, whole)| Decimal::percent(share, whole));
        figures.push(PublishedFigures {
            label: line.label.clone(),
            is_total: line.is_total,
            programme_code: line.programme_code.clone(),
            funding_source_code: line.funding_source_code.clone(),
            nature_code: line.nature_code.clone(),
            assigned: line.assigned.clone(),
            disbursed: line.disbursed.clone(),
            rate_percent: line.rate_percent,
            assigned_vnd,
            disbursed_vnd,
            computed_rate_percent: computed,
            assigned_difference_vnd: None,
            disbursed_difference_vnd: None,
            findings: Vec::new(),
        });
    }
    let assigned: Vec<Option<i64>> = parts(&figures, |line| line.assigned_vnd);
    let disbursed: Vec<Option<i64>> = parts(&figures, |line| line.disbursed_vnd);
    let usual = |amounts: &[Option<i64>]| median_size(amounts.iter().flatten().copied());
    let (usual_assigned, usual_disbursed) = (usual(&assigned), usual(&disbursed));
    let stands_out = |amount: Option<i64>, usual: Option<u64>| {
        amount.zip(usual).is_some_and(|(amount, median)| is_thousandfold(amount, median))
    };
    for line in &mut figures {
        if line.is_total {
            line.assigned_difference_vnd = difference(line.assigned_vnd, &assigned);
            line.disbursed_difference_vnd = difference(line.disbursed_vnd, &disbursed);
            let differs = |difference: Option<i64>| difference.is_some_and(|difference| difference != 0);
            if differs(line.assigned_difference_vnd) || differs(line.disbursed_difference_vnd) {
                line.findings.push(PublicationFinding::TotalDiffers);
            }
        } else if stands_out(line.assigned_vnd, usual_assigned) || stands_out(line.disbursed_vnd, usual_disbursed) {
            line.findings.push(PublicationFinding::ThousandfoldNeighbours);
        }
        if let (Some(printed), Some(share), Some(whole)) = (line.rate_percent, line.disbursed_vnd, line.assigned_vnd)
            && !is_rate_of(printed, share, whole)
        {
            line.findings.push(PublicationFinding::RateDiffers);
        }
    }
    Ok(figures)
}

fn parts(figures: &[PublishedFigures], amount: impl Fn(&PublishedFigures) -> Option<i64>) -> Vec<Option<i64>> {
    figures.iter().filter(|line| !line.is_total).map(amount).collect()
}

/// A total less the sum of its parts; `None` where one of them is not printed, or there are none.
fn difference(total: Option<i64>, parts: &[Option<i64>]) -> Option<i64> {
    if parts.is_empty() {
        return None;
    }
    let sum = parts.iter().try_fold(0_i64, |sum, part| sum.checked_add((*part)?))?;
    total?.checked_sub(sum)
}

/// Does the printed rate, at the digits that it has, come of the amounts?
pub fn is_rate_of(printed: Decimal, share: i64, whole: i64) -> bool {
    if whole <= 0 {
        return false;
    }
    // Half of its last digit, in ten-thousandths of a percent.
    let scaled = printed.scaled();
    let step = [10_000, 1_000, 100, 10, 1].into_iter().find(|step| scaled % step == 0).unwrap_or(1);
    let difference = i128::from(share) * 1_000_000 - i128::from(scaled) * i128::from(whole);
    difference.abs() * 2 <= i128::from(step) * i128::from(whole)
}

/// The median of amounts by their size; of fewer than three that are not nothing there is none.
pub fn median_size(amounts: impl Iterator<Item = i64>) -> Option<u64> {
    let mut sizes: Vec<u64> = amounts.map(i64::unsigned_abs).filter(|size| *size != 0).collect();
    sizes.sort_unstable();
    let middle = sizes.get(sizes.len() / 2).copied();
    middle.filter(|_| 3 <= sizes.len())
}

/// Is an amount about a thousand times the median of its neighbours, or a thousandth of it? Another unit may be meant.
pub fn is_thousandfold(amount: i64, median: u64) -> bool {
    let size = amount.unsigned_abs();
    size != 0 && 500 <= size.max(median) / size.min(median)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::values::{Scalar, Title};
    use PublicationFinding::{RateDiffers, ThousandfoldNeighbours, TotalDiffers};

    fn line(total: bool, assigned: &str, disbursed: &str, rate: &str) -> PublishedLine {
        let amount = |text: &str| (!text.is_empty()).then(|| PrintedAmount::parse(text).unwrap());
        PublishedLine {
            label: Title::parse("x").unwrap(),
            is_total: total,
            programme_code: None,
            funding_source_code: None,
            nature_code: None,
            assigned: amount(assigned),
            disbursed: amount(disbursed),
            rate_percent: (!rate.is_empty()).then(|| Decimal::parse(rate).unwrap()),
        }
    }

    fn findings(lines: &[PublishedLine]) -> Vec<Vec<PublicationFinding>> {
        figures(lines, AmountUnit::MillionVnd).unwrap().into_iter().map(|line| line.findings).collect()
    }

    /// A province at 19/5/2025: two digits changed places, and rate and total both prove it.
    #[test]
    fn two_digits_that_changed_places_are_found() {
        let table = |poverty: &str| {
            vec![
                line(false, "320.197", "55.882", "17.45"),
                line(false, poverty, "4.369", "6.45"),
                line(false, "226.385", "24.248", "10.71"),
                line(true, "614.294", "84.499", "13.76"),
            ]
        };
        assert_eq!(findings(&table("67.172")), [vec![], vec![RateDiffers], vec![], vec![TotalDiffers]]);
        assert!(findings(&table("67.712")).iter().all(Vec::is_empty));
        let told = figures(&table("67.172"), AmountUnit::MillionVnd).unwrap();
        assert_eq!((told[3].assigned_difference_vnd, told[3].disbursed_difference_vnd), (Some(540_000_000), Some(0)));
    }

    /// The nation in 2022: investment and recurrent money do not come to the printed total.
    #[test]
    fn parts_that_do_not_add_up_are_told() {
        let lines =
            [line(false, "", "12.933,106", ""), line(false, "", "1.534,35", ""), line(true, "", "14.468,011", "")];
        let told = figures(&lines, AmountUnit::BillionVnd).unwrap();
        assert_eq!((told[2].disbursed_difference_vnd, told[2].assigned_difference_vnd), (Some(555_000_000), None));
        assert_eq!(told[2].findings, [TotalDiffers]);
    }

    #[test]
    fn another_unit_is_questioned() {
        let lines = [
            line(false, "120", "", ""),
            line(false, "95.000", "", ""),
            line(false, "130", "", ""),
            line(false, "99", "", ""),
        ];
        assert_eq!(findings(&lines), [vec![], vec![ThousandfoldNeighbours], vec![], vec![]]);
        assert!(findings(&lines[..2]).iter().all(Vec::is_empty), "two are no neighbourhood");
    }

    #[test]
    fn a_rate_is_held_against_the_digits_that_it_has() {
        let rate = |text: &str| Decimal::parse(text).unwrap();
        assert!(is_rate_of(rate("54"), 545, 1000) && !is_rate_of(rate("54"), 546, 1000));
        assert!(is_rate_of(rate("54.5"), 545, 1000) && !is_rate_of(rate("54.4"), 545, 1000));
        assert!(!is_rate_of(rate("54"), 1, 0));
    }
}
