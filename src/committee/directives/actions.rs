//! Bind parties to what an item of an act says, and let them go.

use super::joining;
use super::model::{
    Directive, DirectivePartyRow, DirectiveProgress, DirectiveRecord, DirectiveRow, DirectiveState, NewDirective,
    NewDirectiveTransition, PartyGroup, PartyRole,
};
use super::{ending, queries, rules};
use crate::access::{Caller, Scope};
use crate::acts::{self, ActItemRow, ActRow};
use crate::calendar::{WorkingCalendar, term};
use crate::codes::Code;
use crate::committee::party::{self, NewParty, Party, Seated};
use crate::committee::tasks::{self, Counted, TaskKind, TaskStatus};
use crate::db::{Conn, Snapshot, Tx};
use crate::error::{Error, Fault, Faults, Flaw, Place};
use crate::http::IfMatch;
use crate::parties::committees::{self, CommitteeRow};
use crate::parties::seat::Seat;
use crate::units::Territory;
use crate::values::{DirectiveId, LocalDate};

/// Most parties that are named, of each role.
const MOST_PARTIES: usize = 200;

/// Kinds of acts whose items are those of a work programme.
const PROGRAMMES: [&str; 2] = ["CHUONG_TRINH", "KE_HOACH"];

/// Bind parties: the directive and one task for each of them, and for each day on which it falls due. Without a caller
/// it is the command line that does.
/// Errors: every fault of the body; `OUT_OF_SCOPE` where the caller does not keep the committee; `DUPLICATE` where the
/// committee has bound one of them by the item.
pub fn create(tx: &mut Tx<'_>, caller: Option<&Caller>, new: &NewDirective) -> Result<DirectiveRecord, Error> {
    let mut faults = Faults::default();
    let committee = committees::require(tx, caller, Some(new.committee_id), "/committee_id", &mut faults)?;
    if let (Some(committee), Some(caller)) = (&committee, caller) {
        let outside = |_| Error::OutOfScope(Fault::pointer("/committee_id", Code::OutOfScope));
        Seat { unit: committee.unit_id, day: committee.unit_date }.require(tx, caller).map_err(outside)?;
    }
    let (act, item) = act_and_item(tx, caller, new, &mut faults)?;
    let today = tx.now.local_date();
    let issued = act.as_ref().and_then(|act| act.issued_date);
    let assigned = new.assigned_date.or(issued).unwrap_or(today);
    if today < assigned {
        faults.push(Fault::pointer("/assigned_date", Code::DateInFuture));
    }
    let members = ("due_date", "due_in_working_days");
    let calendar = tx.memory.clone();
    let calendar = calendar.part::<WorkingCalendar>();
    let due = calendar.due(new.due_date, new.due_in_working_days, assigned, members, &mut faults);
    let due = due.or(item.as_ref().and_then(|item| item.due_date));
    tasks::due_before_act(due, issued, assigned, &mut faults);
    check_recurrence(new, due, &mut faults);
    let groups = groups_of(new, &mut faults);
    let id = DirectiveId::new();
    let (mut rows, mut bound) = (Vec::new(), Vec::new());
    if let Some(committee) = &committee {
        let named = new.parties.as_deref().unwrap_or_default();
        bound = parties_of(tx, caller, (committee, assigned), named, "/parties", &mut faults)?;
        let partners = new.partners.as_deref().unwrap_or_default();
        let partners = parties_of(tx, caller, (committee, assigned), partners, "/partners", &mut faults)?;
        let named = bound.iter().map(|party| (PartyRole::Bound, party));
        let named = named.chain(partners.iter().map(|party| (PartyRole::Partner, party)));
        rows.extend((0..).zip(named).map(|(position, (role, party))| row_of(id, position, role, party)));
    }
    faults.finish()?;
    let (Some(committee), Some(act), Some(item)) = (committee, act, item) else {
        return Err(Error::internal("a fault was not noted"));
    };
    let programme = PROGRAMMES.contains(&act.kind_code.as_str());
    let held = tx.memory.part::<Territory>().get(committee.unit_id);
    let record = DirectiveRecord {
        row: DirectiveRow {
            id,
            version: 1,
            unit_id: committee.unit_id,
            unit_date: held.map_or(committee.unit_date, |held| held.nearest_day(assigned)),
            committee_id: committee.id,
            act_id: act.id,
            item_code: item.code,
            kind: if programme { TaskKind::WorkProgramme } else { TaskKind::Directive },
            content: item.content,
            binds_members: groups.contains(&PartyGroup::AllMembers),
            binds_agencies: groups.contains(&PartyGroup::Agencies),
            binds_communes: groups.contains(&PartyGroup::Communes),
            expected_result_kind: new.expected_result_kind,
            product: new.product.clone(),
            assigned_date: assigned,
            due_date: due,
            recurrence: new.recurrence,
            recurs_until: new.recurs_until,
            state: DirectiveState::InForce,
            ended_date: None,
            ending_reason: None,
            note: new.note.clone(),
            external_id: new.external_id.clone(),
            created_at: tx.now,
            updated_at: tx.now,
            due_in_working_days: term::stored(new.due_in_working_days),
        },
        parties: rows,
    };
    require_alone(tx, &record)?;
    tx.create(&record)?;
    bound.extend(joining::of_groups(tx, &committee, &groups, assigned)?);
    joining::give(tx, &record.row, &committee, &bound)?;
    Ok(record)
}

fn act_and_item(
    tx: &mut Tx<'_>,
    caller: Option<&Caller>,
    new: &NewDirective,
    faults: &mut Faults,
) -> Result<(Option<ActRow>, Option<ActItemRow>), Error> {
    let Some(act) = acts::require(tx, caller, new.act_id, "/act_id", faults)? else { return Ok((None, None)) };
    let item = acts::items_of(tx.conn, &[act.id])?.into_iter().find(|item| item.code == new.item_code);
    if item.is_none() {
        faults.push(Fault::pointer("/item_code", Code::UnknownReference));
    }
    Ok((Some(act), item))
}

/// What recurs says until when, and from which day; not more often than can be followed.
fn check_recurrence(new: &NewDirective, due: Option<LocalDate>, faults: &mut Faults) {
    if new.recurrence.is_some() && new.due_in_working_days.is_some() {
        let flaw = Flaw::new(Code::ExactlyOneRequired).with("allowed", "due_in_working_days, recurrence");
        faults.push(flaw.at(Place::pointer("/recurrence")));
    }
    match (new.recurrence, new.recurs_until) {
        (None, None) => {}
        (Some(_), None) => faults.push(Fault::pointer("/recurs_until", Code::Required)),
        (None, Some(_)) => faults.push(Fault::pointer("/recurrence", Code::Required)),
        (Some(recurrence), Some(until)) => match due {
            None => faults.push(Fault::pointer("/due_date", Code::Required)),
            Some(due) if until < due => faults.push(Fault::pointer("/recurs_until", Code::DateOrder)),
            Some(_) if rules::due_dates(due, Some((recurrence, until))).len() > rules::MOST_OCCURRENCES => {
                let flaw = Flaw::new(Code::TooManyItems).with("max", rules::MOST_OCCURRENCES);
                faults.push(flaw.at(Place::pointer("/recurs_until")));
            }
            Some(_) => {}
        },
    }
}

/// The groups, each once; somebody has to be bound.
fn groups_of(new: &NewDirective, faults: &mut Faults) -> Vec<PartyGroup> {
    let groups = new.groups.clone().unwrap_or_default();
    for (at, group) in groups.iter().enumerate() {
        if groups[..at].contains(group) {
            faults.push(Fault::pointer(&format!("/groups/{at}"), Code::DuplicateItem));
        }
    }
    if groups.is_empty() && new.parties.as_deref().unwrap_or_default().is_empty() {
        faults.push(Flaw::new(Code::Required).with("allowed", "groups, parties").at(Place::pointer("/groups")));
    }
    groups
}

fn parties_of(
    tx: &mut Tx<'_>,
    caller: Option<&Caller>,
    (committee, day): (&CommitteeRow, LocalDate),
    named: &[NewParty],
    pointer: &str,
    faults: &mut Faults,
) -> Result<Vec<Seated>, Error> {
    faults.check_length(named.len(), MOST_PARTIES, pointer);
    let mut found: Vec<Seated> = Vec::new();
    for (at, party) in named.iter().take(MOST_PARTIES).enumerate() {
        let pointer = format!("{pointer}/{at}");
        let Some(party) = party::require(tx, caller, party, committee, day, &pointer, faults)? else { continue };
        if found.iter().any(|known| known.who == party.who) {
            faults.push(Fault::pointer(&pointer, Code::DuplicateItem));
        } else {
            found.push(party);
        }
    }
    Ok(found)
}

fn row_of(directive_id: DirectiveId, position: i32, role: PartyRole, party: &Seated) -> DirectivePartyRow {
    DirectivePartyRow {
        directive_id,
        position,
        role,
        person_id: party.who.person_id,
        agency_id: party.who.agency_id,
        party_unit_id: party.who.unit_id,
        party_committee_id: party.who.committee_id,
    }
}

/// An item binds nobody twice for the same committee.
fn require_alone(tx: &mut Tx<'_>, record: &DirectiveRecord) -> Result<(), Error> {
    let row = &record.row;
    let known = queries::of_item(tx.conn, row.committee_id, row.act_id, &row.item_code)?;
    let bound = |record: &DirectiveRecord| -> Vec<_> {
        let parties = record.parties.iter().filter(|party| party.role == PartyRole::Bound);
        parties.map(DirectivePartyRow::who).collect()
    };
    let own = bound(record);
    for known in queries::records(tx.conn, known)? {
        let same_group = known.row.groups().iter().any(|group| row.groups().contains(group));
        if same_group || bound(&known).iter().any(|who| own.contains(who)) {
            return Err(Error::Duplicate(known.row.id.0));
        }
    }
    Ok(())
}

/// A directive that the scope covers.
pub fn visible(conn: &mut Conn, scope: &Scope, id: DirectiveId) -> Result<DirectiveRecord, Error> {
    let row = queries::find(conn, scope, id)?.ok_or(Error::NotFound)?;
    queries::records(conn, vec![row])?.pop().ok_or(Error::NotFound)
}

/// End a directive: it binds nobody any more, and what is open of it is cancelled for the same reason.
/// Errors: `TRANSITION_NOT_ALLOWED`; `REASON_REQUIRED`; `DATE_ORDER` before it began.
pub fn transition(
    tx: &mut Tx<'_>,
    caller: &Caller,
    id: DirectiveId,
    version: &IfMatch,
    step: Result<&NewDirectiveTransition, Error>,
) -> Result<DirectiveRecord, Error> {
    let before = visible(tx.conn, caller.readable(), id)?;
    Seat { unit: before.row.unit_id, day: before.row.unit_date }.require(tx, caller)?;
    version.require(before.row.version)?;
    let step = step?;
    if !rules::transitions(before.row.state).contains(&step.to) {
        return Err(Error::Conflict(Code::TransitionNotAllowed));
    }
    let (today, mut faults) = (tx.now.local_date(), Faults::default());
    let ended = step.ended_date.unwrap_or(today);
    if today < ended {
        faults.push(Fault::pointer("/ended_date", Code::DateInFuture));
    } else if ended < before.row.assigned_date {
        faults.push(Fault::pointer("/ended_date", Code::DateOrder));
    }
    if step.reason.is_none() {
        faults.push(Fault::pointer("/reason", Code::ReasonRequired));
    }
    faults.finish()?;
    let Some(reason) = &step.reason else { return Err(Error::internal("a fault was not noted")) };
    ending::end(tx, &before, ended, reason)
}

/// Directives as they are shown, each with how far it is today.
pub fn described(
    conn: &mut Conn,
    memory: &Snapshot,
    records: Vec<DirectiveRecord>,
    today: LocalDate,
) -> Result<Vec<Directive>, Error> {
    let ids: Vec<DirectiveId> = records.iter().map(|record| record.row.id).collect();
    let (all, overdue) = tasks::progress_of(conn, &ids, today)?;
    records.into_iter().map(|record| describe(record, memory, &all, &overdue)).collect()
}

fn describe(
    record: DirectiveRecord,
    memory: &Snapshot,
    all: &[Counted],
    overdue: &[Counted],
) -> Result<Directive, Error> {
    let territory = memory.part::<Territory>();
    let row = record.row;
    let of_role = |role: PartyRole| {
        let named = record.parties.iter().filter(move |party| party.role == role);
        named.map(|party| Party::of(party.who(), row.assigned_date, territory)).collect()
    };
    Ok(Directive {
        progress: progress(row.id, all, overdue),
        unit: Seat { unit: row.unit_id, day: row.unit_date }.reference(territory)?,
        groups: row.groups(),
        parties: of_role(PartyRole::Bound),
        partners: of_role(PartyRole::Partner),
        allowed_transitions: rules::transitions(row.state).to_vec(),
        id: row.id,
        version: row.version,
        committee_id: row.committee_id,
        act_id: row.act_id,
        item_code: row.item_code,
        kind: row.kind,
        content: row.content,
        expected_result_kind: row.expected_result_kind,
        product: row.product,
        assigned_date: row.assigned_date,
        due_date: row.due_date,
        due_in_working_days: row.due_in_working_days,
        due_date_provisional: memory
            .part::<WorkingCalendar>()
            .is_provisional(row.assigned_date, row.due_in_working_days),
        recurrence: row.recurrence,
        recurs_until: row.recurs_until,
        state: row.state,
        ended_date: row.ended_date,
        ending_reason: row.ending_reason,
        note: row.note,
        external_id: row.external_id,
        created_at: row.created_at,
        updated_at: row.updated_at,
    })
}

fn progress(id: DirectiveId, all: &[Counted], overdue: &[Counted]) -> DirectiveProgress {
    let mut progress = DirectiveProgress::default();
    for counted in all.iter().filter(|counted| counted.directive_id == Some(id)) {
        let of_status = match counted.status {
            TaskStatus::Open => &mut progress.open_count,
            TaskStatus::InProgress => &mut progress.in_progress_count,
            TaskStatus::Done => &mut progress.done_count,
            TaskStatus::Confirmed => &mut progress.confirmed_count,
            TaskStatus::Cancelled => &mut progress.cancelled_count,
        };
        *of_status = counted.count;
        if counted.status != TaskStatus::Cancelled {
            progress.task_count += counted.count;
        }
    }
    progress.overdue_count = overdue.iter().filter(|one| one.directive_id == Some(id)).map(|one| one.count).sum();
    progress
}
