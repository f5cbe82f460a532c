//! The answer for a work, with its money.

use super::model::{Work, WorkProgressReport, WorkRecord};
use crate::db::{Conn, Snapshot};
use crate::error::Error;
use crate::parties::agencies;
use crate::programmes::ledger::BudgetLines;
use crate::units::Territory;
use crate::values::{AgencyId, LocalDate, UnitId};
use std::collections::HashMap;

/// The units of some agencies: where one is gone, so is the agency.
pub type Seats = HashMap<AgencyId, UnitId>;

/// The units of the agencies that own these works and are there today.
pub fn seats_of(conn: &mut Conn, records: &[WorkRecord], today: LocalDate) -> Result<Seats, Error> {
    let mut ids: Vec<AgencyId> = records.iter().filter_map(|record| record.row.owner_agency_id).collect();
    ids.sort();
    ids.dedup();
    Ok(agencies::seats(conn, &ids, today)?.into_iter().collect())
}

pub fn describe(record: WorkRecord, seats: &Seats, memory: &Snapshot, today: LocalDate) -> Result<Work, Error> {
    let territory = memory.part::<Territory>();
    let money = memory.part::<BudgetLines>().of_work(record.row.id);
    let (newest, accepted_vnd) = (record.newest().cloned(), record.accepted_vnd());
    let row = record.row;
    let unit = territory.reference(row.unit_id, row.unit_date);
    let owner = row.owner_unit_id.or_else(|| row.owner_agency_id.and_then(|agency| seats.get(&agency).copied()));
    let owned = owner.is_some_and(|owner| territory.on(owner, today).is_some());
    let lately = |unit: UnitId| territory.reference(unit, territory.get(unit)?.nearest_day(today));
    Ok(Work {
        id: row.id,
        version: row.version,
        unit: unit.ok_or_else(|| Error::internal("a work of a unit that is not there"))?,
        name: row.name,
        programme_code: row.programme_code,
        component_code: row.component_code,
        owner_unit: row.owner_unit_id.and_then(lately),
        owner_agency_id: row.owner_agency_id,
        owner_act_id: row.owner_act_id,
        needs_owner: row.state.is_open() && !owned,
        total_investment_vnd: row.total_investment_vnd,
        state: row.state,
        planned_start_date: row.planned_start_date,
        planned_end_date: row.planned_end_date,
        started_date: row.started_date,
        completed_date: row.completed_date,
        physical_percent: newest.map(|report| report.physical_percent),
        accepted_vnd,
        plan_vnd: money.plan,
        medium_term_vnd: money.medium_term,
        disbursed_vnd: money.disbursed,
        construction_debt_vnd: accepted_vnd.map(|accepted| (accepted - money.disbursed).max(0)),
        over_investment_vnd: row.total_investment_vnd.map(|total| {
            let most = [money.plan, money.medium_term, money.disbursed, accepted_vnd.unwrap_or(0)].into_iter().max();
            (most.unwrap_or(0) - total).max(0)
        }),
        progress: record
            .progress
            .into_iter()
            .map(|report| WorkProgressReport {
                number: report.number,
                reported_date: report.reported_date,
                physical_percent: report.physical_percent,
                accepted_vnd: report.accepted_vnd,
                note: report.note,
                client_id: report.client_id,
                reported_at: report.reported_at,
            })
            .collect(),
        allowed_transitions: row.state.next().to_vec(),
        note: row.note,
        external_id: row.external_id,
        created_at: row.created_at,
        updated_at: row.updated_at,
    })
}
