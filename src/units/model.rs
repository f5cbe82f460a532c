//! Rows and answers of units.

use crate::db::schema::{unit_timeline, units};
use crate::values::{
    Confidence, ListCode, LocalDate, TimelineEntryId, Timestamp, Title, UnitCode, UnitId, UnitSuccessionId, search,
    vocabulary,
};
use diesel::prelude::*;
use serde::Serialize;
use utoipa::ToSchema;

vocabulary! {
    /// Level of a unit (cấp). The hierarchy changes: since 01/07/2025 there are no districts.
    Level {
        Nation "NATION" "Quốc gia" | "Nation";
        Province "PROVINCE" "Cấp tỉnh" | "Province";
        District "DISTRICT" "Cấp huyện" | "District";
        Commune "COMMUNE" "Cấp xã" | "Commune";
        Village "VILLAGE" "Thôn, tổ dân phố" | "Village";
    }
}

vocabulary! {
    /// How far a filter by unit reaches.
    UnitScope {
        /// The unit alone.
        OnlyItself "SELF" "Chính đơn vị" | "The unit itself";
        /// The unit and those directly below it.
        Children "CHILDREN" "Đơn vị và cấp dưới trực tiếp" | "The unit and its children";
        /// The unit and everything below it.
        Subtree "SUBTREE" "Đơn vị và mọi cấp dưới" | "The unit and its subtree";
    }
}

crate::http::parameter_value!(UnitScope, UnitScope::Subtree);

impl UnitScope {
    /// How many levels below the unit, itself among them.
    pub fn depths(self) -> std::ops::RangeInclusive<i32> {
        match self {
            UnitScope::OnlyItself => 0..=0,
            UnitScope::Children => 0..=1,
            UnitScope::Subtree => 0..=i32::MAX,
        }
    }
}

/// The level that a code of this form belongs to.
pub fn level_of(code: &UnitCode) -> Level {
    match code.as_str().len() {
        2 if code.as_str() == "VN" => Level::Nation,
        2 => Level::Province,
        3 => Level::District,
        5 => Level::Commune,
        _ => Level::Village,
    }
}

/// An administrative unit (đơn vị hành chính).
#[derive(Debug, Clone, Queryable, Selectable, Insertable, Identifiable, AsChangeset, Serialize)]
#[diesel(table_name = units)]
pub struct Unit {
    pub id: UnitId,
    pub version: i64,
    pub level: Level,
    pub created_at: Timestamp,
}

/// What a unit was, from a day to a day.
#[derive(Debug, Clone, Queryable, Selectable, Insertable, Serialize, ToSchema)]
#[diesel(table_name = unit_timeline, treat_none_as_default_value = false)]
pub struct TimelineEntry {
    pub id: TimelineEntryId,
    #[schema(ignore)]
    #[serde(skip)]
    pub unit_id: UnitId,
    pub code: UnitCode,
    pub name: Title,
    #[schema(ignore)]
    #[serde(skip)]
    pub name_folded: String,
    #[schema(ignore)]
    #[serde(skip)]
    pub name_sort: String,
    pub kind_code: ListCode,
    /// Unit above it; null for the nation.
    pub parent_id: Option<UnitId>,
    /// Raised by each reform that changed the territory; values on both sides of it are not comparable as they are.
    #[schema(minimum = 1, maximum = 1000)]
    pub territory_number: i32,
    pub valid_from: LocalDate,
    /// First day on which it no longer holds; null while it lasts.
    pub valid_to: Option<LocalDate>,
    /// Act that began this state, where known.
    pub act_number: Option<Title>,
    pub confidence: Confidence,
    /// Succession that began this state.
    pub succession_id: Option<UnitSuccessionId>,
}

impl TimelineEntry {
    pub fn holds_on(&self, day: LocalDate) -> bool {
        self.valid_from <= day && self.valid_to.is_none_or(|end| day < end)
    }
}

/// An entry as it is recorded; what is stored for searching and sorting is computed from it.
#[derive(Debug, Clone)]
pub struct NewTimelineEntry {
    pub code: UnitCode,
    pub name: Title,
    pub kind_code: ListCode,
    pub parent_id: Option<UnitId>,
    pub territory_number: i32,
    pub valid_from: LocalDate,
    pub valid_to: Option<LocalDate>,
    pub act_number: Option<Title>,
    pub confidence: Confidence,
    pub succession_id: Option<UnitSuccessionId>,
}

impl From<TimelineEntry> for NewTimelineEntry {
    fn from(entry: TimelineEntry) -> NewTimelineEntry {
        NewTimelineEntry {
            code: entry.code,
            name: entry.name,
            kind_code: entry.kind_code,
            parent_id: entry.parent_id,
            territory_number: entry.territory_number,
            valid_from: entry.valid_from,
            valid_to: entry.valid_to,
            act_number: entry.act_number,
            confidence: entry.confidence,
            succession_id: entry.succession_id,
        }
    }
}

impl NewTimelineEntry {
    pub fn of(self, unit_id: UnitId) -> TimelineEntry {
        TimelineEntry {
            id: TimelineEntryId::new(),
            unit_id,
            name_folded: search::fold(self.name.as_str()),
            name_sort: search::sort_key(self.name.as_str()),
            code: self.code,
            name: self.name,
            kind_code: self.kind_code,
            parent_id: self.parent_id,
            territory_number: self.territory_number,
            valid_from: self.valid_from,
            valid_to: self.valid_to,
            act_number: self.act_number,
            confidence: self.confidence,
            succession_id: self.succession_id,
        }
    }
}

/// A unit with its timeline: what the journal keeps.
#[derive(Debug, Clone, Serialize)]
pub struct UnitRecord {
    #[serde(flatten)]
    pub unit: Unit,
    pub timeline: Vec<TimelineEntry>,
}

/// A unit where it is named inside something else.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct UnitRef {
    pub id: UnitId,
    pub code: UnitCode,
    pub name: Title,
    pub kind_code: ListCode,
}

/// A unit on a day.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = Unit)]
pub struct UnitOnDay {
    pub id: UnitId,
    #[schema(minimum = 1, maximum = 9_007_199_254_740_991_i64)]
    pub version: i64,
    pub level: Level,
    pub code: UnitCode,
    pub name: Title,
    pub kind_code: ListCode,
    pub parent_id: Option<UnitId>,
    pub parent_code: Option<UnitCode>,
    /// The unit above it, with `embed=parent`.
    pub parent: Option<UnitRef>,
    #[schema(minimum = 1, maximum = 1000)]
    pub territory_number: i32,
    pub valid_from: LocalDate,
    pub valid_to: Option<LocalDate>,
    pub confidence: Confidence,
}

crate::http::versioned!(UnitOnDay);

/// The states of one unit, oldest first.
#[derive(Debug, Serialize, ToSchema)]
pub struct Timeline {
    pub unit_id: UnitId,
    pub level: Level,
    #[schema(max_items = 1000)]
    pub items: Vec<TimelineEntry>,
}

/// A unit with everything below it.
#[derive(Debug, Serialize, ToSchema)]
#[schema(no_recursion)]
pub struct TreeNode {
    pub id: UnitId,
    pub code: UnitCode,
    pub name: Title,
    pub kind_code: ListCode,
    pub level: Level,
    #[schema(max_items = 20000)]
    pub children: Vec<TreeNode>,
}

/// All units of a day.
#[derive(Debug, Serialize, ToSchema)]
pub struct Tree {
    pub as_of: LocalDate,
    pub root: TreeNode,
}
