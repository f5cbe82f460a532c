//! Rows, bodies and answers of extensions.

use crate::db::schema::reporting_extensions;
use crate::db::{NamedAct, stored};
use crate::error::Faults;
use crate::http::{named, versioned};
use crate::units::UnitRef;
use crate::values::{
    ExternalId, ListCode, LocalDate, Note, Period, ReportingDutyId, ReportingExtensionId, Timestamp, Title, UnitCode,
    UnitId,
};
use deserr::Deserr;
use diesel::prelude::*;
use serde::Serialize;
use utoipa::ToSchema;

/// A row of `reporting_extensions`.
#[derive(Debug, Clone, PartialEq, Queryable, Selectable, Insertable, AsChangeset, Serialize)]
#[diesel(table_name = reporting_extensions, treat_none_as_default_value = false, treat_none_as_null = true)]
pub struct ExtensionRow {
    pub id: ReportingExtensionId,
    pub version: i64,
    pub unit_id: UnitId,
    pub unit_date: LocalDate,
    pub duty_id: ReportingDutyId,
    pub period: Period,
    pub due_date: LocalDate,
    pub new_due_date: LocalDate,
    pub reason: Note,
    pub act_number: Option<Title>,
    pub external_id: Option<ExternalId>,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
}

stored!(ExtensionRow, reporting_extensions, "reporting-extensions", "reporting-extension", |row| Some((row.unit_id, row.unit_date)), acts: |row| {
    NamedAct::both(row.act_number.as_ref(), row.created_at.local_date(), None, None)
});

/// A later due date to record.
#[derive(Debug, Clone, Deserr, ToSchema)]
#[deserr(error = Faults, deny_unknown_fields)]
#[schema(example = json!({
    "unit_code": "01984", "duty_code": "TT01-2022-XA-NAM", "period": "2023", "new_due_date": "2023-09-25",
    "reason": "Mưa lũ, chưa rà soát xong các thôn"
}))]
pub struct NewReportingExtension {
    /// It holds for this unit and those below it; either this or `unit_code`.
    #[deserr(default)]
    pub unit_id: Option<UnitId>,
    /// Code of its holder today, else its last holder.
    #[deserr(default)]
    pub unit_code: Option<UnitCode>,
    /// Code of the reporting duty.
    pub duty_code: ListCode,
    pub period: Period,
    /// After the due date that the duty names.
    pub new_due_date: LocalDate,
    pub reason: Note,
    /// Act that says so.
    #[deserr(default)]
    pub act_number: Option<Title>,
    #[deserr(default)]
    pub external_id: Option<ExternalId>,
}

named!(NewReportingExtension);

/// A later due date of a report (gia hạn báo cáo). The old one stays: being on time is told against both.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ReportingExtension {
    pub id: ReportingExtensionId,
    #[schema(minimum = 1, maximum = 9_007_199_254_740_991_i64)]
    pub version: i64,
    /// It holds for this unit and those below it. Where several hold for one, the latest date does.
    pub unit: UnitRef,
    pub duty_code: ListCode,
    pub period: Period,
    /// By when the report was due when it was extended.
    pub due_date: LocalDate,
    pub new_due_date: LocalDate,
    pub reason: Note,
    pub act_number: Option<Title>,
    pub external_id: Option<ExternalId>,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
}

versioned!(ReportingExtension);
