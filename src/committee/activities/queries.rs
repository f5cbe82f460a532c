//! SQL of activities.

use super::model::{
    ActivityFileRow, ActivityPartyRow, ActivityRecord, ActivityRow, ActivityUnitRow, RecommendationRow,
};
use super::routes::ActivityQuery;
use crate::db::schema::{activities, activity_parties, activity_units};
use crate::db::stored_with_parts;
use crate::parties::collection;
use crate::values::{ActivityId, search};
use diesel::prelude::*;

collection!(activities, ActivityRow, ActivityId, "activities", ActivityQuery, |rows, query| {
    if !query.committee_id.0.is_empty() {
        rows = rows.filter(activities::committee_id.eq_any(query.committee_id.0.clone()));
    }
    if !query.kind.0.is_empty() {
        rows = rows.filter(activities::kind.eq_any(query.kind.0.clone()));
    }
    if !query.status.0.is_empty() {
        rows = rows.filter(activities::status.eq_any(query.status.0.clone()));
    }
    if !query.task_id.0.is_empty() {
        rows = rows.filter(activities::task_id.eq_any(query.task_id.0.clone()));
    }
    if !query.target_unit_id.0.is_empty() {
        let of_units = activity_units::table
            .filter(activity_units::target_unit_id.eq_any(query.target_unit_id.0.clone()))
            .select(activity_units::activity_id);
        rows = rows.filter(activities::id.eq_any(of_units));
    }
    if !query.person_id.0.is_empty() {
        let of_people = activity_parties::table
            .filter(activity_parties::person_id.eq_any(query.person_id.0.clone()))
            .select(activity_parties::activity_id);
        rows = rows.filter(activities::id.eq_any(of_people));
    }
    if !query.agency_id.0.is_empty() {
        let of_agencies = activity_parties::table
            .filter(activity_parties::agency_id.eq_any(query.agency_id.0.clone()))
            .select(activity_parties::activity_id);
        rows = rows.filter(activities::id.eq_any(of_agencies));
    }
    if let Some(text) = &query.q {
        rows = rows.filter(activities::search_text.like(search::pattern(text)).escape('\\'));
    }
    if let Some(day) = query.held_date_gte {
        rows = rows.filter(activities::held_date.ge(day));
    }
    if let Some(day) = query.held_date_lte {
        rows = rows.filter(activities::held_date.le(day));
    }
});

stored_with_parts!(ActivityRecord, ActivityRow, ActivityId, activities, "activities", "activity", {
    units: ActivityUnitRow in activity_units(activity_id, position);
    parties: ActivityPartyRow in activity_parties(activity_id, position);
    recommendations: RecommendationRow in activity_recommendations(activity_id, position);
    files: ActivityFileRow in activity_files(activity_id, position);
});
