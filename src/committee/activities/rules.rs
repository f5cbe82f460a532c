//! The steps of an activity; pure functions.

use super::model::ActivityStatus;

/// The states that may follow. What was held stays held; a mistake is deleted.
pub fn transitions(status: ActivityStatus) -> &'static [ActivityStatus] {
    match status {
        ActivityStatus::Planned => &[ActivityStatus::Held, ActivityStatus::Cancelled],
        ActivityStatus::Held | ActivityStatus::Cancelled => &[],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_planned_is_held_or_cancelled_once() {
        assert_eq!(transitions(ActivityStatus::Planned), [ActivityStatus::Held, ActivityStatus::Cancelled]);
        assert_eq!(transitions(ActivityStatus::Held), []);
        assert_eq!(transitions(ActivityStatus::Cancelled), []);
    }
}
