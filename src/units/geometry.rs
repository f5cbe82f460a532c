//! The shapes of units, one for each entry of a timeline: after a reform the new territory has none until it is given.

use super::model::{TimelineEntry, UnitRef};
use super::shape::{self, Geometry};
use super::territory::Territory;
use crate::access::Caller;
use crate::codes::Code;
use crate::db::schema::unit_geometries;
use crate::db::{Conn, Stored, Tx, on_any};
use crate::error::{Error, Faults};
use crate::http::{IfMatch, Versioned};
use crate::values::{Confidence, LocalDate, RecordId, TimelineEntryId, Timestamp, Title, UnitId};
use deserr::Deserr;
use diesel::prelude::*;
use serde::{Serialize, Serializer};
use utoipa::ToSchema;

/// A row of `unit_geometries`: the shape of one entry of a timeline.
#[derive(Debug, Clone, Queryable, Selectable, Insertable, AsChangeset, Serialize)]
#[diesel(table_name = unit_geometries, treat_none_as_default_value = false, treat_none_as_null = true)]
pub struct GeometryRow {
    pub timeline_entry_id: TimelineEntryId,
    pub unit_id: UnitId,
    pub version: i64,
    #[serde(serialize_with = "shape::as_json")]
    pub geometry: String,
    pub source_label: Option<Title>,
    pub confidence: Confidence,
    pub updated_at: Timestamp,
}

/// The shape of a unit, to be put in the place of the one before.
#[derive(Debug, Clone, Deserr, ToSchema)]
#[deserr(error = Faults, deny_unknown_fields)]
pub struct NewUnitGeometry {
    pub geometry: Geometry,
    /// Where it was published.
    #[deserr(default)]
    pub source_label: Option<Title>,
    /// `VERIFIED` unless given.
    #[deserr(default)]
    pub confidence: Option<Confidence>,
}

/// The one type of answer.
#[derive(Debug, Clone, Copy, Serialize, ToSchema)]
pub enum FeatureType {
    Feature,
}

/// A unit with its shape (ranh giới), as a GeoJSON feature.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct UnitFeature {
    #[serde(rename = "type")]
    #[schema(inline)]
    pub feature_type: FeatureType,
    /// The entry of the unit's timeline whose shape it is.
    pub id: TimelineEntryId,
    /// Null where none is known.
    pub geometry: Option<Geometry>,
    pub properties: UnitFeatureProperties,
}

/// What is known of a shape beside its positions.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct UnitFeatureProperties {
    pub unit: UnitRef,
    pub timeline_entry_id: TimelineEntryId,
    #[schema(minimum = 1, maximum = 1000)]
    pub territory_number: i32,
    pub valid_from: LocalDate,
    pub valid_to: Option<LocalDate>,
    /// 0 where none is known.
    #[schema(minimum = 0, maximum = 9_007_199_254_740_991_i64)]
    pub version: i64,
    pub source_label: Option<Title>,
    pub confidence: Option<Confidence>,
}

impl Versioned for UnitFeature {
    fn version(&self) -> i64 {
        self.properties.version
    }

    fn id(&self) -> String {
        self.id.to_string()
    }
}

/// A row with a day of its entry, on which the tree tells who keeps the unit: it may have ended since.
struct GeometryRecord {
    row: GeometryRow,
    day: LocalDate,
}

impl Serialize for GeometryRecord {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.row.serialize(serializer)
    }
}

impl Stored for GeometryRecord {
    const COLLECTION: &'static str = "unit-geometries";
    const NOUN: &'static str = "unit-geometry";

    fn record_id(&self) -> RecordId {
        RecordId(self.row.timeline_entry_id.0)
    }

    fn version(&self) -> i64 {
        self.row.version
    }

    fn set_version(&mut self, version: i64) {
        self.row.version = version;
    }

    fn place(&self) -> Option<(UnitId, LocalDate)> {
        Some((self.row.unit_id, self.day))
    }

    fn insert(&self, conn: &mut Conn) -> QueryResult<usize> {
        on_any!(conn, c => diesel::insert_into(unit_geometries::table).values(&self.row).on_conflict_do_nothing().execute(c))
    }

    fn update(&self, conn: &mut Conn, stored_version: i64) -> QueryResult<usize> {
        on_any!(conn, c => diesel::update(unit_geometries::table)
            .filter(unit_geometries::timeline_entry_id.eq(self.row.timeline_entry_id))
            .filter(unit_geometries::version.eq(stored_version)).set(&self.row).execute(c))
    }

    fn delete(&self, _: &mut Conn) -> QueryResult<usize> {
        // Nothing deletes a shape: it is replaced.
        Ok(0)
    }
}

pub fn find(conn: &mut Conn, entry: TimelineEntryId) -> QueryResult<Option<GeometryRow>> {
    on_any!(conn, c => unit_geometries::table
        .filter(unit_geometries::timeline_entry_id.eq(entry)).select(GeometryRow::as_select()).first(c).optional())
}

/// The answer for an entry and its shape.
pub fn describe(unit: UnitId, entry: &TimelineEntry, row: Option<GeometryRow>) -> UnitFeature {
    UnitFeature {
        feature_type: FeatureType::Feature,
        id: entry.id,
        properties: UnitFeatureProperties {
            unit: super::territory::reference(unit, entry),
            timeline_entry_id: entry.id,
            territory_number: entry.territory_number,
            valid_from: entry.valid_from,
            valid_to: entry.valid_to,
            version: row.as_ref().map_or(0, |row| row.version),
            source_label: row.as_ref().and_then(|row| row.source_label.clone()),
            confidence: row.as_ref().map(|row| row.confidence),
        },
        geometry: row.map(|row| Geometry::stored(row.geometry)),
    }
}

/// Put the shape of the entry that holds on a day, or nearest to it.
/// Errors: `FORBIDDEN` where the caller does not keep the unit; `Stale`.
pub fn put(
    tx: &mut Tx<'_>,
    caller: &Caller,
    unit: UnitId,
    asked: LocalDate,
    version: &IfMatch,
    new: Result<&NewUnitGeometry, Error>,
) -> Result<UnitFeature, Error> {
    let memory = tx.memory.clone();
    let territory = memory.part::<Territory>();
    let held = territory.get(unit).ok_or(Error::NotFound)?;
    if !caller.scope.covers(territory, unit, held.nearest_day(asked)) {
        return Err(Error::Denied(Code::Forbidden));
    }
    let entry = held.near(asked);
    let before = find(tx.conn, entry.id)?;
    version.require(before.as_ref().map_or(0, |row| row.version))?;
    let new = new?;
    let row = GeometryRow {
        timeline_entry_id: entry.id,
        unit_id: unit,
        version: 1,
        geometry: new.geometry.text().to_owned(),
        source_label: new.source_label.clone(),
        confidence: new.confidence.unwrap_or(Confidence::Verified),
        updated_at: tx.now,
    };
    let day = entry.valid_from;
    let mut after = GeometryRecord { row, day };
    match before {
        Some(row) => tx.update("changed", &GeometryRecord { row, day }, &mut after)?,
        None if tx.create(&after)? => {}
        // Somebody else was first.
        None => return Err(Error::Stale(1)),
    }
    Ok(describe(unit, entry, Some(after.row)))
}
