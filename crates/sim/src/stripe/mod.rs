//! Stripe, played: Checkout Sessions, what is kept of customers and charged again, subscriptions that it bills, refunds, the hosted pages
//! and webhooks.

mod books;
mod charges;
mod checkout;
mod guard;
mod payouts;
mod refunds;
mod sessions;
mod subscriptions;
mod webhooks;
mod wire;

pub use books::{Charge as StripeCharge, Refund as StripeRefund, RefundStatus, Session, SessionStatus};
pub(crate) use checkout::routes as checkout_routes;
pub use payouts::{PaidOut, Payout};
pub use subscriptions::{StripeInvoice, StripePlan, StripeSubscription};
pub use webhooks::StripeWebhook;
pub use wire::StripeRefused;

use crate::config::{Clock, Keep, SimConfig, StripeAccount};
use crate::courier::{Courier, Delivery};
use crate::faults::Faults;
use crate::names::Names;
use crate::record::{ApiCall, Shared};
use axum::Router;
use axum::middleware::from_fn_with_state;
use axum::routing::{get, post};
use books::Books;
use std::sync::Arc;

/// The other payment provider: what it recorded, and what a buyer or the banks do. Cloning gives another hand on the same one.
#[derive(Clone)]
pub struct Stripe(Arc<Office>);

struct Office {
    account: StripeAccount,
    /// Where the hosted page is, without the session's id.
    page: String,
    clock: Clock,
    keep: Keep,
    names: Arc<Names>,
    faults: Faults,
    courier: Courier,
    books: Shared<Books>,
    /// With which word banks decline charges of what is kept.
    declines: Shared<Option<String>>,
}

impl Stripe {
    pub(crate) fn new(config: &SimConfig, page: String, names: Arc<Names>, faults: Faults, courier: Courier) -> Self {
        Self(Arc::new(Office {
            account: config.stripe.clone(),
            page,
            clock: Arc::clone(&config.clock),
            keep: config.keep,
            names,
            faults,
            courier,
            books: Shared::new(Books::default()),
            declines: Shared::new(None),
        }))
    }

    pub(crate) fn courier(&self) -> &Courier {
        &self.0.courier
    }

    /// Every session, oldest first.
    pub fn sessions(&self) -> Vec<Session> {
        self.0.books.lock().sessions.clone()
    }

    /// Every refund, oldest first.
    pub fn refunds(&self) -> Vec<StripeRefund> {
        self.0.books.lock().refunds.clone()
    }

    /// The calls of one kind, as in `POST /checkout/sessions`, oldest first; none where only counts are kept.
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

    fn now(&self) -> i64 {
        (self.0.clock)().seconds()
    }

    fn name(&self, prefix: &str) -> String {
        format!("{prefix}_{}", self.0.names.fresh(24))
    }
}

/// The API, to be nested where the base address points.
pub(crate) fn routes(stripe: Stripe) -> Router {
    Router::new()
        .route("/checkout/sessions", post(sessions::create))
        .route("/checkout/sessions/{id}", get(sessions::fetch))
        .route("/checkout/sessions/{id}/expire", post(sessions::expire))
        .route("/payment_intents", post(charges::create).get(charges::list))
        .route("/payment_intents/{id}", get(charges::fetch))
        .route("/payment_intents/{id}/cancel", post(charges::cancel))
        .route("/billing_portal/sessions", post(charges::portal))
        .route("/payouts", get(payouts::list))
        .route("/balance_transactions", get(payouts::transactions))
        .route("/subscriptions/{id}", get(subscriptions::fetch))
        .route("/invoices", get(subscriptions::invoices))
        .route("/refunds", post(refunds::create).get(refunds::list))
        .route_layer(from_fn_with_state(stripe.clone(), guard::guard))
        .fallback(wire::no_such_url)
        .with_state(stripe)
}
