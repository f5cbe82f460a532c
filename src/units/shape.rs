//! GeoJSON polygons: read into whole numbers of 1e-7 degree (about a centimetre), checked there, and written back with
//! their own digits. What is stored and answered is that text, so no number changes on its way.

use crate::codes::Code;
use crate::error::{Fault, Faults, Flaw, Place, pointer_of};
use deserr::{Deserr, IntoValue, ValuePointerRef};
use serde::ser::Error as _;
use serde::{Serialize, Serializer};
use serde_json::Value;
use serde_json::value::RawValue;
use std::fmt::Write as _;
use utoipa::ToSchema;

/// Decimals of a degree.
const DECIMALS: usize = 7;
const DEGREE: i64 = 10_000_000;
/// Most positions of one shape.
const POSITIONS: usize = 100_000;
/// Faults are told up to this number; a shape with more is wrong as a whole.
const FAULTS: usize = 100;

/// A shape as its own text: GeoJSON of type `Polygon` or `MultiPolygon`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Geometry(String);

impl Geometry {
    /// A shape as it was stored; it was checked before.
    pub fn stored(text: String) -> Geometry {
        Geometry(text)
    }

    pub fn text(&self) -> &str {
        &self.0
    }
}

/// The text was written here, so it is JSON.
pub fn as_json<S: Serializer>(text: &str, serializer: S) -> Result<S::Ok, S::Error> {
    RawValue::from_string(text.to_owned()).map_err(S::Error::custom)?.serialize(serializer)
}

/// A place on the ground, in whole numbers of 1e-7 degree.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Position {
    longitude: i64,
    latitude: i64,
}

type Ring = Vec<Position>;

/// The members of a shape as they were sent.
#[derive(Deserr)]
#[deserr(error = Faults, deny_unknown_fields)]
struct Raw {
    #[deserr(rename = "type")]
    shape: Value,
    coordinates: Value,
}

impl Deserr<Faults> for Geometry {
    fn deserialize_from_value<V: IntoValue>(
        value: deserr::Value<V>,
        location: ValuePointerRef<'_>,
    ) -> Result<Self, Faults> {
        let raw = Raw::deserialize_from_value(value, location)?;
        let at = pointer_of(location);
        let mut reader = Reader::default();
        let inside = format!("{at}/coordinates");
        let text = match raw.shape.as_str() {
            Some("Polygon") => {
                let rings = reader.polygon(&raw.coordinates, &inside);
                written("Polygon", |text| write_polygon(text, &rings))
            }
            Some("MultiPolygon") => {
                let polygons: Vec<Vec<Ring>> = reader.each(&raw.coordinates, &inside, 1, Reader::polygon);
                written("MultiPolygon", |text| write_list(text, &polygons, |text, rings| write_polygon(text, rings)))
            }
            _ => {
                let flaw = Flaw::new(Code::GeometryInvalid).with("allowed", "Polygon, MultiPolygon");
                return Err(Faults(vec![flaw.at(Place::Pointer(format!("{at}/type")))]));
            }
        };
        if reader.positions > POSITIONS {
            reader.faults.push(Flaw::new(Code::GeometryInvalid).with("max", POSITIONS).at(Place::Pointer(inside)));
        }
        if reader.faults.is_empty() { Ok(Geometry(text)) } else { Err(Faults(reader.faults)) }
    }
}

/// Reads coordinates, noting what is wrong with them.
#[derive(Default)]
struct Reader {
    positions: usize,
    faults: Vec<Fault>,
}

impl Reader {
    fn fault(&mut self, at: &str, flaw: Flaw) {
        if self.faults.len() < FAULTS {
            self.faults.push(flaw.at(Place::pointer(at)));
        }
    }

    /// A list of at least so many, each read at its place.
    fn each<T>(&mut self, value: &Value, at: &str, least: usize, read: fn(&mut Self, &Value, &str) -> T) -> Vec<T> {
        let items = value.as_array().map_or(&[][..], Vec::as_slice);
        if items.len() < least {
            self.fault(at, Flaw::new(Code::GeometryInvalid).with("min", least));
        }
        items.iter().enumerate().map(|(number, item)| read(self, item, &format!("{at}/{number}"))).collect()
    }

    fn polygon(&mut self, value: &Value, at: &str) -> Vec<Ring> {
        self.each(value, at, 1, Reader::ring)
    }

    /// A ring begins where it ends and has three corners at least.
    fn ring(&mut self, value: &Value, at: &str) -> Ring {
        let ring: Vec<Option<Position>> = self.each(value, at, 4, Reader::position);
        self.positions += ring.len();
        let positions: Ring = ring.iter().copied().flatten().collect();
        if positions.len() == ring.len() && positions.len() >= 4 && positions.first() != positions.last() {
            self.fault(at, Flaw::new(Code::GeometryInvalid));
        }
        positions
    }

    fn position(&mut self, value: &Value, at: &str) -> Option<Position> {
        let Some([longitude, latitude]) = value.as_array().map(Vec::as_slice) else {
            self.fault(at, Flaw::new(Code::GeometryInvalid));
            return None;
        };
        let longitude = self.degrees(longitude, 180, &format!("{at}/0"));
        let latitude = self.degrees(latitude, 90, &format!("{at}/1"));
        Some(Position { longitude: longitude?, latitude: latitude? })
    }

    fn degrees(&mut self, value: &Value, most: i64, at: &str) -> Option<i64> {
        let read = degrees(value).filter(|scaled| scaled.abs() <= most * DEGREE);
        if read.is_none() {
            let flaw = Flaw::new(Code::GeometryInvalid).with("min", -most).with("max", most);
            self.fault(at, flaw.with("decimals", DECIMALS));
        }
        read
    }
}

/// A JSON number in 1e-7 degree, unless it has more decimals than that.
fn degrees(value: &Value) -> Option<i64> {
    let number = value.as_number()?;
    // The shortest text that means this number is what was sent, since 180.1234567 has ten digits.
    let whole = number.as_i64().map(|whole| whole.to_string());
    let text = whole.or_else(|| number.as_f64().map(|decimal| decimal.to_string()))?;
    let (sign, digits) = text.strip_prefix('-').map_or((1, text.as_str()), |rest| (-1, rest));
    let (whole, part) = digits.split_once('.').unwrap_or((digits, ""));
    if whole.len() > 3 || part.len() > DECIMALS {
        return None;
    }
    format!("{whole}{part:0<DECIMALS$}").parse::<i64>().ok().map(|scaled| sign * scaled)
}

fn written(shape: &str, coordinates: impl FnOnce(&mut String)) -> String {
    let mut text = format!("{{\"type\":\"{shape}\",\"coordinates\":");
    coordinates(&mut text);
    text.push('}');
    text
}

fn write_list<T>(text: &mut String, items: &[T], write: impl Fn(&mut String, &T)) {
    text.push('[');
    for (number, item) in items.iter().enumerate() {
        if number > 0 {
            text.push(',');
        }
        write(text, item);
    }
    text.push(']');
}

fn write_polygon(text: &mut String, rings: &[Ring]) {
    write_list(text, rings, |text, ring| {
        write_list(text, ring, |text, position| {
            write_list(text, &[position.longitude, position.latitude], |text, scaled| write_degrees(text, *scaled));
        });
    });
}

fn write_degrees(text: &mut String, scaled: i64) {
    let sign = if scaled < 0 { "-" } else { "" };
    let (whole, part) = (scaled.abs() / DEGREE, scaled.abs() % DEGREE);
    // Writing to a text cannot fail.
    let _ = if part == 0 {
        write!(text, "{sign}{whole}")
    } else {
        let digits = format!("{part:0DECIMALS$}");
        write!(text, "{sign}{whole}.{}", digits.trim_end_matches('0'))
    };
}

impl Serialize for Geometry {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        as_json(&self.0, serializer)
    }
}

impl utoipa::PartialSchema for Geometry {
    fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::Schema> {
        use utoipa::openapi::RefOr;
        use utoipa::openapi::schema::{
            AdditionalProperties, ArrayBuilder, ObjectBuilder, OneOfBuilder, Schema, SchemaType, Type,
        };
        let list = |items: Schema, least: usize, most: usize| {
            let items = RefOr::T(items);
            Schema::Array(ArrayBuilder::new().items(items).min_items(Some(least)).max_items(Some(most)).build())
        };
        let degrees = ObjectBuilder::new()
            .schema_type(Type::Number)
            .description(Some("Longitude, then latitude, in degrees with at most seven decimals"))
            .minimum(Some(-180))
            .maximum(Some(180))
            .build();
        let position = list(Schema::Object(degrees), 2, 2);
        let polygon = list(list(position, 4, POSITIONS), 1, POSITIONS);
        let shape = |name: &str, coordinates: Schema| {
            ObjectBuilder::new()
                .schema_type(SchemaType::Type(Type::Object))
                .property("type", ObjectBuilder::new().schema_type(Type::String).enum_values(Some([name])))
                .property("coordinates", coordinates)
                .required("type")
                .required("coordinates")
                .additional_properties(Some(AdditionalProperties::FreeForm(false)))
                .build()
        };
        OneOfBuilder::new()
            .description(Some(
                "GeoJSON in longitude and latitude (WGS 84): each ring closed, with four positions at least; 100,000 \
                 positions at most",
            ))
            .item(shape("Polygon", polygon.clone()))
            .item(shape("MultiPolygon", list(polygon, 1, POSITIONS)))
            .examples([serde_json::json!({
                "type": "Polygon",
                "coordinates": [[[105.82, 22.15], [105.88, 22.15], [105.8812345, 22.2], [105.82, 22.15]]],
            })])
            .into()
    }
}

impl ToSchema for Geometry {
    fn name() -> std::borrow::Cow<'static, str> {
        "UnitGeometry".into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn read(value: Value) -> Result<String, Vec<(String, Code)>> {
        let read: Result<Geometry, Faults> = deserr::deserialize(value);
        let told = |faults: Faults| faults.0.iter().map(|fault| (fault.place.to_string(), fault.flaw.code)).collect();
        read.map(|geometry| geometry.0).map_err(told)
    }

    fn polygon(ring: Value) -> Value {
        json!({ "type": "Polygon", "coordinates": [ring] })
    }

    #[test]
    fn every_number_is_written_with_its_own_digits() {
        let text = r#"{"type":"Polygon","coordinates":[[[105.1234567,-0.0000001],[-180,90],[180,-90],[0.5,0],[105.1234567,-0.0000001]]]}"#;
        assert_eq!(read(serde_json::from_str(text).unwrap()).as_deref(), Ok(text));
        let same = r#"{"coordinates":[[[105.10,1e1],[-0.0,90.0],[1,1],[105.1,10]]],"type":"Polygon"}"#;
        let plain = r#"{"type":"Polygon","coordinates":[[[105.1,10],[0,90],[1,1],[105.1,10]]]}"#;
        assert_eq!(read(serde_json::from_str(same).unwrap()).as_deref(), Ok(plain));
        let two = r#"{"type":"MultiPolygon","coordinates":[[[[0,0],[1,0],[1,1],[0,0]]],[[[5,5],[6,5],[6,6],[5,5]],[[5.1,5.1],[5.2,5.1],[5.2,5.2],[5.1,5.1]]]]}"#;
        assert_eq!(read(serde_json::from_str(two).unwrap()).as_deref(), Ok(two));
    }

    #[test]
    fn what_is_no_polygon_is_told_with_its_place() {
        let invalid = |places: &[&str]| {
            Err(places.iter().map(|place| ((*place).to_owned(), Code::GeometryInvalid)).collect::<Vec<_>>())
        };
        for (value, places) in [
            (json!({ "type": "Point", "coordinates": [1, 2] }), &["/type"][..]),
            (json!({ "type": null, "coordinates": [] }), &["/type"]),
            (json!({ "type": "Polygon", "coordinates": [] }), &["/coordinates"]),
            (json!({ "type": "Polygon", "coordinates": null }), &["/coordinates"]),
            (json!({ "type": "MultiPolygon", "coordinates": [[]] }), &["/coordinates/0"]),
            (
                json!({ "type": "MultiPolygon", "coordinates": [[[0, 0], [1, 0], [1, 1], [0, 0]]] }),
                &[
                    "/coordinates/0/0",
                    "/coordinates/0/0/0",
                    "/coordinates/0/0/1",
                    "/coordinates/0/1",
                    "/coordinates/0/1/0",
                    "/coordinates/0/1/1",
                    "/coordinates/0/2",
                    "/coordinates/0/2/0",
                    "/coordinates/0/2/1",
                    "/coordinates/0/3",
                    "/coordinates/0/3/0",
                    "/coordinates/0/3/1",
                ],
            ),
            (polygon(json!([[0, 0], [1, 0], [0, 0]])), &["/coordinates/0"]),
            (polygon(json!([[0, 0], [1, 0], [1, 1], [0, 1]])), &["/coordinates/0"]),
            (
                polygon(json!([[0, 0], [1, 0, 5], [1], "x", [0, 0]])),
                &["/coordinates/0/1", "/coordinates/0/2", "/coordinates/0/3"],
            ),
            (
                polygon(json!([[0, 0], [180.0000001, 0], [1, -90.0000001], [null, "1"], [0, 0]])),
                &["/coordinates/0/1/0", "/coordinates/0/2/1", "/coordinates/0/3/0", "/coordinates/0/3/1"],
            ),
            (
                polygon(json!([[0, 0], [1.00000001, 0], [1, 1e300], [0, 0]])),
                &["/coordinates/0/1/0", "/coordinates/0/2/1"],
            ),
        ] {
            assert_eq!(read(value.clone()), invalid(places), "{value}");
        }
        assert_eq!(
            read(json!({ "type": "Polygon", "coordinates": [], "crs": 1 })),
            Err(vec![("/crs".to_owned(), Code::UnknownMember)])
        );
        assert_eq!(read(json!({ "type": "Polygon" })), Err(vec![("/coordinates".to_owned(), Code::Required)]));
        let many = |count: usize| {
            let mut ring = vec![json!([0, 1]); count];
            ring[1] = json!([1, 1]);
            polygon(Value::Array(ring))
        };
        assert!(read(many(POSITIONS)).is_ok());
        assert_eq!(read(many(POSITIONS + 1)), invalid(&["/coordinates"]));
        assert_eq!(read(polygon(json!(vec![json!(1); 5000]))).unwrap_err().len(), FAULTS, "not one for each position");
    }
}
