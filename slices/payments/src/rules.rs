//! Decisions, without a database: what may follow what, what a payment settles, when to ask again.

use crate::model::{IntentState, Payment, PaymentState, RefundState, Way};
use facts::{Money, Time};
use std::time::Duration;
use store::{Error, Result};

/// What happens to an intent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum IntentEvent {
    /// The provider holds an order for it.
    Opened,
    /// A payment settled it.
    Paid,
    /// We stopped asking.
    Expired,
    /// It is no longer wanted.
    Cancelled,
}

/// What may follow what, for intents: the whole table.
const INTENTS: &[(IntentState, IntentEvent, IntentState)] = {
    use IntentEvent as E;
    use IntentState as S;
    &[
        (S::Opening, E::Opened, S::Open),
        (S::Opening, E::Paid, S::Paid),
        (S::Opening, E::Expired, S::Expired),
        (S::Opening, E::Cancelled, S::Cancelled),
        (S::Open, E::Opened, S::Open),
        (S::Open, E::Paid, S::Paid),
        (S::Open, E::Expired, S::Expired),
        (S::Open, E::Cancelled, S::Cancelled),
        (S::Expired, E::Opened, S::Open),
        (S::Expired, E::Paid, S::Paid),
        (S::Expired, E::Expired, S::Expired),
        (S::Expired, E::Cancelled, S::Cancelled),
        (S::Paid, E::Opened, S::Paid),
        (S::Paid, E::Expired, S::Paid),
        (S::Paid, E::Cancelled, S::Paid),
        (S::Cancelled, E::Opened, S::Cancelled),
        (S::Cancelled, E::Expired, S::Cancelled),
        (S::Cancelled, E::Cancelled, S::Cancelled),
    ]
};

/// What may follow what, for refunds. Money that went back has gone, whatever was said before.
const REFUNDS: &[(RefundState, RefundState, RefundState)] = {
    use RefundState as S;
    &[
        (S::Requested, S::Pending, S::Pending),
        (S::Requested, S::Settled, S::Settled),
        (S::Requested, S::Failed, S::Failed),
        (S::Pending, S::Settled, S::Settled),
        (S::Pending, S::Failed, S::Failed),
        (S::Failed, S::Settled, S::Settled),
    ]
};

/// The state of an intent after an event.
///
/// # Errors
/// `intent_state` for a pair that the table does not have.
pub fn intent_after(state: IntentState, event: IntentEvent) -> Result<IntentState> {
    let found = INTENTS.iter().find(|(from, by, _)| *from == state && *by == event);
    found
        .map(|(_, _, to)| *to)
        .ok_or_else(|| Error::conflict("intent_state", format!("An intent that is {state} cannot become {event:?}.")))
}

/// Whether nobody is to pay an intent in this state.
pub fn is_over(state: IntentState) -> bool {
    matches!(state, IntentState::Paid | IntentState::Cancelled)
}

/// The state of a refund after news of it; `None` when the news changes nothing.
pub fn refund_after(state: RefundState, news: RefundState) -> Option<RefundState> {
    REFUNDS.iter().find(|(from, by, _)| *from == state && *by == news).map(|(_, _, to)| *to)
}

/// What we hold of a payment already.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Held {
    /// How far it was.
    pub state: PaymentState,
    /// Whether it paid its intent.
    pub matched: bool,
}

/// What follows from news of a payment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verdict {
    /// How far the payment is now.
    pub state: PaymentState,
    /// Whether it is the one that paid its intent.
    pub matched: bool,
    /// What has become true by this news and was not before.
    pub became: Became,
}

/// What has become true.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Became {
    /// Nothing that others need to know.
    Nothing,
    /// The intent is paid.
    Paid,
    /// Money came that fits nothing, and why.
    Unmatched(String),
    /// The try did not succeed.
    Failed,
}

/// Judges news of a payment: what is known only ever moves on, so order and repetition of the news do not matter.
pub fn judge(intent: IntentState, wanted: Money, held: Option<Held>, news: PaymentState, came: Option<Money>) -> Verdict {
    let before = held.map(|held| held.state);
    let state = before.map_or(news, |before| before.max(news));
    let matched = held.is_some_and(|held| held.matched);
    let newly = |mark: PaymentState| state >= mark && before.is_none_or(|before| before < mark);
    if newly(PaymentState::Captured) {
        return match misfit(intent, wanted, came) {
            None => Verdict { state, matched: true, became: Became::Paid },
            Some(why) => Verdict { state, matched: false, became: Became::Unmatched(why) },
        };
    }
    let became = if state == PaymentState::Failed && newly(PaymentState::Failed) { Became::Failed } else { Became::Nothing };
    Verdict { state, matched, became }
}

/// Whether money that fits nothing may pay an intent because a person says so: it has to fit as if it came for it now.
///
/// # Errors
/// `already_paid`, `being_charged`, and `payment_misfit` for another amount or something that is no longer to be paid.
pub fn may_match(intent: IntentState, way: Way, wanted: Money, came: Money) -> Result<()> {
    match misfit(intent, wanted, Some(came)) {
        _ if intent == IntentState::Paid => Err(Error::conflict("already_paid", "It is paid already, by another payment.")),
        Some(why) => Err(Error::conflict("payment_misfit", why)),
        None if way == Way::Mandate => {
            Err(Error::conflict("being_charged", "Its customer is being charged for it just now. Wait until that is over."))
        }
        None => Ok(()),
    }
}

/// Whether all of a payment is here and has paid nothing, so that a person may match it.
///
/// # Errors
/// `payment_matched`, `payment_given_back`, `payment_not_captured`.
pub fn may_be_matched(payment: &Payment) -> Result<()> {
    if payment.matched {
        return Err(Error::conflict("payment_matched", "This payment has paid something already."));
    }
    if payment.refunded_minor > 0 || payment.state == PaymentState::Refunded {
        return Err(Error::conflict("payment_given_back", "Money of this payment went back, or is on its way back."));
    }
    if payment.state != PaymentState::Captured {
        return Err(Error::conflict("payment_not_captured", "Only money that was captured can be matched."));
    }
    Ok(())
}

/// Why captured money does not settle its intent; `None` when it does.
fn misfit(intent: IntentState, wanted: Money, came: Option<Money>) -> Option<String> {
    if came != Some(wanted) {
        let came = came.map_or_else(|| "another currency".to_owned(), |came| came.to_string());
        return Some(format!("{wanted} was wanted and {came} came."));
    }
    match intent {
        IntentState::Paid => Some("It had been paid by another payment.".to_owned()),
        IntentState::Cancelled => Some("It was no longer to be paid this way.".to_owned()),
        IntentState::Opening | IntentState::Open | IntentState::Expired => None,
    }
}

/// When the janitor asks about what is not final, counted from its beginning: at 5 minutes, 1, 6 and 24 hours, then daily for a week.
pub const ASKS: [Duration; 11] = {
    const MINUTE: u64 = 60;
    const HOUR: u64 = 60 * MINUTE;
    const DAY: u64 = 24 * HOUR;
    [
        Duration::from_secs(5 * MINUTE),
        Duration::from_secs(HOUR),
        Duration::from_secs(6 * HOUR),
        Duration::from_secs(DAY),
        Duration::from_secs(2 * DAY),
        Duration::from_secs(3 * DAY),
        Duration::from_secs(4 * DAY),
        Duration::from_secs(5 * DAY),
        Duration::from_secs(6 * DAY),
        Duration::from_secs(7 * DAY),
        Duration::from_secs(8 * DAY),
    ]
};

/// When to ask next about something that began then; `None` after the last time. `first` takes the place of the
/// first delays, in seconds from the beginning.
pub fn next_ask(began: Time, now: Time, first: &[u64]) -> Option<Time> {
    let early = first.iter().copied().map(Duration::from_secs);
    let usual = ASKS.iter().skip(first.len()).copied();
    early.chain(usual).map(|delay| began.after(delay)).find(|at| *at > now)
}

/// What providers say of a card or an account that can never be charged again: lost, stolen, closed, or the agreement taken back.
/// Stripe's decline codes (docs.stripe.com/declines/codes) and Razorpay's reasons.
const HARD: &[&str] = &[
    "account_closed",
    "invalid_account",
    "lost_card",
    "mandate_cancelled",
    "mandate_revoked",
    "new_account_information_available",
    "pickup_card",
    "revocation_of_all_authorizations",
    "revocation_of_authorization",
    "stolen_card",
    "stop_payment_order",
    "token_cancelled",
    "token_expired",
];

/// Whether a charge that failed for this reason can never succeed with the same card or account.
pub fn is_hard(code: Option<&str>) -> bool {
    code.is_some_and(|code| HARD.contains(&code))
}

/// The longest pause between two tries of a call.
const LONGEST_PAUSE: Duration = Duration::from_secs(600);
/// Failed calls after which a person has to look: about a day of them.
pub const MOST_FAILURES: i64 = 150;

/// How long to wait after so many failed calls: 1 s, doubling up to 10 minutes.
pub fn pause_after(failures: i64) -> Duration {
    let doublings = u32::try_from(failures.clamp(0, 10)).unwrap_or(10);
    (Duration::from_secs(1) * 2u32.pow(doublings)).min(LONGEST_PAUSE)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const WANTED: Money = Money { minor: 9_900, currency: facts::Currency::INR };

    #[test]
    fn a_paid_intent_stays_paid_and_nothing_is_paid_twice() {
        for event in [IntentEvent::Opened, IntentEvent::Expired, IntentEvent::Cancelled] {
            assert_eq!(intent_after(IntentState::Paid, event).unwrap(), IntentState::Paid);
        }
        assert!(intent_after(IntentState::Paid, IntentEvent::Paid).is_err());
        assert!(intent_after(IntentState::Cancelled, IntentEvent::Paid).is_err());
        assert_eq!(intent_after(IntentState::Expired, IntentEvent::Paid).unwrap(), IntentState::Paid, "a late capture still settles it");
    }

    #[test]
    fn each_pair_stands_once_in_its_table() {
        for (at, (from, event, _)) in INTENTS.iter().enumerate() {
            assert!(!INTENTS[..at].iter().any(|(f, e, _)| f == from && e == event), "{from} {event:?}");
        }
        for (at, (from, news, _)) in REFUNDS.iter().enumerate() {
            assert!(!REFUNDS[..at].iter().any(|(f, n, _)| f == from && n == news), "{from} {news}");
        }
    }

    #[test]
    fn a_refund_settles_once() {
        for (state, news, after) in [
            (RefundState::Requested, RefundState::Settled, Some(RefundState::Settled)),
            (RefundState::Requested, RefundState::Pending, Some(RefundState::Pending)),
            (RefundState::Pending, RefundState::Pending, None),
            (RefundState::Settled, RefundState::Settled, None),
            (RefundState::Settled, RefundState::Failed, None),
            (RefundState::Failed, RefundState::Pending, None),
            (RefundState::Failed, RefundState::Settled, Some(RefundState::Settled)),
        ] {
            assert_eq!(refund_after(state, news), after, "{state} {news}");
        }
    }

    #[test]
    fn what_a_capture_settles() {
        let judged = |intent, came| judge(intent, WANTED, None, PaymentState::Captured, Some(came)).became;
        assert_eq!(judged(IntentState::Opening, WANTED), Became::Paid);
        assert_eq!(judged(IntentState::Open, WANTED), Became::Paid);
        assert_eq!(judged(IntentState::Expired, WANTED), Became::Paid);
        for (intent, came) in [
            (IntentState::Paid, WANTED),
            (IntentState::Cancelled, WANTED),
            (IntentState::Open, Money::inr(9_901)),
            (IntentState::Open, Money::new(9_900, "USD".parse().unwrap())),
        ] {
            assert!(matches!(judged(intent, came), Became::Unmatched(_)), "{intent} {came}");
        }
        assert!(matches!(judge(IntentState::Open, WANTED, None, PaymentState::Captured, None).became, Became::Unmatched(_)));
    }

    #[test]
    fn what_a_person_may_match() {
        let code = |intent, way, came| may_match(intent, way, WANTED, came).err().map(|error| error.code().to_owned());
        for (intent, way, came, refused) in [
            (IntentState::Opening, Way::Checkout, WANTED, None),
            (IntentState::Open, Way::Link, WANTED, None),
            (IntentState::Expired, Way::Checkout, WANTED, None),
            (IntentState::Paid, Way::Checkout, WANTED, Some("already_paid")),
            (IntentState::Paid, Way::Checkout, Money::inr(1), Some("already_paid")),
            (IntentState::Cancelled, Way::Checkout, WANTED, Some("payment_misfit")),
            (IntentState::Open, Way::Checkout, Money::inr(9_901), Some("payment_misfit")),
            (IntentState::Open, Way::Checkout, Money::new(9_900, "USD".parse().unwrap()), Some("payment_misfit")),
            (IntentState::Open, Way::Mandate, WANTED, Some("being_charged")),
        ] {
            assert_eq!(code(intent, way, came).as_deref(), refused, "{intent} {way} {came}");
        }
    }

    #[test]
    fn the_janitor_keeps_to_its_hours() {
        let began = Time(0);
        assert_eq!(next_ask(began, began, &[]), Some(Time(300_000)));
        assert_eq!(next_ask(began, Time(300_000), &[]), Some(Time(3_600_000)));
        assert_eq!(next_ask(began, Time(8 * 86_400_000 - 1), &[]), Some(Time(8 * 86_400_000)));
        assert_eq!(next_ask(began, Time(8 * 86_400_000), &[]), None);
        assert_eq!(next_ask(began, Time(1_000), &[1, 2]), Some(Time(2_000)));
        assert_eq!(next_ask(began, Time(2_000), &[1, 2]), Some(Time(21_600_000)), "the rest of the hours stay");
    }

    #[test]
    fn pauses_grow_to_ten_minutes() {
        assert_eq!(pause_after(0), Duration::from_secs(1));
        assert_eq!(pause_after(3), Duration::from_secs(8));
        assert_eq!(pause_after(1_000), LONGEST_PAUSE);
        let all: Duration = (0..MOST_FAILURES).map(pause_after).sum();
        assert!(all > Duration::from_secs(23 * 3_600) && all < Duration::from_secs(26 * 3_600), "{all:?}");
    }

    fn news() -> impl Strategy<Value = PaymentState> {
        prop::sample::select(vec![PaymentState::Created, PaymentState::Failed, PaymentState::Authorized, PaymentState::Captured])
    }

    /// Tells a payment's story to an intent and gives the end: payment, intent, and how often each thing became true.
    fn tell(story: &[PaymentState]) -> (Option<Held>, IntentState, usize, usize) {
        let (mut held, mut intent, mut paid, mut failed) = (None, IntentState::Open, 0, 0);
        for told in story {
            let verdict = judge(intent, WANTED, held, *told, Some(WANTED));
            match verdict.became {
                Became::Paid => {
                    intent = intent_after(intent, IntentEvent::Paid).unwrap();
                    paid += 1;
                }
                Became::Failed => failed += 1,
                Became::Nothing | Became::Unmatched(_) => {}
            }
            held = Some(Held { state: verdict.state, matched: verdict.matched });
        }
        (held, intent, paid, failed)
    }

    proptest! {
        #[test]
        fn any_order_and_repetition_ends_the_same(story in prop::collection::vec(news(), 1..12), seed in any::<u64>()) {
            let mut shuffled = story.clone();
            shuffled.extend(story.iter().copied().take((seed % 12) as usize));
            let turn = (seed as usize / 12) % shuffled.len();
            shuffled.rotate_left(turn);
            if seed % 2 == 0 { shuffled.reverse(); }
            let (held, intent, paid, failed) = tell(&story);
            let (held_too, intent_too, paid_too, failed_too) = tell(&shuffled);
            prop_assert_eq!((held, intent, paid), (held_too, intent_too, paid_too));
            let captured = story.contains(&PaymentState::Captured);
            prop_assert_eq!(paid, usize::from(captured));
            prop_assert_eq!(intent == IntentState::Paid, captured);
            prop_assert!(failed <= 1 && failed_too <= 1);
        }

        #[test]
        fn of_two_captures_one_pays(first in 0usize..2, repeats in prop::collection::vec(0usize..2, 0..8)) {
            let (mut held, mut intent, mut paid, mut unmatched) = ([None, None], IntentState::Open, 0, 0);
            for which in std::iter::once(first).chain(repeats).chain([0, 1]) {
                let verdict = judge(intent, WANTED, held[which], PaymentState::Captured, Some(WANTED));
                match verdict.became {
                    Became::Paid => { intent = IntentState::Paid; paid += 1; }
                    Became::Unmatched(_) => unmatched += 1,
                    _ => {}
                }
                held[which] = Some(Held { state: verdict.state, matched: verdict.matched });
            }
            prop_assert_eq!((paid, unmatched), (1, 1));
            prop_assert_eq!(held.iter().flatten().filter(|held| held.matched).count(), 1);
        }
    }
}
