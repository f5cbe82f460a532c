//! Lines: the key of an amount of money with what its entries come to.

use super::rules::Sums;
use crate::db::schema::budget_lines;
use crate::values::{BudgetLineId, ComponentCode, ListCode, LocalDate, UnitId, WorkId};
use diesel::prelude::*;

/// What tells one line from another.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct LineKey {
    pub unit_id: UnitId,
    pub programme_code: ListCode,
    pub component_code: Option<ComponentCode>,
    pub funding_source_code: ListCode,
    pub nature_code: Option<ListCode>,
    pub plan_year: i32,
    pub plan_end_year: Option<i32>,
    pub origin_year: i32,
    pub work_id: Option<WorkId>,
}

/// A row of `budget_lines`. It follows from its entries, so it has no history of its own.
#[derive(Debug, Clone, PartialEq, Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = budget_lines, treat_none_as_default_value = false, treat_none_as_null = true)]
pub struct LineRow {
    pub id: BudgetLineId,
    pub unit_id: UnitId,
    pub unit_date: LocalDate,
    pub programme_code: ListCode,
    pub component_code: Option<ComponentCode>,
    pub funding_source_code: ListCode,
    pub nature_code: Option<ListCode>,
    pub plan_year: i32,
    pub plan_end_year: Option<i32>,
    pub origin_year: i32,
    pub work_id: Option<WorkId>,
    pub assigned_vnd: i64,
    pub adjusted_vnd: i64,
    pub received_vnd: i64,
    pub given_vnd: i64,
    pub carried_in_vnd: i64,
    pub carried_out_vnd: i64,
    pub committed_vnd: i64,
    pub advanced_vnd: i64,
    pub recovered_vnd: i64,
    pub paid_vnd: i64,
    pub refunded_vnd: i64,
    pub lapsed_vnd: i64,
    pub settled_vnd: i64,
}

impl LineRow {
    pub fn new(key: &LineKey, unit_date: LocalDate) -> LineRow {
        let key = key.clone();
        LineRow {
            id: BudgetLineId::new(),
            unit_id: key.unit_id,
            unit_date,
            programme_code: key.programme_code,
            component_code: key.component_code,
            funding_source_code: key.funding_source_code,
            nature_code: key.nature_code,
            plan_year: key.plan_year,
            plan_end_year: key.plan_end_year,
            origin_year: key.origin_year,
            work_id: key.work_id,
            assigned_vnd: 0,
            adjusted_vnd: 0,
            received_vnd: 0,
            given_vnd: 0,
            carried_in_vnd: 0,
            carried_out_vnd: 0,
            committed_vnd: 0,
            advanced_vnd: 0,
            recovered_vnd: 0,
            paid_vnd: 0,
            refunded_vnd: 0,
            lapsed_vnd: 0,
            settled_vnd: 0,
        }
    }

    pub fn key(&self) -> LineKey {
        LineKey {
            unit_id: self.unit_id,
            programme_code: self.programme_code.clone(),
            component_code: self.component_code.clone(),
            funding_source_code: self.funding_source_code.clone(),
            nature_code: self.nature_code.clone(),
            plan_year: self.plan_year,
            plan_end_year: self.plan_end_year,
            origin_year: self.origin_year,
            work_id: self.work_id,
        }
    }

    pub fn sums(&self) -> Sums {
        Sums {
            assigned: self.assigned_vnd,
            adjusted: self.adjusted_vnd,
            received: self.received_vnd,
            given: self.given_vnd,
            carried_in: self.carried_in_vnd,
            carried_out: self.carried_out_vnd,
            committed: self.committed_vnd,
            advanced: self.advanced_vnd,
            recovered: self.recovered_vnd,
            paid: self.paid_vnd,
            refunded: self.refunded_vnd,
            lapsed: self.lapsed_vnd,
            settled: self.settled_vnd,
        }
    }

    pub fn set(&mut self, sums: Sums) {
        self.assigned_vnd = sums.assigned;
        self.adjusted_vnd = sums.adjusted;
        self.received_vnd = sums.received;
        self.given_vnd = sums.given;
        self.carried_in_vnd = sums.carried_in;
        self.carried_out_vnd = sums.carried_out;
        self.committed_vnd = sums.committed;
        self.advanced_vnd = sums.advanced;
        self.recovered_vnd = sums.recovered;
        self.paid_vnd = sums.paid;
        self.refunded_vnd = sums.refunded;
        self.lapsed_vnd = sums.lapsed;
        self.settled_vnd = sums.settled;
    }
}
