//! The whole answer of `work-progress`, put together.

use super::activity_queries::HeldBy;
use super::asked::{Asked, Groups};
use super::model::{
    ActivityCount, ActivityProgress, AssigneeWork, ObstacleCount, ObstacleLevelCount, ObstacleProgress,
    ReportingProgress, WithoutCommitment, WorkCount, WorkGroup, WorkOfKind, WorkProgress, WorkProgressScope,
};
use super::obstacle_queries::ObstaclesCounted;
use super::{activity_queries, obstacle_queries, party_queries, rules, task_queries};
use crate::access::{Scope, few_below};
use crate::committee::activities::ActivityKind;
use crate::committee::obstacles::{ObstacleKind, ObstacleStatus, WAITING};
use crate::committee::party::{Party, Who};
use crate::committee::tasks::TaskKind;
use crate::db::{Conn, Snapshot};
use crate::error::Error;
use crate::reports::model::GroupBy;
use crate::reports::obligations::{self, ObligationQuestion};
use crate::units::{Level, Territory, UnitRef};
use crate::values::{Decimal, LocalDate, ObstacleId, UnitId, Vocabulary};
use std::collections::{BTreeMap, HashMap, HashSet};

/// All work of a unit and of all below it, as it stands today.
pub fn of_unit(
    memory: &Snapshot,
    conn: &mut Conn,
    scope: &Scope,
    unit: UnitId,
    today: LocalDate,
) -> Result<WorkProgress, Error> {
    answer(memory, conn, &Asked::of(memory, scope, unit, today)?, rules::MOST_LINES)
}

/// Answer from the database; lines of parties stop at `most`.
pub fn answer(memory: &Snapshot, conn: &mut Conn, asked: &Asked, most: usize) -> Result<WorkProgress, Error> {
    let territory = memory.part::<Territory>();
    let asked = &Asked { few: few_below(conn, &asked.scope, Some(asked.unit))?, ..asked.clone() };
    let place = Place { territory, asked };
    let told = task_queries::by_assignee_and_kind(conn, asked)?;
    let mut tasks = WorkCount::none();
    let mut by_kind: HashMap<TaskKind, WorkCount> = HashMap::new();
    let mut by_party: HashMap<Who, Line> = HashMap::new();
    for ((person_id, agency_id, unit_id, committee_id), kind, counted) in told {
        let count = WorkCount::from(counted);
        let line = by_party.entry(Who { person_id, agency_id, unit_id, committee_id }).or_insert_with(Line::empty);
        if kind == TaskKind::Commitment {
            line.commitments += count.total_count - count.cancelled_count;
        }
        line.tasks.add(&count);
        by_kind.entry(kind).or_insert_with(WorkCount::none).add(&count);
        tasks.add(&count);
    }
    let kinds = TaskKind::WORDS
        .iter()
        .map(|(kind, _)| WorkOfKind { kind: *kind, tasks: by_kind.get(kind).cloned().unwrap_or_else(WorkCount::none) });
    let kinds = kinds.collect();
    let mut lines = lines(conn, &place, by_party)?;
    let (count, members) = party_queries::without_commitment(conn, asked)?;
    let unit = territory.reference(asked.unit, asked.day).ok_or(Error::NotFound)?;
    Ok(WorkProgress {
        scope: WorkProgressScope {
            unit,
            today: asked.today,
            basis_date: asked.day,
            due_date_gte: asked.from,
            due_date_lte: asked.to,
            committee_id: asked.committee_id,
            group_by: asked.group_by,
            partial: !asked.scope.covers(territory, asked.unit, asked.day),
        },
        tasks,
        by_kind: kinds,
        assignees_count: i64::try_from(lines.len()).unwrap_or(i64::MAX),
        assignees_truncated: lines.len() > most,
        by_assignee: {
            lines.truncate(most);
            lines
        },
        without_commitment: WithoutCommitment {
            members_truncated: i64::try_from(members.len()).is_ok_and(|told| told < count),
            count,
            members,
        },
        obstacles: obstacles(conn, asked)?,
        activities: activities(conn, &place)?,
        reporting: reporting(memory, conn, asked)?,
        groups: groups(conn, &place)?,
    })
}

/// The reports of the unit and of all below it; the days asked for may leave one end open.
fn reporting(memory: &Snapshot, conn: &mut Conn, asked: &Asked) -> Result<ReportingProgress, Error> {
    // Who owed what is told for three years at the most: of a longer time for its last ones.
    let first = asked.to.map(|to| to.minus_days(obligations::MOST_DAYS.unsigned_abs()));
    let question = ObligationQuestion {
        due_date_gte: asked.from.max(first.filter(|_| asked.from.is_some())),
        due_date_lte: asked.to,
        ..ObligationQuestion::of(asked.unit, asked.today)
    };
    let owed = obligations::prepare(memory, &asked.scope, question)?.answer(memory, conn, 0)?;
    Ok(ReportingProgress {
        due_date_gte: owed.scope.due_date_gte,
        due_date_lte: owed.scope.due_date_lte,
        count: owed.total,
    })
}

struct Place<'a> {
    territory: &'a Territory,
    asked: &'a Asked,
}

impl Place<'_> {
    /// The communes of the unit on its day, the unit itself if it is one, as far as the caller may see them.
    fn communes(&self) -> Vec<UnitRef> {
        let Place { territory, asked } = self;
        let below = territory.subtree(asked.unit, asked.day).into_iter();
        below
            .filter(|(unit, _)| unit.level == Level::Commune)
            .filter(|(unit, _)| asked.scope.covers(territory, unit.id, asked.day))
            .filter_map(|(unit, _)| territory.reference(unit.id, asked.day))
            .collect()
    }
}

/// A running line.
struct Line {
    commitments: i64,
    tasks: WorkCount,
    held: Option<HeldBy>,
}

impl Line {
    fn empty() -> Line {
        Line { commitments: 0, tasks: WorkCount::none(), held: None }
    }
}

/// Whoever has tasks, and whom the unit's own committee can give some; with what they did on the spot.
fn lines(conn: &mut Conn, place: &Place<'_>, mut lines: HashMap<Who, Line>) -> Result<Vec<AssigneeWork>, Error> {
    let Place { territory, asked } = *place;
    let committees = party_queries::own_committees(conn, asked)?;
    let ids: Vec<_> = committees.iter().map(|committee| committee.id).collect();
    let units: Vec<UnitId> = committees.iter().map(|committee| committee.unit_id).collect();
    let mut bound = party_queries::members(conn, &ids, asked.day)?;
    bound.extend(party_queries::agencies_of(conn, &units, asked.day)?);
    // The committee of a commune is not over its commune: it is the commune's own.
    let communes = place
        .communes()
        .into_iter()
        .map(|unit| unit.id)
        .filter(|unit| units.iter().any(|above| above != unit && territory.is_within(*unit, *above, asked.day)));
    bound.extend(communes.map(Who::unit));
    for who in bound {
        lines.entry(who).or_insert_with(Line::empty);
    }
    for ((person_id, agency_id, unit_id, committee_id), held) in activity_queries::by_party(conn, asked)? {
        // Whoever only took part is no line of its own.
        if let Some(line) = lines.get_mut(&Who { person_id, agency_id, unit_id, committee_id }) {
            line.held = Some(held);
        }
    }
    let described = lines.into_iter().map(|(who, line)| AssigneeWork {
        party: Party::of(who, asked.day, territory),
        commitments_count: line.commitments,
        tasks: line.tasks,
        visit_count: line.held.map_or(0, |held| held.visits),
        inspection_count: line.held.map_or(0, |held| held.inspections),
        reminder_count: line.held.map_or(0, |held| held.reminders),
    });
    let mut described: Vec<AssigneeWork> = described.collect();
    rules::worst_first(&mut described);
    Ok(described)
}

fn obstacles(conn: &mut Conn, asked: &Asked) -> Result<ObstacleProgress, Error> {
    let counted = obstacle_queries::counted(conn, asked)?;
    let sum = |of: &dyn Fn(&ObstaclesCounted) -> i64| counted.iter().map(of).sum::<i64>();
    let is_waiting = |one: &ObstaclesCounted| WAITING.contains(&one.status);
    let waiting = |one: &ObstaclesCounted| if is_waiting(one) { one.count } else { 0 };
    let cells = ObstacleKind::WORDS
        .iter()
        .flat_map(|(kind, _)| ObstacleStatus::WORDS.iter().map(move |(status, _)| (*kind, *status)));
    let by_kind_and_status = cells.map(|(kind, status)| ObstacleCount {
        kind,
        status,
        count: sum(&|one| if (one.kind, one.status) == (kind, status) { one.count } else { 0 }),
    });
    let mut levels: Vec<Option<Level>> = counted.iter().filter(|one| is_waiting(one)).map(|one| one.level).collect();
    levels.sort_by_key(|level| (level.is_none(), *level));
    levels.dedup();
    let by_level = levels.into_iter().map(|level| ObstacleLevelCount {
        level,
        waiting_count: sum(&|one| if one.level == level { waiting(one) } else { 0 }),
        overdue_count: sum(&|one| if one.level == level { one.overdue } else { 0 }),
    });
    let first = first_answers(conn, asked)?;
    let days = first.values().sum();
    let answered = i64::try_from(first.len()).unwrap_or(i64::MAX);
    Ok(ObstacleProgress {
        total_count: sum(&|one| one.count),
        by_kind_and_status: by_kind_and_status.collect(),
        waiting_count: sum(&waiting),
        overdue_count: sum(&|one| one.overdue),
        reopened_count: sum(&|one| one.reopened),
        by_level: by_level.collect(),
        waiting_ageing: rules::ages(
            0,
            [sum(&|one| one.ages.0), sum(&|one| one.ages.1), sum(&|one| one.ages.2), sum(&|one| one.ages.3)],
        ),
        answered_count: answered,
        first_answer_days_average: Decimal::average(days, answered),
    })
}

/// How many days the first answer to each obstacle took.
fn first_answers(conn: &mut Conn, asked: &Asked) -> Result<BTreeMap<ObstacleId, i64>, Error> {
    let mut first = BTreeMap::new();
    for (id, raised, answered) in obstacle_queries::answers(conn, asked)? {
        let days = |to: LocalDate| to.days_since(raised).max(0);
        first.entry(id).or_insert_with(|| days(answered.local_date()));
    }
    Ok(first)
}

fn activities(conn: &mut Conn, place: &Place<'_>) -> Result<ActivityProgress, Error> {
    let held: HashMap<ActivityKind, i64> = activity_queries::held_by_kind(conn, place.asked)?.into_iter().collect();
    let planned = activity_queries::planned_by_kind(conn, place.asked)?.into_iter();
    let planned: HashMap<ActivityKind, (i64, i64)> =
        planned.map(|(kind, planned, missed)| (kind, (planned, missed))).collect();
    let by_kind = ActivityKind::WORDS.iter().map(|(kind, _)| {
        let (planned_count, missed_count) = planned.get(kind).copied().unwrap_or_default();
        let held_count = held.get(kind).copied().unwrap_or_default();
        ActivityCount { kind: *kind, planned_count, missed_count, held_count }
    });
    let by_kind = by_kind.collect();
    let communes = place.communes();
    let visited = activity_queries::covered(conn, place.asked, &[ActivityKind::Visit])?;
    let inspected = activity_queries::covered(conn, place.asked, &activity_queries::INSPECTING)?;
    Ok(ActivityProgress {
        by_kind,
        visit_coverage: rules::coverage(&communes, &visited),
        inspection_coverage: rules::coverage(&communes, &inspected),
    })
}

/// The groups of the day, with or without work, and those under which work stood on its own day.
fn groups(conn: &mut Conn, place: &Place<'_>) -> Result<Vec<WorkGroup>, Error> {
    let Place { territory, asked } = *place;
    let Some(groups) = Groups::of(asked.group_by) else { return Ok(Vec::new()) };
    let tasks: HashMap<Option<UnitId>, WorkCount> =
        task_queries::by_group(conn, asked, &groups)?.into_iter().map(|(unit, count)| (unit, count.into())).collect();
    let obstacles = obstacle_queries::by_group(conn, asked, &groups)?.into_iter();
    let obstacles: HashMap<Option<UnitId>, (i64, i64)> =
        obstacles.map(|(unit, waiting, overdue)| (unit, (waiting, overdue))).collect();
    let activities: HashMap<Option<UnitId>, i64> =
        activity_queries::by_group(conn, asked, &groups)?.into_iter().collect();
    let of_the_day = territory.subtree(asked.unit, asked.day).into_iter().filter(|(unit, entry)| {
        let is_group = match asked.group_by {
            GroupBy::Children => entry.parent_id == Some(asked.unit),
            _ => groups.levels.contains(&unit.level),
        };
        is_group && asked.scope.covers(territory, unit.id, asked.day)
    });
    let mut units: HashSet<Option<UnitId>> = of_the_day.map(|(unit, _)| Some(unit.id)).collect();
    units.extend(tasks.keys().chain(obstacles.keys()).chain(activities.keys()));
    let mut told: Vec<WorkGroup> = units
        .into_iter()
        .map(|unit| {
            let (obstacles_waiting_count, obstacles_overdue_count) = obstacles.get(&unit).copied().unwrap_or_default();
            WorkGroup {
                unit: unit.and_then(|unit| territory.reference(unit, asked.day)),
                tasks: tasks.get(&unit).cloned().unwrap_or_else(WorkCount::none),
                obstacles_waiting_count,
                obstacles_overdue_count,
                activities_held_count: activities.get(&unit).copied().unwrap_or_default(),
            }
        })
        .collect();
    told.sort_by_key(|group| (group.unit.is_none(), group.unit.as_ref().map(|unit| (unit.code.clone(), unit.id))));
    Ok(told)
}
