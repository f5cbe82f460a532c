//! What kinds admit, on which days a status holds, what does not go together: pure functions.

use super::model::{
    StatusConflictRule, StatusProposal, UnitStatusConflict, UnitStatusKind, UnitStatusRow, UnitStatusState,
};
use crate::units::{Days, Held, Level};
use crate::values::{LocalDate, StatusValue};

/// What a kind may say.
pub enum Words {
    These(&'static [&'static str]),
    /// Codes of an open list.
    OfList(&'static str),
}

/// What a kind may say of units of which levels.
pub struct KindRule {
    pub kind: UnitStatusKind,
    pub words: Words,
    pub levels: &'static [Level],
}

/// The one word of kinds that are so or not.
const YES: &[&str] = &["YES"];
const COMMUNES: &[Level] = &[Level::Commune];

/// One row for each kind. Levels of recognition stand from the lowest to the highest.
pub const KINDS: [KindRule; 7] = [
    KindRule {
        kind: UnitStatusKind::SocioEconomicRegion,
        words: Words::OfList("socio-economic-regions"),
        levels: &[Level::Province, Level::District, Level::Commune, Level::Village],
    },
    KindRule { kind: UnitStatusKind::RegionClass, words: Words::These(&["I", "II", "III"]), levels: COMMUNES },
    KindRule { kind: UnitStatusKind::Dbkk, words: Words::These(YES), levels: COMMUNES },
    KindRule { kind: UnitStatusKind::Atk, words: Words::These(YES), levels: COMMUNES },
    KindRule { kind: UnitStatusKind::Island, words: Words::These(YES), levels: COMMUNES },
    KindRule { kind: UnitStatusKind::CommuneGroup, words: Words::These(&["1", "2", "3"]), levels: COMMUNES },
    KindRule {
        kind: UnitStatusKind::NtmLevel,
        words: Words::These(NTM_LEVELS),
        levels: &[Level::Province, Level::District, Level::Commune],
    },
];

const NTM_LEVELS: &[&str] = &["NTM", "NTM_ADVANCED", "NTM_MODEL"];

/// The row of a kind.
pub fn rule_of(kind: UnitStatusKind) -> &'static KindRule {
    KINDS.iter().find(|rule| rule.kind == kind).expect("every kind has its row: the test below asks for each")
}

/// A kind with a value of it, or any value.
struct Side(UnitStatusKind, Option<&'static str>);

impl Side {
    fn is(&self, status: &UnitStatusRow) -> bool {
        status.kind == self.0 && self.1.is_none_or(|value| status.value_code.as_str() == value)
    }
}

/// Pairs that do not go together; the acts stand beside the names of the rules.
const CONFLICTS: [(StatusConflictRule, Side, Side); 2] = [
    (
        StatusConflictRule::RecognisedYetClassIii,
        Side(UnitStatusKind::NtmLevel, None),
        Side(UnitStatusKind::RegionClass, Some("III")),
    ),
    (
        StatusConflictRule::RecognisedYetEspeciallyDifficult,
        Side(UnitStatusKind::NtmLevel, None),
        Side(UnitStatusKind::Dbkk, None),
    ),
];

/// From state to state, by an act.
const TRANSITIONS: [(UnitStatusState, UnitStatusState); 3] = [
    (UnitStatusState::InForce, UnitStatusState::Ended),
    (UnitStatusState::InForce, UnitStatusState::Annulled),
    (UnitStatusState::Ended, UnitStatusState::Annulled),
];

pub fn transitions(from: UnitStatusState) -> Vec<UnitStatusState> {
    TRANSITIONS.iter().filter(|(before, _)| *before == from).map(|(_, after)| *after).collect()
}

/// The days on which a status holds: those of its dates on which the unit has the territory that it had on the first.
/// Other names, kinds and parents do not matter.
pub fn days(status: &UnitStatusRow, held: &Held) -> Option<Days> {
    if status.state == UnitStatusState::Annulled {
        return None;
    }
    Days { from: status.valid_from, to: status.valid_to }.common(held.territory_on(status.valid_from)?)
}

pub fn holds_on(status: &UnitStatusRow, held: &Held, day: LocalDate) -> bool {
    days(status, held).is_some_and(|days| days.holds(day))
}

/// The first day on which it no longer holds, where that is not by an act.
pub fn lapsed_date(status: &UnitStatusRow, held: &Held) -> Option<LocalDate> {
    if status.state == UnitStatusState::Annulled {
        return None;
    }
    // A reform that was recorded later may have left the unit without that day.
    let Some(days) = days(status, held) else { return Some(status.valid_from) };
    days.to.filter(|end| status.valid_to != Some(*end))
}

/// What becomes of an older status of the same unit and kind when a new one begins.
#[derive(Debug, PartialEq, Eq)]
pub enum Meeting {
    /// They hold on no common day.
    Apart,
    /// The older one is open and began earlier: it ends on the first day of the new one.
    Ends,
    Overlaps,
}

pub fn meet(older: &UnitStatusRow, new: &UnitStatusRow, held: &Held) -> Meeting {
    let common = days(older, held).zip(days(new, held)).and_then(|(one, two)| one.common(two));
    match common {
        None => Meeting::Apart,
        Some(_) if older.valid_to.is_none() && older.valid_from < new.valid_from => Meeting::Ends,
        Some(_) => Meeting::Overlaps,
    }
}

/// What does not go together with a status, among all statuses of its unit.
pub fn conflicts(status: &UnitStatusRow, all: &[UnitStatusRow], held: &Held) -> Vec<UnitStatusConflict> {
    let mut found = Vec::new();
    for (rule, one, two) in &CONFLICTS {
        let opposite = match (one.is(status), two.is(status)) {
            (true, _) => two,
            (false, true) => one,
            (false, false) => continue,
        };
        let Some(own) = days(status, held) else { continue };
        let others = all.iter().filter(|other| opposite.is(other));
        let meeting = others.filter(|other| days(other, held).is_some_and(|days| days.common(own).is_some()));
        found.extend(meeting.map(|other| UnitStatusConflict { rule: *rule, status_id: other.id }));
    }
    found
}

/// What follows for the recognition of a unit from that of its direct predecessors: the level of each, and whether it
/// went into the unit whole. The level proposed is the lowest that any had, since above it not all had it.
///
/// Source: guidance of the ministry on the units of the rearrangement 2023-2030: all parts recognised at a level, so is
/// the new unit; some not, or some at a lower level, then it is reviewed.
pub fn proposal(before: &[(Option<&StatusValue>, bool)]) -> Option<(StatusProposal, StatusValue)> {
    let rank = |value: &StatusValue| NTM_LEVELS.iter().position(|level| *level == value.as_str());
    let lowest = before.iter().filter_map(|(value, _)| *value).min_by_key(|value| rank(value))?;
    let all = before.iter().all(|(value, whole)| value.is_some() && *whole);
    Some((if all { StatusProposal::Eligible } else { StatusProposal::Review }, lowest.clone()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::units::{NewTimelineEntry, Unit};
    use crate::values::{Confidence, ListCode, Scalar, Timestamp, Title, UnitCode, UnitId, UnitStatusId, Vocabulary};

    fn day(text: &str) -> LocalDate {
        LocalDate::parse(text).unwrap()
    }

    /// A unit that was renamed in 2015, took in another in 2020 and ended in 2025.
    fn unit() -> Held {
        let id = UnitId::new();
        let entry = |name: &str, number, from: &str, to: &str| {
            NewTimelineEntry {
                code: UnitCode::parse("01969").unwrap(),
                name: Title::parse(name).unwrap(),
                kind_code: ListCode::parse("THI_TRAN").unwrap(),
                parent_id: None,
                territory_number: number,
                valid_from: day(from),
                valid_to: Some(day(to)),
                act_number: None,
                confidence: Confidence::Verified,
                succession_id: None,
            }
            .of(id)
        };
        Held {
            unit: Unit {
                id,
                version: 1,
                level: Level::Commune,
                created_at: Timestamp::parse("2023-03-15T02:00:00Z").unwrap(),
            },
            timeline: vec![
                entry("Phủ", 1, "2010-01-01", "2015-01-01"),
                entry("Phủ Thông", 1, "2015-01-01", "2020-02-01"),
                entry("Phủ Thông", 2, "2020-02-01", "2025-07-01"),
            ],
        }
    }

    fn status(kind: UnitStatusKind, value: &str, from: &str, to: Option<&str>) -> UnitStatusRow {
        let now = Timestamp::parse("2023-03-15T02:00:00Z").unwrap();
        UnitStatusRow {
            id: UnitStatusId::new(),
            version: 1,
            unit_id: UnitId::new(),
            kind,
            value_code: StatusValue::parse(value).unwrap(),
            valid_from: day(from),
            valid_to: to.map(day),
            act_number: Title::parse("1/QĐ").unwrap(),
            ending_act_number: None,
            state: UnitStatusState::InForce,
            note: None,
            confidence: Confidence::Verified,
            external_id: None,
            created_at: now,
            updated_at: now,
        }
    }

    #[test]
    fn what_is_in_force_ends_or_is_annulled_and_what_ended_is_annulled() {
        use UnitStatusState::{Annulled, Ended, InForce};
        assert_eq!(transitions(InForce), [Ended, Annulled]);
        assert_eq!(transitions(Ended), [Annulled]);
        assert_eq!(transitions(Annulled), []);
    }

    #[test]
    fn every_kind_has_its_own_row() {
        for (kind, _) in UnitStatusKind::WORDS {
            assert_eq!(rule_of(*kind).kind, *kind);
        }
    }

    #[test]
    fn a_status_holds_as_long_as_the_territory_does() {
        let held = unit();
        for (from, to, first, last, lapsed) in [
            // Through a new name, to the day of the merger.
            ("2012-01-01", None, "2012-01-01", "2020-01-31", Some("2020-02-01")),
            ("2012-01-01", Some("2016-01-01"), "2012-01-01", "2015-12-31", None),
            ("2012-01-01", Some("2020-02-01"), "2012-01-01", "2020-01-31", None),
            ("2012-01-01", Some("2022-01-01"), "2012-01-01", "2020-01-31", Some("2020-02-01")),
            ("2020-02-01", None, "2020-02-01", "2025-06-30", Some("2025-07-01")),
        ] {
            let status = status(UnitStatusKind::RegionClass, "I", from, to);
            let days = days(&status, &held).unwrap();
            assert_eq!((days.from, days.to.unwrap().previous()), (day(first), day(last)), "{from} {to:?}");
            assert_eq!(lapsed_date(&status, &held), lapsed.map(day), "{from} {to:?}");
            let holds = |day: LocalDate| holds_on(&status, &held, day);
            assert!(holds(day(first)) && holds(day(last)), "{from} {to:?}");
            assert!(!holds(day(first).previous()) && !holds(days.to.unwrap()), "{from} {to:?}");
        }
        let early = status(UnitStatusKind::RegionClass, "I", "2009-12-31", None);
        assert_eq!((days(&early, &held), lapsed_date(&early, &held)), (None, Some(day("2009-12-31"))));
        let mut annulled = status(UnitStatusKind::RegionClass, "I", "2012-01-01", None);
        annulled.state = UnitStatusState::Annulled;
        assert_eq!((days(&annulled, &held), lapsed_date(&annulled, &held)), (None, None));
    }

    #[test]
    fn an_open_status_ends_where_a_later_one_begins_and_nothing_else_gives_way() {
        let held = unit();
        let row = |from: &str, to: Option<&str>| status(UnitStatusKind::RegionClass, "I", from, to);
        for (older, new, expected) in [
            (("2012-01-01", None), ("2013-01-01", None), Meeting::Ends),
            (("2012-01-01", None), ("2013-01-01", Some("2014-01-01")), Meeting::Ends),
            (("2012-01-01", None), ("2012-01-01", None), Meeting::Overlaps),
            (("2013-01-01", None), ("2012-01-01", None), Meeting::Overlaps),
            (("2013-01-01", None), ("2012-01-01", Some("2013-01-01")), Meeting::Apart),
            (("2013-01-01", None), ("2012-01-01", Some("2013-01-02")), Meeting::Overlaps),
            (("2012-01-01", Some("2014-01-01")), ("2013-12-31", None), Meeting::Overlaps),
            (("2012-01-01", Some("2014-01-01")), ("2014-01-01", None), Meeting::Apart),
            // The merger lies between them.
            (("2012-01-01", None), ("2021-01-01", None), Meeting::Apart),
            (("2012-01-01", Some("2022-01-01")), ("2020-02-01", None), Meeting::Apart),
        ] {
            assert_eq!(meet(&row(older.0, older.1), &row(new.0, new.1), &held), expected, "{older:?} {new:?}");
        }
    }

    #[test]
    fn recognition_does_not_go_with_class_three_nor_with_difficulty() {
        let held = unit();
        let recognised = status(UnitStatusKind::NtmLevel, "NTM", "2016-01-01", None);
        let third = status(UnitStatusKind::RegionClass, "III", "2012-01-01", Some("2017-01-01"));
        let difficult = status(UnitStatusKind::Dbkk, "YES", "2019-12-31", None);
        let all = [
            recognised.clone(),
            third.clone(),
            difficult.clone(),
            status(UnitStatusKind::RegionClass, "II", "2017-01-01", None),
            status(UnitStatusKind::RegionClass, "III", "2012-01-01", Some("2016-01-01")),
            status(UnitStatusKind::Dbkk, "YES", "2020-02-01", None),
        ];
        let named = |status: &UnitStatusRow| {
            let found = conflicts(status, &all, &held);
            found.into_iter().map(|conflict| (conflict.rule, conflict.status_id)).collect::<Vec<_>>()
        };
        let (class, difficulty) =
            (StatusConflictRule::RecognisedYetClassIii, StatusConflictRule::RecognisedYetEspeciallyDifficult);
        assert_eq!(named(&recognised), [(class, third.id), (difficulty, difficult.id)]);
        assert_eq!(named(&third), [(class, recognised.id)]);
        assert_eq!(named(&difficult), [(difficulty, recognised.id)]);
        assert!(all[3..].iter().all(|status| named(status).is_empty()));
    }

    #[test]
    fn what_all_predecessors_had_is_proposed_and_what_some_had_is_reviewed() {
        let level = |text: &str| StatusValue::parse(text).unwrap();
        let (plain, advanced) = (level("NTM"), level("NTM_ADVANCED"));
        let eligible = |value: &StatusValue| Some((StatusProposal::Eligible, value.clone()));
        let review = |value: &StatusValue| Some((StatusProposal::Review, value.clone()));
        assert_eq!(proposal(&[(Some(&plain), true), (Some(&plain), true)]), eligible(&plain));
        assert_eq!(proposal(&[(Some(&advanced), true), (Some(&advanced), true)]), eligible(&advanced));
        assert_eq!(proposal(&[(Some(&advanced), true), (Some(&plain), true)]), eligible(&plain));
        assert_eq!(proposal(&[(Some(&advanced), true), (None, true)]), review(&advanced));
        assert_eq!(proposal(&[(Some(&plain), true), (Some(&plain), false)]), review(&plain));
        assert_eq!(proposal(&[(None, true)]), None);
        assert_eq!(proposal(&[]), None);
    }
}
