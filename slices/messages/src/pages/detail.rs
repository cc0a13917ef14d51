//! `/admin/messages/{id}`: one message, what it says, why it exists, and everything that was tried.

use super::{list, look};
use crate::life::{self, Event};
use crate::model::{Message, State as Reached};
use crate::queries::{self, KeptReceipt};
use crate::reason::reason;
use crate::template::Composed;
use crate::types::MessageType;
use axum::extract::State;
use axum::response::Html;
use facts::messages::Channel;
use facts::{ErrandId, Id, MessageId, OrderId, Time};
use maud::{Markup, html};
use store::Error;
use store::errand::{Attempt, attempts};
use web::ui::{self, Alert, Calendar, Meaning, Moment};
use web::{Answer, App, BackOffice, Caller, Path, Permission, Route};

async fn page(State(app): State<App>, caller: Caller, Path(id): Path<MessageId>) -> Answer<Html<String>> {
    let mut read = caller.read(&app);
    let message = queries::message(&mut read, id).await?.ok_or_else(|| Error::not_found("message"))?;
    let tries = attempts(&mut read, ErrandId::from_uuid(id.uuid())).await?;
    let receipts = queries::receipts(&mut read, id).await?;
    let calendar = Calendar::new(&caller.time_zone, app.db.clock().now());
    let may = caller.may(Permission::MessagesWrite);
    let title = format!("{} to {}", look::words(&message.template), look::address(message.channel, &message.address));
    let composed = Composed { subject: message.subject.clone(), body: message.body.clone(), html: message.html.clone() };
    let body = html! {
        (standing(&message, &calendar))
        (ui::section("What it says", Markup::default(), look::arrived(message.channel, &composed)))
        (ui::section("What is known", Markup::default(), known(&message, &calendar)))
        (ui::section("What happened", Markup::default(), ui::timeline(&calendar, &moments(&message, &tries, &receipts))))
    };
    Ok(web::back_office(
        &app,
        &caller,
        BackOffice {
            title: &title,
            lead: html! { (ui::badge(shown(&message, &tries).as_str())) " " (because(&message)) },
            action: html! { @if may && message.may_be_resent() && message.closed_at.is_none() { (list::deeds(&caller, id, message.state)) } },
            place: "/admin/messages",
            crumbs: &[("Messages", "/admin/messages")],
            body,
        },
    ))
}

/// The state, with a call that is open right now.
fn shown(message: &Message, tries: &[Attempt]) -> Reached {
    let open = tries.last().is_some_and(|attempt| attempt.finished_at.is_none());
    let leaving = open && message.state != Reached::Unknown;
    life::next(message.state, Event::Left).filter(|_| leaving && !message.provider_has_it()).unwrap_or(message.state)
}

/// Why the message exists.
fn because(message: &Message) -> Markup {
    let order = message.about.map(OrderId::from_uuid);
    let link = |words: &str| html! { @if let Some(order) = order { a href={ "/admin/orders/" (order) } { (words) } } @else { (words) } };
    match message.source.as_str() {
        "confirm_paid_order" => html! { "Sent because " (link("an order")) " was paid." },
        "confirm_placed_order" => html! { "Sent because " (link("an order")) " was placed." },
        "resend" => html! { "Sent once more in place of " a href={ "/admin/messages/" (message.source_ref) } { "an earlier message" } "." },
        "sms_instead" => {
            html! { "Sent because " a href={ "/admin/messages/" (message.source_ref) } { "a WhatsApp message" } " was not delivered in time." }
        }
        "api" => html! { "Sent because a program asked for it." },
        "campaign" | "campaign_test" => {
            html! { "Sent by a campaign" @if let Some(about) = message.about { ": " (look::about(&message.template, about)) } "." }
        }
        _ => html! { "Sent by " (look::words(&message.source)) "." },
    }
}

/// What a person should know about where it stands.
fn standing(message: &Message, calendar: &Calendar) -> Markup {
    let why = reason(message.reason.as_deref().unwrap_or_default());
    let alert = match (message.state, message.retry_at) {
        (Reached::Unknown, Some(until)) => Alert::new(Meaning::Attention, "The provider may have it").body(
            html! { "We wait for its receipt until " (calendar.time(until)) ", so that nobody is told twice. Then it is tried again." },
        ),
        (Reached::Failed, Some(at)) => {
            Alert::new(Meaning::Attention, "The last try failed").body(html! { (why) ". It is tried again " (calendar.ago(at)) "." })
        }
        (Reached::Dead | Reached::Failed | Reached::Unknown, None) if message.closed_at.is_none() => {
            Alert::new(Meaning::Bad, "This did not reach the customer").body(html! { (why) })
        }
        (Reached::Suppressed | Reached::Expired, _) => Alert::new(Meaning::Information, "This was not sent").body(html! { (why) }),
        _ => return Markup::default(),
    };
    html! { (alert) }
}

fn known(message: &Message, calendar: &Calendar) -> Markup {
    let href = message.contact_id.map(|id| format!("/admin/contacts/{id}"));
    let recipient = look::address(message.channel, &message.address);
    let template =
        message.template.parse::<MessageType>().is_ok().then(|| format!("/admin/templates/{}/{}", message.template, message.channel));
    let moment = |at: Option<Time>| html! { @if let Some(at) = at { (calendar.time(at)) } };
    let provider_id = message.provider_id.as_deref().unwrap_or_default();
    let (label, provider_id) = match message.channel {
        _ if provider_id.is_empty() => ("Provider's id", Markup::default()),
        Channel::Whatsapp | Channel::Sms | Channel::Push => ("Provider's id", ui::id(provider_id)),
        Channel::Email => ("Mail server's answer", html! { bdi { (provider_id) } }),
    };
    ui::detail_list([
        ("To", ui::person(&recipient, href.as_deref(), Markup::default())),
        ("Channel", html! { (message.channel.title()) }),
        (
            "Template",
            html! {
                @if let Some(template) = template {
                    a href=(template) { (look::words(&message.template)) } " (version " (message.version) ")"
                } @else { (look::words(&message.template)) }
            },
        ),
        ("Id", ui::id(message.id)),
        ("Carried by", html! { (message.provider.as_deref().map(look::provider).unwrap_or_default()) }),
        (label, provider_id),
        ("Made", calendar.time(message.created_at)),
        ("Taken by the provider", moment(message.sent_at)),
        ("Not sent after", calendar.time(message.expires_at)),
    ])
}

/// Tries, receipts and the beginning, newest first.
fn moments(message: &Message, tries: &[Attempt], receipts: &[KeptReceipt]) -> Vec<Moment> {
    let mut all = vec![Moment::new(message.created_at, Meaning::Information, html! { "Queued" })];
    all.extend(tries.iter().map(attempt));
    all.extend(receipts.iter().map(receipt));
    if let Some(at) = message.closed_at {
        all.push(Moment::new(at, Meaning::Neutral, html! { "A person dealt with it" }));
    }
    all.sort_by_key(|moment| std::cmp::Reverse(moment.at));
    all
}

fn attempt(attempt: &Attempt) -> Moment {
    let class = attempt.class.as_deref().unwrap_or_default();
    let (meaning, words) = match class {
        "sent" => (Meaning::Good, "the provider took it"),
        "transient" => (Meaning::Attention, "failed, and may work later"),
        "rate_limited" | "pair_limited" => (Meaning::Attention, "too fast, so it waits"),
        "unknown" => (Meaning::Attention, "nobody knows whether the provider has it"),
        "held" => (Meaning::Information, "held for its receipt"),
        "permanent" => (Meaning::Bad, "refused for good"),
        "suppressed" | "expired" => (Meaning::Neutral, "not sent"),
        "done" => (Meaning::Neutral, "nothing was left to do"),
        _ if attempt.finished_at.is_none() => (Meaning::Information, "not back yet"),
        _ => (Meaning::Neutral, "not sent yet"),
    };
    let note = attempt.note.as_deref().map(reason).unwrap_or_default();
    Moment::new(attempt.started_at, meaning, html! { "Try " (attempt.try_number) ": " (words) })
        .note(html! { @if !note.is_empty() { bdi { (note) } } })
}

fn receipt(receipt: &KeptReceipt) -> Moment {
    use channels::Status;
    let (meaning, words) = match receipt.status {
        Status::Sent => (Meaning::Information, "The provider sent it on"),
        Status::Delivered => (Meaning::Good, "It is on the phone"),
        Status::Read => (Meaning::Good, "It was read"),
        Status::Failed => (Meaning::Bad, "The provider could not deliver it"),
    };
    let note = [receipt.code.as_deref(), receipt.detail.as_deref()].into_iter().flatten().collect::<Vec<_>>().join(" ");
    let at = receipt.at.unwrap_or(receipt.received_at);
    Moment::new(at, meaning, html! { (words) }).note(html! { (note) }).by("WhatsApp")
}

pub(super) fn routes() -> Vec<Route> {
    vec![Route::get("/admin/messages/{id}", Permission::MessagesRead, page).page()]
}
