//! SQL of obstacles in `work-progress`.

use super::asked::{Asked, GROUPED, Groups, grouped, seen, within};
use super::rules::age_limits;
use crate::committee::obstacles::{ObstacleKind, ObstacleStatus, WAITING};
use crate::db::schema::{meetings, obstacle_steps, obstacles, unit_ancestry};
use crate::db::{Conn, on_any};
use crate::units::Level;
use crate::values::{LocalDate, ObstacleId, Timestamp, UnitId};
use diesel::dsl::{case_when, count, count_star};
use diesel::prelude::*;

/// Obstacles of one kind, status and level.
#[derive(Debug, Clone, Queryable)]
pub struct ObstaclesCounted {
    pub kind: ObstacleKind,
    pub status: ObstacleStatus,
    pub level: Option<Level>,
    pub count: i64,
    /// Waiting after their day.
    pub overdue: i64,
    pub reopened: i64,
    /// Waiting, by days since they were raised.
    pub ages: (i64, i64, i64, i64),
}

macro_rules! obstacles_that {
    ($condition:expr) => {
        count(case_when($condition, obstacles::id))
    };
}

/// SQL: narrows obstacles to what was asked and to what the caller may see. Of a committee are those noted at its meetings
/// and those that it is to answer.
macro_rules! narrowed {
    ($rows:expr, $asked:expr) => {{
        let mut rows = seen!($rows, obstacles, $asked);
        if $asked.committee_id.is_some() {
            let noted = meetings::table
                .filter(meetings::committee_id.eq_any($asked.committees.clone()))
                .select(meetings::id.nullable());
            let to_answer = obstacles::party_committee_id.eq_any($asked.committees.clone());
            rows = rows.filter(obstacles::meeting_id.eq_any(noted).or(to_answer));
        }
        rows
    }};
}

/// Obstacles by kind, status and level.
pub fn counted(conn: &mut Conn, asked: &Asked) -> QueryResult<Vec<ObstaclesCounted>> {
    let (today, [of_30, of_90, of_180]) = (asked.today, age_limits(asked.today));
    on_any!(conn, c => {
        let columns = (obstacles::kind, obstacles::status, obstacles::level);
        let raised = obstacles::raised_date;
        let waiting = || obstacles::status.eq_any(WAITING);
        let rows = within!(obstacles, asked).group_by(columns).select((
            obstacles::kind,
            obstacles::status,
            obstacles::level,
            count_star(),
            obstacles_that!(waiting().and(obstacles::answer_due_date.lt(today))),
            obstacles_that!(obstacles::reopened_count.gt(0)),
            (
                obstacles_that!(waiting().and(raised.ge(of_30))),
                obstacles_that!(waiting().and(raised.lt(of_30)).and(raised.ge(of_90))),
                obstacles_that!(waiting().and(raised.lt(of_90)).and(raised.ge(of_180))),
                obstacles_that!(waiting().and(raised.lt(of_180))),
            ),
        ));
        narrowed!(rows, asked).load(c)
    })
}

/// Every answer ever given, first ones first: the obstacle, when it was raised, when it was answered.
pub fn answers(conn: &mut Conn, asked: &Asked) -> QueryResult<Vec<(ObstacleId, LocalDate, Timestamp)>> {
    on_any!(conn, c => {
        let rows = within!(obstacles, asked)
            .inner_join(obstacle_steps::table.on(obstacle_steps::obstacle_id.eq(obstacles::id)))
            .select((obstacles::id, obstacles::raised_date, obstacle_steps::taken_at));
        narrowed!(rows, asked)
            .filter(obstacle_steps::status.eq(ObstacleStatus::Answered))
            .order((obstacles::id, obstacle_steps::number))
            .load(c)
    })
}

/// Waiting and overdue obstacles by group; those under none come with none.
pub fn by_group(conn: &mut Conn, asked: &Asked, groups: &Groups) -> QueryResult<Vec<(Option<UnitId>, i64, i64)>> {
    let today = asked.today;
    on_any!(conn, c => {
        let group = GROUPED.field(unit_ancestry::ancestor_id);
        let rows = grouped!(within!(obstacles, asked), obstacles, groups).group_by(group).select((
            group.nullable(),
            count_star(),
            obstacles_that!(obstacles::answer_due_date.lt(today)),
        ));
        narrowed!(rows, asked).filter(obstacles::status.eq_any(WAITING)).load(c)
    })
}
