//! What an import of money answers.

use crate::programmes::ledger::EntryKind;
use crate::values::{BudgetEntryId, ExternalId};
use serde::Serialize;
use utoipa::ToSchema;

/// Entries of a file, by what became of them.
#[derive(Debug, Clone, Copy, Default, Serialize, ToSchema)]
pub struct BudgetImportStats {
    /// Rows that say something, totals among them.
    #[schema(minimum = 0, maximum = 100000)]
    pub rows: i64,
    /// Totals that were held against the rows above them.
    #[schema(minimum = 0, maximum = 100000)]
    pub totals: i64,
    #[schema(minimum = 0, maximum = 200000)]
    pub created: i64,
    /// Entries that were recorded before, under the same ids.
    #[schema(minimum = 0, maximum = 200000)]
    pub unchanged: i64,
}

/// What the new entries of a kind come to.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct BudgetImportSum {
    pub kind: EntryKind,
    #[schema(minimum = 1, maximum = 200000)]
    pub count: i64,
    #[schema(minimum = -9_007_199_254_740_991_i64, maximum = 9_007_199_254_740_991_i64)]
    pub amount_vnd: i64,
}

/// An entry that is new.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct BudgetImportEntry {
    #[schema(minimum = 1, maximum = 1048576)]
    pub row: u32,
    pub id: BudgetEntryId,
    pub external_id: ExternalId,
    pub kind: EntryKind,
    #[schema(minimum = -9_007_199_254_740_991_i64, maximum = 9_007_199_254_740_991_i64)]
    pub amount_vnd: i64,
}

/// What an import of money did, or would do.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(example = json!({
    "stats": { "rows": 3, "totals": 1, "created": 4, "unchanged": 0 },
    "sums": [{ "kind": "ASSIGN", "count": 2, "amount_vnd": 387909000000_i64 }, { "kind": "PAY", "count": 2, "amount_vnd": 60251000000_i64 }],
    "entries": [{ "row": 3, "id": "01992f3e-7c1a-7b55-9a0e-4f6f0c1d2e3f", "external_id": "BC-2025-05-1.GIAO", "kind": "ASSIGN", "amount_vnd": 320197000000_i64 }],
    "entries_truncated": true
}))]
pub struct BudgetImport {
    pub stats: BudgetImportStats,
    /// By kind.
    #[schema(max_items = 20)]
    pub sums: Vec<BudgetImportSum>,
    /// The new entries, in the order of the file; the first 1000 of them.
    #[schema(max_items = 1000)]
    pub entries: Vec<BudgetImportEntry>,
    pub entries_truncated: bool,
}
