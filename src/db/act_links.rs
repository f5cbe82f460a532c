//! Which records name which act, kept by the write door: so that one question finds all an act did.

use super::{Conn, on_any, schema};
use crate::values::{LocalDate, RecordId, Title, UnitId, vocabulary};
use diesel::prelude::*;

vocabulary! {
    /// How a record stands to an act that it names.
    ActRelation {
        /// The act made it.
        Grounds "GROUNDS" "Được ban hành, ghi nhận theo văn bản" | "Made by the act";
        /// The act ended or annulled it.
        Ends "ENDS" "Bị chấm dứt, hủy bỏ theo văn bản" | "Ended or annulled by the act";
    }
}

/// An act that a record names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NamedAct {
    pub relation: ActRelation,
    pub number: Title,
    /// Day on which the act works: it tells acts of the same number of several years apart.
    pub day: LocalDate,
}

impl NamedAct {
    /// The act that made a record and the one that ended it, as far as they are known.
    pub fn both(
        grounds: Option<&Title>,
        from: LocalDate,
        ends: Option<&Title>,
        end: Option<LocalDate>,
    ) -> Vec<NamedAct> {
        let named = |relation, number: &Title, day| NamedAct { relation, number: number.clone(), day };
        let grounds = grounds.map(|number| named(ActRelation::Grounds, number, from));
        let ends = ends.map(|number| named(ActRelation::Ends, number, end.unwrap_or(from)));
        grounds.into_iter().chain(ends).collect()
    }
}

/// A row of `act_links`.
#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = schema::act_links, treat_none_as_default_value = false)]
pub struct ActLink {
    pub collection: String,
    pub record_id: RecordId,
    pub relation: ActRelation,
    pub act_number: Title,
    pub link_date: LocalDate,
    pub unit_id: Option<UnitId>,
    pub unit_date: Option<LocalDate>,
}

/// Keep the acts that a record names in the place of those that it named before.
pub(super) fn keep(
    conn: &mut Conn,
    collection: &'static str,
    record_id: RecordId,
    place: Option<(UnitId, LocalDate)>,
    named: &[NamedAct],
    was_there: bool,
) -> QueryResult<()> {
    if was_there {
        on_any!(&mut *conn, c => diesel::delete(schema::act_links::table)
            .filter(schema::act_links::collection.eq(collection))
            .filter(schema::act_links::record_id.eq(record_id))
            .execute(c))?;
    }
    for act in named {
        let row = ActLink {
            collection: collection.to_owned(),
            record_id,
            relation: act.relation,
            act_number: act.number.clone(),
            link_date: act.day,
            unit_id: place.map(|(unit, _)| unit),
            unit_date: place.map(|(_, day)| day),
        };
        // The same act may be named twice, with two days: the first stands.
        on_any!(&mut *conn, c => diesel::insert_into(schema::act_links::table)
            .values(&row).on_conflict_do_nothing().execute(c))?;
    }
    Ok(())
}
