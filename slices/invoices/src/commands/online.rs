//! Paying online: at most one live way to collect an invoice, and what came of it.

use super::pay::note;
use super::remind::remind;
use super::{locked, today};
use crate::model::{Invoice, NotedPayment};
use crate::queries;
use crate::rules::{self, ABOVE_LIMIT, Event};
use facts::invoices::PaidBy;
use facts::{InvoiceId, Money};
use payments::{Intent, IntentState, KeepBy, NewIntent, Way};
use std::time::Duration;
use store::{Command, Error, Result, Tx};
use uuid::Uuid;

/// Wants what is left of an invoice to be paid online. Pressed again it is the same, until what is left has changed.
#[derive(Debug, Clone, Copy)]
pub(crate) struct PayOnline {
    /// The invoice.
    pub id: InvoiceId,
    /// Whether whoever pays wants to be charged in the same way from now on.
    pub keep: bool,
    /// By what, where their provider asks for that.
    pub keep_by: Option<KeepBy>,
}

impl Command for PayOnline {
    const NAME: &'static str = "pay_invoice_online";
    type Out = ();

    async fn run(&self, tx: &mut Tx) -> Result<()> {
        let invoice = collectable(tx, self.id).await?;
        // A link that was sent is as good as a checkout, unless they want to be charged from now on.
        let keeps = (self.keep, self.keep_by.filter(|_| self.keep));
        let unlike = |intent: &Intent| (intent.keep, intent.keep_by) != keeps && (intent.way != Way::Link || self.keep);
        drop_stale(tx, &invoice, unlike).await?;
        payments::open(tx, NewIntent { keep: keeps.0, keep_by: keeps.1, ..wanted(invoice) }).await?;
        Ok(())
    }
}

/// An invoice of which something is left to pay, locked, with no money on its way: whoever is being charged is not asked to pay beside it.
async fn collectable(tx: &mut Tx, id: InvoiceId) -> Result<Invoice> {
    let invoice = locked(tx, id).await?;
    if invoice.due().minor == 0 {
        return Err(Error::conflict("nothing_due", "Nothing is left to pay of it."));
    }
    none_under_way(tx, id).await?;
    if queries::under_way(tx, id).await? {
        return Err(Error::conflict("payment_under_way", "A payment of this invoice is on its way. Look at it again in a moment."));
    }
    Ok(invoice)
}

/// Cancels a way to pay an invoice that is not the one that is wanted now. The janitor no longer asks about one that expired.
async fn drop_stale(tx: &mut Tx, invoice: &Invoice, unlike: impl Fn(&Intent) -> bool) -> Result<()> {
    let stale = |intent: Intent| intent.state == IntentState::Expired || intent.amount() != invoice.due() || unlike(&intent);
    if payments::intent(tx, invoice.id).await?.is_some_and(stale) {
        payments::cancel(tx, invoice.id).await?;
    }
    Ok(())
}

/// Wants what is left of an invoice to be paid by an address that can be sent to whoever is to pay. Pressed again it is the same, until
/// what is left has changed. It takes the place of a checkout that nobody has paid.
#[derive(Debug, Clone, Copy)]
pub(crate) struct MakePaymentLink {
    /// The invoice.
    pub id: InvoiceId,
}

impl Command for MakePaymentLink {
    const NAME: &'static str = "make_payment_link";
    type Out = ();

    async fn run(&self, tx: &mut Tx) -> Result<()> {
        let invoice = collectable(tx, self.id).await?;
        drop_stale(tx, &invoice, |intent| intent.way != Way::Link).await?;
        payments::open_link(tx, wanted(invoice)).await?;
        Ok(())
    }
}

/// What is left of an invoice, as it is wanted of the provider.
fn wanted(invoice: Invoice) -> NewIntent {
    let (amount, contact_id, buyer) = (invoice.due(), invoice.contact_id, invoice.buyer.0);
    NewIntent {
        payable: invoice.id.into(),
        amount,
        contact_id,
        keep: false,
        keep_by: None,
        description: format!("Invoice {}", invoice.number.unwrap_or_default()),
        name: Some(buyer.name),
        phone: buyer.phone,
        email: buyer.email,
    }
}

/// What [`collect`] came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Collecting {
    /// The customer is being charged. The invoice is paid by it, or `collection.failed` is stated.
    Begun,
    /// Another way to pay it is open, or money is on its way: ask again tomorrow.
    Later,
    /// There is nothing to charge, or nothing to charge it by. What is above the limit of what they agreed to is asked for by a payment link.
    No,
}

/// How long a checkout that somebody opened has to come to something before the customer is charged instead.
const AT_THE_COUNTER: Duration = Duration::from_secs(24 * 3_600);

/// Charges an invoice's customer for what is left of it, by what they have agreed to, in the caller's own transaction.
///
/// # Errors
/// `invoice_not_found`; whatever the engine refuses.
pub async fn collect(tx: &mut Tx, id: InvoiceId) -> Result<Collecting> {
    let invoice = locked(tx, id).await?;
    let Some(contact) = invoice.contact_id.filter(|_| invoice.due().minor > 0) else { return Ok(Collecting::No) };
    if queries::under_way(tx, id).await? {
        return Ok(Collecting::Later);
    }
    let live = payments::intent(tx, id).await?.filter(|intent| matches!(intent.state, IntentState::Opening | IntentState::Open));
    if live.is_some_and(|intent| intent.created_at.after(AT_THE_COUNTER) > tx.now()) {
        return Ok(Collecting::Later);
    }
    let Some(mandate) = payments::mandate(tx, contact).await? else { return Ok(Collecting::No) };
    if !mandate.takes(invoice.due()) {
        ask_by_link(tx, invoice).await?;
        return Ok(Collecting::No);
    }
    payments::cancel(tx, id).await?;
    payments::charge(tx, wanted(invoice), &mandate).await?;
    Ok(Collecting::Begun)
}

/// Asks a customer to pay by themselves what is more than they can be charged for, once: by a link, and a reminder that leads there.
async fn ask_by_link(tx: &mut Tx, invoice: Invoice) -> Result<()> {
    remind(tx, &invoice, ABOVE_LIMIT).await?;
    drop_stale(tx, &invoice, |intent| intent.way != Way::Link).await?;
    payments::open_link(tx, wanted(invoice)).await?;
    Ok(())
}

/// What is left of a locked invoice is about to change: what was to be paid online is no longer wanted. Money that still comes
/// for it is shown to a person.
///
/// # Errors
/// `invoice_paid_online` where it has come already, and the invoice does not know of it yet.
pub(super) async fn stop_collecting(tx: &mut Tx, id: InvoiceId) -> Result<()> {
    payments::cancel(tx, id).await?;
    none_under_way(tx, id).await
}

async fn none_under_way(tx: &mut Tx, id: InvoiceId) -> Result<()> {
    if queries::uncounted(tx, id).await? {
        let message = "This invoice has just been paid online. Look at it again in a moment.";
        return Err(Error::conflict("invoice_paid_online", message));
    }
    Ok(())
}

/// What the payment provider took for an invoice, or below zero gave back.
pub(crate) struct CameOnline {
    /// The invoice.
    pub id: InvoiceId,
    /// The payment, or the refund.
    pub source: Uuid,
    /// How much.
    pub amount: Money,
    /// The provider's id of the payment.
    pub reference: String,
}

/// Notes what the provider says, once: it has happened, whatever is left to pay.
///
/// # Errors
/// `invoice_state` where the invoice takes no money, which nothing can bring about.
pub(crate) async fn note_online(tx: &mut Tx, came: CameOnline) -> Result<()> {
    let invoice: Invoice = locked(tx, came.id).await?;
    rules::next(invoice.state, Event::Pay)?;
    // What went back is owed again: a checkout that is open asks for less than is left now.
    if came.amount.minor < 0 {
        payments::cancel(tx, came.id).await?;
    }
    let (_, today) = today(tx).await?;
    let noted = NotedPayment {
        id: tx.id(),
        invoice_id: came.id,
        method: PaidBy::Online,
        amount_minor: came.amount.minor,
        currency: invoice.currency,
        paid_on: today.to_string(),
        reference: came.reference,
        source_id: Some(came.source),
        created_at: tx.now(),
    };
    note(tx, &invoice, &noted, None).await?;
    Ok(())
}
