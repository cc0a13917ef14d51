//! Changing a standing order, from a day on.

use super::begin::{Place, fits, price, put};
use super::{day, ground, open, quantity, rows, running};
use crate::model::{Pricing, StandingOrder};
use crate::schedule;
use facts::rounds::StandingOrderChanged;
use facts::{Change, Money, StandingOrderId};
use serde_json::{Value, json};
use store::{Command, Error, Result, Tx};

/// Changes a standing order. How much, when and for how much from a day on; where to at once. What is not said stays.
#[derive(Debug, Clone)]
pub(crate) struct ChangeStandingOrder {
    pub id: StandingOrderId,
    /// The first day that it holds on; the first whose sheet does not stand where nothing is said.
    pub from_on: Option<String>,
    pub quantity: Option<String>,
    pub weekdays: Option<i64>,
    /// For another quantity of a month's price, the price in proportion where nothing is said.
    pub price: Option<Money>,
    pub place: Place,
}

impl Command for ChangeStandingOrder {
    const NAME: &'static str = "change_standing_order";
    type Out = StandingOrder;

    async fn run(&self, tx: &mut Tx) -> Result<StandingOrder> {
        let ground = ground(tx).await?;
        let before = running(tx, &ground, self.id).await?;
        let from_on = day("from_on", self.from_on.as_deref(), ground.open.max(before.starts_on))?;
        open(&ground, from_on)?;
        if from_on < before.starts_on || from_on > before.ends_on {
            return Err(Error::field("from_on", format!("a day from {} on, while it runs", before.starts_on)));
        }
        // What held from that day on is what the change goes out from.
        let before = crate::queries::order(tx, self.id, from_on).await?.unwrap_or(before);
        let mut order = before.clone();
        put(tx, &mut order, &self.place, ground.today, false).await?;
        self.terms(&mut order)?;
        let new_terms = order.terms() != before.terms();
        if new_terms {
            order.from_on = from_on;
            rows::put_terms(tx, self.id, order.terms()).await?;
        }
        rows::set_place(tx, &order).await?;
        let changes = Change::between(&told(&before), &told(&order));
        if !changes.is_empty() {
            let from_on = new_terms.then(|| from_on.to_string());
            let (standing_order_id, contact_id) = (order.id, order.contact_id);
            tx.state(StandingOrderChanged { standing_order_id, contact_id, from_on, changes }).await?;
        }
        Ok(order)
    }
}

impl ChangeStandingOrder {
    fn terms(&self, order: &mut StandingOrder) -> Result<()> {
        let usual = order.quantity_milli;
        if let Some(text) = &self.quantity {
            order.quantity_milli = quantity("quantity", text)?;
        }
        if let Some(weekdays) = self.weekdays {
            order.weekdays = weekdays;
        }
        match self.price {
            Some(amount) if amount.currency != order.currency => {
                return Err(Error::field("price", format!("an amount in {}", order.currency)));
            }
            Some(amount) => order.price_minor = price(amount)?,
            None if order.pricing == Pricing::Month && order.quantity_milli != usual => {
                let minor = schedule::in_proportion(order.price_minor, order.quantity_milli, usual);
                order.price_minor = price(Money::new(minor.unwrap_or(i64::MAX), order.currency))?;
            }
            None => {}
        }
        fits(order)
    }
}

/// What the journal keeps of a standing order, to tell what changed.
fn told(order: &StandingOrder) -> Value {
    json!({
        "quantity": invoices::quantity_text(order.quantity_milli), "weekdays": schedule::words_of(order.weekdays),
        "price": order.price().to_string(), "route": order.route_id, "stop": order.stop, "address": order.address, "note": order.note,
    })
}
