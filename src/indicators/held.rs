//! All indicators in memory.

use super::model::{Dimension, Indicator, IndicatorRow, ValueType};
use super::queries;
use crate::db::{Conn, Part};
use crate::error::Error;
use crate::statuses::Statuses;
use crate::units::Territory;
use crate::values::{IndicatorCode, IndicatorId, ListCode, LocalDate, Names, StatusValue, Title, UnitId};
use std::collections::HashMap;

/// An indicator ready for use.
#[derive(Debug, Clone)]
pub struct HeldIndicator {
    pub row: IndicatorRow,
    pub breakdowns: Vec<Dimension>,
    pub topic_codes: Vec<ListCode>,
    pub derivation_values: Vec<StatusValue>,
}

impl HeldIndicator {
    pub fn new(row: IndicatorRow) -> Result<HeldIndicator, Error> {
        Ok(HeldIndicator {
            breakdowns: serde_json::from_value(row.breakdowns.0.clone()).map_err(Error::internal)?,
            topic_codes: serde_json::from_value(row.topic_codes.0.clone()).map_err(Error::internal)?,
            derivation_values: serde_json::from_value(row.derivation_values.0.clone()).map_err(Error::internal)?,
            row,
        })
    }

    pub fn names(&self) -> Names {
        Names { vi: self.row.name_vi.clone(), en: self.row.name_en.clone() }
    }

    /// By what its numerator is multiplied: 100 for percentages; none where it is no quotient.
    pub fn per(&self) -> Option<i64> {
        match self.row.value_type {
            ValueType::Percent => Some(100),
            ValueType::Number if self.row.numerator_vi.is_some() => Some(1),
            ValueType::Number | ValueType::Count | ValueType::Boolean => None,
        }
    }

    /// Does a unit count on a day, by the status that it has?
    pub fn counts(&self, statuses: &Statuses, territory: &Territory, unit: UnitId, day: LocalDate) -> bool {
        let Some(kind) = self.row.derivation_kind else { return false };
        let status = statuses.held(territory, unit, kind, day);
        status.is_some_and(|status| {
            self.derivation_values.is_empty() || self.derivation_values.contains(&status.value_code)
        })
    }

    pub fn describe(&self, territory: &Territory) -> Result<Indicator, Error> {
        let row = &self.row;
        let keeper = territory.get(row.keeper_unit_id).ok_or_else(|| Error::internal("an indicator without keeper"))?;
        let last = &keeper.timeline[keeper.timeline.len() - 1];
        let names =
            |vi: &Option<Title>, en: &Option<Title>| vi.clone().zip(en.clone()).map(|(vi, en)| Names { vi, en });
        Ok(Indicator {
            id: row.id,
            version: row.version,
            code: row.code.clone(),
            keeper_unit: crate::units::territory_reference(row.keeper_unit_id, last),
            name: self.names(),
            value_type: row.value_type,
            unit_code: row.unit_code.clone(),
            time_basis: row.time_basis,
            direction: row.direction,
            numerator: names(&row.numerator_vi, &row.numerator_en),
            denominator: names(&row.denominator_vi, &row.denominator_en),
            breakdowns: self.breakdowns.clone(),
            standard_code: row.standard_code.clone(),
            derivation: row.derivation,
            derivation_kind: row.derivation_kind,
            derivation_values: self.derivation_values.clone(),
            minimum: row.minimum,
            maximum: row.maximum,
            topic_codes: self.topic_codes.clone(),
            confidence: row.confidence,
            external_id: row.external_id.clone(),
            created_at: row.created_at,
            updated_at: row.updated_at,
        })
    }
}

/// All indicators, in the order of their codes.
pub struct Indicators {
    held: Vec<HeldIndicator>,
    by_code: HashMap<IndicatorCode, usize>,
    by_id: HashMap<IndicatorId, usize>,
}

impl Part for Indicators {
    const COLLECTIONS: &'static [&'static str] = &["indicators"];

    fn load(conn: &mut Conn) -> Result<Self, Error> {
        let held: Vec<HeldIndicator> =
            queries::all(conn)?.into_iter().map(HeldIndicator::new).collect::<Result<_, _>>()?;
        let by_code = held.iter().enumerate().map(|(at, held)| (held.row.code.clone(), at)).collect();
        let by_id = held.iter().enumerate().map(|(at, held)| (held.row.id, at)).collect();
        Ok(Indicators { held, by_code, by_id })
    }
}

impl Indicators {
    pub fn all(&self) -> &[HeldIndicator] {
        &self.held
    }

    pub fn by_code(&self, code: &IndicatorCode) -> Option<&HeldIndicator> {
        self.by_code.get(code).map(|at| &self.held[*at])
    }

    pub fn by_id(&self, id: IndicatorId) -> Option<&HeldIndicator> {
        self.by_id.get(&id).map(|at| &self.held[*at])
    }
}
