//! `/payment_links`: addresses that are sent to whoever is to pay.

use super::Razorpay;
use super::books::{Order, OrderStatus};
use super::guard::Whose;
use super::wire::{self, Answer, Refused};
use axum::extract::{Path, Query, State};
use axum::response::Redirect;
use axum::{Extension, Json};
use bytes::Bytes;
use serde_json::{Map, Value, json};
use std::collections::HashMap;
use url::Url;

const FIELDS: [&str; 13] = [
    "amount",
    "currency",
    "description",
    "reference_id",
    "customer",
    "notify",
    "reminder_enable",
    "expire_by",
    "accept_partial",
    "notes",
    "callback_url",
    "callback_method",
    "upi_link",
];

/// A payment link as the provider has it.
#[derive(Clone, Debug)]
pub struct PaymentLink {
    /// Its id, `plink_…`.
    pub id: String,
    /// The order that its payments are for.
    pub order_id: String,
    /// The shop's own reference.
    pub reference_id: Option<String>,
    /// Whether the shop has taken it back.
    pub cancelled: bool,
    callback_url: Option<String>,
    created_at: i64,
}

pub(super) async fn create(State(razorpay): State<Razorpay>, Extension(whose): Extension<Whose>, body: Bytes) -> Answer {
    let asked = wire::object(&body, &FIELDS)?;
    let text = |name: &str| asked.get(name).and_then(Value::as_str).map(str::to_owned);
    let reference_id = wire::receipt(asked.get("reference_id"))?;
    let currency = text("currency").unwrap_or_else(|| "INR".to_owned());
    let order = Order {
        id: razorpay.name("order"),
        guest: whose.0,
        amount: wire::amount(asked.get("amount"), &currency)?,
        currency,
        receipt: reference_id.clone(),
        status: OrderStatus::Created,
        attempts: 0,
        notes: wire::notes(asked.get("notes"))?,
        captures_itself: true,
        recurring: None,
        created_at: razorpay.now(),
    };
    let link = PaymentLink {
        id: razorpay.name("plink"),
        order_id: order.id.clone(),
        reference_id,
        cancelled: false,
        callback_url: text("callback_url"),
        created_at: razorpay.now(),
    };
    let mut books = razorpay.0.books.lock();
    if link.reference_id.is_some() && books.links.all().iter().any(|earlier| earlier.reference_id == link.reference_id) {
        return Err(Refused::input("payment link creation failed because of duplicate reference_id", Some("reference_id")));
    }
    books.orders.put(&order.id, order.clone());
    books.links.put(&link.id, link.clone());
    Ok(Json(link.json(&order, &razorpay.0.page)))
}

pub(super) async fn list(State(razorpay): State<Razorpay>, Query(query): Query<HashMap<String, String>>) -> Json<Value> {
    let books = razorpay.0.books.lock();
    let wanted = |link: &&PaymentLink| query.get("reference_id").is_none_or(|id| link.reference_id.as_ref() == Some(id));
    let links = books.links.all().iter().filter(wanted);
    let shown: Vec<Value> = links.filter_map(|link| Some(link.json(books.orders.get(&link.order_id)?, &razorpay.0.page))).collect();
    Json(json!({ "payment_links": shown }))
}

pub(super) async fn fetch(State(razorpay): State<Razorpay>, Path(id): Path<String>) -> Answer {
    razorpay.shown(&id)
}

pub(super) async fn cancel(State(razorpay): State<Razorpay>, Path(id): Path<String>) -> Answer {
    {
        let mut books = razorpay.0.books.lock();
        let link = books.links.get(&id).cloned().ok_or_else(Refused::unknown_id)?;
        let paid = books.orders.get(&link.order_id).is_some_and(|order| order.status == OrderStatus::Paid);
        if paid || link.cancelled {
            return Err(Refused::input("Payment link cannot be cancelled in its current state", None));
        }
        if let Some(link) = books.links.get_mut(&id) {
            link.cancelled = true;
        }
    }
    razorpay.announce(&["payment_link.cancelled"], &id);
    razorpay.shown(&id)
}

/// `/checkout/link/{id}`: whoever follows a link is led to the hosted page of its order.
pub(super) async fn follow(State(razorpay): State<Razorpay>, Path(id): Path<String>) -> Result<Redirect, Refused> {
    let books = razorpay.0.books.lock();
    let link = books.links.get(&id).filter(|link| !link.cancelled).ok_or_else(Refused::unknown_id)?;
    let mut address = Url::parse("http://sim/checkout/").map_err(|_| Refused::unknown_id())?;
    address.set_path(&format!("/checkout/{}", link.order_id));
    if let Some(back) = &link.callback_url {
        address.query_pairs_mut().append_pair("callback_url", back);
    }
    Ok(Redirect::to(&format!("{}?{}", address.path(), address.query().unwrap_or_default())))
}

impl Razorpay {
    /// Every payment link, oldest first.
    pub fn links(&self) -> Vec<PaymentLink> {
        self.0.books.lock().links.all().to_vec()
    }

    fn shown(&self, id: &str) -> Answer {
        let books = self.0.books.lock();
        let link = books.links.get(id).ok_or_else(Refused::unknown_id)?;
        let order = books.orders.get(&link.order_id).ok_or_else(Refused::unknown_id)?;
        Ok(Json(link.json(order, &self.0.page)))
    }

    /// What a browser brings back from a link that was paid: signed, as its own fields.
    pub(super) fn link_return(&self, order_id: &str, payment_id: &str) -> Option<Vec<(&'static str, String)>> {
        let books = self.0.books.lock();
        let link = books.links.all().iter().find(|link| link.order_id == order_id)?;
        let reference = link.reference_id.clone().unwrap_or_default();
        let signature = self.sign(&format!("{}|{reference}|paid|{payment_id}", link.id));
        Some(vec![
            ("razorpay_payment_id", payment_id.to_owned()),
            ("razorpay_payment_link_id", link.id.clone()),
            ("razorpay_payment_link_reference_id", reference),
            ("razorpay_payment_link_status", "paid".to_owned()),
            ("razorpay_signature", signature),
        ])
    }
}

impl PaymentLink {
    pub(super) fn json(&self, order: &Order, page: &str) -> Value {
        let paid = order.status == OrderStatus::Paid;
        let status = match (paid, self.cancelled) {
            (true, _) => "paid",
            (false, true) => "cancelled",
            (false, false) => "created",
        };
        json!({
            "id": self.id, "entity": "payment_link", "amount": order.amount, "currency": order.currency, "status": status,
            "amount_paid": if paid { order.amount } else { 0 }, "order_id": self.order_id, "reference_id": self.reference_id,
            "short_url": format!("{page}/link/{}", self.id), "payments": null, "notes": null, "expire_by": 0, "cancelled_at": 0,
            "created_at": self.created_at, "upi_link": false,
        })
    }

    /// What an event about it tells. Its order's id lacks the prefix: the provider's own oddity.
    pub(super) fn payload(&self, order: &Order, page: &str) -> Map<String, Value> {
        let mut bare = order.json();
        bare["id"] = json!(order.id.trim_start_matches("order_"));
        [("payment_link", self.json(order, page)), ("order", bare)]
            .into_iter()
            .map(|(name, entity)| (name.to_owned(), json!({ "entity": entity })))
            .collect()
    }
}
