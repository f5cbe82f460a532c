//! `/v1/journal` and `/v1/{collection}/{id}/versions`

use super::model::JournalEntry;
use super::queries::{self, Sight};
use crate::access::{AccessManage, HistoryRead, JournalRead, Permission, Permit, Scope};
use crate::db::Db;
use crate::error::Error;
use crate::http::{
    AnyOf, Cursor, CursorKey, Limit, Listing, Page, PageRequest, Pick, Query, SortKey, parameters, path_id,
};
use crate::units::Territory;
use crate::values::{ClientId, CollectionName, RecordId, Scalar, Timestamp, vocabulary};
use actix_web::{get, web};
use utoipa_actix_web::service_config::ServiceConfig;

vocabulary! {
    /// Collections whose records have a history.
    VersionedCollection {
        Units "units" "Đơn vị hành chính" | "Units";
        UnitSuccessions "unit-successions" "Sắp xếp đơn vị hành chính" | "Successions of units";
        UnitStatuses "unit-statuses" "Phân loại, công nhận" | "Statuses of units";
        UnitGeometries "unit-geometries" "Ranh giới đơn vị hành chính" | "Geometries of units";
        CriteriaSets "criteria-sets" "Bộ tiêu chí" | "Criteria sets";
        ThresholdVerifications "threshold-verifications" "Đối chiếu mức phải đạt" | "Verifications of thresholds";
        Indicators "indicators" "Chỉ tiêu" | "Indicators";
        Observations "observations" "Số liệu" | "Observations";
        Assessments "assessments" "Đánh giá" | "Assessments";
        PeriodLocks "period-locks" "Khóa kỳ báo cáo" | "Period locks";
        Files "files" "Tệp" | "Files";
        RecognitionDossiers "recognition-dossiers" "Hồ sơ đề nghị công nhận" | "Dossiers of recognition";
        Acts "acts" "Văn bản" | "Acts";
        Agencies "agencies" "Cơ quan, đơn vị" | "Agencies";
        People "people" "Cán bộ, thành viên" | "People";
        Committees "committees" "Ban chỉ đạo, tổ giúp việc" | "Committees";
        Meetings "meetings" "Phiên họp" | "Meetings";
        Directives "directives" "Chỉ đạo" | "Directives";
        Tasks "tasks" "Nhiệm vụ" | "Tasks";
        Activities "activities" "Hoạt động" | "Activities";
        Obstacles "obstacles" "Tồn tại, vướng mắc" | "Obstacles";
        CalendarDays "calendar-days" "Lịch ngày làm việc" | "Calendar days";
        ReportingDuties "reporting-duties" "Chế độ báo cáo" | "Reporting duties";
        ReportSubmissions "report-submissions" "Báo cáo đã lập" | "Report submissions";
        ReportingExtensions "reporting-extensions" "Gia hạn báo cáo" | "Reporting extensions";
        Statements "statements" "Nhận định" | "Statements";
        Programmes "programmes" "Chương trình" | "Programmes";
        BudgetEntries "budget-entries" "Bút toán" | "Budget entries";
        BudgetPublications "budget-publications" "Số công bố về vốn" | "Budget publications";
        Works "works" "Công trình" | "Works";
        Mandates "mandates" "Phân công" | "Mandates";
        Clients "clients" "Ứng dụng kết nối" | "Clients";
        Grants "grants" "Phân quyền" | "Grants";
    }
}

/// What can be put into a row of the journal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum JournalEmbed {
    Record,
}

impl SortKey for JournalEmbed {
    const ORDERS: &'static [(&'static str, Self)] = &[("record", Self::Record)];
}

parameters! {
    /// Parameters of `GET /v1/journal`.
    JournalQuery {
        collection: AnyOf<CollectionName>, "Writes to these collections";
        record_id: Option<RecordId>, "Writes to this record";
        client_id: Option<ClientId>, "Writes of this client";
        recorded_at_gte: Option<Timestamp>, "Written at this instant or later";
        recorded_at_lte: Option<Timestamp>, "Written at this instant or earlier";
        embed: Pick<JournalEmbed>, "Related records to put into each row";
        limit: Limit, "Rows of a page";
        cursor: Option<Cursor>, "Where the page begins";
    }
}

parameters! {
    /// Parameters of the versions of a record.
    VersionQuery {
        limit: Limit, "Rows of a page";
        cursor: Option<Cursor>, "Where the page begins";
    }
}

/// Nhật ký ghi dữ liệu
///
/// The journal: who wrote what, when, newest first, for the units that the caller keeps.
#[utoipa::path(
    tag = "journal", params(JournalQuery),
    extensions(("x-permission" = json!("journal:read"))),
    responses((status = 200, description = "A page of the journal", body = Page<JournalEntry>))
)]
#[get("/journal")]
async fn list_journal(
    permit: Permit<JournalRead>,
    db: web::Data<Db>,
    cursors: web::Data<CursorKey>,
    query: Query<JournalQuery>,
) -> Result<Listing<Page<JournalEntry>>, Error> {
    let caller = permit.caller()?;
    let query = query.0.into_inner()?;
    let request = PageRequest { key: &cursors, list: "journal", fingerprint: &query.fingerprint, limit: query.limit };
    let before = request.after(query.cursor.as_ref())?.and_then(|values| values.first()?.parse().ok());
    let sight = sight_of(caller.memory.part::<Territory>(), caller.scope.clone());
    let wanted = query.clone();
    let rows = db.read(move |conn| Ok(queries::list(conn, &sight, &wanted, before)?)).await?;
    let with_record = query.embed.has(JournalEmbed::Record);
    let page = request.page(rows, None, |row| vec![row.position.to_string()]);
    Ok(Listing(page.map(|row| row.describe(with_record))))
}

/// Whoever holds the nation sees all, also what belongs to no unit.
fn sight_of(territory: &Territory, scope: Scope) -> Sight {
    match territory.root() {
        Some(root) if scope.units.contains(&root) => Sight::Everything,
        _ => Sight::Within(scope),
    }
}

/// Các phiên bản của một bản ghi
///
/// The versions of a record, oldest first, each as it was. What was deleted can still be read here.
#[utoipa::path(
    tag = "journal",
    params(("collection" = inline(VersionedCollection), Path, description = "Kind of record"), ("id" = RecordId, Path, description = "Record"), VersionQuery),
    extensions(("x-permission" = json!("history:read"))),
    responses((status = 200, description = "A page of versions", body = Page<JournalEntry>))
)]
#[get("/{collection}/{id}/versions")]
async fn list_versions(
    permit: Permit<HistoryRead>,
    db: web::Data<Db>,
    cursors: web::Data<CursorKey>,
    path: web::Path<(String, String)>,
    query: Query<VersionQuery>,
) -> Result<Listing<Page<JournalEntry>>, Error> {
    let caller = permit.caller()?;
    let (collection, id) = path.into_inner();
    let kind = VersionedCollection::parse(&collection).map_err(|_| Error::NotFound)?;
    let collection = CollectionName::parse(&collection).map_err(|_| Error::NotFound)?;
    let id = path_id(&id)?;
    let query = query.0.into_inner()?;
    let territory = caller.memory.part::<Territory>();
    let sight = match kind {
        VersionedCollection::Units
        | VersionedCollection::UnitSuccessions
        | VersionedCollection::UnitStatuses
        | VersionedCollection::UnitGeometries
        | VersionedCollection::CriteriaSets
        | VersionedCollection::ThresholdVerifications
        | VersionedCollection::CalendarDays
        | VersionedCollection::ReportingDuties
        | VersionedCollection::Programmes
        | VersionedCollection::Indicators => Sight::Everything,
        VersionedCollection::Observations
        | VersionedCollection::Assessments
        | VersionedCollection::PeriodLocks
        | VersionedCollection::Files
        | VersionedCollection::Acts
        | VersionedCollection::Agencies
        | VersionedCollection::People
        | VersionedCollection::Committees
        | VersionedCollection::Mandates
        | VersionedCollection::Meetings
        | VersionedCollection::Directives
        | VersionedCollection::Tasks
        | VersionedCollection::Obstacles
        | VersionedCollection::Activities
        | VersionedCollection::ReportSubmissions
        | VersionedCollection::Statements
        | VersionedCollection::BudgetEntries
        | VersionedCollection::Works
        | VersionedCollection::BudgetPublications
        | VersionedCollection::ReportingExtensions
        | VersionedCollection::RecognitionDossiers => sight_of(territory, caller.readable().clone()),
        VersionedCollection::Clients | VersionedCollection::Grants => {
            sight_of(territory, Scope::of(caller.grants(), AccessManage::ROLES).reading(territory, db.clock().today()))
        }
    };
    let fingerprint = format!("{collection} {id} {}", query.fingerprint);
    let request = PageRequest { key: &cursors, list: "versions", fingerprint: &fingerprint, limit: query.limit };
    let after: Option<i64> = request.after(query.cursor.as_ref())?.and_then(|values| values.first()?.parse().ok());
    let limit = query.limit.plus_one();
    let rows =
        db.read(move |conn| Ok(queries::versions(conn, &sight, &collection, id, after.unwrap_or(0), limit)?)).await?;
    if rows.is_empty() && after.is_none() {
        return Err(Error::NotFound);
    }
    let page = request.page(rows, None, |row| vec![row.version.to_string()]);
    Ok(Listing(page.map(|row| row.describe(true))))
}

pub fn routes(config: &mut ServiceConfig<'_>) {
    config.service(list_journal).service(list_versions);
}
