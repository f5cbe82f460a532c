//! What a write leaves behind on its lines: the invariants, checked once all entries of the write stand.

use super::lines::LineRow;
use super::model::BudgetFinding;
use super::queries;
use super::rules::{Plan, Spot, Sums};
use crate::code_lists::CodeLists;
use crate::db::{Conn, Snapshot};
use crate::error::Error;
use crate::programmes::Programmes;
use crate::units::Territory;
use crate::values::{BudgetLineId, LocalDate, UnitId};
use std::collections::{BTreeMap, HashMap};

/// The lines that a write touches, before and after it.
#[derive(Default)]
pub struct Touched {
    pub lines: HashMap<BudgetLineId, (Sums, LineRow)>,
}

/// A limit that a write passes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Breach {
    pub finding: BudgetFinding,
    /// Lines whose entries pass it.
    pub lines: Vec<BudgetLineId>,
    /// What there is, and what would be used of it.
    pub available: i64,
    pub used: i64,
}

/// What all lines of one key of years, nature and programme are asked.
pub struct Checked<'a> {
    pub memory: &'a Snapshot,
    pub day: LocalDate,
    pub touched: &'a Touched,
}

impl Checked<'_> {
    fn spot(&self, line: &LineRow) -> Spot {
        let territory = self.memory.part::<Territory>();
        let day = territory.get(line.unit_id).map_or(self.day, |held| held.nearest_day(self.day));
        let programme = self.memory.part::<Programmes>().by_code(&line.programme_code);
        let component = line.component_code.as_ref().zip(programme);
        Spot {
            units: territory.ancestors(line.unit_id, day).collect(),
            components: component.map(|(code, programme)| programme.path(code)).unwrap_or_default(),
            sources: self.memory.part::<CodeLists>().path("funding-sources", &line.funding_source_code),
            work: line.work_id,
        }
    }

    /// All limits that the write passes, or passes further than they were.
    pub fn breaches(&self, conn: &mut Conn) -> Result<Vec<Breach>, Error> {
        let lists = self.memory.part::<CodeLists>();
        let mut breaches = Vec::new();
        let mut ordered: Vec<&(Sums, LineRow)> = self.touched.lines.values().collect();
        ordered.sort_by_key(|(_, after)| after.id);
        // Several lines of the write may stand on one plan: it is looked at once, with the first of them.
        let mut standing: BTreeMap<BudgetLineId, Vec<&(Sums, LineRow)>> = BTreeMap::new();
        for touched in ordered {
            let (before, after) = touched;
            breaches.extend(self.own_breaches(before, after));
            if lists.is_state_budget(&after.funding_source_code) && after.plan_end_year.is_none() {
                let spot = self.spot(after);
                let chain = self.alike(conn, after, &spot.units)?;
                let plan = finest(&spot, &chain, |line| &line.after);
                standing.entry(plan.map_or(after.id, |at| chain[at].row.id)).or_default().push(touched);
            }
        }
        for (plan, lines) in standing {
            let (before, after) = lines[0];
            let group = self.group(conn, after)?;
            let (was, is) = match group.iter().position(|line| line.row.id == plan && line.after.has_plan()) {
                Some(at) => {
                    let was = group[at].before.has_plan().then(|| margin(&group, at, |line| &line.before));
                    (was, margin(&group, at, |line| &line.after))
                }
                None => {
                    // Nothing was assigned over which it could be distributed.
                    let alone = |sums: &Sums| Margin { given: 0, ..Margin::default().and(sums) };
                    (Some(alone(before)), alone(&after.sums()))
                }
            };
            if is.left() >= was.map_or(0, |was| was.left().min(0)) {
                continue;
            }
            let finding = if was.map_or(0, |was| was.given) < is.given && is.drawn <= 0 {
                BudgetFinding::DistributedOverAssigned
            } else if was.is_none_or(|was| was.drawn < is.drawn) {
                BudgetFinding::LineExceeded
            } else {
                BudgetFinding::RemainderExceeded
            };
            let lines = lines.iter().map(|(_, after)| after.id).collect();
            breaches.push(Breach { finding, lines, available: is.limit, used: is.drawn });
        }
        Ok(breaches)
    }

    /// What a line may not come to whatever stands above it.
    fn own_breaches(&self, before: &Sums, after: &LineRow) -> Vec<Breach> {
        let sums = after.sums();
        let floor = |finding, was: i64, is: i64, used: i64| {
            (is < was.min(0)).then(|| Breach { finding, lines: vec![after.id], available: used + is, used })
        };
        // A recovery too many leaves less than nothing disbursed as well; that is told once.
        let refunds = before.refunded < sums.refunded;
        let was_disbursed = if refunds { before.disbursed() } else { i64::MIN };
        let floors = [
            floor(BudgetFinding::AdvanceNotOutstanding, before.outstanding(), sums.outstanding(), sums.recovered),
            floor(BudgetFinding::RefundExceedsDisbursed, was_disbursed, sums.disbursed(), sums.refunded),
            floor(BudgetFinding::CommitmentNotOpen, before.committed, sums.committed, -sums.committed),
        ];
        floors.into_iter().flatten().collect()
    }

    /// The lines that may stand on the same plan as one of them, as it was or as it is: those of its programme, years and
    /// nature, of the units that were ever below that of the plan.
    fn group(&self, conn: &mut Conn, line: &LineRow) -> Result<Vec<Both>, Error> {
        let spot = self.spot(line);
        let chain = self.alike(conn, line, &spot.units)?;
        let plans = [finest(&spot, &chain, |line| &line.before), finest(&spot, &chain, |line| &line.after)];
        let units: Vec<UnitId> = plans.iter().flatten().map(|at| chain[*at].row.unit_id).collect();
        let Some(highest) = spot.units.iter().rev().find(|unit| units.contains(unit)) else { return Ok(chain) };
        let below = self.memory.part::<Territory>().ever_under(*highest);
        let mut units: Vec<UnitId> = below.into_iter().chain(spot.units).collect();
        units.sort();
        units.dedup();
        self.alike(conn, line, &units)
    }

    /// The lines of some units that share programme, years and nature with one, those that the write makes among them.
    fn alike(&self, conn: &mut Conn, line: &LineRow, units: &[UnitId]) -> Result<Vec<Both>, Error> {
        let mut found: HashMap<BudgetLineId, Both> = HashMap::new();
        for row in queries::alike(conn, line, units)? {
            let sums = row.sums();
            found.insert(row.id, Both { before: sums, after: sums, spot: self.spot(&row), row });
        }
        for (before, after) in self.touched.lines.values() {
            if alike(after, line) && units.contains(&after.unit_id) {
                let spot = self.spot(after);
                found.insert(after.id, Both { before: *before, after: after.sums(), spot, row: after.clone() });
            }
        }
        Ok(found.into_values().collect())
    }
}

/// What a plan holds and what was used of it, by all lines that stand on it: a line without a plan gives on, carries over
/// and lapses what is the plan's.
fn margin(group: &[Both], plan: usize, sums: impl Fn(&Both) -> &Sums + Copy) -> Margin {
    let standing = group.iter().filter(|line| finest(&line.spot, group, sums) == Some(plan)).map(sums);
    standing.fold(Margin::default(), Margin::and)
}

struct Both {
    before: Sums,
    after: Sums,
    spot: Spot,
    row: LineRow,
}

#[derive(Clone, Copy, Default)]
struct Margin {
    limit: i64,
    drawn: i64,
    given: i64,
}

impl Margin {
    fn and(self, sums: &Sums) -> Margin {
        Margin {
            limit: self.limit + sums.limit(),
            drawn: self.drawn + sums.disbursed(),
            given: self.given + sums.given,
        }
    }

    fn left(self) -> i64 {
        self.limit - self.drawn
    }
}

fn alike(one: &LineRow, other: &LineRow) -> bool {
    let years = |row: &LineRow| (row.plan_year, row.plan_end_year, row.origin_year);
    years(one) == years(other) && one.programme_code == other.programme_code && one.nature_code == other.nature_code
}

/// The plan on which a line stands: the finest one at or above it.
fn finest(spot: &Spot, group: &[Both], sums: impl Fn(&Both) -> &Sums) -> Option<usize> {
    let plans = group.iter().enumerate().filter(|(_, line)| sums(line).has_plan());
    let above = plans.filter_map(|(at, line)| {
        let row = &line.row;
        let component = row.component_code.as_ref();
        let plan = Plan { unit: row.unit_id, component, source: &row.funding_source_code, work: row.work_id };
        Some((spot.distance(plan)?, at))
    });
    above.min().map(|(_, at)| at)
}
