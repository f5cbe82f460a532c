//! What became of which territory: the edges of reforms, as lineage and reports read them.

use crate::db::schema::{unit_succession_edges, unit_successions};
use crate::db::{Conn, on_any};
use crate::values::{Confidence, Decimal, LocalDate, Title, UnitId, UnitSuccessionId, vocabulary};
use diesel::prelude::*;
use serde::Serialize;

vocabulary! {
    /// What an edge does.
    EdgeKind {
        /// Territory of several units becomes one unit (nhập).
        Merge "MERGE" "Nhập" | "Merge";
        /// A part of a unit goes to another, or a unit falls into several (chia, điều chỉnh một phần).
        Split "SPLIT" "Chia, điều chỉnh một phần" | "Split";
        /// The unit lives on under another name (đổi tên).
        Rename "RENAME" "Đổi tên" | "Rename";
        /// The unit lives on as another kind: commune to ward, district to town (chuyển loại hình).
        ChangeOfType "CHANGE_OF_TYPE" "Chuyển loại hình" | "Change of type";
        /// The unit lives on under another parent (chuyển đơn vị cấp trên).
        Move "MOVE" "Chuyển đơn vị cấp trên" | "Move";
        /// The unit comes from none (thành lập).
        Create "CREATE" "Thành lập" | "Create";
        /// The unit ends and no unit of its level takes its place (giải thể, kết thúc hoạt động).
        Abolish "ABOLISH" "Kết thúc hoạt động" | "Abolish";
    }
}

impl EdgeKind {
    /// Kinds in which the unit lives on with the same territory.
    pub fn keeps_territory(self) -> bool {
        match self {
            EdgeKind::Rename | EdgeKind::ChangeOfType | EdgeKind::Move => true,
            EdgeKind::Merge | EdgeKind::Split | EdgeKind::Create | EdgeKind::Abolish => false,
        }
    }
}

vocabulary! {
    /// How much of the unit before an edge carries.
    Part {
        Whole "WHOLE" "Toàn bộ" | "Whole";
        Part "PART" "Một phần" | "Part";
    }
}

/// A row of `unit_succession_edges`.
#[derive(Debug, Clone, PartialEq, Queryable, Selectable, Insertable, Serialize)]
#[diesel(table_name = unit_succession_edges, treat_none_as_default_value = false)]
pub struct Edge {
    pub succession_id: UnitSuccessionId,
    pub position: i32,
    pub group_number: i32,
    pub kind: EdgeKind,
    pub act_number: Title,
    pub from_unit_id: Option<UnitId>,
    pub to_unit_id: Option<UnitId>,
    pub part: Part,
    pub continues: bool,
    pub implied: bool,
    pub area_percent: Option<Decimal>,
    pub population_percent: Option<Decimal>,
    pub confidence: Confidence,
}

/// State of the successions whose edges count.
pub const IN_FORCE: &str = "IN_FORCE";

/// Every edge of every succession in force, oldest first.
pub fn all_edges(conn: &mut Conn) -> QueryResult<Vec<(LocalDate, Edge)>> {
    on_any!(conn, c => unit_succession_edges::table
        .inner_join(unit_successions::table.on(unit_successions::id.eq(unit_succession_edges::succession_id)))
        .filter(unit_successions::status.eq(IN_FORCE))
        .order((unit_successions::effective_date, unit_succession_edges::succession_id, unit_succession_edges::position))
        .select((unit_successions::effective_date, Edge::as_select()))
        .load(c))
}
