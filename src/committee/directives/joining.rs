//! Whom a directive binds as a group, and those who join it later: a member by its mandate, an agency when it is
//! recorded, a commune by a reform. They get their task in the write by which they join.

use super::model::{DirectiveRow, PartyGroup};
use super::{ending, queries, rules};
use crate::codes::Code;
use crate::committee::party::{self, Seated, Who};
use crate::committee::tasks;
use crate::db::{Change, Conn, Follower, Part, Tx};
use crate::error::{Error, Flaw, Place};
use crate::parties::committees::{self, CommitteeRow};
use crate::parties::seat::Seat;
use crate::parties::{agencies, mandates};
use crate::units::{Level, Territory};
use crate::values::{AgencyId, LocalDate, MandateId, RecordId, UnitId};
use std::collections::HashSet;
use std::sync::Arc;

/// The directives that others may join. A write that decides by them, by who is a member and by which agencies there
/// are, is done again where another changed one of these meanwhile: so nobody is forgotten between two writes.
pub struct Standing(Arc<Vec<DirectiveRow>>);

impl Part for Standing {
    const COLLECTIONS: &'static [&'static str] = &["directives", "mandates", "agencies"];

    fn load(conn: &mut Conn) -> Result<Self, Error> {
        Ok(Standing(Arc::new(queries::standing(conn)?)))
    }

    fn apply(&self, conn: &mut Conn, changes: &[Change]) -> Result<Self, Error> {
        if changes.iter().any(|change| change.collection == "directives") {
            return Self::load(conn);
        }
        Ok(Standing(self.0.clone()))
    }
}

/// What is done in the same transaction after a write to these collections.
pub const FOLLOWERS: [Follower; 4] = [
    Follower { collection: "acts", follow: ending::item_ended },
    Follower { collection: "mandates", follow: member_joined },
    Follower { collection: "agencies", follow: agency_joined },
    Follower { collection: "units", follow: commune_joined },
];

/// Tasks that one directive may make.
const MOST_TASKS: usize = 20_000;

/// Everybody in these groups from a day on.
pub fn of_groups(
    tx: &mut Tx<'_>,
    committee: &CommitteeRow,
    groups: &[PartyGroup],
    day: LocalDate,
) -> Result<Vec<Seated>, Error> {
    let mut found = Vec::new();
    for group in groups {
        found.extend(match group {
            PartyGroup::AllMembers => party::members(tx.conn, committee, day)?,
            PartyGroup::Agencies => party::agencies_of(tx.conn, committee, day)?,
            PartyGroup::Communes => communes_of(tx, committee, day),
        });
    }
    Ok(found)
}

/// The communes of a committee's territory on a day, and those that came into it since.
fn communes_of(tx: &Tx<'_>, committee: &CommitteeRow, day: LocalDate) -> Vec<Seated> {
    let territory = tx.memory.part::<Territory>();
    let seated =
        |unit: UnitId, since: LocalDate| Seated { who: Who::unit(unit), seat: Seat { unit, day: since }, since };
    let nearest = territory.get(committee.unit_id).map_or(day, |held| held.nearest_day(day));
    let mut found: Vec<Seated> = territory
        .subtree(committee.unit_id, nearest)
        .into_iter()
        .filter(|(unit, _)| unit.level == Level::Commune && unit.id != committee.unit_id)
        .map(|(unit, _)| seated(unit.id, day.min(nearest)))
        .collect();
    let mut later: Vec<(LocalDate, UnitId)> = territory
        .ever_below(committee.unit_id)
        .filter(|(unit, entry)| unit.level == Level::Commune && nearest < entry.valid_from)
        .filter(|(unit, entry)| territory.is_within(unit.id, committee.unit_id, entry.valid_from))
        .map(|(unit, entry)| (entry.valid_from, unit.id))
        .collect();
    later.sort();
    found.extend(later.into_iter().map(|(since, unit)| seated(unit, since)));
    found
}

/// Give each of them the tasks of a directive that they do not have yet; who stands there twice counts where first.
/// Errors: `TOO_MANY_ITEMS`.
pub fn give(
    tx: &mut Tx<'_>,
    directive: &DirectiveRow,
    committee: &CommitteeRow,
    parties: &[Seated],
) -> Result<(), Error> {
    let mut known: HashSet<Who> = tasks::of_directive(tx.conn, directive.id)?.iter().map(|task| task.who()).collect();
    let dates = rules::due_dates(directive.due_date, directive.recurrence.zip(directive.recurs_until));
    let mut records = Vec::new();
    let is_over = |party: &Seated| committee.valid_to.is_some_and(|end| end <= party.since);
    for party in parties.iter().filter(|party| !is_over(party)) {
        if !known.insert(party.who) {
            continue;
        }
        for due in rules::due_since(&dates, party.since) {
            let days = (party.since.max(directive.assigned_date), due);
            let mut record = tasks::record_of(tx, committee, directive.kind, *party, &directive.content, days);
            record.row.directive_id = Some(directive.id);
            record.row.act_id = Some(directive.act_id);
            record.row.item_code = Some(directive.item_code.clone());
            record.row.target_unit_id = party.who.unit_id;
            records.push(record);
        }
        if records.len() > MOST_TASKS {
            let flaw = Flaw::new(Code::TooManyItems).with("max", MOST_TASKS);
            return Err(Error::invalid(flaw.at(Place::pointer("/groups"))));
        }
    }
    if tx.create_all(&records)? { Ok(()) } else { Err(Error::internal("an id of a task was taken")) }
}

fn standing(tx: &Tx<'_>, binds: impl Fn(&DirectiveRow) -> bool) -> Vec<DirectiveRow> {
    tx.memory.part::<Standing>().0.iter().filter(|directive| binds(directive)).cloned().collect()
}

/// Directives bind those who are in a group now and were not before.
fn join(tx: &mut Tx<'_>, directives: Vec<DirectiveRow>, group: PartyGroup) -> Result<(), Error> {
    for directive in directives {
        let committee = committees::held(tx.conn, directive.committee_id)?;
        let parties = of_groups(tx, &committee, &[group], directive.assigned_date)?;
        give(tx, &directive, &committee, &parties)?;
    }
    Ok(())
}

fn member_joined(tx: &mut Tx<'_>, written: &[RecordId]) -> Result<(), Error> {
    let written: Vec<MandateId> = written.iter().map(|id| MandateId(id.0)).collect();
    let committees = mandates::committees_of(tx.conn, &written)?;
    let bound = standing(tx, |one| one.binds_members && committees.contains(&one.committee_id));
    join(tx, bound, PartyGroup::AllMembers)
}

fn agency_joined(tx: &mut Tx<'_>, written: &[RecordId]) -> Result<(), Error> {
    let written: Vec<AgencyId> = written.iter().map(|id| AgencyId(id.0)).collect();
    let units = agencies::units_of(tx.conn, &written)?;
    let bound = standing(tx, |one| one.binds_agencies && units.contains(&one.unit_id));
    join(tx, bound, PartyGroup::Agencies)
}

/// A unit that a reform began, or put under another, has the tasks of the committees under which it stands now. The
/// memory tells of the units as they were before this write, so the tables are asked.
fn commune_joined(tx: &mut Tx<'_>, units: &[RecordId]) -> Result<(), Error> {
    let directives = standing(tx, |directive| directive.binds_communes);
    if directives.is_empty() {
        return Ok(());
    }
    let touched: Vec<UnitId> = units.iter().map(|unit| UnitId(unit.0)).collect();
    let above: Vec<UnitId> = directives.iter().map(|directive| directive.unit_id).collect();
    let below = queries::communes_below(tx.conn, &touched, &above)?;
    for directive in directives {
        let under = below.iter().filter(|(_, above, _, to)| {
            *above == directive.unit_id && to.is_none_or(|end| directive.assigned_date < end)
        });
        let parties: Vec<Seated> = under
            .map(|(unit, _, from, _)| {
                let since = (*from).max(directive.assigned_date);
                Seated { who: Who::unit(*unit), seat: Seat { unit: *unit, day: since }, since }
            })
            .collect();
        if !parties.is_empty() {
            let committee = committees::held(tx.conn, directive.committee_id)?;
            give(tx, &directive, &committee, &parties)?;
        }
    }
    Ok(())
}
