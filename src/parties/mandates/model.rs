//! Rows, bodies and answers of mandates.

use crate::db::schema::mandates;
use crate::db::{NamedAct, stored};
use crate::error::Faults;
use crate::http::{named, versioned};
use crate::units::UnitRef;
use crate::values::{
    AgencyId, CommitteeId, CriteriaSetCode, CriteriaSetId, CriterionCode, ExternalId, LocalDate, MandateId, Note,
    PersonId, Timestamp, Title, UnitCode, UnitId, vocabulary,
};
use deserr::Deserr;
use diesel::prelude::*;
use serde::Serialize;
use utoipa::ToSchema;

vocabulary! {
    /// What a mandate is.
    MandateKind {
        /// Belongs to the committee, in a role.
        Membership "MEMBERSHIP" "Thành viên" | "Membership";
        /// Follows units or criteria for the committee (phụ trách).
        Charge "CHARGE" "Phụ trách" | "Charge";
    }
}

vocabulary! {
    /// Role in a committee.
    MandateRole {
        Head "HEAD" "Trưởng ban" | "Head";
        DeputyHead "DEPUTY_HEAD" "Phó Trưởng ban" | "Deputy head";
        StandingMember "STANDING_MEMBER" "Ủy viên thường trực" | "Standing member";
        Secretary "SECRETARY" "Thư ký" | "Secretary";
        Member "MEMBER" "Ủy viên" | "Member";
    }
}

vocabulary! {
    /// State of a mandate.
    MandateState {
        InForce "IN_FORCE" "Có hiệu lực" | "In force";
        /// It was given its last day.
        Ended "ENDED" "Đã kết thúc" | "Ended";
        /// It never was: it was recorded by mistake, or a later act said so.
        Annulled "ANNULLED" "Đã hủy bỏ" | "Annulled";
    }
}

/// A row of `mandates`.
#[derive(Debug, Clone, PartialEq, Queryable, Selectable, Insertable, AsChangeset, Serialize)]
#[diesel(table_name = mandates, treat_none_as_default_value = false, treat_none_as_null = true)]
pub struct MandateRow {
    pub id: MandateId,
    pub version: i64,
    pub unit_id: UnitId,
    pub unit_date: LocalDate,
    pub committee_id: CommitteeId,
    pub kind: MandateKind,
    pub person_id: Option<PersonId>,
    pub agency_id: Option<AgencyId>,
    pub role: Option<MandateRole>,
    pub charge_unit_id: Option<UnitId>,
    pub criteria_set_id: Option<CriteriaSetId>,
    pub criterion_code: Option<CriterionCode>,
    pub act_number: Option<Title>,
    pub ending_act_number: Option<Title>,
    pub state: MandateState,
    pub valid_from: Option<LocalDate>,
    pub valid_to: Option<LocalDate>,
    pub note: Option<Note>,
    pub external_id: Option<ExternalId>,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
}

stored!(MandateRow, mandates, "mandates", "mandate", |mandate| Some((mandate.unit_id, mandate.unit_date)), acts: |mandate| {
    let from = mandate.valid_from.unwrap_or(mandate.created_at.local_date());
    NamedAct::both(mandate.act_number.as_ref(), from, mandate.ending_act_number.as_ref(), mandate.valid_to)
});

/// A mandate to record: `MEMBERSHIP` with a role where it is known, or `CHARGE` of a unit, a criterion, or a criterion
/// in a unit.
#[derive(Debug, Clone, Deserr, ToSchema)]
#[deserr(error = Faults, deny_unknown_fields)]
#[schema(example = json!({
    "committee_id": "01992f3e-7c1a-7b55-9a0e-4f6f0c1d2e3f", "kind": "CHARGE", "person_id": "01992f3e-7c1a-7b55-9a0e-4f6f0c1d2e40",
    "charge_unit_code": "01984", "valid_from": "2023-03-10"
}))]
pub struct NewMandate {
    pub committee_id: CommitteeId,
    pub kind: MandateKind,
    /// Who holds it: a person, or else an agency.
    #[deserr(default)]
    pub person_id: Option<PersonId>,
    #[deserr(default)]
    pub agency_id: Option<AgencyId>,
    /// For a membership; absent where it is not known.
    #[deserr(default)]
    pub role: Option<MandateRole>,
    /// For a charge: the unit followed with everything below it, by its id or by `charge_unit_code`.
    #[deserr(default)]
    pub charge_unit_id: Option<UnitId>,
    /// Code that the unit bears on `valid_from` (today unless given).
    #[deserr(default)]
    pub charge_unit_code: Option<UnitCode>,
    /// For a charge: the set of the criterion followed.
    #[deserr(default)]
    pub criteria_set_code: Option<CriteriaSetCode>,
    #[deserr(default)]
    pub criterion_code: Option<CriterionCode>,
    /// Number and symbol of the act by which it is held.
    #[deserr(default)]
    pub act_number: Option<Title>,
    /// First day, where it is known.
    #[deserr(default)]
    pub valid_from: Option<LocalDate>,
    /// First day on which it is no longer held.
    #[deserr(default)]
    pub valid_to: Option<LocalDate>,
    #[deserr(default)]
    pub note: Option<Note>,
    #[deserr(default)]
    pub external_id: Option<ExternalId>,
}

named!(NewMandate);

/// A step of the life of a mandate: `ENDED` on a day, or `ANNULLED` for a reason. Whoever gets another role, or follows
/// another unit, has another mandate.
#[derive(Debug, Clone, Deserr, ToSchema)]
#[deserr(error = Faults, deny_unknown_fields)]
#[schema(example = json!({ "to": "ENDED", "valid_to": "2025-07-01" }))]
pub struct NewMandateTransition {
    pub to: MandateState,
    /// First day on which it is no longer held; for `ENDED` alone.
    #[deserr(default)]
    pub valid_to: Option<LocalDate>,
    /// The act that ends or annuls, where it is known.
    #[deserr(default)]
    pub act_number: Option<Title>,
    /// Needed for `ANNULLED`; becomes the note of the mandate.
    #[deserr(default)]
    pub reason: Option<Note>,
}

/// A mandate in a committee (phân công): a membership, or the charge of units and criteria.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Mandate {
    pub id: MandateId,
    #[schema(minimum = 1, maximum = 9_007_199_254_740_991_i64)]
    pub version: i64,
    pub committee_id: CommitteeId,
    pub kind: MandateKind,
    /// Who holds it: a person (`/v1/people`) or an agency.
    pub person_id: Option<PersonId>,
    pub agency_id: Option<AgencyId>,
    /// Of a membership; null where it is not known.
    pub role: Option<MandateRole>,
    /// Of a charge: the unit followed, as it was on the first day of the mandate.
    pub charge_unit: Option<UnitRef>,
    pub criteria_set_code: Option<CriteriaSetCode>,
    pub criterion_code: Option<CriterionCode>,
    /// Act by which it is held; null where it is not known.
    pub act_number: Option<Title>,
    /// Act that ended or annulled it.
    pub ending_act_number: Option<Title>,
    pub state: MandateState,
    pub valid_from: Option<LocalDate>,
    /// First day on which it is no longer held; null while it is open.
    pub valid_to: Option<LocalDate>,
    pub note: Option<Note>,
    pub external_id: Option<ExternalId>,
    #[schema(max_items = 2)]
    pub allowed_transitions: Vec<MandateState>,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
}

versioned!(Mandate);
