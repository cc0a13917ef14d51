//! Packing, line by line.

use crate::{queries, rows, rules};
use facts::orders::OrderPacked;
use facts::{OrderId, OrderLineId};
use store::{Command, Error, Result, Tx};

/// Notes that a line is packed, or that it is not after all.
pub struct PackLine {
    /// The order.
    pub order_id: OrderId,
    /// Its line.
    pub line_id: OrderLineId,
    /// Whether it is packed.
    pub packed: bool,
}

impl Command for PackLine {
    const NAME: &'static str = "pack_line";
    type Out = ();

    async fn run(&self, tx: &mut Tx) -> Result<()> {
        let order = rows::lock(tx, self.order_id).await?.ok_or_else(|| Error::not_found("order"))?;
        if !rules::may_pack(&order) {
            return Err(Error::conflict("order_state", "Only orders that are paid, or are to be paid later, are packed."));
        }
        let found = match self.packed {
            true => rows::pack(tx, self.order_id, self.line_id).await?,
            false => rows::unpack(tx, self.order_id, self.line_id).await?,
        };
        if !found {
            return Err(Error::not_found("order line"));
        }
        // The last item makes it packed, and whoever listens tells the customer.
        if self.packed && rows::all_packed(tx, self.order_id).await? {
            let items = queries::lines(tx, self.order_id).await?.iter().map(|line| line.quantity).sum();
            tx.state(OrderPacked { order_id: order.id, contact_id: order.contact_id, title: order.title(), items }).await?;
        }
        Ok(())
    }
}
