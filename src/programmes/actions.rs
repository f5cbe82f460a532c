//! Store programmes from their documents, publish and retire them.

use super::held::{HeldProgramme, Programmes};
use super::model::{NewProgrammeTransition, ProgrammeDocument, ProgrammeRow, ProgrammeStatus};
use crate::access::Caller;
use crate::code_lists::CodeLists;
use crate::codes::Code;
use crate::criteria::CriteriaSets;
use crate::db::{Snapshot, Tx};
use crate::error::{Error, Fault, Faults, Flaw, Place};
use crate::http::IfMatch;
use crate::indicators::Indicators;
use crate::units::Territory;
use crate::values::storage::Json;
use crate::values::{ComponentCode, ListCode, ProgrammeId};
use std::collections::HashMap;

/// Components that a document has at the most.
const MOST_COMPONENTS: usize = 500;

/// Store a programme as a draft. Without a caller it is the command line that does.
/// Errors: every fault of the document; `DUPLICATE` where the code is taken.
pub fn store(
    tx: &mut Tx<'_>,
    caller: Option<&Caller>,
    document: &ProgrammeDocument,
    status: ProgrammeStatus,
) -> Result<HeldProgramme, Error> {
    require_nation(tx, caller)?;
    check(&tx.memory.clone(), document)?;
    let row = ProgrammeRow {
        id: ProgrammeId::new(),
        version: 1,
        code: document.code.clone(),
        status,
        document: json(document)?,
        created_at: tx.now,
        updated_at: tx.now,
    };
    if tx.create(&row)? {
        return HeldProgramme::read(row);
    }
    let known = tx.memory.part::<Programmes>().by_code(&document.code);
    Err(Error::Duplicate(known.map_or(row.id, |known| known.row.id).0))
}

/// National programmes are the nation's: whoever keeps it keeps them.
fn require_nation(tx: &Tx<'_>, caller: Option<&Caller>) -> Result<(), Error> {
    let (territory, today) = (tx.memory.part::<Territory>(), tx.now.local_date());
    let nation = territory.root().ok_or(Error::NotFound)?;
    match caller.is_none_or(|caller| caller.scope.covers(territory, nation, today)) {
        true => Ok(()),
        false => Err(Error::Denied(Code::Forbidden)),
    }
}

fn json(document: &ProgrammeDocument) -> Result<Json, Error> {
    serde_json::to_value(document).map(Json).map_err(Error::internal)
}

/// Does the document contradict itself, or what is stored?
fn check(memory: &Snapshot, document: &ProgrammeDocument) -> Result<(), Error> {
    let mut faults = Faults::default();
    let lists = memory.part::<CodeLists>();
    let known = |list: &str, code: &ListCode| lists.has(list, code.as_str());
    if document.valid_to < document.valid_from {
        faults.push(Fault::pointer("/valid_to", Code::DateOrder));
    }
    let programmes = memory.part::<Programmes>();
    for (at, code) in document.replaces.iter().enumerate() {
        if *code == document.code || programmes.by_code(code).is_none() {
            faults.push(Fault::pointer(&format!("/replaces/{at}"), Code::UnknownCode));
        }
    }
    for (at, part) in document.funding_plan.iter().flat_map(|plan| plan.parts.iter().enumerate()) {
        let at = format!("/funding_plan/parts/{at}");
        if part.funding_source_code.as_ref().is_some_and(|code| !known("funding-sources", code)) {
            faults.push(Fault::pointer(&format!("{at}/funding_source_code"), Code::UnknownCode));
        }
        if part.nature_code.as_ref().is_some_and(|code| !known("capital-natures", code)) {
            faults.push(Fault::pointer(&format!("{at}/nature_code"), Code::UnknownCode));
        }
    }
    if document.components.len() > MOST_COMPONENTS {
        faults.push(Flaw::new(Code::TooManyItems).with("max", MOST_COMPONENTS).at(Place::pointer("/components")));
        return faults.finish();
    }
    let mut parents: HashMap<&ComponentCode, Option<&ComponentCode>> = HashMap::new();
    for (at, component) in document.components.iter().enumerate() {
        let at = format!("/components/{at}");
        let elsewhere = programmes.of_component(&component.code).is_some_and(|(of, _)| of.row.code != document.code);
        let twice = parents.insert(&component.code, component.parent_code.as_ref()).is_some();
        if elsewhere || twice {
            faults.push(Fault::pointer(&format!("{at}/code"), Code::DuplicateItem));
        }
        for (place, code) in component.nature_codes.iter().enumerate() {
            if !known("capital-natures", code) {
                faults.push(Fault::pointer(&format!("{at}/nature_codes/{place}"), Code::UnknownCode));
            }
        }
        for (place, code) in component.topic_codes.iter().enumerate() {
            if !known("review-topics", code) {
                faults.push(Fault::pointer(&format!("{at}/topic_codes/{place}"), Code::UnknownCode));
            }
        }
        for (place, served) in component.criteria.iter().enumerate() {
            let at = format!("{at}/criteria/{place}");
            match memory.part::<CriteriaSets>().by_code(&served.criteria_set_code) {
                None => faults.push(Fault::pointer(&format!("{at}/criteria_set_code"), Code::CriteriaSetNotFound)),
                Some(set) if set.criteria.iter().all(|criterion| criterion.code != served.criterion_code) => {
                    faults.push(Fault::pointer(&format!("{at}/criterion_code"), Code::CriterionNotInSet));
                }
                Some(_) => {}
            }
        }
        for (place, code) in component.indicator_codes.iter().enumerate() {
            if memory.part::<Indicators>().by_code(code).is_none() {
                faults.push(Fault::pointer(&format!("{at}/indicator_codes/{place}"), Code::UnknownCode));
            }
        }
    }
    for (at, component) in document.components.iter().enumerate() {
        let above = |code: &&ComponentCode| parents.get(*code).copied().flatten();
        let unknown = component.parent_code.as_ref().is_some_and(|parent| !parents.contains_key(parent));
        // More steps than there are components: it stands on itself.
        let steps = std::iter::successors(Some(&component.code), above).take(parents.len() + 1).count();
        if unknown || steps > parents.len() {
            faults.push(Fault::pointer(&format!("/components/{at}/parent_code"), Code::ComponentParentInvalid));
        }
    }
    faults.finish()
}

fn kept(tx: &Tx<'_>, caller: &Caller, id: ProgrammeId, version: &IfMatch) -> Result<HeldProgramme, Error> {
    let held = tx.memory.part::<Programmes>().by_id(id).cloned().ok_or(Error::NotFound)?;
    require_nation(tx, Some(caller))?;
    version.require(held.row.version)?;
    Ok(held)
}

/// Put another document in the place of a draft.
/// Errors: `PROGRAMME_PUBLISHED`.
pub fn replace(
    tx: &mut Tx<'_>,
    caller: &Caller,
    id: ProgrammeId,
    version: &IfMatch,
    document: Result<&ProgrammeDocument, Error>,
) -> Result<HeldProgramme, Error> {
    let held = kept(tx, caller, id, version)?;
    if held.row.status != ProgrammeStatus::Draft {
        return Err(Error::Conflict(Code::ProgrammePublished));
    }
    let document = document?;
    if document.code != held.row.code {
        return Err(Error::invalid(Fault::pointer("/code", Code::ReadOnly)));
    }
    check(&tx.memory.clone(), document)?;
    let mut after = ProgrammeRow { document: json(document)?, updated_at: tx.now, ..held.row.clone() };
    tx.update("replaced", &held.row, &mut after)?;
    HeldProgramme::read(after)
}

/// Publish a draft, or retire what was published.
/// Errors: `TRANSITION_NOT_ALLOWED`.
pub fn transition(
    tx: &mut Tx<'_>,
    caller: &Caller,
    id: ProgrammeId,
    version: &IfMatch,
    step: Result<&NewProgrammeTransition, Error>,
) -> Result<HeldProgramme, Error> {
    let held = kept(tx, caller, id, version)?;
    let to = step?.to;
    if !held.row.status.next().contains(&to) {
        return Err(Error::Conflict(Code::TransitionNotAllowed));
    }
    let mut after = ProgrammeRow { status: to, updated_at: tx.now, ..held.row.clone() };
    tx.update(if to == ProgrammeStatus::Published { "published" } else { "retired" }, &held.row, &mut after)?;
    HeldProgramme::read(after)
}
