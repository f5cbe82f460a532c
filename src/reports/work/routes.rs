//! `/v1/reports/work-progress`

use super::answer::answer;
use super::asked::Asked;
use super::model::WorkProgress;
use super::{party_queries, rules, table};
use crate::access::{Permit, ReportRead};
use crate::codes::Code;
use crate::committee::tasks::TaskKind;
use crate::db::Db;
use crate::error::{Error, Fault};
use crate::http::{AnyOf, Format, Fresh, Query, parameters};
use crate::reports::fold::asked_for;
use crate::reports::model::GroupBy;
use crate::reports::routes::{separated, workbook};
use crate::units::{Territory, UnitChoice};
use crate::values::{CommitteeId, LocalDate, SearchText, UnitCode, UnitId};
use actix_web::{get, web};

parameters! {
    /// Parameters of `work-progress`.
    WorkProgressQuery {
        unit_id: Option<UnitId>, "The unit whose work, and that of all below it, is counted; the nation unless one is named";
        unit_code: Option<UnitCode>, "The same, by code: its holder today, else its last holder";
        unit_name: Option<SearchText>, "The same, by exact name without diacritics; several hits are refused with candidates";
        committee_id: Option<CommitteeId>, "The work of this committee and of the groups that serve it alone: its tasks and activities, obstacles noted at its meetings or that it is to answer";
        due_date_gte: Option<LocalDate>, "Tasks due on this day or later, and activities of this day or later; with it, tasks without a due date are left out";
        due_date_lte: Option<LocalDate>, "Tasks due on this day or earlier, and activities of this day or earlier; with it, tasks without a due date are left out";
        kind: AnyOf<TaskKind>, "Tasks of these kinds";
        group_by: GroupBy, "How the report is divided, each record by the tree of its own day";
    }
}

/// Tiến độ thực hiện nhiệm vụ
///
/// How far the work of a unit and of all below it is: tasks due, on time, late and open, by kind and by whoever has them;
/// members without a commitment; obstacles by level and age; visits and inspections, and the communes that nobody went
/// to. Every record counts by the tree of its own day. Obstacles are told as they stand today, whatever the days asked
/// for. As a table: one row for each party, or for each group where the report is divided.
#[utoipa::path(
    tag = "reports", params(WorkProgressQuery),
    extensions(("x-permission" = json!("report:read"))),
    responses((status = 200, description = "The progress", content((WorkProgress = "application/json"), (String = "text/csv"), (String = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"))))
)]
#[get("/reports/work-progress")]
pub async fn get_work_progress(
    permit: Permit<ReportRead>,
    db: web::Data<Db>,
    query: Query<WorkProgressQuery>,
) -> Result<Fresh, Error> {
    let caller = permit.caller()?;
    let query = query.0.into_inner()?;
    if query.due_date_gte.zip(query.due_date_lte).is_some_and(|(from, to)| to < from) {
        return Err(Error::invalid(Fault::parameter("due_date_lte", Code::DateOrder)));
    }
    let (memory, format, today) = (caller.memory.clone(), caller.format, db.clock().today());
    let choice = UnitChoice { id: query.unit_id, code: query.unit_code, name: query.unit_name };
    let unit = asked_for(memory.part::<Territory>(), &choice, today)?;
    let mut asked = Asked {
        committee_id: query.committee_id,
        kinds: query.kind.0,
        from: query.due_date_gte,
        to: query.due_date_lte,
        group_by: query.group_by,
        ..Asked::of(&memory, &caller.scope, unit, today)?
    };
    let known = memory.clone();
    let report = db
        .read(move |conn| {
            if let Some(id) = asked.committee_id {
                asked.committees = party_queries::committee_and_groups(conn, &asked.scope, id)?;
                if asked.committees.is_empty() {
                    return Err(Error::invalid(Fault::parameter("committee_id", Code::UnknownReference)));
                }
            }
            // A file has room for all lines.
            let most = if format == Format::Json { rules::MOST_LINES } else { usize::MAX };
            answer(&known, conn, &asked, most)
        })
        .await?;
    match format {
        Format::Json | Format::Html | Format::Docx => Ok(Fresh::json(&report)),
        Format::Csv => separated(&table::table(&report)),
        Format::Xlsx => workbook(table::table(&report)).await,
    }
}
