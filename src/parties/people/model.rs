//! Rows, bodies and answers of people.

use crate::db::schema::{people, person_readings};
use crate::db::{Conn, Stored, on_any};
use crate::error::Faults;
use crate::http::{PatchBody, Versioned, named};
use crate::units::UnitRef;
use crate::values::storage::Json;
use crate::values::{
    AgencyId, ClientId, EmailAddress, ExternalId, Filled, LocalDate, Note, Patch, PersonId, PersonReadingId,
    PhoneNumber, RecordId, Timestamp, Title, UnitCode, UnitId, vocabulary,
};
use deserr::Deserr;
use diesel::prelude::*;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

vocabulary! {
    /// State of a person's record.
    PersonState {
        Active "ACTIVE" "Đang lưu" | "Kept";
        /// The personal data are gone; the id stays, so that the history reads on.
        Erased "ERASED" "Đã xóa dữ liệu cá nhân" | "Erased";
    }
}

/// A row of `people`. What the journal keeps of it is everything but the personal data.
#[derive(Debug, Clone, PartialEq, Queryable, Selectable, Insertable, AsChangeset, Serialize)]
#[diesel(table_name = people, treat_none_as_default_value = false, treat_none_as_null = true)]
pub struct PersonRow {
    pub id: PersonId,
    pub version: i64,
    pub unit_id: UnitId,
    pub unit_date: LocalDate,
    #[serde(skip)]
    pub full_name: Option<Title>,
    #[serde(skip)]
    pub positions: Json,
    #[serde(skip)]
    pub phone: Option<PhoneNumber>,
    #[serde(skip)]
    pub email: Option<EmailAddress>,
    pub state: PersonState,
    pub erasure_reason: Option<Note>,
    pub external_id: Option<ExternalId>,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
}

impl PersonRow {
    /// Names of the personal members in which two states differ: all that the journal says of their change.
    pub fn changed_personal(&self, after: &PersonRow) -> Vec<&'static str> {
        [
            ("email", self.email != after.email),
            ("full_name", self.full_name != after.full_name),
            ("phone", self.phone != after.phone),
            ("positions", self.positions != after.positions),
        ]
        .into_iter()
        .filter_map(|(name, changed)| changed.then_some(name))
        .collect()
    }
}

impl Stored for PersonRow {
    const COLLECTION: &'static str = "people";
    const NOUN: &'static str = "person";

    fn record_id(&self) -> RecordId {
        RecordId(self.id.0)
    }

    fn version(&self) -> i64 {
        self.version
    }

    fn set_version(&mut self, version: i64) {
        self.version = version;
    }

    fn place(&self) -> Option<(UnitId, LocalDate)> {
        Some((self.unit_id, self.unit_date))
    }

    fn changed_unseen(&self, after: &Self) -> Vec<&'static str> {
        self.changed_personal(after)
    }

    fn insert(&self, conn: &mut Conn) -> QueryResult<usize> {
        on_any!(conn, c => diesel::insert_into(people::table).values(self).on_conflict_do_nothing().execute(c))
    }

    fn update(&self, conn: &mut Conn, stored_version: i64) -> QueryResult<usize> {
        on_any!(conn, c => diesel::update(people::table)
            .filter(people::id.eq(self.id)).filter(people::version.eq(stored_version)).set(self).execute(c))
    }

    fn delete(&self, conn: &mut Conn) -> QueryResult<usize> {
        on_any!(conn, c => diesel::delete(people::table)
            .filter(people::id.eq(self.id)).filter(people::version.eq(self.version)).execute(c))
    }
}

/// A row of `person_readings`: written once.
#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = person_readings, treat_none_as_default_value = false)]
pub struct ReadingRow {
    pub id: PersonReadingId,
    pub person_id: PersonId,
    pub client_id: Option<ClientId>,
    pub acting_person_id: Option<PersonId>,
    pub request_id: String,
    pub read_at: Timestamp,
}

/// A position to record.
#[derive(Debug, Clone, Deserr, ToSchema)]
#[deserr(error = Faults, deny_unknown_fields)]
#[schema(example = json!({ "title": "Phó Bí thư Huyện ủy", "valid_from": "2020-07-01" }))]
pub struct NewPosition {
    pub title: Title,
    /// Where it is held, if that agency is recorded.
    #[deserr(default)]
    pub agency_id: Option<AgencyId>,
    #[deserr(default)]
    pub valid_from: Option<LocalDate>,
    /// First day on which it is no longer held.
    #[deserr(default)]
    pub valid_to: Option<LocalDate>,
}

/// A position that a person holds or held (chức vụ).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Position {
    pub title: Title,
    pub agency_id: Option<AgencyId>,
    pub valid_from: Option<LocalDate>,
    pub valid_to: Option<LocalDate>,
}

/// A person to record. Write what the work needs: no birth date, no identity number, no private address.
#[derive(Debug, Clone, Deserr, ToSchema)]
#[deserr(error = Faults, deny_unknown_fields)]
#[schema(example = json!({
    "unit_code": "063", "full_name": "Nguyễn Văn A", "positions": [{ "title": "Phó Chủ tịch UBND huyện" }], "phone": "0209 3850 000"
}))]
pub struct NewPerson {
    /// Unit whose administration keeps the record; either this or `unit_code`.
    #[deserr(default)]
    pub unit_id: Option<UnitId>,
    /// Code of its holder today, else its last holder.
    #[deserr(default)]
    pub unit_code: Option<UnitCode>,
    pub full_name: Title,
    #[schema(value_type = Option<Vec<NewPosition>>, max_items = 20)]
    #[deserr(default)]
    pub positions: Option<Vec<NewPosition>>,
    /// Telephone of the office.
    #[deserr(default)]
    pub phone: Option<PhoneNumber>,
    /// Address of the office.
    #[deserr(default)]
    pub email: Option<EmailAddress>,
    /// The caller's own id of the record. The history keeps it: it must not say who the person is.
    #[deserr(default)]
    pub external_id: Option<ExternalId>,
}

named!(NewPerson);

/// What may be changed of a person.
#[derive(Debug, Clone, Deserr, ToSchema)]
#[deserr(error = Faults, deny_unknown_fields)]
#[schema(example = json!({ "phone": null, "positions": [{ "title": "Chủ tịch UBND huyện", "valid_from": "2023-03-01" }] }))]
pub struct PersonPatch {
    #[schema(value_type = Title, required = false)]
    #[deserr(default)]
    pub full_name: Filled<Title>,
    /// All positions, those that have ended among them.
    #[schema(value_type = Vec<NewPosition>, required = false, max_items = 20)]
    #[deserr(default)]
    pub positions: Filled<Vec<NewPosition>>,
    #[schema(value_type = Option<PhoneNumber>)]
    #[deserr(default)]
    pub phone: Patch<PhoneNumber>,
    #[schema(value_type = Option<EmailAddress>)]
    #[deserr(default)]
    pub email: Patch<EmailAddress>,
}

impl PatchBody for PersonPatch {
    const READ_ONLY: &'static [&'static str] = &[
        "id",
        "version",
        "unit",
        "unit_date",
        "state",
        "erasure_reason",
        "external_id",
        "allowed_transitions",
        "created_at",
        "updated_at",
    ];
}

/// Erase the personal data of a person, for a reason. It cannot be undone.
#[derive(Debug, Clone, Deserr, ToSchema)]
#[deserr(error = Faults, deny_unknown_fields)]
#[schema(example = json!({ "to": "ERASED", "reason": "Theo yêu cầu của người được lưu" }))]
pub struct NewPersonTransition {
    pub to: PersonState,
    /// Why. The history keeps it: it must not say who the person is.
    pub reason: Note,
}

/// A person who does the work of the programmes (cán bộ, thành viên). Every reading of this record is recorded.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Person {
    pub id: PersonId,
    #[schema(minimum = 1, maximum = 9_007_199_254_740_991_i64)]
    pub version: i64,
    /// Unit whose administration keeps the record, as it was on `unit_date`.
    pub unit: UnitRef,
    pub unit_date: LocalDate,
    /// Null once it is erased.
    pub full_name: Option<Title>,
    #[schema(max_items = 20)]
    pub positions: Vec<Position>,
    pub phone: Option<PhoneNumber>,
    pub email: Option<EmailAddress>,
    pub state: PersonState,
    /// Why the personal data were erased.
    pub erasure_reason: Option<Note>,
    pub external_id: Option<ExternalId>,
    #[schema(max_items = 1)]
    pub allowed_transitions: Vec<PersonState>,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
}

impl Person {
    /// The record without the personal data.
    pub fn bare(&self) -> Person {
        Person { full_name: None, positions: Vec::new(), phone: None, email: None, ..self.clone() }
    }
}

impl Versioned for Person {
    fn version(&self) -> i64 {
        self.version
    }

    fn id(&self) -> String {
        self.id.to_string()
    }

    /// An answer that is kept for whoever sends the same request again keeps no personal data.
    fn without_secret(&self) -> Option<serde_json::Value> {
        serde_json::to_value(self.bare()).ok()
    }
}

/// A reading of a person's data: who read, for whom, when.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct PersonReading {
    pub id: PersonReadingId,
    pub person_id: PersonId,
    /// Client that read; null for the command line.
    pub client_id: Option<ClientId>,
    /// Person the client acted for.
    pub acting_person_id: Option<PersonId>,
    /// Trace id of the request, as in its answer and in the log.
    #[schema(max_length = 64, pattern = "^[0-9a-z-]*$", example = "4bf92f3577b34da6a3ce929d0e0e4736")]
    pub request_id: String,
    pub read_at: Timestamp,
}
