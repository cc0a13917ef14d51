//! `/payments`.

use super::Razorpay;
use super::books::{Payment, PaymentStatus};
use super::wire::{self, Answer, Page, Refused};
use axum::Json;
use axum::extract::{Path, Query, State};
use bytes::Bytes;
use serde_json::Value;

pub(super) async fn list(State(razorpay): State<Razorpay>, Query(page): Query<Page>) -> Json<Value> {
    let books = razorpay.0.books.lock();
    page.of(books.payments.all().iter().map(Payment::json))
}

pub(super) async fn fetch(State(razorpay): State<Razorpay>, Path(id): Path<String>) -> Answer {
    let books = razorpay.0.books.lock();
    books.payments.get(&id).map(|payment| Json(payment.json())).ok_or_else(Refused::unknown_id)
}

pub(super) async fn capture(State(razorpay): State<Razorpay>, Path(id): Path<String>, body: Bytes) -> Answer {
    let asked = wire::object(&body, &["amount", "currency"])?;
    let currency = asked.get("currency").and_then(Value::as_str).unwrap_or("INR");
    let amount = wire::amount(asked.get("amount"), currency)?;
    let taken = razorpay.take(&id, |payment| may_capture(payment, amount, currency))?;
    Ok(Json(taken.json()))
}

fn may_capture(payment: &Payment, amount: i64, currency: &str) -> Result<(), Refused> {
    match payment.status {
        PaymentStatus::Captured | PaymentStatus::Refunded => Err(Refused::captured()),
        PaymentStatus::Failed => Err(Refused::input("Only payments which have been authorized can be captured", None)),
        PaymentStatus::Authorized if amount == payment.amount && currency == payment.currency => Ok(()),
        PaymentStatus::Authorized => Err(Refused::input("Capture amount must be equal to the amount authorized", Some("amount"))),
    }
}
