//! One person's walk through a plan by what they did in the past: no database, no clock.

use super::past::PastDeed;
use crate::plan::{Again, Decision, Here, Plan, What, decide, share};
use facts::{ContactId, EventId, JourneyId, Time};
use std::collections::HashMap;
use std::time::Duration;

/// What is known of somebody who is rehearsed with.
pub(super) struct Past<'p> {
    pub journey: JourneyId,
    pub contact: ContactId,
    /// What they did, oldest first.
    pub deeds: &'p [PastDeed],
    /// Up to when that is known.
    pub until: Time,
    /// The place of the variant that is theirs, by the place of the step that shares people out by an experiment.
    pub variants: HashMap<usize, usize>,
}

impl Past<'_> {
    /// When they did this first, in a stretch of time: at its ends too.
    fn did(&self, deed: &str, from: Time, to: Time) -> Option<Time> {
        self.deeds.iter().find(|did| did.name == deed && did.at >= from && did.at <= to).map(|did| did.at)
    }
}

/// A step that somebody would have come to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Came {
    /// Where it stands in the plan.
    pub at: usize,
    pub when: Time,
    /// When they entered.
    pub entered: Time,
    /// The shop's own event that led them in.
    pub event: Option<EventId>,
}

/// The steps that somebody would have come to, for each time that their deeds lead them in. `fits` says whether they fit the filter of a step,
/// and `opens` from when on a step may write to them.
pub(super) fn walk(plan: &Plan, past: &Past<'_>, fits: impl Fn(usize) -> bool, opens: impl Fn(usize, Time) -> Time) -> Vec<Came> {
    let Some(enters) = plan.entry.did.as_deref() else { return Vec::new() };
    let mut came = Vec::new();
    let (mut free, mut last) = (Time(i64::MIN), None::<Time>);
    for did in past.deeds.iter().filter(|did| did.name == enters) {
        let entered = did.at;
        let may = match (plan.again, last) {
            (_, None) | (Again::Always, _) => true,
            (Again::Never, Some(_)) => false,
            (Again::AfterDays(days), Some(last)) => entered >= last.after(Duration::from_secs(u64::from(days) * 86_400)),
        };
        if !may || entered < free {
            continue;
        }
        last = Some(entered);
        free = pass(plan, past, did, (&fits, &opens), &mut came);
    }
    came
}

/// One pass; gives when it is over.
fn pass(
    plan: &Plan,
    past: &Past<'_>,
    &PastDeed { at: entered, event, .. }: &PastDeed,
    (fits, opens): (&impl Fn(usize) -> bool, &impl Fn(usize, Time) -> Time),
    came: &mut Vec<Came>,
) -> Time {
    let goal = plan.goal.as_deref().and_then(|goal| past.did(goal, entered, past.until));
    let over = goal.unwrap_or(Time(i64::MAX)).min(past.until);
    let (mut at, mut since, mut now) = (0, entered, entered);
    while let Some(step) = plan.steps.get(at) {
        if matches!(step.what, What::Send { .. }) {
            now = opens(at, now);
        }
        if now > past.until || goal.is_some_and(|goal| goal <= now) {
            return over;
        }
        if now == since || matches!(step.what, What::Send { .. }) {
            came.push(Came { at, when: now, entered, event });
        }
        let heard = match &step.what {
            What::WaitFor { did, .. } => past.did(did, since, now).is_some(),
            _ => false,
        };
        let here = Here {
            now,
            since,
            heard,
            fits: fits(at),
            share: share(past.journey, &step.id, past.contact),
            variant: past.variants.get(&at).copied(),
        };
        match decide(plan, at, &here) {
            Decision::Go(to) => (at, since) = (to, now),
            Decision::Out => return now,
            Decision::Stay(until) => {
                let did = match &step.what {
                    What::WaitFor { did, .. } => past.did(did, since, until),
                    _ => None,
                };
                now = did.unwrap_or(until);
            }
        }
    }
    now
}

#[cfg(test)]
mod tests {
    use super::*;
    use facts::Id;
    use serde_json::json;
    use uuid::Uuid;

    const DAY: i64 = 86_400_000;

    fn rehearsed(plan: serde_json::Value, deeds: &[(&'static str, Time)], until: i64) -> Vec<(usize, i64)> {
        let plan: Plan = serde_json::from_value(plan).unwrap();
        let deeds: Vec<PastDeed> = deeds.iter().map(|(name, at)| PastDeed { name: (*name).into(), at: *at, event: None }).collect();
        let past = Past {
            journey: Id::from_uuid(Uuid::nil()),
            contact: Id::from_uuid(Uuid::nil()),
            deeds: &deeds,
            until: Time(until),
            variants: HashMap::new(),
        };
        walk(&plan, &past, |_| true, |_, at| at).into_iter().map(|came| (came.at, came.when.0)).collect()
    }

    fn mail(id: &str) -> serde_json::Value {
        json!({"id": id, "kind": "send", "texts": [{"channel": "email", "content": {"subject": id, "body": "x"}}]})
    }

    #[test]
    fn whoever_did_not_buy_in_time_is_reminded() {
        let wait = json!({"id": "wait", "kind": "wait_for", "did": "order.paid", "minutes": 2880, "then": "leave"});
        let plan = json!({"entry": {"did": "order.placed"}, "again": "always", "steps": [wait, mail("remind")]});
        let placed = |day: i64| ("order.placed", Time(day * DAY));
        assert_eq!(rehearsed(plan.clone(), &[placed(0)], 10 * DAY), [(0, 0), (1, 2 * DAY)]);
        assert_eq!(rehearsed(plan.clone(), &[placed(0), ("order.paid", Time(DAY))], 10 * DAY), [(0, 0)]);
        assert_eq!(rehearsed(plan.clone(), &[placed(0), ("order.paid", Time(3 * DAY))], 10 * DAY), [(0, 0), (1, 2 * DAY)]);
        assert_eq!(rehearsed(plan.clone(), &[placed(0)], DAY), [(0, 0)], "that day has not come yet");
        // The second comes while they are inside, the third when they are out.
        assert_eq!(rehearsed(plan, &[placed(0), placed(1), placed(5)], 6 * DAY), [(0, 0), (1, 2 * DAY), (0, 5 * DAY)]);
    }

    #[test]
    fn a_goal_ends_it_and_nobody_enters_too_often() {
        let plan = |again: serde_json::Value| {
            let wait = json!({"id": "wait", "kind": "wait", "minutes": 1440});
            json!({"entry": {"did": "order.placed"}, "again": again, "goal": "order.paid", "steps": [mail("a"), wait, mail("b")]})
        };
        let deeds =
            [("order.placed", Time(0)), ("order.paid", Time(DAY / 2)), ("order.placed", Time(2 * DAY)), ("order.placed", Time(9 * DAY))];
        assert_eq!(rehearsed(plan(json!("never")), &deeds, 20 * DAY), [(0, 0), (1, 0)]);
        let again = rehearsed(plan(json!({"after_days": 7})), &deeds, 20 * DAY);
        assert_eq!(again, [(0, 0), (1, 0), (0, 9 * DAY), (1, 9 * DAY), (2, 10 * DAY)]);
    }
}
