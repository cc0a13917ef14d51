//! Credit notes: an issued invoice is never changed, but some or all of it can be taken back.

use super::online::stop_collecting;
use super::{RemindOfInvoice, issue, locked};
use crate::compose;
use crate::gst::{Amounts, RateTax};
use crate::model::{Invoice, InvoiceState, Line, PaymentStatus, Whole};
use crate::rules::{self, Event};
use crate::{queries, rows};
use facts::invoices::InvoiceKind;
use facts::{InvoiceId, Money, OrderId, RefundId};
use store::{Command, Error, Key, Result, Tx};
use web::text;

/// Takes some of an issued invoice back, or all that is left of it.
#[derive(Debug, Clone)]
pub(crate) struct CreditInvoice {
    /// The invoice.
    pub id: InvoiceId,
    /// How much of which line, as the invoice's own amounts are: with the tax in them or without. All that is left where
    /// nothing is said.
    pub lines: Option<Vec<(i64, Money)>>,
    /// Why.
    pub reason: String,
    /// The idempotency key it came with, which is the note's for ever.
    pub key: Option<Key>,
}

impl Command for CreditInvoice {
    const NAME: &'static str = "credit_invoice";
    type Out = Whole;

    async fn run(&self, tx: &mut Tx) -> Result<Whole> {
        let of = locked(tx, self.id).await?;
        if of.settled_by_order {
            let message = "It was paid with its order. Give the money back there; the credit note follows by itself.";
            return Err(Error::conflict("refund_the_order", message));
        }
        let left = Left::of(tx, of).await?;
        stop_collecting(tx, self.id).await?;
        let wanted = match &self.lines {
            None => left.nets.clone(),
            Some(lines) => left.read(lines)?,
        };
        let reason = text("reason", &self.reason, 500)?;
        left.credit(tx, &wanted, &reason, None, self.key.as_ref()).await
    }
}

/// Takes back of an order's invoice what a refund gave back, in proportion over its lines; nothing where it has no invoice.
pub(crate) async fn credit_refund(tx: &mut Tx, order: OrderId, refund: RefundId, amount: Money) -> Result<()> {
    let Some(found) = queries::of_order(tx, order).await? else { return Ok(()) };
    let of = locked(tx, found.id).await?;
    if of.state != InvoiceState::Issued || !of.settled_by_order {
        return Ok(());
    }
    let left = Left::of(tx, of).await?;
    let sum: i64 = left.nets.iter().sum();
    let wanted = facts::split(amount.minor.min(sum), &left.nets);
    if wanted.iter().all(|net| *net == 0) {
        return Ok(());
    }
    left.credit(tx, &wanted, "The money was given back.", Some(refund), None).await?;
    Ok(())
}

/// What is left of an invoice that can be taken back.
struct Left {
    of: Invoice,
    lines: Vec<Line>,
    /// By line, in their order.
    nets: Vec<i64>,
    taxes: Vec<RateTax>,
}

impl Left {
    async fn of(tx: &mut Tx, of: Invoice) -> Result<Self> {
        rules::next(of.state, Event::Credit)?;
        if of.kind == InvoiceKind::CreditNote {
            return Err(Error::conflict("credit_note_stands", "A credit note cannot be credited. Issue another invoice instead."));
        }
        let (lines, mut taxes) = (queries::lines(tx, of.id).await?, queries::taxes(tx, of.id).await?);
        let credited = queries::credited_lines(tx, of.id).await?;
        let net = |line: &Line| {
            let gone = credited.iter().find(|gone| gone.position == line.position).map_or(0, |gone| gone.net_minor);
            line.net_minor - gone
        };
        let nets = lines.iter().map(net).collect();
        for gone in queries::credited_taxes(tx, of.id).await? {
            if let Some(tax) = taxes.iter_mut().find(|tax| tax.rate_bps == gone.rate_bps) {
                tax.taxable_minor -= gone.taxable_minor;
                tax.cgst_minor -= gone.cgst_minor;
                tax.sgst_minor -= gone.sgst_minor;
                tax.igst_minor -= gone.igst_minor;
            }
        }
        Ok(Self { of, lines, nets, taxes })
    }

    /// How much of each line is asked for.
    fn read(&self, wanted: &[(i64, Money)]) -> Result<Vec<i64>> {
        let mut nets = vec![0; self.lines.len()];
        for (nth, (position, amount)) in wanted.iter().enumerate() {
            let field = |name: &str| format!("lines[{nth}].{name}");
            let at = self.lines.iter().position(|line| line.position == *position);
            let at = at.ok_or_else(|| Error::field(field("position"), "the position of a line of the invoice, from 0"))?;
            let most = self.of.money(self.nets[at]);
            if amount.currency != self.of.currency || amount.minor <= 0 || nets[at] + amount.minor > most.minor {
                return Err(Error::field(field("amount"), format!("more than nothing, and at most the {most} that is left of this line")));
            }
            nets[at] += amount.minor;
        }
        Ok(nets)
    }

    /// Issues the credit note, and notes it on the invoice.
    async fn credit(self, tx: &mut Tx, wanted: &[i64], reason: &str, refund: Option<RefundId>, key: Option<&Key>) -> Result<Whole> {
        if wanted.iter().all(|net| *net == 0) {
            return Err(Error::conflict("nothing_to_credit", "All of this invoice was taken back already."));
        }
        let note = self.note(tx, wanted, reason, refund)?;
        if !rows::insert(tx, &note, key).await? {
            return Err(Error::conflict("invoice_made_before", "This credit note was made before."));
        }
        let of = self.of;
        let credited = of.credited_minor + note.invoice.total_minor;
        // What a refund took back was given back with it, and is not paid any more.
        let paid = of.paid_minor - if of.settled_by_order { note.invoice.total_minor } else { 0 };
        rows::set_settled(tx, of.id, rules::payment(of.total_minor, credited, paid), paid, credited).await?;
        if of.total_minor - credited - paid <= 0 {
            RemindOfInvoice::stop(tx, of.id).await?;
        }
        issue(tx, note).await
    }

    fn note(&self, tx: &mut Tx, wanted: &[i64], reason: &str, refund: Option<RefundId>) -> Result<Whole> {
        let taken = |(line, net): (&Line, &i64)| Line {
            quantity_milli: 0,
            unit_minor: *net,
            discount_minor: 0,
            net_minor: *net,
            taxable_minor: 0,
            ..line.clone()
        };
        let mut lines: Vec<Line> = self.lines.iter().zip(wanted).filter(|(_, net)| **net > 0).map(taken).collect();
        if wanted == self.nets {
            // All that is left keeps the quantities where nothing was taken back before.
            for (line, whole) in lines.iter_mut().zip(self.lines.iter().filter(|line| line.net_minor > 0)) {
                if line.net_minor == whole.net_minor {
                    *line = whole.clone();
                }
            }
        }
        let amounts = self.amounts(&lines, wanted == self.nets)?;
        let invoice = Invoice {
            id: tx.id(),
            kind: InvoiceKind::CreditNote,
            state: InvoiceState::Draft,
            payment: PaymentStatus::Unpaid,
            number: None,
            of_id: Some(self.of.id),
            refund_id: refund,
            due_on: None,
            note: String::new(),
            reason: Some(reason.to_owned()),
            paid_minor: 0,
            credited_minor: 0,
            created_at: tx.now(),
            ..self.of.clone()
        };
        let mut note = Whole { invoice, lines, taxes: Vec::new() };
        compose::put(&mut note, amounts);
        Ok(note)
    }

    /// What the note comes to: never more of any tax, or in all, than is left.
    fn amounts(&self, lines: &[Line], all: bool) -> Result<Amounts> {
        let mut amounts = rules::amounts(lines, self.of.inclusive, self.of.supply, 1)?;
        for tax in &mut amounts.by_rate {
            let left = self.taxes.iter().find(|left| left.rate_bps == tax.rate_bps);
            let Some(left) = left.copied() else { return Err(Error::internal("a rate that the invoice does not have")) };
            let least = |wanted: i64, left: i64| if all { left } else { wanted.min(left) };
            *tax = RateTax {
                rate_bps: tax.rate_bps,
                taxable_minor: least(tax.taxable_minor, left.taxable_minor),
                cgst_minor: least(tax.cgst_minor, left.cgst_minor),
                sgst_minor: least(tax.sgst_minor, left.sgst_minor),
                igst_minor: least(tax.igst_minor, left.igst_minor),
            };
        }
        let left = self.of.total_minor - self.of.credited_minor;
        amounts.total_minor = if all { left } else { amounts.total_minor.min(left) };
        let exact: i64 = amounts.by_rate.iter().map(|tax| tax.taxable_minor + tax.tax_minor()).sum();
        amounts.round_off_minor = amounts.total_minor - exact;
        Ok(amounts)
    }
}
