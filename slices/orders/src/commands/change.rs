//! Changing what an order promises.

use crate::model::{Order, OrderState};
use crate::{rows, rules};
use facts::orders::OrderChanged;
use facts::{Change, OrderId};
use store::{Command, Error, Result, Tx};

/// Sets the day of delivery, or takes it away.
pub struct ChangeOrder {
    /// The order.
    pub id: OrderId,
    /// The day as `2026-11-21`; `None` for no day.
    pub delivery_date: Option<String>,
}

impl Command for ChangeOrder {
    const NAME: &'static str = "change_order";
    type Out = Order;

    async fn run(&self, tx: &mut Tx) -> Result<Order> {
        let delivery_date = self.delivery_date.as_deref().map(rules::day).transpose()?;
        let order = rows::lock(tx, self.id).await?.ok_or_else(|| Error::not_found("order"))?;
        if matches!(order.state, OrderState::Cancelled | OrderState::Refunded) {
            return Err(Error::conflict("order_state", "This order will not be delivered."));
        }
        if delivery_date == order.delivery_date {
            return Ok(order);
        }
        rows::set_delivery_date(tx, self.id, delivery_date.as_deref()).await?;
        let changes = vec![Change::new("delivery_date", order.delivery_date.clone(), delivery_date.clone())];
        tx.state(OrderChanged { order_id: self.id, contact_id: order.contact_id, changes }).await?;
        Ok(Order { delivery_date, ..order })
    }
}
