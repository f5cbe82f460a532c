//! Which unit does a row mean? By code, by a name it bears or bore, in any spelling; never by a guess.

use super::cells::{Cell, words};
use crate::codes::Code;
use crate::error::Flaw;
use crate::units::{Territory, UnitRef};
use crate::values::{LocalDate, Scalar, UnitCode, UnitId};
use std::collections::HashMap;

/// The kinds that people write before a name, folded as names are.
const KINDS: [&str; 7] = ["xa ", "phuong ", "thi tran ", "huien ", "thi xa ", "thanh pho ", "tinh "];

/// The units of a sheet, by what a row may call them.
pub struct UnitNames<'a> {
    territory: &'a Territory,
    day: LocalDate,
    by_code: HashMap<&'a str, UnitId>,
    /// Without leading zeros; none where two codes would be the same.
    by_number: HashMap<&'a str, Option<UnitId>>,
    /// Names on the day, folded.
    by_name: HashMap<&'a str, Vec<UnitId>>,
    /// Names at any time, folded.
    by_old_name: HashMap<&'a str, Vec<UnitId>>,
}

/// What is wrong with how a row names its unit, and in which of its two cells.
pub struct Misnamed {
    pub by_name: bool,
    pub flaw: Flaw,
}

impl<'a> UnitNames<'a> {
    pub fn new(territory: &'a Territory, units: &'a [UnitRef], day: LocalDate) -> UnitNames<'a> {
        let mut names = UnitNames {
            territory,
            day,
            by_code: HashMap::new(),
            by_number: HashMap::new(),
            by_name: HashMap::new(),
            by_old_name: HashMap::new(),
        };
        for unit in units {
            let code = unit.code.as_str();
            names.by_code.insert(code, unit.id);
            let number = names.by_number.entry(code.trim_start_matches('0')).or_insert(Some(unit.id));
            if *number != Some(unit.id) {
                *number = None;
            }
            for entry in territory.get(unit.id).into_iter().flat_map(|held| &held.timeline) {
                let bearers = names.by_old_name.entry(entry.name_folded.as_str()).or_default();
                if !bearers.contains(&unit.id) {
                    bearers.push(unit.id);
                }
                if entry.holds_on(day) {
                    names.by_name.entry(entry.name_folded.as_str()).or_default().push(unit.id);
                }
            }
        }
        names
    }

    /// The unit of a row.
    pub fn find(&self, code: Option<&Cell>, name: Option<&Cell>) -> Result<UnitId, Misnamed> {
        let in_name = |flaw| Misnamed { by_name: true, flaw };
        let in_code = |flaw| Misnamed { by_name: false, flaw };
        let bearers = match name {
            Some(cell) => self.bearers(&cell.text().map_err(in_name)?),
            None => Vec::new(),
        };
        let Some(code) = code else {
            let Some(name) = name else { return Err(in_code(Flaw::new(Code::Required))) };
            return match bearers.as_slice() {
                [unit] => Ok(*unit),
                [] => Err(in_name(self.unknown(&name.shown()))),
                several => Err(in_name(self.ambiguous(several))),
            };
        };
        let unit = self.holder(code).map_err(in_code)?;
        if name.is_some() && !bearers.contains(&unit) {
            return Err(in_name(Flaw::new(Code::UnitContradiction)));
        }
        Ok(unit)
    }

    fn holder(&self, cell: &Cell) -> Result<UnitId, Flaw> {
        let text = cell.text()?;
        let text = text.trim();
        if let Some(unit) = self.by_code.get(text) {
            return Ok(*unit);
        }
        // A program that took the code for a number took its zeros away, unless others bear it as it stands.
        let stands = UnitCode::parse(text).is_ok_and(|code| !self.territory.holders(&code).is_empty());
        let is_number = !stands || self.by_number.contains_key(text);
        if is_number && text.bytes().all(|byte| byte.is_ascii_digit()) && text.len() < 5 {
            let lost = || Flaw::new(Code::InvalidCode).with("pattern", "00001");
            return self.by_number.get(text).copied().flatten().ok_or_else(lost);
        }
        let code = UnitCode::parse(text)?;
        let holders = self.territory.holders(&code);
        if holders.is_empty() {
            return Err(Flaw::new(Code::UnitCodeNotHeld));
        }
        // A code that only one unit of the sheet ever had.
        let mut own: Vec<UnitId> =
            holders.iter().map(|(id, _)| *id).filter(|id| self.by_code.values().any(|unit| unit == id)).collect();
        own.dedup();
        match own.as_slice() {
            [unit] if !holders.iter().any(|(_, entry)| entry.holds_on(self.day)) => Ok(*unit),
            _ => Err(Flaw::new(Code::UnitNotInSheet)),
        }
    }

    /// Units of the sheet that bear the name on the day, else those that ever bore it.
    fn bearers(&self, name: &str) -> Vec<UnitId> {
        let folded = words(name);
        let spellings =
            std::iter::once(folded.as_str()).chain(KINDS.iter().filter_map(|kind| folded.strip_prefix(kind)));
        for spelling in spellings {
            let found = self.by_name.get(spelling).or_else(|| self.by_old_name.get(spelling));
            if let Some(found) = found {
                return found.clone();
            }
        }
        Vec::new()
    }

    fn unknown(&self, name: &str) -> Flaw {
        let elsewhere = !self.territory.namesakes(&words(name)).is_empty();
        Flaw::new(if elsewhere { Code::UnitNotInSheet } else { Code::UnitNameNotFound })
    }

    fn ambiguous(&self, units: &[UnitId]) -> Flaw {
        let mut flaw = Flaw::new(Code::AmbiguousUnit);
        let entries = units.iter().filter_map(|unit| Some((*unit, self.territory.get(*unit)?.near(self.day))));
        flaw.candidates = entries.map(|(unit, entry)| self.territory.candidate(unit, entry)).collect();
        flaw
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::units::{Level, NewTimelineEntry, Unit};
    use crate::values::{Confidence, Timestamp};

    type State = (&'static str, &'static str, i32);

    /// Communes with the states they had, each from the first day of a year until the next.
    fn territory(communes: &[&[State]]) -> (Territory, Vec<UnitRef>, LocalDate) {
        let first = |year| LocalDate::new(year, 1, 1).unwrap();
        let day = first(2022);
        let (mut units, mut entries, mut references) = (Vec::new(), Vec::new(), Vec::new());
        for states in communes {
            let unit = Unit {
                id: UnitId::new(),
                version: 1,
                level: Level::Commune,
                created_at: Timestamp::new(chrono::Utc::now()),
            };
            for (at, (code, name, from)) in states.iter().enumerate() {
                let entry = NewTimelineEntry {
                    code: Scalar::parse(code).unwrap(),
                    name: Scalar::parse(name).unwrap(),
                    kind_code: Scalar::parse("XA").unwrap(),
                    parent_id: None,
                    territory_number: 1,
                    valid_from: first(*from),
                    valid_to: states.get(at + 1).map(|(_, _, next)| first(*next)),
                    act_number: None,
                    confidence: Confidence::High,
                    succession_id: None,
                };
                entries.push(entry.of(unit.id));
            }
            units.push(unit);
        }
        let ids: Vec<UnitId> = units.iter().map(|unit| unit.id).collect();
        let territory = Territory::new(units, entries, Vec::new());
        references.extend(ids.iter().filter_map(|id| territory.reference(*id, day)));
        (territory, references, day)
    }

    #[test]
    fn a_name_that_two_bear_is_told_and_an_old_name_is_known() {
        let (territory, units, day) = territory(&[
            &[("00001", "Bình An", 2000)],
            &[("00002", "Bình An", 2000)],
            &[("00003", "Tân Lập", 2000), ("00003", "Tân Tiến", 2015)],
            &[("00004", "Tân Lập", 2010)],
            &[("00005", "Cũ Kỹ", 2000), ("00006", "Mới Mẻ", 2020)],
        ]);
        let names = UnitNames::new(&territory, &units, day);
        let text = |text: &str| (!text.is_empty()).then(|| Cell::Text(text.to_owned()));
        let find = |code: &str, name: &str| {
            let found = names.find(text(code).as_ref(), text(name).as_ref());
            let place = found.map(|id| units.iter().position(|unit| unit.id == id).unwrap() + 1);
            place.map_err(|misnamed| (misnamed.by_name, misnamed.flaw.code))
        };
        for (code, name, expected) in [
            ("00001", "", Ok(1)),
            ("1", "", Ok(1)),
            ("00001", "Bình An", Ok(1)),
            ("00002", "xã binh an", Ok(2)),
            ("", "Bình An", Err((true, Code::AmbiguousUnit))),
            // Who bears the name on the day goes before who bore it.
            ("", "Tân Lập", Ok(4)),
            ("", "Tân Tiến", Ok(3)),
            ("00003", "Tân Lập", Err((true, Code::UnitContradiction))),
            ("", "Cũ Kĩ", Ok(5)),
            ("00005", "", Ok(5)),
            ("00006", "Cũ Kỹ", Ok(5)),
            ("7", "", Err((false, Code::InvalidCode))),
            ("00007", "", Err((false, Code::UnitCodeNotHeld))),
            ("", "Không có", Err((true, Code::UnitNameNotFound))),
            ("", "", Err((false, Code::Required))),
        ] {
            assert_eq!(find(code, name), expected, "{code} {name}");
        }
    }
}
