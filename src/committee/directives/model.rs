//! Rows, bodies and answers of directives.

use crate::calendar::WorkingDays;
use crate::committee::party::{NewParty, Party, Who};
use crate::committee::tasks::TaskKind;
use crate::db::schema::{directive_parties, directives};
use crate::error::Faults;
use crate::http::{named, versioned};
use crate::units::UnitRef;
use crate::values::{
    ActId, AgencyId, CommitteeId, DirectiveId, ExternalId, ItemNumber, LocalDate, Note, PersonId, Timestamp, Title,
    UnitId, vocabulary,
};
use deserr::Deserr;
use diesel::prelude::*;
use serde::Serialize;
use utoipa::ToSchema;

vocabulary! {
    /// Parties that are bound together, whoever they are and become.
    PartyGroup {
        AllMembers "ALL_MEMBERS" "Mọi thành viên của ban" | "All members of the committee";
        /// Of the committee's own unit.
        Agencies "AGENCIES" "Các cơ quan, đơn vị của cấp mình" | "Agencies of the unit";
        /// Of the committee's territory; towns and wards with them.
        Communes "COMMUNES" "Các xã, phường, thị trấn trên địa bàn" | "Communes of the territory";
    }
}

vocabulary! {
    /// What a directive should bring, so that one can see whether it came.
    ExpectedResultKind {
        /// Communes and criteria that somebody is in charge of.
        Mandate "MANDATE" "Phân công, bám nắm địa bàn" | "Mandates";
        Commitment "COMMITMENT" "Đăng ký việc làm cụ thể" | "Commitments";
        Communication "COMMUNICATION" "Hoạt động truyền thông" | "Communication";
        Inspection "INSPECTION" "Kiểm tra, giám sát" | "Inspections";
        /// Obstacles that are raised early.
        Obstacle "OBSTACLE" "Kiến nghị vướng mắc" | "Obstacles raised";
        Report "REPORT" "Báo cáo" | "Reports";
        Other "OTHER" "Kết quả khác" | "Other results";
    }
}

vocabulary! {
    /// How often a directive falls due.
    Recurrence {
        Monthly "MONTHLY" "Hằng tháng" | "Monthly";
        Quarterly "QUARTERLY" "Hằng quý" | "Quarterly";
        HalfYearly "HALF_YEARLY" "Sáu tháng một lần" | "Every half-year";
        Yearly "YEARLY" "Hằng năm" | "Yearly";
    }
}

vocabulary! {
    /// State of a directive.
    DirectiveState {
        InForce "IN_FORCE" "Đang có hiệu lực" | "In force";
        /// It binds nobody any more; what was open was cancelled.
        Ended "ENDED" "Đã chấm dứt" | "Ended";
    }
}

vocabulary! {
    /// How a party that is named stands to a directive.
    PartyRole {
        /// Has a task of it.
        Bound "BOUND" "Chủ trì, thực hiện" | "Bound";
        /// Works with those who have.
        Partner "PARTNER" "Phối hợp" | "Partner";
    }
}

/// A row of `directives`.
#[derive(Debug, Clone, PartialEq, Queryable, Selectable, Insertable, AsChangeset, Serialize)]
#[diesel(table_name = directives, treat_none_as_default_value = false, treat_none_as_null = true)]
pub struct DirectiveRow {
    pub id: DirectiveId,
    pub version: i64,
    pub unit_id: UnitId,
    pub unit_date: LocalDate,
    pub committee_id: CommitteeId,
    pub act_id: ActId,
    pub item_code: ItemNumber,
    pub kind: TaskKind,
    pub content: Note,
    pub binds_members: bool,
    pub binds_agencies: bool,
    pub binds_communes: bool,
    pub expected_result_kind: Option<ExpectedResultKind>,
    pub product: Option<Title>,
    pub assigned_date: LocalDate,
    pub due_date: Option<LocalDate>,
    pub recurrence: Option<Recurrence>,
    pub recurs_until: Option<LocalDate>,
    pub state: DirectiveState,
    pub ended_date: Option<LocalDate>,
    pub ending_reason: Option<Note>,
    pub note: Option<Note>,
    pub external_id: Option<ExternalId>,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
    pub due_in_working_days: Option<i32>,
}

impl DirectiveRow {
    pub fn groups(&self) -> Vec<PartyGroup> {
        let bound = [
            (self.binds_members, PartyGroup::AllMembers),
            (self.binds_agencies, PartyGroup::Agencies),
            (self.binds_communes, PartyGroup::Communes),
        ];
        bound.into_iter().filter(|(binds, _)| *binds).map(|(_, group)| group).collect()
    }
}

/// A row of `directive_parties`.
#[derive(Debug, Clone, PartialEq, Queryable, Selectable, Insertable, Serialize)]
#[diesel(table_name = directive_parties, treat_none_as_default_value = false)]
pub struct DirectivePartyRow {
    pub directive_id: DirectiveId,
    pub position: i32,
    pub role: PartyRole,
    pub person_id: Option<PersonId>,
    pub agency_id: Option<AgencyId>,
    pub party_unit_id: Option<UnitId>,
    pub party_committee_id: Option<CommitteeId>,
}

impl DirectivePartyRow {
    pub fn who(&self) -> Who {
        Who {
            person_id: self.person_id,
            agency_id: self.agency_id,
            unit_id: self.party_unit_id,
            committee_id: self.party_committee_id,
        }
    }
}

/// A directive with the parties that it names: what is stored and what the journal keeps.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct DirectiveRecord {
    #[serde(flatten)]
    pub row: DirectiveRow,
    pub parties: Vec<DirectivePartyRow>,
}

/// What an item of an act binds whom to. It makes one task for each party, and for each day on which it falls due.
#[derive(Debug, Clone, Deserr, ToSchema)]
#[deserr(error = Faults, deny_unknown_fields)]
#[schema(example = json!({
    "committee_id": "01992f3e-7c1a-7b55-9a0e-4f6f0c1d2e3f", "act_id": "01992f3e-7c1a-7b55-9a0e-4f6f0c1d2e41", "item_code": "2",
    "groups": ["ALL_MEMBERS"], "expected_result_kind": "COMMITMENT", "assigned_date": "2023-03-10"
}))]
pub struct NewDirective {
    /// The committee that binds and follows.
    pub committee_id: CommitteeId,
    pub act_id: ActId,
    pub item_code: ItemNumber,
    /// Groups that it binds, with everybody who joins them later.
    #[schema(value_type = Option<Vec<PartyGroup>>, max_items = 3)]
    #[deserr(default)]
    pub groups: Option<Vec<PartyGroup>>,
    /// Parties that it binds by name.
    #[schema(value_type = Option<Vec<NewParty>>, max_items = 200)]
    #[deserr(default)]
    pub parties: Option<Vec<NewParty>>,
    /// Parties that work with them (phối hợp).
    #[schema(value_type = Option<Vec<NewParty>>, max_items = 200)]
    #[deserr(default)]
    pub partners: Option<Vec<NewParty>>,
    #[deserr(default)]
    pub expected_result_kind: Option<ExpectedResultKind>,
    /// What is to be handed in (sản phẩm).
    #[deserr(default)]
    pub product: Option<Title>,
    /// Day from which it binds: that of the act's issue unless given, else today.
    #[deserr(default)]
    pub assigned_date: Option<LocalDate>,
    /// By when, the first time where it recurs; that of the item unless given, else it stands.
    #[deserr(default)]
    pub due_date: Option<LocalDate>,
    /// In its place, where it does not recur: so many working days after `assigned_date`, which itself does not count.
    #[schema(value_type = Option<i32>, minimum = 1, maximum = 1000)]
    #[deserr(default)]
    pub due_in_working_days: Option<WorkingDays>,
    /// How often it falls due, from `due_date` until `recurs_until`.
    #[deserr(default)]
    pub recurrence: Option<Recurrence>,
    #[deserr(default)]
    pub recurs_until: Option<LocalDate>,
    #[deserr(default)]
    pub note: Option<Note>,
    #[deserr(default)]
    pub external_id: Option<ExternalId>,
}

named!(NewDirective);

/// The end of a directive.
#[derive(Debug, Clone, Deserr, ToSchema)]
#[deserr(error = Faults, deny_unknown_fields)]
#[schema(example = json!({ "to": "ENDED", "reason": "Kết luận số 12 thay thế mục này" }))]
pub struct NewDirectiveTransition {
    pub to: DirectiveState,
    /// First day on which it binds no longer; today unless given.
    #[deserr(default)]
    pub ended_date: Option<LocalDate>,
    /// Why; also the reason for which its open tasks are cancelled.
    #[deserr(default)]
    pub reason: Option<Note>,
}

/// How far a directive is: its tasks by where they stand.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, ToSchema)]
pub struct DirectiveProgress {
    /// All but those cancelled.
    #[schema(minimum = 0, maximum = 10_000_000)]
    pub task_count: i64,
    #[schema(minimum = 0, maximum = 10_000_000)]
    pub open_count: i64,
    #[schema(minimum = 0, maximum = 10_000_000)]
    pub in_progress_count: i64,
    /// Reported done, not confirmed.
    #[schema(minimum = 0, maximum = 10_000_000)]
    pub done_count: i64,
    #[schema(minimum = 0, maximum = 10_000_000)]
    pub confirmed_count: i64,
    #[schema(minimum = 0, maximum = 10_000_000)]
    pub cancelled_count: i64,
    /// Open or in progress after the due date.
    #[schema(minimum = 0, maximum = 10_000_000)]
    pub overdue_count: i64,
}

/// What an item of an act binds parties to (chỉ đạo, nhiệm vụ được giao).
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Directive {
    pub id: DirectiveId,
    #[schema(minimum = 1, maximum = 9_007_199_254_740_991_i64)]
    pub version: i64,
    /// The unit of the committee, as it was on `assigned_date`.
    pub unit: UnitRef,
    pub committee_id: CommitteeId,
    pub act_id: ActId,
    pub item_code: ItemNumber,
    /// `WORK_PROGRAMME` for items of a programme or a plan, else `DIRECTIVE`.
    pub kind: TaskKind,
    /// Words of the item when it bound.
    pub content: Note,
    #[schema(max_items = 3)]
    pub groups: Vec<PartyGroup>,
    #[schema(max_items = 200)]
    pub parties: Vec<Party>,
    #[schema(max_items = 200)]
    pub partners: Vec<Party>,
    pub expected_result_kind: Option<ExpectedResultKind>,
    pub product: Option<Title>,
    pub assigned_date: LocalDate,
    /// Null for what stands.
    pub due_date: Option<LocalDate>,
    /// Working days after `assigned_date` from which `due_date` follows, with the calendar; null where a day was named.
    #[schema(minimum = 1, maximum = 1000)]
    pub due_in_working_days: Option<i32>,
    /// The days off of a year of that term are not known yet: `due_date` may move, with that of the open tasks.
    pub due_date_provisional: bool,
    pub recurrence: Option<Recurrence>,
    pub recurs_until: Option<LocalDate>,
    pub state: DirectiveState,
    pub ended_date: Option<LocalDate>,
    pub ending_reason: Option<Note>,
    pub progress: DirectiveProgress,
    pub note: Option<Note>,
    pub external_id: Option<ExternalId>,
    #[schema(max_items = 2)]
    pub allowed_transitions: Vec<DirectiveState>,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
}

versioned!(Directive);
