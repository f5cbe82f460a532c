//! Rows, bodies and answers of acts.

use crate::db::ActRelation;
use crate::db::schema::{act_files, act_items, acts};
use crate::error::Faults;
use crate::http::{PatchBody, named, versioned};
use crate::observations::NewPlannedFigure;
use crate::units::UnitRef;
use crate::values::{
    ActId, AgencyId, CollectionName, CommitteeId, Decimal, ExternalId, FileId, Filled, IndicatorCode, ItemNumber,
    ListCode, LocalDate, Note, ObservationId, Patch, Period, PersonId, RecordId, Timestamp, Title, UnitCode, UnitId,
    vocabulary,
};
use deserr::Deserr;
use diesel::prelude::*;
use serde::Serialize;
use utoipa::ToSchema;

vocabulary! {
    /// What an item does to an item of an earlier act.
    ActChangeKind {
        /// It stands in its place.
        Amends "AMENDS" "Sửa đổi" | "Amends";
        /// It holds no longer.
        Ends "ENDS" "Chấm dứt" | "Ends";
    }
}

/// A row of `acts`.
#[derive(Debug, Clone, PartialEq, Queryable, Selectable, Insertable, AsChangeset, Serialize)]
#[diesel(table_name = acts, treat_none_as_default_value = false, treat_none_as_null = true)]
pub struct ActRow {
    pub id: ActId,
    pub version: i64,
    pub unit_id: UnitId,
    pub unit_date: LocalDate,
    pub kind_code: ListCode,
    pub act_number: Option<Title>,
    pub title: Title,
    #[serde(skip)]
    pub search_text: String,
    pub committee_id: Option<CommitteeId>,
    pub agency_id: Option<AgencyId>,
    pub signer_person_id: Option<PersonId>,
    pub issued_date: Option<LocalDate>,
    pub effective_date: Option<LocalDate>,
    pub note: Option<Note>,
    pub external_id: Option<ExternalId>,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
}

/// A row of `act_items`.
#[derive(Debug, Clone, PartialEq, Queryable, Selectable, Insertable, Serialize)]
#[diesel(table_name = act_items, treat_none_as_default_value = false)]
pub struct ActItemRow {
    pub act_id: ActId,
    pub code: ItemNumber,
    pub position: i32,
    pub content: Note,
    pub due_date: Option<LocalDate>,
    pub changed_act_id: Option<ActId>,
    pub changed_item_code: Option<ItemNumber>,
    pub change_kind: Option<ActChangeKind>,
}

/// A row of `act_files`.
#[derive(Debug, Clone, PartialEq, Queryable, Selectable, Insertable, Serialize)]
#[diesel(table_name = act_files, treat_none_as_default_value = false)]
pub struct ActFileRow {
    pub act_id: ActId,
    pub file_id: FileId,
    pub position: i32,
}

/// An act with its items and files: what is stored and what the journal keeps.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ActRecord {
    #[serde(flatten)]
    pub row: ActRow,
    pub items: Vec<ActItemRow>,
    pub files: Vec<ActFileRow>,
}

/// What an item does to one of an earlier act.
#[derive(Debug, Clone, PartialEq, Eq, Deserr, ToSchema)]
#[deserr(error = Faults, deny_unknown_fields)]
pub struct NewActChange {
    pub kind: ActChangeKind,
    /// The earlier act.
    pub act_id: ActId,
    pub item_code: ItemNumber,
}

/// An item to record.
#[derive(Debug, Clone, PartialEq, Eq, Deserr, ToSchema)]
#[deserr(error = Faults, deny_unknown_fields)]
#[schema(example = json!({ "code": "2", "content": "Mỗi thành viên đăng ký một việc làm cụ thể với tổ giúp việc" }))]
pub struct NewActItem {
    /// Number of the item in the act.
    pub code: ItemNumber,
    pub content: Note,
    /// By when; absent for what stands.
    #[deserr(default)]
    pub due_date: Option<LocalDate>,
    /// The item of an earlier act that it amends or ends.
    #[deserr(default)]
    pub changes: Option<NewActChange>,
    /// What is to be reached: each becomes an observation at stage `TARGET`. Told as a whole: what the act planned
    /// before and does not tell any more is withdrawn.
    #[schema(value_type = Option<Vec<NewPlannedFigure>>, max_items = 100)]
    #[deserr(default)]
    pub figures: Option<Vec<NewPlannedFigure>>,
}

/// An act to record. What the source does not say (number, day, signer) stays out, and may follow.
#[derive(Debug, Clone, Deserr, ToSchema)]
#[deserr(error = Faults, deny_unknown_fields)]
#[schema(example = json!({
    "unit_code": "063", "kind_code": "KET_LUAN", "title": "Kết luận phiên họp Ban Chỉ đạo ngày 10/3/2023",
    "items": [{ "code": "1", "content": "Bám nắm địa bàn được phân công" }]
}))]
pub struct NewAct {
    /// Unit whose authorities issued it; either this or `unit_code`.
    #[deserr(default)]
    pub unit_id: Option<UnitId>,
    /// Code of its holder today, else its last holder.
    #[deserr(default)]
    pub unit_code: Option<UnitCode>,
    /// Code of `act-kinds`.
    pub kind_code: ListCode,
    /// Number and symbol, as `45/TB-BCĐ`.
    #[deserr(default)]
    pub act_number: Option<Title>,
    /// What it is about (trích yếu).
    pub title: Title,
    /// Who issued it: a committee, or else an agency.
    #[deserr(default)]
    pub committee_id: Option<CommitteeId>,
    #[deserr(default)]
    pub agency_id: Option<AgencyId>,
    #[deserr(default)]
    pub signer_person_id: Option<PersonId>,
    #[deserr(default)]
    pub issued_date: Option<LocalDate>,
    /// First day of its effect; that of its issue unless given.
    #[deserr(default)]
    pub effective_date: Option<LocalDate>,
    #[schema(value_type = Option<Vec<NewActItem>>, max_items = 200)]
    #[deserr(default)]
    pub items: Option<Vec<NewActItem>>,
    /// Its text and annexes, kept under `/v1/files`.
    #[schema(value_type = Option<Vec<FileId>>, max_items = 50)]
    #[deserr(default)]
    pub file_ids: Option<Vec<FileId>>,
    #[deserr(default)]
    pub note: Option<Note>,
    #[deserr(default)]
    pub external_id: Option<ExternalId>,
}

named!(NewAct);

/// What may be changed of an act.
#[derive(Debug, Clone, Deserr, ToSchema)]
#[deserr(error = Faults, deny_unknown_fields)]
#[schema(example = json!({ "act_number": "45/TB-BCĐ", "issued_date": "2023-03-13" }))]
pub struct ActPatch {
    #[schema(value_type = ListCode, required = false)]
    #[deserr(default)]
    pub kind_code: Filled<ListCode>,
    #[schema(value_type = Option<Title>)]
    #[deserr(default)]
    pub act_number: Patch<Title>,
    #[schema(value_type = Title, required = false)]
    #[deserr(default)]
    pub title: Filled<Title>,
    #[schema(value_type = Option<CommitteeId>)]
    #[deserr(default)]
    pub committee_id: Patch<CommitteeId>,
    #[schema(value_type = Option<AgencyId>)]
    #[deserr(default)]
    pub agency_id: Patch<AgencyId>,
    #[schema(value_type = Option<PersonId>)]
    #[deserr(default)]
    pub signer_person_id: Patch<PersonId>,
    #[schema(value_type = Option<LocalDate>)]
    #[deserr(default)]
    pub issued_date: Patch<LocalDate>,
    #[schema(value_type = Option<LocalDate>)]
    #[deserr(default)]
    pub effective_date: Patch<LocalDate>,
    /// All items. One that a later act changed stays.
    #[schema(value_type = Vec<NewActItem>, required = false, max_items = 200)]
    #[deserr(default)]
    pub items: Filled<Vec<NewActItem>>,
    #[schema(value_type = Vec<FileId>, required = false, max_items = 50)]
    #[deserr(default)]
    pub file_ids: Filled<Vec<FileId>>,
    #[schema(value_type = Option<Note>)]
    #[deserr(default)]
    pub note: Patch<Note>,
}

impl PatchBody for ActPatch {
    const READ_ONLY: &'static [&'static str] =
        &["id", "version", "unit", "unit_date", "external_id", "created_at", "updated_at"];
}

/// What one item does to another.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct ActChange {
    pub kind: ActChangeKind,
    /// The other act.
    pub act_id: ActId,
    /// The other item.
    pub item_code: ItemNumber,
}

/// A figure that an item plans (chỉ tiêu được giao).
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct PlannedFigure {
    /// The target, under `/v1/observations`.
    pub observation_id: ObservationId,
    pub indicator_code: IndicatorCode,
    /// Unit that is to reach it.
    pub unit: UnitRef,
    pub period: Period,
    pub value: Decimal,
    pub numerator: Option<Decimal>,
    pub denominator: Option<Decimal>,
    /// The target that came in its place by another act, or by hand; null while it holds.
    pub corrected_by_id: Option<ObservationId>,
}

/// An item of an act (mục, nội dung).
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ActItem {
    pub code: ItemNumber,
    pub content: Note,
    /// By when; null for what stands.
    pub due_date: Option<LocalDate>,
    /// The item of an earlier act that it amends or ends.
    pub changes: Option<ActChange>,
    /// Items of later acts that amend or end it, as far as the caller reads those acts.
    #[schema(max_items = 200)]
    pub changed_by: Vec<ActChange>,
    /// What is to be reached, by units that the caller reads or stands below.
    #[schema(max_items = 100)]
    pub figures: Vec<PlannedFigure>,
}

/// An act (văn bản).
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Act {
    pub id: ActId,
    #[schema(minimum = 1, maximum = 9_007_199_254_740_991_i64)]
    pub version: i64,
    /// Unit whose authorities issued it, as it was on `unit_date`.
    pub unit: UnitRef,
    /// Day of the act where it was known when the act was recorded, else the day of recording; it stays.
    pub unit_date: LocalDate,
    /// Code of `act-kinds`.
    pub kind_code: ListCode,
    /// Number and symbol; null while it has none, or none is known.
    pub act_number: Option<Title>,
    pub title: Title,
    pub committee_id: Option<CommitteeId>,
    pub agency_id: Option<AgencyId>,
    /// Null where it is not known.
    pub signer_person_id: Option<PersonId>,
    /// Null where it is not known.
    pub issued_date: Option<LocalDate>,
    pub effective_date: Option<LocalDate>,
    #[schema(max_items = 200)]
    pub items: Vec<ActItem>,
    #[schema(max_items = 50)]
    pub file_ids: Vec<FileId>,
    pub note: Option<Note>,
    pub external_id: Option<ExternalId>,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
}

versioned!(Act);

/// A record that names an act: what the act did.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ActEffect {
    /// Kind of record, as in its address.
    pub collection: CollectionName,
    pub record_id: RecordId,
    pub relation: ActRelation,
    /// Day on which the act works for the record.
    pub effect_date: LocalDate,
    /// Unit of the record, as it was when the record began; null where it is of none.
    pub unit: Option<UnitRef>,
}
