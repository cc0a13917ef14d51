//! `/refunds`, with the idempotency that Razorpay documents for them alone.

use super::Razorpay;
use super::books::{PaymentStatus, Refund};
use super::wire::{self, Answer, Page, Refused};
use axum::Json;
use axum::extract::{Path, Query, State};
use axum::http::HeaderMap;
use bytes::Bytes;
use serde_json::{Map, Value};

const FIELDS: [&str; 4] = ["amount", "speed", "notes", "receipt"];

pub(super) async fn create(State(razorpay): State<Razorpay>, Path(payment_id): Path<String>, headers: HeaderMap, body: Bytes) -> Answer {
    let asked = wire::object(&body, &FIELDS)?;
    let key = headers.get("x-refund-idempotency").map(|value| read_key(value.as_bytes())).transpose()?;
    let (refund, fresh) = razorpay.refund(&payment_id, key.as_deref(), asked)?;
    if fresh {
        razorpay.announce(&["refund.created", "refund.processed"], &refund.id);
    }
    Ok(Json(refund.json()))
}

pub(super) async fn list(State(razorpay): State<Razorpay>, Query(page): Query<Page>) -> Json<Value> {
    let books = razorpay.0.books.lock();
    page.of(books.refunds.all().iter().map(Refund::json))
}

pub(super) async fn of_payment(State(razorpay): State<Razorpay>, Path(id): Path<String>, Query(page): Query<Page>) -> Answer {
    let books = razorpay.0.books.lock();
    books.payments.get(&id).ok_or_else(Refused::unknown_id)?;
    Ok(page.of(books.refunds.all().iter().filter(|refund| refund.payment_id == id).map(Refund::json)))
}

pub(super) async fn fetch(State(razorpay): State<Razorpay>, Path(id): Path<String>) -> Answer {
    let books = razorpay.0.books.lock();
    books.refunds.get(&id).map(|refund| Json(refund.json())).ok_or_else(Refused::unknown_id)
}

/// At least ten letters, digits, dashes or underscores.
fn read_key(value: &[u8]) -> Result<String, Refused> {
    let fits = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
    if value.len() >= 10 && value.iter().all(fits) {
        return Ok(String::from_utf8_lossy(value).into_owned());
    }
    Err(Refused::input("The idempotency key must have at least 10 letters, digits, - or _.", None))
}

impl Razorpay {
    /// The refund, and whether this call made it.
    fn refund(&self, payment_id: &str, key: Option<&str>, asked: Map<String, Value>) -> Result<(Refund, bool), Refused> {
        let mut books = self.0.books.lock();
        if let Some((body, id)) = key.and_then(|key| books.refund_keys.get(key)) {
            let same = books.refunds.get(id).filter(|made| *body == asked && made.payment_id == payment_id);
            let other = "Different request body sent for the same Idempotency Key";
            return same.map(|made| (made.clone(), false)).ok_or_else(|| Refused::input(other, None));
        }
        let payment = books.payments.get_mut(payment_id).ok_or_else(Refused::unknown_id)?;
        let rest = payment.amount - payment.amount_refunded;
        let amount = match asked.get("amount") {
            None | Some(Value::Null) => rest,
            some => wire::amount(some, &payment.currency)?,
        };
        match payment.status {
            PaymentStatus::Captured => {}
            PaymentStatus::Refunded => return Err(Refused::input("The payment has been fully refunded already", None)),
            _ => return Err(Refused::input("The payment status should be captured for action to be taken", None)),
        }
        if amount > rest {
            let text = "The total refund amount is greater than the refund payment amount";
            return Err(Refused::input(text, Some("amount")));
        }
        let refund = Refund {
            id: self.name("rfnd"),
            payment_id: payment_id.to_owned(),
            amount,
            currency: payment.currency.clone(),
            receipt: wire::receipt(asked.get("receipt"))?,
            notes: wire::notes(asked.get("notes"))?,
            speed: asked.get("speed").and_then(Value::as_str).unwrap_or("normal").to_owned(),
            created_at: self.now(),
        };
        payment.amount_refunded += amount;
        if payment.amount_refunded == payment.amount {
            payment.status = PaymentStatus::Refunded;
        }
        if let Some(key) = key {
            books.refund_keys.insert(key.to_owned(), (asked, refund.id.clone()));
        }
        books.refunds.put(&refund.id, refund.clone());
        Ok((refund, true))
    }
}
