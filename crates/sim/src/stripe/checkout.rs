//! The hosted page on which a buyer pays a session, and the way back to the shop.

use super::Stripe;
use super::books::{Session, SessionStatus};
use crate::pages::shell::{bare, money};
use axum::Router;
use axum::extract::{Form, Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::get;
use maud::html;
use serde::Deserialize;
use url::Url;

/// The page, to be nested at `/stripe/pay`.
pub(crate) fn routes(stripe: Stripe) -> Router {
    Router::new().route("/{session_id}", get(show).post(pay)).route("/portal/{customer}", get(kept).post(forget)).with_state(stripe)
}

/// What the buyer pressed.
#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
enum Choice {
    Card,
    BankDebit,
    PayAndVanish,
}

#[derive(Deserialize)]
struct Pressed {
    choice: Choice,
}

async fn show(State(stripe): State<Stripe>, Path(id): Path<String>) -> Response {
    match stripe.session(&id) {
        Some(session) => choose(&session),
        None => (StatusCode::NOT_FOUND, bare("No such session", &html! { h1 { "No such session" } }, None)).into_response(),
    }
}

async fn pay(State(stripe): State<Stripe>, Path(id): Path<String>, Form(pressed): Form<Pressed>) -> Response {
    let paid = match pressed.choice {
        Choice::Card | Choice::PayAndVanish => stripe.pay(&id),
        Choice::BankDebit => stripe.pay_later(&id),
    };
    let (Some(session), Ok(_)) = (stripe.session(&id), paid) else { return show(State(stripe), Path(id)).await };
    match pressed.choice {
        Choice::PayAndVanish => choose(&session),
        // The token is the provider's own, and stands for the session's id.
        Choice::Card | Choice::BankDebit => {
            Redirect::to(&session.success_url.replace("{CHECKOUT_SESSION_ID}", &session.id)).into_response()
        }
    }
}

async fn kept(State(stripe): State<Stripe>, Path(customer): Path<String>) -> Response {
    let cards = stripe.kept_of(&customer);
    let body = html! {
        p class="play" { "Simulated billing portal: no money moves" }
        h1 { "How you pay" }
        @if cards == 0 { p { "Nothing is kept of you." } }
        @else {
            p { "Visa 4242" @if cards > 1 { " and " (cards - 1) " more" } }
            form method="post" action={ "/stripe/pay/portal/" (customer) } { button name="remove" value="all" { "Remove" } }
        }
    };
    bare("How you pay", &body, None).into_response()
}

async fn forget(State(stripe): State<Stripe>, Path(customer): Path<String>) -> Response {
    stripe.forget(&customer);
    kept(State(stripe), Path(customer)).await
}

fn choose(session: &Session) -> Response {
    let way = |value: &str, class: &str, name: &str, note: &str| {
        html! { button class=(class) name="choice" value=(value) { strong { (name) } span { (note) } } }
    };
    let body = html! {
        p class="play" { "Simulated checkout: no money moves" }
        h1 class="amount" { (money(session.amount, &session.currency.to_uppercase())) }
        p class="quiet" { (session.name) }
        @match session.status {
            SessionStatus::Open => {
                form class="ways" method="post" action={ "/stripe/pay/" (session.id) } {
                    (way("card", "main", "Pay by card", "4242 4242 4242 4242"))
                    (way("bank_debit", "", "Pay by bank debit", "the money comes later"))
                    (way("pay_and_vanish", "", "Pay and close the browser", "the shop hears by webhook only"))
                }
            }
            SessionStatus::Complete => p class="notice" data-tone="good" { strong { "Paid." } " This needs nothing more." },
            SessionStatus::Expired => p class="notice" data-tone="bad" { strong { "This page is out of date." } " Go back to the shop and try again." },
        }
        @if let Some(cancel) = &session.cancel_url { p { a href=(cancel) { "Back to the shop without paying" } } }
    };
    bare("Checkout", &body, Url::parse(&session.success_url).ok().as_ref())
}
