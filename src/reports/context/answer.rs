//! The whole answer of `criterion-context`, put together.

use super::model::{ContextCharge, ContextCriterion, ContextObstacle, ContextResult, ContextTask, CriterionContext};
use super::money::Served;
use super::queries::{self, Place};
use crate::access::Scope;
use crate::assessments::{self, Summaries, Summary};
use crate::codes::Code;
use crate::committee::obstacles;
use crate::committee::party::Party;
use crate::committee::tasks::{self, Timeliness};
use crate::criteria::{CriteriaSets, HeldSet};
use crate::db::{Conn, Snapshot};
use crate::error::{Error, Fault};
use crate::indicators::Indicators;
use crate::parties::mandates;
use crate::reports::distribution::chosen_set;
use crate::reports::fold::{Wanted, When};
use crate::reports::model::PeriodChoice;
use crate::units::Territory;
use crate::values::{AssessmentId, CriteriaSetCode, CriteriaSetId, CriterionCode, LocalDate, Names, UnitId};

/// Lists stop here.
const MOST: usize = 50;

/// What is asked.
#[derive(Debug, Clone)]
pub struct Question {
    pub unit: UnitId,
    pub criterion: CriterionCode,
    pub criteria_set_code: Option<CriteriaSetCode>,
    pub period: PeriodChoice,
    pub today: LocalDate,
}

/// What memory knows of it.
pub struct Prepared {
    question: Question,
    /// Today, or the nearest day on which the unit was there.
    day: LocalDate,
    set: CriteriaSetId,
    counted: Option<AssessmentId>,
    result: Option<ContextResult>,
    name: Names,
    place: Place,
}

/// Today, or the nearest day on which the unit was there, of a unit that the caller may see.
/// Errors: `NOT_FOUND`.
pub fn visible(memory: &Snapshot, scope: &Scope, unit: UnitId, today: LocalDate) -> Result<LocalDate, Error> {
    let territory = memory.part::<Territory>();
    let day = territory.get(unit).ok_or(Error::NotFound)?.nearest_day(today);
    if scope.covers(territory, unit, day) { Ok(day) } else { Err(Error::NotFound) }
}

/// Which result counts, and where to look for the rest.
/// Errors: faults for a set or a criterion that there is not.
pub fn prepare(memory: &Snapshot, scope: &Scope, question: Question, day: LocalDate) -> Result<Prepared, Error> {
    let (territory, sets) = (memory.part::<Territory>(), memory.part::<CriteriaSets>());
    let (set, counted) = counted(memory, &question, day)?;
    let Some(at) = set.position(&question.criterion) else {
        return Err(Error::invalid(Fault::parameter("criterion", Code::CriterionNotInSet)));
    };
    let row = &set.criteria[at];
    let indicators = memory.part::<Indicators>();
    let measures = set.items[at].iter().flat_map(|item| &item.measures);
    let indicators = measures.filter_map(|measure| indicators.by_code(&measure.indicator_code)).map(|held| held.row.id);
    // A province's set asks the criteria of the one on which it stands.
    let same = |other: &&HeldSet| sets.stands_on(other.row.id, set.row.id) || sets.stands_on(set.row.id, other.row.id);
    let place = Place {
        scope: scope.clone(),
        unit: question.unit,
        above: territory.ancestors(question.unit, day).collect(),
        sets: sets.all().iter().filter(same).map(|other| other.row.id).collect(),
        criterion: question.criterion.clone(),
        indicators: indicators.collect(),
    };
    let result = counted.map(|summary| ContextResult {
        assessment_id: summary.assessment_id,
        period: summary.period,
        stage: summary.stage,
        verdict: summary.verdict(at),
    });
    Ok(Prepared {
        day,
        set: set.row.id,
        counted: counted.map(|summary| summary.assessment_id),
        result,
        name: Names { vi: row.name_vi.clone(), en: row.name_en.clone() },
        place,
        question,
    })
}

/// The set and the result that counts under it: as in the distribution, else, where no set was asked for and none is
/// reported under the national one, the unit's newest result under whichever set.
fn counted<'a>(
    memory: &'a Snapshot,
    question: &Question,
    day: LocalDate,
) -> Result<(&'a HeldSet, Option<&'a Summary>), Error> {
    let (sets, summaries) = (memory.part::<CriteriaSets>(), memory.part::<Summaries>());
    let (expected, when) = match question.period {
        PeriodChoice::Of(period) => (period.last_day().min(day), When::In(period)),
        PeriodChoice::Latest => (day, When::NewestUntil(question.today)),
    };
    let under = |set: &HeldSet| Wanted::new(sets, set, when, None).counted(summaries, question.unit);
    let set = chosen_set(sets, question.criteria_set_code.as_ref(), expected)?;
    let found = under(set).or_else(|| {
        let any = sets.all().iter().filter(|_| question.criteria_set_code.is_none());
        any.filter_map(under).max_by_key(|summary| (summary.period_end, summary.facts_of(), summary.assessment_id))
    });
    let own = found.and_then(|summary| sets.by_id(summary.criteria_set_id));
    Ok((own.unwrap_or(set), found))
}

/// The answer, with what the database knows.
pub fn answer(memory: &Snapshot, conn: &mut Conn, prepared: Prepared) -> Result<CriterionContext, Error> {
    let Prepared { question, day, set, counted, result, name, place } = prepared;
    let (territory, sets) = (memory.part::<Territory>(), memory.part::<CriteriaSets>());
    let set = sets.by_id(set).ok_or_else(|| Error::internal("a set that went away"))?;
    let items = match counted {
        Some(id) => assessments::open_items_of(conn, memory, &place.scope, id, &question.criterion)?,
        None => Vec::new(),
    };
    let (items_count, items, items_truncated) = cut(items, MOST);
    let obstacles = obstacles_of(conn, &place, question.today)?;
    let ids: Vec<_> = obstacles.iter().map(|obstacle| obstacle.id).collect();
    let (tasks_count, tasks, tasks_truncated) = cut(tasks_of(conn, &place, &ids, territory, question.today)?, MOST);
    let (obstacles_count, obstacles, obstacles_truncated) = cut(obstacles, MOST);
    let (mandates_count, mandates, mandates_truncated) = cut(charges_of(conn, &place, territory, day)?, MOST);
    let days = (question.unit, day, question.today);
    let served = Served::new(memory, &place.scope, days, &place.sets, &question.criterion);
    let (lines_unspent, works_unfinished) = (served.money(MOST), served.works(MOST));
    Ok(CriterionContext {
        unit: territory.reference(question.unit, day).ok_or(Error::NotFound)?,
        today: question.today,
        period: question.period,
        criteria_set_code: set.row.code.clone(),
        criterion: ContextCriterion { code: question.criterion, name },
        result,
        items_count,
        items,
        items_truncated,
        obstacles_count,
        obstacles,
        obstacles_truncated,
        tasks_count,
        tasks,
        tasks_truncated,
        mandates_count,
        mandates,
        mandates_truncated,
        lines_unspent,
        works_unfinished,
    })
}

/// How many there are, the first of them, and whether there are more.
pub(super) fn cut<T>(mut all: Vec<T>, most: usize) -> (i64, Vec<T>, bool) {
    let count = all.len();
    all.truncate(most);
    (i64::try_from(count).unwrap_or(i64::MAX), all, count > most)
}

fn obstacles_of(conn: &mut Conn, place: &Place, today: LocalDate) -> Result<Vec<ContextObstacle>, Error> {
    let found = queries::obstacles(conn, place)?.into_iter().map(|row| ContextObstacle {
        is_overdue: obstacles::is_overdue(row.status, row.answer_due_date, today),
        id: row.id,
        kind: row.kind,
        title: row.title,
        status: row.status,
        raised_date: row.raised_date,
        level: row.level,
        answer_due_date: row.answer_due_date,
    });
    let mut found: Vec<ContextObstacle> = found.collect();
    found.sort_by_key(|one| (!one.is_overdue, one.answer_due_date.unwrap_or(LocalDate::LAST), one.id));
    Ok(found)
}

fn tasks_of(
    conn: &mut Conn,
    place: &Place,
    obstacles: &[crate::values::ObstacleId],
    territory: &Territory,
    today: LocalDate,
) -> Result<Vec<ContextTask>, Error> {
    let found = queries::tasks(conn, place, obstacles)?.into_iter().map(|row| {
        let timeliness = tasks::timeliness(row.status, row.due_date, row.done_date, today);
        ContextTask {
            assignee: Party::of(row.who(), row.unit_date, territory),
            id: row.id,
            kind: row.kind,
            content: row.content,
            status: row.status,
            due_date: row.due_date,
            is_overdue: timeliness == Some(Timeliness::Overdue),
        }
    });
    let mut found: Vec<ContextTask> = found.collect();
    found.sort_by_key(|one| (!one.is_overdue, one.due_date.unwrap_or(LocalDate::LAST), one.id));
    Ok(found)
}

fn charges_of(
    conn: &mut Conn,
    place: &Place,
    territory: &Territory,
    day: LocalDate,
) -> Result<Vec<ContextCharge>, Error> {
    let (charges, memberships) = queries::charges(conn, place)?;
    // A charge counts while its holder belongs to its own committee.
    let counts = |charge: &mandates::MandateRow| {
        let own: Vec<_> = memberships.iter().filter(|held| held.committee_id == charge.committee_id).cloned().collect();
        mandates::counts_on(charge, &own, day)
    };
    let charges = charges.into_iter().filter(counts);
    Ok(charges
        .map(|charge| ContextCharge {
            mandate_id: charge.id,
            committee_id: charge.committee_id,
            person_id: charge.person_id,
            agency_id: charge.agency_id,
            unit: charge.charge_unit_id.and_then(|unit| territory.reference(unit, day)),
            criterion_code: charge.criterion_code,
        })
        .collect())
}
