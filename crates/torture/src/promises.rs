//! What origin has acknowledged, as its clients understood it: everything here must still be true at the end.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Instant;

/// Somebody who buys, or is written to. Each story has its own, so that what arrives can be told apart.
#[derive(Clone, Debug)]
pub struct Person {
    /// Their name.
    pub name: String,
    /// Their number, E.164.
    pub phone: String,
    /// Their address.
    pub email: String,
}

impl Person {
    /// The person of this number, below a hundred million.
    pub fn new(number: u64) -> Self {
        Self { name: format!("Buyer {number}"), phone: format!("+9198{number:08}"), email: format!("buyer{number}@torture.example") }
    }
}

/// An order that was acknowledged.
#[derive(Clone, Debug)]
pub struct Order {
    /// Whose.
    pub person: Person,
    /// Origin's id.
    pub id: String,
    /// The provider's order, for one that is paid first.
    pub provider_id: Option<String>,
    /// What it comes to, in minor units.
    pub minor: i64,
    /// Whether it is paid on delivery.
    pub later: bool,
    /// When the answer came.
    pub at: Instant,
}

/// A direct message that was acknowledged.
#[derive(Clone, Debug)]
pub struct Direct {
    /// To whom.
    pub person: Person,
    /// Origin's id of it.
    pub id: String,
    /// When the answer came.
    pub at: Instant,
}

/// Something that a customer wrote.
#[derive(Clone, Debug)]
pub struct Words {
    /// Who.
    pub person: Person,
    /// What.
    pub text: String,
}

/// A campaign that was acknowledged.
#[derive(Clone, Debug)]
pub struct Campaign {
    /// Origin's id of it.
    pub id: String,
    /// To how many people.
    pub people: u64,
}

/// The promises of one run.
#[derive(Default)]
pub struct Given {
    /// Orders.
    pub orders: Vec<Order>,
    /// Direct messages.
    pub directs: Vec<Direct>,
    /// What customers wrote.
    pub words: Vec<Words>,
    /// The campaign to the crowd.
    pub campaign: Option<Campaign>,
    /// How often it was paused.
    pub pauses: u32,
    /// Requests that were answered with something that no retry would change, and that is no success.
    pub refused: Vec<String>,
}

/// The book of promises. Cloning gives another hand on the same one.
#[derive(Clone, Default)]
pub struct Promises(Arc<Mutex<Given>>);

impl Promises {
    /// The promises; never held across an await.
    pub fn lock(&self) -> MutexGuard<'_, Given> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
