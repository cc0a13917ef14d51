//! The packing list: orders of which something is still to be packed.

use crate::model::{Line, Order, Whole};
use facts::{OrderId, Time};
use jiff::civil::Date;
use jiff::tz::TimeZone;
use serde::Deserialize;
use std::collections::HashMap;
use store::{Error, Look, Result, many, params, sql};
use uuid::Uuid;
use web::{Cursor, first_id};

/// Which orders of the list.
#[derive(Debug, Clone, Default)]
pub(crate) struct Wanted {
    /// Placed at this moment or later, and before that one.
    pub placed: Option<(Time, Time)>,
    /// To be delivered on this day, as `2026-11-21`.
    pub delivery_date: Option<String>,
}

impl Wanted {
    /// What was typed: days as `2026-11-21`, on the wall clock of this zone.
    ///
    /// # Errors
    /// `placed_on` or `delivery_date`.
    pub fn typed(placed_on: Option<&str>, delivery_date: Option<&str>, zone: &str) -> Result<Self> {
        let filled = |text: Option<&str>| text.map(str::trim).filter(|text| !text.is_empty()).map(str::to_owned);
        let placed = filled(placed_on).map(|day| day_of(&day, zone).ok_or_else(|| Error::field("placed_on", "a day like 2026-11-21")));
        let delivery_date = filled(delivery_date).map(|day| crate::rules::day(&day));
        Ok(Self { placed: placed.transpose()?, delivery_date: delivery_date.transpose()? })
    }
}

/// When a day begins and ends.
fn day_of(text: &str, zone: &str) -> Option<(Time, Time)> {
    let (day, zone) = (text.parse::<Date>().ok()?, TimeZone::get(zone).unwrap_or(TimeZone::UTC));
    let begin = |day: Date| Some(Time(day.to_zoned(zone.clone()).ok()?.timestamp().as_millisecond()));
    Some((begin(day)?, begin(day.tomorrow().ok()?)?))
}

#[derive(Deserialize)]
struct OfOrder {
    order_id: OrderId,
    #[serde(flatten)]
    line: Line,
}

/// A page of orders that are paid, or are paid later, and not packed; those that wait longest first.
pub(crate) async fn page(look: &mut impl Look, wanted: &Wanted, after: Cursor, limit: i64) -> Result<Vec<Whole>> {
    let after = if after == Cursor::START { Uuid::nil() } else { after.id };
    let from = wanted.placed.map_or(Uuid::nil(), |(from, _)| first_id(from)).max(after);
    let before = wanted.placed.map_or(Uuid::max(), |(_, to)| first_id(to));
    let orders: Vec<Order> = look
        .all(
            sql!(
                "SELECT id, number, contact_id, customer_name, customer_reach, state, pay, product, currency, total_minor, discount_minor,
                    paid_minor, refunded_minor, coupon_code, delivery_date, payment_id, created_at, paid_at,
                    source, source_name, packed_at
                 FROM orders WHERE tenant_id = $1 AND id > $2 AND id < $3 AND packed_at IS NULL
                    AND (state = 'paid' OR state = 'partially_refunded' OR (state = 'created' AND pay = 'later'))
                    AND (delivery_date = $4 OR $4 IS NULL)
                 ORDER BY id LIMIT $5"
            ),
            params![look.tenant(), from, before, wanted.delivery_date.as_deref(), limit],
        )
        .await?;
    let mut lines = lines_of(look, &orders).await?;
    let whole = |order: Order| Whole { lines: lines.remove(&order.id).unwrap_or_default(), order };
    Ok(orders.into_iter().map(whole).collect())
}

/// The lines of these orders, each order's in their order.
async fn lines_of(look: &mut impl Look, orders: &[Order]) -> Result<HashMap<OrderId, Vec<Line>>> {
    let ids: Vec<OrderId> = orders.iter().map(|order| order.id).collect();
    let mut found: HashMap<OrderId, Vec<Line>> = HashMap::new();
    let some: Vec<OfOrder> = look
        .all_in(
            sql!(concat!(
                "SELECT order_id, id, position, product_id, price_id, product, name, quantity, unit_minor, amount_minor, discount_minor,
                    packed_at
                 FROM order_lines WHERE tenant_id = $1 AND order_id IN (",
                many!(),
                ") ORDER BY order_id, position"
            )),
            &ids,
            &[],
        )
        .await?;
    for OfOrder { order_id, line } in some {
        found.entry(order_id).or_default().push(line);
    }
    Ok(found)
}
