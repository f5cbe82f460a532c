//! One round of assessment: the units that a set judges below a unit, in a period, at a stage, and what holds for them.

use super::columns::{Asked, asked_of};
use crate::access::Scope;
use crate::assessments::{self, AssessmentRecord, Stage};
use crate::codes::Code;
use crate::criteria::{CriteriaSets, HeldSet, SetStatus};
use crate::db::{Conn, Snapshot};
use crate::error::{Error, Fault, Flaw, Place};
use crate::observations::{self, ObservationRow};
use crate::units::{Naming, Territory, UnitChoice, UnitRef};
use crate::values::{CriteriaSetCode, IndicatorId, LocalDate, Period, UnitCode, UnitId};
use std::collections::{HashMap, HashSet};

/// Units whose figures are read at once.
pub const UNITS_AT_ONCE: usize = 200;

/// Which round is asked for.
#[derive(Debug, Clone)]
pub struct Question {
    /// The nation unless one is named.
    pub unit_code: Option<UnitCode>,
    /// The national set in force unless one is named.
    pub criteria_set_code: Option<CriteriaSetCode>,
    pub period: Period,
    pub stage: Stage,
    pub today: LocalDate,
}

pub struct Round<'a> {
    pub memory: &'a Snapshot,
    pub set: &'a HeldSet,
    pub period: Period,
    pub stage: Stage,
    pub day: LocalDate,
    /// By code.
    pub units: Vec<UnitRef>,
    pub asked: Vec<Asked<'a>>,
}

/// What holds for a unit.
#[derive(Default)]
pub struct Known {
    pub record: Option<AssessmentRecord>,
    pub figures: HashMap<IndicatorId, ObservationRow>,
}

impl<'a> Round<'a> {
    /// Find what a request names.
    /// Errors: every parameter that names nothing; `NotFound` where the caller sees nothing of the unit.
    pub fn of(memory: &'a Snapshot, scope: &Scope, question: &Question) -> Result<Round<'a>, Error> {
        let (territory, sets) = (memory.part::<Territory>(), memory.part::<CriteriaSets>());
        let day = question.period.last_day().min(question.today);
        let mut faults = Vec::new();
        let choice = UnitChoice { id: None, code: question.unit_code.clone(), name: None };
        let top = match territory.choose(&choice, Naming::On(day), Place::parameter) {
            Ok(unit) => unit.or_else(|| territory.root()),
            Err(Error::Invalid(found)) => {
                faults.extend(found);
                None
            }
            Err(other) => return Err(other),
        };
        if let Some(top) = top
            && !scope.covers(territory, top, day)
            && !scope.reaches_below(territory, top, day)
        {
            return Err(Error::NotFound);
        }
        let set = match &question.criteria_set_code {
            Some(code) => sets.by_code(code),
            None => sets.national_on(day).or_else(|| sets.national_before(day)),
        };
        let set = set.filter(|set| set.row.status != SetStatus::Draft);
        match set {
            None => faults.push(Fault::parameter("criteria_set_code", Code::CriteriaSetNotFound)),
            Some(set) if question.criteria_set_code.is_some() && !set.admits_period(question.period) => {
                let flaw =
                    Flaw::new(Code::PeriodOutsideSet).with("from", set.row.valid_from).with("to", set.row.valid_to);
                faults.push(flaw.at(Place::parameter("period")));
            }
            Some(_) => {}
        }
        let (Some(top), Some(set), true) = (top, set, faults.is_empty()) else { return Err(Error::Invalid(faults)) };
        Ok(Round {
            memory,
            set,
            period: question.period,
            stage: question.stage,
            day,
            units: units_of(territory, scope, set, top, day),
            asked: asked_of(memory, set),
        })
    }

    /// What holds for some of its units, by unit.
    pub fn known(&self, conn: &mut Conn, scope: &Scope, units: &[UnitId]) -> Result<HashMap<UnitId, Known>, Error> {
        let territory = self.memory.part::<Territory>();
        let asked: HashSet<IndicatorId> = self.asked.iter().map(|asked| asked.indicator.row.id).collect();
        let mut known: HashMap<UnitId, Known> = HashMap::new();
        for units in units.chunks(UNITS_AT_ONCE) {
            let rows = observations::holding_of_units(conn, units, self.period, self.stage.into())?;
            let shown = |row: &ObservationRow| {
                asked.contains(&row.indicator_id) && scope.covers(territory, row.unit_id, row.unit_date)
            };
            for row in rows.into_iter().filter(shown) {
                known.entry(row.unit_id).or_default().figures.insert(row.indicator_id, row);
            }
        }
        let (set, period) = (self.set.row.id, self.period);
        for record in assessments::of_round(conn, self.memory, set, period, self.stage, units)? {
            let unit = record.row.unit_id;
            known.entry(unit).or_default().record = Some(record);
        }
        Ok(known)
    }
}

/// The units below one that the set judges on the day, as far as the scope reaches, by code.
fn units_of(territory: &Territory, scope: &Scope, set: &HeldSet, top: UnitId, day: LocalDate) -> Vec<UnitRef> {
    // A province's set is for its own units, as long as the province exists.
    let issuer = set.row.issuer_unit_id.filter(|issuer| territory.on(*issuer, day).is_some());
    let mut units: Vec<UnitRef> = territory
        .subtree(top, day)
        .into_iter()
        .filter(|(unit, entry)| {
            unit.level == set.row.level
                && set.kind_codes.contains(&entry.kind_code)
                && scope.covers(territory, unit.id, day)
                && issuer.is_none_or(|issuer| territory.is_within(unit.id, issuer, day))
        })
        .filter_map(|(unit, _)| territory.reference(unit.id, day))
        .collect();
    units.sort_by(|one, two| (&one.code, one.id).cmp(&(&two.code, two.id)));
    units
}
