//! SQL of acts.

use super::model::{ActChangeKind, ActFileRow, ActItemRow, ActRecord, ActRow};
use super::routes::ActQuery;
use crate::access::{Scope, above_scope, in_scope};
use crate::db::schema::{
    act_items, act_links, acts, budget_entries, directives, meeting_acts, observations, tasks, works,
};
use crate::db::{ActLink, ActRelation, Conn, named_by, on_any, stored_with_parts};
use crate::http::TOTAL_COUNTED;
use crate::parties::any_of;
use crate::values::{ActId, ClientId, ItemNumber, LocalDate, RecordId, Title, UnitId, search};
use diesel::prelude::*;

/// SQL: an act is for whoever works in the unit that issued it, above it or below it.
macro_rules! readable_by {
    ($units:expr) => {
        in_scope!(acts::unit_id, acts::unit_date, $units).or(above_scope!(acts::unit_id, acts::unit_date, $units))
    };
}

/// One page of what the caller may read, newest first, plus one row that tells whether another page follows.
pub fn list(
    conn: &mut Conn,
    scope: &Scope,
    client: ClientId,
    query: &ActQuery,
    unit: Option<UnitId>,
    after: Option<ActId>,
) -> QueryResult<(Vec<ActRow>, Option<i64>)> {
    on_any!(conn, c => {
        let filtered = || {
            let mut rows = acts::table.into_boxed().filter(readable_by!(scope.units.clone()));
            if let Some(unit) = unit {
                let depths = query.unit_scope.depths();
                rows = rows.filter(in_scope!(acts::unit_id, acts::unit_date, vec![unit], depths));
            }
            if !query.kind_code.0.is_empty() { rows = rows.filter(acts::kind_code.eq_any(query.kind_code.0.clone())); }
            if !query.act_number.0.is_empty() { rows = rows.filter(acts::act_number.eq_any(query.act_number.0.clone())); }
            if !query.committee_id.0.is_empty() { rows = rows.filter(acts::committee_id.eq_any(query.committee_id.0.clone())); }
            if let Some(text) = &query.q { rows = rows.filter(acts::search_text.like(search::pattern(text)).escape('\\')); }
            if let Some(day) = query.issued_date_gte { rows = rows.filter(acts::issued_date.ge(day)); }
            if let Some(day) = query.issued_date_lte { rows = rows.filter(acts::issued_date.le(day)); }
            if !query.external_id.0.is_empty() { rows = rows.filter(named_by!(acts::id, client, "acts", query.external_id.0.clone())); }
            rows
        };
        let total = match query.with_total.0 {
            true => Some(filtered().select(acts::id).limit(TOTAL_COUNTED + 1).load::<ActId>(c)?.len() as i64),
            false => None,
        };
        let mut rows = filtered().select(ActRow::as_select()).limit(query.limit.plus_one());
        if let Some(id) = after { rows = rows.filter(acts::id.lt(id)); }
        Ok((rows.order(acts::id.desc()).load(c)?, total))
    })
}

/// One act that the caller may read.
pub fn find(conn: &mut Conn, scope: &Scope, id: ActId) -> QueryResult<Option<ActRow>> {
    on_any!(conn, c => acts::table
        .filter(acts::id.eq(id))
        .filter(readable_by!(scope.units.clone()))
        .select(ActRow::as_select())
        .first(c)
        .optional())
}

any_of!(acts, ActRow, ActId);

/// The items of some acts, in their order.
pub fn items_of(conn: &mut Conn, ids: &[ActId]) -> QueryResult<Vec<ActItemRow>> {
    on_any!(conn, c => act_items::table
        .filter(act_items::act_id.eq_any(ids.to_vec()))
        .select(ActItemRow::as_select())
        .order((act_items::act_id, act_items::position))
        .load(c))
}

/// Items of later acts that change items of these, as far as the scope reads those acts; of all where there is none.
pub fn changing(conn: &mut Conn, scope: Option<&Scope>, ids: &[ActId]) -> QueryResult<Vec<ActItemRow>> {
    on_any!(conn, c => {
        let mut rows = act_items::table
            .inner_join(acts::table.on(acts::id.eq(act_items::act_id)))
            .filter(act_items::changed_act_id.eq_any(ids.to_vec()))
            .select(ActItemRow::as_select())
            .order((act_items::act_id, act_items::position))
            .into_boxed();
        if let Some(scope) = scope {
            rows = rows.filter(readable_by!(scope.units.clone()));
        }
        rows.load(c)
    })
}

pub fn came_of_a_meeting(conn: &mut Conn, id: ActId) -> QueryResult<bool> {
    on_any!(conn, c => diesel::select(diesel::dsl::exists(meeting_acts::table.filter(meeting_acts::act_id.eq(id))))
        .get_result(c))
}

/// Items of an act by which somebody has work; none where the work names the act alone.
pub fn at_work(conn: &mut Conn, id: ActId) -> QueryResult<Vec<Option<ItemNumber>>> {
    let mut items: Vec<Option<ItemNumber>> = on_any!(&mut *conn, c => tasks::table
        .filter(tasks::act_id.eq(id)).select(tasks::item_code).distinct().load(c))?;
    let bound: Vec<ItemNumber> = on_any!(conn, c => directives::table
        .filter(directives::act_id.eq(id)).select(directives::item_code).load(c))?;
    items.extend(bound.into_iter().map(Some));
    Ok(items)
}

/// Acts of a unit under a number, with their days.
pub fn numbered(conn: &mut Conn, unit: UnitId, number: &Title) -> QueryResult<Vec<(ActId, Option<LocalDate>)>> {
    on_any!(conn, c => acts::table
        .filter(acts::unit_id.eq(unit))
        .filter(acts::act_number.eq(number))
        .select((acts::id, acts::issued_date))
        .order((acts::issued_date, acts::id))
        .load(c))
}

/// Collections that everybody reads.
const OPEN_COLLECTIONS: [&str; 3] = ["unit-successions", "unit-statuses", "criteria-sets"];

/// A page of the records of a unit's territory that name a number on days from `from` until before `until`.
pub fn links(
    conn: &mut Conn,
    scope: &Scope,
    number: &Title,
    (unit, inherited): (UnitId, Option<(Vec<UnitId>, LocalDate)>),
    (from, until): (Option<LocalDate>, Option<LocalDate>),
    after: Option<(String, RecordId, String)>,
    limit: i64,
) -> QueryResult<Vec<ActLink>> {
    on_any!(conn, c => {
        let (predecessors, since) = inherited.clone().unwrap_or((Vec::new(), LocalDate::FIRST));
        let of_predecessors = in_scope!(act_links::unit_id.assume_not_null(), act_links::unit_date.assume_not_null(), predecessors);
        let of_territory = in_scope!(act_links::unit_id.assume_not_null(), act_links::unit_date.assume_not_null(), vec![unit])
            .or(of_predecessors.and(act_links::link_date.ge(since)));
        let readable = in_scope!(act_links::unit_id.assume_not_null(), act_links::unit_date.assume_not_null(), scope.units.clone());
        let mut rows = act_links::table
            .filter(act_links::act_number.eq(number))
            .filter(act_links::unit_id.is_null().or(of_territory))
            .filter(act_links::collection.eq_any(OPEN_COLLECTIONS.to_vec()).or(readable))
            .select(ActLink::as_select())
            .order((act_links::collection, act_links::record_id, act_links::relation))
            .limit(limit)
            .into_boxed();
        if let Some(day) = from { rows = rows.filter(act_links::link_date.ge(day)); }
        if let Some(day) = until { rows = rows.filter(act_links::link_date.lt(day)); }
        if let Some((collection, record, relation)) = after {
            let same_record = act_links::collection.eq(collection.clone()).and(act_links::record_id.eq(record));
            rows = rows.filter(
                act_links::collection.gt(collection.clone())
                    .or(act_links::collection.eq(collection).and(act_links::record_id.gt(record)))
                    .or(same_record.and(act_links::relation.gt(relation))),
            );
        }
        rows.load(c)
    })
}

/// A page of the records of one table that name an act by its id and not by its number, as far as the scope reads them.
macro_rules! naming {
    ($conn:expr, $scope:expr, $act:expr, $from:expr, $limit:expr, $table:ident.$named_in:ident, $day:ident, $filter:expr) => {{
        let found: Vec<(RecordId, UnitId, LocalDate, LocalDate)> = on_any!(&mut *$conn, c => {
            let mut rows = $table::table
                .filter($table::$named_in.eq($act.id))
                .filter($filter)
                .filter(in_scope!($table::unit_id, $table::unit_date, $scope.units.clone()))
                .select(($table::id, $table::unit_id, $table::unit_date, $table::$day))
                .order($table::id)
                .limit($limit)
                .into_boxed();
            if let Some(from) = $from { rows = rows.filter($table::id.gt(from)); }
            rows.load(c)
        })?;
        found
    }};
}

/// A page of what names an act by its id: the entries of an act that had no number, its directives, the figures that it
/// planned, the works whose owner it named.
pub fn naming(
    conn: &mut Conn,
    scope: &Scope,
    act: &ActRow,
    after: Option<&(String, RecordId, String)>,
    limit: i64,
) -> QueryResult<Vec<ActLink>> {
    let mut links = Vec::new();
    for collection in ["budget-entries", "directives", "observations", "works"] {
        let from = match after {
            Some((last, _, _)) if collection < last.as_str() => continue,
            Some((last, record, _)) if collection == last => Some(*record),
            _ => None,
        };
        let rows = match collection {
            "budget-entries" => {
                let unnumbered = budget_entries::act_number.is_null();
                naming!(conn, scope, act, from, limit, budget_entries.act_id, value_date, unnumbered)
            }
            "directives" => {
                naming!(
                    conn,
                    scope,
                    act,
                    from,
                    limit,
                    directives.act_id,
                    assigned_date,
                    directives::act_id.is_not_null()
                )
            }
            "observations" => {
                let known = observations::value.is_not_null();
                naming!(conn, scope, act, from, limit, observations.act_id, unit_date, known)
            }
            _ => {
                naming!(conn, scope, act, from, limit, works.owner_act_id, unit_date, works::owner_act_id.is_not_null())
            }
        };
        let known_day =
            act.effective_date.or(act.issued_date).filter(|_| matches!(collection, "observations" | "works"));
        links.extend(rows.into_iter().map(|(record_id, unit, unit_date, day)| ActLink {
            collection: collection.to_owned(),
            record_id,
            relation: ActRelation::Grounds,
            act_number: act.act_number.clone().unwrap_or_else(|| act.title.clone()),
            link_date: known_day.unwrap_or(day),
            unit_id: Some(unit),
            unit_date: Some(unit_date),
        }));
    }
    Ok(links)
}

stored_with_parts!(ActRecord, ActRow, ActId, acts, "acts", "act", {
    items: ActItemRow in act_items(act_id, position);
    files: ActFileRow in act_files(act_id, position);
});

/// An item that another act ends.
#[derive(Debug, Clone)]
pub struct Ending {
    pub act_id: ActId,
    pub item_code: ItemNumber,
    /// Unit of the act that ends it, and how that act is called.
    pub by_unit: UnitId,
    pub by_label: Title,
    pub by_item: ItemNumber,
    /// Day on which that act takes effect, else on which it was issued; null where neither is known.
    pub day: Option<LocalDate>,
}

/// The items that these acts end.
pub fn endings(conn: &mut Conn, acts: &[ActId]) -> QueryResult<Vec<Ending>> {
    let rows: Vec<(ActItemRow, ActRow)> = on_any!(conn, c => act_items::table
        .inner_join(acts::table.on(acts::id.eq(act_items::act_id)))
        .filter(act_items::act_id.eq_any(acts.to_vec()))
        .filter(act_items::change_kind.eq(ActChangeKind::Ends))
        .select((ActItemRow::as_select(), ActRow::as_select()))
        .order((act_items::act_id, act_items::position))
        .load(c))?;
    let ending = |(item, act): (ActItemRow, ActRow)| {
        Some(Ending {
            act_id: item.changed_act_id?,
            item_code: item.changed_item_code?,
            by_unit: act.unit_id,
            by_label: act.act_number.unwrap_or(act.title),
            by_item: item.code,
            day: act.effective_date.or(act.issued_date),
        })
    };
    Ok(rows.into_iter().filter_map(ending).collect())
}
