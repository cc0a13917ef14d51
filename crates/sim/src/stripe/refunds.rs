//! `/refunds`.

use super::Stripe;
use super::books::{Refund, RefundStatus};
use super::wire::{self, Answer, StripeRefused};
use axum::Json;
use axum::extract::{Query, State};
use axum::http::HeaderMap;
use bytes::Bytes;
use serde_json::{Value, json};
use std::collections::HashMap;

pub(super) async fn create(State(stripe): State<Stripe>, headers: HeaderMap, body: Bytes) -> Answer {
    let request = format!("refunds {}", String::from_utf8_lossy(&body));
    let fields = wire::form(&body);
    let (answer, fresh) = stripe.once(&headers, request, |books| {
        let payment = wire::needed(&fields, "payment_intent")?;
        let paid = books.paid(payment).ok_or_else(|| StripeRefused::missing("payment_intent", payment))?;
        if !paid.came {
            return Err(StripeRefused::input("This PaymentIntent does not have a successful charge to refund."));
        }
        let left = paid.amount - books.given_back(payment);
        let amount = fields.get("amount").map_or(Ok(left), |text| wire::amount(text, "amount"))?;
        if amount > left || left == 0 {
            return Err(StripeRefused::input(format!("Refund amount ({amount}) is greater than unrefunded amount on charge ({left})")));
        }
        let refund = Refund {
            id: stripe.name("re"),
            payment_intent: payment.to_owned(),
            amount,
            currency: paid.currency,
            status: RefundStatus::Succeeded,
            metadata: wire::metadata(&fields),
        };
        let answer = refund.json();
        books.refunds.push(refund);
        Ok(answer)
    })?;
    if fresh && let Some(id) = answer["id"].as_str() {
        stripe.announce("refund.created", id);
        stripe.announce("charge.refunded", id);
    }
    Ok(Json(answer))
}

pub(super) async fn list(State(stripe): State<Stripe>, Query(query): Query<HashMap<String, String>>) -> Json<Value> {
    let books = stripe.0.books.lock();
    let wanted = |refund: &&Refund| query.get("payment_intent").is_none_or(|payment| *payment == refund.payment_intent);
    let data: Vec<Value> = books.refunds.iter().rev().filter(wanted).map(Refund::json).collect();
    Json(json!({"object": "list", "url": "/v1/refunds", "has_more": false, "data": data}))
}

impl Stripe {
    /// A refund that could not reach the buyer after all.
    ///
    /// # Errors
    /// There is no such refund.
    pub fn fail_refund(&self, id: &str) -> Result<(), StripeRefused> {
        let mut books = self.0.books.lock();
        let refund = books.refunds.iter_mut().find(|refund| refund.id == id);
        refund.ok_or_else(|| StripeRefused::missing("refund", id))?.status = RefundStatus::Failed;
        drop(books);
        self.announce("refund.failed", id);
        Ok(())
    }
}
