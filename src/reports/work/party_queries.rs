//! SQL of committees, their members and those without a commitment.

use super::asked::{Asked, within};
use super::model::UncommittedMember;
use super::rules::MOST_LINES;
use crate::access::{Scope, in_scope};
use crate::committee::party::Who;
use crate::committee::tasks::{TaskKind, TaskStatus};
use crate::db::schema::{agencies, committees, mandates, tasks};
use crate::db::{Conn, on_any};
use crate::parties::committees::{CommitteeKind, CommitteeRow};
use crate::parties::mandates::{MandateKind, MandateState};
use crate::values::{AgencyId, CommitteeId, LocalDate, PersonId, UnitId};
use diesel::prelude::*;

// The committee of a task.
diesel::alias! {
    const GIVING: Alias<Giving> = committees as giving;
}

/// A committee that the caller may see, with the groups that serve it.
pub fn committee_and_groups(conn: &mut Conn, scope: &Scope, id: CommitteeId) -> QueryResult<Vec<CommitteeId>> {
    on_any!(conn, c => {
        let found: Option<CommitteeId> = committees::table
            .filter(committees::id.eq(id))
            .filter(in_scope!(committees::unit_id, committees::unit_date, scope.units.clone()))
            .select(committees::id)
            .first(&mut *c)
            .optional()?;
        let Some(found) = found else { return Ok(Vec::new()) };
        let groups: Vec<CommitteeId> =
            committees::table.filter(committees::parent_id.eq(id)).select(committees::id).load(c)?;
        Ok(std::iter::once(found).chain(groups).collect())
    })
}

/// SQL: what is there on a day.
macro_rules! there_on {
    ($table:ident, $day:expr) => {
        $table::valid_from
            .is_null()
            .or($table::valid_from.le($day))
            .and($table::valid_to.is_null().or($table::valid_to.gt($day)))
    };
}

/// The committee asked for, else the steering committees of the unit itself, as they are on the day.
pub fn own_committees(conn: &mut Conn, asked: &Asked) -> QueryResult<Vec<CommitteeRow>> {
    on_any!(conn, c => {
        let mut rows = committees::table
            .into_boxed()
            .filter(in_scope!(committees::unit_id, committees::unit_date, asked.scope.units.clone()))
            .select(CommitteeRow::as_select());
        rows = match asked.committee_id {
            Some(id) => rows.filter(committees::id.eq(id)),
            None => rows
                .filter(committees::unit_id.eq(asked.unit))
                .filter(committees::kind.eq(CommitteeKind::Committee))
                .filter(there_on!(committees, asked.day)),
        };
        rows.load(c)
    })
}

/// Who belongs on a day to one of these committees, or to a group that serves one of them.
pub fn members(conn: &mut Conn, of: &[CommitteeId], day: LocalDate) -> QueryResult<Vec<Who>> {
    let held: Vec<(Option<PersonId>, Option<AgencyId>)> = on_any!(conn, c => {
        let groups = committees::table.filter(committees::parent_id.eq_any(of.to_vec())).select(committees::id);
        mandates::table
            .filter(mandates::committee_id.eq_any(of.to_vec()).or(mandates::committee_id.eq_any(groups)))
            .filter(mandates::kind.eq(MandateKind::Membership))
            .filter(mandates::state.ne(MandateState::Annulled))
            .filter(there_on!(mandates, day))
            .select((mandates::person_id, mandates::agency_id))
            .distinct()
            .load(c)
    })?;
    Ok(held.into_iter().filter_map(|(person, agency)| person.map(Who::person).or(agency.map(Who::agency))).collect())
}

/// The agencies of some units on a day.
pub fn agencies_of(conn: &mut Conn, units: &[UnitId], day: LocalDate) -> QueryResult<Vec<Who>> {
    let found: Vec<AgencyId> = on_any!(conn, c => agencies::table
        .filter(agencies::unit_id.eq_any(units.to_vec()))
        .filter(there_on!(agencies, day))
        .select(agencies::id)
        .load(c))?;
    Ok(found.into_iter().map(Who::agency).collect())
}

/// Members on the day of the committee asked for, else of every steering committee of the unit and below it, that have no
/// commitment to their committee or to a group that serves it; how many, and the first of them.
pub fn without_commitment(conn: &mut Conn, asked: &Asked) -> QueryResult<(i64, Vec<UncommittedMember>)> {
    type Found = (CommitteeId, Option<PersonId>, Option<AgencyId>);
    let (count, found): (i64, Vec<Found>) = on_any!(conn, c => {
        let members = || {
            let committed = || {
                let given = GIVING.field(committees::id).eq(mandates::committee_id);
                let by_group = GIVING.field(committees::parent_id).eq(mandates::committee_id.nullable());
                tasks::table
                    .inner_join(GIVING.on(GIVING.field(committees::id).eq(tasks::committee_id)))
                    .filter(tasks::kind.eq(TaskKind::Commitment))
                    .filter(tasks::status.ne(TaskStatus::Cancelled))
                    .filter(given.or(by_group))
            };
            // Two questions with an index each; together they would have none.
            let person = committed().filter(tasks::person_id.eq(mandates::person_id));
            let agency = committed().filter(tasks::agency_id.eq(mandates::agency_id));
            let mut rows = within!(committees, asked)
                .inner_join(mandates::table.on(mandates::committee_id.eq(committees::id)))
                .into_boxed()
                .filter(in_scope!(committees::unit_id, committees::unit_date, asked.scope.units.clone()))
                .filter(mandates::kind.eq(MandateKind::Membership))
                .filter(mandates::state.ne(MandateState::Annulled))
                .filter(there_on!(mandates, asked.day))
                .filter(diesel::dsl::not(diesel::dsl::exists(person)))
                .filter(diesel::dsl::not(diesel::dsl::exists(agency)));
            if let Some(few) = &asked.few {
                rows = rows.filter(committees::unit_id.eq_any(few.clone()));
            }
            rows = match asked.committee_id {
                Some(id) => rows.filter(committees::id.eq(id)),
                None => rows
                    .filter(committees::kind.eq(CommitteeKind::Committee))
                    .filter(there_on!(committees, asked.day)),
            };
            rows
        };
        let count = members().count().get_result(&mut *c)?;
        let found = members()
            .select((mandates::committee_id, mandates::person_id, mandates::agency_id))
            .order((mandates::committee_id, mandates::id))
            .limit(MOST_LINES as i64)
            .load(c)?;
        Ok::<_, diesel::result::Error>((count, found))
    })?;
    let member = |(committee_id, person_id, agency_id): Found| UncommittedMember { committee_id, person_id, agency_id };
    Ok((count, found.into_iter().map(member).collect()))
}
