//! Looking at orders.

use crate::model::{Line, Order, OrderState, Whole};
use facts::{ContactId, Id, OrderId, ProductId, Time, VisitorId};
use serde::Deserialize;
use store::{Look, Result, many, params, sql};
use uuid::Uuid;
use web::{Cursor, first_id, like};

/// An order.
///
/// # Errors
/// Whatever the engine refuses.
pub async fn order(look: &mut impl Look, id: OrderId) -> Result<Option<Order>> {
    look.maybe(
        sql!(
            "SELECT id, number, contact_id, customer_name, customer_reach, state, pay, product, currency, total_minor, discount_minor,
                paid_minor, refunded_minor, coupon_code, delivery_date, payment_id, created_at, paid_at,
                source, source_name, packed_at
             FROM orders WHERE tenant_id = $1 AND id = $2"
        ),
        params![look.tenant(), id],
    )
    .await
}

/// The lines of an order, in their order.
pub(crate) async fn lines(look: &mut impl Look, id: OrderId) -> Result<Vec<Line>> {
    look.all(
        sql!(
            "SELECT id, position, product_id, price_id, product, name, quantity, unit_minor, amount_minor, discount_minor, packed_at
             FROM order_lines WHERE tenant_id = $1 AND order_id = $2 ORDER BY position"
        ),
        params![look.tenant(), id],
    )
    .await
}

/// An order with its lines.
///
/// # Errors
/// Whatever the engine refuses.
pub async fn whole(look: &mut impl Look, id: OrderId) -> Result<Option<Whole>> {
    match order(look, id).await? {
        Some(order) => Ok(Some(Whole { order, lines: lines(look, id).await? })),
        None => Ok(None),
    }
}

/// The code of whoever brought an order's customer.
///
/// # Errors
/// Whatever the engine refuses.
pub async fn referral_of(look: &mut impl Look, id: OrderId) -> Result<Option<String>> {
    let found: Option<Option<String>> =
        look.maybe(sql!("SELECT referral FROM orders WHERE tenant_id = $1 AND id = $2"), params![look.tenant(), id]).await?;
    Ok(found.flatten())
}

/// The browser that an order came from, where a price of it was on trial.
///
/// # Errors
/// Whatever the engine refuses.
pub async fn visitor_of(look: &mut impl Look, id: OrderId) -> Result<Option<VisitorId>> {
    let found: Option<Option<VisitorId>> =
        look.maybe(sql!("SELECT visitor_id FROM orders WHERE tenant_id = $1 AND id = $2"), params![look.tenant(), id]).await?;
    Ok(found.flatten())
}

/// A product that somebody ordered by a browser that was asked a price on trial.
#[derive(Debug, Clone, Deserialize)]
pub struct Visited {
    /// The order.
    pub order_id: OrderId,
    /// The browser.
    pub visitor_id: VisitorId,
    /// The product's name in addresses.
    pub product: String,
}

/// What these orders are of that came from such a browser; the others are left out.
///
/// # Errors
/// Whatever the engine refuses.
pub async fn visited(look: &mut impl Look, ids: &[OrderId]) -> Result<Vec<Visited>> {
    look.all_in(
        sql!(concat!(
            "SELECT o.id AS order_id, o.visitor_id, l.product
             FROM orders o JOIN order_lines l ON l.tenant_id = $1 AND l.order_id = o.id
             WHERE o.tenant_id = $1 AND o.visitor_id IS NOT NULL AND o.id IN (",
            many!(),
            ")"
        )),
        ids,
        &[],
    )
    .await
}

/// What a customer has bought with orders that were placed after this one and paid.
///
/// # Errors
/// Whatever the engine refuses.
pub async fn bought_since(look: &mut impl Look, contact: ContactId, after: OrderId) -> Result<Vec<ProductId>> {
    look.all(
        sql!(
            "SELECT DISTINCT l.product_id FROM orders o JOIN order_lines l ON l.tenant_id = o.tenant_id AND l.order_id = o.id
             WHERE o.tenant_id = $1 AND o.contact_id = $2 AND o.id > $3 AND o.state IN ('paid', 'partially_refunded')
                AND l.product_id IS NOT NULL"
        ),
        params![look.tenant(), contact, after],
    )
    .await
}

/// The order that was placed with an idempotency key.
#[derive(Deserialize)]
pub(crate) struct PlacedBefore {
    pub id: OrderId,
    pub request_hash: String,
}

/// Finds it.
pub(crate) async fn placed_with(look: &mut impl Look, key: &str) -> Result<Option<PlacedBefore>> {
    look.maybe(sql!("SELECT id, request_hash FROM orders WHERE tenant_id = $1 AND idempotency_key = $2"), params![look.tenant(), key]).await
}

/// Which orders of a list.
#[derive(Debug, Clone, Default)]
pub(crate) struct Filter {
    pub state: Option<OrderState>,
    pub contact: Option<ContactId>,
    /// Placed at this moment or later.
    pub from: Option<Time>,
    /// Placed before this moment.
    pub to: Option<Time>,
    /// A number, an id, or a part of the customer's name, phone number or e-mail address.
    pub q: Option<String>,
}

impl Filter {
    /// The ids between which the list lies.
    fn range(&self, cursor: Cursor) -> (Uuid, Uuid) {
        let least = self.from.map_or(Uuid::nil(), first_id);
        let before = self.to.map_or(Uuid::max(), first_id).min(cursor.id);
        (least, before)
    }

    fn words(&self) -> Option<&str> {
        self.q.as_deref().map(str::trim).filter(|words| !words.is_empty())
    }

    fn number(&self) -> Option<i64> {
        self.words()?.trim_start_matches('#').parse().ok()
    }

    fn id(&self) -> Option<OrderId> {
        self.words()?.parse().ok()
    }

    /// The words as a pattern of LIKE, in which nothing that was typed is a wildcard.
    fn pattern(&self) -> Option<String> {
        self.words().map(like)
    }
}

/// A page of orders, newest first.
pub(crate) async fn page(look: &mut impl Look, filter: &Filter, cursor: Cursor, limit: i64) -> Result<Vec<Order>> {
    let (least, before) = filter.range(cursor);
    let state = filter.state.map(OrderState::as_str);
    if let Some(contact) = filter.contact {
        let of_contact = sql!(
            "SELECT id, number, contact_id, customer_name, customer_reach, state, pay, product, currency, total_minor, discount_minor,
                paid_minor, refunded_minor, coupon_code, delivery_date, payment_id, created_at, paid_at,
                source, source_name, packed_at
             FROM orders WHERE tenant_id = $1 AND contact_id = $2 AND id >= $3 AND id < $4 AND (state = $5 OR $5 IS NULL)
                AND (number = $6 OR id = $7 OR LOWER(customer_name) LIKE $8 ESCAPE '\\' OR LOWER(customer_reach) LIKE $8 ESCAPE '\\'
                    OR LOWER(source_name) LIKE $8 ESCAPE '\\' OR $8 IS NULL)
             ORDER BY id DESC LIMIT $9"
        );
        let values =
            params![look.tenant(), contact, least, before, state, filter.number(), filter.id(), filter.pattern().as_deref(), limit];
        return look.all(of_contact, values).await;
    }
    look.all(
        sql!(
            "SELECT id, number, contact_id, customer_name, customer_reach, state, pay, product, currency, total_minor, discount_minor,
                paid_minor, refunded_minor, coupon_code, delivery_date, payment_id, created_at, paid_at,
                source, source_name, packed_at
             FROM orders WHERE tenant_id = $1 AND id >= $2 AND id < $3 AND (state = $4 OR $4 IS NULL)
                AND (number = $5 OR id = $6 OR LOWER(customer_name) LIKE $7 ESCAPE '\\' OR LOWER(customer_reach) LIKE $7 ESCAPE '\\'
                    OR LOWER(source_name) LIKE $7 ESCAPE '\\' OR $7 IS NULL)
             ORDER BY id DESC LIMIT $8"
        ),
        params![look.tenant(), least, before, state, filter.number(), filter.id(), filter.pattern().as_deref(), limit],
    )
    .await
}

/// Where a page that ends with this order goes on.
pub(crate) fn place(order: &Order) -> Cursor {
    Cursor { at: order.created_at, id: order.id.uuid() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_typed_is_no_wildcard() {
        let filter = Filter { q: Some(" 50%_Off\\ ".into()), ..Filter::default() };
        assert_eq!(filter.pattern().as_deref(), Some("%50\\%\\_off\\\\%"));
        assert_eq!(Filter { q: Some("  ".into()), ..Filter::default() }.pattern(), None);
        assert_eq!(Filter { q: Some("#1042".into()), ..Filter::default() }.number(), Some(1042));
    }

    #[test]
    fn a_moment_lies_before_its_ids() {
        let (least, before) = Filter { from: Some(Time(1_000)), to: Some(Time(2_000)), ..Filter::default() }.range(Cursor::START);
        let inside = uuid::Builder::from_unix_timestamp_millis(1_000, &[9; 10]).into_uuid();
        let after = uuid::Builder::from_unix_timestamp_millis(2_000, &[0; 10]).into_uuid();
        assert!(least <= inside && inside < before && after >= before);
    }
}
