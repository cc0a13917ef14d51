//! What invoices do because of others: a paid order gets its invoice, a refund of it its credit note, and what the payment
//! provider took for an invoice is noted on it.

use crate::commands::{CameOnline, credit_refund, issue, note_online};
use crate::compose;
use crate::gst::{Gstin, State};
use crate::model::{Buyer, Invoice, Line, Seller, Whole};
use crate::{queries, rows};
use async_trait::async_trait;
use catalogue::tax;
use contacts::Contact;
use facts::orders::{OrderPaid, OrderRefunded};
use facts::payments::{PaymentCaptured, RefundSettled};
use facts::{Fact, Id, Money, OrderId};
use store::{Error, Reaction, Result, Stated, Tx};

/// Bills what was paid in the shop, where the seller wants that, and takes back what was given back. One reaction for both,
/// so that no credit note overtakes its invoice.
pub(crate) struct InvoicePaidOrder;

#[async_trait]
impl Reaction for InvoicePaidOrder {
    fn name(&self) -> &'static str {
        "invoice_paid_order"
    }

    fn kinds(&self) -> &'static [&'static str] {
        &[OrderPaid::KIND, OrderRefunded::KIND]
    }

    async fn react(&self, tx: &mut Tx, fact: &Stated) -> Result<()> {
        if let Some(paid) = fact.read::<OrderPaid>()? {
            return invoice(tx, paid.order_id).await;
        }
        match fact.read::<OrderRefunded>()? {
            Some(back) => credit_refund(tx, back.order_id, back.refund_id, back.amount).await,
            None => Ok(()),
        }
    }
}

/// Notes what was paid for an invoice online, and what of it went back. One reaction for both, so that no refund overtakes the
/// payment that it comes from. Money that fitted nothing never counted, and neither does its way back.
pub(crate) struct NoteOnlinePayment;

#[async_trait]
impl Reaction for NoteOnlinePayment {
    fn name(&self) -> &'static str {
        "note_online_payment"
    }

    fn kinds(&self) -> &'static [&'static str] {
        &[PaymentCaptured::KIND, RefundSettled::KIND]
    }

    async fn react(&self, tx: &mut Tx, fact: &Stated) -> Result<()> {
        if let Some(captured) = fact.read::<PaymentCaptured>()? {
            let Some(id) = captured.payable.invoice() else { return Ok(()) };
            let (source, amount) = (captured.payment_id.uuid(), captured.amount);
            return note_online(tx, CameOnline { id, source, amount, reference: captured.provider_payment_id }).await;
        }
        let Some(back) = fact.read::<RefundSettled>()?.filter(|back| back.matched) else { return Ok(()) };
        let Some(id) = back.payable.invoice() else { return Ok(()) };
        let (source, amount) = (back.refund_id.uuid(), back.amount.times(-1)?);
        note_online(tx, CameOnline { id, source, amount, reference: String::new() }).await
    }
}

async fn invoice(tx: &mut Tx, order: OrderId) -> Result<()> {
    let Some(seller) = queries::seller(tx).await?.filter(|seller| seller.invoice_orders) else { return Ok(()) };
    if queries::of_order(tx, order).await?.is_some() {
        return Ok(());
    }
    let whole = of_order(tx, order, &seller, true).await?;
    if rows::insert(tx, &whole, None).await? {
        issue(tx, whole).await?;
    }
    Ok(())
}

/// What an order comes to without the tax in its prices: all of it where the shop names no tax.
///
/// # Errors
/// `not_found` where there is no such order.
pub async fn without_tax(tx: &mut Tx, order: OrderId) -> Result<Money> {
    if let Some(seller) = queries::seller(tx).await? {
        let draft = of_order(tx, order, &seller, true).await?.invoice;
        return Ok(Money::new(draft.taxable_minor, draft.currency));
    }
    let order = orders::order(tx, order).await?.ok_or_else(|| Error::not_found("order"))?;
    Ok(order.total())
}

/// The draft of an order's invoice: each product under its own code and rate, or the shop's; the prices include the tax.
///
/// # Errors
/// `not_found` where there is no such order.
pub(crate) async fn of_order(tx: &mut Tx, id: OrderId, seller: &Seller, settled: bool) -> Result<Whole> {
    let orders::Whole { order, lines } = orders::whole(tx, id).await?.ok_or_else(|| Error::not_found("order"))?;
    let contact = match order.contact_id {
        Some(contact) => contacts::find(tx, contact).await?,
        None => None,
    };
    let slugs: Vec<&str> = lines.iter().map(|line| line.product.as_str()).collect();
    let taxed = tax::taxed(tx, &slugs).await?;
    let own = |slug: &str| taxed.iter().find(|taxed| taxed.slug == slug);
    let hsn = |slug: &str| own(slug).map(|own| own.hsn.clone()).filter(|hsn| !hsn.is_empty());
    let line = |line: &orders::Line| Line {
        position: line.position,
        description: line.name.clone(),
        hsn: hsn(&line.product).unwrap_or_else(|| seller.shop_hsn.clone()),
        quantity_milli: line.quantity.saturating_mul(1_000),
        unit: String::new(),
        unit_minor: line.unit_minor,
        discount_minor: line.discount_minor,
        rate_bps: own(&line.product).and_then(|own| own.tax_bps).unwrap_or(seller.shop_rate_bps),
        net_minor: line.amount_minor - line.discount_minor,
        taxable_minor: 0,
    };
    let invoice = Invoice {
        contact_id: order.contact_id,
        order_id: Some(order.id),
        settled_by_order: settled,
        inclusive: true,
        note: format!("Order {}", order.title()),
        ..Invoice::draft(tx.id(), order.currency, buyer(order.customer_name.clone(), contact), tx.now())
    };
    let mut whole = Whole { invoice, lines: lines.iter().map(line).collect(), taxes: Vec::new() };
    compose::reckon(&mut whole, seller)?;
    Ok(whole)
}

/// Who bought, with what is known of them: their `gstin`, `address` and `state` are attributes of the contact.
pub(crate) fn buyer(name: Option<String>, contact: Option<Contact>) -> Buyer {
    let Some(contact) = contact else { return Buyer { name: name.unwrap_or_else(|| "Customer".to_owned()), ..Buyer::default() } };
    let attribute = |name: &str| contact.attributes.get(name).and_then(|value| value.as_str()).unwrap_or_default().to_owned();
    let gstin: Option<Gstin> = attribute("gstin").parse().ok();
    let state: Option<State> = attribute("state").parse().ok().or_else(|| gstin.as_ref().map(Gstin::state));
    Buyer {
        name: name.or(contact.name).unwrap_or_else(|| "Customer".to_owned()),
        address: attribute("address"),
        state,
        gstin,
        delivered_to: None,
        zone: false,
        phone: contact.phone,
        email: contact.email,
    }
}
