//! What a provider's words for a subscription mean here, and when it is asked again.

use super::Standing;
use crate::provider::Provider;
use facts::Time;
use facts::subscriptions::SubscriptionState;
use std::time::Duration;

/// Stripe's words (docs.stripe.com/api/subscriptions/object, `status`). Any may follow any: the provider is right.
const STRIPE: &[(&str, SubscriptionState)] = {
    use SubscriptionState as S;
    &[
        ("incomplete", S::Incomplete),
        ("incomplete_expired", S::Expired),
        ("trialing", S::Trialing),
        ("active", S::Active),
        ("past_due", S::PastDue),
        ("unpaid", S::Unpaid),
        ("paused", S::Paused),
        ("canceled", S::Canceled),
    ]
};

/// Razorpay's words (razorpay.com/docs/payments/subscriptions/states). Whoever has agreed to be charged from a later day on has what they
/// subscribed to until then, as on trial.
const RAZORPAY: &[(&str, SubscriptionState)] = {
    use SubscriptionState as S;
    &[
        ("created", S::Incomplete),
        ("authenticated", S::Trialing),
        ("active", S::Active),
        ("pending", S::PastDue),
        ("halted", S::Unpaid),
        ("paused", S::Paused),
        ("cancelled", S::Canceled),
        ("completed", S::Canceled),
        ("expired", S::Expired),
    ]
};

/// How a subscription stands by its provider's word; none for a word that is not known here.
pub(crate) fn state(provider: Provider, word: &str) -> Option<SubscriptionState> {
    let words = match provider {
        Provider::Stripe => STRIPE,
        Provider::Razorpay => RAZORPAY,
    };
    words.iter().find(|(known, _)| *known == word).map(|(_, state)| *state)
}

/// How long after a period's end its news may take: Stripe keeps an invoice a draft for about an hour.
const NEWS: Duration = Duration::from_secs(2 * 3_600);
const DAY: Duration = Duration::from_secs(24 * 3_600);

/// When the provider is asked again, should nothing be heard of it: after the period's end, and daily where it stands in any way that
/// can change on any day. Never once it has ended.
pub(crate) fn ask_at(standing: &Standing, now: Time) -> Option<Time> {
    use SubscriptionState as S;
    let news = standing.period_end.after(NEWS);
    match standing.state {
        S::Canceled | S::Expired => None,
        S::Trialing | S::Active if news > now => Some(news),
        S::Trialing | S::Active | S::Incomplete | S::PastDue | S::Unpaid | S::Paused => Some(now.after(DAY)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use facts::Currency;
    use facts::provider_subscriptions::Interval;

    #[test]
    fn every_word_has_one_meaning() {
        use SubscriptionState as S;
        for (provider, word, meant) in [
            (Provider::Stripe, "incomplete", Some(S::Incomplete)),
            (Provider::Stripe, "incomplete_expired", Some(S::Expired)),
            (Provider::Stripe, "trialing", Some(S::Trialing)),
            (Provider::Stripe, "active", Some(S::Active)),
            (Provider::Stripe, "past_due", Some(S::PastDue)),
            (Provider::Stripe, "unpaid", Some(S::Unpaid)),
            (Provider::Stripe, "paused", Some(S::Paused)),
            (Provider::Stripe, "canceled", Some(S::Canceled)),
            (Provider::Stripe, "halted", None),
            (Provider::Razorpay, "created", Some(S::Incomplete)),
            (Provider::Razorpay, "authenticated", Some(S::Trialing)),
            (Provider::Razorpay, "active", Some(S::Active)),
            (Provider::Razorpay, "pending", Some(S::PastDue)),
            (Provider::Razorpay, "halted", Some(S::Unpaid)),
            (Provider::Razorpay, "paused", Some(S::Paused)),
            (Provider::Razorpay, "cancelled", Some(S::Canceled)),
            (Provider::Razorpay, "completed", Some(S::Canceled)),
            (Provider::Razorpay, "expired", Some(S::Expired)),
            (Provider::Razorpay, "unheard_of", None),
        ] {
            assert_eq!(state(provider, word), meant, "{provider} {word}");
        }
        for words in [STRIPE, RAZORPAY] {
            assert!(words.iter().all(|(word, _)| words.iter().filter(|(other, _)| other == word).count() == 1));
        }
    }

    #[test]
    fn when_it_is_asked_again() {
        use SubscriptionState as S;
        let standing = |state| Standing {
            state,
            price: String::new(),
            plan: String::new(),
            amount_minor: 0,
            currency: Currency::INR,
            interval: Interval::Month,
            every: 1,
            quantity: 1,
            period_start: Time(0),
            period_end: Time(0).after(30 * DAY),
            trial_end: None,
            ends_at: None,
            cancel_at_period_end: false,
            ended_at: None,
            last_invoice: None,
        };
        let (early, late) = (Time(0).after(DAY), Time(0).after(40 * DAY));
        let news = Time(0).after(30 * DAY).after(NEWS);
        for (state, now, asked) in [
            (S::Active, early, Some(news)),
            (S::Trialing, early, Some(news)),
            (S::Active, late, Some(late.after(DAY))),
            (S::PastDue, early, Some(early.after(DAY))),
            (S::Unpaid, early, Some(early.after(DAY))),
            (S::Paused, late, Some(late.after(DAY))),
            (S::Incomplete, early, Some(early.after(DAY))),
            (S::Canceled, early, None),
            (S::Expired, late, None),
        ] {
            assert_eq!(ask_at(&standing(state), now), asked, "{state}");
        }
    }
}
