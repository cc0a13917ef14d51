//! What the owner of a phone writes to the shop, and by whom it goes there.

use crate::chat::{Channel, Content, Enclosed, Message};
use crate::faults::Provider;
use crate::names::e164;
use crate::sim::Desk;
use axum::extract::{Form, Path, State};
use axum::response::Redirect;
use maud::{Markup, html};
use serde::Deserialize;
use std::collections::BTreeSet;

/// The ways to a shop: how the form spells them, and their names.
const WAYS: [(&str, &str); 4] = [
    ("meta", "WhatsApp (Meta)"),
    ("twilio-whatsapp", "WhatsApp (Twilio)"),
    ("twilio-sms", "SMS (Twilio)"),
    ("gateway", "WhatsApp (gateway)"),
];
const KINDS: [(&str, &str); 6] = [
    ("text", "These words"),
    ("button", "A press on the button of this name"),
    ("picture", "A picture with these words under it"),
    ("document", "A document with these words under it"),
    ("stop", "No more marketing (Meta)"),
    ("resume", "Marketing again (Meta)"),
];

/// One answer as the form spells it.
#[derive(Deserialize)]
pub(super) struct Answer {
    way: String,
    /// Which guest it is for; empty for the shop that the simulation was started for.
    #[serde(default)]
    guest: String,
    kind: String,
    #[serde(default)]
    words: String,
}

pub(super) async fn send(State(desk): State<Desk>, Path(owner): Path<String>, Form(answer): Form<Answer>) -> Redirect {
    let owner = e164(&owner);
    let guest = Some(answer.guest.trim()).filter(|guest| !guest.is_empty());
    let messengers = &desk.messengers;
    match (answer.way.as_str(), answer.kind.as_str()) {
        ("meta", "stop" | "resume") => messengers.meta.prefers(guest, &owner, answer.kind == "resume"),
        (_, "stop" | "resume") => {}
        ("meta", "picture" | "document") => {
            messengers.meta.sends(guest, &owner, &file(&answer), caption(&answer));
        }
        ("twilio-whatsapp", "picture" | "document") => {
            messengers.twilio.sends(guest, Channel::Whatsapp, &owner, file(&answer), caption(&answer));
        }
        ("meta", _) => {
            messengers.meta.inbound(guest, &owner, said(&answer));
        }
        ("gateway", _) => {
            messengers.gateway.inbound(guest, &owner, &answer.words);
        }
        (way, _) => {
            let channel = if way == "twilio-sms" { Channel::Sms } else { Channel::Whatsapp };
            messengers.twilio.inbound(guest, channel, &owner, said(&answer));
        }
    }
    Redirect::to(&format!("/phones/{owner}"))
}

fn file(answer: &Answer) -> Enclosed {
    match answer.kind.as_str() {
        "document" => Enclosed::document("price-list.txt", "text/plain", "Mangoes: 499.00 a box\n"),
        _ => Enclosed::picture(),
    }
}

fn caption(answer: &Answer) -> Option<&str> {
    Some(answer.words.trim()).filter(|words| !words.is_empty())
}

fn said(answer: &Answer) -> Content {
    let words = answer.words.trim().to_owned();
    match answer.kind.as_str() {
        "button" => Content::Button { payload: words.to_lowercase().replace(' ', "_"), text: words },
        _ => Content::Text { body: words },
    }
}

/// How the form spells the way by which a message came; nothing for what takes no answers here.
fn way(message: &Message) -> Option<&'static str> {
    match (message.provider, message.channel) {
        (Provider::Meta, _) => Some("meta"),
        (Provider::Gateway, _) => Some("gateway"),
        (Provider::Twilio, Channel::Sms) => Some("twilio-sms"),
        (Provider::Twilio, Channel::Whatsapp) => Some("twilio-whatsapp"),
        _ => None,
    }
}

/// The box to answer in: by the way by which the phone heard last, unless its owner chooses another.
pub(super) fn form(owner: &str, messages: &[Message]) -> Markup {
    let last = messages.iter().rev().find(|message| way(message).is_some());
    let usual = last.and_then(way).unwrap_or("meta");
    let guests: BTreeSet<&str> = messages.iter().filter_map(|message| message.guest.as_deref()).collect();
    let of_last = last.and_then(|message| message.guest.as_deref());
    html! {
        h2 { "Answer" }
        form class="fields" method="post" action={ "/phones/" (owner) } {
            label { span { "Words" } input name="words" autocomplete="off" dir="auto"; }
            label { span { "What" } select name="kind" { @for (value, name) in KINDS { option value=(value) { (name) } } } }
            label { span { "By" } select name="way" {
                @for (value, name) in WAYS { option value=(value) selected[value == usual] { (name) } }
            } }
            @if !guests.is_empty() {
                label { span { "To" } select name="guest" {
                    option value="" { "The shop itself" }
                    @for guest in &guests { option value=(guest) selected[Some(*guest) == of_last] { "Test data of " (guest) } }
                } }
            }
            button class="main" { "Send" }
        }
    }
}
