//! Money and works of the components that serve a criterion.

use super::model::{ContextLine, ContextMoney, ContextWork, ContextWorks, KnowledgeState};
use crate::access::Scope;
use crate::criteria::CriteriaSets;
use crate::db::Snapshot;
use crate::programmes::ledger::{BudgetLines, HeldLine};
use crate::programmes::works::{WorkState, Works};
use crate::programmes::{self, Programmes};
use crate::units::Territory;
use crate::values::{ComponentCode, CriteriaSetId, CriterionCode, LocalDate, UnitId};
use std::collections::HashSet;

/// A criterion in a unit, as far as a caller sees it.
pub struct Served<'a> {
    pub memory: &'a Snapshot,
    pub scope: &'a Scope,
    pub unit: UnitId,
    pub day: LocalDate,
    pub today: LocalDate,
    components: HashSet<ComponentCode>,
}

impl<'a> Served<'a> {
    /// The components that serve the criterion under one of these sets, with all their parts.
    pub fn new(
        memory: &'a Snapshot,
        scope: &'a Scope,
        (unit, day, today): (UnitId, LocalDate, LocalDate),
        sets: &[CriteriaSetId],
        criterion: &CriterionCode,
    ) -> Served<'a> {
        let (programmes, known) = (memory.part::<Programmes>(), memory.part::<CriteriaSets>());
        let codes = sets.iter().filter_map(|set| known.by_id(*set)).map(|set| &set.row.code);
        let serving: HashSet<&ComponentCode> =
            codes.flat_map(|code| programmes.serving(code, criterion)).map(|component| &component.code).collect();
        let parts = programmes.all().iter().flat_map(|held| {
            let components = held.document.components.iter().map(|component| &component.code);
            components.filter(|code| held.path(code).iter().any(|above| serving.contains(above)))
        });
        Served { memory, scope, unit, day, today, components: parts.cloned().collect() }
    }

    fn serves(&self, component: Option<&ComponentCode>) -> bool {
        component.is_some_and(|code| self.components.contains(code))
    }

    pub fn money(&self, most: usize) -> ContextMoney {
        let (territory, lines) = (self.memory.part::<Territory>(), self.memory.part::<BudgetLines>());
        let placed = programmes::lines(territory, lines, self.scope, self.unit, self.day);
        let of_components: Vec<&HeldLine> = placed
            .iter()
            .map(|placed| placed.line)
            .filter(|line| line.of.plan_end_year.is_none() && self.serves(line.of.component_code.as_ref()))
            .collect();
        let unspent = of_components.iter().filter(|line| 0 < line.sums.remaining());
        let mut lines: Vec<ContextLine> = unspent
            .map(|line| ContextLine {
                id: line.id,
                programme_code: line.of.programme_code.clone(),
                component_code: line.of.component_code.clone(),
                plan_year: line.of.plan_year,
                remaining_vnd: line.sums.remaining(),
            })
            .collect();
        lines.sort_by_key(|line| (std::cmp::Reverse(line.remaining_vnd), line.id));
        let (lines_count, lines, lines_truncated) = super::answer::cut(lines, most);
        ContextMoney { state: known(!of_components.is_empty()), lines_count, lines, lines_truncated }
    }

    pub fn works(&self, most: usize) -> ContextWorks {
        let (territory, works) = (self.memory.part::<Territory>(), self.memory.part::<Works>());
        let mut of_components = programmes::works_of(territory, works, Some(self.scope), self.unit, self.day);
        of_components.retain(|work| self.serves(work.component_code.as_ref()));
        let unfinished = of_components.iter().filter(|work| {
            matches!(work.state, WorkState::Planned | WorkState::UnderConstruction | WorkState::Suspended)
        });
        let mut works: Vec<ContextWork> = unfinished
            .map(|work| ContextWork {
                id: work.id,
                name: work.name.clone(),
                state: work.state,
                component_code: work.component_code.clone(),
                physical_percent: work.physical_percent,
                planned_end_date: work.planned_end_date,
                is_late: work.planned_end_date.is_some_and(|end| end < self.today),
            })
            .collect();
        works.sort_by_key(|work| (!work.is_late, work.planned_end_date.unwrap_or(LocalDate::LAST), work.id));
        let (works_count, works, works_truncated) = super::answer::cut(works, most);
        ContextWorks { state: known(!of_components.is_empty()), works_count, works, works_truncated }
    }
}

fn known(anything: bool) -> KnowledgeState {
    if anything { KnowledgeState::Known } else { KnowledgeState::NoData }
}
