//! Matching money that fits nothing with what it was meant for, because a person knows.

use super::settle::settle_by_hand;
use crate::model::Payment;
use crate::{queries, rows, rules};
use facts::payments::Payable;
use facts::{IntentId, PaymentId};
use store::{Command, Error, Result, Tx};

/// Makes a captured payment that fits nothing pay an unpaid order or invoice of the same amount.
#[derive(Debug, Clone)]
pub struct MatchPayment {
    /// The payment.
    pub payment_id: PaymentId,
    /// What it is to pay.
    pub to: Payable,
}

impl Command for MatchPayment {
    const NAME: &'static str = "match_payment";
    type Out = PaymentId;

    async fn run(&self, tx: &mut Tx) -> Result<PaymentId> {
        let came_by = self.payment(tx).await?.intent_id;
        let nothing = || Error::conflict("nothing_to_pay", format!("Nothing was to be paid online for this {}.", self.to.kind()));
        let wanted = queries::intent(tx, self.to).await?.ok_or_else(nothing)?.id;
        // News of the payment come under the lock of the intent that it came by, and news of the other under its own. In one order, so
        // that two who match crosswise do not wait for each other.
        let mut both: Vec<IntentId> = vec![came_by, wanted];
        both.sort_unstable();
        for id in both {
            rows::lock_intent(tx, id).await?;
        }
        rows::lock_payment(tx, self.payment_id).await?;
        let payment = self.payment(tx).await?;
        let intent = queries::intent_by_id(tx, wanted).await?.ok_or_else(nothing)?;
        rules::may_be_matched(&payment)?;
        settle_by_hand(tx, &intent, &payment).await?;
        Ok(payment.id)
    }
}

impl MatchPayment {
    async fn payment(&self, tx: &mut Tx) -> Result<Payment> {
        queries::payment(tx, self.payment_id).await?.ok_or_else(|| Error::not_found("payment"))
    }
}
