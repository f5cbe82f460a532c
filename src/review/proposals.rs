//! Which conclusions follow from what was found. Each rule proposes one, with what it rests on, or none; pure functions.

use super::model::{ProposalRule, ProposedConclusion};
use crate::error::Flaw;
use crate::units::UnitRef;
use crate::values::{CriterionCode, Names, RecordId, Scalar, Title};

/// Records, units and criteria that a proposal tells one by one.
pub const MOST_TOLD: usize = 50;

/// What one rule found.
#[derive(Debug, Clone)]
pub struct Trigger {
    pub rule: ProposalRule,
    pub count: i64,
    pub units: Vec<UnitRef>,
    pub criteria: Vec<CriterionCode>,
    pub record_ids: Vec<RecordId>,
    pub source_path: String,
}

impl Trigger {
    pub fn new(rule: ProposalRule, count: i64, source_path: String) -> Trigger {
        Trigger { rule, count, units: Vec::new(), criteria: Vec::new(), record_ids: Vec::new(), source_path }
    }
}

/// A conclusion for whatever was found; none where nothing was.
pub fn proposed(triggers: Vec<Trigger>) -> Result<Vec<ProposedConclusion>, Flaw> {
    triggers.into_iter().filter(|trigger| 0 < trigger.count).map(conclusion).collect()
}

fn conclusion(mut trigger: Trigger) -> Result<ProposedConclusion, Flaw> {
    trigger.units.truncate(MOST_TOLD);
    trigger.criteria.truncate(MOST_TOLD);
    trigger.record_ids.truncate(MOST_TOLD);
    let (vi, en) = wording(&trigger);
    Ok(ProposedConclusion {
        wording: Names { vi: Title::parse(&vi)?, en: Title::parse(&en)? },
        rule: trigger.rule,
        count: trigger.count,
        units: trigger.units,
        criteria: trigger.criteria,
        record_ids: trigger.record_ids,
        source_path: trigger.source_path,
    })
}

/// A few names, so that the sentence can be read out.
fn some(names: impl Iterator<Item = String>, count: i64) -> String {
    const NAMED: usize = 5;
    let names: Vec<String> = names.take(NAMED).collect();
    let more = if i64::try_from(names.len()).is_ok_and(|told| told < count) { ", …" } else { "" };
    if names.is_empty() { String::new() } else { format!(": {}{more}", names.join(", ")) }
}

fn wording(trigger: &Trigger) -> (String, String) {
    let n = trigger.count;
    let units = || some(trigger.units.iter().map(|unit| unit.name.to_string()), n);
    let criteria = || some(trigger.criteria.iter().map(ToString::to_string), n);
    match trigger.rule {
        ProposalRule::ResultMissing => (
            format!("Yêu cầu {n} đơn vị chưa báo cáo kết quả tiêu chí báo cáo ngay{}", units()),
            format!("Have {n} units report the criteria results that are missing{}", units()),
        ),
        ProposalRule::CriterionUnmet => (
            format!("Tập trung chỉ đạo {n} tiêu chí còn xã chưa đạt{}", criteria()),
            format!("Concentrate on {n} criteria that communes do not meet{}", criteria()),
        ),
        ProposalRule::TaskOverdue => {
            (format!("Đôn đốc hoàn thành {n} nhiệm vụ đã quá hạn"), format!("Press for {n} tasks that are overdue"))
        }
        ProposalRule::ObstacleOverdue => (
            format!("Trả lời dứt điểm {n} vướng mắc đã quá hạn trả lời"),
            format!("Answer {n} obstacles whose answer is overdue"),
        ),
        ProposalRule::ReportMissing => (
            format!("Gửi ngay {n} báo cáo theo chế độ đã quá hạn{}", units()),
            format!("Send {n} reports that were due{}", units()),
        ),
        ProposalRule::NobodyInCharge => (
            format!("Phân công thành viên phụ trách {n} xã chưa có người phụ trách{}", units()),
            format!("Put a member in charge of {n} communes that nobody follows{}", units()),
        ),
        ProposalRule::NoCommitment => (
            format!("{n} thành viên chưa đăng ký việc làm cụ thể thì đăng ký với tổ giúp việc"),
            format!("Have {n} members register the concrete job that they have not"),
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::values::Vocabulary;

    #[test]
    fn each_rule_proposes_what_it_found_and_nothing_where_it_found_nothing() {
        for (rule, _) in ProposalRule::WORDS {
            let trigger = |count| Trigger::new(*rule, count, "/v1/tasks".to_owned());
            assert!(proposed(vec![trigger(0)]).unwrap().is_empty(), "{rule}");
            let found = proposed(vec![trigger(3)]).unwrap();
            assert_eq!((found.len(), found[0].rule, found[0].count), (1, *rule, 3));
            assert!(found[0].wording.vi.as_str().contains('3') && found[0].wording.en.as_str().contains('3'), "{rule}");
        }
    }

    #[test]
    fn a_few_criteria_are_named_and_the_rest_is_counted() {
        let criteria: Vec<CriterionCode> =
            (1..=7).map(|code| CriterionCode::parse(&code.to_string()).unwrap()).collect();
        let trigger = Trigger { criteria, ..Trigger::new(ProposalRule::CriterionUnmet, 7, String::new()) };
        let wording = proposed(vec![trigger]).unwrap().remove(0).wording;
        assert!(wording.en.as_str().ends_with(": 1, 2, 3, 4, 5, …"), "{}", wording.en);
    }
}
