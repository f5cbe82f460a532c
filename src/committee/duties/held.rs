//! All duties in memory, and what follows from them: which periods are owed, by when, by whom, to whom.

use super::model::{DutyRow, ReportingDuty};
use super::{queries, rules};
use crate::calendar::WorkingCalendar;
use crate::db::{Conn, Part};
use crate::error::Error;
use crate::units::{Territory, territory_reference};
use crate::values::{ListCode, LocalDate, Period, ReportingDutyId, UnitId};

/// All duties, in the order of their codes.
pub struct ReportingDuties {
    rows: Vec<DutyRow>,
}

/// What is owed for one period.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Due {
    pub period: Period,
    /// Last day on time; null where nobody says by when.
    pub date: Option<LocalDate>,
    /// The days off of a year in the term are not known: it may lie later.
    pub provisional: bool,
}

impl Due {
    /// The day whose units owe it: that on which it is due, else the last of its period. A unit that a reform ended
    /// before sends nothing; its successor does.
    pub fn day(&self) -> LocalDate {
        self.date.unwrap_or_else(|| self.period.last_day())
    }
}

impl Part for ReportingDuties {
    const COLLECTIONS: &'static [&'static str] = &["reporting-duties"];

    fn load(conn: &mut Conn) -> Result<Self, Error> {
        Ok(ReportingDuties { rows: queries::all(conn)? })
    }
}

impl ReportingDuties {
    pub fn all(&self) -> &[DutyRow] {
        &self.rows
    }

    pub fn by_code(&self, code: &ListCode) -> Option<&DutyRow> {
        self.rows.iter().find(|row| row.code == *code)
    }

    pub fn by_id(&self, id: ReportingDutyId) -> Option<&DutyRow> {
        self.rows.iter().find(|row| row.id == id)
    }
}

impl DutyRow {
    /// What is owed for a period; `None` where nothing is.
    pub fn owed(&self, period: Period, calendar: &WorkingCalendar) -> Option<Due> {
        if !rules::periods_of(self.period_kind, period.year()).contains(&period) {
            return None;
        }
        let last = period.last_day();
        if last < self.valid_from || self.valid_to.is_some_and(|end| end <= last) {
            return None;
        }
        let Some(rule) = self.due_rule() else { return Some(Due { period, date: None, provisional: false }) };
        let plain = |date| (date, false);
        let worked = |day, days| calendar.after(day, days).map(|end| (end.date, end.provisional));
        let (date, provisional) = rules::due_date(rule, period, plain, worked)?;
        // Nobody is late with what was due before it held.
        (self.valid_from < date).then_some(Due { period, date: Some(date), provisional })
    }

    /// What is owed whose day lies between two days, oldest period first; a term ends so many years after its period at
    /// the most.
    pub fn owed_between(&self, from: LocalDate, to: LocalDate, years: i32, calendar: &WorkingCalendar) -> Vec<Due> {
        let named = (from.year() - years).max(*Period::YEARS.start())..=to.year().min(*Period::YEARS.end());
        let periods = named.flat_map(|year| rules::periods_of(self.period_kind, year));
        let owed = periods.filter_map(|period| self.owed(period, calendar));
        owed.filter(|due| from <= due.day() && due.day() <= to).collect()
    }

    /// Does a unit owe it on a day?
    pub fn binds(&self, territory: &Territory, unit: UnitId, day: LocalDate) -> bool {
        territory.get(unit).is_some_and(|held| held.unit.level == self.from_level)
            && territory.is_within(unit, self.unit_id, day)
    }

    /// The unit that receives it from another: that of the level above it, else the next one above. Since 01/07/2025
    /// there are no districts; what went to them goes to the province.
    pub fn receiver(&self, territory: &Territory, unit: UnitId, day: LocalDate) -> Option<UnitId> {
        let reaches = |above: &UnitId| territory.get(*above).is_some_and(|held| held.unit.level <= self.to_level);
        territory.ancestors(unit, day).find(reaches)
    }

    pub fn describe(&self, territory: &Territory) -> Result<ReportingDuty, Error> {
        let held = territory.get(self.unit_id).ok_or_else(|| Error::internal("a duty of a unit that is not there"))?;
        Ok(ReportingDuty {
            id: self.id,
            version: self.version,
            code: self.code.clone(),
            unit: territory_reference(self.unit_id, &held.timeline[held.timeline.len() - 1]),
            name: self.names(),
            programme_code: self.programme_code.clone(),
            form_code: self.form_code.clone(),
            from_level: self.from_level,
            to_level: self.to_level,
            recipient: self.recipient.clone(),
            period_kind: self.period_kind,
            due_rule: self.due_rule(),
            citation: self.citation.clone(),
            confidence: self.confidence,
            valid_from: self.valid_from,
            valid_to: self.valid_to,
            external_id: self.external_id.clone(),
            created_at: self.created_at,
            updated_at: self.updated_at,
        })
    }
}
