//! Words for what happens to subscriptions that a provider runs.

use super::{Words, subscription, words};
use facts::provider_subscriptions::{LastInvoice, ProviderSubscriptionChanged};
use facts::subscriptions::SubscriptionState;
use maud::html;
use store::Stated;
use web::ui::{Meaning, id, money};

pub(super) fn words(stated: &Stated) -> Option<Words> {
    words! { stated;
        ProviderSubscriptionChanged => changed,
    }
}

fn changed(fact: ProviderSubscriptionChanged) -> Words {
    use SubscriptionState as S;
    let meaning = match fact.state {
        S::Active | S::Trialing => Meaning::Good,
        S::PastDue | S::Unpaid => Meaning::Attention,
        S::Incomplete | S::Paused | S::Canceled | S::Expired => Meaning::Neutral,
    };
    let who = match fact.provider.as_str() {
        "stripe" => "Stripe",
        "razorpay" => "Razorpay",
        other => other,
    };
    let state = fact.state.as_str().replace('_', " ");
    let title = html! { (who) " says: " (subscription(fact.subscription_id, &fact.plan)) " is " (state) ", " (money(fact.amount)) };
    Words::new(meaning, title).note(html! {
        (id(fact.provider_subscription_id))
        @if fact.last_invoice == Some(LastInvoice::Failed) { ", its newest invoice could not be charged" }
        @if fact.ends_at.is_some() && fact.ended_at.is_none() { ", it ends with its period or on a day that is set" }
    })
}

#[cfg(test)]
mod tests {
    use super::super::tests::{id, money, says};
    use facts::Time;
    use facts::provider_subscriptions::{Interval, LastInvoice, ProviderSubscriptionChanged};
    use facts::subscriptions::SubscriptionState;

    #[test]
    fn how_it_stands() {
        let changed = ProviderSubscriptionChanged {
            subscription_id: id(),
            version: 1,
            contact_id: id(),
            customer_name: "Asha".into(),
            provider: "stripe".into(),
            provider_subscription_id: "sub_1".into(),
            state: SubscriptionState::PastDue,
            provider_price: "price_1".into(),
            plan: "Pro".into(),
            amount: money(),
            interval: Interval::Month,
            every: 1,
            quantity: 1,
            period_start: Time(0),
            period_end: Time(1),
            trial_end: None,
            ends_at: None,
            cancel_at_period_end: false,
            ended_at: None,
            last_invoice: Some(LastInvoice::Failed),
        };
        says(changed, "Stripe says: Pro is past due, ₹499.00");
    }
}
