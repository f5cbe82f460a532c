//! SQL of dossiers.

use super::model::{DossierRecord, DossierRow, DossierStatus, StepRow};
use super::routes::{DossierOrder, RecognitionDossierQuery};
use crate::access::{Scope, few_below, in_scope};
use crate::db::schema::{recognition_dossiers, recognition_steps};
use crate::db::{ActRelation, Conn, NamedAct, Stored, named_by, on_any};
use crate::error::Error;
use crate::http::TOTAL_COUNTED;
use crate::values::{ClientId, CriteriaSetId, LocalDate, RecognitionDossierId, RecordId, UnitId};
use diesel::prelude::*;
use std::collections::HashMap;

/// One page of what the caller may read, plus one row that tells whether another page follows.
pub fn list(
    conn: &mut Conn,
    scope: &Scope,
    client: ClientId,
    query: &RecognitionDossierQuery,
    sets: &[CriteriaSetId],
    unit: Option<UnitId>,
    after: Option<RecognitionDossierId>,
) -> QueryResult<(Vec<DossierRecord>, Option<i64>)> {
    let few = few_below(conn, scope, unit)?;
    let (rows, total) = on_any!(&mut *conn, c => {
        let filtered = || {
            let mut rows = recognition_dossiers::table.into_boxed()
                .filter(in_scope!(recognition_dossiers::unit_id, recognition_dossiers::unit_date, scope.units.clone()));
            if let Some(unit) = unit {
                let depths = query.unit_scope.depths();
                rows = rows.filter(in_scope!(recognition_dossiers::unit_id, recognition_dossiers::unit_date, vec![unit], depths));
            }
            if let Some(few) = &few { rows = rows.filter(recognition_dossiers::unit_id.eq_any(few.clone())); }
            if !query.criteria_set_code.0.is_empty() { rows = rows.filter(recognition_dossiers::criteria_set_id.eq_any(sets.to_vec())); }
            if !query.status.0.is_empty() { rows = rows.filter(recognition_dossiers::status.eq_any(query.status.0.clone())); }
            if !query.level.0.is_empty() { rows = rows.filter(recognition_dossiers::level.eq_any(query.level.0.clone())); }
            if let Some(year) = query.year { rows = rows.filter(recognition_dossiers::year.eq(year.0)); }
            if !query.external_id.0.is_empty() { rows = rows.filter(named_by!(recognition_dossiers::id, client, "recognition-dossiers", query.external_id.0.clone())); }
            rows
        };
        let total = match query.with_total.0 {
            true => Some(filtered().select(recognition_dossiers::id).limit(TOTAL_COUNTED + 1).load::<RecognitionDossierId>(c)?.len() as i64),
            false => None,
        };
        let mut rows = filtered().select(DossierRow::as_select()).limit(query.limit.plus_one());
        rows = match (query.sort.0, after) {
            (DossierOrder::Created, Some(after)) => rows.filter(recognition_dossiers::id.gt(after)),
            (DossierOrder::CreatedDown, Some(after)) => rows.filter(recognition_dossiers::id.lt(after)),
            (_, None) => rows,
        };
        rows = match query.sort.0 {
            DossierOrder::Created => rows.order(recognition_dossiers::id.asc()),
            DossierOrder::CreatedDown => rows.order(recognition_dossiers::id.desc()),
        };
        QueryResult::Ok((rows.load::<DossierRow>(c)?, total))
    })?;
    Ok((with_steps(conn, rows)?, total))
}

/// One dossier that the caller may read.
pub fn find(conn: &mut Conn, scope: &Scope, id: RecognitionDossierId) -> QueryResult<Option<DossierRecord>> {
    let rows = on_any!(&mut *conn, c => recognition_dossiers::table
        .filter(recognition_dossiers::id.eq(id))
        .filter(in_scope!(recognition_dossiers::unit_id, recognition_dossiers::unit_date, scope.units.clone()))
        .select(DossierRow::as_select())
        .load(c))?;
    Ok(with_steps(conn, rows)?.pop())
}

/// The open dossier of a unit, set and year.
pub fn find_key(
    conn: &mut Conn,
    unit: UnitId,
    set: CriteriaSetId,
    year: i32,
) -> QueryResult<Option<RecognitionDossierId>> {
    on_any!(conn, c => recognition_dossiers::table
        .filter(recognition_dossiers::unit_id.eq(unit))
        .filter(recognition_dossiers::criteria_set_id.eq(set))
        .filter(recognition_dossiers::year.eq(year))
        .filter(recognition_dossiers::status.ne(DossierStatus::Withdrawn))
        .select(recognition_dossiers::id)
        .first(c)
        .optional())
}

fn with_steps(conn: &mut Conn, rows: Vec<DossierRow>) -> QueryResult<Vec<DossierRecord>> {
    let ids: Vec<RecognitionDossierId> = rows.iter().map(|row| row.id).collect();
    let all: Vec<StepRow> = on_any!(conn, c => recognition_steps::table
        .filter(recognition_steps::dossier_id.eq_any(ids))
        .select(StepRow::as_select())
        .order((recognition_steps::dossier_id, recognition_steps::number))
        .load(c))?;
    let mut steps: HashMap<RecognitionDossierId, Vec<StepRow>> = HashMap::new();
    for step in all {
        steps.entry(step.dossier_id).or_default().push(step);
    }
    let record = |row: DossierRow| DossierRecord { steps: steps.remove(&row.id).unwrap_or_default(), row };
    Ok(rows.into_iter().map(record).collect())
}

impl DossierRecord {
    /// Steps are only added, one with each write.
    fn put_step(&self, conn: &mut Conn) -> QueryResult<usize> {
        let Some(step) = self.steps.last() else { return Ok(0) };
        on_any!(conn, c => diesel::insert_into(recognition_steps::table).values(step).execute(c))
    }
}

impl Stored for DossierRecord {
    const COLLECTION: &'static str = "recognition-dossiers";
    const NOUN: &'static str = "recognition-dossier";

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

    fn acts(&self) -> Result<Vec<NamedAct>, Error> {
        let decided = self.steps.iter().filter_map(|step| {
            let (number, day) = (step.act_number.clone()?, step.decision_date?);
            Some(NamedAct { relation: ActRelation::Grounds, number, day })
        });
        Ok(decided.collect())
    }

    fn insert(&self, conn: &mut Conn) -> QueryResult<usize> {
        let inserted = on_any!(&mut *conn, c => diesel::insert_into(recognition_dossiers::table)
            .values(&self.row).on_conflict_do_nothing().execute(c))?;
        if inserted > 0 {
            self.put_step(conn)?;
        }
        Ok(inserted)
    }

    fn update(&self, conn: &mut Conn, stored_version: i64) -> QueryResult<usize> {
        let updated = on_any!(&mut *conn, c => diesel::update(recognition_dossiers::table)
            .filter(recognition_dossiers::id.eq(self.row.id)).filter(recognition_dossiers::version.eq(stored_version))
            .set(&self.row).execute(c))?;
        if updated > 0 {
            self.put_step(conn)?;
        }
        Ok(updated)
    }

    /// Steps are history, so the service deletes no dossier; what was registered by mistake is withdrawn.
    fn delete(&self, _: &mut Conn) -> QueryResult<usize> {
        Ok(0)
    }
}
