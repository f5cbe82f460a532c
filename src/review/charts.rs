//! The charts of the printed paper, as vector graphics: they say the same numbers as the tables beside them.

use super::model::ReviewProgramme;
use super::wording::{number, range};
use crate::assessments::Verdict;
use crate::http::Language;
use crate::reports::{AgeCount, BandCount, BudgetFigures, Matrix};
use maud::{Markup, html};

/// Width of a chart in units of its own; the page scales it.
const WIDTH: i64 = 680;

/// One bar: its label and its number.
struct Bar {
    label: String,
    count: i64,
    class: &'static str,
}

/// Horizontal bars, the longest as long as the chart allows, each with its number.
fn bars(title: &str, bars: &[Bar]) -> Markup {
    const ROW: i64 = 26;
    const LABEL: i64 = 150;
    let longest = bars.iter().map(|bar| bar.count).max().unwrap_or(0).max(1);
    let height = ROW * i64::try_from(bars.len()).unwrap_or(0) + 4;
    html! {
        svg viewBox=(format!("0 0 {WIDTH} {height}")) role="img" aria-label=(title) {
            title { (title) }
            @for (at, bar) in (0..).zip(bars) {
                @let top = ROW * at + 4;
                @let length = bar.count * (WIDTH - LABEL - 60) / longest;
                text x=(LABEL - 8) y=(top + 14) text-anchor="end" { (bar.label) }
                rect class=(bar.class) x=(LABEL) y=(top) width=(length) height=(ROW - 8) {}
                text x=(LABEL + length + 6) y=(top + 14) { (bar.count) }
            }
        }
    }
}

/// Units in each band, the highest first, and those whose range lies across two.
pub fn bands(bands: &[BandCount], unbanded: i64, language: Language) -> Markup {
    let label = |code: &str| format!("{code} {}", language.pick("tiêu chí", "criteria"));
    let mut rows: Vec<Bar> =
        bands.iter().map(|band| Bar { label: label(band.code.as_str()), count: band.count, class: "fill" }).collect();
    if 0 < unbanded {
        let across = language.pick("Chưa rõ nhóm", "Across bands").to_owned();
        rows.push(Bar { label: across, count: unbanded, class: "open" });
    }
    bars(language.pick("Số xã theo nhóm tiêu chí đạt", "Communes by criteria met"), &rows)
}

/// What of each programme was disbursed of what was given and carried in: the bar inside the frame.
pub fn execution(programmes: &[&ReviewProgramme], language: Language) -> Markup {
    const ROW: i64 = 30;
    const LABEL: i64 = 90;
    let room = WIDTH - LABEL - 80;
    let title = language.pick("Giải ngân theo chương trình", "Execution by programme");
    let rows: Vec<(&ReviewProgramme, &BudgetFigures)> =
        programmes.iter().filter_map(|programme| Some((*programme, programme.figures.as_ref()?))).collect();
    let most =
        rows.iter().map(|(_, figures)| figures.denominator_vnd.max(figures.numerator_vnd)).max().unwrap_or(0).max(1);
    // A length is a share of the largest amount: wider than any product of the two.
    let length =
        |amount: i64| i64::try_from(i128::from(amount.max(0)) * i128::from(room) / i128::from(most)).unwrap_or(0);
    let height = ROW * i64::try_from(rows.len()).unwrap_or(0) + 4;
    html! {
        svg viewBox=(format!("0 0 {WIDTH} {height}")) role="img" aria-label=(title) {
            title { (title) }
            @for (at, (programme, figures)) in (0..).zip(&rows) {
                @let top = ROW * at + 4;
                text x=(LABEL - 8) y=(top + 15) text-anchor="end" { (programme.code) }
                rect class="none" x=(LABEL) y=(top) width=(length(figures.denominator_vnd)) height=(ROW - 8) {}
                rect class="fill" x=(LABEL) y=(top + 4) width=(length(figures.numerator_vnd)) height=(ROW - 16) {}
                text x=(LABEL + length(figures.denominator_vnd.max(figures.numerator_vnd)) + 6) y=(top + 15) {
                    (figures.rate_percent.map_or("–".to_owned(), |rate| format!("{}%", number(rate, language))))
                }
            }
        }
    }
}

/// How long obstacles have waited.
pub fn ageing(counts: &[AgeCount], language: Language) -> Markup {
    let label = |count: &AgeCount| match count.max_days {
        Some(max) => format!("{}–{max} {}", count.min_days, language.pick("ngày", "days")),
        None => format!("≥ {} {}", count.min_days, language.pick("ngày", "days")),
    };
    let rows: Vec<Bar> =
        counts.iter().map(|count| Bar { label: label(count), count: count.count, class: "late" }).collect();
    bars(language.pick("Vướng mắc chờ giải quyết theo thời gian", "Obstacles waiting, by age"), &rows)
}

/// Communes against criteria: what is met, what is not, and what nobody decided.
pub fn heat_map(matrix: &Matrix, language: Language) -> Markup {
    const ROW: i64 = 22;
    const LABEL: i64 = 130;
    const TOTAL: i64 = 64;
    let columns = i64::try_from(matrix.columns.len()).unwrap_or(1).max(1);
    let cell = (WIDTH - LABEL - TOTAL) / columns;
    let height = ROW * (i64::try_from(matrix.rows.len()).unwrap_or(0) + 1) + 4;
    let title = language.pick("Xã và tiêu chí", "Communes and criteria");
    html! {
        svg viewBox=(format!("0 0 {WIDTH} {height}")) role="img" aria-label=(title) {
            title { (title) }
            @for (at, column) in (0..).zip(&matrix.columns) {
                text x=(LABEL + cell * at + cell / 2) y="15" text-anchor="middle" { (column.code) }
            }
            text x=(LABEL + cell * columns + TOTAL / 2) y="15" text-anchor="middle" { (language.pick("Đạt", "Met")) }
            @for (at, row) in (1..).zip(&matrix.rows) {
                @let top = ROW * at;
                text x=(LABEL - 6) y=(top + 15) text-anchor="end" { (row.unit.name) }
                @match row.results.last() {
                    Some(result) => {
                        @for (at, verdict) in (0..).zip(&result.verdicts) {
                            @let left = LABEL + cell * at;
                            rect class=(class_of(*verdict)) x=(left + 1) y=(top + 1) width=(cell - 2) height=(ROW - 2) {}
                            text x=(left + cell / 2) y=(top + 15) text-anchor="middle" { (sign_of(*verdict)) }
                        }
                        text x=(LABEL + cell * columns + TOTAL / 2) y=(top + 15) text-anchor="middle" {
                            (range(result.met_min, result.met_max))
                        }
                    }
                    None => {
                        text x=(LABEL + 6) y=(top + 15) { (language.pick("Chưa báo cáo", "Did not report")) }
                    }
                }
            }
        }
    }
}

fn class_of(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Met => "met",
        Verdict::NotMet => "unmet",
        Verdict::NotApplicable => "none",
        Verdict::NotAssessed => "open",
    }
}

/// A sign beside the colour: a paper may be printed in black.
fn sign_of(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Met => "✓",
        Verdict::NotMet => "✗",
        Verdict::NotApplicable => "–",
        Verdict::NotAssessed => "?",
    }
}
