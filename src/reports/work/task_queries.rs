//! SQL of tasks in `work-progress`: they are counted where they lie.

use super::asked::{Asked, GROUPED, Groups, grouped, seen, within};
use super::model::WorkCount;
use super::rules::{age_limits, ages};
use crate::committee::tasks::{TaskKind, TaskStatus};
use crate::db::schema::{task_extensions, tasks, unit_ancestry};
use crate::db::{Conn, on_any};
use crate::values::{AgencyId, CommitteeId, PersonId, UnitId};
use diesel::dsl::{case_when, count, count_star};
use diesel::prelude::*;

/// The counts as they are selected.
#[derive(Debug, Clone, Copy, Queryable)]
pub struct Counted {
    total: i64,
    open: i64,
    not_due: i64,
    overdue: i64,
    no_due_date: i64,
    done: i64,
    confirmed: i64,
    cancelled: i64,
    on_time: i64,
    late: i64,
    original_on_time: i64,
    original_late: i64,
    extended: i64,
    up_to_30: i64,
    up_to_90: i64,
    up_to_180: i64,
    over_180: i64,
}

impl From<Counted> for WorkCount {
    fn from(counted: Counted) -> WorkCount {
        WorkCount {
            total_count: counted.total,
            open_count: counted.open,
            not_due_count: counted.not_due,
            overdue_count: counted.overdue,
            no_due_date_count: counted.no_due_date,
            done_count: counted.done,
            confirmed_count: counted.confirmed,
            cancelled_count: counted.cancelled,
            on_time_count: counted.on_time,
            late_count: counted.late,
            original_on_time_count: counted.original_on_time,
            original_late_count: counted.original_late,
            extended_count: counted.extended,
            overdue_ageing: ages(1, [counted.up_to_30, counted.up_to_90, counted.up_to_180, counted.over_180]),
        }
    }
}

const UNFINISHED: [TaskStatus; 2] = [TaskStatus::Open, TaskStatus::InProgress];
const FINISHED: [TaskStatus; 2] = [TaskStatus::Done, TaskStatus::Confirmed];

/// SQL: how many of the grouped tasks are so.
macro_rules! tasks_that {
    ($condition:expr) => {
        count(case_when($condition, tasks::id))
    };
}

/// SQL: the counts of grouped tasks, in the order of `Counted`. The rules are those of the tasks themselves: a due date is
/// the last day on time, and what was extended had its first due date in its first extension.
macro_rules! counts {
    ($asked:expr) => {{
        let today = $asked.today;
        let [of_30, of_90, of_180] = age_limits(today);
        let first = task_extensions::old_due_date.nullable();
        (
            count_star(),
            tasks_that!(tasks::status.eq_any(UNFINISHED)),
            tasks_that!(tasks::status.eq_any(UNFINISHED).and(tasks::due_date.ge(today))),
            tasks_that!(tasks::status.eq_any(UNFINISHED).and(tasks::due_date.lt(today))),
            tasks_that!(tasks::status.eq_any(UNFINISHED).and(tasks::due_date.is_null())),
            tasks_that!(tasks::status.eq(TaskStatus::Done)),
            tasks_that!(tasks::status.eq(TaskStatus::Confirmed)),
            tasks_that!(tasks::status.eq(TaskStatus::Cancelled)),
            tasks_that!(
                tasks::status
                    .eq_any(FINISHED)
                    .and(tasks::due_date.is_not_null())
                    .and(tasks::done_date.is_null().or(tasks::done_date.le(tasks::due_date)))
            ),
            tasks_that!(tasks::status.eq_any(FINISHED).and(tasks::done_date.gt(tasks::due_date))),
            tasks_that!(
                tasks::status.eq_any(FINISHED).and(
                    first.is_not_null().and(tasks::done_date.is_null().or(tasks::done_date.le(first))).or(first
                        .is_null()
                        .and(tasks::due_date.is_not_null())
                        .and(tasks::done_date.is_null().or(tasks::done_date.le(tasks::due_date))))
                )
            ),
            tasks_that!(
                tasks::status
                    .eq_any(FINISHED)
                    .and(tasks::done_date.gt(first).or(first.is_null().and(tasks::done_date.gt(tasks::due_date))))
            ),
            count(first),
            tasks_that!(tasks::status.eq_any(UNFINISHED).and(tasks::due_date.lt(today)).and(tasks::due_date.ge(of_30))),
            tasks_that!(tasks::status.eq_any(UNFINISHED).and(tasks::due_date.lt(of_30)).and(tasks::due_date.ge(of_90))),
            tasks_that!(
                tasks::status.eq_any(UNFINISHED).and(tasks::due_date.lt(of_90)).and(tasks::due_date.ge(of_180))
            ),
            tasks_that!(tasks::status.eq_any(UNFINISHED).and(tasks::due_date.lt(of_180))),
        )
    }};
}

/// SQL: the tasks asked for, each with its first extension.
macro_rules! with_extension {
    ($rows:expr) => {
        $rows.left_join(
            task_extensions::table.on(task_extensions::task_id.eq(tasks::id).and(task_extensions::number.eq(1))),
        )
    };
}

/// SQL: narrows tasks to what was asked and to what the caller may see.
macro_rules! narrowed {
    ($rows:expr, $asked:expr) => {{
        let mut rows = seen!($rows, tasks, $asked);
        if $asked.committee_id.is_some() {
            rows = rows.filter(tasks::committee_id.eq_any($asked.committees.clone()));
        }
        if !$asked.kinds.is_empty() {
            rows = rows.filter(tasks::kind.eq_any($asked.kinds.clone()));
        }
        if let Some(day) = $asked.from {
            rows = rows.filter(tasks::due_date.ge(day));
        }
        if let Some(day) = $asked.to {
            rows = rows.filter(tasks::due_date.le(day));
        }
        rows
    }};
}

/// A party as the tables name it.
pub type Named = (Option<PersonId>, Option<AgencyId>, Option<UnitId>, Option<CommitteeId>);

/// Tasks by whoever has them and by kind.
pub fn by_assignee_and_kind(conn: &mut Conn, asked: &Asked) -> QueryResult<Vec<(Named, TaskKind, Counted)>> {
    on_any!(conn, c => {
        let who = (tasks::person_id, tasks::agency_id, tasks::party_unit_id, tasks::party_committee_id);
        let rows = with_extension!(within!(tasks, asked))
            .group_by((tasks::person_id, tasks::agency_id, tasks::party_unit_id, tasks::party_committee_id, tasks::kind))
            .select((who, tasks::kind, counts!(asked)));
        narrowed!(rows, asked).load(c)
    })
}

/// Tasks by group; those under none come with none.
pub fn by_group(conn: &mut Conn, asked: &Asked, groups: &Groups) -> QueryResult<Vec<(Option<UnitId>, Counted)>> {
    on_any!(conn, c => {
        let group = GROUPED.field(unit_ancestry::ancestor_id);
        let rows = with_extension!(grouped!(within!(tasks, asked), tasks, groups))
            .group_by(group)
            .select((group.nullable(), counts!(asked)));
        narrowed!(rows, asked).load(c)
    })
}
