//! Rows, bodies and answers of agencies.

use crate::db::schema::agencies;
use crate::db::stored;
use crate::error::Faults;
use crate::http::{PatchBody, named, versioned};
use crate::units::UnitRef;
use crate::values::{
    AgencyCode, AgencyId, ExternalId, Filled, LocalDate, Patch, Timestamp, Title, UnitCode, UnitId, vocabulary,
};
use deserr::Deserr;
use diesel::prelude::*;
use serde::Serialize;
use utoipa::ToSchema;

vocabulary! {
    /// What an agency is.
    AgencyKind {
        Party "PARTY" "Cơ quan Đảng" | "Party organisation";
        PeoplesCouncil "PEOPLES_COUNCIL" "Hội đồng nhân dân" | "People's Council";
        PeoplesCommittee "PEOPLES_COMMITTEE" "Ủy ban nhân dân" | "People's Committee";
        /// Department, division or office under a People's Committee.
        Specialised "SPECIALISED" "Cơ quan chuyên môn" | "Specialised agency";
        CoordinationOffice "COORDINATION_OFFICE" "Văn phòng điều phối" | "Coordination office";
        FatherlandFront "FATHERLAND_FRONT" "Mặt trận Tổ quốc" | "Fatherland Front";
        MassOrganisation "MASS_ORGANISATION" "Tổ chức chính trị - xã hội" | "Mass organisation";
        ArmedForces "ARMED_FORCES" "Quân đội, công an" | "Armed forces";
        PublicService "PUBLIC_SERVICE" "Đơn vị sự nghiệp" | "Public-service unit";
        Bank "BANK" "Ngân hàng" | "Bank";
        Other "OTHER" "Khác" | "Other";
    }
}

vocabulary! {
    /// By which rules an identifier was given.
    IdentifierScheme {
        /// QĐ 20/2020/QĐ-TTg, amended by 09/2025/QĐ-TTg.
        Decision20 "QD20_2020" "Theo Quyết định 20/2020/QĐ-TTg" | "By Decision 20/2020/QĐ-TTg";
        /// The older form, kept as it was given.
        Qcvn102 "QCVN102_2016" "Theo QCVN 102:2016/BTTTT" | "By QCVN 102:2016/BTTTT";
    }
}

/// Electronic identifier of an agency (mã định danh điện tử).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserr, ToSchema)]
#[deserr(error = Faults, deny_unknown_fields)]
#[schema(example = json!({ "scheme": "QD20_2020", "value": "H41.12" }))]
pub struct AgencyIdentifier {
    pub scheme: IdentifierScheme,
    pub value: AgencyCode,
}

/// A row of `agencies`.
#[derive(Debug, Clone, PartialEq, Queryable, Selectable, Insertable, AsChangeset, Serialize)]
#[diesel(table_name = agencies, treat_none_as_default_value = false, treat_none_as_null = true)]
pub struct AgencyRow {
    pub id: AgencyId,
    pub version: i64,
    pub unit_id: UnitId,
    pub unit_date: LocalDate,
    pub kind: AgencyKind,
    pub name: Title,
    #[serde(skip)]
    pub search_name: String,
    pub identifier_scheme: Option<IdentifierScheme>,
    pub identifier_value: Option<AgencyCode>,
    pub valid_from: Option<LocalDate>,
    pub valid_to: Option<LocalDate>,
    pub external_id: Option<ExternalId>,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
}

stored!(AgencyRow, agencies, "agencies", "agency", |agency| Some((agency.unit_id, agency.unit_date)));

/// An agency to record.
#[derive(Debug, Clone, Deserr, ToSchema)]
#[deserr(error = Faults, deny_unknown_fields)]
#[schema(example = json!({ "unit_code": "063", "kind": "SPECIALISED", "name": "Phòng Nông nghiệp và Phát triển nông thôn" }))]
pub struct NewAgency {
    /// Unit whose agency it is; either this or `unit_code`.
    #[deserr(default)]
    pub unit_id: Option<UnitId>,
    /// Code of its holder today, else its last holder.
    #[deserr(default)]
    pub unit_code: Option<UnitCode>,
    pub kind: AgencyKind,
    /// Official name, once in its unit.
    pub name: Title,
    /// No two agencies have the same.
    #[deserr(default)]
    pub identifier: Option<AgencyIdentifier>,
    /// First day, where it is known.
    #[deserr(default)]
    pub valid_from: Option<LocalDate>,
    /// First day on which it is no more.
    #[deserr(default)]
    pub valid_to: Option<LocalDate>,
    #[deserr(default)]
    pub external_id: Option<ExternalId>,
}

named!(NewAgency);

/// What may be changed of an agency.
#[derive(Debug, Clone, Deserr, ToSchema)]
#[deserr(error = Faults, deny_unknown_fields)]
#[schema(example = json!({ "valid_to": "2025-07-01" }))]
pub struct AgencyPatch {
    #[schema(value_type = AgencyKind, required = false)]
    #[deserr(default)]
    pub kind: Filled<AgencyKind>,
    #[schema(value_type = Title, required = false)]
    #[deserr(default)]
    pub name: Filled<Title>,
    #[schema(value_type = Option<AgencyIdentifier>)]
    #[deserr(default)]
    pub identifier: Patch<AgencyIdentifier>,
    #[schema(value_type = Option<LocalDate>)]
    #[deserr(default)]
    pub valid_from: Patch<LocalDate>,
    #[schema(value_type = Option<LocalDate>)]
    #[deserr(default)]
    pub valid_to: Patch<LocalDate>,
}

impl PatchBody for AgencyPatch {
    const READ_ONLY: &'static [&'static str] =
        &["id", "version", "unit", "unit_date", "external_id", "created_at", "updated_at"];
}

/// An agency of a unit (cơ quan, đơn vị).
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Agency {
    pub id: AgencyId,
    #[schema(minimum = 1, maximum = 9_007_199_254_740_991_i64)]
    pub version: i64,
    /// The unit as it was on `unit_date`.
    pub unit: UnitRef,
    /// First day of the agency where it was known when it was recorded, else the day of recording; it stays.
    pub unit_date: LocalDate,
    pub kind: AgencyKind,
    pub name: Title,
    pub identifier: Option<AgencyIdentifier>,
    pub valid_from: Option<LocalDate>,
    /// First day on which it is no more; null while it is there.
    pub valid_to: Option<LocalDate>,
    pub external_id: Option<ExternalId>,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
}

versioned!(Agency);
