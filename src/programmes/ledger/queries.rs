//! SQL of budget entries and lines.

use super::lines::{LineKey, LineRow};
use super::model::{EntryKind, EntryRow};
use super::routes::{EntryOrder, EntryQuery, LineQuery};
use crate::access::{Scope, few_below, in_scope};
use crate::db::schema::{budget_entries, budget_lines};
use crate::db::{Conn, named_by, on_any};
use crate::http::TOTAL_COUNTED;
use crate::values::{BudgetEntryId, BudgetLineId, ClientId, ComponentCode, ListCode, LocalDate, UnitId};
use diesel::prelude::*;

/// Units of one statement: the bounds of both databases are far above.
const UNITS_AT_ONCE: usize = 5000;

/// The class of these locks among all that the service takes: "ledger" in letters of a telephone.
const LEDGER: i32 = 533_437;

/// Let nobody else move money of these programmes and years until this write is done: who decides by what is left sees
/// all that was taken before. SQLite has one writer anyway.
pub fn hold(conn: &mut Conn, mut keys: Vec<(ListCode, i32)>) -> QueryResult<()> {
    let Conn::Pg(_) = conn else { return Ok(()) };
    keys.sort();
    keys.dedup();
    for (programme, year) in keys {
        // FNV-1a: the same in every instance.
        let word = format!("{programme}/{year}");
        let hash = word.bytes().fold(0x811c_9dc5_u32, |hash, byte| (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193));
        conn.run(&format!("SELECT pg_advisory_xact_lock({LEDGER}, {})", hash.cast_signed()))?;
    }
    Ok(())
}

/// The line of a key.
pub fn line_of(conn: &mut Conn, key: &LineKey) -> QueryResult<Option<LineRow>> {
    let rows: Vec<LineRow> = on_any!(conn, c => budget_lines::table
        .filter(budget_lines::unit_id.eq(key.unit_id))
        .filter(budget_lines::programme_code.eq(key.programme_code.clone()))
        .filter(budget_lines::plan_year.eq(key.plan_year))
        .filter(budget_lines::origin_year.eq(key.origin_year))
        .filter(budget_lines::funding_source_code.eq(key.funding_source_code.clone()))
        .select(LineRow::as_select())
        .load(c))?;
    Ok(rows.into_iter().find(|row| row.key() == *key))
}

pub fn line(conn: &mut Conn, id: BudgetLineId) -> QueryResult<Option<LineRow>> {
    on_any!(conn, c => budget_lines::table
        .filter(budget_lines::id.eq(id)).select(LineRow::as_select()).first(c).optional())
}

pub fn lines(conn: &mut Conn, ids: &[BudgetLineId]) -> QueryResult<Vec<LineRow>> {
    let mut found = Vec::with_capacity(ids.len());
    for part in ids.chunks(UNITS_AT_ONCE) {
        let rows: Vec<LineRow> = on_any!(&mut *conn, c => budget_lines::table
            .filter(budget_lines::id.eq_any(part.to_vec())).select(LineRow::as_select()).load(c))?;
        found.extend(rows);
    }
    Ok(found)
}

pub fn all_lines(conn: &mut Conn) -> QueryResult<Vec<LineRow>> {
    on_any!(conn, c => budget_lines::table.select(LineRow::as_select()).load(c))
}

/// The lines of some units that share programme, years and nature with one.
pub fn alike(conn: &mut Conn, line: &LineRow, units: &[UnitId]) -> QueryResult<Vec<LineRow>> {
    let mut found = Vec::new();
    for units in units.chunks(UNITS_AT_ONCE) {
        let rows: Vec<LineRow> = on_any!(&mut *conn, c => budget_lines::table
            .filter(budget_lines::unit_id.eq_any(units.to_vec()))
            .filter(budget_lines::programme_code.eq(line.programme_code.clone()))
            .filter(budget_lines::plan_year.eq(line.plan_year))
            .filter(budget_lines::origin_year.eq(line.origin_year))
            .select(LineRow::as_select())
            .load(c))?;
        found.extend(rows);
    }
    found.retain(|row| row.nature_code == line.nature_code && row.plan_end_year == line.plan_end_year);
    Ok(found)
}

/// Lines that are new.
pub fn put_line(conn: &mut Conn, line: &LineRow) -> QueryResult<usize> {
    on_any!(conn, c => diesel::insert_into(budget_lines::table).values(line).on_conflict_do_nothing().execute(c))
}

/// What the entries of a line come to now.
pub fn keep_line(conn: &mut Conn, line: &LineRow) -> QueryResult<usize> {
    on_any!(conn, c => diesel::update(budget_lines::table).filter(budget_lines::id.eq(line.id)).set(line).execute(c))
}

/// The lines of these entries.
pub fn lines_of(conn: &mut Conn, entries: &[BudgetEntryId]) -> QueryResult<Vec<BudgetLineId>> {
    let mut found = Vec::new();
    for part in entries.chunks(UNITS_AT_ONCE) {
        let rows: Vec<(BudgetLineId, Option<BudgetLineId>)> = on_any!(&mut *conn, c => budget_entries::table
            .filter(budget_entries::id.eq_any(part.to_vec()))
            .select((budget_entries::line_id, budget_entries::to_line_id))
            .load(c))?;
        found.extend(rows.into_iter().flat_map(|(line, to)| std::iter::once(line).chain(to)));
    }
    found.sort();
    found.dedup();
    Ok(found)
}

/// One entry that the caller may read.
pub fn find(conn: &mut Conn, scope: &Scope, id: BudgetEntryId) -> QueryResult<Option<EntryRow>> {
    on_any!(conn, c => budget_entries::table
        .filter(budget_entries::id.eq(id))
        .filter(in_scope!(budget_entries::unit_id, budget_entries::unit_date, scope.units.clone()))
        .select(EntryRow::as_select())
        .first(c)
        .optional())
}

/// The other half of a carry-over.
pub fn other_half(conn: &mut Conn, entry: &EntryRow) -> QueryResult<Option<EntryRow>> {
    let Some(pair) = &entry.pair_id else { return Ok(None) };
    let rows: Vec<EntryRow> = on_any!(conn, c => budget_entries::table
        .filter(budget_entries::pair_id.eq(pair.clone()))
        .filter(budget_entries::created_at.eq(entry.created_at))
        .filter(budget_entries::reverses_id.is_null())
        .select(EntryRow::as_select())
        .load(c))?;
    Ok(rows.into_iter().find(|row| row.id != entry.id && row.author_client_id == entry.author_client_id))
}

/// One page of entries that the caller may read, plus one row that tells whether another page follows.
pub fn list_entries(
    conn: &mut Conn,
    scope: &Scope,
    client: ClientId,
    query: &EntryQuery,
    components: Option<&[ComponentCode]>,
    unit: Option<UnitId>,
    after: Option<BudgetEntryId>,
) -> QueryResult<(Vec<EntryRow>, Option<i64>)> {
    let few = few_below(conn, scope, unit)?;
    on_any!(conn, c => {
        let filtered = || {
            let mut rows = budget_entries::table.inner_join(budget_lines::table.on(budget_lines::id.eq(budget_entries::line_id))).into_boxed()
                .filter(in_scope!(budget_entries::unit_id, budget_entries::unit_date, scope.units.clone()));
            if let Some(unit) = unit {
                let depths = query.unit_scope.depths();
                rows = rows.filter(in_scope!(budget_entries::unit_id, budget_entries::unit_date, vec![unit], depths));
            }
            if let Some(few) = &few { rows = rows.filter(budget_entries::unit_id.eq_any(few.clone())); }
            if !query.line_id.0.is_empty() {
                let wanted = query.line_id.0.clone();
                rows = rows.filter(budget_entries::line_id.eq_any(wanted.clone()).or(budget_entries::to_line_id.eq_any(wanted)));
            }
            if !query.programme_code.0.is_empty() { rows = rows.filter(budget_lines::programme_code.eq_any(query.programme_code.0.clone())); }
            if let Some(components) = components { rows = rows.filter(budget_lines::component_code.eq_any(components.to_vec())); }
            if !query.funding_source_code.0.is_empty() { rows = rows.filter(budget_lines::funding_source_code.eq_any(query.funding_source_code.0.clone())); }
            if !query.nature_code.0.is_empty() { rows = rows.filter(budget_lines::nature_code.eq_any(query.nature_code.0.clone())); }
            if let Some(year) = query.plan_year { rows = rows.filter(budget_lines::plan_year.eq(year.0)); }
            if let Some(year) = query.origin_year { rows = rows.filter(budget_lines::origin_year.eq(year.0)); }
            if !query.kind.0.is_empty() { rows = rows.filter(budget_entries::kind.eq_any(query.kind.0.clone())); }
            if !query.act_id.0.is_empty() { rows = rows.filter(budget_entries::act_id.eq_any(query.act_id.0.clone())); }
            if query.overridden.0 { rows = rows.filter(budget_entries::override_reason.is_not_null()); }
            if let Some(day) = query.value_date_gte { rows = rows.filter(budget_entries::value_date.ge(day)); }
            if let Some(day) = query.value_date_lte { rows = rows.filter(budget_entries::value_date.le(day)); }
            if let Some(day) = query.booking_date_gte { rows = rows.filter(budget_entries::booking_date.ge(day)); }
            if let Some(day) = query.booking_date_lte { rows = rows.filter(budget_entries::booking_date.le(day)); }
            if !query.external_id.0.is_empty() { rows = rows.filter(named_by!(budget_entries::id, client, "budget-entries", query.external_id.0.clone())); }
            rows
        };
        let total = match query.with_total.0 {
            true => Some(filtered().select(budget_entries::id).limit(TOTAL_COUNTED + 1).load::<BudgetEntryId>(c)?.len() as i64),
            false => None,
        };
        let mut rows = filtered().select(EntryRow::as_select()).limit(query.limit.plus_one());
        rows = match (query.sort.0, after) {
            (EntryOrder::Created, Some(id)) => rows.filter(budget_entries::id.gt(id)),
            (EntryOrder::CreatedDown, Some(id)) => rows.filter(budget_entries::id.lt(id)),
            (_, None) => rows,
        };
        rows = match query.sort.0 {
            EntryOrder::Created => rows.order(budget_entries::id.asc()),
            EntryOrder::CreatedDown => rows.order(budget_entries::id.desc()),
        };
        Ok((rows.load(c)?, total))
    })
}

/// One page of lines that the caller may read, plus one row that tells whether another page follows.
pub fn list_lines(
    conn: &mut Conn,
    scope: &Scope,
    query: &LineQuery,
    components: Option<&[ComponentCode]>,
    unit: Option<UnitId>,
    ended: Option<&[UnitId]>,
    after: Option<BudgetLineId>,
) -> QueryResult<(Vec<LineRow>, Option<i64>)> {
    let few = few_below(conn, scope, unit)?;
    on_any!(conn, c => {
        let filtered = || {
            let mut rows = budget_lines::table.into_boxed()
                .filter(in_scope!(budget_lines::unit_id, budget_lines::unit_date, scope.units.clone()));
            if let Some(unit) = unit {
                let depths = query.unit_scope.depths();
                rows = rows.filter(in_scope!(budget_lines::unit_id, budget_lines::unit_date, vec![unit], depths));
            }
            if let Some(few) = &few { rows = rows.filter(budget_lines::unit_id.eq_any(few.clone())); }
            if !query.programme_code.0.is_empty() { rows = rows.filter(budget_lines::programme_code.eq_any(query.programme_code.0.clone())); }
            if let Some(components) = components { rows = rows.filter(budget_lines::component_code.eq_any(components.to_vec())); }
            if !query.funding_source_code.0.is_empty() { rows = rows.filter(budget_lines::funding_source_code.eq_any(query.funding_source_code.0.clone())); }
            if !query.nature_code.0.is_empty() { rows = rows.filter(budget_lines::nature_code.eq_any(query.nature_code.0.clone())); }
            if let Some(year) = query.plan_year { rows = rows.filter(budget_lines::plan_year.eq(year.0)); }
            if let Some(year) = query.origin_year { rows = rows.filter(budget_lines::origin_year.eq(year.0)); }
            if let Some(ended) = ended { rows = rows.filter(budget_lines::unit_id.eq_any(ended.to_vec())); }
            if query.open.0 {
                let limit = budget_lines::assigned_vnd + budget_lines::adjusted_vnd + budget_lines::received_vnd - budget_lines::given_vnd
                    + budget_lines::carried_in_vnd - budget_lines::carried_out_vnd - budget_lines::lapsed_vnd;
                let outstanding = budget_lines::advanced_vnd - budget_lines::recovered_vnd;
                let disbursed = budget_lines::advanced_vnd - budget_lines::recovered_vnd + budget_lines::paid_vnd - budget_lines::refunded_vnd;
                rows = rows.filter(limit.ne(disbursed).or(outstanding.ne(0)));
            }
            rows
        };
        let total = match query.with_total.0 {
            true => Some(filtered().select(budget_lines::id).limit(TOTAL_COUNTED + 1).load::<BudgetLineId>(c)?.len() as i64),
            false => None,
        };
        let mut rows = filtered().select(LineRow::as_select()).limit(query.limit.plus_one()).order(budget_lines::id.asc());
        if let Some(id) = after { rows = rows.filter(budget_lines::id.gt(id)); }
        Ok((rows.load(c)?, total))
    })
}

/// One line that the caller may read.
pub fn find_line(conn: &mut Conn, scope: &Scope, id: BudgetLineId) -> QueryResult<Option<LineRow>> {
    on_any!(conn, c => budget_lines::table
        .filter(budget_lines::id.eq(id))
        .filter(in_scope!(budget_lines::unit_id, budget_lines::unit_date, scope.units.clone()))
        .select(LineRow::as_select())
        .first(c)
        .optional())
}

/// What entries come to: by kind for each line that they move, and for each line to which they distribute.
pub struct CutSums {
    pub own: Vec<(BudgetLineId, EntryKind, i64)>,
    pub received: Vec<(BudgetLineId, i64)>,
}

/// What the entries up to a value date and a booking date come to, of the lines of some units.
pub fn sums_until(
    conn: &mut Conn,
    units: &[UnitId],
    value_date: LocalDate,
    booking_date: LocalDate,
) -> QueryResult<CutSums> {
    use diesel::dsl::sql;
    use diesel::sql_types::BigInt;
    // PostgreSQL sums whole numbers as decimals of any length.
    let sum = || sql::<BigInt>("CAST(SUM(budget_entries.amount_vnd) AS BIGINT)");
    let mut sums = CutSums { own: Vec::new(), received: Vec::new() };
    for units in units.chunks(UNITS_AT_ONCE) {
        let own: Vec<(BudgetLineId, EntryKind, i64)> = on_any!(&mut *conn, c => budget_entries::table
            .filter(budget_entries::unit_id.eq_any(units.to_vec()))
            .filter(budget_entries::value_date.le(value_date))
            .filter(budget_entries::booking_date.le(booking_date))
            .group_by((budget_entries::line_id, budget_entries::kind))
            .select((budget_entries::line_id, budget_entries::kind, sum()))
            .load(c))?;
        sums.own.extend(own);
        let received: Vec<(BudgetLineId, i64)> = on_any!(&mut *conn, c => budget_entries::table
            .inner_join(budget_lines::table.on(budget_entries::to_line_id.eq(budget_lines::id.nullable())))
            .filter(budget_lines::unit_id.eq_any(units.to_vec()))
            .filter(budget_entries::value_date.le(value_date))
            .filter(budget_entries::booking_date.le(booking_date))
            .group_by(budget_lines::id)
            .select((budget_lines::id, sum()))
            .load(c))?;
        sums.received.extend(received);
    }
    Ok(sums)
}
