//! Asking the provider for another slice that must know before it goes on.

use crate::errands::ask_now;
use crate::model::{Intent, LearntBy};
use crate::{queries, rows};
use facts::IntentId;
use facts::payments::Payable;
use store::{Result, Tx};

/// Sends somebody to ask the provider what became of an intent. The answer is there when [`Intent::asked_at`] is this moment or later:
/// whatever the provider knew of by then has been settled.
///
/// # Errors
/// Whatever the database refuses.
pub async fn ask(tx: &mut Tx, intent: IntentId) -> Result<()> {
    ask_now(tx, intent, LearntBy::Janitor).await
}

/// What we want to be paid for something, as [`crate::intent`], its row held until the commit: a payment is settled before or after.
///
/// # Errors
/// Whatever the database refuses.
pub async fn hold(tx: &mut Tx, what: impl Into<Payable>) -> Result<Option<Intent>> {
    match queries::intent(tx, what).await? {
        Some(intent) => rows::lock_intent(tx, intent.id).await,
        None => Ok(None),
    }
}
