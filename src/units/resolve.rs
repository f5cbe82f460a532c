//! From what a caller wrote to one unit: an id, a code that passed from hand to hand, a name that several bear.

use super::Territory;
use crate::codes::Code;
use crate::error::{Error, Fault, Faults, Flaw, Place};
use crate::values::{LocalDate, SearchText, UnitCode, UnitId, search};

/// How a caller named a unit. Exactly one of the three.
#[derive(Debug, Clone, Default)]
pub struct UnitChoice {
    pub id: Option<UnitId>,
    pub code: Option<UnitCode>,
    pub name: Option<SearchText>,
}

impl UnitChoice {
    pub fn is_empty(&self) -> bool {
        self.id.is_none() && self.code.is_none() && self.name.is_none()
    }

    /// Where in a body the unit was named.
    pub fn pointer(&self) -> &'static str {
        if self.id.is_some() { "/unit_id" } else { "/unit_code" }
    }
}

/// On which day a code or a name is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Naming {
    /// Its holder on that day and no other (reports, units, bodies).
    On(LocalDate),
    /// Its holder on that day (today), else the last before it (collections).
    Last(LocalDate),
}

impl Territory {
    /// The unit that was named, if one was.
    /// Errors: nobody held the code, nobody or several bear the name, more than one way of naming.
    pub fn choose(
        &self,
        choice: &UnitChoice,
        naming: Naming,
        place: impl Fn(&str) -> Place,
    ) -> Result<Option<UnitId>, Error> {
        let given = [choice.id.is_some(), choice.code.is_some(), choice.name.is_some()];
        if given.iter().filter(|present| **present).count() > 1 {
            return Err(Error::invalid(Flaw::new(Code::ExactlyOneRequired).at(place("unit_id"))));
        }
        if let Some(id) = choice.id {
            return match self.get(id) {
                Some(_) => Ok(Some(id)),
                None => Err(Error::invalid(Flaw::new(Code::UnknownReference).at(place("unit_id")))),
            };
        }
        if let Some(code) = &choice.code {
            return self.holder(code, naming).map(Some).map_err(|flaw| Error::invalid(flaw.at(place("unit_code"))));
        }
        if let Some(name) = &choice.name {
            return self.bearer(name, naming).map(Some).map_err(|flaw| Error::invalid(flaw.at(place("unit_name"))));
        }
        Ok(None)
    }

    /// The unit that a body names; what is wrong with it is noted among the other faults of the body.
    pub fn in_body(&self, choice: &UnitChoice, naming: Naming, faults: &mut Faults) -> Result<Option<UnitId>, Error> {
        noted(self.choose_one(choice, naming, |name| Place::Pointer(format!("/{name}"))).map(Some), faults)
    }

    /// The same where the unit may be left out, or stands elsewhere in the body.
    pub fn choose_in_body(
        &self,
        choice: &UnitChoice,
        naming: Naming,
        place: impl Fn(&str) -> Place,
        faults: &mut Faults,
    ) -> Result<Option<UnitId>, Error> {
        noted(self.choose(choice, naming, place), faults)
    }

    /// The unit that was named; one is needed.
    pub fn choose_one(
        &self,
        choice: &UnitChoice,
        naming: Naming,
        place: impl Fn(&str) -> Place,
    ) -> Result<UnitId, Error> {
        match self.choose(choice, naming, &place)? {
            Some(id) => Ok(id),
            None => Err(Error::Invalid(vec![Fault {
                place: place("unit_code"),
                flaw: Flaw::new(Code::ExactlyOneRequired).with("allowed", "unit_id, unit_code"),
            }])),
        }
    }

    fn holder(&self, code: &UnitCode, naming: Naming) -> Result<UnitId, Flaw> {
        let holders = self.holders(code);
        let on = |day| holders.iter().find(|(_, entry)| entry.holds_on(day));
        let found = match naming {
            Naming::On(day) => on(day),
            Naming::Last(day) => on(day).or_else(|| holders.iter().rev().find(|(_, entry)| entry.valid_from <= day)),
        };
        found.map(|(id, _)| *id).ok_or_else(|| {
            let mut flaw = Flaw::new(Code::UnitCodeNotHeld);
            flaw.candidates = holders.iter().map(|(id, entry)| self.candidate(*id, entry)).collect();
            flaw
        })
    }

    fn bearer(&self, name: &SearchText, naming: Naming) -> Result<UnitId, Flaw> {
        let (Naming::On(day) | Naming::Last(day)) = naming;
        let all = self.namesakes(&search::fold(name.as_str()));
        let mut found: Vec<_> = all.iter().filter(|(_, entry)| entry.holds_on(day)).collect();
        if found.is_empty() && matches!(naming, Naming::Last(_)) {
            found = all.iter().collect();
        }
        // Several states of one unit are one unit; the newest speaks for it.
        found.reverse();
        let mut units: Vec<UnitId> = Vec::new();
        found.retain(|(id, _)| {
            !units.contains(id) && {
                units.push(*id);
                true
            }
        });
        match found.as_slice() {
            [] => {
                let mut flaw = Flaw::new(Code::UnitNameNotFound);
                flaw.candidates = all.iter().map(|(id, entry)| self.candidate(*id, entry)).collect();
                Err(flaw)
            }
            [(id, _)] => Ok(*id),
            several => {
                let mut flaw = Flaw::new(Code::AmbiguousUnit);
                flaw.candidates = several.iter().map(|(id, entry)| self.candidate(*id, entry)).collect();
                Err(flaw)
            }
        }
    }
}

/// What was chosen; what is wrong with it is noted among the other faults.
fn noted(chosen: Result<Option<UnitId>, Error>, faults: &mut Faults) -> Result<Option<UnitId>, Error> {
    match chosen {
        Err(Error::Invalid(found)) => {
            faults.0.extend(found);
            Ok(None)
        }
        other => other,
    }
}
