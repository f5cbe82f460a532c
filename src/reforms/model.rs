//! Rows, bodies and answers of successions.

use super::impact::Impact;
use crate::db::schema::unit_successions;
use crate::error::Faults;
use crate::http::{named, versioned};
use crate::units::{Edge, EdgeKind, Part, UnitRef};
use crate::values::{
    Confidence, Decimal, ExternalId, ListCode, LocalDate, Note, Timestamp, Title, UnitCode, UnitSuccessionId,
    vocabulary,
};
use deserr::Deserr;
use diesel::prelude::*;
use serde::Serialize;
use utoipa::ToSchema;

vocabulary! {
    /// State of a succession.
    SuccessionStatus {
        InForce "IN_FORCE" "Có hiệu lực" | "In force";
        /// A later act said that it never was.
        Annulled "ANNULLED" "Đã hủy bỏ" | "Annulled";
    }
}

/// A row of `unit_successions`.
#[derive(Debug, Clone, PartialEq, Queryable, Selectable, Insertable, AsChangeset, Serialize)]
#[diesel(table_name = unit_successions, treat_none_as_default_value = false, treat_none_as_null = true)]
pub struct SuccessionRow {
    pub id: UnitSuccessionId,
    pub version: i64,
    pub act_number: Title,
    pub act_title: Option<Title>,
    pub effective_date: LocalDate,
    pub status: SuccessionStatus,
    pub annulling_act_number: Option<Title>,
    pub annulment_reason: Option<Note>,
    pub note: Option<Note>,
    pub confidence: Confidence,
    pub external_id: Option<ExternalId>,
    pub created_at: Timestamp,
}

/// An act with its edges: what is stored and what the journal keeps.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct SuccessionRecord {
    #[serde(flatten)]
    pub row: SuccessionRow,
    pub edges: Vec<Edge>,
}

/// A unit as it is from the effective date on.
#[derive(Debug, Clone, Deserr, ToSchema)]
#[deserr(error = Faults, deny_unknown_fields)]
pub struct NewUnitState {
    pub code: UnitCode,
    pub name: Title,
    pub kind_code: ListCode,
    /// Code that the unit above bears on the effective date.
    pub parent_code: UnitCode,
    #[deserr(default)]
    pub confidence: Option<Confidence>,
}

/// What becomes of which territory.
#[derive(Debug, Clone, Deserr, ToSchema)]
#[deserr(error = Faults, deny_unknown_fields)]
pub struct NewEdge {
    pub kind: EdgeKind,
    /// Code that the unit bears on the day before; absent for `CREATE`.
    #[deserr(default)]
    pub from_unit_code: Option<UnitCode>,
    /// Code that the unit bears from the effective date on; absent for `ABOLISH`.
    #[deserr(default)]
    pub to_unit_code: Option<UnitCode>,
    /// `WHOLE` unless given.
    #[deserr(default)]
    pub part: Option<Part>,
    /// The unit after is the unit before, living on. Always so for `RENAME`, `CHANGE_OF_TYPE` and `MOVE`.
    #[deserr(default)]
    pub continues: Option<bool>,
    /// Share of the area of the unit before, in percent; for parts, where it is known.
    #[deserr(default)]
    pub area_percent: Option<Decimal>,
    /// Share of its population, in percent; for parts, where it is known.
    #[deserr(default)]
    pub population_percent: Option<Decimal>,
    /// The act of this edge, where a reform of one day rests on several.
    #[deserr(default)]
    pub act_number: Option<Title>,
    #[deserr(default)]
    pub confidence: Option<Confidence>,
}

/// A reform to record: what is so from the effective date on, and which territory it comes from.
#[derive(Debug, Clone, Deserr, ToSchema)]
#[deserr(error = Faults, deny_unknown_fields)]
#[schema(example = json!({
    "act_number": "855/NQ-UBTVQH14", "effective_date": "2020-02-01",
    "units": [{ "code": "02005", "name": "Quân Hà", "kind_code": "XA", "parent_code": "063" }],
    "edges": [
        { "kind": "MERGE", "from_unit_code": "02005", "to_unit_code": "02005" },
        { "kind": "MERGE", "from_unit_code": "02002", "to_unit_code": "02005" }
    ]
}))]
pub struct NewSuccession {
    /// Number and symbol of the act.
    pub act_number: Title,
    #[deserr(default)]
    pub act_title: Option<Title>,
    /// First day of the new state.
    pub effective_date: LocalDate,
    /// Units that are new or changed. A unit that takes in another and stays as it is may be left out.
    #[schema(max_items = 3000)]
    #[deserr(default)]
    pub units: Option<Vec<NewUnitState>>,
    #[schema(min_items = 1, max_items = 3000)]
    pub edges: Vec<NewEdge>,
    #[deserr(default)]
    pub note: Option<Note>,
    #[deserr(default)]
    pub confidence: Option<Confidence>,
    #[deserr(default)]
    pub external_id: Option<ExternalId>,
}

named!(NewSuccession);

/// A step of the life of a succession.
#[derive(Debug, Clone, Deserr, ToSchema)]
#[deserr(error = Faults, deny_unknown_fields)]
#[schema(example = json!({ "to": "ANNULLED", "act_number": "12/NQ-UBTVQH16", "reason": "Ghi nhầm đơn vị" }))]
pub struct NewSuccessionTransition {
    pub to: SuccessionStatus,
    /// The act that annuls.
    pub act_number: Title,
    pub reason: Note,
}

/// An edge, with its units as they were on the day before and are from the effective date on.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct SuccessionEdge {
    #[schema(minimum = 1, maximum = 100000)]
    pub position: i32,
    /// Edges that are connected share a number.
    #[schema(minimum = 1, maximum = 100000)]
    pub group_number: i32,
    pub kind: EdgeKind,
    pub act_number: Title,
    pub from_unit: Option<UnitRef>,
    pub to_unit: Option<UnitRef>,
    pub part: Part,
    pub continues: bool,
    /// The act does not name it: the unit followed its parent.
    pub implied: bool,
    pub area_percent: Option<Decimal>,
    pub population_percent: Option<Decimal>,
    pub confidence: Confidence,
}

/// A succession (sắp xếp đơn vị hành chính).
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct UnitSuccession {
    pub id: UnitSuccessionId,
    #[schema(minimum = 1, maximum = 9_007_199_254_740_991_i64)]
    pub version: i64,
    pub act_number: Title,
    pub act_title: Option<Title>,
    pub effective_date: LocalDate,
    pub status: SuccessionStatus,
    pub annulling_act_number: Option<Title>,
    pub annulment_reason: Option<Note>,
    #[schema(max_items = 3000)]
    pub edges: Vec<SuccessionEdge>,
    /// What follows for what is recorded about these units; in the answer to recording and its dry run.
    pub impact: Option<Impact>,
    pub note: Option<Note>,
    pub confidence: Confidence,
    pub external_id: Option<ExternalId>,
    #[schema(max_items = 1)]
    pub allowed_transitions: Vec<SuccessionStatus>,
    pub created_at: Timestamp,
}

versioned!(UnitSuccession);
