//! The lineage of a unit, over as many units and edges as the reform of 2025 touched.

use super::{ROUND, nation};
use muctieu::units::{Edge, EdgeKind, Level, NewTimelineEntry, Part, Territory, TimelineEntry, Unit};
use muctieu::values::{Confidence, LocalDate, Scalar, Timestamp, UnitId, UnitSuccessionId};
use std::time::Instant;

/// Communes of a chain: each takes in the one before it and one more, so the last has the most predecessors.
const CHAIN: usize = 40;
const UNITS: usize = 11_000;

fn parsed<T: Scalar>(text: &str) -> T {
    T::parse(text).unwrap_or_else(|_| panic!("{text} is no {}", T::NAME))
}

/// Chains of mergers: unit n and a neighbour become unit n + 1, a year apart.
fn territory() -> (Territory, UnitId) {
    let created_at = parsed::<Timestamp>(nation::NOW);
    let first: LocalDate = parsed("1900-01-01");
    let day = |year: usize| parsed::<LocalDate>(&format!("{}-07-01", 1950 + year));
    let (mut units, mut entries, mut edges) = (Vec::new(), Vec::new(), Vec::new());
    let mut add = |number: usize, from: LocalDate, to: Option<LocalDate>| {
        let unit = Unit { id: UnitId::new(), version: 1, level: Level::Commune, created_at };
        let entry = NewTimelineEntry {
            code: parsed(&format!("{:05}", number % 100_000)),
            name: parsed("Bình Thuận"),
            kind_code: parsed("XA"),
            parent_id: None,
            territory_number: 1,
            valid_from: from,
            valid_to: to,
            act_number: None,
            confidence: Confidence::Low,
            succession_id: None,
        };
        let entry: TimelineEntry = entry.of(unit.id);
        let id = unit.id;
        units.push(unit);
        entries.push(entry);
        id
    };
    let mut last = None;
    for chain in 0..UNITS / (2 * CHAIN) {
        let mut before = add(chain * 2 * CHAIN, first, Some(day(1)));
        for step in 1..CHAIN {
            let neighbour = add(chain * 2 * CHAIN + 2 * step - 1, first, Some(day(step)));
            let next = add(chain * 2 * CHAIN + 2 * step, day(step), (step + 1 < CHAIN).then(|| day(step + 1)));
            let succession_id = UnitSuccessionId::new();
            for (position, from) in [(1, before), (2, neighbour)] {
                edges.push((
                    day(step),
                    Edge {
                        succession_id,
                        position,
                        group_number: 1,
                        kind: EdgeKind::Merge,
                        act_number: parsed("1/NQ"),
                        from_unit_id: Some(from),
                        to_unit_id: Some(next),
                        part: Part::Whole,
                        continues: false,
                        implied: false,
                        area_percent: None,
                        population_percent: None,
                        confidence: Confidence::Low,
                    },
                ));
            }
            before = next;
        }
        last = Some(before);
    }
    (Territory::new(units, entries, edges), last.expect("a chain"))
}

pub fn measure() {
    let (territory, unit) = territory();
    let day = parsed("2025-12-15");
    let steps = 2 * (CHAIN - 1);
    let (begun, mut asked) = (Instant::now(), 0);
    while begun.elapsed() < ROUND {
        let lineage = territory.lineage(unit, day, 100).expect("the unit is there");
        assert_eq!((lineage.predecessors.len(), lineage.successors.len()), (steps, 0));
        asked += 1;
    }
    let each = begun.elapsed().as_secs_f64() * 1e6 / f64::from(asked);
    let edges = territory.dated_edges().count();
    println!("lineage of a unit with {steps} predecessors, among {UNITS} units and {edges} edges: {each:.0} µs");
    println!("at most 1,000 µs: {}\n", if each <= 1000.0 { "yes" } else { "NO" });
}
