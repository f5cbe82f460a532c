//! Rows and answers of the journal.

use crate::db::schema::journal;
use crate::values::storage::Json;
use crate::values::{ClientId, CollectionName, PersonId, RecordId, Timestamp, UnitId};
use diesel::prelude::*;
use serde::Serialize;
use utoipa::ToSchema;

#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = journal)]
pub struct JournalRow {
    pub position: i64,
    pub recorded_at: Timestamp,
    pub client_id: Option<ClientId>,
    pub acting_person_id: Option<PersonId>,
    pub request_id: String,
    pub collection: CollectionName,
    pub record_id: RecordId,
    pub version: i64,
    pub action: String,
    pub changed: Json,
    pub record: Option<Json>,
    pub unit_id: Option<UnitId>,
}

/// One write, as it was made.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct JournalEntry {
    /// Place in the order of commits, without gaps.
    #[schema(minimum = 1, maximum = 9_007_199_254_740_991_i64)]
    pub position: i64,
    pub recorded_at: Timestamp,
    /// Client that wrote; null for the command line.
    pub client_id: Option<ClientId>,
    /// Person the client acted for.
    pub acting_person_id: Option<PersonId>,
    /// Trace id of the request, as in its answer and in the log.
    #[schema(max_length = 64, pattern = "^[0-9a-z-]*$", example = "4bf92f3577b34da6a3ce929d0e0e4736")]
    pub request_id: String,
    pub collection: CollectionName,
    pub record_id: RecordId,
    /// Version of the record after the write.
    #[schema(minimum = 1, maximum = 9_007_199_254_740_991_i64)]
    pub version: i64,
    #[schema(max_length = 80, pattern = "^[a-z-]+\\.[a-z-]+$", example = "assessment.submitted")]
    pub action: String,
    /// Names of the members that changed.
    #[schema(max_items = 200)]
    pub changed: Vec<String>,
    /// The record after the write; null after a deletion, and in lists unless `embed=record` asks for it.
    #[schema(value_type = Option<Object>)]
    pub record: Option<serde_json::Value>,
    pub unit_id: Option<UnitId>,
}

impl JournalRow {
    pub fn describe(self, with_record: bool) -> JournalEntry {
        let changed = match self.changed.0 {
            serde_json::Value::Array(names) => {
                names.iter().filter_map(|name| name.as_str().map(str::to_owned)).collect()
            }
            _ => Vec::new(),
        };
        JournalEntry {
            position: self.position,
            recorded_at: self.recorded_at,
            client_id: self.client_id,
            acting_person_id: self.acting_person_id,
            request_id: self.request_id,
            collection: self.collection,
            record_id: self.record_id,
            version: self.version,
            action: self.action,
            changed,
            record: self.record.filter(|_| with_record).map(|record| record.0),
            unit_id: self.unit_id,
        }
    }
}
