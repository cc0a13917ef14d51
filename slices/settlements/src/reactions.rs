//! What is known here of money that moved, because of what payments state.

use crate::model::{Moved, RowKind};
use crate::{commands, matching, rows};
use async_trait::async_trait;
use facts::payments::{PaymentCaptured, PaymentUnmatched, RefundSettled};
use facts::{Fact, Money, PaymentId, RefundId, Time};
use store::{Reaction, Result, Stated, Tx};

/// Writes down every payment that was captured and every refund that went back, to be found in a settlement.
pub(crate) struct ExpectSettlement;

#[async_trait]
impl Reaction for ExpectSettlement {
    fn name(&self) -> &'static str {
        "expect_settlement"
    }

    fn kinds(&self) -> &'static [&'static str] {
        &[PaymentCaptured::KIND, PaymentUnmatched::KIND, RefundSettled::KIND]
    }

    async fn react(&self, tx: &mut Tx, fact: &Stated) -> Result<()> {
        let moved = if let Some(paid) = fact.read::<PaymentCaptured>()? {
            captured(tx, paid.payment_id, paid.amount, paid.fee, fact.at).await?
        } else if let Some(came) = fact.read::<PaymentUnmatched>()? {
            captured(tx, came.payment_id, came.amount, came.fee, fact.at).await?
        } else if let Some(back) = fact.read::<RefundSettled>()? {
            given_back(tx, back.refund_id, back.payment_id, back.amount, fact.at).await?
        } else {
            None
        };
        let Some(moved) = moved else { return Ok(()) };
        commands::begin(tx).await?;
        rows::insert_moved(tx, &moved).await?;
        // The provider was quicker: it says of a row that nobody here knows of.
        if rows::is_settled(tx, &moved.entity_ref).await? {
            matching::Reconcile::soon(tx).await?;
        }
        Ok(())
    }
}

async fn captured(tx: &mut Tx, payment_id: PaymentId, amount: Money, fee: Money, happened_at: Time) -> Result<Option<Moved>> {
    let Some(payment) = payments::payment(tx, payment_id).await? else { return Ok(None) };
    // What was booked counts; that the provider said nothing of a fee is known of the payment alone.
    let fee = payment.fee_minor.map(|_| fee.minor);
    Ok(Some(Moved { entity_ref: payment.provider_payment_id, kind: RowKind::Payment, payment_id, amount, fee, happened_at }))
}

async fn given_back(tx: &mut Tx, refund: RefundId, payment_id: PaymentId, amount: Money, happened_at: Time) -> Result<Option<Moved>> {
    let Some(entity_ref) = payments::refund(tx, refund).await?.and_then(|refund| refund.provider_refund_id) else { return Ok(None) };
    let amount = amount.zero().minus(amount)?;
    Ok(Some(Moved { entity_ref, kind: RowKind::Refund, payment_id, amount, fee: Some(0), happened_at }))
}
