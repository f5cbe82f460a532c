//! SQL of successions.

use super::model::{SuccessionRecord, SuccessionRow};
use super::routes::SuccessionQuery;
use crate::db::schema::{unit_succession_edges, unit_successions};
use crate::db::{Conn, NamedAct, Stored, named_by, on_any};
use crate::error::Error;
use crate::http::TOTAL_COUNTED;
use crate::units::Edge;
use crate::values::{ClientId, LocalDate, RecordId, UnitId, UnitSuccessionId};
use diesel::prelude::*;

pub fn find(conn: &mut Conn, id: UnitSuccessionId) -> QueryResult<Option<SuccessionRecord>> {
    let row: Option<SuccessionRow> = on_any!(&mut *conn, c => unit_successions::table
        .filter(unit_successions::id.eq(id)).select(SuccessionRow::as_select()).first(c).optional())?;
    let Some(row) = row else { return Ok(None) };
    let edges = edges_of(conn, &[id])?;
    Ok(Some(SuccessionRecord { row, edges }))
}

pub fn edges_of(conn: &mut Conn, ids: &[UnitSuccessionId]) -> QueryResult<Vec<Edge>> {
    on_any!(conn, c => unit_succession_edges::table
        .filter(unit_succession_edges::succession_id.eq_any(ids.to_vec()))
        .order((unit_succession_edges::succession_id, unit_succession_edges::position))
        .select(Edge::as_select())
        .load(c))
}

/// One page, newest first, plus one row.
pub fn list(
    conn: &mut Conn,
    client: ClientId,
    query: &SuccessionQuery,
    unit: Option<UnitId>,
    after: Option<(LocalDate, UnitSuccessionId)>,
) -> QueryResult<(Vec<SuccessionRow>, Option<i64>)> {
    on_any!(conn, c => {
        let filtered = || {
            let mut rows = unit_successions::table.into_boxed();
            if let Some(unit) = unit {
                rows = rows.filter(unit_successions::id.eq_any(unit_succession_edges::table
                    .filter(unit_succession_edges::from_unit_id.eq(unit).or(unit_succession_edges::to_unit_id.eq(unit)))
                    .select(unit_succession_edges::succession_id)));
            }
            if let Some(day) = query.effective_date_gte { rows = rows.filter(unit_successions::effective_date.ge(day)); }
            if let Some(day) = query.effective_date_lte { rows = rows.filter(unit_successions::effective_date.le(day)); }
            if !query.status.0.is_empty() { rows = rows.filter(unit_successions::status.eq_any(query.status.0.clone())); }
            if !query.external_id.0.is_empty() { rows = rows.filter(named_by!(unit_successions::id, client, "unit-successions", query.external_id.0.clone())); }
            rows
        };
        let total = match query.with_total.0 {
            true => Some(filtered().select(unit_successions::id).limit(TOTAL_COUNTED + 1).load::<UnitSuccessionId>(c)?.len() as i64),
            false => None,
        };
        let mut rows = filtered().select(SuccessionRow::as_select()).limit(query.limit.plus_one());
        if let Some((day, id)) = after {
            rows = rows.filter(unit_successions::effective_date.lt(day)
                .or(unit_successions::effective_date.eq(day).and(unit_successions::id.lt(id))));
        }
        Ok((rows.order((unit_successions::effective_date.desc(), unit_successions::id.desc())).load(c)?, total))
    })
}

impl Stored for SuccessionRecord {
    const COLLECTION: &'static str = "unit-successions";
    const NOUN: &'static str = "unit-succession";

    fn record_id(&self) -> RecordId {
        RecordId(self.row.id.0)
    }

    fn version(&self) -> i64 {
        self.row.version
    }

    fn set_version(&mut self, version: i64) {
        self.row.version = version;
    }

    fn acts(&self) -> Result<Vec<NamedAct>, Error> {
        let row = &self.row;
        Ok(NamedAct::both(Some(&row.act_number), row.effective_date, row.annulling_act_number.as_ref(), None))
    }

    fn insert(&self, conn: &mut Conn) -> QueryResult<usize> {
        let inserted =
            on_any!(&mut *conn, c => diesel::insert_into(unit_successions::table).values(&self.row).execute(c))?;
        // Thirteen columns a row.
        for chunk in self.edges.chunks(1000) {
            on_any!(&mut *conn, c => diesel::insert_into(unit_succession_edges::table).values(chunk).execute(c))?;
        }
        Ok(inserted)
    }

    /// Edges never change: an act that was wrong is annulled by another.
    fn update(&self, conn: &mut Conn, stored_version: i64) -> QueryResult<usize> {
        on_any!(conn, c => diesel::update(unit_successions::table)
            .filter(unit_successions::id.eq(self.row.id)).filter(unit_successions::version.eq(stored_version))
            .set(&self.row).execute(c))
    }

    fn delete(&self, _: &mut Conn) -> QueryResult<usize> {
        // Nothing deletes a succession.
        Ok(0)
    }
}
