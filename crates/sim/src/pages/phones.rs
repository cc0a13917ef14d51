//! `/phones`: one phone a number, with the chat as its owner sees it, whoever carried the messages.

use super::Wanted;
use super::shell::{self, count, linked, number, time};
use crate::chat::{Channel, Content, Message, Status, Way};
use crate::faults::Provider;
use crate::myoperator::Call;
use crate::names::e164;
use crate::sim::Desk;
use axum::Json;
use axum::extract::{Path, Query, State};
use axum::response::{IntoResponse, Redirect, Response};
use maud::{Markup, html};
use serde::Deserialize;
use std::collections::HashMap;

const PHONES: usize = 24;
const BUBBLES: usize = 30;

pub(super) async fn json(State(desk): State<Desk>) -> Json<Vec<Call>> {
    Json(desk.phones.calls())
}

/// What Meta, Twilio and the gateway carried, both ways.
pub(super) async fn messages(State(desk): State<Desk>) -> Json<Vec<Message>> {
    Json(desk.messengers.chats.pick(|_| true))
}

/// Whose phone is wanted, where somebody asks for one that has not rung yet.
#[derive(Deserialize)]
pub(super) struct Sought {
    #[serde(default)]
    number: String,
}

pub(super) async fn show(State(desk): State<Desk>, Query(wanted): Query<Wanted>, Query(sought): Query<Sought>) -> Response {
    if sought.number.bytes().any(|byte| byte.is_ascii_digit()) {
        return Redirect::to(&format!("/phones/{}", e164(&sought.number))).into_response();
    }
    let phones = by_phone(arrived(&desk));
    let inner = content(&phones);
    if wanted.part.is_some() {
        return inner.into_response();
    }
    let body = html! {
        (shell::live("/phones", &inner))
        h2 { "Another phone" }
        form class="fields" method="get" action="/phones" {
            label { span { "Number" } input name="number" inputmode="tel" autocomplete="off" required placeholder="+91 98765 43210"; }
            button { "Open" }
        }
    };
    shell::place("/phones", "Phones", "Every number that was written to, the latest first.", &body)
}

/// One phone alone, with what its owner can write.
pub(super) async fn one(State(desk): State<Desk>, Path(owner): Path<String>, Query(wanted): Query<Wanted>) -> Response {
    let owner = e164(&owner);
    let messages: Vec<Message> = arrived(&desk).into_iter().filter(|message| message.phone == owner).collect();
    let inner = html! { div class="phones" { (phone(&owner, &messages)) } };
    if wanted.part.is_some() {
        return inner.into_response();
    }
    let body = html! {
        p { a href="/phones" { "← All phones" } }
        (shell::live(&format!("/phones/{owner}"), &inner))
        (super::reply::form(&owner, &messages))
    };
    shell::place("/phones", &number(&owner), "What arrived here, and what its owner answers.", &body)
}

/// All that is on phones, oldest first.
fn arrived(desk: &Desk) -> Vec<Message> {
    let by_myoperator = desk.phones.calls().into_iter().map(Message::from);
    let mut all: Vec<Message> =
        by_myoperator.chain(desk.messengers.chats.pick(|_| true)).filter(|message| message.message_id.is_some()).collect();
    all.sort_by_key(|message| message.at);
    all
}

/// The messages of each phone, oldest first; the phone that heard something last comes first.
fn by_phone(messages: Vec<Message>) -> Vec<(String, Vec<Message>)> {
    let mut phones: Vec<(String, Vec<Message>)> = Vec::new();
    let mut places: HashMap<String, usize> = HashMap::new();
    for message in messages.into_iter().rev() {
        let place = *places.entry(message.phone.clone()).or_insert_with(|| {
            phones.push((message.phone.clone(), Vec::new()));
            phones.len() - 1
        });
        if let Some((_, messages)) = phones.get_mut(place) {
            messages.push(message);
        }
    }
    phones.iter_mut().for_each(|(_, messages)| messages.reverse());
    phones
}

fn content(phones: &[(String, Vec<Message>)]) -> Markup {
    html! {
        @if phones.is_empty() {
            p class="empty" { "No phone has rung yet. A message that the shop sends by WhatsApp or SMS appears here at once." }
        }
        div class="phones" { @for (owner, messages) in phones.iter().take(PHONES) { (phone(owner, messages)) } }
        @if phones.len() > PHONES {
            p class="quiet" { "and " (count(phones.len() - PHONES, "more phone", "more phones")) " in " a href="/messages.json" { "the JSON" } }
        }
    }
}

fn phone(owner: &str, messages: &[Message]) -> Markup {
    let hidden = messages.len().saturating_sub(BUBBLES);
    html! {
        section class="phone" aria-label={ "Phone " (number(owner)) } {
            header {
                span class="face" aria-hidden="true" {}
                div { h2 { a href={ "/phones/" (owner) } { (number(owner)) } } p { (count(messages.len(), "message", "messages")) } }
            }
            ol class="chat" id={ "chat-" (owner) } tabindex="0" aria-label="Messages" {
                @if hidden > 0 { li class="earlier" { (count(hidden, "earlier message", "earlier messages")) } }
                @for message in messages.iter().skip(hidden) { (bubble(message)) }
            }
        }
    }
}

fn bubble(message: &Message) -> Markup {
    let own = message.way == Way::In;
    html! {
        li class="bubble" data-own[own] {
            (words(&message.content))
            footer {
                (carrier(message)) " " (time(message.at))
                @if !own { (ticks(message.status)) }
                @if let Some(code) = message.code { " " (code) }
            }
        }
    }
}

/// By what and by whom a message came, where that is worth saying.
fn carrier(message: &Message) -> &'static str {
    match (message.provider, message.channel) {
        (Provider::MyOperator, _) => "",
        (Provider::Meta, _) => "Meta",
        (Provider::Gateway, _) => "Gateway",
        (_, Channel::Sms) => "SMS",
        (_, Channel::Whatsapp) => "Twilio",
    }
}

fn words(content: &Content) -> Markup {
    match content {
        Content::Text { body } => html! { p dir="auto" { (linked(body)) } },
        Content::Template { name, variables, .. } => html! {
            p class="template" { (name.replace('_', " ")) }
            @if !variables.is_empty() {
                dl { @for (variable, value) in variables { div { dt { (variable.replace('_', " ")) } dd dir="auto" { (linked(value)) } } } }
            }
        },
        Content::Media { link, caption, name } => html! {
            p class="template" { (name.as_deref().unwrap_or("Picture")) }
            p { (linked(link)) }
            @if let Some(caption) = caption { p dir="auto" { (caption) } }
        },
        Content::Button { text, .. } => html! { p dir="auto" { "▸ " strong { (text) } } },
    }
}

fn ticks(status: Status) -> Markup {
    let (name, marks) = match status {
        Status::None => ("none", ""),
        Status::Accepted => ("accepted", "◷"),
        Status::Sent => ("sent", "✓"),
        Status::Delivered => ("delivered", "✓✓"),
        Status::Read => ("read", "✓✓"),
        Status::Failed => ("failed", "!"),
    };
    html! { span class="ticks" data-status=(name) role="img" aria-label=(name) title=(name) { (marks) } }
}
