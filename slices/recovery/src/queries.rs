//! Looking at orders that were left, and at what became of their reminders.

use crate::model::{Abandoned, RecoverySettings, Reminder, State};
use facts::{ContactId, Currency, Id, OrderId, ReminderId, Time};
use serde::Deserialize;
use store::{Look, Result, params, sql};
use uuid::Uuid;
use web::{Cursor, first_id};

/// A statement that gives whole [`Abandoned`] orders: what stands behind the list of columns.
macro_rules! abandoned {
    ($rest:literal) => {
        store::sql!(concat!(
            "SELECT order_id, contact_id, customer, product, products, currency, total_minor, placed_at, active_at, state, why, next_step,
                next_at, by_hand, asked_at, reminded_at, reminded_step, opened_at, clicked_at, replaced_by, recovered_at, paid_order_id,
                paid_minor, by_link, by_contact
             FROM abandoned_orders ",
            $rest
        ))
    };
}
pub(crate) use abandoned;

/// The settings' name of how a shop reminds.
pub(crate) const SETTINGS: &str = "recovery";

/// How the shop reminds.
pub(crate) async fn settings(look: &mut impl Look) -> Result<RecoverySettings> {
    Ok(settings::get(look, SETTINGS).await?.unwrap_or_default())
}

/// An order that was left.
pub(crate) async fn one(look: &mut impl Look, id: OrderId) -> Result<Option<Abandoned>> {
    look.maybe(abandoned!("WHERE tenant_id = $1 AND order_id = $2"), params![look.tenant(), id]).await
}

/// Which orders of a list.
#[derive(Debug, Clone, Default)]
pub(crate) struct Filter {
    pub state: Option<State>,
    pub contact: Option<ContactId>,
    /// Placed at this moment or later.
    pub from: Option<Time>,
}

/// A page of orders that were left, newest first.
pub(crate) async fn page(look: &mut impl Look, filter: &Filter, cursor: Cursor, limit: i64) -> Result<Vec<Abandoned>> {
    let least = filter.from.map_or(Uuid::nil(), first_id);
    let state = filter.state.map(State::as_str);
    if let Some(contact) = filter.contact {
        return look
            .all(
                abandoned!(
                    "WHERE tenant_id = $1 AND contact_id = $2 AND order_id < $3 AND order_id >= $4 AND (state = $5 OR $5 IS NULL)
                     ORDER BY order_id DESC LIMIT $6"
                ),
                params![look.tenant(), contact, cursor.id, least, state, limit],
            )
            .await;
    }
    if let Some(state) = state {
        return look
            .all(
                abandoned!("WHERE tenant_id = $1 AND state = $2 AND order_id < $3 AND order_id >= $4 ORDER BY order_id DESC LIMIT $5"),
                params![look.tenant(), state, cursor.id, least, limit],
            )
            .await;
    }
    look.all(
        abandoned!("WHERE tenant_id = $1 AND order_id < $2 AND order_id >= $3 ORDER BY order_id DESC LIMIT $4"),
        params![look.tenant(), cursor.id, least, limit],
    )
    .await
}

/// Where a page that ends with this one goes on.
pub(crate) fn place(order: &Abandoned) -> Cursor {
    Cursor { at: order.placed_at, id: order.order_id.uuid() }
}

/// A reminder by its link.
pub(crate) async fn reminder(look: &mut impl Look, id: ReminderId) -> Result<Option<Reminder>> {
    look.maybe(
        sql!(
            "SELECT id, order_id, step, discount_bps, coupon, coupon_ends_at, created_at, opened_at
             FROM reminders WHERE tenant_id = $1 AND id = $2"
        ),
        params![look.tenant(), id],
    )
    .await
}

/// Whether somebody wants no reminders.
pub(crate) async fn opted_out(look: &mut impl Look, contact: ContactId) -> Result<bool> {
    let found: Option<ContactId> = look
        .maybe(sql!("SELECT contact_id FROM recovery_opt_outs WHERE tenant_id = $1 AND contact_id = $2"), params![look.tenant(), contact])
        .await?;
    Ok(found.is_some())
}

/// What became of the orders that were left since a moment, of one currency. An order that was placed anew from a reminder counts once.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub(crate) struct Sums {
    pub currency: Currency,
    /// How many were left, and for how much.
    pub left: i64,
    pub left_minor: i64,
    pub reminded: i64,
    pub opened: i64,
    pub clicked: i64,
    pub recovered: i64,
    pub recovered_minor: i64,
    pub by_link: i64,
    pub by_link_minor: i64,
    pub by_contact: i64,
    pub by_contact_minor: i64,
}

/// The sums of each currency, the largest first.
pub(crate) async fn sums(look: &mut impl Look, since: Time) -> Result<Vec<Sums>> {
    look.all(
        sql!(
            "SELECT currency, COUNT(*) AS \"left\", CAST(SUM(total_minor) AS BIGINT) AS left_minor, COUNT(reminded_at) AS reminded,
                COUNT(opened_at) AS opened, COUNT(clicked_at) AS clicked, COUNT(recovered_at) AS recovered,
                CAST(COALESCE(SUM(paid_minor), 0) AS BIGINT) AS recovered_minor,
                CAST(SUM(CASE WHEN by_link THEN 1 ELSE 0 END) AS BIGINT) AS by_link,
                CAST(SUM(CASE WHEN by_link THEN COALESCE(paid_minor, 0) ELSE 0 END) AS BIGINT) AS by_link_minor,
                CAST(SUM(CASE WHEN by_contact THEN 1 ELSE 0 END) AS BIGINT) AS by_contact,
                CAST(SUM(CASE WHEN by_contact THEN COALESCE(paid_minor, 0) ELSE 0 END) AS BIGINT) AS by_contact_minor
             FROM abandoned_orders WHERE tenant_id = $1 AND order_id >= $2 AND replaced_by IS NULL
             GROUP BY currency ORDER BY left_minor DESC, currency"
        ),
        params![look.tenant(), first_id(since)],
    )
    .await
}

/// What became of one of the reminders, over all orders.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub(crate) struct OfStep {
    pub step: i64,
    pub sent: i64,
    pub opened: i64,
    pub clicked: i64,
    /// Links followed, each visitor once.
    pub clicks: i64,
    /// Orders that were paid after it, as the last one.
    pub recovered: i64,
}

/// What became of each reminder of the orders that were left since a moment.
pub(crate) async fn steps(look: &mut impl Look, since: Time) -> Result<Vec<OfStep>> {
    look.all(
        sql!(
            "SELECT r.step, COUNT(*) AS sent, COUNT(r.opened_at) AS opened, COUNT(r.clicked_at) AS clicked,
                CAST(SUM(r.clicks) AS BIGINT) AS clicks,
                (SELECT COUNT(a.recovered_at) FROM abandoned_orders a
                 WHERE a.tenant_id = $1 AND a.order_id >= $2 AND a.reminded_step = r.step) AS recovered
             FROM reminders r WHERE r.tenant_id = $1 AND r.order_id >= $2 GROUP BY r.step ORDER BY r.step"
        ),
        params![look.tenant(), first_id(since)],
    )
    .await
}

/// How many orders wait for a reminder, and when the next is due.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub(crate) struct Waiting {
    pub waiting: i64,
    /// Those whose time has come: the provider is being asked.
    pub due: i64,
    pub next_at: Option<Time>,
}

/// What is waiting at a moment.
pub(crate) async fn waiting(look: &mut impl Look, now: Time) -> Result<Waiting> {
    look.one(
        sql!(
            "SELECT COUNT(*) AS waiting, CAST(COALESCE(SUM(CASE WHEN next_at <= $2 OR asked_at IS NOT NULL THEN 1 ELSE 0 END), 0) AS BIGINT) AS due,
                MIN(next_at) AS next_at
             FROM abandoned_orders WHERE tenant_id = $1 AND state = 'waiting'"
        ),
        params![look.tenant(), now],
    )
    .await
}
