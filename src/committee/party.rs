//! Whoever does the work of a committee: its members, agencies, units of its territory, itself and its groups.

use crate::access::Caller;
use crate::codes::Code;
use crate::db::{Conn, Tx};
use crate::error::{Error, Fault, Faults, Flaw, Place};
use crate::parties::committees::{self, CommitteeKind, CommitteeRow};
use crate::parties::mandates::{self, MandateKind, MandateRow, MandateState};
use crate::parties::seat::Seat;
use crate::parties::{agencies, people};
use crate::units::{Naming, Territory, UnitChoice, UnitRef};
use crate::values::{AgencyId, CommitteeId, LocalDate, PersonId, UnitCode, UnitId};
use deserr::Deserr;
use serde::Serialize;
use utoipa::ToSchema;

/// One of the four, and no other.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Who {
    pub person_id: Option<PersonId>,
    pub agency_id: Option<AgencyId>,
    pub unit_id: Option<UnitId>,
    pub committee_id: Option<CommitteeId>,
}

impl Who {
    const NOBODY: Who = Who { person_id: None, agency_id: None, unit_id: None, committee_id: None };

    pub fn person(id: PersonId) -> Who {
        Who { person_id: Some(id), ..Who::NOBODY }
    }

    pub fn agency(id: AgencyId) -> Who {
        Who { agency_id: Some(id), ..Who::NOBODY }
    }

    pub fn unit(id: UnitId) -> Who {
        Who { unit_id: Some(id), ..Who::NOBODY }
    }
}

/// Somebody with work, where it is seen, and since when it can have it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Seated {
    pub who: Who,
    pub seat: Seat,
    pub since: LocalDate,
}

/// Whoever does the work: exactly one of person, agency, unit and committee.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserr, ToSchema)]
#[deserr(error = Faults, deny_unknown_fields)]
#[schema(example = json!({ "unit_code": "01984" }))]
pub struct NewParty {
    /// A member of the committee, or of a group that serves it.
    #[deserr(default)]
    pub person_id: Option<PersonId>,
    /// A member, or an agency of a unit of the committee's territory.
    #[deserr(default)]
    pub agency_id: Option<AgencyId>,
    /// A unit of the committee's territory, by its id or by `unit_code`.
    #[deserr(default)]
    pub unit_id: Option<UnitId>,
    #[deserr(default)]
    pub unit_code: Option<UnitCode>,
    /// The committee itself, a group that serves it, or the committee of a unit below.
    #[deserr(default)]
    pub committee_id: Option<CommitteeId>,
}

/// Whoever does the work: one member is set.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Party {
    pub person_id: Option<PersonId>,
    pub agency_id: Option<AgencyId>,
    /// The unit as it was when it got the work.
    pub unit: Option<UnitRef>,
    pub committee_id: Option<CommitteeId>,
}

impl Party {
    pub fn of(who: Who, day: LocalDate, territory: &Territory) -> Party {
        let unit = who.unit_id.and_then(|id| {
            let day = territory.get(id)?.nearest_day(day);
            territory.reference(id, day)
        });
        Party { person_id: who.person_id, agency_id: who.agency_id, unit, committee_id: who.committee_id }
    }
}

/// Who is named at `pointer`, if a committee may give it work on a day; notes what is wrong.
pub fn require(
    tx: &mut Tx<'_>,
    caller: Option<&Caller>,
    new: &NewParty,
    committee: &CommitteeRow,
    day: LocalDate,
    pointer: &str,
    faults: &mut Faults,
) -> Result<Option<Seated>, Error> {
    let given = [
        ("person_id", new.person_id.is_some()),
        ("agency_id", new.agency_id.is_some()),
        ("unit_id", new.unit_id.is_some()),
        ("unit_code", new.unit_code.is_some()),
        ("committee_id", new.committee_id.is_some()),
    ];
    let mut named = given.iter().filter(|(_, given)| *given).map(|(name, _)| *name);
    let (Some(name), None) = (named.next(), named.next()) else {
        let flaw = Flaw::new(Code::ExactlyOneRequired);
        let flaw = flaw.with("allowed", "person_id, agency_id, unit_id, unit_code, committee_id");
        faults.push(flaw.at(Place::pointer(pointer)));
        return Ok(None);
    };
    let pointer = format!("{pointer}/{name}");
    let noted = faults.0.len();
    let territory = tx.memory.clone();
    let territory = territory.part::<Territory>();
    let (who, place) = if let Some(id) = new.person_id {
        people::require(tx, caller, Some(id), &pointer, faults)?;
        let belongs = member_on(tx, committee, |held| held.person_id == Some(id), day)?;
        (Who::person(id), belongs.then_some((committee.unit_id, committee.unit_date)))
    } else if let Some(id) = new.agency_id {
        let agency = agencies::require(tx, caller, Some(id), &pointer, faults)?;
        let belongs = member_on(tx, committee, |held| held.agency_id == Some(id), day)?;
        let place = agency.map(|agency| (agency.unit_id, agency.unit_date));
        (Who::agency(id), place.filter(|(unit, _)| belongs || is_within(territory, *unit, committee, day)))
    } else if let Some(id) = new.committee_id {
        let named = committees::require(tx, caller, Some(id), &pointer, faults)?;
        let named = named.filter(|named| {
            let serves = named.kind == CommitteeKind::WorkingGroup && named.parent_id == Some(committee.id);
            named.id == committee.id || serves || is_within(territory, named.unit_id, committee, day)
        });
        (Who { committee_id: Some(id), ..Who::NOBODY }, named.map(|named| (named.unit_id, named.unit_date)))
    } else {
        let choice = UnitChoice { id: new.unit_id, code: new.unit_code.clone(), name: None };
        let unit = territory.choose_in_body(&choice, Naming::Last(day), |_| Place::pointer(&pointer), faults)?;
        let Some(unit) = unit else { return Ok(None) };
        (Who::unit(unit), is_within(territory, unit, committee, day).then_some((unit, day)))
    };
    match place {
        Some((unit, other_day)) => Ok(Some(Seated { who, seat: seat_of(territory, unit, day, other_day), since: day })),
        None => {
            // What is not there at all is told already.
            if faults.0.len() == noted {
                faults.push(Fault::pointer(&pointer, Code::AssigneeOutsideCommittee));
            }
            Ok(None)
        }
    }
}

/// Where the work of a unit's party is seen: on the day, or on the nearest on which the unit was there.
fn seat_of(territory: &Territory, unit: UnitId, day: LocalDate, otherwise: LocalDate) -> Seat {
    Seat { unit, day: territory.get(unit).map_or(otherwise, |held| held.nearest_day(day)) }
}

fn is_within(territory: &Territory, unit: UnitId, committee: &CommitteeRow, day: LocalDate) -> bool {
    territory.is_within(unit, committee.unit_id, territory.get(unit).map_or(day, |held| held.nearest_day(day)))
}

/// Is a membership of the committee, or of a group that serves it, held on a day by whom `is_holder` tells?
fn member_on(
    tx: &mut Tx<'_>,
    committee: &CommitteeRow,
    is_holder: impl Fn(&MandateRow) -> bool,
    day: LocalDate,
) -> Result<bool, Error> {
    let held = mandates::of_committee_and_groups(tx.conn, committee.id)?;
    Ok(held.iter().any(|held| held.kind == MandateKind::Membership && is_holder(held) && mandates::holds_on(held, day)))
}

/// The members of a committee from a day on, each since it may have work.
pub fn members(conn: &mut Conn, committee: &CommitteeRow, day: LocalDate) -> Result<Vec<Seated>, Error> {
    let seat = Seat { unit: committee.unit_id, day: committee.unit_date };
    let held = mandates::of_committee(conn, committee.id)?;
    let held = held.iter().filter(|held| held.kind == MandateKind::Membership && held.state != MandateState::Annulled);
    let held = held.filter(|held| held.valid_to.is_none_or(|end| day < end));
    Ok(held
        .filter_map(|held| {
            let who = held.person_id.map(Who::person).or(held.agency_id.map(Who::agency))?;
            Some(Seated { who, seat, since: held.valid_from.map_or(day, |from| from.max(day)) })
        })
        .collect())
}

/// The agencies of a committee's own unit from a day on.
pub fn agencies_of(conn: &mut Conn, committee: &CommitteeRow, day: LocalDate) -> Result<Vec<Seated>, Error> {
    let there = agencies::of_unit(conn, committee.unit_id)?;
    let there = there.into_iter().filter(|agency| agency.valid_to.is_none_or(|end| day < end));
    Ok(there
        .map(|agency| Seated {
            who: Who::agency(agency.id),
            seat: Seat { unit: agency.unit_id, day: agency.unit_date },
            since: agency.valid_from.map_or(day, |from| from.max(day)),
        })
        .collect())
}
