//! What reports need of every line, in memory: its key, and what its entries come to.

use super::lines::LineRow;
use super::queries;
use super::rules::Sums;
use crate::db::{Change, Conn, Part, Pieces};
use crate::error::Error;
use crate::values::{BudgetEntryId, BudgetLineId, ComponentCode, ListCode, LocalDate, UnitId, WorkId};
use std::sync::Arc;

/// One line, as a leaf of a report.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HeldLine {
    pub id: BudgetLineId,
    pub unit_id: UnitId,
    pub unit_date: LocalDate,
    /// What it is of: few of a kind, shared by many lines.
    pub of: Arc<Described>,
    pub work_id: Option<WorkId>,
    pub sums: Sums,
}

/// What a line is of, but for unit and work.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Described {
    pub programme_code: ListCode,
    pub component_code: Option<ComponentCode>,
    pub funding_source_code: ListCode,
    pub nature_code: Option<ListCode>,
    pub plan_year: i32,
    pub plan_end_year: Option<i32>,
    pub origin_year: i32,
}

/// All lines, by unit.
#[derive(Clone)]
pub struct BudgetLines {
    by_unit: Pieces<UnitId, Vec<HeldLine>>,
    described: Pieces<Described, Arc<Described>>,
    by_work: Pieces<WorkId, Vec<(BudgetLineId, WorkMoney)>>,
}

/// What the lines of a work come to, over all years, in đồng.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct WorkMoney {
    /// Given and carried in, less what was carried out.
    pub plan: i64,
    /// Given by medium-term plans, of which the yearly plans are parts.
    pub medium_term: i64,
    pub disbursed: i64,
}

impl Part for BudgetLines {
    const COLLECTIONS: &'static [&'static str] = &["budget-entries"];
    // Who moves money reads its lines under a lock of their own.
    const DECIDES: bool = false;

    fn load(conn: &mut Conn) -> Result<Self, Error> {
        let mut lines = BudgetLines { by_unit: Pieces::new(), described: Pieces::new(), by_work: Pieces::new() };
        for row in queries::all_lines(conn)? {
            lines.put(row);
        }
        Ok(lines)
    }

    fn apply(&self, conn: &mut Conn, changes: &[Change]) -> Result<Self, Error> {
        let mut entries: Vec<BudgetEntryId> = changes.iter().map(|change| BudgetEntryId(change.record_id.0)).collect();
        entries.sort();
        entries.dedup();
        let changed = queries::lines_of(conn, &entries)?;
        let mut next = self.clone();
        for row in queries::lines(conn, &changed)? {
            next.put(row);
        }
        Ok(next)
    }
}

impl BudgetLines {
    /// All lines of a unit, whatever their programme and years.
    pub fn of(&self, unit: UnitId) -> &[HeldLine] {
        self.by_unit.get(&unit).map_or(&[], Vec::as_slice)
    }

    /// What all lines of a work come to.
    pub fn of_work(&self, work: WorkId) -> WorkMoney {
        let lines = self.by_work.get(&work).into_iter().flatten();
        lines.fold(WorkMoney::default(), |sum, (_, line)| WorkMoney {
            plan: sum.plan.saturating_add(line.plan),
            medium_term: sum.medium_term.saturating_add(line.medium_term),
            disbursed: sum.disbursed.saturating_add(line.disbursed),
        })
    }

    /// The units that have lines.
    pub fn units(&self) -> impl Iterator<Item = UnitId> {
        self.by_unit.iter().map(|(unit, _)| *unit)
    }

    fn put(&mut self, row: LineRow) {
        let sums = row.sums();
        let of = Described {
            programme_code: row.programme_code,
            component_code: row.component_code,
            funding_source_code: row.funding_source_code,
            nature_code: row.nature_code,
            plan_year: row.plan_year,
            plan_end_year: row.plan_end_year,
            origin_year: row.origin_year,
        };
        let of = match self.described.get(&of) {
            Some(shared) => shared.clone(),
            None => self.described.change(&of).entry(of.clone()).or_insert_with(|| Arc::new(of)).clone(),
        };
        let line =
            HeldLine { id: row.id, unit_id: row.unit_id, unit_date: row.unit_date, of, work_id: row.work_id, sums };
        if let Some(work) = row.work_id {
            let lines = self.by_work.change(&work).entry(work).or_default();
            lines.retain(|(known, _)| *known != row.id);
            let plan = sums.plan() + sums.carried_in - sums.carried_out;
            let (plan, medium_term) = if line.of.plan_end_year.is_some() { (0, plan) } else { (plan, 0) };
            lines.push((row.id, WorkMoney { plan, medium_term, disbursed: sums.disbursed() }));
        }
        let held = self.by_unit.change(&row.unit_id).entry(row.unit_id).or_default();
        match held.iter_mut().find(|known| known.id == line.id) {
            Some(known) => *known = line,
            None => held.push(line),
        }
    }
}
