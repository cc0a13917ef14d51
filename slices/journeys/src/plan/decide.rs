//! Where somebody goes from a step: no database, no clock. Walking and rehearsing both ask here.

use super::{Plan, What};
use facts::{ContactId, Id, JourneyId, Time};
use std::time::Duration;

/// Shares are out of so many.
const WHOLE: u64 = 1_000_000;

/// How somebody stands at a step.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Here {
    pub now: Time,
    /// When they came to it.
    pub since: Time,
    /// Whether they have done since what they are waited for to do.
    pub heard: bool,
    /// Whether they fit the filter of the step.
    pub fits: bool,
    /// Their place among others by chance, as [`share`] gives it.
    pub share: u64,
    /// The place of the variant that is theirs, where the step shares people out by an experiment.
    pub variant: Option<usize>,
}

/// What becomes of somebody at a step, where nothing of the step's own doing holds them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Decision {
    /// They go on to the step at this place.
    Go(usize),
    /// They are through.
    Out,
    /// They stay until then at the latest.
    Stay(Time),
}

/// What becomes of somebody at the step at a place.
pub(crate) fn decide(plan: &Plan, at: usize, here: &Here) -> Decision {
    let Some(step) = plan.steps.get(at) else { return Decision::Out };
    let go = |to: &Option<String>| plan.leads(at, to.as_deref()).map_or(Decision::Out, Decision::Go);
    let after = |minutes: i64, then: &Option<String>| {
        let over = here.since.after(span(minutes));
        if over <= here.now { go(then) } else { Decision::Stay(over) }
    };
    match &step.what {
        What::Send { next, .. }
        | What::Throttle { next, .. }
        | What::Update { next, .. }
        | What::Tag { next, .. }
        | What::List { next, .. }
        | What::Call { next, .. } => go(next),
        What::Wait { minutes, next } | What::Digest { minutes, next } => after(*minutes, next),
        What::WaitFor { then, .. } if here.heard => go(then),
        What::WaitFor { minutes, otherwise, .. } => after(*minutes, otherwise),
        What::Branch { then, otherwise, .. } => go(if here.fits { then } else { otherwise }),
        What::Split { parts, .. } if here.variant.is_some() => {
            let part = here.variant.and_then(|place| parts.get(place));
            part.map_or(Decision::Out, |part| go(&part.next))
        }
        What::Split { parts, .. } => {
            let whole: u64 = parts.iter().map(|part| u64::from(part.weight)).sum();
            let mark = here.share.min(WHOLE - 1) * whole / WHOLE;
            let mut sum = 0;
            let part = parts.iter().find(|part| {
                sum += u64::from(part.weight);
                mark < sum
            });
            part.map_or(Decision::Out, |part| go(&part.next))
        }
        What::Leave { .. } => Decision::Out,
    }
}

/// So many minutes.
pub(crate) fn span(minutes: i64) -> Duration {
    Duration::from_secs(u64::try_from(minutes).unwrap_or(0) * 60)
}

/// Somebody's place among others at a split, 0 to 999,999: evenly spread, the same each time, and another for each split (FNV-1a over the ids,
/// and a last mixing as SplitMix64 does it).
pub(crate) fn share(journey: JourneyId, step: &str, contact: ContactId) -> u64 {
    let bytes = journey.uuid().into_bytes().into_iter().chain(step.bytes()).chain(contact.uuid().into_bytes());
    let mut hash = bytes.fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3));
    hash = (hash ^ (hash >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    hash = (hash ^ (hash >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    (hash ^ (hash >> 31)) % WHOLE
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plan::{Again, Entry, Part, Step};
    use proptest::prelude::*;
    use uuid::Uuid;

    fn plan(what: Vec<What>) -> Plan {
        let steps = what.into_iter().enumerate().map(|(at, what)| Step { id: format!("s{at}"), what }).collect();
        Plan {
            entry: Entry::default(),
            again: Again::Never,
            goal: None,
            quiet_from: "00:00".to_owned(),
            quiet_to: "00:00".to_owned(),
            local: false,
            service: false,
            steps,
        }
    }

    fn here(minutes: u64) -> Here {
        let since = Time(0);
        Here { now: since.after(Duration::from_secs(minutes * 60)), since, heard: false, fits: false, share: 0, variant: None }
    }

    #[test]
    fn time_deeds_and_filters() {
        let wait = plan(vec![What::Wait { minutes: 10, next: None }, What::Leave { goal: false }]);
        assert_eq!(decide(&wait, 0, &here(9)), Decision::Stay(Time(0).after(span(10))));
        assert_eq!((decide(&wait, 0, &here(10)), decide(&wait, 1, &here(10))), (Decision::Go(1), Decision::Out));
        let to = |id: &str| Some(id.to_owned());
        let heard = plan(vec![
            What::WaitFor { did: "order.paid".to_owned(), minutes: 10, then: to("leave"), otherwise: to("s2") },
            What::Leave { goal: false },
            What::Branch { filter: serde_json::json!({}), then: None, otherwise: to("leave") },
        ]);
        assert_eq!(decide(&heard, 0, &here(3)), Decision::Stay(Time(0).after(span(10))));
        assert_eq!(decide(&heard, 0, &Here { heard: true, ..here(3) }), Decision::Out);
        assert_eq!(decide(&heard, 0, &here(11)), Decision::Go(2));
        assert_eq!(decide(&heard, 2, &Here { fits: true, ..here(0) }), Decision::Out, "there is no step after it");
    }

    proptest! {
        #[test]
        fn shares_are_kept(first in 1u32..100, second in 1u32..100) {
            let part = |weight, next: &str| Part { weight, next: Some(next.to_owned()) };
            let split = plan(vec![What::Split { parts: vec![part(first, "s1"), part(second, "s2")], experiment: None }, What::Leave { goal: false }, What::Leave { goal: false }]);
            let journey = JourneyId::from_uuid(Uuid::from_u128(u128::from(first)));
            let took = (0..2_000u128).filter(|person| {
                let share = share(journey, "s0", ContactId::from_uuid(Uuid::from_u128(*person)));
                decide(&split, 0, &Here { share, ..here(0) }) == Decision::Go(1)
            }).count();
            let expected = 2_000.0 * f64::from(first) / f64::from(first + second);
            prop_assert!((f64::from(u32::try_from(took).unwrap()) - expected).abs() < 150.0, "{took} of {expected}");
        }
    }
}
