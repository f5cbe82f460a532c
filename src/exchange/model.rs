//! What an import answers.

use crate::assessments::{CriteriaMet, Verdict};
use crate::units::UnitRef;
use crate::values::{BandCode, CriterionCode, vocabulary};
use serde::Serialize;
use utoipa::ToSchema;

vocabulary! {
    /// How a sheet lies.
    Layout {
        /// One row for each unit, one column for each item.
        Wide "WIDE" "Mỗi đơn vị một dòng" | "One row for each unit";
        /// One row for each unit and item, with numerator, denominator, day and note.
        Long "LONG" "Mỗi chỉ tiêu một dòng" | "One row for each item";
    }
}

crate::http::parameter_value!(Layout, Layout::Wide);

vocabulary! {
    /// How an import came out.
    ImportStatus {
        Ok "OK" "Đã ghi" | "Stored";
        /// A unit meets fewer criteria than before, or its verdicts leave no number open.
        Warning "WARNING" "Đã ghi, cần xem lại" | "Stored, to be looked at";
    }
}

/// Units of a file, by what became of their assessments.
#[derive(Debug, Clone, Copy, Default, Serialize, ToSchema)]
pub struct ImportStats {
    /// Rows that name a unit.
    #[schema(minimum = 0, maximum = 100000)]
    pub rows: i64,
    /// Assessments that were begun.
    #[schema(minimum = 0, maximum = 100000)]
    pub created: i64,
    #[schema(minimum = 0, maximum = 100000)]
    pub updated: i64,
    /// Units of which the file says nothing new.
    #[schema(minimum = 0, maximum = 100000)]
    pub unchanged: i64,
}

/// A cell that says something new.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct CellChange {
    pub item_code: CriterionCode,
    /// Letters of the column.
    #[schema(max_length = 3, pattern = "^[A-Z]{1,3}$", example = "L")]
    pub column: String,
    #[schema(minimum = 1, maximum = 1048576)]
    pub row: u32,
    /// What held, as a sheet shows it; null where nothing did.
    #[schema(max_length = 4000, pattern = "^[^\\u0000]*$", example = "38.9")]
    pub from: Option<String>,
    #[schema(max_length = 4000, pattern = "^[^\\u0000]*$", example = "41")]
    pub to: String,
    /// Verdict on the item before; null where there was no assessment.
    pub verdict_from: Option<Verdict>,
    pub verdict_to: Verdict,
}

/// What an import changes for one unit.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct UnitImport {
    pub unit: UnitRef,
    /// Null where there was no assessment, or its verdicts contradicted its declared total.
    pub criteria_met_before: Option<CriteriaMet>,
    pub criteria_met_after: Option<CriteriaMet>,
    /// The band in which all of the range lies; null where none is.
    pub band_before: Option<BandCode>,
    pub band_after: Option<BandCode>,
    #[schema(max_items = 3000)]
    pub cells: Vec<CellChange>,
}

/// How many units of the file stand in a band.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct BandChange {
    pub code: BandCode,
    #[schema(minimum = 0, maximum = 100000)]
    pub before_count: i64,
    #[schema(minimum = 0, maximum = 100000)]
    pub after_count: i64,
}

/// What an import did, or would do.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(example = json!({
    "status": "OK", "stats": { "rows": 13, "created": 1, "updated": 0, "unchanged": 12 }, "units_truncated": false,
    "units": [{
        "unit": { "id": "01992f3e-7c1a-7b55-9a0e-4f6f0c1d2e3f", "code": "01984", "name": "Đôn Phong", "kind_code": "XA" },
        "criteria_met_before": null, "criteria_met_after": { "min": 1, "max": 19 }, "band_before": null, "band_after": null,
        "cells": [{ "item_code": "10.1", "column": "L", "row": 7, "from": null, "to": "41", "verdict_from": null, "verdict_to": "MET" }]
    }],
    "bands": [{ "code": "19", "before_count": 4, "after_count": 4 }]
}))]
pub struct SheetImport {
    pub status: ImportStatus,
    pub stats: ImportStats,
    /// Units of which the file says something new, in the order of its rows; the first 1000 of them.
    #[schema(max_items = 1000)]
    pub units: Vec<UnitImport>,
    pub units_truncated: bool,
    /// All units of the file, before and after.
    #[schema(max_items = 20)]
    pub bands: Vec<BandChange>,
}
