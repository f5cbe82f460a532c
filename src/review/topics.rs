//! The topics that a committee reviews, each with what is known of it.

use super::model::ReviewTopic;
use crate::access::Scope;
use crate::code_lists::CodeLists;
use crate::db::{Conn, Snapshot};
use crate::error::Error;
use crate::indicators::Indicators;
use crate::reports::{
    self, Basis, ComparedFigure, ComparedIndicator, ComparisonQuestion, FigureOrigin, KnowledgeState, MOST_INDICATORS,
};
use crate::units::UnitChoice;
use crate::values::{IndicatorCode, IndicatorId, ListCode, LocalDate, Names, Period, UnitId};

/// Every topic in the order of its list.
pub fn all(
    memory: &Snapshot,
    conn: &mut Conn,
    scope: &Scope,
    unit: UnitId,
    periods: [Period; 2],
    today: LocalDate,
) -> Result<Vec<ReviewTopic>, Error> {
    let entries = memory.part::<CodeLists>().0.get("review-topics").map(|list| list.items.clone()).unwrap_or_default();
    let mut topics = Vec::with_capacity(entries.len());
    for entry in entries {
        let of_topic = memory.part::<Indicators>().all().iter().filter(|held| held.topic_codes.contains(&entry.code));
        let codes: Vec<IndicatorCode> = of_topic.map(|held| held.row.code.clone()).collect();
        let mut known: Vec<ComparedIndicator> = Vec::new();
        for some in codes.chunks(MOST_INDICATORS) {
            let question = ComparisonQuestion {
                unit: UnitChoice { id: Some(unit), ..UnitChoice::default() },
                indicator_codes: some.to_vec(),
                topic_code: None,
                periods: periods.to_vec(),
                basis: Basis::AsReported,
                today,
            };
            let prepared = reports::prepare_comparison(memory, scope, question)?;
            // Who has no figure of its own is not compared: those of the whole country are read for the others alone.
            let alone = reports::compare(memory, conn, &prepared.alone())?.indicators;
            let told: Vec<IndicatorId> = alone.into_iter().filter(is_known).map(|indicator| indicator.id).collect();
            if !told.is_empty() {
                known.extend(reports::compare(memory, conn, &prepared.only(&told))?.indicators);
            }
        }
        topics.push(ReviewTopic {
            source_path: source_path(unit, periods, &entry.code, &codes, &known),
            state: if known.is_empty() { KnowledgeState::NoData } else { KnowledgeState::Known },
            unknown_count: i64::try_from(codes.len() - known.len()).unwrap_or(i64::MAX),
            name: Names { vi: entry.label_vi, en: entry.label_en },
            code: entry.code,
            indicators: known,
        });
    }
    Ok(topics)
}

/// A comparison takes so many indicators: of a topic with more it is asked for those that are known.
fn source_path(
    unit: UnitId,
    [earlier, period]: [Period; 2],
    topic: &ListCode,
    codes: &[IndicatorCode],
    known: &[ComparedIndicator],
) -> String {
    let compared = format!("/v1/reports/indicator-comparison?unit_id={unit}&period={earlier},{period}");
    let some: Vec<&str> = known.iter().take(MOST_INDICATORS).map(|indicator| indicator.code.as_str()).collect();
    match codes.len() {
        count if count <= MOST_INDICATORS => format!("{compared}&topic_code={topic}"),
        _ if some.is_empty() => format!("/v1/indicators?topic_code={topic}"),
        _ => format!("{compared}&indicator_code={}", some.join(",")),
    }
}

/// Is there a figure of the unit itself, reached or planned, in one of the periods?
fn is_known(indicator: &ComparedIndicator) -> bool {
    // A count of statuses that finds none may mean that none was recorded: that is no figure.
    let says = |figure: &Option<ComparedFigure>| {
        figure.as_ref().is_some_and(|figure| figure.origin != FigureOrigin::Derived || 0 < figure.value.scaled())
    };
    indicator.periods.iter().any(|period| says(&period.unit.actual) || says(&period.unit.target))
}
