//! Writing orders that were left, and their reminders.

use crate::model::{Abandoned, Reminder, State};
use crate::queries::abandoned;
use facts::recovery::RecoveryEnd;
use facts::{ContactId, OrderId, ReminderId, Time};
use store::{Look, Result, Tx, params, sql};

/// An order that was left, its row held until the commit.
pub(crate) async fn lock(tx: &mut Tx, id: OrderId) -> Result<Option<Abandoned>> {
    tx.maybe(abandoned!("WHERE tenant_id = $1 AND order_id = $2 FOR UPDATE"), params![tx.tenant(), id]).await
}

/// What a customer left before an order and was not replaced, held until the commit: what is waiting, and of what they were reminded since.
pub(crate) async fn lock_of_contact(tx: &mut Tx, contact: ContactId, before: OrderId, since: Time) -> Result<Vec<Abandoned>> {
    tx.all(
        abandoned!(
            "WHERE tenant_id = $1 AND contact_id = $2 AND order_id < $3 AND replaced_by IS NULL AND state <> 'recovered'
                AND (state = 'waiting' OR reminded_at >= $4) ORDER BY order_id FOR UPDATE"
        ),
        params![tx.tenant(), contact, before, since],
    )
    .await
}

/// What a customer left that is waiting, held until the commit.
pub(crate) async fn lock_waiting(tx: &mut Tx, contact: ContactId) -> Result<Vec<Abandoned>> {
    tx.all(
        abandoned!("WHERE tenant_id = $1 AND contact_id = $2 AND state = 'waiting' ORDER BY order_id FOR UPDATE"),
        params![tx.tenant(), contact],
    )
    .await
}

/// Notes an order that was left.
pub(crate) async fn insert(tx: &mut Tx, it: &Abandoned) -> Result<()> {
    tx.put(
        sql!(
            "INSERT INTO abandoned_orders (tenant_id, order_id, contact_id, customer, product, products, currency, total_minor, placed_at,
                active_at, state, next_step, next_at, by_hand, reminded_at, reminded_step, opened_at, clicked_at, by_link, by_contact)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, 'waiting', $11, $12, FALSE, $13, $14, $15, $16, FALSE, FALSE)
             ON CONFLICT (tenant_id, order_id) DO NOTHING"
        ),
        params![
            tx.tenant(),
            it.order_id,
            it.contact_id,
            &it.customer,
            &it.product,
            serde_json::to_value(&it.products)?,
            it.currency,
            it.total_minor,
            it.placed_at,
            it.active_at,
            it.next_step,
            it.next_at,
            it.reminded_at,
            it.reminded_step,
            it.opened_at,
            it.clicked_at
        ],
    )
    .await
}

/// Writes what is next of a locked order that was left, and when its buyer did something last.
pub(crate) async fn set_next(tx: &mut Tx, it: &Abandoned) -> Result<()> {
    tx.put(
        sql!(
            "UPDATE abandoned_orders SET state = 'waiting', why = NULL, active_at = $3, next_step = $4, next_at = $5, by_hand = $6,
                asked_at = $7, reminded_at = $8, reminded_step = $9
             WHERE tenant_id = $1 AND order_id = $2"
        ),
        params![
            tx.tenant(),
            it.order_id,
            it.active_at,
            it.next_step,
            it.next_at,
            it.by_hand,
            it.asked_at,
            it.reminded_at,
            it.reminded_step
        ],
    )
    .await
}

/// Ends the reminders of a locked order.
pub(crate) async fn end(tx: &mut Tx, id: OrderId, why: RecoveryEnd, replaced_by: Option<OrderId>) -> Result<()> {
    tx.put(
        sql!(
            "UPDATE abandoned_orders SET state = $3, why = $4, next_at = NULL, asked_at = NULL, by_hand = FALSE, replaced_by = $5
             WHERE tenant_id = $1 AND order_id = $2"
        ),
        params![tx.tenant(), id, State::Over.as_str(), why.as_str(), replaced_by],
    )
    .await
}

/// Notes that a locked order was recovered, and by which one that was paid; a paid order recovers one alone.
pub(crate) async fn recover(tx: &mut Tx, it: &Abandoned) -> Result<bool> {
    let changed = tx
        .exec(
            sql!(
                "UPDATE abandoned_orders SET state = 'recovered', why = NULL, next_at = NULL, asked_at = NULL, by_hand = FALSE,
                    recovered_at = $3, paid_order_id = $4, paid_minor = $5, by_link = $6, by_contact = $7
                 WHERE tenant_id = $1 AND order_id = $2
                    AND NOT EXISTS (SELECT 1 FROM abandoned_orders p WHERE p.tenant_id = $1 AND p.paid_order_id = $4)"
            ),
            params![tx.tenant(), it.order_id, it.recovered_at, it.paid_order_id, it.paid_minor, it.by_link, it.by_contact],
        )
        .await?;
    Ok(changed == 1)
}

/// Notes a reminder; `false` when this step of the order was sent before.
pub(crate) async fn insert_reminder(tx: &mut Tx, reminder: &Reminder) -> Result<bool> {
    let inserted = tx
        .exec(
            sql!(
                "INSERT INTO reminders (tenant_id, id, order_id, step, discount_bps, created_at, clicks)
                 VALUES ($1, $2, $3, $4, $5, $6, 0) ON CONFLICT (tenant_id, order_id, step) DO NOTHING"
            ),
            params![tx.tenant(), reminder.id, reminder.order_id, reminder.step, reminder.discount_bps, reminder.created_at],
        )
        .await?;
    Ok(inserted == 1)
}

/// Notes which coupon gives a reminder's discount.
pub(crate) async fn set_coupon(tx: &mut Tx, id: ReminderId, code: &str, ends_at: Time) -> Result<()> {
    tx.put(
        sql!("UPDATE reminders SET coupon = $3, coupon_ends_at = $4 WHERE tenant_id = $1 AND id = $2"),
        params![tx.tenant(), id, code, ends_at],
    )
    .await
}

/// Notes that a reminder was opened; the first time counts.
pub(crate) async fn opened(tx: &mut Tx, id: ReminderId, order: OrderId) -> Result<()> {
    tx.put(
        sql!("UPDATE reminders SET opened_at = COALESCE(opened_at, $3) WHERE tenant_id = $1 AND id = $2"),
        params![tx.tenant(), id, tx.now()],
    )
    .await?;
    tx.put(
        sql!("UPDATE abandoned_orders SET opened_at = COALESCE(opened_at, $3) WHERE tenant_id = $1 AND order_id = $2"),
        params![tx.tenant(), order, tx.now()],
    )
    .await
}

/// Counts a visitor of a reminder's link; `false` for one who was there before.
pub(crate) async fn visited(tx: &mut Tx, id: ReminderId, visitor: &str) -> Result<bool> {
    let inserted = tx
        .exec(
            sql!(
                "INSERT INTO reminder_visitors (tenant_id, reminder_id, visitor, at) VALUES ($1, $2, $3, $4)
                 ON CONFLICT (tenant_id, reminder_id, visitor) DO NOTHING"
            ),
            params![tx.tenant(), id, visitor, tx.now()],
        )
        .await?;
    if inserted == 0 {
        return Ok(false);
    }
    tx.put(
        sql!("UPDATE reminders SET clicked_at = COALESCE(clicked_at, $3), clicks = clicks + 1 WHERE tenant_id = $1 AND id = $2"),
        params![tx.tenant(), id, tx.now()],
    )
    .await?;
    Ok(true)
}

/// Notes that the link of an order was followed; the first time counts. Who follows a link has seen what it stood in.
pub(crate) async fn clicked(tx: &mut Tx, order: OrderId) -> Result<()> {
    tx.put(
        sql!(
            "UPDATE abandoned_orders SET clicked_at = COALESCE(clicked_at, $3), opened_at = COALESCE(opened_at, $3)
             WHERE tenant_id = $1 AND order_id = $2"
        ),
        params![tx.tenant(), order, tx.now()],
    )
    .await
}

/// Notes that somebody wants no reminders.
pub(crate) async fn opt_out(tx: &mut Tx, contact: ContactId) -> Result<()> {
    tx.put(
        sql!(
            "INSERT INTO recovery_opt_outs (tenant_id, contact_id, at) VALUES ($1, $2, $3)
             ON CONFLICT (tenant_id, contact_id) DO NOTHING"
        ),
        params![tx.tenant(), contact, tx.now()],
    )
    .await
}
