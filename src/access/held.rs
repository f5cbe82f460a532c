//! Keys and grants in memory, and the scope that follows from them.

use super::model::{ApiKey, Client, Grant, Role};
use super::queries;
use crate::db::{Change, Conn, Part};
use crate::error::Error;
use crate::units::Territory;
use crate::values::{ClientId, LocalDate, PersonId, UnitId};
use std::collections::{HashMap, HashSet};

/// First part of every key.
pub const KEY_PREFIX: &str = "muctieu";

/// All clients, keys and grants.
pub struct Access {
    pub clients: HashMap<ClientId, Client>,
    /// By the public part of the key.
    pub keys: HashMap<String, ApiKey>,
    pub grants: HashMap<ClientId, Vec<Grant>>,
}

impl Part for Access {
    const COLLECTIONS: &'static [&'static str] = &["clients", "api-keys", "grants"];

    fn load(conn: &mut Conn) -> Result<Self, Error> {
        let clients = queries::all_clients(conn)?.into_iter().map(|client| (client.id, client)).collect();
        let keys = queries::all_keys(conn)?.into_iter().map(|key| (key.key_code.clone(), key)).collect();
        let mut grants: HashMap<ClientId, Vec<Grant>> = HashMap::new();
        for grant in queries::all_grants(conn)? {
            grants.entry(grant.client_id).or_default().push(grant);
        }
        Ok(Access { clients, keys, grants })
    }
}

/// The persons a client may act for: who is recorded and not erased. Ids only, nothing personal.
pub struct Persons(HashSet<PersonId>);

impl Persons {
    pub fn has(&self, person: PersonId) -> bool {
        self.0.contains(&person)
    }
}

impl Part for Persons {
    const COLLECTIONS: &'static [&'static str] = &["people"];
    /// Who was erased a moment ago may have acted until then.
    const DECIDES: bool = false;

    fn load(conn: &mut Conn) -> Result<Self, Error> {
        Ok(Persons(queries::persons(conn, None)?.into_iter().collect()))
    }

    fn apply(&self, conn: &mut Conn, changes: &[Change]) -> Result<Self, Error> {
        let changed: Vec<PersonId> = changes.iter().map(|change| PersonId(change.record_id.0)).collect();
        let mut persons = self.0.clone();
        for part in changed.chunks(500) {
            for person in part {
                persons.remove(person);
            }
            persons.extend(queries::persons(conn, Some(part))?);
        }
        Ok(Persons(persons))
    }
}

/// Units over which a caller holds one permission, each with its subtree.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Scope {
    pub units: Vec<UnitId>,
}

impl Scope {
    /// The units of the grants whose role is one of these.
    pub fn of(grants: &[Grant], roles: &[Role]) -> Scope {
        let mut units: Vec<UnitId> =
            grants.iter().filter(|grant| roles.contains(&grant.role)).map(|grant| grant.unit_id).collect();
        units.sort();
        units.dedup();
        Scope { units }
    }

    /// What may be written: the units granted, and those that took over all of them. A part is no reason to write to the
    /// whole.
    pub fn writing(self, territory: &Territory, today: LocalDate) -> Scope {
        let heirs: Vec<UnitId> = self.units.iter().flat_map(|unit| territory.heirs(*unit, today)).collect();
        self.with(heirs)
    }

    /// What may be read: also the past of all these, and what became of a part.
    pub fn reading(self, territory: &Territory, today: LocalDate) -> Scope {
        let successors: Vec<UnitId> = self.units.iter().flat_map(|unit| territory.successors(*unit, today)).collect();
        let held = self.writing(territory, today);
        let past: Vec<UnitId> = held.units.iter().flat_map(|unit| territory.predecessors(*unit, today)).collect();
        held.with(successors).with(past)
    }

    fn with(mut self, more: Vec<UnitId>) -> Scope {
        if !more.is_empty() {
            self.units.extend(more);
            self.units.sort();
            self.units.dedup();
        }
        self
    }

    pub fn is_empty(&self) -> bool {
        self.units.is_empty()
    }

    /// Is the unit one of those granted, or below one, on that day?
    pub fn covers(&self, territory: &Territory, unit: UnitId, day: LocalDate) -> bool {
        territory.on(unit, day).is_some() && territory.ancestors(unit, day).any(|above| self.units.contains(&above))
    }

    /// As `covers`, for a record without a day of its own: today, or the last day of a unit that has ended.
    pub fn covers_lately(&self, territory: &Territory, unit: UnitId, today: LocalDate) -> bool {
        let last = territory.get(unit).and_then(|held| held.last_day());
        self.covers(territory, unit, last.map_or(today, |last| last.min(today)))
    }

    /// Is a granted unit below this one on that day?
    pub fn reaches_below(&self, territory: &Territory, unit: UnitId, day: LocalDate) -> bool {
        self.units.iter().any(|granted| territory.is_within(*granted, unit, day))
    }
}
