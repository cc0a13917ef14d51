//! MyOperator, played: WhatsApp messages to simulated phones, and the receipts that come back.

mod book;
mod receipts;
mod send;

pub use book::Call;

use crate::config::{Clock, Keep, MyOperatorAccount, Receipts, SimConfig};
use crate::courier::{Courier, Delivery};
use crate::faults::Faults;
use crate::names::{Names, e164};
use crate::record::Shared;
use axum::Router;
use axum::routing::post;
use book::Book;
use std::sync::Arc;

/// The simulated phones. Cloning gives another hand on the same ones.
#[derive(Clone)]
pub struct Phones(Arc<Exchange>);

struct Exchange {
    account: MyOperatorAccount,
    clock: Clock,
    keep: Keep,
    names: Arc<Names>,
    faults: Faults,
    courier: Courier,
    habit: Shared<Receipts>,
    book: Shared<Book>,
}

impl Phones {
    pub(crate) fn new(config: &SimConfig, names: Arc<Names>, faults: Faults, courier: Courier) -> Self {
        Self(Arc::new(Exchange {
            account: config.myoperator.clone(),
            clock: Arc::clone(&config.clock),
            keep: config.keep,
            names,
            faults,
            courier,
            habit: Shared::new(config.receipts),
            book: Shared::new(Book::default()),
        }))
    }

    pub(crate) fn courier(&self) -> &Courier {
        &self.0.courier
    }

    /// Every call that named a phone, oldest first; none where only counts are kept.
    pub fn calls(&self) -> Vec<Call> {
        self.0.book.lock().calls().to_vec()
    }

    /// The calls with this `myop_ref_id`, oldest first. More than one with a message id means that the
    /// person got the message more than once.
    pub fn calls_for(&self, myop_ref_id: &str) -> Vec<Call> {
        self.0.book.lock().with_reference(myop_ref_id)
    }

    /// What arrived on one phone, oldest first; the number in any spelling with its country code.
    pub fn messages_to(&self, number: &str) -> Vec<Call> {
        let number = e164(number);
        let arrived = |call: &&Call| call.number == number && call.message_id.is_some();
        self.0.book.lock().calls().iter().filter(arrived).cloned().collect()
    }

    /// How many messages were taken, whether or not the answer reached the caller.
    pub fn accepted(&self) -> u64 {
        self.0.book.lock().accepted()
    }

    /// How many of those repeated the `myop_ref_id` of an earlier one.
    pub fn repeated(&self) -> u64 {
        self.0.book.lock().repeated()
    }

    /// What the phones report by themselves from now on.
    pub fn set_receipts(&self, habit: Receipts) {
        *self.0.habit.lock() = habit;
    }

    /// The receipts that were sent, with what became of them.
    pub fn deliveries(&self) -> Vec<Delivery> {
        self.0.courier.log()
    }
}

/// The API, to be nested where the base address points.
pub(crate) fn routes(phones: Phones) -> Router {
    Router::new().route("/chat/messages", post(send::send)).with_state(phones)
}
