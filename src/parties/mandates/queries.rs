//! SQL of mandates.

use super::model::{MandateRow, MandateState};
use super::routes::MandateQuery;
use crate::db::schema::{committees, mandates};
use crate::db::{Conn, on_any};
use crate::parties::collection;
use crate::values::{CommitteeId, MandateId};
use diesel::prelude::*;

collection!(mandates, MandateRow, MandateId, "mandates", MandateQuery, |rows, query| {
    if !query.committee_id.0.is_empty() {
        rows = rows.filter(mandates::committee_id.eq_any(query.committee_id.0.clone()));
    }
    if !query.kind.0.is_empty() {
        rows = rows.filter(mandates::kind.eq_any(query.kind.0.clone()));
    }
    if !query.role.0.is_empty() {
        rows = rows.filter(mandates::role.eq_any(query.role.0.clone()));
    }
    if !query.person_id.0.is_empty() {
        rows = rows.filter(mandates::person_id.eq_any(query.person_id.0.clone()));
    }
    if !query.agency_id.0.is_empty() {
        rows = rows.filter(mandates::agency_id.eq_any(query.agency_id.0.clone()));
    }
    if !query.charge_unit_id.0.is_empty() {
        rows = rows.filter(mandates::charge_unit_id.eq_any(query.charge_unit_id.0.clone()));
    }
    if !query.state.0.is_empty() {
        rows = rows.filter(mandates::state.eq_any(query.state.0.clone()));
    }
    if let Some(day) = query.as_of {
        rows = rows
            .filter(mandates::state.ne(MandateState::Annulled))
            .filter(mandates::valid_from.is_null().or(mandates::valid_from.le(day)))
            .filter(mandates::valid_to.is_null().or(mandates::valid_to.gt(day)));
    }
});

/// All mandates of a committee.
pub fn of_committee(conn: &mut Conn, committee: CommitteeId) -> QueryResult<Vec<MandateRow>> {
    on_any!(conn, c => mandates::table
        .filter(mandates::committee_id.eq(committee))
        .select(MandateRow::as_select())
        .order(mandates::id)
        .load(c))
}

/// All mandates of a committee and of the groups that serve it.
pub fn of_committee_and_groups(conn: &mut Conn, committee: CommitteeId) -> QueryResult<Vec<MandateRow>> {
    let groups = committees::table.filter(committees::parent_id.eq(committee)).select(committees::id);
    on_any!(conn, c => mandates::table
        .filter(mandates::committee_id.eq(committee).or(mandates::committee_id.eq_any(groups)))
        .select(MandateRow::as_select())
        .order(mandates::id)
        .load(c))
}

/// The committees of some mandates.
pub fn committees_of(conn: &mut Conn, ids: &[MandateId]) -> QueryResult<Vec<CommitteeId>> {
    on_any!(conn, c => mandates::table
        .filter(mandates::id.eq_any(ids.to_vec()))
        .select(mandates::committee_id)
        .distinct()
        .load(c))
}
