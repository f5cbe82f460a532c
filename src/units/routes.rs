//! `/v1/units`

use super::geometry::{self, NewUnitGeometry, UnitFeature};
use super::lineage::Lineage;
use super::model::{Level, Timeline, TimelineEntry, Tree, Unit, UnitOnDay, UnitScope};
use super::resolve::{Naming, UnitChoice};
use super::territory::Territory;
use crate::access::{Permit, ReferenceRead, TerritoryManage};
use crate::codes::Code;
use crate::db::Db;
use crate::error::{Error, Flaw, Place};
use crate::http::{
    Answer, AnyOf, Body, Cursor, CursorKey, Document, Flag, Fresh, IfMatch, Limit, MayBeDry, NoQuery, Order, Page,
    PageRequest, Pick, Query, ResponseCache, SortKey, WriteWith, parameters, path_id,
};
use crate::values::{ListCode, LocalDate, SearchText, UnitCode, UnitId, search};
use actix_web::{HttpRequest, get, put, web};
use std::cmp::Ordering;
use std::collections::HashSet;
use std::sync::Arc;
use utoipa_actix_web::service_config::ServiceConfig;

/// Orders of the list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum UnitOrder {
    Code,
    CodeDown,
    Name,
    NameDown,
}

impl SortKey for UnitOrder {
    const ORDERS: &'static [(&'static str, Self)] =
        &[("code", Self::Code), ("-code", Self::CodeDown), ("name", Self::Name), ("-name", Self::NameDown)];
}

/// What can be put into a unit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum UnitEmbed {
    Parent,
}

impl SortKey for UnitEmbed {
    const ORDERS: &'static [(&'static str, Self)] = &[("parent", Self::Parent)];
}

parameters! {
    /// Parameters of `GET /v1/units`.
    UnitQuery {
        as_of: Option<LocalDate>, "The day whose units are listed; today unless given. A search (`q`) without it also finds units that have ended, as they were last";
        level: AnyOf<Level>, "Units of these levels";
        kind_code: AnyOf<ListCode>, "Units of these kinds, codes of `unit-kinds`";
        code: AnyOf<UnitCode>, "Units that bear exactly these codes on the day";
        unit_id: Option<UnitId>, "This unit and, by `unit_scope`, those below it";
        unit_code: Option<UnitCode>, "The same, by the code the unit bears on the day";
        unit_name: Option<SearchText>, "The same, by its exact name without diacritics; several hits are refused with candidates";
        unit_scope: UnitScope, "How far below the unit";
        q: Option<SearchText>, "Part of the name, without case, diacritics and spelling variants";
        sort: Order<UnitOrder>, "Order of the list";
        embed: Pick<UnitEmbed>, "Related records to put into each unit";
        limit: Limit, "Rows of a page";
        cursor: Option<Cursor>, "Where the page begins";
        with_total: Flag, "Count the rows of all pages";
    }
}

parameters! {
    /// Parameters of a single unit.
    UnitDayQuery {
        as_of: Option<LocalDate>, "The day; today unless given. A unit that has ended is answered as it was last";
        embed: Pick<UnitEmbed>, "Related records to put into the unit";
    }
}

parameters! {
    /// Parameters of the tree.
    TreeQuery {
        as_of: Option<LocalDate>, "The day whose units are shown; today unless given";
    }
}

parameters! {
    /// Parameters of the lineage.
    LineageQuery {
        as_of: Option<LocalDate>, "The day by whose name and code the unit itself is shown; today unless given";
        depth: Depth, "How many reforms back and forth";
    }
}

parameters! {
    /// Parameters of the shape.
    GeometryQuery {
        as_of: Option<LocalDate>, "The day; today unless given. A unit that has ended is answered as it was last";
    }
}

parameters! {
    /// Parameters of writing the shape.
    GeometryWriteQuery {
        as_of: Option<LocalDate>, "The day on which the entry of the timeline holds that gets the shape; today unless given. Of a unit that has ended the last";
        validate_only: Flag, "Do everything, store nothing, answer 200 with what would have been stored";
    }
}

impl MayBeDry for GeometryWriteQuery {
    fn validate_only(&self) -> bool {
        self.validate_only.0
    }
}

/// Number of reforms: 1 to 100.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Depth(i32);

const DEEPEST: i32 = 100;

impl crate::http::ParameterValue for Depth {
    fn read(raw: Option<&str>) -> Result<Self, Flaw> {
        let Some(raw) = raw else { return Ok(Depth(DEEPEST)) };
        match raw.parse::<i32>() {
            Ok(depth @ 1..=DEEPEST) => Ok(Depth(depth)),
            Ok(depth) if depth < 1 => Err(Flaw::new(Code::TooSmall).with("min", 1)),
            Ok(_) => Err(Flaw::new(Code::TooLarge).with("max", DEEPEST)),
            Err(_) => Err(Flaw::new(Code::IntegerExpected)),
        }
    }

    fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::Schema> {
        use utoipa::openapi::schema::{KnownFormat, ObjectBuilder, SchemaFormat, Type};
        ObjectBuilder::new()
            .schema_type(Type::Integer)
            .format(Some(SchemaFormat::KnownFormat(KnownFormat::Int32)))
            .minimum(Some(1))
            .maximum(Some(DEEPEST))
            .default(Some(DEEPEST.into()))
            .into()
    }
}

/// Answers of unit lists, kept while the territory is the same.
#[derive(Default)]
pub struct UnitCache(ResponseCache);

/// Danh sách đơn vị hành chính
///
/// Units of a day: filtered, searched, in pages.
#[utoipa::path(
    tag = "units", params(UnitQuery),
    extensions(("x-permission" = json!("reference:read"))),
    responses((status = 200, description = "A page of units", body = Page<UnitOnDay>))
)]
#[get("/units")]
async fn list_units(
    request: HttpRequest,
    permit: Permit<ReferenceRead>,
    db: web::Data<Db>,
    cursors: web::Data<CursorKey>,
    cache: web::Data<UnitCache>,
    query: Query<UnitQuery>,
) -> Result<Fresh, Error> {
    let caller = permit.caller()?;
    let query = query.0.into_inner()?;
    let today = db.clock().today();
    let territory = caller.memory.part::<Territory>();
    cache.0.get_or((territory.generation(), today), (), request.query_string(), || {
        Ok(Fresh::page(&page_of(territory, &query, today, &cursors)?).as_reference())
    })
}

fn page_of(
    territory: &Territory,
    query: &UnitQuery,
    today: LocalDate,
    cursors: &CursorKey,
) -> Result<Page<UnitOnDay>, Error> {
    let as_of = query.as_of.unwrap_or(today);
    let choice = UnitChoice { id: query.unit_id, code: query.unit_code.clone(), name: query.unit_name.clone() };
    let chosen = territory.choose(&choice, Naming::On(as_of), Place::parameter)?;
    let within = chosen.map(|unit| reached(territory, unit, query.unit_scope, as_of));
    let folded = query.q.as_ref().map(|text| search::fold(text.as_str()));
    // A search without a day also finds what has ended: old names are what people look for.
    let day = match (query.as_of, &query.q) {
        (None, Some(_)) => Arc::new(territory.ever()),
        _ => territory.day(as_of),
    };
    let by_name = matches!(query.sort.0, UnitOrder::Name | UnitOrder::NameDown);
    let down = matches!(query.sort.0, UnitOrder::CodeDown | UnitOrder::NameDown);
    let listed = if by_name { &day.by_name } else { &day.by_code };
    let admitted = |(unit, entry): &(&Unit, &TimelineEntry)| {
        query.level.admits(&unit.level)
            && query.kind_code.admits(&entry.kind_code)
            && query.code.admits(&entry.code)
            && within.as_ref().is_none_or(|within| within.contains(&unit.id))
            && folded.as_ref().is_none_or(|part| entry.name_folded.contains(part))
    };
    let mut rows: Vec<(&Unit, &TimelineEntry)> =
        listed.iter().map(|at| territory.entry(*at)).filter(admitted).collect();
    if down {
        rows.reverse();
    }
    // Names that match with their diacritics come before those that match without.
    let sought = query.q.as_ref().map(|text| text.as_str().to_lowercase());
    let rank = |entry: &TimelineEntry| {
        let exact = sought.as_ref().is_none_or(|part| entry.name.as_str().to_lowercase().contains(part));
        if exact { "0" } else { "1" }.to_owned()
    };
    if sought.is_some() {
        rows.sort_by_key(|(_, entry)| rank(entry));
    }
    let key = |(unit, entry): &(&Unit, &TimelineEntry)| {
        let value = if by_name { entry.name_sort.clone() } else { entry.code.to_string() };
        vec![rank(entry), value, unit.id.to_string()]
    };
    let compare = |one: &[String], two: &[String]| -> Ordering {
        let (rank, rest) = (one[0].cmp(&two[0]), one[1..].cmp(&two[1..]));
        rank.then(if down { rest.reverse() } else { rest })
    };
    let request = PageRequest { key: cursors, list: "units", fingerprint: &query.fingerprint, limit: query.limit };
    let page = request.page_in_memory(rows.into_iter(), query.cursor.as_ref(), query.with_total.0, key, compare)?;
    let with_parent = query.embed.has(UnitEmbed::Parent);
    Ok(page.map(|(unit, entry)| territory.describe(unit, entry, with_parent)))
}

/// The units that a filter by unit lets through.
fn reached(territory: &Territory, unit: UnitId, scope: UnitScope, day: LocalDate) -> HashSet<UnitId> {
    match scope {
        UnitScope::OnlyItself => HashSet::from([unit]),
        UnitScope::Children => territory.children(unit, day).map(|(below, _)| below.id).chain([unit]).collect(),
        UnitScope::Subtree => territory.subtree(unit, day).into_iter().map(|(below, _)| below.id).collect(),
    }
}

/// Cây đơn vị hành chính của một ngày
///
/// All units of a day as one document, from the nation down.
#[utoipa::path(
    tag = "units", params(TreeQuery),
    extensions(("x-permission" = json!("reference:read"))),
    responses((status = 200, description = "The tree", body = Tree))
)]
#[get("/units/tree")]
async fn get_unit_tree(
    permit: Permit<ReferenceRead>,
    db: web::Data<Db>,
    cache: web::Data<UnitCache>,
    query: Query<TreeQuery>,
) -> Result<Fresh, Error> {
    let caller = permit.caller()?;
    let today = db.clock().today();
    let as_of = query.0.into_inner()?.as_of.unwrap_or(today);
    let territory = caller.memory.part::<Territory>();
    cache.0.get_or((territory.generation(), today), (), &format!("tree {as_of}"), || {
        Ok(Fresh::json(&territory.tree(as_of).ok_or(Error::NotFound)?).as_reference())
    })
}

/// Một đơn vị hành chính
///
/// One unit as it was on a day.
#[utoipa::path(
    tag = "units", params(("id" = UnitId, Path, description = "Unit"), UnitDayQuery),
    extensions(("x-permission" = json!("reference:read"))),
    responses((status = 200, description = "The unit", body = UnitOnDay))
)]
#[get("/units/{id}")]
async fn get_unit(
    permit: Permit<ReferenceRead>,
    db: web::Data<Db>,
    id: web::Path<String>,
    query: Query<UnitDayQuery>,
) -> Result<Fresh, Error> {
    let caller = permit.caller()?;
    let territory = caller.memory.part::<Territory>();
    let id = path_id(&id)?;
    territory.get(id).ok_or(Error::NotFound)?;
    let query = query.0.into_inner()?;
    let day = query.as_of.unwrap_or(db.clock().today());
    let unit = territory.unit_on(id, day, query.embed.has(UnitEmbed::Parent)).ok_or(Error::NotFound)?;
    let version = unit.version;
    Ok(Fresh::json(&unit).as_reference().with_version(version))
}

/// Lịch sử của đơn vị hành chính
///
/// What the unit was called, where it stood and which territory it had, oldest first.
#[utoipa::path(
    tag = "units", params(("id" = UnitId, Path, description = "Unit")),
    extensions(("x-permission" = json!("reference:read"))),
    responses((status = 200, description = "The timeline", body = Timeline))
)]
#[get("/units/{id}/timeline")]
async fn get_unit_timeline(
    permit: Permit<ReferenceRead>,
    id: web::Path<String>,
    _query: Query<NoQuery>,
) -> Result<Fresh, Error> {
    let caller = permit.caller()?;
    let timeline = caller.memory.part::<Territory>().timeline(path_id(&id)?).ok_or(Error::NotFound)?;
    Ok(Fresh::json(&timeline).as_reference())
}

/// Nguồn gốc và đơn vị kế thừa
///
/// Which units its territory came from and which took it over, through all reforms, nearest first, each with its act.
#[utoipa::path(
    tag = "units", params(("id" = UnitId, Path, description = "Unit"), LineageQuery),
    extensions(("x-permission" = json!("reference:read"))),
    responses((status = 200, description = "The lineage", body = Lineage))
)]
#[get("/units/{id}/lineage")]
async fn get_unit_lineage(
    permit: Permit<ReferenceRead>,
    db: web::Data<Db>,
    id: web::Path<String>,
    query: Query<LineageQuery>,
) -> Result<Fresh, Error> {
    let caller = permit.caller()?;
    let id = path_id(&id)?;
    let territory = caller.memory.part::<Territory>();
    territory.get(id).ok_or(Error::NotFound)?;
    let query = query.0.into_inner()?;
    let day = query.as_of.unwrap_or(db.clock().today());
    let lineage = territory.lineage(id, day, query.depth.0).ok_or(Error::NotFound)?;
    Ok(Fresh::json(&lineage).as_reference())
}

/// Ranh giới của đơn vị hành chính
///
/// The shape of a unit on a day, as a GeoJSON feature. It belongs to one entry of the timeline: after a reform there is
/// none until it is given.
#[utoipa::path(
    tag = "units", params(("id" = UnitId, Path, description = "Unit"), GeometryQuery),
    extensions(("x-permission" = json!("reference:read"))),
    responses((status = 200, description = "The feature", body = UnitFeature))
)]
#[get("/units/{id}/geometry")]
async fn get_unit_geometry(
    permit: Permit<ReferenceRead>,
    db: web::Data<Db>,
    id: web::Path<String>,
    query: Query<GeometryQuery>,
) -> Result<Document<UnitFeature>, Error> {
    let caller = permit.caller()?;
    let id = path_id(&id)?;
    let held = caller.memory.part::<Territory>().get(id).ok_or(Error::NotFound)?;
    let entry = held.near(query.0.into_inner()?.as_of.unwrap_or(db.clock().today()));
    let entry_id = entry.id;
    let row = db.read(move |conn| Ok(geometry::find(conn, entry_id)?)).await?;
    Ok(Document(geometry::describe(id, entry, row)))
}

/// Ghi ranh giới của đơn vị hành chính
///
/// Put the shape of a unit as it is on a day, under the version read (`"0"` where there is none).
#[utoipa::path(
    tag = "units", params(("id" = UnitId, Path, description = "Unit"), GeometryWriteQuery),
    request_body = NewUnitGeometry, extensions(("x-permission" = json!("territory:manage"))),
    responses((status = 200, description = "The feature as it is now", body = UnitFeature))
)]
#[put("/units/{id}/geometry")]
async fn put_unit_geometry(
    permit: Permit<TerritoryManage>,
    db: web::Data<Db>,
    id: web::Path<String>,
    version: IfMatch,
    asked: WriteWith<GeometryWriteQuery>,
    body: Body<NewUnitGeometry>,
) -> Result<Answer, Error> {
    let caller = permit.caller()?;
    let id = path_id(&id)?;
    caller.memory.part::<Territory>().get(id).ok_or(Error::NotFound)?;
    let day = asked.query.into_inner()?.as_of.unwrap_or(db.clock().today());
    asked
        .write
        .change(&db, caller.actor.clone(), move |tx| geometry::put(tx, &caller, id, day, &version, body.value.get()))
        .await
}

pub fn routes(config: &mut ServiceConfig<'_>) {
    config
        .service(list_units)
        .service(get_unit_tree)
        .service(get_unit)
        .service(get_unit_timeline)
        .service(get_unit_lineage)
        .service(get_unit_geometry)
        .service(put_unit_geometry);
}
