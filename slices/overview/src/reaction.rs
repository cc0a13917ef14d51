//! Keeps the numbers of each day.

use crate::numbers::day_of;
use async_trait::async_trait;
use facts::messages::MessageMoved;
use facts::orders::{OrderPaid, OrderPlaced, OrderRefunded};
use facts::{Currency, Money};
use store::{Reaction, Result, Stated, Tx, params, sql};

/// Adds each fact to the numbers of its day.
pub(crate) struct CountTheDay;

/// What one fact adds.
#[derive(Default)]
struct Added {
    orders: i64,
    paid_orders: i64,
    paid: i64,
    refunded: i64,
    sent: i64,
    dead: i64,
}

#[async_trait]
impl Reaction for CountTheDay {
    fn name(&self) -> &'static str {
        "count_the_day"
    }

    fn kinds(&self) -> &'static [&'static str] {
        &["order.placed", "order.paid", "order.refunded", "message.moved"]
    }

    async fn react(&self, tx: &mut Tx, fact: &Stated) -> Result<()> {
        let Some((added, currency)) = added(fact)? else { return Ok(()) };
        let zone = identity::tenant(tx).await?.time_zone;
        let day = day_of(fact.at, &zone);
        tx.put(
            sql!(
                "INSERT INTO daily_numbers (tenant_id, day, currency, orders, paid_orders, paid_minor, refunded_minor, messages_sent, messages_dead)
                 VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
                 ON CONFLICT (tenant_id, day, currency) DO UPDATE SET
                   orders = daily_numbers.orders + excluded.orders,
                   paid_orders = daily_numbers.paid_orders + excluded.paid_orders,
                   paid_minor = daily_numbers.paid_minor + excluded.paid_minor,
                   refunded_minor = daily_numbers.refunded_minor + excluded.refunded_minor,
                   messages_sent = daily_numbers.messages_sent + excluded.messages_sent,
                   messages_dead = daily_numbers.messages_dead + excluded.messages_dead"
            ),
            params![
                tx.tenant(), day, currency, added.orders, added.paid_orders, added.paid, added.refunded, added.sent, added.dead
            ],
        )
        .await
    }
}

fn added(fact: &Stated) -> Result<Option<(Added, Currency)>> {
    if let Some(placed) = fact.read::<OrderPlaced>()? {
        return Ok(Some((Added { orders: 1, ..Added::default() }, placed.total.currency)));
    }
    if let Some(paid) = fact.read::<OrderPaid>()? {
        let Money { minor, currency } = paid.total;
        return Ok(Some((Added { paid_orders: 1, paid: minor, ..Added::default() }, currency)));
    }
    if let Some(refunded) = fact.read::<OrderRefunded>()? {
        let Money { minor, currency } = refunded.amount;
        return Ok(Some((Added { refunded: minor, ..Added::default() }, currency)));
    }
    let Some(moved) = fact.read::<MessageMoved>()? else { return Ok(None) };
    let added = match moved.state.as_str() {
        "sent" => Added { sent: 1, ..Added::default() },
        "dead" => Added { dead: 1, ..Added::default() },
        _ => return Ok(None),
    };
    Ok(Some((added, Currency::INR)))
}
