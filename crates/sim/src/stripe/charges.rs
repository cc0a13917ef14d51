//! `/payment_intents`: charges of what the provider keeps of a customer, who is not present; and the customers' own page.

use super::Stripe;
use super::books::Charge;
use super::guard::Whose;
use super::wire::{self, Answer, StripeRefused};
use axum::extract::{Path, Query, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::{Extension, Json};
use bytes::Bytes;
use serde_json::{Value, json};
use std::collections::HashMap;

pub(super) async fn create(
    State(stripe): State<Stripe>,
    Extension(whose): Extension<Whose>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Response, StripeRefused> {
    let request = format!("payment_intents {}", String::from_utf8_lossy(&body));
    let fields = wire::form(&body);
    let declines = stripe.0.declines.lock().clone();
    let (answer, fresh) = stripe.once(&headers, request, |books| {
        let (customer, method) = (wire::needed(&fields, "customer")?, wire::needed(&fields, "payment_method")?);
        if fields.get("off_session").map(String::as_str) != Some("true") || fields.get("confirm").map(String::as_str) != Some("true") {
            return Err(StripeRefused::input("Only charges that are confirmed at once, off session, are played here."));
        }
        let kept = books.kept.iter().any(|kept| kept.customer == customer && kept.method == method);
        if !kept {
            return Err(StripeRefused::missing("PaymentMethod", method));
        }
        let charge = Charge {
            id: stripe.name("pi"),
            guest: whose.0,
            amount: wire::amount(wire::needed(&fields, "amount")?, "amount")?,
            currency: wire::needed(&fields, "currency")?.to_lowercase(),
            customer: customer.to_owned(),
            method: method.to_owned(),
            declined: declines,
            cancelled: false,
            metadata: wire::metadata(&fields),
        };
        let answer = charge.json();
        books.charges.push(charge);
        Ok(answer)
    })?;
    let declined = answer["last_payment_error"]["decline_code"].as_str().map(str::to_owned);
    if fresh && let Some(id) = answer["id"].as_str() {
        stripe.announce(if declined.is_some() { "payment_intent.payment_failed" } else { "payment_intent.succeeded" }, id);
    }
    Ok(match declined {
        Some(code) => {
            let error = json!({
                "type": "card_error", "code": "card_declined", "decline_code": code, "message": "Your card was declined.",
                "payment_intent": answer,
            });
            (StatusCode::PAYMENT_REQUIRED, Json(json!({ "error": error }))).into_response()
        }
        None => Json(answer).into_response(),
    })
}

pub(super) async fn fetch(State(stripe): State<Stripe>, Path(id): Path<String>) -> Answer {
    let mut books = stripe.0.books.lock();
    let charge = books.charge(&id).ok_or_else(|| StripeRefused::missing("payment_intent", &id))?;
    Ok(Json(charge.json()))
}

pub(super) async fn list(State(stripe): State<Stripe>, Query(query): Query<HashMap<String, String>>) -> Json<Value> {
    let books = stripe.0.books.lock();
    let wanted = |charge: &&Charge| query.get("customer").is_none_or(|customer| *customer == charge.customer);
    let data: Vec<Value> = books.charges.iter().rev().filter(wanted).map(Charge::json).collect();
    Json(json!({"object": "list", "url": "/v1/payment_intents", "has_more": false, "data": data}))
}

pub(super) async fn cancel(State(stripe): State<Stripe>, Path(id): Path<String>) -> Answer {
    let mut books = stripe.0.books.lock();
    let charge = books.charge(&id).ok_or_else(|| StripeRefused::missing("payment_intent", &id))?;
    if charge.declined.is_none() {
        return Err(StripeRefused::input("You cannot cancel this PaymentIntent because it has a status of succeeded."));
    }
    charge.cancelled = true;
    Ok(Json(charge.json()))
}

pub(super) async fn portal(State(stripe): State<Stripe>, body: Bytes) -> Answer {
    let fields = wire::form(&body);
    let (customer, back) = (wire::needed(&fields, "customer")?, wire::needed(&fields, "return_url")?);
    let books = stripe.0.books.lock();
    if !books.kept.iter().any(|kept| kept.customer == customer) {
        return Err(StripeRefused::missing("customer", customer));
    }
    let url = format!("{}/portal/{customer}", stripe.0.page);
    Ok(Json(json!({"id": stripe.name("bps"), "object": "billing_portal.session", "url": url, "return_url": back, "livemode": false})))
}

impl Stripe {
    /// From now on banks decline every charge of what is kept, with this word; `None` lets them pay again.
    pub fn decline(&self, code: Option<&str>) {
        *self.0.declines.lock() = code.map(str::to_owned);
    }

    /// Every charge that was tried of what is kept, oldest first.
    pub fn charges(&self) -> Vec<Charge> {
        self.0.books.lock().charges.clone()
    }

    /// How many cards are kept of a customer.
    pub(super) fn kept_of(&self, customer: &str) -> usize {
        self.0.books.lock().kept.iter().filter(|kept| kept.customer == customer).count()
    }

    /// A customer removes all that is kept of them, as on their portal page.
    pub fn forget(&self, customer: &str) {
        let methods: Vec<String> = {
            let mut books = self.0.books.lock();
            let gone = books.kept.extract_if(.., |kept| kept.customer == customer).collect::<Vec<_>>();
            let methods = gone.iter().map(|kept| kept.method.clone()).collect();
            books.gone.extend(gone);
            methods
        };
        for method in methods {
            self.announce("payment_method.detached", &method);
        }
    }
}
