//! What stands in a cell and what it means. Vietnamese figures write `1.234,5`; what could be read in two ways is
//! refused, never guessed.

use crate::codes::Code;
use crate::error::Flaw;
use crate::values::{Decimal, LocalDate, Scalar, search};
use std::borrow::Cow;

/// What stands in a cell, as the file says it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Cell {
    Text(String),
    /// A typed number by the shortest digits that mean it: `0.3`.
    Number(String),
    /// The same in a cell that shows it as a percentage: 0.85 is seen as 85%.
    Share(String),
    Truth(bool),
    Date(LocalDate),
    /// Nothing that was typed: a formula, or an error in its place.
    Formula,
}

impl Cell {
    /// As a fault tells it.
    pub fn shown(&self) -> Cow<'_, str> {
        match self {
            Cell::Text(text) | Cell::Number(text) | Cell::Share(text) => Cow::Borrowed(text),
            Cell::Truth(truth) => Cow::Borrowed(if *truth { "TRUE" } else { "FALSE" }),
            Cell::Date(day) => Cow::Owned(written_date(*day)),
            Cell::Formula => Cow::Borrowed("="),
        }
    }

    /// As text, whatever it was typed as.
    pub fn text(&self) -> Result<Cow<'_, str>, Flaw> {
        match self {
            Cell::Formula => Err(Flaw::new(Code::FormulaRefused)),
            other => Ok(other.shown()),
        }
    }

    pub fn number(&self, is_percentage: bool) -> Result<Decimal, Flaw> {
        match self {
            Cell::Number(digits) => Decimal::parse(digits),
            Cell::Share(digits) if is_percentage => Decimal::parse(&hundredfold(digits)),
            Cell::Text(text) => {
                let text = text.trim();
                match text.strip_suffix('%') {
                    Some(share) if is_percentage => typed_number(share.trim_end()),
                    _ => typed_number(text),
                }
            }
            Cell::Formula => Err(Flaw::new(Code::FormulaRefused)),
            Cell::Share(_) | Cell::Truth(_) | Cell::Date(_) => Err(Flaw::new(Code::NumberExpected)),
        }
    }

    /// Yes or no, as 1 or 0.
    pub fn truth(&self) -> Result<Decimal, Flaw> {
        let known = match self {
            Cell::Truth(truth) => Some(*truth),
            Cell::Number(digits) | Cell::Text(digits) if digits.trim() == "1" => Some(true),
            Cell::Number(digits) | Cell::Text(digits) if digits.trim() == "0" => Some(false),
            Cell::Text(text) => match words(text).as_str() {
                "dat" | "co" | "true" => Some(true),
                "chua dat" | "khong dat" | "khong" | "chua" | "false" => Some(false),
                _ => None,
            },
            Cell::Formula => return Err(Flaw::new(Code::FormulaRefused)),
            _ => None,
        };
        let flaw = || Flaw::new(Code::UnknownValue).with("allowed", format!("{MET}, {NOT_MET}"));
        known.map(|met| if met { Decimal::ONE } else { Decimal::ZERO }).ok_or_else(flaw)
    }

    /// A day: a date cell, `31/12/2022`, `2022-12-31`.
    pub fn date(&self) -> Result<LocalDate, Flaw> {
        match self {
            Cell::Date(day) => Ok(*day),
            Cell::Text(text) => typed_date(text.trim()).ok_or_else(|| Flaw::new(Code::InvalidDate)),
            Cell::Formula => Err(Flaw::new(Code::FormulaRefused)),
            _ => Err(Flaw::new(Code::InvalidDate)),
        }
    }

    /// Does it say that the item does not apply?
    pub fn says_not_applicable(&self) -> bool {
        matches!(self, Cell::Text(text) if matches!(words(text).as_str(), "kad" | "k.a.d" | "khong ap dung"))
    }
}

pub const MET: &str = "Đạt";
pub const NOT_MET: &str = "Chưa đạt";
pub const NOT_APPLICABLE: &str = "KAD";

/// Folded, with single blanks.
pub fn words(text: &str) -> String {
    search::fold(text).split_whitespace().collect::<Vec<_>>().join(" ")
}

/// A day as offices write it.
pub fn written_date(day: LocalDate) -> String {
    let text = day.to_string();
    let parts: Vec<&str> = text.split('-').rev().collect();
    parts.join("/")
}

fn typed_date(text: &str) -> Option<LocalDate> {
    if let Ok(day) = LocalDate::parse(text) {
        return Some(day);
    }
    let parts: Vec<&str> = text.split(['/', '-', '.']).collect();
    let [day, month, year] = parts.as_slice() else { return None };
    let digits =
        |part: &str, most: usize| (1..=most).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_digit());
    if !(digits(day, 2) && digits(month, 2) && digits(year, 4) && year.len() == 4) {
        return None;
    }
    LocalDate::new(year.parse().ok()?, month.parse().ok()?, day.parse().ok()?)
}

/// The digits of a hundred times the number.
fn hundredfold(digits: &str) -> String {
    let (whole, part) = digits.split_once('.').unwrap_or((digits, ""));
    let padded = format!("{part:0<2}");
    let (moved, rest) = padded.split_at(2);
    if rest.is_empty() { format!("{whole}{moved}") } else { format!("{whole}{moved}.{rest}") }
}

/// A number as people write it.
fn typed_number(text: &str) -> Result<Decimal, Flaw> {
    let expected = || Flaw::new(Code::NumberExpected);
    let plain: String = text
        .trim()
        .chars()
        .map(|character| match character {
            '\u{a0}' | '\u{202f}' | '\u{2009}' => ' ',
            '\u{2212}' | '\u{2013}' => '-',
            other => other,
        })
        .collect();
    let (sign, body) = plain.strip_prefix('-').map_or(("", plain.as_str()), |rest| ("-", rest.trim_start()));
    if !body.bytes().all(|byte| byte.is_ascii_digit() || matches!(byte, b'.' | b',' | b' ')) {
        return Err(expected());
    }
    let (whole, part) = parts_of(body)?;
    let whole_is_there = !whole.is_empty() && whole.bytes().all(|byte| byte.is_ascii_digit());
    if !whole_is_there || part.as_ref().is_some_and(|part| part.is_empty() || part.contains(['.', ',', ' '])) {
        return Err(expected());
    }
    let digits = whole.trim_start_matches('0');
    let digits = if digits.is_empty() { "0" } else { digits };
    match part {
        Some(part) => Decimal::parse(&format!("{sign}{digits}.{part}")),
        None => Decimal::parse(&format!("{sign}{digits}")),
    }
}

/// The digits before and after the decimal sign, without what separates thousands.
fn parts_of(body: &str) -> Result<(String, Option<String>), Flaw> {
    let expected = || Flaw::new(Code::NumberExpected);
    let ambiguous = || Flaw::new(Code::AmbiguousNumber);
    let owned = |(whole, part): (&str, &str)| (whole.to_owned(), Some(part.to_owned()));
    let joined = |text: &str, separator: char| {
        let groups: Vec<&str> = text.split(separator).collect();
        let first = (1..=3).contains(&groups[0].len());
        (first && groups[1..].iter().all(|group| group.len() == 3)).then(|| groups.concat())
    };
    if body.contains(' ') {
        // Blanks separate thousands, so what else there is is the decimal sign.
        let (whole, part) = body.split_once([',', '.']).map_or((body, None), |(whole, part)| (whole, Some(part)));
        return joined(whole, ' ').map(|whole| (whole, part.map(str::to_owned))).ok_or_else(expected);
    }
    let (points, commas) = (body.matches('.').count(), body.matches(',').count());
    // Three digits after the only separator: thousands to one reader, decimals to another. Zero thousands there are not.
    let could_be_thousands =
        |(whole, part): (&str, &str)| part.len() == 3 && (1..=3).contains(&whole.len()) && !whole.starts_with('0');
    match (points, commas) {
        (0, 0) => Ok((body.to_owned(), None)),
        (1, 0) | (0, 1) => {
            let parts = body.split_once(['.', ',']).ok_or_else(expected)?;
            if could_be_thousands(parts) { Err(ambiguous()) } else { Ok(owned(parts)) }
        }
        (_, 0) => joined(body, '.').map(|whole| (whole, None)).ok_or_else(expected),
        // Thousands by commas are the way of another language: whoever writes so may have meant anything.
        (0, _) => Err(if joined(body, ',').is_some() { ambiguous() } else { expected() }),
        (_, 1) => {
            let (whole, part) = body.split_once(',').ok_or_else(expected)?;
            match joined(whole, '.') {
                Some(whole) if !part.contains('.') => Ok((whole, Some(part.to_owned()))),
                _ => Err(if part.contains('.') { ambiguous() } else { expected() }),
            }
        }
        _ => Err(if body.find(',') < body.find('.') { ambiguous() } else { expected() }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_read_as_they_are_written_in_vietnam() {
        for (text, read) in [
            ("12", "12"),
            ("12,5", "12.5"),
            ("12.5", "12.5"),
            ("1.234,5", "1234.5"),
            ("2.428.748", "2428748"),
            ("2.428.748,25", "2428748.25"),
            ("1.234,567", "1234.567"),
            ("1 234,5", "1234.5"),
            ("1\u{a0}234,5", "1234.5"),
            ("1 234 567", "1234567"),
            ("1 234.5", "1234.5"),
            ("85%", "85"),
            ("85,5 %", "85.5"),
            ("0,125", "0.125"),
            ("0.125", "0.125"),
            ("1,2340", "1.234"),
            ("1234,567", "1234.567"),
            ("-5,5", "-5.5"),
            ("\u{2212}5", "-5"),
            ("  7 ", "7"),
            ("007", "7"),
            ("0", "0"),
        ] {
            let cell = Cell::Text(text.to_owned());
            assert_eq!(cell.number(true).map(|number| number.to_string()).as_deref(), Ok(read), "{text}");
        }
    }

    #[test]
    fn what_could_mean_two_numbers_is_refused_and_what_is_none_as_well() {
        for (text, code) in [
            ("1.234", Code::AmbiguousNumber),
            ("1,234", Code::AmbiguousNumber),
            ("12,345", Code::AmbiguousNumber),
            ("123.456", Code::AmbiguousNumber),
            ("1,234.5", Code::AmbiguousNumber),
            ("1,234,567", Code::AmbiguousNumber),
            ("1,234,567.8", Code::AmbiguousNumber),
            ("1.23.456", Code::NumberExpected),
            ("1.2345,6", Code::NumberExpected),
            ("12 34", Code::NumberExpected),
            ("1 234,5,6", Code::NumberExpected),
            (",5", Code::NumberExpected),
            ("5,", Code::NumberExpected),
            ("", Code::NumberExpected),
            ("-", Code::NumberExpected),
            ("+5", Code::NumberExpected),
            ("1e5", Code::NumberExpected),
            ("khoảng 5", Code::NumberExpected),
            ("٣", Code::NumberExpected),
            ("0,00001", Code::TooManyDigits),
            ("1234567890123456", Code::TooManyDigits),
        ] {
            let cell = Cell::Text(text.to_owned());
            assert_eq!(cell.number(true).map_err(|flaw| flaw.code), Err(code), "{text}");
        }
        assert_eq!(Cell::Text("85%".to_owned()).number(false).map_err(|flaw| flaw.code), Err(Code::NumberExpected));
        assert_eq!(Cell::Formula.number(true).map_err(|flaw| flaw.code), Err(Code::FormulaRefused));
        assert!(Cell::Truth(true).number(true).is_err());
    }

    #[test]
    fn a_typed_number_is_taken_by_its_digits_and_a_percentage_as_it_is_seen() {
        let number = |cell: Cell| cell.number(true).map(|number| number.to_string());
        assert_eq!(number(Cell::Number("38.9".to_owned())).as_deref(), Ok("38.9"));
        assert_eq!(number(Cell::Number("1.234".to_owned())).as_deref(), Ok("1.234"));
        for (stored, seen) in [("0.85", "85"), ("0.8", "80"), ("1", "100"), ("0.8555", "85.55"), ("-0.05", "-5")] {
            assert_eq!(number(Cell::Share(stored.to_owned())).as_deref(), Ok(seen), "{stored}");
        }
        assert!(number(Cell::Number("0.30000000000000004".to_owned())).is_err());
    }

    #[test]
    fn days_are_real_days() {
        let date = |text: &str| Cell::Text(text.to_owned()).date().map(|day| day.to_string()).map_err(|flaw| flaw.code);
        for text in ["31/12/2022", "31-12-2022", "31.12.2022", "2022-12-31", " 31/12/2022 "] {
            assert_eq!(date(text).as_deref(), Ok("2022-12-31"), "{text}");
        }
        assert_eq!(date("1/2/2022").as_deref(), Ok("2022-02-01"));
        for text in ["31/02/2022", "12/31/2022", "31/12/22", "31/12", "hôm qua", "", "31/12/2022/1", "2022/12/31"] {
            assert_eq!(date(text), Err(Code::InvalidDate), "{text}");
        }
        assert!(Cell::Number("44926".to_owned()).date().is_err());
    }

    #[test]
    fn yes_and_no_have_many_words() {
        let truth = |text: &str| Cell::Text(text.to_owned()).truth().ok();
        for text in ["Đạt", "đạt", "ĐẠT", "Đa\u{323}t", " Đạt ", "Có", "1"] {
            assert_eq!(truth(text), Some(Decimal::ONE), "{text}");
        }
        for text in ["Chưa đạt", "chưa  đạt", "Không đạt", "Không", "0"] {
            assert_eq!(truth(text), Some(Decimal::ZERO), "{text}");
        }
        for text in ["", "x", "2", "gần đạt"] {
            assert_eq!(truth(text), None, "{text}");
        }
        for text in ["KAD", "kad", "Không áp dụng"] {
            assert!(Cell::Text(text.to_owned()).says_not_applicable(), "{text}");
        }
    }
}
