//! Words for what happens to messages.

use super::{Words, words};
use facts::messages::{
    AttachmentFetched, CallsReplayed, Channel, MessageMoved, MessageReceived, MessagesRecovered, ProviderSilence, TemplateSaved,
};
use facts::push::{PushDeviceAdded, PushDeviceGone};
use maud::html;
use store::Stated;
use web::ui::Meaning;

pub(super) fn words(stated: &Stated) -> Option<Words> {
    words! {
        stated;
        MessageMoved => moved,
        MessageReceived => received,
        MessagesRecovered => recovered,
        ProviderSilence => silence,
        CallsReplayed => replayed,
        AttachmentFetched => fetched,
        TemplateSaved => template,
        PushDeviceAdded => added,
        PushDeviceGone => gone
    }
}

/// What a state says of a message, and what it means.
const STATES: &[(&str, Meaning, &str)] = &[
    ("queued", Meaning::Information, "queued"),
    ("sent", Meaning::Information, "sent"),
    ("delivered", Meaning::Good, "delivered"),
    ("read", Meaning::Good, "read"),
    ("failed", Meaning::Bad, "failed"),
    ("unknown", Meaning::Attention, "may have been sent; held for its receipt"),
    ("dead", Meaning::Bad, "given up"),
    ("suppressed", Meaning::Attention, "not sent"),
    ("expired", Meaning::Attention, "too late to be sent"),
];

fn moved(fact: MessageMoved) -> Words {
    let known = STATES.iter().find(|(state, ..)| *state == fact.state);
    let (meaning, said) = known.map_or((Meaning::Neutral, fact.state.as_str()), |(_, meaning, said)| (*meaning, *said));
    let channel = called(fact.channel);
    let template = fact.template.replace('_', " ");
    let title = html! { a href={ "/admin/messages/" (fact.message_id) } { (channel) } " (" (template) ") " (said) };
    match fact.reason {
        Some(reason) => Words::new(meaning, title).note(html! { bdi { (reason) } }),
        None => Words::new(meaning, title),
    }
}

fn received(fact: MessageReceived) -> Words {
    Words::new(Meaning::Information, html! { (called(fact.channel)) " received" })
}

fn recovered(fact: MessagesRecovered) -> Words {
    let messages = if fact.messages == 1 { "1 message is".to_owned() } else { format!("{} messages are", fact.messages) };
    Words::new(Meaning::Neutral, html! { (messages) " sent once more that had come to nothing" })
}

fn silence(fact: ProviderSilence) -> Words {
    let (channel, provider) = (fact.channel.title(), fact.provider);
    match fact.over {
        true => Words::new(Meaning::Good, html! { (channel) ": " (provider) " says again what becomes of messages" }),
        false => Words::new(Meaning::Bad, html! { (channel) ": " (provider) " says nothing any more of what becomes of messages" }),
    }
}

fn replayed(fact: CallsReplayed) -> Words {
    let calls = if fact.calls == 1 { "1 call is".to_owned() } else { format!("{} calls are", fact.calls) };
    Words::new(Meaning::Neutral, html! { (calls) " of " (fact.provider) " read once more" })
}

fn fetched(fact: AttachmentFetched) -> Words {
    match fact.state.as_str() {
        "kept" => Words::new(Meaning::Neutral, html! { "What came with it was fetched" }),
        _ => Words::new(Meaning::Attention, html! { "What came with it could not be fetched" }),
    }
}

fn added(fact: PushDeviceAdded) -> Words {
    let device = if fact.kind == "webpush" { "browser" } else { "app" };
    Words::new(Meaning::Neutral, html! { "Push messages asked for, in a" @if device == "app" { "n" } " " (device) })
}

fn gone(_: PushDeviceGone) -> Words {
    Words::new(Meaning::Neutral, html! { "A device gets no more push messages" })
}

fn template(fact: TemplateSaved) -> Words {
    let title = html! { "Template changed: " (called(fact.channel)) " (" (fact.template.replace('_', " ")) "), version " (fact.version) };
    Words::new(Meaning::Neutral, title)
}

fn called(channel: Channel) -> &'static str {
    match channel {
        Channel::Whatsapp => "WhatsApp message",
        Channel::Email => "E-mail",
        Channel::Sms => "SMS",
        Channel::Push => "Push message",
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::{id, says};
    use super::*;

    #[test]
    fn what_comes_in_and_who_is_reached() {
        says(MessageReceived { received_id: id(), contact_id: None, channel: Channel::Sms }, "SMS received");
        let fetched = |state: &str| AttachmentFetched { file_id: id(), received_id: id(), state: state.into() };
        says(fetched("kept"), "What came with it was fetched");
        says(fetched("failed"), "What came with it could not be fetched");
        let added = |kind: &str| PushDeviceAdded { push_device_id: id(), contact_id: None, kind: kind.into() };
        says(added("webpush"), "Push messages asked for, in a browser");
        says(added("fcm"), "Push messages asked for, in an app");
        says(PushDeviceGone { push_device_id: id() }, "A device gets no more push messages");
    }
}
