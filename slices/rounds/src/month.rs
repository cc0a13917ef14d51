//! What a month's deliveries come to, line by line.

use crate::model::{Delivery, Pricing, StandingOrder};
use facts::{Money, StandingOrderId};
use invoices::NewLine;
use jiff::civil::Date;
use std::collections::BTreeMap;
use store::{Error, Result};

/// The first and the last day of a month such as `2026-11`.
///
/// # Errors
/// The field.
pub fn days(month: &str) -> Result<(Date, Date)> {
    let wrong = || Error::field("month", "a month such as 2026-11");
    if month.len() != 7 {
        return Err(wrong());
    }
    let first: Date = format!("{month}-01").parse().map_err(|_| wrong())?;
    Ok((first, first.last_of_month()))
}

/// The month of a day, as `2026-11`.
pub fn of(day: Date) -> String {
    day.strftime("%Y-%m").to_string()
}

/// A month as people write it, `November 2026`.
pub fn words(month: &str) -> String {
    days(month).map_or_else(|_| month.to_owned(), |(first, _)| first.strftime("%B %Y").to_string())
}

/// The lines of a month's bill: one for each standing order of which something was brought, and one more for each price that a
/// unit of it had. A month's price stands there as it was agreed on, less what was not brought.
pub fn lines(month: &str, orders: &[StandingOrder], deliveries: &[Delivery]) -> Result<Vec<NewLine>> {
    let mut groups: BTreeMap<(StandingOrderId, Option<i64>), Vec<&Delivery>> = BTreeMap::new();
    for delivery in deliveries.iter().filter(|delivery| delivery.counts()) {
        let price = (delivery.pricing == Pricing::Unit).then_some(delivery.price_minor);
        groups.entry((delivery.standing_order_id, price)).or_default().push(delivery);
    }
    let line = |((id, _), brought): ((StandingOrderId, Option<i64>), Vec<&Delivery>)| {
        let order = orders.iter().find(|order| order.id == id).ok_or_else(|| Error::not_found("standing order"))?;
        line(month, order, &brought)
    };
    groups.into_iter().map(line).collect()
}

fn line(month: &str, order: &StandingOrder, brought: &[&Delivery]) -> Result<NewLine> {
    let times = if brought.len() == 1 { "1 delivery".to_owned() } else { format!("{} deliveries", brought.len()) };
    let description = format!("{}, {}: {times}", order.product, words(month));
    let (quantity, unit, price_minor, discount_minor) = match order.pricing {
        Pricing::Unit => {
            let quantity: i64 = brought.iter().map(|delivery| delivery.quantity_milli).sum();
            (invoices::quantity_text(quantity), order.unit.clone(), brought[0].price_minor, 0)
        }
        Pricing::Month => {
            let charged: i64 = brought.iter().map(|delivery| delivery.amount()).sum();
            let agreed = brought[0].price_minor;
            let one_price = brought.iter().all(|delivery| delivery.price_minor == agreed);
            let price = if one_price && charged <= agreed { agreed } else { charged };
            ("1".to_owned(), "month".to_owned(), price, price - charged)
        }
    };
    let money = |minor| Money::new(minor, order.currency);
    Ok(NewLine {
        description,
        hsn: order.hsn.clone(),
        quantity,
        unit,
        price: money(price_minor),
        discount: (discount_minor > 0).then(|| money(discount_minor)),
        rate_bps: order.rate_bps,
    })
}
