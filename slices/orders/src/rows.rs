//! Writing orders and their lines.

use crate::model::{Line, Order, OrderState};
use facts::payments::PaymentCaptured;
use facts::{OrderId, OrderLineId, Time, VisitorId};
use store::{Look, Result, Tx, Value, params, rows, sql};

/// Inserts an order; `false` when an order with its idempotency key exists.
pub async fn insert(
    tx: &mut Tx,
    order: &Order,
    (referral, visitor): (Option<&str>, Option<VisitorId>),
    key: Option<&store::Key>,
) -> Result<bool> {
    let inserted = tx
        .exec(
            sql!(
                "INSERT INTO orders (tenant_id, id, contact_id, customer_name, customer_reach, state, pay, product, currency, total_minor,
                    discount_minor, paid_minor, refunded_minor, coupon_code, delivery_date, idempotency_key, request_hash, created_at,
                    referral, visitor_id)
                 VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, 0, 0, $12, $13, $14, $15, $16, $17, $18)
                 ON CONFLICT (tenant_id, idempotency_key) WHERE idempotency_key IS NOT NULL DO NOTHING"
            ),
            params![
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
                order.coupon_code.as_deref(),
                order.delivery_date.as_deref(),
                key.map(|key| key.key.as_str()),
                key.map(|key| key.body_hash.as_str()),
                order.created_at,
                referral,
                visitor
            ],
        )
        .await?;
    Ok(inserted == 1)
}

/// Inserts an order's lines.
pub async fn insert_lines(tx: &mut Tx, order: OrderId, lines: &[Line]) -> Result<()> {
    let order_lines = rows!(
        "INSERT INTO order_lines (tenant_id, order_id, position, id, product_id, price_id, product, name, quantity, unit_minor, \
         amount_minor, discount_minor) VALUES ",
        12,
        ""
    );
    let mut values: Vec<Value> = Vec::new();
    for line in lines {
        values.extend_from_slice(params![
            tx.tenant(),
            order,
            line.position,
            line.id,
            line.product_id,
            line.price_id,
            &line.product,
            &line.name,
            line.quantity,
            line.unit_minor,
            line.amount_minor,
            line.discount_minor
        ]);
    }
    tx.put_rows(order_lines, &values).await
}

/// Gives an order the next number of its shop, once. Only one reaction does this, so nobody else counts at the same time.
pub async fn give_number(tx: &mut Tx, id: OrderId) -> Result<()> {
    tx.put(
        sql!(
            "UPDATE orders SET number = (SELECT COALESCE(MAX(n.number), 1000) + 1 FROM orders n WHERE n.tenant_id = $1)
             WHERE tenant_id = $1 AND id = $2 AND number IS NULL"
        ),
        params![tx.tenant(), id],
    )
    .await
}

/// An order, its row held until the commit.
pub async fn lock(tx: &mut Tx, id: OrderId) -> Result<Option<Order>> {
    tx.maybe(
        sql!(
            "SELECT id, number, contact_id, customer_name, customer_reach, state, pay, product, currency, total_minor, discount_minor,
                paid_minor, refunded_minor, coupon_code, delivery_date, payment_id, created_at, paid_at,
                source, source_name, packed_at
             FROM orders WHERE tenant_id = $1 AND id = $2 FOR UPDATE"
        ),
        params![tx.tenant(), id],
    )
    .await
}

/// Moves a locked order to another state.
pub async fn set_state(tx: &mut Tx, id: OrderId, state: OrderState) -> Result<()> {
    tx.put(sql!("UPDATE orders SET state = $3 WHERE tenant_id = $1 AND id = $2"), params![tx.tenant(), id, state.as_str()]).await
}

/// Notes which payment paid a locked order.
pub async fn set_paid(tx: &mut Tx, id: OrderId, state: OrderState, payment: &PaymentCaptured, at: Time) -> Result<()> {
    tx.put(
        sql!("UPDATE orders SET state = $3, paid_minor = $4, payment_id = $5, paid_at = $6 WHERE tenant_id = $1 AND id = $2"),
        params![tx.tenant(), id, state.as_str(), payment.amount.minor, payment.payment_id, at],
    )
    .await
}

/// Notes how much of a locked order went back in all.
pub async fn set_refunded(tx: &mut Tx, id: OrderId, state: OrderState, minor: i64) -> Result<()> {
    tx.put(
        sql!("UPDATE orders SET state = $3, refunded_minor = $4 WHERE tenant_id = $1 AND id = $2"),
        params![tx.tenant(), id, state.as_str(), minor],
    )
    .await
}

/// Sets the day of delivery of a locked order, or takes it away.
pub async fn set_delivery_date(tx: &mut Tx, id: OrderId, day: Option<&str>) -> Result<()> {
    tx.put(sql!("UPDATE orders SET delivery_date = $3 WHERE tenant_id = $1 AND id = $2"), params![tx.tenant(), id, day]).await
}

/// Notes that a line is packed; the first time counts. `false` when the order has no such line.
pub async fn pack(tx: &mut Tx, order: OrderId, line: OrderLineId) -> Result<bool> {
    let changed = tx
        .exec(
            sql!("UPDATE order_lines SET packed_at = COALESCE(packed_at, $4) WHERE tenant_id = $1 AND order_id = $2 AND id = $3"),
            params![tx.tenant(), order, line, tx.now()],
        )
        .await?;
    Ok(changed == 1)
}

/// Notes that a line is not packed after all, and so neither is its order. `false` when the order has no such line.
pub async fn unpack(tx: &mut Tx, order: OrderId, line: OrderLineId) -> Result<bool> {
    let changed = tx
        .exec(
            sql!("UPDATE order_lines SET packed_at = NULL WHERE tenant_id = $1 AND order_id = $2 AND id = $3"),
            params![tx.tenant(), order, line],
        )
        .await?;
    tx.put(sql!("UPDATE orders SET packed_at = NULL WHERE tenant_id = $1 AND id = $2"), params![tx.tenant(), order]).await?;
    Ok(changed == 1)
}

/// Notes that an order is packed, where no line of it is left and nobody noted it before; tells whether that was now.
pub async fn all_packed(tx: &mut Tx, order: OrderId) -> Result<bool> {
    let changed = tx
        .exec(
            sql!(
                "UPDATE orders SET packed_at = $3 WHERE tenant_id = $1 AND id = $2 AND packed_at IS NULL AND NOT EXISTS
                    (SELECT 1 FROM order_lines l WHERE l.tenant_id = $1 AND l.order_id = $2 AND l.packed_at IS NULL)"
            ),
            params![tx.tenant(), order, tx.now()],
        )
        .await?;
    Ok(changed == 1)
}
