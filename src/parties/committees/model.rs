//! Rows, bodies and answers of committees.

use crate::db::schema::committees;
use crate::db::{NamedAct, stored};
use crate::error::Faults;
use crate::http::{PatchBody, named, versioned};
use crate::units::UnitRef;
use crate::values::{
    AgencyId, CommitteeId, CriteriaSetCode, CriterionCode, ExternalId, Filled, LocalDate, MandateId, Names, Patch,
    PersonId, Timestamp, Title, UnitCode, UnitId, vocabulary,
};
use deserr::Deserr;
use diesel::prelude::*;
use serde::Serialize;
use utoipa::ToSchema;

vocabulary! {
    /// What a committee is.
    CommitteeKind {
        /// Steering committee (ban chỉ đạo) of a unit.
        Committee "COMMITTEE" "Ban Chỉ đạo" | "Steering committee";
        /// Serves a committee: takes the commitments of its members, follows and reports.
        WorkingGroup "WORKING_GROUP" "Tổ giúp việc" | "Working group";
    }
}

/// A row of `committees`.
#[derive(Debug, Clone, PartialEq, Queryable, Selectable, Insertable, AsChangeset, Serialize)]
#[diesel(table_name = committees, treat_none_as_default_value = false, treat_none_as_null = true)]
pub struct CommitteeRow {
    pub id: CommitteeId,
    pub version: i64,
    pub unit_id: UnitId,
    pub unit_date: LocalDate,
    pub kind: CommitteeKind,
    pub parent_id: Option<CommitteeId>,
    pub name: Title,
    #[serde(skip)]
    pub search_name: String,
    pub act_number: Option<Title>,
    pub valid_from: Option<LocalDate>,
    pub valid_to: Option<LocalDate>,
    pub external_id: Option<ExternalId>,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
}

stored!(CommitteeRow, committees, "committees", "committee", |committee| Some((
    committee.unit_id,
    committee.unit_date
)), acts: |committee| NamedAct::both(committee.act_number.as_ref(), committee.unit_date, None, None));

/// A committee to record.
#[derive(Debug, Clone, Deserr, ToSchema)]
#[deserr(error = Faults, deny_unknown_fields)]
#[schema(example = json!({ "unit_code": "063", "kind": "COMMITTEE", "name": "Ban Chỉ đạo các chương trình mục tiêu quốc gia huyện Bạch Thông" }))]
pub struct NewCommittee {
    /// Unit whose committee it is; either this or `unit_code`.
    #[deserr(default)]
    pub unit_id: Option<UnitId>,
    /// Code of its holder today, else its last holder.
    #[deserr(default)]
    pub unit_code: Option<UnitCode>,
    pub kind: CommitteeKind,
    /// For a working group the committee that it serves; a committee has none.
    #[deserr(default)]
    pub parent_id: Option<CommitteeId>,
    /// Official name, once in its unit.
    pub name: Title,
    /// Number and symbol of the act that set it up, where it is known.
    #[deserr(default)]
    pub act_number: Option<Title>,
    /// First day, where it is known.
    #[deserr(default)]
    pub valid_from: Option<LocalDate>,
    /// First day on which it is no more.
    #[deserr(default)]
    pub valid_to: Option<LocalDate>,
    #[deserr(default)]
    pub external_id: Option<ExternalId>,
}

named!(NewCommittee);

/// What may be changed of a committee.
#[derive(Debug, Clone, Deserr, ToSchema)]
#[deserr(error = Faults, deny_unknown_fields)]
#[schema(example = json!({ "valid_to": "2025-07-01" }))]
pub struct CommitteePatch {
    #[schema(value_type = Title, required = false)]
    #[deserr(default)]
    pub name: Filled<Title>,
    #[schema(value_type = Option<Title>)]
    #[deserr(default)]
    pub act_number: Patch<Title>,
    #[schema(value_type = Option<LocalDate>)]
    #[deserr(default)]
    pub valid_from: Patch<LocalDate>,
    #[schema(value_type = Option<LocalDate>)]
    #[deserr(default)]
    pub valid_to: Patch<LocalDate>,
}

impl PatchBody for CommitteePatch {
    const READ_ONLY: &'static [&'static str] =
        &["id", "version", "unit", "unit_date", "kind", "parent_id", "external_id", "created_at", "updated_at"];
}

/// A steering committee (ban chỉ đạo), or a working group that serves one (tổ giúp việc).
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Committee {
    pub id: CommitteeId,
    #[schema(minimum = 1, maximum = 9_007_199_254_740_991_i64)]
    pub version: i64,
    /// The unit as it was on `unit_date`.
    pub unit: UnitRef,
    /// First day of the committee where it was known when it was recorded, else the day of recording; it stays.
    pub unit_date: LocalDate,
    pub kind: CommitteeKind,
    /// The committee that a working group serves.
    pub parent_id: Option<CommitteeId>,
    pub name: Title,
    /// Act that set it up; null where it is not known.
    pub act_number: Option<Title>,
    pub valid_from: Option<LocalDate>,
    /// First day on which it is no more; null while it is there.
    pub valid_to: Option<LocalDate>,
    pub external_id: Option<ExternalId>,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
}

versioned!(Committee);

/// A commune that no member of a committee is in charge of.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct UnchargedUnit {
    pub unit: UnitRef,
    /// Who was in charge of the units out of which its territory came, on their last day.
    #[schema(max_items = 1000)]
    pub former_charges: Vec<FormerCharge>,
}

/// A charge of a unit that has ended.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct FormerCharge {
    pub mandate_id: MandateId,
    pub person_id: Option<PersonId>,
    pub agency_id: Option<AgencyId>,
    /// The unit as it was last.
    pub unit: UnitRef,
}

/// A criterion that no member of a committee is in charge of.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct UnchargedCriterion {
    pub code: CriterionCode,
    pub name: Names,
}

/// What nobody in a committee is in charge of on a day.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ChargeGaps {
    pub committee_id: CommitteeId,
    pub as_of: LocalDate,
    /// The set whose criteria are asked for; null where none is in force.
    pub criteria_set_code: Option<CriteriaSetCode>,
    /// Communes of the committee's territory on the day.
    #[schema(minimum = 0, maximum = 100000)]
    pub unit_count: i64,
    /// Those of them that nobody is in charge of.
    #[schema(minimum = 0, maximum = 100000)]
    pub uncharged_count: i64,
    /// The first 1000 of them, by code.
    #[schema(max_items = 1000)]
    pub units: Vec<UnchargedUnit>,
    #[schema(max_items = 63)]
    pub criteria: Vec<UnchargedCriterion>,
}
