//! What is booked because of what happened to payments.

use crate::rows::{Source, book};
use crate::rules;
use async_trait::async_trait;
use facts::payments::{PaymentCaptured, PaymentUnmatched, RefundSettled};
use facts::{Fact, Id};
use store::{Reaction, Result, Stated, Tx};

/// Books every payment that was captured, whether it paid an order or fitted none.
pub(crate) struct BookCapturedPayment;

#[async_trait]
impl Reaction for BookCapturedPayment {
    fn name(&self) -> &'static str {
        "book_captured_payment"
    }

    fn kinds(&self) -> &'static [&'static str] {
        &[PaymentCaptured::KIND, PaymentUnmatched::KIND]
    }

    async fn react(&self, tx: &mut Tx, fact: &Stated) -> Result<()> {
        if let Some(paid) = fact.read::<PaymentCaptured>()? {
            let sides = rules::captured(paid.amount, paid.fee, true)?;
            let text = format!("Paid by {}", paid.method);
            let source = Source { kind: "payment", id: paid.payment_id.uuid(), order_id: paid.order_id, text: &text };
            book(tx, source, &sides).await?;
        }
        if let Some(came) = fact.read::<PaymentUnmatched>()? {
            let sides = rules::captured(came.amount, came.fee, false)?;
            let source = Source { kind: "payment", id: came.payment_id.uuid(), order_id: came.order_id, text: "Came and fits no order" };
            book(tx, source, &sides).await?;
        }
        Ok(())
    }
}

/// Books every refund that went back.
pub(crate) struct BookSettledRefund;

#[async_trait]
impl Reaction for BookSettledRefund {
    fn name(&self) -> &'static str {
        "book_settled_refund"
    }

    fn kinds(&self) -> &'static [&'static str] {
        &[RefundSettled::KIND]
    }

    async fn react(&self, tx: &mut Tx, fact: &Stated) -> Result<()> {
        let Some(back) = fact.read::<RefundSettled>()? else { return Ok(()) };
        let sides = rules::refunded(back.amount, back.matched)?;
        let source = Source { kind: "refund", id: back.refund_id.uuid(), order_id: back.order_id, text: "Given back" };
        book(tx, source, &sides).await
    }
}
