//! What reminders do because of what happens to orders and their payments. One reaction for all of it, so that a payment is never
//! overtaken by the order that it pays.

use crate::commands::{RemindOfOrder, finish, look_later, schedule};
use crate::model::{Abandoned, State};
use crate::{queries, rows, rules};
use async_trait::async_trait;
use facts::orders::{OrderCancelled, OrderPaid, OrderPlaced, PayWhen};
use facts::payments::PaymentFailed;
use facts::recovery::{OrderRecovered, RecoveryEnd};
use facts::{Fact, OrderId, Time};
use orders::OrderState;
use store::{Reaction, Result, Stated, Timer, Tx};

/// Looks after orders that are to be paid first: sets a timer, and takes it back.
pub(crate) struct FollowLeftOrders;

#[async_trait]
impl Reaction for FollowLeftOrders {
    fn name(&self) -> &'static str {
        "follow_left_orders"
    }

    fn kinds(&self) -> &'static [&'static str] {
        &[OrderPlaced::KIND, OrderPaid::KIND, OrderCancelled::KIND, PaymentFailed::KIND]
    }

    async fn react(&self, tx: &mut Tx, fact: &Stated) -> Result<()> {
        if let Some(placed) = fact.read::<OrderPlaced>()? {
            let to_remind = placed.pay == PayWhen::First && placed.contact_id.is_some();
            // What was left long before there were reminders stays so.
            if to_remind && !rules::too_late(&queries::settings(tx).await?, fact.at, tx.now()) {
                look_later(tx, placed.order_id, fact.at).await?;
            }
            return Ok(());
        }
        if let Some(failed) = fact.read::<PaymentFailed>()? {
            return match failed.payable.order() {
                Some(order) => active(tx, order, fact.at).await,
                None => Ok(()),
            };
        }
        if let Some(cancelled) = fact.read::<OrderCancelled>()? {
            return stop(tx, cancelled.order_id, RecoveryEnd::Cancelled).await;
        }
        match fact.read::<OrderPaid>()? {
            Some(paid) => settle(tx, &paid, fact.at).await,
            None => Ok(()),
        }
    }
}

/// The buyer tried to pay: the clock of the steps begins anew.
async fn active(tx: &mut Tx, id: OrderId, at: Time) -> Result<()> {
    let settings = queries::settings(tx).await?;
    if rules::too_late(&settings, at, tx.now()) {
        return Ok(());
    }
    match rows::lock(tx, id).await? {
        Some(mut left) if left.state == State::Waiting && !left.by_hand => {
            left.active_at = left.active_at.max(at);
            schedule(tx, left, &settings).await.map(drop)
        }
        Some(_) => Ok(()),
        None => {
            let order = orders::order(tx, id).await?;
            let open =
                order.filter(|order| order.state == OrderState::Created && order.pay == PayWhen::First && order.contact_id.is_some());
            match open {
                Some(order) => look_later(tx, order.id, at).await,
                None => Ok(()),
            }
        }
    }
}

/// Ends an order's reminders.
async fn stop(tx: &mut Tx, id: OrderId, why: RecoveryEnd) -> Result<()> {
    tx.stop(RemindOfOrder::NAME, &id.to_string()).await?;
    match rows::lock(tx, id).await?.filter(|left| left.state == State::Waiting) {
        Some(left) => finish(tx, left, why).await.map(drop),
        None => Ok(()),
    }
}

/// An order was paid: it is recovered where its buyer was reminded within the week before, and so is one for the same thing that they
/// left. Of the others that they left with the same thing nobody is reminded any more.
async fn settle(tx: &mut Tx, paid: &OrderPaid, at: Time) -> Result<()> {
    tx.stop(RemindOfOrder::NAME, &paid.order_id.to_string()).await?;
    let since = at.before(rules::RECOVERED_WITHIN);
    let reminded = |left: &Abandoned| left.reminded_at.is_some_and(|at| at >= since);
    let own = rows::lock(tx, paid.order_id).await?;
    let mut recovered = false;
    if let Some(left) = own {
        if reminded(&left) && left.state != State::Recovered {
            recovered = recover(tx, left, paid, at).await?;
        } else {
            stop(tx, paid.order_id, RecoveryEnd::Paid).await?;
        }
    }
    let Some(contact) = paid.contact_id else { return Ok(()) };
    let contact = contacts::now_known_as(tx, contact).await?;
    let mut others = rows::lock_of_contact(tx, contact, paid.order_id, since).await?;
    if others.is_empty() {
        return Ok(());
    }
    let bought: Vec<_> = match orders::whole(tx, paid.order_id).await? {
        Some(whole) => whole.lines.iter().filter_map(|line| line.product_id).collect(),
        None => return Ok(()),
    };
    others.retain(|left| left.products.0.iter().any(|product| bought.contains(product)));
    others.sort_by_key(|left| std::cmp::Reverse(left.reminded_at));
    for left in others {
        if !recovered && reminded(&left) {
            recovered = recover(tx, left, paid, at).await?;
        } else {
            finish(tx, left, RecoveryEnd::Bought).await?;
        }
    }
    Ok(())
}

/// Notes that what was left is paid after a reminder; a paid order recovers one alone.
async fn recover(tx: &mut Tx, left: Abandoned, paid: &OrderPaid, at: Time) -> Result<bool> {
    if rules::next(left.state, rules::Event::Recover).is_none() {
        return Ok(false);
    }
    let left = Abandoned {
        recovered_at: Some(at),
        paid_order_id: Some(paid.order_id),
        paid_minor: Some(paid.total.minor),
        by_link: left.clicked_at.is_some_and(|clicked| clicked <= at),
        by_contact: paid.contact_id == Some(left.contact_id),
        ..left
    };
    if !rows::recover(tx, &left).await? {
        return Ok(false);
    }
    tx.stop(RemindOfOrder::NAME, &left.order_id.to_string()).await?;
    tx.state(OrderRecovered {
        order_id: left.order_id,
        paid_order_id: paid.order_id,
        contact_id: Some(left.contact_id),
        amount: paid.total,
        step: left.reminded_step.unwrap_or(0),
        by_link: left.by_link,
    })
    .await?;
    Ok(true)
}
