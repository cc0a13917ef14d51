//! Mandates: what customers have agreed to be charged by, and who they are at the provider that they stay with.

mod rows;
mod rules;
mod tokens;

pub(crate) use rows::{ProviderCustomer, by_method, customer, end_by_method, ended, hold, keep, know};
pub(crate) use rules::{EXPIRES, MOST_MINOR, NOTICE, TokenState, can_debit, most_of, registers};
pub(crate) use tokens::{Token, heard, wait_for};

use crate::provider::Provider;
use facts::{ContactId, MandateId, Money, Time};
use serde::Deserialize;
use store::{Command, Error, Look, Result, Tx, params};
use web::Cursor;

facts::words! {
    /// Whether a mandate counts.
    pub enum MandateState {
        /// The customer agreed, and their bank has not confirmed it yet.
        Waiting = "waiting",
        /// It can be charged.
        Active = "active",
        /// It cannot any more, or another one took its place.
        Ended = "ended",
    }
}

facts::words! {
    /// By what somebody agrees to be charged, where that is asked before they are led to the provider's page.
    pub enum KeepBy {
        /// A UPI app.
        Upi = "upi",
        /// A card.
        Card = "card",
    }
}

/// A card or an account that a customer has agreed to be charged by. The provider keeps it; we know its name there.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Mandate {
    /// Its id.
    pub id: MandateId,
    /// Whose it is.
    pub contact_id: ContactId,
    /// Who keeps it.
    pub provider: Provider,
    /// The customer's id there.
    pub customer: String,
    /// The card's or account's id there.
    pub method: String,
    /// What it is, in the provider's word: `card`, `upi`.
    pub kind: String,
    /// What people know it by.
    pub label: String,
    /// The most that one charge may come to, in minor units; none where nothing is said of that.
    pub most_minor: Option<i64>,
    /// Whether it counts.
    pub state: MandateState,
    /// Why it ended.
    pub reason: Option<String>,
    /// Since when it is there.
    pub created_at: Time,
    /// When it ended.
    pub ended_at: Option<Time>,
}

impl Mandate {
    /// Whether it can be charged this much at once, its holder not being there.
    pub fn takes(&self, amount: Money) -> bool {
        self.most_minor.is_none_or(|most| can_debit(amount, most))
    }
}

/// What the provider keeps of how somebody paid, so that they can be charged by it again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Kept {
    /// The customer's id there.
    pub customer: String,
    /// The card's or account's id there.
    pub method: String,
    /// What it is, in the provider's word.
    pub kind: String,
    /// What people know it by.
    pub label: String,
}

/// The mandate that a customer is charged by.
///
/// # Errors
/// Whatever the engine refuses.
pub async fn active(look: &mut impl Look, contact: ContactId) -> Result<Option<Mandate>> {
    look.maybe(rows::mandates!("WHERE tenant_id = $1 AND contact_id = $2 AND state = 'active'"), params![look.tenant(), contact]).await
}

/// One mandate.
pub(crate) async fn find(look: &mut impl Look, id: MandateId) -> Result<Option<Mandate>> {
    look.maybe(rows::mandates!("WHERE tenant_id = $1 AND id = $2"), params![look.tenant(), id]).await
}

/// A page of mandates, newest first: of one contact, or of all.
pub(crate) async fn list(look: &mut impl Look, contact: Option<ContactId>, after: Cursor, limit: i64) -> Result<Vec<Mandate>> {
    let tenant = look.tenant();
    match contact {
        Some(contact) => {
            look.all(
                rows::mandates!(
                    "WHERE tenant_id = $1 AND contact_id = $2 AND (created_at, id) < ($3, $4) ORDER BY created_at DESC, id DESC LIMIT $5"
                ),
                params![tenant, contact, after.at, after.id, limit],
            )
            .await
        }
        None => {
            look.all(
                rows::mandates!("WHERE tenant_id = $1 AND (created_at, id) < ($2, $3) ORDER BY created_at DESC, id DESC LIMIT $4"),
                params![tenant, after.at, after.id, limit],
            )
            .await
        }
    }
}

/// Charges a customer by a mandate no more. Said twice it is the same.
#[derive(Debug, Clone)]
pub struct EndMandate {
    /// The mandate.
    pub id: MandateId,
    /// Why, in the words of who wants it.
    pub reason: String,
}

impl Command for EndMandate {
    const NAME: &'static str = "end_mandate";
    type Out = Mandate;

    async fn run(&self, tx: &mut Tx) -> Result<Mandate> {
        rows::ended(tx, self.id, &self.reason).await?;
        find(tx, self.id).await?.ok_or_else(|| Error::not_found("mandate"))
    }
}
