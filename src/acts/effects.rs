//! All an act did: the records that name its number.

use super::model::{ActEffect, ActRow};
use super::queries;
use crate::access::Scope;
use crate::db::{ActLink, Conn};
use crate::error::Error;
use crate::units::Territory;
use crate::values::{ActId, CollectionName, LocalDate, RecordId, Scalar, Vocabulary};

/// The days of records that an act may claim, where acts of its unit share its number: numbers begin anew each year. A
/// record belongs to the one issued last before it began, and to the first where it began before all of them.
pub fn days_of(act: ActId, numbered: &[(ActId, Option<LocalDate>)]) -> (Option<LocalDate>, Option<LocalDate>) {
    let own = numbered.iter().position(|(id, _)| *id == act);
    let Some(own) = own else { return (None, None) };
    let issued = numbered[own].1;
    let first = numbered.iter().filter_map(|(_, day)| *day).min();
    let from = issued.filter(|day| first.is_some_and(|first| first < *day));
    let until = numbered.iter().filter_map(|(_, day)| *day).filter(|day| issued.is_some_and(|own| own < *day)).min();
    (from, until)
}

/// A page of what an act did, with one row more that tells whether another page follows: what names its number, and what
/// names the act itself.
pub fn page(
    conn: &mut Conn,
    territory: &Territory,
    scope: &Scope,
    act: &ActRow,
    after: Option<(String, RecordId, String)>,
    limit: i64,
) -> Result<Vec<ActLink>, Error> {
    let mut links = queries::naming(conn, scope, act, after.as_ref(), limit)?;
    if let Some(number) = &act.act_number {
        let numbered = queries::numbered(conn, act.unit_id, number)?;
        let days = days_of(act.id, &numbered);
        // What a unit's predecessors left is its business from the day of its act on.
        let inherited = act.issued_date.map(|day| (territory.predecessors(act.unit_id, day), day));
        links.extend(queries::links(conn, scope, number, (act.unit_id, inherited), days, after, limit)?);
    }
    links.sort_by_key(|link| (link.collection.clone(), link.record_id, link.relation.code()));
    links.truncate(usize::try_from(limit).unwrap_or(usize::MAX));
    Ok(links)
}

pub fn describe(link: ActLink, territory: &Territory) -> Result<ActEffect, Error> {
    let unit = link.unit_id.zip(link.unit_date).and_then(|(unit, day)| {
        let day = territory.get(unit)?.nearest_day(day);
        territory.reference(unit, day)
    });
    let collection = CollectionName::parse(&link.collection);
    Ok(ActEffect {
        collection: collection.map_err(|_| Error::internal("a link of a collection that is none"))?,
        record_id: link.record_id,
        relation: link.relation,
        effect_date: link.link_date,
        unit,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> LocalDate {
        LocalDate::parse(text).unwrap()
    }

    #[test]
    fn acts_that_share_a_number_share_no_day() {
        let ids: Vec<ActId> = (0..3).map(|_| ActId::new()).collect();
        let alone = [(ids[0], Some(day("2022-03-01")))];
        assert_eq!(days_of(ids[0], &alone), (None, None), "also what began before it was issued");
        let all =
            [(ids[0], Some(day("2021-03-01"))), (ids[1], Some(day("2022-03-01"))), (ids[2], Some(day("2023-03-01")))];
        assert_eq!(days_of(ids[0], &all), (None, Some(day("2022-03-01"))));
        assert_eq!(days_of(ids[1], &all), (Some(day("2022-03-01")), Some(day("2023-03-01"))));
        assert_eq!(days_of(ids[2], &all), (Some(day("2023-03-01")), None));
        let unknown = [(ids[0], None), (ids[1], Some(day("2022-03-01")))];
        assert_eq!(days_of(ids[0], &unknown), (None, None), "whose day is not known may have done all of it");
        assert_eq!(days_of(ids[1], &unknown), (None, None));
    }
}
