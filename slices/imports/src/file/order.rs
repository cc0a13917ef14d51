//! From the fields of a file to an order.

use super::decimal;
use facts::orders::PayWhen;
use facts::{Currency, Time};
use jiff::civil::{Date, DateTime};
use jiff::tz::TimeZone;
use orders::{Foreign, ForeignLine, OrderState};
use std::collections::HashMap;

/// The most items that an order has.
const MOST_ITEMS: usize = 500;
/// The longest text that is kept.
const LONGEST: usize = 300;

/// What holds where a file says nothing.
#[derive(Debug, Clone)]
pub(crate) struct Ground {
    /// The shop's currency.
    pub currency: Currency,
    /// The shop's wall clock.
    pub zone: TimeZone,
    /// The present.
    pub now: Time,
}

/// The fields of a row or an object, by name; none is empty.
#[derive(Debug, Clone, Default)]
pub(super) struct Fields(HashMap<String, String>);

impl Fields {
    pub(super) fn of(named: impl IntoIterator<Item = (String, String)>) -> Self {
        Self(named.into_iter().filter(|(_, text)| !text.is_empty()).collect())
    }

    fn text(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(String::as_str)
    }

    /// A text that is kept: on one line, and not too long.
    fn kept(&self, name: &str) -> Result<Option<String>, String> {
        let Some(text) = self.text(name) else { return Ok(None) };
        let fits = text.chars().count() <= LONGEST && !text.chars().any(char::is_control);
        if fits { Ok(Some(text.to_owned())) } else { Err(format!("{name}: at most {LONGEST} characters, on one line")) }
    }

    fn needed(&self, name: &str) -> Result<String, String> {
        self.kept(name)?.ok_or_else(|| format!("{name}: is missing"))
    }

    fn amount(&self, name: &str, currency: Currency) -> Result<Option<i64>, String> {
        let Some(text) = self.text(name) else { return Ok(None) };
        let minor = decimal(text, currency).filter(|minor| *minor >= 0);
        minor.map(Some).ok_or_else(|| format!("{name}: an amount such as 199.00, not {text:?}"))
    }

    fn time(&self, name: &str, zone: &TimeZone) -> Result<Option<Time>, String> {
        let Some(text) = self.text(name) else { return Ok(None) };
        time(text, zone).map(Some).ok_or_else(|| format!("{name}: a time such as 2026-11-21T09:30:00Z, not {text:?}"))
    }
}

/// A moment with its zone, or a day or a wall clock's time in this one.
pub(crate) fn time(text: &str, zone: &TimeZone) -> Option<Time> {
    if let Ok(at) = text.parse::<jiff::Timestamp>() {
        return Some(Time(at.as_millisecond()));
    }
    let local = text.parse::<DateTime>().ok().or_else(|| text.parse::<Date>().ok().map(|day| day.at(0, 0, 0, 0)))?;
    Some(Time(local.to_zoned(zone.clone()).ok()?.timestamp().as_millisecond()))
}

/// An order as a file says it, with its items.
#[derive(Debug, Clone)]
pub(super) struct Said {
    /// The line that it begins on, from 1.
    pub line: i64,
    pub order: Fields,
    pub items: Vec<Fields>,
}

impl Said {
    /// Whether a row goes on with this order.
    pub(super) fn is_same(&self, row: &Fields) -> bool {
        row.text("order_id").is_some() && ["order_id", "source"].iter().all(|name| row.text(name) == self.order.text(name))
    }

    /// The order.
    ///
    /// # Errors
    /// The first field that does not fit, in words.
    pub(super) fn order(&self, ground: &Ground) -> Result<Foreign, String> {
        let order = &self.order;
        let source_id = order.needed("order_id")?;
        let currency = match order.text("currency") {
            Some(code) => code.to_uppercase().parse().map_err(|_| format!("currency: a code such as INR, not {code:?}"))?,
            None => ground.currency,
        };
        let total_minor = order.amount("total", currency)?.ok_or("total: is missing")?;
        let state = state(order.text("state"))?;
        let usual_paid = if matches!(state, OrderState::Created | OrderState::Cancelled) { 0 } else { total_minor };
        let paid_minor = order.amount("paid", currency)?.unwrap_or(usual_paid);
        let usual_back = if state == OrderState::Refunded { paid_minor } else { 0 };
        let refunded_minor = order.amount("refunded", currency)?.unwrap_or(usual_back);
        if refunded_minor > paid_minor {
            return Err("refunded: not more than was paid".to_owned());
        }
        let placed_at = order.time("placed_at", &ground.zone)?.ok_or("placed_at: is missing")?.min(ground.now);
        Ok(Foreign {
            source: source(order.text("source"))?,
            name: order.kept("name")?.unwrap_or_else(|| source_id.clone()),
            source_id,
            changed_at: order.time("changed_at", &ground.zone)?.unwrap_or(placed_at),
            placed_at,
            state,
            pay: pay(order.text("pay"))?,
            currency,
            total_minor,
            discount_minor: order.amount("discount", currency)?.unwrap_or(0),
            paid_minor,
            refunded_minor,
            paid_at: order.time("paid_at", &ground.zone)?,
            delivery_date: order.text("delivery_date").map(day).transpose()?,
            customer_name: order.kept("customer_name")?,
            phone: order.kept("phone")?,
            email: order.kept("email")?,
            sent: truth(order.text("sent"))?,
            lines: self.lines(currency)?,
        })
    }

    fn lines(&self, currency: Currency) -> Result<Vec<ForeignLine>, String> {
        if self.items.len() > MOST_ITEMS {
            return Err(format!("at most {MOST_ITEMS} items"));
        }
        let named = self.items.iter().filter(|item| ["item", "sku", "item_id"].iter().any(|name| item.text(name).is_some()));
        let lines = named.enumerate().map(|(at, item)| line(at, item, currency)).collect::<Result<Vec<_>, _>>()?;
        let mut ids: Vec<&str> = lines.iter().map(|line| line.source_id.as_str()).collect();
        ids.sort_unstable();
        if ids.windows(2).any(|two| two[0] == two[1]) {
            return Err("item_id: another one for each item of an order".to_owned());
        }
        Ok(lines)
    }
}

fn line(at: usize, item: &Fields, currency: Currency) -> Result<ForeignLine, String> {
    let quantity = match item.text("quantity") {
        Some(text) => text.parse().ok().filter(|count| (1..=1_000_000).contains(count)).ok_or("quantity: a whole number from 1")?,
        None => 1,
    };
    let unit_minor = item.amount("unit_price", currency)?.unwrap_or(0);
    let product = item.kept("sku")?.unwrap_or_default();
    Ok(ForeignLine {
        source_id: item.kept("item_id")?.unwrap_or_else(|| (at + 1).to_string()),
        name: item.kept("item")?.unwrap_or_else(|| product.clone()),
        product,
        quantity,
        unit_minor,
        amount_minor: unit_minor.checked_mul(quantity).ok_or("unit_price: it is too much")?,
        discount_minor: item.amount("item_discount", currency)?.unwrap_or(0),
    })
}

fn state(text: Option<&str>) -> Result<OrderState, String> {
    let Some(text) = text else { return Ok(OrderState::Paid) };
    let all = || OrderState::ALL.iter().map(|state| state.as_str()).collect::<Vec<_>>().join(", ");
    text.to_lowercase().parse().map_err(|_| format!("state: one of {}, not {text:?}", all()))
}

fn pay(text: Option<&str>) -> Result<PayWhen, String> {
    let Some(text) = text else { return Ok(PayWhen::First) };
    text.to_lowercase().parse().map_err(|_| format!("pay: first or later, not {text:?}"))
}

/// A name of its own for where the orders were placed. `shop` is here, and a slash stands in the names of shops that are connected.
fn source(text: Option<&str>) -> Result<String, String> {
    let text = text.unwrap_or("file").to_lowercase();
    let fits = (1..=40).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"._-".contains(&byte));
    if fits && text != orders::OWN {
        return Ok(text);
    }
    Err(format!("source: 1 to 40 letters, digits, points and dashes, and not {:?}", orders::OWN))
}

fn day(text: &str) -> Result<String, String> {
    text.parse::<Date>().map(|day| day.to_string()).map_err(|_| format!("delivery_date: a day such as 2026-11-21, not {text:?}"))
}

fn truth(text: Option<&str>) -> Result<bool, String> {
    match text.map(str::to_lowercase).as_deref() {
        None | Some("no" | "false" | "0") => Ok(false),
        Some("yes" | "true" | "1") => Ok(true),
        Some(_) => Err("sent: yes or no".to_owned()),
    }
}
