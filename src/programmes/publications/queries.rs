//! SQL of publications.

use super::model::PublicationRow;
use super::routes::PublicationQuery;
use crate::db::schema::budget_publications;
use crate::parties::collection;
use crate::values::BudgetPublicationId;
use diesel::prelude::*;

collection!(
    budget_publications,
    PublicationRow,
    BudgetPublicationId,
    "budget-publications",
    PublicationQuery,
    |rows, query| {
        if let Some(year) = query.plan_year {
            rows = rows.filter(budget_publications::plan_year.eq(year.0));
        }
    }
);
