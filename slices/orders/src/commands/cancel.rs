//! Calling an unpaid order off: the coupon goes back, and nothing is collected for it any more.

use crate::model::Order;
use crate::{rows, rules};
use facts::OrderId;
use facts::orders::OrderCancelled;
use payments::IntentState;
use store::{Command, Error, Result, Tx};

/// Cancels an order that nobody has paid.
pub struct CancelOrder {
    /// The order.
    pub id: OrderId,
    /// Why, in the words of who cancels it.
    pub reason: String,
}

impl Command for CancelOrder {
    const NAME: &'static str = "cancel_order";
    type Out = Order;

    async fn run(&self, tx: &mut Tx) -> Result<Order> {
        if self.reason.chars().count() > 500 {
            return Err(Error::field("reason", "at most 500 characters"));
        }
        let order = rows::lock(tx, self.id).await?.ok_or_else(|| Error::not_found("order"))?;
        rules::of_our_own(&order)?;
        let state = rules::next(order.state, rules::Event::Cancel)?;
        payments::cancel(tx, self.id).await?;
        // A payment may have been captured whose news has not reached the order yet.
        if payments::intent(tx, self.id).await?.is_some_and(|intent| intent.state == IntentState::Paid) {
            return Err(Error::conflict("order_paid", "This order has just been paid. Refund it instead."));
        }
        catalogue::give_back(tx, self.id).await?;
        rows::set_state(tx, self.id, state).await?;
        tx.state(OrderCancelled { order_id: self.id, contact_id: order.contact_id, reason: self.reason.trim().to_owned() }).await?;
        Ok(Order { state, ..order })
    }
}
