//! What an entry does to a line, and what a line must hold. Pure: decree 27/2022/NĐ-CP and the Law on the State Budget
//! let nobody spend more than was given and carried over.

use super::model::EntryKind;
use crate::programmes::MOST_VND;
use crate::values::{ComponentCode, ListCode, UnitId, WorkId};

/// What the entries of a line come to, in đồng.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Sums {
    pub assigned: i64,
    pub adjusted: i64,
    pub received: i64,
    pub given: i64,
    pub carried_in: i64,
    pub carried_out: i64,
    pub committed: i64,
    pub advanced: i64,
    pub recovered: i64,
    pub paid: i64,
    pub refunded: i64,
    pub lapsed: i64,
    pub settled: i64,
}

/// Which side of an entry a line is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Side {
    Own,
    /// The line to which it distributes.
    Receiving,
}

impl Sums {
    /// After an entry. `None` where a sum leaves what is exact in every client: it is refused, never rounded.
    pub fn after(mut self, kind: EntryKind, side: Side, amount: i64) -> Option<Sums> {
        let (sum, amount) = match kind {
            EntryKind::Plan | EntryKind::Assign => (&mut self.assigned, amount),
            EntryKind::Adjust => (&mut self.adjusted, amount),
            EntryKind::Distribute if side == Side::Receiving => (&mut self.received, amount),
            EntryKind::Distribute => (&mut self.given, amount),
            EntryKind::CarryIn => (&mut self.carried_in, amount),
            EntryKind::CarryOut => (&mut self.carried_out, amount),
            EntryKind::Commit => (&mut self.committed, amount),
            EntryKind::Decommit => (&mut self.committed, amount.checked_neg()?),
            EntryKind::Advance => (&mut self.advanced, amount),
            EntryKind::Recover => (&mut self.recovered, amount),
            EntryKind::Pay => (&mut self.paid, amount),
            EntryKind::Refund => (&mut self.refunded, amount),
            EntryKind::Lapse => (&mut self.lapsed, amount),
            EntryKind::Settle => (&mut self.settled, amount),
        };
        *sum = sum.checked_add(amount).filter(|sum| sum.abs() <= MOST_VND)?;
        let told = [self.plan(), self.limit(), self.outstanding(), self.disbursed()];
        told.iter().all(|sum| sum.abs() <= MOST_VND).then_some(self)
    }

    /// What was given to it and not given on: summed over any lines, what they were given from outside, once.
    pub fn plan(&self) -> i64 {
        self.assigned + self.adjusted + self.received - self.given
    }

    /// What may be disbursed.
    pub fn limit(&self) -> i64 {
        self.plan() + self.carried_in - self.carried_out - self.lapsed
    }

    /// Advances that were not recovered.
    pub fn outstanding(&self) -> i64 {
        self.advanced - self.recovered
    }

    /// A payment is the full accepted volume; what of it was advanced before is recovered.
    pub fn disbursed(&self) -> i64 {
        self.outstanding() + self.paid - self.refunded
    }

    /// Does it carry a plan of its own?
    pub fn has_plan(&self) -> bool {
        (self.assigned, self.adjusted, self.received, self.carried_in) != (0, 0, 0, 0)
    }

    /// What is left to be spent, advances counted as spent.
    pub fn remaining(&self) -> i64 {
        self.limit() - self.disbursed()
    }

    /// Is there anything left to do with it?
    pub fn is_open(&self) -> bool {
        self.remaining() != 0 || self.outstanding() != 0
    }
}

/// Where a line stands in the trees: each path begins with its own place and goes up.
#[derive(Debug, Clone)]
pub struct Spot {
    pub units: Vec<UnitId>,
    /// Empty for the programme as a whole.
    pub components: Vec<ComponentCode>,
    pub sources: Vec<ListCode>,
    pub work: Option<WorkId>,
}

/// What a plan stands on.
#[derive(Debug, Clone, Copy)]
pub struct Plan<'a> {
    pub unit: UnitId,
    pub component: Option<&'a ComponentCode>,
    pub source: &'a ListCode,
    pub work: Option<WorkId>,
}

impl Spot {
    /// How far above it a plan stands: the nearest unit first, in it the work, the component, the source. `None` where
    /// it does not stand above.
    pub fn distance(&self, plan: Plan<'_>) -> Option<(usize, bool, usize, usize)> {
        let unit = self.units.iter().position(|unit| *unit == plan.unit)?;
        let of_work = match plan.work {
            None => false,
            own => (own == self.work).then_some(true)?,
        };
        let component = match plan.component {
            None => self.components.len(),
            Some(code) => self.components.iter().position(|component| component == code)?,
        };
        let source = self.sources.iter().position(|source| source == plan.source)?;
        Some((unit, !of_work, component, source))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::values::Scalar;

    fn sums(entries: &[(EntryKind, i64)]) -> Sums {
        entries.iter().fold(Sums::default(), |sums, (kind, amount)| sums.after(*kind, Side::Own, *amount).unwrap())
    }

    #[test]
    fn a_recovery_moves_no_cash() {
        use EntryKind::*;
        let before = sums(&[(Assign, 500), (Advance, 100)]);
        assert_eq!((before.disbursed(), before.outstanding(), before.remaining()), (100, 100, 400));
        let after = sums(&[(Assign, 500), (Advance, 100), (Pay, 300), (Recover, 100)]);
        assert_eq!((after.disbursed(), after.outstanding(), after.remaining()), (300, 0, 200));
        let refunded = sums(&[(Assign, 500), (Pay, 300), (Refund, 20)]);
        assert_eq!((refunded.disbursed(), refunded.remaining()), (280, 220));
    }

    #[test]
    fn each_kind_moves_one_sum() {
        use EntryKind::*;
        let all = sums(&[
            (Plan, 1),
            (Assign, 2),
            (Adjust, -4),
            (Distribute, 8),
            (CarryOut, 16),
            (CarryIn, 32),
            (Commit, 64),
            (Decommit, 14),
            (Lapse, 128),
            (Settle, 256),
        ]);
        assert_eq!((all.assigned, all.adjusted, all.given, all.received), (3, -4, 8, 0));
        assert_eq!((all.carried_out, all.carried_in, all.committed, all.lapsed, all.settled), (16, 32, 50, 128, 256));
        assert_eq!((all.plan(), all.limit()), (-9, -121));
        let received = Sums::default().after(Distribute, Side::Receiving, 8).unwrap();
        assert_eq!((received.received, received.given, received.plan()), (8, 0, 8));
        assert!(received.has_plan() && !Sums::default().has_plan() && !sums(&[(Pay, 1)]).has_plan());
    }

    #[test]
    fn a_sum_is_exact_or_refused() {
        let full = Sums::default().after(EntryKind::Assign, Side::Own, MOST_VND).unwrap();
        assert_eq!(full.plan(), MOST_VND);
        assert_eq!(full.after(EntryKind::Assign, Side::Own, 1), None);
        // Each sum is exact, but what they come to is not.
        assert_eq!(full.after(EntryKind::CarryIn, Side::Own, 1), None);
        assert_eq!(full.after(EntryKind::Adjust, Side::Own, -1).map(|sums| sums.plan()), Some(MOST_VND - 1));
        // Also of what no limit is made of, and where two sums pass it and their difference does not.
        for kind in [EntryKind::Commit, EntryKind::Settle, EntryKind::Pay] {
            let full = Sums::default().after(kind, Side::Own, MOST_VND).unwrap();
            assert_eq!(full.after(kind, Side::Own, 1), None, "{kind}");
        }
        let given_on = full.after(EntryKind::Distribute, Side::Own, MOST_VND).unwrap();
        assert_eq!(given_on.after(EntryKind::Assign, Side::Own, 1), None);
    }

    #[test]
    fn the_nearest_plan_is_that_of_the_nearest_unit() {
        let (commune, district) = (UnitId::new(), UnitId::new());
        let component = |code: &str| ComponentCode::parse(code).unwrap();
        let (own, above, source) = (component("DTTS.4.1"), component("DTTS.4"), ListCode::parse("NSTW").unwrap());
        let work = WorkId::new();
        let spot = Spot {
            units: vec![commune, district],
            components: vec![own.clone(), above.clone()],
            sources: vec![ListCode::parse("NSTW-TN").unwrap(), source.clone()],
            work: Some(work),
        };
        let plan = |unit, component, work| spot.distance(Plan { unit, component, source: &source, work });
        let of_work = plan(commune, Some(&own), Some(work)).unwrap();
        let of_commune = plan(commune, None, None).unwrap();
        let of_district = plan(district, Some(&own), None).unwrap();
        assert!(of_work < of_commune && of_commune < of_district);
        assert!(plan(commune, Some(&above), None).unwrap() < of_commune);
        assert_eq!(plan(UnitId::new(), None, None), None);
        assert_eq!(plan(commune, None, Some(WorkId::new())), None);
        assert_eq!(plan(commune, Some(&component("DTTS.3")), None), None);
        let other = ListCode::parse("NSDP").unwrap();
        assert_eq!(spot.distance(Plan { unit: commune, component: None, source: &other, work: None }), None);
    }
}
