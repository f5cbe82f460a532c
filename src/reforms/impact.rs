//! What a reform means for what is recorded about its units, told before anybody decides.

use super::plan::Plan;
use crate::access::{Access, Role};
use crate::assessments::{Status, Summaries};
use crate::db::Snapshot;
use crate::statuses::{self, Statuses, UnitStatusKind, UnitStatusRow};
use crate::units::{Edge, Part, Territory, TimelineEntry, UnitRecord, UnitRef, territory_reference};
use crate::values::{ClientId, GrantId, LocalDate, StatusValue, UnitId};
use serde::Serialize;
use std::collections::HashSet;
use utoipa::ToSchema;

/// Lists stop here; the counts do not.
const MOST: usize = 200;

/// What follows from a reform.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct Impact {
    #[schema(minimum = 0, maximum = 100000)]
    pub ended_count: i64,
    #[schema(max_items = 200)]
    pub ended: Vec<UnitRef>,
    #[schema(minimum = 0, maximum = 100000)]
    pub started_count: i64,
    #[schema(max_items = 200)]
    pub started: Vec<UnitRef>,
    /// Units that live on under another name, kind, parent or territory.
    #[schema(minimum = 0, maximum = 100000)]
    pub changed_count: i64,
    #[schema(max_items = 200)]
    pub changed: Vec<UnitRef>,
    /// Units whose results under way have no unit any more to be finished for: assessments in `DRAFT` or `RETURNED`.
    #[schema(minimum = 0, maximum = 1000000)]
    pub open_assessments_count: i64,
    #[schema(max_items = 200)]
    pub open_assessments: Vec<OpenAssessments>,
    /// Statuses that no longer hold from the effective date on, because they do not pass through a reform: each needs
    /// an act for the successor.
    #[schema(minimum = 0, maximum = 1000000)]
    pub statuses_to_redo_count: i64,
    #[schema(max_items = 200)]
    pub statuses_to_redo: Vec<StatusToRedo>,
    /// Grants over units that end.
    #[schema(max_items = 200)]
    pub grants: Vec<AffectedGrant>,
    /// Lists stop at 200; the counts do not.
    pub lists_truncated: bool,
}

/// Assessments of one unit that are not submitted.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct OpenAssessments {
    pub unit: UnitRef,
    #[schema(minimum = 1, maximum = 1000000)]
    pub count: i64,
}

/// A status that a predecessor had on the day before, and that the successor has not.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct StatusToRedo {
    /// The successor.
    pub unit: UnitRef,
    pub kind: UnitStatusKind,
    pub value_code: StatusValue,
    /// The unit that had it; the same unit where it lives on with another territory.
    pub predecessor: UnitRef,
}

/// A grant over a unit that ends.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct AffectedGrant {
    pub grant_id: GrantId,
    pub client_id: ClientId,
    pub role: Role,
    pub unit: UnitRef,
    /// Units over which it holds from the effective date on; empty where nobody took the whole unit over.
    #[schema(max_items = 200)]
    pub follows_to: Vec<UnitRef>,
}

/// What the plan means for what is recorded. `before` is the last day before the effective date.
pub fn of(plan: &Plan, before: LocalDate, memory: &Snapshot) -> Impact {
    let begun = |record: &UnitRecord| last(record).map(|entry| territory_reference(record.unit.id, entry));
    let mut truncated = false;
    let mut cut = |units: Vec<UnitRef>| {
        truncated |= units.len() > MOST;
        (units.len() as i64, units.into_iter().take(MOST).collect::<Vec<_>>())
    };
    let ends = |(_, after): &&(UnitRecord, UnitRecord)| last(after).is_some_and(|entry| entry.valid_to.is_some());
    let (ended, changed): (Vec<_>, Vec<_>) = plan.changed.iter().partition(ends);
    let ended_ids: HashSet<UnitId> = ended.iter().map(|(before, _)| before.unit.id).collect();
    let (ended_count, ended) = cut(ended.into_iter().filter_map(|(_, after)| begun(after)).collect());
    let (started_count, started) = cut(plan.created.iter().filter_map(begun).collect());
    let (changed_count, changed) = cut(changed.into_iter().filter_map(|(_, after)| begun(after)).collect());
    let (open_assessments_count, open_assessments) = open_assessments(plan, &ended_ids, memory);
    let statuses = statuses_to_redo(plan, before, memory);
    let grants = grants(plan, &ended_ids, memory);
    let lists_truncated =
        truncated || [open_assessments.len(), statuses.len(), grants.len()].iter().any(|length| *length > MOST);
    Impact {
        ended_count,
        ended,
        started_count,
        started,
        changed_count,
        changed,
        open_assessments_count,
        open_assessments: open_assessments.into_iter().take(MOST).collect(),
        statuses_to_redo_count: statuses.len() as i64,
        statuses_to_redo: statuses.into_iter().take(MOST).collect(),
        grants: grants.into_iter().take(MOST).collect(),
        lists_truncated,
    }
}

fn last(record: &UnitRecord) -> Option<&TimelineEntry> {
    record.timeline.last()
}

fn open_assessments(plan: &Plan, ended: &HashSet<UnitId>, memory: &Snapshot) -> (i64, Vec<OpenAssessments>) {
    let summaries = memory.part::<Summaries>();
    let mut found = Vec::new();
    for (_, after) in plan.changed.iter().filter(|(before, _)| ended.contains(&before.unit.id)) {
        let open = summaries.of(after.unit.id).iter().filter(|summary| summary.status != Status::Submitted);
        let count = open.count() as i64;
        if let Some(entry) = last(after).filter(|_| count > 0) {
            found.push(OpenAssessments { unit: territory_reference(after.unit.id, entry), count });
        }
    }
    (found.iter().map(|open| open.count).sum(), found)
}

/// What held on the day before of units that end or get another territory, for each of their successors.
fn statuses_to_redo(plan: &Plan, before: LocalDate, memory: &Snapshot) -> Vec<StatusToRedo> {
    let (territory, statuses) = (memory.part::<Territory>(), memory.part::<Statuses>());
    let mut found = Vec::new();
    for (was, after) in &plan.changed {
        let unit = was.unit.id;
        let number = |record: &UnitRecord| last(record).map(|entry| entry.territory_number);
        let ends = last(after).is_some_and(|entry| entry.valid_to.is_some());
        let Some(held) = territory.get(unit).filter(|_| ends || number(was) != number(after)) else { continue };
        let lost: Vec<&UnitStatusRow> =
            statuses.of(unit).iter().filter(|row| statuses::holds_on(row, held, before)).collect();
        let Some(predecessor) = territory.reference(unit, before).filter(|_| !lost.is_empty()) else { continue };
        let mut heirs: Vec<UnitId> = Vec::new();
        for heir in plan.edges.iter().filter(|edge| edge.from_unit_id == Some(unit)).filter_map(|edge| edge.to_unit_id)
        {
            if !heirs.contains(&heir) {
                heirs.push(heir);
            }
        }
        for heir in heirs {
            let Some(successor) = state_after(plan, heir) else { continue };
            let passes = region_passes(plan, heir, before, memory);
            let to_redo = lost.iter().filter(|row| row.kind != UnitStatusKind::SocioEconomicRegion || !passes);
            found.extend(to_redo.map(|row| StatusToRedo {
                unit: successor.clone(),
                kind: row.kind,
                value_code: row.value_code.clone(),
                predecessor: predecessor.clone(),
            }));
        }
    }
    found
}

/// The one kind that passes by itself: where all predecessors lie in one region, so does the successor.
fn region_passes(plan: &Plan, heir: UnitId, before: LocalDate, memory: &Snapshot) -> bool {
    let (territory, statuses) = (memory.part::<Territory>(), memory.part::<Statuses>());
    let origins = plan.edges.iter().filter(|edge| edge.to_unit_id == Some(heir)).filter_map(|edge| edge.from_unit_id);
    let regions = origins.map(|origin| statuses.region(territory, origin, before).map(|(row, _)| &row.value_code));
    let regions: Vec<Option<&StatusValue>> = regions.collect();
    regions.iter().all(|region| region.is_some() && *region == regions[0])
}

fn grants(plan: &Plan, ended: &HashSet<UnitId>, memory: &Snapshot) -> Vec<AffectedGrant> {
    let territory = memory.part::<Territory>();
    let mut concerned: Vec<_> =
        memory.part::<Access>().grants.values().flatten().filter(|grant| ended.contains(&grant.unit_id)).collect();
    concerned.sort_by_key(|grant| grant.id);
    let heirs = |unit: UnitId| {
        let whole = move |edge: &&Edge| edge.from_unit_id == Some(unit) && edge.part == Part::Whole;
        plan.edges.iter().filter(whole).filter_map(|edge| edge.to_unit_id).filter_map(|heir| state_after(plan, heir))
    };
    let affected = |grant: &crate::access::Grant| {
        let held = territory.get(grant.unit_id)?;
        Some(AffectedGrant {
            grant_id: grant.id,
            client_id: grant.client_id,
            role: grant.role,
            unit: territory_reference(grant.unit_id, held.timeline.last()?),
            follows_to: heirs(grant.unit_id).collect(),
        })
    };
    concerned.into_iter().filter_map(affected).collect()
}

fn state_after(plan: &Plan, unit: UnitId) -> Option<UnitRef> {
    let created = plan.created.iter().find(|record| record.unit.id == unit);
    let changed = || plan.changed.iter().map(|(_, after)| after).find(|record| record.unit.id == unit);
    let record = created.or_else(changed)?;
    last(record).map(|entry| territory_reference(unit, entry))
}
