//! All programmes in memory, and their components as trees.

use super::model::{Component, Programme, ProgrammeDocument, ProgrammeRow, ProgrammeStatus};
use super::queries;
use crate::db::{Conn, Part};
use crate::error::Error;
use crate::values::{ComponentCode, CriteriaSetCode, CriterionCode, ListCode, ProgrammeId};

/// A programme with its document read.
#[derive(Debug, Clone)]
pub struct HeldProgramme {
    pub row: ProgrammeRow,
    pub document: ProgrammeDocument,
}

/// All programmes, in the order of their codes.
pub struct Programmes(Vec<HeldProgramme>);

impl Part for Programmes {
    const COLLECTIONS: &'static [&'static str] = &["programmes"];

    fn load(conn: &mut Conn) -> Result<Self, Error> {
        queries::all(conn)?.into_iter().map(HeldProgramme::read).collect::<Result<_, _>>().map(Programmes)
    }
}

impl Programmes {
    pub fn all(&self) -> &[HeldProgramme] {
        &self.0
    }

    pub fn by_code(&self, code: &ListCode) -> Option<&HeldProgramme> {
        self.0.iter().find(|held| held.row.code == *code)
    }

    pub fn by_id(&self, id: ProgrammeId) -> Option<&HeldProgramme> {
        self.0.iter().find(|held| held.row.id == id)
    }

    /// The programme to which a component belongs. The code of a component tells it once.
    pub fn of_component(&self, code: &ComponentCode) -> Option<(&HeldProgramme, &Component)> {
        self.0.iter().find_map(|held| Some((held, held.component(code)?)))
    }

    /// The components that serve a criterion.
    pub fn serving(&self, set: &CriteriaSetCode, criterion: &CriterionCode) -> Vec<&Component> {
        let serves = |component: &&Component| {
            let mut served = component.criteria.iter();
            served.any(|served| served.criteria_set_code == *set && served.criterion_code == *criterion)
        };
        self.0.iter().flat_map(|held| held.document.components.iter().filter(serves)).collect()
    }
}

impl HeldProgramme {
    pub fn read(row: ProgrammeRow) -> Result<HeldProgramme, Error> {
        let document = serde_json::from_value(row.document.0.clone()).map_err(Error::internal)?;
        Ok(HeldProgramme { row, document })
    }

    pub fn component(&self, code: &ComponentCode) -> Option<&Component> {
        self.document.components.iter().find(|component| component.code == *code)
    }

    /// A component and those that it is a part of, the nearest first.
    pub fn path(&self, code: &ComponentCode) -> Vec<ComponentCode> {
        let above = |code: &ComponentCode| self.component(code)?.parent_code.clone();
        // A document whose components stand on each other is refused where it is stored.
        std::iter::successors(Some(code.clone()), above).collect()
    }

    /// May money be booked to it?
    pub fn is_open(&self) -> bool {
        self.row.status != ProgrammeStatus::Draft
    }

    pub fn years(&self) -> std::ops::RangeInclusive<i32> {
        self.document.valid_from.year()..=self.document.valid_to.year()
    }

    pub fn describe(&self) -> Programme {
        Programme {
            id: self.row.id,
            version: self.row.version,
            status: self.row.status,
            document: self.document.clone(),
            allowed_transitions: self.row.status.next().to_vec(),
            created_at: self.row.created_at,
            updated_at: self.row.updated_at,
        }
    }
}
