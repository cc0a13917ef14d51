//! The rows of orders from elsewhere.

use super::foreign::{Foreign, Seen};
use super::plan::Planned;
use crate::model::{Line, Order};
use facts::{Money, OrderId, Time};
use serde::Deserialize;
use serde_json::{Value as Json, json};
use std::collections::{BTreeSet, HashMap, HashSet};
use store::{Look, Result, Rows, Tx, Value, many, params, portions, rows, sql};

/// Which version of an order is known.
#[derive(Debug, Clone, Deserialize)]
pub(super) struct Known {
    pub id: OrderId,
    source_id: String,
    source_changed_at: Time,
    source_digest: String,
}

impl Known {
    pub fn version(&self) -> (Time, &str) {
        (self.source_changed_at, &self.source_digest)
    }
}

/// What is known of these orders, by source and id there.
pub(super) async fn known(tx: &mut Tx, orders: &[Foreign]) -> Result<HashMap<(String, String), Known>> {
    let sources: BTreeSet<&str> = orders.iter().map(|order| order.source.as_str()).collect();
    let mut found = HashMap::new();
    for source in sources {
        let ids: Vec<&str> = orders.iter().filter(|order| order.source == source).map(|order| order.source_id.as_str()).collect();
        let some: Vec<Known> = tx
            .all_in(
                sql!(concat!(
                    "SELECT id, source_id, source_changed_at, source_digest FROM orders
                     WHERE tenant_id = $1 AND source = $34 AND source_id IN (",
                    many!(),
                    ")"
                )),
                &ids,
                params![source],
            )
            .await?;
        found.extend(some.into_iter().map(|known| ((source.to_owned(), known.source_id.clone()), known)));
    }
    Ok(found)
}

/// An order that is known, with its lines and what these are called where it was placed.
pub(super) struct Before {
    pub order: Order,
    pub lines: Vec<(Line, Option<String>)>,
    pub changed_at: Time,
    pub digest: String,
}

#[derive(Deserialize)]
struct Held {
    #[serde(flatten)]
    order: Order,
    source_changed_at: Time,
    source_digest: String,
}

#[derive(Deserialize)]
struct HeldLine {
    order_id: OrderId,
    source_line_id: Option<String>,
    #[serde(flatten)]
    line: Line,
}

/// These orders with their lines, their rows held until the commit.
pub(super) async fn held(tx: &mut Tx, mut ids: Vec<OrderId>) -> Result<HashMap<OrderId, Before>> {
    let mut found = HashMap::new();
    // Whoever holds several holds them in one order, so that two do not wait for each other.
    ids.sort();
    for values in portions(tx.tenant(), &ids, &[]) {
        let orders: Vec<Held> = tx
            .all(
                sql!(concat!(
                    "SELECT id, number, contact_id, customer_name, customer_reach, state, pay, product, currency, total_minor, discount_minor,
                        paid_minor, refunded_minor, coupon_code, delivery_date, payment_id, created_at, paid_at,
                        source, source_name, packed_at, source_changed_at, source_digest
                     FROM orders WHERE tenant_id = $1 AND id IN (",
                    many!(),
                    ") ORDER BY id FOR UPDATE"
                )),
                &values,
            )
            .await?;
        for Held { order, source_changed_at, source_digest } in orders {
            let before = Before { order, lines: Vec::new(), changed_at: source_changed_at, digest: source_digest };
            found.insert(before.order.id, before);
        }
        let lines: Vec<HeldLine> = tx
            .all(
                sql!(concat!(
                    "SELECT order_id, source_line_id, id, position, product_id, price_id, product, name, quantity, unit_minor, amount_minor,
                        discount_minor, packed_at
                     FROM order_lines WHERE tenant_id = $1 AND order_id IN (",
                    many!(),
                    ") ORDER BY order_id, position"
                )),
                &values,
            )
            .await?;
        for HeldLine { order_id, source_line_id, line } in lines {
            if let Some(before) = found.get_mut(&order_id) {
                before.lines.push((line, source_line_id));
            }
        }
    }
    Ok(found)
}

impl Before {
    /// What is known of it, as [`Foreign::said`] has it.
    pub fn said(&self) -> Json {
        let Order { currency, ref state, .. } = self.order;
        let decimal = |minor: i64| Money::new(minor, currency).decimal();
        let lines = self.lines.iter().map(|(line, source)| {
            let what = json!({"item": line.name, "quantity": line.quantity, "amount": decimal(line.amount_minor)});
            (source.clone().unwrap_or_default(), what)
        });
        json!({
            "name": self.order.source_name,
            "state": state,
            "currency": currency,
            "total": decimal(self.order.total_minor),
            "discount": decimal(self.order.discount_minor),
            "paid": decimal(self.order.paid_minor),
            "refunded": decimal(self.order.refunded_minor),
            "delivery_date": self.order.delivery_date,
            "customer_name": self.order.customer_name,
            "customer_reach": self.order.customer_reach,
            "items": lines.collect::<serde_json::Map<_, _>>(),
        })
    }
}

const HEAD: &str = "INSERT INTO orders (tenant_id, id, contact_id, customer_name, customer_reach, state, pay, product, currency, \
    total_minor, discount_minor, paid_minor, refunded_minor, delivery_date, created_at, paid_at, source, source_id, source_name, \
    source_changed_at, source_digest, packed_at) VALUES ";

/// A day of delivery that was set here stays where none is said there; who bought is known for good once they are.
macro_rules! tail {
    ($newer:literal) => {
        concat!(
            " ON CONFLICT (tenant_id, source, source_id) WHERE source_id IS NOT NULL DO UPDATE SET
                contact_id = COALESCE(excluded.contact_id, orders.contact_id), customer_name = excluded.customer_name,
                customer_reach = excluded.customer_reach, state = excluded.state, pay = excluded.pay, product = excluded.product,
                currency = excluded.currency, total_minor = excluded.total_minor, discount_minor = excluded.discount_minor,
                paid_minor = excluded.paid_minor, refunded_minor = excluded.refunded_minor,
                delivery_date = COALESCE(excluded.delivery_date, orders.delivery_date), paid_at = excluded.paid_at,
                source_name = excluded.source_name, source_changed_at = excluded.source_changed_at,
                source_digest = excluded.source_digest, packed_at = excluded.packed_at
             WHERE excluded.source_changed_at ",
            $newer,
            " orders.source_changed_at RETURNING id"
        )
    };
}

/// The statement for orders that became known in such a way.
fn statement(seen: Seen) -> &'static Rows {
    match seen {
        Seen::Told => rows!(HEAD, 22, tail!(">")),
        Seen::Read => rows!(HEAD, 22, tail!(">=")),
    }
}

/// Writes these versions; gives the ids of the orders that were written. One that is missing, or has another id, was written
/// by somebody else meanwhile.
pub(super) async fn upsert(tx: &mut Tx, orders: &[(&Planned<'_>, &Order)], seen: Seen) -> Result<HashSet<OrderId>> {
    let mut values: Vec<Value> = Vec::with_capacity(orders.len() * 22);
    for (planned, order) in orders {
        values.extend_from_slice(params![
            tx.tenant(),
            order.id,
            order.contact_id,
            order.customer_name.as_deref(),
            order.customer_reach.as_deref(),
            order.state.as_str(),
            order.pay.as_str(),
            &order.product,
            order.currency,
            order.total_minor,
            order.discount_minor,
            order.paid_minor,
            order.refunded_minor,
            order.delivery_date.as_deref(),
            order.created_at,
            order.paid_at,
            &order.source,
            &planned.said.source_id,
            &planned.said.name,
            planned.said.changed_at,
            &planned.digest,
            order.packed_at
        ]);
    }
    Ok(tx.all_rows(statement(seen), &values).await?.into_iter().collect())
}

/// Takes the lines of these orders away, for others to take their place.
pub(super) async fn delete_lines(tx: &mut Tx, orders: &[OrderId]) -> Result<()> {
    tx.put_in(sql!(concat!("DELETE FROM order_lines WHERE tenant_id = $1 AND order_id IN (", many!(), ")")), orders, &[]).await
}

/// Writes lines, each with its order and its id there.
pub(super) async fn insert_lines(tx: &mut Tx, lines: &[(OrderId, &Line, &str)]) -> Result<()> {
    let order_lines = rows!(
        "INSERT INTO order_lines (tenant_id, order_id, position, id, product, name, quantity, unit_minor, amount_minor, discount_minor, \
         packed_at, source_line_id) VALUES ",
        12,
        ""
    );
    let mut values: Vec<Value> = Vec::new();
    for (order, line, source_id) in lines {
        values.extend_from_slice(params![
            tx.tenant(),
            *order,
            line.position,
            line.id,
            &line.product,
            &line.name,
            line.quantity,
            line.unit_minor,
            line.amount_minor,
            line.discount_minor,
            line.packed_at,
            *source_id
        ]);
    }
    tx.put_rows(order_lines, &values).await
}
