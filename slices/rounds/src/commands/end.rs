//! The end of a standing order.

use super::{day, ground, rows, running};
use crate::model::StandingOrder;
use facts::StandingOrderId;
use facts::rounds::StandingOrderEnded;
use jiff::ToSpan;
use store::{Command, Error, Result, Tx};

/// Ends a standing order with a day.
#[derive(Debug, Clone)]
pub(crate) struct EndStandingOrder {
    pub id: StandingOrderId,
    /// The last day with it; the last whose sheet stands where nothing is said.
    pub ends_on: Option<String>,
}

impl Command for EndStandingOrder {
    const NAME: &'static str = "end_standing_order";
    type Out = StandingOrder;

    async fn run(&self, tx: &mut Tx) -> Result<StandingOrder> {
        let ground = ground(tx).await?;
        let mut order = running(tx, &ground, self.id).await?;
        let last_sheet = ground.open.saturating_sub(1.day());
        order.ends_on = day("ends_on", self.ends_on.as_deref(), last_sheet)?;
        if order.ends_on < last_sheet {
            let message = format!(
                "The sheet of {last_sheet} stands: it can end with that day or a later one. Call its stop off on the sheet, or with PUT \
                 /api/v1/deliveries/{{id}}."
            );
            return Err(Error::conflict("past_cut_off", message));
        }
        rows::set_standing(tx, order.id, order.standing()).await?;
        let (standing_order_id, contact_id) = (order.id, order.contact_id);
        tx.state(StandingOrderEnded { standing_order_id, contact_id, ends_on: order.ends_on.to_string() }).await?;
        Ok(order)
    }
}
