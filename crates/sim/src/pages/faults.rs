//! `/faults`: a bad day, by pressing a button.

use super::Wanted;
use super::shell;
use crate::courier::Courier;
use crate::faults::{At, Fault, FaultId, Provider, Rule};
use crate::sim::Desk;
use axum::extract::{Form, Query, State};
use axum::response::{IntoResponse, Redirect, Response};
use maud::{Markup, html};
use serde::Deserialize;
use std::time::Duration;

const PROVIDERS: [(&str, &str, Provider); 11] = [
    ("razorpay", "Payments (Razorpay)", Provider::Razorpay),
    ("stripe", "Payments (Stripe)", Provider::Stripe),
    ("myoperator", "WhatsApp (MyOperator)", Provider::MyOperator),
    ("meta", "WhatsApp (Meta)", Provider::Meta),
    ("gateway", "WhatsApp (gateway)", Provider::Gateway),
    ("twilio", "SMS and WhatsApp (Twilio)", Provider::Twilio),
    ("fcm", "Pushes to apps (FCM)", Provider::Fcm),
    ("webpush", "Pushes to browsers", Provider::Webpush),
    ("smtp", "Mail (SMTP)", Provider::Smtp),
    ("acme", "Certificates (ACME)", Provider::Acme),
    ("receiver", "Your webhooks' receivers", Provider::Receiver),
];
const TROUBLES: [(&str, &str); 7] = [
    ("down", "is down"),
    ("too_many", "says: too many requests"),
    ("refuse", "refuses for good"),
    ("no_key", "rejects the key"),
    ("slow", "is 3 seconds slower"),
    ("drop", "hangs up after doing it"),
    ("silent", "never answers"),
];
/// The buttons for what happens most: name, provider, trouble.
const READY: [(&str, &str, &str); 6] = [
    ("Payments are down", "razorpay", "down"),
    ("Payment answers get lost", "razorpay", "drop"),
    ("WhatsApp is slow", "myoperator", "slow"),
    ("WhatsApp says 429", "myoperator", "too_many"),
    ("WhatsApp answers get lost", "myoperator", "drop"),
    ("Mail is down", "smtp", "down"),
];

/// One fault as the forms spell it.
#[derive(Deserialize)]
pub(super) struct Wish {
    provider: String,
    trouble: String,
    #[serde(default)]
    who: String,
    #[serde(default)]
    calls: String,
}

#[derive(Deserialize)]
pub(super) struct Cleared {
    id: Option<u64>,
}

#[derive(Deserialize)]
pub(super) struct Switch {
    whose: String,
    off: bool,
}

pub(super) async fn show(State(desk): State<Desk>, Query(wanted): Query<Wanted>) -> Response {
    let inner = in_force(&desk);
    if wanted.part.is_some() {
        return inner.into_response();
    }
    let body = html! { (shell::live("/faults", &inner)) (ready()) (by_hand()) };
    shell::place("/faults", "Bad day", "Make a provider misbehave, and see what the shop does about it.", &body)
}

pub(super) async fn add(State(desk): State<Desk>, Form(wish): Form<Wish>) -> Redirect {
    let who = wish.who.trim();
    let known = PROVIDERS.iter().find(|(name, ..)| *name == wish.provider);
    let at = At::every(known.map_or(Provider::Razorpay, |(.., provider)| *provider));
    let at = match at.provider {
        _ if who.is_empty() => at,
        Provider::MyOperator | Provider::Meta | Provider::Twilio | Provider::Gateway => at.to_phone(who),
        Provider::Smtp => At::mailbox(who),
        Provider::Receiver | Provider::Fcm | Provider::Webpush => at.to_whom(who),
        _ => at,
    };
    let fault = fault(&wish.trouble, at.provider);
    match wish.calls.trim().parse() {
        Ok(calls) => desk.faults.next(calls, at, fault),
        Err(_) => desk.faults.until_cleared(at, fault),
    };
    Redirect::to("/faults")
}

pub(super) async fn clear(State(desk): State<Desk>, Form(cleared): Form<Cleared>) -> Redirect {
    match cleared.id {
        Some(id) => desk.faults.clear(FaultId(id)),
        None => desk.faults.clear_all(),
    }
    Redirect::to("/faults")
}

pub(super) async fn switch(State(desk): State<Desk>, Form(switch): Form<Switch>) -> Redirect {
    if let Some((.., courier)) = couriers(&desk).into_iter().find(|(name, ..)| *name == switch.whose) {
        courier.set_off(switch.off);
    }
    Redirect::to("/faults")
}

/// Who brings webhooks, and for whom.
fn couriers(desk: &Desk) -> [(&'static str, &'static str, &Courier); 6] {
    let messengers = &desk.messengers;
    [
        ("razorpay", "Payments", desk.razorpay.courier()),
        ("stripe", "Payments (Stripe)", desk.stripe.courier()),
        ("phones", "WhatsApp", desk.phones.courier()),
        ("meta", "WhatsApp (Meta)", messengers.meta.courier()),
        ("twilio", "Twilio", messengers.twilio.courier()),
        ("gateway", "Gateway", messengers.gateway.courier()),
    ]
}

fn fault(trouble: &str, provider: Provider) -> Fault {
    let mail = provider == Provider::Smtp;
    let status = |http, smtp| Fault::reject(if mail { smtp } else { http });
    match trouble {
        "slow" => Fault::Slow(Duration::from_secs(3)),
        "drop" => Fault::DropAnswer,
        "silent" => Fault::Silent,
        "too_many" if !mail => Fault::too_many(Some(5)),
        "too_many" => Fault::reject(451),
        "refuse" => status(400, 550),
        "no_key" => status(401, 550),
        _ => status(503, 450),
    }
}

fn in_force(desk: &Desk) -> Markup {
    let rules = desk.faults.rules();
    html! {
        h2 { "In force" }
        @if rules.is_empty() { p class="empty" { "Nothing: every provider behaves." } }
        @else {
            ul class="rows" { @for rule in &rules { (row(rule)) } }
            form method="post" action="/faults/clear" { button class="main" { "End the bad day" } }
        }
        h2 { "Webhooks" }
        ul class="rows" {
            @for (whose, name, courier) in couriers(desk) { (switch_row(whose, name, courier.is_off())) }
        }
    }
}

fn row(rule: &Rule) -> Markup {
    let whose = match rule.at.provider {
        Provider::Razorpay => "Payments",
        Provider::Stripe => "Payments (Stripe)",
        Provider::MyOperator => "WhatsApp",
        Provider::Smtp => "Mail",
        Provider::Acme => "Certificates",
        Provider::Receiver => "Receivers",
        Provider::S3 => "Buckets",
        Provider::Woocommerce => "WooCommerce",
        Provider::Shopify => "Shopify",
        Provider::Meta => "WhatsApp (Meta)",
        Provider::Twilio => "Twilio",
        Provider::Gateway => "Gateway",
        Provider::Fcm => "Apps",
        Provider::Webpush => "Browsers",
    };
    let what = match &rule.fault {
        Fault::Slow(span) => format!("{span:?} slower"),
        Fault::Reject { status, .. } => format!("answers {status}"),
        Fault::DropAnswer => "hangs up after doing it".to_owned(),
        Fault::Silent => "never answers".to_owned(),
    };
    let whom = rule.at.who.as_deref().map(shell::number).or_else(|| rule.at.call.clone());
    let left = rule.left.map_or("until ended".to_owned(), |left| format!("{left} more"));
    html! {
        li {
            strong { (whose) } span class="badge" data-tone="bad" { (what) }
            span class="what" { (whom.as_deref().unwrap_or("every call")) " · " (left) }
            form method="post" action="/faults/clear" { input type="hidden" name="id" value=(rule.id.0); button { "End" } }
        }
    }
}

fn switch_row(whose: &str, name: &str, off: bool) -> Markup {
    let (tone, state, button) = if off { ("attention", "lost", "Switch on") } else { ("good", "sent", "Switch off") };
    html! {
        li {
            strong { (name) } span class="badge" data-tone=(tone) { (state) }
            form method="post" action="/faults/webhooks" {
                input type="hidden" name="whose" value=(whose); input type="hidden" name="off" value=(!off);
                button { (button) }
            }
        }
    }
}

fn ready() -> Markup {
    html! {
        h2 { "At a press" }
        div class="buttons" {
            @for (name, provider, trouble) in READY {
                form method="post" action="/faults" {
                    input type="hidden" name="provider" value=(provider); input type="hidden" name="trouble" value=(trouble);
                    button { (name) }
                }
            }
        }
    }
}

fn by_hand() -> Markup {
    html! {
        h2 { "Exactly" }
        form class="fields" method="post" action="/faults" {
            label { span { "Who" } select name="provider" {
                @for (value, name, _) in PROVIDERS { option value=(value) { (name) } }
            } }
            label { span { "does what" } select name="trouble" {
                @for (value, name) in TROUBLES { option value=(value) { (name) } }
            } }
            label { span { "to whom" } input name="who" autocomplete="off" placeholder="every number or address"; }
            label { span { "how often" } input name="calls" inputmode="numeric" autocomplete="off" placeholder="until ended"; }
            button class="main" { "Begin" }
        }
    }
}
