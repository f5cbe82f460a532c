//! Take a file in: begin the assessments that are missing, write what the file says anew, tell what comes of it.

use super::cells::{MET, NOT_APPLICABLE, NOT_MET, written_date};
use super::columns::{Asked, Column, Figure};
use super::effect::Effect;
use super::model::{CellChange, Layout, SheetImport};
use super::round::{Known, Question, Round, UNITS_AT_ONCE};
use super::understanding::{Entry, Places, Said, UnitSaid, understand};
use super::workbook::Grid;
use crate::access::Caller;
use crate::assessments::{
    self, AssessmentRecord, NewAssessment, NewPartFigure, NewSheetItem, SheetItemPatch, SheetPatch, Stage, Verdict,
};
use crate::codes::Code;
use crate::db::Tx;
use crate::error::{CellPlace, Error, Fault, Faults, Flaw, Place};
use crate::http::IfMatch;
use crate::indicators::Member;
use crate::observations::{self, MemberFigure, NewFigure, NewMemberFigure, ObservationRow, Source, rules};
use crate::units::Territory;
use crate::values::{CriterionCode, Decimal, Patch, UnitId, Whole};

/// Take a file in, all or nothing.
/// Errors: `OutOfScope` where the caller writes to nothing below the unit; `IMPORT_REJECTED` with every cell at fault.
pub fn import(
    tx: &mut Tx<'_>,
    caller: &Caller,
    question: &Question,
    layout: Layout,
    grid: &Grid,
) -> Result<SheetImport, Error> {
    let memory = tx.memory.clone();
    let round = Round::of(&memory, &caller.scope, question).map_err(|error| match error {
        // Units are known to everybody; what the caller may not do is to write there.
        Error::NotFound => Error::OutOfScope(Fault::parameter("unit_code", Code::OutOfScope)),
        other => other,
    })?;
    let today = tx.now.local_date();
    if round.stage != Stage::Target && today < round.period.first_day() {
        return Err(Error::invalid(Fault::parameter("period", Code::DateInFuture)));
    }
    let territory = memory.part::<Territory>();
    for unit in &round.units {
        observations::require_stage(territory, caller, unit.id, round.day, round.stage.into(), today)?;
    }
    let said = understand(&round, layout, grid)?;
    let mut effect = Effect::new(&round, said.rows);
    let mut faults = Vec::new();
    // Some units at a time, so that what holds for all of them is never in memory together.
    for part in said.units.chunks(UNITS_AT_ONCE) {
        let units: Vec<UnitId> = part.iter().map(|unit| unit.unit).collect();
        let mut known = round.known(tx.conn, &caller.scope, &units)?;
        for unit in part {
            let before = known.remove(&unit.unit).unwrap_or_default();
            let news = News::of(&round, &said.places, unit, &before)?;
            if !news.faults.is_empty() {
                faults.extend(news.faults);
                continue;
            }
            match write(tx, caller, &round, unit, &before, &news) {
                Ok(after) => effect.add(unit.unit, before.record, after, news.cells),
                Err(Error::Invalid(found)) => {
                    faults.extend(found.into_iter().map(|fault| news.placed(&said, unit, fault)));
                }
                // What the state of one unit forbids is told with its row, beside the faults of the others.
                Err(Error::Conflict(code)) => faults.push(said.at_unit(unit, code)),
                Err(Error::OutOfScope(fault)) => faults.push(said.at_unit(unit, fault.flaw.code)),
                Err(Error::Duplicate(_)) => faults.push(said.at_unit(unit, Code::Duplicate)),
                Err(other) => return Err(other),
            }
        }
    }
    if faults.is_empty() { effect.finish() } else { Err(Error::Request(Code::ImportRejected, faults)) }
}

/// Write one unit. None where nothing was written.
fn write(
    tx: &mut Tx<'_>,
    caller: &Caller,
    round: &Round<'_>,
    unit: &UnitSaid,
    before: &Known,
    news: &News<'_>,
) -> Result<Option<AssessmentRecord>, Error> {
    match &before.record {
        Some(_) if news.items.is_empty() => Ok(None),
        Some(record) => {
            let patch = SheetPatch { criteria_set_code: None, criteria: None, items: Some(news.items.clone()) };
            let version = IfMatch::Version(record.row.version);
            assessments::write_sheet(tx, caller, record.row.id, &version, Ok(patch.change())).map(Some)
        }
        None if unit.entries.is_empty() => Ok(None),
        None => {
            let items = news.items.iter().map(|item| NewSheetItem {
                code: item.code.clone(),
                figure: item.figure.clone(),
                part_figures: item.part_figures.clone(),
                not_applicable_reason: match &item.not_applicable_reason {
                    Patch::Set(reason) => reason.clone(),
                    Patch::Keep => None,
                },
                overriding: None,
            });
            let new = NewAssessment {
                unit_id: Some(unit.unit),
                unit_code: None,
                criteria_set_code: round.set.row.code.clone(),
                period: round.period,
                stage: round.stage,
                cut_off_date: None,
                source: None,
                declared_total: None,
                criteria: None,
                items: Some(items.collect()),
                based_on_id: None,
                note: None,
                external_id: None,
            };
            assessments::create(tx, Some(caller), &new).map(Some)
        }
    }
}

impl Said {
    /// A fault of a unit as a whole, at the first row that names it.
    fn at_unit(&self, unit: &UnitSaid, code: Code) -> Fault {
        let column = self.places.column_of(Column::UnitCode).or_else(|| self.places.column_of(Column::UnitName));
        Flaw::new(code).at(self.places.of(unit.row, column, None))
    }
}

/// What a file says of a unit that does not hold already.
struct News<'a> {
    items: Vec<SheetItemPatch>,
    /// For each item the entries from which its figures come, in the order of their parts.
    sources: Vec<Vec<(usize, &'a Entry)>>,
    cells: Vec<CellChange>,
    faults: Vec<Fault>,
}

impl<'a> News<'a> {
    fn of(round: &Round<'_>, places: &Places, unit: &'a UnitSaid, before: &Known) -> Result<News<'a>, Error> {
        let mut news = News { items: Vec::new(), sources: Vec::new(), cells: Vec::new(), faults: Vec::new() };
        for entry in &unit.entries {
            let asked = &round.asked[entry.asked];
            let code = &asked.item.row.code;
            let held = before.figures.get(&asked.indicator.row.id);
            let verdict = before.record.as_ref().map(|record| verdict_of(record, code));
            let item = before.record.as_ref().and_then(|record| record.item(code));
            let reason = item.and_then(|item| item.not_applicable_reason.as_ref());
            let cell = |column: u32, from: Option<String>, to: String| CellChange {
                item_code: code.clone(),
                column: CellPlace { column: Some(column), ..CellPlace::default() }.letters().unwrap_or_default(),
                row: entry.row,
                from,
                to,
                verdict_from: verdict,
                // Told when the unit is written.
                verdict_to: Verdict::NotAssessed,
            };
            let cells = news.cells.len();
            let mut patched = Patch::Keep;
            if let Some(told) = &entry.not_applicable {
                let known = told.value.as_str() == NOT_APPLICABLE && reason.is_some();
                if !known && reason != Some(&told.value) {
                    news.cells.push(cell(told.column, reason.map(ToString::to_string), told.value.to_string()));
                    patched = Patch::Set(Some(told.value.clone()));
                }
            } else if let (Some((_, told)), Some(_)) = (entry.figures.first(), reason) {
                // A figure says that it does apply.
                if asked.part == 0 {
                    let to = written(asked, told.value);
                    news.cells.push(cell(told.column, Some(NOT_APPLICABLE.to_owned()), to));
                    patched = Patch::Set(None);
                }
            }
            let figure =
                changed_figure(asked, entry, held, |column, from, to| news.cells.push(cell(column, from, to)))?;
            if figure.is_none() && patched == Patch::Keep {
                continue;
            }
            // A cell that takes a reason away and says another figure is told once.
            let mut seen = Vec::new();
            let fresh = news.cells.split_off(cells);
            for change in fresh {
                if !seen.contains(&change.column) {
                    seen.push(change.column.clone());
                    news.cells.push(change);
                }
            }
            if let Some(figure) = &figure
                && !leaves_a_value(asked, figure)
            {
                let column = places.column_of(Column::Item(entry.asked, Figure::Whole));
                let column = column.or_else(|| places.column_of(Column::Figure(Figure::Whole)));
                news.faults.push(Flaw::new(Code::Required).at(places.of(entry.row, column, None)));
                continue;
            }
            news.put(code, asked.part, figure, patched, entry);
        }
        Ok(news)
    }

    fn put(
        &mut self,
        code: &CriterionCode,
        part: usize,
        figure: Option<NewFigure>,
        reason: Patch<crate::values::Note>,
        entry: &'a Entry,
    ) {
        let at = self.items.iter().position(|item| item.code == *code).unwrap_or_else(|| {
            self.items.push(SheetItemPatch {
                code: code.clone(),
                figure: None,
                part_figures: None,
                not_applicable_reason: Patch::Keep,
                overriding: Patch::Keep,
            });
            self.sources.push(Vec::new());
            self.items.len() - 1
        });
        let item = &mut self.items[at];
        if reason != Patch::Keep {
            item.not_applicable_reason = reason;
        }
        match (part, figure) {
            (0, figure) => item.figure = figure,
            (part, Some(figure)) => {
                let part = Whole(i64::try_from(part).unwrap_or(1));
                item.part_figures.get_or_insert_default().push(NewPartFigure { part, figure });
            }
            (_, None) => {}
        }
        self.sources[at].push((part, entry));
    }

    /// A fault of a sheet, in the cell from which it comes.
    fn placed(&self, said: &Said, unit: &UnitSaid, fault: Fault) -> Fault {
        let Place::Pointer(pointer) = &fault.place else { return said.at_unit(unit, fault.flaw.code) };
        let mut steps = pointer.trim_start_matches('/').split('/');
        let item = match (steps.next(), steps.next().and_then(|at| at.parse::<usize>().ok())) {
            (Some("items"), Some(at)) => at,
            _ => return Fault { place: said.at_unit(unit, fault.flaw.code).place, flaw: fault.flaw },
        };
        let sources = self.sources.get(item).map(Vec::as_slice).unwrap_or_default();
        let part = match steps.next() {
            Some("part_figures") => {
                let at = steps.next().and_then(|at| at.parse::<usize>().ok()).unwrap_or(0);
                let _figure = steps.next();
                self.items[item]
                    .part_figures
                    .as_ref()
                    .and_then(|parts| parts.get(at))
                    .map_or(0, |part| part.part.0 as usize)
            }
            _ => 0,
        };
        let source = sources.iter().find(|(known, _)| *known == part).or(sources.first());
        let Some((_, entry)) = source else { return said.at_unit(unit, fault.flaw.code) };
        let figure = if part == 0 { self.items[item].figure.as_ref() } else { None };
        let column = match (steps.next(), steps.next().and_then(|at| at.parse::<usize>().ok())) {
            (Some("numerator"), _) => entry.figure(Figure::Numerator).map(|told| told.column),
            (Some("denominator"), _) => entry.figure(Figure::Denominator).map(|told| told.column),
            (Some("cut_off_date"), _) => entry.cut_off_date.as_ref().map(|told| told.column),
            (Some("breakdown"), Some(at)) => {
                let member = figure.and_then(|figure| figure.breakdown.as_ref()?.get(at)).map(|figure| figure.member);
                member.and_then(|member| entry.figure(Figure::Of(member))).map(|told| told.column)
            }
            (Some("breakdown"), None) => {
                let of_member = |(figure, _): &&(Figure, _)| matches!(figure, Figure::Of(_));
                entry.figures.iter().find(of_member).map(|(_, told)| told.column)
            }
            _ => entry.figure(Figure::Whole).map(|told| told.column),
        };
        let any = entry.figures.first().map(|(_, told)| told.column);
        let column = column.or(any).or(entry.not_applicable.as_ref().map(|told| told.column));
        let value = entry.figures.iter().find(|(_, told)| Some(told.column) == column).map(|(_, told)| told.value);
        let value = value.map(|value| super::cells::Cell::Number(value.to_string()));
        Fault { place: said.places.of(entry.row, column, value.as_ref()), flaw: fault.flaw }
    }
}

/// The verdict on an item of an assessment.
pub fn verdict_of(record: &AssessmentRecord, code: &CriterionCode) -> Verdict {
    record.item(code).map_or(Verdict::NotAssessed, |item| item.verdict)
}

/// A figure as a sheet shows it.
pub fn written(asked: &Asked<'_>, value: Decimal) -> String {
    match asked.is_truth() {
        true if value == Decimal::ONE => MET.to_owned(),
        true => NOT_MET.to_owned(),
        false => value.to_string(),
    }
}

/// One of the figures of an observation.
pub fn held_figure(held: &ObservationRow, breakdown: &[MemberFigure], figure: Figure) -> Option<Decimal> {
    match figure {
        Figure::Whole => held.value,
        Figure::Numerator => held.numerator,
        Figure::Denominator => held.denominator,
        Figure::Of(member) => breakdown.iter().find(|known| known.member == member).map(|known| known.value),
    }
}

/// The figure that a row says, where it says another than the one that holds. What its cells leave blank stays as it is.
fn changed_figure(
    asked: &Asked<'_>,
    entry: &Entry,
    held: Option<&ObservationRow>,
    mut tell: impl FnMut(u32, Option<String>, String),
) -> Result<Option<NewFigure>, Error> {
    let read = held.map(ObservationRow::read).transpose().map_err(Error::internal)?;
    let breakdown = read.as_ref().map(|read| read.breakdown.clone()).unwrap_or_default();
    let holds = |figure: Figure| held.and_then(|held| held_figure(held, &breakdown, figure));
    let fresh =
        |figure: Figure| entry.figure(figure).map(|told| told.value).filter(|value| holds(figure) != Some(*value));
    let mut figures_change = false;
    for (figure, told) in &entry.figures {
        if let Some(value) = fresh(*figure) {
            figures_change = true;
            tell(told.column, holds(*figure).map(|value| written(asked, value)), written(asked, value));
        }
    }
    let mut surroundings_change = false;
    if let Some(told) = &entry.cut_off_date {
        let known = held.and_then(|held| held.cut_off_date);
        if known != Some(told.value) {
            surroundings_change = true;
            tell(told.column, known.map(written_date), written_date(told.value));
        }
    }
    if let Some(told) = &entry.note {
        let known = held.and_then(|held| held.note.as_ref());
        if known != Some(&told.value) {
            surroundings_change = true;
            tell(told.column, known.map(ToString::to_string), told.value.to_string());
        }
    }
    if !figures_change && !surroundings_change {
        return Ok(None);
    }
    let told = |figure: Figure| entry.figure(figure).map(|told| told.value);
    let parts_change = fresh(Figure::Numerator).is_some() || fresh(Figure::Denominator).is_some();
    let value_changes = fresh(Figure::Whole).is_some();
    // A new value makes parts old that were not told again, and the other way round.
    let part = |figure: Figure| told(figure).or_else(|| holds(figure).filter(|_| !value_changes));
    let value = told(Figure::Whole).or_else(|| holds(Figure::Whole).filter(|_| !parts_change));
    let mut members: Vec<NewMemberFigure> = breakdown
        .iter()
        .map(|known| NewMemberFigure {
            member: known.member,
            value: Some(known.value),
            numerator: known.numerator,
            denominator: known.denominator,
        })
        .collect();
    for member in [Member::Male, Member::Female] {
        let Some(value) = fresh(Figure::Of(member)) else { continue };
        let figure = NewMemberFigure { member, value: Some(value), numerator: None, denominator: None };
        match members.iter_mut().find(|known| known.member == member) {
            Some(known) => *known = figure,
            None => members.push(figure),
        }
    }
    let mut figure = NewFigure {
        value,
        numerator: part(Figure::Numerator),
        denominator: part(Figure::Denominator),
        breakdown: (!members.is_empty()).then_some(members),
        cut_off_date: entry.cut_off_date.as_ref().map(|told| told.value),
        source: None,
        note: entry.note.as_ref().map(|told| told.value.clone()),
        evidence: None,
    };
    if let (false, Some(held), Some(read)) = (figures_change, held, read) {
        // The same figure keeps what else is known of it.
        figure.cut_off_date = figure.cut_off_date.or(held.cut_off_date);
        figure.note = figure.note.or_else(|| held.note.clone());
        figure.source = held.source_label.clone().map(|label| Source { label, date: held.source_date });
        let evidence = read.evidence.into_iter().map(|known| observations::NewEvidence {
            kind_code: known.kind_code,
            label: known.label,
            date: known.date,
            valid_until: known.valid_until,
            file_id: known.file_id,
            content_hash: known.content_hash,
        });
        figure.evidence = Some(evidence.collect());
    }
    Ok(Some(figure))
}

/// Does the figure come to a value? Men and women alone do not make one of rates whose parts are not known.
fn leaves_a_value(asked: &Asked<'_>, figure: &NewFigure) -> bool {
    let checked = rules::check(asked.indicator, figure, "", &mut Faults::default());
    checked.is_none_or(|checked| checked.value.is_some())
}
