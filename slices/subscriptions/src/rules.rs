//! What may follow what, and when it is time for it: decisions without a database.

use crate::model::{Policy, Subscription};
use facts::Time;
use facts::subscriptions::{Cadence, SubscriptionState};
use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{Span, ToSpan};
use store::{Error, Result};

/// What happens to a subscription.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Event {
    /// What was owed is paid.
    Paid,
    /// Its first invoice was not paid in time.
    TimedOut,
    /// The days of trying out are over, and the first period is billed.
    TrialEnded,
    /// An invoice was not paid by its last day.
    FellDue,
    /// The days of grace are over, and it stays.
    LeftUnpaid,
    /// The days of grace are over, and it ends.
    GivenUp,
    /// It is to rest.
    Pause,
    /// It goes on.
    Resume,
    /// It is to end.
    Cancel,
}

/// What may follow what: the whole table.
pub const TABLE: &[(SubscriptionState, Event, SubscriptionState)] = {
    use Event as E;
    use SubscriptionState as S;
    &[
        (S::Incomplete, E::Paid, S::Active),
        (S::Incomplete, E::TimedOut, S::Expired),
        (S::Trialing, E::TrialEnded, S::Active),
        (S::Trialing, E::Cancel, S::Canceled),
        (S::Active, E::Paid, S::Active),
        (S::Active, E::FellDue, S::PastDue),
        (S::Active, E::Pause, S::Paused),
        (S::Active, E::Cancel, S::Canceled),
        (S::PastDue, E::Paid, S::Active),
        (S::PastDue, E::LeftUnpaid, S::Unpaid),
        (S::PastDue, E::GivenUp, S::Canceled),
        (S::PastDue, E::Cancel, S::Canceled),
        (S::Paused, E::Resume, S::Active),
        // Whoever rests, or does not pay, can leave without another bill.
        (S::Paused, E::Cancel, S::Canceled),
        (S::Unpaid, E::Cancel, S::Canceled),
    ]
};

/// How a subscription stands after an event.
///
/// # Errors
/// `subscription_state` for a pair that the table does not have.
pub fn next(state: SubscriptionState, event: Event) -> Result<SubscriptionState> {
    let found = TABLE.iter().find(|(from, by, _)| *from == state && *by == event);
    let refused = || {
        let wish = match event {
            Event::Pause => "be paused",
            Event::Resume => "be resumed",
            Event::Cancel => "be cancelled",
            _ => "become what this would make it",
        };
        Error::conflict("subscription_state", format!("A subscription that is {} cannot {wish}.", state.as_str().replace('_', " ")))
    };
    found.map(|(.., to)| *to).ok_or_else(refused)
}

/// The end of a period: so many months or years after the anchor, on its day or the last one that the month has.
pub fn boundary(anchor: Date, cadence: Cadence, periods: i64) -> Date {
    let span: Span = match cadence {
        Cadence::Month => periods.months(),
        Cadence::Year => periods.years(),
    };
    anchor.saturating_add(span)
}

/// What time asks for next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// It ends as was wished.
    End,
    /// It begins to rest as was wished.
    Rest,
    /// It goes on as was wished.
    GoOn,
    /// An invoice was not paid by its last day.
    FallDue,
    /// The days of grace are over.
    Exhaust,
    /// Its period is over, and the next one is billed.
    Renew,
    /// Its customer is charged for what is open.
    Collect,
}

/// Days after the first refusal on which a customer is charged again (money.md, dunning).
const RETRIES: [i64; 4] = [2, 7, 14, 21];

/// The day on which a charge is tried again that was tried so often and failed; none after the last.
pub fn retry_on(failed_on: Date, tries: i64, today: Date) -> Option<Date> {
    let days = RETRIES.get(usize::try_from(tries).ok()?.checked_sub(1)?)?;
    // Never twice within a day, however late an answer came.
    Some(failed_on.saturating_add(days.days()).max(today.saturating_add(1.days())))
}

/// The days on which something is due that stands in its charges.
#[derive(Debug, Clone, Copy, Default)]
pub struct Waits {
    /// The last day to pay of its oldest open period.
    pub unpaid: Option<Date>,
    /// The day on which its customer is charged.
    pub try_on: Option<Date>,
    /// The day before which nobody is late, since money is on its way.
    pub patient_until: Option<Date>,
}

/// What is to happen next with a subscription, and on which day: the earliest, and of one day the one that comes first in this order.
pub fn next_step(sub: &Subscription, policy: &Policy, waits: Waits) -> Option<(Date, Step)> {
    use SubscriptionState as S;
    let (state, runs) = (sub.state, matches!(sub.state, S::Trialing | S::Active | S::PastDue));
    let on = |day: Option<Date>, step: Step, applies: bool| day.filter(|_| applies).map(|day| (day, step));
    let late = |day: Option<Date>, days: i64| {
        let day = day.map(|day| day.saturating_add(days.days()));
        day.map(|day| waits.patient_until.map_or(day, |until| day.max(until)))
    };
    let all = [
        on(sub.cancel_on, Step::End, runs),
        on(sub.pause_on, Step::Rest, state == S::Active),
        on(sub.resume_on, Step::GoOn, state == S::Paused),
        on(late(sub.past_due_on, policy.grace_days), Step::Exhaust, state == S::PastDue),
        on(late(waits.unpaid, 1), Step::FallDue, state == S::Active),
        on(Some(sub.period_end), Step::Renew, runs),
        on(waits.try_on, Step::Collect, runs),
    ];
    // `min_by_key` keeps the first of equals.
    all.into_iter().flatten().min_by_key(|(day, _)| *day)
}

/// The longest that what was used above a plan waits for a renewal, in days: a month's period is never longer.
const WAITS: i64 = 31;

/// Whether what was used above the plan is billed at once: it rests or has ended, or its next renewal is far off.
pub fn usage_at_once(sub: &Subscription, today: Date) -> bool {
    !sub.has_access() || sub.period_end > today.saturating_add(WAITS.days())
}

/// The moment at which a day begins on a calendar.
pub fn begins(day: Date, zone: &TimeZone) -> Time {
    day.to_zoned(zone.clone()).map_or(Time(i64::MAX), |at| Time::from(at.timestamp()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;
    use proptest::prelude::*;

    const STATES: [SubscriptionState; 8] = {
        use SubscriptionState as S;
        [S::Incomplete, S::Trialing, S::Active, S::PastDue, S::Paused, S::Unpaid, S::Canceled, S::Expired]
    };
    const EVENTS: [Event; 9] = [
        Event::Paid,
        Event::TimedOut,
        Event::TrialEnded,
        Event::FellDue,
        Event::LeftUnpaid,
        Event::GivenUp,
        Event::Pause,
        Event::Resume,
        Event::Cancel,
    ];

    #[test]
    fn every_pair_is_in_the_table_once_or_refused() {
        for state in STATES {
            for event in EVENTS {
                let rows = TABLE.iter().filter(|(from, by, _)| *from == state && *by == event).count();
                assert!(rows <= 1, "{state} {event:?}");
                let refused = next(state, event).map_err(|error| (error.kind(), error.code()));
                assert_eq!(refused.is_ok(), rows == 1, "{state} {event:?}");
                if let Err(refused) = refused {
                    assert_eq!(refused, (store::Kind::Conflict, "subscription_state"));
                }
            }
        }
        for ended in [SubscriptionState::Canceled, SubscriptionState::Expired] {
            assert!(EVENTS.iter().all(|event| next(ended, *event).is_err()), "what has ended stays so");
        }
    }

    #[test]
    fn the_thirty_first_is_kept_in_mind() {
        let anchor = date(2026, 1, 31);
        let ends: Vec<_> = (1..=4).map(|nth| boundary(anchor, Cadence::Month, nth).to_string()).collect();
        assert_eq!(ends, ["2026-02-28", "2026-03-31", "2026-04-30", "2026-05-31"]);
        assert_eq!(boundary(date(2028, 2, 29), Cadence::Year, 1), date(2029, 2, 28));
        assert_eq!(boundary(date(2028, 2, 29), Cadence::Year, 4), date(2032, 2, 29));
    }

    #[test]
    fn a_charge_is_tried_five_times() {
        let first = date(2026, 11, 20);
        let days: Vec<_> = (1..=5).map(|tries| retry_on(first, tries, first).map(|day| day.to_string())).collect();
        let wanted = ["2026-11-22", "2026-11-27", "2026-12-04", "2026-12-11"].map(|day| Some(day.to_owned()));
        assert_eq!((&days[..4], &days[4]), (&wanted[..], &None));
        assert_eq!(retry_on(first, 1, date(2026, 12, 1)), Some(date(2026, 12, 2)), "an answer that came late");
    }

    #[test]
    fn what_was_used_waits_for_a_renewal_that_is_near() {
        let today = date(2026, 12, 21);
        for (state, end, at_once) in [
            (SubscriptionState::Active, date(2027, 1, 20), false),
            (SubscriptionState::PastDue, date(2027, 1, 21), false),
            (SubscriptionState::Trialing, date(2026, 12, 22), false),
            (SubscriptionState::Active, date(2027, 1, 22), true),
            (SubscriptionState::Paused, date(2027, 1, 20), true),
            (SubscriptionState::Unpaid, date(2027, 1, 20), true),
            (SubscriptionState::Canceled, date(2026, 12, 20), true),
        ] {
            let sub = Subscription { state, ..crate::money::tests::subscription(0, date(2026, 11, 20), end) };
            assert_eq!(usage_at_once(&sub, today), at_once, "{state} {end}");
        }
    }

    proptest! {
        #[test]
        fn periods_meet_and_never_overlap(day in 0i64..20_000, periods in 1i64..200, yearly in any::<bool>()) {
            let anchor = date(2000, 1, 1).saturating_add(day.days());
            let cadence = if yearly { Cadence::Year } else { Cadence::Month };
            let (from, to) = (boundary(anchor, cadence, periods - 1), boundary(anchor, cadence, periods));
            let days = (to - from).get_days();
            prop_assert!(if yearly { (365..=366).contains(&days) } else { (28..=31).contains(&days) }, "{from} {to}");
        }
    }
}
