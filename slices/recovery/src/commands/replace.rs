//! The buyer takes the offer of a reminder: an order at the new price stands in the place of the one that they left.

use super::end::finish_for;
use super::schedule;
use crate::model::{Abandoned, State};
use crate::offer::{self, CameFrom, Discount};
use crate::{queries, rows};
use facts::recovery::RecoveryEnd;
use facts::{Money, OrderId, ReminderId};
use orders::{CancelOrder, OrderState};
use serde::{Deserialize, Serialize};
use store::{Command, Error, Json, Result, Tx};

/// Places an order anew, and calls the old one off in the same commit: there is one way at a time to pay for it.
pub(crate) struct ReplaceOrder {
    /// The reminder whose offer is taken.
    pub reminder: ReminderId,
    /// What the buyer was shown that it comes to, in minor units.
    pub shown_minor: i64,
}

/// The order that is to be paid now.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub(crate) struct Replaced(pub OrderId);

impl Command for ReplaceOrder {
    const NAME: &'static str = "replace_left_order";
    type Out = Replaced;

    async fn run(&self, tx: &mut Tx) -> Result<Replaced> {
        let gone = || Error::not_found("reminder");
        let reminder = queries::reminder(tx, self.reminder).await?.ok_or_else(gone)?;
        let left = rows::lock(tx, reminder.order_id).await?.ok_or_else(gone)?;
        if let Some(new) = left.replaced_by {
            return Ok(Replaced(new));
        }
        let whole = orders::whole(tx, reminder.order_id).await?.ok_or_else(gone)?;
        let intent = payments::hold(tx, reminder.order_id).await?.ok_or_else(gone)?;
        if whole.order.state != OrderState::Created {
            return Ok(Replaced(whole.order.id));
        }
        let discount = Discount::of(&reminder, tx.now());
        let offer = offer::of(tx, &whole, &intent, discount.as_ref()).await?;
        let offer = offer.ok_or_else(|| Error::conflict("not_sold", "Something in this order is no longer sold."))?;
        if !offer.anew {
            return Ok(Replaced(whole.order.id));
        }
        let referral = orders::referral_of(tx, whole.order.id).await?;
        let visitor = orders::visitor_of(tx, whole.order.id).await?;
        let shown = Money::new(self.shown_minor, whole.order.currency);
        let order = offer::order(&whole, &offer, shown, CameFrom { referral, visitor }).ok_or_else(gone)?;
        CancelOrder { id: whole.order.id, reason: "Placed anew from a reminder.".to_owned() }.run(tx).await?;
        let new = order.run(tx).await?.order;
        go_on_with(tx, left, new.id, new.total_minor).await?;
        Ok(Replaced(new.id))
    }
}

/// The new order takes the place of the old one among those that were left: with the reminders that were sent, and those to come.
async fn go_on_with(tx: &mut Tx, left: Abandoned, new: OrderId, total_minor: i64) -> Result<()> {
    let (now, clicked) = (tx.now(), left.clicked_at.or(Some(tx.now())));
    let next = Abandoned {
        order_id: new,
        placed_at: now,
        active_at: now,
        total_minor,
        state: State::Waiting,
        why: None,
        next_at: None,
        asked_at: None,
        by_hand: false,
        opened_at: left.opened_at.or(clicked),
        clicked_at: clicked,
        products: Json(left.products.0.clone()),
        ..left.clone()
    };
    rows::clicked(tx, left.order_id).await?;
    match left.state {
        State::Waiting => drop(finish_for(tx, left, RecoveryEnd::Replaced, Some(new)).await?),
        State::Over => rows::end(tx, left.order_id, RecoveryEnd::Replaced, Some(new)).await?,
        // What it brought has been counted: the new order stands for itself.
        State::Recovered => return Ok(()),
    }
    rows::insert(tx, &next).await?;
    let settings = queries::settings(tx).await?;
    schedule(tx, next, &settings).await.map(drop)
}
