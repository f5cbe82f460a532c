//! SQL of assessments.

use super::distance::ItemResult;
use super::model::{AssessmentRow, ItemRow, SealRow, Stage, Status, VerdictRow};
use super::record::AssessmentRecord;
use super::routes::{AssessmentOrder, AssessmentQuery};
use super::summaries::Summary;
use crate::access::{Scope, few_below, in_scope};
use crate::criteria::CriteriaSets;
use crate::db::schema::{assessment_items, assessment_seals, assessment_summaries, assessment_verdicts, assessments};
use crate::db::{Conn, Snapshot, Stored, named_by, on_any};
use crate::error::Error;
use crate::http::TOTAL_COUNTED;
use crate::values::{AssessmentId, ClientId, CriteriaSetId, LocalDate, Period, RecordId, Title, UnitId};
use diesel::prelude::*;
use std::collections::HashMap;
use std::sync::Arc;

/// Where a page begins: the sort value of its order and the id.
pub struct After {
    pub period_end: Option<LocalDate>,
    pub id: AssessmentId,
}

/// One page of what the caller may read, plus one row that tells whether another page follows.
pub fn list(
    conn: &mut Conn,
    scope: &Scope,
    client: ClientId,
    query: &AssessmentQuery,
    sets: &[CriteriaSetId],
    unit: Option<UnitId>,
    after: Option<&After>,
) -> QueryResult<(Vec<AssessmentRow>, Option<i64>)> {
    let few = few_below(conn, scope, unit)?;
    on_any!(conn, c => {
        let filtered = || {
            let mut rows = assessments::table.into_boxed().filter(in_scope!(assessments::unit_id, assessments::unit_date, scope.units.clone()));
            if let Some(unit) = unit {
                let depths = query.unit_scope.depths();
                rows = rows.filter(in_scope!(assessments::unit_id, assessments::unit_date, vec![unit], depths));
            }
            if let Some(few) = &few { rows = rows.filter(assessments::unit_id.eq_any(few.clone())); }
            if !query.criteria_set_code.0.is_empty() { rows = rows.filter(assessments::criteria_set_id.eq_any(sets.to_vec())); }
            if !query.period.0.is_empty() { rows = rows.filter(assessments::period.eq_any(query.period.0.clone())); }
            if !query.stage.0.is_empty() { rows = rows.filter(assessments::stage.eq_any(query.stage.0.clone())); }
            if !query.status.0.is_empty() { rows = rows.filter(assessments::status.eq_any(query.status.0.clone())); }
            if let Some(day) = query.cut_off_date_gte { rows = rows.filter(assessments::cut_off_date.ge(day)); }
            if let Some(day) = query.cut_off_date_lte { rows = rows.filter(assessments::cut_off_date.le(day)); }
            if let Some(instant) = query.updated_at_gte { rows = rows.filter(assessments::updated_at.ge(instant)); }
            if let Some(instant) = query.updated_at_lte { rows = rows.filter(assessments::updated_at.le(instant)); }
            if !query.external_id.0.is_empty() { rows = rows.filter(named_by!(assessments::id, client, "assessments", query.external_id.0.clone())); }
            rows
        };
        let total = match query.with_total.0 {
            true => Some(filtered().select(assessments::id).limit(TOTAL_COUNTED + 1).load::<AssessmentId>(c)?.len() as i64),
            false => None,
        };
        let mut rows = filtered().select(AssessmentRow::as_select()).limit(query.limit.plus_one());
        if let Some(after) = after {
            rows = match (query.sort.0, after.period_end) {
                (AssessmentOrder::Period, Some(end)) => rows.filter(assessments::period_end.gt(end)
                    .or(assessments::period_end.eq(end).and(assessments::id.gt(after.id)))),
                (AssessmentOrder::PeriodDown, Some(end)) => rows.filter(assessments::period_end.lt(end)
                    .or(assessments::period_end.eq(end).and(assessments::id.lt(after.id)))),
                (AssessmentOrder::Created | AssessmentOrder::Period, _) => rows.filter(assessments::id.gt(after.id)),
                (AssessmentOrder::CreatedDown | AssessmentOrder::PeriodDown, _) => rows.filter(assessments::id.lt(after.id)),
            };
        }
        rows = match query.sort.0 {
            AssessmentOrder::Created => rows.order(assessments::id.asc()),
            AssessmentOrder::CreatedDown => rows.order(assessments::id.desc()),
            AssessmentOrder::Period => rows.order((assessments::period_end.asc(), assessments::id.asc())),
            AssessmentOrder::PeriodDown => rows.order((assessments::period_end.desc(), assessments::id.desc())),
        };
        Ok((rows.load(c)?, total))
    })
}

/// One assessment that the caller may read.
pub fn find(conn: &mut Conn, scope: &Scope, id: AssessmentId) -> QueryResult<Option<AssessmentRow>> {
    on_any!(conn, c => assessments::table
        .filter(assessments::id.eq(id))
        .filter(in_scope!(assessments::unit_id, assessments::unit_date, scope.units.clone()))
        .select(AssessmentRow::as_select())
        .first(c)
        .optional())
}

/// Who holds a business key.
pub fn find_key(
    conn: &mut Conn,
    unit: UnitId,
    set: CriteriaSetId,
    period: Period,
    stage: Stage,
) -> QueryResult<Option<AssessmentId>> {
    on_any!(conn, c => assessments::table
        .filter(assessments::unit_id.eq(unit))
        .filter(assessments::criteria_set_id.eq(set))
        .filter(assessments::period.eq(period))
        .filter(assessments::stage.eq(stage))
        .select(assessments::id)
        .first(c)
        .optional())
}

pub fn verdicts(conn: &mut Conn, id: AssessmentId) -> QueryResult<Vec<VerdictRow>> {
    on_any!(conn, c => assessment_verdicts::table
        .filter(assessment_verdicts::assessment_id.eq(id))
        .select(VerdictRow::as_select())
        .order(assessment_verdicts::criterion_code)
        .load(c))
}

/// Verdicts of several assessments.
pub fn verdicts_of(conn: &mut Conn, ids: &[AssessmentId]) -> QueryResult<Vec<VerdictRow>> {
    on_any!(conn, c => assessment_verdicts::table
        .filter(assessment_verdicts::assessment_id.eq_any(ids.to_vec()))
        .select(VerdictRow::as_select())
        .load(c))
}

/// Items of several assessments.
pub fn items_of(conn: &mut Conn, ids: &[AssessmentId]) -> QueryResult<Vec<ItemRow>> {
    on_any!(conn, c => assessment_items::table
        .filter(assessment_items::assessment_id.eq_any(ids.to_vec()))
        .select(ItemRow::as_select())
        .order((assessment_items::assessment_id, assessment_items::item_code))
        .load(c))
}

/// Verdicts on the items of several assessments, with their distances.
pub fn item_results(conn: &mut Conn, ids: &[AssessmentId]) -> QueryResult<Vec<ItemResult>> {
    on_any!(conn, c => assessment_items::table
        .filter(assessment_items::assessment_id.eq_any(ids.to_vec()))
        .select(ItemResult::as_select())
        .load(c))
}

/// Assessments with their verdicts and items, without the figures that they cite.
pub fn records(conn: &mut Conn, rows: Vec<AssessmentRow>, sets: &CriteriaSets) -> Result<Vec<AssessmentRecord>, Error> {
    let ids: Vec<AssessmentId> = rows.iter().map(|row| row.id).collect();
    let mut verdicts: HashMap<AssessmentId, Vec<VerdictRow>> = HashMap::new();
    for verdict in verdicts_of(conn, &ids)? {
        verdicts.entry(verdict.assessment_id).or_default().push(verdict);
    }
    let mut items: HashMap<AssessmentId, Vec<ItemRow>> = HashMap::new();
    for item in items_of(conn, &ids)? {
        items.entry(item.assessment_id).or_default().push(item);
    }
    let record = |row: AssessmentRow| {
        let (verdicts, items) = (verdicts.remove(&row.id), items.remove(&row.id));
        AssessmentRecord::new(row, verdicts.unwrap_or_default(), items.unwrap_or_default(), sets)
            .ok_or_else(|| Error::internal("an assessment without its set"))
    };
    rows.into_iter().map(record).collect()
}

/// The assessments of some units under one set, period and stage.
pub fn of_round(
    conn: &mut Conn,
    memory: &Snapshot,
    set: CriteriaSetId,
    period: Period,
    stage: Stage,
    units: &[UnitId],
) -> Result<Vec<AssessmentRecord>, Error> {
    let mut found = Vec::new();
    for part in units.chunks(500) {
        let rows: Vec<AssessmentRow> = on_any!(&mut *conn, c => assessments::table
            .filter(assessments::criteria_set_id.eq(set))
            .filter(assessments::period.eq(period))
            .filter(assessments::stage.eq(stage))
            .filter(assessments::unit_id.eq_any(part.to_vec()))
            .select(AssessmentRow::as_select())
            .load(c))?;
        found.extend(records(conn, rows, memory.part::<CriteriaSets>())?);
    }
    Ok(found)
}

/// The seals of an assessment, oldest first. They stay when it is deleted.
pub fn seals(conn: &mut Conn, id: AssessmentId) -> QueryResult<Vec<SealRow>> {
    on_any!(conn, c => assessment_seals::table
        .filter(assessment_seals::assessment_id.eq(id))
        .order((assessment_seals::revision, assessment_seals::number))
        .select(SealRow::as_select())
        .load(c))
}

/// Every assessment with its verdicts, for rebuilding the summaries.
pub fn all_ids(conn: &mut Conn) -> QueryResult<Vec<AssessmentId>> {
    on_any!(conn, c => assessments::table.select(assessments::id).order(assessments::id).load(c))
}

pub fn rows_of(conn: &mut Conn, ids: &[AssessmentId]) -> QueryResult<Vec<AssessmentRow>> {
    on_any!(conn, c => assessments::table
        .filter(assessments::id.eq_any(ids.to_vec()))
        .select(AssessmentRow::as_select())
        .load(c))
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = assessments)]
struct SummaryHead {
    id: AssessmentId,
    unit_id: UnitId,
    unit_date: LocalDate,
    criteria_set_id: CriteriaSetId,
    period: Period,
    period_end: LocalDate,
    stage: Stage,
    status: Status,
    cut_off_date: Option<LocalDate>,
    source_label: Option<Title>,
    source_date: Option<LocalDate>,
}

#[derive(Clone, Insertable, Queryable, Selectable, AsChangeset)]
#[diesel(table_name = assessment_summaries)]
struct SummaryRow {
    assessment_id: AssessmentId,
    met_bits: i64,
    undecided_bits: i64,
    met_min: i32,
    met_max: i32,
    provisional: bool,
}

/// Summaries of some assessments, or of all.
pub fn summaries(conn: &mut Conn, ids: Option<&[AssessmentId]>) -> QueryResult<Vec<Summary>> {
    let rows: Vec<(SummaryHead, SummaryRow)> = on_any!(conn, c => {
        let mut joined = assessments::table.inner_join(assessment_summaries::table).into_boxed();
        if let Some(ids) = ids { joined = joined.filter(assessments::id.eq_any(ids.to_vec())); }
        joined.select((SummaryHead::as_select(), SummaryRow::as_select())).load(c)
    })?;
    let summary = |(head, row): (SummaryHead, SummaryRow)| Summary {
        assessment_id: head.id,
        unit_id: head.unit_id,
        unit_date: head.unit_date,
        criteria_set_id: head.criteria_set_id,
        period: head.period,
        period_end: head.period_end,
        stage: head.stage,
        status: head.status,
        cut_off_date: head.cut_off_date,
        source: head.source_label.map(|label| Arc::new((label, head.source_date))),
        // Sets have at most 63 criteria, so the sign bit is never set.
        met_bits: row.met_bits as u64,
        undecided_bits: row.undecided_bits as u64,
        min: row.met_min,
        max: row.met_max,
        provisional: row.provisional,
    };
    Ok(rows.into_iter().map(summary).collect())
}

impl AssessmentRecord {
    fn summary(&self) -> Option<SummaryRow> {
        let tally = self.tally().ok()?;
        Some(SummaryRow {
            assessment_id: self.row.id,
            met_bits: tally.met_bits as i64,
            undecided_bits: tally.undecided_bits as i64,
            met_min: tally.min,
            met_max: tally.max,
            provisional: self.is_provisional(),
        })
    }

    /// Write the summary anew. What contradicts itself has none: it cannot be submitted, so it never counts.
    pub fn put_summary(&self, conn: &mut Conn) -> QueryResult<()> {
        match self.summary() {
            // Found by its key whatever the planner believes: a deletion planned while the table was empty would
            // scan all of it for every row of a large transaction on PostgreSQL.
            Some(summary) => on_any!(conn, c => diesel::insert_into(assessment_summaries::table)
                .values(&summary).on_conflict(assessment_summaries::assessment_id).do_update().set(&summary).execute(c))?,
            None => on_any!(conn, c => diesel::delete(assessment_summaries::table)
                .filter(assessment_summaries::assessment_id.eq(self.row.id)).execute(c))?,
        };
        Ok(())
    }

    fn put_verdicts(&self, conn: &mut Conn) -> QueryResult<()> {
        if !self.verdicts.is_empty() {
            on_any!(&mut *conn, c => diesel::insert_into(assessment_verdicts::table).values(&self.verdicts).execute(c))?;
        }
        if !self.items.is_empty() {
            on_any!(&mut *conn, c => diesel::insert_into(assessment_items::table).values(&self.items).execute(c))?;
        }
        if let Some(seal) = &self.seal {
            on_any!(conn, c => diesel::insert_into(assessment_seals::table).values(seal).execute(c))?;
        }
        Ok(())
    }
}

impl Stored for AssessmentRecord {
    const COLLECTION: &'static str = "assessments";
    const NOUN: &'static str = "assessment";

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
        let inserted = on_any!(&mut *conn, c => diesel::insert_into(assessments::table)
            .values(&self.row).on_conflict_do_nothing().execute(c))?;
        if inserted > 0 {
            self.put_verdicts(conn)?;
            self.put_summary(conn)?;
        }
        Ok(inserted)
    }

    fn update(&self, conn: &mut Conn, stored_version: i64) -> QueryResult<usize> {
        let updated = on_any!(&mut *conn, c => diesel::update(assessments::table)
            .filter(assessments::id.eq(self.row.id)).filter(assessments::version.eq(stored_version))
            .set(&self.row).execute(c))?;
        if updated > 0 {
            on_any!(&mut *conn, c => diesel::delete(assessment_verdicts::table)
                .filter(assessment_verdicts::assessment_id.eq(self.row.id)).execute(c))?;
            on_any!(&mut *conn, c => diesel::delete(assessment_items::table)
                .filter(assessment_items::assessment_id.eq(self.row.id)).execute(c))?;
            self.put_verdicts(conn)?;
            self.put_summary(conn)?;
        }
        Ok(updated)
    }

    fn delete(&self, conn: &mut Conn) -> QueryResult<usize> {
        on_any!(conn, c => diesel::delete(assessments::table)
            .filter(assessments::id.eq(self.row.id)).filter(assessments::version.eq(self.row.version)).execute(c))
    }
}
