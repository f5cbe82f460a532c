//! Rows, documents and answers of programmes.

use crate::db::schema::programmes;
use crate::db::stored;
use crate::error::Faults;
use crate::http::versioned;
use crate::values::storage::Json;
use crate::values::{
    ComponentCode, Confidence, CriteriaSetCode, CriterionCode, ExternalId, IndicatorCode, ListCode, LocalDate,
    LongNames, Names, Note, ProgrammeId, Timestamp, Title, Whole, vocabulary,
};
use deserr::Deserr;
use diesel::prelude::*;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Largest amount in đồng: exact in every client (2^53 - 1).
pub const MOST_VND: i64 = 9_007_199_254_740_991;

vocabulary! {
    /// Where a programme stands.
    ProgrammeStatus {
        Draft "DRAFT" "Dự thảo" | "Draft";
        /// Its document no longer changes; money may be booked to it.
        Published "PUBLISHED" "Đã ban hành" | "Published";
        /// Nothing new is given to it; what was given is still spent.
        Retired "RETIRED" "Đã kết thúc" | "Retired";
    }
}

vocabulary! {
    /// What a component of a programme is called.
    ComponentKind {
        /// A part of an integrated programme (hợp phần).
        Part "PART" "Hợp phần" | "Part";
        Project "PROJECT" "Dự án" | "Project";
        SubProject "SUB_PROJECT" "Tiểu dự án" | "Sub-project";
        /// A field of work (nội dung thành phần).
        Content "CONTENT" "Nội dung" | "Content";
        /// A programme of its own inside (chương trình chuyên đề).
        ThematicProgramme "THEMATIC_PROGRAMME" "Chương trình chuyên đề" | "Thematic programme";
    }
}

/// A row of `programmes`.
#[derive(Debug, Clone, PartialEq, Queryable, Selectable, Insertable, AsChangeset, Serialize)]
#[diesel(table_name = programmes, treat_none_as_default_value = false, treat_none_as_null = true)]
pub struct ProgrammeRow {
    pub id: ProgrammeId,
    pub version: i64,
    pub code: ListCode,
    pub status: ProgrammeStatus,
    pub document: Json,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
}

stored!(ProgrammeRow, programmes, "programmes", "programme", |_programme| None);

/// An act on which a programme stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Deserr, ToSchema)]
#[deserr(error = Faults, deny_unknown_fields)]
pub struct LegalBasis {
    pub number: Title,
    /// Absent where it is not known.
    #[serde(default)]
    #[deserr(default)]
    pub issued_date: Option<LocalDate>,
    pub issuer: Title,
    /// What it says of the programme.
    pub content: Title,
    pub confidence: Confidence,
}

/// Who leads a programme (chủ chương trình).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Deserr, ToSchema)]
#[deserr(error = Faults, deny_unknown_fields)]
pub struct LeadAgency {
    pub name: Names,
    #[serde(default)]
    #[deserr(default)]
    pub valid_from: Option<LocalDate>,
    /// First day on which it no longer leads.
    #[serde(default)]
    #[deserr(default)]
    pub valid_to: Option<LocalDate>,
    pub confidence: Confidence,
}

/// An amount of the plan, of one source or nature.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Deserr, ToSchema)]
#[deserr(error = Faults, deny_unknown_fields)]
pub struct FundingPart {
    /// Code of `funding-sources`.
    #[serde(default)]
    #[deserr(default)]
    pub funding_source_code: Option<ListCode>,
    /// Code of `capital-natures`.
    #[serde(default)]
    #[deserr(default)]
    pub nature_code: Option<ListCode>,
    #[schema(value_type = i64, minimum = 0, maximum = 9_007_199_254_740_991_i64)]
    pub amount_vnd: Whole<0, 9_007_199_254_740_991>,
}

/// What a programme is to cost, as its acts say. A plan, not money that was given: that stands in the ledger.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Deserr, ToSchema)]
#[deserr(error = Faults, deny_unknown_fields)]
pub struct FundingPlan {
    #[schema(value_type = i64, minimum = 0, maximum = 9_007_199_254_740_991_i64)]
    pub total_vnd: Whole<0, 9_007_199_254_740_991>,
    #[schema(max_items = 50)]
    pub parts: Vec<FundingPart>,
    pub confidence: Confidence,
    #[serde(default)]
    #[deserr(default)]
    pub note: Option<Note>,
}

/// A criterion that a component serves.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Deserr, ToSchema)]
#[deserr(error = Faults, deny_unknown_fields)]
pub struct CriterionServed {
    pub criteria_set_code: CriteriaSetCode,
    pub criterion_code: CriterionCode,
}

/// The code under which the State Treasury books a programme or component.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Deserr, ToSchema)]
#[deserr(error = Faults, deny_unknown_fields)]
pub struct TreasuryCode {
    pub code: Title,
    #[serde(default)]
    #[deserr(default)]
    pub valid_from: Option<LocalDate>,
    /// First day on which it is no longer used.
    #[serde(default)]
    #[deserr(default)]
    pub valid_to: Option<LocalDate>,
    pub confidence: Confidence,
}

/// A component of a programme (dự án, tiểu dự án, nội dung thành phần).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Deserr, ToSchema)]
#[deserr(error = Faults, deny_unknown_fields)]
pub struct Component {
    pub code: ComponentCode,
    /// The component that it is a part of; absent right below the programme.
    #[serde(default)]
    #[deserr(default)]
    pub parent_code: Option<ComponentCode>,
    pub kind: ComponentKind,
    pub name: LongNames,
    /// Kinds of money that it may carry, codes of `capital-natures`; empty where it is not known.
    #[schema(max_items = 10)]
    pub nature_codes: Vec<ListCode>,
    /// Topics that it serves, codes of `review-topics`.
    #[schema(max_items = 20)]
    #[serde(default)]
    #[deserr(default)]
    pub topic_codes: Vec<ListCode>,
    #[schema(max_items = 50)]
    #[serde(default)]
    #[deserr(default)]
    pub criteria: Vec<CriterionServed>,
    #[schema(max_items = 50)]
    #[serde(default)]
    #[deserr(default)]
    pub indicator_codes: Vec<IndicatorCode>,
    #[schema(max_items = 10)]
    #[serde(default)]
    #[deserr(default)]
    pub treasury_codes: Vec<TreasuryCode>,
    pub confidence: Confidence,
}

/// A programme as one document: what is sent is what comes back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Deserr, ToSchema)]
#[deserr(error = Faults, deny_unknown_fields)]
#[schema(example = json!({
    "code": "GNBV", "name": { "vi": "Giảm nghèo bền vững 2021-2025", "en": "Sustainable poverty reduction 2021-2025" },
    "short_names": ["CTMTQG GNBV"], "valid_from": "2021-01-01", "valid_to": "2025-12-31", "replaces": [],
    "legal_basis": [{ "number": "90/QĐ-TTg", "issued_date": "2022-01-18", "issuer": "Thủ tướng Chính phủ", "content": "Phê duyệt Chương trình", "confidence": "HIGH" }],
    "lead_agencies": [], "components": [{ "code": "GNBV.1", "kind": "PROJECT", "name": { "vi": "Hạ tầng", "en": "Infrastructure" }, "nature_codes": ["DTPT", "SN"], "confidence": "HIGH" }],
    "confidence": "HIGH"
}))]
pub struct ProgrammeDocument {
    pub code: ListCode,
    pub name: LongNames,
    #[schema(max_items = 10)]
    pub short_names: Vec<Title>,
    /// First day. Money is given for the years from here to `valid_to`; what was carried over is spent after it.
    pub valid_from: LocalDate,
    /// Last day.
    pub valid_to: LocalDate,
    /// Codes of the programmes whose place it takes.
    #[schema(max_items = 10)]
    pub replaces: Vec<ListCode>,
    #[schema(max_items = 50)]
    pub legal_basis: Vec<LegalBasis>,
    #[schema(max_items = 10)]
    pub lead_agencies: Vec<LeadAgency>,
    #[serde(default)]
    #[deserr(default)]
    pub funding_plan: Option<FundingPlan>,
    #[schema(max_items = 10)]
    #[serde(default)]
    #[deserr(default)]
    pub treasury_codes: Vec<TreasuryCode>,
    #[schema(max_items = 500)]
    pub components: Vec<Component>,
    pub confidence: Confidence,
    #[serde(default)]
    #[deserr(default)]
    pub note: Option<Note>,
}

impl crate::http::Named for ProgrammeDocument {
    /// A programme has a published code, which is id enough.
    fn external_id(&self) -> Option<&ExternalId> {
        None
    }
}

/// A step of a programme: publish a draft, retire what was published.
#[derive(Debug, Clone, Deserr, ToSchema)]
#[deserr(error = Faults, deny_unknown_fields)]
#[schema(example = json!({ "to": "PUBLISHED" }))]
pub struct NewProgrammeTransition {
    pub to: ProgrammeStatus,
}

/// A National Target Programme (chương trình mục tiêu quốc gia) with its components.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Programme {
    pub id: ProgrammeId,
    #[schema(minimum = 1, maximum = 9_007_199_254_740_991_i64)]
    pub version: i64,
    pub status: ProgrammeStatus,
    pub document: ProgrammeDocument,
    #[schema(max_items = 2)]
    pub allowed_transitions: Vec<ProgrammeStatus>,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
}

versioned!(Programme);

impl ProgrammeStatus {
    /// Steps that may follow.
    pub fn next(self) -> &'static [ProgrammeStatus] {
        match self {
            ProgrammeStatus::Draft => &[ProgrammeStatus::Published],
            ProgrammeStatus::Published => &[ProgrammeStatus::Retired],
            ProgrammeStatus::Retired => &[],
        }
    }
}
