//! Sets that come in the place of others: because a figure was loaded wrongly, or because an act changed it.

use super::document::SetDocument;
use super::model::SetStatus;
use super::sets::{CriteriaSets, HeldSet};
use super::verification::ReadDocument;
use crate::codes::Code;
use crate::db::schema::criteria_set_replacements;
use crate::error::{Error, Fault, Faults, Flaw, Place};
use crate::units::Territory;
use crate::values::storage::Json;
use crate::values::{CriteriaSetCode, CriteriaSetId, CriterionCode, LocalDate, Note, Title, UnitId, vocabulary};
use deserr::Deserr;
use diesel::prelude::*;
use serde::Serialize;
use utoipa::ToSchema;

vocabulary! {
    /// Why a set comes in the place of another.
    ReplacementReason {
        /// The act says what it always said; it was loaded wrongly.
        Transcription "TRANSCRIPTION" "Sửa sai sót khi nhập văn bản" | "The act was loaded wrongly";
        Amendment "AMENDMENT" "Văn bản sửa đổi, bổ sung" | "An act amends it";
    }
}

/// The published set in whose place this one comes (thay thế).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserr, ToSchema)]
#[deserr(error = Faults, deny_unknown_fields)]
pub struct DocumentReplacement {
    pub set_code: CriteriaSetCode,
    pub reason: ReplacementReason,
    /// The act that amends it, one of `acts`; needed for `AMENDMENT` and for it alone.
    #[deserr(default)]
    pub act_number: Option<Title>,
    /// What was wrong or changes; needed for `TRANSCRIPTION`.
    #[deserr(default)]
    pub note: Option<Note>,
    /// The text that the figures were held against; needed for `TRANSCRIPTION`.
    #[deserr(default)]
    pub document: Option<ReadDocument>,
}

/// A row of `criteria_set_replacements`.
#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = criteria_set_replacements, treat_none_as_default_value = false)]
pub struct ReplacementRow {
    pub criteria_set_id: CriteriaSetId,
    pub replaced_set_code: CriteriaSetCode,
    pub reason: ReplacementReason,
    pub act_number: Option<Title>,
    pub note: Option<Note>,
    pub document: Option<Json>,
}

impl ReplacementRow {
    pub fn new(set: CriteriaSetId, stated: &DocumentReplacement) -> serde_json::Result<ReplacementRow> {
        Ok(ReplacementRow {
            criteria_set_id: set,
            replaced_set_code: stated.set_code.clone(),
            reason: stated.reason,
            act_number: stated.act_number.clone(),
            note: stated.note.clone(),
            document: stated.document.as_ref().map(serde_json::to_value).transpose()?.map(Json),
        })
    }

    pub fn document(&self) -> serde_json::Result<DocumentReplacement> {
        Ok(DocumentReplacement {
            set_code: self.replaced_set_code.clone(),
            reason: self.reason,
            act_number: self.act_number.clone(),
            note: self.note.clone(),
            document: self.document.clone().map(|json| serde_json::from_value(json.0)).transpose()?,
        })
    }
}

/// Where a document that replaces a set would stand.
pub struct Proposed<'a> {
    pub document: &'a SetDocument,
    pub base: Option<&'a HeldSet>,
    pub issuer: Option<UnitId>,
    /// The command line stores sets as they were exported, the replaced ones retired.
    pub by_caller: bool,
}

impl Proposed<'_> {
    /// Check what a document says of the set in whose place it comes.
    pub fn check(&self, sets: &CriteriaSets, territory: &Territory, faults: &mut Faults) {
        let Some(stated) = &self.document.replaces else { return };
        let replaced = sets
            .by_code(&stated.set_code)
            .filter(|set| set.row.status != SetStatus::Draft && set.row.code != self.document.code);
        match replaced {
            None => faults.push(Fault::pointer("/replaces/set_code", Code::CriteriaSetNotFound)),
            Some(replaced) => {
                let differing = self.differing(sets, territory, replaced, stated.reason);
                if !differing.is_empty() {
                    let flaw = Flaw::new(Code::ReplacementMismatch).with("differs", differing.join(", "));
                    faults.push(flaw.at(Place::pointer("/replaces/set_code")));
                }
            }
        }
        let mut needed = |missing: bool, name: &str| {
            if missing {
                faults.push(Fault::pointer(&format!("/replaces/{name}"), Code::Required));
            }
        };
        match stated.reason {
            ReplacementReason::Transcription => {
                needed(stated.note.is_none(), "note");
                needed(stated.document.is_none(), "document");
                if stated.act_number.is_some() {
                    faults.push(Fault::pointer("/replaces/act_number", Code::UnknownMember));
                }
            }
            ReplacementReason::Amendment => {
                needed(stated.act_number.is_none(), "act_number");
                let named = |act: &Title| self.document.acts.iter().any(|known| known.number == *act);
                if stated.act_number.as_ref().is_some_and(|act| !named(act)) {
                    faults.push(Fault::pointer("/replaces/act_number", Code::UnknownReference));
                }
            }
        }
    }

    /// In what a set differs that may not: a version is of the same unit and for the same level, and what adds or drops
    /// a criterion was no slip of whoever loaded the act.
    fn differing(
        &self,
        sets: &CriteriaSets,
        territory: &Territory,
        replaced: &HeldSet,
        reason: ReplacementReason,
    ) -> Vec<&'static str> {
        let keeper = |issuer: Option<UnitId>| issuer.or_else(|| territory.root());
        let own = self.document.criteria.iter().map(|criterion| &criterion.code);
        let of_base = self.base.iter().flat_map(|base| base.criterion_codes());
        let codes: Vec<&CriterionCode> =
            if self.document.criteria.is_empty() { of_base.collect() } else { own.collect() };
        let base = self.base.map(|base| sets.first_version(base.row.id));
        let rows = [
            ("status", self.by_caller && replaced.row.status != SetStatus::Published),
            ("issuer_unit_code", keeper(self.issuer) != keeper(replaced.row.issuer_unit_id)),
            ("level", self.document.level != replaced.row.level),
            ("base_set_code", base != replaced.row.base_set_id.map(|id| sets.first_version(id))),
            ("criteria", reason == ReplacementReason::Transcription && !replaced.criterion_codes().eq(codes)),
        ];
        rows.into_iter().filter(|(_, differs)| *differs).map(|(name, _)| name).collect()
    }
}

impl CriteriaSets {
    /// The published version that has come in the place of a set.
    pub fn replacement_of(&self, set: &HeldSet) -> Option<&HeldSet> {
        let replaces =
            |other: &&HeldSet| other.row.status != SetStatus::Draft && other.replaces() == Some(&set.row.code);
        self.all().iter().find(replaces)
    }

    /// The version by which a day is judged, where it is another: nothing new is judged by a figure that is known to be
    /// wrong, nor, from its first day on, by one that an act has changed.
    pub fn newer_version(&self, set: &HeldSet, day: LocalDate) -> Option<&HeldSet> {
        let later = std::iter::successors(self.replacement_of(set), |set| self.replacement_of(set));
        later.take_while(|newer| newer.mends() || newer.row.valid_from <= day).last()
    }

    /// The version before a published one, where both have the same criteria: so results of both are read together.
    fn version_before(&self, set: &HeldSet) -> Option<&HeldSet> {
        let before = self.by_code(set.replaces()?)?;
        let together = set.row.status != SetStatus::Draft && set.criterion_codes().eq(before.criterion_codes());
        together.then_some(before)
    }

    /// A set and the versions before it, itself first.
    fn versions<'a>(&'a self, set: &'a HeldSet) -> impl Iterator<Item = &'a HeldSet> {
        std::iter::successors(Some(set), |set| self.version_before(set))
    }

    /// The first of the versions of a set: what they all are called by.
    pub fn first_version(&self, id: CriteriaSetId) -> CriteriaSetId {
        self.by_id(id).and_then(|set| self.versions(set).last()).map_or(id, |first| first.row.id)
    }

    /// How many versions came before a set.
    pub fn version_number(&self, set: &HeldSet) -> usize {
        self.versions(set).count() - 1
    }
}

/// The set that a draft replaces, if it may still do so.
/// Errors: `TRANSITION_NOT_ALLOWED` where another has come in its place meanwhile, or it was retired.
pub fn replaced_by<'a>(sets: &'a CriteriaSets, draft: &HeldSet) -> Result<Option<&'a HeldSet>, Error> {
    let Some(code) = draft.replaces() else { return Ok(None) };
    let replaced = sets.by_code(code).filter(|set| set.row.status == SetStatus::Published);
    replaced.map(Some).ok_or(Error::Conflict(Code::TransitionNotAllowed))
}
