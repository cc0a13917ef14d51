//! Invoices and credit notes, as their rows have them.

use crate::gst::{Gstin, RateTax, State, Supply};
use facts::invoices::{InvoiceKind, InvoiceSums, PaidBy};
use facts::{ContactId, Currency, InvoiceId, InvoicePaymentId, Money, OrderId, RefundId, Time};
use serde::{Deserialize, Serialize};
use store::Json;
use uuid::Uuid;

facts::words! {
    /// How far a document is.
    pub enum InvoiceState {
        /// It can still be changed, and has no number.
        Draft = "draft",
        /// It stands.
        Issued = "issued",
        /// It does not count any more; its number stays used.
        Void = "void",
        /// What is left of it will not be paid.
        Uncollectible = "uncollectible",
    }
}

facts::words! {
    /// How far its payment is.
    pub enum PaymentStatus {
        /// Nothing was paid.
        Unpaid = "unpaid",
        /// A part was paid.
        PartiallyPaid = "partially_paid",
        /// Nothing is left to pay.
        Paid = "paid",
    }
}

/// Who sells, as an invoice has to name them, and how they bill. One for each tenant.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Seller {
    /// The name that the business is registered under.
    pub legal_name: String,
    /// Its address, in lines.
    pub address: String,
    /// The state that it is in.
    pub state: State,
    /// Its number, where it is registered for GST. Without one no tax is named.
    pub gstin: Option<Gstin>,
    /// Whether it pays under the composition scheme, and so issues bills of supply.
    pub composition: bool,
    /// What the numbers of its invoices begin with: 1 to 4 capitals and digits.
    pub prefix: String,
    /// How many days a customer has to pay.
    pub due_days: i64,
    /// Whether totals are rounded to the nearest rupee.
    pub whole_rupees: bool,
    /// Its UPI address, such as `shop@okbank`, for the code that customers scan.
    pub upi: Option<String>,
    /// Its bank account, in lines, for the foot of the invoice.
    pub bank: String,
    /// Whether customers are reminded before and after the due day.
    pub reminders: bool,
    /// Whether a paid order of the shop gets its invoice by itself.
    pub invoice_orders: bool,
    /// The rate of what the shop sells, in basis points; its prices include it.
    pub shop_rate_bps: i64,
    /// The HSN or SAC of what the shop sells.
    pub shop_hsn: String,
}

/// Who is asked to pay.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Buyer {
    /// Their name, or their company's.
    pub name: String,
    /// Their address, in lines.
    pub address: String,
    /// Their state, where it is known.
    pub state: Option<State>,
    /// Their GSTIN, where they are registered.
    pub gstin: Option<Gstin>,
    /// The state that goods are brought to, where it is another.
    pub delivered_to: Option<State>,
    /// Whether they are in a special economic zone.
    pub zone: bool,
    /// Their phone number, E.164.
    pub phone: Option<String>,
    /// Their e-mail address.
    pub email: Option<String>,
}

/// A document.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Invoice {
    /// Its id.
    pub id: InvoiceId,
    /// What it is; a draft becomes a bill of supply when it is issued, if it is one.
    pub kind: InvoiceKind,
    /// How far it is.
    pub state: InvoiceState,
    /// How far its payment is.
    pub payment: PaymentStatus,
    /// Its number, from its issue on.
    pub number: Option<String>,
    /// Whose it is, where they are known.
    pub contact_id: Option<ContactId>,
    /// The order that it is for.
    pub order_id: Option<OrderId>,
    /// The invoice that it takes back, of a credit note.
    pub of_id: Option<InvoiceId>,
    /// The refund that it follows, of a credit note.
    pub refund_id: Option<RefundId>,
    /// Whether its money came, or went back, with its order.
    pub settled_by_order: bool,
    /// The currency of all its amounts.
    pub currency: Currency,
    /// Whether its lines' amounts have the tax in them.
    pub inclusive: bool,
    /// Who is asked to pay.
    pub buyer: Json<Buyer>,
    /// Who sold, as they were on the day of its issue.
    pub seller: Option<Json<Seller>>,
    /// Where the supply took place.
    pub place: Option<State>,
    /// Which taxes it bears; none where none may be named.
    pub supply: Option<Supply>,
    /// What is taxed, in minor units.
    pub taxable_minor: i64,
    /// The union's half of the tax.
    pub cgst_minor: i64,
    /// The state's half.
    pub sgst_minor: i64,
    /// The tax between states.
    pub igst_minor: i64,
    /// What rounding adds or takes.
    pub round_off_minor: i64,
    /// What it comes to.
    pub total_minor: i64,
    /// What was paid of it.
    pub paid_minor: i64,
    /// What credit notes took back of it.
    pub credited_minor: i64,
    /// The day of its issue, `2026-11-21` in the tenant's time zone.
    pub issued_on: Option<String>,
    /// The last day to pay.
    pub due_on: Option<String>,
    /// What stands under the lines.
    pub note: String,
    /// Why it was voided, written off, or taken back.
    pub reason: Option<String>,
    /// When it was begun.
    pub created_at: Time,
    /// When it was issued.
    pub issued_at: Option<Time>,
}

impl Invoice {
    /// A draft for somebody, that comes to nothing yet.
    pub(crate) fn draft(id: InvoiceId, currency: Currency, buyer: Buyer, now: Time) -> Self {
        Self {
            id,
            kind: InvoiceKind::Invoice,
            state: InvoiceState::Draft,
            payment: PaymentStatus::Unpaid,
            number: None,
            contact_id: None,
            order_id: None,
            of_id: None,
            refund_id: None,
            settled_by_order: false,
            currency,
            inclusive: false,
            buyer: Json(buyer),
            seller: None,
            place: None,
            supply: None,
            taxable_minor: 0,
            cgst_minor: 0,
            sgst_minor: 0,
            igst_minor: 0,
            round_off_minor: 0,
            total_minor: 0,
            paid_minor: 0,
            credited_minor: 0,
            issued_on: None,
            due_on: None,
            note: String::new(),
            reason: None,
            created_at: now,
            issued_at: None,
        }
    }

    /// So many minor units in its currency.
    pub fn money(&self, minor: i64) -> Money {
        Money::new(minor, self.currency)
    }

    /// What it comes to.
    pub fn total(&self) -> Money {
        self.money(self.total_minor)
    }

    /// What is left to pay: never below nothing, and nothing of a document that asks for none.
    pub fn due(&self) -> Money {
        let asks = self.state == InvoiceState::Issued && self.kind != InvoiceKind::CreditNote;
        self.money(if asks { (self.total_minor - self.credited_minor - self.paid_minor).max(0) } else { 0 })
    }

    /// What was paid beyond what it comes to after its credit notes, and is to be given back.
    pub fn owed_back(&self) -> Money {
        self.money((self.paid_minor + self.credited_minor - self.total_minor).max(0))
    }

    /// Whether money is missing on the day `today`, `2026-11-21`.
    pub fn is_overdue(&self, today: &str) -> bool {
        self.due().minor > 0 && self.due_on.as_deref().is_some_and(|due| due < today)
    }

    /// What people call it.
    pub fn title(&self) -> String {
        match (&self.number, self.kind) {
            (Some(number), _) => number.clone(),
            (None, InvoiceKind::CreditNote) => "Credit note".to_owned(),
            (None, _) => "Draft".to_owned(),
        }
    }

    /// What it comes to and is made of.
    pub fn sums(&self) -> InvoiceSums {
        InvoiceSums {
            total: self.total(),
            taxable: self.money(self.taxable_minor),
            cgst: self.money(self.cgst_minor),
            sgst: self.money(self.sgst_minor),
            igst: self.money(self.igst_minor),
            round_off: self.money(self.round_off_minor),
        }
    }
}

/// One line of a document.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Line {
    /// Its place, from 0. A line of a credit note has the place of the line that it takes back.
    pub position: i64,
    /// What it is.
    pub description: String,
    /// Its HSN or SAC.
    pub hsn: String,
    /// How much of it, in thousandths; nothing on a credit note that takes money back and no things.
    pub quantity_milli: i64,
    /// In which unit, such as `pcs`.
    pub unit: String,
    /// What one costs, in minor units.
    pub unit_minor: i64,
    /// What is taken off, in minor units.
    pub discount_minor: i64,
    /// The rate of its tax, in basis points.
    pub rate_bps: i64,
    /// What it comes to after its discount.
    pub net_minor: i64,
    /// Its part of what is taxed.
    pub taxable_minor: i64,
}

/// Money that somebody noted for an invoice.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct NotedPayment {
    /// Its id.
    pub id: InvoicePaymentId,
    /// The invoice.
    pub invoice_id: InvoiceId,
    /// How it was paid.
    pub method: PaidBy,
    /// How much, in minor units; below zero what was given back.
    pub amount_minor: i64,
    /// In which currency.
    pub currency: Currency,
    /// On which day.
    pub paid_on: String,
    /// The other side's reference, such as a UTR.
    pub reference: String,
    /// The payment or the refund that it stands for, where the payment provider moved it.
    #[serde(default)]
    pub source_id: Option<Uuid>,
    /// When it was noted.
    pub created_at: Time,
}

/// A document with its lines and its tax.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Whole {
    /// The document.
    pub invoice: Invoice,
    /// Its lines, in their order.
    pub lines: Vec<Line>,
    /// Its tax by rate, lowest first.
    pub taxes: Vec<RateTax>,
}
