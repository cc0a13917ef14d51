//! Invoices as JSON.

use crate::gst::RateTax;
use crate::model::{Buyer, Invoice, InvoiceState, Line, NotedPayment, PaymentStatus, Whole};
use crate::rules::quantity_text;
use facts::invoices::{InvoiceKind, PaidBy};
use facts::{ContactId, InvoiceId, InvoicePaymentId, Money, OrderId, Time};
use serde::Serialize;
use utoipa::ToSchema;

/// An invoice, a bill of supply or a credit note.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Invoice)]
pub(super) struct InvoiceView {
    #[schema(value_type = String, example = "inv_01h2xcejqtf2nbrexx3vqjhp41")]
    id: InvoiceId,
    /// `invoice`, `bill_of_supply` or `credit_note`.
    #[schema(value_type = String, example = "invoice")]
    kind: InvoiceKind,
    /// `draft`, `issued`, `void` or `uncollectible`.
    #[schema(value_type = String, example = "issued")]
    state: InvoiceState,
    /// `unpaid`, `partially_paid` or `paid`.
    #[schema(value_type = String, example = "unpaid")]
    payment: PaymentStatus,
    /// Whether money is missing after its due day.
    overdue: bool,
    /// From its issue on.
    #[schema(example = "INV2627/000001")]
    number: Option<String>,
    #[schema(value_type = Option<String>)]
    contact_id: Option<ContactId>,
    #[schema(value_type = Option<String>)]
    order_id: Option<OrderId>,
    /// The invoice that it takes back, of a credit note.
    #[schema(value_type = Option<String>)]
    credits_invoice_id: Option<InvoiceId>,
    customer: CustomerView,
    /// Whether the lines' amounts have the tax in them.
    inclusive: bool,
    /// The two digits of the state where the supply took place.
    #[schema(example = "29")]
    place_of_supply: Option<String>,
    /// What is taxed.
    #[schema(value_type = web::MoneyShape)]
    taxable: Money,
    #[schema(value_type = web::MoneyShape)]
    cgst: Money,
    #[schema(value_type = web::MoneyShape)]
    sgst: Money,
    #[schema(value_type = web::MoneyShape)]
    igst: Money,
    /// What rounding adds or takes.
    #[schema(value_type = web::MoneyShape)]
    round_off: Money,
    #[schema(value_type = web::MoneyShape)]
    total: Money,
    #[schema(value_type = web::MoneyShape)]
    paid: Money,
    /// What credit notes took back.
    #[schema(value_type = web::MoneyShape)]
    credited: Money,
    /// What is left to pay.
    #[schema(value_type = web::MoneyShape)]
    due: Money,
    #[schema(example = "2026-11-21")]
    issued_on: Option<String>,
    #[schema(example = "2026-11-28")]
    due_on: Option<String>,
    note: String,
    /// Why it was voided, written off or taken back.
    reason: Option<String>,
    #[schema(value_type = String, example = "2026-11-21T09:30:00Z")]
    created_at: Time,
    /// Left out in lists.
    #[serde(skip_serializing_if = "Option::is_none")]
    lines: Option<Vec<LineView>>,
    /// By rate; left out in lists.
    #[serde(skip_serializing_if = "Option::is_none")]
    taxes: Option<Vec<TaxView>>,
}

/// Who is asked to pay.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = InvoiceCustomer)]
struct CustomerView {
    name: String,
    address: String,
    #[schema(example = "29")]
    state: Option<String>,
    #[schema(example = "27AAPFU0939F1ZV")]
    gstin: Option<String>,
    phone: Option<String>,
    email: Option<String>,
}

/// One line of an invoice.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = InvoiceLine)]
struct LineView {
    /// Its place, from 0; of a credit note, the place of the line that it takes back.
    position: i64,
    description: String,
    #[schema(example = "0401")]
    hsn: String,
    #[schema(example = "1.5")]
    quantity: String,
    #[schema(example = "kg")]
    unit: String,
    /// What one costs.
    #[schema(value_type = web::MoneyShape)]
    price: Money,
    #[schema(value_type = web::MoneyShape)]
    discount: Money,
    /// In basis points: 1800 is 18 %.
    #[schema(example = 1800)]
    rate_bps: i64,
    /// What it comes to after its discount.
    #[schema(value_type = web::MoneyShape)]
    net: Money,
    /// Its part of what is taxed.
    #[schema(value_type = web::MoneyShape)]
    taxable: Money,
}

/// The tax of all lines of one rate.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = InvoiceTax)]
struct TaxView {
    #[schema(example = 1800)]
    rate_bps: i64,
    #[schema(value_type = web::MoneyShape)]
    taxable: Money,
    #[schema(value_type = web::MoneyShape)]
    cgst: Money,
    #[schema(value_type = web::MoneyShape)]
    sgst: Money,
    #[schema(value_type = web::MoneyShape)]
    igst: Money,
}

/// Money that was noted for an invoice.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = InvoicePayment)]
pub(super) struct PaymentView {
    #[schema(value_type = String, example = "ipay_01h2xcejqtf2nbrexx3vqjhp41")]
    id: InvoicePaymentId,
    #[schema(value_type = String)]
    invoice_id: InvoiceId,
    /// Below zero what was given back.
    #[schema(value_type = web::MoneyShape)]
    amount: Money,
    /// `cash`, `upi`, `bank`, `cheque`, or `online` through the payment provider.
    #[schema(value_type = String, example = "cash")]
    method: PaidBy,
    #[schema(example = "2026-11-21")]
    paid_on: String,
    /// The other side's; of what was paid online the provider's id of the payment.
    reference: String,
}

impl InvoiceView {
    /// As it stands on the day `today`.
    pub(super) fn of(invoice: Invoice, today: &str) -> Self {
        let money = |minor| Money::new(minor, invoice.currency);
        Self {
            overdue: invoice.is_overdue(today),
            due: invoice.due(),
            taxable: money(invoice.taxable_minor),
            cgst: money(invoice.cgst_minor),
            sgst: money(invoice.sgst_minor),
            igst: money(invoice.igst_minor),
            round_off: money(invoice.round_off_minor),
            total: money(invoice.total_minor),
            paid: money(invoice.paid_minor),
            credited: money(invoice.credited_minor),
            id: invoice.id,
            kind: invoice.kind,
            state: invoice.state,
            payment: invoice.payment,
            number: invoice.number,
            contact_id: invoice.contact_id,
            order_id: invoice.order_id,
            credits_invoice_id: invoice.of_id,
            customer: CustomerView::from(invoice.buyer.0),
            inclusive: invoice.inclusive,
            place_of_supply: invoice.place.map(|place| place.to_string()),
            issued_on: invoice.issued_on,
            due_on: invoice.due_on,
            note: invoice.note,
            reason: invoice.reason,
            created_at: invoice.created_at,
            lines: None,
            taxes: None,
        }
    }

    /// With its lines and taxes.
    pub(super) fn whole(Whole { invoice, lines, taxes }: Whole, today: &str) -> Self {
        let currency = invoice.currency;
        let money = move |minor| Money::new(minor, currency);
        let line = |line: Line| LineView {
            position: line.position,
            description: line.description,
            hsn: line.hsn,
            quantity: quantity_text(line.quantity_milli),
            unit: line.unit,
            price: money(line.unit_minor),
            discount: money(line.discount_minor),
            rate_bps: line.rate_bps,
            net: money(line.net_minor),
            taxable: money(line.taxable_minor),
        };
        let tax = |tax: RateTax| TaxView {
            rate_bps: tax.rate_bps,
            taxable: money(tax.taxable_minor),
            cgst: money(tax.cgst_minor),
            sgst: money(tax.sgst_minor),
            igst: money(tax.igst_minor),
        };
        let (lines, taxes) = (lines.into_iter().map(line).collect(), taxes.into_iter().map(tax).collect());
        Self { lines: Some(lines), taxes: Some(taxes), ..Self::of(invoice, today) }
    }
}

impl From<Buyer> for CustomerView {
    fn from(buyer: Buyer) -> Self {
        Self {
            name: buyer.name,
            address: buyer.address,
            state: buyer.state.map(|state| state.to_string()),
            gstin: buyer.gstin.map(|gstin| gstin.to_string()),
            phone: buyer.phone,
            email: buyer.email,
        }
    }
}

impl From<NotedPayment> for PaymentView {
    fn from(noted: NotedPayment) -> Self {
        let NotedPayment { id, invoice_id, method, amount_minor, currency, paid_on, reference, .. } = noted;
        Self { id, invoice_id, amount: Money::new(amount_minor, currency), method, paid_on, reference }
    }
}
