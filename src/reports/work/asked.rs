//! What is asked, and the SQL that says which records it is asked of: those of a unit and all below it, each by the tree
//! of its own day.

use crate::access::Scope;
use crate::committee::tasks::TaskKind;
use crate::db::Snapshot;
use crate::db::schema::unit_ancestry;
use crate::error::Error;
use crate::reports::fold::seen_on;
use crate::reports::model::GroupBy;
use crate::units::{Level, Territory};
use crate::values::{CommitteeId, LocalDate, UnitId, Vocabulary};

/// What is asked.
#[derive(Debug, Clone)]
pub struct Asked {
    pub scope: Scope,
    /// The scope holds the unit itself or the nation: whatever belongs to the unit on its day is in it.
    pub sees_all: bool,
    pub unit: UnitId,
    /// The units that were ever below it, where they are few: see `few_below`.
    pub few: Option<Vec<UnitId>>,
    pub today: LocalDate,
    /// Today, or the last day of a unit that has ended.
    pub day: LocalDate,
    pub committee_id: Option<CommitteeId>,
    /// The committee asked for and the groups that serve it.
    pub committees: Vec<CommitteeId>,
    pub kinds: Vec<TaskKind>,
    pub from: Option<LocalDate>,
    pub to: Option<LocalDate>,
    pub group_by: GroupBy,
}

impl Asked {
    /// Everything of a unit.
    /// Errors: `NOT_FOUND` where the scope reaches nothing of it.
    pub fn of(memory: &Snapshot, scope: &Scope, unit: UnitId, today: LocalDate) -> Result<Asked, Error> {
        let territory = memory.part::<Territory>();
        let day = seen_on(territory, scope, unit, today)?;
        let nation = territory.root();
        Ok(Asked {
            sees_all: scope.units.contains(&unit) || nation.is_some_and(|root| scope.units.contains(&root)),
            scope: scope.clone(),
            unit,
            few: None,
            today,
            day,
            committee_id: None,
            committees: Vec::new(),
            kinds: Vec::new(),
            from: None,
            to: None,
            group_by: GroupBy::Nothing,
        })
    }
}

// The unit asked for above the unit of a record, and the unit under which a record is grouped.
diesel::alias! {
    pub const WITHIN: Alias<Within> = unit_ancestry as within;
    pub const GROUPED: Alias<Grouped> = unit_ancestry as grouped;
}

/// Which units are groups.
pub struct Groups {
    pub levels: Vec<Level>,
    /// Steps from the unit asked for down to a group.
    pub depths: std::ops::RangeInclusive<i32>,
}

/// More steps than there are levels.
const ANY_DEPTH: i32 = 100;

impl Groups {
    pub fn of(group_by: GroupBy) -> Option<Groups> {
        let at = |level| Some(Groups { levels: vec![level], depths: 0..=ANY_DEPTH });
        match group_by {
            GroupBy::Nothing => None,
            GroupBy::Children => {
                Some(Groups { levels: Level::WORDS.iter().map(|(level, _)| *level).collect(), depths: 1..=1 })
            }
            GroupBy::Province => at(Level::Province),
            GroupBy::District => at(Level::District),
            GroupBy::Commune => at(Level::Commune),
        }
    }
}

/// SQL: the records of a table that belong to the unit asked for or to one below it on their day. The join begins at the
/// unit, so that the records of others are never looked at.
macro_rules! within {
    ($table:ident, $asked:expr) => {{
        use $crate::db::schema::unit_ancestry;
        use $crate::reports::work::asked::WITHIN;
        $table::table.inner_join(
            WITHIN.on(WITHIN
                .field(unit_ancestry::descendant_id)
                .eq($table::unit_id)
                .and(WITHIN.field(unit_ancestry::ancestor_id).eq($asked.unit))
                .and(WITHIN.field(unit_ancestry::valid_from).le($table::unit_date))
                .and(
                    WITHIN
                        .field(unit_ancestry::valid_to)
                        .is_null()
                        .or(WITHIN.field(unit_ancestry::valid_to).gt($table::unit_date.nullable())),
                )),
        )
    }};
}
pub(super) use within;

/// SQL: narrows records of the unit to those that the caller may see. Where it sees the unit as a whole that says nothing
/// that `within` has not said, and is not asked again for every record.
macro_rules! seen {
    ($rows:expr, $table:ident, $asked:expr) => {{
        let mut rows = $rows.into_boxed();
        if let Some(few) = &$asked.few {
            rows = rows.filter($table::unit_id.eq_any(few.clone()));
        }
        if $asked.sees_all {
            rows
        } else {
            rows.filter($crate::access::in_scope!($table::unit_id, $table::unit_date, $asked.scope.units.clone()))
        }
    }};
}
pub(super) use seen;

/// SQL: the group of each of these records, none where it stands under none: on its day one unit above it is as many
/// steps below the unit asked for as a group is.
macro_rules! grouped {
    ($rows:expr, $table:ident, $groups:expr) => {{
        use $crate::db::schema::{unit_ancestry, units};
        use $crate::reports::work::asked::{GROUPED, WITHIN};
        // Asked of the one unit that is found: a list of all units of a level would be gone through for every record.
        let of_level = units::table
            .filter(units::id.eq(GROUPED.field(unit_ancestry::ancestor_id)))
            .filter(units::level.eq_any($groups.levels.clone()));
        $rows.left_join(
            GROUPED.on(GROUPED
                .field(unit_ancestry::descendant_id)
                .eq($table::unit_id)
                .and(GROUPED.field(unit_ancestry::valid_from).le($table::unit_date))
                .and(
                    GROUPED
                        .field(unit_ancestry::valid_to)
                        .is_null()
                        .or(GROUPED.field(unit_ancestry::valid_to).gt($table::unit_date.nullable())),
                )
                .and(
                    GROUPED
                        .field(unit_ancestry::depth)
                        .le(WITHIN.field(unit_ancestry::depth) - *$groups.depths.start()),
                )
                .and(GROUPED.field(unit_ancestry::depth).ge(WITHIN.field(unit_ancestry::depth) - *$groups.depths.end()))
                .and(::diesel::dsl::exists(of_level))),
        )
    }};
}
pub(super) use grouped;
