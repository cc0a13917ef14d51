//! What is sent because of invoices: reminders of what is owed, and thanks for what was paid by hand.

use crate::reactions::{Told, method, month, tell};
use crate::types::MessageType;
use async_trait::async_trait;
use facts::invoices::{InvoicePaymentNoted, InvoiceReminded};
use facts::{Fact, Id};
use jiff::civil::Date;
use serde_json::{Map, Value, json};
use store::{Reaction, Result, Stated, Tx};

/// Tells a customer of what they owe on an invoice.
pub(crate) struct RemindOfInvoice {
    /// Where the world reaches this.
    pub public_url: String,
}

#[async_trait]
impl Reaction for RemindOfInvoice {
    fn name(&self) -> &'static str {
        "tell_of_invoice"
    }

    fn kinds(&self) -> &'static [&'static str] {
        &[InvoiceReminded::KIND]
    }

    async fn react(&self, tx: &mut Tx, fact: &Stated) -> Result<()> {
        let Some(reminded) = fact.read::<InvoiceReminded>()? else { return Ok(()) };
        let by = reminded.due_on.parse().map(|day: Date| day.strftime("%-d %b %Y").to_string()).unwrap_or_default();
        let variables = Map::from_iter([
            ("amount".to_owned(), Value::String(reminded.due.to_string())),
            ("period".to_owned(), Value::String(format!("{}, to be paid by {by}", reminded.number))),
            ("invoice_url".to_owned(), Value::String(identity::shop_link(tx, &self.public_url, &reminded.path).await?)),
        ]);
        let reference = format!("{}/{}", reminded.invoice_id, reminded.step);
        let (source, about, contact) = (self.name(), reminded.invoice_id.uuid(), reminded.contact_id);
        tell(tx, Told { source, reference, about, template: MessageType::PaymentReminder, contact }, variables).await
    }
}

/// Thanks a customer for what somebody noted as paid.
pub(crate) struct ConfirmNotedPayment;

#[async_trait]
impl Reaction for ConfirmNotedPayment {
    fn name(&self) -> &'static str {
        "confirm_noted_payment"
    }

    fn kinds(&self) -> &'static [&'static str] {
        &[InvoicePaymentNoted::KIND]
    }

    async fn react(&self, tx: &mut Tx, fact: &Stated) -> Result<()> {
        let Some(noted) = fact.read::<InvoicePaymentNoted>()?.filter(|noted| noted.amount.minor > 0) else { return Ok(()) };
        let zone = identity::tenant(tx).await?.time_zone;
        let variables = Map::from_iter([
            ("amount".to_owned(), json!(noted.amount.to_string())),
            ("month".to_owned(), json!(month(fact.at, &zone))),
            ("payment_method".to_owned(), json!(method(noted.method.as_str()))),
        ]);
        let (reference, about) = (noted.invoice_payment_id.to_string(), noted.invoice_id.uuid());
        let told = Told { source: self.name(), reference, about, template: MessageType::PaymentConfirmation, contact: noted.contact_id };
        tell(tx, told, variables).await
    }
}
