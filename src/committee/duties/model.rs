//! Rows, bodies and answers of reporting duties.

use crate::db::schema::reporting_duties;
use crate::db::stored;
use crate::error::Faults;
use crate::http::{PatchBody, named, versioned};
use crate::units::{Level, UnitRef};
use crate::values::{
    Confidence, ExternalId, Filled, ListCode, LocalDate, Names, Patch, ReportingDutyId, Timestamp, Title, UnitCode,
    UnitId, Whole, vocabulary,
};
use deserr::Deserr;
use diesel::prelude::*;
use serde::Serialize;
use utoipa::ToSchema;

vocabulary! {
    /// On which periods a report is owed.
    ReportingPeriodKind {
        Month "MONTH" "Hằng tháng" | "Each month";
        Quarter "QUARTER" "Hằng quý" | "Each quarter";
        HalfYear "HALF_YEAR" "Sáu tháng một lần" | "Each half year";
        /// On the first half alone: the second is in the report of the year.
        FirstHalfYear "FIRST_HALF_YEAR" "Sáu tháng đầu năm" | "The first half of each year";
        NineMonths "NINE_MONTHS" "Chín tháng" | "The first nine months of each year";
        Year "YEAR" "Hằng năm" | "Each year";
    }
}

vocabulary! {
    /// How the due date of a report follows from its period.
    DueKind {
        /// On a day of the calendar.
        DayOfYear "DAY_OF_YEAR" "Vào ngày ấn định" | "On a day of the year";
        /// So many days after the last day of the period.
        DaysAfter "DAYS_AFTER" "Sau kỳ báo cáo, tính theo ngày" | "Days after the period";
        /// So many working days after the last day of the period.
        WorkingDaysAfter "WORKING_DAYS_AFTER" "Sau kỳ báo cáo, tính theo ngày làm việc" | "Working days after the period";
    }
}

/// A row of `reporting_duties`.
#[derive(Debug, Clone, PartialEq, Queryable, Selectable, Insertable, AsChangeset, Serialize)]
#[diesel(table_name = reporting_duties, treat_none_as_default_value = false, treat_none_as_null = true)]
pub struct DutyRow {
    pub id: ReportingDutyId,
    pub version: i64,
    pub code: ListCode,
    pub unit_id: UnitId,
    pub name_vi: Title,
    pub name_en: Title,
    pub programme_code: Option<ListCode>,
    pub form_code: Option<Title>,
    pub from_level: Level,
    pub to_level: Level,
    pub recipient: Option<Title>,
    pub period_kind: ReportingPeriodKind,
    pub due_kind: Option<DueKind>,
    pub due_month: Option<i32>,
    pub due_day: Option<i32>,
    pub due_year_offset: Option<i32>,
    pub due_days: Option<i32>,
    pub citation: Option<Title>,
    pub confidence: Confidence,
    pub valid_from: LocalDate,
    pub valid_to: Option<LocalDate>,
    pub external_id: Option<ExternalId>,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
}

stored!(DutyRow, reporting_duties, "reporting-duties", "reporting-duty", |_duty| None);

/// By when a report is due: its last day on time. "Before 15 September" is the 14th.
#[derive(Debug, Clone, Deserr, ToSchema)]
#[deserr(error = Faults, deny_unknown_fields)]
#[schema(example = json!({ "kind": "DAY_OF_YEAR", "month": 9, "day": 14 }))]
pub struct NewDueRule {
    pub kind: DueKind,
    /// For `DAY_OF_YEAR`.
    #[schema(value_type = Option<i32>, minimum = 1, maximum = 12)]
    #[deserr(default)]
    pub month: Option<Whole<1, 12>>,
    /// For `DAY_OF_YEAR`; the last day of a month that is shorter.
    #[schema(value_type = Option<i32>, minimum = 1, maximum = 31)]
    #[deserr(default)]
    pub day: Option<Whole<1, 31>>,
    /// For `DAY_OF_YEAR`: 1 where it lies in the year after the period; 0 unless given.
    #[schema(value_type = Option<i32>, minimum = 0, maximum = 1)]
    #[deserr(default)]
    pub year_offset: Option<Whole<0, 1>>,
    /// For the other kinds.
    #[schema(value_type = Option<i32>, minimum = 1, maximum = 366)]
    #[deserr(default)]
    pub days: Option<Whole<1, 366>>,
}

/// A reporting duty to record.
#[derive(Debug, Clone, Deserr, ToSchema)]
#[deserr(error = Faults, deny_unknown_fields)]
#[schema(example = json!({
    "code": "BK-TIEN-DO-QUY", "unit_code": "06", "name": { "vi": "Báo cáo tiến độ quý", "en": "Quarterly progress report" },
    "from_level": "COMMUNE", "to_level": "DISTRICT", "period_kind": "QUARTER",
    "due_rule": { "kind": "WORKING_DAYS_AFTER", "days": 5 }, "valid_from": "2023-01-01"
}))]
pub struct NewReportingDuty {
    pub code: ListCode,
    /// Unit in whose territory it holds; either this or `unit_code`.
    #[deserr(default)]
    pub unit_id: Option<UnitId>,
    /// Code of its holder today, else its last holder.
    #[deserr(default)]
    pub unit_code: Option<UnitCode>,
    pub name: Names,
    /// Code of `programmes`; absent where it is about all of them.
    #[deserr(default)]
    pub programme_code: Option<ListCode>,
    /// Form to fill in, as the act names it.
    #[deserr(default)]
    pub form_code: Option<Title>,
    /// Level of the units that owe it.
    pub from_level: Level,
    /// Level of the unit that receives it: the same, or above it.
    pub to_level: Level,
    /// Who there receives it.
    #[deserr(default)]
    pub recipient: Option<Title>,
    pub period_kind: ReportingPeriodKind,
    /// Absent where nobody says by when.
    #[deserr(default)]
    pub due_rule: Option<NewDueRule>,
    /// Act and article that say so.
    #[deserr(default)]
    pub citation: Option<Title>,
    /// `VERIFIED` unless given.
    #[deserr(default)]
    pub confidence: Option<Confidence>,
    /// Owed for periods that end on this day or later and are due after it.
    pub valid_from: LocalDate,
    /// Not owed for periods that end on this day or later.
    #[deserr(default)]
    pub valid_to: Option<LocalDate>,
    #[deserr(default)]
    pub external_id: Option<ExternalId>,
}

named!(NewReportingDuty);

/// What may be changed of a duty. Who owes what by when never changes, or the past would: end it, and record another.
#[derive(Debug, Clone, Deserr, ToSchema)]
#[deserr(error = Faults, deny_unknown_fields)]
#[schema(example = json!({ "valid_to": "2026-01-01" }))]
pub struct ReportingDutyPatch {
    #[schema(value_type = Names, required = false)]
    #[deserr(default)]
    pub name: Filled<Names>,
    #[schema(value_type = Option<Title>)]
    #[deserr(default)]
    pub form_code: Patch<Title>,
    #[schema(value_type = Option<Title>)]
    #[deserr(default)]
    pub recipient: Patch<Title>,
    #[schema(value_type = Option<Title>)]
    #[deserr(default)]
    pub citation: Patch<Title>,
    #[schema(value_type = Confidence, required = false)]
    #[deserr(default)]
    pub confidence: Filled<Confidence>,
    #[schema(value_type = Option<LocalDate>)]
    #[deserr(default)]
    pub valid_to: Patch<LocalDate>,
}

impl PatchBody for ReportingDutyPatch {
    const READ_ONLY: &'static [&'static str] = &[
        "id",
        "version",
        "code",
        "unit",
        "programme_code",
        "from_level",
        "to_level",
        "period_kind",
        "due_rule",
        "valid_from",
        "external_id",
        "created_at",
        "updated_at",
    ];
}

/// How the due date follows from the period.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
pub struct DueRule {
    pub kind: DueKind,
    #[schema(minimum = 1, maximum = 12)]
    pub month: Option<i32>,
    #[schema(minimum = 1, maximum = 31)]
    pub day: Option<i32>,
    #[schema(minimum = 0, maximum = 1)]
    pub year_offset: Option<i32>,
    #[schema(minimum = 1, maximum = 366)]
    pub days: Option<i32>,
}

/// A duty to report (chế độ báo cáo): who owes which report to whom by when, and which act says so.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ReportingDuty {
    pub id: ReportingDutyId,
    #[schema(minimum = 1, maximum = 9_007_199_254_740_991_i64)]
    pub version: i64,
    pub code: ListCode,
    /// Unit in whose territory it holds.
    pub unit: UnitRef,
    pub name: Names,
    pub programme_code: Option<ListCode>,
    pub form_code: Option<Title>,
    pub from_level: Level,
    /// Where there is no unit of this level any more, the report goes to the next one above.
    pub to_level: Level,
    pub recipient: Option<Title>,
    pub period_kind: ReportingPeriodKind,
    /// Null where nobody says by when.
    pub due_rule: Option<DueRule>,
    pub citation: Option<Title>,
    /// Only what is `VERIFIED` may be shown as law.
    pub confidence: Confidence,
    pub valid_from: LocalDate,
    pub valid_to: Option<LocalDate>,
    pub external_id: Option<ExternalId>,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
}

versioned!(ReportingDuty);

impl DutyRow {
    pub fn due_rule(&self) -> Option<DueRule> {
        self.due_kind.map(|kind| DueRule {
            kind,
            month: self.due_month,
            day: self.due_day,
            year_offset: self.due_year_offset,
            days: self.due_days,
        })
    }

    pub fn names(&self) -> Names {
        Names { vi: self.name_vi.clone(), en: self.name_en.clone() }
    }
}
