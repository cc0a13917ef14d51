//! An invoice for an order that is paid later.

use super::seller;
use crate::compose::day;
use crate::model::Whole;
use crate::reactions::of_order;
use crate::rows;
use facts::OrderId;
use facts::invoices::InvoiceDrafted;
use facts::orders::PayWhen;
use orders::OrderState;
use store::{Command, Error, Result, Tx};

/// Makes the invoice of an order that nobody has paid yet and that is not paid in the shop.
#[derive(Debug, Clone)]
pub(crate) struct BillOrder {
    /// The order.
    pub order: OrderId,
    /// The last day to pay.
    pub due_on: Option<String>,
    /// Whether it is issued in the same breath.
    pub issue: bool,
}

impl Command for BillOrder {
    const NAME: &'static str = "bill_order";
    type Out = Whole;

    async fn run(&self, tx: &mut Tx) -> Result<Whole> {
        let seller = seller(tx).await?;
        let order = orders::order(tx, self.order).await?.ok_or_else(|| Error::field("order_id", "There is no such order."))?;
        if order.is_foreign() {
            return Err(Error::conflict("order_elsewhere", "This order was placed in another shop, which took its money and bills it."));
        }
        if order.pay != PayWhen::Later || order.state != OrderState::Created {
            let message = "Only an order that is paid later is billed by hand. One that was paid in the shop gets its invoice by itself.";
            return Err(Error::conflict("order_not_billable", message));
        }
        let mut whole = of_order(tx, self.order, &seller, false).await?;
        whole.invoice.due_on = self.due_on.as_deref().map(|text| day("due_on", text)).transpose()?;
        if !rows::insert(tx, &whole, None).await? {
            return Err(Error::conflict("order_billed", "This order has an invoice already."));
        }
        let (invoice_id, contact_id, total) = (whole.invoice.id, whole.invoice.contact_id, whole.invoice.total());
        tx.state(InvoiceDrafted { invoice_id, contact_id, total }).await?;
        if self.issue { super::issue(tx, whole).await } else { Ok(whole) }
    }
}
