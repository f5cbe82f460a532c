//! Rows, bodies and answers of the calendar.

use crate::db::schema::calendar_days;
use crate::db::stored;
use crate::error::Faults;
use crate::http::{named, versioned};
use crate::values::{CalendarDayId, Confidence, ExternalId, LocalDate, Names, Timestamp, Title};
use deserr::Deserr;
use diesel::prelude::*;
use serde::Serialize;
use utoipa::ToSchema;

/// A row of `calendar_days`.
#[derive(Debug, Clone, PartialEq, Queryable, Selectable, Insertable, AsChangeset, Serialize)]
#[diesel(table_name = calendar_days, treat_none_as_default_value = false, treat_none_as_null = true)]
pub struct CalendarDayRow {
    pub id: CalendarDayId,
    pub version: i64,
    pub date: LocalDate,
    pub is_working: bool,
    pub name_vi: Title,
    pub name_en: Title,
    pub source: Option<Title>,
    pub confidence: Confidence,
    pub external_id: Option<ExternalId>,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
}

stored!(CalendarDayRow, calendar_days, "calendar-days", "calendar-day", |_day| None);

/// A day to record that is not what its weekday says.
#[derive(Debug, Clone, Deserr, ToSchema)]
#[deserr(error = Faults, deny_unknown_fields)]
#[schema(example = json!({
    "date": "2025-04-26", "is_working": true, "name": { "vi": "Làm bù cho ngày 02/5/2025", "en": "Worked for 2 May 2025" }
}))]
pub struct NewCalendarDay {
    pub date: LocalDate,
    /// True for a weekend that is worked, false for a weekday that is off.
    pub is_working: bool,
    /// Why.
    pub name: Names,
    /// Act or notice that says so.
    #[deserr(default)]
    pub source: Option<Title>,
    /// `VERIFIED` unless given.
    #[deserr(default)]
    pub confidence: Option<Confidence>,
    #[deserr(default)]
    pub external_id: Option<ExternalId>,
}

named!(NewCalendarDay);

/// A day that is not what its weekday says: a holiday (ngày nghỉ lễ, tết), or a weekend worked in exchange (ngày làm bù).
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct CalendarDay {
    pub id: CalendarDayId,
    #[schema(minimum = 1, maximum = 9_007_199_254_740_991_i64)]
    pub version: i64,
    pub date: LocalDate,
    /// True for a weekend that is worked, false for a weekday that is off.
    pub is_working: bool,
    pub name: Names,
    pub source: Option<Title>,
    pub confidence: Confidence,
    pub external_id: Option<ExternalId>,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
}

versioned!(CalendarDay);

impl From<CalendarDayRow> for CalendarDay {
    fn from(row: CalendarDayRow) -> CalendarDay {
        CalendarDay {
            id: row.id,
            version: row.version,
            date: row.date,
            is_working: row.is_working,
            name: Names { vi: row.name_vi, en: row.name_en },
            source: row.source,
            confidence: row.confidence,
            external_id: row.external_id,
            created_at: row.created_at,
            updated_at: row.updated_at,
        }
    }
}
