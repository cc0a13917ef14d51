//! `/orders`.

use super::Razorpay;
use super::books::{Order, OrderStatus, Payment};
use super::guard::Whose;
use super::wire::{self, Answer, Page, Refused};
use axum::extract::{Path, Query, State};
use axum::{Extension, Json};
use bytes::Bytes;
use serde_json::{Map, Value};

const FIELDS: [&str; 12] = [
    "amount",
    "currency",
    "receipt",
    "notes",
    "partial_payment",
    "payment",
    "unique_receipt",
    "payment_capture",
    "customer_id",
    "method",
    "token",
    "notification",
];

pub(super) async fn create(State(razorpay): State<Razorpay>, Extension(whose): Extension<Whose>, body: Bytes) -> Answer {
    let asked = wire::object(&body, &FIELDS)?;
    let order = razorpay.read_order(whose, &asked)?;
    let unique = asked.get("unique_receipt").and_then(Value::as_bool).unwrap_or(false);
    let placed = razorpay.place(order, unique);
    razorpay.give_notice(&placed);
    Ok(Json(placed.json()))
}

pub(super) async fn list(State(razorpay): State<Razorpay>, Query(page): Query<Page>) -> Json<Value> {
    let books = razorpay.0.books.lock();
    let wanted = |order: &&Order| page.receipt.is_none() || page.receipt == order.receipt;
    page.of(books.orders.all().iter().filter(wanted).map(Order::json))
}

pub(super) async fn fetch(State(razorpay): State<Razorpay>, Path(id): Path<String>) -> Answer {
    let books = razorpay.0.books.lock();
    books.orders.get(&id).map(|order| Json(order.json())).ok_or_else(Refused::unknown_id)
}

pub(super) async fn payments(State(razorpay): State<Razorpay>, Path(id): Path<String>) -> Answer {
    let books = razorpay.0.books.lock();
    books.orders.get(&id).ok_or_else(Refused::unknown_id)?;
    Ok(wire::collection(books.payments_of(&id).iter().map(Payment::json).collect()))
}

impl Razorpay {
    fn read_order(&self, whose: Whose, asked: &Map<String, Value>) -> Result<Order, Refused> {
        let currency = asked.get("currency").and_then(Value::as_str);
        let currency = currency.ok_or_else(|| Refused::input("The currency field is required.", Some("currency")))?;
        let capture = asked.get("payment").and_then(|payment| payment.get("capture")).and_then(Value::as_str);
        Ok(Order {
            id: self.name("order"),
            guest: whose.0,
            amount: wire::amount(asked.get("amount"), currency)?,
            currency: currency.to_owned(),
            receipt: wire::receipt(asked.get("receipt"))?,
            status: OrderStatus::Created,
            attempts: 0,
            notes: wire::notes(asked.get("notes"))?,
            captures_itself: capture != Some("manual"),
            recurring: self.read_recurring(asked)?,
            created_at: self.now(),
        })
    }

    /// Writes the order down, or finds the first one of its receipt where that is asked for.
    fn place(&self, order: Order, unique: bool) -> Order {
        let mut books = self.0.books.lock();
        if let Some(receipt) = &order.receipt {
            let earlier = books.by_receipt.get(receipt).and_then(|id| books.orders.get(id));
            if let (true, Some(earlier)) = (unique, earlier) {
                return earlier.clone();
            }
            books.by_receipt.entry(receipt.clone()).or_insert_with(|| order.id.clone());
        }
        books.orders.put(&order.id, order.clone());
        order
    }
}
