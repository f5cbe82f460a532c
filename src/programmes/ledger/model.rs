//! Rows, bodies and answers of budget entries and lines.

use super::lines::LineRow;
use crate::db::schema::budget_entries;
use crate::db::{ActRelation, NamedAct, stored};
use crate::error::Faults;
use crate::http::{Batch, named, versioned};
use crate::units::UnitRef;
use crate::values::storage::Json;
use crate::values::{
    ActId, BudgetEntryId, BudgetLineId, ClientId, ComponentCode, ExternalId, ListCode, LocalDate, Note, PersonId,
    Timestamp, Title, UnitCode, UnitId, Whole, WorkId, vocabulary,
};
use deserr::Deserr;
use diesel::prelude::*;
use serde::Serialize;
use utoipa::ToSchema;

vocabulary! {
    /// What an entry does.
    EntryKind {
        /// A medium-term plan: a ceiling for the years of a phase, no cash (kế hoạch trung hạn).
        Plan "PLAN" "Kế hoạch trung hạn" | "Medium-term plan";
        /// Given from above for a year (giao kế hoạch, giao dự toán).
        Assign "ASSIGN" "Giao kế hoạch, dự toán" | "Assigned";
        /// Given on to a unit below, a component or a work (phân bổ chi tiết).
        Distribute "DISTRIBUTE" "Phân bổ chi tiết" | "Distributed";
        /// More or less than was given, by a new decision (điều chỉnh).
        Adjust "ADJUST" "Điều chỉnh" | "Adjusted";
        /// Left for the next year (kéo dài, chuyển nguồn sang năm sau).
        CarryOut "CARRY_OUT" "Chuyển sang năm sau" | "Carried out";
        /// Come from the year before (kéo dài, chuyển nguồn từ năm trước).
        CarryIn "CARRY_IN" "Chuyển từ năm trước sang" | "Carried in";
        /// Reserved for a contract; not spent (cam kết chi).
        Commit "COMMIT" "Cam kết chi" | "Committed";
        Decommit "DECOMMIT" "Hủy cam kết chi" | "Decommitted";
        /// Paid in advance (tạm ứng).
        Advance "ADVANCE" "Tạm ứng" | "Advanced";
        /// Part of an accepted volume that was advanced before: moves no cash (thu hồi tạm ứng).
        Recover "RECOVER" "Thu hồi tạm ứng" | "Recovered";
        /// The full accepted volume (thanh toán khối lượng hoàn thành).
        Pay "PAY" "Thanh toán khối lượng hoàn thành" | "Paid";
        /// Given back (nộp trả, giảm chi).
        Refund "REFUND" "Nộp trả, giảm chi" | "Refunded";
        /// No longer to be spent (hủy dự toán).
        Lapse "LAPSE" "Hủy dự toán" | "Lapsed";
        /// Final settlement, which may differ from what was disbursed (quyết toán).
        Settle "SETTLE" "Quyết toán" | "Settled";
    }
}

vocabulary! {
    /// What was found when an entry was recorded, and let pass.
    BudgetFinding {
        /// More was distributed than the line holds. History is often recorded in this order.
        DistributedOverAssigned "DISTRIBUTED_OVER_ASSIGNED" "Phân bổ vượt số được giao" | "Distributed over assigned";
        /// The component does not usually carry this kind of money.
        NatureUnusual "NATURE_UNUSUAL" "Loại vốn không thường dùng cho hợp phần" | "Unusual nature of money";
        /// More was disbursed than planned and carried in; somebody gave a reason.
        LineExceeded "LINE_EXCEEDED" "Giải ngân vượt kế hoạch" | "Line exceeded";
        /// More was recovered than advanced; somebody gave a reason.
        AdvanceNotOutstanding "ADVANCE_NOT_OUTSTANDING" "Thu hồi quá số tạm ứng" | "Advance not outstanding";
        /// More was given back than disbursed; somebody gave a reason.
        RefundExceedsDisbursed "REFUND_EXCEEDS_DISBURSED" "Nộp trả quá số giải ngân" | "Refund exceeds disbursed";
        /// More was decommitted than committed; somebody gave a reason.
        CommitmentNotOpen "COMMITMENT_NOT_OPEN" "Hủy quá số cam kết chi" | "Commitment not open";
        /// More was carried out, lapsed or taken away than is left; somebody gave a reason.
        RemainderExceeded "REMAINDER_EXCEEDED" "Vượt số còn lại" | "Remainder exceeded";
    }
}

/// A row of `budget_entries`.
#[derive(Debug, Clone, PartialEq, Queryable, Selectable, Insertable, AsChangeset, Serialize)]
#[diesel(table_name = budget_entries, treat_none_as_default_value = false, treat_none_as_null = true)]
pub struct EntryRow {
    pub id: BudgetEntryId,
    pub version: i64,
    pub line_id: BudgetLineId,
    pub to_line_id: Option<BudgetLineId>,
    pub unit_id: UnitId,
    pub unit_date: LocalDate,
    pub kind: EntryKind,
    pub amount_vnd: i64,
    pub booking_date: LocalDate,
    pub value_date: LocalDate,
    pub act_id: Option<ActId>,
    pub act_number: Option<Title>,
    pub pair_id: Option<ExternalId>,
    pub reverses_id: Option<BudgetEntryId>,
    pub reversed_by_id: Option<BudgetEntryId>,
    pub override_reason: Option<Note>,
    pub findings: Json,
    pub reason: Option<Note>,
    pub note: Option<Note>,
    pub author_client_id: Option<ClientId>,
    pub author_person_id: Option<PersonId>,
    pub external_id: Option<ExternalId>,
    pub created_at: Timestamp,
}

stored!(EntryRow, budget_entries, "budget-entries", "budget-entry", |entry| Some((entry.unit_id, entry.unit_date)),
    acts: |entry| entry.act_number.iter()
        .map(|number| NamedAct { relation: ActRelation::Grounds, number: number.clone(), day: entry.value_date }).collect());

/// An entry to record. Amounts are whole đồng, never fractions or texts.
#[derive(Debug, Clone, Deserr, ToSchema)]
#[deserr(error = Faults, deny_unknown_fields)]
#[schema(example = json!({
    "unit_code": "06", "programme_code": "GNBV", "funding_source_code": "NSTW", "nature_code": "DTPT", "plan_year": 2023,
    "kind": "ASSIGN", "amount_vnd": 180000000000_i64, "booking_date": "2023-01-10", "value_date": "2023-01-01"
}))]
pub struct NewBudgetEntry {
    /// Unit whose money it is; either this or `unit_code`.
    #[deserr(default)]
    pub unit_id: Option<UnitId>,
    /// Code of its holder on `value_date`, else its last holder.
    #[deserr(default)]
    pub unit_code: Option<UnitCode>,
    pub programme_code: ListCode,
    /// Component of the programme; absent for the programme as a whole.
    #[deserr(default)]
    pub component_code: Option<ComponentCode>,
    /// Work for which it is; in the unit or below it.
    #[deserr(default)]
    pub work_id: Option<WorkId>,
    /// Code of `funding-sources`.
    pub funding_source_code: ListCode,
    /// Code of `capital-natures`; required for money of the state budget.
    #[deserr(default)]
    pub nature_code: Option<ListCode>,
    /// Year in which it may be spent; for a medium-term plan the first year of its phase.
    #[schema(value_type = i64, minimum = 2000, maximum = 2099)]
    pub plan_year: Whole<2000, 2099>,
    /// Last year of the phase: of a medium-term plan, and of that alone.
    #[deserr(default)]
    #[schema(value_type = Option<i64>, minimum = 2000, maximum = 2099)]
    pub plan_end_year: Option<Whole<2000, 2099>>,
    /// Year for which it was given first; `plan_year` unless it was carried over.
    #[deserr(default)]
    #[schema(value_type = Option<i64>, minimum = 2000, maximum = 2099)]
    pub origin_year: Option<Whole<2000, 2099>>,
    pub kind: EntryKind,
    /// Whole đồng; more than zero, but for `ADJUST`, which may take away.
    #[schema(value_type = i64, minimum = -9_007_199_254_740_991_i64, maximum = 9_007_199_254_740_991_i64)]
    pub amount_vnd: Whole<-9_007_199_254_740_991, 9_007_199_254_740_991>,
    /// Day on which it was booked.
    pub booking_date: LocalDate,
    /// Day from which it counts; `booking_date` unless given.
    #[deserr(default)]
    pub value_date: Option<LocalDate>,
    /// Of `DISTRIBUTE`: the unit below that gets it, or `to_unit_code`; the same unit where it is only detailed.
    #[deserr(default)]
    pub to_unit_id: Option<UnitId>,
    #[deserr(default)]
    pub to_unit_code: Option<UnitCode>,
    /// Of `DISTRIBUTE`: the component for which it gets it; the same unless given.
    #[deserr(default)]
    pub to_component_code: Option<ComponentCode>,
    /// Of `DISTRIBUTE`: the work for which it gets it.
    #[deserr(default)]
    pub to_work_id: Option<WorkId>,
    /// Act that says so.
    #[deserr(default)]
    pub act_id: Option<ActId>,
    /// Of a carry-over: the same for its two halves, which are sent in one batch.
    #[deserr(default)]
    pub pair_id: Option<ExternalId>,
    /// Why it is to stand although it passes what the line holds. Stays visible for ever.
    #[deserr(default)]
    pub override_reason: Option<Note>,
    #[deserr(default)]
    pub note: Option<Note>,
    #[deserr(default)]
    pub external_id: Option<ExternalId>,
}

named!(NewBudgetEntry);

/// Entries to record together, in this order, all or none.
#[derive(Debug, Clone, Deserr, ToSchema)]
#[deserr(error = Faults, deny_unknown_fields)]
#[schema(example = json!({ "items": [
    { "unit_code": "06", "programme_code": "GNBV", "funding_source_code": "NSTW", "nature_code": "SN", "plan_year": 2022,
      "kind": "CARRY_OUT", "amount_vnd": 5000000000_i64, "booking_date": "2023-01-31", "pair_id": "KD-2022-1", "external_id": "KD-2022-1-OUT" },
    { "unit_code": "06", "programme_code": "GNBV", "funding_source_code": "NSTW", "nature_code": "SN", "plan_year": 2023, "origin_year": 2022,
      "kind": "CARRY_IN", "amount_vnd": 5000000000_i64, "booking_date": "2023-01-31", "pair_id": "KD-2022-1", "external_id": "KD-2022-1-IN" }
] }))]
pub struct NewBudgetEntries {
    /// Each with its `external_id`, so that sending them again changes nothing.
    #[schema(value_type = Vec<NewBudgetEntry>, min_items = 1, max_items = 1000)]
    pub items: Batch<NewBudgetEntry>,
}

/// A reversal to record: it takes back the whole entry, and of a carry-over both halves.
#[derive(Debug, Clone, Deserr, ToSchema)]
#[deserr(error = Faults, deny_unknown_fields)]
#[schema(example = json!({ "booking_date": "2023-02-20", "reason": "Ghi nhầm dự án" }))]
pub struct NewReversal {
    pub booking_date: LocalDate,
    /// Day from which it counts; that of the entry unless given, as if it had not been.
    #[deserr(default)]
    pub value_date: Option<LocalDate>,
    pub reason: Note,
    /// Why it is to stand although it leaves less than was disbursed.
    #[deserr(default)]
    pub override_reason: Option<Note>,
}

/// A movement on a line of money (bút toán). Never changed: it is reversed, and recorded anew.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct BudgetEntry {
    pub id: BudgetEntryId,
    #[schema(minimum = 1, maximum = 9_007_199_254_740_991_i64)]
    pub version: i64,
    pub line_id: BudgetLineId,
    /// Line to which it distributes.
    pub to_line_id: Option<BudgetLineId>,
    /// The unit as it was on `value_date`.
    pub unit: UnitRef,
    pub programme_code: ListCode,
    pub component_code: Option<ComponentCode>,
    pub funding_source_code: ListCode,
    pub nature_code: Option<ListCode>,
    #[schema(minimum = 2000, maximum = 2099)]
    pub plan_year: i32,
    #[schema(minimum = 2000, maximum = 2099)]
    pub plan_end_year: Option<i32>,
    #[schema(minimum = 2000, maximum = 2099)]
    pub origin_year: i32,
    pub work_id: Option<WorkId>,
    pub kind: EntryKind,
    /// Negative in a reversal, and where an adjustment takes away.
    #[schema(minimum = -9_007_199_254_740_991_i64, maximum = 9_007_199_254_740_991_i64)]
    pub amount_vnd: i64,
    pub booking_date: LocalDate,
    pub value_date: LocalDate,
    /// Unit to which it distributes.
    pub to_unit: Option<UnitRef>,
    pub to_component_code: Option<ComponentCode>,
    pub to_work_id: Option<WorkId>,
    pub act_id: Option<ActId>,
    pub pair_id: Option<ExternalId>,
    /// Entry that this one takes back.
    pub reverses_id: Option<BudgetEntryId>,
    /// Entry that takes this one back; null for what holds.
    pub reversed_by_id: Option<BudgetEntryId>,
    pub override_reason: Option<Note>,
    /// What was found and let pass.
    #[schema(max_items = 10)]
    pub findings: Vec<BudgetFinding>,
    /// Why it was reversed; of a reversal alone.
    pub reason: Option<Note>,
    pub note: Option<Note>,
    pub author_client_id: Option<ClientId>,
    pub external_id: Option<ExternalId>,
    pub created_at: Timestamp,
}

versioned!(BudgetEntry);

/// Entries that were recorded together, in the order in which they were sent.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct BudgetEntries {
    #[schema(max_items = 1000)]
    pub items: Vec<BudgetEntry>,
}

/// A line of money (dòng vốn): programme, component, source, nature, years, unit and work, with what its entries come to.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct BudgetLine {
    pub id: BudgetLineId,
    /// The unit as it was when the line began.
    pub unit: UnitRef,
    /// The unit is there no more: what is left needs an owner, which an act names and a distribution records.
    pub unit_ended: bool,
    pub programme_code: ListCode,
    pub component_code: Option<ComponentCode>,
    pub funding_source_code: ListCode,
    pub nature_code: Option<ListCode>,
    #[schema(minimum = 2000, maximum = 2099)]
    pub plan_year: i32,
    #[schema(minimum = 2000, maximum = 2099)]
    pub plan_end_year: Option<i32>,
    #[schema(minimum = 2000, maximum = 2099)]
    pub origin_year: i32,
    pub work_id: Option<WorkId>,
    #[schema(minimum = -9_007_199_254_740_991_i64, maximum = 9_007_199_254_740_991_i64)]
    pub assigned_vnd: i64,
    #[schema(minimum = -9_007_199_254_740_991_i64, maximum = 9_007_199_254_740_991_i64)]
    pub adjusted_vnd: i64,
    /// Distributed to this line.
    #[schema(minimum = -9_007_199_254_740_991_i64, maximum = 9_007_199_254_740_991_i64)]
    pub received_vnd: i64,
    /// Distributed from this line.
    #[schema(minimum = -9_007_199_254_740_991_i64, maximum = 9_007_199_254_740_991_i64)]
    pub given_vnd: i64,
    #[schema(minimum = -9_007_199_254_740_991_i64, maximum = 9_007_199_254_740_991_i64)]
    pub carried_in_vnd: i64,
    #[schema(minimum = -9_007_199_254_740_991_i64, maximum = 9_007_199_254_740_991_i64)]
    pub carried_out_vnd: i64,
    #[schema(minimum = -9_007_199_254_740_991_i64, maximum = 9_007_199_254_740_991_i64)]
    pub lapsed_vnd: i64,
    #[schema(minimum = -9_007_199_254_740_991_i64, maximum = 9_007_199_254_740_991_i64)]
    pub committed_vnd: i64,
    #[schema(minimum = -9_007_199_254_740_991_i64, maximum = 9_007_199_254_740_991_i64)]
    pub advances_outstanding_vnd: i64,
    #[schema(minimum = -9_007_199_254_740_991_i64, maximum = 9_007_199_254_740_991_i64)]
    pub disbursed_vnd: i64,
    #[schema(minimum = -9_007_199_254_740_991_i64, maximum = 9_007_199_254_740_991_i64)]
    pub settled_vnd: i64,
    /// What was given and carried in, less what was given on, carried out, lapsed and disbursed. Below zero where the
    /// payments stand on the plan of a line above.
    #[schema(minimum = -18_014_398_509_481_982_i64, maximum = 18_014_398_509_481_982_i64)]
    pub remaining_vnd: i64,
}

impl BudgetLine {
    pub fn of(row: &LineRow, unit: UnitRef, unit_ended: bool) -> BudgetLine {
        let sums = row.sums();
        BudgetLine {
            id: row.id,
            unit,
            unit_ended,
            programme_code: row.programme_code.clone(),
            component_code: row.component_code.clone(),
            funding_source_code: row.funding_source_code.clone(),
            nature_code: row.nature_code.clone(),
            plan_year: row.plan_year,
            plan_end_year: row.plan_end_year,
            origin_year: row.origin_year,
            work_id: row.work_id,
            assigned_vnd: sums.assigned,
            adjusted_vnd: sums.adjusted,
            received_vnd: sums.received,
            given_vnd: sums.given,
            carried_in_vnd: sums.carried_in,
            carried_out_vnd: sums.carried_out,
            lapsed_vnd: sums.lapsed,
            committed_vnd: sums.committed,
            advances_outstanding_vnd: sums.outstanding(),
            disbursed_vnd: sums.disbursed(),
            settled_vnd: sums.settled,
            remaining_vnd: sums.remaining(),
        }
    }
}
