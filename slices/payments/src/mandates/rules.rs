//! What Razorpay allows of charging somebody who is not present, and what follows from what it says of an agreement: no database.

use super::MandateState;
use crate::model::{Intent, Way};
use facts::{Currency, Money};
use std::time::Duration;

/// How long before a debit its customer has notice of it: Razorpay's own 36 hours and 5 minutes (rules for money, 5, dunning;
/// razorpay.com, recurring payments, create subsequent payments).
pub const NOTICE: Duration = Duration::from_secs((36 * 60 + 5) * 60);

/// The most of one debit without its customer's help, in paise: ₹15,000 (rules for money, 5, dunning).
pub const MOST_MINOR: i64 = 1_500_000;

/// How long somebody agrees for. A card's own end comes first. Unverified: the longest that Razorpay takes.
pub const EXPIRES: Duration = Duration::from_secs(10 * 365 * 86_400);

/// Whether so much can be debited at once where `most` paise are the limit.
pub fn can_debit(amount: Money, most: i64) -> bool {
    amount.currency == Currency::INR && amount.minor <= most
}

/// The most of one debit, in paise, by an agreement of this kind: a card has the general limit besides what was agreed, UPI what was agreed.
pub fn most_of(kind: &str, agreed: Option<i64>) -> i64 {
    match (kind, agreed) {
        ("upi", Some(agreed)) => agreed,
        (_, agreed) => agreed.unwrap_or(MOST_MINOR).min(MOST_MINOR),
    }
}

/// Whether whoever pays an intent at Razorpay agrees with it to be charged from now on.
pub fn registers(intent: &Intent) -> bool {
    let known = intent.contact_id.is_some() && intent.phone.is_some();
    intent.keep && intent.way == Way::Checkout && known && can_debit(intent.amount(), MOST_MINOR)
}

/// What a provider says of an agreement.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TokenState {
    /// The bank has not said yes yet.
    Begun,
    /// It can be charged.
    Confirmed,
    /// It cannot be charged: refused, taken back, resting, over.
    Over,
}

/// What a mandate is after its provider was asked: the whole table. What has ended stays so, since its customer agreed to something else or
/// took it back; they agree anew.
const MANDATES: &[(MandateState, TokenState, MandateState)] = {
    use MandateState as M;
    use TokenState as T;
    &[
        (M::Waiting, T::Begun, M::Waiting),
        (M::Waiting, T::Confirmed, M::Active),
        (M::Waiting, T::Over, M::Ended),
        (M::Active, T::Begun, M::Active),
        (M::Active, T::Confirmed, M::Active),
        (M::Active, T::Over, M::Ended),
        (M::Ended, T::Begun, M::Ended),
        (M::Ended, T::Confirmed, M::Ended),
        (M::Ended, T::Over, M::Ended),
    ]
};

/// What a mandate is after its provider was asked.
pub fn mandate_after(state: MandateState, said: TokenState) -> MandateState {
    MANDATES.iter().find(|(from, by, _)| *from == state && *by == said).map_or(state, |(_, _, to)| *to)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const STATES: [MandateState; 3] = [MandateState::Waiting, MandateState::Active, MandateState::Ended];
    const SAID: [TokenState; 3] = [TokenState::Begun, TokenState::Confirmed, TokenState::Over];

    #[test]
    fn each_pair_stands_once() {
        for state in STATES {
            for said in SAID {
                assert_eq!(MANDATES.iter().filter(|(from, by, _)| *from == state && *by == said).count(), 1, "{state} {said:?}");
            }
        }
    }

    #[test]
    fn limits() {
        for (kind, agreed, most) in [
            ("card", None, MOST_MINOR),
            ("card", Some(500_000), 500_000),
            ("card", Some(9_999_900), MOST_MINOR),
            ("upi", Some(9_999_900), 9_999_900),
            ("upi", None, MOST_MINOR),
        ] {
            assert_eq!(most_of(kind, agreed), most, "{kind} {agreed:?}");
        }
        assert!(can_debit(Money::inr(MOST_MINOR), MOST_MINOR) && !can_debit(Money::inr(MOST_MINOR + 1), MOST_MINOR));
        assert!(!can_debit(Money::new(100, "USD".parse().unwrap()), MOST_MINOR));
        assert_eq!(NOTICE, Duration::from_secs(129_900));
    }

    proptest! {
        #[test]
        fn what_has_ended_stays_so(said in prop::collection::vec(prop::sample::select(SAID.to_vec()), 0..20)) {
            let mut state = MandateState::Waiting;
            for said in said {
                let before = state;
                state = mandate_after(state, said);
                prop_assert!(before != MandateState::Ended || state == MandateState::Ended);
                prop_assert!(before != MandateState::Active || state != MandateState::Waiting);
            }
        }
    }
}
