//! `/`: what there is, where it listens, and the newest orders.

use super::Wanted;
use super::shell::{self, count, money, time};
use crate::razorpay::{Order, OrderStatus};
use crate::sim::Desk;
use axum::extract::{Query, State};
use axum::http::{HeaderMap, header};
use axum::response::{IntoResponse, Response};
use facts::Time;
use maud::{Markup, html};

const NEWEST: usize = 12;

pub(super) async fn show(State(desk): State<Desk>, Query(wanted): Query<Wanted>, headers: HeaderMap) -> Response {
    let inner = content(&desk);
    if wanted.part.is_some() {
        return inner.into_response();
    }
    let host = headers.get(header::HOST).and_then(|host| host.to_str().ok()).unwrap_or("127.0.0.1");
    let body = html! { (shell::live("/", &inner)) (addresses(&desk, host)) };
    let first = "Payments, WhatsApp, text messages, pushes and a mail server, played on this machine. Nothing leaves it.";
    shell::place("/", "Overview", first, &body)
}

fn content(desk: &Desk) -> Markup {
    let orders = desk.razorpay.orders();
    let paid = orders.iter().filter(|order| order.status == OrderStatus::Paid).count();
    let carried = desk.messengers.chats.accepted();
    let bad = desk.faults.rules().len();
    html! {
        div class="stats" {
            (stat("#orders", "Orders", orders.len(), &format!("{paid} paid")))
            (stat("/phones", "Phones", whole(desk.phones.accepted()) + carried, "messages taken"))
            (stat("/mailboxes", "Mail", whole(desk.mailboxes.accepted()), "mails taken"))
            (stat("/faults", "Bad day", bad, if bad == 0 { "all is well" } else { "faults in force" }))
        }
        h2 id="orders" { "Newest orders" }
        @if orders.is_empty() {
            p class="empty" { "No order yet. Buy something in the shop, and it appears here with its checkout." }
        } @else {
            ul class="rows" { @for order in orders.iter().rev().take(NEWEST) { (row(order)) } }
            @if orders.len() > NEWEST { p class="quiet" { "and " (count(orders.len() - NEWEST, "older one", "older ones")) } }
        }
    }
}

fn whole(many: u64) -> usize {
    usize::try_from(many).unwrap_or(usize::MAX)
}

fn stat(link: &str, name: &str, number: usize, note: &str) -> Markup {
    html! { a class="stat" href=(link) { span { (name) } strong { (number) } span class="quiet" { (note) } } }
}

fn row(order: &Order) -> Markup {
    let (tone, word) = match order.status {
        OrderStatus::Created => ("plain", "waiting"),
        OrderStatus::Attempted => ("attention", "not paid yet"),
        OrderStatus::Paid => ("good", "paid"),
    };
    html! {
        li {
            strong class="figure" { (money(order.amount, &order.currency)) }
            span class="badge" data-tone=(tone) { (word) }
            span class="what" {
                code { (order.receipt.as_deref().unwrap_or(&order.id)) }
                " " (time(Time(order.created_at.saturating_mul(1_000))))
            }
            @if order.status != OrderStatus::Paid { a href={ "/checkout/" (order.id) } { "Pay" } }
        }
    }
}

fn addresses(desk: &Desk, host: &str) -> Markup {
    html! {
        h2 { "Where they listen" }
        dl class="addresses" {
            dt { "Razorpay" } dd { code { "http://" (host) "/razorpay/v1" } }
            dt { "Stripe" } dd { code { "http://" (host) "/stripe/v1" } }
            dt { "MyOperator" } dd { code { "http://" (host) "/myoperator" } }
            dt { "Meta" } dd { code { "http://" (host) "/meta/v25.0" } }
            dt { "Twilio" } dd { code { "http://" (host) "/twilio/2010-04-01" } }
            dt { "Gateway" } dd { code { "http://" (host) "/gateway" } }
            dt { "FCM" } dd { code { "http://" (host) "/fcm" } }
            dt { "Push service" } dd { code { "http://" (host) "/webpush" } }
            dt { "Receivers" } dd { code { "http://" (host) "/receiver/any-name" } " take webhooks of a shop's own: " a href="/receiver/any-name" { "what arrived" } }
            dt { "SMTP" } dd { code { (desk.smtp) } }
            dt { "As JSON" } dd { a href="/phones.json" { "phones" } " · " a href="/messages.json" { "messages" } " · " a href="/pushes.json" { "pushes" } " · " a href="/mailboxes.json" { "mailboxes" } }
        }
    }
}
