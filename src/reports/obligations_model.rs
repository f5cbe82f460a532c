//! Answers of `reporting-obligations`.

use super::model::GroupBy;
use crate::committee::tasks::Timeliness;
use crate::units::UnitRef;
use crate::values::{Confidence, ListCode, LocalDate, Names, Period, ReportSubmissionId, vocabulary};
use serde::Serialize;
use utoipa::ToSchema;

vocabulary! {
    /// Where a report that is owed stands.
    ObligationState {
        /// Due, and nothing was sent.
        Missing "MISSING" "Chưa gửi, đã quá hạn" | "Missing";
        /// Sent back, and not sent again.
        Returned "RETURNED" "Bị trả lại" | "Returned";
        /// Sent; the receiver has not said yet whether it will do.
        Submitted "SUBMITTED" "Đã gửi, chờ tiếp nhận" | "Submitted";
        NotDue "NOT_DUE" "Chưa đến hạn" | "Not due yet";
        /// Nothing was sent, and nobody says by when.
        NoDueDate "NO_DUE_DATE" "Chưa gửi, không có thời hạn" | "No due date";
        Accepted "ACCEPTED" "Đã tiếp nhận" | "Accepted";
    }
}

/// Reports owed, by where they stand. The first seven add up to `owed_count`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, ToSchema)]
pub struct ObligationCount {
    #[schema(minimum = 0, maximum = 100_000_000)]
    pub owed_count: i64,
    #[schema(minimum = 0, maximum = 100_000_000)]
    pub not_due_count: i64,
    #[schema(minimum = 0, maximum = 100_000_000)]
    pub no_due_date_count: i64,
    #[schema(minimum = 0, maximum = 100_000_000)]
    pub missing_count: i64,
    #[schema(minimum = 0, maximum = 100_000_000)]
    pub submitted_count: i64,
    #[schema(minimum = 0, maximum = 100_000_000)]
    pub returned_count: i64,
    #[schema(minimum = 0, maximum = 100_000_000)]
    pub accepted_count: i64,
    /// Sent by the due date, extended where it was.
    #[schema(minimum = 0, maximum = 100_000_000)]
    pub on_time_count: i64,
    /// Sent after it.
    #[schema(minimum = 0, maximum = 100_000_000)]
    pub late_count: i64,
    /// Sent after the due date that the duty names, whether it was extended or not.
    #[schema(minimum = 0, maximum = 100_000_000)]
    pub original_late_count: i64,
    #[schema(minimum = 0, maximum = 100_000_000)]
    pub extended_count: i64,
    /// Sent back at least once, whatever came of it.
    #[schema(minimum = 0, maximum = 100_000_000)]
    pub sent_back_count: i64,
}

/// What was asked for.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ObligationScope {
    pub unit: UnitRef,
    pub due_date_gte: LocalDate,
    pub due_date_lte: LocalDate,
    /// The day on which everything stands as it is told.
    pub today: LocalDate,
    pub group_by: GroupBy,
    /// The caller may see only some of the units; all figures are of those alone.
    pub partial: bool,
}

/// A duty for one period.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct DutyForPeriod {
    pub duty_code: ListCode,
    pub name: Names,
    pub period: Period,
    /// Last day on time by the duty; null where nobody says by when.
    pub due_date: Option<LocalDate>,
    /// The days off of a year in the term are not known: it may lie later.
    pub due_date_provisional: bool,
    /// Of the duty: only what is `VERIFIED` may be shown as law.
    pub confidence: Confidence,
    pub count: ObligationCount,
}

/// The reports that the units of a group owe.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ObligationGroup {
    /// As it was when the last of these reports was due; null for units that stand under no unit of the level asked for.
    pub unit: Option<UnitRef>,
    pub count: ObligationCount,
}

/// A report that a unit owes.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Obligation {
    /// The unit that owes it, as it is on the day on which it is due.
    pub unit: UnitRef,
    pub duty_code: ListCode,
    pub period: Period,
    /// Last day on time by the duty; null where nobody says by when.
    pub due_date: Option<LocalDate>,
    pub due_date_provisional: bool,
    /// Null where it was not extended.
    pub extended_due_date: Option<LocalDate>,
    /// The unit that receives it.
    pub receiver: Option<UnitRef>,
    pub state: ObligationState,
    /// Against the due date, extended where it was.
    pub timeliness: Timeliness,
    /// Against the due date that the duty names.
    pub original_timeliness: Timeliness,
    /// Days after the due date, extended where it was.
    #[schema(minimum = 0, maximum = 110_000)]
    pub days_late: i64,
    /// Day on which it was sent first.
    pub submitted_date: Option<LocalDate>,
    #[schema(minimum = 0, maximum = 1000)]
    pub returned_count: i32,
    /// Null where nobody has begun it.
    pub submission_id: Option<ReportSubmissionId>,
}

/// Who owes which report by when, and where each stands.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ReportingObligations {
    pub scope: ObligationScope,
    pub total: ObligationCount,
    /// Each duty for each period, the one due first first.
    #[schema(max_items = 1000)]
    pub duties: Vec<DutyForPeriod>,
    pub duties_truncated: bool,
    #[schema(max_items = 20000)]
    pub groups: Vec<ObligationGroup>,
    /// What is missing or was sent back first, in that the one due first.
    #[schema(max_items = 200)]
    pub obligations: Vec<Obligation>,
    /// The list stops at 200; the counts do not.
    pub obligations_truncated: bool,
}
