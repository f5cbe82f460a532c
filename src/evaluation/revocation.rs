//! When a recognised unit is at risk of losing its recognition.

use super::verdicts::Verdict;
use serde::{Deserialize, Serialize};

/// The clause that bites.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Clause {
    /// From 30 % to under 50 % of the criteria are not met, a key criterion among them.
    ThirtyPercentWithKeyCriterion,
    /// 50 % of the criteria and more are not met.
    HalfOrMore,
}

/// One clause as it is published.
#[derive(Debug, Clone, Copy)]
pub struct RiskClause {
    pub clause: Clause,
    /// Act and article, as far as the article was seen.
    pub act_number: &'static str,
    /// Share of criteria not met from which it bites, in percent.
    pub from_percent: usize,
    /// Share from which it no longer does.
    pub to_percent: Option<usize>,
    pub needs_key_criterion: bool,
}

/// QĐ 18/2022/QĐ-TTg (2/8/2022) on revocation, from the severest down; the numbers of its articles were not seen.
pub const RISK_CLAUSES: [RiskClause; 2] = [
    RiskClause {
        clause: Clause::HalfOrMore,
        act_number: "18/2022/QĐ-TTg",
        from_percent: 50,
        to_percent: None,
        needs_key_criterion: false,
    },
    RiskClause {
        clause: Clause::ThirtyPercentWithKeyCriterion,
        act_number: "18/2022/QĐ-TTg",
        from_percent: 30,
        to_percent: Some(50),
        needs_key_criterion: true,
    },
];

/// The clause that bites, if one does. Key criteria (income; environment and food safety; defence and security) are
/// told by the set. Only what is known not to be met counts: what is missing is never failed.
pub fn at_risk(verdicts: &[Verdict], is_key: impl Fn(usize) -> bool) -> Option<&'static RiskClause> {
    let not_met: Vec<usize> = (0..verdicts.len()).filter(|at| verdicts[*at] == Verdict::NotMet).collect();
    let key = not_met.iter().any(|at| is_key(*at));
    RISK_CLAUSES.iter().find(|clause| {
        let reached = |percent: usize| not_met.len() * 100 >= percent * verdicts.len();
        !verdicts.is_empty()
            && reached(clause.from_percent)
            && clause.to_percent.is_none_or(|end| !reached(end))
            && (key || !clause.needs_key_criterion)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_clauses_bite_from_their_edges_on() {
        // Of 19 criteria: not met, the key one among them, clause.
        for (not_met, with_key, expected) in [
            (0, false, None),
            (5, true, None),
            (6, false, None),
            (6, true, Some(Clause::ThirtyPercentWithKeyCriterion)),
            (9, true, Some(Clause::ThirtyPercentWithKeyCriterion)),
            (9, false, None),
            (10, false, Some(Clause::HalfOrMore)),
            (10, true, Some(Clause::HalfOrMore)),
            (19, true, Some(Clause::HalfOrMore)),
        ] {
            let verdict = |at: usize| if at < not_met { Verdict::NotMet } else { Verdict::Met };
            let verdicts: Vec<Verdict> = (0..19).map(verdict).collect();
            let key = if with_key { 0 } else { 18 };
            let found = at_risk(&verdicts, |at| at == key);
            assert_eq!(found.map(|clause| clause.clause), expected, "{not_met} {with_key}");
        }
        // What nobody assessed is not failed.
        assert!(at_risk(&[Verdict::NotAssessed; 19], |_| true).is_none());
        assert!(at_risk(&[], |_| true).is_none());
    }
}
