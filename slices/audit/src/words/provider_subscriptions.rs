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
