//! Reminding a customer of what they owe: by the calendar, each step once, and by hand.

use super::{locked, today};
use crate::model::Invoice;
use crate::{queries, rows, rules};
use facts::InvoiceId;
use facts::invoices::InvoiceReminded;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};
use store::{Command, Error, Result, Timer, Tx};

/// Rings on the day of an invoice's next reminder.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct RemindOfInvoice {
    /// The invoice.
    pub invoice_id: InvoiceId,
}

impl RemindOfInvoice {
    /// Sets it for the first reminder after today, if there is one.
    pub(super) async fn set(tx: &mut Tx, invoice_id: InvoiceId, due: Date, today: Date, zone: &TimeZone) -> Result<()> {
        match rules::next_reminder(due, today, zone) {
            Some(at) => tx.at(at, Self { invoice_id }).await,
            None => Ok(()),
        }
    }

    /// Takes it back.
    pub(super) async fn stop(tx: &mut Tx, invoice_id: InvoiceId) -> Result<()> {
        tx.stop(Self::NAME, &Self { invoice_id }.key()).await
    }
}

impl Timer for RemindOfInvoice {
    const NAME: &'static str = "remind_of_invoice";

    fn key(&self) -> String {
        self.invoice_id.to_string()
    }

    async fn ring(&self, tx: &mut Tx) -> Result<()> {
        let invoice = locked(tx, self.invoice_id).await?;
        let due: Option<Date> = invoice.due_on.as_deref().and_then(|day| day.parse().ok());
        let Some(due) = due.filter(|_| invoice.due().minor > 0) else { return Ok(()) };
        let (zone, today) = today(tx).await?;
        // Whoever is being charged has nothing to do.
        let charged = queries::on_its_way(tx, invoice.id).await?;
        if let Some(step) = rules::step_on(due, today).filter(|_| !charged) {
            remind(tx, &invoice, step).await?;
        }
        Self::set(tx, self.invoice_id, due, today, &zone).await
    }
}

/// States a reminder, if it was not stated before; whether it was now.
pub(super) async fn remind(tx: &mut Tx, invoice: &Invoice, step: &str) -> Result<bool> {
    let (Some(number), Some(due_on)) = (invoice.number.clone(), invoice.due_on.clone()) else { return Ok(false) };
    if !rows::remind_once(tx, invoice.id, step).await? {
        return Ok(false);
    }
    let path = format!("{}/invoice/{}", identity::shop_base(tx).await?, invoice.id);
    let (contact_id, step, due) = (invoice.contact_id, step.to_owned(), invoice.due());
    tx.state(InvoiceReminded { invoice_id: invoice.id, number, contact_id, step, due, due_on, path }).await?;
    Ok(true)
}

/// Reminds a customer now; once a day at the most.
#[derive(Debug, Clone, Copy)]
pub(crate) struct RemindNow {
    /// The invoice.
    pub id: InvoiceId,
}

impl Command for RemindNow {
    const NAME: &'static str = "remind_of_invoice_now";
    type Out = ();

    async fn run(&self, tx: &mut Tx) -> Result<()> {
        let invoice = locked(tx, self.id).await?;
        if invoice.due().minor == 0 {
            return Err(Error::conflict("nothing_due", "Nothing is left to pay of it."));
        }
        if queries::on_its_way(tx, self.id).await? {
            return Err(Error::conflict(
                "payment_under_way",
                "A payment of this invoice is on its way: there is nothing to remind them of.",
            ));
        }
        let reach = match invoice.contact_id {
            Some(contact) => contacts::find(tx, contact).await?,
            None => None,
        };
        if reach.is_none_or(|contact| contact.phone.is_none() && contact.email.is_none()) {
            let message = "Neither a phone number nor an e-mail address of this customer is known.";
            return Err(Error::conflict("customer_unreachable", message));
        }
        let (_, today) = today(tx).await?;
        if !remind(tx, &invoice, &format!("by_hand_{today}")).await? {
            return Err(Error::conflict("reminded_today", "They were reminded by hand today already."));
        }
        Ok(())
    }
}
