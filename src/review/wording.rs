//! How the page and the document word figures, days and names.

use super::model::{ReviewDisbursement, ReviewProgramme, ReviewStatement, SteeringReview};
use crate::http::Language;
use crate::reports::{AverageRange, ComparedPeriod, FigureOrigin, Totals};
use crate::units::UnitRef;
use crate::values::{Decimal, LocalDate, Names, Vocabulary};

pub fn pick(names: &Names, language: Language) -> &str {
    language.pick(names.vi.as_str(), names.en.as_str())
}

pub fn label<V: Vocabulary + PartialEq>(word: V, language: Language) -> &'static str {
    let found = V::WORDS.iter().find(|(known, _)| *known == word);
    found.map_or("", |(_, label)| language.pick(label.label.vi, label.label.en))
}

pub fn names(units: &[UnitRef]) -> String {
    units.iter().map(|unit| unit.name.to_string()).collect::<Vec<_>>().join(", ")
}

pub fn nothing(language: Language) -> &'static str {
    language.pick("chưa có số liệu", "no data")
}

/// A number as it is printed: with a comma in Vietnamese.
pub fn number(number: Decimal, language: Language) -> String {
    let text = number.to_string();
    match language {
        Language::Vietnamese => text.replace('.', ","),
        Language::English => text,
    }
}

pub fn day(day: LocalDate, language: Language) -> String {
    let text = day.to_string();
    match (language, text.split('-').collect::<Vec<_>>().as_slice()) {
        (Language::Vietnamese, [year, month, day]) => format!("{day}/{month}/{year}"),
        _ => text,
    }
}

/// An amount in millions of đồng, rounded half up, as papers of councils print it.
pub fn millions(amount: i64, language: Language) -> String {
    const MILLION: u64 = 1_000_000;
    let digits = ((amount.unsigned_abs() + MILLION / 2) / MILLION).to_string();
    let separator = language.pick(".", ",");
    let groups: Vec<&str> = digits.as_bytes().rchunks(3).rev().filter_map(|group| str::from_utf8(group).ok()).collect();
    let sign = if amount < 0 && digits != "0" { "-" } else { "" };
    format!("{sign}{}", groups.join(separator))
}

/// A row of the money of a programme: given, carried in, disbursed, rate. What is not known says so.
pub fn money(programme: &ReviewProgramme, language: Language) -> [String; 5] {
    let name = language.pick(programme.name.vi.as_str(), programme.name.en.as_str()).to_owned();
    let Some(figures) = &programme.figures else {
        let state = label(programme.state, language).to_owned();
        return [name, state, String::new(), String::new(), String::new()];
    };
    let rate = figures.rate_percent.map(|rate| format!("{}%", number(rate, language)));
    [
        name,
        millions(figures.assigned_vnd, language),
        millions(figures.carried_in_vnd, language),
        millions(figures.disbursed_vnd, language),
        rate.unwrap_or_else(|| "–".to_owned()),
    ]
}

/// How much of the year's own money was disbursed, beside what was planned.
pub fn disbursement(of: &ReviewDisbursement, language: Language) -> String {
    let percent = |rate: Decimal| format!("{}%", number(rate, language));
    let rate = of.rate_percent.map_or(nothing(language).to_owned(), percent);
    let target = of.target_rate_percent.map_or(unplanned(language).to_owned(), percent);
    match language {
        Language::Vietnamese => format!("Tỷ lệ giải ngân vốn giao trong năm: {rate}; kế hoạch: {target}."),
        Language::English => format!("Disbursed of the money assigned for the year: {rate}; target: {target}."),
    }
}

/// Headings of that row.
pub fn money_headings(language: Language) -> [&'static str; 5] {
    match language {
        Language::Vietnamese => {
            ["Chương trình (triệu đồng)", "Vốn giao", "Chuyển từ năm trước", "Giải ngân", "Tỷ lệ, gồm vốn chuyển sang"]
        }
        Language::English => {
            ["Programme (million đồng)", "Assigned", "Carried in", "Disbursed", "Rate, carried money in"]
        }
    }
}

/// A number, or the two between which it lies.
pub fn range(min: i32, max: i32) -> String {
    if min == max { min.to_string() } else { format!("{min}–{max}") }
}

/// An average, or the two between which it lies.
pub fn average(range: AverageRange, language: Language) -> String {
    let (min, max) = (number(range.min, language), number(range.max, language));
    if min == max { min } else { format!("{min} – {max}") }
}

/// What was planned; nobody planned it where there is nothing.
pub fn planned(target: Option<Decimal>, language: Language) -> String {
    target.map_or(unplanned(language).to_owned(), |target| number(target, language))
}

fn unplanned(language: Language) -> &'static str {
    language.pick("chưa giao", "none")
}

/// How many are recognised. A count that finds none is no figure: it may mean that no status was recorded.
pub fn recognised(total: &Totals, language: Language) -> String {
    if total.recognised_count == 0 { nothing(language).to_owned() } else { total.recognised_count.to_string() }
}

/// The call that answers a statement as the paper does.
pub fn statement_path(review: &SteeringReview, row: &ReviewStatement) -> String {
    format!("/v1/statements/{}/answer?period={}", row.statement.id, review.scope.period)
}

/// A figure that may not be there.
fn known(figure: Option<Decimal>, language: Language) -> String {
    figure.map_or("–".to_owned(), |figure| number(figure, language))
}

/// What the unit reached in a period.
pub fn actual(period: Option<&ComparedPeriod>, language: Language) -> String {
    // As among the recognised: a count of the service that finds none may mean that nothing was recorded.
    let figure = period.and_then(|period| period.unit.actual.as_ref());
    let figure = figure.filter(|figure| figure.origin != FigureOrigin::Derived || 0 < figure.value.scaled());
    known(figure.map(|figure| figure.value), language)
}

/// What the unit planned for a period.
pub fn target(period: Option<&ComparedPeriod>, language: Language) -> String {
    known(period.and_then(|period| period.unit.target.as_ref()).map(|figure| figure.value), language)
}

/// By how much the unit stands above or below its province.
pub fn gap(period: Option<&ComparedPeriod>, language: Language) -> String {
    known(period.and_then(|period| period.gap_to_province).map(|gap| gap.difference), language)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_are_printed_in_millions() {
        for (amount, vi, en) in [
            (185_334_000_000, "185.334", "185,334"),
            (2_428_748_000_000, "2.428.748", "2,428,748"),
            (499_999, "0", "0"),
            (500_000, "1", "1"),
            (-1_500_000, "-2", "-2"),
            (-400_000, "0", "0"),
            (1_000_500_000, "1.001", "1,001"),
        ] {
            assert_eq!(millions(amount, Language::Vietnamese), vi);
            assert_eq!(millions(amount, Language::English), en);
        }
    }
}
