//! Words for what happens to messages.

use super::{Words, words};
use facts::messages::{Channel, MessageMoved, TemplateSaved};
use maud::html;
use store::Stated;
use web::ui::Meaning;

pub(super) fn words(stated: &Stated) -> Option<Words> {
    words! { stated; MessageMoved => moved, TemplateSaved => template }
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

fn template(fact: TemplateSaved) -> Words {
    let title = html! { "Template changed: " (called(fact.channel)) " (" (fact.template.replace('_', " ")) "), version " (fact.version) };
    Words::new(Meaning::Neutral, title)
}

fn called(channel: Channel) -> &'static str {
    match channel {
        Channel::Whatsapp => "WhatsApp message",
        Channel::Email => "E-mail",
    }
}
