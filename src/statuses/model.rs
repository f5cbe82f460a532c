//! Rows, bodies and answers of statuses.

use crate::db::schema::unit_statuses;
use crate::db::{NamedAct, stored};
use crate::error::Faults;
use crate::http::{Batch, Versioned, named};
use crate::units::UnitRef;
use crate::values::{
    Confidence, ExternalId, LocalDate, Note, StatusValue, Timestamp, Title, UnitCode, UnitId, UnitStatusId, vocabulary,
};
use deserr::Deserr;
use diesel::prelude::*;
use serde::Serialize;
use utoipa::ToSchema;

vocabulary! {
    /// What a status says of a unit.
    UnitStatusKind {
        /// One of seven; inherited from the nearest unit above that has one.
        SocioEconomicRegion "SOCIO_ECONOMIC_REGION" "Vùng kinh tế - xã hội" | "Socio-economic region";
        /// `I`, `II` or `III`: communes of ethnic-minority and mountainous areas (khu vực I, II, III).
        RegionClass "REGION_CLASS" "Phân định khu vực I, II, III" | "Region class I, II, III";
        /// Especially difficult (đặc biệt khó khăn).
        Dbkk "DBKK" "Xã đặc biệt khó khăn" | "Especially difficult commune";
        /// Safety zone of the resistance (an toàn khu).
        Atk "ATK" "Xã an toàn khu" | "Safety zone commune";
        Island "ISLAND" "Xã đảo" | "Island commune";
        /// `1`, `2` or `3`: chooses the thresholds of the set of 2026-2030.
        CommuneGroup "COMMUNE_GROUP" "Nhóm xã 1, 2, 3" | "Commune group 1, 2, 3";
        /// Recognition as new-rural: `NTM`, `NTM_ADVANCED` (nâng cao), `NTM_MODEL` (kiểu mẫu).
        NtmLevel "NTM_LEVEL" "Công nhận nông thôn mới" | "Recognition as new-rural";
    }
}

vocabulary! {
    /// State of a status.
    UnitStatusState {
        InForce "IN_FORCE" "Có hiệu lực" | "In force";
        /// An act gave it its last day.
        Ended "ENDED" "Đã chấm dứt" | "Ended";
        /// A later act said that it never was.
        Annulled "ANNULLED" "Đã hủy bỏ" | "Annulled";
    }
}

vocabulary! {
    /// Statuses of one unit that do not go together. They are shown, never repaired: an act has to.
    StatusConflictRule {
        /// Region III is for communes that are not recognised as new-rural (QĐ 33/2020/QĐ-TTg); a commune that is
        /// recognised becomes region I on the day of the decision.
        RecognisedYetClassIii "RECOGNISED_YET_CLASS_III"
            "Đã công nhận nông thôn mới nhưng vẫn thuộc khu vực III" | "Recognised as new-rural, yet region III";
        /// An especially difficult commune is one of region III.
        RecognisedYetEspeciallyDifficult "RECOGNISED_YET_ESPECIALLY_DIFFICULT"
            "Đã công nhận nông thôn mới nhưng vẫn là xã đặc biệt khó khăn" | "Recognised as new-rural, yet especially difficult";
    }
}

vocabulary! {
    /// What lineage proposes for the recognition of a unit whose predecessors were recognised. A decision is needed
    /// either way.
    StatusProposal {
        /// All predecessors went into the unit whole, and all were recognised.
        Eligible "ELIGIBLE" "Đủ điều kiện đề nghị công nhận" | "Eligible for recognition";
        /// Only some of them, or of some only a part.
        Review "REVIEW" "Cần rà soát lại" | "To be reviewed";
    }
}

/// A row of `unit_statuses`: what is stored and what the journal keeps.
#[derive(Debug, Clone, PartialEq, Queryable, Selectable, Insertable, AsChangeset, Serialize)]
#[diesel(table_name = unit_statuses, treat_none_as_default_value = false, treat_none_as_null = true)]
pub struct UnitStatusRow {
    pub id: UnitStatusId,
    pub version: i64,
    pub unit_id: UnitId,
    pub kind: UnitStatusKind,
    pub value_code: StatusValue,
    pub valid_from: LocalDate,
    pub valid_to: Option<LocalDate>,
    pub act_number: Title,
    pub ending_act_number: Option<Title>,
    pub state: UnitStatusState,
    pub note: Option<Note>,
    pub confidence: Confidence,
    pub external_id: Option<ExternalId>,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
}

stored!(UnitStatusRow, unit_statuses, "unit-statuses", "unit-status", |status| Some((
    status.unit_id,
    status.valid_from
)), acts: |status| {
    NamedAct::both(Some(&status.act_number), status.valid_from, status.ending_act_number.as_ref(), status.valid_to)
});

/// A status to record. An open one of the same kind that began earlier ends on its first day, by its act.
#[derive(Debug, Clone, Deserr, ToSchema)]
#[deserr(error = Faults, deny_unknown_fields)]
#[schema(example = json!({
    "unit_code": "01984", "kind": "REGION_CLASS", "value_code": "III", "valid_from": "2021-06-04", "act_number": "123/QĐ-TTg"
}))]
pub struct NewUnitStatus {
    /// Either this or `unit_code`.
    #[deserr(default)]
    pub unit_id: Option<UnitId>,
    /// Code that the unit bears on `valid_from`.
    #[deserr(default)]
    pub unit_code: Option<UnitCode>,
    pub kind: UnitStatusKind,
    /// A word of its kind: a code of `socio-economic-regions`; `I`, `II`, `III`; `1`, `2`, `3`; `NTM`,
    /// `NTM_ADVANCED`, `NTM_MODEL`; `YES` for `DBKK`, `ATK` and `ISLAND`.
    pub value_code: StatusValue,
    /// First day.
    pub valid_from: LocalDate,
    /// First day on which it no longer holds, where the act gives one.
    #[deserr(default)]
    pub valid_to: Option<LocalDate>,
    /// Number and symbol of the act.
    pub act_number: Title,
    #[deserr(default)]
    pub note: Option<Note>,
    /// `VERIFIED` unless given.
    #[deserr(default)]
    pub confidence: Option<Confidence>,
    #[deserr(default)]
    pub external_id: Option<ExternalId>,
}

named!(NewUnitStatus);

/// Statuses to record together, in this order, all or none. One decision classifies hundreds of communes at once, and
/// half of it would be another decision: so facts of this kind, unlike others, come in batches as entries do.
#[derive(Debug, Clone, Deserr, ToSchema)]
#[deserr(error = Faults, deny_unknown_fields)]
#[schema(example = json!({ "items": [
    { "unit_code": "01984", "kind": "REGION_CLASS", "value_code": "III", "valid_from": "2021-06-04", "act_number": "123/QĐ-TTg" },
    { "unit_code": "02017", "kind": "REGION_CLASS", "value_code": "I", "valid_from": "2021-06-04", "act_number": "123/QĐ-TTg" }
] }))]
pub struct NewUnitStatuses {
    #[schema(value_type = Vec<NewUnitStatus>, min_items = 1, max_items = 1000)]
    pub items: Batch<NewUnitStatus>,
}

/// A step of the life of a status: `ENDED` on a day, or `ANNULLED` for a reason.
#[derive(Debug, Clone, Deserr, ToSchema)]
#[deserr(error = Faults, deny_unknown_fields)]
#[schema(example = json!({ "to": "ENDED", "valid_to": "2024-07-01", "act_number": "124/QĐ-TTg" }))]
pub struct NewUnitStatusTransition {
    pub to: UnitStatusState,
    /// First day on which it no longer holds; for `ENDED` alone.
    #[deserr(default)]
    pub valid_to: Option<LocalDate>,
    /// The act that ends or annuls.
    pub act_number: Title,
    /// Needed for `ANNULLED`; becomes the note of the status.
    #[deserr(default)]
    pub reason: Option<Note>,
}

/// A status of a unit (phân loại, công nhận). It holds on the days of its dates on which the unit has the territory
/// that it had on the first: no status passes through a merger, not even where the unit lives on.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct UnitStatus {
    pub id: UnitStatusId,
    #[schema(minimum = 1, maximum = 9_007_199_254_740_991_i64)]
    pub version: i64,
    /// The unit as it was on the first day.
    pub unit: UnitRef,
    pub kind: UnitStatusKind,
    pub value_code: StatusValue,
    pub valid_from: LocalDate,
    /// First day on which it no longer holds by its act or the ending one; null while it is open.
    pub valid_to: Option<LocalDate>,
    /// First day on which it no longer holds although no act ended it: the unit had ended, or its territory was
    /// another.
    pub lapsed_date: Option<LocalDate>,
    pub act_number: Title,
    /// Act that ended or annulled it.
    pub ending_act_number: Option<Title>,
    pub state: UnitStatusState,
    /// Statuses of the same unit that hold on some of the same days and do not go together with it.
    #[schema(max_items = 1000)]
    pub conflicts: Vec<UnitStatusConflict>,
    pub note: Option<Note>,
    pub confidence: Confidence,
    pub external_id: Option<ExternalId>,
    #[schema(max_items = 2)]
    pub allowed_transitions: Vec<UnitStatusState>,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
}

/// A status that does not go together with another.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct UnitStatusConflict {
    pub rule: StatusConflictRule,
    /// The other status.
    pub status_id: UnitStatusId,
}

/// Statuses that were recorded together, in the order in which they were sent.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct UnitStatuses {
    #[schema(max_items = 1000)]
    pub items: Vec<UnitStatus>,
}

/// What holds of a unit on a day, one row for each kind.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct UnitStatusOverview {
    pub unit: UnitRef,
    /// The day asked for; of a unit that has ended its last day, of one that is to come its first.
    pub as_of: LocalDate,
    #[schema(max_items = 7)]
    pub items: Vec<UnitStatusOfKind>,
}

/// What holds of one kind, or what is left open.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct UnitStatusOfKind {
    pub kind: UnitStatusKind,
    /// The status that holds, also where it comes from above or from all predecessors alike (regions).
    pub status: Option<UnitStatus>,
    /// Nothing holds, but a direct predecessor, or the unit with its earlier territory, had a status on its last day.
    pub gap: bool,
    /// Units out of which this territory came, with what held of them on their last day. A unit that lives on is among
    /// them with its earlier territory.
    #[schema(max_items = 1000)]
    pub predecessors: Vec<PredecessorStatus>,
    /// For a gap in `NTM_LEVEL`.
    pub proposal: Option<StatusProposal>,
    /// The level that is proposed: the lowest that a predecessor had.
    pub proposed_value_code: Option<StatusValue>,
    /// The unit above whose region it is.
    pub inherited_from: Option<UnitRef>,
}

/// A direct predecessor with what held of it on its last day.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct PredecessorStatus {
    pub unit: UnitRef,
    pub status: Option<UnitStatus>,
}

impl Versioned for UnitStatus {
    fn version(&self) -> i64 {
        self.version
    }

    fn id(&self) -> String {
        self.id.to_string()
    }
}
