//! What happens to invoices and credit notes.

use crate::{Change, ContactId, Fact, Id, InvoiceId, InvoicePaymentId, Money, OrderId};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

crate::words! {
    /// What a document is.
    pub enum InvoiceKind {
        /// It asks for money, and names the tax in it.
        Invoice = "invoice",
        /// It asks for money on which no tax may be named: exempt things, or a seller under the composition scheme.
        BillOfSupply = "bill_of_supply",
        /// It takes an issued one back, in whole or in part.
        CreditNote = "credit_note",
    }
}

crate::words! {
    /// How money for an invoice changed hands.
    pub enum PaidBy {
        /// Notes and coins.
        Cash = "cash",
        /// To the shop's UPI address.
        Upi = "upi",
        /// By bank transfer.
        Bank = "bank",
        /// A cheque.
        Cheque = "cheque",
        /// Through the payment provider, which is noted by itself and by no person.
        Online = "online",
    }
}

/// What a document comes to and is made of, all in one currency.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct InvoiceSums {
    /// What is to be paid.
    pub total: Money,
    /// What is taxed, or all of it where nothing is.
    pub taxable: Money,
    /// The union's half of the tax, within a state.
    pub cgst: Money,
    /// The state's half, within a state.
    pub sgst: Money,
    /// The tax between states.
    pub igst: Money,
    /// What rounding adds to the total or takes from it.
    pub round_off: Money,
}

/// A draft was begun.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct InvoiceDrafted {
    /// The draft.
    pub invoice_id: InvoiceId,
    /// Whose it will be, where they are known.
    pub contact_id: Option<ContactId>,
    /// What it comes to as it stands.
    pub total: Money,
}

impl Fact for InvoiceDrafted {
    const KIND: &'static str = "invoice.drafted";
    fn about(&self) -> Option<Uuid> {
        Some(self.invoice_id.uuid())
    }
    fn contact(&self) -> Option<ContactId> {
        self.contact_id
    }
}

/// A draft was changed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct InvoiceChanged {
    /// The draft.
    pub invoice_id: InvoiceId,
    /// Whose it will be.
    pub contact_id: Option<ContactId>,
    /// What changed.
    pub changes: Vec<Change>,
}

impl Fact for InvoiceChanged {
    const KIND: &'static str = "invoice.changed";
    fn about(&self) -> Option<Uuid> {
        Some(self.invoice_id.uuid())
    }
    fn contact(&self) -> Option<ContactId> {
        self.contact_id
    }
}

/// A document has its number, and stands from now on.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct InvoiceIssued {
    /// The document.
    pub invoice_id: InvoiceId,
    /// What it is.
    pub kind: InvoiceKind,
    /// Its number.
    pub number: String,
    /// Whose it is, where they are known.
    pub contact_id: Option<ContactId>,
    /// The order that it is for.
    pub order_id: Option<OrderId>,
    /// The invoice that it takes back, of a credit note.
    pub of_id: Option<InvoiceId>,
    /// What it comes to.
    pub sums: InvoiceSums,
    /// When it is to be paid, as `2026-11-21`.
    pub due_on: Option<String>,
    /// Whether its money came, or went back, with the order: the payment is in the books already, and only its tax is not.
    pub settled_by_order: bool,
}

impl Fact for InvoiceIssued {
    const KIND: &'static str = "invoice.issued";
    fn about(&self) -> Option<Uuid> {
        Some(self.invoice_id.uuid())
    }
    fn contact(&self) -> Option<ContactId> {
        self.contact_id
    }
}

/// An issued invoice is taken back as a whole, before anything was paid; its number stays used.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct InvoiceVoided {
    /// The invoice.
    pub invoice_id: InvoiceId,
    /// Whose it was.
    pub contact_id: Option<ContactId>,
    /// Whether it had been issued, and so stood in the books.
    pub issued: bool,
    /// What it came to.
    pub sums: InvoiceSums,
    /// Why, in the words of who did it.
    pub reason: String,
}

impl Fact for InvoiceVoided {
    const KIND: &'static str = "invoice.voided";
    fn about(&self) -> Option<Uuid> {
        Some(self.invoice_id.uuid())
    }
    fn contact(&self) -> Option<ContactId> {
        self.contact_id
    }
}

/// What is left of an invoice will not be paid.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct InvoiceWrittenOff {
    /// The invoice.
    pub invoice_id: InvoiceId,
    /// Whose it is.
    pub contact_id: Option<ContactId>,
    /// How much.
    pub amount: Money,
    /// Why.
    pub reason: String,
}

impl Fact for InvoiceWrittenOff {
    const KIND: &'static str = "invoice.written_off";
    fn about(&self) -> Option<Uuid> {
        Some(self.invoice_id.uuid())
    }
    fn contact(&self) -> Option<ContactId> {
        self.contact_id
    }
}

/// Money that came for an invoice was noted, or that was given back: by a person, or because the payment provider said so.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct InvoicePaymentNoted {
    /// The invoice.
    pub invoice_id: InvoiceId,
    /// The note.
    pub invoice_payment_id: InvoicePaymentId,
    /// The invoice's number.
    pub number: String,
    /// Whose invoice it is.
    pub contact_id: Option<ContactId>,
    /// How much; below zero what was given back.
    pub amount: Money,
    /// How.
    pub method: PaidBy,
    /// What is still to be paid.
    pub left: Money,
    /// Whether it had been given up before.
    pub written_off: bool,
}

impl Fact for InvoicePaymentNoted {
    const KIND: &'static str = "invoice.payment_noted";
    fn about(&self) -> Option<Uuid> {
        Some(self.invoice_id.uuid())
    }
    fn contact(&self) -> Option<ContactId> {
        self.contact_id
    }
}

/// The customer is to be told of what they owe.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct InvoiceReminded {
    /// The invoice.
    pub invoice_id: InvoiceId,
    /// Its number.
    pub number: String,
    /// Whom to tell.
    pub contact_id: Option<ContactId>,
    /// Which reminder it is: each is sent once.
    pub step: String,
    /// What is to be paid.
    pub due: Money,
    /// By when, as `2026-11-21`.
    pub due_on: String,
    /// Where the customer sees it, such as `/invoice/inv_…`.
    pub path: String,
}

impl Fact for InvoiceReminded {
    const KIND: &'static str = "invoice.reminded";
    fn about(&self) -> Option<Uuid> {
        Some(self.invoice_id.uuid())
    }
    fn contact(&self) -> Option<ContactId> {
        self.contact_id
    }
}
