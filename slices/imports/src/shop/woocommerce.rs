//! WooCommerce's orders, as its REST API (v3) and its webhooks have them.

use super::said::{amount, line, list, name, needed, text, time};
use facts::orders::PayWhen;
use facts::{Currency, Time};
use orders::{Foreign, ForeignLine, OrderState};
use serde_json::Value;

/// An order; nothing where it is none.
pub(super) fn order(source: &str, said: &Value) -> Result<Option<Foreign>, String> {
    if said.get("line_items").is_none() || said.get("status").is_none() {
        return Ok(None);
    }
    let source_id = needed(said, "id")?;
    let currency: Currency = needed(said, "currency")?.parse().map_err(|_| "currency: a code".to_owned())?;
    let total_minor = amount(said, "total", currency)?;
    let changed_at = time(said, "date_modified_gmt")?.ok_or("date_modified_gmt: is missing")?;
    let paid_at = time(said, "date_paid_gmt")?;
    let status = needed(said, "status")?;
    let back = list(said, "refunds").iter().map(|refund| amount(refund, "total", currency)).sum::<Result<i64, String>>()?.abs();
    let (state, pay) = state(&status, paid_at, back, total_minor);
    let paid_minor = if matches!(state, OrderState::Created | OrderState::Cancelled) { 0 } else { total_minor };
    let lines = list(said, "line_items").iter().map(|item| item_line(item, currency)).collect::<Result<Vec<_>, _>>()?;
    let billing = said.get("billing").unwrap_or(&Value::Null);
    Ok(Some(Foreign {
        source: source.to_owned(),
        name: format!("#{}", text(said, "number").unwrap_or_else(|| source_id.clone())),
        source_id,
        changed_at,
        placed_at: time(said, "date_created_gmt")?.unwrap_or(changed_at),
        state,
        pay,
        currency,
        total_minor,
        discount_minor: amount(said, "discount_total", currency)?,
        paid_minor,
        refunded_minor: if state == OrderState::Refunded { paid_minor } else { back.min(paid_minor) },
        paid_at,
        delivery_date: None,
        customer_name: name(billing),
        phone: text(billing, "phone"),
        email: text(billing, "email"),
        sent: status == "completed",
        lines: lines.into_iter().flatten().collect(),
    }))
}

/// How far it is. What is being processed without having been paid is paid on delivery.
fn state(status: &str, paid_at: Option<Time>, back: i64, total: i64) -> (OrderState, PayWhen) {
    let paid = match back {
        0 => OrderState::Paid,
        back if back < total => OrderState::PartiallyRefunded,
        _ => OrderState::Refunded,
    };
    match status {
        "processing" if paid_at.is_none() => (OrderState::Created, PayWhen::Later),
        "processing" | "completed" => (paid, PayWhen::First),
        "cancelled" | "trash" => (OrderState::Cancelled, PayWhen::First),
        "refunded" => (OrderState::Refunded, PayWhen::First),
        "pending" | "on-hold" | "failed" | "checkout-draft" => (OrderState::Created, PayWhen::First),
        _ if paid_at.is_some() => (paid, PayWhen::First),
        _ => (OrderState::Created, PayWhen::First),
    }
}

/// `subtotal` is before the discount, `total` after it.
fn item_line(item: &Value, currency: Currency) -> Result<Option<ForeignLine>, String> {
    let before = amount(item, "subtotal", currency)?;
    line(item, "name", before, (before - amount(item, "total", currency)?).max(0))
}
