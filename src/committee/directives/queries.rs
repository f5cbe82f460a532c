//! SQL of directives.

use super::model::{DirectivePartyRow, DirectiveRecord, DirectiveRow, DirectiveState};
use super::routes::DirectiveQuery;
use crate::acts::ActChangeKind;
use crate::db::schema::{act_items, directives, unit_ancestry, units};
use crate::db::{Conn, on_any, stored_with_parts};
use crate::parties::collection;
use crate::units::Level;
use crate::values::{ActId, CommitteeId, DirectiveId, ItemNumber, LocalDate, UnitId};
use diesel::prelude::*;

collection!(directives, DirectiveRow, DirectiveId, "directives", DirectiveQuery, |rows, query| {
    if !query.committee_id.0.is_empty() {
        rows = rows.filter(directives::committee_id.eq_any(query.committee_id.0.clone()));
    }
    if !query.act_id.0.is_empty() {
        rows = rows.filter(directives::act_id.eq_any(query.act_id.0.clone()));
    }
    if !query.kind.0.is_empty() {
        rows = rows.filter(directives::kind.eq_any(query.kind.0.clone()));
    }
    if !query.state.0.is_empty() {
        rows = rows.filter(directives::state.eq_any(query.state.0.clone()));
    }
});

stored_with_parts!(DirectiveRecord, DirectiveRow, DirectiveId, directives, "directives", "directive", {
    parties: DirectivePartyRow in directive_parties(directive_id, position);
});

/// What a committee has made of an item and still holds.
pub fn of_item(
    conn: &mut Conn,
    committee: CommitteeId,
    act: ActId,
    item: &ItemNumber,
) -> QueryResult<Vec<DirectiveRow>> {
    on_any!(conn, c => directives::table
        .filter(directives::committee_id.eq(committee))
        .filter(directives::act_id.eq(act))
        .filter(directives::item_code.eq(item))
        .filter(directives::state.eq(DirectiveState::InForce))
        .select(DirectiveRow::as_select())
        .order(directives::id)
        .load(c))
}

/// What any committee has made of an item and still holds.
pub fn of_ended_item(conn: &mut Conn, act: ActId, item: &ItemNumber) -> QueryResult<Vec<DirectiveRow>> {
    on_any!(conn, c => directives::table
        .filter(directives::act_id.eq(act))
        .filter(directives::item_code.eq(item))
        .filter(directives::state.eq(DirectiveState::InForce))
        .select(DirectiveRow::as_select())
        .order(directives::id)
        .load(c))
}

/// Acts that end an item by which a directive still binds: those that are to do so on a day to come, mostly.
pub fn acts_to_end(conn: &mut Conn) -> QueryResult<Vec<ActId>> {
    let of_item = act_items::changed_act_id
        .eq(directives::act_id.nullable())
        .and(act_items::changed_item_code.eq(directives::item_code.nullable()));
    on_any!(conn, c => act_items::table
        .inner_join(directives::table.on(of_item))
        .filter(act_items::change_kind.eq(ActChangeKind::Ends))
        .filter(directives::state.eq(DirectiveState::InForce))
        .select(act_items::act_id)
        .distinct()
        .load(c))
}

/// Directives that hold and fall due by a term in working days.
pub fn with_terms(conn: &mut Conn) -> QueryResult<Vec<DirectiveRecord>> {
    let rows = on_any!(&mut *conn, c => directives::table
        .filter(directives::due_in_working_days.is_not_null())
        .filter(directives::state.eq(DirectiveState::InForce))
        .select(DirectiveRow::as_select())
        .order(directives::id)
        .load(c))?;
    records(conn, rows)
}

/// All directives that hold and that others may join.
pub fn standing(conn: &mut Conn) -> QueryResult<Vec<DirectiveRow>> {
    let grouped = directives::binds_members.or(directives::binds_agencies).or(directives::binds_communes);
    on_any!(conn, c => directives::table
        .filter(directives::state.eq(DirectiveState::InForce))
        .filter(grouped)
        .select(DirectiveRow::as_select())
        .order(directives::id)
        .load(c))
}

/// A commune, a unit above it, and the days on which it is.
pub type Below = (UnitId, UnitId, LocalDate, Option<LocalDate>);

/// Of these units the communes, with what stands above them and when, as this transaction leaves it.
pub fn communes_below(conn: &mut Conn, ids: &[UnitId], above: &[UnitId]) -> QueryResult<Vec<Below>> {
    on_any!(conn, c => unit_ancestry::table
        .inner_join(units::table.on(units::id.eq(unit_ancestry::descendant_id)))
        .filter(unit_ancestry::descendant_id.eq_any(ids.to_vec()))
        .filter(unit_ancestry::ancestor_id.eq_any(above.to_vec()))
        .filter(unit_ancestry::depth.gt(0))
        .filter(units::level.eq(Level::Commune))
        .select((
            unit_ancestry::descendant_id,
            unit_ancestry::ancestor_id,
            unit_ancestry::valid_from,
            unit_ancestry::valid_to,
        ))
        .order((unit_ancestry::valid_from, unit_ancestry::descendant_id, unit_ancestry::ancestor_id))
        .load(c))
}
