//! The fold: each line once into the total and once into its group.

use super::cut::{CutLines, sums as sums_of};
use super::model::{
    BudgetDenominator, BudgetExecution, BudgetFigures, BudgetGroup, BudgetGrouping, BudgetScope, BudgetWork,
};
use super::units::{self, ByUnit};
use crate::access::Scope;
use crate::code_lists::CodeLists;
use crate::codes::Code;
use crate::db::{Conn, Snapshot};
use crate::error::{Error, Fault, Place};
use crate::http::Language;
use crate::programmes::ledger::rules::Sums;
use crate::programmes::ledger::{BudgetLines, Described};
use crate::programmes::works::Works;
use crate::programmes::{self, MOST_VND, PlacedLine, Programmes};
use crate::reports::fold::Days;
use crate::reports::model::Basis;
use crate::reports::planned;
use crate::units::{Level, Naming, Territory, UnitChoice};
use crate::values::{ComponentCode, Decimal, ListCode, LocalDate, UnitId, WorkId};
use std::collections::{BTreeMap, HashMap};

/// What a caller asks.
#[derive(Debug, Clone)]
pub struct BudgetQuestion {
    pub unit: UnitChoice,
    /// In order; at least one.
    pub plan_years: Vec<i32>,
    pub origin_years: Vec<i32>,
    pub programme_codes: Vec<ListCode>,
    /// With all their parts.
    pub component_codes: Vec<ComponentCode>,
    /// With all that are parts of them.
    pub funding_source_codes: Vec<ListCode>,
    pub nature_codes: Vec<ListCode>,
    pub work_ids: Vec<WorkId>,
    pub group_by: BudgetGrouping,
    pub basis: Basis,
    pub denominator: BudgetDenominator,
    pub with_carried: bool,
    pub value_date_lte: Option<LocalDate>,
    pub booking_date_lte: Option<LocalDate>,
    pub compare_previous_year: bool,
    pub today: LocalDate,
    pub language: Language,
}

impl BudgetQuestion {
    /// All money of a unit and a year, not divided.
    pub fn of_year(unit: UnitId, year: i32, today: LocalDate) -> BudgetQuestion {
        BudgetQuestion {
            unit: UnitChoice { id: Some(unit), ..UnitChoice::default() },
            plan_years: vec![year],
            origin_years: Vec::new(),
            programme_codes: Vec::new(),
            component_codes: Vec::new(),
            funding_source_codes: Vec::new(),
            nature_codes: Vec::new(),
            work_ids: Vec::new(),
            group_by: BudgetGrouping::Nothing,
            basis: Basis::AsReported,
            denominator: BudgetDenominator::Assigned,
            with_carried: false,
            value_date_lte: None,
            booking_date_lte: None,
            compare_previous_year: false,
            today,
            language: Language::Vietnamese,
        }
    }
}

/// Into which group a line falls.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
enum Key {
    All,
    /// Its place among the units of the report; those of none come last.
    Unit(usize),
    Code(Option<ListCode>),
    Component(Option<ComponentCode>),
    Year(Option<i32>),
    /// Those of none come last.
    Work(bool, Option<WorkId>),
}

/// Answer from memory; as of other days from the entries up to them.
pub fn answer(
    memory: &Snapshot,
    scope: &Scope,
    question: &BudgetQuestion,
    mut cut: impl FnMut(&[UnitId], LocalDate, LocalDate) -> Result<CutLines, Error>,
) -> Result<BudgetExecution, Error> {
    let territory = memory.part::<Territory>();
    let (unit, days) = place(territory, question)?;
    let basis = days.basis;
    let whole = scope.covers(territory, unit, basis);
    if !whole && !scope.reaches_below(territory, unit, basis) {
        return Err(Error::NotFound);
    }
    let lines = programmes::lines(territory, memory.part::<BudgetLines>(), scope, unit, basis);
    let mut units: Vec<UnitId> = lines.iter().map(|placed| placed.line.unit_id).collect();
    units.sort();
    units.dedup();
    let groups = match by_unit(question.group_by) {
        Some(by) => units::groups(territory, scope, unit, basis, by),
        None => Vec::new(),
    };
    let is_cut = question.value_date_lte.is_some() || question.booking_date_lte.is_some();
    let sums = match is_cut {
        true => Some(cut(
            &units,
            question.value_date_lte.unwrap_or(LocalDate::LAST),
            question.booking_date_lte.unwrap_or(LocalDate::LAST),
        )?),
        false => None,
    };
    let fold = Fold { memory, scope, question, unit, days, groups: &groups };
    let now = fold.over(&lines, sums.as_ref(), &question.plan_years)?;
    let day_before =
        question.compare_previous_year.then(|| year_before(question.value_date_lte.unwrap_or(question.today)));
    let before = match day_before {
        Some(day) => {
            let booked = question.booking_date_lte.map_or(LocalDate::LAST, year_before);
            let years: Vec<i32> = question.plan_years.iter().map(|year| year - 1).collect();
            Some(fold.over(&lines, Some(&cut(&units, day, booked)?), &years)?)
        }
        None => None,
    };
    let mut keys: Vec<Key> =
        now.groups.keys().chain(before.iter().flat_map(|folded| folded.groups.keys())).cloned().collect();
    keys.extend((0..groups.len()).map(Key::Unit));
    keys.sort();
    keys.dedup();
    if question.group_by == BudgetGrouping::Nothing {
        keys.clear();
    }
    let nothing = Count::default();
    let figures = |folded: &Folded, key: &Key| fold.figures(folded.groups.get(key).unwrap_or(&nothing));
    let groups = keys.iter().map(|key| {
        let previous = before.as_ref().map(|folded| figures(folded, key)).transpose()?;
        Ok(fold.group(key, figures(&now, key)?, previous))
    });
    let groups: Vec<BudgetGroup> = groups.collect::<Result<_, Error>>()?;
    let labels = labels(memory, question.language, &groups);
    Ok(BudgetExecution {
        scope: BudgetScope {
            unit: territory.reference(unit, basis).ok_or(Error::NotFound)?,
            basis: question.basis,
            basis_date: basis,
            plan_years: question.plan_years.clone(),
            group_by: question.group_by,
            denominator: question.denominator,
            with_carried: question.with_carried,
            value_date_lte: question.value_date_lte,
            booking_date_lte: question.booking_date_lte,
            previous_value_date_lte: day_before,
            partial: !whole,
        },
        total: fold.figures(&now.total)?,
        previous: before.as_ref().map(|folded| fold.figures(&folded.total)).transpose()?,
        target_rate_percent: fold.target_rate(unit),
        groups,
        labels,
    })
}

/// Answer of all money, whenever it moved: that is in memory.
pub fn of_now(memory: &Snapshot, scope: &Scope, question: &BudgetQuestion) -> Result<BudgetExecution, Error> {
    answer(memory, scope, question, |_, _, _| Err(Error::internal("a report that needs no entries asks for them")))
}

/// The same day a year before; of 29 February the 28th.
fn year_before(day: LocalDate) -> LocalDate {
    day.minus_months(12)
}

/// The unit that was asked for, and the day under whose units its money is told: as reported the last day of the newest
/// plan year, today while it runs, the unit's own last day where it ended before.
fn place(territory: &Territory, question: &BudgetQuestion) -> Result<(UnitId, Days), Error> {
    let last_year = question.plan_years.last().copied().unwrap_or(question.today.year());
    let year_end = LocalDate::new(last_year, 12, 31).unwrap_or(question.today).min(question.today);
    let asked = match question.basis {
        Basis::AsReported => year_end,
        Basis::Current => question.today,
        Basis::On(day) => day,
    };
    let naming = if question.basis == Basis::AsReported { Naming::Last(asked) } else { Naming::On(asked) };
    let unit = match territory.choose(&question.unit, naming, Place::parameter)? {
        Some(unit) => unit,
        None => territory.root().ok_or(Error::NotFound)?,
    };
    let held = territory.get(unit).ok_or(Error::NotFound)?;
    let basis = match question.basis {
        Basis::AsReported => held.nearest_day(asked),
        _ => asked,
    };
    match held.on(basis) {
        Some(_) => Ok((unit, Days { expected: held.nearest_day(year_end), basis })),
        None => Err(Error::invalid(Fault::parameter("unit_id", Code::UnitNotInPeriod))),
    }
}

fn by_unit(grouping: BudgetGrouping) -> Option<ByUnit> {
    match grouping {
        BudgetGrouping::Children => Some(ByUnit::Children),
        BudgetGrouping::Province => Some(ByUnit::Level(Level::Province)),
        BudgetGrouping::District => Some(ByUnit::Level(Level::District)),
        BudgetGrouping::Commune => Some(ByUnit::Level(Level::Commune)),
        _ => None,
    }
}

/// A running sum, wider than any amount.
#[derive(Debug, Clone, Copy, Default)]
struct Count {
    assigned: i128,
    undistributed: i128,
    medium_term: i128,
    carried_in: i128,
    carried_out: i128,
    lapsed: i128,
    committed: i128,
    disbursed: i128,
    disbursed_from_carried: i128,
    outstanding: i128,
    settled: i128,
    mobilised: i128,
    lines: i64,
    estimated: i64,
}

#[derive(Default)]
struct Folded {
    total: Count,
    groups: HashMap<Key, Count>,
}

struct Fold<'a> {
    memory: &'a Snapshot,
    scope: &'a Scope,
    question: &'a BudgetQuestion,
    unit: UnitId,
    days: Days,
    groups: &'a [UnitId],
}

impl Fold<'_> {
    fn over(&self, lines: &[PlacedLine<'_>], cut: Option<&CutLines>, years: &[i32]) -> Result<Folded, Error> {
        let territory = self.memory.part::<Territory>();
        let places: HashMap<UnitId, usize> = self.groups.iter().enumerate().map(|(at, unit)| (*unit, at)).collect();
        let mut groups_of: HashMap<UnitId, usize> = HashMap::new();
        let mut admitted: HashMap<*const Described, bool> = HashMap::new();
        let mut folded = Folded::default();
        for placed in lines {
            let of = &placed.line.of;
            let works = &self.question.work_ids;
            if !works.is_empty() && placed.line.work_id.is_none_or(|work| !works.contains(&work)) {
                continue;
            }
            if !*admitted.entry(std::sync::Arc::as_ptr(of)).or_insert_with(|| self.admits(of, years)) {
                continue;
            }
            let key = match self.question.group_by {
                BudgetGrouping::Nothing => Key::All,
                BudgetGrouping::Programme => Key::Code(Some(of.programme_code.clone())),
                BudgetGrouping::Component => Key::Component(of.component_code.clone()),
                BudgetGrouping::FundingSource => Key::Code(Some(of.funding_source_code.clone())),
                BudgetGrouping::Nature => Key::Code(of.nature_code.clone()),
                BudgetGrouping::PlanYear => Key::Year(of.plan_end_year.is_none().then_some(of.plan_year)),
                BudgetGrouping::OriginYear => Key::Year(of.plan_end_year.is_none().then_some(of.origin_year)),
                BudgetGrouping::Work => Key::Work(placed.line.work_id.is_none(), placed.line.work_id),
                _ => Key::Unit(*groups_of.entry(placed.home).or_insert_with(|| {
                    let mut above = territory.ancestors(placed.home, self.days.basis);
                    above.find_map(|unit| places.get(&unit).copied()).unwrap_or(self.groups.len())
                })),
            };
            let sums = sums_of(placed.line, cut);
            let here = placed.home == self.unit && placed.line.work_id.is_none();
            let is_budget = self.memory.part::<CodeLists>().is_state_budget(&of.funding_source_code);
            folded.total.add(of, &sums, here, placed.estimated, years, is_budget);
            folded.groups.entry(key).or_default().add(of, &sums, here, placed.estimated, years, is_budget);
        }
        Ok(folded)
    }

    fn admits(&self, of: &Described, years: &[i32]) -> bool {
        let question = self.question;
        let in_years = match of.plan_end_year {
            None => years.contains(&of.plan_year),
            Some(end) => years.iter().any(|year| of.plan_year <= *year && *year <= end),
        };
        let any = |codes: &[ListCode], code: &ListCode| codes.is_empty() || codes.contains(code);
        let path = || self.memory.part::<CodeLists>().path("funding-sources", &of.funding_source_code);
        let sources = &question.funding_source_codes;
        let components = &question.component_codes;
        let of_component = || {
            let programme = self.memory.part::<Programmes>().by_code(&of.programme_code);
            let path = programme.zip(of.component_code.as_ref()).map(|(held, code)| held.path(code));
            path.is_some_and(|path| path.iter().any(|code| components.contains(code)))
        };
        in_years
            && (question.origin_years.is_empty() || question.origin_years.contains(&of.origin_year))
            && any(&question.programme_codes, &of.programme_code)
            && (components.is_empty() || of_component())
            && (sources.is_empty() || path().iter().any(|code| sources.contains(code)))
            && (question.nature_codes.is_empty()
                || of.nature_code.as_ref().is_some_and(|code| question.nature_codes.contains(code)))
    }

    fn figures(&self, count: &Count) -> Result<BudgetFigures, Error> {
        let exact = |sum: i128| {
            let told = i64::try_from(sum).ok().filter(|sum| sum.abs() <= MOST_VND);
            told.ok_or_else(|| Error::invalid(Fault::parameter("unit_id", Code::SumTooLarge)))
        };
        let denominator = match self.question.denominator {
            BudgetDenominator::Assigned => count.assigned,
            BudgetDenominator::Distributed => count.assigned - count.undistributed,
            BudgetDenominator::MediumTerm => count.medium_term,
        };
        let carried = self.question.with_carried;
        let denominator = exact(denominator + if carried { count.carried_in } else { 0 })?;
        let numerator = exact(count.disbursed - if carried { 0 } else { count.disbursed_from_carried })?;
        Ok(BudgetFigures {
            assigned_vnd: exact(count.assigned)?,
            distributed_vnd: exact(count.assigned - count.undistributed)?,
            medium_term_vnd: exact(count.medium_term)?,
            carried_in_vnd: exact(count.carried_in)?,
            carried_out_vnd: exact(count.carried_out)?,
            lapsed_vnd: exact(count.lapsed)?,
            committed_vnd: exact(count.committed)?,
            disbursed_vnd: exact(count.disbursed)?,
            disbursed_from_carried_vnd: exact(count.disbursed_from_carried)?,
            advances_outstanding_vnd: exact(count.outstanding)?,
            settled_vnd: exact(count.settled)?,
            denominator_vnd: denominator,
            numerator_vnd: numerator,
            rate_percent: Decimal::percent(numerator, denominator),
            mobilised_vnd: exact(count.mobilised)?,
            line_count: count.lines,
            estimated_line_count: count.estimated,
        })
    }

    /// The target of the rate that is told.
    fn target_rate(&self, unit: UnitId) -> Option<Decimal> {
        let asked = self.question;
        let codes = [&asked.programme_codes, &asked.funding_source_codes, &asked.nature_codes];
        let is_part = !asked.origin_years.is_empty()
            || codes.iter().any(|codes| !codes.is_empty())
            || !asked.component_codes.is_empty()
            || !asked.work_ids.is_empty();
        let is_planned = asked.denominator == BudgetDenominator::Assigned && !asked.with_carried;
        match asked.plan_years[..] {
            [year] if is_planned && !is_part => {
                planned::disbursement_rate(self.memory, self.scope, unit, year, self.days)
            }
            _ => None,
        }
    }

    fn group(&self, key: &Key, figures: BudgetFigures, previous: Option<BudgetFigures>) -> BudgetGroup {
        let territory = self.memory.part::<Territory>();
        let mut group = BudgetGroup {
            unit: None,
            programme_code: None,
            component_code: None,
            funding_source_code: None,
            nature_code: None,
            plan_year: None,
            origin_year: None,
            work: None,
            figures,
            previous,
            target_rate_percent: None,
        };
        match key {
            Key::All => {}
            Key::Unit(at) => {
                let unit = self.groups.get(*at).copied();
                group.unit = unit.and_then(|unit| territory.reference(unit, self.days.basis));
                group.target_rate_percent = unit.and_then(|unit| self.target_rate(unit));
            }
            Key::Component(code) => {
                let of = code.as_ref().and_then(|code| self.memory.part::<Programmes>().of_component(code));
                group.programme_code = of.map(|(held, _)| held.row.code.clone());
                group.component_code = code.clone();
            }
            Key::Code(code) => match self.question.group_by {
                BudgetGrouping::Programme => group.programme_code = code.clone(),
                BudgetGrouping::FundingSource => group.funding_source_code = code.clone(),
                _ => group.nature_code = code.clone(),
            },
            Key::Work(_, id) => {
                let known = id.and_then(|id| self.memory.part::<Works>().get(id));
                group.work = known.map(|work| BudgetWork { id: work.id, name: work.name.clone() });
            }
            Key::Year(year) => match self.question.group_by {
                BudgetGrouping::PlanYear => group.plan_year = *year,
                _ => group.origin_year = *year,
            },
        }
        group
    }
}

impl Count {
    /// One line. `here` is what lies with the unit asked for itself, not given on.
    fn add(&mut self, of: &Described, sums: &Sums, here: bool, estimated: bool, years: &[i32], budget: bool) {
        let wide = i128::from;
        self.lines += 1;
        self.estimated += i64::from(estimated);
        if !budget {
            self.mobilised += wide(sums.disbursed());
            return;
        }
        if of.plan_end_year.is_some() {
            self.medium_term += wide(sums.plan());
            return;
        }
        self.assigned += wide(sums.plan());
        if here {
            self.undistributed += wide(sums.plan());
        }
        // Money that was carried between two of the years is the plan of the first of them already.
        let from_outside = !years.contains(&of.origin_year);
        if from_outside && !years.contains(&(of.plan_year - 1)) {
            self.carried_in += wide(sums.carried_in);
        }
        if !years.contains(&(of.plan_year + 1)) {
            self.carried_out += wide(sums.carried_out);
        }
        if from_outside {
            self.disbursed_from_carried += wide(sums.disbursed());
        }
        self.lapsed += wide(sums.lapsed);
        self.committed += wide(sums.committed);
        self.disbursed += wide(sums.disbursed());
        self.outstanding += wide(sums.outstanding());
        self.settled += wide(sums.settled);
    }
}

/// Labels of the codes that the answer contains.
fn labels(memory: &Snapshot, language: Language, groups: &[BudgetGroup]) -> BTreeMap<String, String> {
    let (lists, programmes) = (memory.part::<CodeLists>(), memory.part::<Programmes>());
    let mut labels = BTreeMap::new();
    for group in groups {
        if let Some(code) = &group.programme_code
            && let Some(held) = programmes.by_code(code)
        {
            let name = &held.document.name;
            labels.insert(code.to_string(), language.pick(name.vi.as_str(), name.en.as_str()).to_owned());
        }
        if let Some(code) = &group.component_code
            && let Some((_, component)) = programmes.of_component(code)
        {
            let name = &component.name;
            labels.insert(code.to_string(), language.pick(name.vi.as_str(), name.en.as_str()).to_owned());
        }
        for (list, code) in [("funding-sources", &group.funding_source_code), ("capital-natures", &group.nature_code)] {
            if let Some(code) = code {
                labels.insert(code.to_string(), lists.label(list, code.as_str(), language));
            }
        }
        if let Some(unit) = &group.unit {
            labels.insert(unit.kind_code.to_string(), lists.label("unit-kinds", unit.kind_code.as_str(), language));
        }
    }
    labels
}

/// The cut of entries, read on a connection.
pub fn reading(conn: &mut Conn) -> impl FnMut(&[UnitId], LocalDate, LocalDate) -> Result<CutLines, Error> + '_ {
    |units, value_date, booking_date| super::cut::read(conn, units, value_date, booking_date)
}
