//! One day that is other than the rest.

use super::{day, ground, open, quantity, queries, rows, running};
use crate::model::StandingOrder;
use crate::schedule::{self, Plan};
use facts::StandingOrderId;
use facts::rounds::StandingOrderDaySet;
use store::{Command, Error, Result, Tx};

/// Asks for another quantity on one day, for none, or for the usual one again.
#[derive(Debug, Clone)]
pub(crate) struct SetDay {
    pub id: StandingOrderId,
    pub on_day: String,
    /// `0` skips the day; nothing is the usual quantity.
    pub quantity: Option<String>,
}

impl Command for SetDay {
    const NAME: &'static str = "set_day";
    type Out = StandingOrder;

    async fn run(&self, tx: &mut Tx) -> Result<StandingOrder> {
        let ground = ground(tx).await?;
        let order = running(tx, &ground, self.id).await?;
        let on_day = day("on_day", Some(&self.on_day), ground.today)?;
        open(&ground, on_day)?;
        let order = queries::order(tx, self.id, on_day).await?.unwrap_or(order);
        match schedule::plan(&order.standing(), &order.terms(), None, on_day) {
            Plan::Bring(_) | Plan::Skipped => {}
            Plan::Paused => {
                return Err(Error::conflict("standing_order_paused", format!("It is paused on {on_day}. Resume it first.")));
            }
            Plan::Nothing => {
                let words = schedule::words_of(order.weekdays);
                let message = format!("Nothing comes on {on_day}: it is brought {words} from {} on.", order.starts_on);
                return Err(Error::conflict("not_a_delivery_day", message));
            }
        }
        let quantity_milli = match self.quantity.as_deref().map(str::trim) {
            None => None,
            Some("0") => Some(0),
            Some(text) => Some(quantity("quantity", text)?),
        };
        rows::set_day(tx, self.id, on_day, quantity_milli).await?;
        let (standing_order_id, contact_id) = (order.id, order.contact_id);
        tx.state(StandingOrderDaySet { standing_order_id, contact_id, on_day: on_day.to_string(), quantity_milli }).await?;
        Ok(order)
    }
}
