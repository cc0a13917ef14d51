//! Subscriptions that the provider bills by itself: `/subscriptions`, `/plans`, `/customers` and `/invoices`, and the hands of customers,
//! banks and time.

use super::Razorpay;
use super::books::{Method, Order, OrderStatus, Payment, PaymentStatus};
use super::wire::{Answer, Refused, collection};
use axum::Json;
use axum::extract::{Path, Query, State};
use serde_json::{Map, Value, json};
use std::collections::HashMap;

const DAY: i64 = 86_400;

/// What somebody subscribes to.
#[derive(Clone, Debug)]
pub struct RazorpayPlan {
    /// Its id, `plan_…`.
    pub id: String,
    /// Its name.
    pub name: String,
    /// What one costs for a period, in minor units.
    pub amount: i64,
    /// `daily`, `weekly`, `monthly`, `quarterly` or `yearly`; a month has thirty days here.
    pub period: String,
}

impl RazorpayPlan {
    fn length(&self) -> i64 {
        let days = match self.period.as_str() {
            "daily" => 1,
            "weekly" => 7,
            "quarterly" => 90,
            "yearly" => 365,
            _ => 30,
        };
        days * DAY
    }
}

/// An invoice of a subscription.
#[derive(Clone, Debug)]
pub struct RazorpayInvoice {
    /// Its id, `inv_…`.
    pub id: String,
    /// The order that its payment is for.
    pub order: String,
    /// The payment, once it is paid.
    pub paid: Option<String>,
    /// Unix seconds.
    pub created_at: i64,
    /// In minor units.
    pub amount: i64,
}

/// A subscription as the provider has it.
#[derive(Clone, Debug)]
pub struct RazorpaySubscription {
    /// Its id, `sub_…`.
    pub id: String,
    /// The customer's phone number; they are no customer of the provider's.
    pub contact: String,
    /// To what.
    pub plan: RazorpayPlan,
    /// How many.
    pub quantity: i64,
    /// The provider's word.
    pub status: &'static str,
    /// Unix seconds.
    pub current_start: i64,
    /// Unix seconds.
    pub current_end: i64,
    /// Unix seconds.
    pub created_at: i64,
    /// Unix seconds.
    pub ended_at: Option<i64>,
    /// Its invoices, oldest first.
    pub invoices: Vec<RazorpayInvoice>,
}

impl RazorpaySubscription {
    pub(super) fn json(&self) -> Value {
        json!({
            "id": self.id, "entity": "subscription", "plan_id": self.plan.id, "customer_id": null, "status": self.status,
            "quantity": self.quantity, "current_start": self.current_start, "current_end": self.current_end, "charge_at": self.current_end,
            "start_at": self.created_at, "end_at": null, "ended_at": self.ended_at, "created_at": self.created_at, "notes": [],
            "total_count": 120, "paid_count": self.invoices.iter().filter(|invoice| invoice.paid.is_some()).count(),
        })
    }

    fn invoice_json(&self, invoice: &RazorpayInvoice) -> Value {
        let paid = invoice.paid.is_some();
        json!({
            "id": invoice.id, "entity": "invoice", "subscription_id": self.id, "order_id": invoice.order, "payment_id": invoice.paid,
            "status": if paid { "paid" } else { "issued" }, "amount": invoice.amount, "amount_paid": if paid { invoice.amount } else { 0 },
            "currency": "INR", "created_at": invoice.created_at,
            "customer_details": {"id": null, "name": null, "email": null, "contact": self.contact},
        })
    }

    /// What an event says of it: the payment is there where one was tried.
    pub(super) fn payload(&self, payment: Option<&Payment>) -> Map<String, Value> {
        let mut payload = Map::from_iter([("subscription".to_owned(), json!({ "entity": self.json() }))]);
        if let Some(payment) = payment {
            payload.insert("payment".to_owned(), json!({ "entity": payment.json() }));
        }
        payload
    }
}

pub(super) async fn fetch(State(razorpay): State<Razorpay>, Path(id): Path<String>) -> Answer {
    let found = razorpay.subscription(&id).ok_or_else(Refused::unknown_id)?;
    Ok(Json(found.json()))
}

pub(super) async fn plan(State(razorpay): State<Razorpay>, Path(id): Path<String>) -> Answer {
    let books = razorpay.0.books.lock();
    let found = books.subscriptions.all().iter().find(|sub| sub.plan.id == id).ok_or_else(Refused::unknown_id)?;
    let RazorpayPlan { id, name, amount, period } = &found.plan;
    let item = json!({"id": "item_1", "name": name, "amount": amount, "unit_amount": amount, "currency": "INR"});
    Ok(Json(json!({"id": id, "entity": "plan", "period": period, "interval": 1, "item": item, "notes": []})))
}

pub(super) async fn invoices(State(razorpay): State<Razorpay>, Query(query): Query<HashMap<String, String>>) -> Json<Value> {
    let books = razorpay.0.books.lock();
    let of = query.get("subscription_id").and_then(|id| books.subscriptions.get(id));
    collection(of.map(|sub| sub.invoices.iter().rev().map(|invoice| sub.invoice_json(invoice)).collect()).unwrap_or_default())
}

impl Razorpay {
    /// A subscription by its id.
    pub fn subscription(&self, id: &str) -> Option<RazorpaySubscription> {
        self.0.books.lock().subscriptions.get(id).cloned()
    }

    /// Somebody subscribes, and is charged at once.
    pub fn subscribe(&self, contact: &str, name: &str, period: &str, amount: i64, quantity: i64) -> String {
        let (id, now) = (self.name("sub"), self.now());
        let plan = RazorpayPlan { id: self.name("plan"), name: name.to_owned(), amount, period: period.to_owned() };
        let made = RazorpaySubscription {
            id: id.clone(),
            contact: contact.to_owned(),
            current_start: now,
            current_end: now + plan.length(),
            plan,
            quantity,
            status: "active",
            created_at: now,
            ended_at: None,
            invoices: Vec::new(),
        };
        self.0.books.lock().subscriptions.put(&id, made);
        self.bill(&id, true);
        self.announce(&["subscription.activated", "subscription.charged"], &id);
        id
    }

    /// A period is over: the next one begins and is billed.
    pub fn cycle(&self, id: &str, pays: bool) {
        self.alter(id, |sub| (sub.current_start, sub.current_end) = (sub.current_end, sub.current_end + sub.plan.length()));
        self.bill(id, pays);
        self.announce(&[if pays { "subscription.charged" } else { "subscription.pending" }], id);
    }

    /// The newest invoice is charged for again.
    pub fn retry(&self, id: &str, pays: bool) {
        self.charge_newest(id, pays);
        self.announce(&[if pays { "subscription.charged" } else { "subscription.pending" }], id);
    }

    /// It stands otherwise: `paused`, `halted`, `active`, `cancelled`.
    pub fn put_status(&self, id: &str, status: &'static str) {
        let now = self.now();
        self.alter(id, |sub| {
            sub.status = status;
            sub.ended_at = (status == "cancelled").then_some(now);
        });
        let name = if status == "active" { "subscription.resumed".to_owned() } else { format!("subscription.{status}") };
        self.announce(&[name.as_str()], id);
    }

    /// Another quantity is subscribed to.
    pub fn put_quantity(&self, id: &str, quantity: i64) {
        self.alter(id, |sub| sub.quantity = quantity);
        self.announce(&["subscription.updated"], id);
    }

    fn bill(&self, id: &str, pays: bool) {
        let (invoice, order, created_at) = (self.name("inv"), self.name("order"), self.now());
        let Some(amount) = self.alter(id, |sub| {
            let amount = sub.plan.amount * sub.quantity;
            sub.invoices.push(RazorpayInvoice { id: invoice, order: order.clone(), paid: None, created_at, amount });
            amount
        }) else {
            return;
        };
        let made = Order {
            id: order.clone(),
            guest: None,
            amount,
            currency: "INR".to_owned(),
            receipt: None,
            status: OrderStatus::Created,
            attempts: 0,
            notes: Map::new(),
            captures_itself: true,
            recurring: None,
            created_at,
        };
        self.0.books.lock().orders.put(&order, made);
        self.charge_newest(id, pays);
    }

    fn charge_newest(&self, id: &str, pays: bool) {
        let (payment, rrn, created_at) = (self.name("pay"), self.0.names.digits(12), self.now());
        let charged = self.alter(id, |sub| {
            let invoice = sub.invoices.last_mut().filter(|invoice| invoice.paid.is_none())?;
            invoice.paid = pays.then(|| payment.clone());
            sub.status = if pays { "active" } else { "pending" };
            Some((invoice.order.clone(), invoice.amount))
        });
        let Some((order_id, amount)) = charged.flatten() else { return };
        let mut books = self.0.books.lock();
        if let Some(order) = books.orders.get_mut(&order_id) {
            order.attempts += 1;
            order.status = if pays { OrderStatus::Paid } else { OrderStatus::Attempted };
        }
        let status = if pays { PaymentStatus::Captured } else { PaymentStatus::Failed };
        let (currency, notes) = ("INR".to_owned(), Map::new());
        books.by_order.entry(order_id.clone()).or_default().push(payment.clone());
        let tried = Payment {
            id: payment.clone(),
            order_id,
            amount,
            currency,
            status,
            method: Method::Card,
            amount_refunded: 0,
            rrn,
            token_id: None,
            customer_id: None,
            reason: "payment_failed".to_owned(),
            notes,
            created_at,
        };
        books.payments.put(&payment, tried);
    }

    fn alter<T>(&self, id: &str, deed: impl FnOnce(&mut RazorpaySubscription) -> T) -> Option<T> {
        self.0.books.lock().subscriptions.get_mut(id).map(deed)
    }
}
