//! Rows, bodies and answers of period locks.

use crate::db::schema::period_locks;
use crate::db::{NamedAct, stored};
use crate::error::Faults;
use crate::http::{named, versioned};
use crate::units::UnitRef;
use crate::values::{
    CriteriaSetCode, CriteriaSetId, ExternalId, LocalDate, Note, Period, PeriodLockId, Timestamp, Title, UnitCode,
    UnitId, vocabulary,
};
use deserr::Deserr;
use diesel::prelude::*;
use serde::Serialize;
use utoipa::ToSchema;

vocabulary! {
    /// State of a period lock.
    LockStatus {
        /// Nothing of the period is written.
        Locked "LOCKED" "Đã khóa" | "Locked";
        Reopened "REOPENED" "Đã mở lại" | "Reopened";
    }
}

/// A row of `period_locks`.
#[derive(Debug, Clone, PartialEq, Queryable, Selectable, Insertable, AsChangeset, Serialize)]
#[diesel(table_name = period_locks, treat_none_as_default_value = false, treat_none_as_null = true)]
pub struct LockRow {
    pub id: PeriodLockId,
    pub version: i64,
    pub unit_id: UnitId,
    pub unit_date: LocalDate,
    pub criteria_set_id: CriteriaSetId,
    pub period: Period,
    pub status: LockStatus,
    pub act_number: Option<Title>,
    pub reason: Option<Note>,
    pub external_id: Option<ExternalId>,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
}

stored!(LockRow, period_locks, "period-locks", "period-lock", |lock| Some((lock.unit_id, lock.unit_date)), acts: |lock| {
    NamedAct::both(lock.act_number.as_ref(), lock.updated_at.local_date(), None, None)
});

/// A period to close.
#[derive(Debug, Clone, Deserr, ToSchema)]
#[deserr(error = Faults, deny_unknown_fields)]
#[schema(example = json!({ "unit_code": "063", "criteria_set_code": "NTM-XA-2021-2025", "period": "2022", "act_number": "12/TB-BCĐ" }))]
pub struct NewPeriodLock {
    /// For this unit and everything below it; either this or `unit_code`.
    #[deserr(default)]
    pub unit_id: Option<UnitId>,
    /// Code that the unit bears on the last day of the period (today while it runs).
    #[deserr(default)]
    pub unit_code: Option<UnitCode>,
    /// The set, with those based on it.
    pub criteria_set_code: CriteriaSetCode,
    pub period: Period,
    /// The act that closes it, where there is one.
    #[deserr(default)]
    pub act_number: Option<Title>,
    #[deserr(default)]
    pub reason: Option<Note>,
    #[deserr(default)]
    pub external_id: Option<ExternalId>,
}

named!(NewPeriodLock);

/// Reopen a period, or close it again.
#[derive(Debug, Clone, Deserr, ToSchema)]
#[deserr(error = Faults, deny_unknown_fields)]
#[schema(example = json!({ "to": "REOPENED", "act_number": "15/TB-BCĐ", "reason": "Bổ sung số liệu của xã Quang Thuận" }))]
pub struct NewPeriodLockTransition {
    pub to: LockStatus,
    #[deserr(default)]
    pub act_number: Option<Title>,
    pub reason: Note,
}

/// A period closed for entry (khóa số liệu).
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct PeriodLock {
    pub id: PeriodLockId,
    #[schema(minimum = 1, maximum = 9_007_199_254_740_991_i64)]
    pub version: i64,
    /// The unit, with everything below it, as it was on `unit_date`.
    pub unit: UnitRef,
    /// Last day of the period, or the day of locking while it ran.
    pub unit_date: LocalDate,
    pub criteria_set_code: CriteriaSetCode,
    pub period: Period,
    pub status: LockStatus,
    /// Act by which it was locked or reopened last.
    pub act_number: Option<Title>,
    /// Why it was locked or reopened last.
    pub reason: Option<Note>,
    pub external_id: Option<ExternalId>,
    #[schema(max_items = 2)]
    pub allowed_transitions: Vec<LockStatus>,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
}

versioned!(PeriodLock);
