//! `reporting-obligations`: who owes which report by when, and where each stands. Nothing of it is stored: what is owed
//! follows from the duties, the calendar and the units of the day on which it is due.

use super::fold::{asked_for, seen_on};
use super::model::GroupBy;
use super::obligations_model::{
    DutyForPeriod, Obligation, ObligationCount, ObligationGroup, ObligationScope, ObligationState, ReportingObligations,
};
use crate::access::Scope;
use crate::calendar::WorkingCalendar;
use crate::codes::Code;
use crate::committee::due_extensions::{self, ExtensionRow};
use crate::committee::duties::{Due, DutyRow, ReportingDuties};
use crate::committee::submissions::{self, SubmissionRow, SubmissionStatus};
use crate::committee::tasks::{Timeliness, against, days_after};
use crate::db::{Conn, Snapshot};
use crate::error::{Error, Faults, Flaw, Place};
use crate::units::{Level, Territory, UnitChoice, UnitRef};
use crate::values::{ListCode, LocalDate, Period, ReportingDutyId, UnitId};
use std::collections::{BTreeMap, HashMap};

/// Days that one question spans: three years.
pub const MOST_DAYS: i64 = 1096;
/// Lists stop here.
pub const MOST_OBLIGATIONS: usize = 200;
const MOST_DUTIES: usize = 1000;
/// A term of 366 working days ends in the second year after its period.
const YEARS_OF_A_TERM: i32 = 2;

/// What a caller asks.
#[derive(Debug, Clone)]
pub struct ObligationQuestion {
    pub unit: UnitChoice,
    pub due_date_gte: Option<LocalDate>,
    pub due_date_lte: Option<LocalDate>,
    pub duty_codes: Vec<ListCode>,
    pub programme_codes: Vec<ListCode>,
    pub from_levels: Vec<Level>,
    pub states: Vec<ObligationState>,
    pub timelinesses: Vec<Timeliness>,
    pub group_by: GroupBy,
    pub today: LocalDate,
}

impl ObligationQuestion {
    /// Everything that a unit and those below it owe in the year of today.
    pub fn of(unit: UnitId, today: LocalDate) -> ObligationQuestion {
        ObligationQuestion {
            unit: UnitChoice { id: Some(unit), ..UnitChoice::default() },
            due_date_gte: None,
            due_date_lte: None,
            duty_codes: Vec::new(),
            programme_codes: Vec::new(),
            from_levels: Vec::new(),
            states: Vec::new(),
            timelinesses: Vec::new(),
            group_by: GroupBy::Nothing,
            today,
        }
    }
}

/// A report that is owed, before it is known what became of it.
struct Owed {
    duty: usize,
    due: Due,
    unit: UnitId,
    group: Option<UnitId>,
}

/// What is owed, found in memory: what was sent is read after it.
pub struct Prepared {
    question: ObligationQuestion,
    scope: ObligationScope,
    duties: Vec<DutyRow>,
    owed: Vec<Owed>,
}

/// What is owed in the window, by the units that are there on the day on which it is due.
pub fn prepare(memory: &Snapshot, scope: &Scope, question: ObligationQuestion) -> Result<Prepared, Error> {
    let (territory, today) = (memory.part::<Territory>(), question.today);
    let calendar = memory.part::<WorkingCalendar>();
    let (from, to) = window(&question)?;
    let unit = asked_for(territory, &question.unit, today)?;
    let day = seen_on(territory, scope, unit, today)?;
    let wanted = |duty: &&DutyRow| {
        let programme = |code: &ListCode| question.programme_codes.contains(code);
        (question.duty_codes.is_empty() || question.duty_codes.contains(&duty.code))
            && (question.programme_codes.is_empty() || duty.programme_code.as_ref().is_some_and(programme))
            && (question.from_levels.is_empty() || question.from_levels.contains(&duty.from_level))
    };
    let duties: Vec<DutyRow> = memory.part::<ReportingDuties>().all().iter().filter(wanted).cloned().collect();
    let mut below: HashMap<LocalDate, Vec<UnitId>> = HashMap::new();
    let (mut owed, mut partial) = (Vec::new(), false);
    for (at, duty) in duties.iter().enumerate() {
        for due in duty.owed_between(from, to, YEARS_OF_A_TERM, calendar) {
            let day = due.day();
            let units = below
                .entry(day)
                .or_insert_with(|| territory.subtree(unit, day).into_iter().map(|(unit, _)| unit.id).collect());
            for owing in units.iter().filter(|owing| duty.binds(territory, **owing, day)) {
                if scope.covers(territory, *owing, day) {
                    let group = group_of(territory, question.group_by, unit, *owing, day);
                    owed.push(Owed { duty: at, due, unit: *owing, group });
                } else {
                    partial = true;
                }
            }
        }
    }
    let scope = ObligationScope {
        unit: territory.reference(unit, day).ok_or(Error::NotFound)?,
        due_date_gte: from,
        due_date_lte: to,
        today,
        group_by: question.group_by,
        partial,
    };
    Ok(Prepared { question, scope, duties, owed })
}

/// The days asked for, else the year of today.
fn window(question: &ObligationQuestion) -> Result<(LocalDate, LocalDate), Error> {
    let year = |day: Option<LocalDate>| Period::of_year(day.unwrap_or(question.today).year());
    let from = question.due_date_gte.unwrap_or_else(|| year(question.due_date_lte).first_day());
    let to = question.due_date_lte.unwrap_or_else(|| year(question.due_date_gte).last_day());
    let mut faults = Faults::default();
    let at = || Place::Parameter("due_date_lte".to_owned());
    if to < from {
        faults.push(Flaw::new(Code::DateOrder).with("min", from).at(at()));
    } else if to.days_since(from) > MOST_DAYS {
        let last = from.plus_days(MOST_DAYS as u32).unwrap_or(LocalDate::LAST);
        faults.push(Flaw::new(Code::TooLarge).with("max", last).at(at()));
    }
    faults.finish()?;
    Ok((from, to))
}

/// The unit of the group into which a unit falls on a day.
fn group_of(territory: &Territory, by: GroupBy, asked: UnitId, unit: UnitId, day: LocalDate) -> Option<UnitId> {
    let level = match by {
        GroupBy::Nothing => return None,
        GroupBy::Children => {
            let below = territory.ancestors(unit, day).take_while(|above| *above != asked);
            return below.last();
        }
        GroupBy::Province => Level::Province,
        GroupBy::District => Level::District,
        GroupBy::Commune => Level::Commune,
    };
    territory.ancestors(unit, day).find(|above| territory.get(*above).is_some_and(|held| held.unit.level == level))
}

/// What the database knows of the reports that are owed.
struct Happened {
    sent: HashMap<(ReportingDutyId, Period, UnitId), SubmissionRow>,
    extended: HashMap<(ReportingDutyId, Period), Vec<ExtensionRow>>,
}

impl Prepared {
    /// What became of everything that is owed.
    pub fn answer(&self, memory: &Snapshot, conn: &mut Conn, most: usize) -> Result<ReportingObligations, Error> {
        let territory = memory.part::<Territory>();
        let Happened { sent, extended } = self.read(conn)?;
        let mut total = ObligationCount::default();
        let mut by_duty: BTreeMap<(Option<LocalDate>, usize, Period), (Due, ObligationCount)> = BTreeMap::new();
        let mut groups: BTreeMap<Option<UnitId>, Grouped> = BTreeMap::new();
        let mut listed: Vec<(usize, &Owed, Standing<'_>)> = Vec::new();
        for owed in &self.owed {
            let duty = &self.duties[owed.duty];
            let day = owed.due.day();
            let submission = sent.get(&(duty.id, owed.due.period, owed.unit));
            let later = extended.get(&(duty.id, owed.due.period)).into_iter().flatten();
            let later = later.filter(|row| territory.is_within(owed.unit, row.unit_id, day));
            let later = later.map(|row| row.new_due_date).max();
            let standing = Standing::of(owed.due.date, later, submission, self.scope.today);
            standing.count_into(&mut total);
            let of_duty = by_duty.entry((owed.due.date, owed.duty, owed.due.period));
            standing.count_into(&mut of_duty.or_insert_with(|| (owed.due, ObligationCount::default())).1);
            if self.scope.group_by != GroupBy::Nothing {
                let group = groups.entry(owed.group).or_default();
                group.newest = group.newest.max(Some(day));
                standing.count_into(&mut group.count);
            }
            if self.admits(&standing) {
                listed.push((listed.len(), owed, standing));
            }
        }
        let code = |owed: &Owed| territory.on(owed.unit, owed.due.day()).map(|entry| &entry.code);
        listed.sort_by_cached_key(|(at, owed, standing)| (standing.state, owed.due.day(), code(owed), owed.duty, *at));
        let truncated = most < listed.len();
        let obligations =
            listed.into_iter().take(most).map(|(_, owed, standing)| self.describe(territory, owed, &standing));
        let duties = by_duty.into_iter().map(|((_, at, _), (due, count))| {
            let duty = &self.duties[at];
            DutyForPeriod {
                duty_code: duty.code.clone(),
                name: duty.names(),
                period: due.period,
                due_date: due.date,
                due_date_provisional: due.provisional,
                confidence: duty.confidence,
                count,
            }
        });
        let mut duties: Vec<DutyForPeriod> = duties.collect();
        let duties_truncated = MOST_DUTIES < duties.len();
        duties.truncate(MOST_DUTIES);
        let groups = groups.into_iter().map(|(unit, group)| ObligationGroup {
            unit: unit.zip(group.newest).and_then(|(unit, day)| territory.reference(unit, day)),
            count: group.count,
        });
        let mut groups: Vec<ObligationGroup> = groups.collect();
        groups.sort_by(|one, two| {
            let order = |group: &ObligationGroup| group.unit.as_ref().map(|unit| (unit.code.clone(), unit.id));
            (one.unit.is_none(), order(one)).cmp(&(two.unit.is_none(), order(two)))
        });
        Ok(ReportingObligations {
            scope: self.scope.clone(),
            total,
            duties,
            duties_truncated,
            groups,
            obligations: obligations.collect::<Result<_, _>>()?,
            obligations_truncated: truncated,
        })
    }

    fn read(&self, conn: &mut Conn) -> Result<Happened, Error> {
        let mut units: Vec<UnitId> = self.owed.iter().map(|owed| owed.unit).collect();
        units.sort();
        units.dedup();
        let mut periods: Vec<Period> = self.owed.iter().map(|owed| owed.due.period).collect();
        periods.sort();
        periods.dedup();
        let duties: Vec<ReportingDutyId> = self.duties.iter().map(|duty| duty.id).collect();
        let sent = submissions::sent(conn, &duties, &periods, &units)?;
        let mut extended: HashMap<(ReportingDutyId, Period), Vec<ExtensionRow>> = HashMap::new();
        for row in due_extensions::given(conn, &duties, &periods)? {
            extended.entry((row.duty_id, row.period)).or_default().push(row);
        }
        let sent = sent.into_iter().map(|row| ((row.duty_id, row.period, row.unit_id), row)).collect();
        Ok(Happened { sent, extended })
    }

    fn admits(&self, standing: &Standing<'_>) -> bool {
        let (states, timelinesses) = (&self.question.states, &self.question.timelinesses);
        (states.is_empty() || states.contains(&standing.state))
            && (timelinesses.is_empty() || timelinesses.contains(&standing.timeliness))
    }

    fn describe(&self, territory: &Territory, owed: &Owed, standing: &Standing<'_>) -> Result<Obligation, Error> {
        let (duty, day) = (&self.duties[owed.duty], owed.due.day());
        let reference = |unit: UnitId| -> Option<UnitRef> { territory.reference(unit, day) };
        let unit = reference(owed.unit).ok_or_else(|| Error::internal("a report of a unit that is not there"))?;
        Ok(Obligation {
            unit,
            duty_code: duty.code.clone(),
            period: owed.due.period,
            due_date: owed.due.date,
            due_date_provisional: owed.due.provisional,
            extended_due_date: standing.extended,
            receiver: duty.receiver(territory, owed.unit, day).and_then(reference),
            state: standing.state,
            timeliness: standing.timeliness,
            original_timeliness: standing.original,
            days_late: standing.days_late,
            submitted_date: standing.submission.and_then(|row| row.first_submitted_date),
            returned_count: standing.submission.map_or(0, |row| row.returned_count),
            submission_id: standing.submission.map(|row| row.id),
        })
    }
}

/// A running group, and the day on which its newest report is due.
#[derive(Default)]
struct Grouped {
    newest: Option<LocalDate>,
    count: ObligationCount,
}

/// Where one report stands today.
struct Standing<'a> {
    state: ObligationState,
    timeliness: Timeliness,
    original: Timeliness,
    days_late: i64,
    extended: Option<LocalDate>,
    submission: Option<&'a SubmissionRow>,
}

impl<'a> Standing<'a> {
    fn of(
        due: Option<LocalDate>,
        later: Option<LocalDate>,
        submission: Option<&'a SubmissionRow>,
        today: LocalDate,
    ) -> Standing<'a> {
        // Days off that were recorded since may have moved the due date beyond the extension.
        let extended = later.filter(|later| due.is_some_and(|due| due < *later));
        let (current, sent) = (extended.or(due), submission.and_then(|row| row.first_submitted_date));
        let timeliness = against(current, sent, today);
        let state = match submission.map(|row| row.status) {
            Some(SubmissionStatus::Submitted) => ObligationState::Submitted,
            Some(SubmissionStatus::Returned) => ObligationState::Returned,
            Some(SubmissionStatus::Accepted) => ObligationState::Accepted,
            None | Some(SubmissionStatus::Draft) => match timeliness {
                Timeliness::Overdue => ObligationState::Missing,
                Timeliness::NoDueDate => ObligationState::NoDueDate,
                Timeliness::NotDue | Timeliness::OnTime | Timeliness::Late => ObligationState::NotDue,
            },
        };
        let days_late = days_after(current, sent, today);
        Standing { state, timeliness, original: against(due, sent, today), days_late, extended, submission }
    }

    fn count_into(&self, count: &mut ObligationCount) {
        count.owed_count += 1;
        *match self.state {
            ObligationState::Missing => &mut count.missing_count,
            ObligationState::Returned => &mut count.returned_count,
            ObligationState::Submitted => &mut count.submitted_count,
            ObligationState::NotDue => &mut count.not_due_count,
            ObligationState::NoDueDate => &mut count.no_due_date_count,
            ObligationState::Accepted => &mut count.accepted_count,
        } += 1;
        count.on_time_count += i64::from(self.timeliness == Timeliness::OnTime);
        count.late_count += i64::from(self.timeliness == Timeliness::Late);
        count.original_late_count += i64::from(self.original == Timeliness::Late);
        count.extended_count += i64::from(self.extended.is_some());
        count.sent_back_count += i64::from(self.submission.is_some_and(|row| 0 < row.returned_count));
    }
}
