//! Words for what happens to the addresses that events are sent to.

use super::{Words, words};
use facts::webhooks::{EndpointStep, WebhookEndpointChanged, WebhookTest, WebhooksReplayed};
use maud::html;
use store::Stated;
use web::ui::Meaning;

pub(super) fn words(stated: &Stated) -> Option<Words> {
    words! { stated; WebhookEndpointChanged => changed, WebhookTest => tested, WebhooksReplayed => replayed }
}

fn changed(fact: WebhookEndpointChanged) -> Words {
    let (meaning, what) = match fact.step {
        EndpointStep::Made => (Meaning::Neutral, "Webhook endpoint made at "),
        EndpointStep::Changed => (Meaning::Neutral, "Webhook endpoint changed at "),
        EndpointStep::Rotated => (Meaning::Neutral, "New secret for the webhook endpoint at "),
        EndpointStep::Enabled => (Meaning::Good, "Events go again to "),
        EndpointStep::Disabled => (Meaning::Attention, "No more events go to "),
        EndpointStep::Removed => (Meaning::Neutral, "Webhook endpoint removed at "),
    };
    let why = match fact.reason.as_deref() {
        Some("gone") => "It answered 410: it is gone for good.",
        Some("failing") => "Everything had failed for five days.",
        _ => "",
    };
    Words::new(meaning, html! { (what) bdi { (fact.host) } }).note(html! { (why) })
}

fn tested(_: WebhookTest) -> Words {
    Words::new(Meaning::Neutral, html! { "A test event was sent" })
}

fn replayed(fact: WebhooksReplayed) -> Words {
    let events = if fact.deliveries == 1 { "1 event was".to_owned() } else { format!("{} events were", fact.deliveries) };
    Words::new(Meaning::Neutral, html! { (events) " sent once more" })
}
