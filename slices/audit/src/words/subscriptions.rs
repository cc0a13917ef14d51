//! Words for what happens to plans and subscriptions.

use super::{Words, invoice, subscription, words};
use facts::subscriptions::{
    Cadence, PlanSaved, SubscriptionBilled, SubscriptionChanged, SubscriptionCreated, SubscriptionMoved, SubscriptionParked,
    SubscriptionState,
};
use maud::html;
use store::Stated;
use web::ui::{Meaning, money};

pub(super) fn words(stated: &Stated) -> Option<Words> {
    words! { stated;
        PlanSaved => saved,
        SubscriptionCreated => created,
        SubscriptionMoved => moved,
        SubscriptionBilled => billed,
        SubscriptionChanged => changed,
        SubscriptionParked => parked,
    }
}

fn saved(fact: PlanSaved) -> Words {
    let done = if fact.new { "made" } else { "changed" };
    Words::new(
        Meaning::Neutral,
        html! { "Plan " a href={ "/admin/subscriptions/plans/" (fact.plan_id) } { bdi { (fact.name) } } " " (done) },
    )
}

fn created(fact: SubscriptionCreated) -> Words {
    let each = match fact.cadence {
        Cadence::Month => "a month",
        Cadence::Year => "a year",
    };
    Words::new(
        Meaning::Information,
        html! { (subscription(fact.subscription_id, "Subscribed")) " to " bdi { (fact.plan) } ", " (money(fact.amount)) " " (each) },
    )
}

fn moved(fact: SubscriptionMoved) -> Words {
    let (meaning, now) = match fact.to {
        SubscriptionState::Active => (Meaning::Good, "is active"),
        SubscriptionState::Paused => (Meaning::Information, "is paused"),
        SubscriptionState::PastDue => (Meaning::Attention, "is past due"),
        SubscriptionState::Unpaid => (Meaning::Bad, "stays unpaid"),
        SubscriptionState::Canceled => (Meaning::Neutral, "has ended"),
        SubscriptionState::Expired => (Meaning::Neutral, "was never paid"),
        SubscriptionState::Incomplete | SubscriptionState::Trialing => (Meaning::Neutral, "has begun"),
    };
    let words = Words::new(meaning, html! { (subscription(fact.subscription_id, &fact.plan)) " " (now) });
    if fact.reason.is_empty() { words } else { words.note(html! { bdi { (fact.reason) } }) }
}

fn billed(fact: SubscriptionBilled) -> Words {
    Words::new(
        Meaning::Information,
        html! { "Billed " (money(fact.total)) " from " (fact.from) ": " (invoice(fact.invoice_id, &fact.number)) },
    )
}

fn changed(fact: SubscriptionChanged) -> Words {
    let fields: Vec<String> = fact.changes.iter().map(|change| change.field.replace('_', " ")).collect();
    Words::new(Meaning::Neutral, html! { (subscription(fact.subscription_id, "Subscription")) " changed: " (fields.join(", ")) })
}

fn parked(fact: SubscriptionParked) -> Words {
    Words::new(Meaning::Attention, html! { (subscription(fact.subscription_id, "Subscription")) " waits for a person" })
        .note(html! { (fact.reason) })
}
