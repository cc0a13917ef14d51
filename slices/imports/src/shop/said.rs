//! Reading what a shop says: its JSON has texts where one expects numbers, and nothing where one expects either.

use facts::{Currency, Time};
use jiff::tz::TimeZone;
use orders::ForeignLine;
use serde_json::Value;

/// A field's text; a number is its digits, so an id above 2^53 stays what it is.
pub(super) fn text(value: &Value, field: &str) -> Option<String> {
    match value.get(field)? {
        Value::String(text) => Some(text.trim().to_owned()).filter(|text| !text.is_empty()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

/// A field that there must be.
pub(super) fn needed(value: &Value, field: &str) -> Result<String, String> {
    text(value, field).ok_or_else(|| format!("{field}: is missing"))
}

/// A field's amount in minor units; nothing where it is not there.
pub(super) fn amount(value: &Value, field: &str, currency: Currency) -> Result<i64, String> {
    let Some(text) = text(value, field) else { return Ok(0) };
    crate::file::rounded(&text, currency).ok_or_else(|| format!("{field}: an amount, not {text:?}"))
}

/// A field's moment; one without a zone is UTC.
pub(super) fn time(value: &Value, field: &str) -> Result<Option<Time>, String> {
    let Some(text) = text(value, field) else { return Ok(None) };
    crate::file::time(&text, &TimeZone::UTC).map(Some).ok_or_else(|| format!("{field}: a time, not {text:?}"))
}

/// The parts of a list.
pub(super) fn list<'a>(value: &'a Value, field: &str) -> &'a [Value] {
    value.get(field).and_then(Value::as_array).map_or(&[], Vec::as_slice)
}

/// A line of which `amount` is for all of it, before its discount.
pub(super) fn line(item: &Value, name: &str, amount: i64, discount_minor: i64) -> Result<Option<ForeignLine>, String> {
    let quantity: i64 = needed(item, "quantity")?.parse().map_err(|_| "quantity: a whole number".to_owned())?;
    if quantity < 1 {
        return Ok(None);
    }
    Ok(Some(ForeignLine {
        source_id: needed(item, "id")?,
        product: text(item, "sku").unwrap_or_default(),
        name: text(item, name).unwrap_or_default(),
        quantity,
        unit_minor: amount / quantity,
        amount_minor: amount,
        discount_minor,
    }))
}

/// First and last name of an address, or of a customer.
pub(super) fn name(person: &Value) -> Option<String> {
    let parts: Vec<String> = ["first_name", "last_name"].iter().filter_map(|part| text(person, part)).collect();
    Some(parts.join(" ")).filter(|name| !name.is_empty())
}
