//! Keeps the numbers of each day.

use crate::numbers::day_of;
use async_trait::async_trait;
use facts::messages::MessageMoved;
use facts::orders::{OrderPaid, OrderPlaced, OrderRefunded};
use facts::{Currency, Money, TenantId, Time};
use std::collections::{BTreeMap, HashMap};
use std::ops::AddAssign;
use std::sync::Arc;
use store::{Reaction, Result, Stated, Tx, Value, rows};

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
        self.react_all(tx, &[Arc::new(fact.clone())]).await
    }

    async fn react_all(&self, tx: &mut Tx, facts: &[Arc<Stated>]) -> Result<()> {
        let mut tenants: BTreeMap<TenantId, Vec<(Time, Currency, Added)>> = BTreeMap::new();
        for fact in facts {
            let Some((added, currency)) = added(fact)? else { continue };
            tenants.entry(fact.tenant_id).or_default().push((fact.at, currency, added));
        }
        for (tenant, all) in tenants {
            tx.go_on_for(tenant);
            add(tx, all).await?;
        }
        Ok(())
    }
}

/// Adds what the facts of a page add, to each day and currency once.
async fn add(tx: &mut Tx, all: Vec<(Time, Currency, Added)>) -> Result<()> {
    let zone = identity::tenant(tx).await?.time_zone;
    let mut days: HashMap<(String, Currency), Added> = HashMap::new();
    for (at, currency, added) in all {
        *days.entry((day_of(at, &zone), currency)).or_default() += added;
    }
    let tenant = tx.tenant();
    let values = days.into_iter().flat_map(|((day, currency), it)| {
        let Added { orders, paid_orders, paid, refunded, sent, dead } = it;
        let numbers = [orders, paid_orders, paid, refunded, sent, dead].map(Value::from);
        [tenant.into(), day.into(), currency.into()].into_iter().chain(numbers)
    });
    let into = rows!(
        "INSERT INTO daily_numbers (tenant_id, day, currency, orders, paid_orders, paid_minor, refunded_minor, messages_sent, messages_dead) VALUES ",
        9,
        " ON CONFLICT (tenant_id, day, currency) DO UPDATE SET
           orders = daily_numbers.orders + excluded.orders,
           paid_orders = daily_numbers.paid_orders + excluded.paid_orders,
           paid_minor = daily_numbers.paid_minor + excluded.paid_minor,
           refunded_minor = daily_numbers.refunded_minor + excluded.refunded_minor,
           messages_sent = daily_numbers.messages_sent + excluded.messages_sent,
           messages_dead = daily_numbers.messages_dead + excluded.messages_dead"
    );
    tx.put_rows(into, &values.collect::<Vec<Value>>()).await
}

impl AddAssign for Added {
    fn add_assign(&mut self, more: Self) {
        self.orders += more.orders;
        self.paid_orders += more.paid_orders;
        self.paid += more.paid;
        self.refunded += more.refunded;
        self.sent += more.sent;
        self.dead += more.dead;
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
