//! `/phones`: one phone a number, with the chat as its owner sees it.

use super::Wanted;
use super::shell::{self, count, linked, number, time};
use crate::myoperator::{Call, Content, Status};
use crate::sim::Desk;
use axum::Json;
use axum::extract::{Query, State};
use axum::response::{IntoResponse, Response};
use maud::{Markup, html};
use std::collections::HashMap;

const PHONES: usize = 24;
const BUBBLES: usize = 30;

pub(super) async fn json(State(desk): State<Desk>) -> Json<Vec<Call>> {
    Json(desk.phones.calls())
}

pub(super) async fn show(State(desk): State<Desk>, Query(wanted): Query<Wanted>) -> Response {
    let phones = by_phone(desk.phones.calls());
    let inner = content(&phones);
    if wanted.part.is_some() {
        return inner.into_response();
    }
    let first = "Every number that was written to, the latest first.";
    shell::place("/phones", "Phones", first, &shell::live("/phones", &inner))
}

/// The arrived messages of each phone, oldest first; the phone that heard something last comes first.
fn by_phone(calls: Vec<Call>) -> Vec<(String, Vec<Call>)> {
    let mut phones: Vec<(String, Vec<Call>)> = Vec::new();
    let mut places: HashMap<String, usize> = HashMap::new();
    for call in calls.into_iter().rev().filter(|call| call.message_id.is_some()) {
        let place = *places.entry(call.number.clone()).or_insert_with(|| {
            phones.push((call.number.clone(), Vec::new()));
            phones.len() - 1
        });
        if let Some((_, messages)) = phones.get_mut(place) {
            messages.push(call);
        }
    }
    phones.iter_mut().for_each(|(_, messages)| messages.reverse());
    phones
}

fn content(phones: &[(String, Vec<Call>)]) -> Markup {
    html! {
        @if phones.is_empty() {
            p class="empty" { "No phone has rung yet. A message that the shop sends on WhatsApp appears here at once." }
        }
        div class="phones" { @for (owner, messages) in phones.iter().take(PHONES) { (phone(owner, messages)) } }
        @if phones.len() > PHONES {
            p class="quiet" { "and " (count(phones.len() - PHONES, "more phone", "more phones")) " in " a href="/phones.json" { "the JSON" } }
        }
    }
}

fn phone(owner: &str, messages: &[Call]) -> Markup {
    let hidden = messages.len().saturating_sub(BUBBLES);
    html! {
        section class="phone" aria-label={ "Phone " (number(owner)) } {
            header { span class="face" aria-hidden="true" {} div { h2 { (number(owner)) } p { (count(messages.len(), "message", "messages")) } } }
            ol class="chat" id={ "chat-" (owner) } tabindex="0" aria-label="Messages" {
                @if hidden > 0 { li class="earlier" { (count(hidden, "earlier message", "earlier messages")) } }
                @for message in messages.iter().skip(hidden) { (bubble(message)) }
            }
        }
    }
}

fn bubble(message: &Call) -> Markup {
    html! {
        li class="bubble" {
            (words(&message.content))
            footer { (time(message.at)) (ticks(message.status)) }
        }
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
        Content::Media { link, caption } => html! {
            p class="template" { "Picture" }
            p { (linked(link)) }
            @if let Some(caption) = caption { p dir="auto" { (caption) } }
        },
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
