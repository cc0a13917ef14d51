//! The janitor: asks about whatever stays open, so that a lost webhook loses nothing.

use crate::errands::{AskRefund, DebitMandate, LookAtMandate, ask_now};
use crate::model::{IntentState, LearntBy};
use crate::rows;
use crate::rules::IntentEvent;
use facts::{IntentId, MandateId, RefundId};
use serde::{Deserialize, Serialize};
use store::{Result, Timer, Tx};

/// Asks the provider about an intent, and sets itself for the next of its hours. After the last the intent expires.
#[derive(Debug, Serialize, Deserialize)]
pub struct AskForPayment {
    /// The intent.
    pub intent_id: IntentId,
}

impl Timer for AskForPayment {
    const NAME: &'static str = "ask_for_payment";

    fn key(&self) -> String {
        self.intent_id.to_string()
    }

    async fn ring(&self, tx: &mut Tx) -> Result<()> {
        let Some(intent) = rows::lock_intent(tx, self.intent_id).await? else { return Ok(()) };
        ask_now(tx, intent.id, LearntBy::Janitor).await?;
        if !rows::ask_later(tx, intent.id, intent.created_at).await? {
            rows::move_intent(tx, &intent, IntentEvent::Expired).await?;
        }
        Ok(())
    }
}

/// Asks the provider about a refund that it has under way; the answer sets the next hour.
#[derive(Debug, Serialize, Deserialize)]
pub struct AskForRefund {
    /// The refund.
    pub refund_id: RefundId,
}

impl Timer for AskForRefund {
    const NAME: &'static str = "ask_for_refund";

    fn key(&self) -> String {
        self.refund_id.to_string()
    }

    async fn ring(&self, tx: &mut Tx) -> Result<()> {
        tx.send(AskRefund { refund_id: self.refund_id }).await?;
        Ok(())
    }
}

/// Asks the provider whether a bank has confirmed what a customer agreed to; the answer sets the next hour.
#[derive(Debug, Serialize, Deserialize)]
pub struct AskForMandate {
    /// The mandate.
    pub mandate_id: MandateId,
}

impl Timer for AskForMandate {
    const NAME: &'static str = "ask_for_mandate";

    fn key(&self) -> String {
        self.mandate_id.to_string()
    }

    async fn ring(&self, tx: &mut Tx) -> Result<()> {
        tx.send(LookAtMandate { mandate_id: self.mandate_id }).await?;
        Ok(())
    }
}

/// Rings when a debit may be made of which its customer has had notice. What was called off meanwhile is not debited.
#[derive(Debug, Serialize, Deserialize)]
pub struct DebitAfterNotice {
    /// The charge.
    pub intent_id: IntentId,
}

impl Timer for DebitAfterNotice {
    const NAME: &'static str = "debit_after_notice";

    fn key(&self) -> String {
        self.intent_id.to_string()
    }

    async fn ring(&self, tx: &mut Tx) -> Result<()> {
        if rows::lock_intent(tx, self.intent_id).await?.is_some_and(|intent| intent.state == IntentState::Open) {
            tx.send(DebitMandate { intent_id: self.intent_id }).await?;
        }
        Ok(())
    }
}
