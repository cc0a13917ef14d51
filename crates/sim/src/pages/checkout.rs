//! The hosted checkout as the buyer sees it. Everything is a form, so it works without script.

use super::shell::{bare, money};
use crate::razorpay::{Method, Order, OrderStatus};
use axum::response::Response;
use maud::{Markup, html};
use url::Url;

/// The shop's addresses, as far as it gave any.
pub(crate) struct Shop {
    /// Where the outcome is posted.
    pub(crate) callback: Option<Url>,
    /// Where a buyer goes who does not want to pay.
    pub(crate) cancel: Option<Url>,
}

/// The choice of ways to pay.
pub(crate) fn choose(order: &Order, shop: &Shop, query: &str) -> Response {
    let address = format!("/checkout/{}?{query}", order.id);
    let way = |value: &str, class: &str, name: &str, note: &str| {
        html! { button class=(class) name="choice" value=(value) { strong { (name) } span { (note) } } }
    };
    let body = html! {
        (due(order))
        @if order.status == OrderStatus::Paid {
            p class="notice" data-tone="good" { strong { "Paid already." } " This order needs nothing more." }
        } @else {
            form class="ways" method="post" action=(address) {
                @if order.takes(Method::Upi) { (way("upi", "main", "Pay by UPI", "success@razorpay")) }
                @if order.takes(Method::Card) { (way("card", "", "Pay by card", "4100 2800 0000 1007")) }
                (way("upi_fails", "", "UPI that the bank declines", "failure@razorpay"))
                (way("pay_and_vanish", "", "Pay and close the browser", "the shop hears by webhook only"))
            }
        }
        @if let Some(cancel) = &shop.cancel { p { a href=(cancel) { "Back to the shop without paying" } } }
    };
    bare("Checkout", &body, shop.callback.as_ref())
}

/// The buyer paid, and is on the way back to the shop.
pub(crate) fn paid(order: &Order, shop: &Shop, fields: &[(&str, String)]) -> Response {
    let body = html! {
        (due(order))
        p class="notice" data-tone="good" { strong { "Payment successful." } }
        (way_back(shop, fields, true))
    };
    bare("Paid", &body, shop.callback.as_ref())
}

/// The bank said no. The buyer decides between another try and the way back.
pub(crate) fn failed(order: &Order, shop: &Shop, fields: &[(&str, String)], query: &str) -> Response {
    let body = html! {
        (due(order))
        p class="notice" data-tone="bad" { strong { "Payment declined." } " The bank refused this payment; no money has left the account." }
        p { a class="button main" href={ "/checkout/" (order.id) "?" (query) } { "Try another way" } }
        (way_back(shop, fields, false))
    };
    bare("Declined", &body, shop.callback.as_ref())
}

/// The buyer paid and is gone.
pub(crate) fn vanished(order: &Order) -> Response {
    let body = html! {
        (due(order))
        p class="notice" data-tone="good" { strong { "Paid." } " The buyer closed the browser here, and no one brings the news to the shop but the webhook." }
    };
    bare("Paid", &body, None)
}

/// There is no such order.
pub(crate) fn unknown() -> Response {
    let body = html! { h1 { "No such order" } p { "It may belong to an earlier run of the simulation." } };
    bare("No such order", &body, None)
}

fn due(order: &Order) -> Markup {
    html! {
        p class="play" { "Simulated checkout: no money moves" }
        h1 class="amount" { (money(order.amount, &order.currency)) }
        p class="quiet" { "Order " code { (order.receipt.as_deref().unwrap_or(&order.id)) } }
    }
}

/// The form that brings the outcome to the shop; with `at_once` the script presses its button.
fn way_back(shop: &Shop, fields: &[(&str, String)], at_once: bool) -> Markup {
    let Some(callback) = &shop.callback else {
        return html! { p class="quiet" { "The shop gave no address to return to." } };
    };
    html! {
        form method="post" action=(callback) data-submit[at_once] {
            @for (name, value) in fields { input type="hidden" name=(name) value=(value); }
            button class=[at_once.then_some("main")] { "Return to the shop" }
        }
    }
}
