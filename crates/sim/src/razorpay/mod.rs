//! Razorpay, played: orders, payments, refunds, the hosted checkout and its webhooks.

mod agreements;
mod books;
mod buyer;
mod checkout;
mod guard;
mod links;
mod orders;
mod payments;
mod refunds;
mod settlements;
mod sign;
mod subscriptions;
mod tokens;
mod webhooks;
mod wire;

pub use agreements::{Token, TokenStatus};
pub use books::{Method, Order, OrderStatus, Payment, PaymentStatus, Refund};
pub(crate) use checkout::routes as checkout_routes;
pub use links::PaymentLink;
pub use settlements::{SettledRow, Settlement};
pub use subscriptions::{RazorpayInvoice, RazorpayPlan, RazorpaySubscription};
pub use webhooks::Webhook;
pub use wire::Refused;

use crate::config::{Clock, Keep, RazorpayAccount, SimConfig};
use crate::courier::{Courier, Delivery};
use crate::faults::Faults;
use crate::names::Names;
use crate::record::{ApiCall, Shared};
use axum::Router;
use axum::middleware::from_fn_with_state;
use axum::routing::{get, post};
use books::Books;
use std::sync::Arc;

/// The payment provider: what it recorded, and what a buyer or its operators do. Cloning gives another
/// hand on the same one.
#[derive(Clone)]
pub struct Razorpay(Arc<Office>);

struct Office {
    account: RazorpayAccount,
    account_id: String,
    /// Where the hosted page is, without what it is about.
    page: String,
    clock: Clock,
    keep: Keep,
    names: Arc<Names>,
    faults: Faults,
    courier: Courier,
    books: Shared<Books>,
}

impl Razorpay {
    pub(crate) fn new(config: &SimConfig, page: String, names: Arc<Names>, faults: Faults, courier: Courier) -> Self {
        Self(Arc::new(Office {
            account: config.razorpay.clone(),
            account_id: format!("acc_{}", names.fresh(14)),
            page,
            clock: Arc::clone(&config.clock),
            keep: config.keep,
            names,
            faults,
            courier,
            books: Shared::new(Books::default()),
        }))
    }

    pub(crate) fn courier(&self) -> &Courier {
        &self.0.courier
    }

    /// Every order, oldest first.
    pub fn orders(&self) -> Vec<Order> {
        self.0.books.lock().orders.all().to_vec()
    }

    /// Every payment, oldest first.
    pub fn payments(&self) -> Vec<Payment> {
        self.0.books.lock().payments.all().to_vec()
    }

    /// Every refund, oldest first.
    pub fn refunds(&self) -> Vec<Refund> {
        self.0.books.lock().refunds.all().to_vec()
    }

    /// The calls of one kind, as in `POST /orders`, oldest first; none where only counts are kept.
    pub fn calls(&self, call: &str) -> Vec<ApiCall> {
        self.0.books.lock().calls.iter().filter(|made| made.call == call).cloned().collect()
    }

    /// The webhooks that were sent, with what became of them.
    pub fn deliveries(&self) -> Vec<Delivery> {
        self.0.courier.log()
    }

    /// From now on events are lost: nothing is posted for them, now or later.
    pub fn webhooks_off(&self) {
        self.0.courier.set_off(true);
    }

    /// From now on events are posted again.
    pub fn webhooks_on(&self) {
        self.0.courier.set_off(false);
    }

    fn now(&self) -> i64 {
        (self.0.clock)().seconds()
    }

    fn name(&self, prefix: &str) -> String {
        format!("{prefix}_{}", self.0.names.fresh(14))
    }
}

/// The API, to be nested where the base address points.
pub(crate) fn routes(razorpay: Razorpay) -> Router {
    Router::new()
        .route("/orders", post(orders::create).get(orders::list))
        .route("/orders/{id}", get(orders::fetch))
        .route("/orders/{id}/payments", get(orders::payments))
        .route("/payments", get(payments::list))
        .route("/payments/create/recurring", post(tokens::debit))
        .route("/payments/{id}", get(payments::fetch))
        .route("/payments/{id}/capture", post(payments::capture))
        .route("/payments/{id}/refund", post(refunds::create))
        .route("/payments/{id}/refunds", get(refunds::of_payment))
        .route("/customers", post(tokens::create_customer))
        .route("/customers/{id}/tokens/{token}", get(tokens::fetch))
        .route("/payment_links", post(links::create).get(links::list))
        .route("/payment_links/{id}", get(links::fetch))
        .route("/payment_links/{id}/cancel", post(links::cancel))
        .route("/subscriptions/{id}", get(subscriptions::fetch))
        .route("/plans/{id}", get(subscriptions::plan))
        .route("/invoices", get(subscriptions::invoices))
        .route("/refunds", get(refunds::list))
        .route("/refunds/{id}", get(refunds::fetch))
        .route("/settlements", get(settlements::list))
        .route("/settlements/recon/combined", get(settlements::combined))
        .route_layer(from_fn_with_state(razorpay.clone(), guard::guard))
        .route("/checkout/embedded", post(checkout::embedded))
        .fallback(wire::no_such_url)
        .with_state(razorpay)
}
