//! Orders as a file for a spreadsheet.

use crate::model::Order;
use facts::Money;

/// How often an address may ask for a file, a minute.
pub const EXPORTS_A_MINUTE: u32 = 15;

/// The names of the columns.
pub const HEAD: &str =
    "id,number,placed_at,state,pay,customer,reach,product,currency,total,discount,paid,refunded,coupon,delivery_date,paid_at\r\n";

/// One order, a line.
pub fn line(order: &Order) -> String {
    let amount = |minor: i64| Money::new(minor, order.currency).decimal();
    let text = |text: &Option<String>| text.as_deref().map(cell).unwrap_or_default();
    let cells = [
        order.id.to_string(),
        order.number.map(|number| number.to_string()).unwrap_or_default(),
        order.created_at.to_string(),
        order.state.to_string(),
        order.pay.to_string(),
        text(&order.customer_name),
        text(&order.customer_reach),
        cell(&order.product),
        order.currency.to_string(),
        amount(order.total_minor),
        amount(order.discount_minor),
        amount(order.paid_minor),
        amount(order.refunded_minor),
        text(&order.coupon_code),
        text(&order.delivery_date),
        order.paid_at.map(|at| at.to_string()).unwrap_or_default(),
    ];
    format!("{}\r\n", cells.join(","))
}

/// A text in quotes where it needs them. One that a spreadsheet would run as a formula begins with an apostrophe;
/// a phone number is none.
fn cell(text: &str) -> String {
    let number = text.strip_prefix('+').is_some_and(|rest| !rest.is_empty() && rest.bytes().all(|byte| byte.is_ascii_digit()));
    let runs = text.starts_with(['=', '+', '-', '@', '\t', '\r']) && !number;
    let safe = if runs { format!("'{text}") } else { text.to_owned() };
    if safe.contains([',', '"', '\n', '\r']) { format!("\"{}\"", safe.replace('"', "\"\"")) } else { safe }
}

#[cfg(test)]
mod tests {
    use super::cell;

    #[test]
    fn a_spreadsheet_runs_nothing() {
        for (text, safe) in [
            ("Asha", "Asha"),
            ("+919876543210", "+919876543210"),
            ("=1+1", "'=1+1"),
            ("@SUM(A1), \"x\"", "\"'@SUM(A1), \"\"x\"\"\""),
            ("-2", "'-2"),
            ("a,b", "\"a,b\""),
        ] {
            assert_eq!(cell(text), safe);
        }
    }
}
