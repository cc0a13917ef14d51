//! What orders do because of facts: they get their number, and they follow their money.

use crate::model::Order;
use crate::rules::Event;
use crate::{queries, rows, rules};
use async_trait::async_trait;
use facts::orders::{OrderPaid, OrderPlaced, OrderRefunded};
use facts::payments::{PaymentCaptured, RefundSettled};
use facts::{Fact, OrderId};
use store::{Error, Reaction, Result, Stated, Tx};

/// Gives a placed order its number. It alone counts, one fact after another, so numbers have no gap and nobody waits.
pub struct NumberPlacedOrder;

#[async_trait]
impl Reaction for NumberPlacedOrder {
    fn name(&self) -> &'static str {
        "number_placed_order"
    }

    fn kinds(&self) -> &'static [&'static str] {
        &[OrderPlaced::KIND]
    }

    async fn react(&self, tx: &mut Tx, fact: &Stated) -> Result<()> {
        match fact.read::<OrderPlaced>()? {
            Some(placed) => rows::give_number(tx, placed.order_id).await,
            None => Ok(()),
        }
    }
}

/// Marks an order paid when its payment is captured, and refunded as money goes back. One reaction for both, so that
/// a refund never overtakes the payment that it comes from.
pub struct SettlePaidOrder;

#[async_trait]
impl Reaction for SettlePaidOrder {
    fn name(&self) -> &'static str {
        "settle_paid_order"
    }

    fn kinds(&self) -> &'static [&'static str] {
        &[PaymentCaptured::KIND, RefundSettled::KIND]
    }

    async fn react(&self, tx: &mut Tx, fact: &Stated) -> Result<()> {
        if let Some(captured) = fact.read::<PaymentCaptured>()? {
            return match captured.payable.order() {
                Some(order) => settle(tx, fact, order, captured).await,
                None => Ok(()),
            };
        }
        match fact.read::<RefundSettled>()?.and_then(|refund| Some((refund.payable.order()?, refund))) {
            Some((order, refund)) => note_refund(tx, order, refund).await,
            None => Ok(()),
        }
    }
}

async fn locked(tx: &mut Tx, id: OrderId) -> Result<Order> {
    rows::lock(tx, id).await?.ok_or_else(|| Error::not_found("order"))
}

async fn settle(tx: &mut Tx, fact: &Stated, id: OrderId, captured: PaymentCaptured) -> Result<()> {
    let order = locked(tx, id).await?;
    let state = rules::next(order.state, Event::Settle)?;
    rows::set_paid(tx, id, state, &captured, fact.at).await?;
    let lines = queries::lines(tx, order.id).await?;
    files::grant(tx, order.id, &lines.iter().map(|line| line.product.as_str()).collect::<Vec<_>>()).await?;
    let paid = OrderPaid {
        order_id: order.id,
        contact_id: order.contact_id,
        total: captured.amount,
        method: captured.method,
        product: order.product,
        path: format!("{}/order/{}", identity::shop_base(tx).await?, order.id),
    };
    tx.state(paid).await?;
    Ok(())
}

/// Money that goes back of a payment which never paid the order, such as a second one, leaves the order as it is.
async fn note_refund(tx: &mut Tx, id: OrderId, refund: RefundSettled) -> Result<()> {
    let order = locked(tx, id).await?;
    if order.payment_id != Some(refund.payment_id) {
        return Ok(());
    }
    let gone = order.money(order.refunded_minor).plus(refund.amount)?;
    let full = gone.minor >= order.paid_minor;
    let state = rules::next(order.state, if full { Event::RefundRest } else { Event::RefundPart })?;
    rows::set_refunded(tx, order.id, state, gone.minor).await?;
    if full {
        files::revoke(tx, order.id).await?;
    }
    tx.state(OrderRefunded { order_id: order.id, refund_id: refund.refund_id, amount: refund.amount, full }).await?;
    Ok(())
}
