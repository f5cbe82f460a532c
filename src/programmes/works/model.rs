//! Rows, bodies and answers of works.

use crate::db::schema::{work_progress, works};
use crate::error::Faults;
use crate::http::{PatchBody, named, versioned};
use crate::units::UnitRef;
use crate::values::{
    ActId, AgencyId, ClientId, ComponentCode, Decimal, ExternalId, Filled, ListCode, LocalDate, Note, Patch, PersonId,
    Timestamp, Title, UnitCode, UnitId, Whole, WorkId, vocabulary,
};
use deserr::Deserr;
use diesel::prelude::*;
use serde::Serialize;
use utoipa::ToSchema;

vocabulary! {
    /// Where a work stands.
    WorkState {
        Planned "PLANNED" "Chuẩn bị đầu tư" | "Planned";
        UnderConstruction "UNDER_CONSTRUCTION" "Đang thi công" | "Under construction";
        Suspended "SUSPENDED" "Tạm dừng" | "Suspended";
        /// Accepted and handed over (nghiệm thu, bàn giao).
        Completed "COMPLETED" "Hoàn thành" | "Completed";
        /// Its final account is approved (quyết toán).
        Settled "SETTLED" "Đã quyết toán" | "Settled";
        Cancelled "CANCELLED" "Đã hủy" | "Cancelled";
    }
}

impl WorkState {
    /// Steps that may follow.
    pub fn next(self) -> &'static [WorkState] {
        use WorkState::{Cancelled, Completed, Planned, Settled, Suspended, UnderConstruction};
        match self {
            Planned => &[UnderConstruction, Cancelled],
            UnderConstruction => &[Suspended, Completed, Cancelled],
            Suspended => &[UnderConstruction, Cancelled],
            // Accepted too early.
            Completed => &[UnderConstruction, Settled],
            Settled | Cancelled => &[],
        }
    }

    /// Is there anything left to do for its owner?
    pub fn is_open(self) -> bool {
        !matches!(self, WorkState::Settled | WorkState::Cancelled)
    }
}

/// A row of `works`.
#[derive(Debug, Clone, PartialEq, Queryable, Selectable, Insertable, AsChangeset, Serialize)]
#[diesel(table_name = works, treat_none_as_default_value = false, treat_none_as_null = true)]
pub struct WorkRow {
    pub id: WorkId,
    pub version: i64,
    pub unit_id: UnitId,
    pub unit_date: LocalDate,
    pub name: Title,
    #[serde(skip)]
    pub search_text: String,
    pub programme_code: ListCode,
    pub component_code: Option<ComponentCode>,
    pub owner_unit_id: Option<UnitId>,
    pub owner_agency_id: Option<AgencyId>,
    pub owner_act_id: Option<ActId>,
    pub total_investment_vnd: Option<i64>,
    pub state: WorkState,
    pub planned_start_date: Option<LocalDate>,
    pub planned_end_date: Option<LocalDate>,
    pub started_date: Option<LocalDate>,
    pub completed_date: Option<LocalDate>,
    pub note: Option<Note>,
    pub external_id: Option<ExternalId>,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
}

/// A row of `work_progress`: written once.
#[derive(Debug, Clone, PartialEq, Queryable, Selectable, Insertable, Serialize)]
#[diesel(table_name = work_progress, treat_none_as_default_value = false)]
pub struct ProgressRow {
    pub work_id: WorkId,
    pub number: i32,
    pub reported_date: LocalDate,
    pub physical_percent: Decimal,
    pub accepted_vnd: Option<i64>,
    pub note: Option<Note>,
    pub client_id: Option<ClientId>,
    pub person_id: Option<PersonId>,
    pub reported_at: Timestamp,
}

/// A work with its progress: what is stored and what the journal keeps.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct WorkRecord {
    #[serde(flatten)]
    pub row: WorkRow,
    pub progress: Vec<ProgressRow>,
}

impl WorkRecord {
    /// The newest report: of the last day, of several of it the last one.
    pub fn newest(&self) -> Option<&ProgressRow> {
        self.progress.iter().max_by_key(|report| (report.reported_date, report.number))
    }

    /// The accepted volume that was told last.
    pub fn accepted_vnd(&self) -> Option<i64> {
        let told = self.progress.iter().filter(|report| report.accepted_vnd.is_some());
        told.max_by_key(|report| (report.reported_date, report.number)).and_then(|report| report.accepted_vnd)
    }
}

/// A work to record.
#[derive(Debug, Clone, Deserr, ToSchema)]
#[deserr(error = Faults, deny_unknown_fields)]
#[schema(example = json!({
    "unit_code": "01984", "name": "Đường Nà Lồm - Lủng Lầu", "programme_code": "DTTS", "component_code": "DTTS.4.1",
    "owner_unit_code": "063", "total_investment_vnd": 4000000000_i64, "planned_end_date": "2023-12-31"
}))]
pub struct NewWork {
    /// Unit in which it stands; either this or `unit_code`.
    #[deserr(default)]
    pub unit_id: Option<UnitId>,
    /// Code of its holder today, else its last holder.
    #[deserr(default)]
    pub unit_code: Option<UnitCode>,
    pub name: Title,
    pub programme_code: ListCode,
    #[deserr(default)]
    pub component_code: Option<ComponentCode>,
    /// Who owns it: a unit, or else an agency; neither where it is not decided.
    #[deserr(default)]
    pub owner_unit_code: Option<UnitCode>,
    #[deserr(default)]
    pub owner_agency_id: Option<AgencyId>,
    /// Act that names the owner.
    #[deserr(default)]
    pub owner_act_id: Option<ActId>,
    /// Total investment in đồng; absent where it is not decided.
    #[deserr(default)]
    #[schema(value_type = Option<i64>, minimum = 0, maximum = 9_007_199_254_740_991_i64)]
    pub total_investment_vnd: Option<Whole<0, 9_007_199_254_740_991>>,
    #[deserr(default)]
    pub planned_start_date: Option<LocalDate>,
    #[deserr(default)]
    pub planned_end_date: Option<LocalDate>,
    #[deserr(default)]
    pub note: Option<Note>,
    #[deserr(default)]
    pub external_id: Option<ExternalId>,
}

named!(NewWork);

/// What may be changed of a work. Its owner is changed by naming another one, and the act that does.
#[derive(Debug, Clone, Deserr, ToSchema)]
#[deserr(error = Faults, deny_unknown_fields)]
#[schema(example = json!({ "owner_unit_code": "01957" }))]
pub struct WorkPatch {
    #[schema(value_type = Title, required = false)]
    #[deserr(default)]
    pub name: Filled<Title>,
    #[schema(value_type = Option<ComponentCode>)]
    #[deserr(default)]
    pub component_code: Patch<ComponentCode>,
    /// Takes the place of an agency.
    #[schema(value_type = Option<UnitCode>)]
    #[deserr(default)]
    pub owner_unit_code: Patch<UnitCode>,
    /// Takes the place of a unit.
    #[schema(value_type = Option<AgencyId>)]
    #[deserr(default)]
    pub owner_agency_id: Patch<AgencyId>,
    #[schema(value_type = Option<ActId>)]
    #[deserr(default)]
    pub owner_act_id: Patch<ActId>,
    #[schema(value_type = Option<i64>, minimum = 0, maximum = 9_007_199_254_740_991_i64)]
    #[deserr(default)]
    pub total_investment_vnd: Patch<Whole<0, 9_007_199_254_740_991>>,
    #[schema(value_type = Option<LocalDate>)]
    #[deserr(default)]
    pub planned_start_date: Patch<LocalDate>,
    #[schema(value_type = Option<LocalDate>)]
    #[deserr(default)]
    pub planned_end_date: Patch<LocalDate>,
    #[schema(value_type = Option<Note>)]
    #[deserr(default)]
    pub note: Patch<Note>,
}

impl PatchBody for WorkPatch {
    const READ_ONLY: &'static [&'static str] = &[
        "id",
        "version",
        "unit",
        "programme_code",
        "owner_unit",
        "needs_owner",
        "state",
        "started_date",
        "completed_date",
        "physical_percent",
        "accepted_vnd",
        "plan_vnd",
        "disbursed_vnd",
        "construction_debt_vnd",
        "progress",
        "allowed_transitions",
        "external_id",
        "created_at",
        "updated_at",
    ];
}

/// A step of a work.
#[derive(Debug, Clone, Deserr, ToSchema)]
#[deserr(error = Faults, deny_unknown_fields)]
#[schema(example = json!({ "to": "UNDER_CONSTRUCTION", "date": "2023-03-01" }))]
pub struct NewWorkTransition {
    pub to: WorkState,
    /// Day on which it was begun, or finished; today unless given.
    #[deserr(default)]
    pub date: Option<LocalDate>,
}

/// A report of how far a work is.
#[derive(Debug, Clone, Deserr, ToSchema)]
#[deserr(error = Faults, deny_unknown_fields)]
#[schema(example = json!({ "reported_date": "2023-03-10", "physical_percent": 45, "accepted_vnd": 1800000000_i64 }))]
pub struct NewWorkProgress {
    /// Day of which it tells.
    pub reported_date: LocalDate,
    /// Physical progress, from 0 to 100.
    pub physical_percent: Decimal,
    /// Accepted volume since the beginning, in đồng.
    #[deserr(default)]
    #[schema(value_type = Option<i64>, minimum = 0, maximum = 9_007_199_254_740_991_i64)]
    pub accepted_vnd: Option<Whole<0, 9_007_199_254_740_991>>,
    #[deserr(default)]
    pub note: Option<Note>,
}

/// How far a work was.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct WorkProgressReport {
    #[schema(minimum = 1, maximum = 1000)]
    pub number: i32,
    pub reported_date: LocalDate,
    pub physical_percent: Decimal,
    #[schema(minimum = 0, maximum = 9_007_199_254_740_991_i64)]
    pub accepted_vnd: Option<i64>,
    pub note: Option<Note>,
    pub client_id: Option<ClientId>,
    pub reported_at: Timestamp,
}

/// A work (công trình) with its progress and its money.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Work {
    pub id: WorkId,
    #[schema(minimum = 1, maximum = 9_007_199_254_740_991_i64)]
    pub version: i64,
    /// The unit in which it stands, as it was when the work was recorded.
    pub unit: UnitRef,
    pub name: Title,
    pub programme_code: ListCode,
    pub component_code: Option<ComponentCode>,
    /// The unit that owns it, as it is today, or was last.
    pub owner_unit: Option<UnitRef>,
    pub owner_agency_id: Option<AgencyId>,
    pub owner_act_id: Option<ActId>,
    /// It is open, and nobody owns it: nobody was named, or who was is there no more.
    pub needs_owner: bool,
    #[schema(minimum = 0, maximum = 9_007_199_254_740_991_i64)]
    pub total_investment_vnd: Option<i64>,
    pub state: WorkState,
    pub planned_start_date: Option<LocalDate>,
    pub planned_end_date: Option<LocalDate>,
    pub started_date: Option<LocalDate>,
    pub completed_date: Option<LocalDate>,
    /// As reported last; null where nobody has.
    pub physical_percent: Option<Decimal>,
    /// Accepted volume, as reported last.
    #[schema(minimum = 0, maximum = 9_007_199_254_740_991_i64)]
    pub accepted_vnd: Option<i64>,
    /// What its lines were given and carried in, over all years.
    #[schema(minimum = -9_007_199_254_740_991_i64, maximum = 9_007_199_254_740_991_i64)]
    pub plan_vnd: i64,
    /// What the medium-term plans of its lines gave it, over all phases.
    #[schema(minimum = -9_007_199_254_740_991_i64, maximum = 9_007_199_254_740_991_i64)]
    pub medium_term_vnd: i64,
    #[schema(minimum = -9_007_199_254_740_991_i64, maximum = 9_007_199_254_740_991_i64)]
    pub disbursed_vnd: i64,
    /// Accepted and not paid (nợ đọng xây dựng cơ bản); null where no accepted volume was told.
    #[schema(minimum = 0, maximum = 9_007_199_254_740_991_i64)]
    pub construction_debt_vnd: Option<i64>,
    /// By how much its plan of any kind, its payments or its accepted volume pass the total investment; null where no total
    /// is known.
    #[schema(minimum = 0, maximum = 9_007_199_254_740_991_i64)]
    pub over_investment_vnd: Option<i64>,
    #[schema(max_items = 1000)]
    pub progress: Vec<WorkProgressReport>,
    #[schema(max_items = 3)]
    pub allowed_transitions: Vec<WorkState>,
    pub note: Option<Note>,
    pub external_id: Option<ExternalId>,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
}

versioned!(Work);
