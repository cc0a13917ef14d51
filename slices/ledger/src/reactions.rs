//! What is booked because of what happened to payments, invoices and commissions.

use crate::rows::{Source, book};
use crate::rules;
use async_trait::async_trait;
use facts::invoices::{InvoiceIssued, InvoiceKind, InvoicePaymentNoted, InvoiceVoided, InvoiceWrittenOff};
use facts::payments::{PaymentCaptured, PaymentUnmatched, RefundSettled};
use facts::referrals::{CommissionEarned, CommissionPaid, CommissionReversed};
use facts::settlements::{SettlementBanked, SettlementReceived};
use facts::{Fact, Id, Money};
use store::{Reaction, Result, Stated, Tx};

/// Books every payment that was captured, whether it paid something or fitted nothing; what fitted nothing and was matched by hand is
/// booked once more, from there to what it paid.
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
            let text = format!("Paid by {}", paid.method);
            let (kind, sides) = match paid.came_for {
                None => ("payment", rules::captured(paid.amount, paid.fee, Some(paid.payable))?),
                Some(_) => ("payment_match", rules::matched(paid.amount, paid.payable)?),
            };
            book(tx, Source::of(kind, paid.payment_id.uuid(), paid.payable, &text), &sides).await?;
        }
        if let Some(came) = fact.read::<PaymentUnmatched>()? {
            let sides = rules::captured(came.amount, came.fee, None)?;
            book(tx, Source::of("payment", came.payment_id.uuid(), came.payable, "Came and fits nothing"), &sides).await?;
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
        let sides = rules::refunded(back.amount, back.matched.then_some(back.payable))?;
        book(tx, Source::of("refund", back.refund_id.uuid(), back.payable, "Given back"), &sides).await
    }
}

/// Books what invoices and credit notes ask for, what came for them by hand, and what is given up.
pub(crate) struct BookInvoice;

#[async_trait]
impl Reaction for BookInvoice {
    fn name(&self) -> &'static str {
        "book_invoice"
    }

    fn kinds(&self) -> &'static [&'static str] {
        &[InvoiceIssued::KIND, InvoiceVoided::KIND, InvoicePaymentNoted::KIND, InvoiceWrittenOff::KIND]
    }

    async fn react(&self, tx: &mut Tx, fact: &Stated) -> Result<()> {
        if let Some(issued) = fact.read::<InvoiceIssued>()? {
            let credit = issued.kind == InvoiceKind::CreditNote;
            let text = format!("{} {}", if credit { "Credit note" } else { "Invoice" }, issued.number);
            let source = Source {
                kind: "invoice",
                id: issued.invoice_id.uuid(),
                order_id: issued.order_id,
                invoice_id: Some(issued.of_id.unwrap_or(issued.invoice_id)),
                text: &text,
                ..Source::default()
            };
            return book(tx, source, &rules::issued(&issued.sums, credit, issued.settled_by_order)?).await;
        }
        if let Some(voided) = fact.read::<InvoiceVoided>()?.filter(|voided| voided.issued) {
            let source = Source::of("invoice_void", voided.invoice_id.uuid(), voided.invoice_id.into(), "Invoice voided");
            return book(tx, source, &rules::issued(&voided.sums, true, false)?).await;
        }
        if let Some(noted) = fact.read::<InvoicePaymentNoted>()? {
            let text = format!("Invoice {}: {}", noted.number, noted.method);
            let source = Source::of("invoice_payment", noted.invoice_payment_id.uuid(), noted.invoice_id.into(), &text);
            return book(tx, source, &rules::noted(noted.amount, noted.method, noted.written_off)?).await;
        }
        let Some(lost) = fact.read::<InvoiceWrittenOff>()? else { return Ok(()) };
        let source = Source::of("write_off", lost.invoice_id.uuid(), lost.invoice_id.into(), "Invoice written off");
        book(tx, source, &rules::written_off(lost.amount)?).await
    }
}

/// Books what providers pay out, and what of it the bank shows: each fact has what changed, so each is booked.
pub(crate) struct BookSettlement;

#[async_trait]
impl Reaction for BookSettlement {
    fn name(&self) -> &'static str {
        "book_settlement"
    }

    fn kinds(&self) -> &'static [&'static str] {
        &[SettlementReceived::KIND, SettlementBanked::KIND]
    }

    async fn react(&self, tx: &mut Tx, fact: &Stated) -> Result<()> {
        let id = fact.id.uuid();
        if let Some(paid) = fact.read::<SettlementReceived>()? {
            let sides = rules::settled(paid.amount, paid.fees, paid.tax, paid.other)?;
            let text = format!("Settlement {}", paid.provider_settlement_id);
            book(tx, Source { kind: "settlement", id, text: &text, ..Source::default() }, &sides).await?;
        }
        if let Some(banked) = fact.read::<SettlementBanked>()? {
            let text = "Settlement found in the bank";
            let source = Source { kind: "settlement_banked", id, text, ..Source::default() };
            book(tx, source, &rules::banked(banked.amount)?).await?;
        }
        Ok(())
    }
}

/// Books what referrers earn, what goes back of it, and what they are paid.
pub(crate) struct BookCommission;

#[async_trait]
impl Reaction for BookCommission {
    fn name(&self) -> &'static str {
        "book_commission"
    }

    fn kinds(&self) -> &'static [&'static str] {
        &[CommissionEarned::KIND, CommissionReversed::KIND, CommissionPaid::KIND]
    }

    async fn react(&self, tx: &mut Tx, fact: &Stated) -> Result<()> {
        if let Some(earned) = fact.read::<CommissionEarned>()? {
            let id = earned.commission_id.uuid();
            let source = Source::of("commission", id, earned.order_id.into(), "Commission of a referrer");
            return book(tx, source, &rules::commission(earned.amount)?).await;
        }
        if let Some(back) = fact.read::<CommissionReversed>()? {
            let source = Source::of("commission_reversal", back.refund_id.uuid(), back.order_id.into(), "Commission taken back");
            return book(tx, source, &rules::commission(Money::new(-back.amount.minor, back.amount.currency))?).await;
        }
        let Some(paid) = fact.read::<CommissionPaid>()? else { return Ok(()) };
        let text = format!("Commission paid: {}", paid.reference);
        let source = Source { kind: "commission_payout", id: paid.payout_id.uuid(), text: &text, ..Source::default() };
        book(tx, source, &rules::commission_paid(paid.amount, paid.method)?).await
    }
}
