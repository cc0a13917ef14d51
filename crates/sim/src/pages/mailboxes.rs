//! `/mailboxes` and `/mail/{id}`: what arrived by mail, as its reader sees it.

use super::Wanted;
use super::shell::{self, count, linked, time};
use crate::sim::Desk;
use crate::smtp::Mail;
use axum::Json;
use axum::extract::{Path, Query, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use maud::{Markup, html};
use std::collections::HashMap;

const BOXES: usize = 40;
const MAILS: usize = 30;
/// A mail's HTML may look as it likes and open its links in tabs of their own. It may do nothing else.
const HARMLESS: &str = "sandbox allow-popups allow-popups-to-escape-sandbox; default-src 'none'; \
                        style-src 'unsafe-inline'; img-src data:; frame-ancestors 'self'";
const LINKS_OPEN_TABS: &str = r#"<base target="_blank">"#;

pub(super) async fn json(State(desk): State<Desk>) -> Json<Vec<Mail>> {
    Json(desk.mailboxes.mails())
}

pub(super) async fn show(State(desk): State<Desk>, Query(wanted): Query<Wanted>) -> Response {
    let inner = content(&by_address(&desk.mailboxes.mails()));
    if wanted.part.is_some() {
        return inner.into_response();
    }
    let first = "Every address that was written to, the latest first.";
    shell::place("/mailboxes", "Mailboxes", first, &shell::live("/mailboxes", &inner))
}

/// One mail, or with `.html` after its id the bare HTML of it.
pub(super) async fn mail(State(desk): State<Desk>, Path(id): Path<String>) -> Response {
    let (id, bare) = id.strip_suffix(".html").map_or((id.as_str(), false), |id| (id, true));
    match desk.mailboxes.mail(id) {
        Some(Mail { html: Some(body), .. }) if bare => {
            let headers = [(header::CONTENT_TYPE, "text/html; charset=utf-8"), (header::CONTENT_SECURITY_POLICY, HARMLESS)];
            (headers, with_tabs(&body)).into_response()
        }
        Some(mail) if !bare => shell::place("/mailboxes", &mail.subject, &format!("To {}", mail.to.join(", ")), &letter(&mail)),
        _ => (StatusCode::NOT_FOUND, shell::place("", "No such mail", "It may belong to an earlier run.", &html! {})).into_response(),
    }
}

/// Has links open tabs, as mail programs do: the frame around the mail is no place to go on reading.
fn with_tabs(body: &str) -> String {
    match body.split_once("<head>") {
        Some((before, after)) => format!("{before}<head>{LINKS_OPEN_TABS}{after}"),
        None => format!("{LINKS_OPEN_TABS}{body}"),
    }
}

/// The mails of each address, newest first; the address that heard something last comes first.
fn by_address(mails: &[Mail]) -> Vec<(&str, Vec<&Mail>)> {
    let mut boxes: Vec<(&str, Vec<&Mail>)> = Vec::new();
    let mut places: HashMap<&str, usize> = HashMap::new();
    for (mail, address) in mails.iter().rev().flat_map(|mail| mail.to.iter().map(move |address| (mail, address))) {
        let place = *places.entry(address).or_insert_with(|| {
            boxes.push((address, Vec::new()));
            boxes.len() - 1
        });
        if let Some((_, mails)) = boxes.get_mut(place) {
            mails.push(mail);
        }
    }
    boxes
}

fn content(boxes: &[(&str, Vec<&Mail>)]) -> Markup {
    html! {
        @if boxes.is_empty() { p class="empty" { "No mail yet. A mail that the shop sends appears here at once." } }
        @for (address, mails) in boxes.iter().take(BOXES) {
            section class="mailbox" {
                h2 { (address) } p class="quiet" { (count(mails.len(), "mail", "mails")) }
                ul class="rows" { @for mail in mails.iter().take(MAILS) { (row(mail)) } }
                @if mails.len() > MAILS { p class="quiet" { "and " (count(mails.len() - MAILS, "older one", "older ones")) } }
            }
        }
        @if boxes.len() > BOXES { p class="quiet" { "and " (count(boxes.len() - BOXES, "more address", "more addresses")) } }
    }
}

fn row(mail: &Mail) -> Markup {
    let subject = if mail.subject.is_empty() { "(no subject)" } else { &mail.subject };
    html! {
        li {
            a class="subject" href={ "/mail/" (mail.id) } dir="auto" { (subject) }
            span class="what" { (mail.sender) " · " (time(mail.at)) }
        }
    }
}

fn letter(mail: &Mail) -> Markup {
    html! {
        p { a href="/mailboxes" { "← All mailboxes" } }
        dl class="addresses" {
            dt { "From" } dd { (mail.sender) " " code { (mail.from) } }
            dt { "Received" } dd { (time(mail.at)) }
            dt { "Message-ID" } dd { code { (mail.message_id.as_deref().unwrap_or("none")) } }
        }
        @if mail.html.is_some() { iframe class="letter" title="The mail as its reader sees it" src={ "/mail/" (mail.id) ".html" } sandbox="allow-popups allow-popups-to-escape-sandbox" {} }
        @if let Some(text) = &mail.text {
            @if mail.html.is_some() {
                details { summary { "Plain text" } pre class="letter" dir="auto" { (linked(text)) } }
            } @else {
                pre class="letter" dir="auto" { (linked(text)) }
            }
        }
        details { summary { "As it was received" } pre { (String::from_utf8_lossy(&mail.raw)) } }
    }
}
