//! SQL of directives.

use super::model::{DirectivePartyRow, DirectiveRecord, DirectiveRow, DirectiveState};
use super::routes::DirectiveQuery;
use crate::db::schema::{directive_parties, directives, unit_ancestry, units};
use crate::db::{Conn, Stored, on_any};
use crate::parties::collection;
use crate::units::Level;
use crate::values::{ActId, CommitteeId, DirectiveId, ItemNumber, LocalDate, RecordId, UnitId};
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

/// Directives with the parties that they name.
pub fn records(conn: &mut Conn, rows: Vec<DirectiveRow>) -> QueryResult<Vec<DirectiveRecord>> {
    let ids: Vec<DirectiveId> = rows.iter().map(|row| row.id).collect();
    let parties: Vec<DirectivePartyRow> = on_any!(conn, c => directive_parties::table
        .filter(directive_parties::directive_id.eq_any(ids))
        .select(DirectivePartyRow::as_select())
        .order((directive_parties::directive_id, directive_parties::position))
        .load(c))?;
    let record = |row: DirectiveRow| DirectiveRecord {
        parties: parties.iter().filter(|party| party.directive_id == row.id).cloned().collect(),
        row,
    };
    Ok(rows.into_iter().map(record).collect())
}

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

impl DirectiveRecord {
    fn put_parties(&self, conn: &mut Conn) -> QueryResult<()> {
        // An insertion of nothing is no statement.
        if !self.parties.is_empty() {
            on_any!(conn, c => diesel::insert_into(directive_parties::table).values(&self.parties).execute(c))?;
        }
        Ok(())
    }
}

impl Stored for DirectiveRecord {
    const COLLECTION: &'static str = "directives";
    const NOUN: &'static str = "directive";

    fn record_id(&self) -> RecordId {
        RecordId(self.row.id.0)
    }

    fn version(&self) -> i64 {
        self.row.version
    }

    fn set_version(&mut self, version: i64) {
        self.row.version = version;
    }

    fn place(&self) -> Option<(UnitId, LocalDate)> {
        Some((self.row.unit_id, self.row.unit_date))
    }

    fn insert(&self, conn: &mut Conn) -> QueryResult<usize> {
        let inserted = on_any!(&mut *conn, c => diesel::insert_into(directives::table)
            .values(&self.row).on_conflict_do_nothing().execute(c))?;
        if inserted > 0 {
            self.put_parties(conn)?;
        }
        Ok(inserted)
    }

    /// The parties of a directive stay.
    fn update(&self, conn: &mut Conn, stored_version: i64) -> QueryResult<usize> {
        on_any!(conn, c => diesel::update(directives::table)
            .filter(directives::id.eq(self.row.id)).filter(directives::version.eq(stored_version)).set(&self.row).execute(c))
    }

    fn delete(&self, conn: &mut Conn) -> QueryResult<usize> {
        on_any!(conn, c => diesel::delete(directives::table)
            .filter(directives::id.eq(self.row.id)).filter(directives::version.eq(self.row.version)).execute(c))
    }
}
