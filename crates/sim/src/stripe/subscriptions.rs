//! Subscriptions that the provider bills by itself: `/subscriptions` and `/invoices`, and the hands of customers, banks and time.

use super::Stripe;
use super::books::Charge;
use super::wire::{Answer, StripeRefused};
use axum::Json;
use axum::extract::{Path, Query, State};
use serde_json::{Value, json};
use std::collections::HashMap;

const DAY: i64 = 86_400;

/// What somebody subscribes to, and who.
#[derive(Clone, Debug)]
pub struct StripePlan {
    /// The price's id, `price_…`.
    pub price: String,
    /// The product's name.
    pub name: String,
    /// What one costs for a period, in minor units.
    pub amount: i64,
    /// ISO 4217 code, in small letters.
    pub currency: String,
    /// `day`, `week`, `month` or `year`; a month has thirty days here.
    pub interval: String,
    /// How many of them a period is.
    pub every: i64,
}

impl StripePlan {
    fn period(&self) -> i64 {
        let days = match self.interval.as_str() {
            "day" => 1,
            "week" => 7,
            "year" => 365,
            _ => 30,
        };
        days * self.every * DAY
    }
}

/// An invoice of a subscription.
#[derive(Clone, Debug)]
pub struct StripeInvoice {
    /// Its id, `in_…`.
    pub id: String,
    /// Unix seconds.
    pub created: i64,
    /// How much, in minor units.
    pub amount: i64,
    /// How often it was charged for.
    pub attempts: i64,
    /// The payment, once it is paid: `pi_…`.
    pub paid: Option<String>,
}

/// A subscription as the provider has it.
#[derive(Clone, Debug)]
pub struct StripeSubscription {
    /// Its id, `sub_…`.
    pub id: String,
    /// The customer's id, `cus_…`.
    pub customer: String,
    /// Their e-mail address.
    pub email: String,
    /// To what.
    pub plan: StripePlan,
    /// How many.
    pub quantity: i64,
    /// The provider's word.
    pub status: &'static str,
    /// Unix seconds.
    pub period_start: i64,
    /// Unix seconds.
    pub period_end: i64,
    /// Unix seconds.
    pub trial_end: Option<i64>,
    /// Whether it ends with its period.
    pub cancel_at_period_end: bool,
    /// Unix seconds.
    pub ended_at: Option<i64>,
    /// Its invoices, oldest first.
    pub invoices: Vec<StripeInvoice>,
}

impl StripeSubscription {
    /// `old` in the shape of versions before 2025-03-31.
    fn json(&self, old: bool) -> Value {
        let StripePlan { price, name, amount, currency, interval, every } = &self.plan;
        let price = json!({
            "id": price, "object": "price", "unit_amount": amount, "currency": currency, "nickname": null,
            "recurring": {"interval": interval, "interval_count": every}, "product": {"id": "prod_1", "object": "product", "name": name},
        });
        let mut item = json!({"id": "si_1", "object": "subscription_item", "quantity": self.quantity, "price": price});
        let mut all = json!({
            "id": self.id, "object": "subscription", "status": self.status, "trial_end": self.trial_end, "livemode": false,
            "customer": {"id": self.customer, "object": "customer", "email": self.email, "name": null, "phone": null},
            "cancel_at_period_end": self.cancel_at_period_end, "cancel_at": null, "ended_at": self.ended_at, "pause_collection": null,
        });
        let holder = if old { &mut all } else { &mut item };
        (holder["current_period_start"], holder["current_period_end"]) = (json!(self.period_start), json!(self.period_end));
        all["items"] = json!({"object": "list", "data": [item]});
        all
    }

    fn invoice_json(&self, invoice: &StripeInvoice, old: bool) -> Value {
        let paid = invoice.paid.is_some();
        let mut all = json!({
            "id": invoice.id, "object": "invoice", "created": invoice.created, "status": if paid { "paid" } else { "open" },
            "amount_due": invoice.amount, "amount_paid": if paid { invoice.amount } else { 0 }, "currency": self.plan.currency,
            "attempt_count": invoice.attempts, "customer": self.customer, "livemode": false,
        });
        if old {
            (all["subscription"], all["payment_intent"]) = (json!(self.id), json!(invoice.paid));
        } else {
            let payment = |id| json!({"status": "paid", "payment": {"type": "payment_intent", "payment_intent": id}});
            all["parent"] = json!({"type": "subscription_details", "subscription_details": {"subscription": self.id}});
            all["payments"] = json!({"object": "list", "data": invoice.paid.iter().map(payment).collect::<Vec<_>>()});
        }
        all
    }
}

pub(super) async fn fetch(State(stripe): State<Stripe>, Path(id): Path<String>) -> Answer {
    let books = stripe.0.books.lock();
    let found = books.subscriptions.iter().find(|sub| sub.id == id).ok_or_else(|| StripeRefused::missing("subscription", &id))?;
    Ok(Json(found.json(books.old_shape)))
}

pub(super) async fn invoices(State(stripe): State<Stripe>, Query(query): Query<HashMap<String, String>>) -> Json<Value> {
    let books = stripe.0.books.lock();
    let wanted = |sub: &&StripeSubscription| query.get("subscription").is_none_or(|id| *id == sub.id);
    let all = books.subscriptions.iter().filter(wanted);
    let data: Vec<Value> =
        all.flat_map(|sub| sub.invoices.iter().rev().map(|invoice| sub.invoice_json(invoice, books.old_shape))).collect();
    Json(json!({"object": "list", "url": "/v1/invoices", "has_more": false, "data": data}))
}

impl Stripe {
    /// From now on answers and events have the shape of versions before 2025-03-31, or of today.
    pub fn old_shape(&self, old: bool) {
        self.0.books.lock().old_shape = old;
    }

    /// Every subscription, oldest first.
    pub fn subscriptions(&self) -> Vec<StripeSubscription> {
        self.0.books.lock().subscriptions.clone()
    }

    /// A subscription by its id.
    pub fn subscription(&self, id: &str) -> Option<StripeSubscription> {
        self.0.books.lock().subscriptions.iter().find(|sub| sub.id == id).cloned()
    }

    /// A subscription or an invoice of one, as an event has it.
    pub(super) fn subscribed(&self, id: &str) -> Option<Value> {
        let books = self.0.books.lock();
        books.subscriptions.iter().find_map(|sub| match sub.invoices.iter().find(|invoice| invoice.id == id) {
            Some(invoice) => Some(sub.invoice_json(invoice, books.old_shape)),
            None => (sub.id == id).then(|| sub.json(books.old_shape)),
        })
    }

    /// Somebody subscribes: on trial, or with a first invoice that is paid at once.
    pub fn subscribe(&self, email: &str, plan: StripePlan, quantity: i64, trial_days: i64) -> String {
        let (id, now) = (self.name("sub"), self.now());
        let length = if trial_days > 0 { trial_days * DAY } else { plan.period() };
        let made = StripeSubscription {
            id: id.clone(),
            customer: self.name("cus"),
            email: email.to_owned(),
            plan,
            quantity,
            status: if trial_days > 0 { "trialing" } else { "active" },
            period_start: now,
            period_end: now + length,
            trial_end: (trial_days > 0).then_some(now + length),
            cancel_at_period_end: false,
            ended_at: None,
            invoices: Vec::new(),
        };
        self.0.books.lock().subscriptions.push(made);
        self.announce("customer.subscription.created", &id);
        if trial_days == 0 {
            self.bill(&id, true);
        }
        id
    }

    /// A period is over: the next one begins and is billed, or the subscription ends as was wished.
    pub fn cycle(&self, id: &str, pays: bool) {
        let ends = self.alter(id, |sub| {
            if sub.cancel_at_period_end {
                (sub.status, sub.ended_at) = ("canceled", Some(sub.period_end));
            } else {
                (sub.period_start, sub.period_end) = (sub.period_end, sub.period_end + sub.plan.period());
            }
            sub.cancel_at_period_end
        });
        match ends {
            Some(true) => self.announce("customer.subscription.deleted", id),
            Some(false) => self.bill(id, pays),
            None => {}
        }
    }

    /// The newest invoice is charged for again.
    pub fn retry(&self, id: &str, pays: bool) {
        self.charge_newest(id, pays);
    }

    /// It ends, now or with its period.
    pub fn end(&self, id: &str, at_period_end: bool) {
        let now = self.now();
        self.alter(
            id,
            |sub| {
                if at_period_end { sub.cancel_at_period_end = true } else { (sub.status, sub.ended_at) = ("canceled", Some(now)) }
            },
        );
        self.announce(if at_period_end { "customer.subscription.updated" } else { "customer.subscription.deleted" }, id);
    }

    /// It stands otherwise: `paused`, `unpaid`, `active`.
    pub fn put_status(&self, id: &str, status: &'static str) {
        self.alter(id, |sub| sub.status = status);
        let name = if status == "paused" { "customer.subscription.paused" } else { "customer.subscription.updated" };
        self.announce(name, id);
    }

    /// Another quantity is subscribed to.
    pub fn put_quantity(&self, id: &str, quantity: i64) {
        self.alter(id, |sub| sub.quantity = quantity);
        self.announce("customer.subscription.updated", id);
    }

    fn bill(&self, id: &str, pays: bool) {
        let (invoice, created) = (self.name("in"), self.now());
        self.alter(id, |sub| {
            let amount = sub.plan.amount * sub.quantity;
            sub.invoices.push(StripeInvoice { id: invoice, created, amount, attempts: 0, paid: None });
        });
        self.charge_newest(id, pays);
    }

    fn charge_newest(&self, id: &str, pays: bool) {
        let (payment, method) = (self.name("pi"), self.name("pm"));
        let charged = self.alter(id, |sub| {
            let (customer, currency) = (sub.customer.clone(), sub.plan.currency.clone());
            let invoice = sub.invoices.last_mut().filter(|invoice| invoice.paid.is_none())?;
            invoice.attempts += 1;
            invoice.paid = pays.then(|| payment.clone());
            sub.status = if pays { "active" } else { "past_due" };
            let charge = Charge {
                id: payment,
                guest: None,
                amount: invoice.amount,
                currency,
                customer,
                method,
                declined: (!pays).then(|| "insufficient_funds".to_owned()),
                cancelled: false,
                metadata: HashMap::new(),
            };
            Some((invoice.id.clone(), charge))
        });
        let Some((invoice, charge)) = charged.flatten() else { return };
        self.0.books.lock().charges.push(charge);
        self.announce(if pays { "invoice.paid" } else { "invoice.payment_failed" }, &invoice);
        self.announce("customer.subscription.updated", id);
    }

    fn alter<T>(&self, id: &str, deed: impl FnOnce(&mut StripeSubscription) -> T) -> Option<T> {
        self.0.books.lock().subscriptions.iter_mut().find(|sub| sub.id == id).map(deed)
    }
}
