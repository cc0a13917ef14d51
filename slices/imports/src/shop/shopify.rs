//! Shopify's orders, as its webhooks have them; what its GraphQL API says is brought into the same shape.

use super::said::{amount, line, list, name, needed, text, time};
use facts::Currency;
use facts::orders::PayWhen;
use orders::{Foreign, ForeignLine, OrderState};
use serde_json::Value;

/// An order; nothing where it is none, or only a test of the shop's.
pub(super) fn order(source: &str, said: &Value) -> Result<Option<Foreign>, String> {
    if said.get("line_items").is_none() || said.get("financial_status").is_none() || said.get("test") == Some(&Value::Bool(true)) {
        return Ok(None);
    }
    let source_id = needed(said, "id")?;
    let currency: Currency = needed(said, "currency")?.parse().map_err(|_| "currency: a code".to_owned())?;
    let total_minor = amount(said, "total_price", currency)?;
    let changed_at = time(said, "updated_at")?.ok_or("updated_at: is missing")?;
    let financial = text(said, "financial_status").unwrap_or_default();
    let cancelled = text(said, "cancelled_at").is_some();
    let (state, pay) = state(&financial, cancelled);
    let outstanding = amount(said, "total_outstanding", currency)?;
    let paid_minor = match financial.as_str() {
        "paid" | "partially_refunded" | "refunded" => total_minor,
        "partially_paid" => (total_minor - outstanding).max(0),
        _ => 0,
    };
    let refunded_minor = if state == OrderState::Refunded { paid_minor } else { back(said, currency)?.min(paid_minor) };
    let lines = list(said, "line_items").iter().map(|item| item_line(item, currency)).collect::<Result<Vec<_>, _>>()?;
    let part = |field: &str| said.get(field).unwrap_or(&Value::Null);
    let (shipping, customer) = (part("shipping_address"), part("customer"));
    Ok(Some(Foreign {
        source: source.to_owned(),
        name: text(said, "name").unwrap_or_else(|| format!("#{source_id}")),
        source_id,
        changed_at,
        placed_at: time(said, "created_at")?.unwrap_or(changed_at),
        state,
        pay,
        currency,
        total_minor,
        discount_minor: amount(said, "total_discounts", currency)?,
        paid_minor,
        refunded_minor,
        paid_at: if paid_minor > 0 { time(said, "processed_at")? } else { None },
        delivery_date: None,
        customer_name: name(customer).or_else(|| name(shipping)),
        phone: text(said, "phone").or_else(|| text(shipping, "phone")).or_else(|| text(customer, "phone")),
        email: text(said, "email").or_else(|| text(customer, "email")),
        sent: text(said, "fulfillment_status").as_deref() == Some("fulfilled"),
        lines: lines.into_iter().flatten().collect(),
    }))
}

/// How far it is. One whose payment is pending or only reserved is paid when it is sent.
fn state(financial: &str, cancelled: bool) -> (OrderState, PayWhen) {
    match (financial, cancelled) {
        ("refunded", _) => (OrderState::Refunded, PayWhen::First),
        (_, true) | ("voided", _) => (OrderState::Cancelled, PayWhen::First),
        ("paid", _) => (OrderState::Paid, PayWhen::First),
        ("partially_refunded", _) => (OrderState::PartiallyRefunded, PayWhen::First),
        ("pending" | "authorized", _) => (OrderState::Created, PayWhen::Later),
        _ => (OrderState::Created, PayWhen::First),
    }
}

/// What went back: the refunds' transactions that succeeded.
fn back(said: &Value, currency: Currency) -> Result<i64, String> {
    let transactions = list(said, "refunds").iter().flat_map(|refund| list(refund, "transactions"));
    let settled =
        transactions.filter(|one| text(one, "kind").as_deref() == Some("refund") && text(one, "status").as_deref() == Some("success"));
    settled.map(|one| amount(one, "amount", currency)).sum()
}

fn item_line(item: &Value, currency: Currency) -> Result<Option<ForeignLine>, String> {
    let quantity: i64 = needed(item, "quantity")?.parse().map_err(|_| "quantity: a whole number".to_owned())?;
    let all = amount(item, "price", currency)?.checked_mul(quantity).ok_or("price: it is too much")?;
    let off = list(item, "discount_allocations").iter().map(|one| amount(one, "amount", currency)).sum::<Result<i64, String>>()?;
    line(item, "title", all, off)
}
